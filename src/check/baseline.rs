//! A component checked against a release of WASI.
//!
//! Lives here: [`check`]. May import: `diag` (rank 0), `features` (2), `surface` (3), the siblings.
//! Deliberately absent: which features a release has, and what uses them (`features`).

use std::collections::BTreeMap;

use semver::Version;

use super::display::of_one_package;
use super::{Subject, codes};
use crate::diag::Report;
use crate::features::{self, Baseline};

/// Reports what the component uses that the release does not have: features
/// (`features/beyond-baseline`), and interfaces of WASI (`check/newer-wasi`).
pub fn check(subject: &Subject, baseline: Baseline, report: &mut Report) {
    features::beyond(subject.component().source(), baseline, report);
    let surface = match subject.surface() {
        Ok(surface) => surface,
        Err(broken) => return report.push(broken),
    };
    let mut newer: BTreeMap<Version, Vec<(String, String)>> = BTreeMap::new();
    for (name, _) in &surface.imports {
        let interface = name.full_implements().unwrap_or(name.full_name());
        if let Some(version) = wasi(&interface)
            && !baseline.has_wasi(&version)
        {
            let import = (name.full_name().into_owned(), interface.into_owned());
            newer.entry(version).or_default().push(import);
        }
    }
    let (file, wanted) = (subject.name(), baseline.name());
    for (version, imports) in newer {
        let interfaces: Vec<&str> = imports.iter().map(|(_, i)| i.as_str()).collect();
        let what = match interfaces.as_slice() {
            [one] => format!("`{one}`"),
            all => of_one_package(all)
                .unwrap_or_else(|| format!("{} interfaces of WASI {version}", all.len())),
        };
        // Snapshots have other names than any release, so hosts that have a release lack them.
        let (snapshot, label) = match version.pre.is_empty() {
            true => ("", format!("not in `{wanted}`")),
            false => (
                " (a snapshot, in no release)",
                "a snapshot, in no release".to_string(),
            ),
        };
        let mut finding = codes::NEWER_WASI.report(format!(
            "`{file}` imports {what}{snapshot}, but the baseline is `{wanted}`"
        ));
        for (name, _) in &imports {
            let place = subject.locus([format!("import {name}")]);
            finding = finding.at(place, label.as_str());
        }
        if !version.pre.is_empty() {
            let released = Version::new(version.major, version.minor, version.patch);
            report.push(finding.help(format!("rebuild it for WASI {released}")));
            continue;
        }
        report.push(finding.help(match Baseline::first_with(&version) {
            Some(first) => format!(
                "build it for an older release of WASI, or set the baseline to `{}`",
                first.name()
            ),
            None => "build it for an older release of WASI".to_string(),
        }));
    }
}

/// The version of an interface that is released with WASI.
fn wasi(interface: &str) -> Option<Version> {
    let (path, version) = interface.split_once('@')?;
    let (package, _) = path.split_once('/')?;
    let released = features::is_released_with_wasi(package);
    // Canonical names have the track alone: `0.2`, `1`.
    let patched = || Version::parse(&format!("{version}.0")).ok();
    let whole = || Version::parse(&format!("{version}.0.0")).ok();
    let version = Version::parse(version).ok().or_else(patched).or_else(whole);
    version.filter(|_| released)
}
