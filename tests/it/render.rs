//! Reports in every form: for people, JSON, SARIF, GitHub's workflow commands, JUnit.
//!
//! The report that is rendered is made by hand in `samples`, with all that is awkward; what comes
//! out is beside it in `fixtures/render`, and is held against the published schemas and against
//! the little readers of `readers`.

pub mod readers;
mod samples;

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;
use witkit::diag::Report;
use witkit::render::{github, gitlab, human, json, junit, markdown, plain, sarif};

use crate::support::{self, Scenario, each, indent, project, witkit};
use readers::{Command, applied, cases, check, commands, issues, rows, schema};

/// The forms by their names on the command line, with the ends of their files.
pub const FORMS: [(&str, &str); 8] = [
    ("human", "txt"),
    ("plain", "plain.txt"),
    ("json", "json"),
    ("sarif", "sarif"),
    ("github", "github.txt"),
    ("gitlab", "gitlab.json"),
    ("junit", "xml"),
    ("markdown", "md"),
];

/// As it is written to a pipe.
const PIPE: human::Style = human::Style {
    color: false,
    unicode: true,
    links: false,
    width: None,
};

fn rendered(report: &Report, form: &str) -> String {
    match form {
        "human" => human::render(report, PIPE),
        "plain" => plain::render(report),
        "json" => json::render(report),
        "sarif" => sarif::render(report),
        "github" => github::render(report),
        "gitlab" => gitlab::render(report),
        "junit" => junit::render(report),
        "markdown" => markdown::render(report),
        _ => panic!("{form} is not rendered"),
    }
}

/// Compares with the snapshots `fixtures/render/<name>.*`, which do not know witkit's version.
fn recorded(name: &str, form: (&str, &str), text: &str) -> Result<(), String> {
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let text = text.replace(&version, "\"version\": \"VERSION\"");
    let path = project().join(format!("fixtures/render/{name}.{}", form.1));
    support::snapshot(&path, &text, false)
}

#[test]
fn awkward_findings_are_rendered_as_recorded() {
    let report = samples::awkward();
    let wrong: String = FORMS
        .iter()
        .filter_map(|form| recorded("awkward", *form, &rendered(&report, form.0)).err())
        .collect();
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn awkward_findings_keep_to_every_form() {
    for report in [samples::awkward(), Report::new()] {
        for (form, _) in FORMS {
            check(form, &rendered(&report, form)).expect(form);
        }
    }
}

#[test]
fn the_schemas_refuse_what_is_no_report() {
    let report = samples::awkward();
    let forms = [
        ("docs/schema/report.schema.json", "json", "/diagnostics/0"),
        (
            "fixtures/render/sarif-schema-2.1.0.json",
            "sarif",
            "/runs/0/results/0",
        ),
    ];
    for (file, form, finding) in forms {
        let mut value: Value = serde_json::from_str(&rendered(&report, form)).expect("it is JSON");
        schema(file, &value).expect("it is valid as it is");
        let finding = value
            .pointer_mut(finding)
            .and_then(Value::as_object_mut)
            .expect("there is a finding");
        finding.remove("message");
        schema(file, &value).expect_err("there is no finding without a message");
    }
}

#[test]
fn sarif_has_a_rule_with_its_page_for_every_code_that_occurs() {
    let log: Value = serde_json::from_str(&sarif::render(&samples::awkward())).expect("it is JSON");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array();
    let rules = rules.expect("there are rules");
    let ids: Vec<&str> = rules
        .iter()
        .filter_map(|rule| rule["id"].as_str())
        .collect();
    assert_eq!(ids, ["test/error", "test/note", "test/warning"]);
    assert_eq!(rules[0]["help"]["markdown"], samples::ERROR.page());
    assert_eq!(
        rules[0]["shortDescription"]["text"],
        "Something is wrong with a file."
    );
    for result in log["runs"][0]["results"].as_array().expect("a list") {
        let index = result["ruleIndex"].as_u64().expect("a number") as usize;
        assert_eq!(result["ruleId"], ids[index]);
    }
}

#[test]
fn fixes_in_json_and_sarif_change_what_the_edits_change() {
    let report = samples::awkward();
    let expected: Vec<(String, String)> = report
        .diagnostics()
        .iter()
        .filter_map(|d| applied::edits(&report, &d.fix.as_ref()?.edits))
        .flatten()
        .collect();
    assert_eq!(expected.len(), 3, "the sample has fixes for three texts");
    let read = |form| serde_json::from_str(&rendered(&report, form)).expect("it is JSON");
    assert_eq!(applied::json(&report, &read("json")), expected);
    assert_eq!(applied::sarif(&report, &read("sarif")), expected);
}

#[test]
fn fingerprints_stay_when_lines_come_before_and_tell_equal_findings_apart() {
    let prints = |before: &str| -> Vec<String> {
        let log = sarif::render(&samples::alike(before));
        let log: Value = serde_json::from_str(&log).expect("it is JSON");
        let results = log["runs"][0]["results"].as_array().expect("a list");
        let print = |result: &Value| result["partialFingerprints"]["witkitFinding/v1"].to_string();
        results.iter().map(print).collect()
    };
    let was = prints("");
    assert_eq!(was, prints("// A line.\n\n"));
    let mut distinct = was.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 3, "{was:?}");
}

