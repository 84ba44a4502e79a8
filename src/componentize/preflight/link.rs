//! Findings about shared libraries that are linked: missing libraries, unresolved
//! symbols, and names that are reserved for the linker.
//!
//! Lives here: [`findings`], [`is_linked`]. May import: `diag` (rank 0), `module` (rank 4).
//! Deliberately absent: linking.

pub(super) mod stubs;

use std::collections::{BTreeMap, HashMap, HashSet};

use wasmparser::{FuncType, ValType};

use super::display::{function, list, signature};
use super::{EncodingRules, codes, symbols};
use crate::componentize::module::{CoreImport, CoreModule, CoreType};
use crate::componentize::world::World;
use crate::diag::{Diagnostic, Locus, did_you_mean};

/// Whether the linker provides the imports from `module`.
pub(super) fn is_linked(module: &str) -> bool {
    matches!(module, "env" | "GOT.mem" | "GOT.func")
}

/// The functions of libdl, which may be built in, and how many parameters they have.
const LIBDL: &[(&str, usize)] = &[("dlopen", 2), ("dlsym", 2), ("dlclose", 1), ("dlerror", 0)];

/// The symbols that the built-in libdl needs from other libraries.
const LIBDL_NEEDS: &[&str] = &["memcmp", "strlen"];

/// The items other than functions that the linker itself provides in `env`.
const OF_THE_LINKER: &[&str] = &[
    "memory",
    "__memory_base",
    "__table_base",
    "__stack_pointer",
    "__init_stack_pointer",
    "__asyncify_data",
    "__asyncify_state",
    "__indirect_function_table",
];

/// The addresses that the linker itself provides.
const ADDRESSES: &[&str] = &[
    "__heap_base",
    "__heap_end",
    "__stack_high",
    "__stack_low",
    "__wasm_libdl_libraries",
    "__wasm_program_tls_info",
];

/// The functions that the linker itself provides, and whether they return an address.
const INTRINSICS: &[(&str, bool)] = &[
    ("__wasm_get_stack_pointer", true),
    ("__wasm_get_tls_base", true),
    ("__wasm_set_stack_pointer", false),
    ("__wasm_set_tls_base", false),
];

/// What a symbol is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Symbol {
    Func(FuncType),
    /// The address of data.
    Data,
    Tag(FuncType),
}

impl Symbol {
    fn of(module: &CoreModule, ty: &CoreType) -> Option<Symbol> {
        Some(match ty {
            CoreType::Func(_) => Symbol::Func(module.func(ty)?.clone()),
            CoreType::Tag(index) => Symbol::Tag(module.func_type(*index)?.clone()),
            CoreType::Global {
                ty: ValType::I32,
                mutable: false,
            } => Symbol::Data,
            _ => return None,
        })
    }

    fn said(&self) -> String {
        match self {
            Symbol::Func(ty) => function(ty),
            Symbol::Data => "the address of data".to_string(),
            Symbol::Tag(ty) => format!("a tag {}", signature(ty)),
        }
    }
}

/// All findings about linking `libraries`.
///
/// Also returns which of them are used: the linker omits libraries that no library with exports of its
/// world refers to.
pub(super) fn findings(
    libraries: &[CoreModule],
    worlds: &[World],
    rules: &EncodingRules,
) -> (Vec<Diagnostic>, Vec<bool>) {
    let mut found = Vec::new();
    let names: HashSet<&str> = libraries.iter().map(|l| l.library_name.as_str()).collect();
    let mut exports: Exporters = HashMap::new();
    for (index, library) in libraries.iter().enumerate() {
        for export in &library.exports {
            if let Some(symbol) = Symbol::of(library, &export.ty) {
                let exporters = exports.entry(export.name).or_default();
                exporters.push((index, symbol));
            }
        }
    }
    for library in libraries {
        let needed = library.dylink.iter().flat_map(|d| &d.needed);
        let missing: Vec<&str> = needed
            .copied()
            .filter(|name| !names.contains(name))
            .filter(|name| !(rules.use_built_in_libdl && *name == "libdl.so"))
            .collect();
        if !missing.is_empty() {
            found.push(missing_library(library, &missing, libraries));
        }
        found.extend(hooks(library));
        unresolved(library, &exports, libraries, rules, &mut found);
    }
    found.extend(conflicts(libraries, &exports));
    found.extend(stubs::conflicts(libraries, rules));
    let mut seen: HashMap<&str, &CoreModule> = HashMap::new();
    for library in libraries {
        if let Some(first) = seen.insert(&library.library_name, library) {
            found.push(
                codes::DUPLICATE_LIBRARY
                    .report(format!(
                        "two libraries are named `{}`",
                        library.library_name
                    ))
                    .at(Locus::File(first.name.clone()), "")
                    .at(Locus::File(library.name.clone()), "")
                    .help("rename one of them: `NAME=FILE`"),
            );
        }
    }
    let used = used(libraries, worlds, &exports, rules);
    (found, used)
}

