//! One nested component in the place of another, everything around it as it was.
//!
//! Lives here: [`replace`]. May import: `wasm`, `diag` (ranks 0 and 1).
//! Deliberately absent: changing any wire. A component that needs other wires does not fit, and
//! `misfits` says so.

use std::collections::BTreeMap;
use std::ops::Range;

use wasm_encoder::Encode;
use wasmparser::Encoding;

use super::misfits::misfits;
use super::tree::{Node, tree};
use super::{codes, finding};
use crate::diag::{Diagnostic, Report, Severity, did_you_mean};
use crate::source::Source;
use crate::wasm::Component;
use crate::wasm::skeleton::Malformed;
use crate::wasm::skeleton::sections::{Sections, id};

/// A component with others in the places of some that were nested in it.
pub struct Replaced {
    /// The component.
    pub component: Component,
    /// What there is to say besides.
    pub report: Report,
}

/// Puts components in the places of nested ones, each under the name, path or index of the one
/// that makes way, the name of its only instance, or that of the file that [`super::split`] writes
/// it to, without the extension.
///
/// Nothing else changes but the lengths of what is around them. Fails if a name is that of none
/// (`split/unknown-part`) or of one instance among several (`split/shared-part`), and if the
/// validator refuses the result (`split/misfit`).
pub fn replace(whole: &Component, swaps: &[(String, Component)]) -> Result<Replaced, Report> {
    whole.outline()?;
    whole.decode()?;
    let bytes = whole.bytes();
    let nodes = tree(bytes).map_err(|e| whole.malformed(&e))?;
    let mut report = Report::new();
    let mut chosen: BTreeMap<usize, &Component> = BTreeMap::new();
    for (wanted, new) in swaps {
        match new.outline().and_then(|_| new.decode()) {
            Ok(_) => {}
            Err(finding) => report.push(finding),
        }
        let node = match named(whole, &nodes, wanted) {
            Ok(node) => node,
            Err(finding) => {
                report.push(finding);
                continue;
            }
        };
        if chosen.insert(node, new).is_some() {
            let message = format!("`{wanted}` is replaced twice");
            report.push(finding(&codes::UNKNOWN_PART, whole, message));
        }
        if nodes[node].instances.len() > 1 {
            let count = nodes[node].instances.len();
            let mut note = finding(
                &codes::SHARED_PART,
                whole,
                format!(
                    "all {count} instances of `{}` are replaced",
                    nodes[node].path
                ),
            );
            note.severity = Severity::Note;
            report.push(note);
        }
    }
    for node in chosen.keys() {
        let mut around = nodes[*node].around;
        while let Some(outer) = around {
            if chosen.contains_key(&outer) {
                let (inner, outer) = (&nodes[*node].path, &nodes[outer].path);
                let message = format!("`{inner}` lies in `{outer}`, which is replaced as well");
                report.push(finding(&codes::UNKNOWN_PART, whole, message));
            }
            around = nodes[outer].around;
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    let new: BTreeMap<usize, &Component> = chosen
        .iter()
        .map(|(node, new)| (nodes[*node].range.start, *new))
        .collect();
    let made = rebuilt(bytes, 0..bytes.len(), &new).map_err(|e| whole.malformed(&e))?;
    let component = Component::new(Source::memory(whole.source().name(), made))?;
    if let Err(refused) = component.decode() {
        let places = chosen.iter().map(|(node, new)| (&nodes[*node], *new));
        return Err(misfits(whole, &places.collect::<Vec<_>>(), &refused));
    }
    Ok(Replaced { component, report })
}

/// The component in `range` with what is new in its places; these are known by where their bytes
/// began.
fn rebuilt(
    bytes: &[u8],
    range: Range<usize>,
    new: &BTreeMap<usize, &Component>,
) -> Result<Vec<u8>, Malformed> {
    let mut made = Vec::new();
    let mut from = range.start;
    let mut sections = Sections::new(bytes, range.clone(), Encoding::Component)?;
    while let Some(section) = sections.next()? {
        let changes =
            section.id == id::COMPONENT && new.range(section.body.clone()).next().is_some();
        if !changes {
            continue;
        }
        made.extend_from_slice(&bytes[from..section.body.end - section.raw().len()]);
        from = section.body.end;
        made.push(id::COMPONENT);
        let inner;
        let contents = match new.get(&section.body.start) {
            Some(component) => component.bytes(),
            None => {
                inner = rebuilt(bytes, section.body, new)?;
                &inner
            }
        };
        let Ok(len) = u32::try_from(contents.len()) else {
            return Err(Malformed::new("it would be larger than 4 GiB"));
        };
        len.encode(&mut made);
        made.extend_from_slice(contents);
    }
    made.extend_from_slice(&bytes[from..range.end]);
    Ok(made)
}

/// The component that is called `wanted`.
fn named(whole: &Component, nodes: &[Node], wanted: &str) -> Result<usize, Diagnostic> {
    let exact = |node: &Node| node.index == wanted || node.path == wanted;
    if let Some(node) = nodes.iter().position(exact) {
        return Ok(node);
    }
    let having = |has: &dyn Fn(&Node) -> bool| -> Vec<usize> {
        let nodes = nodes.iter().enumerate().filter(|(_, node)| has(node));
        nodes.map(|(at, _)| at).collect()
    };
    let by_name = having(&|node| node.name == wanted);
    let by_instance = having(&|node| node.instances.iter().any(|name| name == wanted));
    let by_file = having(&|node| node.stem.as_deref() == Some(wanted));
    let found = [&by_name, &by_instance, &by_file];
    let found = found.into_iter().find(|found| !found.is_empty());
    match found.unwrap_or(&by_file).as_slice() {
        [one]
            if by_name.is_empty() && !by_instance.is_empty() && nodes[*one].instances.len() > 1 =>
        {
            let (path, count) = (&nodes[*one].path, nodes[*one].instances.len());
            Err(finding(
                &codes::SHARED_PART,
                whole,
                format!("`{wanted}` is one of {count} instances of `{path}`"),
            )
            .help(format!("replace it for all of them: --replace {path}=FILE")))
        }
        [one] => Ok(*one),
        [] => {
            let finding = finding(
                &codes::UNKNOWN_PART,
                whole,
                format!("no nested component is called `{wanted}`"),
            );
            let known = nodes.iter().flat_map(|node| {
                let names = [node.path.as_str(), node.name.as_str()].into_iter();
                let more = node.instances.iter().chain(&node.stem);
                names.chain(more.map(String::as_str))
            });
            Err(match did_you_mean(wanted, known) {
                Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                None if nodes.is_empty() => finding.help("no component is nested in it"),
                None => {
                    let paths = nodes.iter().take(8).map(|node| format!("`{}`", node.path));
                    let mut paths: Vec<String> = paths.collect();
                    if nodes.len() > paths.len() {
                        paths.push("… (see `witkit inspect --parts`)".to_string());
                    }
                    finding.help(format!("there are {}", paths.join(", ")))
                }
            })
        }
        several => {
            let places: Vec<&str> = several.iter().map(|at| nodes[*at].index.as_str()).collect();
            Err(finding(
                &codes::UNKNOWN_PART,
                whole,
                format!("several nested components are called `{wanted}`"),
            )
            .help(format!("give the index: {}", places.join(", "))))
        }
    }
}
