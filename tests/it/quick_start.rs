//! The quick starts in `docs/quick-start/` make the components that they say, with the tools of the language.
//!
//! A page is followed as a reader would: its `sh` blocks are run in one shell, and a block in another
//! language is written to the first file that the paragraph above it names. What follows
//! `<!-- not run -->` is left out: installing tools, and other ways to the same result. A page whose
//! tools are not there is skipped, which is printed. Its transcripts are run by `book.rs`.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::support::{project, witkit};

/// The blocks of a page as one script.
fn script(page: &str) -> String {
    let mut script = String::from("set -e\n");
    let (mut paragraph, mut is_run) = (String::new(), true);
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            match line {
                "" => {}
                "<!-- not run -->" => is_run = false,
                _ => {
                    paragraph.push_str(line);
                    paragraph.push('\n');
                    continue;
                }
            }
            if lines
                .clone()
                .next()
                .is_some_and(|next| !next.starts_with("```"))
            {
                paragraph.clear();
            }
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let block = block.join("\n");
        match language {
            "sh" if is_run => writeln!(script, "{block}"),
            "sh" | "console" => Ok(()),
            _ => {
                let file = paragraph.split('`').nth(1).expect("it names the file");
                let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
                writeln!(
                    script,
                    "mkdir -p {folder}\ncat > {file} <<'END'\n{block}\nEND"
                )
            }
        }
        .expect("it is text");
        is_run = true;
        paragraph.clear();
    }
    script
}

/// Follows a page if `probe` succeeds; `made` is the component, which has to fit the world of the page.
fn follow(language: &str, probe: &str, made: &str) {
    let has_tools = Command::new("bash").args(["-c", probe]).output();
    if !has_tools.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: the tools for {language} are not there");
        return;
    }
    let page = project().join(format!("docs/quick-start/{language}.md"));
    let page = fs::read_to_string(page).expect(language);
    let folder = tempfile::tempdir().expect("there is room");
    let ran = Command::new("bash")
        .args(["-c", &script(&page)])
        .current_dir(folder.path())
        // The crates of the page share what they depend on.
        .env("CARGO_TARGET_DIR", folder.path().join("target"))
        .output()
        .expect("bash runs");
    let printed = String::from_utf8_lossy(&ran.stderr).into_owned();
    let is_offline = ["network", "failed to download", "resolve host", "registry"]
        .iter()
        .any(|reason| printed.contains(reason));
    if !ran.status.success() && is_offline {
        println!("skipped: the crates for {language} cannot be had");
        return;
    }
    assert!(ran.status.success(), "{printed}");

    let wit = page.split("```wit\n").nth(1).expect("it has WIT");
    let wit = wit.split("```").next().expect("it ends");
    fs::write(folder.path().join("expected.wit"), wit).expect("there is room");
    let checked = ["check", made, "--wit", "expected.wit", "--allow", "wasi:*"];
    let fits = witkit(folder.path(), &checked).expect(0);
    fits.expect("it fits the world of the page");
}

#[test]
fn the_page_for_rust_makes_a_component_that_fits_its_world() {
    let probe = "rustup target list --installed | grep -qx wasm32-wasip2";
    follow("rust", probe, "target/wasm32-wasip2/debug/docs_adder.wasm");
}

#[test]
fn the_page_for_c_makes_a_component_that_fits_its_world() {
    let probe = "wit-bindgen --version && $WASI_SDK_PATH/bin/wasm32-wasip2-clang --version";
    follow("c", probe, "adder.wasm");
}

#[test]
fn the_page_for_go_makes_a_component_that_fits_its_world() {
    follow("go", "go version && componentize-go --version", "main.wasm");
}

#[test]
fn the_page_for_python_makes_a_component_that_fits_its_world() {
    follow("python", "componentize-py --version", "adder.wasm");
}

#[test]
fn the_page_for_javascript_makes_a_component_that_fits_its_world() {
    follow("javascript", "jco --version", "adder.wasm");
}

#[test]
fn a_page_is_followed_from_its_files_and_commands() {
    let page = "Install:\n\n<!-- not run -->\n```sh\ninstall\n```\n\n`wit/a.wit` says `b`:\n\n```wit\n\
                package a:b;\n```\n\n`c`:\n\nThen:\n\n```sh\nmake\n```\n\n```console\n$ witkit x\n```\n";
    assert_eq!(
        script(page),
        "set -e\nmkdir -p wit\ncat > wit/a.wit <<'END'\npackage a:b;\nEND\nmake\n"
    );
}