#[test]
fn workflow_commands_say_all_that_a_finding_says() {
    let report = samples::awkward();
    let commands = commands(&github::render(&report)).expect("all lines are commands");
    let found = report.diagnostics();
    assert_eq!(commands.len(), found.len());
    // Logs are shown on terminals, too.
    let shown = |text: &str| {
        let text = text.replace('\x1b', "␛").replace('\t', "␉");
        text.replace(['\u{7f}', '\u{9b}'], "\u{fffd}")
    };
    for (
        Command {
            name,
            properties,
            message,
        },
        d,
    ) in commands.iter().zip(found)
    {
        let severity = d.severity.as_str().replace("note", "notice");
        assert_eq!(*name, severity);
        assert_eq!(properties["title"], d.code.name);
        let texts = d.labels.iter().map(|l| &l.text);
        for text in texts.chain(&d.notes).chain(&d.help) {
            assert!(message.contains(&shown(text)), "{text} is not in {message}");
        }
        assert!(message.starts_with(&shown(&d.message)), "{message}");
    }
    let odd = "wit/ünï, 100%: a.wit";
    let mut places = commands.iter().map(|command| &command.properties);
    let place = places.find(|p| p.get("file").is_some_and(|file| file == odd));
    let place = place.expect("the file has a finding");
    let said = ["line", "col", "endLine", "endColumn"].map(|key| place[key].as_str());
    assert_eq!(said, ["2", "13", "2", "16"]);
}

#[test]
fn gitlab_gets_all_of_a_finding_in_one_line_and_keeps_it_while_lines_come_before() {
    let report = samples::awkward();
    let issues = issues(&gitlab::render(&report)).expect("they are issues");
    let found = report.diagnostics();
    assert_eq!(issues.len(), found.len());
    for (issue, d) in issues.iter().zip(found) {
        let said = issue["description"].as_str().expect("a text");
        let shown = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [&d.message].into_iter().chain(&d.notes).chain(&d.help) {
            let text = shown(text).replace('\x1b', "␛");
            let text = text.replace(['\u{7f}', '\u{9b}'], "\u{fffd}");
            assert!(said.contains(&text), "{text} is not in {said}");
        }
        assert_eq!(issue["check_name"], d.code.name);
    }
    let place = &issues[0]["location"];
    assert!(
        issues
            .iter()
            .any(|issue| issue["location"]["path"] == "wit/store.wit"),
        "{place}"
    );
    let prints = |before: &str| -> Vec<String> {
        let all = readers::issues(&gitlab::render(&samples::alike(before)));
        let all = all.expect("they are issues, each with a fingerprint of its own");
        let prints = all.iter().map(|issue| issue["fingerprint"].to_string());
        prints.collect()
    };
    assert_eq!(prints(""), prints("// A line.\n\n"));
}

