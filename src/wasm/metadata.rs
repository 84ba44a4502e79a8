//! Who made a binary, under which license, and where it comes from: the custom sections that the
//! WebAssembly tool conventions adopted from the annotations of OCI images.
//!
//! Lives here: [`Annotation`], [`Metadata`]. May import: `diag` (rank 0), `sections`.
//! Deliberately absent: names and producers, which have sections of their own, and finding the
//! sections (`custom`).

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Serialize, Serializer};
use wasm_encoder::{CustomSection, Encode};

use crate::diag::{Code, Diagnostic, Locus, Severity};

/// A value that the conventions do not allow.
pub static INVALID: Code = Code {
    name: "metadata/invalid",
    severity: Severity::Error,
    page: "\
A value of the metadata is not in the format that the WebAssembly tool conventions require, and
other tools would reject the component:

- `licenses` is an SPDX license expression: `MIT`, `Apache-2.0 WITH LLVM-exception OR MIT`. The
  identifiers are listed at https://spdx.org/licenses.
- `source` and `homepage` are URLs with a scheme: `https://github.com/acme/app`.

The other values (`description`, `authors`, `revision`, `version`) can be any text.",
};

/// A fact about a binary, stored in a custom section of that name.
///
/// [`Metadata`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Annotation {
    /// Its purpose.
    Description,
    /// Who is responsible for it, as free text.
    Authors,
    /// An SPDX license expression.
    Licenses,
    /// The URL of its source code.
    Source,
    /// The URL of its website.
    Homepage,
    /// The revision of its source code.
    Revision,
    /// Its version.
    Version,
}

impl Annotation {
    /// All of them, in the order in which they are shown and written.
    pub const ALL: [Annotation; 7] = [
        Annotation::Description,
        Annotation::Authors,
        Annotation::Licenses,
        Annotation::Source,
        Annotation::Homepage,
        Annotation::Revision,
        Annotation::Version,
    ];

    /// The name of its section.
    pub fn name(self) -> &'static str {
        match self {
            Annotation::Description => "description",
            Annotation::Authors => "authors",
            Annotation::Licenses => "licenses",
            Annotation::Source => "source",
            Annotation::Homepage => "homepage",
            Annotation::Revision => "revision",
            Annotation::Version => "version",
        }
    }

    /// The annotation that is stored in a custom section of that name.
    pub(crate) fn of_section(name: &str) -> Option<Annotation> {
        let mut all = Annotation::ALL.into_iter();
        all.find(|annotation| annotation.name() == name)
    }

    /// The value in the form that `wasm-metadata` writes.
    fn written(self, value: &str) -> Result<String, Invalid> {
        let invalid = |what, why: String, help, at| Invalid {
            message: format!("`{value}` is not a valid {what}: {why}"),
            help,
            at,
        };
        match self {
            Annotation::Licenses => match spdx::Expression::parse(value) {
                Ok(expression) => Ok(expression.to_string()),
                Err(error) => Err(invalid(
                    "SPDX license expression",
                    error.reason.to_string(),
                    "use identifiers from https://spdx.org/licenses: `MIT OR Apache-2.0`",
                    error.span,
                )),
            },
            Annotation::Source | Annotation::Homepage => match url::Url::parse(value) {
                Ok(url) => Ok(url.to_string()),
                Err(error) => Err(invalid(
                    "URL",
                    error.to_string(),
                    "use a complete URL: `https://example.com/app`",
                    0..value.len(),
                )),
            },
            _ => Ok(value.to_string()),
        }
    }
}

/// Why a value is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    message: String,
    help: &'static str,
    /// Where in the value.
    pub at: Range<usize>,
}

impl Invalid {
    /// The finding at `place`.
    pub fn report(self, place: Locus) -> Diagnostic {
        INVALID.report(self.message).at(place, "").help(self.help)
    }
}

/// The annotations of a binary.
///
/// ```
/// use witkit::wasm::Annotation;
/// use witkit::{inspect, wit::Search};
///
/// let app = r#"(component (@custom "authors" "the app team"))"#;
/// let metadata = inspect(("app.wat", app), &Search::default())?.found.metadata;
/// assert_eq!(metadata.get(Annotation::Authors), Some("the app team"));
/// assert!(!metadata.is_empty());
/// for (annotation, value) in metadata.iter() {
///     println!("{}: {value}", annotation.name());
/// }
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata(BTreeMap<Annotation, String>);

impl Metadata {
    /// Records a custom section if it is an annotation. Values that are read are not checked.
    pub(crate) fn read(&mut self, name: &str, data: &[u8]) {
        if let (Some(annotation), Ok(value)) =
            (Annotation::of_section(name), std::str::from_utf8(data))
        {
            self.0.insert(annotation, value.to_string());
        }
    }

    /// Sets an annotation.
    pub(crate) fn set(&mut self, annotation: Annotation, value: &str) -> Result<(), Invalid> {
        self.0.insert(annotation, annotation.written(value)?);
        Ok(())
    }

    /// Sets the values of `other`, which override existing ones.
    pub(crate) fn update(&mut self, other: &Metadata) {
        let others = other.0.iter();
        self.0
            .extend(others.map(|(at, value)| (*at, value.clone())));
    }

    /// The value of an annotation.
    pub fn get(&self, annotation: Annotation) -> Option<&str> {
        self.0.get(&annotation).map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them with their values.
    pub fn iter(&self) -> impl Iterator<Item = (Annotation, &str)> {
        self.0.iter().map(|(at, value)| (*at, value.as_str()))
    }

    /// The custom sections that hold them.
    pub(crate) fn sections(&self) -> Vec<u8> {
        let mut sections = Vec::new();
        for (annotation, value) in self.iter() {
            sections.push(super::sections::id::CUSTOM);
            let section = CustomSection {
                name: annotation.name().into(),
                data: value.as_bytes().into(),
            };
            section.encode(&mut sections);
        }
        sections
    }
}

/// An object with the values by the names of the annotations.
impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.iter()
                .map(|(annotation, value)| (annotation.name(), value)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_wasm_tools_takes_and_writes() {
        let mut metadata = Metadata::default();
        for (annotation, value, written) in [
            (Annotation::Licenses, "MIT", Ok("MIT")),
            (
                Annotation::Licenses,
                "Apache-2.0 WITH LLVM-exception OR MIT",
                Ok("Apache-2.0 WITH LLVM-exception OR MIT"),
            ),
            (Annotation::Licenses, "MIT OR Foo", Err(7..10)),
            (
                Annotation::Source,
                "https://acme.dev",
                Ok("https://acme.dev/"),
            ),
            (Annotation::Homepage, "acme.dev", Err(0..8)),
            (Annotation::Version, "any text", Ok("any text")),
        ] {
            let set = metadata.set(annotation, value).map_err(|e| e.at);
            let found = set.map(|()| metadata.get(annotation).unwrap());
            assert_eq!(found, written, "{value}");
        }
    }
}
