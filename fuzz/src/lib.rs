//! The fuzz targets of witkit, which the tests of the repository run, too (`tests/it/fuzz.rs`).
//!
//! Lives here: the modules that targets are made of, those of the tests among them. Deliberately absent:
//! running compositions, unless the feature `execute` brings wasmtime.

#[path = "../../tests/it/binaries.rs"]
mod binaries;
#[path = "../../tests/it/by_wasm_compose.rs"]
mod by_wasm_compose;
#[path = "../../tests/it/changes.rs"]
mod changes;
#[cfg(feature = "execute")]
#[path = "../../tests/it/executed.rs"]
mod executed;
#[path = "../../tests/it/graphs.rs"]
mod graphs;
#[path = "../../tests/it/graphs_wat.rs"]
mod graphs_wat;
#[cfg(feature = "execute")]
#[path = "../../tests/it/run.rs"]
mod run;
#[path = "../../tests/it/worlds.rs"]
mod worlds;

pub mod driver;
pub mod targets;

/// Without wasmtime, nothing is run.
#[cfg(not(feature = "execute"))]
mod executed {
    use crate::by_wasm_compose::imports;
    use crate::graphs::Graph;

    /// The composition is valid and imports what it must.
    pub fn answers(graph: &Graph, bytes: &[u8]) -> Result<(), String> {
        crate::support::validate(bytes)?;
        let (imports, wanted) = (imports(bytes)?, graph.leftovers());
        match imports == wanted {
            true => Ok(()),
            false => Err(format!("imports {imports:?}, not {wanted:?}")),
        }
    }
}

/// What the tests share, as far as targets use it.
mod support {
    use std::path::Path;

    pub use crate::binaries::{validate, wat};

    /// The project's folder.
    pub fn project() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
    }
}

/// Runs a target on the input of libFuzzer, and panics if it does not hold.
pub fn fuzz(name: &str, data: &[u8]) {
    let target = targets::TARGETS.iter().find(|target| target.name == name);
    if let Err(told) = target.map_or(Err("no such target".to_string()), |t| (t.check)(data)) {
        panic!("{name}: {told}");
    }
}
