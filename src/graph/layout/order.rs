//! The order within layers, so that few edges cross.
//!
//! May import: `sheet`. Deliberately absent: coordinates (`place`). The work is bounded by the
//! number of edges, and the same sheet always gets the same order.

use super::sheet::{End, Sheet};

/// How many edges are looked at, in all.
const WORK: usize = 1_500_000;

/// Reorders the layers.
pub(super) fn reorder(sheet: &mut Sheet) {
    let edges: usize = sheet.down.iter().map(Vec::len).sum();
    let sweeps = (WORK / (edges + sheet.kind.len()).max(1)).clamp(2, 24);
    let mut position = vec![0; sheet.kind.len()];
    for layer in &sheet.layers {
        number(layer, &mut position);
    }
    let mut best = sheet.layers.clone();
    let mut fewest = crossings(sheet, &position);
    let mut stale = 0;
    for sweep in 0..sweeps {
        if fewest == 0 || stale > 6 {
            break;
        }
        let downwards = sweep % 2 == 0;
        // Among equals, half of the sweeps turn the order round, to get away from where they are.
        let turn = sweep % 4 >= 2;
        sort_layers(sheet, &mut position, downwards, turn);
        transpose(sheet, &mut position);
        let count = crossings(sheet, &position);
        stale += 1;
        if count < fewest {
            fewest = count;
            best.clone_from(&sheet.layers);
            stale = 0;
        }
    }
    sheet.layers = best;
}

fn number(layer: &[usize], position: &mut [usize]) {
    for (at, &v) in layer.iter().enumerate() {
        position[v] = at;
    }
}

/// Where an edge ends in its layer: vertices count by position, and within one, by where.
fn place(sheet: &Sheet, position: &[usize], vertex: usize, at: f64) -> f64 {
    let breadth = sheet.breadth[vertex];
    let share = if breadth > 0.0 { at / breadth } else { 0.0 };
    position[vertex] as f64 + share.clamp(-0.49, 0.49)
}

fn sort_layers(sheet: &mut Sheet, position: &mut [usize], downwards: bool, turn: bool) {
    let count = sheet.layers.len();
    for step in 1..count {
        let layer = if downwards { step } else { count - 1 - step };
        let mut keyed: Vec<(f64, usize)> = Vec::with_capacity(sheet.layers[layer].len());
        for &v in &sheet.layers[layer] {
            let ends = if downwards {
                &sheet.up[v]
            } else {
                &sheet.down[v]
            };
            let worth = |end: &End| if end.weak { 0.3 } else { 1.0 };
            let sum: f64 = ends
                .iter()
                .map(|end| worth(end) * place(sheet, position, end.other, end.other_at))
                .sum();
            // What hangs on nothing stays about where it is.
            let key = match ends.is_empty() {
                true => position[v] as f64,
                false => sum / ends.iter().map(worth).sum::<f64>(),
            };
            keyed.push((key, v));
        }
        if turn {
            keyed.reverse();
        }
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (at, (_, v)) in keyed.into_iter().enumerate() {
            sheet.layers[layer][at] = v;
            position[v] = at;
        }
    }
}

/// Swaps neighbours for as long as it helps, a few times at most.
fn transpose(sheet: &mut Sheet, position: &mut [usize]) {
    for _ in 0..4 {
        let mut better = false;
        for layer in 0..sheet.layers.len() {
            for at in 1..sheet.layers[layer].len() {
                let (left, right) = (sheet.layers[layer][at - 1], sheet.layers[layer][at]);
                let (mut now, mut then) = (0, 0);
                for ends in [&sheet.up, &sheet.down] {
                    let (a, b) = (&ends[left], &ends[right]);
                    // Hubs would make this quadratic, and swapping them changes little.
                    if a.len() * b.len() <= 400 {
                        now += pairs(sheet, position, a, b);
                        then += pairs(sheet, position, b, a);
                    }
                }
                if then < now {
                    sheet.layers[layer].swap(at - 1, at);
                    position[left] = at;
                    position[right] = at - 1;
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// How many edges of the left vertex end to the right of one of the right vertex.
fn pairs(sheet: &Sheet, position: &[usize], left: &[End], right: &[End]) -> usize {
    let mut count = 0;
    for a in left {
        let a = place(sheet, position, a.other, a.other_at);
        for b in right {
            count += usize::from(a > place(sheet, position, b.other, b.other_at));
        }
    }
    count
}

/// How often edges cross.
fn crossings(sheet: &Sheet, position: &[usize]) -> usize {
    let mut count = 0;
    for layer in &sheet.layers {
        let mut ends: Vec<(f64, f64)> = Vec::new();
        for &v in layer {
            ends.extend(sheet.down[v].iter().map(|end| {
                let upper = place(sheet, position, v, end.at);
                (upper, place(sheet, position, end.other, end.other_at))
            }));
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut lower: Vec<f64> = ends.into_iter().map(|(_, lower)| lower).collect();
        let mut spare = lower.clone();
        count += inversions(&mut lower, &mut spare);
    }
    count
}

/// How many pairs are in the wrong order; sorts them.
fn inversions(values: &mut [f64], spare: &mut [f64]) -> usize {
    if values.len() < 2 {
        return 0;
    }
    let half = values.len() / 2;
    let (left, right) = values.split_at_mut(half);
    let mut count = inversions(left, &mut spare[..half]) + inversions(right, &mut spare[half..]);
    let (mut l, mut r) = (0, half);
    for slot in spare.iter_mut() {
        let from_right = r < values.len() && (l >= half || values[r] < values[l]);
        if from_right {
            count += half - l;
            *slot = values[r];
            r += 1;
        } else {
            *slot = values[l];
            l += 1;
        }
    }
    values.copy_from_slice(spare);
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_in_the_wrong_order_are_counted() {
        let count = |values: &[f64]| inversions(&mut values.to_vec(), &mut values.to_vec());
        assert_eq!(count(&[1.0, 2.0, 3.0]), 0);
        assert_eq!(count(&[3.0, 2.0, 1.0]), 3);
        assert_eq!(count(&[2.0, 2.0, 1.0, 3.0]), 2);
    }
}
