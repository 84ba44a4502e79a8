//! `--adapter stub`, `--adapter deny` and `--keep`: every function of WASI 0.1, and real modules.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER;
use wasmparser::{ExternalKind, Parser, Payload, TypeRef, ValType};
use witkit::componentize::{AdapterChoice, ModuleSpec, Options, componentize};

use super::corpus::{made, none_wrong};
use crate::run::Running;
use crate::support::{corpus, project, validate, witkit};

/// A function of WASI 0.1.
struct Function {
    name: String,
    params: Vec<ValType>,
    results: Vec<ValType>,
}

/// All that the built-in adapter has.
fn functions() -> Vec<Function> {
    let (mut types, mut functions, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER) {
        match payload.expect("it parses") {
            Payload::TypeSection(section) => {
                let all = section.into_iter_err_on_gc_types();
                types.extend(all.map(|ty| ty.expect("it parses")));
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(ty) = import.expect("it parses").ty {
                        functions.push(ty);
                    }
                }
            }
            Payload::FunctionSection(section) => {
                functions.extend(section.into_iter().map(|ty| ty.expect("it parses")));
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.expect("it parses");
                    if export.kind != ExternalKind::Func || export.name.starts_with("cabi_") {
                        continue;
                    }
                    let ty = &types[functions[export.index as usize] as usize];
                    found.push(Function {
                        name: export.name.to_string(),
                        params: ty.params().to_vec(),
                        results: ty.results().to_vec(),
                    });
                }
            }
            _ => {}
        }
    }
    found
}

/// A module that exports each function as `call-…`, with 0 for each argument, and its world.
fn caller(module: &str, functions: &[&Function]) -> (String, String) {
    let (mut imports, mut exports) = (String::new(), String::new());
    let mut world = String::from("package acme:caller;\nworld caller {\n");
    for Function {
        name,
        params,
        results,
    } in functions
    {
        let list = |word: &str, types: &[ValType]| match types {
            [] => String::new(),
            types => {
                let types: Vec<String> = types.iter().map(ToString::to_string).collect();
                format!("({word} {})", types.join(" "))
            }
        };
        let (params_text, results_text) = (list("param", params), list("result", results));
        let zeros: String = params.iter().map(|ty| format!("({ty}.const 0)")).collect();
        let bare = name.replace('_', "-");
        writeln!(
            imports,
            "(import \"{module}\" \"{name}\" (func ${name} {params_text} {results_text}))"
        )
        .expect("it is text");
        writeln!(
            exports,
            "(func (export \"call-{bare}\") {results_text} (call ${name} {zeros}))"
        )
        .expect("it is text");
        let result = if results.is_empty() { "" } else { " -> u32" };
        writeln!(world, "  export call-{bare}: func(){result};").expect("it is text");
    }
    world.push('}');
    let wat = format!(
        "(module {imports} (memory (export \"memory\") 1) {exports}
           (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32)
             (i32.mul (memory.grow (i32.const 1)) (i32.const 65536))))"
    );
    (wat, world)
}

/// The component made of such a module.
fn component(
    module: &str,
    functions: &[&Function],
    adapter: AdapterChoice,
    keep: &[&str],
) -> Vec<u8> {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let (wat, world) = caller(module, functions);
    fs::write(temp.path().join("caller.wat"), wat).expect("it is written");
    fs::write(temp.path().join("caller.wit"), world).expect("it is written");
    let outcome = componentize(&Options {
        modules: vec![ModuleSpec {
            name: None,
            path: temp.path().join("caller.wat"),
        }],
        wit: vec![temp.path().join("caller.wit")],
        adapter,
        keep: keep.iter().map(ToString::to_string).collect(),
        ..Options::default()
    });
    let made = outcome.component;
    made.unwrap_or_else(|| panic!("{:?}", format!("{:#}", outcome.report)))
}

/// The names of what a component imports.
fn imports(bytes: &[u8]) -> Vec<String> {
    let (mut depth, mut found) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.expect("it parses") {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                let names = section
                    .into_iter()
                    .map(|import| import.expect("it parses").name);
                found.extend(names.map(|name| name.name.to_string()));
            }
            _ => {}
        }
    }
    found
}

/// Those that `wasi_unstable` has as well.
fn is_old(function: &Function) -> bool {
    let later = ["sock_accept", "reset_adapter_state"];
    !later.contains(&function.name.as_str()) && !function.name.starts_with("adapter_")
}

