//! Reports in the forms that people and programs read, one file a form.
//!
//! May import: `diag` (rank 0). Deliberately absent: deciding what is in a report.

pub mod human;
pub mod json;
