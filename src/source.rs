//! The only door for bytes: a path, standard input, or memory.
//!
//! Lives here: [`Source`], its codes, and copying a source's bytes to where a result is written;
//! [`Input`] (a path or bytes), and `looked`: the door for questions about files and folders, which
//! a build that watches them has to know; `reference`: names of packages in place of paths;
//! `digest`: what bytes are told by.
//! May import: `diag` (rank 0).
//! Deliberately absent: what the bytes mean (`wasm/`, `wit/`), and lists of files to look for.

pub(crate) mod digest;
mod input;
mod looked;
#[cfg(all(unix, feature = "cli"))]
mod mapped;
#[cfg(all(unix, feature = "cli"))]
#[allow(unsafe_code)]
mod memory;
#[cfg(all(unix, feature = "cli"))]
mod opaque;
mod reference;
#[cfg(all(unix, feature = "cli"))]
#[allow(unsafe_code)]
mod signals;
mod stamp;
mod temporary;
mod written;

use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub use input::Input;
#[doc(hidden)]
pub use written::{NewFile, NewFolder};

pub(crate) use looked::{Looked, exists, folder, is_broken_link, is_dir, is_file, list, watched};
pub(crate) use reference::{beside, finds_references, is_reference, place, refer_with, stem};

use crate::diag::{Code, Diagnostic, Locus, Severity};
use stamp::Stamp;

/// A file could not be read.
pub static UNREADABLE: Code = Code {
    name: "input/unreadable",
    severity: Severity::Error,
    page: "\
A file could not be opened or read: it does not exist, it is a directory, or the operating system
denied access. The message contains the reason given by the operating system.

Check the spelling of the path. Paths in a configuration file are relative to the directory of that
file.",
};

/// A file was written to while it was in use.
pub static CHANGED: Code = Code {
    name: "input/changed",
    severity: Severity::Error,
    page: "\
Another process wrote to a file, or truncated it, while witkit was using it. What was read is partly
the old content and partly the new, so no result is written, and what was printed before does not
count.

Run the command again when the file is complete. Tools that write a file under another name and
rename it, as witkit does, never cause this.",
};

/// A result could not be written.
pub static UNWRITABLE: Code = Code {
    name: "output/unwritable",
    severity: Severity::Error,
    page: "\
The result could not be written: the directory does not exist or is not writable, the path is that
of a directory, or the disk is full.

Files are written under a temporary name in the same directory and renamed when they are complete,
so an existing file is still intact.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&UNREADABLE, &CHANGED, &UNWRITABLE];

/// What is done with a file.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It was read, or mapped to be read.
    Read,
    /// It is complete, and in its place.
    Written,
    /// It was left out of a search, as a folder that holds nothing of the user's own.
    Skipped,
}

impl Access {
    /// As a word: `read`.
    pub fn as_str(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Written => "wrote",
            Access::Skipped => "skipped",
        }
    }
}

/// Who is told of what is read and written: what was done, the name and how many bytes.
type Observer = fn(Access, &str, u64);

static OBSERVER: OnceLock<Observer> = OnceLock::new();

#[doc(hidden)]
/// Has `tell` be told of every file that this process reads or writes from now on. The first one
/// stays.
pub fn observe(tell: Observer) {
    // A second observer is none.
    let _ = OBSERVER.set(tell);
}

/// Tells the observer that the folder `name` is not searched.
pub(crate) fn skipped(name: &str) {
    tell(Access::Skipped, name, || 0);
}

fn tell(access: Access, name: &str, bytes: impl FnOnce() -> u64) {
    if let Some(observer) = OBSERVER.get() {
        observer(access, name, bytes());
    }
}

enum Bytes {
    Owned(Vec<u8>),
    #[cfg(all(unix, feature = "cli"))]
    Mapped(mapped::Mapping),
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Bytes::Owned(bytes) => bytes,
            #[cfg(all(unix, feature = "cli"))]
            Bytes::Mapped(map) => map,
        }
    }
}

/// Bytes, and the name that the user knows them by. Clones share the bytes.
///
/// ```
/// let source = witkit::Source::memory("app.wasm", b"\0asm");
/// assert_eq!((source.name(), source.bytes()), ("app.wasm", &b"\0asm"[..]));
/// assert_eq!(source.path(), None, "it is in memory");
/// ```
#[derive(Clone)]
pub struct Source {
    name: String,
    path: Option<PathBuf>,
    /// Shared by sources that are parts of one file.
    all: Arc<Bytes>,
    /// The range that this source consists of.
    range: Range<usize>,
}

