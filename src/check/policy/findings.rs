//! Findings about violations of a policy: what is imported, by which component, and which export leads
//! there.
//!
//! Lives here: [`Asked`]; similar violations become one finding. May import: `diag` (rank 0), the siblings.
//! Deliberately absent: what violates a policy (`policy`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Rule;
use super::codes;
use super::levels::Levels;
use super::needs::{Need, Needs, overlap};
use super::pattern::{Import, Pattern};
use crate::capabilities::{UNKNOWN, kebab};
use crate::check::display::{of_one_package, package, quoted};
use crate::diag::{Diagnostic, Locus};
use crate::escape;

/// How many components of a chain are shown, and how many askers and functions.
const MOST_STEPS: usize = 8;
const MOST_ASKERS: usize = 8;
const MOST_FUNCTIONS: usize = 5;

/// The label of an import that no export needs.
const NOT_LED_TO: &str = "imported, but not reachable from any export";

/// Why a rule is against an import.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Denied,
    NotAllowed,
    /// It may give what is denied.
    Unknown,
}

/// An import that a rule is against.
pub(super) struct Breach<'r> {
    pub verdict: Verdict,
    /// The patterns that deny it, or what it may give; none if it is just not allowed.
    pub denied_by: Vec<&'r Pattern>,
    /// The functions it is about, by their positions; none: all of the import.
    pub functions: Option<Vec<usize>>,
}

/// What the violations of one finding have in common: what the same patterns deny and is fixed at the
/// same place, or what the same patterns would allow.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Alike<'l> {
    /// The rule, its patterns, whether an export leads there, and the component that has it.
    Denied(&'l str, Vec<&'l str>, bool, Option<&'l str>),
    /// The rule, the package, the capability, and whether only types are imported.
    NotAllowed(&'l str, &'l str, Option<&'static str>, bool),
    /// The rule, and the package; none for imports without one.
    Unknown(&'l str, Option<&'l str>),
}

/// Breaches that become one finding.
struct Group<'l> {
    rule: &'l Rule,
    /// The first.
    breach: Breach<'l>,
    /// Whether any export leads to it.
    is_led_to: bool,
    /// The nested component that has it, if it is just one.
    part: Option<&'l str>,
    imports: Vec<&'l Import>,
    labels: Vec<(Locus, String)>,
}

/// Which component imports what, computed once for all findings.
pub(super) struct Asked<'l, 'a> {
    /// The name of the outermost component.
    file: &'l str,
    groups: Vec<Group<'l>>,
    /// Their positions.
    alike: BTreeMap<Alike<'l>, usize>,
    levels: &'l Levels<'a>,
    needs: Needs<'l, 'a>,
    found: Vec<Need<'a>>,
    positions: BTreeMap<&'a str, usize>,
    /// Those of the outermost component, as they are shown.
    exports: Vec<String>,
}

impl<'l, 'a> Asked<'l, 'a> {
    pub fn new(levels: &'l Levels<'a>, file: &'l str) -> Asked<'l, 'a> {
        let instantiation = &levels.get(0).instantiation;
        let mut exports: Vec<_> = instantiation
            .exports
            .iter()
            .map(|(export, _)| export.name)
            .collect();
        // Interfaces first: they say more than the functions that tools export for themselves.
        exports.sort_by_key(|export| !export.name.contains(':'));
        let names: Vec<&str> = exports.iter().map(|export| export.name).collect();
        let shown = exports.iter().map(|export| {
            format!(
                "{}{}",
                export.name,
                export.version_suffix.unwrap_or_default()
            )
        });
        let mut needs = Needs::new(levels);
        let imports = instantiation.imports.iter().enumerate();
        Asked {
            file,
            groups: Vec::new(),
            alike: BTreeMap::new(),
            found: needs.of_exports(&names),
            levels,
            needs,
            positions: imports.map(|(at, import)| (import.name.name, at)).collect(),
            exports: shown.collect(),
        }
    }

