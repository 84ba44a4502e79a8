//! What commands have in common at their end: printing reports and results, and exit codes.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use terminal_size::{Height, Width};

pub(super) use super::Exit;
use super::Format;
use crate::baseline::Baseline;
use crate::config;
use crate::diag::Report;
use crate::render::{github, human, json, junit, sarif};
use crate::source::{NewFile, folder_of};
use crate::wit::find::as_typed;

/// Prints a report on standard error: that of a command whose result is something else, which may
/// be on its way to standard output. The forms for programs are written without findings as well.
pub(super) fn report(report: &Report, format: Format) {
    let size = terminal_size::terminal_size_of(io::stderr());
    let text = rendered(report, format, style(&io::stderr(), size));
    // There is nobody left to tell if standard error is closed; the exit code still says it.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints a report on standard output: that of a command whose findings are its result, so that
/// `--format sarif > FILE` is all it takes. Says how the command ends.
pub(super) fn findings(report: &Report, format: Format) -> Exit {
    let size = terminal_size::terminal_size_of(io::stdout());
    let text = rendered(report, format, style(&io::stdout(), size));
    match print(text.as_bytes()) {
        Exit::Clean => Exit::of(report),
        exit => exit,
    }
}

fn rendered(report: &Report, format: Format, style: human::Style) -> String {
    match format {
        Format::Human if report.is_empty() => String::new(),
        Format::Human => human::render(report, style),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
        Format::Github => github::render(report),
        Format::Junit => junit::render(report),
    }
}

/// `1 file`, `2 files`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// How reports look on a stream of this size.
fn style(stream: &impl IsTerminal, size: Option<(Width, Height)>) -> human::Style {
    let width = size.map(|(Width(columns), _)| usize::from(columns));
    human::Style {
        color: is_coloured(stream),
        width: width.filter(|_| stream.is_terminal()),
    }
}

/// Whether what is written to `stream` has colours: on a terminal, unless `NO_COLOR` is set.
pub(super) fn is_coloured(stream: &impl IsTerminal) -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stream.is_terminal() && !no_color
}

/// Says what is wrong with how the command was called.
pub(super) fn usage_error(message: &str) -> Exit {
    let _ = writeln!(io::stderr().lock(), "error: {message}");
    Exit::Usage
}

/// Prints a tree for people, in a terminal no wider than that.
pub(super) fn print_tree(text: &str) -> Exit {
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((Width(width), _)) => print(folded(text, usize::from(width)).as_bytes()),
        None => print(text.as_bytes()),
    }
}

/// The text with lines broken that are wider than `width`, at blanks; what follows stands below the
/// text of its line, and the bars of a tree go on.
fn folded(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let text_at = line
            .char_indices()
            .find(|(_, c)| !matches!(c, ' ' | '│' | '├' | '└' | '─'));
        let (bars, mut rest) = line.split_at(text_at.map_or(line.len(), |(at, _)| at));
        let below: String = bars
            .chars()
            .map(|c| {
                if matches!(c, '│' | '├') {
                    '│'
                } else {
                    ' '
                }
            })
            .collect();
        let below = format!("{below}  ");
        let mut before = bars;
        loop {
            let room = width.saturating_sub(before.chars().count()).max(20);
            let end = rest.char_indices().nth(room).map(|(at, _)| at);
            // Names are not broken.
            let blank = end.and_then(|end| {
                let inside = rest[..end].rfind(' ').filter(|at| *at > 0);
                inside.or_else(|| rest[end..].find(' ').map(|at| end + at))
            });
            let (now, later) = rest.split_at(blank.unwrap_or(rest.len()));
            out.push_str(before);
            out.push_str(now.trim_end());
            out.push('\n');
            rest = later.trim_start();
            if rest.is_empty() {
                break;
            }
            before = &below;
        }
    }
    out
}

/// Writes a result to standard output.
pub(super) fn print(bytes: &[u8]) -> Exit {
    let mut out = io::stdout().lock();
    delivered(out.write_all(bytes).and_then(|()| out.flush()))
}

/// What became of writing to standard output. A reader that has seen enough is no failure.
pub(super) fn delivered(result: io::Result<()>) -> Exit {
    match result {
        Ok(()) => Exit::Clean,
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Exit::Clean,
        Err(e) => usage_error(&format!(
            "cannot write to standard output: {}",
            crate::source::reason(&e)
        )),
    }
}

