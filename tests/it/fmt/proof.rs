//! What formatting promises, held against every `.wit` of the corpus, packages that wit-smith
//! makes up, and both with blanks, comments and trailing commas strewn in between their tokens:
//! nothing but blanks and trailing commas changes, what it means stays, and formatted text is its
//! own formatting.

use std::fs;
use std::path::{Path, PathBuf};

use arbitrary::Unstructured;
use wit_component::{DecodedWasm, WitPrinter};
use wit_parser::Resolve;
use witkit::wit::format::Style;
use witkit::wit::syntax::parse;

use crate::graphs::Random;
use crate::support::{self, witkit};
use crate::targets::fmt::{NARROW, formats, meaning, strewn};

/// Every `.wit` file in a folder and below.
fn wit_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the folder can be listed").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            wit_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "wit") {
            found.push(path);
        }
    }
}

#[test]
fn what_is_promised_holds_for_every_file_of_the_corpus() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let mut files = Vec::new();
    wit_files(&corpus, &mut files);
    let mut seen = std::collections::BTreeSet::new();
    let mut failed = Vec::new();
    let mut good = 0;
    for (number, file) in files.iter().enumerate() {
        let Ok(text) = fs::read_to_string(file) else {
            continue;
        };
        // Many are there several times.
        if !seen.insert(text.clone()) {
            continue;
        }
        let mut random = Random(number as u64 + 1);
        let mut texts = vec![text];
        let tree = parse("t.wit", &*texts[0]);
        if tree.problems().is_empty() {
            texts.push(strewn(&tree, &mut random, number % 2 == 0));
            texts.push(texts[0].replace('\n', "\r\n"));
        }
        for (text, style) in texts
            .iter()
            .zip([Style::default(), NARROW, Style::default()])
        {
            match formats(text, style) {
                Ok(was_good) => good += usize::from(was_good),
                Err(told) => failed.push(format!("{}: {told}", file.display())),
            }
        }
    }
    assert!(failed.is_empty(), "{}: {}", failed.len(), failed[0]);
    assert!(good > 1000, "only {good} texts were formatted");
}

#[test]
fn what_is_promised_holds_for_made_up_packages() {
    let mut good = 0;
    for seed in 1..=60 {
        let mut random = Random(seed);
        let Some(text) = made_up(&mut random) else {
            continue;
        };
        let mut texts = vec![text];
        let tree = parse("t.wit", &*texts[0]);
        assert!(tree.problems().is_empty(), "{:?}", tree.problems());
        for comments in [false, true] {
            texts.push(strewn(&tree, &mut random, comments));
        }
        for text in &texts {
            for style in [Style::default(), NARROW] {
                match formats(text, style) {
                    Ok(was_good) => good += usize::from(was_good),
                    Err(told) => panic!("seed {seed}: {told}"),
                }
            }
        }
    }
    assert!(good > 200, "only {good} texts were formatted");
}

#[test]
fn packages_of_the_corpus_resolve_to_the_same_after_formatting() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let mut packages: Vec<PathBuf> = Vec::new();
    for folder in ["wit/wasi-v0.3.0-assembled", "wit/wasi-v0.2.12-assembled"] {
        let Ok(entries) = fs::read_dir(corpus.join(folder)) else {
            continue;
        };
        packages.extend(entries.flatten().map(|entry| entry.path()));
    }
    packages.sort();
    let mut compared = 0;
    for package in packages {
        let temp = tempfile::tempdir().expect("there is a place for temporary files");
        let copy = temp.path().join("wit");
        support::copy_folder(&package, &copy).expect("the package is copied");
        let Some(before) = resolved(&copy) else {
            continue;
        };
        let mut folders = vec!["wit", "wit/deps"];
        folders.retain(|folder| temp.path().join(folder).is_dir());
        witkit(temp.path(), &[&["fmt"], &*folders].concat())
            .expect(0)
            .expect("all of it is formatted");
        assert_eq!(Some(before), resolved(&copy), "{}", package.display());
        compared += 1;
    }
    assert!(compared > 5, "only {compared} packages were compared");
}

#[test]
fn what_wit_parser_makes_of_a_text_tells_docs_apart() {
    let of = |docs: &str| meaning(&format!("package a:b;\n{docs}\ninterface i {{}}\n"));
    assert_eq!(of("/// x"), of("///   x\n\n"));
    assert_ne!(of("/// x"), of("/// y"));
    assert!(of("").len() > 5);
}

/// All of a resolved package in wit-component's words, docs included.
fn resolved(folder: &Path) -> Option<String> {
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let (main, _) = resolve.push_dir(folder).ok()?;
    let others = resolve.packages.iter().map(|(id, _)| id);
    let others: Vec<_> = others.filter(|id| *id != main).collect();
    let mut printer = WitPrinter::default();
    printer.print(&resolve, main, &others).ok()?;
    Some(printer.output.to_string())
}

/// A package that nobody would write.
fn made_up(random: &mut Random) -> Option<String> {
    let bytes: Vec<u8> = (0..4096).map(|_| random.below(256) as u8).collect();
    let config = wit_smith::Config {
        async_: true,
        futures: true,
        streams: true,
        error_context: true,
        fixed_length_lists: true,
        world_include: true,
        ..Default::default()
    };
    let wasm = wit_smith::smith(&config, &mut Unstructured::new(&bytes)).ok()?;
    let Ok(DecodedWasm::WitPackage(resolve, main)) = wit_component::decode(&wasm) else {
        return None;
    };
    let others = resolve.packages.iter().map(|(id, _)| id);
    let others: Vec<_> = others.filter(|id| *id != main).collect();
    let mut printer = WitPrinter::default();
    printer.print(&resolve, main, &others).ok()?;
    Some(printer.output.to_string())
}
