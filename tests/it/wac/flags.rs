//! Flags of `compose` on scripts, which do what they do on other compositions, and scripts on standard
//! input.

use std::fs;
use std::path::Path;

use crate::run::{Running, run_script};
use crate::support::{copy_folder, project, witkit, witkit_fed};

/// A script that leaves the adding to the host, and one that does not.
const OPEN: &str = "package docs:open;\nexport new docs:calculator { ... }...;\n";
const CLOSED: &str = "\
package docs:closed;
let adder = new docs:adder {};
export new docs:calculator { add: adder.add }...;
";
const SUM: &str = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2)";

/// A folder with the packages of the scenario, and both scripts.
fn folder() -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let fixture = project().join("fixtures/compose/script");
    copy_folder(&fixture, temp.path()).expect("the fixture is copied");
    fs::write(temp.path().join("open.wac"), OPEN).expect("the script is written");
    fs::write(temp.path().join("closed.wac"), CLOSED).expect("the script is written");
    temp
}

/// What `compose` makes of a script with flags.
fn composed(folder: &Path, script: &str, flags: &[&str]) -> Vec<u8> {
    let args = [&["compose", script, "-o", "out.wasm"], flags].concat();
    witkit(folder, &args).expect(0).expect("it composes");
    fs::read(folder.join("out.wasm")).expect("it is written")
}

#[test]
fn what_a_script_leaves_to_the_host_is_denied_stubbed_and_replayed() {
    let temp = folder();
    let denied = composed(temp.path(), "open.wac", &["--deny", "docs:adder/*"]);
    let told = run_script(&denied, &format!("{SUM} == 42")).expect_err("it traps");
    assert!(
        told.contains("unreachable") || told.contains("trap"),
        "{told}"
    );
    let stubbed = composed(temp.path(), "open.wac", &["--stub", "docs:adder/add.add=7"]);
    run_script(&stubbed, &format!("{SUM} == 7")).expect("it answers");
    let calls = "docs:adder/add@0.1.0#add(40, 2) = 1000\n";
    fs::write(temp.path().join("calls.txt"), calls).expect("it is written");
    let flags = ["--replay", "docs:adder/add=calls.txt"];
    let replayed = composed(temp.path(), "open.wac", &flags);
    run_script(&replayed, &format!("{SUM} == 1000")).expect("it answers");
    // What the script wires is not left to the host.
    let args = [
        "compose",
        "closed.wac",
        "--deny",
        "docs:adder/*",
        "-o",
        "x.wasm",
    ];
    let ran = witkit(temp.path(), &args).expect(0).expect("it composes");
    let told = "`--deny docs:adder/*` has no effect";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

#[test]
fn calls_between_the_instances_of_a_script_are_traced() {
    let temp = folder();
    let traced = composed(temp.path(), "closed.wac", &["--trace", "docs:adder/*"]);
    let mut running = Running::start(&traced, &[]).expect("it starts");
    assert_eq!(running.eval(SUM), Ok(Some("42".to_string())));
    let logged = running.logged();
    assert!(
        logged.contains("docs:adder/add@0.1.0#add(40, 2) = 42"),
        "{logged}"
    );
}

#[test]
fn wasi_that_a_script_leaves_to_the_host_is_virtual() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let fixture = project().join("fixtures/virtual/small");
    copy_folder(&fixture, temp.path()).expect("the fixture is copied");
    let script = "package docs:hermetic;\nexport new docs:app { ... }...;\n";
    fs::write(temp.path().join("app.wac"), script).expect("the script is written");
    let flags = ["-d", "docs:app=app.wat", "--virtual", "hermetic.toml"];
    let bytes = composed(temp.path(), "app.wac", &flags);
    let run = fs::read_to_string(fixture.join("run.txt")).expect("it reads");
    run_script(&bytes, &run).expect("it answers from data");
}

#[test]
fn a_script_on_standard_input_is_composed_planned_drawn_and_formatted() {
    let temp = folder();
    let fed = |args: &[&str]| {
        let ran = witkit_fed(temp.path(), args, CLOSED.as_bytes());
        ran.expect(0).expect("it takes it").stdout
    };
    let by_file = composed(temp.path(), "closed.wac", &[]);
    fed(&["compose", "-", "-o", "piped.wasm"]);
    let piped = fs::read(temp.path().join("piped.wasm")).expect("it is written");
    assert_eq!(piped, by_file);
    let plan = fed(&["compose", "-", "--plan"]);
    assert!(
        plan.contains("calculator (deps/docs/calculator.wat)"),
        "{plan}"
    );
    let script = fed(&["compose", "-", "--plan", "--format", "wac"]);
    assert!(
        script.contains("let adder = new docs:adder {};"),
        "{script}"
    );
    let graph = fed(&["graph", "-"]);
    assert!(graph.contains("adder (deps/docs/adder.wat"), "{graph}");
    let formatted = fed(&["fmt", "-"]);
    assert!(
        formatted.contains("package docs:closed;\n\nlet adder"),
        "{formatted}"
    );
    // With a package beside it, and flags that a script does not take.
    let args = [
        "compose",
        "-",
        "-d",
        "docs:adder=deps/docs/adder.wat",
        "--plan",
    ];
    let plan = fed(&args);
    assert!(plan.contains("adder (deps/docs/adder.wat)"), "{plan}");
    let args = ["compose", "-", "--wire", "a=b"];
    let ran = witkit_fed(temp.path(), &args, CLOSED.as_bytes());
    ran.expect(2).expect("a script says what is wired");
    // A component on standard input is what it was.
    let component = fs::read(temp.path().join("deps/docs/calculator.wat")).expect("it reads");
    let args = ["compose", "-", "-d", "deps/docs/adder.wat", "-o", "c.wasm"];
    let ran = witkit_fed(temp.path(), &args, &component);
    ran.expect(0).expect("it composes");
}

#[test]
fn the_depfile_of_a_script_has_the_script_and_its_packages() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let fixture = project().join("fixtures/compose/script-declared");
    copy_folder(&fixture, temp.path()).expect("the fixture is copied");
    composed(temp.path(), "app.wac", &["--depfile", "out.d"]);
    let depfile = fs::read_to_string(temp.path().join("out.d")).expect("it reads");
    for file in ["app.wac", "deps/acme/user.wat", "deps/acme/kv/0.2.0.wit"] {
        assert!(depfile.contains(file), "{depfile}");
    }
}
