//! The house rules that a compiler does not know: who may import whom, and what may be used where.
//!
//! (No `unwrap`, `expect` or `panic!` and no iteration over hash maps: clippy, by the attributes
//! at the head of `src/lib.rs`.)

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What all verbs are.
const VERB: &str = "a verb: it must work as a library, without the command line";

/// Modules and their ranks: a module imports from lower ranks only, and `own` rank 4 modules
/// never from each other.
const RANKS: &[(&str, u32, &str)] = &[
    (
        "capabilities",
        0,
        "what interfaces let one do, by their names alone",
    ),
    ("diag", 0, "everything can fail, so everything needs it"),
    ("guard", 0, "every verb may be let down by a library"),
    ("names", 0, "what names tell by their text alone"),
    (
        "no_effect",
        0,
        "every command has options, and says alike what came to nothing",
    ),
    ("escape", 0, "every command shows names and sizes alike"),
    ("source", 0, "the only door for bytes"),
    (
        "baseline",
        2,
        "findings and the file that knows them, whoever raised them",
    ),
    ("config", 1, "a file's syntax, not what its keys mean"),
    ("plan", 1, "inert data, which several verbs read and write"),
    ("wasm", 1, "bytes to structure, without our own types"),
    (
        "features",
        2,
        "what of WebAssembly is used, as one table for all verbs",
    ),
    (
        "wit",
        2,
        "text to structure; packages may be binary, and then wasm tells what they are",
    ),
    (
        "packages",
        3,
        "names and versions to bytes, for all verbs alike",
    ),
    (
        "registry",
        2,
        "images and who has them, without names and versions of packages",
    ),
    ("parts", 2, "which part a name means, for all verbs alike"),
    (
        "type_slicer",
        2,
        "declarations as bytes, without our own types",
    ),
    (
        "spin",
        2,
        "a manifest's keys and rules, for all verbs that read it",
    ),
    ("surface", 2, "types in our own terms, made from wasm's"),
    (
        "generate",
        3,
        "components made from types alone, for any verb that puts them in place",
    ),
    ("check", 4, VERB),
    ("componentize", 4, VERB),
    ("compose", 4, VERB),
    ("deps", 4, VERB),
    ("diff", 4, VERB),
    ("graph", 4, VERB),
    ("init", 4, VERB),
    ("inspect", 4, VERB),
    ("lint", 4, VERB),
    ("publish", 4, VERB),
    ("slim", 4, VERB),
    ("split", 4, VERB),
    ("validate", 4, VERB),
    (
        "build",
        5,
        "puts verbs together for build scripts, and nothing imports it",
    ),
    ("cli", 6, "connects everything, and nothing imports it"),
];

/// Beside the ranks: knows findings, so that any verb's can be printed, and nothing else.
const RENDER_MAY_IMPORT: &[&str] = &["diag", "source", "escape", "render"];

/// Crates that may be used in few places only, and why.
const BANS: &[(&str, &str, &str)] = &[
    (
        "clap",
        "src/cli/",
        "library users do not pay for argument parsing",
    ),
    (
        "miette",
        "src/render/",
        "reports are drawn where they are rendered",
    ),
    (
        "miette",
        "src/diag/",
        "reports are diagnostics of miette, whoever draws them",
    ),
    (
        "textwrap",
        "src/render/human.rs",
        "layout is for people only",
    ),
    (
        "wasm_compose",
        "src/compose/yaml.rs",
        "its file format is read, its engine is not used",
    ),
    (
        "libc",
        "src/source/memory.rs",
        "the only door for bytes, of which large ones are mapped",
    ),
    (
        "libc",
        "src/source/signals.rs",
        "only what is mapped needs a handler of signals",
    ),
    (
        "tempfile",
        "src/source/temporary.rs",
        "what is not complete has its name and its end in one place",
    ),
    (
        "tempfile",
        "src/source/written.rs",
        "how a file takes its place is decided once",
    ),
    (
        "tempfile",
        "src/registry/client/credentials.rs",
        "its tests have home directories of their own",
    ),
    (
        "ureq",
        "src/registry/client/",
        "one file makes requests, and the words of a status are its own",
    ),
    (
        "rustls",
        "src/registry/client/http.rs",
        "which certificates are trusted is decided once",
    ),
    (
        "base64",
        "src/registry/client/",
        "only credentials are in it",
    ),
    (
        "rustix",
        "src/source/temporary.rs",
        "only a temporary is locked",
    ),
    (
        "rustix",
        "src/build/watch.rs",
        "only links that cargo watches need a time of their own",
    ),
    (
        "toml",
        "src/config.rs",
        "keys and values get their places in one way",
    ),
    (
        "toml",
        "src/config/values.rs",
        "values that may be of several types, in the same way",
    ),
];

