//! What `--deny`, `--stub`, `--replay` and `--trace` match: imports, or single functions of them.
//!
//! Lives here: [`Pattern`], and [`Asked`] for those that answer. May import: `generate`, `names`,
//! `surface` (ranks 0 to 3).
//! Deliberately absent: which imports would be left open (`resolve`), and the parts that provide
//! them instead (`generated`).

use std::collections::BTreeMap;

use wasmparser::ComponentExternName;
use wildmatch::WildMatch;

use super::options::{Options, StubValue};
use super::parts::Parts;
use super::recorded::Recorded;
use crate::generate::Kind;
use crate::names::unversioned;
use crate::plan::{Setting, Settings};
use crate::surface::Item;

/// The patterns of `--deny`, `--stub` and `--replay`.
pub(crate) struct Asked {
    /// The files of `--replay`.
    pub recorded: Recorded,
    patterns: Vec<(Kind, Pattern)>,
    /// Functions whose answer is given, each with the value: these are patterns as well.
    values: Vec<(Pattern, StubValue)>,
    /// Imports that a manifest does not permit: only where no other pattern matches.
    declared: Vec<(Kind, Pattern)>,
}

/// `[PART.]PATTERN` of imports, or of functions of them.
pub(crate) struct Pattern {
    /// The pattern without the part, as it was typed.
    pub text: String,
    /// The option, as the user wrote it.
    pub flag: String,
    /// The part that it is restricted to.
    part: Option<usize>,
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
    pub fn read(options: &Options, parts: &Parts, recorded: Recorded) -> Asked {
        let replay = options.replay.iter().enumerate().map(|(at, spec)| {
            let mut pattern = Pattern::read("replay", &spec.pattern, parts);
            pattern.flag = format!("{}={}", pattern.flag, spec.path.display());
            (Kind::Replay(at), pattern)
        });
        let deny = options.deny.iter().map(|text| (Kind::Deny, text));
        let stub = options.stub.iter().map(|text| (Kind::Stub, text));
        let patterns = deny.chain(stub);
        let patterns = patterns.map(|(kind, text)| (kind, Pattern::read(kind.name(), text, parts)));
        let values = options.stub_values.iter().map(|value| {
            let pattern = Pattern::read(Kind::Stub.name(), &value.function, parts);
            (pattern, value.clone())
        });
        Asked {
            recorded,
            patterns: replay.chain(patterns).collect(),
            values: values.collect(),
            declared: declared(options, parts),
        }
    }

    /// Adds what settings of virtual parts deny: everything that they do not name, or leaving the
    /// program.
    pub fn add_denied(&mut self, settings: &Settings) {
        let mut deny = |text: &str, flag: &str| {
            let pattern = Pattern {
                text: text.to_string(),
                flag: flag.to_string(),
                part: None,
                names: WildMatch::new(text),
            };
            self.patterns.push((Kind::Deny, pattern));
        };
        if settings.deny_others {
            deny("*", "other = \"deny\"");
        } else if settings.exit == Some(Setting::Virtual(())) {
            deny("wasi:cli/exit", "exit = \"deny\"");
        }
    }

    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty() && self.values.is_empty() && self.declared.is_empty()
    }

    /// The patterns without a value.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns.iter().map(|(_, pattern)| pattern)
    }

    /// The pattern of an option for which a file is given.
    pub fn replay_pattern(&self, option: usize) -> &str {
        let mut patterns = self.patterns.iter();
        let of_option = patterns.find(|(kind, _)| *kind == Kind::Replay(option));
        of_option.map_or("", |(_, pattern)| &pattern.text)
    }

    /// The functions with a value.
    pub fn values(&self) -> &[(Pattern, StubValue)] {
        &self.values
    }

    /// The position of the value that a function of a part has, which has these names; the last one
    /// wins where two say as much.
    pub fn value(&self, part: usize, names: &[String]) -> Option<usize> {
        let values = self.values.iter().enumerate();
        let matching =
            values.filter(|(_, (pattern, _))| pattern.is_for(part) && pattern.matches_any(names));
        let best = matching.max_by_key(|(_, (pattern, _))| pattern.weight());
        best.map(|(at, _)| at)
    }

    fn all(&self) -> impl Iterator<Item = (Kind, &Pattern)> {
        let patterns = self.patterns.iter().map(|(kind, pattern)| (*kind, pattern));
        let values = self.values.iter();
        patterns.chain(values.map(|(pattern, _)| (Kind::Stub, pattern)))
    }

    /// What an import of a part is to do as a whole, by the pattern that says most; where two say as
    /// much, `replay` goes first, then `deny`.
    pub fn interface(&self, part: usize, name: &ComponentExternName<'_>) -> Option<Kind> {
        let spellings = spellings(name);
        let best = self.best(part, &spellings).map(|(kind, _)| kind);
        best.or_else(|| self.not_permitted(part, name))
    }

    /// What an import is to do because a manifest does not permit it.
    fn not_permitted(&self, part: usize, name: &ComponentExternName<'_>) -> Option<Kind> {
        let mut declared = self.declared.iter();
        let found = declared.find(|(_, own)| own.part == Some(part) && own.text == name.name);
        found.map(|(kind, _)| *kind)
    }

    /// Whether an import is matched as a whole, or all of its functions are.
    pub fn whole(
        &self,
        part: usize,
        name: &ComponentExternName<'_>,
        item: impl FnOnce() -> Option<Item>,
    ) -> bool {
        if self.interface(part, name).is_some() {
            return true;
        }
        if !self.may_match_functions(part) {
            return false;
        }
        let functions = functions(item().as_ref());
        match self.cover(part, name, &functions) {
            Some(Cover::Functions(matched)) => matched.len() == functions.len(),
            cover => cover.is_some(),
        }
    }

    /// Whether a pattern may match functions of an import alone, or functions are told apart.
    pub fn may_match_functions(&self, part: usize) -> bool {
        let mut declared = self.declared.iter();
        let mut patterns = self.all();
        declared.any(|(_, pattern)| pattern.is_for(part))
            || patterns.any(|(_, pattern)| pattern.is_for(part) && pattern.text.contains('.'))
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
            let best = self.best(part, &of_function(&spellings, function));
            let best = match (best, whole) {
                (Some((_, own)), Some((_, all))) if all.weight() > own.weight() => whole,
                (own, whole) => own.or(whole),
            };
            if let Some((kind, _)) = best {
                kinds.insert(function.clone(), kind);
            }
        }
        if whole.is_none()
            && let Some(kind) = self.not_permitted(part, name)
        {
            let mut all = refusals(kind, functions);
            all.extend(kinds);
            return Some(match all.values().all(|own| *own == kind) {
                true => Cover::All(kind),
                false => Cover::Functions(all),
            });
        }
        match whole {
            Some((whole, _)) if kinds.values().all(|kind| *kind == whole) => {
                Some(Cover::All(whole))
            }
            None if kinds.is_empty() => None,
            _ => Some(Cover::Functions(kinds)),
        }
    }

    fn best(&self, part: usize, spellings: &[String]) -> Option<(Kind, &Pattern)> {
        let mut best: Option<(Kind, &Pattern)> = None;
        for (kind, pattern) in self.all() {
            if pattern.is_for(part)
                && pattern.matches_any(spellings)
                && best.is_none_or(|(_, best)| pattern.weight() > best.weight())
            {
                best = Some((kind, pattern));
            }
        }
        best
    }
}

