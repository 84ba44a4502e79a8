//! `--deps`, the flag of every command that reads WIT.
//!
//! May import: everything (rank 5). Deliberately absent: looking for packages (`wit`).

use std::path::{Path, PathBuf};

use crate::diag::Report;
use crate::wit::{Search, configured};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Take packages that are needed, but not in `deps`, from DIR. May be repeated
    ///
    /// DIR is a package, or a folder with packages at any depth; only those that are needed are read.
    /// `deps` in [wit] of witkit.toml names more such folders.
    #[arg(long, value_name = "DIR")]
    deps: Vec<PathBuf>,
}

impl Args {
    /// Where packages are looked for: what the flags name, then what the configuration does.
    pub fn search(&self, config: Option<&Path>) -> Result<Search, Report> {
        let mut places = self.deps.clone();
        if let Some(config) = config {
            places.extend(configured(config)?);
        }
        Search::new(&places)
    }

    /// Warnings of flags that had no effect. After an error, nobody knows what is needed.
    pub fn unused(&self, search: &Search, report: &Report) -> Report {
        match report.has_errors() {
            true => Report::new(),
            false => search.unused(&self.deps),
        }
    }
}
