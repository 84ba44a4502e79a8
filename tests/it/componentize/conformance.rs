//! wit-component's own test cases, set up as its tests do: each module gets its world first.

use std::fs;
use std::path::Path;

use serde_json::Value;
use witkit::componentize::{AdapterChoice, Embed, LinkOptions, ModuleSpec, Options, componentize};

use super::wit;
use crate::support::{conforms, corpus, indent, validate};

#[test]
fn every_case_of_wit_component_has_the_same_verdict_and_the_same_component() {
    let Some(corpus) = corpus() else { return };
    let root = corpus.join("conformance");
    let cases = fs::read_to_string(root.join("cases/componentize.jsonl")).expect("it reads");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a line is a case");
        if case["case"] == "multi-package" {
            // Its modules were left behind; there is nothing to make a component of.
            continue;
        }
        count += 1;
        if let Err(told) = run(&root, &case) {
            wrong.push(format!("{}\n{}", case["case"], indent(&told)));
        }
    }
    assert!(count > 140, "only {count} cases");
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let reason = "its modules are not in the copy of the suite";
    let others = [("multi-package", "not applicable", reason)];
    let suite = "wit-component 0.263, `tests/components`: the same verdict, and the same component";
    conforms("componentize", suite, count + 1, &others);
}

fn run(root: &Path, case: &Value) -> Result<(), String> {
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let config = case["config"].as_str().unwrap_or_default();
    let on = |key: &str| config.contains(&format!("{key} = true"));
    let embed = |name: &str, path: &Value| {
        let path = root.join(path.as_str().unwrap_or_default());
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let made = componentize(&Options {
            modules: vec![ModuleSpec {
                name: None,
                path: path.clone(),
            }],
            wit: path.parent().map(Path::to_path_buf).into_iter().collect(),
            worlds: vec![stem.to_string()],
            canonical_names: on("emit-canonical-names"),
            embed: Some(Embed::Module),
            no_docs: true,
            ..Options::default()
        });
        let bytes = made.component.ok_or(format!("{:#}", made.report))?;
        let out = temp.path().join(format!("{stem}.wasm"));
        fs::write(&out, bytes).map_err(|e| e.to_string())?;
        Ok::<ModuleSpec, String>(ModuleSpec {
            name: Some(name.to_string()),
            path: out,
        })
    };
    let list = |key: &str| {
        let mut specs = Vec::new();
        for item in case[key].as_array().into_iter().flatten() {
            let text = fs::read_to_string(root.join(item["path"].as_str().unwrap_or_default()));
            let text = text.map_err(|e| e.to_string())?;
            // Names that are none for files stand in the first line.
            let first = text.lines().next().unwrap_or_default();
            let name = match first.strip_prefix(";; module name: ") {
                Some(name) => name,
                None => item["name"].as_str().unwrap_or_default(),
            };
            specs.push(embed(name, &item["path"])?);
        }
        Ok::<Vec<ModuleSpec>, String>(specs)
    };
    let dl_openable = list("dlopen")?;
    let mut modules = match case["module"].is_null() {
        false => vec![embed("module", &case["module"])?],
        true => list("libs")?,
    };
    // The order of libraries matters, and in the reference these come first.
    modules.splice(0..0, dl_openable.clone());
    let made = componentize(&Options {
        modules,
        adapters: list("adapters")?,
        adapter: AdapterChoice::None,
        realloc_via_memory_grow: on("realloc-via-memory-grow"),
        canonical_names: on("emit-canonical-names"),
        return_call_ref: on("return-call-ref"),
        // The reference loses them.
        no_docs: true,
        link: LinkOptions {
            dl_openable,
            stack_size: None,
            stub_missing_functions: on("stub-missing-functions"),
            use_built_in_libdl: on("use-built-in-libdl"),
        },
        ..Options::default()
    });
    let expected = |key: &str| {
        let path = case["expect"][key].as_str()?;
        Some(fs::read_to_string(root.join(path)).expect("what is expected is there"))
    };
    match (made.component, expected("error")) {
        (None, Some(_)) if made.report.has_errors() => Ok(()),
        (None, _) => Err(format!("{:#}", made.report)),
        (Some(_), Some(error)) => Err(format!("it is made, though it should fail: {error}")),
        (Some(bytes), None) => {
            validate(&bytes)?;
            if Some(wit(&bytes)?) != expected("wit_print") {
                return Err(format!("its WIT differs\n{}", wit(&bytes)?));
            }
            let text = witkit::wasm::print(&bytes)?;
            let wanted = expected("wat").unwrap_or_default();
            match without_producers(&text) == without_producers(&wanted) {
                true => Ok(()),
                false => Err("the component differs".to_string()),
            }
        }
    }
}

/// The text without the tools that took part, which are others than in the reference.
fn without_producers(text: &str) -> String {
    let lines = text.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("(processed-by "));
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}
