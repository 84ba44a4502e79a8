//! Which calls of which file a part answers from, and what is wrong with them.
//!
//! May import: `diag`, `generate`, `names`, `plan` (ranks 0 to 3).
//! Deliberately absent: reading arguments and results, which takes the types of the functions
//! (`generate`).

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Decider;
use crate::compose::answered::{Cover, functions, readable, spellings};
use crate::compose::codes;
use crate::compose::recorded::Call;
use crate::diag::{Locus, Report, did_you_mean};
use crate::escape;
use crate::generate::{Cannot, InCall, Kind};
use crate::names;
use crate::no_effect;
use crate::plan::{Generated, Recorded, Replayed};
use crate::surface::Item;

impl Decider<'_> {
    /// The calls from which the part of a group answers, by file.
    pub(super) fn recorded(&mut self, at: usize) -> Vec<Replayed> {
        let asked = self.asked;
        let cover = self.groups[at].cover.clone();
        let options = options_of(&cover);
        if options.is_empty() {
            return Vec::new();
        }
        let (names, functions) = self.names_of(at);
        let mut known: BTreeMap<String, &String> = BTreeMap::new();
        for function in &functions {
            known.entry(readable(function)).or_insert(function);
        }
        known.extend(
            functions
                .iter()
                .map(|function| (function.clone(), function)),
        );
        let files: BTreeSet<usize> = options.iter().map(|n| asked.recorded.file_of(*n)).collect();
        let mut all = Vec::new();
        for file in files {
            let recorded = &asked.recorded.files[file];
            let mut calls = Vec::new();
            for call in &recorded.calls {
                if !is_for(call, &names) || self.is_of_another(call, at) {
                    continue;
                }
                let Some(function) = known.get(&call.function).copied() else {
                    self.unknown_function(file, call, &functions);
                    continue;
                };
                let Some(Kind::Replay(option)) = cover.of(function) else {
                    continue;
                };
                if asked.recorded.file_of(option) != file {
                    continue;
                }
                self.replayed.insert(option);
                calls.push(Recorded {
                    line: call.line,
                    function: function.clone(),
                    call: call.call.clone(),
                });
            }
            all.push(Replayed {
                file: recorded.label.clone(),
                calls,
            });
        }
        all
    }

    /// What the functions of a group do, where files are known by their positions in what is
    /// generated.
    pub(super) fn cover_of(&self, at: usize, generated: &Generated) -> Cover {
        let files = &self.asked.recorded;
        let position = |option: usize| {
            let label = &files.files.get(files.file_of(option))?.label;
            let mut all = generated.replay.iter();
            all.position(|replayed| replayed.file == *label)
        };
        let kind = |kind: Kind| match kind {
            Kind::Replay(option) => Kind::Replay(position(option).unwrap_or_default()),
            kind => kind,
        };
        match &self.groups[at].cover {
            Cover::All(all) => Cover::All(kind(*all)),
            Cover::Functions(functions) => {
                let functions = functions.iter();
                Cover::Functions(functions.map(|(f, k)| (f.clone(), kind(*k))).collect())
            }
        }
    }

    /// The names that the imports of a group may go by, and its functions.
    fn names_of(&mut self, at: usize) -> (Vec<String>, Vec<String>) {
        let (mut names, mut all) = (Vec::new(), Vec::new());
        for (part, import) in self.groups[at].members.clone() {
            let name = self.structures[part].imports[import].name;
            let item = self.item(part, import);
            let own = match &item {
                // Of the world.
                Some(Item::Func(_)) => vec![name.name.to_string()],
                Some(Item::Instance(_)) => {
                    names.extend(spellings(&name));
                    functions(item.as_ref())
                }
                _ => Vec::new(),
            };
            for function in own {
                if !all.contains(&function) {
                    all.push(function);
                }
            }
        }
        (names, all)
    }

    /// Whether a call was made by another part than those that a group is for.
    fn is_of_another(&self, call: &Call, at: usize) -> bool {
        let Some(from) = call
            .from
            .as_deref()
            .and_then(|name| self.parts.by_name(name))
        else {
            return false;
        };
        let mut members = self.groups[at].members.iter();
        members.all(|(part, _)| *part != from)
    }

    fn unknown_function(&mut self, file: usize, call: &Call, functions: &[String]) {
        let file = &self.asked.recorded.files[file];
        let of = match &call.interface {
            Some(interface) => format!("interface `{interface}`"),
            None => "the world".to_string(),
        };
        let why = format!("cannot find function `{}` in {of}", call.function);
        let (finding, text) = file.finding(&why, call.named.clone(), "unknown function");
        let names: Vec<String> = functions.iter().map(|f| readable(f)).collect();
        let typed = readable(&call.function);
        self.report.push(
            match did_you_mean(&typed, names.iter().map(String::as_str)) {
                Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                None => {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    let known = crate::compose::manual::listed(&names);
                    finding.note(format!("the functions: {known}"))
                }
            },
        );
        self.report.extend(text);
    }

    /// Reports what is wrong with a call from which a function answers.
    pub(super) fn wrong_call(
        &mut self,
        at: usize,
        generated: &Generated,
        problem: &Cannot,
        in_call: &InCall,
    ) {
        let replayed = generated.replay.get(in_call.file);
        let files = &self.asked.recorded.files;
        let file = replayed.and_then(|r| files.iter().find(|file| file.label == r.file));
        let recorded = replayed.and_then(|r| r.calls.get(in_call.call));
        let call = file.zip(recorded).and_then(|(file, recorded)| {
            let mut calls = file.calls.iter();
            calls.find(|call| call.line == recorded.line)
        });
        let (Some(file), Some(call)) = (file, call) else {
            return;
        };
        let wrong = &in_call.wrong;
        let range = call.start + wrong.at.start..call.start + wrong.at.end;
        let (mut finding, text) = file.finding(&wrong.why, range, &wrong.label);
        if !problem.makes.is_empty() {
            finding = self.advised(finding, at, problem);
        }
        if let Some(help) = &in_call.help {
            finding = finding.help(help.clone());
        }
        self.report.push(finding);
        self.report.extend(text);
    }

    /// Reports files that have no calls for what they are given for.
    pub(super) fn check_files(&mut self) {
        let groups = self.groups.iter();
        let wanted: BTreeSet<usize> = groups.flat_map(|group| options_of(&group.cover)).collect();
        let asked = self.asked;
        for option in wanted {
            let Some(file) = asked.recorded.files.get(asked.recorded.file_of(option)) else {
                continue;
            };
            if self.replayed.contains(&option) {
                continue;
            }
            let pattern = asked.replay_pattern(option);
            let finding = codes::BAD_REPLAY.report(format!(
                "cannot replay `{}`: it has no calls of `{pattern}`",
                file.name
            ));
            let finding = finding.at(Locus::File(file.name.clone()), "");
            let interfaces: BTreeSet<&str> = (file.calls.iter())
                .filter_map(|call| call.interface.as_deref())
                .collect();
            let known: Vec<&str> = interfaces.into_iter().collect();
            self.report.push(match known.as_slice() {
                [] => finding.help("trace the interface, and write what is printed to the file"),
                known => finding.note(format!(
                    "it has calls of {}",
                    crate::compose::manual::listed(known)
                )),
            });
        }
    }

    /// Warns of calls that are for no import, although an import of nearly that name is replayed.
    pub(super) fn unused_calls(&mut self) -> Report {
        let asked = self.asked;
        let mut report = Report::new();
        let (mut names, mut titles, mut files) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        for at in 0..self.groups.len() {
            let options = options_of(&self.groups[at].cover);
            if options.is_empty() {
                continue;
            }
            files.extend(options.iter().map(|n| asked.recorded.file_of(*n)));
            names.extend(self.names_of(at).0);
            let title = &self.groups[at].title;
            titles.insert(names::unversioned(title).to_string(), title.clone());
        }
        let imports = self.structures.iter().flat_map(|part| &part.imports);
        let imports: Vec<String> = imports.flat_map(|import| spellings(&import.name)).collect();
        for file in files.iter().filter_map(|at| asked.recorded.files.get(*at)) {
            let mut seen: BTreeSet<&str> = BTreeSet::new();
            for call in &file.calls {
                let Some(interface) = &call.interface else {
                    continue;
                };
                // Those of other imports are not for what is replayed.
                let is_known = |names: &[String]| is_for(call, names);
                if !seen.insert(interface) || is_known(&names) || is_known(&imports) {
                    continue;
                }
                let bare = names::unversioned(interface);
                let (why, help) = match titles.get(bare) {
                    Some(title) => (format!("the import is `{title}`"), None),
                    None => {
                        let mut near = titles.keys();
                        // Other interfaces of a package are no typing errors.
                        let near = near.find(|name| names::distance(bare, name).is_some());
                        let Some(meant) = near else { continue };
                        let help = format!("did you mean `{meant}`?");
                        ("no part imports it".to_string(), Some(help))
                    }
                };
                let finding =
                    no_effect::without_effect(&format!("{interface}#{}", call.function), &why);
                let end = call.named.start - 1;
                let range = end - interface.len()..end;
                let place = Locus::Text {
                    file: file.name.clone(),
                    range,
                };
                let finding = finding.at(place, "calls of it are ignored");
                report.add_text(file.name.as_str(), file.text.clone());
                report.push(match help {
                    Some(help) => finding.help(help),
                    None => finding,
                });
            }
        }
        report
    }
}

