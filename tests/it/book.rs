//! The pages in `docs/` do not go stale: every command in them is run, every link leads somewhere.
//!
//! A block of `console` whose lines begin with `$ ` is a transcript: its commands are run in a copy
//! of the folder that the last `<!-- in FOLDER -->` above it names (`corpus FOLDER` is one of the
//! corpus, `empty` an empty one; `FOLDER and FOLDER as NAME` has the second one inside as NAME), and
//! what they print has to be what the page shows.
//! `WITKIT_BLESS=1` rewrites it. Commands without `$ ` are only examples: they have to be command lines.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{COMMANDS, copy_folder, corpus, files, generated, project, snapshot, witkit};

fn pages() -> Vec<PathBuf> {
    let mut pages = files(&project().join("docs"), &|path| {
        path.extension().is_some_and(|extension| extension == "md")
    });
    pages.push(project().join("README.md"));
    pages
}

/// Where the commands of a page run.
struct Place {
    folder: tempfile::TempDir,
    /// Whether what it takes is there.
    exists: bool,
}

impl Place {
    fn of(directive: &str) -> Place {
        let folder = tempfile::tempdir().expect("there is room");
        let mut exists = true;
        for from in directive.split(" and ") {
            let (from, name) = from.split_once(" as ").unwrap_or((from, ""));
            let from = match from.split_once(' ') {
                Some(("corpus", inside)) => corpus().map(|corpus| corpus.join(inside)),
                _ if from == "empty" => continue,
                _ => Some(project().join(from)),
            };
            exists &= from.is_some();
            if let Some(from) = from {
                copy_folder(&from, &folder.path().join(name))
                    .unwrap_or_else(|e| panic!("{directive}: {e}"));
            }
        }
        Place { folder, exists }
    }

