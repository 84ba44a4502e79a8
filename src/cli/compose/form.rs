//! The formats of `witkit compose`: those of plans, and those of findings.
//!
//! May import: everything (rank 5). Deliberately absent: the plans (`compose`).

use std::path::Path;

use clap::ValueEnum;

use crate::cli::args::Printable;
use crate::cli::extension::{self, Holds};
use crate::cli::terminal::{Failure, usage};

/// In which form findings and the plan are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people
    Human,
    /// For people, in sentences: for screen readers, and wherever drawings are in the way
    Plain,
    /// For programs: the plan as witkit.plan/1, findings as witkit.report/1
    Json,
    /// The plan as a script of wac; findings for people
    Wac,
    /// For code scanning and editors: SARIF 2.1.0
    Sarif,
    /// For annotations in GitHub Actions
    Github,
    /// For code quality reports in GitLab
    Gitlab,
    /// For test reports in CI: JUnit XML
    Junit,
    /// For job summaries and comments: a table
    Markdown,
}

impl Printable for Form {
    const DEFAULT: Form = Form::Human;
    const JSON: Form = Form::Json;
}

/// What is written of a plan, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Document {
    Json,
    Script,
}

impl Document {
    /// What the output file holds of the plan instead of a component, if it does.
    pub fn of_file(with_plan: bool, output: Option<&Path>) -> Option<Document> {
        match extension::holds(output) {
            Some(Holds::Json) if with_plan => Some(Document::Json),
            Some(Holds::Wac) if with_plan => Some(Document::Script),
            _ => None,
        }
    }

    /// Fails if a script is asked for where there is none.
    pub fn check(form: Form, with_plan: bool, output: Option<&Path>) -> Result<(), Failure> {
        match (form, Document::of_file(with_plan, output)) {
            (Form::Wac, _) if !with_plan => Err(usage("`--format wac` requires `--plan`")),
            (Form::Wac, Some(Document::Json)) => {
                Err(usage(extension::cannot_hold(output, "`--format wac`")))
            }
            _ => match extension::holds(output) {
                Some(Holds::Wac) if !with_plan => Err(usage(
                    "writing a script requires `--plan`, which writes the plan as one",
                )),
                _ => Ok(()),
            },
        }
    }
}
