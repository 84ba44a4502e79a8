//! What a script declares, as a component that imports all of it.
//!
//! The component has no code and is never instantiated: imports of the composition whose types are
//! written in the script, and types that it exports, are sliced out of it as those of parts are.
//!
//! Lives here: [`declared`]. May import: `diag`, `wasm`, `surface`, `type_slicer`, `wit` (ranks 0 to 2).
//! Deliberately absent: the text that is encoded (`wit_text`).

use std::path::PathBuf;

use wasm_encoder::{
    Alias, ComponentAliasSection, ComponentExternName, ComponentImportSection,
    ComponentTypeRef as EncodedRef, TypeBounds as EncodedBounds,
};
use wasmparser::{ComponentAlias, ComponentType, ComponentTypeDeclaration, ComponentTypeRef};
use wit_parser::{PackageId, WorldId};

use super::codes;
use super::mapped::Mapped;
use super::packages::{Key, Packages};
use super::paths;
use super::wit_text::{Explicit, Written};
use crate::compose::codes::REFUSED;
use crate::compose::scripted::Target;
use crate::diag::{Diagnostic, Locus, Report};
use crate::plan::{Generated, Role};
use crate::source::{self, Source};
use crate::surface::{Item, Surface};
use crate::type_slicer::{self, Map};
use crate::wasm::structure::{Entry, Sort, Structure};
use crate::wasm::{self, Component};
use crate::wit::syntax::{Node, NodeKind, Tree};
use crate::wit::{self, Search, Wit};

use crate::compose::parts::NewPart;

/// What a script declares.
pub(super) struct Declared {
    pub part: NewPart,
    /// What it imports, with types.
    pub surface: Surface,
}

/// The WIT of a script and what it needs.
pub(super) struct Loaded {
    wit: Wit,
}

impl Loaded {
    /// Loads the text; what is wrong is told with places in the script.
    pub fn new(
        tree: &Tree,
        written: &Written<'_>,
        packages: &Packages<'_>,
        deps: &[PathBuf],
    ) -> Result<Loaded, Report> {
        let mut places = packages.wit_files();
        places.extend(deps.iter().filter(|deps| source::is_dir(deps)).cloned());
        let options = wit::Options {
            search: Search::new(&places)?,
            ..wit::Options::default()
        };
        // No file has this name, so places in it can be told from all others.
        let name = format!("{}\0", tree.name());
        let loaded = wit::load_text(name.clone(), written.mapped.text.clone(), &options);
        match loaded {
            Ok(wit) => Ok(Loaded { wit }),
            Err(report) => Err(mapped(report, &name, tree, &written.mapped)),
        }
    }

    /// The world of that name, of the script's own package or another.
    fn world(&self, key: Option<&Key>, name: &str, packages: &mut Packages<'_>) -> Option<WorldId> {
        let package = match key {
            None => self.wit.main,
            Some(key) => {
                let found = packages.wit(key, name, Locus::File(String::new()))?;
                let named = &found.wit.resolve.packages[found.wit.main].name;
                *self.wit.resolve.package_names.get(named)?
            }
        };
        let worlds = &self.wit.resolve.packages[package].worlds;
        worlds.get(name).copied()
    }

    /// The binary form of a package.
    fn encoded(&self, package: PackageId) -> Result<Vec<u8>, String> {
        wit_component::encode(&self.wit.resolve, package, false)
            .map_err(|error| error.root_cause().to_string())
    }

    fn encoded_world(&self, world: WorldId) -> Result<Vec<u8>, String> {
        let package = self.wit.resolve.worlds[world].package;
        self.encoded(package.unwrap_or(self.wit.main))
    }
}

