//! Spin applications: `compose`, `graph` and `check` of a `spin.toml`.
//!
//! Scenarios are those of `compose.rs` and `check.rs`; here are real interfaces of Spin, with every
//! combination of permissions, and what commands do besides.

use std::fs;
use std::path::Path;

use wit_parser::Resolve;

use crate::generate::guest;
use crate::support::{copy_folder, corpus, project, validate, witkit};

const HEAD: &str = "spin_manifest_version = 2\n[application]\nname = \"x\"\n";

/// The keys that a dependency may inherit, each with what it is about.
const KEYS: &[(&str, &[&str])] = &[
    ("ai_models", &["fermyon:spin/llm"]),
    (
        "allowed_outbound_hosts",
        &[
            "fermyon:spin/mqtt",
            "fermyon:spin/mysql",
            "fermyon:spin/postgres",
            "fermyon:spin/redis",
            "spin:mqtt/mqtt",
            "spin:mysql/mysql",
            "spin:postgres/postgres",
            "spin:redis/redis",
            "wasi:http/client",
            "wasi:http/outgoing-handler",
            "wasi:sockets/ip-name-lookup",
            "wasi:sockets/tcp",
            "wasi:sockets/tcp-create-socket",
            "wasi:sockets/udp",
            "wasi:sockets/udp-create-socket",
        ],
    ),
    ("environment", &["wasi:cli/environment"]),
    ("files", &["wasi:filesystem/preopens"]),
    (
        "key_value_stores",
        &[
            "fermyon:spin/key-value",
            "spin:key-value/key-value",
            "wasi:keyvalue/store",
        ],
    ),
    (
        "sqlite_databases",
        &["fermyon:spin/sqlite", "spin:sqlite/sqlite"],
    ),
    (
        "variables",
        &[
            "fermyon:spin/variables",
            "spin:variables/variables",
            "wasi:config/store",
        ],
    ),
];

/// The folder of a component that imports all that Spin provides, and one that depends on it.
fn everything() -> Option<tempfile::TempDir> {
    let wit = corpus()?.join("wit/spinframework+spin/wit");
    let temp = tempfile::tempdir().expect("there is room");
    copy_folder(&wit, &temp.path().join("wit")).expect("it can be copied");
    let world = temp.path().join("wit/world.wit");
    let text = fs::read_to_string(&world).expect("it is text");
    let more = "interface api { go: func(); }\n\
        world test-dependency { include platform; export api; }\n\
        world test-app { import api; export start: func(); }\n";
    fs::write(&world, text + more).expect("it can be written");
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let (package, _) = resolve
        .push_dir(temp.path().join("wit"))
        .expect("it resolves");
    for name in ["dependency", "app"] {
        let world = resolve.select_world(&[package], Some(&format!("test-{name}")));
        let bytes = guest(&resolve, world.expect("it is there")).expect(name);
        fs::write(temp.path().join(format!("{name}.wasm")), bytes).expect("there is room");
    }
    Some(temp)
}

/// Writes the manifest of an application whose dependency inherits that.
fn manifest(folder: &Path, inherits: &str) {
    let text = format!(
        "{HEAD}[component.app]\nsource = \"app.wasm\"\n[component.app.dependencies]\n\
         \"spin:up\" = {{ path = \"dependency.wasm\", inherit_configuration = {inherits} }}\n"
    );
    fs::write(folder.join("spin.toml"), text).expect("there is room");
}

