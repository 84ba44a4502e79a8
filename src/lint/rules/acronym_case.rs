//! Rule `acronym-case`.

use std::collections::{BTreeMap, BTreeSet};

use super::rule;
use crate::diag::{Diagnostic, Fix};
use crate::lint::{Context, edits};
use crate::wit::Wit;
use crate::wit::syntax::{KEYWORDS, Node, NodeKind};

rule! {
    /// A word is upper case in one name and lower case in another. WIT allows upper-case words for
    /// acronyms and treats names that differ only in case as equal. Tools still print and bind each
    /// name as it is written, so mixed spellings are hard to remember and become different names in
    /// bindings.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// The location of the values.
    ///   get-URL: func() -> string;
    ///   /// Moves the values.
    ///   move-to-url: func(place: string);
    /// }
    /// ```
    ///
    /// Write the word the same way everywhere: in lower case, as most packages do, or as most names
    /// of this package do. `--unsafe-fixes` renames it in all files of the package at once. The fix
    /// is unsafe because every user of the name has to follow.
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// The location of the values.
    ///   get-url: func() -> string;
    ///   /// Moves the values.
    ///   move-to-url: func(place: string);
    /// }
    /// ```
    ///
    /// Names that are entirely upper case, such as constants and HTTP methods, are ignored, and do
    /// not count as evidence for how other names are written.
    ///
    /// If a package writes its acronyms in upper case, list them. All names are then expected to
    /// have these words in upper case and every other word in lower case. The name of the package
    /// itself is not checked.
    ///
    /// ```toml
    /// [lint]
    /// acronyms = ["URL"]
    /// ```
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Moves the values from a URL to a path.
    ///   move-to-PATH: func(url: string);
    /// }
    /// ```
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Moves the values from a URL to a path.
    ///   move-to-path: func(URL: string);
    /// }
    /// ```
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// The location of the values.
    ///   get-URL: func() -> string;
    /// }
    /// ```
    ACRONYM_CASE: "acronym-case", Style, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let mut names = cx.nodes(NodeKind::Name);
    // Of most packages this is all there is to see.
    let in_capitals = |name: &Node<'_>| name.text().bytes().any(|b| b.is_ascii_uppercase());
    if cx.options.acronyms.is_empty() && !names.iter().any(in_capitals) {
        return;
    }
    names.retain(|name| !is_feature_or_package(*name));
    // Constants are written so, and say nothing about the words in them.
    let definitions = names.iter().copied();
    let definitions = definitions.filter(|name| is_definition(*name) && !is_constant(*name));
    let mut found = match cx.options.acronyms.as_slice() {
        [] => mixed(definitions),
        acronyms => listed(definitions, acronyms),
    };
    if !found.is_empty() {
        add_fixes(cx.wit, &names, &mut found);
    }
    for wrong in found {
        cx.push(wrong.finding);
    }
}

/// A name with a word in the wrong case.
struct Wrong<'w> {
    name: Node<'w>,
    expected: String,
    finding: Diagnostic,
}

/// How a word is written in the names of a package.
#[derive(Default)]
struct Word<'w> {
    /// The names with it in lower case, and with it in capitals: how many, and the first.
    uses: [(usize, Option<Node<'w>>); 2],
}

impl<'w> Word<'w> {
    /// Whether it is to be in capitals, and a name that has it so; none if it is always the same.
    fn expected(&self) -> Option<(bool, Node<'w>)> {
        let [(lower, in_lower), (upper, in_upper)] = self.uses;
        let (in_lower, in_upper) = (in_lower?, in_upper?);
        match upper > lower {
            true => Some((true, in_upper)),
            false => Some((false, in_lower)),
        }
    }
}

/// Names with words that are in the other case in more names.
fn mixed<'w>(names: impl Iterator<Item = Node<'w>> + Clone) -> Vec<Wrong<'w>> {
    let words = |name: Node<'w>| name.name().unwrap_or_default().split('-');
    let mut known: BTreeMap<String, Word<'w>> = BTreeMap::new();
    for name in names.clone() {
        for word in words(name) {
            let known = known.entry(word.to_ascii_lowercase()).or_default();
            let (count, first) = &mut known.uses[usize::from(has_capitals(word))];
            *count += 1;
            first.get_or_insert(name);
        }
    }
    known.retain(|_, word| word.expected().is_some());
    let mut found = Vec::new();
    for name in names {
        let text = name.name().unwrap_or_default();
        let wrong = words(name).find_map(|word| {
            let (capitals, elsewhere) = known.get(&word.to_ascii_lowercase())?.expected()?;
            (capitals != has_capitals(word)).then_some((word, elsewhere))
        });
        let Some((word, elsewhere)) = wrong else {
            continue;
        };
        let cases = match has_capitals(word) {
            true => ["upper case", "lower case"],
            false => ["lower case", "upper case"],
        };
        let expected = with_words(text, |lowered, word| {
            match known.get(lowered).and_then(|known| known.expected()) {
                Some((true, _)) => lowered.to_ascii_uppercase(),
                Some((false, _)) => lowered.to_string(),
                None => word.to_string(),
            }
        });
        let finding = ACRONYM_CASE
            .at(
                name,
                format!(
                    "`{word}` in `{text}` is {}, but {} in other names",
                    cases[0], cases[1]
                ),
                cases[0],
            )
            .at(elsewhere.locus(), format!("{} here", cases[1]))
            .help(format!("rename it to `{expected}`"));
        found.push(Wrong {
            name,
            expected,
            finding,
        });
    }
    found
}

