//! The core functions that are neither the host's nor the runtime's: those that wrap handles, and those
//! that trap.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: what wraps a handle, which
//! the runtime does.

use std::collections::BTreeMap;

use wasm_encoder::{CanonicalOption, ComponentExportKind, ExportKind};

use super::How;
use super::component::{Builder, Core, named, not_async};
use super::known::known;
use crate::generate::abi::Abi;
use crate::generate::code::{BuiltIn, Code, Function, Shared};
use crate::generate::items::each_resource;
use crate::generate::memory::Memory;
use crate::generate::module;
use crate::generate::part::lift::instantiated;
use crate::generate::{Cannot, Fallible};
use crate::surface::{Func, ResourceRef, TypeKind};

impl<'p> Builder<'p, '_> {
    /// The core functions that are neither the host's nor the runtime's: those that wrap handles, and
    /// those that trap.
    pub(super) fn wrapped(&mut self, core: &Core) -> Fallible<BTreeMap<(usize, &'p str), u32>> {
        let mut wanted: Vec<(usize, &'p str, &'p Func, How)> = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            for (name, func) in &part.items.functions {
                let how = self.how(at, name);
                let is_wanted = match how {
                    How::Host => self.has_own(func),
                    How::Denied => true,
                    // What has no handles is done by the runtime alone, or it calls the host itself.
                    How::Both => func.params.iter().any(|(_, ty)| match ty.kind() {
                        TypeKind::Borrow(resource) => self.wraps(resource).is_some(),
                        _ => false,
                    }),
                    How::Virtual => false,
                };
                if is_wanted {
                    wanted.push((at, name, func, how));
                }
            }
        }
        let Some(first) = wanted.first().map(|(at, ..)| *at) else {
            return Ok(BTreeMap::new());
        };
        let homes = self.parts[first].homes;
        let mut shared = Shared {
            homes,
            abi: Abi::new(homes),
            memory: Memory::new(),
            built_ins: Vec::new(),
        };
        let mut functions: Vec<Function> = Vec::new();
        let mut names: Vec<(usize, String)> = Vec::new();
        for (position, (at, name, func, how)) in wanted.iter().enumerate() {
            let own = &self.wanted.interfaces[*at];
            let mut alien = None;
            let types = func.params.iter().map(|(_, ty)| ty).chain(&func.result);
            each_resource(types, &mut |resource| {
                if self.is_owned(resource) && self.wraps(resource).is_none() {
                    alien = Some(resource.name.clone());
                }
            });
            let wraps = |resource: &ResourceRef| self.wraps(resource);
            let code = Code::new(&mut shared, &self.own);
            let function = match (how, alien) {
                (How::Denied, _) => {
                    names.push((position, format!("{}#{name} (denied)", own.name)));
                    code.trapping(&not_async(func))
                }
                (_, Some(resource)) => Err(Cannot::new(format!(
                    "it is left to the host and uses `{resource}`, which is virtual"
                ))),
                (How::Both, None) => {
                    // INVARIANT: those that are not known were refused before.
                    let export = known(own.name, name, func).unwrap_or_default();
                    code.wrapping(func, position, &wraps, Some(export))
                }
                (_, None) => code.wrapping(func, position, &wraps, None),
            };
            functions.push(function.map_err(|c| named(own, c.of(name)))?);
        }
        let mut exports = Vec::new();
        let built_ins = shared.built_ins;
        for (position, built_in) in built_ins.iter().enumerate() {
            let name = match built_in {
                BuiltIn::Runtime(name) | BuiltIn::Virtual(name, ..) => name,
                BuiltIn::Reset => module::RESET,
                BuiltIn::Drop(ty) => {
                    let index = self.outer.resource_drop(*ty);
                    exports.push((module::short(position), ExportKind::Func, index));
                    continue;
                }
                BuiltIn::Passed(of, ..) => {
                    let Some((at, name, ..)) = wanted.get(*of) else {
                        continue;
                    };
                    let Some(instance) = self.imported.get(at) else {
                        continue;
                    };
                    let kind = ComponentExportKind::Func;
                    let index = self.outer.alias_export(*instance, name, kind);
                    let by_memory = [
                        CanonicalOption::Memory(core.memory),
                        CanonicalOption::Realloc(core.realloc),
                    ];
                    let index = self.outer.lower_func(None, index, by_memory);
                    exports.push((module::short(position), ExportKind::Func, index));
                    continue;
                }
                _ => return Err(Cannot::new("it wraps and answers at once")),
            };
            let kind = ExportKind::Func;
            let index = self.outer.core_alias_export(None, core.runtime, name, kind);
            exports.push((module::short(position), kind, index));
        }
        let names: Vec<(usize, &str)> = names.iter().map(|(at, n)| (*at, n.as_str())).collect();
        let named = Some(("virtual", names.as_slice()));
        let main = module::main_module(&built_ins, true, &functions, named, false, None);
        let memory = [("memory", ExportKind::Memory, core.memory)];
        let memory = self.outer.core_instantiate_exports(None, memory);
        let main = instantiated(&mut self.outer, &main, &exports, Some(memory));
        let mut wrapped = BTreeMap::new();
        for (position, (at, name, ..)) in wanted.into_iter().enumerate() {
            let (outer, kind) = (&mut self.outer, ExportKind::Func);
            let index = outer.core_alias_export(None, main, &module::short(position), kind);
            wrapped.insert((at, name), index);
        }
        Ok(wrapped)
    }
}
