//! Carrying out a plan: imports, components, instances, exports, names.
//!
//! Lives here: [`build`]. May import: `wasm`, `diag` (rank 0–1).
//! Deliberately absent: any choice. What to wire stands in the plan; whether it holds, the
//! validator inside the [`Assembly`] says.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use wasm_encoder::{
    ComponentExportKind, ComponentExportSection, ComponentExternName, ComponentImportSection,
    ComponentInstanceSection, ComponentNameSection, NameMap,
};
use wasmparser::{ComponentTypeRef, TypeBounds};

use super::assembly::{Assembly, Composed, Refusal};
use super::dedupe::Sharing;
use super::export_types;
use super::plan::{Plan, Target};
use super::slice::{self, Map, Ref, Space, Union, Unsliceable};
use crate::diag::Diagnostic;
use crate::wasm::Component;
use crate::wasm::outline::{InstanceEntry, Outline, TypeEntry};

/// A part as it is built in: the file of a planned part, with its outermost level.
pub(crate) struct Input<'a> {
    pub component: &'a Arc<Component>,
    pub outline: &'a Outline<'a>,
}

/// Why a plan could not be carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A part's bytes are broken.
    Malformed(Diagnostic),
    /// The validator refused the instantiation of the part at that position in the plan.
    Instantiate(usize, Refusal),
    /// It refused the import at that position.
    Import(usize, Refusal),
    /// It refused the export of that name.
    Export(String, Refusal),
    /// A resource that an export uses lives in an export that cannot be exported as well.
    Escapes {
        export: String,
        part: usize,
        interface: String,
    },
    /// It refused the composition as a whole.
    Whole(Refusal),
    /// The plan names something that the parts do not have.
    Stale(String),
}

/// Builds the component that `plan` describes out of `inputs`, one for each part of the plan.
pub(crate) fn build(plan: &Plan, inputs: &[Input<'_>]) -> Result<Built, Failure> {
    let mut builder = Builder::new(plan, inputs)?;
    for import in 0..plan.imports.len() {
        builder.import(import, 0)?;
    }
    builder.embed()?;
    for part in 0..inputs.len() {
        builder.instantiate(part)?;
    }
    let exports = builder.exports()?;
    builder.names();
    let modules_and_components = builder.modules_and_components;
    let composed = builder.assembly.finish().map_err(Failure::Whole)?;
    Ok(Built {
        composed,
        exports,
        modules_and_components,
    })
}

/// What came of a plan.
pub(crate) struct Built {
    pub composed: Composed,
    /// The exports of the plan, and before them those that their resources come from.
    pub exports: Vec<super::plan::Export>,
    /// How many core modules and components it holds, at all depths and itself included.
    pub modules_and_components: u32,
}

/// How deep declarations may refer to each other; the validator allows types to be 100 deep.
const MAX_DEPTH: u32 = 1000;

/// What the declarations of an import are sliced for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum For {
    /// An import of the composition: other imports stand for what the host gives.
    Host,
    /// An argument: other imports stand for what the part really gets.
    Part,
}

/// An alias of an instance's export: the instance, the kind, the name.
type Alias<'a> = (u32, Discriminant<ComponentExportKind>, &'a str);

struct Builder<'a> {
    assembly: Assembly,
    plan: &'a Plan,
    inputs: &'a [Input<'a>],
    by_name: HashMap<&'a str, usize>,
    /// For each part, its imports by name.
    imports_of: Vec<HashMap<&'a str, usize>>,
    /// The import of the plan that stands for an import of a part.
    open: HashMap<(usize, usize), usize>,
    /// For each import of the plan, its index once it is there.
    imported: Vec<Option<(ComponentExportKind, u32)>>,
    /// The imports that are being made just now.
    busy: BTreeSet<usize>,
    /// The index of a part's entry in the composition.
    memo: HashMap<(For, usize, Ref), u32>,
    /// The arguments of a part, by its imports.
    args: HashMap<(usize, usize), (ComponentExportKind, u32)>,
    aliases: HashMap<Alias<'a>, u32>,
    components: Vec<u32>,
    embedded: Vec<(u32, usize)>,
    instances: Vec<u32>,
    modules_and_components: u32,
}

