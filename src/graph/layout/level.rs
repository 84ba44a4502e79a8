//! One level of the drawing, laid out in layers.
//!
//! May import: its siblings `items`, `rank`, `sheet`, `order`, `place`, `compact`, `route`. Deliberately absent: what
//! items stand for (`nest`).

use super::compact;
use super::items::{Level, Point, Size};
use super::order;
use super::place;
use super::rank::{self, Pin, Ranked};
use super::route::{self, Way};
use super::sheet::{Kind, Sheet};

/// How it is laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Placed {
    pub size: Size,
    /// The middle of each item.
    pub items: Vec<Point>,
    /// The way of each hop.
    pub ways: Vec<Way>,
    /// The items in the order people read them.
    pub order: Vec<usize>,
}

/// The room between items that nothing leads to or from.
const ASIDE: f64 = 24.0;

impl Level {
    /// Finds a place for everything.
    pub fn place(&self) -> Placed {
        let mut linked = vec![false; self.items.len()];
        for hop in &self.hops {
            linked[hop.from] = true;
            linked[hop.to] = true;
        }
        let (items, aside): (Vec<usize>, Vec<usize>) =
            (0..self.items.len()).partition(|&item| linked[item]);
        let mut placed = Placed {
            items: vec![Point::default(); self.items.len()],
            ..Placed::default()
        };
        if !items.is_empty() {
            self.place_linked(&items, &mut placed);
        }
        self.place_aside(&aside, &mut placed);
        placed
    }

    fn place_linked(&self, items: &[usize], placed: &mut Placed) {
        let mut local = vec![0; self.items.len()];
        for (at, &item) in items.iter().enumerate() {
            local[item] = at;
        }
        let pins: Vec<Pin> = items.iter().map(|&item| self.items[item].pin).collect();
        let hops: Vec<usize> = (0..self.hops.len())
            .filter(|&at| self.hops[at].from != self.hops[at].to)
            .collect();
        let edges: Vec<(usize, usize)> = hops
            .iter()
            .map(|&at| (local[self.hops[at].from], local[self.hops[at].to]))
            .collect();
        let ranked: Ranked = rank::rank(&pins, &edges, self.cap);
        let mut reversed = vec![false; self.hops.len()];
        for (at, &hop) in hops.iter().enumerate() {
            reversed[hop] = ranked.reversed[at];
        }
        let mut sheet = Sheet::new(self, items, &ranked, &reversed);
        order::reorder(&mut sheet);
        let mut across = place::place(&sheet, self.tight);
        compact::compact(&sheet, &mut across);
        let low = extreme(&sheet, &across, -0.5).fold(f64::INFINITY, f64::min);
        across.iter_mut().for_each(|x| *x -= low);
        let breadth = extreme(&sheet, &across, 0.5).fold(0.0, f64::max);
        let bands = bands(self, &sheet, &across);
        let depth = bands.last().map_or(0.0, |band| band.1);
        placed.size = Size { breadth, depth };
        for (layer, vertices) in sheet.layers.iter().enumerate() {
            for &v in vertices {
                if let Kind::Item(item) = sheet.kind[v] {
                    placed.order.push(item);
                    placed.items[item] = Point {
                        breadth: across[v],
                        depth: (bands[layer].0 + bands[layer].1) / 2.0,
                    };
                    // A port is right at the border.
                    if self.items[item].port {
                        placed.items[item].depth = match self.items[item].pin {
                            Pin::First => bands[layer].0,
                            _ => bands[layer].1,
                        };
                    }
                }
            }
        }
        placed.ways = route::ways(self, &sheet, &across, &bands, &reversed, &placed.items);
    }

    /// What nothing leads to or from has its place beside the rest, in columns.
    fn place_aside(&self, aside: &[usize], placed: &mut Placed) {
        if aside.is_empty() {
            return;
        }
        let area: f64 = aside
            .iter()
            .map(|&item| (self.items[item].breadth + ASIDE) * (self.items[item].depth + ASIDE))
            .sum();
        let room = placed.size.depth.max(area.sqrt() * 0.8).max(120.0);
        let mut left = match placed.size.breadth {
            0.0 => 0.0,
            breadth => breadth + 2.0 * ASIDE,
        };
        let mut at = 0;
        while at < aside.len() {
            let mut depth = 0.0;
            let mut end = at;
            let mut breadth: f64 = 0.0;
            while end < aside.len() {
                let item = &self.items[aside[end]];
                if end > at && depth + item.depth > room {
                    break;
                }
                depth += item.depth + ASIDE;
                breadth = breadth.max(item.breadth);
                end += 1;
            }
            let mut top = 0.0;
            for &item in &aside[at..end] {
                placed.items[item] = Point {
                    breadth: left + breadth / 2.0,
                    depth: top + self.items[item].depth / 2.0,
                };
                top += self.items[item].depth + ASIDE;
            }
            placed.size.depth = placed.size.depth.max(depth - ASIDE);
            placed.size.breadth = left + breadth;
            placed.order.extend(&aside[at..end]);
            left += breadth + ASIDE;
            at = end;
        }
    }
}

fn extreme<'a>(sheet: &'a Sheet, across: &'a [f64], side: f64) -> impl Iterator<Item = f64> + 'a {
    let sides = across.iter().zip(&sheet.breadth);
    sides.map(move |(x, breadth)| x + side * breadth)
}

/// Where each layer begins and ends along the flow.
fn bands(level: &Level, sheet: &Sheet, across: &[f64]) -> Vec<(f64, f64)> {
    let mut bands: Vec<(f64, f64)> = Vec::new();
    for (layer, vertices) in sheet.layers.iter().enumerate() {
        let thick = vertices.iter().map(|&v| match sheet.kind[v] {
            Kind::Item(item) => level.items[item].depth,
            Kind::Label(hop) => level.hops[hop].label.map_or(0.0, |label| label.depth),
            Kind::Bend => 0.0,
        });
        let thick = thick.fold(0.0, f64::max);
        let start = match bands.last() {
            None => 0.0,
            Some(band) => {
                let above = &sheet.layers[layer - 1];
                let ends = above.iter().flat_map(|&v| {
                    let ends = sheet.down[v].iter();
                    ends.map(move |end| (across[v] - across[end.other]).abs())
                });
                let sideways = ends.fold(0.0, f64::max);
                // Arrows need some room as well, and they end at items.
                let base = if layer % 2 == 0 { 24.0 } else { 16.0 };
                band.1 + base + (sideways * 0.07).min(56.0)
            }
        };
        bands.push((start, start + thick));
    }
    bands
}
