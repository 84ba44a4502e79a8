//! Loading a package: the files, their syntax, their names, then their meaning.
//!
//! Lives here: [`load`] and [`load_text`], and in which order things are done and complained
//! about; below it `read` (files and folders), `binary` (packages in binary form) and
//! `resolve` (what wit-parser does).
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1), the syntax and `names`.
//! Deliberately absent: fetching packages from elsewhere.

mod binary;
mod certain;
mod read;
mod resolve;
mod search;

pub(crate) use search::packages_in;
pub use search::{Search, configured};

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wit_parser::{PackageId, Resolve};

use super::names::{self, PackageKey};
use super::syntax;
use super::{File, Wit};
use crate::diag::{Diagnostic, Report};
use crate::source::{self, Source};

/// What of a package is wanted.
///
/// ```
/// use witkit::wit::{Options, load};
///
/// let text = "package a:b; interface i { @unstable(feature = x) f: func(); }";
/// let options = Options { features: vec!["x".into()], ..Options::default() };
/// assert!(load(("b.wit", text), &options).is_ok());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The features of `@unstable` gates that are to be there.
    pub features: Vec<String>,
    /// All features, whatever they are called.
    pub all_features: bool,
    /// Where packages are looked for that neither the package nor its `deps` have.
    pub search: Search,
}

/// Loads a package: a `.wit` file, a folder of them with its `deps`, a package in binary form
/// (`.wasm`, or `.wat` text), `-` for standard input, or the bytes of a file.
///
/// In a folder, all files whose names end in `.wit` are one package. Each entry of its folder
/// `deps` is a package that may be needed: a folder of `.wit` files, or one `.wit`, `.wasm` or
/// `.wat` file. What a file is, is told by its bytes.
///
/// Fails with everything that cannot be read, else with all syntax errors of all files and all
/// names that mean nothing, else with the first thing that makes no sense. Of names, what may follow
/// from a syntax error is left out.
///
/// ```
/// use witkit::wit;
///
/// let text = "package acme:kv; interface store { get: func(key: string) -> option<string>; }";
/// let package = wit::load(("store.wit", text), &wit::Options::default())?;
/// assert_eq!(package.files().len(), 1);
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn load(input: impl Into<source::Input>, options: &Options) -> Result<Wit, Report> {
    match input.into() {
        source::Input::Path(path) => load_over(&path, options, &BTreeMap::new()),
        source::Input::Bytes(source) => {
            let mut input = Input::default();
            read::main_source(source, &mut input);
            build(input, options)
        }
    }
}

/// Texts that stand in for those of files, by the files' names; the files need not be there.
pub(crate) type Texts = BTreeMap<String, Arc<str>>;

/// As [`load`], with other texts for some files.
pub(crate) fn load_over(path: &Path, options: &Options, texts: &Texts) -> Result<Wit, Report> {
    let mut input = Input {
        over: texts.clone(),
        ..Input::default()
    };
    read::path(path, &mut input);
    input.fetch = read::fetch(path);
    input.path = Some(path.to_path_buf());
    build(input, options)
}

/// Loads a package from files that are in memory: those right in a folder that is called `name`,
/// and its `deps`. Each has its path in the folder, with `/` between its parts. What is there besides is
/// told by `more`.
///
/// Fails as [`load`] does.
pub(crate) fn load_files(
    name: &str,
    files: &[(String, Vec<u8>)],
    more: More<'_>,
    options: &Options,
) -> Result<Wit, Report> {
    let mut input = Input::default();
    let known = read::files(name, files, &mut input);
    match more {
        More::Nothing => {}
        More::Deps(folder) => read::deps(folder, &known, &mut input),
    }
    build(input, options)
}

/// Where packages are besides those of a folder and its `deps`.
#[derive(Clone, Copy)]
pub(crate) enum More<'p> {
    /// Nowhere.
    Nothing,
    /// In a folder that stands for `deps`; what `deps` has under the same name is left out.
    Deps(&'p Path),
}

/// Loads a package from the text of its only file, which is called `name` in what is said of it.
///
/// Fails as [`load`] does.
#[doc(hidden)]
pub fn load_text(
    name: impl Into<String>,
    text: impl Into<String>,
    options: &Options,
) -> Result<Wit, Report> {
    load(Source::memory(name, text.into()), options)
}

