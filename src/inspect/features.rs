//! Which features of the component model and of core WebAssembly are used, and which WASI release
//! has them.
//!
//! Lives here: [`Features`], which is told of types and canonical functions as they go by.
//! The releases are those of the "Milestones" in the specification's `README.md`.
//! May import: the sibling data; wasmparser and wit-parser, which stay behind this door.
//! Deliberately absent: what only code uses (SIMD, tail calls, …): core code is not walked.

use std::collections::BTreeSet;

use semver::Version;
use wasmparser::{
    CanonicalFunction as Canon, CanonicalOption, ComponentDefinedType as Defined, ComponentType,
    ComponentTypeDeclaration, ComponentValType, InstanceTypeDeclaration, PrimitiveValType,
};
use wit_parser::{Resolve, TypeDefKind, WorldItem};

use super::model::{Face, Feature, Wasi};

/// A feature: the level, the name, and the first WASI release with it.
type Known = (&'static str, &'static str, Option<&'static str>);

const ASYNC: Known = ("component", "async", Some("0.3.0"));
const STACKFUL: Known = ("component", "stackful async", None);
const STREAMS: Known = ("component", "streams and futures", Some("0.3.0"));
const ERROR_CONTEXT: Known = ("component", "error-context", None);
const THREADS: Known = ("component", "threads", None);
const MAP: Known = ("component", "map", Some("0.3.1"));
const FIXED_LENGTH: Known = ("component", "fixed-length lists", None);
const GC: Known = ("component", "GC", None);
const VALUES: Known = ("component", "values", None);
const IMPLEMENTS: Known = ("component", "implements", Some("0.3.1"));
const MEMORY64: Known = ("core", "memory64", None);
const CORE_GC: Known = ("core", "GC", None);
const SHARED: Known = ("core", "threads", None);
const EXCEPTIONS: Known = ("core", "exceptions", None);
const MEMORIES: Known = ("core", "multi-memory", None);

/// WASI packages that are released together.
const RELEASED: [&str; 7] = [
    "wasi:cli",
    "wasi:clocks",
    "wasi:filesystem",
    "wasi:http",
    "wasi:io",
    "wasi:random",
    "wasi:sockets",
];

/// Features that were met.
#[derive(Default)]
pub(super) struct Features(BTreeSet<Known>);

impl Features {
    /// In the order of levels and names.
    pub fn list(&self) -> Vec<Feature> {
        let feature = |(level, name, wasi): &Known| Feature {
            level,
            name,
            wasi: *wasi,
        };
        self.0.iter().map(feature).collect()
    }

    pub fn memory64(&mut self) {
        self.0.insert(MEMORY64);
    }

    pub fn core_gc(&mut self) {
        self.0.insert(CORE_GC);
    }

    pub fn shared_memory(&mut self) {
        self.0.insert(SHARED);
    }

    pub fn exceptions(&mut self) {
        self.0.insert(EXCEPTIONS);
    }

    pub fn memories(&mut self) {
        self.0.insert(MEMORIES);
    }

    pub fn values(&mut self) {
        self.0.insert(VALUES);
    }

    pub fn implements(&mut self) {
        self.0.insert(IMPLEMENTS);
    }

    /// A type; the reader has bounded how deep they are nested.
    pub fn ty(&mut self, ty: &ComponentType<'_>) {
        match ty {
            ComponentType::Defined(ty) => self.defined(ty),
            ComponentType::Func(func) => {
                if func.async_ {
                    self.0.insert(ASYNC);
                }
                func.params.iter().for_each(|(_, ty)| self.val(ty));
                func.result.iter().for_each(|ty| self.val(ty));
            }
            ComponentType::Component(declarations) => {
                for declaration in declarations {
                    match declaration {
                        ComponentTypeDeclaration::Type(ty) => self.ty(ty),
                        ComponentTypeDeclaration::Import(import)
                            if import.name.implements.is_some() =>
                        {
                            self.implements();
                        }
                        _ => {}
                    }
                }
            }
            ComponentType::Instance(declarations) => {
                for declaration in declarations {
                    if let InstanceTypeDeclaration::Type(ty) = declaration {
                        self.ty(ty);
                    }
                }
            }
            ComponentType::Resource { .. } => {}
        }
    }

    fn val(&mut self, ty: &ComponentValType) {
        if *ty == ComponentValType::Primitive(PrimitiveValType::ErrorContext) {
            self.0.insert(ERROR_CONTEXT);
        }
    }

    fn defined(&mut self, ty: &Defined<'_>) {
        match ty {
            Defined::Primitive(PrimitiveValType::ErrorContext) => {
                self.0.insert(ERROR_CONTEXT);
            }
            Defined::Map(key, value) => {
                self.0.insert(MAP);
                self.val(key);
                self.val(value);
            }
            Defined::FixedLengthList(ty, _) => {
                self.0.insert(FIXED_LENGTH);
                self.val(ty);
            }
            Defined::Future(_) | Defined::Stream(_) => {
                self.0.insert(STREAMS);
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
                TypeDefKind::Map(..) => self.0.insert(MAP),
                TypeDefKind::FixedLengthList(..) => self.0.insert(FIXED_LENGTH),
                TypeDefKind::Future(_) | TypeDefKind::Stream(_) => self.0.insert(STREAMS),
                _ => false,
            };
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
                self.0.insert(ASYNC);
            }
            let params = function.params.iter().map(|param| &param.ty);
            if params
                .chain(&function.result)
                .any(|ty| *ty == wit_parser::Type::ErrorContext)
            {
                self.0.insert(ERROR_CONTEXT);
            }
        }
    }

    /// A canonical function.
    pub fn canon(&mut self, function: &Canon) {
        match function {
            Canon::Lift { options, .. } => {
                let callback = |o: &CanonicalOption| matches!(o, CanonicalOption::Callback(_));
                if options.contains(&CanonicalOption::Async) && !options.iter().any(callback) {
                    self.0.insert(STACKFUL);
                }
                self.options(options);
            }
            Canon::Lower { options, .. } | Canon::TaskReturn { options, .. } => {
                self.options(options);
            }
            Canon::ThreadSpawnRef { .. }
            | Canon::ThreadSpawnIndirect { .. }
            | Canon::ThreadAvailableParallelism
            | Canon::ThreadIndex
            | Canon::ThreadNewIndirect { .. }
            | Canon::ThreadResumeLater
            | Canon::ThreadSuspend
            | Canon::ThreadSuspendThenResume
            | Canon::ThreadYieldThenResume
            | Canon::ThreadSuspendThenPromote
            | Canon::ThreadYieldThenPromote => {
                self.0.insert(THREADS);
            }
            Canon::ErrorContextNew { .. }
            | Canon::ErrorContextDebugMessage { .. }
            | Canon::ErrorContextDrop => {
                self.0.insert(ERROR_CONTEXT);
            }
            Canon::ResourceNew { .. } | Canon::ResourceDrop { .. } | Canon::ResourceRep { .. } => {}
            // All others came with async.
            _ => {
                self.0.insert(ASYNC);
            }
        }
    }

    fn options(&mut self, options: &[CanonicalOption]) {
        for option in options {
            match option {
                CanonicalOption::Async => {
                    self.0.insert(ASYNC);
                }
                CanonicalOption::Gc | CanonicalOption::CoreType(_) => {
                    self.0.insert(GC);
                }
                _ => {}
            }
        }
    }
}

/// The lowest WASI release that has these features, and these interfaces where they are its own.
pub(super) fn wasi(features: &[Feature], faces: &[&[Face]]) -> Wasi {
    let of_component = || features.iter().filter(|f| f.level == "component");
    let beyond: Vec<_> = of_component()
        .filter(|f| f.wasi.is_none())
        .map(|f| f.name)
        .collect();
    let mut lowest: Option<Version> = None;
    let mut at_least = |version: &str| {
        if let Ok(version) = Version::parse(version)
            && lowest.as_ref().is_none_or(|lowest| *lowest < version)
        {
            lowest = Some(version);
        }
    };
    of_component()
        .filter_map(|f| f.wasi)
        .for_each(&mut at_least);
    for face in faces.iter().copied().flatten() {
        let (package, _) = face.base.split_once('/').unwrap_or((&face.base, ""));
        if let Some(version) = &face.version
            && RELEASED.contains(&package)
        {
            at_least(version);
        }
    }
    Wasi {
        release: match beyond.is_empty() {
            true => lowest.map(|version| version.to_string()),
            false => None,
        },
        beyond,
    }
}
