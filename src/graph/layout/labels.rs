//! What is written on nodes and edges.
//!
//! May import: the model and `links`, `escape`, the sibling module `text`. Deliberately absent:
//! where it is written.

use super::text::{Font, shortened, width};
use crate::escape::{size, visible};
use crate::graph::label::{ShortNames, shown, spelt};
use crate::graph::links::Link;
use crate::graph::model::{EdgeKind, Graph, Node, NodeKind};

/// The widest a name in a node gets.
const NODE: f64 = 190.0;
/// The widest a label of an edge gets.
const LABEL: f64 = 165.0;
/// The widest it gets where there are many.
const NARROW: f64 = 115.0;
/// With more links than this, labels are one line.
const MANY: usize = 45;

/// The height of a line of a label.
pub(in crate::graph) const LINE: f64 = 14.0;

/// What a node says.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::graph) struct WorldItem {
    /// Its name, as far as there is room for it.
    pub name: String,
    /// Of what, and how big.
    pub detail: String,
}

impl WorldItem {
    /// What a node says.
    pub fn new(node: &Node) -> WorldItem {
        let name = visible(&node.name);
        let (name, detail) = match node.kind {
            NodeKind::Interface | NodeKind::World => {
                let (package, item) = split(&name);
                match node.kind {
                    NodeKind::World if package.is_empty() => (item, "world".to_string()),
                    NodeKind::World => (item, format!("world · {package}")),
                    _ => (item, package),
                }
            }
            _ => {
                let of = node.of.as_deref().map(visible);
                let of = of.filter(|of| *of != name);
                let size = node.size.map(size);
                let detail = |of: Option<String>| {
                    let parts = [of, size.clone()].into_iter().flatten();
                    parts.collect::<Vec<String>>().join(" · ")
                };
                let full = detail(of.clone());
                // Of a path, the end counts.
                let last = of.and_then(|of| Some(format!("…/{}", of.rsplit_once('/')?.1)));
                let detail = match last {
                    Some(last) if width(&full, Font::Small) > NODE => detail(Some(last)),
                    _ => full,
                };
                (name, detail)
            }
        };
        WorldItem {
            name: shortened(&name, Font::Name, NODE),
            detail: shortened(&detail, Font::Small, NODE),
        }
    }

    /// Its width and height, with some room around it.
    pub fn size(&self) -> (f64, f64) {
        let wide = self.text_width().max(44.0);
        let high = if self.detail.is_empty() { 32.0 } else { 48.0 };
        (wide + 28.0, high)
    }

    /// How wide the texts are.
    pub fn text_width(&self) -> f64 {
        width(&self.name, Font::Name).max(width(&self.detail, Font::Small))
    }
}

/// `wasi:http/handler@0.2.0` is `handler` of `wasi:http@0.2.0`; what has no package is itself.
fn split(name: &str) -> (String, String) {
    let Some((package, item)) = name.split_once('/') else {
        return (String::new(), name.to_string());
    };
    match item.rsplit_once('@') {
        Some((item, version)) => (format!("{package}@{version}"), item.to_string()),
        None => (package.to_string(), item.to_string()),
    }
}

/// The lines on a link; none if the nodes say it already.
pub(in crate::graph) fn link_lines(
    graph: &Graph,
    link: &Link,
    links: usize,
    short: &ShortNames,
) -> Vec<String> {
    let many = links > MANY;
    let room = if many { NARROW } else { LABEL };
    let cut = |line: &str| shortened(&visible(line), Font::Small, room);
    let names: Vec<&str> = link.edges_of(graph).map(|e| e.interface.as_str()).collect();
    match names.as_slice() {
        [name] if *name == graph.nodes[link.to].name => Vec::new(),
        [name] if many => vec![cut(&short.name(name))],
        [name] => match name.split_once('/') {
            Some((package, item)) => vec![cut(&format!("{package}/")), cut(item)],
            None => vec![cut(&spelt(name))],
        },
        names if names.len() <= 3 && !many => names
            .iter()
            .map(|name| cut(&short.versioned(name)))
            .collect(),
        names => vec![counted(graph, link, names.len())],
    }
}

fn counted(graph: &Graph, link: &Link, count: usize) -> String {
    let sort = graph.edges[link.edges[0]].sort;
    let same = link.edges_of(graph).all(|edge| edge.sort == sort);
    match same {
        true if !sort.is_empty() => format!("{count} {sort}s"),
        _ => format!("{count} items"),
    }
}

/// All that a link stands for, in full.
pub(in crate::graph) fn link_title(graph: &Graph, link: &Link) -> String {
    let name = |node: usize| visible(&graph.nodes[node].name);
    let why = match link.kind {
        EdgeKind::Wire => "",
        EdgeKind::Export => " (export)",
        EdgeKind::Open => " (unresolved import)",
        EdgeKind::Use => " (use)",
        EdgeKind::Import => " (import)",
    };
    let mut title = format!("{} → {}{why}", name(link.from), name(link.to));
    for edge in link.edges_of(graph).take(SHOWN) {
        title.push('\n');
        title.push_str(&shown(&edge.interface));
        if let Some(other) = &edge.provided_as {
            title.push_str(&format!(", provided as {}", shown(other)));
        }
        match edge.functions {
            Some(1) => title.push_str(" · 1 function"),
            Some(count) => title.push_str(&format!(" · {count} functions")),
            None => {}
        }
    }
    if link.edges.len() > SHOWN {
        title.push_str(&format!("\n… and {} more", link.edges.len() - SHOWN));
    }
    title
}

/// How many names a title lists.
const SHOWN: usize = 30;

/// What a node is, in words.
pub(in crate::graph) fn kind_word(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Caller => "caller",
        NodeKind::Host => "host",
        NodeKind::Instance => "instance",
        NodeKind::Component => "component",
        NodeKind::Code => "code",
        NodeKind::Package => "package",
        NodeKind::Interface => "interface",
        NodeKind::World => "world",
    }
}

/// What a kind of edge is called in classes and data.
pub(in crate::graph) fn edge_word(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Wire => "wire",
        EdgeKind::Export => "export",
        EdgeKind::Open => "open",
        EdgeKind::Use => "use",
        EdgeKind::Import => "import",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_in_a_node_loses_its_beginning_and_keeps_the_size() {
        let mut node = Node::new("adder", NodeKind::Instance);
        node.size = Some(11_900_000);
        for (of, expected) in [
            ("parts/adder.wasm", "parts/adder.wasm · 11.9 MB"),
            (
                "../some/where/far/away/parts/adder.wasm",
                "…/adder.wasm · 11.9 MB",
            ),
            ("adder", "11.9 MB"),
        ] {
            node.of = Some(of.to_string());
            assert_eq!(WorldItem::new(&node).detail, expected);
        }
    }
}
