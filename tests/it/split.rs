//! `witkit split`: every scenario of `fixtures/split`, and whatever can be composed, taken apart and
//! composed again.
//!
//! A scenario's folder holds, besides `cmd` and its input, `stdout.txt` and `stderr.txt` where
//! something is said, `plan.json` where the command writes a plan, and `run.txt`: what both the
//! input and the component that comes out answer when they are run (see `run.rs`).

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_compose::config::Config;
use witkit::compose::{Options, PartSpec, compose};
use witkit::source::Source;
use witkit::split::{Equivalence, split};
use witkit::wasm::Component;

mod modules;
mod order;
mod replace;

use crate::by_wasm_compose;
use crate::executed::answers;
use crate::graphs::Graph;
use crate::oracle;
use crate::run;
use crate::support::{
    Scenario, copy_folder, corpus, each, indent, listing, project, validate, wat, witkit,
    witkit_fed,
};
use crate::targets::binary::there_and_back;

#[test]
fn every_scenario_says_what_it_should_and_writes_what_runs_or_nothing() {
    each(&Scenario::all(&project().join("fixtures/split")), |s| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let folder = temp.path().join("scenario");
        copy_folder(&s.folder, &folder).map_err(|e| e.to_string())?;
        let before = listing(&folder);
        let script = s.text("run.txt");
        let exit = s.exit.unwrap_or(i32::from(script.is_none()));
        let ran = witkit(&folder, &s.args).expect(exit)?;
        let written: Vec<String> = listing(&folder)
            .into_iter()
            .filter(|file| !before.contains(file))
            .collect();
        let expected = match s.args.iter().any(|arg| arg == "--replace") {
            _ if exit != 0 => &[][..],
            true => &["new.wasm"],
            false => &["parts"],
        };
        if written != expected || s.folder.join("parts/plan.json").exists() {
            return Err(format!("this was written: {written:?}"));
        }
        s.snapshot("stdout.txt", &ran.stdout, true)?;
        s.snapshot("stderr.txt", &ran.stderr, true)?;
        let plan = fs::read_to_string(folder.join("parts/plan.json")).unwrap_or_default();
        s.snapshot("plan.json", &plan, true)?;
        let Some(script) = script else { return Ok(()) };
        let out = match folder.join("new.wasm").exists() {
            true => fs::read(folder.join("new.wasm")).map_err(|e| e.to_string())?,
            false => {
                run::run_script(&wat(&s.text("composed.wat").unwrap_or_default()), &script)
                    .map_err(|e| format!("the input: {e}"))?;
                again(&folder, "parts")?
            }
        };
        validate(&out)?;
        run::run_script(&out, &script)
    });
}

/// What `witkit.toml` and `plan.json` in a folder compose, which has to be one and the same.
fn again(around: &Path, parts: &str) -> Result<Vec<u8>, String> {
    let mut results = Vec::new();
    for config in ["witkit.toml", "plan.json"] {
        let config = format!("{parts}/{config}");
        let args = ["compose", "-c", &config, "-o", "again.wasm"];
        witkit(around, &args).expect(0)?;
        results.push(fs::read(around.join("again.wasm")).map_err(|e| e.to_string())?);
    }
    match results[0] == results[1] {
        true => Ok(results.remove(0)),
        false => Err("witkit.toml and plan.json compose different bytes".to_string()),
    }
}

/// The contents of the parts in a folder.
fn parts(folder: &Path) -> Result<Vec<Vec<u8>>, String> {
    let files = listing(folder);
    let files = files.iter().filter(|file| file.ends_with(".wasm"));
    let parts = files.map(|file| fs::read(folder.join(file)).map_err(|e| e.to_string()));
    parts.collect()
}

/// The bytes of all components that are files below a folder.
fn components(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for name in listing(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            found.extend(components(&path));
        } else if name.ends_with(".wat") {
            let text = fs::read_to_string(&path).expect("it is text");
            let buffer = wast::parser::ParseBuffer::new(&text).ok();
            let parsed =
                buffer.and_then(|b| wast::parser::parse::<wast::Wat>(&b).ok()?.encode().ok());
            found.extend(parsed);
        }
    }
    found
}

