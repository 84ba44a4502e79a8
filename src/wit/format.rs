//! Formatting: the same tokens and comments in the same order, with other blanks.
//!
//! May import: `diag` (rank 0) and the syntax.

use super::syntax::Tree;

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns to keep within where that can be done.
    pub width: usize,
    /// Blanks of a level of indentation.
    pub indent: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            width: 100,
            indent: 2,
        }
    }
}

/// The text of a tree without problems, formatted.
pub fn format(tree: &Tree, _style: Style) -> String {
    // A first version, to be replaced.
    tree.text().to_string()
}
