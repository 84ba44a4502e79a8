//! wasm-compose as an oracle: where it accepts, witkit accepts and makes the same of it.
//!
//! Lives here: its own test cases (from the corpus), and the scenarios of `fixtures/compose` as
//! far as they can be said in its configuration.
//! Deliberately absent: comparing bytes or messages; the two are free to differ in both.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_compose::config::Config;

use crate::by_wasm_compose::{imports, oracle, same_surface};
use crate::run;
use crate::support::{
    Scenario, conforms, corpus, each, indent, listing, project, validate, witkit,
};

/// Cases that wasm-compose accepts and witkit refuses, with the code of the refusal and the reason.
const REFUSED_HERE: [(&str, &str, &str); 1] = [(
    "complex-import",
    "compose/unsupported-config",
    "the parts would become imports of type `component`, which no engine can satisfy",
)];

/// Cases that wasm-compose refuses and witkit accepts, with the reason.
const REFUSED_THERE: [(&str, &str); 3] = [
    (
        "disallow-imports",
        "what it imports is empty, so the composition provides it itself",
    ),
    (
        "no-deps",
        "a component that needs nothing is complete, and a build that composes it should not break \
         when its last import is removed",
    ),
    (
        "no-deps-resolved",
        "in this format, whatever is not found may be left unresolved, be it some imports or all",
    ),
];

/// Scenarios of which the two make something different on purpose.
const DIFFERENT: [&str; 1] = [
    // The open import speaks of a type of another interface. wasm-compose writes the type out
    // and forgets whose it is; witkit keeps the interface, for the sake of its types.
    "virtualised-types",
];

#[test]
fn what_wasm_compose_accepts_of_its_own_cases_comes_out_the_same() {
    let Some(corpus) = corpus() else { return };
    let conformance = corpus.join("conformance");
    let lines = fs::read_to_string(conformance.join("cases/compose-legacy.jsonl"))
        .expect("the corpus has the cases");
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let mut cases = Vec::new();
    for line in lines.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a line is a case");
        let name = case["case"].as_str().expect("a case has a name");
        let folder = conformance.join("raw263/wasm-compose").join(name);
        copy_inputs(&folder, &temp.path().join(name));
        cases.push(name.to_string());
    }
    assert_eq!(cases.len(), 29);
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let told = compare_case(case, &temp.path().join(case)).err()?;
            Some(format!("{case}\n{}", indent(&told)))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} cases\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let refused = REFUSED_HERE.map(|(case, code, reason)| (case, format!("`{code}`"), reason));
    let accepted = REFUSED_THERE.map(|(case, reason)| (case, "composed".to_string(), reason));
    let mut others: Vec<_> = refused.into_iter().chain(accepted).collect();
    others.sort();
    let others = others
        .iter()
        .map(|(case, ours, reason)| (*case, ours.as_str(), *reason));
    let suite = "wasm-compose 0.263, `tests/compositions`: the same verdict, and compositions that behave alike";
    conforms("compose", suite, cases.len(), &others.collect::<Vec<_>>());
}

/// Copies a case without its expectations; a folder to search must hold nothing else.
fn copy_inputs(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder can be made");
    for file in listing(from) {
        if file != "composed.wat" && file != "error.txt" {
            fs::copy(from.join(&file), to.join(&file)).expect("a file can be copied");
        }
    }
}

