//! What a script declares, as the text of a WIT package.
//!
//! Interfaces and worlds are copied, and a world of its own has the types and imports of the script.
//! Types of functions (`type f = func();`), which WIT does not have, are copied to where they are used.
//!
//! Lives here: [`write`].
//! May import: `wit` (rank 2). Deliberately absent: what it means (`declared`).

use std::collections::BTreeMap;
use std::ops::Range;

use super::codes;

use super::mapped::Mapped;
use super::packages::{Key, Packages};
use super::paths::{self, Imported, Inner, real_path};
use crate::diag::{Locus, Report};
use crate::wit::syntax::{Node, NodeKind, TokenKind, Tree};

/// An `import` of a script.
pub(super) struct Explicit<'t> {
    /// What the script calls it.
    pub local: &'t str,
    /// Its name as an import of the composition.
    pub name: String,
    /// Its name as an import of the declarations.
    pub label: String,
    /// Whether it is a component, of the world of that package and name.
    pub world: Option<(Option<Key>, String)>,
    /// Where its name is.
    pub place: Locus,
}

/// The declarations of a script as WIT.
pub(super) struct Written<'t> {
    pub mapped: Mapped,
    /// The name of the world with its types and imports.
    pub world: String,
    pub imports: Vec<Explicit<'t>>,
    /// The types, interfaces and worlds that it defines, in order.
    pub definitions: Vec<Node<'t>>,
}

/// Writes them; none if there are none.
pub(super) fn write<'t>(
    tree: &'t Tree,
    packages: &mut Packages<'_>,
    report: &mut Report,
) -> Option<Written<'t>> {
    let file = tree.root();
    let package = file
        .child(NodeKind::PackageDecl)?
        .child(NodeKind::PackageName)?;
    let (own, _) = Key::of(package)?;
    let mut writer = Writer {
        tree,
        own,
        packages,
        report,
        out: Mapped::default(),
        known: BTreeMap::new(),
        imports: Vec::new(),
    };
    let mut world = "composition".to_string();
    let names: Vec<&str> = file.children().filter_map(Node::name).collect();
    while names.contains(&world.as_str()) {
        world.push_str("-of-script");
    }
    writer.out.glue("package ", &package.range());
    writer.out.copy(tree, package.range());
    writer.out.glue(";\n", &package.range());
    let mut definitions = Vec::new();
    let mut inside = Vec::new();
    for node in file.children() {
        let kind = node.kind();
        let is_top = matches!(kind, NodeKind::Interface | NodeKind::World);
        if is_top || kind.is_type_definition() {
            definitions.push(node);
            writer.not_empty(node);
            writer.known.extend(node.name().map(|name| (name, node)));
        } else if kind == NodeKind::ScriptImport {
            writer.known.extend(node.name().map(|name| (name, node)));
        }
        if is_top {
            writer.copied(node);
            writer.out.glue("\n", &node.range());
        } else if kind == NodeKind::ScriptImport || kind.is_type_definition() {
            inside.push(node);
        }
    }
    if definitions.is_empty() && inside.is_empty() {
        return None;
    }
    // In the world, a name means what it means where it stands.
    writer.known.clear();
    writer
        .out
        .glue(&format!("world %{world} {{\n"), &package.range());
    for node in file.children() {
        if inside.contains(&node) {
            match node.kind() {
                NodeKind::ScriptImport => writer.import(node),
                _ => writer.definition(node),
            }
            writer.out.glue("\n", &node.range());
        }
        if inside.contains(&node) || definitions.contains(&node) {
            writer.known.extend(node.name().map(|name| (name, node)));
        }
    }
    writer.out.glue("}\n", &package.range());
    let (mapped, imports) = (writer.out, writer.imports);
    Some(Written {
        mapped,
        world,
        imports,
        definitions,
    })
}

struct Writer<'t, 'p, 'm> {
    tree: &'t Tree,
    own: Key,
    packages: &'p mut Packages<'m>,
    report: &'p mut Report,
    out: Mapped,
    /// What is defined above.
    known: BTreeMap<&'t str, Node<'t>>,
    imports: Vec<Explicit<'t>>,
}

