//! The table of known functions, and where the runtime lies in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

use super::known::{full_names, hash};
use super::{data, modules};
use crate::surface::{Item, Surface};
use crate::wasm::decode::decode;

/// What functions of releases are called in the runtime, where that is not their own name.
const OTHERS: &[(&str, &str)] = &[
    (
        "wasi:cli/environment#get-initial-cwd",
        "wasi:cli/environment#initial-cwd",
    ),
    (
        "wasi:cli/terminal-stdout#get-terminal-stdout",
        "wasi:cli/terminal-stdin#get-terminal-stdin",
    ),
    (
        "wasi:cli/terminal-stderr#get-terminal-stderr",
        "wasi:cli/terminal-stdin#get-terminal-stdin",
    ),
    ("wasi:clocks/system-clock#now", "wasi:clocks/wall-clock#now"),
    (
        "wasi:clocks/system-clock#get-resolution",
        "wasi:clocks/monotonic-clock#resolution",
    ),
    (
        "wasi:clocks/monotonic-clock#get-resolution",
        "wasi:clocks/monotonic-clock#resolution",
    ),
    (
        "wasi:random/insecure#get-insecure-random-bytes",
        "wasi:random/random#get-random-bytes",
    ),
    (
        "wasi:random/insecure#get-insecure-random-u64",
        "wasi:random/random#get-random-u64",
    ),
    (
        "wasi:random/insecure-seed#get-insecure-seed",
        "wasi:random/insecure-seed#insecure-seed",
    ),
    (
        "wasi:cli/stderr@0.3#write-via-stream",
        "wasi:cli/stdout@0.3#write-via-stream",
    ),
    ("wasi:config/runtime#get", "wasi:config/store#get"),
    ("wasi:config/runtime#get-all", "wasi:config/store#get-all"),
];

/// `wasi:config` as it is proposed.
const CONFIG: &str = "package wasi:config@0.2.0-rc.1;
    interface store {
        variant error { upstream(string), io(string) }
        get: func(key: string) -> result<option<string>, error>;
        get-all: func() -> result<list<tuple<string, string>>, error>;
    }
    interface runtime {
        variant config-error { upstream(string), io(string) }
        get: func(key: string) -> result<option<string>, config-error>;
        get-all: func() -> result<list<tuple<string, string>>, config-error>;
    }";

/// The functions that the runtime exports.
fn exports() -> BTreeSet<String> {
    let module = crate::surface::module_type(modules::RUNTIME).expect("it is a module");
    let names = module.exports.into_iter().map(|(name, _)| name);
    names.filter(|name| name.contains('#')).collect()
}

/// The surface of a component that imports all interfaces of a package.
fn surface(mut resolve: Resolve, interfaces: &[String]) -> Surface {
    let mut text = "package witkit:generated;\nworld w {\n".to_string();
    for name in interfaces {
        text += &format!("import {name};\n");
    }
    let package = resolve
        .push_str("w.wit", &(text + "}"))
        .expect("it resolves");
    let world = resolve
        .select_world(&[package], Some("w"))
        .expect("it is there");
    let mangling = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);
    let mut module = wit_component::dummy_module(&resolve, world, mangling);
    let encoding = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, encoding, false)
        .expect("it is a world");
    let mut encoder = wit_component::ComponentEncoder::default();
    let bytes = encoder
        .module(&module)
        .and_then(|e| e.encode())
        .expect("it is a world");
    let decoded = decode(&bytes).expect("it is a component");
    Surface::read(decoded.types(), decoded.component())
}

/// The lines that releases of WASI make: all functions that the runtime has.
fn lines(releases: &[&Path]) -> BTreeSet<String> {
    let exports = exports();
    let others: BTreeMap<&str, &str> = OTHERS.iter().copied().collect();
    let mut resolves = Vec::new();
    let new = || Resolve {
        all_features: true,
        ..Resolve::default()
    };
    for release in releases {
        let packages = std::fs::read_dir(release).expect("it is there").flatten();
        for package in packages {
            let mut resolve = new();
            if resolve.push_path(package.path()).is_ok() {
                resolves.push(resolve);
            }
        }
    }
    let mut config = new();
    config.push_str("config.wit", CONFIG).expect("it resolves");
    resolves.push(config);
    let mut lines = BTreeSet::new();
    for resolve in resolves {
        let ids = resolve
            .interfaces
            .iter()
            .filter_map(|(id, _)| resolve.id_of(id));
        let ids: Vec<String> = ids.collect();
        for (interface, item) in &surface(resolve, &ids).imports {
            let Item::Instance(instance) = item else {
                continue;
            };
            for (name, item) in &instance.exports {
                let Item::Func(func) = item else { continue };
                // By the first of its names that the runtime has.
                let names = full_names(&interface.name, &name.name);
                let found = names.iter().find_map(|full| {
                    let export = others.get(full.as_str()).copied().unwrap_or(full);
                    exports.contains(export).then_some((full, export))
                });
                if let Some((full, export)) = found {
                    lines.insert(format!("{full} {} {export}", hash(func)));
                }
            }
        }
    }
    lines
}

