//! Scripts of wac: formatting them, real components, and what other commands say of a script. The
//! scenarios of scripts are among those of `compose`.

use std::fs;

use crate::run;
use crate::support::{corpus, witkit, witkit_fed};

mod flags;
mod malformed;
mod paths;
mod suites;
mod written;

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
    for (command, more) in [
        ("split", &["-o", "parts"][..]),
        ("slim", &[]),
        ("print", &[]),
        ("check", &["--host", "wasmtime-run"]),
        ("diff", &["app.wac"]),
    ] {
        let ran = witkit(temp.path(), &[&[command, "app.wac"], more].concat());
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, Some(1), "{command}: {told}");
        let help = "compose it first: `witkit compose app.wac -o app.wasm`";
        assert!(told.contains(help), "{command}: {told}");
    }
    let ran = witkit_fed(temp.path(), &["inspect", "-"], NEAT.as_bytes());
    assert!(
        ran.stderr.contains("`witkit compose - -o app.wasm`"),
        "{}",
        ran.stderr
    );
}
