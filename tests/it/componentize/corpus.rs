//! Real modules of several toolchains, as they come: they become components that run.

use std::fs;
use std::path::{Path, PathBuf};

use wasmtime::StoreLimits;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Config, Engine, OptLevel, Store};
use wasmtime_wasi::p2::bindings::Command;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{FsPerms, WasiCtx};

use super::processed_by;
use crate::run::{Host, Running};
use crate::support::{corpus, indent, validate, witkit};

/// The functions of the modules in AssemblyScript.
const ADD: &str =
    "package root:add;\n\nworld add {\n  export add: func(x: u32, y: u32) -> u32;\n}\n";

/// Makes a component of a module of the corpus; answers it and what was said.
pub(super) fn made(
    corpus: &Path,
    module: &str,
    more: &[&str],
) -> Result<(Vec<u8>, String), String> {
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let path = corpus.join(format!("modules/{module}.wasm"));
    let path = path.display().to_string();
    let mut args = vec!["componentize", &path, "-o", "out.wasm"];
    args.extend(more);
    let ran = witkit(temp.path(), &args).expect(0)?;
    let bytes = fs::read(temp.path().join("out.wasm")).map_err(|e| e.to_string())?;
    validate(&bytes)?;
    Ok((bytes, ran.stderr))
}

pub(super) fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_with_metadata_need_no_flag_and_calculate() {
    let Some(corpus) = corpus() else { return };
    let add = "docs:adder/add@0.1.0#add(40, 2)";
    let mut wrong = Vec::new();
    for (module, adapter) in [
        ("c/adder.reactor", false),
        ("c/adder-printf.reactor", true),
        ("go/adder.reactor", true),
        ("rust/docs_adder.unknown", false),
        ("rust/docs_adder.wasip1", false),
    ] {
        let calculated = made(&corpus, module, &[]).and_then(|(bytes, said)| {
            match said.contains("the built-in `reactor` adapter") == adapter {
                true => Running::start(&bytes, &[])?.eval(add),
                false => Err(format!("it says {said:?}")),
            }
        });
        if calculated != Ok(Some("42".to_string())) {
            wrong.push(format!("{module}: {calculated:?}"));
        }
    }
    none_wrong(&wrong);
}

#[test]
fn libraries_that_import_interfaces_calculate_with_them() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    for module in [
        "c/calculator.reactor",
        "go/calculator.reactor",
        "rust/docs_calculator.wasip1",
    ] {
        let host = ["host docs:adder/add@0.1.0#add() = 42"];
        let call = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2)";
        let calculated = made(&corpus, module, &[])
            .and_then(|(bytes, _)| Running::start(&bytes, &host)?.eval(call));
        if calculated != Ok(Some("42".to_string())) {
            wrong.push(format!("{module}: {calculated:?}"));
        }
    }
    none_wrong(&wrong);
}

#[test]
fn modules_without_metadata_need_their_wit_only() {
    let Some(corpus) = corpus() else { return };
    let wit = corpus.join("src/docs-adder").display().to_string();
    let (bytes, _) = made(&corpus, "go/adder.noembed", &["--wit", &wit]).expect("it is made");
    let mut running = Running::start(&bytes, &[]).expect("it starts");
    let answer = running.eval("docs:adder/add@0.1.0#add(40, 2)");
    assert_eq!(answer, Ok(Some("42".to_string())));

    let temp = tempfile::tempdir().expect("a temporary folder");
    let wit = temp.path().join("add.wit");
    fs::write(&wit, ADD).expect("it is written");
    let wit = wit.display().to_string();
    for module in ["add.noembed", "add-debug.noembed"] {
        let module = format!("assemblyscript/{module}");
        let (bytes, _) = made(&corpus, &module, &["--wit", &wit]).expect("it is made");
        let mut running = Running::start(&bytes, &[]).expect("it starts");
        assert_eq!(running.eval("add(40, 2)"), Ok(Some("42".to_string())));
    }
}

