//! The table of a component: its source, dependencies and permissions.
//!
//! May import: `config`, `diag` (rank 0 and 1), the siblings.
//! Deliberately absent: how the whole fits together (`tables`).

use std::collections::BTreeSet;

use super::{Reader, Unclear, conflict, unknown_permission};
use crate::config::{Placed, Table, Value};
use crate::diag::{Diagnostic, Locus, Severity};
use crate::spin::codes::{DEPENDENCY, MANIFEST};
use crate::spin::{
    Component, Dependency, Grant, Inherits, KEYS, Name, OUTBOUND, Origin, hosts, names,
};

/// The key that `allowed_outbound_hosts` replaces.
const OLD_HOSTS: &str = "allowed_http_hosts";

/// Keys without meaning for what is composed and checked.
const OTHERS: &[&str] = &[
    "build",
    "description",
    "exclude_files",
    "profile",
    "targets",
    "tool",
];

impl Reader<'_> {
    /// A component, if its source is there.
    pub(super) fn component(
        &mut self,
        id: String,
        place: Locus,
        mut table: Table<'_>,
    ) -> Option<Component> {
        self.ids.insert(id.clone());
        if !names::is_kebab(&id) {
            let finding = MANIFEST.report(format!("`{id}` is not a valid name of a component"));
            self.report.push(
                finding
                    .at(place.clone(), "")
                    .help("use kebab-case: `my-component`"),
            );
        }
        table.expect(OTHERS);
        let source = table.any("source");
        if source.is_none() {
            let finding = MANIFEST.report(format!("missing key `source` of component `{id}`"));
            self.report.push(
                finding
                    .at(place.clone(), "")
                    .help("add `source = \"FILE\"`"),
            );
        }
        let source = source.map(|placed| {
            let place = placed.place.clone();
            (self.source(placed), place)
        });
        let dependencies = self.dependencies(&id, &mut table);
        let grants = self.grants(&mut table);
        self.unknown_keys(&table, &format!("`[component.{id}]`"));
        let (source, source_place) = source?;
        Some(Component {
            id,
            place,
            source: source.ok()?,
            source_place,
            dependencies,
            grants,
            triggers: BTreeSet::new(),
            trigger_dependencies: Vec::new(),
        })
    }

    /// A file, or a table with a URL or a package.
    fn source(&mut self, placed: Placed<'_>) -> Result<Origin, Unclear> {
        match placed.value {
            Value::Text(path) => Ok(Origin::File(path)),
            Value::Table(table) => self.origin(table, placed.place, false, "source"),
            _ => {
                let finding = placed.wrong_type("source", "a file or a table");
                self.report.push(finding);
                Err(())
            }
        }
    }

    /// The text at a key.
    fn text(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<(String, Locus)> {
        let placed = table.any(key)?;
        match placed.value {
            Value::Text(text) => Some((text, placed.place)),
            _ => {
                self.report.push(placed.wrong_type(key, "a string"));
                None
            }
        }
    }

    /// Where a table says that a component comes from.
    fn origin(
        &mut self,
        mut table: Table<'_>,
        place: Locus,
        of_dependency: bool,
        what: &str,
    ) -> Result<Origin, Unclear> {
        let mut known: Vec<&'static str> = vec!["digest", "package", "registry", "url", "version"];
        if of_dependency {
            known.extend(["component", "export", "inherit_configuration", "path"]);
        }
        let keys = ["url", "package", "version", "registry"];
        let [url, package, version, registry] = keys.map(|key| self.text(&mut table, key));
        let (mut path, mut component) = (None, None);
        if of_dependency {
            [path, component] = ["path", "component"].map(|key| self.text(&mut table, key));
        }
        let given = [
            path.is_some(),
            component.is_some(),
            url.is_some(),
            version.is_some(),
        ];
        table.expect(&known);
        self.unknown_keys(&table, &format!("`{what}`"));
        let given = given.into_iter().filter(|given| *given).count();
        if given != 1 {
            let keys = match of_dependency {
                true => "`path`, `component`, `url` or `version`",
                false => "`url` or `version`",
            };
            let finding = MANIFEST.report(match given {
                0 => format!("cannot determine where `{what}` comes from"),
                _ => format!("`{what}` comes from several places"),
            });
            self.report
                .push(finding.at(place, "").help(format!("give one of {keys}")));
            return Err(());
        }
        if let Some((path, _)) = path {
            return Ok(Origin::File(path));
        }
        if let Some((id, _)) = component {
            return Ok(Origin::Component(id));
        }
        if let Some((url, _)) = url {
            return Ok(Origin::Url(url));
        }
        let text = |given: Option<(String, Locus)>| given.map(|(text, _)| text).unwrap_or_default();
        Ok(Origin::Package {
            name: text(package),
            version: text(version),
            registry: registry.map(|(registry, _)| registry),
        })
    }

    fn dependencies(&mut self, id: &str, table: &mut Table<'_>) -> Vec<Dependency> {
        let whole = table.any("dependencies_inherit_configuration");
        let whole = whole.and_then(|placed| match placed.value {
            Value::Truth(truth) => Some((truth, placed.place)),
            _ => {
                let key = "dependencies_inherit_configuration";
                self.report.push(placed.wrong_type(key, "true or false"));
                None
            }
        });
        let Some(placed) = table.any("dependencies") else {
            return Vec::new();
        };
        let Value::Table(table) = placed.value else {
            self.report
                .push(placed.wrong_type("dependencies", "a table"));
            return Vec::new();
        };
        let mut all: Vec<Dependency> = Vec::new();
        for (text, place, placed) in table.entries() {
            let name = match Name::parse(&text) {
                Ok(name) => name,
                Err(wrong) => {
                    let finding = DEPENDENCY
                        .report(format!("invalid name of a dependency `{text}`: {wrong}"));
                    self.report.push(finding.at(place, ""));
                    continue;
                }
            };
            let inherited = whole.as_ref().map(|(truth, _)| *truth);
            if let Ok((dependency, own)) = self.dependency(name, place, placed, inherited) {
                if let (Some(own), Some((_, whole))) = (own, &whole) {
                    self.report.push(both_inherit(id, own, whole.clone()));
                }
                let others = all.iter();
                let mut others = others.filter(|other| other.name.conflicts(&dependency.name));
                if let Some(other) = others.next() {
                    let finding = conflict(other, &dependency);
                    self.report.push(finding);
                }
                all.push(dependency);
            }
        }
        all
    }

    /// A dependency, and where it says what it inherits.
    fn dependency(
        &mut self,
        name: Name,
        place: Locus,
        placed: Placed<'_>,
        whole: Option<bool>,
    ) -> Result<(Dependency, Option<Locus>), Unclear> {
        let none = Inherits::Keys(Vec::new());
        let origin_place = placed.place.clone();
        let made = |origin, export, inherits| Dependency {
            name: name.clone(),
            place: place.clone(),
            origin,
            origin_place: origin_place.clone(),
            export,
            inherits,
        };
        let of_name = |version: String, registry| Origin::Package {
            name: name.package.clone().unwrap_or_default(),
            version,
            registry,
        };
        let plain = || {
            DEPENDENCY
                .report(format!(
                    "dependency `{}` does not say which package it is",
                    name.text
                ))
                .at(place.clone(), "")
                .help("give it as a table with `package`, or with the `path` of a file")
        };
        match placed.value {
            Value::Text(version) => {
                if name.package.is_none() {
                    self.report.push(plain());
                }
                // Spin 4.0 lets one in this form inherit nothing, whatever its component says.
                Ok((made(of_name(version, None), None, none), None))
            }
            Value::Table(mut table) => {
                let export = self.text(&mut table, "export");
                let own = table.any("inherit_configuration");
                let own_place = own.as_ref().map(|placed| placed.place.clone());
                let inherits = match own {
                    Some(placed) => self.inherits(placed),
                    None if whole == Some(true) => Inherits::All,
                    None => none,
                };
                let what = format!("dependencies.{}", name.text);
                let origin = match self.origin(table, origin_place.clone(), true, &what)? {
                    Origin::Package {
                        name: package,
                        version,
                        registry,
                    } if package.is_empty() => {
                        if name.package.is_none() {
                            self.report.push(plain());
                        }
                        of_name(version, registry)
                    }
                    origin => origin,
                };
                if let Some((_, at)) = &export
                    && name.is_package()
                {
                    let finding = DEPENDENCY.report(format!(
                        "dependency `{}` on a whole package cannot have an `export`",
                        name.text
                    ));
                    let interface =
                        format!("{}/INTERFACE", name.package.as_deref().unwrap_or_default());
                    self.report.push(finding.at(at.clone(), "").help(format!(
                        "name the interface that it satisfies: `\"{interface}\"`"
                    )));
                }
                Ok((made(origin, export, inherits), own_place))
            }
            _ => {
                let key = format!("dependencies.{}", name.text);
                self.report
                    .push(placed.wrong_type(&key, "a version or a table"));
                Err(())
            }
        }
    }

    fn inherits(&mut self, placed: Placed<'_>) -> Inherits {
        let wrong = placed.wrong_type("inherit_configuration", "true, false or a list of strings");
        let mut keys = Vec::new();
        match placed.value {
            Value::Truth(true) => return Inherits::All,
            Value::Truth(false) => {}
            Value::List(items) => {
                for item in items {
                    match item.value {
                        Value::Text(key) => {
                            if !KEYS.iter().any(|(known, _)| *known == key) {
                                self.warnings.push(unknown_permission(&key, item.place));
                            }
                            keys.push(key);
                        }
                        _ => self
                            .report
                            .push(item.wrong_type("inherit_configuration", "a list of strings")),
                    }
                }
            }
            _ => self.report.push(wrong),
        }
        Inherits::Keys(keys)
    }

    /// What a component may do.
    fn grants(&mut self, table: &mut Table<'_>) -> Vec<Grant> {
        let mut grants = Vec::new();
        for (key, _) in KEYS {
            let place = table.place_of_key(key);
            let Some(placed) = table.any(key) else {
                continue;
            };
            let is_table = matches!(*key, "environment" | "variables");
            let expected = match is_table {
                true => "a table of strings",
                false => "a list of strings",
            };
            let wrong = placed.wrong_type(key, expected);
            let items = match placed.value {
                Value::Table(table) if is_table => self.texts_of(key, table),
                Value::List(items) if !is_table => self.items(key, items),
                _ => {
                    self.report.push(wrong);
                    continue;
                }
            };
            if *key == OUTBOUND {
                for (entry, at) in &items {
                    if let Some(wrong) = hosts::wrong(entry) {
                        let finding = MANIFEST.report(format!("invalid host `{entry}`: {wrong}"));
                        self.report.push(finding.at(at.clone(), ""));
                    }
                }
            }
            grants.push(Grant { key, place, items });
        }
        self.old_hosts(table, &mut grants);
        grants
    }

    /// The hosts of the key that is deprecated: any of them may be called over HTTP.
    fn old_hosts(&mut self, table: &mut Table<'_>, grants: &mut Vec<Grant>) {
        let place = table.place_of_key(OLD_HOSTS);
        let Some(placed) = table.any(OLD_HOSTS) else {
            return;
        };
        let wrong = placed.wrong_type(OLD_HOSTS, "a list of strings");
        let Value::List(items) = placed.value else {
            self.report.push(wrong);
            return;
        };
        let hosts = self.items(OLD_HOSTS, items);
        let hosts = hosts
            .into_iter()
            .map(|(host, at)| (format!("https://{host}"), at));
        let finding = MANIFEST
            .report(format!("`{OLD_HOSTS}` is deprecated"))
            .at(place.clone(), "")
            .help(format!("use `{OUTBOUND} = [\"https://HOST\"]`"));
        self.warnings.push(Diagnostic {
            severity: Severity::Warning,
            ..finding
        });
        match grants.iter_mut().find(|grant| grant.key == OUTBOUND) {
            Some(grant) => grant.items.extend(hosts),
            None => grants.push(Grant {
                key: OUTBOUND,
                place,
                items: hosts.collect(),
            }),
        }
    }

    /// The values of a table of strings: those of variables are templates.
    fn texts_of(&mut self, key: &'static str, table: Table<'_>) -> Vec<(String, Locus)> {
        let mut items = Vec::new();
        for (name, at, placed) in table.entries() {
            match placed.value {
                Value::Text(text) if key == "variables" => items.push((text, placed.place)),
                Value::Text(_) => items.push((name, at)),
                _ => self
                    .report
                    .push(placed.wrong_type(&format!("{key}.{name}"), "a string")),
            }
        }
        items
    }

    /// The items of a list: strings, or tables with the source and destination of files.
    fn items(&mut self, key: &'static str, items: Vec<Placed<'_>>) -> Vec<(String, Locus)> {
        let mut texts = Vec::new();
        for item in items {
            let wrong = item.wrong_type(key, "a list of strings");
            match item.value {
                Value::Text(text) => texts.push((text, item.place)),
                Value::Table(mut table) if key == "files" => {
                    let source = self.text(&mut table, "source");
                    texts.extend(source.map(|(text, _)| (text, item.place)));
                }
                _ => self.report.push(wrong),
            }
        }
        texts
    }
}

/// A finding about permissions that are inherited in two ways.
fn both_inherit(id: &str, own: Locus, whole: Locus) -> Diagnostic {
    DEPENDENCY
        .report(format!(
            "component `{id}` has both `dependencies_inherit_configuration` and `inherit_configuration`"
        ))
        .at(own, "")
        .at(whole, "for all dependencies")
        .help("keep `inherit_configuration`, for each dependency by itself")
}
