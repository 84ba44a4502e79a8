//! Flags mean the same in every command: one name has one help, one kind of value and one short name.
//! `docs/flags.md` lists them, and the help of every command says how it ends.

use std::collections::BTreeMap;
use std::fmt::Write;

use clap::{Arg, Command};

use crate::support::{project, snapshot};

/// Where the table is in the page.
const MARKS: [&str; 2] = ["<!-- flags -->\n", "<!-- end of flags -->\n"];

/// Names with two meanings, which the values tell apart, and why.
const TWO_MEANINGS: &[(&str, &str)] = &[
    (
        "deny",
        "an import: `check` forbids it, `compose` makes it fail",
    ),
    (
        "force",
        "what is there is replaced: files by `split`, a tag by `publish`",
    ),
    (
        "stub",
        "generated: a component by `componentize`, parts by `compose`",
    ),
];

/// The flags of each command, by name.
fn flags(command: &Command) -> BTreeMap<&str, Vec<(&str, &Arg)>> {
    let mut flags: BTreeMap<&str, Vec<(&str, &Arg)>> = BTreeMap::new();
    for command in command.get_subcommands() {
        let nested = command.get_subcommands().flat_map(Command::get_arguments);
        for flag in command.get_arguments().chain(nested) {
            if let Some(name) = flag.get_long() {
                let of = flags.entry(name).or_default();
                of.push((command.get_name(), flag));
            }
        }
    }
    flags
}

/// What a flag takes, and what it says of itself.
fn meaning(flag: &Arg) -> String {
    let names = flag.get_value_names().unwrap_or_default();
    let values = match names.is_empty() || !flag.get_action().takes_values() {
        true => String::new(),
        false => format!(" {}", names.join(" ")),
    };
    let short = flag
        .get_short()
        .map_or(String::new(), |short| format!("-{short}, "));
    let help = flag.get_help().expect("a flag has help");
    format!(
        "`{short}--{}{values}` | {help}",
        flag.get_long().expect("a flag")
    )
}

#[test]
fn one_name_has_one_meaning() {
    let command = witkit::cli::command();
    let mut wrong = Vec::new();
    let mut shorts: BTreeMap<char, &str> = BTreeMap::new();
    for (name, of) in flags(&command) {
        let (first, flag) = of[0];
        let excused = TWO_MEANINGS.iter().any(|(known, _)| *known == name);
        for (other, same) in &of[1..] {
            let (a, b) = (meaning(flag), meaning(same));
            if excused && a == b {
                wrong.push(format!("{name} has one meaning"));
            } else if !excused && (a != b || flag.get_num_args() != same.get_num_args()) {
                wrong.push(format!("{first}: {a}\n{other}: {b}"));
            }
        }
        if let Some(short) = flag.get_short() {
            let known = *shorts.entry(short).or_insert(name);
            if known != name {
                wrong.push(format!("-{short} is --{known} and --{name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

#[test]
fn the_docs_have_all_flags() {
    let command = witkit::cli::command();
    let mut table = String::from("| flag | what it does | commands |\n|---|---|---|\n");
    let of_all = command.get_arguments().filter(|flag| flag.is_global_set());
    for flag in of_all {
        writeln!(table, "| {} | all |", meaning(flag)).unwrap();
    }
    let mut rows: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for (name, of) in flags(&command) {
        for (command, flag) in of {
            let commands = rows.entry((name, meaning(flag))).or_default();
            let command = format!("`{command}`");
            if !commands.contains(&command) {
                commands.push(command);
            }
        }
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    // What most commands have comes first.
    rows.sort_by_key(|(_, commands)| std::cmp::Reverse(commands.len()));
    for ((_, meaning), commands) in rows {
        // Another bar would end the cell.
        let (flag, help) = meaning.split_once(" | ").expect("a flag and its help");
        let (help, commands) = (help.replace('|', "\\|"), commands.join(" "));
        writeln!(table, "| {flag} | {help} | {commands} |").unwrap();
    }
    let path = project().join("docs/flags.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(MARKS[0]).expect("where the table begins");
    let (_, after) = rest.split_once(MARKS[1]).expect("where the table ends");
    let page = format!("{before}{}{table}{}{after}", MARKS[0], MARKS[1]);
    snapshot(&path, &page, false).expect("WITKIT_BLESS=1 rewrites it");
}

#[test]
fn the_help_of_every_command_is_short_and_says_how_it_ends() {
    let command = witkit::cli::command();
    let mut wrong = Vec::new();
    let nested = command.get_subcommands();
    let nested = nested.flat_map(Command::get_subcommands);
    for command in command.get_subcommands().chain(nested) {
        let name = command.get_name();
        let about = command.get_about().expect(name).to_string();
        if about.chars().count() > 60 {
            wrong.push(format!("{name}: {about}"));
        }
        let more = command.get_after_long_help();
        let more = more.map_or(String::new(), |help| help.to_string());
        if !more.contains("Examples:\n") || !more.contains("Exit codes:\n  0  ") {
            wrong.push(format!("{name}: no examples or exit codes"));
        }
        for flag in command.get_arguments().filter(|flag| !flag.is_hide_set()) {
            let help = flag
                .get_help()
                .map_or(String::new(), |help| help.to_string());
            if help.is_empty() || help.ends_with('.') {
                wrong.push(format!("{name} {}: {help:?}", flag.get_id()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
