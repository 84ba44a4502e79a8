//! Manifests of hosts that connect components as they run, which leaves nothing to compose.
//!
//! Lives here: [`not_composed`]. May import: `diag` (rank 0).
//! Deliberately absent: manifests that say what is composed (`spin`).

use super::codes;
use crate::diag::{Diagnostic, Locus};

/// The API groups of manifests of wasmCloud, each with what they are called.
const GROUPS: &[(&str, &str)] = &[
    ("core.oam.dev/", "an application of wasmCloud (wadm)"),
    ("runtime.wasmcloud.dev/", "a workload of wasmCloud"),
    ("k8s.wasmcloud.dev/", "a resource of wasmCloud"),
];

/// What is to be said of such a manifest, if it is one: YAML or JSON with an `apiVersion` that is known.
pub(super) fn not_composed(file: &str, text: &str) -> Option<Diagnostic> {
    let clean = |text: &str| text.trim().trim_matches(['"', '\'', ',']).to_string();
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (clean(key) == "apiVersion").then(|| clean(value))
    })?;
    let (_, what) = GROUPS.iter().find(|(group, _)| value.starts_with(group))?;
    let finding = codes::UNSUPPORTED_CONFIG
        .report(format!(
            "`{file}` is {what}, which says nothing about composition"
        ))
        .at(Locus::File(file.to_string()), "")
        .note("the host links its components and providers as they run");
    Some(finding.help("pass the components themselves: `witkit compose ROOT -d FILE`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_of_wasmcloud_are_known_in_yaml_and_json() {
        let known = |text| not_composed("wadm.yaml", text).is_some();
        assert!(known(
            "apiVersion: core.oam.dev/v1beta1\nkind: Application\n"
        ));
        assert!(known("---\napiVersion: \"core.oam.dev/v1beta1\"\n"));
        assert!(known(
            "{\n  \"apiVersion\": \"runtime.wasmcloud.dev/v1alpha1\",\n"
        ));
        assert!(!known("apiVersion: v1\nkind: Pod\n"));
        assert!(!known("definitions:\n  - a.wasm\n"));
        assert!(!known("[compose.app]\nroot = \"app.wasm\"\n"));
    }
}
