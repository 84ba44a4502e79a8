//! Every world of the corpus as a component that traps: valid to the last function.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use wit_parser::Resolve;
use witkit::componentize::{Options, Stub, componentize};
use witkit::wasm::Validation;

use crate::support::corpus;

#[test]
fn a_stub_of_every_world_is_valid_however_its_functions_are_async() {
    let Some(corpus) = corpus() else { return };
    let found = witkit::wit::find::packages(&[corpus.join("wit")]).expect("there are packages");
    let paths: Vec<PathBuf> = found.into_iter().map(|package| package.path).collect();
    let next = Mutex::new(paths.into_iter());
    let wrong = Mutex::new(Vec::new());
    let made = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(path) = next.lock().expect("nobody panics").next() else {
                        return;
                    };
                    for (world, is_async) in worlds(&path) {
                        let told = stubs(&path, &world, is_async);
                        wrong.lock().expect("nobody panics").extend(told);
                        *made.lock().expect("nobody panics") += 1;
                    }
                }
            });
        }
    });
    let (wrong, made) = (wrong.into_inner().unwrap(), made.into_inner().unwrap());
    assert!(made > 100, "only {made} worlds");
    assert!(
        wrong.is_empty(),
        "{} of {made} worlds\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The worlds of a package that resolves by itself, and whether a function anywhere in it is async.
fn worlds(path: &Path) -> Vec<(String, bool)> {
    let mut resolve = Resolve::default();
    let Ok((package, _)) = resolve.push_path(path) else {
        return Vec::new();
    };
    let mut interfaces = resolve.interfaces.iter();
    let is_async = interfaces.any(|(_, i)| i.functions.values().any(|f| f.kind.is_async()))
        || resolve.worlds.iter().any(|(_, world)| {
            let mut items = world.imports.values().chain(world.exports.values());
            items.any(|item| match item {
                wit_parser::WorldItem::Function(func) => func.kind.is_async(),
                _ => false,
            })
        });
    let worlds = resolve.packages[package].worlds.keys();
    worlds.map(|name| (name.clone(), is_async)).collect()
}

fn stubs(path: &Path, world: &str, is_async: bool) -> Vec<String> {
    let forms = match is_async {
        false => &[Stub::Sync][..],
        true => &[Stub::Sync, Stub::AsyncCallback, Stub::AsyncStackful],
    };
    let mut wrong = Vec::new();
    for stub in forms {
        let outcome = componentize(&Options {
            wit: vec![path.to_path_buf()],
            worlds: vec![world.to_string()],
            stub: Some(*stub),
            validation: Validation::Full,
            ..Options::default()
        });
        if outcome.component.is_none() {
            wrong.push(format!(
                "{} {world} {stub:?}: {}",
                path.display(),
                outcome.report
            ));
        }
    }
    wrong
}
