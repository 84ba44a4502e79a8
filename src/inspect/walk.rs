//! The tree of parts: what is nested in a component, how large it is, and what it is wired to.
//!
//! Lives here: [`component`] and [`core_module`]. May import: `wasm` (rank 1), `features` (2), the
//! siblings;
//! wasmparser, which stays behind this door.
//! Deliberately absent: validity, which takes decoding.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentExternalKind, ComponentImport, ComponentInstance,
    ComponentType, ComponentTypeRef, Encoding,
};

use super::counts::{self, Counts, Types};
use super::model::{Face, Part, Producer};
use super::module::{self, Module, Sizes};
use super::roles::{self, Looks};
use crate::features::{Feature, Seen};
use crate::wasm::parts::{self, Spaces};
use crate::wasm::skeleton::sections::{Section, Sections, id};
use crate::wasm::skeleton::{Malformed, not_too_deep};

/// What a walk finds.
pub(super) struct Walked {
    pub root: Part,
    /// Imports and exports, if all of them are interfaces that are easily told.
    pub faces: Faces,
}

/// Imports and exports, where they are easily told.
type Faces = Option<[Vec<Face>; 2]>;

/// The tree of the component `bytes`.
pub(super) fn component(bytes: &[u8], features: &mut Seen) -> Result<Walked, Malformed> {
    let mut walk = Walk { bytes, features };
    let (mut root, faces) = walk.component(0..bytes.len(), 0)?;
    root.place(parts::tree(bytes));
    Ok(Walked { root, faces })
}

/// A core module that is an input by itself.
pub(super) fn core_module(bytes: &[u8], module: &Module<'_>) -> Part {
    let mut part = part("core module", 0..bytes.len());
    part.name = module.looks.names[0].unwrap_or_default().to_string();
    part.role = roles::of_module(&module.looks);
    part.sizes = module.sizes.list();
    part.producers = module.producers.clone();
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
        producers: Vec::new(),
        instances: Vec::new(),
        parts: Vec::new(),
        asks: Vec::new(),
        wired: Vec::new(),
        offers: None,
    }
}

impl Part {
    /// Gives all parts below their index, and the names that `named` has for them.
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

/// An entry of the instance index space.
#[derive(Clone, Copy)]
struct Instance<'a> {
    /// The import that it is.
    import: Option<&'a str>,
    /// What is in it, if that is easily told.
    counts: Option<Counts>,
}

/// Taken from something inside.
const OTHER: Instance<'static> = Instance {
    import: None,
    counts: None,
};

struct Walk<'a, 'f> {
    bytes: &'a [u8],
    features: &'f mut Seen,
}

/// What is known of one component.
#[derive(Default)]
struct Level<'a> {
    parts: Vec<Part>,
    /// Where each of them lies.
    places: Vec<Range<usize>>,
    spaces: Spaces,
    instances: Vec<Instance<'a>>,
    types: Types,
    imports: Vec<Face>,
    exports: Vec<Face>,
    /// Something is imported or exported that is not told by counting.
    more: bool,
    offers: Option<Counts>,
    looks: BTreeMap<usize, Looks<'a>>,
    name: String,
    producers: Vec<Producer>,
    has_code: bool,
}

