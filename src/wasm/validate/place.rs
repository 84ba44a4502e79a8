//! The place of a validation error, in the user's terms and never as an offset.
//!
//! Lives here: [`structure`] and [`function`]. May import: `parts`, `skeleton` (rank 1), the
//! siblings; wasmparser, which stays behind this door. Deliberately absent: anything that could
//! fail. Items whose names cannot be read are named by their number.

use std::ops::Range;

use wasmparser::{
    BinaryReader, Encoding, Export, ExternalKind, FunctionBody, Name, NameSectionReader, Naming,
    OperatorsReader, WasmFeatures,
};

use super::{Function, instruction};
use crate::wasm::parts::Part;
use crate::wasm::sections::{Sections, core_id, id};

/// The path to an error outside of functions, and the label of the place.
pub(super) fn structure(
    bytes: &[u8],
    tree: &Part,
    error: &wasmparser::Error,
) -> (Vec<String>, String) {
    let offset = usize::try_from(error.offset()).unwrap_or(usize::MAX);
    // Running out of bytes is reported at the end of the section, where the next one begins.
    let reach = usize::from(error.message().starts_with("unexpected end"));
    let offset = offset.saturating_sub(reach);
    let part = tree.around(offset);
    let mut path = of_part(part);
    let mut said = String::new();
    let range = part.range.clone();
    if let Ok(mut sections) = Sections::new(bytes, range, part.encoding()) {
        loop {
            match sections.next() {
                Ok(Some(section)) if offset < section.body.end => {
                    path.push(section.name().to_string());
                    break;
                }
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(broken) => {
                    // The section that is cut off, and by how much.
                    path.extend(broken.path);
                    if !error.message().starts_with(&broken.message) {
                        said = broken.message;
                    }
                    break;
                }
            }
        }
    }
    (path, said)
}

/// The path to the invalid instruction.
pub(super) fn function(
    bytes: &[u8],
    tree: &Part,
    features: WasmFeatures,
    wrong: &Function,
) -> Vec<String> {
    let part = tree.around(wrong.body.start);
    let mut path = of_part(part);
    path.push(match function_name(bytes, part, wrong.index) {
        Some(name) => format!("function `{name}`"),
        None => format!("function {}", wrong.index),
    });
    path.push(in_body(bytes, features, wrong));
    path
}

fn of_part(part: &Part) -> Vec<String> {
    match part.path.as_str() {
        "" => Vec::new(),
        path => vec![shown(path)],
    }
}

/// The path of a part; a long one is shortened to be readable.
fn shown(path: &str) -> String {
    let steps: Vec<&str> = path.split('/').collect();
    match steps.as_slice() {
        [first, second, .., last] if steps.len() > 6 => format!("{first}/{second}/…/{last}"),
        _ => path.to_string(),
    }
}

/// By the name section, else by an export.
fn function_name(bytes: &[u8], module: &Part, index: u32) -> Option<String> {
    let mut sections = Sections::new(bytes, module.range.clone(), Encoding::Module).ok()?;
    let mut exported = None;
    let mut named = None;
    while let Ok(Some(section)) = sections.next() {
        match section.id {
            core_id::EXPORT => {
                let exports = section.items::<Export<'_>>().ok()?;
                let of_it = |e: &Export<'_>| e.kind == ExternalKind::Func && e.index == index;
                let mut exports = exports.into_iter().map_while(Result::ok);
                exported = exports.find(of_it).map(|export| export.name.to_string());
            }
            id::CUSTOM => {
                if let Ok(("name", data)) = section.custom() {
                    named = named_function(data, index);
                }
            }
            _ => {}
        }
    }
    named.or(exported)
}

fn named_function(data: &[u8], index: u32) -> Option<String> {
    let reader = NameSectionReader::new(BinaryReader::new(data, 0));
    let names = reader.into_iter().map_while(Result::ok);
    let mut functions = names.filter_map(|name| match name {
        Name::Function(names) => Some(names),
        _ => None,
    });
    let of_it = |naming: &Naming<'_>| naming.index == index && !naming.name.is_empty();
    let mut names = functions.next()?.map_while(Result::ok);
    Some(names.find(of_it)?.name.to_string())
}

/// The invalid instruction: its number, counted from 1, and its text.
fn in_body(bytes: &[u8], features: WasmFeatures, wrong: &Function) -> String {
    let offset = usize::try_from(wrong.error.offset()).unwrap_or(usize::MAX);
    let Range { start, end } = wrong.body;
    let reader = BinaryReader::new_features(&bytes[start..end], start as u64, features);
    let Ok(mut operators) = FunctionBody::new(reader).get_operators_reader() else {
        return "local variables".to_string();
    };
    if (offset as u64) < operators.original_position() {
        return "local variables".to_string();
    }
    let mut number = 0;
    while !operators.eof() {
        number += 1;
        let operator = next(&mut operators);
        let Some(operator) = operator else {
            return format!("instruction {number}");
        };
        if (offset as u64) < operators.original_position() {
            return format!("instruction {number}: {operator}");
        }
    }
    format!("end, behind instruction {number}")
}

fn next(operators: &mut OperatorsReader<'_>) -> Option<String> {
    let operator = operators.read().ok()?;
    Some(instruction::text(&operator))
}
