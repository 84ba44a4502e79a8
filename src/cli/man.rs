//! `witkit man`.

use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use super::{Cli, Run};
use crate::source::{NewFile, unwritable};

/// Print the manual page, or write all of them
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit man | man -l -
  witkit man ~/.local/share/man/man1"))]
pub struct Args {
    /// The folder to write the pages to, which is created if it does not exist
    dir: Option<PathBuf>,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        Findings::PRINTS
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let mut command = Cli::command().disable_help_subcommand(true);
        let Some(dir) = &self.dir else {
            return Ok(terminal.print(&page(command)?));
        };
        command.build();
        std::fs::create_dir_all(dir).map_err(|e| unwritable(&dir.to_string_lossy(), &e))?;
        let commands = command.get_subcommands().cloned();
        let mut pages: Vec<(String, clap::Command)> = commands
            .map(|sub| {
                let name = format!("witkit-{}", sub.get_name());
                (name.clone(), sub.display_name(name))
            })
            .collect();
        pages.push(("witkit".to_string(), command));
        for (name, command) in pages {
            NewFile::whole(&dir.join(format!("{name}.1")), &page(command)?)?;
        }
        Ok(Exit::Clean)
    }
}

fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    let rendered = Man::new(command).render(&mut page);
    rendered.map_err(|e| usage(format!("cannot render the manual page: {e}")))?;
    Ok(page)
}
