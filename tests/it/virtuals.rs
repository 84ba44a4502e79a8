//! Virtual parts: `compose --virtual`, for every release of WASI 0.2 and with real guests.
//!
//! Scenarios in `fixtures/virtual` are those of `compose.rs`. The real guest is `fixtures/virtual/guest`,
//! built where the toolchain has the targets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wit_parser::Resolve;
use witkit::compose::{self, Options, PartSpec, read_virtual};

use crate::compose::{errors_in, scenarios_in};
use crate::generate::{bytes_of, imports};
use crate::run::Running;
use crate::support::{corpus, project, snapshot, validate, witkit};

#[test]
fn every_scenario_composes_and_runs() {
    scenarios_in("virtual");
}

#[test]
fn every_error_is_reported() {
    errors_in("virtual/errors");
}

pub fn guest() -> PathBuf {
    project().join("fixtures/virtual/guest")
}

/// The guest, built for a target; none without the target.
pub fn built(target: &str, kind: &str, folder: &Path) -> Option<PathBuf> {
    built_of(&guest().join("guest.rs"), target, kind, folder)
}

/// The same, of that source.
pub fn built_of(source: &Path, target: &str, kind: &str, folder: &Path) -> Option<PathBuf> {
    let installed = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .output();
    let installed = installed.ok().filter(|output| output.status.success());
    let installed = installed.and_then(|output| String::from_utf8(output.stdout).ok());
    if !installed.is_some_and(|targets| targets.lines().any(|line| line == target)) {
        println!("skipped: {target} is not installed");
        return None;
    }
    let out = folder.join(format!("{target}.wasm"));
    let status = Command::new("rustc")
        .args(["--edition", "2024", "--crate-name", "guest"])
        .args(["--target", target, "--crate-type", kind, "-O", "-o"])
        .arg(&out)
        .arg(source)
        .env_remove("RUSTFLAGS")
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "the guest does not build"
    );
    Some(out)
}

/// A folder with what the guest is to see, and a large file besides.
pub fn hermetic(settings: &str) -> (tempfile::TempDir, PathBuf) {
    let temp = tempfile::tempdir().expect("a folder");
    crate::support::copy_folder(&guest(), temp.path()).expect("it is copied");
    let large: Vec<u8> = (0..300_000u32).map(|n| (n % 251) as u8).collect();
    fs::write(temp.path().join("large"), large).expect("it is written");
    let file = temp.path().join("hermetic.toml");
    let text =
        fs::read_to_string(&file).expect("it is text") + "\"/large\" = \"large\"\n" + settings;
    fs::write(&file, text).expect("it is written");
    (temp, file)
}

pub fn composed(component: &Path, settings: &Path, more: &[&str]) -> Vec<u8> {
    let out = settings.with_file_name("out.wasm");
    let mut args = vec!["compose".to_string(), component.display().to_string()];
    args.extend(["--virtual".to_string(), settings.display().to_string()]);
    args.extend(["-o".to_string(), out.display().to_string()]);
    args.extend(more.iter().map(|arg| arg.to_string()));
    witkit(project(), &args)
        .expect(0)
        .unwrap_or_else(|e| panic!("{e}"));
    fs::read(out).expect("it is written")
}

#[test]
fn a_command_sees_what_is_virtual_and_prints_to_the_host() {
    let (temp, file) = hermetic("");
    let Some(command) = built("wasm32-wasip2", "bin", temp.path()) else {
        return;
    };
    let bytes = composed(&command, &file, &[]);
    validate(&bytes).expect("it is valid");
    let mut texts = Vec::new();
    for _ in 0..2 {
        let mut running = Running::start(&bytes, &[]).unwrap_or_else(|e| panic!("{e}"));
        let ran = running.eval("wasi:cli/run@0.2.0#run()");
        assert_eq!(ran, Ok(Some("ok".to_string())), "{}", running.logged());
        assert_eq!(running.logged(), "", "standard error is discarded");
        texts.push(running.printed());
    }
    assert_eq!(texts[0], texts[1]);
    snapshot(&guest().join("report.txt"), &texts[0], false).expect("WITKIT_BLESS=1 rewrites it");
}

