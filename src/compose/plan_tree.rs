//! A plan as a tree, for people.
//!
//! Lives here: [`tree`]. May import: `names`, `plan`, `escape` (rank 0 and 1).
//! Deliberately absent: the JSON form (`plan`).

mod from_data;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use self::from_data::from_data;
use crate::escape::visible;
use crate::names::{track, unversioned};
use crate::plan::{
    Answer, Generated, Import, Part, Plan, Role, Served, Sink, Target, Why, WhyExported, Wire,
};

/// The plan: each part with the providers of its imports, the root first; then the imports and
/// exports of the composition.
///
/// ```
/// use witkit::compose::{Options, compose, tree};
///
/// let app = r#"(component (import "wasi:cli/run@0.2.0" (instance (export "run" (func)))))"#;
/// let plan = compose(&Options::default().root(("app.wat", app))).plan;
/// println!("{}", tree(&plan.expect("the part could be read")));
/// ```
pub fn tree(plan: &Plan) -> String {
    let mut out = String::new();
    for part in from_the_start(plan) {
        let role = match part.role {
            Role::Root => ", root",
            Role::Definition => "",
            Role::Found => ", found",
            Role::Deny
            | Role::Stub
            | Role::Replay
            | Role::Trace
            | Role::TraceSink
            | Role::Virtual => "",
            Role::Declarations => continue,
        };
        match &part.generated {
            None => line(
                &mut out,
                format_args!("{} ({}{role})", part.name, part.path),
            ),
            Some(generated) => {
                line(&mut out, format_args!("{} (generated)", part.name));
                for text in answers(generated) {
                    line(&mut out, format_args!("│  {text}"));
                }
            }
        }
        let rows = rows(&part.wires);
        let width = rows.iter().map(|row| row.import.chars().count()).max();
        for (at, row) in rows.iter().enumerate() {
            let last = at + 1 == rows.len();
            let width = width.unwrap_or(0);
            line(
                &mut out,
                format_args!(
                    "{} {:width$} → {}",
                    if last { "└─" } else { "├─" },
                    row.import,
                    row.to
                ),
            );
            for refused in &row.refused {
                let bar = if last { " " } else { "│" };
                line(&mut out, format_args!("{bar}     {refused}"));
            }
        }
    }
    if !plan.imports.is_empty() {
        out.push('\n');
        line(&mut out, format_args!("imports"));
        for text in left_open(plan) {
            line(&mut out, format_args!("  {text}"));
        }
    }
    out.push('\n');
    line(&mut out, format_args!("exports"));
    let width = plan.exports.iter().map(|e| e.name.chars().count()).max();
    for export in &plan.exports {
        let why = match export.why {
            WhyExported::Root | WhyExported::Asked => "",
            WhyExported::Chain => " (outermost link of the chain)",
            WhyExported::Types => " (its types are used by another export)",
        };
        let width = width.unwrap_or(0);
        let from = match &export.to {
            // The name says which export it is.
            Target::Export { part, export: own } if *own == export.name => part.clone(),
            other => said(other),
        };
        line(
            &mut out,
            format_args!("  {:width$}   from {from}{why}", export.name),
        );
    }
    if plan.exports.is_empty() {
        line(&mut out, format_args!("  (none)"));
    }
    if plan.dedupe {
        out.push('\n');
        line(
            &mut out,
            format_args!("identical core modules of different parts are shared"),
        );
    }
    out
}

/// What a generated part answers, functions with the same answer as one text.
fn answers(generated: &Generated) -> Vec<String> {
    if let Some(trace) = &generated.trace {
        let functions = trace.functions.iter().map(String::as_str).collect();
        return vec![format!("prints calls of {}", some_of(functions))];
    }
    if let Some(sink) = &generated.sink {
        return vec![match sink {
            Sink::Stderr(_) => "writes to standard error".to_string(),
            Sink::Import(import) => format!("sends lines to {import}"),
        }];
    }
    if let Some(described) = &generated.from_data {
        return from_data(described);
    }
    let mut by_answer: Vec<(String, Vec<&str>)> = Vec::new();
    for (function, answer) in &generated.functions {
        let answer = match answer {
            Answer::Deny(answer) | Answer::Stub(answer) | Answer::Value(answer) => answer.clone(),
            Answer::Replay(file) => replayed(generated, function, file),
        };
        match by_answer.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, functions)) => functions.push(function),
            None => by_answer.push((answer, vec![function])),
        }
    }
    let texts = by_answer.into_iter();
    let texts = texts.map(|(answer, functions)| format!("{}: {answer}", some_of(functions)));
    texts.collect()
}

