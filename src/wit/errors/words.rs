//! What wit-parser's messages mean: its words to ours.
//!
//! May import: `diag` (rank 0). Deliberately absent: places. A message that is not known here is
//! passed on as it is.

use wit_parser::ResolveErrorKind;

use super::super::codes;
use super::Words;

/// What is between the first two backquotes.
fn quoted(message: &str) -> &str {
    message.split('`').nth(1).unwrap_or_default()
}

/// A name without `[method]` and the like, as it is written in the text.
fn written(name: &str) -> &str {
    let name = name.rsplit(']').next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

/// The name of the world that a message is about.
pub(super) fn world(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("in world `")?;
    rest.split('`').next()
}

/// The name that is taken, in a message that says so, as it is written in the text.
pub(super) fn conflicting(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("conflicts with previous name `")?;
    rest.split('`').next().map(written)
}

/// Of [`wit_parser::ParseErrorKind::Syntax`] and the lexer.
pub(super) fn syntax(message: &str) -> Words {
    if let Some(what) = message.strip_prefix("empty ") {
        return empty(what);
    }
    let name = quoted(message);
    if message.contains("conflicts with previous") || message.starts_with("duplicate name") {
        let mut names = message.split('`');
        let (new, old) = (names.nth(1), names.nth(1));
        let message = match (new, old) {
            (Some(new), Some(old)) => format!(
                "`{}` and `{}` count as the same name",
                written(new),
                written(old)
            ),
            _ => message.to_string(),
        };
        return Words::new(message)
            .code(&codes::DUPLICATE)
            .label("defined again here")
            .help(
                "upper case and hyphens make no difference, nor does `get`, `static` or the like",
            );
    }
    if message.contains("has no corresponding getter") {
        return setter(name);
    }
    if message.ends_with("used in a handle must be a resource") {
        return handle(Some(name));
    }
    match message {
        _ if message.contains("is defined as an interface, not a world") => Words::new(format!(
            "`{name}` is taken for an interface, and `include` takes a world"
        ))
        .code(&codes::WRONG_KIND)
        .label("not a world")
        .help("a `use` or `import` of the same name says that it is an interface: remove it"),
        _ if message.contains("is defined as a world, not an interface") => Words::new(format!(
            "`{name}` is taken for a world, and an interface is needed"
        ))
        .code(&codes::WRONG_KIND)
        .label("not an interface")
        .help("an `include` of the same name says that it is a world: remove it"),
        "nested packages must be placed at the top-level" => {
            Words::new("a package in braces is inside of another one")
                .label("packages cannot be nested deeper")
                .help("put it beside the package that is around it")
        }
        "found doc comments on multiple 'package' items" => {
            Words::new("two files document the package")
                .label("the documentation of the package is in another file already")
                .help("keep it in one file: comments right before `package` are documentation")
        }
        "attributes not allowed on top-level use" => {
            Words::new("a `use` at the top of a file cannot have a gate")
                .help("put the gate on what uses it")
        }
        "cannot place attributes on nested packages" => {
            Words::new("a package in braces cannot have a gate")
                .help("put the gate on each interface and world in it")
        }
        "cannot have more than 32 flags" => {
            Words::new("a `flags` has more than 32 flags, and that is the most there can be")
                .label("the 33rd")
                .help("split it into two, or use a `list` of an `enum`")
        }
        "cannot specify @external-id twice" => {
            Words::new("an item has `@external-id` twice").help("remove one of the two")
        }
        "getters cannot have parameters" => Words::new("a getter has parameters")
            .label("not in a getter")
            .help("a function that takes something is a plain `func`"),
        "getters must return a value" => {
            Words::new("a getter returns nothing").help("say what it gets: `get() -> string`")
        }
        "setters must have exactly one parameter" => {
            Words::new("a setter has one parameter, no more and no less")
                .help("it is what is set: `set(value: string)`")
        }
        "if a setter return type is declared it must be a `result` with no `ok` type" => {
            Words::new("a setter returns something other than whether it failed")
                .label("expected nothing or `result<_, …>`")
        }
        "if a constructor return type is declared it must be a `result`" => Words::new(
            "a constructor returns something else than its resource",
        )
        .label("expected nothing or a `result`")
        .help("without `->` it returns the resource; if it can fail, `result<the-resource, …>`"),
        "the `ok` type must be the resource being constructed" => {
            Words::new("a constructor returns something else than its resource")
                .label("expected the resource")
        }
        _ if message.starts_with("invalid map key type") => {
            Words::new("this type cannot be the key of a `map`")
                .label("not a key")
                .help("keys are bool, char, string or whole numbers")
        }
        _ if message.starts_with("@external-id is not allowed on ") => {
            let on = message.rsplit(" on ").next().unwrap_or_default();
            Words::new(format!("`@external-id` cannot be on {on}"))
                .help("it is for functions, types, and imports and exports of worlds")
        }
        _ => Words::new(message.trim_end_matches('.')),
    }
}

fn empty(what: &str) -> Words {
    let (article, needs) = match what {
        "record" => ("a", "a field"),
        "flags" => ("a", "a flag"),
        "tuple" => ("a", "a type"),
        "enum" => ("an", "a case"),
        _ => ("a", "a case"),
    };
    Words::new(format!("{article} `{what}` without {needs} is not a type"))
        .label("it is empty")
        .help(format!("it needs {needs} at least"))
}

fn handle(name: Option<&str>) -> Words {
    let message = match name {
        Some(name) => {
            format!("`{name}` is not a resource, and only resources are owned or borrowed")
        }
        None => "only resources are owned or borrowed, and this type is none".to_string(),
    };
    Words::new(message)
        .code(&codes::WRONG_KIND)
        .label("not a resource")
        .help("name the type without `own<…>` or `borrow<…>`")
}

fn setter(name: &str) -> Words {
    let name = written(name);
    Words::new(format!(
        "`{name}` can be set, and there is no way to get it"
    ))
    .label("a setter without a getter")
    .help(format!(
        "add a getter of the same name and kind: `{name}: get() -> …;`"
    ))
}

/// Of [`wit_parser::ResolveErrorKind::Semantic`].
pub(super) fn semantic(message: &str) -> Words {
    let name = quoted(message);
    if message.starts_with("found a reference to") {
        return Words::new("this needs something behind a gate that is closed").code(&codes::GATE);
    }
    if message.contains("which contains a `borrow<T>`") {
        return Words::new(format!("function `{}` returns a `borrow`", written(name)))
            .label("a borrow ends with the call, so none can be returned")
            .help("return the resource itself, which is owned: leave out `borrow<…>`");
    }
    if message.contains("has no corresponding getter") {
        return setter(name);
    }
    if message == "type used in a handle must be a resource" {
        return handle(None);
    }
    if message.contains("contains a feature gate with a version specifier") {
        let package = bracketed(message);
        return Words::new(format!(
            "package `{package}` has no version, and something in it says since which it is there"
        ))
        .code(&codes::GATE)
        .label("this has a gate with a version")
        .help(format!(
            "give the package a version: `package {package}@1.0.0;`"
        ));
    }
    if let Some(rest) = message.strip_prefix("feature gate cannot reference unreleased version ") {
        let since = rest.split(' ').next().unwrap_or_default();
        return Words::new(format!(
            "this is there since {since}, and the package is `{}`",
            bracketed(message)
        ))
        .code(&codes::GATE)
        .label(format!(
            "`@since(version = {since})` is later than the package's own version"
        ))
        .help("raise the version of the package, or use `@unstable(feature = …)` until then");
    }
    if message.starts_with("no import or export kebab-name") {
        return Words::new(format!(
            "the included world has no `{name}` that could be renamed"
        ))
        .code(&codes::UNKNOWN_INTERFACE)
        .label("this `include`")
        .help(
            "`with` renames imports and exports that have a plain name, not those that are \
                 interfaces of a package",
        );
    }
    if message.contains("(names must be strongly unique)") {
        let mut names = message.split('`');
        let (new, old) = (names.nth(1), names.nth(3));
        return Words::new(format!(
            "`{}` and `{}` count as the same name in world `{}`",
            written(new.unwrap_or_default()),
            written(old.unwrap_or_default()),
            world(message).unwrap_or_default()
        ))
        .code(&codes::DUPLICATE)
        .help("one of them comes with an `include`: rename it there, `include w with { a as b }`");
    }
    if message.contains("not defined in interface") {
        return Words::new(format!("the interface has no type `{name}`"))
            .code(&codes::UNKNOWN_TYPE)
            .label("no such type");
    }
    Words::new(message.trim_end_matches('.'))
}

/// What is between `[` and `]`.
fn bracketed(message: &str) -> &str {
    let inside = message.split_once('[').map_or("", |(_, rest)| rest);
    inside.split(']').next().unwrap_or_default()
}

/// Of the others.
pub(super) fn resolve(kind: &ResolveErrorKind) -> Words {
    match kind {
        ResolveErrorKind::PackageNotFound { requested, .. } => {
            Words::new(format!("unknown package `{requested}`"))
                .code(&codes::UNKNOWN_PACKAGE)
                .label("needed here")
        }
        ResolveErrorKind::WorldNotFound {
            requested, package, ..
        } => Words::new(format!("package `{package}` has no world `{requested}`"))
            .code(&codes::UNKNOWN_INTERFACE)
            .label("no such world"),
        ResolveErrorKind::InterfaceNotFound {
            requested, package, ..
        } => Words::new(format!(
            "package `{package}` has no interface `{requested}`"
        ))
        .code(&codes::UNKNOWN_INTERFACE)
        .label("no such interface")
        .help("a world of another package cannot be brought in with `use`: include it in full"),
        ResolveErrorKind::InvalidTransitiveDependency { name, .. } => Words::new(format!(
            "the export `{name}` needs one interface both as it is imported and as it is exported"
        ))
        .label("in this world")
        .help(format!(
            "`{name}` uses types of an interface that is not exported, and so is imported; that \
             one uses types of an interface which is exported, and `{name}` would have two copies \
             of it: export all interfaces on the way as well, or none"
        )),
        ResolveErrorKind::PackageCycle { package, .. } => {
            Words::new(format!("package `{package}` depends on itself")).code(&codes::CYCLE)
        }
        ResolveErrorKind::ItemShadowing {
            item_type, name, ..
        } => Words::new(format!(
            "the included world has an {item_type} `{}`, and there is one already",
            written(name)
        ))
        .code(&codes::DUPLICATE)
        .label("this `include` brings the other one")
        .help(format!(
            "give it another name: `include … with {{ {0} as other-{0} }}`",
            written(name)
        )),
        ResolveErrorKind::StabilityMismatch { .. } => {
            Words::new("an interface comes into the world twice, with gates that differ")
                .code(&codes::GATE)
                .help("make the gates equal, or remove one of the two")
        }
        other => Words::new(other.to_string()),
    }
}
