//! The options of `componentize`, as data.
//!
//! Lives here: [`Options`] and its parts. May import: `source`, `wasm`, `wit` (ranks 0 to 2).
//! Deliberately absent: reading files, and types of wit-component.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;
use crate::source::{self, Input, Source};
use crate::wasm::{Metadata, Validation};
use crate::wit;

/// A file to read as a core module, with the name it has among others.
///
/// ```
/// use witkit::componentize::ModuleSpec;
///
/// let adapter = ModuleSpec::parse("wasi_snapshot_preview1=adapter.wasm");
/// assert_eq!(adapter.name.as_deref(), Some("wasi_snapshot_preview1"));
/// assert_eq!(adapter.path.to_str(), Some("adapter.wasm"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleSpec {
    /// The name from `NAME=FILE`.
    pub name: Option<String>,
    /// The file; `-` is standard input.
    pub path: PathBuf,
}

impl ModuleSpec {
    /// Parses `[NAME=]FILE`. If a file with the whole name exists, it is meant, despite the `=`.
    pub fn parse(text: &str) -> ModuleSpec {
        match text.split_once('=') {
            Some((name, path)) if !name.is_empty() && !source::is_file(Path::new(text)) => {
                ModuleSpec {
                    name: Some(name.to_string()),
                    path: path.into(),
                }
            }
            _ => ModuleSpec {
                name: None,
                path: text.into(),
            },
        }
    }

    /// The file's name up to the first dot.
    pub(super) fn stem(&self) -> String {
        if source::is_reference(&self.path) {
            return source::stem(&self.path);
        }
        let name = self.file_name();
        name.split('.').next().unwrap_or_default().to_string()
    }

    /// The file's name, without folders.
    pub(super) fn file_name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }
}

/// How strings are encoded in the module's memory.
///
/// [`Options`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16.
    Utf16,
    /// Latin-1, or UTF-16 for strings with other characters.
    CompactUtf16,
}

/// The adapter that provides the imports from `wasi_snapshot_preview1`: a built-in one, or a
/// generated one, which provides `wasi_unstable` as well.
///
/// [`Options`] shows it in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AdapterChoice {
    /// The one that suits the module.
    #[default]
    Auto,
    /// For programs, which export `_start`.
    Command,
    /// For libraries, which can be called repeatedly.
    Reactor,
    /// For HTTP handlers, which have neither files nor sockets.
    Proxy,
    /// A generated one that imports nothing and behaves as in an empty environment: no arguments,
    /// no files, a fixed clock; output is discarded.
    Stub,
    /// A generated one that imports nothing and whose functions fail with `notcapable`.
    Deny,
    /// None.
    None,
}

impl AdapterChoice {
    /// The word after `--adapter`.
    pub(super) fn word(self) -> &'static str {
        match self {
            AdapterChoice::Auto => "auto",
            AdapterChoice::Command => "command",
            AdapterChoice::Reactor => "reactor",
            AdapterChoice::Proxy => "proxy",
            AdapterChoice::Stub => "stub",
            AdapterChoice::Deny => "deny",
            AdapterChoice::None => "none",
        }
    }
}

/// How a stub lifts and lowers functions with an async type.
///
/// ```
/// use witkit::componentize::{Options, Stub, componentize};
///
/// // A component for a world whose functions all trap: something to compose with before there is code.
/// let wit = "package acme:app; world app { export run: func() -> u32; }";
/// let outcome = componentize(&Options {
///     stub: Some(Stub::Sync),
///     ..Options::default().wit(("app.wit", wit))
/// });
/// assert!(outcome.component.is_some(), "{:#}", outcome.report);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stub {
    /// As sync functions.
    Sync,
    /// Async, with a callback for each export.
    AsyncCallback,
    /// Async, with a stack of its own for each call.
    AsyncStackful,
}

/// The output in place of a component.
///
/// ```
/// use witkit::componentize::{Embed, Options, componentize};
///
/// let wit = "package acme:app; world app { export run: func(); }";
/// let outcome = componentize(&Options {
///     embed: Some(Embed::Section),
///     ..Options::default().wit(("app.wit", wit))
/// });
/// assert!(outcome.component.is_some(), "{:#}", outcome.report);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embed {
    /// The core module with its world in a custom section.
    Module,
    /// Only the contents of that custom section.
    Section,
}

/// How shared libraries are linked.
///
/// ```
/// use witkit::componentize::{LinkOptions, Options};
///
/// let link = LinkOptions { stack_size: Some(1 << 20), ..LinkOptions::default() };
/// let options = Options { link, ..Options::default() };
/// let options = options.module("app.so").module("libc.so").wit("wit");
/// assert_eq!(options.modules.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkOptions {
    /// Libraries that `dlopen` finds at run time.
    pub dl_openable: Vec<ModuleSpec>,
    /// The size of the stack in bytes.
    pub stack_size: Option<u32>,
    /// Whether functions that no library exports are replaced with functions that trap.
    pub stub_missing_functions: bool,
    /// Whether `dlopen` and `dlsym` are provided, which find the `dl_openable` libraries.
    pub use_built_in_libdl: bool,
}

