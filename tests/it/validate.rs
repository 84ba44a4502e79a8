//! `witkit validate`: every scenario of `fixtures/validate`, the specification's tests, all binaries
//! there are, and bytes that nobody would write.
//!
//! A scenario's folder holds, besides `cmd` and its input, `stdout.txt` and, where something is
//! said there, `stderr.txt`. `wast-exceptions.txt` has the cases of the specification where the
//! verdict is another than the one that is asserted, with the reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use wasmparser::{Validator, WasmFeatures};
use wast::parser::ParseBuffer;
use wast::{QuoteWat, QuoteWatTest, Wast, WastDirective, WastExecute};

use crate::support::{
    Ran, conforms, corpus, nested, prints_only, project, wat, witkit, witkit_fed, write_huge,
};

#[test]
fn every_scenario_prints_what_it_should_and_writes_nothing() {
    prints_only("validate");
}

/// The files that a run of `validate --format json` says are not valid, with what is said first.
fn failing(folder: &Path, args: &[&str]) -> BTreeMap<String, String> {
    let args = [&["validate", "--format", "json"], args].concat();
    let ran = witkit(folder, &args);
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
    let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let mut found = BTreeMap::new();
    for finding in report["diagnostics"].as_array().expect("a list") {
        let file = finding["labels"][0]["file"].as_str().expect("a file");
        let message = finding["message"].as_str().unwrap_or_default();
        found.entry(file.to_string()).or_insert(message.to_string());
    }
    assert_eq!(ran.code, Some(i32::from(!found.is_empty())), "{found:?}");
    found
}

/// A module or component of a `.wast` file, and whether it is asserted to be valid.
fn case(directive: WastDirective<'_>) -> Option<(QuoteWat<'_>, bool)> {
    use WastDirective::*;
    let of_exec = |exec| match exec {
        WastExecute::Wat(module) => Some((QuoteWat::Wat(module), true)),
        _ => None,
    };
    match directive {
        Module(module) | ModuleDefinition(module) => Some((module, true)),
        AssertMalformed { module, .. } | AssertInvalid { module, .. } => Some((module, false)),
        // It is valid, and fails when it meets its imports.
        AssertUnlinkable { module, .. } => Some((QuoteWat::Wat(module), true)),
        AssertTrap { exec, .. }
        | AssertReturn { exec, .. }
        | AssertException { exec, .. }
        | AssertSuspension { exec, .. } => of_exec(exec),
        _ => None,
    }
}

#[test]
fn the_specification_agrees_on_every_component_but_those_that_are_listed() {
    let Some(corpus) = corpus() else { return };
    let conformance = corpus.join("conformance");
    let cases = fs::read_to_string(conformance.join("cases/wast-spec.jsonl"));
    let temp = tempfile::tempdir().expect("a temporary folder");
    let mut asserted = BTreeMap::new();
    for line in cases.expect("the suite is there").lines() {
        let line: Value = serde_json::from_str(line).expect("it is JSON");
        let name = line["case"].as_str().expect("a name");
        let input = conformance.join(line["input"].as_str().expect("a path"));
        let text = fs::read_to_string(input).expect("it is text");
        let mut lexer = wast::lexer::Lexer::new(&text);
        lexer.allow_confusing_unicode(true);
        let buffer = ParseBuffer::new_with_lexer(lexer).expect("it lexes");
        let parsed: Wast<'_> =
            wast::parser::parse(&buffer).unwrap_or_else(|e| panic!("{name}: {e}"));
        for directive in parsed.directives {
            let Some((mut module, valid)) = case(directive) else {
                continue;
            };
            let (line, _) = module.span().linecol_in(&text);
            let case = format!("{name}:{}", line + 1);
            let file = case.replace('/', "__").replace(':', "_");
            let (file, bytes) = match module.to_test() {
                Ok(QuoteWatTest::Binary(bytes)) => (format!("{file}.wasm"), bytes),
                Ok(QuoteWatTest::Text(text)) => (format!("{file}.wat"), text),
                // The text refers to what is not there, so that there is no binary to be valid.
                Err(_) if !valid => continue,
                Err(e) => panic!("{case}: {e}"),
            };
            fs::write(temp.path().join(&file), bytes).expect("it is written");
            assert!(
                asserted.insert(file, (case, valid)).is_none(),
                "named twice"
            );
        }
    }
    assert!(asserted.len() > 500, "only {}", asserted.len());
    let failing = failing(temp.path(), &[".", "--features", "all"]);
    let mut differs = BTreeMap::new();
    for (file, (case, valid)) in &asserted {
        let told = failing.get(file);
        if told.is_none() != *valid {
            differs.insert(
                case.clone(),
                told.cloned().unwrap_or("is valid".to_string()),
            );
        }
    }
    let list = project().join("fixtures/validate/wast-exceptions.txt");
    let list = fs::read_to_string(list).expect("the list is there");
    let lines = list
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    let known: BTreeSet<&str> = lines
        .map(|line| {
            let (case, reason) = line.split_once("  ").expect("a case and a reason");
            assert!(reason.len() > 20, "{case}: that is no reason");
            case
        })
        .collect();
    let found: BTreeSet<&str> = differs.keys().map(String::as_str).collect();
    let new: Vec<_> = found
        .difference(&known)
        .map(|c| (c, &differs[*c]))
        .collect();
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(new.is_empty(), "not listed: {new:#?}");
    assert!(gone.is_empty(), "listed, but as asserted: {gone:#?}");
    let others = list.lines().filter_map(|line| line.split_once("  "));
    let others = others.filter(|(case, _)| known.contains(case));
    let others: Vec<_> = others
        .map(|(case, reason)| {
            let ours = match differs[case].as_str() {
                "is valid" => "valid",
                _ => "not valid",
            };
            (case, ours, reason)
        })
        .collect();
    let suite = "The component model's specification, `test/**/*.wast`: every component is valid or not, as asserted";
    conforms("wast", suite, asserted.len(), &others);
}

