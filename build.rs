//! Tells the binary which commit it was built from, for `witkit --version`.
//!
//! Only in release builds: a commit must not cost the next build in development anything.

use std::path::Path;
use std::process::Command;

/// What `cargo package` writes.
const PACKAGED: &str = ".cargo_vcs_info.json";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Cargo takes a file that does not exist for a change, and would build the crate every time.
    if Path::new(PACKAGED).is_file() {
        println!("cargo::rerun-if-changed={PACKAGED}");
    }
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if !release {
        println!("cargo::rustc-env=WITKIT_VERSION={version}");
        return;
    }
    if let Some(head) = git(&["rev-parse", "--git-path", "logs/HEAD"])
        && Path::new(&head).is_file()
    {
        println!("cargo::rerun-if-changed={head}");
    }
    let version = match packaged().or_else(checked_out) {
        Some(commit) => format!("{version} ({commit})"),
        None => version,
    };
    println!("cargo::rustc-env=WITKIT_VERSION={version}");
}

/// The commit that `cargo package` noted.
fn packaged() -> Option<String> {
    let noted = std::fs::read_to_string(PACKAGED).ok()?;
    let (_, rest) = noted.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1)?;
    commit.get(..12).map(str::to_string)
}

/// The commit that is checked out, if this folder is the root of its repository: a crate that was
/// copied into another one is not of that one's commit. The date is the commit's own.
fn checked_out() -> Option<String> {
    let root = git(&["rev-parse", "--show-toplevel"])?;
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    if Path::new(&root).canonicalize().ok()? != here {
        return None;
    }
    git(&["log", "-1", "--format=%h %cs", "--abbrev=12"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let ran = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(ran.stdout).ok()?;
    (ran.status.success() && !text.trim().is_empty()).then(|| text.trim().to_string())
}
