//! Findings about adapters: whether one fits the module whose imports it provides.
//!
//! Lives here: [`Adapted`], [`findings`], [`legacy_names`], [`passed_on`]. May import: `diag` (rank 0), `adapters`, `module` (rank
//! 4). Deliberately absent: choosing an adapter, and what becomes of it once the parts that are not
//! used are removed, which only wit-component knows.

use std::collections::HashMap;

use super::codes;
use super::display::{list, signature};
use crate::componentize::adapters::Adapter;
use crate::componentize::module::{CoreExport, CoreImport, CoreModule, CoreType};
use crate::diag::{Diagnostic, Locus, did_you_mean};

/// An adapter, read.
pub(super) struct Adapted<'a> {
    /// What it is called within a sentence.
    pub people: String,
    /// The module of imports that it stands for.
    pub stands_for: String,
    pub module: CoreModule<'a>,
    pub exports: HashMap<&'a str, CoreExport<'a>>,
}

impl<'a> Adapted<'a> {
    /// Reads the adapter; fails if it is broken.
    pub fn read(adapter: &'a Adapter) -> Result<Adapted<'a>, Diagnostic> {
        let file = adapter.name_for_people.trim_matches('`');
        let module = CoreModule::read(file, &adapter.bytes)?;
        let exports = module.exports.iter().map(|e| (e.name, *e)).collect();
        Ok(Adapted {
            people: adapter.name_for_people.clone(),
            stands_for: adapter.import_name.clone(),
            module,
            exports,
        })
    }
}

/// Which of `imports`, all of them from the module name that the adapter provides, it does not
/// export; and what it imports from `module` although that does not export it.
pub(super) fn findings(
    adapter: &Adapted,
    module: &CoreModule,
    imports: &[&CoreImport],
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut missing: Vec<&CoreImport> = Vec::new();
    for import in imports {
        let wanted = module.func(&import.ty);
        let Some(export) = adapter.exports.get(import.name) else {
            missing.push(import);
            continue;
        };
        let Some(actual) = adapter.module.func(&export.ty) else {
            missing.push(import);
            continue;
        };
        if wanted == Some(actual) {
            continue;
        }
        found.push(
            codes::ADAPTER
                .report(format!(
                    "{} exports `{}` with a different signature than `{}` imports",
                    adapter.people, import.name, module.name
                ))
                .at(
                    module.locus([format!("import {}", import.module), import.name.to_string()]),
                    format!("imported as {}", wanted.map(signature).unwrap_or_default()),
                )
                .at(
                    adapter.module.locus([format!("export {}", import.name)]),
                    format!("exported as {}", signature(actual)),
                )
                .help("use an adapter for the same version of the interface"),
        );
    }
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|import| import.name).collect();
        let mut finding = codes::ADAPTER.report(format!(
            "{} does not export {}, which `{}` imports from `{}`",
            adapter.people,
            list(&names),
            module.name,
            adapter.stands_for
        ));
        for import in missing.iter().take(8) {
            finding = finding.at(
                module.locus([format!("import {}", import.module), import.name.to_string()]),
                "",
            );
        }
        if let [one] = names[..]
            && let Some(near) = did_you_mean(one, sorted(adapter))
        {
            finding = finding.note(format!("a similar export exists: `{near}`"));
        }
        found.push(finding.help("use another adapter, or a newer version of this one"));
    }
    found.extend(start(adapter, module));
    found
}

fn sorted<'a>(adapter: &Adapted<'a>) -> Vec<&'a str> {
    let exports = adapter.module.exports.iter();
    exports.map(|export| export.name).collect()
}

/// An adapter for commands makes `run` of the `_start` that it imports.
fn start(adapter: &Adapted, module: &CoreModule) -> Option<Diagnostic> {
    let mut imports = adapter.module.imports.iter();
    let wanted = imports.find(|i| i.module == "__main_module__" && i.name == "_start")?;
    // One that exports nothing for the world has no use for it.
    let mut exports = adapter.module.exports.iter();
    if module.export(wanted.name).is_some() || !exports.any(|e| e.name.contains(['#', '|'])) {
        return None;
    }
    Some(
        codes::ADAPTER
            .report(format!(
                "{} is for commands, but `{}` is not a command",
                adapter.people, module.name
            ))
            .at(Locus::File(module.name.clone()), "does not export `_start`")
            .help("use `--adapter reactor`, or build a program with a `main` function"),
    )
}

/// Adapters are held to the same way of naming as the module.
pub(super) fn legacy_names(adapter: &Adapted, others: &[Adapted]) -> Option<Diagnostic> {
    let legacy = adapter.module.imports.iter().find(|import| {
        let module = import.module;
        matches!(import.ty, CoreType::Func(_))
            && !module.is_empty()
            && module != "__main_module__"
            && !module.starts_with("cm32p2")
            && !module.starts_with('|')
            && others.iter().all(|other| other.stands_for != module)
    })?;
    Some(
        codes::ADAPTER
            .report(format!(
                "{} uses legacy names, which `--reject-legacy-names` forbids",
                adapter.people
            ))
            .at(
                adapter
                    .module
                    .locus([format!("import {}", legacy.module), legacy.name.to_string()]),
                "",
            )
            .help("remove `--reject-legacy-names`, or the adapter"),
    )
}

/// Whether an adapter that only passes `imports` on has them in a form that takes a memory: then
/// the module must have one. What else it takes shows when it is encoded.
pub(super) fn passed_on<'m>(
    adapter: &'m Adapted,
    imports: &[&CoreImport],
) -> Vec<&'m CoreImport<'m>> {
    let funcs: Vec<&CoreImport> = adapter
        .module
        .imports
        .iter()
        .filter(|import| matches!(import.ty, CoreType::Func(_) | CoreType::Exact))
        .collect();
    imports
        .iter()
        .filter_map(|import| adapter.exports.get(import.name))
        .filter(|export| matches!(export.ty, CoreType::Func(_)))
        .filter_map(|export| funcs.get(export.index as usize).copied())
        .collect()
}