#[test]
fn a_reactor_runs_without_any_import() {
    let (temp, file) = hermetic("");
    let Some(module) = built("wasm32-wasip1", "cdylib", temp.path()) else {
        return;
    };
    let settings = fs::read_to_string(&file).expect("it is text");
    let settings = settings.replace("stdout = \"host\"", "stdout = \"discard\"");
    fs::write(&file, settings).expect("it is written");
    let wit = temp.path().join("report.wit");
    fs::write(
        &wit,
        "package a:b; world w { export report: func() -> string; }",
    )
    .expect("it is written");
    let component = temp.path().join("reactor.wasm");
    let args = [
        &module.display().to_string(),
        "--wit",
        &wit.display().to_string(),
        "-o",
        &component.display().to_string(),
    ]
    .map(str::to_string);
    let args: Vec<String> = ["componentize".to_string()]
        .into_iter()
        .chain(args)
        .collect();
    witkit(project(), &args)
        .expect(0)
        .unwrap_or_else(|e| panic!("{e}"));
    let bytes = composed(&component, &file, &["--no-imports"]);
    validate(&bytes).expect("it is valid");
    assert_eq!(imports(&bytes), Vec::<String>::new());
    let mut texts = Vec::new();
    for _ in 0..2 {
        let mut running = Running::start(&bytes, &[]).unwrap_or_else(|e| panic!("{e}"));
        let text = running.eval("report()").unwrap_or_else(|e| panic!("{e}"));
        let text = text.expect("it has a result");
        // Texts are written in WAVE as they are in JSON.
        texts.push(serde_json::from_str::<String>(&text).expect("it is a text"));
    }
    assert_eq!(texts[0], texts[1]);
    snapshot(&guest().join("report.txt"), &texts[0], false).expect("WITKIT_BLESS=1 rewrites it");
}

/// Guests that import all of a release, but what cannot be resolved.
fn importers(release: &Path) -> Vec<(String, Vec<u8>)> {
    let mut guests = Vec::new();
    for package in fs::read_dir(release).expect("it is there").flatten() {
        let mut resolve = Resolve {
            all_features: true,
            ..Resolve::default()
        };
        if resolve.push_path(package.path()).is_err() {
            continue;
        }
        let ids = resolve
            .interfaces
            .iter()
            .filter_map(|(id, _)| resolve.id_of(id));
        let mut text = "package witkit:generated;\nworld w {\n".to_string();
        for id in ids {
            text += &format!("import {id};\n");
        }
        let added = resolve
            .push_str("w.wit", &(text + "}"))
            .expect("it resolves");
        let world = resolve
            .select_world(&[added], Some("w"))
            .expect("it is there");
        let name = package.file_name().to_string_lossy().into_owned();
        guests.push((
            name,
            crate::generate::guest(&resolve, world).expect("it is a world"),
        ));
    }
    guests
}

/// Settings of a file; names and values are checked elsewhere.
pub fn settings(text: &str) -> compose::Virtual {
    let temp = tempfile::tempdir().expect("a folder");
    let file = temp.path().join("v.toml");
    fs::write(&file, text).expect("it is written");
    let mut read = read_virtual(&file).unwrap_or_else(|e| panic!("{:?}", e.diagnostics()));
    read.file = None;
    read
}

