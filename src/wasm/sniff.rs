//! The kind of an input, by its contents and never by its name.
//!
//! Lives here: [`Kind`] and [`sniff`]. May import: nothing of ours.
//! Deliberately absent: checking that the input is well-formed.

/// What an input is.
///
/// [`sniff`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A component in binary form (a binary WIT package is also a component).
    Component,
    /// A core module in binary form.
    CoreModule,
    /// WebAssembly text: a component or a core module.
    Wat,
    /// WIT text.
    Wit,
    /// A script of wac: WIT with statements.
    Script,
    /// A wasm binary of an unknown version or layer.
    UnknownWasm,
    /// Something else.
    Other,
}

/// Determines the kind of `bytes`.
///
/// ```
/// use witkit::wasm::{Kind, sniff};
///
/// assert!(matches!(sniff(b"(component)"), Kind::Wat));
/// assert!(matches!(sniff(b"package a:b; interface i {}"), Kind::Wit));
/// ```
pub fn sniff(bytes: &[u8]) -> Kind {
    if let Some(rest) = bytes.strip_prefix(b"\0asm") {
        return match rest.get(..4) {
            Some([0x0d, 0, 1, 0]) => Kind::Component,
            Some([1, 0, 0, 0]) => Kind::CoreModule,
            _ => Kind::UnknownWasm,
        };
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Kind::Other;
    };
    if after_comments(text, ";;", "(;", ";)").starts_with('(') {
        return Kind::Wat;
    }
    let wit = after_comments(text, "//", "/*", "*/");
    let word = wit
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '@')
        .next();
    match word {
        Some("let" | "import" | "export") => Kind::Script,
        Some("package") if has_statement(wit) => Kind::Script,
        Some("package" | "interface" | "world" | "use") => Kind::Wit,
        Some("@since" | "@unstable" | "@deprecated") => Kind::Wit,
        _ => Kind::Other,
    }
}

/// Whether a text that begins as WIT has what only a script has outside of braces: `targets` behind
/// the name of its package, or a statement.
fn has_statement(text: &str) -> bool {
    let mut rest = text;
    let mut depth = 0usize;
    // Whether a statement may begin here.
    let mut begins = true;
    // Whether the name of the package may go on, and the last character was one of it.
    let mut in_package = true;
    let mut last = ' ';
    // Whether any of it was there.
    let mut named = false;
    loop {
        let before = rest.len();
        rest = after_comments(rest, "//", "/*", "*/");
        if depth > 0 {
            // Nearly all of a text is in braces, where nothing but braces and comments matters.
            let Some(at) = memchr::memchr3(b'{', b'}', b'/', rest.as_bytes()) else {
                return false;
            };
            let found = rest.as_bytes()[at];
            match found {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                // A comment, unless it is but a slash.
                _ if rest[at..].starts_with("//") || rest[at..].starts_with("/*") => {
                    rest = &rest[at..];
                    continue;
                }
                _ => {}
            }
            begins = depth == 0;
            last = char::from(found);
            rest = &rest[at + 1..];
            continue;
        }
        let is_apart = rest.len() < before && last.is_ascii_alphanumeric();
        let Some(first) = rest.chars().next() else {
            return false;
        };
        if first.is_ascii_lowercase() || first == '%' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-%_".contains(c));
            let word = &rest[..end.unwrap_or(rest.len())];
            match word {
                "let" | "import" | "export" if begins => return true,
                "targets" if in_package && is_apart && !begins && named => return true,
                _ => {}
            }
            named = named || word != "package";
            last = word.chars().next_back().unwrap_or(last);
            rest = &rest[word.len()..];
            begins = false;
            continue;
        }
        depth += usize::from(first == '{');
        begins = matches!(first, ';' | '}');
        in_package &= !matches!(first, ';' | '{');
        last = first;
        rest = &rest[first.len_utf8()..];
    }
}

/// What follows white space and comments (not nested) at the start of `text`.
fn after_comments<'a>(mut text: &'a str, line: &str, open: &str, close: &str) -> &'a str {
    loop {
        text = text.trim_start();
        if text.starts_with(line) {
            text = text.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = text.strip_prefix(open) {
            text = comment.split_once(close).map_or("", |(_, rest)| rest);
        } else {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_told_by_their_bytes() {
        assert_eq!(sniff(b"\0asm\x0d\0\x01\0"), Kind::Component);
        assert_eq!(sniff(b"\0asm\x01\0\0\0"), Kind::CoreModule);
        assert_eq!(sniff(b"\0asm\x0c\0\x01\0"), Kind::UnknownWasm);
        assert_eq!(sniff(b"\0asm"), Kind::UnknownWasm);
        assert_eq!(sniff(b";; c\n (; d ;) (module)"), Kind::Wat);
        assert_eq!(sniff(b"// c\n/* d */ package a:b;"), Kind::Wit);
        assert_eq!(sniff(b"@since(version = 1.0.0) interface a {}"), Kind::Wit);
        let script = b"// c\npackage a:b;\ninterface i { x: func(); }\nlet c = new c:d { };";
        assert_eq!(sniff(script), Kind::Script);
        assert_eq!(sniff(b"package a:b@1.0.0 targets c:d/e;"), Kind::Script);
        assert_eq!(sniff(b"package a:b; export new c:d { }...;"), Kind::Script);
        let world = b"package a:b; world w { import x: func(); export y: func(); }";
        assert_eq!(sniff(world), Kind::Wit);
        assert_eq!(sniff(b"package a:targets; interface let { }"), Kind::Wit);
        assert_eq!(
            sniff(b"package targets:a@1.0.0; world targets { }"),
            Kind::Wit
        );
        assert_eq!(sniff(b"package a:b/* c */targets c:d/e;"), Kind::Script);
        assert_eq!(sniff(b"hello"), Kind::Other);
        assert_eq!(sniff(b""), Kind::Other);
        assert_eq!(sniff(&[0xff, 0xfe]), Kind::Other);
    }
}
