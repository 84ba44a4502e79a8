//! What names in the texts of a package refer to, gated items included.
//!
//! Not a rule, but what those need that follow references. May import: `wit`.
//! Deliberately absent: packages in binary form, whose items have no text; and the resolve, in
//! which items are missing that a gate leaves out.

use std::collections::HashMap;

use crate::wit::syntax::{Node, NodeKind, Tree};
use crate::wit::{File, Wit};

/// The definitions of all text files, by what they are called where. Only looked up, never listed.
pub(in crate::lint) struct Definitions<'w> {
    files: &'w [File],
    /// The number of a file, by the address of its tree.
    numbers: HashMap<*const Tree, usize>,
    /// The packages that files are of, outside of nested packages.
    packages: Vec<String>,
    /// Interfaces and worlds, by their package.
    items: HashMap<String, HashMap<&'w str, Node<'w>>>,
    /// Types and used names, by the file and the interface or world that they are in.
    types: HashMap<(usize, usize), HashMap<&'w str, Node<'w>>>,
    /// The paths of `use` outside of interfaces and worlds, by the file and the package node that
    /// they are in, and what they are called there.
    aliases: HashMap<(usize, usize, &'w str), Node<'w>>,
}

impl<'w> Definitions<'w> {
    pub(in crate::lint) fn new(wit: &'w Wit) -> Definitions<'w> {
        let files = wit.files();
        let numbers = files.iter().enumerate();
        let mut definitions = Definitions {
            files,
            numbers: numbers
                .map(|(number, file)| (&raw const file.tree, number))
                .collect(),
            packages: packages(wit),
            items: HashMap::new(),
            types: HashMap::new(),
            aliases: HashMap::new(),
        };
        for number in 0..files.len() {
            definitions.add(number);
        }
        definitions
    }

    fn add(&mut self, number: usize) {
        for node in self.files[number].tree.nodes() {
            let kind = node.kind();
            if matches!(kind, NodeKind::Interface | NodeKind::World) {
                let package = self.package_around(number, node);
                if let Some(name) = node.name() {
                    let items = self.items.entry(package).or_default();
                    items.entry(name).or_insert(node);
                }
            } else if kind == NodeKind::TopUse {
                if let Some(path) = node.child(NodeKind::Path)
                    && let Some(name) = node.name().or_else(|| last_name(path))
                {
                    let around = package_node(node).index();
                    self.aliases.entry((number, around, name)).or_insert(path);
                }
            } else if kind.is_type_definition() {
                self.add_type(number, node.parent(), node.name(), node);
            } else if kind == NodeKind::UseName {
                let scope = node.parent().and_then(|used| used.parent());
                self.add_type(number, scope, last_name(node), node);
            }
        }
    }

    fn add_type(
        &mut self,
        number: usize,
        scope: Option<Node<'w>>,
        name: Option<&'w str>,
        node: Node<'w>,
    ) {
        if let (Some(scope), Some(name)) = (scope, name) {
            let types = self.types.entry((number, scope.index())).or_default();
            types.entry(name).or_insert(node);
        }
    }

    /// What a path, a type's name or a used name refers to: an interface or world, or a type or
    /// another used name.
    pub(in crate::lint) fn target(&self, node: Node<'w>) -> Option<Node<'w>> {
        let number = *self.numbers.get(&std::ptr::from_ref(node.tree()))?;
        match node.kind() {
            NodeKind::Path => self.item(number, node),
            NodeKind::TypeName => {
                let scope = node.ancestors().find(|around| is_scope(around.kind()))?;
                let types = self.types.get(&(number, scope.index()))?;
                types.get(node.name()?).copied()
            }
            NodeKind::UseName => {
                let path = node.parent()?.child(NodeKind::Path)?;
                let interface = self.item(number, path)?;
                let number = *self.numbers.get(&std::ptr::from_ref(interface.tree()))?;
                let types = self.types.get(&(number, interface.index()))?;
                types.get(node.name()?).copied()
            }
            _ => None,
        }
    }

    /// The interface or world that a path names.
    fn item(&self, number: usize, path: Node<'w>) -> Option<Node<'w>> {
        let name = last_name(path)?;
        if let Some(package) = package_of_path(path) {
            return self.items.get(&package)?.get(name).copied();
        }
        let own = self.package_around(number, path);
        let around = package_node(path).index();
        let (package, name) = match self.aliases.get(&(number, around, name)) {
            Some(alias) => (package_of_path(*alias).unwrap_or(own), last_name(*alias)?),
            None => (own, name),
        };
        self.items.get(&package)?.get(name).copied()
    }

    /// The package that a node of a file is in.
    fn package_around(&self, number: usize, node: Node<'_>) -> String {
        match package_node(node).child(NodeKind::PackageName) {
            Some(nested) => package_name(nested),
            None => self.packages[number].clone(),
        }
    }
}

/// The packages of files, by their numbers.
fn packages(wit: &Wit) -> Vec<String> {
    let declared = |file: &File| {
        let declaration = file.tree.root().child(NodeKind::PackageDecl)?;
        Some(package_name(declaration.child(NodeKind::PackageName)?))
    };
    // A file that does not say it is of the package that another one of its folder declares.
    let mut by_folder = HashMap::new();
    for file in wit.files() {
        let folder = file.path.as_deref().and_then(|path| path.parent());
        if let Some(name) = declared(file) {
            by_folder.entry(folder).or_insert(name);
        }
    }
    let main = wit.resolve.packages[wit.main].name.to_string();
    let package = |file: &File| {
        let folder = file.path.as_deref().and_then(|path| path.parent());
        match declared(file) {
            Some(name) => name,
            None if file.own => main.clone(),
            None => by_folder.get(&folder).cloned().unwrap_or_default(),
        }
    };
    wit.files().iter().map(package).collect()
}

fn is_scope(kind: NodeKind) -> bool {
    matches!(
        kind,
        NodeKind::Interface | NodeKind::World | NodeKind::InlineInterface
    )
}

/// The nested package that a node is in, or else the file.
fn package_node(node: Node<'_>) -> Node<'_> {
    let nested = node
        .ancestors()
        .find(|around| around.kind() == NodeKind::NestedPackage);
    nested.unwrap_or(node.tree().root())
}

/// `a:b@1.0.0`, whatever there is between its parts.
fn package_name(node: Node<'_>) -> String {
    let names: Vec<_> = node.children_of(NodeKind::Name).collect();
    joined(&names, node.child(NodeKind::Version))
}

/// The package that a path names, if it does.
fn package_of_path(path: Node<'_>) -> Option<String> {
    let names: Vec<_> = path.children_of(NodeKind::Name).collect();
    let (_, package) = names.split_last()?;
    (!package.is_empty()).then(|| joined(package, path.child(NodeKind::Version)))
}

fn joined(names: &[Node<'_>], version: Option<Node<'_>>) -> String {
    let names: Vec<_> = names.iter().filter_map(|name| name.name()).collect();
    let version = version.map_or(String::new(), |version| format!("@{}", version.text()));
    format!("{}{version}", names.join(":"))
}

/// The last of a node's names: of a path the item's, of a used name the one it has there.
fn last_name(node: Node<'_>) -> Option<&str> {
    node.children_of(NodeKind::Name).last()?.name()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::facts::testing::package;

    /// What each path, type name and used name of the own files refers to, as `text: target`.
    fn targets(files: &[(&str, &str)]) -> Vec<String> {
        let (wit, _folder) = package(files);
        let definitions = Definitions::new(&wit);
        let own = wit.files().iter().filter(|file| file.own);
        own.flat_map(|file| file.tree.nodes())
            .filter(|node| {
                matches!(
                    node.kind(),
                    NodeKind::Path | NodeKind::TypeName | NodeKind::UseName
                )
            })
            .map(|node| {
                let target = definitions.target(node).map_or("?", |target| {
                    target.text().lines().next().unwrap_or_default()
                });
                format!("{}: {target}", node.text())
            })
            .collect()
    }

    #[test]
    fn names_are_followed_through_files_aliases_nested_packages_and_dependencies() {
        let own = "package a:b@1.0.0;\n\
            use c:d/types@1.0.0 as others;\n\
            interface i {\n use others.{t as u};\n use types.{v};\n\
            f: func(x: u, y: list<v>) -> w;\n type w = u8;\n}\n\
            world all { import i; include n:n/inner; }\n\
            package n:n { use c:d/types@1.0.0; world inner { import types; } }";
        let found = targets(&[
            ("a.wit", own),
            ("b.wit", "interface types { type v = u8; }"),
            ("deps/d/a.wit", "interface types { type t = u8; }"),
            ("deps/d/b.wit", "package c:d@1.0.0;"),
        ]);
        assert_eq!(
            found,
            [
                "c:d/types@1.0.0: interface types { type t = u8; }",
                "others: interface types { type t = u8; }",
                "t as u: type t = u8;",
                "types: interface types { type v = u8; }",
                "v: type v = u8;",
                "u: t as u",
                "v: v",
                "w: type w = u8;",
                "i: interface i {",
                "n:n/inner: world inner { import types; }",
                "c:d/types@1.0.0: interface types { type t = u8; }",
                "types: interface types { type t = u8; }",
            ]
        );
    }
}
