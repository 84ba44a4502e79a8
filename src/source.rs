//! The only door for bytes: a path, standard input, or memory.
//!
//! Lives here: [`Source`], its codes, and copying a source's bytes to where a result is written;
//! [`Input`] (a path or bytes), and `looked`: the door for questions about files and folders, which
//! a build that watches them has to know; `reference`: names of packages in place of paths.
//! May import: `diag` (rank 0).
//! Deliberately absent: what the bytes mean (`wasm/`, `wit/`), and lists of files to look for.

mod input;
mod looked;
mod reference;
mod written;

use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub use input::Input;
#[doc(hidden)]
pub use written::{NewFile, NewFolder};

pub(crate) use looked::{Looked, exists, folder, is_dir, is_file, list, watched};
pub(crate) use reference::{beside, finds_references, is_reference, place, refer_with, stem};

use crate::diag::{Code, Diagnostic, Locus, Severity};

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
pub static CODES: &[&Code] = &[&UNREADABLE, &UNWRITABLE];

/// Files below this size are read, above it mapped: a mapping costs a system call or three and
/// whole pages, which only pays for itself when there is something to leave unread.
const MAP_FROM: u64 = 64 * 1024;

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
    Mapped(memmap2::Mmap),
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Bytes::Owned(bytes) => bytes,
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
    /// Large regular files are mapped, not read; other processes must not truncate a mapped file
    /// while it is in use, as with every tool that maps its input.
    pub fn open(path: &Path) -> Result<Source, Diagnostic> {
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
        let map = match meta.is_file() && meta.len() >= MAP_FROM {
            // SAFETY: the mapping is private and read-only; that the file is not truncated
            // meanwhile is a documented condition of this function.
            true => unsafe { memmap2::Mmap::map(&file) }.ok(),
            false => None,
        };
        let bytes = match map {
            Some(map) => Bytes::Mapped(map),
            // Also where nothing can be mapped: on some file systems, and in WASI.
            None => {
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
            if let Bytes::Mapped(map) = &*self.all {
                bring_in(map, at..end);
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

/// Requests pages of a mapping. If the system refuses or does not support it, that costs only time.
fn bring_in(map: &memmap2::Mmap, range: Range<usize>) {
    #[cfg(target_os = "linux")]
    let _ = map.advise_range(memmap2::Advice::PopulateRead, range.start, range.len());
    #[cfg(not(target_os = "linux"))]
    let _ = (map, range);
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
