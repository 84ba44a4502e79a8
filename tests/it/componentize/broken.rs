//! Whatever comes in: a report or a valid component, and no panic.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use witkit::componentize::{AdapterChoice, ModuleSpec, Options, componentize};
use witkit::wasm::Validation;

use crate::graphs::Random;
use crate::support::{corpus, validate, wat};

/// Makes a component of `module`; answers what is wrong with what came of it.
fn attempt(folder: &Path, module: &[u8], validation: Validation) -> Result<bool, String> {
    let file = folder.join("app.wasm");
    fs::write(&file, module).map_err(|e| e.to_string())?;
    let request = Options {
        modules: vec![ModuleSpec {
            name: None,
            path: file,
        }],
        validation,
        ..Options::default()
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let outcome = componentize(&request);
        let printed = format!("{:#}", outcome.report);
        (outcome, printed)
    }));
    let (outcome, printed) = outcome.map_err(|_| "it panics".to_string())?;
    match (&outcome.component, outcome.report.has_errors()) {
        (None, true) if printed.contains("app.wasm") => Ok(false),
        (None, true) => Err(format!("the report does not name the module: {printed}")),
        (None, false) => Err("neither a component nor an error".to_string()),
        (Some(_), true) => Err("a component in spite of errors".to_string()),
        (Some(bytes), false) => match (validate(bytes), validate(module)) {
            (Ok(()), _) | (Err(_), Err(_)) => Ok(true),
            (Err(told), Ok(())) => Err(format!("the module is valid, but {told}")),
        },
    }
}

/// Where sections begin and end.
fn boundaries(bytes: &[u8]) -> Vec<usize> {
    let mut all = vec![0, 4, 8];
    for payload in wasmparser::Parser::new(0).parse_all(bytes) {
        if let Some((_, range)) = payload.expect("it is whole").as_section() {
            all.extend([range.start as usize, range.end as usize]);
        }
    }
    all
}

fn check(name: &str, what: &str, came: Result<bool, String>, wrong: &mut Vec<String>) -> bool {
    match came {
        Ok(made) => made,
        Err(told) => {
            wrong.push(format!("{name} {what}: {told}"));
            false
        }
    }
}

#[test]
fn a_real_module_cut_off_at_any_section_is_reported() {
    let Some(corpus) = corpus() else { return };
    let temp = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    for module in [
        "c/adder-printf.reactor",
        "rust/docs_adder.wasip1",
        "c/hello.command",
    ] {
        let whole = fs::read(corpus.join(format!("modules/{module}.wasm"))).expect("it reads");
        for at in boundaries(&whole) {
            for end in [at.saturating_sub(1), at, at + 1] {
                let cut = &whole[..end.min(whole.len())];
                let came = attempt(temp.path(), cut, Validation::Full);
                check(module, &format!("cut at {end}"), came, &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_damaged_module_is_reported_or_made() {
    let Some(corpus) = corpus() else { return };
    let temp = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    let mut made = 0;
    for module in ["assemblyscript/add", "c/hello.command"] {
        let whole = fs::read(corpus.join(format!("modules/{module}.wasm"))).expect("it reads");
        let mut random = Random(3);
        for _ in 0..300 {
            let mut damaged = whole.clone();
            let at = random.below(whole.len());
            damaged[at] ^= 1 << random.below(8);
            let came = attempt(temp.path(), &damaged, Validation::Types);
            made += u32::from(check(module, &format!("at {at}"), came, &mut wrong));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Most damage is in code and data, which is looked at only when asked for.
    assert!(made > 100, "only {made} made");
}

#[test]
fn strange_modules_are_answered() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let deep = format!(
        "(module (memory (export \"memory\") 0) (func (export \"_start\") {} {}))",
        "block ".repeat(3000),
        "end ".repeat(3000)
    );
    let imports: String = (0..3000)
        .map(|n| format!("(import \"wasi_snapshot_preview1\" \"f{n}\" (func))"))
        .collect();
    for (text, is_made) in [
        (
            "(module (memory (export \"memory\") 0) (func (export \"_start\")))",
            true,
        ),
        ("(module (func (export \"_start\")))", false),
        (deep.as_str(), true),
        (
            &format!("(module {imports} (func (export \"_start\")))"),
            false,
        ),
        (
            "(module (memory (export \"memory\") i64 1) (func (export \"_start\")))",
            false,
        ),
        ("(module (func (export \"_start\") (param i32)))", false),
        (
            "(module (global (export \"_start\") i32 (i32.const 0)))",
            false,
        ),
    ] {
        let came = attempt(temp.path(), &wat(text), Validation::Full);
        let text: String = text.chars().take(80).collect();
        assert_eq!(came, Ok(is_made), "{text}");
    }
}

/// Adding sections, so that all of a library's are there to be damaged.
const LIBRARY: &str = r#"(module
  (@dylink.0 (mem-info (memory 8 4) (table 1 1)) (needed "math.wasm"))
  (import "env" "memory" (memory 0))
  (import "env" "__indirect_function_table" (table 0 funcref))
  (import "env" "__memory_base" (global $base i32))
  (import "env" "__table_base" (global i32))
  (import "env" "__stack_pointer" (global (mut i32)))
  (import "GOT.mem" "data" (global (mut i32)))
  (import "GOT.func" "plus" (global (mut i32)))
  (import "env" "plus" (func $plus (param i32 i32) (result i32)))
  (func $start (export "__wasm_call_ctors"))
  (func (export "_start") (drop (call $plus (i32.const 1) (i32.const 2))))
  (global (export "data") i32 (i32.const 4))
  (elem (global.get 1) func $start)
  (data (global.get $base) "data"))"#;

const MATH: &str = r#"(module
  (@dylink.0 (mem-info))
  (func (export "plus") (param i32 i32) (result i32) (i32.const 0)))"#;

#[test]
fn a_damaged_library_is_reported_or_linked() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str| temp.path().join(name);
    fs::write(file("math.wasm"), wat(MATH)).expect("it is written");
    let request = Options {
        modules: ["math.wasm", "app.wasm"]
            .map(|name| ModuleSpec {
                name: None,
                path: file(name),
            })
            .to_vec(),
        adapter: AdapterChoice::None,
        ..Options::default()
    };
    let whole = wat(LIBRARY);
    let mut random = Random(4);
    let mut wrong = Vec::new();
    let mut made = 0;
    for round in 0..2000 {
        let mut damaged = whole.clone();
        let at = random.below(whole.len());
        // The first is whole.
        if round > 0 {
            damaged[at] ^= 1 << random.below(8);
        }
        fs::write(file("app.wasm"), &damaged).expect("it is written");
        match catch_unwind(AssertUnwindSafe(|| componentize(&request))) {
            Ok(outcome) if outcome.component.is_some() => made += 1,
            Ok(outcome) if outcome.report.has_errors() && round > 0 => {}
            Ok(outcome) => wrong.push(format!("at {at}: {}", outcome.report)),
            Err(_) => wrong.push(format!("at {at}: it panics")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(made > 50, "only {made} made");
}