#[test]
fn markdown_has_a_row_for_each_finding_whatever_is_in_it() {
    let report = samples::awkward();
    let rows = rows(&markdown::render(&report)).expect("it is a table");
    let found = report.diagnostics();
    assert_eq!(rows.len(), found.len());
    for (row, d) in rows.iter().zip(found) {
        assert_eq!(row[0], d.severity.as_str());
        assert!(row[1].contains(&format!("(`{}`)", d.code.name)), "{row:?}");
    }
    for (text, cell) in [
        ("`a|b` | c", "`a\\|b` \\| c"),
        ("<b> & *c*_d_", "&lt;b&gt; &amp; \\*c\\*\\_d\\_"),
        ("one ` alone", "one \\` alone"),
        ("a\n  b", "a<br>&nbsp;&nbsp;b"),
        ("`a` and `b", "`a` and \\`b"),
    ] {
        assert_eq!(markdown::text(text), cell);
    }
    assert_eq!(markdown::render(&Report::new()), "No findings.\n");
}

#[test]
fn junit_fails_for_errors_only_and_names_every_case_once() {
    let report = samples::awkward();
    let cases = cases(&junit::render(&report)).expect("it is XML");
    let errors = report
        .diagnostics()
        .iter()
        .filter(|d| d.severity.as_str() == "error")
        .count();
    assert_eq!(cases.iter().filter(|c| c.failed).count(), errors);
    assert_eq!(cases.len(), report.diagnostics().len());
    let mut names: Vec<_> = cases.iter().map(|c| (&c.class, &c.name)).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), cases.len());

    let none = readers::cases(&junit::render(&Report::new())).expect("it is XML");
    assert_eq!(none.len(), 1, "an empty suite is taken for a mistake");
    assert!(!none[0].failed);
}

#[test]
fn the_summary_counts_only_where_there_is_something_to_count() {
    for (report, summary) in [
        (samples::with(&["error"], &[]), None),
        (samples::with(&["error", "error"], &[]), Some("2 errors")),
        (
            samples::with(&["warning", "error"], &[]),
            Some("1 error, 1 warning"),
        ),
        (
            samples::with(&["note", "note", "warning"], &[]),
            Some("1 warning, 2 notes"),
        ),
        (
            samples::with(&["warning"], &[true]),
            Some("1 warning; 1 fixable with `--fix`"),
        ),
        (
            samples::with(&["warning", "error", "error"], &[true, false, false]),
            Some("2 errors, 1 warning; 1 fixable with `--fix`, 2 more with `--unsafe-fixes`"),
        ),
        (
            samples::with(&["warning"], &[false]),
            Some("1 warning; 1 fixable with `--fix --unsafe-fixes`"),
        ),
    ] {
        let text = human::render(&report, PIPE);
        let last = text.lines().last().filter(|line| !line.contains("finding"));
        assert_eq!(
            last.filter(|line| !line.starts_with("  fix:")),
            summary,
            "{text}"
        );
    }
}

#[test]
fn advice_is_wrapped_at_the_width_and_coloured_when_asked() {
    let report = samples::awkward();
    let style = human::Style {
        color: true,
        width: Some(60),
        ..PIPE
    };
    let text = human::render(&report, style);
    assert!(
        text.contains("  \x1b[1;36mfix:\x1b[0m mend both\n"),
        "{text}"
    );
    let plain = human::Style {
        color: false,
        ..style
    };
    let text = human::render(&report, plain);
    let (_, advice) = text.split_once("  help: see the").expect("there is advice");
    let (advice, _) = advice.split_once("  fix: ").expect("a fix comes behind");
    let more: Vec<&str> = advice.lines().skip(1).collect();
    assert!(!more.is_empty(), "{text}");
    for line in more {
        assert!(line.starts_with("        ") && line.len() <= 60, "{line}");
    }
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let text = human::render(&samples::awkward(), PIPE);
    let raw = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(raw, None, "{text}");
}

#[test]
fn a_finding_in_several_files_has_a_box_for_each() {
    let text = human::render(&samples::in_two_files(), PIPE);
    let expected = "\
error[test/error]: `a` has moved
   ╭─[new.wit:1:11]
 1 │ interface a {}
   ·           ┬
   ·           ╰── here now
   ╰────
   ╭─[old.wit:2:11]
 2 │ interface a {}
   ·           ┬
   ·           ╰── was here
   ╰────
";
    assert_eq!(text, expected);
}

