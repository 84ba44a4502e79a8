//! Custom sections of modules: finding malformed ones, and adding one.
//!
//! Lives here: [`unreadable`], [`readable`], [`without`], [`push_custom`]. May import: `wasm`
//! (rank 1). Deliberately absent: the meaning of sections.

use std::borrow::Cow;

use wasm_encoder::Encode;
use wasm_metadata::{ModuleNames, Producers};

use crate::wasm::custom;
use crate::wasm::sections::id;

/// The names of the malformed `name` and `producers` sections, which do not make a module
/// invalid, but which the encoder cannot handle.
pub(super) fn unreadable(bytes: &[u8]) -> Vec<&str> {
    let all = custom::beginning(bytes, "").unwrap_or_default();
    let found = all
        .into_iter()
        .filter(|(name, data)| !is_readable(name, data));
    found.map(|(name, _)| name).collect()
}

/// A module without the sections that are [`unreadable`].
pub(super) fn readable(bytes: &[u8]) -> Cow<'_, [u8]> {
    kept(bytes.into(), &is_readable)
}

/// A module without the custom sections of certain names.
pub(super) fn without<'a>(bytes: Cow<'a, [u8]>, drop: impl Fn(&str) -> bool) -> Cow<'a, [u8]> {
    kept(bytes, &|name, _| !drop(name))
}

/// A module or component without the custom sections that `keep` is false for.
fn kept<'a>(bytes: Cow<'a, [u8]>, keep: &dyn Fn(&str, &[u8]) -> bool) -> Cow<'a, [u8]> {
    match custom::without_own(&bytes, keep) {
        Ok(Some(kept)) => Cow::Owned(kept),
        // INVARIANT: modules were read before, so that none is cut off.
        Ok(None) | Err(_) => bytes,
    }
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
    bytes.push(id::CUSTOM);
    section.encode(bytes);
}
