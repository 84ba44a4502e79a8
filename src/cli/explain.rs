//! `witkit explain`.

use super::Run;
use super::terminal::{Exit, Failure, Findings, Format, Stream, Terminal, usage};
use crate::diag::did_you_mean;

/// Print the page of a diagnostic: what it means, why it is bad, how to mend it
///
/// Without a code, lists all of them.
#[derive(clap::Args)]
pub struct Args {
    /// The code, as printed in brackets: `compose/type-mismatch`
    code: Option<String>,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        Findings {
            format: Format::Human,
            to: Stream::Stdout,
            deny_warnings: false,
        }
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let codes = crate::codes();
        let Some(name) = &self.code else {
            let list: String = codes
                .iter()
                .map(|code| format!("{} ({})\n", code.name, code.severity.as_str()))
                .collect();
            return Ok(terminal.print(list.as_bytes()));
        };
        let Some(code) = codes.iter().find(|code| code.name == name) else {
            let meant = did_you_mean(name, codes.iter().map(|code| code.name));
            let advice = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`witkit explain` lists all codes".to_string(),
            };
            return Err(usage(format!("there is no code `{name}`; {advice}")));
        };
        let (severity, page) = (code.severity.as_str(), code.page());
        let text = format!("{} ({severity})\n\n{page}\n", code.name);
        Ok(terminal.print(text.as_bytes()))
    }
}
