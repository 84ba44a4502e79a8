//! No option without effect, in any command; and `--deny-warnings`, which is the same everywhere.

use std::fs;
use std::path::Path;

use crate::support::{Ran, project, witkit};

const WIT: &str = "package a:b;
interface i { f: func(); @unstable(feature = beta) g: func(); }
interface j { f: func(); }
world app { import wasi:x/y; export run: func(); }
world part { export wasi:x/y@0.2.0; export i; }
world lib { export run: func(); }
package wasi:x { interface y { f: func(); } }
package wasi:x@0.2.0 { interface y { f: func(); } }
";

fn folder() -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    fs::create_dir(folder.join("empty")).expect("a folder");
    fs::create_dir(folder.join("wit")).expect("a folder");
    let files = [
        ("wit/w.wit", WIT),
        ("old.wit", "package a:b@1.0.0; interface i { f: func(); }"),
        ("new.wit", "package a:b@2.0.0; interface i { g: func(); }"),
        (
            "lib.wat",
            "(module (memory (export \"memory\") 1) (func (export \"run\")))",
        ),
        (
            "two.toml",
            "[compose.a]\nroot = \"app.wasm\"\nno-imports = true\nimports = [\"a:*\"]\n",
        ),
        (
            "select.toml",
            "[lint]\nselect = [\"docs\"]\nignore = [\"docs\"]\n",
        ),
        (
            "level.toml",
            "[lint]\nignore = [\"empty-world\"]\nlevels = { empty-world = \"error\" }\n",
        ),
        (
            "languages.toml",
            "[lint]\nselect = [\"empty-world\"]\nlanguages = [\"go\"]\n",
        ),
        (
            "paths.toml",
            "[lint.per-path-ignores]\n\"old/*\" = [\"all\"]\n\"wit/*\" = [\"all\"]\n",
        ),
        (
            "off.toml",
            "[lint]\nignore = [\"empty-world\"]\n\
             per-path-ignores = { \"wit/*\" = [\"empty-world\", \"all\"] }\n",
        ),
        (
            "features.toml",
            "[check]\ncomponents = [\"app.wasm\"]\nwit = \"wit\"\nworld = \"app\"\nfeatures = [\"alpha\", \"beta\"]\n",
        ),
        (
            "no-wit.toml",
            "[check]\ncomponents = [\"app.wasm\"]\nrelease = \"wasi-0.2\"\nfeatures = [\"beta\"]\n",
        ),
        (
            "allow.toml",
            "[check]\ncomponents = [\"app.wasm\"]\nwit = \"wit\"\nworld = \"lib\"\nallow = [\"wasi:*\", \"a:*\"]\n",
        ),
        (
            "no-allow.toml",
            "[check]\ncomponents = [\"app.wasm\"]\nrelease = \"wasi-0.2\"\nallow = [\"a:*\"]\n",
        ),
        (
            "path.toml",
            "[check]\ncomponents = [\"app.wasm\"]\n[policy.app]\npath = \"a*.wasm\"\ndeny = [\"c:d/e\"]\n[policy.old]\npath = \"old.wasm\"\ndeny = [\"c:d/e\"]\n",
        ),
        (
            "harmless.toml",
            "[check]\ncomponents = [\"app.wasm\"]\n[policy]\ndeny = [\"network\"]\nallow = [\"wasi:x/y\", \"a:b/*\"]\n",
        ),
        ("c.yml", "definitions:\n- part.wasm\n"),
    ];
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("it can be written");
    }
    for world in ["app", "part"] {
        let file = format!("{world}.wasm");
        let args = [
            "componentize",
            "--stub",
            "--wit",
            "wit",
            "-w",
            world,
            "-o",
            &file,
        ];
        witkit(folder, &args).expect(0).expect(world);
    }
    temp
}

fn run(folder: &Path, command: &str) -> Ran {
    let args: Vec<&str> = command.split_whitespace().collect();
    witkit(folder, &args)
}

