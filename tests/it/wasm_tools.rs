//! The suites of wasm-tools that are not in the corpus: `targets` and `merge` of wit-component, and the
//! cases of its command line for `component`, in our words.
//!
//! `WITKIT_WASM_TOOLS=PATH cargo test wasm_tools` takes them from a copy of its repository. Without one
//! the tests say so and pass. Deliberately absent: its messages, which are its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use witkit::source::Input;
use witkit::wit::Options;
use witkit::wit::convert::{ConvertOptions, convert};

use crate::support::{conforms, corpus, files, indent, listing, witkit};
use crate::targets::wit::{meaning, read};

/// Where the repository is.
fn repository() -> Option<PathBuf> {
    let named = std::env::var_os("WITKIT_WASM_TOOLS").map(PathBuf::from);
    let folder = named.or_else(|| Some(corpus()?.join("conformance/wasm-tools")));
    let folder = folder.filter(|folder| folder.join("tests/cli").is_dir());
    if folder.is_none() {
        println!("skipped: no suites of wasm-tools");
    }
    folder
}

/// The folders of a suite.
fn cases(suite: &Path) -> Vec<(String, PathBuf)> {
    let names = listing(suite).into_iter();
    let all = names.map(|name| (name.clone(), suite.join(name)));
    all.filter(|(_, path)| path.is_dir()).collect()
}

fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn components_fit_the_worlds_that_wit_component_says_they_do() {
    let Some(repository) = repository() else {
        return;
    };
    let cases = cases(&repository.join("crates/wit-component/tests/targets"));
    let mut wrong = Vec::new();
    for (name, folder) in &cases {
        let exit = i32::from(name.starts_with("error-"));
        let args = ["check", "test.wat", "--wit", "test.wit", "-w", "foobar"];
        if let Err(told) = witkit(folder, &args).expect(exit) {
            wrong.push(format!("{name}\n{}", indent(&told)));
        }
    }
    none_wrong(&wrong);
    let suite =
        "wit-component 0.257, `tests/targets`: components that fit a world, and that do not";
    conforms("targets", suite, cases.len(), &[]);
}

/// Cases of `merge` that are no packages any more.
const EMPTY_RECORDS: [&str; 1] = ["success"];

/// The packages of a document, by name.
fn packages(document: &Value) -> Vec<Value> {
    let mut all = document["packages"].as_array().cloned().unwrap_or_default();
    all.sort_by_key(|package| format!("{} {}", package["name"], package["version"]));
    all
}

#[test]
fn packages_are_put_together_as_wit_component_does() {
    let Some(repository) = repository() else {
        return;
    };
    let cases = cases(&repository.join("crates/wit-component/tests/merge"));
    let mut wrong = Vec::new();
    for (name, folder) in &cases {
        if EMPTY_RECORDS.contains(&name.as_str()) {
            if read(folder.join("into")).is_ok() {
                wrong.push(format!("{name} is read"));
            }
            continue;
        }
        let merged = convert(&ConvertOptions {
            input: Input::from(folder.join("into")),
            more: vec![Input::from(folder.join("from"))],
            options: Options {
                all_features: true,
                ..Options::default()
            },
            ..ConvertOptions::default()
        });
        let told = match (merged, name.starts_with("bad-")) {
            (Err(_), true) => continue,
            (Err(report), false) => format!("{report:#}"),
            (Ok(_), true) => "it should fail".to_string(),
            (Ok(merged), false) => match expected(&folder.join("merge")) {
                Ok(expected) if expected == packages(&meaning(&merged)) => continue,
                Ok(expected) => format!("{:#}\nnot {expected:#?}", meaning(&merged)),
                Err(told) => told,
            },
        };
        wrong.push(format!("{name}\n{}", indent(&told)));
    }
    none_wrong(&wrong);
    let suite = "wit-component 0.257, `tests/merge`: the same packages of two, or none";
    let reason = "it has empty records, which wit-parser 0.263 refuses as well";
    let others = EMPTY_RECORDS.map(|case| (case, "`wit/unresolved`", reason));
    conforms("merge", suite, cases.len(), &others);
}

/// What the files of a folder mean together, one package each.
fn expected(folder: &Path) -> Result<Vec<Value>, String> {
    let mut all = String::new();
    for name in listing(folder) {
        let text = fs::read_to_string(folder.join(name)).map_err(|e| e.to_string())?;
        // As a package in braces: each file begins with the statement that names its package.
        let (name, rest) = text.split_once(';').ok_or("no package")?;
        all.push_str(&format!("{name} {{{rest}}}\n"));
    }
    let text = format!("package witkit:expected;\n{all}");
    let mut found = packages(&meaning(&read(("expected.wit", text))?));
    found.retain(|package| package["name"] != "witkit:expected");
    Ok(found)
}

