//! What several rules need to know about a package, one subject a file.
//!
//! Deliberately absent: rules (`rules/`), and what everybody who reads WIT needs (`wit`).

pub(super) mod docs;
pub(super) mod flat;
pub(super) mod gates;
pub(super) mod handles;
pub(super) mod items;
pub(super) mod keywords;
pub(super) mod packages;
pub(super) mod paths;
#[cfg(test)]
pub(super) mod testing;
pub(super) mod type_names;
pub(super) mod worlds;
