//! Chains of middleware: each link is wired to the next, and the last one to the root or to the
//! provider of the import that the chain is put before.
//!
//! May import: `diag`, `wasm` (rank 0–1). Deliberately absent: which files the links are (`parts`).

use super::{ByHand, Laid, Rank, Reader, listed};
use crate::compose::candidates::{export_for, imports_like};
use crate::compose::codes;
use crate::compose::options::{ChainSpec, PartSpec};
use crate::diag::{Diagnostic, Locus};
use crate::plan::Why;

/// A chain names its parts.
const RANK: Rank = Rank {
    is_flag: true,
    names_part: true,
};

impl Reader<'_> {
    pub(super) fn chain(&mut self, chain: &ChainSpec) {
        let found = chain.links.iter().filter_map(|link| self.link(link));
        let links: Vec<usize> = found.collect();
        let before = self.report.error_count();
        if links.len() == chain.links.len() && !links.is_empty() {
            self.lay_chain(chain, &links);
        } else {
            // INVARIANT: `links` are missing only where no part was found, which is rare: a link
            // that is no part is a file, and was loaded or reported then.
            let unknown = chain.links.iter().find(|link| self.link(link).is_none());
            let name = unknown.map_or("", String::as_str);
            let finding = self.unknown_part(name);
            self.report.push(finding);
        }
        if self.report.error_count() > before {
            self.manual.unclear = true;
        }
    }

    fn lay_chain(&mut self, chain: &ChainSpec, links: &[usize]) {
        let repeated = (1..links.len()).find(|at| links[..*at].contains(&links[*at]));
        if let Some(repeated) = repeated {
            let link = self.part(links[repeated]);
            let (name, path) = (&link.name, &link.path);
            self.report.push(
                codes::BROKEN_CHAIN
                    .report(format!("`{}`: `{name}` is in the chain twice", self.flag))
                    .help(format!(
                        "to chain two instances of one file, name them: `-d {name}={path} -d {name}2={path}`"
                    )),
            );
            return;
        }
        let placed = links.iter().find(|link| self.manual.placed.contains(link));
        if let Some(placed) = placed {
            let link = self.part(*placed);
            let (name, path) = (&link.name, &link.path);
            self.report.push(
                codes::BROKEN_CHAIN
                    .report(format!("`{}`: `{name}` is already in another chain", self.flag))
                    .help(format!(
                        "to chain two instances of one file, name them: `-d {name}={path} -d {name}2={path}`"
                    )),
            );
            return;
        }
        self.manual.placed.extend(links);
        for pair in links.windows(2) {
            self.join(pair[0], pair[1]);
        }
        match &chain.edge {
            None => self.around_root(links),
            Some(edge) => self.before(edge, links),
        }
    }

    fn around_root(&mut self, links: &[usize]) {
        let (first, last) = (links[0], links[links.len() - 1]);
        if let Some(other) = self.manual.outermost {
            let (one, other) = (&self.part(first).name, &self.part(other).name);
            self.report.push(
                codes::BROKEN_CHAIN
                    .report(format!(
                        "`{}`: the root already has a chain, which begins with `{other}`",
                        self.flag
                    ))
                    .help(format!(
                        "use one chain, outermost first: `--chain {other},{one}`"
                    )),
            );
            return;
        }
        if let Some(root) = self.parts.root() {
            if links.contains(&root) {
                let (name, path) = (&self.part(root).name, &self.part(root).path);
                self.report.push(
                    codes::BROKEN_CHAIN
                        .report(format!(
                            "`{}`: `{name}` is the root, which the chain wraps",
                            self.flag
                        ))
                        .help(format!(
                            "remove it, or chain another instance of it: `--chain {name}2={path}`"
                        )),
                );
                return;
            }
            self.join(last, root);
        }
        self.manual.outermost = Some(first);
    }

    /// Puts `links` before every import that `edge` means.
    fn before(&mut self, edge: &str, links: &[usize]) {
        let (first, last) = (links[0], links[links.len() - 1]);
        let (importers, _) = self.importers(edge);
        let (own, others): (Vec<_>, Vec<_>) = importers
            .into_iter()
            .partition(|(part, _)| links.contains(part));
        if others.is_empty() {
            if !own.is_empty() {
                let names: Vec<String> = links
                    .iter()
                    .map(|link| format!("`{}`", self.part(*link).name))
                    .collect();
                self.report.push(
                    codes::BROKEN_CHAIN
                        .report(format!(
                            "`{}`: no part except {} imports `{edge}`",
                            self.flag,
                            names.join(" and ")
                        ))
                        .at(Locus::File(self.part(first).label()), "")
                        .help(format!(
                            "add the part that imports `{edge}`: `-d FILE`, or remove the chain"
                        )),
                );
            }
            return;
        }
        for importer in others {
            self.put_before(importer, first, last, links);
        }
    }

    fn put_before(&mut self, importer: (usize, usize), first: usize, last: usize, links: &[usize]) {
        let (part, import) = importer;
        let name = self.structures[part].imports[import].name;
        let shown = name.name;
        let Some(export) = export_for(&self.structures[first], &name) else {
            let finding = codes::BROKEN_CHAIN
                .report(format!(
                    "`{}` cannot be put before the import `{shown}`: it does not export it",
                    self.part(first).name
                ))
                .at(Locus::File(self.part(first).label()), "");
            self.report.push(finding);
            return;
        };
        if let Some(wired) = self.manual.wires.get(&importer).cloned() {
            if wired.why == Why::Chain {
                let finding = codes::BROKEN_CHAIN
                    .report(format!(
                        "`{}`: the import `{shown}` of `{}` already has a chain",
                        self.flag,
                        self.part(part).name
                    ))
                    .at(self.part(part).locus([format!("import {shown}")]), "")
                    .help("use one chain, outermost first: `--chain EDGE=A,B`");
                self.report.push(finding);
                return;
            }
            // A wire to a link is what the chain does by itself.
            let to_link = matches!(wired.to, ByHand::Part(p) | ByHand::Export { part: p, .. }
                if links.contains(&p));
            if to_link {
                self.manual.excused.insert(wired.flag);
            } else {
                self.put_behind(&wired, importer, last);
            }
        }
        let laid = Laid {
            to: ByHand::Export {
                part: first,
                export,
            },
            why: Why::Chain,
            rank: RANK,
            flag: self.manual.flags.len() - 1,
        };
        self.manual.wires.insert(importer, laid);
    }

    /// Gives the last link what was wired to the import that it is put before.
    fn put_behind(&mut self, wired: &Laid, importer: (usize, usize), last: usize) {
        let name = self.structures[importer.0].imports[importer.1].name;
        let behind = imports_like(&self.structures[last], &name);
        let Some(behind) = behind else {
            let finding = codes::BROKEN_CHAIN
                .report(format!(
                    "`{}` cannot be put between the import `{}` of `{}` and its provider: it does not import it",
                    self.part(last).name,
                    name.name,
                    self.part(importer.0).name
                ))
                .at(Locus::File(self.part(last).label()), "")
                .help(format!("remove `{}`, or chain a part that imports and exports `{}`", self.manual.flags[wired.flag], name.name));
            self.report.push(finding);
            return;
        };
        if let Some(other) = self.manual.wires.get(&(last, behind))
            && other.to != wired.to
        {
            let own = self.structures[last].imports[behind].name.name;
            let finding = codes::BROKEN_CHAIN
                .report(format!(
                    "`{}` can import `{own}` from one provider only, but `{}` and `{}` name two",
                    self.part(last).name,
                    self.manual.flags[other.flag],
                    self.manual.flags[wired.flag]
                ))
                .at(self.part(last).locus([format!("import {own}")]), "")
                .help("remove one of them, or chain a separate instance before each import");
            self.report.push(finding);
            return;
        }
        self.manual.wires.insert((last, behind), wired.clone());
    }

    /// A link of a chain: the name of a part, or a file that the parts were loaded with.
    fn link(&self, text: &str) -> Option<usize> {
        let spec = PartSpec::parse(text);
        if let Some(name) = &spec.name {
            return self.parts.by_name(name);
        }
        let by_name = self.parts.by_name(text);
        by_name.or_else(|| self.parts.of_file(&spec.path))
    }

    /// Wires every import of `outer` that `inner` exports.
    fn join(&mut self, outer: usize, inner: usize) {
        let mut joined = false;
        for (import, item) in self.structures[outer].imports.iter().enumerate() {
            let Some(export) = export_for(&self.structures[inner], &item.name) else {
                continue;
            };
            joined = true;
            let laid = Laid {
                to: ByHand::Export {
                    part: inner,
                    export,
                },
                why: Why::Chain,
                rank: RANK,
                flag: self.manual.flags.len() - 1,
            };
            if let Some(wired) = self.manual.wires.get(&(outer, import)).cloned() {
                let same = matches!(wired.to, ByHand::Part(p) | ByHand::Export { part: p, .. }
                    if p == inner);
                if same {
                    self.manual.excused.insert(wired.flag);
                } else if wired.rank.names_part {
                    let finding = codes::BROKEN_CHAIN
                        .report(format!(
                            "`{}` conflicts with `{}`: the chain wires `{}` of `{}` to `{}`",
                            self.manual.flags[wired.flag],
                            self.flag,
                            item.name.name,
                            self.part(outer).name,
                            self.part(inner).name
                        ))
                        .at(
                            self.part(outer)
                                .locus([format!("import {}", item.name.name)]),
                            "",
                        )
                        .help("remove one of them");
                    self.report.push(finding);
                }
            }
            self.manual.wires.insert((outer, import), laid);
        }
        if !joined {
            let finding = self.broken(outer, inner);
            self.report.push(finding);
        }
    }

    fn broken(&self, outer: usize, inner: usize) -> Diagnostic {
        let imports = self.structures[outer].imports.iter();
        let imports: Vec<&str> = imports.map(|i| i.name.name).collect();
        let exports = self.structures[inner].exports.iter();
        let exports: Vec<&str> = exports.map(|e| e.name.name).collect();
        codes::BROKEN_CHAIN
            .report(format!(
                "broken chain: `{}` imports nothing that `{}` exports",
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
            .note("every link imports and exports the interface that the chain wraps")
            .help("list the links outermost first")
    }
}
