//! SHA-256 digests as text: 64 hexadecimal digits, in most places behind `sha256:`.
//!
//! May import: nothing of ours. Deliberately absent: other algorithms, which neither lock files nor
//! plans have.

use sha2::{Digest, Sha256};

/// What every digest begins with that says its algorithm.
const PREFIX: &str = "sha256:";

/// The digest of some bytes.
#[doc(hidden)]
pub fn of(bytes: &[u8]) -> String {
    format!("{PREFIX}{}", hex(bytes))
}

/// The digits of the digest alone.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest `text`, in lower case; none if it is none.
pub(crate) fn read(text: &str) -> Option<String> {
    let hex = text.strip_prefix(PREFIX)?.to_ascii_lowercase();
    let is_hex = hex.len() == 64 && hex.chars().all(|c| c.is_ascii_hexdigit());
    is_hex.then(|| format!("{PREFIX}{hex}"))
}

/// Whether `text` is a digest as registries write it: in lower case.
pub(crate) fn is_digest(text: &str) -> bool {
    read(text).as_deref() == Some(text)
}
