//! `--deps`, `[wit] deps`, and packages that are named in one call.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{Ran, corpus, witkit};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    folder
}

/// Packages that need each other: r needs b, and b needs a.
fn repository() -> TempDir {
    folder(&[
        (
            "ws/a/a.wit",
            "package x:a@0.1.0;\n/// i\ninterface i { type t = u8; }\n",
        ),
        (
            "ws/b/b.wit",
            "package x:b@0.1.0;\ninterface j { use x:a/i@0.1.0.{t}; f: func() -> t; }\n",
        ),
        (
            "ws/r/r.wit",
            "package x:r@0.1.0;\nworld w { import x:b/j@0.1.0; }\n",
        ),
        // Faults of what nobody needs.
        ("ws/bad/bad.wit", "package x:bad@0.1.0;\ninterface { \n"),
        ("ws/bad/notes.wasm", "not wasm"),
        ("other/o.wit", "package x:o;\ninterface o {}\n"),
    ])
}

fn clean(ran: Ran) -> Ran {
    ran.expect(0).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn fails(ran: Ran) -> Ran {
    ran.expect(1).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// Every command that reads WIT, but for those whose input is something else as well.
const COMMANDS: [&[&str]; 5] = [
    &["wit", "ws/r"],
    &["lint", "ws/r", "--select", "correctness"],
    &["diff", "ws/r", "ws/r"],
    &["inspect", "ws/r"],
    &["graph", "ws/r"],
];

#[test]
fn what_is_needed_is_found_in_the_folders_that_are_named() {
    let folder = repository();
    let here = folder.path();
    let binary = ["wit", "ws/b", "--deps", "ws", "--wasm", "-o", "b.wasm"];
    let made = clean(witkit(here, &binary));
    assert_eq!(made.stderr, "");
    for command in COMMANDS {
        let ran = fails(witkit(here, command));
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(told.contains("`--deps ws`"), "{told}");
        let with = |more: &[&str]| {
            let args: Vec<&str> = command.iter().chain(more).copied().collect();
            witkit(here, &args)
        };
        let whole = clean(with(&["--deps", "ws"]));
        assert!(!whole.stderr.contains("no-effect"), "{}", whole.stderr);
        let each = clean(with(&["--deps", "ws/b/b.wit", "--deps", "ws/a"]));
        assert_eq!(each.stdout, whole.stdout);
        // In binary form, with what it needs.
        let binary = clean(with(&["--deps", "b.wasm"]));
        assert_eq!(binary.stderr, "", "{command:?}");
        // What nothing comes of is told.
        let more = clean(with(&["--deps", "ws", "--deps", "other"]));
        let told = format!("{}{}", more.stdout, more.stderr);
        assert!(told.contains("`--deps other` has no effect"), "{told}");
        let missing = with(&["--deps", "nowhere"]);
        let missing = missing.expect(2).unwrap_or_else(|wrong| panic!("{wrong}"));
        let told = format!("{}{}", missing.stdout, missing.stderr);
        assert!(
            told.contains("cannot find file or folder `nowhere`"),
            "{told}"
        );
    }
}

#[test]
fn the_configuration_names_folders_seen_from_itself() {
    let folder = repository();
    let here = folder.path();
    fs::write(
        here.join("witkit.toml"),
        "[wit]\ndeps = [\"ws\", \"other\"]\n",
    )
    .expect("written");
    for command in COMMANDS {
        let ran = clean(witkit(here, command));
        assert!(!ran.stderr.contains("no-effect"), "{}", ran.stderr);
    }
    clean(witkit(&here.join("ws"), &["wit", "r"]));
    fs::write(here.join("witkit.toml"), "[wit]\ndep = [\"ws\"]\n").expect("written");
    let ran = fails(witkit(here, &["wit", "ws/r"]));
    assert!(ran.stderr.contains("config/unknown-key"), "{}", ran.stderr);
}

#[test]
fn packages_of_one_call_see_each_other() {
    let folder = repository();
    let here = folder.path();
    let select = ["--select", "correctness"];
    let lint = |paths: &[&str]| witkit(here, &[&["lint"], paths, &select].concat());
    clean(lint(&["ws/r", "ws/b", "ws/a"]));
    clean(lint(&["ws/a", "ws/b/b.wit", "ws/r"]));
    let one = clean(witkit(here, &["wit", "ws/r", "ws/b", "ws/a"]));
    assert!(
        one.stdout.starts_with("package x:r@0.1.0;"),
        "{}",
        one.stdout
    );
    // What the first does not need is in the result as well.
    let other = clean(witkit(here, &["wit", "ws/a", "other"]));
    for package in ["package x:a@0.1.0;", "package x:o "] {
        assert!(other.stdout.contains(package), "{}", other.stdout);
    }
}

#[test]
fn components_are_checked_and_made_with_packages_from_elsewhere() {
    let folder = repository();
    let here = folder.path();
    let stub = ["componentize", "--stub", "--wit", "ws/r", "-o", "r.wasm"];
    fails(witkit(here, &stub));
    let made = clean(witkit(here, &[&stub[..], &["--deps", "ws"]].concat()));
    assert!(!made.stderr.contains("no-effect"), "{}", made.stderr);
    let check = ["check", "r.wasm", "--wit", "ws/r"];
    fails(witkit(here, &check));
    clean(witkit(here, &[&check[..], &["--deps", "ws"]].concat()));
    // Packages of one call see each other.
    let text = "package x:v;\nworld v { include x:r/w@0.1.0; }\n";
    fs::write(here.join("v.wit"), text).expect("it can be written");
    let several = [
        &stub[..],
        &["--wit", "v.wit", "--deps", "ws/a", "--deps", "ws/b"],
    ]
    .concat();
    clean(witkit(here, &several));
}

#[test]
fn a_version_is_the_one_that_is_asked_for_and_two_of_it_are_ambiguous() {
    let text = |version: &str| format!("package x:a@{version};\ninterface i {{ type t = u8; }}\n");
    let (one, two) = (text("0.1.0"), text("0.2.0"));
    let folder = folder(&[
        ("d/a1/a.wit", &one),
        ("d/a2/a.wit", &two),
        ("d/copy/a.wit", &one),
        ("r.wit", "package x:r;\nworld w { import x:a/i@0.1.0; }\n"),
        ("s.wit", "package x:s;\nworld w { import x:a/i@0.3.0; }\n"),
        (
            "own/r.wit",
            "package x:r;\nworld w { import x:a/i@0.1.0; }\n",
        ),
        (
            "own/deps/a.wit",
            "package x:a@0.1.0;\ninterface i { type mine = u8; }\n",
        ),
    ]);
    let here = folder.path();
    let ran = clean(witkit(here, &["wit", "r.wit", "--deps", "d"]));
    assert!(ran.stdout.contains("package x:a@0.1.0"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("0.2.0"), "{}", ran.stdout);
    let ran = fails(witkit(here, &["wit", "s.wit", "--deps", "d"]));
    let only = "`x:a@0.1.0`, `x:a@0.2.0`";
    let told = ran.stderr.replace(" and ", ", ");
    assert!(told.contains(only), "{told}");
    // Its own `deps` win.
    let ran = clean(witkit(here, &["wit", "own", "--deps", "d"]));
    assert!(ran.stdout.contains("type mine"), "{}", ran.stdout);
    assert!(ran.stderr.contains("no-effect"), "{}", ran.stderr);
    fs::write(here.join("d/copy/a.wit"), one.replace("u8", "u16")).expect("written");
    let ran = fails(witkit(here, &["wit", "r.wit", "--deps", "d"]));
    assert_eq!(ran.stderr.matches("error[").count(), 1, "{}", ran.stderr);
    for place in ["d/a1/a.wit", "d/copy/a.wit"] {
        assert!(ran.stderr.contains(place), "{}", ran.stderr);
    }
    // One that is named first is meant.
    clean(witkit(
        here,
        &["wit", "r.wit", "--deps", "d/copy", "--deps", "d"],
    ));
}

#[test]
fn packages_that_need_each_other_in_a_circle_are_one_error() {
    let folder = folder(&[
        ("a/a.wit", "package x:a;\ninterface i { use x:b/j.{t}; }\n"),
        ("b/b.wit", "package x:b;\ninterface j { use x:a/i.{t}; }\n"),
    ]);
    let ran = fails(witkit(folder.path(), &["wit", "a", "--deps", "."]));
    assert_eq!(ran.stderr.matches("error[").count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("wit/cycle"), "{}", ran.stderr);
}

#[test]
fn the_command_that_fetches_is_named_where_its_files_are() {
    let text = "package x:r;\nworld w { import x:a/i; }\n";
    for (file, command) in [
        ("wkg.toml", "`witkit deps fetch`"),
        ("wkg.lock", "`witkit deps fetch`"),
        ("wit/deps.toml", "`wit-deps update`"),
        ("wit/deps.lock", "`wit-deps update`"),
    ] {
        let folder = folder(&[("wit/r.wit", text), (file, "")]);
        for input in ["wit", "wit/r.wit", "./wit"] {
            let ran = fails(witkit(folder.path(), &["wit", input]));
            assert!(ran.stderr.contains(command), "{}", ran.stderr);
            assert!(!ran.stderr.contains("--deps"), "{}", ran.stderr);
        }
    }
}

/// Chains of packages of any length, each folder anywhere below the one that is named.
#[test]
fn chains_of_packages_are_followed_wherever_they_stand() {
    for length in 1..12 {
        let folder = TempDir::new().expect("a temporary folder");
        for at in 0..length {
            let nested = ["", "x/", "x/y/", "z/deps/"][at % 4];
            let path = folder.path().join(format!("all/{nested}p{at}"));
            fs::create_dir_all(&path).expect("it can be made");
            let next = match at + 1 < length {
                true => format!("use n:p{}/i.{{t}};", at + 1),
                false => "type t = u8;".to_string(),
            };
            let text = format!("package n:p{at};\ninterface i {{ {next} f: func(a: t); }}\n");
            fs::write(path.join("p.wit"), text).expect("it can be written");
        }
        let ran = clean(witkit(folder.path(), &["wit", "all/p0", "--deps", "all"]));
        assert_eq!(ran.stdout.matches("package n:").count(), length);
    }
}

/// The dependencies of a real package stand beside it instead of in its `deps`.
#[test]
fn packages_of_the_corpus_are_found_side_by_side() {
    let Some(corpus) = corpus() else {
        return;
    };
    let mut tried = 0;
    let packages = crate::support::wit_packages(&corpus.join("wit"));
    for package in packages.iter().filter(|p| p.join("deps").is_dir()) {
        let whole = witkit(Path::new("."), &["wit".as_ref(), package.as_os_str()]);
        let folder = TempDir::new().expect("a temporary folder");
        let copied = crate::support::copy_folder(package, &folder.path().join("p"));
        if whole.code != Some(0) || copied.is_err() {
            continue;
        }
        let deps = folder.path().join("p/deps");
        fs::rename(&deps, folder.path().join("beside")).expect("it can be moved");
        let ran = witkit(folder.path(), &["wit", "p", "--deps", "beside"]);
        let ran = clean(ran);
        assert_eq!(ran.stdout, whole.stdout, "{}", package.display());
        tried += 1;
    }
    assert!(tried > 0);
}

/// A copy of a file beside it has one cause, and is one finding.
#[test]
fn what_two_files_both_define_is_one_finding() {
    let text = "package x:a;\ninterface i {}\ninterface k {}\nworld w {}\n";
    let folder = folder(&[("two/a.wit", text), ("two/b.wit", text)]);
    let ran = fails(witkit(folder.path(), &["wit", "two"]));
    assert_eq!(ran.stderr.matches("error[").count(), 1, "{}", ran.stderr);
    let said = "`two/a.wit` and `two/b.wit` both define `i`, `k`, `w`";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    fs::write(folder.path().join("two/c.wit"), text).expect("it can be written");
    let ran = fails(witkit(folder.path(), &["wit", "two"]));
    assert_eq!(ran.stderr.matches("error[").count(), 2, "{}", ran.stderr);
}

/// A repository in which `app` needs `kv`, and that needs `types`.
fn application() -> TempDir {
    folder(&[
        (
            "app/app.wit",
            "package acme:app@1.0.0;\n\nworld app {\n  import acme:kv/store@1.0.0;\n  export run: func();\n}\n",
        ),
        (
            "kv/wit/store.wit",
            "package acme:kv@1.0.0;\n\ninterface store {\n  use acme:types/keys@1.1.0.{key};\n  get: func(key: key) -> string;\n}\n",
        ),
        (
            "types.wit",
            "package acme:types@1.1.0;\n\ninterface keys {\n  type key = string;\n}\n",
        ),
    ])
}

fn run(folder: &Path, args: &[&str], code: i32) -> Ran {
    let ran = witkit(folder, args).expect(code);
    ran.unwrap_or_else(|told| panic!("{args:?}: {told}"))
}

#[test]
fn a_missing_package_that_lies_beside_is_offered_and_the_offer_works() {
    let folder = application();
    let ran = run(folder.path(), &["wit", "app"], 1);
    assert!(
        ran.stderr.contains("cannot find package `acme:kv@1.0.0`"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("`--deps .`"), "{}", ran.stderr);
    let app = folder.path().join("app");
    let ran = run(&app, &["wit", "."], 1);
    assert!(ran.stderr.contains("`--deps ..`"), "{}", ran.stderr);
    run(&app, &["wit", ".", "--deps", ".."], 0);
}

#[test]
fn a_file_that_is_not_whole_alone_stands_for_its_package_in_every_command() {
    let folder = application();
    let here = folder.path();
    let more = "interface more {\n  use base.{key};\n  put: func(key: key);\n}\n";
    fs::write(here.join("app/more.wit"), more).expect("it is written");
    let base = "package acme:app@1.0.0;\n\ninterface base {\n  use acme:kv/store@1.0.0.{key};\n}\n\nworld both {\n  import more;\n}\n";
    fs::write(here.join("app/base.wit"), base).expect("it is written");
    let args = |command: &[&'static str], input: &'static str| {
        let mut args = command.to_vec();
        args.extend([input, "--deps", "."]);
        args
    };
    for command in [
        &["wit"][..],
        &["wit", "--json"],
        &["graph"],
        &["inspect", "--types"],
    ] {
        let of_folder = run(here, &args(command, "app"), 0).stdout;
        for file in ["app/base.wit", "./app/more.wit"] {
            let of_file = run(here, &args(command, file), 0).stdout;
            let named = |text: &str| text.replace(file, "app");
            assert_eq!(named(&of_file), of_folder, "{command:?} {file}");
        }
    }
    for file in ["app", "app/base.wit", "app/more.wit"] {
        run(here, &["diff", file, "app", "--deps", "."], 0);
        let args = [
            "componentize",
            "--stub",
            "--wit",
            file,
            "-w",
            "app",
            "-o",
            "stub.wasm",
            "--deps",
            ".",
        ];
        run(here, &args, 0);
        fs::write(here.join("c.wat"), "(component)").expect("it is written");
        let ran = run(
            here,
            &["check", "c.wat", "--wit", file, "-w", "app", "--deps", "."],
            1,
        );
        assert!(ran.stdout.contains("run"), "{}", ran.stdout);
    }
}

#[test]
fn witkit_toml_names_folders_from_where_it_is() {
    let folder = application();
    let here = folder.path();
    fs::write(here.join("witkit.toml"), "[wit]\ndeps = [\".\"]\n").expect("it is written");
    for command in [&["wit", "."][..], &["lint", ".", "--select", "correctness"]] {
        run(&here.join("app"), command, 0);
    }
    fs::write(here.join("witkit.toml"), "[wit]\ndeps = [\"gone\"]\n").expect("it is written");
    let ran = run(here, &["wit", "app"], 1);
    assert!(ran.stderr.contains("witkit.toml:2:"), "{}", ran.stderr);
}
