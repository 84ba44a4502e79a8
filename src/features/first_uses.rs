//! The features that a binary uses, and the first use of each.
//!
//! Lives here: [`first_uses`]. May import: `wasm` (rank 1), the siblings; wasmparser, which stays behind
//! this door.
//! Deliberately absent: validation, and core code.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{CanonicalFunction, ComponentExternalKind, ComponentTypeRef, Parser, TypeRef};

use super::type_features::{Needs, is_of_type, needs, type_index};
use super::{Detected, Feature};
use crate::wasm::module::Module;
use crate::wasm::parts;
use crate::wasm::sections::{Malformed, core_id};
use crate::wasm::structure::{Item, Structure};

/// A feature, and its first use.
#[derive(Debug)]
pub(crate) struct Use {
    pub feature: Feature,
    /// The nested part, if it is in one, and the item in it.
    pub path: Vec<String>,
}

/// The features that the component or core module `bytes` uses, in the order of the table.
///
/// Fails if a section that is read is truncated or malformed.
pub(crate) fn first_uses(bytes: &[u8]) -> Result<Vec<Use>, Malformed> {
    let mut walk = Walk {
        bytes,
        found: BTreeMap::new(),
    };
    match Parser::is_core_wasm(bytes) {
        true => walk.module(0..bytes.len())?,
        false => walk.component(&Structure::in_depth(bytes)?)?,
    }
    if walk.found.is_empty() {
        return Ok(Vec::new());
    }
    let tree = parts::tree(bytes);
    let place = |(feature, (offset, item)): (Feature, (usize, Vec<String>))| {
        let path = Some(tree.around(offset).path.clone()).filter(|p| !p.is_empty());
        Use {
            feature,
            path: path.into_iter().chain(item).collect(),
        }
    };
    Ok(walk.found.into_iter().map(place).collect())
}

struct Walk<'a> {
    bytes: &'a [u8],
    /// Each with its offset in the part, and the item.
    found: BTreeMap<Feature, (usize, Vec<String>)>,
}

impl<'a> Walk<'a> {
    fn meet(&mut self, seen: &Detected, offset: usize, item: impl Fn() -> Vec<String>) {
        for feature in seen.features() {
            self.found
                .entry(feature)
                .or_insert_with(|| (offset, item()));
        }
    }

    fn component(&mut self, structure: &Structure<'a>) -> Result<(), Malformed> {
        let start = structure.range.start;
        let mut types: Vec<Needs> = Vec::new();
        for item in &structure.items {
            match item {
                Item::Nested(at) => {
                    let found = match structure.inside(*at) {
                        Some(inside) => inside.and_then(|inside| self.component(inside)),
                        None => self.module(structure.nested[*at].range.clone()),
                    };
                    found.map_err(|e| e.within(structure.label(*at)))?;
                }
                item => self.item(structure, *item, &mut types),
            }
        }
        // What no import or export has.
        for (index, needs) in types.iter().enumerate() {
            for feature in needs.keys() {
                self.found
                    .entry(*feature)
                    .or_insert_with(|| (start, vec![format!("type {index}")]));
            }
        }
        Ok(())
    }

    fn item(&mut self, structure: &Structure<'a>, item: Item, types: &mut Vec<Needs>) {
        let offset = structure.range.start;
        let mut seen = Detected::default();
        match item {
            Item::Type(at) => types.push(needs(&structure.types[at], types)),
            Item::Alias(at) if is_of_type(&structure.aliases[at]) => types.push(Needs::new()),
            Item::Import(at) => {
                let import = &structure.imports[at];
                let item = format!("import {}", import.name.name);
                seen.import(import);
                self.meet(&seen, offset, || vec![item.clone()]);
                let needs = self.of_type(&item, type_index(&import.ty), offset, types);
                if let ComponentTypeRef::Type(_) = import.ty {
                    types.push(needs);
                }
            }
            Item::Export(at) => {
                let export = &structure.exports[at];
                let item = format!("export {}", export.name.name);
                seen.export(export);
                self.meet(&seen, offset, || vec![item.clone()]);
                let is_type = export.kind == ComponentExternalKind::Type;
                let index = match is_type {
                    true => Some(export.index as usize),
                    false => export.ty.as_ref().and_then(type_index),
                };
                let needs = self.of_type(&item, index, offset, types);
                if is_type {
                    types.push(needs);
                }
            }
            Item::Canon(at) => {
                let function = &structure.canons[at];
                seen.canon(function);
                self.meet(&seen, offset, || {
                    let name = canon_name(function);
                    vec![format!("canonical function {at}: {name}")]
                });
            }
            Item::Start(_) => {
                let start = || (offset, vec!["start function".to_string()]);
                self.found.entry(Feature::Values).or_insert_with(start);
            }
            _ => {}
        }
    }

    /// Records the features of the type of an import or export, and returns the type.
    fn of_type(
        &mut self,
        item: &str,
        index: Option<usize>,
        offset: usize,
        types: &[Needs],
    ) -> Needs {
        let needs = index.and_then(|index| types.get(index)).cloned();
        let needs = needs.unwrap_or_default();
        for (feature, inner) in &needs {
            self.found.entry(*feature).or_insert_with(|| {
                let path = [Some(item.to_string()), inner.clone()];
                (offset, path.into_iter().flatten().collect())
            });
        }
        needs
    }

