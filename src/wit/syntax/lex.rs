//! WIT text to tokens, without losing a byte.
//!
//! Lives here: [`Token`], [`TokenKind`] and the lexer. The kinds are those of the lexical structure
//! in the specification's `WIT.md`, and three more: whitespace, the two kinds of comments, and
//! what is no token of WIT.
//! May import: `diag` (rank 0). Deliberately absent: complaints about tokens (`problems`).

use TokenKind::*;

/// A piece of the text; it reaches to where the next one starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it starts, in bytes.
    pub start: u32,
}

macro_rules! token_kinds {
    (
        other { $($other:ident $described:literal,)* }
        punctuation { $($mark:ident $mark_text:literal,)* }
        keywords { $($keyword:ident $text:literal,)* }
    ) => {
        /// What a token is.
        #[allow(missing_docs)] // They are named after what they are.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum TokenKind { $($other,)* $($mark,)* $($keyword,)* }

        impl TokenKind {
            /// The keyword that `text` is.
            fn keyword(text: &str) -> Option<TokenKind> {
                match text { $($text => Some($keyword),)* _ => None }
            }

            /// Whether it is a keyword.
            pub fn is_keyword(self) -> bool {
                matches!(self, $($keyword)|*)
            }

            /// What it is, for messages.
            pub fn describe(self) -> &'static str {
                match self {
                    $($other => $described,)*
                    $($mark => concat!("`", $mark_text, "`"),)*
                    $($keyword => concat!("keyword `", $text, "`"),)*
                }
            }
        }

        /// Every word that needs a `%` to be a name.
        pub const KEYWORDS: &[&str] = &[$($text),*];
    };
}

token_kinds! {
    other {
    Whitespace "a blank",
    LineComment "a comment",
    BlockComment "a comment",
    Ident "a name",
    // `%name`.
    ExplicitIdent "a name",
    Integer "a number",
    StringLiteral "a string",
    Unknown "a character that has no meaning in WIT",
    Eof "the end of the file",
    }
    punctuation {
    Equals "=",
    Comma ",",
    Colon ":",
    Period ".",
    Semicolon ";",
    LeftParen "(",
    RightParen ")",
    LeftBrace "{",
    RightBrace "}",
    LessThan "<",
    GreaterThan ">",
    Star "*",
    At "@",
    Slash "/",
    Plus "+",
    Minus "-",
    Arrow "->",
    }
    keywords {
    Underscore "_",
    As "as",
    Async "async",
    Bool "bool",
    Borrow "borrow",
    Char "char",
    Constructor "constructor",
    Enum "enum",
    ErrorContext "error-context",
    Export "export",
    F32 "f32",
    F64 "f64",
    Flags "flags",
    From "from",
    Func "func",
    Future "future",
    Import "import",
    Include "include",
    Interface "interface",
    List "list",
    Map "map",
    OptionKeyword "option",
    Own "own",
    Package "package",
    Record "record",
    Resource "resource",
    ResultKeyword "result",
    S8 "s8",
    S16 "s16",
    S32 "s32",
    S64 "s64",
    Static "static",
    Stream "stream",
    StringKeyword "string",
    Tuple "tuple",
    Type "type",
    U8 "u8",
    U16 "u16",
    U32 "u32",
    U64 "u64",
    Use "use",
    Variant "variant",
    With "with",
    World "world",
    }
}

impl TokenKind {
    /// Whether it is blank or a comment: what the grammar does not see.
    pub fn is_trivia(self) -> bool {
        matches!(self, Whitespace | LineComment | BlockComment)
    }

    /// Whether it is a comment.
    pub fn is_comment(self) -> bool {
        matches!(self, LineComment | BlockComment)
    }
}

/// Whether a comment documents what comes after it, by its form: `///` or `/** … */`. Lines such as
/// `////////` do not: they separate.
pub fn is_doc(comment: &str) -> bool {
    match comment.strip_prefix("///") {
        Some(rest) => !rest.starts_with('/'),
        None => comment
            .strip_prefix("/**")
            .is_some_and(|rest| !rest.starts_with('*') && rest != "/"),
    }
}

/// All tokens of the text, the last of them [`TokenKind::Eof`]. Joined, they are the text.
pub fn lex(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    // WIT has about five bytes a token; too large a guess costs nothing that is touched.
    let mut tokens = Vec::with_capacity(bytes.len() / 4 + 1);
    let mut at = 0;
    while at < bytes.len() {
        let (kind, end) = token(text, bytes, at);
        tokens.push(Token {
            kind,
            start: at as u32,
        });
        at = end;
    }
    tokens.push(Token {
        kind: Eof,
        start: bytes.len() as u32,
    });
    tokens
}

