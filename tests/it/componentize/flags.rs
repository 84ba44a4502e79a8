//! Modules of wit-component's own cases, changed in one place, with any flags: a valid component or
//! a report, and never a bug of the encoder.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wit_component::StringEncoding;
use wit_parser::Resolve;
use witkit::componentize::{AdapterChoice, Embed, LinkOptions, ModuleSpec, Options, componentize};
use witkit::wasm::Validation;

use crate::graphs::Random;
use crate::support::{corpus, validate};

/// How many changes are tried; set WITKIT_TRIES for more.
const TRIES: usize = 1200;

#[test]
fn changed_modules_with_any_flags_are_made_or_reported() {
    let Some(corpus) = corpus() else { return };
    let root = corpus.join("conformance");
    let text = fs::read_to_string(root.join("cases/componentize.jsonl")).expect("it reads");
    let cases: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is a case"))
        .collect();
    let tries = std::env::var("WITKIT_TRIES").map_or(TRIES, |n| n.parse().expect("a number"));
    let seed = std::env::var("WITKIT_SEED").map_or(7, |n| n.parse().expect("a number"));
    let mut random = Random(seed);
    let (mut made, mut refused, mut wrong) = (0, 0, Vec::new());
    for at in 0..tries {
        let case = &cases[random.below(cases.len())];
        let temp = tempfile::tempdir().expect("a temporary folder");
        let Some(request) = changed(&root, case, temp.path(), &mut random) else {
            continue;
        };
        let outcome = componentize(&request);
        let told = format!("{:#}", outcome.report);
        let flaw = match &outcome.component {
            _ if told.contains("[witkit/bug]") => Some(told),
            None if !outcome.report.has_errors() => Some("neither made nor reported".to_string()),
            None => {
                // Its own words say less than ours, but it is an answer.
                refused += usize::from(told.contains("[componentize/refused]"));
                None
            }
            Some(bytes) if request.embed.is_none() => {
                made += 1;
                validate(bytes).err()
            }
            Some(_) => None,
        };
        if let Some(flaw) = flaw {
            let kept = temp.keep();
            wrong.push(format!(
                "{} (try {at}, in {}): {flaw}\n{request:?}",
                case["case"],
                kept.display()
            ));
        }
    }
    assert!(made * 20 > tries, "only {made} of {tries} made");
    assert!(
        refused * 20 < tries,
        "{refused} of {tries} refused in the encoder's words"
    );
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// A request for a case, one module of which is changed; none if the change is no text.
fn changed(root: &Path, case: &Value, temp: &Path, random: &mut Random) -> Option<Options> {
    let list = |key: &str| case[key].as_array().cloned().unwrap_or_default();
    let mut files: Vec<(String, PathBuf, &str)> = Vec::new();
    for key in ["libs", "dlopen", "adapters"] {
        for entry in list(key) {
            let path = root.join(entry["path"].as_str()?);
            files.push((entry["name"].as_str()?.to_string(), path, key));
        }
    }
    if let Some(path) = case["module"].as_str() {
        files.push(("module".to_string(), root.join(path), "module"));
    }
    let linked = files
        .iter()
        .any(|(_, _, key)| matches!(*key, "libs" | "dlopen"));
    let which = random.below(files.len().max(1));
    let (mut modules, mut adapters, mut dl_openable) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (name, path, key)) in files.iter().enumerate() {
        let mut text = fs::read_to_string(path).ok()?;
        if at == which {
            text = change(&text, random);
        }
        let bytes = embedded(&text, path)?;
        let file = temp.join(format!("{at}.wasm"));
        fs::write(&file, bytes).ok()?;
        let spec = ModuleSpec {
            name: Some(name.clone()),
            path: file,
        };
        match *key {
            "adapters" => adapters.push(spec),
            "dlopen" => {
                dl_openable.push(spec.clone());
                modules.insert(0, spec);
            }
            _ => modules.push(spec),
        }
    }
    let mut flag = || random.below(3) == 0;
    Some(Options {
        modules,
        adapters,
        merge_imports: !flag(),
        realloc_via_memory_grow: flag(),
        reject_legacy_names: flag() && flag(),
        canonical_names: flag(),
        return_call_ref: flag(),
        strip: flag(),
        embed: (flag() && flag() && !linked).then_some(Embed::Module),
        link: LinkOptions {
            dl_openable,
            stack_size: (flag() && linked).then_some(4096),
            stub_missing_functions: flag() && linked,
            use_built_in_libdl: flag() && linked,
        },
        name: flag().then(|| "name".to_string()),
        keep: match random.below(6) {
            0 => vec!["fd_write".to_string(), "proc_exit".to_string()],
            _ => Vec::new(),
        },
        adapter: match random.below(10) {
            0 => AdapterChoice::Auto,
            1 => AdapterChoice::Command,
            2 => AdapterChoice::Reactor,
            3 => AdapterChoice::Proxy,
            4 => AdapterChoice::Stub,
            5 => AdapterChoice::Deny,
            _ => AdapterChoice::None,
        },
        validation: Validation::Full,
        ..Options::default()
    })
}

/// Changes a name or a type of an import or export, doubles or removes a line, or nothing.
fn change(text: &str, random: &mut Random) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = random.below(lines.len().max(1));
    for _ in 0..lines.len() {
        let line = lines[at];
        if line.contains("(import") || line.contains("(export") || line.contains("(func") {
            break;
        }
        at = (at + 1) % lines.len();
    }
    let line = lines.get(at).copied().unwrap_or_default();
    let other = match random.below(12) {
        0 => line.replacen("\")", "x\")", 1),
        1 => line.replacen(" \"", " \"[async-lift]", 1),
        2 => line.replacen("\" \"", "\" \"[async-lower]", 1),
        3 => line.replacen("(import \"", "(import \"[export]", 1),
        4 => line.replacen("(import \"", "(import \"cm32p2|", 1),
        5 => line.replacen("i32", "i64", 1),
        6 => line.replacen("i32", "i32 i32", 1),
        7 => line.replacen("i32", "", 1),
        8 => line.replacen("1.0.0", "1.0.1", 1),
        9 => line.replacen("(func", "(global i32) (func", 1),
        10 => format!("{line}\n{line}"),
        _ => String::new(),
    };
    let mut changed: Vec<&str> = lines.clone();
    if let Some(line) = changed.get_mut(at) {
        *line = &other;
    }
    changed.join("\n")
}

/// The module of a text with its world, which is named like its file.
fn embedded(text: &str, path: &Path) -> Option<Vec<u8>> {
    let buffer = wast::parser::ParseBuffer::new(text).ok()?;
    let mut parsed: wast::Wat = wast::parser::parse(&buffer).ok()?;
    let mut bytes = parsed.encode().ok()?;
    let wit = path.with_extension("wit");
    if wit.is_file() {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_path(wit.parent()?).ok()?;
        let stem = path.file_stem()?.to_str();
        let world = resolve.select_world(&[package], stem).ok()?;
        let utf8 = StringEncoding::UTF8;
        wit_component::embed_component_metadata(&mut bytes, &resolve, world, utf8, false).ok()?;
    }
    Some(bytes)
}
