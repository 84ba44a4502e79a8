//! `witkit componentize`.

mod metadata;

use std::path::PathBuf;

use clap::ValueEnum;

use super::Run;
use super::args::{
    BinaryArgs, ConfigArgs, DepfileArgs, DepsArgs, FeatureArgs, ReportArgs, Validate,
};
use super::target::{Files, Target};
use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use crate::componentize::{
    self, AdapterChoice, Embed, Encoding, LinkOptions, ModuleSpec, Options, Outcome, Stub,
};
use crate::wasm::Metadata;

/// Turn core modules into a component
///
/// What the module is to be is read from its metadata, as wit-bindgen writes it, or given with
/// --wit. A program for WASI 0.1 needs neither: the adapter to WASI 0.2 is built in and chosen by
/// what the module is. Several modules are linked; they have to be shared libraries.
///
/// All that does not fit is printed at once; then nothing is written, and the exit code is 1.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit componentize app.wasm -o app.component.wasm
  witkit componentize app.wat --wit wit --world greeter -o greeter.wasm
  witkit componentize lib.wasm --adapter stub --keep clock_time_get -o lib.component.wasm
  witkit componentize libc.so app.so plugin.so --wit wit --dl-openable plugin.so -o app.wasm
  witkit componentize --stub --wit wit --world greeter -o stub.wasm
  witkit componentize --embed app.wasm --wit wit -o app.embedded.wasm"))]
pub struct Args {
    /// The core module (.wasm or .wat, - for stdin), or the shared libraries to link
    ///
    /// The name of a library is its file's name, or the NAME given to it. Where several libraries
    /// export a symbol, the first one is taken.
    #[arg(value_name = "[NAME=]MODULE", required_unless_present_any = ["stub", "embed", "dl_openable"])]
    modules: Vec<String>,

    #[command(flatten)]
    target: BinaryArgs,

    /// Use this WIT package: a file, a folder with its `deps`, or -
    ///
    /// Given several times, the module has the worlds of all packages.
    #[arg(long, value_name = "PATH", help_heading = "World")]
    wit: Vec<PathBuf>,

