//! The contents of a component, core module or WIT package.
//!
//! Lives here: [`inspect`], [`inspect_all`] and [`Outcome`]; the data in `model`; `walk` (the
//! tree of parts), `module`, `roles`, `features`, `counts` and `world` (imports and exports),
//! `capabilities`.
//! May import: `diag`, `source` (rank 0), `wasm` (1), `features`, `parts`, `wit` (2),
//! `surface` (3).
//! Deliberately absent: core code, which is never read, connections between parts (`graph`), and
//! human output (`cli`).

mod capabilities;
mod codes;
mod counts;
mod features;
mod inputs;
mod model;
mod module;
mod roles;
mod walk;
mod world;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use codes::CODES;
#[doc(hidden)]
pub use inputs::inputs;
pub use model::{
    Capability, Extern, Feature, InputKind, Inspection, Part, Producer, Size, Twin, Wasi, World,
};

use crate::diag::{Locus, Report};
use crate::features::Detected;
use crate::parts::{Parts, Unfound};
use crate::source::{self, Input, Source};
use crate::surface::Side;
use crate::wasm::decode::Decoded;
use crate::wasm::structure::Structure;
use crate::wasm::{self, Component, Kind, Metadata, prerelease, sniff};
use crate::wit::{self, Options, Search, Wit, convert};
use module::Module;

/// An input that was inspected, with its bytes.
///
/// ```
/// use witkit::{inspect, wit::Search};
///
/// let app = r#"(component (import "run" (func)) (core module $m))"#;
/// let outcome = inspect(("app.wat", app), &Search::default())?;
/// assert!(outcome.extract("m").expect("a module of that name").starts_with(b"\0asm"));
/// let json = inspect::json(&[outcome]);
/// assert!(json.contains("witkit.inspect/1"));
/// let again = inspect(("app.wat", app), &Search::default())?;
/// assert!(again.wit()?.contains("import run: func();"));
/// # Ok::<(), witkit::Report>(())
/// ```
#[non_exhaustive]
pub struct Outcome {
    /// What was found.
    pub found: Inspection,
    /// Its problems: an invalid input is shown as far as it can be read.
    pub report: Report,
    from: From,
}

/// What it was read from.
enum From {
    Binary(Source),
    Wit(Box<Wit>),
}

/// Inspects a component, core module or WIT package: a file in any form, a folder with `.wit`
/// files, `-` for standard input, or bytes. Its kind is determined from its contents.
///
/// Missing packages that WIT depends on are searched with `search`.
///
/// An invalid input that can be read is shown as well, with its problems in the report of the
/// result; code is not read. Fails if the input cannot be read or is of another kind.
///
/// ```
/// use witkit::{inspect, wit::Search};
///
/// let found = inspect(("a.wat", "(component)"), &Search::default())?.found;
/// assert_eq!(found.kind, inspect::InputKind::Component);
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn inspect(input: impl Into<Input>, search: &Search) -> Result<Outcome, Report> {
    let input = input.into();
    if let Input::Path(path) = &input
        && source::is_dir(path)
    {
        let wit = convert::read(path, &options(search))?;
        return package(path.to_string_lossy().into_owned(), None, wit);
    }
    binary_input(wasm::binary(input.open()?)?, search)
}

/// Inspects all inputs; fails with all problems of any of them.
#[doc(hidden)]
pub fn inspect_all(paths: &[PathBuf], search: &Search) -> Result<Vec<Outcome>, Report> {
    let mut report = Report::new();
    let mut all = Vec::new();
    for path in inputs(paths)? {
        match inspect(&path, search) {
            Ok(inspected) => all.push(inspected),
            Err(found) => report.extend(found),
        }
    }
    report.or_ok(all)
}

/// The document `witkit.inspect/1`.
///
/// [`Outcome`] shows it in use.
pub fn json(all: &[Outcome]) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        inputs: Vec<&'a Inspection>,
    }
    let document = Document {
        schema: "witkit.inspect/1",
        inputs: all.iter().map(|inspected| &inspected.found).collect(),
    };
    // INVARIANT: it contains only strings, numbers and lists, which can be expressed in JSON.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

