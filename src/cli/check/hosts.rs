//! The flag of `witkit check` that names hosts, and the table about all of them.
//!
//! May import: `check` (rank 4), `render`. Deliberately absent: judging.

use crate::check::hosts::{self, Guest, Host, Judgement, Selected, Verdict};
use crate::cli::lines::cut;
use crate::cli::look::{Look, Paint};
use crate::cli::terminal::{Exit, Format, Terminal};
use crate::diag::Report;
use crate::escape::visible;
use crate::render::{json, junit};

/// On which hosts it is to run
#[derive(clap::Args)]
pub(super) struct Args {
    /// Check whether it runs on this host: spin, or wasmtime-serve@38
    ///
    /// May be repeated. `all` shows the verdict for every known host, and requires none.
    #[arg(long, value_name = "NAME[@VERSION]", help_heading = "Host")]
    host: Vec<String>,
}

/// A host that is asked about.
pub(super) struct Asked<'h> {
    host: Selected<'h>,
    /// Whether a component has to run there, or it is only to be shown whether it does.
    required: bool,
}

impl Args {
    /// Whether all hosts are asked for: to see, and not to fail for one of them.
    pub fn wants_table(&self) -> bool {
        self.host.iter().any(|host| host == "all")
    }

    /// The hosts that it has to run on, by flags.
    pub fn required(&self) -> Vec<String> {
        let named = self.host.iter().filter(|host| *host != "all");
        named.cloned().collect()
    }

    /// The hosts to ask about: those that are `required`, which `named` names, and all others if a
    /// table is wanted.
    pub fn asked<'h>(
        &self,
        known: &'h [Host],
        named: &[String],
        required: &[Selected<'h>],
    ) -> Result<Vec<Asked<'h>>, String> {
        let mut typed = named.to_vec();
        if self.wants_table() {
            typed.insert(0, "all".to_string());
        }
        let asked = |host: Selected<'h>| Asked {
            required: required.contains(&host),
            host,
        };
        Ok(hosts::select(known, &typed)?
            .into_iter()
            .map(asked)
            .collect())
    }
}

impl Asked<'_> {
    /// What becomes of `guest` there, and whether it has to run.
    pub fn judge(&self, guest: &Guest) -> (Judgement, bool) {
        (self.host.judge(guest), self.required)
    }
}

/// What becomes of every guest on every host, with whether it has to run there.
#[derive(Default)]
pub(super) struct Table(Vec<(Guest, Vec<(Judgement, bool)>)>);

impl Table {
    pub fn add(&mut self, guest: Guest, judged: Vec<(Judgement, bool)>) {
        self.0.push((guest, judged));
    }

    /// Prints it together with what was found: one document, whatever the format.
    pub fn print(&self, report: &Report, terminal: &Terminal) -> Exit {
        let text = match terminal.format() {
            Format::Human | Format::Plain => {
                let printed = terminal.print(self.human(terminal.look()).as_bytes());
                return terminal.report(report).max(printed);
            }
            Format::Sarif | Format::Github | Format::Gitlab | Format::Markdown => {
                let mut with_notes = report.clone();
                for (guest, judged) in &self.0 {
                    with_notes.push(hosts::note(guest, judged.iter().map(|(told, _)| told)));
                }
                return terminal.report(&with_notes);
            }
            Format::Json => json::render_with(report, hosts::SCHEMA, |_| {
                hosts::json(
                    self.0
                        .iter()
                        .map(|(guest, judged)| (guest, judged.as_slice())),
                )
            }),
            Format::Junit => junit::render_with(report, &self.cases()),
        };
        match terminal.print(text.as_bytes()) {
            Exit::Clean => terminal.exit_of(report),
            exit => exit,
        }
    }

    fn human(&self, look: Look) -> String {
        let mut text = String::new();
        for (at, (guest, judged)) in self.0.iter().enumerate() {
            if self.0.len() > 1 {
                let gap = if at > 0 { "\n" } else { "" };
                text.push_str(&format!("{gap}{}\n", visible(guest.file())));
            }
            text.push_str(&lines(judged.iter().map(|(told, _)| told), look));
        }
        text
    }

    /// A case for each guest and host. Where it has to run and does not, findings say so.
    fn cases(&self) -> Vec<junit::Case> {
        let rows = self.0.iter().flat_map(|(guest, judged)| {
            let judged = judged.iter();
            judged.map(move |(told, required)| (guest, told, *required))
        });
        let cases = rows.filter_map(|(guest, told, required)| {
            let skipped = match told.verdict {
                Verdict::Runs | Verdict::RunsWith => None,
                Verdict::Unknown | Verdict::Fails if required => return None,
                verdict => Some(match told.reasons.is_empty() {
                    true => verdict.as_str().to_string(),
                    false => format!("{}: {}", verdict.as_str(), told.reasons.join("; ")),
                }),
            };
            Some(junit::Case {
                file: guest.file().to_string(),
                name: format!("runs on {} {}", told.host, told.version),
                skipped,
            })
        });
        cases.collect()
    }
}

/// The widest a reason gets.
const WIDTH: usize = 76;

/// A line for each host: what became of a guest there, and why in short.
fn lines<'j>(judgements: impl Iterator<Item = &'j Judgement>, look: Look) -> String {
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
    look.table(&rows, &[], |column, cell| match (column, cell) {
        (2, "unknown") => Some(Paint::Doubtful),
        (2, "does not run") => Some(Paint::Bad),
        (2, _) => Some(Paint::Good),
        _ => None,
    })
}
