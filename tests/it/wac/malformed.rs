//! Scripts that nobody would write: truncated, huge, deeply nested, not text, with names twice and in
//! cycles. Each is refused with its mistakes, all at once and at their places, or composed.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::graphs::Random;
use crate::support::{Ran, copy_folder, project, witkit};

/// A folder with the packages of a scenario.
fn folder(scenario: &str) -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let fixture = project().join("fixtures/compose").join(scenario);
    copy_folder(&fixture, temp.path()).expect("the fixture is copied");
    temp
}

fn compose(folder: &Path, script: &[u8]) -> Ran {
    fs::write(folder.join("bad.wac"), script).expect("the script is written");
    let args = ["compose", "bad.wac", "-o", "bad.wasm"];
    let ran = witkit(folder, &args);
    let told = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!told.contains("panicked"), "{told}");
    assert!(matches!(ran.code, Some(0 | 1)), "{:?}: {told}", ran.code);
    let is_written = folder.join("bad.wasm").exists();
    assert_eq!(is_written, ran.code == Some(0), "{told}");
    if is_written {
        fs::remove_file(folder.join("bad.wasm")).expect("it is removed");
    } else {
        assert!(told.contains("error["), "{told}");
        assert!(told.contains("bad.wac"), "{told}");
    }
    ran
}

