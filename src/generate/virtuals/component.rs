//! The component of a virtual part: what it imports of the host, the core modules, the functions, and
//! the interfaces.
//!
//! There are two spaces of types: the host's, with its resources, and our own. Functions of the host
//! without resources of ours are exported as they are.
//!
//! Lives here: [`generate`]. May import: `names`, `surface`, `wasm` (ranks 0 to 2), the sibling
//! modules. Deliberately absent: the core code (`modules`, and the runtime).

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ExportKind, ModuleArg, ValType,
};

use super::data::{self, Laid};
use super::exported::export;
use super::extra::extra;
use super::known::{is_known, known};
use super::modules::{self, IMPORTED, Imported};
use super::order::order;
use super::{How, MadeVirtual, Provided, Virtual};
use crate::generate::abi::Abi;
use crate::generate::homes::{Homes, Key};
use crate::generate::items::{Items, each_resource, items};
use crate::generate::part::Part;
use crate::generate::part::lift::{gives_memory, takes_memory};
use crate::generate::types::Types;
use crate::generate::{Cannot, Fallible, Kind, Spec};
use crate::names::{track_or_name, unversioned};
use crate::surface::{Func, ResourceRef};
use crate::wasm::{Edit, Inserted, sections};

/// The resources that are wrapped where they are the host's, with what of the runtime does so.
const WRAPPED: [(&str, &str); 4] = [
    ("error", "wrap-error"),
    ("pollable", "wrap-pollable"),
    ("input-stream", "wrap-input-stream"),
    ("output-stream", "wrap-output-stream"),
];

fn no_kind(_: &str) -> Option<Kind> {
    None
}

fn no_value<'a>(_: &str) -> Option<&'a str> {
    None
}

/// Generates a part; fails with all that prevents it.
pub(crate) fn generate(wanted: &Virtual<'_>) -> Result<MadeVirtual, Vec<Cannot>> {
    let (none, made) = (BTreeSet::new(), BTreeSet::new());
    let specs: Vec<Spec<'_>> = wanted
        .interfaces
        .iter()
        .map(|provided| Spec {
            name: Some(provided.name),
            items: provided.items.clone(),
            kind: &no_kind,
            value: &no_value,
            replay: &[],
            kept: &none,
            makes: &none,
            made: &made,
            trace: None,
        })
        .collect();
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for (spec, provided) in specs.iter().zip(&wanted.interfaces) {
        match items(spec) {
            Ok(items) => {
                problems.extend(unknown(provided, &items));
                all.push(items);
            }
            Err(cannot) => problems.extend(cannot.into_iter().map(|c| named(provided, c))),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let homes = all.iter().zip(&wanted.interfaces).map(|(items, provided)| {
        let kept = items.resources.iter().map(|(_, name)| name.clone());
        Homes::new(Some(provided.name), kept.collect(), &made)
    });
    let homes: Vec<Homes> = homes.collect();
    let extra: Vec<_> = all.iter().zip(&wanted.interfaces).map(extra).collect();
    let laid = data::lay(&wanted.data).map_err(|cannot| vec![cannot])?;
    let builder = Builder::new(wanted, &specs, &all, &homes, &extra);
    builder.build(&laid).map_err(|cannot| vec![cannot])
}

pub(super) fn named(provided: &Provided<'_>, mut cannot: Cannot) -> Cannot {
    cannot.item = Some(match cannot.item {
        Some(item) => format!("{}#{item}", provided.name),
        None => provided.name.to_string(),
    });
    cannot
}

/// What is wrong with the functions that are to be virtual.
fn unknown(provided: &Provided<'_>, items: &Items<'_>) -> Vec<Cannot> {
    let mut problems = Vec::new();
    for (name, func) in &items.functions {
        if provided.how.get(*name) == Some(&How::Virtual)
            && known(provided.name, name, func).is_none()
        {
            let is_async = track_or_name(provided.name).ends_with("@0.3");
            let why = match is_known(provided.name, name) {
                _ if is_async => "files and standard streams of WASI 0.3 cannot be virtual",
                true => "its type is not that of a release of WASI that witkit knows",
                false => "it is a function that witkit does not know",
            };
            problems.push(named(provided, Cannot::new(why).of(name)));
        }
    }
    problems
}

pub(super) struct Builder<'p, 'a> {
    pub(super) wanted: &'p Virtual<'a>,
    pub(super) parts: Vec<Part<'p, 'a>>,
    extra: &'p [Vec<(&'static str, Func)>],
    /// The resources that the part defines.
    pub(super) owned: BTreeSet<Key>,
    /// Whether streams of the host come by.
    has_host_streams: bool,
    pub(super) outer: ComponentBuilder,
    /// The types as the host has them, and as the part's exports have them.
    pub(super) host: Types,
    pub(super) own: Types,
    /// The instances that are imported, by the positions of the interfaces.
    pub(super) imported: BTreeMap<usize, u32>,
    /// The names of imports and exports.
    pub(super) taken: BTreeSet<String>,
    /// The callback of async functions, if there are any.
    pub(super) callback: Option<u32>,
}

