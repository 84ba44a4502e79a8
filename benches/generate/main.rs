//! `cargo bench --bench generate`: what generated parts cost, when they are made and when they run.
//!
//! - Generating: interfaces of 20 and 200 functions are traced and denied; ten times the functions are
//!   to take ten times as long, at most. Then all that `wasi:filesystem` 0.2.12 has, with what it uses,
//!   if the corpus is there. Time is the least of several compositions.
//! - Calling: a loop in WebAssembly calls `add(u32, u32)` of another part, traced and untraced; the lines
//!   go to a function that does nothing.
//! - Size: what a denied interface adds.
//!
//! Lives here: what is measured and what the figures should be. Deliberately absent: other tools, as
//! none does the same.

#[path = "../shared/page.rs"]
mod page;
#[path = "../shared/table.rs"]
#[allow(dead_code)]
mod table;

use std::path::{Path, PathBuf};
use std::time::Instant;

use table::{Row, Target, Unit};
use wasmtime::component::{Component as Compiled, Linker};
use wasmtime::{Config, Engine, Store};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};
use witkit::compose::{self, Options, PartSpec};
use witkit::source::Source;

/// How often the loop calls.
const CALLS: u32 = 200_000;

fn main() {
    if page::words("generate").is_none() {
        return;
    }
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    if let Err(error) = run(&mut rows, &mut notes) {
        eprintln!("error: {error}");
        std::process::exit(2);
    }
    page::tell("generate", &rows, &notes);
}

fn run(rows: &mut Vec<Row>, notes: &mut Vec<String>) -> Result<(), String> {
    let mut row = |what: String, unit, value, target| {
        rows.push(Row {
            what,
            unit,
            values: [Some(value), None, None],
            target,
        });
    };
    for (what, options) in [("trace", traced()), ("deny", denied())] {
        let (few, many) = (generated(20, &options)?, generated(200, &options)?);
        row(
            format!("{what}: 20 functions"),
            Unit::Seconds,
            few,
            Target::None,
        );
        let most = Target::AtMost(few * 10.0);
        row(format!("{what}: 200 functions"), Unit::Seconds, many, most);
    }
    match filesystem() {
        None => notes.push("wasi:filesystem: the corpus is not there".to_string()),
        Some(app) => {
            for (what, options) in [("trace", traced()), ("deny", denied())] {
                let options = Options {
                    imports: vec!["*".to_string()],
                    trace: options.trace.iter().map(|_| "*".to_string()).collect(),
                    deny: options.deny.iter().map(|_| "*".to_string()).collect(),
                    ..options
                };
                let least = least_of(&app, &options)?;
                let most = Target::AtMost(0.020);
                row(
                    format!("{what}: all of wasi:filesystem"),
                    Unit::Seconds,
                    least,
                    most,
                );
            }
        }
    }
    let app = importing(40).into_bytes();
    let (plain, with) = (
        composed(&app, &open())?.len(),
        composed(&app, &denied())?.len(),
    );
    let larger = (with - plain) as f64;
    let most = Target::AtMost(4096.0);
    row(
        "deny: 40 functions, what it adds".to_string(),
        Unit::Bytes,
        larger,
        most,
    );
    let untraced = looped(&[])?;
    let traced = looped(&["acme:math/math".to_string()])?;
    row(
        "a call that is not traced".to_string(),
        Unit::Moments,
        untraced,
        Target::None,
    );
    let more = traced - untraced;
    row(
        "what tracing it adds".to_string(),
        Unit::Moments,
        more,
        Target::AtMost(2e-6),
    );
    Ok(())
}

fn open() -> Options {
    Options {
        imports: vec!["acme:*".to_string(), "line".to_string()],
        ..Options::default()
    }
}

fn traced() -> Options {
    Options {
        trace: vec!["acme:*".to_string()],
        trace_to: Some("line".to_string()),
        ..open()
    }
}

fn denied() -> Options {
    Options {
        deny: vec!["acme:*".to_string()],
        ..open()
    }
}

/// A component that imports an interface of that many functions.
fn importing(functions: usize) -> String {
    let functions: String = (0..functions)
        .map(|at| {
            format!(
                "(type $r{at} (result (list string) (error $error)))
                 (export \"f{at}\" (func (param \"a\" string) (param \"b\" (option u64)) (result $r{at})))"
            )
        })
        .collect();
    format!(
        "(component (import \"acme:wide/wide@1.0.0\" (instance
           (type $cases (enum \"access\" \"io\"))
           (export \"error\" (type $error (eq $cases)))
           {functions})))"
    )
}

/// The seconds that it takes more than without a generated part.
fn generated(functions: usize, options: &Options) -> Result<f64, String> {
    least_of(importing(functions).as_bytes(), options)
}

/// A component that imports all of `wasi:filesystem`, and calls nothing.
fn filesystem() -> Option<Vec<u8>> {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus/wit/wasi-v0.2.12-assembled/proposals__filesystem__wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(wit).ok()?;
    let world = resolve.select_world(&[package], Some("imports")).ok()?;
    let abi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);
    let mut module = wit_component::dummy_module(&resolve, world, abi);
    let utf8 = StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, utf8, false).ok()?;
    let mut encoder = ComponentEncoder::default();
    encoder.module(&module).ok()?.encode().ok()
}