/// What was read.
#[derive(Default)]
struct Input {
    texts: Vec<Text>,
    /// The package that was asked for, if it is binary.
    main: Option<Source>,
    /// Others, by name.
    binaries: Vec<Source>,
    /// What is read in place of files.
    over: Texts,
    /// Where other packages are looked for.
    deps: Option<String>,
    /// The command that fetches packages, by the files that lie about.
    fetch: Option<&'static str>,
    /// Where the package is, if it is in files.
    path: Option<PathBuf>,
    /// What the search did not find, and if there is any, all that there is to be found.
    lacking: BTreeSet<PackageKey>,
    elsewhere: BTreeSet<PackageKey>,
    /// How many bytes of text there are.
    size: usize,
    report: Report,
}

/// A text that was read.
struct Text {
    name: String,
    path: Option<PathBuf>,
    text: Arc<str>,
    /// Which texts it makes one package with; 0 is the package that was asked for.
    group: usize,
}

/// Makes a package of what was read.
fn build(mut input: Input, options: &Options) -> Result<Wit, Report> {
    search::packages(&options.search, &mut input);
    let mut report = std::mem::take(&mut input.report);
    let mut resolve = Resolve {
        all_features: options.all_features,
        features: options.features.iter().cloned().collect(),
        ..Resolve::default()
    };
    let mut binaries: Vec<(PackageId, String)> = Vec::new();
    let mut main = None;
    for (at, source) in input.main.iter().chain(&input.binaries).enumerate() {
        match binary::merge(source, &mut resolve, &mut binaries) {
            Ok(package) if at == 0 && input.main.is_some() => main = Some(package),
            Ok(_) => {}
            Err(found) => report.extend(found),
        }
    }
    // What could not be read may define anything.
    let is_complete = !report.has_errors();
    // Own first, then by name.
    input
        .texts
        .sort_by(|a, b| (a.group != 0, &a.name).cmp(&(b.group != 0, &b.name)));
    let group_count = input.texts.iter().map(|t| t.group + 1).max().unwrap_or(0);
    let mut groups = vec![Vec::new(); group_count];
    let mut files = Vec::with_capacity(input.texts.len());
    let mut problems = Vec::new();
    for text in input.texts {
        groups[text.group].push(files.len());
        let tree = syntax::parse(text.name, text.text);
        problems.extend(tree.problems().iter().cloned());
        files.push(File {
            tree,
            path: text.path,
            own: text.group == 0,
        });
    }
    if !is_complete {
        problems.into_iter().for_each(|found| report.push(found));
        return Err(with_texts(report, &files));
    }
    groups.retain(|group: &Vec<usize>| !group.is_empty());
    let to_name = names::Input {
        files: &files,
        groups: &groups,
        resolve: &resolve,
        binaries: &binaries,
        deps: input.deps,
        fetch: input.fetch,
        beside: &|name| read::beside(input.path.as_deref()?, name),
        elsewhere: &input.elsewhere,
        feature: &|name| options.all_features || options.features.iter().any(|f| f == name),
    };
    let (names, mut findings) = names::resolve(&to_name, &mut problems);
    problems.into_iter().for_each(|found| report.push(found));
    let certain = report.has_errors().then(|| certain::Certain::of(&files));
    // Where nothing else is wrong, wit-parser would find them, but does not get to.
    if certain.is_some() && findings.is_empty() {
        findings.extend(names::duplicates(&files));
    }
    let holds = |found: &Diagnostic| certain.as_ref().is_none_or(|certain| certain.holds(found));
    let findings = findings.into_iter().filter(holds);
    findings.for_each(|found| report.push(found));
    if report.has_errors() {
        return Err(with_texts(report, &files));
    }
    if let Some(main) = main {
        return Ok(Wit {
            files,
            names,
            resolve,
            main,
            own: vec![main],
        });
    }
    match resolve::resolve(&mut resolve, &files, &groups, &names) {
        Ok((main, own)) => Ok(Wit {
            files,
            names,
            resolve,
            main,
            own,
        }),
        Err(found) => {
            let duplicates = names::duplicates(&files);
            let found = match duplicates.is_empty() {
                true => found,
                false => duplicates,
            };
            found.into_iter().for_each(|found| report.push(found));
            Err(with_texts(report, &files))
        }
    }
}

/// Gives a report the texts that its findings point into.
fn with_texts(mut report: Report, files: &[File]) -> Report {
    report.take_texts(&texts(files));
    report
}

/// The texts of files, by name.
pub(super) fn texts(files: &[File]) -> BTreeMap<&str, &Arc<str>> {
    let trees = files.iter().map(|file| &file.tree);
    trees.map(|tree| (tree.name(), tree.text())).collect()
}