/// What a program prints that returns a report from `main` as an error of miette.
#[test]
fn programs_that_report_with_miette_show_reports() {
    let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::none());
    let shown = |report: &Report| {
        let mut text = String::new();
        handler
            .render_report(&mut text, report)
            .expect("it is drawn");
        text
    };
    let one = shown(&samples::in_two_files());
    for part in [
        "test/error\n",
        "x `a` has moved",
        "[new.wit:1:11]",
        "`-- was here",
    ] {
        assert!(one.contains(part), "{part} is not in\n{one}");
    }
    let mut report = samples::in_two_files();
    report.extend(samples::with(&["warning"], &[]));
    let many = shown(&report);
    for part in [
        "x 1 error, 1 warning",
        "Error: test/error",
        "Warning: test/warning",
    ] {
        assert!(many.contains(part), "{part} is not in\n{many}");
    }
    // What was drawn before is not drawn again when the report has changed.
    report.extend(samples::with(&["note"], &[]));
    assert!(shown(&report).contains("x 1 error, 1 warning, 1 note"));
}

/// Were any form quadratic in findings and text, it would go through 10 GB here.
#[test]
fn thousands_of_findings_in_a_large_file_take_no_time_worth_speaking_of() {
    for (what, report) in [
        ("many lines", samples::large("\n")),
        ("one line", samples::large(" ")),
        ("ranges to the end", samples::large_ranges()),
    ] {
        for (form, _) in FORMS {
            let start = Instant::now();
            let text = rendered(&report, form);
            let took = start.elapsed();
            println!("{what}, {form}: {took:?}");
            // Drawing takes a second, the rest less than half of one, on a machine that is not busy.
            let is_drawn = ["human", "plain"].contains(&form);
            let limit = if is_drawn { 10 } else { 4 };
            assert!(
                took < Duration::from_secs(limit),
                "{what}, {form}: {took:?}"
            );
            assert!(text.len() > 5_000 * 20, "{what}, {form}: {}", text.len());
        }
    }
}

#[test]
fn every_error_scenario_of_compose_keeps_to_the_form_that_was_asked_for() {
    let errors = Scenario::all(&project().join("fixtures/compose/errors"));
    each(&errors, |scenario| {
        let code = scenario.exit.unwrap_or(1);
        let output: &[&str] = match scenario.args.iter().any(|arg| arg == "-o") {
            true => &[],
            false => &["-o", "never-written.wasm"],
        };
        // There the form of what is printed is asked for, which is that of the report as well.
        let is_asked = scenario.args.iter().any(|arg| arg == "--format");
        for form in FORMS.iter().copied().filter(|_| !is_asked) {
            let args = scenario.args_and(&[&["--format", form.0], output].concat());
            let ran = witkit(&scenario.folder, &args).expect(code)?;
            if !ran.stdout.is_empty() {
                return Err(format!("stdout is not empty\n{}", indent(&ran.stdout)));
            }
            if code == 1 {
                check(form.0, &ran.stderr)?;
            }
            if ["many-at-once", "bad-toml-key"].contains(&scenario.name.as_str()) {
                recorded(&scenario.name, form, &ran.stderr)?;
            }
        }
        Ok(())
    });
}

#[test]
fn a_composition_without_findings_has_a_document_in_the_forms_that_are_documents() {
    let scenario = Scenario::read(&project().join("fixtures/compose/basic"));
    for (form, _) in FORMS {
        let args = scenario.args_and(&["--plan", "--format", form]);
        let ran = witkit(&scenario.folder, &args)
            .expect(0)
            .expect("it composes");
        // In JSON, the plan is the document, and there is no second one without findings.
        if form != "json" {
            check(form, &ran.stderr).expect(form);
        }
        let silent = ["human", "plain", "json", "github"].contains(&form);
        assert_eq!(ran.stderr.is_empty(), silent, "{form}");
        // A plan has two forms: for people, and for programs.
        let for_people = ["human", "plain"].contains(&form);
        assert_ne!(ran.stdout.contains("witkit.plan/1"), for_people);
    }
}

#[test]
fn the_docs_name_every_field_of_a_report() {
    let docs = fs::read_to_string(project().join("docs/json.md")).expect("the docs read");
    let path = project().join("docs/schema/report.schema.json");
    let text = fs::read_to_string(path).expect("the schema reads");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    for (kind, definition) in schema["$defs"].as_object().expect("definitions") {
        for field in definition["properties"].as_object().expect("fields").keys() {
            let named = docs.contains(&format!(".{field}")) || docs.contains(&format!("`{field}`"));
            assert!(named, "docs/json.md does not speak of `{field}` ({kind})");
        }
    }
}
