//! The codes of policies, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: everything else.

use crate::diag::{Code, Severity};

/// Something is imported that the policy denies.
pub static DENIED: Code = Code {
    name: "check/denied-import",
    severity: Severity::Error,
    page: "\
The component imports something that the policy denies: with `--deny`, or with `deny` in `[policy]`
of `witkit.toml`. A pattern is an interface (`wasi:sockets/tcp`, in any version unless it names
one), a function (`wasi:cli/exit.exit`, `wasi:filesystem/types.descriptor.write`), a capability as
shown by `witkit inspect` (`network`, `http-out`), or an import without a package (`:log`); `*`
matches any text.

```toml
[policy.payment]
path = \"payment/*.wasm\"
deny = [\"network\"]
reason = \"card data must not leave the process\"
```

For each nested component whose code imports it, the finding shows how an export leads to it: in
`export acme:shop/api → app → cache → import wasi:sockets/tcp@0.2.0`, `app` provides the export and
calls `cache`, and `cache` uses the import. An import that is not reachable from any export cannot
be used from outside, but it is denied all the same: the component cannot be instantiated without
it, and code may run at startup.

To fix it, replace the last component of the chain, or compose it with one that exports the
interface: what is satisfied inside is no longer imported.",
};

/// Something is imported that the policy does not allow.
pub static NOT_ALLOWED: Code = Code {
    name: "check/not-allowed-import",
    severity: Severity::Error,
    page: "\
The policy lists everything that may be imported, with `--allow-only` or with `allow-only` in
`[policy]` of `witkit.toml`, and the component imports something else. The list is exhaustive: it
must also contain interfaces that give access to nothing by themselves, such as `wasi:io/error`, and
interfaces of which only types are imported. An empty list allows nothing.

```toml
[policy]
allow-only = [\"clocks\", \"wasi:io/*\", \"wasi:cli/exit.exit\"]
reason = \"plug-ins compute, and nothing else\"
```

Patterns are those of `deny` (`witkit explain check/denied-import`). If single functions are
allowed, the types of their interface are allowed as well. If the import is intended, add the
pattern from the help to the list.",
};

/// An entry of a policy is not a pattern.
pub static BAD_PATTERN: Code = Code {
    name: "check/bad-pattern",
    severity: Severity::Error,
    page: "\
An entry in `deny`, `allow` or `allow-only` of `[policy]` is neither a pattern nor a capability.
Capabilities are those that `witkit inspect --capabilities` shows, in lower case and with `-`
instead of spaces: `network`, `http-out`, `ai-inference`. Interfaces and functions start with their
package; a whole package is `acme:kv/*`.

```toml
[policy]
deny = [\"netwrok\"]
```

If it were ignored, the policy would appear to deny something, and deny nothing. Correct it; the
help suggests the most similar name.",
};

/// A pattern that probably never matches.
pub static DOUBTFUL_PATTERN: Code = Code {
    name: "check/doubtful-pattern",
    severity: Severity::Warning,
    page: "\
A pattern of the policy names an unknown package of WASI, and a known package has a similar name:

```toml
[policy]
deny = [\"wasi:socket/*\"]
```

The package is called `wasi:sockets`. A pattern that never matches silently denies nothing. Correct
the name, or ignore the warning if the package exists.",
};

/// An import with unknown capabilities may give what the policy denies.
pub static UNKNOWN_CAPABILITY: Code = Code {
    name: "check/unknown-capability",
    severity: Severity::Error,
    page: "\
A capability is denied, and the component imports functions whose capabilities are unknown: the
table behind `--deny network` has no entry for their interface. They may give exactly what is
denied, so the check fails. `witkit inspect` shows such imports as `unknown`.

```toml
[policy]
deny = [\"network\"]
allow = [\"acme:metrics/*\"]
```

To fix it, find out what the interface gives access to. If it is harmless, allow it: on the command
line with `--allow acme:db/store` or `--allow 'acme:db/*'`, in `[policy]` with `allow`, which takes
the patterns of `deny`; `unknown` allows all of them. `--allow` only affects `--deny`, not the rules
of `witkit.toml`. `allow` permits nothing that is denied by name or has a known capability.

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
