//! The screen about one input, and the table about several.
//!
//! May import: `inspect` (rank 4). Deliberately absent: finding anything out.

use super::block::{Block, fit};
use crate::cli::lines::{called, columns, counted, cut, share, wrapped};
use crate::escape::{size, visible};
use crate::inspect::{Capability, Extern, InputKind, Inspection, Part, Producer, World};

/// What is shown about an input besides its first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Metadata,
    Imports,
    Exports,
    Capabilities,
    Parts,
    Sizes,
}

/// How wide lists are written.
pub(super) const WIDTH: usize = 96;

/// The screen about one input; what is `selected` is shown in full.
pub(super) fn screen(found: &Inspection, selected: &[Section]) -> String {
    let full = !selected.is_empty();
    let wanted = |section| !full || selected.contains(&section);
    let mut head = vec![title(found)];
    let mut blocks = Vec::new();
    if wanted(Section::Metadata) {
        let lines = metadata(found, full);
        if full && lines.is_empty() {
            blocks.push(Block::none("metadata", "--metadata"));
        }
        head.extend(lines);
    }
    if wanted(Section::Imports) && found.kind != InputKind::WitPackage {
        blocks.extend(side("imports", "--imports", &found.imports, found, full));
    }
    if wanted(Section::Exports) && found.kind != InputKind::WitPackage {
        blocks.extend(side("exports", "--exports", &found.exports, found, full));
    }
    if wanted(Section::Capabilities) {
        blocks.extend(capabilities("capabilities", &found.capabilities, full));
    }
    if !found.interfaces.is_empty() && !full {
        let lines = columns(&found.interfaces.iter().map(row).collect::<Vec<_>>(), &[]);
        blocks.push(Block::new("interfaces", "--types", lines));
    }
    for world in &found.worlds {
        blocks.extend(world_blocks(world, found, &wanted, full));
    }
    if let Some(root) = &found.root {
        if wanted(Section::Parts) && !root.parts.is_empty() {
            blocks.push(parts(root));
        }
        if wanted(Section::Sizes) {
            blocks.push(sizes(found, root, full));
        }
    }
    if !full {
        fit(&head, &mut blocks);
    }
    // What was asked for and is not there is said, too.
    let sections = [
        (Section::Imports, "imports", "--imports"),
        (Section::Exports, "exports", "--exports"),
        (Section::Capabilities, "capabilities", "--capabilities"),
        (Section::Parts, "parts", "--parts"),
        (Section::Sizes, "sizes", "--sizes"),
    ];
    for (section, title, flag) in sections {
        if selected.contains(&section) && blocks.iter().all(|block| block.flag != flag) {
            blocks.push(Block::none(title, flag));
        }
    }
    write(&head, &blocks)
}

fn write(head: &[String], blocks: &[Block]) -> String {
    let mut text = String::new();
    for (at, line) in head.iter().enumerate() {
        let line = match at {
            0 => visible(line),
            _ => format!("  {}", visible(line)),
        };
        text.push_str(&line);
        text.push('\n');
    }
    for block in blocks {
        text.push_str(&format!("\n{}\n", visible(&block.title)));
        for (_, line) in &block.lines {
            text.push_str(format!("  {}", visible(line)).trim_end());
            text.push('\n');
        }
    }
    text
}

pub(super) fn kind(found: &Inspection) -> &'static str {
    match found.kind {
        InputKind::Component => "component",
        InputKind::Composition => "composition",
        InputKind::CoreModule => "core module",
        InputKind::WitPackage => "WIT package",
    }
}

fn title(found: &Inspection) -> String {
    let mut words = Vec::new();
    if let Some(root) = &found.root {
        let all = root.all();
        let count = |kind| all[1..].iter().filter(|part| part.kind == kind).count();
        for (kind, noun) in [
            ("component", "nested component"),
            ("core module", "core module"),
        ] {
            match count(kind) {
                0 => {}
                count => words.push(counted(count, noun)),
            }
        }
    }
    for (list, noun) in [
        (found.interfaces.len(), "interface"),
        (found.worlds.len(), "world"),
    ] {
        if list > 0 && found.kind == InputKind::WitPackage {
            words.push(counted(list, noun));
        }
    }
    let name = match &found.name {
        Some(name) if *name != found.file => format!(" {}", cut(name, 60)),
        _ => String::new(),
    };
    let contents = match words.is_empty() {
        true => String::new(),
        false => format!(": {}", words.join(", ")),
    };
    let (kind, size) = (kind(found), size(found.size));
    format!("{}: {kind}{name}, {size}{contents}", found.file)
}

/// A version without the commit and the day of the build.
fn short(version: &str) -> &str {
    version.split([' ', '(']).next().unwrap_or(version)
}

