//! `witkit inspect`.

mod block;
pub(super) mod lines;
mod screen;
mod table;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::Format;
use super::deps;
use super::output::{self, Exit};
use crate::diag::Report;
use crate::escape::visible;
use crate::inspect::{self, Outcome};
use crate::source::NewFile;
use crate::wit::Search;

/// See what is in a component, core module or WIT package, on one screen
///
/// What made it and what it needs of WebAssembly and WASI, what it imports and exports, what that
/// lets it do, what is nested in it, and what its bytes are for. Core code is not looked at, so it
/// takes milliseconds whatever the size.
///
/// What INPUT is, is told by its bytes: a component, a core module or a WIT package, in binary form
/// or as text. A folder is the WIT package that is in it, or else all the .wasm and .wat files in
/// it. Several inputs print a table, a line each.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  witkit inspect app.wasm
  witkit inspect app.wasm --imports --capabilities
  witkit inspect app.wasm --parts
  witkit inspect app.wasm --extract cache/main -o main.wasm
  witkit inspect target/components/
  witkit inspect app.wasm --json | jq '.inputs[0].capabilities[].name'")]
pub struct Args {
    /// Components, core modules, WIT packages or folders; - for stdin
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Show the WIT of it
    #[arg(long, conflicts_with = "json")]
    wit: bool,

    /// Show what its bytes are for: by kind of section, and by part
    #[arg(long)]
    sizes: bool,

    /// Show what it imports, a line an interface
    #[arg(long)]
    imports: bool,

    /// Show what it exports, a line an interface
    #[arg(long)]
    exports: bool,

    /// Show what its imports let it do, and which part asks for it
    #[arg(long)]
    capabilities: bool,

    /// Show all that is nested in it, with index, size and what it is there for
    #[arg(long)]
    parts: bool,

    /// Show what made it, which features it uses and which WASI release has them
    #[arg(long)]
    metadata: bool,

    /// Write everything as JSON: witkit.inspect/1
    #[arg(
        long,
        conflicts_with_all = ["sizes", "imports", "exports", "capabilities", "parts", "metadata"]
    )]
    json: bool,

    /// Take one nested component or core module out: by path, index or name as --parts shows them
    ///
    /// `split --replace` takes the same names, and puts it back.
    #[arg(
        long,
        value_name = "PATH",
        conflicts_with_all = [
            "json", "wit", "sizes", "imports", "exports", "capabilities", "parts", "metadata"
        ]
    )]
    extract: Option<String>,

    /// Where to write what --extract takes out; without it, or with -, to standard output
    #[arg(short, long, value_name = "FILE", requires = "extract")]
    output: Option<PathBuf>,

    #[command(flatten)]
    deps: deps::Args,

    /// How to print reports (on standard error)
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
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
}

pub(super) fn run(args: Args) -> Exit {
    let output = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    if args.extract.is_some() {
        if args.inputs.len() > 1 {
            return output::usage_error("--extract takes a part out of one input; give only one");
        }
        if output.is_none() && io::stdout().is_terminal() {
            return output::usage_error(
                "a part is binary and not written to a terminal; give -o FILE",
            );
        }
    }
    match execute(&args, output) {
        Ok((text, report)) => {
            output::report(&report, args.format);
            match output::print(&text) {
                Exit::Clean => Exit::of(&report),
                exit => exit,
            }
        }
        Err(report) => {
            output::report(&report, args.format);
            Exit::Findings
        }
    }
}

/// What goes to standard output, and what is wrong with what is shown there.
fn execute(args: &Args, output: Option<&Path>) -> Result<(Vec<u8>, Report), Report> {
    if let Some(wanted) = &args.extract {
        // A folder has no parts, so it is not searched for inputs.
        let inspected = inspect::inspect(&args.inputs[0], &Search::default())?;
        let part = inspected.extract(wanted)?;
        let Some(path) = output else {
            return Ok((part.to_vec(), Report::new()));
        };
        NewFile::whole(path, part)?;
        return Ok((Vec::new(), Report::new()));
    }
    let search = args.deps.search(output::configuration(None).as_deref())?;
    let search = search.among(args.inputs.clone());
    let mut all = inspect::inspect_all(&args.inputs, &search)?;
    let mut report = Report::new();
    for inspected in &mut all {
        report.extend(std::mem::take(&mut inspected.report));
    }
    report.extend(args.deps.unused(&search, &report));
    let text = match args.json {
        true => inspect::json(&all),
        false => human(args, all)?,
    };
    Ok((text.into_bytes(), report))
}

fn human(args: &Args, all: Vec<Outcome>) -> Result<String, Report> {
    let color = output::is_coloured(&io::stdout());
    let selected = args.selected();
    if all.len() > 1 && selected.is_empty() && !args.wit {
        let found: Vec<_> = all.iter().map(|inspected| &inspected.found).collect();
        return Ok(table::table(&found, color));
    }
    let mut text = String::new();
    let several = all.len() > 1;
    for (at, inspected) in all.into_iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        if !selected.is_empty() || !args.wit {
            text.push_str(&screen::screen(&inspected.found, &selected, color));
        }
        if args.wit {
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