impl Outcome {
    /// Its WIT, as `witkit wit` prints it.
    ///
    /// Fails if it cannot be expressed in WIT (`wit/no-wit-form`, `wit/no-metadata`).
    pub fn wit(self) -> Result<String, Report> {
        match self.from {
            From::Wit(wit) => convert::text(&wit),
            From::Binary(source) => {
                convert::text(&convert::read_source(source, &options(&Search::default()))?)
            }
        }
    }

    /// The bytes of a nested part: by its path, by its index, or by any other name that `split`
    /// takes for it, if no other part has it.
    ///
    /// Fails if there is no such part (`inspect/unknown-part`).
    pub fn extract(&self, wanted: &str) -> Result<&[u8], Report> {
        let unknown = |why: &str| {
            let file = &self.found.file;
            codes::UNKNOWN_PART
                .report(format!("cannot find part `{wanted}` in `{file}`: {why}"))
                .at(Locus::File(file.clone()), "")
        };
        let From::Binary(source) = &self.from else {
            return Err(unknown("a WIT package has no parts").into());
        };
        let parts = Parts::of(source.bytes());
        let at = parts.find(wanted).map_err(|Unfound { why, help }| {
            let finding = unknown(&why);
            match help {
                Some(help) => finding.help(help),
                None => finding,
            }
        })?;
        Ok(&source.bytes()[parts.all()[at].range.clone()])
    }
}

/// Includes everything in a package.
fn options(search: &Search) -> Options {
    Options {
        all_features: true,
        search: search.clone(),
        ..Options::default()
    }
}

fn binary_input(source: Source, search: &Search) -> Result<Outcome, Report> {
    match sniff(source.bytes()) {
        Kind::CoreModule => core_module(source),
        Kind::Component => {
            let component = Component::new(source)?;
            let mut report = structure(component.source());
            if let Some(found) = component_facts(&component, &mut report)? {
                return Ok(Outcome {
                    found,
                    report,
                    from: From::Binary(component.into_source()),
                });
            }
            let source = component.into_source();
            let name = source.name().to_string();
            let size = source.bytes().len() as u64;
            let wit = convert::read_source(source, &options(search))?;
            package(name, Some(size), wit)
        }
        // The report says that it has another version.
        Kind::UnknownWasm => {
            let current = prerelease::current(source.bytes()).into_owned();
            let current = Source::memory(source.name(), current);
            let report = match Component::new(source) {
                Ok(_) => Report::new(),
                Err(report) => report,
            };
            if sniff(current.bytes()) != Kind::Component {
                return Err(report);
            }
            // A component of an older version is shown as far as the format has not changed.
            match binary_input(current, search) {
                Ok(inspected) => Ok(Outcome {
                    report,
                    ..inspected
                }),
                Err(_) => Err(report),
            }
        }
        // A .wit file with an error at its beginning is still WIT.
        Kind::Other if !has_wit_name(&source) => {
            let name = source.name();
            let empty = source.bytes().is_empty();
            let what = match empty {
                true => "empty",
                false => "neither WebAssembly nor WIT",
            };
            Err(codes::UNKNOWN_INPUT
                .report(format!("`{name}` is {what}"))
                .at(Locus::File(name.to_string()), "")
                .help("pass a component, a core module or a WIT package")
                .into())
        }
        Kind::Script if !has_wit_name(&source) => Err(wit::script(source.name()).into()),
        Kind::Wat | Kind::Wit | Kind::Script | Kind::Other => {
            let name = source.name().to_string();
            let size = source.bytes().len() as u64;
            let wit = convert::read_source(source, &options(search))?;
            package(name, Some(size), wit)
        }
    }
}

fn has_wit_name(source: &Source) -> bool {
    let extension = source.path().and_then(Path::extension);
    extension.is_some_and(|extension| extension == "wit")
}

/// Whether a component is a binary WIT package: it contains only component types.
fn is_package(component: &Component, decoded: &Decoded) -> Result<bool, Report> {
    let ty = decoded.component();
    if ty.imports.is_empty() && ty.exports.is_empty() {
        // Only its custom sections distinguish an empty package from an empty component.
        let structure = Structure::of(component.bytes()).map_err(|e| component.malformed(&e))?;
        return Ok(structure.is_wit_package());
    }
    let mut exports = ty.exports.values();
    Ok(ty.imports.is_empty() && exports.all(world::is_component_type))
}

