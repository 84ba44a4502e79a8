//! Places and advice as lines of text, for the forms that draw no snippets.
//!
//! May import: `diag` (rank 0). Deliberately absent: colours, widths and any escaping.

use crate::diag::position::Places;
use crate::diag::{Diagnostic, Fix, Locus};

/// The file that a locus names. A part of a composition is called `FILE (NAME)` where its name is
/// not the file's; programs that open the file need it alone.
pub(super) fn path(locus: &Locus) -> &str {
    match locus {
        Locus::Text { file, .. } => file,
        Locus::File(file) | Locus::Item { file, .. } => match file.rsplit_once(" (") {
            Some((path, name)) if name.ends_with(')') => path,
            _ => file,
        },
    }
}

/// A place in one line: `store.wit:3:7`, or `app.wasm › import a:b/c › get`.
pub(super) fn place(locus: &Locus, places: &Places) -> String {
    match locus {
        Locus::File(file) => file.clone(),
        Locus::Text { file, .. } => match places.span(locus) {
            Some((start, _)) => format!("{file}:{}:{}", start.line, start.column),
            None => file.clone(),
        },
        Locus::Item { file, path } => item(file, path),
    }
}

/// An item and the way to it.
pub(super) fn item(file: &str, path: &[String]) -> String {
    let steps: String = path.iter().map(|step| format!(" › {step}")).collect();
    format!("{file}{steps}")
}

/// What a fix does, and whether it may change the meaning of something.
pub(super) fn fix(fix: &Fix) -> String {
    let warning = if fix.safe { "" } else { " (unsafe)" };
    format!("{}{warning}", fix.message)
}

/// All that a finding has to say besides its message, a line each.
pub(super) fn all(d: &Diagnostic, places: &Places) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, label) in d.labels.iter().enumerate() {
        // The first place is where the form itself points to, unless it cannot say it all.
        let said = at == 0 && !matches!(label.locus, Locus::Item { .. });
        match (said, label.text.as_str()) {
            (true, "") => {}
            (false, "") => lines.push(place(&label.locus, places)),
            (_, text) => lines.push(format!("{}: {text}", place(&label.locus, places))),
        }
    }
    lines.extend(d.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(d.help.iter().map(|help| format!("help: {help}")));
    lines.extend(d.fix.iter().map(|f| format!("fix: {}", fix(f))));
    lines
}
