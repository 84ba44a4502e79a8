//! What the user wired, chained and exported by hand, looked up in the parts.
//!
//! Lives here: [`Manual`]. May import: `diag`, `wasm` (rank 0–1).
//! Deliberately absent: what is wired by itself (`matching`).

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::ComponentExternName;

use super::candidates::export_named;
use super::codes;
use super::parts::{Part, Parts};
use super::request::{ChainSpec, Request, WireSpec};
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::names;
use crate::wasm::outline::Outline;

/// What an import gets by the user's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ByHand {
    /// That export of that part.
    Export { part: usize, export: usize },
    /// Whatever of that part serves it: an export, or the instance as a whole.
    Part(usize),
    /// It is left open, under another name if there is one.
    Host(Option<String>),
}

/// What the user decided.
#[derive(Default)]
pub(crate) struct Manual {
    /// By part and import; whether it is a link of a chain.
    pub wires: BTreeMap<(usize, usize), (ByHand, bool)>,
    /// Parts that were put into a chain: they serve nobody else by themselves.
    pub placed: BTreeSet<usize>,
    /// The outermost link of the chain around the root's exports.
    pub outermost: Option<usize>,
    /// Exports that were asked for: all of a part, or one.
    pub exports: Vec<(usize, Option<usize>)>,
}

/// Looks up all that the request says by hand.
pub(crate) fn read(
    request: &Request,
    parts: &Parts,
    outlines: &[Outline<'_>],
    report: &mut Report,
) -> Manual {
    let mut reader = Reader {
        parts,
        outlines,
        report,
        manual: Manual::default(),
        flag: String::new(),
    };
    for chain in &request.chains {
        let edge = chain.edge.as_ref().map(|edge| format!("{edge}="));
        let edge = edge.unwrap_or_default();
        reader.flag = format!("--chain {edge}{}", chain.links.join(","));
        reader.chain(chain);
    }
    for wire in &request.wires {
        reader.flag = match wire {
            WireSpec::Typed(text) => format!("--wire {text}"),
            WireSpec::Exact { part, import, .. } => format!("argument {import} of {part}"),
        };
        reader.wire(wire);
    }
    for export in &request.exports {
        reader.flag = format!("--export {export}");
        reader.export(export);
    }
    reader.manual
}

struct Reader<'a> {
    parts: &'a Parts,
    outlines: &'a [Outline<'a>],
    report: &'a mut Report,
    manual: Manual,
    /// What is being read, as the user wrote it.
    flag: String,
}

