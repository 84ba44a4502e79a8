//! The codes of conversions, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them.

use crate::diag::{Code, Severity};

/// A package that has no binary form.
pub static NO_BINARY_FORM: Code = Code {
    name: "wit/no-binary-form",
    severity: Severity::Error,
    page: "\
The package resolves, but what it says is not valid as the type of a component, and so it has no
binary form. The message says why. Among these are streams of characters, borrowed handles in
streams and futures, handles in the values of maps, types of more than 4 GB, and capitals in the
name of the package.

`witkit lint` has rules for the most frequent of these. Where they find nothing, it raises this at
the item that is refused, whatever rules are on.

```wit
package acme:chat;

interface lines {
  typed: func() -> stream<char>;
}
```

No component can have such an interface, either. Here, a `stream<u8>` in UTF-8 would do.",
};

/// What a binary form does not hold.
pub static LEFT_OUT: Code = Code {
    name: "wit/left-out",
    severity: Severity::Warning,
    page: "\
A package in binary form holds the types of that package and what it needs of others, with docs and
gates. A file that has more packages nested in it loses those that the first one does not need, and
of the others the worlds and interfaces that it does not need; a package without interfaces and
worlds loses even its name.

```wit
package acme:kv;

package acme:kv-tests {
  interface cases {}
}
```

Keep the text, or convert the other packages one by one: put each into a file of its own.",
};

/// Items behind gates whose features are not active.
pub static UNSTABLE_LEFT_OUT: Code = Code {
    name: "wit/unstable-left-out",
    severity: Severity::Note,
    page:
        "\
The package has `@unstable` items, and what is printed or written does not have them: their features
are not active. The note names the features. It changes neither the output nor the exit code, and
`--deny-warnings` does not count it.

```wit
package acme:kv@1.0.0;

interface store {
  get: func(key: string) -> option<string>;

  @unstable(feature = watch)
  watch: func(key: string);
}
```

`witkit wit` prints `store` with `get` alone; `--features watch` or `--all-features` keeps `watch`.",
};

/// A world that is not there.
pub static UNKNOWN_WORLD: Code = Code {
    name: "wit/unknown-world",
    severity: Severity::Error,
    page: "\
No world has the name that was given with `--world`. A world of the package itself goes by its plain
name (`command`), one of any package by its whole name (`wasi:cli/command@0.2.6`); the version may
be left out where there is only one. A world behind an `@unstable` gate is there only with
`--features` or `--all-features`.

The message has the name that was probably meant, or all that there are.",
};

/// One world is needed, and it is not clear which.
pub static WHICH_WORLD: Code = Code {
    name: "wit/which-world",
    severity: Severity::Error,
    page: "\
`--importize` and `--exportize` turn one world around, and `witkit check` holds a component to one;
the package has none or several.

```wit
package acme:kv;

world server {}
world client {}
```

Say which one with `--world server`.",
};

/// A world that cannot be turned around.
pub static CANNOT_TURN: Code = Code {
    name: "wit/cannot-turn",
    severity: Severity::Error,
    page: "\
The world cannot be turned around by `--importize` or `--exportize`: two items would have the same
name, or the world defines a resource, which it can import but not export. The message says which.

```wit
package acme:kv;

world server {
  type get = u32;
  export get: func() -> u32;
}
```

With `--importize`, the type `get` and the function `get` would both be imports. Rename one.",
};

/// A folder that has other WIT in it.
pub static FOLDER_IN_USE: Code = Code {
    name: "wit/folder-in-use",
    severity: Severity::Error,
    page: "\
All `.wit` files of a folder make up one package, and all that is in its `deps` is taken for a
dependency. The folder given with `--out-dir` has such files already, besides those that would be
written, so the package in it would not be the one that was asked for. Nothing has been written.

Give a new or empty folder, or remove the files that are named.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &CANNOT_TURN,
    &FOLDER_IN_USE,
    &LEFT_OUT,
    &NO_BINARY_FORM,
    &UNKNOWN_WORLD,
    &UNSTABLE_LEFT_OUT,
    &WHICH_WORLD,
];
