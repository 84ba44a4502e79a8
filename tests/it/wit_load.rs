//! Loading WIT: what wit-parser accepts is accepted, what it refuses is refused with a place in
//! the right file, and nothing panics.
//!
//! `fixtures/wit/errors` has a folder for each kind of error: WIT, and `errors.txt` with what is
//! said about it.

use std::fs;
use std::path::{Path, PathBuf};

use witkit::diag::{Locus, Report};
use witkit::render::human::{self, Style};
use witkit::wit::{self, Options};

use crate::support::{self, corpus, project};

fn options(features: &[&str]) -> Options {
    Options {
        features: features.iter().map(|f| f.to_string()).collect(),
        ..Options::default()
    }
}

fn shown(report: &Report) -> String {
    human::render(report, Style::default())
}

/// The report about a text; empty if there is nothing wrong with it.
fn said(text: &str) -> String {
    match wit::load_text("t.wit", text, &Options::default()) {
        Ok(_) => String::new(),
        Err(report) => shown(&report),
    }
}

struct Case {
    name: String,
    input: PathBuf,
    fails: bool,
    features: Vec<String>,
    error: String,
}

/// wit-parser's own cases.
fn cases(corpus: &Path) -> Vec<Case> {
    let conformance = corpus.join("conformance");
    let list = fs::read_to_string(conformance.join("cases/wit-parser.jsonl")).expect("it is text");
    list.lines()
        .map(|line| {
            let case: serde_json::Value = serde_json::from_str(line).expect("a case is JSON");
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
            let features = case["features"].as_array().expect("it has features");
            let error = case["expect"]["error"].as_str();
            Case {
                name: text(&case["case"]),
                input: conformance.join(text(&case["input"])),
                fails: case["kind"] == "fail",
                features: features.iter().map(text).collect(),
                error: error
                    .map(|file| fs::read_to_string(conformance.join(file)).expect("it is text"))
                    .unwrap_or_default(),
            }
        })
        .collect()
}

fn load(case: &Case) -> Result<wit::Wit, Report> {
    let features: Vec<&str> = case.features.iter().map(String::as_str).collect();
    wit::load(&case.input, &options(&features))
}

