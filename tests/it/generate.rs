//! Generated parts: `compose --deny` and `--stub`, for every interface there is and when they run.
//!
//! Scenarios in `fixtures/generate` are those of `compose.rs`. Guests are made by wit-component: they
//! import a world and call nothing, so that what parts answer is asked of the parts themselves, which
//! `--export` exports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, DecodedWasm, StringEncoding};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, PackageId, Resolve, WorldId};
use witkit::compose::{self, Options, Outcome, PartSpec};
use witkit::source::Source;

use crate::compose::{errors_in, scenarios_in};
use crate::replay;
use crate::run::{Running, run_script};
use crate::support::{corpus, project, random_packages, validate, wit_packages, witkit};

#[test]
fn every_scenario_composes_and_runs() {
    scenarios_in("generate");
}

#[test]
fn every_error_is_reported() {
    errors_in("generate/errors");
}

/// A component that imports and exports what a world does.
pub fn guest(resolve: &Resolve, world: WorldId) -> Result<Vec<u8>, String> {
    let abi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);
    let mut module = wit_component::dummy_module(resolve, world, abi);
    let utf8 = StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, resolve, world, utf8, false)
        .map_err(|e| format!("{e:#}"))?;
    let mut encoder = ComponentEncoder::default();
    let encoder = encoder.module(&module).map_err(|e| format!("{e:#}"))?;
    encoder.encode().map_err(|e| format!("{e:#}"))
}

/// The guest of world `w` of a package.
pub fn guest_of(wit: &str) -> Vec<u8> {
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let package = resolve
        .push_str("test.wit", wit)
        .expect("the package resolves");
    let world = resolve
        .select_world(&[package], Some("w"))
        .expect("it has the world");
    guest(&resolve, world).expect("it is a world")
}

pub fn compose(guest: &[u8], options: Options) -> Outcome {
    compose::compose(&Options {
        root: Some(PartSpec {
            name: None,
            path: "guest.wasm".into(),
        }),
        in_memory: in_memory(guest),
        ..options
    })
}

/// The guest as a file that is not there.
pub fn in_memory(guest: &[u8]) -> BTreeMap<PathBuf, Source> {
    let source = Source::memory("guest.wasm", guest);
    [("guest.wasm".into(), source)].into()
}

pub fn bytes_of(outcome: &Outcome) -> Result<Vec<u8>, String> {
    let composed = outcome.composed.as_ref();
    composed.map(|composed| composed.to_vec()).ok_or_else(|| {
        let found = outcome.report.diagnostics();
        let found = found
            .iter()
            .map(|d| format!("{}: {} {:?}", d.code.name, d.message, d.notes));
        found.collect::<Vec<_>>().join("\n")
    })
}

/// What a component imports.
pub fn imports(bytes: &[u8]) -> Vec<String> {
    let mut depth = 0;
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.expect("it is valid") {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                let all = section
                    .into_iter()
                    .map(|i| i.expect("it is valid").name.name);
                names.extend(all.map(str::to_string));
            }
            _ => {}
        }
    }
    names
}

/// How large the types are that a component imports.
pub fn size_of_types(bytes: &[u8]) -> usize {
    let mut depth = 0;
    let mut size = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.expect("it is valid") {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentTypeSection(section) if depth == 0 => {
                let range = section.range();
                size += (range.end - range.start) as usize;
            }
            _ => {}
        }
    }
    size
}

/// What is asked for: of all functions, or of some.
const KINDS: [&str; 4] = ["deny", "stub", "some", "trace"];

