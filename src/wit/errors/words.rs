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
            (Some(new), Some(old)) => {
                format!("name `{}` conflicts with `{}`", written(new), written(old))
            }
            _ => message.to_string(),
        };
        return Words::new(message)
            .code(&codes::DUPLICATE)
            .label("redefined here")
            .note("names that differ only in case, hyphens, or `get`, `static` and the like are equal");
    }
    if message.contains("has no corresponding getter") {
        return setter(name);
    }
    if message.ends_with("used in a handle must be a resource") {
        return handle(Some(name));
    }
    match message {
        _ if message.contains("is defined as an interface, not a world") => {
            Words::new(format!("expected a world, found interface `{name}`"))
                .code(&codes::WRONG_KIND)
                .label("not a world")
                .note("a `use` or `import` of the same name makes it an interface")
                .help("remove the `use` or `import`")
        }
        _ if message.contains("is defined as a world, not an interface") => {
            Words::new(format!("expected an interface, found world `{name}`"))
                .code(&codes::WRONG_KIND)
                .label("not an interface")
                .note("an `include` of the same name makes it a world")
                .help("remove the `include`")
        }
        "nested packages must be placed at the top-level" => {
            Words::new("nested package inside a nested package")
                .label("not allowed here")
                .help("move it out of the package around it")
        }
        "found doc comments on multiple 'package' items" => {
            Words::new("the package has documentation in two files")
                .label("already documented in another file")
                .help("keep the `///` comment above `package` in one file only")
        }
        "attributes not allowed on top-level use" => {
            Words::new("gate on a `use` at the top of a file")
                .help("move the gate to the items that use it")
        }
        "cannot place attributes on nested packages" => Words::new("gate on a nested package")
            .help("move the gate to each interface and world in it"),
        "cannot have more than 32 flags" => {
            Words::new("a `flags` type cannot have more than 32 flags")
                .label("33rd flag")
                .help("split it into two, or use a `list` of an `enum`")
        }
        "cannot specify @external-id twice" => {
            Words::new("duplicate `@external-id`").help("remove one of them")
        }
        "getters cannot have parameters" => Words::new("a getter cannot have parameters")
            .label("not allowed in a getter")
            .help("remove the parameters, or use a plain `func`"),
        "getters must return a value" => {
            Words::new("a getter must return a value").help("add a result: `get() -> string`")
        }
        "setters must have exactly one parameter" => {
            Words::new("a setter must have exactly one parameter")
                .help("declare the new value as its parameter: `set(value: string)`")
        }
        "if a setter return type is declared it must be a `result` with no `ok` type" => {
            Words::new("invalid result of a setter").label("expected no result or `result<_, …>`")
        }
        "if a constructor return type is declared it must be a `result`" => {
            Words::new("invalid result of a constructor")
                .label("expected no result or a `result`")
                .help("remove the result, or use `result<the-resource, …>` if it can fail")
        }
        "the `ok` type must be the resource being constructed" => {
            Words::new("invalid result of a constructor").label("expected the resource")
        }
        _ if message.starts_with("invalid map key type") => {
            Words::new("invalid key type of a `map`")
                .label("not a valid key type")
                .help("use `bool`, `char`, `string` or an integer type")
        }
        _ if message.starts_with("@external-id is not allowed on ") => {
            let on = message.rsplit(" on ").next().unwrap_or_default();
            Words::new(format!("`@external-id` is not allowed on {on}"))
                .note("it is allowed on functions, types, and imports and exports of worlds")
        }
        _ => Words::new(message.trim_end_matches('.')),
    }
}

fn empty(what: &str) -> Words {
    let (article, needs) = match what {
        "record" => ("a", "field"),
        "flags" => ("a", "flag"),
        "tuple" => ("a", "type"),
        _ => ("a", "case"),
    };
    Words::new(format!("empty `{what}`"))
        .label(format!("needs at least one {needs}"))
        .help(format!("add {article} {needs}"))
}

fn handle(name: Option<&str>) -> Words {
    let message = match name {
        Some(name) => {
            format!("expected a resource, found `{name}`")
        }
        None => "expected a resource, found another type".to_string(),
    };
    Words::new(message)
        .code(&codes::WRONG_KIND)
        .label("not a resource")
        .note("only resources can be owned or borrowed")
        .help("use the type without `own<…>` or `borrow<…>`")
}