impl Source {
    /// Opens the file at `path`, or standard input for `-`; on the command line, `path` may be a
    /// reference to a package.
    ///
    /// Fails if it cannot be read (`input/unreadable`), or if another process writes to it meanwhile
    /// (`input/changed`).
    pub fn open(path: &Path) -> Result<Source, Diagnostic> {
        Source::opened(path, false)
    }

    /// As [`Source::open`], for contents that are copied and never looked into, of any size.
    pub(crate) fn open_data(path: &Path) -> Result<Source, Diagnostic> {
        Source::opened(path, true)
    }

    fn opened(path: &Path, is_data: bool) -> Result<Source, Diagnostic> {
        if path == Path::new("-") {
            return Source::stdin();
        }
        let name = path.to_string_lossy().into_owned();
        let fail = |e: io::Error| unreadable(&name, &e);
        let place = place(path)?;
        let mut file = File::open(&place).map_err(|e| {
            looked::failed(&place, &e);
            fail(e)
        })?;
        let meta = file.metadata().map_err(fail)?;
        if meta.is_dir() {
            return Err(UNREADABLE
                .report(format!("expected a file, but `{name}` is a directory"))
                .at(Locus::File(name), ""));
        }
        let bytes = match meta.is_file() {
            true => contents(&place, &mut file, &Stamp::new(&meta), is_data)?,
            false => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).map_err(fail)?;
                Bytes::Owned(bytes)
            }
        };
        tell(Access::Read, &name, || bytes.get().len() as u64);
        looked::read(&place);
        Ok(Source {
            path: Some(path.to_path_buf()),
            ..Source::new(name, bytes)
        })
    }

    /// Standard input in place of the file at `path`, which need not exist.
    #[doc(hidden)]
    pub fn stdin_for(path: &Path) -> Result<Source, Diagnostic> {
        let read = Source::stdin()?;
        Ok(Source {
            name: path.to_string_lossy().into_owned(),
            path: Some(path.to_path_buf()),
            ..read
        })
    }

    fn stdin() -> Result<Source, Diagnostic> {
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|e| unreadable("standard input", &e))?;
        tell(Access::Read, "standard input", || bytes.len() as u64);
        Ok(Source::memory("stdin", bytes))
    }

    /// Bytes that the caller has.
    pub fn memory(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Source {
        Source::new(name.into(), Bytes::Owned(bytes.into()))
    }

    fn new(name: String, bytes: Bytes) -> Source {
        Source {
            name,
            path: None,
            range: 0..bytes.get().len(),
            all: Arc::new(bytes),
        }
    }

    /// The bytes in `range`, under a name of their own; nothing is copied.
    pub(crate) fn part(&self, name: impl Into<String>, range: Range<usize>) -> Source {
        let start = self.range.start;
        Source {
            name: name.into(),
            path: None,
            all: self.all.clone(),
            range: start + range.start..start + range.end,
        }
    }

    /// These bytes in place of the source's own, under the same name and path: the binary that a
    /// text was translated to.
    #[doc(hidden)]
    pub fn replaced(self, bytes: Vec<u8>) -> Source {
        Source {
            path: self.path,
            ..Source::memory(self.name, bytes)
        }
    }

    /// Bytes that stand for the file at `path`, which need not exist.
    #[doc(hidden)]
    pub fn standing_for(path: &Path, bytes: Vec<u8>) -> Source {
        Source {
            path: Some(path.to_path_buf()),
            ..Source::memory(path.to_string_lossy(), bytes)
        }
    }

    /// The name for messages: the path as it was given, or `stdin`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path it was opened by; none for standard input and memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.all.get()[self.range.clone()]
    }

    /// Copies `range` of the bytes to `out`.
    ///
    /// The pages of a mapped file are requested in batches: faulting them in one by one takes
    /// longer than writing them. (Letting the kernel copy from file to file is even slower, because
    /// the offset of the bytes within their pages changes.)
    #[doc(hidden)]
    pub fn copy_to(&self, range: Range<usize>, out: &mut dyn Write) -> io::Result<()> {
        const AT_ONCE: usize = 1 << 20;
        let (mut at, last) = (self.range.start + range.start, self.range.start + range.end);
        while at < last {
            let end = last.min(at + AT_ONCE);
            #[cfg(all(unix, feature = "cli"))]
            if let Bytes::Mapped(map) = &*self.all {
                map.bring_in(at..end);
            }
            out.write_all(&self.all.get()[at..end])?;
            at = end;
        }
        Ok(())
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Source) -> bool {
        self.name == other.name && self.path == other.path && self.bytes() == other.bytes()
    }
}

