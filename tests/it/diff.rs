//! `witkit diff`: every rule's page is its test; scenarios, and what is read from git (`git`), held
//! against `wasm-tools component semver-check` (`oracle`, and its own cases in `semver_check`) and
//! against linking (`evolution`).

mod evolution;
mod forms;
mod git;
mod oracle;
mod semver_check;

use std::fs;
use std::path::Path;

use witkit::diff::{self, Diff, Input, Options};

use crate::support::{self, Scenario, indent, project, schema, witkit};

/// Compares two texts.
fn compare(old: &str, new: &str, settings: &Options) -> Diff {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("it can be written");
        Input::Path(path)
    };
    let (old_input, new_input) = (write("old.wit", old), write("new.wit", new));
    diff::diff(&old_input, &new_input, settings)
        .unwrap_or_else(|report| panic!("{report:#}\n{old}\n{new}"))
}

/// An example of a rule's page: two texts, and the rules that find something besides.
struct Example {
    old: String,
    new: String,
    also: Vec<String>,
}

fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut lines = page.lines();
    let mut old = None;
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            continue;
        };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let text = text.join("\n") + "\n";
        let mut words = fence.split(' ');
        assert_eq!(words.next(), Some("wit"), "{fence}");
        match words.next() {
            Some("old") => assert!(old.replace(text).is_none(), "two old texts:\n{page}"),
            Some("new") => {
                let also = words.filter_map(|word| word.strip_prefix("also:"));
                examples.push(Example {
                    old: old.take().expect("an old text comes before"),
                    new: text,
                    also: also.map(str::to_string).collect(),
                });
            }
            _ => panic!("{fence}"),
        }
    }
    examples
}

