//! Rule `deprecated-without-replacement`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::gates::{described, place};
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// An item is `@deprecated`, but its documentation does not say what to use instead, so
    /// everyone who gets the warning has to find out on their own. Documentation counts as saying
    /// it if it quotes a name other than the item's own, or contains a word such as "use",
    /// "instead" or "replaced".
    ///
    /// ```wit bad
    /// package acme:kv@1.2.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// Forgets a value.
    ///   @since(version = 1.0.0)
    ///   @deprecated(version = 1.2.0)
    ///   forget: func(key: string);
    ///   /// Forgets a value, and says whether there was one.
    ///   @since(version = 1.2.0)
    ///   remove: func(key: string) -> bool;
    /// }
    /// ```
    ///
    /// Name the replacement, or say that there is none.
    ///
    /// ```wit good
    /// package acme:kv@1.2.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// Forgets a value. Replaced by `remove`.
    ///   @since(version = 1.0.0)
    ///   @deprecated(version = 1.2.0)
    ///   forget: func(key: string);
    ///   /// Forgets a value, and says whether there was one.
    ///   @since(version = 1.2.0)
    ///   remove: func(key: string) -> bool;
    /// }
    /// ```
    DEPRECATED_WITHOUT_REPLACEMENT: "deprecated-without-replacement",
    Correctness, Warning, on, check
}

/// Words that tell what to do instead, or that there is nothing to do.
const WORDS: &[&str] = &[
    "use", "using", "uses", "instead", "favor", "favour", "prefer", "see", "move", "moved",
    "switch", "obsolete",
];

/// Beginnings of such words.
const STEMS: &[&str] = &[
    "replac",
    "supersed",
    "migrat",
    "renam",
    "remov",
    "successor",
    "alternativ",
];

fn check(cx: &mut Context<'_>) {
    for attribute in cx.nodes(NodeKind::Attribute) {
        if attribute.name() != Some("deprecated") {
            continue;
        }
        let Some(item) = attribute.parent() else {
            continue;
        };
        if says_what_to_use(&docs(item), item.name().unwrap_or_default()) {
            continue;
        }
        let finding = DEPRECATED_WITHOUT_REPLACEMENT
            .at(
                attribute,
                format!(
                    "the documentation of {} does not name a replacement",
                    described(item)
                ),
                "deprecated",
            )
            .at(place(item).locus(), "documentation without a replacement");
        cx.push(
            finding.help("name the replacement in the documentation, or say that there is none"),
        );
    }
}

/// The comments before an item, and those between its attributes.
fn docs(item: Node<'_>) -> String {
    let tree = item.tree();
    let end = place(item).tokens().start;
    let inside = item.tokens().start..end.max(item.tokens().start);
    let inside = inside.filter(|token| tree.tokens()[*token].kind.is_comment());
    let comments: Vec<&str> = item
        .comments_before()
        .chain(inside)
        .map(|token| tree.token_text(token))
        .collect();
    comments.join("\n")
}

fn says_what_to_use(docs: &str, name: &str) -> bool {
    let quoted = docs.split('`').skip(1).step_by(2);
    if quoted
        .into_iter()
        .any(|quoted| quoted != name && !quoted.trim().is_empty())
    {
        return true;
    }
    let words = docs.split(|c: char| !c.is_alphanumeric());
    let mut words = words.map(str::to_lowercase);
    words.any(|word| {
        WORDS.contains(&word.as_str()) || STEMS.iter().any(|stem| word.starts_with(stem))
    })
}
