//! Near misses: exports that an import just misses, unused parts and why they are unused, and a root
//! and a part that were swapped.
//!
//! May import: `diag`, `names`, `no_effect` (rank 0). Deliberately absent: choosing; a near
//! miss is reported, never wired.

use std::collections::BTreeMap;

use semver::Version;

use super::findings::Importer;
use super::{Resolver, State};
use crate::compose::candidates::export_for;
use crate::compose::codes;
use crate::compose::manual::{self, ByHand};
use crate::diag::{Diagnostic, Locus, Severity};
use crate::escape;
use crate::names::{self, Patterns};
use crate::no_effect;
use crate::plan::{Role, Target, Why};

/// Exports by their names without versions: the version, the part, the position there.
pub(super) type Bases = BTreeMap<String, Vec<(Version, usize, usize)>>;

/// An export that an import just misses.
#[derive(Clone, Copy)]
pub(super) struct Near {
    pub part: usize,
    pub export: usize,
    /// The interface is the same, but its version is on another track; or else its name is near.
    pub version: bool,
}

impl Resolver<'_> {
    /// The export of a part that could be wired to an import, and nearly has its name.
    pub(super) fn near(&self, importer: usize, import: usize) -> Option<Near> {
        let name = self.structures[importer].imports[import].name;
        let interface = name.full_implements();
        let interface = interface.unwrap_or_else(|| name.full_name());
        let wanted = names::unversioned(&interface);
        let mut found: Option<(u32, &Version, Near)> = None;
        for (base, exports) in self.bases.get_or_init(|| self.exports_by_base()) {
            let Some(distance) = names::distance(wanted, base) else {
                continue;
            };
            // An interface that a part imports under that name is not a misspelling.
            if distance > 0 && self.is_imported(base) {
                continue;
            }
            for (version, part, export) in exports {
                let better = found.as_ref().is_none_or(|(known, highest, _)| {
                    distance < *known || (distance == *known && version > *highest)
                });
                if better && *part != importer && !self.needs(*part, importer) {
                    let near = Near {
                        part: *part,
                        export: *export,
                        version: distance == 0,
                    };
                    found = Some((distance, version, near));
                }
            }
        }
        found.map(|(_, _, near)| near)
    }

    /// Whether any part imports something of that name, in whatever version.
    fn is_imported(&self, base: &str) -> bool {
        let imports = self
            .structures
            .iter()
            .flat_map(|structure| &structure.imports);
        let mut names = imports.map(|import| import.name);
        names.any(|name| {
            let interface = name.full_implements();
            let interface = interface.unwrap_or_else(|| name.full_name());
            names::unversioned(&interface) == base
        })
    }

    /// The exports of parts that may serve others, by their names without versions.
    fn exports_by_base(&self) -> Bases {
        let root = self.parts.root();
        let mut bases = Bases::new();
        for (part, structure) in self.structures.iter().enumerate() {
            if Some(part) == root || self.manual.placed.contains(&part) {
                continue;
            }
            for (export, item) in structure.exports.iter().enumerate() {
                let name = item.name.full_implements();
                let name = name.unwrap_or_else(|| item.name.full_name());
                let version = name.split_once('@').and_then(|(_, v)| v.parse().ok());
                let version = version.unwrap_or(Version::new(0, 0, 0));
                let base = names::unversioned(&name).to_string();
                bases.entry(base).or_default().push((version, part, export));
            }
        }
        bases
    }

    /// Whether `part` needs `other`, as far as wires are laid.
    fn needs(&self, part: usize, other: usize) -> bool {
        let mut seen = vec![false; self.structures.len()];
        let mut todo = vec![part];
        while let Some(part) = todo.pop() {
            if part == other {
                return true;
            }
            if std::mem::replace(&mut seen[part], true) {
                continue;
            }
            let wires = self.wires.get(&part).into_iter().flatten();
            let names = wires.flat_map(|wire| wire.to.parts());
            todo.extend(names.filter_map(|name| self.parts.by_name(name)));
        }
        false
    }

    /// The option that wires a near miss; for several importers without `PART.`.
    pub(super) fn wire_to(&self, importers: &[Importer], near: &Near) -> String {
        let (part, import) = importers.first().copied().unwrap_or_default();
        let name = self.structures[part].imports[import].name.name;
        let prefix = match importers {
            [_] => format!("{}.", self.parts.all()[part].name),
            _ => String::new(),
        };
        let export = self.structures[near.part].exports[near.export].name.name;
        let provider = &self.parts.all()[near.part].name;
        format!("--wire {prefix}{name}={provider}.{export}")
    }

    /// Warns of imports that are left to the host although a part exports something very similar.
    pub(super) fn near_misses(&mut self) {
        let mut open: BTreeMap<String, Vec<Importer>> = BTreeMap::new();
        for (part, wires) in &self.wires {
            for wire in wires.iter().filter(|wire| wire.why == Why::Open) {
                let mut imports = self.structures[*part].imports.iter();
                if let Some(import) = imports.position(|i| i.name.name == wire.import) {
                    let same = open.entry(wire.import.clone()).or_default();
                    same.push((*part, import));
                }
            }
        }
        let mut findings = Vec::new();
        for (name, importers) in open {
            for (part, import) in &importers {
                // Types alone need no provider.
                let near = self.near(*part, *import);
                let near = near.filter(|_| !self.matcher.types.has_types_only(*part, *import));
                self.nears.extend(near.map(|near| ((*part, *import), near)));
            }
            let near = importers.first().and_then(|first| self.nears.get(first));
            let Some(near) = near.copied() else {
                continue;
            };
            let provider = &self.parts.all()[near.part];
            let export = self.structures[near.part].exports[near.export].name.name;
            let finding = codes::NEAR_MISS.report(format!(
                "import `{name}` of {} is left to the host, but `{}` exports `{export}`",
                self.importers(&importers),
                provider.name
            ));
            let finding = self.import_places(finding, &importers);
            let why = match near.version {
                true => "incompatible version",
                false => "similar name",
            };
            findings.push(
                finding
                    .at(provider.locus([format!("export {export}")]), why)
                    .help(format!(
                        "if it is intended, wire it: `{}`",
                        self.wire_to(&importers, &near)
                    )),
            );
        }
        for finding in findings {
            self.report.push(finding);
        }
    }

    /// Warns of named parts that are unused, and says why.
    pub(super) fn unused(&mut self) {
        let parts = self.parts.all();
        let unused: Vec<usize> = (0..parts.len())
            .filter(|at| parts[*at].role == Role::Definition && self.state[*at] == State::New)
            .collect();
        // Whether anything but the root takes part.
        let wired = self.order.len() > 1;
        let mut findings = Vec::new();
        for at in unused {
            match self.swapped(at, wired) {
                // One suggestion for the root is enough.
                Some(finding) if finding.severity == Severity::Error => {
                    findings = vec![finding];
                    break;
                }
                Some(finding) => findings.push(finding),
                None => findings.push(self.unused_part(at)),
            }
        }
        for finding in findings {
            self.report.push(finding);
        }
    }

    /// The root and an unused part, if that part imports what the root exports.
    fn swapped(&self, part: usize, wired: bool) -> Option<Diagnostic> {
        let root = self.parts.root()?;
        if self.manual.placed.contains(&part) {
            return None;
        }
        let mut imports = self.structures[part].imports.iter();
        let (import, export) = imports.find_map(|import| {
            let export = export_for(&self.structures[root], &import.name)?;
            Some((import.name, self.structures[root].exports[export].name.name))
        })?;
        let is_middleware = export_for(&self.structures[part], &import).is_some();
        let import = import.name;
        let (root, part) = (&self.parts.all()[root], &self.parts.all()[part]);
        let named = self.parts.all().iter().filter(|other| {
            other.role == Role::Definition && other.name != part.name && other.name != root.name
        });
        // The other parts are needed after swapping as well.
        let mut others: Vec<String> = vec![root.path.clone()];
        others.extend(named.map(|other| match other.path.contains(&other.name) {
            true => other.path.clone(),
            false => format!("{}={}", other.name, other.path),
        }));
        let mut finding = codes::SWAPPED
            .report(format!(
                "`{}` imports what the root `{}` exports: they may be swapped",
                part.name, root.name
            ))
            .at(part.locus([format!("import {import}")]), "")
            .at(root.locus([format!("export {export}")]), "")
            .help(format!(
                "swap them: `witkit compose {} -d {}`",
                part.path,
                others.join(" -d ")
            ));
        if is_middleware {
            finding = finding.help(format!("or wrap the root with it: `--chain {}`", part.name));
        }
        if wired {
            finding.severity = Severity::Warning;
        }
        Some(finding)
    }

    fn unused_part(&self, unused: usize) -> Diagnostic {
        let part = &self.parts.all()[unused];
        let exports = &self.structures[unused].exports;
        let exported: Vec<&str> = exports.iter().map(|e| e.name.name).collect();
        let reasons = self.reasons(unused);
        let why = match reasons.as_slice() {
            [] => "no part imports any of its exports",
            [(_, _, why), ..] => why,
        };
        let mut finding = codes::UNUSED_PART
            .report(format!("unused part `{}`: {why}", part.name))
            .at(
                Locus::File(part.label()),
                format!("exports {}", manual::listed(&exported)),
            );
        for (importer, import, why) in reasons.iter().skip(1).take(SHOWN) {
            let importer = &self.parts.all()[*importer];
            finding = finding.at(importer.locus([format!("import {import}")]), why.as_str());
        }
        finding
    }

    /// What provides the imports that a part could have provided, or nearly.
    fn reasons(&self, unused: usize) -> Vec<(usize, String, String)> {
        let mut reasons = Vec::new();
        let mut outside = Vec::new();
        let name_of = |part: usize| &self.parts.all()[part].name;
        for (importer, structure) in self.structures.iter().enumerate() {
            if importer == unused {
                continue;
            }
            let wires = self.wires.get(&importer);
            for (import, item) in structure.imports.iter().enumerate() {
                let name = item.name.name;
                let serves = export_for(&self.structures[unused], &item.name).is_some();
                let wire = wires.and_then(|wires| wires.iter().find(|w| w.import == name));
                let why = match (wire, serves) {
                    (Some(wire), true) => Some(match &wire.to {
                        Target::Host { .. } => {
                            format!("`{}` leaves `{name}` to the host", name_of(importer))
                        }
                        to => format!(
                            "`{}` gets `{name}` from {}",
                            name_of(importer),
                            escape::and(&quoted(&to.parts()))
                        ),
                    }),
                    (Some(wire), false) if wire.why == Why::Open => {
                        let near = self.nears.get(&(importer, import));
                        near.filter(|near| near.part == unused).map(|near| {
                            let export = self.structures[unused].exports[near.export].name.name;
                            let how = match near.version {
                                true => "is an incompatible version",
                                false => "has another name",
                            };
                            format!(
                                "`{}` imports `{name}`, but `{export}` {how}",
                                name_of(importer)
                            )
                        })
                    }
                    (None, true) if self.state[importer] == State::New => {
                        outside.push((
                            importer,
                            name.to_string(),
                            format!(
                                "only `{}` imports `{name}`, and it is unused too",
                                name_of(importer)
                            ),
                        ));
                        None
                    }
                    _ => None,
                };
                reasons.extend(why.map(|why| (importer, name.to_string(), why)));
            }
        }
        match reasons.is_empty() {
            true => outside,
            false => reasons,
        }
    }

    /// Warns of patterns of allowed imports that no import of any part matches.
    pub(super) fn patterns_without_effect(&mut self, patterns: &[String]) {
        for pattern in patterns {
            let only = Patterns::new([pattern]);
            let imports = self
                .structures
                .iter()
                .flat_map(|structure| &structure.imports);
            let mut imports = imports.map(|import| import.name);
            let matches = imports.any(|name| {
                let interface = name.full_implements();
                only.allow(&name.full_name()) || interface.is_some_and(|i| only.allow(&i))
            });
            let mut by_hand = self.manual.wires.values();
            let matches = matches
                || by_hand
                    .any(|laid| matches!(&laid.to, ByHand::Host(Some(name)) if only.allow(name)));
            // Everything, which may be nothing.
            if !matches && pattern != "*" {
                self.report.push(no_effect::without_effect(
                    &format!("--allow {pattern}"),
                    "no part has a matching import",
                ));
            }
        }
    }
}

fn quoted(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("`{name}`")).collect()
}

/// How many reasons are shown besides the first.
const SHOWN: usize = 3;