/// The interfaces, without versions, that the composition of an application leaves to the host.
fn left_open(folder: &Path) -> Vec<String> {
    let ran = witkit(folder, &["compose", "-c", "spin.toml", "--plan", "--json"]).expect(0);
    let ran = ran.unwrap_or_else(|told| panic!("{told}"));
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let imports = plan["imports"].as_array().expect("it has imports");
    // Of what is denied, types may still be imported, for others that name them.
    let whole = imports.iter().filter(|import| {
        let mut serves = import["serves"].as_array().expect("it serves").iter();
        serves.any(|served| served.get("types").is_none() && served["part"] == "dependency")
    });
    let names = whole.map(|import| import["name"].as_str().expect("a name"));
    let mut names: Vec<String> = names
        .map(|name| name.split('@').next().unwrap_or_default().to_string())
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn a_dependency_has_the_interfaces_of_spin_that_it_inherits_and_no_others() {
    let Some(temp) = everything() else { return };
    manifest(temp.path(), "true");
    let all = left_open(temp.path());
    for (_, interfaces) in KEYS {
        for interface in *interfaces {
            assert!(
                all.iter().any(|name| name == interface),
                "{interface}: {all:?}"
            );
        }
    }
    manifest(temp.path(), "false");
    let none = left_open(temp.path());
    let args = ["compose", "-c", "spin.toml", "-o", "out.wasm"];
    let ran = witkit(temp.path(), &args).expect(0);
    ran.unwrap_or_else(|told| panic!("{told}"));
    let bytes = fs::read(temp.path().join("out.wasm")).expect("it was written");
    validate(&bytes).expect("it is valid");
    let governed = |name: &str| KEYS.iter().any(|(_, of)| of.contains(&name));
    let others: Vec<&String> = all.iter().filter(|name| !governed(name)).collect();
    assert_eq!(none.iter().collect::<Vec<_>>(), others);
    for (key, interfaces) in KEYS {
        manifest(temp.path(), &format!("[\"{key}\"]"));
        let open = left_open(temp.path());
        let expected: Vec<&String> = all
            .iter()
            .filter(|name| !governed(name) || interfaces.contains(&name.as_str()))
            .collect();
        assert_eq!(open.iter().collect::<Vec<_>>(), expected, "{key}");
    }
}

fn shop() -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("there is room");
    copy_folder(&project().join("fixtures/generate/spin"), temp.path()).expect("it can be copied");
    temp
}

#[test]
fn all_that_a_manifest_names_is_in_the_depfile_and_found_from_anywhere() {
    let temp = shop();
    let above = temp.path().parent().expect("it is in a folder");
    let name = temp
        .path()
        .file_name()
        .expect("it has a name")
        .to_string_lossy();
    let config = format!("{name}/spin.toml#shop");
    let out = format!("{name}/out.wasm");
    let args = [
        "compose",
        "-c",
        &config,
        "-o",
        &out,
        "--depfile",
        &format!("{name}/out.d"),
    ];
    witkit(above, &args)
        .expect(0)
        .unwrap_or_else(|told| panic!("{told}"));
    let depfile = fs::read_to_string(temp.path().join("out.d")).expect("it was written");
    for file in [
        "spin.toml",
        "shop.wat",
        "rates.wat",
        "deps/clock.wat",
        "deps/kv.wat",
        "deps/log.wat",
    ] {
        assert!(
            depfile.contains(&format!("{name}/{file}")),
            "{file}: {depfile}"
        );
    }
    let first = fs::read(temp.path().join("out.wasm")).expect("it was written");
    witkit(
        temp.path(),
        &["compose", "-c", "spin.toml", "-o", "again.wasm"],
    )
    .expect(0)
    .unwrap_or_else(|told| panic!("{told}"));
    let again = fs::read(temp.path().join("again.wasm")).expect("it was written");
    assert!(first == again, "one manifest makes one component");
}

#[test]
fn flags_win_over_the_manifest() {
    let temp = shop();
    let plan = |more: &[&str]| {
        let args = [&["compose", "-c", "spin.toml#shop", "--plan"], more].concat();
        let ran = witkit(temp.path(), &args).expect(0);
        ran.unwrap_or_else(|told| panic!("{more:?}: {told}")).stdout
    };
    let stubbed = plan(&["--stub", "fermyon:spin/*"]);
    assert!(stubbed.contains("stub-fermyon-spin-sqlite"), "{stubbed}");
    let denied = plan(&["--deny", "wasi:cli/*", "--no-imports"]);
    assert!(denied.contains("get-environment: trap"), "{denied}");
    let clock = temp.path().join("deps/clock.wat");
    fs::copy(clock, temp.path().join("other.wat")).expect("there is room");
    let other = plan(&["-d", "clock=other.wat"]);
    assert!(other.contains("clock (other.wat)"), "{other}");
}

