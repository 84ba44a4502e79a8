//! Functions that answer from a trace: each call of it is an answer, for arguments like its own.
//!
//! The memory is that of a runtime (`guests/replay`), which compares arguments; the generated module
//! puts the calls there. A call that is not in the trace traps in functions whose names say which call
//! it is and which are most like it.
//!
//! The way: calls are read (`read`) and laid out (`calls`), and the functions are put around the
//! runtime (`lift`), with the modules that trap (`traps`) and what they say (`told`).
//!
//! Lives here: [`replays`]. May import: `escape`, `plan`, `surface` (ranks 0 to 2), the sibling modules.
//! Deliberately absent: files, and lines that are for other interfaces (`compose`).

pub(super) mod calls;
mod lift;
pub(super) mod read;
mod told;
mod traps;

use std::collections::BTreeSet;

use super::abi::Abi;
use super::answers::Answer;
use super::homes::{Homes, Key};
use super::items::Items;
use super::wave::Wrong;
use super::{Cannot, Kind, Spec};
use crate::escape::visible;
use crate::surface::Func;
use read::Call;

/// The most characters of arguments where a line is told of.
const SHOWN: usize = 160;

/// A function that answers from a trace.
pub(super) struct Replay<'a> {
    pub name: &'a str,
    pub func: &'a Func,
    pub file: &'a str,
    pub calls: Vec<Line<'a>>,
}

/// A call in a file.
pub(super) struct Line<'a> {
    line: u32,
    /// The arguments, as they are written.
    pub written: &'a str,
    pub call: Call,
}

impl Replay<'_> {
    /// What a trap says of a line that is near to what was called.
    fn nearest(&self, line: &Line<'_>) -> String {
        let (name, file) = (self.name, self.file);
        let mut written: String = line.written.chars().take(SHOWN).collect();
        if written.len() < line.written.len() {
            written.push('…');
        }
        visible(&format!("{file}:{} {name}{written}", line.line))
    }
}

impl<'a> Replay<'a> {
    /// The function that traps, as there are no calls of it.
    pub fn never(&self) -> (&'a str, &'a Func, Answer) {
        let said = format!("{}: no call in {}", self.name, self.file);
        let said = visible(&said);
        (self.name, self.func, Answer::Trap(Some(said)))
    }
}

/// Where in a file something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InCall {
    /// The position of the file among those of the part.
    pub file: usize,
    /// The position of the call in it.
    pub call: usize,
    pub wrong: Wrong,
    pub help: Option<String>,
}

/// The functions that answer from a trace, also those that are not in it; and what is wrong with
/// calls.
pub(super) fn replays<'a>(
    spec: &Spec<'a>,
    items: &Items<'a>,
    homes: &Homes,
) -> (Vec<Replay<'a>>, Vec<Cannot>) {
    let mut abi = Abi::new(homes);
    let (mut replays, mut problems) = (Vec::new(), Vec::new());
    let mut returned: BTreeSet<(Key, u32)> = BTreeSet::new();
    let mut passed: Vec<(&str, InCall, (Key, u32))> = Vec::new();
    for (name, func) in &items.functions {
        let Some(Kind::Replay(file)) = (spec.kind)(name) else {
            continue;
        };
        let types = func.params.iter().map(|(_, ty)| ty).chain(&func.result);
        if let Some(cannot) = types.filter_map(|ty| abi.layout(ty).err()).next() {
            problems.push(cannot.of(name));
            continue;
        }
        let Some(of_file) = spec.replay.get(file) else {
            problems.push(Cannot::new("its calls are not given").of(name));
            continue;
        };
        let mut replay = Replay {
            name,
            func,
            file: &of_file.file,
            calls: Vec::new(),
        };
        for (at, recorded) in of_file.calls.iter().enumerate() {
            if recorded.function != *name {
                continue;
            }
            let in_call = |wrong: Wrong, help: Option<String>| InCall {
                file,
                call: at,
                wrong,
                help,
            };
            let mut problem = |mut cannot: Cannot, in_call: InCall| {
                cannot.call = Some(Box::new(in_call));
                problems.push(cannot.of(name));
            };
            match read::call(&recorded.call, func, homes) {
                Ok(call) if call.lacks.is_empty() => {
                    for number in &call.numbers {
                        let of = (number.resource.clone(), number.number);
                        match number.is_result {
                            true => drop(returned.insert(of)),
                            false => {
                                let wrong = Wrong {
                                    at: number.at.clone(),
                                    why: format!(
                                        "no call in the file returns `{}#{}`",
                                        number.resource.name, number.number
                                    ),
                                    label: "never returned".to_string(),
                                };
                                let help = format!("write `{}#_`", number.resource.name);
                                passed.push((name, in_call(wrong, Some(help)), of));
                            }
                        }
                    }
                    replay.calls.push(Line {
                        line: recorded.line,
                        written: recorded.call.get(call.written.clone()).unwrap_or_default(),
                        call,
                    });
                }
                Ok(call) => {
                    let why = "it returns a resource of the host";
                    let mut cannot = Cannot::new(why);
                    cannot.makes = call.lacks;
                    let wrong = Wrong {
                        at: call.written.end..recorded.call.len(),
                        why: why.to_string(),
                        label: "returns a resource of the host".to_string(),
                    };
                    problem(cannot, in_call(wrong, None));
                }
                Err(mistake) => {
                    let cannot = Cannot::new(mistake.wrong.why.clone());
                    problem(cannot, in_call(mistake.wrong, mistake.help));
                }
            }
        }
        replays.push(replay);
    }
    for (name, in_call, of) in passed {
        // Others may return it as well.
        let is_made_for_others = spec.makes.contains(&of.0.name) && homes.is_own(&of.0);
        if !returned.contains(&of) && !is_made_for_others {
            let mut cannot = Cannot::new(in_call.wrong.why.clone());
            cannot.call = Some(Box::new(in_call));
            problems.push(cannot.of(name));
        }
    }
    (replays, problems)
}
