//! The README does not go stale: its commands and its Rust are run as they stand there. What it shares
//! with the other pages is in `book.rs`.

use std::fs;

use crate::support::{self, project, witkit};

fn readme() -> String {
    fs::read_to_string(project().join("README.md")).expect("there is a README")
}

/// The contents of fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let starts = text.split(&fence).skip(1);
    starts
        .map(|rest| rest.split("```").next().unwrap_or_default().to_string())
        .collect()
}

#[test]
fn the_two_commands_for_a_fresh_machine_are_those_that_ci_runs() {
    let readme = readme();
    let commands = blocks(&readme, "console");
    let ci = fs::read_to_string(project().join(".ci/run")).expect("there is a .ci/run");
    for command in &commands[..2] {
        assert!(
            ci.lines().any(|line| line == command.trim()),
            ".ci/run does not run {command}"
        );
    }
}

#[test]
fn the_main_command_composes_and_shows_the_plan() {
    let readme = readme();
    let command = &blocks(&readme, "console")[0];
    let (_, args) = command
        .trim()
        .split_once(" -- ")
        .expect("it is run by cargo");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("calculator.wasm");
    let args: Vec<String> = args
        .split(' ')
        .map(|arg| arg.replace("target/calculator.wasm", &out.display().to_string()))
        .collect();
    let ran = witkit(project(), &args).expect(0).expect("it composes");
    assert!(
        ran.stdout.contains("docs:adder/add@0.1.0 → adder"),
        "{}",
        ran.stdout
    );
    assert!(out.is_file());
}

#[test]
fn every_flag_that_the_readme_names_exists() {
    let helps: String = support::COMMANDS
        .iter()
        .map(|command| {
            let help = witkit(project(), &[command, "--help"]).expect(0);
            help.expect("there is help").stdout
        })
        .collect();
    let readme = readme();
    for word in readme.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let flag = word.strip_prefix("--").unwrap_or_default();
        // Flags of cargo.
        let is_ours = !["quiet", "locked", "path"].contains(&flag);
        if flag.starts_with(|c: char| c.is_ascii_lowercase()) && is_ours {
            assert!(helps.contains(word), "the README names {word}");
        }
    }
}

#[test]
fn the_texts_that_the_pages_show_are_those_that_are_printed() {
    let mut printed = Vec::new();
    support::printed(&project().join("fixtures"), &mut printed);
    let mut pages = support::files(&project().join("docs/commands"), &|_| true);
    pages.push(project().join("README.md"));
    for path in pages {
        let page = fs::read_to_string(&path).expect("it is text");
        let page = page.split("<!-- help -->").next().unwrap_or_default();
        for shown in blocks(page, "text") {
            let is_in = |printed: &String| shown.lines().all(|line| printed.contains(line));
            let name = path.display();
            assert!(
                printed.iter().any(is_in),
                "{name}: nothing prints this:\n{shown}"
            );
        }
    }
}

#[test]
fn the_configuration_that_the_pages_show_has_known_keys_only() {
    let pages = ["compose", "lint", "check"].map(|command| {
        let path = project().join(format!("docs/commands/{command}.md"));
        fs::read_to_string(path).expect("it is text")
    });
    let pages = pages.concat();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = folder.path().join("witkit.toml");
    let shown = |start: &str| {
        let blocks = blocks(&pages, "toml");
        let found = blocks.iter().find(|block| block.starts_with(start));
        fs::write(&config, found.expect(start)).expect("it can be written");
    };
    shown("[compose.");
    let settings = witkit::compose::config::read(&config, None).expect("it is all understood");
    assert_eq!(settings.options.chains.len(), 2);
    assert_eq!(settings.options.definitions.len(), 2);
    assert!(settings.output.is_some());
    shown("[paths]");
    let settings = witkit::lint::read(&config).unwrap_or_else(|report| panic!("{report:#}"));
    assert_eq!(settings.select.len(), 2);
    assert_eq!(settings.rule_options.languages.len(), 2);
    shown("[check]");
    let settings = witkit::check::config::read(&config).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((settings.components.len(), settings.allow.len()), (1, 2));
    assert!(settings.wit.is_some() && settings.world.is_some() && settings.release.is_some());
    assert_eq!(settings.hosts.len(), 1);
    shown("[policy]");
    let policy = witkit::check::policy::read(&config).unwrap_or_else(|e| panic!("{e}"));
    assert!(!policy.is_empty());
}
