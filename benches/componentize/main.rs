//! `cargo bench --bench componentize`: what making a component of a large module costs, beside
//! `wasm-tools component new` with the same adapter where it is on PATH.
//!
//! The module is made here: a program for WASI 0.1 with 8 MB of code. Instructions (user space,
//! start-up included) are counted by valgrind's callgrind; time is the median of interleaved runs.
//!
//! Lives here: what is measured and what the figures should be. Deliberately absent: how it is
//! measured ([`measure`]).

#[path = "../shared/measure.rs"]
#[allow(dead_code)] // Memory is not measured here.
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
use wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER;

/// What wasm-tools was measured to need where the target was set.
const THEIRS: f64 = 589e6;

fn main() {
    if page::words("componentize").is_none() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("componentize");
    let module = folder.join("module.wasm");
    let adapter = folder.join("wasi_snapshot_preview1.command.wasm");
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&module, large_module()))
        .and_then(|()| std::fs::write(&adapter, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER));
    if let Err(error) = written {
        eprintln!("error: {}: {error}", folder.display());
        std::process::exit(2);
    }
    let (rows, notes) = measured(&folder, &module, &adapter);
    page::tell("componentize", &rows, &notes);
}

fn measured(folder: &Path, module: &Path, adapter: &Path) -> (Vec<Row>, Vec<String>) {
    let text = |path: &Path| path.display().to_string();
    let witkit = PathBuf::from(env!("CARGO_BIN_EXE_witkit"));
    let call = |more: &[&str]| {
        let args = ["componentize", &text(module)].map(String::from);
        let args = args
            .into_iter()
            .chain(more.iter().map(|arg| arg.to_string()));
        Call::new(&witkit, args).writing(&folder.join("witkit.wasm"))
    };
    let theirs = ["component", "new", &text(module), "--adapt", &text(adapter)].map(String::from);
    let theirs = Call::new(Path::new("wasm-tools"), theirs);
    let theirs = theirs.writing(&folder.join("wasm-tools.wasm"));
    let mut notes = Vec::new();
    let instructions = theirs.instructions();
    if instructions.is_none() {
        notes.push("wasm-tools or valgrind is not on PATH".to_string());
    }
    let mut rows = Vec::new();
    for (what, more) in [
        ("8 MB of code", &[][..]),
        ("the same, validated in full", &["--validate", "full"]),
    ] {
        let own = call(more);
        let target = match more.is_empty() {
            true => Target::Times(1.0, "wasm-tools", instructions.unwrap_or(THEIRS)),
            false => Target::None,
        };
        rows.push(Row {
            what: what.to_string(),
            unit: Unit::Instructions,
            values: [own.instructions(), None, instructions],
            target,
        });
        let works = theirs.works();
        let times = interleaved(&[Some(&own), works.then_some(&theirs)], 11);
        rows.push(Row {
            what: what.to_string(),
            unit: Unit::Seconds,
            values: [times[0], None, times[1]],
            target: Target::None,
        });
    }
    (rows, notes)
}
