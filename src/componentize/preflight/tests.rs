//! The judgement against wit-component's own cases, and against wit-component itself.

mod scenarios;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wit_component::{ComponentEncoder, Linker, StringEncoding};
use wit_parser::Resolve;

use super::*;
use crate::source::Source;

/// The conformance cases, where they are.
fn conformance() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/conformance");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus");
    None
}

/// A module of a case, with the world of its WIT embedded.
fn embedded_module(wat: &Path) -> Vec<u8> {
    let source = Source::open(wat).expect("the case has its files");
    let mut bytes = crate::componentize::module::binary(source)
        .expect("the text parses")
        .bytes()
        .to_vec();
    let stem = wat.file_stem().expect("a file has a name");
    let wit = wat.with_extension("wit");
    if wit.is_file() {
        let mut resolve = Resolve::default();
        let package = match resolve.push_path(wit.parent().expect("a folder")) {
            Ok((package, _)) => package,
            Err(error) => panic!("{}: {error:#}", wit.display()),
        };
        let world = resolve
            .select_world(&[package], stem.to_str())
            .expect("the world is named like the file");
        wit_component::embed_component_metadata(
            &mut bytes,
            &resolve,
            world,
            StringEncoding::UTF8,
            false,
        )
        .expect("it embeds");
    }
    bytes
}

/// All that a case is made of.
struct Case {
    name: String,
    modules: Vec<(String, Vec<u8>, bool)>,
    adapters: Vec<(String, Vec<u8>)>,
    linked: bool,
    stub_missing: bool,
    libdl: bool,
    realloc_via_memory_grow: bool,
    reject_legacy_names: bool,
    error: Option<String>,
}

fn cases(root: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(root.join("cases/componentize.jsonl")).expect("the cases");
    text.lines()
        .map(|line| {
            let case: Value = serde_json::from_str(line).expect("a line is JSON");
            let text = |value: &Value| value.as_str().map(str::to_string);
            let file = |value: &Value| {
                let path = value
                    .as_str()
                    .unwrap_or_else(|| panic!("no path in {line}"));
                embedded_module(&root.join(path))
            };
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let named =
                |value: &Value| (text(&value["name"]).expect("a name"), file(&value["path"]));
            let mut modules: Vec<(String, Vec<u8>, bool)> = Vec::new();
            for (entries, openable) in [(&case["libs"], false), (&case["dlopen"], true)] {
                for entry in list(entries) {
                    let (name, bytes) = named(&entry);
                    modules.push((name, bytes, openable));
                }
            }
            let linked = !modules.is_empty();
            // One case is a component already.
            if !linked && !case["module"].is_null() {
                modules.push(("module.wat".to_string(), file(&case["module"]), false));
            }
            let config = text(&case["config"]).unwrap_or_default();
            Case {
                name: text(&case["case"]).expect("a name"),
                modules,
                adapters: list(&case["adapters"]).iter().map(named).collect(),
                linked,
                stub_missing: config.contains("stub-missing-functions = true"),
                libdl: config.contains("use-built-in-libdl = true"),
                realloc_via_memory_grow: config.contains("realloc-via-memory-grow = true"),
                reject_legacy_names: false,
                error: text(&case["expect"]["error"])
                    .map(|path| std::fs::read_to_string(root.join(path)).expect("the error")),
            }
        })
        .collect()
}

impl Case {
    /// What preflight says.
    fn preflight(&self) -> Report {
        let rules = EncodingRules {
            stub_missing_functions: self.stub_missing,
            use_built_in_libdl: self.libdl,
            reject_legacy_names: self.reject_legacy_names,
            ..EncodingRules::default()
        };
        let adapters: Vec<Adapter> = self
            .adapters
            .iter()
            .map(|(name, bytes)| Adapter {
                import_name: name.clone(),
                name_for_people: format!("`adapt-{name}.wat`"),
                bytes: Cow::Borrowed(bytes),
                allocates: true,
            })
            .collect();
        let mut modules = Vec::new();
        let mut worlds = Vec::new();
        let mut report = Report::new();
        for (name, bytes, dl_openable) in &self.modules {
            let mut module = CoreModule::read(name, bytes).expect("it can be read");
            module.dl_openable = *dl_openable;
            report.extend(metadata::problems(&module));
            let Some((resolve, world)) = embedded(bytes) else {
                continue;
            };
            worlds.push(World {
                resolve,
                world,
                wits: Vec::new(),
            });
            modules.push(module);
        }
        if self.linked {
            report.extend(check_linked(&modules, &worlds, &adapters, &rules));
            return report;
        }
        for (module, world) in modules.iter().zip(&worlds) {
            report.extend(check(module, world, &adapters, &rules));
        }
        report
    }

