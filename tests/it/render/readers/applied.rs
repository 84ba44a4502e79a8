//! What becomes of the texts when fixes are applied: by their edits, and as programs that read
//! JSON and SARIF apply them.

use serde_json::Value;
use witkit::diag::{Edit, Report};

/// The texts that the edits change, by name; none if the report lacks one of them.
pub fn edits(report: &Report, edits: &[Edit]) -> Option<Vec<(String, String)>> {
    let changes: Vec<Change> = edits
        .iter()
        .map(|e| Change {
            file: e.file.clone(),
            start: e.range.0,
            end: e.range.1,
            text: e.text.clone(),
        })
        .collect();
    let known = |change: &Change| report.texts().contains_key(&change.file);
    (!changes.is_empty() && changes.iter().all(known)).then(|| apply(report, changes))
}

/// The texts that the fixes of a `witkit.report/1` change, fix by fix.
pub fn json(report: &Report, value: &Value) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for fix in list(&value["diagnostics"]).iter().map(|d| &d["fix"]) {
        let changes = list(&fix["edits"]).iter().map(|edit| {
            let file = string(&edit["file"]);
            let place = |end: &str| {
                let at = &edit["range"][end];
                let byte = number(&at["byte"]);
                let (line, column) = (number(&at["line"]), number(&at["column"]));
                assert_eq!(byte, offset(&report.texts()[&file], line, column));
                byte
            };
            Change {
                start: place("start"),
                end: place("end"),
                text: string(&edit["text"]),
                file,
            }
        });
        texts.extend(apply(report, changes.collect()));
    }
    texts
}

/// The texts that the fixes of a SARIF log change, fix by fix.
pub fn sarif(report: &Report, log: &Value) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let results = list(&log["runs"][0]["results"]);
    for fix in results.iter().flat_map(|result| list(&result["fixes"])) {
        let mut changes = Vec::new();
        for change in list(&fix["artifactChanges"]) {
            let uri = string(&change["artifactLocation"]["uri"]);
            let name = decoded(&uri);
            let mut names = report.texts().keys();
            let file = names.find(|file| file.trim_start_matches("./") == name);
            let file = file.expect("the file is known").clone();
            for replacement in list(&change["replacements"]) {
                let region = &replacement["deletedRegion"];
                let place = |line: &str, column: &str| {
                    let (line, column) = (number(&region[line]), number(&region[column]));
                    offset(&report.texts()[&file], line, column)
                };
                changes.push(Change {
                    file: file.clone(),
                    start: place("startLine", "startColumn"),
                    end: place("endLine", "endColumn"),
                    text: replacement["insertedContent"]["text"]
                        .as_str()
                        .unwrap_or_default()
                        .to_string(),
                });
            }
        }
        texts.extend(apply(report, changes));
    }
    texts
}

struct Change {
    file: String,
    start: usize,
    end: usize,
    text: String,
}

fn apply(report: &Report, mut changes: Vec<Change>) -> Vec<(String, String)> {
    // From the end, so that places before stay what they are.
    changes.sort_by_key(|change| (change.file.clone(), usize::MAX - change.start));
    let mut texts: Vec<(String, String)> = Vec::new();
    for change in changes {
        if texts.last().is_none_or(|(file, _)| *file != change.file) {
            let text = report.texts()[&change.file].to_string();
            texts.push((change.file.clone(), text));
        }
        let (_, text) = texts.last_mut().expect("it was put there");
        text.replace_range(change.start..change.end, &change.text);
    }
    texts
}

/// The byte at a line and a column in characters, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let before: usize = lines[..line - 1].iter().map(|line| line.len()).sum();
    let line = lines.get(line - 1).copied().unwrap_or_default();
    let within: usize = line.chars().take(column - 1).map(char::len_utf8).sum();
    before + within
}

/// The path that a relative reference stands for.
fn decoded(uri: &str) -> String {
    let mut parts = uri.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two digits"));
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).expect("names are UTF-8")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn string(value: &Value) -> String {
    value.as_str().expect("a string").to_string()
}

fn number(value: &Value) -> usize {
    value.as_u64().expect("a number") as usize
}
