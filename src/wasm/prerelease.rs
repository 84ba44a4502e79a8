//! Recognizing invalid files that were made for a pre-release, and what to do about them.
//!
//! Lives here: [`outdated`], [`current`]. May import: `producers`; wasmparser, which stays behind this door.
//! Deliberately absent: reading such encodings.

use std::borrow::Cow;

use wasmparser::{Parser, Payload};

use super::producers::producers;

/// An encoding whose meaning has changed.
struct Old {
    /// Part of the validator's message about it.
    says: &'static str,
    /// What it was, if these bytes had no other meaning and have none today.
    was: Option<&'static str>,
    /// What it is a pre-release of.
    of: &'static str,
    /// The first minor version of `wit-component` that no longer writes it.
    until: u64,
}

const ASYNC: &str = "WASI 0.3";
const MODEL: &str = "the component model";

/// What has changed, by the history of `design/mvp/Binary.md` of the component model and of its
/// reader in wasmparser, which shares the versions of wit-component. The first match counts.
const OLD: &[Old] = &[
    // 0x08: `task.start` in May 2024, `task.backpressure` from July 2024, renamed in January 2025;
    // replaced by 0x24 and 0x25 in September 2025, removed from wasmparser in December.
    Old {
        says: "invalid leading byte (0x8) for canonical function",
        was: Some("`backpressure.set`"),
        of: ASYNC,
        until: 244,
    },
    // 0x07: from May 2024; removed in December 2025, from wasmparser in July 2026.
    Old {
        says: "invalid leading byte (0x7) for canonical function",
        was: Some("`resource.drop async`"),
        of: ASYNC,
        until: 253,
    },
    // Functions with several results, which were named: removed in February 2025.
    Old {
        says: "for number of results",
        was: Some("a function with several results"),
        of: MODEL,
        until: 226,
    },
    // Other built-ins got bytes that had been used for something else, so that what follows is read
    // at the wrong place: 0x05 and 0x06 (`thread.spawn`, `thread.hw_concurrency`), 0x09 to 0x0d
    // (`task.return`, `task.wait`, `task.poll`, `task.yield`, `subtask.drop`: moved by one when
    // `task.start` went, in September 2024; `task.wait` and `task.poll` became `context.get` and
    // `context.set` in January 2025), 0x24 and 0x25 (`subtask.cancel`, `task.cancel`, until April
    // 2025); 0x28 to 0x2c (switching between threads) in July 2026.
    Old {
        says: "canonical",
        was: None,
        of: ASYNC,
        until: 253,
    },
    // The types of streams, futures and error contexts (0x64 to 0x67), until February 2025; the
    // bytes of the first releases of components before.
    Old {
        says: "component",
        was: None,
        of: MODEL,
        until: 226,
    },
    Old {
        says: "instance",
        was: None,
        of: MODEL,
        until: 226,
    },
    Old {
        says: "resource",
        was: None,
        of: MODEL,
        until: 226,
    },
];

/// The validator's message about an unknown version.
pub(super) const UNKNOWN_VERSION: &str = "unknown binary version";

/// What to do about a file that was made for a pre-release.
pub(crate) const REBUILD: &str = "rebuild it with current tools";

/// A note that `bytes`, which are refused with this `message`, were made for a pre-release; none if
/// they were not.
pub(crate) fn outdated(bytes: &[u8], message: &str) -> Option<String> {
    let maker = maker(bytes);
    let mut was = None;
    let of = if message.contains("`[async") {
        ASYNC
    } else if message.contains(UNKNOWN_VERSION) {
        MODEL
    } else {
        // Other bytes mean damage as well as age, so that the producers decide.
        let leading = message.contains("invalid leading byte");
        let mut fitting = OLD.iter().filter(|old| message.contains(old.says));
        let old = fitting.next().filter(|_| leading)?;
        let minor = maker.as_deref()?.rsplit_once(' ')?.1.split('.').nth(1)?;
        if minor.parse::<u64>().ok()? >= old.until {
            return None;
        }
        was = old.was;
        old.of
    };
    let by = maker.map(|maker| format!(" by {maker}"));
    let uses = was.map(|was| format!(" and uses {was}, which was removed"));
    Some(format!(
        "it was made{} for a pre-release of {of}{}",
        by.unwrap_or_default(),
        uses.unwrap_or_default()
    ))
}

/// The `wit-component` that made it, if its producers can be read.
fn maker(bytes: &[u8]) -> Option<String> {
    let bytes = current(bytes);
    let mut parser = Parser::new(0);
    parser.set_features(wasmparser::WasmFeatures::all());
    for payload in parser.parse_all(&bytes) {
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

/// The bytes with the current version of components, so that their sections can be read:
/// pre-releases have the versions 0x0a to 0x0c.
pub(crate) fn current(bytes: &[u8]) -> Cow<'_, [u8]> {
    match bytes {
        [0, b'a', b's', b'm', 0x0a..=0x0c, 0, 1, 0, rest @ ..] => {
            let mut current = wasm_encoder::Component::HEADER.to_vec();
            current.extend_from_slice(rest);
            Cow::Owned(current)
        }
        _ => Cow::Borrowed(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A component by that version of wit-component.
    fn by(version: &str) -> Vec<u8> {
        let mut producers = wasm_metadata::Producers::empty();
        producers.add("processed-by", "wit-component", version);
        let mut bytes = wasm_encoder::Component::HEADER.to_vec();
        bytes.push(0);
        bytes.extend(producers.raw_custom_section());
        bytes
    }

    #[test]
    fn the_producers_decide_whether_bytes_are_old_or_damaged() {
        let canon = |byte| format!("invalid leading byte (0x{byte:x}) for canonical function");
        for (version, message, expected) in [
            ("0.243.0", canon(8), Some("`backpressure.set`")),
            ("0.244.0", canon(8), None),
            ("0.252.0", canon(7), Some("`resource.drop async`")),
            ("0.253.0", canon(7), None),
            (
                "0.252.0",
                canon(0x50),
                Some("by wit-component 0.252.0 for a pre-release of WASI 0.3"),
            ),
            ("0.263.0", canon(0x50), None),
            (
                "0.225.0",
                "invalid leading byte (0x2) for number of results".to_string(),
                Some("several results"),
            ),
            (
                "0.226.0",
                "invalid leading byte (0x2) for number of results".to_string(),
                None,
            ),
            ("0.200.0", "unexpected end-of-file".to_string(), None),
        ] {
            let told = outdated(&by(version), &message);
            match expected {
                Some(words) => {
                    assert!(told.as_ref().is_some_and(|t| t.contains(words)), "{told:?}")
                }
                None => assert_eq!(told, None, "{version}: {message}"),
            }
        }
    }

    #[test]
    fn an_old_version_does_not_hide_the_producers() {
        let mut bytes = by("0.18.0");
        bytes[4] = 0x0c;
        let told = outdated(&bytes, "unknown binary version: 0x1000c").unwrap();
        assert!(told.contains("by wit-component 0.18.0"), "{told}");
    }
}
