//! Rule `file-name-mismatch`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::items;
use crate::wit::syntax::NodeKind;

rule! {
    /// A file contains a single interface or world, and has a different name. Readers look for an
    /// interface in a file of the same name.
    ///
    /// ```wit bad file:cache.wit
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Rename the file, or the interface if its name is the wrong one. Names with underscores are
    /// accepted, and so are the names of files that stand for more than their contents:
    /// `world.wit`, `worlds.wit`, `main.wit`, `lib.wit`, `index.wit`, `package.wit`, `types.wit`,
    /// and the name of the package.
    ///
    /// ```wit good file:store.wit
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// ```wit good file:acme_kv.wit
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// This rule is off by default: it is a matter of taste. Turn it on with `select` or `levels`
    /// in `[lint]`.
    FILE_NAME_MISMATCH: "file-name-mismatch", Style, Warning, off, check
}

/// Files that stand for more than their contents.
const USUAL: [&str; 7] = [
    "index", "lib", "main", "package", "types", "world", "worlds",
];

fn check(cx: &mut Context<'_>) {
    let package = cx
        .nodes(NodeKind::PackageDecl)
        .first()
        .map_or(Vec::new(), |package| {
            let Some(name) = package.child(NodeKind::PackageName) else {
                return Vec::new();
            };
            let parts: Vec<&str> = name.children().filter_map(|part| part.name()).collect();
            let last = parts.last().copied().unwrap_or_default();
            vec![last.to_string(), parts.join("-")]
        });
    for file in cx.files() {
        let Some(stem) = file.path.as_deref().and_then(|path| path.file_stem()) else {
            continue;
        };
        let stem = stem
            .to_string_lossy()
            .to_ascii_lowercase()
            .replace('_', "-");
        let mut items = file
            .tree
            .root()
            .children()
            .filter(|child| !matches!(child.kind(), NodeKind::PackageDecl | NodeKind::TopUse));
        let (Some(item), None) = (items.next(), items.next()) else {
            continue;
        };
        if !matches!(item.kind(), NodeKind::Interface | NodeKind::World) {
            continue;
        }
        let name = item.name().unwrap_or_default();
        if stem == name.to_ascii_lowercase()
            || USUAL.contains(&stem.as_str())
            || package.contains(&stem)
        {
            continue;
        }
        cx.push(
            FILE_NAME_MISMATCH
                .at(
                    items::place(item),
                    format!(
                        "{} is the only item of `{}`, which has a different name",
                        items::described(item),
                        file.tree.name()
                    ),
                    "differs from the file name",
                )
                .help(format!("rename the file to `{name}.wit`")),
        );
    }
}
