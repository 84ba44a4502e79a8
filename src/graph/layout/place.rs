//! Where in its layer everything is: edges as straight as the order allows.
//!
//! By Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2001): four times,
//! from each corner, vertices are put in line with a middle neighbour and blocks of them as close
//! together as they may be; the result is between the two in the middle. As every one of the four
//! keeps the distances, so does what is between them.
//!
//! Where that takes too much room, `relax` does it.
//!
//! May import: `sheet`, `relax`. Deliberately absent: how thick layers are (`level`).

use std::collections::BTreeSet;

use super::relax;
use super::sheet::{End, Kind, Sheet, gap};

/// How much wider than its widest layer a drawing may be for edges to be straight.
const WIDER: f64 = 4.0;

/// The middle of each vertex; if it should be `tight`, rather near to each other than in line.
pub(super) fn place(sheet: &Sheet, tight: bool) -> Vec<f64> {
    if tight {
        return relax::relax(sheet);
    }
    let lined_up = line_up(sheet);
    let need = |layer: &Vec<usize>| -> f64 { layer.iter().map(|&v| sheet.breadth[v] + 14.0).sum() };
    let need = sheet.layers.iter().map(need).fold(0.0, f64::max);
    let (low, high) = extent(sheet, &lined_up);
    // What is in line pushes what is beside it, and that the next: with many edges across each
    // other, all is far apart in the end.
    match high - low > need * WIDER {
        true => relax::relax(sheet),
        false => lined_up,
    }
}

fn line_up(sheet: &Sheet) -> Vec<f64> {
    let conflicts = conflicts(sheet);
    let mut runs = Vec::new();
    for downwards in [true, false] {
        for leftwards in [true, false] {
            runs.push(Run::new(sheet, downwards, leftwards).solve(&conflicts));
        }
    }
    align(sheet, &mut runs);
    (0..sheet.kind.len())
        .map(|v| {
            let mut four = [runs[0][v], runs[1][v], runs[2][v], runs[3][v]];
            four.sort_by(f64::total_cmp);
            (four[1] + four[2]) / 2.0
        })
        .collect()
}

fn extent(sheet: &Sheet, across: &[f64]) -> (f64, f64) {
    let sides = across.iter().zip(&sheet.breadth);
    sides.fold((f64::MAX, f64::MIN), |(low, high), (x, breadth)| {
        (low.min(x - breadth / 2.0), high.max(x + breadth / 2.0))
    })
}

/// Edges that cross one of two bends: these must be straight, so the others cannot be.
fn conflicts(sheet: &Sheet) -> BTreeSet<(usize, usize)> {
    let position = positions(sheet);
    let mut found = BTreeSet::new();
    let bend = |v: usize| !matches!(sheet.kind[v], Kind::Item(_));
    for layer in sheet.layers.iter().skip(1) {
        let width = layer.first().map_or(0, |&v| above_of(sheet, v));
        let mut from = 0;
        let mut left = 0;
        for (at, &v) in layer.iter().enumerate() {
            let straight = match bend(v) {
                true => sheet.up[v]
                    .iter()
                    .filter(|end| bend(end.other))
                    .max_by_key(|end| sheet.kind[end.other] == Kind::Bend),
                false => None,
            };
            if straight.is_none() && at + 1 < layer.len() {
                continue;
            }
            let right = straight.map_or(width, |end| position[end.other]);
            for &other in &layer[from..=at] {
                for end in &sheet.up[other] {
                    let to = position[end.other];
                    if (to < left || to > right) && !(bend(other) && bend(end.other)) {
                        found.insert((end.other, other));
                    }
                }
            }
            from = at + 1;
            left = right;
        }
    }
    found
}

fn above_of(sheet: &Sheet, v: usize) -> usize {
    sheet.layers[sheet.layer[v] - 1].len()
}

fn positions(sheet: &Sheet) -> Vec<usize> {
    let mut position = vec![0; sheet.kind.len()];
    for layer in &sheet.layers {
        for (at, &v) in layer.iter().enumerate() {
            position[v] = at;
        }
    }
    position
}

/// One of the four. What is done from the left is done from the right in the mirror.
struct Run<'a> {
    sheet: &'a Sheet,
    layers: Vec<Vec<usize>>,
    position: Vec<usize>,
    downwards: bool,
    sign: f64,
    /// The vertex that stands for all that are in line with each.
    root: Vec<usize>,
    /// How far from its root each vertex is.
    shift: Vec<f64>,
}

