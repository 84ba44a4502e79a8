//! One level of a component: what is nested in it, the instances of that, and what both are called.
//!
//! Lives here: [`Level`], the one place in which parts get their names. May import: `structure`
//! (rank 1).
//! Deliberately absent: what is nested deeper, and complaints: what cannot be read has no name.

use std::collections::BTreeSet;
use std::ops::Range;

use wasmparser::ComponentInstance;

use crate::wasm::structure::{Names, Sort, Structure, own_name};

/// One level of a component.
#[derive(Default)]
pub(crate) struct Level {
    /// What is nested in it, in order.
    pub parts: Vec<Nested>,
    /// The instances that it makes, in order.
    pub instances: Vec<Instance>,
}

/// A component or core module that is nested in the level.
pub(crate) struct Nested {
    /// `component` or `core module`.
    pub kind: &'static str,
    /// Its name, which no other part of the level has: of a component that its only instance has,
    /// else that by which the component around it or it itself calls it, else its kind and number.
    pub name: String,
    /// What else it is called: by the name section, where its instance has another name.
    pub also: Option<String>,
    /// Where it lies in the input.
    pub range: Range<usize>,
}

/// An instance that a level makes.
pub(crate) struct Instance {
    /// The nested part that it is an instance of.
    pub of: Option<usize>,
    /// Its name, which no other instance of the level has: that in the name section, else that of
    /// the part. Empty for what is no instance of a nested part.
    pub name: String,
}

impl Level {
    /// The level of a component, as far as that could be read.
    pub fn of(structure: &Structure<'_>) -> Level {
        let parts = structure.nested.iter().map(|nested| Nested {
            kind: nested.kind,
            name: String::new(),
            also: None,
            range: nested.range.clone(),
        });
        let instances = structure.instances.iter().map(|instance| Instance {
            of: match instance {
                ComponentInstance::Instantiate {
                    component_index, ..
                } => structure.nested_at(Sort::Component, *component_index),
                ComponentInstance::FromExports(_) => None,
            },
            name: String::new(),
        });
        let mut level = Level {
            parts: parts.collect(),
            instances: instances.collect(),
        };
        level.name(structure, &structure.names());
        level
    }

    /// The nested components in order, each with its position among all parts.
    pub fn components(&self) -> impl Iterator<Item = (usize, &Nested)> {
        let parts = self.parts.iter().enumerate();
        parts.filter(|(_, part)| part.kind == "component")
    }

    /// Gives parts and instances their names.
    fn name(&mut self, structure: &Structure<'_>, given: &Names<'_>) {
        let mut count = vec![0; self.parts.len()];
        for of in self.instances.iter().filter_map(|instance| instance.of) {
            count[of] += 1;
        }
        for (at, part) in self.parts.iter_mut().enumerate() {
            let around = given.nested.get(&at).copied();
            let nested = &structure.nested[at];
            let own = || own_name(structure.bytes(), nested);
            let name = match nested.is_component() {
                true => around.or_else(own),
                // The name that a module gives itself says more: that around it is mostly `main`.
                false => own().or(around),
            };
            part.name = name.unwrap_or_default().to_string();
        }
        for (at, instance) in self.instances.iter().enumerate() {
            if let Some(of) = instance.of
                && count[of] == 1
                && let Some(name) = given.instances.get(&at)
                && !structure.is_shim(of)
            {
                let part = &mut self.parts[of];
                let old = std::mem::replace(&mut part.name, name.to_string());
                part.also = Some(old).filter(|old| !old.is_empty() && old != name);
            }
        }
        let parts = self.parts.iter_mut();
        tell_apart(parts.map(|part| (part.kind, &mut part.name)));
        // An instance may have the name of its own part only.
        let mut taken: BTreeSet<&str> = self.parts.iter().map(|part| part.name.as_str()).collect();
        for of in (0..self.parts.len()).filter(|of| count[*of] > 1) {
            taken.remove(self.parts[of].name.as_str());
        }
        let mut taken: BTreeSet<String> = taken.into_iter().map(str::to_string).collect();
        for (at, instance) in self.instances.iter_mut().enumerate() {
            let Some(of) = instance.of else { continue };
            let part = self.parts[of].name.clone();
            instance.name = match count[of] {
                1 => part,
                _ => {
                    let given = given.instances.get(&at).map(|name| name.to_string());
                    unique(given.unwrap_or(part), &mut taken)
                }
            };
        }
    }
}

/// Gives siblings a name if they have none, by their kind and number; those of one name are told
/// apart by a number.
fn tell_apart<'p>(siblings: impl Iterator<Item = (&'static str, &'p mut String)>) {
    let (mut modules, mut components) = (0, 0);
    let mut taken = BTreeSet::new();
    for (kind, name) in siblings {
        let number = match kind {
            "component" => &mut components,
            _ => &mut modules,
        };
        *number += 1;
        if name.is_empty() {
            *name = format!("{kind} {number}");
        }
        *name = unique(std::mem::take(name), &mut taken);
    }
}

/// The name, or with a number what is not taken; which it then is.
fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut unique = name.clone();
    let mut number = 1;
    while !taken.insert(unique.clone()) {
        number += 1;
        unique = format!("{name}#{number}");
    }
    unique
}
