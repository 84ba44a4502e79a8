//! WIT text to tokens, without losing a byte.
//!
//! Lives here: [`Token`], [`TokenKind`] and the lexer. The kinds are those of the lexical structure
//! in the specification's `WIT.md`, and three more: whitespace, the two kinds of comments, and
//! what is no token of WIT.
//! May import: `diag` (rank 0). Deliberately absent: complaints about tokens (`problems`).

use TokenKind::*;

/// A piece of the text; it reaches to where the next one starts.
///
/// [`lex`] shows it in use.
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
        /// What a token is: [`lex`] shows it in use.
        #[allow(missing_docs)] // They are named after what they are.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum TokenKind { $($other,)* $($mark,)* $($keyword,)* }

        impl TokenKind {
            /// What a word is: a keyword or a name.
            #[allow(non_upper_case_globals)] // They are named after the kinds.
            fn of_word(word: &[u8]) -> TokenKind {
                if !may_be_keyword(word) {
                    return Ident;
                }
                $(
                    const $keyword: &[u8] = $text.as_bytes();
                )*
                match word { $($keyword => TokenKind::$keyword,)* _ => Ident }
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
    Whitespace "white space",
    LineComment "a comment",
    BlockComment "a comment",
    Ident "a name",
    // `%name`.
    ExplicitIdent "a name",
    Integer "a number",
    StringLiteral "a string",
    Unknown "an unexpected character",
    Eof "end of file",
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

    /// Whether it is a keyword of WIT that is a name as any other in a script.
    pub(crate) fn is_word_of_scripts(self) -> bool {
        matches!(
            self,
            Async | ErrorContext | From | Future | Map | Own | Stream
        )
    }

    /// Whether it may be wrong all by itself.
    pub(super) fn is_odd(self) -> bool {
        matches!(self, BlockComment | StringLiteral | Unknown)
    }

    /// Whether it is a comment.
    pub fn is_comment(self) -> bool {
        matches!(self, LineComment | BlockComment)
    }
}

/// Whether a comment documents what comes after it, by its form: `///` or `/** … */`. Lines such as
/// `////////` do not: they separate.
///
/// ```
/// use witkit::wit::syntax::is_doc;
///
/// assert!(is_doc("/// Gets a value.") && !is_doc("// Later."));
/// ```
pub fn is_doc(comment: &str) -> bool {
    match comment.strip_prefix("///") {
        Some(rest) => !rest.starts_with('/'),
        None => comment
            .strip_prefix("/**")
            .is_some_and(|rest| !rest.starts_with('*') && rest != "/"),
    }
}

/// For each first byte, the lengths of the keywords that begin with it, a bit for each.
const KEYWORD_LENGTHS: [u16; 256] = {
    let mut lengths = [0; 256];
    let mut at = 0;
    while at < KEYWORDS.len() {
        let word = KEYWORDS[at].as_bytes();
        lengths[word[0] as usize] |= 1 << word.len();
        at += 1;
    }
    lengths
};

/// Whether there is a keyword of this length that begins with the same letter: of most names this
/// is all that has to be looked at.
fn may_be_keyword(word: &[u8]) -> bool {
    word.len() < 16
        && word
            .first()
            .is_some_and(|first| KEYWORD_LENGTHS[*first as usize] >> word.len() & 1 == 1)
}

/// What a byte is within a word: [`PLAIN`], [`DASH`] or [`OTHER`], or [`NONE`] if it is in none.
const IN_WORD: [u8; 256] = {
    let mut in_word = [NONE; 256];
    let mut byte = 0u8;
    while byte < 128 {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() {
            in_word[byte as usize] = PLAIN;
        } else if byte.is_ascii_uppercase() {
            in_word[byte as usize] = OTHER;
        }
        byte += 1;
    }
    in_word[b'-' as usize] = DASH;
    in_word[b'_' as usize] = OTHER;
    in_word
};
const PLAIN: u8 = 0;
const DASH: u8 = 1;
const OTHER: u8 = 2;
const NONE: u8 = 3;

/// A token that is not trivia.
#[derive(Clone, Copy)]
pub(super) struct Significant {
    pub kind: TokenKind,
    /// Whether it is a word in kebab case and lower case, so that it needs no closer look.
    pub plain: bool,
    /// Its number among all tokens.
    pub token: u32,
}

/// A text in tokens.
pub(super) struct Lexed {
    /// All of them, the last of them [`TokenKind::Eof`].
    pub tokens: Vec<Token>,
    /// Those that are not trivia.
    pub significant: Vec<Significant>,
    /// Whether any of them has to be looked at: see [`TokenKind::is_odd`].
    pub has_odd: bool,
}

/// All tokens of the text, the last of them [`TokenKind::Eof`]. Joined, they are the text.
///
/// ```
/// use witkit::wit::syntax::{KEYWORDS, Token, TokenKind, lex};
///
/// let tokens: Vec<Token> = lex("interface i {} // empty");
/// let first: TokenKind = tokens[0].kind;
/// assert!(first.is_keyword() && KEYWORDS.contains(&"interface"));
/// assert_eq!((tokens[0].start, first.describe()), (0, "keyword `interface`"));
/// let comments = tokens.iter().filter(|token| token.kind.is_comment());
/// assert!(comments.into_iter().all(|comment| comment.kind.is_trivia()));
/// ```
pub fn lex(text: &str) -> Vec<Token> {
    lex_all(text).tokens
}

/// A text in tokens, with a list of those that are not trivia.
pub(super) fn lex_all(text: &str) -> Lexed {
    let bytes = text.as_bytes();
    // WIT has three to five bytes a token; too large a guess costs nothing that is touched.
    let mut tokens = Vec::with_capacity(bytes.len() / 3 + 1);
    let mut significant = Vec::with_capacity(bytes.len() / 4 + 1);
    let mut has_odd = false;
    let mut at = 0;
    if text.starts_with(BYTE_ORDER_MARK) {
        at = BYTE_ORDER_MARK.len_utf8();
        tokens.push(Token {
            kind: Whitespace,
            start: 0,
        });
    }
    while at < bytes.len() {
        let mut plain = false;
        let (kind, end) = match BEGINS[bytes[at] as usize] {
            Whitespace => (Whitespace, blanks(bytes, at + 1)),
            Ident => {
                let end;
                (end, plain) = word(text, at);
                (TokenKind::of_word(&bytes[at..end]), end)
            }
            Eof => {
                let (kind, end) = rare_token(text, at);
                has_odd |= kind.is_odd();
                (kind, end)
            }
            single => (single, at + 1),
        };
        if !kind.is_trivia() {
            significant.push(Significant {
                kind,
                plain,
                token: tokens.len() as u32,
            });
        }
        tokens.push(Token {
            kind,
            start: at as u32,
        });
        at = end;
    }
    significant.push(Significant {
        kind: Eof,
        plain: false,
        token: tokens.len() as u32,
    });
    tokens.push(Token {
        kind: Eof,
        start: bytes.len() as u32,
    });
    Lexed {
        tokens,
        significant,
        has_odd,
    }
}

/// What some editors put at the start of a file; there it is a blank.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What begins with a byte, where the byte alone says it: blanks, words, and the tokens of one byte
/// that no longer one begins with. For others, the end of the file.
const BEGINS: [TokenKind; 256] = {
    let mut begins = [Eof; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphabetic() {
            begins[byte] = Ident;
        }
        byte += 1;
    }
    begins[b'_' as usize] = Ident;
    begins[b' ' as usize] = Whitespace;
    begins[b'\n' as usize] = Whitespace;
    begins[b'\t' as usize] = Whitespace;
    begins[b'=' as usize] = Equals;
    begins[b',' as usize] = Comma;
    begins[b':' as usize] = Colon;
    begins[b'.' as usize] = Period;
    begins[b';' as usize] = Semicolon;
    begins[b'(' as usize] = LeftParen;
    begins[b')' as usize] = RightParen;
    begins[b'{' as usize] = LeftBrace;
    begins[b'}' as usize] = RightBrace;
    begins[b'<' as usize] = LessThan;
    begins[b'>' as usize] = GreaterThan;
    begins[b'*' as usize] = Star;
    begins[b'@' as usize] = At;
    begins[b'+' as usize] = Plus;
    begins
};

/// The kind of the token that starts at `at`, and where it ends, if it is none of the usual ones.
#[inline(never)]
fn rare_token(text: &str, at: usize) -> (TokenKind, usize) {
    let bytes = text.as_bytes();
    let next = bytes.get(at + 1).copied();
    match bytes[at] {
        b'\r' if next == Some(b'\n') => (Whitespace, blanks(bytes, at + 2)),
        b'/' if next == Some(b'/') => (LineComment, line_comment(bytes, at + 2)),
        b'/' if next == Some(b'*') => (BlockComment, block_comment(bytes, at + 2)),
        b'/' => (Slash, at + 1),
        b'-' if next == Some(b'>') => (Arrow, at + 2),
        b'-' => (Minus, at + 1),
        b'%' => (ExplicitIdent, rest_of_word(text, at + 1)),
        b'"' => (StringLiteral, string(bytes, at + 1)),
        b'0'..=b'9' => {
            let digits = bytes[at..].iter().take_while(|b| b.is_ascii_digit());
            (Integer, at + digits.count())
        }
        _ => {
            // INVARIANT: `at` is the start of a token, so the start of a character.
            let first = text[at..].chars().next().unwrap_or(' ');
            if first.is_alphabetic() {
                (Ident, rest_of_word(text, at))
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
    // Half of every text is read by this.
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
    match end > at && end < bytes.len() && bytes[end - 1] == b'\r' {
        true => end - 1,
        false => end,
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

/// Where the word ends that begins at `at`, not with a digit, and whether it is in kebab case and
/// lower case.
#[inline(always)]
fn word(text: &str, at: usize) -> (usize, bool) {
    // Nearly all words are shorter, and what their bytes are fits into a number, two bits each.
    const SHORT: usize = 32;
    if let Some(bytes) = text.as_bytes()[at..].first_chunk::<SHORT>() {
        let mut classes = 0u64;
        for (length, byte) in bytes.iter().enumerate() {
            let class = IN_WORD[*byte as usize];
            if class == NONE {
                if !byte.is_ascii() {
                    break;
                }
                let dashes = classes & (u64::MAX / 3);
                let wrong = dashes & (dashes << 2) | dashes & 1 | classes & !(u64::MAX / 3);
                return (at + length, wrong == 0);
            }
            classes = classes << 2 | u64::from(class);
        }
    }
    (rest_of_word(text, at), false)
}

/// Where a word ends that `at` may be amidst of, with letters beyond ASCII, so that one complaint is
/// about the whole name.
#[cold]
fn rest_of_word(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let end = rest.find(|c: char| match c.is_ascii() {
        true => IN_WORD[c as usize] == NONE,
        false => !c.is_alphanumeric(),
    });
    at + end.unwrap_or(rest.len())
}