#[test]
fn two_dependencies_on_one_file_are_two_instances() {
    let temp = tempfile::tempdir().expect("there is room");
    let app = r#"(component
        (import "a:b/one" (instance (export "f" (func))))
        (import "a:b/two" (instance (export "f" (func)))))"#;
    let both = r#"(component
        (core module $m (func (export "f")))
        (core instance $m (instantiate $m))
        (func $f (canon lift (core func $m "f")))
        (instance $i (export "f" (func $f)))
        (export "a:b/one" (instance $i)) (export "a:b/two" (instance $i)))"#;
    fs::write(temp.path().join("app.wat"), app).expect("there is room");
    fs::write(temp.path().join("both.wat"), both).expect("there is room");
    let manifest = format!(
        "{HEAD}[component.app]\nsource = \"app.wat\"\n[component.app.dependencies]\n\
         \"a:b/one\" = {{ path = \"both.wat\" }}\n\"a:b/two\" = {{ path = \"both.wat\" }}\n"
    );
    fs::write(temp.path().join("spin.toml"), manifest).expect("there is room");
    let ran = witkit(temp.path(), &["compose", "-c", "spin.toml", "--plan"]).expect(0);
    let plan = ran.unwrap_or_else(|told| panic!("{told}")).stdout;
    assert!(
        plan.contains("a:b/one → both ") && plan.contains("a:b/two → both-2 "),
        "{plan}"
    );
}

#[test]
fn a_manifest_in_place_of_a_component_is_told_with_the_command_that_takes_it() {
    let temp = shop();
    let compose = witkit(temp.path(), &["compose", "spin.toml"]).expect(1);
    let told = compose.unwrap_or_else(|told| panic!("{told}")).stderr;
    assert!(told.contains("`witkit compose -c spin.toml`"), "{told}");
    let check = witkit(temp.path(), &["check", "spin.toml"]).expect(2);
    let told = check.unwrap_or_else(|told| panic!("{told}")).stderr;
    assert!(told.contains("use `-c spin.toml`"), "{told}");
    let both = witkit(temp.path(), &["check", "shop.wat", "-c", "spin.toml"]).expect(2);
    let told = both.unwrap_or_else(|told| panic!("{told}")).stderr;
    assert!(told.contains("cannot be combined"), "{told}");
}

#[test]
fn a_dependency_from_a_registry_is_a_package_like_any_other() {
    let temp = shop();
    let file = temp.path().join("spin.toml");
    let text = fs::read_to_string(&file).expect("it is text");
    let text = text.replace(
        "\"acme:kv/store\" = { path = \"deps/kv.wat\" }",
        "\"acme:kv\" = \">= 0.1.0\"",
    );
    fs::write(&file, text).expect("it can be written");
    let plan = ["compose", "-c", "spin.toml", "--plan", "--offline"];
    let given = [&plan[..], &["--package", "acme:kv@0.1.4=deps/kv.wat"]].concat();
    let ran = witkit(temp.path(), &given).expect(0);
    let told = ran.unwrap_or_else(|told| panic!("{told}")).stdout;
    assert!(told.contains("acme:kv/store@0.1.0    → kv"), "{told}");
    assert!(told.contains("deny-fermyon-spin-sqlite"), "{told}");
    let lacking = [&plan[..], &["--package", "acme:kv@0.0.4=deps/kv.wat"]].concat();
    let ran = witkit(temp.path(), &lacking);
    assert_ne!(ran.code, Some(0), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("acme:kv") && ran.stderr.contains("spin.toml:"),
        "{}",
        ran.stderr
    );
}
