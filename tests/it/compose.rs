//! `witkit compose`: every scenario of `fixtures/compose`, other outputs, broken parts.
//!
//! A scenario's folder holds, besides `cmd` and its parts, `run.txt` (what the composition
//! answers when it is run, see `run.rs`), `plan.txt` (what `--plan` prints) and, when there is
//! something to warn of, `stderr.txt`. A scenario under `errors/` holds `stderr.txt` only.

use std::fs;
use std::path::Path;

use crate::run;
use crate::support::{
    Scenario, copy_folder, each, indent, listing, project, validate, wat, witkit, witkit_fed,
};

#[test]
fn every_scenario_composes_runs_and_matches_its_plan_snapshot() {
    scenarios_in("compose");
}

/// Runs every scenario of `fixtures/FOLDER`.
pub fn scenarios_in(folder: &str) {
    each(
        &Scenario::all(&project().join("fixtures").join(folder)),
        |scenario| {
            let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
            let mut wrong = Vec::new();
            let bytes = compose(scenario, &scenario.args, temp.path(), &mut wrong)?;
            let mut check = |what: &str, result: Result<(), String>| {
                if let Err(told) = result {
                    wrong.push(format!("{what}\n{}", indent(&told)));
                }
            };
            check("validation", validate(&bytes));
            check("run", run_it(scenario, &bytes));
            check("order of -d", any_order(scenario, &bytes, temp.path()));
            check("--plan", plan(scenario));
            check("-c plan.json", recompose(scenario, &bytes));
            match wrong.is_empty() {
                true => Ok(()),
                false => Err(wrong.join("\n")),
            }
        },
    );
}

#[test]
fn every_error_scenario_reports_and_writes_nothing() {
    errors_in("compose/errors");
}

/// Runs every scenario of `fixtures/FOLDER`, all of which fail.
pub fn errors_in(folder: &str) {
    let errors = Scenario::all(&project().join("fixtures").join(folder));
    each(&errors, |scenario| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let out = temp.path().join("out.wasm").display().to_string();
        let before = listing(&scenario.folder);
        let args = match scenario.args.iter().any(|arg| arg == "-o") {
            true => scenario.args.clone(),
            false => scenario.args_and(&["-o", &out]),
        };
        let ran = witkit(&scenario.folder, &args).expect(scenario.exit.unwrap_or(1))?;
        if !ran.stdout.is_empty() {
            return Err(format!("stdout is not empty\n{}", indent(&ran.stdout)));
        }
        let written = listing(temp.path());
        if !written.is_empty() || listing(&scenario.folder) != before {
            return Err(format!("something was written: {written:?}"));
        }
        scenario.snapshot("stderr.txt", &ran.stderr, false)
    });
}

/// The bytes that the command composes.
fn compose(
    scenario: &Scenario,
    args: &[String],
    temp: &Path,
    wrong: &mut Vec<String>,
) -> Result<Vec<u8>, String> {
    let out = temp.join("out.wasm");
    let mut args = args.to_vec();
    args.extend(["-o".to_string(), out.display().to_string()]);
    let ran = witkit(&scenario.folder, &args).expect(0)?;
    if !ran.stdout.is_empty() {
        wrong.push(format!("stdout is not empty\n{}", indent(&ran.stdout)));
    }
    if let Err(told) = scenario.snapshot("stderr.txt", &ran.stderr, true) {
        wrong.push(told);
    }
    let written = listing(temp);
    if written != ["out.wasm"] {
        wrong.push(format!("more was written than asked for: {written:?}"));
    }
    fs::read(&out).map_err(|e| format!("out.wasm: {e}"))
}

fn run_it(scenario: &Scenario, bytes: &[u8]) -> Result<(), String> {
    let script = scenario.text("run.txt").ok_or("run.txt is missing")?;
    run::run_script(bytes, &script)
}

/// The order in which parts are given does not matter.
fn any_order(scenario: &Scenario, bytes: &[u8], temp: &Path) -> Result<(), String> {
    let places: Vec<usize> = (1..scenario.args.len())
        .filter(|at| scenario.args[at - 1] == "-d")
        .collect();
    let given: Vec<&String> = places.iter().map(|at| &scenario.args[*at]).collect();
    let mut reversed = given.clone();
    reversed.reverse();
    let mut rotated = given.clone();
    rotated.rotate_left(1.min(given.len()));
    for order in [reversed, rotated] {
        let mut args = scenario.args.clone();
        for (place, part) in places.iter().zip(&order) {
            args[*place] = part.to_string();
        }
        let mut wrong = Vec::new();
        let permuted = compose(scenario, &args, temp, &mut wrong)?;
        if !wrong.is_empty() {
            return Err(wrong.join("\n"));
        }
        if permuted != bytes {
            return Err(format!("other bytes with the parts in the order {order:?}"));
        }
    }
    Ok(())
}