impl<'a> Builder<'a> {
    fn new(plan: &'a Plan, inputs: &'a [Input<'a>]) -> Result<Builder<'a>, Failure> {
        let by_name: HashMap<&str, usize> = plan
            .parts
            .iter()
            .enumerate()
            .map(|(i, part)| (part.name.as_str(), i))
            .collect();
        let imports_of: Vec<HashMap<&str, usize>> = inputs
            .iter()
            .map(|input| {
                let imports = input.outline.imports.iter().enumerate();
                imports.map(|(i, import)| (import.name.name, i)).collect()
            })
            .collect();
        let mut open = HashMap::new();
        for (index, import) in plan.imports.iter().enumerate() {
            for served in &import.serves {
                let found = by_name.get(served.part.as_str()).and_then(|part| {
                    Some((*part, *imports_of[*part].get(served.import.as_str())?))
                });
                let Some(found) = found else {
                    return Err(Failure::Stale(format!(
                        "the plan has an import {} of `{}`, which is not there",
                        served.import, served.part
                    )));
                };
                open.insert(found, index);
            }
        }
        Ok(Builder {
            assembly: Assembly::new().map_err(Failure::Whole)?,
            imported: vec![None; plan.imports.len()],
            plan,
            inputs,
            by_name,
            imports_of,
            open,
            busy: BTreeSet::new(),
            memo: HashMap::new(),
            args: HashMap::new(),
            aliases: HashMap::new(),
            components: Vec::new(),
            embedded: Vec::new(),
            instances: Vec::new(),
            modules_and_components: 1,
        })
    }

    /// Makes import `index` of the plan, after those that its type needs.
    fn import(&mut self, index: usize, depth: u32) -> Result<(ComponentExportKind, u32), Failure> {
        if let Some(made) = self.imported[index] {
            return Ok(made);
        }
        let refuse = |refusal| Failure::Import(index, refusal);
        if !self.busy.insert(index) {
            let message = "merged imports need each other's types in a circle";
            return Err(refuse(Refusal(message.into())));
        }
        let plan = self.plan;
        let import = &plan.imports[index];
        let mut members = Vec::new();
        for served in &import.serves {
            let part = self.by_name[served.part.as_str()];
            let item = self.imports_of[part][served.import.as_str()];
            let only: Option<BTreeSet<String>> =
                served.types.as_ref().map(|t| t.iter().cloned().collect());
            members.push((part, item, only));
        }
        let Some(&(part, item, _)) = members.first() else {
            return Err(Failure::Stale(format!(
                "import {} of the plan serves nobody",
                import.name
            )));
        };
        let inputs = self.inputs;
        let first = inputs[part].outline.imports[item];
        let merged = members.iter().all(|(part, item, _)| {
            slice::instance_declarations(inputs[*part].outline, *item).is_some()
        });
        let ty = if merged {
            let mut union = Union::default();
            for (part, item, only) in &members {
                let outline = inputs[*part].outline;
                let references = slice::references_of_import(outline, *item, only.as_ref())
                    .map_err(|e| refuse(e.into()))?;
                let map = self.map(For::Host, *part, references, depth)?;
                // INVARIANT: `merged` says that every member has declarations.
                let declarations = slice::instance_declarations(outline, *item).unwrap_or_default();
                union
                    .add(declarations, only.as_ref(), &map)
                    .map_err(|e| refuse(e.into()))?;
            }
            self.assembly.section(&union.finish()).map_err(refuse)?;
            wasm_encoder::ComponentTypeRef::Instance(
                self.assembly.count(ComponentExportKind::Type) - 1,
            )
        } else {
            let references =
                slice::references_of_type_ref(first.ty).map_err(|e| refuse(e.into()))?;
            let map = self.map(For::Host, part, references, depth)?;
            slice::encode_type_ref(first.ty, &map).map_err(|e| refuse(e.into()))?
        };
        let mut name = ComponentExternName::from(first.name);
        if import.name != first.name.name && import.name != first.name.full_name() {
            name.name = import.name.as_str().into();
            name.version_suffix = None;
        }
        let mut section = ComponentImportSection::new();
        section.import(name, ty);
        self.assembly.section(&section).map_err(refuse)?;
        let kind = first.ty.kind().into();
        let made = (kind, self.assembly.count(kind) - 1);
        self.busy.remove(&index);
        self.imported[index] = Some(made);
        Ok(made)
    }

    /// The index in the composition of an entry that a part's declarations refer to.
    fn entry(&mut self, to: For, part: usize, reference: Ref, depth: u32) -> Result<u32, Failure> {
        if let Some(index) = self.memo.get(&(to, part, reference)) {
            return Ok(*index);
        }
        let fail = |message: &str| Failure::Instantiate(part, Refusal(message.into()));
        if depth > MAX_DEPTH {
            return Err(fail("its types refer to each other too deeply"));
        }
        let dangling = || fail("an import's type refers to something that is not there");
        let depth = depth + 1;
        let outline = self.inputs[part].outline;
        let index = match reference {
            (Space::Type, index) => match outline.type_entry(index).ok_or_else(dangling)? {
                TypeEntry::Import(import) => self.given(to, part, import, depth)?.1,
                TypeEntry::Alias(instance, name) => {
                    let instance = self.entry(to, part, (Space::Instance, instance), depth)?;
                    self.alias(part, instance, ComponentExportKind::Type, name)?
                }
                TypeEntry::Same(index) => self.entry(to, part, (Space::Type, index), depth)?,
                TypeEntry::Defined(at) => {
                    let ty = outline.type_definition(at).ok_or_else(dangling)?;
                    let unsliceable = |e: Unsliceable| Failure::Instantiate(part, Refusal::from(e));
                    let references = slice::references_of_type(ty).map_err(unsliceable)?;
                    let map = self.map(to, part, references, depth)?;
                    let section = slice::encode_type(ty, &map).map_err(unsliceable)?;
                    self.assembly
                        .section(&section)
                        .map_err(|e| Failure::Instantiate(part, e))?;
                    self.assembly.count(ComponentExportKind::Type) - 1
                }
            },
            (Space::CoreType, index) => {
                let (ty, first, member) = outline.core_type(index).ok_or_else(dangling)?;
                let unsliceable = |e: Unsliceable| Failure::Instantiate(part, Refusal::from(e));
                let mut references = slice::references_of_core_type(ty).map_err(unsliceable)?;
                let members = match ty {
                    wasmparser::CoreType::Rec(group) => group.types().len() as u32,
                    wasmparser::CoreType::Module(_) => 1,
                };
                // The members of a recursion group refer to each other by the indices that they
                // are about to get.
                let own = first..first + members;
                references
                    .retain(|(space, index)| *space != Space::CoreType || !own.contains(index));
                let mut map = self.map(to, part, references, depth)?;
                let base = self.assembly.types().core_type_count_in_component();
                for member in 0..members {
                    map.insert((Space::CoreType, first + member), base + member);
                    let key = (to, part, (Space::CoreType, first + member));
                    self.memo.insert(key, base + member);
                }
                let section = slice::encode_core_type(ty, &map).map_err(unsliceable)?;
                self.assembly
                    .section(&section)
                    .map_err(|e| Failure::Instantiate(part, e))?;
                base + member
            }
            (Space::Instance, index) => {
                match outline.instance_entry(index).ok_or_else(dangling)? {
                    InstanceEntry::Import(import) => self.given(to, part, import, depth)?.1,
                    InstanceEntry::Alias(instance, name) => {
                        let instance = self.entry(to, part, (Space::Instance, instance), depth)?;
                        self.alias(part, instance, ComponentExportKind::Instance, name)?
                    }
                    InstanceEntry::Export(index) => {
                        self.entry(to, part, (Space::Instance, index), depth)?
                    }
                    InstanceEntry::Made => {
                        return Err(fail(
                            "the type of an import depends on an instance that the part makes itself",
                        ));
                    }
                }
            }
        };
        self.memo.insert((to, part, reference), index);
        Ok(index)
    }

    fn map(
        &mut self,
        to: For,
        part: usize,
        references: Vec<Ref>,
        depth: u32,
    ) -> Result<Map, Failure> {
        let mut map = Map::new();
        for reference in references {
            if !map.contains_key(&reference) {
                map.insert(reference, self.entry(to, part, reference, depth)?);
            }
        }
        Ok(map)
    }

    /// What stands for import `import` of part `part`.
    fn given(
        &mut self,
        to: For,
        part: usize,
        import: usize,
        depth: u32,
    ) -> Result<(ComponentExportKind, u32), Failure> {
        match to {
            For::Part => self.argument(part, import, depth),
            For::Host => match self.open.get(&(part, import)) {
                Some(index) => self.import(*index, depth),
                None => Err(Failure::Stale(format!(
                    "the plan leaves an import of `{}` open, but not {}, whose types it needs",
                    self.plan.parts[part].name, self.inputs[part].outline.imports[import].name.name
                ))),
            },
        }
    }

    /// Aliases an export of an instance for `part`, once.
    fn alias(
        &mut self,
        part: usize,
        instance: u32,
        kind: ComponentExportKind,
        name: &'a str,
    ) -> Result<u32, Failure> {
        let key = (instance, discriminant(&kind), name);
        if let Some(index) = self.aliases.get(&key) {
            return Ok(*index);
        }
        let made = self.assembly.aliases(&[(instance, kind, name)]);
        let made = made.map_err(|e| Failure::Instantiate(part, e))?;
        let index = made.first().copied().unwrap_or_default();
        self.aliases.insert(key, index);
        Ok(index)
    }

    /// What import `import` of part `part` gets.
    fn argument(
        &mut self,
        part: usize,
        import: usize,
        depth: u32,
    ) -> Result<(ComponentExportKind, u32), Failure> {
        if let Some(argument) = self.args.get(&(part, import)) {
            return Ok(*argument);
        }
        let item = self.inputs[part].outline.imports[import];
        let kind = ComponentExportKind::from(item.ty.kind());
        let plan = self.plan;
        let wire = &plan.parts[part].wires[import];
        let argument = match &wire.to {
            Target::Export { part: by, export } => {
                let instance = self.instance_of(by)?;
                (kind, self.alias(part, instance, kind, export)?)
            }
            Target::Instance { part: by } => (ComponentExportKind::Instance, self.instance_of(by)?),
            Target::Host { .. } => self.given(For::Host, part, import, depth)?,
            Target::Bound { .. } => {
                let ComponentTypeRef::Type(TypeBounds::Eq(bound)) = item.ty else {
                    return Err(Failure::Stale(format!(
                        "{} of `{}` is not bound to equal a type",
                        item.name.name, plan.parts[part].name
                    )));
                };
                let index = self.entry(For::Part, part, (Space::Type, bound), depth)?;
                (kind, index)
            }
        };
        self.args.insert((part, import), argument);
        Ok(argument)
    }

    fn instance_of(&self, part: &str) -> Result<u32, Failure> {
        let index = self.by_name.get(part);
        let instance = index.and_then(|index| self.instances.get(*index));
        instance.copied().ok_or_else(|| {
            Failure::Stale(format!("the plan needs `{part}` before it is instantiated"))
        })
    }

    /// Embeds every file once, however many instances it has.
    fn embed(&mut self) -> Result<(), Failure> {
        let mut sharing = Sharing::new(self.plan.dedupe, self.inputs);
        let mut known: Vec<(&Arc<Component>, u32)> = Vec::new();
        let mut by_len: HashMap<usize, Vec<usize>> = HashMap::new();
        for (part, input) in self.inputs.iter().enumerate() {
            let same = by_len.entry(input.component.bytes().len()).or_default();
            let twin = same.iter().find(|i| {
                let other = known[**i].0;
                Arc::ptr_eq(other, input.component) || other.bytes() == input.component.bytes()
            });
            let index = match twin {
                Some(twin) => known[*twin].1,
                None => {
                    let skeleton = input.component.skeleton().map_err(Failure::Malformed)?;
                    self.modules_and_components += skeleton.modules + skeleton.components;
                    let spans = sharing
                        .spans(&mut self.assembly, input.component)
                        .map_err(Failure::Whole)?;
                    let stand_in = match &skeleton.bytes {
                        Some(bytes) => bytes.as_slice(),
                        None => input.component.bytes(),
                    };
                    let index = self
                        .assembly
                        .embed(input.component, stand_in, spans)
                        .map_err(|e| {
                            let malformed = crate::wasm::skeleton::Malformed {
                                path: Vec::new(),
                                message: e.0,
                            };
                            Failure::Malformed(input.component.malformed(&malformed))
                        })?;
                    same.push(known.len());
                    known.push((input.component, index));
                    self.embedded.push((index, part));
                    index
                }
            };
            self.components.push(index);
        }
        self.modules_and_components -= sharing.saved();
        Ok(())
    }

    fn instantiate(&mut self, part: usize) -> Result<(), Failure> {
        let outline = self.inputs[part].outline;
        let plan = self.plan;
        let wires = &plan.parts[part].wires;
        let covered = wires.len() == outline.imports.len()
            && wires
                .iter()
                .zip(&outline.imports)
                .all(|(wire, import)| wire.import == import.name.name);
        if !covered {
            return Err(Failure::Stale(format!(
                "the wires of `{}` are not those of its imports",
                plan.parts[part].name
            )));
        }
        self.alias_arguments(part)?;
        let mut args = Vec::new();
        for (import, item) in outline.imports.iter().enumerate() {
            let (kind, index) = self.argument(part, import, 0)?;
            args.push((item.name.name, kind, index));
        }
        let mut section = ComponentInstanceSection::new();
        section.instantiate(self.components[part], args);
        self.assembly
            .section(&section)
            .map_err(|e| Failure::Instantiate(part, e))?;
        self.instances
            .push(self.assembly.count(ComponentExportKind::Instance) - 1);
        Ok(())
    }

    /// Aliases what a part gets from other parts, all in one section.
    fn alias_arguments(&mut self, part: usize) -> Result<(), Failure> {
        let plan = self.plan;
        let mut wanted: Vec<(u32, ComponentExportKind, &'a str)> = Vec::new();
        let mut keys: Vec<Alias<'a>> = Vec::new();
        let mut seen: HashSet<Alias<'a>> = HashSet::new();
        for (wire, item) in plan.parts[part]
            .wires
            .iter()
            .zip(&self.inputs[part].outline.imports)
        {
            if let Target::Export { part: by, export } = &wire.to {
                let (instance, kind) = (self.instance_of(by)?, item.ty.kind().into());
                let key = (instance, discriminant(&kind), export.as_str());
                if !self.aliases.contains_key(&key) && seen.insert(key) {
                    wanted.push((instance, kind, export));
                    keys.push(key);
                }
            }
        }
        let indices = self
            .assembly
            .aliases(&wanted)
            .map_err(|e| Failure::Instantiate(part, e))?;
        self.aliases.extend(keys.into_iter().zip(indices));
        Ok(())
    }

    /// Exports what the plan says, and before each export the interfaces its resources live in.
    fn exports(&mut self) -> Result<Vec<super::plan::Export>, Failure> {
        let plan = self.plan;
        let mut exporter = export_types::Exporter::new(plan, &self.instances);
        let mut exports = Vec::new();
        for export in &plan.exports {
            for export in exporter.with_owners(&self.assembly, export)? {
                let refuse = |e| Failure::Export(export.name.clone(), e);
                let part = self
                    .by_name
                    .get(export.part.as_str())
                    .copied()
                    .ok_or_else(|| {
                        Failure::Stale(format!("the plan exports from `{}`", export.part))
                    })?;
                let instance = self.instances[part];
                let outline = self.inputs[part].outline;
                let (kind, index, mut name) = match &export.export {
                    None => (
                        ComponentExportKind::Instance,
                        instance,
                        ComponentExternName::from(""),
                    ),
                    Some(own) => {
                        let item = outline
                            .exports
                            .iter()
                            .find(|e| e.name.name == own)
                            .ok_or_else(|| {
                                Failure::Stale(format!("`{}` exports no {own}", export.part))
                            })?;
                        let kind = ComponentExportKind::from(item.kind);
                        let made = self.assembly.aliases(&[(instance, kind, own)]);
                        let index = made.map_err(refuse)?.first().copied().unwrap_or_default();
                        (kind, index, ComponentExternName::from(item.name))
                    }
                };
                if name.name != export.name {
                    name.name = export.name.clone().into();
                    name.version_suffix = None;
                }
                let ty = exporter
                    .ascription(&mut self.assembly, kind, index)
                    .map_err(refuse)?;
                let mut section = ComponentExportSection::new();
                section.export(name, kind, index, ty);
                self.assembly.section(&section).map_err(refuse)?;
                exporter.exported(&self.assembly, kind, index);
                exports.push(export);
            }
        }
        Ok(exports)
    }

    /// The name section, and who made this.
    fn names(&mut self) {
        let mut components = NameMap::new();
        for (index, part) in &self.embedded {
            components.append(*index, &self.plan.parts[*part].name);
        }
        let mut instances = NameMap::new();
        for (index, part) in self.instances.iter().zip(&self.plan.parts) {
            instances.append(*index, &part.name);
        }
        let mut names = ComponentNameSection::new();
        names.components(&components);
        names.instances(&instances);
        self.assembly.custom(&names);
        let mut field = wasm_encoder::ProducersField::new();
        field.value("witkit", env!("CARGO_PKG_VERSION"));
        let mut producers = wasm_encoder::ProducersSection::new();
        producers.field("processed-by", &field);
        self.assembly.custom(&producers);
    }
}

impl From<Unsliceable> for Refusal {
    fn from(unsliceable: Unsliceable) -> Refusal {
        Refusal(unsliceable.0)
    }
}
