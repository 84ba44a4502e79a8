//! Loading a package: the files, their syntax, their names, then their meaning.
//!
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1).

use std::path::Path;

use wit_parser::Resolve;

use super::syntax;
use super::{File, Wit};
use crate::diag::Report;

/// What of a package is wanted.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The features of `@unstable` gates that are to be there.
    pub features: Vec<String>,
    /// All features, whatever they are called.
    pub all_features: bool,
}

/// Loads the package at `path`: a file, a folder with its `deps`, or `-` for standard input.
pub fn load(path: &Path, options: &Options) -> Result<Wit, Report> {
    // A first version, to be replaced.
    let mut resolve = Resolve::default();
    resolve.all_features = options.all_features;
    resolve.features.extend(options.features.iter().cloned());
    let (main, sources) = resolve
        .push_path(path)
        .map_err(|e| Report::from(syntax::CODES[0].report(format!("{e:#}"))))?;
    let mut own = vec![main];
    for (id, _) in resolve.packages.iter() {
        let mut paths = sources.package_paths(id).into_iter().flatten();
        if id != main && paths.any(|p| p.parent() == Some(path) || p == path) {
            own.push(id);
        }
    }
    let mut files: Vec<File> = sources
        .paths()
        .map(|file| {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            File {
                tree: syntax::parse(file.to_string_lossy(), text),
                path: Some(file.to_path_buf()),
                own: file == path || file.parent() == Some(path),
            }
        })
        .collect();
    files.sort_by(|a, b| (!a.own, a.tree.name()).cmp(&(!b.own, b.tree.name())));
    Ok(Wit {
        files,
        resolve,
        main,
        own,
    })
}
