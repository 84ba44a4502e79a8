//! References that are not written in full, completed by what packages there are.
//!
//! Lives here: a package named alone (`acme:store`) or without its namespace (`store/kv`), a
//! version that is none (`@*`), and a `use` without names. May import: `diag` (rank 0), the syntax and `scopes`.
//! Deliberately absent: recognizing such references where they are a syntax error (the parser).

use super::super::syntax::{Node, NodeKind};
use super::scopes::{BodyKind, Scopes};
use super::{Input, listed};
use crate::diag::{Diagnostic, Locus};

/// Gives syntax errors that are about a whole reference help with the names of what there is.
pub(super) fn problems(input: &Input<'_>, scopes: &Scopes<'_>, problems: &mut [Diagnostic]) {
    for problem in problems {
        let Some(Locus::Text { file, range }) = problem.labels.first().map(|label| &label.locus)
        else {
            continue;
        };
        let mut files = input.files.iter().enumerate();
        let Some((at, file)) = files.find(|(_, known)| known.tree.name() == file) else {
            continue;
        };
        let node = file.tree.node_at(range.start);
        let mut around = node.with_ancestors();
        let path = around.find(|node| node.kind() == NodeKind::Path);
        // A version alone may be wrong.
        let is_version = file.tree.text()[..range.start].ends_with('@');
        let path = path.filter(|path| path.range() == *range || is_version);
        let completed = path.and_then(|path| {
            // Those in braces are behind the file they are in.
            let mut sections = scopes.sections.iter().rev();
            let section = sections
                .find(|section| section.file == at && section.node.range().contains(&range.start));
            let reference = Reference {
                scopes,
                own: section.map(|section| section.package),
                item: path.parent()?.kind(),
            };
            match is_version {
                true => reference.with_version(path),
                false => {
                    let completed = reference.completed(path.text());
                    completed.or_else(|| reference.with_types(path.text()))
                }
            }
        });
        if let Some(help) = completed {
            problem.help = vec![help];
        }
    }
}

/// Where a reference is.
pub(super) struct Reference<'a, 't> {
    pub scopes: &'a Scopes<'t>,
    /// The package that it is in, as a position in [`Scopes::packages`].
    pub own: Option<usize>,
    /// The kind of item.
    pub item: NodeKind,
}

impl Reference<'_, '_> {
    /// How it is written in full, if it names a package that is known and nothing in it, or if it
    /// lacks the namespace.
    pub fn completed(&self, written: &str) -> Option<String> {
        let written = match written.matches("::").count() {
            1 => written.replacen("::", "/", 1),
            _ => written.replacen("::", ":", 1).replacen("::", "/", 1),
        };
        let (name, version) = match written.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (written.as_str(), None),
        };
        match name.split_once('/') {
            Some((package, _)) if package.contains(':') => None,
            Some((package, inside)) => {
                let is_meant = |known: &str| known.split_once(':').is_some_and(|n| n.1 == package);
                let known = self.packages(is_meant, version).into_iter();
                let has = |at: &usize| self.scopes.packages[*at].items.contains_key(inside);
                let paths = known.filter(has).map(|at| self.path(at, inside));
                one_of(&paths.collect::<Vec<String>>())
            }
            None => self.in_packages(&self.packages(|known| known == name, version)),
        }
    }

    /// A full path whose version is none, with the versions that there are.
    fn with_version(&self, path: Node<'_>) -> Option<String> {
        let names: Vec<&str> = path
            .children_of(NodeKind::Name)
            .filter_map(Node::name)
            .collect();
        let [namespace, package, inside] = names[..] else {
            return None;
        };
        let package = format!("{namespace}:{package}");
        let known = self.packages(|known| known == package, None).into_iter();
        let has = |at: &usize| self.scopes.packages[*at].items.contains_key(inside);
        let paths = known.filter(has).map(|at| self.path(at, inside));
        one_of(&paths.collect::<Vec<String>>())
    }

    /// A `use` of an interface without the names of types, with those it has.
    fn with_types(&self, path: &str) -> Option<String> {
        if self.item != NodeKind::Use {
            return None;
        }
        let name = path.rsplit('/').next()?.split('@').next()?;
        let mut packages = self.scopes.packages.iter().enumerate();
        let (at, package) = packages.find(|(at, package)| {
            package.items.contains_key(name) && self.path(*at, name) == path
        })?;
        let body = &self.scopes.bodies[package.items[name]];
        let types: Vec<&str> = body.types.keys().copied().collect();
        match types.is_empty() {
            true => None,
            false => {
                let path = self.path(at, name);
                Some(format!("write `use {path}.{{{}}};`", types.join(", ")))
            }
        }
    }

    /// The packages whose names are meant: those of that version, if there is any.
    fn packages(&self, is_meant: impl Fn(&str) -> bool, version: Option<&str>) -> Vec<usize> {
        let packages = self.scopes.packages.iter().enumerate();
        let meant = packages.filter(|(_, package)| is_meant(&package.key.name));
        let mut meant: Vec<usize> = meant.map(|(at, _)| at).collect();
        let is_version = |at: &usize| self.scopes.packages[*at].key.version.as_deref() == version;
        if meant.iter().any(is_version) {
            meant.retain(is_version);
        }
        meant
    }

    /// What of packages can stand in the item.
    fn in_packages(&self, packages: &[usize]) -> Option<String> {
        let of_kind = |kind: BodyKind| -> Vec<String> {
            let items = packages.iter().flat_map(|at| {
                let items = self.scopes.packages[*at].items.iter();
                let items = items.filter(|(_, body)| self.scopes.bodies[**body].kind == kind);
                items.map(|(name, _)| self.path(*at, name))
            });
            items.collect()
        };
        let (interfaces, worlds) = (of_kind(BodyKind::Interface), of_kind(BodyKind::World));
        match self.item {
            NodeKind::Include => one_of(&worlds).or_else(|| {
                let first = interfaces.first()?;
                Some(format!(
                    "import or export an interface: `import {first};` or `export {first};`"
                ))
            }),
            NodeKind::TopUse => one_of(&[interfaces, worlds].concat()),
            NodeKind::Import | NodeKind::Export => one_of(&interfaces).or_else(|| {
                let first = worlds.first()?;
                Some(format!("include a world: `include {first};`"))
            }),
            _ => one_of(&interfaces),
        }
    }

    /// How something in a package is written: what is in the own one has a plain name.
    fn path(&self, package: usize, name: &str) -> String {
        match self.own == Some(package) {
            true => name.to_string(),
            false => self.scopes.packages[package].key.path(name),
        }
    }
}

fn one_of(paths: &[String]) -> Option<String> {
    match paths {
        [] => None,
        [path] => Some(format!("use `{path}`")),
        paths => Some(format!("use one of {}", listed(paths))),
    }
}
