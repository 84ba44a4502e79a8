//! What goes wrong around witkit while it runs: it is killed, the disk is full, inputs change or vanish,
//! two runs write one file, there are more inputs or less memory than usual.
//!
//! Lives here: what these tests share. Deliberately absent: input that is wrong in itself
//! (`hostile.rs`, `broken.rs`).

#[cfg(unix)]
mod changing;
#[cfg(unix)]
mod full;
#[cfg(unix)]
mod killed;
#[cfg(unix)]
mod links;
#[cfg(unix)]
mod many;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use wasm_encoder::{ComponentSection, DataSection, Module, ModuleSection};

use crate::support::{files, project, wat};

/// The program under test, to run in `folder`.
fn witkit_in<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_witkit"));
    command
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The component of `fixtures/PATH`, with a core module that has that many bytes of data.
fn padded(path: &str, bytes: usize) -> Vec<u8> {
    let text = fs::read_to_string(project().join("fixtures").join(path));
    let mut component = wat(&text.expect("the fixture reads"));
    if bytes > 0 {
        let mut data = DataSection::new();
        data.passive((0..bytes).map(|at| at as u8 | 1));
        let mut module = Module::new();
        module.section(&data);
        ModuleSection(&module).append_to_component(&mut component);
    }
    component
}

/// A folder with an application and its dependency as large as that together, a composition of that
/// size, a module, and a package of WIT. All of it is large enough to be mapped if `bytes` are.
fn workplace(bytes: usize) -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(temp.path().join(name), bytes).expect("it is written");
    };
    write("app.wasm", &padded("compose/basic/app.wat", bytes / 2));
    write("adder.wasm", &padded("compose/basic/adder.wat", bytes / 2));
    write(
        "composed.wasm",
        &padded("split/bundles/composed.wat", bytes),
    );
    write("ugly.wit", wit(bytes, "").as_bytes());
    // So that no configuration is looked for around it.
    write("witkit.toml", b"");
    let compose = [
        "compose",
        "app.wasm",
        "-d",
        "adder.wasm",
        "-o",
        "composed.wasm",
    ];
    let ran = witkit_in(temp.path(), &compose).output().expect("it runs");
    assert_eq!(ran.status.code(), Some(0), "{ran:?}");
    temp
}

/// A package that large, which is not formatted.
fn wit(bytes: usize, more: &str) -> String {
    let mut text = format!("package a:b@1.0.0;\n{more}interface i {{\n");
    for number in 0.. {
        if text.len() > bytes {
            break;
        }
        text.push_str(&format!(
            "  /// Function {number}.\n  call{number}:func( );\n"
        ));
    }
    text + "}\nworld w { import i; }\n"
}

/// What there is below a folder, but for what has a temporary name.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let wanted = |path: &Path| !path.components().any(|part| is_temporary(part.as_os_str()));
    let found = files(folder, &wanted).into_iter();
    let read = |path: PathBuf| Some((path.clone(), fs::read(path).ok()?));
    found.filter_map(read).collect()
}

/// What has a temporary name right in a folder or below.
fn strays(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it can be listed").flatten();
    let found = entries.flat_map(|entry| match is_temporary(&entry.file_name()) {
        true => vec![entry.path()],
        false if entry.path().is_dir() => strays(&entry.path()),
        false => Vec::new(),
    });
    found.collect()
}

fn is_temporary(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().starts_with(".witkit-")
}