    /// Takes note of a breach of `rule` by an import.
    pub fn add(&mut self, rule: &'l Rule, import: &'l Import, breach: Breach<'l>) {
        let (labels, is_led_to, part) = self.labels(import, &breach);
        let group = Group {
            rule,
            breach,
            is_led_to,
            part,
            imports: vec![import],
            labels,
        };
        let known = group.alike(import).map(|alike| {
            let next = self.groups.len();
            *self.alike.entry(alike).or_insert(next)
        });
        match known.and_then(|known| self.groups.get_mut(known)) {
            Some(known) => {
                known.imports.push(import);
                known.labels.extend(group.labels);
            }
            None => self.groups.push(group),
        }
    }

    /// The findings, with similar violations in one.
    pub fn findings(self) -> Vec<Diagnostic> {
        let groups = self.groups.iter();
        groups.map(|group| group.finding(self.file)).collect()
    }

    /// Where the import is used; whether any export leads there; and which nested component
    /// has it, if it is just one.
    fn labels(
        &mut self,
        import: &Import,
        breach: &Breach<'_>,
    ) -> (Vec<(Locus, String)>, bool, Option<&'l str>) {
        let (file, levels) = (self.file, self.levels);
        let end = format!("import {}", import.name);
        // INVARIANT: both are read from one component, so that it is there.
        let position = self.positions.get(import.key.as_str()).copied();
        let position = position.unwrap_or_default();
        let askers = self.askers(position, import, breach);
        let mut labels = Vec::new();
        let mut shortest_first: Vec<_> = askers.iter().collect();
        shortest_first.sort_by_key(|(_, (need, _))| self.needs.length(need.chain));
        for (asker, (need, functions)) in shortest_first {
            let path = self.levels.get(*asker).path.as_str();
            let functions = functions
                .iter()
                .map(|at| import.functions[*at].name.as_str());
            let functions: Vec<&str> = functions.collect();
            let text = match (path, functions.as_slice()) {
                ("", _) => String::new(),
                (path, []) if import.has_types_only => format!("`{path}` uses its types"),
                (path, []) => format!("imported by `{path}`"),
                (path, functions) => format!("`{path}` imports {}", listed(functions)),
            };
            labels.push((self.chain(need, &end), text));
        }
        let mut others = self.others(position, import, breach);
        others.retain(|other| !askers.contains_key(other));
        for other in &others {
            let path = &self.levels.get(*other).path;
            let locus = Locus::item(file, [format!("{path} → {end}")]);
            labels.push((locus, NOT_LED_TO.to_string()));
        }
        if labels.is_empty() {
            labels.push((Locus::item(file, [end]), NOT_LED_TO.to_string()));
        }
        let more = labels.len().saturating_sub(MOST_ASKERS);
        labels.truncate(MOST_ASKERS);
        if let Some((_, text)) = labels.last_mut().filter(|_| more > 0) {
            text.push_str(&format!("; {more} more components import it"));
        }
        let mut parts = askers.keys().chain(&others);
        let only = match (parts.next(), parts.next()) {
            (Some(part), None) => Some(levels.get(*part).path.as_str()),
            _ => None,
        };
        let only = only.filter(|path| !path.is_empty());
        (labels, !askers.is_empty(), only)
    }

    /// The reachable components whose code imports it, each with the functions that it imports.
    fn askers(
        &self,
        position: usize,
        import: &Import,
        breach: &Breach<'_>,
    ) -> BTreeMap<usize, (Need<'a>, BTreeSet<usize>)> {
        let mut askers = BTreeMap::new();
        for need in self.found.iter().filter(|need| need.import == position) {
            let about = breach.functions.iter().flatten().copied();
            let asked = about.filter(|at| overlap(&import.functions[*at].path, &need.names));
            let asked: Vec<usize> = asked.collect();
            if breach.functions.is_some() && asked.is_empty() {
                continue;
            }
            let entry = askers.entry(need.asker);
            let (_, functions) = entry.or_insert_with(|| (need.clone(), BTreeSet::new()));
            functions.extend(asked);
        }
        askers
    }

    /// The innermost components that it is handed to.
    fn others(&mut self, position: usize, import: &Import, breach: &Breach<'_>) -> BTreeSet<usize> {
        let all = [Vec::new()];
        let functions = breach.functions.iter().flatten();
        let paths: Vec<&Vec<String>> = match breach.functions {
            None => all.iter().collect(),
            Some(_) => functions.map(|at| &import.functions[*at].path).collect(),
        };
        let mut found = BTreeSet::new();
        for path in paths {
            found.extend(self.needs.importers(0, position, path).iter().copied());
        }
        found
    }

