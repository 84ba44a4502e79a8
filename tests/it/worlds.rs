//! Random worlds of the shapes that people write, as text: interfaces of types alone, types in
//! types, `use` chains through several interfaces and packages, resources, types of a world itself.
//!
//! Lives here: [`Worlds`]. Deliberately absent: what is composed of them (`named_types.rs`).

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::graphs::Random;

/// An interface.
#[derive(Clone, Debug)]
struct Interface {
    /// The package that it is in, by its position.
    package: usize,
    name: String,
    text: String,
    /// The types that it names: its own, and those that it uses.
    types: Vec<String>,
    /// Resources among them.
    resources: BTreeSet<String>,
    /// The interfaces that it uses directly.
    uses: BTreeSet<usize>,
    /// It has nothing but types.
    types_only: bool,
}

/// Parts and the interfaces that they give each other.
#[derive(Clone, Debug)]
pub struct Worlds {
    interfaces: Vec<Interface>,
    /// The part that exports each interface; none for those of the host.
    owner: Vec<Option<usize>>,
    /// By part, the interfaces that it imports because it says so.
    imports: Vec<BTreeSet<usize>>,
    /// By part, what its world has besides: lines.
    items: Vec<Vec<String>>,
    /// An interface that has middleware before the root's import.
    pub middleware: Option<usize>,
    /// An interface that is exported beside those of the root.
    pub exported: Option<usize>,
}

const PACKAGES: [(&str, &str); 4] = [
    ("acme:base", "@0.1.0"),
    ("acme:shop", "@1.2.0"),
    ("other:kit", ""),
    ("wasi:thing", "@0.2.1"),
];

impl Interface {
    /// Adds types and functions at random.
    fn random(random: &mut Random, at: usize, package: usize, before: &[Interface]) -> Interface {
        let mut own = Interface {
            package,
            name: format!("i{at}"),
            text: String::new(),
            types: Vec::new(),
            resources: BTreeSet::new(),
            uses: BTreeSet::new(),
            types_only: random.below(3) == 0,
        };
        let mut body = String::new();
        for _ in 0..random.below(4) {
            if before.is_empty() {
                break;
            }
            let from = random.below(before.len());
            let other = &before[from];
            if other.types.is_empty() || !own.uses.insert(from) {
                continue;
            }
            let name = &other.types[random.below(other.types.len())];
            let mut called = name.clone();
            let mut renamed = String::new();
            if own.types.contains(&called) || random.below(4) == 0 {
                called = format!("u{at}-{}", own.types.len());
                renamed = format!(" as {called}");
            }
            let path = full(other, own.package);
            let _ = writeln!(body, "  use {path}.{{{name}{renamed}}};");
            if other.resources.contains(name) {
                own.resources.insert(called.clone());
            }
            own.types.push(called);
        }
        for number in 0..random.below(5) {
            let name = format!("t{at}-{number}");
            let mut is_resource = false;
            let ty = |random: &mut Random, own: &Interface| own.ty(random, 2);
            let text = match random.below(if own.types_only { 7 } else { 9 }) {
                0 => format!(
                    "record {name} {{ a: {}, b: {} }}",
                    ty(random, &own),
                    ty(random, &own)
                ),
                1 => format!("variant {name} {{ a, b({}) }}", ty(random, &own)),
                2 => format!("enum {name} {{ x, y }}"),
                3 => format!("flags {name} {{ x, y }}"),
                4 => format!("type {name} = list<{}>;", ty(random, &own)),
                5 => format!("type {name} = option<{}>;", ty(random, &own)),
                6 => format!("type {name} = tuple<{}, u8>;", ty(random, &own)),
                _ => {
                    is_resource = true;
                    let (arg, result) = (ty(random, &own), ty(random, &own));
                    format!(
                        "resource {name} {{ constructor(a: {arg}); m: func() -> {result}; s: static func(a: borrow<{name}>); }}"
                    )
                }
            };
            let _ = writeln!(body, "  {text}");
            if is_resource {
                own.resources.insert(name.clone());
            }
            own.types.push(name);
        }
        // Types of handles are types only, but whoever defines the resource is not.
        if !own.types_only {
            for number in 0..1 + random.below(3) {
                let (a, b) = (own.ty(random, 2), own.ty(random, 2));
                let is_async = if random.below(8) == 0 { "async " } else { "" };
                let _ = writeln!(body, "  f{number}: {is_async}func(a: {a}) -> {b};");
            }
        }
        own.text = body;
        own
    }

