//! Flags and keys without effect.
//!
//! Lives here: [`NO_EFFECT`], and its findings. May import: `diag` (rank 0).
//! Deliberately absent: detecting it; each command knows what it did with its options.

use crate::diag::{Code, Diagnostic, Severity};

/// An option without effect.
pub static NO_EFFECT: Code = Code {
    name: "options/no-effect",
    severity: Severity::Warning,
    page: "\
A flag, or a key of `witkit.toml`, has no effect: the result is the same without it. It probably
contains a typo, or applies to a different kind of input.

It is an error if the option requests something that was not done, such as a `--wire` or a `--chain`
for a part that is not in the composition. It is a warning if the result is usable anyway, such as
`--features` with a name that no gate uses.

```console
$ witkit compose app.wasm -d log.wasm --allow 'ac:*'
warning[options/no-effect]: `--allow ac:*` has no effect: no import of a part matches it
```

Remove the option, or correct the name.",
};

/// All of them.
pub static CODES: &[&Code] = &[&NO_EFFECT];

/// A warning: the result is usable although `option` has no effect.
pub(crate) fn without_effect(option: &str, why: &str) -> Diagnostic {
    NO_EFFECT.report(format!("`{option}` has no effect: {why}"))
}

/// An error: `option` requests something that was not done.
pub(crate) fn not_done(option: &str, why: &str) -> Diagnostic {
    let mut finding = without_effect(option, why);
    finding.severity = Severity::Error;
    finding
}
