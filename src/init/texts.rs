//! The files that `init` writes.
//!
//! May import: `found`. Deliberately absent: looking for anything.

use super::found::Found;

/// Where the JSON Schema of `witkit.toml` goes.
pub(super) const SCHEMA: &str = "witkit.schema.json";
/// Where the workflow goes.
pub(super) const WORKFLOW: &str = ".github/workflows/witkit.yml";
/// Where the hooks go.
pub(super) const HOOKS: &str = ".pre-commit-config.yaml";

/// `witkit.toml`.
pub(super) fn config(found: &Found, schema: bool) -> String {
    let mut text = String::new();
    if schema {
        text.push_str(&format!("#:schema ./{SCHEMA}\n"));
    }
    text.push_str("# `witkit explain witkit.toml` lists all tables and keys.\n");
    if !found.wit.is_empty() || !found.components.is_empty() {
        text.push_str("\n# What commands read that are called without a path.\n[paths]\n");
        for (key, paths) in [("wit", &found.wit), ("components", &found.components)] {
            if !paths.is_empty() {
                text.push_str(&format!("{key} = {}\n", list(paths)));
            }
        }
    }
    if !found.wit.is_empty() {
        text.push_str(
            "\n# `witkit lint --list` lists the rules.\n[lint]\n# ignore = [\"missing-docs\"]\n",
        );
    }
    if let Some(c) = &found.composition {
        let (root, output) = (string(&c.root), string(&format!("{}.full.wasm", c.name)));
        text.push_str(&format!(
            "\n# witkit compose -c witkit.toml\n[compose.{}]\nroot = {root}\n",
            c.name
        ));
        text.push_str(&format!("definitions = {}\n", list(&c.definitions)));
        text.push_str(&format!("output = {output}\n"));
    }
    if let (Some((wit, world)), [_]) = (&found.world, found.components.as_slice()) {
        text.push_str(&format!(
            "\n# witkit check\n[check]\nwit = {}\nworld = {}\n# hosts = [\"wasmtime-run\"]\n",
            string(wit),
            string(world)
        ));
    }
    if !found.components.is_empty() {
        text.push_str(
            "\n# What components must not import: `witkit inspect --capabilities` shows what they do.\n\
             # [policy]\n# deny = [\"network\"]\n",
        );
    }
    text
}

/// A workflow for GitHub Actions.
pub(super) fn workflow(found: &Found) -> String {
    let mut text = "\
name: witkit
on: [push, pull_request]

jobs:
  witkit:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - run: cargo install --locked witkit
"
    .to_string();
    for command in commands(found) {
        let run = match *command {
            "fmt" => "fmt --check --format github".to_string(),
            other => format!("{other} --format github"),
        };
        text.push_str(&format!("      - run: witkit {run}\n"));
    }
    if let [wit] = found.wit.as_slice() {
        let wit = wit.replace('\'', "'\\''");
        text.push_str(&format!(
            "      - if: github.event_name == 'pull_request'\n        \
             run: witkit diff \"git:origin/$GITHUB_BASE_REF\" '{wit}' --format github\n"
        ));
    }
    text
}

/// Hooks for pre-commit, which run the witkit on PATH.
pub(super) fn hooks(found: &Found) -> String {
    let mut text = "repos:\n  - repo: local\n    hooks:\n".to_string();
    for command in commands(found) {
        let files = match *command {
            "check" => r"\.wasm$",
            _ => r"\.wit$",
        };
        text.push_str(&format!(
            "      - id: witkit-{command}\n        name: witkit {command}\n        \
             entry: witkit {command}\n        language: system\n        \
             files: '{files}'\n        pass_filenames: false\n"
        ));
    }
    text
}

/// The commands that have something to do without flags.
fn commands(found: &Found) -> &'static [&'static str] {
    match (
        found.wit.is_empty(),
        found.world.is_some() && found.components.len() == 1,
    ) {
        (true, _) => &[],
        (false, true) => &["fmt", "lint", "check"],
        (false, false) => &["fmt", "lint"],
    }
}

fn list(paths: &[String]) -> String {
    let strings: Vec<String> = paths.iter().map(|path| string(path)).collect();
    format!("[{}]", strings.join(", "))
}

/// A string of TOML, whose escapes are those of JSON and one more.
fn string(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.replace('\u{7f}', "\\u007F")
}
