//! What a composition declares itself, as a part that imports all of it.
//!
//! A composition exports types that no part has, if a script declares them, and has imports that no part
//! imports, if it only passes them on. The types of both are copied out of it into a component without
//! code: its imports are those of the composition, and then a type for each that the composition defines
//! and exports. A plan takes them from there.
//!
//! Lives here: [`part`]. May import: `plan`, `wasm`, `type_slicer` (ranks 1 and 2), and the draft
//! (`planning`). Deliberately absent: which imports and exports no part has (`planning`, `imports`).

use std::collections::{BTreeMap, HashMap};

use wasm_encoder::{
    Alias, ComponentAliasSection, ComponentExternName, ComponentImportSection,
    ComponentTypeRef as EncodedRef, TypeBounds as EncodedBounds,
};
use wasmparser::{ComponentExternalKind, ComponentType};

use super::planning::Draft;
use crate::plan::{self, Generated, Role, Target};
use crate::type_slicer::{self, Map, Ref, Space};
use crate::wasm;
use crate::wasm::structure::{Entry, Sort, Structure};

/// How deep types may refer to each other; the validator allows types to be 100 deep.
const MAX_DEPTH: u32 = 1000;

/// A type that a composition defines and exports.
struct Declared {
    /// The name of the export.
    export: String,
    /// The import of the declarations that is the type.
    import: String,
}

