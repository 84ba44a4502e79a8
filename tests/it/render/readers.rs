//! What programs do with reports: the least that can read each form, and says what is wrong.

pub mod applied;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::support::{indent, project};

/// Whether `text` is what `form` promises.
pub fn check(form: &str, text: &str) -> Result<(), String> {
    let result = match form {
        "human" | "plain" => Ok(()),
        "json" => parsed(text).and_then(|v| schema("docs/schema/report.schema.json", &v)),
        "sarif" => parsed(text).and_then(|v| schema("fixtures/render/sarif-schema-2.1.0.json", &v)),
        "github" => commands(text).map(|_| ()),
        "gitlab" => issues(text).map(|_| ()),
        "markdown" => rows(text).map(|_| ()),
        _ => cases(text).map(|_| ()),
    };
    result.map_err(|told| format!("{form}: {told}\n{}", indent(text)))
}

fn parsed(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

/// Whether a value is valid by the schema in `file`, formats included.
pub fn schema(file: &str, value: &Value) -> Result<(), String> {
    let text = fs::read_to_string(project().join(file)).map_err(|e| format!("{file}: {e}"))?;
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&parsed(&text)?)
        .map_err(|e| format!("{file}: {e}"))?;
    let errors = validator.iter_errors(value);
    let errors: Vec<String> = errors
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(errors.join("\n")),
    }
}

/// A workflow command, its escapes undone.
pub struct Command {
    pub name: String,
    pub properties: BTreeMap<String, String>,
    pub message: String,
}

/// The commands, as GitHub's runner reads them.
pub fn commands(text: &str) -> Result<Vec<Command>, String> {
    let command = |line: &str| {
        let (head, message) = line.strip_prefix("::")?.split_once("::")?;
        let (name, properties) = head.split_once(' ')?;
        if !["error", "warning", "notice"].contains(&name) {
            return None;
        }
        let mut read = BTreeMap::new();
        for property in properties.split(',') {
            let (key, value) = property.split_once('=')?;
            let value = value.replace("%3A", ":").replace("%2C", ",");
            read.insert(key.to_string(), unescaped(&value));
        }
        Some(Command {
            name: name.to_string(),
            properties: read,
            message: unescaped(message),
        })
    };
    text.split_terminator('\n')
        .map(|line| command(line).ok_or(format!("no command: {line}")))
        .collect()
}

fn unescaped(text: &str) -> String {
    text.replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%25", "%")
}

/// The issues of a code quality report; an error if GitLab would drop or confuse some of them.
pub fn issues(text: &str) -> Result<Vec<Value>, String> {
    let Value::Array(issues) = parsed(text)? else {
        return Err("it is no array".to_string());
    };
    let mut prints = BTreeSet::new();
    for issue in &issues {
        let has = |pointer: &str| {
            let text = issue.pointer(pointer).and_then(Value::as_str);
            let text = text.filter(|text| !text.is_empty() && !text.contains('\n'));
            text.ok_or(format!("no line of text at {pointer} of {issue}"))
        };
        has("/description")?;
        has("/check_name")?;
        if !["info", "minor", "major"].contains(&has("/severity")?) {
            return Err(format!("an unknown severity: {issue}"));
        }
        if !prints.insert(has("/fingerprint")?) {
            return Err(format!("a fingerprint that is there twice: {issue}"));
        }
        if has("/location/path")?.starts_with("./") {
            return Err(format!("a path that GitLab does not know: {issue}"));
        }
        let line = issue.pointer("/location/lines/begin");
        if line.and_then(Value::as_u64).is_none_or(|line| line == 0) {
            return Err(format!("no line: {issue}"));
        }
    }
    Ok(issues)
}

