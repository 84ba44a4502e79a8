//! A graph in the language of Graphviz. May import: the sibling data and `escape`.

use std::fmt::Write;

use super::label::{Step, link_lines, node_lines, steps};
use super::links::links;
use super::model::{EdgeKind, Graph, NodeKind};
use crate::escape::visible;

/// A directed graph, nested compositions as clusters, parallel edges as one with several lines.
///
/// [`Graph`] shows it in use.
pub fn dot(graph: &Graph) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "digraph {} {{", quoted(&[visible(&graph.title)]));
    out.push_str("  rankdir=TB;\n");
    out.push_str("  node [shape=box, fontname=\"sans-serif\", fontsize=12];\n");
    out.push_str("  edge [fontname=\"sans-serif\", fontsize=10];\n");
    for (step, depth) in steps(graph) {
        let indent = "  ".repeat(depth);
        let _ = match step {
            Step::Node(at, node) => {
                let style = match node.kind {
                    NodeKind::Caller | NodeKind::Host => ", shape=ellipse",
                    NodeKind::Package => ", shape=folder",
                    NodeKind::World | NodeKind::Component => ", shape=component",
                    NodeKind::Code => ", style=dashed",
                    NodeKind::Instance | NodeKind::Interface => "",
                };
                let label = quoted(&node_lines(node, &graph.title));
                writeln!(out, "{indent}n{at} [label={label}{style}];")
            }
            Step::Open(at, node) => {
                let label = quoted(&node_lines(node, &graph.title));
                writeln!(
                    out,
                    "{indent}subgraph cluster_{at} {{\n{indent}  label={label};"
                )
            }
            Step::Close => writeln!(out, "{indent}}}"),
        };
    }
    for link in links(graph) {
        let label = quoted(&link_lines(graph, &link));
        let style = match link.kind {
            EdgeKind::Open => ", style=dashed, color=red, fontcolor=red",
            EdgeKind::Use => ", style=dotted",
            EdgeKind::Wire | EdgeKind::Export | EdgeKind::Import => "",
        };
        let _ = writeln!(
            out,
            "  n{} -> n{} [label={label}{style}];",
            link.from, link.to
        );
    }
    out.push_str("}\n");
    out
}

/// Lines as one string, which is never read as HTML.
fn quoted(lines: &[String]) -> String {
    let lines = lines
        .iter()
        .map(|line| line.replace('\\', "\\\\").replace('"', "\\\""));
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}
