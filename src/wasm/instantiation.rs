//! How one component is put together: what it instantiates, with what, and what it exports.
//!
//! Lives here: [`Instantiation`], one level of a component with everything in it followed to where
//! it comes from.
//! May import: `structure`, `sections` (rank 1); wasmparser.
//! Deliberately absent: types and whether they fit (the validator's business, so every look-up here
//! can fail), and what is inside the components that are instantiated: whoever wants to know asks
//! for the instantiation of those.

use std::ops::Range;
use std::rc::Rc;

use wasmparser::{
    CanonicalFunction, ComponentExport, ComponentExternName, ComponentExternalKind,
    ComponentImport, ComponentInstance,
};

use super::sections::Malformed;
use super::structure::{Entry, Item as Place, Sort, Structure};

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
}

/// A component that is nested in this one.
#[derive(Clone, Debug)]
pub(crate) struct Nested<'a> {
    /// What the name section calls it.
    pub name: Option<&'a str>,
    /// Its bytes, in the whole input.
    pub range: Range<usize>,
    /// Its position among all that is nested: see [`Structure::nested`].
    pub at: usize,
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

/// One level of a component, as far as it puts others together.
#[derive(Debug, Default)]
pub(crate) struct Instantiation<'a> {
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
    /// For each entry of the index space of components, where it comes from.
    all_components: Vec<Origin<'a>>,
}

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

impl<'a> Instantiation<'a> {
    /// How the component of that structure is put together.
    ///
    /// Fails if an index leads nowhere.
    pub fn of(structure: &Structure<'a>) -> Result<Instantiation<'a>, Malformed> {
        let names = structure.names();
        let follow = Follow::new(structure);
        let mut made = Instantiation {
            name: names.own,
            imports: structure.imports.clone(),
            ..Instantiation::default()
        };
        for (at, nested) in structure.nested.iter().enumerate() {
            if nested.is_component() {
                made.components.push(Nested {
                    name: names.nested.get(&at).copied(),
                    range: nested.range.clone(),
                    at,
                });
            }
        }
        for (at, instance) in structure.instances.iter().enumerate() {
            made.instances.push(Instance {
                name: names.instances.get(&at).copied(),
                made: follow
                    .made(instance)
                    .map_err(|e| e.within("instance section"))?,
            });
        }
        for export in &structure.exports {
            let origin = follow.origin(export.kind, export.index);
            made.exports.push((
                export.clone(),
                origin.map_err(|e| e.within("export section"))?,
            ));
        }
        for index in 0..structure.count(Sort::Component) as u32 {
            made.all_components
                .push(follow.origin(ComponentExternalKind::Component, index)?);
        }
        for item in &structure.items {
            made.code(structure, &follow, *item)?;
        }
        Ok(made)
    }

    /// Takes note of what an item is to its own code.
    fn code(
        &mut self,
        structure: &Structure<'a>,
        follow: &Follow<'_, 'a>,
        item: Place,
    ) -> Result<(), Malformed> {
        let calls = |index| follow.origin(ComponentExternalKind::Func, index);
        let what = match item {
            Place::Nested(at) if !structure.nested[at].is_component() => "core module",
            Place::CoreInstance(at) => {
                if let wasmparser::Instance::Instantiate { module_index, .. } =
                    structure.core_instances[at]
                {
                    let module = follow.origin(ComponentExternalKind::Module, module_index);
                    let module = module.map_err(|e| e.within("core instance section"))?;
                    if matches!(module, Origin::Import(_) | Origin::Export(..)) {
                        self.modules_given.push(module);
                    }
                }
                "core instance"
            }
            Place::Canon(at) => {
                if let CanonicalFunction::Lower { func_index, .. } = structure.canons[at] {
                    let function = calls(func_index);
                    let function = function.map_err(|e| e.within("canonical function section"))?;
                    self.called.push(function);
                }
                "canonical function"
            }
            Place::Start(at) => {
                let function = calls(structure.starts[at].func_index);
                self.called
                    .push(function.map_err(|e| e.within("start section"))?);
                "start function"
            }
            _ => return Ok(()),
        };
        match self.code.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += 1,
            None => self.code.push((what, 1)),
        }
        Ok(())
    }

    /// What the index space of components has at `index`.
    pub fn component(&self, index: u32) -> Option<&Origin<'a>> {
        self.all_components.get(index as usize)
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
}

/// Follows entries of index spaces to where they come from.
struct Follow<'s, 'a> {
    structure: &'s Structure<'a>,
    /// For each nested component or core module, its position among the components.
    components: Vec<usize>,
}

impl<'s, 'a> Follow<'s, 'a> {
    fn new(structure: &'s Structure<'a>) -> Follow<'s, 'a> {
        let mut components = Vec::new();
        let mut count = 0;
        for nested in &structure.nested {
            components.push(count);
            count += usize::from(nested.is_component());
        }
        Follow {
            structure,
            components,
        }
    }

    fn origin(&self, kind: ComponentExternalKind, index: u32) -> Result<Origin<'a>, Malformed> {
        self.follow(kind, index, 0)
    }

    fn follow(
        &self,
        kind: ComponentExternalKind,
        index: u32,
        depth: usize,
    ) -> Result<Origin<'a>, Malformed> {
        if depth > MAX_EXPORTS_DEEP {
            return Err(Malformed::new(format!(
                "instances are nested more than {MAX_EXPORTS_DEEP} levels deep, which is the limit of witkit"
            )));
        }
        let found = self.structure.origin(kind.into(), index);
        let Some((_, entry)) = found else {
            return Err(Malformed::new(format!("unknown {} {index}", noun(kind))));
        };
        Ok(match entry {
            Entry::Import(at) => Origin::Import(at),
            Entry::Defined(at) => match kind {
                ComponentExternalKind::Component => Origin::Component(self.components[at]),
                ComponentExternalKind::Instance => Origin::Instance(at),
                _ => Origin::Here,
            },
            Entry::Alias(instance, name) => {
                let of = self.follow(ComponentExternalKind::Instance, instance, depth + 1)?;
                Origin::Export(Rc::new(of), name)
            }
            Entry::Outer { count, index } => Origin::Around {
                levels: count,
                index,
            },
            Entry::Result | Entry::Same(_) | Entry::Member { .. } => Origin::Here,
        })
    }

    fn made(&self, instance: &ComponentInstance<'a>) -> Result<Made<'a>, Malformed> {
        Ok(match instance {
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
                let args = args
                    .iter()
                    .map(|a| self.item(plain(a.name), a.kind, a.index));
                Made::Instantiate {
                    args: args.collect::<Result<_, _>>()?,
                    component: self.origin(ComponentExternalKind::Component, *component_index)?,
                }
            }
            ComponentInstance::FromExports(exports) => {
                let items = exports.iter().map(|e| self.item(e.name, e.kind, e.index));
                Made::Bundle(items.collect::<Result<_, _>>()?)
            }
        })
    }

    fn item(
        &self,
        name: ComponentExternName<'a>,
        kind: ComponentExternalKind,
        index: u32,
    ) -> Result<Item<'a>, Malformed> {
        Ok(Item {
            name,
            kind,
            origin: self.origin(kind, index)?,
        })
    }
}

#[cfg(test)]
mod tests;
