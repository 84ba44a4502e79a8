//! All components nested in a component, at any depth, with the names by which they are called.
//!
//! Lives here: [`tree`], and the names of a part and of its file: [`called`], [`stems`].
//! May import: `config`, `wasm`, `wiring` (ranks 1 and 2).
//! Deliberately absent: what they are for and how large (`inspect`), though paths and indices are
//! those that it prints.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::Encoding;

use super::file_names::FileNames;
use super::{PLAN, planning};
use crate::config;
use crate::wasm::parts::{self, Part};
use crate::wasm::skeleton::Malformed;
use crate::wiring::{Made, Origin, Wiring};

/// A nested component.
pub(super) struct Node {
    /// `2.1` is the first in the second.
    pub index: String,
    /// The names on the way to it, with `/` between them.
    pub path: String,
    pub name: String,
    /// Where [`super::split`] writes it, without the extension, if it is a part.
    pub stem: Option<String>,
    /// Its bytes, in the whole input.
    pub range: Range<usize>,
    /// The position of the component around it in the list; none for the outermost.
    pub around: Option<usize>,
    /// The names of its instances in the component around it; empty for one that has none.
    pub instances: Vec<String>,
}

/// The components nested in `bytes`, each after the one it lies in.
pub(super) fn tree(bytes: &[u8]) -> Result<Vec<Node>, Malformed> {
    let mut nodes: Vec<Node> = Vec::new();
    inside(bytes, &parts::tree(bytes), None, &mut nodes)?;
    Ok(nodes)
}

/// Adds the components nested in `part`, which is itself the node `around`. How deep that goes is
/// bounded by how deep the tree of parts is.
fn inside(
    bytes: &[u8],
    part: &Part,
    around: Option<usize>,
    nodes: &mut Vec<Node>,
) -> Result<(), Malformed> {
    let wiring = Wiring::read(bytes, part.range.clone())?;
    let mut stems = stems(bytes, &wiring);
    let (index, folder) = match around.map(|around| &nodes[around]) {
        Some(node) => (
            format!("{}.", node.index),
            node.stem.as_ref().map(|stem| format!("{stem}/")),
        ),
        None => (String::new(), Some(String::new())),
    };
    let mut instances: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for instance in &wiring.instances {
        if let Made::Instantiate {
            component: Origin::Component(at),
            ..
        } = &instance.made
        {
            let name = instance.name.unwrap_or_default().to_string();
            instances.entry(*at).or_default().push(name);
        }
    }
    let nested = part.parts.iter().enumerate();
    let components = nested.filter(|(_, nested)| nested.encoding() == Encoding::Component);
    for (position, (at, nested)) in components.enumerate() {
        let stem = stems.remove(&position);
        nodes.push(Node {
            index: format!("{index}{}", at + 1),
            path: nested.path.clone(),
            name: nested.name.clone(),
            stem: stem.and_then(|stem| Some(folder.clone()? + &stem)),
            range: nested.range.clone(),
            around,
            instances: instances.remove(&position).unwrap_or_default(),
        });
        inside(bytes, nested, Some(nodes.len() - 1), nodes)?;
    }
    Ok(())
}

/// What the component of that position is called, by the component around it or by itself.
pub(super) fn called(bytes: &[u8], wiring: &Wiring<'_>, at: usize) -> String {
    let nested = &wiring.components[at];
    let own = || {
        let inner = Wiring::read(bytes, nested.range.clone()).ok()?;
        inner.name.filter(|name| !name.is_empty())
    };
    match nested.name.or_else(own) {
        Some(name) => name.to_string(),
        None => format!("component {}", at + 1),
    }
}

/// The names of the files of those components that are parts, by position, without the extension.
pub(super) fn stems(bytes: &[u8], wiring: &Wiring<'_>) -> BTreeMap<usize, String> {
    let mut files = FileNames::beside(&[PLAN, config::FILE_NAME]);
    let parts = planning::instantiated(wiring).into_iter();
    parts
        .map(|at| (at, files.stem(&called(bytes, wiring, at))))
        .collect()
}
