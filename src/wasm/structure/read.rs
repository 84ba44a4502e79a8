//! Reading the sections of a component into its structure.
//!
//! Lives here: [`structure`]. May import: `sections` (rank 1) and the parent; wasmparser.
//! Deliberately absent: reading core modules (`module`).

use std::ops::Range;

use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentOuterAliasKind, CoreType, Encoding, FromReader,
};

use super::{COMPONENT, CORE_MODULE, Custom, Depth, Entry, Item, Nested, Sort, Structure};
use crate::wasm::sections::{Malformed, Section, Sections, id, not_too_deep};

/// As many results as a start function can have.
const MAX_START_RESULTS: u32 = 1000;

/// Reads the component in `range`, which is `depth` components deep in `bytes`, as far as it goes.
pub(super) fn structure(
    bytes: &[u8],
    range: Range<usize>,
    depth: u32,
    read: Depth,
) -> Structure<'_> {
    let mut structure = Structure {
        bytes,
        range: range.clone(),
        ..Structure::default()
    };
    structure.fault = not_too_deep(depth)
        .and_then(|()| structure.sections(Sections::new(bytes, range, Encoding::Component)?))
        .err();
    if read == Depth::All {
        for nested in structure.nested.iter_mut().filter(|n| n.is_component()) {
            let inside = self::structure(bytes, nested.range.clone(), depth + 1, read);
            nested.inside = Some(Box::new(inside));
        }
    }
    structure
}

impl<'a> Structure<'a> {
    fn sections(&mut self, mut sections: Sections<'a>) -> Result<(), Malformed> {
        let mut fault = None;
        // Whether what sections refer to is known, and of what is nested its own indices.
        let (mut whole, mut counted) = (true, true);
        loop {
            let section = match sections.next() {
                Ok(Some(section)) => section,
                Ok(None) => return fault.map_or(Ok(()), Err),
                Err(broken) => return Err(fault.unwrap_or(broken)),
            };
            let is_read = match section.id {
                id::CUSTOM => true,
                id::MODULE | id::COMPONENT => counted,
                _ => whole,
            };
            if !is_read {
                continue;
            }
            if let Err(broken) = self.section(&section) {
                fault.get_or_insert(broken.within(section.name()));
                // Nothing depends on a custom section.
                whole &= section.id == id::CUSTOM;
                counted &= ![id::IMPORT, id::ALIAS, id::EXPORT].contains(&section.id);
            }
        }
    }

