//! Where a command is run and how a path is written make no difference: `.` means the same as the
//! folder's name, and a name alone the same as a longer path.
//!
//! Lives here: one table of commands that take paths. Deliberately absent: what they say.

use std::fs;
use std::path::Path;

use crate::support::{files, project, wat, witkit};

/// The commands; `{}` stands for a folder of WIT, `{/}` for what begins the path of something in
/// it.
const COMMANDS: &[&str] = &[
    "lint {}",
    "lint {} --fix",
    "lint {} --write-baseline {/}base.json",
    "lint {} --baseline {/}known.json",
    "lint {/}a.wit",
    "lint {/}a.wit --fix",
    "lint {/}a.wit {/}b.wit",
    "lint {/}a.wit {}",
    "lint {} -c {/}witkit.toml",
    "fmt {}",
    "fmt {} --check",
    "fmt {} --diff",
    "fmt {/}a.wit",
    "wit {}",
    "wit {} -o {/}new.wit",
    "wit {} --wasm -o {/}new.wasm",
    "wit {} --out-dir {/}new",
    "wit {} --out-dir {}",
    "wit {} --json",
    "wit {/}a.wit",
    "diff {} {}",
    "diff {} {/}other",
    "diff {/}other {}",
    "diff {/}app.wasm {/}dep.wasm",
    "inspect {/}app.wasm",
    "inspect {}",
    "graph {/}app.wasm",
    "graph {} -f json",
    "check {/}app.wasm --wit {} -w w",
    "check {/}app.wasm --deny *",
    "validate {/}app.wasm",
    "validate {}",
    "compose {/}app.wasm -d {/}dep.wasm -o {/}new.wasm",
    "compose {/}app.wasm --search {} -o {/}new.wasm",
    "compose {/}app.wasm -d {/}dep.wasm --plan",
    "split {/}both.wasm -o {/}new",
    "componentize {/}core.wasm --wit {} -w w -o {/}new.wasm",
];

/// The folder that commands are run on.
fn fill(folder: &Path) {
    let write = |name: &str, text: &[u8]| {
        let file = folder.join(name);
        let around = file.parent().expect("it is in a folder");
        fs::create_dir_all(around).expect("a folder is made");
        fs::write(file, text).expect("it is written");
    };
    write(
        "a.wit",
        b"package a:b@1.0.0;\n\ninterface i {\n  use k.{t,u};\n  f: func(x: t);\n}\n",
    );
    write(
        "b.wit",
        b"package a:b@1.0.0;\ninterface k { type t = u8; type u = u8; g: func(x: t); }\nworld w { import c:d/e@1.0.0; export k; }\n",
    );
    write("deps/c/c.wit", b"package c:d@1.0.0;\ninterface e {}\n");
    write(
        "other/a.wit",
        b"package a:b@1.0.1;\ninterface i { f: func(x: u8); }\n",
    );
    write(
        "witkit.toml",
        b"[lint.per-path-ignores]\n\"a.wit\" = [\"docs\"]\n",
    );
    write("known.json", b"{}");
    let app = wat(r#"(component (import "a:b/k" (instance (export "f" (func)))))"#);
    let dep = wat(r#"(component
        (core module $m (func (export "f")))
        (core instance $m (instantiate $m))
        (func $f (canon lift (core func $m "f")))
        (instance $i (export "f" (func $f)))
        (export "a:b/k" (instance $i)))"#);
    write("app.wasm", &app);
    write("dep.wasm", &dep);
    write(
        "both.wasm",
        &wat(r#"(component (component $c) (instance $i (instantiate $c)))"#),
    );
    write("core.wasm", &wat(r#"(module (func (export "f")))"#));
}

/// What a command does: how it ends, what it prints, and what the folder has afterwards.
fn done(command: &str, from: &str, given: &str) -> String {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path().join("here");
    fill(&folder);
    // So that no configuration is looked for around it.
    fs::write(temp.path().join("witkit.toml"), "").expect("it is written");
    fs::create_dir(folder.join("sub")).expect("a folder is made");
    let inside = match given {
        "" | "./" => given.to_string(),
        _ => format!("{}/", given.trim_end_matches('/')),
    };
    let named = if given.is_empty() { "." } else { given };
    let args: Vec<String> = command
        .split(' ')
        .map(|arg| arg.replace("{}", named).replace("{/}", &inside))
        .collect();
    let ran = witkit(&temp.path().join(from), &args);
    // How the path is written is all that may differ.
    let told = |text: &str| {
        let mut text = text
            .replace(&format!("`{named}`"), "`.`")
            .replace(&format!("\"{named}\""), "\".\"");
        if let Some(rest) = text.strip_prefix(&format!("{named}: ")) {
            text = format!(".: {rest}");
        }
        for way in ["../here", "./.", "here", ".."] {
            text = text
                .replace(&format!("{way}/"), "")
                .replace(&format!("`{way}`"), "`.`");
        }
        text.replace("./", "").replace("``", "`.`")
    };
    let mut all = format!("{:?}\n{}{}", ran.code, told(&ran.stdout), told(&ran.stderr));
    for file in files(&folder, &|_| true) {
        let name = file.strip_prefix(&folder).expect("it is below");
        let bytes = fs::read(&file).expect("it is read");
        all.push_str(&format!(
            "{}: {}\n",
            name.display(),
            told(&String::from_utf8_lossy(&bytes))
        ));
    }
    all
}

#[test]
fn a_folder_is_the_same_by_its_name_and_from_within() {
    assert!(project().is_dir());
    let mut wrong = Vec::new();
    for command in COMMANDS {
        let expected = done(command, "", "here");
        for (from, given) in [
            ("", "./here"),
            ("", "here/"),
            ("here", "."),
            ("here", ""),
            ("here", "./"),
            ("here", "./."),
            ("here", "../here"),
            ("here/sub", ".."),
            ("here/sub", "../"),
        ] {
            let was = done(command, from, given);
            if was != expected {
                let lines = expected.lines().zip(was.lines());
                let differ = lines.filter(|(expected, was)| expected != was);
                let shown: Vec<_> = differ
                    .take(3)
                    .map(|(expected, was)| format!("- {expected}\n+ {was}"))
                    .collect();
                wrong.push(format!(
                    "{command}, {given:?} in {from:?}\n{}",
                    shown.join("\n")
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
