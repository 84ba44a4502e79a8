//! The codes of loading a package and of its names, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them (`load`, `names`, `errors`).

use crate::diag::{Code, Diagnostic, Locus, Severity};

const fn error(name: &'static str, page: &'static str) -> Code {
    Code {
        name,
        severity: Severity::Error,
        page,
    }
}

/// The input is no WIT, but something else that is known.
pub static NOT_WIT: Code = error(
    "wit/not-wit",
    "\
A WIT package was expected, as text or in binary form, but the input is something else: a
component, a core module, or WebAssembly of another draft. The kind of an input is determined by
its bytes, never by its name.

A component contains WIT: print it with `witkit wit app.wasm`, and save the output in a folder or
its `deps`.",
);

/// The finding about a script of wac where WIT was expected.
pub(crate) fn script(name: &str) -> Diagnostic {
    NOT_WIT
        .report(format!(
            "expected a WIT package, `{name}` is a script of wac"
        ))
        .at(Locus::File(name.to_string()), "")
        .help(format!(
            "compose it first: `witkit compose {} -o app.wasm`",
            // What comes from standard input has no other name.
            if name == "stdin" { "-" } else { name }
        ))
}

/// A file of WIT is not text.
pub static NOT_TEXT: Code = error(
    "wit/not-text",
    "\
WIT is UTF-8 text, and the file contains bytes that are not valid UTF-8: it was saved in another
encoding, such as Latin-1 or UTF-16, it is damaged, or it is not text.

Save the file as UTF-8. The message shows the position of the first invalid byte.",
);

/// There is no WIT in a folder.
pub static NO_FILES: Code = error(
    "wit/no-files",
    "\
A folder that is used as a WIT package has no `.wit` files. All `.wit` files directly in a folder
form one package. Subfolders are not searched, except `deps`: each entry of it is a package that
this one may depend on.

    wit/
      world.wit
      deps/
        io/
          streams.wit",
);

/// A text, or something in it, has no sensible size.
pub static TOO_LARGE: Code = error(
    "wit/too-large",
    "\
The input exceeds a size limit: a package has more than 512 MB of text, or types, interfaces or
packages depend on each other in a chain of more than five hundred steps. Components allow types
to be nested a hundred deep.

Such input is usually the result of a faulty generator.",
);

/// No file of a package has a header.
pub static NO_PACKAGE: Code = error(
    "wit/no-package",
    "\
No file of the package declares its name. The declaration is the first item of a file:

```wit
package acme:kv@1.0.0;

interface store {
  get: func(key: string) -> option<list<u8>>;
}
```

A package has a namespace (its author), a name, and a version if other packages depend on it.
Nested packages (`package a:b { … }`) are separate from the package of their file, which still
needs a declaration of its own.",
);

/// Files of one folder name different packages.
pub static PACKAGE_MISMATCH: Code = error(
    "wit/package-mismatch",
    "\
All `.wit` files in a folder form one package, but two of them declare different packages. The
version is part of the name.

Move the other package to its own folder in `deps`, or use the same declaration in both files. One
file has to declare the package; the other files of the folder can omit it.",
);

/// Two things have one name.
pub static DUPLICATE: Code = error(
    "wit/duplicate",
    "\
Two items in one scope have the same name: packages, interfaces and worlds of a package, types and
functions of an interface, imports or exports of a world, fields, cases, flags or parameters.
Upper case and hyphens do not make names different, because some languages cannot distinguish
`a-b` from `AB`.

```wit
package acme:kv;

interface store {
  type key = string;
  key: func() -> string;
}
```

Rename one of them. To rename a type that is imported with `use`, add `as`: `use types.{key as
k}`.",
);

