//! Random packages that change: whether an existing guest still links is what `diff` says, and what
//! composing shows.
//!
//! Deliberately absent: how that is found out (`targets::diff`), worlds with exports (`oracle` has
//! them), and running.

use crate::targets::diff::{Came, evolution};

#[test]
fn a_guest_links_with_a_changed_host_if_and_only_if_nothing_is_said_to_break_it() {
    let mut came = Vec::new();
    for seed in 1..=200 {
        match evolution(seed * 0xD1B5_4A32) {
            Ok(result) => came.push(result),
            Err(told) => panic!("seed {seed}, {told}"),
        }
    }
    let count = |wanted| came.iter().filter(|came| **came == wanted).count();
    let (links, breaks) = (count(Came::Links), count(Came::Breaks));
    assert!(links > 30 && breaks > 40, "{links} {breaks}");
}
