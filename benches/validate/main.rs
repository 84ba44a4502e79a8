//! `cargo bench --bench validate`: what full validation costs, beside `wasm-tools validate`; without
//! that on PATH nothing is measured, as the figures are ratios.
//!
//! A module is made here: a program with 8 MB of code. Components are those of a test corpus beside
//! the repository; without it they are left out. Time is the median of interleaved runs, as both
//! work on all cores, which instructions do not tell.
//!
//! Lives here: what is measured and what the figures should be. Deliberately absent: how it is
//! measured ([`measure`]).

#[path = "../shared/measure.rs"]
#[allow(dead_code)] // Only time is measured here.
mod measure;
#[path = "../shared/module.rs"]
mod module;
#[path = "../shared/page.rs"]
mod page;
#[path = "../shared/table.rs"]
#[allow(dead_code)]
mod table;

use std::path::{Path, PathBuf};

use measure::{Call, interleaved};
use module::large_module;
use table::{Row, Target, Unit};

fn main() {
    if page::words("validate").is_none() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validate");
    let module = folder.join("module.wasm");
    let written =
        std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&module, large_module()));
    if let Err(error) = written {
        eprintln!("error: {}: {error}", module.display());
        std::process::exit(2);
    }
    if !call("wasm-tools", &module).works() {
        println!("skipped: wasm-tools is not on PATH, or does not validate what is measured");
        return;
    }
    let mut inputs = vec![("8 MB of code".to_string(), module)];
    let mut notes = Vec::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/components");
    for name in [
        "python/adder",
        "js-spidermonkey/adder",
        "go/calculator",
        "c/hello-command",
    ] {
        let component = corpus.join(name).with_extension("wasm");
        match component.is_file() {
            true => inputs.push((name.to_string(), component)),
            false => notes.push(format!("no {name}: the corpus is not there")),
        }
    }
    let rows: Vec<Row> = inputs
        .iter()
        .map(|(what, input)| row(what, input))
        .collect();
    page::tell("validate", &rows, &notes);
}

fn call(program: &str, input: &Path) -> Call {
    let args = ["validate".to_string(), input.display().to_string()];
    Call::new(&PathBuf::from(program), args)
}

fn row(what: &str, input: &Path) -> Row {
    let own = call(env!("CARGO_BIN_EXE_witkit"), input);
    let theirs = call("wasm-tools", input);
    let times = interleaved(&[Some(&own), Some(&theirs)], 21);
    Row {
        what: what.to_string(),
        unit: Unit::Seconds,
        values: [times[0], None, times[1]],
        target: match times[1] {
            Some(takes) => Target::Times(1.0, "wasm-tools", takes),
            None => Target::None,
        },
    }
}
