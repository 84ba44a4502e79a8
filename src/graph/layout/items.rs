//! What one level of the drawing has in it: items of known sizes and the hops between them.
//!
//! Coordinates are along the flow (`depth`) and across it (`breadth`), whichever way the drawing
//! turns out to flow.
//!
//! May import: its sibling `rank`. Deliberately absent: where everything goes (`level`), and what
//! items stand for (`nest`).

use super::rank::Pin;

/// A size across and along the flow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub breadth: f64,
    pub depth: f64,
}

/// A place across and along the flow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub breadth: f64,
    pub depth: f64,
}

/// Something to be placed.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub breadth: f64,
    pub depth: f64,
    pub pin: Pin,
    /// Whether it is only where edges cross the border of the level.
    pub port: bool,
}

/// An edge, or the part of one that is in this level.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    pub from: usize,
    pub to: usize,
    /// Where at `from` it begins, from the middle, if that is settled.
    pub from_at: f64,
    pub to_at: f64,
    pub from_fixed: bool,
    pub to_fixed: bool,
    pub label: Option<Size>,
    /// Hops with the same go the same way as far as they can.
    pub bundle: Option<usize>,
    /// Whether it says little about where its ends should be.
    pub weak: bool,
}

/// The items to lay out.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    pub items: Vec<Item>,
    pub hops: Vec<Hop>,
    /// How many items a layer may have.
    pub cap: Option<usize>,
    /// Whether things should rather be near to each other than edges straight.
    pub tight: bool,
}

/// The room that an edge from an item to itself takes beside it.
pub(super) const LOOP: f64 = 26.0;

impl Level {
    /// What edges from an item to itself need at each side of it.
    pub fn loop_room(&self, item: usize) -> f64 {
        // Few graphs have any, so they are not gathered beforehand.
        let own = |hop: &&Hop| hop.from == item && hop.to == item;
        if !self.has_loops() {
            return 0.0;
        }
        let room = |hop: &Hop| LOOP + hop.label.map_or(0.0, |label| label.breadth + 6.0);
        self.hops.iter().filter(own).map(room).sum()
    }

    fn has_loops(&self) -> bool {
        self.hops.iter().any(|hop| hop.from == hop.to)
    }
}
