//! Runs the steps of `action.yml`, and those of workflows, as GitHub's runner does.
//!
//! What a step that `uses` another action would do is left out: those have to be listed in
//! `KNOWN_ACTIONS`. Deliberately absent: expressions (`expressions.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use super::expressions::{Context, filled, holds};
use super::scratch::Scratch;
use crate::support::project;

/// Actions of others that steps may use.
const KNOWN_ACTIONS: &[&str] = &[
    "actions/cache@v4",
    "actions/checkout@v4",
    "github/codeql-action/upload-sarif@v3",
];

/// What a step came to.
#[derive(Debug)]
pub struct Step {
    pub name: String,
    /// `success`, `failure` or `skipped`.
    pub outcome: &'static str,
    /// What it printed.
    pub log: String,
}

/// A job on a runner.
pub struct Job<'a> {
    pub scratch: &'a Scratch,
    /// What is looked for first when programs are run.
    pub path: Vec<PathBuf>,
    pub context: Context,
    /// The steps that were run.
    pub steps: Vec<Step>,
}

/// A YAML file with one document.
pub fn yaml(text: &str) -> Yaml {
    let mut documents = YamlLoader::load_from_str(text).expect("it is YAML");
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

/// `action.yml`.
pub fn action() -> Yaml {
    yaml(&fs::read_to_string(project().join("action.yml")).expect("it is there"))
}

/// The folder with the binary under test.
pub fn binaries() -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_witkit"));
    binary.parent().expect("it is in a folder").to_path_buf()
}

impl Job<'_> {
    /// A job in a checkout, in which witkit is installed.
    pub fn new(scratch: &Scratch) -> Job<'_> {
        let temp = scratch.temp.path();
        for file in ["output", "path", "summary"] {
            fs::write(temp.join(file), "").expect("it can be written");
        }
        let context = [
            ("github.action_path", project().display().to_string()),
            ("github.base_ref", String::new()),
            ("runner.arch", "X64".to_string()),
            ("runner.os", "Linux".to_string()),
            ("runner.temp", temp.join("runner").display().to_string()),
        ];
        Job {
            scratch,
            path: vec![binaries()],
            context: context.map(|(name, is)| (name.to_string(), is)).into(),
            steps: Vec::new(),
        }
    }

    /// The same, of a pull request to a branch.
    pub fn of_pull_request_to(mut self, branch: &str) -> Self {
        self.context
            .insert("github.base_ref".to_string(), branch.to_string());
        self
    }

    /// Whether no step has failed.
    pub fn is_successful(&self) -> bool {
        self.steps.iter().all(|step| step.outcome != "failure")
    }

    /// The step of a name.
    pub fn step(&self, name: &str) -> &Step {
        let found = self.steps.iter().find(|step| step.name == name);
        found.unwrap_or_else(|| panic!("no step {name}: {:#?}", self.steps))
    }

    /// The job summary.
    pub fn summary(&self) -> String {
        fs::read_to_string(self.scratch.temp.path().join("summary")).expect("it is there")
    }

    /// Runs the steps of `action.yml` with these inputs.
    pub fn run_action(&mut self, with: &[(&str, &str)]) {
        let action = action();
        let inputs = action["inputs"].as_hash().expect("inputs");
        for (name, input) in inputs {
            let name = name.as_str().expect("a name");
            let default = input["default"].as_str().expect("the default is a text");
            let given = with.iter().find(|(given, _)| *given == name);
            let value = given.map_or(default, |(_, value)| value);
            self.context
                .insert(format!("inputs.{name}"), value.to_string());
        }
        for (name, _) in with {
            let known = inputs.keys().any(|known| known.as_str() == Some(name));
            assert!(known, "{name} is no input");
        }
        let steps = action["runs"]["steps"].as_vec().expect("steps");
        for step in steps {
            if let Some(id) = step["id"].as_str() {
                for part in ["outputs.key", "outputs.version", "outcome"] {
                    self.context
                        .insert(format!("steps.{id}.{part}"), String::new());
                }
            }
        }
        for step in steps {
            self.run(step);
        }
        // Actions set this for all that comes behind.
        let output = filled(
            action["outputs"]["version"]["value"].as_str().unwrap(),
            &self.context,
        );
        let ran = output.expect("it is known");
        if self.step("Install witkit").outcome == "success" {
            assert_eq!(ran, env!("CARGO_PKG_VERSION"));
        }
    }

    /// Runs a step.
    pub fn run(&mut self, step: &Yaml) {
        let uses = step["uses"].as_str();
        let name = step["name"].as_str().or(uses).or(step["run"].as_str());
        let name = name.expect("a step has a name").to_string();
        // Without a condition, a step needs all before it to succeed.
        let wanted = match step["if"].as_str() {
            Some(condition) => holds(condition, &self.context).expect(&name),
            None => self.is_successful(),
        };
        let (outcome, log) = match (wanted, uses) {
            (false, _) => ("skipped", String::new()),
            (true, Some(action)) => {
                assert!(KNOWN_ACTIONS.contains(&action), "{action} is not known");
                ("success", String::new())
            }
            (true, None) => self.run_script(step),
        };
        if let Some(id) = step["id"].as_str() {
            self.context
                .insert(format!("steps.{id}.outcome"), outcome.to_string());
            let output = self.scratch.temp.path().join("output");
            for line in fs::read_to_string(&output).expect("it is there").lines() {
                let (key, value) = line.split_once('=').expect("an output");
                self.context
                    .insert(format!("steps.{id}.outputs.{key}"), value.to_string());
            }
            fs::write(output, "").expect("it can be written");
        }
        self.steps.push(Step { name, outcome, log });
    }

    fn run_script(&mut self, step: &Yaml) -> (&'static str, String) {
        let temp = self.scratch.temp.path();
        let script = filled(step["run"].as_str().expect("a script"), &self.context);
        let script = script.expect("it can be filled in");
        let file = temp.join("script.sh");
        fs::write(&file, script).expect("it can be written");
        let folder = step["working-directory"].as_str().unwrap_or(".");
        let folder = filled(folder, &self.context).expect("a folder");
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(&file)
            .current_dir(self.scratch.folder.join(folder))
            .env("GITHUB_ACTION_PATH", project())
            .env("GITHUB_OUTPUT", temp.join("output"))
            .env("GITHUB_PATH", temp.join("path"))
            .env("GITHUB_STEP_SUMMARY", temp.join("summary"))
            .env("NO_COLOR", "1")
            .env("RUNNER_OS", "Linux")
            .env("PATH", search_path(&self.path));
        if let Some(env) = step["env"].as_hash() {
            for (name, value) in env {
                let value = filled(value.as_str().expect("a text"), &self.context);
                command.env(name.as_str().expect("a name"), value.expect("it is known"));
            }
        }
        let ran = command.output().expect("bash runs");
        let added = fs::read_to_string(temp.join("path")).expect("it is there");
        let added: Vec<PathBuf> = added.lines().map(PathBuf::from).collect();
        self.path.splice(0..0, added);
        fs::write(temp.join("path"), "").expect("it can be written");
        let log = [ran.stdout, ran.stderr].concat();
        let log = String::from_utf8_lossy(&log).into_owned();
        match ran.status.success() {
            true => ("success", log),
            false => ("failure", log),
        }
    }
}

/// The value of PATH with more before it.
pub fn search_path(first: &[PathBuf]) -> std::ffi::OsString {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = first.iter().cloned().chain(std::env::split_paths(&rest));
    std::env::join_paths(all).expect("no folder has a separator in its name")
}