    fn module(&mut self, range: Range<usize>) -> Result<(), Malformed> {
        let start = range.start;
        for (section, seen) in of_module(&Module::read(self.bytes, range)?)? {
            self.meet(&seen, start, || vec![section.to_string()]);
        }
        Ok(())
    }
}

/// The features that a core module uses, by section.
pub(crate) fn of_module(module: &Module<'_>) -> Result<[(&'static str, Detected); 4], Malformed> {
    let (mut types, mut imports) = (Detected::default(), Detected::default());
    for group in module.types() {
        types.core_types(&group?);
    }
    let mut memories = 0;
    for import in module.imports()? {
        match import.ty {
            TypeRef::Memory(ty) => {
                memories += 1;
                imports.memory(&ty);
            }
            TypeRef::Tag(_) => imports.add(Feature::CoreExceptions),
            _ => {}
        }
    }
    if memories > 1 {
        imports.add(Feature::CoreMemories);
    }
    let (mut own, mut tags) = (Detected::default(), Detected::default());
    for ty in module.memories()? {
        memories += 1;
        own.memory(&ty);
    }
    if memories > 1 {
        own.add(Feature::CoreMemories);
    }
    if module.has(core_id::TAG) {
        tags.add(Feature::CoreExceptions);
    }
    Ok([
        ("type section", types),
        ("import section", imports),
        ("memory section", own),
        ("tag section", tags),
    ])
}

/// The name of a canonical function in the specification: `stream.cancel-read`.
fn canon_name(function: &CanonicalFunction) -> String {
    const NOUNS: [&str; 4] = ["waitable-set-", "error-context-", "stream-", "future-"];
    let debug = format!("{function:?}");
    let mut name = String::new();
    for c in debug.chars().take_while(char::is_ascii_alphanumeric) {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    let noun = NOUNS.iter().find_map(|noun| name.strip_prefix(noun));
    let verb = noun.or_else(|| name.split_once('-').map(|(_, verb)| verb));
    let dot = verb.map(|verb| name.len() - verb.len() - 1);
    if let Some(dot) = dot {
        name.replace_range(dot..=dot, ".");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> Vec<String> {
        let buffer = wast::parser::ParseBuffer::new(text).expect("the text lexes");
        let mut parsed: wast::Wat = wast::parser::parse(&buffer).expect("the text parses");
        let bytes = parsed.encode().expect("the text encodes");
        let uses = first_uses(&bytes).expect("it is read");
        let line = |u: &Use| format!("{:?}: {}", u.feature, u.path.join(" › "));
        uses.iter().map(line).collect()
    }

    #[test]
    fn each_feature_is_placed_at_the_item_that_has_it() {
        let text = r#"(component
            (import "a:b/c@0.1.0" (instance
                (type $s (stream u8))
                (type $r (record (field "body" $s)))
                (export "r" (type $e (eq $r)))
                (export "plain" (func))
                (export "send" (func (param "r" $e)))
                (export "wait" (func async))))
            (import "f" (func (param "m" (map string (list u8 4)))))
            (component $inner
                (component $inmost (import "e" (func (param "x" error-context))))
                (core module $m (memory i64 1)))
            (core func (canon stream.drop-readable 0)))"#;
        // It need not be valid to be read.
        assert_eq!(
            uses(text),
            [
                "AsyncFunction: import a:b/c@0.1.0 › wait",
                "AsyncBuiltIn: canonical function 0: stream.drop-readable",
                "Stream: import a:b/c@0.1.0 › r",
                "Map: import f",
                "FixedLengthList: import f",
                "ErrorContext: inner/inmost › import e",
                "CoreMemory64: inner/m › memory section",
            ]
        );
    }

    #[test]
    fn what_every_host_has_is_no_feature() {
        let text = r#"(component
            (import "wasi:io/streams@0.2.0" (instance
                (export "s" (type (sub resource)))
                (export "[method]s.get" (func (result (list u8))))))
            (core module (memory 1) (func (export "f")))
            (type (record (field "a" string))))"#;
        assert!(uses(text).is_empty(), "{:?}", uses(text));
    }

    #[test]
    fn names_show_features_too() {
        let text = r#"(component
            (import "a:b:c/d" (instance))
            (import "x" (implements "a:b/c@1.0.0") (instance))
            (import "y" (external-id "Y") (func))
            (import "[method][get]z.w" (func))
            (import "v" (value string)))"#;
        assert_eq!(
            uses(text),
            [
                "Implements: import x",
                "ExternalId: import y",
                "Values: import v",
                "Accessor: import [method][get]z.w",
                "NestedName: import a:b:c/d",
            ]
        );
    }

    #[test]
    fn canonical_functions_are_called_as_in_the_specification() {
        let names = [
            (CanonicalFunction::WaitableSetNew, "waitable-set.new"),
            (CanonicalFunction::ErrorContextDrop, "error-context.drop"),
            (
                CanonicalFunction::StreamCancelRead {
                    ty: 0,
                    async_: false,
                },
                "stream.cancel-read",
            ),
            (CanonicalFunction::TaskCancel, "task.cancel"),
            (
                CanonicalFunction::ThreadSuspendThenResume,
                "thread.suspend-then-resume",
            ),
            (CanonicalFunction::SubtaskDrop, "subtask.drop"),
        ];
        for (function, name) in names {
            assert_eq!(canon_name(&function), name);
        }
    }
}
