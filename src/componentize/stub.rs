//! Modules whose functions all trap.
//!
//! Lives here: [`module`]. May import: nothing of ours.
//! Deliberately absent: results; a stub is meant to be linked against, not to be called. It imports
//! the functions and resources of its world, since its component is to import them, but no other
//! built-in: it calls none, and some are drafts that no released engine can read.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ImportSection, Module};
use wasmparser::{ImportSectionReader, Parser};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId};

use super::options::{Options, Stub};

/// A core module with all imports and exports of the world, whose functions trap.
///
/// Fails, with a reason, if it cannot be encoded without its built-ins.
pub(super) fn module(
    options: &Options,
    stub: Stub,
    resolve: &Resolve,
    world: WorldId,
) -> Result<Vec<u8>, String> {
    let mangling = match stub {
        // The names of component-model#378 know only sync functions.
        Stub::Sync if options.reject_legacy_names => ManglingAndAbi::Standard32,
        Stub::Sync => ManglingAndAbi::Legacy(LiftLowerAbi::Sync),
        Stub::AsyncCallback => ManglingAndAbi::Legacy(LiftLowerAbi::AsyncCallback),
        Stub::AsyncStackful => ManglingAndAbi::Legacy(LiftLowerAbi::AsyncStackful),
    };
    let whole = wit_component::dummy_module(resolve, world, mangling);
    let mut module = Module::new();
    WithoutBuiltIns::default()
        .parse_core_module(&mut module, Parser::new(0), &whole)
        .map_err(|error| format!("cannot encode the stub: {error}"))?;
    Ok(module.finish())
}

/// Encodes a module without the imports that are built-ins; nothing may call them.
#[derive(Default)]
struct WithoutBuiltIns {
    /// The indices of the functions that are left out, in ascending order.
    left_out: Vec<u32>,
}

impl Reencode for WithoutBuiltIns {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        // Every import of a stub is a function.
        for (index, import) in (0u32..).zip(section.into_imports()) {
            let import = import?;
            match is_needless(import.module, import.name) {
                true => self.left_out.push(index),
                false => self.parse_import(imports, import)?,
            }
        }
        Ok(())
    }

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let before = self.left_out.partition_point(|index| *index < function);
        Ok(function - u32::try_from(before).unwrap_or(0))
    }
}

/// Whether an import is a built-in without which the component imports and exports the same.
fn is_needless(module: &str, name: &str) -> bool {
    // By its `drop`, a resource without functions is imported.
    let is_drop = name.starts_with("[resource-drop]") || name.ends_with("_drop");
    if module.starts_with("[export]") || module.starts_with("cm32p2|_ex_") {
        return true;
    }
    let bare = name.strip_prefix("[async-lower]").unwrap_or(name);
    let of_functions = ["[method]", "[static]", "[constructor]", "[get]", "[set]"];
    bare.starts_with('[') && !is_drop && !of_functions.iter().any(|kind| bare.starts_with(kind))
}
