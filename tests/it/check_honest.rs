//! What `check` and `inspect` say of snapshots before a release, of imports of types alone, and of
//! hosts that run more than what they have themselves.

use crate::support::{Ran, project, witkit, witkit_fed};

fn run(args: &[&str], text: &str) -> Ran {
    witkit_fed(project(), args, text.as_bytes())
}

#[test]
fn no_baseline_has_a_snapshot() {
    for version in ["0.2.0-rc-2023-11-10", "0.3.0-rc-2026-03-15"] {
        let text = format!(
            "(component (import \"wasi:random/random@{version}\" \
             (instance (export \"get-random-u64\" (func (result u64))))))"
        );
        for baseline in ["wasi-0.2", "wasi-0.3.0", "wasi-0.3.1"] {
            let ran = run(&["check", "-", "--baseline", baseline], &text);
            assert_eq!(ran.code, Some(1), "{version} {baseline}: {}", ran.stdout);
            assert!(ran.stdout.contains("a snapshot, in no release"));
        }
        let ran = run(&["inspect", "-"], &text);
        let line = format!("{version}: a snapshot, in no release");
        assert!(ran.stdout.contains(&line), "{}", ran.stdout);
    }
}

#[test]
fn types_alone_give_no_capability() {
    let types = "(component (import \"wasi:sockets/network@0.2.0\" \
                 (instance (export \"network\" (type (sub resource))))))";
    let ran = run(&["check", "-", "--deny", "network"], types);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    let ran = run(&["inspect", "-", "--capabilities"], types);
    assert!(!ran.stdout.contains("network"), "{}", ran.stdout);
    // Who names the interface means its types as well.
    let ran = run(&["check", "-", "--deny", "wasi:sockets/*"], types);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    let function = "(component (import \"wasi:sockets/network@0.2.0\" \
                    (instance (export \"f\" (func)))))";
    let ran = run(&["check", "-", "--deny", "network"], function);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
}

#[test]
fn interfaces_of_hosts_in_the_wild_are_denied_by_capability() {
    for (import, capability) in [
        ("spin:mysql/mysql@3.0.0", "sql-database"),
        ("fastly:compute/http-req@0.1.0", "http-out"),
        ("golem:websocket/client@1.5.0", "network"),
        ("wasmcloud:keyvalue/store@0.1.0", "key-value"),
        ("wasi-gfx:surface/surface@0.0.1", "gpu"),
    ] {
        let text = format!("(component (import \"{import}\" (instance (export \"open\" (func)))))");
        let ran = run(&["check", "-", "--deny", capability], &text);
        assert_eq!(ran.code, Some(1), "{import}: {}", ran.stdout);
    }
}

#[test]
fn hosts_take_what_a_flag_gives_them() {
    let nn = "(module (import \"wasi_ephemeral_nn\" \"load\" (func)) (func (export \"_start\")))";
    let draft = "(module (import \"wasi_unstable\" \"proc_exit\" (func (param i32))) \
                 (func (export \"_start\")))";
    let own = "(component (import \"test:lists/test\" (instance (export \"f\" (func)))))";
    let foreign = "(component (import \"wasi:nonesuch/test\" (instance (export \"f\" (func)))))";
    for (host, text, code, told) in [
        ("wasmtime-run", nn, 0, "-S nn"),
        ("wasmedge", nn, 0, "wasi_nn"),
        ("wazero", draft, 0, ""),
        ("jco", own, 0, "--map NAME=MODULE"),
        ("jco", foreign, 1, "does not offer"),
    ] {
        let ran = run(&["check", "-", "--host", host], text);
        assert_eq!(ran.code, Some(code), "{host}: {}", ran.stdout);
        assert!(ran.stdout.contains(told), "{host}: {}", ran.stdout);
    }
}

#[test]
fn a_table_of_hosts_leaves_nothing_else_out() {
    let file = "fixtures/check/host-all/command.wat";
    let table = ["check", file, "--host", "all"];
    assert_eq!(run(&table, "").code, Some(0));
    let all = [&table[..], &["--deny", "wasi:*"]].concat();
    let ran = run(&all, "");
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(ran.stdout.contains("wasmtime-run"), "{}", ran.stdout);
    assert!(ran.stdout.contains("check/denied-import"), "{}", ran.stdout);
    // Two documents in one output would be none.
    let json = [&all[..], &["--format", "json"]].concat();
    assert_eq!(run(&json, "").code, Some(2));
}

#[test]
fn a_use_of_an_interface_that_is_exported_as_well_means_the_export() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let wit = "package t:alias;\n\
        interface a1 { resource thing; }\n\
        interface a2 { use a1.{thing}; b: func() -> thing; }\n\
        world w { import a2; export a1; export a2; }\n\
        world w2 { use a1.{thing}; export f: func() -> thing; export a1; export a2; }\n";
    std::fs::write(temp.path().join("w.wit"), wit).expect("it can be written");
    for world in ["w", "w2"] {
        let out = format!("{world}.wasm");
        for args in [
            vec![
                "componentize",
                "--stub",
                "--wit",
                "w.wit",
                "-w",
                world,
                "-o",
                &out,
            ],
            vec!["check", &out, "--wit", "w.wit", "-w", world],
            vec!["check", &out, "--wit", &out],
        ] {
            let ran = witkit(temp.path(), &args).expect(0);
            ran.unwrap_or_else(|wrong| panic!("{args:?}: {wrong}"));
        }
    }
}
