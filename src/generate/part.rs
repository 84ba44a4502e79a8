//! The component of a part: what it imports, the types, the lifted functions.
//!
//! The functions live in a component of their own inside: only what a component exports has a name
//! that types of functions can use, and an interface is the instance of such a component.
//!
//! Lives here: [`generate`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: the core code.

mod exports;
pub(super) mod lift;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use wasm_encoder::{
    Alias, ComponentBuilder, ComponentExportKind, ComponentOuterAliasKind, ComponentTypeRef,
    InstanceType, TypeBounds,
};

use super::answers::Answer;
use super::homes::{Homes, Key, maker};
use super::items::{Answers, Items, answers, each_resource, items, makers, making, nameless};
use super::replay::{Replay, replays};
use super::sink::{self, SINK};
use super::types::Types;
use super::{Cannot, Fallible, Made, Spec};
use crate::surface::{Func, Origin, ResourceRef, Type, TypeDef};

/// Generates a part; fails with all that prevents it.
pub(crate) fn generate(spec: &Spec<'_>) -> Result<Made, Vec<Cannot>> {
    let items = items(spec)?;
    let mut kept = spec.kept.clone();
    if items.passes_on(spec) {
        // Whoever provides the rest makes them.
        kept.extend(items.resources.iter().map(|(_, name)| name.clone()));
    }
    let homes = Homes::new(spec.name, kept, spec.made);
    let makers = makers(spec, &items);
    let (mut answers, mut problems) = answers(spec, &items, &homes);
    let (replays, more) = replays(spec, &items, &homes);
    problems.extend(more);
    if !problems.is_empty() {
        return Err(problems);
    }
    let texts = answers.iter().filter_map(|(name, func, answer)| {
        Some((name.to_string(), (spec.kind)(name)?, answer.text(func)))
    });
    let replayed = replays.iter().filter_map(|replay| {
        let kind = (spec.kind)(replay.name)?;
        Some((replay.name.to_string(), kind, replay.file.to_string()))
    });
    let texts = texts.chain(replayed).collect();
    for (name, func, resource) in &makers {
        answers.push((name, func, Answer::Made(resource.clone())));
    }
    // Those that are not in the file tell their arguments as well, if the runtime is there that can.
    let (replays, never): (Vec<_>, Vec<_>) =
        match replays.iter().any(|replay| !replay.calls.is_empty()) {
            true => (replays, Vec::new()),
            false => (Vec::new(), replays),
        };
    let bytes = Part {
        spec,
        items: &items,
        homes: &homes,
        replays,
        never: never.iter().map(|replay| replay.never()).collect(),
    }
    .build(answers)
    .map_err(|cannot| vec![cannot])?;
    Ok(Made {
        bytes,
        answers: texts,
    })
}

/// A resource that a part imports: from which import, and its name there.
pub(super) struct Foreign {
    pub(super) key: Key,
    import: Option<String>,
    name: String,
    /// The type of the function that makes it, if another generated part does.
    making: Option<Func>,
}

/// What an inner component is made with.
#[derive(Default)]
pub(super) struct Given<'p> {
    pub(super) types: Types,
    /// Functions that make resources.
    makers: HashMap<Key, u32>,
    /// The instance that provides functions, and these.
    provider: Option<(u32, &'p [(&'p str, &'p Func)])>,
    /// The instance that takes lines.
    pub(super) sink: Option<u32>,
}

pub(super) struct Part<'p, 'a> {
    pub(super) spec: &'p Spec<'a>,
    pub(super) items: &'p Items<'a>,
    pub(super) homes: &'p Homes,
    /// Functions that answer from a trace.
    pub(super) replays: Vec<Replay<'a>>,
    /// Those that are not in it.
    pub(super) never: Answers<'a>,
}

