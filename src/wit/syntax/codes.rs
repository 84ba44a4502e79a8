//! The codes of syntax errors, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them (`parse`, `problems`).

use crate::diag::{Code, Severity};

/// The text is not WIT.
pub static SYNTAX: Code = Code {
    name: "wit/syntax",
    severity: Severity::Error,
    page: "\
The text is not valid WIT: the parser expected something else at the marked position. All syntax
errors of all files are reported in one run; after each error, parsing continues with the next
item.

```wit
package acme:kv;

interface store {
  get: func(key: string) -> option<list<u8>>
}
```

Correct the text as the help says: here, the `;` after the function is missing.",
};

/// A keyword where a name belongs.
pub static RESERVED_NAME: Code = Code {
    name: "wit/reserved-name",
    severity: Severity::Error,
    page: "\
A WIT keyword is used as a name. Escape it with `%`; the `%` is not part of the name, neither in
the component nor in bindings.

```wit
package acme:numbers;

interface parse {
  f32: func(text: string) -> option<f32>;
}
```

Write `%f32: func(…)` instead.",
};

/// A name that is not in kebab case.
pub static INVALID_NAME: Code = Code {
    name: "wit/invalid-name",
    severity: Severity::Error,
    page: "\
A name is not a valid WIT identifier. Identifiers are in kebab case: words of ASCII letters and
digits with single `-` between them. A word is either all lower case or all upper case, for an
acronym. The first word begins with a letter.

```wit
package acme:kv;

interface store {
  getValue: func();
  get_all: func();
}
```

Write `get-value` and `get-all`. Bindings convert names to the convention of each language.",
};

/// Something nested too deep.
pub static NESTING: Code = Code {
    name: "wit/nesting",
    severity: Severity::Error,
    page: "\
Types or packages are nested more than a hundred levels deep. No encoder accepts this. Name the
inner types with `type`, or use a resource for recursive data.",
};

/// Characters that are not allowed in WIT.
pub static FORBIDDEN_CHARACTER: Code = Code {
    name: "wit/forbidden-character",
    severity: Severity::Error,
    page: "\
The text contains a character that WIT does not allow. Forbidden everywhere, even in comments, are
control characters, characters that change the direction of writing (they can disguise text), and
a few that Unicode deprecates. Outside comments, characters that are not part of any token are
forbidden too.

Remove the character. The message shows its Unicode number.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &FORBIDDEN_CHARACTER,
    &INVALID_NAME,
    &NESTING,
    &RESERVED_NAME,
    &SYNTAX,
];