impl Eq for Source {}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name, self.bytes().len())
    }
}

/// The bytes of a regular file, which was in that state when it was opened.
fn contents(
    path: &Path,
    file: &mut File,
    before: &Stamp,
    is_data: bool,
) -> Result<Bytes, Diagnostic> {
    #[cfg(all(unix, feature = "cli"))]
    if let Some(map) = mapped::map(path, file, before, is_data) {
        return Ok(Bytes::Mapped(map));
    }
    #[cfg(not(all(unix, feature = "cli")))]
    let _ = is_data;
    let name = path.to_string_lossy();
    let fail = |e: io::Error| unreadable(&name, &e);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(fail)?;
    // What is read in pieces while it is written was never the content of the file.
    let after = Stamp::new(&file.metadata().map_err(fail)?);
    match after.is_later_state_of(before) {
        true => Err(changed_files(&[name.into_owned()])),
        false => Ok(Bytes::Owned(bytes)),
    }
}

/// Whether a regular file begins with these bytes.
pub(crate) fn begins_with(path: &Path, bytes: &[u8]) -> bool {
    let mut start = vec![0; bytes.len()];
    // What comes from a pipe can be read only once.
    let file = is_file(path).then(|| File::open(path).ok()).flatten();
    file.is_some_and(|mut file| file.read_exact(&mut start).is_ok() && start == bytes)
}

/// Has large files be mapped in this process instead of read. It handles SIGBUS from now on, and has
/// to ask [`changed`] before it lets a result out.
#[doc(hidden)]
pub fn map_files() {
    #[cfg(all(unix, feature = "cli"))]
    signals::handle();
}

/// A finding that inputs which are mapped were written to (`input/changed`).
#[doc(hidden)]
pub fn changed() -> Option<Diagnostic> {
    changed_of(usize::MAX)
}

/// As [`changed`], but of many files only those which turned out to be shorter: for what is done for each
/// of them.
#[doc(hidden)]
pub fn changed_of_few() -> Option<Diagnostic> {
    changed_of(16)
}

fn changed_of(most: usize) -> Option<Diagnostic> {
    #[cfg(all(unix, feature = "cli"))]
    let names = mapped::changed(most);
    #[cfg(not(all(unix, feature = "cli")))]
    let names: Vec<String> = {
        let _ = most;
        Vec::new()
    };
    (!names.is_empty()).then(|| changed_files(&names))
}

fn changed_files(names: &[String]) -> Diagnostic {
    let message = match names {
        [name] => format!("`{name}` changed while it was read"),
        _ => format!("{} files changed while they were read", names.len()),
    };
    let mut finding = CHANGED.report(message);
    for name in names {
        finding = finding.at(Locus::File(name.clone()), "written by another process");
    }
    finding.help("run the command again when nothing writes to it")
}

/// The folder that a file is in: `.` if the path is only a name, whose parent is the empty path,
/// which cannot be opened.
#[doc(hidden)]
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// A finding that `name` could not be written.
#[doc(hidden)]
pub fn unwritable(name: &str, error: &io::Error) -> Diagnostic {
    UNWRITABLE
        .report(format!("cannot write `{name}`: {}", reason(error)))
        .at(Locus::File(name.to_string()), "")
}

/// A finding that `name` could not be read.
#[doc(hidden)]
pub fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    let finding = UNREADABLE
        .report(format!("cannot read `{name}`: {}", reason(error)))
        .at(Locus::File(name.to_string()), "");
    match reference_for(name) {
        Some(reference) if error.kind() == io::ErrorKind::NotFound => {
            finding.help(format!("did you mean the package `{reference}`?"))
        }
        _ => finding,
    }
}

/// The reference that was probably meant by `name`: `registry.example/acme/kv:1.0.0` for an image,
/// `acme:kv@1.0.0` for a package.
fn reference_for(name: &str) -> Option<String> {
    if let Some((registry, image)) = name.split_once('/') {
        let is_host = registry.contains(['.', ':']) && !registry.starts_with('.');
        let is_tagged = image.rsplit('/').next()?.contains([':', '@']);
        return (is_host && is_tagged).then(|| format!("oci://{name}"));
    }
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let (package, _) = name.split_once('@').unwrap_or((name, ""));
    let (namespace, package) = package.split_once(':')?;
    // A single letter before the colon is a drive.
    let is_package = namespace.len() > 1 && is_word(namespace) && is_word(package);
    is_package.then(|| format!("@{name}"))
}

/// The operating system's reason without the trailing `(os error 2)`.
#[doc(hidden)]
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_lowercase(),
        None => text,
    }
}
