//! Calls as a trace writes them: WAVE with what it has no words for.
//!
//! `_` is any argument, `counter#3` and `counter#_` are handles, `stream#_` and `future#_` what they
//! say, and a text or list that ends in `…7` goes on.
//!
//! Lives here: [`call`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: which function of which interface a line is for (`compose`).

use std::cell::{Cell, RefCell};
use std::ops::Range;

use crate::generate::answers::Chooser;
use crate::generate::homes::{Homes, Key};
use crate::generate::values::Value;
use crate::generate::wave::{Besides, Parser, Read, Wrong};
use crate::surface::{Func, Primitive, ResourceRef, Type, TypeKind};

/// What a part knows when it reads calls, and what it learns.
struct Recorded<'h> {
    homes: &'h Homes,
    /// Whether a result is read, which has to be a value, and not an argument, which is compared.
    is_result: Cell<bool>,
    learnt: RefCell<Learnt>,
}

#[derive(Default)]
struct Learnt {
    numbers: Vec<Number>,
    lacks: Vec<Key>,
    /// What to do about the mistake that was found.
    help: Option<String>,
}

/// A call that was recorded.
pub(in crate::generate) struct Call {
    pub params: Vec<Value>,
    /// The arguments as they are written, with the parentheses.
    pub written: Range<usize>,
    pub result: Option<Value>,
    /// Whether it answers any number of times.
    pub repeats: bool,
    /// The handles with numbers.
    pub numbers: Vec<Number>,
    /// Resources of the result that cannot be made.
    pub lacks: Vec<Key>,
}

/// A handle with a number.
pub(in crate::generate) struct Number {
    pub resource: Key,
    pub number: u32,
    pub at: Range<usize>,
    pub is_result: bool,
}

/// What is wrong with a call, and what to do about it.
pub(super) struct Mistake {
    pub wrong: Wrong,
    pub help: Option<String>,
}

/// Reads `(ARGUMENTS) = RESULT`, or without a result, and `...` behind it.
pub(super) fn call(text: &str, func: &Func, homes: &Homes) -> Result<Call, Mistake> {
    let recorded = Recorded {
        homes,
        is_result: Cell::new(false),
        learnt: RefCell::default(),
    };
    let mut parser = Parser::of(text);
    parser.besides = Some(&recorded);
    let read = read(&mut parser, func, &recorded.is_result);
    let learnt = recorded.learnt.into_inner();
    match read {
        Ok(call) => Ok(Call {
            numbers: learnt.numbers,
            lacks: learnt.lacks,
            ..call
        }),
        Err(wrong) => Err(Mistake {
            wrong,
            help: learnt.help,
        }),
    }
}

fn read(parser: &mut Parser<'_>, func: &Func, is_result: &Cell<bool>) -> Read<Call> {
    let start = parser.token().start;
    parser.need('(')?;
    let mut params = Vec::new();
    let count = |count: usize| match count {
        1 => "1 argument".to_string(),
        count => format!("{count} arguments"),
    };
    for (at, (_, ty)) in func.params.iter().enumerate() {
        if at > 0 && parser.peek() != Some(')') {
            parser.separated(')')?;
        }
        if parser.peek() == Some(')') {
            let expected = count(func.params.len());
            return Err(Wrong {
                at: parser.token(),
                why: format!("expected {expected}, found {at}"),
                label: format!("expected `{ty}`"),
            });
        }
        params.push(parser.value(ty)?);
    }
    let is_separated = params.is_empty() || parser.eat(',');
    if !parser.eat(')') {
        return Err(match parser.peek() {
            Some(_) if is_separated => Wrong {
                at: parser.token(),
                why: format!("expected {}, found more", count(func.params.len())),
                label: "expected `)`".to_string(),
            },
            _ => parser.expected("`)`"),
        });
    }
    let written = start..parser.at;
    is_result.set(true);
    let result = match &func.result {
        None => None,
        Some(ty) => {
            if parser.peek().is_none() {
                return Err(Wrong {
                    at: parser.token(),
                    why: format!("missing result of type `{ty}`"),
                    label: "expected `=` and the result".to_string(),
                });
            }
            if !parser.eat('=') {
                return Err(parser.expected(&format!("`=` and a result of type `{ty}`")));
            }
            Some(parser.value(ty)?)
        }
    };
    let repeats = parser.word() == REPEATS;
    if repeats {
        parser.at = parser.token().end;
    }
    match (parser.peek(), &func.result) {
        (None, _) => Ok(Call {
            params,
            written,
            result,
            repeats,
            numbers: Vec::new(),
            lacks: Vec::new(),
        }),
        (Some('='), None) => Err(Wrong {
            at: parser.token(),
            why: "the function has no result".to_string(),
            label: "expected the end of the line".to_string(),
        }),
        _ => Err(parser.expected("the end of the line")),
    }
}

/// What stands behind a call that answers any number of times.
const REPEATS: &str = "...";

/// What stands before the number of what is missing.
const CUT: char = '…';

