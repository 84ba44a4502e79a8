//! `split`: splits a composition into its parts and a plan that composes it again, or replaces one
//! part of it.
//!
//! The steps: the outermost level is read as an instantiation; its components are extracted
//! (`extract`) and named; the wires become a plan (`planning`, `imports`). Whether the plan makes an
//! equivalent component is decided by its result (`equivalence`), which the caller composes.
//! Replacing needs no plan: the bytes of a nested component or core module are replaced by others
//! (`replace`), and the validator says whether that is valid (`misfits` says why not).
//!
//! May import: `source`, `diag`, `names`, `plan`, `parts`, `wasm`, `type_slicer`, `surface` (ranks 0 to
//! 3). Deliberately absent: composing (`compose`), writing files and printing (`cli`).

mod codes;
mod core_uses;
mod declarations;
mod equivalence;
mod extract;
mod imports;
mod misfits;
mod names;
mod planning;
mod replace;
mod replacement;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use codes::CODES;
pub use equivalence::{Equivalence, equivalence};
pub use replace::{Replaced, replace};
pub use replacement::Replacement;

use crate::diag::{Code, Diagnostic, Locus, Report};
use crate::parts;
use crate::plan::{self, FILE_NAME, Plan, SCHEMA};
use crate::source::Source;
use crate::wasm::Component;
use crate::wasm::instantiation::Instantiation;
use crate::wasm::parts::Level;
use crate::wasm::sections::Malformed;
use crate::wasm::structure::Structure;
use extract::Extractor;
use names::config_name;
use planning::Used;

/// How deep compositions in compositions are split. Each is a folder in a folder, and the paths
/// of files have to be of a length that systems take.
const MAX_DEPTH: usize = 16;

/// A composition that has been split.
///
/// [`split`](split()) has an example.
#[non_exhaustive]
pub struct Split {
    /// The composition's own folder, then those of parts that are compositions, with `recursive`.
    pub folders: Vec<Folder>,
    /// What there is to say besides.
    pub report: Report,
}

/// A folder: the parts of one composition, and the plan that makes it of them.
///
/// ```
/// use witkit::split::{Equivalence, PartFile, equivalence};
/// use witkit::{Component, Report, compose, split};
///
/// let inner = r#"(component (import "log" (func $log)) (export "run" (func $log)))"#;
/// let options = compose::Options { imports: vec!["log".into()], ..compose::Options::default() };
/// let whole = compose(&options.root(("app.wat", inner))).composed.expect("it fits").to_vec();
/// let split = split(Component::open(("whole.wasm", &whole[..]))?, false)?;
/// let folder = &split.folders[0];
/// assert!(folder.config().contains("plan = \"plan.json\""));
/// let part: &PartFile = &folder.parts[0];
/// assert_eq!(part.file, format!("{}.wasm", part.stem()));
/// let mut notes = Report::new();
/// assert_eq!(equivalence(folder, &whole, &mut notes)?, Equivalence::Same);
/// # Ok::<(), Report>(())
/// ```
#[non_exhaustive]
pub struct Folder {
    /// Where it is, from the folder of the outermost composition; empty for that itself.
    pub path: PathBuf,
    /// The name of the composition, of letters, digits, `-` and `_` only.
    pub name: String,
    /// The composition.
    pub whole: Arc<Component>,
    /// The plan; the paths in it are the files' names.
    pub plan: Plan,
    /// The parts, each once however many instances it has.
    pub parts: Vec<PartFile>,
}

/// A part and its file.
///
/// [`Folder`] shows it in use.
#[non_exhaustive]
pub struct PartFile {
    /// The name of the file.
    pub file: String,
    /// The component.
    pub component: Arc<Component>,
    /// The names that its instances have in the plan.
    pub instances: Vec<String>,
    /// The folder, from that of the outermost composition, with what it is made of.
    pub folder: Option<PathBuf>,
}

impl PartFile {
    /// The name of the file without its extension, which is that of the folder as well.
    pub fn stem(&self) -> &str {
        self.file.strip_suffix(".wasm").unwrap_or(&self.file)
    }
}

impl Folder {
    /// The `witkit.toml` that composes it again.
    pub fn config(&self) -> String {
        format!(
            "# `witkit compose -c witkit.toml -o {name}.wasm` puts the parts together again.\n\
             [compose.{name}]\n\
             plan = \"{FILE_NAME}\"\n",
            name = self.name
        )
    }
}

