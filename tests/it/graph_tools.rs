//! Drawings are read by the programs that they are for: Graphviz reads DOT, Mermaid reads Mermaid, a
//! browser reads SVG. All find the nodes and edges that the graph has in JSON.
//!
//! `.ci/run` gets Mermaid; the variable `MERMAID` names another copy. Where a program is missing,
//! that is skipped and said so.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::graph_browser::{chromium, told};
use crate::support::{Scenario, project, witkit};

/// A graph of a scenario in several forms.
struct Drawn {
    name: String,
    forms: Vec<String>,
    nodes: usize,
    edges: usize,
}

/// The graphs of all scenarios that draw, in these forms.
fn drawn(forms: &[&str]) -> Vec<Drawn> {
    let mut all = Vec::new();
    for scenario in Scenario::all(&project().join("fixtures/graph")) {
        let flags = ["--check", "--json", "--format", "-o"];
        if scenario.args.iter().any(|arg| flags.contains(&&**arg)) {
            continue;
        }
        let written = |form: &&str| {
            let ran = witkit(&scenario.folder, &scenario.args_and(&["--format", form]));
            (!ran.stdout.is_empty()).then_some(ran.stdout)
        };
        let Some(json) = written(&"json") else {
            continue;
        };
        let json: Value = serde_json::from_str(&json).expect("it is JSON");
        let nodes = json["nodes"].as_array().expect("nodes");
        // What one node has of another is one line, with all names beside it.
        let edges = json["edges"].as_array().expect("edges").iter();
        let edges: BTreeSet<String> = edges
            .map(|edge| format!("{} {} {}", edge["from"], edge["to"], edge["kind"]))
            .collect();
        // What is around others is drawn as a group.
        let is_group = |node: &&Value| nodes.iter().any(|inner| inner["within"] == node["id"]);
        all.push(Drawn {
            name: scenario.name.clone(),
            forms: forms.iter().filter_map(written).collect(),
            nodes: nodes.iter().filter(|node| !is_group(node)).count(),
            edges: edges.len(),
        });
    }
    assert!(all.len() > 20, "{}", all.len());
    all
}

#[test]
fn graphviz_draws_every_node_and_edge() {
    if Command::new("dot").arg("-V").output().is_err() {
        println!("skipped: no Graphviz");
        return;
    }
    let mut wrong = Vec::new();
    for graph in drawn(&["dot"]) {
        let mut child = Command::new("dot")
            .arg("-Tsvg")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("dot starts");
        let mut stdin = child.stdin.take().expect("it has one");
        stdin
            .write_all(graph.forms[0].as_bytes())
            .expect("it reads");
        drop(stdin);
        let ran = child.wait_with_output().expect("dot ends");
        let svg = String::from_utf8_lossy(&ran.stdout);
        let count = |class: &str| svg.matches(&format!("class=\"{class}\"")).count();
        let found = (ran.status.success(), count("node"), count("edge"));
        if found != (true, graph.nodes, graph.edges) || !ran.stderr.is_empty() {
            let told = String::from_utf8_lossy(&ran.stderr);
            let Drawn {
                name, nodes, edges, ..
            } = &graph;
            wrong.push(format!(
                "{name}: {nodes} nodes, {edges} edges: {found:?} {told}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Mermaid as a script for browsers.
fn mermaid() -> Option<PathBuf> {
    let there = project().join("target/mermaid/node_modules/mermaid/dist/mermaid.min.js");
    let named = std::env::var_os("MERMAID").map(PathBuf::from);
    let found = named.into_iter().chain([there]).find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: no Mermaid");
    }
    found
}

/// Runs a script over all graphs in a browser, which sets `result` for the text of a `graph`, and
/// compares that with the nodes and edges of each.
fn browser_finds(form: &str, head: &str, script: &str) {
    let Some(chromium) = chromium() else {
        return;
    };
    let graphs = drawn(&[form]);
    let texts: Vec<&str> = graphs.iter().map(|graph| graph.forms[0].as_str()).collect();
    let texts = serde_json::to_string(&texts)
        .expect("texts are JSON")
        .replace('<', "\\u003c");
    let page = format!(
        "<!doctype html><meta charset=utf-8>{head}<body><script type=module>\
         const results = [];\
         for (const graph of {texts}) {{\
           let result;\
           try {{ {script} }} catch (e) {{ result = String(e); }}\
           results.push(result);\
         }}\
         const out = document.createElement('pre');\
         out.textContent = 'TOLD' + JSON.stringify({{ results }}) + 'DLOT';\
         document.body.replaceChildren(out);</script></body>"
    );
    let told = told(&chromium, &page, (1200, 800));
    let results = told["results"].as_array().expect("results");
    assert_eq!(results.len(), graphs.len());
    let mut wrong = Vec::new();
    for (graph, found) in graphs.iter().zip(results) {
        if *found != serde_json::json!([graph.nodes, graph.edges]) {
            let Drawn {
                name, nodes, edges, ..
            } = graph;
            wrong.push(format!("{name}: {nodes} nodes, {edges} edges: {found}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn mermaid_draws_every_node_and_edge() {
    let Some(mermaid) = mermaid() else {
        return;
    };
    let head = format!("<script src=\"file://{}\"></script>", mermaid.display());
    browser_finds(
        "mermaid",
        &head,
        "mermaid.initialize({ startOnLoad: false });\
         const { svg } = await mermaid.render('drawing' + results.length, graph);\
         const drawing = document.createElement('div');\
         drawing.innerHTML = svg;\
         const count = (what) => drawing.querySelectorAll(what).length;\
         result = [count('g.node'), count('path.flowchart-link')];",
    );
}

#[test]
fn a_browser_finds_every_node_and_edge_in_the_svg() {
    browser_finds(
        "svg",
        "",
        "const drawing = new DOMParser().parseFromString(graph, 'image/svg+xml');\
         const error = drawing.querySelector('parsererror');\
         const count = (what) => drawing.querySelectorAll(what).length;\
         result = error ? error.textContent : [count('g.node:not(.group)'), count('g.edge')];",
    );
}
