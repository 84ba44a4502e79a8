//! The outermost level of a component: its imports, its exports, and what its type, core type and
//! instance index spaces hold.
//!
//! Lives here: [`Outline`]. May import: nothing of ours (rank 1).
//! Deliberately absent: anything inside nested modules and components, and checking: names and
//! indices are the validator's business, so every look-up here can fail.

use wasmparser::{
    Chunk, ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport,
    ComponentOuterAliasKind, ComponentType, ComponentTypeRef, CoreType, Parser, Payload, Result,
};

use super::decode;
use super::skeleton::Malformed;

/// What an entry of the type index space is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TypeEntry<'a> {
    /// The definition of that position; see [`Outline::type_definition`].
    Defined(usize),
    /// A type that the instance of that index exports.
    Alias(u32, &'a str),
    /// The import of that position in [`Outline::imports`].
    Import(usize),
    /// The same as the type of that index: an export of it, or an alias.
    Same(u32),
}

/// What makes an entry of the core type index space.
#[derive(Clone, Copy)]
struct CoreEntry {
    definition: usize,
    /// The first index that the definition makes.
    first: u32,
    /// Which of those it makes this one is.
    member: u32,
}

/// What an entry of the instance index space is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InstanceEntry<'a> {
    /// An instance that the instance of that index exports.
    Alias(u32, &'a str),
    /// The import of that position in [`Outline::imports`].
    Import(usize),
    /// The instance of that index, exported.
    Export(u32),
    /// Made inside the component.
    Made,
}

/// The outermost level of a component.
#[derive(Default)]
pub(crate) struct Outline<'a> {
    pub imports: Vec<ComponentImport<'a>>,
    pub exports: Vec<ComponentExport<'a>>,
    /// It is a WIT package in binary form: nothing but types.
    pub is_wit_package: bool,
    types: Vec<TypeEntry<'a>>,
    definitions: Vec<ComponentType<'a>>,
    core_types: Vec<CoreEntry>,
    core_definitions: Vec<CoreType<'a>>,
    instances: Vec<InstanceEntry<'a>>,
}

impl<'a> Outline<'a> {
    /// Reads the outermost level of the component `bytes`.
    pub fn read(bytes: &'a [u8]) -> Result<Outline<'a>, Malformed> {
        let mut outline = Outline::default();
        let mut parser = Parser::new(0);
        parser.set_features(decode::features());
        let mut rest = bytes;
        // The parser is told that there is no more, so it never asks for it: the loop ends with
        // the payload that says so.
        while let Chunk::Parsed { consumed, payload } =
            parser.parse(rest, true).map_err(malformed)?
        {
            rest = &rest[consumed..];
            match payload {
                Payload::ModuleSection {
                    unchecked_range, ..
                }
                | Payload::ComponentSection {
                    unchecked_range, ..
                } => {
                    let len = (unchecked_range.end - unchecked_range.start) as usize;
                    rest = rest.get(len..).ok_or_else(|| Malformed {
                        path: Vec::new(),
                        message: "it ends in the middle of a nested module or component".into(),
                    })?;
                }
                Payload::End(_) => break,
                payload => outline.section(payload).map_err(malformed)?,
            }
        }
        outline.is_wit_package |= outline.only_component_types();
        Ok(outline)
    }

    /// Whether it does nothing but export the types of components: a world each.
    fn only_component_types(&self) -> bool {
        let is_component_type = |export: &ComponentExport<'_>| {
            export.kind == ComponentExternalKind::Type
                && match self.type_entry(export.index) {
                    Some(TypeEntry::Defined(at)) => {
                        matches!(self.type_definition(at), Some(ComponentType::Component(_)))
                    }
                    _ => false,
                }
        };
        self.imports.is_empty()
            && !self.exports.is_empty()
            && self.exports.iter().all(is_component_type)
    }

