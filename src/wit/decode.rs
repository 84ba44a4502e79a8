//! Binaries to WIT: components, packages in binary form, and core modules that know their world.
//!
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1), `sketch` and `types`.
//! Deliberately absent: core code, which has no part in it.

use wasmparser::BinaryReader;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentItem, ComponentTypeId,
};
use wit_parser::{PackageId, PackageMetadata, Resolve};

mod codes;
mod sketch;
mod types;
mod unite;

pub(super) use codes::{CODES, NO_WIT_FORM};
pub(crate) use unite::{Conflict, NotUnited, unite};

use codes::NO_METADATA;
use sketch::Sketch;
use types::Reader;

use super::component_names::interface_name;
use super::docs::{Docs, Has};
use super::strip;
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::Source;
use crate::wasm::decode::Decoded;
use crate::wasm::{self, Component, Kind, MALFORMED, custom};
use crate::wit::Wit;

/// The package and the world that stand for a component, which has no name of its own.
const ROOT_PACKAGE: &str = "root:component";
/// The package and the world of a module that was built for several worlds.
const MERGED_PACKAGE: &str = "root:root";
const ROOT_WORLD: &str = "root";

/// Begins the custom section of a module that says which world it was built for.
const METADATA: &str = "component-type";

/// The WIT of a component, of a package in binary form or of a core module with metadata; each of
/// them may be WebAssembly text.
///
/// Unlike wit-parser's own decoder, it does not panic on components that are valid but unusual, and
/// leaves nothing out. Fails if it is none of these, malformed, without metadata, or has no WIT form.
pub(super) fn read(source: Source) -> Result<Wit, Report> {
    let source = wasm::binary(source)?;
    let mut sketch = Sketch::default();
    let main = match wasm::sniff(source.bytes()) {
        Kind::CoreModule => module(&source, &mut sketch)?,
        _ => component(Component::new(source)?, &mut sketch)?,
    };
    let (mut resolve, id) = resolve(&sketch, &main)?;
    main.more.inject(&mut resolve, id);
    if let Some(docs) = &main.docs {
        PackageMetadata::decode(docs)
            .and_then(|docs| docs.inject(&mut resolve, id))
            .map_err(|e| {
                MALFORMED
                    .report(format!(
                        "the documentation in `{}` does not match its package: {}",
                        main.file,
                        e.root_cause()
                    ))
                    .at(Locus::item(&main.file, ["package-docs section"]), "")
            })?;
    }
    Ok(Wit {
        files: Vec::new(),
        names: Default::default(),
        resolve,
        main: id,
        own: vec![id],
    })
}

/// The package that an input is about.
struct Main {
    file: String,
    package: String,
    /// Docs and gates, which are kept apart from the types.
    docs: Option<Vec<u8>>,
    /// Those of other packages; of a component or module, all of them.
    more: Docs,
}

fn component(component: Component, sketch: &mut Sketch) -> Result<Main, Report> {
    let file = component.source().name().to_string();
    let decoded = component.decode()?;
    if let Some(items) = package_items(&decoded) {
        let package = package(&file, &decoded, &items, sketch)?;
        let sections = custom::beginning(component.bytes(), "package-docs");
        let sections = sections.map_err(|e| malformed(&file, "WIT package", &e.message))?;
        let mut own = sections.iter().filter(|(name, _)| *name == "package-docs");
        let mut more = Docs::read(component.bytes()).of_packages();
        more.restrict(&Has::of(decoded.types(), decoded.component()), None);
        return Ok(Main {
            file,
            package,
            docs: own.next().map(|(_, data)| data.to_vec()),
            more,
        });
    }
    let mut reader = Reader::new(decoded.types(), sketch);
    reader.world(ROOT_PACKAGE, ROOT_WORLD, decoded.component());
    problems(&file, reader)?;
    let mut more = Docs::read(component.bytes());
    if !more.is_empty() {
        more.restrict(&Has::of(decoded.types(), decoded.component()), None);
    }
    Ok(Main {
        file,
        package: ROOT_PACKAGE.to_string(),
        docs: None,
        more,
    })
}

/// The component types that a package in binary form consists of; `None` if it is a component.
fn package_items(decoded: &Decoded) -> Option<Vec<ComponentTypeId>> {
    let component = decoded.component();
    let (first, _) = component.exports.iter().next()?;
    let named_as_packages_are = match interface_name(first, None) {
        Some((_, name)) => name == "wit",
        None => !first.starts_with('['),
    };
    if !component.imports.is_empty() || !named_as_packages_are {
        return None;
    }
    component.exports.values().map(component_type).collect()
}

fn component_type(item: &ComponentItem) -> Option<ComponentTypeId> {
    match item.ty {
        ComponentEntityType::Type {
            created: ComponentAnyTypeId::Component(id),
            ..
        } => Some(id),
        _ => None,
    }
}

/// Reads a package, and returns its name.
fn package(
    file: &str,
    decoded: &Decoded,
    items: &[ComponentTypeId],
    sketch: &mut Sketch,
) -> Result<String, Report> {
    let mut name = None;
    let mut interfaces = Vec::new();
    let types = decoded.types();
    let mut reader = Reader::new(types, sketch);
    for item in items {
        let item = &types[*item];
        for (export_name, export) in &item.exports {
            let Some((package, own_name)) =
                interface_name(export_name, export.version_suffix.as_deref())
            else {
                reader.problem_at(export_name, "an item of a package needs a full name");
                continue;
            };
            if *name.get_or_insert_with(|| package.clone()) != package {
                reader.problem_at(
                    export_name,
                    "it belongs to a different package than the other items",
                );
                continue;
            }
            match export.ty {
                ComponentEntityType::Component(id) => {
                    reader.world(&package, &own_name, &types[id]);
                }
                _ => {
                    let imports: Vec<_> = item.imports.iter().map(|(n, i)| (&**n, i)).collect();
                    reader.interface_of_package(&imports, export_name, export);
                    interfaces.push(own_name);
                }
            }
        }
    }
    problems(file, reader)?;
    let name = name.ok_or_else(|| {
        NO_WIT_FORM
            .report(format!("`{file}` has no interfaces or worlds"))
            .at(Locus::File(file.to_string()), "")
    })?;
    sketch.order_interfaces(&name, interfaces.iter().map(String::as_str));
    Ok(name)
}

