//! WIT that is written down bit by bit, from types that come in no particular order.
//!
//! Lives here: [`Sketch`] and its text. The text is made for the resolver, not for people: it is
//! read at once, and what is shown is printed from what was read. That way nothing is ever shown
//! that could not be read again.
//! May import: nothing of ours. Deliberately absent: where the parts come from (`types`).

use std::collections::BTreeMap;
use std::fmt::Write;

/// Things with names, in the order in which they were first met.
pub(super) struct Named<T> {
    list: Vec<(String, T)>,
    places: BTreeMap<String, usize>,
}

impl<T> Default for Named<T> {
    fn default() -> Named<T> {
        Named {
            list: Vec::new(),
            places: BTreeMap::new(),
        }
    }
}

impl<T> Named<T> {
    pub fn get(&self, name: &str) -> Option<&T> {
        self.places.get(name).map(|place| &self.list[*place].1)
    }

    /// Adds a thing under a name that is new.
    pub fn add(&mut self, name: &str, thing: T) {
        self.places.insert(name.to_string(), self.list.len());
        self.list.push((name.to_string(), thing));
    }

    /// The thing of that name, which is made if there is none.
    pub fn entry(&mut self, name: &str) -> &mut T
    where
        T: Default,
    {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.add(name, T::default());
                self.list.len() - 1
            }
        };
        &mut self.list[place].1
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.list.iter().map(|(name, thing)| (name.as_str(), thing))
    }

    /// Puts the things named in `names` first, in that order.
    pub fn reorder<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let wanted: BTreeMap<&str, usize> = names.enumerate().map(|(at, n)| (n, at)).collect();
        self.list
            .sort_by_key(|(name, _)| wanted.get(name.as_str()).copied().unwrap_or(usize::MAX));
        for (place, (name, _)) in self.list.iter().enumerate() {
            self.places.insert(name.clone(), place);
        }
    }
}

/// Packages, with their interfaces and worlds.
#[derive(Default)]
pub(super) struct Sketch {
    packages: Named<Package>,
    bodies: Vec<Body>,
    /// The bodies of interfaces with names, by the whole name: `a:b/c@1.0.0`.
    interfaces: BTreeMap<String, BodyId>,
}

/// What is within the braces of an interface, or of a world as far as types go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BodyId(usize);

#[derive(Default)]
struct Package {
    interfaces: Named<BodyId>,
    worlds: Named<World>,
}

/// The types and functions of an interface, or of a world's own.
#[derive(Default)]
pub(super) struct Body {
    /// How other bodies call this one; none for a world's and for an interface without a name.
    pub path: Option<String>,
    pub uses: Named<Use>,
    pub types: Named<TypeText>,
    /// By the name in the component: `[method]file.read`.
    pub functions: Named<Text>,
}

/// A type that is defined in another interface.
#[derive(PartialEq, Eq)]
pub(super) struct Use {
    pub interface: String,
    pub name: String,
    pub external_id: Option<String>,
}

/// The definition of a type.
#[derive(PartialEq, Eq)]
pub(super) struct TypeText {
    pub text: Text,
    pub is_resource: bool,
}

/// An item as WIT, complete but for what is before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub external_id: Option<String>,
    pub text: String,
    /// The resource that a function belongs to.
    pub resource: Option<String>,
}

/// A world.
#[derive(Default)]
pub(super) struct World {
    /// Its types, and the functions it imports.
    pub own: Option<BodyId>,
    pub imports: Named<WorldItem>,
    pub exports: Named<WorldItem>,
}

/// What a world imports or exports, besides types and imported functions.
#[derive(PartialEq, Eq)]
pub(super) enum WorldItem {
    /// An interface by the name of the item.
    Interface(Option<String>),
    /// An interface under another name than its own.
    Labelled(String, Option<String>),
    /// An interface without a name of its own.
    Inline(BodyId, Option<String>),
    /// A function.
    Function(Text),
}

impl Body {
    /// What the type of that name is, for people.
    pub fn said(&self, name: &str) -> String {
        let defined = self.types.get(name).map(|ty| ty.text.said());
        let used = || self.uses.get(name).map(Use::said);
        defined.or_else(used).unwrap_or_default()
    }
}

impl Use {
    /// For people.
    pub fn said(&self) -> String {
        format!("use {}.{{{}}}", self.interface, self.name)
    }
}

impl WorldItem {
    /// The body of an interface without a name.
    pub fn inline(&self) -> Option<BodyId> {
        match self {
            WorldItem::Inline(body, _) => Some(*body),
            _ => None,
        }
    }

    /// For people.
    pub fn said(&self) -> String {
        match self {
            WorldItem::Interface(_) => "the interface of that name".to_string(),
            WorldItem::Labelled(path, _) => format!("the interface {path}"),
            WorldItem::Inline(..) => "an interface without a name".to_string(),
            WorldItem::Function(text) => text.said(),
        }
    }
}

impl Sketch {
    pub fn body(&self, id: BodyId) -> &Body {
        &self.bodies[id.0]
    }

    pub fn body_mut(&mut self, id: BodyId) -> &mut Body {
        &mut self.bodies[id.0]
    }

    /// A body of a world, or of an interface without a name.
    pub fn nameless(&mut self) -> BodyId {
        self.bodies.push(Body::default());
        BodyId(self.bodies.len() - 1)
    }

