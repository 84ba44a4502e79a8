//! From mismatches to findings that say what does not fit, where, and what would mend it.
//!
//! Lives here: [`Findings`], which gathers what belongs together. May import: `diag` (rank 0),
//! `surface` (3), the siblings; advice on names that nothing has is in `advice`.
//! Deliberately absent: comparing.

use std::collections::BTreeMap;

use super::Subject;
use super::advice::{Advice, versions_differ};
use super::codes;
use super::places::{Places, step};
use super::users::users;
use super::words::{package_of, quoted};
use crate::diag::{Diagnostic, Report};
use crate::surface::{Item, Mismatch, MismatchKind, Side, Surface};

/// How many differences of one item are shown in full.
const SHOWN: usize = 8;

/// Where a mismatch is.
pub(super) struct Place {
    pub side: Side,
    /// What the import or export is called in the component, if it has it.
    pub in_component: Option<String>,
    /// What it is called in the world, if that has it.
    pub in_world: Option<String>,
    /// The way on from there.
    pub path: Vec<String>,
}

impl Place {
    /// The import or export, by its name in the component if it has one there.
    fn name(&self) -> &str {
        let name = self.in_component.as_deref().or(self.in_world.as_deref());
        name.unwrap_or_default()
    }
}

type Found = (Place, Mismatch);

/// What was found, in groups of which each becomes one finding.
pub(super) struct Findings<'a> {
    subject: &'a Subject,
    advice: Advice<'a>,
    places: Places<'a>,
    /// Imports that nothing offers, by package and what is to be done.
    imports: BTreeMap<(String, Vec<String>), Vec<Found>>,
    exports: Vec<Found>,
    /// What is missing within an interface, by side and interface.
    missing: BTreeMap<String, Vec<Found>>,
    /// What has another type, by side and interface, and there by item.
    types: BTreeMap<String, BTreeMap<Option<String>, Vec<Found>>>,
}

impl<'a> Findings<'a> {
    /// For mismatches between what `held` is called and says, and a component.
    pub fn new(
        subject: &'a Subject,
        component: &'a Surface,
        world: &'a Surface,
        places: Places<'a>,
        held: String,
    ) -> Findings<'a> {
        Findings {
            subject,
            advice: Advice::new(subject.name(), held, component, world),
            places,
            imports: BTreeMap::new(),
            exports: Vec::new(),
            missing: BTreeMap::new(),
            types: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, place: Place, mismatch: Mismatch) {
        let top = step(place.side, place.name());
        let in_interface = matches!(self.item(&place), Some(Item::Instance(_)));
        match (place.path.len(), place.side, &mismatch.kind) {
            (0, Side::Import, MismatchKind::Extra) => {
                let name = place.name();
                let advice = self.advice.import(name);
                let key = (package_of(name), advice);
                self.imports.entry(key).or_default().push((place, mismatch));
            }
            (0, Side::Export, MismatchKind::Missing { .. }) => {
                self.exports.push((place, mismatch));
            }
            (1, Side::Import, MismatchKind::Extra)
            | (1, Side::Export, MismatchKind::Missing { .. })
                if in_interface =>
            {
                self.missing.entry(top).or_default().push((place, mismatch));
            }
            _ => {
                let item = place.path.first().filter(|_| in_interface).cloned();
                let items = self.types.entry(top).or_default();
                items.entry(item).or_default().push((place, mismatch));
            }
        }
    }

    /// Hands all findings over.
    pub fn finish(mut self, report: &mut Report) {
        for ((_, advice), found) in std::mem::take(&mut self.imports) {
            report.push(self.import_not_offered(&advice, &found));
        }
        for (place, mismatch) in std::mem::take(&mut self.exports) {
            report.push(self.export_missing(&place, &mismatch));
        }
        for found in std::mem::take(&mut self.missing).into_values() {
            self.missing_within(&found)
                .into_iter()
                .for_each(|f| report.push(f));
        }
        for items in std::mem::take(&mut self.types).into_values() {
            let first = items.values().flatten().next();
            let users = match first.and_then(|(place, _)| self.item(place)) {
                Some(Item::Instance(instance)) => users(instance),
                _ => BTreeMap::new(),
            };
            for (item, found) in items {
                let finding = self.type_mismatch(item.as_deref(), &found, &users);
                finding.into_iter().for_each(|f| report.push(f));
            }
        }
    }

