//! The codes of conversions, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them.

use crate::diag::{Code, Severity};

/// A package that cannot be encoded.
pub static NO_BINARY_FORM: Code = Code {
    name: "wit/no-binary-form",
    severity: Severity::Error,
    page: "\
The package resolves, but is not valid as the type of a component, so it cannot be encoded. The
message gives the reason. Common ones are streams of `char`, borrowed handles in streams and
futures, handles in the values of maps, types larger than 4 GB, and upper-case letters in the
package name.

`witkit lint` has rules for the most common of these. If they find nothing, it reports this error
at the refused item, whatever rules are enabled.

```wit
package acme:chat;

interface lines {
  typed: func() -> stream<char>;
}
```

No component can have such an interface either. Here, use a `stream<u8>` in UTF-8 instead.",
};

/// What a binary form does not hold.
pub static LEFT_OUT: Code = Code {
    name: "wit/left-out",
    severity: Severity::Warning,
    page: "\
A package in binary form contains only the types of that package and what they need from other
packages, with documentation and gates. Nested packages that the first package does not use are
left out, and so are unused worlds and interfaces of the others. If a package has no interfaces
and worlds, even its name is left out.

```wit
package acme:kv;

package acme:kv-tests {
  interface cases {}
}
```

Keep the text, or move each package to a file of its own and convert them one by one.",
};

/// Items behind gates whose features are not active.
pub static UNSTABLE_LEFT_OUT: Code = Code {
    name: "wit/unstable-left-out",
    severity: Severity::Note,
    page: "\
The package has `@unstable` items that are missing in the output, because their features are not
enabled. The note names the features. It changes neither the output nor the exit code, and
`--deny-warnings` does not count it.

```wit
package acme:kv@1.0.0;

interface store {
  get: func(key: string) -> option<string>;

  @unstable(feature = watch)
  watch: func(key: string);
}
```

To keep these items, pass `--features watch` or `--all-features`. Without them, `witkit wit`
prints `store` with `get` only.",
};

/// A world that is not there.
pub static UNKNOWN_WORLD: Code = Code {
    name: "wit/unknown-world",
    severity: Severity::Error,
    page: "\
There is no world with the name given with `--world`. Pass the plain name of a world of the
package itself (`command`), or the full name of a world of any package (`wasi:cli/command@0.2.6`);
the version can be omitted if there is only one. A world behind an `@unstable` gate is only
available with `--features` or `--all-features`.

The help suggests a similar name or lists all worlds.",
};

/// One world is needed, and it is not clear which.
pub static WHICH_WORLD: Code = Code {
    name: "wit/which-world",
    severity: Severity::Error,
    page: "\
`--importize`, `--exportize` and `witkit check` need one world, but the package has none or
several.

```wit
package acme:kv;

world server {}
world client {}
```

Choose one with `--world server`.",
};

/// A world that cannot be turned around.
pub static CANNOT_TURN: Code = Code {
    name: "wit/cannot-turn",
    severity: Severity::Error,
    page: "\
The world cannot be converted with `--importize` or `--exportize`: two items would get the same
name, or the world defines a resource, which a world can import but not export. The message names
the item.

```wit
package acme:kv;

world server {
  type get = u32;
  export get: func() -> u32;
}
```

With `--importize`, both the type `get` and the function `get` would be imports. Rename one of
them.",
};

/// A folder that has other WIT in it.
pub static FOLDER_IN_USE: Code = Code {
    name: "wit/folder-in-use",
    severity: Severity::Error,
    page: "\
All `.wit` files of a folder form one package, and every entry of its `deps` is a dependency. The
folder given with `--out-dir` already contains such files, apart from those that would be written,
so it would not contain the same package afterwards. Nothing was written.

Choose a new or empty folder, or remove the files in the message.",
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
