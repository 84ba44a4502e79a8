//! The library as programs see it: what building it costs, and what its public items show.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::support::project;

/// Crates whose items may be in the public API, and why.
const MAY_SHOW: &[(&str, &str)] = &[
    ("witkit", "its own"),
    ("std", "everybody has it"),
    ("core", "everybody has it"),
    ("alloc", "everybody has it"),
    ("semver", "versions of packages; stable at 1"),
    ("serde_core", "results can be serialized; stable at 1"),
];

/// What building the library must not need.
const NOT_NEEDED: &[(&str, &str)] = &[
    ("clap", "arguments are for the command line"),
    ("miette", "reports are drawn by programs that want to"),
    ("mimalloc", "a library leaves allocation to the program"),
    ("wasm-compose", "its YAML is read with the feature `yaml`"),
    ("serde_yaml2", "its YAML is read with the feature `yaml`"),
    ("petgraph", "wasm-compose needs it"),
    ("ureq", "registries are reached with the feature `registry`"),
    ("rustls", "ureq needs it"),
    ("ring", "rustls needs it, and a C compiler"),
];

fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(project());
    cargo
}

#[test]
fn without_features_neither_arguments_nor_drawing_are_built() {
    let ran = cargo()
        .args(["tree", "--locked", "--offline", "--no-default-features"])
        .args(["-e", "normal", "--prefix", "none", "-f", "{p}"])
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&ran.stdout).into_owned();
    let names: BTreeSet<&str> = tree.lines().filter_map(|l| l.split(' ').next()).collect();
    assert!(names.contains("wasmparser"), "{tree}");
    for (name, why) in NOT_NEEDED {
        let with = |found: &&str| *found == *name || found.starts_with(&format!("{name}_"));
        let found: Vec<_> = names.iter().copied().filter(|n| with(n)).collect();
        assert!(found.is_empty(), "{found:?}: {why}");
    }
    // What is built is what a build script waits for.
    assert!(names.len() < 100, "{} crates", names.len());
}

/// The public API as rustdoc describes it, without features.
///
/// Its JSON is unstable, so this reads little of it: items, their docs, and what types they name.
fn api() -> Value {
    let ran = cargo()
        // For this crate only: others would be built otherwise than without it.
        .env("RUSTC_BOOTSTRAP", "witkit")
        .env("CARGO_TARGET_DIR", project().join("target/library"))
        .args(["rustdoc", "--locked", "--offline", "--lib", "--quiet"])
        .args(["--no-default-features", "--"])
        .args(["-Zunstable-options", "--output-format", "json"])
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    let json = std::fs::read(project().join("target/library/doc/witkit.json"));
    serde_json::from_slice(&json.expect("rustdoc wrote it")).expect("it is JSON")
}

