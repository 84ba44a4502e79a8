//! What was probably meant by a name that means nothing, and what to do about it.
//!
//! May import: `diag` (rank 0), the syntax. Deliberately absent: finding such names (`refer`).

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};

use super::super::codes;
use super::super::syntax::{KEYWORDS, Node, NodeKind};
use super::scopes::{Body, BodyKind, PackageKey, Scopes};
use super::{Input, complete, listed};
use crate::diag::{Diagnostic, did_you_mean};

/// How many names are compared in one run at most: with thousands of unknown names among
/// thousands of known ones, nobody reads what each might have meant.
const BUDGET: usize = 1_000_000;

/// How many places of one unknown name are shown.
const PLACES: usize = 4;

pub(super) struct Suggest<'a, 't> {
    scopes: &'a Scopes<'t>,
    budget: Cell<usize>,
    /// The interfaces that define a type of each name; made when it is first needed.
    types: OnceCell<BTreeMap<&'a str, Vec<usize>>>,
}

impl<'a, 't> Suggest<'a, 't> {
    pub fn new(scopes: &'a Scopes<'t>) -> Self {
        Suggest {
            scopes,
            budget: Cell::new(BUDGET),
            types: OnceCell::new(),
        }
    }

    /// The entry of `known` that was probably meant.
    fn meant<'k>(&self, name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
        let known = known.into_iter().take(self.budget.get());
        let counted = known.inspect(|_| self.budget.set(self.budget.get().saturating_sub(1)));
        did_you_mean(name, counted)
    }

    /// A type that is named where it is not known; `places` are all in the body `at`.
    pub fn unknown_type(&self, at: usize, name: &str, places: &[Node<'_>]) -> Diagnostic {
        let body = &self.scopes.bodies[at];
        let mut found = codes::UNKNOWN_TYPE.report(format!(
            "cannot find type `{name}` in {} `{}`",
            body.kind_name(),
            body.name
        ));
        for (shown, place) in places.iter().take(PLACES).enumerate() {
            let label = ["not found in this scope", "also used here"][shown.min(1)];
            found = found.at(place.locus(), label);
        }
        if places.len() > PLACES {
            found = found.note(format!("used in {} places", places.len()));
        }
        if let Some(primitive) = primitive(name) {
            return found.help(primitive);
        }
        let own = self.meant(name, body.types.keys().copied());
        if let Some(own) = own {
            found = found.help(format!("did you mean `{own}`?"));
        }
        let elsewhere = self.elsewhere(at, name);
        let has_other = own.is_some() || !elsewhere.is_empty();
        found.help.extend(elsewhere);
        if let Some(used) = self.is_interface(body, name) {
            return found.help(used);
        }
        if has_other {
            return found;
        }
        let types = KEYWORDS.iter().copied().filter(|word| is_type(word));
        if let Some(word) = self.meant(name, types) {
            return found.help(format!("did you mean `{word}`?"));
        }
        found.help(format!(
            "define it, for example `record {name} {{ … }}` or `resource {name} {{ … }}`, or import it: \
             `use other.{{{name}}};`"
        ))
    }

    /// How to bring in a type from each interface that has one of the name.
    fn elsewhere(&self, at: usize, name: &str) -> Vec<String> {
        let types = self.types.get_or_init(|| {
            let mut types: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for ty in &self.scopes.types {
                let body = &self.scopes.bodies[ty.body];
                let is_use = ty.node.is_some_and(|n| n.kind() == NodeKind::UseName);
                if body.kind == BodyKind::Interface && !is_use {
                    types.entry(ty.name).or_default().push(ty.body);
                }
            }
            types
        });
        let exact = types.get_key_value(name);
        let meant = || types.get_key_value(self.meant(name, types.keys().copied())?);
        let own = |body: usize| self.scopes.bodies[body].package == self.scopes.bodies[at].package;
        let Some((ty, mut bodies)) = exact
            .or_else(meant)
            .map(|(ty, bodies)| (*ty, bodies.clone()))
        else {
            return Vec::new();
        };
        bodies.retain(|body| *body != at);
        bodies.sort_by_key(|body| !own(*body));
        let mut help: Vec<String> = bodies
            .iter()
            .take(3)
            .map(|from| {
                let interface = &self.scopes.bodies[*from];
                let path = self.path_to(at, *from);
                let line = format!("use {path}.{{{ty}}};");
                match ty == name {
                    true => format!("import it from interface `{}`: `{line}`", interface.name),
                    false => format!("did you mean `{ty}`? import it: `{line}`"),
                }
            })
            .collect();
        if bodies.len() > 3 {
            help.push(format!(
                "or import it from one of {} other interfaces",
                bodies.len() - 3
            ));
        }
        help
    }

    /// How the interface `to` is called in the body `at`.
    fn path_to(&self, at: usize, to: usize) -> String {
        let (here, there) = (&self.scopes.bodies[at], &self.scopes.bodies[to]);
        let hidden = here.text.is_some_and(|(section, _)| {
            self.scopes.sections[section].uses.contains_key(there.name)
        });
        match here.package == there.package && !hidden {
            true => there.name.to_string(),
            false => self.scopes.packages[there.package].key.path(there.name),
        }
    }

    /// Help if the name of an interface stands where a type is needed.
    fn is_interface(&self, body: &Body<'_>, name: &str) -> Option<String> {
        let (section, _) = body.text?;
        let section = &self.scopes.sections[section];
        let known = section.uses.contains_key(name)
            || self.scopes.packages[section.package]
                .items
                .contains_key(name);
        known
            .then(|| format!("use a type of interface `{name}`, imported with `use {name}.{{…}};`"))
    }

    /// A name in a `use` that the interface `from` does not have.
    pub fn unknown_in_use(&self, from: usize, name: &str, node: Node<'_>) -> Diagnostic {
        let interface = &self.scopes.bodies[from];
        let mut found = codes::UNKNOWN_TYPE
            .report(format!(
                "cannot find type `{name}` in interface `{}`",
                interface.name
            ))
            .at(node.locus(), "not found in this interface");
        if let Some((_, body)) = interface.text {
            let defined = body.name_node().unwrap_or(body);
            found = found.at(defined.locus(), "interface defined here");
        }
        if let Some(meant) = self.meant(name, interface.types.keys().copied()) {
            return found.help(format!("did you mean `{meant}`?"));
        }
        let types: Vec<&str> = interface.types.keys().copied().collect();
        found.note(match types.is_empty() {
            true => "the interface defines no types".to_string(),
            false => format!("its types are {}", listed(&types)),
        })
    }

    /// A plain name that is neither in the own package nor brought into the file.
    pub fn unknown_item(&self, section: usize, name: &str, path: Node<'_>) -> Diagnostic {
        let scope = &self.scopes.sections[section];
        let package = &self.scopes.packages[scope.package];
        let wanted = match path.parent().map(Node::kind) {
            Some(NodeKind::Include) => "world",
            Some(NodeKind::TopUse) => "interface or world",
            _ => "interface",
        };
        // `import acme:store;`, which reads as an import called `acme` of the interface `store`.
        let label = path.parent().and_then(Node::name_node).and_then(Node::name);
        let written = label.map(|label| format!("{label}:{name}"));
        let reference = |item: Node<'_>| complete::Reference {
            scopes: self.scopes,
            own: Some(scope.package),
            item: item.kind(),
        };
        if let (Some(written), Some(item)) = (&written, path.parent())
            && let Some(advice) = reference(item).completed(written)
        {
            return codes::UNKNOWN_INTERFACE
                .report(format!("expected an interface, found package `{written}`"))
                .at(path.locus(), "not found in this package")
                .help(advice);
        }
        let found = codes::UNKNOWN_INTERFACE
            .report(format!(
                "cannot find {wanted} `{name}` in {}",
                package.described()
            ))
            .at(path.locus(), "not found in this scope");
        let known = package.items.keys().chain(scope.uses.keys()).copied();
        let is_wanted = |body: usize| match self.scopes.bodies[body].kind {
            BodyKind::World => wanted != "interface",
            _ => wanted != "world",
        };
        // A `use` at the top of another file of the package.
        let brought = self
            .scopes
            .sections
            .iter()
            .find(|other| other.package == scope.package && other.uses.contains_key(name));
        if let Some(other) = brought {
            return found
                .note(format!(
                    "the `use` in `{}` applies only to that file",
                    other.node.tree().name()
                ))
                .help("repeat the `use` in this file");
        }
        if let Some(meant) = self.meant(name, known) {
            return found.help(format!("did you mean `{meant}`?"));
        }
        let others: Vec<String> = self
            .scopes
            .packages
            .iter()
            .filter_map(|other| {
                let body = other
                    .items
                    .get(name)
                    .copied()
                    .filter(|body| is_wanted(*body))?;
                Some(other.key.path(self.scopes.bodies[body].name))
            })
            .take(3)
            .collect();
        if !others.is_empty() {
            return found.help(format!(
                "use the full name for an item of another package: {}",
                listed(&others)
            ));
        }
        // What the name is used in cannot be meant.
        let around = path.ancestors().nth(1).and_then(Node::name);
        let items: Vec<&str> = package
            .items
            .iter()
            .filter(|(name, body)| is_wanted(**body) && Some(**name) != around)
            .map(|(name, _)| *name)
            .collect();
        match items.is_empty() {
            true => match &written {
                Some(written) => found.help(format!(
                    "add the name of an interface if `{written}` is a package: `{written}/…`"
                )),
                None => found,
            },
            false => found.help(format!("use one of {}", listed(&items))),
        }
    }

    /// A name that a package does not have; `node` is the last of a full path.
    pub fn unknown_in_package(&self, package: usize, name: &str, node: Node<'_>) -> Diagnostic {
        let package = &self.scopes.packages[package];
        let item = node.ancestors().nth(1).map(Node::kind);
        let wanted = match item {
            Some(NodeKind::Include) => "world",
            _ => "interface",
        };
        let mut found = codes::UNKNOWN_INTERFACE
            .report(format!(
                "cannot find {wanted} `{name}` in {}",
                package.described()
            ))
            .at(node.locus(), "not found in this package");
        if let Some(locus) = package.locus() {
            found = found.at(locus, "package defined here");
        }
        let of_kind = |kind: BodyKind| -> Vec<&str> {
            let items = package.items.iter();
            let items = items.filter(|(_, body)| self.scopes.bodies[**body].kind == kind);
            items.map(|(name, _)| *name).collect()
        };
        let (kind, other) = match wanted {
            "world" => (BodyKind::World, BodyKind::Interface),
            _ => (BodyKind::Interface, BodyKind::World),
        };
        let known = of_kind(kind);
        if let Some(meant) = self.meant(name, known.iter().copied()) {
            return found.help(format!("did you mean `{meant}`?"));
        }
        if let Some(meant) = self.meant(name, of_kind(other)) {
            let path = package.key.path(meant);
            return match item {
                Some(NodeKind::Include) => found.help(format!("did you mean `import {path};`?")),
                Some(NodeKind::Import | NodeKind::Export) => {
                    found.help(format!("did you mean `include {path};`?"))
                }
                _ => found,
            };
        }
        found.note(match known.is_empty() {
            true => format!("the package has no {wanted}"),
            false => format!("the package has {}", listed(&known)),
        })
    }

    /// A package of the same namespace and a similar name, or the other way round: packages of one
    /// namespace are similar enough for each other to be taken for a misspelling.
    fn similar_package(&self, key: &PackageKey) -> Option<&PackageKey> {
        let (namespace, name) = key.name.split_once(':')?;
        let others: Vec<(&PackageKey, &str, &str)> = self
            .scopes
            .by_name
            .keys()
            .filter_map(|other| {
                let (namespace, name) = other.name.split_once(':')?;
                Some((other, namespace, name))
            })
            .collect();
        let siblings = others.iter().filter(|o| o.1 == namespace);
        let cousins = others.iter().filter(|o| o.2 == name);
        if let Some(meant) = self.meant(name, siblings.clone().map(|o| o.2)) {
            return siblings.clone().find(|o| o.2 == meant).map(|o| o.0);
        }
        let meant = self.meant(namespace, cousins.clone().map(|o| o.1))?;
        cousins.clone().find(|o| o.1 == meant).map(|o| o.0)
    }

    /// A package that is not there.
    pub fn unknown_package(
        &self,
        key: &PackageKey,
        places: &[Node<'_>],
        input: &Input<'_>,
    ) -> Diagnostic {
        let mut found = codes::UNKNOWN_PACKAGE.report(format!("cannot find package `{key}`"));
        for (shown, path) in places.iter().take(PLACES).enumerate() {
            let label = ["used here", "also used here"][shown.min(1)];
            found = found.at(path.locus(), label);
        }
        if places.len() > PLACES {
            found = found.note(format!("used in {} places", places.len()));
        }
        let known: BTreeSet<&PackageKey> =
            self.scopes.by_name.keys().chain(input.elsewhere).collect();
        let same: Vec<String> = known
            .iter()
            .filter(|other| other.name == key.name)
            .map(ToString::to_string)
            .collect();
        if !same.is_empty() {
            found = found.note(format!("available: {}", listed(&same)));
            if key.version.is_none() {
                found = found.help(format!("add a version: `{}`", same[0]));
            }
        } else if let Some(meant) = self.similar_package(key) {
            found = found.help(format!("did you mean `{meant}`?"));
        }
        if let Some(folder) = (input.beside)(&key.to_string()) {
            return found.help(format!(
                "use the one next to the package: `--deps {}`, or `deps` in `[wit]` of `witkit.toml`",
                folder.display()
            ));
        }
        if let Some(command) = input.fetch {
            return found.help(format!("fetch it with `{command}`"));
        }
        let found = found.help(match &input.deps {
            Some(deps) => format!(
                "put the package into `{deps}`, as a folder of `.wit` files, or a single `.wit` or \
                 `.wasm` file"
            ),
            None => "pass the folder of the file instead of the file, and put the package into \
                     its `deps`"
                .to_string(),
        });
        found.help(
            "or pass the folder that contains it: `--deps DIR`, or `deps = [\"DIR\"]` in `[wit]` of \
             `witkit.toml`",
        )
    }
}

