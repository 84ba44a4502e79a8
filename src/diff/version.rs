//! Versions of packages: the step that was made, and the version that a step leads to.
//!
//! The rules are Cargo's: the first number that is not 0 is the one that may break. Versions with
//! the same numbers up to there are on one track, and only interfaces of one track are linked with
//! each other. A version before a release (`1.0.0-rc.1`) is a track of its own.
//!
//! May import: nothing of ours. Deliberately absent: which step a change asks for (`verdict`).

use semver::{BuildMetadata, Prerelease, Version};
use wit_parser::PackageName;

use super::verdict::Bump;

/// The versions of a package on both sides.
///
/// ```
/// use semver::Version;
/// use witkit::diff::{Bump, Versions};
///
/// let versions = Versions { old: Some(Version::new(1, 2, 0)), new: Some(Version::new(1, 2, 1)) };
/// assert_eq!(versions.made(), Bump::Patch);
/// assert_eq!(versions.needed(Bump::Minor), Some(Version::new(1, 3, 0)));
/// assert_eq!(versions.shown(), "1.2.0 → 1.2.1");
/// assert!(versions.same_track() && !versions.lowered() && !versions.none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// That of OLD.
    pub old: Option<Version>,
    /// That of NEW.
    pub new: Option<Version>,
}

impl Versions {
    /// The step from OLD to NEW; none if NEW is not higher.
    pub fn made(&self) -> Bump {
        let (Some(old), Some(new)) = (&self.old, &self.new) else {
            // Whoever gets or gives up a version gets another name.
            return match self.old == self.new {
                true => Bump::None,
                false => Bump::Major,
            };
        };
        if new.cmp_precedence(old).is_le() {
            return Bump::None;
        }
        if !self.same_track() {
            return Bump::Major;
        }
        match (old.major, old.minor == new.minor) {
            // In 0.x.y the last number has room for whatever breaks nobody.
            (0, _) | (_, false) => Bump::Minor,
            (_, true) => Bump::Patch,
        }
    }

    /// Whether neither side has a version.
    pub fn none(&self) -> bool {
        self.old.is_none() && self.new.is_none()
    }

    /// Whether NEW has a lower version than OLD.
    pub fn lowered(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => new.cmp_precedence(old).is_lt(),
            _ => false,
        }
    }

    /// Whether interfaces of both are linked with each other.
    pub fn same_track(&self) -> bool {
        track(self.old.as_ref()) == track(self.new.as_ref())
    }

    /// The lowest version after OLD that makes such a step.
    pub fn needed(&self, bump: Bump) -> Option<Version> {
        let old = self.old.as_ref()?;
        let mut next = Version {
            build: BuildMetadata::EMPTY,
            ..old.clone()
        };
        if bump == Bump::None {
            return Some(next);
        }
        if !old.pre.is_empty() {
            next.pre = Prerelease::EMPTY;
            return Some(next);
        }
        match (bump, old.major, old.minor) {
            (Bump::Major, 0, 0) | (Bump::Minor, 0, _) | (Bump::Patch | Bump::None, ..) => {
                next.patch += 1;
            }
            (Bump::Major, 0, _) | (Bump::Minor, ..) => {
                next.minor += 1;
                next.patch = 0;
            }
            (Bump::Major, ..) => {
                next.major += 1;
                next.minor = 0;
                next.patch = 0;
            }
        }
        Some(next)
    }

    /// `0.2.0 → 0.2.1`.
    pub fn shown(&self) -> String {
        format!("{} → {}", shown(&self.old), shown(&self.new))
    }
}

fn shown(version: &Option<Version>) -> String {
    match version {
        Some(version) => version.to_string(),
        None => "no version".to_string(),
    }
}

/// What versions have in common whose interfaces are linked with each other: `0.2` of `0.2.6`.
pub(super) fn track(version: Option<&Version>) -> Option<String> {
    version.map(|version| PackageName::version_compat_track_string(version).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(old: &str, new: &str) -> Versions {
        let parse = |text: &str| text.parse().ok();
        Versions {
            old: parse(old),
            new: parse(new),
        }
    }

    #[test]
    fn steps_are_read_as_cargo_reads_them() {
        for (old, new, made) in [
            ("1.2.3", "2.0.0", Bump::Major),
            ("1.2.3", "1.3.0", Bump::Minor),
            ("1.2.3", "1.2.4", Bump::Patch),
            ("1.2.3", "1.2.3", Bump::None),
            ("1.2.3", "1.2.2", Bump::None),
            ("0.2.3", "0.3.0", Bump::Major),
            ("0.2.3", "0.2.4", Bump::Minor),
            ("0.0.1", "0.0.2", Bump::Major),
            ("0.3.0-rc-1", "0.3.0-rc-2", Bump::Major),
            ("0.3.0-rc-1", "0.3.0", Bump::Major),
            ("", "0.1.0", Bump::Major),
            ("", "", Bump::None),
        ] {
            assert_eq!(versions(old, new).made(), made, "{old} {new}");
        }
    }

    #[test]
    fn the_version_that_is_needed_makes_the_step_that_is_needed() {
        for old in ["1.2.3", "0.2.3", "0.0.3", "1.0.0-rc.1"] {
            for bump in [Bump::Patch, Bump::Minor, Bump::Major] {
                let needed = versions(old, "").needed(bump).expect("there is a version");
                let made = versions(old, &needed.to_string()).made();
                assert!(made >= bump, "{old} {needed} {bump:?}");
            }
        }
    }
}
