//! Nested components and core modules: what they are called, and which one a byte lies in.
//!
//! Lives here: [`tree`], [`Level`] for one level alone, and for others that walk components:
//! [`Spaces`] (which nested part is at which index), [`module_name`].
//! May import: `skeleton` (rank 1).
//! Deliberately absent: complaints. Whatever cannot be read has no name, and its parts are none.

mod level;

use std::ops::Range;

use wasmparser::{
    BinaryReader, ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport,
    ComponentInstance, ComponentName, ComponentNameSectionReader, ComponentOuterAliasKind,
    ComponentTypeRef, Encoding, NameMap, Parser,
};

use super::skeleton::MAX_DEPTH;
use super::skeleton::sections::{Section, id};
pub(crate) use level::{Level, only_names};

/// A component or core module, with what is nested in it.
pub(crate) struct Part {
    /// `component` or `core module`.
    pub kind: &'static str,
    /// Its name, which no sibling has; empty for the outermost.
    pub name: String,
    /// What else the component around it or its own calls it.
    pub also: Option<String>,
    /// The names of its instances in the component around it.
    pub instances: Vec<String>,
    /// The names from the outside in, with `/` between; empty for the outermost.
    pub path: String,
    /// Where it lies in the input.
    pub range: Range<usize>,
    /// What is nested in it, in order.
    pub parts: Vec<Part>,
}

/// The component or core module `bytes`, with all that is nested in it; as far as it can be read.
pub(crate) fn tree(bytes: &[u8]) -> Part {
    let range = 0..bytes.len();
    let mut root = match Parser::is_core_wasm(bytes) {
        true => part("core module", range),
        false => component(bytes, range, 0),
    };
    place(&mut root);
    root
}

impl Part {
    /// The innermost part that `offset` lies in; none if it lies in this one itself or outside.
    pub fn nested_around(&self, offset: usize) -> Option<&Part> {
        let mut innermost = None;
        let mut parts = &self.parts;
        while let Some(part) = parts.iter().find(|part| part.range.contains(&offset)) {
            innermost = Some(part);
            parts = &part.parts;
        }
        innermost
    }

    /// The innermost part that `offset` lies in, which may be this one.
    pub fn around(&self, offset: usize) -> &Part {
        self.nested_around(offset).unwrap_or(self)
    }

    /// What kind of binary it is.
    pub fn encoding(&self) -> Encoding {
        match self.kind {
            "component" => Encoding::Component,
            _ => Encoding::Module,
        }
    }
}

fn part(kind: &'static str, range: Range<usize>) -> Part {
    Part {
        kind,
        name: String::new(),
        also: None,
        instances: Vec::new(),
        path: String::new(),
        range,
        parts: Vec::new(),
    }
}

/// A component with all that is nested in it.
fn component(bytes: &[u8], range: Range<usize>, depth: u32) -> Part {
    let level = Level::read(bytes, range.clone());
    let mut found = part("component", range);
    for nested in level.parts {
        // What lies deeper is told to be in the part at that depth.
        let mut inner = match nested.kind {
            "component" if depth < MAX_DEPTH => component(bytes, nested.range, depth + 1),
            kind => part(kind, nested.range),
        };
        inner.name = nested.name;
        inner.also = nested.also;
        found.parts.push(inner);
    }
    for instance in level.instances {
        if let Some(of) = instance.of {
            found.parts[of].instances.push(instance.name);
        }
    }
    found
}

/// The name and the contents of a custom section.
pub(crate) fn custom<'a>(section: &Section<'a>) -> Option<(&'a str, &'a [u8])> {
    let mut reader = section.reader();
    let name = reader.read_string().ok()?;
    Some((name, &section.contents()[reader.current_position()..]))
}

/// The name that a core module has in its `name` section; it comes first in that.
pub(crate) fn module_name(data: &[u8]) -> Option<&str> {
    let mut reader = BinaryReader::new(data, 0);
    if reader.read_u8().ok()? != 0 || reader.read_var_u32().is_err() {
        return None;
    }
    reader.read_string().ok().filter(|name| !name.is_empty())
}

/// Gives all that is nested in `around` its path.
fn place(around: &mut Part) {
    for part in &mut around.parts {
        part.path = match around.path.as_str() {
            "" => part.name.clone(),
            path => format!("{path}/{}", part.name),
        };
        place(part);
    }
}

/// The index spaces of components and core modules: the position of the nested part among its
/// siblings; none for what comes from elsewhere. And that of instances: the position among those
/// that are made.
#[derive(Default)]
pub(crate) struct Spaces {
    pub components: Vec<Option<usize>>,
    pub modules: Vec<Option<usize>>,
    instances: Vec<Option<usize>>,
    /// The instances that are made, with the part that each is of.
    made: Vec<Option<usize>>,
}

