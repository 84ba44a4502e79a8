//! Which component imports what, over all kinds of wires.

use super::*;
use crate::source::Source;
use crate::wasm::Component;

/// The places of all findings when everything is denied, without what is the same in all.
fn places(text: &str) -> Vec<String> {
    places_of(&subject(text))
}

fn subject(bytes: impl Into<Vec<u8>>) -> Subject {
    let subject = Subject::new(Source::memory("app", bytes.into()));
    subject.unwrap_or_else(|report| panic!("{report:#}"))
}

fn places_of(subject: &Subject) -> Vec<String> {
    let mut policy = Policy::default();
    policy
        .add(&["*".to_string()], &[], &[])
        .expect("it is a pattern");
    let mut report = Report::new();
    check(subject, &policy, &mut report);
    let mut places = Vec::new();
    for finding in report.diagnostics() {
        assert_eq!(finding.code.name, "check/denied-import", "{report:#}");
        for label in &finding.labels {
            let Locus::Item { path, .. } = &label.locus else {
                panic!("{:?}", label.locus);
            };
            let not_led_to = label.text.starts_with("imported, but not");
            places.push(format!(
                "{}{}",
                path.join(" › "),
                if not_led_to { " !" } else { "" }
            ));
        }
    }
    places.sort();
    places
}

/// A component with code that calls the function `f` of all `imports`, and exports `run`.
fn calls(id: &str, imports: &[&str]) -> String {
    let mut text = format!("(component ${id}\n");
    for (at, name) in imports.iter().enumerate() {
        text += &format!("(import \"{name}\" (instance $i{at} (export \"f\" (func))))\n");
        text += &format!("(core func $f{at} (canon lower (func $i{at} \"f\")))\n");
    }
    text + r#"(core module $m (func (export "run")))
        (core instance $m (instantiate $m))
        (func $run (canon lift (core func $m "run")))
        (instance $api (export "f" (func $run)))
        (export "api" (instance $api)))"#
}

#[test]
fn a_component_with_code_of_its_own_is_its_own_asker() {
    assert_eq!(
        places(&calls("app", &["a:b/c", "a:b/d"])),
        ["export api → import a:b/c", "export api → import a:b/d"]
    );
}

#[test]
fn instances_of_one_component_are_told_apart_by_what_they_are_given() {
    let text = format!(
        r#"(component
          (import "real" (instance $real (export "f" (func))))
          {}
          {}
          (instance $bare (instantiate $mock))
          (instance $tested (instantiate $cache (with "x" (instance $bare "api"))))
          (instance $live (instantiate $cache (with "x" (instance $real))))
          (export "tested" (instance $tested "api")))"#,
        calls("mock", &[]),
        calls("cache", &["x"])
    );
    // The exported one has nothing to do with the import; the other is the same component.
    assert_eq!(places(&text), ["cache → import real !"]);
    let both = text.replace(
        "(export \"tested\"",
        "(export \"live\" (instance $live \"api\")) (export \"tested\"",
    );
    assert_eq!(places(&both), ["export live → cache → import real"]);
}

#[test]
fn components_taken_from_around_are_followed() {
    let text = format!(
        r#"(component $root
          (import "real" (instance $real (export "f" (func))))
          {}
          (component $group
            (import "y" (instance $y (export "f" (func))))
            (component $deep
              (import "z" (instance $z (export "f" (func))))
              (instance $i (instantiate $leaf (with "x" (instance $z))))
              (export "api" (instance $i "api")))
            (instance $i (instantiate $deep (with "z" (instance $y))))
            (export "api" (instance $i "api")))
          (instance $i (instantiate $group (with "y" (instance $real))))
          (export "api" (instance $i "api")))"#,
        calls("leaf", &["x"])
    );
    assert_eq!(places(&text), ["export api → leaf → import real"]);
}

