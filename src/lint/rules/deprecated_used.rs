//! Rule `deprecated-used`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::gates::{attribute, described, is_within, uses_of_gated};

rule! {
    /// An item that is not deprecated refers to one that is. It passes the deprecated item on to
    /// its own users, and has to change when that item is removed.
    ///
    /// ```wit bad
    /// package acme:kv@1.2.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// The name of a value. Use `key` instead.
    ///   @since(version = 1.0.0)
    ///   @deprecated(version = 1.2.0)
    ///   type name = string;
    ///   /// The name of a value.
    ///   @since(version = 1.2.0)
    ///   type key = string;
    ///   /// Forgets a value.
    ///   @since(version = 1.0.0)
    ///   remove: func(name: name);
    ///   /// Whether a value exists.
    ///   @since(version = 1.2.0)
    ///   has: func(key: key) -> bool;
    /// }
    /// ```
    ///
    /// Refer to the replacement, or deprecate the referring item as well. If a type got a new name,
    /// define the old name as an alias of the new one.
    ///
    /// ```wit good
    /// package acme:kv@1.2.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// The name of a value. Use `key` instead.
    ///   @since(version = 1.0.0)
    ///   @deprecated(version = 1.2.0)
    ///   type name = key;
    ///   /// The name of a value.
    ///   @since(version = 1.2.0)
    ///   type key = string;
    ///   /// Forgets a value.
    ///   @since(version = 1.0.0)
    ///   remove: func(name: key);
    ///   /// Forgets a value. Use `remove` instead.
    ///   @since(version = 1.0.0)
    ///   @deprecated(version = 1.2.0)
    ///   forget: func(name: name);
    /// }
    /// ```
    DEPRECATED_USED: "deprecated-used", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    for used in uses_of_gated(cx, "deprecated") {
        let Some(deprecated) = attribute(used.definition, "deprecated") else {
            continue;
        };
        if is_within(used.node, "deprecated") {
            continue;
        }
        let finding = DEPRECATED_USED
            .at(
                used.node,
                format!(
                    "{} refers to deprecated {}",
                    described(used.item),
                    described(used.target)
                ),
                "deprecated",
            )
            .at(deprecated.locus(), "marked as deprecated here")
            .help("use its replacement, which its documentation may name");
        cx.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::facts::testing::{linted, messages};

    #[test]
    fn what_a_dependency_deprecates_is_found_where_it_is_used_once() {
        let own = "package a:b@1.0.0;\n\
            use c:d/old@1.0.0 as past;\n\
            interface i { use c:d/types@1.0.0.{t}; f: func(x: t); }\n\
            world w { import past; export i; }";
        let dependency = "package c:d@1.0.0;\n\
            interface types { @since(version = 1.0.0) @deprecated(version = 1.0.0) type t = u8; }\n\
            @since(version = 1.0.0) @deprecated(version = 1.0.0) interface old {}";
        let files = [("a.wit", own), ("deps/d/d.wit", dependency)];
        assert_eq!(
            messages(&linted("deprecated-used", &files)),
            [
                "the `use` of `c:d/types@1.0.0` refers to deprecated type `t`",
                "the import of `past` refers to deprecated interface `old`",
            ]
        );
    }
}
