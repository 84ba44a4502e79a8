//! The linter: rules that check a WIT package.
//!
//! Lives here: [`lint`], [`Options`], [`fix`] and the rules, one file each under `rules/`.
//! May import: ranks 0 to 3. Deliberately absent: that text is WIT and its names are known, which
//! is not a matter of rules (`wit`); printing.
//!
//! A rule runs once for a whole package, so that it can look across files. It reports only files of
//! the package itself, not of its dependencies.

mod context;
mod edits;
mod encoder;
mod facts;
mod fix;
mod options;
mod rule;
mod rules;
mod suppress;

pub(crate) use context::Context;
pub use fix::{Fixed, fix, fix_text};
pub use options::{Options, RuleOptions, known, read};
pub use rule::{Group, Rule};
pub use rules::RULES;
#[cfg(feature = "cli")]
pub(crate) use rules::not_formatted;

use crate::diag::{Code, Report};
use crate::wit::Wit;

/// The codes raised here.
///
/// ```
/// use witkit::lint::{RULES, codes};
///
/// assert!(RULES.iter().all(|rule| codes().iter().any(|code| code.name == rule.code.name)));
/// ```
pub fn codes() -> Vec<&'static Code> {
    let rules = RULES.iter().map(|rule| &rule.code);
    rules.chain(CODES.iter().copied()).collect()
}

/// Codes that are no rules.
static CODES: &[&Code] = &[
    &fix::BROKEN,
    &options::UNKNOWN_RULE,
    &suppress::MALFORMED,
    &suppress::UNUSED,
];

/// The findings of all enabled rules in a package, without suppressed ones.
///
/// The report owns the texts that its findings point into.
///
/// ```
/// use witkit::{lint, wit};
///
/// let text = "package acme:kv; interface store { get: func(key: string) -> option<string>; }";
/// let package = wit::load(("store.wit", text), &wit::Options::default())?;
/// let report = lint(&package, &lint::Options::default());
/// assert_eq!(report.diagnostics()[0].code.name, "wit/package-unversioned");
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn lint(wit: &Wit, options: &Options) -> Report {
    let mut report = Report::new();
    let mut context = Context::new(wit, &options.rule_options);
    for rule in RULES {
        let Some(severity) = options.level(rule) else {
            continue;
        };
        (rule.check)(&mut context);
        for mut finding in context.take() {
            finding.severity = severity;
            report.push(finding);
        }
    }
    let report = suppress::apply(wit, options, report);
    let mut report = options.without_ignored(wit, report);
    // Independent of rules, which may be off: a package that cannot be encoded is useless.
    if !report.has_errors()
        && let Some(refused) = encoder::refused(wit)
    {
        report.push(refused);
        report.take_texts(&wit.texts());
        return options.without_ignored(wit, report);
    }
    report
}
