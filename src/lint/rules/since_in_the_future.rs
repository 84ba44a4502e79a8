//! Rule `since-in-the-future`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::gates::{described, version};
use crate::lint::facts::packages::package_around;
use crate::wit::syntax::NodeKind;

rule! {
    /// An item is gated with a version that the package does not have yet. What is deprecated from
    /// a later version on is not deprecated yet, but tools say that it is. With a later `@since`, a
    /// package does not even resolve; so of these, the rule only gets to see those inside of items
    /// that are left out, which will not resolve once their feature is there.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// Forgets a value. Use `remove` instead.
    ///   @since(version = 1.0.0)
    ///   @deprecated(version = 1.1.0)
    ///   forget: func(key: string);
    ///   /// Forgets a value, and says whether there was one.
    ///   @since(version = 1.0.0)
    ///   remove: func(key: string) -> bool;
    /// }
    /// ```
    ///
    /// Raise the version of the package together with what comes in with it; until then, an item
    /// to come is `@unstable`.
    ///
    /// ```wit good
    /// package acme:kv@1.1.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// Forgets a value. Use `remove` instead.
    ///   @since(version = 1.0.0)
    ///   @deprecated(version = 1.1.0)
    ///   forget: func(key: string);
    ///   /// Forgets a value, and says whether there was one.
    ///   @since(version = 1.0.0)
    ///   remove: func(key: string) -> bool;
    /// }
    /// ```
    SINCE_IN_THE_FUTURE: "since-in-the-future", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    for attribute in cx.nodes(NodeKind::Attribute) {
        let (Some(item), Some(from)) = (attribute.parent(), version(attribute)) else {
            continue;
        };
        let package = package_around(cx, item);
        let current = cx.wit.resolve.packages[package].name.version.as_ref();
        let Some(current) = current.filter(|current| from > **current) else {
            continue;
        };
        let what = match attribute.name() {
            Some("deprecated") => "deprecated from",
            _ => "there since",
        };
        let finding = SINCE_IN_THE_FUTURE.at(
            attribute.child(NodeKind::Version).unwrap_or(attribute),
            format!(
                "{} is {what} {from}, but the package is at {current}",
                described(item)
            ),
            "no such version yet",
        );
        cx.push(finding.help(format!(
            "write {current}, or raise the version of the package"
        )));
    }
}