/// How many calls a function answers from.
fn replayed(generated: &Generated, function: &str, file: &str) -> String {
    let of_file = generated.replay.iter().filter(|r| r.file == file);
    let calls = of_file.flat_map(|r| &r.calls);
    match calls.filter(|call| call.function == function).count() {
        0 => format!("no call in {file}"),
        1 => format!("1 call in {file}"),
        count => format!("{count} calls in {file}"),
    }
}

/// The first of some functions, and how many there are besides.
fn some_of(functions: Vec<&str>) -> String {
    let shown = &functions[..functions.len().min(3)];
    let more = match functions.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", shown.join(", "))
}

/// The parts, each followed by its providers, in the order of its imports.
fn from_the_start(plan: &Plan) -> Vec<&Part> {
    let by_name: BTreeMap<&str, &Part> = plan
        .parts
        .iter()
        .map(|part| (part.name.as_str(), part))
        .collect();
    let mut ordered = Vec::new();
    let mut seen = BTreeSet::new();
    let mut todo: Vec<&Part> = plan.parts.iter().collect();
    while let Some(part) = todo.pop() {
        if !seen.insert(&part.name) {
            continue;
        }
        ordered.push(part);
        for wire in part.wires.iter().rev() {
            let parts = wire.to.parts();
            todo.extend(parts.iter().rev().filter_map(|part| by_name.get(part)));
        }
    }
    ordered
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", visible(text.to_string().trim_end()));
}

struct Row {
    import: String,
    to: String,
    refused: Vec<String>,
}

/// A row for each wire, but one row for all imports of a package that are left to the host.
fn rows(wires: &[Wire]) -> Vec<Row> {
    let mut rows = Vec::new();
    // By the version in which they are left to the host.
    let mut open: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for wire in wires {
        let why = match wire.why {
            Why::Exact => "",
            Why::Semver if is_older(wire) => "  (older, but has everything that is used)",
            Why::Semver => "  (newer, semver-compatible)",
            Why::Implements => "  (implements it)",
            Why::PartName => "  (by part name)",
            Why::Wired => "  (wired explicitly)",
            Why::Chain => "  (chain)",
            Why::Bound | Why::Generated => "",
            Why::Open => "",
            Why::Types => "  (types only: needs no provider)",
        };
        let to = match &wire.to {
            Target::Export { part, export } if *export == wire.import => part.clone(),
            Target::Host { host } if wire.why == Why::Open => {
                open.entry(version_of(host)).or_default().push(&wire.import);
                continue;
            }
            Target::Types { .. } => "provided by the composition".to_string(),
            Target::Host { host } if *host == wire.import => "the host".to_string(),
            Target::Host { host } => format!("the host, as {host}"),
            other => said(other),
        };
        rows.push(Row {
            import: wire.import.clone(),
            to: format!("{to}{why}"),
            refused: wire
                .refused
                .iter()
                .map(|r| format!("not {} · {}: {}", r.part, r.export, r.reason))
                .collect(),
        });
    }
    for (host_version, names) in &open {
        rows.extend(packages(names).into_iter().map(|(import, version)| Row {
            import,
            to: match version == *host_version {
                true => "the host".to_string(),
                false => format!("the host, in version {host_version}"),
            },
            refused: Vec::new(),
        }));
    }
    rows
}

