//! Identical parts, kept once.
//!
//! An alias replaces a part that exists already, so every index stays the same.
//!
//! Lives here: [`components`] and [`modules`]. May import: the siblings.
//! Deliberately absent: components at different levels, where aliases would refer to something else.

use std::collections::{BTreeMap, HashMap};

use super::summary::Summary;
use super::tree::{Bytes, Component, Piece, Tree};
use crate::wasm::sections::{Entries, Malformed};

/// How large a core module is at least that goes to another level: smaller ones are no larger than
/// the aliases.
const WORTH_IT: usize = 32;

/// Keeps one of several components that are the same and lie beside each other, at all levels.
pub(super) fn components(tree: &mut Tree<'_>, summary: &mut Summary) -> Result<(), Malformed> {
    match tree {
        Tree::Module(..) => Ok(()),
        Tree::Component(component) => beside(component, summary),
    }
}

fn beside(component: &mut Component<'_>, summary: &mut Summary) -> Result<(), Malformed> {
    let mut known: HashMap<Vec<u8>, (u32, usize)> = HashMap::new();
    let mut index = Entries::default();
    for piece in &mut component.pieces {
        if let Piece::Component(inner) = piece {
            beside(inner, summary)?;
            let written = inner.write(None)?;
            match known.get(&written) {
                Some((index, first)) => {
                    summary.parts[inner.part].same_as = Some(summary.parts[*first].path.clone());
                    *piece = Piece::SharedComponent { index: *index };
                }
                None => {
                    known.insert(written, (index.components, inner.part));
                }
            }
        }
        index += piece.entries();
    }
    Ok(())
}

/// Where a core module is that others can be aliases of.
struct Home {
    /// Its index in the outermost component.
    index: u32,
    part: usize,
}

/// Keeps one of several core modules that are the same: in the outermost component, if they are in
/// different ones.
pub(super) fn modules(tree: &mut Tree<'_>, summary: &mut Summary) -> Result<(), Malformed> {
    let Tree::Component(root) = tree else {
        return Ok(());
    };
    // One level alone: the first is there for the others.
    within(root, summary);
    let mut uses: BTreeMap<Bytes, usize> = BTreeMap::new();
    count(root, &mut uses);
    uses.retain(|module, uses| *uses > 1 && module.len() >= WORTH_IT);
    if uses.is_empty() {
        return Ok(());
    }
    // What is put in before the first component that uses it must not move the index of any core
    // module that comes later.
    let uses_shared = |piece: &Piece<'_>| match piece {
        Piece::Component(inner) => {
            let mut inside = BTreeMap::new();
            count(inner, &mut inside);
            inside.keys().any(|module| uses.contains_key(module))
        }
        _ => false,
    };
    let first = root.pieces.iter().position(uses_shared);
    let first = first.unwrap_or(root.pieces.len());
    let later = root.pieces[first..].iter();
    let may_insert = later.map(|piece| piece.entries().modules).sum::<u32>() == 0;
    let mut homes: BTreeMap<Bytes, Home> = BTreeMap::new();
    let mut index = 0;
    let mut pieces = Vec::new();
    for mut piece in std::mem::take(&mut root.pieces) {
        match &mut piece {
            Piece::Module(part, bytes) => {
                let home = Home { index, part: *part };
                homes.entry(bytes.clone()).or_insert(home);
            }
            Piece::Component(inner) => {
                let mut wanted = Vec::new();
                order(inner, &mut wanted);
                for (part, bytes) in wanted {
                    if may_insert && uses.contains_key(&bytes) && !homes.contains_key(&bytes) {
                        homes.insert(bytes.clone(), Home { index, part });
                        pieces.push(Piece::Module(part, bytes));
                        index += 1;
                    }
                }
                replace(inner, 1, &homes, summary);
            }
            _ => {}
        }
        index += piece.entries().modules;
        pieces.push(piece);
    }
    root.pieces = pieces;
    Ok(())
}

fn within(component: &mut Component<'_>, summary: &mut Summary) {
    let mut known: BTreeMap<Bytes, (u32, usize)> = BTreeMap::new();
    let mut index = Entries::default();
    for piece in &mut component.pieces {
        match piece {
            Piece::Component(inner) => within(inner, summary),
            Piece::Module(part, bytes) => match known.get(bytes) {
                Some((index, first)) => {
                    summary.parts[*part].same_as = Some(summary.parts[*first].path.clone());
                    let index = *index;
                    *piece = Piece::SharedModule { count: 0, index };
                }
                None => {
                    known.insert(bytes.clone(), (index.modules, *part));
                }
            },
            _ => {}
        }
        index += piece.entries();
    }
}

/// How often each core module is there.
fn count(component: &Component<'_>, uses: &mut BTreeMap<Bytes, usize>) {
    for piece in &component.pieces {
        match piece {
            Piece::Module(_, bytes) => *uses.entry(bytes.clone()).or_default() += 1,
            Piece::Component(inner) => count(inner, uses),
            _ => {}
        }
    }
}

/// The core modules in a component, in order.
fn order(component: &Component<'_>, found: &mut Vec<(usize, Bytes)>) {
    for piece in &component.pieces {
        match piece {
            Piece::Module(part, bytes) => found.push((*part, bytes.clone())),
            Piece::Component(inner) => order(inner, found),
            _ => {}
        }
    }
}

/// Puts aliases in the place of core modules that have a home, `depth` levels out.
fn replace(
    component: &mut Component<'_>,
    depth: u32,
    homes: &BTreeMap<Bytes, Home>,
    summary: &mut Summary,
) {
    for piece in &mut component.pieces {
        match piece {
            Piece::Component(inner) => replace(inner, depth + 1, homes, summary),
            Piece::Module(part, bytes) => {
                let Some(home) = homes.get(bytes) else {
                    continue;
                };
                if home.part != *part {
                    summary.parts[*part].same_as = Some(summary.parts[home.part].path.clone());
                }
                *piece = Piece::SharedModule {
                    count: depth,
                    index: home.index,
                };
            }
            _ => {}
        }
    }
}