fn plan(scenario: &Scenario) -> Result<(), String> {
    let ran = witkit(&scenario.folder, &scenario.args_and(&["--plan"])).expect(0)?;
    scenario.snapshot("plan.txt", &ran.stdout, false)
}

/// A plan that was written as JSON composes to the same bytes, wherever that is done from.
fn recompose(scenario: &Scenario, bytes: &[u8]) -> Result<(), String> {
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let folder = temp.path().join("scenario");
    copy_folder(&scenario.folder, &folder).map_err(|e| e.to_string())?;
    let as_json = scenario.args_and(&["--plan", "--format", "json"]);
    let ran = witkit(&folder, &as_json).expect(0)?;
    let json: serde_json::Value =
        serde_json::from_str(&ran.stdout).map_err(|e| format!("the plan is not JSON: {e}"))?;
    if json["schema"] != "witkit.plan/1" {
        return Err(format!("the schema of the plan is {}", json["schema"]));
    }
    fs::write(folder.join("plan.json"), &ran.stdout).map_err(|e| e.to_string())?;
    for (from, plan) in [
        (folder.as_path(), "plan.json"),
        (temp.path(), "scenario/plan.json"),
    ] {
        let out = temp.path().join("out.wasm");
        let args = ["compose", "-c", plan, "-o", &out.display().to_string()];
        witkit(from, &args).expect(0)?;
        if fs::read(&out).map_err(|e| e.to_string())? != bytes {
            return Err(format!("`-c {plan}` composes other bytes than the command"));
        }
    }
    Ok(())
}

/// Runs a scenario's command with `more` behind in a copy of its folder, and reads `file` there.
fn read_after(scenario: &str, more: &[&str], file: &str) -> String {
    let folder = project().join("fixtures/compose").join(scenario);
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    copy_folder(&folder, temp.path()).expect("the scenario can be copied");
    let args = Scenario::read(&folder).args_and(more);
    witkit(temp.path(), &args).expect(0).expect("it composes");
    fs::read_to_string(temp.path().join(file)).expect("the file is written")
}

#[test]
fn wat_output_is_text_that_runs_like_the_binary() {
    let text = read_after("basic", &["-t", "-o", "out.wat"], "out.wat");
    assert!(text.starts_with("(component"), "{text}");
    let script = fs::read_to_string(project().join("fixtures/compose/basic/run.txt"));
    run::run_script(&wat(&text), &script.expect("the script reads")).expect("it runs");
}

#[test]
fn a_depfile_names_every_file_that_was_read_as_a_part_or_configuration() {
    let more = ["-o", "out.wasm", "--depfile", "out.d"];
    let deps = read_after("config", &more, "out.d");
    for file in [
        "out.wasm:",
        "witkit.toml",
        "app.wat",
        "spare.wat",
        "deps/store.wat",
        "components/one.wat",
    ] {
        assert!(deps.contains(file), "{file} is not in\n{deps}");
    }
}

#[test]
fn identical_core_modules_are_embedded_once_when_asked() {
    let text = read_after("dedupe", &["-t", "-o", "out.wat"], "out.wat");
    assert_eq!(text.matches("global.set $count").count(), 1);
    let folder = project().join("fixtures/compose/dedupe");
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let out = temp.path().join("out.wat").display().to_string();
    let args = Scenario::read(&folder).args_and(&["-t", "-o", &out]);
    let args: Vec<String> = args.into_iter().filter(|arg| arg != "--dedupe").collect();
    witkit(&folder, &args).expect(0).expect("it composes");
    let text = fs::read_to_string(out).expect("the output is written");
    assert_eq!(text.matches("global.set $count").count(), 2);
}

#[test]
fn parts_are_told_apart_when_the_root_comes_from_standard_input() {
    let folder = project().join("fixtures/compose/diamond-resources");
    let app = fs::read(folder.join("app.wat")).expect("the part reads");
    let args = [
        "compose",
        "-",
        "-d",
        "types.wat",
        "-d",
        "user.wat",
        "--plan",
    ];
    let ran = witkit_fed(&folder, &args, &app)
        .expect(0)
        .expect("it composes");
    for line in ["types (types.wat)", "user (user.wat)"] {
        assert!(
            ran.stdout.contains(line),
            "{line} is not in\n{}",
            ran.stdout
        );
    }
}

