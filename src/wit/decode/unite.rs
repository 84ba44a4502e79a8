//! Several worlds in binary form to one.
//!
//! Lives here: [`unite`], which compares by structure what worlds say of one thing, whatever the
//! worlds themselves are called. May import: `diag`, `source` (rank 0), `wasm` (rank 1), the
//! reader and its sketch.
//! Deliberately absent: string encodings and everything else that is said of a module.

use wit_parser::{Resolve, WorldId};

use super::sketch::Sketch;
use super::types::{NoForm, Reader};
use super::{Main, metadata_world, resolve, world_of_old_metadata};
use crate::diag::Report;
use crate::source::Source;
use crate::wasm::Component;
use crate::wit::docs::Docs;

/// A difference between two worlds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// The positions of the worlds.
    pub between: (usize, usize),
    /// The way to what differs, outermost first: `import acme:kv/store@0.1.0`, `get`.
    pub path: Vec<String>,
    /// What it is in each of them, as WIT; empty where only the reason tells.
    pub is: (String, String),
    /// Why there cannot be both.
    pub reason: String,
}

/// Why worlds cannot be united.
pub(crate) enum NotUnited {
    /// One of them cannot be read.
    Unreadable(Report),
    Conflicts(Vec<Conflict>),
}

/// The world that imports and exports whatever any of `worlds` does, as the world `name` of
/// `package`. Each is the contents of a `component-type` section.
///
/// Fails with all differences between them.
pub(crate) fn unite(
    worlds: &[&[u8]],
    package: &str,
    name: &str,
) -> Result<(Resolve, WorldId), NotUnited> {
    let mut sketch = Sketch::default();
    let mut conflicts = Vec::new();
    for (at, world) in worlds.iter().enumerate() {
        for problem in read(world, package, name, &mut sketch)? {
            let first = (0..at).find(|first| {
                let mut alone = Sketch::default();
                let before = read(worlds[*first], package, name, &mut alone);
                let with = read(world, package, name, &mut alone);
                before.is_ok() && with.is_ok_and(|found| found.contains(&problem))
            });
            conflicts.push(Conflict {
                between: (first.unwrap_or(at), at),
                path: problem.path,
                is: problem.differs.unwrap_or_default(),
                reason: problem.reason,
            });
        }
    }
    if !conflicts.is_empty() {
        return Err(NotUnited::Conflicts(conflicts));
    }
    let main = Main {
        file: "the worlds together".to_string(),
        package: package.to_string(),
        docs: None,
        more: Docs::default(),
    };
    let (resolve, id) = resolve(&sketch, &main).map_err(NotUnited::Unreadable)?;
    match resolve.packages[id].worlds.get(name) {
        Some(world) => {
            let world = *world;
            Ok((resolve, world))
        }
        // INVARIANT: reading a world makes one of that name.
        None => Err(NotUnited::Conflicts(Vec::new())),
    }
}

/// Reads a world into the sketch; returns what is at odds with what was there before.
fn read(
    world: &[u8],
    package: &str,
    name: &str,
    sketch: &mut Sketch,
) -> Result<Vec<NoForm>, NotUnited> {
    let (wanted, bytes) = world_of_old_metadata(world);
    let component = Component::new(Source::memory("component-type", bytes.to_vec()))
        .map_err(NotUnited::Unreadable)?;
    let decoded = component
        .decode()
        .map_err(|e| NotUnited::Unreadable(e.into()))?;
    let Some((_, _, id)) = metadata_world(&decoded, wanted) else {
        let problem = NoForm {
            path: Vec::new(),
            reason: "the section does not hold one world".to_string(),
            differs: None,
        };
        return Ok(vec![problem]);
    };
    let types = decoded.types();
    let mut reader = Reader::new(types, sketch);
    reader.world(package, name, &types[id]);
    Ok(reader.problems)
}
