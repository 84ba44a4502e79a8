//! Explicit wires, chains and exports, looked up in the parts.
//!
//! Names match as in wiring: the exact name, every version of a name without one, a
//! semver-compatible version, the interface that a plain name implements.
//!
//! Lives here: [`Manual`]. May import: `diag`, `wasm` (rank 0–1).
//! Deliberately absent: automatic wiring (`matching`).

mod chains;

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::meant;
use super::codes;
use super::options::{Declared, Options, WireSpec};
use super::parts::{Part, Parts};
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::escape;
use crate::names;
use crate::plan::Why;
use crate::wasm::structure::Structure;

/// What an import is wired to explicitly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ByHand {
    /// That export of that part.
    Export { part: usize, export: usize },
    /// Whatever of that part satisfies it: an export, or the whole instance.
    Part(usize),
    /// It is left to the host, under another name if there is one.
    Host(Option<String>),
    /// The user decided, but it is not clear what; that is reported already.
    Unknown,
}

/// An explicit wire.
#[derive(Clone, Debug)]
pub(crate) struct Laid {
    pub to: ByHand,
    /// Why: explicitly, by a chain, or because a part is generated.
    pub why: Why,
    /// Which wire overrides which: see [`Rank`].
    rank: Rank,
    /// The option that it comes from, by its position in [`Manual::flags`].
    pub flag: usize,
}

/// Where an import of a part comes from, because one of the two is generated.
pub(crate) struct GeneratedWire {
    pub part: String,
    pub import: String,
    /// The part and its export; none leaves it to the host.
    pub to: Option<(String, String)>,
}

/// An export that an option adds.
pub(crate) struct Asked {
    pub part: usize,
    /// None for all of the part's.
    pub export: Option<usize>,
    /// The option, as the user wrote it.
    pub flag: String,
}

/// Of two wires for one import, the higher rank wins: flags override the file, and a wire that
/// names the part overrides one for every part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_flag: bool,
    names_part: bool,
}

/// What the user decided.
#[derive(Default)]
pub(crate) struct Manual {
    /// By part and import.
    pub wires: BTreeMap<(usize, usize), Laid>,
    /// Parts in a chain: they satisfy no other imports unless wired explicitly.
    pub placed: BTreeSet<usize>,
    /// The outermost link of the chain around the root's exports.
    pub outermost: Option<usize>,
    /// Exports that options add.
    pub exports: Vec<Asked>,
    /// The options that lay wires, as the user wrote them.
    pub flags: Vec<String>,
    /// Those of them that a flag overrides, or that are reported already.
    pub excused: BTreeSet<usize>,
    /// Whether an option is so wrong that it is unknown which imports it is about.
    pub unclear: bool,
    /// What a manifest declares.
    pub declared: Option<Declared>,
}

