//! The top-level sections of a module or component, jumped over and not read.
//!
//! Lives here: [`sections`], [`custom`], [`push_custom`]. May import: nothing of ours.
//! Deliberately absent: what sections mean.

use std::borrow::Cow;
use std::ops::Range;

use wasm_encoder::Encode;
use wasm_metadata::{ModuleNames, Producers};
use wasmparser::BinaryReader;

/// The id of custom sections, in modules and in components.
pub(super) const CUSTOM: u8 = 0;

/// A section.
pub(super) struct Section {
    pub id: u8,
    /// All of it.
    pub whole: Range<usize>,
    /// Without id and length.
    pub body: Range<usize>,
}

/// The sections of `bytes`, a module or component; none if it is cut off.
pub(super) fn sections(bytes: &[u8]) -> Option<Vec<Section>> {
    let mut found = Vec::new();
    let mut reader = BinaryReader::new(bytes, 0);
    // The magic number and the version.
    reader.read_bytes(8).ok()?;
    while !reader.eof() {
        let start = reader.current_position();
        let id = reader.read_u8().ok()?;
        let len = reader.read_var_u32().ok()? as usize;
        let body = reader.current_position();
        reader.read_bytes(len).ok()?;
        found.push(Section {
            id,
            whole: start..body + len,
            body: body..body + len,
        });
    }
    Some(found)
}

/// The name and the contents of a custom section.
pub(super) fn custom<'a>(bytes: &'a [u8], section: &Section) -> Option<(&'a str, &'a [u8])> {
    if section.id != CUSTOM {
        return None;
    }
    let body = &bytes[section.body.clone()];
    let mut reader = BinaryReader::new(body, 0);
    let name = reader.read_string().ok()?;
    Some((name, &body[reader.current_position()..]))
}

/// All custom sections whose names begin with `prefix`.
pub(super) fn customs<'a>(bytes: &'a [u8], prefix: &str) -> Vec<(&'a str, &'a [u8])> {
    let all = sections(bytes).unwrap_or_default();
    let named = all.iter().filter_map(|section| custom(bytes, section));
    named.filter(|(name, _)| name.starts_with(prefix)).collect()
}

/// The names of the sections with names and producers that cannot be read, which is no fault of a
/// module, but which the encoder has no answer for.
pub(super) fn unreadable(bytes: &[u8]) -> Vec<&str> {
    let all = sections(bytes).unwrap_or_default();
    let found = all.iter().filter_map(|section| custom(bytes, section));
    let found = found.filter(|(name, data)| !is_readable(name, data));
    found.map(|(name, _)| name).collect()
}

/// A module without the sections that are [`unreadable`].
pub(super) fn readable(bytes: &[u8]) -> Cow<'_, [u8]> {
    if unreadable(bytes).is_empty() {
        return Cow::Borrowed(bytes);
    }
    let mut kept = bytes[..8].to_vec();
    for section in sections(bytes).unwrap_or_default() {
        if custom(bytes, &section).is_none_or(|(name, data)| is_readable(name, data)) {
            kept.extend_from_slice(&bytes[section.whole]);
        }
    }
    Cow::Owned(kept)
}

/// A module without the custom sections of certain names.
pub(super) fn without<'a>(bytes: Cow<'a, [u8]>, drop: impl Fn(&str) -> bool) -> Cow<'a, [u8]> {
    let mut kept = bytes[..8].to_vec();
    for section in sections(&bytes).unwrap_or_default() {
        if custom(&bytes, &section).is_none_or(|(name, _)| !drop(name)) {
            kept.extend_from_slice(&bytes[section.whole]);
        }
    }
    Cow::Owned(kept)
}

fn is_readable(name: &str, data: &[u8]) -> bool {
    match name {
        "name" => {
            // The maps in it are read when they are written again.
            let names = ModuleNames::from_bytes(data, 0);
            names.is_ok_and(|names| names.raw_custom_section().is_ok())
        }
        "producers" => Producers::from_bytes(data, 0).is_ok(),
        _ => true,
    }
}

/// Appends a custom section.
pub(super) fn push_custom(bytes: &mut Vec<u8>, name: &str, data: &[u8]) {
    let section = wasm_encoder::CustomSection {
        name: name.into(),
        data: data.into(),
    };
    bytes.push(CUSTOM);
    section.encode(bytes);
}
