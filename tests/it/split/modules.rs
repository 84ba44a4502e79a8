//! `witkit split --replace PART/MODULE=FILE`: core modules put back, as they were and after tools
//! have been at them.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::has_tool;
use crate::run;
use crate::support::{Scenario, corpus, each, project, validate, wat, witkit};

/// The paths of the core modules in `in.wasm`, with their roles.
fn modules(folder: &Path) -> Vec<(String, String)> {
    fn walk(part: &Value, found: &mut Vec<(String, String)>) {
        for inner in part["parts"].as_array().expect("there are parts") {
            let text = |key: &str| inner[key].as_str().expect("it is text").to_string();
            if text("kind") == "core module" {
                found.push((text("path"), text("role")));
            }
            walk(inner, found);
        }
    }
    let ran = witkit(folder, &["inspect", "in.wasm", "--json"]);
    let ran = ran.expect(0).expect("it is inspected");
    let found: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let mut paths = Vec::new();
    walk(&found["inputs"][0]["root"], &mut paths);
    paths
}

/// Puts what `tool` makes of the core module at `path` into its place; none if it makes nothing.
fn put_back(
    folder: &Path,
    path: &str,
    tool: impl Fn(&Path, &Path) -> bool,
) -> Result<Option<Vec<u8>>, String> {
    let args = ["inspect", "in.wasm", "--extract", path, "-o", "old.wasm"];
    witkit(folder, &args).expect(0)?;
    if !tool(&folder.join("old.wasm"), &folder.join("tool.wasm")) {
        return Ok(None);
    }
    let swap = format!("{path}=tool.wasm");
    let args = ["split", "in.wasm", "--replace", &swap, "-o", "new.wasm"];
    witkit(folder, &args).expect(0)?;
    let new = fs::read(folder.join("new.wasm")).map_err(|e| e.to_string())?;
    validate(&new)?;
    Ok(Some(new))
}

fn copied(from: &Path, to: &Path) -> bool {
    fs::copy(from, to).is_ok()
}

fn optimised(from: &Path, to: &Path) -> bool {
    let mut command = Command::new("wasm-opt");
    let ran = command.args(["-O1", "-all"]).arg(from).arg("-o").arg(to);
    ran.output().is_ok_and(|ran| ran.status.success())
}

#[test]
fn core_modules_of_whatever_composes_go_back_unchanged_or_optimised_and_it_runs_the_same() {
    let has_wasm_opt = has_tool("wasm-opt");
    each(&Scenario::all(&project().join("fixtures/compose")), |s| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let out = temp.path().join("in.wasm").display().to_string();
        witkit(&s.folder, &s.args_and(&["-o", &out])).expect(0)?;
        let whole = fs::read(&out).map_err(|e| e.to_string())?;
        for (path, _) in modules(temp.path()) {
            let told = |told| format!("{path}: {told}");
            if put_back(temp.path(), &path, copied).map_err(told)? != Some(whole.clone()) {
                return Err(format!("{path} in its own place changes something"));
            }
            if !has_wasm_opt {
                continue;
            }
            let told = |told| format!("{path}, optimised: {told}");
            let new = put_back(temp.path(), &path, optimised).map_err(told)?;
            if let (Some(new), Some(script)) = (new, s.text("run.txt")) {
                run::run_script(&new, &script).map_err(told)?;
            }
        }
        Ok(())
    });
}

#[test]
fn the_main_modules_of_real_components_go_back_optimised_and_calculate_the_same() {
    let Some(corpus) = corpus() else { return };
    if !has_tool("wasm-opt") {
        return;
    }
    let file = |name: &str| {
        let file = corpus.join("components").join(format!("{name}.wasm"));
        file.display().to_string()
    };
    let temp = tempfile::tempdir().expect("a temporary folder");
    let (adder, calculator) = (file("c/adder"), file("rust/docs_calculator"));
    let args = ["compose", &calculator, "-d", &adder, "-o", "in.wasm"];
    witkit(temp.path(), &args).expect(0).expect("it composes");
    let call = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2) == 42";
    let mut optimised_modules = 0;
    for (path, role) in modules(temp.path()) {
        let new = put_back(temp.path(), &path, optimised);
        let new = new.unwrap_or_else(|told| panic!("{path}: {told}"));
        let Some(new) = new else { continue };
        run::run_script(&new, call).unwrap_or_else(|told| panic!("{path}: {told}"));
        optimised_modules += u32::from(role == "user module");
    }
    // An old wasm-opt does not read all that new compilers write.
    assert!(optimised_modules > 0);
    // A component alone has its modules at the first level.
    fs::copy(file("c/hello-command"), temp.path().join("in.wasm")).expect("it is there");
    let whole = fs::metadata(temp.path().join("in.wasm"))
        .expect("it is there")
        .len();
    let new = put_back(temp.path(), "main", optimised).expect("it fits");
    let new = new.expect("wasm-opt reads it");
    assert!((new.len() as u64) < whole, "it got no smaller");
}

#[test]
fn a_module_that_others_share_goes_back_for_all_of_them() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = project().join("fixtures/compose/dedupe");
    let scenario = Scenario::all(&project().join("fixtures/compose"));
    let scenario = scenario
        .into_iter()
        .find(|s| s.name == "dedupe")
        .expect("it is there");
    let out = temp.path().join("in.wasm").display().to_string();
    witkit(&folder, &scenario.args_and(&["-o", &out]))
        .expect(0)
        .expect("it composes");
    let shared = modules(temp.path());
    assert!(
        shared.iter().any(|(path, _)| !path.contains('/')),
        "{shared:?}"
    );
    for (path, _) in &shared {
        fs::write(temp.path().join("bad.wasm"), wat("(module)")).expect("it is written");
        let swap = format!("{path}=bad.wasm");
        let args = ["split", "in.wasm", "--replace", &swap, "-o", "new.wasm"];
        let ran = witkit(temp.path(), &args).expect(1).expect("it is refused");
        assert!(ran.stderr.contains("error[split/misfit]"), "{}", ran.stderr);
    }
}
