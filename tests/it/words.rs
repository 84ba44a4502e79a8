//! Phrases that messages, pages, help texts and docs never have, because readers stumble over them.
//!
//! Looked at: string literals outside tests, the documentation that becomes pages and help texts,
//! `docs/` and `README.md`. Deliberately absent: phrases that can be right in another sense.

use std::fs;
use std::path::Path;

use crate::support;

/// Phrases, in lower case, and what to write instead.
const BANNED: &[(&str, &str)] = &[
    ("nobody", "what follows: `no part imports it`"),
    ("whoever", "`if you …`, `users that …`"),
    ("mend", "fix"),
    ("mends", "fixes"),
    ("mended", "fixed"),
    ("anew", "again; `rebuild`, `reformat`"),
    ("is gone", "was removed"),
    ("are gone", "were removed"),
    ("speak of", "mention"),
    ("speaks of", "mentions"),
    ("asks for", "requires, expects, imports"),
    ("asked for by", "imported by, required by"),
    ("has its say", "runs"),
    ("have their say", "run"),
    ("nothing here is called", "not found in this scope"),
    ("closes nothing", "unmatched"),
    ("used nowhere", "unused"),
    ("of another name", "with a different name"),
    ("by way of", "through"),
    ("come along with", "are imported through"),
    ("comes along with", "is imported through"),
    ("to go away", "deprecated"),
    ("as it stands", "leave it out"),
    ("nothing says", "cannot determine"),
    ("since when there is", "the release that introduced"),
    ("keeps its place", "what the reader can do"),
    ("whose turn", "what happens"),
];

#[test]
fn texts_are_free_of_phrases_that_readers_stumble_over() {
    let root = support::project();
    let is_text = |file: &Path| {
        let kind = file.extension().and_then(|kind| kind.to_str());
        matches!(kind, Some("rs" | "md" | "txt"))
    };
    let mut files = support::files(&root.join("src"), &is_text);
    files.extend(support::files(&root.join("docs"), &is_text));
    files.push(root.join("README.md"));
    let mut found = Vec::new();
    for file in files {
        let name = file.strip_prefix(root).expect("it is in the project");
        let name = name.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file).expect("it is a text");
        for (line, told) in texts(&name, &text) {
            let told = told.to_lowercase();
            for (phrase, instead) in BANNED {
                if let Some(at) = position(&told, phrase) {
                    let around: String = told[at..].chars().take(60).collect();
                    found.push(format!(
                        "{name}:{line}: `{phrase}` (write: {instead}): {around}"
                    ));
                }
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn literals_are_told_from_code_and_comments() {
    let text = "// \"no\" 'x'\nfn f<'a>(c: char) { g(\"a \\\"b\\\"\", '\"', r#\"c \"d\"#, \"e\\\n  f\"); }\n\
                #[cfg(test)]\nmod tests {\n\"no\" }\n";
    let found = texts("src/x.rs", text);
    let expected = [(2, "a \\\"b\\\""), (2, "c \"d"), (2, "e f")];
    assert_eq!(found, expected.map(|(line, text)| (line, text.to_string())));
    assert_eq!(position("it is gone.", "is gone"), Some(3));
    assert_eq!(position("amend, mend-all", "mend"), None);
}

/// The texts of a file that users see, with the numbers of their first lines.
fn texts(name: &str, text: &str) -> Vec<(usize, String)> {
    if !name.ends_with(".rs") {
        return paragraphs(text.lines());
    }
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    let mut found = literals(code);
    // These become pages and help texts.
    let is_shown = ["src/lint/rules/", "src/diff/rules/", "src/cli/"];
    if is_shown.iter().any(|folder| name.starts_with(folder)) {
        let docs = |line: &'_ str| {
            line.trim_start()
                .strip_prefix("///")
                .unwrap_or("")
                .to_string()
        };
        let lines: Vec<String> = code.lines().map(docs).collect();
        found.extend(paragraphs(lines.iter().map(String::as_str)));
    }
    found
}

/// Lines that are not empty, joined, with the number of the first.
fn paragraphs<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (at, line) in lines.map(str::trim).enumerate() {
        match found.last_mut() {
            _ if line.is_empty() => {}
            Some((_, text)) if goes_on => {
                text.push(' ');
                text.push_str(line);
            }
            _ => found.push((at + 1, line.to_string())),
        }
        goes_on = !line.is_empty();
    }
    found
}

/// The string literals of Rust code, with the numbers of their lines; white space is one blank.
fn literals(code: &str) -> Vec<(usize, String)> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let end_of = |from: usize, end: &str| code[from..].find(end).map_or(code.len(), |n| from + n);
    while at < bytes.len() {
        let rest = &code[at..];
        if rest.starts_with("//") {
            at = end_of(at, "\n");
        } else if rest.starts_with("r#\"") {
            let end = end_of(at + 3, "\"#");
            found.push((at, &code[at + 3..end]));
            at = end + 2;
        } else if rest.starts_with("'\\") {
            at = end_of(at + 3, "'") + 1;
        } else if bytes[at] == b'\'' {
            // A character, or the beginning of a lifetime.
            let mut two = rest.chars().skip(1);
            let length = two.next().map_or(0, char::len_utf8);
            at += if two.next() == Some('\'') {
                length + 2
            } else {
                1
            };
        } else if bytes[at] == b'"' {
            let start = at + 1;
            at = start;
            while at < bytes.len() && bytes[at] != b'"' {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            found.push((start, &code[start..at.min(code.len())]));
            at += 1;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    let mut lines = 1;
    let mut last = 0;
    let mut counted = |start: usize| {
        lines += code[last..start].matches('\n').count();
        last = start;
        lines
    };
    let whole = |text: &str| {
        let text = text.replace("\\\n", " ").replace("\\n", " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let found = found.into_iter();
    found
        .map(|(start, text)| (counted(start), whole(text)))
        .collect()
}

/// Where a text has a phrase that is not part of longer words.
fn position(text: &str, phrase: &str) -> Option<usize> {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let mut found = text.match_indices(phrase).map(|(at, _)| at);
    found.find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !is_word(before) && !is_word(after)
    })
}
