//! Complaints about single tokens: characters that are not allowed, comments and strings that do
//! not end, names that are not in kebab case.
//!
//! May import: `diag` (rank 0) and the tree. Deliberately absent: what tokens follow each other.

use super::codes;
use super::lex::{Token, TokenKind};
use super::tree::Tree;
use crate::diag::Diagnostic;

/// Reports the tokens of a tree; unless it `has_odd` ones, that takes no look at each.
pub(super) fn of_tokens(tree: &mut Tree, has_odd: bool) {
    let mut found = Vec::new();
    characters(tree, &mut found);
    let tokens: &[Token] = if has_odd { &tree.tokens } else { &[] };
    for (at, token) in tokens.iter().enumerate() {
        if !token.kind.is_odd() {
            continue;
        }
        let range = tree.token_range(at);
        let text = tree.token_text(at);
        match token.kind {
            TokenKind::Unknown => {
                let Some(character) = text.chars().next() else {
                    continue;
                };
                // Those are complained about wherever they are.
                if is_forbidden(character) {
                    continue;
                }
                let message = format!("unexpected character {}", described(character));
                let problem = codes::FORBIDDEN_CHARACTER
                    .report(message)
                    .at(tree.locus(range), "");
                found.push(match character {
                    '\u{feff}' => problem.help("save the file without a byte order mark"),
                    '\r' => problem.help("end lines with `\\n` or `\\r\\n`"),
                    _ => problem,
                });
            }
            TokenKind::BlockComment if !is_closed(text) => found.push(
                codes::SYNTAX
                    .report("unterminated block comment")
                    .at(tree.locus(range.start..range.start + 2), "begins here")
                    .note("block comments nest: each `/*` needs its own `*/`"),
            ),
            TokenKind::StringLiteral if text.len() < 2 || !text.ends_with('"') => found.push(
                codes::SYNTAX
                    .report("unterminated string")
                    .at(tree.locus(range), "missing `\"` on this line"),
            ),
            _ => {}
        }
    }
    tree.problems.append(&mut found);
}

/// Whether every `/*` of a comment has its `*/`.
fn is_closed(comment: &str) -> bool {
    let mut depth = 0usize;
    let mut bytes = comment.as_bytes();
    while let [first, rest @ ..] = bytes {
        let pair = (*first, rest.first().copied());
        let step = match pair {
            (b'/', Some(b'*')) => {
                depth += 1;
                2
            }
            (b'*', Some(b'/')) => {
                depth = depth.saturating_sub(1);
                2
            }
            _ => 1,
        };
        bytes = &bytes[step..];
    }
    depth == 0
}

/// Characters that wit-parser refuses anywhere.
fn characters(tree: &Tree, found: &mut Vec<Diagnostic>) {
    let text = &*tree.text;
    // All bytes of a stretch at once, which is as fast as memory if none of them needs a look.
    const STRETCH: usize = 64;
    for (number, stretch) in text.as_bytes().chunks(STRETCH).enumerate() {
        let odd = stretch.iter().fold(false, |odd, byte| odd | is_odd(*byte));
        if !odd {
            continue;
        }
        for (at, byte) in stretch.iter().enumerate() {
            let at = number * STRETCH + at;
            // A character has its look where it starts.
            if !is_odd(*byte) || !text.is_char_boundary(at) {
                continue;
            }
            let Some(character) = text[at..].chars().next() else {
                continue;
            };
            if is_forbidden(character) {
                let range = at..at + character.len_utf8();
                found.push(
                    codes::FORBIDDEN_CHARACTER
                        .report(format!(
                            "character {} is not allowed in WIT",
                            described(character)
                        ))
                        .at(tree.locus(range), "")
                        .help("remove it"),
                );
            }
        }
    }
}

/// Whether a byte is one of a character that may be forbidden.
fn is_odd(byte: u8) -> bool {
    (byte < b' ') & (byte != b'\n') | (byte >= 0x7f)
}

/// The text with something in the place of all that WIT forbids: docs in binary form may have it.
pub(crate) fn without_forbidden(text: &str) -> String {
    text.replace(is_forbidden, "\u{fffd}")
}

fn is_forbidden(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        // They make a text look like another one.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        // Unicode advises against them.
        '\u{149}' | '\u{673}' | '\u{f77}' | '\u{f79}' | '\u{17a3}' | '\u{17a4}' | '\u{17b4}'
        | '\u{17b5}' => true,
        other => other.is_control(),
    }
}

fn described(character: char) -> String {
    let number = character as u32;
    if character.is_control() || is_forbidden(character) || character.is_whitespace() {
        return format!("U+{number:04X}");
    }
    if character == '\u{feff}' {
        return "U+FEFF".to_string();
    }
    format!("`{character}` (U+{number:04X})")
}

/// What is wrong with a name, and the name it is to be instead, if it is not in kebab case.
pub(super) fn of_name(name: &str) -> Option<(String, Option<String>)> {
    let why = not_kebab(name)?;
    let kebab = to_kebab(name);
    let is_fixed = kebab != name && not_kebab(&kebab).is_none();
    Some((
        format!("`{name}` is not a valid WIT identifier: {why}"),
        is_fixed.then_some(kebab),
    ))
}

/// A name as it is to be written: itself, or in kebab case if that makes a name of it.
pub(super) fn as_name(name: &str) -> String {
    match of_name(name.trim_start_matches('%')) {
        Some((_, Some(kebab))) => kebab,
        _ => name.to_string(),
    }
}

/// Why a name is not in kebab case, if it is not.
fn not_kebab(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    for (at, word) in name.split('-').enumerate() {
        let Some(first) = word.chars().next() else {
            return Some("`-` must be between two words");
        };
        if word.contains('_') {
            return Some("words are separated with `-`, not `_`");
        }
        if !word.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Some("only ASCII letters and digits are allowed");
        }
        if at == 0 && first.is_ascii_digit() {
            return Some("it begins with a digit");
        }
        let lower = word.chars().any(|c| c.is_ascii_lowercase());
        let upper = word.chars().any(|c| c.is_ascii_uppercase());
        if lower && upper {
            return Some("a word must be all lower case or all upper case");
        }
    }
    None
}

/// The name in kebab case, as `get-http-url` for `getHTTPUrl`.
fn to_kebab(name: &str) -> String {
    let mut kebab = String::new();
    let mut characters = name.chars().peekable();
    let mut before = '-';
    while let Some(c) = characters.next() {
        let next_is_lower = characters.peek().is_some_and(char::is_ascii_lowercase);
        let new_word = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || (before.is_ascii_uppercase() && next_is_lower));
        if (new_word || c == '_') && !kebab.is_empty() && !kebab.ends_with('-') {
            kebab.push('-');
        }
        if c != '_' {
            kebab.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    kebab.trim_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_other_cases_are_turned_into_kebab_case() {
        for (name, kebab) in [
            ("getHTTPUrl", "get-http-url"),
            ("get_all", "get-all"),
            ("HttpRequest", "http-request"),
            ("__x", "x"),
            ("utf8String", "utf8-string"),
        ] {
            assert_eq!(to_kebab(name), kebab);
            assert_eq!(not_kebab(kebab), None);
            assert!(not_kebab(name).is_some(), "{name}");
        }
    }
}