impl<'a> Walk<'a, '_> {
    fn component(&mut self, range: Range<usize>, depth: u32) -> Result<(Part, Faces), Malformed> {
        not_too_deep(depth)?;
        let mut sections = Sections::new(self.bytes, range.clone(), Encoding::Component)?;
        let mut level = Level {
            offers: Some(Counts::default()),
            ..Level::default()
        };
        let mut sizes = Sizes::default();
        let mut own = range.len() as u64;
        while let Some(section) = sections.next()? {
            let code = [id::MODULE, id::CORE_INSTANCE, id::CANON, id::START];
            level.has_code |= code.contains(&section.id);
            match section.id {
                id::MODULE | id::COMPONENT => {
                    own -= section.body.len() as u64;
                    self.nested(&section, &mut level, depth).map_err(|e| {
                        e.within(format!("{} {}", section.name(), level.parts.len() + 1))
                    })?;
                }
                id::CUSTOM => {
                    let (name, data) =
                        module::custom(&section).map_err(|e| e.within(section.name()))?;
                    let size = section.raw().len() as u64;
                    own -= size;
                    sizes.add(module::custom_kind(name), size);
                    match name {
                        "component-name" => level.names(data),
                        "producers" => level.producers = module::read_producers(data),
                        _ => {}
                    }
                }
                _ => self
                    .section(&section, &mut level)
                    .map_err(|e| e.within(section.name()))?,
            }
        }
        sizes.add("component structure", own);
        for (at, looks) in &level.looks {
            level.parts[*at].role = roles::of_module(looks);
        }
        if level.parts.iter().any(|part| part.role == "library") {
            for part in &mut level.parts {
                let beside = roles::beside_libraries(&part.name);
                let named = part.kind == "core module" && part.role == "user module";
                part.role = beside.filter(|_| named).unwrap_or(part.role);
            }
        }
        // Beside code, what only names types is made by an encoder; else it is a part.
        for (part, place) in level.parts.iter_mut().zip(level.places) {
            if level.has_code && parts::only_names(self.bytes, place) {
                part.role = "shim";
            }
        }
        let mut part = part("component", range);
        part.name = level.name;
        part.sizes = sizes.list();
        part.producers = level.producers;
        part.role = role(&level.parts);
        part.parts = level.parts;
        part.offers = level.offers;
        let faces = [level.imports, level.exports];
        Ok((part, (!level.more).then_some(faces)))
    }

    /// A nested component or module.
    fn nested(
        &mut self,
        section: &Section<'a>,
        level: &mut Level<'a>,
        depth: u32,
    ) -> Result<(), Malformed> {
        let at = level.parts.len();
        level.places.push(section.body.clone());
        if section.id == id::COMPONENT {
            level.spaces.components.push(Some(at));
            level
                .parts
                .push(self.component(section.body.clone(), depth + 1)?.0);
            return Ok(());
        }
        level.spaces.modules.push(Some(at));
        let range = section.body.clone();
        let module = Module::read(self.bytes, range.clone(), true, self.features)?;
        let mut part = part("core module", range);
        part.sizes = module.sizes.list();
        part.name = module.looks.names[0].unwrap_or_default().to_string();
        part.asks = module
            .looks
            .imports
            .iter()
            .map(|name| name.to_string())
            .collect();
        part.producers = module.producers;
        level.looks.insert(at, module.looks);
        level.parts.push(part);
        Ok(())
    }

    fn section(&mut self, section: &Section<'a>, level: &mut Level<'a>) -> Result<(), Malformed> {
        match section.id {
            id::TYPE => {
                for ty in section.items::<ComponentType<'a>>()? {
                    let ty = ty?;
                    self.features.ty(&ty);
                    level.types.define(&ty);
                }
            }
            id::CANON => {
                for function in section.items::<CanonicalFunction>()? {
                    self.features.canon(&function?);
                }
            }
            id::IMPORT => {
                for import in section.items::<ComponentImport<'a>>()? {
                    let import = import?;
                    self.features.import(&import);
                    level.spaces.import(&import.ty);
                    let counts = level.types.import(import.ty);
                    match counts {
                        Some(counts) => level.imports.push(counts::face(&import.name, counts)),
                        None => level.more = true,
                    }
                    if let ComponentTypeRef::Instance(_) = import.ty {
                        level.instances.push(Instance {
                            import: Some(import.name.name),
                            counts,
                        });
                    }
                }
            }
            id::ALIAS => {
                for alias in section.items::<ComponentAlias<'a>>()? {
                    level.alias(&alias?);
                }
            }
            id::INSTANCE => {
                for instance in section.items::<ComponentInstance<'a>>()? {
                    level.instance(&instance?);
                }
            }
            id::EXPORT => {
                for export in section.items::<wasmparser::ComponentExport<'a>>()? {
                    let export = export?;
                    self.features.export(&export);
                    level.export(&export);
                }
            }
            // It is given values.
            id::START => self.features.add(Feature::Values),
            _ => {}
        }
        Ok(())
    }
}

