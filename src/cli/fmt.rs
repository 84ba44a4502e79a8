//! `witkit fmt`.

use std::path::PathBuf;

use super::output::{self, Exit};

/// To be written
#[derive(clap::Args)]
pub struct Args {
    /// Files and folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

pub(super) fn run(args: Args) -> Exit {
    let _ = args.paths;
    output::usage_error("not there yet")
}