fn least_of(app: &[u8], options: &Options) -> Result<f64, String> {
    let open = Options {
        imports: options.imports.clone(),
        ..open()
    };
    let mut least = [f64::MAX; 2];
    for _ in 0..15 {
        for (at, options) in [&open, options].into_iter().enumerate() {
            let begun = Instant::now();
            composed(app, options)?;
            least[at] = least[at].min(begun.elapsed().as_secs_f64());
        }
    }
    Ok(least[1] - least[0])
}

fn composed(app: &[u8], options: &Options) -> Result<Vec<u8>, String> {
    let mut options = options.clone();
    let path = PathBuf::from("app.wat");
    options.root = Some(PartSpec {
        name: None,
        path: path.clone(),
    });
    options
        .in_memory
        .insert(path, Source::memory("app.wat", app.to_vec()));
    let outcome = compose::compose(&options);
    let composed = outcome.composed.as_ref().map(|composed| composed.to_vec());
    composed.ok_or_else(|| format!("{:?}", outcome.report.diagnostics()))
}

/// The seconds of a call.
fn looped(trace: &[String]) -> Result<f64, String> {
    let app = "(component
      (import \"acme:math/math\" (instance $math
        (export \"add\" (func (param \"a\" u32) (param \"b\" u32) (result u32)))))
      (core func $add (canon lower (func $math \"add\")))
      (core module $Main
        (import \"\" \"add\" (func $add (param i32 i32) (result i32)))
        (func (export \"run\") (param $left i32) (result i32) (local $sum i32)
          (loop $more
            (local.set $sum (call $add (local.get $sum) (i32.const 1)))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br_if $more (local.get $left)))
          (local.get $sum)))
      (core instance $main (instantiate $Main (with \"\" (instance (export \"add\" (func $add))))))
      (func (export \"run\") (param \"times\" u32) (result u32) (canon lift (core func $main \"run\"))))";
    let math = "(component
      (core module $Main
        (func (export \"add\") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
      (core instance $main (instantiate $Main))
      (func $add (param \"a\" u32) (param \"b\" u32) (result u32) (canon lift (core func $main \"add\")))
      (instance $math (export \"add\" (func $add)))
      (export \"acme:math/math\" (instance $math)))";
    let line = "(component
      (core module $Main
        (memory (export \"memory\") 1)
        (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const 64))
        (func (export \"line\") (param i32 i32)))
      (core instance $main (instantiate $Main))
      (func (export \"line\") (param \"line\" string) (canon lift (core func $main \"line\")
        (memory (core memory $main \"memory\")) (realloc (core func $main \"realloc\")))))";
    let mut options = Options {
        trace: trace.to_vec(),
        trace_to: (!trace.is_empty()).then(|| "line".to_string()),
        ..Options::default()
    };
    for (name, text) in [("math", math), ("line", line)] {
        if name == "line" && trace.is_empty() {
            continue;
        }
        let path = PathBuf::from(format!("{name}.wat"));
        options.definitions.push(PartSpec {
            name: None,
            path: path.clone(),
        });
        let source = Source::memory(name, text.as_bytes().to_vec());
        options.in_memory.insert(path, source);
    }
    let bytes = composed(app.as_bytes(), &options)?;
    let text = |error: wasmtime::Error| format!("{error:#}");
    let engine = Engine::new(&Config::new()).map_err(text)?;
    let compiled = Compiled::new(&engine, bytes).map_err(text)?;
    let mut store = Store::new(&engine, ());
    let linker = Linker::new(&engine);
    let instance = linker.instantiate(&mut store, &compiled).map_err(text)?;
    let run = instance.get_typed_func::<(u32,), (u32,)>(&mut store, "run");
    let run = run.map_err(text)?;
    let mut least = f64::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        let (sum,) = run.call(&mut store, (CALLS,)).map_err(text)?;
        least = least.min(begun.elapsed().as_secs_f64() / f64::from(CALLS));
        if sum != CALLS {
            return Err(format!("it answers {sum}"));
        }
    }
    Ok(least)
}
