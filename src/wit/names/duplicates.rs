//! Names that are given twice where each may be given once, and gates that exclude each other.
//!
//! May import: `diag` (rank 0), the syntax. Deliberately absent: names of packages, and finding what is
//! at the top of files (`scopes`).
//!
//! Names are compared as the component model does: case and hyphens make no difference, and of
//! `[method]`, `[static]`, `[get]`, `[set]` and `[constructor]` only the last two.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::codes;
use super::super::syntax::{Node, NodeKind, TokenKind, Tree};
use super::listed;
use crate::diag::Diagnostic;

/// A name as names are compared.
fn canonical(name: &str) -> Cow<'_, str> {
    if name
        .bytes()
        .any(|byte| byte == b'-' || byte.is_ascii_uppercase())
    {
        let kept = name.chars().filter(|c| *c != '-');
        Cow::Owned(kept.map(|c| c.to_ascii_lowercase()).collect())
    } else {
        Cow::Borrowed(name)
    }
}

/// What is compared of a name, and how it is marked.
type Key<'t> = (Mark, Cow<'t, str>);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    None,
    Set,
    Constructor,
}

/// Names of one scope, each with the node that gave it.
#[derive(Default)]
struct Scope<'t> {
    names: BTreeMap<Key<'t>, Node<'t>>,
}

impl<'t> Scope<'t> {
    fn add(
        &mut self,
        key: Key<'t>,
        node: Node<'t>,
        within: &dyn Fn() -> String,
        found: &mut Vec<Diagnostic>,
    ) {
        match self.names.get(&key) {
            Some(first) => found.push(twice(node, *first, &within())),
            None => {
                self.names.insert(key, node);
            }
        }
    }
}

/// Names of one file, each with where another file of the package gives it already: what two files
/// both define is one finding, for it has one cause.
pub(super) fn across_files(twice_given: &[(Node<'_>, Node<'_>)], findings: &mut Vec<Diagnostic>) {
    let mut by_file: BTreeMap<&str, Vec<(Node<'_>, Node<'_>)>> = BTreeMap::new();
    for (node, first) in twice_given {
        let pairs = by_file.entry(first.tree().name()).or_default();
        pairs.push((*node, *first));
    }
    for (file, pairs) in by_file {
        let [(node, first), _, ..] = pairs[..] else {
            findings.extend(
                pairs
                    .iter()
                    .map(|(node, first)| twice(*node, *first, "in this package")),
            );
            continue;
        };
        let names: Vec<&str> = pairs.iter().filter_map(|(node, _)| node.name()).collect();
        let other = node.tree().name();
        findings.push(
            codes::DUPLICATE
                .report(format!(
                    "`{file}` and `{other}` both define {}",
                    listed(&names)
                ))
                .at(node.locus(), "redefined here")
                .at(first.locus(), "previous definition")
                .help(
                    "keep one definition of each, or move each file to its own folder if they are \
                     separate packages",
                ),
        );
    }
}

/// That the name of `node` was already given to `first`.
pub(super) fn twice(node: Node<'_>, first: Node<'_>, within: &str) -> Diagnostic {
    let text = |node: Node<'_>| node.name().unwrap_or("constructor").to_string();
    let (name, before) = (text(node), text(first));
    let same = name == before;
    let message = match same {
        true => format!("duplicate name `{name}` {within}"),
        false => format!("name `{name}` conflicts with `{before}` {within}"),
    };
    // Of a constructor, its first word says it all.
    let locus = |node: Node<'_>| match node.kind() {
        NodeKind::Name => node.locus(),
        _ => {
            let constructor = node
                .own_token(TokenKind::Constructor)
                .unwrap_or(node.tokens().start);
            node.tree().locus(node.tree().token_range(constructor))
        }
    };
    let found = codes::DUPLICATE
        .report(message)
        .at(locus(node), "redefined here")
        .at(locus(first), "previous definition");
    let resource = node.ancestors().nth(1);
    if resource.is_some() && first.parent() == resource {
        return found.note("a function of a resource cannot have the name of the resource");
    }
    match same {
        true => found,
        false => found.note("names that differ only in case or hyphens are equal"),
    }
}

/// Whether a function type is `get(…)` or `set(…)`.
fn accessor(func_type: Option<Node<'_>>) -> Option<bool> {
    let func_type = func_type?;
    if func_type.first_token() != TokenKind::Ident {
        return None;
    }
    Some(func_type.tree().token_text(func_type.tokens().start) == "set")
}