    /// A type that can stand here.
    fn ty(&self, random: &mut Random, depth: usize) -> String {
        if !self.types.is_empty() && random.below(3) > 0 {
            return self.types[random.below(self.types.len())].clone();
        }
        if depth == 0 {
            return "u32".to_string();
        }
        let one = self.ty(random, depth - 1);
        match random.below(6) {
            0 => format!("list<{one}>"),
            1 => format!("option<{one}>"),
            2 => format!("result<{one}, {}>", self.ty(random, depth - 1)),
            3 => format!("tuple<{one}, {}>", self.ty(random, depth - 1)),
            4 => "u32".to_string(),
            _ => "string".to_string(),
        }
    }
}

/// Whether types of an interface can mention resources, at any depth.
fn mentions_resources(interfaces: &[Interface], at: usize) -> bool {
    let interface = &interfaces[at];
    let own = !interface.resources.is_empty();
    own || interface
        .uses
        .iter()
        .any(|at| mentions_resources(interfaces, *at))
}

/// How an interface is named from within a package.
fn full(interface: &Interface, within: usize) -> String {
    let (package, version) = PACKAGES[interface.package];
    match interface.package == within {
        true => interface.name.clone(),
        false => format!("{package}/{}{version}", interface.name),
    }
}

/// A number that no package has: everything is named in full.
const NOWHERE: usize = usize::MAX;

impl Worlds {
    /// Worlds that fit each other, whatever the seed.
    pub fn random(seed: u64) -> Worlds {
        let mut random = Random(seed);
        let mut interfaces: Vec<Interface> = Vec::new();
        for at in 0..2 + random.below(7) {
            // Packages must not use each other in a circle.
            let lowest = interfaces.last().map_or(0, |last| last.package);
            let package = lowest + random.below(PACKAGES.len() - lowest);
            let next = Interface::random(&mut random, at, package, &interfaces);
            interfaces.push(next);
        }
        let parts = 1 + random.below(4);
        // What others use is owned by parts further down.
        let mut owner: Vec<Option<usize>> = Vec::new();
        let mut deepest = parts;
        for interface in &interfaces {
            if random.below(3) == 0 && deepest > 0 {
                deepest -= 1;
            }
            // The host cannot know what a part defines.
            let hosts = interface.uses.iter().all(|at| owner[*at].is_none());
            let host = hosts && random.below(5) == 0 || deepest == parts;
            owner.push((!host).then_some(deepest));
        }
        let mut imports = vec![BTreeSet::new(); parts];
        let mut items = vec![Vec::new(); parts];
        for part in 0..parts {
            for (at, interface) in interfaces.iter().enumerate() {
                let further = owner[at].is_none_or(|owner| owner > part);
                if further && random.below(2) == 0 {
                    imports[part].insert(at);
                }
                // A world's own name for a type of an interface.
                let usable = further || owner[at] == Some(part);
                if usable && !interface.types.is_empty() && random.below(4) == 0 {
                    let name = &interface.types[random.below(interface.types.len())];
                    let path = full(interface, NOWHERE);
                    // An interface that the world exports itself would be imported as well.
                    if further {
                        // What mentions a part's resource cannot be left to the host.
                        let of_host = owner[at].is_none() || !mentions_resources(&interfaces, at);
                        let called = format!("w{part}-{at}");
                        items[part].push(format!("use {path}.{{{name} as {called}}};"));
                        if !of_host || random.below(2) == 0 {
                            items[part].push(format!(
                                "export g{part}-{at}: func(a: {called}) -> list<{called}>;"
                            ));
                        } else {
                            items[part]
                                .push(format!("import h{part}-{at}: func(a: option<{called}>);"));
                        }
                    }
                }
            }
            if random.below(3) == 0 {
                // Two parts may have types of one name, the same or not.
                let fields = ["a: u32, b: string", "a: list<u8>"][random.below(2)];
                items[part].push(format!("record rec {{ {fields} }}"));
                items[part].push(format!("record rec{part} {{ a: list<rec> }}"));
                match random.below(3) {
                    0 => items[part].push(format!("import k{part}: func(a: rec{part});")),
                    1 => items[part].push(format!("export k{part}: func() -> rec{part};")),
                    _ => {
                        items[part].push(format!("import k{part}: func(a: rec);"));
                        items[part].push(format!("export l{part}: func() -> rec{part};"));
                    }
                }
            }
        }
        let wanted = |at: &usize| {
            owner[*at].is_some_and(|owner| owner > 0)
                && !interfaces[*at].types_only
                && imports[0].contains(at)
        };
        let provided: Vec<usize> = (0..interfaces.len()).filter(wanted).collect();
        // Middleware has resources of its own, which are not those that others use.
        let shared = |at: &usize| {
            let prefix = format!("t{at}-");
            let resources = &interfaces[*at].resources;
            resources.iter().any(|name| name.starts_with(&prefix))
                && interfaces.iter().any(|other| other.uses.contains(at))
        };
        let wrapped: Vec<usize> = provided.iter().copied().filter(|at| !shared(at)).collect();
        let mut pick = |from: &[usize]| match from.is_empty() || random.below(3) > 0 {
            true => None,
            false => Some(from[random.below(from.len())]),
        };
        let (middleware, exported) = (pick(&wrapped), pick(&provided));
        // What middleware provides has that name already, and maybe resources of its own.
        let exported = exported.filter(|exported| Some(*exported) != middleware);
        Worlds {
            interfaces,
            owner,
            imports,
            items,
            middleware,
            exported,
        }
    }

