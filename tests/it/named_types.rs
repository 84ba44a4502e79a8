//! Compositions of random worlds whose types fit: none is refused, whatever names what.
//!
//! `WITKIT_SEEDS=100..5000 cargo test named_types` looks at others. Deliberately absent: how the
//! worlds are made (`worlds.rs`), and what the parts do when they are called: they are stubs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store};

use crate::support::{validate, witkit};
use crate::worlds::Worlds;

/// The seeds to look at.
fn seeds() -> std::ops::Range<u64> {
    let named = std::env::var("WITKIT_SEEDS").ok().and_then(|text| {
        let (from, to) = text.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    });
    named.unwrap_or(0..60)
}

#[test]
fn no_composition_of_parts_whose_types_fit_is_refused() {
    let mut wrong = Vec::new();
    for seed in seeds() {
        let worlds = Worlds::random(seed);
        if let Err(told) = check(&worlds) {
            wrong.push(format!("seed {seed}: {told}\n{}", worlds.wit()));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} failed\n{}",
        wrong.len(),
        seeds().count(),
        wrong
            .iter()
            .take(3)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n\n")
    );
}

fn check(worlds: &Worlds) -> Result<(), String> {
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let folder = temp.path();
    fs::write(folder.join("w.wit"), worlds.wit()).map_err(|e| e.to_string())?;
    let stub = |world: &str| {
        let out = format!("{world}.wasm");
        let args = [
            "componentize",
            "--stub",
            "--wit",
            "w.wit",
            "-w",
            world,
            "-o",
            &out,
        ];
        let made = witkit(folder, &args).expect(0);
        made.map(drop)
            .map_err(|told| format!("{world} is no world: {told}"))
    };
    let mut args: Vec<String> = ["compose", "w0.wasm", "-o", "out.wasm"]
        .map(str::to_string)
        .to_vec();
    for name in worlds.of_host() {
        args.extend(["--allow".to_string(), name]);
    }
    for part in 0..worlds.parts() {
        stub(&format!("w{part}"))?;
        if part > 0 {
            args.extend(["-d".to_string(), format!("w{part}.wasm")]);
        }
    }
    // A component that was just built for a world fits it, and itself.
    for wit in [&["w.wit", "-w", "w0"][..], &["w0.wasm"][..]] {
        let args = [&["check", "w0.wasm", "--wit"][..], wit].concat();
        witkit(folder, &args).expect(0)?;
    }
    if let Some(interface) = worlds.middleware {
        stub("m")?;
        args.extend([
            "--chain".to_string(),
            format!("w0.{}=m.wasm", worlds.name(interface)),
        ]);
    }
    if let Some(interface) = worlds.exported
        && let Some(owner) = worlds.owner(interface)
    {
        args.extend([
            "--export".to_string(),
            format!("w{owner}.{}", worlds.name(interface)),
        ]);
    }
    witkit(folder, &args).expect(0)?;
    let bytes = fs::read(folder.join("out.wasm")).map_err(|e| e.to_string())?;
    validate(&bytes)?;
    runs(worlds, &bytes)?;
    let imports = args.iter().position(|arg| arg == "--allow");
    let of_host = imports.map_or(0, |_| 2 * worlds.of_host().len());
    args.drain(4..4 + of_host);
    args.push("--no-imports".to_string());
    alone(worlds, folder, &args)
}

/// Where the host need not give anything, nothing is imported, and the plan that `split` makes of
/// the composition makes it again.
fn alone(worlds: &Worlds, folder: &Path, args: &[String]) -> Result<(), String> {
    let made = witkit(folder, args);
    let needs_host = made.stderr.contains("no part exports it");
    // WIT has no words for a world that exports a type.
    if needs_host || made.stderr.contains("instead of the world") {
        return Ok(());
    }
    made.expect(0)?;
    let bytes = fs::read(folder.join("out.wasm")).map_err(|e| e.to_string())?;
    validate(&bytes)?;
    runs(worlds, &bytes)?;
    let imported = imports(&bytes)?;
    // Types of worlds are imported to have a name; nobody provides them.
    if imported.iter().any(|name| name.contains(':')) {
        return Err(format!("{imported:?} is imported all the same"));
    }
    witkit(folder, &["split", "out.wasm", "-o", "parts"]).expect(0)?;
    witkit(
        folder,
        &["compose", "-c", "parts/plan.json", "-o", "again.wasm"],
    )
    .expect(0)?;
    let again = fs::read(folder.join("again.wasm")).map_err(|e| e.to_string())?;
    match again == bytes {
        true => Ok(()),
        false => Err("its plan makes another component".to_string()),
    }
}

