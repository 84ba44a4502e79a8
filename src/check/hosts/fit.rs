//! Whether a provided name satisfies an import.
//!
//! May import: the sibling data, `names` (rank 0). Deliberately absent: the messages.

use semver::Version;
use wildmatch::WildMatch;

use super::data::Release;
use crate::names;

/// How a release satisfies an import.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It does, possibly with a flag.
    Served { flag: Option<String> },
    /// It has an older, semver-compatible version, which matches by name.
    Newer {
        offered: String,
        flag: Option<String>,
    },
    /// It has the interface, but only in these versions, which do not match.
    Versions(Vec<String>),
    /// It has no such interface.
    Missing,
}

impl Fit {
    /// Whether the names match.
    pub fn links(&self) -> bool {
        matches!(self, Fit::Served { .. } | Fit::Newer { .. })
    }
}

/// How `release` satisfies the import of that name: of a component, or the module of that name that a
/// core module imports from.
pub(super) fn lookup(release: &Release, kind: &str, import: &str) -> Fit {
    if kind != "component" {
        let fits = |pattern: &&String| WildMatch::new(pattern).matches(import);
        return match release.modules.iter().find(fits) {
            Some(pattern) => Fit::Served {
                flag: release.module_flags.get(pattern).cloned(),
            },
            None if release.makes_components && import.contains('/') => {
                lookup(release, "component", import)
            }
            None => Fit::Missing,
        };
    }
    let interface = names::unversioned(import);
    let asked = import.split_once('@').map(|(_, version)| version);
    let mut found = Fit::Missing;
    let mut versions = Vec::new();
    for offer in release.offers.values() {
        if !offer.interfaces.iter().any(|known| known == interface) {
            continue;
        }
        for version in &offer.versions {
            let flag = offer.flag.clone();
            match compare(version, asked, release.by_track) {
                // An offer without a flag is preferred.
                Some(true) if found != (Fit::Served { flag: None }) => {
                    found = Fit::Served { flag };
                }
                Some(false) if !found.links() => {
                    let offered = version.clone();
                    found = Fit::Newer { offered, flag };
                }
                _ => {}
            }
            if !versions.contains(version) {
                versions.push(version.clone());
            }
        }
    }
    match found {
        Fit::Missing if !versions.is_empty() => Fit::Versions(versions),
        found => found,
    }
}

/// Whether a provided version satisfies an imported one; false if only its name matches, because it is
/// older.
fn compare(offered: &str, asked: Option<&str>, by_track: bool) -> Option<bool> {
    let Some(asked) = asked else {
        return offered.is_empty().then_some(true);
    };
    if offered == asked {
        return Some(true);
    }
    let (track_asked, version_asked) = track(asked)?;
    if let Some(prefix) = offered.strip_suffix(".x") {
        return (track_asked == prefix).then_some(true);
    }
    let (track_offered, version_offered) = track(offered)?;
    let matches = by_track && track_offered == track_asked;
    matches.then_some(version_offered >= version_asked)
}

/// The semver track of a version: `0.2` of `0.2.6`.
fn track(version: &str) -> Option<(String, Version)> {
    let (track, version) = names::track(&format!("@{version}"))?;
    Some((track.strip_prefix('@')?.to_string(), version))
}

/// Whether one of `exports` is `wanted`, a name whose version may be `0.2.x`.
pub(super) fn exported(wanted: &str, exports: &[String]) -> bool {
    let interface = names::unversioned(wanted);
    let version = wanted.split_once('@').map_or("", |(_, version)| version);
    exports.iter().any(|export| {
        let asked = export.split_once('@').map(|(_, version)| version);
        names::unversioned(export) == interface && compare(version, asked, false) == Some(true)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_serve_by_name_or_by_track() {
        for (offered, asked, by_track, serves) in [
            ("0.2.6", Some("0.2.6"), false, Some(true)),
            ("0.2.6", Some("0.2.3"), false, None),
            ("0.2.6", Some("0.2.3"), true, Some(true)),
            ("0.2.6", Some("0.2.9"), true, Some(false)),
            ("0.2.6", Some("0.3.0"), true, None),
            ("0.3.0", Some("0.3.0-rc-2026-03-15"), true, None),
            (
                "0.3.0-rc-2026-03-15",
                Some("0.3.0-rc-2026-03-15"),
                true,
                Some(true),
            ),
            ("0.2.x", Some("0.2.12"), false, Some(true)),
            ("0.2.x", Some("0.2.0-rc-2023-11-10"), false, None),
            ("0.2.x", Some("0.20.0"), false, None),
            ("", None, true, Some(true)),
            ("", Some("2.0.0"), true, None),
            ("2.0.0", None, true, None),
            ("1.1.0", Some("1.4.0"), true, Some(false)),
        ] {
            assert_eq!(
                compare(offered, asked, by_track),
                serves,
                "{offered} for {asked:?}"
            );
        }
    }
}
