//! Every table and key of `witkit.toml`, with its type and what it does.
//!
//! This is what the reference in the docs, the JSON Schema for editors (`config::schema`) and the list
//! of known tables are made from. A reader that asks for a key which is not listed here, or with
//! another type, fails an assertion in every debug build. May import: nothing.
//! Deliberately absent: reading (`config`), and what values mean (the commands).

use Kind::{
    ChoiceTable, ListTable, Number, Text, TextOrTable, TextTable, Texts, TextsOrTable,
    TextsOrTruths, Truth,
};

/// A table, and its keys.
#[derive(Debug)]
pub struct TableKeys {
    /// Its name: `check` for `[check]`.
    pub name: &'static str,
    /// Whether there are tables with names of the user's in it.
    pub named: Named,
    /// What it is for.
    pub about: &'static str,
    /// Its keys, and those of the tables in it.
    pub keys: &'static [Key],
}

impl TableKeys {
    /// Whether it has that key, and values of it are read as `kind`.
    pub(super) fn declares(&self, key: &str, kind: Kind) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|known| known.name == key && known.kind.is_read_as(kind))
    }
}

/// Where the keys of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// In the table itself: `[check]`.
    Never,
    /// In tables in it: `[compose.NAME]`.
    Always,
    /// In both: `[policy]` and `[policy.NAME]`.
    Also,
}

/// A key.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// What it does, in one line.
    pub about: &'static str,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// `true` or `false`.
    Truth,
    /// A number in this range.
    Number(u32, u32),
    /// A list of strings.
    Texts,
    /// A table of strings.
    TextTable,
    /// A table of lists of strings.
    ListTable,
    /// A list or a table of strings.
    TextsOrTable,
    /// A list of strings, or a table of strings and `true`.
    TextsOrTruths,
    /// A table of strings and `true`, which is the form of `TextsOrTruths` that is a table.
    TruthTable,
    /// A string, or a table with keys of its own.
    TextOrTable,
    /// A table of strings, each one of these.
    ChoiceTable(&'static [&'static str]),
}

impl Kind {
    /// Whether a value of this type is read as one of type `read`.
    fn is_read_as(self, read: Kind) -> bool {
        match (self, read) {
            (Kind::TextsOrTable, Kind::Texts | Kind::TextTable) => true,
            (Kind::TextsOrTruths, Kind::Texts | Kind::TruthTable) => true,
            (Kind::ChoiceTable(_), Kind::TextTable) => true,
            _ => self == read,
        }
    }
}

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, about }
}

