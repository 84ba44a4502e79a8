//! One name for a part everywhere: `inspect`, `graph`, `split`, its plans, `--extract` and
//! `--replace` are held to the same names, over every composition there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use witkit::diag::Report;
use witkit::inspect::inspect;
use witkit::source::Source;
use witkit::split::{Replacement, replace};
use witkit::wasm::Component;
use witkit::wit::Search;

use crate::support::{Scenario, corpus, each, listing, project, witkit};

/// What `witkit` prints as JSON.
fn json(folder: &Path, args: &[&str]) -> Result<Value, String> {
    let ran = witkit(folder, args).expect(0)?;
    serde_json::from_str(&ran.stdout).map_err(|e| e.to_string())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The paths of instances below a part of an inspection, `around` the path of an instance of it.
/// Components without code, which only name things, are no instances in a drawing.
fn instances(part: &Value, around: &str, found: &mut BTreeSet<String>) {
    for inner in list(&part["parts"]) {
        if inner["kind"] != "component" || inner["role"] == "shim" {
            continue;
        }
        let names = list(&inner["instances"]).iter().map(text);
        let names: Vec<&str> = match list(&inner["instances"]) {
            [] => vec![text(&inner["name"])],
            _ => names.collect(),
        };
        for name in names {
            let path = format!("{around}{name}");
            instances(inner, &format!("{path}/"), found);
            found.insert(path);
        }
    }
}

/// All parts of an inspection.
fn parts<'v>(part: &'v Value, found: &mut Vec<&'v Value>) {
    for inner in list(&part["parts"]) {
        found.push(inner);
        parts(inner, found);
    }
}

/// The names of parts in the plans of a folder that `split` has written, with those around them.
fn planned(folder: &Path, around: &str, found: &mut BTreeSet<String>) -> Result<(), String> {
    let plan = fs::read_to_string(folder.join("plan.json")).map_err(|e| e.to_string())?;
    let plan: Value = serde_json::from_str(&plan).map_err(|e| e.to_string())?;
    let parts = list(&plan["parts"]);
    // Those that are given themselves, and have no instances.
    let values = list(&plan["components"]);
    let has_instances = |value: &Value| parts.iter().any(|part| part["path"] == value["path"]);
    let values = values.iter().filter(|value| !has_instances(value));
    for part in parts.iter().chain(values) {
        // What only declares types has no instance and no file.
        if part["role"] == "declarations" {
            continue;
        }
        let path = format!("{around}{}", text(&part["name"]));
        let inner = folder.join(text(&part["path"]).trim_end_matches(".wasm"));
        if inner.is_dir() {
            planned(&inner, &format!("{path}/"), found)?;
        }
        found.insert(path);
    }
    Ok(())
}

/// Holds all commands to the same names, for the composition `in.wasm` in `folder`; whether it is
/// one that can be split.
fn one_name(folder: &Path, passes_components: bool) -> Result<bool, String> {
    let inspected = json(folder, &["inspect", "in.wasm", "--json"])?;
    let root = &inspected["inputs"][0]["root"];
    let mut names = BTreeSet::new();
    instances(root, "", &mut names);

    let graph = json(folder, &["graph", "in.wasm", "--format", "json"])?;
    let nodes = list(&graph["nodes"]).iter();
    let drawn: BTreeSet<String> = nodes
        .filter(|node| node["kind"] == "instance")
        .map(|node| text(&node["id"]).to_string())
        .collect();
    let composition = inspected["inputs"][0]["kind"] == "composition";
    // Of components that are given as values, a drawing has the instances.
    if composition && !passes_components && drawn != names {
        return Err(format!("inspect has {names:?}, graph {drawn:?}"));
    }

    let ran = witkit(folder, &["split", "in.wasm", "-o", "parts", "--recursive"]);
    if ran.code == Some(0) {
        let mut of_plans = BTreeSet::new();
        planned(&folder.join("parts"), "", &mut of_plans)?;
        // What is never instantiated is no part, and some compositions stay whole.
        if !passes_components && !of_plans.is_subset(&names) {
            return Err(format!("inspect has {names:?}, plans {of_plans:?}"));
        }
        let outer = names.iter().filter(|name| !name.contains('/'));
        let unused = ran.stderr.matches("never instantiated").count();
        let planned = of_plans.iter().filter(|name| !name.contains('/'));
        if outer.count() != planned.count() + unused {
            return Err(format!("inspect has {names:?}, the plan {of_plans:?}"));
        }
    }

    let mut all = Vec::new();
    parts(root, &mut all);
    if let Some(first) = all.first() {
        by_command(folder, text(&first["path"]))?;
    }
    every_name(&folder.join("in.wasm"), &all)?;
    Ok(ran.code == Some(0))
}

