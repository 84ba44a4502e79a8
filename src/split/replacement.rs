//! What replaces a part: a component or a core module.
//!
//! Lives here: [`Replacement`]. May import: `wasm`, `diag`, `source` (ranks 0 and 1).
//! Deliberately absent: whether it fits (`misfits`).

use crate::diag::Report;
use crate::source::Source;
use crate::wasm::{self, Component, Kind, sniff};

/// What is put in the place of a part.
///
/// [`replace`](crate::split::replace) shows it in use.
pub enum Replacement {
    /// A component, in the place of one.
    Component(Component),
    /// A core module in binary form, in the place of one.
    Module(Source),
}

impl Replacement {
    /// Takes a source to be a component or core module, in binary form or as text.
    ///
    /// Fails if it is neither (`input/not-a-component`), if its text does not parse
    /// (`input/wat-syntax`), and if it is a core module that is not valid (`input/malformed`,
    /// `input/invalid-function`).
    pub fn read(source: Source) -> Result<Replacement, Report> {
        let source = wasm::binary(source)?;
        match sniff(source.bytes()) {
            Kind::CoreModule => {
                wasm::validate(&source)?;
                Ok(Replacement::Module(source))
            }
            _ => Ok(Replacement::Component(Component::new(source)?)),
        }
    }

    /// Where its bytes are from.
    pub fn source(&self) -> &Source {
        match self {
            Replacement::Component(component) => component.source(),
            Replacement::Module(source) => source,
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Replacement::Component(_) => "component",
            Replacement::Module(_) => "core module",
        }
    }
}
