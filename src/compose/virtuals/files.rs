//! The files that are embedded: directories are walked, files opened and their digests computed.
//!
//! Lives here: [`open`], and [`again`] for those of a plan. May import: `diag`, `plan`, `source` (ranks
//! 0 and 1). Deliberately absent: the contents in memory; files are mapped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Virtual;
use crate::compose::codes;
use crate::diag::{Diagnostic, Locus, Report};
use crate::plan::{Embedded, Input, Setting, Settings};
use crate::source::{self, Source, digest};

/// Settings whose files are open.
#[derive(Default)]
pub(crate) struct Opened {
    /// The settings, with all files one by one, and their digests.
    pub settings: Settings,
    /// The contents of files, by their paths in the guest.
    pub contents: BTreeMap<String, Arc<Source>>,
    pub stdin: Option<Arc<Source>>,
    /// The files that were read.
    pub read: Vec<PathBuf>,
}

/// Opens all files that settings name, those in directories included.
pub(crate) fn open(wanted: &Virtual) -> Result<Opened, Report> {
    let mut opener = Opener::default();
    opener.opened.read.extend(wanted.file.clone());
    let mut settings = wanted.settings.clone();
    if let Some(Setting::Virtual(files)) = &mut settings.files {
        for (guest, file) in std::mem::take(files) {
            match guest_path(&guest) {
                Ok(guest) => opener.add(&guest, Path::new(&file.path), &mut Vec::new()),
                Err(why) => opener.report.push(
                    codes::BAD_VIRTUAL
                        .report(format!(
                            "invalid path `{}` in `files`: {why}",
                            guest.escape_default()
                        ))
                        .at(Locus::File(wanted.name.clone()), "")
                        .help("name files by their absolute path in the guest: `\"/etc/app.toml\" = \"app.toml\"`"),
                ),
            }
        }
        *files = std::mem::take(&mut opener.files);
    }
    if let Some(Setting::Virtual(Input::File(file))) = &mut settings.stdin {
        opener.opened.stdin = opener.source(Path::new(&file.path));
        if let Some(source) = &opener.opened.stdin {
            file.sha256 = digest::hex(source.bytes());
        }
    }
    opener.opened.settings = settings;
    opener.report.or_ok(opener.opened)
}

/// Opens the files of a plan, which have to be what they were.
pub(crate) fn again(settings: &Settings) -> Result<Opened, Report> {
    let mut opener = Opener::default();
    if let Some(Setting::Virtual(files)) = &settings.files {
        for (guest, file) in files.iter().filter(|(_, file)| !file.path.is_empty()) {
            if let Some(source) = opener.unchanged(file) {
                opener.opened.contents.insert(guest.clone(), source);
            }
        }
    }
    if let Some(Setting::Virtual(Input::File(file))) = &settings.stdin {
        opener.opened.stdin = opener.unchanged(file);
    }
    opener.opened.settings = settings.clone();
    opener.report.or_ok(opener.opened)
}

/// A path of the guest without anything that is not needed, or what is wrong with it.
fn guest_path(text: &str) -> Result<String, &'static str> {
    if !text.starts_with('/') {
        return Err("it is not absolute");
    }
    if text.contains('\0') {
        return Err("it has NUL");
    }
    let names: Vec<&str> = text.split('/').filter(|name| !name.is_empty()).collect();
    if names.iter().any(|name| [".", ".."].contains(name)) {
        return Err("it has `.` or `..`");
    }
    Ok(format!("/{}", names.join("/")))
}

#[derive(Default)]
struct Opener {
    opened: Opened,
    /// Files and directories by their paths in the guest.
    files: BTreeMap<String, Embedded>,
    report: Report,
}

impl Opener {
    fn source(&mut self, path: &Path) -> Option<Arc<Source>> {
        match Source::open_data(path) {
            Ok(source) => {
                self.opened.read.push(path.to_path_buf());
                Some(Arc::new(source))
            }
            Err(finding) => {
                self.report.push(finding);
                None
            }
        }
    }

