//! Brings what is joined by edges closer together, after it has been put in line.
//!
//! What goes straight stays straight: it is moved as a block. Nothing changes its order, and all
//! distances are kept, so nothing can come to lie on anything else.
//!
//! May import: `sheet`, `place`, `route`. Deliberately absent: putting things in line (`place`).

use super::sheet::{DOOR, Kind, Sheet, gap};

/// How many edges are looked at, in all.
const WORK: usize = 1_000_000;
/// The rounds that bring things closer.
const ROUNDS: usize = 24;
/// How far something with a text is moved to make an edge straight.
const SNAP: f64 = 70.0;

/// What is moved as one.
struct Block {
    vertices: Vec<usize>,
}

/// Moves the vertices.
pub(super) fn compact(sheet: &Sheet, across: &mut [f64]) {
    let blocks = blocks(sheet, across);
    let mut of = vec![0; across.len()];
    for (at, block) in blocks.iter().enumerate() {
        for &v in &block.vertices {
            of[v] = at;
        }
    }
    let mut beside = vec![(None, None); across.len()];
    for layer in &sheet.layers {
        for pair in layer.windows(2) {
            beside[pair[0]].1 = Some(pair[1]);
            beside[pair[1]].0 = Some(pair[0]);
        }
    }
    let edges: usize = sheet.down.iter().map(Vec::len).sum();
    let rounds = (WORK / (2 * edges + across.len()).max(1)).min(ROUNDS);
    for round in 0..rounds {
        let last = round + 3 > rounds;
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for block in order {
            let ends = ends(sheet, across, &of, block, &blocks[block]);
            let far = match sheet.kind[blocks[block].vertices[0]] {
                Kind::Bend => f64::INFINITY,
                _ => SNAP,
            };
            let by = if last { snap(&ends, far) } else { mean(&ends) };
            let Some(by) = by.filter(|by| by.abs() > 0.01) else {
                continue;
            };
            let room = room(sheet, across, &beside, &blocks[block]);
            let by = by.clamp(room.0.min(0.0), room.1.max(0.0));
            for &v in &blocks[block].vertices {
                across[v] += by;
            }
        }
    }
}

/// Items are alone; what edges lead straight through is together.
fn blocks(sheet: &Sheet, across: &[f64]) -> Vec<Block> {
    let passing = |v: usize| !matches!(sheet.kind[v], Kind::Item(_));
    let mut taken = vec![false; across.len()];
    let mut blocks = Vec::new();
    for start in sheet.layers.iter().flatten().copied() {
        if std::mem::replace(&mut taken[start], true) {
            continue;
        }
        let mut vertices = vec![start];
        let mut last = start;
        while passing(last) {
            let next = sheet.down[last].iter().map(|end| end.other).find(|&next| {
                passing(next) && !taken[next] && (across[next] - across[last]).abs() < 0.01
            });
            let Some(next) = next else {
                break;
            };
            taken[next] = true;
            vertices.push(next);
            last = next;
        }
        blocks.push(Block { vertices });
    }
    blocks
}

/// One edge of a block.
struct Pull {
    /// How far to move for it to be straight.
    by: f64,
    /// How much more or less will do, as it may end anywhere at its item.
    more: f64,
    worth: f64,
}

fn ends(sheet: &Sheet, across: &[f64], of: &[usize], at: usize, block: &Block) -> Vec<Pull> {
    let mut ends = Vec::new();
    let side = |v: usize, at: f64| match (sheet.kind[v], at == 0.0) {
        (Kind::Item(_), true) => (sheet.breadth[v] / 2.0 - DOOR).max(0.0),
        _ => 0.0,
    };
    for &v in &block.vertices {
        for end in sheet.up[v].iter().chain(&sheet.down[v]) {
            if of[end.other] != at {
                ends.push(Pull {
                    by: across[end.other] + end.other_at - across[v] - end.at,
                    more: side(v, end.at) + side(end.other, end.other_at),
                    worth: if end.weak { 0.2 } else { 1.0 },
                });
            }
        }
    }
    ends
}

fn mean(ends: &[Pull]) -> Option<f64> {
    let worth: f64 = ends.iter().map(|end| end.worth).sum();
    (worth > 0.0).then(|| ends.iter().map(|end| end.by * end.worth).sum::<f64>() / worth)
}

/// The shortest way to make most edges straight, if that is not too `far`.
fn snap(ends: &[Pull], far: f64) -> Option<f64> {
    // Hubs have no way to please most of them.
    if ends.len() > 24 {
        return None;
    }
    let straight = |by: f64| -> f64 {
        let pleased = ends
            .iter()
            .filter(|end| (by - end.by).abs() <= end.more + 0.01);
        pleased.map(|end| end.worth).sum()
    };
    ends.iter()
        .flat_map(|end| [end.by - end.more, end.by + end.more])
        .chain([0.0])
        .filter(|by| by.abs() <= far)
        .max_by(|a, b| {
            let most = straight(*a).total_cmp(&straight(*b));
            most.then(b.abs().total_cmp(&a.abs()))
        })
}

/// How far a block can go to either side.
fn room(
    sheet: &Sheet,
    across: &[f64],
    beside: &[(Option<usize>, Option<usize>)],
    block: &Block,
) -> (f64, f64) {
    let apart = |left: usize, right: usize| {
        let breadths = (sheet.breadth[left] + sheet.breadth[right]) / 2.0;
        across[right] - across[left] - breadths - gap(sheet.kind[left], sheet.kind[right])
    };
    let mut room = (f64::NEG_INFINITY, f64::INFINITY);
    for &v in &block.vertices {
        if let Some(left) = beside[v].0 {
            room.0 = room.0.max(-apart(left, v));
        }
        if let Some(right) = beside[v].1 {
            room.1 = room.1.min(apart(v, right));
        }
    }
    room
}
