//! Streams of WASI 0.3, which a component beside the part writes and reads: functions that return
//! streams are not async, and return before anything is written.
//!
//! Lives here: that component, and what of it the part imports. May import: `names`, `source`,
//! `surface`, `wasm` (ranks 0 to 2), the sibling modules. Deliberately absent: how it writes, which is
//! text (`../runtime/streams.wat`).

use std::collections::BTreeMap;
use std::sync::Arc;

use wasm_encoder::{
    CanonicalOption, ComponentExportKind, ComponentTypeRef, InstanceType, TypeBounds,
};

use super::component::Builder;
use super::data::{self, Place};
use super::known::is_0_3;
use super::modules::{embedded, leb, only_data, pages};
use super::{Files, MadeVirtual, Streams};
use crate::generate::sink::assembled;
use crate::generate::types::Types;
use crate::generate::{Cannot, Fallible};
use crate::names::unversioned;
use crate::source::Source;
use crate::surface::{Func, Primitive, Type, TypeKind};
use crate::wasm::sections;

/// The interface that a part imports and that component exports.
pub(crate) const STREAMS: &str = "witkit:virtual/streams";

/// The functions of WASI that it does the work of, with that of its functions.
const DONE: [(&str, &str, &str); 7] = [
    ("wasi:cli/stdin", "read-via-stream", "input"),
    ("wasi:cli/stdout", "write-via-stream", "discard"),
    ("wasi:cli/stderr", "write-via-stream", "discard"),
    (
        "wasi:filesystem/types",
        "[method]descriptor.read-via-stream",
        "bytes",
    ),
    (
        "wasi:filesystem/types",
        "[method]descriptor.read-directory",
        "entries",
    ),
    (
        "wasi:filesystem/types",
        "[method]descriptor.write-via-stream",
        "refuse",
    ),
    (
        "wasi:filesystem/types",
        "[method]descriptor.append-via-stream",
        "refuse",
    ),
];

/// The component, for files and standard input that are there.
pub(crate) fn generate(files: &Files, stdin: Option<&Arc<Source>>) -> Fallible<MadeVirtual> {
    let streamed = data::stream(files, stdin)?;
    let laid = &streamed.laid;
    let (at, length) = streamed.stdin;
    let text = include_str!("../runtime/streams.wat")
        .replace("@PAGES", &pages(laid).to_string())
        .replace("@STDIN-LENGTH", &length.to_string())
        .replace("@STDIN", &at.to_string())
        .replace("@END", &laid.end.to_string());
    let bytes = assembled(&text).map_err(Cannot::new)?;
    // In the text, the module of data is without it.
    let mut all = sections::readable(&bytes, 0..bytes.len());
    let empty = all.find(|section| section.id == sections::id::MODULE);
    let Some(empty) = empty.map(|section| section.whole()) else {
        return Err(Cannot::new("it has no module of data"));
    };
    drop(all);
    let (module, edits) = only_data(laid);
    let bytes = [
        &bytes[..empty.start],
        &[sections::id::MODULE],
        &leb(module.len() as u64),
        &module,
        &bytes[empty.end..],
    ]
    .concat();
    let edits = embedded(&bytes, (module, edits));
    Ok(MadeVirtual {
        bytes,
        edits,
        streams: None,
    })
}

/// A function of that component, and the types in it that have names.
struct Wanted<'t> {
    ty: Func,
    named: Vec<(&'static str, &'t Type)>,
}

impl Builder<'_, '_> {
    /// Imports what the part needs of the component that has streams; what that needs, if so.
    pub(super) fn import_streams(&mut self) -> Fallible<Option<Streams>> {
        let wanted = self.wanted_streams()?;
        if wanted.is_empty() {
            return Ok(None);
        }
        let (mut ty, mut types) = (InstanceType::new(), Types::default());
        let mut exported: BTreeMap<&str, u32> = BTreeMap::new();
        for (name, of) in wanted.values().flat_map(|wanted| &wanted.named) {
            if let Some(known) = exported.get(name) {
                types.set(of, *known);
                continue;
            }
            let index = types.defined(&mut ty, of)?;
            let own = ty.type_count();
            ty.export(*name, ComponentTypeRef::Type(TypeBounds::Eq(index)));
            types.set(of, own);
            exported.insert(name, own);
        }
        for (name, function) in &wanted {
            let index = types.func(&mut ty, &function.ty)?;
            ty.export(*name, ComponentTypeRef::Func(index));
        }
        let has = |name: &str| wanted.contains_key(name);
        let needs = Streams {
            files: has("bytes") || has("entries") || has("copy"),
            stdin: has("input") || has("take"),
        };
        drop(wanted);
        let ty = self.outer.type_instance(None, &ty);
        let instance = self.outer.import(STREAMS, ComponentTypeRef::Instance(ty));
        self.streams = Some(instance);
        Ok(Some(needs))
    }

