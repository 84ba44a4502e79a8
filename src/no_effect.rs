//! Options that had no effect: flags and keys that nothing came of.
//!
//! Lives here: [`NO_EFFECT`], and how a finding of it reads. May import: `diag` (rank 0).
//! Deliberately absent: finding out; each command knows what it did with its options.

use crate::diag::{Code, Diagnostic, Severity};

/// An option that nothing came of.
pub static NO_EFFECT: Code = Code {
    name: "options/no-effect",
    severity: Severity::Warning,
    page: "\
A flag, or a key of `witkit.toml`, had no effect: the result is the same without it. Probably it
names something else than was meant, or belongs to another kind of input.

It is an error where the option asks for something that was not done, such as a `--wire` or a
`--chain` for a part that is not in the composition. It is a warning where the result is usable as
it is, such as `--features` with a name that no gate has.

```console
$ witkit compose app.wasm -d log.wasm --import 'ac:*'
warning[options/no-effect]: `--import ac:*` has no effect: no part imports anything that it matches
```

Remove the option, or name what is meant.",
};

/// All of them.
pub static CODES: &[&Code] = &[&NO_EFFECT];

/// A warning: the result is usable without what `option` says.
pub(crate) fn without_effect(option: &str, why: &str) -> Diagnostic {
    NO_EFFECT.report(format!("`{option}` has no effect: {why}"))
}

/// An error: `option` asks for something that was not done.
pub(crate) fn not_done(option: &str, why: &str) -> Diagnostic {
    let mut finding = without_effect(option, why);
    finding.severity = Severity::Error;
    finding
}