impl<'a> Level<'a> {
    fn export(&mut self, export: &wasmparser::ComponentExport<'a>) {
        self.offers = self.types.add(self.offers, export.kind, export.index);
        let instance = match export.kind {
            ComponentExternalKind::Instance => self.instances.get(export.index as usize),
            _ => None,
        };
        match (instance.and_then(|instance| instance.counts), export.ty) {
            (Some(counts), None) => self.exports.push(counts::face(&export.name, counts)),
            _ => self.more = true,
        }
        if export.kind == ComponentExternalKind::Type {
            self.types.export(export.index);
        }
        self.alias_of(export.kind, export.index);
    }

    /// An export makes a new entry that is the same as an old one.
    fn alias_of(&mut self, kind: ComponentExternalKind, index: u32) {
        self.spaces.export(kind, index);
        if kind == ComponentExternalKind::Instance {
            let entry = self.instances.get(index as usize).copied();
            self.instances.push(entry.unwrap_or(OTHER));
        }
    }

    fn alias(&mut self, alias: &ComponentAlias<'a>) {
        use wasmparser::ComponentOuterAliasKind as Outer;
        self.spaces.alias(alias);
        match alias {
            ComponentAlias::InstanceExport { kind, .. } => match kind {
                ComponentExternalKind::Instance => self.instances.push(OTHER),
                ComponentExternalKind::Type => self.types.alias(),
                _ => {}
            },
            ComponentAlias::Outer { kind, .. } if *kind == Outer::Type => self.types.alias(),
            ComponentAlias::Outer { .. } | ComponentAlias::CoreInstanceExport { .. } => {}
        }
    }

    fn instance(&mut self, instance: &ComponentInstance<'a>) {
        let (component_index, args) = match instance {
            ComponentInstance::Instantiate {
                component_index,
                args,
            } => (*component_index, args),
            ComponentInstance::FromExports(exports) => {
                let mut counts = Some(Counts::default());
                for export in exports {
                    counts = self.types.add(counts, export.kind, export.index);
                }
                self.instances.push(Instance { counts, ..OTHER });
                return;
            }
        };
        let part = self
            .spaces
            .components
            .get(component_index as usize)
            .copied();
        let Some(part) = part.flatten() else {
            self.instances.push(OTHER);
            return;
        };
        self.instances.push(Instance {
            counts: self.parts[part].offers,
            ..OTHER
        });
        for arg in args {
            if arg.kind == ComponentExternalKind::Instance
                && let Some(instance) = self.instances.get(arg.index as usize)
                && let Some(name) = instance.import
            {
                let wire = (arg.name.to_string(), name.to_string());
                let wired = &mut self.parts[part].wired;
                if !wired.contains(&wire) {
                    wired.push(wire);
                }
            }
        }
    }

    /// Names of the component and of what is in it; as far as they can be read.
    fn names(&mut self, data: &'a [u8]) {
        let names = self.spaces.names(data);
        if let Some(own) = names.own {
            self.name = own.to_string();
        }
        for (at, name) in names.modules {
            if let Some(looks) = self.looks.get_mut(&at) {
                looks.names[1] = Some(name);
            }
            // A module's own name says more: here it is mostly called `main`.
            if self.parts[at].name.is_empty() {
                self.parts[at].name = name.to_string();
            }
        }
        for (at, name) in names.components {
            self.parts[at].name = name.to_string();
        }
    }
}

/// What a component is there for.
fn role(parts: &[Part]) -> &'static str {
    let is_part = |part: &Part| part.kind == "component" && part.role != "shim";
    match parts.iter().any(is_part) {
        true => "composition",
        false => "component",
    }
}
