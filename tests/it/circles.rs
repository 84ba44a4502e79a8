//! No circle among files: whoever reads one file can read those it imports without coming back to it.
//!
//! A file may take what it likes from the module around it (`super::…`), which declares it; that
//! module may take from it. Any other two files have an order.

use std::collections::{BTreeMap, BTreeSet};

use crate::layers::{code, sources};

/// A module by its names from the root; that of the crate is empty.
type Module = Vec<String>;

/// The modules of all files, with their code.
fn modules() -> BTreeMap<Module, String> {
    let mut modules = BTreeMap::new();
    for (file, text) in sources() {
        let path = file.strip_prefix("src/").unwrap();
        let mut names: Module = path
            .strip_suffix(".rs")
            .unwrap()
            .split('/')
            .map(str::to_string)
            .collect();
        if matches!(names.last().unwrap().as_str(), "mod" | "lib" | "main") {
            names.pop();
        }
        if names.last().is_some_and(|name| name == "tests") {
            continue;
        }
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        modules.insert(names, code(text));
    }
    modules
}

/// The paths that a `use` names: `a::{b, c::d}` is two.
fn paths(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap();
        return vec![path.trim().to_string()];
    };
    // Prose may begin like a `use`; its paths lead nowhere.
    let inner = tree[open + 1..]
        .rsplit_once('}')
        .map_or("", |(inner, _)| inner);
    let prefix = &tree[..open];
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = inner[from..at].trim();
                from = at + 1;
                if !part.is_empty() {
                    found.extend(paths(part).iter().map(|path| format!("{prefix}{path}")));
                }
            }
            _ => {}
        }
    }
    found
}

/// All paths that a file names: in `use`, and where `crate`, `super` or `self` begins one.
fn named(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_start();
        let rest = line.strip_prefix("pub").map_or(line, |rest| {
            rest.strip_prefix('(')
                .and_then(|rest| rest.split_once(')'))
                .map_or(rest, |(_, rest)| rest)
        });
        if rest.trim_start().starts_with("use ") {
            let statement = code[start..].split(';').next().unwrap();
            let (_, tree) = statement.split_once("use ").unwrap();
            found.extend(paths(tree));
        }
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    for word in code.split(|c: char| !is_name(c)) {
        if ["crate::", "super::", "self::"]
            .iter()
            .any(|start| word.starts_with(start))
        {
            found.push(word.to_string());
        }
    }
    found
}

/// The file that a path of a module leads to, as far as it goes.
fn target(from: &Module, path: &str, modules: &BTreeMap<Module, String>) -> Option<Module> {
    let mut names = path.split("::").peekable();
    let mut at = match *names.peek()? {
        "crate" => {
            names.next();
            Module::new()
        }
        "self" => {
            names.next();
            from.clone()
        }
        "super" => from.clone(),
        child => {
            let mut child_of = from.clone();
            child_of.push(child.to_string());
            modules.contains_key(&child_of).then(|| from.clone())?
        }
    };
    while names.next_if_eq(&"super").is_some() {
        at.pop();
    }
    let mut found = modules.contains_key(&at).then(|| at.clone());
    for name in names {
        at.push(name.to_string());
        if modules.contains_key(&at) {
            found = Some(at.clone());
        }
    }
    found
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let modules = modules();
    let mut arrows: BTreeMap<&Module, BTreeSet<Module>> = BTreeMap::new();
    for (from, code) in &modules {
        let targets = named(code);
        let targets = targets
            .iter()
            .filter_map(|path| target(from, path, &modules));
        arrows.insert(from, targets.filter(|to| !from.starts_with(to)).collect());
    }
    let count: usize = arrows.values().map(BTreeSet::len).sum();
    assert!(
        count > modules.len(),
        "hardly any imports are found: {count}"
    );
    // What imports nothing, or is imported by nobody, is in no circle, and what is left without it
    // is looked at again.
    loop {
        let before = arrows.len();
        let imported: BTreeSet<Module> = arrows.values().flatten().cloned().collect();
        arrows.retain(|from, to| !to.is_empty() && imported.contains(*from));
        let left: BTreeSet<Module> = arrows.keys().map(|from| (*from).clone()).collect();
        arrows
            .values_mut()
            .for_each(|to| to.retain(|to| left.contains(to)));
        if arrows.len() == before {
            break;
        }
    }
    let lines = arrows.iter().map(|(from, to)| {
        let to: Vec<String> = to.iter().map(|to| to.join("/")).collect();
        format!("{} imports {}", from.join("/"), to.join(", "))
    });
    let lines: Vec<String> = lines.collect();
    assert!(lines.is_empty(), "in a circle:\n{}", lines.join("\n"));
}