/// The part that has what the composition declares itself, if it declares anything. All imports are then
/// as it has them.
pub(super) fn part(
    structure: &Structure<'_>,
    draft: &mut Draft,
    imports: &mut Vec<plan::Import>,
) -> Option<plan::Part> {
    if draft.declared.is_empty() && draft.typeless.is_empty() {
        return None;
    }
    let declared = named(structure, &draft.declared);
    let bytes = component(structure, &declared);
    let wat = match bytes.and_then(|bytes| wasm::print(&bytes)) {
        Ok(wat) => wat,
        Err(what) => {
            let types = draft.declared.iter();
            let types = types.map(|name| format!("the export `{name}` is a type with {what}"));
            let passed = draft.typeless.iter().map(|name| {
                format!("the import `{name}` is passed through, and its type has {what}")
            });
            draft
                .unsayable
                .extend(types.chain(passed).collect::<Vec<_>>());
            return None;
        }
    };
    let mut name = "declarations".to_string();
    while draft.parts.iter().any(|part| part.name == name) {
        name.push('s');
    }
    for export in &mut draft.exports {
        if let Target::Type { part, r#type } = &mut export.to
            && let Some(known) = declared.iter().find(|known| known.export == export.name)
        {
            *part = name.clone();
            *r#type = known.import.clone();
        }
    }
    *imports = structure
        .imports
        .iter()
        .map(|import| plan::Import {
            name: import.name.name.to_string(),
            serves: vec![plan::Served {
                part: name.clone(),
                import: import.name.name.to_string(),
                types: None,
            }],
        })
        .collect();
    Some(plan::Part {
        name,
        path: String::new(),
        role: Role::Declarations,
        generated: Some(Generated {
            wat: Some(wat),
            ..Generated::default()
        }),
        wires: Vec::new(),
    })
}

/// The types that a composition exports under those names, each with a name that no import has.
fn named(structure: &Structure<'_>, exports: &[String]) -> Vec<Declared> {
    let imports = structure.imports.iter();
    let mut taken: Vec<String> = imports.map(|i| i.name.name.to_string()).collect();
    let mut all = Vec::new();
    for export in exports {
        let short = crate::names::unversioned(export);
        let mut import = short.rsplit('/').next().unwrap_or(short).to_string();
        while taken.contains(&import) {
            import.push_str("-type");
        }
        taken.push(import.clone());
        all.push(Declared {
            export: export.clone(),
            import,
        });
    }
    all
}

/// The component that imports what the composition does, and the types `declared`.
///
/// Fails with what cannot be copied.
fn component(structure: &Structure<'_>, declared: &[Declared]) -> Result<Vec<u8>, String> {
    let mut copying = Copying {
        structure,
        out: wasm_encoder::Component::new(),
        types: HashMap::new(),
        instances: HashMap::new(),
        counts: BTreeMap::new(),
    };
    for at in 0..structure.imports.len() {
        copying.import(at)?;
    }
    for declared in declared {
        let mut exports = structure.exports.iter();
        let export = exports.find(|export| export.name.name == declared.export);
        if let Some(export) = export {
            copying.declare(export.index, &declared.import)?;
        }
    }
    Ok(copying.out.finish())
}

/// Declarations in the making.
struct Copying<'s, 'a> {
    structure: &'s Structure<'a>,
    out: wasm_encoder::Component,
    /// The index of each type that is copied, by that in the composition.
    types: HashMap<u32, u32>,
    instances: HashMap<u32, u32>,
    counts: BTreeMap<Sort, u32>,
}

impl Copying<'_, '_> {
    /// The index of an entry that was just made.
    fn made(&mut self, sort: Sort) -> u32 {
        let count = self.counts.entry(sort).or_default();
        *count += 1;
        *count - 1
    }

    fn import(&mut self, at: usize) -> Result<(), String> {
        let import = self.structure.imports[at];
        let references = type_slicer::references_of_type_ref(import.ty).map_err(|e| e.0)?;
        let map = self.map(references, 0)?;
        let ty = type_slicer::encode_type_ref(import.ty, &map).map_err(|e| e.0)?;
        let mut section = ComponentImportSection::new();
        section.import(ComponentExternName::from(import.name), ty);
        self.out.section(&section);
        let sort = Sort::from(import.ty.kind());
        let made = self.made(sort);
        let index = self.imported(sort, at);
        match (sort, index) {
            (Sort::Type, Some(index)) => drop(self.types.insert(index, made)),
            (Sort::Instance, Some(index)) => drop(self.instances.insert(index, made)),
            _ => {}
        }
        Ok(())
    }

    /// The index that an import has in the composition.
    fn imported(&self, sort: Sort, at: usize) -> Option<u32> {
        let all = 0..self.structure.count(sort) as u32;
        let mut all = all.into_iter();
        all.find(|index| self.structure.entry(sort, *index) == Some(Entry::Import(at)))
    }

    /// Imports a type that must equal that of the composition.
    fn declare(&mut self, index: u32, name: &str) -> Result<(), String> {
        let made = self.ty(index, 0)?;
        let mut section = ComponentImportSection::new();
        section.import(name, EncodedRef::Type(EncodedBounds::Eq(made)));
        self.out.section(&section);
        let made = self.made(Sort::Type);
        // Types that refer to it mean the one that has a name.
        if let Some((origin, _)) = self.structure.origin(Sort::Type, index) {
            self.types.insert(origin, made);
        }
        Ok(())
    }

    fn map(&mut self, references: Vec<Ref>, depth: u32) -> Result<Map, String> {
        let mut map = Map::new();
        for (space, index) in references {
            let made = match space {
                Space::Type => self.ty(index, depth)?,
                Space::Instance => self.instance(index)?,
                Space::CoreType => return Err("a core type".to_string()),
            };
            map.insert((space, index), made);
        }
        Ok(map)
    }

    fn instance(&self, index: u32) -> Result<u32, String> {
        let origin = self.structure.origin(Sort::Instance, index);
        let made = origin.and_then(|(origin, _)| self.instances.get(&origin));
        made.copied().ok_or("something of a part".to_string())
    }

    /// The copy of a type of the composition.
    fn ty(&mut self, index: u32, depth: u32) -> Result<u32, String> {
        let dangling = || "a type that does not exist".to_string();
        if depth > MAX_DEPTH {
            return Err("types that are nested too deeply".to_string());
        }
        let structure = self.structure;
        let (origin, entry) = structure.origin(Sort::Type, index).ok_or_else(dangling)?;
        if let Some(made) = self.types.get(&origin) {
            return Ok(*made);
        }
        let made = match entry {
            Entry::Defined(at) => {
                let ty = structure.types.get(at).ok_or_else(dangling)?;
                if matches!(ty, ComponentType::Resource { .. }) {
                    return Err("a resource".to_string());
                }
                let references = type_slicer::references_of_type(ty).map_err(|e| e.0)?;
                let map = self.map(references, depth + 1)?;
                let section = type_slicer::encode_type(ty, &map).map_err(|e| e.0)?;
                self.out.section(&section);
                self.made(Sort::Type)
            }
            Entry::Alias(instance, name) => {
                let instance = self.instance(instance)?;
                let mut section = ComponentAliasSection::new();
                section.alias(Alias::InstanceExport {
                    instance,
                    kind: ComponentExternalKind::Type.into(),
                    name,
                });
                self.out.section(&section);
                self.made(Sort::Type)
            }
            _ => return Err("something of a component around it".to_string()),
        };
        self.types.insert(origin, made);
        Ok(made)
    }
}
