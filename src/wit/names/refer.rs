//! Following every reference: to types here, to interfaces and worlds in `paths`.
//!
//! May import: `diag` (rank 0), the syntax. Deliberately absent: what was probably meant by a name
//! that means nothing (`suggest`).

use std::collections::BTreeMap;

use super::super::codes;
use super::super::syntax::{Node, NodeKind};
use super::cycles::Edge;
use super::scopes::{BodyKind, PackageKey, Scopes};
use super::suggest::Suggest;
use super::{Foreign, Input, Link, Names, Place, cycles};
use crate::diag::Diagnostic;

/// What is being put together.
pub(super) struct Referer<'a, 't> {
    pub input: &'a Input<'t>,
    pub scopes: &'a Scopes<'t>,
    pub suggest: Suggest<'a, 't>,
    pub findings: Vec<Diagnostic>,
    pub references: Vec<(Place, Link)>,
    foreign: Vec<Foreign>,
    /// Position in `foreign`, by body and type.
    foreign_of: BTreeMap<(usize, Option<&'t str>), usize>,
    /// What each `use` at the top of a file brings in, as far as it is known.
    pub tops: Vec<Option<usize>>,
    /// Packages that are not there, and who needs them.
    pub missing: BTreeMap<PackageKey, Vec<Node<'t>>>,
    /// Which package, body and type needs which, and where that is written.
    pub packages: Vec<Edge<'t>>,
    pub bodies: Vec<Edge<'t>>,
    types: Vec<Edge<'t>>,
}

pub(super) fn refer(
    input: &Input<'_>,
    scopes: &Scopes<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Names {
    let mut referer = Referer {
        input,
        scopes,
        suggest: Suggest::new(scopes),
        findings: Vec::new(),
        references: Vec::new(),
        foreign: Vec::new(),
        foreign_of: BTreeMap::new(),
        tops: vec![None; scopes.tops.len()],
        missing: BTreeMap::new(),
        packages: Vec::new(),
        bodies: Vec::new(),
        types: Vec::new(),
    };
    referer.top_uses();
    for body in 0..scopes.bodies.len() {
        referer.body(body);
    }
    referer.missing_packages();
    let Referer {
        findings: found,
        references,
        foreign,
        packages,
        bodies,
        types,
        ..
    } = referer;
    findings.extend(found);
    cycles::check(scopes, packages, bodies, types, findings);
    Names::new(references, foreign)
}

impl<'t> Referer<'_, 't> {
    /// Everything in an interface or world.
    fn body(&mut self, at: usize) {
        let body = &self.scopes.bodies[at];
        let Some((_, node)) = body.text else { return };
        // Each unknown name is reported once for the body, with all its places.
        let mut unknown: BTreeMap<&'t str, Vec<Node<'t>>> = BTreeMap::new();
        let mut interfaces: BTreeMap<(bool, usize), Node<'t>> = BTreeMap::new();
        for item in node.children() {
            match item.kind() {
                NodeKind::Use => self.use_names(at, item),
                NodeKind::Include => {
                    let path = item.child(NodeKind::Path);
                    if let Some((to, path)) = path.and_then(|p| Some((self.path(at, p)?, p)))
                        && self.expect(to, BodyKind::World, item, path)
                    {
                        self.bodies.push(Edge::new(at, to, path));
                    }
                }
                NodeKind::Import | NodeKind::Export => {
                    self.extern_item(at, item, &mut interfaces, &mut unknown);
                }
                NodeKind::Resource | NodeKind::Func => self.types_in(at, item, None, &mut unknown),
                kind if kind.is_type_definition() => {
                    let own = item.name().and_then(|name| body.types.get(name)).copied();
                    self.types_in(at, item, own, &mut unknown);
                }
                _ => {}
            }
        }
        for (name, places) in unknown {
            let finding = self.suggest.unknown_type(at, name, &places);
            self.findings.push(finding);
        }
    }

    fn extern_item(
        &mut self,
        at: usize,
        item: Node<'t>,
        interfaces: &mut BTreeMap<(bool, usize), Node<'t>>,
        unknown: &mut BTreeMap<&'t str, Vec<Node<'t>>>,
    ) {
        if let Some(func) = item.child(NodeKind::FuncType) {
            self.types_in(at, func, None, unknown);
        }
        let Some(path) = item.child(NodeKind::Path) else {
            return;
        };
        let Some(to) = self.path(at, path) else {
            return;
        };
        if !self.expect(to, BodyKind::Interface, item, path) || item.name_node().is_some() {
            return;
        }
        let is_import = item.kind() == NodeKind::Import;
        if let Some(first) = interfaces.get(&(is_import, to)) {
            let does = if is_import { "imports" } else { "exports" };
            let world = self.scopes.bodies[at].name;
            self.findings.push(
                codes::DUPLICATE
                    .report(format!(
                        "world `{world}` {does} interface `{}` twice",
                        self.scopes.bodies[to].name
                    ))
                    .at(path.locus(), "duplicate")
                    .at(first.locus(), "first one")
                    .help("remove one of them"),
            );
            return;
        }
        interfaces.insert((is_import, to), path);
    }

    /// `use path.{a, b as c};`
    fn use_names(&mut self, at: usize, item: Node<'t>) {
        let Some(path) = item.child(NodeKind::Path) else {
            return;
        };
        let Some(from) = self.path(at, path) else {
            return;
        };
        if !self.expect(from, BodyKind::Interface, item, path) {
            return;
        }
        let lenient = self.is_lenient(at, from, item);
        if self.scopes.bodies[at].kind == BodyKind::Interface {
            self.bodies.push(Edge::new(at, from, path));
        }
        for use_name in item.children_of(NodeKind::UseName) {
            let Some((node, name)) = use_name.name_node().and_then(|n| Some((n, n.name()?))) else {
                continue;
            };
            let interface = &self.scopes.bodies[from];
            if let Some(ty) = interface.types.get(name) {
                self.type_reference(at, node, *ty);
                let bound = use_name.children_of(NodeKind::Name).last();
                let types = &self.scopes.bodies[at].types;
                if let Some(own) = bound.and_then(Node::name).and_then(|n| types.get(n)) {
                    self.types.push(Edge::new(*own, *ty, node));
                }
            } else if lenient {
                continue;
            } else if let Some(function) = interface.functions.get(name) {
                let what = format!("`{name}` of interface `{}`", interface.name);
                self.is_function(
                    &format!("`use` expects a type, found function {what}"),
                    node,
                    *function,
                );
            } else {
                let finding = self.suggest.unknown_in_use(from, name, node);
                self.findings.push(finding);
            }
        }
    }

    /// Reports that `node` names a function.
    fn is_function(&mut self, message: &str, node: Node<'t>, function: Option<Node<'t>>) {
        let found = codes::WRONG_KIND
            .report(message)
            .at(node.locus(), "not a type");
        self.findings.push(match function {
            Some(function) => found.at(function.locus(), "function defined here"),
            None => found,
        });
    }

    /// Every type that is named inside `node`, which is in the body `at`; if `node` defines the
    /// type `own`, it contains them.
    fn types_in(
        &mut self,
        at: usize,
        node: Node<'t>,
        own: Option<usize>,
        unknown: &mut BTreeMap<&'t str, Vec<Node<'t>>>,
    ) {
        for inner in node.descendants() {
            if inner.kind() != NodeKind::TypeName {
                continue;
            }
            let Some(name) = inner.name() else { continue };
            let body = &self.scopes.bodies[at];
            if let Some(ty) = body.types.get(name) {
                self.type_reference(at, inner, *ty);
                if let Some(own) = own {
                    self.types.push(Edge::new(own, *ty, inner));
                }
            } else if let Some(function) = body.functions.get(name) {
                let message = format!("expected a type, found function `{name}`");
                self.is_function(&message, inner, *function);
            } else {
                unknown.entry(name).or_default().push(inner);
            }
        }
    }

    /// Notes that `node`, in the body `at`, means a type.
    fn type_reference(&mut self, at: usize, node: Node<'t>, ty: usize) {
        let definition = &self.scopes.types[ty];
        let link = match definition.node {
            Some(node) => Link::Node(self.scopes.place(definition.body, node)),
            None => self.foreign(definition.body, Some(definition.name)),
        };
        self.references.push((self.scopes.place(at, node), link));
    }

    /// What stands for an interface or world of a binary package, or a type in it.
    pub fn foreign(&mut self, body: usize, name: Option<&'t str>) -> Link {
        let (scopes, foreign) = (self.scopes, &mut self.foreign);
        let at = self.foreign_of.entry((body, name)).or_insert_with(|| {
            let body = &scopes.bodies[body];
            foreign.push(Foreign {
                package: scopes.packages[body.package].key.to_string(),
                item: body.name.to_string(),
                name: name.map(str::to_string),
            });
            foreign.len() - 1
        });
        Link::Foreign(*at)
    }
}
