//! Digests of contents: `sha256:` and 64 hexadecimal digits.
//!
//! May import: nothing of ours. Deliberately absent: other algorithms, which no lock file has.

use sha2::{Digest, Sha256};

/// What every digest begins with.
const PREFIX: &str = "sha256:";

/// The digest of some bytes.
pub fn of(bytes: &[u8]) -> String {
    let mut text = String::from(PREFIX);
    for byte in Sha256::digest(bytes) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// The digest `text`, in lower case; none if it is none.
pub fn read(text: &str) -> Option<String> {
    let hex = text.strip_prefix(PREFIX)?.to_ascii_lowercase();
    let is_hex = hex.len() == 64 && hex.chars().all(|c| c.is_ascii_hexdigit());
    is_hex.then(|| format!("{PREFIX}{hex}"))
}
