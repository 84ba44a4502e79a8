//! Manifests of Spin applications: what their components are, need and may do.
//!
//! Lives here: [`Manifest`] and its parts, [`read`] and [`is_manifest`]; `tables` (the file), `names`
//! (of dependencies), `grants` (which interfaces a key of the manifest is about), `hosts`
//! (`allowed_outbound_hosts`).
//! May import: `config`, `diag`, `escape`, `source` (rank 0 and 1).
//! Deliberately absent: the components themselves (`compose`, `check`), registries and URLs, build
//! commands and profiles. The rules are those of Spin 4.0, from its sources.

mod codes;
mod grants;
mod hosts;
mod names;
mod tables;
mod variables;

pub use codes::CODES;
pub(crate) use codes::{
    DEPENDENCY, MISSING_EXPORT, NOT_GRANTED, NOT_LOCAL, TRIGGER_EXPORT, UNMATCHED, UNUSED_GRANT,
};
pub(crate) use grants::{EMPTIED, HOST, KEYS, OUTBOUND, TRIGGERS, grant_of, protocol};
pub(crate) use hosts::scheme_of;
pub(crate) use names::Name;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::config;
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::escape;
use crate::source::Source;

/// The usual name of the file.
const FILE_NAME: &str = "spin.toml";

/// An application.
pub(crate) struct Manifest {
    /// The file, for messages, and its text.
    pub file: String,
    pub text: Arc<str>,
    /// Its components, by their names.
    pub components: Vec<Component>,
    /// What is noteworthy.
    pub warnings: Vec<Diagnostic>,
}

/// A component of an application.
pub(crate) struct Component {
    pub id: String,
    /// Where it is defined.
    pub place: Locus,
    pub source: Origin,
    pub source_place: Locus,
    pub dependencies: Vec<Dependency>,
    /// What it may do, and with what.
    pub grants: Vec<Grant>,
    /// The types of the triggers that run it; that of a trigger with an executor of another kind has
    /// it behind: `http (wagi)`.
    pub triggers: BTreeSet<String>,
    /// Other components that triggers put before it.
    pub trigger_dependencies: Vec<(String, Locus)>,
}

/// Where a component comes from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// A file, relative to the manifest.
    File(String),
    Url(String),
    /// A package of a registry, in a version or one that matches a requirement.
    Package {
        name: String,
        version: String,
        /// The registry, if it is not the usual one.
        registry: Option<String>,
    },
    /// Another component of the application.
    Component(String),
}

/// What satisfies imports of a component.
pub(crate) struct Dependency {
    pub name: Name,
    /// Where its name is.
    pub place: Locus,
    pub origin: Origin,
    pub origin_place: Locus,
    /// The export that satisfies the import, if it has another name.
    pub export: Option<(String, Locus)>,
    pub inherits: Inherits,
}

/// What of the permissions of a component its dependency has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inherits {
    All,
    /// Those of these keys.
    Keys(Vec<String>),
}

impl Inherits {
    /// Whether it has the permissions of a key.
    pub fn has(&self, key: &str) -> bool {
        match self {
            Inherits::All => true,
            Inherits::Keys(keys) => keys.iter().any(|known| known == key),
        }
    }
}

/// A key of a component that permits something.
pub(crate) struct Grant {
    pub key: &'static str,
    pub place: Locus,
    /// With what: hosts, stores, names of variables; each with its place.
    pub items: Vec<(String, Locus)>,
}

impl Manifest {
    /// The components that are there for themselves: all but those that only satisfy imports of
    /// others.
    pub fn main(&self) -> Vec<&Component> {
        let dependencies = self.components.iter().flat_map(|c| &c.dependencies);
        let ids: BTreeSet<&str> = dependencies
            .filter_map(|dependency| match &dependency.origin {
                Origin::Component(id) => Some(id.as_str()),
                _ => None,
            })
            .collect();
        let all = self.components.iter();
        all.filter(|component| {
            !component.triggers.is_empty() || !ids.contains(component.id.as_str())
        })
        .collect()
    }

    /// The component `#ID` that was typed, or the only one that is there for itself.
    pub fn choose(&self, typed: Option<&str>) -> Result<&Component, Diagnostic> {
        let ids = || {
            self.components
                .iter()
                .map(|component| component.id.as_str())
        };
        let finding = match typed {
            Some(typed) => {
                let mut components = self.components.iter();
                if let Some(found) = components.find(|component| component.id == typed) {
                    return Ok(found);
                }
                let message = format!("cannot find component `{typed}`");
                let finding = config::MISSING.report(message);
                match did_you_mean(typed, ids()) {
                    Some(meant) => {
                        let meant = format!("did you mean `-c {}#{meant}`?", self.file);
                        return Err(finding.at(Locus::File(self.file.clone()), "").help(meant));
                    }
                    None => finding,
                }
            }
            None => match self.main().as_slice() {
                [only] => return Ok(only),
                _ => config::MISSING.report("several components are defined, and none was named"),
            },
        };
        let choices = ids().map(|id| format!("`-c {}#{id}`", self.file));
        let choices: Vec<String> = choices.collect();
        Err(finding
            .at(Locus::File(self.file.clone()), "")
            .help(format!("choose one: {}", escape::or(&choices))))
    }

    /// Adds its text to a report that points into it.
    pub fn lend_text(&self, report: &mut Report) {
        report.add_text(self.file.clone(), self.text.clone());
    }
}

impl Component {
    /// The key that permits something, if it is there and not empty.
    pub fn grant(&self, key: &str) -> Option<&Grant> {
        let mut grants = self.grants.iter();
        grants.find(|grant| grant.key == key && !grant.items.is_empty())
    }
}

/// Whether a file is a manifest of Spin, of any version: by its name or its first keys.
pub(crate) fn is_manifest(file: &Path, text: &str) -> bool {
    let is_key = |line: &str, key: &str| {
        let rest = line.trim_start().strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let keys = ["spin_manifest_version", "spin_version"];
    let named = file.file_name().is_some_and(|name| name == FILE_NAME);
    named
        || text
            .lines()
            .any(|line| keys.iter().any(|key| is_key(line, key)))
}

/// Reads a manifest.
///
/// Fails with everything that is wrong with it.
pub(crate) fn read(source: &Source) -> Result<Manifest, Report> {
    tables::read(source)
}

#[cfg(test)]
mod tests;
