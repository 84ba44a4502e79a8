//! What wasm-compose makes of parts, and whether it is what witkit makes of them.
//!
//! Deliberately absent: its own cases and the scenarios (`oracle.rs`).

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use wasm_compose::composer::ComponentComposer;
use wasm_compose::config::Config;
use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::Types;
use wasmparser::{Validator, WasmFeatures};

use crate::support::validate;

/// What wasm-compose makes of a root; it panics on what it has not thought of, which is no
/// answer either.
pub fn oracle(root: &Path, config: &Config) -> Result<Vec<u8>, String> {
    let composed = catch_unwind(AssertUnwindSafe(|| {
        ComponentComposer::new(root, config).compose()
    }));
    let bytes = match composed {
        Ok(result) => result.map_err(|e| format!("{e:#}"))?,
        Err(_) => return Err("a panic".to_string()),
    };
    validate(&bytes)?;
    Ok(bytes)
}

/// Whether two components have the same type: each would do in the other's place, and they name
/// the same imports and exports.
pub fn same_surface(ours: &[u8], theirs: &[u8]) -> Result<(), String> {
    let types = validated_together(&[ours, theirs])?;
    let types = types.as_ref();
    let [ours, theirs] = [0, 1].map(|index| types.component_at(index));
    let names = |kind: &str, ours: Vec<&String>, theirs: Vec<&String>| {
        let [ours, theirs] = [ours, theirs].map(BTreeSet::from_iter);
        match ours == theirs {
            true => Ok(()),
            false => Err(format!(
                "{kind}\n    witkit        {ours:?}\n    wasm-compose  {theirs:?}"
            )),
        }
    };
    names(
        "imports",
        types[ours].imports.keys().collect(),
        types[theirs].imports.keys().collect(),
    )?;
    names(
        "exports",
        types[ours].exports.keys().collect(),
        types[theirs].exports.keys().collect(),
    )?;
    let [ours, theirs] = [ours, theirs].map(ComponentEntityType::Component);
    for (what, a, b) in [
        ("witkit's cannot stand for wasm-compose's", ours, theirs),
        ("wasm-compose's cannot stand for witkit's", theirs, ours),
    ] {
        if !ComponentEntityType::is_subtype_of(&a, types, &b, types) {
            return Err(format!("the types differ: {what}"));
        }
    }
    Ok(())
}

/// The names of a component's imports.
pub fn imports(bytes: &[u8]) -> Result<BTreeSet<String>, String> {
    let types = validated_together(&[bytes])?;
    let types = types.as_ref();
    Ok(types[types.component_at(0)]
        .imports
        .keys()
        .cloned()
        .collect())
}

/// The types of these components, in one validator: only there can they be compared.
fn validated_together(components: &[&[u8]]) -> Result<Types, String> {
    let mut outer = wasm_encoder::Component::new();
    for data in components {
        outer.section(&wasm_encoder::RawSection {
            id: wasm_encoder::ComponentSectionId::Component.into(),
            data,
        });
    }
    Validator::new_with_features(WasmFeatures::all())
        .validate_all(&outer.finish())
        .map_err(|e| format!("the output is not valid: {e}"))
}
