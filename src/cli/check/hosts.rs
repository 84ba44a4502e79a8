//! The flag of `witkit check` that names hosts, and the table about all of them.
//!
//! May import: `check` (rank 4). Deliberately absent: judging.

use std::io;
use std::path::PathBuf;

use crate::check::hosts::{self, Guest, Judgement, Selected, Verdict};
use crate::cli::Format;
use crate::cli::inspect::lines::{columns, cut};
use crate::cli::output::{self, Exit};
use crate::diag::Report;
use crate::shown::visible;

/// On which hosts it is to run
#[derive(clap::Args)]
pub(super) struct Args {
    /// Does it run on this host? NAME or NAME@VERSION, may be repeated; `all` prints a table of all
    /// known hosts, before what other flags ask for
    #[arg(long, value_name = "NAME[@VERSION]", help_heading = "Host")]
    pub(super) host: Vec<String>,
}

impl Args {
    /// Whether all hosts are asked for: to see, and not to fail for one of them.
    pub(super) fn wants_table(&self) -> bool {
        self.host.iter().any(|host| host == "all")
    }
}

/// Prints what becomes of every input on every host.
pub(super) fn print_table(inputs: &[PathBuf], chosen: &[Selected<'_>], format: Format) -> Exit {
    let mut report = Report::new();
    let mut judged: Vec<(Guest, Vec<Judgement>)> = Vec::new();
    for input in inputs {
        match Guest::open(input) {
            Ok(guest) => {
                let told = chosen.iter().map(|host| host.judge(&guest)).collect();
                judged.push((guest, told));
            }
            Err(wrong) => report.extend(wrong),
        }
    }
    let exit = Exit::of(&report);
    output::report(&report, format);
    let text = match format {
        Format::Json => {
            let rows: Vec<_> = judged
                .iter()
                .map(|(guest, told)| (guest, told.as_slice()))
                .collect();
            hosts::json(&rows)
        }
        _ => {
            let mut text = String::new();
            for (at, (guest, told)) in judged.iter().enumerate() {
                if judged.len() > 1 {
                    let gap = if at > 0 { "\n" } else { "" };
                    text.push_str(&format!("{gap}{}\n", visible(guest.file())));
                }
                text.push_str(&table(told, output::is_coloured(&io::stdout())));
            }
            text
        }
    };
    match output::print(text.as_bytes()) {
        Exit::Clean => exit,
        other => other,
    }
}

/// The widest a reason gets.
const WIDTH: usize = 76;

/// A line for each host: what became of `file` there, and why in short.
fn table(judgements: &[Judgement], color: bool) -> String {
    let titles = ["host", "release", "verdict", "why"];
    let mut rows: Vec<Vec<String>> = vec![titles.map(str::to_string).to_vec()];
    for told in judgements {
        let why = match told.verdict {
            Verdict::Runs => String::new(),
            Verdict::RunsWith => told.flags.join("; "),
            Verdict::Unknown | Verdict::Fails => match told.reasons.as_slice() {
                [] => String::new(),
                [one] => one.clone(),
                [one, rest @ ..] => {
                    let more = format!(" (and {} more)", rest.len());
                    format!("{}{more}", cut(one, WIDTH - more.len()))
                }
            },
        };
        rows.push(vec![
            told.host.clone(),
            told.version.clone(),
            told.verdict.as_str().to_string(),
            cut(&why, WIDTH),
        ]);
    }
    let mut text = String::new();
    for (at, line) in columns(&rows, &[]).iter().enumerate() {
        let line = visible(line);
        match color && at == 0 {
            true => text.push_str(&format!("\x1b[1m{line}\x1b[0m\n")),
            false => text.push_str(&format!("{line}\n")),
        }
    }
    text
}