#[test]
fn what_wit_parser_s_suite_holds_valid_is_loaded() {
    let Some(corpus) = corpus() else { return };
    let wrong: Vec<String> = cases(&corpus)
        .iter()
        .filter(|case| !case.fails)
        .filter_map(|case| {
            let report = load(case).err()?;
            Some(format!(
                "{}\n{}",
                case.name,
                support::indent(&shown(&report))
            ))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_wit_parser_s_suite_holds_invalid_is_refused_with_a_place_in_the_right_file() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    for case in cases(&corpus).iter().filter(|case| case.fails) {
        let Err(report) = load(case) else {
            wrong.push(format!("{}: loaded", case.name));
            continue;
        };
        // The file that the reference names, if it names one: after the folder of the suite.
        let named = case.error.split_once("tests/ui/").map(|_| {
            let place = case
                .error
                .split("tests/ui/")
                .filter(|part| part.contains(".wit:"));
            let last = place.last().unwrap_or_default();
            last.split(".wit:").next().unwrap_or_default().to_string() + ".wit"
        });
        let files: Vec<String> = report
            .diagnostics()
            .iter()
            .flat_map(|found| &found.labels)
            .filter(|label| matches!(&label.locus, Locus::Text { .. }))
            .map(|label| label.locus.file().to_string())
            .collect();
        let right = match &named {
            Some(named) => files.iter().any(|file| file.ends_with(named)),
            None => !files.is_empty(),
        };
        if !right {
            wrong.push(format!(
                "{}: not in {named:?}\n{}",
                case.name,
                support::indent(&shown(&report))
            ));
        }
        if std::env::var_os("WITKIT_SHOW").is_some() {
            println!(
                "## {}\n{}\n---- theirs\n{}\n",
                case.name,
                shown(&report),
                case.error
            );
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    let suite = "wit-parser 0.263, `tests/ui`: valid packages are loaded, others are refused in the same file";
    support::conforms("wit-parser", suite, cases(&corpus).len(), &[]);
}

/// Every folder that has `.wit` files, and every such file.
fn packages(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the corpus can be listed")
        .map(|entry| entry.expect("the corpus can be listed").path())
        .collect();
    entries.sort();
    let is_wit = |path: &PathBuf| path.extension().is_some_and(|e| e == "wit");
    if entries.iter().any(is_wit) {
        found.push(folder.to_path_buf());
    }
    for entry in entries {
        if entry.is_dir() {
            packages(&entry, found);
        } else if is_wit(&entry) {
            found.push(entry);
        }
    }
}

#[test]
fn a_package_of_the_corpus_is_loaded_if_and_only_if_wit_parser_resolves_it() {
    let Some(corpus) = corpus() else { return };
    let mut paths = Vec::new();
    packages(&corpus.join("wit"), &mut paths);
    assert!(paths.len() > 500, "{}", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        // Files alone are seldom whole packages: once is enough.
        let modes: &[bool] = if path.is_dir() {
            &[false, true]
        } else {
            &[false]
        };
        for &all_features in modes {
            let options = Options {
                all_features,
                ..Options::default()
            };
            let mut resolve = wit_parser::Resolve {
                all_features,
                ..wit_parser::Resolve::default()
            };
            let theirs = resolve.push_path(&path);
            match (wit::load(&path, &options), theirs) {
                (Ok(_), Ok(_)) | (Err(_), Err(_)) => {}
                (Ok(_), Err(error)) => {
                    wrong.push(format!("{}: they say {error:#}", path.display()));
                }
                (Err(report), Ok(_)) => wrong.push(shown(&report)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_kind_of_error_is_explained_well() {
    are_explained("errors");
}

#[test]
fn what_older_tools_and_other_languages_write_is_told_what_to_write_in_wit() {
    are_explained("habits");
}

#[test]
fn references_to_packages_are_told_how_they_are_written() {
    are_explained("references");
}

/// Scenarios of `habits` and `references` that are not held to what the others are, and why.
const NOT_HELD_TO_ONE_ERROR: &[(&str, &str)] =
    &[("doc-in-params", "it is valid: a comment may be anywhere")];

/// Help without text to type, and why there is none.
const NOTHING_TO_TYPE: &[(&str, &str)] = &[(
    "a parameter needs a name",
    "only who wrote it knows the name",
)];

#[test]
fn each_mistake_is_one_error_with_text_to_type() {
    let mut wrong = Vec::new();
    for folder in ["habits", "references"] {
        let path = project().join("fixtures/wit").join(folder);
        for name in support::listing(&path) {
            let loaded = wit::load(input_of(&path.join(&name)), &Options::default());
            let is_excused = NOT_HELD_TO_ONE_ERROR
                .iter()
                .any(|(known, _)| *known == name);
            let Err(report) = loaded else {
                if !is_excused {
                    wrong.push(format!("{name}: no error"));
                }
                continue;
            };
            let found = report.diagnostics();
            // Each reference has one mistake; a habit may be shown in several forms, each in a place
            // of its own.
            let mut places: Vec<(&str, usize, usize)> = Vec::new();
            for error in &found {
                if let Some(Locus::Text { file, range }) = error.labels.first().map(|l| &l.locus) {
                    places.push((file, range.start, range.end));
                }
                let is_typed = |help: &String| {
                    let parts: Vec<&str> = help.split('`').collect();
                    let is_placeholder =
                        |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
                    let typed = parts.iter().skip(1).step_by(2);
                    parts.len() > 2
                        && typed
                            .flat_map(|t| t.split(|c: char| !c.is_alphanumeric()))
                            .all(|w| !is_placeholder(w))
                };
                let is_known = |known: &str| error.message.contains(known);
                let nothing = NOTHING_TO_TYPE.iter().any(|(known, _)| is_known(known));
                if nothing == error.help.iter().any(is_typed) {
                    wrong.push(format!("{name}: {} {:?}", error.message, error.help));
                }
            }
            places.sort_unstable();
            let overlap = places
                .windows(2)
                .any(|p| p[0].0 == p[1].0 && p[1].1 < p[0].2);
            if is_excused || overlap || (folder == "references" && found.len() != 1) {
                wrong.push(format!("{name}: {}", shown(&report)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The package or file of a scenario.
fn input_of(scenario: &Path) -> PathBuf {
    match scenario.join("wit").is_dir() {
        true => scenario.join("wit"),
        false => scenario.join("t.wit"),
    }
}

/// Compares what is said of each scenario in a folder of `fixtures/wit` with its snapshot.
fn are_explained(folder: &str) {
    let folder = project().join("fixtures/wit").join(folder);
    let mut failed = Vec::new();
    for name in support::listing(&folder) {
        let scenario = folder.join(&name);
        let input = input_of(&scenario);
        let snapshot = match wit::load(&input, &Options::default()) {
            Ok(_) => "nothing is wrong\n".to_string(),
            Err(report) => shown(&report),
        };
        // The same wherever the project is.
        let here = format!("{}/", scenario.display());
        let snapshot = snapshot.replace(&here, "");
        if let Err(told) = support::snapshot(&scenario.join("errors.txt"), &snapshot, false) {
            failed.push(format!("{name}\n{}", support::indent(&told)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// A text with words and signs taken out, doubled, and put in each other's places.
fn shuffled(text: &str, random: &mut Random) -> String {
    let tokens: Vec<&str> = wit::syntax::lex(text)
        .windows(2)
        .map(|pair| &text[pair[0].start as usize..pair[1].start as usize])
        .collect();
    let solid: Vec<usize> = (0..tokens.len())
        .filter(|at| !tokens[*at].trim().is_empty() && !tokens[*at].starts_with('/'))
        .collect();
    if solid.is_empty() {
        return text.to_string();
    }
    let names: Vec<usize> = solid
        .iter()
        .copied()
        .filter(|at| tokens[*at].starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect();
    let mut changed: Vec<String> = tokens.iter().map(|t| t.to_string()).collect();
    for _ in 0..1 + random.below(2) {
        let at = solid[random.below(solid.len())];
        let name = names[random.below(names.len())];
        let other = names[random.below(names.len())];
        match random.below(10) {
            0 => changed[at].clear(),
            1 => changed[at] = format!("{0} {0}", changed[at]),
            2 => changed[at] = "/**/".to_string(),
            3 => changed[name] = format!("@since(version = 0.2.0) {}", changed[name]),
            4 => changed[name] = format!("@unstable(feature = x) {}", changed[name]),
            5 => changed[name] = changed[name].to_ascii_uppercase(),
            // Names in the places of others: what parses, but means something else.
            _ => changed[name] = tokens[other].to_string(),
        }
    }
    changed.concat()
}

/// A text with one word or sign taken out, doubled, or put in.
fn damaged(text: &str, random: &mut Random) -> String {
    let tokens = wit::syntax::lex(text);
    let at = tokens[random.below(tokens.len() - 1)].start as usize;
    let end = tokens
        .iter()
        .map(|token| token.start as usize)
        .find(|start| *start > at);
    let end = end.unwrap_or(text.len());
    let instead = match random.below(4) {
        0 => String::new(),
        1 => text[at..end].repeat(2),
        2 => format!("{} {{", &text[at..end]),
        _ => format!("{} ;", &text[at..end]),
    };
    format!("{}{instead}{}", &text[..at], &text[end..])
}

#[test]
fn what_follows_from_a_syntax_error_is_not_said() {
    let Some(corpus) = corpus() else { return };
    let rounds = std::env::var("WITKIT_ROUNDS").map_or(1, |n| n.parse().expect("a number"));
    let mut random = Random(0x0dd_ba11);
    let mut paths = Vec::new();
    packages(&corpus.join("wit"), &mut paths);
    paths.retain(|path| path.is_dir() && path.file_name() != Some("deps".as_ref()));
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let (mut broken, mut wrong) = (0, Vec::new());
    for (number, path) in paths.iter().enumerate() {
        if wit::load(path, &Options::default()).is_err() {
            continue;
        }
        for round in 0..rounds {
            let folder = temp.path().join(format!("{number}-{round}"));
            support::copy_folder(path, &folder).expect("it is copied");
            let mut files = Vec::new();
            packages(&folder, &mut files);
            files.retain(|path| path.is_file());
            let changed = &files[random.below(files.len())];
            let text = fs::read_to_string(changed).expect("it is text");
            let text = damaged(&text, &mut random);
            fs::write(changed, &text).expect("it is written");
            let tree = wit::syntax::parse(changed.display().to_string(), text);
            let problems: Vec<&str> = tree.problems().iter().map(|p| p.message.as_str()).collect();
            if problems.is_empty() {
                continue;
            }
            // The `deps` of a package in `deps` are not read.
            let Err(report) = wit::load(&folder, &Options::default()) else {
                continue;
            };
            broken += 1;
            let said = report.diagnostics();
            if let Some(more) = said
                .iter()
                .find(|d| !problems.contains(&d.message.as_str()))
            {
                wrong.push(format!(
                    "{}: {}\n{}",
                    path.display(),
                    more.message,
                    shown(&report)
                ));
            }
        }
    }
    assert!(broken > 50, "{broken}");
    assert!(
        wrong.is_empty(),
        "{} of {broken}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn shuffled_packages_are_accepted_if_and_only_if_wit_parser_accepts_them() {
    let Some(corpus) = corpus() else { return };
    let rounds = std::env::var("WITKIT_ROUNDS").map_or(1, |n| n.parse().expect("a number"));
    let mut random = Random(0x5eed_5eed_5eed);
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let mut wrong = Vec::new();
    for (number, case) in cases(&corpus).iter().enumerate() {
        // WAT, which wit-parser reads only where another feature of it is on; and `1.0.0+`, which
        // is no version.
        if matches!(
            case.name.as_str(),
            "kinds-of-deps" | "simple-wasm-text.wat" | "version-syntax.wit"
        ) {
            continue;
        }
        for round in 0..rounds {
            let folder = temp.path().join(format!("{number}-{round}"));
            let input = match case.input.is_dir() {
                true => {
                    support::copy_folder(&case.input, &folder).expect("it is copied");
                    folder.clone()
                }
                false => {
                    fs::create_dir(&folder).expect("it is made");
                    fs::copy(&case.input, folder.join("t.wit")).expect("it is copied");
                    folder.join("t.wit")
                }
            };
            let mut texts = Vec::new();
            packages(&folder, &mut texts);
            texts.retain(|path| path.is_file());
            let changed = &texts[random.below(texts.len())];
            let text = fs::read_to_string(changed).expect("it is text");
            let text = shuffled(&text, &mut random);
            fs::write(changed, &text).expect("it is written");
            let ours = wit::load(&input, &Options::default());
            let theirs = std::panic::catch_unwind(|| {
                let mut resolve = wit_parser::Resolve::default();
                resolve
                    .push_path(&input)
                    .map(|_| ())
                    .map_err(|e| format!("{e:#}"))
            });
            let told = match (ours, theirs) {
                (Err(report), Ok(Ok(()))) => shown(&report),
                (Ok(_), Ok(Err(error))) => error,
                _ => String::new(),
            };
            if !told.is_empty() {
                wrong.push(format!("{}\n{told}\n{text}", case.name));
            }
            fs::remove_dir_all(&folder).expect("it is removed");
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A package of the corpus in binary form.
fn binary_package(path: &Path) -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_path(path).expect("it resolves");
    wit_component::encode(&resolve, package, false).expect("it encodes")
}

#[test]
fn a_damaged_package_in_binary_form_is_refused_without_a_panic() {
    let Some(corpus) = corpus() else { return };
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let file = temp.path().join("p.wasm");
    let suite = corpus.join("conformance/raw263/wit-parser-ui");
    let rounds = std::env::var("WITKIT_ROUNDS").map_or(150, |n| n.parse().expect("a number"));
    let mut random = Random(0xb1a5_0000_0001);
    let (mut refused, mut loaded) = (0, 0);
    for name in [
        "worlds-with-types.wit",
        "resources.wit",
        "multi-file",
        "types.wit",
    ] {
        let bytes = binary_package(&suite.join(name));
        fs::write(&file, &bytes).expect("it is written");
        let whole = wit::load(&file, &Options::default());
        assert!(whole.is_ok(), "{}", shown(&whole.err().unwrap_or_default()));
        for _ in 0..rounds {
            let mut damaged = bytes.clone();
            for _ in 0..1 + random.below(3) {
                let at = random.below(damaged.len());
                match random.below(4) {
                    0 => damaged.truncate(at.max(8)),
                    1 => drop(damaged.remove(at)),
                    2 => damaged[at] ^= 1 << random.below(8),
                    _ => damaged[at] = random.below(256) as u8,
                }
            }
            fs::write(&file, &damaged).expect("it is written");
            match wit::load(&file, &Options::default()) {
                Ok(_) => loaded += 1,
                Err(report) => {
                    assert!(report.has_errors());
                    refused += 1;
                }
            }
        }
    }
    // A changed name is another package, and no damage.
    assert!(refused > loaded, "{refused} refused, {loaded} loaded");
}

/// A real text that uses nearly everything.
const STORE: &str = "package acme:kv@1.2.0;

use types as t;

/// What is stored.
interface types {
  @since(version = 1.0.0)
  record entry { key: string, value: list<u8> }
  variant error { gone, other(string) }
  resource cursor {
    constructor(start: string);
    next: func() -> option<entry>;
    open: static func() -> result<cursor, error>;
  }
  flags mode { read, write }
  enum level { low, high }
}

interface store {
  use t.{entry, error as failure};
  /* a comment */ get: func(key: string) -> result<entry, failure>;
  all: async func() -> stream<entry>;
}

world client {
  import store;
  export run: func(args: list<tuple<string, option<u32>>>) -> result<_, string>;
  import log: interface {
    write: func(line: string);
  }
}
";

#[test]
fn any_prefix_of_a_text_and_any_damage_to_it_is_answered_without_a_panic() {
    assert_eq!(said(STORE), "");
    for end in 0..STORE.len() {
        said(&STORE[..end]);
    }
    let mut random = Random(0xda3a_6e00_0001);
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let file = temp.path().join("t.wit");
    for _ in 0..500 {
        let mut bytes = STORE.as_bytes().to_vec();
        for _ in 0..1 + random.below(4) {
            let at = random.below(bytes.len());
            bytes[at] = random.below(256) as u8;
        }
        fs::write(&file, &bytes).expect("it is written");
        if let Err(report) = wit::load(&file, &Options::default()) {
            shown(&report);
        }
    }
}

#[test]
fn an_empty_comment_that_looks_like_documentation_is_no_fault() {
    // wit-parser panics on it.
    let text = "/**/ package a:b; /**/ interface c { /**/ f: func(); }\n";
    assert_eq!(said(text), "");
}

#[test]
fn a_type_that_a_later_use_hides_is_defined_twice() {
    // wit-parser drops the definition without a word.
    let text = "package a:b;\ninterface i { type t = u8; }\n\
                interface j { type t = u16; use i.{t}; f: func() -> t; }\n";
    assert!(said(text).contains("duplicate name `t` in interface `j`"));
}

#[test]
fn gates_that_exclude_each_other_are_refused_wherever_they_are() {
    // On a full path, wit-parser panics.
    let gates = [
        "@since(version = 1.0.0) @since(version = 1.0.0)",
        "@unstable(feature = a) @unstable(feature = b)",
        "@since(version = 1.0.0) @unstable(feature = a)",
        "@deprecated(version = 1.0.0)",
    ];
    for gates in gates {
        for item in [
            "import c:d/e;",
            "import f: func();",
            "include c:d/w;",
            "type t = u8;",
        ] {
            let text = format!(
                "package a:b@1.0.0;\npackage c:d {{ interface e {{}} world w {{}} }}\n\
                 world v {{ {gates} {item} }}\n"
            );
            let said = said(&text);
            assert!(said.starts_with("error[wit/gate]"), "{text}{said}");
            assert!(said.contains("t.wit:3:"), "{said}");
        }
    }
}

#[test]
fn ten_thousand_nested_lists_are_one_error() {
    let deep = format!("{}u8{}", "list<".repeat(10_000), ">".repeat(10_000));
    let said = said(&format!(
        "package a:b;\ninterface i {{ type t = {deep}; }}\n"
    ));
    assert!(
        said.starts_with("error[wit/nesting]: types are nested more than 100 levels deep"),
        "{said}"
    );
}

/// `count` things, each of which needs the one before.
fn chain(count: usize, first: &str, next: impl Fn(usize) -> String) -> String {
    let rest: String = (1..count).map(next).collect();
    format!("{first}{rest}")
}

#[test]
fn chains_that_would_take_all_the_stack_are_refused_and_shorter_ones_are_not() {
    let types = |count| {
        let chain = chain(count, "record r0 { a: u8 }\n", |at| {
            format!("record r{at} {{ a: r{} }}\n", at - 1)
        });
        format!(
            "package a:b;\ninterface i {{\n{chain}f: func() -> r{}; }}\n",
            count - 1
        )
    };
    let interfaces = |count| {
        let chain = chain(count, "interface i0 { type t = u8; }\n", |at| {
            format!("interface i{at} {{ use i{}.{{t}}; }}\n", at - 1)
        });
        let last = count - 1;
        format!(
            "package a:b;\n{chain}world w {{ import i{last}; }} world v {{ export i{last}; }}\n"
        )
    };
    let worlds = |count| {
        let chain = chain(count, "world w0 { import f: func(); }\n", |at| {
            format!("world w{at} {{ include w{}; }}\n", at - 1)
        });
        format!("package a:b;\n{chain}")
    };
    let packages = |count| {
        let chain = chain(
            count,
            "package p:p0 { interface i { type t = u8; } }\n",
            |at| {
                format!(
                    "package p:p{at} {{ interface i {{ use p:p{}/i.{{t}}; }} }}\n",
                    at - 1
                )
            },
        );
        format!(
            "package a:b;\n{chain}world w {{ import p:p{}/i; }}\n",
            count - 1
        )
    };
    let kinds: [&dyn Fn(usize) -> String; 4] = [&types, &interfaces, &worlds, &packages];
    for kind in kinds {
        assert_eq!(said(&kind(250)), "");
        let said = said(&kind(20_000));
        assert!(said.starts_with("error[wit/too-large]"), "{said}");
    }
}

#[test]
fn ten_megabytes_of_names_that_mean_nothing_are_answered_in_seconds() {
    let mut text = "package a:b;\n".to_string();
    for at in 0..2_000 {
        text.push_str(&format!("interface i{at} {{\n"));
        for of in 0..40 {
            text.push_str(&format!(
                "  /// {:>90}\n  call{of}: func(a: t{at}-{of}) -> u8;\n",
                ""
            ));
        }
        text.push_str("}\n");
    }
    assert!(text.len() > 10_000_000, "{}", text.len());
    let started = std::time::Instant::now();
    let report = wit::load_text("t.wit", text, &Options::default());
    let report = report.err().expect("nothing is known");
    let found = report.diagnostics();
    assert_eq!(found.len(), 80_000, "{}", found[0].message);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn what_cannot_be_read_is_an_error_that_says_why() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = temp.path();
    let write = |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("it is made");
        fs::write(file, bytes).expect("it is written");
    };
    write("latin/a.wit", b"package a:b;\n// caf\xe9\n");
    write("utf16/a.wit", &[0xff, 0xfe, b'p', 0]);
    write("binary/a.wit", b"\0asm\x0d\0\x01\0\xff");
    write("empty/readme.txt", b"");
    write("project/wit/a.wit", b"package a:b;\n");
    write("nothing/a.wit", b"");
    write("named/x.wit/a.wit", b"package a:b;\n");
    write("deps-file/a.wit", b"package a:b;\n");
    write("deps-file/deps", b"");
    write("module.wasm", b"\0asm\x01\0\0\0");
    write("component.wasm", b"\0asm\x0d\0\x01\0");
    write("old.wasm", b"\0asm\x0a\0\x01\0");
    write("cut.wasm", b"\0asm\x0d\0\x01\0\x07\xff");
    write("text.wat", b"(component (import");
    write("empty-dep/a.wit", b"package a:b;\n");
    fs::create_dir_all(folder.join("empty-dep/deps/c")).expect("it is made");
    for (path, code, words) in [
        ("missing.wit", "input/unreadable", "no such file"),
        ("missing", "input/unreadable", "no such file"),
        ("latin", "wit/not-text", "invalid byte 0xe9"),
        ("utf16", "wit/not-text", "is UTF-16 text"),
        ("binary", "wit/not-text", "is binary WebAssembly"),
        ("empty", "wit/no-files", "no `.wit` files in"),
        ("project", "wit/no-files", "did you mean"),
        ("nothing", "wit/no-package", "missing package declaration"),
        ("named", "wit/no-files", "did you mean"),
        ("deps-file", "input/unreadable", "cannot read folder"),
        ("module.wasm", "wit/not-wit", "a core module"),
        ("component.wasm", "wit/not-wit", "is a component"),
        ("old.wasm", "wit/not-wit", "unknown version"),
        ("cut.wasm", "input/malformed", "not a valid component"),
        ("text.wat", "input/wat-syntax", ""),
        ("empty-dep", "wit/no-files", "deps/c"),
    ] {
        let report = wit::load(folder.join(path), &Options::default());
        let said = shown(&report.err().unwrap_or_default());
        assert!(
            said.starts_with(&format!("error[{code}]")),
            "{path}: {said}"
        );
        assert!(said.contains(words), "{path}: {said}");
    }
    assert!(wit::load(folder.join("named/x.wit"), &Options::default()).is_ok());
}

#[test]
fn packages_in_binary_form_are_dependencies_like_those_in_text() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = temp.path();
    fs::create_dir(folder.join("deps")).expect("it is made");
    let dependency = "package c:d@1.0.0;\ninterface e { type t = u8; f: func(); }\nworld w {}\n";
    fs::write(folder.join("c.wit"), dependency).expect("it is written");
    let binary = binary_package(&folder.join("c.wit"));
    fs::remove_file(folder.join("c.wit")).expect("it is removed");
    fs::write(folder.join("deps/c.wasm"), &binary).expect("it is written");
    let said = |text: &str| {
        fs::write(folder.join("a.wit"), text).expect("it is written");
        let report = wit::load(folder, &Options::default());
        report.err().map(|r| shown(&r)).unwrap_or_default()
    };
    let uses = |names: &str| format!("package a:b;\ninterface i {{ use c:d/{names}; }}\n");
    assert_eq!(said(&uses("e@1.0.0.{t}")), "");
    assert!(said(&uses("e@1.0.0.{x}")).contains("its types are `t`"));
    assert!(said(&uses("e@1.0.0.{f}")).contains("found function"));
    assert!(said(&uses("ee@1.0.0.{t}")).contains("did you mean `e`?"));
    assert!(said(&uses("w@1.0.0.{t}")).contains("found world"));
    assert!(said(&uses("e@1.1.0.{t}")).contains("available: `c:d@1.0.0`"));
    // Both as text and in binary form; wit-parser panics on it.
    fs::write(folder.join("deps/c.wit"), dependency).expect("it is written");
    assert!(said(&uses("e@1.0.0.{t}")).contains("duplicate package `c:d@1.0.0`"));
    // By itself.
    let alone = wit::load(folder.join("deps/c.wasm"), &Options::default());
    assert!(alone.is_ok_and(|wit| wit.files().is_empty()));
}

#[test]
fn the_files_of_a_load_are_those_of_the_package_then_its_dependencies_by_name() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = temp.path();
    for (name, text) in [
        ("b.wit", "interface b {}"),
        ("a.wit", "package a:a;"),
        ("z.txt", "?"),
        ("deps/d/y.wit", "interface y {}"),
        ("deps/d/x.wit", "package d:d;"),
        ("deps/c.wit", "package c:c;"),
        ("deps/notes.md", "?"),
    ] {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("it is made");
        fs::write(file, text).expect("it is written");
    }
    let wit = match wit::load(folder, &Options::default()) {
        Ok(wit) => wit,
        Err(report) => panic!("{}", shown(&report)),
    };
    let files: Vec<(String, bool)> = wit
        .files()
        .iter()
        .map(|file| {
            let path = file.path.as_ref().and_then(|p| p.strip_prefix(folder).ok());
            (
                path.expect("it is in the folder").display().to_string(),
                file.own,
            )
        })
        .collect();
    let expected = [
        ("a.wit", true),
        ("b.wit", true),
        ("deps/c.wit", false),
        ("deps/d/x.wit", false),
        ("deps/d/y.wit", false),
    ];
    assert_eq!(files, expected.map(|(name, own)| (name.to_string(), own)));
}