/// The rows of the table in a Markdown document, without its head, as GitHub splits them into
/// cells; none if it says that there are none.
pub fn rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    if lines.is_empty() && text.contains("No findings.\n") {
        return Ok(Vec::new());
    }
    let cells = |line: &&str| -> Vec<String> {
        // A bar behind a backslash is one, in code as well.
        let line = line.replace("\\|", "\0");
        let inner = line.trim_matches('|').split('|');
        inner.map(|cell| cell.trim().replace('\0', "\\|")).collect()
    };
    let all: Vec<Vec<String>> = lines.iter().map(cells).collect();
    let width = all.first().ok_or("no table")?.len();
    match all.iter().all(|row| row.len() == width) {
        true => Ok(all.into_iter().skip(2).collect()),
        false => Err("a row has other cells than the head".to_string()),
    }
}

/// A test case of a JUnit file.
pub struct Case {
    pub class: String,
    pub name: String,
    pub failed: bool,
}

/// The cases of a JUnit file; an error if it is no well-formed XML, or counts wrongly.
pub fn cases(text: &str) -> Result<Vec<Case>, String> {
    let forbidden = |c: &char| *c < ' ' && !matches!(c, '\n' | '\t') || *c == '\u{ffff}';
    if let Some(c) = text.chars().find(forbidden) {
        return Err(format!("XML has no {c:?}"));
    }
    let rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut rest = rest.ok_or("no XML declaration")?;
    let mut open: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    // What has been seen in the suite, and what in all: cases, failures, skipped ones.
    let (mut suite, mut all) = ([0; 3], [0; 3]);
    let mut cases: Vec<Case> = Vec::new();
    while let Some((before, after)) = rest.split_once('<') {
        content(before)?;
        let (tag, after) = after.split_once('>').ok_or("a tag has no end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let (opened, attributes) = open.pop().ok_or("an end without a start")?;
            if opened != name {
                return Err(format!("<{opened}> ends with </{name}>"));
            }
            match name {
                "testsuite" => counted(&attributes, std::mem::take(&mut suite))?,
                "testsuites" => counted(&attributes, all)?,
                _ => {}
            }
            continue;
        }
        let (tag, empty) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let (name, attributes) = attributes(tag)?;
        let kind = ["testcase", "failure", "skipped"]
            .iter()
            .position(|k| *k == name);
        if let Some(kind) = kind {
            suite[kind] += 1;
            all[kind] += 1;
        }
        match (name.as_str(), cases.last_mut()) {
            ("testcase", _) => cases.push(Case {
                class: attributes["classname"].clone(),
                name: attributes["name"].clone(),
                failed: false,
            }),
            ("failure", Some(case)) => case.failed = true,
            _ => {}
        }
        if !empty {
            open.push((name, attributes));
        }
    }
    match (open.is_empty(), rest.trim()) {
        (true, "") => Ok(cases),
        _ => Err("something is not closed".to_string()),
    }
}

fn counted(attributes: &BTreeMap<String, String>, seen: [usize; 3]) -> Result<(), String> {
    let said = ["tests", "failures", "skipped"].map(|key| attributes[key].as_str());
    match said == seen.map(|n| n.to_string()).each_ref().map(String::as_str) {
        true => Ok(()),
        false => Err(format!("{said:?} are counted, {seen:?} are there")),
    }
}

fn attributes(tag: &str) -> Result<(String, BTreeMap<String, String>), String> {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut attributes = BTreeMap::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"").ok_or("an attribute has no value")?;
        let (value, after) = after.split_once('"').ok_or("an attribute has no end")?;
        if value.contains(['\n', '\t']) {
            return Err(format!("blanks of {key} would be lost"));
        }
        let known = attributes.insert(key.trim().to_string(), content(value)?);
        if known.is_some() {
            return Err(format!("{key} is there twice"));
        }
        rest = after;
    }
    Ok((name.to_string(), attributes))
}

/// Text or an attribute's value, its entities undone.
fn content(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let (entity, after) = after.split_once(';').ok_or("an entity has no end")?;
        out.push_str(before);
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#9" => '\t',
            "#10" => '\n',
            "#13" => '\r',
            _ => return Err(format!("what is &{entity};?")),
        });
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}