/// What the functions of an import do that a manifest does not permit. A resource that only describes
/// what is wanted can be made; using it fails.
fn refusals(kind: Kind, functions: &[String]) -> BTreeMap<String, Kind> {
    let of = |function: &String| match function.starts_with("[constructor]") {
        true => Kind::Stub,
        false => kind,
    };
    let functions = functions.iter();
    functions
        .map(|function| (function.clone(), of(function)))
        .collect()
}

/// The imports that a manifest does not permit.
fn declared(options: &Options, parts: &Parts) -> Vec<(Kind, Pattern)> {
    let Some(declared) = &options.declared else {
        return Vec::new();
    };
    let denied = declared.denied.iter().map(|denied| (Kind::Deny, denied));
    let emptied = declared.emptied.iter().map(|emptied| (Kind::Stub, emptied));
    let all = denied.chain(emptied).filter_map(|(kind, (part, import))| {
        let pattern = Pattern {
            text: import.clone(),
            flag: format!("permissions in {}", declared.file),
            part: Some(parts.by_name(part)?),
            names: WildMatch::new(import),
        };
        Some((kind, pattern))
    });
    all.collect()
}

impl Pattern {
    /// What follows `--option`.
    pub fn read(option: &str, text: &str, parts: &Parts) -> Pattern {
        let (part, rest) = match parts.split_prefix(text) {
            Some((part, rest)) => (Some(part), rest),
            None => (None, text),
        };
        Pattern {
            text: rest.to_string(),
            flag: format!("--{option} {text}"),
            part,
            names: WildMatch::new(rest),
        }
    }

    /// Whether it is about imports of that part.
    pub fn is_for(&self, part: usize) -> bool {
        self.part.is_none_or(|of| of == part)
    }

    /// Whether it matches what has these names.
    pub fn matches_any(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.names.matches(name))
    }

    /// Whether it matches an import, or functions of it.
    pub fn matches(
        &self,
        part: usize,
        name: &ComponentExternName<'_>,
        functions: &[String],
    ) -> bool {
        let spellings = spellings(name);
        let mut functions = functions.iter();
        self.is_for(part)
            && (self.matches_any(&spellings)
                || functions.any(|function| self.matches_any(&of_function(&spellings, function))))
    }

    /// How much it says: the part, then letters that stand for themselves.
    fn weight(&self) -> (bool, usize) {
        let letters = self.text.chars().filter(|c| *c != '*');
        (self.part.is_some(), letters.count())
    }
}

/// The functions of an interface.
pub(super) fn functions(item: Option<&Item>) -> Vec<String> {
    let Some(Item::Instance(instance)) = item else {
        return Vec::new();
    };
    let functions = instance
        .exports
        .iter()
        .filter(|(_, i)| matches!(i, Item::Func(_)));
    functions.map(|(name, _)| name.name.clone()).collect()
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

/// The names that people may mean a function of an import by, which has those names itself.
pub(super) fn of_function(import: &[String], function: &str) -> Vec<String> {
    let names = import.iter().flat_map(|name| {
        [
            format!("{name}.{}", readable(function)),
            format!("{name}.{function}"),
        ]
    });
    names.collect()
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
