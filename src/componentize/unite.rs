//! Merging several worlds of one module: from `--wit`, from sections in it, or from both.
//!
//! Lives here: [`Part`] and [`unite`]. May import: `diag` (rank 0), `wit` (rank 2), `surface`.
//! Deliberately absent: a comparison of its own. Definitions of two worlds are compared by
//! structure, as when the WIT of a module is printed; equal names prove nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use wit_component::StringEncoding;
use wit_component::metadata::{self, Bindgen, ModuleMetadata};
use wit_parser::{InterfaceId, Resolve, TypeDefKind, WorldId, WorldItem, WorldKey};

use super::codes;
use super::module::CoreModule;
use super::preflight::codes::METADATA_CONFLICT;
use super::preflight::metadata::writer;
use super::sections;
use crate::diag::{Code, Diagnostic, Locus, Report};
use crate::wasm::custom;
use crate::wit::decode::{self, Conflict, NotUnited};
use crate::wit::docs::{Docs, Has};

/// The section within a component-type section that contains the string encoding.
const ENCODING_SECTION: &str = "wit-component-encoding";

/// The package and the world that worlds with different names are merged into.
const ROOT: (&str, &str) = ("root:root", "root");

/// A world, as the contents of a component-type section.
pub(super) struct Part<'a> {
    pub data: Cow<'a, [u8]>,
    /// Its name within a sentence.
    pub people: String,
    /// Its origin.
    pub place: Locus,
    /// A note about that place.
    pub note: String,
    /// Whether it was given, and not found in the module.
    pub given: bool,
}

