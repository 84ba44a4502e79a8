//! `--fix`: the edits that findings propose, applied.
//!
//! Lives here: [`fix`]. May import: `diag`, `wit`. Deliberately absent: writing files; the edits
//! themselves, which are the rules'.
//!
//! Edits are made in rounds, because one may clear the way for another and because two that touch
//! the same text cannot both be made. After each round the package is loaded again, from memory.
//! If it no longer resolves, nothing of it all is handed out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Options, lint};
use crate::diag::{Code, Edit, Report, Severity};
use crate::wit::{self, Texts, Wit};

/// More rounds than this mean that two fixes undo each other.
const MAX_ROUNDS: usize = 32;

/// Fixes left a package that does not resolve.
pub static BROKEN: Code = Code {
    name: "wit/fix-broke-package",
    severity: Severity::Error,
    page: "\
After the fixes that `--fix` (or `--unsafe-fixes`) made, the package no longer resolved. Nothing
was written; the files are as they were.

This is a bug in witkit: fixes are designed not to break a package. Please report it. Until it is
fixed, exclude the rules at fault with `--ignore`.",
};

/// What fixing a package came to.
///
/// [`fix_text`] shows it in use.
pub struct Fixed {
    /// The files that change, with their new texts; no path for standard input.
    pub files: Vec<(Option<PathBuf>, String)>,
    /// How many findings were fixed.
    pub count: usize,
    /// The package as it is now.
    pub wit: Wit,
    /// What is left.
    pub report: Report,
}

/// Lints the package at `path`, applies the fixes, and lints it again.
///
/// Nothing is written. With `unsafe_too`, fixes that may change the meaning are made as well.
/// Fails if the package cannot be loaded, or does not resolve after the fixes
/// (`wit/fix-broke-package`).
///
/// ```no_run
/// use witkit::{lint, wit};
///
/// let options = lint::read("witkit.toml".as_ref())?;
/// let fixed = lint::fix("wit".as_ref(), &wit::Options::default(), &options, false)?;
/// println!("{} findings were fixed, {} are left", fixed.count, fixed.report.diagnostics().len());
/// for (path, text) in fixed.files {
///     std::fs::write(path.expect("the package is in files"), text).expect("they can be written");
/// }
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn fix(
    path: &Path,
    load: &wit::Options,
    options: &Options,
    unsafe_too: bool,
) -> Result<Fixed, Report> {
    rounds(path, load, options, unsafe_too, None)
}

/// As [`fix`], with a text that stands for the file called `name`, which need not exist; only that is
/// changed, and it is among the files of the result whether it was or not.
///
/// ```
/// use witkit::{lint, wit};
///
/// let text = "package a:b; interface k { type t = u8; } interface i { use k.{t}; f: func(); }";
/// let options = lint::Options::default();
/// let over = ("a.wit", text.into());
/// let fixed = lint::fix_text("a.wit".as_ref(), &wit::Options::default(), &options, true, over)?;
/// assert!(!fixed.files[0].1.contains("use k"));
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn fix_text(
    path: &Path,
    load: &wit::Options,
    options: &Options,
    unsafe_too: bool,
    (name, text): (&str, Arc<str>),
) -> Result<Fixed, Report> {
    rounds(path, load, options, unsafe_too, Some((name, text)))
}

fn rounds(
    path: &Path,
    load: &wit::Options,
    options: &Options,
    unsafe_too: bool,
    only: Option<(&str, Arc<str>)>,
) -> Result<Fixed, Report> {
    let mut texts = Texts::new();
    let only = only.map(|(name, text)| {
        texts.insert(name.to_string(), text);
        name
    });
    let mut wit = wit::load_over(path, load, &texts)?;
    let mut fixed = 0;
    let mut report = lint(&wit, options);
    for _ in 0..MAX_ROUNDS {
        let (edits, count) = chosen(&report, unsafe_too, only);
        if edits.is_empty() {
            break;
        }
        for (file, edits) in edits {
            let old = wit.files().iter().find(|f| f.tree.name() == file);
            let Some(old) = old else {
                continue;
            };
            let new = applied(old.tree.text(), &edits);
            texts.insert(file, new.into());
        }
        fixed += count;
        wit = wit::load_over(path, load, &texts).map_err(|mut broken| {
            broken.push(
                BROKEN
                    .report(format!(
                        "`{}` does not resolve after applying fixes; no file was written",
                        path.display()
                    ))
                    .note("this is a bug in witkit: please report it")
                    .help("exclude the rules at fault with `--ignore RULE`"),
            );
            broken
        })?;
        report = lint(&wit, options);
    }
    let files = wit
        .files()
        .iter()
        .filter(|file| texts.contains_key(file.tree.name()))
        .map(|file| (file.path.clone(), file.tree.text().to_string()))
        .collect();
    Ok(Fixed {
        files,
        count: fixed,
        wit,
        report,
    })
}

/// The edits of a round by file, in the order of the text, and how many fixes they are.
///
/// Fixes that touch other files than `only` are left out.
fn chosen(
    report: &Report,
    unsafe_too: bool,
    only: Option<&str>,
) -> (BTreeMap<String, Vec<Edit>>, usize) {
    // By file and start, so that what an edit would touch is right beside it.
    let mut taken: BTreeMap<String, BTreeMap<usize, Edit>> = BTreeMap::new();
    let mut count = 0;
    for finding in report.diagnostics() {
        let Some(fix) = finding.fix.as_deref() else {
            continue;
        };
        let elsewhere = |edit: &Edit| only.is_some_and(|only| edit.file != only);
        let wanted = (fix.safe || unsafe_too) && !fix.edits.is_empty();
        let wanted = wanted && !fix.edits.iter().any(elsewhere);
        if !wanted || fix.edits.iter().any(|edit| touches(&taken, edit)) {
            continue;
        }
        count += 1;
        for edit in &fix.edits {
            let edits = taken.entry(edit.file.clone()).or_default();
            edits.insert(edit.range.0, edit.clone());
        }
    }
    let chosen = taken
        .into_iter()
        .map(|(file, edits)| (file, edits.into_values().collect()));
    (chosen.collect(), count)
}

/// Whether an edit overlaps with one that is taken, or touches it: then the two could be meant in
/// either order.
fn touches(taken: &BTreeMap<String, BTreeMap<usize, Edit>>, edit: &Edit) -> bool {
    let Some(edits) = taken.get(&edit.file) else {
        return false;
    };
    let before = edits.range(..=edit.range.1).next_back();
    before.is_some_and(|(_, other)| other.range.1 >= edit.range.0)
}

/// The text with the edits made, which are sorted and do not overlap.
fn applied(text: &str, edits: &[Edit]) -> String {
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = edit.range;
        new.push_str(text.get(at..start).unwrap_or_default());
        new.push_str(&edit.text);
        at = end;
    }
    new.push_str(text.get(at..).unwrap_or_default());
    new
}
