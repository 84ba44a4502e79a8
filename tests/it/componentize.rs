//! `witkit componentize`: every scenario of `fixtures/componentize`, and what no text can say.
//!
//! A scenario's folder holds, besides `cmd` and its inputs, `wit.txt` (the WIT of the component),
//! `stderr.txt` where something is said, and `run.txt` (what it answers when it is run, see
//! `run.rs`) where it can be run. A scenario under `errors/` holds `stderr.txt` only.

mod broken;
mod conformance;
mod corpus;
mod docs;
mod flags;
mod generated;
mod metadata;
mod stub;

use std::fs;
use std::path::Path;

use wit_component::{DecodedWasm, WitPrinter};

use crate::run;
use crate::support::{
    Scenario, copy_folder, each, indent, listing, project, validate, witkit, witkit_fed,
};

fn fixtures() -> std::path::PathBuf {
    project().join("fixtures/componentize")
}

/// The WIT of a component, as wit-component prints it.
pub fn wit(component: &[u8]) -> Result<String, String> {
    let text = |e: &dyn std::fmt::Display| format!("no WIT can be told of it: {e:#}");
    let (resolve, package) = match wit_component::decode(component).map_err(|e| text(&e))? {
        DecodedWasm::WitPackage(resolve, package) => (resolve, package),
        DecodedWasm::Component(resolve, world) => {
            let package = resolve.worlds[world].package;
            (resolve, package.ok_or("the world is of no package")?)
        }
    };
    let mut printer = WitPrinter::default();
    let printed = printer.print(&resolve, package, &[]);
    printed.map_err(|e| text(&e))?;
    Ok(printer.output.to_string())
}

#[test]
fn every_scenario_makes_a_valid_component_with_the_wit_of_its_snapshot() {
    each(&Scenario::all(&fixtures()), |scenario| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let mut wrong = Vec::new();
        let bytes = made(scenario, temp.path(), &mut wrong)?;
        let mut check = |what: &str, result: Result<(), String>| {
            if let Err(told) = result {
                wrong.push(format!("{what}\n{}", indent(&told)));
            }
        };
        check("validation", validate(&bytes));
        if !scenario.args.iter().any(|arg| arg.starts_with("--embed")) {
            let printed = wit(&bytes)?;
            check("wit.txt", scenario.snapshot("wit.txt", &printed, false));
            check("producers", is_processed_by_witkit(&bytes));
        }
        if let Some(script) = scenario.text("run.txt") {
            check("run", run::run_script(&bytes, &script));
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(wrong.join("\n")),
        }
    });
}

/// The command of a scenario, writing to `out`, wherever it writes by itself.
fn args_to(scenario: &Scenario, out: &Path) -> Vec<String> {
    let mut args = scenario.args.clone();
    if let Some(at) = args.iter().position(|arg| arg == "-o") {
        args.drain(at..at + 2);
    }
    args.extend(["-o".to_string(), out.display().to_string()]);
    args
}

/// The bytes that the command writes, twice the same.
fn made(scenario: &Scenario, temp: &Path, wrong: &mut Vec<String>) -> Result<Vec<u8>, String> {
    let out = temp.join("out.wasm");
    let args = args_to(scenario, &out);
    let ran = witkit(&scenario.folder, &args).expect(0)?;
    if !ran.stdout.is_empty() {
        wrong.push(format!("stdout is not empty\n{}", indent(&ran.stdout)));
    }
    if let Err(told) = scenario.snapshot("stderr.txt", &ran.stderr, true) {
        wrong.push(told);
    }
    if listing(temp) != ["out.wasm"] {
        wrong.push(format!("written: {:?}", listing(temp)));
    }
    let bytes = fs::read(&out).map_err(|e| format!("out.wasm: {e}"))?;
    witkit(&scenario.folder, &args).expect(0)?;
    if fs::read(&out).map_err(|e| e.to_string())? != bytes {
        wrong.push("a second run writes other bytes".to_string());
    }
    Ok(bytes)
}

/// The values of the field `processed-by` of a module's or component's own producers.
fn processed_by(bytes: &[u8]) -> Vec<String> {
    let producers = wasm_metadata::Producers::from_wasm(bytes).expect("it can be read");
    let producers = producers.unwrap_or_default();
    let Some(field) = producers.get("processed-by") else {
        return Vec::new();
    };
    field.iter().map(|(name, _)| name.clone()).collect()
}

fn is_processed_by_witkit(bytes: &[u8]) -> Result<(), String> {
    let tools = processed_by(bytes);
    match tools.as_slice() {
        [first, second] if first == "wit-component" && second == "witkit" => Ok(()),
        _ => Err(format!("processed by {tools:?}")),
    }
}