/// The world that `package_decl` targets, by its whole name and its surface.
///
/// Fails with what is wrong, or nothing if that is reported already.
pub(super) fn target(
    targets: Node<'_>,
    own: &Key,
    loaded: Option<&Loaded>,
    packages: &mut Packages<'_>,
    report: &mut Report,
) -> Option<Target> {
    let path = targets.child(NodeKind::Path)?;
    let (key, place) = Key::of(path)?;
    let name = path.children_of(NodeKind::Name).last()?.name()?;
    let place = path.tree().locus(place);
    let no_world = |noun: &str| {
        codes::UNKNOWN_NAME
            .report(format!("`{}` is not a world{noun}", path.text()))
            .at(path.locus(), "expected a world")
    };
    if paths::is_inner(path) {
        report.push(no_world(", but leads into one or into an interface"));
        return None;
    }
    let encoded = if key.name == own.name {
        let Some(loaded) = loaded else {
            report.push(no_world(": the script defines none"));
            return None;
        };
        let resolve = &loaded.wit.resolve.packages[loaded.wit.main];
        match resolve.worlds.get(name) {
            Some(world) => loaded.encoded_world(*world),
            None => {
                let noun = match resolve.interfaces.contains_key(name) {
                    true => " but an interface".to_string(),
                    false => String::new(),
                };
                let worlds: Vec<&str> = resolve.worlds.keys().map(String::as_str).collect();
                report.push(super::suggest(no_world(&noun), name, &worlds, "the worlds"));
                return None;
            }
        }
    } else {
        let found = packages.wit(&key, name, place)?;
        if !found.has_world(name) {
            report.push(no_world(" but an interface"));
            return None;
        }
        wit_component::encode(&found.wit.resolve, found.wit.main, false)
            .map_err(|error| error.root_cause().to_string())
    };
    let surface = encoded.and_then(|bytes| world_surface(&bytes, name));
    match surface {
        Ok(surface) => Some(Target {
            name: path.text().to_string(),
            surface,
            place: path.locus(),
        }),
        Err(why) => {
            report.push(cannot(path.locus(), &why));
            None
        }
    }
}

/// The surface of a world in a package in binary form.
fn world_surface(bytes: &[u8], name: &str) -> Result<Surface, String> {
    match paths::item_of(bytes, name)? {
        Item::Component(surface) => Ok(*surface),
        _ => Err(format!("`{name}` has no binary form")),
    }
}

/// The component of the declarations that were loaded, called `name`; `script` has their statements.
pub(super) fn declared(
    name: &str,
    script: String,
    written: &Written<'_>,
    loaded: &Loaded,
    packages: &mut Packages<'_>,
    place: Locus,
) -> Result<Declared, Report> {
    let refused = |why: String| Report::from(cannot(place.clone(), &why));
    let bytes = encoded(written, loaded, packages).map_err(refused)?;
    let wat = wasm::print(&bytes).map_err(refused)?;
    let component = Component::new(Source::memory(name, bytes))?;
    let decoded = component.decode()?;
    let surface = Surface::read(decoded.types(), decoded.component());
    Ok(Declared {
        part: NewPart {
            name: name.to_string(),
            role: Role::Declarations,
            generated: Generated {
                wat: Some(wat),
                script: Some(script),
                ..Generated::default()
            },
            component,
        },
        surface,
    })
}

fn cannot(place: Locus, why: &str) -> Diagnostic {
    REFUSED
        .report(format!("cannot encode what the script declares: {why}"))
        .at(place, "")
}

fn encoded(
    written: &Written<'_>,
    loaded: &Loaded,
    packages: &mut Packages<'_>,
) -> Result<Vec<u8>, String> {
    let package = loaded.encoded(loaded.wit.main)?;
    let structure = Structure::of(&package).map_err(|broken| broken.message)?;
    let mut out = Declarations::default();
    let world = wrapper(&structure, &written.world).and_then(inner);
    let Some(ComponentType::Component(declarations)) = world else {
        return Err("it has no world".to_string());
    };
    for declaration in declarations {
        out.declaration(declaration)?;
    }
    for definition in &written.definitions {
        let name = definition.name().unwrap_or_default();
        if let NodeKind::Interface | NodeKind::World = definition.kind()
            && let Some(ty) = wrapper(&structure, name)
        {
            out.types(ty)?;
            let bounds = EncodedBounds::Eq(out.types_count - 1);
            out.import(name.into(), EncodedRef::Type(bounds));
        }
    }
    for Explicit { label, world, .. } in &written.imports {
        let Some((key, name)) = world else { continue };
        let id = loaded.world(key.as_ref(), name, packages);
        let id = id.ok_or_else(|| format!("cannot find world `{name}`"))?;
        let bytes = loaded.encoded_world(id)?;
        let structure = Structure::of(&bytes).map_err(|broken| broken.message)?;
        let Some(ty) = wrapper(&structure, name).and_then(inner) else {
            return Err(format!("`{name}` has no binary form"));
        };
        out.types(ty)?;
        let ty = EncodedRef::Component(out.types_count - 1);
        out.import(label.as_str().into(), ty);
    }
    Ok(out.component.finish())
}

