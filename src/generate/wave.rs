//! Values in WAVE, the text format of component values.
//!
//! Lives here: [`parse`]. May import: `escape`, `surface` (ranks 0 and 2), the sibling modules.
//! Deliberately absent: maps, handles, streams and futures, which have no literal (`replay`
//! reads what a trace writes for them), and multi-line strings.

use std::ops::Range;

use super::values::Value;
use crate::escape;
use crate::surface::{Primitive, Type, TypeKind};

/// Why a text is not a value of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Where, in bytes.
    pub at: Range<usize>,
    pub why: String,
    /// What would be right there.
    pub label: String,
}

pub(super) type Read<T> = Result<T, Wrong>;

/// Reads a value of that type.
pub(super) fn parse(text: &str, ty: &Type) -> Read<Value> {
    let mut parser = Parser::of(text);
    let value = parser.value(ty)?;
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.expected("the end of the value")),
    }
}

pub(super) struct Parser<'t> {
    text: &'t str,
    pub(super) at: usize,
    /// What is read besides.
    pub(super) besides: Option<&'t dyn Besides>,
}

/// What is read besides WAVE.
pub(super) trait Besides {
    /// A value of that type; none if it is one of WAVE.
    fn value(&self, parser: &mut Parser<'_>, ty: &Type) -> Read<Option<Value>>;
}

impl<'t> Parser<'t> {
    pub(super) fn of(text: &'t str) -> Parser<'t> {
        Parser {
            text,
            at: 0,
            besides: None,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips spaces and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    pub(super) fn peek(&mut self) -> Option<char> {
        self.space();
        self.rest().chars().next()
    }

    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += if there { wanted.len_utf8() } else { 0 };
        there
    }

    pub(super) fn need(&mut self, wanted: char) -> Read<()> {
        match self.eat(wanted) {
            true => Ok(()),
            false => Err(self.expected(&format!("`{wanted}`"))),
        }
    }

    /// What begins here: a word, a quoted text, or a character.
    pub(super) fn token(&mut self) -> Range<usize> {
        self.space();
        let rest = self.rest();
        let mut chars = rest.char_indices();
        let length = match chars.next() {
            None => 0,
            Some((_, quote @ ('"' | '\''))) => {
                let mut escaped = false;
                let end = chars.find(|(_, c)| {
                    let ends = *c == quote && !escaped;
                    escaped = *c == '\\' && !escaped;
                    ends
                });
                end.map_or(rest.len(), |(at, _)| at + 1)
            }
            Some((_, first)) if is_of_word(first) || first == '%' => {
                let end = chars.find(|(_, c)| !is_of_word(*c));
                end.map_or(rest.len(), |(at, _)| at)
            }
            Some((_, first)) => first.len_utf8(),
        };
        self.at..self.at + length
    }

    /// The mistake that something else begins here.
    pub(super) fn expected(&mut self, expected: &str) -> Wrong {
        let at = self.token();
        let found = match self.text.get(at.clone()) {
            None | Some("") => "the end of the value".to_string(),
            Some(found) => format!("`{found}`"),
        };
        Wrong {
            at,
            why: format!("expected {expected}, found {found}"),
            label: format!("expected {expected}"),
        }
    }

    /// A label, keyword or number; nothing if something else begins here.
    pub(super) fn word(&mut self) -> &'t str {
        let at = self.token();
        let word = self.text.get(at).unwrap_or_default();
        match word.strip_prefix('%').unwrap_or(word) {
            word if word.starts_with(is_of_word) => word,
            _ => "",
        }
    }

    pub(super) fn value(&mut self, ty: &Type) -> Read<Value> {
        if let Some(besides) = self.besides
            && let Some(value) = besides.value(self, ty)?
        {
            return Ok(value);
        }
        match ty.kind() {
            TypeKind::Primitive(primitive) => self.primitive(*primitive, ty),
            TypeKind::List(element) => {
                self.open('[', ty)?;
                let mut values = Vec::new();
                while !self.eat(']') {
                    values.push(self.value(element)?);
                    self.separated(']')?;
                }
                Ok(Value::List(values))
            }
            TypeKind::FixedLengthList(element, length) => {
                self.open('[', ty)?;
                let types = std::iter::repeat_n(element, *length as usize);
                self.fields(types, ']')
            }
            TypeKind::Tuple(types) => {
                self.open('(', ty)?;
                self.fields(types.iter(), ')')
            }
            TypeKind::Record(fields) => self.record(fields, ty),
            TypeKind::Flags(names) => {
                self.open('{', ty)?;
                let mut bits = 0;
                while !self.eat('}') {
                    bits |= 1 << self.case(names.iter().map(String::as_str))?;
                    self.separated('}')?;
                }
                Ok(Value::Flags(bits))
            }
            TypeKind::Enum(names) => {
                let case = self.case(names.iter().map(String::as_str))?;
                Ok(Value::case(case))
            }
            TypeKind::Variant(cases) => {
                let case = self.case(cases.iter().map(|(name, _)| name.as_str()))?;
                self.payload(case, cases[case].1.as_ref())
            }
            TypeKind::Option(ty) => match self.case(["none", "some"].into_iter())? {
                0 => Ok(Value::case(0)),
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
            | TypeKind::Stream(_) => Err(self.unwritable(ty)),
        }
    }

    /// The mistake that there is a type whose values have no text.
    fn unwritable(&mut self, ty: &Type) -> Wrong {
        Wrong {
            at: self.token(),
            why: format!("values of type `{ty}` cannot be written in WAVE"),
            label: "not supported".to_string(),
        }
    }

    /// The bracket that a value of that type begins with.
    pub(super) fn open(&mut self, bracket: char, ty: &Type) -> Read<()> {
        match self.eat(bracket) {
            true => Ok(()),
            false => Err(self.expected(&format!("`{ty}`"))),
        }
    }

    /// After an element: a comma, or what closes the list.
    pub(super) fn separated(&mut self, close: char) -> Read<()> {
        match self.eat(',') || self.peek() == Some(close) {
            true => Ok(()),
            false => Err(self.expected(&format!("`,` or `{close}`"))),
        }
    }

    fn fields<'y>(&mut self, types: impl Iterator<Item = &'y Type>, close: char) -> Read<Value> {
        let mut values = Vec::new();
        for ty in types {
            values.push(self.value(ty)?);
            self.separated(close)?;
        }
        self.need(close)?;
        Ok(Value::Fields(values))
    }

    fn record(&mut self, fields: &[(String, Type)], ty: &Type) -> Read<Value> {
        let start = self.token();
        self.open('{', ty)?;
        let mut values: Vec<Option<Value>> = vec![None; fields.len()];
        while !self.eat('}') {
            let at = self.token();
            let field = self.case(fields.iter().map(|(name, _)| name.as_str()))?;
            if values[field].is_some() {
                return Err(Wrong {
                    at,
                    why: format!("duplicate field `{}`", fields[field].0),
                    label: "given before".to_string(),
                });
            }
            self.need(':')?;
            values[field] = Some(self.value(&fields[field].1)?);
            self.separated('}')?;
        }
        let mut all = Vec::new();
        for (value, (name, ty)) in values.into_iter().zip(fields) {
            all.push(match (value, ty.kind()) {
                (Some(value), _) => value,
                (None, TypeKind::Option(_)) => Value::case(0),
                (None, _) => {
                    return Err(Wrong {
                        at: start.start..self.at,
                        why: format!("missing field `{name}` of type `{ty}`"),
                        label: format!("missing `{name}`"),
                    });
                }
            });
        }
        Ok(Value::Fields(all))
    }

    /// Which of the names is next.
    fn case<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> Read<usize> {
        let word = self.word();
        let names: Vec<&str> = names.collect();
        match names.iter().position(|name| *name == word) {
            Some(at) => {
                self.at = self.token().end;
                Ok(at)
            }
            None => {
                let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                Err(self.expected(&escape::or(&quoted)))
            }
        }
    }

    fn payload(&mut self, case: usize, ty: Option<&Type>) -> Read<Value> {
        let Some(ty) = ty else {
            return Ok(Value::case(case));
        };
        self.need('(')?;
        let value = self.value(ty)?;
        self.need(')')?;
        Ok(Value::with(case, value))
    }

    fn primitive(&mut self, primitive: Primitive, ty: &Type) -> Read<Value> {
        match primitive {
            Primitive::String => Ok(Value::Text(self.quoted('"', ty)?)),
            Primitive::Char => {
                let at = self.token();
                let text = self.quoted('\'', ty)?;
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(one), None) => Ok(Value::Bits(u64::from(u32::from(one)))),
                    _ => Err(Wrong {
                        at,
                        why: "expected one character between the quotes".to_string(),
                        label: "expected char".to_string(),
                    }),
                }
            }
            Primitive::ErrorContext => Err(self.unwritable(ty)),
            number => {
                let word = self.word();
                let bits = bits(number, word);
                let bits = bits.ok_or_else(|| self.expected(&format!("{ty}")))?;
                self.at = self.token().end;
                Ok(Value::Bits(bits))
            }
        }
    }