/// What a component's name section says, with positions of nested parts.
pub(crate) struct Names<'a> {
    pub own: Option<&'a str>,
    pub modules: Vec<(usize, &'a str)>,
    pub components: Vec<(usize, &'a str)>,
    pub instances: Vec<(usize, &'a str)>,
}

impl Spaces {
    /// Takes note of a section without nested parts. None if it cannot be read.
    fn section(&mut self, section: &Section<'_>) -> Option<()> {
        match section.id {
            id::IMPORT => {
                for import in section.items::<ComponentImport<'_>>().ok()? {
                    self.import(&import.ok()?.ty);
                }
            }
            id::ALIAS => {
                for alias in section.items::<ComponentAlias<'_>>().ok()? {
                    self.alias(&alias.ok()?);
                }
            }
            id::INSTANCE => {
                for instance in section.items::<ComponentInstance<'_>>().ok()? {
                    let of = match instance.ok()? {
                        ComponentInstance::Instantiate {
                            component_index, ..
                        } => self.components.get(component_index as usize).copied(),
                        ComponentInstance::FromExports(_) => None,
                    };
                    self.instances.push(Some(self.made.len()));
                    self.made.push(of.flatten());
                }
            }
            id::EXPORT => {
                for export in section.items::<ComponentExport<'_>>().ok()? {
                    let export = export.ok()?;
                    self.export(export.kind, export.index);
                }
            }
            _ => {}
        }
        Some(())
    }

    /// Something is imported.
    pub fn import(&mut self, ty: &ComponentTypeRef) {
        match ty {
            ComponentTypeRef::Component(_) => self.components.push(None),
            ComponentTypeRef::Module(_) => self.modules.push(None),
            ComponentTypeRef::Instance(_) => self.instances.push(None),
            _ => {}
        }
    }

    /// Something is taken from an instance or from a component around.
    pub fn alias(&mut self, alias: &ComponentAlias<'_>) {
        match alias {
            ComponentAlias::InstanceExport { kind, .. } => match kind {
                ComponentExternalKind::Component => self.components.push(None),
                ComponentExternalKind::Module => self.modules.push(None),
                ComponentExternalKind::Instance => self.instances.push(None),
                _ => {}
            },
            ComponentAlias::Outer { kind, count, index } => {
                let space = match kind {
                    ComponentOuterAliasKind::Component => &mut self.components,
                    ComponentOuterAliasKind::CoreModule => &mut self.modules,
                    _ => return,
                };
                let own = space.get(*index as usize).copied().flatten();
                space.push(own.filter(|_| *count == 0));
            }
            ComponentAlias::CoreInstanceExport { .. } => {}
        }
    }

    /// An export makes a new entry that is the same as an old one.
    pub fn export(&mut self, kind: ComponentExternalKind, index: u32) {
        let space = match kind {
            ComponentExternalKind::Component => &mut self.components,
            ComponentExternalKind::Module => &mut self.modules,
            ComponentExternalKind::Instance => &mut self.instances,
            _ => return,
        };
        let entry = space.get(index as usize).copied();
        space.push(entry.flatten());
    }

    /// The names in a `component-name` section; as far as they can be read.
    pub fn names<'a>(&self, data: &'a [u8]) -> Names<'a> {
        let mut found = Names {
            own: None,
            modules: Vec::new(),
            components: Vec::new(),
            instances: Vec::new(),
        };
        let reader = BinaryReader::new(data, 0);
        for name in ComponentNameSectionReader::new(reader).map_while(Result::ok) {
            match name {
                ComponentName::Component { name, .. } => found.own = Some(name),
                ComponentName::CoreModules(names) => {
                    found.modules.extend(named(names, &self.modules));
                }
                ComponentName::Components(names) => {
                    found.components.extend(named(names, &self.components));
                }
                ComponentName::Instances(names) => {
                    found.instances.extend(named(names, &self.instances));
                }
                _ => {}
            }
        }
        found
    }
}

/// Names by the position of the nested part that has them.
fn named<'a>(names: NameMap<'a>, entries: &[Option<usize>]) -> Vec<(usize, &'a str)> {
    let names = names.into_iter().map_while(Result::ok);
    let names = names.filter(|naming| !naming.name.is_empty());
    let at = |naming: &wasmparser::Naming<'a>| entries.get(naming.index as usize).copied()?;
    names
        .filter_map(|naming| Some((at(&naming)?, naming.name)))
        .collect()
}
