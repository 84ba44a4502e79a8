//! The codes about images and registries. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

/// A reference to an image that is none.
pub static INVALID_REFERENCE: Code = Code {
    name: "registry/invalid-reference",
    severity: Severity::Error,
    page: "\
A reference to an image has the form `oci://REGISTRY/REPOSITORY`, followed by `:TAG`, by
`@sha256:DIGEST` or by both:

- REGISTRY is a host, with a port if necessary: `registry.example`, `localhost:5000`.
- REPOSITORY consists of lower-case letters, digits and `.`, `_`, `-`, `/` between them: `acme/kv`.
- TAG has at most 128 letters, digits, `_`, `.` and `-`; usually it is the version: `0.2.1`.
- DIGEST has 64 lower-case hexadecimal digits. If it is there, the tag is not used.

User names and passwords have no place in it: `docker login` and `podman login` store those that
witkit uses.",
};

/// No client in this build.
pub static NO_CLIENT: Code = Code {
    name: "registry/no-client",
    severity: Severity::Error,
    page: "\
Something has to be downloaded from a registry, or uploaded to it, and this build of witkit has no
client for registries: it was built without the feature `registry`. The exit code is 2.

Install witkit with it: `cargo install witkit --features registry`. What is in the cache and matches
the lock file is used without a client.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&INVALID_REFERENCE, &NO_CLIENT];