    fn unchanged(&mut self, file: &Embedded) -> Option<Arc<Source>> {
        let source = self.source(Path::new(&file.path))?;
        if digest::hex(source.bytes()) != file.sha256 {
            let message = format!("`{}` has changed since the plan was made", file.path);
            let finding = codes::STALE_PLAN.report(message);
            self.report
                .push(finding.at(Locus::File(file.path.clone()), ""));
            return None;
        }
        Some(source)
    }

    /// Adds a file, or a directory with all that is in it; `above` are the directories that lead to it.
    fn add(&mut self, guest: &str, path: &Path, above: &mut Vec<PathBuf>) {
        let unreadable = |e: &std::io::Error| {
            let name = path.display().to_string();
            let message = format!("cannot read `{name}`: {}", source::reason(e));
            source::UNREADABLE.report(message).at(Locus::File(name), "")
        };
        let meta = match path.metadata() {
            Ok(meta) => meta,
            Err(e) => {
                self.report.push(unreadable(&e));
                return;
            }
        };
        if meta.is_file() {
            if let Some(taken) = self.taken(guest) {
                self.report.push(taken);
                return;
            }
            if let Some(source) = self.source(path) {
                let embedded = Embedded {
                    path: path.display().to_string(),
                    sha256: digest::hex(source.bytes()),
                };
                self.files.insert(guest.to_string(), embedded);
                self.opened.contents.insert(guest.to_string(), source);
            }
            return;
        }
        if !meta.is_dir() {
            self.wrong(path, "it is neither a file nor a directory");
            return;
        }
        let (real, entries) = match (path.canonicalize(), source::list(path)) {
            (Ok(real), Ok(entries)) => (real, entries),
            (Err(e), _) | (_, Err(e)) => {
                self.report.push(unreadable(&e));
                return;
            }
        };
        if above.contains(&real) {
            self.wrong(path, "it is a directory that leads to itself, by a link");
            return;
        }
        if let Some(taken) = self.below_file(guest) {
            self.report.push(taken);
            return;
        }
        if guest != "/" {
            self.files.entry(guest.to_string()).or_default();
        }
        above.push(real);
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push(entry.path()),
                Err(e) => self.report.push(unreadable(&e)),
            }
        }
        paths.sort();
        for path in paths {
            match path.file_name().and_then(|name| name.to_str()) {
                Some(name) => {
                    let guest = format!("{}/{name}", guest.trim_end_matches('/'));
                    self.add(&guest, &path, above);
                }
                None => self.wrong(&path, "its name is not UTF-8"),
            }
        }
        above.pop();
    }

    /// A finding if something is there already.
    fn taken(&self, guest: &str) -> Option<Diagnostic> {
        let below = format!("{}/", guest.trim_end_matches('/'));
        let mut after = self.files.range(below.clone()..);
        let has_entries = after
            .next()
            .is_some_and(|(path, _)| path.starts_with(&below));
        if guest == "/" || has_entries || self.files.contains_key(guest) {
            return Some(
                codes::BAD_VIRTUAL
                    .report(format!("`files` has `{guest}` twice"))
                    .help("remove one of them"),
            );
        }
        self.below_file(guest)
    }

    /// A finding if a path leads through a file.
    fn below_file(&self, guest: &str) -> Option<Diagnostic> {
        let ends = guest
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([guest.len()]);
        let mut above = ends.map(|at| &guest[..at]);
        let file = above.find(|path| {
            let known = self.files.get(*path);
            known.is_some_and(|known| !known.path.is_empty())
        })?;
        let message = match file == guest {
            true => format!("`files` has `{guest}` twice"),
            false => format!("`files` has `{guest}`, but `{file}` is a file"),
        };
        Some(
            codes::BAD_VIRTUAL
                .report(message)
                .help("remove one of them"),
        )
    }

    fn wrong(&mut self, path: &Path, why: &str) {
        let name = path.display().to_string();
        let finding = codes::BAD_VIRTUAL.report(format!("cannot embed `{name}`: {why}"));
        let finding = finding.at(Locus::File(name), "");
        self.report
            .push(finding.help("move it out of the directory, or name files one by one"));
    }
}
