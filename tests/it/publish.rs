//! `witkit publish`: what it would publish, and what it refuses before it asks a registry. What it does
//! to registries is in `registry.rs`.

use std::process::Command;

use serde_json::Value;

use crate::support::{fits, prints_only, project, schema, witkit};

#[test]
fn every_scenario_prints_what_it_has() {
    prints_only("publish");
}

fn document(input: &str, more: &[&str]) -> Value {
    let folder = project().join("fixtures/publish/json");
    let to = "oci://registry.example/acme/kv:0.2.1";
    let args = [&["publish", input, "--to", to, "--dry-run", "--json"], more].concat();
    let ran = witkit(&folder, &args)
        .expect(0)
        .expect("it would be published");
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

#[test]
fn the_document_fits_its_schema() {
    let schema = schema("publish");
    let fine = document("app.wat", &["--annotation", "a=b"]);
    assert_eq!(fits(&schema, &fine), Ok(()));
    assert_eq!(fine["annotations"]["a"], "b");
    for (field, wrong) in [
        ("state", "done"),
        ("digest", "x"),
        ("schema", "witkit.publish/2"),
    ] {
        let mut document = fine.clone();
        document[field] = wrong.into();
        assert!(!schema.is_valid(&document), "{field}");
    }
}

/// Tools that read the configuration want a date, and the digest should not depend on it.
#[test]
fn an_image_depends_on_its_input_and_not_on_the_time() {
    let first = document("app.wat", &[]);
    assert_eq!(document("app.wat", &[]), first);
    assert_eq!(first["config"]["created"], "1970-01-01T00:00:00Z");
    let run = |epoch: &str| {
        let to = "oci://registry.example/acme/kv:0.2.1";
        Command::new(env!("CARGO_BIN_EXE_witkit"))
            .args(["publish", "app.wat", "--to", to, "--dry-run", "--json"])
            .current_dir(project().join("fixtures/publish/json"))
            .env("SOURCE_DATE_EPOCH", epoch)
            .output()
            .expect("it runs")
    };
    let dated = run("1735689600");
    let dated: Value = serde_json::from_slice(&dated.stdout).expect("it is JSON");
    assert_eq!(dated["config"]["created"], "2025-01-01T00:00:00Z");
    assert_ne!(dated["digest"], first["digest"]);
    assert_eq!(dated["layer"], first["layer"]);
    let wrong = run("yesterday");
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_package_is_the_same_image_in_text_and_in_binary_form() {
    let temp = tempfile::tempdir().expect("a folder");
    let wit = project()
        .join("fixtures/publish/package/wit")
        .display()
        .to_string();
    let args = ["wit", &wit, "-o", "kv.wasm"];
    witkit(temp.path(), &args)
        .expect(0)
        .expect("it is converted");
    let digest = |input: &str| {
        let args = [
            "publish",
            input,
            "--to",
            "oci://registry.example/acme/kv",
            "--dry-run",
            "--json",
        ];
        let ran = witkit(temp.path(), &args)
            .expect(0)
            .expect("it would be published");
        let document: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        document["digest"].clone()
    };
    assert_eq!(digest(&wit), digest("kv.wasm"));
}
