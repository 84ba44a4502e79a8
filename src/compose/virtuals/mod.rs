//! What is virtual: the settings of `[virtual]`, and the files that are embedded.
//!
//! The steps: settings are read (`settings`, with `instant`), their files are looked for and opened
//! (`files`), and a part is generated (`generated::virtuals`).
//!
//! Lives here: [`Virtual`]. May import: `config`, `diag`, `no_effect`, `plan`, `source` (ranks 0 and 1).
//! Deliberately absent: which interfaces they are about (`generated::virtuals`).

pub(crate) mod files;
mod instant;
mod settings;

use std::path::{Path, PathBuf};

pub use settings::read;
pub(crate) use settings::{read_in, table};

use crate::diag::{Diagnostic, Locus};
use crate::no_effect;
use crate::plan::Settings;

/// What is virtual in a composition.
///
/// ```
/// use std::path::Path;
/// use witkit::compose::{Options, Virtual, read_virtual};
///
/// let path = std::env::temp_dir().join("witkit-example-virtual.toml");
/// std::fs::write(&path, "env = { LANG = \"C\" }\n").expect("a temporary file");
/// let hermetic: Virtual = read_virtual(&path)?;
/// assert!(hermetic.settings.env.is_some());
/// let options = Options { from_data: Some(hermetic.under(Path::new("guest"))), ..Options::default() };
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Virtual {
    /// What it is called in findings: its file, or `virtual` for a key of `witkit.toml`.
    pub name: String,
    /// The file that it was read from, if it has one of its own.
    pub file: Option<PathBuf>,
    /// The settings; paths of files are those of files and directories that have not been opened.
    pub settings: Settings,
}

impl Virtual {
    /// A warning that a key has no effect.
    pub(crate) fn without_effect(&self, key: &str, why: &str) -> Diagnostic {
        match &self.file {
            Some(_) => {
                let place = Locus::File(self.name.clone());
                no_effect::without_effect(key, why).at(place, "")
            }
            None => no_effect::without_effect(&format!("virtual.{key}"), why),
        }
    }

    /// The same, relative paths meant from `folder`.
    pub fn under(mut self, folder: &Path) -> Virtual {
        for file in self.settings.files_mut() {
            file.path = folder.join(&file.path).display().to_string();
        }
        self
    }
}
