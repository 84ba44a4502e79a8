//! Answers that are given: which function each is for, and what is wrong with those that are for
//! none.
//!
//! May import: `diag`, `generate`, `plan`, `surface` (ranks 0 to 3). Deliberately absent: reading the
//! values, which takes the types of the functions (`generate`).

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Decider;
use crate::compose::answered::{Cover, Pattern, functions, of_function, spellings};
use crate::compose::codes;
use crate::compose::options::{StubValue, ValuePlace};
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::generate::{Kind, Wrong};
use crate::names;
use crate::plan::{Answer, Target};
use crate::surface::Item;

impl Decider<'_> {
    /// The functions of an import whose answers are given, with the positions of these.
    pub(super) fn values(
        &mut self,
        part: usize,
        import: usize,
        cover: &Cover,
    ) -> BTreeMap<String, usize> {
        let mut values = BTreeMap::new();
        if self.asked.values().is_empty() {
            return values;
        }
        for (function, names) in self.functions_of(part, import) {
            let is_stubbed = cover.of(&function) == Some(Kind::Stub);
            if let (true, Some(value)) = (is_stubbed, self.asked.value(part, &names)) {
                values.insert(function, value);
            }
        }
        values
    }

    /// The functions of an import, each with the names that people may mean it by; an import that is
    /// a function is one itself.
    fn functions_of(&mut self, part: usize, import: usize) -> Vec<(String, Vec<String>)> {
        let item = self.item(part, import);
        let name = self.structures[part].imports[import].name;
        let own = spellings(&name);
        if let Some(Item::Func(_)) = item {
            return vec![(name.name.to_string(), own)];
        }
        let functions = functions(item.as_ref()).into_iter();
        functions
            .map(|function| {
                let names = of_function(&own, &function);
                (function, names)
            })
            .collect()
    }

    /// The answers that are given for the part of a group.
    pub(super) fn given(&self, at: usize) -> BTreeMap<String, Answer> {
        let values = self.groups[at].values.iter();
        let given = values.map(|(function, value)| {
            let (_, value) = &self.asked.values()[*value];
            (function.clone(), Answer::Value(value.value.clone()))
        });
        given.collect()
    }

    /// Reports values that no function answers.
    pub(super) fn check_values(&mut self) {
        let groups = self.groups.iter();
        let used: BTreeSet<usize> = groups.flat_map(|g| g.values.values().copied()).collect();
        let asked = self.asked;
        for (at, (pattern, value)) in asked.values().iter().enumerate() {
            if pattern.text.contains('*') {
                let why = "a value is for one function, and `*` stands for several";
                self.refuse(
                    value,
                    Diagnostic::help,
                    why,
                    "write the name of the function",
                );
            } else if !used.contains(&at) {
                self.unused(pattern, value);
            }
        }
    }

    fn refuse(
        &mut self,
        value: &StubValue,
        add: fn(Diagnostic, String) -> Diagnostic,
        why: &str,
        more: &str,
    ) {
        let finding = codes::BAD_VALUE.report(format!("cannot stub `{}`: {why}", value.function));
        let (finding, text) = placed(value, finding, 0..value.value.len(), "");
        self.report.push(add(finding, more.to_string()));
        self.report.extend(text);
    }

    /// A finding: a function is not stubbed, or there is none.
    fn unused(&mut self, pattern: &Pattern, value: &StubValue) {
        let survey = self.survey;
        let mut known: BTreeSet<String> = BTreeSet::new();
        for (&part, wires) in &survey.wires {
            for at in 0..self.structures[part].imports.len() {
                let name = self.structures[part].imports[at].name;
                let functions = self.functions_of(part, at);
                // Without the version, as people write it.
                let readable = functions.iter().filter_map(|(_, names)| {
                    let mut names = names.iter();
                    names.find(|name| !name.contains('@')).cloned()
                });
                known.extend(readable);
                if !pattern.is_for(part) {
                    continue;
                }
                let is_interface = pattern.matches_any(&spellings(&name));
                let function = functions
                    .iter()
                    .find(|(_, names)| pattern.matches_any(names));
                if let Some((_, names)) = functions.first().filter(|_| function.is_none())
                    && is_interface
                {
                    let example = names.iter().find(|name| !name.contains('@'));
                    let example = example.map_or("", String::as_str);
                    let why = "it is an interface; a value is for one function";
                    let help = format!("write the function: `--stub '{example}=…'`");
                    return self.refuse(value, Diagnostic::help, why, &help);
                }
                if function.is_none() {
                    continue;
                }
                let wire = wires.iter().find(|wire| wire.import == name.name);
                let (why, help) = match wire.map(|wire| &wire.to) {
                    _ if survey.open.contains(&(part, at)) => (
                        "it is denied".to_string(),
                        "remove the value, or `--deny` for this function",
                    ),
                    // Told as the import that nothing provides.
                    None => return,
                    Some(Target::Host { .. }) => (
                        "it is left to the host".to_string(),
                        "remove the value, or the wire to `@host`",
                    ),
                    Some(Target::Export { part, .. }) => (
                        format!("the part `{part}` provides it"),
                        "remove the value, or the part",
                    ),
                    Some(_) => (
                        "several exports provide it together".to_string(),
                        "remove the value",
                    ),
                };
                return self.refuse(value, Diagnostic::help, &why, help);
            }
        }
        let meant = did_you_mean(
            names::unversioned(&pattern.text),
            known.iter().map(String::as_str),
        );
        let why = "no part imports such a function";
        match meant {
            Some(meant) => {
                let help = format!("did you mean `{meant}`?");
                self.refuse(value, Diagnostic::help, why, &help);
            }
            None => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let note = match known.as_slice() {
                    [] => "the parts import no functions".to_string(),
                    known => format!("the functions: {}", crate::compose::manual::listed(known)),
                };
                self.refuse(value, Diagnostic::note, why, &note);
            }
        }
    }

    /// A finding: the value of a function of a group is wrong.
    pub(super) fn wrong_value(&mut self, at: usize, item: &str, wrong: &Wrong) {
        let Some(value) = self.groups[at].values.get(item) else {
            return;
        };
        let (_, value) = &self.asked.values()[*value];
        let message = format!("invalid value of `{}`: {}", value.function, wrong.why);
        let finding = codes::BAD_VALUE.report(message);
        let (finding, text) = placed(value, finding, wrong.at.clone(), &wrong.label);
        self.report.push(finding);
        self.report.extend(text);
    }
}

/// A finding about those bytes of a value, with the text that they are in.
fn placed(
    value: &StubValue,
    finding: Diagnostic,
    at: std::ops::Range<usize>,
    label: &str,
) -> (Diagnostic, Report) {
    let mut report = Report::new();
    let (file, text, range) = match &value.place {
        ValuePlace::Flag => (
            format!("--stub {}", value.function),
            value.value.as_str().into(),
            at,
        ),
        ValuePlace::File(file, text, quoted) => {
            let raw = text.get(quoted.clone()).unwrap_or_default();
            // Quotes on both sides, and nothing that is written otherwise than it is meant.
            let range = match raw.get(1..raw.len().saturating_sub(1)) {
                Some(inner) if inner == value.value => {
                    quoted.start + 1 + at.start..quoted.start + 1 + at.end
                }
                _ => quoted.clone(),
            };
            (file.clone(), text.clone(), range)
        }
    };
    report.add_text(file.as_str(), text);
    (finding.at(Locus::Text { file, range }, label), report)
}
