//! Values as data: what a generated function answers.
//!
//! Lives here: [`Value`] and its text, which is WAVE but for handles. May import: `surface` (rank 2).
//! Deliberately absent: which value is the answer (`answers`), and its bytes (`memory`).

use std::fmt::Write;

use super::descriptors::escaped;
use crate::surface::{Primitive, Type, TypeKind};

/// A value of some type, which is known from elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Of a primitive type, as it lies in memory.
    Bits(u64),
    Text(String),
    /// Of a list or map.
    List(Vec<Value>),
    /// Of a record, tuple or list of fixed length.
    Fields(Vec<Value>),
    Flags(u32),
    /// Of a variant, enum, option or result.
    Case(usize, Option<Box<Value>>),
    /// A resource that the part makes.
    Resource,
    /// A resource that the part makes or has made, by its number in a trace.
    Numbered(u32),
    ErrorContext,
    /// A stream that is closed.
    Stream,
    /// A future that is finished.
    Future(Option<Box<Value>>),
    /// Any value: an argument of a call that is replayed.
    Any,
    /// A text or list of such an argument that goes on, by that many bytes or elements.
    Cut(Box<Value>, u32),
}

impl Value {
    /// A case without payload.
    pub fn case(case: usize) -> Value {
        Value::Case(case, None)
    }

    /// A case with that payload.
    pub fn with(case: usize, payload: Value) -> Value {
        Value::Case(case, Some(Box::new(payload)))
    }

    /// As WAVE writes it; handles are told by what they are.
    pub fn text(&self, ty: &Type) -> String {
        let mut out = String::new();
        self.write(ty.kind(), &mut out);
        out
    }

    fn write(&self, ty: &TypeKind, out: &mut String) {
        let payload =
            |name: &str, value: &Option<Box<Value>>, ty: Option<&Type>, out: &mut String| {
                out.push_str(name);
                if let (Some(value), Some(ty)) = (value, ty) {
                    out.push('(');
                    value.write(ty.kind(), out);
                    out.push(')');
                }
            };
        match (self, ty) {
            (Value::Bits(bits), TypeKind::Primitive(primitive)) => number(*bits, *primitive, out),
            (Value::Text(text), _) => {
                out.push('"');
                text.chars().for_each(|c| character(c, '"', out));
                out.push('"');
            }
            (Value::List(values), TypeKind::List(ty)) => {
                let of_type: Vec<_> = values.iter().map(|value| (value, ty)).collect();
                listed("[", &of_type, "]", out);
            }
            (Value::Fields(values), TypeKind::FixedLengthList(ty, _)) => {
                let of_type: Vec<_> = values.iter().map(|value| (value, ty)).collect();
                listed("[", &of_type, "]", out);
            }
            (Value::Fields(values), TypeKind::Tuple(types)) => {
                let of_type: Vec<_> = values.iter().zip(types).collect();
                listed("(", &of_type, ")", out);
            }
            (Value::Fields(values), TypeKind::Record(fields)) => {
                out.push('{');
                for (at, (value, (name, ty))) in values.iter().zip(fields).enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    let _ = write!(out, "{comma}{name}: ");
                    value.write(ty.kind(), out);
                }
                out.push('}');
            }
            (Value::Flags(bits), TypeKind::Flags(names)) => {
                let set = names.iter().enumerate();
                let set = set.filter(|(at, _)| bits >> at & 1 == 1);
                let set: Vec<&str> = set.map(|(_, name)| name.as_str()).collect();
                let _ = write!(out, "{{{}}}", set.join(", "));
            }
            (Value::Case(case, _), TypeKind::Enum(names)) => {
                out.push_str(&names.get(*case).map_or(String::new(), |name| escaped(name)));
            }
            (Value::Case(case, value), TypeKind::Variant(cases)) => {
                if let Some((name, ty)) = cases.get(*case) {
                    payload(&escaped(name), value, ty.as_ref(), out);
                }
            }
            (Value::Case(0, _), TypeKind::Option(_)) => out.push_str("none"),
            (Value::Case(_, value), TypeKind::Option(ty)) => payload("some", value, Some(ty), out),
            (Value::Case(0, value), TypeKind::Result(ok, _)) => {
                payload("ok", value, ok.as_ref(), out);
            }
            (Value::Case(_, value), TypeKind::Result(_, error)) => {
                payload("err", value, error.as_ref(), out);
            }
            (Value::Resource | Value::Numbered(_), TypeKind::Own(resource)) => {
                out.push_str(&resource.name)
            }
            (Value::Stream, _) => out.push_str("closed stream"),
            (Value::Future(value), TypeKind::Future(ty)) => match ty {
                Some(_) => payload("future", value, ty.as_ref(), out),
                None => out.push_str("finished future"),
            },
            (Value::ErrorContext, _) => out.push_str("error-context"),
            // A map is empty, and nothing else is left.
            _ => out.push_str("[]"),
        }
    }
}

fn listed(open: &str, values: &[(&Value, &Type)], close: &str, out: &mut String) {
    out.push_str(open);
    for (at, (value, ty)) in values.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        value.write(ty.kind(), out);
    }
    out.push_str(close);
}

fn number(bits: u64, ty: Primitive, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match ty {
        Primitive::Bool => write!(out, "{}", bits != 0),
        Primitive::S8 => write!(out, "{}", bits as i8),
        Primitive::S16 => write!(out, "{}", bits as i16),
        Primitive::S32 => write!(out, "{}", bits as i32),
        Primitive::S64 => write!(out, "{}", bits as i64),
        Primitive::F32 if f32::from_bits(bits as u32).is_nan() => write!(out, "nan"),
        Primitive::F64 if f64::from_bits(bits).is_nan() => write!(out, "nan"),
        Primitive::F32 => write!(out, "{}", f32::from_bits(bits as u32)),
        Primitive::F64 => write!(out, "{}", f64::from_bits(bits)),
        Primitive::Char => {
            out.push('\'');
            character(char::from_u32(bits as u32).unwrap_or_default(), '\'', out);
            out.push('\'');
            Ok(())
        }
        _ => write!(out, "{bits}"),
    };
}

/// A character of a text between quotes.
fn character(c: char, quote: char, out: &mut String) {
    match c {
        // Rust writes it in a way that WAVE does not know.
        '\0' => out.push_str("\\u{0}"),
        '"' | '\'' if c != quote => out.push(c),
        c => out.extend(c.escape_debug()),
    }
}