/// The problems of a module or component, except for its code.
fn structure(source: &Source) -> Report {
    wasm::validate_structure(source).err().unwrap_or_default()
}

/// Nothing if it is a WIT package.
///
/// Decoding is expensive, so it is done only if counting is not sufficient.
fn component_facts(
    component: &Component,
    report: &mut Report,
) -> Result<Option<Inspection>, Report> {
    let mut features = Detected::default();
    let walked = walk::component(component.bytes(), &mut features);
    if let Some(fault) = &walked.fault
        && !report.has_errors()
    {
        report.push(component.malformed(fault));
    }
    let root = walked.root;
    let told = walked
        .externs
        .filter(|externs| !externs.iter().all(Vec::is_empty));
    let [imports, exports] = match told {
        Some(externs) => externs,
        None => match component.decode() {
            Ok(decoded) if is_package(component, &decoded)? => return Ok(None),
            Ok(decoded) => {
                [Side::Import, Side::Export].map(|side| world::of_component(&decoded, side))
            }
            // Its types are invalid, as its report says; the rest is shown.
            Err(_) => Default::default(),
        },
    };
    let kind = match root.role {
        "composition" => InputKind::Composition,
        _ => InputKind::Component,
    };
    let mut found = blank(component.source().name(), kind, root.size);
    found.name = Some(root.name.clone()).filter(|name| !name.is_empty());
    found.capabilities = capabilities::of(&imports, |external| askers(&root, external));
    found.twins = world::twins("import", &imports);
    found.twins.extend(world::twins("export", &exports));
    found.features = features::list(&features);
    found.wasi = features::wasi(&found.features, &[&imports, &exports]);
    found.imports = imports;
    found.exports = exports;
    found.of_root(root);
    Ok(Some(found))
}

/// The parts that use an import: components that it is passed to, or else core modules
/// that import from a module with its name.
fn askers(root: &Part, import: &Extern) -> Vec<String> {
    let handed = |part: &&Part| part.wired.iter().any(|(_, outer)| *outer == import.key);
    let components = root
        .parts
        .iter()
        .filter(|part| part.role != "shim" && handed(part));
    let components: Vec<String> = components.map(|part| part.path.clone()).collect();
    if !components.is_empty() {
        return components;
    }
    let asks = |part: &&Part| {
        let mut modules = part
            .asks
            .iter()
            .map(|m| m.strip_prefix("cm32p2|").unwrap_or(m));
        modules.any(|module| {
            let (base, version) = world::split_version(module);
            let parse = |v: &str| semver::Version::parse(v).ok();
            let same_track = || {
                let own = parse(import.version.as_deref()?)?;
                let theirs = parse(version?)?;
                Some(world::track(&own) == world::track(&theirs))
            };
            module == import.name
                || base == import.base && (version.is_none() || same_track().unwrap_or(true))
        })
    };
    let modules = root.parts.iter().filter(asks);
    modules.map(|part| part.path.clone()).collect()
}

fn core_module(source: Source) -> Result<Outcome, Report> {
    let name = source.name();
    let bytes = source.bytes();
    let mut features = Detected::default();
    let (module, fault) = Module::read(bytes, 0..bytes.len(), false, &mut features);
    let mut report = structure(&source);
    if let Some(fault) = fault
        && !report.has_errors()
    {
        let message = format!("`{name}` is not a valid module: {}", fault.message);
        report.push(
            wasm::MALFORMED
                .report(message)
                .at(Locus::item(name, fault.path), "")
                .help("rebuild it or download it again"),
        );
    }
    let mut found = blank(name, InputKind::CoreModule, bytes.len() as u64);
    let root = walk::core_module(bytes, &module);
    found.name = Some(root.name.clone()).filter(|name| !name.is_empty());
    found.imports = module.import_faces();
    found.exports = module.export_faces();
    found.features = features::list(&features);
    found.capabilities = capabilities::of_core(&module.imports);
    if module.has_world {
        let again = Source::memory(name, bytes.to_vec());
        match convert::read_source(again, &options(&Search::default())) {
            Ok(wit) => found.worlds = worlds(&wit),
            // The problem has been reported.
            Err(_) if report.has_errors() => {}
            Err(wrong) => report.extend(wrong),
        }
        for world in &found.worlds {
            found.wasi = features::wasi(&found.features, &[&world.imports, &world.exports]);
        }
    }
    found.of_root(root);
    Ok(Outcome {
        found,
        report,
        from: From::Binary(source),
    })
}

