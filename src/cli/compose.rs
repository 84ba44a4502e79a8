//! `witkit compose`.

mod form;

use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use super::Run;
use super::args::{AllowArgs, BinaryArgs, DepfileArgs, ReportArgs, Validate, binary_on_terminal};
use super::extension;
use super::scripts;
use super::target::Files;
use super::terminal::{Exit, Failure, Findings, Format, Stream, Terminal, is_terminal, usage};
use crate::compose::config::{Config, read};
use crate::compose::{
    self, ChainSpec, Composed, Options, Outcome, PartSpec, ReplaySpec, StubValue, WireSpec,
};
use crate::config;
use crate::escape::visible;
use crate::plan::Role;
use crate::source::Source;
use crate::wasm::{self, Validation};
use form::{Document, Form};

/// Compose components by satisfying imports with exports
///
/// The imports of ROOT are satisfied with exports of the parts, and the imports of those parts in
/// turn. An import that no part exports is an error, unless it is `wasi:*` or allowed with --allow.
/// Ambiguity is an error as well: two parts that fit, a name that matches with a different type, a
/// cycle. If there are errors, all of them are printed, nothing is written, and the exit code is 1.
///
/// The name of a part is its file name without the extension, or NAME.
///
/// ROOT can also be a script of wac (.wac), which says itself what is instantiated and exported. Its
/// packages are read from the folder deps, or given with `-d PACKAGE=FILE`. `--plan --format wac` writes
/// such a script.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit compose app.wasm -d cache.wasm -d log.wasm -o app.full.wasm
  witkit compose app.wasm -p components/ --plan
  witkit compose app.wasm --chain auth.wasm,trace.wasm -o app.full.wasm
  witkit compose app.wasm --replay acme:kv/store=calls.txt -o app.offline.wasm
  witkit compose app.wasm -d a=log.wasm -d b=log.wasm --wire acme:log/log=a -o app.full.wasm
  witkit compose app.wac -d acme:log=log.wasm -o app.full.wasm
  witkit compose app.wasm -d cache.wasm --plan -o app.wac
  witkit compose -c witkit.toml -o app.full.wasm"))]
pub struct Args {
    /// The component whose exports become those of the composition, or a script
    ///
    /// A component is .wasm or .wat, a script is .wac; - is standard input.
    root: Option<String>,

    /// Use this part: cache.wasm, or store=cache.wasm
    ///
    /// FILE is .wasm or .wat, NAME is any string. A file can be given several times under different
    /// names, to instantiate it several times. A part that is not needed is omitted, with a
    /// warning.
    #[arg(short, long = "definitions", value_name = "[NAME=]FILE")]
    definitions: Vec<String>,

    /// Read the packages of a script from this folder [default: deps]
    ///
    /// Package acme:kv is acme/kv.wasm there, acme:kv@1.0.0 is acme/kv/1.0.0.wasm; WIT packages are
    /// .wit files or folders with such names.
    #[arg(long, value_name = "DIR")]
    deps_dir: Option<PathBuf>,

    /// Use components of this folder if they are needed
    #[arg(short = 'p', long = "search-path", value_name = "DIR")]
    search_paths: Vec<PathBuf>,

    /// Read configuration from FILE, not from the nearest witkit.toml
    ///
    /// FILE is a witkit.toml, a plan (JSON), or a YAML configuration of wasm-compose. If a
    /// witkit.toml has several compositions, choose one with `witkit.toml#NAME`, for
    /// [compose.NAME]. Of a spin.toml, `spin.toml#COMPONENT` is composed with its dependencies.
    /// Without ROOT and --config, the nearest witkit.toml is used. Flags override the file.
    #[arg(short, long, value_name = "FILE")]
    config: Option<String>,

    #[command(flatten)]
    target: BinaryArgs,

    /// Leave no import open, not even wasi:*
    #[arg(long, conflicts_with = "allow")]
    no_imports: bool,

    #[command(flatten)]
    allow: AllowArgs,

    /// Generate parts whose functions fail, for imports without a provider
    ///
    /// PATTERN is an interface, as for --allow, or a function: acme:kv/store.get. A function
    /// returns the error of its own type (access-denied, not-permitted, ...), or traps.
    #[arg(long, value_name = "[PART.]PATTERN")]
    deny: Vec<String>,

    /// Generate parts whose functions return harmless values: none, 0, ok, empty lists
    ///
    /// With =VALUE, PATTERN is one function, which returns this value in WAVE:
    /// 'wasi:cli/environment.get-arguments=["app"]'
    #[arg(long, value_name = "[PART.]PATTERN[=VALUE]")]
    stub: Vec<String>,

