//! What generated functions answer.
//!
//! Lives here: [`Chooser`], and the names of cases that say that something is not allowed.
//! May import: `names`, `surface` (ranks 0 and 2), the sibling modules. Deliberately absent: code.

use std::collections::HashSet;

use super::Kind;
use super::homes::Homes;
use super::values::Value;
use super::wave::{self, Wrong};
use crate::names::unversioned;
use crate::surface::{Func, Primitive, ResourceRef, Type, TypeKind};

/// Cases of error types that say that something is not allowed, the clearest first. Names of cases
/// are compared without regard to case.
const DENIED: &[&str] = &[
    "access-denied",
    "permission-denied",
    "not-permitted",
    "operation-not-permitted",
    "not-allowed",
    "access",
    "denied",
    "forbidden",
    "unauthorized",
    "not-authorized",
    "unauthenticated",
    "http-request-denied",
    "connection-refused",
    "refused",
    "notcapable",
    "perm",
];

/// Cases that say it if they have a text: `other(string)`.
const TOLD: &[&str] = &[
    "other",
    "other-error",
    "unexpected",
    "unexpected-error",
    "unknown",
    "unspecified",
    "internal",
    "internal-error",
    "io",
    "error",
    "failed",
    "failure",
    "message",
    "provider-error",
    "upstream",
];

/// Denied functions of Spin, whose errors say it in their own way: what Spin answers itself.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "fermyon:spin/http",
        "send-request",
        "err(destination-not-allowed)",
    ),
    (
        "fermyon:spin/llm",
        "generate-embeddings",
        "err(model-not-supported)",
    ),
    ("fermyon:spin/llm", "infer", "err(model-not-supported)"),
    ("fermyon:spin/redis", "del", "err(error)"),
    ("fermyon:spin/redis", "execute", "err(error)"),
    ("fermyon:spin/redis", "get", "err(error)"),
    ("fermyon:spin/redis", "incr", "err(error)"),
    ("fermyon:spin/redis", "publish", "err(error)"),
    ("fermyon:spin/redis", "sadd", "err(error)"),
    ("fermyon:spin/redis", "set", "err(error)"),
    ("fermyon:spin/redis", "smembers", "err(error)"),
    ("fermyon:spin/redis", "srem", "err(error)"),
    (
        "fermyon:spin/variables",
        "get",
        "err(undefined(\"denied\"))",
    ),
    (
        "spin:variables/variables",
        "get",
        "err(undefined(\"denied\"))",
    ),
];

/// Stubbed functions of WASI whose zero would have a guest wait or try for ever.
const BETTER: &[(&str, &str, &str)] = &[
    ("wasi:io/poll", "[method]pollable.ready", "true"),
    ("wasi:io/poll", "poll", "[0]"),
    (
        "wasi:io/streams",
        "[method]input-stream.read",
        "err(closed)",
    ),
    (
        "wasi:io/streams",
        "[method]input-stream.blocking-read",
        "err(closed)",
    ),
    (
        "wasi:io/streams",
        "[method]input-stream.skip",
        "err(closed)",
    ),
    (
        "wasi:io/streams",
        "[method]input-stream.blocking-skip",
        "err(closed)",
    ),
    (
        "wasi:io/streams",
        "[method]output-stream.check-write",
        "ok(65536)",
    ),
    ("wasi:clocks/monotonic-clock", "resolution", "1"),
];

/// The value that a table has for a function of an interface, in whatever version, if its type has it.
fn listed(
    table: &[(&str, &str, &str)],
    interface: Option<&str>,
    name: &str,
    ty: &Type,
) -> Option<Value> {
    let interface = interface.map(unversioned);
    let mut table = table.iter();
    let found = table.find(|(of, function, _)| interface == Some(of) && *function == name);
    found.and_then(|(.., text)| wave::parse(text, ty).ok())
}

/// What a function answers.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// In a function of that name, or else its own.
    Trap(Option<String>),
    /// It has no result.
    Nothing,
    Value(Value),
    /// A new resource, which stands for the argument.
    Made(ResourceRef),
}

