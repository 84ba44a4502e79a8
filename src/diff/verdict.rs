//! Whom a change breaks, and how big a step of the version it takes.
//!
//! Lives here: [`Effect`] (what a change does to a type), [`Position`] (on which side of a world
//! the type stands), and the [`Verdict`] and [`Bump`] that follow from both. This is the one place
//! where that is decided. May import: nothing of ours.
//! Deliberately absent: how changes are found, and what a version is (`version`).

/// What a change of an item does, to linking and to source.
///
/// Linking is subtyping of instances: an instance may have more items than the import, and all
/// items of the import must have identical types.
///
/// [`Rule`](crate::diff::Rule) shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// An instance with the new item satisfies an import of the old one.
    pub new_serves_old: bool,
    /// An instance with the old item satisfies an import of the new one.
    pub old_serves_new: bool,
    /// Source that calls the item, or uses the type, still compiles.
    pub callers_compile: bool,
    /// Source that implements the item still compiles.
    pub implementers_compile: bool,
}

impl Effect {
    const fn new(new_serves_old: bool, old_serves_new: bool, callers: bool, impls: bool) -> Effect {
        Effect {
            new_serves_old,
            old_serves_new,
            callers_compile: callers,
            implementers_compile: impls,
        }
    }

    /// Nothing breaks.
    pub const NOTHING: Effect = Effect::new(true, true, true, true);
    /// There is one function more, or one item more in a world.
    pub const ADDED: Effect = Effect::new(true, false, true, false);
    /// There is one type more, for which no code has to be written.
    pub const ADDED_TYPE: Effect = Effect::new(true, false, true, true);
    /// It was removed.
    pub const REMOVED: Effect = Effect::new(false, true, false, false);
    /// It is another one under the same name, or the same under another.
    pub const CHANGED: Effect = Effect::new(false, false, false, false);
    /// It is another one to linkers, but source does not see it: the order of fields, a new flag.
    pub const LINKS_ONLY: Effect = Effect::new(false, false, true, true);
    /// It is the same to linkers, but has another name in source.
    pub const SOURCE_ONLY: Effect = Effect::new(true, true, false, false);
}

/// On which sides of worlds an interface stands.
///
/// [`Diff`](crate::diff::Diff) shows it in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// A world imports it: the host offers it, and the guest calls it.
    pub imported: bool,
    /// A world exports it: the guest offers it, and the host calls it.
    pub exported: bool,
}

impl Position {
    /// Imported.
    pub const IMPORT: Position = Position {
        imported: true,
        exported: false,
    };
    /// Exported.
    pub const EXPORT: Position = Position {
        imported: false,
        exported: true,
    };

    /// Both positions at once.
    pub fn and(self, other: Position) -> Position {
        Position {
            imported: self.imported || other.imported,
            exported: self.exported || other.exported,
        }
    }

    /// An interface that no world has is there to be imported, as is the custom of WASI: hosts
    /// may offer more in a minor version.
    pub fn or_imported(self) -> Position {
        match self.imported || self.exported {
            true => self,
            false => Position::IMPORT,
        }
    }
}

/// What becomes of those who were there before the change.
///
/// [`Diff`](crate::diff::Diff) shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// A guest that was built against OLD links on a host for NEW.
    pub guests_link: bool,
    /// A host for OLD links with a guest that is built against NEW.
    pub hosts_link: bool,
    /// The source of a guest, written for the bindings of OLD, compiles with those of NEW.
    pub guest_source: bool,
    /// The source of a host does.
    pub host_source: bool,
}

impl Verdict {
    /// What an effect means to the two sides, by where the item stands.
    pub fn of(effect: Effect, position: Position) -> Verdict {
        let position = position.or_imported();
        let both = |imported: bool, exported: bool| {
            (!position.imported || imported) && (!position.exported || exported)
        };
        Verdict {
            guests_link: both(effect.new_serves_old, effect.old_serves_new),
            hosts_link: both(effect.old_serves_new, effect.new_serves_old),
            guest_source: both(effect.callers_compile, effect.implementers_compile),
            host_source: both(effect.implementers_compile, effect.callers_compile),
        }
    }

    /// Whether anything stops working.
    pub fn breaks(&self) -> bool {
        !(self.guests_link && self.hosts_link && self.guest_source && self.host_source)
    }

    /// The step that semantic versioning requires of a package: guests are its users, and hosts that
    /// run newer guests have to follow anyway.
    pub fn bump(&self) -> Bump {
        match (self.guests_link && self.guest_source, self.hosts_link) {
            (false, _) => Bump::Major,
            (true, false) => Bump::Minor,
            (true, true) => Bump::Patch,
        }
    }

    /// Who is broken, in words: `guests (link, source), hosts (link)`.
    pub fn broken(&self) -> Option<String> {
        let side = |name: &str, links: bool, source: bool| {
            let how = match (links, source) {
                (true, true) => return None,
                (false, true) => "link",
                (true, false) => "source",
                (false, false) => "link, source",
            };
            Some(format!("{name} ({how})"))
        };
        let guests = side("guests", self.guests_link, self.guest_source);
        let hosts = side("hosts", self.hosts_link, self.host_source);
        let sides: Vec<String> = [guests, hosts].into_iter().flatten().collect();
        (!sides.is_empty()).then(|| sides.join(", "))
    }
}

/// A step of a version, by what it promises.
///
/// [`Versions`](crate::diff::Versions) shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// None at all.
    None,
    /// All is as before to those who link and compile.
    Patch,
    /// There is more than before.
    Minor,
    /// Something that worked does not.
    Major,
}

impl Bump {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_to_an_import_breaks_hosts_and_what_is_added_to_an_export_guests() {
        let import = Verdict::of(Effect::ADDED, Position::IMPORT);
        assert_eq!(import.broken().as_deref(), Some("hosts (link, source)"));
        assert_eq!(import.bump(), Bump::Minor);
        let export = Verdict::of(Effect::ADDED, Position::EXPORT);
        assert_eq!(export.broken().as_deref(), Some("guests (link, source)"));
        assert_eq!(export.bump(), Bump::Major);
    }

    #[test]
    fn what_is_removed_from_an_export_breaks_hosts_and_all_source() {
        let verdict = Verdict::of(Effect::REMOVED, Position::EXPORT);
        assert!(verdict.guests_link && !verdict.hosts_link && !verdict.guest_source);
        assert_eq!(verdict.bump(), Bump::Major);
    }

    #[test]
    fn an_interface_that_no_world_has_is_judged_as_imported() {
        let free = Position::default();
        for effect in [Effect::ADDED, Effect::ADDED_TYPE, Effect::REMOVED] {
            let imported = Verdict::of(effect, Position::IMPORT);
            assert_eq!(Verdict::of(effect, free), imported);
        }
    }

    #[test]
    fn on_both_sides_of_a_world_everything_breaks_whom_it_breaks_on_either() {
        let both = Position::IMPORT.and(Position::EXPORT);
        let verdict = Verdict::of(Effect::ADDED, both);
        assert!(!verdict.guests_link && !verdict.hosts_link);
    }
}