#[test]
fn all_real_components_and_modules_are_valid() {
    let Some(corpus) = corpus() else { return };
    let folders = ["components", "modules"].map(|f| corpus.join(f).display().to_string());
    let args = [&folders[0], &folders[1], "--recursive"];
    let failing = failing(project(), &args);
    assert!(failing.is_empty(), "{failing:#?}");
}

/// Whether witkit says that these are valid, a file each.
fn verdicts(inputs: &[Vec<u8>]) -> Vec<bool> {
    let temp = tempfile::tempdir().expect("a temporary folder");
    for (at, input) in inputs.iter().enumerate() {
        fs::write(temp.path().join(format!("{at}.wasm")), input).expect("it is written");
    }
    let failing = failing(temp.path(), &["."]);
    let files = (0..inputs.len()).map(|at| format!("{at}.wasm"));
    files.map(|file| !failing.contains_key(&file)).collect()
}

const NESTED: &str = r#"(component $all
  (import "a:b/c@1.0.0" (instance $i (export "f" (func (param "x" string)))))
  (component $outer
    (component $inner (core module $code (func (export "f") (result i32) i32.const 5)))
    (core module $code
      (memory (export "m") 1) (table 2 funcref) (elem (i32.const 0) $g)
      (data (i32.const 8) "hello")
      (func $g (param i32) (result i32)
        (local i64)
        block local.get 0 br_if 0 end
        local.get 0 i32.load offset=4 call $g)))
  (core module $m (func (export "f")))
  (core instance $n (instantiate $m))
  (func (export "g") (canon lift (core func $n "f"))))"#;

#[test]
fn whatever_the_bytes_the_verdict_is_the_validators() {
    let whole = wat(NESTED);
    let mut inputs: Vec<Vec<u8>> = (8..=whole.len()).map(|end| whole[..end].to_vec()).collect();
    for at in 8..whole.len() {
        for change in [1, 0x40, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            inputs.push(bytes);
        }
    }
    // What the first eight bytes are, decides whether it is WebAssembly at all.
    let features = WasmFeatures::default();
    let expected = |input: &Vec<u8>| {
        let mut validator = Validator::new_with_features(features);
        validator.validate_all(input).is_ok()
    };
    let expected: Vec<bool> = inputs.iter().map(expected).collect();
    let valid = expected.iter().filter(|valid| **valid).count();
    assert!(valid > 10 && valid < inputs.len() / 2, "{valid}");
    let found = verdicts(&inputs);
    for (at, input) in inputs.iter().enumerate() {
        assert_eq!(found[at], expected[at], "{at}: {input:02x?}");
    }
}