    /// `export acme:shop/api → app → cache → import wasi:sockets/tcp@0.2.0`.
    fn chain(&self, need: &Need<'a>, end: &str) -> Locus {
        let (more, steps) = self.needs.steps(need.chain, MOST_STEPS);
        let mut way = format!("export {}", self.exports[need.start]);
        if more > 0 {
            way.push_str(&format!(" → … {more} more …"));
        }
        let paths = steps
            .iter()
            .map(|step| self.levels.get(*step).path.as_str());
        for path in paths.filter(|path| !path.is_empty()) {
            way.push_str(&format!(" → {path}"));
        }
        Locus::item(self.file, [format!("{way} → {end}")])
    }
}

impl<'l> Group<'l> {
    /// What it has in common with the violations in the same finding; none if it is reported alone.
    fn alike(&self, import: &'l Import) -> Option<Alike<'l>> {
        let by: Vec<&str> = self
            .breach
            .denied_by
            .iter()
            .map(|p| p.text.as_str())
            .collect();
        let rule = self.rule.name.as_str();
        let of_package = import.name.contains('/').then(|| package(&import.name));
        match (&self.breach.functions, self.breach.verdict) {
            // Its message names the functions.
            (Some(_), _) => None,
            (None, Verdict::Unknown) => Some(Alike::Unknown(rule, of_package)),
            (None, Verdict::Denied) => Some(Alike::Denied(rule, by, self.is_led_to, self.part)),
            (None, Verdict::NotAllowed) => Some(Alike::NotAllowed(
                rule,
                of_package?,
                import.capability,
                import.has_types_only,
            )),
        }
    }

    fn finding(&self, file: &str) -> Diagnostic {
        let (rule, breach) = (self.rule, &self.breach);
        let first = breach.denied_by.first();
        let who = match (rule.name.as_str(), first) {
            ("", Some(_)) if breach.verdict == Verdict::Unknown && breach.denied_by.len() > 1 => {
                "`--deny`".to_string()
            }
            ("", Some(pattern)) => format!("`--deny {}`", pattern.text),
            ("", None) => "`--allow-only`".to_string(),
            (name, _) => format!("`{name}`"),
        };
        let what = self.what();
        let mut finding = match breach.verdict {
            Verdict::Denied => {
                let capability = breach.denied_by.iter().find_map(|p| p.capability());
                let capability = capability.map_or(String::new(), |name| format!(" ({name})"));
                codes::DENIED.report(format!("`{file}` {what}{capability}, which {who} denies"))
            }
            Verdict::NotAllowed => {
                codes::NOT_ALLOWED.report(format!("`{file}` {what}, which {who} does not allow"))
            }
            Verdict::Unknown => codes::UNKNOWN_CAPABILITY.report(format!(
                "`{file}` {what}, whose capabilities are unknown and may include what {who} denies"
            )),
        };
        for (locus, text) in &self.labels {
            finding = finding.at(locus.clone(), text);
        }
        for pattern in &breach.denied_by {
            if let Some(place) = &pattern.place {
                finding = finding.at(place.clone(), "denied here");
            }
        }
        if let (None, Some(place)) = (first, &rule.allow_place) {
            finding = finding.at(place.clone(), "not in this list");
        }
        if let Some(reason) = &rule.reason {
            finding = finding.note(format!("reason: {reason}"));
        }
        if breach.verdict == Verdict::Denied && !self.is_led_to {
            finding = finding
                .note("the host has to provide every import, and code may use it at startup");
        }
        if breach.verdict == Verdict::NotAllowed && self.imports.iter().all(|i| i.has_types_only) {
            finding = finding.note("only types are imported");
        }
        finding.help(match breach.verdict {
            Verdict::Denied => self.without(),
            Verdict::NotAllowed => self.allowing(),
            Verdict::Unknown => self.vouching(),
        })
    }

    /// `imports wasi:cli/exit@0.2.0`.
    fn what(&self) -> String {
        let names: Vec<&str> = self.imports.iter().map(|i| i.name.as_str()).collect();
        match (self.imports.as_slice(), &self.breach.functions) {
            ([import], Some(functions)) => {
                let functions = functions
                    .iter()
                    .map(|at| import.functions[*at].name.as_str());
                let functions: Vec<&str> = functions.collect();
                let noun = match functions.len() {
                    1 => "function",
                    _ => "functions",
                };
                format!(
                    "imports the {noun} {} of `{}`",
                    listed(&functions),
                    import.name
                )
            }
            ([import], None) => format!("imports {}", quoted(&import.name)),
            (several, _) => match of_one_package(&names) {
                Some(interfaces) => format!("imports {interfaces}"),
                None => format!("has {} imports", several.len()),
            },
        }
    }

    /// How to remove what is denied.
    fn without(&self) -> String {
        let it = match self.imports.len() {
            1 => "it",
            _ => "them",
        };
        match (self.is_led_to, self.part) {
            (true, Some(part)) => format!(
                "replace `{part}` with a component that does not import {it}, or wire it to one \
                 that exports {it}: `witkit compose`"
            ),
            (true, None) => format!(
                "compose it with a component that exports {it}: `witkit compose`, or rebuild it \
                 without {it}"
            ),
            (false, Some(part)) => format!("rebuild `{part}` without {it}"),
            (false, None) => format!("rebuild the component without {it}"),
        }
    }

    /// How to allow what is unknown, with the exact text.
    fn vouching(&self) -> String {
        let mut patterns = Vec::new();
        let mut of_all = None;
        for import in &self.imports {
            let (name, package) = import.patterns();
            match &self.breach.functions {
                Some(functions) => patterns.extend(functions.iter().map(|at| {
                    let function = &import.functions[*at].name;
                    format!("{name}.{function}")
                })),
                None => {
                    patterns.push(name);
                    of_all = package;
                }
            }
        }
        let written = |patterns: &[String]| match self.rule.name.as_str() {
            "" => {
                let flags = patterns.iter().map(|p| match p.contains('*') {
                    true => format!("--allow '{p}'"),
                    false => format!("--allow {p}"),
                });
                format!("`{}`", flags.collect::<Vec<_>>().join(" "))
            }
            _ => {
                let values = patterns.iter().map(|p| format!("\"{p}\""));
                format!("`{}`", values.collect::<Vec<_>>().join(", "))
            }
        };
        let (they_are, them) = match patterns.len() {
            1 => ("it is", "it"),
            _ => ("they are", "them"),
        };
        let own = written(&patterns);
        let mut text = match self.rule.name.as_str() {
            "" => format!("if {they_are} harmless, allow {them} with {own}"),
            name => format!("if {they_are} harmless, add {own} to `allow` of {name}"),
        };
        if let Some(package) = of_all {
            let _ = write!(text, ", or {} for all of the package", written(&[package]));
        }
        text
    }

    /// How to allow it.
    fn allowing(&self) -> String {
        let [import, others @ ..] = self.imports.as_slice() else {
            return String::new();
        };
        let (name, package) = import.patterns();
        if let Some(functions) = &self.breach.functions {
            let patterns = functions
                .iter()
                .map(|at| format!("{name}.{}", import.functions[*at].name));
            let patterns: Vec<String> = patterns.collect();
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            return format!("to allow it, add {}", listed(&patterns));
        }
        let (it, mut ways) = match (others, package) {
            ([], None) => ("it", vec![format!("`{name}`")]),
            ([], Some(package)) => {
                let whole = format!("`{package}` for its whole package");
                ("it", vec![format!("`{name}`"), whole])
            }
            // They are in one finding because they are of one package.
            (_, package) => ("them", vec![format!("`{}`", package.unwrap_or(name))]),
        };
        let capability = import.capability.filter(|known| *known != UNKNOWN);
        ways.extend(
            capability.map(|capability| format!("`{}` for the capability", kebab(capability))),
        );
        format!("to allow {it}, add {}", escape::or(&ways))
    }
}

/// A list of names, and how many more there are.
fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(MOST_FUNCTIONS);
    let shown: Vec<String> = shown.map(|name| format!("`{name}`")).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
