//! The codes of `publish`. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

/// Nothing says which version it is.
pub static NO_VERSION: Code = Code {
    name: "publish/no-version",
    severity: Severity::Error,
    page: "\
An image is published under a tag, which is the version of the package. `--to` has no tag, and the
component has no version of its own: a WIT package has it in its name (`package acme:kv@0.2.1;`), a
component or module in its metadata (`witkit inspect` shows it).

Name the version: `--to oci://registry.example/acme/kv:0.2.1`.",
};

/// It is published as another version than its own.
pub static OTHER_VERSION: Code = Code {
    name: "publish/other-version",
    severity: Severity::Error,
    page: "\
The tag in `--to` is another version than that of what is published. For a WIT package, whose name
says its version, this is an error: tools that find the tag would find another version in it. For
the metadata of a component, it is a warning.

Publish it under its own version, or change the version and build it again.",
};

/// The tag is no version.
pub static NOT_A_VERSION: Code = Code {
    name: "publish/not-a-version",
    severity: Severity::Warning,
    page: "\
The tag is not a semantic version. The image can be used by its full reference, but tools that look
for versions of a package, such as `wkg`, ignore the tag.

Use a version with three numbers: `0.2.1`, without a `v` before it. If the tag is meant for people
(`latest`), publish the version as well.",
};

/// The tag has other content.
pub static EXISTS: Code = Code {
    name: "publish/exists",
    severity: Severity::Error,
    page: "\
The registry has the tag already, with other content. Nothing was changed. Users that have locked
the version would get an error about its digest.

Publish a new version. If the tag is to have other content, for example before anybody uses it,
pass `--force`. What is published again without any change is not an error.",
};

/// An annotation that is none.
pub static INVALID_ANNOTATION: Code = Code {
    name: "publish/invalid-annotation",
    severity: Severity::Error,
    page: "\
`--annotation` needs a name and a value, separated by `=`: `--annotation
org.opencontainers.image.vendor=Acme`. The value may be empty, the name may not, and it has to be
given once only.

The names with a meaning for all registries begin with `org.opencontainers.image.`. Those that
follow from the component's own metadata are set without it, and can be overridden.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &EXISTS,
    &INVALID_ANNOTATION,
    &NOT_A_VERSION,
    &NO_VERSION,
    &OTHER_VERSION,
];
