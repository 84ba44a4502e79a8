//! Real input: the components of `../shared/corpus`, made by the toolchains of Python,
//! JavaScript, Go, Rust and C, are composed across languages and run.
//!
//! Without the corpus, the tests say so and do nothing. Deliberately absent: all pairs; the time
//! goes into compiling the same interpreters again and again.

use std::fs;
use std::path::Path;

use crate::run::Running;
use crate::support::{corpus, indent, listing, validate, witkit};

/// Each calculator and each adder at least once, the large ones no more often than needed.
const PAIRS: [(&str, &str); 8] = [
    ("c/calculator", "python/adder"),
    // Two versions of WASI meet.
    ("python/calculator", "go/adder"),
    ("rust/docs_calculator", "js-spidermonkey/adder"),
    // The adder is lifted async, the calculator lowers it sync.
    ("c/calculator", "js-quickjs/adder"),
    ("c/calculator", "js-quickjs/adder-sync"),
    ("rust/docs_calculator", "c/adder-printf"),
    ("go/calculator", "rust/docs_adder"),
    ("c/calculator", "c/adder"),
];

/// Components of WASI 0.3 with what they are composed with: middleware comes after the root, and is
/// put around what follows it.
const WASI_0_3: [(&str, &str); 7] = [
    ("consumer", "provider"),
    ("mixed", "greeter provider"),
    ("calcc", "calcp"),
    ("relay", "provider"),
    ("calcm", "calcp"),
    ("mwhead", "svc"),
    ("mwbody", "svc"),
];

const CALL: &str = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2)";

fn component(corpus: &Path, name: &str) -> String {
    let file = corpus.join("components").join(format!("{name}.wasm"));
    file.display().to_string()
}

#[test]
fn parts_of_different_languages_compose_and_calculate() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    for (calculator, adder) in PAIRS {
        if let Err(told) = calculates(&corpus, calculator, adder) {
            wrong.push(format!("{calculator} with {adder}\n{}", indent(&told)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_component_of_the_corpus_is_in_a_pair() {
    let Some(corpus) = corpus() else { return };
    let components = corpus.join("components");
    let mut missing = Vec::new();
    for folder in listing(&components) {
        for file in listing(&components.join(&folder)) {
            let name = format!("{folder}/{}", file.trim_end_matches(".wasm"));
            let paired = PAIRS.iter().any(|(c, a)| *c == name || *a == name);
            let composed = WASI_0_3.iter().any(|(root, parts)| {
                let of = |file: &str| name == format!("p3/{file}");
                of(root) || parts.split(' ').any(of)
            });
            // It exports a command, and needs nothing.
            if !paired && !composed && name != "c/hello-command" {
                missing.push(name);
            }
        }
    }
    assert!(missing.is_empty(), "in no pair: {missing:?}");
}

/// Composes two components with the command; the output is complete and valid.
fn composed(corpus: &Path, calculator: &str, more: &[&str]) -> Result<Vec<u8>, String> {
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let root = component(corpus, calculator);
    let mut args = vec!["compose", &root, "-o", "out.wasm"];
    args.extend(more);
    let ran = witkit(temp.path(), &args).expect(0)?;
    if !ran.stderr.is_empty() {
        return Err(format!("it warns\n{}", indent(&ran.stderr)));
    }
    fs::read(temp.path().join("out.wasm")).map_err(|e| e.to_string())
}

fn calculates(corpus: &Path, calculator: &str, adder: &str) -> Result<(), String> {
    let bytes = composed(corpus, calculator, &["-d", &component(corpus, adder)])?;
    validate(&bytes)?;
    let mut running = Running::start(&bytes, &[])?;
    match running.eval(CALL)?.as_deref() {
        Some("42") => {}
        other => return Err(format!("it answers {other:?}")),
    }
    let (printed, wanted) = match adder {
        "c/adder-printf" => (running.printed(), "adding 40 2"),
        _ => (running.printed(), ""),
    };
    match printed.trim_end() == wanted {
        true => Ok(()),
        false => Err(format!("it prints {printed:?}, not {wanted:?}")),
    }
}

/// Needs the calculator, and the adder that the calculator needs as well.
const BOTH: &str = r#"(component
  (import "docs:calculator/calculate@0.1.0" (instance $calculator
    (type $o (enum "add"))
    (export "op" (type $op (eq $o)))
    (export "eval-expression"
      (func (param "op" $op) (param "x" u32) (param "y" u32) (result u32)))))
  (import "docs:adder/add@0.1.0" (instance $adder
    (export "add" (func (param "x" u32) (param "y" u32) (result u32)))))
  (export "docs:calculator/calculate@0.1.0" (instance $calculator))
  (export "docs:adder/add@0.1.0" (instance $adder)))"#;

#[test]
fn the_same_parts_give_the_same_bytes_in_any_order_and_share_one_wasi() {
    let Some(corpus) = corpus() else { return };
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(temp.path().join("both.wat"), BOTH).expect("the part is written");
    let [calculator, adder] =
        ["python/calculator", "go/adder"].map(|name| component(&corpus, name));
    let compose = |first: &str, second: &str, more: &[&str]| {
        let mut args = vec!["compose", "both.wat", "-d", first, "-d", second];
        args.extend(more);
        let ran = witkit(temp.path(), &args);
        ran.expect(0).expect("it composes").stdout
    };
    let bytes = |first: &str, second: &str| {
        compose(first, second, &["-o", "out.wasm"]);
        fs::read(temp.path().join("out.wasm")).expect("the output is there")
    };
    let once = bytes(&calculator, &adder);
    validate(&once).expect("it is valid");
    // Not `assert_eq!`, which would print megabytes.
    assert!(once == bytes(&calculator, &adder), "a second run differs");
    assert!(once == bytes(&adder, &calculator), "another order differs");

    let plan = compose(&calculator, &adder, &["--plan", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&plan).expect("the plan is JSON");
    let mut merged = 0;
    for import in plan["imports"].as_array().expect("it has imports") {
        let serves = import["serves"].as_array().expect("they serve");
        let serves: Vec<&str> = serves.iter().filter_map(|s| s["import"].as_str()).collect();
        let name = import["name"].as_str().expect("they have names");
        // Python has WASI 0.2.9, Go has 0.2.12.
        if let [higher, lower] = serves[..] {
            assert_eq!(higher, name);
            assert_eq!(
                Some(lower),
                name.strip_suffix("12").map(|n| format!("{n}9")).as_deref()
            );
            merged += 1;
        } else {
            assert_eq!(serves, [name]);
            assert!(name.starts_with("wasi:sockets/"), "{name} is not merged");
        }
    }
    assert_eq!(merged, 18);
}