fn metadata(found: &Inspection, full: bool) -> Vec<String> {
    let named = |producer: &Producer| {
        let version = match full {
            true => producer.version.as_str(),
            false => short(&producer.version),
        };
        format!("{} {version}", producer.name)
            .trim_end()
            .to_string()
    };
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    for (annotation, value) in found.metadata.iter() {
        // On one line, however it was written.
        let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = if full { line } else { cut(&line, WIDTH - 16) };
        rows.push((annotation.name(), vec![line]));
    }
    for (title, field) in [
        ("language", "language"),
        ("SDK", "sdk"),
        ("tools", "processed-by"),
    ] {
        let of_field = found
            .producers
            .iter()
            .filter(|producer| producer.field == field);
        rows.push((title, of_field.map(named).collect()));
    }
    let core = |feature: &&crate::inspect::Feature| feature.level == "core";
    let features = found.features.iter().filter(|feature| !core(feature));
    rows.push(("features", features.map(|f| f.name.to_string()).collect()));
    let features = found.features.iter().filter(core);
    rows.push((
        "core features",
        features.map(|f| f.name.to_string()).collect(),
    ));
    rows.push(("WASI", wasi(found).into_iter().collect()));
    let mut lines = Vec::new();
    for (title, words) in rows {
        let wide = wrapped(&words, WIDTH - 16);
        // One line each is enough where it is not all that is shown.
        let shown = if full { wide.len() } else { 1 };
        for (at, line) in wide.iter().take(shown).enumerate() {
            let title = if at == 0 { title } else { "" };
            let more = if at + 1 == shown && shown < wide.len() {
                " …"
            } else {
                ""
            };
            lines.push(format!("{title:<15}{line}{more}"));
        }
    }
    lines
}

fn wasi(found: &Inspection) -> Option<String> {
    match &found.wasi.release {
        Some(release) => Some(format!("{release} or later")),
        None if !found.wasi.snapshots.is_empty() => Some(format!(
            "{}: a snapshot, not part of a release",
            found.wasi.snapshots.join(", ")
        )),
        None if found.wasi.beyond.is_empty() => None,
        None => Some(format!(
            "no release has {}",
            found.wasi.beyond.join(" and ")
        )),
    }
}

/// The contents of an item, counted, or its type.
fn told(item: &Extern) -> String {
    let mut words = Vec::new();
    if let Some(interface) = &item.implements {
        words.push(format!("implements {interface}"));
    }
    if item.functions > 0 {
        words.push(counted(item.functions, "function"));
    }
    if item.resources > 0 {
        words.push(counted(item.resources, "resource"));
    }
    words.extend(item.signature.iter().map(|text| cut(text, WIDTH)));
    match (words.is_empty(), item.sort) {
        (true, "interface") => "types only".to_string(),
        (true, sort) => sort.to_string(),
        _ => words.join(", "),
    }
}

fn row(item: &Extern) -> Vec<String> {
    vec![
        item.base.clone(),
        item.version.clone().unwrap_or_default(),
        told(item),
    ]
}

/// A line an interface; interfaces of one package of WASI in one line, unless all are asked for.
fn face_lines(externs: &[Extern], full: bool) -> Vec<String> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut grouped: Vec<(&str, Option<&String>, Vec<&Extern>)> = Vec::new();
    let mut functions: Vec<&str> = Vec::new();
    for item in externs {
        match item.base.split_once('/') {
            Some((package, _)) if !full && package.starts_with("wasi:") => {
                let version = item.version.as_ref();
                let group = grouped
                    .iter_mut()
                    .find(|g| g.0 == package && g.1 == version);
                match group {
                    Some((_, _, of)) => of.push(item),
                    None => grouped.push((package, version, vec![item])),
                }
            }
            // Of core modules, exports are mostly functions, and many.
            _ if !full && item.sort == "function" && item.signature.is_none() => {
                functions.push(&item.name);
            }
            _ => rows.push(row(item)),
        }
    }
    if !functions.is_empty() {
        let names = cut(&functions.join(", "), WIDTH - 24);
        rows.push(vec![
            counted(functions.len(), "function"),
            String::new(),
            names,
        ]);
    }
    for (package, version, of) in grouped {
        let mut names: Vec<&str> = Vec::new();
        for item in &of {
            names.push(item.base.split_once('/').map_or("", |(_, name)| name));
        }
        let count: usize = of.iter().map(|item| item.functions).sum();
        let told = format!(
            "{} ({})",
            cut(&names.join(", "), 64),
            counted(count, "function")
        );
        rows.push(vec![
            package.to_string(),
            version.cloned().unwrap_or_default(),
            told,
        ]);
    }
    columns(&rows, &[])
}

fn side(
    title: &'static str,
    flag: &'static str,
    externs: &[Extern],
    found: &Inspection,
    full: bool,
) -> Option<Block> {
    if externs.is_empty() {
        return full.then(|| Block::new(title, flag, vec!["none".to_string()]));
    }
    let mut lines = face_lines(externs, full);
    for twin in found
        .twins
        .iter()
        .filter(|twin| title.starts_with(twin.side))
    {
        let what = match twin.compatible {
            true => "compatible",
            false => "incompatible",
        };
        // At the top, because it is easily missed.
        let (base, count) = (&twin.base, twin.versions.len());
        let versions = twin.versions.join(" and ");
        lines.insert(
            0,
            format!("! {base} in {count} {what} versions: {versions}"),
        );
    }
    let interfaces = externs
        .iter()
        .filter(|item| item.sort == "interface")
        .count();
    let mut counts = Vec::new();
    if interfaces > 0 {
        counts.push(counted(interfaces, "interface"));
    }
    let functions: usize = externs
        .iter()
        .map(|item| item.functions + usize::from(item.sort == "function"))
        .sum();
    if functions > 0 {
        counts.push(counted(functions, "function"));
    }
    let title = match counts.is_empty() {
        true => title.to_string(),
        false => format!("{title}: {}", counts.join(", ")),
    };
    Some(Block::new(title, flag, lines))
}

