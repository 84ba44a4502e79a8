//! Surfaces: what a component imports and exports, as data of our own.
//!
//! Lives here: [`Surface`] and the data it is made of (`types`, `module`), reading it from the
//! validator's types (`read`), printing it as WIT (`wit`) and [`compare()`], which finds every
//! reason why one item does not serve where another is expected.
//! May import: `diag`, `source`, `wasm` (ranks 0 and 1).
//! Deliberately absent: where a surface's bytes come from, reading WIT text, and any judgement on
//! names and versions (which export is meant for which import is the caller's business).

pub mod compare;
pub mod module;
mod read;
#[cfg(test)]
mod testing;
pub mod types;
pub mod wit;

pub use compare::{Mismatch, MismatchKind, compare, compare_surfaces};
pub use types::{
    ExternName, Func, Instance, Item, Origin, Primitive, ResourceRef, Side, Type, TypeDef, TypeKind,
};

pub(crate) use read::Reader;

use wasmparser::component_types::ComponentType;
use wasmparser::types::TypesRef;

use crate::wasm::decode::decode;
use crate::wasm::sections::Malformed;

/// What a component imports and exports, each in the component's own order.
#[derive(Clone, Debug)]
pub struct Surface {
    /// What it asks for.
    pub imports: Vec<(ExternName, Item)>,
    /// What it offers.
    pub exports: Vec<(ExternName, Item)>,
}

impl Surface {
    /// Reads the whole surface of a component whose types the validator has.
    ///
    /// It costs what the interfaces cost; [`read_item`] is for a look at a single one.
    pub(crate) fn read(types: TypesRef<'_>, component: &ComponentType) -> Surface {
        Reader::new(types, component).surface(component)
    }

    /// One side of it.
    pub fn side(&self, side: Side) -> &[(ExternName, Item)] {
        match side {
            Side::Import => &self.imports,
            Side::Export => &self.exports,
        }
    }

    /// The item of that name (without its version suffix), if there is one.
    pub fn get(&self, side: Side, name: &str) -> Option<&Item> {
        types::find(self.side(side), name)
    }
}

/// The type of the core module `bytes`; its code is not looked at.
pub(crate) fn module_type(bytes: &[u8]) -> Result<module::ModuleType, Malformed> {
    // The only way to ask wasmparser for it: of a component that exports the module.
    let mut component = wasm_encoder::Component::new();
    component.section(&wasm_encoder::RawSection {
        id: wasm_encoder::ComponentSectionId::CoreModule.into(),
        data: bytes,
    });
    let mut exports = wasm_encoder::ComponentExportSection::new();
    exports.export("module", wasm_encoder::ComponentExportKind::Module, 0, None);
    component.section(&exports);
    let decoded = decode(&component.finish())?;
    match read_item(decoded.types(), decoded.component(), Side::Export, "module") {
        Some(Item::Module(module)) => Ok(module),
        _ => Err(Malformed::new("expected a core module")),
    }
}

/// Reads a single import or export of a component, leaving all others unread.
pub(crate) fn read_item(
    types: TypesRef<'_>,
    component: &ComponentType,
    side: Side,
    name: &str,
) -> Option<Item> {
    Reader::new(types, component).named(component, side, name)
}
