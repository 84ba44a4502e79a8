//! Trees of whole texts: nothing is lost, and errors are those that wit-parser finds, and more.

use std::path::{Path, PathBuf};

use super::TokenKind::*;
use super::*;

fn problems(text: &str) -> Vec<String> {
    let tree = parse("t.wit", text);
    is_whole(&tree);
    tree.problems().iter().map(|p| p.message.clone()).collect()
}

/// Tokens cover the text, and nodes lie inside each other.
fn is_whole(tree: &Tree) {
    let joined: String = (0..tree.tokens().len())
        .map(|token| tree.token_text(token))
        .collect();
    assert_eq!(joined, &**tree.text());
    for node in tree.nodes() {
        for child in node.children() {
            assert_eq!(child.parent(), Some(node));
            let (outer, inner) = (node.tokens(), child.tokens());
            assert!(
                inner.is_empty() || (outer.start <= inner.start && inner.end <= outer.end),
                "{node:?} {child:?}"
            );
        }
    }
}

/// Every `.wit` file of the corpus.
fn corpus() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "wit") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        &mut found,
    );
    if found.is_empty() {
        println!("skipped: no corpus");
    }
    found.sort();
    found
}

#[test]
fn a_file_has_syntax_errors_if_wit_parser_finds_one_and_none_if_it_finds_no_fault() {
    let mut wrong = Vec::new();
    for path in corpus() {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let tree = parse("t.wit", text.as_str());
        is_whole(&tree);
        let mut map = wit_parser::SourceMap::new();
        map.push_str("t.wit", text.as_str());
        if tree.root().child(NodeKind::PackageDecl).is_none() {
            // As if it had one, in another file of its folder.
            map.push_str("u.wit", "package a:b;");
        }
        let theirs = map.parse().err().map(|(_, error)| error);
        // What depends on several names agreeing with each other is for `names` to say.
        let syntax = theirs.as_ref().filter(|error| match error.kind() {
            wit_parser::ParseErrorKind::Lex(_) => true,
            wit_parser::ParseErrorKind::Syntax { message, .. } => {
                message.starts_with("expected") || message.contains("too deep")
            }
            _ => false,
        });
        let ours = tree.problems().first().map(|p| p.message.clone());
        let agree = if syntax.is_some() {
            ours.is_some()
        } else {
            ours.is_none() || theirs.is_some()
        };
        if !agree {
            wrong.push(format!(
                "{}: ours {ours:?}, theirs {theirs:?}",
                path.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_error_of_a_file_is_found() {
    let text = "package a:b;\n\ninterface i {\n  f: fnc();\n  f32: func();\n  g: func(a u32);\n  h: func()\n  record r {\n    a: u32\n    b: list<>,\n    c_d: s8,\n  }\n}\n\nworld w {\n  f: func();\n  export g: func(;\n";
    let found = problems(text);
    let expected = [
        "expected keyword `func`, found `fnc`",
        "`f32` is a reserved keyword",
        "missing `:` between `a` and its type",
        "expected `;`, found end of line",
        "expected `,` or `}`, found `b`",
        "`list<>` is not a WIT type",
        "`c_d` is not a valid WIT identifier: words are separated with `-`, not `_`",
        "expected `import`, `export`, `include`, `use` or a type, found `f`",
        "expected a name, found `;`",
        "expected `}`, found end of file",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_brace_that_is_not_closed_is_one_error() {
    let text = "package a:b;\ninterface i {\n  f: func();\n\ninterface j {\n  g: func();\n}\n";
    assert_eq!(problems(text), ["expected `}`, found keyword `interface`"]);
    let text = "package a:b;\ninterface i {\n  record r {\n    a: u8,\n  type t = u8;\n}\n";
    assert_eq!(problems(text), ["expected `}`, found keyword `type`"]);
}

#[test]
fn deep_nesting_is_one_error_and_takes_no_stack() {
    let deep = format!("{}u8{}", "list<".repeat(10_000), ">".repeat(10_000));
    let text = format!("package a:b;\ninterface i {{\n  type t = {deep};\n  f: func();\n}}\n");
    assert_eq!(
        problems(&text),
        ["types are nested more than 100 levels deep"]
    );
    let open = "package a:b {\n".repeat(10_000);
    assert!(problems(&open)[0].contains("nested more than 100 levels deep"));
}

#[test]
fn any_prefix_of_a_text_gives_a_whole_tree() {
    let text = "package a:b@1.0.0-rc.1;\nuse c:d/e@2.0.0 as f;\n/// x\nworld w {\n  @since(version = 1.0.0)\n  import x: async func(a: list<u8, 4>) -> result<_, string>;\n  export y: interface { resource r { constructor(); m: static func(); } }\n  include z with { a as b }\n  use i.{a, b as c};\n}\n";
    assert_eq!(problems(text), Vec::<String>::new());
    for end in 0..text.len() {
        problems(&text[..end]);
        problems(&text[end..]);
    }
}

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
        "\u{feff}a",
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
