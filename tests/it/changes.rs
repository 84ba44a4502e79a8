//! Random packages, and random changes of them.
//!
//! Deliberately absent: what a change should be called; the tests that use it compare verdicts.

/// Numbers that are the same in each run.
pub struct Rng(pub u64);

impl Rng {
    pub fn below(&mut self, n: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n
    }

    pub fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    fn place(&mut self, len: usize) -> usize {
        self.below(len + 1)
    }
}

#[derive(Clone, Debug)]
pub enum Def {
    Record(Vec<(String, String)>),
    Variant(Vec<(String, Option<String>)>),
    Enum(Vec<String>),
    Flags(Vec<String>),
    Alias(String),
}

#[derive(Clone, Debug)]
pub struct Func {
    pub name: String,
    pub is_async: bool,
    pub params: Vec<(String, String)>,
    pub result: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Interface {
    pub name: String,
    pub uses: Vec<(String, Vec<String>)>,
    pub types: Vec<(String, Def)>,
    /// Resources with their methods.
    pub resources: Vec<(String, Vec<Func>)>,
    pub functions: Vec<Func>,
}

#[derive(Clone, Debug)]
pub struct Package {
    pub interfaces: Vec<Interface>,
    pub imports: Vec<String>,
    pub exports: Vec<String>,
    pub import_functions: Vec<Func>,
    pub export_functions: Vec<Func>,
    names: usize,
}

const PRIMITIVES: [&str; 8] = [
    "bool", "u8", "u32", "s64", "f32", "char", "string", "list<u8>",
];

impl Interface {
    /// The types that can be written in it, by name; those of resources apart.
    fn values(&self) -> Vec<String> {
        let used = self
            .uses
            .iter()
            .flat_map(|(_, names)| names.iter().cloned());
        used.chain(self.types.iter().map(|(name, _)| name.clone()))
            .collect()
    }

    fn all_functions(&mut self) -> Vec<&mut Vec<Func>> {
        let methods = self.resources.iter_mut().map(|(_, methods)| methods);
        methods.chain([&mut self.functions]).collect()
    }
}

impl Package {
    pub fn random(rng: &mut Rng, with_exports: bool) -> Package {
        let mut package = Package {
            interfaces: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            import_functions: Vec::new(),
            export_functions: Vec::new(),
            names: 0,
        };
        for at in 0..1 + rng.below(3) {
            let mut interface = Interface {
                name: format!("i{at}"),
                ..Interface::default()
            };
            if at > 0 && rng.below(2) == 0 {
                let from = rng.pick(&package.interfaces).clone();
                let names: Vec<String> = from.types.iter().map(|(name, _)| name.clone()).collect();
                if !names.is_empty() {
                    interface
                        .uses
                        .push((from.name, vec![rng.pick(&names).clone()]));
                }
            }
            for _ in 0..1 + rng.below(3) {
                package.add_type(rng, &mut interface);
            }
            for _ in 0..rng.below(2) {
                let name = package.name("r");
                interface.resources.push((name, Vec::new()));
            }
            for _ in 0..1 + rng.below(3) {
                let func = package.func(rng, &interface);
                let mut lists = interface.all_functions();
                let list = rng.below(lists.len());
                lists[list].push(func);
            }
            package.interfaces.push(interface);
        }
        for interface in &package.interfaces {
            match rng.below(3) {
                0 if with_exports => package.exports.push(interface.name.clone()),
                _ => package.imports.push(interface.name.clone()),
            }
        }
        let none = Interface::default();
        let import = package.func(rng, &none);
        package.import_functions.push(import);
        if with_exports {
            let export = package.func(rng, &none);
            package.export_functions.push(export);
        }
        package
    }

    fn name(&mut self, prefix: &str) -> String {
        const WORDS: [&str; 12] = [
            "ash", "bolt", "crane", "dune", "elm", "fjord", "gust", "hive", "ink", "jade", "kelp",
            "loom",
        ];
        self.names += 1;
        let word = WORDS[self.names % WORDS.len()];
        format!("{prefix}{}-{word}", self.names)
    }

    fn ty(&mut self, rng: &mut Rng, interface: &Interface) -> String {
        let values = interface.values();
        let simple = |rng: &mut Rng| match values.is_empty() || rng.below(2) == 0 {
            true => rng.pick(&PRIMITIVES).to_string(),
            false => rng.pick(&values).clone(),
        };
        match rng.below(8) {
            0 => format!("option<{}>", simple(rng)),
            1 => format!("list<{}>", simple(rng)),
            2 => format!("tuple<{}, {}>", simple(rng), simple(rng)),
            3 => format!("result<{}, {}>", simple(rng), simple(rng)),
            _ => simple(rng),
        }
    }

