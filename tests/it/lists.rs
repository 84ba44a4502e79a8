//! Lists that something new has to be entered in are complete: a file, a code, a command or a
//! format that is not in its list fails here or in the compiler, and the docs name only files that
//! exist. `CONTRIBUTING.md` has the steps.

use std::fs;

use crate::layers::{code, sources};
use crate::render::FORMS;
use crate::support::{COMMANDS, project, witkit};

#[test]
fn every_file_is_declared_as_a_module() {
    let sources = sources();
    let text = |file: &str| sources.iter().find(|(name, _)| name == file);
    let mut undeclared = Vec::new();
    for (file, _) in &sources {
        let path = file.strip_suffix("/mod.rs").or(file.strip_suffix(".rs"));
        let Some((folder, name)) = path.and_then(|path| path.rsplit_once('/')) else {
            continue;
        };
        if matches!(file.as_str(), "src/lib.rs" | "src/main.rs") {
            continue;
        }
        let parents = match folder {
            "src" => vec!["src/lib.rs".to_string()],
            folder => vec![format!("{folder}/mod.rs"), format!("{folder}.rs")],
        };
        let declares = |parent: &String| {
            text(parent).is_some_and(|(_, text)| code(text).contains(&format!("mod {name};")))
        };
        if !parents.iter().any(declares) {
            undeclared.push(format!(
                "{file}: no `mod {name};` in {}",
                parents.join(" or ")
            ));
        }
    }
    assert!(undeclared.is_empty(), "\n{}", undeclared.join("\n"));
}

#[test]
fn every_code_is_listed() {
    let listed: Vec<&str> = witkit::codes().iter().map(|code| code.name).collect();
    let mut unlisted = Vec::new();
    for (file, text) in sources() {
        let code = code(&text);
        let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for item in code.split("Code = Code {").skip(1) {
            let name = item.split('"').nth(1).unwrap();
            if !listed.contains(&name) {
                unlisted.push(format!(
                    "{file}: `{name}` is in no list of `witkit::codes()`"
                ));
            }
        }
    }
    assert!(unlisted.is_empty(), "\n{}", unlisted.join("\n"));
}

#[test]
fn every_command_is_tested_and_documented() {
    let help = witkit(project(), &["--help"])
        .expect(0)
        .expect("help")
        .stdout;
    let (_, commands) = help.split_once("Commands:\n").expect("commands");
    let mut commands: Vec<&str> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        // A line that goes on from the one before begins with blanks.
        .filter(|command| !command.is_empty())
        // They print what is there already: see codes.rs and other_tools.rs.
        .filter(|command| !["completions", "explain", "help", "man"].contains(command))
        .collect();
    commands.sort_unstable();
    assert_eq!(commands, COMMANDS);
}

#[test]
fn every_format_of_findings_is_tested() {
    let help = witkit(project(), &["validate", "-h"])
        .expect(0)
        .expect("help")
        .stdout;
    // It is wrapped at the width of the terminal.
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let forms: Vec<&str> = FORMS.iter().map(|(name, _)| *name).collect();
    let values = format!("[possible values: {}]", forms.join(", "));
    assert!(help.contains(&values), "{values} is not in\n{help}");
    // They list the forms of findings beside those of their own.
    for command in ["compose", "graph", "wit"] {
        let help = witkit(project(), &[command, "--help"])
            .expect(0)
            .expect("help")
            .stdout;
        for form in forms.iter().filter(|form| **form != "human") {
            assert!(help.contains(&format!("- {form}:")), "{command}: {form}");
        }
    }
}

#[test]
fn the_docs_name_files_that_exist() {
    let mut missing = Vec::new();
    for page in ["README.md", "CONTRIBUTING.md", "docs/architecture.md"] {
        let text = fs::read_to_string(project().join(page)).expect(page);
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !"_./-".contains(c)) {
            let path = word.trim_end_matches('.');
            let tops = ["src/", "tests/", "docs/", "fixtures/", "benches/", ".ci/"];
            // Words in capitals stand for names: `src/lint/rules/RULE.rs`.
            let is_path = tops.iter().any(|top| path.starts_with(top));
            let stands_for_others = path.contains(|c: char| c.is_ascii_uppercase());
            if is_path && !stands_for_others && !project().join(path).exists() {
                missing.push(format!("{page}: {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn functions_are_in_the_files_that_the_docs_name() {
    let text = fs::read_to_string(project().join("docs/architecture.md")).expect("the page");
    let mut checked = 0;
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let quoted: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let Some(file) = quoted.iter().find(|word| word.starts_with("src/")) else {
            continue;
        };
        for function in quoted.iter().filter_map(|word| word.strip_suffix("()")) {
            let source = fs::read_to_string(project().join(file)).expect(file);
            let defined = ["(", "<"].map(|next| format!("fn {function}{next}"));
            assert!(
                defined.iter().any(|d| source.contains(d)),
                "{file}: {function}"
            );
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
}