#[test]
fn every_error_scenario_reports_and_writes_nothing() {
    each(&Scenario::all(&fixtures().join("errors")), |scenario| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let before = listing(&scenario.folder);
        let args = args_to(scenario, &temp.path().join("out.wasm"));
        let ran = witkit(&scenario.folder, &args).expect(scenario.exit.unwrap_or(1))?;
        if !ran.stdout.is_empty() {
            return Err(format!("stdout is not empty\n{}", indent(&ran.stdout)));
        }
        if !listing(temp.path()).is_empty() || listing(&scenario.folder) != before {
            return Err("something was written".to_string());
        }
        scenario.snapshot("stderr.txt", &ran.stderr, false)
    });
}

/// What the command of a scenario writes to standard output with `more` behind it.
fn stdout(scenario: &str, more: &[&str]) -> String {
    let folder = fixtures().join(scenario);
    let args = Scenario::read(&folder).args_and(more);
    let ran = witkit(&folder, &args).expect(0);
    ran.expect("it is made").stdout
}

#[test]
fn text_goes_to_standard_output_and_runs_like_the_binary() {
    let text = stdout("basic", &["-t"]);
    assert!(text.starts_with("(component"), "{text}");
    let script = fs::read_to_string(fixtures().join("basic/run.txt")).expect("it reads");
    run::run_script(&crate::support::wat(&text), &script).expect("it runs");
}

#[test]
fn a_module_is_read_from_standard_input() {
    let folder = fixtures().join("basic");
    let module = fs::read(folder.join("app.wat")).expect("it reads");
    let args = ["componentize", "-", "--wit", "app.wit", "-t"];
    let ran = witkit_fed(&folder, &args, &module).expect(0);
    assert_eq!(ran.expect("it is made").stdout, stdout("basic", &["-t"]));
}

#[test]
fn a_depfile_names_modules_adapters_and_wit() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    for scenario in ["basic", "adapt"] {
        let folder = temp.path().join(scenario);
        copy_folder(&fixtures().join(scenario), &folder).expect("it can be copied");
        let args = Scenario::read(&folder).args_and(&["-o", "out.wasm", "--depfile", "out.d"]);
        witkit(&folder, &args).expect(0).expect("it is made");
        let deps = fs::read_to_string(folder.join("out.d")).expect("it is written");
        let inputs = match scenario {
            "basic" => vec!["out.wasm:", "app.wat", "app.wit"],
            _ => vec!["out.wasm:", "app.wat", "app.wit", "old.wat"],
        };
        let named: Vec<&str> = deps.split_whitespace().filter(|w| *w != "\\").collect();
        assert_eq!(named, inputs);
    }
}

#[test]
fn embedding_first_makes_the_same_component() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = fixtures().join("basic");
    let path = |name: &str| temp.path().join(name).display().to_string();
    let run = |args: &[&str]| {
        witkit(&folder, args).expect(0).expect("it is made");
    };
    let embedded = path("embedded.wasm");
    run(&[
        "componentize",
        "--embed",
        "app.wat",
        "--wit",
        "app.wit",
        "-o",
        &embedded,
    ]);
    run(&["componentize", &embedded, "-o", &path("two.wasm")]);
    run(&[
        "componentize",
        "app.wat",
        "--wit",
        "app.wit",
        "-o",
        &path("one.wasm"),
    ]);
    let read = |name: &str| fs::read(temp.path().join(name)).expect("it is written");
    assert!(read("one.wasm") == read("two.wasm"), "the bytes differ");
}

#[test]
fn the_section_alone_is_the_world_in_binary_form() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let out = temp.path().join("world.wasm").display().to_string();
    let args = [
        "componentize",
        "--embed=section",
        "--wit",
        "app.wit",
        "-o",
        &out,
    ];
    witkit(&fixtures().join("basic"), &args)
        .expect(0)
        .expect("it is made");
    let printed = wit(&fs::read(out).expect("it is written")).expect("it is WIT");
    assert!(printed.contains("world app"), "{printed}");
}

#[test]
fn notes_are_diagnostics_in_json() {
    let folder = fixtures().join("command");
    let temp = tempfile::tempdir().expect("a temporary folder");
    let out = temp.path().join("out.wasm").display().to_string();
    let args = Scenario::read(&folder).args_and(&["-o", &out, "--format", "json"]);
    let ran = witkit(&folder, &args).expect(0).expect("it is made");
    let report: serde_json::Value = serde_json::from_str(&ran.stderr).expect("it is JSON");
    assert_eq!(report["diagnostics"][0]["code"], "componentize/adapter");
    assert_eq!(report["diagnostics"][0]["severity"], "note");
}

#[test]
fn what_makes_no_sense_together_is_a_mistake_in_usage() {
    for args in [
        vec!["componentize"],
        vec!["componentize", "app.wat", "--world", "app"],
        vec!["componentize", "app.wat", "--stub", "--wit", "app.wit"],
        vec!["componentize", "--stub"],
        vec!["componentize", "--embed", "--wit", "app.wit"],
        vec!["componentize", "app.wat", "--depfile", "out.d"],
        vec!["componentize", "app.wat", "--rename-import", "a"],
    ] {
        let ran = witkit(&fixtures().join("basic"), &args).expect(2);
        ran.unwrap_or_else(|told| panic!("{args:?}: {told}"));
    }
}
