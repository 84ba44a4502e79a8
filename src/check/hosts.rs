//! Known hosts: does a guest run on them?
//!
//! Lives here: [`known`], [`select`] and [`Selected::judge`]; `data` (a host as read from its
//! file), `guest` (what it needs), `fit` and `verdict` (the answer), `codes`, `document`, `json`. Each
//! file `hosts/NAME.toml` contains what is known about one host, with its sources.
//! May import: `diag`, `source`, `names` (rank 0), `wasm`, `config` (1), `features` (2),
//! `surface` (3).
//! Deliberately absent: asking any host; the facts come from public sources, and a test compares them
//! with the hosts that are available. What a guest does at run time is not judged.

mod codes;
mod data;
mod document;
mod fit;
mod guest;
mod json;
mod verdict;

pub use codes::CODES;
pub use data::Host;
pub use document::document;
pub use guest::Guest;
pub use json::{SCHEMA, json};
pub use verdict::{Judgement, Verdict, note};

use semver::Version;

use crate::diag::{Diagnostic, Report, did_you_mean};

/// The files, by the names of the hosts.
const FILES: &[(&str, &str)] = &[
    (
        "cloudflare-workers",
        include_str!("hosts/cloudflare-workers.toml"),
    ),
    ("extism", include_str!("hosts/extism.toml")),
    ("fastly-compute", include_str!("hosts/fastly-compute.toml")),
    ("golem", include_str!("hosts/golem.toml")),
    ("hyperlight", include_str!("hosts/hyperlight.toml")),
    ("jco", include_str!("hosts/jco.toml")),
    ("obelisk", include_str!("hosts/obelisk.toml")),
    ("proxy-wasm", include_str!("hosts/proxy-wasm.toml")),
    ("spin", include_str!("hosts/spin.toml")),
    ("wasmcloud", include_str!("hosts/wasmcloud.toml")),
    ("wasmedge", include_str!("hosts/wasmedge.toml")),
    ("wasmer", include_str!("hosts/wasmer.toml")),
    ("wasmtime-run", include_str!("hosts/wasmtime-run.toml")),
    ("wasmtime-serve", include_str!("hosts/wasmtime-serve.toml")),
    ("wassette", include_str!("hosts/wassette.toml")),
    ("wazero", include_str!("hosts/wazero.toml")),
];

/// All hosts that are known, by name.
///
/// Fails if a file is malformed, which the tests rule out.
pub fn known() -> Result<Vec<Host>, Report> {
    let mut report = Report::new();
    let mut hosts = Vec::new();
    for &(name, text) in FILES {
        match data::read(name, text) {
            Ok(host) => hosts.push(host),
            Err(wrong) => report.extend(wrong),
        }
    }
    report.or_ok(hosts)
}

/// A host that was chosen, in a release.
#[derive(Clone, Debug)]
pub struct Selected<'h> {
    all: &'h [Host],
    host: &'h Host,
    version: Option<Version>,
}

/// The hosts that `typed` names: `NAME`, `NAME@VERSION` or `all`, each host and release once.
///
/// A version may be shortened: `3.6` is the newest known 3.6. Fails with a message.
pub fn select<'h>(hosts: &'h [Host], typed: &[String]) -> Result<Vec<Selected<'h>>, String> {
    let mut chosen: Vec<Selected<'h>> = Vec::new();
    let mut add = |host: &'h Host, version: Option<Version>| {
        let host = Selected {
            all: hosts,
            host,
            version,
        };
        if !chosen.contains(&host) {
            chosen.push(host);
        }
    };
    for typed in typed {
        if typed == "all" {
            hosts.iter().for_each(|host| add(host, None));
            continue;
        }
        let (name, version) = match typed.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (typed.as_str(), None),
        };
        let is = |host: &&Host| host.name == name || host.also.iter().any(|also| also == name);
        let Some(host) = hosts.iter().find(is) else {
            return Err(no_host(hosts, name));
        };
        let version = match version {
            Some(text) => Some(parse(text).ok_or_else(|| {
                format!("`{text}` is not a valid version; use the form `{name}@1.2.3`")
            })?),
            None => None,
        };
        add(host, version);
    }
    Ok(chosen)
}

/// What [`select`] fails with, as a finding.
pub(super) fn unknown(message: String) -> Diagnostic {
    codes::UNKNOWN_HOST.report(message)
}

fn no_host(hosts: &[Host], name: &str) -> String {
    let others = |h: &'_ Host| h.also.iter().map(String::clone).collect::<Vec<_>>();
    let mut names: Vec<String> = hosts.iter().map(|h| h.name.to_string()).collect();
    names.extend(hosts.iter().flat_map(others));
    match did_you_mean(name, names.iter().map(String::as_str)) {
        Some(meant) => format!("unknown host `{name}`; did you mean `{meant}`?"),
        None => {
            let known: Vec<&str> = hosts.iter().map(|h| h.name).collect();
            format!(
                "unknown host `{name}`; use `all`, or one of `{}`",
                known.join("`, `")
            )
        }
    }
}

/// A version; missing parts are the highest possible.
fn parse(text: &str) -> Option<Version> {
    let text = text.strip_prefix('v').unwrap_or(text);
    if let Ok(version) = Version::parse(text) {
        return Some(version);
    }
    let mut numbers = Vec::new();
    for part in text.split('.') {
        numbers.push(part.parse::<u64>().ok()?);
    }
    let at = |place: usize| numbers.get(place).copied().unwrap_or(u64::MAX);
    (numbers.len() <= 3).then(|| Version::new(at(0), at(1), at(2)))
}

impl PartialEq for Selected<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.host.name, &self.version) == (other.host.name, &other.version)
    }
}

impl Selected<'_> {
    /// Checks `guest` against the host.
    pub fn judge(&self, guest: &Guest) -> Judgement {
        verdict::judge(guest, self.host, self.version.as_ref(), self.all)
    }
}

#[cfg(test)]
mod tests;
