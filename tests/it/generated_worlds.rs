//! Generated parts for all worlds there are, and between two parts: what imports an interface, and
//! what exports it.
//!
//! Single interfaces are in `generate.rs`.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{Resolve, Type, TypeDefKind, WorldId, WorldItem};
use witkit::compose::{self, Options, PartSpec};
use witkit::source::Source;

use crate::generate::{bytes_of, check, guest, in_memory, packages, worlds};
use crate::replay;
use crate::support::validate;

/// The folders of the corpus, each with how many of its worlds at least are checked.
const FOLDERS: &[(&str, usize)] = &[
    ("bytecodealliance+componentize-py", 1),
    ("bytecodealliance+wit-bindgen", 100),
    ("fastly+Viceroy", 1),
    ("spinframework+spin", 5),
    ("wasi-v0.2.12-assembled", 5),
    ("wasi-v0.3.0-assembled", 5),
    ("wasmCloud+wasmCloud", 5),
];

/// Whether a world mentions resources itself, outside of the interfaces that it imports. Nobody but the
/// host can make those, so a part for its functions cannot answer with them.
fn has_resources(resolve: &Resolve, world: WorldId) -> bool {
    let imports = resolve.worlds[world].imports.values();
    imports.into_iter().any(|item| match item {
        WorldItem::Type { id, .. } => {
            let mut id = *id;
            while let TypeDefKind::Type(Type::Id(next)) = &resolve.types[id].kind {
                id = *next;
            }
            matches!(resolve.types[id].kind, TypeDefKind::Resource)
        }
        _ => false,
    })
}

/// Worlds whole, with functions and interfaces that they import in place: deny, stub, trace, replay.
#[test]
fn parts_are_generated_for_every_world_of_the_corpus() {
    let Some(packages) = packages() else { return };
    let mut known = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut wrong, mut left_out) = (Vec::new(), Vec::new());
    for (folder, path, mut resolve) in packages {
        let all: Vec<WorldId> = resolve.worlds.iter().map(|(id, _)| id).collect();
        for world in all {
            // What is exported is used by whoever calls it, and what it mentions as well.
            resolve.worlds[world].exports.clear();
            let imports = &resolve.worlds[world].imports;
            let shape: Vec<String> = imports
                .iter()
                .map(|(key, item)| match item {
                    WorldItem::Interface { id, .. } => {
                        let interface = &resolve.interfaces[*id];
                        let (functions, types) = (&interface.functions, &interface.types);
                        let name = resolve.name_world_key(key);
                        format!("{name} {:?} {:?}", functions.keys(), types.keys())
                    }
                    WorldItem::Function(function) => {
                        format!("{} {}", function.name, function.params.len())
                    }
                    WorldItem::Type { .. } => resolve.name_world_key(key),
                })
                .collect();
            // Packages are there more than once.
            if shape.is_empty() || !known.insert((folder.clone(), shape)) {
                continue;
            }
            let name = resolve.worlds[world].name.clone();
            if has_resources(&resolve, world) {
                left_out.push(format!("{path} {name}: it has resources of its own"));
                continue;
            }
            let guest = match guest(&resolve, world) {
                Ok(guest) => guest,
                Err(told) => {
                    left_out.push(format!("{path} {name}: {told}"));
                    continue;
                }
            };
            *counts.entry(folder.clone()).or_default() += 1;
            for kind in ["deny", "trace"] {
                if let Err(told) = check(&guest, kind) {
                    wrong.push(format!("{path} {name} {kind}: {told}"));
                }
            }
            if let Err(told) = replay::check(&resolve, world, &guest) {
                wrong.push(format!("{path} {name} replay: {told}"));
            }
        }
    }
    println!("{counts:?}\nleft out:\n{}", left_out.join("\n"));
    assert!(left_out.len() <= 30, "{}", left_out.len());
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    for (folder, least) in FOLDERS {
        let count = counts.get(*folder).copied().unwrap_or_default();
        assert!(count >= *least, "{folder}: only {count}");
    }
}

/// The provider is a guest as well, which exports what the other imports.
#[test]
fn every_interface_of_the_corpus_is_traced_between_two_parts() {
    let Some(packages) = packages() else { return };
    let mut known = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut wrong, mut left_out) = (Vec::new(), Vec::new());
    for (folder, path, mut resolve) in packages {
        let importers = worlds(&mut resolve, &mut known);
        if importers.is_empty() {
            continue;
        }
        let mut text = "package witkit:exporters;\n".to_string();
        for (at, (name, _)) in importers.iter().enumerate() {
            text += &format!("world e{at} {{ export {name}; }}\n");
        }
        let Ok(package) = resolve.push_str("exporters.wit", &text) else {
            left_out.push(format!("{path}: its interfaces cannot be exported"));
            continue;
        };
        for (at, (name, world)) in importers.iter().enumerate() {
            let exporter = resolve.select_world(&[package], Some(&format!("e{at}")));
            let exporter = exporter.expect("it is there");
            let (Ok(root), Ok(part)) = (guest(&resolve, *world), guest(&resolve, exporter)) else {
                left_out.push(format!("{path} {name}"));
                continue;
            };
            let imports = &resolve.worlds[*world].imports;
            let has_functions = imports.iter().any(|(key, item)| match item {
                WorldItem::Interface { id, .. } => {
                    let is_it = resolve.name_world_key(key) == *name;
                    is_it && !resolve.interfaces[*id].functions.is_empty()
                }
                _ => false,
            });
            // Types alone are nothing to trace.
            if !has_functions {
                continue;
            }
            match between(&root, &part, name) {
                Ok(()) => *counts.entry(folder.clone()).or_default() += 1,
                Err(told) => wrong.push(format!("{path} {name}: {told}")),
            }
        }
    }
    println!("{counts:?}\nleft out:\n{}", left_out.join("\n"));
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    // Others have the interfaces of WASI as well, and come first.
    let folders = FOLDERS.iter().map(|(folder, _)| folder);
    for folder in folders.filter(|folder| !folder.starts_with("wasi-")) {
        assert!(counts.contains_key(*folder), "{folder}: none");
    }
    let count: usize = counts.values().sum();
    assert!(count > 300, "only {count}");
}

/// Two guests are composed, with a trace between them.
fn between(root: &[u8], part: &[u8], name: &str) -> Result<(), String> {
    let mut in_memory = in_memory(root);
    let source = Source::memory("part.wasm", part);
    in_memory.insert("part.wasm".into(), source);
    let all = vec!["*".to_string()];
    let spec = |name: Option<&str>, path: &str| PartSpec {
        name: name.map(str::to_string),
        path: path.into(),
    };
    let outcome = compose::compose(&Options {
        root: Some(spec(None, "guest.wasm")),
        definitions: vec![spec(Some("provider"), "part.wasm")],
        trace: vec![name.to_string()],
        // Standard error uses resources of an interface that is traced.
        trace_to: Some("line".to_string()),
        imports: all,
        in_memory,
        ..Options::default()
    });
    let bytes = bytes_of(&outcome)?;
    validate(&bytes)?;
    let plan = outcome.plan.as_ref().ok_or("there is no plan")?;
    let mut parts = plan.parts.iter();
    match parts.any(|part| part.name.starts_with("trace-")) {
        true => Ok(()),
        false => Err("nothing is traced".to_string()),
    }
}