#[test]
fn a_script_cut_anywhere_is_refused_at_a_place_in_it() {
    let temp = folder("script-declared");
    let whole = fs::read(temp.path().join("app.wac")).expect("it reads");
    for end in (0..whole.len()).step_by(13) {
        let ran = compose(temp.path(), &whole[..end]);
        // What is whole up to there may compose.
        if ran.code == Some(1) && end > 60 {
            assert!(ran.stderr.contains("bad.wac:"), "{end}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_script_with_damage_anywhere_never_ends_badly() {
    let temp = folder("script-declared");
    let whole = fs::read(temp.path().join("app.wac")).expect("it reads");
    let bits: &[&[u8]] = &[
        b"{", b"}", b";", b"...", b"\"", b"/*", b"new", b"%", b":", b"@", b"\xff", b"\0", b"let",
    ];
    let mut random = Random(7);
    for _ in 0..60 {
        let mut text = whole.clone();
        for _ in 0..=random.below(2) {
            let at = random.below(text.len());
            match random.below(3) {
                0 => drop(text.remove(at)),
                1 => text.truncate(at.max(1)),
                _ => drop(text.splice(at..at, bits[random.below(bits.len())].iter().copied())),
            }
        }
        compose(temp.path(), &text);
    }
}

#[test]
fn what_is_no_text_is_told_with_the_byte() {
    let temp = folder("script");
    for bytes in [
        &b"package a:b;\nlet \xff = new c:d {};\n"[..],
        b"\xff\xfe",
        b"\xef\xbb\xbfpackage a:\xc0;",
    ] {
        let ran = compose(temp.path(), bytes)
            .expect(1)
            .expect("it is refused");
        assert!(ran.stderr.contains("UTF-8"), "{}", ran.stderr);
    }
    // A byte order mark is no mistake.
    let text = "\u{feff}package a:b;\nexport new docs:adder {}...;\n";
    compose(temp.path(), text.as_bytes())
        .expect(0)
        .expect("it composes");
}

#[test]
fn all_mistakes_of_a_script_are_told_at_once_at_their_places() {
    let temp = folder("script");
    let script = "\
package a:b;
let adder = new docs:adder { nope: missing };
let adder = new docs:addr {};
let calculator = new docs:calculator { add: adder };
import one as \"NOT_VALID\": func();
import two as \"two\": func();
export two as \"%%\";
export calculator.nothing;
export adder as \"run\";
export two as \"run\";
";
    let ran = compose(temp.path(), script.as_bytes())
        .expect(1)
        .expect("it is refused");
    for line in [2, 3, 5, 7, 10] {
        let place = format!("bad.wac:{line}:");
        assert!(ran.stderr.contains(&place), "{place}\n{}", ran.stderr);
    }
    let json = witkit(temp.path(), &["compose", "bad.wac", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&json.stderr).expect("it is JSON");
    let count = report["diagnostics"].as_array().map_or(0, Vec::len);
    assert!(count >= 6, "{count}: {}", json.stderr);
}

#[test]
fn a_type_mismatch_shows_both_types_at_the_argument() {
    let temp = folder("script");
    let script = "\
package a:b;
import add: interface { add: func(x: u32, y: u32) -> string; };
export new docs:calculator { add }...;
";
    let ran = compose(temp.path(), script.as_bytes())
        .expect(1)
        .expect("it is refused");
    for told in ["expected u32", "found string", "bad.wac:3:30"] {
        assert!(ran.stderr.contains(told), "{told}\n{}", ran.stderr);
    }
}

#[test]
fn large_and_deep_scripts_end_in_time() {
    let temp = folder("script");
    let started = Instant::now();
    let deep = 100_000;
    let nested = format!(
        "package a:b;\nexport {}x{};\n",
        "(".repeat(deep),
        ")".repeat(deep)
    );
    let news = format!(
        "package a:b;\nexport {}x{};\n",
        "new a:c { a: ".repeat(deep),
        " }".repeat(deep)
    );
    let accesses = format!(
        "package a:b;\nlet a = new docs:adder {{}};\nexport a{};\n",
        ".b".repeat(deep)
    );
    let types = format!(
        "package a:b;\ntype t = {}u8{};\n",
        "list<".repeat(deep),
        ">".repeat(deep)
    );
    let comment = format!("package a:b;\n{}\n", "/*".repeat(deep));
    let path = format!(
        "package a:b;\nimport a as \"a\": a:c{};\n",
        "/d".repeat(deep)
    );
    for (noun, script) in [
        ("nested", nested),
        ("news", news),
        ("accesses", accesses),
        ("types", types),
        ("comment", comment),
        ("path", path),
    ] {
        let ran = compose(temp.path(), script.as_bytes())
            .expect(1)
            .expect(noun);
        // A line of a script may be long, what is shown of it is not.
        assert!(ran.stderr.len() < 200_000, "{noun}: {}", ran.stderr.len());
    }
    let many: String = (0..3000)
        .map(|n| format!("let a{n} = new docs:adder {{}};\n"))
        .collect();
    let many = format!("package a:b;\n{many}export a0...;\n");
    compose(temp.path(), many.as_bytes())
        .expect(0)
        .expect("it composes");
    assert!(
        started.elapsed() < Duration::from_secs(120),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn names_in_cycles_and_names_twice_are_told() {
    let temp = folder("script");
    for (statements, told) in [
        ("let a = b;\nlet b = a;", "cannot find `b`"),
        ("let a = a;", "cannot find `a`"),
        ("let a = new docs:adder { a };", "cannot find `a`"),
        ("type t = t;", "t"),
        ("type t = u;\ntype u = t;", "u"),
        ("record r { r: r }", "r"),
        ("interface i { use i.{t}; }", "i"),
        ("world w { include w; }", "w"),
        ("world w { include v; }\nworld v { include w; }", "v"),
        (
            "let a = new docs:adder {};\nlet a = new docs:adder {};",
            "duplicate name `a`",
        ),
        (
            "import a: func();\nlet a = new docs:adder {};",
            "duplicate name `a`",
        ),
        (
            "import a as \"x\": func();\nimport b as \"x\": func();",
            "duplicate import `x`",
        ),
        ("type a = u32;\ninterface a {}", "duplicate name `a`"),
        ("let a = new a:b {};", "cannot instantiate itself"),
    ] {
        let script = format!("package a:b;\n{statements}\nexport new docs:adder {{}}...;\n");
        let ran = compose(temp.path(), script.as_bytes())
            .expect(1)
            .expect(statements);
        assert!(ran.stderr.contains(told), "{statements}\n{}", ran.stderr);
        assert!(
            ran.stderr.contains("bad.wac:2:") || ran.stderr.contains("bad.wac:3:"),
            "{statements}\n{}",
            ran.stderr
        );
    }
}