/// Names that the linker calls itself, so that libraries may differ in them.
const CALLED: &[&str] = &[
    "_initialize",
    "_start",
    "__wasm_apply_data_relocs",
    "__wasm_call_ctors",
    "__wasm_library_tls_info",
];

/// The exporters of each symbol, with its type.
type Exporters<'a> = HashMap<&'a str, Vec<(usize, Symbol)>>;

/// Functions that are exported with several types.
fn conflicts(libraries: &[CoreModule], exports: &Exporters) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut told = HashSet::new();
    for export in libraries.iter().flat_map(|library| &library.exports) {
        let name = export.name;
        if CALLED.contains(&name) || !told.insert(name) {
            continue;
        }
        let exporters = exports.get(name).into_iter().flatten();
        let mut functions = exporters.filter(|(_, s)| matches!(s, Symbol::Func(_)));
        let Some((first, ty)) = functions.next() else {
            continue;
        };
        let Some((second, other)) = functions.find(|(_, other)| other != ty) else {
            continue;
        };
        let at = |index: usize| libraries[index].locus([format!("export {name}")]);
        found.push(
            codes::SYMBOL_CONFLICT
                .report(format!(
                    "`{}` and `{}` export `{name}` with different signatures",
                    libraries[*first].library_name, libraries[*second].library_name
                ))
                .at(at(*first), ty.said())
                .at(at(*second), other.said())
                .help("rename one of the functions, or do not export it"),
        );
    }
    found
}

/// Which libraries are reached from those that export something of their world.
fn used(
    libraries: &[CoreModule],
    worlds: &[World],
    exports: &Exporters,
    rules: &EncodingRules,
) -> Vec<bool> {
    let names: HashMap<&str, usize> = libraries
        .iter()
        .enumerate()
        .map(|(index, library)| (library.library_name.as_str(), index))
        .collect();
    let mut used = vec![false; libraries.len()];
    let mut waiting: Vec<usize> = libraries
        .iter()
        .zip(worlds)
        .enumerate()
        .filter(|(_, (library, world))| {
            !world.resolve.worlds[world.world].exports.is_empty()
                || library.dl_openable
                || library.is_command()
        })
        .map(|(index, _)| index)
        .collect();
    while let Some(index) = waiting.pop() {
        if std::mem::replace(&mut used[index], true) {
            continue;
        }
        let library = &libraries[index];
        let needed = library.dylink.iter().flat_map(|d| &d.needed);
        waiting.extend(needed.filter_map(|name| names.get(name)));
        for import in library.imports.iter().filter(|i| i.module == "env") {
            if rules.use_built_in_libdl && is_libdl(library, import) {
                let needs = LIBDL_NEEDS.iter().filter_map(|name| exports.get(name));
                waiting.extend(needs.flatten().map(|(index, _)| *index));
            }
            let symbol = Symbol::of(library, &import.ty);
            let exporters = exports.get(import.name).into_iter().flatten();
            let mut same = exporters.filter(|(_, other)| Some(other) == symbol.as_ref());
            waiting.extend(same.next().map(|(index, _)| *index));
        }
    }
    used
}

/// Whether it is a function of libdl, with its type.
fn is_libdl(library: &CoreModule, import: &CoreImport) -> bool {
    let Some((_, params)) = LIBDL.iter().find(|(name, _)| *name == import.name) else {
        return false;
    };
    let expected = FuncType::new([ValType::I32; 2][..*params].iter().copied(), [ValType::I32]);
    library.func(&import.ty) == Some(&expected)
}

