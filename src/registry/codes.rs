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

Install witkit with it: `cargo install witkit --features registry`. What is in the cache and
matches the lock file is used without a client.",
};

/// There is no connection, or no answer that helps.
pub static UNREACHABLE: Code = Code {
    name: "registry/unreachable",
    severity: Severity::Error,
    page: "\
A registry cannot be reached, does not answer, or answers that it cannot do its work. Nothing was
downloaded or changed. The exit code is 2.

Requests that may succeed later are repeated three times: after failed connections, connections
that were closed early, time-outs, and the answers 429 and 5xx. By default, a registry has 30
seconds for each part of an answer; `witkit publish --timeout` changes that.

- Registries speak HTTPS. Those of this machine may speak plain HTTP; for any other one that does,
  pass `--insecure HOST` to `witkit publish`, or set `protocol = \"http\"` for it in the
  configuration of wkg.
- Certificates are checked against those of the operating system, or those in the file that
  SSL_CERT_FILE names.
- Proxies are taken from HTTPS_PROXY, http_proxy, ALL_PROXY and NO_PROXY.",
};

/// The user may not do that.
pub static DENIED: Code = Code {
    name: "registry/denied",
    severity: Severity::Error,
    page: "\
The registry does not allow this user to read or change the repository. Many registries answer the
same for a repository that does not exist. The exit code is 2.

witkit uses the credentials that other tools stored. It looks, in this order, into the variable
WKG_REGISTRY_HOST_AUTH_BEARER, the file in REGISTRY_AUTH_FILE, `config.json` in DOCKER_CONFIG or
`~/.docker`, and `containers/auth.json` in XDG_RUNTIME_DIR and `~/.config`. Credential helpers
(`credHelpers`, `credsStore`) are asked.

Log in with `docker login HOST` or `podman login HOST`, with an account that has access.",
};

/// There is no such image.
pub static NOT_FOUND: Code = Code {
    name: "registry/not-found",
    severity: Severity::Error,
    page: "\
The registry has no such repository, or the repository no such tag or digest. If the repository has
other tags, the message lists the newest ones. The exit code is 2.

Correct the reference. A reference without a tag means the tag `latest`, which packages usually do
not have: name a version.",
};

/// The image has no WebAssembly.
pub static NO_WASM: Code = Code {
    name: "registry/no-wasm",
    severity: Severity::Error,
    page: "\
The image exists, but it does not have exactly one layer that is a component, a module or a WIT
package: it may be an image for containers, or consist of several components.

Layers of the type `application/wasm` are used, and those of a few older types. In an index, the
one image for the architecture `wasm` is used. Name an image that has one.",
};

/// The bytes are others.
pub static WRONG_DIGEST: Code = Code {
    name: "registry/wrong-digest",
    severity: Severity::Error,
    page: "\
What the registry sent is not what its digest says: it was changed or damaged on the way or in the
registry. Nothing of it was used. The exit code is 2.

Try again; if that does not help, publish the image again, or tell those that run the registry.",
};

/// The answer makes no sense.
pub static INVALID_ANSWER: Code = Code {
    name: "registry/invalid-answer",
    severity: Severity::Error,
    page: "\
The answer of a host is not what the OCI distribution specification requires: text that is not
JSON, a manifest of an unknown kind, or an address without TLS for credentials or uploads. The exit
code is 2.

Check that the host in the reference is that of a registry. Websites of registries often have
another host than their images.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &DENIED,
    &INVALID_ANSWER,
    &INVALID_REFERENCE,
    &NOT_FOUND,
    &NO_CLIENT,
    &NO_WASM,
    &UNREACHABLE,
    &WRONG_DIGEST,
];
