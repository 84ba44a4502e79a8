//! From one form to another and back: of the scenarios, of real packages, of wit-parser's own tests
//! and of generated ones.
//!
//! Without the corpus, the tests that need it say so and do nothing.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use witkit::wit::convert::{ConvertOptions, convert};

use crate::support::{conforms, copy_folder, corpus, listing, project, random_packages, witkit};
use crate::targets::wit::{meaning, read, round_trips};

/// Runs [`round_trips`] on all inputs that can be read; tells how many these are.
fn all_round_trip(inputs: impl IntoIterator<Item = PathBuf>) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for input in inputs {
        let Ok(original) = read(&input) else {
            continue;
        };
        count += 1;
        let temp = tempfile::tempdir().expect("a temporary folder can be made");
        if let Err(told) = round_trips(&original, Some(&temp.path().join("folder"))) {
            wrong.push(format!("{}: {told}", input.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

#[test]
fn packages_of_the_scenarios_keep_meaning_and_docs_in_every_form() {
    let inputs = [
        "package/wit",
        "nested/all.wit",
        "wat/clock.wit",
        "component/app.wat",
    ];
    let inputs = inputs.map(|name| project().join("fixtures/wit").join(name));
    assert_eq!(all_round_trip(inputs), 4);
}

/// The folders below `folder` that have `.wit` files in them.
fn wit_folders(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut has_wit = false;
    for name in listing(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            wit_folders(&path, found);
        } else {
            has_wit |= name.ends_with(".wit");
        }
    }
    if has_wit {
        found.push(folder.to_path_buf());
    }
}

#[test]
fn packages_of_the_corpus_keep_meaning_and_docs_in_every_form() {
    let Some(corpus) = corpus() else { return };
    let mut folders = Vec::new();
    wit_folders(&corpus.join("wit"), &mut folders);
    assert!(all_round_trip(folders) > 100, "hardly any package resolves");
}

#[test]
fn packages_of_wit_parsers_own_tests_keep_meaning_and_docs_in_every_form() {
    let Some(corpus) = corpus() else { return };
    let suite = corpus.join("conformance/raw263/wit-parser-ui");
    let files = listing(&suite)
        .into_iter()
        .filter(|name| !name.ends_with(".json"));
    let count = all_round_trip(files.map(|name| suite.join(name)));
    assert!(count > 70, "only {count}");
}

#[test]
fn generated_packages_keep_meaning_in_every_form() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let mut inputs = Vec::new();
    let config = wit_smith::Config {
        async_: true,
        futures: true,
        streams: true,
        error_context: true,
        fixed_length_lists: true,
        implements: true,
        ..wit_smith::Config::default()
    };
    for (seed, package) in random_packages(&config, 120) {
        let path = temp.path().join(format!("{seed}.wasm"));
        fs::write(&path, package).expect("the package is written");
        inputs.push(path);
    }
    let made = inputs.len();
    let unread: Vec<_> = inputs.iter().filter_map(|path| read(path).err()).collect();
    assert!(unread.is_empty(), "{unread:#?}");
    assert!(all_round_trip(inputs) == made && made > 60, "only {made}");
}

/// Cases of the reference that have comments which are no docs, and which it takes for docs.
const NOTES_FOR_DOCS: [&str; 2] = ["doc-comments", "maps.wit"];

#[test]
fn binary_forms_are_those_of_the_reference_but_for_who_made_them() {
    let Some(corpus) = corpus() else { return };
    let conformance = corpus.join("conformance");
    let cases = fs::read_to_string(conformance.join("cases/wit-encode.jsonl")).expect("cases");
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases.lines() {
        let case: Value = serde_json::from_str(case).expect("a case is JSON");
        let file = |value: &Value| value.as_str().map(|path| conformance.join(path));
        let input = file(&case["input"]).expect("a case has an input");
        let wanted = match case["kind"].as_str() {
            Some("ok") => 0,
            _ => 1,
        };
        count += 1;
        let input = input.display().to_string();
        let ran = match witkit(project(), &["wit", &input, "-t"]).expect(wanted) {
            Ok(ran) => ran,
            Err(told) => {
                wrong.push(format!("{input}: {told}"));
                continue;
            }
        };
        if wanted != 0 {
            continue;
        }
        let expected = file(&case["expect"]["wat"]).map(fs::read_to_string);
        let expected = expected.expect("a case has a text").expect("it is there");
        let docs = !NOTES_FOR_DOCS.iter().any(|case| input.ends_with(case));
        if comparable(&ran.stdout, docs) != comparable(&expected, docs) {
            wrong.push(format!("{input}: another binary form"));
        }
        let printed = file(&case["expect"]["wit_print"]).expect("a case has WIT");
        let temp = tempfile::tempdir().expect("a temporary folder can be made");
        let again = reprinted(Path::new(&input), &printed, temp.path()).expect("it is copied");
        let meant = |path: &Path| {
            let request = ConvertOptions {
                input: path.into(),
                no_docs: !docs,
                ..ConvertOptions::default()
            };
            meaning(&convert(&request).expect(&input))
        };
        if meant(&again)["packages"][0] != meant(Path::new(&input))["packages"][0] {
            wrong.push(format!("{input}: it means something else than {printed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(count, 42);
    let suite = "wit-component 0.263, `tests/interfaces`: the same binary form, and the same WIT";
    let others = NOTES_FOR_DOCS.map(|case| {
        let reason = "comments that are not documentation (`//`, `/*`) are taken for it there";
        (case, "same but for documentation", reason)
    });
    conforms("wit-encode", suite, count, &others);
}

/// The package at `input` with the text `printed` in place of its own.
fn reprinted(input: &Path, printed: &Path, temp: &Path) -> std::io::Result<PathBuf> {
    let folder = temp.join("wit");
    if input.is_dir() {
        copy_folder(input, &folder)?;
        for name in listing(&folder)
            .iter()
            .filter(|name| name.ends_with(".wit"))
        {
            fs::remove_file(folder.join(name))?;
        }
    } else {
        fs::create_dir(&folder)?;
    }
    fs::copy(printed, folder.join("printed.wit"))?;
    Ok(folder)
}

/// A text of WebAssembly without its producers section, and with or without that for docs.
fn comparable(text: &str, docs: bool) -> String {
    let mut kept = String::new();
    let mut within = false;
    for line in text.lines().map(str::trim) {
        within |= line.starts_with("(@producers");
        // Those of other packages, the reference does not keep.
        let of_others = line.starts_with("(@custom \"package-docs:");
        if !within && !of_others && (docs || !line.starts_with("(@custom \"package-docs\"")) {
            kept.push_str(line);
            kept.push('\n');
        }
        within &= line != ")";
    }
    kept
}
