//! Where resources come from: the part that defines them, whichever parts pass them on.
//!
//! Lives here: [`Identities`]. May import: `surface`, `plan`, `diag` (ranks 0–3).
//! Deliberately absent: types that differ (`explain`). Nothing here runs before those are equal:
//! what a part that does not fit passes on is not known.

use std::collections::BTreeMap;

use super::codes;
use super::parts::Parts;
use super::resources::resources_in;
use super::types::Types;
use crate::diag::{Diagnostic, Locus};
use crate::plan::{Plan, Target, Wire};
use crate::surface::{Item, Origin, Side, TypeDef};

/// Resources that come to a part by two ways, from two places.
pub(crate) struct Identities<'p, 'a> {
    pub plan: &'p Plan,
    pub parts: &'p Parts,
    pub types: &'p mut Types<'a>,
}

/// Where a resource is really from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    /// The host, by the import of the composition that defines it.
    Host(String),
    /// An export of a part.
    Part(String, String),
}

/// One cause: an import that defines resources is wired apart from those that use them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    /// The import that the part knows the resources from.
    via: String,
    known: Home,
    /// Where the others have them from; none if they are left to the host.
    given: Option<Home>,
}

impl Identities<'_, '_> {
    /// The findings about the part at position `part` of the plan: one for each cause.
    pub fn of(&mut self, part: usize) -> Vec<Diagnostic> {
        let plan = self.plan;
        let part = &plan.parts[part];
        let mut causes: BTreeMap<Cause, Vec<(&Wire, String)>> = BTreeMap::new();
        for wire in &part.wires {
            for (cause, resource) in self.misfits(&part.name, wire) {
                causes.entry(cause).or_default().push((wire, resource));
            }
        }
        let causes = causes.into_iter();
        causes
            .map(|(cause, uses)| self.finding(&part.name, &cause, &uses))
            .collect()
    }

    /// The resources that an import uses, but not those that its part knows.
    fn misfits(&mut self, part: &str, wire: &Wire) -> Vec<(Cause, String)> {
        let Some(importer) = self.parts.by_name(part) else {
            return Vec::new();
        };
        let Some(expected) = self.types.item(importer, Side::Import, &wire.import) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (resource, origin) in resources_in(&expected) {
            // Where the importer knows the resource from; from this very import, if it is not
            // from another.
            let Origin::Import(path) = &origin else {
                continue;
            };
            let (Some(via), Some(name)) = (path.first(), path.last()) else {
                continue;
            };
            if *via == wire.import {
                continue;
            }
            let Some(known) = self.of_import(part, via, name, 0) else {
                continue;
            };
            let given = match (&wire.to, &known) {
                (Target::Host { .. }, Home::Part(..)) => None,
                (Target::Host { host }, Home::Host(_)) => self.of_host(host, &resource, 0),
                (Target::Export { part, export }, _) => self.of_export(part, export, &resource, 0),
                _ => continue,
            };
            let cause = Cause {
                via: via.clone(),
                known,
                given,
            };
            let left = matches!(wire.to, Target::Host { .. });
            match &cause.given {
                Some(given) if *given != cause.known => found.push((cause, name.clone())),
                None if left && matches!(cause.known, Home::Part(..)) => {
                    found.push((cause, name.clone()));
                }
                _ => {}
            }
        }
        found
    }

    fn finding(&self, part: &str, cause: &Cause, uses: &[(&Wire, String)]) -> Diagnostic {
        let Cause { via, known, given } = cause;
        let mut names: Vec<&str> = uses.iter().map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let resource = match names.as_slice() {
            [one] => format!("resource `{one}`"),
            several => format!("resources `{}`", several.join("` and `")),
        };
        let mut imports: Vec<&str> = uses.iter().map(|(wire, _)| wire.import.as_str()).collect();
        imports.dedup();
        let import = format!("`{}`", imports.join("` and `"));
        let importer = self.parts.by_name(part).map(|at| &self.parts.all()[at]);
        let locus = |path: String| match importer {
            Some(part) => part.locus([path]),
            None => Locus::item(part, [path]),
        };
        let (verb, plural) = match imports.as_slice() {
            [_] => ("uses", false),
            _ => ("use", true),
        };
        let mut finding = match (known, given) {
            (Home::Part(owner, _), None) => codes::RESOURCE_ESCAPES.report(format!(
                "{import} of `{part}` {} left to the host, but {verb} the {resource} of `{owner}`",
                if plural { "are" } else { "is" }
            )),
            (known, given) => codes::RESOURCE_MISMATCH.report(format!(
                "`{part}` gets the {resource} from {}, but {import} {verb} the one of {}",
                said(known, via),
                match (given, uses) {
                    (None, _) => "the host".to_string(),
                    (Some(given), [(wire, _), ..]) if matches!(wire.to, Target::Host { .. }) =>
                        said(given, &wire.import),
                    (Some(Home::Host(import)), _) => format!("the host (`{import}`)"),
                    (Some(given), _) => said(given, via),
                }
            )),
        };
        for at in &imports {
            let of_it = uses.iter().filter(|(wire, _)| wire.import == *at);
            let names: Vec<&str> = of_it.map(|(_, name)| name.as_str()).collect();
            finding = finding.at(
                locus(format!("import {at}")),
                format!("uses `{}` of `{via}`", names.join("` and `")),
            );
        }
        match (known, given) {
            (Home::Part(owner, interface), None) => finding
                .at(self.export_locus(owner, interface), "defined here")
                .note("a host cannot use a resource that a part defines")
                .help(format!(
                    "satisfy {import} with a part too, or leave `{via}` to the host too: `--wire {part}.{via}=@host`"
                )),
            _ => finding.help(format!(
                "wire both to one provider: `--wire {part}.{via}=PART`, or the same for the part that exports {import}"
            )),
        }
    }

