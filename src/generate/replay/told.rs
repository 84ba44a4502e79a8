//! What a call that is not in a file traps with: what happened, the call in pieces that the runtime
//! puts together, and the lines that are nearest.
//!
//! Any call can be said in single characters, but a host shows a few frames only. So there is a piece
//! for whatever a call is likely to have: names of functions, fields and cases, the arguments of the
//! calls in the file, and two digits at once.
//!
//! Lives here: [`Told`]. May import: `escape`, `surface` (ranks 0 to 2), the sibling modules.
//! Deliberately absent: choosing pieces for a call, which the runtime does (`guests/replay`).

use std::collections::BTreeSet;

use super::Replay;
use crate::escape::visible;
use crate::generate::Fallible;
use crate::generate::descriptors::escaped;
use crate::generate::items::made_of;
use crate::generate::memory::Memory;
use crate::surface::{Type, TypeKind};

/// The most pieces that are made of a file, and of the names in types.
const MOST: usize = 150;

/// The longest piece.
const LONGEST: usize = 60;

/// What stands for the rest of a call.
const CUT: &str = "…";

/// The modules of lines and of pieces.
pub(super) const NEAREST: &str = "nearest";
pub(super) const CALL: &str = "call";

/// All that can be told.
pub(super) struct Told {
    /// What has happened, by function.
    pub happened: Vec<String>,
    /// The pieces of calls.
    pub pieces: Vec<String>,
}

impl Told {
    pub fn new(functions: &[Replay<'_>]) -> Told {
        let happened = functions.iter().map(|function| {
            let (name, file) = (function.name, function.file);
            visible(&match function.calls.is_empty() {
                true => format!("{name}: no call in {file}"),
                false => format!("{name}: no unused call in {file} matches"),
            })
        });
        let mut pieces: BTreeSet<String> = (' '..='~').map(String::from).collect();
        pieces.extend((0..100).map(|number| format!("{number:02}")));
        for function in functions {
            match function.func.params.is_empty() {
                true => pieces.insert(format!("{}()", function.name)),
                false => pieces.insert(format!("{}(", function.name)),
            };
        }
        let words = [
            "\", ", "\")", "[\"", "\"]", ", ", "[]", "some(\"", "false", "true",
        ];
        pieces.extend(words.map(str::to_string));
        let most = pieces.len() + MOST;
        let mut seen = BTreeSet::new();
        for function in functions {
            for (_, ty) in &function.func.params {
                names(ty, &mut seen, most, &mut pieces);
            }
        }
        let most = pieces.len() + MOST;
        for line in functions.iter().flat_map(|function| &function.calls) {
            for piece in arguments(line.written) {
                if pieces.len() >= most {
                    break;
                }
                // What is written otherwise there is not what is said.
                let is_plain = piece.chars().all(|c| (' '..='~').contains(&c));
                if is_plain && (2..=LONGEST).contains(&piece.len()) {
                    pieces.insert(piece);
                }
            }
        }
        let mut pieces: Vec<String> = pieces.into_iter().collect();
        pieces.push(CUT.to_string());
        Told {
            happened: happened.collect(),
            pieces,
        }
    }

    /// Has it lie in memory, for the runtime; with the lines that there are, and the positions of
    /// resources that the part defines.
    pub fn lay_out(
        &self,
        memory: &mut Memory,
        lines: usize,
        here: impl Iterator<Item = usize>,
    ) -> Fallible<u32> {
        let happened = self.happened.len() as u32;
        let here = here
            .filter(|at| *at < 32)
            .fold(0u32, |bits, at| bits | 1 << at);
        let count = self.pieces.len() as u32;
        let mut words = vec![happened, happened + lines as u32, count, here];
        for piece in &self.pieces {
            let (start, length) = memory.text(piece)?;
            words.extend([start, length]);
        }
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        memory.append(4, &bytes)
    }
}

/// Adds what the names in a type are said as.
fn names(
    ty: &Type,
    seen: &mut BTreeSet<*const TypeKind>,
    most: usize,
    pieces: &mut BTreeSet<String>,
) {
    if !seen.insert(std::ptr::from_ref(ty.kind())) || pieces.len() >= most {
        return;
    }
    let case = |name: &str, payload: bool| match payload {
        true => format!("{}(", escaped(name)),
        false => escaped(name),
    };
    match ty.kind() {
        TypeKind::Record(fields) => {
            let fields = fields.iter().enumerate();
            pieces.extend(fields.map(|(at, (name, _))| match at {
                0 => format!("{{{name}: "),
                _ => format!(", {name}: "),
            }));
        }
        TypeKind::Variant(cases) => {
            pieces.extend(cases.iter().map(|(name, ty)| case(name, ty.is_some())));
        }
        TypeKind::Enum(names) => pieces.extend(names.iter().map(|name| case(name, false))),
        TypeKind::Flags(names) => pieces.extend(names.iter().cloned()),
        TypeKind::Option(_) => pieces.extend(["none", "some("].map(str::to_string)),
        TypeKind::Result(ok, error) => {
            pieces.extend([case("ok", ok.is_some()), case("err", error.is_some())]);
        }
        TypeKind::Own(resource) | TypeKind::Borrow(resource) => {
            pieces.insert(format!("{}#", resource.name));
            pieces.insert(format!("{}#_", resource.name));
        }
        TypeKind::Stream(_) => drop(pieces.insert("stream#_".to_string())),
        TypeKind::Future(_) => drop(pieces.insert("future#_".to_string())),
        _ => {}
    }
    for ty in made_of(ty.kind()) {
        names(ty, seen, most, pieces);
    }
}

/// The arguments of a call, each with what follows it: `(1, "a")` has `1, ` and `"a")`.
fn arguments(written: &str) -> Vec<String> {
    let inner = written
        .strip_prefix('(')
        .and_then(|all| all.strip_suffix(')'));
    let mut arguments = Vec::new();
    let mut argument = String::new();
    let (mut depth, mut quote, mut is_escaped) = (0usize, None, false);
    for c in inner.unwrap_or_default().chars() {
        match (quote, c) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(begun), c) if c == begun => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                arguments.push(format!("{}, ", argument.trim()));
                argument.clear();
                continue;
            }
            _ => {}
        }
        argument.push(c);
    }
    if !argument.is_empty() {
        arguments.push(format!("{})", argument.trim()));
    }
    arguments
}
