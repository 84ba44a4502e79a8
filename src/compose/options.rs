//! The options of a composition, as data.
//!
//! Lives here: [`Options`] and its parts. May import: `source`, `plan`, `wasm`.
//! Deliberately absent: reading files and looking up names.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::virtuals::Virtual;
use crate::plan::Plan;
use crate::source::{self, Input, Source};
use crate::wasm::Validation;

/// A file to take as a part.
///
/// ```
/// use witkit::compose::PartSpec;
///
/// let part = PartSpec::parse("kv=build/store.wasm");
/// assert_eq!(part.name.as_deref(), Some("kv"));
/// assert_eq!(part.path.to_str(), Some("build/store.wasm"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSpec {
    /// The name given to it; without one, the file's stem or as much more as tells it apart.
    pub name: Option<String>,
    /// The file; `-` is standard input.
    pub path: PathBuf,
}

impl PartSpec {
    /// Reads `[NAME=]FILE`. A reference to a package may have a `=` of its own.
    pub fn parse(text: &str) -> PartSpec {
        match text.split_once('=') {
            Some((name, path)) if !name.is_empty() && !source::is_reference(Path::new(text)) => {
                PartSpec {
                    name: Some(name.to_string()),
                    path: path.into(),
                }
            }
            _ => PartSpec {
                name: None,
                path: text.into(),
            },
        }
    }
}

/// An explicit wire.
///
/// ```
/// use witkit::compose::{Options, WireSpec};
///
/// let wires = vec![
///     WireSpec::Typed("app.acme:kv/store@1.0.0=cache".into()),
///     WireSpec::Exact {
///         part: "cache".into(),
///         import: "acme:kv/store@1.0.0".into(),
///         to: Some("disk".into()),
///         export: None,
///     },
/// ];
/// let options = Options { wires, ..Options::default() };
/// assert_eq!(options.wires.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireSpec {
    /// As typed: `[PART.]IMPORT=PART[.EXPORT]`, or `@host[.NAME]` on the right.
    Typed(String),
    /// From a configuration, with its fields apart.
    Exact {
        /// The part whose import it is.
        part: String,
        /// The import.
        import: String,
        /// The part that provides it; none leaves it to the host.
        to: Option<String>,
        /// The export that provides it; none for the part's instance or the export of it that fits.
        export: Option<String>,
    },
}

/// A chain of middleware.
///
/// ```
/// use witkit::compose::ChainSpec;
///
/// let chain = ChainSpec::parse("acme:kv/store=log.wasm,cache.wasm");
/// assert_eq!(chain.edge.as_deref(), Some("acme:kv/store"));
/// assert_eq!(chain.links, ["log.wasm", "cache.wasm"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSpec {
    /// `[PART.]IMPORT` that the chain is put before; none wraps the root's exports.
    pub edge: Option<String>,
    /// Names of parts, files, or `NAME=FILE`; outermost first.
    pub links: Vec<String>,
    /// Whether `edge` may as well be the name of the first link: no part imports anything of that
    /// name, and the first link is a file.
    pub edge_or_name: bool,
}

impl ChainSpec {
    /// Reads `[EDGE=]A,B,C`, where each link may be `NAME=FILE`.
    pub fn parse(text: &str) -> ChainSpec {
        let is_reference = |link: &str| source::is_reference(Path::new(link));
        let mut links: Vec<String> = text.split(',').map(|l| l.trim().to_string()).collect();
        let first = links.first().filter(|first| !is_reference(first));
        let first = first.and_then(|first| first.split_once('='));
        let edge = first.map(|(edge, link)| (edge.to_string(), link.to_string()));
        let Some((edge, link)) = edge else {
            return ChainSpec {
                edge: None,
                links,
                edge_or_name: false,
            };
        };
        let edge_or_name = !edge.contains([':', '/', '@', '.']) && !link.contains('=');
        links[0] = link;
        ChainSpec {
            edge: Some(edge),
            links,
            edge_or_name,
        }
    }
}

/// What a stubbed function answers.
///
/// ```
/// use witkit::compose::{Options, StubValue, ValuePlace};
///
/// let arguments = StubValue::parse(r#"wasi:cli/environment.get-arguments=["app"]"#);
/// let arguments = arguments.expect("it has a value");
/// assert_eq!(arguments.place, ValuePlace::Flag);
/// let options = Options {
///     stub: vec!["wasi:cli/*".into()],
///     stub_values: vec![arguments],
///     ..Options::default()
/// };
/// assert_eq!(options.stub_values[0].value, r#"["app"]"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StubValue {
    /// `[PART.]IMPORT.FUNCTION`.
    pub function: String,
    /// The value in WAVE.
    pub value: String,
    /// Where it is written.
    pub place: ValuePlace,
}

