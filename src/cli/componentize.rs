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
/// The world of the module is read from its metadata, as embedded by wit-bindgen, or given with
/// --wit. A program for WASI 0.1 needs neither: the built-in adapter to WASI 0.2 that suits the
/// module is used. Several modules are linked; they have to be shared libraries.
///
/// If there are errors, all of them are printed, nothing is written, and the exit code is 1.
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
    /// The name of a library is its file name, or NAME. If several libraries export a symbol, the
    /// first one is used.
    #[arg(value_name = "[NAME=]MODULE", required_unless_present_any = ["stub", "embed", "dl_openable"])]
    modules: Vec<String>,

    #[command(flatten)]
    target: BinaryArgs,

    /// Use this WIT package: a file, a folder with its `deps`, or -
    ///
    /// If it is given several times, the module has the worlds of all packages.
    #[arg(long, value_name = "PATH", help_heading = "World")]
    wit: Vec<PathBuf>,

    /// Use this world of the package, if it has several
    ///
    /// `greeter`, or `acme:app/greeter`. If it is given several times, these worlds are merged;
    /// what they have in common has to be the same in all of them.
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

    /// Assume this string encoding of the module [default: what its metadata says, or else utf8]
    #[arg(long, value_enum, requires = "wit", help_heading = "World")]
    encoding: Option<TextEncoding>,

    /// Use an adapter for the imports from NAME
    ///
    /// NAME defaults to the file name up to the first dot: wasi_snapshot_preview1.reactor.wasm
    /// provides wasi_snapshot_preview1.
    #[arg(long, value_name = "[NAME=]FILE", help_heading = "Adapters")]
    adapt: Vec<String>,

    /// Use this adapter for wasi_snapshot_preview1: built-in, or generated
    ///
    /// Generated adapters import nothing.
    #[arg(long, value_enum, default_value = "auto", help_heading = "Adapters")]
    adapter: Adapter,

    /// Keep the built-in adapter for these functions, with --adapter stub or deny
    #[arg(
        long,
        value_name = "FUNCTION",
        value_delimiter = ',',
        help_heading = "Adapters"
    )]
    keep: Vec<String>,

    /// Let adapters allocate with memory.grow instead of cabi_realloc
    #[arg(long, help_heading = "Adapters")]
    realloc_via_memory_grow: bool,

    /// Use a stub that traps instead of a module
    ///
    /// KIND determines how the stub implements async functions.
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

    /// Write the module with its world embedded, or only the section
    ///
    /// No component is created.
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

    /// Add a library that dlopen finds at run time
    #[arg(long, value_name = "[NAME=]FILE", help_heading = "Linking")]
    dl_openable: Vec<String>,

    /// Set the size of the stack in bytes
    #[arg(long, value_name = "BYTES", help_heading = "Linking")]
    stack_size: Option<u32>,

    /// Replace functions that no library exports with functions that trap
    #[arg(long, help_heading = "Linking")]
    stub_missing_functions: bool,

    /// Provide dlopen and dlsym, which find the --dl-openable libraries
    #[arg(long, help_heading = "Linking")]
    use_built_in_libdl: bool,

    /// Rename an import: wasi:io/error@0.2.0=wasi:io/error@0.2.1
    #[arg(
        long = "rename-import",
        value_name = "OLD=NEW",
        value_parser = pair,
        help_heading = "Encoding"
    )]
    rename_imports: Vec<(String, String)>,

    /// Merge imports in several versions on one semver track [default]
    #[arg(long, overrides_with = "no_merge_imports", help_heading = "Encoding")]
    merge_imports: bool,

    /// Keep imports in several versions separate
    #[arg(long, overrides_with = "merge_imports", help_heading = "Encoding")]
    no_merge_imports: bool,

    /// Accept only the core names of component-model#378 (cm32p2…)
    #[arg(long, help_heading = "Encoding")]
    reject_legacy_names: bool,

    /// Write canonical versions (@0.2), with the rest as a suffix
    #[arg(long, help_heading = "Encoding")]
    canonical_names: bool,

    /// Use tail calls of function references in shims
    ///
    /// The runtime has to support function references and tail calls.
    #[arg(long, help_heading = "Encoding")]
    return_call_ref: bool,

    /// Leave out docs
    ///
    /// Omits the docs and gates of the world's packages.
    #[arg(long)]
    no_docs: bool,

    /// Omit names and debug information
    #[arg(long)]
    strip: bool,

    /// Validate this much
    ///
    /// `types` skips function bodies, for inputs that you trust.
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
    /// Latin-1, or UTF-16 for strings with other characters
    CompactUtf16,
}

#[derive(Clone, Copy, ValueEnum)]
enum Adapter {
    /// The one that suits the module
    Auto,
    /// For programs: exports wasi:cli/run, calls _start
    Command,
    /// For libraries
    Reactor,
    /// For HTTP handlers: no files, no sockets, no environment
    Proxy,
    /// Generated, imports nothing: no arguments, files or input, fixed clock and seed, no output
    Stub,
    /// Generated, imports nothing: every function fails
    Deny,
    /// None: use --adapt, or the module needs none
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum StubKind {
    /// Async functions are lifted like sync functions
    Sync,
    /// Async functions use a callback
    AsyncCallback,
    /// Async functions have their own stack
    AsyncStackful,
}

#[derive(Clone, Copy, ValueEnum)]
enum EmbedWhat {
    /// The module with its world in a custom section
    Module,
    /// Only the contents of that section
    Section,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok((old.into(), new.into())),
        _ => Err("expected OLD=NEW".to_string()),
    }
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_result()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        if self.features.is_given() && self.wit.is_empty() {
            return Err(usage(
                "`--features` requires a WIT package; pass it with `--wit PATH`",
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
        (Some(Embed::Module), true) => Err("`--embed` requires a module, or `--stub`"),
        (Some(Embed::Section), false) => Err("`--embed=section` cannot be used with a module"),
        (Some(Embed::Section), true) if target.is_text => {
            Err("`--embed=section` cannot be written as text")
        }
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
        in_memory: Default::default(),
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
