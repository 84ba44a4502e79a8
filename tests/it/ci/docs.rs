//! The workflows in `docs/ci.md` do what the page says: each is read, and run.

use std::fs;
use std::path::Path;
use std::process::Command;

use yaml_rust2::Yaml;

use super::scratch::{Scratch, git};
use super::steps::{Job, binaries, search_path, yaml};
use super::{broken, compatible};
use crate::render::readers;
use crate::support::{Ran, project};

fn page() -> String {
    fs::read_to_string(project().join("docs/ci.md")).expect("it is there")
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let page = page();
    let starts = page.split(&fence).skip(1);
    let blocks = starts.map(|rest| rest.split("```").next().expect("it has an end").to_string());
    blocks.collect()
}

/// The only YAML that has a key at its top.
fn with_key(key: &str) -> Vec<Yaml> {
    let all = blocks("yaml").into_iter().map(|text| yaml(&text));
    all.filter(|yaml| !yaml[key].is_badvalue()).collect()
}

/// Runs a script in a folder, with witkit on PATH.
fn run(folder: &Path, program: &str, args: &[&str], env: &[(&str, &str)]) -> Ran {
    let ran = Command::new(program)
        .args(args)
        .current_dir(folder)
        .envs(env.iter().copied())
        .env("NO_COLOR", "1")
        .env("PATH", search_path(&[binaries()]))
        .output();
    let ran = ran.unwrap_or_else(|e| panic!("{program}: {e}"));
    Ran {
        code: ran.status.code(),
        stdout: String::from_utf8_lossy(&ran.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&ran.stderr).into_owned(),
    }
}

fn is_here(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        println!("skipped: no {program}");
    }
    found
}

#[test]
fn the_configuration_is_the_one_that_the_workflows_are_tested_with() {
    let config = fs::read_to_string(project().join("fixtures/ci/witkit.toml"));
    assert_eq!(blocks("toml"), [config.expect("it is there")]);
}

#[test]
fn the_workflows_for_github_run() {
    let workflows = with_key("jobs");
    assert_eq!(workflows.len(), 3);
    for (change, is_fine) in [(compatible as fn(&Path), true), (broken, false)] {
        for workflow in &workflows {
            let Some(scratch) = Scratch::new(change) else {
                return;
            };
            let name = workflow["name"].as_str().expect("a name");
            let mut job = Job::new(&scratch).of_pull_request_to("main");
            let jobs = workflow["jobs"].as_hash().expect("jobs");
            for step in jobs
                .values()
                .flat_map(|job| job["steps"].as_vec())
                .flatten()
            {
                if step["uses"].as_str() != Some("OWNER/witkit@REVISION") {
                    job.run(step);
                    continue;
                }
                let text = |value: &Yaml| match value {
                    Yaml::Boolean(is) => is.to_string(),
                    value => value.as_str().expect("a text").to_string(),
                };
                let with: Vec<(String, String)> =
                    step["with"].as_hash().map_or(Vec::new(), |with| {
                        let inputs = with.iter();
                        inputs
                            .map(|(name, value)| (text(name), text(value)))
                            .collect()
                    });
                let with: Vec<(&str, &str)> = with
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                job.run_action(&with);
            }
            assert_eq!(job.is_successful(), is_fine, "{name}: {:#?}", job.steps);
            if is_fine && name == "Code scanning" {
                let log = fs::read_to_string(scratch.folder.join("lint.sarif")).expect(name);
                readers::check("sarif", &log).expect("it is SARIF");
            }
        }
    }
}

#[test]
fn the_jobs_for_gitlab_run_and_their_reports_are_what_it_reads() {
    let pipelines = with_key("default");
    let pipeline = pipelines[0].as_hash().expect("jobs");
    for (change, is_fine) in [(compatible as fn(&Path), true), (broken, false)] {
        let Some(scratch) = Scratch::new(change) else {
            return;
        };
        git(
            &scratch.folder,
            &["fetch", "-q", "--depth=1", "origin", "main"],
        );
        let base = run(&scratch.folder, "git", &["rev-parse", "FETCH_HEAD"], &[]);
        let env = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.stdout.trim())];
        let mut reports = Vec::new();
        for (name, job) in pipeline {
            let name = name.as_str().expect("a name");
            if name == "default" {
                let before = job["before_script"][0].as_str().expect("a command");
                assert!(
                    before.starts_with("cargo install --locked --git "),
                    "{before}"
                );
                continue;
            }
            let script = job["script"].as_vec().expect("a script").iter();
            let script: Vec<&str> = script.map(|line| line.as_str().expect("a line")).collect();
            let ran = run(&scratch.folder, "bash", &["-ec", &script.join("\n")], &env);
            // Lint's findings are warnings.
            let code = i32::from(!is_fine && name != "lint");
            assert_eq!(ran.code, Some(code), "{name}: {ran:?}");
            let Some(files) = job["artifacts"]["reports"].as_hash() else {
                continue;
            };
            for (kind, file) in files {
                let file = scratch.folder.join(file.as_str().expect("a file"));
                let text = fs::read_to_string(file).expect(name);
                let form = match kind.as_str() {
                    Some("codequality") => "gitlab",
                    _ => "junit",
                };
                readers::check(form, &text).expect(name);
                reports.push((name, text.contains("wit/calculator.wit")));
            }
        }
        let found = [("lint", true), ("diff", true), ("check", !is_fine)];
        assert_eq!(reports, found);
    }
}

#[test]
fn the_hooks_are_those_that_there_are() {
    let configs = with_key("repos");
    let hooks = &configs[0]["repos"][0]["hooks"];
    let text = fs::read_to_string(project().join(".pre-commit-hooks.yaml")).expect("it is there");
    let known = yaml(&text);
    let ids = |hooks: &Yaml| -> Vec<String> {
        let hooks = hooks.as_vec().expect("hooks").iter();
        let ids = hooks.map(|hook| hook["id"].as_str().expect("an id").to_string());
        ids.collect()
    };
    assert_eq!(ids(hooks), ids(&known));
}

#[test]
fn make_and_ninja_compose_again_when_a_part_has_changed_and_only_then() {
    for (program, file, idle) in [
        ("make", "Makefile", "up to date"),
        ("ninja", "build.ninja", "no work to do"),
    ] {
        if !is_here(program) {
            continue;
        }
        let Some(scratch) = Scratch::new(|_| ()) else {
            return;
        };
        let folder = &scratch.folder;
        let [text] = &blocks(program)[..] else {
            panic!("one block for {program}");
        };
        fs::write(folder.join(file), text).expect("it can be written");
        let build = || {
            let ran = run(folder, program, &[], &[]).expect(0);
            ran.unwrap_or_else(|told| panic!("{program}: {told}"))
                .stdout
        };
        assert!(build().contains("witkit compose"), "{program}");
        let composed = fs::read(folder.join("composed.wasm")).expect("it was written");
        assert!(build().contains(idle), "{program}: nothing has changed");
        // A part that the build file does not name. Times have to differ, on every file system.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        let part = folder.join("parts/adder.wasm");
        fs::write(&part, fs::read(&part).expect("it is there")).expect("it can be written");
        assert!(
            build().contains("witkit compose"),
            "{program}: a part has changed"
        );
        let again = fs::read(folder.join("composed.wasm")).expect("it was written");
        assert!(composed == again, "{program}");
        if program == "make" {
            run(folder, "make", &["lint"], &[])
                .expect(0)
                .expect("it is clean");
        }
    }
}
