//! Names of imports and exports: semver tracks, references given by users, and patterns.
//!
//! Lives here: how two names are related, by their text alone.
//! May import: nothing of ours (rank 0).
//! Deliberately absent: types, and any knowledge of components.

use semver::Version;
use wildmatch::WildMatch;

/// The semver track of a versioned interface name, and the version on it.
///
/// `a:b/c@0.2.6` is on `a:b/c@0.2`, `a:b/c@1.4.0` on `a:b/c@1`; versions on one track are
/// compatible (the component model's canonical interface names use the same rule). Pre-releases
/// and `0.0.x` are each alone on their track. Names without a version have none.
pub(crate) fn track(name: &str) -> Option<(String, Version)> {
    let (base, version) = name.split_once('@')?;
    let version = Version::parse(version).ok()?;
    let track = match (version.major, version.minor) {
        _ if !version.pre.is_empty() => name.to_string(),
        (0, 0) => name.to_string(),
        (0, minor) => format!("{base}@0.{minor}"),
        (major, _) => format!("{base}@{major}"),
    };
    Some((track, version))
}

/// The key that two imports must share to be merged: the track, or else the whole name.
pub(crate) fn track_or_name(name: &str) -> String {
    track(name).map_or_else(|| name.to_string(), |(track, _)| track)
}

/// The name without its version.
pub(crate) fn unversioned(name: &str) -> &str {
    name.split_once('@').map_or(name, |(base, _)| base)
}

/// Whether `typed`, which may lack the version, means `name`.
pub(crate) fn refers_to(typed: &str, name: &str) -> bool {
    typed == name || (!typed.contains('@') && typed == unversioned(name))
}

/// The number of letters that two names without versions differ in, segment by segment; none if they
/// are not similar: similar names differ in one or two letters, and in less than a third of a segment.
///
/// `acme:kv/stor` is similar to `acme:kv/store`; `wasi:http/types` is not similar to `wasi:io/types`,
/// although they look alike.
pub(crate) fn distance(one: &str, other: &str) -> Option<u32> {
    let segments =
        |name: &str| -> Vec<String> { name.split([':', '/']).map(str::to_string).collect() };
    let (one, other) = (segments(one), segments(other));
    if one.len() != other.len() {
        return None;
    }
    let mut all = 0;
    for (a, b) in one.iter().zip(&other) {
        let distance = strsim::osa_distance(a, b);
        if distance * 3 > a.chars().count().min(b.chars().count()) {
            return None;
        }
        all += distance;
    }
    u32::try_from(all).ok().filter(|all| *all <= 2)
}

/// Patterns over interface names: `wasi:*`, `acme:kv/*`, `acme:kv/store`; `*` stands for any text.
pub(crate) struct Patterns(Vec<WildMatch>);

impl Patterns {
    pub(crate) fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Patterns {
        Patterns(
            patterns
                .into_iter()
                .map(|p| WildMatch::new(p.as_ref()))
                .collect(),
        )
    }

    /// Whether any pattern matches the name, with or without its version.
    pub(crate) fn allow(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|p| p.matches(name) || p.matches(unversioned(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_on_the_track_that_semver_gives_them() {
        let track_of = |name| track(name).map(|(t, _)| t);
        assert_eq!(track_of("a:b/c@0.2.6").as_deref(), Some("a:b/c@0.2"));
        assert_eq!(track_of("a:b/c@1.4.0").as_deref(), Some("a:b/c@1"));
        assert_eq!(track_of("a:b/c@0.0.3").as_deref(), Some("a:b/c@0.0.3"));
        assert_eq!(
            track_of("a:b/c@0.3.0-rc-1").as_deref(),
            Some("a:b/c@0.3.0-rc-1")
        );
        assert_eq!(track_of("a:b/c"), None);
    }

    #[test]
    fn names_are_near_if_they_may_be_misspelt() {
        assert_eq!(distance("a:b/store", "a:b/store"), Some(0));
        assert_eq!(distance("a:b/store", "a:b/stroe"), Some(1));
        assert_eq!(distance("acme:kv/store", "acem:kv/stores"), Some(2));
        assert_eq!(distance("wasi:io/types", "wasi:http/types"), None);
        assert_eq!(distance("log", "lag"), Some(1));
        assert_eq!(distance("x", "y"), None);
        assert_eq!(distance("a:b/log", "log"), None);
    }

    #[test]
    fn patterns_match_with_and_without_the_version() {
        let patterns = Patterns::new(["acme:kv/*", "fermyon:*", "plain"]);
        assert!(patterns.allow("acme:kv/store@0.1.0"));
        assert!(patterns.allow("fermyon:spin/kv@2.0.0"));
        assert!(patterns.allow("plain"));
        assert!(!patterns.allow("acme:log/log@0.1.0"));
    }
}