    pub(super) fn quoted(&mut self, quote: char, ty: &Type) -> Read<String> {
        let start = self.token();
        if !self.eat(quote) {
            return Err(self.expected(&format!("{ty}")));
        }
        let mut text = String::new();
        loop {
            let Some(next) = self.next() else {
                return Err(Wrong {
                    at: start,
                    why: format!("unterminated {ty}: expected `{quote}`"),
                    label: "not closed".to_string(),
                });
            };
            if next == quote {
                return Ok(text);
            }
            let at = self.at - next.len_utf8();
            text.push(match next {
                '\\' => self.escaped().ok_or_else(|| Wrong {
                    at: at..self.at,
                    why: "unknown escape".to_string(),
                    label: r#"expected `\n`, `\t`, `\r`, `\\`, `\"`, `\'` or `\u{…}`"#.to_string(),
                })?,
                other => other,
            });
        }
    }

    /// The next character.
    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn escaped(&mut self) -> Option<char> {
        match self.next()? {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            c @ ('\\' | '"' | '\'') => Some(c),
            'u' => {
                let (digits, _) = self.rest().strip_prefix('{')?.split_once('}')?;
                self.at += digits.len() + 2;
                u32::from_str_radix(digits, 16)
                    .ok()
                    .and_then(char::from_u32)
            }
            _ => None,
        }
    }
}