    fn add_type(&mut self, rng: &mut Rng, interface: &mut Interface) {
        let count = 2 + rng.below(3);
        let def = match rng.below(5) {
            0 => Def::Enum((0..count).map(|_| self.name("c")).collect()),
            1 => Def::Flags((0..count).map(|_| self.name("f")).collect()),
            2 => Def::Alias(self.ty(rng, interface)),
            3 => {
                let mut cases = Vec::new();
                for _ in 0..count {
                    let ty = (rng.below(2) == 0).then(|| self.ty(rng, interface));
                    cases.push((self.name("c"), ty));
                }
                Def::Variant(cases)
            }
            _ => {
                let mut fields = Vec::new();
                for _ in 0..count {
                    fields.push((self.name("a"), self.ty(rng, interface)));
                }
                Def::Record(fields)
            }
        };
        let name = self.name("t");
        interface.types.push((name, def));
    }

    fn func(&mut self, rng: &mut Rng, interface: &Interface) -> Func {
        let mut params = Vec::new();
        for _ in 0..rng.below(3) {
            let ty = match interface.resources.first() {
                Some((name, _)) if rng.below(4) == 0 => format!("borrow<{name}>"),
                _ => self.ty(rng, interface),
            };
            params.push((self.name("p"), ty));
        }
        let result = match rng.below(4) {
            0 => None,
            1 if !interface.resources.is_empty() => Some(interface.resources[0].0.clone()),
            _ => Some(self.ty(rng, interface)),
        };
        Func {
            name: self.name("m"),
            is_async: false,
            params,
            result,
        }
    }

    /// Changes something, and says what; it may come out as something that does not resolve.
    pub fn mutate(&mut self, rng: &mut Rng) -> String {
        let at = rng.below(self.interfaces.len());
        let mut interface = self.interfaces[at].clone();
        let told = match rng.below(10) {
            0 => {
                self.add_type(rng, &mut interface);
                "add a type".to_string()
            }
            1 if !interface.types.is_empty() => {
                let gone = rng.below(interface.types.len());
                interface.types.remove(gone);
                "remove a type".to_string()
            }
            2 | 3 if !interface.types.is_empty() => {
                let which = rng.below(interface.types.len());
                let mut def = interface.types[which].1.clone();
                let told = self.mutate_def(rng, &interface, &mut def);
                interface.types[which].1 = def;
                told.to_string()
            }
            4 => return self.mutate_world(rng),
            5 => {
                let func = self.func(rng, &interface);
                let mut lists = interface.all_functions();
                let list = rng.below(lists.len());
                lists[list].push(func);
                "add a function".to_string()
            }
            _ => {
                let copy = interface.clone();
                let mut lists = interface.all_functions();
                let list = rng.below(lists.len());
                if lists[list].is_empty() {
                    return "nothing".to_string();
                }
                let which = rng.below(lists[list].len());
                self.mutate_func(rng, &copy, lists[list], which).to_string()
            }
        };
        self.interfaces[at] = interface;
        told
    }

    fn mutate_def(&mut self, rng: &mut Rng, interface: &Interface, def: &mut Def) -> &'static str {
        match def {
            Def::Alias(ty) => {
                *ty = rng.pick(&PRIMITIVES).to_string();
                "change an alias"
            }
            Def::Record(fields) => {
                let ty = self.ty(rng, interface);
                mutate_list(rng, fields, (self.name("a"), ty), |field, name| {
                    field.0 = name
                })
            }
            Def::Variant(cases) => mutate_list(rng, cases, (self.name("c"), None), |case, name| {
                case.0 = name
            }),
            Def::Enum(names) => {
                let new = self.name("c");
                mutate_list(rng, names, new, |case, name| *case = name)
            }
            Def::Flags(names) => {
                let new = self.name("f");
                mutate_list(rng, names, new, |flag, name| *flag = name)
            }
        }
    }

