//! The flags of `witkit check` that say what may be imported.

use std::path::Path;

use crate::check::policy::{self, Policy};
use crate::cli::terminal::{Failure, usage};

/// What may be imported, besides what `[policy]` of witkit.toml says
#[derive(clap::Args)]
pub(super) struct Args {
    /// Forbid imports: capabilities, interfaces or functions
    ///
    /// `network`, `wasi:sockets/*`, `wasi:cli/exit.exit`; `*` is any text.
    #[arg(long, value_name = "PATTERN", help_heading = "Policy")]
    deny: Vec<String>,

    /// Forbid all imports but those that match, types included
    ///
    /// Repeat it for each pattern.
    #[arg(long, value_name = "PATTERN", help_heading = "Policy")]
    allow_only: Vec<String>,
}

impl Args {
    /// The rules of the configuration at `config`, and those of the flags; `allow` is what `--allow`
    /// names.
    pub fn policy(&self, config: Option<&Path>, allow: &[String]) -> Result<Policy, Failure> {
        let mut policy = match config {
            Some(path) => policy::read(path)?,
            None => Policy::default(),
        };
        let added = policy.add(&self.deny, allow, &self.allow_only);
        added.map_err(usage)?;
        Ok(policy)
    }
}
