//! What is defined where: packages, what is at the top of files, interfaces and worlds, types.
//!
//! May import: `diag` (rank 0), the syntax. Deliberately absent: following references (`refer`).

use std::collections::BTreeMap;
use std::fmt;

use wit_parser::{PackageId, Resolve, TypeOwner};

use super::super::codes;
use super::super::syntax::{Node, NodeKind};
use super::{Input, Place, duplicates};
use crate::diag::{Diagnostic, Locus};
use crate::escape::and;

/// A package's name: what is before the `@` and what is behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PackageKey {
    pub name: String,
    pub version: Option<String>,
}

impl PackageKey {
    /// The key of a `PackageName`, or of a `Path` without the last name; blanks and `%` left out.
    pub fn of(node: Node<'_>) -> PackageKey {
        let mut names: Vec<Node<'_>> = node.children_of(NodeKind::Name).collect();
        if node.kind() == NodeKind::Path {
            names.pop();
        }
        let mut name = String::new();
        for (at, part) in names.iter().enumerate() {
            // `a:b`, and `/c` of the package nested in it.
            name.push_str(["", ":", "/"][at.min(2)]);
            name.push_str(part.name().unwrap_or_default());
        }
        let version = node.child(NodeKind::Version);
        PackageKey {
            name,
            version: version.map(|v| v.text().to_string()),
        }
    }

    /// How an interface of the package is written in full.
    pub fn path(&self, item: &str) -> String {
        match &self.version {
            Some(version) => format!("{}/{item}@{version}", self.name),
            None => format!("{}/{item}", self.name),
        }
    }
}

impl fmt::Display for PackageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{}@{version}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A package.
#[derive(Default)]
pub(super) struct Package<'t> {
    /// The name; empty when a header is missing.
    pub key: PackageKey,
    /// The file it came in, if that is a binary.
    pub binary: Option<&'t str>,
    /// Where its name is first given.
    pub header: Option<Node<'t>>,
    /// Its interfaces and worlds, as positions in [`Scopes::bodies`].
    pub items: BTreeMap<&'t str, usize>,
    /// What it has is not known: another one has the same name, or its files are of several.
    pub is_unclear: bool,
}

impl Package<'_> {
    /// The package, for messages.
    pub fn described(&self) -> String {
        match self.key.name.as_str() {
            "" => "this package".to_string(),
            _ => format!("package `{}`", self.key),
        }
    }

    /// Where it is defined.
    pub fn locus(&self) -> Option<Locus> {
        let binary = || self.binary.map(|file| Locus::File(file.to_string()));
        self.header.map(Node::locus).or_else(binary)
    }
}

/// The top of a file, or a package in braces: each has uses of its own.
pub(super) struct Section<'t> {
    pub file: usize,
    pub node: Node<'t>,
    pub package: usize,
    /// What each `use` here is called, as positions in [`Scopes::tops`].
    pub uses: BTreeMap<&'t str, usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyKind {
    Interface,
    World,
    /// An interface that only its world has.
    Inline,
}

/// An interface or a world.
pub(super) struct Body<'t> {
    pub kind: BodyKind,
    pub name: &'t str,
    pub package: usize,
    /// The section and the node; none in a binary.
    pub text: Option<(usize, Node<'t>)>,
    /// Its types, as positions in [`Scopes::types`].
    pub types: BTreeMap<&'t str, usize>,
    /// Its functions, with the nodes that name them unless they are in a binary.
    pub functions: BTreeMap<&'t str, Option<Node<'t>>>,
}

impl Body<'_> {
    /// What it is, for messages.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            BodyKind::Interface | BodyKind::Inline => "interface",
            BodyKind::World => "world",
        }
    }
}

/// A type, or the name of one that was brought in.
pub(super) struct Type<'t> {
    pub name: &'t str,
    pub body: usize,
    /// The definition or the `UseName`; none in a binary.
    pub node: Option<Node<'t>>,
}