impl Besides for Recorded<'_> {
    /// What a trace writes and WAVE has not.
    fn value(&self, parser: &mut Parser<'_>, ty: &Type) -> Read<Option<Value>> {
        if parser.word() == "_" {
            if self.is_result.get() {
                let mut wrong = parser.expected(&format!("`{ty}`"));
                wrong.why = format!("`_` is not a result: expected `{ty}`");
                return Err(wrong);
            }
            parser.at = parser.token().end;
            return Ok(Some(Value::Any));
        }
        let value = match ty.kind() {
            TypeKind::Primitive(Primitive::String) => {
                let start = parser.token().start;
                let text = Value::Text(parser.quoted('"', ty)?);
                self.cut(parser, text, start, "bytes")?
            }
            TypeKind::List(element) => {
                self.list(parser, ty, &mut |parser| parser.value(element))?
            }
            TypeKind::Map(key, value) => self.list(parser, ty, &mut |parser| {
                parser.need('(')?;
                let key = parser.value(key)?;
                parser.need(',')?;
                let value = parser.value(value)?;
                parser.eat(',');
                parser.need(')')?;
                Ok(Value::Fields(vec![key, value]))
            })?,
            TypeKind::Own(resource) | TypeKind::Borrow(resource) => {
                self.handle(parser, resource)?
            }
            TypeKind::Stream(_) => self.made(parser, "stream", ty)?,
            TypeKind::Future(_) => self.made(parser, "future", ty)?,
            TypeKind::Primitive(Primitive::ErrorContext) => {
                self.made(parser, "error-context", ty)?
            }
            _ => return Ok(None),
        };
        Ok(Some(value))
    }
}

/// `name#`, and what stands behind it: a number, or none for `_`.
fn numbered(parser: &mut Parser<'_>, name: &str) -> Read<Option<u32>> {
    if parser.word() != name {
        return Err(parser.expected(&format!("`{name}#_`")));
    }
    parser.at = parser.token().end;
    parser.need('#')?;
    let number = match parser.word() {
        "_" => None,
        word => match word.parse::<u32>().ok().filter(|n| *n <= MAX_NUMBER) {
            Some(number) => Some(number),
            None => return Err(parser.expected("a number or `_`")),
        },
    };
    parser.at = parser.token().end;
    Ok(number)
}

impl Recorded<'_> {
    fn list(
        &self,
        parser: &mut Parser<'_>,
        ty: &Type,
        element: &mut dyn FnMut(&mut Parser<'_>) -> Read<Value>,
    ) -> Read<Value> {
        let start = parser.token().start;
        parser.open('[', ty)?;
        let mut values = Vec::new();
        loop {
            if parser.eat(']') {
                return Ok(Value::List(values));
            }
            if parser.peek() == Some(CUT) {
                let cut = self.cut(parser, Value::List(values), start, "elements")?;
                parser.need(']')?;
                return Ok(cut);
            }
            values.push(element(parser)?);
            parser.separated(']')?;
        }
    }

    /// A text or list that began at `start`, and goes on if `…` is next.
    fn cut(&self, parser: &mut Parser<'_>, value: Value, start: usize, what: &str) -> Read<Value> {
        let end = parser.at;
        if !parser.eat(CUT) {
            // What was skipped may be a comment with another call.
            parser.at = end;
            return Ok(value);
        }
        let Ok(more) = parser.word().parse::<u32>() else {
            return Err(parser.expected(&format!("the number of {what} that are left out")));
        };
        parser.at = parser.token().end;
        if !self.is_result.get() {
            return Ok(Value::Cut(Box::new(value), more));
        }
        let help = "trace with `--trace-limit 0`, which cuts nothing";
        self.learnt.borrow_mut().help = Some(help.to_string());
        Err(Wrong {
            at: start..parser.at,
            why: format!("the result is cut: the file lacks {more} of its {what}"),
            label: "cut".to_string(),
        })
    }

    fn handle(&self, parser: &mut Parser<'_>, resource: &ResourceRef) -> Read<Value> {
        let start = parser.token().start;
        let number = numbered(parser, &resource.name)?;
        let at = start..parser.at;
        let is_result = self.is_result.get();
        let key = self.homes.key(resource).map_err(|cannot| Wrong {
            at: at.clone(),
            why: cannot.why,
            label: "not supported".to_string(),
        })?;
        let mut learnt = self.learnt.borrow_mut();
        if is_result && !self.homes.can_make(resource) {
            learnt.lacks.push(key);
            return Ok(Value::Resource);
        }
        let Some(number) = number else {
            return Ok(if is_result {
                Value::Resource
            } else {
                Value::Any
            });
        };
        if !is_result && !self.homes.is_here(resource) {
            let name = &resource.name;
            learnt.help = Some(format!("write `{name}#_`"));
            return Err(Wrong {
                at,
                why: format!(
                    "cannot compare which `{name}` is passed: another part or the host makes it"
                ),
                label: "not comparable".to_string(),
            });
        }
        learnt.numbers.push(Number {
            resource: key,
            number,
            at,
            is_result,
        });
        Ok(Value::Numbered(number + FIRST))
    }

    /// A stream, future or error context: as a result, one that does no harm.
    fn made(&self, parser: &mut Parser<'_>, name: &str, ty: &Type) -> Read<Value> {
        let start = parser.token().start;
        let number = numbered(parser, name)?;
        let at = start..parser.at;
        if number.is_some() {
            return Err(Wrong {
                at,
                why: format!("values of type `{ty}` have no numbers"),
                label: format!("expected `{name}#_`"),
            });
        }
        if !self.is_result.get() {
            return Ok(Value::Any);
        }
        let value = Chooser::new(self.homes).harmless(ty);
        value.ok_or_else(|| Wrong {
            at,
            why: format!("cannot make a value of type `{ty}`: it has resources of the host"),
            label: "not supported".to_string(),
        })
    }
}

/// The largest number of a handle; some more tell other handles apart.
const MAX_NUMBER: u32 = u32::MAX - FIRST;

/// What the handle with number 0 stands for. Those without number, and those that stubs make, stand
/// for 1.
pub(in crate::generate) const FIRST: u32 = 2;
