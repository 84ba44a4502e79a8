//! `witkit check --host`: what is known of hosts as a document, and verdicts against the hosts that
//! can be had here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use wasmtime::component::{Component, Linker, ResourceTable, ResourceType};
use wasmtime::{Config, Engine, OptLevel};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::support::{self, corpus, listing, project, wat, witkit};

#[test]
fn the_document_about_hosts_is_what_the_docs_have() {
    let hosts = witkit::check::hosts::known().expect("the files are right");
    let document = witkit::check::hosts::document(&hosts);
    let path = project().join("docs/hosts.md");
    support::snapshot(&path, &document, false).expect("WITKIT_BLESS=1 rewrites it");
}

struct State {
    ctx: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.ctx,
            table: &mut self.table,
        }
    }
}

/// What `wasmtime run` 48 has without flags, but for WASI 0.3, which is not compiled in here.
fn wasmtime_run() -> (Engine, Linker<State>) {
    let mut config = Config::new();
    config.cranelift_opt_level(OptLevel::None);
    let engine = Engine::new(&config).expect("the configuration is one");
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).expect("WASI is offered");
    (engine, linker)
}

/// What is said of a component on the command line: codes, and what they are about.
fn findings(file: &str, host: &str) -> Vec<(String, String)> {
    let ran = witkit(
        project(),
        &["check", "--host", host, "--format", "json", file],
    );
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).expect("the report is JSON");
    let all = report["diagnostics"].as_array().expect("there is a list");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    all.iter()
        .map(|d| (text(&d["code"]), text(&d["message"])))
        .collect()
}

/// Whether the component links on wasmtime 48, by what is said of it; none if that is left open.
fn said_to_link(file: &str) -> Option<bool> {
    let found = findings(file, "wasmtime-run@48");
    let has = |codes: &[&str]| found.iter().any(|(code, _)| codes.contains(&code.as_str()));
    if has(&[
        "check/host-feature",
        "check/host-flag",
        "check/host-import",
        "check/host-kind",
        "check/host-version",
    ]) {
        return Some(false);
    }
    let open = has(&["check/host-newer", "check/host-unknown"]);
    (!open).then_some(true)
}

/// Compares what is said with what happens. Large ones would take too long to compile, so that a
/// stub takes their place, with the same imports and exports.
#[test]
fn real_components_link_on_wasmtime_where_they_are_said_to() {
    const LARGE: u64 = 1_000_000;
    let Some(corpus) = corpus() else { return };
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let (engine, linker) = wasmtime_run();
    let mut compared = 0;
    for language in listing(&corpus.join("components")) {
        let folder = corpus.join("components").join(&language);
        for file in listing(&folder) {
            let mut path = folder.join(&file);
            if !file.ends_with(".wasm") {
                continue;
            }
            let said = said_to_link(&path.display().to_string());
            if fs::metadata(&path).expect("it is there").len() > LARGE {
                path = stub(&path, temporary.path());
            }
            let component = Component::from_file(&engine, &path).expect("it compiles");
            let links = linker.instantiate_pre(&component);
            let really = links.as_ref().map(|_| ()).map_err(|e| format!("{e:#}"));
            assert_eq!(said, Some(really.is_ok()), "{language}/{file}: {really:?}");
            compared += 1;
        }
    }
    assert!(compared > 12, "only {compared} were compared");
}

/// A component of the same world as that in the file, without its code.
fn stub(component: &Path, folder: &Path) -> PathBuf {
    let (wit, wasm) = (folder.join("world.wit"), folder.join("stub.wasm"));
    let path = |path: &Path| path.display().to_string();
    for args in [
        vec!["wit".to_string(), path(component), "-o".into(), path(&wit)],
        [
            "componentize",
            "--stub",
            "--wit",
            &path(&wit),
            "--world",
            "root",
            "-o",
            &path(&wasm),
        ]
        .map(str::to_string)
        .to_vec(),
    ] {
        witkit(project(), &args).expect(0).expect("there is a stub");
    }
    wasm
}

