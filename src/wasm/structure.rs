//! The structure of a component: its index spaces, what defines each entry, what is nested in it.
//!
//! Lives here: [`Structure`], the one model of a component's sections; everything else that is said
//! about how a component is put together is a query on it. It borrows from the bytes it was read
//! from, and what is nested is read along only for those who look into it.
//! May import: `sections`, `names` (rank 1); wasmparser.
//! Deliberately absent: types in our own terms (`surface`), core code, and checking. Names and
//! indices are the validator's business, so every look-up can fail.

mod names;
mod read;

use std::ops::Range;

use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport,
    ComponentInstance, ComponentStartFunction, ComponentType, ComponentTypeRef, CoreType,
    InstanceTypeDeclaration, TypeBounds,
};

pub(crate) use names::{Names, module_name, own_name};

use super::sections::{self, Malformed, id};

/// What an index space is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    CoreModule,
    CoreInstance,
    CoreFunc,
    CoreTable,
    CoreMemory,
    CoreGlobal,
    CoreTag,
    CoreType,
    Func,
    Value,
    Type,
    Component,
    Instance,
}

const SORTS: usize = Sort::Instance as usize + 1;

impl From<ComponentExternalKind> for Sort {
    fn from(kind: ComponentExternalKind) -> Sort {
        match kind {
            ComponentExternalKind::Module => Sort::CoreModule,
            ComponentExternalKind::Func => Sort::Func,
            ComponentExternalKind::Value => Sort::Value,
            ComponentExternalKind::Type => Sort::Type,
            ComponentExternalKind::Instance => Sort::Instance,
            ComponentExternalKind::Component => Sort::Component,
        }
    }
}

impl From<wasmparser::ExternalKind> for Sort {
    fn from(kind: wasmparser::ExternalKind) -> Sort {
        use wasmparser::ExternalKind;
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => Sort::CoreFunc,
            ExternalKind::Table => Sort::CoreTable,
            ExternalKind::Memory => Sort::CoreMemory,
            ExternalKind::Global => Sort::CoreGlobal,
            ExternalKind::Tag => Sort::CoreTag,
        }
    }
}

/// What defines an entry of an index space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// The import of that position.
    Import(usize),
    /// The definition of that position among those of its sort: in [`Structure::types`],
    /// `instances`, `core_instances` or `canons`, or, of core modules and components, in `nested`.
    Defined(usize),
    /// One of the types of the definition of that position in [`Structure::core_types`]: a recursion
    /// group makes several.
    Member { definition: usize, member: u32 },
    /// What the instance of that index exports by that name; of a core sort, the core instance.
    Alias(u32, &'a str),
    /// The same as the entry of that index, which is before it: an export of it, or an alias of this
    /// very level.
    Same(u32),
    /// What a component around has at that index: the next one around is one level out.
    Outer { count: u32, index: u32 },
    /// A result of the start function.
    Result,
}

/// An item of a component, by its position among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Import(usize),
    Export(usize),
    Type(usize),
    CoreType(usize),
    Alias(usize),
    Instance(usize),
    CoreInstance(usize),
    Canon(usize),
    Start(usize),
    Nested(usize),
    Custom(usize),
}

/// A component or core module that is nested in a component.
pub(crate) struct Nested<'a> {
    /// `component` or `core module`.
    pub kind: &'static str,
    /// Where it lies in the input.
    pub range: Range<usize>,
    /// A component's own structure, if it was read in depth.
    inside: Option<Box<Structure<'a>>>,
}

impl Nested<'_> {
    /// Whether it is a component.
    pub fn is_component(&self) -> bool {
        self.kind == COMPONENT
    }
}

/// The kinds of what is nested.
const COMPONENT: &str = "component";
const CORE_MODULE: &str = "core module";

/// How much of a component is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// One level.
    Level,
    /// The components that are nested in it as well.
    All,
}