/// Takes every part out under each of its names and puts it back: `inspect` and `split` mean the same
/// part by it, and nothing changes. In this process, as there are hundreds of them.
fn every_name(file: &Path, all: &[&Value]) -> Result<(), String> {
    let inspected = inspect(file, &Search::default()).map_err(|e| e.to_string())?;
    let source = Source::open(file).map_err(|e| Report::from(e).to_string())?;
    let whole = Component::new(source).map_err(|e| e.to_string())?;
    for part in all {
        let path = text(&part["path"]);
        let mut wanted = vec![path, text(&part["index"])];
        // The name of the only instance as well; of several, any will do to take it out.
        wanted.extend(list(&part["instances"]).iter().map(text));
        if text(&part["index"]).contains('.') {
            // What is nested deeper has its instances' names in its path.
            wanted.truncate(2);
        }
        for wanted in wanted {
            let taken = inspected.extract(wanted).map_err(|e| e.to_string())?;
            if Some(taken.len() as u64) != part["size"].as_u64() {
                return Err(format!(
                    "--extract {wanted} takes out another part than {path}"
                ));
            }
            let again = Replacement::read(Source::memory("part.wasm", taken.to_vec()));
            let new = again.and_then(|again| replace(&whole, &[(wanted.to_string(), again)]));
            match new {
                Ok(new) if new.component.bytes() == whole.bytes() => {}
                Ok(_) => {
                    return Err(format!(
                        "--replace {wanted} with the same part changes something"
                    ));
                }
                Err(told) => {
                    let told = format!("{told:#}");
                    // It uses something of the component around it, and is none by itself.
                    let takes_from_around =
                        told.contains("input/malformed") && part["kind"] == "component";
                    if !takes_from_around && !told.contains("split/shared-part") {
                        return Err(format!("--replace {wanted}: {told}"));
                    }
                }
            }
        }
    }
    Ok(())
}

/// The same at the command line, for one part.
fn by_command(folder: &Path, path: &str) -> Result<(), String> {
    let args = ["inspect", "in.wasm", "--extract", path, "-o", "part.wasm"];
    witkit(folder, &args).expect(0)?;
    let swap = format!("{path}=part.wasm");
    let args = ["split", "in.wasm", "--replace", &swap, "-o", "new.wasm"];
    let ran = witkit(folder, &args);
    let excused = ["split/shared-part", "input/malformed"];
    if ran.code == Some(1) && excused.iter().any(|code| ran.stderr.contains(code)) {
        return Ok(());
    }
    ran.expect(0)?;
    let read = |file: &str| fs::read(folder.join(file)).map_err(|e| e.to_string());
    match read("new.wasm")? == read("in.wasm")? {
        true => Ok(()),
        false => Err(format!("--replace {swap} changes something")),
    }
}

fn is_composition(bytes: &[u8]) -> bool {
    witkit::wasm::sniff(bytes) == witkit::wasm::Kind::Component
}

#[test]
fn every_command_has_the_same_names_for_the_parts_of_what_is_composed_here() {
    each(&Scenario::all(&project().join("fixtures/compose")), |s| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let out = temp.path().join("in.wasm").display().to_string();
        let args = s.args_and(&["-o", &out]);
        witkit(&s.folder, &args).expect(0)?;
        match one_name(temp.path(), s.name == "component")? {
            true => Ok(()),
            false => Err("it is not split".to_string()),
        }
    });
}

#[test]
fn every_command_has_the_same_names_for_the_parts_of_what_others_compose() {
    let mut files = Vec::new();
    for command in ["split", "graph", "inspect"] {
        let folder = project().join("fixtures").join(command);
        for scenario in listing(&folder) {
            let inputs = listing(&folder.join(&scenario)).into_iter();
            let inputs = inputs.filter(|file| file.ends_with(".wat"));
            files.extend(inputs.map(|file| folder.join(&scenario).join(file)));
        }
    }
    if let Some(corpus) = corpus() {
        let quickjs = corpus.join("components/js-quickjs");
        files.extend(listing(&quickjs).iter().map(|file| quickjs.join(file)));
    }
    let mut compared = 0;
    for file in files {
        let bytes = fs::read(&file).expect("it is there");
        let bytes = match std::str::from_utf8(&bytes) {
            Ok(text) if file.extension().is_some_and(|e| e == "wat") => {
                let buffer = wast::parser::ParseBuffer::new(text).ok();
                let parsed = buffer.and_then(|buffer| {
                    wast::parser::parse::<wast::Wat>(&buffer)
                        .ok()?
                        .encode()
                        .ok()
                });
                let Some(bytes) = parsed else { continue };
                bytes
            }
            _ => bytes,
        };
        let temp = tempfile::tempdir().expect("a temporary folder");
        fs::write(temp.path().join("in.wasm"), &bytes).expect("it is written");
        let inspected = witkit(temp.path(), &["inspect", "in.wasm", "--json"]);
        if !is_composition(&bytes) || !inspected.stdout.contains("\"composition\"") {
            continue;
        }
        // As arguments or exports, or taken from around.
        let text = fs::read_to_string(&file).unwrap_or_default();
        let passes_components = text.contains("\" (component ") || text.contains("(alias outer");
        one_name(temp.path(), passes_components)
            .unwrap_or_else(|told| panic!("{}: {told}", file.display()));
        compared += 1;
    }
    assert!(compared >= 10, "only {compared}");
}