/// Imports, each with whether it is said to link; compared with what happens.
#[test]
fn imports_link_on_wasmtime_where_they_are_said_to() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (engine, linker) = wasmtime_run();
    let func = "(instance (export \"get-random-u64\" (func (result u64))))";
    let later = "(instance (export \"from-the-future\" (func)))";
    let types = "(instance (type $e (enum \"a\")) (export \"e\" (type (eq $e))))";
    for (import, ty, said) in [
        ("wasi:random/random@0.2.12", func, Some(true)),
        ("wasi:random/random@0.2.0", func, Some(true)),
        // Matched by name: whether it links depends on what is asked for.
        ("wasi:random/random@0.2.99", func, None),
        ("wasi:random/random@0.2.99", later, None),
        ("wasi:random/random@0.2.0-rc-2023-11-10", func, Some(false)),
        ("wasi:random/random@0.4.0", func, Some(false)),
        ("wasi:random/random@1.0.0", func, Some(false)),
        ("wasi:random/random", func, Some(false)),
        ("wasi:random/dice@0.2.0", func, Some(false)),
        ("acme:kv/store@0.1.0", func, Some(false)),
        ("acme:kv/types@0.1.0", types, Some(true)),
        ("wasi:http/types@0.2.0", later, Some(false)),
        ("wasi:keyvalue/store@0.2.0-draft", later, Some(false)),
        ("plain", func, Some(false)),
        ("plain", "(func)", Some(false)),
    ] {
        let bytes = wat(&format!("(component (import \"{import}\" {ty}))"));
        let path = folder.path().join("guest.wasm");
        fs::write(&path, &bytes).expect("it can be written");
        let told = said_to_link(&path.display().to_string());
        assert_eq!(told, said, "{import} {ty}");
        let component = Component::new(&engine, &bytes).expect("it compiles");
        let links = linker.instantiate_pre(&component);
        if let Some(said) = said {
            let really = links.as_ref().map(|_| ()).map_err(|e| format!("{e:#}"));
            assert_eq!(really.is_ok(), said, "{import} {ty}: {really:?}");
        }
    }
}

/// A real handler of HTTP requests, of which no host but those for them has any use.
#[test]
fn an_http_handler_runs_where_requests_come_in_and_nowhere_else() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let module = corpus.join("modules/rust/http_hello.wasip1.wasm");
    let module = module.display().to_string();
    let args = ["componentize", &module, "-o", "handler.wasm"];
    let made = witkit(folder.path(), &args).expect(0);
    made.expect("it is made");
    for (host, exit, said) in [
        ("wasmtime-serve", 0, "handler.wasm runs on wasmtime-serve"),
        // It was built for WASI 0.2.12, and Spin has 0.2.6: nothing is missing for sure.
        ("spin", 0, "warning[check/host-newer]"),
        ("wasmtime-run", 1, "check/host-export"),
    ] {
        let ran = witkit(folder.path(), &["check", "handler.wasm", "--host", host]);
        let ran = ran
            .expect(exit)
            .unwrap_or_else(|told| panic!("{host}: {told}"));
        let printed = format!("{}{}", ran.stdout, ran.stderr);
        assert!(printed.contains(said), "{host}: {printed}");
    }
}

/// Every interface that is offered without a flag is there, and none that takes one.
#[test]
fn wasmtime_has_the_interfaces_that_it_is_said_to_have() {
    let (_engine, mut linker) = wasmtime_run();
    let hosts = witkit::check::hosts::known().expect("the files are right");
    let of = hosts.iter().find(|host| host.name() == "wasmtime-run");
    let offered = of.expect("wasmtime is known").interfaces();
    assert!(offered.len() > 50, "{offered:?}");
    let mut wrong = Vec::new();
    for (interface, flag) in offered {
        // See `wasmtime_run`.
        if interface.contains("@0.3") {
            continue;
        }
        // What is there cannot be defined once more.
        let ty = ResourceType::host::<()>();
        let there = linker
            .root()
            .resource(&interface, ty, |_, _| Ok(()))
            .is_err();
        if there != flag.is_none() {
            wrong.push(format!("{interface}, flag {flag:?}, there: {there}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Transpiles and loads small components with jco, if there is one.
#[test]
fn jco_runs_what_it_is_said_to_run() {
    let jco = Command::new("jco")
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    if !jco.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: no jco");
        return;
    }
    let Some(corpus) = corpus() else { return };
    let command = corpus.join("components/c/hello-command.wasm");
    let found = findings(&command.display().to_string(), "jco");
    assert!(found.is_empty(), "{found:?}");
    let ran = Command::new("jco").arg("run").arg(&command).output();
    let ran = ran.expect("jco starts");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}
