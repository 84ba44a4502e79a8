//! What the keys of the settings are about.
//!
//! May import: `names`, `plan` (ranks 0 and 1). Deliberately absent: types of functions, which the
//! generator knows.

use crate::names::unversioned;
use crate::plan::{Setting, Settings};

/// What settings say of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is virtual.
    Virtual,
    /// It is virtual, and some of it is the host's.
    Both,
    /// It is named, and left to the host.
    Host,
    /// Nothing.
    Unnamed,
}

/// A key, and the interfaces that it is about; `environment` is shared by three.
const KEYS: &[(&str, &[&str])] = &[
    ("env", &["wasi:cli/environment"]),
    ("args", &["wasi:cli/environment"]),
    ("cwd", &["wasi:cli/environment"]),
    (
        "files",
        &["wasi:filesystem/types", "wasi:filesystem/preopens"],
    ),
    (
        "stdin",
        &[
            "wasi:cli/stdin",
            "wasi:cli/terminal-stdin",
            "wasi:cli/terminal-input",
        ],
    ),
    (
        "stdout",
        &[
            "wasi:cli/stdout",
            "wasi:cli/terminal-stdout",
            "wasi:cli/terminal-output",
        ],
    ),
    (
        "stderr",
        &[
            "wasi:cli/stderr",
            "wasi:cli/terminal-stderr",
            "wasi:cli/terminal-output",
        ],
    ),
    (
        "clock",
        &[
            "wasi:clocks/wall-clock",
            "wasi:clocks/system-clock",
            "wasi:clocks/monotonic-clock",
            "wasi:clocks/timezone",
        ],
    ),
    (
        "random",
        &[
            "wasi:random/random",
            "wasi:random/insecure",
            "wasi:random/insecure-seed",
        ],
    ),
    ("config", &["wasi:config/store", "wasi:config/runtime"]),
    ("exit", &["wasi:cli/exit"]),
];

/// The key that is about an interface.
pub(super) fn name(interface: &str) -> Option<&'static str> {
    let interface = unversioned(interface);
    let mut keys = KEYS.iter();
    keys.find(|(_, about)| about.contains(&interface))
        .map(|(key, _)| *key)
}

/// The key that is about a function of an interface.
pub(super) fn of_function(interface: &str, function: &str) -> Option<&'static str> {
    match (name(interface), function) {
        (Some("env"), "get-arguments") => Some("args"),
        (Some("env"), "initial-cwd" | "get-initial-cwd") => Some("cwd"),
        (key, _) => key,
    }
}

/// What settings say of a function of an interface.
pub(super) fn state(settings: &Settings, interface: &str, function: &str) -> State {
    match of_function(interface, function) {
        // Denying is done by another part.
        Some("exit") => match settings.exit {
            Some(Setting::Host) => State::Host,
            _ => State::Unnamed,
        },
        Some(key) => of_key(settings, key),
        None => State::Unnamed,
    }
}

fn of_key(settings: &Settings, key: &str) -> State {
    fn said<T>(setting: &Option<Setting<T>>) -> State {
        match setting {
            None => State::Unnamed,
            Some(Setting::Host) => State::Host,
            Some(Setting::Virtual(_)) => State::Virtual,
        }
    }
    match key {
        "env" if settings.env_host.is_some() => State::Both,
        "files" if settings.files_host.is_some() => State::Both,
        "config" if settings.config_host.is_some() => State::Both,
        "env" => said(&settings.env),
        "args" => said(&settings.args),
        "cwd" => said(&settings.cwd),
        "files" => said(&settings.files),
        "stdin" => said(&settings.stdin),
        "stdout" => said(&settings.stdout),
        "stderr" => said(&settings.stderr),
        "clock" => said(&settings.clock),
        "random" => said(&settings.random),
        "config" => said(&settings.config),
        "exit" => said(&settings.exit),
        _ => State::Unnamed,
    }
}

/// Whether an interface of a resource alone is virtual: terminals are as what they are terminals of.
pub(super) fn owns(settings: &Settings, interface: &str) -> bool {
    let host = |key: &str| match of_key(settings, key) {
        State::Virtual | State::Both => false,
        State::Host => true,
        State::Unnamed => !settings.deny_others,
    };
    let named = |key: &str| of_key(settings, key) == State::Virtual;
    match unversioned(interface) {
        "wasi:cli/terminal-input" => named("stdin"),
        "wasi:cli/terminal-output" => {
            (named("stdout") || named("stderr")) && !host("stdout") && !host("stderr")
        }
        _ => false,
    }
}

/// Whether an interface of a resource alone is left to the host by name.
pub(super) fn is_hosted(settings: &Settings, interface: &str) -> bool {
    let is_host = |key: &str| of_key(settings, key) == State::Host;
    match unversioned(interface) {
        "wasi:cli/terminal-input" => is_host("stdin"),
        "wasi:cli/terminal-output" => is_host("stdout") || is_host("stderr"),
        _ => false,
    }
}

/// The keys that are named and about nothing that is imported, with what they would be about; of the
/// imports, the interfaces and functions.
pub(super) fn unused<'i>(
    settings: &Settings,
    imported: impl Iterator<Item = (&'i str, &'i str)>,
) -> Vec<(&'static str, &'static str)> {
    let used: Vec<&str> = imported
        .filter_map(|(interface, function)| of_function(interface, function))
        .collect();
    let named = KEYS
        .iter()
        .filter(|(key, _)| of_key(settings, key) != State::Unnamed && !used.contains(key));
    // What is named may be what of it is the host's.
    let keys = |key: &'static str| match key {
        "env" if settings.env.is_none() => vec!["env-host"],
        "env" if settings.env_host.is_some() => vec!["env", "env-host"],
        "files" if settings.files.is_none() => vec!["files-host"],
        "files" if settings.files_host.is_some() => vec!["files", "files-host"],
        "config" if settings.config.is_none() => vec!["config-host"],
        "config" if settings.config_host.is_some() => vec!["config", "config-host"],
        key => vec![key],
    };
    let about = |key: &'static str, interface: &'static str| match key {
        "args" => "wasi:cli/environment.get-arguments",
        "cwd" => "wasi:cli/environment.initial-cwd",
        _ => interface,
    };
    let named = named.flat_map(|(key, of)| {
        let about = about(key, of[0]);
        keys(key).into_iter().map(move |key| (key, about))
    });
    named.collect()
}
