//! Sections of the screen about one input: a heading with lines, and how they fit together.
//!
//! May import: nothing. Deliberately absent: what is in them (`screen`).

/// How many lines there are when nothing was selected.
const SCREEN: usize = 40;

/// How many of them a section keeps at least.
const AT_LEAST: usize = 3;

/// A heading and what is under it.
pub(super) struct Block {
    pub title: String,
    /// Each with its weight: when there are too many, the lightest go first.
    pub lines: Vec<(u64, String)>,
    /// What shows all of them.
    pub flag: &'static str,
}

impl Block {
    pub fn new(title: impl Into<String>, flag: &'static str, lines: Vec<String>) -> Block {
        Block {
            title: title.into(),
            // The first ones are the heaviest.
            lines: lines
                .into_iter()
                .enumerate()
                .map(|(at, line)| (u64::MAX - at as u64, line))
                .collect(),
            flag,
        }
    }

    /// A section that is empty.
    pub fn none(title: &str, flag: &'static str) -> Block {
        Block::new(title, flag, vec!["none".to_string()])
    }

    /// Leaves out the lightest, so that `count` lines are left, one of which says so.
    fn shorten(&mut self, count: usize) {
        let missing = self.lines.len() + 1 - count;
        let mut weights: Vec<u64> = self.lines.iter().map(|(weight, _)| *weight).collect();
        weights.sort_unstable_by(|a, b| b.cmp(a));
        let least = weights.get(count.saturating_sub(2)).copied().unwrap_or(0);
        let mut room = count - 1;
        self.lines.retain(|(weight, _)| {
            let keep = *weight >= least && room > 0;
            room -= usize::from(keep);
            keep
        });
        self.lines
            .push((0, format!("… {missing} more: {}", self.flag)));
    }
}

/// Shortens the longest blocks until all fits on the screen.
pub(super) fn fit(head: &[String], blocks: &mut [Block]) {
    let fixed = head.len() + 2 * blocks.len();
    let mut room: Vec<usize> = blocks.iter().map(|block| block.lines.len()).collect();
    while fixed + room.iter().sum::<usize>() > SCREEN {
        let Some(longest) = room.iter_mut().max().filter(|lines| **lines > AT_LEAST) else {
            break;
        };
        *longest -= 1;
    }
    for (block, room) in blocks.iter_mut().zip(room) {
        if room < block.lines.len() {
            block.shorten(room);
        }
    }
}
