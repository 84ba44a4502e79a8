//! `witkit check --host all`: a question beside what is required, in every format.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, fits, project, schema, wat, witkit, witkit_fed};

const COMMAND: &str = "../host-all/command.wat";

fn run(args: &[&str], exit: i32) -> Ran {
    let folder = project().join("fixtures/check/fits");
    let ran = witkit(&folder, args).expect(exit);
    ran.unwrap_or_else(|told| panic!("{args:?}: {told}"))
}

/// How often `sign` is there.
fn count(ran: &Ran, sign: &str) -> usize {
    ran.stdout.matches(sign).count()
}

/// What is asked beside the table, by flags and by `witkit.toml`, and a code that is found then.
const OTHERS: [(&[&str], &str, &str); 6] = [
    (
        &["--wit", "world.wit"],
        "[check]\nwit = \"world.wit\"\n",
        "check/export-missing",
    ),
    (
        &["--deny", "wasi:random/*"],
        "[policy]\ndeny = [\"wasi:random/*\"]\n",
        "check/denied-import",
    ),
    (
        &["--allow-only", "acme:*"],
        "[policy]\nallow-only = [\"acme:*\"]\n",
        "check/not-allowed-import",
    ),
    (
        &["--release", "wasi-0.2"],
        "[check]\nrelease = \"wasi-0.2\"\n",
        "",
    ),
    (
        &["--max-size", "10"],
        "[check]\nmax-size = \"10\"\n",
        "check/too-large",
    ),
    (
        &["--host", "spin"],
        "[check]\nhosts = [\"spin\"]\n",
        "check/host-export",
    ),
];

#[test]
fn a_table_of_hosts_leaves_nothing_else_out_in_any_format() {
    let temp = tempfile::tempdir().expect("a folder");
    let fixtures = project().join("fixtures/check");
    for (from, to) in [
        ("host-all/command.wat", "command.wat"),
        ("fits/world.wit", "world.wit"),
    ] {
        fs::copy(fixtures.join(from), temp.path().join(to)).expect("it can be copied");
    }
    let told = |flags: &[&str], config: &str, format: &str| {
        fs::write(temp.path().join("witkit.toml"), config).expect("it can be written");
        let args = ["check", "command.wat", "--host", "all", "--format", format];
        witkit(temp.path(), &[&args[..], flags].concat())
    };
    for (flags, config, code) in OTHERS {
        for format in [
            "human", "json", "sarif", "github", "gitlab", "junit", "markdown",
        ] {
            let by_flags = told(flags, "", format);
            let by_config = told(&[], config, format);
            let exit = i32::from(!code.is_empty());
            for ran in [&by_flags, &by_config] {
                assert_eq!(ran.code, Some(exit), "{flags:?} {format}: {ran:?}");
                assert!(ran.stdout.contains(code), "{flags:?} {format}: {ran:?}");
                assert!(ran.stdout.contains("wazero"), "{flags:?} {format}: {ran:?}");
                let told = ran.stderr.is_empty() || format == "human";
                assert!(told, "{flags:?} {format}: {ran:?}");
            }
            if !flags[0].contains("deny") && !flags[0].contains("allow") {
                assert_eq!(by_flags.stdout, by_config.stdout, "{flags:?} {format}");
            }
        }
    }
}

