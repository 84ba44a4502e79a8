//! Panics of the libraries that encode and parse, caught and reported as a finding.
//!
//! Lives here: [`caught`], [`bug`] and [`record`]. May import: `diag`, `source` (rank 0).
//! Deliberately absent: recovery. A caught panic is a bug, of ours or of a library, and
//! nothing that was created until then is used.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use crate::diag::{Code, Diagnostic, Locus, Severity};
use crate::source::{Source, digest};

static BUG: Code = Code {
    name: "witkit/bug",
    severity: Severity::Error,
    page: "\
witkit, or one of the libraries that it uses for parsing and encoding, reached a state that should
be impossible. Nothing was written, and the input may be correct or not. The exit code is 2, as for
every failure that the input did not cause.

Please report the bug with the message, the version and, if possible, the inputs. The SHA-256
digests of the inputs show whether two reports are about the same file.",
};

/// The codes raised here.
pub static CODES: &[&[&Code]] = &[&[&BUG]];

thread_local! {
    /// What the last panic of this thread said, and where; see [`record`].
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Records panics instead of printing them: for a process that reports all of them with [`bug`].
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

/// The result of `run`; if it panics, the panic message.
///
/// What `run` changes must not be used any more if it panics.
pub fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(run)).map_err(|payload| {
        let recorded = LAST.with(|last| last.try_borrow_mut().ok()?.take());
        recorded.unwrap_or_else(|| said(&*payload))
    })
}

/// The path of a source file without the directory of crates on the build machine.
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

/// A finding about a panic that said `said` while `doing` something with `inputs`.
pub fn bug(doing: &str, said: &str, inputs: &[Source]) -> Diagnostic {
    let mut finding = BUG.report(format!(
        "witkit {} failed unexpectedly while {doing}: {said}",
        env!("CARGO_PKG_VERSION")
    ));
    for source in inputs {
        let place = Locus::File(source.name().to_string());
        finding = finding.at(place, digest::of(source.bytes()));
    }
    finding.help("report this bug of witkit, with this message and the inputs")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Report;

    #[test]
    fn a_panic_becomes_a_finding_with_the_digest_of_its_input() {
        let file = std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/main.rs"));
        let said = caught(|| panic!("no such index")).expect_err("it panics");
        assert!(said.starts_with("no such index"), "{said}");
        let mut report = Report::new();
        let source = Source::open(&file).expect("it is there");
        report.push(bug("componentizing", &said, &[source]));
        let text = format!("{:?}", report.diagnostics());
        assert!(text.contains("no such index"), "{text}");
        let (_, digest) = text.split_once("sha256:").expect("a digest");
        let digits = digest.chars().take_while(char::is_ascii_hexdigit);
        assert_eq!(digits.count(), 64, "{text}");
    }
}