/// Splits `composition`; with `recursive`, compositions among its parts as well.
///
/// Fails if it is no composition, or one that a plan cannot say, with everything that stands in
/// the way.
///
/// ```
/// use witkit::{Component, compose, split};
///
/// let app = r#"(component (import "add" (func $add)) (export "run" (func $add)))"#;
/// let add = r#"(component
///     (core module $m (func (export "add")))
///     (core instance $m (instantiate $m))
///     (func (export "add") (canon lift (core func $m "add"))))"#;
/// let options = compose::Options::default().root(("app.wat", app)).part(("add.wat", add));
/// let whole = compose(&options).composed.expect("the parts fit").to_vec();
///
/// let split = split(Component::open(("whole.wasm", &whole[..]))?, false)?;
/// let folder = &split.folders[0];
/// let parts = folder.parts.iter();
/// let parts = parts.map(|part| (part.file.clone().into(), part.component.source().clone()));
/// let again = compose(&compose::Options {
///     plan: Some(folder.plan.clone()),
///     in_memory: parts.collect(),
///     ..compose::Options::default()
/// });
/// assert_eq!(again.composed.expect("the plan fits").to_vec(), whole);
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn split(composition: Component, recursive: bool) -> Result<Split, Report> {
    let name = config_name(composition.source().name());
    let mut split = Split {
        folders: Vec::new(),
        report: Report::new(),
    };
    let outer = level(
        Arc::new(composition),
        PathBuf::new(),
        name,
        &mut split.report,
    )?;
    split.folders.push(outer);
    let mut next = 0;
    while recursive && next < split.folders.len() {
        let mut inner = Vec::new();
        let folder = &mut split.folders[next];
        for part in &mut folder.parts {
            let stem = part.stem();
            let path = folder.path.join(stem);
            let mut notes = Report::new();
            let name = config_name(stem);
            let split_up = match path.components().count() > MAX_DEPTH {
                true => too_deep(&part.component).map_or(Ok(None), Err),
                false => level(part.component.clone(), path.clone(), name, &mut notes).map(Some),
            };
            match split_up {
                Ok(Some(level)) => {
                    part.folder = Some(path);
                    inner.push(level);
                    split.report.extend(notes);
                }
                Ok(None) => {}
                Err(report) => split.report.extend(stays_whole(report)),
            }
        }
        next += 1;
        split.folders.splice(next..next, inner);
    }
    Ok(split)
}

impl Split {
    /// Leaves the part whole that the folder at `path` is of, for the reasons in `report`.
    #[doc(hidden)]
    pub fn keep_whole(&mut self, path: &Path, report: Report) {
        self.folders.retain(|folder| !folder.path.starts_with(path));
        for part in self.folders.iter_mut().flat_map(|f| &mut f.parts) {
            part.folder = part.folder.take().filter(|folder| folder != path);
        }
        self.report.extend(stays_whole(report));
    }
}

/// The finding that composing the parts of `folder` again fails, for the reasons in `report`.
#[doc(hidden)]
pub fn not_composed(folder: &Folder, report: &Report) -> Report {
    let name = folder.whole.source().name();
    let mut finding = codes::NOT_ALIKE.report("composing the parts again fails");
    // What to do about them concerns compositions in the making.
    for why in report.diagnostics() {
        finding = finding.at(Locus::File(name.to_string()), why.message.as_str());
    }
    finding.into()
}

/// The finding that `folder` contains other files.
#[doc(hidden)]
pub fn not_empty(folder: &Path) -> Diagnostic {
    let name = folder.display().to_string();
    codes::NOT_EMPTY
        .report(format!("`{name}` is not empty"))
        .at(Locus::File(name), "")
        .help("name a new directory, or overwrite its files with `--force`")
}

/// Why a part was not split; a part that is not a composition needs no note.
fn stays_whole(report: Report) -> Report {
    let notes = report
        .diagnostics()
        .into_iter()
        .filter(|finding| finding.code.name != codes::NOT_A_COMPOSITION.name)
        .map(|finding| {
            let mut note =
                codes::STAYS_WHOLE.report(format!("part not split: {}", finding.message));
            note.labels = finding.labels.clone();
            note
        });
    let notes = notes.collect();
    report.with(notes)
}

