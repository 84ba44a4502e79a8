//! Packages by name: references, lock files, and where the bytes of a package come from.
//!
//! Lives here: what knows packages before any verb does. Images and the registries that hold them are
//! `registry`'s. May import: ranks 0 to 2.
//! Deliberately absent: HTTP (`registry`), and what a verb does with a package.

#[doc(hidden)]
pub use crate::registry::{Image, Pulled, Registry};
