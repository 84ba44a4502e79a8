//! Files with calls, as `--trace` prints them, for `--replay`: which call each line is.
//!
//! Lives here: [`Recorded`]. May import: `diag`, `source` (rank 0).
//! Deliberately absent: arguments and results, which are read where their types are known
//! (`generate`), and which lines are for which import (`generated/replay`).

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::codes;
use super::options::Options;
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::Source;

/// The most bytes of a file.
const MAX_BYTES: usize = 64 << 20;

/// The most calls in a file: each is a function with a name of its own, which traps tell.
const MAX_CALLS: usize = 50_000;

/// The files of `--replay`.
#[derive(Default)]
pub(crate) struct Recorded {
    pub files: Vec<File>,
    /// The positions of the files of the options.
    of_option: Vec<usize>,
}

/// A file with calls.
pub(crate) struct File {
    pub path: PathBuf,
    /// What it is called in compositions: as much of its path as tells it from the others.
    pub label: String,
    /// What it is called in findings, with its text.
    pub name: String,
    pub text: Arc<str>,
    pub calls: Vec<Call>,
}

/// A line with a call.
pub(crate) struct Call {
    /// The line, from 1.
    pub line: u32,
    /// The part whose call it was, if the line says so.
    pub from: Option<String>,
    /// The interface; none for a function of a world.
    pub interface: Option<String>,
    pub function: String,
    /// Where the function is named.
    pub named: Range<usize>,
    /// Arguments and result, and where they begin.
    pub call: String,
    pub start: usize,
}

impl Recorded {
    /// Reads the files that `options` names, each once.
    pub fn read(options: &Options) -> Result<Recorded, Report> {
        let mut recorded = Recorded::default();
        let mut report = Report::new();
        let mut paths: Vec<&Path> = Vec::new();
        for spec in &options.replay {
            let known = paths.iter().position(|path| *path == spec.path);
            recorded.of_option.push(known.unwrap_or(paths.len()));
            if known.is_none() {
                paths.push(&spec.path);
            }
        }
        for path in &paths {
            let label = label(path, &paths);
            let source = match options.in_memory.get(*path) {
                Some(source) => Ok(source.clone()),
                None => Source::open(path),
            };
            let file = source.map_err(Report::from);
            match file.and_then(|source| File::read(path, source, label)) {
                Ok(file) => recorded.files.push(file),
                Err(wrong) => report.extend(wrong),
            }
        }
        report.or_ok(recorded)
    }

    /// The files that were read.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> {
        self.files.iter().map(|file| file.path.clone())
    }

    /// The position of the file of an option.
    pub fn file_of(&self, option: usize) -> usize {
        self.of_option.get(option).copied().unwrap_or_default()
    }
}

/// The end of a path that no other path has.
fn label(path: &Path, all: &[&Path]) -> String {
    let names: Vec<String> = parts(path);
    let others = all.iter().filter(|other| **other != path);
    let others: Vec<Vec<String>> = others.map(|other| parts(other)).collect();
    let is_own = |end: &[String]| others.iter().all(|other| !other.ends_with(end));
    let starts = (0..names.len()).rev();
    let mut ends = starts.map(|start| &names[start..]);
    ends.find(|end| is_own(end)).unwrap_or(&names).join("/")
}

fn parts(path: &Path) -> Vec<String> {
    let parts = path.components();
    parts
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect()
}

