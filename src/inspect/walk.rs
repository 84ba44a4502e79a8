//! The tree of parts: the parts nested in a component, their sizes, and their connections.
//!
//! Lives here: [`component`] and [`core_module`]. May import: `wasm` (rank 1), `features` (2), the
//! siblings;
//! wasmparser, which stays behind this door.
//! Deliberately absent: validity, which requires decoding.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{ComponentExternalKind, ComponentInstance};

use super::counts::{self, Types};
use super::model::{Counts, Extern, Part};
use super::module::{self, Module, Sizes};
use super::roles::{self, ModuleTraits};
use crate::features::{Detected, Feature};
use crate::wasm::Metadata;
use crate::wasm::parts;
use crate::wasm::sections::Malformed;
use crate::wasm::structure::{Depth, Entry, Nested, Sort, Structure};

/// The result of a walk.
pub(super) struct Walked {
    pub root: Part,
    /// Imports and exports, if all of them are interfaces whose items can be counted.
    pub externs: World,
    /// The first thing that could not be read, if any.
    pub fault: Option<Malformed>,
}

/// Imports and exports, as far as they can be counted.
type World = Option<[Vec<Extern>; 2]>;

/// The tree of the component `bytes`, as far as it can be read.
pub(super) fn component(bytes: &[u8], features: &mut Detected) -> Walked {
    let structure = Structure::readable(bytes, Depth::All);
    let fault = None;
    let mut walk = Walk { features, fault };
    let mut level = walk.component(&structure);
    let fault = walk.fault;
    level.part.place(parts::of(&structure));
    // What is imported and exported is known of a whole component only.
    let told = !level.more && structure.fault().is_none();
    Walked {
        root: level.part,
        externs: told.then_some([level.imports, level.exports]),
        fault,
    }
}

/// A core module that is the input.
pub(super) fn core_module(bytes: &[u8], module: &Module<'_>) -> Part {
    let mut part = part("core module", 0..bytes.len());
    part.name = module.traits.names[0].unwrap_or_default().to_string();
    part.role = roles::of_module(&module.traits);
    part.sizes = module.sizes.list();
    part.producers = module.producers.clone();
    part.metadata = module.metadata.clone();
    part
}

fn part(kind: &'static str, range: Range<usize>) -> Part {
    Part {
        index: String::new(),
        path: String::new(),
        name: String::new(),
        kind,
        role: kind,
        size: range.len() as u64,
        sizes: Vec::new(),
        metadata: Metadata::default(),
        producers: Vec::new(),
        instances: Vec::new(),
        parts: Vec::new(),
        asks: Vec::new(),
        wired: Vec::new(),
        offering: None,
        offers: None,
    }
}

impl Part {
    /// Sets the index of all parts below, and their names in `named`.
    fn place(&mut self, named: parts::Part) {
        for (at, (part, named)) in self.parts.iter_mut().zip(named.parts).enumerate() {
            part.index = match self.index.as_str() {
                "" => (at + 1).to_string(),
                around => format!("{around}.{}", at + 1),
            };
            part.name.clone_from(&named.name);
            part.path.clone_from(&named.path);
            part.instances.clone_from(&named.instances);
            part.place(named);
        }
    }
}

struct Walk<'f> {
    features: &'f mut Detected,
    /// The first thing that could not be read.
    fault: Option<Malformed>,
}

/// A component that has been walked.
struct Level {
    part: Part,
    imports: Vec<Extern>,
    exports: Vec<Extern>,
    /// Whether an import or export requires more than counting.
    more: bool,
}

impl Walk<'_> {
    fn component(&mut self, structure: &Structure<'_>) -> Level {
        let mut part = part("component", structure.range.clone());
        let mut sizes = Sizes::default();
        let mut own = structure.range.len() as u64;
        let mut traits = BTreeMap::new();
        for (at, nested) in structure.nested.iter().enumerate() {
            own -= nested.range.len() as u64;
            let outer = self.fault.take();
            part.parts.push(match structure.readable_inside(at) {
                Some(inside) => self.component(inside).part,
                None => {
                    let range = nested.range.clone();
                    let (module, fault) =
                        Module::read(structure.bytes(), range, true, self.features);
                    let (part, its) = core_module_in(module, nested);
                    traits.insert(at, its);
                    self.fault = fault;
                    part
                }
            });
            let inner = self.fault.take().map(|e| e.within(structure.label(at)));
            self.fault = outer.or(inner);
        }
        for custom in &structure.customs {
            let size = custom.range.len() as u64;
            own -= size;
            sizes.add(module::custom_kind(custom.name), size);
            if custom.name == "producers" {
                part.producers = module::read_producers(custom.data);
            }
            part.metadata.read(custom.name, custom.data);
        }
        sizes.add("component structure", own);
        part.sizes = sizes.list();
        name(&mut part, structure, &mut traits);
        roles(&mut part, structure, &traits);
        self.features(structure);
        if let Some(fault) = structure.fault() {
            self.fault = Some(fault.clone());
        }
        externs(part, structure)
    }

    /// Records the features that the component itself uses.
    fn features(&mut self, structure: &Structure<'_>) {
        structure.types.iter().for_each(|ty| self.features.ty(ty));
        let canons = &structure.canons;
        canons.iter().for_each(|canon| self.features.canon(canon));
        let imports = &structure.imports;
        imports.iter().for_each(|i| self.features.import(i));
        let exports = &structure.exports;
        exports.iter().for_each(|e| self.features.export(e));
        if !structure.starts.is_empty() {
            // It is given values.
            self.features.add(Feature::Values);
        }
    }
}

