//! The functions that the runtime knows, by their types.
//!
//! A name tells nothing about a type: a release may change one, and a component may import whatever it
//! likes under it. So a function is served if its type is known, down to the cases of its errors.
//!
//! Lives here: [`known`]. May import: `names`, `surface` (ranks 0 to 2). Deliberately absent: the functions, which are
//! in `guests/virtual`; the table is written by a test, from the interfaces that WASI publishes.

use crate::names::{track_or_name, unversioned};
use crate::surface::{Func, Type, TypeKind};

/// A line a function: its interface and name, the hash of its type, and the export of the runtime.
const TABLE: &str = include_str!("../runtime/virtual.txt");

/// The export of the runtime that is that function; none if it has no such function.
pub(super) fn known(interface: &str, name: &str, func: &Func) -> Option<&'static str> {
    let hash = hash(func);
    full_names(interface, name).into_iter().find_map(|wanted| {
        let mut lines = TABLE.lines();
        lines.find_map(|line| {
            let mut words = line.split(' ');
            let is_it = words.next() == Some(&wanted) && words.next() == Some(&hash);
            words.next().filter(|_| is_it)
        })
    })
}

/// Whether there is a function of that name, whatever its type.
pub(super) fn is_known(interface: &str, name: &str) -> bool {
    let wanted = full_names(interface, name);
    let mut names = TABLE.lines().filter_map(|line| line.split(' ').next());
    names.any(|name| wanted.iter().any(|wanted| wanted == name))
}

/// Whether an interface is one of WASI 0.3.
pub(super) fn is_0_3(interface: &str) -> bool {
    track_or_name(interface).ends_with("@0.3")
}

/// What a function is called in the table: those of WASI 0.3 have lines of their own if they are not
/// the same as in 0.2, even if their types look alike.
pub(super) fn full_names(interface: &str, name: &str) -> Vec<String> {
    let plain = unversioned(interface);
    let new = is_0_3(interface).then(|| format!("{plain}@0.3#{name}"));
    new.into_iter().chain([format!("{plain}#{name}")]).collect()
}

/// What tells types of functions apart; names of parameters do not.
pub(super) fn hash(func: &Func) -> String {
    let mut text = String::new();
    text.push_str(if func.async_ { "async(" } else { "(" });
    for (_, ty) in &func.params {
        write(ty, &mut text);
        text.push(',');
    }
    text.push(')');
    optional(func.result.as_ref(), &mut text);
    // FNV-1a, which is enough to tell types apart that nobody chose to be confused.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn optional(ty: Option<&Type>, out: &mut String) {
    match ty {
        Some(ty) => write(ty, out),
        None => out.push('_'),
    }
}

fn write(ty: &Type, out: &mut String) {
    let mut all = |open: &str, parts: Vec<(&str, Option<&Type>)>| {
        out.push_str(open);
        out.push('{');
        for (name, ty) in parts {
            out.push_str(name);
            out.push(':');
            optional(ty, out);
            out.push(',');
        }
        out.push('}');
    };
    match ty.kind() {
        TypeKind::Primitive(primitive) => out.push_str(primitive.as_str()),
        TypeKind::Record(fields) => all("record", fields.iter().map(named).collect()),
        TypeKind::Variant(cases) => {
            let cases = cases.iter().map(|(name, ty)| (name.as_str(), ty.as_ref()));
            all("variant", cases.collect());
        }
        TypeKind::Flags(names) => all("flags", names.iter().map(|n| (n.as_str(), None)).collect()),
        TypeKind::Enum(names) => all("enum", names.iter().map(|n| (n.as_str(), None)).collect()),
        TypeKind::Tuple(types) => all("tuple", types.iter().map(|ty| ("", Some(ty))).collect()),
        TypeKind::List(ty) => all("list", vec![("", Some(ty))]),
        TypeKind::FixedLengthList(ty, length) => {
            all("list", vec![(&length.to_string(), Some(ty))]);
        }
        TypeKind::Map(key, value) => all("map", vec![("", Some(key)), ("", Some(value))]),
        TypeKind::Option(ty) => all("option", vec![("", Some(ty))]),
        TypeKind::Result(ok, error) => {
            all("result", vec![("", ok.as_ref()), ("", error.as_ref())]);
        }
        TypeKind::Future(ty) => all("future", vec![("", ty.as_ref())]),
        TypeKind::Stream(ty) => all("stream", vec![("", ty.as_ref())]),
        // Under which name a resource is mentioned is the importer's business.
        TypeKind::Own(_) => out.push_str("own"),
        TypeKind::Borrow(_) => out.push_str("borrow"),
    }
}

fn named((name, ty): &(String, Type)) -> (&str, Option<&Type>) {
    (name, Some(ty))
}
