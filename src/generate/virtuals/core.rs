//! The core instances of a virtual part: its memory, the runtime with all that it imports, and the
//! module that brings the data.
//!
//! May import: `names`, `wasm` (ranks 0 and 1), the sibling modules. Deliberately absent: the modules
//! themselves (`modules`), and what is lifted (`component`).

use std::collections::BTreeSet;

use wasm_encoder::{CanonicalOption, ComponentExportKind, ExportKind, ModuleArg, ValType};

use super::component::{Builder, Core};
use super::data::Laid;
use super::known::is_0_3;
use super::modules::{self, IMPORTED, Imported};
use crate::generate::homes::Key;
use crate::generate::types::Types;
use crate::names::unversioned;
use crate::wasm::Edit;

impl Builder<'_, '_> {
    /// The core instances, the resources of the part, and the module that brings the data.
    pub(super) fn core(&mut self, laid: &Laid) -> (Core, (Vec<u8>, Vec<Edit>)) {
        let none: [(&str, ModuleArg); 0] = [];
        let outer = &mut self.outer;
        let before = outer.core_module(None, &modules::before(laid));
        let before = outer.core_instantiate(None, before, none);
        let func = ExportKind::Func;
        let memory = outer.core_alias_export(None, before, "memory", ExportKind::Memory);
        let table = outer.core_alias_export(None, before, "table", ExportKind::Table);
        let realloc = outer.core_alias_export(None, before, modules::BEFORE[0], func);
        for key in self.owned.clone() {
            let name = format!("drop-{}", key.name);
            let destructor = modules::BEFORE.contains(&name.as_str());
            let destructor =
                destructor.then(|| self.outer.core_alias_export(None, before, &name, func));
            let index = self.outer.type_resource(None, ValType::I32, destructor);
            self.own.set_resource(key, index);
        }
        let (mut given, mut absent) = (Vec::new(), Vec::new());
        for imported in IMPORTED {
            match self.given(imported, memory, realloc) {
                Some(index) => given.push((imported, index)),
                None => absent.push(imported),
            }
        }
        if !absent.is_empty() {
            let module = self.outer.core_module(None, &modules::absent(&absent));
            let instance = self.outer.core_instantiate(None, module, none);
            for imported in absent {
                let index = self
                    .outer
                    .core_alias_export(None, instance, imported.name, func);
                given.push((imported, index));
            }
        }
        let outer = &mut self.outer;
        let memory_alone =
            outer.core_instantiate_exports(None, [("memory", ExportKind::Memory, memory)]);
        let mut args = vec![("env", ModuleArg::Instance(memory_alone))];
        for module in ["own", "host", "streams"] {
            let of_it = given
                .iter()
                .filter(|(imported, _)| imported.module == module);
            let exports = of_it.map(|(imported, index)| (imported.name, func, *index));
            let exports: Vec<_> = exports.collect();
            let instance = outer.core_instantiate_exports(None, exports);
            args.push((module, ModuleArg::Instance(instance)));
        }
        let runtime = outer.core_module_raw(None, modules::RUNTIME);
        let runtime = outer.core_instantiate(None, runtime, args);
        let (bytes, edits) = modules::after(laid);
        let after = outer.core_module_raw(None, &bytes);
        let around = [
            ("memory", ExportKind::Memory, memory),
            ("table", ExportKind::Table, table),
        ];
        let around = outer.core_instantiate_exports(None, around);
        let args = [
            ("before", ModuleArg::Instance(around)),
            ("runtime", ModuleArg::Instance(runtime)),
        ];
        outer.core_instantiate(None, after, args);
        let core = Core {
            runtime,
            memory,
            realloc,
            returned: outer.core_alias_export(None, runtime, "returned", func),
        };
        (core, (bytes, edits))
    }

    /// The core function that the runtime imports, if the composition has it.
    fn given(&mut self, imported: &Imported, memory: u32, realloc: u32) -> Option<u32> {
        let by_memory = [
            CanonicalOption::Memory(memory),
            CanonicalOption::Realloc(realloc),
        ];
        if imported.module == "streams" {
            return self.of_streams(imported.name, memory, realloc);
        }
        // What is of WASI 0.3, and not the same as in 0.2, says so.
        let is_new = imported.name.contains("@0.3");
        let wanted = imported.name.replace("@0.3", "");
        let resource = |types: &Types, name: &str, keys: &BTreeSet<Key>| {
            let mut keys = keys.iter();
            let key = keys.find(|key| key.name == name && key.is_0_3() == is_new)?;
            types.resource_of(key).ok()
        };
        if let Some(name) = wanted.strip_prefix("new-") {
            let index = resource(&self.own, name, &self.owned)?;
            return Some(self.outer.resource_new(index));
        }
        if let Some(name) = wanted.strip_prefix("drop-") {
            let index = resource(&self.host, name, &self.owned)?;
            return Some(self.outer.resource_drop(index));
        }
        let (interface, function) = wanted.split_once('#')?;
        let provides = |name: &str| match interface {
            // They differ in nothing but their names.
            "wasi:config/store" => name.starts_with("wasi:config/"),
            "wasi:filesystem/preopens" => unversioned(name) == interface && is_0_3(name) == is_new,
            _ => unversioned(name) == interface,
        };
        let mut imports = self.imported.iter();
        let (_, instance) = imports.find(|(at, _)| {
            let mut functions = self.of_host(**at).into_iter();
            provides(self.wanted.interfaces[**at].name)
                && functions.any(|(name, _)| name == function)
        })?;
        let instance = *instance;
        let kind = ComponentExportKind::Func;
        let index = self.outer.alias_export(instance, function, kind);
        Some(self.outer.lower_func(None, index, by_memory))
    }
}
