//! Commands of other tools, answered with the one of witkit that does it.
//!
//! Lives here: [`advice`], which is only asked after the command line has been refused, so that it
//! costs nothing otherwise. May import: nothing of ours.
//! Deliberately absent: running anything. A command that is only similar is named, never guessed.

use std::path::Path;

/// The words of a command elsewhere, and what does it here. Longer ones come first.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["component", "wit"], "witkit wit FILE"),
    (&["component", "new"], "witkit componentize MODULE -o FILE"),
    (
        &["component", "embed"],
        "witkit componentize --embed MODULE --wit PATH -o FILE",
    ),
    (
        &["component", "link"],
        "witkit componentize LIBRARY LIBRARY… -o FILE",
    ),
    (
        &["component", "targets"],
        "witkit check COMPONENT --wit PATH --world NAME",
    ),
    (&["component", "semver-check"], "witkit diff OLD NEW"),
    (
        &["component", "unbundle"],
        "witkit inspect FILE --extract PART -o FILE",
    ),
    (
        &["component", "compose"],
        "witkit compose ROOT -d PART -o FILE",
    ),
    (&["component"], "witkit componentize MODULE -o FILE"),
    (&["metadata", "show"], "witkit inspect FILE"),
    (
        &["metadata", "add"],
        "witkit componentize MODULE --name NAME -o FILE, with [metadata] in witkit.toml",
    ),
    (
        &["metadata", "unbundle"],
        "witkit inspect FILE --extract PART -o FILE",
    ),
    (&["metadata"], "witkit inspect FILE"),
    (&["new"], "witkit componentize MODULE -o FILE"),
    (
        &["embed"],
        "witkit componentize --embed MODULE --wit PATH -o FILE",
    ),
    (&["plug"], "witkit compose ROOT -d PART -o FILE"),
    (&["link"], "witkit compose ROOT -d PART -o FILE"),
    (
        &["targets"],
        "witkit check COMPONENT --wit PATH --world NAME",
    ),
    (&["semver-check"], "witkit diff OLD NEW"),
    (&["breaking"], "witkit diff OLD NEW"),
    (&["strip"], "witkit slim FILE -o FILE"),
    (&["opt"], "witkit slim FILE --wasm-opt -o FILE"),
    (&["objdump"], "witkit inspect FILE --parts"),
    (&["dump"], "witkit inspect FILE --parts"),
    (&["oci", "push"], "witkit publish FILE --to IMAGE"),
    (&["push"], "witkit publish FILE --to IMAGE"),
    (&["info"], "witkit inspect FILE"),
    (&["show"], "witkit inspect FILE"),
    (&["format"], "witkit fmt PATH"),
    (&["unbundle"], "witkit split FILE -o DIR"),
    (&["bundle"], "witkit compose ROOT -d PART -o FILE"),
    (&["encode"], "witkit wit PATH -o FILE.wasm"),
    (&["decode"], "witkit wit FILE"),
    (&["extract"], "witkit wit FILE"),
    (&["policy"], "witkit check COMPONENT --deny PATTERN"),
];

/// What does here what these words, the arguments of the process, do in another tool.
pub(super) fn advice(words: &[String]) -> Option<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let known = |(command, _): &&(&[&str], &str)| words.starts_with(command);
    let (command, ours) = COMMANDS.iter().find(known)?;
    Some(format!(
        "no such command: `{}`\n  help: use `{ours}`",
        command.join(" ")
    ))
}

/// What is meant by a second component on the command line of `compose`, and the like.
pub(super) fn one_too_many(command: &str, argument: &str) -> Option<String> {
    let is_option = argument.starts_with('-');
    let help = match command {
        _ if is_option => return None,
        "compose" if is_wac(argument) => {
            "witkit does not read WAC scripts; list the parts in [compose.NAME] of witkit.toml"
                .to_string()
        }
        "compose" => format!("to provide imports of the root, pass it with `-d {argument}`"),
        _ => return None,
    };
    Some(format!("unexpected argument `{argument}`\n  help: {help}"))
}

fn is_wac(argument: &str) -> bool {
    Path::new(argument)
        .extension()
        .is_some_and(|extension| extension == "wac")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_words_decide() {
        let words = |text: &str| text.split(' ').map(str::to_string).collect::<Vec<_>>();
        let told = advice(&words("component new x.wasm")).unwrap();
        assert!(told.contains("witkit componentize MODULE"), "{told}");
        let told = advice(&words("component semver-check a b")).unwrap();
        assert!(told.contains("witkit diff"), "{told}");
        assert_eq!(advice(&words("compose a.wasm")), None);
    }

    /// Flags and arguments are renamed; what is named here must still be one command line.
    #[test]
    fn what_is_named_is_a_command_line() {
        use clap::CommandFactory;
        for (_, ours) in COMMANDS {
            let line = ours.split(',').next().unwrap_or_default().replace('…', "");
            let parsed = crate::cli::Cli::command().try_get_matches_from(line.split(' '));
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn no_words_are_hidden_behind_shorter_ones() {
        for (at, (command, _)) in COMMANDS.iter().enumerate() {
            let hidden = COMMANDS[..at]
                .iter()
                .any(|(other, _)| command.starts_with(other));
            assert!(!hidden, "{command:?}");
        }
    }
}
