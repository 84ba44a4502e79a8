//! What a `producers` section says: languages, tools and SDKs, with versions.
//!
//! Lives here: [`Producer`] and [`producers`]. May import: nothing of ours (rank 1).
//! Deliberately absent: what a tool is known for (the verbs know).

/// A tool or language of the producers section, with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Producer {
    /// `language`, `processed-by` or `sdk`.
    pub field: String,
    pub name: String,
    pub version: String,
}

/// What the data of a producers section says; nothing if it is broken, as modules are valid with
/// such, too.
pub(crate) fn producers(data: &[u8]) -> Vec<Producer> {
    let Ok(read) = wasm_metadata::Producers::from_bytes(data, 0) else {
        return Vec::new();
    };
    let mut producers = Vec::new();
    for (field, values) in read.iter() {
        for (name, version) in values.iter() {
            producers.push(Producer {
                field: field.clone(),
                name: name.clone(),
                version: version.clone(),
            });
        }
    }
    producers
}
