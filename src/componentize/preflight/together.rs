//! Imports that are valid on their own, but conflict with each other.
//!
//! Lives here: [`duplicates`], [`tls_bases`]. May import: `diag` (rank 0), `module` (rank 4).
//! Deliberately absent: what a single import has to be (`imports`, `link`).

use std::collections::HashMap;

use wasmparser::ValType;

use super::codes;
use super::display::signature;
use crate::componentize::module::{CoreImport, CoreModule, CoreType};
use crate::diag::{Diagnostic, Locus};

fn place(module: &CoreModule, import: &CoreImport) -> Locus {
    module.locus([format!("import {}", import.module), import.name.to_string()])
}

/// The imports that a shared library has more than once. Those of a module that is not linked are
/// made one by the encoder.
pub(super) fn duplicates(library: &CoreModule) -> Vec<Diagnostic> {
    let mut times: HashMap<(&str, &str), usize> = HashMap::new();
    let mut found = Vec::new();
    for import in &library.imports {
        let times = times.entry((import.module, import.name)).or_default();
        *times += 1;
        // A second memory has a finding of its own.
        if *times != 2 || matches!(import.ty, CoreType::Memory(_)) {
            continue;
        }
        found.push(
            codes::DUPLICATE_IMPORT
                .report(format!(
                    "`{}` imports `{}::{}` more than once",
                    library.library_name, import.module, import.name
                ))
                .at(place(library, import), "")
                .help("rebuild it, or run `wasm-opt --duplicate-import-elimination`"),
        );
    }
    found
}

/// A finding if the functions that read and write the base of thread-local storage disagree about
/// the type of addresses.
pub(super) fn tls_bases(module: &CoreModule) -> Option<Diagnostic> {
    let address = |name: &str| {
        let mut imports = module.imports.iter();
        let import = imports.find(|import| import.module == "env" && import.name == name)?;
        let ty = module.func(&import.ty)?;
        let mut values = ty.params().iter().chain(ty.results());
        // What is no address has another signature than the import has to have, which is said.
        let is_address = |ty: &&ValType| matches!(ty, ValType::I32 | ValType::I64);
        Some((import, ty, *values.next().filter(is_address)?))
    };
    let (get, get_ty, read) = address("__wasm_get_tls_base")?;
    let (set, set_ty, written) = address("__wasm_set_tls_base")?;
    (read != written).then(|| {
        codes::TLS_BASE_TYPES
            .report(format!(
                "`{}` reads the base of thread-local storage as {read}, but writes it as {written}",
                module.name
            ))
            .at(place(module, get), signature(get_ty))
            .at(place(module, set), signature(set_ty))
            .help("build all object files for the same target: wasm32 or wasm64")
    })
}
