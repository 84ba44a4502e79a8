//! What a rule is.
//!
//! Lives here: [`Rule`], [`Group`] and the macro that makes a rule of its documentation.
//! May import: `diag` (rank 0). Deliberately absent: any rule (`rules/`, one file each).

use super::Context;
use crate::diag::{Code, Diagnostic};
use crate::wit::syntax::Node;

/// What a rule is about; its name selects all of its rules.
///
/// [`Options`](crate::lint::Options) shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Mistakes, and items without effect.
    Correctness,
    /// Versions of packages.
    Versions,
    /// Costs, and support in languages and tools.
    Portability,
    /// Missing or misplaced documentation.
    Docs,
    /// Style.
    Style,
}

impl Group {
    /// All groups.
    pub const ALL: [Group; 5] = [
        Group::Correctness,
        Group::Versions,
        Group::Portability,
        Group::Docs,
        Group::Style,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Group::Correctness => "correctness",
            Group::Versions => "versions",
            Group::Portability => "portability",
            Group::Docs => "docs",
            Group::Style => "style",
        }
    }
}

/// A rule: a check of a package, with a page that explains it.
///
/// [`Options`](crate::lint::Options) shows it in use.
pub struct Rule {
    /// Its code; the page is the documentation of the rule's `static`.
    pub code: Code,
    /// What it is about.
    pub group: Group,
    /// Whether it runs by default.
    pub on: bool,
    /// Runs the check on the files of the package.
    pub(super) check: fn(&mut Context<'_>),
}

impl Rule {
    /// Its name without the namespace, as in `// witkit: allow(unused-use)`.
    pub fn name(&self) -> &'static str {
        self.code
            .name
            .strip_prefix("wit/")
            .unwrap_or(self.code.name)
    }

    /// A finding at a node.
    pub(super) fn at(
        &'static self,
        node: Node<'_>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Diagnostic {
        self.code.report(message).at(node.locus(), label)
    }
}

/// Makes a rule. Its documentation is the page of `witkit explain`, and tests run the examples in
/// it: a block `wit bad` must raise the rule, and nothing else of those that are on; a block
/// `wit good` must not; a block `wit fixed` is what `--fix` makes of the bad block before it. A
/// block `toml` is the `[lint]` table for the examples that follow it. After `bad` or `good`,
/// `file:NAME` is the name of the file, and `features:A,B` the features of gates that are there.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])*
        $rule:ident: $name:literal, $group:ident, $severity:ident, $on:ident, $check:path
    ) => {
        $(#[doc = $doc])*
        pub static $rule: $crate::lint::Rule = $crate::lint::Rule {
            code: $crate::diag::Code {
                name: concat!("wit/", $name),
                severity: $crate::diag::Severity::$severity,
                page: concat!($($doc, "\n"),*),
            },
            group: $crate::lint::Group::$group,
            on: rule!(@ $on),
            check: $check,
        };
    };
    (@ on) => { true };
    (@ off) => { false };
}
pub(super) use rule;
