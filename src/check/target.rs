//! A component against a world.
//!
//! Lives here: [`World`] and [`check`].
//! May import: `diag`, `names` (rank 0), `surface` (3), the siblings.
//! Deliberately absent: a type checker; `surface::compare` says what differs.
//!
//! The world must import what the component imports, and the component must export what the world
//! exports: the component must be a subtype of the world's component type, as in wit-component's
//! `targets`, but all mismatches are found.

use wit_parser::WorldId;

use super::Subject;
use super::findings::Findings;
use super::implements::Interface;
use super::matching::{Pair, align};
use super::package::Package;
use super::wit_places::{Held, Place, Places};
use crate::diag::{Diagnostic, Report};
use crate::names::Patterns;
use crate::surface::{Side, Surface, compare_surfaces};
use crate::wit::convert;

/// A world that components are checked against.
pub struct World<'p> {
    package: &'p Package,
    id: WorldId,
    name: String,
    surface: Surface,
    allowed: Patterns,
}

impl<'p> World<'p> {
    /// The world `name` of the package, or its only one.
    ///
    /// Fails if there is no such world (`wit/unknown-world`), if it is not clear which
    /// (`wit/which-world`), and if no component can have its types (`wit/no-binary-form`).
    pub fn of(package: &'p Package, name: Option<&str>) -> Result<World<'p>, Diagnostic> {
        let id = convert::world(&package.file, &package.wit, name)?;
        let world = &package.wit.resolve.worlds[id];
        let name = match world.package {
            Some(package_id) => package.wit.resolve.id_of_name(package_id, &world.name),
            None => world.name.clone(),
        };
        Ok(World {
            package,
            id,
            name,
            surface: package.world_surface(id)?,
            allowed: Patterns::new(<[&str; 0]>::default()),
        })
    }

    /// The world, with additional imports that the host provides: `wasi:cli/*`.
    pub fn allowing<S: AsRef<str>>(self, patterns: &[S]) -> World<'p> {
        World {
            // Policies have imports without a package with a colon: `:log`.
            allowed: Patterns::new(patterns.iter().map(|pattern| {
                let pattern = pattern.as_ref();
                pattern.strip_prefix(':').unwrap_or(pattern)
            })),
            ..self
        }
    }

    /// Whether it exports that interface, so that what fits it implements the interface.
    pub fn exports(&self, interface: &Interface<'_>) -> bool {
        let exports = self.surface.exports.iter();
        exports
            .map(|(name, _)| name.full_name())
            .any(|name| name == interface.name())
    }

    /// Its whole name: `acme:app/service@0.1.0`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Reports everything about the component that does not fit the world.
///
/// Semver-compatible versions are compared, whatever the exact versions.
pub fn check(subject: &Subject, world: &World<'_>, report: &mut Report) {
    let component = match subject.surface() {
        Ok(surface) => surface,
        Err(broken) => return report.push(broken),
    };
    let aligned = align(&world.surface, component);
    let mismatches = compare_surfaces(&aligned.expected, &aligned.provided);
    let whole = format!("world {}", world.name);
    let mut findings = Findings::new(
        subject,
        component,
        &world.surface,
        Places::new(world.package, Held::World(world.id), whole),
        format!("world `{}`", world.name),
    );
    for mismatch in mismatches {
        let Some((first, rest)) = mismatch.path.split_first() else {
            continue;
        };
        let Pair {
            in_component,
            in_world,
        } = aligned.pairs.get(first).cloned().unwrap_or_default();
        let side = match first.starts_with("import ") {
            true => Side::Import,
            false => Side::Export,
        };
        if side == Side::Import
            && in_component
                .as_deref()
                .is_some_and(|name| world.allowed.allow(name))
        {
            continue;
        }
        let place = Place {
            side,
            in_component,
            in_world,
            path: rest.to_vec(),
        };
        findings.add(place, mismatch);
    }
    findings.finish(report);
    world.package.lend_texts(report);
}
