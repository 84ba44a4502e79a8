//! What graphs have to be, in each form of text: small readers of just what is written.
//!
//! Deliberately absent: the whole languages; whatever is not written by witkit is wrong here.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value;
use witkit::graph::{self, Graph};

use crate::support::{fits, schema};

/// Writes a graph in every form of text, and checks each.
pub fn hold(graph: &Graph) -> Result<(), String> {
    let document: Value = serde_json::from_str(&graph::json(graph)).map_err(|e| e.to_string())?;
    hold_document(&document)?;
    let tree = graph::tree(graph, graph);
    shown(&tree)?;
    let around = graph.nodes.iter().filter_map(|node| node.within.as_deref());
    let groups: BTreeSet<&str> = around.collect();
    for node in &graph.nodes {
        let is_group = groups.contains(node.id.as_str());
        let name = match node.within {
            Some(_) => &node.id,
            None => &node.name,
        };
        let plain = name.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        if plain
            && !is_group
            && !matches!(node.id.as_str(), "caller" | "host")
            && !tree.contains(name)
        {
            return Err(format!("the tree lacks {name}"));
        }
    }
    let text = graph::dot(graph);
    dot(&text).map_err(|e| format!("{e} in\n{text}"))?;
    let text = graph::mermaid(graph);
    mermaid(&text).map_err(|e| format!("{e} in\n{text}"))
}

/// Fails if there is anything that a terminal may obey.
fn shown(text: &str) -> Result<(), String> {
    let bad = |c: char| {
        (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{200f}'
    };
    match text.chars().find(|c| bad(*c)) {
        Some(c) => Err(format!("{c:?} is not shown")),
        None => Ok(()),
    }
}

/// Checks a document: against the schema, and that what it names is there.
pub fn hold_document(document: &Value) -> Result<(), String> {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    fits(SCHEMA.get_or_init(|| schema("graph")), document)?;
    let nodes = document["nodes"].as_array().expect("the schema says so");
    let mut ids = BTreeSet::new();
    for (at, node) in nodes.iter().enumerate() {
        let id = node["id"].as_str().expect("the schema says so");
        if !ids.insert(id) {
            return Err(format!("two nodes have the id {id}"));
        }
        if let Some(around) = node["within"].as_str()
            && !ids.contains(around)
        {
            return Err(format!(
                "{id} is in {around}, which does not stand before it"
            ));
        }
        let last = at + 1 == nodes.len();
        match node["kind"].as_str() {
            Some("caller") if at > 0 => return Err("the caller is not the first".to_string()),
            Some("host") if !last => return Err("the host is not the last".to_string()),
            _ => {}
        }
    }
    for edge in document["edges"].as_array().expect("the schema says so") {
        for end in ["from", "to"] {
            let id = edge[end].as_str().expect("the schema says so");
            if !ids.contains(id) {
                return Err(format!("an edge ends at {id}, which is not there"));
            }
        }
    }
    Ok(())
}

/// Takes `"…"` from the beginning of a text, in which a backslash quotes what is behind it.
fn string(text: &str) -> Result<&str, String> {
    let inner = text.strip_prefix('"').ok_or(format!("no string: {text}"))?;
    let mut quoted = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if quoted => quoted = false,
            '\\' => quoted = true,
            '"' => return Ok(&inner[at + 1..]),
            _ => {}
        }
    }
    Err(format!("a string without end: {text}"))
}

/// Takes `n12` from the beginning of a text.
fn node(text: &str) -> Result<(&str, &str), String> {
    let digits = text.strip_prefix('n').unwrap_or_default();
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    match end {
        0 => Err(format!("no node: {text}")),
        _ => Ok(text.split_at(end + 1)),
    }
}

/// Takes `token` from the beginning of a text.
fn take<'t>(text: &'t str, token: &str) -> Result<&'t str, String> {
    text.strip_prefix(token)
        .ok_or(format!("{token} expected: {text}"))
}

