//! The result of an inspection, as data, with the fields of `witkit.inspect/1`.
//!
//! May import: `wasm` (rank 1), for the annotations. Deliberately absent: the inspection itself (the
//! sibling modules), and human output (`cli`).

use serde::Serialize;

use crate::wasm::Metadata;

/// The kind of an input.
///
/// [`inspect`](crate::inspect()) shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// A component that contains no other components with code.
    Component,
    /// A component that consists of components.
    Composition,
    /// A core module.
    CoreModule,
    /// A WIT package, as text or in binary form.
    WitPackage,
}

/// Everything about one input.
///
/// ```
/// use witkit::inspect::{Capability, Extern, Part, Size};
/// use witkit::{inspect, wit::Search};
///
/// let app = r#"(component $app
///     (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
///     (core module $m (func (export "f"))))"#;
/// let found = inspect(("app.wat", app), &Search::default())?.found;
/// let import: &Extern = &found.imports[0];
/// assert_eq!((import.base.as_str(), import.functions), ("wasi:random/random", 1));
/// let capability: &Capability = &found.capabilities[0];
/// assert_eq!(capability.name, "random");
/// assert_eq!(found.wasi.release.as_deref(), Some("0.2.0"));
/// assert!(found.twins.is_empty() && found.features.iter().all(|used| used.wasi.is_some()));
///
/// let root: &Part = found.root.as_ref().expect("a component has parts");
/// for part in root.all() {
///     let code: Vec<&Size> = part.sizes.iter().filter(|size| size.kind == "code").collect();
///     println!("{}: {} bytes, {} of them code", part.path, part.size, code.len());
/// }
/// for producer in &found.producers {
///     println!("{}: {} {}", producer.field, producer.name, producer.version);
/// }
/// assert!(found.worlds.iter().all(|world| world.exports.is_empty()));
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The input as it was given.
    pub file: String,
    /// Its kind.
    pub kind: InputKind,
    /// The package or component's own name, if it has one.
    pub name: Option<String>,
    /// In bytes: the size of the binary, or of the text files of a package.
    pub size: u64,
    /// The annotations that its own custom sections hold.
    pub metadata: Metadata,
    /// Languages, tools and SDKs that made it or any part but adapters.
    pub producers: Vec<Producer>,
    /// Features beyond those of the component model's first release, and of core WebAssembly 1.0.
    pub features: Vec<Feature>,
    /// The lowest WASI release with all features and WASI interfaces that it uses.
    pub wasi: Wasi,
    /// Its imports.
    pub imports: Vec<Extern>,
    /// Its exports.
    pub exports: Vec<Extern>,
    /// Interfaces that occur in several versions.
    pub twins: Vec<Twin>,
    /// The capabilities that its imports give it.
    pub capabilities: Vec<Capability>,
    /// The interfaces of a WIT package.
    pub interfaces: Vec<Extern>,
    /// The worlds of a WIT package, or the world that a core module was built for.
    pub worlds: Vec<World>,
    /// The sizes by kind of section, largest first; none for a WIT package.
    pub sizes: Vec<Size>,
    /// The input and all nested parts; none for a WIT package.
    pub root: Option<Part>,
}

/// A language, tool or SDK.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Producer {
    /// `language`, `sdk` or `processed-by`.
    pub field: String,
    /// Its name.
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
}

/// A feature that is used.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Feature {
    /// Of the component model, or of `core` WebAssembly.
    pub level: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The first WASI release with it; none if no release has it, or if it is not a WASI feature.
    pub wasi: Option<&'static str>,
}

/// The lowest WASI release that suffices.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wasi {
    /// The release; none if no release suffices, or if WASI is not used.
    pub release: Option<String>,
    /// Features that no release has.
    pub beyond: Vec<&'static str>,
    /// Versions of WASI interfaces that are snapshots and not part of any release.
    pub snapshots: Vec<String>,
}

