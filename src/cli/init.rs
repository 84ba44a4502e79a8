//! `witkit init`.

use std::path::PathBuf;

use super::Run;
use super::args::ReportArgs;
use super::terminal::{Exit, Failure, Findings, Terminal};
use crate::init::{self, Options};
use crate::source::{NewFile, folder_of, unwritable};

/// Write a witkit.toml for what is in a folder
///
/// Lists the WIT packages and components that are found, and the composition that they form, if
/// there is only one. No file is overwritten.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit init
  witkit init --schema --workflow --hooks"))]
pub struct Args {
    /// The folder [default: the current one]
    #[arg(default_value = ".", hide_default_value = true)]
    dir: PathBuf,

    /// Write the JSON Schema of witkit.toml, for editors
    ///
    /// The schema is written to witkit.schema.json; the first line of witkit.toml names it.
    #[arg(long)]
    schema: bool,

    /// Write a workflow for GitHub Actions
    ///
    /// It formats, lints, checks and compares, in .github/workflows/witkit.yml.
    #[arg(long)]
    workflow: bool,

    /// Write hooks for pre-commit
    ///
    /// They run the witkit on PATH, in .pre-commit-config.yaml.
    #[arg(long)]
    hooks: bool,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_document()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let options = Options {
            workflow: self.workflow,
            hooks: self.hooks,
            schema: self.schema,
        };
        let outcome = init::init(&self.dir, &options)?;
        for line in &outcome.found {
            terminal.say(&format!("found {line}\n"));
        }
        for (path, text) in &outcome.files {
            let folder = folder_of(path);
            std::fs::create_dir_all(folder)
                .map_err(|e| unwritable(&folder.to_string_lossy(), &e))?;
            NewFile::whole(path, text.as_bytes())?;
            terminal.say(&format!("wrote {}\n", path.display()));
        }
        Ok(Exit::Clean)
    }
}
