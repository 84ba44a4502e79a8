//! WIT packages: text, trees and what they mean.
//!
//! Lives here: loading a package with all it needs ([`load`]), [`Wit`]; the lossless `syntax`, the
//! `names` in it and what they refer to, `format`; `find`, which knows what a path stands for;
//! `decode` (binaries to WIT) and `convert` (any form to any other).
//! May import: `diag`, `source` (rank 0), `wasm`, `config` (rank 1). Deliberately absent: opinions
//! (`lint`) and what a component makes of a world (`surface`).

mod codes;
mod component_names;
pub mod convert;
pub(crate) mod decode;
pub(crate) mod docs;
mod errors;
// For paths on a command line.
#[doc(hidden)]
pub mod find;
pub mod format;
// For flags of the command line.
#[doc(hidden)]
pub mod gates;
mod load;
pub(crate) mod names;
mod needs;
mod strip;
pub mod syntax;
mod text;
pub(crate) mod types;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wit_parser::{PackageId, Resolve, Span};

pub(crate) use load::{More, Texts, load_files, load_over, packages_in};
pub use load::{Options, Search, configured, load, load_text};

pub(crate) use codes::{UNKNOWN_PACKAGE, script};
pub(crate) use text::of as text_of;

use crate::diag::{Code, Locus};
use crate::source::Source;
use crate::wasm::{Kind, sniff};
use names::Names;
pub(crate) use names::PackageKey;
pub(crate) use needs::{Needs, needs};
use syntax::{Node, Tree};

/// The codes raised here.
pub static CODES: &[&[&Code]] = &[codes::CODES, convert::CODES, decode::CODES, syntax::CODES];

/// A WIT package with everything it needs, resolved, and the text it was made of: see [`load`].
pub struct Wit {
    /// The text files: those of the package, then those of what it depends on.
    pub(crate) files: Vec<File>,
    /// What it all means, by wit-parser. Its spans are turned into places by [`Wit::locus`].
    pub(crate) resolve: Resolve,
    /// The package that was asked for.
    pub(crate) main: PackageId,
    /// That, and the packages nested in its files: not what it depends on.
    pub(crate) own: Vec<PackageId>,
    pub(crate) names: Names,
}

/// A WIT file of a package.
///
/// ```
/// use witkit::wit;
///
/// let text = "package acme:kv; interface store { get: func(); }";
/// let package = wit::load(("store.wit", text), &wit::Options::default())?;
/// for file in package.files().iter().filter(|file| file.own) {
///     println!("{}: {} tokens", file.tree.name(), file.tree.tokens().len());
/// }
/// # Ok::<(), witkit::Report>(())
/// ```
pub struct File {
    /// The text and its syntax. [`Tree::name`] is the path as it is to be shown.
    pub tree: Tree,
    /// Where it is; none for standard input.
    pub path: Option<PathBuf>,
    /// Whether it is part of what was asked for, and not of something that it depends on.
    pub own: bool,
}

impl Wit {
    /// The text files: those of the package, by name, then those of what it depends on.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The texts of the files, by name: what findings about them point into.
    #[doc(hidden)]
    pub fn texts(&self) -> BTreeMap<&str, &Arc<str>> {
        load::texts(&self.files)
    }

    /// What names in the text files refer to.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// The place of a span of the resolve.
    pub(crate) fn locus(&self, span: Span) -> Option<Locus> {
        let place = self.resolve.source_map.resolve_span(span)?;
        Some(Locus::Text {
            file: place.path.to_string(),
            range: place.range,
        })
    }

    /// The innermost node at a span of the resolve.
    pub(crate) fn node(&self, span: Span) -> Option<Node<'_>> {
        let place = self.resolve.source_map.resolve_span(span)?;
        let file = self.files.iter().find(|f| f.tree.name() == place.path)?;
        Some(file.tree.node_at(place.range.start))
    }
}

/// Whether a source is a script of wac.
pub(crate) fn is_script(source: &Source) -> bool {
    let extension = source.path().and_then(Path::extension);
    let is_named = |name| extension.is_some_and(|extension| extension == name);
    match sniff(source.bytes()) {
        // With the name of a WIT file, it is one with an error.
        Kind::Script => !is_named("wit"),
        // Without any statement, a script is as WIT.
        Kind::Wit | Kind::Other => is_named("wac"),
        _ => false,
    }
}
