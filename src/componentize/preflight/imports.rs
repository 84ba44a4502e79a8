//! The provider of each import of a core module, or the reason why there is none.
//!
//! Lives here: [`Classifier`], which decides as wit-component does.
//! May import: `module` (rank 4). Deliberately absent: findings (`missing`), and imports by which
//! shared libraries are linked (`link`).

use std::collections::HashMap;

use wasmparser::FuncType;
use wit_parser::abi::AbiVariant;
use wit_parser::{Function, InterfaceId, Resolve, WorldId, WorldItem, WorldKey};

use super::intrinsics::{self, BuiltIn, Scope};
use super::names::{self, Mangling, Side};
use super::needs::{Contents, Needs};
use crate::componentize::module::{CoreImport, CoreModule, CoreType, func_type};

/// What satisfies an import.
#[derive(Debug)]
pub(super) enum Satisfied {
    /// Memory of the main module.
    Memory,
    /// An item of the main module, which adapters may import.
    MainModule,
    /// The adapter of that position.
    Adapter(usize),
    /// A function of the world, and what calling it takes.
    Func(Needs),
    /// A built-in of an item of the world, and what calling it takes.
    BuiltIn(Needs),
    /// An item that is not part of the world.
    Other(Needs),
}

/// Why an import is unsatisfied.
pub(super) enum Refused<'r> {
    NotAFunction,
    /// It exists with a different type.
    Signature {
        expected: FuncType,
        /// The interface and the function; none for a built-in.
        func: Option<(Option<WorldKey>, &'r Function)>,
    },
    /// The world imports no function of that name.
    NoWorldFunction {
        name: String,
    },
    /// The world has an item of that name that is not a function.
    NotAWorldFunction,
    /// The world imports (or exports) no interface of that name.
    NoInterface {
        name: String,
        side: Side,
    },
    /// The interface has no function of that name.
    NoFunction {
        key: WorldKey,
        interface: InterfaceId,
        name: String,
        side: Side,
    },
    /// `env` and names without the prefix that the standard naming has.
    NoSuchName,
}

/// Looks up imports.
pub(super) struct Classifier<'r> {
    pub resolve: &'r Resolve,
    pub world: WorldId,
    pub reject_legacy_names: bool,
    /// The positions of adapters, by the module that they stand for.
    pub adapters: HashMap<String, usize>,
    /// The interfaces of modules that have been looked up already.
    interfaces: HashMap<(Side, String), Option<(WorldKey, InterfaceId)>>,
    pub contents: Contents,
}

