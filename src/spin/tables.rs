//! The tables of a manifest.
//!
//! Lives here: [`read`]; `component` (a table of a component), `triggers` (what triggers name).
//! May import: `config`, `diag`, `source` (rank 0 and 1).
//! Deliberately absent: what is in the components.

mod component;
mod triggers;

use std::collections::BTreeSet;

use super::codes::{DEPENDENCY, MANIFEST};
use super::{Component, Dependency, Manifest, Origin, variables};
use crate::config::{self, Table, UNKNOWN_KEY, Value};
use crate::diag::{Code, Diagnostic, Locus, Report, Severity, did_you_mean};
use crate::escape;
use crate::names::unversioned;
use crate::source::Source;

/// What is read, and what is wrong with it.
struct Reader<'r> {
    report: &'r mut Report,
    warnings: Vec<Diagnostic>,
    /// The names of all components, also of those that are wrong.
    ids: BTreeSet<String>,
}

/// What could not be told of a value, which is reported.
type Unclear = ();

pub(super) fn read(source: &Source) -> Result<Manifest, Report> {
    let mut warnings = Vec::new();
    let components = config::read_toml(source, |root, report| {
        let mut reader = Reader {
            report,
            warnings: Vec::new(),
            ids: BTreeSet::new(),
        };
        let components = reader.manifest(root);
        warnings = reader.warnings;
        components
    })?;
    let text = String::from_utf8_lossy(source.bytes());
    Ok(Manifest {
        file: source.name().to_string(),
        text: text.as_ref().into(),
        components,
        warnings,
    })
}

