//! Rule `keyword-name`.

use std::collections::BTreeSet;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::keywords::{LANGUAGES, Language, Role, WIT};
use crate::wit::syntax::{KEYWORDS, Node, NodeKind, TokenKind};

rule! {
    /// A name is a reserved word: of WIT, where it needs a `%`, or of a language that bindings are
    /// generated for, in the form that the name takes there. Bindings change such names, mostly by
    /// appending a `_`, and every generator does it differently. The result looks odd in code, and
    /// searching for the WIT name does not find it.
    ///
    /// This rule is off by default: nearly every interface has a field `type` or a parameter `in`,
    /// and bindings can handle that. `languages` of `[lint]` selects the languages to check: `wit`,
    /// `rust`, `c` (with C++), `go`, `python`, `js`, `csharp`, `moonbit`. The default is all of
    /// them.
    ///
    /// ```wit bad
    /// package acme:mail@1.0.0;
    ///
    /// /// Mail.
    /// interface mail {
    ///   /// Sends a message.
    ///   send: func(%from: string, to: string, text: string);
    /// }
    /// ```
    ///
    /// Choose another word, or add a second word: names of two words are not reserved in any
    /// language.
    ///
    /// ```wit good
    /// package acme:mail@1.0.0;
    ///
    /// /// Mail.
    /// interface mail {
    ///   /// Sends a message.
    ///   send: func(sender: string, recipient: string, text: string);
    /// }
    /// ```
    ///
    /// Only names that bindings use on their own can clash. In Go, functions begin with an
    /// upper-case letter; in C, with the name of their interface:
    ///
    /// ```toml
    /// [lint]
    /// languages = ["go", "c"]
    /// ```
    ///
    /// ```wit good
    /// package acme:mail@1.0.0;
    ///
    /// /// Mail.
    /// interface mail {
    ///   /// Removes a message.
    ///   delete: func(id: string);
    /// }
    /// ```
    KEYWORD_NAME: "keyword-name", Portability, Note, off, check
}

fn check(cx: &mut Context<'_>) {
    let wanted = &cx.options.languages;
    let is_wanted = |id: &str| wanted.is_empty() || wanted.iter().any(|w| w == id);
    let languages: Vec<(&Language, BTreeSet<&str>)> = LANGUAGES
        .iter()
        .filter(|language| is_wanted(language.id))
        .map(|language| (language, language.reserved()))
        .collect();
    let wit = is_wanted(WIT);
    use NodeKind::*;
    for kind in [
        Interface, World, Import, Export, TypeAlias, Record, Field, Flags, Flag, Variant, Case,
        Enum, EnumCase, Resource, Func, Param,
    ] {
        for node in cx.nodes(kind) {
            let Some(name) = node.name_node() else {
                continue;
            };
            let (role, called) = role(node);
            let text = name.name().unwrap_or_default();
            let mut reserving: Vec<&str> = Vec::new();
            let needs_percent =
                wit && name.first_token() == TokenKind::ExplicitIdent && KEYWORDS.contains(&text);
            if needs_percent {
                reserving.push("WIT");
            }
            for (language, words) in &languages {
                let spelled = language.spelled(role, text);
                if spelled.is_some_and(|word| words.contains(word.as_str())) {
                    reserving.push(language.name);
                }
            }
            if reserving.is_empty() {
                continue;
            }
            let finding = KEYWORD_NAME
                .at(
                    name,
                    format!(
                        "{called} name `{text}` is a reserved word in {}",
                        listed(&reserving)
                    ),
                    "changed by bindings",
                )
                .help("choose another word, or add a second word");
            cx.push(finding);
        }
    }
}

/// What a node's name names, and what to call it.
fn role(node: Node<'_>) -> (Role, &'static str) {
    use NodeKind as Kind;
    match node.kind() {
        Kind::World => (Role::World, "world"),
        Kind::Import | Kind::Export if node.child(Kind::FuncType).is_some() => {
            (Role::Function, "function")
        }
        Kind::Func => match node.parent().map(|parent| parent.kind()) {
            Some(Kind::Resource) => (Role::Method, "function"),
            _ => (Role::Function, "function"),
        },
        Kind::Param => (Role::Param, "parameter"),
        Kind::Field => (Role::Field, "field"),
        Kind::Case if node.type_child().is_some() => (Role::Case, "case"),
        Kind::Case | Kind::EnumCase => (Role::EmptyCase, "case"),
        Kind::Flag => (Role::Flag, "flag"),
        Kind::Interface | Kind::Import | Kind::Export => (Role::Interface, "interface"),
        Kind::Resource => (Role::Type, "resource"),
        _ => (Role::Type, "type"),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => names.concat(),
    }
}