/// A case of the command line.
struct Case {
    name: String,
    file: PathBuf,
    /// The commands of a pipeline.
    stages: Vec<Vec<String>>,
    fails: bool,
    /// What is printed in the end.
    printed: Option<String>,
}

/// The cases of a file that are about components.
fn cases_of(file: &Path, name: &str) -> Vec<Case> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let comments = |line: &str| {
        let line = line.strip_prefix("// ").or(line.strip_prefix(";; "))?;
        Some(line.to_string())
    };
    let mut lines = text.lines().filter_map(comments);
    let mut cases = Vec::new();
    while let Some(line) = lines.next() {
        let (fails, rest) = match (line.strip_prefix("RUN"), line.strip_prefix("FAIL")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ => continue,
        };
        let Some((directive, command)) = rest.split_once(':') else {
            continue;
        };
        let directive = directive.trim_matches(['[', ']']);
        let mut command = command.to_string();
        while let Some(whole) = command.strip_suffix('\\') {
            command = whole.to_string() + &lines.next().unwrap_or_default();
        }
        let stages: Vec<Vec<String>> = command
            .split('|')
            .map(|stage| stage.split_whitespace().map(str::to_string).collect())
            .collect();
        if stages[0].first().is_none_or(|first| first != "component") {
            continue;
        }
        let extension = file.extension().unwrap_or_default().to_string_lossy();
        let extension = match directive {
            "" => format!("{extension}.stdout"),
            _ => format!("{extension}.{directive}.stdout"),
        };
        cases.push(Case {
            name: match directive {
                "" => name.to_string(),
                _ => format!("{name} [{directive}]"),
            },
            file: file.to_path_buf(),
            stages,
            fails,
            printed: fs::read_to_string(file.with_extension(extension)).ok(),
        });
    }
    cases
}

