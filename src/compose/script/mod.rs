//! Scripts of wac (`.wac`): compositions as programs.
//!
//! A script is carried out from top to bottom, by names and the types of what they stand for. What
//! comes out is a [`Script`]: instances with what each of their imports gets, and exports. Of this, with
//! what `--deny`, `--stub` and `--trace` change, the plan is made (`planned`), and the plan is built as any
//! other.
//!
//! May import: `diag`, `source`, `plan`, `wasm`, `surface`, `type_slicer`, `wit` (ranks 0 to 2).
//! Deliberately absent: the grammar (`wit::syntax`), and a type checker: what a script passes is checked
//! as it is built, as everywhere.

mod codes;
mod declared;
mod evaluate;
mod mapped;
mod packages;
mod paths;
pub(super) mod planned;
mod target;
mod wit_text;
pub(super) mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use codes::CODES;
pub(super) use target::check as fits;

use super::options::{Options, PartSpec};
use super::parts::NewPart;
pub(crate) use super::scripted::Script;
use crate::diag::{Diagnostic, Report, did_you_mean};
use crate::source::{self, Source};
use crate::wasm::Component;
pub(crate) use crate::wit::is_script;
use crate::wit::syntax::{self, Node, NodeKind, Tree};
use crate::wit::text_of;
use packages::{Key, Packages};

/// A script and what it is made of.
pub(crate) struct Read {
    pub script: Script,
    /// Options with its parts in the place of the root.
    pub options: Options,
    /// The part that declares types, if there is one.
    pub declarations: Option<NewPart>,
    pub warnings: Report,
    /// The files that were read besides the components.
    pub files: Vec<PathBuf>,
    /// Its `package …;`
    pub package: Option<String>,
}

/// The script that the options name as their root, if it is one.
///
/// Fails with everything that is wrong with it.
pub(crate) fn read(options: &Options) -> Result<Option<Read>, Report> {
    let Some(root) = &options.root else {
        return Ok(None);
    };
    let source = match options.in_memory.get(&root.path) {
        Some(source) => Ok(source.clone()),
        // What comes from a pipe can be read only once: who wants it to be a script has it in memory.
        None if root.path == Path::new("-") => return Ok(None),
        None if source::begins_with(&root.path, b"\0asm") => return Ok(None),
        None => Source::open(&root.path),
    };
    // What cannot be opened is told with the other parts.
    let Ok(source) = source else {
        return Ok(None);
    };
    match is_script(&source) {
        true => carried_out(&source, &root.path, options).map(Some),
        false => Ok(None),
    }
}