#[test]
fn known_functions_are_those_of_the_releases_of_wasi() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = project.join("../shared/corpus/wit");
    let releases = [
        "wasi-v0.2.0-assembled",
        "wasi-v0.2.12-assembled",
        "wasi-v0.3.0-assembled",
    ]
    .map(|name| corpus.join(name));
    if !corpus.is_dir() {
        println!("skipped: no corpus");
        return;
    }
    let releases: Vec<&Path> = releases.iter().map(|path| path.as_path()).collect();
    let lines: Vec<String> = lines(&releases).into_iter().collect();
    let text = lines.join("\n") + "\n";
    let file = project.join("src/generate/runtime/virtual.txt");
    if std::env::var_os("WITKIT_BLESS").is_some() {
        std::fs::write(&file, &text).expect("it can be written");
    }
    let known = std::fs::read_to_string(&file).expect("it is there");
    assert_eq!(known, text, "set WITKIT_BLESS=1 to write it");
    // Nothing of the runtime is there in vain.
    for export in exports() {
        let ends = format!(" {export}");
        assert!(text.lines().any(|line| line.ends_with(&ends)), "{export}");
    }
}

#[test]
fn the_runtime_lies_before_the_data() {
    for payload in wasmparser::Parser::new(0).parse_all(modules::RUNTIME) {
        if let wasmparser::Payload::GlobalSection(globals) = payload.expect("it is valid") {
            for global in globals {
                let mut init = global
                    .expect("it is valid")
                    .init_expr
                    .get_operators_reader();
                if let Ok(wasmparser::Operator::I32Const { value }) = init.read() {
                    assert!(value as u32 <= data::BASE, "{value}");
                }
            }
        }
    }
}

/// A package with interfaces that have what WASI has.
const SOME: &str = "package wasi:io@0.2.0;
    interface error { resource error { to-debug-string: func() -> string; } }
    interface poll { resource pollable { ready: func() -> bool; block: func(); }
        poll: func(in: list<borrow<pollable>>) -> list<u32>; }
    interface streams { use error.{error}; use poll.{pollable};
        variant stream-error { last-operation-failed(error), closed }
        resource input-stream { read: func(len: u64) -> result<list<u8>, stream-error>; }
        resource output-stream { check-write: func() -> result<u64, stream-error>;
            subscribe: func() -> pollable; } }
    interface other { use streams.{output-stream, stream-error}; use error.{error};
        record rich { a: u8, b: option<output-stream> }
        resource thing { get: func() -> result<rich, stream-error>; }
        out: func(t: borrow<thing>) -> tuple<u64, list<output-stream>>;
        code: func(e: borrow<error>) -> option<u8>; plain: func(s: string) -> string; }
";

#[test]
fn parts_with_streams_of_the_host_are_valid() {
    let mut resolve = Resolve::default();
    resolve.push_str("io.wit", SOME).expect("it resolves");
    let names = ["error", "poll", "streams", "other"].map(|n| format!("wasi:io/{n}@0.2.0"));
    let surface = surface(resolve, &names);
    let interfaces = surface.imports.iter().filter_map(|(name, item)| {
        let Item::Instance(instance) = item else {
            return None;
        };
        let is_other = name.name.contains("other");
        let functions = instance
            .exports
            .iter()
            .filter(|(_, i)| matches!(i, Item::Func(_)));
        let how = if is_other {
            super::How::Host
        } else {
            super::How::Virtual
        };
        Some(super::Provided {
            name: &name.name,
            items: vec![&instance.exports],
            how: functions
                .map(|(name, _)| (name.name.clone(), how))
                .collect(),
            owns: !is_other,
        })
    });
    let made = super::generate_virtual(&super::Virtual {
        interfaces: interfaces.collect(),
        data: super::Data::default(),
    });
    let made = made.unwrap_or_else(|e| panic!("{e:?}"));
    let features = wasmparser::WasmFeatures::all();
    let valid = wasmparser::Validator::new_with_features(features).validate_all(&made.bytes);
    if let Err(error) = valid {
        let text = wasmprinter::print_bytes(&made.bytes);
        panic!("{error}\n{}", text.unwrap_or_else(|e| e.to_string()));
    }
}
