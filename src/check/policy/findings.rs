//! What a breach of a policy is told as: what is imported, by whom, and which export leads there.
//!
//! Lives here: [`Asked`]. May import: `diag` (rank 0), the siblings.
//! Deliberately absent: what is a breach (`policy`).

use std::collections::{BTreeMap, BTreeSet};

use super::Rule;
use super::codes;
use super::levels::Levels;
use super::needs::{Need, Needs, overlap};
use super::pattern::{Import, Pattern};
use crate::diag::{Diagnostic, Locus};

/// How many components of a chain are shown, and how many askers and functions.
const MOST_STEPS: usize = 8;
const MOST_ASKERS: usize = 8;
const MOST_FUNCTIONS: usize = 5;

/// What is said of an import that no export needs.
const NOT_LED_TO: &str = "declared, but no export leads to it";

/// An import that a rule is against.
pub(super) struct Breach<'r> {
    /// The patterns that deny it; none if it is just not allowed.
    pub denied_by: Vec<&'r Pattern>,
    /// The functions it is about, by their positions; none: all of the import.
    pub functions: Option<Vec<usize>>,
}

/// Who asks for what, found out once for all findings.
pub(super) struct Asked<'l, 'a> {
    levels: &'l Levels<'a>,
    needs: Needs<'l, 'a>,
    found: Vec<Need<'a>>,
    positions: BTreeMap<&'a str, usize>,
    /// Those of the outermost component, as they are shown.
    exports: Vec<String>,
}

impl<'l, 'a> Asked<'l, 'a> {
    pub fn new(levels: &'l Levels<'a>) -> Asked<'l, 'a> {
        let wiring = &levels.get(0).wiring;
        let mut exports: Vec<_> = wiring
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
        let imports = wiring.imports.iter().enumerate();
        Asked {
            found: needs.of_exports(&names),
            levels,
            needs,
            positions: imports.map(|(at, import)| (import.name.name, at)).collect(),
            exports: shown.collect(),
        }
    }

    /// The finding about a breach of `rule` by `file`.
    pub fn finding(
        &mut self,
        file: &str,
        rule: &Rule,
        import: &Import,
        breach: &Breach<'_>,
    ) -> Diagnostic {
        let what = match &breach.functions {
            None => import.name.clone(),
            Some(functions) => {
                let names = functions
                    .iter()
                    .map(|at| import.functions[*at].name.as_str());
                let names: Vec<&str> = names.collect();
                let noun = if names.len() == 1 {
                    "function"
                } else {
                    "functions"
                };
                format!("the {noun} {} of {}", listed(&names), import.name)
            }
        };
        let by_capability = breach.denied_by.iter().find_map(|p| p.capability());
        let capability = by_capability.map_or(String::new(), |name| format!(" ({name})"));
        let (code, judged) = match (breach.denied_by.first(), rule.name.as_str()) {
            (Some(pattern), "") => (
                &codes::DENIED,
                format!("which `--deny {}` denies", pattern.text),
            ),
            (Some(_), name) => (&codes::DENIED, format!("which {name} denies")),
            (None, "") => (
                &codes::NOT_ALLOWED,
                "which `--allow-only` does not allow".to_string(),
            ),
            (None, name) => (&codes::NOT_ALLOWED, format!("which {name} does not allow")),
        };
        let mut finding = code.report(format!("`{file}` imports {what}{capability}, {judged}"));
        let (labels, is_led_to, part) = self.labels(file, import, breach);
        for (locus, text) in labels {
            finding = finding.at(locus, text);
        }
        for pattern in &breach.denied_by {
            if let Some(place) = &pattern.place {
                finding = finding.at(place.clone(), "denied here");
            }
        }
        if let (true, Some(place)) = (breach.denied_by.is_empty(), &rule.allow_place) {
            finding = finding.at(place.clone(), "it is not in this list");
        }
        if let Some(reason) = &rule.reason {
            finding = finding.help(format!("the reason: {reason}"));
        }
        finding.help(match breach.denied_by.is_empty() {
            true => allowing(import, breach),
            false => match (is_led_to, part) {
                (true, Some(part)) => format!(
                    "replace `{part}` by something that does without, or wire it to a component \
                     that serves this"
                ),
                (true, None) => "compose it with a component that serves this, or build it anew \
                                 without"
                    .to_string(),
                (false, part) => format!(
                    "it has to be supplied all the same, and code may use it as it starts; build \
                     {} anew without it",
                    part.map_or("it".to_string(), |part| format!("`{part}`"))
                ),
            },
        })
    }

    /// Where the import is asked for; whether any export leads there; and which nested component
    /// has it, if it is just one.
    fn labels(
        &mut self,
        file: &str,
        import: &Import,
        breach: &Breach<'_>,
    ) -> (Vec<(Locus, String)>, bool, Option<String>) {
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
                (path, []) => format!("`{path}` asks for it"),
                (path, functions) => format!("`{path}` asks for {}", listed(functions)),
            };
            labels.push((self.chain(file, need, &end), text));
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
            text.push_str(&format!("; {more} more import it"));
        }
        let mut parts = askers.keys().chain(&others);
        let only = match (parts.next(), parts.next()) {
            (Some(part), None) => Some(self.levels.get(*part).path.clone()),
            _ => None,
        };
        let only = only.filter(|path| !path.is_empty());
        (labels, !askers.is_empty(), only)
    }

    /// The components that exports lead to and whose code asks for it, with what of the functions
    /// that it is about each asks for.
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
    fn chain(&self, file: &str, need: &Need<'a>, end: &str) -> Locus {
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
        Locus::item(file, [format!("{way} → {end}")])
    }
}

/// What would allow it.
fn allowing(import: &Import, breach: &Breach<'_>) -> String {
    let (name, package) = import.patterns();
    if let Some(functions) = &breach.functions {
        let patterns = functions
            .iter()
            .map(|at| format!("{name}.{}", import.functions[*at].name));
        let patterns: Vec<String> = patterns.collect();
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let verb = if patterns.len() == 1 {
            "allows"
        } else {
            "allow"
        };
        return format!("{} {verb} it", listed(&patterns));
    }
    let mut ways = vec![format!("`{name}` allows it")];
    ways.extend(package.map(|package| format!("`{package}` all of its package")));
    ways.extend(import.capability.map(|capability| {
        let capability = capability.to_lowercase().replace(' ', "-");
        format!("`{capability}` all that gives this capability")
    }));
    let ways = ways.join(", ");
    match import.has_types_only {
        true => format!("only types are imported of it; {ways}"),
        false => ways,
    }
}

/// Names as people list them, and how many more there are.
fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(MOST_FUNCTIONS);
    let shown: Vec<String> = shown.map(|name| format!("`{name}`")).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
