//! Loading a package: the files, their syntax, their names, then their meaning.
//!
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use wit_parser::Resolve;

use super::names::Names;
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
    load_over(path, options, &BTreeMap::new())
}

/// As [`load`], with other texts for some files, by their names.
pub(crate) fn load_over(
    path: &Path,
    options: &Options,
    texts: &BTreeMap<String, Arc<str>>,
) -> Result<Wit, Report> {
    // A first version, to be replaced.
    let fail = |e: String| Report::from(syntax::CODES[4].report(e));
    let mut resolve = Resolve {
        all_features: options.all_features,
        ..Resolve::default()
    };
    resolve.features.extend(options.features.iter().cloned());
    let mut files = Vec::new();
    let mut group = |folder: &Path, own: bool| {
        let mut map = wit_parser::SourceMap::new();
        let mut paths: Vec<_> = if folder.is_dir() {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let paths = entries.map(|e| e.path());
            paths
                .filter(|p| p.extension().is_some_and(|e| e == "wit"))
                .collect()
        } else {
            vec![folder.to_path_buf()]
        };
        paths.sort();
        for path in paths {
            let name = path.to_string_lossy().into_owned();
            let text = match texts.get(&name) {
                Some(text) => text.clone(),
                None => std::fs::read_to_string(&path).unwrap_or_default().into(),
            };
            map.push_str(&name, &*text);
            files.push(File {
                tree: syntax::parse(name, text),
                path: Some(path),
                own,
            });
        }
        map.parse().map_err(|(map, e)| fail(e.render(&map)))
    };
    let main = group(path, true)?;
    let mut deps = Vec::new();
    let mut folders: Vec<_> = std::fs::read_dir(path.join("deps"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .collect();
    folders.sort();
    for folder in folders {
        deps.push(group(&folder, false)?);
    }
    let own_names: Vec<_> = std::iter::once(&main.main)
        .chain(&main.nested)
        .map(|p| p.name.clone())
        .collect();
    let main = resolve
        .push_groups(main, deps)
        .map_err(|e| fail(e.render(&resolve.source_map)))?;
    let own = own_names
        .iter()
        .map(|name| resolve.package_names[name])
        .collect();
    Ok(Wit {
        files,
        resolve,
        main,
        own,
        names: Names::default(),
    })
}
