//! Every code has a page, and a scenario that raises it: the id, the page and the example stay
//! together.

use std::fs;

use crate::support::{self, project, witkit};

/// Codes that no scenario can raise, and why.
const WITHOUT_SCENARIO: &[(&str, &str)] = &[
    (
        "compose/refused",
        "for what the validator says and nothing else explains",
    ),
    (
        "compose/too-large",
        "it takes hundreds of parts: see limits.rs",
    ),
];

#[test]
fn every_code_is_raised_by_a_scenario() {
    let scenarios = project().join("fixtures/compose");
    let mut raised = String::new();
    for folder in [scenarios.clone(), scenarios.join("errors")] {
        for scenario in support::Scenario::all(&folder) {
            let printed = fs::read_to_string(scenario.folder.join("stderr.txt"));
            raised.push_str(&printed.unwrap_or_default());
        }
    }
    let unraised: Vec<&str> = witkit::codes()
        .iter()
        .map(|code| code.name)
        .filter(|name| !raised.contains(&format!("[{name}]")))
        .collect();
    let excused: Vec<&str> = WITHOUT_SCENARIO.iter().map(|(name, _)| *name).collect();
    assert_eq!(unraised, excused);
}

#[test]
fn explain_prints_the_page_of_every_code() {
    for code in witkit::codes() {
        let ran = witkit(project(), &["explain", code.name])
            .expect(0)
            .expect(code.name);
        assert!(ran.stdout.starts_with(code.name), "{}", ran.stdout);
        assert!(ran.stdout.contains(code.page.trim()), "{}", ran.stdout);
    }
    let ran = witkit(project(), &["explain", "compose/type-missmatch"]).expect(2);
    let ran = ran.expect("there is no such code");
    assert!(
        ran.stderr.contains("did you mean `compose/type-mismatch`?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_help_is_what_the_docs_have() {
    let help = witkit(project(), &["compose", "--help"])
        .expect(0)
        .expect("there is help");
    let snapshot = project().join("docs/compose-help.txt");
    support::snapshot(&snapshot, &help.stdout, false).expect("WITKIT_BLESS=1 rewrites it");
}