/// Reads what a core module says about its world, and merges it if it says so several times.
fn module(source: &Source, sketch: &mut Sketch) -> Result<Main, Report> {
    let file = source.name().to_string();
    let sections = custom::beginning(source.bytes(), METADATA)
        .map_err(|e| malformed(&file, "core module", &e.message))?;
    if sections.is_empty() {
        return Err(NO_METADATA
            .report(format!("core module `{file}` has no embedded WIT"))
            .at(Locus::File(file), format!("no custom section `{METADATA}`"))
            .help("use the WIT package that it was built for, or rebuild it with bindings")
            .into());
    }
    let mut package = MERGED_PACKAGE.to_string();
    let mut more = Docs::default();
    for (_, data) in &sections {
        let (world, data) = world_of_old_metadata(data);
        let part = Component::new(Source::memory(
            format!("{file} ({METADATA})"),
            data.to_vec(),
        ))?;
        let decoded = part.decode()?;
        let found = metadata_world(&decoded, world);
        let Some((of, world, component)) = found else {
            return Err(MALFORMED
                .report(format!(
                    "the metadata in `{file}` does not contain exactly one world"
                ))
                .at(Locus::item(&file, [format!("{METADATA} section")]), "")
                .into());
        };
        let types = decoded.types();
        let mut reader = Reader::new(types, sketch);
        let has = Has::of(types, &types[component]);
        let mut docs = Docs::read(part.bytes()).named(&of);
        if sections.len() == 1 {
            docs.restrict(&has, Some((&of, &world)));
            reader.world(&of, &world, &types[component]);
            package = of;
        } else {
            docs = docs.rooted(&of, &world);
            docs.restrict(&has, None);
            reader.world(&package, ROOT_WORLD, &types[component]);
        }
        more.add(docs);
        problems(&file, reader)?;
    }
    Ok(Main {
        file,
        package,
        docs: None,
        more,
    })
}

/// The docs and gates in a `component-type` section, those of its world as of a component's.
pub(crate) fn docs_of_section(data: &[u8]) -> Docs {
    let (world, data) = world_of_old_metadata(data);
    let docs = Docs::read(data);
    if docs.is_empty() {
        return docs;
    }
    let part = Component::new(Source::memory(METADATA, data.to_vec()));
    let decoded = part.ok().and_then(|part| part.decode().ok());
    match decoded.and_then(|decoded| metadata_world(&decoded, world)) {
        Some((package, world, _)) => docs.rooted(&package, &world),
        // What is wrong with it is told elsewhere.
        None => Docs::default(),
    }
}

/// Metadata up to 2023 has the name of its world before the package; today's is a component.
fn world_of_old_metadata(data: &[u8]) -> (Option<&str>, &[u8]) {
    let mut reader = BinaryReader::new(data, 0);
    if reader.read_u8().ok() == Some(3)
        && reader.read_u8().is_ok()
        && let Ok(world) = reader.read_string()
    {
        return (Some(world), &data[reader.current_position()..]);
    }
    (None, data)
}

/// The world that metadata is about, with its package; the one named `wanted` if there may be more.
fn metadata_world(
    decoded: &Decoded,
    wanted: Option<&str>,
) -> Option<(String, String, ComponentTypeId)> {
    let types = decoded.types();
    let mut worlds = Vec::new();
    for item in package_items(decoded)? {
        for (name, export) in &types[item].exports {
            let (package, name) = interface_name(name, export.version_suffix.as_deref())?;
            if let ComponentEntityType::Component(id) = export.ty
                && wanted.is_none_or(|wanted| wanted == name)
            {
                worlds.push((package, name, id));
            }
        }
    }
    match worlds.len() {
        1 => worlds.pop(),
        _ => None,
    }
}

fn malformed(file: &str, what: &str, error: &str) -> Diagnostic {
    MALFORMED
        .report(format!("`{file}` is not a valid {what}: {}", error))
        .at(Locus::File(file.to_string()), "")
        .help("rebuild it or download it again")
}

/// Fails if the reader has met anything that has no WIT form.
fn problems(file: &str, reader: Reader<'_>) -> Result<(), Report> {
    let mut report = Report::new();
    for problem in reader.problems {
        report.push(
            NO_WIT_FORM
                .report(format!("`{file}` has no WIT form: {}", problem.reason))
                .at(Locus::item(file, problem.path), ""),
        );
    }
    report.or_ok(())
}

/// Makes a sketch into what it means.
fn resolve(sketch: &Sketch, main: &Main) -> Result<(Resolve, PackageId), Report> {
    let mut resolve = Resolve::default();
    let id = resolve
        .push_source("WIT", &sketch.text(&main.package))
        .map_err(|e| {
            NO_WIT_FORM
                .report(format!(
                    "`{}` has no WIT form: {}",
                    main.file,
                    e.root_cause()
                ))
                .at(Locus::File(main.file.clone()), "")
        })?;
    // The text belongs to no file.
    strip::spans(&mut resolve);
    Ok((resolve, id))
}
