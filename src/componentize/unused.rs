//! Options that do nothing for these inputs.
//!
//! May import: `options` (rank 0). Deliberately absent: options that are wrong with others
//! whatever the inputs are (`cli`), and adapters that serve nothing (`adapters`).

use super::adapters::Adapter;
use super::inputs::Inputs;
use super::request::{AdapterChoice, Embed, Request};
use crate::diag::Report;
use crate::options;

/// The options that are about the encoding of a component, which `--embed` leaves for later.
pub(super) fn embedding(request: &Request) -> Report {
    let link = &request.link;
    let section = request.embed == Some(Embed::Section);
    let given = [
        ("--adapt", !request.adapters.is_empty()),
        ("--adapter", request.adapter != AdapterChoice::Auto),
        ("--rename-import", !request.rename_imports.is_empty()),
        ("--no-merge-imports", !request.merge_imports),
        ("--realloc-via-memory-grow", request.realloc_via_memory_grow),
        ("--reject-legacy-names", request.reject_legacy_names),
        ("--return-call-ref", request.return_call_ref),
        ("--name", request.name.is_some()),
        ("--strip", request.strip && section),
        ("[metadata]", !request.metadata.is_empty() && section),
        ("--stack-size", link.stack_size.is_some()),
        ("--stub-missing-functions", link.stub_missing_functions),
        ("--use-built-in-libdl", link.use_built_in_libdl),
    ];
    let mut report = Report::new();
    for (option, _) in given.iter().filter(|(_, given)| *given) {
        let why = "--embed makes no component";
        let finding = options::without_effect(option, why);
        report.push(finding.help("pass it when the component is made"));
    }
    report
}

/// The options that these modules and adapters leave nothing to do.
pub(super) fn encoding(request: &Request, inputs: &Inputs<'_>, adapters: &[Adapter<'_>]) -> Report {
    let mut report = Report::new();
    if request.realloc_via_memory_grow && adapters.is_empty() {
        report.push(options::without_effect(
            "--realloc-via-memory-grow",
            "it is about the memory of adapters, and no adapter is used",
        ));
    }
    let given = inputs.adapters.iter();
    let mut given = given.filter(|module| module.library_name == super::adapters::PREVIEW1);
    if request.adapter != AdapterChoice::Auto
        && let Some(adapt) = given.next()
    {
        report.push(options::without_effect(
            "--adapter",
            &format!("`{}` is the adapter that --adapt gives", adapt.name),
        ));
    }
    report
}