fn compare_case(case: &str, folder: &Path) -> Result<(), String> {
    let written = folder.join("config.yml");
    let config = match written.is_file() {
        true => Config::from_file(&written).map_err(|e| format!("{e:#}"))?,
        false => {
            // To witkit the configuration's folder is what is searched, so there has to be one.
            fs::write(&written, "definitions: []\n").map_err(|e| e.to_string())?;
            Config {
                dir: folder.to_path_buf(),
                ..Config::default()
            }
        }
    };
    let theirs = oracle(&folder.join("root.wat"), &config);
    let args = [
        "compose",
        "root.wat",
        "-c",
        "config.yml",
        "-o",
        "out.wasm",
        "--validate",
        "full",
    ];
    let ran = witkit(folder, &args);
    let out = folder.join("out.wasm");
    let refused_with = REFUSED_HERE.iter().find(|(name, ..)| *name == case);
    let accepted = match (&theirs, refused_with) {
        (Ok(_), None) => true,
        (Err(_), None) => REFUSED_THERE.iter().any(|(name, _)| *name == case),
        (_, Some(_)) => false,
    };
    if !accepted {
        // A file that is missing is not the input's fault.
        let exit = if ran.stderr.contains("[input/unreadable]") {
            2
        } else {
            1
        };
        let ran = ran.expect(exit).map_err(|told| match &theirs {
            Err(reason) => format!("{told}wasm-compose: {reason}"),
            Ok(_) => told,
        })?;
        if out.exists() {
            return Err("it is refused, but something was written".to_string());
        }
        return match refused_with {
            Some((_, code, _)) if !ran.stderr.contains(code) => Err(format!(
                "it is refused with something else than {code}\n{}",
                indent(&ran.stderr)
            )),
            _ => Ok(()),
        };
    }
    ran.expect(0)?;
    let ours = fs::read(&out).map_err(|e| e.to_string())?;
    match theirs {
        Err(_) => validate(&ours),
        Ok(theirs) => {
            same_surface(&ours, &theirs)?;
            same_conduct(&ours, &theirs)
        }
    }
}

#[test]
fn what_wasm_compose_accepts_of_the_scenarios_comes_out_the_same() {
    let all = Scenario::all(&project().join("fixtures/compose"));
    let in_its_terms: Vec<Scenario> = all
        .into_iter()
        .filter(|scenario| plain(scenario).is_some())
        .filter(|scenario| !DIFFERENT.contains(&scenario.name.as_str()))
        .collect();
    let compared = std::cell::Cell::new(0);
    each(&in_its_terms, |scenario| {
        let Some((root, definitions)) = plain(scenario) else {
            return Ok(());
        };
        let config = Config {
            dir: scenario.folder.clone(),
            definitions: definitions.iter().map(PathBuf::from).collect(),
            ..Config::default()
        };
        let Ok(theirs) = oracle(&scenario.folder.join(&root), &config) else {
            return Ok(());
        };
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let out = temp.path().join("out.wasm");
        let args = scenario.args_and(&["-o", &out.display().to_string()]);
        witkit(&scenario.folder, &args).expect(0)?;
        let ours = fs::read(&out).map_err(|e| e.to_string())?;
        // It wires the root only. Where a part needs a part, or one of another version, it
        // leaves the import open without a word: that is no answer to compare with.
        let (open, own) = (imports(&theirs)?, imports(&ours)?);
        if !open.is_subset(&own) {
            return Ok(());
        }
        compared.set(compared.get() + 1);
        same_surface(&ours, &theirs)?;
        match scenario.text("run.txt") {
            Some(script) => run::run_script(&theirs, &script)
                .map_err(|e| format!("what wasm-compose made of it does not run: {e}")),
            None => Ok(()),
        }
    });
    assert!(compared.get() >= 5, "only {} compared", compared.get());
}

/// The root and the definitions of a scenario whose command names nothing else.
pub fn plain(scenario: &Scenario) -> Option<(String, Vec<String>)> {
    let (root, rest) = match scenario.args.as_slice() {
        // A script is the composition, not a root.
        [command, root, rest @ ..] if command == "compose" && !root.ends_with(".wac") => {
            (root, rest)
        }
        _ => return None,
    };
    let mut definitions = Vec::new();
    for pair in rest.chunks(2) {
        match pair {
            [flag, file] if flag == "-d" && !file.contains('=') => definitions.push(file.clone()),
            // It leaves everything open anyway.
            [flag, _] if flag == "--allow" => {}
            _ => return None,
        }
    }
    Some((root.clone(), definitions))
}

/// Whether the two do the same where they can be run: what one runs the other runs.
fn same_conduct(ours: &[u8], theirs: &[u8]) -> Result<(), String> {
    match run::Running::start(theirs, &[]) {
        Err(_) => Ok(()),
        Ok(_) => run::Running::start(ours, &[]).map(|_| ()),
    }
}
