//! A plan as a script: the reverse of carrying one out.
//!
//! Instances become `let` statements, wires their arguments, and exports `export` statements. Imports that
//! `...` leaves to the host need no statement; others become `import` statements, with their types written
//! out. What the language has no words for is told, all of it at once, and then there is no script.
//!
//! Lives here: [`write`]; `values` has expressions and exports, `declared` the statements that declare
//! types and imports, `types` types, `names` names and packages.
//! May import: `diag`, `plan`, `wasm`, `surface`, `wit` (ranks 0 to 2).
//! Deliberately absent: whether the script composes the same; who writes one composes it to find out.

mod declared;
mod names;
mod types;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::codes;
use crate::compose::options::PartSpec;
use crate::diag::{Diagnostic, Locus, Report};
use crate::escape;
use crate::plan::{Plan, Role, Target, Why};
use crate::surface::Surface;
use crate::wasm::Component;
use crate::wit::format::{self, Style};
use crate::wit::syntax;
use declared::Declared;
pub(crate) use declared::statements;
use names::Local;
pub(crate) use names::Package;
pub(super) use types::Types;

/// How a script is written.
pub(crate) struct Form<'a> {
    /// Its file, for the comment that says how to compose it.
    pub file: &'a Path,
    /// The folders in which its packages are found, in order.
    pub folders: Vec<PathBuf>,
    /// The packages that were given.
    pub definitions: &'a [PartSpec],
    /// `package …;`, if that is known.
    pub package: Option<&'a str>,
    /// Flags that it has to be composed with, besides those for its packages.
    pub flags: Vec<String>,
    /// Whether the files of its packages will be where they are found.
    pub is_placed: bool,
    pub style: Style,
}

/// A script that was written.
pub(crate) struct Written {
    pub text: String,
    /// The packages that it names.
    pub packages: Vec<Package>,
}

/// Writes `plan` as a script; `components` are those of its parts, by name.
///
/// Fails with everything that the language has no words for.
pub(crate) fn write(
    plan: &Plan,
    components: &BTreeMap<&str, &Component>,
    form: &Form<'_>,
) -> Result<Written, Report> {
    let mut surfaces = BTreeMap::new();
    for part in &plan.parts {
        if let Some(component) = components.get(part.name.as_str()) {
            let decoded = component.decode()?;
            let surface = Surface::read(decoded.types(), decoded.component());
            surfaces.insert(part.name.as_str(), surface);
        }
    }
    let mut writer = Writer::new(plan, surfaces, form);
    let declared = writer.declared();
    writer.statements(&declared);
    if !writer.wrong.is_empty() {
        return Err(no_words(&writer.wrong).into());
    }
    let mut text = writer.head(&declared, form);
    text.push_str(&writer.out);
    let tree = syntax::parse_script(form.file.to_string_lossy(), text);
    if let Some(problem) = tree.problems().first() {
        return Err(no_words(std::slice::from_ref(&problem.message)).into());
    }
    let packages: BTreeSet<Package> = writer.packages.into_values().collect();
    Ok(Written {
        text: format::format(&tree, form.style),
        packages: packages.into_iter().collect(),
    })
}

/// The finding that a script cannot express a composition.
pub(crate) fn no_words(what: &[String]) -> Diagnostic {
    let finding = codes::NO_WORDS.report("a script cannot express this composition");
    let place = || Locus::File("the plan".to_string());
    what.iter()
        .fold(finding, |finding, what| finding.at(place(), what.as_str()))
        .help("write the plan instead: `compose --plan --json`, or `split` without `--wac`")
}