#[test]
fn every_function_answers_without_an_import() {
    let all = functions();
    let mut wrong = Vec::new();
    for module in ["wasi_snapshot_preview1", "wasi_unstable"] {
        let functions: Vec<&Function> = all.iter().collect();
        let functions: Vec<&Function> = match module {
            "wasi_unstable" => functions.into_iter().filter(|f| is_old(f)).collect(),
            _ => functions,
        };
        for (adapter, word) in [(AdapterChoice::Stub, "stub"), (AdapterChoice::Deny, "deny")] {
            let bytes = component(module, &functions, adapter, &[]);
            assert_eq!(imports(&bytes), Vec::<String>::new(), "{module}, {word}");
            let mut running = Running::start(&bytes, &[]).expect("it starts");
            for function in &functions {
                let name = function.name.replace('_', "-");
                let answer = running.eval(&format!("call-{name}()"));
                let is_right = match (word, &answer) {
                    ("stub", Err(trap)) => {
                        name == "proc-exit"
                            && trap.contains("proc_exit (the stub adapter cannot end the program)")
                    }
                    ("deny", Err(trap)) => {
                        function.results.is_empty()
                            && trap.contains(&format!("{} (denied)", function.name))
                    }
                    ("deny", Ok(answer)) => answer.as_deref() == Some("76"),
                    (_, Ok(_)) => name != "proc-exit",
                    _ => false,
                };
                if answer.is_err() {
                    // A component that has trapped cannot be entered again.
                    running = Running::start(&bytes, &[]).expect("it starts");
                }
                if !is_right {
                    wrong.push(format!("{module} {word} {name}: {answer:?}"));
                }
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn what_is_kept_imports_what_it_imports_alone() {
    let all = functions();
    let functions: Vec<&Function> = all.iter().collect();
    let module = "wasi_snapshot_preview1";
    for function in &functions {
        let alone = component(module, &[function], AdapterChoice::Reactor, &[]);
        for adapter in [AdapterChoice::Stub, AdapterChoice::Deny] {
            let kept = component(module, &functions, adapter, &[&function.name]);
            assert_eq!(imports(&kept), imports(&alone), "{}", function.name);
        }
    }
    let names: Vec<&str> = all.iter().map(|function| function.name.as_str()).collect();
    let kept = component(module, &functions, AdapterChoice::Deny, &names);
    let whole = component(module, &functions, AdapterChoice::Reactor, &[]);
    assert_eq!(imports(&kept), imports(&whole));
}

/// What of the imports is WASI's.
fn wasi_imports(bytes: &[u8]) -> Vec<String> {
    let mut imports = imports(bytes);
    imports.retain(|name| name.starts_with("wasi:"));
    imports
}

/// The modules of the corpus that import WASI 0.1.
const MODULES: &[&str] = &[
    "c/adder-printf.reactor",
    "c/hello-dwarf.command",
    "c/hello.command",
    "go/adder.reactor",
    "go/calculator.reactor",
    "go/hello.command",
    "p3/consumer.wasip1",
    "rust/http_hello.wasip1",
];

#[test]
fn real_modules_import_nothing_of_wasi_but_what_their_worlds_do() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    for module in MODULES {
        for adapter in ["stub", "deny"] {
            let (bytes, said) = made(&corpus, module, &["--adapter", adapter]).expect("it is made");
            // Two of them have worlds that import WASI 0.2 or 0.3.
            let own: &[&str] = match *module {
                "rust/http_hello.wasip1" => &["wasi:io/", "wasi:http/"],
                "p3/consumer.wasip1" => &["wasi:cli/"],
                _ => &[],
            };
            let mut more = wasi_imports(&bytes);
            more.retain(|name| !own.iter().any(|own| name.starts_with(own)));
            if !more.is_empty() || !said.is_empty() {
                wrong.push(format!("{module}, {adapter}: {more:?}\n{said}"));
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn real_libraries_calculate_as_with_the_reactor_adapter() {
    let Some(corpus) = corpus() else { return };
    let add = "docs:adder/add@0.1.0#add(40, 2)";
    let calculate = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2)";
    let host: &[&str] = &["host docs:adder/add@0.1.0#add() = 42"];
    let mut wrong = Vec::new();
    for (module, call, host) in [
        ("c/adder-printf.reactor", add, &[][..]),
        ("go/adder.reactor", add, &[]),
        ("go/calculator.reactor", calculate, host),
    ] {
        for adapter in ["reactor", "stub", "deny"] {
            if module.starts_with("go/") && adapter == "deny" {
                // Its runtime asks for random bytes before anything else.
                continue;
            }
            let (bytes, _) = made(&corpus, module, &["--adapter", adapter]).expect("it is made");
            let answer = Running::start(&bytes, host).and_then(|mut started| started.eval(call));
            if answer != Ok(Some("42".to_string())) {
                wrong.push(format!("{module}, {adapter}: {answer:?}"));
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn programs_of_the_corpus_run_without_a_host() {
    let Some(corpus) = corpus() else { return };
    let run = "wasi:cli/run@0.2.12#run()";
    for (module, keep, ends) in [
        ("c/hello.command", "", true),
        ("c/hello-dwarf.command", "", true),
        // It leaves by `exit(0)`.
        ("go/hello.command", "", false),
        ("c/hello.command", "fd_write", true),
    ] {
        let mut args = vec!["--adapter", "stub"];
        if !keep.is_empty() {
            args.extend(["--keep", keep]);
        }
        let (bytes, _) = made(&corpus, module, &args).expect("it is made");
        let mut running = Running::start(&bytes, &[]).expect("it starts");
        let ended = running.eval(run);
        match &ended {
            Ok(answer) if ends => assert_eq!(answer.as_deref(), Some("ok"), "{module}"),
            Err(trap) if !ends => assert!(trap.contains("proc_exit (the stub"), "{trap}"),
            _ => panic!("{module}: {ended:?}"),
        }
        assert_eq!(running.printed().is_empty(), keep.is_empty(), "{module}");
    }
}

/// Compiles a guest of `guests/` for WASI 0.1; none where the target is not installed.
fn compiled(folder: &Path, guest: &str, kind: &str) -> Option<()> {
    let source = project().join(format!("tests/it/componentize/guests/{guest}.rs"));
    let out = folder.join(format!("{guest}.wasm"));
    let ran = Command::new("rustc")
        .args(["--edition", "2024", "--target", "wasm32-wasip1", "-O"])
        .args(["-C", "strip=debuginfo", "--crate-type", kind, "-o"])
        .args([&out, &source])
        .output();
    match ran {
        Ok(ran) if ran.status.success() => Some(()),
        ran => {
            eprintln!("skipped: {guest} does not compile: {ran:?}");
            None
        }
    }
}

#[test]
fn the_standard_library_of_rust_finds_nothing_and_fails_at_nothing() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    if compiled(temp.path(), "library", "cdylib").is_none()
        || compiled(temp.path(), "program", "bin").is_none()
    {
        return;
    }
    let world = "package acme:guest;
        world guest { export answer: func() -> u32; export check: func() -> u32; }";
    fs::write(temp.path().join("guest.wit"), world).expect("it is written");
    let make = |args: &[&str]| {
        let mut all = vec!["componentize", "-o", "out.wasm"];
        all.extend(args);
        let ran = witkit(temp.path(), &all).expect(0);
        ran.unwrap_or_else(|told| panic!("{args:?}: {told}"));
        let bytes = fs::read(temp.path().join("out.wasm")).expect("it is written");
        validate(&bytes).expect("it is valid");
        Running::start(&bytes, &[]).expect("it starts")
    };
    let mut library = make(&["library.wasm", "--wit", "guest.wit", "--adapter", "stub"]);
    assert_eq!(library.eval("answer()"), Ok(Some("42".to_string())));
    assert_eq!(library.eval("check()"), Ok(Some("0".to_string())));
    let mut library = make(&["library.wasm", "--wit", "guest.wit", "--adapter", "deny"]);
    assert!(library.eval("answer()").is_err(), "there were random bytes");

    let run = "wasi:cli/run@0.2.12#run()";
    let mut program = make(&["program.wasm", "--adapter", "stub"]);
    assert_eq!(program.eval(run), Ok(Some("ok".to_string())));
    let mut program = make(&["program.wasm", "--adapter", "stub", "--keep", "fd_write"]);
    assert_eq!(program.eval(run), Ok(Some("ok".to_string())));
    assert_eq!(program.printed(), "hello [] {}\n");
}

#[test]
fn no_capability_is_left() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let all = functions();
    let functions: Vec<&Function> = all.iter().collect();
    let file = temp.path().join("out.wasm");
    for (keep, capabilities) in [(&[][..], "none"), (&["random_get"], "random")] {
        let module = "wasi_snapshot_preview1";
        let bytes = component(module, &functions, AdapterChoice::Stub, keep);
        fs::write(&file, bytes).expect("it is written");
        let ran = witkit(temp.path(), &["inspect", "out.wasm", "--capabilities"]).expect(0);
        let printed = ran.expect("it is inspected").stdout;
        assert!(printed.contains(capabilities), "{printed}");
    }
}