impl<'p, 'a> Part<'p, 'a> {
    /// The whole component.
    fn build(&self, answers: Answers<'_>) -> Fallible<Vec<u8>> {
        let foreign = self.foreign()?;
        let mut outer = ComponentBuilder::default();
        let mut around = import_resources(&mut outer, &foreign)?;
        let passes_on = self.items.passes_on(self.spec);
        let Some(name) = self.spec.name else {
            self.name_types(&mut outer, &mut around.types)?;
            self.fill(&mut outer, &mut around, answers)?;
            return Ok(outer.finish());
        };
        if passes_on {
            self.name_types(&mut outer, &mut around.types)?;
        }
        let types = &around.types;
        let mut args: Vec<(String, ComponentExportKind, u32)> = Vec::new();
        let mut inner = ComponentBuilder::default();
        let mut given = Given::default();
        for (position, resource) in foreign.iter().enumerate() {
            let argument = format!("r{position}");
            let sub = ComponentTypeRef::Type(TypeBounds::SubResource);
            let index = inner.import(argument.as_str(), sub);
            given.types.set_resource(resource.key.clone(), index);
            let index = types.resource_of(&resource.key)?;
            args.push((argument, ComponentExportKind::Type, index));
            if let (Some(making), Some(maker)) =
                (&resource.making, around.makers.get(&resource.key))
            {
                let argument = format!("n{position}");
                let ty = given.types.func(&mut inner, making)?;
                let index = inner.import(argument.as_str(), ComponentTypeRef::Func(ty));
                given.makers.insert(resource.key.clone(), index);
                args.push((argument, ComponentExportKind::Func, *maker));
            }
        }
        match passes_on {
            true => {
                for (argument, ty) in self.take_types(&mut inner, &mut given.types)? {
                    args.push((argument, ComponentExportKind::Type, types.index(ty)?));
                }
            }
            // The interface has them under names of their own, so they are written down once.
            false => self.name_types(&mut inner, &mut given.types)?,
        }
        // What is passed on comes from an import of the interface as it is, but for what is answered.
        let passed = self.passed();
        if let Some(passed) = &passed {
            let ty = self.instance_type(passed, types)?;
            let ty = outer.type_instance(None, &ty);
            let index = outer.import(name, ComponentTypeRef::Instance(ty));
            args.push((PASSED.to_string(), ComponentExportKind::Instance, index));
            let ty = self.instance_type(passed, &given.types)?;
            let ty = inner.type_instance(None, &ty);
            let index = inner.import(PASSED, ComponentTypeRef::Instance(ty));
            self.alias_types(&mut inner, &mut given.types, index)?;
            given.provider = Some((index, passed.as_slice()));
        }
        if self.spec.trace.is_some() {
            let ty = outer.type_instance(None, &sink::sink_type());
            let index = outer.import(SINK, ComponentTypeRef::Instance(ty));
            args.push((TOLD.to_string(), ComponentExportKind::Instance, index));
            let ty = inner.type_instance(None, &sink::sink_type());
            given.sink = Some(inner.import(TOLD, ComponentTypeRef::Instance(ty)));
        }
        self.fill(&mut inner, &mut given, answers)?;
        let component = outer.component(None, inner);
        let args = args
            .iter()
            .map(|(name, kind, index)| (name.as_str(), *kind, *index));
        let args: Vec<_> = args.collect();
        let instance = outer.instantiate(None, component, args);
        outer.export(name, ComponentExportKind::Instance, instance, None);
        Ok(outer.finish())
    }

    /// The functions that are passed on; none if all are answered.
    fn passed(&self) -> Option<Vec<(&'a str, &'a Func)>> {
        let functions = self.items.functions.iter().copied();
        let passed = functions.filter(|(name, _)| (self.spec.kind)(name).is_none());
        let passed: Vec<_> = passed.collect();
        (!passed.is_empty()).then_some(passed)
    }