/// The kind of the token that starts at `at`, and where it ends.
fn token(text: &str, bytes: &[u8], at: usize) -> (TokenKind, usize) {
    let next = bytes.get(at + 1).copied();
    let one = |kind| (kind, at + 1);
    match bytes[at] {
        b' ' | b'\n' | b'\t' => (Whitespace, blanks(bytes, at + 1)),
        b'\r' if next == Some(b'\n') => (Whitespace, blanks(bytes, at + 2)),
        b'/' if next == Some(b'/') => (LineComment, line_comment(bytes, at + 2)),
        b'/' if next == Some(b'*') => (BlockComment, block_comment(bytes, at + 2)),
        b'-' if next == Some(b'>') => (Arrow, at + 2),
        b'=' => one(Equals),
        b',' => one(Comma),
        b':' => one(Colon),
        b'.' => one(Period),
        b';' => one(Semicolon),
        b'(' => one(LeftParen),
        b')' => one(RightParen),
        b'{' => one(LeftBrace),
        b'}' => one(RightBrace),
        b'<' => one(LessThan),
        b'>' => one(GreaterThan),
        b'*' => one(Star),
        b'@' => one(At),
        b'/' => one(Slash),
        b'+' => one(Plus),
        b'-' => one(Minus),
        b'%' => (ExplicitIdent, word(text, at + 1)),
        b'"' => (StringLiteral, string(bytes, at + 1)),
        b'0'..=b'9' => {
            let digits = bytes[at..].iter().take_while(|b| b.is_ascii_digit());
            (Integer, at + digits.count())
        }
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
            let end = word(text, at + 1);
            let kind = TokenKind::keyword(&text[at..end]).unwrap_or(Ident);
            (kind, end)
        }
        _ => {
            // INVARIANT: `at` is the start of a token, so the start of a character.
            let first = text[at..].chars().next().unwrap_or(' ');
            if first.is_alphabetic() {
                (Ident, word(text, at + first.len_utf8()))
            } else {
                (Unknown, at + first.len_utf8())
            }
        }
    }
}

/// Where the blanks end that `at` may be amidst of.
fn blanks(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\t') => at += 1,
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            _ => return at,
        }
    }
}

/// Where a line comment ends: before the line break, so that comments of files with either kind
/// of line break look alike.
fn line_comment(bytes: &[u8], at: usize) -> usize {
    let end = bytes[at..].iter().position(|b| *b == b'\n');
    match end.map(|length| at + length) {
        Some(end) if end > at && bytes[end - 1] == b'\r' => end - 1,
        Some(end) => end,
        None => bytes.len(),
    }
}

/// Where a block comment ends; they nest. One that is not closed reaches to the end of the text.
fn block_comment(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 1;
    while depth > 0 {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'/'), Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (Some(b'*'), Some(b'/')) => {
                depth -= 1;
                at += 2;
            }
            (Some(_), _) => at += 1,
            (None, _) => break,
        }
    }
    at
}

/// Where a string ends. One that is not closed reaches to the end of its line.
fn string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' => break,
            b'\\' if bytes.get(at + 1).is_some_and(|b| *b == b'"' || *b == b'\\') => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// Where a word ends that `at` may be amidst of.
fn word(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => at += 1,
            0..0x80 => break,
            // Of letters beyond ASCII, so that one complaint is about the whole name.
            _ => match text[at..].chars().next() {
                Some(c) if c.is_alphanumeric() => at += c.len_utf8(),
                _ => break,
            },
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        lex(text).iter().map(|token| token.kind).collect()
    }

    #[test]
    fn tokens_cover_every_byte() {
        for text in [
            "",
            "a",
            "/* /* */",
            "\"x",
            "\r",
            "ä→%",
            "a\r\n// b\r\n",
            "%",
        ] {
            let tokens = lex(text);
            assert_eq!(tokens[0].start, 0, "{text:?}");
            let ascending = tokens.windows(2).all(|pair| pair[0].start < pair[1].start);
            assert!(ascending, "{text:?}");
            assert_eq!(tokens.last().unwrap().start as usize, text.len());
        }
    }

    #[test]
    fn block_comments_nest() {
        assert_eq!(kinds("/* a /* b */ c */d"), [BlockComment, Ident, Eof]);
    }

    #[test]
    fn keywords_are_told_from_names() {
        assert_eq!(
            kinds("func %func funcs error-context _ _a"),
            [
                Func,
                Whitespace,
                ExplicitIdent,
                Whitespace,
                Ident,
                Whitespace,
                ErrorContext,
                Whitespace,
                Underscore,
                Whitespace,
                Ident,
                Eof
            ]
        );
    }

    #[test]
    fn an_arrow_is_one_token() {
        assert_eq!(kinds("()->a"), [LeftParen, RightParen, Arrow, Ident, Eof]);
    }

    #[test]
    fn the_carriage_return_of_a_line_is_not_part_of_its_comment() {
        assert_eq!(kinds("// a\r\nb"), [LineComment, Whitespace, Ident, Eof]);
        assert_eq!(lex("// a\r\nb")[1].start, 4);
    }
}
