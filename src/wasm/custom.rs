//! The kinds of custom sections, and which of them tools and people still need.
//!
//! May import: `sections`, `metadata`, `rewrite`. Deliberately absent: their contents.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{Encoding, Parser};

use super::metadata::{Annotation, Metadata};
use super::rewrite::{Instead, rewrite};
use super::sections::{Malformed, Sections, id};

/// The kind of a custom section: `names`, `producers`, `debug` or `custom`.
pub(crate) fn kind(name: &str) -> &'static str {
    match name {
        "name" | "component-name" => "names",
        "producers" => "producers",
        "sourceMappingURL" | "external_debug_info" => "debug",
        _ if name.starts_with(".debug_") || name.starts_with(".zdebug_") => "debug",
        _ => "custom",
    }
}

/// Whether a section is kept when a binary is slimmed, as with `wasm-tools strip`: the names of
/// functions, which stack traces show, the world of a core module, and what a shared library needs
/// to be linked. Unlike there, the metadata (authors, license) is kept as well.
pub(crate) fn is_needed(name: &str) -> bool {
    ["name", "dylink.0"].contains(&name)
        || name.starts_with("component-type")
        || Annotation::of_section(name).is_some()
}

/// A component or core module without the custom sections that `keep` is false for, at every depth;
/// none if all stay.
///
/// Fails if a section is cut off.
pub(crate) fn without(
    bytes: &[u8],
    keep: &dyn Fn(&str) -> bool,
) -> Result<Option<Vec<u8>>, Malformed> {
    let encoding = encoding(bytes);
    rewrite(bytes, 0..bytes.len(), encoding, &mut |section| {
        let nested =
            encoding == Encoding::Component && [id::MODULE, id::COMPONENT].contains(&section.id);
        Ok(match section.id {
            id::CUSTOM if !keep(section.custom()?.0) => Instead::Nothing,
            _ if nested => match without(&bytes[section.body.clone()], keep)? {
                Some(new) => Instead::Contents(new),
                None => Instead::Itself,
            },
            _ => Instead::Itself,
        })
    })
}

/// A component or core module without those of its own custom sections, by name and contents, that
/// `keep` is false for; none if all stay.
///
/// Fails if a section is cut off.
pub(crate) fn without_own(
    bytes: &[u8],
    keep: &dyn Fn(&str, &[u8]) -> bool,
) -> Result<Option<Vec<u8>>, Malformed> {
    rewrite(bytes, 0..bytes.len(), encoding(bytes), &mut |section| {
        if section.id != id::CUSTOM {
            return Ok(Instead::Itself);
        }
        let (name, data) = section.custom()?;
        Ok(if keep(name, data) {
            Instead::Itself
        } else {
            Instead::Nothing
        })
    })
}

fn encoding(bytes: &[u8]) -> Encoding {
    match Parser::is_core_wasm(bytes) {
        true => Encoding::Module,
        false => Encoding::Component,
    }
}

/// How many bytes of each kind could be removed from the component or core module in `range`,
/// without its nested parts; as far as it can be read.
pub(crate) fn unneeded(
    bytes: &[u8],
    range: Range<usize>,
    encoding: Encoding,
) -> BTreeMap<&'static str, u64> {
    let mut found = BTreeMap::new();
    let Ok(mut sections) = Sections::new(bytes, range, encoding) else {
        return found;
    };
    while let Ok(Some(section)) = sections.next() {
        if section.id == id::CUSTOM
            && let Ok((name, _)) = section.custom()
            && !is_needed(name)
        {
            *found.entry(kind(name)).or_default() += section.raw().len() as u64;
        }
    }
    found
}

/// The metadata of a component or core module, without that of nested parts, as far as it can be
/// read.
pub(crate) fn metadata(bytes: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    for (name, data) in beginning(bytes, "").unwrap_or_default() {
        metadata.read(name, data);
    }
    metadata
}

/// The names and contents of the custom sections whose names begin with `prefix`, of a component or
/// core module, without nested parts.
///
/// Fails if a section is cut off.
pub(crate) fn beginning<'a>(
    bytes: &'a [u8],
    prefix: &str,
) -> Result<Vec<(&'a str, &'a [u8])>, Malformed> {
    let mut sections = Sections::new(bytes, 0..bytes.len(), encoding(bytes))?;
    let mut found = Vec::new();
    while let Some(section) = sections.next()? {
        if section.id == id::CUSTOM {
            let (name, data) = section.custom()?;
            if name.starts_with(prefix) {
                found.push((name, data));
            }
        }
    }
    Ok(found)
}
