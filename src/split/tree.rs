//! All components nested in a component, at any depth, with the names by which they are called.
//!
//! Lives here: [`Tree`]. May import: `wasm`, `wiring` (ranks 1 and 2).
//! Deliberately absent: what they are for and how large (`inspect`), though paths and indices are
//! those that it prints.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::Encoding;

use crate::wasm::skeleton::Malformed;
use crate::wasm::skeleton::sections::{Sections, id};
use crate::wiring::{Made, Origin, Wiring};

/// How deep components may be nested, as for skeletons.
const MAX_DEPTH: usize = 100;

/// A nested component.
pub(super) struct Node {
    /// `2.1` is the first in the second.
    pub index: String,
    /// The names on the way to it, with `/` between them.
    pub path: String,
    pub name: String,
    /// Its bytes, in the whole input.
    pub range: Range<usize>,
    /// The position of the component around it in the list; none for the outermost.
    pub around: Option<usize>,
    /// The names of its instances in the component around it; empty for one that has none.
    pub instances: Vec<String>,
}

/// The nested components, each after the one it lies in.
pub(super) fn tree(bytes: &[u8]) -> Result<Vec<Node>, Malformed> {
    let mut nodes: Vec<Node> = Vec::new();
    inside(bytes, 0..bytes.len(), None, &mut nodes)?;
    let mut next = 0;
    while next < nodes.len() {
        let range = nodes[next].range.clone();
        if nodes[next].index.split('.').count() > MAX_DEPTH {
            return Err(Malformed::new(format!(
                "components are nested more than {MAX_DEPTH} deep, which is as deep as witkit goes"
            )));
        }
        inside(bytes, range, Some(next), &mut nodes)?;
        next += 1;
    }
    Ok(nodes)
}

/// Adds the components right in the one in `range`.
fn inside(
    bytes: &[u8],
    range: Range<usize>,
    around: Option<usize>,
    nodes: &mut Vec<Node>,
) -> Result<(), Malformed> {
    let wiring = Wiring::read(bytes, range.clone())?;
    let (index, path) = match around {
        Some(around) => (
            format!("{}.", nodes[around].index),
            format!("{}/", nodes[around].path),
        ),
        None => (String::new(), String::new()),
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
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let (mut all, mut components) = (0, 0);
    let mut sections = Sections::new(bytes, range, Encoding::Component)?;
    while let Some(section) = sections.next()? {
        all += usize::from(matches!(section.id, id::MODULE | id::COMPONENT));
        if section.id != id::COMPONENT {
            continue;
        }
        let given = wiring.components[components].name;
        let instances = instances.remove(&components).unwrap_or_default();
        components += 1;
        let own = match given {
            Some(_) => None,
            None => own_name(bytes, section.body.clone()),
        };
        let mut name = match given.or(own) {
            Some(name) => name.to_string(),
            None => format!("component {components}"),
        };
        let same = taken.entry(name.clone()).or_default();
        *same += 1;
        if *same > 1 {
            name = format!("{name}#{same}");
        }
        nodes.push(Node {
            index: format!("{index}{all}"),
            path: format!("{path}{name}"),
            name,
            range: section.body,
            around,
            instances,
        });
    }
    Ok(())
}

/// What a component's own name section calls it.
fn own_name(bytes: &[u8], range: Range<usize>) -> Option<&str> {
    let wiring = Wiring::read(bytes, range).ok()?;
    wiring.name.filter(|name| !name.is_empty())
}