impl File {
    fn read(path: &Path, source: Source, label: String) -> Result<File, Report> {
        let name = source.name().to_string();
        let wrong = |why: String| -> Report {
            let finding = codes::BAD_REPLAY.report(format!("cannot replay `{name}`: {why}"));
            finding.at(Locus::File(name.clone()), "").into()
        };
        if source.bytes().len() > MAX_BYTES {
            let why = format!("it is larger than {} MB", MAX_BYTES >> 20);
            return Err(wrong(why));
        }
        let text: Arc<str> = match std::str::from_utf8(source.bytes()) {
            Ok(text) => text.into(),
            Err(e) => {
                let before = &source.bytes()[..e.valid_up_to()];
                let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
                return Err(wrong(format!("line {line} is not valid UTF-8")));
            }
        };
        let mut report = Report::new();
        let mut calls = Vec::new();
        let mut start = 0;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            match Call::read(line, start, number) {
                Ok(call) => calls.extend(call),
                Err((why, range)) => {
                    let help = "write `INTERFACE#FUNCTION(ARGUMENTS) = RESULT`, or begin the line \
                                with `//`";
                    report.push(finding(&name, why, range, "not a call").help(help));
                }
            }
            start += line.len();
        }
        if calls.len() > MAX_CALLS {
            let why = format!("it has {} calls, more than {MAX_CALLS}", calls.len());
            return Err(wrong(why));
        }
        if report.has_errors() {
            report.add_text(name, text);
            return Err(report);
        }
        Ok(File {
            path: path.into(),
            label,
            name,
            text,
            calls,
        })
    }

    /// A finding about a range of it, with the text.
    pub fn finding(&self, why: &str, range: Range<usize>, label: &str) -> (Diagnostic, Report) {
        let mut report = Report::new();
        report.add_text(self.name.as_str(), self.text.clone());
        (finding(&self.name, why, range, label), report)
    }
}

fn finding(file: &str, why: &str, range: Range<usize>, label: &str) -> Diagnostic {
    let file = file.to_string();
    let finding = codes::BAD_REPLAY.report(format!("invalid call in `{file}`: {why}"));
    finding.at(Locus::Text { file, range }, label)
}

impl Call {
    /// Reads a line that begins at `start`; none if it is empty or a comment.
    fn read(
        line: &str,
        start: usize,
        number: u32,
    ) -> Result<Option<Call>, (&'static str, Range<usize>)> {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with("//") {
            return Ok(None);
        }
        let indent = line.len() - line.trim_start().len();
        let whole = start + indent..start + indent + trimmed.len();
        let Some((head, _)) = trimmed.split_once('(') else {
            return Err(("expected `(` and arguments", whole));
        };
        // `app -> store  acme:kv/store@0.2.0#get`
        let callee = head.rsplit(char::is_whitespace).next().unwrap_or_default();
        let before = head[..head.len() - callee.len()].trim();
        let from = match before.split_once("->") {
            Some((from, _)) => Some(from.trim().to_string()),
            None if before.is_empty() => None,
            None => return Err(("expected an interface and a function", whole)),
        };
        let (interface, function) = match callee.split_once('#') {
            Some((interface, function)) => (Some(interface.to_string()), function),
            None => (None, callee),
        };
        if function.is_empty() || interface.as_deref() == Some("") {
            return Err(("expected an interface and a function before `(`", whole));
        }
        let end = whole.start + head.len();
        Ok(Some(Call {
            line: number,
            from,
            interface,
            named: end - function.len()..end,
            function: function.to_string(),
            call: trimmed[head.len()..].to_string(),
            start: end,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_traces_and_those_written_by_hand_are_calls() {
        let read = |line: &str| {
            let call = Call::read(line, 10, 3).ok().flatten();
            call.map(|c| (c.from, c.interface, c.function, c.call, c.named, c.start))
        };
        let some = |text: &str| Some(text.to_string());
        let text = |text: &str| text.to_string();
        assert_eq!(
            read("  app -> host  a:b/c@1.0.0#[method]d.e(d#_, \"(\") = ok \r\n"),
            Some((
                some("app"),
                some("a:b/c@1.0.0"),
                text("[method]d.e"),
                text("(d#_, \"(\") = ok"),
                37..48,
                48
            ))
        );
        assert_eq!(
            read("run()"),
            Some((None, None, text("run"), text("()"), 10..13, 13))
        );
        for nothing in ["", "  \n", " // a:b/c#d()"] {
            assert_eq!(read(nothing), None);
        }
        for wrong in ["hello", "hello world(1)", "#f()", "a:b/c#()", "()"] {
            assert!(Call::read(wrong, 0, 1).is_err(), "{wrong}");
        }
    }

    #[test]
    fn files_are_told_apart_by_the_ends_of_their_paths() {
        let all = ["a/calls.txt", "b/calls.txt", "c.txt"].map(Path::new);
        let labels = all.map(|path| label(path, &all));
        assert_eq!(labels, ["a/calls.txt", "b/calls.txt", "c.txt"]);
    }
}