/// How sections of binaries are read: by `wasm` alone, so that there is one idea of what is malformed,
/// of nesting and of index spaces.
const READS_SECTIONS: &[&str] = &[
    "Parser::new(",
    "parse_all(",
    "Payload::",
    "Sections::new(",
    ".items::<",
];

/// Who does so all the same, and why.
const READS_SECTIONS_TOO: &[(&str, &str)] = &[
    (
        "src/componentize/generated/graft.rs",
        "encodes an adapter again, which wasm-encoder does from a parser",
    ),
    (
        "src/componentize/stub.rs",
        "encodes a module again, which wasm-encoder does from a parser",
    ),
    (
        "src/generate/virtuals/tests.rs",
        "checks where a module that is shipped lies in memory",
    ),
    (
        "src/surface/testing.rs",
        "checks itself against the validator",
    ),
];

/// What prints, or reads what is printed.
const PRINTS: &[&str] = &["println!", "print!", "stdout()", "stderr()"];

/// Who does so all the same, besides `cli`, and why.
const PRINTS_TOO: &[(&str, &str)] = &[(
    "src/build/print.rs",
    "a build script talks to cargo on standard output",
)];

/// What asks for files and folders past `source`, which records it for builds.
const LOOKS: &[&str] = &[
    "read_dir(",
    ".is_file()",
    ".is_dir()",
    ".exists()",
    "fs::metadata(",
    "File::open(",
    "fs::read(",
    "fs::read_to_string(",
];

/// Who does so all the same, besides `cli`, and why.
const LOOKS_TOO: &[(&str, &str)] = &[
    ("src/build/mod.rs", "compares with what is there already"),
    ("src/build/watch.rs", "its own links"),
    (
        "src/compose/virtuals/files.rs",
        "kinds of entries of a folder, which is listed through the door",
    ),
    (
        "src/diff/git.rs",
        "a work tree: no build compares revisions",
    ),
    ("src/init/found.rs", "no build begins a project"),
    ("src/init/mod.rs", "no build begins a project"),
    (
        "src/registry/client/credentials.rs",
        "who the user is, on which no result depends",
    ),
    ("src/source.rs", "the door itself"),
    ("src/source/looked.rs", "the door itself"),
    ("src/source/stamp.rs", "of what was found through the door"),
    ("src/source/temporary.rs", "writes"),
    ("src/source/written.rs", "writes"),
    (
        "src/wasm/find.rs",
        "lists through the door, and has the kinds of entries",
    ),
    ("src/wit/convert/folder.rs", "where a result is written"),
    (
        "src/wit/find.rs",
        "kinds of entries of a folder; advice for findings",
    ),
    (
        "src/wit/load/read.rs",
        "kinds of entries of a folder; advice for findings",
    ),
    ("src/wit/load/search.rs", "kinds of entries of a folder"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All source files, with their paths from the project's root.
pub fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                found.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&root().join("src"), &mut files);
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(root()).unwrap().display().to_string();
            (name, fs::read_to_string(file).unwrap())
        })
        .collect()
}

