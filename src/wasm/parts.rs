//! Nested components and core modules: what they are called, and which one a byte lies in.
//!
//! Lives here: [`tree`], and for others that walk components: [`Spaces`] (which nested part is at
//! which index), [`module_name`], [`tell_apart`].
//! May import: `skeleton` (rank 1).
//! Deliberately absent: complaints. Whatever cannot be read has no name, and its parts are none.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{
    BinaryReader, ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport,
    ComponentName, ComponentNameSectionReader, ComponentOuterAliasKind, ComponentTypeRef, Encoding,
    NameMap, Parser,
};

use super::skeleton::MAX_DEPTH;
use super::skeleton::sections::{Section, Sections, id};

/// A component or core module, with what is nested in it.
pub(crate) struct Part {
    /// `component` or `core module`.
    pub kind: &'static str,
    /// Its name among its siblings; empty for the outermost.
    pub name: String,
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
    root.name.clear();
    name_below(&mut root);
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
        path: String::new(),
        range,
        parts: Vec::new(),
    }
}

/// A component whose parts are not told apart yet, under the name that it has itself.
fn component(bytes: &[u8], range: Range<usize>, depth: u32) -> Part {
    let mut found = part("component", range.clone());
    let mut spaces = Spaces::default();
    let Ok(mut sections) = Sections::new(bytes, range, Encoding::Component) else {
        return found;
    };
    while let Ok(Some(section)) = sections.next() {
        let at = found.parts.len();
        match section.id {
            id::MODULE => {
                spaces.modules.push(Some(at));
                found.parts.push(module(bytes, section.body.clone()));
            }
            id::COMPONENT => {
                spaces.components.push(Some(at));
                let range = section.body.clone();
                // What lies deeper is told to be in the part at that depth.
                found.parts.push(match depth {
                    MAX_DEPTH.. => part("component", range),
                    _ => component(bytes, range, depth + 1),
                });
            }
            id::CUSTOM => {
                let Some((_, data)) = custom(&section).filter(|(n, _)| *n == "component-name")
                else {
                    continue;
                };
                let names = spaces.names(data);
                if let Some(own) = names.own {
                    found.name = own.to_string();
                }
                for (at, name) in names.modules {
                    // A module's own name says more: here it is mostly called `main`.
                    if found.parts[at].name.is_empty() {
                        found.parts[at].name = name.to_string();
                    }
                }
                for (at, name) in names.components {
                    found.parts[at].name = name.to_string();
                }
            }
            _ => {
                if spaces.section(&section).is_none() {
                    break;
                }
            }
        }
    }
    found
}

/// A nested core module.
fn module(bytes: &[u8], range: Range<usize>) -> Part {
    let mut found = part("core module", range.clone());
    let Ok(mut sections) = Sections::new(bytes, range, Encoding::Module) else {
        return found;
    };
    while let Ok(Some(section)) = sections.next() {
        if section.id == id::CUSTOM
            && let Some(("name", data)) = custom(&section)
            && let Some(name) = module_name(data)
        {
            found.name = name.to_string();
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

fn name_below(around: &mut Part) {
    let siblings = around.parts.iter_mut();
    tell_apart(siblings.map(|part| (part.kind, &mut part.name)));
    for part in &mut around.parts {
        part.path = match around.path.as_str() {
            "" => part.name.clone(),
            path => format!("{path}/{}", part.name),
        };
        name_below(part);
    }
}

/// Gives siblings a name if they have none, by their kind and number; those of one name are told
/// apart by a number.
pub(crate) fn tell_apart<'p>(siblings: impl Iterator<Item = (&'static str, &'p mut String)>) {
    let (mut modules, mut components) = (0, 0);
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, name) in siblings {
        let number = match kind {
            "component" => &mut components,
            _ => &mut modules,
        };
        *number += 1;
        if name.is_empty() {
            *name = format!("{kind} {number}");
        }
        let same = taken.entry(name.clone()).or_default();
        *same += 1;
        if *same > 1 {
            *name = format!("{name}#{same}");
        }
    }
}

/// The index spaces of components and core modules: the position of the nested part among its
/// siblings; none for what comes from elsewhere.
#[derive(Default)]
pub(crate) struct Spaces {
    pub components: Vec<Option<usize>>,
    pub modules: Vec<Option<usize>>,
}

/// What a component's name section says, with positions of nested parts.
pub(crate) struct Names<'a> {
    pub own: Option<&'a str>,
    pub modules: Vec<(usize, &'a str)>,
    pub components: Vec<(usize, &'a str)>,
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
            _ => {}
        }
    }

    /// Something is taken from an instance or from a component around.
    pub fn alias(&mut self, alias: &ComponentAlias<'_>) {
        match alias {
            ComponentAlias::InstanceExport { kind, .. } => match kind {
                ComponentExternalKind::Component => self.components.push(None),
                ComponentExternalKind::Module => self.modules.push(None),
                _ => {}
            },
            ComponentAlias::Outer { kind, .. } => match kind {
                ComponentOuterAliasKind::Component => self.components.push(None),
                ComponentOuterAliasKind::CoreModule => self.modules.push(None),
                _ => {}
            },
            ComponentAlias::CoreInstanceExport { .. } => {}
        }
    }

    /// An export makes a new entry that is the same as an old one.
    pub fn export(&mut self, kind: ComponentExternalKind, index: u32) {
        let space = match kind {
            ComponentExternalKind::Component => &mut self.components,
            ComponentExternalKind::Module => &mut self.modules,
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
