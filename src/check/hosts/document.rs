//! Everything that is known about hosts, for people: `docs/hosts.md`.
//!
//! May import: the siblings. Deliberately absent: anything that is not in the files.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::data::{Host, Offer, Release, Support};
use crate::check::display::typed;

/// What is known about `hosts`, as Markdown.
pub fn document(hosts: &[Host]) -> String {
    let mut out = String::from(
        "# Hosts

The data behind `witkit check --host NAME[@VERSION]`, and its sources. Anything listed as unknown could
not be established and is never assumed. Each release has everything that earlier releases have,
except for the changes listed with it.

| name | host | runs | newest known release |
|---|---|---|---|
",
    );
    for host in hosts {
        let newest = host.newest();
        let takes = newest.takes.join(", ");
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            out,
            "| [`{}`](#{}) | {} | {takes} | {}, {} |",
            host.name, host.name, host.title, newest.version, newest.date
        );
    }
    for host in hosts {
        of_host(host, &mut out);
    }
    out
}

fn of_host(host: &Host, out: &mut String) {
    let newest = host.newest();
    let _ = writeln!(out, "\n## {}\n", host.name);
    let _ = writeln!(out, "{}, <{}>", host.title, host.homepage);
    if !host.also.is_empty() {
        let _ = writeln!(out, "(also called {})", codes(&host.also));
    }
    let _ = writeln!(out, "\n- Command: {}", host.command);
    let with_flag = |kind: &String| match newest.take_flags.get(kind) {
        Some(flag) => format!("{kind} (needs {})", typed(flag)),
        None => kind.clone(),
    };
    let takes: Vec<String> = newest.takes.iter().map(with_flag).collect();
    let _ = writeln!(out, "- Runs: {}", takes.join(", "));
    let matching = match newest.by_track {
        true => "any semver-compatible version",
        false => "the same version only",
    };
    if newest.takes.iter().any(|kind| kind == "component") {
        let _ = writeln!(out, "- Imports match: {matching}");
        let exports = match newest.exports.is_empty() {
            true => "none".to_string(),
            false => one_of(&newest.exports),
        };
        let _ = writeln!(out, "- Required export: {exports}");
    }
    if !newest.modules.is_empty() {
        let with_flag = |module: &String| match newest.module_flags.get(module) {
            Some(flag) => format!("`{module}` (needs {})", typed(flag)),
            None => format!("`{module}`"),
        };
        let modules: Vec<String> = newest.modules.iter().map(with_flag).collect();
        let _ = writeln!(
            out,
            "- Core modules may import from: {}",
            modules.join(", ")
        );
    }
    features(newest, out);
    for (what, instead) in &host.instead {
        let what = match what.as_str() {
            "component" | "core module" => format!("For a {what}"),
            "export" => "Without a required export".to_string(),
            interfaces => format!("For `{interfaces}`"),
        };
        let _ = writeln!(out, "- {what}: {instead}");
    }
    for (what, how) in &host.grants {
        let _ = writeln!(out, "- To give access through `{what}`: {how}");
    }
    for (what, why) in &host.unknown {
        let what = match what.as_str() {
            "component" | "core module" => format!("{what}s"),
            pattern if pattern.contains([':', '_', '*']) => format!("`{pattern}`"),
            feature => feature.to_string(),
        };
        let _ = writeln!(out, "- Support for {what} is unknown: {why}");
    }
    for open in &host.open {
        let _ = writeln!(out, "- Unknown: {open}");
    }
    releases(host, out);
    let _ = writeln!(out, "\nSources:\n");
    for source in &host.sources {
        let _ = writeln!(
            out,
            "- {}; {}, {}",
            source.what, source.version, source.date
        );
    }
}

fn features(newest: &Release, out: &mut String) {
    let names = |wanted: &Support| {
        let of = newest.features.iter().filter(|(_, s)| *s == wanted);
        of.map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (yes, no) = (names(&Support::Yes), names(&Support::No));
    if !yes.is_empty() {
        let _ = writeln!(out, "- Features: {yes}");
    }
    for (name, support) in &newest.features {
        if let Support::Flag(flag) = support {
            let _ = writeln!(out, "- Feature that needs {}: {name}", typed(flag));
        }
    }
    if !no.is_empty() {
        let _ = writeln!(out, "- Unsupported features: {no}");
    }
}

fn releases(host: &Host, out: &mut String) {
    let mut groups: BTreeMap<&str, &[String]> = BTreeMap::new();
    for release in &host.releases {
        let of = release.offers.iter();
        groups.extend(of.map(|(group, offer)| (group.as_str(), offer.interfaces.as_slice())));
    }
    if !groups.is_empty() {
        let _ = writeln!(out, "\nInterface groups:\n");
        for (group, interfaces) in groups {
            let _ = writeln!(out, "- {group}: {}", codes(interfaces));
        }
    }
    let _ = writeln!(out, "\n| release | date | changes |\n|---|---|---|");
    let mut before: Option<&Release> = None;
    for release in &host.releases {
        let new = changes(before, release).join("; ").replace('|', "\\|");
        let _ = writeln!(out, "| {} | {} | {new} |", release.version, release.date);
        before = Some(release);
    }
}

/// What changed from the release before.
fn changes(before: Option<&Release>, release: &Release) -> Vec<String> {
    let mut new = Vec::new();
    for (group, offer) in &release.offers {
        let old = before.and_then(|b| b.offers.get(group));
        let same = |old: &Offer| (&old.versions, &old.flag) == (&offer.versions, &offer.flag);
        if old.is_some_and(same) {
            continue;
        }
        let versions: Vec<&str> = offer
            .versions
            .iter()
            .map(|v| if v.is_empty() { "unversioned" } else { v })
            .collect();
        let flag = offer
            .flag
            .as_ref()
            .map(|flag| format!(" (needs {})", typed(flag)));
        new.push(match versions.is_empty() {
            true => format!("{group} removed"),
            false => format!(
                "{group} {}{}",
                versions.join(", "),
                flag.unwrap_or_default()
            ),
        });
    }
    for (feature, support) in &release.features {
        let old = before.and_then(|b| b.features.get(feature));
        match support {
            _ if old == Some(support) => {}
            Support::No => {}
            Support::Yes => new.push(format!("feature {feature}")),
            Support::Flag(flag) => new.push(format!("feature {feature} (needs {})", typed(flag))),
        }
    }
    if let Some(before) = before {
        if before.exports != release.exports {
            new.push(format!("required export: {}", one_of(&release.exports)));
        }
        if before.by_track != release.by_track {
            new.push("imports match any semver-compatible version".to_string());
        }
    }
    new
}

fn one_of(exports: &[String]) -> String {
    match exports {
        [one] => format!("`{one}`"),
        several => format!("one of {}", codes(several)),
    }
}

fn codes(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