/// The code of a file: without comments, so that prose may speak of anything.
pub fn code(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The top-level module that a file belongs to.
fn module(file: &str) -> &str {
    let inner = file.strip_prefix("src/").unwrap();
    let first = inner.split('/').next().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The modules of this crate that a text names by `crate::…`.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = &list[..list.find('}').unwrap_or(list.len())];
            found.extend(list.split(',').map(|item| first_word(item.trim())));
        } else {
            found.push(first_word(rest));
        }
    }
    found
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn modules_import_from_lower_ranks_only() {
    let rank = |name: &str| RANKS.iter().find(|(module, ..)| *module == name);
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let own = module(&file);
        if matches!(own, "lib" | "main") {
            continue;
        }
        for import in imports(&code(&text)) {
            if import == own {
                continue;
            }
            if own == "render" {
                if !RENDER_MAY_IMPORT.contains(&import.as_str()) {
                    broken.push(format!(
                        "{file} imports {import}: render knows findings only"
                    ));
                }
                continue;
            }
            let Some((_, mine, why)) = rank(own) else {
                broken.push(format!("{file}: `{own}` has no rank"));
                continue;
            };
            match rank(&import) {
                _ if own == "cli" => {}
                Some((_, other, _)) if other < mine || (*other == 0 && *mine == 0) => {}
                Some(_) => broken.push(format!("{file} imports {import}, but {own} is {why}")),
                None if import == "render" => {
                    broken.push(format!("{file} imports render: printing is for cli"));
                }
                None => {}
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn crates_stay_where_they_belong() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let code = code(&text);
        for (name, place, why) in BANS {
            let used =
                code.contains(&format!("{name}::")) || code.contains(&format!("use {name};"));
            let mut places = BANS.iter().filter(|(other, ..)| other == name);
            if used && !places.any(|(_, place, _)| file.starts_with(place)) {
                broken.push(format!(
                    "{file} uses {name}, which belongs into {place}: {why}"
                ));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn only_wasm_reads_sections() {
    let mut broken = Vec::new();
    let mut needed = Vec::new();
    for (file, text) in sources() {
        // WIT has a parser of its own, and errors of another kind.
        if file.starts_with("src/wasm/") || file.starts_with("src/wit/syntax/") {
            continue;
        }
        let code = code(&text);
        let Some(how) = READS_SECTIONS.iter().find(|how| code.contains(**how)) else {
            continue;
        };
        match READS_SECTIONS_TOO.iter().any(|(known, _)| *known == file) {
            true => needed.push(file),
            false => broken.push(format!("{file} reads sections: {how}")),
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    assert_eq!(
        needed.len(),
        READS_SECTIONS_TOO.len(),
        "an exception is not needed"
    );
}

/// The files outside `cli` whose code has any of `words`, and the exceptions that are not needed.
fn against(words: &[&str], exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut unneeded: Vec<&str> = exceptions.iter().map(|(file, _)| *file).collect();
    for (file, text) in sources() {
        let is_test = file.contains("/tests") || file.ends_with("/testing.rs");
        if file.starts_with("src/cli/") || is_test {
            continue;
        }
        let code = code(&text);
        let code = code
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        if let Some(word) = words.iter().find(|word| code.contains(**word)) {
            match unneeded.iter().position(|known| *known == file) {
                Some(at) => drop(unneeded.remove(at)),
                None => broken.push(format!("{file} has {word}")),
            }
        }
    }
    broken.extend(
        unneeded
            .iter()
            .map(|file| format!("{file} needs no exception")),
    );
    broken
}

#[test]
fn only_the_command_line_and_one_file_for_build_scripts_print() {
    let broken = against(PRINTS, PRINTS_TOO);
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn files_and_folders_are_looked_for_through_the_door_that_builds_watch() {
    let broken = against(LOOKS, LOOKS_TOO);
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_module_says_what_lives_in_it() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(file, _)| file)
        .collect();
    assert!(silent.is_empty(), "no //! at the head of {silent:?}");
}

#[test]
fn files_are_about_one_thing_and_not_long() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(file, text)| (file, text.lines().count()))
        .filter(|(_, lines)| *lines > 520)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn a_command_has_one_name_in_all_places() {
    // What formatting is, other modules ask as well, so it is part of `wit`.
    let module = |command: &str| match command {
        "fmt" => "src/wit/format/mod.rs".to_string(),
        other => format!("src/{other}/mod.rs"),
    };
    // Both are one call of `wasm`, with nothing to keep anywhere.
    let no_verbs = ["parse", "print"];
    let commands = crate::support::COMMANDS.iter();
    for command in commands.filter(|command| !no_verbs.contains(command)) {
        for place in [
            module(command),
            format!("src/cli/{command}.rs"),
            format!("tests/it/{command}.rs"),
            format!("fixtures/{command}"),
        ] {
            assert!(root().join(&place).exists(), "{place} is missing");
        }
    }
}

#[test]
fn every_code_has_a_page_and_a_name_in_its_namespace() {
    let codes = witkit::codes();
    for pair in codes.windows(2) {
        assert_ne!(pair[0].name, pair[1].name, "two codes of one name");
    }
    for code in codes {
        let (namespace, name) = code.name.split_once('/').expect(code.name);
        let kebab = |s: &str| s.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(kebab(namespace) && kebab(name), "{}", code.name);
        assert!(code.page.len() > 150, "{} has hardly a page", code.name);
        let mut lines = code.page.lines();
        assert!(
            lines.all(|l| l.chars().count() <= 100),
            "{} is too wide",
            code.name
        );
    }
}

/// What the picture of the architecture shows; the verbs are one.
const PICTURED: &[&str] = &[
    "cli", "config", "diag", "generate", "plan", "render", "source", "surface", "verbs", "wasm",
    "wit",
];

/// The imports between those modules, without those that follow from others.
fn pictured() -> BTreeMap<String, BTreeSet<String>> {
    let named = |module: &str| {
        let is_verb = RANKS
            .iter()
            .any(|(name, _, why)| *name == module && *why == VERB);
        let name = if is_verb { "verbs" } else { module };
        PICTURED.contains(&name).then(|| name.to_string())
    };
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in sources() {
        let Some(from) = named(module(&file)) else {
            continue;
        };
        let to = imports(&code(&text));
        let to = to
            .iter()
            .filter_map(|to| named(to))
            .filter(|to| *to != from);
        edges.entry(from.clone()).or_default().extend(to);
    }
    let reached = |from: &str| {
        let mut reached = BTreeSet::new();
        let mut pending = vec![from.to_string()];
        while let Some(next) = pending.pop() {
            for to in edges.get(&next).into_iter().flatten() {
                if reached.insert(to.clone()) {
                    pending.push(to.clone());
                }
            }
        }
        reached
    };
    let followed = |from: &str, to: &str| edges[from].iter().any(|by| reached(by).contains(to));
    let kept = edges.iter().map(|(from, all)| {
        let kept = all.iter().filter(|to| !followed(from, to)).cloned();
        (from.clone(), kept.collect())
    });
    kept.collect()
}

/// Each module is an interface that uses those which it imports, so that witkit draws them.
#[test]
fn the_picture_of_the_architecture_is_what_the_code_imports() {
    let mut wit = "package witkit:house;\n".to_string();
    for (module, imports) in pictured() {
        wit += &format!("interface {module} {{\n");
        for import in &imports {
            wit += &format!("  use {import}.{{of-{import}}};\n");
        }
        wit += &format!("  type of-{module} = u8;\n}}\n");
    }
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("house.wit"), &wit).unwrap();
    let args = ["graph", "house.wit", "-o", "house.svg"];
    let ran = crate::support::witkit(temp.path(), &args).expect(0);
    ran.unwrap_or_else(|told| panic!("{told}\n{wit}"));
    let drawn = fs::read_to_string(temp.path().join("house.svg")).unwrap();
    let picture = root().join("docs/images/architecture.svg");
    crate::support::snapshot(&picture, &drawn, false).expect("WITKIT_BLESS=1 rewrites it");
}