    /// The resources that the part does not define and its items mention, in order. With functions
    /// that are passed on, those of the interface itself come with it.
    pub(super) fn foreign(&self) -> Fallible<Vec<Foreign>> {
        let mut all: Vec<&ResourceRef> = Vec::new();
        let mut types: Vec<&Type> = Vec::new();
        for (_, ty, _) in &self.items.types {
            match ty {
                TypeDef::Resource(resource) => all.push(resource),
                TypeDef::Defined(ty) => types.push(ty),
                _ => {}
            }
        }
        for (_, func) in &self.items.functions {
            types.extend(func.params.iter().map(|(_, ty)| ty).chain(&func.result));
        }
        each_resource(types.into_iter(), &mut |resource| all.push(resource));
        let passes_on = self.items.passes_on(self.spec);
        let mut foreign: Vec<Foreign> = Vec::new();
        for resource in all {
            let key = self.homes.key(resource)?;
            let comes_along = passes_on && self.homes.is_own(&key);
            if self.homes.defines(&key) || comes_along || foreign.iter().any(|f| f.key == key) {
                continue;
            }
            let import = match &resource.origin {
                Origin::Import(path) if path.len() == 2 => path.first().cloned(),
                _ => None,
            };
            // Under the name that the part itself goes by.
            let import = match (self.homes.is_own(&key), self.spec.name) {
                (true, Some(name)) => Some(name.to_string()),
                _ => import,
            };
            foreign.push(Foreign {
                name: key.name.clone(),
                making: self.spec.made.contains(&key).then(|| making(resource)),
                import,
                key,
            });
        }
        Ok(foreign)
    }

    /// The type of the interface with those functions, in a component whose types are `outer`.
    pub(super) fn instance_type(
        &self,
        passed: &[(&str, &Func)],
        outer: &Types,
    ) -> Fallible<InstanceType> {
        let mut ty = InstanceType::new();
        let mut types = Types::default();
        let mut exported = BTreeSet::new();
        for (key, index) in outer.resources() {
            let own = ty.type_count();
            ty.alias(Alias::Outer {
                kind: ComponentOuterAliasKind::Type,
                count: 1,
                index,
            });
            types.set_resource(key.clone(), own);
        }
        for nameless in nameless(self.items) {
            let own = ty.type_count();
            ty.alias(Alias::Outer {
                kind: ComponentOuterAliasKind::Type,
                count: 1,
                index: outer.index(nameless)?,
            });
            types.set(nameless, own);
        }
        for (name, def, others) in &self.items.types {
            match def {
                TypeDef::Resource(resource) => {
                    let key = self.homes.key(resource)?;
                    let index = ty.type_count();
                    let bounds = match types.resource(resource) {
                        Ok(known) => TypeBounds::Eq(known),
                        Err(_) => TypeBounds::SubResource,
                    };
                    ty.export(*name, ComponentTypeRef::Type(bounds));
                    if exported.insert(key.clone()) {
                        types.set_resource(key, index);
                    }
                }
                TypeDef::Defined(defined) => {
                    let known = types.defined(&mut ty, defined)?;
                    let index = ty.type_count();
                    ty.export(*name, ComponentTypeRef::Type(TypeBounds::Eq(known)));
                    set_all(&mut types, defined, others, index);
                }
                _ => {}
            }
        }
        for (name, func) in passed {
            let index = types
                .func(&mut ty, func)
                .map_err(|cannot| cannot.of(name))?;
            ty.export(*name, ComponentTypeRef::Func(index));
        }
        Ok(ty)
    }

