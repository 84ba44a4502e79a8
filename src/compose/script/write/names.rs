//! Names for what a plan calls otherwise: identifiers for its parts, packages for its files.
//!
//! May import: `source`, `wit` (ranks 0 and 2). Deliberately absent: names of imports and exports, which
//! stay as they are, in quotes where they are no identifiers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Component, Path};

use super::Form;
use crate::source;
use crate::wit::syntax::KEYWORDS;

/// The namespace of packages whose files say none.
const NAMESPACE: &str = "parts";

/// The name of something in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Local(pub String);

impl fmt::Display for Local {
    /// As it is written: keywords have a `%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escaped(&self.0))
    }
}

/// An identifier as it is written.
pub(super) fn escaped(name: &str) -> String {
    match KEYWORDS.contains(&name) || ["let", "new", "targets"].contains(&name) {
        true => format!("%{name}"),
        false => name.to_string(),
    }
}

/// Whether the language takes it as an identifier: words that begin with a letter.
pub(super) fn is_id(name: &str) -> bool {
    name.split('-').all(|word| {
        let of = |is: fn(&u8) -> bool| word.bytes().all(|b| is(&b) || b.is_ascii_digit());
        let is_word = of(u8::is_ascii_lowercase) || of(u8::is_ascii_uppercase);
        is_word && word.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// The name of an import or export as it is written: an identifier, or else a string.
pub(super) fn extern_name(name: &str) -> String {
    match is_id(name) && escaped(name) == name {
        true => name.to_string(),
        false => format!("\"{name}\""),
    }
}

/// An identifier like `name`, that is not taken yet, or else one like `other`.
pub(super) fn local(name: &str, other: &str, taken: &mut BTreeSet<String>) -> Local {
    let id = identifier(name, other);
    let mut local = id.clone();
    for n in 2.. {
        if taken.insert(local.clone()) {
            break;
        }
        local = format!("{id}{n}");
    }
    Local(local)
}

/// `name` as an identifier: words that begin with a digit become part of the one before.
fn identifier(name: &str, other: &str) -> String {
    if is_id(name) {
        return name.to_string();
    }
    let mut id = String::new();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        let word = word.to_ascii_lowercase();
        match word.starts_with(|c: char| c.is_ascii_digit()) {
            true if id.is_empty() => id.push_str(other),
            true => {}
            false if id.is_empty() => {}
            false => id.push('-'),
        }
        id.push_str(&word);
    }
    match id.is_empty() {
        true => other.to_string(),
        false => id,
    }
}

/// The package that a file is, as a script names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Package {
    /// `acme:kv@1.0.0`
    pub name: String,
    /// The file.
    pub path: String,
    /// Whether it is found without being given.
    pub is_found: bool,
}

/// The packages of files: one that was given, that which its folder says, or one made of its name.
pub(super) fn packages<'p>(
    paths: impl Iterator<Item = &'p str>,
    form: &Form<'_>,
) -> BTreeMap<&'p str, Package> {
    let mut packages: BTreeMap<&str, Package> = BTreeMap::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut others: Vec<&str> = Vec::new();
    for path in paths {
        if packages.contains_key(path) || others.contains(&path) {
            continue;
        }
        let named = given(path, form).or_else(|| found(path, form));
        match named.filter(|(name, _)| taken.insert(name.clone())) {
            Some((name, is_found)) => {
                let path_of = path.to_string();
                let package = Package {
                    name,
                    path: path_of,
                    is_found,
                };
                packages.insert(path, package);
            }
            None => others.push(path),
        }
    }
    for path in others {
        let id = identifier(&source::stem(Path::new(path)), "part");
        let mut name = format!("{NAMESPACE}:{id}");
        for n in 2.. {
            if taken.insert(name.clone()) {
                break;
            }
            name = format!("{NAMESPACE}:{id}{n}");
        }
        let package = Package {
            name,
            path: path.to_string(),
            is_found: false,
        };
        packages.insert(path, package);
    }
    packages
}

/// The package that a file was given as, or that a reference names.
fn given(path: &str, form: &Form<'_>) -> Option<(String, bool)> {
    let mut given = form.definitions.iter();
    let spec = given.find(|spec| spec.path == Path::new(path));
    let name = spec.and_then(|spec| spec.name.clone());
    let name = name.filter(|name| is_package(name));
    let referred = || path.strip_prefix('@').map(str::to_string);
    let name = name.or_else(referred).filter(|name| is_package(name))?;
    Some((name, false))
}

/// Whether it is the name of a package as a script takes it: `acme:kv`, `acme:kv@1.0.0`.
fn is_package(name: &str) -> bool {
    let (ids, version) = name.split_once('@').unwrap_or((name, "0.0.0"));
    ids.contains(':') && ids.split(':').all(is_id) && is_version(version)
}

/// The package that a file is in one of the folders, and whether it is found there before others.
fn found(path: &str, form: &Form<'_>) -> Option<(String, bool)> {
    let path = Path::new(path);
    let extension = path.extension()?;
    if extension != "wasm" && extension != "wat" {
        return None;
    }
    let mut folders = form.folders.iter().enumerate();
    let (at, inside) =
        folders.find_map(|(at, folder)| Some((at, path.strip_prefix(folder).ok()?)))?;
    let names: Option<Vec<&str>> = inside
        .components()
        .map(|component| match component {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let mut names = names?;
    let last = names.pop()?;
    let stem = last.strip_suffix(&format!(".{}", extension.to_str()?))?;
    let name = match (names.as_slice(), is_id(stem)) {
        ([_, ..], true) => {
            names.push(stem);
            names.join(":")
        }
        ([_, _, ..], false) if is_version(stem) => format!("{}@{stem}", names.join(":")),
        _ => return None,
    };
    let (ids, _) = name.split_once('@').unwrap_or((&name, ""));
    // Text is taken before binary, and folders in their order.
    let before = form.folders[..at].iter();
    let before =
        before.flat_map(|folder| ["wat", "wasm"].map(|e| folder.join(inside).with_extension(e)));
    let beside = path.with_extension("wat");
    let is_first = !before
        .chain([beside])
        .any(|other| other != path && source::is_file(&other));
    ids.split(':').all(is_id).then_some((name, is_first))
}

fn is_version(text: &str) -> bool {
    semver::Version::parse(text).is_ok()
}

/// The name of the package of a script in a file of that name.
pub(super) fn own(file: &Path) -> String {
    format!(
        "composed:{}",
        identifier(&source::stem(file), "composition")
    )
}
