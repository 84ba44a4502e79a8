//! A package without features is said to lack something if and only if it does.
//!
//! Without the corpus, the test that needs it says so and does nothing.

use std::fs;
use std::path::{Path, PathBuf};

use witkit::wit::Options;
use witkit::wit::convert::{ConvertOptions, Converted, convert};

use crate::support::{copy_folder, corpus, listing, project, witkit, witkit_fed};

const CODE: &str = "wit/unstable-left-out";

/// The features that are said to be left out, as the flag has them.
fn left_out(of: &Converted) -> Option<String> {
    let notes = of.remarks.diagnostics();
    let mut notes = notes.iter().filter(|found| found.code.name == CODE);
    let note = notes.next()?;
    assert!(notes.next().is_none(), "one note for all features");
    let flag = note.help[0].split("`--features ").nth(1)?;
    Some(flag.split('`').next()?.to_string())
}

fn converted(input: &Path, world: Option<&str>, options: Options) -> Option<Converted> {
    let request = ConvertOptions {
        input: input.into(),
        options,
        world: world.map(str::to_string),
        ..ConvertOptions::default()
    };
    convert(&request).ok()
}

/// What is said of a package, or of a world of it, against what is there; whether anything was.
fn is_honest(input: &Path, world: Option<&str>) -> Result<bool, String> {
    let with = |features: &[&str], all_features| {
        let features = features.iter().map(|name| name.to_string()).collect();
        let options = Options {
            features,
            all_features,
            ..Options::default()
        };
        converted(input, world, options)
    };
    let (Some(plain), Some(all)) = (with(&[], false), with(&[], true)) else {
        return Ok(false);
    };
    let differs = plain.json() != all.json();
    let said = left_out(&plain);
    let failed = |what: &str| Err(format!("{} {world:?}: {what} {said:?}", input.display()));
    if said.is_some() != differs {
        return failed("is not what is left out:");
    }
    if left_out(&all).is_some() {
        return failed("all is there, and yet it is said not to be:");
    }
    let Some(features) = &said else {
        return Ok(false);
    };
    let named: Vec<&str> = features.split(',').collect();
    match with(&named, false) {
        Some(kept) if kept.json() == all.json() && left_out(&kept).is_none() => Ok(true),
        _ => failed("does not keep all of it:"),
    }
}

/// Every folder below that has `.wit` files with gates, if it is no dependency.
fn gated(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut has_gates = false;
    for name in listing(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            gated(&path, found);
        } else if name.ends_with(".wit") && !has_gates {
            has_gates = fs::read_to_string(&path).is_ok_and(|text| text.contains("@unstable"));
        }
    }
    if has_gates {
        found.push(folder.to_path_buf());
    }
}

/// Packages with gates, in themselves or in what they need.
fn packages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    gated(folder, &mut found);
    // What is in `deps` is a part of the package above, too.
    let above: Vec<PathBuf> = found
        .iter()
        .filter_map(|path| {
            let mut above = path.ancestors().skip(1);
            above.find(|path| path.file_name().is_some_and(|name| name == "deps"))?;
            above.next().map(Path::to_path_buf)
        })
        .collect();
    found.extend(above);
    found.sort();
    found.dedup();
    found
}

#[test]
fn what_is_said_to_be_left_out_is_left_out() {
    let mut roots = vec![project().join("fixtures")];
    roots.extend(corpus().map(|corpus| corpus.join("wit")));
    let mut count = 0;
    let mut wrong = Vec::new();
    for package in roots.iter().flat_map(|root| packages(root)) {
        let options = Options {
            all_features: true,
            ..Options::default()
        };
        let Some(all) = converted(&package, None, options) else {
            continue;
        };
        let json: serde_json::Value = serde_json::from_str(&all.json()).expect("it is JSON");
        let worlds = json["packages"][0]["worlds"].as_array().expect("a list");
        let worlds = worlds.iter().take(4).map(|world| world["name"].as_str());
        for world in std::iter::once(None).chain(worlds) {
            match is_honest(&package, world) {
                Ok(said) => count += usize::from(said),
                Err(told) => wrong.push(told),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 4, "{count}");
}

#[test]
fn what_is_left_out_is_said_in_all_forms_and_is_no_warning() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let package = temp.path().join("wit");
    copy_folder(&project().join("fixtures/wit/package/wit"), &package).expect("it can be copied");
    for more in ["", "--out-dir out", "--world client"] {
        let mut args = vec!["wit", "wit", "--deny-warnings", "--format", "json"];
        args.extend(more.split_whitespace());
        let ran = witkit(temp.path(), &args).expect(0).expect(more);
        let report: serde_json::Value = serde_json::from_str(&ran.stderr).expect("a report");
        let found = report["diagnostics"].as_array().expect("a list");
        assert_eq!(found.len(), 1, "{more}");
        assert_eq!(found[0]["severity"], "note", "{more}");
    }
    let text = "package a:b;\n@unstable(feature = x)\ninterface i {}\ninterface j {}\n";
    let ran = witkit_fed(temp.path(), &["wit", "-"], text.as_bytes());
    let ran = ran.expect(0).expect("it is WIT");
    assert!(ran.stderr.contains("--features x`"), "{}", ran.stderr);
}
