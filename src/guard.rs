//! Panics of the libraries that encode and parse, caught and answered as a finding.
//!
//! Lives here: [`caught`], [`bug`], [`is_bug`] and [`record`]. May import: `diag`, `source` (rank 0).
//! Deliberately absent: repairing anything. What is caught is a bug, of ours or of a library, and
//! nothing that was made until then is used.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::diag::{Code, Diagnostic, Locus, Report, Severity};
use crate::source::Source;

static BUG: Code = Code {
    name: "witkit/bug",
    severity: Severity::Error,
    page: "\
witkit, or one of the libraries that it encodes and parses with, has met a state that it takes to be
impossible. Nothing was written, and nothing is said about the input: it may be right or wrong. The
exit code is 2, as for everything that is not the input's fault.

Please report it, with the message, the version, and the inputs if they can be shared. Their SHA-256
digests tell whether two reports are about the same one.",
};

/// The codes raised here.
pub static CODES: &[&[&Code]] = &[&[&BUG]];

thread_local! {
    /// What the last panic of this thread said, and where; see [`record`].
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Has panics be recorded, and not printed: for a process that answers all of them by [`bug`].
pub fn record() {
    panic::set_hook(Box::new(|info| {
        // INVARIANT: nothing panics while it holds the cell.
        LAST.with(|last| {
            if let Ok(mut last) = last.try_borrow_mut() {
                let said = said(info.payload());
                let place = info.location().map(|at| {
                    let file = without_registry(at.file());
                    format!(" ({file}:{})", at.line())
                });
                *last = Some(format!("{said}{}", place.unwrap_or_default()));
            }
        });
    }));
}

/// What `run` returns; if it panics, what the panic said.
///
/// What `run` changes must not be used any more if it panics.
pub fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(run)).map_err(|payload| {
        let recorded = LAST.with(|last| last.try_borrow_mut().ok()?.take());
        recorded.unwrap_or_else(|| said(&*payload))
    })
}

/// A source file without the folder in which the machine that built this had its crates.
fn without_registry(file: &str) -> &str {
    let after = file
        .split_once("registry/src/")
        .map_or(file, |(_, rest)| rest);
    match after == file {
        true => file,
        false => after.split_once('/').map_or(after, |(_, rest)| rest),
    }
}

fn said(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or(payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_string()
}

/// A finding about a panic that said `said` while `doing` something with `files`.
pub fn bug(doing: &str, said: &str, files: &[PathBuf]) -> Diagnostic {
    let mut finding = BUG.report(format!(
        "witkit {} failed unexpectedly while {doing}: {said}",
        env!("CARGO_PKG_VERSION")
    ));
    for file in files {
        // What was standard input cannot be read again.
        let Ok(source) = Source::open(file) else {
            continue;
        };
        let digest: String = Sha256::digest(source.bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        finding = finding.at(
            Locus::File(file.display().to_string()),
            format!("sha256:{digest}"),
        );
    }
    finding.help("report this as a bug of witkit, with this message and the inputs")
}

/// Whether a report has such a finding, so that the input is not what is at fault.
pub fn is_bug(report: &Report) -> bool {
    let all = report.diagnostics();
    all.iter().any(|finding| finding.code.name == BUG.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_finding_with_the_digest_of_its_input() {
        let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/main.rs"));
        let said = caught(|| panic!("no such index")).expect_err("it panics");
        assert!(said.starts_with("no such index"), "{said}");
        let mut report = Report::new();
        report.push(bug("componentizing", &said, &[file]));
        assert!(is_bug(&report));
        let text = format!("{:?}", report.diagnostics());
        assert!(text.contains("no such index"), "{text}");
        let (_, digest) = text.split_once("sha256:").expect("a digest");
        let digits = digest.chars().take_while(char::is_ascii_hexdigit);
        assert_eq!(digits.count(), 64, "{text}");
    }
}
