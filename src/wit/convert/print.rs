//! Conversions to text: one text, or a folder of files.
//!
//! May import: `diag` (rank 0), the syntax and `format`.
//! Deliberately absent: writing files (`folder`).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;

use wit_component::WitPrinter;
use wit_parser::{PackageId, Resolve, WorldItem, WorldKey};

use crate::diag::Report;
use crate::wit::decode::NO_WIT_FORM;
use crate::wit::format::{self, Style};
use crate::wit::{PackageKey, Wit, syntax};

/// The packages of `wit` and those they need: the main one, then the others by name, so that the
/// order does not depend on where they came from.
pub(super) fn packages(wit: &Wit) -> Vec<PackageId> {
    let mut own = wit.own.clone();
    own.push(wit.main);
    let mut others = needed(&wit.resolve, &own);
    others.remove(&wit.main);
    let mut packages: Vec<PackageId> = others.into_iter().collect();
    packages.sort_by_key(|id| &wit.resolve.packages[*id].name);
    packages.insert(0, wit.main);
    packages
}

/// Those packages and all that they need.
pub(super) fn needed(resolve: &Resolve, packages: &[PackageId]) -> BTreeSet<PackageId> {
    let mut needed = BTreeSet::new();
    let mut to_do = packages.to_vec();
    while let Some(package) = to_do.pop() {
        if needed.insert(package) {
            to_do.extend(resolve.package_direct_deps(package));
        }
    }
    needed
}

/// All of it as one text, which needs nothing besides.
pub(super) fn text(wit: &Wit) -> Result<String, Report> {
    let packages = packages(wit);
    print(&printable(&wit.resolve), wit.main, &packages[1..])
}

/// A file for each package, as they are expected in a folder with its `deps`.
pub(super) fn files(wit: &Wit) -> Result<Vec<(PathBuf, String)>, Report> {
    let resolve = printable(&wit.resolve);
    let mut files = Vec::new();
    let mut taken = BTreeSet::new();
    for package in packages(wit) {
        let name = &wit.resolve.packages[package].name;
        let path = if package == wit.main {
            PathBuf::from(format!("{}.wit", name.name))
        } else {
            let version = match &name.version {
                Some(version) => format!("-{version}"),
                None => String::new(),
            };
            let mut folder = format!("{}-{}{version}", name.namespace, name.name);
            if !taken.insert(folder.clone()) {
                // `a-b:c` and `a:b-c`; no name has a `_` in it.
                folder = format!("{}_{}{version}", name.namespace, name.name);
            }
            ["deps", &folder, "package.wit"].iter().collect()
        };
        files.push((path, print(&resolve, package, &[])?));
    }
    Ok(files)
}

/// All packages besides those that were asked for, by name, as wasm-pkg-tools writes them: printed, and
/// laid out by no one else.
pub(super) fn dependencies(wit: &Wit) -> Result<Vec<(PackageKey, String)>, Report> {
    let resolve = printable(&wit.resolve);
    let mut texts = Vec::new();
    for (id, package) in wit.resolve.packages.iter() {
        if id == wit.main || wit.own.contains(&id) {
            continue;
        }
        let name = &package.name;
        let key = PackageKey {
            name: format!("{}:{}", name.namespace, name.name),
            version: name.version.as_ref().map(ToString::to_string),
        };
        texts.push((key, printed(&resolve, id, &[])?));
    }
    texts.sort();
    Ok(texts)
}

fn print(resolve: &Resolve, main: PackageId, nested: &[PackageId]) -> Result<String, Report> {
    let text = printed(resolve, main, nested)?;
    let tree = syntax::parse("WIT", text.as_str());
    if !tree.problems().is_empty() {
        return Ok(text);
    }
    Ok(format::format(&tree, Style::default()))
}

/// A package as the printer has it.
fn printed(resolve: &Resolve, main: PackageId, nested: &[PackageId]) -> Result<String, Report> {
    let mut printer = WitPrinter::default();
    printer
        .print(resolve, main, nested)
        .map_err(|e| NO_WIT_FORM.report(format!("cannot print the package as WIT: {e:#}")))?;
    Ok(syntax::without_forbidden(&String::from(printer.output)))
}

/// What is to be printed: the same, but that docs which are not there are empty where the printer
/// would else take those of an interface for those of an import or export of it under another name.
fn printable(resolve: &Resolve) -> Cow<'_, Resolve> {
    let mut printable = Cow::Borrowed(resolve);
    for (world, found) in resolve.worlds.iter() {
        for (key, item) in &found.imports {
            if takes_docs_of_interface(resolve, key, item) {
                add_empty_docs(printable.to_mut().worlds[world].imports.get_mut(key));
            }
        }
        for (key, item) in &found.exports {
            if takes_docs_of_interface(resolve, key, item) {
                add_empty_docs(printable.to_mut().worlds[world].exports.get_mut(key));
            }
        }
    }
    printable
}

fn takes_docs_of_interface(resolve: &Resolve, key: &WorldKey, item: &WorldItem) -> bool {
    match (key, item) {
        (WorldKey::Name(_), WorldItem::Interface { id, docs, .. }) => {
            let interface = &resolve.interfaces[*id];
            docs.is_empty() && interface.name.is_some() && !interface.docs.is_empty()
        }
        _ => false,
    }
}

fn add_empty_docs(item: Option<&mut WorldItem>) {
    if let Some(WorldItem::Interface { docs, .. }) = item {
        docs.contents = Some(String::new());
    }
}
