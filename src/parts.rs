//! All parts nested in a component, at any depth, with every name that may refer to them.
//!
//! Lives here: [`Parts`], the only resolver of names given by users, and [`stems`], the names of
//! files for parts. The names themselves come from `wasm::parts`, for all commands.
//! May import: `config`, `diag`, `plan`, `wasm` (ranks 0 and 1).
//! Deliberately absent: codes and findings; each command has its own for an unknown name.

mod file_names;

use std::collections::BTreeMap;
use std::ops::Range;

pub(crate) use file_names::safe;

use crate::diag::did_you_mean;
use crate::wasm::parts;
use crate::{config, escape, plan};
use file_names::FileNames;

/// How many names are listed if none matches.
const LISTED: usize = 8;

/// A nested component or core module.
pub(crate) struct Known {
    /// `2.1` is the first part in the second.
    pub index: String,
    /// The names of the enclosing parts and its own, separated by `/`.
    pub path: String,
    /// Its name among its siblings.
    pub name: String,
    /// Another name for it.
    pub also: Option<String>,
    /// `component` or `core module`.
    pub kind: &'static str,
    /// Where `split` writes it, without the extension, if it is a component with instances.
    pub stem: Option<String>,
    /// Its bytes, in the whole input.
    pub range: Range<usize>,
    /// The position of the enclosing component in the list; none for the outermost.
    pub around: Option<usize>,
    /// The names of its instances in the enclosing component.
    pub instances: Vec<String>,
}

/// All parts, each after the one it lies in.
pub(crate) struct Parts {
    all: Vec<Known>,
}

/// Why a name does not refer to a part.
pub(crate) struct Unfound {
    /// The reason.
    pub why: String,
    /// What to do, if anything.
    pub help: Option<String>,
}

impl Parts {
    /// The parts of `bytes`, as far as they can be read.
    pub fn of(bytes: &[u8]) -> Parts {
        let mut parts = Parts { all: Vec::new() };
        parts.inside(parts::tree(bytes), None);
        parts
    }

    /// All of them.
    pub fn all(&self) -> &[Known] {
        &self.all
    }

    /// Adds the parts nested in `part`, which is itself at `around`. The recursion is limited by
    /// the depth of the tree.
    fn inside(&mut self, part: parts::Part, around: Option<usize>) {
        let used = part.parts.iter().enumerate();
        let used = used.filter(|(_, nested)| !nested.instances.is_empty());
        let mut stems = stems(used.map(|(at, nested)| (at, nested.name.as_str())));
        let (index, folder) = match around.map(|around| &self.all[around]) {
            Some(known) => (
                format!("{}.", known.index),
                known.stem.as_ref().map(|stem| format!("{stem}/")),
            ),
            None => (String::new(), Some(String::new())),
        };
        for (at, nested) in part.parts.into_iter().enumerate() {
            let stem = stems.remove(&at);
            self.all.push(Known {
                index: format!("{index}{}", at + 1),
                path: nested.path.clone(),
                name: nested.name.clone(),
                also: nested.also.clone(),
                kind: nested.kind,
                stem: stem.and_then(|stem| Some(folder.clone()? + &stem)),
                range: nested.range.clone(),
                around,
                instances: nested.instances.clone(),
            });
            self.inside(nested, Some(self.all.len() - 1));
        }
    }

    /// The position of the part that `wanted` refers to: its path or index; its name, if it is
    /// unique; the name of an instance of it, alone or with the path to it; another name in the name
    /// section; or the file that `split` writes it to, without the extension.
    pub fn find(&self, wanted: &str) -> Result<usize, Unfound> {
        let exact = |known: &Known| known.index == wanted || known.path == wanted;
        if let Some(at) = self.all.iter().position(exact) {
            return Ok(at);
        }
        let having = |has: &dyn Fn(&Known) -> bool| -> Vec<usize> {
            let all = self.all.iter().enumerate().filter(|(_, known)| has(known));
            all.map(|(at, _)| at).collect()
        };
        let ways = [
            having(&|known| {
                known
                    .instances
                    .iter()
                    .any(|i| self.beside(known, i) == wanted)
            }),
            having(&|known| known.name == wanted),
            having(&|known| known.instances.iter().any(|name| name == wanted)),
            having(&|known| known.also.as_deref() == Some(wanted)),
            having(&|known| known.stem.as_deref() == Some(wanted)),
        ];
        match ways.iter().find(|found| !found.is_empty()) {
            None => Err(self.unknown(wanted)),
            Some(found) => match found.as_slice() {
                [one] => Ok(*one),
                several => Err(Unfound {
                    why: "several parts have this name".to_string(),
                    help: Some(format!("use the index: {}", self.indices(several))),
                }),
            },
        }
    }

    /// Whether `wanted` names one of several instances of a part, and not the part itself.
    pub fn is_one_of_several(&self, at: usize, wanted: &str) -> bool {
        let known = &self.all[at];
        let is_part = [&known.index, &known.path, &known.name].contains(&&wanted.to_string())
            || [&known.stem, &known.also].contains(&&Some(wanted.to_string()));
        !is_part && known.instances.len() > 1
    }

    fn indices(&self, several: &[usize]) -> String {
        let indices = several.iter().map(|at| self.all[*at].index.as_str());
        indices.collect::<Vec<_>>().join(", ")
    }

    /// The path of something with that name beside a part.
    fn beside(&self, known: &Known, name: &str) -> String {
        match known.around {
            Some(around) => format!("{}/{name}", self.all[around].path),
            None => name.to_string(),
        }
    }

    fn unknown(&self, wanted: &str) -> Unfound {
        let names = self.all.iter().flat_map(|known| {
            let names = [known.path.as_str(), known.name.as_str()].into_iter();
            let more = known.instances.iter().chain(&known.also).chain(&known.stem);
            names.chain(more.map(String::as_str))
        });
        let help = match did_you_mean(wanted, names) {
            Some(meant) => Some(format!("did you mean `{meant}`?")),
            None if self.all.is_empty() => None,
            None => {
                let paths = self.all.iter().take(LISTED);
                let paths: Vec<String> = paths.map(|known| format!("`{}`", known.path)).collect();
                Some(match self.all.len() > paths.len() {
                    true => format!(
                        "use one of {}, …; list all parts with `witkit inspect --parts`",
                        paths.join(", ")
                    ),
                    false => format!("use one of {}", escape::or(&paths)),
                })
            }
        };
        let why = match self.all.is_empty() {
            true => "it has no nested parts",
            false => "no part has this path, name or index",
        };
        Unfound {
            why: why.to_string(),
            help,
        }
    }
}

/// The names of the files, without the extension, of the parts of a level that are components with
/// instances; each by its position, with its name.
pub(crate) fn stems<'p>(used: impl Iterator<Item = (usize, &'p str)>) -> BTreeMap<usize, String> {
    let mut files = FileNames::beside(&[plan::FILE_NAME, config::FILE_NAME]);
    used.map(|(at, name)| (at, files.stem(name))).collect()
}
