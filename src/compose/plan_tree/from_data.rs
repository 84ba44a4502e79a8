//! What a virtual part answers, for people.
//!
//! May import: `plan` (rank 1). Deliberately absent: values that may be long, or secret.

use crate::plan::{Does, Input, OfHost, Setting, Virtual};

/// A line a key.
pub(super) fn from_data(described: &Virtual) -> Vec<String> {
    let settings = &described.settings;
    let mut lines = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        lines.extend(value.map(|value| format!("{key}: {value}")));
    };
    add(
        "env",
        settings
            .env
            .as_ref()
            .map(|s| said(s, |env| some(env.len(), "variable"))),
    );
    add(
        "env-host",
        settings
            .env_host
            .as_ref()
            .map(|of| besides(of, |names| names.join(", "))),
    );
    add(
        "args",
        settings
            .args
            .as_ref()
            .map(|s| said(s, |args| some(args.len(), "argument"))),
    );
    add("cwd", settings.cwd.as_ref().map(|s| said(s, String::clone)));
    add(
        "files",
        settings.files.as_ref().map(|s| {
            said(s, |files| {
                let files = files.values().filter(|file| !file.path.is_empty());
                some(files.count(), "file")
            })
        }),
    );
    add(
        "files-host",
        settings.files_host.as_ref().map(|of| {
            besides(of, |names| {
                let names: Vec<&str> = names.keys().map(String::as_str).collect();
                names.join(", ")
            })
        }),
    );
    add(
        "stdin",
        settings.stdin.as_ref().map(|s| {
            said(s, |input| match input {
                Input::Text(text) => some(text.len(), "byte"),
                Input::File(file) => file.path.clone(),
            })
        }),
    );
    let discarded = |_: &()| "discarded".to_string();
    add(
        "stdout",
        settings.stdout.as_ref().map(|s| said(s, discarded)),
    );
    add(
        "stderr",
        settings.stderr.as_ref().map(|s| said(s, discarded)),
    );
    add(
        "clock",
        settings.clock.as_ref().map(|s| {
            said(s, |clock| match clock.tick {
                0 => "stands still".to_string(),
                tick => format!("goes on by {tick} ns with each reading"),
            })
        }),
    );
    add(
        "random",
        settings
            .random
            .as_ref()
            .map(|s| said(s, |seed| format!("seed {seed}"))),
    );
    add(
        "config",
        settings
            .config
            .as_ref()
            .map(|s| said(s, |keys| some(keys.len(), "key"))),
    );
    add(
        "config-host",
        settings
            .config_host
            .as_ref()
            .map(|of| besides(of, |names| names.join(", "))),
    );
    if described.streams {
        lines.push("writes and reads streams of WASI 0.3".to_string());
    }
    let passed = described.interfaces.iter().filter(|i| i.does == Does::Host);
    let passed: Vec<&str> = passed.map(|i| i.name.as_str()).collect();
    if !passed.is_empty() {
        lines.push(format!("passes on {}", super::some_of(passed)));
    }
    lines
}

fn said<T>(setting: &Setting<T>, value: impl FnOnce(&T) -> String) -> String {
    match setting {
        Setting::Host => "the host".to_string(),
        Setting::Virtual(of) => value(of),
    }
}

fn besides<T>(of: &OfHost<T>, names: impl FnOnce(&T) -> String) -> String {
    match of {
        OfHost::All => "all of the host's".to_string(),
        OfHost::Named(of) => names(of),
    }
}

fn some(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
