//! The only place of the library that prints: a build script talks to cargo on standard output.
//!
//! Lives here: [`print`]. May import: nothing but its parent.
//! Deliberately absent: what is printed ([`Outcome::instructions`]).

use super::Outcome;

/// Prints the instructions, and ends the process if there are errors.
pub(super) fn print(outcome: Outcome) {
    for line in outcome.instructions() {
        println!("{line}");
    }
    if outcome.report.has_errors() {
        // Cargo shows the errors, and that the script failed.
        std::process::exit(1);
    }
}
