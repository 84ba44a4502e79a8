//! More of everything than usual, and less to do it with.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{padded, witkit_in, workplace};
use crate::run;
use crate::support::{indent, listing, validate};

/// Runs `command` after `limits` of bash, and fails unless it ends with `code` in time.
fn limited(place: &Path, limits: &str, command: &str, code: i32, time: Duration) -> String {
    let started = Instant::now();
    let ran = Command::new("bash")
        .args(["-c", &format!("{limits} && exec \"$WITKIT\" {command}")])
        .env("WITKIT", env!("CARGO_BIN_EXE_witkit"))
        .env("NO_COLOR", "1")
        .current_dir(place)
        .stdin(Stdio::null())
        .output()
        .expect("bash runs");
    let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
    let shown: String = stderr.chars().take(2000).collect();
    assert_eq!(
        ran.status.code(),
        Some(code),
        "{command}\n{}",
        indent(&shown)
    );
    let took = started.elapsed();
    assert!(took < time, "{command}: it takes {took:?}");
    String::from_utf8_lossy(&ran.stdout).into_owned() + &stderr
}

#[test]
fn a_thousand_inputs_need_no_thousand_open_files_and_no_time_that_grows_faster() {
    let temp = workplace(1000);
    let place = temp.path();
    fs::create_dir(place.join("many")).expect("a folder");
    // Large enough to be mapped, and one on the disk.
    fs::write(
        place.join("p.wasm"),
        padded("compose/basic/app.wat", 150_000),
    )
    .expect("it is written");
    for number in 0..1000 {
        let link = place.join(format!("many/p{number}.wasm"));
        fs::hard_link(place.join("p.wasm"), link).expect("it is linked");
        let wit = format!(
            "package a:b{number}@1.0.0;\n\n/// Docs.\ninterface i {{\n  /// Docs.\n  f: func();\n}}\n"
        );
        fs::write(place.join(format!("many/w{number}.wit")), wit).expect("it is written");
    }
    let run = |command: &str, code| {
        limited(
            place,
            "ulimit -n 40",
            command,
            code,
            Duration::from_secs(60),
        )
    };
    let shown = run("inspect many/p*.wasm", 0);
    assert_eq!(shown.matches("many/p").count(), 1000);
    assert!(run("validate many/p*.wasm", 0).contains("1000 files are valid"));
    run("check many/p*.wasm --max-size 1M", 0);
    run("lint many/w*.wit", 0);
    assert!(run("fmt --check many/w*.wit", 0).contains("1000 files unchanged"));
    run("graph many/p*.wasm --allow '*'", 0);
    // An application, a dependency, and what is in no one's way.
    let parts: Vec<String> = (0..998)
        .map(|at| format!("-d p{at}=many/p{at}.wasm"))
        .collect();
    run(
        &format!(
            "compose app.wasm -d adder.wasm {} -o out.wasm",
            parts.join(" ")
        ),
        0,
    );
    validate(&fs::read(place.join("out.wasm")).expect("it is there")).expect("it is valid");
}

/// A component that adds one to what the next answers. What is passed is a function: engines count an
/// interface as an instance of its own.
const LAYER: &str = r#"(component
    (import "f" (func $next (result u32)))
    (core func $next (canon lower (func $next)))
    (core module $m
        (import "" "next" (func $next (result i32)))
        (func (export "f") (result i32) (i32.add (call $next) (i32.const 1))))
    (core instance $i (instantiate $m (with "" (instance (export "next" (func $next))))))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))"#;

const CORE: &str = r#"(component
    (core module $m (func (export "f") (result i32) (i32.const 0)))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))"#;

/// The arguments that compose as many layers over the core.
fn layers(count: usize) -> Vec<String> {
    let names: Vec<String> = (0..count).map(|at| format!("l{at}")).collect();
    let mut args = vec!["compose".to_string(), "core.wat".to_string()];
    for name in &names {
        args.extend(["-d".to_string(), format!("{name}=layer.wat")]);
    }
    args.extend(["--chain".to_string(), names.join(",")]);
    args.extend(["-o".to_string(), "out.wasm".to_string()]);
    args
}

#[test]
fn four_thousand_instances_are_composed_drawn_and_split_and_more_than_engines_take_are_said() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let place = temp.path();
    fs::write(place.join("layer.wat"), LAYER).expect("it is written");
    fs::write(place.join("core.wat"), CORE).expect("it is written");
    fs::write(place.join("witkit.toml"), "").expect("it is written");
    let ran = witkit_in(place, &layers(4000)).output().expect("it runs");
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let bytes = fs::read(place.join("out.wasm")).expect("it is there");
    validate(&bytes).expect("it is valid");
    let time = Duration::from_secs(30);
    for command in [
        "validate out.wasm",
        "inspect out.wasm",
        "inspect out.wasm --parts",
        "graph out.wasm",
        "graph out.wasm --format dot",
        "graph out.wasm --format json",
        "graph out.wasm --format mermaid",
        "graph out.wasm --check",
        "slim out.wasm -o slim.wasm",
        "diff out.wasm slim.wasm",
        "check out.wasm --deny network",
        "split out.wasm -o parts",
    ] {
        limited(place, "true", command, 0, time);
    }
    limited(
        place,
        "true",
        "compose --config parts/plan.json -o again.wasm",
        0,
        time,
    );
    assert!(fs::read(place.join("again.wasm")).expect("it is there") == bytes);

    fs::remove_file(place.join("out.wasm")).expect("it goes");
    let ran = witkit_in(place, &layers(4200)).output().expect("it runs");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{told}");
    assert!(
        told.contains("error[compose/too-large]") && told.contains("4096 instances"),
        "{told}"
    );
    assert!(!place.join("out.wasm").exists());
    // Not all of them: a stack of calls that deep is more than an engine's.
    let ran = witkit_in(place, &layers(500)).output().expect("it runs");
    assert_eq!(ran.status.code(), Some(0));
    let bytes = fs::read(place.join("out.wasm")).expect("it is there");
    run::run_script(&bytes, "f() == 500").expect("it runs");
}

/// What is private to the process, which is what a container counts besides the pages of files that it can
/// drop.
#[test]
fn a_hundred_megabytes_are_composed_and_read_within_a_quarter_of_a_gigabyte() {
    let temp = workplace(100_000_000);
    let place = temp.path();
    let limits = "ulimit -d 262144";
    let probe = Command::new("bash").args(["-c", limits]).status();
    if !cfg!(target_os = "linux") || !probe.is_ok_and(|status| status.success()) {
        println!("skipped: memory cannot be limited here");
        return;
    }
    for file in ["composed.wasm", "ugly.wit"] {
        fs::remove_file(place.join(file)).expect("it goes");
    }
    let time = Duration::from_secs(60);
    limited(
        place,
        limits,
        "compose app.wasm -d adder.wasm -o out.wasm",
        0,
        time,
    );
    assert!(
        fs::metadata(place.join("out.wasm"))
            .expect("it is there")
            .len()
            > 100_000_000
    );
    for command in [
        "validate out.wasm",
        "inspect out.wasm",
        "graph out.wasm",
        "check out.wasm --deny network",
        "diff out.wasm out.wasm",
        "inspect out.wasm --extract 1 -o part.wasm",
        "split out.wasm -o parts",
    ] {
        limited(place, limits, command, 0, time);
    }
    assert!(listing(&place.join("parts")).len() >= 2);
}
