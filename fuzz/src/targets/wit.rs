//! WIT in all its forms: a text is a package if and only if wit-parser says so, and what it means is
//! the same in every form.

use std::fs;
use std::path::Path;

use serde_json::Value;
use wit_parser::Resolve;
use witkit::source::Input;
use witkit::wit::convert::{ConvertOptions, Converted, convert};
use witkit::wit::{self, Options};

use super::{or_sound, seed, text};
use crate::support::validate;

/// Bytes as a package of one file.
pub fn check(data: &[u8]) -> Result<(), String> {
    let (text, pick) = (text(data), seed(data));
    let options = Options {
        all_features: true,
        ..Options::default()
    };
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let theirs = resolve
        .push_str("a.wit", &text)
        .map_err(|e| format!("{e:#}"));
    let ours = wit::load(("a.wit", &*text), &options);
    match (&ours, &theirs) {
        (Ok(_), Err(e)) => return Err(format!("wit-parser refuses it: {e}")),
        (Err(report), Ok(_)) => return Err(format!("wit-parser accepts it: {report:#}")),
        _ => {}
    }
    if or_sound(ours, pick)?.is_none() {
        return Ok(());
    }
    let original = read(("a.wit", &*text))?;
    if or_sound(original.binary(), pick)?.is_some() {
        return round_trips(&original, None);
    }
    // Handles that are lent in a stream, and the like: what there is of it is not valid.
    let package = theirs?;
    match wit_component::encode(&resolve, package, false) {
        Ok(bytes) if validate(&bytes).is_ok() => {
            Err("wit-component has a binary form of it".to_string())
        }
        _ => Ok(()),
    }
}

/// What an input holds, with all features.
pub fn read(input: impl Into<Input>) -> Result<Converted, String> {
    let request = ConvertOptions {
        input: input.into(),
        options: Options {
            all_features: true,
            ..Options::default()
        },
        ..ConvertOptions::default()
    };
    convert(&request).map_err(|report| format!("{report:#}"))
}

/// What it means: its JSON, without what depends on the way it was asked for.
pub fn meaning(of: &Converted) -> Value {
    let mut document: Value = serde_json::from_str(&of.json()).expect("it is JSON");
    let packages = document["packages"].as_array_mut().expect("a list");
    for package in packages.iter_mut() {
        package["own"] = Value::Null;
        for world in package["worlds"].as_array_mut().expect("a list") {
            // Text and binary put functions and types behind interfaces.
            for side in ["imports", "exports"] {
                let items = world[side].as_array_mut().expect("a list");
                items.sort_by_key(|item| format!("{} {}", item["kind"], item["name"]));
            }
        }
    }
    document
}

/// To all other forms and back: the meaning is the same, docs included. Files are written only if there
/// is a folder for them.
pub fn round_trips(original: &Converted, folder: Option<&Path>) -> Result<(), String> {
    let expected = meaning(original);
    let text = original.text().map_err(|e| e.to_string())?;
    let of_text = read(("text.wit", &*text)).map_err(|e| format!("the text: {e}"))?;
    let found = meaning(&of_text);
    if found != expected {
        return Err(format!(
            "the text means something else: {found:#}\nnot {expected:#}"
        ));
    }
    if of_text.text().map_err(|e| e.to_string())? != text {
        return Err("the text of the text is another".to_string());
    }
    if let Some(folder) = folder {
        original.write_files(folder).map_err(|e| e.to_string())?;
        let found = meaning(&read(folder).map_err(|e| format!("the folder: {e}"))?);
        // Packages nested in the input that nothing needs are there, but not needed from there.
        if found["packages"][0] != expected["packages"][0] {
            return Err(format!("the folder means something else: {found:#}"));
        }
        fs::remove_dir_all(folder).map_err(|e| e.to_string())?;
    }
    binary(original, &expected)
}

/// To the binary form and back.
fn binary(original: &Converted, expected: &Value) -> Result<(), String> {
    let (bytes, lost) = original.binary().map_err(|e| e.to_string())?;
    validate(&bytes)?;
    // Of other packages, a binary has only what is used.
    let again = read(("binary.wasm", bytes)).map_err(|e| format!("the binary: {e}"))?;
    let read_again = meaning(&again);
    let (found, wanted) = (&read_again["packages"][0], &expected["packages"][0]);
    if found != wanted && lost.is_empty() {
        return Err(format!(
            "the binary means something else: {found:#}\nnot {wanted:#}"
        ));
    }
    // What there is of them has its docs and gates.
    let packages = |of: &Value| of["packages"].as_array().cloned().unwrap_or_default();
    let all = packages(expected);
    for found in packages(&read_again).iter().skip(1) {
        let wanted = all.iter().find(|wanted| {
            (&wanted["name"], &wanted["version"]) == (&found["name"], &found["version"])
        });
        let wanted = wanted.ok_or(format!("there was no {}", found["name"]))?;
        if !is_part_of(found, wanted) {
            return Err(format!(
                "in the binary, a dependency is {found:#}\nnot {wanted:#}"
            ));
        }
    }
    Ok(())
}

/// Whether one value is the other, but for entries that lists lack.
fn is_part_of(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted.iter().all(|(key, wanted)| {
            let missing = wanted.is_array().then_some(&Value::Null);
            match found.get(key).or(missing) {
                Some(Value::Null) => true,
                Some(found) => is_part_of(found, wanted),
                None => false,
            }
        }),
        (Value::Array(found), Value::Array(wanted)) => found.iter().all(|found| {
            let mut all = wanted.iter();
            match found.get("name") {
                Some(name) => all.any(|w| w["name"] == *name && is_part_of(found, w)),
                None => all.any(|w| is_part_of(found, w)),
            }
        }),
        (found, wanted) => found == wanted,
    }
}
