//! Formatting: nothing but blanks and trailing commas changes, what a text means stays, and formatted
//! text is its own formatting.

use wit_parser::UnresolvedPackageGroup;
use witkit::wit::format::{Style, format};
use witkit::wit::syntax::{NodeKind, TokenKind, Tree, parse};

use super::{seed, text};
use crate::graphs::Random;

/// Another style than the usual one.
pub const NARROW: Style = Style {
    width: 40,
    indent: 4,
};

/// Bytes as a text: as it is, and with blanks and comments strewn in.
pub fn check(data: &[u8]) -> Result<(), String> {
    let text = text(data);
    let mut random = Random(seed(data));
    let style = [Style::default(), NARROW][random.below(2)];
    if !formats(&text, style)? {
        return Ok(());
    }
    let comments = random.below(2) == 0;
    let strewn = strewn(&parse("a.wit", &*text), &mut random, comments);
    formats(&strewn, style).map(drop)
}

/// Formats a text and checks all that formatting promises; false if its syntax is wrong.
pub fn formats(text: &str, style: Style) -> Result<bool, String> {
    let tree = parse("before.wit", text);
    if !tree.problems().is_empty() {
        return Ok(false);
    }
    let formatted = format(&tree, style);
    let after = parse("after.wit", &*formatted);
    let told = told(&tree, &after, style);
    told.map_err(|told| format!("{told}\n--- before\n{text}\n--- after\n{formatted}"))?;
    Ok(true)
}

fn told(before: &Tree, after: &Tree, style: Style) -> Result<(), String> {
    if let Some(problem) = after.problems().first() {
        return Err(format!("it has a problem now: {}", problem.message));
    }
    if let Some((was, is)) = first_difference(&words(before), &words(after)) {
        return Err(format!("`{was}` has become `{is}`"));
    }
    let again = format(after, style);
    if *again != **after.text() {
        return Err(format!("a second time it becomes\n{again}"));
    }
    blanks(after)?;
    if let Some((was, is)) = first_difference(&meaning(before.text()), &meaning(after.text())) {
        return Err(format!("it means something else: {was}\n{is}"));
    }
    Ok(())
}

fn first_difference(one: &[String], other: &[String]) -> Option<(String, String)> {
    let longer = one.len().max(other.len());
    let at = |list: &[String], index| list.get(index).cloned().unwrap_or_default();
    let mut pairs = (0..longer).map(|index| (at(one, index), at(other, index)));
    pairs.find(|(one, other)| one != other)
}

/// Tokens and comments in their order, without trailing commas.
fn words(tree: &Tree) -> Vec<String> {
    let tokens = tree.tokens();
    let mut words = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens[at + 1..]
            .iter()
            .find(|token| !token.kind.is_trivia());
        let is_trailing = token.kind == TokenKind::Comma
            && next.is_some_and(|next| {
                use TokenKind::{GreaterThan, RightBrace, RightParen};
                matches!(next.kind, RightParen | RightBrace | GreaterThan)
            });
        match token.kind {
            TokenKind::Whitespace => {}
            _ if is_trailing => {}
            TokenKind::LineComment => words.push(tree.token_text(at).trim_end().to_string()),
            _ => words.push(tree.token_text(at).replace("\r\n", "\n")),
        }
    }
    words
}

/// No blanks at the end of a line, no two empty lines, one line break at the end.
fn blanks(tree: &Tree) -> Result<(), String> {
    let tokens = tree.tokens();
    for at in 0..tokens.len() {
        let text = tree.token_text(at);
        let bad = match tokens[at].kind {
            TokenKind::Whitespace => {
                let breaks = text.matches('\n').count();
                let ends = tokens[at + 1].kind == TokenKind::Eof;
                text.contains([' ', '\t']) && text.trim_start_matches(['\r', '\n']).contains('\n')
                    || text.starts_with([' ', '\t']) && breaks > 0
                    || breaks > 2
                    || (ends && breaks != 1)
            }
            TokenKind::LineComment => text.ends_with(char::is_whitespace),
            _ => false,
        };
        if bad {
            let before = tree.token_text(at.saturating_sub(1));
            return Err(format!("blanks are wrong at {text:?} behind {before:?}"));
        }
    }
    match &**tree.text() {
        "" => Ok(()),
        text if text.ends_with('\n') && !text.starts_with(['\n', '\r']) => Ok(()),
        _ => Err("it does not begin and end as it should".to_string()),
    }
}