/// Reads DOT, as far as witkit writes it.
pub fn dot(text: &str) -> Result<(), String> {
    shown(text)?;
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if string(take(first, "digraph ")?)? != " {" {
        return Err(format!("this is no head: {first}"));
    }
    let mut open = 1;
    let mut known = BTreeSet::new();
    for line in lines {
        if open == 0 {
            return Err(format!("behind the end: {line}"));
        }
        let line = line.trim_start();
        if line == "}" {
            open -= 1;
        } else if let Some(rest) = line.strip_prefix("subgraph cluster_") {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            take(rest, " {")?;
            open += 1;
        } else if let Some(rest) = line.strip_prefix("label=") {
            take(string(rest)?, ";")?;
        } else if !line.starts_with("rankdir=")
            && !line.starts_with("node [")
            && !line.starts_with("edge [")
        {
            let (from, rest) = node(line)?;
            let attributes = match rest.strip_prefix(" -> ") {
                Some(rest) => {
                    let (to, rest) = node(rest)?;
                    if !known.contains(from) || !known.contains(to) {
                        return Err(format!("an edge to nowhere: {line}"));
                    }
                    rest
                }
                None => {
                    known.insert(from.to_string());
                    rest
                }
            };
            let rest = string(take(attributes, " [label=")?)?;
            let style = rest.strip_suffix("];").ok_or(format!("no end: {line}"))?;
            if style.contains(['"', '[', ']', ';']) {
                return Err(format!("this is no style: {line}"));
            }
        }
    }
    match open {
        0 => Ok(()),
        _ => Err("it is not closed".to_string()),
    }
}

/// Takes `"…"` of Mermaid: no character in it means anything to Mermaid or to HTML, but for
/// line breaks and entities.
fn label(text: &str) -> Result<&str, String> {
    let inner = take(text, "\"")?;
    let (label, rest) = inner.split_once('"').ok_or(format!("no end: {text}"))?;
    let plain = label.replace("<br/>", "");
    if plain.contains(['<', '>', '&', '`', '\\']) {
        return Err(format!("not escaped: {label}"));
    }
    for entity in plain.split('#').skip(1) {
        let (name, _) = entity
            .split_once(';')
            .ok_or(format!("no entity: {label}"))?;
        if !["quot", "amp", "lt", "gt", "35", "96", "92"].contains(&name) {
            return Err(format!("no entity: {label}"));
        }
    }
    Ok(rest)
}

/// Reads Mermaid, as far as witkit writes it.
pub fn mermaid(text: &str) -> Result<(), String> {
    shown(text)?;
    let mut lines = text.lines();
    if lines.next() != Some("flowchart TB") {
        return Err("no head".to_string());
    }
    let mut open = 0;
    let mut known = BTreeSet::new();
    for line in lines {
        let line = line.trim_start();
        if line == "end" {
            open -= 1;
            continue;
        }
        if let Some(rest) = line.strip_prefix("subgraph ") {
            let (_, rest) = node(rest)?;
            if label(take(rest, "[")?)? != "]" {
                return Err(format!("this is no subgraph: {line}"));
            }
            open += 1;
            continue;
        }
        let (from, rest) = node(line)?;
        let arrow = [" -->|", " -.->|"]
            .iter()
            .find_map(|a| rest.strip_prefix(a));
        if let Some(rest) = arrow {
            let (to, rest) = node(take(label(rest)?, "| ")?)?;
            if !known.contains(from) || !known.contains(to) || !rest.is_empty() {
                return Err(format!("an edge to nowhere: {line}"));
            }
            continue;
        }
        known.insert(from.to_string());
        let shapes = [
            ("([", "])"),
            ("[[", "]]"),
            ("{{", "}}"),
            ("(", ")"),
            ("[", "]"),
        ];
        let shape = shapes
            .iter()
            .find_map(|(open, close)| Some((rest.strip_prefix(open)?, close)));
        let (rest, close) = shape.ok_or(format!("this is no node: {line}"))?;
        if label(rest)? != *close {
            return Err(format!("this is no node: {line}"));
        }
    }
    match open {
        0 => Ok(()),
        _ => Err("it is not closed".to_string()),
    }
}

#[test]
fn what_is_no_dot_and_no_mermaid_is_told_from_it() {
    let good = "digraph \"x\" {\n  n0 [label=\"a\\\"\"];\n  n0 -> n0 [label=\"b\"];\n}\n";
    dot(good).expect("it is DOT");
    for (part, other) in [
        ("a\\\"", "a\""),
        ("-> n0", "-> n1"),
        ("}\n", ""),
        ("b", "b\x1b"),
    ] {
        assert!(dot(&good.replace(part, other)).is_err(), "{other}");
    }
    let good = "flowchart TB\n  n0[\"a#lt;<br/>b\"]\n  n0 -->|\"c\"| n0\n";
    mermaid(good).expect("it is Mermaid");
    for (part, other) in [
        ("#lt;", "<"),
        ("#lt;", "#"),
        ("| n0", "| n1"),
        ("a#", "\"a#"),
    ] {
        assert!(mermaid(&good.replace(part, other)).is_err(), "{other}");
    }
}