impl Reader<'_> {
    fn part(&self, index: usize) -> &Part {
        &self.parts.all()[index]
    }

    fn wire(&mut self, wire: &WireSpec) {
        match wire {
            WireSpec::Typed(text) => {
                let Some((from, to)) = text.split_once('=') else {
                    self.report.push(
                        codes::BAD_WIRE
                            .report(format!("--wire {text}: there is no `=`"))
                            .help("write --wire [PART.]IMPORT=PART[.EXPORT]"),
                    );
                    return;
                };
                let importers = self.importers(from);
                if let Some(to) = self.served_by(to) {
                    for importer in importers {
                        self.manual.wires.insert(importer, (to.clone(), false));
                    }
                }
            }
            WireSpec::Exact {
                part,
                import,
                to,
                export,
            } => {
                let Some(part) = self.named(part) else {
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
                for import in imports {
                    if let Some(by_hand) = &by_hand {
                        let wire = (by_hand.clone(), false);
                        self.manual.wires.insert((part, import), wire);
                    }
                }
            }
        }
    }

    /// The imports that `[PART.]IMPORT` means.
    fn importers(&mut self, text: &str) -> Vec<(usize, usize)> {
        if let Some((part, import)) = self.parts.split_prefix(text) {
            let imports = self.imports_of(part, import);
            if !imports.is_empty() {
                return imports.into_iter().map(|import| (part, import)).collect();
            }
        }
        let all: Vec<usize> = (0..self.outlines.len()).collect();
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
        }
        importers
    }

    /// The imports of a part that `typed` means: the one of that very name, or all versions of it.
    fn imports_of(&self, part: usize, typed: &str) -> Vec<usize> {
        meant(typed, self.outlines[part].imports.iter().map(|i| i.name))
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
        let exports = &self.outlines[part].exports;
        let found = meant(typed, exports.iter().map(|e| e.name))
            .first()
            .copied();
        if found.is_none() {
            let known: Vec<&str> = exports.iter().map(|e| e.name.name).collect();
            let finding = codes::UNKNOWN_NAME
                .report(format!(
                    "{}: `{}` exports no {typed}",
                    self.flag,
                    self.part(part).name
                ))
                .at(Locus::File(self.part(part).label()), "");
            self.report.push(suggest(finding, typed, &known, "exports"));
        }
        found
    }

    fn export(&mut self, text: &str) {
        let export = self.part_or_export(text);
        self.manual.exports.extend(export);
    }

    /// Wires each link to the next, the last to what the chain is put before.
    fn chain(&mut self, chain: &ChainSpec) {
        let links: Vec<usize> = chain
            .links
            .iter()
            .filter_map(|link| self.link(link))
            .collect();
        if links.len() < chain.links.len() || links.is_empty() {
            return;
        }
        let repeated = (1..links.len()).find(|at| links[..*at].contains(&links[*at]));
        if let Some(repeated) = repeated {
            let link = self.part(links[repeated]);
            let (name, path) = (&link.name, &link.path);
            self.report.push(
                codes::BROKEN_CHAIN
                    .report(format!("{}: `{name}` stands in it twice", self.flag))
                    .help(format!(
                        "for two instances of one file give it two names: -d {name}={path} -d {name}2={path}, and chain these"
                    )),
            );
            return;
        }
        self.manual.placed.extend(&links);
        for pair in links.windows(2) {
            self.join(pair[0], pair[1]);
        }
        let (first, last) = (links[0], links[links.len() - 1]);
        match &chain.edge {
            None => {
                if let Some(root) = self.parts.root() {
                    self.join(last, root);
                }
                self.manual.outermost = Some(first);
            }
            Some(edge) => {
                for (part, import) in self.importers(edge) {
                    if links.contains(&part) {
                        continue;
                    }
                    let name = self.outlines[part].imports[import].name.full_name();
                    match export_named(&self.outlines[first], &name) {
                        Some(export) => {
                            let part_export = ByHand::Export {
                                part: first,
                                export,
                            };
                            let by_hand = (part_export, true);
                            self.manual.wires.insert((part, import), by_hand);
                        }
                        None => {
                            let finding = codes::BROKEN_CHAIN
                                .report(format!(
                                    "`{}` cannot stand before {name}: it does not export it",
                                    self.part(first).name
                                ))
                                .at(Locus::File(self.part(first).label()), "");
                            self.report.push(finding);
                        }
                    }
                }
            }
        }
    }

    /// A link of a chain: the name of a part, or a file that the parts were loaded with.
    fn link(&mut self, text: &str) -> Option<usize> {
        let by_path = || self.parts.all().iter().position(|p| p.path == text);
        let found = self.parts.by_name(text).or_else(by_path);
        if found.is_none() {
            let finding = self.unknown_part(text);
            self.report.push(finding);
        }
        found
    }

    /// Wires every import of `outer` that `inner` exports.
    fn join(&mut self, outer: usize, inner: usize) {
        let mut joined = false;
        for (import, item) in self.outlines[outer].imports.iter().enumerate() {
            if let Some(export) = export_named(&self.outlines[inner], &item.name.full_name()) {
                let by_hand = ByHand::Export {
                    part: inner,
                    export,
                };
                self.manual.wires.insert((outer, import), (by_hand, true));
                joined = true;
            }
        }
        if !joined {
            let imports: Vec<&str> = self.outlines[outer]
                .imports
                .iter()
                .map(|i| i.name.name)
                .collect();
            let exports: Vec<&str> = self.outlines[inner]
                .exports
                .iter()
                .map(|e| e.name.name)
                .collect();
            let finding = codes::BROKEN_CHAIN
                .report(format!(
                    "the chain breaks between `{}` and `{}`: the one imports nothing that the other exports",
                    self.part(outer).name,
                    self.part(inner).name
                ))
                .at(
                    Locus::File(self.part(outer).label()),
                    format!("imports {}", listed(&imports)),
                )
                .at(
                    Locus::File(self.part(inner).label()),
                    format!("exports {}", listed(&exports)),
                )
                .help("every link imports and exports the interface that the chain wraps; the outermost comes first");
            self.report.push(finding);
        }
    }

    fn unknown_part(&self, name: &str) -> Diagnostic {
        let known: Vec<&str> = self.parts.names().collect();
        let finding =
            codes::UNKNOWN_NAME.report(format!("{}: no part is named `{name}`", self.flag));
        suggest(finding, name, &known, "parts")
    }

    fn unknown_import(&self, name: &str, parts: &[usize]) -> Diagnostic {
        let mut known: Vec<&str> = parts
            .iter()
            .flat_map(|part| self.outlines[*part].imports.iter().map(|i| i.name.name))
            .collect();
        known.sort_unstable();
        known.dedup();
        let finding = match parts {
            [one] => codes::UNKNOWN_NAME
                .report(format!(
                    "{}: `{}` imports no {name}",
                    self.flag,
                    self.part(*one).name
                ))
                .at(Locus::File(self.part(*one).label()), ""),
            _ => codes::UNKNOWN_NAME.report(format!("{}: no part imports {name}", self.flag)),
        };
        suggest(finding, name, &known, "imports")
    }
}

/// The positions of what `typed` means: the very name, or else all versions of it.
fn meant<'n>(
    typed: &str,
    names: impl Iterator<Item = ComponentExternName<'n>> + Clone,
) -> Vec<usize> {
    let exact = |name: ComponentExternName<'n>| name.name == typed || name.full_name() == typed;
    if let Some(exact) = names.clone().position(exact) {
        return vec![exact];
    }
    let versions = names.enumerate();
    versions
        .filter(|(_, name)| names::refers_to(typed, &name.full_name()))
        .map(|(at, _)| at)
        .collect()
}

/// Adds the name that was probably meant, or else all there are.
fn suggest(finding: Diagnostic, name: &str, known: &[&str], what: &str) -> Diagnostic {
    match did_you_mean(name, known.iter().copied()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if known.is_empty() => finding,
        None => finding.help(format!("{what}: {}", listed(known))),
    }
}

/// At most ten of them.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_string(),
        _ if names.len() <= 10 => names.join(", "),
        _ => format!("{} and {} more", names[..10].join(", "), names.len() - 10),
    }
}
