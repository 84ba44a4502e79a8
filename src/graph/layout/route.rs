//! The ways of edges: straight through layers, curved between them.
//!
//! May import: `items`, `sheet`. Deliberately absent: arrows and other ornaments (`svg`).

use std::collections::BTreeMap;

use super::items::{LOOP, Level, Point};
use super::sheet::{DOOR, Kind, Sheet};

/// How an edge goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graph) enum Step<P> {
    /// Straight to a point.
    Line(P),
    /// By a cubic curve: two points that it is drawn to, and its end.
    Curve(P, P, P),
}

/// Where a hop leads along.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub start: Point,
    pub steps: Vec<Step<Point>>,
    /// The middle of its label.
    pub label: Option<Point>,
}

impl Way {
    /// Where it ends.
    pub fn end(&self) -> Point {
        match self.steps.last() {
            Some(Step::Line(to) | Step::Curve(_, _, to)) => *to,
            None => self.start,
        }
    }

    /// Straight on to `to`; points in line are one step.
    pub fn line(&mut self, to: Point) {
        if self.end() == to {
            return;
        }
        let before = match self.steps.len() {
            0 => None,
            1 => Some(self.start),
            count => match self.steps[count - 2] {
                Step::Line(point) | Step::Curve(_, _, point) => Some(point),
            },
        };
        if let (Some(Step::Line(end)), Some(before)) = (self.steps.last_mut(), before) {
            let same = |a: f64, b: f64| (a - b).abs() < 0.01;
            if same(before.breadth, end.breadth) && same(end.breadth, to.breadth) {
                *end = to;
                return;
            }
        }
        self.steps.push(Step::Line(to));
    }

    /// Sideways to `to`, leaving and arriving along the flow.
    fn glide(&mut self, to: Point) {
        let from = self.end();
        if (from.breadth - to.breadth).abs() < 0.5 {
            self.line(to);
            return;
        }
        let half = (from.depth + to.depth) / 2.0;
        let at = |breadth| Point {
            breadth,
            depth: half,
        };
        self.steps
            .push(Step::Curve(at(from.breadth), at(to.breadth), to));
    }

    /// The same way from its end to its start.
    fn turned(self) -> Way {
        let mut turned = Way {
            start: self.end(),
            steps: Vec::with_capacity(self.steps.len()),
            label: self.label,
        };
        let mut points = vec![self.start];
        points.extend(self.steps.iter().map(|step| match step {
            Step::Line(to) | Step::Curve(_, _, to) => *to,
        }));
        for (step, to) in self.steps.iter().zip(points).rev() {
            turned.steps.push(match step {
                Step::Line(_) => Step::Line(to),
                Step::Curve(first, second, _) => Step::Curve(*second, *first, to),
            });
        }
        turned
    }
}

/// The way of each hop.
pub(super) fn ways(
    level: &Level,
    sheet: &Sheet,
    across: &[f64],
    bands: &[(f64, f64)],
    reversed: &[bool],
    items: &[Point],
) -> Vec<Way> {
    let upper = doors(level, sheet, across, reversed, Side::Lower);
    let lower = doors(level, sheet, across, reversed, Side::Upper);
    let mut loops: BTreeMap<usize, f64> = BTreeMap::new();
    let mut ways = Vec::with_capacity(level.hops.len());
    for (hop, chain) in sheet.chains.iter().enumerate() {
        let &[first, .., last] = chain.as_slice() else {
            ways.push(around(level, hop, items, &mut loops));
            continue;
        };
        let mut way = Way::default();
        for (at, &v) in chain.iter().enumerate() {
            let (start, end) = bands[sheet.layer[v]];
            let point = |breadth, depth| Point { breadth, depth };
            if v == first {
                let breadth = *upper.get(&(v, chain[1])).unwrap_or(&across[v]);
                let (_, own) = edges(level, sheet, items, v);
                way.start = point(breadth, own);
                way.line(point(breadth, end));
            } else if v == last {
                let breadth = *lower.get(&(v, chain[at - 1])).unwrap_or(&across[v]);
                let (own, _) = edges(level, sheet, items, v);
                way.glide(point(breadth, start));
                way.line(point(breadth, own));
            } else {
                way.glide(point(across[v], start));
                way.line(point(across[v], end));
                if sheet.kind[v] == Kind::Label(hop) {
                    way.label = Some(point(across[v], (start + end) / 2.0));
                }
            }
        }
        ways.push(if reversed[hop] { way.turned() } else { way });
    }
    ways
}

/// Where an item begins and ends along the flow.
fn edges(level: &Level, sheet: &Sheet, items: &[Point], v: usize) -> (f64, f64) {
    match sheet.kind[v] {
        Kind::Item(item) => {
            let half = level.items[item].depth / 2.0;
            (items[item].depth - half, items[item].depth + half)
        }
        _ => (0.0, 0.0),
    }
}

