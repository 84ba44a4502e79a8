//! The modules that are shipped as they were built are what their sources make.

use std::fs;
use std::process::Command;

use crate::support::project;

/// The module, and the crate in `guests/` that it is built of.
const SHIPPED: &[(&str, &str)] = &[
    ("src/generate/runtime/replay.wasm", "replay"),
    ("src/generate/runtime/trace.wasm", "trace"),
    ("src/generate/runtime/virtual.wasm", "virtual"),
];

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

#[test]
fn shipped_modules_are_what_their_sources_make() {
    let guests = project().join("guests");
    let wanted = fs::read_to_string(guests.join("rust-toolchain.toml")).expect("it is there");
    let wanted = wanted
        .lines()
        .find_map(|line| line.strip_prefix("channel = "));
    let wanted = wanted.expect("it names a version").trim_matches('"');
    // Run beside it, so that the file does not have the toolchain installed.
    let version = output(
        Command::new("rustc")
            .arg("--version")
            .current_dir(project()),
    );
    if !version.is_some_and(|version| version.starts_with(&format!("rustc {wanted} "))) {
        println!("skipped: the toolchain is not {wanted}");
        return;
    }
    let target = "wasm32-unknown-unknown";
    let installed = output(Command::new("rustup").args(["target", "list", "--installed"]));
    if !installed.is_some_and(|targets| targets.lines().any(|line| line == target)) {
        println!("skipped: {target} is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("there is room");
    let built = Command::new("cargo")
        .args(["build", "--release", "--locked", "--offline", "--quiet"])
        .arg("--manifest-path")
        .arg(guests.join("Cargo.toml"))
        .args(["--config", ".cargo/config.toml"])
        .args(["--target-dir"])
        .arg(folder.path())
        .current_dir(&guests)
        .env("RUSTUP_TOOLCHAIN", toolchain())
        // Those of coverage tools and the like are not for them.
        .env_remove("RUSTFLAGS")
        .status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "guests do not build"
    );
    for (shipped, name) in SHIPPED {
        let built = folder
            .path()
            .join(target)
            .join("release")
            .join(format!("{name}.wasm"));
        let built = fs::read(built).expect("it is built");
        let shipped_bytes = fs::read(project().join(shipped)).expect("it is shipped");
        assert!(
            built == shipped_bytes,
            "{shipped} is not what guests/{name} makes; build it there and copy it"
        );
    }
}

/// The toolchain that is in use outside of `guests`.
fn toolchain() -> String {
    let active = output(
        Command::new("rustup")
            .args(["show", "active-toolchain"])
            .current_dir(project()),
    );
    let active = active.unwrap_or_default();
    active.split(' ').next().unwrap_or("stable").to_string()
}