    /// The item of the component at the top of a place.
    fn item(&self, place: &Place) -> Option<&'a Item> {
        let name = place.in_component.as_deref()?;
        let named = self.advice.in_component(place.side, name);
        named.map(|(_, item)| item)
    }

    fn import_not_offered(&self, advice: &[String], found: &[Found]) -> Diagnostic {
        let held = self.advice.held();
        let subject = self.subject.name();
        let name = found.first().map_or("", |(place, _)| place.name());
        let (what, this) = match found.len() {
            1 => (format!("{},", quoted(name)), "this"),
            count => (
                format!("{count} interfaces of {}", package_of(name)),
                "these",
            ),
        };
        let which = if found.len() == 1 { "which" } else { "that" };
        let mut finding = codes::IMPORT_NOT_OFFERED.report(format!(
            "`{subject}` imports {what} {which} {} does not offer",
            held
        ));
        for (place, mismatch) in found {
            let path = [step(Side::Import, place.name())];
            finding = finding.at(self.subject.locus(path), mismatch.provides.clone());
        }
        finding = finding.at(self.places.whole(), format!("does not import {this}"));
        advice.iter().fold(finding, |f, help| f.help(help))
    }

    fn export_missing(&self, place: &Place, mismatch: &Mismatch) -> Diagnostic {
        let held = self.advice.held();
        let name = place.in_world.as_deref().unwrap_or_default();
        let finding = codes::EXPORT_MISSING
            .report(format!(
                "`{}` does not export {}{}",
                self.subject.name(),
                quoted(name),
                match held.starts_with("world") {
                    true => format!(", which {} expects", held),
                    false => String::new(),
                }
            ))
            .at(
                self.subject.locus([step(Side::Export, name)]),
                format!("provides {}", mismatch.provides),
            )
            .at(
                self.places.statement(Side::Export, name),
                format!("expects {}", mismatch.expects),
            );
        let advice = self.advice.export(name, &mismatch.expects);
        advice.into_iter().fold(finding, Diagnostic::help)
    }

    fn missing_within(&self, found: &[Found]) -> Option<Diagnostic> {
        let held = self.advice.held();
        let (first, _) = found.first()?;
        let subject = self.subject.name();
        let items = counted(found);
        let which = if found.len() == 1 { ", which" } else { " that" };
        let name = first.name();
        let (code, message) = match first.side {
            Side::Import => (
                &codes::IMPORT_NOT_OFFERED,
                format!(
                    "`{subject}` imports {items} of {}{which} {} does not offer",
                    quoted(name),
                    held
                ),
            ),
            Side::Export => (
                &codes::EXPORT_MISSING,
                format!(
                    "`{subject}` exports {} without {items}{which} {} expects",
                    quoted(name),
                    held
                ),
            ),
        };
        let mut finding = code.report(message);
        let in_world = first.in_world.as_deref().unwrap_or(name);
        for (place, mismatch) in found {
            let mut path = vec![step(place.side, place.name())];
            path.extend(place.path.iter().cloned());
            let text = match place.side {
                Side::Import => format!("asks for {}", mismatch.provides),
                Side::Export => format!("provides {}", mismatch.provides),
            };
            finding = finding.at(self.subject.locus(path), text);
            if place.side == Side::Export {
                finding = finding.at(
                    self.places.within(place.side, in_world, &place.path),
                    format!("expects {}", mismatch.expects),
                );
            }
        }
        if first.side == Side::Import {
            finding = finding.at(
                self.places.within(first.side, in_world, &[]),
                format!("{in_world} does not have {}", it(found)),
            );
        }
        let wanted = found.iter().filter_map(|(place, _)| place.path.first());
        let wanted: Vec<&str> = wanted.map(String::as_str).collect();
        let advice = &self.advice;
        for help in advice.similar_members(first.side, name, in_world, &wanted) {
            finding = finding.help(help);
        }
        Some(finding.help(advice.other_member(first.side, name, in_world)))
    }

    /// About `member` of an interface, or the import or export itself.
    fn type_mismatch(
        &self,
        member: Option<&str>,
        found: &[Found],
        users: &BTreeMap<String, Vec<String>>,
    ) -> Option<Diagnostic> {
        let held = self.advice.held();
        let (first, _) = found.first()?;
        let (side, name) = (first.side, first.name());
        let in_world = first.in_world.as_deref().unwrap_or(name);
        let subject = self.subject.name();
        let what = match member {
            Some(member) => format!("`{member}` of {}", quoted(name)),
            None => quoted(name),
        };
        let (verb, theirs, ours) = match side {
            Side::Import => ("imports", "offers", "asks for"),
            Side::Export => ("exports", "expects", "provides"),
        };
        let has = match (side, held.starts_with("world")) {
            (_, false) => "has".to_string(),
            (Side::Import, _) => "offers".to_string(),
            (Side::Export, _) => "expects".to_string(),
        };
        let mut finding = codes::TYPE_MISMATCH.report(format!(
            "`{subject}` {verb} {what} with another type than {} {has}",
            held
        ));
        for (place, mismatch) in found.iter().take(SHOWN) {
            let mut path = vec![step(side, name)];
            path.extend(place.path.iter().cloned());
            finding = finding
                .at(
                    self.subject.locus(path),
                    format!("{ours} {}", mismatch.provides),
                )
                .at(
                    self.places.within(side, in_world, &place.path),
                    format!("{theirs} {}", mismatch.expects),
                );
        }
        if found.len() > SHOWN {
            finding = finding.help(format!("and {} more differences", found.len() - SHOWN));
        }
        if let Some(functions) = member.and_then(|member| users.get(member)) {
            finding = finding.help(used_by(functions));
        }
        let kinds = found.iter().map(|(_, mismatch)| &mismatch.kind);
        for help in kinds.filter_map(remark) {
            if !finding.help.iter().any(|known| known == help) {
                finding = finding.help(help);
            }
        }
        let file = self.places.file();
        Some(finding.help(match versions_differ(name, in_world) {
            Some((ours, theirs)) => format!(
                "`{subject}` was built for version {ours}, and {} has {theirs}: what they have in \
                 common must be alike; build `{subject}` with the package in `{file}`",
                held
            ),
            None => format!(
                "build `{subject}` with the package in `{file}`, or give --wit the one that it was \
                 built with"
            ),
        }))
    }
}

