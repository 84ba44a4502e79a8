//! `witkit inspect`: every scenario of `fixtures/inspect`, all inputs there are, and the document
//! against its schema and its documentation.
//!
//! A scenario's folder holds, besides `cmd` and its input, `stdout.txt` and, where something is
//! said, `stderr.txt`. Text is translated by witkit, so that fixtures hold nothing binary.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use witkit::wit::Search;

use crate::support::{
    corpus, example_is_printed_and_fits, files, fits, listing, nested, prints_only, project,
    schema, wat, witkit, witkit_fed,
};

#[test]
fn every_scenario_prints_what_it_should_and_writes_nothing() {
    prints_only("inspect");
}

/// All files below a folder with this extension.
fn with_extension(folder: &Path, extension: &str) -> Vec<PathBuf> {
    files(folder, &|path| {
        path.extension().is_some_and(|e| e == extension)
    })
}

/// The only input of the document about `path`.
fn json(path: &Path) -> Result<Value, String> {
    let ran = witkit(
        project(),
        &["inspect", "--json", &path.display().to_string()],
    )
    .expect(0)?;
    serde_json::from_str(&ran.stdout).map_err(|e| e.to_string())
}

/// Checks what is true of every input.
fn check(path: &Path, schema: &jsonschema::Validator) -> Result<(), String> {
    let document = json(path)?;
    fits(schema, &document)?;
    let input = &document["inputs"][0];
    // Every byte is counted once.
    if !input["root"].is_null() {
        let sizes = input["sizes"].as_array().expect("a list");
        let sum: u64 = sizes.iter().filter_map(|s| s["bytes"].as_u64()).sum();
        if input["size"].as_u64() != Some(sum) {
            return Err(format!(
                "{} bytes, of which {sum} are counted",
                input["size"]
            ));
        }
    }
    let ran = witkit(project(), &["inspect", &path.display().to_string()]).expect(0)?;
    let lines = ran.stdout.lines().count();
    match lines <= 40 || input["kind"] == "wit-package" {
        true => Ok(()),
        false => Err(format!("{lines} lines")),
    }
}

