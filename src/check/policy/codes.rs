//! The codes of policies, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: everything else.

use crate::diag::{Code, Severity};

/// Something is imported that the policy denies.
pub static DENIED: Code = Code {
    name: "check/denied-import",
    severity: Severity::Error,
    page: "\
The component imports something that the policy denies: by `--deny`, or by `deny` in `[policy]` of
`witkit.toml`. A pattern is an interface (`wasi:sockets/tcp`, in any version unless it names one), a
function (`wasi:cli/exit.exit`, `wasi:filesystem/types.descriptor.write`), a capability as `witkit
inspect` shows them (`network`, `http-out`), or an import without a package (`:log`); `*` stands for
any text.

```toml
[policy.payment]
path = \"payment/*.wasm\"
deny = [\"network\"]
reason = \"card data must not leave the process\"
```

For each nested component whose code asks for it, the finding shows how an export leads to it: in
`export acme:shop/api → app → cache → import wasi:sockets/tcp@0.2.0`, `app` serves the export and
calls `cache`, and `cache` asks for the import. That an import is declared but no export leads to
it means that nothing outside can make the component use it; it is denied still, since it cannot be
instantiated without, and code may run as it starts.

To mend it, replace the last component of the chain, or compose it with one that serves the import:
what is served inside is not imported any more.",
};

/// Something is imported that the policy does not allow.
pub static NOT_ALLOWED: Code = Code {
    name: "check/not-allowed-import",
    severity: Severity::Error,
    page: "\
The policy lists all that may be imported, by `--allow-only` or by `allow-only` in `[policy]` of
`witkit.toml`, and the component imports something else. The list is to be read as it stands:
interfaces that let nobody do anything by themselves, such as `wasi:io/error`, and those of which
only types are imported must be in it as well, so that what the component gets can be read off the
policy. An empty list allows nothing.

```toml
[policy]
allow-only = [\"clocks\", \"wasi:io/*\", \"wasi:cli/exit.exit\"]
reason = \"plug-ins compute, and nothing else\"
```

Patterns are those of `deny` (`witkit explain check/denied-import`). Where single functions are
allowed, the types of their interface are as well. The help names the pattern that would allow the
import, if it is meant to be.",
};

/// A word of a policy is no pattern.
pub static BAD_PATTERN: Code = Code {
    name: "check/bad-pattern",
    severity: Severity::Error,
    page: "\
A word in `deny` or `allow-only` of `[policy]` is neither a pattern nor a capability. Capabilities
are those that `witkit inspect --capabilities` shows, in small letters and with `-` for blanks:
`network`, `http-out`, `ai-inference`. Interfaces and functions have their package before them, and
of a package one says `acme:kv/*`.

```toml
[policy]
deny = [\"netwrok\"]
```

Were it ignored, the policy would say that it denies something, and deny nothing. The help names
what was probably meant.",
};

/// A pattern that will hardly ever match.
pub static DOUBTFUL_PATTERN: Code = Code {
    name: "check/doubtful-pattern",
    severity: Severity::Warning,
    page: "\
A pattern of the policy names a package of WASI that is not known, and one that is known has nearly
the same name:

```toml
[policy]
deny = [\"wasi:socket/*\"]
```

The package is called `wasi:sockets`. A pattern that never matches denies nothing, without anybody
noticing. Correct the name; if there is such a package after all, this can be left alone.",
};

/// Something is imported that may give what the policy denies.
pub static UNKNOWN_CAPABILITY: Code = Code {
    name: "check/unknown-capability",
    severity: Severity::Error,
    page: "\
A capability is denied, and the component imports functions whose capabilities are unknown: no
entry of the table behind `--deny network` names their interface. It may give exactly what is
denied, so the check does not pass. `witkit inspect` shows such imports as `unknown`.

```toml
[policy]
deny = [\"network\"]
allow = [\"acme:metrics/*\"]
```

To fix it, find out what the interface gives. If it is harmless, allow it: on the command line
with `--allow acme:db/store` or `--allow 'acme:db/*'`, in `[policy]` with `allow`, which takes the
patterns of `deny`; `unknown` allows all of them. `--allow` is for what `--deny` denies, and cannot
loosen a rule of `witkit.toml`. `allow` permits nothing that is denied by name or has a known
capability.

Interfaces with types only, and imports that a composition satisfies inside, need no entry. To deny
all unknown imports, use `--deny unknown`.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &BAD_PATTERN,
    &DENIED,
    &DOUBTFUL_PATTERN,
    &NOT_ALLOWED,
    &UNKNOWN_CAPABILITY,
];