    /// What wit-component says; a panic of its is a refusal, too.
    fn reference(&self) -> Result<(), String> {
        let encode = || {
            let fail = |error| format!("{error:#}");
            if self.linked {
                let mut linker = Linker::default();
                linker
                    .stub_missing_functions(self.stub_missing)
                    .use_built_in_libdl(self.libdl);
                linker
                    .encoder()
                    .validate(true)
                    .reject_legacy_names(self.reject_legacy_names);
                for (name, bytes) in &self.adapters {
                    linker.encoder().adapter(name, bytes).map_err(fail)?;
                }
                for (name, bytes, openable) in &self.modules {
                    linker.library(name, bytes, *openable).map_err(fail)?;
                }
                linker.encode().map_err(fail)
            } else {
                let Some((_, module, _)) = self.modules.first() else {
                    return Ok(Vec::new());
                };
                let mut encoder = ComponentEncoder::default();
                encoder
                    .validate(true)
                    .reject_legacy_names(self.reject_legacy_names)
                    .realloc_via_memory_grow(self.realloc_via_memory_grow);
                encoder.module(module).map_err(fail)?;
                for (name, bytes) in &self.adapters {
                    encoder.adapter(name, bytes).map_err(fail)?;
                }
                encoder.encode().map_err(fail)
            }
        };
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(encode)) {
            Ok(result) => result.map(|_| ()),
            Err(_) => Err("it panicked".to_string()),
        }
    }
}

fn errors(report: &Report) -> Vec<String> {
    let all = report.diagnostics();
    let errors = all.iter().filter(|d| d.severity.as_str() == "error");
    errors
        .map(|d| format!("{}: {} | {}", d.code.name, d.message, d.help.join(" | ")))
        .collect()
}

/// Cases that only encoding can tell, and why.
const ONLY_ENCODING_TELLS: &[(&str, &str)] = &[(
    "error-adapt-page-size-mismatch",
    "whether the adapter uses its memory shows when its unused parts are removed",
)];