#[test]
fn every_example_raises_its_rule_and_those_it_names() {
    let mut wrong = Vec::new();
    for rule in diff::RULES {
        let examples = examples(&rule.code.page());
        if examples.is_empty() {
            wrong.push(format!("{} has no example", rule.name()));
        }
        for example in examples {
            let found = compare(&example.old, &example.new, &Options::default());
            let mut raised: Vec<&str> = found.changes.iter().map(|c| c.rule.name()).collect();
            raised.sort_unstable();
            raised.dedup();
            let mut expected: Vec<&str> = example.also.iter().map(String::as_str).collect();
            expected.push(rule.name());
            expected.sort_unstable();
            if raised != expected {
                let text = indent(&example.new);
                wrong.push(format!("{}: {raised:?}\n{text}", rule.name()));
            }
            for (old, new) in [(&example.old, &example.old), (&example.new, &example.new)] {
                let found = compare(old, new, &Options::default());
                if !found.report.is_empty() {
                    wrong.push(format!("{}: not equal to itself\n{old}", rule.name()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rules_are_listed_by_name_and_each_has_a_file_of_its_name() {
    let names: Vec<&str> = diff::RULES.iter().map(|rule| rule.name()).collect();
    assert!(names.is_sorted(), "{names:?}");
    for name in names {
        let file = format!("src/diff/rules/{}.rs", name.replace('-', "_"));
        assert!(project().join(&file).is_file(), "{file} is missing");
    }
}

#[test]
fn the_rules_are_those_that_the_docs_have() {
    let mut text = String::from(
        "# The rules of `witkit diff`\n\nEach page is what `witkit explain` prints. The table shows whom a change breaks and which\nversion it requires, for changes of imported and of exported items.\n\n| rule | imported | exported |\n|---|---|---|\n",
    );
    const IMPORT: diff::Position = diff::Position::IMPORT;
    const EXPORT: diff::Position = diff::Position::EXPORT;
    let follows = |rule: &diff::Rule, position| {
        let verdict = diff::Verdict::of(rule.effect, position);
        let least = match rule.kind {
            diff::Kind::Remark => return "not a change".to_string(),
            diff::Kind::Addition => diff::Bump::Minor,
            diff::Kind::Change => diff::Bump::Patch,
        };
        let bump = verdict.bump().max(least).name();
        match verdict.broken() {
            Some(broken) => format!("{bump}: breaks {broken}"),
            None => format!("{bump}: breaks nothing"),
        }
    };
    for rule in diff::RULES {
        // What is imported is not exported.
        let [import, export] = match rule.name() {
            name if name.starts_with("import-") => [follows(rule, IMPORT), "–".to_string()],
            name if name.starts_with("export-") => ["–".to_string(), follows(rule, EXPORT)],
            _ => [follows(rule, IMPORT), follows(rule, EXPORT)],
        };
        text.push_str(&format!("| {} | {import} | {export} |\n", rule.name()));
    }
    for rule in diff::RULES {
        let page = rule.code.page();
        text.push_str(&format!("\n## {}\n\n{}\n", rule.name(), page.trim()));
    }
    let docs = project().join("docs/diff-rules.md");
    support::snapshot(&docs, &text, false).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn scenarios_print_what_they_should() {
    let scenarios = Scenario::all(&project().join("fixtures/diff"));
    support::each(&scenarios, |scenario| {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        support::copy_folder(&scenario.folder, folder.path()).map_err(|e| e.to_string())?;
        let ran = witkit(folder.path(), &scenario.args).expect(scenario.exit.unwrap_or(0))?;
        scenario.snapshot("stdout.txt", &ran.stdout, true)?;
        scenario.snapshot("stderr.txt", &ran.stderr, true)?;
        if scenario.text("written.txt").is_some() || scenario.name == "write-baseline" {
            let written = fs::read_to_string(folder.path().join("baseline.json"));
            scenario.snapshot("written.txt", &written.unwrap_or_default(), true)?;
        }
        Ok(())
    });
}

/// The codes that are found between two texts, in their order.
fn found(old: &str, new: &str) -> Vec<&'static str> {
    let found = compare(old, new, &Options::default());
    let codes = found.report.diagnostics().into_iter().map(|d| d.code.name);
    codes.map(|name| name.trim_start_matches("diff/")).collect()
}

/// A package with an interface that consists of `body`.
fn package(version: &str, body: &str) -> String {
    format!("package a:b{version};\ninterface i {{\n{body}\n}}\n")
}

/// What `--format json` prints, which fits the schema, of the files of a scenario.
fn json(scenario: &str, args: &[&str]) -> serde_json::Value {
    let validator = schema("diff");
    let args = [&["diff", "--format", "json"], args].concat();
    let ran = witkit(&project().join("fixtures/diff").join(scenario), &args);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect(&ran.stdout);
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{scenario}: {errors:#?}\n{value:#}");
    for part in ["packages", "changes", "diagnostics"] {
        let mut less = value.clone();
        less.as_object_mut().expect("it is an object").remove(part);
        assert!(!validator.is_valid(&less), "{part} is asked for");
    }
    value
}

#[test]
fn the_json_of_every_scenario_fits_its_schema_and_has_a_finding_for_each_change() {
    let mut seen = 0;
    for scenario in Scenario::all(&project().join("fixtures/diff")) {
        if ["both-fail", "not-comparable"].contains(&scenario.name.as_str()) {
            continue;
        }
        let args = &scenario.args;
        let files: Vec<&str> = args[1..3].iter().map(String::as_str).collect();
        let value = json(&scenario.name, &files);
        let list = |name: &str| value[name].as_array().cloned().unwrap_or_default();
        for change in list("changes") {
            let same = |d: &serde_json::Value| {
                d["code"] == change["rule"] && d["message"] == change["message"]
            };
            assert!(list("diagnostics").iter().any(same), "{change:#}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn the_json_says_whom_each_change_breaks_and_which_version_it_takes() {
    let value = json("breaking-patch", &["old.wit", "new.wit"]);
    let package = &value["packages"][0];
    assert_eq!(package["made"], "minor", "{package:#}");
    assert_eq!(package["needs"], "major");
    assert_eq!(package["covered"], false);
    let changes = value["changes"].as_array().expect("the schema says so");
    assert_eq!(package["changes"], changes.len(), "{value:#}");
    let broken = |side: &str| {
        let is_broken =
            |c: &&serde_json::Value| c[side]["link"] == false || c[side]["compile"] == false;
        changes.iter().filter(is_broken).count()
    };
    assert_eq!(package["break_guests"], broken("guests"));
    assert_eq!(package["break_hosts"], broken("hosts"));
}

#[test]
fn a_change_that_a_baseline_knows_is_not_in_the_json() {
    let args = ["old.wit", "new.wit", "--baseline", "baseline.json"];
    let value = json("baseline", &args);
    let known = value["packages"][0]["known"].as_u64().expect("a number");
    let changes = value["changes"].as_array().expect("the schema says so");
    let all = value["packages"][0]["changes"].as_u64().expect("a number");
    assert!(known > 0, "{value:#}");
    assert_eq!(all - known, changes.len() as u64, "{value:#}");
}

#[test]
fn a_changed_external_id_is_told_of_imports_functions_and_types() {
    let text = |id: &str| {
        format!(
            "package a:b@1.0.0;\ninterface i {{\n@external-id(\"{id}\")\ntype t = u8;\n@external-id(\"{id}\")\nf: func();\n}}\nworld w {{\n@external-id(\"{id}\")\nimport i;\n@external-id(\"{id}\")\nexport g: func();\n}}\n"
        )
    };
    let codes = found(&text("x"), &text("y"));
    let changed = codes.iter().filter(|code| **code == "external-id-changed");
    assert_eq!(changed.count(), 4, "{codes:?}");
    let report = compare(&text("x"), &text("y"), &Options::default()).report;
    assert!(!report.has_errors(), "{report:#}");
}

#[test]
fn a_type_that_changes_is_told_once_with_the_functions_that_use_it() {
    let body = |ty: &str| {
        package(
            "",
            &format!(
                "type id = {ty}; record r {{ id: id }} f: func(a: id); g: func() -> list<r>; h: func();"
            ),
        )
    };
    let found = compare(&body("u32"), &body("u64"), &Options::default());
    let report = format!("{:#}", found.report);
    assert_eq!(found.changes.len(), 1, "{report}");
    assert!(report.contains("used by 2 functions: `f`, `g`"), "{report}");
}

#[test]
fn types_are_compared_by_meaning_wherever_they_are_defined() {
    let here = "package a:b;\ninterface t { record r { a: u32 } }\ninterface i { use t.{r}; f: func(r: r); }\n";
    let there = "package a:b;\ninterface t { record r { a: u32 } }\ninterface i { record r { a: u32 } f: func(r: r); }\n";
    assert!(found(here, there).is_empty());
    let alias = package("", "type k = string; f: func(a: k);");
    let bare = package("", "type k = string; f: func(a: string);");
    assert!(found(&alias, &bare).is_empty());
}

#[test]
fn an_unstable_item_may_change_unless_it_is_asked_for() {
    let body = |ty: &str, version| {
        package(
            version,
            &format!("@unstable(feature = x)\nf: func(a: {ty});"),
        )
    };
    let (old, new) = (body("u32", "@1.0.0"), body("u64", "@1.0.0"));
    let free = compare(&old, &new, &Options::default());
    assert!(!free.report.has_errors(), "{}", free.report);
    assert_eq!(free.packages[0].unstable, 1);
    let settings = Options {
        unstable_too: true,
        ..Options::default()
    };
    assert!(compare(&old, &new, &settings).report.has_errors());
    let new = package("@1.0.0", "");
    assert!(!compare(&old, &new, &Options::default()).report.has_errors());
}

#[test]
fn what_is_in_an_unstable_interface_is_unstable_too() {
    let text = |ty: &str| {
        format!("package a:b@1.0.0;\n@unstable(feature = x)\ninterface i {{ f: func(a: {ty}); }}\n")
    };
    let found = compare(&text("u32"), &text("u64"), &Options::default());
    assert!(!found.report.has_errors(), "{}", found.report);
}

#[test]
fn versions_cover_what_their_step_says() {
    let with = |version: &str, functions: &str| package(version, functions);
    let (one, two, other) = ("f: func();", "f: func(); g: func();", "f: func(a: u8);");
    for (old, new, more, fails) in [
        ("@1.0.0", "@1.1.0", two, false),
        ("@1.0.0", "@1.0.1", two, true),
        ("@1.0.0", "@1.1.0", other, true),
        ("@1.0.0", "@2.0.0", other, false),
        ("@0.2.0", "@0.2.1", two, false),
        ("@0.2.0", "@0.2.1", other, true),
        ("@0.2.0", "@0.3.0", other, false),
        ("@0.0.1", "@0.0.2", other, false),
        ("@0.0.1", "@0.0.1", two, true),
        ("@1.0.0-rc.1", "@1.0.0-rc.2", other, false),
        ("@2.0.0", "@1.0.0", one, true),
        ("", "", two, false),
        ("", "", other, true),
        ("", "@0.1.0", other, false),
    ] {
        let found = compare(&with(old, one), &with(new, more), &Options::default());
        assert_eq!(
            found.report.has_errors(),
            fails,
            "{old} {new}\n{}",
            found.report
        );
    }
}

#[test]
fn an_addition_that_breaks_nobody_is_a_warning_without_a_step_of_the_version() {
    let old = "package a:b@1.0.0;\ninterface i { f: func(); }\n";
    let new = "package a:b@1.0.0;\ninterface i { f: func(); }\ninterface j { g: func(); }\n";
    assert_eq!(found(old, new), ["version-too-low", "interface-added"]);
    let report = compare(old, new, &Options::default()).report;
    assert!(!report.has_errors(), "{report:#}");
}

#[test]
fn a_world_of_another_package_is_seen_through_the_versions_of_one_track() {
    let text = |version: &str, functions: &str| {
        format!(
            "package a:b;\nworld w {{ import c:d/i@{version}; }}\npackage c:d@{version} {{ interface i {{ {functions} }} }}\n"
        )
    };
    let old = text("0.2.0", "f: func();");
    assert!(!found(&old, &text("0.2.0", "f: func();")).contains(&"import-changed"));
    let split = |text: &str| {
        // As a dependency, not as a part of what is compared.
        let (main, dep) = text.split_once("package c:d").expect("there is one");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let dep = format!("package c:d{dep}").replacen(" {", ";\n", 1);
        let dep = dep
            .trim_end()
            .strip_suffix('}')
            .expect("it ends so")
            .to_string();
        fs::write(folder.path().join("a.wit"), main).expect("it can be written");
        fs::create_dir(folder.path().join("deps")).expect("a folder");
        fs::write(folder.path().join("deps/c.wit"), dep).expect("it can be written");
        folder
    };
    let codes = |new: &str| {
        let (a, b) = (split(&old), split(new));
        let input = |folder: &Path| Input::Path(folder.to_path_buf());
        let found = diff::diff(&input(a.path()), &input(b.path()), &Options::default());
        let found = found.unwrap_or_else(|report| panic!("{report:#}"));
        let names = found.changes.iter().map(|c| c.rule.name());
        names.collect::<Vec<_>>()
    };
    assert!(codes(&text("0.2.6", "f: func();")).is_empty());
    assert_eq!(
        codes(&text("0.2.6", "f: func(); g: func();")),
        ["function-added"]
    );
    assert_eq!(codes(&text("0.3.0", "f: func();")), ["import-changed"]);
}

#[test]
fn only_one_side_can_be_standard_input() {
    let ran = witkit(project(), &["diff", "-", "-"]).expect(2);
    assert!(ran.is_ok(), "{ran:?}");
    let ran = witkit(project(), &["diff", "a", "b", "--ignore", "field-aded"]).expect(2);
    let ran = ran.unwrap_or_else(|e| panic!("{e}"));
    assert!(
        ran.stderr.contains("did you mean `field-added`?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn nested_packages_are_compared_by_their_own_versions() {
    let text = |inner: &str| {
        format!("package a:b@1.0.0;\ninterface i {{ f: func(); }}\npackage c:d@{inner}\n")
    };
    let old = text("0.1.0 { interface j { g: func(); } }");
    let added = text("0.1.1 { interface j { g: func(); h: func(); } }");
    assert_eq!(found(&old, &added), ["function-added"]);
    assert!(
        !compare(&old, &added, &Options::default())
            .report
            .has_errors()
    );
    let changed = text("0.1.1 { interface j { g: func(x: u8); } }");
    assert_eq!(found(&old, &changed), ["version-too-low", "param-added"]);
    let gone = "package a:b@1.0.0;\ninterface i { f: func(); }\n";
    assert!(found(&old, gone).contains(&"interface-removed"));
    assert!(found(gone, &old).contains(&"interface-added"));
}

#[test]
fn nested_packages_of_two_versions_are_paired_with_their_own() {
    let text = |packages: &[(&str, &str)]| {
        let packages: String = packages
            .iter()
            .map(|(version, items)| {
                format!("package c:d@{version} {{ interface j {{ {items} }} }}\n")
            })
            .collect();
        format!("package a:b@1.0.0;\ninterface i {{ f: func(); }}\n{packages}")
    };
    let (one, two) = (("1.0.0", "g: func();"), ("2.0.0", "h: func();"));
    let both = text(&[one, two]);
    let none: [&str; 0] = [];
    assert_eq!(found(&both, &text(&[two, one])), none);
    assert!(found(&both, &text(&[two])).contains(&"interface-removed"));
    assert!(!found(&both, &text(&[two])).contains(&"function-removed"));
    assert!(found(&text(&[one]), &both).contains(&"interface-added"));
    // With another version in place of the one, that is what it has become.
    let next = ("1.1.0", "g: func(); k: func();");
    assert_eq!(found(&both, &text(&[two, next])), ["function-added"]);
    assert_eq!(found(&both, &text(&[next, two])), ["function-added"]);
}

#[test]
fn what_a_baseline_knows_is_hidden_even_if_it_has_moved() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("old.wit", &package("", "f: func();"));
    let new = package("", "f: func(a: u8);");
    write("new.wit", &new);
    let run = |flag: &str, exit| {
        let args = ["diff", "old.wit", "new.wit", flag, "known.json"];
        witkit(folder.path(), &args)
            .expect(exit)
            .unwrap_or_else(|e| panic!("{e}"))
    };
    run("--write-baseline", 0);
    write("new.wit", &format!("// A note.\n\n{new}"));
    let ran = run("--baseline", 0);
    assert_eq!(
        ran.stdout,
        "a:b, unversioned: 1 change, 1 breaks guests, 1 breaks hosts, 1 known\n"
    );
    write("new.wit", &package("", "f: func(a: u8, b: u8);"));
    assert!(run("--baseline", 1).stdout.contains("parameter `b`"));
    write("new.wit", &package("", "f: func();"));
    assert!(run("--baseline", 0).stdout.contains("wit/stale-baseline"));
}

#[test]
fn bad_input_on_either_side_is_said_and_no_panic() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).expect("it can be written");
    };
    write("good.wit", b"package a:b;\ninterface i { f: func(); }\n");
    write("empty", b"");
    write("cut.wasm", b"\0asm\x0d\0\x01\0\x07\xff\xff");
    write("latin.wit", b"package a:b;\n// caf\xe9\n");
    write("module.wasm", b"\0asm\x01\0\0\0");
    fs::create_dir(folder.path().join("folder")).expect("a folder");
    for bad in [
        "empty",
        "cut.wasm",
        "latin.wit",
        "module.wasm",
        "folder",
        "missing",
    ] {
        for args in [["diff", bad, "good.wit"], ["diff", "good.wit", bad]] {
            let ran = witkit(folder.path(), &args)
                .expect(if bad == "missing" { 2 } else { 1 })
                .unwrap_or_else(|e| panic!("{e}"));
            assert!(ran.stdout.contains("error["), "{args:?}: {}", ran.stdout);
        }
    }
}