/// A composition with a broken part either fails with a report that names the part, and writes
/// nothing, or, if the part can still do what is asked of it, succeeds with a valid output.
fn broken_part_is_handled(temp: &Path, what: &str, validate_as: &str) -> Result<(), String> {
    let out = temp.join("out.wasm");
    let args = [
        "compose",
        "app.wasm",
        "-d",
        "types.wasm",
        "-d",
        "user.wasm",
        "-o",
        "out.wasm",
        "--validate",
        validate_as,
    ];
    let ran = witkit(temp, &args);
    let fine = match ran.code {
        Some(0) => validate(&fs::read(&out).map_err(|e| e.to_string())?).is_ok(),
        Some(1) => ran.stderr.contains("types") && !out.exists(),
        _ => false,
    };
    if out.exists() {
        fs::remove_file(&out).map_err(|e| e.to_string())?;
    }
    let left = listing(temp);
    if fine && !ran.stderr.contains("panicked") && left == ["app.wasm", "types.wasm", "user.wasm"] {
        return Ok(());
    }
    Err(format!(
        "{what}: {:?}, {left:?}\n{}",
        ran.code,
        indent(&ran.stderr)
    ))
}

/// The parts of the scenario `diamond-resources` as binaries in a new folder.
fn diamond() -> (tempfile::TempDir, Vec<u8>) {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = project().join("fixtures/compose/diamond-resources");
    let part = |name: &str| {
        let text = fs::read_to_string(folder.join(format!("{name}.wat"))).expect("the part reads");
        let bytes = wat(&text);
        fs::write(temp.path().join(format!("{name}.wasm")), &bytes).expect("the part is written");
        bytes
    };
    part("app");
    part("user");
    let types = part("types");
    (temp, types)
}

#[test]
fn a_part_cut_off_anywhere_is_reported_and_nothing_is_written() {
    let (temp, types) = diamond();
    let mut wrong = Vec::new();
    for end in 0..types.len() {
        fs::write(temp.path().join("types.wasm"), &types[..end]).expect("the part is written");
        wrong.extend(broken_part_is_handled(temp.path(), &format!("cut at {end}"), "types").err());
    }
    assert!(
        wrong.is_empty(),
        "{} cuts\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
}

#[test]
fn a_part_with_damaged_bytes_is_reported_and_nothing_is_written() {
    let (temp, types) = diamond();
    let mut wrong = Vec::new();
    // Any fixed sequence will do: this one is Knuth's.
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    for _ in 0..300 {
        let mut damaged = types.clone();
        let (at, byte) = (random(types.len()), random(256));
        damaged[at] = byte as u8;
        fs::write(temp.path().join("types.wasm"), &damaged).expect("the part is written");
        wrong.extend(broken_part_is_handled(temp.path(), &format!("{byte} at {at}"), "full").err());
    }
    assert!(
        wrong.is_empty(),
        "{} times\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
}

/// The nearest `witkit.toml` is used, and what it names is found and written beside it, wherever
/// below it the command is run.
#[test]
fn a_configuration_is_found_from_below_and_its_paths_are_meant_from_its_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let basic = crate::support::project().join("fixtures/compose/basic");
    crate::support::copy_folder(&basic, folder.path()).expect("it can be copied");
    let config = "[compose.app]\nroot = \"app.wat\"\ndefinitions = { adder = \"adder.wat\" }\noutput = \"app.wasm\"\n";
    fs::write(folder.path().join("witkit.toml"), config).expect("it can be written");
    let below = folder.path().join("src/deep");
    fs::create_dir_all(&below).expect("it can be made");

    let shown = crate::support::witkit(&below, &["compose", "--plan"]).expect(0);
    let shown = shown.expect("there is a plan");
    assert!(
        shown.stdout.contains("app (../../app.wat, root)"),
        "{}",
        shown.stdout
    );
    let output = folder.path().join("app.wasm");
    assert!(!output.exists(), "a plan alone writes nothing");

    let ran = crate::support::witkit(&below, &["compose"]).expect(0);
    ran.expect("it composes");
    let bytes = fs::read(output).expect("it is where the file says");
    run::run_script(
        &bytes,
        "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2) == 42",
    )
    .expect("it runs");
}
