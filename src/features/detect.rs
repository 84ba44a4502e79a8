//! Which types, names and canonical functions use which feature.
//!
//! Lives here: [`Detected`], which records them. May import: the table (`super`);
//! wasmparser and wit-parser, which stay behind this door.
//! Deliberately absent: places (`first_uses`) and walking (its callers do).

use std::collections::BTreeSet;

use wasmparser::{
    CanonicalFunction as Canon, CanonicalOption, ComponentDefinedType as Defined, ComponentExport,
    ComponentExternName, ComponentExternalKind, ComponentImport, ComponentType,
    ComponentTypeDeclaration as Declaration, ComponentTypeRef, ComponentValType,
    CompositeInnerType, InstanceTypeDeclaration, MemoryType, PrimitiveValType, RecGroup, ValType,
};
use wit_parser::{Resolve, TypeDefKind, WorldItem};

use super::Feature;

/// The features found so far.
#[derive(Debug, Default)]
pub(crate) struct Detected(BTreeSet<Feature>);

impl Detected {
    /// All of them, in the order of the table.
    pub fn features(&self) -> impl Iterator<Item = Feature> + '_ {
        self.0.iter().copied()
    }

    /// A feature that the caller has recognized.
    pub fn add(&mut self, feature: Feature) {
        self.0.insert(feature);
    }

    /// The type of a core memory.
    pub fn memory(&mut self, ty: &MemoryType) {
        if ty.memory64 {
            self.add(Feature::CoreMemory64);
        }
        if ty.shared {
            self.add(Feature::CoreThreads);
        }
    }

    /// Core types.
    pub fn core_types(&mut self, group: &RecGroup) {
        for ty in group.types() {
            if !matches!(ty.composite_type.inner, CompositeInnerType::Func(_)) {
                self.add(Feature::CoreGc);
            }
        }
    }

    /// Something that a component imports.
    pub fn import(&mut self, import: &ComponentImport<'_>) {
        self.name(&import.name);
        self.type_ref(&import.ty);
    }

    /// Something that a component exports.
    pub fn export(&mut self, export: &ComponentExport<'_>) {
        self.name(&export.name);
        export.ty.iter().for_each(|ty| self.type_ref(ty));
        if export.kind == ComponentExternalKind::Value {
            self.add(Feature::Values);
        }
    }

    /// The name of an import or export.
    pub fn name(&mut self, name: &ComponentExternName<'_>) {
        if name.implements.is_some() {
            self.add(Feature::Implements);
        }
        if name.external_id.is_some() {
            self.add(Feature::ExternalId);
        }
        if name.version_suffix.is_some() {
            self.add(Feature::VersionSuffix);
        }
        for name in [Some(name.name), name.implements].into_iter().flatten() {
            let id = name.split('@').next().unwrap_or(name);
            let several = |sign: char| id.matches(sign).nth(1).is_some();
            // Hashes and locations have such signs as well, behind a `<`.
            if !name.contains('<') && (several(':') || several('/')) {
                self.add(Feature::NestedName);
            }
            if name.starts_with('[') && (name.contains("[get]") || name.contains("[set]")) {
                self.add(Feature::Accessor);
            }
        }
    }

    /// The type of an import.
    pub fn type_ref(&mut self, ty: &ComponentTypeRef) {
        if let ComponentTypeRef::Value(_) = ty {
            self.add(Feature::Values);
        }
    }

    /// A type; the reader has limited their nesting.
    pub fn ty(&mut self, ty: &ComponentType<'_>) {
        match ty {
            ComponentType::Defined(ty) => self.defined(ty),
            ComponentType::Func(func) => {
                if func.async_ {
                    self.add(Feature::AsyncFunction);
                }
                func.params.iter().for_each(|(_, ty)| self.val(ty));
                func.result.iter().for_each(|ty| self.val(ty));
            }
            ComponentType::Component(declarations) => {
                for declaration in declarations {
                    match declaration {
                        Declaration::Type(ty) => self.ty(ty),
                        Declaration::Import(import) => self.import(import),
                        Declaration::Export { name, ty } => {
                            self.name(name);
                            self.type_ref(ty);
                        }
                        Declaration::CoreType(_) | Declaration::Alias(_) => {}
                    }
                }
            }
            ComponentType::Instance(declarations) => {
                for declaration in declarations {
                    match declaration {
                        InstanceTypeDeclaration::Type(ty) => self.ty(ty),
                        InstanceTypeDeclaration::Export { name, ty } => {
                            self.name(name);
                            self.type_ref(ty);
                        }
                        InstanceTypeDeclaration::CoreType(_)
                        | InstanceTypeDeclaration::Alias(_) => {}
                    }
                }
            }
            ComponentType::Resource { rep, .. } => {
                if *rep == ValType::I64 {
                    self.add(Feature::Wide);
                }
            }
        }
    }

    fn val(&mut self, ty: &ComponentValType) {
        if *ty == ComponentValType::Primitive(PrimitiveValType::ErrorContext) {
            self.add(Feature::ErrorContext);
        }
    }

    fn defined(&mut self, ty: &Defined<'_>) {
        match ty {
            Defined::Primitive(PrimitiveValType::ErrorContext) => self.add(Feature::ErrorContext),
            Defined::Map(key, value) => {
                self.add(Feature::Map);
                self.val(key);
                self.val(value);
            }
            Defined::FixedLengthList(ty, _) => {
                self.add(Feature::FixedLengthList);
                self.val(ty);
            }
            Defined::Future(ty) => {
                self.add(Feature::Future);
                ty.iter().for_each(|ty| self.val(ty));
            }
            Defined::Stream(ty) => {
                self.add(Feature::Stream);
                ty.iter().for_each(|ty| self.val(ty));
            }
            Defined::Record(fields) => fields.iter().for_each(|(_, ty)| self.val(ty)),
            Defined::Variant(cases) => {
                cases
                    .iter()
                    .flat_map(|case| &case.ty)
                    .for_each(|ty| self.val(ty));
            }
            Defined::List(ty) | Defined::Option(ty) => self.val(ty),
            Defined::Tuple(types) => types.iter().for_each(|ty| self.val(ty)),
            Defined::Result { ok, err } => ok.iter().chain(err).for_each(|ty| self.val(ty)),
            _ => {}
        }
    }

    /// All types and functions of WIT.
    pub fn wit(&mut self, resolve: &Resolve) {
        for (_, ty) in resolve.types.iter() {
            match &ty.kind {
                TypeDefKind::Map(..) => self.add(Feature::Map),
                TypeDefKind::FixedLengthList(..) => self.add(Feature::FixedLengthList),
                TypeDefKind::Future(_) => self.add(Feature::Future),
                TypeDefKind::Stream(_) => self.add(Feature::Stream),
                _ => {}
            }
        }
        let of_interfaces = resolve.interfaces.iter();
        let of_interfaces = of_interfaces.flat_map(|(_, interface)| interface.functions.values());
        let of_worlds = resolve.worlds.iter();
        let of_worlds =
            of_worlds.flat_map(|(_, world)| world.imports.values().chain(world.exports.values()));
        let of_worlds = of_worlds.filter_map(|item| match item {
            WorldItem::Function(function) => Some(function),
            _ => None,
        });
        for function in of_interfaces.chain(of_worlds) {
            if function.kind.is_async() {
                self.add(Feature::AsyncFunction);
            }
            let params = function.params.iter().map(|param| &param.ty);
            if params
                .chain(&function.result)
                .any(|ty| *ty == wit_parser::Type::ErrorContext)
            {
                self.add(Feature::ErrorContext);
            }
        }
    }

    /// A canonical function.
    pub fn canon(&mut self, function: &Canon) {
        use Feature::*;
        match function {
            Canon::Lift { options, .. } => {
                let callback = |o: &CanonicalOption| matches!(o, CanonicalOption::Callback(_));
                if options.contains(&CanonicalOption::Async) && !options.iter().any(callback) {
                    self.add(Stackful);
                }
                self.options(options);
            }
            Canon::Lower { options, .. } => self.options(options),
            Canon::TaskReturn { options, .. } => {
                self.add(AsyncBuiltIn);
                self.options(options);
            }
            Canon::ThreadSpawnRef { .. }
            | Canon::ThreadSpawnIndirect { .. }
            | Canon::ThreadAvailableParallelism => self.add(SharedThreads),
            Canon::ThreadIndex
            | Canon::ThreadNewIndirect { .. }
            | Canon::ThreadResumeLater
            | Canon::ThreadSuspend
            | Canon::ThreadSuspendThenResume
            | Canon::ThreadYieldThenResume
            | Canon::ThreadSuspendThenPromote
            | Canon::ThreadYieldThenPromote => self.add(Threads),
            Canon::ErrorContextNew { .. }
            | Canon::ErrorContextDebugMessage { .. }
            | Canon::ErrorContextDrop => self.add(ErrorContext),
            Canon::ResourceNew { .. } | Canon::ResourceDrop { .. } | Canon::ResourceRep { .. } => {}
            Canon::StreamForward { .. } | Canon::FutureForward { .. } => {
                self.add(AsyncBuiltIn);
                self.add(Forward);
            }
            Canon::StreamRead { options, .. }
            | Canon::StreamWrite { options, .. }
            | Canon::FutureRead { options, .. }
            | Canon::FutureWrite { options, .. } => {
                self.add(AsyncBuiltIn);
                self.options(options);
                if !options.contains(&CanonicalOption::Async) {
                    self.add(MoreAsync);
                }
            }
            Canon::SubtaskCancel { async_ }
            | Canon::StreamCancelRead { async_, .. }
            | Canon::StreamCancelWrite { async_, .. }
            | Canon::FutureCancelRead { async_, .. }
            | Canon::FutureCancelWrite { async_, .. } => {
                self.add(AsyncBuiltIn);
                if *async_ {
                    self.add(MoreAsync);
                }
            }
            Canon::ContextGet { ty, slot } | Canon::ContextSet { ty, slot } => {
                self.add(AsyncBuiltIn);
                if *slot > 0 {
                    self.add(Threads);
                }
                if *ty == ValType::I64 {
                    self.add(Wide);
                }
            }
            // All others came with async.
            _ => self.add(AsyncBuiltIn),
        }
    }

    fn options(&mut self, options: &[CanonicalOption]) {
        for option in options {
            match option {
                CanonicalOption::Async => self.add(Feature::AsyncBuiltIn),
                CanonicalOption::Gc | CanonicalOption::CoreType(_) => self.add(Feature::Gc),
                _ => {}
            }
        }
    }
}
