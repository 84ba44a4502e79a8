//! What `check` and `inspect` say of snapshots before a release, of imports of types alone or that no
//! table knows, and of hosts that run more than what they have themselves, or of which little is known.

use serde_json::Value;

use crate::support::{Ran, corpus, listing, project, witkit, witkit_fed};

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
            let ran = run(&["check", "-", "--release", baseline], &text);
            assert_eq!(ran.code, Some(1), "{version} {baseline}: {}", ran.stdout);
            assert!(ran.stdout.contains("a snapshot, in no release"));
        }
        let ran = run(&["inspect", "-"], &text);
        let line = format!("{version}: a snapshot, not part of a release");
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
        let denied = ran.stdout.contains("check/denied-import");
        assert!(denied, "{import}: {}", ran.stdout);
        // It is known, so that nothing else is suspected of it.
        let ran = run(&["check", "-", "--deny", "hardware"], &text);
        assert_eq!(ran.code, Some(0), "{import}: {}", ran.stdout);
    }
}

#[test]
fn what_no_table_knows_passes_no_denied_capability_unless_it_is_allowed() {
    let text = "(component (import \"acme:db/store@1.0.0\" (instance (export \"get\" (func)))) \
                (import \"log\" (func)))";
    for (args, code) in [
        (&["--deny", "network"][..], 1),
        (&["--deny", "unknown"], 1),
        (&["--deny", "wasi:sockets/*"], 0),
        (&["--deny", "network", "--allow", "acme:db/*"], 1),
        (
            &[
                "--deny",
                "network",
                "--allow",
                "acme:db/*",
                "--allow",
                "log",
            ],
            0,
        ),
        (
            &[
                "--deny",
                "network",
                "--allow",
                "acme:db/store",
                "--allow",
                ":log",
            ],
            0,
        ),
        (
            &[
                "--deny",
                "network",
                "--allow",
                "acme:db/store.get",
                "--allow",
                ":log",
            ],
            0,
        ),
        (&["--deny", "network", "--allow", "*"], 0),
        (&["--deny", "network", "--allow", "unknown"], 0),
        (&["--deny", "network", "--allow-only", "acme:*"], 1),
        (&["--deny", "network", "--allow-only", "unknown"], 0),
        // Who denies by name is not heard by half.
        (&["--deny", "acme:db/*", "--allow", "*"], 1),
        (&["--deny", "network", "--allow", "acme:db"], 2),
        (&["--deny", "network", "--allow", "network"], 2),
    ] {
        let ran = run(&[&["check", "-"], args].concat(), text);
        assert_eq!(
            ran.code,
            Some(code),
            "{args:?}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

/// What `inspect` shows as unknown is what a policy suspects, over all components there are.
#[test]
fn inspect_and_policies_agree_on_what_is_unknown() {
    let Some(corpus) = corpus() else { return };
    let mut seen = [0, 0];
    for language in listing(&corpus.join("components")) {
        let folder = corpus.join("components").join(&language);
        for file in listing(&folder).iter().filter(|f| f.ends_with(".wasm")) {
            let path = folder.join(file).display().to_string();
            let ran = run(&["inspect", &path, "--json"], "");
            let shown: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
            let capabilities = shown["inputs"][0]["capabilities"].as_array().cloned();
            let capabilities = capabilities.unwrap_or_default();
            let unknown = capabilities.iter().any(|c| c["name"] == "unknown");
            let ran = run(&["check", &path, "--deny", "hardware"], "");
            assert_eq!(ran.code, Some(i32::from(unknown)), "{path}: {}", ran.stdout);
            seen[usize::from(unknown)] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 3), "{seen:?}");
}

/// Spin makes components of core modules itself, so that what they import by the names of interfaces
/// is no fault of theirs.
#[test]
fn core_modules_with_wit_in_them_are_not_said_not_to_run_on_spin() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let wit = "package t:t;\n\
        world w { import fermyon:spin/variables@2.0.0; export wasi:http/incoming-handler@0.2.0; }\n\
        package fermyon:spin@2.0.0 { interface variables { get: func(); } }\n\
        package wasi:http@0.2.0 { interface incoming-handler { handle: func(); } }\n";
    let module = "(module (import \"fermyon:spin/variables@2.0.0\" \"get\" (func)) \
        (import \"wasi_snapshot_preview1\" \"proc_exit\" (func (param i32))) \
        (func (export \"wasi:http/incoming-handler@0.2.0#handle\")) (memory (export \"memory\") 1))";
    let legacy = "(module (import \"wasi-outbound-http\" \"request\" (func (param i32 i32))) \
        (import \"outbound-redis\" \"get\" (func (param i32 i32 i32 i32 i32))) \
        (import \"outbound-pg\" \"query\" (func)) (import \"outbound-mysql\" \"query\" (func)) \
        (import \"spin-config\" \"get-config\" (func)) (import \"key-value\" \"open\" (func)) \
        (import \"sqlite\" \"open\" (func)) (import \"llm\" \"infer\" (func)) \
        (func (export \"handle-http-request\") (param i32) (result i32) i32.const 0))";
    std::fs::write(temp.path().join("w.wit"), wit).expect("it can be written");
    std::fs::write(temp.path().join("m.wat"), module).expect("it can be written");
    std::fs::write(temp.path().join("legacy.wat"), legacy).expect("it can be written");
    let args = [
        "componentize",
        "--embed",
        "m.wat",
        "--wit",
        "w.wit",
        "-o",
        "m.wasm",
    ];
    let made = witkit(temp.path(), &args).expect(0);
    made.expect("the world is embedded");
    for file in ["m.wasm", "legacy.wat"] {
        let ran = witkit(temp.path(), &["check", file, "--host", "spin"]);
        let ran = ran
            .expect(0)
            .unwrap_or_else(|told| panic!("{file}: {told}"));
        assert!(
            ran.stdout.contains("it is not known whether"),
            "{}",
            ran.stdout
        );
    }
    let foreign = module.replace("fermyon:spin/variables@2.0.0", "acme:db/store@1.0.0");
    let ran = run(&["check", "-", "--host", "spin"], &foreign);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
}

/// Hosts of which only a part could be established: what is known is said, and the rest is left open.
#[test]
fn hosts_in_the_wild_say_what_is_known_of_them() {
    let import =
        |name: &str| format!("(component (import \"{name}\" (instance (export \"f\" (func)))))");
    let proxy = "(module (import \"env\" \"proxy_log\" (func (param i32 i32 i32) (result i32))) \
                 (func (export \"proxy_abi_version_0_2_1\")))";
    let plugin = "(module (import \"extism:host/env\" \"log_info\" (func (param i64))) \
                  (func (export \"run\") (result i32) i32.const 0))";
    for (host, text, code, told) in [
        (
            "golem",
            import("golem:rdbms/postgres@1.5.0"),
            0,
            "golem:agent/guest",
        ),
        (
            "golem",
            import("golem:llm/llm@1.0.0"),
            1,
            "does not provide",
        ),
        (
            "wassette",
            import("wasi:filesystem/types@0.2.3"),
            0,
            "permission grant storage",
        ),
        (
            "wassette",
            import("wasi:keyvalue/store@0.2.0-draft"),
            1,
            "does not provide",
        ),
        (
            "obelisk",
            import("obelisk:log/log@1.0.0"),
            0,
            "required exports",
        ),
        (
            "obelisk",
            import("acme:billing/charge"),
            0,
            "it is not known",
        ),
        ("hyperlight", import("acme:billing/charge"), 0, "WIT_WORLD"),
        (
            "hyperlight",
            proxy.to_string(),
            0,
            "functions that the application registers",
        ),
        ("envoy", proxy.to_string(), 0, ""),
        ("envoy", plugin.to_string(), 1, "proxy_abi_version_0_2_1"),
        ("extism", plugin.to_string(), 0, ""),
        ("extism", proxy.to_string(), 0, "a host function"),
        ("extism", import("a:b/c"), 1, "only runs core modules"),
    ] {
        let ran = run(&["check", "-", "--host", host], &text);
        assert_eq!(ran.code, Some(code), "{host}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains(told), "{host}: {}", ran.stdout);
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
        ("jco", foreign, 1, "does not provide"),
    ] {
        let ran = run(&["check", "-", "--host", host], text);
        assert_eq!(ran.code, Some(code), "{host}: {}", ran.stdout);
        assert!(ran.stdout.contains(told), "{host}: {}", ran.stdout);
    }
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
