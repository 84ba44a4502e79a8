//! Scripts of wac: its own suites give the same verdicts, with real components, and what other commands say
//! of a script. The scenarios of scripts are among those of `compose`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run;
use crate::support::{corpus, validate, witkit};

/// Where the suites of wac's parser are: its folder `crates/wac-parser/tests`.
fn suites() -> Option<PathBuf> {
    let named = std::env::var_os("WITKIT_WAC_SUITES").map(PathBuf::from);
    let folder = named.or_else(|| Some(corpus()?.join("conformance/wac")));
    let folder = folder.filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("skipped: no suites of wac");
    }
    folder
}

/// The scripts of a suite, and whether they are to fail.
fn scripts(suite: &Path) -> BTreeMap<PathBuf, bool> {
    let mut found = BTreeMap::new();
    for (folder, fails) in [(suite.to_path_buf(), false), (suite.join("fail"), true)] {
        for entry in fs::read_dir(folder).expect("the suite reads").flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "wac") {
                found.insert(path, fails);
            }
        }
    }
    assert!(!found.is_empty(), "no scripts in {}", suite.display());
    found
}

/// Scripts that witkit gives another verdict than wac, and why.
const OTHER_VERDICTS: &[(&str, &str)] = &[];

#[test]
fn the_suites_of_wac_are_given_the_same_verdicts_and_what_is_composed_is_valid() {
    let Some(suites) = suites() else { return };
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let out = temp.path().join("out.wasm");
    let mut wrong = Vec::new();
    let mut other = Vec::new();
    let mut count = 0;
    for suite in ["resolution", "encoding"] {
        for (script, fails) in scripts(&suites.join(suite)) {
            count += 1;
            let deps = script.with_extension("");
            let (script, out) = (script.display().to_string(), out.display().to_string());
            let args = [
                "compose",
                &script,
                "--deps-dir",
                &deps.display().to_string(),
                "-o",
                &out,
            ];
            let name = script[suites.display().to_string().len() + 1..].to_string();
            let ran = witkit(temp.path(), &args);
            match ran.expect(i32::from(fails)) {
                Ok(_) if fails => {}
                Ok(_) => {
                    let bytes = fs::read(&out).expect("it is written");
                    if let Err(why) = validate(&bytes) {
                        wrong.push(format!("{name}: invalid: {why}"));
                    }
                }
                Err(_) if OTHER_VERDICTS.iter().any(|(known, _)| *known == name) => {
                    other.push(name);
                }
                Err(told) => wrong.push(format!("{name}: {told}")),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let listed: Vec<&str> = OTHER_VERDICTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(other, listed);
    println!("{count} scripts");
}

#[test]
fn the_suite_of_the_parser_of_wac_is_given_the_same_verdicts() {
    let Some(suites) = suites() else { return };
    let mut wrong = Vec::new();
    for (script, fails) in scripts(&suites.join("parser")) {
        let text = fs::read_to_string(&script).expect("the script reads");
        let tree = witkit::wit::syntax::parse_script("a.wac", text.as_str());
        // That there is nothing in a record is told with what the script declares.
        let is_empty = script
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("empty-"));
        if tree.problems().is_empty() == fails && !is_empty {
            wrong.push(format!("{}: {:?}", script.display(), tree.problems()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn real_components_composed_by_a_script_run() {
    let Some(corpus) = corpus() else { return };
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(
        temp.path().join("app.wac"),
        "package docs:app;\n\
         let adder = new docs:adder { ... };\n\
         export new docs:calculator { ...adder, ... }...;\n",
    )
    .expect("the script is written");
    let components = corpus.join("components");
    for (adder, calculator) in [
        ("c/adder.wasm", "rust/docs_calculator.wasm"),
        ("rust/docs_adder.wasm", "c/calculator.wasm"),
    ] {
        let adder = format!("docs:adder={}", components.join(adder).display());
        let calculator = format!("docs:calculator={}", components.join(calculator).display());
        let args = [
            "compose",
            "app.wac",
            "-d",
            &adder,
            "-d",
            &calculator,
            "-o",
            "app.wasm",
        ];
        witkit(temp.path(), &args).expect(0).expect("it composes");
        let bytes = fs::read(temp.path().join("app.wasm")).expect("it is written");
        run::run_script(
            &bytes,
            "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2) == 42",
        )
        .expect("it runs");
    }
}

const UGLY: &str = "\
// Head.
package  docs : app@1.0.0   targets acme:host/world ;
import  log as \"log-lines\" :  interface { write:func( line : string ) ; } ;
type   f=func(  )->u32;
let adder=new docs:adder@0.1.0{ };


let calculator = ( new docs:calculator { add:adder . add ,\"b:c/d\":adder[ \"x\" ],...adder , ... , } ) ; // why
export calculator.calculate   as   calc ;
/* all of it */ export new acme:application-with-a-long-name { first-argument: adder.add, second: new a:b { x, // here
  y, ... }, third-argument: calculator.calculate.something, } ... ;
";

const NEAT: &str = "\
// Head.
package docs:app@1.0.0 targets acme:host/world;

import log as \"log-lines\": interface {
  write: func(line: string);
};

type f = func() -> u32;

let adder = new docs:adder@0.1.0 {};

let calculator = (new docs:calculator { add: adder.add, \"b:c/d\": adder[\"x\"], ...adder, ... }); // why
export calculator.calculate as calc;
/* all of it */ export new acme:application-with-a-long-name {
  first-argument: adder.add,
  second: new a:b {
    x, // here
    y,
    ...
  },
  third-argument: calculator.calculate.something,
}...;
";

#[test]
fn a_script_is_formatted_with_its_comments_and_stays_as_it_is_then() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let file = temp.path().join("app.wac");
    fs::write(&file, UGLY).expect("the script is written");
    witkit(temp.path(), &["fmt", "."])
        .expect(0)
        .expect("it is formatted");
    assert_eq!(fs::read_to_string(&file).expect("it reads"), NEAT);
    let again = witkit(temp.path(), &["fmt", "--check", "app.wac"]);
    again.expect(0).expect("nothing changes");
}

#[test]
fn the_scripts_of_wac_keep_their_tokens_and_comments_when_they_are_formatted() {
    use witkit::wit::format::{Style, format};
    use witkit::wit::syntax::{TokenKind, parse_script};
    let Some(suites) = suites() else { return };
    let tokens = |text: &str| {
        let tree = parse_script("a.wac", text);
        assert!(tree.problems().is_empty(), "{text}\n{:?}", tree.problems());
        let kinds = tree.tokens().iter().enumerate();
        let kept = kinds
            .filter(|(_, token)| !matches!(token.kind, TokenKind::Whitespace | TokenKind::Comma));
        let texts = kept.map(|(at, _)| tree.token_text(at).trim_end().to_string());
        texts.collect::<Vec<String>>()
    };
    for suite in ["parser", "resolution", "encoding"] {
        for (script, _) in scripts(&suites.join(suite)) {
            let text = fs::read_to_string(&script).expect("the script reads");
            let tree = parse_script("a.wac", text.as_str());
            if !tree.problems().is_empty() {
                continue;
            }
            let once = format(&tree, Style::default());
            assert_eq!(tokens(&text), tokens(&once), "{}", script.display());
            let twice = format(&parse_script("a.wac", once.as_str()), Style::default());
            assert_eq!(once, twice, "{}", script.display());
        }
    }
}

#[test]
fn commands_that_take_no_scripts_say_which_does() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(temp.path().join("app.wac"), NEAT).expect("the script is written");
    for command in ["inspect", "wit", "validate", "lint", "componentize"] {
        let ran = witkit(temp.path(), &[command, "app.wac"]);
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert_ne!(ran.code, Some(0), "{command}");
        assert!(told.contains("is a script of wac"), "{command}: {told}");
        assert!(told.contains("witkit compose"), "{command}: {told}");
    }
}
