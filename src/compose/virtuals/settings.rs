//! Reading the settings: a table of `witkit.toml`, or a file of its own.
//!
//! Lives here: [`read`], [`table`]. May import: `config`, `diag`, `plan`, `source` (ranks 0 and 1).
//! Deliberately absent: opening the files that they name (`files`), unless all else is in vain.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::instant::{duration, instant};
use super::{Virtual, files};
use crate::config::{self, Table};
use crate::diag::{Diagnostic, Report};
use crate::plan::{Clock, Embedded, Input, OfHost, Setting, Settings};
use crate::source::Source;

/// Reads a file of settings; its paths are relative to its own folder.
///
/// ```
/// use witkit::compose::read_virtual;
///
/// assert!(read_virtual("no/such/file.toml".as_ref()).is_err());
/// ```
pub fn read(file: &Path) -> Result<Virtual, Report> {
    read_in(Path::new(""), file)
}

/// The same, of a file in `folder`, which the paths are then relative to.
pub(crate) fn read_in(folder: &Path, file: &Path) -> Result<Virtual, Report> {
    let path = folder.join(file);
    let source = Source::open(&path)?;
    let mut virtual_ = Virtual {
        name: source.name().to_string(),
        file: Some(path.clone()),
        settings: Settings::default(),
    };
    let read = config::read_toml(&source, |table, report| {
        virtual_.settings = settings(table, report);
    });
    let beside = |file: &Path| file.parent().unwrap_or(Path::new("")).to_path_buf();
    match read {
        Ok(()) => Ok(virtual_.under(&beside(file))),
        Err(mut report) => {
            report.extend(missing(virtual_, &beside(&path)));
            Err(report)
        }
    }
}

/// Reads the table `virtual` of `witkit.toml`, which is in `folder`.
pub(crate) fn table(table: Table<'_>, folder: &Path, report: &mut Report) -> Virtual {
    let mut own = Report::new();
    let read = Virtual {
        name: "virtual".to_string(),
        file: None,
        settings: settings(table, &mut own),
    };
    if own.has_errors() {
        own.extend(missing(read.clone(), folder));
    }
    report.extend(own);
    read
}

/// What is wrong with the files of settings in which something else is wrong: files are opened later,
/// but then nobody gets there.
fn missing(read: Virtual, folder: &Path) -> Report {
    files::open(&read.under(folder)).err().unwrap_or_default()
}

/// All keys.
const KEYS: &[&str] = &[
    "env",
    "env-host",
    "args",
    "cwd",
    "files",
    "files-host",
    "stdin",
    "stdout",
    "stderr",
    "clock",
    "random",
    "config",
    "config-host",
    "exit",
    "other",
];

fn settings(mut table: Table<'_>, report: &mut Report) -> Settings {
    table.expect(KEYS);
    let mut read = Settings {
        env: of_table(&mut table, "env", report, variables),
        env_host: besides(&mut table, "env-host", report),
        args: args(&mut table, report),
        cwd: cwd(&mut table, report),
        files: of_table(&mut table, "files", report, |table, report| {
            let pairs = table.pairs("files", report).into_iter();
            pairs.map(|(guest, path)| (guest, unread(path))).collect()
        }),
        files_host: directories(&mut table, report),
        stdin: stdin(&mut table, report),
        stdout: choice(&mut table, "stdout", "discard", report),
        stderr: choice(&mut table, "stderr", "discard", report),
        clock: clock(&mut table, report),
        random: random(&mut table, report),
        config: of_table(&mut table, "config", report, |table, report| {
            table.pairs("config", report).into_iter().collect()
        }),
        config_host: besides(&mut table, "config-host", report),
        exit: choice(&mut table, "exit", "deny", report),
        deny_others: matches!(
            choice(&mut table, "other", "deny", report),
            Some(Setting::Virtual(()))
        ),
    };
    if let Some(Setting::Host) = &read.env
        && read.env_host.take().is_some()
    {
        report.push(both(&table, "env", "env-host"));
    }
    if let Some(Setting::Host) = &read.config
        && read.config_host.take().is_some()
    {
        report.push(both(&table, "config", "config-host"));
    }
    match (&read.files, &read.files_host) {
        (Some(Setting::Host), Some(_)) => report.push(both(&table, "files", "files-host")),
        (Some(Setting::Virtual(_)), Some(OfHost::Named(names))) if names.contains_key("/") => {
            let message = "invalid value of `files-host`: `/` is the directory of embedded files";
            let finding = table.bad_value("files-host", message);
            let help = "give it another name: `files-host = { \"/host\" = \"/\" }`";
            report.push(finding.help(help));
        }
        _ => {}
    }
    table.finish(report);
    read
}

