//! Does a component fit a world, a host, a policy, a baseline?
//!
//! Lives here: [`Subject`], what is checked. Each check is a module with the same signature: the
//! subject, what it is checked against, and the report. [`target`] checks against a world,
//! [`implements`] against an interface that the component must export, [`policy`] against what it may
//! import, [`baseline`] against a release of WASI, and [`size`] against a limit. [`hosts`] also judges
//! core modules, and so has a subject of its own. What the checks need from WIT is in [`package`], and
//! `[check]` of `witkit.toml` in [`config`].
//! May import: `diag`, `source`, `names`, `capabilities` (rank 0), `wasm`, `config` (1), `wit`,
//! `features`, `parts` (2), `surface` (3).
//! Deliberately absent: printing (`cli`).

mod advice;
#[doc(hidden)]
pub mod baseline;
mod causes;
mod codes;
#[doc(hidden)]
pub mod config;
mod display;
mod findings;
#[doc(hidden)]
pub mod hosts;
#[doc(hidden)]
pub mod implements;
mod matching;
mod options;
#[doc(hidden)]
pub mod package;
pub mod policy;
pub mod size;
#[doc(hidden)]
pub mod spin;
#[doc(hidden)]
pub mod target;
mod type_users;
mod wit_places;

use std::cell::OnceCell;

use crate::diag::{Code, Diagnostic, Locus, Report};
use crate::source::{self, Source};
use crate::surface::Surface;
use crate::wasm::{self, Component, Kind, sniff};

#[doc(hidden)]
pub use hosts::Guest;
#[doc(hidden)]
pub use implements::Interface;
pub use options::{Options, Target, check};
#[doc(hidden)]
pub use package::Package;
#[doc(hidden)]
pub use target::World;

/// The codes raised here.
pub static CODES: &[&[&Code]] = &[codes::CODES, hosts::CODES, policy::CODES];

/// What a file contains.
#[doc(hidden)]
pub enum Input {
    /// A component.
    Component(Subject),
    /// A core module, in binary form: it fits no world, but some hosts run it.
    CoreModule(Source),
}

impl Input {
    /// Reads a path, `-` for standard input, or bytes.
    ///
    /// Fails if it cannot be read, is neither, or is invalid; code is not validated.
    pub fn open(input: impl Into<source::Input>) -> Result<Input, Report> {
        Input::new(input.into().open()?)
    }

    /// As [`Input::open`], of bytes that were read.
    pub fn new(source: Source) -> Result<Input, Report> {
        let source = wasm::binary(source)?;
        match sniff(source.bytes()) {
            Kind::CoreModule => {
                wasm::validate_structure(&source)?;
                Ok(Input::CoreModule(source))
            }
            _ => Subject::new(source).map(Input::Component),
        }
    }

    /// Where its bytes are from.
    pub fn source(&self) -> &Source {
        match self {
            Input::Component(subject) => subject.component.source(),
            Input::CoreModule(source) => source,
        }
    }
}

/// A component that is checked.
#[doc(hidden)]
pub struct Subject {
    component: Component,
    surface: OnceCell<Surface>,
}

impl Subject {
    /// Reads the component at a path, `-` for standard input, or in bytes.
    ///
    /// Fails if it cannot be read or is not a component.
    pub fn open(input: impl Into<source::Input>) -> Result<Subject, Report> {
        Subject::new(input.into().open()?)
    }

    /// As [`Subject::open`], of bytes that were read.
    pub fn new(source: Source) -> Result<Subject, Report> {
        let component = Component::new(source)?;
        // All checks need the outermost level of a component, and an invalid one runs nowhere.
        component.structure()?;
        wasm::validate_structure(component.source())?;
        Ok(Subject {
            component,
            surface: OnceCell::new(),
        })
    }

    /// The component.
    pub fn component(&self) -> &Component {
        &self.component
    }

    /// The name of its file.
    pub fn name(&self) -> &str {
        self.component.source().name()
    }

    /// What it imports and exports, read once, on first use.
    ///
    /// Fails if its component-level sections are broken (`input/malformed`).
    pub fn surface(&self) -> Result<&Surface, Diagnostic> {
        if let Some(surface) = self.surface.get() {
            return Ok(surface);
        }
        let decoded = self.component.decode()?;
        let surface = Surface::read(decoded.types(), decoded.component());
        Ok(self.surface.get_or_init(|| surface))
    }

    /// The place of something in it.
    pub fn locus<S: Into<String>>(&self, path: impl IntoIterator<Item = S>) -> Locus {
        Locus::item(self.component.source().name(), path)
    }
}
