//! `witkit graph`: every scenario of `fixtures/graph`, and every component and package there is in
//! every text form, each held against what it has to be.
//!
//! A scenario's folder holds, besides `cmd` and its input, `stdout.txt` and, where something is
//! said, `stderr.txt`. Drawings are looked at elsewhere (`graph_browser.rs`); what forms of text have
//! to look like is in `graph_forms.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use witkit::graph::{self, Detail, Filter, Options};
use witkit::source::Source;
use witkit::wasm::{Component, Kind, sniff};

use crate::graph_forms;
use crate::support::{
    self, Scenario, corpus, each, example_is_printed_and_fits, files, prints_only, project,
    validate, wat, witkit, witkit_fed,
};

#[test]
fn every_scenario_prints_what_it_should_and_writes_nothing() {
    prints_only("graph");
}

/// Draws a component in all forms of text, and checks it as well.
fn draw_component(source: Source) -> Result<(), String> {
    let component = Component::new(source).map_err(|report| format!("{report:#}"))?;
    let options = Options {
        wit: true,
        imports: Vec::new(),
    };
    let traced =
        graph::of_component(&component, &options).map_err(|report| format!("{report:#}"))?;
    let mut nodes = traced.graph.nodes.iter();
    if let Some(shim) = nodes.find(|node| node.name.contains("-shim-")) {
        return Err(format!("`{}` only names types, and is a node", shim.id));
    }
    graph::check(&traced);
    graph_forms::hold(&traced.graph)
}