/// A finding: all of something is the host's, and some is.
fn both(table: &Table<'_>, key: &str, besides: &str) -> Diagnostic {
    let message = format!("`{besides}` conflicts with `{key} = \"host\"`, which is all of it");
    let finding = table.bad_value(besides, &message);
    finding.help(format!("remove `{key}` or `{besides}`"))
}

/// What of the host's is there besides: `"all"`, or a list of names.
fn besides(table: &mut Table<'_>, key: &'static str, report: &mut Report) -> Option<OfHost> {
    if !table.has(key) {
        return None;
    }
    match table.is_string(key) {
        true => all(table, key, "a list of names or \"all\"", report),
        false => Some(OfHost::Named(table.strings(key, report))),
    }
}

/// What is `"all"`; else it is wrong.
fn all<T>(
    table: &mut Table<'_>,
    key: &'static str,
    expected: &str,
    report: &mut Report,
) -> Option<OfHost<T>> {
    let text = table.string(key, report)?;
    if text == "all" {
        return Some(OfHost::All);
    }
    let message = format!("invalid value of `{key}`: expected {expected}, found `{text}`");
    let finding = table.bad_value(key, &message);
    report.push(finding.help(format!("write `{key} = [{text:?}]`")));
    None
}

/// Directories of the host, by what they are called here.
fn directories(
    table: &mut Table<'_>,
    report: &mut Report,
) -> Option<OfHost<BTreeMap<String, String>>> {
    let key = "files-host";
    if !table.has(key) {
        return None;
    }
    if table.is_string(key) {
        let expected = "a list of directories, a table of them or \"all\"";
        return all(table, key, expected, report);
    }
    let mut pairs: Vec<(String, String)> = match table.is_table(key) {
        true => table.pairs(key, report),
        false => {
            let names = table.strings(key, report).into_iter();
            names.map(|name| (name.clone(), name)).collect()
        }
    };
    let mut named = BTreeMap::new();
    let mut hosts = BTreeSet::new();
    for (own, host) in &mut pairs {
        for name in [&mut *own, &mut *host] {
            let trimmed = name.trim_end_matches('/').len().max(1).min(name.len());
            name.truncate(trimmed);
        }
        let wrong = match () {
            () if own.is_empty() || host.is_empty() => Some("it is empty"),
            () if own.contains('\0') || host.contains('\0') => Some("it has NUL"),
            () if !hosts.insert(host.clone()) => Some("its directory has another name already"),
            () if named.contains_key(own) => Some("it is there twice"),
            () => None,
        };
        if let Some(why) = wrong {
            let name = own.escape_default();
            let message = format!("invalid directory `{name}` in `files-host`: {why}");
            report.push(table.bad_value(key, &message));
        }
        named.insert(own.clone(), host.clone());
    }
    Some(OfHost::Named(named))
}

fn unread(path: String) -> Embedded {
    Embedded {
        path,
        sha256: String::new(),
    }
}

/// What is `"host"`, or a table.
fn of_table<T>(
    table: &mut Table<'_>,
    key: &'static str,
    report: &mut Report,
    read: impl FnOnce(&mut Table<'_>, &mut Report) -> T,
) -> Option<Setting<T>> {
    if !table.has(key) {
        return None;
    }
    match table.is_string(key) {
        true => of_host(table, key, "a table of strings or \"host\"", report),
        false => Some(Setting::Virtual(read(table, report))),
    }
}

/// What is `"host"`; else it is wrong.
fn of_host<T>(
    table: &mut Table<'_>,
    key: &'static str,
    expected: &str,
    report: &mut Report,
) -> Option<Setting<T>> {
    let text = table.string(key, report)?;
    if text == "host" {
        return Some(Setting::Host);
    }
    let message = format!("invalid value of `{key}`: expected {expected}, found `{text}`");
    report.push(table.bad_value(key, &message));
    None
}

/// What is `"host"` or that word.
fn choice(
    table: &mut Table<'_>,
    key: &'static str,
    word: &str,
    report: &mut Report,
) -> Option<Setting<()>> {
    let text = table.string(key, report)?;
    match text.as_str() {
        "host" => Some(Setting::Host),
        text if text == word => Some(Setting::Virtual(())),
        text => {
            let message =
                format!("invalid value of `{key}`: expected `host` or `{word}`, found `{text}`");
            report.push(table.bad_value(key, &message));
            None
        }
    }
}

fn variables(table: &mut Table<'_>, report: &mut Report) -> BTreeMap<String, String> {
    let pairs = table.pairs("env", report);
    for (name, value) in &pairs {
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            let message = format!(
                "invalid environment variable `{}`: names are not empty and have no `=`, and neither \
                 names nor values have NUL",
                name.escape_default()
            );
            report.push(table.bad_value("env", &message));
        }
    }
    pairs.into_iter().collect()
}

