//! Holds the skeleton decode equal to the full one, over every component there is.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentCoreModuleTypeId, ComponentDefinedType, ComponentEntityType,
    ComponentFuncTypeId, ComponentItem, ComponentTypeId, ComponentValType, ResourceId,
};
use wasmparser::types::{EntityType, Types};
use wast::QuoteWat;
use wast::parser::{ParseBuffer, parse};

use super::*;
use std::result::Result;

/// Writes a type out; types and resources get numbers in the order of their first appearance, so
/// that two texts are equal exactly if the types are, identities included.
struct Dump<'a> {
    types: &'a Types,
    seen: HashMap<ComponentAnyTypeId, usize>,
    resources: HashMap<ResourceId, usize>,
    out: String,
}

impl<'a> Dump<'a> {
    fn of(decoded: &'a Decoded) -> String {
        let mut dump = Dump {
            types: &decoded.types,
            seen: HashMap::new(),
            resources: HashMap::new(),
            out: String::new(),
        };
        dump.component(decoded.id);
        dump.out
    }

    fn put(&mut self, text: impl std::fmt::Display) {
        writeln!(self.out, "{text}").unwrap();
    }

    fn component(&mut self, id: ComponentTypeId) {
        let types = self.types;
        let ty = &types[id];
        self.items("import", ty.imports.iter());
        self.items("export", ty.exports.iter());
        self.paths("imported", &ty.imported_resources);
        self.paths("defined", &ty.defined_resources);
        self.put("end component");
    }

    fn items<'b>(
        &mut self,
        what: &str,
        items: impl Iterator<Item = (&'b String, &'b ComponentItem)>,
    ) {
        for (name, item) in items {
            self.put(format!(
                "{what} {name} {:?} {:?} {:?}",
                item.implements, item.version_suffix, item.external_id
            ));
            self.entity(&item.ty);
        }
    }

    fn paths(&mut self, what: &str, resources: &[(ResourceId, Vec<usize>)]) {
        for (resource, path) in resources {
            let number = self.resource(*resource);
            self.put(format!("{what} {number} at {path:?}"));
        }
    }

    fn resource(&mut self, id: ResourceId) -> usize {
        let next = self.resources.len();
        *self.resources.entry(id).or_insert(next)
    }

    fn entity(&mut self, ty: &ComponentEntityType) {
        match ty {
            ComponentEntityType::Module(id) => self.module(*id),
            ComponentEntityType::Func(id) => self.func(*id),
            ComponentEntityType::Value(ty) => self.value(ty),
            ComponentEntityType::Type {
                referenced,
                created,
            } => {
                self.any(*referenced);
                self.any(*created);
            }
            ComponentEntityType::Instance(id) => self.any((*id).into()),
            ComponentEntityType::Component(id) => self.any((*id).into()),
        }
    }

    fn any(&mut self, id: ComponentAnyTypeId) {
        let next = self.seen.len();
        let number = *self.seen.entry(id).or_insert(next);
        self.put(format!("type {number}"));
        if number != next {
            return;
        }
        match id {
            ComponentAnyTypeId::Resource(id) => {
                let number = self.resource(id.resource());
                self.put(format!("resource {number}"));
            }
            ComponentAnyTypeId::Defined(id) => {
                let types = self.types;
                self.defined(&types[id]);
            }
            ComponentAnyTypeId::Func(id) => self.func(id),
            ComponentAnyTypeId::Instance(id) => {
                let types = self.types;
                let ty = &types[id];
                self.items("instance export", ty.exports.iter());
                for resource in &ty.defined_resources {
                    let number = self.resource(*resource);
                    self.put(format!("defined {number}"));
                }
                self.put("end instance");
            }
            ComponentAnyTypeId::Component(id) => self.component(id),
        }
    }

    fn func(&mut self, id: ComponentFuncTypeId) {
        let types = self.types;
        let ty = &types[id];
        self.put(format!("func async={}", ty.async_));
        for (name, ty) in &ty.params {
            self.put(name);
            self.value(ty);
        }
        self.option(&ty.result);
    }

    fn option(&mut self, ty: &Option<ComponentValType>) {
        match ty {
            Some(ty) => self.value(ty),
            None => self.put("nothing"),
        }
    }

    fn value(&mut self, ty: &ComponentValType) {
        match ty {
            ComponentValType::Primitive(ty) => self.put(ty),
            ComponentValType::Type(id) => self.any((*id).into()),
        }
    }

    fn defined(&mut self, ty: &ComponentDefinedType) {
        use ComponentDefinedType::*;
        match ty {
            Primitive(ty) => self.put(ty),
            Record(record) => {
                for (name, ty) in &record.fields {
                    self.put(format!("field {name}"));
                    self.value(ty);
                }
            }
            Variant(variant) => {
                for (name, case) in &variant.cases {
                    self.put(format!("case {name}"));
                    self.option(&case.ty);
                }
            }
            List { element, .. } => {
                self.put("list");
                self.value(element);
            }
            Map { key, value, .. } => {
                self.put("map");
                self.value(key);
                self.value(value);
            }
            FixedLengthList {
                element, length, ..
            } => {
                self.put(format!("list of {length}"));
                self.value(element);
            }
            Tuple(tuple) => {
                self.put("tuple");
                for ty in &tuple.types {
                    self.value(ty);
                }
            }
            Flags(names) => self.put(format!("flags {names:?}")),
            Enum(names) => self.put(format!("enum {names:?}")),
            Option { ty, .. } => {
                self.put("option");
                self.value(ty);
            }
            Result { ok, err, .. } => {
                self.put("result");
                self.option(ok);
                self.option(err);
            }
            Own(id) => {
                let number = self.resource(id.resource());
                self.put(format!("own {number}"));
            }
            Borrow(id) => {
                let number = self.resource(id.resource());
                self.put(format!("borrow {number}"));
            }
            Future { ty, .. } => {
                self.put("future");
                self.option(ty);
            }
            Stream { ty, .. } => {
                self.put("stream");
                self.option(ty);
            }
        }
    }

    fn module(&mut self, id: ComponentCoreModuleTypeId) {
        let types = self.types;
        let ty = &types[id];
        for ((module, name), ty) in &ty.imports {
            self.put(format!("core import {module} {name}"));
            self.core(ty);
        }
        for (name, ty) in &ty.exports {
            self.put(format!("core export {name}"));
            self.core(ty);
        }
    }

    fn core(&mut self, ty: &EntityType) {
        match ty {
            EntityType::Func(id) | EntityType::FuncExact(id) | EntityType::Tag(id) => {
                let types = self.types;
                let ty = &types[*id];
                self.put(format!("{ty}"));
            }
            other => self.put(format!("{other:?}")),
        }
    }
}

