//! Rule `stable-uses-unstable`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::gates::{Gate, described, gate, place, uses_of_gated};
use crate::wit::gates::has_to_be_gated;
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// A stable item refers to an item that is `@unstable`. Without the feature of that item, the
    /// package no longer resolves, neither for its author nor for any package that depends on it.
    /// The rule finds this when the feature is enabled, for example with `--all-features`.
    /// A type in an interface or world with a feature needs the same feature, and so does a function
    /// of a resource with one:
    ///
    /// ```wit bad features:history
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// A version of a value.
    ///   @unstable(feature = history)
    ///   record revision {
    ///     /// The number of the version.
    ///     number: u64,
    ///   }
    ///   /// The current version.
    ///   current: func() -> revision;
    /// }
    /// ```
    ///
    /// Gate the referring item as well, or make the other one stable first.
    ///
    /// ```wit good features:history
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// A version of a value.
    ///   @unstable(feature = history)
    ///   record revision {
    ///     /// The number of the version.
    ///     number: u64,
    ///   }
    ///   /// The current version.
    ///   @unstable(feature = history)
    ///   current: func() -> revision;
    /// }
    /// ```
    ///
    /// If an item with one feature refers to an item with another, the package does not resolve
    /// when only the first feature is enabled:
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// A version of a value.
    ///   @unstable(feature = history)
    ///   record revision {
    ///     /// The number of the version.
    ///     number: u64,
    ///   }
    ///   /// Keeps a copy of a version.
    ///   @unstable(feature = copies)
    ///   copy: func(of: revision);
    /// }
    /// ```
    STABLE_USES_UNSTABLE: "stable-uses-unstable", Correctness, Error, on, check
}

fn check(cx: &mut Context<'_>) {
    for used in uses_of_gated(cx, "unstable") {
        let Some((Gate::Unstable(feature), attribute)) = gate(used.definition) else {
            continue;
        };
        let wants = |around: Node<'_>| match gate(around) {
            Some((Gate::Unstable(wanted), _)) => wanted == feature,
            _ => false,
        };
        if used.node.with_ancestors().any(wants) {
            continue;
        }
        let (by, to) = (described(used.item), described(used.target));
        let finding = STABLE_USES_UNSTABLE
            .at(
                used.node,
                format!("{by} refers to {to}, which requires the feature `{feature}`"),
                "missing without the feature",
            )
            .at(attribute.locus(), "gated here")
            .help(format!(
                "gate {by} with `@unstable(feature = {feature})` as well"
            ));
        cx.push(finding);
    }
    for kind in [NodeKind::Interface, NodeKind::World, NodeKind::Resource] {
        for around in cx.nodes(kind) {
            inside(cx, around);
        }
    }
}

/// What is in an item with a feature, but does not need the feature.
fn inside(cx: &mut Context<'_>, around: Node<'_>) {
    let Some((Gate::Unstable(feature), attribute)) = gate(around) else {
        return;
    };
    let wants = |item: Node<'_>| match gate(item) {
        Some((Gate::Unstable(wanted), _)) => wanted == feature,
        _ => false,
    };
    // Without the feature, nothing in there is looked at.
    if around.ancestors().any(wants) {
        return;
    }
    let whole = described(around);
    for item in has_to_be_gated(around).filter(|item| !wants(*item)) {
        let by = described(item);
        let finding = STABLE_USES_UNSTABLE
            .at(
                place(item),
                format!("{by} is in {whole}, which requires the feature `{feature}`"),
                "always there",
            )
            .at(attribute.locus(), format!("the gate of {whole}"))
            .help(format!(
                "gate {by} with `@unstable(feature = {feature})` as well"
            ));
        cx.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::facts::testing::{linted, messages};

    #[test]
    fn types_uses_imports_and_includes_are_looked_at_in_dependencies_as_well() {
        let own = "package a:b@1.0.0;\n\
            interface i { use c:d/types@1.0.0.{t, u}; f: func(x: list<t>); }\n\
            interface j { @unstable(feature = x) use c:d/types@1.0.0.{t}; g: func(x: t); }\n\
            world w { import c:d/gone@1.0.0; include c:d/all@1.0.0; export i; }";
        let dependency = "package c:d@1.0.0;\n\
            interface types { @unstable(feature = x) type t = u8; type u = u8; }\n\
            @unstable(feature = y) interface gone {}\n\
            @unstable(feature = z) world all {}";
        let files = [("a.wit", own), ("deps/d/d.wit", dependency)];
        let only_with = "which requires the feature";
        assert_eq!(
            messages(&linted("stable-uses-unstable", &files)),
            [
                format!("the `use` of `c:d/types@1.0.0` refers to type `t`, {only_with} `x`"),
                format!("function `g` refers to type `t`, {only_with} `x`"),
                format!(
                    "the import of `c:d/gone@1.0.0` refers to interface `gone`, {only_with} `y`"
                ),
                format!("the `include` of `c:d/all@1.0.0` refers to world `all`, {only_with} `z`"),
            ]
        );
    }

    #[test]
    fn what_is_in_an_item_with_a_feature_has_the_feature() {
        let own = "package a:b;\n\
            interface j { type k = u8; }\n\
            @unstable(feature = x) interface i { use j.{k}; type t = k; f: func(a: t); }\n\
            interface g { @unstable(feature = y) resource r { constructor(); a: func(); } }\n\
            @unstable(feature = x) interface right { @unstable(feature = x) type t = u8; }";
        let with = |item: &str, whole: &str, feature: &str| {
            format!("{item} is in {whole}, which requires the feature `{feature}`")
        };
        assert_eq!(
            messages(&linted("stable-uses-unstable", &[("a.wit", own)])),
            [
                with("the `use` of `j`", "interface `i`", "x"),
                with("type `t`", "interface `i`", "x"),
                with("the constructor of `r`", "resource `r`", "y"),
                with("function `r.a`", "resource `r`", "y"),
            ]
        );
    }
}