fn carried_out(source: &Source, path: &Path, options: &Options) -> Result<Read, Report> {
    let tree = syntax::parse_script(source.name(), text_of(source, source.name())?);
    let mut report = Report::new();
    if !tree.problems().is_empty() {
        report.add_text(tree.name(), tree.text().clone());
        return Err(report.with(tree.problems().to_vec()));
    }
    let mut packages = Packages::new(
        &options.definitions,
        options.deps_dir.as_deref(),
        Some(path).filter(|path| *path != Path::new("-")),
        &options.in_memory,
    );
    let written = wit_text::write(&tree, &mut packages, &mut report);
    let is_sound =
        !evaluate::duplicates(&tree, written.as_ref(), &mut report) && !report.has_errors();
    let lacks_packages = packages.report.has_errors();
    let own = tree.root().child(NodeKind::PackageDecl);
    let name = own.and_then(|own| own.child(NodeKind::PackageName));
    let key = name.and_then(Key::of).map(|(key, _)| key);
    let mut loaded = None;
    if let Some(written) = written.as_ref().filter(|_| is_sound) {
        match declared::Loaded::new(&tree, written, &packages, &packages.roots()) {
            Ok(found) => loaded = Some(found).filter(|_| !lacks_packages),
            Err(mut found) => {
                // That a package is missing was told.
                let is_told = |name: &str| {
                    let told = ["wit/unknown-package", "wit/unknown-interface"];
                    lacks_packages && told.contains(&name)
                };
                found.retain(|finding| !is_told(finding.code.name));
                report.extend(found);
            }
        }
    }
    let mut declared = None;
    if let (Some(written), Some(loaded), Some(name)) = (&written, &loaded, name) {
        let part = declarations_name(&tree);
        let statements = write::statements(&tree).into_iter();
        let text = statements.map(|(_, text)| text).collect();
        match declared::declared(&part, text, written, loaded, &mut packages, name.locus()) {
            Ok(found) => declared = Some(found),
            Err(found) => report.extend(found),
        }
    }
    let targets = own.and_then(|own| own.child(NodeKind::Targets));
    let target = match (targets, &key) {
        (Some(targets), Some(key)) if is_sound && !report.has_errors() => {
            declared::target(targets, key, loaded.as_ref(), &mut packages, &mut report)
        }
        _ => None,
    };
    let made = evaluate::evaluate(
        &tree,
        key.as_ref(),
        written.as_ref(),
        declared.as_ref(),
        &mut packages,
        &mut report,
    );
    report.extend(std::mem::take(&mut packages.report));
    // Without errors, there is nothing in it.
    let warnings = packages.unused();
    if report.has_errors() {
        report.take_texts(&BTreeMap::from([(tree.name(), tree.text())]));
        return Err(report);
    }
    let mut files = packages.wit_files();
    files.extend(source.path().map(Path::to_path_buf));
    let read = made.components.keys();
    files.extend(
        read.filter(|path| !options.in_memory.contains_key(*path))
            .cloned(),
    );
    let package = own.map(|own| own.text().to_string());
    let mut script = made.script;
    script.target = target;
    let definitions = script.parts.iter().map(|part| PartSpec {
        name: Some(part.name.clone()),
        path: PathBuf::from(&part.path),
    });
    let mut in_memory = options.in_memory.clone();
    let components = made.components.into_iter();
    in_memory.extend(components.map(|(path, component)| (path, component.source().clone())));
    Ok(Read {
        options: Options {
            root: None,
            definitions: definitions.collect(),
            in_memory,
            ..options.clone()
        },
        script,
        declarations: declared.map(|declared| declared.part),
        warnings,
        files,
        package,
    })
}

/// What the part of declarations is called: nothing else in the script is.
fn declarations_name(tree: &Tree) -> String {
    let mut name = "script".to_string();
    let is_taken = |name: &str| {
        let nodes = tree.nodes();
        let mut names = nodes.filter(|node| node.kind() == NodeKind::Name);
        names.any(|node| node.name() == Some(name))
    };
    while is_taken(&name) {
        name.push('s');
    }
    name
}

/// The name in an `ExternName`.
fn extern_name(node: Node<'_>) -> String {
    match node.child(NodeKind::Quoted) {
        Some(quoted) => quoted.text().trim_matches('"').to_string(),
        None => node.name().unwrap_or_default().to_string(),
    }
}

/// Suggests the most similar name, or else lists them all.
fn suggest(finding: Diagnostic, name: &str, known: &[&str], what: &str) -> Diagnostic {
    let short = |known: &str| {
        let path = crate::names::unversioned(known);
        let own = path.rsplit_once('/').map_or(path, |(_, own)| own);
        own.to_string()
    };
    let shorts: Vec<(String, &str)> = known.iter().map(|known| (short(known), *known)).collect();
    let by_short = || {
        let meant = did_you_mean(name, shorts.iter().map(|(short, _)| short.as_str()))?;
        let mut all = shorts.iter().filter(|(short, _)| short == meant);
        all.next().map(|(_, known)| *known)
    };
    match did_you_mean(name, known.iter().copied()).or_else(by_short) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if known.is_empty() => finding,
        None => finding.note(format!("{what}: {}", super::manual::listed(known))),
    }
}

/// The components that a script instantiates, by their files.
type Components = BTreeMap<PathBuf, Arc<Component>>;
