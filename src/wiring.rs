//! How one component is put together: what it instantiates, with what, and what it exports.
//!
//! Lives here: [`Wiring`], the outermost level of a component with all aliases followed.
//! May import: `wasm` (rank 1).
//! Deliberately absent: types and whether they fit (the validator's business, so every look-up
//! here can fail), and what is inside the components that are instantiated: whoever wants to know
//! reads the wiring of those.

use std::ops::Range;
use std::rc::Rc;

use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentExport, ComponentExternName, ComponentExternalKind,
    ComponentImport, ComponentInstance, ComponentName, ComponentNameSectionReader,
    ComponentOuterAliasKind, ComponentTypeRef, Encoding, NameMap,
};

use crate::wasm::parts;
use crate::wasm::skeleton::Malformed;
use crate::wasm::skeleton::sections::{Section, Sections, id};

/// How many exports of exports may follow on each other. Real ones are three or four deep; the bound
/// keeps whoever follows them, and dropping them, from running out of stack.
const MAX_EXPORTS_DEEP: usize = 100;

/// Where something comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin<'a> {
    /// It is the import of that position.
    Import(usize),
    /// It is the nested component of that position.
    Component(usize),
    /// It is the instance of that position.
    Instance(usize),
    /// It is what that instance exports by this name.
    Export(Rc<Origin<'a>>, &'a str),
    /// It is made at this level in another way: a lifted function, a type, a core module.
    Here,
    /// It is what a component around this one has at that index: the next one around is one level
    /// out.
    Around {
        /// How far out, from 1; 0 is this very component.
        levels: u32,
        /// The index there.
        index: u32,
    },
}

impl Origin<'_> {
    /// What it is an export of, however deep; itself if it is none.
    pub fn root(&self) -> &Self {
        match self {
            Origin::Export(of, _) => of.root(),
            other => other,
        }
    }

    /// How many exports of exports it is.
    fn depth(&self) -> usize {
        let mut depth = 0;
        let mut at = self;
        while let Origin::Export(of, _) = at {
            depth += 1;
            at = of;
        }
        depth
    }
}

/// A component that is nested in this one.
#[derive(Clone, Debug)]
pub(crate) struct Nested<'a> {
    /// What the name section calls it.
    pub name: Option<&'a str>,
    /// Its bytes, in the whole input.
    pub range: Range<usize>,
}

/// Something that has a name: an argument, or an entry of a bundle.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    /// The name.
    pub name: ComponentExternName<'a>,
    /// What it is.
    pub kind: ComponentExternalKind,
    /// What is given.
    pub origin: Origin<'a>,
}

/// An instance that is made at this level.
#[derive(Clone, Debug)]
pub(crate) struct Instance<'a> {
    /// What the name section calls it.
    pub name: Option<&'a str>,
    /// How it is made.
    pub made: Made<'a>,
}

/// How an instance is made.
#[derive(Clone, Debug)]
pub(crate) enum Made<'a> {
    /// By instantiating a component with arguments.
    Instantiate {
        /// The component.
        component: Origin<'a>,
        /// What its imports get.
        args: Vec<Item<'a>>,
    },
    /// Out of things that are there.
    Bundle(Vec<Item<'a>>),
}

/// The outermost level of a component, as far as it puts others together.
#[derive(Debug, Default)]
pub(crate) struct Wiring<'a> {
    /// What its name section calls the component.
    pub name: Option<&'a str>,
    /// What it imports.
    pub imports: Vec<ComponentImport<'a>>,
    /// The components in it, in order.
    pub components: Vec<Nested<'a>>,
    /// The instances that it makes, in order.
    pub instances: Vec<Instance<'a>>,
    /// What it exports, and where that comes from.
    pub exports: Vec<(ComponentExport<'a>, Origin<'a>)>,
    /// The functions that its own code is given, to call them: those that are lowered, and the one
    /// that it starts with.
    pub called: Vec<Origin<'a>>,
    /// The core modules that its own code is made of, where they are given to it: those that are
    /// imported, or exported by an instance.
    pub modules_given: Vec<Origin<'a>>,
    /// What of it is no wiring, in the order of first mention, counted: `core module`,
    /// `core instance`, `canonical function`, `start function`.
    pub code: Vec<(&'static str, usize)>,
    /// The index spaces, as far as they matter for wiring.
    spaces: Spaces<'a>,
    /// For each entry of the space of core modules that is a module in it, where its bytes are.
    modules: Vec<Option<Range<usize>>>,
}