#[test]
fn an_interface_of_types_alone_needs_nobody_and_all_commands_agree() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path();
    let wit = "package a:b;\n\
        interface types { record item { n: u32 } }\n\
        interface i { use types.{item}; f: func(x: item); }\n\
        world provider { export i; }\n\
        world consumer { import i; export run: func(); }\n\
        world host { export run: func(); }\n";
    fs::write(folder.join("t.wit"), wit).expect("it can be written");
    let run = |args: &[&str], code: i32| {
        let ran = witkit(folder, args).expect(code);
        ran.unwrap_or_else(|wrong| panic!("{args:?}: {wrong}"))
    };
    for world in ["provider", "consumer"] {
        let out = format!("{world}.wasm");
        let stub = ["componentize", "--stub", "--wit", "t.wit", "-w", world];
        run(&[&stub[..], &["-o", &out]].concat(), 0);
    }
    let parts = ["consumer.wasm", "-d", "provider.wasm"];
    let compose = [&["compose"], &parts[..]].concat();
    let made = run(&[&compose[..], &["-o", "o.wasm"]].concat(), 0);
    assert_eq!(made.stderr, "");
    let plan = run(&[&compose[..], &["--plan"]].concat(), 0).stdout;
    let note = "the host  (types only: needs no provider)";
    assert!(plan.contains(note), "{plan}");
    run(&["graph", "o.wasm", "--check"], 0);
    run(&["graph", "consumer.wasm", "provider.wasm", "--check"], 0);
    run(&["check", "o.wasm", "--wit", "t.wit", "-w", "host"], 0);
    // Where nothing may be left open, the composition has the types itself.
    let alone = [&compose[..], &["--no-imports"]].concat();
    let plan = run(&[&alone[..], &["--plan"]].concat(), 0).stdout;
    let note = "provided by the composition  (types only: needs no provider)";
    assert!(plan.contains(note), "{plan}");
    run(&[&alone[..], &["-o", "alone.wasm"]].concat(), 0);
    let bytes = fs::read(folder.join("alone.wasm")).expect("it was made");
    assert_eq!(imports(&bytes), Ok(Vec::new()));
    run(&["graph", "alone.wasm", "--check"], 0);
    run(&["graph", "consumer.wasm", "provider.wasm", "--check"], 0);
    // What has functions is another matter.
    run(&["compose", "consumer.wasm", "-o", "o.wasm"], 1);
}

/// The names of what a component imports.
fn imports(bytes: &[u8]) -> Result<Vec<String>, String> {
    let engine = Engine::default();
    let component = Component::new(&engine, bytes).map_err(|e| format!("{e:?}"))?;
    let component_type = component.component_type();
    Ok(component_type
        .imports(&engine)
        .map(|(n, _)| n.to_string())
        .collect())
}

/// It exports what the root does, and can be instantiated by a host whose functions all trap.
fn runs(worlds: &Worlds, bytes: &[u8]) -> Result<(), String> {
    let text = |e: wasmtime::Error| format!("{e:?}");
    let mut config = Config::new();
    config.wasm_component_model_async(true);
    let engine = Engine::new(&config).map_err(text)?;
    let component = Component::new(&engine, bytes).map_err(text)?;
    let component_type = component.component_type();
    let exported: BTreeSet<&str> = component_type.exports(&engine).map(|(n, _)| n).collect();
    for name in worlds.exports(0) {
        if !exported.contains(name.as_str()) {
            return Err(format!("{name} is not exported, only {exported:?}"));
        }
    }
    let mut linker = Linker::<()>::new(&engine);
    let defined = linker.define_unknown_imports_as_traps(&component);
    defined.map_err(text)?;
    let mut store = Store::new(&engine, ());
    let executor = tokio::runtime::Builder::new_current_thread().build();
    let executor = executor.map_err(|e| e.to_string())?;
    let made = executor.block_on(linker.instantiate_async(&mut store, &component));
    made.map(drop).map_err(text)
}