/// The runtime and what is around it.
pub(super) struct Core {
    pub runtime: u32,
    pub memory: u32,
    pub realloc: u32,
    /// What gives memory back after a result was read.
    pub returned: u32,
}

impl<'p, 'a> Builder<'p, 'a> {
    fn new(
        wanted: &'p Virtual<'a>,
        specs: &'p [Spec<'a>],
        items: &'p [Items<'a>],
        homes: &'p [Homes],
        extra: &'p [Vec<(&'static str, Func)>],
    ) -> Builder<'p, 'a> {
        let all = specs.iter().zip(items).zip(homes);
        let parts = all.map(|((spec, items), homes)| Part {
            spec,
            items,
            homes,
            replays: Vec::new(),
            never: Vec::new(),
        });
        let mut owned = BTreeSet::new();
        for (provided, items) in wanted.interfaces.iter().zip(items) {
            if provided.owns {
                owned.extend(items.resources.iter().map(|(_, name)| Key {
                    interface: Some(track_or_name(provided.name)),
                    name: name.clone(),
                }));
            }
        }
        let mut builder = Builder {
            wanted,
            parts: parts.collect(),
            extra,
            owned,
            has_host_streams: false,
            outer: ComponentBuilder::default(),
            host: Types::default(),
            own: Types::default(),
            imported: BTreeMap::new(),
            taken: wanted
                .interfaces
                .iter()
                .map(|i| i.name.to_string())
                .collect(),
            callback: None,
        };
        builder.has_host_streams = (0..builder.parts.len()).any(|at| {
            let mut functions = builder.parts[at].items.functions.iter();
            functions
                .any(|(name, func)| builder.how(at, name) == How::Host && builder.has_own(func))
        });
        builder
    }

    pub(super) fn how(&self, at: usize, function: &str) -> How {
        let how = self.wanted.interfaces[at].how.get(function);
        how.copied().unwrap_or(How::Host)
    }

    pub(super) fn is_owned(&self, resource: &ResourceRef) -> bool {
        Key::of(resource).is_some_and(|key| self.owned.contains(&key))
    }

    /// Whether a function has resources that the part defines.
    pub(super) fn has_own(&self, func: &Func) -> bool {
        let mut found = false;
        let types = func.params.iter().map(|(_, ty)| ty).chain(&func.result);
        each_resource(types, &mut |resource| found |= self.is_owned(resource));
        found
    }

    /// What wraps a resource of the host.
    pub(super) fn wraps(&self, resource: &ResourceRef) -> Option<&'static str> {
        let key = Key::of(resource).filter(|key| self.owned.contains(key))?;
        let mut wrapped = WRAPPED.iter();
        wrapped
            .find(|(name, _)| *name == key.name)
            .map(|(_, wrap)| *wrap)
    }

    fn is_io(&self, at: usize) -> bool {
        self.wanted.interfaces[at].name.starts_with("wasi:io/")
    }

    /// The functions of an interface that are imported.
    pub(super) fn of_host(&self, at: usize) -> Vec<(&'p str, &'p Func)> {
        let items = self.parts[at].items;
        if self.is_io(at) && self.wanted.interfaces[at].owns {
            if !self.has_host_streams {
                return Vec::new();
            }
            let extra = self.extra[at].iter().map(|(name, func)| (*name, func));
            return items.functions.iter().copied().chain(extra).collect();
        }
        let functions = items.functions.iter().copied();
        functions
            .filter(|(name, _)| self.how(at, name) == How::Host)
            .collect()
    }

    /// Whether an interface is imported.
    pub(super) fn needs_host(&self, at: usize) -> bool {
        let provided = &self.wanted.interfaces[at];
        let keeps = !provided.owns && !self.parts[at].items.resources.is_empty();
        let wraps = self.has_host_streams && self.is_io(at);
        keeps || wraps || !self.of_host(at).is_empty()
    }

    fn build(mut self, laid: &Laid) -> Fallible<MadeVirtual> {
        let provided = &self.wanted.interfaces;
        let items: Vec<&Items<'_>> = self.parts.iter().map(|part| part.items).collect();
        let order = order(provided, &items);
        for at in &order {
            self.import(*at).map_err(|c| named(&provided[*at], c))?;
        }
        for (key, index) in self.host.resources() {
            if !self.owned.contains(key) {
                self.own.set_resource(key.clone(), index);
            }
        }
        let (core, after) = self.core(laid);
        let wrapped = self.wrapped(&core)?;
        for at in &order {
            let name = provided[*at].name;
            let functions = self.functions(*at, &core, &wrapped);
            let functions = functions.map_err(|c| named(&provided[*at], c))?;
            export(
                &mut self.outer,
                &self.parts[*at],
                name,
                &mut self.own,
                &functions,
            )
            .map_err(|c| named(&provided[*at], c))?;
        }
        let bytes = self.outer.finish();
        Ok(embedded(bytes, after))
    }

    /// The core instances, the resources of the part, and the module that brings the data.
    fn core(&mut self, laid: &Laid) -> (Core, (Vec<u8>, Vec<Edit>)) {
        let none: [(&str, ModuleArg); 0] = [];
        let outer = &mut self.outer;
        let before = outer.core_module(None, &modules::before(laid));
        let before = outer.core_instantiate(None, before, none);
        let func = ExportKind::Func;
        let memory = outer.core_alias_export(None, before, "memory", ExportKind::Memory);
        let table = outer.core_alias_export(None, before, "table", ExportKind::Table);
        let realloc = outer.core_alias_export(None, before, modules::BEFORE[0], func);
        for key in self.owned.clone() {
            let name = format!("drop-{}", key.name);
            let destructor = modules::BEFORE.contains(&name.as_str());
            let destructor =
                destructor.then(|| self.outer.core_alias_export(None, before, &name, func));
            let index = self.outer.type_resource(None, ValType::I32, destructor);
            self.own.set_resource(key, index);
        }
        let (mut given, mut absent) = (Vec::new(), Vec::new());
        for imported in IMPORTED {
            match self.given(imported, memory, realloc) {
                Some(index) => given.push((imported, index)),
                None => absent.push(imported),
            }
        }
        if !absent.is_empty() {
            let module = self.outer.core_module(None, &modules::absent(&absent));
            let instance = self.outer.core_instantiate(None, module, none);
            for imported in absent {
                let index = self
                    .outer
                    .core_alias_export(None, instance, imported.name, func);
                given.push((imported, index));
            }
        }
        let outer = &mut self.outer;
        let memory_alone =
            outer.core_instantiate_exports(None, [("memory", ExportKind::Memory, memory)]);
        let mut args = vec![("env", ModuleArg::Instance(memory_alone))];
        for module in ["own", "host"] {
            let of_it = given
                .iter()
                .filter(|(imported, _)| imported.module == module);
            let exports = of_it.map(|(imported, index)| (imported.name, func, *index));
            let exports: Vec<_> = exports.collect();
            let instance = outer.core_instantiate_exports(None, exports);
            args.push((module, ModuleArg::Instance(instance)));
        }
        let runtime = outer.core_module_raw(None, modules::RUNTIME);
        let runtime = outer.core_instantiate(None, runtime, args);
        let (bytes, edits) = modules::after(laid);
        let after = outer.core_module_raw(None, &bytes);
        let around = [
            ("memory", ExportKind::Memory, memory),
            ("table", ExportKind::Table, table),
        ];
        let around = outer.core_instantiate_exports(None, around);
        let args = [
            ("before", ModuleArg::Instance(around)),
            ("runtime", ModuleArg::Instance(runtime)),
        ];
        outer.core_instantiate(None, after, args);
        let core = Core {
            runtime,
            memory,
            realloc,
            returned: outer.core_alias_export(None, runtime, "returned", func),
        };
        (core, (bytes, edits))
    }

    /// The core function that the runtime imports, if the composition has it.
    fn given(&mut self, imported: &Imported, memory: u32, realloc: u32) -> Option<u32> {
        let resource = |types: &Types, name: &str, keys: &BTreeSet<Key>| {
            let key = keys.iter().find(|key| key.name == name)?;
            types.resource_of(key).ok()
        };
        if let Some(name) = imported.name.strip_prefix("new-") {
            let index = resource(&self.own, name, &self.owned)?;
            return Some(self.outer.resource_new(index));
        }
        if let Some(name) = imported.name.strip_prefix("drop-") {
            let index = resource(&self.host, name, &self.owned)?;
            return Some(self.outer.resource_drop(index));
        }
        let (interface, function) = imported.name.split_once('#')?;
        let (at, instance) = self
            .imported
            .iter()
            .find(|(at, _)| unversioned(self.wanted.interfaces[**at].name) == interface)?;
        let of_host = self.of_host(*at);
        of_host.iter().find(|(name, _)| *name == function)?;
        let instance = *instance;
        let kind = ComponentExportKind::Func;
        let index = self.outer.alias_export(instance, function, kind);
        let by_memory = [
            CanonicalOption::Memory(memory),
            CanonicalOption::Realloc(realloc),
        ];
        Some(self.outer.lower_func(None, index, by_memory))
    }

    /// The functions of an interface, lifted or the host's own.
    fn functions(
        &mut self,
        at: usize,
        core: &Core,
        wrapped: &BTreeMap<(usize, &'p str), u32>,
    ) -> Fallible<Vec<(&'p str, &'p Func, u32)>> {
        let items = self.parts[at].items;
        let mut abi = Abi::new(self.parts[at].homes);
        let mut functions = Vec::new();
        for (name, func) in &items.functions {
            let interface = self.wanted.interfaces[at].name;
            let lifted = match (wrapped.get(&(at, *name)), self.how(at, name)) {
                (Some(core), _) => Some(*core),
                (None, How::Host) => None,
                (None, _) => {
                    // INVARIANT: those that are not known were refused before.
                    let export = known(interface, name, func).unwrap_or_default();
                    let kind = ExportKind::Func;
                    Some(
                        self.outer
                            .core_alias_export(None, core.runtime, export, kind),
                    )
                }
            };
            let Some(lifted) = lifted else {
                let instance = self.imported.get(&at);
                let instance =
                    instance.ok_or_else(|| Cannot::new("it is not imported").of(name))?;
                let kind = ComponentExportKind::Func;
                let index = self.outer.alias_export(*instance, name, kind);
                functions.push((*name, *func, index));
                continue;
            };
            let mut options = Vec::new();
            let gives = gives_memory(&mut abi, func)?;
            if gives || takes_memory(&mut abi, func)? {
                options.push(CanonicalOption::Memory(core.memory));
                options.push(CanonicalOption::Realloc(core.realloc));
            }
            match self.callback.filter(|_| func.async_) {
                Some(callback) => {
                    options.extend([CanonicalOption::Async, CanonicalOption::Callback(callback)]);
                }
                None if gives => options.push(CanonicalOption::PostReturn(core.returned)),
                None => {}
            }
            let ty = self
                .own
                .func(&mut self.outer, func)
                .map_err(|c| c.of(name))?;
            let index = self.outer.lift_func(None, lifted, ty, options);
            functions.push((*name, *func, index));
        }
        Ok(functions)
    }
}

/// The part, and where contents belong in it: the module that has them is larger with them.
fn embedded(bytes: Vec<u8>, (module, inner): (Vec<u8>, Vec<Edit>)) -> MadeVirtual {
    let mut edits = Vec::new();
    let mut all = sections::readable(&bytes, 0..bytes.len());
    let found = all.find(|section| {
        section.id == sections::id::MODULE && bytes[section.body.clone()] == module
    });
    if let Some(section) = found {
        let whole = section.whole();
        let more: i64 = inner.iter().map(Edit::growth).sum();
        let size = module.len() as i64 + more;
        let start = section.body.start;
        edits.push(Edit {
            range: whole.start + 1..start,
            with: vec![Inserted::Bytes(modules::leb(size as u64))],
        });
        edits.extend(inner.into_iter().map(|edit| Edit {
            range: edit.range.start + start..edit.range.end + start,
            with: edit.with,
        }));
    }
    drop(all);
    MadeVirtual { bytes, edits }
}