/// Says which of the names of rules there are not; `known` has advice for those.
pub(super) fn unknown_rule<'a>(
    names: impl IntoIterator<Item = &'a String>,
    known: impl Fn(&str) -> Result<(), String>,
) -> Option<Exit> {
    names.into_iter().find_map(|name| {
        let advice = known(name).err()?;
        Some(usage_error(&format!("there is no rule `{name}`; {advice}")))
    })
}

/// Writes the findings of `command` to `path`, for `--baseline`, and says how many `noun`s it knows.
pub(super) fn write_baseline(
    path: &Path,
    findings: &Report,
    command: &str,
    noun: &str,
) -> Result<Exit, Report> {
    let baseline = Baseline::of(findings, folder_of(path), command);
    NewFile::whole(path, baseline.to_json().as_bytes())?;
    let (path, known) = (path.display(), counted(baseline.len(), noun));
    let _ = writeln!(io::stderr().lock(), "`{path}` knows {known}");
    Ok(Exit::Clean)
}

/// The nearest configuration, from the working directory or from the folder of a file upwards.
pub(super) fn configuration(of: Option<&Path>) -> Option<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let Some(file) = of else {
        return config::find(&here);
    };
    // As near as it can be said: what is above the working directory is shown from there.
    let folder = as_typed(folder_of(file));
    let is_below = folder.is_relative() && !folder.iter().any(|part| part == "..");
    if !is_below {
        let folder = folder
            .canonicalize()
            .or_else(|_| std::path::absolute(folder));
        let folder = folder.ok()?;
        return config::find(&folder).map(|found| {
            let up = found.iter().filter(|part| *part == "..").count();
            let above = folder.ancestors().nth(up).unwrap_or(&folder);
            above.join(config::FILE_NAME)
        });
    }
    let inside = folder
        .ancestors()
        .filter(|f| *f != Path::new(".") && *f != Path::new(""));
    let mut inside = inside.map(|folder| folder.join(config::FILE_NAME));
    inside
        .find(|file| file.is_file())
        .or_else(|| config::find(&here))
}

/// What to end with if `--stdin-filename` comes with other paths than `-`, or names no file.
pub(super) fn not_stdin_only(paths: &[PathBuf], stdin_filename: Option<&Path>) -> Option<Exit> {
    let named = stdin_filename?;
    if named.is_dir() || named == Path::new("-") || named == Path::new("") {
        return Some(usage_error(&format!(
            "--stdin-filename takes the name of a file, and `{}` is none",
            named.display()
        )));
    }
    let only = paths.iter().all(|path| path == Path::new("-"));
    (!only)
        .then(|| usage_error("--stdin-filename reads standard input: give no other path than `-`"))
}

/// `files` as what `output` was made of, in the form that make and ninja read.
pub(super) fn depfile(output: &Path, files: &[PathBuf]) -> String {
    let mut text = format!("{}:", escaped(output));
    for file in files.iter().filter(|file| *file != Path::new("-")) {
        text.push_str(" \\\n  ");
        text.push_str(&escaped(file));
    }
    text.push('\n');
    text
}

fn escaped(path: &Path) -> String {
    path.display()
        .to_string()
        .replace('$', "$$")
        .replace(' ', "\\ ")
        .replace('#', "\\#")
}

/// Does `work`, and says `what` is being done on a terminal when it takes over a second.
pub(super) fn with_progress<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let (done, wait) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let late =
                wait.recv_timeout(Duration::from_secs(1)) == Err(mpsc::RecvTimeoutError::Timeout);
            if late {
                let _ = write!(io::stderr(), "{what} …\r");
                let _ = wait.recv();
                let _ = write!(io::stderr(), "\x1b[2K\r");
            }
        });
        let value = work();
        drop(done);
        value
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_tree_are_folded_below_their_text_and_bars_go_on() {
        let tree = "app.wasm\n\
            ├─ wasi:{cli, clocks, io}@0.2.6 (9 interfaces) → host\n\
            │  └─ acme:a-name-that-cannot-be-broken/anywhere → b\n\
            └─ x → y\n";
        let expected = "app.wasm\n\
            ├─ wasi:{cli, clocks,\n\
            │    io}@0.2.6 (9 interfaces)\n\
            │    → host\n\
            │  └─ acme:a-name-that-cannot-be-broken/anywhere\n\
            │       → b\n\
            └─ x → y\n";
        assert_eq!(folded(tree, 30), expected);
        assert_eq!(folded(tree, 200), tree);
    }
}
