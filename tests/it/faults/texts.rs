//! Strings that nobody would write, in every text that is read: configuration, plans, compositions in
//! YAML, scripts of wac, WIT, baselines.
//!
//! Each string of a valid text is replaced, one at a time, by one that colours, turns letters around and
//! forges findings ([`NAME`]), by a path that leads elsewhere, and by nothing. Names in binaries are in
//! `hostile.rs`, whose rules hold here too: no command prints what a terminal acts upon, or writes but
//! what it was asked to.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use serde_json::Value;

use crate::hostile::{self, NAME};
use crate::support::{indent, project, witkit};

/// What takes the place of a string.
const STRANGE: &[&str] = &[NAME, "../../elsewhere", "/", ""];

/// A text, the name of its file, and what reads it.
struct Base {
    file: &'static str,
    text: String,
    commands: &'static [&'static str],
}

/// Runs the commands of `base` about each of `variants`, on two threads.
fn survives(base: &Base, variants: &[String]) {
    assert!(variants.len() > 3, "{}: only {}", base.file, variants.len());
    let left = Mutex::new(variants.iter());
    let wrong = Mutex::new(Vec::new());
    let work = || {
        let place = hostile::workplace();
        let next = || left.lock().expect("no thread panics").next();
        while let Some(text) = next() {
            fs::write(place.path().join(base.file), text).expect("it is written");
            for command in base.commands {
                if let Err(told) = hostile::run(place.path(), command, OsStr::new(base.file)) {
                    let line = first_difference(&base.text, text);
                    let told = format!("{command}: {line:?}: {told}");
                    wrong.lock().expect("no thread panics").push(told);
                }
            }
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(work);
        threads.spawn(work);
    });
    let wrong = wrong.into_inner().expect("no thread panics");
    let some = wrong[..wrong.len().min(10)].join("\n");
    assert!(
        wrong.is_empty(),
        "{}: {} times\n{}",
        base.file,
        wrong.len(),
        indent(&some)
    );
}

fn first_difference<'t>(base: &str, text: &'t str) -> &'t str {
    let mut lines = text.lines().zip(base.lines());
    lines
        .find(|(new, old)| new != old)
        .map_or("", |(new, _)| new)
}

/// The same with each string in quotes replaced.
fn quoted(text: &str, escaped: impl Fn(&str) -> String) -> Vec<String> {
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find('"').map(|at| from + at) {
        let end = text[start + 1..]
            .find('"')
            .map(|at| start + 1 + at)
            .expect("it ends");
        places.push(start..end + 1);
        from = end + 1;
    }
    replaced(text, &places, |name| format!("\"{}\"", escaped(name)))
}

fn replaced(
    text: &str,
    places: &[std::ops::Range<usize>],
    new: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut variants = Vec::new();
    for place in places {
        for strange in STRANGE {
            let (before, after) = (&text[..place.start], &text[place.end..]);
            variants.push(format!("{before}{}{after}", new(strange)));
        }
    }
    variants
}

/// As TOML, YAML and JSON escape it.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        ' '..='~' if !"\"\\".contains(c) => c.to_string(),
        _ => format!("\\u{:04x}", u32::from(c)),
    };
    text.chars().map(escape).collect()
}

