//! Names of dependencies: an interface, a package, or a plain name.
//!
//! Lives here: [`Name`]. May import: `names` (rank 0).
//! Deliberately absent: the imports that it is compared with.

use semver::Version;

use crate::names::track_or_name;

/// The name of a dependency: `foo:bar/baz@0.1.0`, `foo:bar/baz`, `foo:bar@0.1.0`, `foo:bar`, `foo-bar`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// As it is written.
    pub text: String,
    /// None for a plain name.
    pub package: Option<String>,
    /// None for all interfaces of the package.
    pub interface: Option<String>,
    pub version: Option<Version>,
}

impl Name {
    /// Reads a name; fails with what is wrong with it.
    pub fn parse(text: &str) -> Result<Name, String> {
        let name = |package, interface, version| Name {
            text: text.to_string(),
            package,
            interface,
            version,
        };
        if !text.contains([':', '/']) {
            return match is_kebab(text) {
                true => Ok(name(None, None, None)),
                false => Err("a plain name is in kebab-case".to_string()),
            };
        }
        let (rest, version) = match text.split_once('@') {
            Some((rest, version)) => {
                let parsed = Version::parse(version);
                let wrong = |_| format!("`{version}` is not a version in the form 1.2.3");
                (rest, Some(parsed.map_err(wrong)?))
            }
            None => (text, None),
        };
        let (package, interface) = match rest.split_once('/') {
            Some((package, interface)) => (package, Some(interface)),
            None => (rest, None),
        };
        let words: Vec<&str> = package.split(':').collect();
        let is_package = words.len() == 2 && words.iter().all(|word| is_kebab(word));
        if !is_package || interface.is_some_and(|interface| !is_kebab(interface)) {
            return Err(
                "expected `namespace:package`, `namespace:package/interface`, or a plain name"
                    .to_string(),
            );
        }
        let interface = interface.map(str::to_string);
        Ok(name(Some(package.to_string()), interface, version))
    }

    /// Whether it names all interfaces of a package.
    pub fn is_package(&self) -> bool {
        self.package.is_some() && self.interface.is_none()
    }

    /// Whether the import of that name is meant.
    pub fn matches(&self, import: &str) -> bool {
        let Some(package) = &self.package else {
            return import == self.text;
        };
        let (base, version) = match import.split_once('@') {
            Some((base, version)) => (base, Version::parse(version).ok()),
            None => (import, None),
        };
        let Some((of, interface)) = base.split_once('/') else {
            return false;
        };
        of == package
            && self.interface.as_ref().is_none_or(|own| own == interface)
            && (self.version.is_none() || version == self.version)
    }

    /// Whether both may be meant by one import: they are of one package, and neither their versions
    /// nor their interfaces tell them apart.
    pub fn conflicts(&self, other: &Name) -> bool {
        if self.package.is_none() || self.package != other.package {
            return false;
        }
        let track = |version: &Version| track_or_name(&format!("x:y/z@{}", without_build(version)));
        let apart = match (&self.version, &other.version) {
            (Some(one), Some(two)) => track(one) != track(two),
            _ => false,
        };
        let other_interface = match (&self.interface, &other.interface) {
            (Some(one), Some(two)) => one != two,
            _ => false,
        };
        !apart && !other_interface
    }
}

/// What is built from a version does not tell it apart.
fn without_build(version: &Version) -> Version {
    Version {
        build: semver::BuildMetadata::EMPTY,
        ..version.clone()
    }
}

/// Whether a word is in kebab-case: words of letters and digits, each of one case.
pub(super) fn is_kebab(text: &str) -> bool {
    let is_word = |word: &str| {
        let digits = |c: char| c.is_ascii_digit();
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && (word.chars().all(|c| c.is_ascii_lowercase() || digits(c))
                || word.chars().all(|c| c.is_ascii_uppercase() || digits(c)))
    };
    text.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).expect(text)
    }

    /// The cases of Spin's own tests of names and imports.
    #[test]
    fn names_mean_the_imports_that_spin_says_they_mean() {
        let matching: &[(&str, &[&str])] = &[
            ("foo:bar/baz@0.1.0", &["foo:bar/baz@0.1.0"]),
            ("foo:bar/baz", &["foo:bar/baz@0.1.0", "foo:bar/baz"]),
            ("foo:bar", &["foo:bar/baz@0.1.0", "foo:bar/baz"]),
            ("foo:bar@0.1.0", &["foo:bar/baz@0.1.0"]),
            ("foo-bar", &["foo-bar"]),
        ];
        for (typed, imports) in matching {
            for import in *imports {
                assert!(name(typed).matches(import), "{typed} {import}");
            }
        }
        let others: &[(&str, &[&str])] = &[
            ("foo:bar/baz@0.1.0", &["foo:bar/baz", "foo:bar/baz@0.1.1"]),
            ("foo:bar/baz", &["foo:bar/bub", "foo:bar/bub@0.1.0"]),
            ("foo:bar", &["foo:bub/bib"]),
            ("foo:bar@0.1.0", &["foo:bar/baz"]),
            ("foo:bar/baz", &["foo:bar/baz-bub", "foo-bar"]),
        ];
        for (typed, imports) in others {
            for import in *imports {
                assert!(!name(typed).matches(import), "{typed} {import}");
            }
        }
    }

    /// The cases of Spin's own tests of disjoint dependencies.
    #[test]
    fn names_conflict_where_spin_says_that_they_do() {
        let conflicts = [
            ("foo:bar/baz", "foo:bar/baz"),
            ("foo:bar/baz", "foo:bar"),
            ("foo:bar/baz@0.1.0", "foo:bar/baz@0.1.1"),
            ("foo:bar/baz@1.1.0", "foo:bar@1.2.0"),
            ("foo:bar/baz@0.1.0", "foo:bar@0.1.0"),
            ("foo:bar", "foo:bar@0.1.0"),
            ("foo:bar@0.1.0-pre", "foo:bar@0.1.0-pre"),
            ("foo:bar@0.2.0+a", "foo:bar@0.2.1+b"),
        ];
        for (one, two) in conflicts {
            assert!(name(one).conflicts(&name(two)), "{one} {two}");
            assert!(name(two).conflicts(&name(one)), "{two} {one}");
        }
        let apart = [
            ("foo:bar/baz", "foo:bar/qux"),
            ("foo:bar@0.1.0", "foo:bar@0.2.0"),
            ("foo:bar/baz@0.1.0", "foo:bar@0.2.0"),
            ("foo:bar@0.1.0-pre", "foo:bar@0.1.0"),
            ("foo:bar/baz@0.0.1", "foo:bar/baz@0.0.2"),
            ("foo:bar", "foo:baz"),
            ("foo-bar", "foo-bar"),
        ];
        for (one, two) in apart {
            assert!(!name(one).conflicts(&name(two)), "{one} {two}");
        }
    }

    #[test]
    fn what_is_no_name_is_told_so() {
        for wrong in [
            "", "foo_bar", "foo:", "foo:bar/", ":bar", "a:b:c", "a:b/c@1", "a:b/c/d", "Foo",
        ] {
            assert!(Name::parse(wrong).is_err(), "{wrong}");
        }
    }
}