impl Manual {
    /// Lays wires from and to parts that are generated, over what is there.
    pub fn lay_generated(
        &mut self,
        wires: &[GeneratedWire],
        parts: &Parts,
        structures: &[Structure<'_>],
    ) {
        self.flags.push(String::new());
        self.excused.insert(self.flags.len() - 1);
        for wire in wires {
            let named = |part: &str| parts.by_name(part);
            let importer = named(&wire.part).and_then(|part| {
                let mut imports = structures[part].imports.iter();
                Some((part, imports.position(|i| i.name.name == wire.import)?))
            });
            let to = match &wire.to {
                None => Some(ByHand::Host(None)),
                Some((part, export)) => named(part).and_then(|part| {
                    let mut exports = structures[part].exports.iter();
                    let export = exports.position(|e| e.name.full_name() == *export)?;
                    Some(ByHand::Export { part, export })
                }),
            };
            // INVARIANT: both are names of parts that are there.
            let (Some(importer), Some(to)) = (importer, to) else {
                continue;
            };
            let laid = Laid {
                why: match to {
                    ByHand::Host(_) => Why::Open,
                    _ => Why::Generated,
                },
                to,
                rank: Rank {
                    is_flag: true,
                    names_part: true,
                },
                flag: self.flags.len() - 1,
            };
            // What is traced gets there through the part that traces.
            if let Some(behind) = self.wires.insert(importer, laid) {
                self.excused.insert(behind.flag);
            }
        }
        let all = parts.all().iter().enumerate();
        let generated = all.filter(|(_, part)| part.generated.is_some());
        self.placed.extend(generated.map(|(at, _)| at));
    }
}

/// Looks up everything that the options wire, chain and export.
pub(crate) fn read(
    options: &Options,
    parts: &Parts,
    structures: &[Structure<'_>],
    report: &mut Report,
) -> Manual {
    let mut reader = Reader {
        parts,
        structures,
        report,
        manual: Manual::default(),
        flag: String::new(),
    };
    if let Some(declared) = &options.declared {
        // They satisfy nothing that the manifest does not wire.
        let dependencies = declared.dependencies.keys();
        let dependencies = dependencies.filter_map(|name| parts.by_name(name));
        reader.manual.placed.extend(dependencies);
        reader.manual.declared = Some(declared.clone());
    }
    let configured = options.configured_wires.iter().map(|wire| (wire, false));
    for (wire, is_flag) in configured.chain(options.wires.iter().map(|wire| (wire, true))) {
        reader.flag = match wire {
            WireSpec::Typed(text) if is_flag => format!("--wire {text}"),
            WireSpec::Typed(text) => format!("wire {text}"),
            WireSpec::Exact {
                part, import, to, ..
            } => {
                let declared = options.declared.iter();
                let mut names = declared.flat_map(|declared| &declared.dependencies);
                match names.find(|(part, _)| Some(*part) == to.as_ref()) {
                    Some((_, dependency)) => format!("dependencies.{dependency}"),
                    None => format!("instantiations.{part}.arguments.{import}"),
                }
            }
        };
        reader.manual.flags.push(reader.flag.clone());
        reader.wire(wire, is_flag);
    }
    // After the wires: what is wired to an import that a chain stands before, goes behind it.
    for chain in &parts.chains {
        reader.flag = match &chain.edge {
            Some(edge) => format!("--chain {edge}={}", chain.links.join(",")),
            None => format!("--chain {}", chain.links.join(",")),
        };
        reader.manual.flags.push(reader.flag.clone());
        reader.chain(chain);
    }
    for export in &options.exports {
        reader.flag = format!("--export {export}");
        reader.export(export);
    }
    reader.manual
}

struct Reader<'a> {
    parts: &'a Parts,
    structures: &'a [Structure<'a>],
    report: &'a mut Report,
    manual: Manual,
    /// What is being read, as the user wrote it.
    flag: String,
}

