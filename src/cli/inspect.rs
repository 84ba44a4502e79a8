//! `witkit inspect`.

mod block;
mod screen;
mod table;

use std::path::PathBuf;

use super::Run;
use super::args::{BinaryArgs, ConfigArgs, DepsArgs, ReportArgs};
use super::extension::{self, Holds};
use super::look::Look;
use super::terminal::{Exit, Failure, Findings, Format, Terminal, usage};
use crate::diag::Report;
use crate::escape::visible;
use crate::inspect::{self, Outcome};
use crate::source::NewFile;
use crate::wit::Search;

/// Show what is in a component, core module or WIT package
///
/// Shows its producers, the features and the WASI release that it needs, its imports and exports,
/// the capabilities that its imports give it, its nested parts, and the sizes of its contents. Core
/// code is not read, so it takes milliseconds whatever the size.
///
/// INPUT is a component, a core module or a WIT package, binary or text; its contents determine
/// which. A folder stands for the WIT package in it, or else for all .wasm and .wat files in it.
/// Several inputs are listed in a table.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit inspect app.wasm
  witkit inspect app.wasm --imports --capabilities
  witkit inspect app.wasm --parts
  witkit inspect app.wasm --extract cache/main -o main.wasm
  witkit inspect target/components/
  witkit inspect app.wasm --json | jq '.inputs[0].capabilities[].name'"))]
pub struct Args {
    /// Components, core modules, WIT packages or folders; - for stdin
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Show its types, as WIT
    #[arg(long)]
    types: bool,

    /// Show sizes by kind of section and by part
    #[arg(long)]
    sizes: bool,

    /// Show its imports, one interface per line
    #[arg(long)]
    imports: bool,

    /// Show its exports, one interface per line
    #[arg(long)]
    exports: bool,

    /// Show what its imports let it do, and which part needs it
    #[arg(long)]
    capabilities: bool,

    /// Show all nested parts, with index, role and size
    #[arg(long)]
    parts: bool,

    /// Show its producers, its features, and the WASI release that has them
    #[arg(long)]
    metadata: bool,

    /// Extract a nested part, by path, index or name as in --parts
    ///
    /// `split --replace` uses the same names to replace it.
    #[arg(
        long,
        value_name = "PATH",
        conflicts_with_all = [
            "json", "types", "sizes", "imports", "exports", "capabilities", "parts", "metadata"
        ]
    )]
    extract: Option<String>,

    #[command(flatten)]
    target: BinaryArgs,

    #[command(flatten)]
    deps: DepsArgs,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl Args {
    /// What is to be shown, everything of it.
    fn selected(&self) -> Vec<screen::Section> {
        use screen::Section;
        let flags = [
            (self.metadata, Section::Metadata),
            (self.imports, Section::Imports),
            (self.exports, Section::Exports),
            (self.capabilities, Section::Capabilities),
            (self.parts, Section::Parts),
            (self.sizes, Section::Sizes),
        ];
        let chosen = flags.into_iter().filter(|(flag, _)| *flag);
        chosen.map(|(_, section)| section).collect()
    }

    /// Whether JSON is written, as the format or the extension of the output says.
    fn as_json(&self, format: Format) -> Result<bool, Failure> {
        let output = self.target.output.path();
        let as_json = match extension::holds(output) {
            None => format == Format::Json,
            Some(Holds::Json) => true,
            Some(_) => return Err(usage(extension::cannot_hold(output, "an inspection"))),
        };
        match as_json && (self.types || !self.selected().is_empty()) {
            true => Err(usage(
                "JSON contains everything; remove `--types`, `--imports` and similar flags",
            )),
            false => Ok(as_json),
        }
    }
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_document()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        if let Some(wanted) = &self.extract {
            return extract(&self, wanted, terminal);
        }
        if self.target.wat {
            return Err(usage("`-t` requires `--extract`"));
        }
        let as_json = self.as_json(terminal.format())?;
        let (text, report) = inspect(&self, as_json, terminal)?;
        terminal.report(&report);
        let written = match self.target.output.path() {
            Some(path) => {
                NewFile::whole(path, text.as_bytes())?;
                Exit::Clean
            }
            None => terminal.print(text.as_bytes()),
        };
        Ok(match written {
            Exit::Clean => terminal.exit_of(&report),
            failed => failed,
        })
    }
}

/// Takes a part out.
fn extract(args: &Args, wanted: &str, terminal: &Terminal) -> Result<Exit, Failure> {
    let [input] = args.inputs.as_slice() else {
        return Err(usage("`--extract` requires exactly one input"));
    };
    let target = args.target.target("a part")?;
    // A folder has no parts, so it is not searched for inputs.
    let inspected = inspect::inspect(input, &Search::default())?;
    target.write(inspected.extract(wanted)?, terminal)
}

/// What is told of all inputs, and what is wrong with them.
fn inspect(args: &Args, as_json: bool, terminal: &Terminal) -> Result<(String, Report), Report> {
    let search = args.deps.search(args.config.file(None).as_deref())?;
    let search = search.among(args.inputs.clone());
    let mut all = inspect::inspect_all(&args.inputs, &search)?;
    let mut report = Report::new();
    for inspected in &mut all {
        report.extend(std::mem::take(&mut inspected.report));
    }
    report.extend(args.deps.unused(&search, &report));
    let look = match args.target.output.path() {
        None => terminal.look(),
        Some(_) => Look::FILE,
    };
    let text = match as_json {
        true => inspect::json(&all),
        false => human(args, all, look)?,
    };
    Ok((text, report))
}

fn human(args: &Args, all: Vec<Outcome>, look: Look) -> Result<String, Report> {
    let selected = args.selected();
    if all.len() > 1 && selected.is_empty() && !args.types {
        let found: Vec<_> = all.iter().map(|inspected| &inspected.found).collect();
        return Ok(table::table(&found, look));
    }
    let mut text = String::new();
    let several = all.len() > 1;
    for (at, inspected) in all.into_iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        if !selected.is_empty() || !args.types {
            text.push_str(&look.outline(&screen::screen(&inspected.found, &selected)));
        }
        if args.types {
            if several && selected.is_empty() {
                text.push_str(&format!("// {}\n", visible(&inspected.found.file)));
            } else if !selected.is_empty() {
                text.push('\n');
            }
            text.push_str(&inspected.wit()?);
        }
    }
    Ok(text)
}
