//! Does a component export an implementation of an interface?
//!
//! Lives here: [`Interface`] and [`check`].
//! May import: `diag`, `names` (rank 0), `surface` (3), the siblings.
//! Deliberately absent: imports, and where the types that the interface uses come from: a component
//! may import the resources of another interface, or export them itself.

use wit_parser::InterfaceId;

use super::Subject;
use super::findings::Findings;
use super::package::Package;
use super::wit_places::{Held, Place, Places};
use crate::diag::{Diagnostic, Report};
use crate::names;
use crate::surface::{ExternName, Item, Mismatch, MismatchKind, Side, Surface, compare};

/// An interface that components must implement.
pub struct Interface<'p> {
    package: &'p Package,
    id: InterfaceId,
    name: String,
    item: Item,
}

impl<'p> Interface<'p> {
    /// The interface `name` of the package.
    ///
    /// Fails if there is no such interface, or if there are several (`check/unknown-interface`), and
    /// if no component can have its types (`wit/no-binary-form`).
    pub fn of(package: &'p Package, name: &str) -> Result<Interface<'p>, Diagnostic> {
        let id = package.interface(name)?;
        let whole = package.wit.resolve.id_of(id);
        Ok(Interface {
            package,
            id,
            name: whole.unwrap_or_else(|| name.to_string()),
            item: package.interface_item(id)?,
        })
    }

    /// Its whole name: `acme:kv/store@0.2.0`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How well the name of an export fits: the exact name, the interface it implements, and a
    /// semver-compatible version of either.
    fn rank(&self, export: &ExternName) -> Option<usize> {
        let track = names::track_or_name(&self.name);
        let own = export.full_name();
        let implements = export.full_implements();
        // A canonical name without the rest of its version is the name of the track.
        let near = |name: &str| names::track_or_name(name) == track;
        [
            own == self.name.as_str(),
            implements.as_deref() == Some(self.name.as_str()),
            near(&own),
            implements.as_deref().is_some_and(near),
        ]
        .iter()
        .position(|fits| *fits)
    }
}

/// Reports what the component lacks to implement the interface.
///
/// An export counts by its name, by the interface it implements, and in a semver-compatible version;
/// of several, one has to fit.
pub fn check(subject: &Subject, interface: &Interface<'_>, report: &mut Report) {
    let component = match subject.surface() {
        Ok(surface) => surface,
        Err(broken) => return report.push(broken),
    };
    let mut candidates: Vec<(usize, &ExternName, &Item)> = Vec::new();
    for (name, item) in &component.exports {
        if matches!(item, Item::Instance(_)) {
            candidates.extend(interface.rank(name).map(|rank| (rank, name, item)));
        }
    }
    candidates.sort_by_key(|(rank, ..)| *rank);
    let mut closest = None;
    for (_, name, item) in candidates {
        let mismatches = compare(&interface.item, item);
        if mismatches.is_empty() {
            return;
        }
        closest.get_or_insert((name.full_name().into_owned(), mismatches));
    }
    let missing = || Mismatch {
        path: Vec::new(),
        expects: interface.item.to_string(),
        provides: "(nothing)".to_string(),
        kind: MismatchKind::Missing { closest: None },
    };
    let (in_component, mismatches) = match closest {
        Some((name, mismatches)) => (Some(name), mismatches),
        None => (None, vec![missing()]),
    };
    let name = ExternName {
        name: interface.name.clone(),
        ..ExternName::default()
    };
    let expected = Surface {
        imports: Vec::new(),
        exports: vec![(name, interface.item.clone())],
    };
    let whole = format!("interface {}", interface.name);
    let mut findings = Findings::new(
        subject,
        component,
        &expected,
        Places::new(interface.package, Held::Interface(interface.id), whole),
        "the interface".to_string(),
    );
    for mismatch in mismatches {
        let place = Place {
            side: Side::Export,
            in_component: in_component.clone(),
            in_world: Some(interface.name.clone()),
            path: mismatch.path.clone(),
        };
        findings.add(place, mismatch);
    }
    findings.finish(report);
    interface.package.lend_texts(report);
}
