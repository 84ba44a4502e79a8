//! What a verb reads: something at a path, or bytes that the caller has.
//!
//! Lives here: [`Input`]. May import: `diag` (rank 0).
//! Deliberately absent: what is in it, which is told by the bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Source;
use crate::diag::Diagnostic;

/// A path, or bytes with a name: every verb takes either.
///
/// A path may be that of a folder where the verb reads folders, and `-` is standard input.
///
/// ```
/// use witkit::source::Input;
///
/// let on_disk = Input::from("app.wasm");
/// let in_memory = Input::from(("app.wat", "(component)"));
/// assert_eq!(on_disk.name(), "app.wasm");
/// assert_eq!(in_memory.open()?.bytes(), b"(component)");
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file or folder; `-` for standard input.
    Path(PathBuf),
    /// Bytes that are in memory.
    Bytes(Source),
}

impl Input {
    /// The name for messages: the path, or the name that the bytes were given.
    pub fn name(&self) -> String {
        match self {
            Input::Path(path) if path == Path::new("-") => "stdin".to_string(),
            Input::Path(path) => path.to_string_lossy().into_owned(),
            Input::Bytes(source) => source.name().to_string(),
        }
    }

    /// The bytes; a path is opened.
    ///
    /// Fails if there is no file at the path, or if it cannot be read (`input/unreadable`).
    pub fn open(self) -> Result<Source, Diagnostic> {
        match self {
            Input::Path(path) => Source::open(&path),
            Input::Bytes(source) => Ok(source),
        }
    }

    /// The path that stands for it among `others`: bytes get their place in `in_memory`, by their name
    /// unless another input has that.
    pub(crate) fn place(
        self,
        in_memory: &mut BTreeMap<PathBuf, Source>,
        mut others: Vec<&mut PathBuf>,
    ) -> PathBuf {
        let wanted = PathBuf::from(self.name());
        let file = wanted.file_name().unwrap_or(wanted.as_os_str()).to_owned();
        let free = |in_memory: &BTreeMap<PathBuf, Source>, others: &[&mut PathBuf]| {
            let mut paths = (2..).map(|number: u64| Path::new(&number.to_string()).join(&file));
            let taken = |path: &PathBuf| others.iter().any(|other| **other == *path);
            let path = paths.find(|path| !in_memory.contains_key(path) && !taken(path));
            path.unwrap_or_default()
        };
        match self {
            Input::Path(path) => {
                // The path means the file, so the bytes of that name move.
                if let Some(source) = in_memory.remove(&path) {
                    let new = free(in_memory, &others);
                    let moved = others.iter_mut().filter(|other| ***other == path);
                    moved.for_each(|other| **other = new.clone());
                    in_memory.insert(new, source);
                }
                path
            }
            Input::Bytes(source) => {
                let same = in_memory.get(&wanted) == Some(&source);
                let is_taken = others.iter().any(|other| **other == wanted);
                let path = match is_taken && !same {
                    true => free(in_memory, &others),
                    false => wanted,
                };
                in_memory.insert(path.clone(), source);
                path
            }
        }
    }
}

impl Default for Input {
    /// Standard input.
    fn default() -> Input {
        Input::Path(PathBuf::from("-"))
    }
}

impl From<&Input> for Input {
    fn from(input: &Input) -> Input {
        input.clone()
    }
}

impl From<&Source> for Input {
    fn from(source: &Source) -> Input {
        Input::Bytes(source.clone())
    }
}

impl From<Source> for Input {
    fn from(source: Source) -> Input {
        Input::Bytes(source)
    }
}

/// A name, and the bytes or the text that are known by it.
impl<N: Into<String>, B: Into<Vec<u8>>> From<(N, B)> for Input {
    fn from((name, bytes): (N, B)) -> Input {
        Input::Bytes(Source::memory(name, bytes))
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Input {
        Input::Path(path)
    }
}

macro_rules! from_paths {
    ($($path:ty),*) => {
        $(impl From<$path> for Input {
            fn from(path: $path) -> Input {
                Input::Path(PathBuf::from(path))
            }
        })*
    };
}

from_paths!(&Path, &PathBuf, &str, String, &String);
