//! What there is to say where no plan can be made, or where it leaves something out.
//!
//! May import: `diag` (rank 0). Deliberately absent: finding out; the resolver knows already.

use std::collections::BTreeSet;

use super::{Resolver, State, Visit};
use crate::compose::{codes, manual};
use crate::diag::{Diagnostic, Locus, did_you_mean};
use crate::names;
use crate::plan::{Export, Role};

impl Resolver<'_> {
    pub(super) fn nothing_fits(&self, part: usize, import: usize, provider: usize) -> Diagnostic {
        let (importer, provider_part) = (&self.parts.all()[part], &self.parts.all()[provider]);
        let name = self.outlines[part].imports[import].name.name;
        let exports = &self.outlines[provider].exports;
        let exported: Vec<&str> = exports.iter().map(|e| e.name.name).collect();
        codes::TYPE_MISMATCH
            .report(format!(
                "nothing that `{}` exports serves {name}, which `{}` imports",
                provider_part.name, importer.name
            ))
            .at(importer.locus([format!("import {name}")]), "")
            .at(
                Locus::File(provider_part.label()),
                format!("exports {}", manual::listed(&exported)),
            )
            .help(format!(
                "name the export that is meant: --wire {}.{name}={}.EXPORT",
                importer.name, provider_part.name
            ))
    }

    pub(super) fn nobody_serves(&self, part: usize, import: usize) -> Diagnostic {
        let importer = &self.parts.all()[part];
        let name = self.outlines[part].imports[import].name.full_name();
        let finding = codes::OPEN_IMPORT
            .report(format!(
                "`{}` imports {name}, and no part exports it",
                importer.name
            ))
            .at(importer.locus([format!("import {name}")]), "");
        let finding = match self.closest(part, &name) {
            Some(closest) => finding.help(closest),
            None => finding,
        };
        if self.no_imports {
            return finding.help("--no-imports is given: add a part that exports it (-d FILE)");
        }
        let pattern = match name.split_once(['/', '@']) {
            Some((package, _)) if name.contains(':') => format!("{package}/*"),
            _ => name.to_string(),
        };
        finding.help(format!(
            "add a part that exports it (-d FILE), or leave it to the host with --import '{pattern}'"
        ))
    }

    /// Who comes closest to serving `name`.
    fn closest(&self, importer: usize, name: &str) -> Option<String> {
        let exports = || {
            let all = self.outlines.iter().enumerate();
            all.filter(|(part, _)| *part != importer)
                .flat_map(|(part, outline)| {
                    let exports = outline.exports.iter();
                    exports.map(move |e| (part, e.name.full_name().into_owned()))
                })
        };
        let name_of = |part: usize| &self.parts.all()[part].name;
        if let Some((part, _)) = exports().find(|(_, export)| export == name) {
            let why = if self.manual.placed.contains(&part) {
                "is in a chain and serves only its neighbours there"
            } else {
                "needs this part itself"
            };
            return Some(format!(
                "`{}` exports it, but {why}; to use it all the same: --wire {}.{name}={}",
                name_of(part),
                name_of(importer),
                name_of(part)
            ));
        }
        let base = names::unversioned(name);
        if let Some((part, export)) = exports().find(|(_, e)| names::unversioned(e) == base) {
            return Some(format!(
                "`{}` exports {export}, which is not on the same semver track; to try it all the same: --wire {}.{name}={}.{export}",
                name_of(part),
                name_of(importer),
                name_of(part)
            ));
        }
        let all: BTreeSet<String> = exports().map(|(_, export)| export).collect();
        let close = did_you_mean(name, all.iter().map(String::as_str))?;
        let (part, _) = exports().find(|(_, export)| export == close)?;
        Some(format!(
            "the closest export is {close} of `{}`",
            name_of(part)
        ))
    }

    pub(super) fn cycle(&self, path: &[Visit], back_to: usize) -> Diagnostic {
        let name_of = |part: usize| self.parts.all()[part].name.as_str();
        let from = path
            .iter()
            .position(|visit| visit.part == back_to)
            .unwrap_or(0);
        let circle = &path[from..];
        let mut way: Vec<&str> = circle.iter().map(|visit| name_of(visit.part)).collect();
        way.push(name_of(back_to));
        let mut finding = codes::CYCLE.report(format!(
            "the parts need each other in a circle: {}",
            way.join(" → ")
        ));
        for visit in circle {
            // `next` is already past the provider that the path goes on with.
            if let Some((provider, import)) = visit.providers.get(visit.next.wrapping_sub(1)) {
                finding = finding.at(
                    self.parts.all()[visit.part].locus([format!("import {import}")]),
                    format!("from `{}`", name_of(*provider)),
                );
            }
        }
        finding.help("a component is instantiated after all it imports; break the circle by wiring one of these elsewhere (--wire) or by leaving it to the host (--wire PART.IMPORT=@host)")
    }

    /// Warns of parts that were named and that nothing needs.
    pub(super) fn unused(&mut self) {
        for (index, part) in self.parts.all().iter().enumerate() {
            if part.role == Role::Definition && self.state[index] == State::New {
                let exports = &self.outlines[index].exports;
                let exported: Vec<&str> = exports.iter().map(|e| e.name.name).collect();
                self.report.push(
                    codes::UNUSED_PART
                        .report(format!(
                            "nothing needs `{}`: it is not part of the composition",
                            part.name
                        ))
                        .at(
                            Locus::File(part.label()),
                            format!("exports {}", manual::listed(&exported)),
                        ),
                );
            }
        }
    }

    /// Warns of exports of the root that the chain around it does not pass on.
    pub(super) fn hidden_by_chain(&mut self, root: usize, exports: &[Export]) {
        let tracks: BTreeSet<String> = exports
            .iter()
            .map(|export| names::track_or_name(&export.name))
            .collect();
        let part = &self.parts.all()[root];
        for export in &self.outlines[root].exports {
            let name = export.name.name;
            if !tracks.contains(&names::track_or_name(name)) {
                self.report.push(
                    codes::HIDDEN_EXPORT
                        .report(format!(
                            "{name} of `{}` is behind the chain and no longer exported",
                            part.name
                        ))
                        .at(part.locus([format!("export {name}")]), "")
                        .help(format!(
                            "to export it all the same: --export {}.{name}",
                            part.name
                        )),
                );
            }
        }
    }
}
