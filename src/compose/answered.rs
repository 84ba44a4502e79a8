//! What `--deny` and `--stub` match: imports, or single functions of them.
//!
//! Lives here: [`Asked`]. May import: `generate`, `names` (ranks 0 to 3).
//! Deliberately absent: which imports would be left open (`resolve`), and the parts that provide
//! them instead (`generated`).

use std::collections::BTreeMap;

use wasmparser::ComponentExternName;
use wildmatch::WildMatch;

use super::options::Options;
use super::parts::Parts;
use crate::generate::Kind;
use crate::names::unversioned;

/// The patterns that were given.
pub(crate) struct Asked(Vec<Pattern>);

/// One of them.
pub(crate) struct Pattern {
    pub kind: Kind,
    /// The pattern without the part, as it was typed.
    pub text: String,
    /// The option, as the user wrote it.
    pub flag: String,
    /// The part that it is restricted to.
    pub part: Option<usize>,
    names: WildMatch,
}

/// What of an import is matched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cover {
    All(Kind),
    Functions(BTreeMap<String, Kind>),
}

impl Cover {
    /// What a function is to do, if it is matched.
    pub fn of(&self, function: &str) -> Option<Kind> {
        match self {
            Cover::All(kind) => Some(*kind),
            Cover::Functions(functions) => functions.get(function).copied(),
        }
    }
}

impl Asked {
    pub fn read(options: &Options, parts: &Parts) -> Asked {
        let deny = options.deny.iter().map(|text| (Kind::Deny, text));
        let stub = options.stub.iter().map(|text| (Kind::Stub, text));
        let patterns = deny.chain(stub).map(|(kind, text)| {
            let (part, rest) = match parts.split_prefix(text) {
                Some((part, rest)) => (Some(part), rest),
                None => (None, text.as_str()),
            };
            Pattern {
                kind,
                text: rest.to_string(),
                flag: format!("--{} {text}", kind.name()),
                part,
                names: WildMatch::new(rest),
            }
        });
        Asked(patterns.collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn patterns(&self) -> &[Pattern] {
        &self.0
    }

    /// What an import of a part is to do as a whole, by the pattern that says most; `deny` goes first
    /// where two say as much.
    pub fn interface(&self, part: usize, name: &ComponentExternName<'_>) -> Option<Kind> {
        let spellings = spellings(name);
        self.best(part, &spellings).map(|pattern| pattern.kind)
    }

    /// Whether a pattern may match functions of an import alone.
    pub fn may_match_functions(&self, part: usize) -> bool {
        let mut patterns = self.0.iter();
        patterns.any(|p| p.part.is_none_or(|of| of == part) && p.text.contains('.'))
    }

    /// What of an import with those functions is matched.
    pub fn cover(
        &self,
        part: usize,
        name: &ComponentExternName<'_>,
        functions: &[String],
    ) -> Option<Cover> {
        let spellings = spellings(name);
        let whole = self.best(part, &spellings);
        let mut kinds = BTreeMap::new();
        for function in functions {
            let own: Vec<String> = spellings
                .iter()
                .flat_map(|name| {
                    [
                        format!("{name}.{}", readable(function)),
                        format!("{name}.{function}"),
                    ]
                })
                .collect();
            let best = self.best(part, &own);
            let best = match (best, whole) {
                (Some(own), Some(whole)) if whole.weight() > own.weight() => Some(whole),
                (own, whole) => own.or(whole),
            };
            if let Some(best) = best {
                kinds.insert(function.clone(), best.kind);
            }
        }
        match whole {
            Some(whole) if kinds.values().all(|kind| *kind == whole.kind) => {
                Some(Cover::All(whole.kind))
            }
            None if kinds.is_empty() => None,
            _ => Some(Cover::Functions(kinds)),
        }
    }

    /// Whether that pattern matches an import, or functions of it.
    pub fn matches(
        pattern: &Pattern,
        part: usize,
        name: &ComponentExternName<'_>,
        functions: &[String],
    ) -> bool {
        let alone = |spelling: &String| pattern.names.matches(spelling);
        pattern.part.is_none_or(|of| of == part)
            && spellings(name).iter().any(|name| {
                alone(name)
                    || functions.iter().any(|function| {
                        alone(&format!("{name}.{}", readable(function)))
                            || alone(&format!("{name}.{function}"))
                    })
            })
    }

    fn best(&self, part: usize, spellings: &[String]) -> Option<&Pattern> {
        let mut best: Option<&Pattern> = None;
        for pattern in &self.0 {
            let is_for = pattern.part.is_none_or(|of| of == part);
            if is_for
                && spellings.iter().any(|name| pattern.names.matches(name))
                && best.is_none_or(|best| pattern.weight() > best.weight())
            {
                best = Some(pattern);
            }
        }
        best
    }
}

impl Pattern {
    /// How much it says: the part, then letters that stand for themselves.
    fn weight(&self) -> (bool, usize) {
        let letters = self.text.chars().filter(|c| *c != '*');
        (self.part.is_some(), letters.count())
    }
}

/// The names that people may mean an import by.
pub(super) fn spellings(name: &ComponentExternName<'_>) -> Vec<String> {
    let mut spellings = vec![name.full_name().into_owned(), name.name.to_string()];
    spellings.extend(
        name.full_implements()
            .map(|interface| interface.into_owned()),
    );
    let unversioned: Vec<String> = spellings
        .iter()
        .map(|n| unversioned(n).to_string())
        .collect();
    spellings.extend(unversioned);
    spellings
}

/// A function's name as people write it: `[method]descriptor.write` is `descriptor.write`.
pub(super) fn readable(function: &str) -> String {
    match function
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some(("constructor", resource)) => format!("{resource}.constructor"),
        Some((_, name)) => name.to_string(),
        None => function.to_string(),
    }
}