impl<'a> Part<'a> {
    /// The worlds that are in the sections of a module.
    pub fn of_module(module: &CoreModule<'a>) -> Vec<Part<'a>> {
        let sections = module.component_types.iter();
        sections
            .map(|section| Part {
                data: Cow::Borrowed(section.data),
                people: format!("`{}`", module.name),
                place: module.locus([format!("section {}", section.name)]),
                note: writer(section).map_or(String::new(), |by| format!("written by {by}")),
                given: false,
            })
            .collect()
    }

    /// How it encodes strings.
    pub fn encoding(&self) -> Option<StringEncoding> {
        // Until 2023, after the version of the format.
        if let [3, encoding, ..] = *self.data {
            return string_encoding(encoding);
        }
        let found = custom::beginning(&self.data, ENCODING_SECTION).unwrap_or_default();
        match found.first()?.1 {
            [_, encoding] => string_encoding(*encoding),
            _ => None,
        }
    }

    /// Its own contents; fails with wit-component's message.
    fn decode(&self) -> Result<Bindgen, String> {
        let mut alone = wasm_encoder::Module::HEADER.to_vec();
        sections::push_custom(&mut alone, "component-type", &self.data);
        let decoded = metadata::decode(&alone);
        decoded
            .map(|(_, found)| found)
            .map_err(|error| format!("{error:#}"))
    }
}

fn string_encoding(byte: u8) -> Option<StringEncoding> {
    match byte {
        0 => Some(StringEncoding::UTF8),
        1 => Some(StringEncoding::UTF16),
        2 => Some(StringEncoding::CompactUTF16),
        _ => None,
    }
}

/// The result of merging worlds.
pub(super) struct United {
    pub resolve: Resolve,
    pub world: WorldId,
    /// The component-type sections to replace the existing ones with; none if wit-component
    /// merges them as they are.
    pub instead: Option<Vec<Vec<u8>>>,
}

/// Merges the worlds of the module `name`; there are at least two.
///
/// Fails with all conflicts between them.
pub(super) fn unite(name: &str, parts: &[Part]) -> Result<United, Report> {
    let mut decoded = Vec::new();
    for part in parts {
        decoded.push(
            part.decode()
                .map_err(|told| unreadable(name, part, &told))?,
        );
    }
    let names = decoded
        .iter()
        .map(|found| named(&found.resolve, found.world));
    let names: Vec<Option<(String, String)>> = names.collect();
    let (package, world) = match &names[..] {
        [Some(first), rest @ ..] if rest.iter().all(|other| other.as_ref() == Some(first)) => {
            (first.0.as_str(), first.1.as_str())
        }
        _ => ROOT,
    };
    let datas: Vec<&[u8]> = parts.iter().map(|part| &*part.data).collect();
    let (resolve, id) = match decode::unite(&datas, package, world) {
        Ok(united) => united,
        Err(NotUnited::Unreadable(report)) => return Err(report),
        Err(NotUnited::Conflicts(conflicts)) => {
            let mut report = Report::new();
            for conflict in &conflicts {
                report.push(contradiction(name, parts, conflict));
            }
            return Err(report);
        }
    };
    if let Some(clash) = encodings(name, parts, &decoded) {
        return Err(clash.into());
    }
    let mut whole = Bindgen::default();
    let mut found = decoded.into_iter();
    if let Some(first) = found.next() {
        whole = first;
    }
    if found.all(|other| whole.merge(other).is_ok()) {
        return Ok(United {
            resolve: whole.resolve,
            world: whole.world,
            instead: None,
        });
    }
    // Two worlds of one name, mostly, which it takes for the same.
    let mut report = Report::new();
    for part in parts {
        if let Ok(alone) = part.decode() {
            report.extend(other_meaning(name, part, &alone, &resolve, id));
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    let instead = written(name, parts, package, world)?;
    Ok(United {
        resolve,
        world: id,
        instead: Some(instead),
    })
}

/// One section for each string encoding.
fn written(name: &str, parts: &[Part], package: &str, world: &str) -> Result<Vec<Vec<u8>>, Report> {
    let mut by_encoding: BTreeMap<u8, Vec<&Part>> = BTreeMap::new();
    for part in parts {
        let encoding = match part.encoding().unwrap_or_default() {
            StringEncoding::UTF8 => 0,
            StringEncoding::UTF16 => 1,
            StringEncoding::CompactUTF16 => 2,
        };
        by_encoding.entry(encoding).or_default().push(part);
    }
    let several = by_encoding.len() > 1;
    let mut docs = Docs::default();
    for part in parts {
        docs.add(decode::docs_of_section(&part.data));
    }
    let mut sections = Vec::new();
    for (encoding, parts) in by_encoding {
        let datas: Vec<&[u8]> = parts.iter().map(|part| &*part.data).collect();
        // Worlds of one name would have to be the same.
        let of_encoding = format!("root:encoding{encoding}");
        let (package, world) = match several {
            true => (of_encoding.as_str(), ROOT.1),
            false => (package, world),
        };
        let refused = |message: &str| disagree(name, message);
        let (resolve, id) = decode::unite(&datas, package, world)
            .map_err(|_| refused("the worlds cannot be merged"))?;
        let mut producers = wasm_metadata::Producers::empty();
        for data in datas {
            if let Ok(Some(found)) = wasm_metadata::Producers::from_wasm(data) {
                producers.merge(&found);
            }
        }
        producers.add("processed-by", "witkit", env!("CARGO_PKG_VERSION"));
        let encoding = string_encoding(encoding).unwrap_or_default();
        let section = metadata::encode(&resolve, id, encoding, Some(&producers), false);
        let mut section = section.map_err(|e| refused(&format!("{e:#}")))?;
        section.extend(docs_of_world(&section, docs.clone(), package, world));
        sections.push(section);
    }
    Ok(sections)
}

/// The docs and gates of the world that a section holds, as custom sections within it.
pub(super) fn docs_of_world(section: &[u8], docs: Docs, package: &str, world: &str) -> Vec<u8> {
    let Ok(decoded) = crate::wasm::decode::decode(section) else {
        return Vec::new();
    };
    let has = Has::of(decoded.types(), decoded.component());
    let mut docs = docs.unrooted(package, world);
    docs.restrict(&has, Some((package, world)));
    docs.sections()
}

/// The package and the name of a world.
fn named(resolve: &Resolve, world: WorldId) -> Option<(String, String)> {
    let world = &resolve.worlds[world];
    let package = &resolve.packages[world.package?].name;
    Some((package.to_string(), world.name.clone()))
}

/// A function for which two worlds encode strings differently.
fn encodings(name: &str, parts: &[Part], decoded: &[Bindgen]) -> Option<Diagnostic> {
    for (at, (part, found)) in parts.iter().zip(decoded).enumerate() {
        for (other, before) in parts[..at].iter().zip(decoded) {
            let encoding = |part: &Part| part.encoding().unwrap_or_default();
            if encoding(part) == encoding(other) {
                continue;
            }
            let functions = functions(&found.resolve, found.world);
            let others = self::functions(&before.resolve, before.world);
            let Some(both) = functions.iter().find(|function| others.contains(function)) else {
                continue;
            };
            let said = |part: &Part| {
                let encoding = match encoding(part) {
                    StringEncoding::UTF8 => "UTF-8 strings",
                    StringEncoding::UTF16 => "UTF-16 strings",
                    StringEncoding::CompactUTF16 => "Latin-1 or UTF-16 strings",
                };
                match part.note.as_str() {
                    "" => encoding.to_string(),
                    note => format!("{encoding}; {note}"),
                }
            };
            return Some(
                METADATA_CONFLICT
                    .report(format!(
                        "two worlds of `{name}` use different string encodings for `{both}`"
                    ))
                    .at(other.place.clone(), said(other))
                    .at(part.place.clone(), said(part))
                    .help("generate all bindings with the same string encoding"),
            );
        }
    }
    None
}

/// The functions of a world, by side.
fn functions(resolve: &Resolve, world: WorldId) -> Vec<String> {
    let world = &resolve.worlds[world];
    let mut all = Vec::new();
    for (side, items) in [("import", &world.imports), ("export", &world.exports)] {
        for (key, item) in items {
            let key = resolve.name_world_key(key);
            match item {
                WorldItem::Function(func) => all.push(format!("{side} {}", func.name)),
                WorldItem::Interface { id, .. } => {
                    let functions = resolve.interfaces[*id].functions.keys();
                    all.extend(functions.map(|func| format!("{side} {key} › {func}")));
                }
                WorldItem::Type { .. } => {}
            }
        }
    }
    all
}

/// Exports whose resources come from an import in their own world, but from an export in the
/// merged one, or vice versa: bindings depend on this, so they would no longer be correct.
fn other_meaning(
    name: &str,
    part: &Part,
    alone: &Bindgen,
    resolve: &Resolve,
    world: WorldId,
) -> Report {
    let mut report = Report::new();
    let own = &alone.resolve.worlds[alone.world];
    let exports = |resolve: &Resolve, world: WorldId| -> Vec<String> {
        let keys = resolve.worlds[world].exports.keys();
        keys.map(|key| resolve.name_world_key(key)).collect()
    };
    let (before, after) = (
        exports(&alone.resolve, alone.world),
        exports(resolve, world),
    );
    for (key, item) in &own.exports {
        let WorldItem::Interface { id, .. } = item else {
            continue;
        };
        for dep in alone.resolve.interface_direct_deps(*id) {
            let dep_name = alone.resolve.name_world_key(&WorldKey::Interface(dep));
            if before.contains(&dep_name) == after.contains(&dep_name)
                || !has_resources(&alone.resolve, dep)
            {
                continue;
            }
            report.push(
                code(part.given)
                    .report(format!(
                        "the worlds of `{name}` conflict: `{}` uses resources of the import \
                         `{dep_name}`, which another world exports",
                        alone.resolve.name_world_key(key)
                    ))
                    .at(part.place.clone(), part.note.clone())
                    .help("export both interfaces in one world, and generate bindings for it once"),
            );
        }
    }
    report
}

fn has_resources(resolve: &Resolve, interface: InterfaceId) -> bool {
    let mut types = resolve.interfaces[interface].types.values();
    types.any(|ty| matches!(resolve.types[*ty].kind, TypeDefKind::Resource))
        || resolve
            .interface_direct_deps(interface)
            .any(|dep| dep != interface && has_resources(resolve, dep))
}

fn code(given: bool) -> &'static Code {
    match given {
        true => &codes::WORLDS_DISAGREE,
        false => &METADATA_CONFLICT,
    }
}

/// A finding that two worlds define one thing differently.
fn contradiction(name: &str, parts: &[Part], conflict: &Conflict) -> Diagnostic {
    let (first, second) = (&parts[conflict.between.0], &parts[conflict.between.1]);
    let given = first.given || second.given;
    let mut path = conflict.path.clone();
    let bare = |step: &String| {
        let step = step
            .strip_prefix("import ")
            .or(step.strip_prefix("export "));
        step.map(str::to_string)
    };
    if let Some(interface) = path.first().and_then(bare) {
        path[0] = interface;
    }
    let what = match &path[..] {
        [] => "a definition".to_string(),
        [one] => format!("`{one}`"),
        [interface, rest @ ..] => format!("`{}` of `{interface}`", rest.join(".")),
    };
    let mut finding = code(given).report(match conflict.is.0.as_str() {
        "" => format!(
            "the worlds of `{name}` conflict in {what}: {}",
            conflict.reason
        ),
        _ if first.people == second.people => {
            format!("two worlds of `{name}` define {what} differently")
        }
        _ => format!(
            "{} and {} define {what} differently",
            first.people, second.people
        ),
    });
    for (part, is) in [(first, &conflict.is.0), (second, &conflict.is.1)] {
        let place = match &part.place {
            Locus::Item { file, path: before } => {
                let steps = before.iter().chain(&conflict.path).cloned();
                Locus::item(file.clone(), steps.collect::<Vec<_>>())
            }
            Locus::File(file) => Locus::item(file.clone(), conflict.path.clone()),
            other => other.clone(),
        };
        let note = match (is.as_str(), part.note.as_str()) {
            ("", note) => note.to_string(),
            (is, "") => is.to_string(),
            (is, note) => format!("{is} ({note})"),
        };
        finding = finding.at(place, note);
    }
    finding.help(match (given, first.given && second.given) {
        (_, true) => "use the same definition in both packages, or give them different versions",
        (true, _) => "pass the WIT package that the bindings were generated from, or omit `--wit`",
        (false, _) => "build all of its libraries with bindings for the same version of the WIT",
    })
}

fn unreadable(name: &str, part: &Part, told: &str) -> Report {
    super::preflight::explain(name, told)
        .at(part.place.clone(), "")
        .into()
}

/// A finding that a world conflicts with itself.
pub(super) fn disagree(name: &str, message: &str) -> Diagnostic {
    codes::WORLDS_DISAGREE
        .report(format!(
            "the world of `{name}` conflicts with itself: {message}"
        ))
        .at(Locus::File(name.to_string()), "")
}

/// The metadata of a module that was given its world.
pub(super) fn given(resolve: Resolve, world: WorldId, encoding: StringEncoding) -> Bindgen {
    Bindgen {
        metadata: ModuleMetadata::new(&resolve, world, encoding),
        resolve,
        world,
        producers: None,
    }
}