fn setter(name: &str) -> Words {
    let name = written(name);
    Words::new(format!("setter `{name}` has no getter"))
        .label("missing getter")
        .help(format!(
            "add a getter of the same name and kind: `{name}: get() -> …;`"
        ))
}

/// Of [`wit_parser::ResolveErrorKind::Semantic`].
pub(super) fn semantic(message: &str) -> Words {
    let name = quoted(message);
    if message.starts_with("found a reference to") {
        return Words::new("use of an item behind a closed gate").code(&codes::GATE);
    }
    if message.contains("which contains a `borrow<T>`") {
        return Words::new(format!("function `{}` returns a `borrow`", written(name)))
            .label("a borrow cannot outlive the call")
            .help("return the owned resource: remove `borrow<…>`");
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
            "`@since` in package `{package}`, which has no version"
        ))
        .code(&codes::GATE)
        .label("gate with a version")
        .help(format!(
            "add a version to the package: `package {package}@1.0.0;`"
        ));
    }
    if let Some(rest) = message.strip_prefix("feature gate cannot reference unreleased version ") {
        let since = rest.split(' ').next().unwrap_or_default();
        return Words::new(format!(
            "`@since(version = {since})` is newer than package `{}`",
            bracketed(message)
        ))
        .code(&codes::GATE)
        .label("newer than the package")
        .help("raise the version of the package, or use `@unstable(feature = …)` until then");
    }
    if message.starts_with("no import or export kebab-name") {
        return Words::new(format!(
            "cannot find `{name}` in the included world"
        ))
        .code(&codes::UNKNOWN_INTERFACE)
        .label("included here")
        .note(
            "`with` renames only imports and exports with a plain name, not interfaces of a package",
        );
    }
    if message.contains("(names must be strongly unique)") {
        let mut names = message.split('`');
        let (new, old) = (names.nth(1), names.nth(3));
        return Words::new(format!(
            "name `{}` conflicts with `{}` in world `{}`",
            written(new.unwrap_or_default()),
            written(old.unwrap_or_default()),
            world(message).unwrap_or_default()
        ))
        .code(&codes::DUPLICATE)
        .help("rename the included one: `include w with { a as b }`");
    }
    if message.contains("not defined in interface") {
        return Words::new(format!("cannot find type `{name}` in the interface"))
            .code(&codes::UNKNOWN_TYPE)
            .label("not found");
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
            Words::new(format!("cannot find package `{requested}`"))
                .code(&codes::UNKNOWN_PACKAGE)
                .label("used here")
        }
        ResolveErrorKind::WorldNotFound {
            requested, package, ..
        } => Words::new(format!(
            "cannot find world `{requested}` in package `{package}`"
        ))
        .code(&codes::UNKNOWN_INTERFACE)
        .label("not found"),
        ResolveErrorKind::InterfaceNotFound {
            requested, package, ..
        } => Words::new(format!(
            "cannot find interface `{requested}` in package `{package}`"
        ))
        .code(&codes::UNKNOWN_INTERFACE)
        .label("not found")
        .help("if it is a world, include it by its full name: `use` takes only interfaces"),
        ResolveErrorKind::InvalidTransitiveDependency { name, .. } => Words::new(format!(
            "export `{name}` depends on both the imported and the exported copy of an interface"
        ))
        .label("in this world")
        .note(format!(
            "`{name}` uses types of an imported interface, which uses types of an exported one"
        ))
        .help("export all interfaces in between as well, or none of them"),
        ResolveErrorKind::PackageCycle { package, .. } => {
            Words::new(format!("package `{package}` depends on itself")).code(&codes::CYCLE)
        }
        ResolveErrorKind::ItemShadowing {
            item_type, name, ..
        } => Words::new(format!(
            "{item_type} `{}` of the included world already exists",
            written(name)
        ))
        .code(&codes::DUPLICATE)
        .label("included here")
        .help(format!(
            "rename it: `include … with {{ {0} as other-{0} }}`",
            written(name)
        )),
        ResolveErrorKind::StabilityMismatch { .. } => {
            Words::new("an interface is imported or exported twice, with different gates")
                .code(&codes::GATE)
                .help("use the same gate for both, or remove one of them")
        }
        other => Words::new(other.to_string()),
    }
}
