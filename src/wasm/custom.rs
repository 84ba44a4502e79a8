//! What custom sections hold, and which of them tools and people go on needing.
//!
//! May import: `skeleton` (rank 1), `parts`. Deliberately absent: what is in them.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{Encoding, Parser};

use super::sections::{Malformed, Sections, id};

/// What a custom section holds: `names`, `producers`, `debug` or `custom`.
pub(crate) fn kind(name: &str) -> &'static str {
    match name {
        "name" | "component-name" => "names",
        "producers" => "producers",
        "sourceMappingURL" | "external_debug_info" => "debug",
        _ if name.starts_with(".debug_") || name.starts_with(".zdebug_") => "debug",
        _ => "custom",
    }
}

/// Whether a section stays when a binary is made smaller, as with `wasm-tools strip`: the names of
/// functions, which stack traces show, the world of a core module, and what a shared library needs
/// to be linked.
pub(crate) fn is_needed(name: &str) -> bool {
    ["name", "dylink.0"].contains(&name) || name.starts_with("component-type")
}

/// How many bytes of each kind need not be there, in the component or core module in `range`
/// without what is nested in it; as far as it can be read.
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

/// The names and contents of the custom sections whose names begin with `prefix`, of a component or
/// core module, without what is nested in it.
///
/// Fails if a section is cut off.
pub(crate) fn beginning<'a>(
    bytes: &'a [u8],
    prefix: &str,
) -> Result<Vec<(&'a str, &'a [u8])>, Malformed> {
    let encoding = match Parser::is_core_wasm(bytes) {
        true => Encoding::Module,
        false => Encoding::Component,
    };
    let mut sections = Sections::new(bytes, 0..bytes.len(), encoding)?;
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
