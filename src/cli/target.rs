//! Files that a command writes: the result and the depfile, in their places only if all is right.
//!
//! May import: everything (rank 5). Deliberately absent: what is in them.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::terminal::{Exit, Failure, Terminal, usage};
use crate::diag::Report;
use crate::source::{NewFile, place};
use crate::wasm;

/// Where a module or component goes, and in which form.
pub(super) struct Target<'a> {
    /// None for standard output.
    pub path: Option<&'a Path>,
    pub is_text: bool,
}

impl Target<'_> {
    /// The bytes of a module or component as they are written.
    pub fn formed(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
        match self.is_text {
            true => wasm::print(&bytes).map(String::into_bytes).map_err(usage),
            false => Ok(bytes),
        }
    }

    /// Writes a module or component.
    pub fn write(&self, bytes: &[u8], terminal: &Terminal) -> Result<Exit, Failure> {
        let text = match self.is_text {
            true => Some(wasm::print(bytes).map_err(usage)?),
            false => None,
        };
        let bytes = text.as_ref().map_or(bytes, |text| text.as_bytes());
        match self.path {
            Some(path) => {
                NewFile::whole(path, bytes)?;
                Ok(Exit::Clean)
            }
            None => Ok(terminal.print(bytes)),
        }
    }
}

/// The result and its depfile, of which all or none take their places.
pub(super) struct Files {
    pub output: Option<NewFile>,
    depfile: Option<NewFile>,
}

impl Files {
    /// Opens them. What fails is in the report, together with everything else that is wrong.
    pub fn create(output: Option<&Path>, depfile: Option<&Path>, report: &mut Report) -> Files {
        let mut create = |path: Option<&Path>| match NewFile::create(path?) {
            Ok(file) => Some(file),
            Err(finding) => {
                report.push(finding);
                None
            }
        };
        Files {
            output: create(output),
            depfile: create(depfile),
        }
    }

    /// Writes the depfile: `files` as what `output` was made of.
    pub fn write_depfile(&mut self, output: Option<&Path>, files: &[PathBuf], report: &mut Report) {
        if let (Some(output), Some(file)) = (output, &mut self.depfile)
            && let Err(finding) = file.write(|out| depfile(output, files, out))
        {
            report.push(finding);
        }
    }

    /// Puts them in their places.
    pub fn finish(self) -> Result<(), Report> {
        for file in [self.output, self.depfile].into_iter().flatten() {
            file.finish()?;
        }
        Ok(())
    }
}

/// Writes `files` as what `output` was made of, in the form that make and ninja read.
fn depfile(output: &Path, files: &[PathBuf], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}:", escaped(output))?;
    for file in files.iter().filter(|file| *file != Path::new("-")) {
        // A package is the file that it was found in.
        let file = place(file).unwrap_or(Cow::Borrowed(file));
        write!(out, " \\\n  {}", escaped(&file))?;
    }
    writeln!(out)
}

fn escaped(path: &Path) -> String {
    path.display()
        .to_string()
        .replace('$', "$$")
        .replace(' ', "\\ ")
        .replace('#', "\\#")
}