/// All files with that extension under `dir`, sorted.
fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The components that stand in a script and are meant to be valid.
fn in_script(text: &str) -> Vec<Vec<u8>> {
    let Ok(buffer) = ParseBuffer::new(text) else {
        return Vec::new();
    };
    let Ok(script) = parse::<wast::Wast>(&buffer) else {
        return Vec::new();
    };
    let mut components = Vec::new();
    for directive in script.directives {
        use wast::WastDirective::*;
        let encoded = match directive {
            Module(mut wat) | ModuleDefinition(mut wat) => wat.encode(),
            AssertUnlinkable { module, .. } => QuoteWat::Wat(module).encode(),
            _ => continue,
        };
        components.extend(encoded.ok());
    }
    components
}

fn translate(text: &str) -> Result<Vec<u8>, wast::Error> {
    let buffer = ParseBuffer::new(text)?;
    parse::<wast::Wat>(&buffer)?.encode()
}

#[derive(Default)]
struct Tally {
    compared: usize,
    in_full: Vec<String>,
    wrong: Vec<String>,
}

impl Tally {
    fn compare(&mut self, name: String, bytes: &[u8]) {
        // What is not valid has no type to compare.
        if !Parser::is_component(bytes) {
            return;
        }
        let Ok(full) = alone(&Stubs::default(), bytes) else {
            return;
        };
        self.compared += 1;
        let mut stubs = Stubs::default();
        let skeleton = match skeleton(bytes, &mut stubs) {
            Ok(skeleton) => skeleton,
            Err(error) => return self.wrong.push(format!("{name}: {error:?}")),
        };
        let Some(skeleton) = skeleton.bytes else {
            return self.in_full.push(name);
        };
        match alone(&stubs, &skeleton) {
            Err(error) => self.wrong.push(format!("{name}: {error}")),
            Ok(short) if Dump::of(&short) != Dump::of(&full) => {
                self.wrong.push(format!("{name}: another type"));
            }
            Ok(_) => {}
        }
    }
}