#[test]
fn strings_and_keys_of_a_configuration_are_shown_and_not_acted_upon() {
    let text = r#"[paths]
"wit" = ["world.wit"]
"components" = ["good.wasm"]
[wit]
"deps" = ["folder"]
[lint]
"select" = ["docs"]
"public" = ["a:b/*"]
"release" = "wasi-0.2"
"acronyms" = ["URL"]
[lint."levels"]
"docs-missing" = "error"
[lint."per-path-ignores"]
"world*.wit" = ["docs"]
[compose."app"]
"root" = "composed.wasm"
"definitions" = ["other=good.wasm"]
"allow" = ["a:b/*"]
"deny" = ["c:d/*"]
"stub" = ["e:f/*"]
"wires" = { "app.x" = "other.y" }
"exports" = ["other"]
"output" = "out"
[check]
"wit" = "world.wit"
"world" = "w"
"hosts" = ["spin"]
"max-size" = "1M"
[policy]
"deny" = ["network"]
"reason" = "none"
[policy."named"]
"path" = "*.wasm"
"deny" = ["clocks"]
"#;
    let base = Base {
        file: "witkit.toml",
        text: text.to_string(),
        commands: &[
            "lint",
            "fmt --check",
            "check good.wasm",
            "check",
            "validate",
            "graph",
            "compose -c {} -o out",
            "compose -c {} --plan",
            "lint --format github",
        ],
    };
    // A path may be anywhere, where a user says so: what is written is always `out`.
    let fixed = |variant: &String| variant.contains("\"output\" = \"out\"");
    let variants: Vec<String> = quoted(text, escaped).into_iter().filter(fixed).collect();
    survives(&base, &variants);
}

