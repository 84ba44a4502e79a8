//! What a guest needs from its host.
//!
//! Lives here: [`Guest`]. May import: `check` (what is checked), `diag`, `source` (rank 0), `wasm`
//! (1), `features` (2), `surface` (3).
//! Deliberately absent: core code, and the contents of interfaces, except whether they contain
//! anything that a host has to provide.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Input, Subject};
use crate::diag::Report;
use crate::features;
use crate::source::{self, Source};
use crate::surface::{Item, TypeDef};
use crate::wasm::{self, module::Module};

/// What a component or core module needs from its host.
#[derive(Debug)]
pub struct Guest {
    pub(super) file: String,
    /// `component` or `core module`.
    pub(super) kind: &'static str,
    /// What it imports: interfaces and functions with their versions; of a core module, the
    /// modules that it imports from.
    pub(super) imports: Vec<String>,
    /// What it exports.
    pub(super) exports: Vec<String>,
    /// The features that it uses, each with the path to its first use if known.
    pub(super) features: BTreeMap<String, Vec<String>>,
}

impl Guest {
    /// Reads the component or core module at a path, `-` for standard input, or in bytes.
    ///
    /// Fails if it cannot be read or is neither.
    pub fn open(input: impl Into<source::Input>) -> Result<Guest, Report> {
        Guest::of(&Input::open(input)?)
    }

    /// What a component or core module needs.
    ///
    /// Fails if it is broken.
    pub fn of(input: &Input) -> Result<Guest, Report> {
        match input {
            Input::Component(subject) => component(subject),
            Input::CoreModule(source) => core_module(source),
        }
    }

    fn nothing(source: &Source, kind: &'static str) -> Guest {
        Guest {
            file: source.name().to_string(),
            kind,
            imports: Vec::new(),
            exports: Vec::new(),
            features: BTreeMap::new(),
        }
    }

    /// The name of the input.
    pub fn file(&self) -> &str {
        &self.file
    }
}

fn component(subject: &Subject) -> Result<Guest, Report> {
    let surface = subject.surface()?;
    let source = subject.component().source();
    let mut guest = Guest::nothing(source, "component");
    guest.features = uses(source)?;
    for (name, item) in &surface.imports {
        let asked = name.full_implements().unwrap_or(name.full_name());
        // Types alone need no provider.
        if has_substance(item) {
            guest.imports.push(asked.into_owned());
        }
    }
    for (name, _) in &surface.exports {
        let offered = name.full_implements().unwrap_or(name.full_name());
        guest.exports.push(offered.into_owned());
    }
    Ok(guest)
}

fn core_module(source: &Source) -> Result<Guest, Report> {
    let mut guest = Guest::nothing(source, "core module");
    let bytes = source.bytes();
    let read = Module::read(bytes, 0..bytes.len())
        .and_then(|module| Ok((module.imports()?, module.exports(usize::MAX)?)));
    let (imports, exports) = read.map_err(|broken| wasm::malformed(source, &broken))?;
    let exports = exports.iter().map(|export| export.name.to_string());
    guest.exports = exports.collect();
    let modules: BTreeSet<&str> = imports.iter().map(|import| import.module).collect();
    guest.features = uses(source)?;
    guest.imports = modules.into_iter().map(str::to_string).collect();
    Ok(guest)
}

/// Whether an item is, or contains, anything but types of values.
fn has_substance(item: &Item) -> bool {
    match item {
        Item::Instance(instance) => instance.exports.iter().any(|(_, item)| has_substance(item)),
        Item::Type(ty) => matches!(ty, TypeDef::Resource(_)),
        _ => true,
    }
}

/// The features that the binary uses, by their full names.
fn uses(source: &Source) -> Result<BTreeMap<String, Vec<String>>, Report> {
    let used = features::first_uses(source.bytes())
        .map_err(|malformed| wasm::malformed(source, &malformed))?;
    let mut uses = BTreeMap::new();
    for place in used {
        uses.entry(place.feature.full_name()).or_insert(place.path);
    }
    Ok(uses)
}
