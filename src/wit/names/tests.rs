//! The table of names: from references to definitions and back.

use super::super::syntax::{Node, NodeKind};
use super::super::{Options, Wit, load_text};
use super::*;

const TEXT: &str = "package a:b;

use c:d/e as far;
use near as nigh;

package c:d {
  interface e { type t = u8; record r { a: t } }
  world w {}
}

interface near {
  use far.{t, r as s};
  resource res { f: func(a: s) -> own<res>; }
  type u = list<t>;
}

world v {
  import far;
  export named: nigh;
  include c:d/w;
  use nigh.{u};
  import x: interface { use c:d/e.{r}; g: func() -> r; }
  export h: func() -> u;
}
";

fn wit() -> Wit {
    match load_text("t.wit", TEXT, &Options::default()) {
        Ok(wit) => wit,
        Err(report) => panic!("{report:#}"),
    }
}

/// The node of a kind whose text is `text`, the `nth` of those.
fn node<'w>(wit: &'w Wit, kind: NodeKind, text: &str, nth: usize) -> Node<'w> {
    let nodes = wit.files[0].tree.nodes();
    let mut found = nodes.filter(|node| node.kind() == kind && node.text() == text);
    found.nth(nth).expect(text)
}

fn shown(wit: &Wit, target: Option<Target<'_>>) -> String {
    match target {
        Some(Target::Node(place)) => {
            let node = wit.files[place.file].tree.node(place.node);
            let node = node.expect("there is a node at each target");
            let line = node.text().lines().next().unwrap_or_default();
            format!("{:?} {line}", node.kind())
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn a_reference_leads_to_what_binds_its_name() {
    let wit = wit();
    use NodeKind::{Name, Path, TypeName};
    for (kind, text, nth, binds) in [
        (
            Path,
            "c:d/e",
            0,
            "Interface interface e { type t = u8; record r { a: t } }",
        ),
        (Path, "near", 0, "Interface interface near {"),
        (Path, "far", 0, "TopUse use c:d/e as far;"),
        (Path, "far", 1, "TopUse use c:d/e as far;"),
        (Path, "nigh", 1, "TopUse use near as nigh;"),
        (Path, "c:d/w", 0, "World world w {}"),
        // `r as s`: its first name.
        (Name, "r", 1, "Record record r { a: t }"),
        (TypeName, "t", 0, "TypeAlias type t = u8;"),
        (TypeName, "t", 1, "UseName t"),
        (TypeName, "s", 0, "UseName r as s"),
        (
            TypeName,
            "res",
            0,
            "Resource resource res { f: func(a: s) -> own<res>; }",
        ),
        (TypeName, "r", 0, "UseName r"),
        (TypeName, "u", 0, "UseName u"),
    ] {
        let at = node(&wit, kind, text, nth).index();
        assert_eq!(shown(&wit, wit.names.target(0, at)), binds, "{text} {nth}");
    }
    assert_eq!(wit.names.target(0, 0), None);
}

#[test]
fn a_definition_has_all_references_that_lead_right_to_it() {
    let wit = wit();
    let users = |node: Node<'_>| {
        let places = wit.names.references(0, node.index());
        let nodes = places.iter().map(|place| {
            let node = wit.files[place.file].tree.node(place.node);
            node.expect("there is a node at each reference")
                .range()
                .start
        });
        nodes.collect::<Vec<usize>>()
    };
    let at = |text: &str| TEXT.find(text).expect(text);
    let far = node(&wit, NodeKind::TopUse, "use c:d/e as far;", 0);
    assert_eq!(users(far), [at("far.{"), at("far;\n  export")]);
    let record = node(&wit, NodeKind::Record, "record r { a: t }", 0);
    assert_eq!(users(record), [at("r as s"), at("r}; g")]);
    let near = node(&wit, NodeKind::TopUse, "use near as nigh;", 0);
    assert_eq!(users(near), [at("nigh;\n  include"), at("nigh.{u}")]);
    let world = wit.files[0].tree.nodes().find(|n| n.name() == Some("v"));
    assert_eq!(users(world.expect("there is a world")), [0usize; 0]);
}

#[test]
fn every_reference_of_a_package_that_loads_leads_somewhere() {
    let wit = wit();
    for node in wit.files[0].tree.nodes() {
        let refers = match node.kind() {
            NodeKind::Path | NodeKind::TypeName => true,
            NodeKind::Name => node.parent().is_some_and(|parent| {
                parent.kind() == NodeKind::UseName && parent.name_node() == Some(node)
            }),
            _ => false,
        };
        let target = wit.names.target(0, node.index());
        assert_eq!(target.is_some(), refers, "{node:?} {}", node.text());
    }
}