#[test]
fn an_option_without_effect_is_told() {
    let temp = folder();
    for (command, option) in [
        (
            "compose app.wasm --allow acme:* -o o.wasm",
            "--allow acme:*",
        ),
        ("compose app.wasm -p empty -o o.wasm", "-p empty"),
        (
            "componentize lib.wat --wit wit -w lib --features alpha -o o.wasm",
            "--features alpha",
        ),
        (
            "componentize --stub --wit wit -w lib --features alpha -o o.wasm",
            "--features alpha",
        ),
        (
            "componentize lib.wat --wit wit -w lib --realloc-via-memory-grow -o o.wasm",
            "--realloc-via-memory-grow",
        ),
        (
            "componentize lib.wat --wit wit -w lib --embed --name x -o o.wasm",
            "--name",
        ),
        (
            "componentize lib.wat --wit wit -w lib --embed --adapter none -o o.wasm",
            "--adapter",
        ),
        (
            "componentize --embed=section --wit wit -w lib --strip -o o.wasm",
            "--strip",
        ),
        ("wit wit --features alpha", "--features alpha"),
        ("wit wit --features alpha --out-dir out", "--features alpha"),
        ("lint wit --features alpha", "--features alpha"),
        ("validate -r app.wasm", "--recursive"),
        ("lint wit --select docs --ignore docs", "--select docs"),
        (
            "lint wit --select unused-use --ignore unused-use",
            "--ignore unused-use",
        ),
        ("lint wit -c select.toml", "select.docs"),
        ("lint wit -c level.toml", "levels.empty-world"),
        ("lint wit -c languages.toml", "languages"),
        ("lint wit -c paths.toml", "per-path-ignores.old/*"),
        ("lint wit -c off.toml", "per-path-ignores.wit/*.empty-world"),
        (
            "check app.wasm --wit wit -w app --features alpha",
            "--features alpha",
        ),
        (
            "check app.wasm --release wasi-0.2 --all-features",
            "--all-features",
        ),
        (
            "check app.wasm --release wasi-0.2 --allow a:*",
            "--allow a:*",
        ),
        ("check app.wasm --wit wit -w app --allow a:*", "--allow a:*"),
        (
            "check app.wasm --deny network --allow wasi:x/y --allow a:b/*",
            "--allow a:b/*",
        ),
        ("check -c features.toml", "[check] features.alpha"),
        ("check -c no-wit.toml", "[check] features"),
        ("check -c allow.toml", "[check] allow.a:*"),
        ("check -c no-allow.toml", "[check] allow.a:*"),
        ("check -c path.toml", "[policy.old] path"),
        ("check -c harmless.toml", "[policy] allow.a:b/*"),
        ("graph wit --allow a:*", "--allow"),
        ("graph app.wasm --allow a:*", "--allow a:*"),
        ("graph app.wasm --check --hide wasi:*", "--hide"),
        ("graph app.wasm --check --depth 1", "--depth"),
    ] {
        let ran = run(temp.path(), command).expect(0).expect(command);
        let told = format!("warning[options/no-effect]: `{option}` has no effect");
        let all = ran.stdout + &ran.stderr;
        assert_eq!(all.matches(&told).count(), 1, "{command}\n{all}");
        let denied = format!("{command} --deny-warnings");
        run(temp.path(), &denied).expect(1).expect(&denied);
    }
}

#[test]
fn what_a_check_allows_has_an_effect_in_any_form() {
    let temp = folder();
    for allow in ["wasi:x/y", "wasi:x/y.f", "wasi:*", "wasi:x/*", "unknown"] {
        let command = format!("check app.wasm --deny network --allow {allow} --deny-warnings");
        run(temp.path(), &command).expect(0).expect(&command);
    }
}

#[test]
fn an_option_that_asks_for_what_is_not_done_is_an_error() {
    let temp = folder();
    for (command, code) in [
        ("compose -c two.toml", "options/no-effect"),
        ("compose app.wasm -c c.yml#app", "options/no-effect"),
        (
            "compose app.wasm -d part.wasm --wire part.x=app",
            "compose/unknown-name",
        ),
    ] {
        let ran = run(temp.path(), command).expect(1).expect(command);
        assert!(
            ran.stderr.starts_with(&format!("error[{code}]")),
            "{command}\n{}",
            ran.stderr
        );
    }
    for command in [
        "compose app.wasm --plan -t",
        "lint --list wit",
        "diff --list --unstable-too",
        "lint wit --write-baseline b.json --deny-warnings",
    ] {
        run(temp.path(), command).expect(2).expect(command);
    }
}

#[test]
fn an_option_with_effect_is_not_told() {
    let temp = folder();
    for command in [
        "compose app.wasm --allow wasi:* -o o.wasm",
        "compose app.wasm --allow * -o o.wasm",
        "compose app.wasm -p . --dedupe -o o.wasm",
        "componentize lib.wat --wit wit -w lib --features beta -o o.wasm",
        "componentize lib.wat --wit wit -w lib --embed --strip -o o.wasm",
        "wit wit --features beta",
        "wit wit --all-features",
        "graph app.wasm --hide wasi:*",
        "graph app.wasm --allow wasi:*",
        "validate -r .",
        "graph app.wasm --check --hide wasi:* -o o.svg --format svg",
        "graph wit --packages",
    ] {
        let ran = run(temp.path(), command).expect(0).expect(command);
        assert!(
            !ran.stderr.contains("[options/"),
            "{command}\n{}",
            ran.stderr
        );
    }
}

#[test]
fn warnings_are_denied_alike_everywhere() {
    let temp = folder();
    for command in [
        "compose app.wasm -d part.wasm -o out",
        "componentize lib.wat --wit wit -w lib --features alpha -o out",
        "wit wit --features alpha -o out",
        "wit wit --features alpha --out-dir out",
        "graph wit --allow x",
        "lint wit --features alpha",
        "diff old.wit new.wit",
    ] {
        let denied = format!("{command} --deny-warnings");
        run(temp.path(), &denied).expect(1).expect(&denied);
        assert!(!temp.path().join("out").exists(), "{denied} wrote");
        run(temp.path(), command).expect(0).expect(command);
        let out = temp.path().join("out");
        if out.is_dir() {
            fs::remove_dir_all(out).expect("it can go");
        } else if out.exists() {
            fs::remove_file(out).expect("it can go");
        }
    }
    // One text in the help of all of them.
    let text = "--deny-warnings\n          Exit with 1 if there is a warning, as for an error\n";
    for command in [
        "check",
        "componentize",
        "compose",
        "diff",
        "graph",
        "lint",
        "validate",
        "wit",
    ] {
        let help = witkit(project(), &[command, "--help"]).expect(0);
        assert!(help.expect("help").stdout.contains(text), "{command}");
    }
}
