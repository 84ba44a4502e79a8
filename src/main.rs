//! The `witkit` binary: it connects the process to `cli`, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    witkit::cli::main()
}
