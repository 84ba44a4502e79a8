//! `witkit check` and policies: the composed application
//! in `fixtures/check/app`, which is gated from end to end.

use std::fs;
use std::path::Path;

use crate::support::{self, copy_folder, project, witkit, witkit_fed};

fn run(folder: &Path, args: &[&str], exit: i32) -> support::Ran {
    let ran = witkit(folder, args).expect(exit);
    ran.unwrap_or_else(|told| panic!("{args:?}: {told}"))
}

#[test]
fn a_composed_application_is_gated_by_one_file() {
    let app = project().join("fixtures/check/app");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    copy_folder(&app, folder).expect("it can be copied");
    run(folder, &["compose", "-c", "witkit.toml"], 0);
    let ran = run(folder, &["check", "checkout.wasm"], 1);
    support::snapshot(&app.join("stdout.txt"), &ran.stdout, false)
        .unwrap_or_else(|e| panic!("{e}"));
    // Under another name, only the rule for all paths is for it.
    fs::copy(folder.join("checkout.wasm"), folder.join("other.wasm")).expect("it can be copied");
    let ran = run(folder, &["check", "other.wasm"], 1);
    assert!(!ran.stdout.contains("network"), "{}", ran.stdout);
    assert!(ran.stdout.contains("wasi:cli/exit@0.2.0"), "{}", ran.stdout);
    // With parts that keep to the policy, the same file lets it pass.
    let local = fs::read_to_string(folder.join("rates-local.wat")).expect("it is there");
    fs::write(folder.join("rates.wat"), local).expect("it can be written");
    let log = fs::read_to_string(folder.join("log.wat")).expect("it is there");
    let (before, rest) = log
        .split_once("(import \"wasi:cli/exit")
        .expect("it is there");
    let (_, after) = rest.split_once("))))\n").expect("it ends");
    fs::write(folder.join("log.wat"), format!("{before}{after}")).expect("it can be written");
    run(folder, &["compose", "-c", "witkit.toml"], 0);
    let ran = run(folder, &["check", "checkout.wasm"], 0);
    assert_eq!(ran.stdout, "");
}

#[test]
fn rules_are_found_for_a_path_from_wherever_it_is_named() {
    let folder = project().join("fixtures/check/policy-deny");
    let below = folder.join("services");
    let ran = run(&below, &["check", "app.wat"], 1);
    assert!(
        ran.stdout.contains("[../witkit.toml:3:9]"),
        "{}",
        ran.stdout
    );
    run(&folder, &["check", "./tools/../services/app.wat"], 1);
    let ran = run(&folder, &["check", "tools/app.wat"], 2);
    assert!(
        ran.stderr.contains("applies to any of these paths"),
        "{}",
        ran.stderr
    );
}

#[test]
fn flags_add_to_the_file_and_cannot_loosen_it() {
    let folder = project().join("fixtures/check/policy-allow-only");
    let ran = run(&folder, &["check", "app.wat", "--allow-only", "*"], 1);
    assert!(
        ran.stdout.contains("`[policy]` does not allow"),
        "{}",
        ran.stdout
    );
    let ran = run(&folder, &["check", "app.wat", "--deny", "clocks"], 1);
    assert!(
        ran.stdout.contains("`--deny clocks` denies"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("`[policy]` does not allow"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_empty_list_allows_nothing_and_a_component_without_imports_keeps_to_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    fs::write(folder.join("witkit.toml"), "[policy]\nallow-only = []\n").expect("it is written");
    fs::write(folder.join("pure.wat"), "(component)").expect("it is written");
    fs::write(folder.join("app.wat"), "(component (import \"f\" (func)))").expect("it is written");
    run(folder, &["check", "pure.wat"], 0);
    let ran = run(folder, &["check", "pure.wat", "app.wat"], 1);
    assert!(
        ran.stdout.contains("`app.wat` imports `f`, which"),
        "{}",
        ran.stdout
    );
}

#[test]
fn every_format_tells_the_chain_and_points_into_the_configuration() {
    let folder = project().join("fixtures/check/policy-deny");
    for format in ["json", "sarif", "junit"] {
        let ran = run(
            &folder,
            &["check", "services/app.wat", "--format", format],
            1,
        );
        for part in [
            "main → dice → import",
            "witkit.toml",
            "answers must be the same",
        ] {
            assert!(
                ran.stdout.contains(part),
                "{format} lacks {part}: {}",
                ran.stdout
            );
        }
    }
    let ran = run(
        &folder,
        &["check", "services/app.wat", "--format", "github"],
        1,
    );
    assert!(ran.stdout.starts_with("::error "), "{}", ran.stdout);
}

#[test]
fn what_is_no_component_is_said_and_the_others_are_checked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let whole = support::wat("(component (import \"f\" (func)) (core module))");
    fs::write(folder.join("cut.wasm"), &whole[..whole.len() - 3]).expect("it is written");
    fs::write(folder.join("module.wat"), "(module)").expect("it is written");
    fs::write(folder.join("app.wasm"), &whole).expect("it is written");
    let inputs = ["cut.wasm", "module.wat", "app.wasm", "missing.wasm", "."];
    let args = [&["check", "--deny", "*"][..], &inputs].concat();
    let ran = run(folder, &args, 2);
    for code in [
        "input/malformed",
        "input/not-a-component",
        "check/denied-import",
        "input/unreadable",
    ] {
        assert!(ran.stdout.contains(code), "no {code}: {}", ran.stdout);
    }
}

#[test]
fn standard_input_is_held_to_rules_without_a_path() {
    let folder = project().join("fixtures/check/policy-allow-only");
    let app = fs::read(folder.join("app.wat")).expect("it is there");
    let ran = witkit_fed(&folder, &["check", "-"], &app).expect(1);
    let ran = ran.unwrap_or_else(|told| panic!("{told}"));
    assert!(
        ran.stdout.contains("`stdin` imports `wasi:io/error"),
        "{}",
        ran.stdout
    );
}

#[test]
fn real_components_are_told_who_asks_for_what_they_import() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let folder = corpus.join("components");
    let ran = run(
        &folder,
        &[
            "check",
            "python/adder.wasm",
            "--deny",
            "network",
            "--deny",
            "wasi:cli/exit.exit",
        ],
        1,
    );
    assert!(
        ran.stdout.contains("→ import wasi:sockets/tcp@0.2"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("not reachable"), "{}", ran.stdout);
    run(
        &folder,
        &["check", "rust/docs_adder.wasm", "--deny", "network"],
        0,
    );
}