fn too_deep(component: &Component) -> Option<Report> {
    let structure = Structure::of(component.bytes()).ok()?;
    let instantiation = Instantiation::of(&structure).ok()?;
    let positions = planning::instantiated(&instantiation);
    (!positions.is_empty()).then(|| {
        finding(
            &codes::STAYS_WHOLE,
            component,
            format!("compositions are split at most {MAX_DEPTH} levels deep"),
        )
        .into()
    })
}

/// Splits one level.
fn level(
    whole: Arc<Component>,
    path: PathBuf,
    name: String,
    notes: &mut Report,
) -> Result<Folder, Report> {
    whole.structure()?;
    let malformed = |e: Malformed| Report::from(whole.malformed(&e));
    let structure = Structure::in_depth(whole.bytes()).map_err(malformed)?;
    let instantiation = Instantiation::of(&structure).map_err(malformed)?;
    // The validator does not know the names that wac gives to imported components.
    has_its_parts(&whole, &instantiation)?;
    whole.decode()?;
    let named = Level::of(&structure);
    let positions = is_composition(&whole, &structure, &instantiation, &named)?;
    let passed_on = planning::passed_on(&instantiation);
    for at in 0..instantiation.components.len() {
        if !positions.contains(&at) && !passed_on.contains(&at) {
            let name = called(&named, at);
            let message = format!("unused component `{name}`: it is never instantiated");
            notes.push(finding(&codes::UNUSED_COMPONENT, &whole, message));
        }
    }
    let (mut parts, shares) = take_out(&whole, &structure, &named, &passed_on)?;
    let mut used = BTreeMap::new();
    for (at, part) in &parts {
        let structure = part.component.structure()?;
        let file = part.file.clone();
        used.insert(*at, Used { file, structure });
    }
    let mut draft = planning::draft(&instantiation, &named, &used);
    let of_parts: Vec<_> = draft
        .components
        .iter()
        .map(|at| (&used[at].structure, &*parts[at].component))
        .collect();
    let mut imports = imports::imports(&instantiation.imports, &mut draft, &of_parts);
    let declared = declarations::part(&structure, &mut draft, &mut imports);
    if !draft.unsayable.is_empty() {
        return Err(not_in_plan(&whole, &draft.unsayable).into());
    }
    drop(used);
    let values = draft.values.into_iter();
    let components = values.map(|(at, name)| plan::Component {
        name,
        path: parts[&at].file.clone(),
    });
    let components = components.collect();
    for (at, planned) in draft.components.iter().zip(&draft.parts) {
        if let Some(part) = parts.get_mut(at) {
            part.instances.push(planned.name.clone());
        }
    }
    Ok(Folder {
        path,
        name,
        plan: Plan {
            schema: SCHEMA.to_string(),
            dedupe: shares,
            parts: declared.into_iter().chain(draft.parts).collect(),
            components,
            imports,
            exports: draft.exports,
        },
        parts: parts.into_values().collect(),
        whole: whole.clone(),
    })
}

/// The components that are instantiated or passed on, by position, as separate components; and whether
/// core modules had to be copied back into any.
fn take_out(
    whole: &Arc<Component>,
    structure: &Structure<'_>,
    named: &Level,
    passed_on: &BTreeSet<usize>,
) -> Result<(BTreeMap<usize, PartFile>, bool), Report> {
    let mut alone = Extractor::new(structure);
    let (mut parts, mut shares) = (BTreeMap::new(), false);
    let mut report = Report::new();
    let used = |at: usize| named.instances.iter().any(|i| i.of == Some(at));
    let used = named
        .components()
        .enumerate()
        .filter(|(at, (part, _))| used(*part) || passed_on.contains(at))
        .map(|(_, component)| component);
    let mut stems = parts::stems(used.map(|(at, part)| (at, part.name.as_str())));
    for (at, (part, nested)) in named.components().enumerate() {
        let Some(stem) = stems.remove(&part) else {
            continue;
        };
        let name = &nested.name;
        let file = format!("{stem}.wasm");
        let label = format!("{} › {name}", whole.source().name());
        let complete = alone
            .take_out(part)
            .map_err(|e| whole.malformed(&e.within(structure.label(part))))?;
        let source = match complete {
            Some(complete) => {
                shares = true;
                Source::memory(label, complete.to_vec())
            }
            None => whole.source().part(label, nested.range.clone()),
        };
        let component = Component::new(source)?;
        if let Err(refused) = component.decode() {
            report.push(
                finding(
                    &codes::NOT_ALONE,
                    whole,
                    format!(
                        "cannot extract part `{name}`: it uses types of the component around it"
                    ),
                )
                .note(format!("validator error: {}", said(&refused))),
            );
        }
        let part = PartFile {
            file,
            component: Arc::new(component),
            instances: Vec::new(),
            folder: None,
        };
        parts.insert(at, part);
    }
    report.or_ok((parts, shares))
}

