//! The codes of syntax errors, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them (`parse`, `problems`).

use crate::diag::{Code, Severity};

/// The text is not WIT.
pub static SYNTAX: Code = Code {
    name: "wit/syntax",
    severity: Severity::Error,
    page: "\
The text is not WIT: something else was expected where the message points. All syntax errors of all
files are shown in one run; after each, reading goes on with the next item.

```wit
package acme:kv;

interface store {
  get: func(key: string) -> option<list<u8>>
}
```

Here the `;` after the function is missing.",
};

/// A keyword where a name belongs.
pub static RESERVED_NAME: Code = Code {
    name: "wit/reserved-name",
    severity: Severity::Error,
    page: "\
A keyword of WIT stands where a name belongs. Any keyword is a name with a `%` before it; the `%`
is not part of the name, neither in the component nor in bindings.

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
Names in WIT are in kebab case: words of ASCII letters and digits with single `-` between them. A
word is all lower case, or all upper case for an acronym, and the first begins with a letter.

```wit
package acme:kv;

interface store {
  getValue: func();
  get_all: func();
}
```

Write `get-value` and `get-all`; every language's bindings turn them into what is usual there.",
};

/// Something nested too deep.
pub static NESTING: Code = Code {
    name: "wit/nesting",
    severity: Severity::Error,
    page: "\
Types or packages are nested over a hundred levels deep. No encoder accepts that, and every reader
of the text would be lost before. Name the inner types with `type`, or use a resource for data
that contains itself.",
};

/// Characters that are not allowed in WIT.
pub static FORBIDDEN_CHARACTER: Code = Code {
    name: "wit/forbidden-character",
    severity: Severity::Error,
    page: "\
The text has a character that WIT does not allow, in comments neither: control characters,
characters that change the direction of writing (they can make a text look like another), and a few
that Unicode advises against; outside of comments also any character that is part of no token.

Remove the character. The message names it by its number in Unicode.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &FORBIDDEN_CHARACTER,
    &INVALID_NAME,
    &NESTING,
    &RESERVED_NAME,
    &SYNTAX,
];