/// What came of a case.
enum Came {
    Agrees,
    /// It is about something that witkit does not have, or has otherwise.
    Foreign(&'static str),
}

/// Flags of theirs that witkit has no word for, and why.
const FOREIGN: &[(&str, &str)] = &[
    (
        "unbundle",
        "`split --replace` and `inspect --extract` work on one part at a time",
    ),
    (
        "semver-check",
        "compares worlds of one package; `diff` compares packages, with these cases in a test of its own",
    ),
    ("-h", "is its help"),
    ("--help", "is its help"),
    ("--json", "is its JSON, which has indices in it"),
    (
        "--generate-nominal-type-ids",
        "is about indices in its JSON",
    ),
    (
        "--merge-world-imports-based-on-semver",
        "`componentize` merges imports, and `wit` prints packages as they are",
    ),
    ("--exportize-import", "`--exportize` takes all imports"),
    ("standard32", "stubs have the names that all toolchains use"),
];

/// The commands that stand for those of a case, and what came of the last.
fn run(case: &Case, folder: &Path) -> Result<Came, String> {
    for word in case.stages.iter().flatten() {
        if let Some((_, why)) = FOREIGN.iter().find(|(flag, _)| flag == word) {
            return Ok(Came::Foreign(why));
        }
    }
    let mut input = PathBuf::new();
    for (at, stage) in case.stages.iter().enumerate() {
        let output = folder.join(format!("stage{at}"));
        let args = translated(stage, case, &input, &output, folder)?;
        let ran = witkit(folder, &args);
        let is_last = at + 1 == case.stages.len();
        // Where it is found to be wrong earlier, it is found to be wrong.
        if case.fails && ran.code == Some(1) {
            return Ok(Came::Agrees);
        }
        let exit = i32::from(case.fails && is_last);
        let shown = args.join(" ");
        ran.expect(exit)
            .map_err(|told| format!("{shown}\n{told}"))?;
        input = output;
    }
    let words: Vec<&str> = case.stages.iter().flatten().map(String::as_str).collect();
    let is_wit = case
        .stages
        .last()
        .is_some_and(|stage| stage.get(1).is_some_and(|word| word == "wit"));
    if let Some(printed) = &case.printed
        && is_wit
        && !words.contains(&"--out-dir")
        && !words.contains(&"-t")
    {
        let of_a_world = |word: &&str| *word == "embed" || word.contains("ize-world");
        let is_whole = !words.iter().any(of_a_world);
        alike(
            &document(input.as_path())?,
            &document(("theirs.wit", printed.as_str()))?,
            is_whole,
        )?;
    }
    Ok(Came::Agrees)
}

/// What WIT means, without docs: there, comments of all kinds are docs.
fn document(input: impl Into<Input>) -> Result<Value, String> {
    let request = ConvertOptions {
        input: input.into(),
        no_docs: true,
        options: Options {
            all_features: true,
            ..Options::default()
        },
        ..ConvertOptions::default()
    };
    let converted = convert(&request).map_err(|report| format!("{report:#}"))?;
    Ok(meaning(&converted))
}

/// Whether ours has what theirs has; if it is not whole, there may be more in theirs, where the world of a
/// module is called `root`.
fn alike(ours: &Value, theirs: &Value, is_whole: bool) -> Result<(), String> {
    let (ours, theirs) = (packages(ours), packages(theirs));
    if is_whole {
        return match ours == theirs {
            true => Ok(()),
            false => Err(format!("{ours:#?}\nnot {theirs:#?}")),
        };
    }
    let list = |package: &Value, key: &str| package[key].as_array().cloned().unwrap_or_default();
    let root = theirs.iter().find(|package| package["name"] == "root:root");
    let root = root.and_then(|package| list(package, "worlds").into_iter().next());
    for package in &ours {
        let same = |other: &&Value| {
            (&other["name"], &other["version"]) == (&package["name"], &package["version"])
        };
        let other = theirs.iter().find(same).cloned().unwrap_or_default();
        for interface in list(package, "interfaces") {
            if !list(&other, "interfaces").contains(&interface) {
                return Err(format!("{interface:#}\nis not in {other:#}"));
            }
        }
        for world in list(package, "worlds") {
            let same = |other: &Value| {
                world["imports"] == other["imports"] && world["exports"] == other["exports"]
            };
            let worlds = list(&other, "worlds");
            let named = worlds.iter().find(|other| other["name"] == world["name"]);
            let found = match &root {
                Some(root) => Some(root),
                None => named,
            };
            if !found.is_some_and(same) {
                return Err(format!("{world:#}\nis not {found:#?}"));
            }
        }
    }
    Ok(())
}

/// A command of theirs as one of ours.
fn translated(
    stage: &[String],
    case: &Case,
    input: &Path,
    output: &Path,
    folder: &Path,
) -> Result<Vec<String>, String> {
    let text = |path: &Path| path.display().to_string();
    let mut words = stage.iter().map(|word| match word.as_str() {
        "%" => text(&case.file),
        "%tmpdir" => text(&folder.join("tmpdir")),
        word => word.to_string(),
    });
    let command = words.next().unwrap_or_default();
    let mut args: Vec<String> = Vec::new();
    let mut add = |more: &[&str]| args.extend(more.iter().map(|word| word.to_string()));
    let rest: Vec<String> = words.collect();
    let value = |at: usize| rest.get(at).cloned().unwrap_or_default();
    let mut files = Vec::new();
    let mut at = 0;
    let sub = match command.as_str() {
        "component" => {
            at = 1;
            value(0)
        }
        other => other.to_string(),
    };
    let (mut dummy, mut kind) = (false, "sync");
    let mut inverted = None;
    let (mut out, mut section) = (true, false);
    while at < rest.len() {
        let word = value(at);
        at += 1;
        let (flag, given) = match word.split_once('=') {
            Some((flag, given)) if flag.starts_with("--") => {
                (flag.to_string(), Some(given.to_string()))
            }
            _ => (word.clone(), None),
        };
        let mut next = || {
            given.clone().unwrap_or_else(|| {
                at += 1;
                rest.get(at - 1).cloned().unwrap_or_default()
            })
        };
        match (sub.as_str(), flag.as_str()) {
            ("embed", "--dummy") => dummy = true,
            ("embed", "--dummy-names") => {
                dummy = true;
                next();
            }
            ("embed", "--async-callback") => kind = "async-callback",
            ("embed", "--async-stackful") => kind = "async-stackful",
            ("embed", "--only-custom") => section = true,
            ("embed" | "wit", "--world" | "-w") => {
                let world = next();
                add(&["-w", world.trim_start_matches('%')]);
            }
            (_, "--features") | ("validate", "-f") => add(&["--features", &next()]),
            ("wit", "--all-features") => add(&["--all-features"]),
            ("wit", "--wasm") => add(&["--wasm"]),
            // Text of binaries is a file here.
            ("wit", "-t") => add(&["-t"]),
            (_, "-t" | "--wat") => {}
            ("wit", "--out-dir") => {
                out = false;
                add(&["--out-dir", &next()]);
            }
            ("wit", "--importize" | "--exportize") => inverted = Some((flag, String::new())),
            ("wit", "--importize-world" | "--exportize-world") => {
                inverted = Some((flag.replace("-world", ""), String::new()));
                add(&["-w", &next()]);
            }
            ("wit", "--importize-out-world-name" | "--exportize-out-world-name") => {
                if let Some((_, name)) = &mut inverted {
                    *name = next();
                }
            }
            ("new", "--merge-imports-based-on-semver") => {
                if given.as_deref() == Some("false") {
                    add(&["--no-merge-imports"]);
                }
            }
            ("new", "--reject-legacy-names" | "--return-call-ref") => add(&[&flag]),
            ("new", "-o") => drop(next()),
            (_, flag) if flag.starts_with('-') => return Err(format!("no word for {word}")),
            _ => files.push(word),
        }
    }
    if let Some((flag, name)) = inverted {
        add(&[&match name.as_str() {
            "" => flag,
            name => format!("{flag}={name}"),
        }]);
    }
    let from = files.first().cloned().unwrap_or_else(|| text(input));
    let output = text(output);
    let verb = match sub.as_str() {
        "embed" => {
            let stub = format!("--stub={kind}");
            let what = if section {
                "--embed=section"
            } else {
                "--embed"
            };
            match dummy {
                true => add(&[&stub, what, "--wit", &from]),
                false if section => add(&[what, "--wit", &from]),
                false => {
                    let module = files.get(1).cloned().unwrap_or_else(|| text(input));
                    add(&[&module, what, "--wit", &from]);
                }
            }
            "componentize"
        }
        "new" => {
            add(&[&from]);
            "componentize"
        }
        "wit" => {
            add(&[&from]);
            "wit"
        }
        "print" | "parse" | "strip" => {
            add(&[&from]);
            "print"
        }
        "validate" => {
            out = false;
            add(&[&from]);
            "validate"
        }
        other => return Err(format!("no command for {other}")),
    };
    if out {
        add(&["-o", &output]);
    }
    args.insert(0, verb.to_string());
    Ok(args)
}

/// Cases that witkit gives another answer to: what it does, and why.
const OTHERS: &[(&str, &str, &str)] = &[
    (
        "component-wit-reexport-imported-resource.wat",
        "printed",
        "an exported interface that uses the type of the imported one says the same in WIT",
    ),
    (
        "dummy-async.wit",
        "made",
        "stubs of async functions have the names that all toolchains use",
    ),
    (
        "merge-fail-to-add-import.wit",
        "merged",
        "types without resources mean the same whether they are imported or exported",
    ),
    (
        "roundtrip-external-id.wit",
        "not applicable",
        "its snapshots have `/` for every `\\`, which is in this text",
    ),
    (
        "wit-deep-list.wit [abi]",
        "`componentize/metadata-version`",
        "wasmparser 0.263 refuses values of this size",
    ),
    (
        "wit-deep-list.wit [parse]",
        "`wit/no-binary-form`",
        "wasmparser 0.263 refuses values of this size",
    ),
    (
        "wit-directory-output-in-deps-folder-with-multiple-version.wit [read]",
        "printed without its `deps`",
        "what is printed is the package and what it needs",
    ),
    (
        "wit-directory-output-valid.wit [read]",
        "printed without its `deps`",
        "what is printed is the package and what it needs",
    ),
    (
        "wit-with-features.wit",
        "`wit/duplicate`",
        "`x` and `[static]x.x` are not strongly unique, and validators refuse them together",
    ),
];

#[test]
fn the_command_line_of_wasm_tools_is_answered_alike_in_our_words() {
    let Some(repository) = repository() else {
        return;
    };
    let suite = repository.join("tests/cli");
    let is_case = |path: &Path| path.extension().is_some_and(|e| e == "wat" || e == "wit");
    let (mut wrong, mut others) = (Vec::new(), Vec::new());
    let mut count = 0;
    let known: BTreeSet<&str> = OTHERS.iter().map(|(name, ..)| *name).collect();
    for file in files(&suite, &is_case) {
        let name = file
            .strip_prefix(&suite)
            .unwrap_or(&file)
            .display()
            .to_string();
        let temp = tempfile::tempdir().expect("a temporary folder");
        for case in cases_of(&file, &name) {
            count += 1;
            let came = run(&case, temp.path());
            match (came, known.contains(case.name.as_str())) {
                (Ok(Came::Agrees), false) | (Err(_), true) => {}
                (Ok(Came::Foreign(why)), false) => others.push((case.name, "not applicable", why)),
                (Ok(_), true) => wrong.push(format!("{} agrees", case.name)),
                (Err(told), false) => wrong.push(format!("{}\n{}", case.name, indent(&told))),
            }
        }
    }
    none_wrong(&wrong);
    assert!(count > 100, "only {count}");
    let known = OTHERS.iter().map(|(name, ours, why)| (*name, *ours, *why));
    let mut all: Vec<_> = others
        .iter()
        .map(|(name, ours, why)| (name.as_str(), *ours, *why))
        .collect();
    all.extend(known);
    all.sort();
    let title = "wasm-tools 1.257, `tests/cli`: commands for components, in our words";
    conforms("wasm-tools", title, count, &all);
}
