//! References to packages, read: `@acme:kv@0.2.1`, or an image.
//!
//! Lives here: [`Reference`], [`Wanted`] and what a name is. May import: `diag` (rank 0), `registry`.
//! Deliberately absent: what is no reference but a path (`source`), and finding anything.

use std::fmt;

use semver::{Version, VersionReq};

use super::codes::INVALID_REFERENCE;
use crate::diag::{Diagnostic, Locus};
use crate::registry::Image;

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A package, by name and version.
    Package(Wanted),
    /// An image in a registry.
    Image(Image),
}

impl Reference {
    /// Reads a reference; fails if it is none (`package/invalid-reference`,
    /// `registry/invalid-reference`).
    pub fn parse(text: &str) -> Result<Reference, Diagnostic> {
        match text.strip_prefix('@') {
            Some(package) => Wanted::parse(package)
                .map(Reference::Package)
                .map_err(|why| invalid(text, &why)),
            None => Image::parse(text).map(Reference::Image),
        }
    }
}

fn invalid(text: &str, why: &str) -> Diagnostic {
    INVALID_REFERENCE
        .report(format!(
            "`{text}` is not a valid reference to a package: {why}"
        ))
        .at(Locus::File(text.to_string()), "")
        .help(format!(
            "use the form `@acme:kv@0.2.1`; for a file of this name, write `./{text}`"
        ))
}

/// A package, and which versions of it will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// `acme:kv`
    pub name: String,
    /// Which versions match.
    pub requirement: VersionReq,
    /// Whether a version or requirement was given.
    pub is_given: bool,
}

impl Wanted {
    /// Reads `NAMESPACE:NAME[@REQUIREMENT]`; fails with the reason.
    pub fn parse(text: &str) -> Result<Wanted, String> {
        let (name, requirement) = match text.split_once('@') {
            Some((name, requirement)) => (name, Some(requirement)),
            None => (text, None),
        };
        if !is_name(name) {
            return Err(format!("`{name}` is not the name of a package"));
        }
        Ok(Wanted {
            name: name.to_string(),
            requirement: match requirement {
                Some(text) => requirement_of(text)?,
                None => VersionReq::STAR,
            },
            is_given: requirement.is_some(),
        })
    }

    /// The package in exactly this version, as a `use` in WIT names it, or in any.
    pub fn of(name: impl Into<String>, version: Option<&Version>) -> Wanted {
        Wanted {
            name: name.into(),
            requirement: version.map_or(VersionReq::STAR, exactly),
            is_given: version.is_some(),
        }
    }

    /// The version, if it is a single one.
    pub fn version(&self) -> Option<Version> {
        only(&self.requirement)
    }

    /// Whether a version will do.
    pub fn matches(&self, version: &Version) -> bool {
        self.requirement.matches(version)
    }

    /// The best of some versions: the highest.
    pub fn best<'v>(&self, versions: impl IntoIterator<Item = &'v Version>) -> Option<&'v Version> {
        let all = versions.into_iter().filter(|version| self.matches(version));
        all.max()
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.version(), self.is_given) {
            (Some(version), _) => write!(f, "{}@{version}", self.name),
            (None, true) => write!(f, "{}@{}", self.name, self.requirement),
            (None, false) => f.write_str(&self.name),
        }
    }
}

/// Exactly this version. Build metadata is no part of requirements.
pub fn exactly(version: &Version) -> VersionReq {
    VersionReq {
        comparators: vec![semver::Comparator {
            op: semver::Op::Exact,
            major: version.major,
            minor: Some(version.minor),
            patch: Some(version.patch),
            pre: version.pre.clone(),
        }],
    }
}

/// The only version that matches, if it is a single one.
fn only(requirement: &VersionReq) -> Option<Version> {
    match requirement.comparators.as_slice() {
        [one] if one.op == semver::Op::Exact => Some(Version {
            major: one.major,
            minor: one.minor?,
            patch: one.patch?,
            pre: one.pre.clone(),
            build: semver::BuildMetadata::EMPTY,
        }),
        _ => None,
    }
}

/// A whole version is that version; anything else is read as in `Cargo.toml`.
pub fn requirement_of(text: &str) -> Result<VersionReq, String> {
    if let Ok(version) = Version::parse(text) {
        return Ok(exactly(&version));
    }
    VersionReq::parse(text).map_err(|e| format!("`{text}` is not a version or requirement: {e}"))
}

/// Whether a text is the name of a package: `acme:kv`.
pub fn is_name(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(namespace, name)| is_label(namespace) && is_label(name))
}

/// Words with `-` between them, each in one case; the first one begins with a letter.
fn is_label(text: &str) -> bool {
    let is_word = |word: &str| {
        let all = |of: fn(&char) -> bool| word.chars().all(|c| c.is_ascii_digit() || of(&c));
        !word.is_empty() && (all(char::is_ascii_lowercase) || all(char::is_ascii_uppercase))
    };
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(text: &str) -> Wanted {
        match Reference::parse(text) {
            Ok(Reference::Package(wanted)) => wanted,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_whole_version_is_exact_and_part_of_one_is_a_requirement() {
        let versions = ["0.1.0", "0.2.0", "0.2.1", "0.3.0-rc.1", "1.4.2"];
        let versions = versions.map(|text| Version::parse(text).expect("a version"));
        for (text, best, requirement) in [
            ("@acme:kv", Some("1.4.2"), "*"),
            ("@acme:kv@0.2.0", Some("0.2.0"), "=0.2.0"),
            ("@acme:kv@0.2", Some("0.2.1"), "^0.2"),
            ("@acme:kv@^0.2.0", Some("0.2.1"), "^0.2.0"),
            ("@acme:kv@>=0.1, <0.2", Some("0.1.0"), ">=0.1, <0.2"),
            ("@acme:kv@0.3", None, "^0.3"),
            ("@acme:kv@0.3.0-rc.1", Some("0.3.0-rc.1"), "=0.3.0-rc.1"),
            ("@acme:kv@2", None, "^2"),
        ] {
            let wanted = wanted(text);
            let found = wanted.best(&versions).map(ToString::to_string);
            assert_eq!(found.as_deref(), best, "{text}");
            assert_eq!(wanted.requirement.to_string(), requirement);
            // What is printed of it means the same.
            let again = Wanted::parse(&wanted.to_string()).expect("a reference");
            assert_eq!(again, wanted);
        }
    }

    #[test]
    fn what_is_no_reference_is_refused_with_the_reason() {
        for (text, why) in [
            ("@acme:", "`acme:` is not the name of a package"),
            ("@Acme:kv", "`Acme:kv` is not the name of a package"),
            ("@acme:kv/store", "`acme:kv/store` is not the name"),
            ("@acme:kv:x", "`acme:kv:x` is not the name"),
            ("@acme:1kv@1.0.0", "`acme:1kv` is not the name"),
            ("@acme:kv@", "`` is not a version or requirement"),
            ("@acme:kv@latest", "`latest` is not a version"),
            ("@acme:kv@1.0.0@2", "`1.0.0@2` is not a version"),
        ] {
            let finding = Reference::parse(text).expect_err(text);
            assert!(finding.message.contains(why), "{text}: {}", finding.message);
        }
    }
}