struct Writer<'a> {
    plan: &'a Plan,
    surfaces: BTreeMap<&'a str, Surface>,
    /// The package of each file.
    packages: BTreeMap<&'a str, Package>,
    /// What the parts are called.
    parts: BTreeMap<&'a str, Local>,
    /// What imports of the composition are called that have a statement.
    hosts: BTreeMap<&'a str, Local>,
    /// What types that the script declares are called.
    types: BTreeMap<&'a str, Local>,
    /// Names that are given away.
    taken: BTreeSet<String>,
    /// The parts whose `let` is written.
    made: BTreeSet<&'a str>,
    /// How many of the exports are written.
    exported: usize,
    out: String,
    /// What the language has no words for.
    wrong: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(plan: &'a Plan, surfaces: BTreeMap<&'a str, Surface>, form: &Form<'_>) -> Writer<'a> {
        let parts = || plan.parts.iter().filter(|part| part.generated.is_none());
        Writer {
            plan,
            surfaces,
            packages: names::packages(parts().map(|part| part.path.as_str()), form),
            parts: BTreeMap::new(),
            hosts: BTreeMap::new(),
            types: BTreeMap::new(),
            taken: BTreeSet::new(),
            made: BTreeSet::new(),
            exported: 0,
            out: String::new(),
            wrong: Vec::new(),
        }
    }

    /// Takes note of something that the language has no words for, once.
    fn wrong(&mut self, what: String) {
        if !self.wrong.contains(&what) {
            self.wrong.push(what);
        }
    }

    /// How to compose it, if that takes flags, and the name of its package.
    fn head(&self, declared: &Declared<'_>, form: &Form<'_>) -> String {
        let mut flags = form.flags.clone();
        let packages: BTreeSet<&Package> = self.packages.values().collect();
        let is_given = |package: &&&Package| !package.is_found && !form.is_placed;
        for package in packages.iter().filter(is_given) {
            let path = shell_word(Path::new(&package.path));
            flags.push(format!("-d {}={path}", package.name));
        }
        let mut head = String::new();
        if !flags.is_empty() {
            head = format!("// witkit compose {}", shell_word(form.file));
            for flag in &flags {
                head.push_str(&format!(" \\\n//   {flag}"));
            }
            head.push_str("\n\n");
        }
        match declared.package.as_deref().or(form.package) {
            Some(package) => head.push_str(package),
            None => head.push_str(&format!("package {};", names::own(form.file))),
        }
        head.push_str("\n\n");
        head
    }

    fn statements(&mut self, declared: &Declared<'_>) {
        if self.plan.dedupe {
            self.wrong("core modules are shared between parts (`--dedupe`)".to_string());
        }
        for part in &self.plan.parts {
            if part.generated.is_some() && !part.is_declarations() {
                let what = format!("part `{}` is generated: {}", part.name, made_by(part.role));
                self.wrong(what);
            }
        }
        for part in &self.plan.parts {
            if part.generated.is_none() {
                let local = names::local(&part.name, "part", &mut self.taken);
                self.parts.insert(&part.name, local);
            }
        }
        for statement in &declared.statements {
            // What was exported before it stays before it.
            if let Some(at) = statement.export {
                self.exports(at);
                self.exported = at + 1;
            }
            self.out.push_str(&statement.text);
        }
        self.blank();
        for part in &self.plan.parts {
            self.made(&part.name);
        }
        self.blank();
        self.exports(self.plan.exports.len());
    }

    /// An empty line, unless there is one.
    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// The `let` of a part, after those of the parts that it needs.
    fn made(&mut self, start: &'a str) {
        // Whether what it needs is written.
        let mut todo = vec![(start, false)];
        let mut entered = BTreeSet::new();
        while let Some((name, is_ready)) = todo.pop() {
            let Some(part) = self.plan.part(name) else {
                continue;
            };
            if part.generated.is_some() || self.made.contains(name) {
                continue;
            }
            if is_ready {
                self.made.insert(&part.name);
                self.instance(part);
                continue;
            }
            // A plan in which parts need each other is none, and composing it says so.
            if !entered.insert(name) {
                continue;
            }
            todo.push((name, true));
            let needs = part.wires.iter().flat_map(|wire| wire.to.parts());
            let needs: Vec<&'a str> = needs.filter(|need| !self.made.contains(need)).collect();
            todo.extend(needs.into_iter().rev().map(|need| (need, false)));
        }
    }
}

/// What parts of a role are made by.
fn made_by(role: Role) -> &'static str {
    match role {
        Role::Deny => "`--deny`",
        Role::Stub => "`--stub`",
        Role::Replay => "`--replay`",
        Role::Trace | Role::TraceSink => "`--trace`",
        Role::Virtual => "`--virtual`",
        Role::Root | Role::Definition | Role::Found | Role::Declarations => "no file has it",
    }
}

/// Whether a wire leaves the import to the host as `...` does: it becomes the import of the composition
/// that has its name, or that of another version on its track.
fn is_implicit(plan: &Plan, import: &crate::plan::Import) -> bool {
    use crate::names::track_or_name;
    let served: BTreeSet<(&str, &str)> = import
        .serves
        .iter()
        .filter(|served| served.types.is_none())
        .map(|served| (served.part.as_str(), served.import.as_str()))
        .collect();
    let mut own = import.serves.iter();
    let has_own_name = own
        .find(|served| served.types.is_none())
        .is_some_and(|first| first.import == import.name);
    let mut wires = plan
        .parts
        .iter()
        .flat_map(|part| part.wires.iter().map(move |wire| (part, wire)));
    has_own_name
        && wires.all(|(part, wire)| match &wire.to {
            Target::Host { host } if *host == import.name => {
                matches!(wire.why, Why::Open | Why::Wired)
                    && track_or_name(&wire.import) == track_or_name(host)
                    && served.contains(&(part.name.as_str(), wire.import.as_str()))
            }
            to => !takes_of(to, &import.name),
        })
        && !plan
            .exports
            .iter()
            .any(|export| takes_of(&export.to, &import.name))
}

/// Whether a target is an import of the composition, or something of it.
fn takes_of(target: &Target, import: &str) -> bool {
    match target {
        Target::Host { host } => host == import,
        Target::Of { of, .. } => takes_of(of, import),
        Target::Bundle { bundle } => bundle.iter().any(|b| takes_of(&b.to, import)),
        _ => false,
    }
}

/// A word as shells take it, in a comment.
pub(crate) fn shell_word(word: &Path) -> String {
    let word = escape::visible(&word.to_string_lossy());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,~".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word,
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// Where the packages of a script are looked for, as [`super::packages`] does.
pub(crate) fn folders(deps: Option<&Path>, script: Option<&Path>) -> Vec<PathBuf> {
    super::packages::roots(deps, script)
}
