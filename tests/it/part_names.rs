//! One name for a part everywhere: `inspect`, `graph`, `split`, its plans, `--extract` and
//! `--replace` are held to the same names, over every composition there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

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
    for part in list(&plan["parts"]) {
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

    let graph = json(folder, &["graph", "in.wasm", "-f", "json"])?;
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

    let whole = fs::read(folder.join("in.wasm")).map_err(|e| e.to_string())?;
    let mut all = Vec::new();
    parts(root, &mut all);
    for part in all {
        let (path, index) = (text(&part["path"]), text(&part["index"]));
        let mut wanted = vec![path];
        // Not every index: each is a run of two commands.
        wanted.extend((index == "1" || index.ends_with(".1")).then_some(index));
        // The name of the only instance as well; of several, any will do to take it out.
        wanted.extend(
            list(&part["instances"])
                .iter()
                .map(text)
                .filter(|_| index.len() == 1),
        );
        for wanted in wanted {
            let args = ["inspect", "in.wasm", "--extract", wanted, "-o", "part.wasm"];
            witkit(folder, &args).expect(0)?;
            let size = fs::metadata(folder.join("part.wasm"))
                .map_err(|e| e.to_string())?
                .len();
            if Some(size) != part["size"].as_u64() {
                return Err(format!(
                    "--extract {wanted} takes out another part than {path}"
                ));
            }
            let swap = format!("{wanted}=part.wasm");
            let args = ["split", "in.wasm", "--replace", &swap, "-o", "new.wasm"];
            let ran = witkit(folder, &args);
            if ran.code == Some(1) && ran.stderr.contains("split/shared-part") {
                continue;
            }
            let takes_from_around = ran.stderr.contains("input/malformed");
            if ran.code == Some(1) && takes_from_around && part["kind"] == "component" {
                // It uses something of the component around it, and is none by itself.
                continue;
            }
            ran.expect(0)
                .map_err(|told| format!("--replace {swap}: {told}"))?;
            let new = fs::read(folder.join("new.wasm")).map_err(|e| e.to_string())?;
            if new != whole {
                return Err(format!(
                    "--replace {swap} with the same part changes something"
                ));
            }
        }
    }
    Ok(ran.code == Some(0))
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
