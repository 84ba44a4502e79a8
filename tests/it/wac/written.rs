//! Plans as scripts: what is written composes the same, comes back as it was, and wac takes it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use witkit::compose::{Options, Outcome, PartSpec, compose};
use witkit::source::Source;

use crate::by_wasm_compose::same_surface;
use crate::executed::answers;
use crate::graphs::Graph;
use crate::run;
use crate::support::{
    Scenario, copy_folder, corpus, each, indent, listing, project, validate, wat, witkit,
};

/// Scenarios whose plans the language has no words for: shared core modules, and interfaces of types that
/// the composition provides.
const NO_WORDS: [&str; 2] = ["dedupe", "types-only"];

/// The flags that the comment at the head of a script says to compose it with.
fn flags(script: &str) -> Vec<String> {
    let mut lines = script.lines();
    let first = lines.next().unwrap_or_default();
    if !first.starts_with("// witkit compose ") {
        return Vec::new();
    }
    let more = lines.take_while(|line| line.starts_with("//   "));
    let words = more.flat_map(|line| line.trim_start_matches("//").split_whitespace());
    let words = words.filter(|word| *word != "\\").map(str::to_string);
    words.collect()
}

/// Composes `script` in `folder` with the flags that it says, and more.
fn composed(folder: &Path, script: &str, more: &[&str]) -> Result<Vec<u8>, String> {
    let text = fs::read_to_string(folder.join(script)).map_err(|e| e.to_string())?;
    let mut args = vec!["compose".to_string(), script.to_string()];
    args.extend(flags(&text));
    args.extend(more.iter().map(|arg| arg.to_string()));
    args.extend(["-o", "composed.out"].map(str::to_string));
    witkit(folder, &args).expect(0)?;
    let bytes = fs::read(folder.join("composed.out")).map_err(|e| e.to_string())?;
    fs::remove_file(folder.join("composed.out")).map_err(|e| e.to_string())?;
    Ok(bytes)
}

#[test]
fn every_composition_here_becomes_a_script_that_composes_the_same_and_comes_back() {
    let count = Cell::new(0);
    each(&Scenario::all(&project().join("fixtures/compose")), |s| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let folder = temp.path().join("scenario");
        copy_folder(&s.folder, &folder).map_err(|e| e.to_string())?;
        let args = s.args_and(&["--plan", "-o", "written.wac"]);
        let ran = witkit(&folder, &args);
        if NO_WORDS.contains(&s.name.as_str()) {
            let ran = ran.expect(1)?;
            let is_left = folder.join("written.wac").exists();
            return match ran.stderr.contains("error[script/no-words]") && !is_left {
                true => Ok(()),
                false => Err(indent(&ran.stderr)),
            };
        }
        ran.expect(0)?;
        count.set(count.get() + 1);
        let read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|e| e.to_string());
        let script = read("written.wac")?;
        witkit(&folder, &["fmt", "--check", "written.wac"]).expect(0)?;
        let printed = witkit(&folder, &s.args_and(&["--plan", "--format", "wac"])).expect(0)?;
        let renamed = printed.stdout.replace("composition.wac", "written.wac");
        if renamed.replace("composed:composition", "composed:written") != script {
            return Err(format!(
                "--format wac prints another one:\n{}",
                printed.stdout
            ));
        }
        let again = composed(&folder, "written.wac", &[])?;
        validate(&again)?;
        if let Some(run) = s.text("run.txt") {
            run::run_script(&again, &run)?;
        }
        witkit(&folder, &s.args_and(&["-o", "out.wasm"])).expect(0)?;
        let out = fs::read(folder.join("out.wasm")).map_err(|e| e.to_string())?;
        same_surface(&again, &out)?;
        same_surface(&out, &again)?;
        let is_script = s.args.iter().any(|arg| arg.ends_with(".wac"));
        if is_script && again != out {
            return Err("a script that is written again composes other bytes".to_string());
        }
        // The script of the script, and that of its plan in a file.
        let plan = |from: &str, more: &[&str]| {
            let flags = flags(&script);
            let flags = flags.iter().map(String::as_str);
            let args: Vec<&str> = ["compose", from]
                .into_iter()
                .chain(flags)
                .chain(more.iter().copied())
                .collect();
            witkit(&folder, &args).expect(0)
        };
        plan("written.wac", &["--plan", "-o", "again.wac"])?;
        plan("again.wac", &["--plan", "-o", "last.wac"])?;
        // What has another name in a script may be in another order once.
        if read("last.wac")?.replace("last.wac", "again.wac") != read("again.wac")? {
            return Err(format!("it comes back as\n{}", read("last.wac")?));
        }
        if composed(&folder, "again.wac", &[])? != again {
            return Err("it comes back to other bytes".to_string());
        }
        plan("written.wac", &["--plan", "-o", "plan.json"])?;
        let args = ["compose", "-c", "plan.json", "--plan", "-o", "planned.wac"];
        witkit(&folder, &args).expect(0)?;
        match composed(&folder, "planned.wac", &[])? == again {
            true => Ok(()),
            false => Err(format!("by way of JSON, it is\n{}", read("planned.wac")?)),
        }
    });
    assert!(count.get() > 30, "only {}", count.get());
}