/// A custom section.
#[derive(Clone, Debug)]
pub(crate) struct Custom<'a> {
    pub name: &'a str,
    pub data: &'a [u8],
    /// All of the section in the input, header included.
    pub range: Range<usize>,
}

/// The structure of one component; that of what is nested in it if it was read in depth.
#[derive(Default)]
pub(crate) struct Structure<'a> {
    bytes: &'a [u8],
    /// Where the component lies in the input.
    pub range: Range<usize>,
    /// Why some of it could not be read.
    fault: Option<Malformed>,
    pub imports: Vec<ComponentImport<'a>>,
    pub exports: Vec<ComponentExport<'a>>,
    /// The type definitions.
    pub types: Vec<ComponentType<'a>>,
    /// The core type definitions.
    pub core_types: Vec<CoreType<'a>>,
    pub aliases: Vec<ComponentAlias<'a>>,
    /// The instances that it makes.
    pub instances: Vec<ComponentInstance<'a>>,
    /// The core instances that it makes.
    pub core_instances: Vec<wasmparser::Instance<'a>>,
    /// The canonical functions: lifts, lowers and built-ins.
    pub canons: Vec<CanonicalFunction>,
    pub starts: Vec<ComponentStartFunction>,
    /// The core modules and components in it, in order.
    pub nested: Vec<Nested<'a>>,
    pub customs: Vec<Custom<'a>>,
    /// Everything above in document order.
    pub items: Vec<Item>,
    spaces: [Vec<Entry<'a>>; SORTS],
}