    /// The body of the interface `name` of `package`, both as in `a:b@1.0.0` and `c`.
    pub fn interface(&mut self, package: &str, name: &str) -> BodyId {
        let path = path(package, name);
        if let Some(id) = self.interfaces.get(&path) {
            return *id;
        }
        let id = self.nameless();
        self.body_mut(id).path = Some(path.clone());
        self.interfaces.insert(path, id);
        self.packages.entry(package).interfaces.add(name, id);
        id
    }

    /// The world `name` of `package`.
    pub fn world(&mut self, package: &str, name: &str) -> &mut World {
        self.packages.entry(package).worlds.entry(name)
    }

    /// Puts the interfaces of `package` into the order of `names`.
    pub fn order_interfaces<'a>(&mut self, package: &str, names: impl Iterator<Item = &'a str>) {
        self.packages.entry(package).interfaces.reorder(names);
    }

    /// All of it as one text, with `main` as the package that it is of.
    pub fn text(&self, main: &str) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "package {};", escaped_path(main));
        if let Some(package) = self.packages.get(main) {
            self.package(&mut out, main, package);
        }
        for (name, package) in self.packages.iter().filter(|(name, _)| *name != main) {
            let _ = writeln!(out, "package {} {{", escaped_path(name));
            self.package(&mut out, name, package);
            out.push_str("}\n");
        }
        out
    }

    fn package(&self, out: &mut String, within: &str, package: &Package) {
        for (name, body) in package.interfaces.iter() {
            let _ = writeln!(out, "interface %{name} {{");
            self.write_body(out, within, *body, "");
            out.push_str("}\n");
        }
        for (name, world) in package.worlds.iter() {
            let _ = writeln!(out, "world %{name} {{");
            self.write_world(out, within, world);
            out.push_str("}\n");
        }
    }

    /// The items of a body; functions that belong to no resource after the word `import`, if any.
    fn write_body(&self, out: &mut String, within: &str, id: BodyId, import: &str) {
        let body = self.body(id);
        for (name, used) in body.uses.iter() {
            external_id(out, used.external_id.as_deref());
            let path = reference(&used.interface, within);
            let _ = writeln!(out, "use {path}.{{%{} as %{name}}};", used.name);
        }
        // In one pass, so that many resources with many methods do not cost their product.
        let mut methods: BTreeMap<&str, String> = BTreeMap::new();
        let mut free = String::new();
        for (_, function) in body.functions.iter() {
            match &function.resource {
                Some(resource) => function.write(methods.entry(resource).or_default(), ""),
                None => function.write(&mut free, import),
            }
        }
        for (name, definition) in body.types.iter() {
            definition.text.write(out, "");
            if definition.is_resource {
                let methods = methods.get(name).map_or("", String::as_str);
                let _ = writeln!(out, " {{\n{methods}}}");
            }
        }
        out.push_str(&free);
    }

    fn write_world(&self, out: &mut String, within: &str, world: &World) {
        self.write_items(out, within, &world.imports, "import");
        if let Some(own) = world.own {
            self.write_body(out, within, own, "import ");
        }
        self.write_items(out, within, &world.exports, "export");
    }

    fn write_items(&self, out: &mut String, within: &str, items: &Named<WorldItem>, keyword: &str) {
        for (name, item) in items.iter() {
            match item {
                WorldItem::Interface(id) => {
                    external_id(out, id.as_deref());
                    let _ = writeln!(out, "{keyword} {};", reference(name, within));
                }
                WorldItem::Labelled(path, id) => {
                    external_id(out, id.as_deref());
                    let path = reference(path, within);
                    let _ = writeln!(out, "{keyword} %{name}: {path};");
                }
                WorldItem::Inline(body, id) => {
                    external_id(out, id.as_deref());
                    let _ = writeln!(out, "{keyword} %{name}: interface {{");
                    self.write_body(out, within, *body, "");
                    out.push_str("}\n");
                }
                WorldItem::Function(text) => text.write(out, &format!("{keyword} ")),
            }
        }
    }
}

impl Text {
    /// For people.
    pub fn said(&self) -> String {
        let text = self.text.replace('%', "").replace(", }", " }");
        text.trim_end_matches(';').to_string()
    }

    fn write(&self, out: &mut String, keyword: &str) {
        external_id(out, self.external_id.as_deref());
        let _ = writeln!(out, "{keyword}{}", self.text);
    }
}

/// `a:b/c@1.0.0`, of `a:b@1.0.0` and `c`.
pub(super) fn path(package: &str, name: &str) -> String {
    match package.split_once('@') {
        Some((package, version)) => format!("{package}/{name}@{version}"),
        None => format!("{package}/{name}"),
    }
}

/// How the interface of that whole name is referred to from the package `within`.
fn reference(whole: &str, within: &str) -> String {
    let name = whole.split_once('/').map_or(whole, |(_, name)| name);
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    match path(within, name) == whole {
        true => format!("%{name}"),
        false => escaped_path(whole),
    }
}

/// With a `%` before every name, so that none is taken for a keyword.
fn escaped_path(path: &str) -> String {
    let (names, version) = match path.split_once('@') {
        Some((names, version)) => (names, format!("@{version}")),
        None => (path, String::new()),
    };
    let names = names.replace(':', ":%").replace('/', "/%");
    format!("%{names}{version}")
}

fn external_id(out: &mut String, id: Option<&str>) {
    let Some(id) = id else { return };
    out.push_str("@external-id(\"");
    for c in id.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => out.push(c),
            c => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    out.push_str("\")\n");
}
