//! From mismatches to findings that say what does not fit, where, and how to fix it.
//!
//! Lives here: [`Findings`], which groups what belongs together. May import: `diag`, `names` (rank 0),
//! `surface` (3), the siblings; advice on missing names is in `advice`.
//! Deliberately absent: comparing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use super::advice::{Advice, Reason, versions_differ};
use super::causes::{Cause, Difference, merged};
use super::codes;
use super::display::{quoted, several};
use super::type_users::users;
use super::wit_places::{Definition, Place, Places, step};
use crate::diag::{Diagnostic, Report};
use crate::names;
use crate::surface::{Item, Mismatch, MismatchKind, Side, Surface};

/// How many differences of one item are shown in full.
const SHOWN: usize = 8;

type Found = (Place, Mismatch);

/// What differences with one cause share: their definition, if the text has it, and how it differs.
type Shared = (Option<Definition>, [String; 2]);

/// The mismatches, in groups that become one finding each.
pub(super) struct Findings<'a> {
    subject: &'a Subject,
    advice: Advice<'a>,
    places: Places<'a>,
    /// Imports that the world lacks, and exports that are missing.
    imports: BTreeMap<Reason, Vec<Found>>,
    exports: BTreeMap<Reason, Vec<Found>>,
    /// What is missing within an interface.
    missing: Vec<Difference>,
    /// What has another type.
    types: Vec<Difference>,
    /// The functions that use a type, by import or export and by the type.
    users: RefCell<BTreeMap<String, BTreeMap<String, Vec<String>>>>,
}