#[test]
fn parts_that_only_pass_on_what_they_are_given_are_named() {
    let text = r#"(component
        (import "real" (instance $real (export "f" (func)) (export "g" (func))))
        (component $rename
          (import "x" (instance $x (export "f" (func))))
          (instance $y (export "other" (func $x "f")))
          (export "y" (instance $y)))
        (instance $i (instantiate $rename (with "x" (instance $real))))
        (export "y" (instance $i "y"))
        (export "z" (instance $real)))"#;
    assert_eq!(
        places(text),
        ["export y → i → import real", "export z → import real"]
    );
}

#[test]
fn a_component_that_is_imported_may_use_all_it_is_given() {
    let text = r#"(component
        (import "plug-in" (component $plug-in
          (import "x" (instance (export "f" (func))))
          (export "y" (func))))
        (import "real" (instance $real (export "f" (func))))
        (instance $i (instantiate $plug-in (with "x" (instance $real))))
        (export "y" (func $i "y")))"#;
    assert_eq!(
        places(text),
        ["export y → import plug-in", "export y → import real"]
    );
}

#[test]
fn a_hundred_levels_and_absurd_chains_take_no_time() {
    // Each level has two instances of the next one, in series: the way through all is 2^60 long.
    let mut text = calls("leaf", &["x"]);
    for _ in 0..60 {
        text = format!(
            r#"(component $c
              (import "x" (instance $x (export "f" (func))))
              {}
              (instance $a (instantiate 0 (with "x" (instance $x))))
              (instance $b (instantiate 0 (with "x" (instance $a "api"))))
              (export "api" (instance $b "api")))"#,
            text
        );
    }
    let found = places(&text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("export api → … 1152921504606846968 more … → c/c/"),
        "{found:?}"
    );
}

#[test]
fn functions_that_are_not_asked_for_are_nobodys() {
    let text = format!(
        r#"(component
          (import "real" (instance $real (export "f" (func)) (export "g" (func))))
          {}
          (instance $i (instantiate $leaf (with "x" (instance $real))))
          (export "api" (instance $i "api")))"#,
        calls("leaf", &["x"])
    );
    let subject = subject(text);
    for (function, text) in [
        ("f", "`i` imports `f`"),
        ("g", "imported, but not reachable"),
    ] {
        let mut policy = Policy::default();
        let added = policy.add(&[format!(":real.{function}")], &[], &[]);
        added.expect("it is a pattern");
        let mut report = Report::new();
        check(&subject, &policy, &mut report);
        let findings = report.diagnostics();
        let [finding] = findings.as_slice() else {
            panic!("{report:#}");
        };
        assert!(finding.labels[0].text.starts_with(text), "{finding:?}");
    }
}

#[test]
fn whatever_is_cut_off_is_malformed_and_never_passes() {
    let text = format!(
        r#"(component
          (import "real" (instance $real (export "f" (func))))
          {}
          (instance $i (instantiate $leaf (with "x" (instance $real))))
          (export "api" (instance $i "api")))"#,
        calls("leaf", &["x"])
    );
    let whole = Component::new(Source::memory("app", text.into_bytes()));
    let whole = whole.unwrap_or_else(|report| panic!("{report:#}"));
    let bytes = whole.bytes();
    let mut malformed = 0;
    for end in 8..bytes.len() {
        // Cut off between sections, it may be whole again, or no component to look into.
        let Ok(subject) = Subject::new(Source::memory("app", bytes[..end].to_vec())) else {
            malformed += 1;
            continue;
        };
        let mut policy = Policy::default();
        policy
            .add(&["*".to_string()], &[], &[])
            .expect("it is a pattern");
        let mut report = Report::new();
        check(&subject, &policy, &mut report);
        let codes: Vec<_> = report.diagnostics().iter().map(|d| d.code.name).collect();
        malformed += usize::from(codes == ["input/malformed"]);
        for code in codes {
            assert!(
                ["input/malformed", "check/denied-import"].contains(&code),
                "{code}"
            );
        }
    }
    assert!(
        malformed > bytes.len() / 2,
        "{malformed} of {}",
        bytes.len()
    );
}
