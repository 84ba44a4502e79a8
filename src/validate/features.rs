//! The enabled proposals, as given on the command line: `all,-simd`.
//!
//! Lives here: [`Features`]. May import: `diag` (rank 0), `wasm` (1); wasmparser, which stays
//! behind this door. Deliberately absent: what each proposal is.

use wasmparser::WasmFeatures;

use crate::diag::did_you_mean;
use crate::wasm::validate::kebab;

/// The proposals of WebAssembly and of the component model that are enabled.
///
/// ```
/// use witkit::validate::Features;
///
/// let old = Features::default().with("mvp,mutable-global")?;
/// assert_ne!(old, Features::default());
/// assert!(Features::default().with("time-travel").is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features(pub(super) WasmFeatures);

/// The proposals at phase 4 or later, and the features of the component model that are part of a
/// WASI release, as in `wasm-tools validate`.
impl Default for Features {
    fn default() -> Features {
        Features(WasmFeatures::default())
    }
}

/// Versions of the specification, and sets that tools agreed on.
const SETS: [(&str, WasmFeatures); 5] = [
    ("lime1", WasmFeatures::LIME1),
    ("mvp", WasmFeatures::MVP),
    ("wasm1", WasmFeatures::WASM1),
    ("wasm2", WasmFeatures::WASM2),
    ("wasm3", WasmFeatures::WASM3),
];

/// Parts of other flags, which `iter_names` does not list.
const PARTS: [(&str, WasmFeatures); 2] = [
    ("bulk-memory-opt", WasmFeatures::BULK_MEMORY_OPT),
    (
        "call-indirect-overlong",
        WasmFeatures::CALL_INDIRECT_OVERLONG,
    ),
];

impl Features {
    /// Applies a list to these features, from left to right: `NAME` enables one, `-NAME` disables
    /// one, `all` and `-all` all of them; `mvp`, `wasm1`, `wasm2`, `wasm3` and `lime1` replace all
    /// features. Blanks do not matter.
    ///
    /// Fails with a sentence about the first unknown name.
    pub fn with(self, list: &str) -> Result<Features, String> {
        let mut features = self.0;
        for entry in list.split(',').map(str::trim).filter(|e| !e.is_empty()) {
            let (name, on) = match entry.strip_prefix('-') {
                Some(name) => (name, false),
                None => (entry, true),
            };
            if let Some((_, set)) = SETS.iter().find(|(known, _)| *known == name) {
                if !on {
                    return Err(format!(
                        "the feature set `{name}` cannot be disabled; disable single features instead"
                    ));
                }
                features = *set;
                continue;
            }
            let Some((_, flag)) = known().into_iter().find(|(known, _)| known == name) else {
                return Err(unknown(name));
            };
            features.set(flag, on);
        }
        Ok(Features(features))
    }
}

/// All names except those of sets.
fn known() -> Vec<(String, WasmFeatures)> {
    let all = WasmFeatures::all();
    let flags = all.iter_names().map(|(name, flag)| (kebab(name), flag));
    let mut known: Vec<_> = flags.collect();
    known.extend(PARTS.map(|(name, flag)| (name.to_string(), flag)));
    known.push(("all".to_string(), all));
    known
}

fn unknown(name: &str) -> String {
    let mut names: Vec<String> = known().into_iter().map(|(name, _)| name).collect();
    names.extend(SETS.map(|(name, _)| name.to_string()));
    names.sort();
    let advice = match did_you_mean(name, names.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known features: {}", names.join(", ")),
    };
    format!("unknown feature `{name}`; {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(list: &str) -> WasmFeatures {
        Features::default().with(list).expect("it is known").0
    }

    #[test]
    fn a_list_is_read_from_left_to_right() {
        assert_eq!(made(""), WasmFeatures::default());
        assert_eq!(made("all"), WasmFeatures::all());
        assert!(!made("all,-simd").contains(WasmFeatures::SIMD));
        assert!(made("-simd, simd").contains(WasmFeatures::SIMD));
        assert_eq!(made("simd,mvp"), WasmFeatures::MVP);
        assert_eq!(
            made("mvp,component-model"),
            WasmFeatures::MVP | WasmFeatures::COMPONENT_MODEL
        );
        assert!(made("-all").is_empty());
        assert!(made("cm-gc").contains(WasmFeatures::CM_GC));
        assert!(made("mvp,bulk-memory-opt").contains(WasmFeatures::BULK_MEMORY_OPT));
    }

    #[test]
    fn every_flag_has_a_name() {
        for (name, flag) in known() {
            assert!(made(&format!("mvp,{name}")).contains(flag), "{name}");
        }
    }

    #[test]
    fn what_is_not_known_is_told_with_what_was_meant() {
        let told = Features::default()
            .with("cm-asyn")
            .expect_err("it is not known");
        assert_eq!(told, "unknown feature `cm-asyn`; did you mean `cm-async`?");
        let told = Features::default().with("-wasm2").expect_err("it is a set");
        assert!(told.contains("feature set"), "{told}");
    }
}