#[test]
fn the_verdict_on_conformance_cases_is_the_reference_s() {
    let Some(root) = conformance() else { return };
    let mut wrong = Vec::new();
    for case in cases(&root) {
        let found = errors(&case.preflight());
        match &case.error {
            None if !found.is_empty() => wrong.push(format!("{}: {found:#?}", case.name)),
            None => {}
            Some(reference) => {
                let excused = ONLY_ENCODING_TELLS
                    .iter()
                    .any(|(name, _)| *name == case.name);
                // What the reference names is in backticks, or at the end of a line about a symbol.
                let named = named(reference);
                let text = found.join("\n");
                let missing: Vec<_> = named.iter().filter(|n| !text.contains(**n)).collect();
                if excused != found.is_empty() || (!excused && !missing.is_empty()) {
                    wrong.push(format!(
                        "{}: {reference}\nmissing {missing:?} in {found:#?}",
                        case.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_verdict_where_legacy_names_are_rejected_is_the_reference_s() {
    let Some(root) = conformance() else { return };
    let (mut accepted, mut wrong) = (0, Vec::new());
    for mut case in cases(&root) {
        case.reject_legacy_names = true;
        let found = errors(&case.preflight());
        let reference = case.reference();
        accepted += usize::from(reference.is_ok());
        // Whether an adapter fits its own world is not looked at.
        let of_adapter = |error: &String| error.contains("of the adapter module");
        let excused = reference.as_ref().is_err_and(of_adapter);
        if reference.is_ok() != found.is_empty() && !excused {
            wrong.push(format!("{}: {reference:?}\n{found:#?}", case.name));
        }
    }
    assert!(accepted > 0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The items that a message of the reference names.
fn named(message: &str) -> Vec<&str> {
    let quoted = message.split('`').skip(1).step_by(2);
    let symbols = message.lines().filter_map(|line| {
        let (_, needed) = line.split_once(" needs ")?;
        needed.split([' ', ',']).next()
    });
    quoted
        // Types are printed otherwise here.
        .filter(|name| !name.contains("->"))
        .chain(symbols)
        .flat_map(|name| name.split("::"))
        .flat_map(|name| name.split('#'))
        .map(|name| name.strip_prefix("env.").unwrap_or(name))
        .filter(|name| !name.is_empty())
        .collect()
}

/// Texts that differ from `text` in one name or one type of an import or export.
fn mutations(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in ["(import ", "(export "] {
        for (at, _) in text.match_indices(word) {
            let mut quotes = text[at..].match_indices('"').map(|(quote, _)| at + quote);
            let names = if word == "(import " { 2 } else { 1 };
            for _ in 0..names {
                let (Some(open), Some(close)) = (quotes.next(), quotes.next()) else {
                    break;
                };
                // Longer, shorter, of another version, and of another kind.
                let name = &text[open + 1..close];
                let mut others = vec![format!("{name}x"), String::new()];
                others.push(name.replace("0.1", "0.2"));
                others.push(name.replace("1.0.0", "1.0.1"));
                others.push(format!("[async-lift]{name}"));
                others.push(format!("[async-lower]{name}"));
                others.push(format!("cm32p2{name}"));
                others.push(format!("[export]{name}"));
                others.push(format!("cabi_post_{name}"));
                others.push(name.replace("[method]", "[static]"));
                others.push(name.replace("-0]", "-1]"));
                others.push(name.replace("read", "write"));
                others.push(name.replace("drop", "new"));
                for other in others {
                    if other != name {
                        found.push(format!("{}{other}{}", &text[..open + 1], &text[close..]));
                    }
                }
            }
        }
    }
    for (at, _) in text.match_indices("i32") {
        found.push(format!("{}i64{}", &text[..at], &text[at + 3..]));
        found.push(format!("{}i32 i32{}", &text[..at], &text[at + 3..]));
    }
    found
}

/// Of so many changes, one is tried.
const STEP: usize = 41;

/// The text of each module of a case is changed in one place at a time, and the verdict has to be
/// that of wit-component every time.
#[test]
fn the_verdict_on_changed_modules_is_the_reference_s() {
    let Some(root) = conformance() else { return };
    let text = std::fs::read_to_string(root.join("cases/componentize.jsonl")).expect("the cases");
    // All of them, with WITKIT_STEP=1, take minutes.
    let step = std::env::var("WITKIT_STEP").map_or(STEP, |step| step.parse().expect("a number"));
    let (mut count, mut tried, mut refused) = (0, 0, 0);
    let mut wrong = Vec::new();
    let mut missed = Vec::new();
    for (mut case, line) in cases(&root).into_iter().zip(text.lines()) {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        let mut paths = Vec::new();
        for entry in [&line["libs"], &line["dlopen"]] {
            for entry in entry.as_array().into_iter().flatten() {
                paths.push(entry["path"].as_str().expect("a path").to_string());
            }
        }
        if let Some(path) = line["module"].as_str() {
            paths.push(path.to_string());
        }
        for (index, path) in paths.iter().enumerate() {
            let path = root.join(path);
            let original = case.modules[index].1.clone();
            let text = std::fs::read_to_string(&path).expect("the text");
            for mutation in mutations(&text) {
                count += 1;
                if count % step != 0 {
                    continue;
                }
                let Some(bytes) = changed(&path, &mutation) else {
                    continue;
                };
                case.modules[index].1 = bytes;
                tried += 1;
                let reference = case.reference();
                let found = errors(&case.preflight());
                refused += usize::from(reference.is_err());
                match reference {
                    Ok(()) if !found.is_empty() => {
                        wrong.push(format!("{}: {found:#?}\n{mutation}", case.name));
                    }
                    Err(error) if found.is_empty() => {
                        missed.push(format!("{}: {error}", case.name));
                    }
                    _ => {}
                }
            }
            case.modules[index].1 = original;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What only encoding tells has to do with adapters, mostly: it must stay an exception.
    println!(
        "{refused} of {tried} refused; not foreseen:\n{}",
        missed.join("\n")
    );
    assert!(refused > tried / 2, "hardly any change was for the worse");
    assert!(missed.len() * 10 <= refused, "{}", missed.join("\n"));
}

/// The module of that text, with its world; none if it is not valid.
fn changed(path: &Path, text: &str) -> Option<Vec<u8>> {
    let source = Source::memory("changed.wat", text.as_bytes().to_vec());
    let bytes = crate::componentize::module::binary(source).ok()?;
    crate::wasm::validate(&bytes).ok()?;
    let mut bytes = bytes.bytes().to_vec();
    let wit = path.with_extension("wit");
    if wit.is_file() {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_path(wit.parent()?).ok()?;
        let stem = path.file_stem()?.to_str();
        let world = resolve.select_world(&[package], stem).ok()?;
        wit_component::embed_component_metadata(
            &mut bytes,
            &resolve,
            world,
            StringEncoding::UTF8,
            false,
        )
        .ok()?;
    }
    Some(bytes)
}