/// The document with each string, and each key, replaced.
fn in_json(document: &Value) -> Vec<String> {
    fn paths(value: &Value, at: &str, found: &mut Vec<(String, Option<String>)>) {
        match value {
            Value::String(_) => found.push((at.to_string(), None)),
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    paths(item, &format!("{at}/{number}"), found);
                }
            }
            Value::Object(fields) => {
                for (key, field) in fields {
                    found.push((at.to_string(), Some(key.clone())));
                    let key = key.replace('~', "~0").replace('/', "~1");
                    paths(field, &format!("{at}/{key}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    paths(document, "", &mut found);
    let mut variants = Vec::new();
    for (path, key) in found {
        for strange in STRANGE {
            let mut new = document.clone();
            let place = new.pointer_mut(&path).expect("it is there");
            match (&key, place) {
                (None, place) => *place = Value::String(strange.to_string()),
                (Some(key), Value::Object(fields)) => {
                    let field = fields.remove(key).expect("it is there");
                    fields.insert(strange.to_string(), field);
                }
                _ => unreachable!("only objects have keys"),
            }
            variants.push(new.to_string());
        }
    }
    variants
}

/// What the commands print as JSON, in a workplace with the files that they name.
fn printed(args: &[&str]) -> Value {
    let place = hostile::workplace();
    let ran = witkit(place.path(), args);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {ran:?}"))
}

#[test]
fn strings_and_keys_of_a_plan_are_shown_and_not_acted_upon() {
    let plan = printed(&[
        "compose",
        "composed.wasm",
        "-d",
        "other=good.wasm",
        "--allow",
        "*",
        "--plan",
        "--format",
        "json",
    ]);
    let base = Base {
        file: "plan.json",
        text: plan.to_string(),
        commands: &["compose -c {} -o out", "compose -c {} --plan", "inspect {}"],
    };
    survives(&base, &in_json(&plan));
}

#[test]
fn strings_and_keys_of_a_baseline_are_shown_and_not_acted_upon() {
    let place = hostile::workplace();
    let ran = witkit(
        place.path(),
        &["lint", "world.wit", "--write-baseline", "base.json"],
    );
    ran.expect(0).expect("it is written");
    let text = fs::read_to_string(place.path().join("base.json")).expect("it is there");
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    let base = Base {
        file: "base.json",
        text,
        commands: &[
            "lint world.wit --baseline {}",
            "check good.wasm --deny * --baseline {}",
        ],
    };
    survives(&base, &in_json(&document));
}

#[test]
fn strings_of_a_composition_in_yaml_are_shown_and_not_acted_upon() {
    let text = r#""dependencies":
  "other": "good.wasm"
  "third":
    "path": "good.wasm"
"instantiations":
  "root":
    "dependency": "other"
    "arguments":
      "a:b/c":
        "instance": "third"
        "export": "d:e/f"
"#;
    let base = Base {
        file: "compose.yml",
        text: text.to_string(),
        commands: &[
            "compose composed.wasm -c {} -o out",
            "compose composed.wasm -c {} --plan",
        ],
    };
    survives(&base, &quoted(text, escaped));
}

/// The text with strange words before, after and in place of each word, and in comments and strings.
fn in_words(text: &str) -> Vec<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-%".contains(c);
    let mut places = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (is_word(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                places.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    let ends: Vec<_> = places.iter().map(|place| place.end..place.end).collect();
    let mut variants = replaced(text, &places, str::to_string);
    variants.extend(replaced(text, &ends, str::to_string));
    for (before, after) in [
        ("/// ", "\n"),
        ("/* ", " */"),
        ("@since(version = ", ")"),
        ("use \"", "\";"),
    ] {
        let marked = places.iter().take(6).map(|place| place.start..place.start);
        let marked: Vec<_> = marked.collect();
        variants.extend(replaced(text, &marked, |name| {
            format!("{before}{name}{after}")
        }));
        // In one line, so that it is all in the comment.
        let one = |name: &str| format!("{before}{}{after}", name.replace(['\n', '\r'], " "));
        variants.extend(replaced(text, &marked, one));
    }
    variants
}

#[test]
fn words_of_wit_are_shown_and_not_acted_upon() {
    let text = "package a:b@1.0.0;\n\n/// Docs.\ninterface i {\n  use c:d/e@1.0.0.{t};\n  \
                @since(version = 1.0.0)\n  f: func(x: u32) -> t;\n}\n\nworld w {\n  export i;\n}\n";
    let base = Base {
        file: "in.wit",
        text: text.to_string(),
        commands: &[
            "lint {}",
            "lint {} --format github",
            "fmt --check {}",
            "fmt --diff {}",
            "wit {}",
            "inspect {}",
            "check good.wasm --wit {}",
            "diff {} world.wit",
            "componentize --stub --wit {} -o out",
        ],
    };
    survives(&base, &in_words(text));
}

#[test]
fn words_of_a_script_are_shown_and_not_acted_upon() {
    let text = "package docs:app targets a:b/w;\n\nworld calculator {\n  export docs:adder/add@0.1.0;\n}\n\n\
                let adder = new docs:adder { x: \"y\", ... };\n\nexport adder.add;\n";
    let base = Base {
        file: "app.wac",
        text: text.to_string(),
        commands: &[
            "compose {} -d docs:adder=good.wasm -o out",
            "compose {} --plan",
            "fmt --check {}",
            "fmt --diff {}",
        ],
    };
    survives(&base, &in_words(text));
}

/// A path that leads out of the folder is read where a user names it, and written by no name of a part.
#[test]
fn paths_in_texts_write_nothing_elsewhere() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let inner = place.path().join("inner");
    fs::create_dir(&inner).expect("a folder");
    for file in ["app", "adder"] {
        let from = project().join(format!("fixtures/compose/basic/{file}.wat"));
        fs::copy(from, inner.join(format!("{file}.wat"))).expect("it is copied");
    }
    let names = [
        "../escaped",
        "a/../../escaped",
        "/escaped",
        "..",
        ".",
        "con",
        "a\\..\\..\\escaped",
        "c:escaped",
    ];
    for name in names {
        let part = format!("{name}=adder.wat");
        let ran = witkit(
            &inner,
            &["compose", "app.wat", "-d", &part, "-o", "out.wasm"],
        );
        if ran.code != Some(0) {
            assert!(ran.stderr.contains("error"), "{name}: {ran:?}");
            continue;
        }
        let ran = witkit(&inner, &["split", "out.wasm", "-o", "parts", "--force"]);
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.stderr);
        let again = witkit(
            &inner,
            &["compose", "-c", "parts/plan.json", "-o", "again.wasm"],
        );
        assert_eq!(again.code, Some(0), "{name}: {}", again.stderr);
        let read = |file: &str| fs::read(inner.join(file)).expect("it is there");
        assert!(read("again.wasm") == read("out.wasm"), "{name}");
    }
    assert_eq!(crate::support::listing(place.path()), ["inner"]);
    assert!(!Path::new("/escaped").exists() && !Path::new("/escaped.wasm").exists());
}