/// Whether it is of a kind that the linker knows.
fn is_linkable(import: &CoreImport) -> bool {
    let is_address = matches!(
        import.ty,
        CoreType::Global {
            ty: ValType::I32,
            ..
        }
    );
    match (import.module, import.name) {
        ("GOT.mem" | "GOT.func", _) => is_address,
        (_, "memory") => matches!(import.ty, CoreType::Memory(_)),
        (_, "__indirect_function_table") => matches!(import.ty, CoreType::Table),
        (_, name) if OF_THE_LINKER.contains(&name) => is_address,
        _ => matches!(import.ty, CoreType::Func(_) | CoreType::Tag(_)),
    }
}

fn unlinkable(library: &CoreModule, import: &CoreImport) -> Diagnostic {
    let (module, name) = (import.module, import.name);
    codes::LINKER_HOOK
        .report(format!(
            "unresolved import `{module}::{name}` of `{}`: the linker does not provide a {1} of this name",
            library.library_name,
            import.ty.noun()
        ))
        .at(
            library.locus([format!("import {module}"), name.to_string()]),
            "",
        )
        .note("a shared library can import functions and tags from `env`, and addresses from `GOT.mem` and `GOT.func` as `i32` globals")
}

fn missing_library(library: &CoreModule, missing: &[&str], libraries: &[CoreModule]) -> Diagnostic {
    let finding = codes::MISSING_LIBRARY
        .report(format!(
            "`{}` needs {}, which {} not given",
            library.library_name,
            list(missing),
            if missing.len() == 1 { "is" } else { "are" }
        ))
        .at(Locus::File(library.name.clone()), "");
    let given = libraries.iter().map(|l| l.library_name.as_str());
    match missing
        .iter()
        .find_map(|name| did_you_mean(name, given.clone()))
    {
        Some(near) => finding
            .note(format!("a library with a similar name was given: `{near}`"))
            .help(format!("if it is meant, pass it as `{}=FILE`", missing[0])),
        None => finding.help(match missing.len() {
            1 => "add the library",
            _ => "add the libraries",
        }),
    }
}

/// Names that the linker calls or provides.
fn hooks(library: &CoreModule) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let nothing = FuncType::new([], []);
    let mut wrong =
        |path: [String; 2], what: &str, expected: &FuncType, actual: Option<&FuncType>| {
            found.push(
                codes::LINKER_HOOK
                    .report(format!(
                        "`{}` {what} with the wrong signature",
                        library.library_name
                    ))
                    .at(
                        library.locus(path.into_iter().filter(|step| !step.is_empty())),
                        match actual {
                            Some(actual) => format!("found {}", signature(actual)),
                            None => "not a function".to_string(),
                        },
                    )
                    .note(format!("the linker expects {}", function(expected)))
                    .help("rename it if it is your own"),
            );
        };
    for export in &library.exports {
        if !matches!(
            export.name,
            "__wasm_call_ctors" | "__wasm_apply_data_relocs"
        ) {
            continue;
        }
        let actual = library.func(&export.ty);
        if actual != Some(&nothing) {
            let path = [format!("export {}", export.name), String::new()];
            wrong(
                path,
                &format!("exports `{}`", export.name),
                &nothing,
                actual,
            );
        }
    }
    for import in library.imports.iter().filter(|i| i.module == "env") {
        let Some((_, gets)) = INTRINSICS.iter().find(|(name, _)| *name == import.name) else {
            continue;
        };
        let expected = match gets {
            true => FuncType::new([], [ValType::I32]),
            false => FuncType::new([ValType::I32], []),
        };
        let actual = library.func(&import.ty);
        if actual != Some(&expected) {
            let path = ["import env".to_string(), import.name.to_string()];
            wrong(
                path,
                &format!("imports `env::{}`", import.name),
                &expected,
                actual,
            );
        }
    }
    let has = |name: &str| library.export(name).is_some();
    if has("__wasm_call_ctors") && has("_initialize") {
        found.push(
            codes::LINKER_HOOK
                .report(format!(
                    "`__wasm_call_ctors` conflicts with `_initialize` in `{}`",
                    library.library_name
                ))
                .at(library.locus(["export __wasm_call_ctors"]), "")
                .at(library.locus(["export _initialize"]), "")
                .note("the linker calls only one of them")
                .help("export only `__wasm_call_ctors`, as shared libraries do"),
        );
    }
    found
}