#[test]
fn every_composition_of_witkit_comes_apart_to_what_went_in_and_back_to_the_same_bytes() {
    let scenarios = Scenario::all(&project().join("fixtures/compose"));
    each(&scenarios, |scenario| {
        let went_in = components(&scenario.folder);
        for more in [&[][..], &["--dedupe"]] {
            let planned = scenario.args.iter().any(|arg| arg == "--dedupe");
            if planned && !more.is_empty() {
                continue;
            }
            let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
            let out = temp.path().join("out.wasm");
            let out = out.display().to_string();
            let args = scenario.args_and(&[more, &["-o", &out]].concat());
            witkit(&scenario.folder, &args).expect(0)?;
            let args = ["split", "out.wasm", "-o", "parts"];
            let ran = witkit(temp.path(), &args).expect(0)?;
            if !ran.stdout.contains("the same bytes") || !ran.stderr.is_empty() {
                return Err(indent(&(ran.stdout + &ran.stderr)));
            }
            if again(temp.path(), "parts")? != fs::read(&out).map_err(|e| e.to_string())? {
                return Err("it says that the same bytes come out, and they do not".to_string());
            }
            for part in parts(&temp.path().join("parts"))? {
                if !went_in.contains(&part) {
                    return Err(format!("a part is none that went in ({more:?})"));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn random_compositions_come_back_byte_for_byte() {
    for seed in 0..120 {
        let graph = Graph::random(seed);
        for dedupe in [false, true] {
            if let Err(told) = graph_comes_back(&graph, dedupe) {
                panic!("seed {seed}, dedupe {dedupe}: {told}\n{graph:#?}");
            }
        }
    }
}

/// Whether what witkit composed of another tool's parts comes back byte for byte.
fn stable(again: &[u8]) -> Result<(), String> {
    match there_and_back(again)? {
        (Equivalence::Same, twice) if twice == again => Ok(()),
        _ => Err("composed from its plan, it does not come back byte for byte".to_string()),
    }
}

/// What wasm-compose makes of a graph, if it can, comes back to something that answers the same.
fn graph_of_others(graph: &Graph) -> Result<bool, String> {
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut files: Vec<PathBuf> = Vec::new();
    for index in 0..graph.nodes.len() {
        let file = format!("n{index}.wasm");
        fs::write(temp.path().join(&file), wat(&graph.wat(index))).map_err(|e| e.to_string())?;
        files.push(file.into());
    }
    let config = Config {
        dir: temp.path().to_path_buf(),
        definitions: files[1..].to_vec(),
        ..Config::default()
    };
    let Ok(bytes) = by_wasm_compose::oracle(&temp.path().join(&files[0]), &config) else {
        return Ok(false);
    };
    let (_, again) = there_and_back(&bytes)?;
    by_wasm_compose::same_surface(&again, &bytes)?;
    stable(&again)?;
    if answers(graph, &bytes).is_err() {
        // It left something open.
        return Ok(false);
    }
    answers(graph, &again)?;
    Ok(true)
}

#[test]
fn random_compositions_by_wasm_compose_come_back_and_answer_the_same() {
    let mut compared = 0;
    for seed in 0..80 {
        let graph = Graph::random(seed);
        match graph_of_others(&graph) {
            Ok(did) => compared += u32::from(did),
            Err(told) => panic!("seed {seed}: {told}\n{graph:#?}"),
        }
    }
    assert!(compared >= 10, "only {compared} compared");
}

/// What witkit makes of a graph, and its parts.
fn graph_composed(graph: &Graph, dedupe: bool) -> Result<(Vec<u8>, Vec<Vec<u8>>), String> {
    let parts: Vec<Vec<u8>> = (0..graph.nodes.len()).map(|i| wat(&graph.wat(i))).collect();
    let names: Vec<PathBuf> = (0..parts.len())
        .map(|i| format!("n{i}.wasm").into())
        .collect();
    let in_memory = names.iter().zip(&parts).map(|(name, bytes)| {
        let source = Source::memory(name.display().to_string(), bytes.clone());
        (name.clone(), source)
    });
    let mut specs = names.iter().map(|path| PartSpec {
        name: None,
        path: path.clone(),
    });
    let outcome = compose(&Options {
        root: specs.next(),
        definitions: specs.collect(),
        in_memory: in_memory.collect(),
        dedupe,
        ..Options::default()
    });
    let composed = outcome
        .composed
        .ok_or(format!("{:#}", outcome.report))?
        .to_vec();
    Ok((composed, parts))
}

fn graph_comes_back(graph: &Graph, dedupe: bool) -> Result<(), String> {
    let (composed, parts) = graph_composed(graph, dedupe)?;
    let (equivalence, again) = there_and_back(&composed)?;
    if equivalence != Equivalence::Same || again != composed {
        return Err("other bytes".to_string());
    }
    let source = Source::memory("composed.wasm", composed);
    let component = Component::new(source).map_err(|e| e.to_string())?;
    let split = split(component, false).map_err(|e| e.to_string())?;
    for part in &split.folders[0].parts {
        if !parts.iter().any(|bytes| bytes == part.component.bytes()) {
            return Err(format!("{} is not what went in", part.file));
        }
    }
    Ok(())
}

/// Compositions by other tools that cannot be made again from their parts, and why.
const NOT_AGAIN: &[(&str, &str)] = &[
    // The validator refuses what wasm-compose makes.
    ("semver-merge", "input/malformed"),
    ("world-level-export", "input/malformed"),
];

/// Splits what another tool made of a scenario, composes the parts again, and runs both.
fn foreign(scenario: &Scenario, bytes: &[u8], compared: &Cell<u32>) -> Result<(), String> {
    let (_, again) = match there_and_back(bytes) {
        Ok(result) => result,
        Err(told) => {
            let known = NOT_AGAIN.iter().find(|(name, _)| *name == scenario.name);
            return match known {
                Some((_, code)) if told.contains(code) => Ok(()),
                _ => Err(told),
            };
        }
    };
    validate(&again)?;
    stable(&again)?;
    compared.set(compared.get() + 1);
    let Some(script) = scenario.text("run.txt") else {
        return Ok(());
    };
    // It may lack what another part would have given.
    match run::run_script(bytes, &script) {
        Ok(()) => run::run_script(&again, &script),
        Err(_) => Ok(()),
    }
}

#[test]
fn what_wasm_compose_makes_comes_apart_and_back_alike() {
    let compared = Cell::new(0);
    each(&Scenario::all(&project().join("fixtures/compose")), |s| {
        let Some((root, definitions)) = oracle::plain(s) else {
            return Ok(());
        };
        let config = Config {
            dir: s.folder.clone(),
            definitions: definitions.iter().map(PathBuf::from).collect(),
            ..Config::default()
        };
        match by_wasm_compose::oracle(&s.folder.join(root), &config) {
            Ok(bytes) => foreign(s, &bytes, &compared),
            Err(_) => Ok(()),
        }
    });
    assert!(compared.get() >= 5, "only {} compared", compared.get());
}

/// Whether a tool is there to run; says so if it is not.
fn has_tool(name: &str) -> bool {
    let there = Command::new(name).arg("--version").output().is_ok();
    if !there {
        println!("skipped: no {name}");
    }
    there
}

/// What a command writes to `out.wasm` in `folder`, if it succeeds.
fn made_by(command: &str, args: &[String], folder: &Path) -> Option<Vec<u8>> {
    let _ = fs::remove_file(folder.join("out.wasm"));
    let mut command = Command::new(command);
    let ran = command
        .args(args)
        .args(["-o", "out.wasm"])
        .current_dir(folder);
    let succeeded = ran.output().is_ok_and(|output| output.status.success());
    fs::read(folder.join("out.wasm")).ok().filter(|_| succeeded)
}

#[test]
fn what_wac_and_wasm_tools_make_comes_apart_and_back_alike() {
    let (wac, wasm_tools) = (has_tool("wac"), has_tool("wasm-tools"));
    let compared = Cell::new(0);
    each(&Scenario::all(&project().join("fixtures/compose")), |s| {
        let Some((root, definitions)) = oracle::plain(s) else {
            return Ok(());
        };
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let binary = |file: &String, name: String| {
            let text = fs::read_to_string(s.folder.join(file)).map_err(|e| e.to_string())?;
            fs::write(temp.path().join(&name), wat(&text)).map_err(|e| e.to_string())?;
            Ok::<String, String>(name)
        };
        let root = binary(&root, "root.wasm".to_string())?;
        let mut plugs = Vec::new();
        for (at, file) in definitions.iter().enumerate() {
            plugs.push(binary(file, format!("part{at}.wasm"))?);
        }
        let args = |flag: &str, first: &str| {
            let mut args = vec![first.to_string(), root.clone()];
            args.extend(plugs.iter().flat_map(|p| [flag.to_string(), p.clone()]));
            args
        };
        let mut made = Vec::new();
        if wac {
            made.extend(made_by("wac", &args("--plug", "plug"), temp.path()));
            made.extend(by_wac_compose(temp.path(), &plugs));
        }
        if wasm_tools {
            made.extend(made_by("wasm-tools", &args("-d", "compose"), temp.path()));
        }
        made.iter()
            .try_for_each(|bytes| foreign(s, bytes, &compared))
    });
    assert!(
        !wac || compared.get() >= 20,
        "only {} compared",
        compared.get()
    );
}

/// What wac makes of a source text in which every part gets what is there by its name.
fn by_wac_compose(folder: &Path, plugs: &[String]) -> Option<Vec<u8>> {
    let [plug] = plugs else { return None };
    let text = "package a:b;\nlet part = new t:part { ... };\n\
                let root = new t:root { ...part, ... };\nexport root...;\n";
    fs::write(folder.join("all.wac"), text).ok()?;
    let args = ["compose", "all.wac", "-d", "t:root=root.wasm", "-d"];
    let mut args: Vec<String> = args.iter().map(|arg| arg.to_string()).collect();
    args.push(format!("t:part={plug}"));
    made_by("wac", &args, folder)
}

#[test]
fn the_cases_of_wasm_compose_come_apart_and_back_alike() {
    let Some(corpus) = corpus() else { return };
    let suite = corpus.join("conformance/raw263/wasm-compose");
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for case in listing(&suite) {
        let Ok(text) = fs::read_to_string(suite.join(&case).join("composed.wat")) else {
            continue;
        };
        match there_and_back(&wat(&text)) {
            Ok(_) => compared += 1,
            Err(told) if told.contains("split/imported-component") => {}
            Err(told) => wrong.push(format!("{case}\n{}", indent(&told))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 0, "no case was compared");
}

#[test]
fn compositions_of_real_components_come_back_byte_for_byte() {
    let Some(corpus) = corpus() else { return };
    let file = |name: &str| {
        let file = corpus.join("components").join(format!("{name}.wasm"));
        file.display().to_string()
    };
    for (calculator, adder) in [
        ("python/calculator", "go/adder"),
        ("rust/docs_calculator", "js-quickjs/adder"),
        ("go/calculator", "rust/docs_adder"),
        ("c/calculator", "c/adder"),
    ] {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let (root, part) = (file(calculator), file(adder));
        let args = ["compose", &root, "-d", &part, "-o", "out.wasm"];
        witkit(temp.path(), &args).expect(0).expect("it composes");
        let args = ["split", "out.wasm", "-o", "parts"];
        let ran = witkit(temp.path(), &args).expect(0).expect("it is split");
        assert!(ran.stdout.contains("the same bytes"), "{}", ran.stdout);
        let out = fs::read(temp.path().join("out.wasm")).expect("it is there");
        let composed = again(temp.path(), "parts").expect("it composes again");
        assert!(out == composed, "{calculator} with {adder}: other bytes");
        let went_in = [&root, &part].map(|file| fs::read(file).expect("the part reads"));
        let parts = parts(&temp.path().join("parts")).expect("there are parts");
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| went_in.contains(part)));
    }
}

/// What is said of inputs that are no compositions, or none that come apart.
const REFUSALS: &[&str] = &[
    "split/not-a-composition",
    "split/imported-component",
    "split/not-pure",
    "split/not-in-plan",
    "input/malformed",
    "input/not-a-component",
];

#[test]
fn single_components_are_said_to_be_no_compositions() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let mut inputs = components(&project().join("fixtures/compose"));
    inputs.extend(components(&project().join("fixtures/componentize")));
    let mut plain = 0;
    for bytes in inputs {
        if witkit::wasm::sniff(&bytes) != witkit::wasm::Kind::Component {
            continue;
        }
        fs::write(temp.path().join("in.wasm"), &bytes).expect("it is written");
        let ran = witkit(temp.path(), &["split", "in.wasm", "-o", "parts"]);
        if ran.code == Some(0) {
            // A part without any code that makes its interface by way of a component in it.
            assert!(!bytes.windows(5).any(|w| w == b"\0asm\x01"), "{ran:?}");
            fs::remove_dir_all(temp.path().join("parts")).expect("it is there");
            continue;
        }
        let ran = ran.expect(1).expect("it is refused");
        let known = REFUSALS.iter().find(|code| ran.stderr.contains(*code));
        let code = known.unwrap_or_else(|| panic!("{}", ran.stderr));
        plain += u32::from(*code == REFUSALS[0]);
        assert_eq!(listing(temp.path()), ["in.wasm"]);
    }
    assert!(plain > 50, "only {plain}");
}

#[test]
fn real_components_are_no_compositions_or_come_back_to_what_works_the_same() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("components");
    let calculator = folder.join("c/calculator.wasm").display().to_string();
    let mut split = 0;
    for language in listing(&folder) {
        for file in listing(&folder.join(&language)) {
            let temp = tempfile::tempdir().expect("a temporary folder");
            let file = folder.join(&language).join(file).display().to_string();
            let ran = witkit(temp.path(), &["split", &file, "-o", "parts"]);
            if ran.code != Some(0) {
                let ran = ran.expect(1).expect("it is refused");
                assert!(ran.stderr.contains(REFUSALS[0]), "{}", ran.stderr);
                continue;
            }
            split += 1;
            again(temp.path(), "parts").expect("it composes again");
            let args = ["compose", &calculator, "-d", "again.wasm", "-o", "out.wasm"];
            witkit(temp.path(), &args).expect(0).expect("it composes");
            let bytes = fs::read(temp.path().join("out.wasm")).expect("it is there");
            let call = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2) == 42";
            run::run_script(&bytes, call).unwrap_or_else(|told| panic!("{file}: {told}"));
        }
    }
    assert!(split > 0, "those of componentize-qjs are compositions");
}

#[test]
fn a_component_that_is_given_itself_comes_back_to_the_same_bytes() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let file = project().join("fixtures/split/component-given/composed.wat");
    let run = |args: &[&str]| witkit(temp.path(), args).expect(0).expect("it is done");
    run(&["split", &file.display().to_string(), "-o", "parts"]);
    run(&["graph", "-c", "parts/plan.json", "--check"]);
    let first = again(temp.path(), "parts").expect("it composes again");
    validate(&first).expect("it is valid");
    fs::write(temp.path().join("first.wasm"), &first).expect("it is written");
    let told = run(&["split", "first.wasm", "-o", "twice"]).stdout;
    assert!(
        told.contains("recomposing them gives the same bytes"),
        "{told}"
    );
    let second = again(temp.path(), "twice").expect("it composes again");
    assert!(first == second);
    // The file is a part's file like any other: what is wrong with it is found.
    fs::write(temp.path().join("twice/plugin.wasm"), "(component (export").expect("written");
    let broken = ["compose", "-c", "twice/plan.json", "-o", "out.wasm"];
    let broken = witkit(temp.path(), &broken)
        .expect(1)
        .expect("it is refused");
    assert!(broken.stderr.contains("plugin.wasm"), "{}", broken.stderr);
}

/// The scenario `bundles` as a binary.
fn bundles() -> Vec<u8> {
    let file = project().join("fixtures/split/bundles/composed.wat");
    wat(&fs::read_to_string(file).expect("the input reads"))
}

#[test]
fn input_that_is_cut_off_or_damaged_is_reported_and_nothing_is_written() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let whole = bundles();
    let run = |bytes: &[u8], what: String| {
        let ran = witkit_fed(temp.path(), &["split", "-", "-o", "parts"], bytes);
        let fine = match ran.code {
            Some(0) => fs::remove_dir_all(temp.path().join("parts")).is_ok(),
            Some(1) => ran.stderr.contains("error["),
            _ => false,
        };
        assert!(fine && listing(temp.path()).is_empty(), "{what}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{what}: {ran:?}");
    };
    for end in 0..whole.len() {
        run(&whole[..end], format!("cut at {end}"));
    }
    let mut random = crate::graphs::Random(7);
    for _ in 0..300 {
        let mut damaged = whole.clone();
        let (at, byte) = (random.below(whole.len()), random.below(256));
        damaged[at] = byte as u8;
        run(&damaged, format!("{byte} at {at}"));
    }
}

/// `leaf` in so many compositions, one in the other.
fn nested(levels: usize) -> String {
    let leaf = "(component $c (core module $m (func (export \"f\") (result i32) (i32.const 7)))
        (core instance $i (instantiate $m))
        (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))";
    let mut text = leaf.to_string();
    for level in 0..levels {
        let name = if level + 1 == levels { "" } else { "$c" };
        text = format!(
            "(component {name} {text} (instance $i (instantiate $c)) (export \"f\" (func $i \"f\")))"
        );
    }
    text
}

