//! The formats of `witkit graph`: those of drawings, and those of findings beside a tree.
//!
//! May import: everything (rank 5). Deliberately absent: drawing (`graph`).

use std::path::Path;

use clap::ValueEnum;

use crate::cli::args::Printable;
use crate::cli::extension::{self, Holds};
use crate::cli::terminal::{Failure, usage};

/// In which form a graph is written, or its findings, with the graph as a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// A tree to read; findings for people
    #[value(alias = "human")]
    Tree,
    /// A tree to read; findings in sentences, for screen readers
    Plain,
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// For programs: witkit.graph/1; findings as witkit.report/1
    Json,
    /// A drawing, light and dark
    Svg,
    /// A page to click through, with the WIT of all interfaces
    Html,
    /// Findings for code scanning and editors: SARIF 2.1.0
    Sarif,
    /// Findings for annotations in GitHub Actions
    Github,
    /// Findings for code quality reports in GitLab
    Gitlab,
    /// Findings for test reports in CI: JUnit XML
    Junit,
    /// Findings for job summaries and comments: a table
    Markdown,
}

impl Printable for Form {
    const DEFAULT: Form = Form::Tree;
    const JSON: Form = Form::Json;
}

impl Form {
    /// Its name, as --format takes it.
    pub fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or(String::new(), |value| value.get_name().to_string())
    }

    /// What a file with this extension holds; fails if that is no graph.
    pub fn by_extension(output: Option<&Path>) -> Result<Option<Form>, Failure> {
        Ok(match extension::holds(output) {
            None => None,
            Some(Holds::Dot) => Some(Form::Dot),
            Some(Holds::Mermaid) => Some(Form::Mermaid),
            Some(Holds::Json) => Some(Form::Json),
            Some(Holds::Svg) => Some(Form::Svg),
            Some(Holds::Html) => Some(Form::Html),
            Some(Holds::Wasm | Holds::Wat | Holds::Wit | Holds::Wac) => {
                return Err(usage(extension::cannot_hold(output, "a graph")));
            }
        })
    }

    /// Whether the graph itself has such a form, and not only findings.
    pub fn is_drawn(self) -> bool {
        !matches!(
            self,
            Form::Plain | Form::Sarif | Form::Github | Form::Gitlab | Form::Junit | Form::Markdown
        )
    }
}
