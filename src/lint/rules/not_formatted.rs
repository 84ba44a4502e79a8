//! Rule `not-formatted`.

use super::rule;
use crate::diag::Diagnostic;
use crate::lint::{Context, edits};
use crate::wit::format::format;
use crate::wit::syntax::Tree;

rule! {
    /// A file is not formatted as by `witkit fmt`. If all files are formatted the same way, a diff
    /// shows only real changes.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///       /// Removes all values.
    ///       clear: func( );
    /// }
    /// ```
    ///
    /// Run `witkit fmt` or `witkit lint --fix`. Line width and indentation are set in `[fmt]`.
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// This rule is off by default, because `witkit fmt --check` does the same. Turn it on with
    /// `select` or `levels` in `[lint]` to check both with one command.
    NOT_FORMATTED: "not-formatted", Style, Warning, off, check
}

fn check(cx: &mut Context<'_>) {
    for file in cx.files() {
        let tree = &file.tree;
        if !tree.problems().is_empty() {
            continue;
        }
        let formatted = format(tree, cx.options.style);
        if formatted != **tree.text() {
            cx.push(finding(tree, formatted));
        }
    }
}

/// A finding that a text is not as it would be formatted.
pub(crate) fn finding(tree: &Tree, formatted: String) -> Diagnostic {
    let text = tree.text();
    let mut at = 0;
    let mut lines = formatted.split_inclusive('\n');
    for line in text.split_inclusive('\n') {
        if lines.next() != Some(line) {
            break;
        }
        at += line.len();
    }
    let line = text[at..].lines().next().unwrap_or_default();
    let finding = NOT_FORMATTED
        .code
        .report(format!("`{}` is not formatted", tree.name()))
        .at(
            tree.locus(at..at + line.len()),
            "first line that would change",
        );
    let all = edits::replace(tree, 0..text.len(), formatted);
    finding.fix(edits::fix("format the file", true, all))
}