/// Names with words that are not in the case that the list of acronyms requires.
fn listed<'w>(names: impl Iterator<Item = Node<'w>>, acronyms: &[String]) -> Vec<Wrong<'w>> {
    let acronyms: BTreeSet<String> = acronyms.iter().map(|a| a.to_ascii_lowercase()).collect();
    let mut found = Vec::new();
    for name in names {
        let text = name.name().unwrap_or_default();
        let expected = with_words(text, |lowered, _| match acronyms.contains(lowered) {
            true => lowered.to_ascii_uppercase(),
            false => lowered.to_string(),
        });
        if expected == text {
            continue;
        }
        let finding = ACRONYM_CASE
            .at(
                name,
                format!("`{text}` does not follow `acronyms` of `[lint]`"),
                format!("expected `{expected}`"),
            )
            .note("only the words listed in `acronyms` are upper case")
            .help(format!("rename it to `{expected}`, or change `acronyms`"));
        found.push(Wrong {
            name,
            expected,
            finding,
        });
    }
    found
}

fn has_capitals(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_uppercase())
}

/// Whether a name is wholly in capitals.
fn is_constant(name: Node<'_>) -> bool {
    let text = name.name().unwrap_or_default();
    has_capitals(text) && !text.contains(|c: char| c.is_ascii_lowercase())
}

/// A name of other words, each made of the word in lower case and as it is.
fn with_words(name: &str, word: impl Fn(&str, &str) -> String) -> String {
    let words = name.split('-').map(|w| word(&w.to_ascii_lowercase(), w));
    words.collect::<Vec<_>>().join("-")
}

/// Whether it is a name of something that is not a matter of WIT alone.
fn is_feature_or_package(name: Node<'_>) -> bool {
    name.parent()
        .is_some_and(|parent| matches!(parent.kind(), NodeKind::Attribute | NodeKind::PackageName))
}

/// Whether a name is given here, and does not refer to something.
fn is_definition(name: Node<'_>) -> bool {
    use NodeKind::*;
    let Some(parent) = name.parent() else {
        return false;
    };
    match parent.kind() {
        // In `a as b`, `b` is.
        UseName | IncludeName => parent.children_of(Name).nth(1) == Some(name),
        Path | TypeName | Error => false,
        _ => true,
    }
}

/// Adds to the first finding about each name the fix that renames all that is called so, together
/// with what refers to it.
fn add_fixes(wit: &Wit, names: &[Node<'_>], found: &mut [Wrong<'_>]) {
    let foreign = foreign_names(wit);
    let mut places: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
    for name in names {
        if let Some(text) = name.name() {
            places.entry(text).or_default().push(*name);
        }
    }
    let mut done = BTreeSet::new();
    for wrong in found {
        let text = wrong.name.name().unwrap_or_default();
        let Some(same) = places.get(text).filter(|_| done.insert(text)) else {
            continue;
        };
        // Interfaces and worlds may be told apart by case; all else may not.
        let of_package = |name: &Node<'_>| {
            use NodeKind::{Interface, TopUse, World};
            let parent = name.parent().map(|parent| parent.kind());
            matches!(parent, Some(Interface | World | TopUse))
        };
        let taken = places.contains_key(wrong.expected.as_str()) && same.iter().any(of_package);
        if !taken && !foreign.contains(text) {
            wrong.finding.fix = Some(Box::new(renamed(text, &wrong.expected, same)));
        }
    }
}

/// The names that packages bring which are not there to be changed.
fn foreign_names(wit: &Wit) -> BTreeSet<&str> {
    let resolve = &wit.resolve;
    let mut names = BTreeSet::new();
    for (id, package) in resolve.packages.iter() {
        if wit.own.contains(&id) {
            continue;
        }
        names.extend([&*package.name.namespace, &*package.name.name]);
        for (name, interface) in &package.interfaces {
            names.insert(name);
            let types = resolve.interfaces[*interface].types.keys();
            names.extend(types.map(|name| name.as_str()));
        }
        for (name, world) in &package.worlds {
            names.insert(name);
            let world = &resolve.worlds[*world];
            for key in world.imports.keys().chain(world.exports.keys()) {
                if let wit_parser::WorldKey::Name(name) = key {
                    names.insert(name);
                }
            }
        }
    }
    names
}

fn renamed(old: &str, new: &str, places: &[Node<'_>]) -> Fix {
    let edits = places.iter().map(|name| {
        let explicit = name.text().starts_with('%') || KEYWORDS.contains(&new);
        let sign = if explicit { "%" } else { "" };
        edits::replace(name.tree(), name.range(), format!("{sign}{new}"))
    });
    Fix {
        message: format!("rename `{old}` to `{new}` everywhere"),
        safe: false,
        edits: edits.collect(),
    }
}
