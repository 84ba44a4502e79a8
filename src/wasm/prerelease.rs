//! Whether what is not valid was made for a pre-release, and what to do about it.
//!
//! Lives here: [`advice`]. May import: `producers`; wasmparser, which stays behind this door.
//! Deliberately absent: reading such encodings.

use wasmparser::{Parser, Payload};

use super::producers::producers;

/// The minor version of `wit-component` since which encodings are what they are today.
const SETTLED: u64 = 240;

/// The advice for `bytes` that are refused with this `message`, if they were made for a pre-release.
pub(crate) fn advice(bytes: &[u8], message: &str) -> Option<String> {
    let maker = maker(bytes);
    let of = if message.contains("`[async") {
        "WASI 0.3"
    } else if message.contains("unknown binary version") {
        "the component model"
    } else {
        // Other bytes mean damage as well as age, so that the producers decide.
        let other_bytes = message.contains("invalid leading byte")
            && ["canonical", "component", "instance", "resource"]
                .iter()
                .any(|word| message.contains(word));
        let minor = maker.as_deref()?.rsplit_once(' ')?.1.split('.').nth(1)?;
        if !other_bytes || minor.parse::<u64>().ok()? >= SETTLED {
            return None;
        }
        "the component model"
    };
    let by = maker.map(|maker| format!(", by {maker} (its producers)"));
    Some(format!(
        "it was made for a pre-release of {of}{}; rebuild it with current tools",
        by.unwrap_or_default()
    ))
}

/// The `wit-component` that made it, as far as it can be read.
fn maker(bytes: &[u8]) -> Option<String> {
    let mut parser = Parser::new(0);
    parser.set_features(wasmparser::WasmFeatures::all());
    for payload in parser.parse_all(bytes) {
        match payload {
            Ok(Payload::CustomSection(section)) if section.name() == "producers" => {
                let mut all = producers(section.data()).into_iter();
                if let Some(found) = all.find(|producer| producer.name == "wit-component") {
                    return Some(format!("{} {}", found.name, found.version));
                }
            }
            Ok(_) => {}
            // What follows what cannot be read is searched no further.
            Err(_) => return None,
        }
    }
    None
}