impl<'a> Run<'a> {
    fn new(sheet: &'a Sheet, downwards: bool, leftwards: bool) -> Run<'a> {
        let mut layers = sheet.layers.clone();
        if !leftwards {
            layers.iter_mut().for_each(|layer| layer.reverse());
        }
        let mut position = vec![0; sheet.kind.len()];
        for layer in &layers {
            for (at, &v) in layer.iter().enumerate() {
                position[v] = at;
            }
        }
        Run {
            sheet,
            layers,
            position,
            downwards,
            sign: if leftwards { 1.0 } else { -1.0 },
            root: (0..sheet.kind.len()).collect(),
            shift: vec![0.0; sheet.kind.len()],
        }
    }

    fn solve(mut self, conflicts: &BTreeSet<(usize, usize)>) -> Vec<f64> {
        self.line_up(conflicts);
        let x = self.compact();
        (0..x.len())
            .map(|v| self.sign * (x[self.root[v]] + self.shift[v]))
            .collect()
    }

    fn ends(&self, v: usize) -> Vec<End> {
        let ends = match self.downwards {
            true => &self.sheet.up[v],
            false => &self.sheet.down[v],
        };
        // What several edges share goes straight on, whatever joins it.
        let bend = |v: usize| self.sheet.kind[v] == Kind::Bend;
        let mut ends = ends.clone();
        if bend(v) && ends.iter().any(|end| bend(end.other)) {
            ends.retain(|end| bend(end.other));
        }
        // What everything goes to in the end is no reason to be anywhere.
        if ends.iter().any(|end| !end.weak) {
            ends.retain(|end| !end.weak);
        }
        ends.sort_by(|a, b| {
            let key = |end: &End| (self.position[end.other], self.sign * end.other_at);
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        ends
    }

    fn line_up(&mut self, conflicts: &BTreeSet<(usize, usize)>) {
        let count = self.layers.len();
        // Whether a vertex is in line with one of the layer that comes next.
        let mut taken = vec![false; self.root.len()];
        for step in 1..count {
            let layer = if self.downwards {
                step
            } else {
                count - 1 - step
            };
            let mut least = 0;
            for at in 0..self.layers[layer].len() {
                let v = self.layers[layer][at];
                let ends = self.ends(v);
                if ends.is_empty() {
                    continue;
                }
                let last = ends.len() - 1;
                for &end in &ends[last / 2..=last.div_ceil(2)] {
                    let other = end.other;
                    let edge = match self.downwards {
                        true => (other, v),
                        false => (v, other),
                    };
                    let free =
                        !taken[other] && self.position[other] >= least && self.goes_on(v, other);
                    if self.root[v] != v || !free || conflicts.contains(&edge) {
                        continue;
                    }
                    taken[other] = true;
                    self.root[v] = self.root[other];
                    self.shift[v] = self.shift[other] + self.sign * (end.other_at - end.at);
                    least = self.position[other] + 1;
                }
            }
        }
    }

    /// Whether an edge may be in line with `other` beyond `v`: what joins others on their way must
    /// not take the place of what goes straight on.
    fn goes_on(&self, v: usize, other: usize) -> bool {
        let kind = &self.sheet.kind;
        let ends = match self.downwards {
            true => &self.sheet.down[other],
            false => &self.sheet.up[other],
        };
        kind[v] == Kind::Bend
            || kind[other] != Kind::Bend
            || ends.iter().all(|end| kind[end.other] != Kind::Bend)
    }

    /// The place of each root: as far to the left as it can be, and then as far to the right as
    /// that leaves room for.
    fn compact(&self) -> Vec<f64> {
        let count = self.root.len();
        let mut after: Vec<Vec<(usize, f64)>> = vec![Vec::new(); count];
        let mut before = vec![0; count];
        for layer in &self.layers {
            for pair in layer.windows(2) {
                let (u, v) = (pair[0], pair[1]);
                let kind = &self.sheet.kind;
                let apart = (self.sheet.breadth[u] + self.sheet.breadth[v]) / 2.0
                    + gap(kind[u], kind[v])
                    + self.shift[u]
                    - self.shift[v];
                after[self.root[u]].push((self.root[v], apart));
                before[self.root[v]] += 1;
            }
        }
        let mut order: Vec<usize> = (0..count)
            .filter(|&v| self.root[v] == v && before[v] == 0)
            .collect();
        let mut x = vec![0.0_f64; count];
        let mut next = 0;
        while let Some(&v) = order.get(next) {
            next += 1;
            for &(to, apart) in &after[v] {
                x[to] = x[to].max(x[v] + apart);
                before[to] -= 1;
                if before[to] == 0 {
                    order.push(to);
                }
            }
        }
        for &v in order.iter().rev() {
            let room = after[v].iter().map(|&(to, apart)| x[to] - apart);
            let most = room.fold(f64::INFINITY, f64::min);
            if most.is_finite() {
                x[v] = x[v].max(most);
            }
        }
        x
    }
}

/// Moves the four so that they have the sides of the narrowest in common.
fn align(sheet: &Sheet, runs: &mut [Vec<f64>]) {
    let extents: Vec<(f64, f64)> = runs.iter().map(|run| extent(sheet, run)).collect();
    let narrowest = extents
        .iter()
        .copied()
        .min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
        .unwrap_or_default();
    for (at, run) in runs.iter_mut().enumerate() {
        let by = match at % 2 == 0 {
            true => narrowest.0 - extents[at].0,
            false => narrowest.1 - extents[at].1,
        };
        run.iter_mut().for_each(|x| *x += by);
    }
}