#[derive(Debug, Default)]
struct Spaces<'a> {
    instances: Vec<Origin<'a>>,
    components: Vec<Origin<'a>>,
    funcs: Vec<Origin<'a>>,
    values: Vec<Origin<'a>>,
    types: Vec<Origin<'a>>,
    modules: Vec<Origin<'a>>,
}

impl<'a> Spaces<'a> {
    fn of(&mut self, kind: ComponentExternalKind) -> &mut Vec<Origin<'a>> {
        match kind {
            ComponentExternalKind::Instance => &mut self.instances,
            ComponentExternalKind::Component => &mut self.components,
            ComponentExternalKind::Func => &mut self.funcs,
            ComponentExternalKind::Value => &mut self.values,
            ComponentExternalKind::Type => &mut self.types,
            ComponentExternalKind::Module => &mut self.modules,
        }
    }

    fn get(&mut self, kind: ComponentExternalKind, index: u32) -> Result<Origin<'a>, Malformed> {
        let found = self.of(kind).get(index as usize).cloned();
        found.ok_or_else(|| Malformed::new(format!("there is no {} {index}", noun(kind))))
    }
}

/// As many results as a start function can have.
const MAX_START_RESULTS: u32 = 1000;

/// What people call a kind of things.
pub(crate) fn noun(kind: ComponentExternalKind) -> &'static str {
    match kind {
        ComponentExternalKind::Instance => "instance",
        ComponentExternalKind::Component => "component",
        ComponentExternalKind::Func => "function",
        ComponentExternalKind::Value => "value",
        ComponentExternalKind::Type => "type",
        ComponentExternalKind::Module => "core module",
    }
}

/// The kind of things that an import brings.
pub(crate) fn kind_of(ty: ComponentTypeRef) -> ComponentExternalKind {
    match ty {
        ComponentTypeRef::Module(_) => ComponentExternalKind::Module,
        ComponentTypeRef::Func(_) => ComponentExternalKind::Func,
        ComponentTypeRef::Value(_) => ComponentExternalKind::Value,
        ComponentTypeRef::Type(_) => ComponentExternalKind::Type,
        ComponentTypeRef::Instance(_) => ComponentExternalKind::Instance,
        ComponentTypeRef::Component(_) => ComponentExternalKind::Component,
    }
}

impl<'a> Wiring<'a> {
    /// Reads the outermost level of the component that is `range` of `bytes`: all of it, or the
    /// range of a [`Nested`].
    ///
    /// Nothing nested is looked into. Fails if a section is broken or an index leads nowhere.
    pub fn read(bytes: &'a [u8], range: Range<usize>) -> Result<Wiring<'a>, Malformed> {
        let mut sections = Sections::new(bytes, range, Encoding::Component)?;
        let mut wiring = Wiring::default();
        while let Some(section) = sections.next()? {
            let name = section.name();
            wiring.section(section).map_err(|e| e.within(name))?;
            let modules = wiring.spaces.modules.len();
            wiring.modules.resize(modules, None);
        }
        Ok(wiring)
    }

    /// Whether a nested component is a shim: made by an encoder only to name types and functions of
    /// the code around it, as wit-component makes one for each interface that is exported. It has
    /// neither code nor instances. Where there is no code around it, a component like this is a
    /// part that somebody composed, with types to share.
    ///
    /// `bytes` are those that the wiring was read from. Only section headers are looked at.
    pub fn is_shim(&self, bytes: &'a [u8], nested: &Nested<'a>) -> bool {
        !self.is_pure() && parts::only_names(bytes, nested.range.clone())
    }

    /// What the index space of components has at `index`.
    pub fn component(&self, index: u32) -> Option<&Origin<'a>> {
        self.spaces.components.get(index as usize)
    }

