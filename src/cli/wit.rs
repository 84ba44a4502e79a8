//! `witkit wit`.

use std::path::{Path, PathBuf};

use super::Run;
use super::args::{ConfigArgs, DepsArgs, FeatureArgs, OutputArgs, ReportArgs, binary_on_terminal};
use super::extension::{self, Holds};
use super::terminal::{Exit, Failure, Findings, Stream, Terminal, is_terminal, usage};
use crate::diag::Report;
use crate::source::NewFile;
use crate::wasm;
use crate::wit::convert::{self, ConvertOptions, Converted, Turn};

/// Convert WIT between text, binary, JSON and folders; show the WIT of a component
///
/// What INPUT is, is told by its bytes: a package as text (a file, or a folder with its `deps`) or
/// in binary form, a component, or a core module whose bindings left the WIT of its world in it.
/// Each of the latter may also be WebAssembly text.
///
/// What is printed needs nothing besides: packages that are referred to are nested in it. It is
/// what the package means, so comments that are no docs are gone, and the files are one; to keep
/// them, see `witkit fmt`.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  witkit wit app.wasm
  witkit wit wit/ --world command --json
  witkit wit wit/ --wasm -o package.wasm
  witkit wit packages/api --deps packages
  witkit wit app.wasm --importize=uses-app --out-dir wit/
  curl -s https://example.com/package.wasm | witkit wit -")]
pub struct Args {
    /// A folder, .wit, .wasm or .wat; - for stdin. Several see each other, and become one text
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    deps: DepsArgs,

    /// Write the package in binary form, as WebAssembly text
    #[arg(short = 't', long, conflicts_with_all = ["wasm", "json", "out_dir"])]
    wat: bool,

    /// Write the package in binary form
    #[arg(long, conflicts_with_all = ["json", "out_dir"])]
    wasm: bool,

    /// Write JSON: witkit.wit/1
    #[arg(long, conflicts_with = "out_dir")]
    json: bool,

    /// Write a folder: the package as one file, and each package that it needs in a folder of deps/
    ///
    /// Files of earlier runs are replaced. If there are others that would become a part of the
    /// package, nothing is written.
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    out_dir: Option<PathBuf>,

    /// Leave out the docs
    #[arg(long)]
    no_docs: bool,

    /// Only this world, and what it needs: NAME, or ns:package/NAME of any package
    #[arg(short, long, value_name = "NAME")]
    world: Option<String>,

    /// Turn the world around so that it imports what it exports: for who uses the component
    ///
    /// The result is named WORLD-importized, or NAME.
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with = "exportize"
    )]
    importize: Option<String>,

    /// Turn the world around so that it exports what it imports: for who provides for the component
    ///
    /// The result is named WORLD-exportized, or NAME.
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    exportize: Option<String>,

    #[command(flatten)]
    features: FeatureArgs,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl Args {
    /// Takes the form that the extension of the file says, if no flag says another.
    fn by_extension(&mut self) -> Result<(), String> {
        let output = self.output.given();
        let (wasm, wat, json) = match extension::holds(output) {
            None => return Ok(()),
            Some(Holds::Wasm) => (true, false, false),
            Some(Holds::Wat) => (false, true, false),
            Some(Holds::Json) => (false, false, true),
            Some(Holds::Wit) => (false, false, false),
            Some(_) => return Err(extension::cannot_hold(output, "WIT")),
        };
        let asked = [
            (self.wasm, wasm, "the binary form (--wasm)"),
            (self.wat, wat, "WebAssembly text (-t)"),
            (self.json, json, "JSON (--json)"),
        ];
        if let Some((.., form)) = asked.iter().find(|(flag, holds, _)| *flag && !holds) {
            return Err(extension::cannot_hold(output, form));
        }
        (self.wasm, self.wat, self.json) = (wasm, wat, json);
        Ok(())
    }
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_result()
    }

    fn run(mut self, terminal: &Terminal) -> Result<Exit, Failure> {
        self.by_extension().map_err(usage)?;
        let output = self.output.path();
        if self.wasm && output.is_none() && is_terminal(Stream::Stdout) {
            return Err(binary_on_terminal("a package in binary form"));
        }
        let mut request = request(&self).map_err(usage)?;
        let search = self.deps.search(self.config.file(None).as_deref())?;
        request.options.search = search.among(self.inputs.clone());
        let (report, result) = execute(&self, &request, output, terminal)?;
        terminal.report(&report);
        if terminal.fails(&report) {
            return Ok(terminal.exit_of(&report));
        }
        Ok(match result {
            Some(bytes) => terminal.print(&bytes),
            None => Exit::Clean,
        })
    }
}

/// Converts and writes to where it is to go; what goes to standard output is returned.
fn execute(
    args: &Args,
    request: &ConvertOptions,
    output: Option<&Path>,
    terminal: &Terminal,
) -> Result<(Report, Option<Vec<u8>>), Report> {
    let mut converted = convert::convert(request)?;
    let unused = args
        .deps
        .unused(&request.options.search, &converted.remarks);
    converted.remarks.extend(unused);
    if let Some(folder) = &args.out_dir {
        if !terminal.fails(&converted.remarks) {
            converted.write_files(folder)?;
        }
        return Ok((converted.remarks, None));
    }
    let (bytes, mut report) = result(args, &converted)?;
    report.extend(converted.remarks.clone());
    let Some(path) = output else {
        return Ok((report, Some(bytes)));
    };
    if terminal.fails(&report) {
        return Ok((report, None));
    }
    NewFile::whole(path, &bytes)?;
    Ok((report, None))
}

/// The result in the form that was asked for.
fn result(args: &Args, converted: &Converted) -> Result<(Vec<u8>, Report), Report> {
    if args.json {
        return Ok((converted.json().into_bytes(), Report::new()));
    }
    if !args.wasm && !args.wat {
        return Ok((converted.text()?.into_bytes(), Report::new()));
    }
    let (bytes, report) = converted.binary()?;
    if args.wasm {
        return Ok((bytes, report));
    }
    let text = wasm::print(&bytes).map_err(|reason| converted.no_binary_form(&reason))?;
    Ok((text.into_bytes(), report))
}

fn request(args: &Args) -> Result<ConvertOptions, String> {
    let turn = match (&args.importize, &args.exportize) {
        (Some(name), _) => Some(Turn::Importize(new_name(name)?)),
        (None, Some(name)) => Some(Turn::Exportize(new_name(name)?)),
        (None, None) => None,
    };
    Ok(ConvertOptions {
        input: args.inputs.first().cloned().unwrap_or_default(),
        more: args.inputs.iter().skip(1).cloned().collect(),
        options: args.features.options(),
        world: args.world.clone(),
        turn,
        no_docs: args.no_docs,
    })
}

/// The name that a world is to get; none for an empty one.
fn new_name(name: &str) -> Result<Option<String>, String> {
    if name.is_empty() {
        return Ok(None);
    }
    match convert::is_name(name) {
        true => Ok(Some(name.to_string())),
        false => Err(format!(
            "`{name}` cannot be the name of a world; names are in kebab case: `my-world`"
        )),
    }
}
