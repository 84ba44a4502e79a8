//! The suites of wac's parser: its scripts are given the same verdicts, and are formatted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{conforms, corpus, validate, witkit};

/// What the suites are of.
const VERSION: &str = "0.10.1";

/// Where the suites of wac's parser are: its folder `crates/wac-parser/tests`.
fn suites() -> Option<PathBuf> {
    let named = std::env::var_os("WITKIT_WAC_SUITES").map(PathBuf::from);
    let folder = named.or_else(|| Some(corpus()?.join("conformance/wac")));
    let folder = folder.filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("skipped: no suites of wac");
    }
    folder
}

/// The scripts of a suite, and whether they are to fail.
fn scripts(suite: &Path) -> BTreeMap<PathBuf, bool> {
    let mut found = BTreeMap::new();
    for (folder, fails) in [(suite.to_path_buf(), false), (suite.join("fail"), true)] {
        for entry in fs::read_dir(folder).expect("the suite reads").flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "wac") {
                found.insert(path, fails);
            }
        }
    }
    assert!(!found.is_empty(), "no scripts in {}", suite.display());
    found
}

/// Composes a script with the packages beside it; whether that succeeds, or what is wrong.
fn composes(script: &Path, fails: bool) -> Result<bool, String> {
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let deps = script.with_extension("").display().to_string();
    let script = script.display().to_string();
    let args = ["compose", &script, "--deps-dir", &deps, "-o", "out.wasm"];
    let ran = witkit(temp.path(), &args);
    let (code, told) = (ran.code, format!("{}{}", ran.stdout, ran.stderr));
    match code {
        Some(0) => {
            let bytes = fs::read(temp.path().join("out.wasm")).map_err(|e| e.to_string())?;
            validate(&bytes)?;
            Ok(true)
        }
        // A mistake of a script is told as one, and not as a fault of witkit.
        Some(1) if fails && !told.contains("error[") => Err(told),
        Some(1) if told.contains("panicked") => Err(told),
        Some(1) => Ok(false),
        _ => Err(told),
    }
}

/// Runs a suite of scripts that are composed, and writes what comes out to the page about conformance.
fn composed_suite(suite: &str, noun: &str) {
    let Some(suites) = suites() else { return };
    let scripts = scripts(&suites.join(suite));
    let mut others: Vec<(String, String)> = Vec::new();
    for (script, fails) in &scripts {
        let name = script.strip_prefix(&suites).expect("it is in the suite");
        let name = name.display().to_string();
        match composes(script, *fails) {
            Ok(composes) if composes != *fails => {}
            Ok(true) => others.push((name, "composed".to_string())),
            Ok(false) => others.push((name, "refused".to_string())),
            Err(told) => panic!("{name}: {told}"),
        }
    }
    report(suite, noun, scripts.len(), &others);
}

/// Why witkit gives other verdicts on scripts than wac, by their names.
const REASONS: &[(&str, &str)] = &[];

fn report(suite: &str, noun: &str, count: usize, others: &[(String, String)]) {
    let others: Vec<(&str, &str, &str)> = others
        .iter()
        .map(|(name, ours)| {
            let reason = REASONS.iter().find(|(known, _)| known == name);
            let reason = reason.unwrap_or_else(|| panic!("{name} is {ours}: give a reason"));
            (name.as_str(), ours.as_str(), reason.1)
        })
        .collect();
    let title = format!("wac {VERSION}, `crates/wac-parser/tests/{suite}`: {noun}");
    conforms(&format!("wac-{suite}"), &title, count, &others);
}

#[test]
fn the_suite_of_resolution_of_wac_is_given_the_same_verdicts() {
    composed_suite("resolution", "scripts are valid or not, as asserted");
}

#[test]
fn the_suite_of_encoding_of_wac_is_given_the_same_verdicts() {
    composed_suite(
        "encoding",
        "scripts compose to a valid component or not, as asserted",
    );
}

#[test]
fn the_suite_of_the_parser_of_wac_is_given_the_same_verdicts() {
    let Some(suites) = suites() else { return };
    let scripts = scripts(&suites.join("parser"));
    let mut others = Vec::new();
    for (script, fails) in &scripts {
        let text = fs::read_to_string(script).expect("the script reads");
        let tree = witkit::wit::syntax::parse_script("a.wac", text.as_str());
        let name = script.strip_prefix(&suites).expect("it is in the suite");
        let name = name.display().to_string();
        // That there is nothing in a record is told with what the script declares.
        let refused = match tree.problems().is_empty() && *fails {
            true => !composes(script, true).expect("it is told"),
            false => !tree.problems().is_empty(),
        };
        match (refused, *fails) {
            (true, false) => others.push((name, "refused".to_string())),
            (false, true) => others.push((name, "parsed".to_string())),
            _ => {}
        }
    }
    let noun = "scripts are parsed or not, as asserted";
    report("parser", noun, scripts.len(), &others);
}

#[test]
fn the_scripts_of_wac_keep_their_tokens_and_comments_when_they_are_formatted() {
    use witkit::wit::format::{Style, format};
    use witkit::wit::syntax::{TokenKind, parse_script};
    let Some(suites) = suites() else { return };
    let tokens = |text: &str| {
        let tree = parse_script("a.wac", text);
        assert!(tree.problems().is_empty(), "{text}\n{:?}", tree.problems());
        let kinds = tree.tokens().iter().enumerate();
        let kept = kinds
            .filter(|(_, token)| !matches!(token.kind, TokenKind::Whitespace | TokenKind::Comma));
        let texts = kept.map(|(at, _)| tree.token_text(at).trim_end().to_string());
        texts.collect::<Vec<String>>()
    };
    for suite in ["parser", "resolution", "encoding"] {
        for (script, _) in scripts(&suites.join(suite)) {
            let text = fs::read_to_string(&script).expect("the script reads");
            let tree = parse_script("a.wac", text.as_str());
            if !tree.problems().is_empty() {
                continue;
            }
            let once = format(&tree, Style::default());
            assert_eq!(tokens(&text), tokens(&once), "{}", script.display());
            let twice = format(&parse_script("a.wac", once.as_str()), Style::default());
            assert_eq!(once, twice, "{}", script.display());
        }
    }
}