impl Reader<'_> {
    fn manifest(&mut self, mut root: Table<'_>) -> Vec<Component> {
        if !self.version(&mut root) {
            return Vec::new();
        }
        root.expect(&["application"]);
        if !root.is_table("application") {
            let finding = MANIFEST.report("missing table `[application]`");
            self.report.push(
                finding
                    .at(root.place(), "")
                    .help("add `[application]` with a `name`"),
            );
        }
        let variables = self.variables(&mut root);
        let mut components: Vec<Component> = Vec::new();
        let tables = root.any("component").map(|placed| match placed.value {
            Value::Table(table) => table.entries(),
            _ => {
                self.report.push(placed.wrong_type("component", "a table"));
                Vec::new()
            }
        });
        for (id, key, placed) in tables.unwrap_or_default() {
            match placed.value {
                Value::Table(table) => components.extend(self.component(id, key, table)),
                _ => self
                    .report
                    .push(placed.wrong_type(&format!("component.{id}"), "a table")),
            }
        }
        let triggers = root.any("trigger");
        self.triggers(triggers, &mut components);
        components.sort_by(|a, b| a.id.cmp(&b.id));
        self.unknown_keys(&root, "the manifest");
        if components.is_empty() && !self.report.has_errors() {
            let finding = MANIFEST.report("missing components: the application has none");
            self.report.push(
                finding
                    .at(root.place(), "")
                    .help("add a table `[component.NAME]` with a `source`"),
            );
        }
        self.of_components(&components);
        self.templates(&components, &variables);
        components
    }

    /// Whether the version is 2.
    fn version(&mut self, root: &mut Table<'_>) -> bool {
        let key = "spin_manifest_version";
        let old = root.any("spin_version");
        let found = root.any(key);
        let finding = match (&found, old) {
            (Some(placed), _) => match &placed.value {
                Value::Number(version) if version == "2" => return true,
                Value::Text(version) if version == "1" => old_version(placed.place.clone()),
                _ => MANIFEST
                    .report(format!(
                        "unknown version of a Spin manifest: expected `{key} = 2`"
                    ))
                    .at(placed.place.clone(), "expected 2"),
            },
            (None, Some(old)) => old_version(old.place),
            (None, None) => MANIFEST
                .report(format!("missing key `{key}`"))
                .at(root.place(), "")
                .help(format!("add `{key} = 2` if this is a manifest of Spin")),
        };
        self.report.push(finding);
        false
    }

    /// The variables of the application.
    fn variables(&mut self, root: &mut Table<'_>) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let Some(placed) = root.any("variables") else {
            return names;
        };
        let Value::Table(table) = placed.value else {
            self.report.push(placed.wrong_type("variables", "a table"));
            return names;
        };
        for (name, key, placed) in table.entries() {
            if let Value::Table(mut variable) = placed.value {
                let has_default = variable.any("default").is_some();
                let required = variable.any("required").map(|placed| placed.value);
                let is_required = matches!(required, Some(Value::Truth(true)));
                if has_default == is_required {
                    let (wrong, help) = match has_default {
                        true => ("has a `default` and is `required`", "keep one of the two"),
                        false => (
                            "has neither a `default` nor `required = true`",
                            "add one of the two",
                        ),
                    };
                    let finding = MANIFEST.report(format!("variable `{name}` {wrong}"));
                    self.report.push(finding.at(key, "").help(help));
                }
            } else {
                let key = format!("variables.{name}");
                self.report.push(placed.wrong_type(&key, "a table"));
            }
            names.insert(name);
        }
        names
    }

    /// The dependencies on components of the application.
    fn of_components(&mut self, components: &[Component]) {
        for component in components {
            for dependency in &component.dependencies {
                let Origin::Component(id) = &dependency.origin else {
                    continue;
                };
                let place = dependency.origin_place.clone();
                let Some(other) = components.iter().find(|other| other.id == *id) else {
                    self.unknown_component(&DEPENDENCY, id, place);
                    continue;
                };
                let mut own: Vec<String> = other
                    .grants
                    .iter()
                    .filter(|grant| !grant.items.is_empty())
                    .map(|grant| format!("`{}`", grant.key))
                    .collect();
                if !other.dependencies.is_empty() {
                    own.push("`dependencies`".to_string());
                }
                if !own.is_empty() {
                    let finding = DEPENDENCY.report(format!(
                        "`{id}` cannot be a dependency of `{}`: it has {} of its own",
                        component.id,
                        escape::and(&own)
                    ));
                    self.report.push(
                        finding
                            .at(place, "")
                            .at(other.place.clone(), "defined here")
                            .note("a dependency has only what it inherits from the component")
                            .help(format!("remove these keys from `[component.{id}]`")),
                    );
                }
            }
        }
    }

    /// Reports that there is no component of that name, unless it is there and wrong.
    fn unknown_component(&mut self, code: &'static Code, id: &str, place: Locus) {
        if self.ids.contains(id) {
            return;
        }
        let finding = code
            .report(format!("cannot find component `{id}`"))
            .at(place, "");
        let ids = self.ids.iter().map(String::as_str);
        self.report.push(match did_you_mean(id, ids) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help(format!("define it in `[component.{id}]`")),
        });
    }

    /// Variables that templates name, and that the application does not have.
    fn templates(&mut self, components: &[Component], known: &BTreeSet<String>) {
        let keys = [super::OUTBOUND, "variables"];
        let grants = components.iter().flat_map(|component| &component.grants);
        for grant in grants.filter(|grant| keys.contains(&grant.key)) {
            for (text, place) in &grant.items {
                let used = match variables::used(text) {
                    Ok(used) => used,
                    Err(wrong) => {
                        let finding = MANIFEST.report(format!("{wrong} in a template"));
                        self.report.push(finding.at(place.clone(), ""));
                        continue;
                    }
                };
                for name in used.into_iter().filter(|name| !known.contains(*name)) {
                    let finding = MANIFEST
                        .report(format!("cannot find variable `{name}` of the application"))
                        .at(place.clone(), "used in this template");
                    self.report
                        .push(match did_you_mean(name, known.iter().map(String::as_str)) {
                            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                            None => finding.help(format!("declare it: `{name}` in `[variables]`")),
                        });
                }
            }
        }
    }

    /// Reports keys that Spin does not know either: one that is misspelled as an error, since it would
    /// have no effect, and others as a warning, since a newer Spin may know them.
    fn unknown_keys(&mut self, table: &Table<'_>, of: &str) {
        for (name, place) in table.unread() {
            let finding = UNKNOWN_KEY.report(format!("unknown key `{name}` in {of}"));
            let finding = finding.at(place, "unknown key");
            match did_you_mean(&name, table.known().iter().copied()) {
                Some(meant) => self
                    .report
                    .push(finding.help(format!("did you mean `{meant}`?"))),
                None => self.warnings.push(Diagnostic {
                    severity: Severity::Warning,
                    ..finding
                        .note("Spin 4.0 does not know it, and refuses manifests with unknown keys")
                }),
            }
        }
    }
}

fn old_version(place: Locus) -> Diagnostic {
    MANIFEST
        .report("expected a manifest of version 2, found version 1")
        .at(place, "version 1")
        .note("components of version 1 have no dependencies")
        .help("upgrade it: `spin doctor`")
}

/// A warning of permissions to inherit that Spin ignores.
fn unknown_permission(key: &str, place: Locus) -> Diagnostic {
    let known = super::KEYS.iter().map(|(key, _)| *key);
    let finding = DEPENDENCY.report(format!("unknown permission `{key}`: Spin ignores it"));
    let finding = Diagnostic {
        severity: Severity::Warning,
        ..finding.at(place, "")
    };
    match did_you_mean(key, known.clone()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => {
            let known: Vec<&str> = known.collect();
            finding.note(format!("the permissions: {}", known.join(", ")))
        }
    }
}

/// What may not stand side by side.
fn conflict(one: &Dependency, other: &Dependency) -> Diagnostic {
    let package = one.name.package.as_deref().unwrap_or(&one.name.text);
    DEPENDENCY
        .report(format!(
            "dependency `{}` conflicts with `{}`: one import may be meant by both",
            other.name.text, one.name.text
        ))
        .at(other.place.clone(), "")
        .at(one.place.clone(), "other dependency")
        .help(format!(
            "name different interfaces of `{}`, or versions that are not compatible",
            unversioned(package)
        ))
}
