//! Findings about items which the functions that a module imports and exports require it to have:
//! a memory, `cabi_realloc`, a table.
//!
//! Lives here: [`Required`]. May import: `diag` (rank 0), `module` (rank 4).
//! Deliberately absent: what a function takes (`needs`).

use wasmparser::{FuncType, ValType};

use super::codes;
use super::display::{list, signature};
use super::exports::{Exports, Purpose};
use super::needs::Needs;
use crate::componentize::module::{CoreModule, CoreType};
use crate::diag::{Diagnostic, Locus};

/// What a module has to have, and the functions that require it.
#[derive(Default)]
pub(super) struct Required {
    memory: Vec<String>,
    narrow: Vec<String>,
    import_realloc: Vec<String>,
    export_realloc: Vec<String>,
    table: bool,
}

impl Required {
    /// An import of that name takes `needs`.
    pub fn by_import(&mut self, name: impl FnOnce() -> String, needs: Needs) {
        if needs == Needs::NOTHING {
            return;
        }
        let name = name();
        if needs.realloc {
            self.import_realloc.push(name.clone());
        }
        self.by(name, needs);
    }

    /// An export of that name takes `needs`.
    pub fn by_export(&mut self, name: &str, needs: Needs) {
        if needs == Needs::NOTHING {
            return;
        }
        if needs.realloc {
            self.export_realloc.push(name.to_string());
        }
        self.by(name.to_string(), needs);
    }

    fn by(&mut self, name: String, needs: Needs) {
        if needs.narrow {
            self.narrow.push(name.clone());
        }
        if needs.memory {
            self.memory.push(name);
        }
        self.table |= needs.table;
    }

    /// What of it the module does not have. Of a library, memory and table come from elsewhere, and
    /// `shared_realloc` says whether another library allocates.
    pub fn findings(
        &self,
        module: &CoreModule,
        exports: &Exports,
        library: bool,
        shared_realloc: bool,
    ) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let file = || Locus::File(module.name.clone());
        let imported: Vec<_> = module
            .imports
            .iter()
            .filter(|i| i.module == "env" && i.name == "memory")
            .filter(|i| matches!(i.ty, CoreType::Memory(_)))
            .collect();
        if imported.len() > 1 {
            found.push(
                codes::MISSING_MEMORY
                    .report(format!("`{}` imports several memories", module.name))
                    .at(module.locus(["import env", "memory"]), "")
                    .note("a component provides only one memory to its module")
                    .help("build it with one memory"),
            );
        }
        let exported: Vec<_> = exports.memories().collect();
        if let [(first, _), (second, _), ..] = exported[..] {
            let locus =
                |index: usize| module.locus([format!("export {}", module.exports[index].name)]);
            found.push(
                codes::MISSING_MEMORY
                    .report(format!("`{}` exports several memories", module.name))
                    .at(locus(first), "")
                    .at(locus(second), "")
                    .help("export only one, as `memory` or `cm32p2_memory`"),
            );
        }
        let memory = imported
            .iter()
            .find_map(|import| match import.ty {
                CoreType::Memory(ty) => Some(ty),
                _ => None,
            })
            .or(exported.first().map(|(_, ty)| *ty));
        match memory {
            None if !library && !self.memory.is_empty() => {
                let others = module.memories.len();
                let finding = codes::MISSING_MEMORY
                    .report(format!(
                        "`{}` exports no memory, but {} {} one",
                        module.name,
                        list(&self.memory),
                        need(&self.memory)
                    ))
                    .at(file(), "");
                found.push(match others {
                    0 => finding
                        .note("the module has no memory")
                        .help("define a memory and export it as `memory`"),
                    _ => finding
                        .note("the module has a memory, but does not export it as `memory`")
                        .help("link without `--no-export-memory`"),
                });
            }
            Some(ty) if ty.memory64 && !self.narrow.is_empty() => found.push(
                codes::WIDE_MEMORY
                    .report(format!(
                        "`{}` has a 64-bit memory, but {} {} a 32-bit memory",
                        module.name,
                        list(&self.narrow),
                        need(&self.narrow)
                    ))
                    .at(file(), "")
                    .help("build it for wasm32"),
            ),
            _ => {}
        }
        for (by, special, name) in [
            (
                &self.import_realloc,
                Purpose::ImportRealloc,
                "cabi_import_realloc",
            ),
            (
                &self.export_realloc,
                Purpose::ExportRealloc,
                "cabi_export_realloc",
            ),
        ] {
            if by.is_empty() {
                continue;
            }
            if let Some(used) = exports.first(special).or(exports.first(Purpose::Realloc)) {
                found.extend(allocator(module, used));
                continue;
            }
            if shared_realloc {
                continue;
            }
            found.push(
                codes::MISSING_REALLOC
                    .report(format!(
                        "missing export `cabi_realloc` of `{}`, which {} {}",
                        module.name,
                        list(by),
                        need(by)
                    ))
                    .at(file(), "")
                    .note(format!(
                        "its signature is (param i32 i32 i32 i32) (result i32); `{name}` is accepted as well"
                    ))
                    .help("link the generated bindings, which export it"),
            );
        }
        if self.table && !library && !exports.has(Purpose::Table) {
            found.push(
                codes::MISSING_TABLE
                    .report(format!(
                        "`{}` starts threads, but does not export its function table",
                        module.name
                    ))
                    .at(file(), "")
                    .help("link with `--export-table`, which exports it as `__indirect_function_table`"),
            );
        }
        found
    }
}

/// The signature of the allocator that is used; those with older names are not checked before.
fn allocator(module: &CoreModule, export: usize) -> Option<Diagnostic> {
    let export = &module.exports[export];
    if matches!(export.name, "cabi_realloc" | "cm32p2_realloc") {
        return None;
    }
    let expected = FuncType::new([ValType::I32; 4], [ValType::I32]);
    let actual = module.func(&export.ty);
    if actual == Some(&expected) {
        return None;
    }
    let finding = codes::EXPORT_SIGNATURE
        .report(format!(
            "`{}` exports the allocator `{}` with the wrong signature",
            module.name, export.name
        ))
        .at(
            module.locus([format!("export {}", export.name)]),
            match actual {
                Some(actual) => format!("found {}", signature(actual)),
                None => format!("found a {}", export.ty.noun()),
            },
        );
    Some(finding.note(format!("expected {}", signature(&expected))))
}

fn need<S>(names: &[S]) -> &'static str {
    match names.len() {
        1 => "needs",
        _ => "need",
    }
}
