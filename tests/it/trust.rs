//! What `docs/trust.md` says is so: where code is unsafe and why, and what the bill of materials has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{files, generated, project};

/// Every file with unsafe code, and what for. (`unsafe` is denied in the crate but for the modules that
/// `src/source.rs` names; guests are modules in WebAssembly, which can harm no one but themselves.)
const UNSAFE: &[(&str, &str)] = &[
    (
        "guests/replay/src/calls.rs",
        "reads recorded calls out of the tables that are appended to the module",
    ),
    (
        "guests/replay/src/layout.rs",
        "reads and writes values in the canonical ABI, in memory of the caller",
    ),
    (
        "guests/replay/src/lib.rs",
        "its functions get addresses and lengths; one instance, one thread",
    ),
    (
        "guests/replay/src/matching.rs",
        "compares arguments in memory of the caller",
    ),
    (
        "guests/replay/src/owned.rs",
        "counts handles in a table of its own",
    ),
    (
        "guests/replay/src/shown.rs",
        "shows strings in memory of the caller",
    ),
    (
        "guests/replay/src/told.rs",
        "reads pieces of text out of the tables that are appended to the module",
    ),
    ("guests/trace/src/heap.rs", "the allocator"),
    (
        "guests/trace/src/layout.rs",
        "reads values in the canonical ABI, in memory of the caller",
    ),
    (
        "guests/trace/src/lib.rs",
        "its functions get addresses and lengths; one instance, one thread",
    ),
    (
        "guests/trace/src/line.rs",
        "hands out the line that it wrote as text",
    ),
    (
        "guests/trace/src/table.rs",
        "reads the types in tables that are appended to the module",
    ),
    (
        "guests/trace/src/value.rs",
        "counts handles in a table, and reads strings of the caller",
    ),
    (
        "guests/virtual/src/answers.rs",
        "writes results where the canonical ABI wants them",
    ),
    (
        "guests/virtual/src/cells.rs",
        "state of one instance, which runs in one thread",
    ),
    (
        "guests/virtual/src/changes.rs",
        "its functions get addresses of paths",
    ),
    (
        "guests/virtual/src/cli.rs",
        "its functions get addresses of results",
    ),
    (
        "guests/virtual/src/clocks.rs",
        "its functions get addresses of results",
    ),
    (
        "guests/virtual/src/files.rs",
        "its functions get addresses of paths and results",
    ),
    (
        "guests/virtual/src/files3.rs",
        "its functions get addresses of paths and results",
    ),
    ("guests/virtual/src/heap.rs", "the allocator"),
    ("guests/virtual/src/host.rs", "declares what is imported"),
    ("guests/virtual/src/lib.rs", "declares what is exported"),
    (
        "guests/virtual/src/opened.rs",
        "its functions get addresses of results",
    ),
    (
        "guests/virtual/src/poll.rs",
        "its functions get addresses of lists and results",
    ),
    (
        "guests/virtual/src/random.rs",
        "its functions get addresses of results",
    ),
    (
        "guests/virtual/src/streams.rs",
        "its functions get addresses of bytes and results",
    ),
    (
        "guests/virtual/src/table.rs",
        "reads settings in tables that are appended to the module",
    ),
    (
        "guests/virtual/src/tree.rs",
        "reads names in tables that are appended to the module",
    ),
    (
        "src/source/memory.rs",
        "maps large files, and copies what is not code or data",
    ),
    (
        "src/source/signals.rs",
        "handles SIGBUS, so that a file that shrinks is an error",
    ),
];

/// The code of a line: without its comment, and without what a string or a name has.
fn code(line: &str) -> &str {
    let code = line.split("//").next().unwrap_or_default();
    match code.trim_start().starts_with(['"', '/']) {
        true => "",
        false => code,
    }
}

/// The lines where something is done that the compiler cannot check: blocks, and `unsafe impl`.
fn unsafe_lines(text: &str) -> Vec<usize> {
    let is_unsafe = |line: &str| {
        let code = code(line);
        // In words of other languages, and in names: `unsafe_fixes`, `'unsafe-inline'`.
        code.contains("unsafe {") || code.contains("unsafe impl ")
    };
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| is_unsafe(line))
        .map(|(at, _)| at)
        .collect()
}

/// Whether there is a comment `SAFETY:` right above the statement, or in the block.
fn has_reason(lines: &[&str], at: usize) -> bool {
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    let says = |line: &&&str| is_comment(line) && line.contains("SAFETY:");
    let above = lines[..at].iter().rev().take(12);
    let above = above.take_while(|line| {
        let code = code(line).trim_end();
        is_comment(line) || !(code.is_empty() || code.ends_with(';') || code.ends_with('}'))
    });
    above.clone().any(|line| says(&line))
        || lines[at..].iter().skip(1).take(1).any(|line| says(&line))
}

