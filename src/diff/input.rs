//! What is compared: a path, or a revision of git.
//!
//! Lives here: [`Input`] and reading both sides. May import: `diag`, `source`, `wit`, `git`.
//! Deliberately absent: comparing them.

use std::path::{Path, PathBuf};

use super::context::Side;
use super::git;
use crate::diag::{Code, Locus, Report, Severity};
use crate::source::{self, Source};
use crate::wit::{self, More, Options, Search, Wit};

/// A component and something that is none.
pub static NOT_COMPARABLE: Code = Code {
    name: "diff/not-comparable",
    severity: Severity::Error,
    page: "\
One side of the comparison is a component, the other a WIT package. Components are compared only
with components, because their imports and exports have neither the name nor the version of a
package.

To print the world of a component, run `witkit wit COMPONENT`. To check whether a component fits a
world, run `witkit check COMPONENT --wit PATH`.",
};

/// One side of a comparison.
///
/// ```
/// use witkit::diff::Input;
///
/// let released = Input::parse("git:v1.0.0:wit");
/// assert!(matches!(&released, Input::Git { revision, .. } if revision == "v1.0.0"));
/// assert!(matches!(Input::parse("wit"), Input::Path(_)));
/// assert!(matches!(Input::from(("kv.wit", "package acme:kv;")), Input::Bytes(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file or folder; `-` for standard input.
    Path(PathBuf),
    /// Something in a revision of a git repository.
    Git {
        /// A commit, tag or branch.
        revision: String,
        /// From the root of the repository; without one, that of the other side.
        path: Option<String>,
    },
    /// Bytes that are in memory.
    Bytes(Source),
}

impl<I: Into<source::Input>> From<I> for Input {
    fn from(input: I) -> Input {
        match input.into() {
            source::Input::Path(path) => Input::Path(path),
            source::Input::Bytes(source) => Input::Bytes(source),
        }
    }
}

impl Input {
    /// Reads `git:REVISION[:PATH]`, or a path.
    pub fn parse(text: &str) -> Input {
        let Some(rest) = text.strip_prefix("git:") else {
            return Input::Path(PathBuf::from(text));
        };
        match rest.split_once(':') {
            Some((revision, path)) => Input::Git {
                revision: revision.to_string(),
                path: Some(path.to_string()),
            },
            None => Input::Git {
                revision: rest.to_string(),
                path: None,
            },
        }
    }

    fn path(&self) -> Option<&Path> {
        match self {
            Input::Path(path) if path != Path::new("-") => Some(path),
            _ => None,
        }
    }

    fn git_path(&self) -> Option<&str> {
        match self {
            Input::Git { path, .. } => path.as_deref(),
            Input::Path(_) | Input::Bytes(_) => None,
        }
    }
}

/// Reads both sides; fails with all that is wrong with either.
///
/// What a side needs and does not have is looked for with `search`.
pub(super) fn read(old: &Input, new: &Input, search: &Search) -> Result<(Side, Side), Report> {
    let sides = (side(old, new, search), side(new, old, search));
    let (old, new) = match sides {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            let mut report = Report::new();
            for failed in [old.err(), new.err()].into_iter().flatten() {
                report.extend(failed);
            }
            return Err(report);
        }
    };
    if old.is_component != new.is_component {
        let (component, package) = match old.is_component {
            true => (&old, &new),
            false => (&new, &old),
        };
        let message = format!(
            "cannot compare component `{}` with WIT package `{}`",
            component.name, package.name
        );
        return Err(NOT_COMPARABLE
            .report(message)
            .at(Locus::File(component.name.clone()), "")
            .help(format!(
                "run `witkit wit {}` to print the world of the component",
                component.name
            ))
            .into());
    }
    Ok((old, new))
}

fn side(input: &Input, other: &Input, search: &Search) -> Result<Side, Report> {
    // Gates are compared, so all that is behind them has to be there.
    let options = Options {
        features: Vec::new(),
        all_features: true,
        search: search.clone(),
    };
    let mut notes = Report::new();
    let (wit, name) = match input {
        Input::Path(path) => {
            let name = match path == Path::new("-") {
                true => "stdin".to_string(),
                false => path.to_string_lossy().into_owned(),
            };
            (wit::convert::read(path, &options)?, name)
        }
        Input::Bytes(source) => {
            let name = source.name().to_string();
            (wit::convert::read_source(source.clone(), &options)?, name)
        }
        Input::Git { revision, path } => {
            let path = path.as_deref().or(other.git_path());
            let tree = git::read(revision, path, other.path())?;
            (tree_of(&tree, &options, &mut notes)?, tree.name)
        }
    };
    let is_component = wit.files().is_empty()
        && wit.resolve.packages[wit.main].name.to_string() == "root:component";
    Ok(Side {
        wit,
        name,
        is_component,
        notes,
    })
}

/// Whether a package was not found.
fn is_missing(report: &Report) -> bool {
    let mut found = report.diagnostics().into_iter();
    found.any(|finding| finding.code.name == wit::UNKNOWN_PACKAGE.name)
}

fn tree_of(tree: &git::Tree, options: &Options, notes: &mut Report) -> Result<Wit, Report> {
    if let [(path, bytes)] = tree.files.as_slice()
        && path.is_empty()
    {
        let source = Source::memory(tree.name.as_str(), bytes.clone());
        return wit::convert::read_source(source, options);
    }
    let load = |more| wit::load_files(&tree.name, &tree.files, more, options);
    let alone = match load(More::Nothing) {
        Err(report) if is_missing(&report) => report,
        read => return read,
    };
    // What a package tool fetches is often ignored by git.
    let Some(folder) = tree.work_tree_deps.as_deref() else {
        return Err(alone);
    };
    let wit = load(More::Deps(folder)).map_err(|report| match is_missing(&report) {
        true => alone,
        false => report,
    })?;
    notes.push(
        git::WORK_TREE_DEPS
            .report(format!(
                "dependencies of `{}` are not in the revision: using `{}` of the work tree",
                tree.name,
                folder.display()
            ))
            .at(Locus::File(tree.name.clone()), ""),
    );
    Ok(wit)
}