#[test]
fn compositions_in_compositions_come_apart_as_deep_as_paths_of_files_go() {
    for (levels, folders) in [(1, 1), (3, 3), (17, 17), (40, 17)] {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let args = ["split", "-", "-o", "parts", "--recursive"];
        let ran = witkit_fed(temp.path(), &args, nested(levels).as_bytes());
        let ran = ran.expect(0).expect("it is split");
        assert_eq!(ran.stdout.matches("recomposing them").count(), folders);
        let whole = ran.stderr.contains("split/stays-whole");
        assert_eq!(whole, levels > folders, "{}", ran.stderr);
        let composed = again(temp.path(), "parts").expect("it composes again");
        run::run_script(&composed, "f() == 7").expect("it runs");
        let inner = "parts/i".to_string() + &"/i".repeat(folders.saturating_sub(2));
        if folders > 1 {
            let composed = again(temp.path(), &inner).expect("the innermost composes again");
            run::run_script(&composed, "f() == 7").expect("it runs");
        }
    }
    let deep = nested(99);
    for args in [
        &["--recursive", "-o", "parts"][..],
        &["--replace", "x=-", "-o", "new.wasm"],
    ] {
        let temp = tempfile::tempdir().expect("a temporary folder");
        fs::write(temp.path().join("deep.wat"), &deep).expect("it is written");
        let ran = witkit(temp.path(), &[&["split", "deep.wat"], args].concat());
        assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    }
}