/// All tables, sorted by their names.
pub static TABLES: &[TableKeys] = &[
    TableKeys {
        name: "check",
        named: Named::Never,
        about: "What `witkit check` checks if it is called without flags.",
        keys: &[
            key(
                "components",
                Texts,
                "the components to check, if none is given",
            ),
            key(
                "wit",
                Text,
                "the WIT package with the world and the interfaces",
            ),
            key("world", Text, "the world of the package, if it has several"),
            key(
                "implements",
                Texts,
                "interfaces that each component must export",
            ),
            key("allow", Texts, "patterns of imports that the host provides"),
            key(
                "hosts",
                Texts,
                "hosts that each component must run on: `wasmtime-serve@38`",
            ),
            key(
                "release",
                Text,
                "the release whose features may be used: `wasi-0.2`, `wasi-0.3.0`, `wasi-0.3.1`",
            ),
            key(
                "max-size",
                Text,
                "the largest size in total: `500k`, `2M`, `64KiB`",
            ),
            key(
                "features",
                Texts,
                "features of the package whose `@unstable` items are included",
            ),
            key("all-features", Truth, "include all `@unstable` items"),
        ],
    },
    TableKeys {
        name: "compose",
        named: Named::Always,
        about: "A composition, for `witkit compose -c witkit.toml#NAME`.",
        keys: &[
            key("root", Text, "the component whose exports are exported"),
            key(
                "definitions",
                TextsOrTable,
                "the parts: files, `NAME=FILE`, or a table of files by name",
            ),
            key(
                "search-paths",
                Texts,
                "folders whose components are used if they are needed",
            ),
            key(
                "allow",
                Texts,
                "patterns of imports that may be left to the host, besides `wasi:*`",
            ),
            key("imports", Texts, "an older name of `allow`"),
            key(
                "no-imports",
                Truth,
                "leave no import unresolved, not even `wasi:*`",
            ),
            key(
                "deny",
                Texts,
                "patterns of imports whose functions fail: `[PART.]PATTERN`",
            ),
            key(
                "stub",
                TextsOrTruths,
                "patterns of imports whose functions return harmless values, or a table: `true` for a pattern, the value for a function",
            ),
            key(
                "replay",
                TextTable,
                "files with recorded calls that answer imports: `\"[PART.]PATTERN\" = \"FILE\"`",
            ),
            key(
                "trace",
                Texts,
                "patterns of imports whose calls are printed",
            ),
            key(
                "trace-to",
                Text,
                "the import that receives traced lines, instead of standard error",
            ),
            key(
                "trace-limit",
                Number(0, u32::MAX),
                "how much of strings and lists is traced; 0 for all",
            ),
            key(
                "virtual",
                TextOrTable,
                "what WASI answers from data: a file, or a table (see virtual.md)",
            ),
            key(
                "wires",
                TextTable,
                "providers: `\"PART.IMPORT\" = \"PART[.EXPORT]\"`, or `\"@host\"`",
            ),
            key(
                "exports",
                Texts,
                "items to export besides those of the root: `PART[.NAME]`",
            ),
            key(
                "chain",
                Texts,
                "middleware around the root, the outermost first",
            ),
            key(
                "chains",
                TextTable,
                "middleware before an import: `\"PART.IMPORT\" = \"A,B\"`",
            ),
            key(
                "dedupe",
                Truth,
                "share identical core modules between parts",
            ),
            key("output", Text, "where to write the composition"),
            key(
                "plan",
                Text,
                "a plan in JSON to execute; only `output` may be used with it",
            ),
        ],
    },
    TableKeys {
        name: "deps",
        named: Named::Never,
        about: "What a project needs, for `witkit deps`; WIT says itself what it needs.",
        keys: &[key(
            "components",
            TextTable,
            "components, with versions or requirements: `\"acme:kv\" = \"0.2\"`",
        )],
    },
    TableKeys {
        name: "fmt",
        named: Named::Never,
        about: "The style of `witkit fmt`.",
        keys: &[
            key("width", Number(20, 1000), "the longest line, in characters"),
            key("indent", Number(1, 16), "spaces for each level"),
        ],
    },
    TableKeys {
        name: "lint",
        named: Named::Never,
        about: "The rules of `witkit lint`.",
        keys: &[
            key("select", Texts, "run only these rules or groups"),
            key("ignore", Texts, "do not run these rules or groups"),
            key(
                "levels",
                ChoiceTable(&["error", "warning", "note", "off"]),
                "the severity of rules",
            ),
            key(
                "per-path-ignores",
                ListTable,
                "rules that do not run for files whose path matches",
            ),
            key(
                "public",
                Texts,
                "interfaces for worlds of other packages, which are never unused",
            ),
            key(
                "release",
                Text,
                "the target release of `needs-feature`: `wasi-0.2`, `wasi-0.3.0`, `wasi-0.3.1`",
            ),
            key("since", Truth, "require `@since` on every item"),
            key(
                "languages",
                Texts,
                "languages whose reserved words are avoided",
            ),
            key("acronyms", Texts, "words that are written in upper case"),
        ],
    },
    TableKeys {
        name: "metadata",
        named: Named::Never,
        about: "The metadata of components that `witkit componentize` creates.",
        keys: &[
            key("name", Text, "the name of the component"),
            key("description", Text, "what it is for"),
            key("authors", Text, "who wrote it"),
            key("licenses", Text, "its license, as an SPDX expression"),
            key("source", Text, "the URL of its source code"),
            key("homepage", Text, "the URL of its homepage"),
            key("revision", Text, "the revision of its source code"),
            key("version", Text, "its version"),
        ],
    },
    TableKeys {
        name: "paths",
        named: Named::Never,
        about: "What commands read that are called without a path.",
        keys: &[
            key("wit", Texts, "for `lint`, `fmt`, `graph` and `deps`"),
            key("components", Texts, "for `check` and `validate`"),
        ],
    },
    TableKeys {
        name: "policy",
        named: Named::Also,
        about: "Rules about imports, for `witkit check`; each `[policy.NAME]` is one more rule.",
        keys: &[
            key(
                "path",
                Text,
                "the components that the rule applies to: `checkout*.wasm`",
            ),
            key(
                "deny",
                Texts,
                "capabilities, interfaces and functions that are forbidden",
            ),
            key("allow", Texts, "imports that are known to be harmless"),
            key("allow-only", Texts, "all imports that are allowed"),
            key("reason", Text, "why, for the message"),
        ],
    },
    TableKeys {
        name: "wit",
        named: Named::Never,
        about: "How commands read WIT.",
        keys: &[key(
            "deps",
            Texts,
            "folders with packages that are not in `deps`",
        )],
    },
];
