//! What the name sections of components and core modules say.
//!
//! Lives here: [`Names`], and [`own_name`] for what is nested. May import: `sections` (rank 1)
//! and the parent; wasmparser.
//! Deliberately absent: complaints. What cannot be read has no name.

use std::collections::BTreeMap;

use wasmparser::{BinaryReader, ComponentName, ComponentNameSectionReader, Encoding, NameMap};

use super::{Entry, Nested, Sort, Structure};
use crate::wasm::sections::{Sections, id};

/// What the name sections of a component say.
#[derive(Default)]
pub(crate) struct Names<'a> {
    /// What it calls itself.
    pub own: Option<&'a str>,
    /// What it calls its nested components and core modules, by position.
    pub nested: BTreeMap<usize, &'a str>,
    /// What it calls the instances that it makes, by position.
    pub instances: BTreeMap<usize, &'a str>,
}

impl<'a> Structure<'a> {
    /// The names that its own name sections have; the first one of several.
    pub fn names(&self) -> Names<'a> {
        let mut names = Names::default();
        let sections = self.customs.iter();
        for custom in sections.filter(|custom| custom.name == "component-name") {
            names.read(self, custom.data);
        }
        names
    }
}

impl<'a> Names<'a> {
    fn read(&mut self, structure: &Structure<'a>, data: &'a [u8]) {
        let reader = BinaryReader::new(data, 0);
        for name in ComponentNameSectionReader::new(reader).map_while(Result::ok) {
            match name {
                ComponentName::Component { name, .. } if !name.is_empty() => {
                    self.own.get_or_insert(name);
                }
                ComponentName::CoreModules(names) => {
                    add(&mut self.nested, structure, Sort::CoreModule, names);
                }
                ComponentName::Components(names) => {
                    add(&mut self.nested, structure, Sort::Component, names);
                }
                ComponentName::Instances(names) => {
                    add(&mut self.instances, structure, Sort::Instance, names);
                }
                _ => {}
            }
        }
    }
}

fn add<'a>(
    known: &mut BTreeMap<usize, &'a str>,
    structure: &Structure<'a>,
    sort: Sort,
    names: NameMap<'a>,
) {
    let names = names.into_iter().map_while(Result::ok);
    for naming in names.filter(|naming| !naming.name.is_empty()) {
        if let Some((_, Entry::Defined(at))) = structure.origin(sort, naming.index) {
            known.entry(at).or_insert(naming.name);
        }
    }
}

/// The name that a component or core module gives itself.
pub(crate) fn own_name<'a>(bytes: &'a [u8], nested: &Nested<'_>) -> Option<&'a str> {
    let encoding = match nested.is_component() {
        true => Encoding::Component,
        false => Encoding::Module,
    };
    let mut sections = Sections::new(bytes, nested.range.clone(), encoding).ok()?;
    let mut found = None;
    while let Ok(Some(section)) = sections.next() {
        if section.id == id::CUSTOM {
            match (encoding, section.custom()) {
                (Encoding::Component, Ok(("component-name", data))) => {
                    found = found.or_else(|| component_name(data));
                }
                (Encoding::Module, Ok(("name", data))) => found = module_name(data).or(found),
                _ => {}
            }
        }
    }
    found
}

fn component_name(data: &[u8]) -> Option<&str> {
    let names = ComponentNameSectionReader::new(BinaryReader::new(data, 0));
    let mut names = names.into_iter().map_while(Result::ok);
    names.find_map(|name| match name {
        ComponentName::Component { name, .. } => Some(name).filter(|name| !name.is_empty()),
        _ => None,
    })
}

/// The name that a core module has in its `name` section; it comes first in that.
pub(crate) fn module_name(data: &[u8]) -> Option<&str> {
    let mut reader = BinaryReader::new(data, 0);
    if reader.read_u8().ok()? != 0 || reader.read_var_u32().is_err() {
        return None;
    }
    reader.read_string().ok().filter(|name| !name.is_empty())
}