/// Nothing is left of the imports of a guest, and the composition is valid and not much larger.
pub fn check(guest: &[u8], kind: &str) -> Result<(), String> {
    let all = vec!["*".to_string()];
    let options = match kind {
        "deny" => Options {
            deny: all,
            ..Options::default()
        },
        "some" => Options {
            deny: vec!["*.s*".to_string()],
            imports: all,
            ..Options::default()
        },
        "trace" => Options {
            trace: all.clone(),
            imports: all,
            ..Options::default()
        },
        _ => Options {
            stub: all,
            ..Options::default()
        },
    };
    let outcome = compose(guest, options);
    let bytes = bytes_of(&outcome)?;
    validate(&bytes)?;
    let left = imports(&bytes);
    if ["deny", "stub"].contains(&kind) && !left.is_empty() {
        return Err(format!("imports {left:?}"));
    }
    let plan = outcome.plan.as_ref().ok_or("there is no plan")?;
    let generated = plan.parts.iter().filter(|part| part.generated.is_some());
    let (more, types) = (bytes.len() - guest.len(), size_of_types(guest));
    // What is passed on takes its types again on both sides; what formats values is one module for all
    // interfaces, which is embedded for each.
    let (most, times) = match kind {
        "trace" => (48 * 1024, 9),
        "some" => (4096, 6),
        _ => (4096, 3),
    };
    if more > most * generated.count().max(1) && more > 1024 + times * types {
        return Err(format!("{more} bytes more, for types of {types}"));
    }
    // What the plan says gives the same.
    let again = compose(
        guest,
        Options {
            plan: Some(plan.clone()),
            ..Options::default()
        },
    );
    match bytes_of(&again)? == bytes {
        true => Ok(()),
        false => Err("the plan gives other bytes".to_string()),
    }
}

/// Adds a world for each interface of a package that resolves.
pub fn worlds(resolve: &mut Resolve, known: &mut BTreeSet<String>) -> Vec<(String, WorldId)> {
    let mut names = Vec::new();
    for (id, interface) in resolve.interfaces.iter() {
        let Some(name) = resolve.id_of(id) else {
            continue;
        };
        // Packages are there more than once.
        let shape = (interface.functions.keys(), interface.types.keys());
        if known.insert(format!("{name} {shape:?}")) {
            names.push(name);
        }
    }
    let mut text = "package witkit:generated;\n".to_string();
    for (at, name) in names.iter().enumerate() {
        text += &format!("world w{at} {{ import {name}; }}\n");
    }
    let Ok(package) = resolve.push_str("generated.wit", &text) else {
        return Vec::new();
    };
    let names = names.into_iter().enumerate();
    let worlds = names.filter_map(|(at, name)| {
        let world = resolve
            .select_world(&[package], Some(&format!("w{at}")))
            .ok()?;
        Some((name, world))
    });
    worlds.collect()
}

/// All packages that resolve by themselves, each with the folder of the corpus that it is in.
pub fn packages() -> Option<Vec<(String, String, Resolve)>> {
    let wit = corpus()?.join("wit");
    let mut found = Vec::new();
    for path in wit_packages(&wit) {
        let mut resolve = Resolve {
            all_features: true,
            ..Resolve::default()
        };
        if resolve.push_path(&path).is_ok() {
            let inside = path.strip_prefix(&wit).expect("it is inside");
            let folder = inside.components().next().expect("it has a folder");
            let folder = folder.as_os_str().to_string_lossy().to_string();
            found.push((folder, inside.display().to_string(), resolve));
        }
    }
    Some(found)
}

/// Calls `with` for each interface of the corpus: with the package that it was found in, its name, a guest
/// that imports it, and that guest's world. False if there is no corpus.
pub fn interfaces_of_corpus(mut with: impl FnMut(&str, &str, &Resolve, WorldId, Vec<u8>)) -> bool {
    let Some(packages) = packages() else {
        return false;
    };
    let mut known = BTreeSet::new();
    for (_, path, mut resolve) in packages {
        for (name, world) in worlds(&mut resolve, &mut known) {
            if let Ok(guest) = guest(&resolve, world) {
                with(&path, &name, &resolve, world, guest);
            }
        }
    }
    true
}

#[test]
fn parts_are_generated_for_every_interface_of_the_corpus() {
    let (mut count, mut wrong) = (0, Vec::new());
    let is_there = interfaces_of_corpus(|path, name, resolve, world, guest| {
        count += 1;
        for kind in KINDS {
            if let Err(told) = check(&guest, kind) {
                wrong.push(format!("{path} {name} {kind}: {told}"));
            }
        }
        if let Err(told) = replay::check(resolve, world, &guest) {
            wrong.push(format!("{path} {name} replay: {told}"));
        }
    });
    if !is_there {
        return;
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 300, "only {count}");
}

