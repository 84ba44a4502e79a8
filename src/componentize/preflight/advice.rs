//! What a finding says besides its message: a fact that explains it, something to do, or both.
//!
//! Lives here: [`Advice`], [`REGENERATE`]. May import: `diag` (rank 0).
//! Deliberately absent: what to advise, which those who know the cause decide.

use std::borrow::Cow;

use crate::diag::Diagnostic;

/// What to do if a module and its WIT do not fit together.
pub(super) const REGENERATE: &str = "generate the bindings again from this WIT package and rebuild, or pass the version that they were generated from";

/// A note, a help, or both. Findings with equal advice are grouped, hence the order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Advice {
    note: Option<Cow<'static, str>>,
    help: Option<Cow<'static, str>>,
}

impl Advice {
    /// A fact.
    pub fn note(note: impl Into<Cow<'static, str>>) -> Advice {
        Advice {
            note: Some(note.into()),
            help: None,
        }
    }

    /// Something to do.
    pub fn help(help: impl Into<Cow<'static, str>>) -> Advice {
        Advice {
            note: None,
            help: Some(help.into()),
        }
    }

    /// This fact, and what to do about it.
    pub fn and(self, help: impl Into<Cow<'static, str>>) -> Advice {
        Advice {
            help: Some(help.into()),
            ..self
        }
    }

    /// Both as one text.
    #[cfg(test)]
    pub fn text(&self) -> String {
        let parts = self.note.iter().chain(&self.help);
        parts.map(AsRef::as_ref).collect::<Vec<_>>().join("; ")
    }

    /// Adds it to a finding.
    pub fn on(&self, mut finding: Diagnostic) -> Diagnostic {
        if let Some(note) = &self.note {
            finding = finding.note(note.as_ref());
        }
        if let Some(help) = &self.help {
            finding = finding.help(help.as_ref());
        }
        finding
    }
}