/// What is defined in all packages of a load.
#[derive(Default)]
pub(super) struct Scopes<'t> {
    pub packages: Vec<Package<'t>>,
    /// The first package of each name.
    pub by_name: BTreeMap<PackageKey, usize>,
    pub sections: Vec<Section<'t>>,
    /// Every `use` in a section.
    pub tops: Vec<(usize, Node<'t>)>,
    /// In the order in which they are in the files.
    pub bodies: Vec<Body<'t>>,
    pub types: Vec<Type<'t>>,
    /// Whether two types of a body have one name.
    pub is_doubtful: bool,
}

impl<'t> Scopes<'t> {
    pub fn collect(input: &Input<'t>, findings: &mut Vec<Diagnostic>) -> Scopes<'t> {
        let mut scopes = Scopes::default();
        for (id, file) in input.binaries {
            scopes.binary(input.resolve, *id, file);
        }
        for group in input.groups {
            scopes.group(input, group, findings);
        }
        scopes
    }

    /// The file that a body is in.
    pub fn file(&self, body: usize) -> usize {
        let section = self.bodies[body].text.map_or(0, |(section, _)| section);
        self.sections.get(section).map_or(0, |s| s.file)
    }

    /// The place of a definition.
    pub fn place(&self, body: usize, node: Node<'_>) -> Place {
        Place {
            file: self.file(body),
            node: node.index(),
        }
    }

    fn binary(&mut self, resolve: &'t Resolve, id: PackageId, file: &'t str) {
        let package = &resolve.packages[id];
        let at = self.packages.len();
        let key = PackageKey {
            name: format!("{}:{}", package.name.namespace, package.name.name),
            version: package.name.version.as_ref().map(ToString::to_string),
        };
        self.by_name.entry(key.clone()).or_insert(at);
        let mut items = BTreeMap::new();
        for (name, interface) in &package.interfaces {
            let body = self.bodies.len();
            items.insert(name.as_str(), body);
            let mut types = BTreeMap::new();
            let interface = &resolve.interfaces[*interface];
            let functions = interface.functions.keys().map(|name| (name.as_str(), None));
            for (name, ty) in &interface.types {
                debug_assert!(!matches!(resolve.types[*ty].owner, TypeOwner::World(_)));
                types.insert(name.as_str(), self.types.len());
                self.types.push(Type {
                    name,
                    body,
                    node: None,
                });
            }
            self.bodies.push(Body {
                kind: BodyKind::Interface,
                name,
                package: at,
                text: None,
                types,
                functions: functions.collect(),
            });
        }
        for name in package.worlds.keys() {
            items.insert(name.as_str(), self.bodies.len());
            self.bodies.push(Body {
                kind: BodyKind::World,
                name,
                package: at,
                text: None,
                types: BTreeMap::new(),
                functions: BTreeMap::new(),
            });
        }
        self.packages.push(Package {
            key,
            binary: Some(file),
            items,
            ..Package::default()
        });
    }

    /// The files of a folder, or one alone: a package, and those in braces.
    fn group(&mut self, input: &Input<'t>, group: &[usize], findings: &mut Vec<Diagnostic>) {
        let roots: Vec<(usize, Node<'t>)> = group
            .iter()
            .map(|file| (*file, input.files[*file].tree.root()))
            .collect();
        let headers = roots.iter().filter_map(|(_, root)| {
            let header = root.child(NodeKind::PackageDecl)?;
            header.child(NodeKind::PackageName)
        });
        let package = self.packages.len();
        let mut first: Option<(Node<'t>, PackageKey)> = None;
        let mut others: Vec<(Node<'t>, PackageKey)> = Vec::new();
        for header in headers {
            let key = PackageKey::of(header);
            match &first {
                None => first = Some((header, key)),
                Some((_, first)) if *first != key => others.push((header, key)),
                Some(_) => {}
            }
        }
        if let (Some((header_of_first, first)), Some(_)) = (&first, others.first()) {
            findings.push(mixture(*header_of_first, first, &others));
            // What the files have is not looked at together: they were not meant to be one package.
            // Nor is it looked for in any of these.
            for (header, key) in std::iter::once(&(*header_of_first, first.clone())).chain(&others)
            {
                if !self.by_name.contains_key(key) {
                    self.package(key.clone(), Some(*header), findings);
                }
                if let Some(package) = self.by_name.get(key) {
                    self.packages[*package].is_unclear = true;
                }
            }
            return;
        }
        if first.is_none() {
            findings.extend(no_package(&roots));
        }
        let (header, key) = first.map_or((None, PackageKey::default()), |f| (Some(f.0), f.1));
        self.package(key, header, findings);
        for (file, root) in roots {
            self.section(file, root, package, findings);
        }
    }

    /// Begins a package.
    fn package(
        &mut self,
        key: PackageKey,
        header: Option<Node<'t>>,
        findings: &mut Vec<Diagnostic>,
    ) {
        let at = self.packages.len();
        if let Some(header) = header {
            match self.by_name.get(&key) {
                Some(first) => {
                    let mut found = codes::DUPLICATE
                        .report(format!("duplicate package `{key}`"))
                        .at(header.locus(), "redefined here");
                    if let Some(locus) = self.packages[*first].locus() {
                        found = found.at(locus, format!("`{key}` is also defined here"));
                    }
                    let file = header.tree().name();
                    let first_file = self.packages[*first].locus();
                    let first_file = first_file.as_ref().map(Locus::file);
                    findings.push(match first_file.filter(|first| *first != file) {
                        Some(first) => found.help(format!("remove `{file}` or `{first}`")),
                        None => found.help("remove one of them"),
                    });
                    self.packages[*first].is_unclear = true;
                }
                None => {
                    self.by_name.insert(key.clone(), at);
                }
            }
        }
        self.packages.push(Package {
            key,
            header,
            ..Package::default()
        });
    }

    /// What is right inside a file, or a package in braces.
    fn section(
        &mut self,
        file: usize,
        node: Node<'t>,
        package: usize,
        findings: &mut Vec<Diagnostic>,
    ) {
        let at = self.sections.len();
        self.sections.push(Section {
            file,
            node,
            package,
            uses: BTreeMap::new(),
        });
        let (mut inner, mut across) = (Vec::new(), Vec::new());
        // Of this section alone: the package's may be in other files.
        let mut names: BTreeMap<&'t str, Node<'t>> = BTreeMap::new();
        for item in node.children() {
            let (name, kind) = match item.kind() {
                NodeKind::NestedPackage => {
                    inner.push(item);
                    continue;
                }
                NodeKind::TopUse => (top_use_name(item), None),
                NodeKind::Interface => (item.name_node(), Some(BodyKind::Interface)),
                NodeKind::World => (item.name_node(), Some(BodyKind::World)),
                _ => continue,
            };
            let Some((name_node, name)) = name.and_then(|n| Some((n, n.name()?))) else {
                continue;
            };
            if let Some(first) = names.insert(name, name_node) {
                findings.push(duplicates::twice(name_node, first, "in this file"));
                continue;
            }
            let Some(kind) = kind else {
                self.sections[at].uses.insert(name, self.tops.len());
                self.tops.push((at, item));
                continue;
            };
            let body = self.bodies.len();
            let before = self.packages[package].items.get(name).copied();
            match before.and_then(|first| self.bodies[first].text) {
                Some((_, first)) => {
                    let first = first.name_node().unwrap_or(first);
                    across.push((name_node, first));
                }
                None => {
                    self.packages[package].items.insert(name, body);
                }
            }
            self.body(at, item, kind, name);
        }
        duplicates::across_files(&across, findings);
        for nested in inner {
            if let Some(name) = nested.child(NodeKind::PackageName) {
                let package = self.packages.len();
                self.package(PackageKey::of(name), Some(name), findings);
                self.section(file, nested, package, findings);
            }
        }
    }

    /// An interface or world, and the interfaces inside a world.
    fn body(&mut self, section: usize, node: Node<'t>, kind: BodyKind, name: &'t str) {
        let at = self.bodies.len();
        self.bodies.push(Body {
            kind,
            name,
            package: self.sections[section].package,
            text: Some((section, node)),
            types: BTreeMap::new(),
            functions: BTreeMap::new(),
        });
        let mut types = BTreeMap::new();
        let mut functions = Vec::new();
        let mut inline = Vec::new();
        for item in node.children() {
            match item.kind() {
                kind if kind.is_type_definition() => {
                    self.member_type(&mut types, at, item.name(), item);
                }
                NodeKind::Use => {
                    for name in item.children_of(NodeKind::UseName) {
                        let bound = name.children_of(NodeKind::Name).last();
                        self.member_type(&mut types, at, bound.and_then(Node::name), name);
                    }
                }
                NodeKind::Func => functions.extend(item.name_node()),
                NodeKind::Import | NodeKind::Export => {
                    if item.child(NodeKind::FuncType).is_some() {
                        functions.extend(item.name_node());
                    }
                    inline.extend(item.child(NodeKind::InlineInterface));
                }
                _ => {}
            }
        }
        self.bodies[at].types = types;
        self.bodies[at].functions = functions
            .into_iter()
            .filter_map(|node| Some((node.name()?, Some(node))))
            .collect();
        for interface in inline {
            let name = interface.parent().and_then(Node::name).unwrap_or_default();
            self.body(section, interface, BodyKind::Inline, name);
        }
    }

    fn member_type(
        &mut self,
        types: &mut BTreeMap<&'t str, usize>,
        body: usize,
        name: Option<&'t str>,
        node: Node<'t>,
    ) {
        let Some(name) = name else { return };
        // wit-parser overlooks a definition that a `use` after it hides.
        self.is_doubtful |= types.contains_key(name);
        types.entry(name).or_insert(self.types.len());
        self.types.push(Type {
            name,
            body,
            node: Some(node),
        });
    }
}

/// The name that a `use` at the top of a file gives to what it brings in.
pub(super) fn top_use_name(top: Node<'_>) -> Option<Node<'_>> {
    let path = top.child(NodeKind::Path)?;
    top.name_node()
        .or_else(|| path.children_of(NodeKind::Name).last())
}

/// The finding about a folder whose files are of several packages.
fn mixture<'t>(
    header_of_first: Node<'t>,
    first: &PackageKey,
    others: &[(Node<'t>, PackageKey)],
) -> Diagnostic {
    let mut names = vec![format!("`{first}`")];
    for (_, key) in others {
        let name = format!("`{key}`");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let count = match names.len() {
        2 => "two".to_string(),
        several => several.to_string(),
    };
    let mut finding = codes::PACKAGE_MISMATCH.report(format!(
        "the files of one folder declare {count} packages: {}",
        and(&names)
    ));
    for (header, key) in others {
        finding = finding.at(header.locus(), format!("`{key}` here"));
    }
    finding.at(header_of_first.locus(), format!("`{first}` here")).help(format!(
        "declare `package {first};` in all of them, or move each other package to its own folder in `deps`"
    ))
}

/// That none of the files says which package it is.
fn no_package(roots: &[(usize, Node<'_>)]) -> Option<Diagnostic> {
    let (_, root) = roots.first()?;
    let start = root.children().next().map_or(0, |item| item.range().start);
    let file = root.tree().name();
    let message = match roots.len() {
        1 => format!("missing package declaration in `{file}`"),
        count => format!("missing package declaration in all {count} files of this folder"),
    };
    let nested = roots
        .iter()
        .any(|(_, root)| root.child(NodeKind::NestedPackage).is_some());
    let found = codes::NO_PACKAGE
        .report(message)
        .at(root.tree().locus(start..start), "expected `package …;`")
        .help("begin the file with a package declaration: `package acme:kv@1.0.0;`");
    Some(match nested {
        true => found
            .note("nested packages are separate from the package of their file, which needs a declaration too"),
        false => found,
    })
}
