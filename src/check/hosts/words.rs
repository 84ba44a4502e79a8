//! How imports and versions are named in a sentence.
//!
//! May import: the siblings. Deliberately absent: the sentences (`verdict`).

use super::fit::package;

/// One import by its name, several by their package.
pub(super) fn several(imports: &[String]) -> String {
    match imports {
        [one] => one.clone(),
        [] => String::new(),
        [first, ..] => {
            let count = imports.len();
            let version = |import: &str| import.split_once('@').map(|(_, v)| v.to_string());
            let same = |other: &String| version(other) == version(first);
            if !first.contains('/') || imports.iter().any(|i| package(i) != package(first)) {
                return format!("{count} imports");
            }
            match version(first).filter(|_| imports.iter().all(same)) {
                Some(version) => format!("{count} interfaces of {}@{version}", package(first)),
                None => format!("{count} interfaces of {}", package(first)),
            }
        }
    }
}

/// The same in a table.
pub(super) fn in_short(imports: &[String]) -> String {
    match several(imports).split_once(" interfaces of ") {
        Some((count, package)) => format!("{package} ({count} interfaces)"),
        None => several(imports),
    }
}

/// Versions as they stand in a sentence.
pub(super) fn spoken(versions: &[String]) -> String {
    let names: Vec<&str> = versions
        .iter()
        .map(|v| match v.as_str() {
            "" => "the one without a version",
            version => version,
        })
        .collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_string(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