/// A graph as options whose parts are in memory.
fn of_graph(graph: &Graph) -> Options {
    let names: Vec<PathBuf> = (0..graph.nodes.len())
        .map(|index| format!("n{index}.wasm").into())
        .collect();
    let in_memory = names.iter().enumerate().map(|(index, name)| {
        let bytes = wat(&graph.wat(index));
        (
            name.clone(),
            Source::memory(name.display().to_string(), bytes),
        )
    });
    let in_memory = in_memory.collect();
    let mut specs = names.iter().map(|path| PartSpec {
        name: None,
        path: path.clone(),
    });
    Options {
        root: specs.next(),
        definitions: specs.collect(),
        in_memory,
        ..Options::default()
    }
}

/// A script with the same parts in memory.
fn of_script(script: &str, parts: &BTreeMap<PathBuf, Source>) -> Options {
    let mut in_memory = parts.clone();
    let path = PathBuf::from("composition.wac");
    in_memory.insert(path.clone(), Source::memory("composition.wac", script));
    let flags = flags(script);
    let packages = flags.iter().filter(|word| *word != "-d");
    Options {
        root: Some(PartSpec { name: None, path }),
        definitions: packages.map(|text| PartSpec::parse(text)).collect(),
        in_memory,
        ..Options::default()
    }
}

fn bytes_of(outcome: &Outcome) -> Result<Vec<u8>, String> {
    match &outcome.composed {
        Some(composed) => Ok(composed.to_vec()),
        None => Err(format!("{:#}", outcome.report)),
    }
}

#[test]
fn random_compositions_become_scripts_that_answer_the_same_and_come_back_byte_for_byte() {
    for seed in 0..100 {
        let graph = Graph::random(seed);
        let check = || -> Result<(), String> {
            let told = |report: witkit::Report| format!("{report:#}");
            let options = of_graph(&graph);
            let outcome = compose(&options);
            let first = bytes_of(&outcome)?;
            let script = outcome.to_script(&options).map_err(told)?;
            let by_script = of_script(&script, &options.in_memory);
            let outcome = compose(&by_script);
            let second = bytes_of(&outcome)?;
            answers(&graph, &second)?;
            same_surface(&first, &second)?;
            same_surface(&second, &first)?;
            let again = outcome.to_script(&by_script).map_err(told)?;
            let third = bytes_of(&compose(&of_script(&again, &options.in_memory)))?;
            if second != third {
                return Err(format!("other bytes by\n{script}\nthan by\n{again}"));
            }
            let last = compose(&of_script(&again, &options.in_memory));
            let last = last.to_script(&of_script(&again, &options.in_memory));
            match last.map_err(told)? == again {
                true => Ok(()),
                false => Err(format!("it does not stay\n{again}")),
            }
        };
        if let Err(told) = check() {
            panic!("seed {seed}: {told}\n{graph:#?}");
        }
    }
}

/// Where wac is, if the release that is compared with is installed.
fn wac() -> Option<PathBuf> {
    const RELEASE: &str = "wac-cli 0.12.";
    let path = std::env::var_os("PATH")?;
    let mut files = std::env::split_paths(&path).map(|folder| folder.join("wac"));
    let found = files.find(|file| {
        let ran = Command::new(file).arg("--version").output();
        ran.is_ok_and(|ran| String::from_utf8_lossy(&ran.stdout).starts_with(RELEASE))
    });
    if found.is_none() {
        println!("skipped: {RELEASE} is not installed");
    }
    found
}