/// What is to be known of a kind of difference.
fn remark(kind: &MismatchKind) -> Option<&'static str> {
    match kind {
        MismatchKind::Async => {
            Some("a `func` does not do for an `async func`, nor the other way round")
        }
        MismatchKind::Renamed => Some("names of parameters, fields and cases are part of a type"),
        MismatchKind::Order => Some("the order is part of a type"),
        _ => None,
    }
}

/// `` `get` ``, or how many they are.
fn counted(found: &[Found]) -> String {
    match found {
        [(place, _)] => format!("`{}`", place.path.join(" › ")),
        several => {
            let function = |found: &Found| match found.0.side {
                Side::Import => found.1.provides.contains("func("),
                Side::Export => found.1.expects.contains("func("),
            };
            let noun = match several.iter().all(function) {
                true => "functions",
                false => "items",
            };
            format!("{} {noun}", several.len())
        }
    }
}

fn it(found: &[Found]) -> &'static str {
    match found.len() {
        1 => "it",
        _ => "them",
    }
}

/// The functions that a type matters to, as far as one cares to read.
fn used_by(functions: &[String]) -> String {
    let shown: Vec<String> = functions
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match functions.len() > SHOWN {
        true => format!(" and {} more", functions.len() - SHOWN),
        false => String::new(),
    };
    match functions.len() {
        1 => format!("the function {} uses it", shown.join("")),
        count => format!("{count} functions use it: {}{more}", shown.join(", ")),
    }
}
