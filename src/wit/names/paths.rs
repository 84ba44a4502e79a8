//! References to interfaces and worlds, by plain names and in full.
//!
//! May import: `diag` (rank 0), the syntax. Deliberately absent: references to types (`refer`).

use super::super::codes;
use super::super::syntax::{Node, NodeKind};
use super::cycles::Edge;
use super::refer::Referer;
use super::scopes::{BodyKind, PackageKey};
use super::{Link, Place};

impl<'t> Referer<'_, 't> {
    /// What each `use` at the top of a file brings in.
    pub fn top_uses(&mut self) {
        for (top, (section, node)) in self.scopes.tops.iter().enumerate() {
            let Some(path) = node.child(NodeKind::Path) else {
                continue;
            };
            let mut names = path.children_of(NodeKind::Name);
            let (first, more) = (names.next(), names.next());
            self.tops[top] = match (first.and_then(Node::name), more) {
                // It means the package's own, and no other `use` of the file.
                (Some(name), None) => self.own_item(*section, path, name),
                _ => self.full_path(*section, path, false),
            };
        }
    }

    /// The interface or world that `path`, somewhere in the body `at`, means. What is wrong with
    /// it has been said if there is none.
    pub fn path(&mut self, at: usize, path: Node<'t>) -> Option<usize> {
        let (section, _) = self.scopes.bodies[at].text?;
        let mut names = path.children_of(NodeKind::Name);
        let (first, more) = (names.next()?, names.next());
        if more.is_some() {
            let lenient = path.parent().is_some_and(|item| self.is_gated_off(item));
            return self.full_path(section, path, lenient);
        }
        let name = first.name()?;
        let Some(top) = self.scopes.sections[section].uses.get(name) else {
            return self.own_item(section, path, name);
        };
        let file = self.scopes.sections[section].file;
        let place = |node: Node<'_>| Place {
            file,
            node: node.index(),
        };
        let to = Link::Node(place(self.scopes.tops[*top].1));
        self.references.push((place(path), to));
        self.tops[*top]
    }

    /// An interface or world of the own package.
    fn own_item(&mut self, section: usize, path: Node<'t>, name: &'t str) -> Option<usize> {
        let package = self.scopes.sections[section].package;
        let Some(body) = self.scopes.packages[package].items.get(name).copied() else {
            let finding = self.suggest.unknown_item(section, name, path);
            self.findings.push(finding);
            return None;
        };
        self.body_reference(section, path, body);
        Some(body)
    }

    /// `a:b/c@1.0.0`. Where it is `lenient`, wit-parser does not look whether `c` is there.
    fn full_path(&mut self, section: usize, path: Node<'t>, lenient: bool) -> Option<usize> {
        let names: Vec<Node<'t>> = path.children_of(NodeKind::Name).collect();
        let [_, _, last] = names[..] else {
            // Packages in packages, which only the grammar has yet.
            return None;
        };
        let name = last.name()?;
        let key = PackageKey::of(path);
        let own = self.scopes.sections[section].package;
        let Some(package) = self.scopes.by_name.get(&key).copied() else {
            self.missing.entry(key).or_default().push(path);
            return None;
        };
        if self.scopes.packages[own].key == key {
            self.findings.push(
                codes::CYCLE
                    .report(format!("package `{key}` refers to itself by its full name"))
                    .at(path.locus(), "this is the same package")
                    .help(format!("use the plain name: `{name}`")),
            );
            return None;
        }
        self.packages.push(Edge::new(own, package, path));
        let Some(body) = self.scopes.packages[package].items.get(name).copied() else {
            if !lenient && !self.scopes.packages[package].is_unclear {
                let finding = self.suggest.unknown_in_package(package, name, last);
                self.findings.push(finding);
            }
            return None;
        };
        self.body_reference(section, path, body);
        Some(body)
    }

    fn body_reference(&mut self, section: usize, path: Node<'t>, body: usize) {
        let link = match self.scopes.bodies[body].text {
            Some((_, node)) => Link::Node(self.scopes.place(body, node)),
            None => self.foreign(body, None),
        };
        let place = Place {
            file: self.scopes.sections[section].file,
            node: path.index(),
        };
        self.references.push((place, link));
    }

    /// Whether the body `to`, which `path` of `item` means, is what is needed there; reports it if
    /// it is not.
    pub fn expect(&mut self, to: usize, kind: BodyKind, item: Node<'t>, path: Node<'t>) -> bool {
        let body = &self.scopes.bodies[to];
        if body.kind == kind {
            return true;
        }
        if path.children_of(NodeKind::Name).count() > 1 && self.is_gated_off(item) {
            return false;
        }
        let (name, needs) = (
            path.text(),
            match kind {
                BodyKind::World => "a world",
                _ => "an interface",
            },
        );
        let is = match body.kind {
            BodyKind::World => "world",
            _ => "interface",
        };
        let (keyword, help) = match item.kind() {
            NodeKind::Include => (
                "include",
                format!("import or export the interface: `import {name};` or `export {name};`"),
            ),
            NodeKind::Use => (
                "use",
                "move the types to an interface, from which worlds can use them too".to_string(),
            ),
            NodeKind::Import => ("import", included(name)),
            _ => ("export", included(name)),
        };
        let mut found = codes::WRONG_KIND
            .report(format!("`{keyword}` expects {needs}, found {is} `{name}`"))
            .at(path.locus(), format!("not {needs}"));
        if let Some((_, node)) = body.text {
            let defined = node.name_node().unwrap_or(node);
            found = found.at(defined.locus(), format!("{is} defined here"));
        }
        self.findings.push(found.help(help));
        false
    }

    /// Whether wit-parser overlooks that a type of the body `from` is missing: in another package,
    /// behind a gate that is closed.
    pub fn is_lenient(&self, at: usize, from: usize, item: Node<'t>) -> bool {
        let bodies = &self.scopes.bodies;
        bodies[at].package != bodies[from].package && self.is_gated_off(item)
    }

    /// Whether an item needs a feature that is not active.
    fn is_gated_off(&self, item: Node<'t>) -> bool {
        item.attribute("unstable").is_some_and(|gate| {
            let feature = gate.children_of(NodeKind::Name).nth(1);
            let feature = feature.and_then(Node::name).unwrap_or_default();
            !(self.input.feature)(feature)
        })
    }

    /// Reports all packages that were not found.
    pub fn missing_packages(&mut self) {
        let missing = std::mem::take(&mut self.missing);
        for (key, places) in missing {
            let finding = self.suggest.unknown_package(&key, &places, self.input);
            self.findings.push(finding);
        }
    }
}

fn included(world: &str) -> String {
    format!("include the world, with all its imports and exports: `include {world};`")
}