/// Whether labels, keywords and numbers have it.
fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-+._".contains(c)
}

/// A number or truth value, as it lies in memory.
fn bits(ty: Primitive, word: &str) -> Option<u64> {
    // What else Rust takes for numbers.
    if word.starts_with('+') || word == "infinity" || word == "-infinity" {
        return None;
    }
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
        // There is one NaN.
        Primitive::F32 => word
            .parse::<f32>()
            .ok()
            .map(|number| match number.is_nan() {
                true => u64::from(f32::NAN.to_bits()),
                false => u64::from(number.to_bits()),
            }),
        Primitive::F64 => word
            .parse::<f64>()
            .ok()
            .map(|number| match number.is_nan() {
                true => f64::NAN.to_bits(),
                false => number.to_bits(),
            }),
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
        assert!(short.is_ok(), "an option may be left out");
        for (wrong, part, why) in [
            ("ok", "", "expected `(`, found the end of the value"),
            ("err(40000)", "40000", "expected s16, found `40000`"),
            ("err(+1)", "+1", "expected s16, found `+1`"),
            ("err(\"é\")", "\"é\"", "expected s16, found `\"é\"`"),
            ("err(1", "", "expected `)`, found the end of the value"),
            (
                " ok({name: \"\"})",
                "{name: \"\"}",
                "missing field `ratio` of type `f64`",
            ),
            (
                "ok({name: \"\", name: \"\"})",
                "name",
                "duplicate field `name`",
            ),
            (
                "ok({size: 1})",
                "size",
                "expected `name`, `all` or `ratio`, found `size`",
            ),
            (
                "ok({name: \"a})",
                "\"a})",
                "unterminated string: expected `\"`",
            ),
            ("ok({name: \"\\q\"})", "\\q", "unknown escape"),
            ("no", "no", "expected `ok` or `err`, found `no`"),
            ("err(1) 2", "2", "expected the end of the value, found `2`"),
        ] {
            let found = parse(wrong, &result).expect_err(wrong);
            assert_eq!(
                (&wrong[found.at], found.why.as_str()),
                (part, why),
                "{wrong}"
            );
        }
    }
}
