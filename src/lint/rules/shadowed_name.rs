//! Rule `shadowed-name`.

use std::collections::BTreeMap;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::items;
use crate::lint::facts::paths::Paths;
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// A name is given to an item where another item of the same name is known. Readers confuse the
    /// two, and moving a line to another file changes its meaning.
    ///
    /// A type is imported under the name of another type of the same interface:
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Requests and responses.
    /// interface types {
    ///   /// A request.
    ///   type request = string;
    ///   /// A response.
    ///   type response = string;
    ///   /// Sends a request.
    ///   ask: func(request: request) -> response;
    /// }
    ///
    /// /// Storage.
    /// interface store {
    ///   use types.{request as response};
    ///
    ///   /// Logs a request.
    ///   log: func(asked: response);
    /// }
    /// ```
    ///
    /// An inline interface of a world has the name of an interface of the package. The two are
    /// different interfaces and may have different functions:
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    ///
    /// /// An application.
    /// world app {
    ///   /// The storage of the application.
    ///   import store: interface {
    ///     /// Whether the storage is full.
    ///     full: func() -> bool;
    ///   }
    /// }
    ///
    /// /// Storage as a service.
    /// world service {
    ///   export store;
    /// }
    /// ```
    ///
    /// The third case needs two files: one has `use other:package/store;` at its top, while another
    /// file of the package defines an interface `store`. In the first file `store` means the
    /// former, in all other files the latter.
    ///
    /// Choose a different name; for a `use`, add `as`.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Requests and responses.
    /// interface types {
    ///   /// A request.
    ///   type request = string;
    ///   /// A response.
    ///   type response = string;
    ///   /// Sends a request.
    ///   ask: func(request: request) -> response;
    /// }
    ///
    /// /// Storage.
    /// interface store {
    ///   use types.{request as query};
    ///
    ///   /// Logs a request.
    ///   log: func(asked: query);
    /// }
    /// ```
    SHADOWED_NAME: "shadowed-name", Correctness, Warning, on, check
}

/// Which package something is in: a package in braces by its file and node, or the main one.
type Scope<'w> = Option<(&'w str, usize)>;

/// The interfaces and worlds of packages, which are known in all of the package's files.
type Known<'w> = BTreeMap<(Scope<'w>, &'w str), Node<'w>>;

fn scope(node: Node<'_>) -> Scope<'_> {
    let nested = node
        .ancestors()
        .find(|around| around.kind() == NodeKind::NestedPackage)?;
    Some((nested.tree().name(), nested.index()))
}

fn check(cx: &mut Context<'_>) {
    let mut paths = Paths::new(cx.wit);
    used_types(cx, &mut paths);
    let mut known: Known<'_> = BTreeMap::new();
    for kind in [NodeKind::Interface, NodeKind::World] {
        for item in cx.nodes(kind) {
            if let Some(name) = item.name() {
                known.insert((scope(item), name), item);
            }
        }
    }
    for item in cx.nodes(NodeKind::TopUse) {
        top_use(cx, &known, item);
    }
    for interface in cx.nodes(NodeKind::InlineInterface) {
        inline_interface(cx, &known, interface);
    }
}

/// `use a.{b as c}` where `a` has a `c`.
fn used_types<'w>(cx: &mut Context<'w>, paths: &mut Paths<'w>) {
    for name in cx.nodes(NodeKind::UseName) {
        let mut names = name.children_of(NodeKind::Name);
        let (Some(used), Some(called)) = (names.next(), names.next()) else {
            continue;
        };
        let path = name.parent().and_then(|item| item.child(NodeKind::Path));
        let (Some(path), Some(package)) = (path, paths.package_of(name)) else {
            continue;
        };
        let Some(interface) = paths.interface(path, package) else {
            continue;
        };
        let (used, name) = (
            used.name().unwrap_or_default(),
            called.name().unwrap_or_default(),
        );
        let other = cx.wit.resolve.interfaces[interface].types.get(name);
        let Some(other) = other.filter(|_| used != name) else {
            continue;
        };
        let message = format!(
            "`{used}` is imported as `{name}`, but `{}` has another type `{name}`",
            path.text()
        );
        let mut finding = SHADOWED_NAME.at(called, message, format!("this `{name}` is `{used}`"));
        if let Some(place) = cx.wit.locus(cx.wit.resolve.types[*other].span) {
            finding = finding.at(place, format!("the other `{name}`"));
        }
        cx.push(finding.help("choose a name that the interface does not define"));
    }
}

/// `use a:b/c;` in a file, where the package has a `c` in another.
fn top_use<'w>(cx: &mut Context<'w>, known: &Known<'w>, item: Node<'w>) {
    let Some(path) = item.child(NodeKind::Path) else {
        return;
    };
    let last = path.children_of(NodeKind::Name).last();
    let Some(place) = item.name_node().or(last) else {
        return;
    };
    let name = place.name().unwrap_or_default();
    let Some(other) = known.get(&(scope(item), name)) else {
        return;
    };
    // `use store;` is the package's own.
    if path.name() == Some(name) && path.children_of(NodeKind::Name).count() == 1 {
        return;
    }
    cx.push(
        SHADOWED_NAME
            .at(
                place,
                format!(
                    "`{name}` shadows {} of the package",
                    items::described(*other)
                ),
                format!("`{name}` is `{}` in this file", path.text()),
            )
            .at(
                items::place(*other).locus(),
                format!("`{name}` in the other files"),
            )
            .help(format!("use another name: `use {} as …;`", path.text())),
    );
}

/// `import a: interface { … }` where the package has an interface `a`.
fn inline_interface<'w>(cx: &mut Context<'w>, known: &Known<'w>, inner: Node<'w>) {
    let Some(item) = inner.parent() else {
        return;
    };
    let name = item.name().unwrap_or_default();
    let other = known.get(&(scope(item), name));
    let Some(other) = other.filter(|other| other.kind() == NodeKind::Interface) else {
        return;
    };
    cx.push(
        SHADOWED_NAME
            .at(
                items::place(item),
                format!("inline interface `{name}` shadows interface `{name}` of the package"),
                "inline interface of this world",
            )
            .at(items::place(*other).locus(), "interface of the package")
            .help(format!(
                "rename it, or write `{} {name};` if it is meant to be the same interface",
                items::verb(item)
            )),
    );
}