fn check_all(paths: &[PathBuf]) {
    let schema = schema("inspect");
    let mut wrong = Vec::new();
    for path in paths {
        if let Err(told) = check(path, &schema) {
            wrong.push(format!("{}: {told}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!paths.is_empty());
}

#[test]
fn every_component_and_module_of_the_corpus_is_inspected() {
    let Some(corpus) = corpus() else { return };
    let mut all = with_extension(&corpus.join("components"), "wasm");
    all.extend(with_extension(&corpus.join("modules"), "wasm"));
    check_all(&all);
}

#[test]
fn every_fixture_of_compose_and_componentize_is_inspected() {
    let mut all = Vec::new();
    for folder in ["compose", "componentize"] {
        let found = with_extension(&project().join("fixtures").join(folder), "wat");
        // What is wrong with these is what their scenarios are about.
        let broken = |path: &PathBuf| {
            path.ends_with("search-path/parts/broken.wat")
                || path.components().any(|name| name.as_os_str() == "errors")
        };
        all.extend(found.into_iter().filter(|path| !broken(path)));
    }
    check_all(&all);
}

#[test]
fn the_documented_example_fits_the_schema_and_less_does_not() {
    example_is_printed_and_fits("inspect");
}

/// A composition of two parts, one of which has a part itself.
const NESTED: &str = r#"(component $all
  (component $outer
    (component $inner (core module $code (func (export "f"))))
    (core module $code (memory (export "m") 1)))
  (component $other (core module $code)))"#;

#[test]
fn a_part_is_taken_out_by_path_by_index_and_by_name() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    fs::write(temp.path().join("all.wat"), NESTED).expect("the input is written");
    let extract = |part: &str| {
        let args = ["inspect", "all.wat", "--extract", part, "-o", "part.wasm"];
        let ran = witkit(temp.path(), &args)
            .expect(0)
            .expect("it is taken out");
        assert_eq!((ran.stdout, ran.stderr), (String::new(), String::new()));
        fs::read(temp.path().join("part.wasm")).expect("the part is there")
    };
    let by_path = extract("outer/inner/code");
    assert_eq!(by_path, extract("1.1.1"));
    assert_eq!(
        by_path,
        wat(r#"(module $code (func (export "f")))"#),
        "it is the module, bytes and all"
    );
    assert_eq!(extract("inner"), extract("1.1"));
    let kind = json(&temp.path().join("part.wasm")).expect("it is inspected");
    assert_eq!(kind["inputs"][0]["kind"], "component");
}

#[test]
fn nothing_is_written_when_a_part_is_unknown_or_its_name_is_not_enough() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    fs::write(temp.path().join("all.wat"), NESTED).expect("the input is written");
    for (part, told) in [
        ("outr", "did you mean `outer`?"),
        ("code", "use the index: 1.1.1, 1.2, 2.1"),
    ] {
        let args = ["inspect", "all.wat", "--extract", part, "-o", "part.wasm"];
        let ran = witkit(temp.path(), &args).expect(1).expect("it fails");
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        assert_eq!(listing(temp.path()), ["all.wat"]);
    }
}

#[test]
fn standard_input_is_inspected_whatever_it_is() {
    let read = |input: &[u8]| {
        let ran = witkit_fed(project(), &["inspect", "-", "--json"], input);
        let ran = ran.expect(0).expect("it is inspected");
        let document: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        document["inputs"][0]["kind"].as_str().map(str::to_string)
    };
    assert_eq!(read(b"(component)").as_deref(), Some("component"));
    assert_eq!(read(&wat("(component)")).as_deref(), Some("component"));
    assert_eq!(read(&wat("(module)")).as_deref(), Some("core-module"));
    assert_eq!(
        read(b"package a:b; interface c {}").as_deref(),
        Some("wit-package")
    );
    let text = "package a:b; world w { import c: interface { f: func(); } }";
    let package = witkit_fed(
        project(),
        &["wit", "-", "--wasm", "-o", "/dev/stdout"],
        text.as_bytes(),
    );
    assert_eq!(package.code, Some(0), "{}", package.stderr);
    let wit = witkit_fed(project(), &["inspect", "-", "--types"], b"(component)");
    assert_eq!(wit.code, Some(0), "{}", wit.stderr);
    assert!(wit.stdout.contains("world root"), "{}", wit.stdout);
}

#[test]
fn truncated_input_is_reported_wherever_it_ends() {
    let bytes = wat(NESTED);
    for end in 0..bytes.len() {
        let ran = witkit_fed(project(), &["inspect", "-"], &bytes[..end]);
        // The end of a section is not always wrong.
        assert!(matches!(ran.code, Some(0 | 1)), "at {end}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        // What a file is stands in its first eight bytes.
        assert_eq!(end >= 8, !ran.stdout.is_empty(), "at {end}");
        assert_eq!(
            ran.code == Some(1),
            ran.stderr.contains("error["),
            "at {end}"
        );
    }
}

#[test]
fn a_section_that_claims_more_than_there_is_and_deep_nesting_are_reported() {
    // A core module section of 4 GB in a component of some bytes.
    let mut bytes = wat("(component)");
    bytes.extend([1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    let ran = witkit_fed(project(), &["inspect", "-"], &bytes)
        .expect(1)
        .expect("it fails");
    assert!(ran.stderr.contains("bytes, found only"), "{}", ran.stderr);
    let mut bytes = wat("(module)");
    bytes.extend([1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    let ran = witkit_fed(project(), &["inspect", "-"], &bytes)
        .expect(1)
        .expect("it fails");
    assert!(ran.stderr.contains("bytes, found only"), "{}", ran.stderr);
    let deep = |levels: usize| "(component ".repeat(levels) + &")".repeat(levels);
    let ran = witkit_fed(project(), &["inspect", "-"], deep(90).as_bytes());
    ran.expect(0).expect("it is inspected");
    let nested = nested(120, &wat("(component)"));
    let ran = witkit_fed(project(), &["inspect", "-"], &nested)
        .expect(1)
        .expect("it fails");
    assert!(ran.stderr.contains("100 levels deep"), "{}", ran.stderr);
}

#[test]
fn names_are_shown_and_never_interpreted() {
    let text = "(component (component $\"a\\1b[31mb\\e2\\80\\aec\\0a\" (core module)))";
    let ran = witkit_fed(project(), &["inspect", "-"], text.as_bytes());
    let ran = ran.expect(0).expect("it is inspected");
    assert!(ran.stdout.contains("a␛[31mb\u{fffd}c␊"), "{:?}", ran.stdout);
    assert!(
        !ran.stdout.contains(['\x1b', '\u{202e}']),
        "{:?}",
        ran.stdout
    );
}

#[test]
fn all_inputs_that_cannot_be_inspected_are_reported_at_once() {
    let args = [
        "inspect",
        "Cargo.toml",
        "missing.wasm",
        "fixtures/compose/basic/app.wat",
    ];
    let ran = witkit(project(), &args).expect(2).expect("it fails");
    assert_eq!(ran.stdout, "");
    for told in ["inspect/unknown-input", "input/unreadable"] {
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
}

/// A component by a wit-component of long ago, with a core module, a name, and a built-in that was
/// removed since.
fn of_a_prerelease() -> Vec<u8> {
    let mut bytes = wat(r#"(component $old
        (core module $main (func (export "go")) (@producers (language "Rust" "2024")))
        (@custom "licenses" "MIT"))"#);
    // The section of canonical functions: one, `backpressure.set`.
    bytes.extend([8, 2, 1, 8]);
    let mut producers = wasm_metadata::Producers::empty();
    producers.add("processed-by", "wit-component", "0.235.0");
    bytes.push(0);
    bytes.extend(producers.raw_custom_section());
    bytes
}

#[test]
fn what_was_made_for_a_prerelease_is_shown_and_said_to_be_so() {
    let temp = tempfile::tempdir().expect("a folder");
    let current = of_a_prerelease();
    let mut version = current.clone();
    version[4] = 0x0c;
    for (bytes, of) in [(&current, "WASI 0.3"), (&version, "the component model")] {
        fs::write(temp.path().join("old.wasm"), bytes).expect("it is written");
        let ran = witkit(
            temp.path(),
            &["inspect", "old.wasm", "--parts", "--metadata"],
        );
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        for words in [
            "component old",
            "licenses",
            "Rust 2024",
            "wit-component 0.235.0",
            "main",
        ] {
            assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
        }
        let told = format!("made by wit-component 0.235.0 for a pre-release of {of}");
        for line in [
            "inspect old.wasm",
            "validate old.wasm",
            "compose old.wasm -o made",
            "wit old.wasm",
            "graph old.wasm",
            "split old.wasm -o made",
            "slim old.wasm -o made",
        ] {
            let args: Vec<&str> = line.split(' ').collect();
            let ran = witkit(temp.path(), &args);
            let all = format!("{}{}", ran.stdout, ran.stderr);
            assert!(all.contains(&told), "{line}\n{all}");
        }
    }
}

#[test]
fn what_is_damaged_is_shown_as_far_as_it_can_be_read() {
    let temp = tempfile::tempdir().expect("a folder");
    let file = temp.path().join("in.wasm");
    let whole =
        fs::read_to_string(project().join("fixtures/inspect/languages/app.wat")).expect("it reads");
    let whole = wat(&whole);
    let inspect = |bytes: &[u8]| {
        fs::write(&file, bytes).expect("it is written");
        witkit::inspect::inspect(&file, &Search::default())
    };
    for at in 8..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        for bytes in [&flipped[..], &whole[..at]] {
            let shown = inspect(bytes).unwrap_or_else(|report| panic!("{at}: {report:#}"));
            assert_eq!(shown.found.size, bytes.len() as u64, "{at}");
            assert!(shown.found.root.is_some(), "{at}");
        }
    }
}
