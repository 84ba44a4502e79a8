//! Lint is never clean where a package has no binary form.

use std::fs;

use witkit::lint;
use witkit::wit::convert::{ConvertOptions, convert};
use witkit::wit::{self, Options};

use crate::graphs::Random;
use crate::support::{corpus, wit_packages};

/// A type, made of what WIT has.
fn ty(random: &mut Random, depth: usize, named: &[String]) -> String {
    let primitives = [
        "bool",
        "u8",
        "s32",
        "u64",
        "f32",
        "char",
        "string",
        "error-context",
    ];
    if depth == 0 || random.below(4) == 0 {
        return match random.below(4) {
            0 if !named.is_empty() => named[random.below(named.len())].clone(),
            1 => ["r", "own<r>", "borrow<r>"][random.below(3)].to_string(),
            _ => primitives[random.below(primitives.len())].to_string(),
        };
    }
    let mut inner = || ty(random, depth - 1, named);
    let (a, b) = (inner(), inner());
    match random.below(16) {
        0 => format!("list<{a}>"),
        1 => format!("option<{a}>"),
        2 => format!("result<{a}, {b}>"),
        3 => format!("result<_, {b}>"),
        4 => format!("tuple<{a}, {b}>"),
        5 | 6 => format!("stream<{a}>"),
        7 => format!("future<{a}>"),
        8 => format!("list<{a}, {}>", [0, 1, 3, 1000][random.below(4)]),
        9..=12 => {
            let keys = ["string", "u8", "char", "bool", "s64"];
            format!("map<{}, {b}>", keys[random.below(5)])
        }
        13 => ["stream", "future", "result"][random.below(3)].to_string(),
        _ => format!("result<{a}>"),
    }
}

/// A package of one interface and a world.
fn package(random: &mut Random) -> String {
    let mut text = String::from("package a:b;\ninterface i {\n  resource r;\n");
    let mut named: Vec<String> = Vec::new();
    for n in 0..random.below(4) {
        let (a, b) = (ty(random, 3, &named), ty(random, 2, &named));
        text.push_str(&match random.below(4) {
            0 => format!("  record t{n} {{ a: {a}, b: {b} }}\n"),
            1 => format!("  variant t{n} {{ a({a}), b({b}), c }}\n"),
            _ => format!("  type t{n} = {a};\n"),
        });
        named.push(format!("t{n}"));
    }
    for n in 0..1 + random.below(3) {
        let (a, b, c) = (
            ty(random, 3, &named),
            ty(random, 2, &named),
            ty(random, 3, &named),
        );
        let keyword = ["func", "async func"][random.below(2)];
        let result = match random.below(2) {
            0 => String::new(),
            _ => format!(" -> {c}"),
        };
        text.push_str(&format!("  f{n}: {keyword}(a: {a}, b: {b}){result};\n"));
    }
    text.push_str("}\nworld w { ");
    text.push_str(["import i;", "export i;", "import i; export i;", ""][random.below(4)]);
    text.push_str(" }\n");
    text
}

/// Why a package that resolves has no binary form, and what lint says of it.
fn refused(path: &std::path::Path) -> Option<(String, witkit::diag::Report)> {
    let options = Options {
        all_features: true,
        ..Options::default()
    };
    let request = ConvertOptions {
        input: path.into(),
        options: options.clone(),
        ..ConvertOptions::default()
    };
    let wit = wit::load(path, &options).ok()?;
    let refused = convert(&request).ok()?.binary().err()?;
    let settings = lint::Options::default();
    Some((refused.to_string(), lint::lint(&wit, &settings)))
}

#[test]
fn what_the_encoder_refuses_of_generated_packages_lint_finds() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let file = temp.path().join("a.wit");
    let mut wrong = Vec::new();
    let mut count = 0;
    for seed in 0..3000 {
        let mut random = Random(seed);
        let text = package(&mut random);
        fs::write(&file, &text).expect("it is written");
        let Some((why, found)) = refused(&file) else {
            continue;
        };
        count += 1;
        if !found.has_errors() {
            wrong.push(format!("{why}\n{text}"));
        }
    }
    println!("{count}");
    let shown = wrong
        .iter()
        .take(40)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(wrong.is_empty(), "{}:\n{shown}", wrong.len());
    assert!(count > 300, "only {count} were refused");
}

/// What no rule is about is found at the item that is to blame.
#[test]
fn what_no_rule_knows_stands_at_the_item_that_is_refused() {
    let many: String = (0..1001).map(|n| format!("p{n}: u8, ")).collect();
    let deep = format!("{}u8{}", "option<".repeat(120), ">".repeat(120));
    let items = [
        ("", "f: func(x: list<u8, 0>);", "f"),
        (
            "",
            "record big { x: list<list<list<u64, 1000>, 1000>, 1000> }",
            "big",
        ),
        (
            "",
            "f: func(x: list<list<list<u64, 1000>, 1000>, 1000>);",
            "f",
        ),
        ("", &format!("f: func({many});"), "f"),
        ("", &format!("type deep = {deep};"), "deep"),
    ];
    let temp = tempfile::tempdir().expect("a temporary folder");
    let file = temp.path().join("a.wit");
    for (before, item, name) in items {
        let text = format!(
            "package a:b;\ninterface one {{ type t = u8; g: func(); }}\n\
             interface two {{\n  use one.{{t}}; h: func(t: t);\n{before}  {item}\n  z: func();\n}}\n\
             world w {{ import one; export two; }}\n"
        );
        fs::write(&file, &text).expect("it is written");
        let Some((why, found)) = refused(&file) else {
            println!("not refused: {item:.60}");
            continue;
        };
        assert!(found.has_errors(), "{why}");
        let errors = found.diagnostics();
        let error = errors
            .iter()
            .find(|d| d.severity == witkit::diag::Severity::Error);
        let place = &error.expect("there is one").labels[0].locus;
        let at = &text[place.start()..];
        assert!(
            at.starts_with(name) || at.starts_with("list"),
            "{why}: {at:.80}"
        );
    }
}

/// The name of a package is part of those of its interfaces.
#[test]
fn what_is_refused_for_the_name_of_the_package_stands_there() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let file = temp.path().join("a.wit");
    let text = "package HTTP:kv;\ninterface i { f: func(); }\nworld w { import i; }\n";
    fs::write(&file, text).expect("it is written");
    let (_, found) = refused(&file).expect("it is refused");
    assert_eq!(
        found.diagnostics()[0].labels[0].locus.start(),
        "package ".len()
    );
}

#[test]
fn what_the_encoder_refuses_of_the_corpus_lint_finds() {
    let Some(corpus) = corpus() else { return };
    let mut paths = wit_packages(&corpus.join("wit"));
    paths.extend(wit_packages(&corpus.join("conformance")));
    let mut wrong = Vec::new();
    for path in paths {
        if let Some((why, found)) = refused(&path)
            && !found.has_errors()
        {
            wrong.push(format!("{}: {why}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