#[test]
fn a_skeleton_has_the_type_of_the_whole() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("skipped: there is no {}", corpus.display());
        return;
    }
    let mut tally = Tally::default();
    for path in files(&corpus.join("components"), "wasm") {
        tally.compare(path.display().to_string(), &std::fs::read(&path).unwrap());
    }
    let suites = corpus.join("conformance/raw263");
    for path in files(&suites, "wat") {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if let Ok(bytes) = translate(&text) {
            tally.compare(path.display().to_string(), &bytes);
        }
    }
    for path in files(&suites, "wast") {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for (i, bytes) in in_script(&text).iter().enumerate() {
            tally.compare(format!("{} #{i}", path.display()), bytes);
        }
    }
    eprintln!("{} components compared; decoded in full:", tally.compared);
    for name in &tally.in_full {
        eprintln!("  {name}");
    }
    assert!(tally.wrong.is_empty(), "{:#?}", tally.wrong);
    // Skeletons are there to be used.
    assert!(tally.in_full.len() * 10 < tally.compared);
}

/// A component with something of everything that a skeleton changes.
const MIXED: &str = r#"(component
  (core module $m
    (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "run") (param i32 i32) (result i32) unreachable)
    (func (export "post") (param i32) unreachable)
    (func (export "dtor") (param i32) unreachable))
  (core instance $i (instantiate $m))
  (type $r (resource (rep i32) (dtor (core func $i "dtor"))))
  (export $r' "r" (type $r))
  (import "log" (func $log (param "s" string)))
  (core func (canon lower (func $log) (memory (core memory $i "mem")) (realloc (core func $i "realloc"))))
  (core func (canon resource.drop $r))
  (component $inner
    (core module (func (export "f") (result i32) unreachable))
    (core instance $j (instantiate 0))
    (func (export "f") (result u32) (canon lift (core func $j "f"))))
  (instance $n (instantiate $inner))
  (func $run (param "s" string) (result (list u8)) (canon lift (core func $i "run")
    (memory (core memory $i "mem")) (realloc (core func $i "realloc")) (post-return (core func $i "post"))))
  (export "run" (func $run))
  (export "inner" (instance $n)))"#;

#[test]
fn a_skeleton_is_counted_and_equal() {
    let bytes = translate(MIXED).unwrap();
    let mut stubs = Stubs::default();
    let skeleton = skeleton(&bytes, &mut stubs).unwrap();
    assert_eq!((skeleton.modules, skeleton.components), (2, 2));
    let short = alone(&stubs, &skeleton.bytes.unwrap()).unwrap();
    let full = alone(&Stubs::default(), &bytes).unwrap();
    assert_eq!(Dump::of(&short), Dump::of(&full));
}

#[test]
fn an_exported_module_is_decoded_in_full() {
    let bytes = translate(r#"(component (core module $m) (export "m" (core module $m)))"#).unwrap();
    let mut stubs = Stubs::default();
    assert!(skeleton(&bytes, &mut stubs).unwrap().bytes.is_none());
    assert_eq!(decode(&bytes).unwrap().component().exports.len(), 1);
}

#[test]
fn a_mistake_is_placed() {
    let bytes = translate(r#"(component (component) (component (export "f" (func 7))))"#).unwrap();
    let error = decode(&bytes).err().unwrap();
    assert_eq!(error.path, ["nested component 2", "export section"]);
    assert!(error.message.contains("7"), "{}", error.message);
}

/// Cut off anywhere, or with any byte changed, it is decoded or refused, and that is all.
#[test]
fn broken_bytes_never_panic() {
    let bytes = translate(MIXED).unwrap();
    for end in 0..bytes.len() {
        let _ = decode(&bytes[..end]);
    }
    for at in 0..bytes.len() {
        for value in [0x00, 0x01, 0x7f, 0x80, 0xff, bytes[at] ^ 1] {
            let mut broken = bytes.clone();
            broken[at] = value;
            let _ = decode(&broken);
        }
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = |levels| {
        let mut bytes = wasm_encoder::Component::HEADER.to_vec();
        for _ in 0..levels {
            let mut outer = wasm_encoder::Component::HEADER.to_vec();
            outer.extend(component_header(bytes.len()));
            outer.extend(bytes);
            bytes = outer;
        }
        bytes
    };
    assert!(decode(&deep(100)).is_ok());
    assert!(decode(&deep(101)).is_err());
}