    /// How many parts there are; the first is the root.
    pub fn parts(&self) -> usize {
        self.imports.len()
    }

    /// The name of an interface in full.
    pub fn name(&self, interface: usize) -> String {
        full(&self.interfaces[interface], NOWHERE)
    }

    /// The part that exports an interface.
    pub fn owner(&self, interface: usize) -> Option<usize> {
        self.owner[interface]
    }

    /// What the host has to provide: interfaces that are more than types, and functions of worlds.
    pub fn of_host(&self) -> Vec<String> {
        let all = 0..self.interfaces.len();
        let own = all.filter(|at| self.owner[*at].is_none() && !self.interfaces[*at].types_only);
        let mut names: Vec<String> = own.map(|at| self.name(at)).collect();
        names.extend(["h*", "k*"].map(str::to_string));
        names
    }

    /// The interfaces that a part exports.
    pub fn exports(&self, part: usize) -> Vec<String> {
        let own = (0..self.interfaces.len()).filter(|at| self.owner[*at] == Some(part));
        own.map(|at| self.name(at)).collect()
    }

    /// All packages and a world for each part: `w0`, `w1`, …, and `m` for the middleware.
    pub fn wit(&self) -> String {
        let mut wit = String::from("package root:worlds;\n");
        for part in 0..self.parts() {
            let _ = writeln!(wit, "world w{part} {{");
            for at in &self.imports[part] {
                let _ = writeln!(wit, "  import {};", self.name(*at));
            }
            for name in self.exports(part) {
                let _ = writeln!(wit, "  export {name};");
            }
            for item in &self.items[part] {
                let _ = writeln!(wit, "  {item}");
            }
            wit.push_str("}\n");
        }
        if let Some(at) = self.middleware {
            let name = self.name(at);
            let _ = writeln!(wit, "world m {{\n  import {name};\n  export {name};\n}}");
        }
        for (package, (name, version)) in PACKAGES.iter().enumerate() {
            let own = |i: &&Interface| i.package == package;
            if !self.interfaces.iter().any(|i| own(&i)) {
                continue;
            }
            let _ = writeln!(wit, "package {name}{version} {{");
            for interface in self.interfaces.iter().filter(own) {
                let _ = writeln!(wit, "interface {} {{\n{}}}", interface.name, interface.text);
            }
            wit.push_str("}\n");
        }
        wit
    }
}