/// Fails if components that are instantiated are imported.
fn has_its_parts(whole: &Component, instantiation: &Instantiation<'_>) -> Result<(), Diagnostic> {
    let imported = planning::imported_components(instantiation);
    if imported.is_empty() {
        return Ok(());
    }
    Err(finding(
        &codes::IMPORTED_COMPONENT,
        whole,
        format!(
            "the composition imports its parts instead of embedding them: `{}`",
            imported.join("`, `")
        ),
    )
    .help("embed the parts: use `wac compose` without `--import-dependencies`"))
}

/// The positions of the components that are instantiated; fails if there are none, or if the
/// composition has code of its own.
fn is_composition(
    whole: &Component,
    structure: &Structure<'_>,
    instantiation: &Instantiation<'_>,
    named: &Level,
) -> Result<BTreeSet<usize>, Diagnostic> {
    let positions = planning::instantiated(instantiation);
    let name = whole.source().name();
    let pure = instantiation.is_pure() || planning::only_modules(instantiation);
    // Encoders put small components without code around what a component exports.
    let with_code: Vec<usize> = positions
        .iter()
        .copied()
        .filter(|at| {
            let nested = structure.readable_inside(instantiation.components[*at].at);
            nested.is_some_and(has_code)
        })
        .collect();
    if positions.is_empty() || (!pure && with_code.is_empty()) {
        return Err(finding(
            &codes::NOT_A_COMPOSITION,
            whole,
            format!("`{name}` is not a composition: it instantiates no components"),
        )
        .help("list what it contains: `witkit inspect --parts`"));
    }
    if pure {
        return Ok(positions);
    }
    let own: Vec<String> = instantiation
        .code
        .iter()
        .map(|(what, count)| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        })
        .collect();
    let parts: Vec<String> = with_code
        .iter()
        .map(|at| format!("`{}`", called(named, *at)))
        .collect();
    Err(finding(
        &codes::NOT_PURE,
        whole,
        format!(
            "`{name}` has code of its own around its components: {}",
            own.join(", ")
        ),
    )
    .help(format!(
        "extract its components with `witkit inspect --extract PATH -o FILE`: {}",
        parts.join(", ")
    ))
    .help("or replace one: `witkit split --replace PATH=FILE -o FILE`"))
}

/// What the component of that position is called.
fn called(named: &Level, at: usize) -> &str {
    let mut components = named.components();
    components.nth(at).map_or("", |(_, part)| &part.name)
}

/// The finding that a plan cannot express what the composition does.
fn not_in_plan(whole: &Component, unsayable: &[String]) -> Diagnostic {
    let name = whole.source().name();
    let mut finding =
        codes::NOT_IN_PLAN.report("a plan cannot express this composition".to_string());
    for what in unsayable {
        finding = finding.at(Locus::File(name.to_string()), what.as_str());
    }
    finding.help("extract its parts with `witkit inspect --extract`, or replace them with `witkit split --replace`")
}

/// The validator's error, without the name of the component.
fn said(refused: &Diagnostic) -> &str {
    let said = refused.message.split_once("is not a valid component: ");
    said.map_or(refused.message.as_str(), |(_, said)| said)
}

/// Whether a component has core modules or functions, at any depth.
fn has_code(structure: &Structure<'_>) -> bool {
    let inside = |at| structure.readable_inside(at).is_some_and(has_code);
    !structure.canons.is_empty()
        || structure.nested.iter().any(|nested| !nested.is_component())
        || (0..structure.nested.len()).any(inside)
}

/// Notes how many differences there are beyond those `shown`.
fn and_more(finding: Diagnostic, all: usize, shown: usize) -> Diagnostic {
    match all.saturating_sub(shown) {
        0 => finding,
        1 => finding.note("1 more difference"),
        more => finding.note(format!("{more} more differences")),
    }
}

fn finding(code: &'static Code, of: &Component, message: String) -> Diagnostic {
    let name = of.source().name().to_string();
    code.report(message).at(Locus::File(name), "")
}