#[test]
fn assemblyscript_with_metadata_needs_nothing() {
    let Some(corpus) = corpus() else { return };
    for module in ["assemblyscript/add", "assemblyscript/add-debug"] {
        let (bytes, said) = made(&corpus, module, &[]).expect("it is made");
        assert_eq!(said, "");
        let mut running = Running::start(&bytes, &[]).expect("it starts");
        assert_eq!(running.eval("add(40, 2)"), Ok(Some("42".to_string())));
    }
}

fn engine() -> Engine {
    let mut config = Config::new();
    config.cranelift_opt_level(OptLevel::None);
    Engine::new(&config).expect("there is an engine")
}

/// Runs a program with arguments, in a folder that has `in.txt`; answers what it prints.
fn run_program(bytes: &[u8]) -> Result<String, String> {
    let text = |e: wasmtime::Error| format!("{e:#}");
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    fs::write(folder.path().join("in.txt"), "from the file\n").map_err(|e| e.to_string())?;
    let engine = engine();
    let component = Component::new(&engine, bytes).map_err(text)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(text)?;
    let stdout = MemoryOutputPipe::new(64 * 1024);
    let mut ctx = WasiCtx::builder();
    ctx.stdout(stdout.clone()).args(&["hello", "one", "two"]);
    ctx.preopened_dir(folder.path(), ".", FsPerms::ReadOnly)
        .map_err(text)?;
    let state = Host {
        ctx: ctx.build(),
        table: ResourceTable::new(),
        limits: StoreLimits::default(),
        dropped: Vec::new(),
    };
    let mut store = Store::new(&engine, state);
    let executor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let ended = executor.block_on(async {
        let command = Command::instantiate_async(&mut store, &component, &linker).await?;
        command.wasi_cli_run().call_run(&mut store).await
    });
    let printed = String::from_utf8_lossy(&stdout.contents()).into_owned();
    match ended {
        Ok(Ok(())) => Ok(printed),
        // Go leaves by `exit(0)`.
        Err(e) if matches!(e.downcast_ref(), Some(wasmtime_wasi::I32Exit(0))) => Ok(printed),
        other => Err(format!("it ends with {other:?}\n{printed}")),
    }
}

#[test]
fn programs_for_wasi_0_1_run_with_arguments_and_files() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    for (module, file) in [
        ("c/hello.command", "from the file"),
        ("c/hello-dwarf.command", "from the file"),
        ("go/hello.command", ""),
    ] {
        let ran = made(&corpus, module, &[]).and_then(|(bytes, said)| {
            let chosen = "using the built-in `command` adapter for `wasi_snapshot_preview1`: the \
                          module exports `_start`";
            match said.contains(chosen) {
                true => run_program(&bytes),
                false => Err(format!("it says {said:?}")),
            }
        });
        match ran {
            Ok(printed) if printed.contains("two") && printed.contains(file) => {}
            other => wrong.push(format!("{module}: {other:?}")),
        }
    }
    none_wrong(&wrong);
}

#[test]
fn an_http_handler_gets_the_proxy_adapter_and_needs_no_more_than_its_host_has() {
    let Some(corpus) = corpus() else { return };
    let (bytes, said) = made(&corpus, "rust/http_hello.wasip1", &[]).expect("it is made");
    assert!(said.contains("the built-in `proxy` adapter"), "{said}");
    let engine = engine();
    let component = Component::new(&engine, &bytes).expect("it compiles");
    let ty = component.component_type();
    let imports: Vec<&str> = ty.imports(&engine).map(|(name, _)| name).collect();
    let beyond = imports.iter().filter(|name| {
        let known = [
            "wasi:http/",
            "wasi:io/",
            "wasi:clocks/",
            "wasi:random/",
            "wasi:cli/std",
        ];
        !known.iter().any(|known| name.starts_with(known))
    });
    assert_eq!(beyond.collect::<Vec<_>>(), Vec::<&&str>::new());
    let mut linker: Linker<()> = Linker::new(&engine);
    linker
        .define_unknown_imports_as_traps(&component)
        .expect("all imports can be there");
    let mut store = Store::new(&engine, ());
    let instance = linker
        .instantiate(&mut store, &component)
        .expect("it starts");
    let handler = "wasi:http/incoming-handler@0.2.12";
    let handler = instance.get_export_index(&mut store, None, handler);
    assert!(handler.is_some(), "the handler is not exported");
}