    /// Use this world of the package, if it has several
    ///
    /// `greeter`, or `acme:app/greeter`. Given several times, the module has all of these worlds. They are united: what two of them
    /// import or export has to be the same in both.
    #[arg(
        short,
        long = "world",
        value_name = "NAME",
        requires = "wit",
        help_heading = "World"
    )]
    worlds: Vec<String>,

    #[command(flatten)]
    features: FeatureArgs,

    /// How the module encodes strings [default: what its metadata says, or else utf8]
    #[arg(long, value_enum, requires = "wit", help_heading = "World")]
    encoding: Option<TextEncoding>,

    /// Have an adapter serve what the module imports from NAME
    ///
    /// NAME is the file's name up to the first dot if it is not given:
    /// wasi_snapshot_preview1.reactor.wasm serves wasi_snapshot_preview1.
    #[arg(long, value_name = "[NAME=]FILE", help_heading = "Adapters")]
    adapt: Vec<String>,

    /// The adapter for wasi_snapshot_preview1: a built-in one, or a generated one without imports
    #[arg(long, value_enum, default_value = "auto", help_heading = "Adapters")]
    adapter: Adapter,

    /// Functions that a built-in adapter still provides, with --adapter stub or deny
    #[arg(
        long,
        value_name = "FUNCTION",
        value_delimiter = ',',
        help_heading = "Adapters"
    )]
    keep: Vec<String>,

    /// Have adapters allocate with memory.grow, not with the module's cabi_realloc
    #[arg(long, help_heading = "Adapters")]
    realloc_via_memory_grow: bool,

    /// A module that traps everywhere, in place of a real one; KIND is how it is async
    #[arg(
        long,
        value_enum,
        value_name = "KIND",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "sync",
        requires = "wit",
        conflicts_with_all = ["modules", "dl_openable"],
        help_heading = "Instead"
    )]
    stub: Option<StubKind>,

    /// Write the module with its world in it, no component; or the section with the world alone
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "module",
        requires = "wit",
        help_heading = "Instead"
    )]
    embed: Option<EmbedWhat>,

    /// A library that dlopen finds at run time
    #[arg(long, value_name = "[NAME=]FILE", help_heading = "Linking")]
    dl_openable: Vec<String>,

    /// The size of the stack in bytes
    #[arg(long, value_name = "BYTES", help_heading = "Linking")]
    stack_size: Option<u32>,

    /// Have functions that no library exports trap
    #[arg(long, help_heading = "Linking")]
    stub_missing_functions: bool,

    /// Give the libraries a dlopen and dlsym that find those of --dl-openable
    #[arg(long, help_heading = "Linking")]
    use_built_in_libdl: bool,

    /// Give an import of the component another name: wasi:io/error@0.2.0=wasi:io/error@0.2.1
    #[arg(
        long = "rename-import",
        value_name = "OLD=NEW",
        value_parser = pair,
        help_heading = "Encoding"
    )]
    rename_imports: Vec<(String, String)>,

    /// Make one import of those that differ only in versions of one semver track [default]
    #[arg(long, overrides_with = "no_merge_imports", help_heading = "Encoding")]
    merge_imports: bool,

    /// Keep each version that is imported
    #[arg(long, overrides_with = "merge_imports", help_heading = "Encoding")]
    no_merge_imports: bool,

    /// Understand only the core names of component-model#378 (cm32p2…)
    #[arg(long, help_heading = "Encoding")]
    reject_legacy_names: bool,

    /// Write versions as far as they matter (@0.2), the rest as a suffix
    #[arg(long, help_heading = "Encoding")]
    canonical_names: bool,

    /// Let shims tail-call references; needs function references and tail calls at run time
    #[arg(long, help_heading = "Encoding")]
    return_call_ref: bool,

    /// Leave out docs
    ///
    /// Gates as well: those of the world's packages.
    #[arg(long)]
    no_docs: bool,

    /// Leave out names and debugging information
    #[arg(long)]
    strip: bool,

    /// How much to validate
    ///
    /// `types` leaves out code, for inputs that you trust.
    #[arg(long, value_enum, value_name = "HOW", default_value = "full")]
    validate: Validate,

    #[command(flatten)]
    metadata: metadata::Args,

    #[command(flatten)]
    deps: DepsArgs,

    #[command(flatten)]
    depfile: DepfileArgs,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum TextEncoding {
    Utf8,
    Utf16,
    /// Latin-1, and UTF-16 where that does not suffice
    CompactUtf16,
}

#[derive(Clone, Copy, ValueEnum)]
enum Adapter {
    /// By what the module is
    Auto,
    /// For programs: exports wasi:cli/run, calls _start
    Command,
    /// For libraries
    Reactor,
    /// For HTTP handlers: no files, no sockets, no environment
    Proxy,
    /// Generated, imports nothing: no arguments, files or input, fixed clock and seed, output lost
    Stub,
    /// Generated, imports nothing: every function fails
    Deny,
    /// None: the imports are to be served by --adapt, or there are none
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum StubKind {
    /// Async functions are called like others
    Sync,
    /// Async functions return at once and are called back
    AsyncCallback,
    /// Async functions have a stack of their own
    AsyncStackful,
}

#[derive(Clone, Copy, ValueEnum)]
enum EmbedWhat {
    /// The module with its world in a custom section
    Module,
    /// What that section holds
    Section,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok((old.into(), new.into())),
        _ => Err("it has to be OLD=NEW".to_string()),
    }
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_result()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        if self.features.is_given() && self.wit.is_empty() {
            return Err(usage(
                "features are those of a package; give it with --wit PATH",
            ));
        }
        let target = self.target.target("a component")?;
        let depfile = self.depfile.path(target.path)?;
        let mut request = request(&self);
        embeds_something(&request, &target).map_err(usage)?;
        let config = self.config.file(None);
        let metadata = self.metadata.read(&self.config)?;
        let search = self.deps.search(config.as_deref())?;
        let search = search.among(self.wit.clone());
        request.wit_options.search = search.clone();
        request.name = metadata.settings.name;
        request.metadata = metadata.settings.metadata;
        let mut outcome =
            terminal.during("componentizing", || componentize::componentize(&request));
        outcome.files.extend(metadata.file);
        outcome.report.extend(metadata.report);
        let unused = self.deps.unused(&search, &outcome.report);
        outcome.report.extend(unused);
        // Opened whatever else is wrong.
        let files = Files::create(target.path, depfile, &mut outcome.report);
        let bytes = write(files, &target, &mut outcome, terminal)?;
        terminal.report(&outcome.report);
        Ok(match bytes {
            _ if terminal.fails(&outcome.report) => terminal.exit_of(&outcome.report),
            None => Exit::Findings,
            Some(_) if target.path.is_some() => Exit::Clean,
            Some(bytes) => terminal.print(&bytes),
        })
    }
}

