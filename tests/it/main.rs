//! The tests of witkit as a whole: one binary, one module for each subject.
//!
//! `WITKIT_BLESS=1 cargo test` rewrites the snapshots under `fixtures/`; read what changed.

mod compose;
mod layers;
mod oracle;
mod readme;
mod run;
mod support;
