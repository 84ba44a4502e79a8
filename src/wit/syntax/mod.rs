//! WIT syntax without loss: lexer, tree and parser of our own.
//!
//! wit-parser stops at the first error and forgets comments and blanks; formatting, fixes,
//! suppressions and complete reports of errors need both. What a package means is still for
//! wit-parser to say.
//!
//! Lives here: [`parse`], [`Tree`] and [`Node`], [`lex()`] and the codes of syntax errors.
//! May import: `diag` (rank 0). Deliberately absent: several files, names that refer to others.

mod codes;
mod lex;
mod parse;
mod problems;
#[cfg(test)]
mod tests;
mod tree;

pub use codes::CODES;
pub use lex::{KEYWORDS, Token, TokenKind, is_doc, lex};
pub use parse::parse;
pub(crate) use problems::without_forbidden;
pub use tree::{Node, NodeKind, Tree};