/// Whether a keyword is a type.
fn is_type(word: &str) -> bool {
    let text = format!("{word}<");
    matches!(
        text.as_str(),
        "u8<"
            | "u16<"
            | "u32<"
            | "u64<"
            | "s8<"
            | "s16<"
            | "s32<"
            | "s64<"
            | "f32<"
            | "f64<"
            | "char<"
            | "bool<"
            | "string<"
            | "error-context<"
            | "list<"
            | "option<"
            | "result<"
            | "tuple<"
            | "map<"
            | "future<"
            | "stream<"
    )
}

/// What to write for a type of another language, or of WIT as it was.
fn primitive(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let wit = match lower.replace('-', "").as_str() {
        "float32" | "float" | "single" => "f32",
        "float64" | "double" | "number" => "f64",
        "int8" | "i8" | "sbyte" => "s8",
        "int16" | "i16" | "short" => "s16",
        "int32" | "i32" | "int" | "integer" => "s32",
        "int64" | "i64" | "long" => "s64",
        "uint8" | "byte" => "u8",
        "uint16" | "ushort" => "u16",
        "uint32" | "uint" | "usize" => "u32",
        "uint64" | "ulong" => "u64",
        "str" | "text" => "string",
        "boolean" => "bool",
        "rune" | "character" => "char",
        "bytes" | "blob" | "buffer" => "list<u8>",
        "vec" | "array" | "vector" => "list<…>",
        "optional" | "maybe" => "option<…>",
        "dict" | "dictionary" | "hashmap" => "map<…>",
        "void" | "unit" | "none" | "nothing" | "null" | "nil" => {
            return Some(format!(
                "remove `-> {name}` if the function returns nothing: WIT has no such type"
            ));
        }
        "any" | "object" | "dynamic" => {
            return Some(format!(
                "use a `variant` that lists the possible types: WIT has no type like `{name}`"
            ));
        }
        _ => return None,
    };
    Some(format!("use the WIT type `{wit}`"))
}
