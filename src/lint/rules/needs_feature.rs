//! Rule `needs-feature`.

use std::ops::Range;

use super::rule;
use crate::features::{Baseline, Feature};
use crate::lint::Context;
use crate::wit::syntax::{Node, NodeKind, TokenKind};

rule! {
    /// The package uses a feature that its target release does not have. Tools and hosts of that
    /// release refuse it, some of them with just a syntax error.
    ///
    /// `release` of `[lint]` sets the target release; without it, this rule finds nothing. Each
    /// release includes everything of the ones before it:
    ///
    /// - `wasi-0.2`: the first release of the component model;
    /// - `wasi-0.3.0`: `async` functions, `stream` and `future`;
    /// - `wasi-0.3.1`: `map`, `@external-id`, and imports and exports of an interface under a label
    ///   (`import cache: store;`).
    ///
    /// Fixed-length lists, `error-context`, getters and setters, and nested namespaces and packages
    /// are not in any release yet.
    ///
    /// ```toml
    /// [lint]
    /// release = "wasi-0.2"
    /// ```
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Streams a value.
    ///   get: func(key: string) -> stream<u8>;
    /// }
    /// ```
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Reads a value.
    ///   get: func(key: string) -> list<u8>;
    /// }
    /// ```
    ///
    /// Write it without the feature, or raise the release:
    ///
    /// ```toml
    /// [lint]
    /// release = "wasi-0.3.0"
    /// ```
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Streams a value.
    ///   get: func(key: string) -> stream<u8>;
    /// }
    /// ```
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Reads all values.
    ///   all: async func() -> map<string, list<u8>>;
    /// }
    /// ```
    NEEDS_FEATURE: "needs-feature", Portability, Error, on, check
}

fn check(cx: &mut Context<'_>) {
    let Some(wanted) = cx.options.baseline.as_deref() else {
        return;
    };
    // An unknown name was reported when it was read.
    let Ok(baseline) = Baseline::named(wanted) else {
        return;
    };
    use NodeKind::*;
    for kind in [
        FuncType,
        TypeGeneric,
        TypePrimitive,
        Import,
        Export,
        Attribute,
        PackageName,
        Path,
    ] {
        for node in cx.nodes(kind) {
            let Some((feature, place)) = used(node).filter(|(f, _)| !f.is_in(baseline)) else {
                continue;
            };
            let called = feature.called();
            let message = match feature.since() {
                Some(since) => format!("{called} needs `{since}`, but the baseline is `{wanted}`"),
                None => {
                    format!("{called} is not in any release yet, and the baseline is `{wanted}`")
                }
            };
            let finding = NEEDS_FEATURE
                .code
                .report(message)
                .at(node.tree().locus(place), format!("not in `{wanted}`"));
            cx.push(match feature.since() {
                Some(_) => finding.help("do not use it, or raise `release` in `witkit.toml`"),
                None => finding.help("do not use it"),
            });
        }
    }
}

/// The feature that a node itself needs, and where; not those of the nodes inside it.
fn used(node: Node<'_>) -> Option<(Feature, Range<usize>)> {
    let tree = node.tree();
    let first = tree.token_range(node.tokens().start);
    let names = || node.children_of(NodeKind::Name).count();
    match (node.kind(), node.first_token()) {
        (NodeKind::FuncType, TokenKind::Async) => Some((Feature::AsyncFunction, first)),
        // `get` and `set` are no keywords.
        (NodeKind::FuncType, TokenKind::Ident) => Some((Feature::Accessor, first)),
        (NodeKind::TypeGeneric, TokenKind::Stream) => Some((Feature::Stream, first)),
        (NodeKind::TypeGeneric, TokenKind::Future) => Some((Feature::Future, first)),
        (NodeKind::TypeGeneric, TokenKind::Map) => Some((Feature::Map, first)),
        (NodeKind::TypeGeneric, TokenKind::List) => {
            let length = node.own_token(TokenKind::Integer)?;
            Some((Feature::FixedLengthList, tree.token_range(length)))
        }
        (NodeKind::TypePrimitive, TokenKind::ErrorContext) => Some((Feature::ErrorContext, first)),
        (NodeKind::Import | NodeKind::Export, _) => {
            let name = node.name_node()?;
            node.child(NodeKind::Path)?;
            Some((Feature::Implements, name.range()))
        }
        (NodeKind::Attribute, _) if node.name() == Some("external-id") => {
            Some((Feature::ExternalId, node.range()))
        }
        // `a:b`; and `c`, or `a:b/c`.
        (NodeKind::PackageName, _) if names() > 2 => Some((Feature::NestedName, node.range())),
        (NodeKind::Path, _) if names() > 3 => Some((Feature::NestedName, node.range())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::wit::syntax;

    #[test]
    fn every_feature_is_found_where_it_is_written_and_nothing_else() {
        let text = "
            package a:b:c;
            interface i {
                type plain = tuple<list<u8>, option<string>, result>;
                f: async func(a: stream<u8>) -> future;
                g: func(a: list<u8, 4>) -> map<string, error-context>;
                @external-id(\"H\")
                h: get() -> u8;
                resource r { s: static set(a: u8); }
            }
            world w {
                import i;
                import d:e/f@1.0.0;
                import g: interface {}
                import h: func();
                import cache: i;
            }
            use d:e:f/g;";
        let tree = syntax::parse("a.wit".to_string(), Arc::from(text));
        let found: Vec<(Feature, &str)> = tree
            .nodes()
            .filter_map(used)
            .map(|(feature, place)| (feature, &text[place]))
            .collect();
        assert_eq!(
            found,
            [
                (Feature::NestedName, "a:b:c"),
                (Feature::AsyncFunction, "async"),
                (Feature::Stream, "stream"),
                (Feature::Future, "future"),
                (Feature::FixedLengthList, "4"),
                (Feature::Map, "map"),
                (Feature::ErrorContext, "error-context"),
                (Feature::ExternalId, "@external-id(\"H\")"),
                (Feature::Accessor, "get"),
                (Feature::Accessor, "set"),
                (Feature::Implements, "cache"),
                (Feature::NestedName, "d:e:f/g"),
            ]
        );
    }
}
