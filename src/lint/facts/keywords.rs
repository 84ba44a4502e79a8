//! The words that languages reserve, and what bindings make of names in them.
//!
//! Lives here: [`LANGUAGES`]. May import: nothing of ours. Deliberately absent: what generators do
//! about a clash (most add a `_`), names of the standard libraries, and WIT's own keywords (they
//! are the lexer's).
//!
//! How names are spelled, and where they stand alone and not behind a prefix, is what the usual
//! generators do: wit-bindgen for Rust, C, Go, C# and MoonBit, componentize-py for Python, jco for
//! JavaScript. The words are those of each language's own reference; for C those of C++, too, as
//! the headers are for both.

use std::collections::BTreeSet;

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Role {
    /// An interface, or an import or export under a name of its own.
    Interface,
    /// A function that belongs to no resource.
    Function,
    /// A function of a resource.
    Method,
    Param,
    Field,
    /// A case of a variant that carries a value.
    Case,
    /// Any other case.
    EmptyCase,
    Flag,
    Type,
    World,
}

/// How a name in kebab case is spelled.
#[derive(Clone, Copy)]
enum Spelling {
    /// `a_b`
    Snake,
    /// `aB`
    Camel,
    /// `AB`
    Pascal,
}

/// A language that bindings are made for.
pub(in crate::lint) struct Language {
    /// What it is called in `languages` of `[lint]`.
    pub id: &'static str,
    /// What it is called in messages.
    pub name: &'static str,
    /// What stands alone, and how it is spelled there.
    spellings: &'static [(Role, Spelling)],
    /// Sorted, with blanks between them.
    reserved: &'static str,
}

impl Language {
    /// The words it reserves.
    pub fn reserved(&self) -> BTreeSet<&'static str> {
        self.reserved.split(' ').collect()
    }

    /// How a name is spelled, if it stands alone.
    pub fn spelled(&self, role: Role, name: &str) -> Option<String> {
        let (_, spelling) = self.spellings.iter().find(|(r, _)| *r == role)?;
        Some(spell(name, *spelling))
    }
}

fn spell(name: &str, spelling: Spelling) -> String {
    let mut spelled = String::with_capacity(name.len());
    for (index, word) in name.split('-').enumerate() {
        let word = word.to_ascii_lowercase();
        let capital = match spelling {
            Spelling::Snake => {
                if index > 0 {
                    spelled.push('_');
                }
                false
            }
            Spelling::Camel => index > 0,
            Spelling::Pascal => true,
        };
        match (capital, word.split_at_checked(1)) {
            (true, Some((first, rest))) => {
                spelled.push_str(&first.to_ascii_uppercase());
                spelled.push_str(rest);
            }
            _ => spelled.push_str(&word),
        }
    }
    spelled
}

use Role::*;
use Spelling::*;

/// What can be named in `languages` of `[lint]`: WIT itself, where a name needs a `%`, and the
/// [`LANGUAGES`].
pub(in crate::lint) fn known_languages() -> impl Iterator<Item = &'static str> {
    std::iter::once(WIT).chain(LANGUAGES.iter().map(|language| language.id))
}

/// WIT itself, as it is called in `languages` of `[lint]`.
pub(in crate::lint) const WIT: &str = "wit";