pub const ALL: &str =
    "env = { A = \"1\" }\nargs = [\"a\"]\ncwd = \"/\"\nfiles = {}\nstdin = \"empty\"
    stdout = \"discard\"\nstderr = \"discard\"\nclock = \"2026-01-01T00:00:00Z\"\nrandom = 1
    config = { a = \"b\" }\n";

#[test]
fn every_interface_of_a_release_is_virtual_or_stays_with_the_host() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for release in [
        "wasi-v0.2.0-assembled",
        "wasi-v0.2.12-assembled",
        "wasi-v0.3.0-assembled",
    ] {
        for (name, guest) in importers(&corpus.join("wit").join(release)) {
            for (of, text, is_closed) in [
                ("all denied", format!("{ALL}other = \"deny\""), true),
                ("all", ALL.to_string(), false),
                ("files", "files = {}".to_string(), false),
                ("stdin", "stdin = \"empty\"".to_string(), false),
                (
                    "stdout",
                    "stdout = \"discard\"\nstdin = \"host\"\nother = \"deny\"".to_string(),
                    false,
                ),
                (
                    "clock",
                    "clock = \"2026-01-01T00:00:00Z\"\nother = \"deny\"".to_string(),
                    true,
                ),
                ("env", "env = {}".to_string(), false),
                (
                    "both",
                    "files = {}\nfiles-host = \"all\"\nenv-host = [\"A\"]".to_string(),
                    false,
                ),
                (
                    "both, all else denied",
                    "files-host = [\"/a\"]\nenv-host = \"all\"\nother = \"deny\"".to_string(),
                    false,
                ),
                ("nothing", "other = \"deny\"".to_string(), true),
            ] {
                let options = Options {
                    from_data: Some(settings(&text)),
                    no_imports: is_closed,
                    ..Options::default()
                };
                let what = format!("{release} {name} {of}");
                let outcome = crate::generate::compose(&guest, options);
                let bytes = bytes_of(&outcome).unwrap_or_else(|e| panic!("{what}: {e}"));
                validate(&bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
                let left = imports(&bytes);
                assert!(
                    left.is_empty() == is_closed || !is_closed,
                    "{what}: {left:?}"
                );
                let again = crate::generate::compose(
                    &guest,
                    Options {
                        plan: outcome.plan.clone(),
                        ..Options::default()
                    },
                );
                assert!(
                    bytes_of(&again).as_ref() == Ok(&bytes),
                    "{what}: the plan gives other bytes"
                );
                count += 1;
            }
        }
    }
    assert!(count > 50, "only {count}");
}

/// The components of the corpus that need nothing but WASI 0.2.
#[test]
fn real_components_run_without_a_host() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("components");
    let text = format!("{ALL}other = \"deny\"");
    for (name, adds) in [
        ("python/adder.wasm", true),
        ("js-quickjs/adder-sync.wasm", true),
        ("go/adder.wasm", true),
        ("rust/docs_adder.wasm", true),
        ("c/adder.wasm", true),
        ("c/hello-command.wasm", false),
    ] {
        let path = folder.join(name);
        let outcome = compose::compose(&Options {
            root: Some(PartSpec { name: None, path }),
            from_data: Some(settings(&text)),
            no_imports: true,
            ..Options::default()
        });
        let bytes = bytes_of(&outcome).unwrap_or_else(|e| panic!("{name}: {e}"));
        validate(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(imports(&bytes), Vec::<String>::new(), "{name}");
        if adds {
            let mut running = Running::start(&bytes, &[]).unwrap_or_else(|e| panic!("{name}: {e}"));
            let sum = running.eval("docs:adder/add@0.1.0#add(40, 2)");
            assert_eq!(sum, Ok(Some("42".to_string())), "{name}");
        }
    }
}

#[test]
fn a_python_component_reads_virtual_files_and_variables_and_nothing_else() {
    let temp = tempfile::tempdir().expect("a folder");
    let inputs = project().join("fixtures/virtual/python");
    crate::support::copy_folder(&inputs, temp.path()).expect("it is copied");
    let made = Command::new("componentize-py")
        .args(["-d", "app.wit", "-w", "report", "componentize", "app"])
        .args(["-o", "report.wasm"])
        .current_dir(temp.path())
        .output();
    let Ok(made) = made else {
        println!("skipped: no componentize-py");
        return;
    };
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let (report, file) = ("report.wasm", "hermetic.toml");
    let [report, file] = [report, file].map(|name| temp.path().join(name));
    let bytes = composed(&report, &file, &["--no-imports"]);
    assert_eq!(imports(&bytes), Vec::<String>::new());
    let told: Vec<Option<String>> = (0..2)
        .map(|_| {
            let mut running = Running::start(&bytes, &[]).expect("it starts");
            running.eval("tell()").expect("it answers")
        })
        .collect();
    let told: Vec<&str> = told.iter().flatten().map(String::as_str).collect();
    assert_eq!(told[0], told[1]);
    let expected = "\"Ada Hello from a file hello.txt 1767225600 86702410 --short\"";
    assert_eq!(told[0], expected);
}

#[test]
fn a_composition_is_split_composed_again_and_needs_no_capability() {
    let (temp, _) = hermetic("");
    let app = project().join("fixtures/virtual/small/app.wat");
    let out = temp.path().join("out.wasm");
    let run = |args: &[&str]| {
        let args: Vec<&str> = args.to_vec();
        witkit(temp.path(), &args)
            .expect(0)
            .unwrap_or_else(|e| panic!("{e}"))
    };
    let app = app.to_str().expect("it is text");
    run(&[
        "compose",
        app,
        "--virtual",
        "hermetic.toml",
        "-o",
        "out.wasm",
        "--depfile",
        "out.d",
    ]);
    let bytes = fs::read(&out).expect("it is written");
    let files = fs::read_to_string(temp.path().join("out.d")).expect("it is written");
    for read in [
        "hermetic.toml",
        "data/hello.txt",
        "data/sub/deep.txt",
        "app.toml",
        "large",
    ] {
        assert!(files.contains(read), "{read} in {files}");
    }
    run(&["split", "out.wasm", "-o", "parts"]);
    run(&["compose", "-c", "parts/plan.json", "-o", "again.wasm"]);
    assert!(fs::read(temp.path().join("again.wasm")).expect("it is written") == bytes);
    run(&["check", "out.wasm", "--deny", "wasi:*"]);
    run(&[
        "compose",
        app,
        "--virtual",
        "hermetic.toml",
        "--plan",
        "-o",
        "plan.json",
    ]);
    run(&["compose", "-c", "plan.json", "-o", "again.wasm"]);
    assert!(fs::read(temp.path().join("again.wasm")).expect("it is written") == bytes);
    // A file that has changed is not what the plan says.
    fs::write(temp.path().join("data/hello.txt"), "changed").expect("it is written");
    let ran = witkit(
        temp.path(),
        &["compose", "-c", "plan.json", "-o", "again.wasm"],
    );
    let ran = ran.expect(1).unwrap_or_else(|e| panic!("{e}"));
    assert!(
        ran.stderr.contains("`data/hello.txt` has changed"),
        "{}",
        ran.stderr
    );
}

/// Private memory is limited to less than what is embedded.
#[cfg(target_os = "linux")]
#[test]
fn embedded_files_are_not_copied_into_memory() {
    let temp = tempfile::tempdir().expect("a folder");
    let large = fs::File::create(temp.path().join("large")).expect("it is there");
    large.set_len(100 << 20).expect("there is room");
    fs::write(
        temp.path().join("v.toml"),
        "files = { \"/large\" = \"large\" }",
    )
    .expect("written");
    let mut resolve = Resolve::default();
    let text = "package wasi:filesystem@0.2.0;
        interface types { resource descriptor {
            is-same-object: func(other: borrow<descriptor>) -> bool; } }
        interface preopens { use types.{descriptor};
            get-directories: func() -> list<tuple<descriptor, string>>; }
        world w { import preopens; }";
    let package = resolve.push_str("w.wit", text).expect("it resolves");
    let world = resolve
        .select_world(&[package], Some("w"))
        .expect("it is there");
    let guest = crate::generate::guest(&resolve, world).expect("it is a world");
    fs::write(temp.path().join("app.wasm"), guest).expect("it is written");
    // As WASI 0.3 has files, another part has them.
    let streams = project().join("fixtures/virtual/wasi-0.3-streams/app.wat");
    fs::copy(streams, temp.path().join("app.wat")).expect("it is copied");
    let witkit = env!("CARGO_BIN_EXE_witkit");
    for app in ["app.wasm", "app.wat"] {
        let ran = Command::new("bash")
            .args([
                "-c",
                &format!("ulimit -d 61440; {witkit} compose {app} --virtual v.toml -o out.wasm"),
            ])
            .current_dir(temp.path())
            .output()
            .expect("bash runs");
        assert!(
            ran.status.success(),
            "{app}: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
        let size = fs::metadata(temp.path().join("out.wasm"))
            .expect("it is written")
            .len();
        // Once, and not more.
        assert!((100 << 20..101 << 20).contains(&size), "{app}: {size}");
    }
}
