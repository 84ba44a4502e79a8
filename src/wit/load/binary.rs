//! Packages in binary form.
//!
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1). Deliberately absent: the WIT inside of
//! components and modules.

use wit_parser::{PackageId, Resolve};

use super::super::{codes, decode};
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::Source;
use crate::wasm::{self, Kind, sniff};

/// Adds the packages in a binary, or its text form, to those that there are; returns the one that
/// it is about. `binaries` gets all that were not there before.
pub(super) fn merge(
    source: &Source,
    resolve: &mut Resolve,
    binaries: &mut Vec<(PackageId, String)>,
) -> Result<PackageId, Report> {
    let name = source.name();
    let translated;
    let bytes = match sniff(source.bytes()) {
        Kind::Wat => {
            translated = wasm::translate(source)?;
            &translated
        }
        _ => source.bytes(),
    };
    let kind = sniff(bytes);
    if kind != Kind::Component {
        return Err(not_wit(name, kind).into());
    }
    let structure = wasm::structure::Structure::of(bytes);
    if structure.is_ok_and(|structure| !structure.is_wit_package()) {
        return Err(not_wit(name, kind).into());
    }
    let decoded = decode::read(Source::memory(name, bytes.to_vec()))?;
    let package = decoded.main;
    let remap = resolve.merge(decoded.resolve).map_err(|error| {
        Report::from(
            codes::DUPLICATE
                .report(format!(
                    "`{name}` conflicts with another copy of the same package: {error:#}"
                ))
                .at(Locus::File(name.to_string()), ""),
        )
    })?;
    // Whatever is in the resolve came in a binary so far, and in this order.
    for (id, _) in resolve.packages.iter().skip(binaries.len()) {
        binaries.push((id, name.to_string()));
    }
    Ok(remap.packages[package.index()])
}

fn not_wit(name: &str, kind: Kind) -> Diagnostic {
    let is = match kind {
        Kind::Component => "a component",
        Kind::CoreModule => "a core module",
        _ => "WebAssembly of an unknown version",
    };
    let found = codes::NOT_WIT
        .report(format!("expected a WIT package, `{name}` is {is}"))
        .at(Locus::File(name.to_string()), "");
    match kind {
        Kind::Component | Kind::CoreModule => found.help(format!(
            "run `witkit wit {name}` to print the WIT that it contains"
        )),
        _ => found
            .note("it was built for another draft of WebAssembly")
            .help("rebuild it with current tools"),
    }
}
