//! Imports and versions as they appear in messages.
//!
//! May import: `surface` (rank 3, for how names are read). Deliberately absent: the sentences (each check has its own).

use std::collections::BTreeSet;

use crate::surface::wit::readable;

/// A name as it appears in messages.
pub(super) fn quoted(name: &str) -> String {
    match name.contains(':') {
        true => format!("`{name}`"),
        false => format!("`{}`", readable(name)),
    }
}

/// One import by its name, several by their package.
pub(super) fn several<S: AsRef<str>>(imports: &[S]) -> String {
    match imports {
        [one] => quoted(one.as_ref()),
        _ => of_one_package(imports)
            .or_else(|| of_one_namespace(imports))
            .unwrap_or(format!("{} imports", imports.len())),
    }
}

/// `9 interfaces of wasi:{cli, io}@0.2.9`, if they are all of one namespace.
fn of_one_namespace<S: AsRef<str>>(imports: &[S]) -> Option<String> {
    let mut packages = BTreeSet::new();
    let mut versions = BTreeSet::new();
    let mut namespaces = BTreeSet::new();
    for import in imports {
        let (path, version) = match import.as_ref().split_once('@') {
            Some((path, version)) => (path, format!("@{version}")),
            None => (import.as_ref(), String::new()),
        };
        let (package, _) = path.split_once('/')?;
        let (namespace, package) = package.split_once(':')?;
        namespaces.insert(namespace);
        packages.insert(package);
        versions.insert(version);
    }
    let (Some(namespace), 1) = (namespaces.first(), namespaces.len()) else {
        return None;
    };
    let version = match versions.len() {
        1 => versions.pop_first().unwrap_or_default(),
        _ => String::new(),
    };
    let packages: Vec<&str> = packages.into_iter().collect();
    let (count, packages) = (imports.len(), packages.join(", "));
    Some(format!(
        "{count} interfaces of `{namespace}:{{{packages}}}{version}`"
    ))
}

/// `7 interfaces of wasi:sockets@0.2.9`, if they are all of one package.
pub(super) fn of_one_package<S: AsRef<str>>(imports: &[S]) -> Option<String> {
    let first = imports.first()?.as_ref();
    let all = |same: &dyn Fn(&str) -> bool| imports.iter().all(|import| same(import.as_ref()));
    if !first.contains('/') || !all(&|other| package(other) == package(first)) {
        return None;
    }
    let version = |import: &str| import.split_once('@').map(|(_, v)| v.to_string());
    let (count, package) = (imports.len(), package(first));
    Some(match version(first) {
        Some(same) if all(&|other| version(other).as_ref() == Some(&same)) => {
            format!("{count} interfaces of `{package}@{same}`")
        }
        _ => format!("{count} interfaces of `{package}`"),
    })
}

/// The package of an interface: `wasi:io` of `wasi:io/streams@0.2.6`. Anything else is its own.
pub(super) fn package(import: &str) -> &str {
    import
        .split_once('/')
        .map_or(import, |(package, _)| package)
}

/// The same in a table.
pub(super) fn in_short(imports: &[String]) -> String {
    let text = several(imports).replace('`', "");
    match text.split_once(" interfaces of ") {
        Some((count, package)) => format!("{package} ({count} interfaces)"),
        None => text,
    }
}

/// Versions as they appear in a sentence.
pub(super) fn spoken(versions: &[String]) -> Vec<&str> {
    let spoken = versions.iter().map(|version| match version.as_str() {
        "" => "the unversioned interface",
        version => version,
    });
    spoken.collect()
}

/// A flag as it appears in a sentence; a setting or an addition is a phrase.
pub(super) fn typed(flag: &str) -> String {
    match flag.starts_with('-') {
        true => format!("`{flag}`"),
        false => flag.to_string(),
    }
}

/// `wasi:cli@0.2.6`, of a name `wasi:cli/exit@0.2.6`.
pub(super) fn package_of(name: &str) -> String {
    let (path, version) = match name.split_once('@') {
        Some((path, version)) => (path, format!("@{version}")),
        None => (name, String::new()),
    };
    match path.split_once('/') {
        Some((package, _)) => format!("{package}{version}"),
        None => name.to_string(),
    }
}
