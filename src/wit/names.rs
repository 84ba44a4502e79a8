//! What the names in WIT texts refer to.
//!
//! Lives here: [`Names`], the table from each reference to what it means and back; below it
//! `scopes` (what is defined where), `refer` (what refers to it), `paths` (references to
//! interfaces and worlds), `suggest` and `complete` (what was probably meant), `cycles` and
//! `duplicates`.
//! May import: `diag` (rank 0), the syntax and binary packages as wit-parser has them.
//! Deliberately absent: what only types can tell (`own` of something that is no resource) and
//! feature gates. What is refused here is wrong whatever the gates; the rest is for wit-parser.

mod complete;
mod cycles;
mod duplicates;
mod paths;
mod refer;
mod scopes;
mod suggest;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use std::path::PathBuf;

use wit_parser::{PackageId, Resolve};

pub(crate) use scopes::PackageKey;

use super::File;
use crate::diag::Diagnostic;

/// How many names are listed.
const LISTED: usize = 8;

/// A node in one of the files of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    /// The position of the file in [`super::Wit::files`].
    pub file: usize,
    /// [`super::syntax::Node::index`].
    pub node: usize,
}

/// What a reference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target<'n> {
    /// A definition in a text.
    Node(Place),
    /// Something in a package that came in binary form.
    Foreign(&'n Foreign),
}

/// Something in a package that came in binary form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    /// The package, with its version.
    pub package: String,
    /// The interface or world.
    pub item: String,
    /// The type in it, unless the interface itself is meant.
    pub name: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Node(Place),
    Foreign(usize),
}

/// What every reference in the texts of a load means.
///
/// References are the nodes of these kinds: `Path`; the first `Name` of a `UseName`; `TypeName`.
/// Each leads to what binds the name right there: a path to an `Interface`, a `World`, or the
/// `TopUse` that brought the name into the file; a type to its definition, or the `UseName` that
/// brought it into the interface or world.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// By place.
    references: Vec<(Place, Link)>,
    foreign: Vec<Foreign>,
    /// What is referred to, sorted; `users` has the references in the same order.
    used: Vec<Place>,
    users: Vec<Place>,
}

impl Names {
    /// What the reference `node` of the file at position `file` means.
    pub fn target(&self, file: usize, node: usize) -> Option<Target<'_>> {
        let place = Place { file, node };
        let at = self.references.binary_search_by_key(&place, |r| r.0).ok()?;
        Some(match self.references[at].1 {
            Link::Node(place) => Target::Node(place),
            Link::Foreign(foreign) => Target::Foreign(&self.foreign[foreign]),
        })
    }

    /// The references that lead right to the definition `node` of the file at position `file`.
    pub fn references(&self, file: usize, node: usize) -> &[Place] {
        let place = Place { file, node };
        let start = self.used.partition_point(|used| *used < place);
        let count = self.used[start..].partition_point(|used| *used == place);
        &self.users[start..start + count]
    }

    fn new(mut references: Vec<(Place, Link)>, foreign: Vec<Foreign>) -> Names {
        // They come nearly in order, which a stable sort makes use of.
        references.sort_by_key(|r| r.0);
        let mut reverse: Vec<(Place, Place)> = references
            .iter()
            .filter_map(|(from, to)| match to {
                Link::Node(to) => Some((*to, *from)),
                Link::Foreign(_) => None,
            })
            .collect();
        reverse.sort_unstable();
        let (used, users) = reverse.into_iter().unzip();
        Names {
            references,
            foreign,
            used,
            users,
        }
    }
}

/// All that names are looked up in.
pub(super) struct Input<'t> {
    /// The files, in the order of [`super::Wit::files`]; none has a syntax error.
    pub files: &'t [File],
    /// The positions of files that belong together: those of a folder, or one alone. The first
    /// group is the package that was asked for.
    pub groups: &'t [Vec<usize>],
    /// The packages that came in binary form.
    pub resolve: &'t Resolve,
    /// Which those are, and the file each came in.
    pub binaries: &'t [(PackageId, String)],
    /// Where other packages are looked for; none where they cannot be.
    pub deps: Option<String>,
    /// The command that fetches packages.
    pub fetch: Option<&'static str>,
    /// The folder around the package that has the package of that name right in it.
    pub beside: &'t dyn Fn(&str) -> Option<PathBuf>,
    /// Packages that a search could have found, whether needed or not.
    pub elsewhere: &'t BTreeSet<PackageKey>,
    /// Whether a feature is active.
    pub feature: &'t dyn Fn(&str) -> bool,
}

/// Looks up every name, and complains about all that mean nothing.
///
/// Names given twice are looked for only where something is wrong: it takes as long as all the
/// rest, and wit-parser refuses them as well. [`duplicates`] finds them when it did.
///
/// Syntax errors that are about references get help that has the names of what there is.
pub(super) fn resolve(input: &Input<'_>, problems: &mut [Diagnostic]) -> (Names, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let scopes = scopes::Scopes::collect(input, &mut findings);
    let names = refer::refer(input, &scopes, &mut findings);
    complete::problems(input, &scopes, problems);
    for file in input.files {
        duplicates::of_gates(&file.tree, &mut findings);
    }
    if scopes.is_doubtful || !findings.is_empty() {
        findings.extend(duplicates(input.files));
    }
    (names, findings)
}

/// Reports all names given twice inside of interfaces and worlds.
pub(super) fn duplicates(files: &[File]) -> Vec<Diagnostic> {
    use super::syntax::NodeKind::{InlineInterface, Interface, World};
    let mut findings = Vec::new();
    for file in files {
        let bodies = file
            .tree
            .nodes()
            .filter(|node| matches!(node.kind(), Interface | InlineInterface | World));
        for body in bodies {
            duplicates::of_body(body, &mut findings);
        }
    }
    findings
}

/// The first few of many names.
fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let mut list: Vec<String> = names
        .iter()
        .take(LISTED)
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    if names.len() > LISTED {
        list.push(format!("and {} more", names.len() - LISTED));
    }
    list.join(", ")
}
