//! WIT syntax without loss: lexer, tree and parser of our own.
//!
//! wit-parser stops at the first error and forgets comments and blanks; formatting, fixes,
//! suppressions and complete reports of errors need both. What a package means is still for
//! wit-parser to say. Scripts of wac (`.wac`) are WIT with statements, and have the same tokens and tree.
//!
//! Lives here: [`parse`], [`parse_script`], [`Tree`] and [`Node`], [`lex()`] and the codes of syntax errors.
//! May import: `diag` (rank 0). Deliberately absent: several files, names that refer to others.

mod codes;
mod lex;
mod parse;
mod problems;
#[cfg(test)]
mod tests;
mod tree;

pub use codes::CODES;
pub(crate) use codes::SYNTAX;
pub use lex::{KEYWORDS, Token, TokenKind, is_doc, lex};
pub use parse::{parse, parse_script};
pub(crate) use problems::without_forbidden;
pub use tree::{Node, NodeKind, Tree};
