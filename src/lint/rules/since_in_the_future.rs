//! Rule `since-in-the-future`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::gates::{described, version};
use crate::lint::facts::packages::package_around;
use crate::wit::syntax::NodeKind;

rule! {
    /// A gate names a version that is newer than the package. With a later `@deprecated`, tools
    /// report the item as deprecated although it is not yet. With a later `@since`, the package
    /// does not even resolve, so this rule only finds those inside items that are gated off, which
    /// will stop resolving when their feature is enabled.
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
    /// Raise the version of the package in the same change. Until then, mark a new item as
    /// `@unstable`.
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
            Some("deprecated") => "deprecated since",
            _ => "available since",
        };
        let finding = SINCE_IN_THE_FUTURE.at(
            attribute.child(NodeKind::Version).unwrap_or(attribute),
            format!(
                "{} is {what} {from}, but the version of the package is {current}",
                described(item)
            ),
            "newer than the package",
        );
        cx.push(finding.help(format!(
            "change it to {current}, or raise the version of the package"
        )));
    }
}