#[test]
fn only_what_is_named_beside_it_is_required() {
    let all = ["check", COMMAND, "--host", "all"];
    let with = |more: &[&'static str]| [&all[..], more].concat();
    assert_eq!(run(&all, 0).stderr, "");
    let fits = run(&with(&["--host", "wasmtime-run"]), 0);
    assert!(fits.stderr.contains("runs on wasmtime-run 48"), "{fits:?}");
    let misfits = run(&with(&["--host", "wasmtime-serve"]), 1);
    assert_eq!(count(&misfits, "error["), 1, "{misfits:?}");
    // Another release than the newest is a line of its own.
    let release = run(&with(&["--host", "wasmtime-run@38"]), 0);
    assert_eq!(count(&release, "wasmtime-run"), 2, "{release:?}");
}

#[test]
fn programs_get_one_document_with_findings_and_hosts() {
    let schema = schema("check-hosts");
    for (more, exit) in [
        (&[][..], 0),
        (&["--host", "spin", "--deny", "wasi:random/*"], 1),
        (&["--wit", "world.wit"], 1),
        (&["--wit", "none.wit"], 2),
        (&["none.wasm"], 2),
    ] {
        let args = ["check", COMMAND, "--host", "all", "--format", "json"];
        let ran = run(&[&args[..], more].concat(), exit);
        let document: Value = serde_json::from_str(&ran.stdout).expect("it is one document");
        fits(&schema, &document).unwrap_or_else(|wrong| panic!("{more:?}: {wrong}"));
        assert_eq!(ran.stderr, "", "{more:?}");
        let found = document["diagnostics"].as_array().expect("a list");
        assert_eq!(!found.is_empty(), exit != 0, "{more:?}: {found:?}");
        let hosts = document["guests"][0]["hosts"].as_array().expect("a list");
        let required = hosts.iter().filter(|host| host["required"] == true);
        assert_eq!(required.count(), usize::from(more.contains(&"spin")));
    }
}

#[test]
fn a_note_or_a_case_says_what_becomes_of_a_component_elsewhere() {
    let args = |format| ["check", COMMAND, "--host", "all", "--format", format];
    let hosts = witkit::check::hosts::known().expect("they are").len();
    let github = run(&args("github"), 0);
    assert_eq!(count(&github, "::notice "), 1, "{github:?}");
    let sarif: Value = serde_json::from_str(&run(&args("sarif"), 0).stdout).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "check/hosts");
    assert_eq!(result["level"], "note");
    let related = result["relatedLocations"].as_array().map(Vec::len);
    assert_eq!(related, Some(hosts));
    let junit = run(&args("junit"), 0);
    assert_eq!(count(&junit, "<testcase "), hosts, "{junit:?}");
    assert!(
        junit
            .stdout
            .contains(&format!("tests=\"{hosts}\" failures=\"0\""))
    );
    // Where it has to run and does not, the finding is the case.
    let required = [&args("junit")[..], &["--host", "spin"]].concat();
    let junit = run(&required, 1);
    assert_eq!(count(&junit, "<failure "), 1, "{junit:?}");
    assert!(!junit.stdout.contains("name=\"runs on spin"), "{junit:?}");
}

#[test]
fn standard_input_and_core_modules_will_do() {
    let folder = project().join("fixtures/check/fits");
    let command = fs::read(folder.join(COMMAND)).expect("it is there");
    let args = ["check", "-", "--host", "all", "--deny", "wasi:random/*"];
    let ran = witkit_fed(&folder, &args, &command)
        .expect(1)
        .expect("denied");
    assert!(ran.stdout.contains("wazero") && ran.stdout.contains("denied-import"));
    let module = wat("(module (func (export \"_start\")))");
    for (more, exit, told) in [
        (&[][..], 0, ""),
        (&["--host", "wazero", "--max-size", "1M"], 0, ""),
        (&["--host", "wassette"], 1, "check/host-kind"),
        (
            &["--wit", "world.wit", "--host", "spin"],
            1,
            "input/not-a-component",
        ),
        (&["--release", "wasi-0.2"], 1, "input/not-a-component"),
    ] {
        let args = [&["check", "-", "--host", "all"][..], more].concat();
        let ran = witkit_fed(Path::new(&folder), &args, &module);
        assert_eq!(ran.code, Some(exit), "{more:?}: {ran:?}");
        assert!(ran.stdout.contains("wasmtime-run"), "{more:?}: {ran:?}");
        assert!(ran.stdout.contains(told), "{more:?}: {ran:?}");
        assert!(
            ran.stdout.matches("error[").count() <= 1,
            "{more:?}: {ran:?}"
        );
    }
}
