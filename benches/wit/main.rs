//! `cargo bench --bench wit`: what linting, formatting and printing a large WIT package costs,
//! beside `wasm-tools component wit` where it is on PATH (`cargo install wasm-tools`).
//!
//! The package is made here: 160 interfaces of 100 functions each, 1.9 MB. Instructions (user
//! space, start-up included) are counted by valgrind's callgrind; time is the median of
//! interleaved runs. The WASI packages are those of a test corpus beside the repository; without
//! it they are left out.
//!
//! Lives here: what is measured and what the figures should be. Deliberately absent: how it is
//! measured ([`measure`]).

#[path = "../shared/measure.rs"]
#[allow(dead_code)] // Memory is not measured here.
mod measure;
#[path = "../shared/page.rs"]
mod page;
#[path = "../shared/table.rs"]
#[allow(dead_code)]
mod table;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use measure::{Call, interleaved};
use table::{Row, Target, Unit};

fn main() {
    if page::words("wit").is_none() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wit");
    let large = folder.join("large.wit");
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&large, package()));
    if let Err(error) = written {
        eprintln!("error: {}: {error}", large.display());
        std::process::exit(2);
    }
    let (rows, notes) = measured(&large);
    page::tell("wit", &rows, &notes);
}

fn measured(large: &Path) -> (Vec<Row>, Vec<String>) {
    let mut notes = Vec::new();
    let witkit = |args: &[&str]| call(Path::new(env!("CARGO_BIN_EXE_witkit")), args);
    let path = large.display().to_string();
    let wasm_tools = call(Path::new("wasm-tools"), &["component", "wit", &path]);
    let theirs = wasm_tools.instructions();
    if theirs.is_none() {
        notes.push("wasm-tools or valgrind is not on PATH".to_string());
    }
    // What wasm-tools was measured to need where the targets were set.
    let other = theirs.unwrap_or(811e6);
    let mut rows = Vec::new();
    for (what, args, times) in [
        ("lint: 16,000 functions", vec!["lint", &path], 1.5),
        ("fmt: 16,000 functions", vec!["fmt", "--check", &path], 0.1),
        ("wit: 16,000 functions", vec!["wit", &path], 1.0),
    ] {
        let own = witkit(&args);
        rows.push(Row {
            what: what.to_string(),
            unit: Unit::Instructions,
            values: [own.instructions(), None, theirs],
            target: Target::Times(times, "wasm-tools", other),
        });
    }
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/wit");
    let wasi = corpus.join("wasi-v0.2.12-assembled");
    if wasi.is_dir() {
        let lint = witkit(&["lint", &wasi.display().to_string()]);
        rows.push(Row {
            what: "lint: WASI 0.2".to_string(),
            unit: Unit::Seconds,
            values: [interleaved(&[Some(&lint)], 11)[0], None, None],
            target: Target::AtMost(0.030),
        });
    } else {
        notes.push("no WASI: the corpus is not there".to_string());
    }
    (rows, notes)
}

fn call(program: &Path, args: &[&str]) -> Call {
    let args = args.iter().map(|arg| arg.to_string());
    Call::new(&PathBuf::from(program), args)
}

/// 160 interfaces of 100 functions, with documentation, types and a world that has them all.
fn package() -> String {
    let mut text = "package bench:large@1.0.0;\n".to_string();
    let mut world = "\n/// All of it.\nworld everything {\n".to_string();
    for interface in 0..160 {
        let _ = write!(
            text,
            "\n/// The interface of number {interface}.\ninterface part-{interface} {{\n  \
             /// What can go wrong.\n  enum failure {{\n    /// It is not there.\n    missing,\n    \
             /// It is not allowed.\n    denied,\n  }}\n\n  /// A value.\n  record value {{\n    \
             /// Its name.\n    name: string,\n    /// What it holds.\n    bytes: list<u8>,\n  }}\n"
        );
        for function in 0..100 {
            let _ = write!(
                text,
                "\n  /// Does what function {function} does.\n  \
                 function-{function}: func(key: string, value: value) -> result<list<u8>, failure>;\n"
            );
        }
        text.push_str("}\n");
        let _ = writeln!(world, "  import part-{interface};");
    }
    text + &world + "}\n"
}