/// The options by which functions answer from files.
fn options_of(cover: &Cover) -> Vec<usize> {
    let option = |kind: &Kind| match kind {
        Kind::Replay(option) => Some(*option),
        Kind::Deny | Kind::Stub => None,
    };
    match cover {
        Cover::All(kind) => option(kind).into_iter().collect(),
        Cover::Functions(functions) => functions.values().filter_map(option).collect(),
    }
}

/// Whether a call is for an import with one of those names; for a function of the world if there is
/// none.
fn is_for(call: &Call, names: &[String]) -> bool {
    let Some(interface) = &call.interface else {
        return names.is_empty();
    };
    let track = names::track_or_name(interface);
    let is_versioned = interface.contains('@');
    names.iter().any(|name| match is_versioned {
        true => names::track_or_name(name) == track,
        false => names::unversioned(name) == interface,
    })
}

/// What was wrong with a call of a plan.
pub(super) fn of_plan(generated: &Generated, problem: &Cannot) -> Option<String> {
    let in_call = problem.call.as_ref()?;
    let replayed = generated.replay.get(in_call.file)?;
    let call = replayed.calls.get(in_call.call)?;
    let file = escape::visible(&replayed.file);
    Some(format!("{file}:{}: {}", call.line, in_call.wrong.why))
}
