//! What is for CI: `action.yml`, `.pre-commit-hooks.yaml`, the workflows in `docs/ci.md`, and
//! witkit's own. Each file is read, and what it says is run in a repository made for it.
//!
//! Where git, bash, make or ninja are missing, that is skipped and said so.

mod docs;
mod expressions;
mod scratch;
mod steps;

use std::fs;
use std::path::Path;

use sha2::Digest;

use crate::graph_forms::mermaid;
use crate::render::readers::{Command, commands};
use crate::support::{project, witkit};
use scratch::{Scratch, edit};
use steps::{Job, action, yaml};

const CHECKS: [&str; 5] = [
    "witkit fmt --check",
    "witkit lint",
    "witkit check",
    "witkit diff",
    "Write the job summary",
];

/// An addition that the version covers.
fn compatible(folder: &Path) {
    let wit = "wit/calculator.wit";
    edit(folder, wit, "calculator@0.1.0;", "calculator@0.1.1;");
    let history =
        "/// What was done.\ninterface history {\n  /// Forgets it.\n  clear: func();\n}\n";
    edit(
        folder,
        wit,
        "/// A calculator",
        &format!("{history}\n/// A calculator"),
    );
}

/// What no check lets pass: another type under the same version, an interface without docs that nothing uses,
/// and blanks.
fn broken(folder: &Path) {
    let wit = "wit/calculator.wit";
    let types = ("x: u32, y: u32) -> u32;", "x:  u64, y: u64) -> u64;");
    edit(folder, wit, types.0, types.1);
    let more = "interface more {\n  f: func();\n}\n\n/// A calculator";
    edit(folder, wit, "/// A calculator", more);
}

fn outcomes(job: &Job) -> [&'static str; 5] {
    CHECKS.map(|name| job.step(name).outcome)
}

#[test]
fn the_action_lets_a_compatible_change_pass_and_summarizes_it() {
    let Some(scratch) = Scratch::new(compatible) else {
        return;
    };
    let mut job = Job::new(&scratch).of_pull_request_to("main");
    job.run_action(&[("components", "app.wasm\n")]);
    assert_eq!(outcomes(&job), ["success"; 5], "{:#?}", job.steps);
    let summary = job.summary();
    for part in [
        "### Changes since `main`\n\n- docs:calculator 0.1.0 → 0.1.1: 1 change; covered by 0.1.1\n",
        "| note | interface `history` was added (`diff/interface-added`)<br>",
        "`wit/calculator.wit:16:11` | minor |\n",
        "### Graph\n\n```mermaid\nflowchart TB\n",
    ] {
        assert!(summary.contains(part), "{part} is not in\n{summary}");
    }
    let (_, drawing) = summary.split_once("```mermaid\n").expect("a drawing");
    let (drawing, _) = drawing.split_once("\n```\n").expect("it has an end");
    assert_eq!(mermaid(&format!("{drawing}\n")), Ok(()), "{drawing}");
}

#[test]
fn the_action_says_all_that_is_wrong_at_once_and_where() {
    let Some(scratch) = Scratch::new(broken) else {
        return;
    };
    let mut job = Job::new(&scratch).of_pull_request_to("main");
    job.run_action(&[
        ("components", "app.wasm"),
        ("lint-args", "--deny-warnings --select docs"),
    ]);
    let failed = ["failure", "failure", "failure", "failure", "success"];
    assert_eq!(outcomes(&job), failed, "{:#?}", job.steps);
    for (step, code) in [
        ("witkit fmt --check", "wit/not-formatted"),
        ("witkit lint", "docs-missing"),
        ("witkit check", "check/"),
        ("witkit diff", "diff/version-too-low"),
    ] {
        let found = commands(&annotations(&job.step(step).log)).expect("they are annotations");
        let title = |command: &Command| command.properties["title"].clone();
        assert!(
            found.iter().any(|c| title(c).contains(code)),
            "{step}: {:?}",
            job.step(step)
        );
    }
    assert!(job.summary().contains("| error | "), "{}", job.summary());
}