impl Answer {
    /// As a plan tells it.
    pub fn text(&self, func: &Func) -> String {
        match (self, &func.result) {
            (Answer::Value(value), Some(ty)) => value.text(ty),
            (Answer::Trap(_), _) => "trap".to_string(),
            _ => "nothing".to_string(),
        }
    }
}

/// Chooses answers.
pub(super) struct Chooser<'a> {
    homes: &'a Homes,
    /// Types that have no value which a part could make; looked at once.
    impossible: HashSet<*const TypeKind>,
    /// What a text says that tells of a denied call.
    message: String,
}

impl<'a> Chooser<'a> {
    pub fn new(homes: &'a Homes) -> Chooser<'a> {
        Chooser {
            homes,
            impossible: HashSet::new(),
            message: String::new(),
        }
    }

    /// The answer of a function of an interface, or of a world; none if it can have none.
    pub fn answer(
        &mut self,
        kind: Kind,
        interface: Option<&str>,
        name: &str,
        func: &Func,
    ) -> Option<Answer> {
        let full = interface.map_or(name.to_string(), |interface| format!("{interface}#{name}"));
        self.message = format!("{full} is denied");
        let result = func.result.as_ref();
        match (kind, result) {
            (Kind::Deny, None) => Some(Answer::Trap(None)),
            (Kind::Deny, Some(ty)) => {
                let known = listed(REFUSED, interface, name, ty);
                let denial = known.or_else(|| self.denial(ty));
                Some(denial.map_or(Answer::Trap(None), Answer::Value))
            }
            // Its answers are those of a trace.
            (Kind::Replay(_), _) => None,
            (Kind::Stub, None) => Some(Answer::Nothing),
            (Kind::Stub, Some(ty)) => {
                let better = listed(BETTER, interface, name, ty);
                better.or_else(|| self.harmless(ty)).map(Answer::Value)
            }
        }
    }

    /// The answer of a function with that text.
    pub fn given(text: &str, func: &Func) -> Result<Answer, Wrong> {
        match &func.result {
            Some(ty) => wave::parse(text, ty).map(Answer::Value),
            None => Err(Wrong {
                at: 0..text.len(),
                why: "the function has no result".to_string(),
                label: "expected nothing".to_string(),
            }),
        }
    }

    /// The value that says that a call was denied.
    fn denial(&mut self, ty: &Type) -> Option<Value> {
        match ty.kind() {
            TypeKind::Result(_, None) => Some(Value::case(1)),
            TypeKind::Result(_, Some(error)) => Some(Value::with(1, self.says_so(error)?)),
            TypeKind::Future(Some(ty)) => Some(Value::Future(Some(Box::new(self.denial(ty)?)))),
            TypeKind::Tuple(types) => {
                let mut denied = false;
                let mut values = Vec::new();
                for ty in types {
                    let denial = match ty.kind() {
                        TypeKind::Future(_) => self.denial(ty),
                        _ => None,
                    };
                    denied |= denial.is_some();
                    values.push(match denial {
                        Some(denial) => denial,
                        None => self.harmless(ty)?,
                    });
                }
                denied.then_some(Value::Fields(values))
            }
            _ => None,
        }
    }

    /// The error that says so.
    fn says_so(&mut self, error: &Type) -> Option<Value> {
        let message = Value::Text(self.message.clone());
        match error.kind() {
            TypeKind::Primitive(Primitive::String) => Some(message),
            TypeKind::Enum(names) => named(DENIED, names.iter()).map(Value::case),
            TypeKind::Variant(cases) => {
                let names = || cases.iter().map(|(name, _)| name);
                if let Some(case) = named(DENIED, names()) {
                    let payload = match &cases[case].1 {
                        None => Some(Value::case(case)),
                        Some(ty) => self.told(ty).map(|value| Value::with(case, value)),
                    };
                    if payload.is_some() {
                        return payload;
                    }
                }
                let case = TOLD.iter().find_map(|wanted| {
                    let mut cases = cases.iter();
                    cases.position(|(name, ty)| {
                        let has_text = ty.as_ref().is_some_and(|ty| self.has_text(ty));
                        has_text && name.eq_ignore_ascii_case(wanted)
                    })
                })?;
                let payload = self.told(cases[case].1.as_ref()?)?;
                Some(Value::with(case, payload))
            }
            TypeKind::Record(_) if self.has_text(error) => self.told(error),
            _ => None,
        }
    }

    /// Whether a text in it could tell of the denial.
    fn has_text(&self, ty: &Type) -> bool {
        match ty.kind() {
            TypeKind::Primitive(Primitive::String) => true,
            TypeKind::Option(ty) => self.has_text(ty),
            TypeKind::Record(fields) => fields.iter().any(|(_, ty)| self.has_text(ty)),
            _ => false,
        }
    }

    /// A value whose texts tell of the denial, as far as it has any.
    fn told(&mut self, ty: &Type) -> Option<Value> {
        let message = Value::Text(self.message.clone());
        match ty.kind() {
            TypeKind::Primitive(Primitive::String) => Some(message),
            TypeKind::Option(inner) if self.has_text(inner) => {
                Some(Value::with(1, self.told(inner)?))
            }
            TypeKind::Record(fields) => {
                let mut values = Vec::new();
                for (_, ty) in fields {
                    values.push(self.told(ty)?);
                }
                Some(Value::Fields(values))
            }
            _ => self.harmless(ty),
        }
    }

    /// A value that does no harm; none where a resource would have to be made that the part does not
    /// define.
    pub fn harmless(&mut self, ty: &Type) -> Option<Value> {
        let key = std::ptr::from_ref(ty.kind());
        if self.impossible.contains(&key) {
            return None;
        }
        let value = self.compute(ty.kind());
        if value.is_none() {
            self.impossible.insert(key);
        }
        value
    }

    fn compute(&mut self, kind: &TypeKind) -> Option<Value> {
        let mut case = |at: usize, ty: &Option<Type>| match ty {
            None => Some(Value::case(at)),
            Some(ty) => Some(Value::with(at, self.harmless(ty)?)),
        };
        Some(match kind {
            TypeKind::Primitive(Primitive::String) => Value::Text(String::new()),
            TypeKind::Primitive(Primitive::ErrorContext) => Value::ErrorContext,
            TypeKind::Primitive(_) => Value::Bits(0),
            TypeKind::List(_) | TypeKind::Map(..) => Value::List(Vec::new()),
            TypeKind::Flags(_) => Value::Flags(0),
            TypeKind::Enum(_) | TypeKind::Option(_) => Value::case(0),
            TypeKind::Variant(cases) => {
                let mut cases = cases.iter().enumerate();
                cases.find_map(|(at, (_, ty))| case(at, ty))?
            }
            TypeKind::Result(ok, error) => case(0, ok).or_else(|| case(1, error))?,
            TypeKind::Record(fields) => {
                let types = fields.iter().map(|(_, ty)| ty);
                Value::Fields(types.map(|ty| self.harmless(ty)).collect::<Option<_>>()?)
            }
            TypeKind::Tuple(types) => Value::Fields(
                types
                    .iter()
                    .map(|ty| self.harmless(ty))
                    .collect::<Option<_>>()?,
            ),
            TypeKind::FixedLengthList(ty, length) => {
                let value = self.harmless(ty)?;
                Value::Fields(vec![value; *length as usize])
            }
            TypeKind::Own(resource) if self.homes.can_make(resource) => Value::Resource,
            // Nobody can lend what is its own in a result.
            TypeKind::Own(_) | TypeKind::Borrow(_) => return None,
            TypeKind::Stream(_) => Value::Stream,
            TypeKind::Future(None) => Value::Future(None),
            TypeKind::Future(Some(ty)) => Value::Future(Some(Box::new(self.harmless(ty)?))),
        })
    }
}

/// The position of the first of `wanted` that is among `names`.
fn named<'n>(wanted: &[&str], names: impl Iterator<Item = &'n String>) -> Option<usize> {
    let names: Vec<&String> = names.collect();
    wanted.iter().find_map(|wanted| {
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(wanted))
    })
}
