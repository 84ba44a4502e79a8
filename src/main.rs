//! The `witkit` binary: it connects the process to `cli`, nothing else.

use std::process::ExitCode;

/// A third of what composing many small parts costs is allocation; this allocator halves that.
#[cfg(not(target_family = "wasm"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    witkit::cli::main()
}