/// Fails where there is nothing to embed a world in, or it has no such form.
fn embeds_something(request: &Options, target: &Target) -> Result<(), &'static str> {
    match (request.embed, request.modules.is_empty()) {
        _ if request.stub.is_some() => Ok(()),
        (Some(Embed::Module), true) => {
            Err("--embed needs a module to embed the world in, or --stub")
        }
        (Some(Embed::Section), false) => Err("--embed=section takes no module"),
        (Some(Embed::Section), true) if target.is_text => Err("--embed=section has no text form"),
        _ => Ok(()),
    }
}

fn request(args: &Args) -> Options {
    let specs = |texts: &[String]| texts.iter().map(|t| ModuleSpec::parse(t)).collect();
    Options {
        modules: specs(&args.modules),
        wit: args.wit.clone(),
        worlds: args.worlds.clone(),
        wit_options: args.features.options(),
        encoding: args.encoding.map(|encoding| match encoding {
            TextEncoding::Utf8 => Encoding::Utf8,
            TextEncoding::Utf16 => Encoding::Utf16,
            TextEncoding::CompactUtf16 => Encoding::CompactUtf16,
        }),
        adapters: specs(&args.adapt),
        adapter: match args.adapter {
            Adapter::Auto => AdapterChoice::Auto,
            Adapter::Command => AdapterChoice::Command,
            Adapter::Reactor => AdapterChoice::Reactor,
            Adapter::Proxy => AdapterChoice::Proxy,
            Adapter::Stub => AdapterChoice::Stub,
            Adapter::Deny => AdapterChoice::Deny,
            Adapter::None => AdapterChoice::None,
        },
        keep: args.keep.clone(),
        rename_imports: args.rename_imports.clone(),
        merge_imports: !args.no_merge_imports,
        realloc_via_memory_grow: args.realloc_via_memory_grow,
        reject_legacy_names: args.reject_legacy_names,
        canonical_names: args.canonical_names,
        return_call_ref: args.return_call_ref,
        stub: args.stub.map(|kind| match kind {
            StubKind::Sync => Stub::Sync,
            StubKind::AsyncCallback => Stub::AsyncCallback,
            StubKind::AsyncStackful => Stub::AsyncStackful,
        }),
        embed: args.embed.map(|what| match what {
            EmbedWhat::Module => Embed::Module,
            EmbedWhat::Section => Embed::Section,
        }),
        link: LinkOptions {
            dl_openable: specs(&args.dl_openable),
            stack_size: args.stack_size,
            stub_missing_functions: args.stub_missing_functions,
            use_built_in_libdl: args.use_built_in_libdl,
        },
        no_docs: args.no_docs,
        strip: args.strip,
        name: None,
        metadata: Metadata::default(),
        validation: args.validate.into(),
    }
}

/// Writes the files that were asked for, all or none, and gives back what the output is. What fails
/// is in the report, together with everything else.
fn write(
    mut files: Files,
    target: &Target,
    outcome: &mut Outcome,
    terminal: &Terminal,
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(component) = outcome.component.take() else {
        return Ok(None);
    };
    let bytes = target.formed(component)?;
    if let Some(file) = &mut files.output
        && let Err(finding) = file.write(|out| out.write_all(&bytes))
    {
        outcome.report.push(finding);
    }
    files.write_depfile(target.path, &outcome.files, &mut outcome.report);
    if !terminal.fails(&outcome.report)
        && let Err(found) = files.finish()
    {
        outcome.report.extend(found);
    }
    Ok(Some(bytes))
}
