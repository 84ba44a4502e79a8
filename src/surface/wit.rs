//! Surfaces as WIT text on one line, for messages and listings.
//!
//! Lives here: the `Display` of items, functions and types, and [`definition`].
//! May import: the sibling modules.
//! Deliberately absent: whole WIT documents, and the `%` before names that are keywords: what is
//! printed here is read by people.
//!
//! Named types are printed by name, other handles and containers in full, records and their like
//! one level deep. What has no WIT form (modules, components, values) has one of our own. Nothing
//! is longer than [`WIDTH`]: a small graph of types can be an endless text.

use std::fmt;

use super::Surface;
use super::module::ModuleType;
use super::types::{ExternName, Func, Instance, Item, Type, TypeDef, TypeKind};

/// The length at which texts are cut, in characters; the last one is then `…`.
pub const WIDTH: usize = 100;

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(|line| line.ty(self)))
    }
}

impl fmt::Display for TypeDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(|line| line.type_def(self)))
    }
}

impl fmt::Display for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(|line| line.func(self)))
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(|line| line.item(self)))
    }
}

/// What a type is, even if it has a name: `record { ttl: u32, value: list<u8> }`.
pub fn definition(ty: &Type) -> String {
    print(|line| line.kind(ty.kind(), true))
}

/// The name of an export of an instance as people say it: `[method]conn.send` is `conn.send`.
pub fn readable(name: &str) -> String {
    let mut rest = name;
    let mut suffix = "";
    while let Some((prefix, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
        suffix = match prefix {
            "constructor" => " constructor",
            "get" => " getter",
            "set" => " setter",
            _ => suffix,
        };
        rest = after;
    }
    format!("{rest}{suffix}")
}

fn print(write: impl FnOnce(&mut Line)) -> String {
    let mut line = Line::default();
    write(&mut line);
    line.finish()
}

/// A line that takes no more once it is full.
#[derive(Default)]
struct Line {
    text: String,
    length: usize,
}

impl Line {
    /// The text, cut if it is too long.
    fn finish(self) -> String {
        if !self.full() {
            return self.text;
        }
        let mut cut: String = self.text.chars().take(WIDTH - 1).collect();
        cut.push('…');
        cut
    }

    /// Whether there is more than fits; everything that recurses stops then.
    fn full(&self) -> bool {
        self.length > WIDTH
    }

    fn put(&mut self, text: &str) {
        if !self.full() {
            self.text.push_str(text);
            self.length += text.chars().count();
        }
    }

    /// `entries`, written by `write`, with `separator` between them.
    fn list<T>(
        &mut self,
        entries: impl IntoIterator<Item = T>,
        separator: &str,
        mut write: impl FnMut(&mut Line, T),
    ) {
        for (i, entry) in entries.into_iter().enumerate() {
            if self.full() {
                return;
            }
            if i > 0 {
                self.put(separator);
            }
            write(self, entry);
        }
    }

    fn ty(&mut self, ty: &Type) {
        match ty.name() {
            Some(name) => self.put(name),
            None => self.kind(ty.kind(), true),
        }
    }

    /// A type inside a record or the like, where another such is not written out.
    fn inner(&mut self, ty: &Type) {
        match ty.name() {
            Some(name) => self.put(name),
            None => self.kind(ty.kind(), false),
        }
    }

    fn optional(&mut self, ty: &Option<Type>) {
        match ty {
            Some(ty) => self.inner(ty),
            None => self.put("_"),
        }
    }

    fn generic(&mut self, name: &str, types: &[&Type], open: bool) {
        self.put(name);
        self.put("<");
        self.list(types, ", ", |line, ty| match ty.name() {
            Some(name) => line.put(name),
            None => line.kind(ty.kind(), open),
        });
        self.put(">");
    }

    fn body<T>(&mut self, noun: &str, open: bool, of: &[T], write: impl FnMut(&mut Line, &T)) {
        self.put(noun);
        if of.is_empty() {
            self.put(" {}");
        } else if open {
            self.put(" { ");
            self.list(of, ", ", write);
            self.put(" }");
        } else {
            self.put(" { … }");
        }
    }

    fn kind(&mut self, kind: &TypeKind, open: bool) {
        match kind {
            TypeKind::Primitive(ty) => self.put(ty.as_str()),
            TypeKind::Record(fields) => self.body("record", open, fields, |line, (name, ty)| {
                line.put(name);
                line.put(": ");
                line.inner(ty);
            }),
            TypeKind::Variant(cases) => self.body("variant", open, cases, |line, (name, ty)| {
                line.put(name);
                if let Some(ty) = ty {
                    line.put("(");
                    line.inner(ty);
                    line.put(")");
                }
            }),
            TypeKind::Flags(names) => self.body("flags", open, names, |line, name| line.put(name)),
            TypeKind::Enum(names) => self.body("enum", open, names, |line, name| line.put(name)),
            TypeKind::Tuple(types) => {
                self.generic("tuple", &types.iter().collect::<Vec<_>>(), open)
            }
            TypeKind::List(ty) => self.generic("list", &[ty], open),
            TypeKind::FixedLengthList(ty, length) => {
                self.put("list<");
                self.inner(ty);
                self.put(&format!(", {length}>"));
            }
            TypeKind::Map(key, value) => self.generic("map", &[key, value], open),
            TypeKind::Option(ty) => self.generic("option", &[ty], open),
            TypeKind::Result(None, None) => self.put("result"),
            TypeKind::Result(Some(ok), None) => self.generic("result", &[ok], open),
            TypeKind::Result(ok, error) => {
                self.put("result<");
                self.optional(ok);
                self.put(", ");
                self.optional(error);
                self.put(">");
            }
            TypeKind::Own(resource) => self.put(&resource.name),
            TypeKind::Borrow(resource) => {
                self.put("borrow<");
                self.put(&resource.name);
                self.put(">");
            }
            TypeKind::Future(Some(ty)) => self.generic("future", &[ty], open),
            TypeKind::Future(None) => self.put("future"),
            TypeKind::Stream(Some(ty)) => self.generic("stream", &[ty], open),
            TypeKind::Stream(None) => self.put("stream"),
        }
    }

    fn func(&mut self, func: &Func) {
        if func.async_ {
            self.put("async ");
        }
        self.put("func(");
        self.list(&func.params, ", ", |line, (name, ty)| {
            line.put(name);
            line.put(": ");
            line.ty(ty);
        });
        self.put(")");
        if let Some(result) = &func.result {
            self.put(" -> ");
            self.ty(result);
        }
    }

    fn type_def(&mut self, def: &TypeDef) {
        match def {
            TypeDef::Resource(resource) => {
                self.put("resource ");
                self.put(&resource.name);
            }
            TypeDef::Defined(ty) => self.kind(ty.kind(), true),
            TypeDef::Func(func) => {
                self.put("type of ");
                self.func(func);
            }
            TypeDef::Instance(instance) => {
                self.put("type of ");
                self.instance(instance);
            }
            TypeDef::Component(surface) => {
                self.put("type of ");
                self.component(surface);
            }
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Func(func) => self.func(func),
            Item::Instance(instance) => self.instance(instance),
            Item::Type(def) => self.type_def(def),
            Item::Module(module) => self.module(module),
            Item::Component(surface) => self.component(surface),
            Item::Value(ty) => {
                self.put("value ");
                self.ty(ty);
            }
        }
    }

    fn braces(&mut self, noun: &str, empty: bool, write: impl FnOnce(&mut Line)) {
        self.put(noun);
        if empty {
            self.put(" {}");
        } else {
            self.put(" { ");
            write(self);
            self.put(" }");
        }
    }

    fn instance(&mut self, instance: &Instance) {
        self.braces("interface", instance.exports.is_empty(), |line| {
            line.list(&instance.exports, ", ", Line::summary);
        });
    }

    /// An item in the listing of what surrounds it: a name, and a noun when it is not a function.
    fn summary(&mut self, (name, item): &(ExternName, Item)) {
        match item {
            Item::Func(_) => {}
            Item::Module(_) => self.put("module "),
            _ => {
                self.put(item.sort());
                self.put(" ");
            }
        }
        self.put(&readable(&name.full_name()));
    }

    fn component(&mut self, surface: &Surface) {
        let imports = surface.imports.iter().map(|item| ("import ", item));
        let exports = surface.exports.iter().map(|item| ("export ", item));
        let empty = surface.imports.is_empty() && surface.exports.is_empty();
        self.braces("component", empty, |line| {
            line.list(imports.chain(exports), ", ", |line, (side, (name, _))| {
                line.put(side);
                line.put(&name.full_name());
            });
        });
    }

    fn module(&mut self, module: &ModuleType) {
        let imports = module
            .imports
            .iter()
            .map(|(from, name, _)| format!("import {from}.{name}"));
        let exports = module
            .exports
            .iter()
            .map(|(name, _)| format!("export {name}"));
        let empty = module.imports.is_empty() && module.exports.is_empty();
        self.braces("module", empty, |line| {
            line.list(imports.chain(exports), ", ", |line, text| line.put(&text));
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::surface::testing::{func, instance, surface, type_def};

    fn param(ty: &str) -> String {
        let text = func(&instance(&format!(
            r#"(export "f" (func (param "x" {ty})))"#
        )));
        let ty = text
            .strip_prefix("func(x: ")
            .and_then(|t| t.strip_suffix(')'));
        ty.unwrap_or(&text).to_string()
    }

    fn def(ty: &str) -> String {
        let instance = instance(&format!(r#"(type $d {ty}) (export "t" (type (eq $d)))"#));
        type_def(&instance).to_string()
    }

    #[test]
    fn types() {
        for (wat, wit) in [
            ("bool", "bool"),
            ("error-context", "error-context"),
            ("(list u8)", "list<u8>"),
            ("(list u8 4)", "list<u8, 4>"),
            ("(map string (list u8))", "map<string, list<u8>>"),
            ("(option (list string))", "option<list<string>>"),
            ("(tuple u8 f32)", "tuple<u8, f32>"),
            ("(result)", "result"),
            ("(result u8)", "result<u8>"),
            ("(result (error u8))", "result<_, u8>"),
            ("(result (list u8) (error u8))", "result<list<u8>, u8>"),
            ("(future)", "future"),
            ("(future (list u8))", "future<list<u8>>"),
            ("(stream)", "stream"),
            ("(stream u8)", "stream<u8>"),
        ] {
            assert_eq!(param(wat), wit);
        }
    }

    #[test]
    fn definitions() {
        for (wat, wit) in [
            (
                r#"(record (field "a" u8) (field "b" string))"#,
                "record { a: u8, b: string }",
            ),
            (
                r#"(variant (case "a") (case "b" u8))"#,
                "variant { a, b(u8) }",
            ),
            (r#"(flags "a" "b")"#, "flags { a, b }"),
            (r#"(enum "a" "b")"#, "enum { a, b }"),
            ("(list u8)", "list<u8>"),
            ("u8", "u8"),
        ] {
            assert_eq!(def(wat), wit);
        }
    }

    #[test]
    fn names() {
        let instance = instance(
            r#"(export "conn" (type $r (sub resource)))
            (type $d (record (field "c" (own $r)) (field "l" (list u8))))
            (export "entry" (type $entry (eq $d)))
            (type $d2 (record (field "e" $entry)))
            (export "t" (type $t (eq $d2)))
            (export "f" (func async (param "self" (borrow $r)) (param "e" $entry)
                (result (result (own $r) (error $t)))))"#,
        );
        assert_eq!(
            func(&instance),
            "async func(self: borrow<conn>, e: entry) -> result<conn, t>"
        );
        assert_eq!(type_def(&instance).to_string(), "record { e: entry }");
        assert_eq!(
            crate::surface::Item::Instance(instance).to_string(),
            "interface { resource conn, type entry, type t, f }"
        );
    }

    #[test]
    fn a_used_type_has_its_name_here_and_an_alias_none_of_its_definition() {
        let surface = surface(
            r#"(import "a" (instance $a
                (type $d (list u8)) (export "bytes" (type (eq $d)))
                (export "raw" (func (param "x" $d)))))
            (alias export $a "bytes" (type $bytes))
            (import "b" (instance
                (export "blob" (type $blob (eq $bytes)))
                (export "f" (func (param "x" $blob) (param "y" $bytes)))))
            (import "g" (func (param "x" $bytes)))"#,
        );
        let texts: Vec<String> = ["raw", "f"]
            .iter()
            .zip(["a", "b"])
            .map(
                |(name, from)| match surface.get(crate::surface::Side::Import, from) {
                    Some(crate::surface::Item::Instance(i)) => format!("{}", i.get(name).unwrap()),
                    other => panic!("{other:?}"),
                },
            )
            .collect();
        assert_eq!(texts, ["func(x: list<u8>)", "func(x: blob, y: blob)"]);
        let root = surface.get(crate::surface::Side::Import, "g").unwrap();
        assert_eq!(root.to_string(), "func(x: bytes)");
    }

    #[test]
    fn long_lines_are_cut() {
        let fields: String = (0..50)
            .map(|i| format!("(field \"field-{i}\" u8)"))
            .collect();
        let text = def(&format!("(record {fields})"));
        assert_eq!(text.chars().count(), super::WIDTH);
        assert!(
            text.starts_with("record { field-0: u8, ") && text.ends_with('…'),
            "{text}"
        );
        let tower = "(option ".repeat(60) + "u8" + &")".repeat(60);
        assert_eq!(param(&tower).chars().count(), super::WIDTH);
    }

    #[test]
    fn what_wit_cannot_say() {
        let surface = surface(
            r#"(import "m" (core module (import "env" "f" (func)) (export "g" (func))))
            (import "c" (component (import "a" (func)) (export "b" (func))))
            (import "e" (instance))
            (import "n" (instance (export "m" (core module)) (export "i" (instance))))"#,
        );
        let texts: Vec<String> = surface.imports.iter().map(|(_, i)| i.to_string()).collect();
        assert_eq!(
            texts,
            [
                "module { import env.f, export g }",
                "component { import a, export b }",
                "interface {}",
                "interface { module m, instance i }",
            ]
        );
    }

    #[test]
    fn names_as_people_say_them() {
        for (name, said) in [
            ("send", "send"),
            ("[method]conn.send", "conn.send"),
            ("[static]conn.open", "conn.open"),
            ("[constructor]conn", "conn constructor"),
            ("wasi:io/streams@0.2.0", "wasi:io/streams@0.2.0"),
        ] {
            assert_eq!(super::readable(name), said);
        }
    }
}