fn capabilities(title: &str, of: &[Capability], full: bool) -> Option<Block> {
    if of.is_empty() {
        return None;
    }
    let row = |capability: &Capability| {
        let through = match full {
            true => capability.imports.clone(),
            false => packages(&capability.imports),
        };
        let parts = match capability.parts.is_empty() {
            true => String::new(),
            false => format!("imported by {}", cut(&capability.parts.join(", "), WIDTH)),
        };
        let width = if full { usize::MAX } else { 40 };
        vec![
            capability.name.to_string(),
            cut(&through.join(", "), width),
            parts,
        ]
    };
    let rows: Vec<Vec<String>> = of.iter().map(row).collect();
    Some(Block::new(title, "--capabilities", columns(&rows, &[])))
}

/// Imports without versions; of several from one package only that.
fn packages(imports: &[String]) -> Vec<String> {
    let base = |import: &String| import.split('@').next().unwrap_or_default().to_string();
    let package = |base: &str| base.split('/').next().unwrap_or_default().to_string();
    let bases: Vec<String> = imports.iter().map(base).collect();
    let mut short: Vec<String> = Vec::new();
    for base in &bases {
        let several = bases
            .iter()
            .filter(|other| package(other) == package(base))
            .count()
            > 1;
        let name = if several { package(base) } else { base.clone() };
        if !short.contains(&name) {
            short.push(name);
        }
    }
    short
}

fn world_blocks(
    world: &World,
    found: &Inspection,
    wanted: &dyn Fn(Section) -> bool,
    full: bool,
) -> Vec<Block> {
    let mut blocks = Vec::new();
    let what = match found.kind {
        InputKind::CoreModule => format!("built for world {}", world.name),
        _ => format!("world {}", world.name),
    };
    let sides = [
        ("imports", "--imports", &world.imports, Section::Imports),
        ("exports", "--exports", &world.exports, Section::Exports),
    ];
    for (side, flag, externs, section) in sides {
        if wanted(section) && !externs.is_empty() {
            blocks.push(Block::new(
                format!("{what}: {side}"),
                flag,
                face_lines(externs, full),
            ));
        }
    }
    if wanted(Section::Capabilities) {
        blocks.extend(capabilities(
            &format!("{what}: capabilities"),
            &world.capabilities,
            full,
        ));
    }
    blocks
}

fn parts(root: &Part) -> Block {
    let all = root.all();
    let row = |part: &&Part| {
        let depth = part.index.matches('.').count();
        vec![
            part.index.clone(),
            format!("{}{}", "  ".repeat(depth), called(part)),
            part.role.to_string(),
            size(part.size),
            share(part.size, root.size),
        ]
    };
    let rows: Vec<Vec<String>> = all[1..].iter().map(row).collect();
    let lines = columns(&rows, &[3, 4]);
    Block {
        title: "parts".to_string(),
        lines: all[1..].iter().map(|part| part.size).zip(lines).collect(),
        flag: "--parts",
    }
}

fn sizes(found: &Inspection, root: &Part, full: bool) -> Block {
    if !full {
        let words = found.sizes.iter().map(|kind| {
            let share = share(kind.bytes, root.size);
            format!("{} {} ({share})", kind.kind, size(kind.bytes))
        });
        let lines = wrapped(&words.collect::<Vec<_>>(), WIDTH);
        return Block::new("sizes", "--sizes", lines);
    }
    let line = |name: &str, bytes: u64| {
        vec![
            name.to_string(),
            size(bytes),
            share(bytes, root.size),
            String::new(),
        ]
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    rows.extend(found.sizes.iter().map(|kind| line(kind.kind, kind.bytes)));
    let mut all = root.all();
    // What is nested counts where it is.
    let own = |part: &Part| part.sizes.iter().map(|kind| kind.bytes).sum::<u64>();
    all.sort_by(|a, b| (own(b), &a.index).cmp(&(own(a), &b.index)));
    rows.push(Vec::new());
    for part in all {
        let name = match part.path.as_str() {
            "" => "(input)",
            path => path,
        };
        let mut row = line(name, own(part));
        let kinds = part
            .sizes
            .iter()
            .map(|s| format!("{} {}", s.kind, size(s.bytes)));
        row[3] = kinds.collect::<Vec<_>>().join(", ");
        rows.push(row);
    }
    Block::new("sizes", "--sizes", columns(&rows, &[1, 2]))
}
