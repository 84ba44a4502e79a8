//! Core modules that several parts have in common, embedded once.
//!
//! A shared module moves to the composition's own level, and an outer alias replaces it; index spaces
//! stay the same, so nothing else in the part changes.
//!
//! Lives here: [`Sharing`]. May import: `wasm` (rank 1).
//! Deliberately absent: looking into modules; they are the same if their bytes are identical.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use wasm_encoder::{
    Alias, ComponentAliasSection, ComponentOuterAliasKind, ComponentSection, Encode,
};

use super::assembly::{Assembly, Refusal, Span};
use crate::wasm::sections::{MAX_DEPTH, Section, id, readable};
use crate::wasm::{Component, Inserted};

/// Which modules are shared.
pub(crate) struct Sharing<'a> {
    /// Modules that occur more than once, with their index once they have been embedded.
    shared: HashMap<&'a [u8], Option<u32>>,
    /// How many modules fewer there are than without sharing.
    pub saved: u32,
}

impl<'a> Sharing<'a> {
    /// Finds the modules that occur more than once in `components`, if enabled.
    pub fn new(dedupe: bool, components: impl Iterator<Item = &'a Arc<Component>>) -> Sharing<'a> {
        let mut shared = HashMap::new();
        let mut saved = 0;
        if dedupe {
            let mut modules: Vec<&'a [u8]> = Vec::new();
            for component in components.filter(|component| component.edits().is_empty()) {
                let bytes = component.bytes();
                collect(bytes, 0..bytes.len(), 0, &mut modules);
            }
            // Comparing lengths first leaves few modules to compare byte by byte.
            let mut by_len: HashMap<usize, Vec<&[u8]>> = HashMap::new();
            for module in modules {
                by_len.entry(module.len()).or_default().push(module);
            }
            for same_len in by_len.into_values().filter(|same| same.len() > 1) {
                let mut uses: HashMap<&[u8], u32> = HashMap::new();
                for module in same_len {
                    *uses.entry(module).or_default() += 1;
                }
                uses.retain(|_, uses| *uses > 1);
                saved += uses.values().map(|uses| uses - 1).sum::<u32>();
                shared.extend(uses.into_keys().map(|module| (module, None)));
            }
        }
        Sharing { shared, saved }
    }

    /// The bytes of `component` with its shared modules replaced by aliases; the modules are
    /// embedded in `assembly` when they first come up.
    pub fn spans(
        &mut self,
        assembly: &mut Assembly,
        component: &Arc<Component>,
    ) -> Result<Vec<Span>, Refusal> {
        let all = 0..component.bytes().len();
        // What is put into a component now is not compared with anything.
        if !component.edits().is_empty() {
            return Ok(edited(component));
        }
        if self.shared.is_empty() {
            return Ok(vec![Span::Own(all)]);
        }
        self.rewrite(assembly, component, all, 1)
    }

    fn rewrite(
        &mut self,
        assembly: &mut Assembly,
        component: &Arc<Component>,
        range: Range<usize>,
        depth: u32,
    ) -> Result<Vec<Span>, Refusal> {
        let bytes = component.bytes();
        let mut spans = Vec::new();
        // What has not been put into a span yet begins here.
        let mut from = range.start;
        for section in readable(bytes, range.clone()) {
            let instead = if section.id == id::MODULE {
                self.alias(assembly, component, &section, depth)?
            } else if section.id == id::COMPONENT && depth < MAX_DEPTH {
                let inner = self.rewrite(assembly, component, section.body.clone(), depth + 1)?;
                let unchanged =
                    matches!(inner.as_slice(), [Span::Own(own)] if *own == section.body);
                if unchanged {
                    continue;
                }
                let len: usize = inner.iter().map(Span::len).sum();
                let mut header = vec![section.id];
                // INVARIANT: an alias is shorter than a module, so this is less than before.
                (len as u32).encode(&mut header);
                let mut replaced = vec![Span::Owned(header)];
                replaced.extend(inner);
                Some(replaced)
            } else {
                None
            };
            if let Some(instead) = instead {
                spans.push(Span::Own(from..section.whole().start));
                spans.extend(instead);
                from = section.body.end;
            }
        }
        spans.push(Span::Own(from..range.end));
        Ok(spans)
    }

    /// What stands in place of a module that is shared.
    fn alias(
        &mut self,
        assembly: &mut Assembly,
        component: &Arc<Component>,
        section: &Section<'_>,
        depth: u32,
    ) -> Result<Option<Vec<Span>>, Refusal> {
        let module = &component.bytes()[section.body.clone()];
        let Some(index) = self.shared.get_mut(module) else {
            return Ok(None);
        };
        let index = match index {
            Some(index) => *index,
            None => {
                let new = assembly.share_module(component, section.body.clone())?;
                *index = Some(new);
                new
            }
        };
        let mut alias = ComponentAliasSection::new();
        alias.alias(Alias::Outer {
            kind: ComponentOuterAliasKind::CoreModule,
            count: depth,
            index,
        });
        let mut bytes = Vec::new();
        alias.append_to_component(&mut bytes);
        Ok(Some(vec![Span::Owned(bytes)]))
    }
}

/// The bytes of a component with what is put into it.
fn edited(component: &Component) -> Vec<Span> {
    let (mut spans, mut from) = (Vec::new(), 0);
    for edit in component.edits() {
        spans.push(Span::Own(from..edit.range.start));
        spans.extend(edit.with.iter().map(|inserted| match inserted {
            Inserted::Bytes(bytes) => Span::Owned(bytes.clone()),
            Inserted::Source(source) => Span::File(source.clone()),
        }));
        from = edit.range.end;
    }
    spans.push(Span::Own(from..component.bytes().len()));
    spans
}

/// All modules of the component in `range`, at any depth.
fn collect<'a>(bytes: &'a [u8], range: Range<usize>, depth: u32, modules: &mut Vec<&'a [u8]>) {
    for section in readable(bytes, range) {
        if section.id == id::MODULE {
            modules.push(&bytes[section.body]);
        } else if section.id == id::COMPONENT && depth < MAX_DEPTH {
            collect(bytes, section.body, depth + 1, modules);
        }
    }
}
