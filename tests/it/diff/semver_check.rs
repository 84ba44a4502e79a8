//! The cases of `wasm-tools component semver-check`, read from the sources of wasm-tools where
//! cargo has them: `diff` says that guests go on to link where it takes the new world for an
//! upgrade, and only there.
//!
//! A case has both worlds in one package. OLD is that package with only the one of them, NEW with
//! only the other, both called `app`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use wit_component::{DecodedWasm, OutputToString, WitPrinter};
use wit_parser::{PackageId, Resolve, WorldId, WorldKey};
use witkit::diff::Options;

use super::compare;
use crate::support;

/// The cases, of the newest wasm-tools that cargo has.
fn cases() -> Option<Vec<PathBuf>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")))?;
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let is = |path: &Path, what: fn(&str) -> bool| name(path).is_some_and(|name| what(&name));
    let registries = below(&home.join("registry/src"));
    let sources = registries.iter().flat_map(|registry| below(registry));
    let mut wasm_tools = sources.filter(|path| is(path, |name| name.starts_with("wasm-tools-1.")));
    let mut cases = below(&wasm_tools.next_back()?.join("tests/cli"));
    cases.retain(|path| {
        is(path, |name| {
            let is_input = name.ends_with(".wit") || name.ends_with(".wat");
            name.starts_with("semver-check-") && is_input
        })
    });
    (!cases.is_empty()).then_some(cases)
}

fn load(case: &Path) -> (Resolve, PackageId) {
    if case.extension().is_some_and(|extension| extension == "wit") {
        let mut resolve = Resolve::default();
        let (main, _) = resolve.push_path(case).expect("the case resolves");
        return (resolve, main);
    }
    let text = fs::read_to_string(case).expect("the case is a text");
    match wit_component::decode(&support::wat(&text)).expect("the case is a package") {
        DecodedWasm::WitPackage(resolve, main) => (resolve, main),
        DecodedWasm::Component(..) => panic!("{} is a component", case.display()),
    }
}

/// The package of a world, without other worlds, and what the world has of other packages.
fn only(mut resolve: Resolve, world: WorldId) -> String {
    let package = resolve.worlds[world].package.expect("it is in one");
    resolve.worlds[world].name = "app".to_string();
    resolve.packages[package].worlds = [("app".to_string(), world)].into_iter().collect();
    let both = [
        &resolve.worlds[world].imports,
        &resolve.worlds[world].exports,
    ];
    let keys = both.into_iter().flat_map(|items| items.keys());
    let others: BTreeSet<PackageId> = keys
        .filter_map(|key| match key {
            WorldKey::Interface(id) => resolve.interfaces[*id].package,
            WorldKey::Name(_) => None,
        })
        .filter(|id| *id != package)
        .collect();
    let others: Vec<PackageId> = others.into_iter().collect();
    let mut printer = WitPrinter::new(OutputToString::default());
    printer
        .print(&resolve, package, &others)
        .expect("it can be printed");
    printer.output.to_string()
}

#[test]
fn diff_says_that_guests_link_where_the_cases_of_semver_check_pass_and_only_there() {
    let Some(cases) = cases() else {
        println!("skipped: cargo has no sources of wasm-tools");
        return;
    };
    let mut wrong = Vec::new();
    let (mut passed, mut refused) = (0, 0);
    for case in &cases {
        let name = case.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(case).expect("the case can be read");
        let line = text.lines().next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let passes = match words.get(1) {
            Some(&"RUN:") => true,
            Some(&"FAIL:") => false,
            _ => panic!("{name}: {line}"),
        };
        let (resolve, main) = load(case);
        let world = |flag: &str| {
            let at = words.iter().position(|word| *word == flag);
            let world = words[at.expect("the case has both worlds") + 1];
            resolve
                .select_world(&[main], Some(world))
                .unwrap_or_else(|e| panic!("{name}: {e:#}"))
        };
        let (prev, new) = (world("--prev"), world("--new"));
        let (old, new) = (only(resolve.clone(), prev), only(resolve.clone(), new));
        let found = compare(&old, &new, &Options::default());
        let links = found.changes.iter().all(|c| c.verdict.guests_link);
        if links != passes {
            wrong.push(format!("{name}: {passes}\n{}\n{old}\n{new}", found.report));
        }
        match passes {
            true => passed += 1,
            false => refused += 1,
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(passed > 3 && refused > 2, "{passed} {refused}");
}