/// A package is not there.
pub static UNKNOWN_PACKAGE: Code = error(
    "wit/unknown-package",
    "\
A package is used but was not found. Packages are searched in the folder `deps` of the package:
each entry of it is one package, as a folder of `.wit` files, a single `.wit` file, or a package
in binary form (`.wasm`, `.wat`). `deps` inside `deps` is not searched. After that, packages are
searched in the places given with `--deps` and with `deps` in `[wit]` of `witkit.toml`, and among
the other packages on the command line. Nothing is downloaded. The version is part of the name:
`wasi:io@0.2.0` and `wasi:io@0.2.1` are two packages.

```wit
package acme:kv;

interface store {
  use wasi:io/streams@0.2.0.{input-stream};
}
```

Put the package into `deps`, pass the folder that contains it with `--deps`, or use a version that
is available.",
);

/// An interface or world is not there.
pub static UNKNOWN_INTERFACE: Code = error(
    "wit/unknown-interface",
    "\
The package has no interface or world of this name. A plain name refers to the package itself, in
any of its files, or to a name imported with `use` at the top of the same file; such a `use`
applies only to its file. The full name of an item of another package includes the package:
`acme:kv/store@1.0.0`.

```wit
package acme:kv;

world client {
  import stor;
}

interface store {}
```",
);

/// A type is not there.
pub static UNKNOWN_TYPE: Code = error(
    "wit/unknown-type",
    "\
A type is used that is not in scope. The scope of an interface or world contains the types that it
defines and those that it imports with `use`, in any order. The types of a world are not in scope
in its interfaces.

```wit
package acme:web;

interface http-handler {
  handle-request: func(req: request) -> response;
}
```

Define the type (`record request { … }`), or import it: `use types.{request, response};`.",
);

/// A name means something else than what is needed.
pub static WRONG_KIND: Code = error(
    "wit/wrong-kind",
    "\
The name refers to an item of the wrong kind: a world where an interface is expected (`import`,
`export` and `use` take interfaces), an interface where a world is expected (`include` takes
worlds), or a function where a type is expected.

```wit
package acme:kv;

interface store {}

world client {
  include store;
}
```

Use the statement that fits the item: here, `import store;`.",
);

/// Something needs itself.
pub static CYCLE: Code = error(
    "wit/cycle",
    "\
An item depends on itself, directly or through others: a type contains itself, two interfaces use
each other's types, a world includes itself, or packages depend on each other. WIT has no
recursive types, not even through `list` or `option`.

```wit
package acme:files;

interface trees {
  record tree {
    name: string,
    children: list<tree>,
  }
}
```

For recursive data, use a resource, or a flat list in which entries refer to each other by index.
For interfaces and packages, move what both need to a third one.",
);

/// Feature gates that exclude each other, or something.
pub static GATE: Code = error(
    "wit/gate",
    "\
A gate (`@since`, `@unstable`, `@deprecated`) is invalid: an item has two gates that exclude each
other, `@deprecated` is used alone, a version is newer than the package, or an item uses another
item that is not available because its feature is not enabled.

```wit
package acme:kv@1.0.0;

interface store {
  @unstable(feature = watch)
  record event { key: string }

  poll: func() -> event;
}
```

Give both items the same gate: here, `poll` is always available, but `event` only with `--features
watch`.",
);

/// What only the resolver of the specification's tools knows.
pub static UNRESOLVED: Code = error(
    "wit/unresolved",
    "\
All names were found, but the package breaks another rule of the component model: for example, a
record needs fields, only resources can be borrowed, a function must not return a `borrow`, a
setter needs a getter, or the exported interfaces of a world must not depend on two copies of
another interface. The message names the rule.

Unlike syntax errors and unknown names, these errors are reported one per run.",
);

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &CYCLE,
    &DUPLICATE,
    &GATE,
    &NOT_TEXT,
    &NOT_WIT,
    &NO_FILES,
    &NO_PACKAGE,
    &PACKAGE_MISMATCH,
    &TOO_LARGE,
    &UNKNOWN_INTERFACE,
    &UNKNOWN_PACKAGE,
    &UNKNOWN_TYPE,
    &UNRESOLVED,
    &WRONG_KIND,
];