impl<'a> Findings<'a> {
    /// For mismatches between a component and what it is checked against, which messages call `held`.
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
            exports: BTreeMap::new(),
            missing: Vec::new(),
            types: Vec::new(),
            users: RefCell::default(),
        }
    }

    pub fn add(&mut self, place: Place, mismatch: Mismatch) {
        let in_interface = matches!(self.item(&place), Some(Item::Instance(_)));
        match (place.path.len(), place.side, &mismatch.kind) {
            (0, Side::Import, MismatchKind::Extra) => {
                let reason = self.advice.import(place.name());
                let found = self.imports.entry(reason).or_default();
                found.push((place, mismatch));
            }
            (0, Side::Export, MismatchKind::Missing { .. }) => {
                let reason = self.advice.export(place.name(), &mismatch.expects);
                let found = self.exports.entry(reason).or_default();
                found.push((place, mismatch));
            }
            (1, Side::Import, MismatchKind::Extra)
            | (1, Side::Export, MismatchKind::Missing { .. })
                if in_interface =>
            {
                self.missing.push(Difference {
                    member: None,
                    place,
                    mismatch,
                });
            }
            _ => {
                let member = place.path.first().filter(|_| in_interface).cloned();
                self.types.push(Difference {
                    member,
                    place,
                    mismatch,
                });
            }
        }
    }

    /// Hands all findings over.
    pub fn finish(mut self, report: &mut Report) {
        for (reason, found) in std::mem::take(&mut self.imports) {
            report.push(self.import_not_offered(&reason, &found));
        }
        for (reason, found) in std::mem::take(&mut self.exports) {
            report.push(self.export_missing(&reason, &found));
        }
        let missing = std::mem::take(&mut self.missing);
        for causes in merged(missing, |found| self.cause_of_lack(found)) {
            let finding = self.missing_within(&causes);
            finding.into_iter().for_each(|f| report.push(f));
        }
        let types = std::mem::take(&mut self.types);
        for causes in merged(types, |found| self.cause_of_type(found)) {
            let finding = self.type_mismatch(&causes);
            finding.into_iter().for_each(|f| report.push(f));
        }
    }

    /// The definition that a difference comes from, and whether that is elsewhere.
    fn cause_of_type(&self, found: &Difference) -> Option<(Shared, usize)> {
        let Mismatch {
            expects, provides, ..
        } = &found.mismatch;
        let mut origin = self.places.origin(&found.place)?;
        if found.mismatch.kind == MismatchKind::Renamed {
            // The last step has the name of either side.
            origin.definition.outwards();
        }
        let key = (Some(origin.definition), [expects.clone(), provides.clone()]);
        Some((key, usize::from(!origin.is_here)))
    }

    /// The type that an interface lacks because it uses one of another interface that lacks it too.
    /// In the world's text it is the definition; in a component, the name and what it is.
    fn cause_of_lack(&self, found: &Difference) -> Option<(Shared, usize)> {
        let Difference {
            place, mismatch, ..
        } = found;
        if is_function(place, mismatch) {
            return None;
        }
        match place.side {
            Side::Export => {
                let origin = self.places.origin(place)?;
                let key = (Some(origin.definition), Default::default());
                Some((key, usize::from(!origin.is_here)))
            }
            // What defines a type is imported before what uses it.
            Side::Import => {
                let at = self.advice.position(place.name())?;
                let name = place.path.first()?.clone();
                Some(((None, [name, mismatch.provides.clone()]), at))
            }
        }
    }

    /// The item of the component at the top of a place.
    fn item(&self, place: &Place) -> Option<&'a Item> {
        let name = place.in_component.as_deref()?;
        let named = self.advice.in_component(place.side, name);
        named.map(|(_, item)| item)
    }

    fn import_not_offered(&self, reason: &Reason, found: &[Found]) -> Diagnostic {
        let held = self.advice.held();
        let subject = self.subject.name();
        let names: Vec<&str> = found.iter().map(|(place, _)| place.name()).collect();
        let (which, them) = match found.len() {
            1 => (", which is", "it"),
            _ => (" that are", "them"),
        };
        let mut finding = codes::IMPORT_NOT_OFFERED.report(format!(
            "`{subject}` imports {}{which} not in {held}",
            several(&names)
        ));
        for (place, mismatch) in found {
            let path = [step(Side::Import, place.name())];
            finding = finding.at(self.subject.locus(path), mismatch.provides.clone());
        }
        finding = finding.at(self.places.whole(), format!("does not import {them}"));
        self.advice.imports(reason, &names).on(finding)
    }

    fn export_missing(&self, reason: &Reason, found: &[Found]) -> Diagnostic {
        let held = self.advice.held();
        let names = found.iter().map(|(place, _)| place.name());
        let names: Vec<&str> = names.collect();
        let which = match (held.starts_with("world"), found.len()) {
            (true, 1) => format!(", which {held} exports"),
            (true, _) => format!(" that {held} exports"),
            (false, _) => String::new(),
        };
        let mut finding = codes::EXPORT_MISSING.report(format!(
            "`{}` does not export {}{which}",
            self.subject.name(),
            several(&names)
        ));
        for (place, mismatch) in found {
            let name = place.name();
            let (expected, found) = mismatch.labels();
            finding = finding
                .at(self.subject.locus([step(Side::Export, name)]), found)
                .at(self.places.statement(Side::Export, name), expected);
        }
        self.advice.exports(reason, &names).on(finding)
    }

    fn missing_within(&self, causes: &[Cause]) -> Option<Diagnostic> {
        let held = self.advice.held();
        let first = &causes.first()?.found.place;
        let subject = self.subject.name();
        let items = counted(causes);
        let (which, are) = match causes.len() {
            1 => (", which", "is"),
            _ => (" that", "are"),
        };
        let name = first.name();
        let (code, message) = match first.side {
            Side::Import => (
                &codes::IMPORT_NOT_OFFERED,
                format!(
                    "`{subject}` imports {items} of {}{which} {are} not in {held}",
                    quoted(name)
                ),
            ),
            Side::Export => (
                &codes::EXPORT_MISSING,
                format!(
                    "`{subject}` exports {} without {items}{which} {held} requires",
                    quoted(name)
                ),
            ),
        };
        let mut finding = code.report(message);
        let in_world = first.in_world.as_deref().unwrap_or(name);
        for cause in causes {
            finding = self.labels(finding, &cause.found, first.side == Side::Export);
            for also in &cause.also {
                finding = self.labels(finding, also, false);
            }
        }
        if first.side == Side::Import {
            let it = if causes.len() == 1 { "it" } else { "them" };
            finding = finding.at(
                self.places.within(first.side, in_world, &[]),
                format!("`{in_world}` does not have {it}"),
            );
        }
        let wanted = causes.iter().filter_map(|c| c.found.place.path.first());
        let wanted: Vec<&str> = wanted.map(String::as_str).collect();
        let advice = &self.advice;
        for note in advice.similar_members(first.side, name, in_world, &wanted) {
            finding = finding.note(note);
        }
        let advice = advice.other_member(first.side, name, in_world);
        Some(advice.on(finding))
    }

    /// About a member of an interface, or an import or export itself.
    fn type_mismatch(&self, causes: &[Cause]) -> Option<Diagnostic> {
        let held = self.advice.held();
        let Difference { place, member, .. } = &causes.first()?.found;
        let (side, name) = (place.side, place.name());
        let in_world = place.in_world.as_deref().unwrap_or(name);
        let subject = self.subject.name();
        let what = match member {
            Some(member) => format!("`{member}` of {}", quoted(name)),
            None => quoted(name),
        };
        let verb = match side {
            Side::Import => "imports",
            Side::Export => "exports",
        };
        let mut finding = codes::TYPE_MISMATCH.report(format!(
            "`{subject}` {verb} {what} with a different type than {held}"
        ));
        for cause in causes.iter().take(SHOWN) {
            finding = self.labels(finding, &cause.found, true);
            for found in cause.also.iter().take(SHOWN) {
                finding = self.labels(finding, found, false);
            }
        }
        let all = causes.iter().flat_map(|cause| &cause.also);
        let more = causes.len().saturating_sub(SHOWN);
        if more > 0 {
            finding = finding.note(format!("{more} more differences"));
        }
        let most = causes.iter().map(|cause| cause.also.len()).max();
        let more = most.unwrap_or_default().saturating_sub(SHOWN);
        if more > 0 {
            finding = finding.note(format!("{more} more places with the same difference"));
        }
        let functions = self.users(std::iter::once(&causes.first()?.found).chain(all));
        if !functions.is_empty() {
            finding = finding.note(used_by(&functions));
        }
        let kinds = causes.iter().map(|cause| &cause.found.mismatch.kind);
        let remarks: BTreeSet<&str> = kinds.filter_map(remark).collect();
        finding = remarks.into_iter().fold(finding, Diagnostic::note);
        let file = self.places.file();
        Some(match versions_differ(name, in_world) {
            Some((ours, theirs)) => finding
                .note(format!(
                    "`{subject}` was built for version {ours}, but {held} has version {theirs}; \
                     what both have must be identical"
                ))
                .help(format!("rebuild `{subject}` with the package in `{file}`")),
            None => finding.help(format!(
                "rebuild `{subject}` with the package in `{file}`, or pass the one that it was \
                 built with: `--wit PATH`"
            )),
        })
    }

    /// Labels what a component has at a place of a difference, and what the world has there if `told`.
    fn labels(&self, finding: Diagnostic, found: &Difference, told: bool) -> Diagnostic {
        let Difference {
            place, mismatch, ..
        } = found;
        let (side, name) = (place.side, place.name());
        let (expected, found) = mismatch.labels();
        let mut path = vec![step(side, name)];
        path.extend(place.path.iter().cloned());
        let finding = finding.at(self.subject.locus(path), found);
        if !told {
            return finding;
        }
        let in_world = place.in_world.as_deref().unwrap_or(name);
        let locus = self.places.within(side, in_world, &place.path);
        finding.at(locus, expected)
    }

    /// The functions that use a type that differs, in all interfaces where it does; with the
    /// interface if there are several.
    fn users<'d>(&self, found: impl Iterator<Item = &'d Difference>) -> Vec<String> {
        let mut known = self.users.borrow_mut();
        let mut functions: Vec<(String, String)> = Vec::new();
        let (mut seen, mut told) = (BTreeSet::new(), BTreeSet::new());
        for Difference { member, place, .. } in found {
            let (Some(member), Some(Item::Instance(instance))) = (member, self.item(place)) else {
                continue;
            };
            let of_instance = step(place.side, place.name());
            if !seen.insert((of_instance.clone(), member)) {
                continue;
            }
            let interface = names::unversioned(place.name());
            let interface = interface.rsplit_once('/').map_or(interface, |(_, own)| own);
            let users = known.entry(of_instance).or_insert_with(|| users(instance));
            let users = users.get(member).into_iter().flatten();
            functions.extend(users.map(|user| (interface.to_string(), user.clone())));
        }
        let first = functions.first().map(|(interface, _)| interface.clone());
        let several = functions
            .iter()
            .any(|(other, _)| Some(other) != first.as_ref());
        let mut shown: Vec<String> = Vec::new();
        for (interface, function) in functions {
            let function = match several {
                true => format!("{interface}.{function}"),
                false => function,
            };
            // Several types may lead to it.
            if told.insert(function.clone()) {
                shown.push(function);
            }
        }
        shown
    }
}

