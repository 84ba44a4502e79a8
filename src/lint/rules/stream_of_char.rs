//! Rule `stream-of-char`.

use wit_parser::Type;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::type_names::{Seen, TypeNames};
use crate::wit::syntax::{NodeKind, TokenKind};

rule! {
    /// A `stream` carries `char`, which the component model does not allow for now, because the
    /// encoding of characters in streams is not settled. The WIT loads, but no component can be
    /// built from it: validators refuse it ("`stream<char>` is not valid at this time").
    ///
    /// ```wit bad
    /// package acme:term@1.0.0;
    ///
    /// /// A terminal.
    /// interface terminal {
    ///   /// Keyboard input.
    ///   keys: func() -> stream<char>;
    /// }
    /// ```
    ///
    /// ```wit bad
    /// package acme:term@1.0.0;
    ///
    /// /// A terminal.
    /// interface terminal {
    ///   /// A pressed key.
    ///   type key = char;
    ///
    ///   /// Keyboard input.
    ///   keys: func() -> stream<key>;
    /// }
    /// ```
    ///
    /// Use a stream of bytes, and document their encoding.
    ///
    /// ```wit good
    /// package acme:term@1.0.0;
    ///
    /// /// A terminal.
    /// interface terminal {
    ///   /// Keyboard input, in UTF-8.
    ///   keys: func() -> stream<u8>;
    /// }
    /// ```
    STREAM_OF_CHAR: "stream-of-char", Correctness, Error, on, check
}

fn check(cx: &mut Context<'_>) {
    let names = TypeNames::new(cx.wit);
    for stream in cx.nodes(NodeKind::TypeGeneric) {
        if stream.first_token() != TokenKind::Stream {
            continue;
        }
        let Some(element) = stream.type_child() else {
            continue;
        };
        let definition = match names.see(element) {
            Some(Seen::Written(TokenKind::Char)) => None,
            Some(Seen::Word(Type::Char, definition)) => Some(definition),
            _ => continue,
        };
        let finding = STREAM_OF_CHAR
            .at(
                element,
                "a `stream` cannot carry `char`",
                "not allowed in a component",
            )
            .help("use a stream of bytes, `stream<u8>`, and document their encoding");
        cx.push(match definition.and_then(|ty| names.place(ty)) {
            Some(place) => finding.at(place, "`char` used here"),
            None => finding,
        });
    }
}
