//! `witkit wit`.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::deps;
use super::extension::{self, Holds};
use super::output::{self, Exit};
use super::{DenyWarnings, Format};
use crate::diag::Report;
use crate::source::NewFile;
use crate::wasm;
use crate::wit::Options;
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
    deps: deps::Args,

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
    #[arg(long, value_name = "WORLD")]
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

    /// Features whose @unstable items are to be there
    #[arg(long = "features", value_name = "F,G,…", value_delimiter = ',')]
    features: Vec<String>,

    /// All @unstable items are to be there
    #[arg(long, conflicts_with = "features")]
    all_features: bool,

    /// Where to write; without it, or with -, to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    warnings: DenyWarnings,

    /// How to print reports (on standard error)
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

impl Args {
    /// Takes the form that the extension of the file says, if no flag says another.
    fn by_extension(&mut self) -> Result<(), String> {
        let output = self.output.as_deref();
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

pub(super) fn run(mut args: Args) -> Exit {
    if let Err(message) = args.by_extension() {
        return output::usage_error(&message);
    }
    let output = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    if args.wasm && output.is_none() && io::stdout().is_terminal() {
        return output::usage_error(
            "a package in binary form is not written to a terminal; give -o FILE, or -t for text",
        );
    }
    let mut request = match request(&args) {
        Ok(request) => request,
        Err(message) => return output::usage_error(&message),
    };
    let search = match args.deps.search(output::configuration(None).as_deref()) {
        Ok(search) => search.among(args.inputs.clone()),
        Err(wrong) => {
            output::report(&wrong, args.format);
            return Exit::of(&wrong);
        }
    };
    request.options.search = search;
    let done = execute(&args, &request, output);
    let (report, result) = match done {
        Ok((report, result)) => (report, result),
        Err(report) => (report, None),
    };
    output::report(&report, args.format);
    if args.warnings.fails(&report) {
        return Exit::Findings;
    }
    match result {
        Some(bytes) => output::print(&bytes),
        None => Exit::Clean,
    }
}

/// Converts and writes to where it is to go; what goes to standard output is returned.
fn execute(
    args: &Args,
    request: &ConvertOptions,
    output: Option<&Path>,
) -> Result<(Report, Option<Vec<u8>>), Report> {
    let mut converted = convert::convert(request)?;
    let unused = args
        .deps
        .unused(&request.options.search, &converted.remarks);
    converted.remarks.extend(unused);
    if let Some(folder) = &args.out_dir {
        if !args.warnings.fails(&converted.remarks) {
            converted.write_files(folder)?;
        }
        return Ok((converted.remarks, None));
    }
    let (bytes, mut report) = result(args, &converted)?;
    report.extend(converted.remarks.clone());
    let Some(path) = output else {
        return Ok((report, Some(bytes)));
    };
    if args.warnings.fails(&report) {
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
        options: Options {
            features: args.features.clone(),
            all_features: args.all_features,
            ..Options::default()
        },
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
