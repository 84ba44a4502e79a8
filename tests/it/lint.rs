//! `witkit lint`: every rule's page is its test; the command, its settings and its reports.

use std::fs;
use std::path::Path;

use witkit::lint::{self, Options, Rule};
use witkit::wit;

use crate::support::{self, indent};

/// An example of a rule's page.
struct Example {
    /// `bad`, `good` or `fixed`.
    kind: String,
    /// The name of the file.
    file: String,
    /// What is in `[lint]`.
    settings: String,
    /// The features that are there.
    features: Vec<String>,
    text: String,
}

/// The examples of a page, in their order.
fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut settings = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            continue;
        };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let text = text.join("\n") + "\n";
        if fence == "toml" {
            settings = text;
            continue;
        }
        let mut words = fence.split(' ');
        assert_eq!(words.next(), Some("wit"), "{fence}");
        let kind = words.next().expect("bad, good or fixed").to_string();
        let words: Vec<&str> = words.collect();
        let told = |key: &str| words.iter().find_map(|word| word.strip_prefix(key));
        let features = told("features:").into_iter().flat_map(|f| f.split(','));
        examples.push(Example {
            kind,
            file: told("file:").unwrap_or("example.wit").to_string(),
            settings: settings.clone(),
            features: features.map(str::to_string).collect(),
            text,
        });
    }
    examples
}

/// Lints an example, and fixes it if asked; what is found, as `rule: message`, and the text.
fn run(rule: &Rule, example: &Example, fix: bool) -> (Vec<(String, String)>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(&example.file);
    fs::write(&path, &example.text).expect("the example can be written");
    let config = folder.path().join("witkit.toml");
    fs::write(&config, &example.settings).expect("the settings can be written");
    let mut settings = lint::read(&config).expect("the settings are right");
    if !rule.on && settings.level(rule).is_none() {
        settings
            .levels
            .insert(rule.name().to_string(), Some(rule.code.severity));
    }
    let options = wit::Options {
        features: example.features.clone(),
        ..wit::Options::default()
    };
    let (report, text) = if fix {
        let fixed = lint::fix(&path, &options, &settings, true).unwrap_or_else(|r| panic!("{r}"));
        let text = fixed.files.into_iter().next().map(|(_, text)| text);
        (fixed.report, text.unwrap_or(example.text.clone()))
    } else {
        let wit = wit::load(&path, &options).unwrap_or_else(|r| panic!("{r}\n{}", example.text));
        (lint::lint(&wit, &settings), example.text.clone())
    };
    let found = report
        .diagnostics()
        .iter()
        .map(|d| (d.code.name.to_string(), d.message.clone()))
        .collect();
    (found, text)
}

