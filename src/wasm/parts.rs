//! Nested components and core modules: what they are called, and which one a byte lies in.
//!
//! Lives here: [`tree`], and [`Level`] for one level alone.
//! May import: `structure`, `sections` (rank 1).
//! Deliberately absent: complaints. Whatever cannot be read has no name, and its parts are none.

mod level;

use std::ops::Range;

use wasmparser::{Encoding, Parser};

use super::structure::{Depth, Structure};
pub(crate) use level::Level;

/// A component or core module, with what is nested in it.
pub(crate) struct Part {
    /// `component` or `core module`.
    pub kind: &'static str,
    /// Its name, which no sibling has; empty for the outermost.
    pub name: String,
    /// What else the component around it or its own calls it.
    pub also: Option<String>,
    /// The names of its instances in the component around it.
    pub instances: Vec<String>,
    /// The names from the outside in, with `/` between; empty for the outermost.
    pub path: String,
    /// Where it lies in the input.
    pub range: Range<usize>,
    /// What is nested in it, in order.
    pub parts: Vec<Part>,
}

/// The component or core module `bytes`, with all that is nested in it; as far as it can be read.
pub(crate) fn tree(bytes: &[u8]) -> Part {
    match Parser::is_core_wasm(bytes) {
        true => part("core module", 0..bytes.len()),
        false => of(&Structure::readable(bytes, Depth::All)),
    }
}

/// The component of that structure, which was read in depth, with all that is nested in it; as far as
/// it could be read.
pub(crate) fn of(structure: &Structure<'_>) -> Part {
    let mut root = component(structure);
    place(&mut root);
    root
}

impl Part {
    /// The innermost part that `offset` lies in; none if it lies in this one itself or outside.
    pub fn nested_around(&self, offset: usize) -> Option<&Part> {
        let mut innermost = None;
        let mut parts = &self.parts;
        while let Some(part) = parts.iter().find(|part| part.range.contains(&offset)) {
            innermost = Some(part);
            parts = &part.parts;
        }
        innermost
    }

    /// The innermost part that `offset` lies in, which may be this one.
    pub fn around(&self, offset: usize) -> &Part {
        self.nested_around(offset).unwrap_or(self)
    }

    /// What kind of binary it is.
    pub fn encoding(&self) -> Encoding {
        match self.kind {
            "component" => Encoding::Component,
            _ => Encoding::Module,
        }
    }
}

fn part(kind: &'static str, range: Range<usize>) -> Part {
    Part {
        kind,
        name: String::new(),
        also: None,
        instances: Vec::new(),
        path: String::new(),
        range,
        parts: Vec::new(),
    }
}

/// A component with all that is nested in it. How deep that goes is bounded by [`Structure`].
fn component(structure: &Structure<'_>) -> Part {
    let level = Level::of(structure);
    let mut found = part("component", structure.range.clone());
    for (at, nested) in level.parts.into_iter().enumerate() {
        let mut inner = match structure.readable_inside(at) {
            Some(inside) => component(inside),
            None => part(nested.kind, nested.range),
        };
        inner.name = nested.name;
        inner.also = nested.also;
        found.parts.push(inner);
    }
    for instance in level.instances {
        if let Some(of) = instance.of {
            found.parts[of].instances.push(instance.name);
        }
    }
    found
}

/// Gives all that is nested in `around` its path.
fn place(around: &mut Part) {
    for part in &mut around.parts {
        part.path = match around.path.as_str() {
            "" => part.name.clone(),
            path => format!("{path}/{}", part.name),
        };
        place(part);
    }
}