#[test]
fn a_huge_file_with_a_section_that_claims_more_than_there_is_fails_at_once() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    for (file, header) in [
        ("module.wasm", "(module)"),
        ("component.wasm", "(component)"),
    ] {
        write_huge(&temp.path().join(file), header);
    }
    let started = std::time::Instant::now();
    let ran = witkit(temp.path(), &["validate", "module.wasm", "component.wasm"]);
    let ran = ran.expect(1).expect("it fails");
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    for told in [
        "module.wasm › type section",
        "component.wasm › core module",
        "expected 4294967295 bytes, found only",
    ] {
        assert!(ran.stdout.contains(told), "{}", ran.stdout);
    }
}

#[test]
fn deep_nesting_is_validated_to_the_bottom() {
    let wrong = "(component (core module (func i32.add drop)))";
    for levels in [100, 900] {
        let ran = witkit_fed(
            project(),
            &["validate", "-"],
            &nested(levels, &wat("(component)")),
        );
        ran.expect(0).expect("it is valid");
        let ran = witkit_fed(project(), &["validate", "-"], &nested(levels, &wat(wrong)));
        let ran = ran.expect(1).expect("it is not valid");
        assert!(
            ran.stdout.contains("input/invalid-function"),
            "{}",
            ran.stdout
        );
        assert!(
            ran.stdout.contains("› component 1/component 1/…/"),
            "{}",
            ran.stdout
        );
    }
}

/// A module with so many functions, of which every second is not valid.
fn many(functions: usize) -> String {
    let function = |at: usize| match at % 2 {
        0 => format!("(func $f{at:05} nop)"),
        _ => format!("(func $f{at:05} i32.add drop)"),
    };
    let functions: Vec<String> = (0..functions).map(function).collect();
    format!("(module {})", functions.join("\n"))
}

#[test]
fn the_first_functions_are_reported_and_the_rest_counted_whichever_thread_is_first() {
    let text = many(40_000);
    let run = || -> Ran {
        let ran = witkit_fed(project(), &["validate", "-"], text.as_bytes());
        ran.expect(1).expect("it is not valid")
    };
    let first = run();
    assert!(
        first
            .stdout
            .contains("19980 more invalid functions in `stdin`")
    );
    assert!(
        first.stdout.contains("function `f00039`"),
        "{}",
        first.stdout
    );
    assert!(
        !first.stdout.contains("function `f00041`"),
        "{}",
        first.stdout
    );
    for _ in 0..3 {
        assert_eq!(run().stdout, first.stdout);
    }
}

#[test]
fn standard_input_and_files_are_validated_together() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    fs::write(temp.path().join("a.wat"), "(module (func i32.add drop))").expect("it is written");
    let args = ["validate", "-", "a.wat", "-", "a.wat"];
    let ran = witkit_fed(temp.path(), &args, &wat("(component)"));
    let ran = ran.expect(1).expect("a file is not valid");
    assert!(
        ran.stdout.contains("1 of 2 files is not valid"),
        "{}",
        ran.stdout
    );
    let ran = witkit_fed(temp.path(), &["validate", "-"], b"");
    let ran = ran.expect(1).expect("nothing is not valid");
    assert!(ran.stdout.contains("`stdin` is empty"), "{}", ran.stdout);
}

#[test]
fn wit_packages_in_binary_form_are_validated() {
    let text = "package a:b; interface c { f: func(); } world w { import c; }";
    let args = ["wit", "-", "--wasm", "-o", "w.wasm"];
    let temp = tempfile::tempdir().expect("a temporary folder");
    let made = witkit_fed(temp.path(), &args, text.as_bytes());
    made.expect(0).expect("it is made");
    let ran = witkit(temp.path(), &["validate", "w.wasm"]);
    let ran = ran.expect(0).expect("it is valid");
    assert_eq!(ran.stdout, "w.wasm is valid\n");
}

#[test]
fn composing_and_componentizing_say_the_same_of_functions() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let part = "(component (core module $main (func $wrong i32.add drop)))";
    fs::write(temp.path().join("part.wat"), part).expect("it is written");
    let args = [
        "compose",
        "part.wat",
        "--validate",
        "full",
        "-o",
        "out.wasm",
    ];
    let ran = witkit(temp.path(), &args).expect(1).expect("it fails");
    let told = "part.wat › main › function `wrong` › instruction 1: i32.add";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}
