//! Missing functions that are replaced by ones that trap.
//!
//! Lives here: [`missing_to_several`], and [`conflicts`] among them. May import: `diag` (rank 0), `module`
//! (rank 4).
//! Deliberately absent: functions that are exported with another type (`link`), and the stubs
//! themselves (`encode`).

use std::collections::BTreeMap;

use wasmparser::{FuncType, ValType};

use super::super::codes;
use super::super::display::function;
use super::{EncodingRules, INTRINSICS, is_libdl};
use crate::componentize::module::{CoreModule, CoreType};
use crate::diag::Diagnostic;

/// What the built-in libdl imports from other libraries, and how many parameters each has.
const OF_LIBDL: &[(&str, usize)] = &[("memcmp", 3), ("strlen", 1)];

/// An import of a function that no library exports under any type.
type Importer<'m, 'a> = (&'m CoreModule<'a>, &'m FuncType);

/// The functions that are to be replaced: those that no library exports, if that is asked for, or
/// else those that may be missing. None if each is missed by one library only, which is a case that
/// wit-component knows.
pub(crate) fn missing_to_several(
    libraries: &[CoreModule],
    rules: &EncodingRules,
) -> BTreeMap<String, FuncType> {
    let mut missing = BTreeMap::new();
    let mut several = false;
    for (name, importers) in importers(libraries, rules) {
        several |= importers.len() > 1;
        if let Some((_, ty)) = importers.first() {
            missing.insert(name.to_string(), (*ty).clone());
        }
    }
    let exported = |name: &str| libraries.iter().any(|l| l.export(name).is_some());
    if rules.stub_missing_functions {
        if rules.use_built_in_libdl {
            for (name, params) in OF_LIBDL.iter().filter(|(name, _)| !exported(name)) {
                let params = [ValType::I32; 3][..*params].iter().copied();
                let ty = FuncType::new(params, [ValType::I32]);
                several |= missing.contains_key(*name);
                missing.entry((*name).to_string()).or_insert(ty);
            }
        }
        // Only the address is asked for, which tells no signature.
        for import in libraries.iter().flat_map(|library| &library.imports) {
            let name = import.name;
            let is_address = import.module == "GOT.func" && is_i32(&import.ty);
            if is_address && !exported(name) && !is_of_libdl(name, rules) {
                several |= missing.contains_key(name);
                let nothing = || FuncType::new([], []);
                missing.entry(name.to_string()).or_insert_with(nothing);
            }
        }
    }
    match several {
        true => missing,
        false => BTreeMap::new(),
    }
}

fn is_i32(ty: &CoreType) -> bool {
    matches!(
        ty,
        CoreType::Global {
            ty: ValType::I32,
            ..
        }
    )
}

fn is_of_libdl(name: &str, rules: &EncodingRules) -> bool {
    rules.use_built_in_libdl && super::LIBDL.iter().any(|(own, _)| *own == name)
}

/// Who imports each function that is to be replaced, and with which signature.
fn importers<'m, 'a>(
    libraries: &'m [CoreModule<'a>],
    rules: &EncodingRules,
) -> BTreeMap<&'m str, Vec<Importer<'m, 'a>>> {
    let exported = |name: &str| libraries.iter().any(|l| l.export(name).is_some());
    let mut missing: BTreeMap<&str, Vec<Importer>> = BTreeMap::new();
    for library in libraries {
        let weak: Vec<_> = library.dylink.iter().flat_map(|d| &d.weak).collect();
        for import in library.imports.iter().filter(|i| i.module == "env") {
            let Some(ty) = library.func(&import.ty) else {
                continue;
            };
            let stubbed = rules.stub_missing_functions || weak.contains(&&("env", import.name));
            let provided = INTRINSICS.iter().any(|(name, _)| *name == import.name)
                || (rules.use_built_in_libdl && is_libdl(library, import));
            if stubbed && !provided && !exported(import.name) {
                missing.entry(import.name).or_default().push((library, ty));
            }
        }
    }
    missing
}

/// Missing functions that are imported with several types: there is one stub for a name.
pub(super) fn conflicts(libraries: &[CoreModule], rules: &EncodingRules) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, importers) in importers(libraries, rules) {
        let Some((first, ty)) = importers.first() else {
            continue;
        };
        let Some((second, other)) = importers.iter().find(|(_, other)| other != ty) else {
            continue;
        };
        let at = |library: &CoreModule| library.locus(["import env", name]);
        let who = match std::ptr::eq(*first, *second) {
            true => format!("`{}` imports `{name}`", first.library_name),
            false => format!(
                "`{}` and `{}` import `{name}`",
                first.library_name, second.library_name
            ),
        };
        found.push(
            codes::SYMBOL_CONFLICT
                .report(format!(
                    "{who} with different signatures, and no library exports it"
                ))
                .at(at(first), function(ty))
                .at(at(second), function(other))
                .note("the function that replaces it can have only one signature")
                .help("rebuild both from the same headers"),
        );
    }
    found
}
