//! Values in WAVE, the text format of component values.
//!
//! Lives here: [`parse`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: maps, handles, streams and futures, which have no literal, and where in the
//! text a mistake is: all texts are constants of this module's users.

use super::values::Value;
use crate::surface::{Primitive, Type, TypeKind};

/// Reads a value of that type; none if the text is not one.
pub(super) fn parse(text: &str, ty: &Type) -> Option<Value> {
    let mut parser = Parser {
        chars: text.chars().collect(),
        at: 0,
    };
    let value = parser.value(ty)?;
    parser.space();
    (parser.at == parser.chars.len()).then_some(value)
}

struct Parser {
    chars: Vec<char>,
    at: usize,
}

impl Parser {
    fn space(&mut self) {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.space();
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn need(&mut self, wanted: char) -> Option<()> {
        self.eat(wanted).then_some(())
    }

    /// A label, keyword or number.
    fn word(&mut self) -> String {
        self.eat('%');
        self.space();
        let rest = self.chars[self.at..].iter();
        let word = rest.take_while(|c| c.is_ascii_alphanumeric() || "-+.".contains(**c));
        let word: String = word.collect();
        self.at += word.len();
        word
    }

    fn value(&mut self, ty: &Type) -> Option<Value> {
        self.space();
        match ty.kind() {
            TypeKind::Primitive(primitive) => self.primitive(*primitive),
            TypeKind::List(element) => {
                self.need('[')?;
                let mut values = Vec::new();
                while !self.eat(']') {
                    values.push(self.value(element)?);
                    self.separated(']')?;
                }
                Some(Value::List(values))
            }
            TypeKind::FixedLengthList(element, length) => {
                self.need('[')?;
                let types = std::iter::repeat_n(element, *length as usize);
                self.fields(types, ']')
            }
            TypeKind::Tuple(types) => {
                self.need('(')?;
                self.fields(types.iter(), ')')
            }
            TypeKind::Record(fields) => self.record(fields),
            TypeKind::Flags(names) => {
                self.need('{')?;
                let mut bits = 0;
                while !self.eat('}') {
                    bits |= 1 << self.case(names.iter().map(String::as_str))?;
                    self.separated('}')?;
                }
                Some(Value::Flags(bits))
            }
            TypeKind::Enum(names) => {
                let case = self.case(names.iter().map(String::as_str))?;
                Some(Value::case(case))
            }
            TypeKind::Variant(cases) => {
                let case = self.case(cases.iter().map(|(name, _)| name.as_str()))?;
                self.payload(case, cases[case].1.as_ref())
            }
            TypeKind::Option(ty) => match self.case(["none", "some"].into_iter())? {
                0 => Some(Value::case(0)),
                _ => self.payload(1, Some(ty)),
            },
            TypeKind::Result(ok, error) => {
                let case = self.case(["ok", "err"].into_iter())?;
                self.payload(case, [ok, error][case].as_ref())
            }
            TypeKind::Map(..)
            | TypeKind::Own(_)
            | TypeKind::Borrow(_)
            | TypeKind::Future(_)
            | TypeKind::Stream(_) => None,
        }
    }

    /// After an element: a comma, or what closes the list.
    fn separated(&mut self, close: char) -> Option<()> {
        (self.eat(',') || self.peek() == Some(close)).then_some(())
    }

    fn fields<'t>(&mut self, types: impl Iterator<Item = &'t Type>, close: char) -> Option<Value> {
        let mut values = Vec::new();
        for ty in types {
            values.push(self.value(ty)?);
            self.separated(close)?;
        }
        self.need(close)?;
        Some(Value::Fields(values))
    }

    fn record(&mut self, fields: &[(String, Type)]) -> Option<Value> {
        self.need('{')?;
        let mut values: Vec<Option<Value>> = vec![None; fields.len()];
        while !self.eat('}') {
            let field = self.case(fields.iter().map(|(name, _)| name.as_str()))?;
            self.need(':')?;
            values[field] = Some(self.value(&fields[field].1)?);
            self.separated('}')?;
        }
        let values = values.into_iter().zip(fields).map(|(value, (_, ty))| {
            let absent = matches!(ty.kind(), TypeKind::Option(_)).then(|| Value::case(0));
            value.or(absent)
        });
        Some(Value::Fields(values.collect::<Option<_>>()?))
    }