/// All ids of paths in an item, each with the name it has there.
fn paths<'v>(value: &'v Value, found: &mut Vec<(u64, &'v str)>) {
    match value {
        Value::Object(fields) => {
            if let (Some(Value::Number(id)), Some(Value::String(path))) =
                (fields.get("id"), fields.get("path"))
            {
                found.extend(id.as_u64().map(|id| (id, path.as_str())));
            }
            fields.values().for_each(|value| paths(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| paths(value, found)),
        _ => {}
    }
}

#[test]
fn the_public_api_shows_no_types_of_other_crates_and_is_documented() {
    let api = api();
    let crates: BTreeMap<u64, &str> = api["external_crates"]
        .as_object()
        .expect("there are crates")
        .iter()
        .filter_map(|(id, known)| Some((id.parse().ok()?, known["name"].as_str()?)))
        .collect();
    let known = |id: u64| -> Option<&str> {
        let of = api["paths"].get(id.to_string())?["crate_id"].as_u64()?;
        Some(match of {
            0 => "witkit",
            other => crates.get(&other).copied().unwrap_or_default(),
        })
    };
    let items = api["index"].as_object().expect("there are items");
    let (mut shown, mut silent, mut seen) = (BTreeSet::new(), Vec::new(), 0);
    for item in items.values().filter(|item| item["crate_id"] == 0) {
        let inner = &item["inner"];
        let (kind, what) = inner
            .as_object()
            .and_then(|inner| inner.iter().next())
            .expect("it is something");
        // What others implement for everything, and what the compiler finds out.
        if kind == "impl" && (!what["blanket_impl"].is_null() || what["is_synthetic"] == true) {
            continue;
        }
        // The generated functions of a derived impl have the names that the trait gives them.
        if item["attrs"].to_string().contains("automatically_derived") {
            continue;
        }
        seen += 1;
        let name = item["name"].as_str().unwrap_or("impl");
        let mut named = Vec::new();
        paths(inner, &mut named);
        for (id, path) in named {
            let from = known(id).unwrap_or("witkit");
            if !MAY_SHOW.iter().any(|(allowed, _)| *allowed == from) {
                shown.insert(format!("{name} shows {path} of {from}"));
            }
        }
        let is_named = matches!(
            kind.as_str(),
            "module" | "struct" | "enum" | "trait" | "function" | "struct_field" | "variant"
        );
        let is_tuple = name.starts_with(|c: char| c.is_ascii_digit());
        if is_named && item["docs"].is_null() && item["visibility"] == "public" && !is_tuple {
            silent.push(format!("{kind} {name}"));
        }
    }
    assert!(seen > 500, "only {seen} items");
    assert!(shown.is_empty(), "{shown:#?}");
    assert!(silent.is_empty(), "{silent:#?}");
    everything_is_in_an_example(&api);
}

/// What the code in docs says.
fn examples(item: &Value) -> String {
    let docs = item["docs"].as_str().unwrap_or_default();
    docs.split("```").skip(1).step_by(2).collect()
}

/// Whether code says a name, as a word.
fn says(code: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.split(|c| !is_part(c)).any(|word| word == name)
}

/// The module of the crate that an item is in: `src/diff`.
fn module(item: &Value) -> &str {
    let file = item["span"]["filename"].as_str().unwrap_or_default();
    let end = file
        .match_indices('/')
        .nth(1)
        .map_or(file.len(), |(at, _)| at);
    file[..end].trim_end_matches(".rs")
}

/// The ids of the fields, cases and methods of an item.
fn members(index: &Value, item: &Value) -> Vec<u64> {
    let mut ids = Vec::new();
    let inner = item["inner"].as_object().into_iter().flatten();
    for (kind, what) in inner {
        let fields = match kind.as_str() {
            "struct" => &what["kind"]["plain"]["fields"],
            "enum" => &what["variants"],
            "impl" if what["trait"].is_null() => &what["items"],
            _ => continue,
        };
        let fields = fields.as_array().into_iter().flatten();
        ids.extend(fields.filter_map(Value::as_u64));
        let impls = what["impls"].as_array().into_iter().flatten();
        let impls = impls.filter_map(|id| Some(&index[id.as_u64()?.to_string()]));
        ids.extend(impls.flat_map(|known| members(index, known)));
    }
    ids
}

/// Each public type and function has an example, or links to one that says its name or that of a
/// member. A method is in an example of its own, or in one of its module.
fn everything_is_in_an_example(api: &Value) {
    let item = |id: u64| &api["index"][id.to_string()];
    let items = api["index"].as_object().expect("there are items");
    let own = || items.values().filter(|item| item["crate_id"] == 0);
    let (mut methods, mut beside) = (BTreeSet::new(), BTreeMap::<&str, String>::new());
    for known in own() {
        *beside.entry(module(known)).or_default() += &examples(known);
        if known["inner"]["impl"].is_object() {
            methods.extend(members(&api["index"], known));
        }
    }
    let mut without = Vec::new();
    for known in own() {
        let kinds = ["struct", "enum", "trait", "function"];
        let kind = kinds
            .into_iter()
            .find(|kind| !known["inner"][kind].is_null());
        let name = known["name"].as_str().unwrap_or_default();
        let (Some(kind), "public") = (kind, known["visibility"].as_str().unwrap_or_default())
        else {
            continue;
        };
        if !examples(known).is_empty() {
            continue;
        }
        let links = known["links"].as_object().into_iter().flatten();
        let linked = links.filter_map(|(_, id)| Some(item(id.as_u64()?)));
        let linked: String = linked.map(examples).collect();
        let mut names: Vec<&str> = vec![name];
        names.extend(
            members(&api["index"], known)
                .into_iter()
                .filter_map(|id| item(id)["name"].as_str()),
        );
        let is_method = known["id"].as_u64().is_some_and(|id| methods.contains(&id));
        let file = module(known);
        let is_shown = match is_method {
            true => says(&beside[file], name),
            false => names.iter().any(|name| says(&linked, name)),
        };
        if !is_shown {
            without.push(format!("{file}: {kind} {name}"));
        }
    }
    without.sort();
    assert!(without.is_empty(), "not in any example: {without:#?}");
}

#[test]
fn bytes_in_memory_are_inputs_as_files_are() {
    use witkit::{Input, compose::Options};

    let folder = tempfile::tempdir().expect("a folder");
    let app = r#"(component (import "add" (func $add)) (export "run" (func $add)))"#;
    let add = r#"(component
      (core module $m (func (export "add")))
      (core instance $m (instantiate $m))
      (func (export "add") (canon lift (core func $m "add"))))"#;
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("app.wat"), app).expect("a file");
    std::fs::write(path("add.wat"), add).expect("a file");
    let composed = |options: &Options| {
        let outcome = witkit::compose(options);
        let bytes = outcome.composed.map(|composed| composed.to_vec());
        (
            bytes.unwrap_or_else(|| panic!("{:#}", outcome.report)),
            outcome.files,
        )
    };
    let (on_disk, files) = composed(
        &Options::default()
            .root(path("app.wat"))
            .part(path("add.wat")),
    );
    assert_eq!(files.len(), 2);
    let (in_memory, files) = composed(
        &Options::default()
            .root(("app.wat", app))
            .part(("add.wat", add)),
    );
    assert_eq!(on_disk, in_memory);
    assert!(files.is_empty(), "nothing was read: {files:?}");
    // Bytes of one name are two parts if they differ.
    let other = add.replace("\"add\"", "\"sub\"");
    let app = app.replace("(export", r#"(import "sub" (func)) (export"#);
    let options = Options::default()
        .root(("app.wat", app))
        .part(("part.wat", add))
        .part(("part.wat", &other[..]));
    let outcome = witkit::compose(&options);
    assert!(!outcome.report.has_errors(), "{:#}", outcome.report);
    assert_eq!(outcome.parts.len(), 3);
    // A file of the name of bytes is still the file.
    let named = path("add.wat").display().to_string();
    let options = Options::default()
        .root(("app.wat", outcome.parts[0].component.bytes()))
        .part(Input::from((named.as_str(), &other[..])))
        .part(path("add.wat"));
    let outcome = witkit::compose(&options);
    assert!(!outcome.report.has_errors(), "{:#}", outcome.report);
}

#[test]
fn a_component_in_memory_is_checked_against_all_that_is_asked() {
    use witkit::check::{Options, Target, policy::Policy};

    let wit = "package acme:app; world plugin { import log: func(); export run: func(); }";
    let plugin = r#"(component
      (import "log" (func $log))
      (import "wasi:sockets/tcp@0.2.0" (instance (export "f" (func))))
      (export "start" (func $log)))"#;
    let options = Options {
        target: Some(Target::new(("app.wit", wit)).world("plugin")),
        policy: Policy::denying(["network"])
            .and_then(|policy| policy.allowing(["log"]))
            .expect("these are patterns"),
        ..Options::default()
    };
    let report = witkit::check(("plugin.wat", plugin), &options).expect("all can be read");
    let codes: BTreeSet<&str> = report.diagnostics().iter().map(|d| d.code.name).collect();
    let expected = [
        "check/denied-import",
        "check/export-missing",
        "check/import-not-offered",
    ];
    assert_eq!(codes, BTreeSet::from(expected), "{report:#}");
    let wrong = Options {
        hosts: vec!["wasmtme-run".to_string()],
        target: Some(Target::new(("app.wit", wit)).world("plugn")),
        ..Options::default()
    };
    let report = witkit::check(("plugin.wat", plugin), &wrong).expect_err("no such host");
    let text = format!("{report:#}");
    assert!(text.contains("wasmtime-run"), "{text}");
    assert!(text.contains("`plugn`"), "{text}");
    let bad = Policy::allowing_only([""]).expect_err("it is no pattern");
    assert_eq!(bad.diagnostics()[0].code.name, "check/bad-pattern");
}
