//! A graph, as data: its fields are those of `witkit.graph/1`.
//!
//! May import: nothing. Deliberately absent: where it comes from and how it is drawn (the sibling
//! modules).

use serde::Serialize;

/// Who gives what to whom.
///
/// ```
/// use witkit::graph::{self, Edge, EdgeKind, Node, NodeKind, Options, Port};
///
/// let wit = "package a:b; interface i { type t = u8; } interface j { use i.{t}; } world w { export j; }";
/// let graph = graph::graph(("b.wit", wit), &Options::default())?.graph;
/// let worlds = graph.nodes.iter().filter(|node| node.kind == NodeKind::World);
/// let world: &Node = worlds.into_iter().next().expect("the package has a world");
/// let exports: &[Port] = &world.exports;
/// assert!(world.kind.is_wit() && !exports.is_empty());
/// let uses: Vec<&Edge> = graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Use).collect();
/// assert_eq!(uses.len(), 1);
///
/// // Every form is made of the same graph.
/// assert!(graph::dot(&graph).starts_with("digraph"));
/// assert!(graph::mermaid(&graph).starts_with("flowchart"));
/// assert!(graph::svg(&graph).starts_with("<svg"));
/// assert!(graph::html(&graph).starts_with("<!"));
/// assert!(graph::json(&graph).contains("witkit.graph/1"));
/// println!("{}", graph::tree(&graph, &graph));
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Graph {
    /// What it is of: a file, several, or a package.
    pub title: String,
    /// The nodes, those that are asked first before those that serve them.
    pub nodes: Vec<Node>,
    /// The edges, in the order of the nodes they begin at, then of that one's imports.
    pub edges: Vec<Edge>,
}

/// What a node stands for.
///
/// [`Graph`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// The user of the exports of a component.
    Caller,
    /// The provider of what a component imports.
    Host,
    /// An instance of a component.
    Instance,
    /// A component that is given to others, which make instances of it.
    Component,
    /// What a component has besides the components in it: its own core modules.
    Code,
    /// A WIT package.
    Package,
    /// A WIT interface.
    Interface,
    /// A WIT world.
    World,
}

impl NodeKind {
    /// Whether it is something of WIT.
    pub fn is_wit(self) -> bool {
        matches!(
            self,
            NodeKind::Package | NodeKind::Interface | NodeKind::World
        )
    }
}

/// One node.
///
/// [`Graph`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What edges call it; unique in the graph, and the same for the same input.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it stands for.
    pub kind: NodeKind,
    /// The node that it is inside of, by its id: of an instance in a nested composition.
    pub within: Option<String>,
    /// The component that it is an instance of: a file, or the path of a nested component.
    pub of: Option<String>,
    /// In bytes, of that component.
    pub size: Option<u64>,
    /// What it imports.
    pub imports: Vec<Port>,
    /// What it offers.
    pub exports: Vec<Port>,
    /// Its WIT: the world of an instance, the text of an interface.
    pub wit: Option<String>,
}

impl Node {
    /// A node that nothing is known of besides.
    pub(super) fn new(id: &str, kind: NodeKind) -> Node {
        Node {
            id: id.to_string(),
            name: id.to_string(),
            kind,
            within: None,
            of: None,
            size: None,
            imports: Vec::new(),
            exports: Vec::new(),
            wit: None,
        }
    }
}

/// An import or export of a node.
///
/// [`Graph`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Port {
    /// In full: `wasi:io/streams@0.2.0`, `log`.
    pub name: String,
    /// `interface`, `function`, `type`, `component`, `core module`, `value`.
    pub sort: &'static str,
}

/// Why there is an edge.
///
/// [`Graph`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeKind {
    /// An import is served by an export, or by the host.
    Wire,
    /// An export of the whole is that of an instance: from the caller.
    Export,
    /// An unresolved import, which the host is not expected to provide: to the host.
    Open,
    /// A WIT interface uses types of another.
    Use,
    /// A WIT world imports an interface, and says so itself if it is known as text: what is
    /// imported only because that is used has an edge from where it is used.
    Import,
}

/// One edge: from who needs it to who has it.
///
/// [`Graph`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// The id of the node that needs it.
    pub from: String,
    /// The id of the node that has it.
    pub to: String,
    /// Why.
    pub kind: EdgeKind,
    /// The interface (or function) as the needing node calls it.
    pub interface: String,
    /// What the serving node calls it, if that differs.
    pub provided_as: Option<String>,
    /// `interface`, `function`, …, as for ports.
    pub sort: &'static str,
    /// How many functions are in it.
    pub functions: Option<usize>,
    /// Its WIT text.
    pub wit: Option<String>,
}
