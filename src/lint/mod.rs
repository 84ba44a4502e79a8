//! The linter: rules that a package of WIT is held against.
//!
//! Lives here: [`lint`], [`Settings`], [`fix`] and the rules, one file each under `rules/`.
//! May import: ranks 0 to 3. Deliberately absent: that text is WIT and its names are known, which
//! is not a matter of rules (`wit`); printing.
//!
//! A rule is asked once for a whole package, so that it may look across files, and speaks only of
//! files that are part of what was asked for, not of dependencies.

mod context;
mod edits;
mod encoder;
mod facts;
mod fix;
mod rule;
mod rules;
mod settings;
mod suppress;

pub(crate) use context::Context;
#[cfg(feature = "cli")]
pub(crate) use fix::fix_text;
pub use fix::{Fixed, fix};
pub use rule::{Group, Rule};
pub use rules::RULES;
#[cfg(feature = "cli")]
pub(crate) use rules::not_formatted;
pub use settings::{Options, Settings, known, read};

use crate::diag::{Code, Report};
use crate::wit::Wit;

/// The codes raised here.
pub fn codes() -> Vec<&'static Code> {
    let rules = RULES.iter().map(|rule| &rule.code);
    rules.chain(CODES.iter().copied()).collect()
}

/// Codes that are no rules.
static CODES: &[&Code] = &[
    &fix::BROKEN,
    &settings::UNKNOWN_RULE,
    &suppress::MALFORMED,
    &suppress::UNUSED,
];

/// What the rules that are on have to say about a package, suppressions considered.
///
/// The report owns the texts that its findings point into.
pub fn lint(wit: &Wit, settings: &Settings) -> Report {
    let mut report = Report::new();
    let mut context = Context::new(wit, &settings.options);
    for rule in RULES {
        let Some(severity) = settings.level(rule) else {
            continue;
        };
        (rule.check)(&mut context);
        for mut finding in context.take() {
            finding.severity = severity;
            report.push(finding);
        }
    }
    let report = suppress::apply(wit, settings, report);
    let mut report = settings.without_ignored(wit, report);
    // Not a matter of rules, which may be off: what has no binary form is of use to nobody.
    if !report.has_errors()
        && let Some(refused) = encoder::refused(wit)
    {
        report.push(refused);
        report.take_texts(&wit.texts());
        return settings.without_ignored(wit, report);
    }
    report
}