impl<'r> Classifier<'r> {
    pub fn new(
        resolve: &'r Resolve,
        world: WorldId,
        reject_legacy_names: bool,
        adapters: HashMap<String, usize>,
    ) -> Classifier<'r> {
        Classifier {
            resolve,
            world,
            reject_legacy_names,
            adapters,
            interfaces: HashMap::new(),
            contents: Contents::default(),
        }
    }

    /// What satisfies `import` of `module`.
    pub fn classify(
        &mut self,
        module: &CoreModule,
        import: &CoreImport,
    ) -> Result<Satisfied, Refused<'r>> {
        if import.module == "env"
            && import.name == "memory"
            && matches!(import.ty, CoreType::Memory(_))
        {
            return Ok(Satisfied::Memory);
        }
        if import.module == "__main_module__" {
            return Ok(Satisfied::MainModule);
        }
        let Some(ty) = module.func(&import.ty) else {
            return Err(Refused::NotAFunction);
        };
        if let Some(adapter) = self.adapters.get(import.module) {
            return Ok(Satisfied::Adapter(*adapter));
        }
        let (mangling, from) = Mangling::of_import(import.module, self.reject_legacy_names);
        self.named(mangling, from, import.name, ty)
    }

    fn named(
        &mut self,
        mangling: Mangling,
        from: &str,
        name: &str,
        ty: &FuncType,
    ) -> Result<Satisfied, Refused<'r>> {
        if from == mangling.root() {
            return self.of_the_root(mangling, name, ty);
        }
        if from == "env"
            && mangling == Mangling::Legacy
            && let Some(built_in) = intrinsics::of_the_environment(name, ty)
        {
            return Ok(Satisfied::Other(fits(&built_in, ty)?));
        }
        if from.strip_prefix(mangling.before_exported()) == Some(mangling.root()) {
            let scope = self.scope(mangling, None, Side::Export);
            if let Some(found) = self.built_in(name, &scope, ty)? {
                return Ok(found);
            }
        }
        let Some(interface) = from.strip_prefix(mangling.before_interface()) else {
            return Err(Refused::NoSuchName);
        };
        if let Some(exported) = interface.strip_prefix(mangling.before_exported()) {
            let (key, id) = self.interface(mangling, exported, Side::Export)?;
            let scope = self.scope(mangling, Some(id), Side::Export);
            let found = self.built_in(name, &scope, ty)?;
            return found.ok_or_else(|| Refused::NoFunction {
                key,
                interface: id,
                name: name.to_string(),
                side: Side::Export,
            });
        }
        let (key, id) = self.interface(mangling, interface, Side::Import)?;
        let (abi, bare) = lowered(mangling, name);
        if let Some(func) = self.resolve.interfaces[id].functions.get(bare) {
            return self.function(Some(key), func, abi, ty);
        }
        let scope = self.scope(mangling, Some(id), Side::Import);
        let found = self.built_in(name, &scope, ty)?;
        found.ok_or_else(|| Refused::NoFunction {
            key,
            interface: id,
            name: bare.to_string(),
            side: Side::Import,
        })
    }

    fn of_the_root(
        &mut self,
        mangling: Mangling,
        name: &str,
        ty: &FuncType,
    ) -> Result<Satisfied, Refused<'r>> {
        if mangling == Mangling::Legacy
            && let Some(built_in) = intrinsics::of_the_root(name)
        {
            let needs = fits(&built_in, ty)?;
            return Ok(Satisfied::Other(needs));
        }
        let (abi, bare) = lowered(mangling, name);
        let item = self.resolve.worlds[self.world]
            .imports
            .get(&WorldKey::Name(bare.to_string()));
        if let Some(WorldItem::Function(func)) = item {
            return self.function(None, func, abi, ty);
        }
        let scope = self.scope(mangling, None, Side::Import);
        if let Some(found) = self.built_in(name, &scope, ty)? {
            return Ok(found);
        }
        Err(match item {
            Some(_) => Refused::NotAWorldFunction,
            None => Refused::NoWorldFunction {
                name: bare.to_string(),
            },
        })
    }

    fn function(
        &mut self,
        key: Option<WorldKey>,
        func: &'r Function,
        abi: AbiVariant,
        ty: &FuncType,
    ) -> Result<Satisfied, Refused<'r>> {
        let expected = func_type(&self.resolve.wasm_signature(abi, func));
        if *ty != expected {
            return Err(Refused::Signature {
                expected,
                func: Some((key, func)),
            });
        }
        Ok(Satisfied::Func(self.contents.import(
            self.resolve,
            func,
            abi,
        )))
    }

    fn scope(&self, mangling: Mangling, interface: Option<InterfaceId>, side: Side) -> Scope<'r> {
        Scope {
            resolve: self.resolve,
            world: self.world,
            interface,
            side,
            mangling,
        }
    }

    fn built_in(
        &mut self,
        name: &str,
        scope: &Scope<'r>,
        ty: &FuncType,
    ) -> Result<Option<Satisfied>, Refused<'r>> {
        match intrinsics::of_an_item(name, scope, &mut self.contents) {
            Some(built_in) => Ok(Some(Satisfied::BuiltIn(fits(&built_in, ty)?))),
            None => Ok(None),
        }
    }

    fn interface(
        &mut self,
        mangling: Mangling,
        name: &str,
        side: Side,
    ) -> Result<(WorldKey, InterfaceId), Refused<'r>> {
        // The two ways of naming differ in what a version is, and so never share a name with one.
        let known = self.interfaces.entry((side, name.to_string()));
        let (resolve, world) = (self.resolve, self.world);
        known
            .or_insert_with(|| names::interface(mangling, name, resolve, world, side))
            .clone()
            .ok_or_else(|| Refused::NoInterface {
                name: name.to_string(),
                side,
            })
    }
}

/// What the built-in takes, if its type is `ty`.
fn fits<'r>(built_in: &BuiltIn, ty: &FuncType) -> Result<Needs, Refused<'r>> {
    if built_in.ty == *ty {
        return Ok(built_in.needs);
    }
    Err(Refused::Signature {
        expected: built_in.ty.clone(),
        func: None,
    })
}

/// How a function is called, and its name without the prefix for that.
fn lowered(mangling: Mangling, name: &str) -> (AbiVariant, &str) {
    match name.strip_prefix("[async-lower]") {
        Some(rest) if mangling == Mangling::Legacy => (AbiVariant::GuestImportAsync, rest),
        _ => (AbiVariant::GuestImport, name),
    }
}