    /// Generate parts whose functions answer from FILE, for imports without a provider
    ///
    /// FILE has calls as --trace prints them. A call that is not in it traps. `_` in FILE stands for
    /// any argument, `...` at the end of a line for any number of calls. Example: --replay
    /// acme:kv/store=calls.txt
    #[arg(long, value_name = "[PART.]PATTERN=FILE")]
    replay: Vec<String>,

    /// Print every call through matching imports as the composition runs
    ///
    /// One line per call in WAVE, with arguments and result, on standard error. The import may be
    /// provided by a part or by the host. Example: --trace 'acme:kv/*'
    #[arg(long, value_name = "[PART.]PATTERN")]
    trace: Vec<String>,

    /// Send the lines of --trace to an import: an interface with `log: func(line: string)`
    #[arg(long, value_name = "IMPORT", requires = "trace")]
    trace_to: Option<String>,

    /// Cut strings and lists in the lines of --trace after N bytes or elements; 0 for never
    /// [default: 256]
    #[arg(long, value_name = "N", requires = "trace")]
    trace_limit: Option<u32>,

    /// Provide WASI from data: environment, files, standard streams, clocks, random numbers
    ///
    /// FILE is TOML: `env`, `args`, `cwd`, `files`, `stdin`, `stdout`, `stderr`, `clock`, `random`,
    /// `config`, `exit`. What it does not name stays with the host, or fails with `other = "deny"`.
    #[arg(long = "virtual", value_name = "FILE")]
    from_data: Option<PathBuf>,

    /// Connect an import to an export explicitly
    ///
    /// Without PART., the wire applies to every part with this import; without .EXPORT, to the
    /// export that fits. `@host` as the target leaves the import to the host, `@host.NAME` does so
    /// under another name.
    #[arg(long = "wire", value_name = "[PART.]IMPORT=PART[.EXPORT]")]
    wires: Vec<String>,

    /// Export an item of a part, in addition to the exports of ROOT
    #[arg(long = "export", value_name = "PART[.NAME]")]
    exports: Vec<String>,

    /// Insert middleware around ROOT, outermost first, or before an import
    ///
    /// A, B are names of parts, files or NAME=FILE. EDGE is [PART.]IMPORT. If that import is also
    /// wired with --wire, that provider follows the chain.
    #[arg(long = "chain", value_name = "[EDGE=]A,B,…")]
    chains: Vec<String>,

    /// Share identical core modules between parts
    #[arg(long)]
    dedupe: bool,

    /// Leave out docs
    ///
    /// Omits the docs and gates of the imports and exports.
    #[arg(long)]
    no_docs: bool,

    /// Print the plan: the provider of each import, unresolved imports, exports
    ///
    /// Nothing is written unless --output is given. To a file with the extension .json or .wac, the
    /// plan is written instead of the component, as JSON or as a script of wac.
    #[arg(long)]
    plan: bool,

    /// Validate this much
    ///
    /// `types` skips function bodies, for inputs that you trust.
    #[arg(long, value_enum, value_name = "HOW", default_value = "full")]
    validate: Validate,

    #[command(flatten)]
    report: ReportArgs<Form>,

    #[command(flatten)]
    depfile: DepfileArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        match self.plan {
            true => self.report.beside_document(),
            false => self.report.beside_result(),
        }
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        compose(self, terminal)
    }
}