fn said(target: &Target) -> String {
    match target {
        Target::Export { part, export } => format!("{part} · {export}"),
        Target::Instance { part } => format!("{part} (whole instance)"),
        Target::Types { part, types } => format!("the types of {types}, as {part} imports them"),
        Target::Type { r#type, .. } => format!("the declaration of {}", r#type),
        Target::Host { host } => format!("the import {host}"),
        Target::Component { component } => format!("the component {component} itself"),
        Target::Bound { .. } => "the type that it must equal".to_string(),
        Target::Of { of, export } => format!("{} · {export}", said(of)),
        Target::Bundle { bundle } => {
            let items = bundle
                .iter()
                .map(|b| format!("{}: {}", b.name, said(&b.to)));
            format!("{{ {} }}", items.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The version in a name, or nothing.
fn version_of(name: &str) -> &str {
    name.split_once('@').map_or("", |(_, version)| version)
}

/// Whether an import is wired to a lower version than its own.
fn is_older(wire: &Wire) -> bool {
    let version = |name: &str| track(name).map(|(_, version)| version);
    match &wire.to {
        Target::Export { export, .. } => version(export) < version(&wire.import),
        _ => false,
    }
}

/// The packages of a namespace and version as one text, `wasi:{cli, io}@0.2.6 (9 interfaces)`, with
/// that version; the imports of the composition list the interfaces.
fn packages<'a>(names: &[&'a str]) -> Vec<(String, &'a str)> {
    let mut namespaces: BTreeMap<(&str, &str), (Vec<&str>, usize)> = BTreeMap::new();
    let mut texts = Vec::new();
    for name in names {
        let (path, version) = name.split_once('@').unwrap_or((name, ""));
        let parts = path
            .split_once(':')
            .and_then(|(namespace, rest)| Some((namespace, rest.split_once('/')?)));
        let Some((namespace, (package, _))) = parts else {
            texts.push((name.to_string(), version));
            continue;
        };
        let (packages, interfaces) = namespaces.entry((namespace, version)).or_default();
        if !packages.contains(&package) {
            packages.push(package);
        }
        *interfaces += 1;
    }
    for ((namespace, version), (packages, interfaces)) in namespaces {
        if interfaces == 1 {
            let of_it = |name: &&&str| {
                name.starts_with(&format!("{namespace}:")) && version_of(name) == version
            };
            let only = names.iter().find(of_it);
            texts.extend(only.map(|name| (name.to_string(), version)));
            continue;
        }
        let package = match packages.as_slice() {
            [one] => format!("{namespace}:{one}"),
            several => format!("{namespace}:{{{}}}", several.join(", ")),
        };
        let text = format!("{} ({interfaces} interfaces)", join(&package, version));
        texts.push((text, version));
    }
    texts
}

/// Interfaces of one package and version as one text: `wasi:io@0.2.6/{error, poll, streams}`.
fn grouped(names: &[&str]) -> Vec<String> {
    let mut packages: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut texts = Vec::new();
    for name in names {
        let (path, version) = name.split_once('@').unwrap_or((name, ""));
        match path.split_once('/') {
            Some((package, interface)) => packages
                .entry(join(package, version))
                .or_default()
                .push(interface),
            None => texts.push(name.to_string()),
        }
    }
    for (package, interfaces) in packages {
        texts.push(match interfaces.as_slice() {
            [one] => {
                let (package, version) = package.split_once('@').unwrap_or((&package, ""));
                join(&format!("{package}/{one}"), version)
            }
            several => format!("{package}/{{{}}}", several.join(", ")),
        });
    }
    texts
}

fn join(path: &str, version: &str) -> String {
    if version.is_empty() {
        path.to_string()
    } else {
        format!("{path}@{version}")
    }
}

/// The imports of the composition, one text for the interfaces of a package with the same note.
fn left_open(plan: &Plan) -> Vec<String> {
    let declarations = plan.parts.iter().filter(|part| part.is_declarations());
    let declarations = declarations.map(|part| part.name.as_str()).collect();
    let imports = &plan.imports;
    let mut by_note: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for import in imports {
        by_note
            .entry(note(import, &declarations))
            .or_default()
            .push(&import.name);
    }
    let mut texts = Vec::new();
    for (note, names) in by_note {
        let gap = if note.is_empty() { "" } else { "   " };
        let grouped = grouped(&names).into_iter();
        texts.extend(grouped.map(|names| format!("{names}{gap}{note}")));
    }
    texts
}

/// What to add to the name of an import: nothing if its parts import it under that name.
fn note(import: &Import, declarations: &BTreeSet<&str>) -> String {
    let own = |served: &Served| served.import == import.name && served.types.is_none();
    if let Some(first) = import.serves.first()
        && declarations.contains(first.part.as_str())
    {
        return match first.types {
            None => "declared".to_string(),
            Some(_) => "for the types of what is declared".to_string(),
        };
    }
    if import.serves.iter().all(own) {
        return String::new();
    }
    let versioned = |name: &str| name.contains('@');
    let merged = |served: &Served| {
        served.types.is_none()
            && versioned(&served.import)
            && unversioned(&served.import) == unversioned(&import.name)
    };
    if versioned(&import.name) && import.serves.iter().all(merged) {
        let mut versions: Vec<String> = Vec::new();
        for served in &import.serves {
            let version = version_of(&served.import);
            versions.push(format!("{version} of {}", served.part));
        }
        return format!("for {}", versions.join(", "));
    }
    let serves: Vec<String> = import
        .serves
        .iter()
        .map(|served| {
            let types = match &served.types {
                Some(types) if !types.is_empty() => {
                    format!(", only the types {}", types.join(", "))
                }
                Some(_) => ", only the type".to_string(),
                None => String::new(),
            };
            let name = if served.import == import.name {
                String::new()
            } else {
                format!("{} of ", served.import)
            };
            format!("{name}{}{types}", served.part)
        })
        .collect();
    format!("for {}", serves.join("; "))
}