    /// The bytes of the core module at `index`, if it is one that is in this very component.
    pub fn module(&self, index: u32) -> Option<Range<usize>> {
        self.modules.get(index as usize).cloned().flatten()
    }

    /// Whether it only puts others together, and has no code of its own.
    pub fn is_pure(&self) -> bool {
        self.code.is_empty()
    }

    /// Whether all that it has of its own are core modules that parts in it share: none is
    /// instantiated here, given or exported.
    pub fn only_shares(&self) -> bool {
        let is_module = |kind| kind == ComponentExternalKind::Module;
        let mut items = self.instances.iter().flat_map(|instance| {
            let (Made::Instantiate { args: items, .. } | Made::Bundle(items)) = &instance.made;
            items
        });
        self.code.iter().all(|(what, _)| *what == "core module")
            && !items.any(|item| is_module(item.kind))
            && !self
                .exports
                .iter()
                .any(|(export, _)| is_module(export.kind))
    }

    fn has_code(&mut self, what: &'static str) {
        match self.code.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += 1,
            None => self.code.push((what, 1)),
        }
    }

    fn section(&mut self, section: Section<'a>) -> Result<(), Malformed> {
        match section.id {
            id::COMPONENT => {
                let at = self.components.len();
                self.spaces.components.push(Origin::Component(at));
                self.components.push(Nested {
                    name: None,
                    range: section.body.clone(),
                });
            }
            id::MODULE => {
                self.spaces.modules.push(Origin::Here);
                self.modules.push(Some(section.body.clone()));
                self.has_code("core module");
            }
            id::CORE_INSTANCE => {
                for instance in section.items::<wasmparser::Instance<'a>>()? {
                    if let wasmparser::Instance::Instantiate { module_index, .. } = instance? {
                        self.makes(module_index)?;
                    }
                    self.has_code("core instance");
                }
            }
            id::CANON => {
                for function in section.items::<CanonicalFunction>()? {
                    match function? {
                        CanonicalFunction::Lift { .. } => self.spaces.funcs.push(Origin::Here),
                        CanonicalFunction::Lower { func_index, .. } => self.calls(func_index)?,
                        _ => {}
                    }
                    self.has_code("canonical function");
                }
            }
            id::START => {
                let mut reader = section.reader();
                let start: wasmparser::ComponentStartFunction = reader.read()?;
                self.calls(start.func_index)?;
                // One by one: the section may claim any number of them.
                for _ in 0..start.results.min(MAX_START_RESULTS) {
                    self.spaces.values.push(Origin::Here);
                }
                self.has_code("start function");
            }
            id::TYPE => {
                for ty in section.items::<wasmparser::ComponentType<'a>>()? {
                    ty?;
                    self.spaces.types.push(Origin::Here);
                }
            }
            id::IMPORT => {
                for import in section.items::<ComponentImport<'a>>()? {
                    let import = import?;
                    let origin = Origin::Import(self.imports.len());
                    self.spaces.of(kind_of(import.ty)).push(origin);
                    self.imports.push(import);
                }
            }
            id::ALIAS => {
                for alias in section.items::<ComponentAlias<'a>>()? {
                    self.alias(&alias?)?;
                }
            }
            id::INSTANCE => {
                for instance in section.items::<ComponentInstance<'a>>()? {
                    self.instance(instance?)?;
                }
            }
            id::EXPORT => {
                for export in section.items::<ComponentExport<'a>>()? {
                    let export = export?;
                    let origin = self.spaces.get(export.kind, export.index)?;
                    self.spaces.of(export.kind).push(origin.clone());
                    if export.kind == ComponentExternalKind::Module {
                        self.modules.push(self.module(export.index));
                    }
                    self.exports.push((export, origin));
                }
            }
            id::CUSTOM => {
                let custom = wasmparser::CustomSectionReader::new(section.reader())?;
                if custom.name() == "component-name" {
                    self.names(custom.data());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn calls(&mut self, func_index: u32) -> Result<(), Malformed> {
        let origin = self.spaces.get(ComponentExternalKind::Func, func_index)?;
        self.called.push(origin);
        Ok(())
    }

    fn makes(&mut self, module_index: u32) -> Result<(), Malformed> {
        let module = self
            .spaces
            .get(ComponentExternalKind::Module, module_index)?;
        if matches!(module, Origin::Import(_) | Origin::Export(..)) {
            self.modules_given.push(module);
        }
        Ok(())
    }

    fn alias(&mut self, alias: &ComponentAlias<'a>) -> Result<(), Malformed> {
        match alias {
            ComponentAlias::InstanceExport {
                kind,
                instance_index,
                name,
            } => {
                let of = self
                    .spaces
                    .get(ComponentExternalKind::Instance, *instance_index)?;
                if of.depth() >= MAX_EXPORTS_DEEP {
                    return Err(Malformed::new(format!(
                        "instances are in each other more than {MAX_EXPORTS_DEEP} deep, which is as deep as witkit goes"
                    )));
                }
                self.spaces
                    .of(*kind)
                    .push(Origin::Export(Rc::new(of), name));
            }
            ComponentAlias::Outer { kind, count, index } => {
                let space = match kind {
                    ComponentOuterAliasKind::Type => &mut self.spaces.types,
                    ComponentOuterAliasKind::Component => &mut self.spaces.components,
                    ComponentOuterAliasKind::CoreModule => &mut self.spaces.modules,
                    ComponentOuterAliasKind::CoreType => return Ok(()),
                };
                let around = Origin::Around {
                    levels: *count,
                    index: *index,
                };
                let origin = match count {
                    0 => space.get(*index as usize).cloned().unwrap_or(around),
                    _ => around,
                };
                space.push(origin);
            }
            ComponentAlias::CoreInstanceExport { .. } => {}
        }
        Ok(())
    }

    fn instance(&mut self, instance: ComponentInstance<'a>) -> Result<(), Malformed> {
        let mut items = |list: &mut dyn Iterator<Item = Named<'a>>| {
            list.map(|(name, kind, index)| {
                Ok(Item {
                    name,
                    kind,
                    origin: self.spaces.get(kind, index)?,
                })
            })
            .collect::<Result<Vec<_>, Malformed>>()
        };
        let made = match instance {
            ComponentInstance::Instantiate {
                component_index,
                args,
            } => {
                let plain = |name| ComponentExternName {
                    name,
                    implements: None,
                    version_suffix: None,
                    external_id: None,
                };
                let mut args = args.iter().map(|a| (plain(a.name), a.kind, a.index));
                let args = items(&mut args)?;
                let component = self
                    .spaces
                    .get(ComponentExternalKind::Component, component_index)?;
                Made::Instantiate { component, args }
            }
            ComponentInstance::FromExports(exports) => {
                let mut exports = exports.iter().map(|e| (e.name, e.kind, e.index));
                Made::Bundle(items(&mut exports)?)
            }
        };
        self.spaces
            .instances
            .push(Origin::Instance(self.instances.len()));
        self.instances.push(Instance { name: None, made });
        Ok(())
    }

    /// Names of the component and of what is in it; as far as they can be read.
    fn names(&mut self, data: &'a [u8]) {
        let reader = wasmparser::BinaryReader::new(data, 0);
        for name in ComponentNameSectionReader::new(reader).map_while(Result::ok) {
            match name {
                ComponentName::Component { name, .. } => self.name = Some(name),
                ComponentName::Components(names) => {
                    for (index, name) in named(names) {
                        if let Some(Origin::Component(at)) = self.spaces.components.get(index) {
                            self.components[*at].name.get_or_insert(name);
                        }
                    }
                }
                ComponentName::Instances(names) => {
                    for (index, name) in named(names) {
                        if let Some(Origin::Instance(at)) = self.spaces.instances.get(index) {
                            self.instances[*at].name.get_or_insert(name);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// A name, and what an index space has for it.
type Named<'a> = (ComponentExternName<'a>, ComponentExternalKind, u32);

fn named<'a>(names: NameMap<'a>) -> impl Iterator<Item = (usize, &'a str)> {
    let names = names.into_iter().map_while(Result::ok);
    names
        .filter(|naming| !naming.name.is_empty())
        .map(|naming| (naming.index as usize, naming.name))
}

#[cfg(test)]
mod tests;
