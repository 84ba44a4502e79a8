//! What is not valid is told by every command, whatever `--validate` says: every section of
//! components is damaged, and the verdicts are held to those of the validator without code.

use std::fs;
use std::path::PathBuf;

use wasmparser::{Chunk, Parser, Payload, Validator, WasmFeatures};
use witkit::check::Subject;
use witkit::source::Source;
use witkit::wasm;

use crate::graphs::Random;
use crate::support::{corpus, files, project, wat, witkit};

/// Components whose types are fine, and which are not valid.
const WRONG: [(&str, &str); 3] = [
    (
        "instantiation",
        r#"(component
  (core module $m (import "a" "b" (func)) (func (export "run") (result i32) i32.const 0))
  (core instance $i (instantiate $m))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $e (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $e)))"#,
    ),
    (
        "lower",
        r#"(component
  (import "wasi:random/random@0.2.0" (instance $r
    (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (core module $m (func (export "run") (result i32) i32.const 0))
  (core instance $i (instantiate $m))
  (core func (canon lower (func $r "get-random-bytes")))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $e (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $e)))"#,
    ),
    (
        "built-in",
        r#"(component
  (core module $m (func (export "run") (result i32) i32.const 0))
  (core instance $i (instantiate $m))
  (type $u u32)
  (core func (canon future.new $u))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $e (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $e)))"#,
    ),
];

#[test]
fn no_command_takes_what_is_not_valid() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in WRONG {
        let file = format!("{name}.wasm");
        fs::write(folder.path().join(&file), wat(text)).expect("writable");
        for args in [
            &["compose", &file, "--allow", "*", "-o", "out.wasm"][..],
            &[
                "compose",
                &file,
                "--allow",
                "*",
                "--validate",
                "types",
                "-o",
                "out.wasm",
            ],
            &["check", "--host", "all", &file],
            &["inspect", &file],
        ] {
            let ran = witkit(folder.path(), args);
            assert_eq!(ran.code, Some(1), "{name} {args:?}: {ran:?}");
            let all = format!("{}{}", ran.stdout, ran.stderr);
            assert!(all.contains("input/malformed"), "{name} {args:?}: {ran:?}");
            assert!(!ran.stdout.contains("runs"), "{name} {args:?}: {ran:?}");
        }
        assert!(!folder.path().join("out.wasm").exists(), "{name}");
        // What it is, is shown all the same.
        let shown = witkit(folder.path(), &["inspect", &file]).stdout;
        assert!(shown.contains("component, "), "{shown}");
    }
}

#[test]
fn what_was_made_for_a_pre_release_is_told_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"(component
  (type (instance (export "[async]f" (func))))
  (import "x:y/i" (instance (type 0)))
  (@producers (processed-by "wit-component" "0.235.0")))"#;
    fs::write(folder.path().join("old.wasm"), wat(text)).expect("writable");
    for args in [
        &["check", "--host", "all", "old.wasm"][..],
        &["inspect", "old.wasm"],
        &["graph", "old.wasm"],
        &["wit", "old.wasm"],
        &["validate", "old.wasm"],
    ] {
        let ran = witkit(folder.path(), args);
        assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
        let said = "made by wit-component 0.235.0 for a pre-release of WASI 0.3";
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(all.contains(said), "{args:?}: {ran:?}");
    }
}

#[test]
fn an_exported_resource_belongs_to_its_interface() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"(component
  (type $r' (resource (rep i32)))
  (export $r "r" (type $r'))
  (component $c (import "t" (type $t (sub resource))) (export "t" (type $t)))
  (instance $i (instantiate $c (with "t" (type $r))))
  (export "acme:x/y" (instance $i)))"#;
    fs::write(folder.path().join("only.wasm"), wat(text)).expect("writable");
    let ran = witkit(folder.path(), &["inspect", "only.wasm", "--exports"]);
    assert!(ran.stdout.contains("1 resource"), "{ran:?}");
}

/// The verdict without code.
fn valid(bytes: &[u8]) -> bool {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut outer: Vec<Parser> = Vec::new();
    let mut rest = bytes;
    loop {
        let Ok(Chunk::Parsed { consumed, payload }) = parser.parse(rest, true) else {
            return false;
        };
        rest = &rest[consumed..];
        if validator.payload(&payload).is_err() {
            return false;
        }
        match payload {
            Payload::ModuleSection { parser: inner, .. }
            | Payload::ComponentSection { parser: inner, .. } => {
                outer.push(std::mem::replace(&mut parser, inner));
            }
            Payload::End(_) => match outer.pop() {
                Some(back) => parser = back,
                None => return rest.is_empty(),
            },
            _ => {}
        }
    }
}

/// Ranges of all sections of a component but code and data of its modules.
fn places(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut all = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(payload) = payload else { break };
        match payload.as_section() {
            Some((id, range)) if id != 0 && id != 10 && id != 11 => {
                all.push(range.start as usize..range.end as usize)
            }
            _ => {}
        }
    }
    all
}

fn encoded(text: &str) -> Option<Vec<u8>> {
    let buffer = wast::parser::ParseBuffer::new(text).ok()?;
    let mut parsed: wast::Wat<'_> = wast::parser::parse(&buffer).ok()?;
    parsed.encode().ok()
}

#[test]
fn what_is_damaged_is_refused_as_the_validator_does() {
    let mut inputs: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let text = |path: &std::path::Path| path.extension().is_some_and(|e| e == "wat");
    for path in files(&project().join("fixtures/compose"), &text) {
        let text = fs::read_to_string(&path).expect("readable");
        inputs.extend(encoded(&text).map(|bytes| (path, bytes)));
    }
    inputs.truncate(60);
    if let Some(corpus) = corpus() {
        let binary = |path: &std::path::Path| path.extension().is_some_and(|e| e == "wasm");
        for path in files(&corpus.join("components"), &binary) {
            let bytes = fs::read(&path).expect("readable");
            if bytes.len() < 200_000 {
                inputs.push((path, bytes));
            }
        }
    }
    let mut random = Random(11);
    let mut wrong = Vec::new();
    let mut refused = 0;
    for (path, bytes) in &inputs {
        if bytes.get(4..8) != Some(&[0x0d, 0, 1, 0]) {
            continue;
        }
        for range in places(bytes)
            .into_iter()
            .filter(|range| !range.is_empty())
            .take(12)
        {
            let mut damaged = bytes.clone();
            let at = range.start + random.below(range.len());
            damaged[at] ^= 1 << random.below(7);
            let expected = valid(&damaged);
            refused += usize::from(!expected);
            let source = || Source::memory("damaged.wasm", damaged.clone());
            let told = wasm::validate_structure(&source()).is_ok();
            let checked = Subject::new(source()).is_ok();
            if told != expected || checked && !expected {
                wrong.push(format!(
                    "{} at {at}: {expected}, {told}, {checked}",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused > 0);
}