    fn mutate_func(
        &mut self,
        rng: &mut Rng,
        interface: &Interface,
        list: &mut Vec<Func>,
        which: usize,
    ) -> &'static str {
        match rng.below(6) {
            0 => {
                list.remove(which);
                return "remove a function";
            }
            1 => {
                list[which].name = self.name("m");
                return "rename a function";
            }
            _ => {}
        }
        let func = &mut list[which];
        match rng.below(4) {
            0 => {
                func.result = match func.result {
                    Some(_) => None,
                    None => Some(self.ty(rng, interface)),
                };
                "change a result"
            }
            1 => {
                func.is_async = !func.is_async;
                "make it async"
            }
            2 if !func.params.is_empty() => {
                let param = rng.below(func.params.len());
                func.params[param].1 = self.ty(rng, interface);
                "change the type of a parameter"
            }
            _ => {
                let ty = self.ty(rng, interface);
                let new = (self.name("p"), ty);
                mutate_list(rng, &mut func.params, new, |param, name| param.0 = name)
            }
        }
    }

    fn mutate_world(&mut self, rng: &mut Rng) -> String {
        let none = Interface::default();
        let func = self.func(rng, &none);
        let list = match self.export_functions.is_empty() || rng.below(2) == 0 {
            true => &mut self.import_functions,
            false => &mut self.export_functions,
        };
        match rng.below(3) {
            0 => list.push(func),
            1 => drop(list.pop()),
            _ => match list.first_mut() {
                Some(first) => first.result = func.result,
                None => list.push(func),
            },
        }
        "change a function of the world".to_string()
    }

    /// The package as WIT, with a world `app` of all that there is.
    pub fn text(&self, version: &str) -> String {
        let mut text = format!("package a:b@{version};\n");
        for interface in &self.interfaces {
            text.push_str(&format!("interface {} {{\n", interface.name));
            for (from, names) in &interface.uses {
                text.push_str(&format!("  use {from}.{{{}}};\n", names.join(", ")));
            }
            for (name, def) in &interface.types {
                text.push_str(&format!("  {}\n", definition(name, def)));
            }
            for (name, methods) in &interface.resources {
                let methods: String = methods
                    .iter()
                    .map(|m| format!("{} ", signature(m)))
                    .collect();
                text.push_str(&format!("  resource {name} {{ {methods}}}\n"));
            }
            for func in &interface.functions {
                text.push_str(&format!("  {}\n", signature(func)));
            }
            text.push_str("}\n");
        }
        let lines = |word: &str, names: &[String], functions: &[Func]| -> String {
            let names = names.iter().map(|name| format!("  {word} {name};\n"));
            let functions = functions
                .iter()
                .map(|f| format!("  {word} {}\n", signature(f)));
            names.chain(functions).collect()
        };
        let imports = lines("import", &self.imports, &self.import_functions);
        let exports = lines("export", &self.exports, &self.export_functions);
        text.push_str(&format!("world app {{\n{imports}{exports}}}\n"));
        text
    }

    /// The world `app` turned round: it offers what the guest imports.
    pub fn host(&self) -> Package {
        Package {
            imports: Vec::new(),
            import_functions: Vec::new(),
            exports: self.imports.clone(),
            export_functions: self.import_functions.clone(),
            ..self.clone()
        }
    }
}

fn mutate_list<T>(
    rng: &mut Rng,
    list: &mut Vec<T>,
    new: T,
    rename: impl Fn(&mut T, String),
) -> &'static str {
    let len = list.len();
    match rng.below(4) {
        0 if len > 1 => {
            list.remove(rng.below(len));
            "remove one of a list"
        }
        1 if len > 1 => {
            list.rotate_left(1);
            "reorder a list"
        }
        2 if len > 0 => {
            let which = rng.below(len);
            rename(&mut list[which], format!("n{}-new", rng.below(1000)));
            "rename one of a list"
        }
        _ => {
            list.insert(rng.place(len), new);
            "add to a list"
        }
    }
}

fn definition(name: &str, def: &Def) -> String {
    let typed = |(name, ty): &(String, Option<String>)| match ty {
        Some(ty) => format!("{name}({ty})"),
        None => name.clone(),
    };
    match def {
        Def::Alias(ty) => format!("type {name} = {ty};"),
        Def::Enum(cases) => format!("enum {name} {{ {} }}", cases.join(", ")),
        Def::Flags(flags) => format!("flags {name} {{ {} }}", flags.join(", ")),
        Def::Variant(cases) => {
            let cases: Vec<String> = cases.iter().map(typed).collect();
            format!("variant {name} {{ {} }}", cases.join(", "))
        }
        Def::Record(fields) => {
            let fields: Vec<String> = fields.iter().map(|(n, ty)| format!("{n}: {ty}")).collect();
            format!("record {name} {{ {} }}", fields.join(", "))
        }
    }
}

fn signature(func: &Func) -> String {
    let params: Vec<String> = func
        .params
        .iter()
        .map(|(n, ty)| format!("{n}: {ty}"))
        .collect();
    let result = func.result.iter().map(|ty| format!(" -> {ty}"));
    let is_async = if func.is_async { "async " } else { "" };
    let result: String = result.collect();
    format!(
        "{}: {is_async}func({}){result};",
        func.name,
        params.join(", ")
    )
}
