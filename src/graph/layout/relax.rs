//! Where in its layer everything is, if that must not take more room than the widest layer does.
//!
//! Layer after layer, downwards and upwards by turns, everything goes as near to its neighbours as
//! the others of the layer let it, by least squares. Nothing is in line by that, so what passes
//! through several layers is put in line afterwards, as far as there is room.
//!
//! May import: `sheet`. Deliberately absent: moving what is in line (`compact`).

use super::sheet::{Kind, Sheet, gap};

/// How many edges are looked at, in all.
const WORK: usize = 1_000_000;
/// How often, at most, all layers are gone through.
const SWEEPS: usize = 24;

/// The middle of each vertex.
pub(super) fn relax(sheet: &Sheet) -> Vec<f64> {
    let mut across = vec![0.0; sheet.kind.len()];
    for layer in &sheet.layers {
        let mut at = 0.0;
        for (place, &v) in layer.iter().enumerate() {
            if place > 0 {
                at += apart(sheet, layer[place - 1], v);
            }
            across[v] = at;
        }
        // All layers begin around one middle.
        layer.iter().for_each(|&v| across[v] -= at / 2.0);
    }
    let edges: usize = sheet.down.iter().map(Vec::len).sum();
    let sweeps = (WORK / (edges + sheet.kind.len()).max(1)).clamp(2, SWEEPS);
    let count = sheet.layers.len();
    for sweep in 0..sweeps {
        for step in 0..count {
            let downwards = sweep % 2 == 0;
            let layer = if downwards { step } else { count - 1 - step };
            fit(sheet, layer, downwards, &mut across);
        }
    }
    straighten(sheet, &mut across);
    across
}

/// The least distance of the middles of two neighbours.
fn apart(sheet: &Sheet, left: usize, right: usize) -> f64 {
    (sheet.breadth[left] + sheet.breadth[right]) / 2.0 + gap(sheet.kind[left], sheet.kind[right])
}

/// Puts the vertices of a layer where the squares of their distances from where they want to be are
/// least, in their order: those that would be too close form a pool, which is moved as one.
fn fit(sheet: &Sheet, layer: usize, downwards: bool, across: &mut [f64]) {
    struct Pool {
        sum: f64,
        worth: f64,
        count: usize,
    }
    let vertices = &sheet.layers[layer];
    let mut offsets = Vec::with_capacity(vertices.len());
    let mut pools: Vec<Pool> = Vec::new();
    for (at, &v) in vertices.iter().enumerate() {
        let offset = match at {
            0 => 0.0,
            _ => offsets[at - 1] + apart(sheet, vertices[at - 1], v),
        };
        offsets.push(offset);
        let ends = if downwards {
            &sheet.up[v]
        } else {
            &sheet.down[v]
        };
        let (mut sum, mut worth) = (0.0, 0.0);
        for end in ends {
            let own = worth_of(sheet.kind[v], sheet.kind[end.other], end.weak);
            sum += own * (across[end.other] + end.other_at - end.at);
            worth += own;
        }
        // What hangs on nothing there gives way.
        if worth == 0.0 {
            (sum, worth) = (0.05 * across[v], 0.05);
        }
        let mut pool = Pool {
            sum: sum - offset * worth,
            worth,
            count: 1,
        };
        while let Some(last) = pools.pop() {
            if last.sum / last.worth <= pool.sum / pool.worth {
                pools.push(last);
                break;
            }
            pool.sum += last.sum;
            pool.worth += last.worth;
            pool.count += last.count;
        }
        pools.push(pool);
    }
    let mut at = 0;
    for pool in pools {
        for _ in 0..pool.count {
            across[vertices[at]] = pool.sum / pool.worth + offsets[at];
            at += 1;
        }
    }
}

/// How much it is worth to have an edge straight: most where it is between layers of items.
fn worth_of(one: Kind, other: Kind, weak: bool) -> f64 {
    match (one, other) {
        (Kind::Bend, Kind::Bend) => 8.0,
        (Kind::Bend | Kind::Label(_), Kind::Bend | Kind::Label(_)) => 4.0,
        _ if weak => 0.2,
        _ => 1.0,
    }
}

/// Puts what edges pass through in line, as many layers on end as have room for it.
fn straighten(sheet: &Sheet, across: &mut [f64]) {
    let mut beside = vec![(None, None); across.len()];
    for layer in &sheet.layers {
        for pair in layer.windows(2) {
            beside[pair[0]].1 = Some(pair[1]);
            beside[pair[1]].0 = Some(pair[0]);
        }
    }
    let passing = |v: usize| !matches!(sheet.kind[v], Kind::Item(_));
    let mut taken = vec![false; across.len()];
    for start in sheet.layers.iter().flatten().copied() {
        let mut next = Some(start).filter(|&v| passing(v));
        let mut run: Vec<usize> = Vec::new();
        let mut room = (f64::NEG_INFINITY, f64::INFINITY);
        while let Some(v) = next {
            if std::mem::replace(&mut taken[v], true) {
                break;
            }
            let left = beside[v].0.map(|left| across[left] + apart(sheet, left, v));
            let right = beside[v]
                .1
                .map(|right| across[right] - apart(sheet, v, right));
            let own = (
                left.unwrap_or(f64::NEG_INFINITY),
                right.unwrap_or(f64::INFINITY),
            );
            let both = (room.0.max(own.0), room.1.min(own.1));
            if both.0 > both.1 {
                put(&run, room, across);
                run.clear();
                room = own;
            } else {
                room = both;
            }
            run.push(v);
            let mut below = sheet.down[v].iter().map(|end| end.other);
            next = below.find(|&v| passing(v));
        }
        put(&run, room, across);
    }
}

fn put(run: &[usize], room: (f64, f64), across: &mut [f64]) {
    let sum: f64 = run.iter().map(|&v| across[v]).sum();
    let middle = (sum / run.len().max(1) as f64).max(room.0).min(room.1);
    run.iter().for_each(|&v| across[v] = middle);
}