/// An import or export, or an interface of a package.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, Serialize)]
pub struct Extern {
    /// The full name: `wasi:io/streams@0.2.0`, `log`.
    pub name: String,
    /// `interface`, `function`, `type`, `resource`, `component`, `core module`, `value`; of core
    /// modules, what they import from one module (`core imports`), or `memory` and the like.
    pub sort: &'static str,
    /// The name without the version.
    pub base: String,
    /// The version.
    pub version: Option<String>,
    /// The interface that an instance with a plain name declares to implement.
    pub implements: Option<String>,
    /// The number of functions in it, including methods.
    pub functions: usize,
    /// The number of resources in it.
    pub resources: usize,
    /// The type of an item that is not an interface, as WIT on one line.
    pub signature: Option<String>,
    /// The name used for instantiation: without a version suffix.
    #[serde(skip)]
    pub(super) key: String,
}

/// An interface that occurs in several versions on one side.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Twin {
    /// `import` or `export`.
    pub side: &'static str,
    /// The name without version.
    pub base: String,
    /// The versions, lowest first.
    pub versions: Vec<String>,
    /// Whether one of them could replace the others: they are on one semver track.
    pub compatible: bool,
}

/// A capability that imports give.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, Serialize)]
pub struct Capability {
    /// `files`, `network`, …
    pub name: &'static str,
    /// The imports that give it.
    pub imports: Vec<String>,
    /// The paths of the parts with these imports.
    pub parts: Vec<String>,
}

/// A world.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, Serialize)]
pub struct World {
    /// Its name in the package.
    pub name: String,
    /// Its imports.
    pub imports: Vec<Extern>,
    /// Its exports.
    pub exports: Vec<Extern>,
    /// The capabilities that its imports give a component.
    pub capabilities: Vec<Capability>,
}

/// The size of a kind of section.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// `code`, `data`, `names`, `debug`, `custom`, `core structure` (types, imports, tables, … of
    /// core modules) or `component structure` (types, wiring, imports, exports).
    pub kind: &'static str,
    /// In bytes, including section headers.
    pub bytes: u64,
}

/// A component or core module: the input, or a part nested in it.
///
/// [`Inspection`] shows it in use.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Its position: `2.1` is the first part in the second; empty for the input.
    pub index: String,
    /// The names of the enclosing parts and its own, separated by `/`; empty for the input.
    pub path: String,
    /// The name of its only instance, or its name in the name section of the enclosing component or
    /// its own; else its kind and number. Unique among its siblings.
    pub name: String,
    /// `component` or `core module`.
    pub kind: &'static str,
    /// Its role: `component`, `composition`, `user module`, `library`, `libc`,
    /// `adapter`, `shim`, `fixups`, `memory`.
    pub role: &'static str,
    /// Its total size in bytes.
    pub size: u64,
    /// The sizes of its own contents by kind, without nested parts, largest first.
    pub sizes: Vec<Size>,
    /// The annotations that its own custom sections hold.
    pub metadata: Metadata,
    /// The contents of its own `producers` section.
    pub producers: Vec<Producer>,
    /// The names of its instances in the enclosing component.
    pub instances: Vec<String>,
    /// The parts nested in it.
    pub parts: Vec<Part>,
    /// The modules that a core module imports from, with the number of items.
    #[serde(skip)]
    pub(super) asks: Vec<String>,
    /// The imports that are imports of the enclosing component: the names inside and outside.
    #[serde(skip)]
    pub(super) wired: Vec<(String, String)>,
    /// The position in `parts` of the component that provides its first export.
    #[serde(skip)]
    pub(super) offering: Option<usize>,
    /// The contents of the interface that instances of a component have, if that is easy to determine.
    #[serde(skip)]
    pub(super) offers: Option<Counts>,
}

impl Part {
    /// This part and all parts in it, outermost first.
    pub fn all(&self) -> Vec<&Part> {
        let mut found = Vec::new();
        let mut pending = vec![self];
        while let Some(part) = pending.pop() {
            found.push(part);
            pending.extend(part.parts.iter().rev());
        }
        found
    }
}

/// The contents of an interface, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub functions: usize,
    pub resources: usize,
}