/// What wit-parser makes of a text, docs included, line by line; nothing if it cannot be read alone.
pub fn meaning(text: &str) -> Vec<String> {
    let Ok(group) = UnresolvedPackageGroup::parse("t.wit", text) else {
        return Vec::new();
    };
    let packages = std::iter::once(&group.main).chain(&group.nested);
    let all = packages.map(|package| format!("{package:?}"));
    // Where it was said, and in which arena it lies, is no part of what was said.
    let without = all.map(|told| cut(&cut(&told, "Span { start: "), "arena_id: "));
    without
        .flat_map(|told| told.split(", ").map(str::to_string).collect::<Vec<_>>())
        .collect()
}

/// A text without what is between each `start` and the next brace or comma behind its digits.
fn cut(text: &str, start: &str) -> String {
    let mut parts = text.split(start);
    let mut kept = parts.next().unwrap_or_default().to_string();
    for part in parts {
        kept.push_str(
            part.trim_start_matches(|c: char| c.is_ascii_digit() || ", end:".contains(c)),
        );
    }
    kept
}

/// The tokens of a text with any blanks between them, comments too if wanted, and trailing commas
/// put in and left out.
pub fn strewn(tree: &Tree, random: &mut Random, comments: bool) -> String {
    use TokenKind::*;
    const BLANKS: [&str; 6] = [" ", "  ", "\n", "\t \n\n", "\n \n\n\n ", " "];
    const COMMENTS: [&str; 10] = [
        "// note\n",
        " // note  \r\n",
        "\n/// docs\n\n",
        "\n// one\n\n\n// two\n",
        "/* block */",
        " /* block */ /* another */ ",
        "\n/* own */\n",
        "/** several\n   lines */",
        "\n  /** several\r\n   lines */ // and a note\n",
        "/*a*/// b\n",
    ];
    let tokens = tree.tokens();
    // Tokens that belong to one word, and those behind which a comma may be put in.
    let mut in_word = vec![false; tokens.len()];
    let mut takes_comma = vec![false; tokens.len()];
    for node in tree.nodes() {
        use NodeKind::*;
        match node.kind() {
            Version => in_word[node.tokens()].fill(true),
            Field | Flag | Case | EnumCase | Param | UseName | IncludeName => {
                takes_comma[node.tokens().end - 1] = true;
            }
            _ => {}
        }
    }
    let significant: Vec<usize> = (0..tokens.len())
        .filter(|at| !tokens[*at].kind.is_trivia())
        .collect();
    let mut text = String::new();
    for (index, &at) in significant.iter().enumerate() {
        let kind = tokens[at].kind;
        let joins = |kind| {
            matches!(
                kind,
                LeftParen
                    | RightParen
                    | LeftBrace
                    | RightBrace
                    | LessThan
                    | GreaterThan
                    | Comma
                    | Semicolon
                    | Equals
                    | Colon
            )
        };
        let before = index.checked_sub(1).map(|before| significant[before]);
        if !before.is_some_and(|before| in_word[before] && in_word[at] && before + 1 == at) {
            let mut blank = "";
            if !before.is_some_and(|before| joins(kind) || joins(tokens[before].kind))
                || random.below(3) == 0
            {
                blank = BLANKS[random.below(BLANKS.len())];
            }
            text.push_str(blank);
            if comments && random.below(8) == 0 {
                text.push_str(COMMENTS[random.below(COMMENTS.len())]);
                text.push_str(BLANKS[random.below(BLANKS.len())]);
            }
        }
        let next = significant.get(index + 1).map(|next| tokens[*next].kind);
        let closes = matches!(next, Some(RightParen | RightBrace | GreaterThan));
        if kind == Comma && closes && random.below(2) == 0 {
            continue;
        }
        text.push_str(tree.token_text(at));
        if takes_comma[at] && closes && random.below(2) == 0 {
            text.push(',');
        }
    }
    text
}
