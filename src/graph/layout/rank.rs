//! Which layer everything is in.
//!
//! May import: nothing. Deliberately absent: where in its layer (`order`, `place`).

use std::collections::BTreeMap;

/// Whether an item has its layer from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pin {
    /// By who uses it.
    Free,
    /// Above everything that is free.
    First,
    /// Below everything that is free.
    Last,
}

/// The layers of items.
#[derive(Debug)]
pub(super) struct Ranked {
    /// The layer of each item.
    pub rank: Vec<usize>,
    /// The edges that go upwards, so that all others can go downwards.
    pub reversed: Vec<bool>,
    /// How many layers there are.
    pub count: usize,
}

/// Gives every item a layer below those that use it: as high as that allows, with at most `cap`
/// items in a layer. Edges from an item to itself must not be among `edges`.
pub(super) fn rank(pins: &[Pin], edges: &[(usize, usize)], cap: Option<usize>) -> Ranked {
    let mut reversed: Vec<bool> = edges
        .iter()
        .map(|&(from, to)| {
            let (from, to) = (pins[from], pins[to]);
            from != to && (to == Pin::First || from == Pin::Last)
        })
        .collect();
    let order = break_cycles(pins, edges, &mut reversed);
    let mut below = vec![Vec::new(); pins.len()];
    let mut above = vec![Vec::new(); pins.len()];
    for (at, &(from, to)) in edges.iter().enumerate() {
        let (upper, lower) = if reversed[at] { (to, from) } else { (from, to) };
        below[upper].push(lower);
        above[lower].push(upper);
    }
    let mut rank = vec![0; pins.len()];
    descend(pins, &order, &above, cap, &mut rank);
    if cap.is_none() {
        pull_down(pins, &order, &above, &below, &mut rank);
    }
    let count = without_gaps(&mut rank);
    Ranked {
        rank,
        reversed,
        count,
    }
}

/// Marks the edges that lead back to where the search came from, and returns the items so that
/// all other edges lead from earlier to later ones.
fn break_cycles(pins: &[Pin], edges: &[(usize, usize)], reversed: &mut [bool]) -> Vec<usize> {
    let mut out = vec![Vec::new(); pins.len()];
    let mut asked = vec![false; pins.len()];
    for (at, &(from, to)) in edges.iter().enumerate() {
        let (upper, lower) = if reversed[at] { (to, from) } else { (from, to) };
        out[upper].push((lower, at));
        asked[lower] = true;
    }
    let mut roots: Vec<usize> = (0..pins.len()).collect();
    roots.sort_by_key(|&item| match pins[item] {
        Pin::First => 0,
        _ if !asked[item] => 1,
        Pin::Free => 2,
        Pin::Last => 3,
    });
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; pins.len()];
    let mut finished = Vec::with_capacity(pins.len());
    // Not by recursion, as a chain may be long.
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for root in roots {
        if state[root] != State::New {
            continue;
        }
        state[root] = State::Open;
        stack.push((root, 0));
        while let Some((item, next)) = stack.last_mut() {
            let Some(&(to, edge)) = out[*item].get(*next) else {
                state[*item] = State::Done;
                finished.push(*item);
                stack.pop();
                continue;
            };
            *next += 1;
            match state[to] {
                State::New => {
                    state[to] = State::Open;
                    stack.push((to, 0));
                }
                State::Open => reversed[edge] = !reversed[edge],
                State::Done => {}
            }
        }
    }
    finished.reverse();
    finished
}

/// Every item goes right below the lowest of those above it, or, if the layer is full, into the
/// next that is not.
fn descend(
    pins: &[Pin],
    order: &[usize],
    above: &[Vec<usize>],
    cap: Option<usize>,
    rank: &mut [usize],
) {
    let first = usize::from(pins.contains(&Pin::First));
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let lowest = |item: usize, rank: &[usize]| above[item].iter().map(|&up| rank[up] + 1).max();
    let mut deepest = 0;
    for &item in order.iter().filter(|&&item| pins[item] != Pin::Last) {
        let least = if pins[item] == Pin::First { 0 } else { first };
        let mut at = lowest(item, rank).unwrap_or(0).max(least);
        if let Some(cap) = cap {
            while taken.get(&at).is_some_and(|count| *count >= cap) {
                at += 1;
            }
            *taken.entry(at).or_default() += 1;
        }
        rank[item] = at;
        deepest = deepest.max(at + 1);
    }
    for &item in order.iter().filter(|&&item| pins[item] == Pin::Last) {
        rank[item] = lowest(item, rank).unwrap_or(0).max(deepest);
    }
}

/// Items that use more than they are used by go down to what they use: it makes edges shorter.
fn pull_down(
    pins: &[Pin],
    order: &[usize],
    above: &[Vec<usize>],
    below: &[Vec<usize>],
    rank: &mut [usize],
) {
    for &item in order.iter().rev().filter(|&&item| pins[item] == Pin::Free) {
        let near = below[item].iter().filter(|&&to| pins[to] != Pin::Last);
        let (count, highest) = near.fold((0, usize::MAX), |(count, highest), &to| {
            (count + 1, highest.min(rank[to]))
        });
        if count > above[item].len() {
            rank[item] = rank[item].max(highest - 1);
        }
    }
}

fn without_gaps(rank: &mut [usize]) -> usize {
    let mut used: Vec<usize> = rank.to_vec();
    used.sort_unstable();
    used.dedup();
    for rank in rank.iter_mut() {
        *rank = used.partition_point(|other| other < rank);
    }
    used.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_uses_is_above_who_is_used_even_if_there_are_cycles() {
        let pins = [Pin::First, Pin::Free, Pin::Free, Pin::Free, Pin::Last];
        let edges = [(0, 1), (1, 2), (2, 3), (3, 1), (4, 0), (1, 4), (2, 4)];
        let ranked = rank(&pins, &edges, None);
        assert_eq!(ranked.rank, [0, 1, 2, 3, 4]);
        assert_eq!(
            ranked.reversed,
            [false, false, false, true, true, false, false]
        );
    }

    #[test]
    fn full_layers_are_continued_below() {
        let pins = [Pin::Free; 10];
        let edges: Vec<_> = (1..10).map(|to| (0, to)).collect();
        assert_eq!(rank(&pins, &edges, Some(3)).count, 4);
        assert_eq!(rank(&pins, &edges, None).count, 2);
    }
}