/// What wac composes of the script that `split --wac` has written to `folder`.
fn by_wac(wac: &Path, folder: &Path, script: &str) -> Result<Vec<u8>, String> {
    let ran = Command::new(wac)
        .args(["compose", script, "-o", "wac.out"])
        .current_dir(folder)
        .output()
        .map_err(|e| e.to_string())?;
    match ran.status.success() {
        true => fs::read(folder.join("wac.out")).map_err(|e| e.to_string()),
        false => Err(String::from_utf8_lossy(&ran.stderr).into_owned()),
    }
}

/// Splits `out.wasm` in `folder` into a script and its packages, which compose it again: what comes out,
/// and the folder.
fn split(folder: &Path) -> Result<(Vec<u8>, PathBuf), String> {
    let ran = witkit(folder, &["split", "out.wasm", "--wac", "-o", "parts"]).expect(0)?;
    let parts = folder.join("parts");
    if listing(&parts) != ["deps", "out.wac"] {
        return Err(format!("this was written: {:?}", listing(&parts)));
    }
    let text = fs::read_to_string(parts.join("out.wac")).map_err(|e| e.to_string())?;
    if text.contains("-d ") {
        return Err(format!(
            "its packages are not where they are found:\n{text}"
        ));
    }
    let again = composed(&parts, "out.wac", &[])?;
    let out = fs::read(folder.join("out.wasm")).map_err(|e| e.to_string())?;
    // What is said of it is so.
    if ran.stdout.contains("gives the same bytes") != (again == out) {
        return Err(indent(&ran.stdout));
    }
    Ok((again, parts))
}

/// Scenarios that `split --wac` has no words for: besides those of plans, worlds that a script declares,
/// for which there would have to be WIT packages.
const NOT_SPLIT: [&str; 2] = ["script-nested", "types-only"];

/// Scenarios that wac fails on, and how.
const NOT_BY_WAC: [(&str, &str); 5] = [
    (
        "host-resource",
        "assertion failed: !state.scopes.is_empty()",
    ),
    // Also by the script that it was composed of.
    ("script-declared", "func not valid to be used as import"),
    ("world-level", "func not valid to be used as export"),
    ("world-level-export", "func not valid to be used as export"),
    ("world-level-use", "resource types are not the same"),
];

/// A scenario that wac composes to something else: it imports functions of an interface that a part
/// provides, where only types of it are needed.
const OTHER_BY_WAC: &str = "virtualised-types";

#[test]
fn compositions_split_into_scripts_that_witkit_and_wac_compose_again() {
    let by_others = Cell::new(0);
    let wac = wac();
    each(&Scenario::all(&project().join("fixtures/compose")), |s| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let out = temp.path().join("out.wasm").display().to_string();
        witkit(&s.folder, &s.args_and(&["-o", &out])).expect(0)?;
        if NOT_SPLIT.contains(&s.name.as_str()) {
            let args = ["split", "out.wasm", "--wac", "-o", "parts"];
            let ran = witkit(temp.path(), &args).expect(1)?;
            let is_left = temp.path().join("parts").exists();
            return match ran.stderr.contains("error[script/no-words]") && !is_left {
                true => Ok(()),
                false => Err(indent(&ran.stderr)),
            };
        }
        let (again, parts) = split(temp.path())?;
        validate(&again)?;
        let run = s.text("run.txt");
        if let Some(run) = &run {
            run::run_script(&again, run)?;
        }
        let Some(wac) = &wac else { return Ok(()) };
        let known = NOT_BY_WAC.iter().find(|(name, _)| *name == s.name);
        match (by_wac(wac, &parts, "out.wac"), known) {
            (Err(told), Some((_, why))) if told.contains(why) => Ok(()),
            (Err(told), _) => Err(format!("wac: {told}")),
            (Ok(_), Some(_)) => Err("wac composes it".to_string()),
            (Ok(bytes), None) => {
                by_others.set(by_others.get() + 1);
                match &run {
                    Some(run) if s.name == OTHER_BY_WAC => match run::run_script(&bytes, run) {
                        Ok(()) => Err("wac composes the same".to_string()),
                        Err(_) => Ok(()),
                    },
                    Some(run) => run::run_script(&bytes, run).map_err(|e| format!("wac: {e}")),
                    None => Ok(()),
                }
            }
        }
    });
    assert!(wac.is_none() || by_others.get() > 25, "{}", by_others.get());
}