#[test]
fn names_that_are_paths_or_control_a_terminal_stay_in_the_folder_and_are_shown_only() {
    let part = |name: &str| {
        format!(
            "(component $\"{name}\"
               (core module $n (func (export \"f\") (result i32) (i32.const 7)))
               (core instance $i (instantiate $n))
               (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))"
        )
    };
    let names = [
        "../../up",
        "..",
        "CON",
        "a/b",
        "A/B",
        "a\\1b[31mb",
        "\\e2\\80\\aec",
        "plan.json",
        "<script>",
        "x\\00y",
    ];
    let mut text = "(component ".to_string();
    for (at, name) in names.iter().enumerate() {
        text += &part(name);
        text += &format!("(instance $\"{name}\" (instantiate $\"{name}\"))");
        text += &format!("(export \"f{at}\" (func $\"{name}\" \"f\"))\n");
    }
    text += ")";
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path().join("a/b");
    fs::create_dir_all(&folder).expect("it is made");
    fs::write(folder.join("in.wasm"), wat(&text)).expect("it is written");
    let ran = witkit(&folder, &["split", "in.wasm", "-o", "parts"]);
    let ran = ran.expect(0).expect("it is split");
    assert_eq!(listing(temp.path()), ["a"]);
    assert_eq!(listing(&folder), ["in.wasm", "parts"]);
    // One is the same as another, bytes and all, but for the names around it: so each has a file.
    assert_eq!(listing(&folder.join("parts")).len(), names.len() + 2);
    let shown = ran.stdout + &ran.stderr;
    assert!(!shown.contains(['\x1b', '\u{202e}', '\0']), "{shown:?}");
    let composed = again(&folder, "parts").expect("it composes again");
    run::run_script(&composed, "f0() == 7\nf7() == 7").expect("it runs");
}

#[test]
fn a_folder_with_files_in_it_is_left_alone_unless_it_is_forced() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    fs::write(temp.path().join("in.wasm"), bundles()).expect("it is written");
    let parts = temp.path().join("parts");
    fs::create_dir_all(parts.join("mine")).expect("it is made");
    fs::write(parts.join("app.wasm"), "old").expect("it is written");
    let args = ["split", "in.wasm", "-o", "parts"];
    witkit(temp.path(), &args).expect(2).expect("it is refused");
    assert_eq!(
        fs::read(parts.join("app.wasm")).expect("it is there"),
        b"old"
    );
    let forced = [&args[..], &["--force"]].concat();
    witkit(temp.path(), &forced).expect(0).expect("it is split");
    let all = [
        "app.wasm",
        "inner.wasm",
        "mine",
        "one.wasm",
        "plan.json",
        "witkit.toml",
    ];
    assert_eq!(listing(&parts), all);
    assert_ne!(
        fs::read(parts.join("app.wasm")).expect("it is there"),
        b"old"
    );
    // What is in the way of a file is not overwritten, and then nothing is.
    fs::remove_file(parts.join("app.wasm")).expect("it is there");
    fs::remove_file(parts.join("one.wasm")).expect("it is there");
    fs::create_dir(parts.join("one.wasm")).expect("it is made");
    let ran = witkit(temp.path(), &forced)
        .expect(2)
        .expect("it is refused");
    assert!(ran.stderr.contains("output/unwritable"), "{}", ran.stderr);
    assert!(!parts.join("app.wasm").exists());
    assert_eq!(listing(&parts).len(), 5);
    // An empty folder is as good as none, and so is the one that the command runs in.
    let empty = temp.path().join("empty");
    fs::create_dir(&empty).expect("it is made");
    let here = ["split", "../in.wasm", "-o", "."];
    witkit(&empty, &here).expect(0).expect("it is split");
    assert_eq!(listing(&empty).len(), 5);
    for target in ["in.wasm", "missing/parts"] {
        let ran = witkit(temp.path(), &["split", "in.wasm", "-o", target]);
        let ran = ran.expect(2).expect("it is refused");
        assert!(ran.stderr.contains("output/unwritable"), "{}", ran.stderr);
    }
}

#[test]
fn a_part_in_its_own_place_gives_the_same_bytes() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let whole = bundles();
    fs::write(temp.path().join("in.wasm"), &whole).expect("it is written");
    for path in ["one", "inner", "inner/leaf", "2.1", "app", "two"] {
        let args = ["inspect", "in.wasm", "--extract", path, "-o", "part.wasm"];
        if path == "two" {
            fs::write(temp.path().join("part.wasm"), "(component)").expect("it is written");
        } else {
            witkit(temp.path(), &args)
                .expect(0)
                .expect("it is taken out");
        }
        let swap = format!("{path}=part.wasm");
        let args = ["split", "in.wasm", "--replace", &swap, "-o", "new.wasm"];
        let ran = witkit(temp.path(), &args);
        if path == "two" {
            let ran = ran.expect(1).expect("it is refused");
            assert!(ran.stderr.contains("split/shared-part"), "{}", ran.stderr);
            continue;
        }
        ran.expect(0).expect("it fits");
        let new = fs::read(temp.path().join("new.wasm")).expect("it is there");
        assert_eq!(new, whole, "{path}");
    }
}