/// The languages, in the order in which messages name them.
pub(in crate::lint) static LANGUAGES: &[Language] = &[
    Language {
        id: "rust",
        name: "Rust",
        spellings: &[
            (Interface, Snake),
            (Function, Snake),
            (Method, Snake),
            (Param, Snake),
            (Field, Snake),
            (Type, Pascal),
            (Case, Pascal),
            (EmptyCase, Pascal),
        ],
        reserved: "\
            Self abstract as async await become box break const continue crate do dyn else enum \
            extern false final fn for gen if impl in let loop macro match mod move mut override \
            priv pub ref return self static struct super trait true try type typeof unsafe \
            unsized use virtual where while yield",
    },
    Language {
        id: "c",
        name: "C",
        // Types and functions have the name of their interface before theirs.
        spellings: &[(Param, Snake), (Field, Snake), (Case, Snake)],
        reserved: "\
            alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t \
            char32_t char8_t class co_await co_return co_yield compl concept const const_cast \
            consteval constexpr constinit continue decltype default delete do double \
            dynamic_cast else enum explicit export extern false float for friend goto if inline \
            int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private \
            protected public register reinterpret_cast requires restrict return short signed \
            sizeof static static_assert static_cast struct switch template this thread_local \
            throw true try typedef typeid typename typeof typeof_unqual union unsigned using \
            virtual void volatile wchar_t while xor xor_eq",
    },
    Language {
        id: "go",
        name: "Go",
        // Everything else that bindings show begins with a capital.
        spellings: &[(Param, Camel)],
        reserved: "\
            break case chan const continue default defer else fallthrough for func go goto if \
            import interface map package range return select struct switch type var",
    },
    Language {
        id: "python",
        name: "Python",
        spellings: &[
            (Interface, Snake),
            (Function, Snake),
            (Method, Snake),
            (Param, Snake),
            (Field, Snake),
            (Type, Pascal),
        ],
        reserved: "\
            False None True and as assert async await break class continue def del elif else \
            except finally for from global if import in is lambda nonlocal not or pass raise \
            return try while with yield",
    },
    Language {
        id: "js",
        name: "JavaScript",
        // A property of an object or a class may have any name, but for the constructor.
        spellings: &[(Function, Camel), (Param, Camel)],
        reserved: "\
            arguments await break case catch class const continue debugger default delete do \
            else enum eval export extends false finally for function if implements import in \
            instanceof interface let new null package private protected public return static \
            super switch this throw true try typeof var void while with yield",
    },
    Language {
        id: "csharp",
        name: "C#",
        spellings: &[(Param, Camel), (Field, Camel), (Case, Camel)],
        reserved: "\
            abstract as base bool break byte case catch char checked class const continue \
            decimal default delegate do double else enum event explicit extern false finally \
            fixed float for foreach goto if implicit in int interface internal is lock long \
            namespace new null object operator out override params private protected public \
            readonly ref return sbyte sealed short sizeof stackalloc static string struct switch \
            this throw true try typeof uint ulong unchecked unsafe ushort using virtual void \
            volatile while",
    },
    Language {
        id: "moonbit",
        name: "MoonBit",
        spellings: &[
            (Function, Snake),
            (Method, Snake),
            (Param, Snake),
            (Field, Snake),
        ],
        reserved: "\
            abstract alias and anyframe anytype as asm assert async atomic await break catch \
            comptime const constructor continue defer define derive do downcast dyn dynclass \
            dynobj dynrec else enum enumview errdefer export extern false final finally fn \
            fnalias for guard if impl import in include inherit init is isnot lazy let letrec \
            local loop macro main match member method mixin module move mut namespace noasync \
            noraise opaque orelse override package priv protected pub raise readonly recur ref \
            resume return sealed static struct suberror super test threadlocal throw trait \
            traitalias true try type typealias typeof unreachable unsafe upcast use using var \
            virtual void volatile where while with yield",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn reserving(role: Role, name: &str) -> Vec<&'static str> {
        LANGUAGES
            .iter()
            .filter(|language| {
                let spelled = language.spelled(role, name);
                spelled.is_some_and(|word| language.reserved().contains(word.as_str()))
            })
            .map(|language| language.id)
            .collect()
    }

    #[test]
    fn a_name_clashes_only_where_it_stands_alone_and_is_spelled_like_the_word() {
        assert_eq!(
            reserving(Param, "import"),
            ["go", "python", "js", "moonbit"]
        );
        assert_eq!(reserving(Function, "delete"), ["js"]);
        assert_eq!(reserving(Method, "delete"), [""; 0]);
        assert_eq!(reserving(Type, "none"), ["python"]);
        assert_eq!(reserving(Case, "SELF"), ["rust"]);
        assert_eq!(reserving(Field, "thread-local"), ["c"]);
        assert_eq!(reserving(Param, "type-of"), [""; 0]);
        assert_eq!(reserving(Flag, "static"), [""; 0]);
    }

    #[test]
    fn words_are_listed_once_and_in_order() {
        for language in LANGUAGES {
            let listed: Vec<&str> = language.reserved.split(' ').collect();
            let sorted: Vec<&str> = language.reserved().into_iter().collect();
            assert_eq!(listed, sorted, "{}", language.name);
        }
    }
}
