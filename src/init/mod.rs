//! `init`: a first `witkit.toml` from what is in a folder, and what runs witkit in CI and before commits.
//!
//! Lives here: [`init`], which says what to write; `found`, what is there; `texts`, the files.
//! May import: `config`, `diag`, `escape`, `source`, `surface`, `wasm`, `wit` (ranks 0 to 2).
//! Deliberately absent: writing (`cli`), and changing a file that exists.

mod found;
mod texts;

use std::path::{Path, PathBuf};

use crate::config::{self, schema};
use crate::diag::{Code, Locus, Report, Severity};
use found::Found;

/// A file that would be written exists.
pub static EXISTS: Code = Code {
    name: "init/exists",
    severity: Severity::Error,
    page: "\
`witkit init` only creates files. At least one of those that it would write exists, so it writes
none of them.

```console
$ witkit init
error[init/exists]: `witkit.toml` already exists
```

Edit the file that exists, or remove it first.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&EXISTS];

/// What to write besides `witkit.toml`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// A workflow for GitHub Actions.
    pub workflow: bool,
    /// Hooks for pre-commit.
    pub hooks: bool,
    /// The JSON Schema of `witkit.toml`, for editors.
    pub schema: bool,
}

/// What to write, and what it was made from.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Files with their contents; the paths begin with the folder's.
    pub files: Vec<(PathBuf, String)>,
    /// What was found, in one line each: `2 components: app.wasm, store.wasm`.
    pub found: Vec<String>,
}

/// Looks at `folder`, and says what to write.
///
/// Fails with all files that exist already (`init/exists`), or if the folder cannot be listed
/// (`input/unreadable`).
pub fn init(folder: &Path, options: &Options) -> Result<Outcome, Report> {
    let found = Found::in_folder(folder)?;
    let mut files = vec![(config::FILE_NAME, texts::config(&found, options.schema))];
    if options.schema {
        files.push((texts::SCHEMA, format!("{:#}\n", schema::schema())));
    }
    if options.workflow {
        files.push((texts::WORKFLOW, texts::workflow(&found)));
    }
    if options.hooks {
        files.push((texts::HOOKS, texts::hooks(&found)));
    }
    let folder = match folder == Path::new(".") {
        true => Path::new(""),
        false => folder,
    };
    let named = files
        .into_iter()
        .map(|(name, text)| (folder.join(name), text));
    let files: Vec<(PathBuf, String)> = named.collect();
    let mut report = Report::new();
    for (path, _) in files.iter().filter(|(path, _)| path.exists()) {
        let name = path.to_string_lossy().into_owned();
        report.push(
            EXISTS
                .report(format!("`{name}` already exists"))
                .at(Locus::File(name.clone()), "")
                .help(format!("edit `{name}`, or remove it first")),
        );
    }
    report.or_ok(Outcome {
        found: found.told(),
        files,
    })
}
