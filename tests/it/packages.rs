//! The packages of `packages/` are built with the binary under test, and installed into an empty
//! environment, without a registry: an archive, npm packages, a wheel.
//!
//! Where npm or maturin are missing, that is skipped and said so.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{files, indent, listing, project};

/// What this machine is to Rust.
fn target() -> String {
    let system = match std::env::consts::OS {
        "linux" => "unknown-linux-gnu",
        "macos" => "apple-darwin",
        _ => "pc-windows-msvc",
    };
    format!("{}-{system}", std::env::consts::ARCH)
}

/// Whether a program is here.
fn is_here(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    let found = found.is_ok_and(|ran| ran.status.success());
    if !found {
        println!("skipped: no {program}");
    }
    found
}

/// What a program prints, which has to succeed.
fn run<S: AsRef<OsStr>>(folder: &Path, program: impl AsRef<OsStr>, args: &[S]) -> String {
    let program = program.as_ref();
    let ran = Command::new(program)
        .args(args)
        .current_dir(folder)
        .output();
    let ran = ran.unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    let stdout = String::from_utf8_lossy(&ran.stdout).into_owned();
    let told = String::from_utf8_lossy(&ran.stderr);
    let name = program.display();
    assert!(
        ran.status.success(),
        "{name}\n{}{}",
        indent(&stdout),
        indent(&told)
    );
    stdout
}

/// The binary under test, without what debuggers need of it where that can be removed: packages of
/// it are made in a tenth of the time.
fn binary(folder: &Path) -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_witkit"));
    let small = folder.join("witkit");
    let strip = Command::new("strip")
        .arg("-o")
        .arg(&small)
        .arg(binary)
        .status();
    match strip.is_ok_and(|status| status.success()) {
        true => small,
        false => binary.to_path_buf(),
    }
}

/// The command is there, and does what it is for: it reads, finds, and exits accordingly.
fn works(witkit: &Path) {
    let version = run(project(), witkit, &["--version"]);
    assert_eq!(version, format!("witkit {}\n", env!("CARGO_PKG_VERSION")));
    run(project(), witkit, &["lint", "wit"]);
    let ran = Command::new(witkit)
        .args(["lint", "-", "--quiet"])
        .stdin(fs::File::open(project().join("LICENSE")).expect("it is there"))
        .current_dir(project())
        .output();
    assert_eq!(ran.expect("it runs").status.code(), Some(1));
}

#[test]
#[cfg(unix)]
fn an_archive_has_what_binstall_looks_for_under_the_names_in_the_manifest() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let (folder, target) = (temp.path(), target());
    let binary = binary(folder).display().to_string();
    let out = folder.join("out").display().to_string();
    let script = project().join("packages/archive");
    run(folder, script, &[&binary, &target, &out]);
    let text = fs::read_to_string(project().join("Cargo.toml")).expect("it is there");
    let manifest: toml::Table = text.parse().expect("it is TOML");
    let metadata = &manifest["package"]["metadata"]["binstall"];
    let filled = |key: &str| {
        let text = metadata[key].as_str().expect("a text");
        text.replace("{ repo }", "")
            .replace("{ version }", env!("CARGO_PKG_VERSION"))
            .replace("{ name }", "witkit")
            .replace("{ bin }", "witkit")
            .replace("{ target }", &target)
            .replace("{ archive-suffix }", ".tgz")
            .replace("{ binary-ext }", "")
    };
    let url = filled("pkg-url");
    let (_, file) = url.rsplit_once('/').expect("a file");
    assert_eq!(listing(Path::new(&out)), [file]);
    run(Path::new(&out), "tar", &["-xzf", file]);
    works(&Path::new(&out).join(filled("bin-dir")));
    let inside = listing(&Path::new(&out).join(format!("witkit-{target}")));
    assert_eq!(inside, ["CHANGELOG.md", "LICENSE", "README.md", "witkit"]);
}