fn none_is_wrong(told: Vec<(String, Result<(), String>)>) {
    assert!(!told.is_empty());
    let wrong: Vec<String> = told
        .into_iter()
        .filter_map(|(what, result)| Some(format!("{what}: {}", result.err()?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_component_of_the_corpus_is_drawn_in_every_form() {
    let Some(corpus) = corpus() else { return };
    let all = files(&corpus.join("components"), &|path| {
        path.extension().is_some_and(|e| e == "wasm")
    });
    let mut told = Vec::new();
    for path in all {
        let source = Source::open(&path).expect("it can be read");
        // Core modules stand there as well.
        if sniff(source.bytes()) == Kind::Component {
            told.push((path.display().to_string(), draw_component(source)));
        }
    }
    none_is_wrong(told);
}

#[test]
fn every_component_among_the_fixtures_is_drawn_in_every_form() {
    let mut told = Vec::new();
    let text = |path: &Path| path.extension().is_some_and(|e| e == "wat");
    for path in files(&project().join("fixtures"), &text) {
        let text = fs::read(&path).expect("it can be read");
        // What is wrong with the others is what their scenarios are about.
        if let Ok(component) = Component::new(Source::memory("text", text))
            && validate(component.bytes()).is_ok()
        {
            let name = path.display().to_string();
            let source = Source::memory(name.clone(), component.bytes().to_vec());
            told.push((name, draw_component(source)));
        }
    }
    assert!(told.len() > 200, "only {} were drawn", told.len());
    none_is_wrong(told);
}

#[test]
fn everything_that_compose_makes_is_drawn_as_component_and_as_plan() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let out = temp.path().join("out.wasm");
    each(
        &Scenario::all(&project().join("fixtures/compose")),
        |scenario| {
            let args = scenario.args_and(&["-o", &out.display().to_string()]);
            witkit(&scenario.folder, &args).expect(0)?;
            draw_component(Source::open(&out).map_err(|e| e.message)?)?;
            let args = scenario.args_and(&["--plan", "--format", "json"]);
            let plan = witkit(&scenario.folder, &args).expect(0)?.stdout;
            let args = ["graph", "-", "--format", "json"];
            let ran = witkit_fed(&scenario.folder, &args, plan.as_bytes()).expect(0)?;
            let document: Value = serde_json::from_str(&ran.stdout).map_err(|e| e.to_string())?;
            graph_forms::hold_document(&document)?;
            // The plan and what was made of it have as many parts.
            let plan: Value = serde_json::from_str(&plan).map_err(|e| e.to_string())?;
            let parts = plan["parts"].as_array().map_or(0, |parts| {
                // Declarations of a script have no instance.
                let instances = parts.iter().filter(|part| part["role"] != "declarations");
                instances.count()
            });
            let nodes = document["nodes"].as_array().map_or(0, |nodes| {
                let outer = |n: &&Value| n["kind"] == "instance" && n["within"].is_null();
                nodes.iter().filter(outer).count()
            });
            match parts == nodes {
                true => Ok(()),
                false => Err(format!("{parts} parts, but {nodes} nodes")),
            }
        },
    );
}

#[test]
fn what_an_encoder_makes_to_name_types_is_never_a_node() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let wit = "package acme:g@0.1.0;\n\
        interface types { record r { a: u32 } }\n\
        interface calc { use types.{r}; f: func(x: r) -> u32; }\n\
        interface res { resource k; }\n\
        world prov { export types; export calc; export res; }\n\
        world app { import calc; import res; export run: func() -> u32; }\n";
    fs::write(temp.path().join("w.wit"), wit).expect("it can be written");
    let run = |args: &[&str]| {
        let ran = witkit(temp.path(), args).expect(0);
        ran.unwrap_or_else(|wrong| panic!("{args:?}: {wrong}"))
            .stdout
    };
    for world in ["prov", "app"] {
        let out = format!("{world}.wasm");
        let args = ["componentize", "--stub", "--wit", "w.wit", "-w", world];
        run(&[&args[..], &["-o", &out]].concat());
    }
    run(&[
        "compose",
        "app.wasm",
        "-d",
        "prov.wasm",
        "-o",
        "composed.wasm",
    ]);
    let nodes = |inputs: &[&str]| -> Vec<String> {
        let printed = run(&[&["graph", "--format", "json"], inputs].concat());
        let graph: Value = serde_json::from_str(&printed).expect("it is JSON");
        let nodes = graph["nodes"].as_array().expect("there are nodes").iter();
        let name = |node: &Value| node["name"].as_str().unwrap_or_default().to_string();
        nodes.map(name).collect()
    };
    assert_eq!(nodes(&["prov.wasm"]), ["caller", "prov"]);
    let whole = ["caller", "app", "prov"];
    assert_eq!(nodes(&["composed.wasm"]), whole);
    assert_eq!(nodes(&["app.wasm", "prov.wasm"]), whole);
    // Types that are named by a shim come from the part that it is in.
    let tree = run(&["graph", "composed.wasm"]);
    assert!(
        tree.contains("acme:g/{types, calc, res}@0.1.0 → prov"),
        "{tree}"
    );
}

#[test]
fn every_package_of_the_corpus_that_loads_is_drawn_in_every_form() {
    let Some(corpus) = corpus() else { return };
    let mut folders: Vec<PathBuf> = files(&corpus.join("wit"), &|path| {
        path.extension().is_some_and(|e| e == "wit")
    })
    .iter()
    .filter_map(|file| Some(file.parent()?.to_path_buf()))
    .collect();
    folders.dedup();
    let mut told = Vec::new();
    for folder in folders {
        let options = witkit::wit::Options {
            all_features: true,
            ..Default::default()
        };
        if witkit::wit::load(&folder, &options).is_err() {
            continue;
        }
        for detail in [Detail::Interfaces, Detail::Packages] {
            let inputs = vec![witkit::Input::Path(folder.clone())];
            let drawn = graph::of_wit(inputs, detail, true, &witkit::wit::Search::default())
                .map_err(|report| format!("{report:#}"))
                .and_then(|traced| {
                    let report = graph::check(&traced);
                    match report.has_errors() {
                        true => Err(format!("{report:#}")),
                        false => graph_forms::hold(&traced.graph),
                    }
                });
            told.push((folder.display().to_string(), drawn));
        }
    }
    assert!(told.len() > 100, "{}", told.len());
    none_is_wrong(told);
}

#[test]
fn the_documented_example_fits_the_schema_and_less_does_not() {
    example_is_printed_and_fits("graph");
}

#[test]
fn a_drawing_is_written_whole_and_findings_go_to_standard_output_alone() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let out = temp.path().join("out.dot");
    let app = "fixtures/graph/check-unused/app.wat";
    let args = [
        "graph",
        app,
        "--format",
        "dot",
        "-o",
        &out.display().to_string(),
    ];
    let ran = witkit(project(), &args).expect(0).expect("it is written");
    assert_eq!((ran.stdout, ran.stderr), (String::new(), String::new()));
    let dot = fs::read_to_string(&out).expect("it is there");
    graph_forms::dot(&dot).expect("it is DOT");
    fs::remove_file(&out).expect("it can go");
    let args = [&args[..], &["--check"]].concat();
    let ran = witkit(project(), &args).expect(0).expect("it is written");
    assert!(ran.stdout.starts_with("warning[graph/"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("digraph"), "{}", ran.stdout);
    assert_eq!(fs::read_to_string(&out).expect("it is there"), dot);
    let args = ["graph", app, "-o", "no/such/folder/x"];
    let ran = witkit(project(), &args).expect(2).expect("it cannot");
    assert!(ran.stderr.contains("output/unwritable"), "{}", ran.stderr);
}

#[test]
fn standard_input_is_drawn_whatever_it_is() {
    let read = |args: &[&str], input: &[u8]| {
        let args = [&["graph"], args].concat();
        let ran = witkit_fed(project(), &args, input).expect(0);
        ran.expect("it is drawn").stdout
    };
    let app = fs::read_to_string(project().join("fixtures/graph/json/app.wat")).expect("a fixture");
    assert!(read(&["-"], app.as_bytes()).contains("acme:app/api@1.0.0 → "));
    assert_eq!(read(&["-"], &wat(&app)), read(&["-"], app.as_bytes()));
    let wit = b"package a:b; interface c {} world d { import c; }";
    assert!(read(&["-"], wit).contains("imports a:b/c"));
    let cache = "fixtures/graph/parts/cache.wat";
    let log = "fixtures/graph/parts/log.wat";
    let root = fs::read(project().join("fixtures/graph/parts/app.wat")).expect("a fixture");
    assert!(read(&["-", cache, log], &root).contains("└─ acme:app/api@1.0.0 → stdin"));
}

#[test]
fn one_file_under_two_names_is_two_instances_of_the_same_bytes() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let part = |imports: &[&str], exports: &[&str]| {
        let mut text = String::from("(component");
        for import in imports {
            text += &format!(" (import \"{import}\" (instance (export \"f\" (func))))");
        }
        text += " (core module $m (func (export \"f\"))) (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i \"f\"))) (instance $e (export \"f\" (func $f)))";
        for export in exports {
            text += &format!(" (export \"{export}\" (instance $e))");
        }
        text + ")"
    };
    fs::write(temp.path().join("log.wat"), part(&[], &["one", "two"])).expect("it is written");
    fs::write(temp.path().join("app.wat"), part(&["a", "b"], &["run"])).expect("it is written");
    let config = "[compose.x]\nroot = \"app.wat\"\ndefinitions = [\"p=log.wat\", \"q=log.wat\"]\n\
                  [compose.x.wires]\n\"app.a\" = \"p.one\"\n\"app.b\" = \"q.two\"\n";
    fs::write(temp.path().join("witkit.toml"), config).expect("it is written");
    let ran = witkit(temp.path(), &["graph", "-c", "witkit.toml", "--check"]);
    let ran = ran.expect(0).expect("there are warnings only");
    assert!(
        ran.stdout.contains("`p` and `q` have identical code\n"),
        "{}",
        ran.stdout
    );
    fs::write(temp.path().join("log.wat"), part(&[], &["one"])).expect("it is written");
    let args = ["graph", "app.wat", "a=log.wat", "b=log.wat"];
    let ran = witkit(temp.path(), &args).expect(0).expect("it composes");
    assert!(ran.stdout.contains("├─ a → a (log.wat"), "{}", ran.stdout);
}

#[test]
fn what_middleware_needs_itself_does_not_go_around_it() {
    // The guard writes to the log, which is kept in the store that the guard guards.
    let instance = r#"(instance (export "get" (func (param "x" u32) (result u32))))"#;
    let part = |imports: &[&str], export: &str| {
        let imports: String = imports
            .iter()
            .map(|import| format!("(import \"{import}\" {instance})"))
            .collect();
        format!(
            r#"(component {imports}
                (core module $m (func (export "get") (param i32) (result i32) (local.get 0)))
                (core instance $i (instantiate $m))
                (func $f (param "x" u32) (result u32) (canon lift (core func $i "get")))
                (instance $e (export "get" (func $f)))
                (export "{export}" (instance $e)))"#
        )
    };
    let (kv, log, app) = ("a:kv/kv@1.0.0", "a:log/log@1.0.0", "a:app/app@1.0.0");
    let text = format!(
        r#"(component
            {} {} {} {}
            (instance $store (instantiate 0))
            (instance $log (instantiate 1 (with "{kv}" (instance $store "{kv}"))))
            (instance $guard (instantiate 2
                (with "{kv}" (instance $store "{kv}")) (with "{log}" (instance $log "{log}"))))
            (instance $app (instantiate 3 (with "{kv}" (instance $guard "{kv}"))))
            (export "{app}" (instance $app "{app}")))"#,
        part(&[], kv),
        part(&[kv], log),
        part(&[kv, log], kv),
        part(&[kv], app),
    );
    let ran = witkit_fed(project(), &["graph", "-", "--check"], text.as_bytes());
    let ran = ran.expect(0).expect("it is checked");
    assert_eq!(ran.stdout, "", "{}", ran.stdout);
    // Whoever else does, does.
    let other = text.replace(
        "(instance $guard \"a:kv/kv@1.0.0\"))))\n            (export",
        "(instance $store \"a:kv/kv@1.0.0\"))))\n            (export",
    );
    assert_ne!(other, text);
    let ran = witkit_fed(project(), &["graph", "-", "--check"], other.as_bytes());
    let ran = ran.expect(0).expect("it is checked");
    assert!(
        ran.stdout.contains("graph/unreached-part"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains(
            "`app` gets `a:kv/kv@1.0.0` from `store` and bypasses the middleware `guard`"
        ),
        "{}",
        ran.stdout
    );
}

