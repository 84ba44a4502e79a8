//! What is counted is what is decoded.

use std::path::{Path, PathBuf};

use super::*;

/// All WebAssembly below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "wasm" || e == "wat") {
            found.push(path);
        }
    }
}

/// All WebAssembly there is.
fn all_files() -> Vec<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = Vec::new();
    files(&project.join("fixtures"), &mut inputs);
    match project.join("../shared/corpus/components") {
        corpus if corpus.is_dir() => files(&corpus, &mut inputs),
        _ => println!("skipped: no corpus"),
    }
    inputs
}

#[test]
fn parts_and_features_are_those_that_others_name() {
    let mut compared = 0;
    for path in all_files() {
        let component = Source::open(&path)
            .map_err(Report::from)
            .and_then(Component::new);
        let Ok(component) = component else { continue };
        let mut seen = Detected::default();
        let walked = walk::component(component.bytes(), &mut seen);
        if walked.fault.is_some() {
            continue;
        }
        let named = Parts::of(component.bytes());
        let parts = &walked.root.all()[1..];
        assert_eq!(parts.len(), named.all().len(), "{}", path.display());
        for (part, known) in parts.iter().zip(named.all()) {
            let same = (&part.index, &part.path, part.size as usize);
            let known = (&known.index, &known.path, known.range.len());
            assert_eq!(same, known, "{}", path.display());
        }
        let used = features_of(component.bytes());
        let seen: Vec<_> = seen.features().collect();
        assert_eq!(seen, used, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 20, "only {compared}");
}

fn features_of(bytes: &[u8]) -> Vec<crate::features::Feature> {
    let used = crate::features::first_uses(bytes).expect("it is read");
    used.into_iter().map(|found| found.feature).collect()
}

#[test]
fn counting_finds_what_decoding_finds() {
    let mut counted = 0;
    for path in all_files() {
        let component = Source::open(&path)
            .map_err(Report::from)
            .and_then(Component::new);
        let Ok(component) = component else { continue };
        let Ok(decoded) = component.decode() else {
            continue;
        };
        let walked = walk::component(component.bytes(), &mut Detected::default());
        let Some(externs) = walked.externs else {
            continue;
        };
        let side = |side| world::of_component(&decoded, side);
        let same = format!("{:?}", [side(Side::Import), side(Side::Export)]);
        assert_eq!(format!("{externs:?}"), same, "{}", path.display());
        counted += 1;
    }
    assert!(counted > 20, "only {counted}");
}