/// The lines of a log that GitHub's runner takes for commands.
fn annotations(log: &str) -> String {
    let lines = log.lines().filter(|line| line.starts_with("::"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn annotations_name_files_from_the_root_of_the_repository() {
    let moved = |folder: &Path| {
        broken(folder);
        fs::create_dir(folder.join("a&b")).expect("a folder");
        for name in ["wit", "witkit.toml"] {
            fs::rename(folder.join(name), folder.join("a&b").join(name)).expect("it moves");
        }
    };
    let Some(scratch) = Scratch::new(moved) else {
        return;
    };
    let mut job = Job::new(&scratch).of_pull_request_to("main");
    job.run_action(&[
        ("working-directory", "a&b"),
        ("lint-args", "--deny-warnings"),
    ]);
    // The base has the package somewhere else.
    let expected = ["failure", "failure", "skipped", "success", "success"];
    assert_eq!(outcomes(&job), expected, "{:#?}", job.steps);
    let notice =
        "::notice title=witkit::the base `main` has no `wit`: there is nothing to compare\n";
    assert_eq!(job.step("witkit diff").log, notice);
    assert!(
        job.summary().contains("`wit` is new.\n"),
        "{}",
        job.summary()
    );
    for command in commands(&annotations(&job.step("witkit lint").log)).expect("annotations") {
        assert_eq!(command.properties["file"], "a&b/wit/calculator.wit");
    }
}

#[test]
fn the_action_compares_with_any_base_and_fails_without_it() {
    let Some(scratch) = Scratch::new(broken) else {
        return;
    };
    let run = |with: &[(&str, &str)]| {
        let mut job = Job::new(&scratch);
        job.run_action(
            &[
                with,
                &[("fmt", "false"), ("lint", "false"), ("summary", "false")],
            ]
            .concat(),
        );
        let step = job.step("witkit diff");
        (step.outcome, step.log.clone())
    };
    assert_eq!(run(&[]).0, "skipped", "there is no base");
    assert_eq!(run(&[("diff", "false"), ("base", "main")]).0, "skipped");
    let (outcome, log) = run(&[("base", "main")]);
    assert!(outcome == "failure" && log.contains("title=diff/"), "{log}");
    let (outcome, log) = run(&[("base", "main"), ("diff-args", "--ignore *")]);
    assert_eq!((outcome, log.as_str()), ("success", ""));
    let (outcome, log) = run(&[("base", "no-such-branch")]);
    assert!(
        outcome == "failure" && log.contains("cannot find the base `no-such-branch`"),
        "{log}"
    );
    let (outcome, log) = run(&[("diff", "true")]);
    assert!(
        outcome == "failure" && log.contains("there is no base"),
        "{log}"
    );
}

#[test]
fn the_action_installs_a_binary_or_builds_its_source() {
    let Some(scratch) = Scratch::new(compatible) else {
        return;
    };
    let binary = steps::binaries().join("witkit").display().to_string();
    let digest = format!(
        "{:x}",
        sha2::Sha256::digest(fs::read(&binary).expect("it is there"))
    );
    let is_elsewhere = std::process::Command::new("witkit").output().is_ok();
    let run = |path: &[&Path], with: &[(&str, &str)]| {
        let _ = fs::remove_dir_all(scratch.temp.path().join("runner"));
        let mut job = Job::new(&scratch);
        job.path = path.iter().map(|path| path.to_path_buf()).collect();
        job.run_action(with);
        let steps = [
            "Restore the build of witkit",
            "Install witkit",
            "witkit lint",
        ];
        let outcomes = steps.map(|name| job.step(name).outcome);
        (outcomes, job.step("Install witkit").log.clone())
    };
    let version = format!("witkit {}\n", env!("CARGO_PKG_VERSION"));
    let installed = ["skipped", "success", "success"];
    let (outcomes, log) = run(&[], &[("binary", &binary), ("sha256", &digest)]);
    assert_eq!((outcomes, &log), (installed, &version));
    let (outcomes, log) = run(&[], &[("binary", &binary), ("sha256", "abc")]);
    assert_eq!(outcomes, ["skipped", "failure", "skipped"]);
    assert!(
        log.contains(&format!("has the SHA-256 {digest}, expected abc")),
        "{log}"
    );
    let (outcomes, log) = run(&[], &[("binary", "https://example.org/witkit")]);
    assert_eq!(outcomes[1], "failure");
    assert!(log.contains("`sha256` is missing"), "{log}");
    if is_elsewhere {
        println!("skipped: the build from source, as there is a witkit on PATH");
        return;
    }
    // What Cargo would build in minutes is here already.
    let folder = scratch.temp.path().join("cargo");
    fs::create_dir(&folder).expect("a folder");
    let cargo = format!(
        "#!/usr/bin/env bash\n[ \"$*\" = \"install --path {} --locked --root $6\" ] || exit 1\n\
         mkdir -p \"$6/bin\" && cp {binary} \"$6/bin/witkit\"\n",
        project().display()
    );
    fs::write(folder.join("cargo"), cargo).expect("it can be written");
    let status = std::process::Command::new("chmod")
        .arg("+x")
        .arg(folder.join("cargo"))
        .status();
    assert!(status.expect("it runs").success());
    let (outcomes, log) = run(&[&folder], &[]);
    assert_eq!((outcomes, &log), (["success"; 3], &version));
}

#[test]
fn every_input_of_the_action_is_used_and_documented() {
    let text = fs::read_to_string(project().join("action.yml")).expect("it is there");
    let docs = fs::read_to_string(project().join("docs/ci.md")).expect("it is there");
    let action = action();
    let inputs = action["inputs"].as_hash().expect("inputs");
    for name in inputs.keys().filter_map(|name| name.as_str()) {
        let (_, steps) = text.split_once("\nruns:\n").expect("steps");
        assert!(
            steps.contains(&format!("inputs.{name}")),
            "{name} is not used"
        );
        let is_documented = docs.lines().any(|line| {
            let first = line
                .strip_prefix("| ")
                .and_then(|row| row.split(" | ").next());
            first.is_some_and(|cell| cell.split(", ").any(|word| word == format!("`{name}`")))
        });
        assert!(is_documented, "docs/ci.md does not have the input {name}");
    }
    // What users give is never a part of a script, in which it could be more than a value.
    for step in action["runs"]["steps"].as_vec().expect("steps") {
        let script = step["run"].as_str().unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
    }
}

#[test]
fn every_hook_runs_and_fails_where_something_is_wrong() {
    let text = fs::read_to_string(project().join(".pre-commit-hooks.yaml")).expect("it is there");
    let hooks = yaml(&text);
    let hooks = hooks.as_vec().expect("hooks");
    let ids: Vec<&str> = hooks
        .iter()
        .filter_map(|hook| hook["id"].as_str())
        .collect();
    assert_eq!(ids, ["witkit-fmt", "witkit-lint", "witkit-check"]);
    for (change, is_fine) in [(compatible as fn(&Path), true), (broken, false)] {
        let Some(scratch) = Scratch::new(change) else {
            return;
        };
        for hook in hooks {
            let entry = hook["entry"].as_str().expect("a command");
            let mut words: Vec<&str> = entry.split(' ').skip(1).collect();
            if hook["pass_filenames"].as_bool() != Some(false) {
                words.push("wit/calculator.wit");
            }
            let ran = witkit(&scratch.folder, &words);
            // Lint's findings are warnings; what `fmt` changes, pre-commit sees by itself.
            let code = i32::from(!is_fine && entry == "witkit check");
            assert_eq!(ran.code, Some(code), "{entry}: {ran:?}");
            let changed = std::process::Command::new("git")
                .args(["diff", "--quiet"])
                .current_dir(&scratch.folder)
                .status()
                .expect("git runs");
            assert_eq!(changed.success(), is_fine, "{entry}");
        }
    }
}

/// Guards with `if let` came with Rust 1.95, and no lint of clippy knows that.
#[test]
fn no_code_needs_a_newer_rust_than_the_manifest_says_for_its_guards() {
    for (file, text) in crate::layers::sources() {
        for line in text.lines().filter(|line| line.contains("=>")) {
            let before = line.split_once("=>").map_or("", |(before, _)| before);
            assert!(!before.contains(" if let "), "{file}: {line}");
            assert!(
                !before.trim_start().starts_with("if let "),
                "{file}: {line}"
            );
        }
    }
}

#[test]
fn the_workflow_of_this_repository_names_what_there_is() {
    let text = fs::read_to_string(project().join(".github/workflows/ci.yml")).expect("it is there");
    let workflow = yaml(&text);
    let jobs = workflow["jobs"].as_hash().expect("jobs");
    let manifest = fs::read_to_string(project().join("Cargo.toml")).expect("it is there");
    let rust = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let rust = format!(
        "cargo +{} check ",
        rust.expect("it is there").trim_matches('"')
    );
    let mut oldest = 0;
    for step in jobs
        .values()
        .filter_map(|job| job["steps"].as_vec())
        .flatten()
    {
        let Some(run) = step["run"].as_str() else {
            let uses = step["uses"]
                .as_str()
                .expect("a step runs or uses something");
            let known = [
                "./",
                "actions/checkout@v4",
                "EmbarkStudios/cargo-deny-action@v2",
            ];
            assert!(known.contains(&uses), "{uses}");
            continue;
        };
        oldest += usize::from(run.starts_with(&rust));
        assert!(!run.contains("cargo +") || run.starts_with(&rust), "{run}");
        assert!(
            !run.starts_with("cargo ") || run.contains(" --locked"),
            "{run}"
        );
        // Nothing in it is a pattern.
        for word in run.split(' ').filter(|word| word.contains('/')) {
            let is_there = project().join(word).exists() || word.starts_with("target/");
            assert!(is_there, "{run}: no {word}");
        }
    }
    assert_eq!(oldest, 2, "{rust} is not checked");
    let with = jobs
        .values()
        .flat_map(|job| job["steps"].as_vec())
        .flatten();
    for step in with.filter(|step| step["uses"].as_str() == Some("./")) {
        let inputs = action();
        for name in step["with"].as_hash().expect("inputs").keys() {
            assert!(!inputs["inputs"][name.as_str().expect("a name")].is_badvalue());
        }
    }
}
