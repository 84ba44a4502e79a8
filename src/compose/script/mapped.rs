//! A text made of pieces of a script, which knows where each is from.
//!
//! Lives here: [`Mapped`]. May import: `wit` (rank 2). Deliberately absent: what is copied (`wit_text`).

use std::ops::Range;

use crate::wit::syntax::Tree;

/// A text made of pieces of another one.
#[derive(Default)]
pub(super) struct Mapped {
    pub text: String,
    pieces: Vec<Piece>,
}

struct Piece {
    at: usize,
    /// What it is a copy of, or stands for.
    origin: Range<usize>,
    is_copy: bool,
}

impl Mapped {
    pub fn copy(&mut self, tree: &Tree, range: Range<usize>) {
        self.pieces.push(Piece {
            at: self.text.len(),
            origin: range.clone(),
            is_copy: true,
        });
        self.text.push_str(&tree.text()[range]);
    }

    /// Adds what stands for something else.
    pub fn glue(&mut self, text: &str, origin: &Range<usize>) {
        self.pieces.push(Piece {
            at: self.text.len(),
            origin: origin.clone(),
            is_copy: false,
        });
        self.text.push_str(text);
    }

    /// The range of the script that a range of the text is from.
    pub fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let after = self.pieces.partition_point(|piece| piece.at <= range.start);
        let Some(piece) = self.pieces.get(after.saturating_sub(1)) else {
            return 0..0;
        };
        if !piece.is_copy {
            return piece.origin.clone();
        }
        let start = (piece.origin.start + range.start - piece.at).min(piece.origin.end);
        let end = (start + range.len()).min(piece.origin.end);
        start..end
    }
}