fn compose(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let (mut settings, config_file) = settings(&args)?;
    let noteworthy = std::mem::take(&mut settings.warnings);
    let plan_file = settings.plan.clone();
    let by_config = match args.target.output.given() {
        None if !args.plan => settings.output.clone(),
        _ => None,
    };
    let output = args.target.output.path().or(by_config.as_deref());
    let output = output.filter(|output| *output != Path::new("-"));
    let form = args.report.format();
    Document::check(form, args.plan, output)?;
    let in_file = Document::of_file(args.plan, output);
    let plan_only = in_file.is_some();
    let as_text = match plan_only {
        true => args.target.wat,
        false => extension::as_text(output, args.target.wat).map_err(usage)?,
    };
    let mut request = merged(&args, settings)?;
    request.validation = args.validate.into();
    let to_stdout = output.is_none() && !args.plan;
    if as_text && args.plan && output.is_none() {
        return Err(usage(
            "`-t` has no effect: `--plan` writes a component only with `-o FILE`",
        ));
    }
    let depfile = args.depfile.path(output)?;

    let mut outcome = terminal.during("composing", || compose::unvalidated(&request));
    terminal.detail(|| skipped(&outcome));
    let mut script = None;
    if (form == Form::Wac || in_file == Some(Document::Script)) && !outcome.report.has_errors() {
        let file = output.filter(|_| in_file == Some(Document::Script));
        match scripts::written(&request, &outcome, file) {
            Ok(written) => script = Some(written.text),
            Err(found) => outcome.report.extend(found),
        }
    }
    // Opened before anything is known to be right, so that a place where nothing can be written
    // is reported together with everything else.
    let mut files = Files::create(output, depfile, &mut outcome.report);
    let validation = match !plan_only && (files.output.is_some() || to_stdout) {
        true => request.validation,
        // Only the plan is looked at.
        false => Validation::Types,
    };
    // Writing waits for the disk, and validating for the cores.
    let (invalid, unwritten) = terminal.during("validating", || {
        thread::scope(|scope| {
            let validating = scope.spawn(|| outcome.validate(validation));
            let unwritten = match (&outcome.composed, &outcome.plan, &mut files.output) {
                (Some(_), Some(plan), Some(file)) if plan_only => {
                    let text = script.clone().unwrap_or_else(|| plan.to_json());
                    file.write(|out| out.write_all(text.as_bytes())).err()
                }
                (Some(composed), _, Some(file)) => {
                    file.write(|out| write(composed, as_text, out)).err()
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
    outcome.report.extend(noteworthy);
    if outcome.report.has_errors() {
        outcome.composed = None;
    }
    let mut inputs = outcome.files.clone();
    inputs.extend(config_file);
    inputs.extend(plan_file);
    inputs.sort();
    files.write_depfile(output, &inputs, &mut outcome.report);
    if terminal.is_human() {
        outcome.report.say_once();
    }
    terminal.report(&outcome.report);
    if args.plan
        && !plan_only
        && let Some(plan) = &outcome.plan
    {
        let exit = match terminal.format() {
            Format::Human if form == Form::Wac => match &script {
                Some(script) => terminal.print(script.as_bytes()),
                None => Exit::Clean,
            },
            Format::Human | Format::Plain => terminal.print_tree(&compose::tree(plan)),
            // A plan has no findings to be told in the other forms.
            Format::Json
            | Format::Sarif
            | Format::Github
            | Format::Gitlab
            | Format::Junit
            | Format::Markdown => terminal.print(plan.to_json().as_bytes()),
        };
        if exit != Exit::Clean {
            return Ok(exit);
        }
    }
    if terminal.fails(&outcome.report) {
        return Ok(terminal.exit_of(&outcome.report));
    }
    files.finish()?;
    if to_stdout && !as_text && is_terminal(Stream::Stdout) {
        return Err(binary_on_terminal("a component"));
    }
    Ok(match &outcome.composed {
        Some(composed) if to_stdout => terminal.print_with(|out| write(composed, as_text, out)),
        _ => Exit::Clean,
    })
}

/// The parts of search paths that nothing needs.
fn skipped(outcome: &Outcome) -> String {
    let used = |name: &str| {
        let plan = outcome.plan.as_ref();
        plan.is_some_and(|plan| plan.part(name).is_some())
    };
    let parts = outcome.parts.iter();
    let names: Vec<&str> = parts
        .filter(|part| part.role == Role::Found && !used(&part.name))
        .map(|part| part.name.as_str())
        .collect();
    match names.is_empty() {
        true => "used every part".to_string(),
        false => format!("skipped {}: not needed", visible(&names.join(", "))),
    }
}

/// The configuration, if there is one, and its file.
fn settings(args: &Args) -> Result<(Config, Option<PathBuf>), Failure> {
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
        return Err(usage(
            "nothing to compose; pass ROOT or `-c FILE`, or add a witkit.toml",
        ));
    };
    let settings = read(&file, None)?;
    Ok((settings, Some(file)))
}

/// The request of the configuration with what the flags say besides; flags win.
fn merged(args: &Args, settings: Config) -> Result<Options, Failure> {
    let mut request = settings.options;
    request.no_docs = args.no_docs;
    if request.plan.is_some() {
        let others = args.root.is_some()
            || args.no_imports
            || args.dedupe
            || args.from_data.is_some()
            || args.deps_dir.is_some()
            || !args.search_paths.is_empty()
            || [
                &args.definitions,
                &args.allow.allow,
                &args.deny,
                &args.stub,
                &args.replay,
                &args.trace,
                &args.wires,
                &args.exports,
                &args.chains,
            ]
            .iter()
            .any(|list| !list.is_empty());
        if others {
            return Err(usage(
                "a plan cannot be combined with other flags than -o, -t, --plan, --format, --validate, --no-docs and --depfile",
            ));
        }
        return Ok(request);
    }
    if let Some(root) = &args.root {
        if let Some(declared) = &request.declared {
            return Err(usage(format!(
                "ROOT cannot be combined with `-c {}`: choose a component of it: `-c {}#NAME`",
                declared.file, declared.file
            )));
        }
        request.root = Some(PartSpec::parse(root));
    }
    let Some(root) = &mut request.root else {
        return Err(usage("nothing to compose; pass ROOT"));
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
    if !args.allow.allow.is_empty() {
        request.no_imports = false;
    }
    request.imports.extend(args.allow.allow.clone());
    request.deny.extend(args.deny.clone());
    let mut values: Vec<StubValue> = Vec::new();
    for text in &args.stub {
        match StubValue::parse(text) {
            Some(value) if values.iter().any(|known| known.function == value.function) => {
                let function = &value.function;
                return Err(usage(format!("`--stub {function}=` is given twice")));
            }
            Some(value) => values.push(value),
            None => request.stub.push(text.clone()),
        }
    }
    let known = &mut request.stub_values;
    known.retain(|known| values.iter().all(|new| new.function != known.function));
    known.extend(values);
    for text in &args.replay {
        let spec = ReplaySpec::parse(text);
        let wrong = || usage(format!("expected `--replay PATTERN=FILE`, found `{text}`"));
        request.replay.push(spec.ok_or_else(wrong)?);
    }
    request.trace.extend(args.trace.clone());
    request.trace_to = args.trace_to.clone().or(request.trace_to);
    request.trace_limit = args.trace_limit.or(request.trace_limit);
    request.no_imports |= args.no_imports;
    if let Some(file) = &args.from_data {
        request.from_data = Some(compose::read_virtual(file)?);
    }
    request
        .wires
        .extend(args.wires.iter().cloned().map(WireSpec::Typed));
    request.exports.extend(args.exports.clone());
    if !args.chains.is_empty() {
        request.chains = args.chains.iter().map(|c| ChainSpec::parse(c)).collect();
    }
    request.dedupe |= args.dedupe;
    request.deps_dir = args.deps_dir.clone().or(request.deps_dir);
    from_stdin(&mut request)?;
    if !compose::has_script(&request) {
        if args.deps_dir.is_some() {
            return Err(usage("`--deps-dir` is for scripts (.wac)"));
        }
    } else if let Some(flag) = not_for_scripts(&request) {
        return Err(usage(format!(
            "{flag} cannot be combined with a script: the script says what is wired and exported"
        )));
    }
    Ok(request)
}

/// Reads a root from standard input: whether it is a script decides what else may be said, and what
/// comes from there can be read only once.
fn from_stdin(request: &mut Options) -> Result<(), Failure> {
    let path = PathBuf::from("-");
    let is_root = request.root.as_ref().is_some_and(|root| root.path == path);
    let others = request.definitions.iter().filter(|spec| spec.path == path);
    if is_root && others.count() == 0 {
        let source = Source::open(&path)?;
        request.in_memory.insert(path, source);
    }
    Ok(())
}

/// The first thing that is asked for which only a script can say.
fn not_for_scripts(request: &Options) -> Option<&'static str> {
    let is_given = |list: &[String]| !list.is_empty();
    let wires = !request.wires.is_empty() || !request.configured_wires.is_empty();
    let asked = [
        (wires, "`--wire`"),
        (is_given(&request.exports), "`--export`"),
        (!request.chains.is_empty(), "`--chain`"),
        (is_given(&request.imports), "`--allow`"),
        (request.no_imports, "`--no-imports`"),
        (!request.search_paths.is_empty(), "`--search-path`"),
    ];
    let mut asked = asked.into_iter();
    asked.find(|(given, _)| *given).map(|(_, flag)| flag)
}

/// Writes the component, as text or in binary form.
fn write(composed: &Composed, as_text: bool, out: &mut dyn Write) -> io::Result<()> {
    if !as_text {
        return composed.write_to(out);
    }
    let text = wasm::print(&composed.to_vec()).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())?;
    out.flush()
}