impl<'t> Writer<'t, '_, '_> {
    /// Reports records and the like with nothing in them, which no component can have.
    fn not_empty(&mut self, node: Node<'t>) {
        for node in std::iter::once(node).chain(node.descendants()) {
            let (noun, element) = match node.kind() {
                NodeKind::Record => ("record", "field"),
                NodeKind::Variant => ("variant", "case"),
                NodeKind::Enum => ("enum", "case"),
                NodeKind::Flags => ("flags", "flag"),
                _ => continue,
            };
            if node.children().count() <= 1 {
                let name = node.name().unwrap_or_default();
                self.report.push(
                    crate::wit::syntax::SYNTAX
                        .report(format!("{noun} `{name}` has no {element}s"))
                        .at(node.locus(), format!("expected at least one {element}")),
                );
            }
        }
    }

    /// The type of a function that a name stands for, if it does.
    fn function(&self, name: &str, around: Option<Node<'t>>) -> Option<Node<'t>> {
        let mut name = name.to_string();
        // An alias may be one of an alias; of those that are defined above, there are so many.
        for _ in 0..=self.known.len() {
            let inside = around.into_iter().flat_map(Node::children);
            let mut inside = inside.filter(|node| node.kind() == NodeKind::TypeAlias);
            let own = inside.find(|node| node.name() == Some(&name));
            let alias = own.or_else(|| self.known.get(name.as_str()).copied())?;
            if alias.kind() != NodeKind::TypeAlias {
                return None;
            }
            if let Some(func) = alias.child(NodeKind::FuncType) {
                return Some(func);
            }
            name = alias.child(NodeKind::TypeName)?.name()?.to_string();
        }
        None
    }

    /// A type of the script as one of the world.
    fn definition(&mut self, node: Node<'t>) {
        let Some(name) = node.name_node() else { return };
        let func = node.child(NodeKind::FuncType);
        let func = func.or_else(|| {
            let other = node.child(NodeKind::TypeName)?;
            self.function(other.name()?, None)
        });
        match func {
            // A type of functions is known by an import that has it.
            Some(func) => {
                self.out.glue("import %", &name.range());
                self.named(name);
                self.out.glue(": ", &name.range());
                self.copied(func);
                self.out.glue(";", &node.range());
            }
            None => self.copied(node),
        }
    }

    /// A name without `%`.
    fn named(&mut self, name: Node<'t>) {
        let skipped = usize::from(name.text().starts_with('%'));
        let range = name.range();
        self.out.copy(self.tree, range.start + skipped..range.end);
    }

    fn import(&mut self, node: Node<'t>) {
        let (Some(name), Some(local)) = (node.name_node(), node.name()) else {
            return;
        };
        let given = node.child(NodeKind::ExternName);
        let place = given.unwrap_or(name).locus();
        let given = given.map(super::extern_name);
        let mut explicit = Explicit {
            local,
            name: given.clone().unwrap_or_else(|| local.to_string()),
            label: local.to_string(),
            world: None,
            place,
        };
        let Some(ty) = node.children().last() else {
            return;
        };
        match ty.kind() {
            NodeKind::FuncType | NodeKind::InlineInterface => self.labelled(name, ty),
            _ => {
                let Some(found) = self.imported_path(ty) else {
                    return;
                };
                match found {
                    Imported::As(ty) => self.labelled(name, ty),
                    Imported::Type => {
                        self.out.glue("type %", &name.range());
                        self.named(name);
                        self.out.glue(" = ", &name.range());
                        self.out.copy(self.tree, ty.range());
                        self.out.glue(";", &ty.range());
                    }
                    Imported::Interface { id, path, written } => {
                        if given.is_none() {
                            explicit.name = written;
                            explicit.label = id;
                            self.out.glue("import ", &ty.range());
                        } else {
                            self.out.glue("import %", &name.range());
                            self.named(name);
                            self.out.glue(": ", &name.range());
                        }
                        self.out.glue(&path, &ty.range());
                        self.out.glue(";", &ty.range());
                    }
                    Imported::Inner { inner, written } => {
                        explicit.name = given.clone().unwrap_or(written);
                        self.inner(name, ty, inner);
                    }
                    Imported::World { key, name, written } => {
                        if given.is_none() {
                            explicit.name = written;
                        }
                        explicit.world = Some((key, name));
                    }
                }
            }
        }
        self.imports.push(explicit);
    }

    /// An import, by the path `ty`, of something of an interface or world.
    fn inner(&mut self, name: Node<'t>, ty: Node<'t>, inner: Inner<'t>) {
        match inner {
            Inner::Node(node) => self.labelled(name, node),
            Inner::Definition(text) => self.out.glue(&text, &ty.range()),
            Inner::Text(text) => {
                self.out.glue("import %", &name.range());
                self.named(name);
                let end = if text.ends_with('}') { "" } else { ";" };
                self.out.glue(&format!(": {text}{end}"), &ty.range());
            }
        }
    }

    fn labelled(&mut self, name: Node<'t>, ty: Node<'t>) {
        self.out.glue("import %", &name.range());
        self.named(name);
        self.out.glue(": ", &name.range());
        self.copied(ty);
        if ty.kind() == NodeKind::FuncType {
            self.out.glue(";", &ty.range());
        }
    }

    /// What the path of an import means.
    fn imported_path(&mut self, path: Node<'t>) -> Option<Imported<'t>> {
        let names: Vec<&str> = path
            .children_of(NodeKind::Name)
            .filter_map(Node::name)
            .collect();
        if let [name] = names[..] {
            let Some(node) = self.known.get(name).copied() else {
                let known: Vec<&str> = self.known.keys().copied().collect();
                let finding = codes::UNKNOWN_NAME
                    .report(format!("cannot find type `{name}`"))
                    .at(path.locus(), "not defined above");
                self.report
                    .push(super::suggest(finding, name, &known, "defined above"));
                return None;
            };
            return self.imported_item(node, name);
        }
        let (key, place) = Key::of(path)?;
        if paths::is_inner(path) {
            return self.imported_inner(path, &key, self.tree.locus(place));
        }
        let last = names.last().copied().unwrap_or_default();
        if key.name == self.own.name {
            let node = self.known.get(last).copied();
            let Some(node) = node.filter(|node| node.kind() != NodeKind::ScriptImport) else {
                let known: Vec<&str> = self.known.keys().copied().collect();
                let finding = codes::UNKNOWN_NAME
                    .report(format!("cannot find `{last}` in this package"))
                    .at(path.locus(), "not defined above");
                self.report
                    .push(super::suggest(finding, last, &known, "defined above"));
                return None;
            };
            return self.imported_item(node, last);
        }
        let package = self.packages.wit(&key, last, self.tree.locus(place))?;
        let written = path.text().to_string();
        if package.has_interface(last) {
            let id = real_path(&package.name(), last);
            return Some(Imported::Interface {
                path: id.clone(),
                id,
                written,
            });
        }
        Some(Imported::World {
            key: Some(key),
            name: last.to_string(),
            written,
        })
    }

    /// What a path into an interface or world means.
    fn imported_inner(&mut self, path: Node<'t>, key: &Key, place: Locus) -> Option<Imported<'t>> {
        let segments = paths::segments(path);
        let first = segments.first().copied().unwrap_or_default();
        let local = path.parent().and_then(Node::name).unwrap_or_default();
        let found = if key.name == self.own.name {
            match self.known.get(first) {
                Some(node) => paths::in_script(*node, &segments[1..]),
                None => Err(format!("cannot find `{first}` in this package")),
            }
        } else {
            let package = self.packages.wit(key, first, place)?;
            paths::in_package(key, &package, &segments, local)
        };
        let written = path.text().to_string();
        match found {
            Ok(inner) => Some(Imported::Inner { inner, written }),
            Err(what) => {
                self.report.push(
                    codes::UNKNOWN_NAME
                        .report(what)
                        .at(path.locus(), "cannot be imported")
                        .help("import the interface, and use what it exports"),
                );
                None
            }
        }
    }

    /// What an item of the script is as the type of an import.
    fn imported_item(&mut self, node: Node<'t>, name: &str) -> Option<Imported<'t>> {
        let id = real_path(&(self.own.name.clone(), self.own.version.clone()), name);
        match node.kind() {
            NodeKind::Interface => Some(Imported::Interface {
                // WIT has the plain name for what is in the same package.
                path: format!("%{name}"),
                written: id.clone(),
                id,
            }),
            NodeKind::World => Some(Imported::World {
                key: None,
                name: name.to_string(),
                written: id,
            }),
            NodeKind::ScriptImport => {
                let ty = node.children().last()?;
                match ty.kind() {
                    NodeKind::Path => self.imported_path(ty),
                    _ => Some(Imported::As(ty)),
                }
            }
            _ => Some(match self.function(name, None) {
                Some(func) => Imported::As(func),
                None => Imported::Type,
            }),
        }
    }

    /// Copies a node; what WIT does not have is replaced.
    fn copied(&mut self, node: Node<'t>) {
        let mut at = node.range().start;
        let mut skip_until = 0;
        let inner = node.descendants().chain([node]);
        // WIT has no `;` behind an interface in a world, and behind the names of an `include`.
        let has_braces = |inner: &Node<'_>| match inner.kind() {
            NodeKind::Import | NodeKind::Export => inner.child(NodeKind::InlineInterface).is_some(),
            NodeKind::Include => inner.own_token(TokenKind::LeftBrace).is_some(),
            _ => false,
        };
        let drops = inner.filter(|inner| has_braces(inner) && inner.text().ends_with(';'));
        let mut drops: Vec<usize> = drops.map(|inner| inner.range().end - 1).collect();
        drops.sort_unstable();
        for inner in node.descendants() {
            if inner.range().start < skip_until {
                continue;
            }
            let range = inner.range();
            let around = inner.parent();
            let in_place = match inner.kind() {
                // `type f = func();` has no place in WIT.
                NodeKind::TypeAlias
                    if inner.name().is_some_and(|name| {
                        inner.child(NodeKind::FuncType).is_some()
                            || inner.child(NodeKind::TypeName).is_some()
                                && self.function(name, around).is_some()
                    }) =>
                {
                    Some(In::Nothing)
                }
                NodeKind::TypeName if around.is_some_and(|a| a.kind() == NodeKind::Func) => {
                    let body = around.and_then(Node::parent);
                    let func = inner.name().and_then(|name| self.function(name, body));
                    func.map(In::Func)
                }
                NodeKind::Path => self.path(inner),
                NodeKind::Name if inner.first_token().is_word_of_scripts() => {
                    Some(In::Text(format!("%{}", inner.text())))
                }
                _ => None,
            };
            let Some(in_place) = in_place else { continue };
            self.copy_but(at..range.start, &drops);
            match in_place {
                In::Nothing => {}
                In::Text(text) => self.out.glue(&text, &range),
                In::Func(func) => self.copied(func),
            }
            at = range.end;
            skip_until = range.end;
        }
        self.copy_but(at..node.range().end, &drops);
    }

    /// Copies a range without the bytes at `drops`, which are in order.
    fn copy_but(&mut self, range: Range<usize>, drops: &[usize]) {
        let mut at = range.start;
        for drop in drops.iter().copied().filter(|drop| range.contains(drop)) {
            self.out.copy(self.tree, at..drop);
            at = drop + 1;
        }
        self.out.copy(self.tree, at..range.end);
    }

    /// What is in the place of a path: the name that its package really has.
    fn path(&mut self, path: Node<'t>) -> Option<In<'t>> {
        let names: Vec<&str> = path
            .children_of(NodeKind::Name)
            .filter_map(Node::name)
            .collect();
        let around = path.parent();
        if let [name] = names[..] {
            let is_named = around.is_some_and(|around| {
                matches!(around.kind(), NodeKind::Import | NodeKind::Export)
                    && around.name_node().is_some()
            });
            let world = around.and_then(Node::parent);
            return match is_named {
                true => self.function(name, world).map(In::Func),
                false => None,
            };
        }
        let (key, place) = Key::of(path)?;
        if paths::is_inner(path) {
            self.report.push(
                codes::UNKNOWN_NAME
                    .report(format!(
                        "`{}` is neither an interface nor a world",
                        path.text()
                    ))
                    .at(path.locus(), "leads into an interface or a world")
                    .help("only the `import` of a script takes such a path"),
            );
            return None;
        }
        let last = names.last().copied().unwrap_or_default();
        let real = if key.name == self.own.name {
            format!("%{last}")
        } else {
            let package = self.packages.wit(&key, last, self.tree.locus(place))?;
            real_path(&package.name(), last)
        };
        Some(In::Text(real))
    }
}

/// What is in the place of a node.
enum In<'t> {
    Nothing,
    Text(String),
    Func(Node<'t>),
}
