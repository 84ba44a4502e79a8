//! Formatting: the same tokens and comments in the same order, with other blanks.
//!
//! Lives here: [`format()`], [`Style`] with its reader for `[fmt]` ([`settings`]). Inside: `layout` walks the tree and says what goes on which
//! line, `spacing` says which tokens have a blank between them and what fits on a line, `statements` has
//! those of scripts, `writer` writes, and puts comments where they were.
//! May import: `diag`, `source`, `config` (ranks 0 and 1) and the syntax. Deliberately absent:
//! changing anything but blanks and trailing commas. No order of items, no spelling of names, no
//! re-flowing of comments: what a package means is the same before and after, docs included.
//!
//! # The rules
//! - One item a line, two blanks of indentation, lines of 100 columns where that can be done.
//! - In a file or package there is one empty line between items. In interfaces, worlds and
//!   resources there is one around an item that takes several lines, or that has comments or
//!   attributes before it; elsewhere the author's empty lines stay, at most one at a time. There
//!   is none after `{` and none before `}`.
//! - Records, variants, enums, flags: one element a line, each with a comma.
//! - Parameters, and the names of `use` and `include`, stand on one line if all of the item fits;
//!   else there is one a line, each with a comma. Where a type is too long still, its arguments
//!   get lines of their own. What cannot be broken stays long.
//! - Of a script, statements stay as far apart as they are. Arguments of `new` stand on one line if all
//!   of the statement fits, else each has a line of its own.
//! - Each attribute has a line of its own.
//! - A comment stays between the two tokens that it is between, because it documents what follows
//!   it, whatever its form. Where it begins or ends a line, it still does so; a list that it does
//!   so in has one element a line. Blanks at the end of a line comment go; a block comment is
//!   kept to the letter (but for the kind of line break).
//! - Trailing commas are the only tokens that come or go: a list on several lines has one, right
//!   behind its last element, a list on one line has none.
//! - Lines end as the first line of the file does.
//!
//! Formatted text is its own formatting, and takes one pass over the tokens with little else than
//! copying: a run of tokens that has the right blanks already is copied as a whole.

mod layout;
#[doc(hidden)]
pub mod settings;
mod spacing;
mod statements;
mod writer;

use super::syntax::{self, Tree};
use super::text;
use crate::diag::Report;
use crate::source::Input;

/// What can be chosen.
///
/// ```
/// use witkit::wit::format::{Style, format_source};
///
/// let style = Style { indent: 4, ..Style::default() };
/// let formatted = format_source(("a.wit", "interface i{f:func();}"), style)?;
/// assert_eq!(formatted, "interface i {\n    f: func();\n}\n");
/// # Ok::<(), witkit::Report>(())
/// ```
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

/// The text of a tree, formatted. Of a tree with problems, which nobody could say the layout of,
/// the text as it is.
///
/// ```
/// use witkit::wit::format::{Style, format};
/// use witkit::wit::syntax::parse;
///
/// let tree = parse("a.wit", "interface i{f:func();}");
/// assert_eq!(format(&tree, Style::default()), "interface i {\n  f: func();\n}\n");
/// ```
pub fn format(tree: &Tree, style: Style) -> String {
    if tree.problems().is_empty() {
        layout::file(tree, style)
    } else {
        tree.text().to_string()
    }
}

/// The text of a file, at a path or in memory, formatted; fails with everything that is wrong with its
/// syntax.
///
/// ```
/// use witkit::{format, wit::format::Style};
///
/// let text = format(("a.wit", "interface  i{ f:func( ); }"), Style::default())?;
/// assert_eq!(text, "interface i {\n  f: func();\n}\n");
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn format_source(input: impl Into<Input>, style: Style) -> Result<String, Report> {
    let source = input.into().open()?;
    let name = source.name();
    let text = text::of(&source, name)?;
    let tree = match super::is_script(&source) {
        true => syntax::parse_script(name, text),
        false => syntax::parse(name, text),
    };
    if tree.problems().is_empty() {
        return Ok(format(&tree, style));
    }
    let mut report = Report::new();
    report.add_text(name, tree.text().clone());
    for problem in tree.problems() {
        report.push(problem.clone());
    }
    Err(report)
}
