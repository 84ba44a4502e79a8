//! What an inspection finds, as data: its fields are those of `witkit.inspect/1`.
//!
//! May import: `wasm` (rank 1), for the annotations. Deliberately absent: finding it (the sibling modules), and how it looks on
//! a screen (`cli`).

use serde::Serialize;

use crate::wasm::Metadata;

/// What an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// A component without other components in it that have code.
    Component,
    /// A component that is made of components.
    Composition,
    /// A core module.
    CoreModule,
    /// A WIT package, as text or in binary form.
    WitPackage,
}

/// All that is to be said about one input.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The input as it was named.
    pub file: String,
    /// What it is.
    pub kind: InputKind,
    /// The package or component's own name, if it has one.
    pub name: Option<String>,
    /// In bytes: of the binary form, or of the text files of a package.
    pub size: u64,
    /// The annotations that its own custom sections hold.
    pub metadata: Metadata,
    /// Languages, tools and SDKs that made it or any part but adapters.
    pub producers: Vec<Producer>,
    /// Features beyond those of the component model's first release, and of core WebAssembly 1.0.
    pub features: Vec<Feature>,
    /// The lowest WASI release that has all features and interfaces of WASI that it uses.
    pub wasi: Wasi,
    /// What it asks for.
    pub imports: Vec<Extern>,
    /// What it offers.
    pub exports: Vec<Extern>,
    /// Interfaces that are there in several versions.
    pub twins: Vec<Twin>,
    /// What its imports let it do.
    pub capabilities: Vec<Capability>,
    /// Of a WIT package: its interfaces.
    pub interfaces: Vec<Extern>,
    /// Of a WIT package: its worlds. Of a core module: the world that it was built for.
    pub worlds: Vec<World>,
    /// How the bytes are spread over kinds of sections, largest first; none for a WIT package.
    pub sizes: Vec<Size>,
    /// It, and all that is nested in it; none for a WIT package.
    pub root: Option<Part>,
}

/// A language, tool or SDK.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Producer {
    /// `language`, `sdk` or `processed-by`.
    pub field: String,
    /// What it is called.
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
}

/// A feature that is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Feature {
    /// Of the component model, or of `core` WebAssembly.
    pub level: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The first WASI release with it; none if no release has it, or if that is not WASI's to say.
    pub wasi: Option<&'static str>,
}

/// The lowest WASI release that will do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wasi {
    /// The release; none if no release will do, or if nothing speaks of WASI.
    pub release: Option<String>,
    /// Features that no release has.
    pub beyond: Vec<&'static str>,
    /// Versions of WASI's own interfaces that are snapshots before a release, in no release.
    pub snapshots: Vec<String>,
}

/// An import or export, or an interface of a package.
#[derive(Clone, Debug, Serialize)]
pub struct Extern {
    /// In full: `wasi:io/streams@0.2.0`, `log`.
    pub name: String,
    /// `interface`, `function`, `type`, `resource`, `component`, `core module`, `value`; of core
    /// modules, what they import from one module (`core imports`), or `memory` and the like.
    pub sort: &'static str,
    /// The name without the version.
    pub base: String,
    /// The version.
    pub version: Option<String>,
    /// The interface that a plainly named instance says it implements.
    pub implements: Option<String>,
    /// How many functions are in it, methods among them.
    pub functions: usize,
    /// How many resources.
    pub resources: usize,
    /// Of anything but an interface: its type in WIT, on one line.
    pub signature: Option<String>,
    /// The name by which it is instantiated: without a version suffix.
    #[serde(skip)]
    pub(super) key: String,
}

/// An interface that is there in several versions on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Twin {
    /// `import` or `export`.
    pub side: &'static str,
    /// The name without version.
    pub base: String,
    /// The versions, lowest first.
    pub versions: Vec<String>,
    /// Whether one of them could serve for all: they are on one semver track.
    pub compatible: bool,
}

/// Something that imports let it do.
#[derive(Clone, Debug, Serialize)]
pub struct Capability {
    /// `files`, `network`, …
    pub name: &'static str,
    /// The imports that it is had through.
    pub imports: Vec<String>,
    /// The paths of the parts that ask for it.
    pub parts: Vec<String>,
}

/// A world.
#[derive(Clone, Debug, Serialize)]
pub struct World {
    /// Its name in the package.
    pub name: String,
    /// What it asks for.
    pub imports: Vec<Extern>,
    /// What it offers.
    pub exports: Vec<Extern>,
    /// What its imports let a component do.
    pub capabilities: Vec<Capability>,
}

/// How many bytes a kind of sections takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// `code`, `data`, `names`, `debug`, `custom`, `core structure` (types, imports, tables, … of
    /// core modules) or `component structure` (types, wiring, imports, exports).
    pub kind: &'static str,
    /// The bytes, section headers included.
    pub bytes: u64,
}

/// A component or core module: the input, or one that is nested in it.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Its place: `2.1` is the first in the second; empty for the input.
    pub index: String,
    /// The names on the way to it, with `/` between them; empty for the input.
    pub path: String,
    /// The name of its only instance, or what the name section of the component around it or its
    /// own calls it; else what it is and its number. No other part beside it has that name.
    pub name: String,
    /// `component` or `core module`.
    pub kind: &'static str,
    /// What it is there for: `component`, `composition`, `user module`, `library`, `libc`,
    /// `adapter`, `shim`, `fixups`, `memory`.
    pub role: &'static str,
    /// All of it, in bytes.
    pub size: u64,
    /// How its own bytes are spread, without those of nested parts, largest first.
    pub sizes: Vec<Size>,
    /// The annotations that its own custom sections hold.
    pub metadata: Metadata,
    /// What its own producers section says.
    pub producers: Vec<Producer>,
    /// The names of the instances that the component around it makes of it.
    pub instances: Vec<String>,
    /// What is nested in it.
    pub parts: Vec<Part>,
    /// The modules that a core module imports from, with the number of items.
    #[serde(skip)]
    pub(super) asks: Vec<String>,
    /// What of a component's imports are imports of the component around it: names here and there.
    #[serde(skip)]
    pub(super) wired: Vec<(String, String)>,
    /// The position in `parts` of the component that the first of its exports comes from.
    #[serde(skip)]
    pub(super) offering: Option<usize>,
    /// What is in the interface that instances of a component are, where that is easily told.
    #[serde(skip)]
    pub(super) offers: Option<Counts>,
}

impl Part {
    /// It and all parts in it, outermost first.
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

/// How much is in an interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub functions: usize,
    pub resources: usize,
}