fn package(file: String, size: Option<u64>, wit: Wit) -> Result<Outcome, Report> {
    let own = wit.files.iter().filter(|file| file.own);
    let text: u64 = own.map(|file| file.tree.text().len() as u64).sum();
    let mut found = blank(&file, InputKind::WitPackage, size.unwrap_or(text));
    let resolve = &wit.resolve;
    found.name = Some(resolve.packages[wit.main].name.to_string());
    for id in resolve.packages[wit.main].interfaces.values() {
        let name = resolve.id_of(*id).unwrap_or_default();
        found
            .interfaces
            .push(world::of_interface(resolve, *id, name));
    }
    found.worlds = worlds(&wit);
    let mut features = Detected::default();
    features.wit(resolve);
    found.features = features::list(&features);
    let lists = found
        .worlds
        .iter()
        .flat_map(|w| [w.imports.as_slice(), &w.exports]);
    let lists: Vec<&[Extern]> = lists.collect();
    found.wasi = features::wasi(&found.features, &lists);
    Ok(Outcome {
        found,
        report: Report::new(),
        from: From::Wit(Box::new(wit)),
    })
}

fn worlds(wit: &Wit) -> Vec<World> {
    let ids = wit.resolve.packages[wit.main].worlds.values();
    let world = |id: &wit_parser::WorldId| {
        let mut world = world::of_world(&wit.resolve, *id);
        world.capabilities = capabilities::of(&world.imports, |_| Vec::new());
        world
    };
    ids.map(world).collect()
}

fn blank(file: &str, kind: InputKind, size: u64) -> Inspection {
    Inspection {
        file: file.to_string(),
        kind,
        name: None,
        size,
        metadata: Metadata::default(),
        producers: Vec::new(),
        features: Vec::new(),
        wasi: Wasi::default(),
        imports: Vec::new(),
        exports: Vec::new(),
        twins: Vec::new(),
        capabilities: Vec::new(),
        interfaces: Vec::new(),
        worlds: Vec::new(),
        sizes: Vec::new(),
        root: None,
    }
}

impl Inspection {
    /// Totals of all parts.
    fn of_root(&mut self, root: Part) {
        let mut sizes = module::Sizes::default();
        let mut producers = BTreeSet::new();
        for part in root.all() {
            part.sizes
                .iter()
                .for_each(|size| sizes.add(size.kind, size.bytes));
            // Adapters are built by the authors of the tools.
            if part.role != "adapter" {
                producers.extend(part.producers.iter().cloned());
            }
        }
        self.metadata = root.metadata.clone();
        self.sizes = sizes.list();
        languages(&root, &mut self.producers);
        let others = producers
            .into_iter()
            .filter(|producer| !is_language(producer));
        self.producers.extend(others);
        self.root = Some(root);
    }
}

/// Adds the languages of `part`: for a composition those of each part, beginning with the part
/// that provides its exports.
fn languages(part: &Part, found: &mut Vec<Producer>) {
    let mut own = BTreeSet::new();
    let is_composition = part.role == "composition";
    let all = match is_composition {
        true => vec![part],
        false => part.all(),
    };
    for part in all.iter().filter(|part| part.role != "adapter") {
        own.extend(part.producers.iter().filter(|p| is_language(p)).cloned());
    }
    if own.is_empty() {
        own.extend(all.iter().find_map(|part| roles::language(&part.name)));
    }
    for language in own {
        if !found.contains(&language) {
            found.push(language);
        }
    }
    if is_composition {
        let first = part.offering.and_then(|at| part.parts.get(at));
        for part in first.into_iter().chain(&part.parts) {
            languages(part, found);
        }
    }
}

fn is_language(producer: &Producer) -> bool {
    producer.field == "language"
}

#[cfg(test)]
mod tests;