    fn case<'n>(&mut self, mut names: impl Iterator<Item = &'n str>) -> Option<usize> {
        let word = self.word();
        names.position(|name| name == word)
    }

    fn payload(&mut self, case: usize, ty: Option<&Type>) -> Option<Value> {
        let Some(ty) = ty else {
            return Some(Value::case(case));
        };
        self.need('(')?;
        let value = self.value(ty)?;
        self.need(')')?;
        Some(Value::with(case, value))
    }

    fn primitive(&mut self, ty: Primitive) -> Option<Value> {
        match ty {
            Primitive::String => Some(Value::Text(self.quoted('"')?)),
            Primitive::Char => {
                let text = self.quoted('\'')?;
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(one), None) => Some(Value::Bits(u64::from(u32::from(one)))),
                    _ => None,
                }
            }
            Primitive::ErrorContext => None,
            number => {
                let word = self.word();
                bits(number, &word).map(Value::Bits)
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Option<String> {
        self.need(quote)?;
        let mut text = String::new();
        loop {
            let next = self.chars.get(self.at).copied()?;
            self.at += 1;
            if next == quote {
                return Some(text);
            }
            text.push(match next {
                '\\' => self.escaped()?,
                other => other,
            });
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let next = self.chars.get(self.at).copied();
        self.at += 1;
        match next {
            Some('n') => Some('\n'),
            Some('t') => Some('\t'),
            Some('r') => Some('\r'),
            Some(c @ ('\\' | '"' | '\'')) => Some(c),
            Some('u') => {
                self.need('{')?;
                let digits = self.word();
                self.need('}')?;
                u32::from_str_radix(&digits, 16)
                    .ok()
                    .and_then(char::from_u32)
            }
            _ => None,
        }
    }
}

/// A number or truth value, as it lies in memory.
fn bits(ty: Primitive, word: &str) -> Option<u64> {
    let signed = |from: i64, to: i64| {
        let number = word.parse::<i64>().ok()?;
        (from..=to).contains(&number).then_some(number as u64)
    };
    let unsigned = |to: u64| word.parse::<u64>().ok().filter(|number| *number <= to);
    match ty {
        Primitive::Bool => word.parse::<bool>().ok().map(u64::from),
        Primitive::S8 => signed(i64::from(i8::MIN), i64::from(i8::MAX)),
        Primitive::S16 => signed(i64::from(i16::MIN), i64::from(i16::MAX)),
        Primitive::S32 => signed(i64::from(i32::MIN), i64::from(i32::MAX)),
        Primitive::S64 => signed(i64::MIN, i64::MAX),
        Primitive::U8 => unsigned(u64::from(u8::MAX)),
        Primitive::U16 => unsigned(u64::from(u16::MAX)),
        Primitive::U32 => unsigned(u64::from(u32::MAX)),
        Primitive::U64 => unsigned(u64::MAX),
        Primitive::F32 => word
            .parse::<f32>()
            .ok()
            .map(|number| u64::from(number.to_bits())),
        Primitive::F64 => word.parse::<f64>().ok().map(f64::to_bits),
        Primitive::Char | Primitive::String | Primitive::ErrorContext => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn primitive(ty: Primitive) -> Type {
        Type::new(None, TypeKind::Primitive(ty))
    }

    #[test]
    fn values_are_read_by_their_types_and_print_the_same() {
        let text = primitive(Primitive::String);
        let list = Type::new(None, TypeKind::List(text.clone()));
        let option = Type::new(None, TypeKind::Option(list.clone()));
        let fields = vec![
            ("name".to_string(), text.clone()),
            ("all".to_string(), option.clone()),
            ("ratio".to_string(), primitive(Primitive::F64)),
        ];
        let record = Type::new(None, TypeKind::Record(fields));
        let number = primitive(Primitive::S16);
        let result = Type::new(None, TypeKind::Result(Some(record), Some(number)));
        for value in [
            "ok({name: \"a\\n\", all: some([\"b\", \"c\"]), ratio: 0.5})",
            "ok({name: \"\", all: none, ratio: -2})",
            "err(-300)",
        ] {
            let read = parse(value, &result).expect(value);
            assert_eq!(read.text(&result), value);
        }
        let short = parse("ok( { ratio : 1 , name : \"\" } )", &result);
        assert!(short.is_some(), "an option may be left out");
        for wrong in [
            "ok",
            "err(40000)",
            "err(1",
            "ok({name: \"\"})",
            "no",
            "err(1) 2",
        ] {
            assert_eq!(parse(wrong, &result), None, "{wrong}");
        }
    }
}
