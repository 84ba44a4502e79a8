//! `witkit explain`.

use super::output::{self, Exit};
use crate::diag::did_you_mean;

/// Print the page of a diagnostic: what it means, why it is bad, how to mend it
///
/// Without a code, lists all of them.
#[derive(clap::Args)]
pub struct Args {
    /// The code, as printed in brackets: `compose/type-mismatch`
    code: Option<String>,
}

pub(super) fn run(args: &Args) -> Exit {
    let codes = crate::codes();
    let Some(name) = &args.code else {
        let list: String = codes
            .iter()
            .map(|code| format!("{} ({})\n", code.name, code.severity.as_str()))
            .collect();
        return output::print(list.as_bytes());
    };
    match codes.iter().find(|code| code.name == name) {
        Some(code) => output::print(
            format!(
                "{} ({})\n\n{}\n",
                code.name,
                code.severity.as_str(),
                code.page()
            )
            .as_bytes(),
        ),
        None => {
            let meant = did_you_mean(name, codes.iter().map(|code| code.name));
            let advice = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`witkit explain` lists all codes".to_string(),
            };
            output::usage_error(&format!("there is no code `{name}`; {advice}"))
        }
    }
}