    /// What a line of the shell prints.
    fn printed(&self, line: &str) -> String {
        let witkit = Path::new(env!("CARGO_BIN_EXE_witkit"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let own = witkit.parent().map(Path::to_path_buf);
        let all = own.into_iter().chain(std::env::split_paths(&path));
        let ran = Command::new("bash")
            .args(["-c", &format!("{line} 2>&1")])
            .current_dir(self.folder.path())
            .env("PATH", std::env::join_paths(all).expect("a path"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("bash runs");
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }
}

/// The page with what its commands print now.
fn run(page: &str) -> String {
    let mut again = String::new();
    let mut place: Option<Place> = None;
    let mut lines = page.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        again.push_str(line);
        let directive = line.trim().strip_prefix("<!-- in ");
        if let Some(directive) = directive.and_then(|rest| rest.strip_suffix(" -->")) {
            place = Some(Place::of(directive));
        }
        if line.trim_end() != "```console" {
            continue;
        }
        let mut block = Vec::new();
        for line in lines.by_ref() {
            block.push(line);
            if line.trim_end() == "```" {
                break;
            }
        }
        let place = place.as_ref().filter(|place| place.exists);
        let Some(place) = place.filter(|_| block[0].starts_with("$ ")) else {
            again.extend(block);
            continue;
        };
        let commands = block.iter().filter_map(|line| line.strip_prefix("$ "));
        for (at, command) in commands.enumerate() {
            if at > 0 && !again.ends_with("\n\n") && !again.ends_with("console\n") {
                let silent = again
                    .lines()
                    .last()
                    .is_some_and(|line| line.starts_with("$ "));
                if !silent {
                    again.push('\n');
                }
            }
            let printed = place.printed(command.trim_end());
            write!(again, "$ {}\n{}", command.trim_end(), printed).expect("it is text");
            if !again.ends_with('\n') {
                again.push('\n');
            }
        }
        again.push_str("```\n");
    }
    again
}

#[test]
fn the_transcripts_of_all_pages_are_what_is_printed() {
    let mut wrong = Vec::new();
    for path in pages() {
        let page = fs::read_to_string(&path).expect("it is text");
        if page.contains("<!-- in ") {
            wrong.extend(snapshot(&path, &run(&page), false).err());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Examples that are not run, each on a line: those without placeholders have to be command lines.
#[test]
fn every_command_that_a_page_shows_is_a_command_line() {
    let command = witkit::cli::command();
    let mut count = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).expect("it is text");
        for block in page.split("```console\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            for line in block.lines().map(|line| line.trim_start_matches("$ ")) {
                let is_plain = !line.contains(['|', '>', ';', '&', '$']);
                if !line.starts_with("witkit ") || !is_plain {
                    continue;
                }
                let words = line.split(' ').map(|word| word.replace('\'', ""));
                let parsed = command.clone().try_get_matches_from(words);
                let is_wrong = parsed.as_ref().is_err_and(|e| e.use_stderr());
                // What is shown to be refused is a transcript.
                let is_shown = block.contains("error: ");
                assert!(!is_wrong || is_shown, "{}: {line}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 30, "only {count} commands");
}

/// As in the blocks, but the code in the rows of tables.
#[test]
fn every_command_in_a_table_is_a_command_line() {
    let command = witkit::cli::command();
    let mut count = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).expect("it is text");
        for row in page.lines().filter(|line| line.starts_with("| ")) {
            let code = row.split('`').skip(1).step_by(2);
            for line in code.filter(|code| code.starts_with("witkit ") && !code.contains('…')) {
                let words: Vec<String> =
                    (line.split(' ').map(|word| word.replace('\'', ""))).collect();
                let is_right = match &words[..] {
                    // The name of a command, as in the head of a table.
                    [_, name] => command.find_subcommand(name).is_some(),
                    _ => {
                        let parsed = command.clone().try_get_matches_from(&words);
                        parsed.map_or_else(|e| !e.use_stderr(), |_| true)
                    }
                };
                assert!(is_right, "{}: {line}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 30, "only {count} commands");
}

/// A flag that a table of `from-wasm-tools.md` gives for a command, or calls the same, is one of it.
#[test]
fn every_flag_for_those_who_know_wasm_tools_is_a_flag() {
    let page = fs::read_to_string(project().join("docs/from-wasm-tools.md")).expect("it is there");
    let command = witkit::cli::command();
    let (mut of, mut count) = ("componentize", 0);
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let mut cells = row.split(" | ");
        let (Some(theirs), Some(ours)) = (cells.next(), cells.next()) else {
            continue;
        };
        let code: Vec<&str> = ours.split('`').skip(1).step_by(2).collect();
        if let [heading] = code[..]
            && let Some(name) = heading.strip_prefix("witkit ")
            && !name.contains(' ')
        {
            of = name;
        }
        let theirs = theirs.split('`').skip(1).step_by(2);
        let same = theirs.filter(|_| ours.starts_with("the same"));
        let flags = same.chain(code).filter(|code| code.starts_with("--"));
        for word in flags.flat_map(|code| code.split(' ')) {
            let Some(flag) = word.strip_prefix("--") else {
                continue;
            };
            let flag = flag.split('=').next().unwrap_or_default();
            let known = |of: &str| {
                let of = command.find_subcommand(of).expect("it is a command");
                of.get_arguments().any(|arg| arg.get_long() == Some(flag))
            };
            assert!(known(of) || known("validate"), "{of} has no --{flag}");
            count += 1;
        }
    }
    assert!(count > 20, "only {count} flags");
}

#[test]
fn every_command_has_a_page_with_its_help() {
    for command in COMMANDS
        .iter()
        .copied()
        .chain(["explain", "completions", "man"])
    {
        let path = project().join(format!("docs/commands/{command}.md"));
        let page = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{command}: {e}"));
        let (before, rest) = page.split_once("<!-- help -->\n").expect(command);
        let (_, after) = rest.split_once("<!-- end of help -->").expect(command);
        let help = witkit(project(), &[command, "--help"]).expect(0);
        let help = help.expect(command).stdout;
        let page =
            format!("{before}<!-- help -->\n```text\n{help}```\n<!-- end of help -->{after}");
        snapshot(&path, &page, false).expect("WITKIT_BLESS=1 rewrites it");
    }
}

#[test]
fn every_link_of_a_page_leads_to_a_file_and_a_heading() {
    let mut wrong = String::new();
    for path in pages() {
        let page = fs::read_to_string(&path).expect("it is text");
        for link in page.split("](").skip(1) {
            let link = link.split(')').next().unwrap_or_default();
            if link.contains("://") || link.contains(' ') || link.contains('`') {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file.is_empty() {
                true => path.clone(),
                false => path.parent().expect("it is in a folder").join(file),
            };
            let text = fs::read_to_string(&target).unwrap_or_default();
            let has_heading = heading.is_empty()
                || text
                    .lines()
                    .any(|line| line.starts_with('#') && slug(line) == heading);
            if !target.exists() || !has_heading {
                writeln!(wrong, "{}: {link}", path.display()).expect("it is text");
            }
        }
    }
    assert_eq!(wrong, "");
}

/// The anchor that a heading gets.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn the_summary_lists_all_pages() {
    let docs = project().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).expect("it is there");
    let listed: BTreeSet<&str> = summary
        .split("](")
        .skip(1)
        .filter_map(|link| link.split(')').next())
        .collect();
    let pages = files(&docs, &|path| path.extension().is_some_and(|e| e == "md"));
    let names = pages
        .iter()
        .map(|path| path.strip_prefix(&docs).expect("it is inside"));
    let names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let there: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let there = there
        .into_iter()
        .filter(|name| *name != "SUMMARY.md")
        .collect::<BTreeSet<_>>();
    assert_eq!(listed, there);
}

#[test]
fn the_book_is_built_where_mdbook_is() {
    let temp = tempfile::tempdir().expect("there is room");
    let built = Command::new("mdbook")
        .arg("build")
        .arg(project().join("docs"))
        .arg("-d")
        .arg(temp.path())
        .output();
    let Ok(built) = built else {
        println!("skipped: no mdbook");
        return;
    };
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    assert!(temp.path().join("index.html").is_file());
}

#[test]
fn the_page_of_capabilities_has_the_whole_table() {
    let table = fs::read_to_string(project().join("src/capabilities/table.txt"));
    let mut page = "| import | capability |\n|---|---|\n".to_string();
    for line in table.expect("it is there").lines() {
        let mut columns = line.split_whitespace();
        if let (false, Some(pattern), Some(gives)) =
            (line.starts_with('#'), columns.next(), columns.next())
        {
            writeln!(page, "| `{pattern}` | {gives} |").expect("it is text");
        }
    }
    generated("capabilities.md", "table", &page);
}

#[test]
fn the_page_of_codes_has_all_codes() {
    let rules: BTreeSet<&str> = (witkit::lint::RULES.iter().map(|rule| rule.code.name))
        .chain(witkit::diff::RULES.iter().map(|rule| rule.code.name))
        .collect();
    let mut page = String::new();
    for code in witkit::codes() {
        if !rules.contains(code.name) {
            let (severity, text) = (code.severity.as_str(), code.page());
            writeln!(
                page,
                "## {}\n\n{severity}\n\n{}\n",
                code.name,
                text.trim_end()
            )
            .expect("it is text");
        }
    }
    generated("codes.md", "codes", &page);
}

/// The pictures of the pages: what they show, and how they are made.
const PICTURES: &[(&str, &str, &str)] = &[(
    "checkout.svg",
    "fixtures/check/app",
    "witkit compose -c witkit.toml && witkit graph checkout.wasm -o checkout.svg",
)];

#[test]
fn the_pictures_of_the_pages_are_what_is_drawn() {
    for (name, folder, commands) in PICTURES {
        let place = Place::of(folder);
        let printed = place.printed(commands);
        let drawn = fs::read_to_string(place.folder.path().join(name)).expect(&printed);
        let path = project().join("docs/images").join(name);
        snapshot(&path, &drawn, false).expect("WITKIT_BLESS=1 rewrites it");
    }
}