    /// Exports the items from a component whose imports are there.
    fn fill(
        &self,
        inner: &mut ComponentBuilder,
        given: &mut Given<'_>,
        answers: Answers<'_>,
    ) -> Fallible<()> {
        self.export_types(inner, &mut given.types)?;
        if let Some((instance, passed)) = given.provider {
            let (traced, passed) = self.told(passed);
            if !traced.is_empty() {
                self.traced(inner, given, instance, &traced)?;
            }
            for (name, func) in passed {
                let ty = given.types.func(inner, func).map_err(|c| c.of(name))?;
                let index = inner.alias_export(instance, name, ComponentExportKind::Func);
                let ty = Some(ComponentTypeRef::Func(ty));
                inner.export(name, ComponentExportKind::Func, index, ty);
            }
        }
        self.answering(inner, given, "deny", &answers)?;
        self.answering(inner, given, "replay", &self.never)?;
        self.replayed(inner, given, &self.replays)
    }

    /// Takes the types of the interface from the instance that provides the rest of it.
    pub(super) fn alias_types(
        &self,
        inner: &mut ComponentBuilder,
        types: &mut Types,
        instance: u32,
    ) -> Fallible<()> {
        let mut aliased = BTreeSet::new();
        for (name, def, others) in &self.items.types {
            let index = inner.alias_export(instance, name, ComponentExportKind::Type);
            match def {
                TypeDef::Resource(resource) => {
                    let key = self.homes.key(resource)?;
                    if aliased.insert(key.clone()) {
                        types.set_resource(key, index);
                    }
                }
                TypeDef::Defined(ty) => set_all(types, ty, others, index),
                _ => {}
            }
        }
        Ok(())
    }
}

/// What the component inside imports the interface as, where functions are passed on.
pub(super) const PASSED: &str = "passed";

/// What it imports that as which takes the lines of traced calls.
const TOLD: &str = "sink";

/// Imports resources, with the functions that make them, and tells where they are.
pub(super) fn import_resources<'p>(
    component: &mut ComponentBuilder,
    foreign: &[Foreign],
) -> Fallible<Given<'p>> {
    let mut given = Given::default();
    let sub = ComponentTypeRef::Type(TypeBounds::SubResource);
    for (import, resources) in by_import(foreign) {
        let Some(import) = import else {
            for resource in resources {
                let index = component.import(resource.name.as_str(), sub);
                given.types.set_resource(resource.key.clone(), index);
            }
            continue;
        };
        let mut ty = InstanceType::new();
        let mut types = Types::default();
        for resource in &resources {
            let index = ty.type_count();
            ty.export(resource.name.as_str(), sub);
            types.set_resource(resource.key.clone(), index);
        }
        for resource in &resources {
            if let Some(making) = &resource.making {
                let func = ComponentTypeRef::Func(types.func(&mut ty, making)?);
                ty.export(maker(&resource.name).as_str(), func);
            }
        }
        let ty = component.type_instance(None, &ty);
        let instance = component.import(import, ComponentTypeRef::Instance(ty));
        for resource in resources {
            let kind = ComponentExportKind::Type;
            let index = component.alias_export(instance, &resource.name, kind);
            given.types.set_resource(resource.key.clone(), index);
            if resource.making.is_some() {
                let (name, kind) = (maker(&resource.name), ComponentExportKind::Func);
                let index = component.alias_export(instance, &name, kind);
                given.makers.insert(resource.key.clone(), index);
            }
        }
    }
    Ok(given)
}

/// The resources by the import that they come from, in the order of the first of each.
fn by_import(foreign: &[Foreign]) -> Vec<(Option<&str>, Vec<&Foreign>)> {
    let mut order: Vec<(Option<&str>, Vec<&Foreign>)> = Vec::new();
    let mut known: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for resource in foreign {
        let interface = resource.key.interface.as_deref();
        let at = *known.entry(interface).or_insert_with(|| {
            order.push((resource.import.as_deref(), Vec::new()));
            order.len() - 1
        });
        order[at].1.push(resource);
    }
    order
}

/// Has a type mean what is at `index`, by whichever importer it is.
pub(super) fn set_all(types: &mut Types, ty: &Type, others: &[&TypeDef], index: u32) {
    types.set(ty, index);
    for other in others {
        if let TypeDef::Defined(other) = other {
            types.set(other, index);
        }
    }
}