#[test]
fn random_compositions_split_into_scripts_that_witkit_and_wac_compose_again() {
    let wac = wac();
    let mut compared = 0;
    for seed in 0..24 {
        let graph = Graph::random(seed);
        let mut check = || -> Result<(), String> {
            let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
            let bytes = bytes_of(&compose(&of_graph(&graph)))?;
            fs::write(temp.path().join("out.wasm"), &bytes).map_err(|e| e.to_string())?;
            let (again, parts) = split(temp.path())?;
            answers(&graph, &again)?;
            let Some(wac) = &wac else { return Ok(()) };
            match by_wac(wac, &parts, "out.wac") {
                Ok(bytes) => {
                    compared += 1;
                    answers(&graph, &bytes).map_err(|e| format!("wac: {e}"))
                }
                // It has no resources that the host defines and no merged versions that differ.
                Err(told) => {
                    println!(
                        "seed {seed}: wac: {}",
                        told.lines().take(4).collect::<String>()
                    );
                    Ok(())
                }
            }
        };
        if let Err(told) = check() {
            panic!("seed {seed}: {told}\n{graph:#?}");
        }
    }
    println!("wac composed {compared} of 24");
    assert!(wac.is_none() || compared >= 8, "only {compared}");
}

#[test]
fn real_components_become_scripts_and_come_back() {
    let Some(corpus) = corpus() else { return };
    let wac = wac();
    let components = corpus.join("components");
    let run = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2) == 42";
    for (adder, calculator) in [
        ("c/adder.wasm", "rust/docs_calculator.wasm"),
        ("rust/docs_adder.wasm", "c/calculator.wasm"),
        ("rust/docs_adder.wasm", "rust/docs_calculator.wasm"),
    ] {
        let temp = tempfile::tempdir().expect("a temporary folder can be made");
        let folder = temp.path();
        let adder = components.join(adder).display().to_string();
        let calculator = components.join(calculator).display().to_string();
        let plan = [
            "compose",
            &calculator,
            "-d",
            &adder,
            "--plan",
            "-o",
            "app.wac",
        ];
        witkit(folder, &plan)
            .expect(0)
            .expect("a script is written");
        let bytes = composed(folder, "app.wac", &[]).expect("it composes");
        run::run_script(&bytes, run).expect("it runs");
        let whole = ["compose", &calculator, "-d", &adder, "-o", "out.wasm"];
        witkit(folder, &whole).expect(0).expect("it composes");
        let (again, parts) = split(folder).expect("it splits");
        run::run_script(&again, run).expect("it runs again");
        if let Some(wac) = &wac {
            let bytes = by_wac(wac, &parts, "out.wac").expect("wac composes it");
            run::run_script(&bytes, run).expect("it runs by wac");
        }
    }
}

#[test]
fn what_is_generated_has_no_words_and_nothing_is_written() {
    let folder = project().join("fixtures/compose/script");
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    copy_folder(&folder, temp.path()).expect("the fixture is copied");
    fs::write(
        temp.path().join("open.wac"),
        "package docs:open;\nexport new docs:calculator { ... }...;\n",
    )
    .expect("the script is written");
    for (flag, value) in [
        ("--deny", "docs:adder/*"),
        ("--stub", "docs:adder/*"),
        ("--trace", "docs:adder/*"),
    ] {
        let args = ["compose", "open.wac", flag, value, "--plan"];
        let args = [&args[..], &["-o", "out.wac"]].concat();
        let ran = witkit(temp.path(), &args).expect(1).expect(flag);
        assert!(
            ran.stderr.contains("error[script/no-words]"),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains(flag), "{flag}: {}", ran.stderr);
        assert!(!temp.path().join("out.wac").exists(), "{flag}");
    }
    // Where there is no plan to write, that is a mistake of the command line.
    for args in [
        &["compose", "app.wac", "--format", "wac"][..],
        &["compose", "app.wac", "-o", "out.wac"],
        &[
            "compose", "app.wac", "--plan", "--format", "wac", "-o", "p.json",
        ],
        &[
            "split",
            "out.wasm",
            "--wac",
            "--replace",
            "a=b",
            "-o",
            "parts",
        ],
    ] {
        witkit(temp.path(), args).expect(2).expect("it is refused");
    }
}
