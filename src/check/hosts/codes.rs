//! The findings of a guest held against a host.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised.

use crate::diag::{Code, Severity};

/// The host does not take this kind of guest.
pub static HOST_KIND: Code = Code {
    name: "check/host-kind",
    severity: Severity::Error,
    page: "\
The guest is a component and the host takes core modules only, or the other way round. The host
refuses the file before it looks at anything else, so nothing else is reported.

Not every host has the component model. What it takes instead, and what has to be done to a
component first, is in the help of the message; `docs/hosts.md` has it for all hosts.",
};

/// An import is not offered.
pub static HOST_IMPORT: Code = Code {
    name: "check/host-import",
    severity: Severity::Error,
    page: "\
The guest imports something that the host does not offer in any version, so it cannot be
instantiated there. The labels name the imports.

If another component is to provide it, compose the two first: `witkit compose`. If it is an
interface of WASI or of another host, build the guest for a world that this host has; the help
names the hosts that do offer it. An import that only defines types needs nobody to give it and is
never reported.

Which interfaces a host offers is read from its sources and is in `docs/hosts.md`.",
};

/// An import is offered in other versions only.
pub static HOST_VERSION: Code = Code {
    name: "check/host-version",
    severity: Severity::Error,
    page: "\
The guest imports an interface that the host offers, but in versions that cannot serve. Versions of
one semver track are compatible (0.2.3 and 0.2.6, 1.1.0 and 1.4.0), if the host matches by track;
drafts (0.3.0-rc-2026-03-15) match only themselves.

Build the guest against a version that the host has, or use a release of the host that has what
the guest needs: the help names them.",
};

/// An import is of a newer version than the host's.
pub static HOST_NEWER: Code = Code {
    name: "check/host-newer",
    severity: Severity::Warning,
    page: "\
The guest imports a newer version of an interface than the host offers, on the same semver track.
The host matches such versions by their names and then compares the functions: the guest runs if it
uses nothing that came with the newer version, and fails to link otherwise. Which functions a
version has is not in the data about hosts, so this cannot be decided here.

Try it on the host, build against the version that the host has, or use a newer release of the
host.",
};

/// It takes a flag.
pub static HOST_FLAG: Code = Code {
    name: "check/host-flag",
    severity: Severity::Note,
    page: "\
The host has what the guest needs, but not unless it is asked for: by a flag on its command line, a
setting, or a part that has to be added. The message says which, and the labels say what needs it.
Without it the guest fails to link or to validate.",
};

/// Access has to be given.
pub static HOST_GRANT: Code = Code {
    name: "check/host-grant",
    severity: Severity::Note,
    page: "\
The interfaces are there and the guest links, but they give access to nothing by themselves: no
folder is open, no address may be called. The message says how the host gives access. A guest that
imports them without using them, as many languages' standard libraries make them do, needs none.",
};

/// An export is missing.
pub static HOST_EXPORT: Code = Code {
    name: "check/host-export",
    severity: Severity::Error,
    page: "\
The host calls an export to start a guest, and this guest has none of those that it knows: for a
command `wasi:cli/run`, for a server `wasi:http/incoming-handler` or, since WASI 0.3,
`wasi:http/handler`.

A component that exports an interface of its own is a library: compose it into an application that
has such an export. If the guest has it in another version, build it against one that is listed.",
};

/// A feature is not there.
pub static HOST_FEATURE: Code = Code {
    name: "check/host-feature",
    severity: Severity::Error,
    page: "\
The guest uses a feature of the component model or of core WebAssembly that the host does not have
in this release, so it refuses the guest when it validates it. The label says where the feature is
used.

Use a newer release of the host if there is one (`docs/hosts.md`), or build without the feature.",
};

/// It is not known.
pub static HOST_UNKNOWN: Code = Code {
    name: "check/host-unknown",
    severity: Severity::Warning,
    page: "\
Whether the host has what the guest needs could not be established from the host's public sources,
or the release that was asked for is older or newer than those that were looked at. It may well
work; there is no way to tell from here.

Try it on the host. `docs/hosts.md` says, for each host, what was looked at and what is open.",
};

/// All hosts at once.
pub static HOSTS: Code = Code {
    name: "check/hosts",
    severity: Severity::Note,
    page: "\
On which of all known hosts the guest runs, as `--host all` asks: a label for each host, with what
it takes there, or why the guest does not run or that is not known. It is no requirement and never
makes the check fail; a host that the guest has to run on is named by itself, as in
`--host all --host spin`.

Only formats that cannot show a table have this finding: SARIF and the workflow commands of GitHub.
For people it is a table, in JSON the field `guests`, and in JUnit a test case for each host.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &HOST_EXPORT,
    &HOST_FEATURE,
    &HOST_FLAG,
    &HOST_GRANT,
    &HOST_IMPORT,
    &HOST_KIND,
    &HOST_NEWER,
    &HOST_UNKNOWN,
    &HOST_VERSION,
    &HOSTS,
];