/// The type that a package in binary form exports for an interface or world.
fn wrapper<'s, 'a>(structure: &'s Structure<'a>, name: &str) -> Option<&'s ComponentType<'a>> {
    let mut exports = structure.exports.iter();
    let export = exports.find(|export| export.name.name == name)?;
    match structure.entry(Sort::Type, export.index)? {
        Entry::Defined(at) => structure.types.get(at),
        _ => None,
    }
}

/// The type of a world itself, in what [`wrapper`] has found.
fn inner<'s, 'a>(wrapper: &'s ComponentType<'a>) -> Option<&'s ComponentType<'a>> {
    let ComponentType::Component(declarations) = wrapper else {
        return None;
    };
    declarations
        .iter()
        .find_map(|declaration| match declaration {
            ComponentTypeDeclaration::Type(ty) => Some(ty),
            _ => None,
        })
}

/// A component of declarations in the making.
#[derive(Default)]
struct Declarations {
    component: wasm_encoder::Component,
    types_count: u32,
}

impl Declarations {
    /// A declaration of a component type as a section: the index spaces are the same.
    fn declaration(&mut self, declaration: &ComponentTypeDeclaration<'_>) -> Result<(), String> {
        match declaration {
            ComponentTypeDeclaration::Type(ty) => self.types(ty)?,
            ComponentTypeDeclaration::Import(import) => {
                let ty = type_slicer::encode_type_ref(import.ty, &Map::new()).map_err(|e| e.0)?;
                self.types_count += u32::from(matches!(import.ty, ComponentTypeRef::Type(_)));
                self.add_import(import.name.into(), ty);
            }
            ComponentTypeDeclaration::Alias(ComponentAlias::InstanceExport {
                kind,
                instance_index,
                name,
            }) => {
                let mut section = ComponentAliasSection::new();
                section.alias(Alias::InstanceExport {
                    instance: *instance_index,
                    kind: (*kind).into(),
                    name,
                });
                self.component.section(&section);
                let is_type = *kind == wasmparser::ComponentExternalKind::Type;
                self.types_count += u32::from(is_type);
            }
            other => return Err(format!("unexpected declaration {other:?}")),
        }
        Ok(())
    }

    fn types(&mut self, ty: &ComponentType<'_>) -> Result<(), String> {
        let section = type_slicer::encode_type(ty, &Map::new()).map_err(|e| e.0)?;
        self.component.section(&section);
        self.types_count += 1;
        Ok(())
    }

    fn import(&mut self, name: ComponentExternName<'_>, ty: EncodedRef) {
        self.types_count += u32::from(matches!(ty, EncodedRef::Type(_)));
        self.add_import(name, ty);
    }

    fn add_import(&mut self, name: ComponentExternName<'_>, ty: EncodedRef) {
        let mut section = ComponentImportSection::new();
        section.import(name, ty);
        self.component.section(&section);
    }
}

/// A report about the text of the declarations as one about the script.
fn mapped(report: Report, name: &str, tree: &Tree, mapped: &Mapped) -> Report {
    let mut out = Report::new();
    for (file, text) in report.texts() {
        if file != name {
            out.add_text(file.clone(), text.clone());
        }
    }
    out.add_text(tree.name(), tree.text().clone());
    for found in report.diagnostics() {
        let mut found = found.clone();
        // It would change the other text.
        found.fix = None;
        let texts = found.notes.iter_mut().chain(&mut found.help);
        for text in texts.chain([&mut found.message]) {
            *text = text.replace(name, tree.name());
        }
        for label in &mut found.labels {
            if let Locus::Text { file, range } = &mut label.locus
                && file == name
            {
                *file = tree.name().to_string();
                *range = mapped.origin(range);
            }
        }
        out.push(found);
    }
    out
}
