//! A composition as a script of wac: it is written, and composed again to see that it is the same.
//!
//! Lives here: [`as_script`]. May import: `script`, which writes, and the module around it, which
//! composes. Deliberately absent: files; the script and its parts are in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::assembly::Composed;
use super::options::{Options, PartSpec};
use super::script::write::{self, Form};
use super::{Outcome, unvalidated};
use crate::diag::Report;
use crate::packages::DEPS;
use crate::source::{self, Source, folder_of};
use crate::surface::{Surface, compare_surfaces};
use crate::wasm::Component;
use crate::wasm::decode::decode;
use crate::wit::find;
use crate::wit::format::Style;

/// How many differences of what a script composes are listed.
const SHOWN: usize = 10;

/// A composition as a script.
pub(crate) struct AsScript {
    pub text: String,
    /// The package that each file of the plan is, by the path of the file.
    pub packages: BTreeMap<String, String>,
    /// What the script composes.
    pub composed: Composed,
}

/// How the script is to be written.
pub(crate) struct Wanted<'a> {
    /// Its file, or a name for it.
    pub file: &'a Path,
    /// Flags that it has to be composed with.
    pub flags: Vec<String>,
    /// Whether the parts will be where its packages are found.
    pub is_placed: bool,
    pub style: Style,
}

/// Writes what `request` has composed to `outcome` as a script.
///
/// Fails with everything that a script cannot express; also if the script does not compose something
/// with the same imports and exports.
pub(crate) fn as_script(
    request: &Options,
    outcome: &Outcome,
    wanted: Wanted<'_>,
) -> Result<AsScript, Report> {
    let (Some(plan), Some(composed)) = (&outcome.plan, &outcome.composed) else {
        return Err(outcome.report.clone());
    };
    let components: BTreeMap<&str, &Component> = outcome
        .parts
        .iter()
        .map(|part| (part.name.as_str(), &*part.component))
        .collect();
    let script = request.root.as_ref().map(|root| root.path.as_path());
    let script = script.filter(|path| outcome.package.is_some() && *path != Path::new("-"));
    let mut flags = wanted.flags;
    // Packages beside a script are not beside one in another folder.
    let beside = |file: &Path| find::as_typed(&folder_of(file).join(DEPS)).to_path_buf();
    let elsewhere = script.map(beside).filter(|deps| {
        *deps != beside(wanted.file) && *deps != Path::new(DEPS) && source::is_dir(deps)
    });
    let deps = request.deps_dir.clone().or(elsewhere);
    if let Some(deps) = &deps {
        flags.insert(0, format!("--deps-dir {}", write::shell_word(deps)));
    }
    let form = Form {
        file: wanted.file,
        folders: write::folders(deps.as_deref(), Some(wanted.file)),
        definitions: &request.definitions,
        package: outcome.package.as_deref(),
        flags,
        is_placed: wanted.is_placed,
        style: wanted.style,
    };
    let written = write::write(plan, &components, &form)?;
    let given = written.packages.iter().map(|package| PartSpec {
        name: Some(package.name.clone()),
        path: PathBuf::from(&package.path),
    });
    let mut definitions: Vec<PartSpec> = given.collect();
    // Packages of WIT are as they were.
    let others = request.definitions.iter();
    let others = others.filter(|spec| definitions.iter().all(|known| known.name != spec.name));
    let others: Vec<PartSpec> = others.cloned().collect();
    if outcome.package.is_some() {
        definitions.extend(others);
    }
    let path = script.unwrap_or(wanted.file).to_path_buf();
    let mut in_memory = request.in_memory.clone();
    for part in plan.parts.iter().filter(|part| part.generated.is_none()) {
        if let Some(component) = components.get(part.name.as_str()) {
            in_memory.insert(PathBuf::from(&part.path), component.source().clone());
        }
    }
    let text = written.text.clone().into_bytes();
    in_memory.insert(path.clone(), Source::standing_for(&path, text));
    let again = unvalidated(&Options {
        root: Some(PartSpec { name: None, path }),
        definitions,
        in_memory,
        deps_dir: request.deps_dir.clone(),
        dedupe: request.dedupe,
        no_docs: request.no_docs,
        ..Options::default()
    });
    let packages = written.packages.into_iter();
    match again.composed {
        Some(again) => {
            same(composed, &again)?;
            Ok(AsScript {
                text: written.text,
                packages: packages.map(|p| (p.path, p.name)).collect(),
                composed: again,
            })
        }
        None => {
            let found = again.report.diagnostics();
            let why: Vec<String> = found.iter().map(|found| found.message.clone()).collect();
            Err(write::no_words(&why).into())
        }
    }
}

/// Fails unless two compositions have the same imports and exports.
fn same(composed: &Composed, again: &Composed) -> Result<(), Report> {
    let (composed, again) = (composed.to_vec(), again.to_vec());
    if composed == again {
        return Ok(());
    }
    let surface = |bytes: &[u8]| {
        let decoded = decode(bytes).map_err(|broken| write::no_words(&[broken.message]))?;
        Ok::<_, Report>(Surface::read(decoded.types(), decoded.component()))
    };
    let (before, after) = (surface(&composed)?, surface(&again)?);
    let mut differences = compare_surfaces(&before, &after);
    differences.extend(compare_surfaces(&after, &before));
    if differences.is_empty() {
        return Ok(());
    }
    let told = differences.iter().take(SHOWN).map(|difference| {
        let path = difference.path.join(" › ");
        let (expected, found) = difference.labels();
        format!("composed by a script, {path} would differ: {expected}, {found}")
    });
    Err(write::no_words(&told.collect::<Vec<_>>()).into())
}

impl Outcome {
    /// What was composed by `options` as a script of wac, whose packages are the parts.
    ///
    /// A package that is not found in the folder of packages has to be given when the script is
    /// composed; a comment at its head says how. Fails with everything that the language has no words
    /// for.
    ///
    /// ```
    /// use witkit::{compose, compose::Options};
    ///
    /// let app = r#"(component (import "add" (func $add)) (export "run" (func $add)))"#;
    /// let add = r#"(component
    ///     (core module $m (func (export "add")))
    ///     (core instance $m (instantiate $m))
    ///     (func (export "add") (canon lift (core func $m "add"))))"#;
    /// let options = Options::default().root(("app.wat", app)).part(("add.wat", add));
    /// let script = compose(&options).to_script(&options)?;
    /// assert!(script.ends_with("let add = new parts:add {};\n\
    ///     let app = new parts:app { add: add.add };\n\nexport app...;\n"));
    /// # Ok::<(), witkit::Report>(())
    /// ```
    pub fn to_script(&self, options: &Options) -> Result<String, Report> {
        let wanted = Wanted {
            file: Path::new("composition.wac"),
            flags: Vec::new(),
            is_placed: false,
            style: Style::default(),
        };
        as_script(options, self, wanted).map(|script| script.text)
    }
}