/// A composition of `count` parts: each imports from the next and from the seventh after it.
fn large(count: usize) -> String {
    let name = |at: usize| format!("acme:chain/link{at}@1.0.0");
    let next = |at: usize| [at + 1, at + 7].into_iter().filter(move |n| *n < count);
    let mut text = String::from("(component");
    for at in 0..count {
        let imports: String = next(at)
            .map(|n| format!("(import \"{}\" (instance (export \"f\" (func))))", name(n)))
            .collect();
        text += &format!(
            r#"(component $p{at} {imports}
                (core module $m (func (export "f") (drop (i32.const {at}))))
                (core instance $i (instantiate $m)) (func $f (canon lift (core func $i "f")))
                (instance $e (export "f" (func $f))) (export "{}" (instance $e)))"#,
            name(at)
        );
    }
    for at in (0..count).rev() {
        let with: String = next(at)
            .map(|n| format!("(with \"{0}\" (instance $i{n} \"{0}\"))", name(n)))
            .collect();
        text += &format!("(instance $i{at} (instantiate $p{at} {with}))");
    }
    text + &format!("(export \"{0}\" (instance $i0 \"{0}\")))", name(0))
}

#[test]
fn five_hundred_parts_are_drawn_and_checked_in_no_time() {
    let component = Component::new(Source::memory("large", wat(&large(500)))).expect("it is one");
    let start = Instant::now();
    let traced = graph::of_component(&component, &Options::default()).expect("it is traced");
    assert_eq!(traced.graph.nodes.len(), 501);
    assert!(graph::check(&traced).is_empty());
    graph_forms::hold(&traced.graph).expect("it is drawn");
    // Unoptimised it takes a tenth of this.
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    let filter = Filter {
        focus: vec!["i100".to_string()],
        ..Filter::default()
    };
    let (near, report) = filter.of(&traced.graph);
    assert!(report.is_empty());
    let mut ids: Vec<&str> = near.nodes.iter().map(|node| node.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["i100", "i101", "i107", "i93", "i99"]);
}