/// An edge from an item to itself.
fn around(level: &Level, hop: usize, items: &[Point], loops: &mut BTreeMap<usize, f64>) -> Way {
    let hop = &level.hops[hop];
    let (item, middle) = (&level.items[hop.from], items[hop.from]);
    let used = loops.entry(hop.from).or_default();
    let side = middle.breadth + item.breadth / 2.0;
    let out = side + *used + LOOP - 8.0;
    let at = |breadth, depth: f64| Point {
        breadth,
        depth: middle.depth + depth * (item.depth / 4.0).min(10.0),
    };
    let label = hop
        .label
        .map(|label| at(out + 4.0 + label.breadth / 2.0, 0.0));
    *used += LOOP + hop.label.map_or(0.0, |label| label.breadth + 6.0);
    Way {
        start: at(side, -1.0),
        steps: vec![Step::Curve(at(out, -1.0), at(out, 1.0), at(side, 1.0))],
        label,
    }
}

/// The side of an item that edges are at.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Upper,
    Lower,
}

/// Where at its item each edge begins or ends: by the vertex of the item and the one next to it.
fn doors(
    level: &Level,
    sheet: &Sheet,
    across: &[f64],
    reversed: &[bool],
    side: Side,
) -> BTreeMap<(usize, usize), f64> {
    // What leads to each item there, with where it has to be, if that is settled.
    let mut found: BTreeMap<usize, BTreeMap<usize, Option<f64>>> = BTreeMap::new();
    for (at, chain) in sheet.chains.iter().enumerate() {
        let (Some((&first, &last)), hop) = (chain.first().zip(chain.last()), &level.hops[at])
        else {
            continue;
        };
        let from_above = (
            hop.from_fixed.then_some(hop.from_at),
            hop.to_fixed.then_some(hop.to_at),
        );
        let (above, below) = match reversed[at] {
            true => (from_above.1, from_above.0),
            false => from_above,
        };
        let (item, next, fixed) = match side {
            Side::Lower => (first, chain[1], above),
            Side::Upper => (last, chain[chain.len() - 2], below),
        };
        found.entry(item).or_default().insert(next, fixed);
    }
    let mut doors = BTreeMap::new();
    for (v, nexts) in found {
        let Kind::Item(item) = sheet.kind[v] else {
            continue;
        };
        let half = (level.items[item].breadth / 2.0 - DOOR).max(0.0);
        let mut free = Vec::new();
        for (next, fixed) in nexts {
            match fixed {
                Some(fixed) => {
                    doors.insert((v, next), across[v] + fixed);
                }
                None => free.push((across[next], next)),
            }
        }
        free.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let wanted: Vec<f64> = free.iter().map(|(x, _)| x - across[v]).collect();
        for (x, (_, next)) in spread(&wanted, half).into_iter().zip(free) {
            doors.insert((v, next), across[v] + x);
        }
    }
    doors
}

/// Places as near as can be to those that are `wanted`, which are in order, with some room between
/// them, at most `half` from the middle.
fn spread(wanted: &[f64], half: f64) -> Vec<f64> {
    let apart = (2.0 * half / (wanted.len().max(2) - 1) as f64).min(14.0);
    let last = half - apart * wanted.len().saturating_sub(1) as f64;
    // Pools of neighbours that would be too close, each with its sum and its number: what is left
    // when each one's own share of the distances is taken off must be in order.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (at, want) in wanted.iter().enumerate() {
        let mut pool = (want.clamp(-half, half) - apart * at as f64, 1);
        while let Some(&(sum, count)) = pools.last() {
            if sum / count as f64 <= pool.0 / pool.1 as f64 {
                break;
            }
            pool = (pool.0 + sum, pool.1 + count);
            pools.pop();
        }
        pools.push(pool);
    }
    let mut places = Vec::with_capacity(wanted.len());
    for (sum, count) in pools {
        let middle = (sum / count as f64).clamp(-half, last.max(-half));
        for _ in 0..count {
            places.push(middle + apart * places.len() as f64);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_begin_in_order_apart_from_each_other_and_within_their_item() {
        let close = |got: Vec<f64>, expected: &[f64]| {
            assert_eq!(got.len(), expected.len());
            for (a, b) in got.iter().zip(expected) {
                assert!((a - b).abs() < 0.001, "{got:?} {expected:?}");
            }
        };
        close(spread(&[5.0], 50.0), &[5.0]);
        close(spread(&[500.0], 50.0), &[50.0]);
        close(spread(&[0.0, 0.0, 0.0], 50.0), &[-14.0, 0.0, 14.0]);
        close(spread(&[90.0, 91.0], 50.0), &[36.0, 50.0]);
        close(spread(&[-9.0, 0.0, 9.0], 5.0), &[-5.0, 0.0, 5.0]);
    }
}
