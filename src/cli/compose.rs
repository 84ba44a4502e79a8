//! `witkit compose`.

use std::io::{self, IsTerminal, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use super::extension::{self, Holds};
use super::output::{self, Exit};
use super::{DenyWarnings, Format, Stop, Validate};
use crate::compose::config::{Config, read};
use crate::compose::{self, ChainSpec, Composed, Options, PartSpec, WireSpec};
use crate::config;
use crate::diag::Report;
use crate::source::NewFile;
use crate::wasm::{self, Validation};

/// Compose components: satisfy the imports of each with the exports of others
///
/// Everything ROOT imports is looked for among the parts, and what they import in turn. What no
/// part exports is an error, unless it is `wasi:*` or allowed with --import. Anything doubtful is
/// an error as well: two parts that could serve, a name that matches with another type, a circle.
/// Then all problems are printed, nothing is written, and the exit code is 1.
///
/// A part's name is its file's stem, or the NAME given to it.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  witkit compose app.wasm -d cache.wasm -d log.wasm -o app.full.wasm
  witkit compose app.wasm -p components/ --plan
  witkit compose app.wasm --chain auth.wasm,trace.wasm -o app.full.wasm
  witkit compose app.wasm -d a=log.wasm -d b=log.wasm --wire acme:log/log=a -o app.full.wasm
  witkit compose -c witkit.toml -o app.full.wasm")]
pub struct Args {
    /// The component whose exports become those of the composition (.wasm or .wat, - for stdin)
    root: Option<String>,

    /// A part to use; FILE is .wasm or .wat, NAME is any string
    ///
    /// One file may be given several times under different names, to have several instances.
    /// A part that nothing needs is left out, with a warning.
    #[arg(short, long = "definitions", value_name = "[NAME=]FILE")]
    definitions: Vec<String>,

    /// A folder with components that are used if they are needed
    #[arg(short = 'p', long = "search-path", value_name = "DIR")]
    search_paths: Vec<PathBuf>,

    /// Read what to compose from a file: witkit.toml, a plan (JSON), or wasm-compose's YAML
    ///
    /// Of a witkit.toml with several compositions, `witkit.toml#NAME` takes [compose.NAME].
    /// Without ROOT and --config, the nearest witkit.toml is used. Flags win over the file.
    #[arg(short, long, value_name = "FILE")]
    config: Option<String>,

    /// Where to write the component; without it, or with -, to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write WebAssembly text
    #[arg(short = 't', long)]
    wat: bool,

    /// Let nothing be left open, not even wasi:*
    #[arg(long, conflicts_with = "imports")]
    no_imports: bool,

    /// Imports that may be left open besides wasi:*; `*` stands for any text: acme:kv/*
    #[arg(long = "import", value_name = "PATTERN")]
    imports: Vec<String>,

    /// Wire an import by hand
    ///
    /// Without PART., for every part that has the import; without .EXPORT, to the export that
    /// fits. `@host` to the right leaves the import open, `@host.NAME` under another name.
    #[arg(long = "wire", value_name = "[PART.]IMPORT=PART[.EXPORT]")]
    wires: Vec<String>,

    /// Export something besides what ROOT exports
    #[arg(long = "export", value_name = "PART[.NAME]")]
    exports: Vec<String>,

    /// Put middleware around ROOT, outermost first, or before an import: EDGE is [PART.]IMPORT
    ///
    /// A, B are names of parts, files or NAME=FILE. What is wired to an import with --wire
    /// comes behind the chain before it.
    #[arg(long = "chain", value_name = "[EDGE=]A,B,…")]
    chains: Vec<String>,

    /// Share identical core modules between different parts
    #[arg(long)]
    dedupe: bool,

    /// Leave out the docs and gates that the parts have of what is imported and exported
    #[arg(long)]
    no_docs: bool,

    /// Print the plan: what goes where and why, what is left open, what is exported
    ///
    /// Nothing is written unless --output says so.
    #[arg(long)]
    plan: bool,

    /// How to print reports (on standard error) and the plan (on standard output)
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    /// Validate code as well, or structure and types only, for inputs that you trust
    #[arg(long, value_enum, default_value = "full")]
    validate: Validate,

    #[command(flatten)]
    warnings: DenyWarnings,

    /// Write the files that were read, for make and ninja
    #[arg(long, value_name = "FILE")]
    depfile: Option<PathBuf>,
}

pub(super) fn run(args: Args) -> Exit {
    let format = args.format;
    match execute(args) {
        Ok(exit) => exit,
        Err(Stop::Usage(message)) => output::usage_error(&message),
        Err(Stop::Report(report)) => {
            output::report(&report, format);
            Exit::Findings
        }
    }
}

fn execute(mut args: Args) -> Result<Exit, Stop> {
    let (settings, config_file) = settings(&args)?;
    let plan_file = settings.plan.clone();
    let mut output = args.output.clone();
    if output.is_none() && !args.plan {
        output = settings.output.clone();
    }
    // As for inputs, `-` is the standard stream.
    let output = output.filter(|output| output != Path::new("-"));
    let plan_only = args.plan && extension::holds(output.as_deref()) == Some(Holds::Json);
    if !plan_only {
        args.wat = extension::as_text(output.as_deref(), args.wat).map_err(Stop::Usage)?;
    }
    let mut request = merged(&args, settings)?;
    request.validation = args.validate.into();
    let to_stdout = output.is_none() && !args.plan;
    if args.wat && args.plan && output.is_none() {
        return Err(Stop::Usage(
            "--plan writes no component without -o FILE, so -t does nothing".to_string(),
        ));
    }
    if args.depfile.is_some() && output.is_none() {
        return Err(Stop::Usage(
            "--depfile needs -o FILE: it says what that file was made of".to_string(),
        ));
    }

    let mut outcome = output::with_progress("composing", || compose::unvalidated(&request));
    // Opened before anything is known to be right, so that a place where nothing can be written
    // is reported together with everything else.
    let mut files = Files::create(
        output.as_deref(),
        args.depfile.as_deref(),
        &mut outcome.report,
    );
    let validation = match !plan_only && (files.output.is_some() || to_stdout) {
        true => request.validation,
        // Only the plan is looked at.
        false => Validation::Types,
    };
    // Writing waits for the disk, and validating for the cores.
    let (invalid, unwritten) = output::with_progress("validating", || {
        thread::scope(|scope| {
            let validating = scope.spawn(|| outcome.validate(validation));
            let unwritten = match (&outcome.composed, &outcome.plan, &mut files.output) {
                (Some(_), Some(plan), Some(file)) if plan_only => file
                    .write(|out| out.write_all(plan.to_json().as_bytes()))
                    .err(),
                (Some(composed), _, Some(file)) => {
                    file.write(|out| write(composed, &args, out)).err()
                }
                _ => None,
            };
            let invalid = validating.join();
            (
                invalid.unwrap_or_else(|panic| resume_unwind(panic)),
                unwritten,
            )
        })
    });
    outcome.report.extend(invalid);
    if let Some(finding) = unwritten {
        outcome.report.push(finding);
    }
    if outcome.report.has_errors() {
        outcome.composed = None;
    }
    if let (Some(output), Some(file)) = (&output, &mut files.depfile) {
        let mut read = outcome.files.clone();
        read.extend(config_file);
        read.extend(plan_file);
        read.sort();
        let text = output::depfile(output, &read);
        if let Err(finding) = file.write(|out| out.write_all(text.as_bytes())) {
            outcome.report.push(finding);
        }
    }
    if args.format == Format::Human {
        outcome.report.say_once();
    }
    output::report(&outcome.report, args.format);
    if args.plan
        && !plan_only
        && let Some(plan) = &outcome.plan
    {
        let exit = match args.format {
            Format::Human => output::print_tree(&compose::tree(plan)),
            // A plan has no findings to be told in the other forms.
            Format::Json | Format::Sarif | Format::Github | Format::Junit => {
                output::print(plan.to_json().as_bytes())
            }
        };
        if exit != Exit::Clean {
            return Ok(exit);
        }
    }
    if args.warnings.fails(&outcome.report) {
        return Ok(Exit::Findings);
    }
    files.finish()?;
    if to_stdout && !args.wat && io::stdout().is_terminal() {
        return Err(Stop::Usage(
            "a component is binary and not written to a terminal; give -o FILE, or -t for text"
                .to_string(),
        ));
    }
    match &outcome.composed {
        Some(composed) if to_stdout => {
            let mut out = io::stdout().lock();
            let written = write(composed, &args, &mut out);
            Ok(output::delivered(written))
        }
        _ => Ok(Exit::Clean),
    }
}

/// What is written, and takes its place only when everything is right.
struct Files {
    output: Option<NewFile>,
    depfile: Option<NewFile>,
}

impl Files {
    fn create(output: Option<&Path>, depfile: Option<&Path>, report: &mut Report) -> Files {
        let mut create = |path: Option<&Path>| match NewFile::create(path?) {
            Ok(file) => Some(file),
            Err(finding) => {
                report.push(finding);
                None
            }
        };
        Files {
            output: create(output),
            depfile: create(depfile),
        }
    }

    fn finish(self) -> Result<(), Report> {
        for file in [self.output, self.depfile].into_iter().flatten() {
            file.finish()?;
        }
        Ok(())
    }
}

/// The configuration, if there is one, and its file.
fn settings(args: &Args) -> Result<(Config, Option<PathBuf>), Stop> {
    if let Some(config) = &args.config {
        let (file, name) = match config.rsplit_once('#') {
            Some((file, name)) if !Path::new(config).is_file() => (file, Some(name)),
            _ => (config.as_str(), None),
        };
        let settings = read(Path::new(file), name)?;
        return Ok((settings, Some(file.into())));
    }
    if args.root.is_some() {
        return Ok((Config::default(), None));
    }
    let here = std::env::current_dir().unwrap_or_default();
    let Some(file) = config::find(&here) else {
        return Err(Stop::Usage(
            "nothing to compose: give ROOT, or -c FILE, or have a witkit.toml".to_string(),
        ));
    };
    let settings = read(&file, None)?;
    Ok((settings, Some(file)))
}

/// The request of the configuration with what the flags say besides; flags win.
fn merged(args: &Args, settings: Config) -> Result<Options, Stop> {
    let mut request = settings.options;
    request.no_docs = args.no_docs;
    if request.plan.is_some() {
        let others = args.root.is_some()
            || args.no_imports
            || args.dedupe
            || !args.search_paths.is_empty()
            || [
                &args.definitions,
                &args.imports,
                &args.wires,
                &args.exports,
                &args.chains,
            ]
            .iter()
            .any(|list| !list.is_empty());
        if others {
            return Err(Stop::Usage(
                "a plan says all that is to be composed; with one, only -o, -t, --plan, --format, --validate, --no-docs and --depfile apply"
                    .to_string(),
            ));
        }
        return Ok(request);
    }
    if let Some(root) = &args.root {
        request.root = Some(PartSpec::parse(root));
    }
    let Some(root) = &mut request.root else {
        return Err(Stop::Usage("nothing to compose: give ROOT".to_string()));
    };
    if root.name.is_none() {
        root.name = settings.root_name;
    }
    let definitions = args.definitions.iter().map(|text| PartSpec::parse(text));
    let definitions: Vec<PartSpec> = definitions.collect();
    // A name that a flag gives anew is no longer what the file says; two flags of one name remain
    // two, and are a mistake.
    request.definitions.retain(|known| {
        known.name.is_none() || definitions.iter().all(|new| new.name != known.name)
    });
    request.definitions.extend(definitions);
    request.search_paths.extend(args.search_paths.clone());
    if !args.imports.is_empty() {
        request.no_imports = false;
    }
    request.imports.extend(args.imports.clone());
    request.no_imports |= args.no_imports;
    request
        .wires
        .extend(args.wires.iter().cloned().map(WireSpec::Typed));
    request.exports.extend(args.exports.clone());
    if !args.chains.is_empty() {
        request.chains = args.chains.iter().map(|c| ChainSpec::parse(c)).collect();
    }
    request.dedupe |= args.dedupe;
    Ok(request)
}

/// Writes the component, in the form that was asked for.
fn write(composed: &Composed, args: &Args, out: &mut dyn Write) -> io::Result<()> {
    if !args.wat {
        return composed.write_to(out);
    }
    let text = wasm::print(&composed.to_vec()).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())?;
    out.flush()
}
