//! The schemas in `docs/schema` of what `compose`, `split` and `check --host` write, held against
//! all that they write here.
//!
//! Deliberately absent: those with pages of documentation of their own (`inspect.rs`, `graph.rs`,
//! `wit.rs`).

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Scenario, corpus, each, files, fits, project, schema, witkit};

fn document(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

#[test]
fn every_plan_of_compose_and_of_split_fits_its_schema() {
    let (schema, summary) = (schema("plan"), schema("split"));
    let folder = project().join("fixtures/compose");
    each(&Scenario::all(&folder), |scenario| {
        let args = scenario.args_and(&["--plan", "--format", "json"]);
        let plan = witkit(&scenario.folder, &args).expect(0)?.stdout;
        fits(&schema, &document(&plan)?)?;
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let out = temp.path().join("out.wasm");
        let args = scenario.args_and(&["-o", &out.display().to_string()]);
        witkit(&scenario.folder, &args).expect(0)?;
        let args = ["split", "out.wasm", "-o", "parts", "--recursive", "--json"];
        // A composition of one part that serves nobody is none.
        let ran = witkit(temp.path(), &args);
        if ran.code != Some(0) {
            return Ok(());
        }
        fits(&summary, &document(&ran.stdout)?)?;
        plans_fit(&schema, &temp.path().join("parts"))
    });
    // What a run of `split` writes there is a snapshot.
    plans_fit(&schema, &project().join("fixtures/split")).expect("they fit");
}

/// All files `plan.json` below a folder, of which there has to be one.
fn plans_fit(schema: &jsonschema::Validator, folder: &Path) -> Result<(), String> {
    let plans = files(folder, &|path| path.ends_with("plan.json"));
    if plans.is_empty() {
        return Err("no plan".to_string());
    }
    for path in plans {
        let plan = fs::read_to_string(&path).map_err(|e| e.to_string())?;
        fits(schema, &document(&plan)?).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

#[test]
fn what_is_no_plan_does_not_fit_the_schema() {
    let schema = schema("plan");
    let with = |to: Value| {
        json!({
            "schema": "witkit.plan/1", "dedupe": false, "imports": [], "exports": [],
            "parts": [{"name": "a", "path": "a.wasm", "role": "root", "wires": [
                {"import": "i", "to": to, "why": "wired"}
            ]}],
        })
    };
    let bundle = json!({"bundle": [{"name": "n", "to": {"of": {"part": "b"}, "export": "e"}}]});
    assert_eq!(fits(&schema, &with(bundle)), Ok(()));
    for to in [
        json!({}),
        json!({"part": "b", "host": "i"}),
        json!({"export": "e"}),
        json!({"bound": false}),
        json!({"bundle": [{"name": "n"}]}),
    ] {
        assert!(!schema.is_valid(&with(to.clone())), "{to}");
    }
    let mut plan = with(json!({"part": "b"}));
    assert_eq!(fits(&schema, &plan), Ok(()));
    plan["parts"][0]["role"] = json!("leaf");
    assert!(!schema.is_valid(&plan));
}

#[test]
fn the_verdicts_about_all_hosts_fit_their_schema() {
    let schema = schema("check-hosts");
    let mut paths = files(&project().join("fixtures"), &|path| {
        path.extension().is_some_and(|e| e == "wat")
    });
    if let Some(corpus) = corpus() {
        for folder in ["components", "modules"] {
            paths.extend(files(&corpus.join(folder), &|path| {
                path.extension().is_some_and(|e| e == "wasm")
            }));
        }
    }
    let mut args = ["check", "--host", "all", "--format", "json"]
        .map(str::to_string)
        .to_vec();
    args.extend(paths.iter().map(|path| path.display().to_string()));
    // What is wrong with some of them is what their scenarios are about.
    let ran = witkit(project(), &args).expect(1).expect("some are broken");
    let document = document(&ran.stdout).expect("it is JSON");
    assert_eq!(fits(&schema, &document), Ok(()));
    let guests = document["guests"].as_array().expect("the schema says so");
    assert!(guests.len() > 200, "only {}", guests.len());
    let mut kinds: Vec<_> = guests.iter().map(|guest| &guest["kind"]).collect();
    kinds.dedup();
    assert!(kinds.len() > 1, "{kinds:?}");
    for (verdict, gives) in [("runs", "flags"), ("does-not-run", "reasons")] {
        let hosts = guests.iter().flat_map(|g| g["hosts"].as_array());
        let mut of = hosts.flatten().filter(|host| host["verdict"] == verdict);
        let none = json!([]);
        assert!(of.all(|host| (host[gives] == none) == (gives == "flags")));
    }
    let mut other = document.clone();
    other["guests"][0]["hosts"][0]["verdict"] = json!("perhaps");
    assert!(!schema.is_valid(&other));
}
