//! `witkit explain`.

mod page;

use super::Run;
use super::lines::{columns, cut};
use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use crate::config::keys::{Key, TABLES};
use crate::config::{self, schema};
use crate::diag::{Code, did_you_mean};

/// Print the page of a diagnostic code
///
/// Without a code, lists all codes, one per line. For witkit.toml, lists its tables and keys.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit explain
  witkit explain compose/type-mismatch
  witkit explain witkit.toml"))]
pub struct Args {
    /// The code, such as `compose/type-mismatch`, or `type-mismatch` if it is unique
    code: Option<String>,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        Findings::PRINTS
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let codes = crate::codes();
        if self.code.as_deref() == Some(config::FILE_NAME) {
            return Ok(terminal.print_tree(&keys()));
        }
        let Some(name) = &self.code else {
            return Ok(terminal.print(list(&codes, terminal.width()).as_bytes()));
        };
        let code = find(&codes, name)?;
        let width = terminal.width().map_or(100, |width| width.min(100));
        let body = page::laid_out(code.page().trim_end(), width, terminal.is_coloured());
        let text = format!("{} ({})\n\n{body}", code.name, code.severity.as_str());
        Ok(terminal.print(text.as_bytes()))
    }
}

/// All tables and keys of `witkit.toml`.
fn keys() -> String {
    let mut text = String::new();
    for table in TABLES {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}  {}\n", schema::title(table), table.about));
        let row = |key: &Key| {
            let kind = schema::in_words(key.kind).replace('`', "");
            vec![format!("  {}", key.name), kind, key.about.replace('`', "")]
        };
        let rows: Vec<Vec<String>> = table.keys.iter().map(row).collect();
        for line in columns(&rows, &[]) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// One line a code: its name, its severity and the first sentence of its page.
fn list(codes: &[&'static Code], width: Option<usize>) -> String {
    let names = codes.iter().map(|code| code.name.len()).max().unwrap_or(0);
    let mut list = String::new();
    for code in codes {
        let summary = page::summary(&code.page());
        let line = format!(
            "{:names$}  {:7}  {summary}",
            code.name,
            code.severity.as_str()
        );
        list.push_str(&cut(&line, width.unwrap_or(usize::MAX)));
        list.push('\n');
    }
    list
}

/// The code of that name; its namespace may be left out if only one code ends so.
fn find(codes: &[&'static Code], name: &str) -> Result<&'static Code, Failure> {
    let name = name.trim_start_matches('[').trim_end_matches(']');
    if let Some(code) = codes.iter().find(|code| code.name == name) {
        return Ok(code);
    }
    let ends_so = |code: &&&'static Code| {
        let own = code.name.rsplit_once('/').map(|(_, own)| own);
        own == Some(name)
    };
    let alike: Vec<&&'static Code> = codes.iter().filter(ends_so).collect();
    let help = match alike[..] {
        [code] => return Ok(code),
        [] => match did_you_mean(name, codes.iter().map(|code| code.name)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "list all codes with `witkit explain`".to_string(),
        },
        _ => {
            let names: Vec<String> = alike
                .iter()
                .map(|code| format!("`{}`", code.name))
                .collect();
            format!("use one of {}", names.join(", "))
        }
    };
    Err(usage(format!("unknown code `{name}`\n  help: {help}")))
}
