//! The codes about manifests of Spin, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them.

use crate::diag::{Code, Severity};

pub(super) static MANIFEST: Code = Code {
    name: "spin/manifest",
    severity: Severity::Error,
    page: "\
The manifest of a Spin application is not valid: Spin refuses it when it loads the application. Its
version is not 2, a required key is missing, a name is not in the right form, an entry of
`allowed_outbound_hosts` cannot be parsed, or a trigger or a template names something that is not
there.

```toml
spin_manifest_version = 2

[application]
name = \"shop\"

[[trigger.http]]
route = \"/...\"
component = \"shop\"

[component.shop]
source = \"shop.wasm\"
allowed_outbound_hosts = [\"https://example.com\"]
```

`spin doctor` upgrades manifests of version 1. As a warning, it is about a key that is deprecated.",
};

/// A dependency that Spin refuses.
pub(crate) static DEPENDENCY: Code = Code {
    name: "spin/dependency",
    severity: Severity::Error,
    page: "\
A dependency of a Spin component is declared in a way that Spin refuses: its name is not an
interface, a package or a plain name; two dependencies may be meant by one import; a dependency on
a whole package has an `export`; `dependencies_inherit_configuration` stands beside
`inherit_configuration`; or it names a component of the application that has permissions or
dependencies of its own, which it would lose.

```toml
[component.shop.dependencies]
\"acme:kv/store\" = { path = \"kv.wasm\", export = \"acme:kv/cached-store\" }
\"acme:log\" = { path = \"log.wasm\" }
```

As a warning, it is about a permission in `inherit_configuration` that Spin does not know and
ignores.",
};

/// A dependency that no import needs.
pub(crate) static UNMATCHED: Code = Code {
    name: "spin/unmatched-dependency",
    severity: Severity::Error,
    page: "\
No import of the component has the name of this dependency, so there is nothing that it could
satisfy. Spin refuses the application.

The name of a dependency is compared exactly: `acme:kv/store@0.1.0` is only that version,
`acme:kv/store` is any version, and `acme:kv` is every interface of the package.

Correct the name, or remove the dependency. `witkit inspect` lists the imports of a component.",
};

/// A dependency without the export that is needed.
pub(crate) static MISSING_EXPORT: Code = Code {
    name: "spin/missing-export",
    severity: Severity::Error,
    page: "\
The component of a dependency does not export what it is to satisfy. Spin looks for an export with
exactly the name of the import, version included, or with the name that `export` gives.

```toml
[component.shop.dependencies]
\"acme:kv/store@0.1.0\" = { path = \"kv.wasm\", export = \"acme:kv/store@0.1.2\" }
```

Name the export, or build the dependency against the version that the component imports.",
};

/// Something that is not a file.
pub(crate) static NOT_LOCAL: Code = Code {
    name: "spin/not-local",
    severity: Severity::Error,
    page: "\
A component of the manifest comes from a URL, or from a registry that it names. witkit follows
neither: packages are found by their names, as for every command (`--package`, `deps`, `wkg.lock`,
the cache and the registries of wasm-pkg-tools).

Download it, and name the file: as `path` of the dependency, or as `source` of the component. Or
remove `registry`, and let the configuration of wasm-pkg-tools say where the package is.",
};

/// Something that is not composed.
pub(crate) static NOT_COMPOSED: Code = Code {
    name: "spin/trigger-dependency",
    severity: Severity::Warning,
    page: "\
A trigger of the manifest has `dependencies`, such as middleware before an HTTP component. They
belong to the trigger, not to the component, and are not part of the composition or of the check.

To put middleware around the component, use `--chain`:

```console
$ witkit compose -c spin.toml#shop --chain auth.wasm -o shop.wasm
```",
};

/// An import without the permission it needs.
pub(crate) static NOT_GRANTED: Code = Code {
    name: "spin/not-granted",
    severity: Severity::Warning,
    page: "\
The component imports an interface whose calls Spin refuses, because the manifest does not permit
anything: no host of the right scheme is in `allowed_outbound_hosts`, or `key_value_stores`,
`sqlite_databases`, `ai_models` or `variables` are empty. The component starts, and its calls fail.

It is a warning because many toolchains import interfaces that a program never calls.

Add what the component needs to its table:

```toml
[component.shop]
source = \"shop.wasm\"
allowed_outbound_hosts = [\"https://example.com\"]
key_value_stores = [\"default\"]
```",
};

/// A permission that no import needs.
pub(crate) static UNUSED_GRANT: Code = Code {
    name: "spin/unused-grant",
    severity: Severity::Warning,
    page: "\
The manifest permits something that neither the component nor its dependencies can use, because they
do not import the interface for it: a host whose scheme nothing speaks, a key-value store, a
database, a model, variables, environment variables or files. A permission that is not needed
should not be there. If dependencies import the interface, but do not inherit the permission, the
note says so.

Remove it, or let the dependency inherit it.",
};

/// A component without the export that its trigger calls.
pub(crate) static TRIGGER_EXPORT: Code = Code {
    name: "spin/trigger-export",
    severity: Severity::Error,
    page: "\
A trigger runs this component, but the component exports only what another type of trigger calls: an
`http` trigger calls `wasi:http/incoming-handler` or `wasi:http/handler`, a `redis` trigger calls
`inbound-redis`. Spin fails when it starts the trigger.

Let a trigger of the right type run the component, or build the component for this one.",
};

/// All of them.
pub static CODES: &[&Code] = &[
    &DEPENDENCY,
    &MANIFEST,
    &MISSING_EXPORT,
    &NOT_COMPOSED,
    &NOT_GRANTED,
    &NOT_LOCAL,
    &TRIGGER_EXPORT,
    &UNMATCHED,
    &UNUSED_GRANT,
];
