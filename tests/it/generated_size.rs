//! How large denied interfaces are: what their types and names take, and little more.

use std::collections::BTreeMap;

use wasmparser::{ComponentExternalKind, Parser, Payload};
use wit_parser::{Resolve, WorldId, WorldItem};
use witkit::compose::Options;

use crate::generate::{bytes_of, compose, interfaces_of_corpus, size_of_types};

/// What a denied interface takes beside its types, before its first function.
const EACH: usize = 1200;

/// What each of its functions takes beside its types: the core function and its name for backtraces,
/// the alias of it, and how it is lifted and exported.
const FUNCTION: usize = 80;

/// How large a denied interface is to be at most. Those with fewer than [`MANY`] functions are.
const ASKED: usize = 4096;
const MANY: usize = 25;

/// The functions that a world imports, by interface.
fn functions(resolve: &Resolve, world: WorldId) -> BTreeMap<String, usize> {
    let mut functions: BTreeMap<String, usize> = BTreeMap::new();
    for (key, item) in &resolve.worlds[world].imports {
        if let WorldItem::Interface { id, .. } = item {
            let name = resolve.name_world_key(key);
            functions.insert(name, resolve.interfaces[*id].functions.len());
        }
    }
    functions
}

/// The components in a component, by the name of the last instance that each exports.
fn parts(bytes: &[u8]) -> BTreeMap<String, usize> {
    let mut parts = BTreeMap::new();
    let (mut depth, mut size) = (0, 0);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.expect("it is valid") {
            Payload::ModuleSection { .. } => depth += 1,
            Payload::ComponentSection {
                unchecked_range, ..
            } => {
                if depth == 0 {
                    size = (unchecked_range.end - unchecked_range.start) as usize;
                }
                depth += 1;
            }
            Payload::End(_) => depth -= 1,
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    let export = export.expect("it is valid");
                    if export.kind == ComponentExternalKind::Instance {
                        parts.insert(export.name.name.to_string(), size);
                    }
                }
            }
            _ => {}
        }
    }
    parts
}

/// `cargo test --test it -- generated_size --nocapture` shows those that are larger than asked for.
#[test]
fn a_denied_interface_takes_its_types_and_few_bytes_for_each_function() {
    let (mut wrong, mut most) = (Vec::new(), (0, 0));
    let mut large: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    let is_there = interfaces_of_corpus(|_, name, resolve, world, guest| {
        let outcome = compose(
            &guest,
            Options {
                deny: vec!["*".to_string()],
                ..Options::default()
            },
        );
        let bytes = bytes_of(&outcome).expect("it composes");
        let functions = functions(resolve, world);
        let count: usize = functions.values().sum();
        let generated = parts(&bytes);
        let (more, types) = (bytes.len() - guest.len(), size_of_types(&guest));
        let beside = more.saturating_sub(types);
        // An import of types alone is provided by the composition, which has them as well.
        let again = if functions.values().any(|count| *count == 0) {
            types
        } else {
            0
        };
        let allowed = EACH * generated.len().max(1) + FUNCTION * count + again;
        if beside > allowed {
            wrong.push(format!(
                "{name}: {more} bytes for {count} functions, {types} of types"
            ));
        }
        most = most.max((100 * beside / allowed.max(1), count));
        for (name, size) in generated {
            let count = functions.get(&name).copied().unwrap_or_default();
            sizes.insert(name.clone(), size);
            if size > ASKED {
                large.insert(name, (count, size));
            }
        }
    });
    if !is_there {
        return;
    }
    println!(
        "{} interfaces, {} bytes in all; {} larger than {ASKED}; at most {} % of what is allowed",
        sizes.len(),
        sizes.values().sum::<usize>(),
        large.len(),
        most.0
    );
    for (name, (count, size)) in &large {
        println!("| `{name}` | {count} | {size} | {} |", size / count.max(&1));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let small = large.iter().filter(|(_, (count, _))| *count < MANY);
    let small: Vec<_> = small.collect();
    assert!(small.is_empty(), "{small:?}");
    assert!(sizes.len() > 300, "only {}", sizes.len());
}
