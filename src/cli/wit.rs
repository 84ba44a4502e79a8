//! `witkit wit`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::Run;
use super::args::{
    ConfigArgs, DepsArgs, FeatureArgs, OutputArgs, Printable, ReportArgs, binary_on_terminal,
};
use super::extension::{self, Holds};
use super::terminal::{Exit, Failure, Findings, Stream, Terminal, is_terminal, usage};
use crate::diag::Report;
use crate::source::{Input, NewFile};
use crate::wasm;
use crate::wit::convert::{self, ConvertOptions, Converted, Turn};

/// Convert WIT between text, binary, JSON and folders
///
/// INPUT is a WIT package as text (a file, or a folder with its `deps`) or in binary form, a
/// component, or a core module with an embedded world; the last three can also be WebAssembly text.
/// Its contents determine which.
///
/// The output is self-contained: dependencies are nested in it. It is one file with the meaning of
/// the package, without comments that are not docs; to keep comments and files, use `witkit fmt`.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit wit app.wasm
  witkit wit wit/ --world command --json
  witkit wit wit/ --wasm -o package.wasm
  witkit wit packages/api --deps packages
  witkit wit app.wasm --importize=uses-app --out-dir wit/
  curl -s https://example.com/package.wasm | witkit wit -"))]
pub struct Args {
    /// A folder, .wit, .wasm or .wat; - for stdin
    ///
    /// Several inputs can use each other, and are printed as one text.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    deps: DepsArgs,

    /// Write WebAssembly text instead of binary
    ///
    /// Short for --format wat.
    #[arg(short = 't', long, conflicts_with_all = ["wasm", "json", "format", "out_dir"])]
    wat: bool,

    /// Write the package in binary form: short for --format wasm
    #[arg(long, conflicts_with_all = ["json", "format", "out_dir"])]
    wasm: bool,

    /// Write the package as one file, and each dependency to a folder in deps/
    ///
    /// Files of earlier runs are replaced. If other files would become part of the package, nothing
    /// is written.
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    out_dir: Option<PathBuf>,

    /// Leave out docs
    #[arg(long)]
    no_docs: bool,

    /// Use this world of the package, if it has several
    ///
    /// Writes only this world and its dependencies: NAME, or ns:package/NAME of any package.
    #[arg(short, long, value_name = "NAME")]
    world: Option<String>,

    /// Invert the world for users of the component: import its exports
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

    /// Invert the world for providers: export its imports
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
    report: ReportArgs<Form>,
}

/// In which form WIT is written, or findings, with WIT as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Text; findings for people
    #[value(aliases = ["human", "text"])]
    Wit,
    /// Text; findings in sentences, for screen readers
    Plain,
    /// Binary
    Wasm,
    /// Binary as WebAssembly text
    Wat,
    /// For programs: witkit.wit/1; findings as witkit.report/1
    Json,
    /// Findings for code scanning and editors: SARIF 2.1.0
    Sarif,
    /// Findings for annotations in GitHub Actions
    Github,
    /// Findings for code quality reports in GitLab
    Gitlab,
    /// Findings for test reports in CI: JUnit XML
    Junit,
    /// Findings for job summaries and comments: a table
    Markdown,
}

impl Printable for Form {
    const DEFAULT: Form = Form::Wit;
    const JSON: Form = Form::Json;
}

impl Args {
    /// In which form WIT is written: by a flag, by the extension of the file, or as text.
    fn form(&self) -> Result<Form, Failure> {
        let output = self.output.given();
        let by_extension = match extension::holds(output) {
            None => None,
            Some(Holds::Wasm) => Some(Form::Wasm),
            Some(Holds::Wat) => Some(Form::Wat),
            Some(Holds::Json) => Some(Form::Json),
            Some(Holds::Wit) => Some(Form::Wit),
            Some(_) => return Err(usage(extension::cannot_hold(output, "WIT"))),
        };
        let given = match self.report.given() {
            _ if self.wasm => Some(Form::Wasm),
            _ if self.wat => Some(Form::Wat),
            Some(
                Form::Plain
                | Form::Sarif
                | Form::Github
                | Form::Gitlab
                | Form::Junit
                | Form::Markdown,
            ) => None,
            given => given,
        };
        match (given, by_extension) {
            (Some(given), Some(other)) if given != other => {
                let makes = match given {
                    Form::Wasm => "the binary form",
                    Form::Wat => "WebAssembly text",
                    Form::Json => "JSON",
                    _ => "WIT text",
                };
                Err(usage(extension::cannot_hold(output, makes)))
            }
            (given, other) => Ok(given.or(other).unwrap_or(Form::Wit)),
        }
    }
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_document()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let form = self.form()?;
        if self.out_dir.is_some() && matches!(form, Form::Wasm | Form::Wat) {
            return Err(usage("`--out-dir` writes WIT text; remove `--format`"));
        }
        let output = self.output.path();
        if form == Form::Wasm && output.is_none() && is_terminal(Stream::Stdout) {
            return Err(binary_on_terminal("a package in binary form"));
        }
        let mut request = request(&self).map_err(usage)?;
        let search = self.deps.search(self.config.file(None).as_deref())?;
        request.options.search = search.among(self.inputs.clone());
        let (report, result) = execute(&self, form, &request, terminal)?;
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
    form: Form,
    request: &ConvertOptions,
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
    let (bytes, mut report) = result(form, &converted)?;
    report.extend(converted.remarks.clone());
    let Some(path) = args.output.path() else {
        return Ok((report, Some(bytes)));
    };
    if terminal.fails(&report) {
        return Ok((report, None));
    }
    NewFile::whole(path, &bytes)?;
    Ok((report, None))
}

/// The result in the form that was asked for.
fn result(form: Form, converted: &Converted) -> Result<(Vec<u8>, Report), Report> {
    match form {
        Form::Json => Ok((converted.json().into_bytes(), Report::new())),
        Form::Wasm => converted.binary(),
        Form::Wat => {
            let (bytes, report) = converted.binary()?;
            let text = wasm::print(&bytes).map_err(|reason| converted.no_binary_form(&reason))?;
            Ok((text.into_bytes(), report))
        }
        _ => Ok((converted.text()?.into_bytes(), Report::new())),
    }
}

fn request(args: &Args) -> Result<ConvertOptions, String> {
    let turn = match (&args.importize, &args.exportize) {
        (Some(name), _) => Some(Turn::Importize(new_name(name)?)),
        (None, Some(name)) => Some(Turn::Exportize(new_name(name)?)),
        (None, None) => None,
    };
    Ok(ConvertOptions {
        input: args.inputs.first().cloned().unwrap_or_default().into(),
        more: args.inputs.iter().skip(1).map(Input::from).collect(),
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
            "`{name}` is not a valid world name; use kebab-case: `my-world`"
        )),
    }
}