#[test]
fn what_is_instantiated_beyond_counting_is_looked_into_as_far_as_is_sensible() {
    // Each level instantiates the one in it twice: the innermost is there 2^40 times.
    let levels = 40;
    let mut text = String::from("(component (core module) (core instance (instantiate 0)))");
    for _ in 0..levels {
        text = format!("(component {text} (instance (instantiate 0)) (instance (instantiate 0)))");
    }
    let component = Component::new(Source::memory("deep", wat(&text))).expect("it is one");
    let traced = graph::of_component(&component, &Options::default()).expect("it is traced");
    let nodes = traced.graph.nodes.len();
    assert!((1000..3000).contains(&nodes), "{nodes}");
    graph_forms::hold(&traced.graph).expect("it is drawn");
}

#[test]
fn deep_nesting_and_deep_exports_are_drawn_or_reported() {
    let nested = |levels: usize| {
        let mut text = String::from("(component (core module) (core instance (instantiate 0)))");
        for _ in 0..levels {
            text = format!("(component {text} (instance (instantiate 0)))");
        }
        text
    };
    let ran = witkit_fed(project(), &["graph", "-"], nested(90).as_bytes());
    ran.expect(0).expect("it is drawn");
    let deep = support::nested(120, &wat("(component)"));
    let ran = witkit_fed(project(), &["graph", "-"], &deep).expect(1);
    let ran = ran.expect("it is reported");
    assert!(ran.stderr.contains("100 levels deep"), "{}", ran.stderr);
    // An instance in an instance, and so on.
    let levels = 150;
    let mut text = String::from("(component (type $t0 (instance))");
    for at in 1..=levels {
        let inner = at - 1;
        text += &format!(
            "(type $t{at} (instance (alias outer 1 $t{inner} (type $t)) \
             (export \"a\" (instance (type $t)))))"
        );
    }
    text += &format!("(import \"a\" (instance $i{levels} (type $t{levels})))");
    for at in (1..=levels).rev() {
        text += &format!("(alias export $i{at} \"a\" (instance $i{}))", at - 1);
    }
    text += "(export \"b\" (instance $i0)))";
    let ran = witkit_fed(project(), &["graph", "-"], text.as_bytes());
    let ran = ran.expect(1).expect("it is reported");
    assert!(ran.stderr.contains("too deep"), "{}", ran.stderr);
}

