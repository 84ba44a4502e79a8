//! A graph as a flowchart of Mermaid. May import: the sibling data.

use std::fmt::Write;

use super::label::{Step, link_lines, node_lines, steps};
use super::links::links;
use super::model::{EdgeKind, Graph, NodeKind};

/// A flowchart, nested compositions as subgraphs, parallel edges as one with several lines.
///
/// [`Graph`] shows it in use.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart TB\n");
    for (step, depth) in steps(graph) {
        let indent = "  ".repeat(depth);
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Node(at, node) => {
                let (open, close) = match node.kind {
                    NodeKind::Caller | NodeKind::Host => ("([", "])"),
                    NodeKind::Package => ("[[", "]]"),
                    NodeKind::World | NodeKind::Component => ("{{", "}}"),
                    NodeKind::Code => ("(", ")"),
                    NodeKind::Instance | NodeKind::Interface => ("[", "]"),
                };
                let label = quoted(&node_lines(node, &graph.title));
                writeln!(out, "{indent}n{at}{open}{label}{close}")
            }
            Step::Open(at, node) => {
                let label = quoted(&node_lines(node, &graph.title));
                writeln!(out, "{indent}subgraph n{at}[{label}]")
            }
            Step::Close => writeln!(out, "{indent}end"),
        };
    }
    for link in links(graph) {
        let label = quoted(&link_lines(graph, &link));
        let arrow = match link.kind {
            EdgeKind::Open | EdgeKind::Use => "-.->",
            EdgeKind::Wire | EdgeKind::Export | EdgeKind::Import => "-->",
        };
        let _ = writeln!(out, "  n{} {arrow}|{label}| n{}", link.from, link.to);
    }
    out
}

/// Lines as one string. Mermaid takes it for HTML, and a backtick for the beginning of Markdown.
fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

fn escaped(line: &str) -> String {
    let mut out = String::new();
    for c in line.chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '&' => out.push_str("#amp;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '#' => out.push_str("#35;"),
            '`' => out.push_str("#96;"),
            '\\' => out.push_str("#92;"),
            c => out.push(c),
        }
    }
    out
}