    fn section(&mut self, section: &Section<'a>) -> Result<(), Malformed> {
        match section.id {
            id::CUSTOM => {
                let (name, data) = section.custom()?;
                let range = section.whole();
                push(
                    &mut self.customs,
                    &mut self.items,
                    Item::Custom,
                    Custom { name, data, range },
                );
            }
            id::MODULE => self.nested(CORE_MODULE, Sort::CoreModule, section),
            id::COMPONENT => self.nested(COMPONENT, Sort::Component, section),
            id::CORE_INSTANCE => each(section, |instance| {
                self.define(Sort::CoreInstance, self.core_instances.len());
                push(
                    &mut self.core_instances,
                    &mut self.items,
                    Item::CoreInstance,
                    instance,
                );
            })?,
            id::CORE_TYPE => each(section, |ty| self.define_core_type(ty))?,
            id::INSTANCE => each(section, |instance| {
                self.define(Sort::Instance, self.instances.len());
                push(
                    &mut self.instances,
                    &mut self.items,
                    Item::Instance,
                    instance,
                );
            })?,
            id::ALIAS => each(section, |alias| self.alias(alias))?,
            id::TYPE => each(section, |ty| {
                self.define(Sort::Type, self.types.len());
                push(&mut self.types, &mut self.items, Item::Type, ty);
            })?,
            id::CANON => each(section, |canon| {
                let sort = match canon {
                    CanonicalFunction::Lift { .. } => Sort::Func,
                    _ => Sort::CoreFunc,
                };
                self.define(sort, self.canons.len());
                push(&mut self.canons, &mut self.items, Item::Canon, canon);
            })?,
            id::START => {
                let start: wasmparser::ComponentStartFunction = section.reader().read()?;
                // One by one: the section may claim any number of them.
                for _ in 0..start.results.min(MAX_START_RESULTS) {
                    self.add(Sort::Value, Entry::Result);
                }
                push(&mut self.starts, &mut self.items, Item::Start, start);
            }
            id::IMPORT => each(section, |import: wasmparser::ComponentImport<'a>| {
                self.add(import.ty.kind().into(), Entry::Import(self.imports.len()));
                push(&mut self.imports, &mut self.items, Item::Import, import);
            })?,
            id::EXPORT => each(section, |export: wasmparser::ComponentExport<'a>| {
                self.add_same(export.kind.into(), export.index);
                push(&mut self.exports, &mut self.items, Item::Export, export);
            })?,
            other => {
                return Err(Malformed::new(format!(
                    "a component cannot have a section with id {other}"
                )));
            }
        }
        Ok(())
    }

    fn add(&mut self, sort: Sort, entry: Entry<'a>) {
        self.spaces[sort as usize].push(entry);
    }

    fn define(&mut self, sort: Sort, at: usize) {
        self.add(sort, Entry::Defined(at));
    }

    /// Adds one that is the same as the entry at `index`, in one step; what is not there stays so.
    fn add_same(&mut self, sort: Sort, index: u32) {
        let origin = self.origin(sort, index);
        let earliest = origin.map_or(u32::MAX, |(earliest, _)| earliest);
        self.add(sort, Entry::Same(earliest));
    }

    fn nested(&mut self, kind: &'static str, sort: Sort, section: &Section<'a>) {
        self.define(sort, self.nested.len());
        let nested = Nested {
            kind,
            range: section.body.clone(),
            inside: None,
        };
        push(&mut self.nested, &mut self.items, Item::Nested, nested);
    }

    fn define_core_type(&mut self, ty: CoreType<'a>) {
        let definition = self.core_types.len();
        let members = match &ty {
            CoreType::Rec(group) => group.types().len() as u32,
            CoreType::Module(_) => 1,
        };
        for member in 0..members {
            self.add(Sort::CoreType, Entry::Member { definition, member });
        }
        push(&mut self.core_types, &mut self.items, Item::CoreType, ty);
    }

    fn alias(&mut self, alias: ComponentAlias<'a>) {
        match alias {
            ComponentAlias::InstanceExport {
                kind,
                instance_index,
                name,
            } => self.add(kind.into(), Entry::Alias(instance_index, name)),
            ComponentAlias::CoreInstanceExport {
                kind,
                instance_index,
                name,
            } => self.add(kind.into(), Entry::Alias(instance_index, name)),
            ComponentAlias::Outer { kind, count, index } => {
                let sort = match kind {
                    ComponentOuterAliasKind::CoreModule => Sort::CoreModule,
                    ComponentOuterAliasKind::CoreType => Sort::CoreType,
                    ComponentOuterAliasKind::Type => Sort::Type,
                    ComponentOuterAliasKind::Component => Sort::Component,
                };
                match count {
                    0 => self.add_same(sort, index),
                    _ => self.add(sort, Entry::Outer { count, index }),
                }
            }
        }
        push(&mut self.aliases, &mut self.items, Item::Alias, alias);
    }
}

/// Adds something, and that it comes next.
fn push<T>(list: &mut Vec<T>, items: &mut Vec<Item>, item: fn(usize) -> Item, new: T) {
    items.push(item(list.len()));
    list.push(new);
}

fn each<'a, T: FromReader<'a>>(
    section: &Section<'a>,
    mut add: impl FnMut(T),
) -> Result<(), Malformed> {
    for item in section.items::<T>()? {
        add(item?);
    }
    Ok(())
}
