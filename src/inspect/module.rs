//! The parts of a core module that are read: headers, and the small sections that describe it.
//!
//! Lives here: [`Module`]. May import: `wasm` (rank 1), `features` (2), the sibling data;
//! wasmparser, which stays behind this door. Deliberately absent: code, data and tables, which are skipped.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{ExternalKind, TypeRef};

use super::model::{Extern, Producer, Size};
use super::roles::ModuleTraits;
use crate::features::{self, Detected};
use crate::wasm::Metadata;
use crate::wasm::module as sections;
use crate::wasm::producers;
use crate::wasm::sections::{Malformed, core_id};
use crate::wasm::structure::module_name;

/// How many exports of a nested module are read to determine its role.
const FIRST_EXPORTS: usize = 64;

/// A core module.
#[derive(Default)]
pub(super) struct Module<'a> {
    pub traits: ModuleTraits<'a>,
    pub producers: Vec<Producer>,
    pub metadata: Metadata,
    /// The imports from each module, in the order of their first occurrence: functions and others.
    pub imports: Vec<(&'a str, Vec<(&'a str, &'static str)>)>,
    pub exports: Vec<(&'a str, &'static str)>,
    pub sizes: Sizes,
    /// Whether it has WIT metadata.
    pub has_world: bool,
}

/// Bytes by kind of section.
#[derive(Default)]
pub(super) struct Sizes(BTreeMap<&'static str, u64>);

impl Sizes {
    pub fn add(&mut self, kind: &'static str, bytes: u64) {
        if bytes > 0 {
            *self.0.entry(kind).or_default() += bytes;
        }
    }

    /// Largest first.
    pub fn list(&self) -> Vec<Size> {
        let size = |(kind, bytes): (&&'static str, &u64)| Size {
            kind,
            bytes: *bytes,
        };
        let mut list: Vec<Size> = self.0.iter().map(size).collect();
        list.sort_by(|a, b| (b.bytes, a.kind).cmp(&(a.bytes, b.kind)));
        list
    }
}

/// The kind of size that a custom section counts as.
pub(super) fn custom_kind(name: &str) -> &'static str {
    match crate::wasm::custom::kind(name) {
        "producers" => "custom",
        kind => kind,
    }
}

/// The entries of a producers section.
pub(super) fn read_producers(data: &[u8]) -> Vec<Producer> {
    let producers = producers::producers(data).into_iter();
    let producers = producers.map(|producer| Producer {
        // LLVM spells its languages as DWARF's constants are spelt: `C_plus_plus_14`.
        name: match producer.field.as_str() {
            "language" => producer
                .name
                .replace("_plus_plus_", "++")
                .replace("_plus_plus", "++"),
            _ => producer.name,
        },
        field: producer.field,
        version: producer.version,
    });
    producers.collect()
}

/// What could be read, and the first fault.
fn readable<T: Default>(read: Result<T, Malformed>, fault: &mut Option<Malformed>) -> T {
    read.unwrap_or_else(|broken| {
        fault.get_or_insert(broken);
        T::default()
    })
}

impl<'a> Module<'a> {
    /// Reads the module at `range`, as far as possible, with the faults in the sections that are
    /// read. Of a nested one, only the first exports.
    pub fn read(
        bytes: &'a [u8],
        range: Range<usize>,
        nested: bool,
        features: &mut Detected,
    ) -> (Module<'a>, Option<Malformed>) {
        let mut module = Module::default();
        let mut own = range.len() as u64;
        let (read, mut fault) = sections::Module::readable(bytes, range);
        for section in &read.sections {
            let kind = match section.id {
                core_id::CODE => "code",
                core_id::DATA => "data",
                0 => {
                    let custom = section.custom().map_err(Malformed::from);
                    let custom = custom.map_err(|e| e.within(section.name()));
                    let (name, data) = readable(custom, &mut fault);
                    module.custom(name, data);
                    custom_kind(name)
                }
                _ => continue,
            };
            let size = section.raw().len() as u64;
            own -= size;
            module.sizes.add(kind, size);
        }
        // The header and all sections that are not counted by themselves.
        module.sizes.add("core structure", own);
        module.traits.has_code = read.has(core_id::CODE);
        module.traits.has_data = read.has(core_id::DATA);
        module.traits.has_elements = read.has(core_id::ELEMENT);
        for (_, seen) in readable(features::of_module(&read), &mut fault) {
            seen.features().for_each(|feature| features.add(feature));
        }
        for import in readable(read.imports(), &mut fault) {
            module.import(import.module, import.name, noun(import.ty));
        }
        let exports = read.exports(if nested { FIRST_EXPORTS } else { usize::MAX });
        let exports = readable(exports, &mut fault);
        let exports = exports.iter();
        module.exports = exports.map(|e| (e.name, kind_noun(e.kind))).collect();
        module.traits.imports = module.imports.iter().map(|(name, _)| *name).collect();
        module.traits.exports = module.exports.iter().map(|(name, _)| *name).collect();
        (module, fault)
    }

    fn import(&mut self, module: &'a str, name: &'a str, noun: &'static str) {
        // Items of one module mostly stand together, and modules are few.
        let at = self.imports.iter().rposition(|(known, _)| *known == module);
        let at = at.unwrap_or_else(|| {
            self.imports.push((module, Vec::new()));
            self.imports.len() - 1
        });
        self.imports[at].1.push((name, noun));
    }

    /// A malformed custom section is skipped: it does not make a module invalid.
    fn custom(&mut self, name: &'a str, data: &'a [u8]) {
        match name {
            // What else is named is left unread.
            "name" => self.traits.names[0] = module_name(data),
            "producers" => self.producers = read_producers(data),
            "dylink.0" => self.traits.is_library = true,
            _ if name.starts_with("component-type") => self.has_world = true,
            _ => self.metadata.read(name, data),
        }
    }

    /// Its imports, one entry for each module.
    pub fn import_faces(&self) -> Vec<Extern> {
        let item = |(module, items): &(&str, Vec<(&str, &str)>)| {
            let mut item = Extern::new(*module, "core imports");
            let functions = items.iter().filter(|(_, noun)| *noun == "function").count();
            item.functions = functions;
            let others = items.iter().filter(|(_, noun)| *noun != "function");
            let others: Vec<String> = others
                .map(|(name, noun)| format!("{noun} {name}"))
                .collect();
            item.signature = (!others.is_empty()).then(|| others.join(", "));
            item
        };
        self.imports.iter().map(item).collect()
    }

    /// Its exports.
    pub fn export_faces(&self) -> Vec<Extern> {
        let item = |(name, noun): &(&str, &'static str)| {
            let mut item = Extern::new(*name, noun);
            // Names of bindings have an interface and its version in them, and are none.
            item.base = item.name.clone();
            item.version = None;
            item
        };
        self.exports.iter().map(item).collect()
    }
}

fn noun(ty: TypeRef) -> &'static str {
    match ty {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => "function",
        TypeRef::Table(_) => "table",
        TypeRef::Memory(_) => "memory",
        TypeRef::Global(_) => "global",
        TypeRef::Tag(_) => "tag",
    }
}

fn kind_noun(kind: ExternalKind) -> &'static str {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => "function",
        ExternalKind::Table => "table",
        ExternalKind::Memory => "memory",
        ExternalKind::Global => "global",
        ExternalKind::Tag => "tag",
    }
}