#[test]
fn truncated_input_is_reported_wherever_it_ends() {
    let app = project().join("fixtures/graph/nested/app.wat");
    let bytes = wat(&fs::read_to_string(app).expect("a fixture"));
    for end in 0..bytes.len() {
        let source = Source::memory("x", bytes[..end].to_vec());
        let Ok(component) = Component::new(source) else {
            continue;
        };
        // The end of a section is not always wrong; what is drawn is whole.
        if let Ok(traced) = graph::of_component(&component, &Options::default()) {
            graph::check(&traced);
            graph_forms::hold(&traced.graph).unwrap_or_else(|e| panic!("at {end}: {e}"));
        }
    }
}

#[test]
fn with_many_nodes_each_is_at_the_margin_once() {
    let node = |at: usize| graph::Node {
        id: format!("p{at}"),
        name: format!("p{at}"),
        kind: graph::NodeKind::Instance,
        within: None,
        of: None,
        size: None,
        imports: Vec::new(),
        exports: Vec::new(),
        wit: None,
    };
    let edge = |from: usize, to: usize| graph::Edge {
        from: format!("p{from}"),
        to: format!("p{to}"),
        kind: graph::EdgeKind::Wire,
        interface: format!("acme:p{to}/api"),
        provided_as: None,
        sort: "interface",
        functions: None,
        wit: None,
    };
    let chain = |count: usize| graph::Graph {
        title: "chain".to_string(),
        nodes: (0..count).map(node).collect(),
        edges: (1..count).map(|at| edge(at - 1, at)).collect(),
    };
    let at_margin = |text: &str| text.lines().skip(1).filter(|l| l.starts_with('p')).count();
    let drawn = |graph: graph::Graph| graph::tree(&graph, &graph);
    let (few, many) = (drawn(chain(14)), drawn(chain(15)));
    assert_eq!(at_margin(&few), 1, "{few}");
    assert_eq!(at_margin(&many), 14, "{many}");
    assert_eq!(many.lines().count(), 1 + 14 + 14, "{many}");
}