/// A note about a kind of difference.
fn remark(kind: &MismatchKind) -> Option<&'static str> {
    match kind {
        MismatchKind::Async => Some("`func` and `async func` are different types"),
        MismatchKind::Renamed => {
            Some("the names of parameters, fields and cases are part of the type")
        }
        MismatchKind::Order => {
            Some("the order of parameters, fields and cases is part of the type")
        }
        _ => None,
    }
}

/// `` `get` ``, or how many they are.
fn counted(causes: &[Cause]) -> String {
    match causes {
        [one] => format!("`{}`", one.found.place.path.join(" › ")),
        several => {
            let function = |cause: &Cause| is_function(&cause.found.place, &cause.found.mismatch);
            let noun = match several.iter().all(function) {
                true => "functions",
                false => "items",
            };
            format!("{} {noun}", several.len())
        }
    }
}

/// Whether what one side lacks is a function.
fn is_function(place: &Place, mismatch: &Mismatch) -> bool {
    match place.side {
        Side::Import => mismatch.provides.contains("func("),
        Side::Export => mismatch.expects.contains("func("),
    }
}

/// The functions that use a type, the first few by name.
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
        1 => format!("used by function {}", shown.join("")),
        count => format!("used by {count} functions: {}{more}", shown.join(", ")),
    }
}