#[test]
fn parts_are_generated_for_random_worlds() {
    let config = wit_smith::Config {
        async_: true,
        futures: true,
        streams: true,
        error_context: true,
        fixed_length_lists: true,
        ..wit_smith::Config::default()
    };
    let (mut count, mut wrong) = (0, Vec::new());
    for (seed, package) in random_packages(&config, 60) {
        let Ok(DecodedWasm::WitPackage(mut resolve, id)) = wit_component::decode(&package) else {
            continue;
        };
        let worlds: Vec<WorldId> = of_package(&resolve, id);
        for world in worlds {
            // What is exported is used by whoever calls it, and what it mentions as well.
            resolve.worlds[world].exports.clear();
            let Ok(guest) = guest(&resolve, world) else {
                continue;
            };
            count += 1;
            for kind in KINDS {
                if let Err(told) = check(&guest, kind) {
                    wrong.push(format!(
                        "{seed} {} {kind}: {told}",
                        resolve.worlds[world].name
                    ));
                }
            }
            if let Err(told) = replay::check(&resolve, world, &guest) {
                wrong.push(format!(
                    "{seed} {} replay: {told}",
                    resolve.worlds[world].name
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 40, "only {count}");
}

fn of_package(resolve: &Resolve, id: PackageId) -> Vec<WorldId> {
    resolve.packages[id].worlds.values().copied().collect()
}

const STORE: &str = "
    package acme:kv@0.2.0;
    interface store {
        enum error { no-such-store, access-denied, other }
        variant failure { timeout, other(string) }
        flags rights { read, write }
        record entry { key: string, value: option<list<u8>>, size: u64, rights: rights, ratio: f64 }
        enum color { red, green }
        get: func(key: string) -> result<option<string>, error>;
        set: func(key: string, value: list<u8>) -> result<_, failure>;
        flush: func() -> result;
        count: func() -> u32;
        first: func() -> entry;
        paint: func() -> color;
        all: func(keys: list<list<string>>, a: u64, b: u64, c: f32, d: entry, e: entry) -> list<entry>;
        clear: func();
        fetch: async func(key: string) -> result<entry, error>;
        tick: async func(n: u32) -> u64;
        stop: async func();
        watch: async func(entries: list<entry>) -> tuple<string, u32, option<bool>>;
    }
    world w { import store; }
";

/// What a function of the store answers, in a composition with that option.
fn of_store(kind: &str, calls: &[&str]) -> Vec<Result<String, String>> {
    let all = vec!["acme:*".to_string()];
    let mut options = Options {
        exports: vec![format!("{kind}-acme-kv-store")],
        ..Options::default()
    };
    match kind {
        "deny" => options.deny = all,
        _ => options.stub = all,
    }
    let bytes = bytes_of(&compose(&guest_of(STORE), options)).expect("it composes");
    validate(&bytes).expect("it is valid");
    let answers = calls.iter().map(|call| {
        // A trap ends an instance.
        let mut running = Running::start(&bytes, &[])?;
        let call = format!("acme:kv/store@0.2.0#{call}");
        // Answers do not wear out.
        running.eval(&call)?;
        Ok(running.eval(&call)?.unwrap_or_default())
    });
    answers.collect()
}

#[test]
fn denied_functions_fail_with_the_error_that_says_so_or_trap_with_their_name() {
    let calls = [
        "get(\"a\")",
        "set(\"a\", [1, 2])",
        "flush()",
        "fetch(\"a\")",
    ];
    let answers = of_store("deny", &calls);
    let expected = [
        "err(access-denied)",
        "err(other(\"acme:kv/store@0.2.0#set is denied\"))",
        "err",
        "err(access-denied)",
    ];
    let answers: Vec<String> = answers
        .into_iter()
        .map(|a| a.expect("it answers"))
        .collect();
    assert_eq!(answers, expected);
    for call in ["clear()", "count()"] {
        let told = of_store("deny", &[call]).remove(0).expect_err("it traps");
        let name = format!("deny acme:kv/store@0.2.0!{}", call.trim_end_matches("()"));
        assert!(told.contains(&name), "{told}");
    }
}

#[test]
fn stubs_give_harmless_answers() {
    let entry = "{key: \"\", value: none, size: 1, rights: {}, ratio: 0.5}";
    let all = format!("all([[\"a\", \"b\"], []], 1, 2, 0.5, {entry}, {entry})");
    let watch = format!("watch([{entry}])");
    let calls = [
        "get(\"a\")",
        "set(\"a\", [1])",
        "flush()",
        "count()",
        "paint()",
        "clear()",
        &all,
        &watch,
        "tick(1)",
        "stop()",
    ];
    let answers = of_store("stub", &calls);
    let answers: Vec<String> = answers
        .into_iter()
        .map(|a| a.expect("it answers"))
        .collect();
    let expected = [
        "ok(none)",
        "ok",
        "ok",
        "0",
        "red",
        "",
        "[]",
        "(\"\", 0, none)",
        "0",
        "",
    ];
    assert_eq!(answers, expected);
    let first = of_store("stub", &["first()"])
        .remove(0)
        .expect("it answers");
    assert_eq!(first, "{key: \"\", size: 0, rights: {}, ratio: 0}");
}

#[test]
fn the_transcripts_of_the_docs_are_what_is_printed() {
    let page = project().join("docs/generated-parts.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let app = project().join("fixtures/generate/deny/app.wat");
    std::fs::copy(app, folder.path().join("app.wat")).expect("it is copied");
    let mut count = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for shown in block.split("$ witkit ").skip(1) {
            let (command, expected) = shown.split_once('\n').expect("a line");
            let args: Vec<String> = command
                .split(' ')
                .map(|arg| arg.replace('\'', ""))
                .collect();
            let ran = witkit(folder.path(), &args);
            assert_eq!(
                ran.stdout.trim_end(),
                expected.trim_end(),
                "{command}\n{}",
                ran.stderr
            );
            count += 1;
        }
    }
    assert!(count > 3, "only {count}");
    let toml = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    std::fs::write(folder.path().join("witkit.toml"), toml.expect("a block")).expect("written");
    let ran = witkit(
        folder.path(),
        &["compose", "-o", "safe.wasm", "--no-imports"],
    );
    ran.expect(0).expect("it composes");
}

#[test]
fn a_denied_composition_is_split_drawn_and_checked_as_any_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let app = project()
        .join("fixtures/generate/deny-function/app.wat")
        .display()
        .to_string();
    let run = |args: &[&str]| {
        witkit(folder.path(), args)
            .expect(0)
            .expect("it works")
            .stdout
    };
    let (whole, again) = (at("whole.wasm"), at("again.wasm"));
    run(&["compose", &app, "--deny", "acme:kv/*", "-o", &whole]);
    let drawn = run(&["graph", &whole]);
    assert!(drawn.contains("deny-acme-kv-store"), "{drawn}");
    run(&["split", &whole, "-o", &at("parts")]);
    run(&["compose", "-c", &at("parts/plan.json"), "-o", &again]);
    let read = |path: &str| std::fs::read(path).expect("it was written");
    assert!(read(&whole) == read(&again), "other bytes");
    run(&["check", &whole, "--deny", "acme:kv/*"]);
    let capabilities = run(&["inspect", "--capabilities", &whole]);
    assert!(!capabilities.contains("acme:kv"), "{capabilities}");
}

#[test]
fn stubs_of_streams_are_closed_and_take_what_is_written() {
    let wit = "
        package wasi:io@0.2.0;
        interface poll {
            resource pollable { ready: func() -> bool; }
            poll: func(of: list<borrow<pollable>>) -> list<u32>;
        }
        interface streams {
            use poll.{pollable};
            variant stream-error { failed, closed }
            resource output-stream {
                check-write: func() -> result<u64, stream-error>;
                subscribe: func() -> pollable;
            }
            open: func() -> output-stream;
        }
        world w { import streams; }
    ";
    let options = Options {
        stub: vec!["*".to_string()],
        exports: vec![
            "stub-wasi-io-streams".to_string(),
            "stub-wasi-io-poll".to_string(),
        ],
        ..Options::default()
    };
    let bytes = bytes_of(&compose(&guest_of(wit), options)).expect("it composes");
    // The pollable is made by one part for the other.
    let script = "
        $stream = wasi:io/streams@0.2.0#open()
        wasi:io/streams@0.2.0#[method]output-stream.check-write($stream) == ok(65536)
        $pollable = wasi:io/streams@0.2.0#[method]output-stream.subscribe($stream)
        wasi:io/poll@0.2.0#[method]pollable.ready($pollable) == true
        drop $pollable
        drop $stream
    ";
    run_script(&bytes, script).expect("it runs");
}
