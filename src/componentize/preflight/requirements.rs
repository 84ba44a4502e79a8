//! Findings about what a module has to have for the functions it imports and exports: a memory,
//! `cabi_realloc`, a table.
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

/// What is asked of a module, and by whom.
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
                    .help("a component gives its module one memory; build it with one"),
            );
        }
        let exported: Vec<_> = exports.memories().collect();
        if let [(first, _), (second, _), ..] = exported[..] {
            let locus =
                |index: usize| module.locus([format!("export {}", module.exports[index].name)]);
            found.push(
                codes::MISSING_MEMORY
                    .report(format!(
                        "`{}` exports several memories for the component",
                        module.name
                    ))
                    .at(locus(first), "")
                    .at(locus(second), "")
                    .help("export one: `memory`, or `cm32p2_memory`"),
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
                        "`{}` exports no memory, which {} {}",
                        module.name,
                        list(&self.memory),
                        need(&self.memory)
                    ))
                    .at(file(), "");
                found.push(match others {
                    0 => finding.help("it has no memory at all; export one as `memory`"),
                    _ => finding.help("it has a memory, but does not export it as `memory`: link without --no-export-memory"),
                });
            }
            Some(ty) if ty.memory64 && !self.narrow.is_empty() => found.push(
                codes::WIDE_MEMORY
                    .report(format!(
                        "the memory of `{}` has addresses of 64 bits, and {} {} 32",
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
                        "`{}` does not export `cabi_realloc`, which {} {}",
                        module.name,
                        list(by),
                        need(by)
                    ))
                    .at(file(), "")
                    .help(format!(
                        "generated bindings export it, as (param i32 i32 i32 i32) (result i32); `{name}` would do as well"
                    )),
            );
        }
        if self.table && !library && !exports.has(Purpose::Table) {
            found.push(
                codes::MISSING_TABLE
                    .report(format!(
                        "`{}` starts threads, but does not export its table of functions",
                        module.name
                    ))
                    .at(file(), "")
                    .help("export it as `__indirect_function_table`: link with --export-table"),
            );
        }
        found
    }
}

/// The allocator that is used has to have its signature; of those with names from former times,
/// nobody asks before.
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
            "`{}` exports `{}`, the allocator, with another signature than that has",
            module.name, export.name
        ))
        .at(
            module.locus([format!("export {}", export.name)]),
            match actual {
                Some(actual) => format!("exported as {}", signature(actual)),
                None => format!("exported as a {}", export.ty.noun()),
            },
        );
    Some(finding.help(format!("it has to be {}", signature(&expected))))
}

fn need<S>(names: &[S]) -> &'static str {
    match names.len() {
        1 => "needs",
        _ => "need",
    }
}
