//! What formatting promises, held against every `.wit` of the corpus, packages that wit-smith
//! makes up, and both with blanks, comments and trailing commas strewn in between their tokens:
//! nothing but blanks and trailing commas changes, what it means stays, and formatted text is its
//! own formatting.

use std::fs;
use std::path::{Path, PathBuf};

use arbitrary::Unstructured;
use wit_component::{DecodedWasm, WitPrinter};
use wit_parser::{Resolve, UnresolvedPackageGroup};
use witkit::wit::format::{Style, format};
use witkit::wit::syntax::{NodeKind, TokenKind, Tree, parse};

use crate::support::{self, witkit};

const NARROW: Style = Style {
    width: 40,
    indent: 4,
};

/// Formats a text and checks all that formatting promises; false if its syntax is wrong.
pub fn check(text: &str, style: Style) -> Result<bool, String> {
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
fn meaning(text: &str) -> Vec<String> {
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

/// Every `.wit` file in a folder and below.
fn wit_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the folder can be listed").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            wit_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "wit") {
            found.push(path);
        }
    }
}

#[test]
fn what_is_promised_holds_for_every_file_of_the_corpus() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let mut files = Vec::new();
    wit_files(&corpus, &mut files);
    let mut seen = std::collections::BTreeSet::new();
    let mut failed = Vec::new();
    let mut good = 0;
    for (number, file) in files.iter().enumerate() {
        let Ok(text) = fs::read_to_string(file) else {
            continue;
        };
        // Many are there several times.
        if !seen.insert(text.clone()) {
            continue;
        }
        let mut random = Random(number as u64 + 1);
        let mut texts = vec![text];
        let tree = parse("t.wit", &*texts[0]);
        if tree.problems().is_empty() {
            texts.push(strewn(&tree, &mut random, number % 2 == 0));
            texts.push(texts[0].replace('\n', "\r\n"));
        }
        for (text, style) in texts
            .iter()
            .zip([Style::default(), NARROW, Style::default()])
        {
            match check(text, style) {
                Ok(was_good) => good += usize::from(was_good),
                Err(told) => failed.push(format!("{}: {told}", file.display())),
            }
        }
    }
    assert!(failed.is_empty(), "{}: {}", failed.len(), failed[0]);
    assert!(good > 1000, "only {good} texts were formatted");
}

#[test]
fn what_is_promised_holds_for_made_up_packages() {
    let mut good = 0;
    for seed in 1..=60 {
        let mut random = Random(seed);
        let Some(text) = made_up(&mut random) else {
            continue;
        };
        let mut texts = vec![text];
        let tree = parse("t.wit", &*texts[0]);
        assert!(tree.problems().is_empty(), "{:?}", tree.problems());
        for comments in [false, true] {
            texts.push(strewn(&tree, &mut random, comments));
        }
        for text in &texts {
            for style in [Style::default(), NARROW] {
                match check(text, style) {
                    Ok(was_good) => good += usize::from(was_good),
                    Err(told) => panic!("seed {seed}: {told}"),
                }
            }
        }
    }
    assert!(good > 200, "only {good} texts were formatted");
}

#[test]
fn packages_of_the_corpus_resolve_to_the_same_after_formatting() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let mut packages: Vec<PathBuf> = Vec::new();
    for folder in ["wit/wasi-v0.3.0-assembled", "wit/wasi-v0.2.12-assembled"] {
        let Ok(entries) = fs::read_dir(corpus.join(folder)) else {
            continue;
        };
        packages.extend(entries.flatten().map(|entry| entry.path()));
    }
    packages.sort();
    let mut compared = 0;
    for package in packages {
        let temp = tempfile::tempdir().expect("there is a place for temporary files");
        let copy = temp.path().join("wit");
        support::copy_folder(&package, &copy).expect("the package is copied");
        let Some(before) = resolved(&copy) else {
            continue;
        };
        let mut folders = vec!["wit", "wit/deps"];
        folders.retain(|folder| temp.path().join(folder).is_dir());
        witkit(temp.path(), &[&["fmt"], &*folders].concat())
            .expect(0)
            .expect("all of it is formatted");
        assert_eq!(Some(before), resolved(&copy), "{}", package.display());
        compared += 1;
    }
    assert!(compared > 5, "only {compared} packages were compared");
}

#[test]
fn what_wit_parser_makes_of_a_text_tells_docs_apart() {
    let of = |docs: &str| meaning(&format!("package a:b;\n{docs}\ninterface i {{}}\n"));
    assert_eq!(of("/// x"), of("///   x\n\n"));
    assert_ne!(of("/// x"), of("/// y"));
    assert!(of("").len() > 5);
}

/// All of a resolved package in wit-component's words, docs included.
fn resolved(folder: &Path) -> Option<String> {
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let (main, _) = resolve.push_dir(folder).ok()?;
    let others = resolve.packages.iter().map(|(id, _)| id);
    let others: Vec<_> = others.filter(|id| *id != main).collect();
    let mut printer = WitPrinter::default();
    printer.print(&resolve, main, &others).ok()?;
    Some(printer.output.to_string())
}

/// A package that nobody would write.
fn made_up(random: &mut Random) -> Option<String> {
    let bytes: Vec<u8> = (0..4096).map(|_| random.below(256) as u8).collect();
    let config = wit_smith::Config {
        async_: true,
        futures: true,
        streams: true,
        error_context: true,
        fixed_length_lists: true,
        world_include: true,
        ..Default::default()
    };
    let wasm = wit_smith::smith(&config, &mut Unstructured::new(&bytes)).ok()?;
    let Ok(DecodedWasm::WitPackage(resolve, main)) = wit_component::decode(&wasm) else {
        return None;
    };
    let others = resolve.packages.iter().map(|(id, _)| id);
    let others: Vec<_> = others.filter(|id| *id != main).collect();
    let mut printer = WitPrinter::default();
    printer.print(&resolve, main, &others).ok()?;
    Some(printer.output.to_string())
}

/// The tokens of a text with any blanks between them, comments too if wanted, and trailing commas
/// put in and left out.
fn strewn(tree: &Tree, random: &mut Random, comments: bool) -> String {
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

/// Numbers that look random, the same ones every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        ((self.0 >> 33) % end as u64) as usize
    }
}
