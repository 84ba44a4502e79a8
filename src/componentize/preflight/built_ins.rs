//! Advice about built-ins that do not exist, or not where they are imported from.
//!
//! Lives here: [`advice`], [`is_named_like_one`]. May import: `diag` (rank 0).
//! Deliberately absent: the types of those that exist (`intrinsics`).

use super::advice::Advice;
use super::intrinsics;
use crate::diag::did_you_mean;

/// Those that belong to no item and are imported from `$root`.
const OF_THE_ROOT: &[&str] = &[
    "[backpressure-dec]",
    "[backpressure-inc]",
    "[context-get-0]",
    "[context-get-1]",
    "[context-set-0]",
    "[context-set-1]",
    "[error-context-debug-message-latin1+utf16]",
    "[error-context-debug-message-utf16]",
    "[error-context-debug-message-utf8]",
    "[error-context-drop]",
    "[error-context-new-latin1+utf16]",
    "[error-context-new-utf16]",
    "[error-context-new-utf8]",
    "[subtask-cancel]",
    "[subtask-drop]",
    "[thread-index]",
    "[thread-new-indirect-v0]",
    "[thread-resume-later]",
    "[thread-suspend]",
    "[thread-suspend-then-promote]",
    "[thread-suspend-then-resume]",
    "[thread-yield]",
    "[thread-yield-then-promote]",
    "[thread-yield-then-resume]",
    "[waitable-join]",
    "[waitable-set-drop]",
    "[waitable-set-new]",
    "[waitable-set-poll]",
    "[waitable-set-wait]",
];

/// Those that belong to an item: what comes before the item's name.
const OF_AN_ITEM: &[&str] = &[
    "[future-cancel-read-",
    "[future-cancel-write-",
    "[future-drop-readable-",
    "[future-drop-writable-",
    "[future-new-",
    "[future-read-",
    "[future-write-",
    "[resource-drop]",
    "[resource-new]",
    "[resource-rep]",
    "[stream-cancel-read-",
    "[stream-cancel-write-",
    "[stream-drop-readable-",
    "[stream-drop-writable-",
    "[stream-new-",
    "[stream-read-",
    "[stream-write-",
    "[task-return]",
];

/// Built-ins of earlier drafts: how their names begin, and what replaced them.
const REPLACED: &[(&str, &str)] = &[
    ("[async]", "[async-lower]"),
    (
        "[backpressure-set]",
        "[backpressure-inc]` and `[backpressure-dec]",
    ),
    (
        "[error-context-debug-message;",
        "[error-context-debug-message-utf8]",
    ),
    ("[error-context-new;", "[error-context-new-utf8]"),
    ("[future-close-readable-", "[future-drop-readable-"),
    ("[future-close-writable-", "[future-drop-writable-"),
    ("[stream-close-readable-", "[stream-drop-readable-"),
    ("[stream-close-writable-", "[stream-drop-writable-"),
    (
        "[task-backpressure]",
        "[backpressure-inc]` and `[backpressure-dec]",
    ),
    ("[task-poll]", "[waitable-set-poll]"),
    ("[task-wait]", "[waitable-set-wait]"),
    ("[task-yield]", "[thread-yield]"),
    ("[thread-new-indirect]", "[thread-new-indirect-v0]"),
    ("[yield]", "[thread-yield]"),
];

/// Whether an import is named as built-ins are, and not as functions of resources.
pub(super) fn is_named_like_one(name: &str) -> bool {
    let bare = name.strip_prefix("[async-lower]").unwrap_or(name);
    let of_functions = ["[method]", "[static]", "[constructor]", "[get]", "[set]"];
    bare.starts_with('[') && !of_functions.iter().any(|prefix| bare.starts_with(prefix))
}

/// What to do about the import from `module` of a built-in that does not exist.
pub(super) fn advice(module: &str, name: &str) -> Vec<Advice> {
    let bindings = "generate the bindings again with a current wit-bindgen";
    if let Some((old, new)) = REPLACED.iter().find(|(old, _)| name.starts_with(old)) {
        let note = format!("`{old}` of an earlier draft was replaced by `{new}`");
        return vec![Advice::note(note).and(bindings)];
    }
    if let Some(rest) = name.strip_prefix("[cancellable]") {
        let note = Advice::note("cancellable built-ins are not supported");
        return vec![note.and(format!("import `{rest}`"))];
    }
    let exported = module.starts_with("[export]");
    if name == "[task-cancel]" && module != "[export]$root" {
        return vec![moved(name, "[export]$root")];
    }
    if name.starts_with("[task-return]") && !exported {
        return vec![moved(name, &format!("[export]{module}"))];
    }
    if module != "$root" && intrinsics::of_the_root(name).is_some() {
        return vec![moved(name, "$root")];
    }
    if ["[resource-new]", "[resource-rep]"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
    {
        return match exported {
            true => vec![Advice::note(
                "only an interface that defines the resource has this built-in",
            )],
            false => vec![moved(name, &format!("[export]{module}"))],
        };
    }
    // Of a known kind, but with an item that is not there.
    if let Some(prefix) = OF_AN_ITEM.iter().find(|prefix| name.starts_with(**prefix)) {
        let note = Advice::note(format!("no item of that name has a built-in `{prefix}…`"));
        return vec![note.and("generate the bindings again from this WIT package")];
    }
    let items = OF_AN_ITEM.iter().copied();
    let known = OF_THE_ROOT.iter().copied().chain(["[task-cancel]"]);
    match did_you_mean(name, known) {
        Some(near) => vec![
            Advice::help(format!("did you mean `{near}`?")),
            Advice::help(bindings),
        ],
        None => match near_kind(name, items) {
            Some(near) => vec![
                Advice::help(format!("did you mean `{near}…`?")),
                Advice::help(bindings),
            ],
            None => vec![Advice::help(bindings)],
        },
    }
}

/// The kind of built-in that was probably meant; items are of no account.
fn near_kind<'a>(name: &str, kinds: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let end = name.find(']').map_or(name.len(), |end| end + 1);
    let kind = name[..end].trim_end_matches(|c: char| c.is_ascii_digit() || c == ']');
    did_you_mean(kind, kinds)
}

fn moved(name: &str, module: &str) -> Advice {
    Advice::help(format!(
        "import it from `{module}`: `(import \"{module}\" \"{name}\" …)`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_the_root_is_what_the_classifier_knows() {
        for name in OF_THE_ROOT {
            assert!(intrinsics::of_the_root(name).is_some(), "{name}");
        }
    }

    #[test]
    fn misspelt_moved_and_replaced_built_ins_are_told_apart() {
        let first = |module: &str, name: &str| advice(module, name).swap_remove(0).text();
        assert_eq!(
            first("$root", "[subtask-dropp]"),
            "did you mean `[subtask-drop]`?"
        );
        assert!(first("$root", "[task-cancel]").contains("`[export]$root`"));
        assert!(first("a:b/i", "[waitable-set-new]").contains("`$root`"));
        assert!(first("$root", "[backpressure-set]").contains("was replaced by"));
        assert!(first("a:b/i", "[stream-close-readable-0]f").contains("[stream-drop-readable-"));
        assert_eq!(
            first("a:b/i", "[stream-reed-0]f"),
            "did you mean `[stream-read-…`?"
        );
        assert!(first("$root", "[something]").contains("generate the bindings"));
    }
}