#[test]
fn every_piece_of_unsafe_code_has_a_reason_and_is_listed() {
    let mut wrong = Vec::new();
    let mut table = String::from("| file | pieces | what for |\n|---|---|---|\n");
    let mut known: BTreeSet<&str> = UNSAFE.iter().map(|(file, _)| *file).collect();
    let is_rust = |path: &Path| {
        path.extension().is_some_and(|e| e == "rs")
            && !path.components().any(|part| part.as_os_str() == "target")
    };
    let mut sources = files(&project().join("src"), &is_rust);
    sources.extend(files(&project().join("guests"), &is_rust));
    sources.push(project().join("build.rs"));
    sources.sort();
    for path in sources {
        let file = path
            .strip_prefix(project())
            .expect("it is below")
            .to_string_lossy()
            .replace('\\', "/");
        let text = fs::read_to_string(&path).expect("it reads");
        let lines: Vec<&str> = text.lines().collect();
        let at = unsafe_lines(&text);
        let reason = UNSAFE
            .iter()
            .find(|(known, _)| *known == file)
            .map(|(_, reason)| reason);
        known.remove(file.as_str());
        let uses = lines.iter().filter(|line| {
            let code = code(line);
            code.contains("unsafe fn ")
                || code.contains("unsafe extern ")
                || code.contains("#[unsafe(")
        });
        let uses = uses.count();
        match (reason, at.len() + uses) {
            (None, 0) => {}
            (Some(_), 0) => wrong.push(format!("{file} is listed, and has nothing unsafe")),
            (None, _) => wrong.push(format!("{file} is not listed")),
            (Some(reason), count) => {
                table.push_str(&format!("| `{file}` | {count} | {reason} |\n"))
            }
        }
        for at in at {
            if !has_reason(&lines, at) {
                wrong.push(format!("{file}:{}: no SAFETY comment", at + 1));
            }
        }
    }
    wrong.extend(
        known
            .iter()
            .map(|file| format!("{file} is listed, and does not exist")),
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    generated("trust.md", "unsafe", &table);
}

/// What `packages/sbom` prints; none where there is no Python.
fn bill(target: &str) -> Option<String> {
    let script = project().join("packages/sbom");
    let Ok(ran) = Command::new("python3").arg(script).arg(target).output() else {
        println!("skipped: no python3");
        return None;
    };
    let told = String::from_utf8_lossy(&ran.stderr);
    if told.contains("tomllib") {
        println!("skipped: python3 is older than 3.11");
        return None;
    }
    assert!(ran.status.success(), "{told}");
    Some(String::from_utf8(ran.stdout).expect("it is text"))
}

fn required(bill: &Value) -> BTreeSet<String> {
    let components = bill["components"].as_array().expect("a list").iter();
    let required = components.filter(|component| component["scope"] == "required");
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    required
        .map(|c| format!("{}-{}", text(&c["name"]), text(&c["version"])))
        .collect()
}

#[test]
fn the_bill_of_materials_has_every_crate_that_is_in_the_binary_with_license_and_digest() {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let (Some(text), Some(again)) = (bill(&target), bill(&target)) else {
        return;
    };
    assert!(text == again, "it is not the same twice");
    let bill: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(
        (&bill["bomFormat"], &bill["specVersion"]),
        (&"CycloneDX".into(), &"1.5".into())
    );
    assert_eq!(
        bill["metadata"]["component"]["version"],
        env!("CARGO_PKG_VERSION")
    );
    let components = bill["components"].as_array().expect("a list");
    let mut references = BTreeSet::new();
    for component in components {
        let license = component["licenses"][0]["expression"]
            .as_str()
            .expect("a license");
        spdx::Expression::parse(license).unwrap_or_else(|e| panic!("{component}: {e}"));
        let digest = component["hashes"][0]["content"]
            .as_str()
            .expect("a digest");
        assert!(
            digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()),
            "{component}"
        );
        let reference = component["bom-ref"].as_str().expect("a reference");
        assert_eq!(component["purl"], reference);
        assert!(
            references.insert(reference.to_string()),
            "{reference} twice"
        );
    }
    references.insert(
        bill["metadata"]["component"]["bom-ref"]
            .as_str()
            .expect("a reference")
            .to_string(),
    );
    for dependency in bill["dependencies"].as_array().expect("a list") {
        let needs = dependency["dependsOn"].as_array().expect("a list").iter();
        for reference in needs.chain([&dependency["ref"]]) {
            assert!(
                references.contains(reference.as_str().expect("a text")),
                "{reference} is none"
            );
        }
    }
    // Messages in the binary name the files of the crates that it is made of.
    let binary = fs::read(env!("CARGO_BIN_EXE_witkit")).expect("it is there");
    let binary = String::from_utf8_lossy(&binary);
    let mut in_binary = BTreeSet::new();
    for (at, mark) in binary.match_indices("registry/src/") {
        // registry/src/INDEX/NAME-VERSION/src/…
        let mut parts = binary[at + mark.len()..].splitn(3, '/').skip(1);
        let (Some(krate), Some(_)) = (parts.next(), parts.next()) else {
            continue;
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
        if krate.len() < 80 && krate.chars().all(is_name) {
            in_binary.insert(krate.to_string());
        }
    }
    let listed = required(&bill);
    let missing: Vec<_> = in_binary.difference(&listed).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(
        in_binary.len() > 30 || !cfg!(target_os = "linux"),
        "only {in_binary:?}"
    );
}
