//! A plan as a tree for people.
//!
//! Lives here: [`tree`]. May import: nothing of ours.
//! Deliberately absent: the JSON form (`plan`).

use std::collections::BTreeMap;
use std::fmt::Write;

use super::plan::{Import, Plan, Role, Target, Why, WhyExported, Wire};

/// The plan: each part with where its imports come from, the part that is asked about first; then
/// what is left open, and what is exported.
pub fn tree(plan: &Plan) -> String {
    let mut out = String::new();
    for part in plan.parts.iter().rev() {
        let role = match part.role {
            Role::Root => ", root",
            Role::Definition => "",
            Role::Found => ", found",
        };
        line(
            &mut out,
            format_args!("{} ({}{role})", part.name, part.path),
        );
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
        line(&mut out, format_args!("\nleft open"));
        for text in left_open(&plan.imports) {
            line(&mut out, format_args!("  {text}"));
        }
    }
    line(&mut out, format_args!("\nexports"));
    let width = plan.exports.iter().map(|e| e.name.chars().count()).max();
    for export in &plan.exports {
        let why = match export.why {
            WhyExported::Root | WhyExported::Asked => "",
            WhyExported::Chain => " (outermost of the chain)",
            WhyExported::Resource => " (another export uses its resources)",
        };
        let width = width.unwrap_or(0);
        line(
            &mut out,
            format_args!("  {:width$}   from {}{why}", export.name, export.part),
        );
    }
    if plan.exports.is_empty() {
        line(&mut out, format_args!("  nothing"));
    }
    if plan.dedupe {
        line(
            &mut out,
            format_args!("\nidentical core modules of different parts are shared"),
        );
    }
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", text.to_string().trim_end());
}

struct Row {
    import: String,
    to: String,
    refused: Vec<String>,
}

/// A row for each wire, but one for all imports of one package that are left open.
fn rows(wires: &[Wire]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for wire in wires {
        let why = match wire.why {
            Why::Exact => "",
            Why::Semver => "  (same semver track)",
            Why::Implements => "  (implements it)",
            Why::PartName => "  (by the part's name)",
            Why::Wired => "  (wired by hand)",
            Why::Chain => "  (chain)",
            Why::Bound => "",
            Why::Open => "",
        };
        let to = match &wire.to {
            Target::Export { part, export } if *export == wire.import => part.clone(),
            Target::Export { part, export } => format!("{part} · {export}"),
            Target::Instance { part } => format!("{part}, its whole instance"),
            Target::Host { .. } if wire.why == Why::Open => {
                open.push(&wire.import);
                continue;
            }
            Target::Host { host } if *host == wire.import => "left open".to_string(),
            Target::Host { host } => format!("left open as {host}"),
            Target::Bound { .. } => "the type it has to equal".to_string(),
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
    rows.extend(grouped(&open).into_iter().map(|import| Row {
        import,
        to: "left open".to_string(),
        refused: Vec::new(),
    }));
    rows
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

fn left_open(imports: &[Import]) -> Vec<String> {
    let mut plain: Vec<&str> = Vec::new();
    let mut special = Vec::new();
    for import in imports {
        let same = import
            .serves
            .iter()
            .all(|s| s.import == import.name && s.types.is_none());
        if same {
            plain.push(&import.name);
            continue;
        }
        let serves: Vec<String> = import
            .serves
            .iter()
            .map(|served| {
                let types = match &served.types {
                    Some(types) if !types.is_empty() => {
                        format!(", only for its types {}", types.join(", "))
                    }
                    Some(_) => ", only as a type".to_string(),
                    None => String::new(),
                };
                format!("{} of {}{types}", served.import, served.part)
            })
            .collect();
        special.push(format!("{}   for {}", import.name, serves.join("; ")));
    }
    let mut texts = grouped(&plain);
    texts.extend(special);
    texts
}
