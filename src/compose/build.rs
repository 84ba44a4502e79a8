//! Carrying out a plan: imports, components, instances, exports, names.
//!
//! Lives here: [`build`]. May import: `wasm`, `diag` (rank 0–1).
//! Deliberately absent: any choice. The plan says what to wire, and the validator inside the
//! [`Assembly`] says whether that is valid.

mod ascribe;
mod exports;
mod homes;
mod indices;
pub(crate) mod input;
mod named;
mod targets;
mod written_out;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use wasm_encoder::{ComponentExportKind, ComponentInstanceSection, ComponentNameSection, NameMap};

use super::assembly::{Assembly, Composed, Refusal};
use super::dedupe::Sharing;
use super::docs;
use crate::diag::Report;
use crate::plan::{Plan, Role, Target};
use crate::type_slicer::Ref;
use crate::wasm::custom;
use crate::wasm::sections::Malformed;
use crate::wasm::skeleton::{Skeleton, Stubs};
use indices::For;
pub(crate) use input::Input;

/// Why a plan could not be carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Bytes of parts are broken.
    Malformed(Report),
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
    /// It would hold that many core modules and components, more than engines accept.
    TooLarge(u32),
    /// The plan names something that the parts do not have.
    Stale(String),
}

/// The most core modules and components that engines accept in one component, at all depths and
/// itself included: an implementation limit of wasmparser, and so of every engine that uses it.
pub(crate) const MAX_MODULES_AND_COMPONENTS: u32 = 1000;

/// Builds the component that `plan` describes from `inputs`, one for each part of the plan and then one
/// for each component that is passed as such, with their docs of what it imports and exports.
pub(crate) fn build(plan: &Plan, inputs: &[Input<'_>], with_docs: bool) -> Result<Built, Failure> {
    let firsts = firsts(plan, inputs);
    let mut stubs = Stubs::default();
    let mut skeletons = HashMap::new();
    let mut malformed = Report::new();
    for (part, first) in firsts.iter().enumerate() {
        if part == *first && !is_declared(plan, part) {
            match inputs[part].component.skeleton(&mut stubs) {
                Ok(skeleton) => {
                    skeletons.insert(part, skeleton);
                }
                Err(finding) => malformed.push(finding),
            }
        }
    }
    malformed.or_ok(()).map_err(Failure::Malformed)?;
    let mut builder = Builder::new(plan, inputs, firsts, &stubs)?;
    for import in 0..plan.imports.len() {
        builder.import(import, 0)?;
    }
    builder.embed(skeletons)?;
    for part in 0..plan.parts.len() {
        builder.instantiate(part)?;
    }
    let exports = builder.exports()?;
    builder.names();
    builder.metadata();
    if with_docs {
        let docs = docs::carried(plan, &exports, inputs, builder.assembly.types());
        builder.assembly.customs(docs);
    }
    let composed = builder.assembly.finish().map_err(Failure::Whole)?;
    Ok(Built { composed, exports })
}

/// Whether the input at that position is a part that only declares types.
fn is_declared(plan: &Plan, part: usize) -> bool {
    plan.parts.get(part).is_some_and(|p| p.is_declarations())
}

/// For each input, the first with the same bytes. Declarations are not embedded, and so only like
/// themselves.
fn firsts(plan: &Plan, inputs: &[Input<'_>]) -> Vec<usize> {
    /// Files that differ mostly do so in their length or here; comparing all is for the others.
    const BEGINNING: usize = 256;
    let mut alike: HashMap<(usize, &[u8]), Vec<usize>> = HashMap::new();
    let mut firsts = Vec::new();
    for (part, input) in inputs.iter().enumerate() {
        if is_declared(plan, part) {
            firsts.push(part);
            continue;
        }
        let bytes = input.component.bytes();
        let key = (bytes.len(), &bytes[..bytes.len().min(BEGINNING)]);
        let alike = alike.entry(key).or_default();
        let twin = alike.iter().find(|other| {
            let other = inputs[**other].component;
            Arc::ptr_eq(other, input.component) || other.bytes() == bytes
        });
        let first = twin.copied().unwrap_or(part);
        if first == part {
            alike.push(part);
        }
        firsts.push(first);
    }
    firsts
}

/// The result of building a plan.
pub(crate) struct Built {
    pub composed: Composed,
    /// The exports of the plan, and those that types of theirs are defined in, in order.
    pub exports: Vec<crate::plan::Export>,
}

/// In the place of the index of a component or instance that is not there; [`Builder::instance_of`]
/// and `firsts` keep it from being used.
const NONE: u32 = u32::MAX;

/// An alias of an instance's export: the instance, the kind, the name.
type Alias<'a> = (u32, Discriminant<ComponentExportKind>, &'a str);

struct Builder<'a> {
    assembly: Assembly,
    plan: &'a Plan,
    inputs: &'a [Input<'a>],
    /// For each part, the first with the same bytes.
    firsts: Vec<usize>,
    by_name: HashMap<&'a str, usize>,
    /// For each part, its imports by name.
    imports_of: Vec<BTreeMap<&'a str, usize>>,
    /// The import of the plan that stands for an import of a part.
    open: HashMap<(usize, usize), usize>,
    /// For each import of the plan, its index once it is there.
    imported: Vec<Option<(ComponentExportKind, u32)>>,
    /// The imports that are being made just now.
    busy: BTreeSet<usize>,
    /// The index of a part's entry in the composition.
    memo: HashMap<(For, usize, Ref), u32>,
    /// Types of a part's import that have been written out, by the index they have in its type.
    written_out: HashMap<(For, usize, usize, u32), u32>,
    /// The instances that only have the types of a part's import.
    types_instances: HashMap<(usize, usize), u32>,
    /// Types of declarations that are exported, by their imports.
    declared: HashMap<(usize, usize), u32>,
    /// The arguments of each part, by its imports, as far as they are known.
    args: Vec<Vec<Option<(ComponentExportKind, u32)>>>,
    aliases: HashMap<Alias<'a>, u32>,
    components: Vec<u32>,
    embedded: Vec<(u32, usize)>,
    instances: Vec<u32>,
    homes: homes::Homes,
    exported: named::Exported,
}

