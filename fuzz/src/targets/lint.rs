//! Fixes of findings: none loses a comment, and what a safe one makes is the same to `diff`.

use std::path::Path;

use witkit::diff::{self, Input};
use witkit::lint::{self, Options};
use witkit::wit::{self, syntax};

use super::{or_sound, seed, sound, text};

/// Bytes as a package of one file.
pub fn check(data: &[u8]) -> Result<(), String> {
    let (text, pick) = (text(data), seed(data));
    let load = wit::Options {
        all_features: true,
        ..wit::Options::default()
    };
    let Some(package) = or_sound(wit::load(("a.wit", &*text), &load), pick)? else {
        return Ok(());
    };
    let options = Options {
        select: vec!["all".to_string()],
        ..Options::default()
    };
    let report = lint::lint(&package, &options);
    sound(&report, pick)?;
    if !report.diagnostics().iter().any(|d| d.fix.is_some()) {
        return Ok(());
    }
    for unsafe_too in [false, true] {
        let over = ("a.wit", text.as_ref().into());
        let fixed = lint::fix_text(Path::new("a.wit"), &load, &options, unsafe_too, over)
            .map_err(|report| format!("fixing fails: {report:#}"))?;
        sound(&fixed.report, pick)?;
        for (_, new) in &fixed.files {
            let told = |told: String| format!("{told}\n--- before\n{text}\n--- after\n{new}");
            if own_comments(&text) != own_comments(new) {
                return Err(told("comments are lost".to_string()));
            }
            if !unsafe_too && text != new.as_str() {
                let input = |text: &str| Input::from(("a.wit", text));
                differences(&input(&text), &input(new)).map_err(told)?;
            }
        }
    }
    Ok(())
}

/// Those that are not there for the linter: what allows a rule that finds nothing goes.
fn own_comments(text: &str) -> Vec<String> {
    let mut comments = comments(text);
    comments.retain(|comment| !comment.contains("witkit:"));
    comments
}

/// The comments of a text, without the blanks at their ends, sorted.
pub fn comments(text: &str) -> Vec<String> {
    let tree = syntax::parse("", text);
    let tokens = 0..tree.tokens().len();
    let comments = tokens.filter(|token| tree.tokens()[*token].kind.is_comment());
    let mut comments: Vec<String> = comments
        .map(|token| {
            let lines = tree.token_text(token).lines().map(str::trim);
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    comments.sort();
    comments
}

/// What `diff` says of two packages, either way around.
pub fn differences(old: &Input, new: &Input) -> Result<(), String> {
    for (old, new) in [(old, new), (new, old)] {
        let found = diff::diff(old, new, &diff::Options::default());
        let found = found.map_err(|report| format!("{report:#}"))?;
        if !found.report.is_empty() {
            return Err(format!("diff: {}", found.report));
        }
    }
    Ok(())
}