/// The custom sections of a module, by name.
fn customs(module: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(module) {
        if let wasmparser::Payload::CustomSection(section) = payload.expect("it parses") {
            found.push((section.name().to_string(), section.data().to_vec()));
        }
    }
    found
}

/// The names of a module's functions.
fn functions(module: &[u8]) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    for (_, data) in customs(module).iter().filter(|(name, _)| name == "name") {
        let reader = wasmparser::BinaryReader::new(data, 0);
        for part in wasmparser::NameSectionReader::new(reader) {
            if let wasmparser::Name::Function(names) = part.expect("it parses") {
                let names = names.into_iter().map(|naming| naming.expect("it parses"));
                found.extend(names.map(|naming| (naming.index, naming.name.to_string())));
            }
        }
    }
    found
}

/// The first core module in a component: the one that was given.
fn main_module(component: &[u8]) -> &[u8] {
    let sections = wasmparser::Parser::new(0).parse_all(component);
    let module = sections.into_iter().find_map(|payload| match payload {
        Ok(wasmparser::Payload::ModuleSection {
            unchecked_range, ..
        }) => Some(&component[unchecked_range.start as usize..unchecked_range.end as usize]),
        _ => None,
    });
    module.expect("there is a module")
}

#[test]
fn names_dwarf_and_producers_survive_unless_stripped() {
    let Some(corpus) = corpus() else { return };
    for module in [
        "c/hello-dwarf.command",
        "rust/docs_adder.wasip1",
        "go/adder.reactor",
    ] {
        let given = fs::read(corpus.join(format!("modules/{module}.wasm"))).expect("it reads");
        let (bytes, _) = made(&corpus, module, &[]).expect("it is made");
        let inside = main_module(&bytes);
        let kept = customs(inside);
        for (name, data) in customs(&given) {
            if name.starts_with(".debug") {
                assert!(kept.contains(&(name.clone(), data)), "{module} lost {name}");
            }
        }
        let names = functions(&given);
        assert!(
            !names.is_empty() && names == functions(inside),
            "{module} lost names"
        );
        for tool in processed_by(&given) {
            assert!(processed_by(inside).contains(&tool), "{module} lost {tool}");
        }
        let (bytes, _) = made(&corpus, module, &["--strip"]).expect("it is made");
        let inside = main_module(&bytes);
        let left: Vec<String> = customs(inside).into_iter().map(|(name, _)| name).collect();
        let known = ["producers", "target_features"];
        let more: Vec<_> = left
            .iter()
            .filter(|n| !known.contains(&n.as_str()))
            .collect();
        assert!(more.is_empty(), "{module} still has {more:?}");
        assert!(
            !processed_by(inside).is_empty(),
            "{module} lost its producers"
        );
    }
}

#[test]
fn the_same_module_gives_the_same_bytes() {
    let Some(corpus) = corpus() else { return };
    for module in ["c/adder-printf.reactor", "go/hello.command"] {
        let (once, _) = made(&corpus, module, &[]).expect("it is made");
        let (again, _) = made(&corpus, module, &[]).expect("it is made");
        // Not `assert_eq!`, which would print megabytes.
        assert!(once == again, "{module} differs");
    }
}

#[test]
fn metadata_and_the_same_wit_besides_agree() {
    let Some(corpus) = corpus() else { return };
    let wit: PathBuf = corpus.join("src/docs-adder");
    let more = ["--wit", &wit.display().to_string()];
    let (with, _) = made(&corpus, "c/adder.reactor", &more).expect("it is made");
    let (without, _) = made(&corpus, "c/adder.reactor", &[]).expect("it is made");
    let both = [super::wit(&with), super::wit(&without)];
    let both = both.map(|wit| indent(&wit.expect("it has WIT")));
    assert_eq!(both[0], both[1]);
}