impl<'a> Builder<'a> {
    fn new(
        plan: &'a Plan,
        inputs: &'a [Input<'a>],
        firsts: Vec<usize>,
        stubs: &Stubs,
    ) -> Result<Builder<'a>, Failure> {
        let by_name: HashMap<&str, usize> = plan
            .parts
            .iter()
            .enumerate()
            .map(|(i, part)| (part.name.as_str(), i))
            .collect();
        let imports_of: Vec<BTreeMap<&str, usize>> = inputs
            .iter()
            .map(|input| {
                let imports = input.structure.imports.iter().enumerate();
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
                        "the plan names import `{}` of `{}`, which does not exist",
                        served.import, served.part
                    )));
                };
                open.insert(found, index);
            }
        }
        for (part, planned) in plan.parts.iter().enumerate() {
            for wire in &planned.wires {
                if let Target::Host { host } = &wire.to
                    && let Some(import) = imports_of[part].get(wire.import.as_str())
                    && let Some(index) = plan.imports.iter().position(|i| i.name == *host)
                {
                    // An import of the composition whose type is declared stands for it.
                    open.entry((part, *import)).or_insert(index);
                }
            }
        }
        Ok(Builder {
            assembly: Assembly::new(stubs).map_err(Failure::Whole)?,
            imported: vec![None; plan.imports.len()],
            plan,
            inputs,
            firsts,
            by_name,
            imports_of,
            open,
            busy: BTreeSet::new(),
            memo: HashMap::new(),
            written_out: HashMap::new(),
            types_instances: HashMap::new(),
            declared: HashMap::new(),
            args: inputs
                .iter()
                .map(|input| vec![None; input.structure.imports.len()])
                .collect(),
            aliases: HashMap::new(),
            components: Vec::new(),
            embedded: Vec::new(),
            instances: Vec::new(),
            homes: homes::Homes::default(),
            exported: named::Exported::default(),
        })
    }

    /// The part of that name and its import of that name, by their positions.
    fn import_of(&self, part: &str, import: &str) -> Result<(usize, usize), Failure> {
        let at = self.by_name.get(part).copied();
        let found = at.and_then(|at| Some((at, *self.imports_of[at].get(import)?)));
        found.ok_or_else(|| {
            Failure::Stale(format!(
                "the plan names import `{import}` of `{part}`, which does not exist"
            ))
        })
    }

    fn instance_of(&self, part: &str) -> Result<u32, Failure> {
        let index = self.by_name.get(part);
        let index = index.filter(|index| !is_declared(self.plan, **index));
        let instance = index.and_then(|index| self.instances.get(*index));
        instance.copied().ok_or_else(|| {
            Failure::Stale(format!(
                "the plan uses part `{part}` before it is instantiated"
            ))
        })
    }

    /// Embeds every file once, however many instances it has.
    fn embed(&mut self, mut skeletons: HashMap<usize, Skeleton>) -> Result<(), Failure> {
        let inputs = self.inputs;
        let mut sharing = Sharing::new(
            self.plan.dedupe,
            skeletons.keys().map(|part| inputs[*part].component),
        );
        let counts = skeletons.values().map(|s| s.modules + s.components);
        let count = 1 + counts.sum::<u32>() - sharing.saved;
        if count > MAX_MODULES_AND_COMPONENTS {
            return Err(Failure::TooLarge(count));
        }
        let mut indices: HashMap<usize, u32> = HashMap::new();
        for (part, first) in self.firsts.iter().enumerate() {
            if is_declared(self.plan, part) {
                self.components.push(NONE);
                continue;
            }
            let component = inputs[part].component;
            if let Some(skeleton) = skeletons.remove(&part) {
                let spans = sharing.spans(&mut self.assembly, component);
                let spans = spans.map_err(Failure::Whole)?;
                let stand_in = skeleton.bytes.as_deref().unwrap_or(component.bytes());
                let index = self.assembly.embed(component, stand_in, spans);
                let index = index.map_err(|refusal| {
                    // Alone, it says where; if it is sound alone, the refusal says what.
                    let finding = match component.decode() {
                        Err(finding) => finding,
                        Ok(_) => component.malformed(&Malformed::new(refusal.0)),
                    };
                    Failure::Malformed(finding.into())
                })?;
                indices.insert(part, index);
                self.embedded.push((index, part));
            }
            // INVARIANT: the first part with some bytes comes before all others with them.
            self.components.push(indices[first]);
        }
        Ok(())
    }

    fn instantiate(&mut self, part: usize) -> Result<(), Failure> {
        if is_declared(self.plan, part) {
            self.instances.push(NONE);
            return Ok(());
        }
        let structure = self.inputs[part].structure;
        let plan = self.plan;
        let wires = &plan.parts[part].wires;
        let covered = wires.len() == structure.imports.len()
            && wires
                .iter()
                .zip(&structure.imports)
                .all(|(wire, import)| wire.import == import.name.name);
        if !covered {
            return Err(Failure::Stale(format!(
                "the wires of `{}` in the plan do not match its imports",
                plan.parts[part].name
            )));
        }
        self.alias_arguments(part)?;
        let mut args = Vec::new();
        for (import, item) in structure.imports.iter().enumerate() {
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
        let mut seen: BTreeSet<(u32, &str)> = BTreeSet::new();
        for (wire, item) in plan.parts[part]
            .wires
            .iter()
            .zip(&self.inputs[part].structure.imports)
        {
            if let Target::Export { part: by, export } = &wire.to {
                let (instance, kind) = (self.instance_of(by)?, item.ty.kind().into());
                let key = (instance, discriminant(&kind), export.as_str());
                if !self.aliases.contains_key(&key) && seen.insert((instance, export)) {
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

    /// The name section, and the producers section.
    fn names(&mut self) {
        let mut components = NameMap::new();
        let names = self.plan.parts.iter().map(|part| &part.name);
        let values = self.plan.components.iter().map(|value| &value.name);
        let names: Vec<&String> = names.chain(values).collect();
        for (index, input) in &self.embedded {
            components.append(*index, names[*input]);
        }
        let mut instances = NameMap::new();
        let instantiated = self.instances.iter().zip(&self.plan.parts);
        for (index, part) in instantiated.filter(|(_, part)| !part.is_declarations()) {
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

    /// The metadata of the root, which also holds for the composition.
    fn metadata(&mut self) {
        let root = self
            .plan
            .parts
            .iter()
            .position(|part| part.role == Role::Root);
        if let Some(root) = root {
            let metadata = custom::metadata(self.inputs[root].component.bytes());
            self.assembly.customs(metadata.sections());
        }
    }
}
