//! The rules, one file each.
//!
//! Deliberately absent: anything that is not a rule, but what several of them need.

mod empty_interface;
mod unused_use;

use super::rule::{Rule, rule};

/// All rules, by name.
pub static RULES: &[&Rule] = &[&empty_interface::EMPTY_INTERFACE, &unused_use::UNUSED_USE];