/// Where the value of a [`StubValue`] is written.
///
/// [`StubValue`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValuePlace {
    /// On the command line, or in a list like it.
    Flag,
    /// In a file: its name, its text, and the bytes of the text that are the value, with quotes.
    File(String, Arc<str>, Range<usize>),
}

impl StubValue {
    /// Reads `[PART.]IMPORT.FUNCTION=VALUE`; none if there is no value.
    pub fn parse(text: &str) -> Option<StubValue> {
        // `implements=<…>` is part of a name.
        let equals = text.match_indices('=').map(|(at, _)| at);
        let at = equals
            .into_iter()
            .find(|at| !text[at + 1..].starts_with('<'))?;
        Some(StubValue {
            function: text[..at].trim().to_string(),
            value: text[at + 1..].trim().to_string(),
            place: ValuePlace::Flag,
        })
    }
}

/// Imports whose functions answer from a file.
///
/// ```
/// use witkit::compose::ReplaySpec;
///
/// let calls = ReplaySpec::parse("acme:kv/store=calls.txt").expect("it has a file");
/// assert_eq!((calls.pattern.as_str(), calls.path.to_str()), ("acme:kv/store", Some("calls.txt")));
/// assert!(ReplaySpec::parse("acme:kv/store").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplaySpec {
    /// `[PART.]PATTERN` of the imports.
    pub pattern: String,
    /// The file, with calls as a trace prints them.
    pub path: PathBuf,
}

impl ReplaySpec {
    /// Reads `[PART.]PATTERN=FILE`; none if there is no file.
    pub fn parse(text: &str) -> Option<ReplaySpec> {
        let (pattern, path) = text.split_once('=')?;
        (!pattern.is_empty() && !path.is_empty()).then(|| ReplaySpec {
            pattern: pattern.to_string(),
            path: path.into(),
        })
    }
}

/// What a manifest, such as that of Spin, declares of a composition.
///
/// ```no_run
/// use witkit::compose::{Declared, config};
///
/// let config = config::read("spin.toml".as_ref(), Some("shop"))?;
/// let declared: Declared = config.options.declared.expect("it is a manifest");
/// println!("{} depends on {:?}", declared.component, declared.dependencies.keys());
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// The manifest, for messages.
    pub file: String,
    /// The component of it that is composed.
    pub component: String,
    /// The parts that satisfy only what they are wired to, each with the name that the manifest has
    /// for it.
    pub dependencies: BTreeMap<String, String>,
    /// Parts with imports whose functions fail, because they are not permitted.
    pub denied: Vec<(String, String)>,
    /// Parts with imports whose functions answer with nothing, because they are not permitted.
    pub emptied: Vec<(String, String)>,
    /// Patterns of imports that the host of the manifest provides, besides `wasi:*`.
    pub allowed: Vec<String>,
}

/// What to compose from what.
///
/// ```
/// use std::path::Path;
/// use witkit::compose::Options;
///
/// let options = Options { deny: vec!["wasi:sockets/*".into()], ..Options::default() }
///     .root("app.wasm")
///     .named_part("kv", "store.wasm")
///     .under(Path::new("build"));
/// assert_eq!(options.definitions[0].path, Path::new("build/store.wasm"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The component whose exports are those of the composition.
    pub root: Option<PartSpec>,
    /// Parts to use.
    pub definitions: Vec<PartSpec>,
    /// Folders with components that may be used.
    pub search_paths: Vec<PathBuf>,
    /// Components that may be used under the name given to them.
    pub named: Vec<PartSpec>,
    /// Patterns of imports that may be left to the host besides `wasi:*`.
    pub imports: Vec<String>,
    /// Whether nothing at all may be left to the host.
    pub no_imports: bool,
    /// `[PART.]PATTERN` of imports whose functions fail, instead of leaving them to the host.
    pub deny: Vec<String>,
    /// `[PART.]PATTERN` of imports whose functions give harmless answers instead.
    pub stub: Vec<String>,
    /// What functions answer that are stubbed.
    pub stub_values: Vec<StubValue>,
    /// Imports whose functions answer from a file.
    pub replay: Vec<ReplaySpec>,
    /// `[PART.]PATTERN` of imports whose calls are told of.
    pub trace: Vec<String>,
    /// Where that is told, instead of standard error: an interface with `log: func(line: string)`, or
    /// a function of that type, which a part or the host provides.
    pub trace_to: Option<String>,
    /// Behind how many bytes or elements strings and lists of a traced call are cut; 0 for never.
    pub trace_limit: Option<u32>,
    /// What is provided from data, instead of being left to the host.
    pub from_data: Option<Virtual>,
    /// Explicit wires.
    pub wires: Vec<WireSpec>,
    /// Wires of a configuration, which those in `wires` override.
    pub configured_wires: Vec<WireSpec>,
    /// Additional exports, `PART[.NAME]`.
    pub exports: Vec<String>,
    /// Chains of middleware.
    pub chains: Vec<ChainSpec>,
    /// Whether identical core modules of different parts are shared.
    pub dedupe: bool,
    /// Whether the docs and gates that parts have are left out.
    pub no_docs: bool,
    /// How deep the parts are validated: their code, or only their structure.
    pub validation: Validation,
    /// Folders in which an instance that is imported under a plain name is looked for as a file
    /// of that name.
    pub named_folders: Vec<PathBuf>,
    /// Bytes that stand for the files at these paths, which are not read.
    pub in_memory: BTreeMap<PathBuf, Source>,
    /// A plan to carry out; with one, all other fields but that are empty.
    pub plan: Option<Plan>,
    /// The folder of the packages that a script names, if not `deps`.
    pub deps_dir: Option<PathBuf>,
    /// What a manifest declares.
    pub declared: Option<Declared>,
}

