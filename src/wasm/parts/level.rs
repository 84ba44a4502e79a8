//! One level of a component: what is nested in it, the instances of that, and what both are called.
//!
//! Lives here: [`Level`], the one place in which parts get their names. May import: `skeleton`
//! (rank 1) and the parent.
//! Deliberately absent: what is nested deeper, and complaints: what cannot be read has no name.

use std::collections::BTreeSet;
use std::ops::Range;

use wasmparser::Encoding;

use super::{Spaces, custom, module_name};
use crate::wasm::skeleton::sections::{Sections, id};

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

/// The names that the level's own name section has.
#[derive(Default)]
struct Given {
    parts: Vec<Option<String>>,
    instances: Vec<Option<String>>,
}

impl Level {
    /// Reads the level of the component in `range`; as far as it can be read.
    pub fn read(bytes: &[u8], range: Range<usize>) -> Level {
        let mut level = Level::default();
        let mut given = Given::default();
        let mut spaces = Spaces::default();
        let mut has_code = false;
        let Ok(mut sections) = Sections::new(bytes, range, Encoding::Component) else {
            return level;
        };
        while let Ok(Some(section)) = sections.next() {
            let at = level.parts.len();
            has_code |= [id::MODULE, id::CORE_INSTANCE, id::CANON, id::START].contains(&section.id);
            match section.id {
                id::MODULE => {
                    spaces.modules.push(Some(at));
                    level.push("core module", section.body.clone());
                }
                id::COMPONENT => {
                    spaces.components.push(Some(at));
                    level.push("component", section.body.clone());
                }
                id::CUSTOM => {
                    if let Some(("component-name", data)) = custom(&section) {
                        given.read(&level, &spaces, data);
                    }
                }
                _ => {
                    if spaces.section(&section).is_none() {
                        break;
                    }
                }
            }
        }
        let made = spaces.made.iter();
        level.instances = made
            .map(|of| Instance {
                of: *of,
                name: String::new(),
            })
            .collect();
        level.name(bytes, given, has_code);
        level
    }

    fn push(&mut self, kind: &'static str, range: Range<usize>) {
        self.parts.push(Nested {
            kind,
            name: String::new(),
            also: None,
            range,
        });
    }

    /// The nested components in order, each with its position among all parts.
    pub fn components(&self) -> impl Iterator<Item = (usize, &Nested)> {
        let parts = self.parts.iter().enumerate();
        parts.filter(|(_, part)| part.kind == "component")
    }

    /// Gives parts and instances their names.
    fn name(&mut self, bytes: &[u8], mut given: Given, has_code: bool) {
        given.parts.resize(self.parts.len(), None);
        given.instances.resize(self.instances.len(), None);
        let mut count = vec![0; self.parts.len()];
        for of in self.instances.iter().filter_map(|instance| instance.of) {
            count[of] += 1;
        }
        for (at, part) in self.parts.iter_mut().enumerate() {
            part.name = match part.kind {
                // Its own name says more: that around it is mostly `main`.
                "core module" => {
                    own_module_name(bytes, part.range.clone()).or(given.parts[at].take())
                }
                _ => given.parts[at]
                    .take()
                    .or_else(|| own_name(bytes, part.range.clone())),
            }
            .unwrap_or_default();
        }
        for (at, instance) in self.instances.iter().enumerate() {
            if let Some(of) = instance.of
                && count[of] == 1
                && let Some(name) = &given.instances[at]
                && !(has_code && only_names(bytes, self.parts[of].range.clone()))
            {
                let part = &mut self.parts[of];
                let old = std::mem::replace(&mut part.name, name.clone());
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
                _ => unique(given.instances[at].take().unwrap_or(part), &mut taken),
            };
        }
    }
}

impl Given {
    fn read(&mut self, level: &Level, spaces: &Spaces, data: &[u8]) {
        self.parts.resize(level.parts.len(), None);
        self.instances.resize(spaces.made.len(), None);
        let names = spaces.names(data);
        for (at, name) in names.modules.into_iter().chain(names.components) {
            self.parts[at].get_or_insert_with(|| name.to_string());
        }
        for (at, name) in names.instances {
            self.instances[at].get_or_insert_with(|| name.to_string());
        }
    }
}

/// The name that a component gives itself.
fn own_name(bytes: &[u8], range: Range<usize>) -> Option<String> {
    let mut sections = Sections::new(bytes, range, Encoding::Component).ok()?;
    let mut found = None;
    while let Ok(Some(section)) = sections.next() {
        if section.id == id::CUSTOM
            && let Some(("component-name", data)) = custom(&section)
        {
            found = found.or(Spaces::default().names(data).own);
        }
    }
    found.filter(|name| !name.is_empty()).map(str::to_string)
}

/// The name that a core module gives itself.
fn own_module_name(bytes: &[u8], range: Range<usize>) -> Option<String> {
    let mut sections = Sections::new(bytes, range, Encoding::Module).ok()?;
    let mut found = None;
    while let Ok(Some(section)) = sections.next() {
        if section.id == id::CUSTOM
            && let Some(("name", data)) = custom(&section)
        {
            found = module_name(data).or(found);
        }
    }
    found.map(str::to_string)
}

/// Whether a component has nothing but types, and names for what it imports. Beside code, it is a
/// shim that an encoder has made, not a part.
pub(crate) fn only_names(bytes: &[u8], range: Range<usize>) -> bool {
    let Ok(mut sections) = Sections::new(bytes, range, Encoding::Component) else {
        return false;
    };
    loop {
        match sections.next() {
            Ok(None) => return true,
            Ok(Some(section)) => {
                let names = [id::TYPE, id::IMPORT, id::ALIAS, id::EXPORT, id::CUSTOM];
                if !names.contains(&section.id) {
                    return false;
                }
            }
            Err(_) => return false,
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