/// Reports names given twice in an interface or world, and in what is in it.
pub(super) fn of_body(body: Node<'_>, found: &mut Vec<Diagnostic>) {
    let named = match body.kind() {
        NodeKind::InlineInterface => body.parent(),
        _ => Some(body),
    };
    let is_world = body.kind() == NodeKind::World;
    let name = named.and_then(Node::name).unwrap_or_default();
    let kind = if is_world { "world" } else { "interface" };
    let inside = || format!("in {kind} `{name}`");
    let exported = || format!("in exports of world `{name}`");
    let mut scope = Scope::default();
    let mut exports = Scope::default();
    for item in body.children() {
        // An attribute has a name as well.
        let named = item.kind() != NodeKind::Attribute;
        if let Some(name) = item.name_node().filter(|_| named) {
            let key = canonical(name.name().unwrap_or_default());
            let mark = match accessor(item.child(NodeKind::FuncType)) {
                Some(true) => Mark::Set,
                _ => Mark::None,
            };
            match item.kind() {
                NodeKind::Export => exports.add((mark, key), name, &exported, found),
                _ => scope.add((mark, key), name, &inside, found),
            }
        }
        match item.kind() {
            NodeKind::Use => {
                for name in item.children_of(NodeKind::UseName) {
                    if let Some(name) = name.children_of(NodeKind::Name).last() {
                        let key = canonical(name.name().unwrap_or_default());
                        scope.add((Mark::None, key), name, &inside, found);
                    }
                }
            }
            NodeKind::Resource => of_resource(item, &mut scope, &inside, found),
            NodeKind::Func | NodeKind::Import | NodeKind::Export => {
                let func_type = item.child(NodeKind::FuncType);
                of_params(func_type.and_then(|f| f.child(NodeKind::Params)), found);
            }
            NodeKind::Record => of_list(item, NodeKind::Field, "record", found),
            NodeKind::Flags => of_list(item, NodeKind::Flag, "flags", found),
            NodeKind::Variant => of_list(item, NodeKind::Case, "variant", found),
            NodeKind::Enum => of_list(item, NodeKind::EnumCase, "enum", found),
            _ => {}
        }
    }
}

fn of_resource<'t>(
    resource: Node<'t>,
    scope: &mut Scope<'t>,
    inside: &dyn Fn() -> String,
    found: &mut Vec<Diagnostic>,
) {
    let name = canonical(resource.name().unwrap_or_default());
    for function in resource.children() {
        match function.kind() {
            NodeKind::Constructor => {
                scope.add((Mark::Constructor, name.clone()), function, inside, found);
                of_params(function.child(NodeKind::Params), found);
            }
            NodeKind::Func => {
                let func_type = function.child(NodeKind::FuncType);
                if let Some(node) = function.name_node() {
                    let own = canonical(node.name().unwrap_or_default());
                    let key = match (own == name, accessor(func_type)) {
                        (true, _) => (Mark::None, own),
                        (false, Some(true)) => (Mark::Set, format!("{name}.{own}").into()),
                        (false, _) => (Mark::None, format!("{name}.{own}").into()),
                    };
                    scope.add(key, node, inside, found);
                }
                of_params(func_type.and_then(|f| f.child(NodeKind::Params)), found);
            }
            _ => {}
        }
    }
}

fn of_params(params: Option<Node<'_>>, found: &mut Vec<Diagnostic>) {
    if let Some(params) = params {
        let names = params.children_of(NodeKind::Param);
        distinct(names, &|| "in parameters of a function".to_string(), found);
    }
}

fn of_list(item: Node<'_>, element: NodeKind, kind: &str, found: &mut Vec<Diagnostic>) {
    let name = item.name().unwrap_or_default();
    distinct(
        item.children_of(element),
        &|| format!("in {kind} `{name}`"),
        found,
    );
}

fn distinct<'t>(
    elements: impl Iterator<Item = Node<'t>>,
    within: &dyn Fn() -> String,
    found: &mut Vec<Diagnostic>,
) {
    let mut names = elements.filter_map(Node::name_node).peekable();
    // Most functions have one parameter at most.
    let Some(first) = names.next() else { return };
    if names.peek().is_none() {
        return;
    }
    let mut scope = Scope::default();
    for name in std::iter::once(first).chain(names) {
        let key = canonical(name.name().unwrap_or_default());
        scope.add((Mark::None, key), name, within, found);
    }
}

/// Reports gates of one item that exclude each other.
pub(super) fn of_gates(tree: &Tree, found: &mut Vec<Diagnostic>) {
    let mut before = None;
    for node in tree.nodes() {
        // The first attribute stands for all of its item.
        if node.kind() == NodeKind::Attribute && before != node.parent() {
            before = node.parent();
            if let Some(item) = node.parent() {
                gates_of(item, found);
            }
        }
    }
}

fn gates_of(item: Node<'_>, found: &mut Vec<Diagnostic>) {
    let named = |name: &'static str| {
        let mut attributes = item.attributes().filter(move |a| a.name() == Some(name));
        (attributes.next(), attributes.next())
    };
    let (since, unstable, deprecated) = (named("since"), named("unstable"), named("deprecated"));
    for (name, gate) in [
        ("since", since),
        ("unstable", unstable),
        ("deprecated", deprecated),
    ] {
        if let (Some(first), Some(second)) = gate {
            found.push(
                codes::GATE
                    .report(format!("duplicate `@{name}` on one item"))
                    .at(second.locus(), "")
                    .at(first.locus(), "first one")
                    .help("remove one of them"),
            );
        }
    }
    match (since.0, unstable.0, deprecated.0) {
        (Some(since), Some(unstable), _) => found.push(
            codes::GATE
                .report("`@unstable` conflicts with `@since` on one item")
                .at(unstable.locus(), "")
                .at(since.locus(), "")
                .note("an unstable item is not part of any version yet")
                .help("remove one of them"),
        ),
        (None, None, Some(deprecated)) => found.push(
            codes::GATE
                .report("`@deprecated` without `@since` or `@unstable`")
                .at(deprecated.locus(), "")
                .help(
                    "add `@since` with the version that introduced the item: \
                     `@since(version = 1.0.0)`",
                ),
        ),
        _ => {}
    }
}