impl Options {
    /// Makes `root`, a path or bytes, the component whose exports are those of the composition.
    ///
    /// ```
    /// use witkit::{compose, compose::Options};
    ///
    /// let app = r#"(component (import "add" (func $add)) (export "run" (func $add)))"#;
    /// let add = r#"(component
    ///     (core module $m (func (export "add")))
    ///     (core instance $m (instantiate $m))
    ///     (func (export "add") (canon lift (core func $m "add"))))"#;
    /// let options = Options::default()
    ///     .root(("app.wat", app))
    ///     .part(("add.wat", add));
    /// let outcome = compose(&options);
    /// assert!(!outcome.report.has_errors(), "{:#}", outcome.report);
    /// let bytes = outcome.composed.expect("there are no errors").to_vec();
    /// assert!(bytes.starts_with(b"\0asm"));
    /// ```
    pub fn root(mut self, root: impl Into<Input>) -> Options {
        self.root = Some(self.spec(None, root.into()));
        self
    }

    /// Adds a part, a path or bytes, which is named by its file name, without the extension.
    pub fn part(mut self, part: impl Into<Input>) -> Options {
        let spec = self.spec(None, part.into());
        self.definitions.push(spec);
        self
    }

    /// Adds a part, a path or bytes, under a name of its own.
    pub fn named_part(mut self, name: impl Into<String>, part: impl Into<Input>) -> Options {
        let spec = self.spec(Some(name.into()), part.into());
        self.definitions.push(spec);
        self
    }

    fn spec(&mut self, name: Option<String>, input: Input) -> PartSpec {
        let others = self.root.iter_mut().chain(&mut self.definitions);
        let others = others.chain(&mut self.named).map(|spec| &mut spec.path);
        let path = input.place(&mut self.in_memory, others.collect());
        PartSpec { name, path }
    }

    /// Patterns of all imports that may be left to the host, if any may.
    pub(super) fn allowed(&self) -> Vec<String> {
        let declared = self.declared.iter();
        let declared = declared.flat_map(|declared| &declared.allowed);
        let others = self.imports.iter().chain(declared).cloned();
        std::iter::once("wasi:*".to_string())
            .chain(others)
            .collect()
    }

    /// The same options, their relative paths meant from `folder`.
    pub fn under(mut self, folder: &Path) -> Options {
        if folder == Path::new("") {
            return self;
        }
        let specs = self.root.iter_mut().chain(&mut self.definitions);
        for spec in specs.chain(&mut self.named) {
            spec.path = source::beside(folder, &spec.path);
        }
        let folders = self.search_paths.iter_mut().chain(&mut self.named_folders);
        for path in folders.chain(&mut self.deps_dir) {
            *path = source::beside(folder, &path);
        }
        for spec in &mut self.replay {
            spec.path = source::beside(folder, &spec.path);
        }
        for link in self.chains.iter_mut().flat_map(|chain| &mut chain.links) {
            let spec = PartSpec::parse(link);
            let file = source::beside(folder, &spec.path).display().to_string();
            match spec.name {
                Some(name) => *link = format!("{name}={file}"),
                // What is no file is the name of a part.
                None if source::is_file(Path::new(&file)) => *link = file,
                None => {}
            }
        }
        self.from_data = self.from_data.map(|from_data| from_data.under(folder));
        for part in self.plan.iter_mut().flat_map(|plan| &mut plan.parts) {
            let Some(generated) = &mut part.generated else {
                part.path = source::beside(folder, &part.path).display().to_string();
                continue;
            };
            for file in generated
                .from_data
                .iter_mut()
                .flat_map(|v| v.settings.files_mut())
            {
                file.path = source::beside(folder, &file.path).display().to_string();
            }
        }
        for component in self.plan.iter_mut().flat_map(|plan| &mut plan.components) {
            component.path = source::beside(folder, &component.path)
                .display()
                .to_string();
        }
        self
    }
}