/// A core module that is nested in a component.
fn core_module_in<'a>(module: Module<'a>, nested: &Nested<'_>) -> (Part, ModuleTraits<'a>) {
    let mut part = part("core module", nested.range.clone());
    part.sizes = module.sizes.list();
    part.name = module.traits.names[0].unwrap_or_default().to_string();
    let asks = module.traits.imports.iter();
    part.asks = asks.map(|name| name.to_string()).collect();
    part.producers = module.producers;
    part.metadata = module.metadata;
    (part, module.traits)
}

/// Names of the component and of its parts.
fn name<'a>(
    part: &mut Part,
    structure: &Structure<'a>,
    traits: &mut BTreeMap<usize, ModuleTraits<'a>>,
) {
    let names = structure.names();
    part.name = names.own.unwrap_or_default().to_string();
    for (at, name) in names.nested {
        let inner = &mut part.parts[at];
        let module = traits.get_mut(&at);
        // A module's own name says more: here it is mostly called `main`.
        if module.is_none() || inner.name.is_empty() {
            inner.name = name.to_string();
        }
        if let Some(traits) = module {
            traits.names[1] = Some(name);
        }
    }
}

/// The roles of the component and of its parts.
fn roles(part: &mut Part, structure: &Structure<'_>, traits: &BTreeMap<usize, ModuleTraits<'_>>) {
    for (at, traits) in traits {
        part.parts[*at].role = roles::of_module(traits);
    }
    if part.parts.iter().any(|part| part.role == "library") {
        for part in &mut part.parts {
            let beside = roles::beside_libraries(&part.name);
            let named = part.kind == "core module" && part.role == "user module";
            part.role = beside.filter(|_| named).unwrap_or(part.role);
        }
    }
    for (at, part) in part.parts.iter_mut().enumerate() {
        if structure.is_shim(at) {
            part.role = "shim";
        }
    }
    part.role = role(&part.parts);
}

/// The imports and exports of the component, and which of them it connects to its parts.
fn externs(mut part: Part, structure: &Structure<'_>) -> Level {
    let types = Types::of(structure);
    let mut more = false;
    let mut imports = Vec::new();
    for import in &structure.imports {
        match types.import(import.ty) {
            Some(counts) => imports.push(counts::external(&import.name, counts)),
            None => more = true,
        }
    }
    let made = structure.instances.iter().map(|instance| match instance {
        ComponentInstance::FromExports(exports) => {
            let mut counts = Some(Counts::default());
            for export in exports {
                counts = types.add(counts, export.kind, export.index);
            }
            counts
        }
        ComponentInstance::Instantiate {
            component_index, ..
        } => {
            let of = structure.nested_at(Sort::Component, *component_index);
            of.and_then(|of| part.parts[of].offers)
        }
    });
    let made: Vec<Option<Counts>> = made.collect();
    let (mut exports, mut offers) = (Vec::new(), Some(Counts::default()));
    for export in &structure.exports {
        offers = types.add(offers, export.kind, export.index);
        let instance = match export.kind {
            ComponentExternalKind::Instance => structure.origin(Sort::Instance, export.index),
            _ => None,
        };
        let counts = match instance {
            Some((_, Entry::Import(at))) => types.import(structure.imports[at].ty),
            Some((_, Entry::Defined(at))) => made[at],
            _ => None,
        };
        match (counts, export.ty) {
            (Some(counts), None) => exports.push(counts::external(&export.name, counts)),
            _ => more = true,
        }
    }
    part.offers = offers;
    part.offering = offering(structure);
    wires(&mut part, structure);
    Level {
        part,
        imports,
        exports,
        more,
    }
}

/// The nested component that provides the first export.
fn offering(structure: &Structure<'_>) -> Option<usize> {
    structure.exports.iter().find_map(|export| {
        let mut instance = match export.kind {
            ComponentExternalKind::Instance => export.index,
            ComponentExternalKind::Func => match structure.origin(Sort::Func, export.index)?.1 {
                Entry::Alias(instance, _) => instance,
                _ => return None,
            },
            _ => return None,
        };
        let at = loop {
            match structure.origin(Sort::Instance, instance)?.1 {
                Entry::Defined(at) => break at,
                // What is valid only refers to what is before it.
                Entry::Alias(of, _) if of < instance => instance = of,
                _ => return None,
            }
        };
        match structure.instances.get(at)? {
            ComponentInstance::Instantiate {
                component_index, ..
            } => structure.nested_at(Sort::Component, *component_index),
            ComponentInstance::FromExports(_) => None,
        }
    })
}

/// The imports of the component that are passed to its parts.
fn wires(part: &mut Part, structure: &Structure<'_>) {
    for instance in &structure.instances {
        let ComponentInstance::Instantiate {
            component_index,
            args,
        } = instance
        else {
            continue;
        };
        let Some(of) = structure.nested_at(Sort::Component, *component_index) else {
            continue;
        };
        for arg in args {
            if arg.kind == ComponentExternalKind::Instance
                && let Some((_, Entry::Import(at))) = structure.origin(Sort::Instance, arg.index)
            {
                let import = structure.imports[at].name.name;
                let wire = (arg.name.to_string(), import.to_string());
                let wired = &mut part.parts[of].wired;
                if !wired.contains(&wire) {
                    wired.push(wire);
                }
            }
        }
    }
}

/// The role of a component.
fn role(parts: &[Part]) -> &'static str {
    let is_part = |part: &Part| part.kind == "component" && part.role != "shim";
    match parts.iter().any(is_part) {
        true => "composition",
        false => "component",
    }
}
