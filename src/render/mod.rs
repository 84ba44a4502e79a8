//! Reports in the forms that people and programs read, one file a form.
//!
//! Lives here: [`human`] for terminals and [`plain`] for screen readers, both drawn by miette;
//! [`json`], [`sarif`], [`github`] and [`junit`] for programs; what several of them need: `details`
//! (places and advice as lines of text).
//! May import: `diag` (rank 0). Deliberately absent: deciding what is in a report, and where it is
//! printed.
//!
//! Every form takes time in proportion to the texts and the number of findings.

mod details;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod plain;
pub mod sarif;
