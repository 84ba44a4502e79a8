//! WIT packages.

pub mod syntax;