#[test]
fn the_configuration_of_a_plan_takes_no_other_keys_and_says_what_is_wrong_with_the_plan() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    fs::write(temp.path().join("in.wasm"), bundles()).expect("it is written");
    let args = ["split", "in.wasm", "-o", "parts"];
    witkit(temp.path(), &args).expect(0).expect("it is split");
    let config = temp.path().join("parts/witkit.toml");
    let compose = ["compose", "-c", "parts/witkit.toml", "-o", "out.wasm"];
    for (text, told, exit) in [
        (
            "[compose.a]\nplan = \"plan.json\"\nroot = \"one.wasm\"\n",
            "unknown key `root`",
            1,
        ),
        ("[compose.a]\nplan = 7\n", "expected a string", 1),
        ("[compose.a]\nplan = \"missing.json\"\n", "cannot read", 2),
        ("[compose.a]\nplan = \"one.wasm\"\n", "invalid plan", 1),
    ] {
        fs::write(&config, text).expect("it is written");
        let ran = witkit(temp.path(), &compose)
            .expect(exit)
            .expect("it is refused");
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    let text = "[compose.a]\nplan = \"plan.json\"\noutput = \"out.wasm\"\n";
    fs::write(&config, text).expect("it is written");
    let args = [
        "compose",
        "-c",
        "parts/witkit.toml",
        "--depfile",
        "out.d",
        "-o",
        "out.wasm",
    ];
    witkit(temp.path(), &args).expect(0).expect("it composes");
    let deps = fs::read_to_string(temp.path().join("out.d")).expect("it is there");
    assert!(deps.contains("parts/plan.json"), "{deps}");
    let args = ["compose", "-c", "parts/witkit.toml"];
    witkit(temp.path(), &args).expect(0).expect("it composes");
    assert!(temp.path().join("parts/out.wasm").exists());
}
