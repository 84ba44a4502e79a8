//! What a rule is.
//!
//! Lives here: [`Rule`] and the macro that makes a rule of its documentation.
//! May import: `diag` (rank 0), `verdict`. Deliberately absent: any rule (`rules/`, one file
//! each), and finding what they are about (`walk`).

use super::verdict::Effect;
use crate::diag::Code;

/// A rule: a kind of change, with a page that explains it.
///
/// ```
/// use witkit::diff::{Kind, RULES, Rule};
///
/// assert!(RULES.iter().any(|rule| !rule.effect.new_serves_old));
/// let additions = RULES.iter().filter(|rule| rule.kind == Kind::Addition);
/// let names: Vec<&str> = additions.map(|rule: &&Rule| rule.name()).collect();
/// assert!(names.contains(&"interface-added"), "{names:?}");
/// ```
#[derive(Debug)]
pub struct Rule {
    /// Its code; the page is the documentation of the rule's `static`, and the severity what a
    /// change of the kind is if it needs a greater step than was made, or whatever was made.
    pub code: Code,
    /// What it does to linking and source.
    pub effect: Effect,
    /// What its severity and the step depend on.
    pub kind: Kind,
}

/// What follows from a change.
///
/// [`Rule`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What its effect says.
    Change,
    /// As well, but it is at least as much as an addition.
    Addition,
    /// Nothing: it is a finding about NEW on its own, with the severity of its code.
    Remark,
}

impl Rule {
    /// Its name without the namespace.
    pub fn name(&self) -> &'static str {
        self.code
            .name
            .strip_prefix("diff/")
            .unwrap_or(self.code.name)
    }
}

/// Makes a rule. Its documentation is the page of `witkit explain`, and tests run the examples in
/// it: a block `wit old` and the block `wit new` after it, between which this rule finds something,
/// and no other does but those that the second block names with `also:RULE`.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])*
        $rule:ident: $name:literal, $severity:ident, $kind:ident, $effect:ident
    ) => {
        $(#[doc = $doc])*
        pub static $rule: $crate::diff::Rule = $crate::diff::Rule {
            code: $crate::diag::Code {
                name: concat!("diff/", $name),
                severity: $crate::diag::Severity::$severity,
                page: concat!($($doc, "\n"),*),
            },
            effect: $crate::diff::Effect::$effect,
            kind: $crate::diff::rule::Kind::$kind,
        };
    };
}
pub(super) use rule;
