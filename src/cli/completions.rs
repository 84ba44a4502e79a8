//! `witkit completions`.

use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;
use clap_complete_nushell::Nushell;

use super::terminal::{Exit, Failure, Findings, Terminal};
use super::{Cli, Run};

/// Print the completions of a shell
///
/// Save them in the directory where the shell looks for completions.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit completions bash > ~/.local/share/bash-completion/completions/witkit
  witkit completions fish > ~/.config/fish/completions/witkit.fish
  witkit completions zsh > \"${fpath[1]}/_witkit\""))]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Name,
}

/// Shells with completions.
#[derive(Clone, Copy, ValueEnum)]
enum Name {
    Bash,
    Elvish,
    Fish,
    Nushell,
    #[value(name = "powershell")]
    PowerShell,
    Zsh,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        Findings::PRINTS
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        let out = &mut script;
        let mut command = Cli::command();
        match self.shell {
            Name::Bash => clap_complete::generate(Shell::Bash, &mut command, "witkit", out),
            Name::Elvish => clap_complete::generate(Shell::Elvish, &mut command, "witkit", out),
            Name::Fish => clap_complete::generate(Shell::Fish, &mut command, "witkit", out),
            Name::Nushell => clap_complete::generate(Nushell, &mut command, "witkit", out),
            Name::PowerShell => {
                clap_complete::generate(Shell::PowerShell, &mut command, "witkit", out);
            }
            Name::Zsh => clap_complete::generate(Shell::Zsh, &mut command, "witkit", out),
        }
        Ok(terminal.print(&script))
    }
}
