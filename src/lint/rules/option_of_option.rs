//! Rule `option-of-option`.

use wit_parser::TypeDefKind;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::type_names::{Seen, TypeNames};
use crate::wit::syntax::{NodeKind, TokenKind};

rule! {
    /// An `option` contains another `option`, directly or through a type name. There are then two
    /// different kinds of "none", and neither has a name that says what it means. In languages with
    /// a single word for none (`null`, `None`, `nil`, `undefined`), bindings cannot use it for
    /// both, and wrap one of them in another type.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Reads a value: none if the key does not exist, or if it has no value.
    ///   get: func(key: string) -> option<option<string>>;
    /// }
    /// ```
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// A value, if there is one.
    ///   type value = option<string>;
    ///
    ///   /// Reads a value.
    ///   get: func(key: string) -> option<value>;
    /// }
    /// ```
    ///
    /// Use a `variant` that names each case, or a `result` if one of them is a failure.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// The entry of a key.
    ///   variant entry {
    ///     missing,
    ///     empty,
    ///     value(string),
    ///   }
    ///
    ///   /// Reads a value.
    ///   get: func(key: string) -> entry;
    /// }
    /// ```
    OPTION_OF_OPTION: "option-of-option", Portability, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let names = TypeNames::new(cx.wit);
    for outer in cx.nodes(NodeKind::TypeGeneric) {
        if outer.first_token() != TokenKind::OptionKeyword {
            continue;
        }
        let Some(inner) = outer.type_child() else {
            continue;
        };
        let finding = |message: String| {
            OPTION_OF_OPTION
                .at(outer, message, "two kinds of none")
                .help("use a `variant` that names each case")
        };
        match names.see(inner) {
            Some(Seen::Written(TokenKind::OptionKeyword)) => {
                cx.push(finding("`option` of an `option`".to_string()));
            }
            Some(Seen::Named(TypeDefKind::Option(_), definition)) => {
                let name = inner.name().unwrap_or_default();
                let found = finding(format!("`option` of type `{name}`, which is an `option`"));
                cx.push(match names.place(definition) {
                    Some(place) => found.at(place, "an `option`"),
                    None => found,
                });
            }
            _ => {}
        }
    }
}
