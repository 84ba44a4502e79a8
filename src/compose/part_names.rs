//! Names of parts: the names of files that are given without one.
//!
//! Lives here: [`tell_apart`]. May import: `source` (rank 0).
//! Deliberately absent: names of imports and exports (`crate::names`).

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use crate::source;

/// The shortest names that tell `paths` apart: the file's stem where that is enough, then its
/// name with the extension, then with as many folders before it as it takes.
pub(crate) fn tell_apart(paths: &[&Path], taken: &BTreeSet<String>) -> Vec<String> {
    let mut names: Vec<Option<String>> = vec![None; paths.len()];
    let mut taken = taken.clone();
    let mut level = 0;
    while names.iter().any(Option::is_none) {
        let at_level: Vec<String> = paths.iter().map(|p| name_at(p, level)).collect();
        let mut uses: HashMap<&str, u32> = HashMap::new();
        for name in &at_level {
            *uses.entry(name).or_default() += 1;
        }
        for (i, name) in at_level.iter().enumerate() {
            let unique = !taken.contains(name) && uses.get(name.as_str()) == Some(&1);
            // Past the last folder the whole path is the name, unique or not: then the same
            // path was given twice, which the caller has ruled out.
            let exhausted = level / 2 > paths[i].components().count();
            if names[i].is_none() && (unique || exhausted) {
                names[i] = Some(name.clone());
            }
        }
        taken.extend(names.iter().flatten().cloned());
        level += 1;
    }
    names.into_iter().flatten().collect()
}

/// Level 0: `log`, 1: `log.wasm`, 2: `deps/log`, 3: `deps/log.wasm`, and so on. References have no
/// folders.
fn name_at(path: &Path, level: usize) -> String {
    let mut name = match level.is_multiple_of(2) {
        true => source::stem(path),
        false if source::is_reference(path) => path.to_string_lossy().into_owned(),
        false => {
            let name = path.file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        }
    };
    if source::is_reference(path) {
        return name;
    }
    let mut folder = path.parent();
    for _ in 0..level / 2 {
        let Some(parent) = folder.and_then(Path::file_name) else {
            break;
        };
        name = format!("{}/{name}", parent.to_string_lossy());
        folder = folder.and_then(Path::parent);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_stem_are_told_apart_by_the_least_that_does_it() {
        let paths = ["x/log.wasm", "y/log.wasm", "y/log.wat", "app.wasm"].map(Path::new);
        assert_eq!(
            tell_apart(&paths, &BTreeSet::new()),
            ["x/log", "y/log.wasm", "log.wat", "app"]
        );
        assert_eq!(
            tell_apart(
                &[Path::new("log.wasm")],
                &BTreeSet::from(["log".to_string()])
            ),
            ["log.wasm"]
        );
    }
}
