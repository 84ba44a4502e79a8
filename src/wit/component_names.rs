//! Names of imports and exports as the parts they are made of.
//!
//! May import: nothing of ours. Deliberately absent: which names types have.

use wasmparser::WasmFeatures;
use wasmparser::names::{ComponentName, ComponentNameKind, PlainName};

/// The package and the name in it, of the name of an interface or world: `a:b/c@1.0.0`.
pub(super) fn interface_name(name: &str, suffix: Option<&str>) -> Option<(String, String)> {
    let parsed = ComponentName::new_with_features(name, 0, WasmFeatures::all()).ok()?;
    let ComponentNameKind::Interface(name) = parsed.kind() else {
        return None;
    };
    let version = match name.version(suffix).ok()? {
        Some(version) => format!("@{version}"),
        None => String::new(),
    };
    let package = format!("{}:{}{version}", name.namespace(), name.package());
    Some((package, name.interface().to_string()))
}

pub(super) fn plain_name(name: &str) -> Option<PlainName<'_>> {
    let parsed = ComponentName::new_with_features(name, 0, WasmFeatures::all()).ok()?;
    match parsed.kind() {
        ComponentNameKind::Plain(_) => Some(PlainName::new(name)),
        ComponentNameKind::Interface(_) => None,
    }
}
