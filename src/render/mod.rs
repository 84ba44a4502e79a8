//! Reports in the forms that people and programs read, one file a form.
//!
//! Lives here: [`human`] for terminals and [`plain`] for screen readers, both drawn by miette;
//! [`json`], [`sarif`], [`github`], [`gitlab`] and [`junit`] for programs, [`markdown`] for pages that
//! programs make; what several of them need: `details` (places and advice as lines of text) and
//! `fingerprint` (what a finding is known by from run to run).
//! May import: `diag` (rank 0). Deliberately absent: deciding what is in a report, and where it is
//! printed.
//!
//! Every form takes time in proportion to the texts and the number of findings.

mod details;
mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod plain;
pub mod sarif;