#[test]
fn the_packages_for_npm_install_without_a_registry_and_run() {
    if !is_here("node") || !is_here("npm") {
        return;
    }
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path();
    let script = project()
        .join("packages/npm/build.mjs")
        .display()
        .to_string();
    let binary = binary(folder).display().to_string();
    let packed = run(folder, "node", &[&script, &binary, &target(), "."]);
    let packed: Vec<&str> = packed.lines().collect();
    assert_eq!(packed.len(), 2, "{packed:?}");
    let environment = folder.join("environment");
    fs::create_dir(&environment).expect("a folder");
    fs::write(environment.join("package.json"), "{}").expect("it can be written");
    let mut args = vec![
        "install",
        "--offline",
        "--no-audit",
        "--no-fund",
        "--silent",
    ];
    let files = packed.iter().map(|file| format!("../{file}"));
    let files: Vec<String> = files.collect();
    args.extend(files.iter().map(String::as_str));
    run(&environment, "npm", &args);
    works(&environment.join("node_modules/.bin/witkit"));
    let read = |package: &str| {
        let path = environment.join(format!("node_modules/{package}/package.json"));
        let text = fs::read_to_string(path).expect("it is there");
        serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON")
    };
    let main = read("witkit");
    for (key, value) in [
        ("version", env!("CARGO_PKG_VERSION")),
        ("description", env!("CARGO_PKG_DESCRIPTION")),
        ("license", env!("CARGO_PKG_LICENSE")),
    ] {
        assert_eq!(main[key], value);
    }
    // Without the package for its system, it says so.
    let installed = listing(&environment.join("node_modules"));
    let of_system = installed.iter().find(|name| name.starts_with("witkit-"));
    let of_system = of_system.expect("it was installed");
    assert_eq!(
        main["optionalDependencies"][of_system],
        env!("CARGO_PKG_VERSION")
    );
    fs::remove_dir_all(environment.join("node_modules").join(of_system)).expect("it goes");
    let ran = Command::new(environment.join("node_modules/.bin/witkit")).output();
    let ran = ran.expect("it runs");
    assert_eq!(ran.status.code(), Some(2));
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(
        told.starts_with(&format!("error: cannot find the package `{of_system}`")),
        "{told}"
    );
}

/// What is installed beside `pip`.
fn environment_files(programs: &Path) -> Vec<PathBuf> {
    let environment = programs.parent().expect("it is in the environment");
    files(environment, &|path| {
        path.to_string_lossy().contains("witkit-")
    })
}

#[test]
fn the_wheel_installs_without_an_index_and_runs() {
    if !is_here("maturin") || !is_here("python3") {
        return;
    }
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path();
    let environment = folder.join("environment").display().to_string();
    let made = Command::new("python3")
        .args(["-m", "venv", &environment])
        .output();
    if !made.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: Python has no venv");
        return;
    }
    let script = project().join("packages/pypi/build");
    let out = folder.join("out").display().to_string();
    // Beside the other builds: the binary there is replaced meanwhile, and other tests run it.
    let builds = project().join("target/packages").display().to_string();
    // Only for this machine: what else it would be linked with is not to be looked at.
    run(
        folder,
        script,
        &[
            "--target-dir",
            &builds,
            "--offline",
            "--compatibility",
            "linux",
            "--strip",
            "--out",
            &out,
        ],
    );
    let [wheel] = &listing(Path::new(&out))[..] else {
        panic!("one wheel");
    };
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        wheel.starts_with(&format!("witkit-{version}-py3-none-")),
        "{wheel}"
    );
    let programs = Path::new(&environment).join("bin");
    let install = [
        "install",
        "--quiet",
        "--no-index",
        "--disable-pip-version-check",
        wheel,
    ];
    run(Path::new(&out), programs.join("pip"), &install);
    works(&programs.join("witkit"));
    let shown = run(folder, programs.join("pip"), &["show", "witkit"]);
    let inside = environment_files(&programs);
    assert!(
        inside.iter().any(|path| path.ends_with("licenses/LICENSE")),
        "{inside:?}"
    );
    for line in [
        format!("Version: {version}"),
        format!("Summary: {}", env!("CARGO_PKG_DESCRIPTION")),
    ] {
        assert!(
            shown.lines().any(|shown| shown == line),
            "{line} is not in\n{shown}"
        );
    }
}
