//! Options that do nothing for these inputs.
//!
//! May import: `no_effect` (rank 0). Deliberately absent: options that are wrong with others
//! whatever the inputs are (`cli`), and adapters that serve nothing (`adapters`).

use super::adapters::Adapter;
use super::inputs::Inputs;
use super::options::{AdapterChoice, Embed, Options};
use crate::diag::Report;
use crate::no_effect;

/// The options that are about the encoding of a component, which `--embed` leaves for later.
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
        let why = "--embed makes no component";
        let finding = no_effect::without_effect(option, why);
        report.push(finding.help("pass it when the component is made"));
    }
    report
}

/// The options that these modules and adapters leave nothing to do.
pub(super) fn encoding(options: &Options, inputs: &Inputs<'_>, adapters: &[Adapter<'_>]) -> Report {
    let mut report = Report::new();
    if options.realloc_via_memory_grow && !adapters.iter().any(|adapter| adapter.allocates) {
        report.push(no_effect::without_effect(
            "--realloc-via-memory-grow",
            match adapters.is_empty() {
                true => "it is about the memory of adapters, and no adapter is used",
                false => "it is about the memory of adapters, and generated ones allocate none",
            },
        ));
    }
    let generates = [AdapterChoice::Stub, AdapterChoice::Deny].contains(&options.adapter);
    if !options.keep.is_empty() && !generates {
        let why = "it is about functions that `--adapter stub` and `--adapter deny` replace";
        report.push(
            no_effect::not_done("--keep", why)
                .help("pass --adapter stub or --adapter deny as well"),
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
            &format!("`{}` is the adapter that --adapt gives", adapt.name),
        ));
    }
    report
}
