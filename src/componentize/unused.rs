//! Options without effect for these inputs.
//!
//! May import: `no_effect` (rank 0). Deliberately absent: options that conflict with each other
//! whatever the inputs are (`cli`), and unused adapters (`adapters`).

use super::adapters::Adapter;
use super::inputs::Inputs;
use super::options::{AdapterChoice, Embed, Options};
use crate::diag::Report;
use crate::no_effect;

/// The options that control how a component is encoded, which `--embed` does not do.
pub(super) fn embedding(options: &Options) -> Report {
    let link = &options.link;
    let section = options.embed == Some(Embed::Section);
    let given = [
        ("--adapt", !options.adapters.is_empty()),
        ("--adapter", options.adapter != AdapterChoice::Auto),
        ("--keep", !options.keep.is_empty()),
        ("--rename-import", !options.rename_imports.is_empty()),
        ("--no-merge-imports", !options.merge_imports),
        ("--realloc-via-memory-grow", options.realloc_via_memory_grow),
        ("--reject-legacy-names", options.reject_legacy_names),
        ("--return-call-ref", options.return_call_ref),
        ("--name", options.name.is_some()),
        ("--strip", options.strip && section),
        ("[metadata]", !options.metadata.is_empty() && section),
        ("--stack-size", link.stack_size.is_some()),
        ("--stub-missing-functions", link.stub_missing_functions),
        ("--use-built-in-libdl", link.use_built_in_libdl),
    ];
    let mut report = Report::new();
    for (option, _) in given.iter().filter(|(_, given)| *given) {
        let why = "`--embed` does not create a component";
        let finding = no_effect::without_effect(option, why);
        report.push(finding.help("pass it when you create the component"));
    }
    report
}

/// The options without effect for these modules and adapters.
pub(super) fn encoding(options: &Options, inputs: &Inputs<'_>, adapters: &[Adapter<'_>]) -> Report {
    let mut report = Report::new();
    if options.realloc_via_memory_grow && !adapters.iter().any(|adapter| adapter.allocates) {
        report.push(no_effect::without_effect(
            "--realloc-via-memory-grow",
            match adapters.is_empty() {
                true => "it applies to the memory of adapters, and no adapter is used",
                false => {
                    "it applies to the memory of adapters, and generated adapters allocate none"
                }
            },
        ));
    }
    let generates = [AdapterChoice::Stub, AdapterChoice::Deny].contains(&options.adapter);
    if !options.keep.is_empty() && !generates {
        let why = "it applies to functions that `--adapter stub` and `--adapter deny` replace";
        report.push(
            no_effect::not_done("--keep", why).help("add `--adapter stub` or `--adapter deny`"),
        );
    }
    let given = inputs.adapters.iter();
    let mut given = given.filter(|module| module.library_name == super::built_in::PREVIEW1);
    if options.adapter != AdapterChoice::Auto
        && adapters.len() == inputs.adapters.len()
        && let Some(adapt) = given.next()
    {
        report.push(no_effect::without_effect(
            "--adapter",
            &format!("`--adapt` already provides the adapter `{}`", adapt.name),
        ));
    }
    report
}