impl Reader<'_> {
    fn part(&self, index: usize) -> &Part {
        &self.parts.all()[index]
    }

    fn wire(&mut self, wire: &WireSpec, is_flag: bool) {
        match wire {
            WireSpec::Typed(text) => {
                let Some((from, to)) = text.split_once('=') else {
                    self.report.push(
                        codes::BAD_WIRE
                            .report(format!("`{}`: missing `=`", self.flag))
                            .help("use the form `--wire [PART.]IMPORT=PART[.EXPORT]`"),
                    );
                    self.manual.unclear = true;
                    return;
                };
                let (importers, names_part) = self.importers(from);
                let to = self.served_by(to).unwrap_or(ByHand::Unknown);
                let rank = Rank {
                    is_flag,
                    names_part,
                };
                for importer in importers {
                    // What is for every part that has the import is not for the provider itself.
                    let itself = matches!(to, ByHand::Part(p) | ByHand::Export { part: p, .. }
                        if p == importer.0);
                    if names_part || !itself {
                        self.lay(importer, to.clone(), rank);
                    }
                }
            }
            WireSpec::Exact {
                part,
                import,
                to,
                export,
            } => {
                // What a file says of an instance that nothing needs is as good as a comment.
                self.manual.excused.insert(self.manual.flags.len() - 1);
                let Some(part) = self.named(part) else {
                    self.manual.unclear = true;
                    return;
                };
                let imports = self.imports_of(part, import);
                if imports.is_empty() {
                    let finding = self.unknown_import(import, &[part]);
                    self.report.push(finding);
                }
                let by_hand = match (to, export) {
                    (None, _) => Some(ByHand::Host(None)),
                    (Some(to), export) => self.named(to).and_then(|to| match export {
                        None => Some(ByHand::Part(to)),
                        Some(export) => {
                            let export = self.find_export(to, export)?;
                            Some(ByHand::Export { part: to, export })
                        }
                    }),
                };
                let rank = Rank {
                    is_flag,
                    names_part: true,
                };
                for import in imports {
                    let to = by_hand.clone().unwrap_or(ByHand::Unknown);
                    self.lay((part, import), to, rank);
                }
            }
        }
    }

    /// Lays a wire, unless another one is meant rather.
    fn lay(&mut self, importer: (usize, usize), to: ByHand, rank: Rank) {
        let flag = self.manual.flags.len() - 1;
        let laid = Laid {
            to,
            why: Why::Wired,
            rank,
            flag,
        };
        let Some(other) = self.manual.wires.get(&importer) else {
            self.manual.wires.insert(importer, laid);
            return;
        };
        // The file is there to be overridden by flags.
        if !other.rank.is_flag && (rank.is_flag || other.to == laid.to) {
            self.manual.excused.insert(other.flag);
        }
        if other.rank == rank && other.to != laid.to && laid.to != ByHand::Unknown {
            let (part, import) = importer;
            let name = self.structures[part].imports[import].name.name;
            let importer = self.part(part);
            self.report.push(
                codes::BAD_WIRE
                    .report(format!(
                        "`{}` conflicts with `{}`: they wire one import to two providers",
                        self.manual.flags[other.flag], self.flag
                    ))
                    .at(importer.locus([format!("import {name}")]), "")
                    .help("remove one of them"),
            );
            self.manual.excused.extend([other.flag, flag]);
        }
        if rank >= other.rank {
            if other.to == laid.to {
                self.manual.excused.insert(other.flag);
            }
            self.manual.wires.insert(importer, laid);
        } else if other.to == laid.to {
            self.manual.excused.insert(flag);
        }
    }

    /// The imports that `[PART.]IMPORT` means, and whether it names the part.
    fn importers(&mut self, text: &str) -> (Vec<(usize, usize)>, bool) {
        if let Some((part, import)) = self.parts.split_prefix(text) {
            let imports = self.imports_of(part, import).into_iter();
            let importers: Vec<_> = imports.map(|import| (part, import)).collect();
            if !importers.is_empty() {
                return (importers, true);
            }
        }
        let all: Vec<usize> = (0..self.structures.len()).collect();
        let mut importers: Vec<(usize, usize)> = Vec::new();
        for part in &all {
            let imports = self.imports_of(*part, text).into_iter();
            importers.extend(imports.map(|import| (*part, import)));
        }
        if importers.is_empty() {
            let finding = match self.parts.split_prefix(text) {
                Some((part, import)) => self.unknown_import(import, &[part]),
                None => match text.split_once('.') {
                    // `lgo.acme:log/log` is a misspelt part, `a:b/c@0.1.0` is not.
                    Some((part, _)) if !part.contains([':', '/']) => self.unknown_part(part),
                    _ => self.unknown_import(text, &all),
                },
            };
            self.report.push(finding);
            self.manual.unclear = true;
        }
        (importers, false)
    }

    /// The imports of a part that `typed` means.
    fn imports_of(&self, part: usize, typed: &str) -> Vec<usize> {
        meant(typed, self.structures[part].imports.iter().map(|i| i.name))
    }

    /// What `PART[.EXPORT]` or `@host[.NAME]` means.
    fn served_by(&mut self, text: &str) -> Option<ByHand> {
        if let Some(rest) = text.strip_prefix("@host") {
            if rest.is_empty() {
                return Some(ByHand::Host(None));
            }
            if let Some(name) = rest.strip_prefix('.') {
                return Some(ByHand::Host(Some(name.to_string())));
            }
        }
        Some(match self.part_or_export(text)? {
            (part, None) => ByHand::Part(part),
            (part, Some(export)) => ByHand::Export { part, export },
        })
    }

    /// What `PART[.EXPORT]` means.
    fn part_or_export(&mut self, text: &str) -> Option<(usize, Option<usize>)> {
        if let Some(part) = self.parts.by_name(text) {
            return Some((part, None));
        }
        if let Some((part, export)) = self.parts.split_prefix(text) {
            return Some((part, Some(self.find_export(part, export)?)));
        }
        let part = text.split_once('.').map_or(text, |(part, _)| part);
        let finding = self.unknown_part(part);
        self.report.push(finding);
        None
    }

    fn named(&mut self, name: &str) -> Option<usize> {
        let part = self.parts.by_name(name);
        if part.is_none() {
            let finding = self.unknown_part(name);
            self.report.push(finding);
        }
        part
    }

    fn find_export(&mut self, part: usize, typed: &str) -> Option<usize> {
        let exports = &self.structures[part].exports;
        let found = meant(typed, exports.iter().map(|e| e.name));
        let version = |at: &usize| names::track(&exports[*at].name.full_name()).map(|(_, v)| v);
        match found.as_slice() {
            [] => {
                let known: Vec<&str> = exports.iter().map(|e| e.name.name).collect();
                let finding = codes::UNKNOWN_NAME
                    .report(format!(
                        "`{}`: cannot find export `{typed}` in `{}`",
                        self.flag,
                        self.part(part).name
                    ))
                    .at(Locus::File(self.part(part).label()), "");
                self.report
                    .push(suggest(finding, typed, &known, "its exports"));
                None
            }
            [one] => Some(*one),
            several if several.iter().all(|at| version(at).is_some()) => {
                several.iter().copied().max_by_key(version)
            }
            several => {
                let names: Vec<&str> = several.iter().map(|at| exports[*at].name.name).collect();
                let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
                let exporter = self.part(part);
                self.report.push(
                    codes::AMBIGUOUS
                        .report(format!(
                            "`{}`: ambiguous export `{typed}` of `{}`: {} implement it",
                            self.flag,
                            exporter.name,
                            escape::and(&quoted)
                        ))
                        .at(Locus::File(exporter.label()), "")
                        .help(format!(
                            "name the export explicitly: `{}`",
                            names
                                .iter()
                                .map(|n| format!("{}.{n}", exporter.name))
                                .collect::<Vec<_>>()
                                .join("` or `")
                        )),
                );
                None
            }
        }
    }

    fn export(&mut self, text: &str) {
        let export = self.part_or_export(text);
        let asked = export.map(|(part, export)| Asked {
            part,
            export,
            flag: self.flag.clone(),
        });
        self.manual.exports.extend(asked);
    }

    fn unknown_part(&self, name: &str) -> Diagnostic {
        let known: Vec<&str> = self.parts.names().collect();
        let finding =
            codes::UNKNOWN_NAME.report(format!("`{}`: cannot find part `{name}`", self.flag));
        suggest(finding, name, &known, "the parts")
    }

    fn unknown_import(&self, name: &str, parts: &[usize]) -> Diagnostic {
        let mut known: Vec<&str> = parts
            .iter()
            .flat_map(|part| self.structures[*part].imports.iter().map(|i| i.name.name))
            .collect();
        known.sort_unstable();
        known.dedup();
        let finding = match parts {
            [one] => codes::UNKNOWN_NAME
                .report(format!(
                    "`{}`: cannot find import `{name}` in `{}`",
                    self.flag,
                    self.part(*one).name
                ))
                .at(Locus::File(self.part(*one).label()), ""),
            _ => codes::UNKNOWN_NAME.report(format!("`{}`: no part imports `{name}`", self.flag)),
        };
        suggest(finding, name, &known, "the imports")
    }
}

/// Suggests the most similar name, or else lists all of them.
fn suggest(finding: Diagnostic, name: &str, known: &[&str], what: &str) -> Diagnostic {
    match did_you_mean(name, known.iter().copied()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if known.is_empty() => finding,
        None => finding.note(format!("{what}: {}", listed(known))),
    }
}

/// At most ten of them.
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(10).map(|n| format!("`{n}`")).collect();
    match names.len() {
        0 => "nothing".to_string(),
        1..=10 => quoted.join(", "),
        all => format!("{} and {} more", quoted.join(", "), all - 10),
    }
}
