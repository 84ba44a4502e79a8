//! The order of interfaces: each after those whose resources it mentions.
//!
//! May import: `names`, `surface` (ranks 0 to 2), the sibling modules. Deliberately absent: all else.

use std::collections::BTreeSet;

use super::Provided;
use crate::generate::homes::Key;
use crate::generate::items::{Items, each_resource};
use crate::names;
use crate::surface::{ResourceRef, TypeDef};

/// The positions of interfaces in that order; those that need none come as they are given.
pub(super) fn order(provided: &[Provided<'_>], items: &[&Items<'_>]) -> Vec<usize> {
    let tracks: Vec<String> = provided
        .iter()
        .map(|p| names::track_or_name(p.name))
        .collect();
    let needs: Vec<BTreeSet<usize>> = items
        .iter()
        .enumerate()
        .map(|(own, items)| {
            let keys = resources(items).into_iter().filter_map(Key::of);
            let needed = keys.filter_map(|key| {
                let mut tracks = tracks.iter();
                tracks.position(|track| Some(track) == key.interface.as_ref())
            });
            needed.filter(|needed| *needed != own).collect()
        })
        .collect();
    let mut done: Vec<usize> = Vec::new();
    while done.len() < provided.len() {
        let mut left = (0..provided.len()).filter(|at| !done.contains(at));
        let ready = left
            .clone()
            .find(|at| needs[*at].iter().all(|needed| done.contains(needed)));
        // Interfaces do not need each other in a circle; if they did, the validator would say so.
        done.extend(ready.or_else(|| left.next()));
    }
    done
}

/// All resources that an interface mentions.
fn resources<'a>(items: &Items<'a>) -> Vec<&'a ResourceRef> {
    let mut all: Vec<&ResourceRef> = Vec::new();
    let mut types = Vec::new();
    for (_, ty, _) in &items.types {
        match ty {
            TypeDef::Resource(resource) => all.push(resource),
            TypeDef::Defined(ty) => types.push(ty),
            _ => {}
        }
    }
    for (_, func) in &items.functions {
        types.extend(func.params.iter().map(|(_, ty)| ty).chain(&func.result));
    }
    each_resource(types.into_iter(), &mut |resource| all.push(resource));
    all
}
