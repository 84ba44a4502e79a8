//! The codes about packages. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

/// A reference to a package that is none.
pub static INVALID_REFERENCE: Code = Code {
    name: "package/invalid-reference",
    severity: Severity::Error,
    page: "\
A reference to a package has the form `@NAMESPACE:NAME`, and may end in `@` and a version or a
requirement:

- `@acme:kv@0.2.1` is exactly this version.
- `@acme:kv@0.2` is the newest one that is compatible with it, as in `Cargo.toml`. So are
  `@acme:kv@^0.2.1` and `@acme:kv@>=0.2, <0.4`.
- `@acme:kv` is the newest one.

An image in a registry is `oci://REGISTRY/REPOSITORY:TAG`. A file whose name looks like a reference
is `./@acme:kv`.",
};

/// A package that is nowhere.
pub static UNKNOWN: Code = Code {
    name: "package/unknown",
    severity: Severity::Error,
    page: "\
A package was found in none of the places where packages are looked for, in this order:

1. `--package NAME=FILE`, and the paths in `[overrides]` of `wkg.toml`;
2. the folder `deps`: `deps/acme/kv.wasm`, or `deps/acme/kv/0.2.1.wasm` for a version;
3. `wkg.lock`, whose packages are in the cache or are downloaded;
4. the registry that the configuration of wasm-pkg-tools has for the package, for its namespace, or
   by default.

Correct the name, pass the file with `--package`, or configure the registry.",
};

/// A requirement that no version matches.
pub static NO_VERSION: Code = Code {
    name: "package/no-version",
    severity: Severity::Error,
    page: "\
The package exists, but none of its versions matches what is required. The note lists the versions
that there are.

A pre-release such as `0.3.0-rc.1` matches only a requirement that names one.",
};

/// Something that would have to be downloaded.
pub static OFFLINE: Code = Code {
    name: "package/offline",
    severity: Severity::Error,
    page: "\
With `--offline`, nothing is downloaded, and the package is neither in `deps` nor in the cache.

Run the command once without `--offline`, or run `witkit deps fetch`.",
};

/// Content that is not what it has to be.
pub static DIGEST_MISMATCH: Code = Code {
    name: "package/digest-mismatch",
    severity: Severity::Error,
    page: "\
The content of a package does not have the digest that `wkg.lock` or the name of the file in the
cache requires. Either it was changed after it was locked (versions in registries are not meant to
change), or the file is damaged.

Find out who changed it. To accept the new content, run `witkit deps update`.",
};

/// A registry that is reached in a way that is not supported.
pub static PROTOCOL: Code = Code {
    name: "package/protocol",
    severity: Severity::Error,
    page: "\
The configuration of wasm-pkg-tools, or the registry's own `registry.json`, says that packages are
loaded by a protocol that witkit does not have. It has `oci` and `local`.

Set `default` of the registry in the configuration to one of these, or pass the file with
`--package`.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &DIGEST_MISMATCH,
    &INVALID_REFERENCE,
    &NO_VERSION,
    &OFFLINE,
    &PROTOCOL,
    &UNKNOWN,
];