#[test]
fn every_bad_example_raises_its_rule_alone_and_every_good_one_nothing() {
    let mut wrong = Vec::new();
    for rule in lint::RULES {
        let examples = examples(&rule.code.page());
        for kind in ["bad", "good"] {
            if !examples.iter().any(|example| example.kind == kind) {
                wrong.push(format!("{} has no {kind} example", rule.name()));
            }
        }
        for example in &examples {
            let (found, _) = run(rule, example, false);
            let raised = found.iter().any(|(code, _)| code == rule.code.name);
            let others: Vec<_> = found
                .iter()
                .filter(|(code, _)| code != rule.code.name)
                .collect();
            if raised != (example.kind == "bad") || !others.is_empty() {
                wrong.push(format!(
                    "{}, {}: {found:?}\n{}",
                    rule.name(),
                    example.kind,
                    indent(&example.text)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_fix_turns_the_bad_example_into_the_fixed_one() {
    let mut wrong = Vec::new();
    for rule in lint::RULES {
        let mut bad = None;
        for example in examples(&rule.code.page()) {
            match example.kind.as_str() {
                "bad" => {
                    if let Some(bad) = bad.replace(example) {
                        expect_no_fix(rule, &bad, &mut wrong);
                    }
                }
                "fixed" => {
                    let bad = bad.take().expect("a fixed example follows a bad one");
                    let (found, text) = run(rule, &bad, true);
                    if text != example.text || !found.is_empty() {
                        wrong.push(format!("{}: {found:?}\n{}", rule.name(), indent(&text)));
                    }
                }
                _ => {}
            }
        }
        if let Some(bad) = bad {
            expect_no_fix(rule, &bad, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A bad example that is not followed by a fixed one is left as it is by `--fix`.
fn expect_no_fix(rule: &Rule, bad: &Example, wrong: &mut Vec<String>) {
    let (_, text) = run(rule, bad, true);
    if text != bad.text {
        wrong.push(format!(
            "{}: there is a fix, but no block `wit fixed`",
            rule.name()
        ));
    }
}

#[test]
fn rules_are_listed_by_name_and_each_has_a_file_of_its_name() {
    let names: Vec<&str> = lint::RULES.iter().map(|rule| rule.name()).collect();
    assert!(names.is_sorted(), "{names:?}");
    for name in names {
        let file = format!("src/lint/rules/{}.rs", name.replace('-', "_"));
        assert!(
            support::project().join(&file).is_file(),
            "{file} is missing"
        );
    }
}

#[test]
fn settings_say_which_rules_are_on() {
    let rule = |name: &str| *lint::RULES.iter().find(|r| r.name() == name).expect(name);
    let unused = rule("unused-use");
    let mut settings = Options::default();
    assert!(settings.level(unused).is_some());
    settings.ignore = vec!["correctness".to_string()];
    assert!(settings.level(unused).is_none());
    settings.select = vec!["wit/unused-use".to_string()];
    assert!(settings.level(unused).is_some());
    assert!(settings.level(rule("empty-interface")).is_none());
    assert!(lint::read(Path::new("no-such-file.toml")).is_err());
}

#[test]
fn releases_and_languages_that_nobody_knows_are_errors_with_advice() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("witkit.toml");
    let text = "[lint]\nrelease = \"wasi-0.4\"\nlanguages = [\"rust\", \"cobol\"]\n";
    fs::write(&path, text).expect("the settings can be written");
    let report = lint::read(&path).expect_err("neither is known");
    let report = format!("{report:#}");
    for expected in [
        "`wasi-0.4` is not a valid value of `release`",
        "did you mean `wasi-0.2`?",
        "`cobol` is not a valid value of `languages`",
        "use one of `wit`, `rust`, `c`,",
    ] {
        assert!(report.contains(expected), "{expected}\n{report}");
    }
}

#[test]
fn names_of_types_are_seen_through_wherever_they_are_used() {
    let text = "\
package a:b@1.0.0;
interface i {
  type c = char;
  type d = c;
  f: func(a: stream<d>);
  g: func(a: stream<u8>);
}
world w {
  use i.{d as e};
  import f: func(a: stream<e>);
  import n: interface {
    use i.{c};
    f: func(a: stream<c>);
  }
}
";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.wit");
    fs::write(&path, text).expect("the text can be written");
    let wit = wit::load(&path, &wit::Options::default()).unwrap_or_else(|r| panic!("{r}"));
    let settings = Options {
        select: vec!["stream-of-char".to_string()],
        ..Options::default()
    };
    let report = lint::lint(&wit, &settings);
    let lines: Vec<usize> = report
        .diagnostics()
        .iter()
        .map(|d| text[..d.labels[0].locus.start()].lines().count())
        .collect();
    assert_eq!(lines, [5, 10, 13], "{report:#}");
}

#[test]
fn the_rules_are_those_that_the_docs_have() {
    let mut text = String::from(
        "# The rules of `witkit lint`\n\nEach page is what `witkit explain` prints. `witkit lint --list` lists all rules.\n",
    );
    for group in lint::Group::ALL {
        text.push_str(&format!("\n## {}\n", group.name()));
        for rule in lint::RULES.iter().filter(|rule| rule.group == group) {
            let level = match rule.on {
                true => rule.code.severity.as_str(),
                false => "off by default",
            };
            let page = rule.code.page();
            text.push_str(&format!(
                "\n### {} ({level})\n\n{}\n",
                rule.name(),
                page.trim()
            ));
        }
    }
    let docs = support::project().join("docs/lint-rules.md");
    support::snapshot(&docs, &text, false).unwrap_or_else(|e| panic!("{e}"));
}
