//! Manifests like those of Spin's own tests: what is read of them.

use super::*;
use crate::source::Source;

fn manifest(text: &str) -> Manifest {
    let read = read(&Source::memory("spin.toml", text));
    read.unwrap_or_else(|wrong| panic!("{wrong:#}"))
}

fn wrong(text: &str) -> Vec<String> {
    let Err(wrong) = read(&Source::memory("spin.toml", text)) else {
        panic!("it is right: {text}");
    };
    let found = wrong.diagnostics();
    found.iter().map(|found| found.message.clone()).collect()
}

const HEAD: &str = "spin_manifest_version = 2\n[application]\nname = \"x\"\n";

#[test]
fn everything_that_a_manifest_may_have_is_read() {
    let text = r#"
spin_manifest_version = 2

[application]
name = "maximal"
version = "9999.9.9"
description = "All the features, all the time"
authors = ["alice@example.com", "bob@example.com"]
targets = ["spin-up:3.3"]

[application.trigger.fake]
global_option = true

[application.tool.lint]
lint_level = "savage"

[variables]
var_one = { description = "Something", default = "Default" }
var_two = { required = true, secret = true }

[[trigger.fake]]
component = "minimal-component"

[[trigger.fake]]
component = { source = "inline.wasm" }
option = true

[component.minimal-component]
source = "max-a.wasm"

[component.maximal-component]
source = { url = "http://example.test/max-b.wasm", digest = "sha256:abcd" }
description = "My fine component"
environment = { VAR = "val" }
files = ["pattern/*", { source = "placement", destination = "/" }]
exclude_files = ["**/secret"]
allowed_outbound_hosts = ["https://example.com:443", "https://{{ var_one }}"]
key_value_stores = ["default"]
sqlite_databases = ["default"]
ai_models = ["llama2-chat"]
variables = { url = "{{ var_two }}/x" }
targets = ["spin-up:3.3"]

[component.maximal-component.build]
command = "cargo build"
workdir = "my-component"
watch = ["src/**/*.rs"]

[component.maximal-component.tool.clean]
command = "cargo clean"

[component.maximal-component.dependencies]
"a:b/c" = { registry = "my-registry.com", version = "^1.2.3", package = "a:d", export = "foo", inherit_configuration = true }
"foo:bar/baz@0.1.0" = { path = "path/to/component.wasm", inherit_configuration = ["ai_models", "allowed_outbound_hosts"] }
"fib:fub/fob" = { path = "path/to/component.wasm", export = "my-export", inherit_configuration = false }
"fizz:buzz" = ">=0.1.0"
"abc:xyz@0.1.0" = { version = "=0.1.0" }

[component.maximal-component.profile.debug]
source = "debug.wasm"
"#;
    let manifest = manifest(text);
    assert!(manifest.warnings.is_empty(), "{:?}", manifest.warnings);
    let ids: Vec<&str> = manifest.components.iter().map(|c| c.id.as_str()).collect();
    // The second trigger is `fake-trigger1`: the first has a name after its component.
    let expected = [
        "fake-trigger1-component",
        "maximal-component",
        "minimal-component",
    ];
    assert_eq!(ids, expected);
    let maximal = &manifest.components[1];
    assert!(matches!(&maximal.source, Origin::Url(url) if url == "http://example.test/max-b.wasm"));
    assert_eq!(maximal.grants.len(), KEYS.len());
    assert!(maximal.grants.iter().all(|grant| !grant.items.is_empty()));
    let told = |name: &str| {
        let mut all = maximal.dependencies.iter();
        all.find(|dependency| dependency.name.text == name)
            .expect(name)
    };
    assert_eq!(told("a:b/c").inherits, Inherits::All);
    assert!(matches!(&told("a:b/c").origin, Origin::Package { name, .. } if name == "a:d"));
    let package = &told("fizz:buzz").origin;
    assert!(
        matches!(package, Origin::Package { name, version, registry: None } if name == "fizz:buzz" && version == ">=0.1.0")
    );
    let some = &told("foo:bar/baz@0.1.0").inherits;
    assert!(some.has("ai_models") && !some.has("files"));
    assert_eq!(told("fib:fub/fob").inherits, Inherits::Keys(Vec::new()));
    let export = told("fib:fub/fob")
        .export
        .as_ref()
        .map(|(export, _)| export.as_str());
    assert_eq!(export, Some("my-export"));
}

#[test]
fn components_in_triggers_have_the_names_that_spin_gives_them() {
    let text = r#"
[[trigger.fake]]
component = "a"
[[trigger.fake]]
component = "a"
[[trigger.fake]]
id = "own"
component = { source = "b.wasm" }
[[trigger.fake]]
component = { source = "c.wasm" }
[[trigger.fake]]
component = { source = "d.wasm" }
components = { more = ["a", { source = "e.wasm" }] }
[component.a]
source = "a.wasm"
"#;
    let manifest = manifest(&format!("{HEAD}{text}"));
    let named: Vec<(&str, &str)> = manifest
        .components
        .iter()
        .map(|component| match &component.source {
            Origin::File(path) => (component.id.as_str(), path.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("a", "a.wasm"),
        ("fake-trigger2-component", "c.wasm"),
        ("inline-component1", "d.wasm"),
        ("inline-component2", "e.wasm"),
        ("own-component", "b.wasm"),
    ];
    assert_eq!(named, expected);
    assert!(
        manifest
            .components
            .iter()
            .all(|c| c.triggers.contains("fake"))
    );
}

#[test]
fn all_dependencies_inherit_what_their_component_says_but_bare_versions() {
    let text = r#"
[component.a]
source = "a.wasm"
dependencies_inherit_configuration = true
dependencies = { "b:b" = { path = "b.wasm" }, "c:c" = "1.0.0" }
"#;
    let manifest = manifest(&format!("{HEAD}{text}"));
    let inherits = manifest.components[0]
        .dependencies
        .iter()
        .map(|d| &d.inherits);
    let none = Inherits::Keys(Vec::new());
    assert_eq!(inherits.collect::<Vec<_>>(), [&Inherits::All, &none]);
}

#[test]
fn a_manifest_is_told_by_its_name_or_its_version() {
    let is = |file: &str, text: &str| is_manifest(Path::new(file), text);
    assert!(is("spin.toml", ""));
    assert!(is("a/spin.toml", "[component.a]"));
    assert!(is("app.toml", "# A comment\nspin_manifest_version = 2\n"));
    assert!(is("app.toml", "spin_version=\"1\"\n"));
    assert!(!is(
        "witkit.toml",
        "[compose.app]\nroot = \"spin_version = 1\"\n"
    ));
    assert!(!is("wkg.toml", ""));
}

#[test]
fn what_stands_for_another_version_or_nothing_is_wrong() {
    let other = wrong("spin_manifest_version = \"2\"\n");
    assert_eq!(
        other,
        ["unknown version of a Spin manifest: expected `spin_manifest_version = 2`"]
    );
    assert_eq!(wrong("spin_manifest_version = 3\n"), other);
    let old = wrong("spin_version = \"1\"\n");
    assert_eq!(old, ["expected a manifest of version 2, found version 1"]);
    assert_eq!(
        wrong("[application]\n"),
        ["missing key `spin_manifest_version`"]
    );
    assert_eq!(
        wrong(HEAD),
        ["missing components: the application has none"]
    );
}