fn args(table: &mut Table<'_>, report: &mut Report) -> Option<Setting<Vec<String>>> {
    if !table.has("args") {
        return None;
    }
    if table.is_string("args") {
        return of_host(table, "args", "a list of strings or \"host\"", report);
    }
    let args = table.strings("args", report);
    if args.iter().any(|arg| arg.contains('\0')) {
        report.push(table.bad_value("args", "invalid argument: it has NUL"));
    }
    Some(Setting::Virtual(args))
}

fn cwd(table: &mut Table<'_>, report: &mut Report) -> Option<Setting<String>> {
    let text = table.string("cwd", report)?;
    if text == "host" {
        return Some(Setting::Host);
    }
    if !text.starts_with('/') || text.contains('\0') {
        let message = format!(
            "invalid value of `cwd`: expected an absolute path or `host`, found `{}`",
            text.escape_default()
        );
        report.push(table.bad_value("cwd", &message));
    }
    Some(Setting::Virtual(text))
}

fn stdin(table: &mut Table<'_>, report: &mut Report) -> Option<Setting<Input>> {
    if !table.has("stdin") {
        return None;
    }
    if table.is_table("stdin") {
        let mut inner = table.inner_table("stdin", report)?;
        let (text, file) = (inner.string("text", report), inner.string("file", report));
        let input = match (text, file) {
            (Some(text), None) => Some(Input::Text(text)),
            (None, Some(file)) => Some(Input::File(unread(file))),
            (Some(_), Some(_)) => {
                let message = "invalid value of `stdin`: `text` conflicts with `file`";
                report.push(table.bad_value("stdin", message).help("remove one of them"));
                None
            }
            (None, None) => {
                let message = "invalid value of `stdin`: expected `text` or `file`";
                report.push(table.bad_value("stdin", message));
                None
            }
        };
        inner.finish(report);
        return input.map(Setting::Virtual);
    }
    let text = table.string("stdin", report)?;
    match text.as_str() {
        "host" => Some(Setting::Host),
        "empty" => Some(Setting::Virtual(Input::Text(String::new()))),
        _ => {
            let message = "invalid value of `stdin`: expected `host`, `empty`, a text or a file";
            let finding = table.bad_value("stdin", message);
            report.push(finding.help(format!(
                "write `stdin = {{ text = {text:?} }}` or `stdin = {{ file = {text:?} }}`"
            )));
            None
        }
    }
}

fn clock(table: &mut Table<'_>, report: &mut Report) -> Option<Setting<Clock>> {
    if !table.has("clock") {
        return None;
    }
    let (start, tick) = match table.is_table("clock") {
        true => {
            let mut inner = table.inner_table("clock", report)?;
            let start = inner.instant("start", report);
            if !inner.has("start") {
                report.push(inner.missing("start"));
            }
            let tick = inner.string("tick", report);
            let place = tick.is_some().then(|| inner.bad_value("tick", ""));
            inner.finish(report);
            (start, tick.zip(place))
        }
        false => (table.instant("clock", report), None),
    };
    let start = start?;
    if start == "host" && !table.is_table("clock") {
        return Some(Setting::Host);
    }
    let Some((seconds, nanoseconds)) = instant(&start) else {
        let message = format!(
            "invalid instant `{start}`: expected a date and time since 1970 with its offset"
        );
        let finding = table.bad_value("clock", &message);
        report.push(finding.help("write it as RFC 3339 does: `2026-01-01T00:00:00Z`"));
        return None;
    };
    let tick = match tick {
        None => 0,
        Some((text, mut finding)) => duration(&text).unwrap_or_else(|| {
            finding.message = format!("invalid duration `{text}`: expected a number with a unit");
            report.push(
                finding
                    .note("the units are ns, us, ms, s, m and h")
                    .help("write it like this: `tick = \"1ms\"`"),
            );
            0
        }),
    };
    Some(Setting::Virtual(Clock {
        seconds,
        nanoseconds,
        tick,
    }))
}

fn random(table: &mut Table<'_>, report: &mut Report) -> Option<Setting<u64>> {
    match table.is_string("random") {
        true => of_host(table, "random", "a number, the seed, or \"host\"", report),
        false => table.long("random", report).map(Setting::Virtual),
    }
}
