//! The component of a virtual part: what it imports of the host, the core modules, the functions, and
//! the interfaces.
//!
//! There are two spaces of types: the host's, with its resources, and our own. Functions of the host
//! without resources of ours are exported as they are.
//!
//! Lives here: [`generate`]. May import: `names`, `surface`, `wasm` (ranks 0 to 2), the sibling
//! modules. Deliberately absent: the core code (`modules`, and the runtime).

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{CanonicalOption, ComponentBuilder, ComponentExportKind, ExportKind};

use super::data::{self, Laid, Own, Place};
use super::exported::export;
use super::extra::extra;
use super::known::{is_0_3, is_known, known};
use super::modules::embedded;
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

/// The resources that are wrapped where they are the host's, with what of the runtime does so.
const WRAPPED: [(&str, &str); 4] = [
    ("error", "wrap-error"),
    ("pollable", "wrap-pollable"),
    ("input-stream", "wrap-input-stream"),
    ("output-stream", "wrap-output-stream"),
];

/// Those of WASI 0.2 and 0.3 that are wrapped where some of them are the host's and others are not.
const MIXED: [(&str, &str, &str); 3] = [
    ("@0.2", "descriptor", "wrap-descriptor"),
    (
        "@0.2",
        "directory-entry-stream",
        "wrap-directory-entry-stream",
    ),
    ("@0.3", "descriptor", "wrap-descriptor@0.3"),
];

/// A function as core code sees it if it is lifted like one that is not async.
pub(super) fn not_async(func: &Func) -> Func {
    Func {
        async_: false,
        ..func.clone()
    }
}

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
    let builder = Builder::new(wanted, &specs, &all, &homes, &extra);
    let laid = data::lay(&wanted.data, &builder.own_data()).map_err(|cannot| vec![cannot])?;
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
        let how = provided.how.get(*name);
        if matches!(how, Some(How::Virtual | How::Both))
            && known(provided.name, name, func).is_none()
        {
            let why = match is_known(provided.name, name) {
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
    /// The component that writes and reads streams, if it is imported.
    pub(super) streams: Option<u32>,
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
            streams: None,
        };
        builder.has_host_streams = (0..builder.parts.len()).any(|at| {
            let mut functions = builder.parts[at].items.functions.iter();
            functions.any(|(name, func)| {
                let mut has_streams = false;
                let types = func.params.iter().map(|(_, ty)| ty).chain(&func.result);
                each_resource(types, &mut |resource| {
                    let is_io = Key::of(resource)
                        .and_then(|key| key.interface)
                        .is_some_and(|interface| interface.starts_with("wasi:io/"));
                    has_streams |= is_io && builder.is_owned(resource);
                });
                has_streams && builder.uses_host(at, name)
            })
        });
        builder
    }

    /// What of the data is the part's own.
    pub(super) fn own_data(&self) -> Own {
        let has = |wanted: &dyn Fn(&str) -> bool| {
            (0..self.parts.len()).any(|at| {
                let mut functions = self.parts[at].items.functions.iter();
                wanted(self.wanted.interfaces[at].name)
                    && functions.any(|(name, _)| self.answers(at, name))
            })
        };
        let place = |wanted: &dyn Fn(&str) -> bool| {
            let is_read = has(&|name| wanted(name) && !is_0_3(name));
            Place::new(is_read, has(&|name| wanted(name) && is_0_3(name)))
        };
        Own {
            files: place(&|name| name.starts_with("wasi:filesystem/")),
            stdin: place(&|name| unversioned(name) == "wasi:cli/stdin"),
        }
    }

    /// Whether a function answers from the data.
    pub(super) fn answers(&self, at: usize, function: &str) -> bool {
        matches!(self.how(at, function), How::Virtual | How::Both)
    }

    /// Whether it is the host's, also if only in part.
    pub(super) fn uses_host(&self, at: usize, function: &str) -> bool {
        matches!(self.how(at, function), How::Host | How::Both)
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
        let release = if key.is_0_3() { "@0.3" } else { "@0.2" };
        let mixed = MIXED
            .iter()
            .find(|(of, name, _)| *of == release && *name == key.name);
        if let Some((.., wrap)) = mixed {
            let mut hows = self.wanted.interfaces.iter().flat_map(|i| i.how.values());
            return hows.any(|how| *how == How::Both).then_some(*wrap);
        }
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
            .filter(|(name, _)| self.uses_host(at, name))
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
        let streams = self.import_streams()?;
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
        let edits = embedded(&bytes, after);
        Ok(MadeVirtual {
            bytes,
            edits,
            streams,
        })
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
            // Nothing waits but calls of the host: so async functions are lifted as if they were not.
            let sync = not_async(func);
            let mut options = Vec::new();
            let gives = gives_memory(&mut abi, &sync)?;
            if gives || takes_memory(&mut abi, &sync)? {
                options.push(CanonicalOption::Memory(core.memory));
                options.push(CanonicalOption::Realloc(core.realloc));
            }
            if gives {
                options.push(CanonicalOption::PostReturn(core.returned));
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
