//! Giving names to types: those of an interface, and those that they are made of.
//!
//! A type can only be mentioned under the name that it is exported by, so exports go between
//! definitions. Each change from one to the other begins a section, so types are exported together,
//! as late as possible.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: functions (`lift`).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use wasm_encoder::{ComponentBuilder, ComponentExportKind, ComponentTypeRef, TypeBounds, ValType};

use super::{Part, set_all};
use crate::generate::Fallible;
use crate::generate::homes::Key;
use crate::generate::items::{made_of, nameless};
use crate::generate::types::Types;
use crate::surface::{Type, TypeDef, TypeKind};

impl<'a> Part<'_, 'a> {
    /// Names types that have no name in the interface, but need one: they are exported, or imported as
    /// what they are, which anything that has them fits.
    pub(super) fn name_types(
        &self,
        component: &mut ComponentBuilder,
        types: &mut Types,
    ) -> Fallible<()> {
        // Names that differ in their case only are the same.
        let functions = self.items.functions.iter().map(|(name, _)| *name);
        let names = self.items.types.iter().map(|(name, ..)| *name);
        let names = names.chain(functions).chain(self.spec.name);
        let mut taken: BTreeSet<String> = names.map(str::to_ascii_lowercase).collect();
        let mut waiting = Waiting {
            // What functions are passed on to may only mention what is imported.
            is_import: self.items.passes_on(self.spec),
            ..Waiting::default()
        };
        for ty in nameless(self.items) {
            let own = ty.name().unwrap_or("type");
            let more = (2..).map(|n| format!("{own}{n}"));
            let mut names = std::iter::once(own.to_string()).chain(more);
            // INVARIANT: there are endlessly many.
            let Some(name) = names.find(|name| taken.insert(name.to_ascii_lowercase())) else {
                continue;
            };
            waiting.define(component, types, name.into(), ty, &[])?;
        }
        waiting.export(component, types);
        Ok(())
    }

    /// Imports those types in the component inside; their names there, in order.
    pub(super) fn take_types(
        &self,
        inner: &mut ComponentBuilder,
        types: &mut Types,
    ) -> Fallible<Vec<(String, &'a Type)>> {
        let mut waiting = Waiting {
            is_import: true,
            ..Waiting::default()
        };
        let mut taken = Vec::new();
        for (position, ty) in nameless(self.items).into_iter().enumerate() {
            let name = format!("t{position}");
            waiting.define(inner, types, name.clone().into(), ty, &[])?;
            taken.push((name, ty));
        }
        waiting.export(inner, types);
        Ok(taken)
    }

    /// Exports the types of the interface; those that it introduces are defined first.
    pub(in crate::generate) fn export_types(
        &self,
        inner: &mut ComponentBuilder,
        types: &mut Types,
    ) -> Fallible<()> {
        let mut waiting = Waiting::default();
        // A resource goes by the first of its names, by which its methods are called.
        let mut named = BTreeSet::new();
        for (name, def, others) in &self.items.types {
            match def {
                TypeDef::Resource(resource) => {
                    let key = self.homes.key(resource)?;
                    if waiting.resources.contains(&key) {
                        waiting.export(inner, types);
                    }
                    let index = match types.resource_of(&key) {
                        Ok(known) => known,
                        Err(_) => inner.type_resource(None, ValType::I32, None),
                    };
                    let of = match named.insert(key.clone()) {
                        true => Of::Resource(key),
                        false => Of::OtherName,
                    };
                    waiting.add((*name).into(), index, of);
                }
                TypeDef::Defined(ty) => {
                    let defined = waiting.define(inner, types, (*name).into(), ty, others);
                    defined.map_err(|c| c.of(name))?;
                }
                _ => {}
            }
        }
        waiting.export(inner, types);
        Ok(())
    }
}

/// Types that are defined, but not exported or imported yet.
#[derive(Default)]
struct Waiting<'w> {
    is_import: bool,
    all: Vec<(Cow<'w, str>, u32, Of<'w>)>,
    types: HashSet<*const TypeKind>,
    resources: BTreeSet<Key>,
}

/// What an export stands for from then on.
enum Of<'w> {
    Resource(Key),
    /// A resource that has a name already.
    OtherName,
    Type(&'w Type, &'w [&'w TypeDef]),
}

impl<'w> Waiting<'w> {
    /// Defines a type, once it has names for what it mentions.
    fn define(
        &mut self,
        component: &mut ComponentBuilder,
        types: &mut Types,
        name: Cow<'w, str>,
        ty: &'w Type,
        others: &'w [&'w TypeDef],
    ) -> Fallible<()> {
        if self.is_mentioned(types, ty.kind(), &mut HashSet::new()) {
            self.export(component, types);
        }
        let index = types.defined(component, ty)?;
        self.add(name, index, Of::Type(ty, others));
        Ok(())
    }

    fn add(&mut self, name: Cow<'w, str>, index: u32, of: Of<'w>) {
        match &of {
            Of::Resource(key) => {
                self.resources.insert(key.clone());
            }
            Of::OtherName => {}
            Of::Type(ty, others) => {
                self.types.insert(std::ptr::from_ref(ty.kind()));
                for other in *others {
                    if let TypeDef::Defined(other) = other {
                        self.types.insert(std::ptr::from_ref(other.kind()));
                    }
                }
            }
        }
        self.all.push((name, index, of));
    }

    /// Whether a type mentions one of them, or is one.
    fn is_mentioned(
        &self,
        types: &Types,
        kind: &TypeKind,
        seen: &mut HashSet<*const TypeKind>,
    ) -> bool {
        let key = std::ptr::from_ref(kind);
        if self.types.contains(&key) {
            return true;
        }
        // What is written down mentions only what was exported by then.
        if types.has(kind) || !seen.insert(key) {
            return false;
        }
        if let TypeKind::Own(resource) | TypeKind::Borrow(resource) = kind {
            return Key::of(resource).is_some_and(|key| self.resources.contains(&key));
        }
        let made_of = made_of(kind).into_iter();
        made_of
            .map(Type::kind)
            .any(|kind| self.is_mentioned(types, kind, seen))
    }

    /// Exports them; from then on, types mention the exports.
    fn export(&mut self, inner: &mut ComponentBuilder, types: &mut Types) {
        for (name, index, of) in self.all.drain(..) {
            let bound = ComponentTypeRef::Type(TypeBounds::Eq(index));
            let exported = match self.is_import {
                true => inner.import(&*name, bound),
                false => inner.export(&*name, ComponentExportKind::Type, index, None),
            };
            match of {
                Of::Resource(key) => types.set_resource(key, exported),
                Of::OtherName => {}
                Of::Type(ty, others) => set_all(types, ty, others, exported),
            }
        }
        self.types.clear();
        self.resources.clear();
    }
}
