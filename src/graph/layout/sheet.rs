//! A level's layers with everything that takes space in them: items, labels, and edges that pass
//! through.
//!
//! May import: `items`, `rank`. Deliberately absent: choosing the order (`order`).

use std::collections::{BTreeMap, BTreeSet};

use super::items::Level;
use super::rank::Ranked;

/// With more places than this where edges pass through, labels are unreadable, and what goes to the
/// same item goes the same way.
const MANY: usize = 30_000;
/// With more than this even so, edges that are long go right across whatever is there.
const TOO_MANY: usize = 60_000;

/// What a vertex stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An item, by its index.
    Item(usize),
    /// The label of a hop, by its index.
    Label(usize),
    /// Where an edge passes through.
    Bend,
}

/// The room between two vertices of a layer, by what they are.
pub(super) fn gap(left: Kind, right: Kind) -> f64 {
    match (left, right) {
        (Kind::Item(_), Kind::Item(_)) => 24.0,
        (Kind::Item(_), _) | (_, Kind::Item(_)) => 16.0,
        (Kind::Label(_), Kind::Label(_)) => 10.0,
        _ => 12.0,
    }
}

/// How near to the corners of an item edges begin and end.
pub(super) const DOOR: f64 = 12.0;

/// One end of an edge between neighbouring layers.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The vertex at the other end.
    pub other: usize,
    /// Where it begins, from the middle of its own vertex.
    pub at: f64,
    /// Where it ends, from the middle of the other vertex.
    pub other_at: f64,
    /// Whether where it leads to says little, as everything leads there.
    pub weak: bool,
}

/// The layers, of items at the even ones and of labels at the odd ones.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub kind: Vec<Kind>,
    pub layer: Vec<usize>,
    pub breadth: Vec<f64>,
    pub up: Vec<Vec<End>>,
    pub down: Vec<Vec<End>>,
    /// The vertices of each layer, in their order.
    pub layers: Vec<Vec<usize>>,
    /// The vertices that a hop leads through, from the highest to the lowest; none for a hop from
    /// an item to itself.
    pub chains: Vec<Vec<usize>>,
    /// The vertex of each item that has one.
    pub vertex: Vec<Option<usize>>,
}

impl Sheet {
    /// Lays out `level` in layers; `items` are those that have a rank, in the order of `ranked`,
    /// and `reversed` goes by hops.
    pub fn new(level: &Level, items: &[usize], ranked: &Ranked, reversed: &[bool]) -> Sheet {
        let mut sheet = Sheet {
            layers: vec![Vec::new(); (2 * ranked.count).saturating_sub(1)],
            vertex: vec![None; level.items.len()],
            ..Sheet::default()
        };
        for (&item, &rank) in items.iter().zip(&ranked.rank) {
            let loops = level.loop_room(item);
            let breadth = level.items[item].breadth + 2.0 * loops;
            sheet.vertex[item] = Some(sheet.add(Kind::Item(item), 2 * rank, breadth));
        }
        sheet.chain(level, reversed);
        sheet.order_by_search();
        sheet
    }

    fn add(&mut self, kind: Kind, layer: usize, breadth: f64) -> usize {
        self.kind.push(kind);
        self.layer.push(layer);
        self.breadth.push(breadth);
        self.up.push(Vec::new());
        self.down.push(Vec::new());
        self.kind.len() - 1
    }

    fn chain(&mut self, level: &Level, reversed: &[bool]) {
        let ends = |sheet: &Sheet, at: usize| {
            let hop = &level.hops[at];
            let (from, to) = (sheet.vertex[hop.from]?, sheet.vertex[hop.to]?);
            (from != to).then_some(match reversed[at] {
                true => (to, from, hop.to_at, hop.from_at),
                false => (from, to, hop.from_at, hop.to_at),
            })
        };
        let count: usize = (0..level.hops.len())
            .filter_map(|at| ends(self, at))
            .map(|(upper, lower, ..)| self.layer[lower] - self.layer[upper] - 1)
            .sum();
        let coarse = count > MANY;
        let mut longest: BTreeMap<usize, usize> = BTreeMap::new();
        for (upper, lower, ..) in (0..level.hops.len()).filter_map(|at| ends(self, at)) {
            let length = longest.entry(lower).or_default();
            *length = (*length).max(self.layer[lower] - self.layer[upper] - 1);
        }
        let across = longest.values().sum::<usize>() > TOO_MANY;
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut joined: BTreeSet<(usize, usize, u64, u64)> = BTreeSet::new();
        for (at, hop) in level.hops.iter().enumerate() {
            let Some((upper, lower, upper_at, lower_at)) = ends(self, at) else {
                self.chains.push(Vec::new());
                continue;
            };
            if across && self.layer[lower] - self.layer[upper] > 2 {
                self.chains.push(vec![upper, lower]);
                continue;
            }
            let bundle = match (coarse, reversed[at]) {
                (true, _) => Some(usize::MAX - lower),
                (false, true) => None,
                (false, false) => hop.bundle,
            };
            // A label is where its edge begins.
            let label_layer = match reversed[at] {
                true => self.layer[lower] - 1,
                false => self.layer[upper] + 1,
            };
            let mut chain = vec![upper];
            for layer in self.layer[upper] + 1..self.layer[lower] {
                chain.push(match (hop.label, bundle) {
                    (Some(label), _) if layer == label_layer && !coarse => {
                        self.add(Kind::Label(at), layer, label.breadth)
                    }
                    (_, Some(bundle)) => match shared.get(&(bundle, layer)) {
                        Some(&bend) => bend,
                        None => {
                            let bend = self.add(Kind::Bend, layer, 0.0);
                            shared.insert((bundle, layer), bend);
                            bend
                        }
                    },
                    (_, None) => self.add(Kind::Bend, layer, 0.0),
                });
            }
            chain.push(lower);
            for pair in chain.windows(2) {
                let (above, below) = (pair[0], pair[1]);
                let at = if above == upper { upper_at } else { 0.0 };
                let other_at = if below == lower { lower_at } else { 0.0 };
                // Edges that share a way are one edge there.
                if !joined.insert((above, below, at.to_bits(), other_at.to_bits())) {
                    continue;
                }
                self.down[above].push(End {
                    other: below,
                    at,
                    other_at,
                    weak: hop.weak,
                });
                self.up[below].push(End {
                    other: above,
                    at: other_at,
                    other_at: at,
                    weak: hop.weak,
                });
            }
            self.chains.push(chain);
        }
    }

    /// A first order: trees get one without crossings by it.
    fn order_by_search(&mut self) {
        let mut roots: Vec<usize> = (0..self.kind.len()).collect();
        roots.sort_by_key(|&v| (!self.up[v].is_empty(), self.layer[v], v));
        let mut seen = vec![false; self.kind.len()];
        let mut stack = Vec::new();
        for root in roots {
            stack.push(root);
            while let Some(v) = stack.pop() {
                if std::mem::replace(&mut seen[v], true) {
                    continue;
                }
                self.layers[self.layer[v]].push(v);
                stack.extend(self.down[v].iter().rev().map(|end| end.other));
            }
        }
    }
}