/// Imports that no library exports.
fn unresolved(
    library: &CoreModule,
    exports: &Exporters,
    libraries: &[CoreModule],
    rules: &EncodingRules,
    found: &mut Vec<Diagnostic>,
) {
    let weak: HashSet<&(&str, &str)> = library.dylink.iter().flat_map(|d| &d.weak).collect();
    let functions: HashSet<&str> = library
        .imports
        .iter()
        .filter(|i| i.module == "env" && matches!(i.ty, CoreType::Func(_)))
        .map(|i| i.name)
        .collect();
    // Symbols without an exporter, by the library that usually defines them.
    let mut unknown: BTreeMap<&str, Vec<&CoreImport>> = BTreeMap::new();
    for import in &library.imports {
        let name = import.name;
        if rules.use_built_in_libdl && is_libdl(library, import) {
            continue;
        }
        let exporters = exports.get(name).map_or(&[][..], Vec::as_slice);
        let (satisfied, symbol) = match import.module {
            "env" if INTRINSICS.iter().any(|(own, _)| *own == name) => continue,
            "env" | "GOT.mem" | "GOT.func" if !is_linkable(import) => {
                found.push(unlinkable(library, import));
                continue;
            }
            "env" => {
                let Some(symbol) = Symbol::of(library, &import.ty) else {
                    continue;
                };
                if symbol == Symbol::Data {
                    // One of those that the linker itself provides.
                    continue;
                }
                let is_func = matches!(symbol, Symbol::Func(_));
                let stubbed = rules.stub_missing_functions || weak.contains(&("env", name));
                if is_func && stubbed && exporters.is_empty() {
                    continue;
                }
                (exporters.iter().any(|(_, s)| *s == symbol), symbol)
            }
            "GOT.mem" if ADDRESSES.contains(&name) => continue,
            "GOT.mem" => (
                exporters.iter().any(|(_, s)| *s == Symbol::Data),
                Symbol::Data,
            ),
            "GOT.func" => {
                let is_func = |(_, s): &(usize, Symbol)| matches!(s, Symbol::Func(_));
                let there = exporters.iter().any(is_func)
                    || functions.contains(name)
                    || rules.stub_missing_functions;
                (there, Symbol::Func(FuncType::new([], [])))
            }
            _ => continue,
        };
        if satisfied {
            continue;
        }
        match exporters.first() {
            Some((exporter, other)) => found.push(
                codes::UNRESOLVED_SYMBOL
                    .report(format!(
                        "`{}` imports `{name}` as {}, but `{}` exports it as {}",
                        library.library_name,
                        symbol.said(),
                        libraries[*exporter].library_name,
                        other.said()
                    ))
                    .at(
                        library.locus([format!("import {}", import.module), name.to_string()]),
                        "",
                    )
                    .at(libraries[*exporter].locus([format!("export {name}")]), "")
                    .help("rebuild both from the same headers"),
            ),
            None => {
                let usually = symbols::library(name).unwrap_or_default();
                unknown.entry(usually).or_default().push(import);
            }
        }
    }
    for (usually, imports) in unknown {
        let names: Vec<&str> = imports.iter().map(|import| import.name).collect();
        let (symbols, it) = match names.len() {
            1 => ("symbol", "it"),
            _ => ("symbols", "them"),
        };
        let mut finding = codes::UNRESOLVED_SYMBOL.report(format!(
            "unresolved {symbols} {} of `{}`: no library exports {it}",
            list(&names),
            library.library_name,
        ));
        for import in imports.iter().take(8) {
            let symbol = Symbol::of(library, &import.ty);
            finding = finding.at(
                library.locus([format!("import {}", import.module), import.name.to_string()]),
                match (import.module, symbol) {
                    ("env", Some(symbol)) => symbol.said(),
                    ("GOT.func", _) => "the address of a function".to_string(),
                    _ => "the address of data".to_string(),
                },
            );
        }
        finding = match usually {
            "" => finding.help(format!("add the library that exports {it}")),
            usually => finding.help(format!("add `{usually}`, which usually exports {it}")),
        };
        let only_functions = imports.iter().all(|i| matches!(i.ty, CoreType::Func(_)));
        found.push(match only_functions {
            true => finding.help(
                "or replace missing functions with functions that trap: \
                 `--stub-missing-functions`",
            ),
            false => finding,
        });
    }
}