    /// The functions that are needed, by name.
    fn wanted_streams(&self) -> Fallible<BTreeMap<&'static str, Wanted<'_>>> {
        let mut wanted = BTreeMap::new();
        for (at, part) in self.parts.iter().enumerate() {
            let interface = self.wanted.interfaces[at].name;
            if !is_0_3(interface) {
                continue;
            }
            for (name, func) in &part.items.functions {
                let mut done = DONE.iter();
                let done = done.find(|(of, known, _)| {
                    *of == unversioned(interface) && known == name && self.answers(at, name)
                });
                if let Some((.., does)) = done {
                    let is_cli = interface.starts_with("wasi:cli/");
                    let ty = function(does, func, is_cli);
                    // INVARIANT: functions whose types are not those of a release were refused.
                    let ty = ty.ok_or_else(|| Cannot::new("its type is not known").of(name))?;
                    wanted.entry(*does).or_insert(ty);
                }
            }
        }
        let own = self.own_data();
        let mut shared = |name: &'static str, params: &[&str]| {
            let bytes = Type::new(None, TypeKind::List(Type::new(None, BYTE)));
            let ty = Func {
                async_: false,
                params: params.iter().map(|name| number(name)).collect(),
                result: Some(bytes),
            };
            let named = Vec::new();
            wanted.insert(name, Wanted { ty, named });
        };
        if own.files == Place::Shared {
            shared("copy", &["at", "length"]);
        }
        if own.stdin == Place::Shared {
            shared("take", &["most"]);
        }
        Ok(wanted)
    }

    /// A core function of that component; what is async in it is not waited for.
    pub(super) fn of_streams(&mut self, name: &str, memory: u32, realloc: u32) -> Option<u32> {
        let wanted = self.wanted_streams().ok()?;
        let is_async = wanted.get(name)?.ty.async_;
        drop(wanted);
        let kind = ComponentExportKind::Func;
        let index = self.outer.alias_export(self.streams?, name, kind);
        let other = match is_async {
            true => CanonicalOption::Async,
            false => CanonicalOption::Realloc(realloc),
        };
        let options = [CanonicalOption::Memory(memory), other];
        Some(self.outer.lower_func(None, index, options))
    }
}

const BYTE: TypeKind = TypeKind::Primitive(Primitive::U8);

/// A parameter that is a number.
fn number(name: &str) -> (String, Type) {
    let ty = Type::new(None, TypeKind::Primitive(Primitive::U32));
    (name.to_string(), ty)
}

/// The function of that name, for that function of WASI.
fn function<'t>(does: &str, func: &'t Func, is_cli: bool) -> Option<Wanted<'t>> {
    let result = func.result.as_ref()?;
    let mut named = Vec::new();
    let end = match result.kind() {
        TypeKind::Tuple(types) => {
            if let TypeKind::Stream(Some(entry)) = types.first()?.kind()
                && let TypeKind::Record(fields) = entry.kind()
            {
                named.push(("descriptor-type", &fields.first()?.1));
                named.push(("directory-entry", entry));
            }
            types.get(1)?
        }
        _ => result,
    };
    if let TypeKind::Future(Some(end)) = end.kind()
        && let TypeKind::Result(_, Some(error)) = end.kind()
    {
        let name = if is_cli {
            "cli-error-code"
        } else {
            "error-code"
        };
        named.push((name, error));
    }
    let data = || {
        let mut types = func.params.iter().map(|(_, ty)| ty);
        let data = types.find(|ty| matches!(ty.kind(), TypeKind::Stream(_)))?;
        Some(("data".to_string(), data.clone()))
    };
    let params = match does {
        "bytes" | "entries" => vec![number("at"), number("length"), number("code")],
        "refuse" => vec![data()?, number("code")],
        "discard" => vec![data()?],
        _ => Vec::new(),
    };
    let ty = Func {
        async_: true,
        params,
        result: Some(result.clone()),
    };
    Some(Wanted { ty, named })
}