    fn export_locus(&self, part: &str, export: &str) -> Locus {
        export_locus(self.parts, part, export)
    }

    /// Where the resource that part `part` has from its import `import` is really from.
    fn of_import(&mut self, part: &str, import: &str, resource: &str, hops: usize) -> Option<Home> {
        let plan = self.plan;
        if hops > plan.parts.len() {
            return None;
        }
        let wires = &plan.part(part)?.wires;
        let wire = wires.iter().find(|wire| wire.import == import)?;
        match &wire.to {
            Target::Host { host } => self.of_host(host, resource, 0),
            Target::Export { part, export } => self.of_export(part, export, resource, hops + 1),
            Target::Instance { .. }
            | Target::Component { .. }
            | Target::Bound { .. }
            | Target::Type { .. }
            | Target::Types { .. }
            | Target::Of { .. }
            | Target::Bundle { .. } => None,
        }
    }

    /// Where the resource that is in import `host` of the composition is really from: that import
    /// itself, or another one that it `use`s it of.
    ///
    /// The types of such an import are those of the parts that it stands for, so what they name
    /// is known from their own imports.
    fn of_host(&mut self, host: &str, resource: &str, hops: usize) -> Option<Home> {
        let plan = self.plan;
        if hops > plan.imports.len() {
            return None;
        }
        let import = plan.imports.iter().find(|import| import.name == host)?;
        for served in &import.serves {
            let part = self.parts.by_name(&served.part)?;
            let Some(item) = self.types.item(part, Side::Import, &served.import) else {
                continue;
            };
            let Some(origin) = resources(&item).remove(resource) else {
                continue;
            };
            let Origin::Import(path) = origin else {
                return None;
            };
            let (via, name) = (path.first()?, path.last()?);
            if *via == served.import {
                break;
            }
            let definer = plan.imports.iter().find(|import| {
                let mut serves = import.serves.iter();
                serves.any(|s| s.part == served.part && s.import == *via)
            })?;
            return self.of_host(&definer.name, name, hops + 1);
        }
        Some(Home::Host(host.to_string()))
    }

    /// Where the resource that part `part` exports within `export` is really from.
    fn of_export(&mut self, part: &str, export: &str, resource: &str, hops: usize) -> Option<Home> {
        let index = self.parts.by_name(part)?;
        let item = self.types.item(index, Side::Export, export)?;
        // A resource within another type need not have a name in the interface itself.
        let named = resources(&item).remove(resource);
        let within = || {
            resources_in(&item)
                .into_iter()
                .find(|(name, _)| name == resource)
        };
        match named.or_else(|| within().map(|(_, origin)| origin))? {
            Origin::Import(path) => {
                let (via, name) = (path.first()?, path.last()?);
                self.of_import(part, via, name, hops)
            }
            Origin::Export(path) => {
                let export = path.first().cloned().unwrap_or_default();
                Some(Home::Part(part.to_string(), export))
            }
            Origin::Unknown => None,
        }
    }
}

/// The place of an export of a part.
pub(crate) fn export_locus(parts: &Parts, part: &str, export: &str) -> Locus {
    match parts.by_name(part) {
        Some(index) => parts.all()[index].locus([format!("export {export}")]),
        None => Locus::item(part, [format!("export {export}")]),
    }
}

/// What a home is called; the host's by the part's own import, which may be merged with others.
fn said(home: &Home, own: &str) -> String {
    match home {
        Home::Host(_) => format!("the host (`{own}`)"),
        Home::Part(part, _) => format!("`{part}`"),
    }
}

/// The resources that an item names as types, by name, with where they are introduced.
fn resources(item: &Item) -> BTreeMap<String, Origin> {
    let mut found = BTreeMap::new();
    match item {
        Item::Type(TypeDef::Resource(resource)) => {
            found.insert(resource.name.clone(), resource.origin.clone());
        }
        Item::Instance(instance) => {
            for (name, item) in &instance.exports {
                match item {
                    Item::Type(TypeDef::Resource(resource)) => {
                        found.insert(name.name.clone(), resource.origin.clone());
                    }
                    Item::Instance(_) => found.extend(resources(item)),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    found
}