impl<'a> Structure<'a> {
    /// The structure of the component `bytes`, without that of what is nested in it.
    ///
    /// Fails if a section is cut off or cannot be parsed.
    pub fn of(bytes: &'a [u8]) -> Result<Structure<'a>, Malformed> {
        Structure::readable(bytes, Depth::Level).whole()
    }

    /// As [`Structure::of`], with the components that are nested in it, at any depth. Faults in
    /// these are told by [`Structure::inside`].
    pub fn in_depth(bytes: &'a [u8]) -> Result<Structure<'a>, Malformed> {
        Structure::readable(bytes, Depth::All).whole()
    }

    fn whole(mut self) -> Result<Structure<'a>, Malformed> {
        match self.fault.take() {
            None => Ok(self),
            Some(fault) => Err(fault),
        }
    }

    /// As [`Structure::of`] or [`Structure::in_depth`], as far as it can be read.
    pub fn readable(bytes: &'a [u8], read: Depth) -> Structure<'a> {
        read::structure(bytes, 0..bytes.len(), 0, read)
    }

    /// Why some of it could not be read.
    pub fn fault(&self) -> Option<&Malformed> {
        self.fault.as_ref()
    }

    /// All bytes of the input.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What defines the entry of that index.
    pub fn entry(&self, sort: Sort, index: u32) -> Option<Entry<'a>> {
        self.spaces[sort as usize].get(index as usize).copied()
    }

    /// The entry that is not the same as an earlier one, and its index.
    pub fn origin(&self, sort: Sort, index: u32) -> Option<(u32, Entry<'a>)> {
        match self.entry(sort, index)? {
            // `add_same` sees to it that it takes one step only.
            Entry::Same(earlier) => Some((earlier, self.entry(sort, earlier)?)),
            entry => Some((index, entry)),
        }
    }

    /// How many entries there are.
    pub fn count(&self, sort: Sort) -> usize {
        self.spaces[sort as usize].len()
    }

    /// The core module or component in it that the entry of that index is; none for what comes from
    /// elsewhere.
    pub fn nested_at(&self, sort: Sort, index: u32) -> Option<usize> {
        match self.origin(sort, index)?.1 {
            Entry::Defined(at) => Some(at),
            _ => None,
        }
    }

    /// The definition that makes the entry of the core type index space, the first index it makes,
    /// and which of those it makes this is.
    pub fn core_type(&self, index: u32) -> Option<(&CoreType<'a>, u32, u32)> {
        let (index, entry) = self.origin(Sort::CoreType, index)?;
        let Entry::Member { definition, member } = entry else {
            return None;
        };
        Some((self.core_types.get(definition)?, index - member, member))
    }

    /// What the instance type at that index declares, if it is defined at this level.
    pub fn instance_type(&self, mut index: u32) -> Option<&[InstanceTypeDeclaration<'a>]> {
        loop {
            let (at, entry) = self.origin(Sort::Type, index)?;
            match entry {
                Entry::Defined(definition) => match self.types.get(definition)? {
                    ComponentType::Instance(declarations) => return Some(declarations),
                    _ => return None,
                },
                Entry::Import(import) => match self.imports[import].ty {
                    // A type that is bound to an earlier one, so that this ends.
                    ComponentTypeRef::Type(TypeBounds::Eq(bound)) if bound < at => index = bound,
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    /// The structure of the nested component of that position, as far as it can be read; none for a
    /// core module, and unless it was read in depth.
    pub fn readable_inside(&self, at: usize) -> Option<&Structure<'a>> {
        self.nested.get(at)?.inside.as_deref()
    }

    /// The structure of the nested component of that position; none for a core module, and unless it
    /// was read in depth.
    ///
    /// Fails if it is broken or nested deeper than witkit goes.
    pub fn inside(&self, at: usize) -> Option<Result<&Structure<'a>, Malformed>> {
        let inside = self.readable_inside(at)?;
        Some(match &inside.fault {
            None => Ok(inside),
            Some(fault) => Err(fault.clone()),
        })
    }

    /// What messages call the nested component or core module of that position.
    pub fn label(&self, at: usize) -> String {
        let kind = self.nested[at].kind;
        let alike = self.nested[..=at].iter().filter(|other| other.kind == kind);
        let nested = if kind == COMPONENT { "nested " } else { "" };
        format!("{nested}{kind} {}", alike.count())
    }

    /// The position of the nested component or core module that lies there.
    pub fn position(&self, range: &Range<usize>) -> Option<usize> {
        self.nested.iter().position(|nested| nested.range == *range)
    }

    /// Whether it is a WIT package in binary form: nothing but types.
    pub fn is_wit_package(&self) -> bool {
        // What the text of a WIT package becomes; components do not carry it.
        let encoding = "wit-component-encoding";
        self.customs.iter().any(|custom| custom.name == encoding) || self.only_component_types()
    }

    /// Whether it does nothing but export the types of components: a world each.
    fn only_component_types(&self) -> bool {
        let is_component_type = |export: &ComponentExport<'_>| {
            export.kind == ComponentExternalKind::Type
                && match self.entry(Sort::Type, export.index) {
                    Some(Entry::Defined(at)) => {
                        matches!(self.types.get(at), Some(ComponentType::Component(_)))
                    }
                    _ => false,
                }
        };
        self.imports.is_empty()
            && !self.exports.is_empty()
            && self.exports.iter().all(is_component_type)
    }

    /// Whether it has code of its own, which may be no more than core modules that it holds.
    pub fn has_code(&self) -> bool {
        !self.core_instances.is_empty()
            || !self.canons.is_empty()
            || !self.starts.is_empty()
            || self.nested.iter().any(|nested| !nested.is_component())
    }

    /// Whether a nested component is a shim: made by an encoder only to name types and functions of
    /// the code around it, as wit-component makes one for each interface that is exported. It has
    /// nothing but types, and names for what it imports. Where there is no code around it, a
    /// component like this is a part that somebody composed, with types to share.
    pub fn is_shim(&self, at: usize) -> bool {
        let nested = &self.nested[at];
        nested.is_component()
            && self.has_code()
            && sections::only_of(self.bytes, nested.range.clone(), &NAMING)
    }
}

/// The sections that only name things.
const NAMING: [u8; 5] = [id::TYPE, id::IMPORT, id::ALIAS, id::EXPORT, id::CUSTOM];