impl LinkOptions {
    /// Whether any of these options is set.
    pub(super) fn any(&self) -> bool {
        *self != LinkOptions::default()
    }
}

/// What to make a component from, and how.
///
/// ```
/// use witkit::componentize::{AdapterChoice, Encoding, Options, componentize};
///
/// let module = r#"(module
///     (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
///     (memory (export "memory") 1)
///     (func (export "run")))"#;
/// let wit = "package acme:app; world app { export run: func(); } world other {}";
/// let outcome = componentize(&Options {
///     adapter: AdapterChoice::Stub,
///     encoding: Some(Encoding::Utf8),
///     ..Options::default()
///         .module(("app.wat", module))
///         .wit(("app.wit", wit))
///         .world("app")
/// });
/// assert!(outcome.component.is_some(), "{:#}", outcome.report);
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// The core module, or shared libraries to be linked. With [`Options::stub`] there are none.
    pub modules: Vec<ModuleSpec>,
    /// The WIT packages with the module's world, or with several worlds that are merged.
    pub wit: Vec<PathBuf>,
    /// The worlds, if a package has several.
    pub worlds: Vec<String>,
    /// Which unstable features of the packages are enabled.
    pub wit_options: wit::Options,
    /// How the module encodes strings; by default as its metadata says, or else UTF-8.
    pub encoding: Option<Encoding>,
    /// Adapters, by the module name whose imports they provide.
    pub adapters: Vec<ModuleSpec>,
    /// The built-in or generated adapter.
    pub adapter: AdapterChoice,
    /// The functions that a built-in adapter still provides if the adapter is
    /// [`AdapterChoice::Stub`] or [`AdapterChoice::Deny`].
    pub keep: Vec<String>,
    /// Imports of the component to rename: the old and the new name.
    pub rename_imports: Vec<(String, String)>,
    /// Whether imports in several versions on one semver track are merged.
    pub merge_imports: bool,
    /// Whether adapters allocate with `memory.grow` instead of the module's `cabi_realloc`.
    pub realloc_via_memory_grow: bool,
    /// Whether only the names of component-model#378 are accepted.
    pub reject_legacy_names: bool,
    /// Whether versions are written as `0.2`, with the rest as a version suffix.
    pub canonical_names: bool,
    /// Whether shims tail-call function references.
    pub return_call_ref: bool,
    /// Make a module whose functions all trap, in place of a real one.
    pub stub: Option<Stub>,
    /// The output in place of a component.
    pub embed: Option<Embed>,
    /// Linking.
    pub link: LinkOptions,
    /// Whether the docs and gates of the world's packages are omitted.
    pub no_docs: bool,
    /// Whether names and debug information are omitted.
    pub strip: bool,
    /// The component's name, in its name section.
    pub name: Option<String>,
    /// Its metadata, which overrides that of the core module.
    pub metadata: Metadata,
    /// What is validated.
    pub validation: Validation,
    /// Bytes that stand for the files at these paths, of modules and of WIT, which are not read.
    pub in_memory: BTreeMap<PathBuf, Source>,
}

impl Options {
    /// Adds the core module, a path or bytes; several are linked.
    pub fn module(mut self, module: impl Into<Input>) -> Options {
        let path = self.path_of(module.into());
        self.modules.push(ModuleSpec { name: None, path });
        self
    }

    /// Adds a WIT package, a path or bytes, with the world of the module.
    pub fn wit(mut self, package: impl Into<Input>) -> Options {
        let path = self.path_of(package.into());
        self.wit.push(path);
        self
    }

    /// Chooses this world of the WIT packages.
    pub fn world(mut self, name: impl Into<String>) -> Options {
        self.worlds.push(name.into());
        self
    }

    fn path_of(&mut self, input: Input) -> PathBuf {
        let modules = self.modules.iter_mut().map(|spec| &mut spec.path);
        let others = modules.chain(&mut self.wit);
        input.place(&mut self.in_memory, others.collect())
    }

    /// Opens a file, or what stands for it.
    pub(super) fn open(&self, path: &Path) -> Result<Source, Diagnostic> {
        match self.in_memory.get(path) {
            Some(source) => Ok(source.clone()),
            None => Source::open(path),
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            modules: Vec::new(),
            wit: Vec::new(),
            worlds: Vec::new(),
            wit_options: wit::Options::default(),
            encoding: None,
            adapters: Vec::new(),
            adapter: AdapterChoice::Auto,
            keep: Vec::new(),
            rename_imports: Vec::new(),
            merge_imports: true,
            realloc_via_memory_grow: false,
            reject_legacy_names: false,
            canonical_names: false,
            return_call_ref: false,
            stub: None,
            embed: None,
            link: LinkOptions::default(),
            no_docs: false,
            strip: false,
            name: None,
            metadata: Metadata::default(),
            validation: Validation::default(),
            in_memory: BTreeMap::new(),
        }
    }
}