    fn section(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::ComponentTypeSection(reader) => {
                for ty in reader {
                    self.types.push(TypeEntry::Defined(self.definitions.len()));
                    self.definitions.push(ty?);
                }
            }
            Payload::CoreTypeSection(reader) => {
                for ty in reader {
                    let ty = ty?;
                    let definition = self.core_definitions.len();
                    let members = match &ty {
                        CoreType::Rec(group) => group.types().len(),
                        CoreType::Module(_) => 1,
                    };
                    let first = self.core_types.len() as u32;
                    self.core_types
                        .extend((0..members as u32).map(|member| CoreEntry {
                            definition,
                            first,
                            member,
                        }));
                    self.core_definitions.push(ty);
                }
            }
            Payload::ComponentImportSection(reader) => {
                for import in reader {
                    let import = import?;
                    let at = self.imports.len();
                    match import.ty {
                        ComponentTypeRef::Type(_) => self.types.push(TypeEntry::Import(at)),
                        ComponentTypeRef::Instance(_) => {
                            self.instances.push(InstanceEntry::Import(at));
                        }
                        _ => {}
                    }
                    self.imports.push(import);
                }
            }
            Payload::ComponentAliasSection(reader) => {
                for alias in reader {
                    self.alias(alias?);
                }
            }
            Payload::ComponentInstanceSection(reader) => {
                for instance in reader {
                    instance?;
                    self.instances.push(InstanceEntry::Made);
                }
            }
            Payload::ComponentExportSection(reader) => {
                for export in reader {
                    let export = export?;
                    match export.kind {
                        ComponentExternalKind::Type => {
                            self.types.push(TypeEntry::Same(export.index));
                        }
                        ComponentExternalKind::Instance => {
                            self.instances.push(InstanceEntry::Export(export.index));
                        }
                        _ => {}
                    }
                    self.exports.push(export);
                }
            }
            // What the text of a WIT package becomes; components do not carry it.
            Payload::CustomSection(section) if section.name() == "wit-component-encoding" => {
                self.is_wit_package = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn alias(&mut self, alias: ComponentAlias<'a>) {
        match alias {
            ComponentAlias::InstanceExport {
                kind,
                instance_index,
                name,
            } => match kind {
                ComponentExternalKind::Type => {
                    self.types.push(TypeEntry::Alias(instance_index, name));
                }
                ComponentExternalKind::Instance => self
                    .instances
                    .push(InstanceEntry::Alias(instance_index, name)),
                _ => {}
            },
            // At the outermost level an outer alias can only be of this very component.
            ComponentAlias::Outer { kind, index, .. } => match kind {
                ComponentOuterAliasKind::Type => self.types.push(TypeEntry::Same(index)),
                ComponentOuterAliasKind::CoreType => {
                    self.core_types
                        .extend(self.core_types.get(index as usize).copied());
                }
                ComponentOuterAliasKind::CoreModule | ComponentOuterAliasKind::Component => {}
            },
            ComponentAlias::CoreInstanceExport { .. } => {}
        }
    }

    /// The entry of the type index space.
    pub fn type_entry(&self, index: u32) -> Option<TypeEntry<'a>> {
        self.types.get(index as usize).copied()
    }

    /// The entry of the instance index space.
    pub fn instance_entry(&self, index: u32) -> Option<InstanceEntry<'a>> {
        self.instances.get(index as usize).copied()
    }

    /// The definition that makes the entry of the core type index space, the first index it
    /// makes, and which of those it makes this is: a recursion group makes several.
    pub fn core_type(&self, index: u32) -> Option<(&CoreType<'a>, u32, u32)> {
        let entry = self.core_types.get(index as usize)?;
        let definition = &self.core_definitions[entry.definition];
        Some((definition, entry.first, entry.member))
    }

    /// The definition that [`TypeEntry::Defined`] points to.
    pub fn type_definition(&self, at: usize) -> Option<&ComponentType<'a>> {
        self.definitions.get(at)
    }
}

fn malformed(error: wasmparser::Error) -> Malformed {
    Malformed {
        path: Vec::new(),
        message: error.message().to_string(),
    }
}
