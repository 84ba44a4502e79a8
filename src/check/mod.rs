//! Does a component fit: a world, a host, a policy, a baseline?
//!
//! Lives here: [`Subject`], what is checked. Each check is one module and has one signature: the
//! subject, what it is held to, and the report that all misfits go to.
//! May import: `diag`, `source`, `names` (rank 0), `wasm`, `config`, `plan` (1), `wit`, `wiring`
//! (2), `surface` (3).
//! Deliberately absent: printing (`cli`).

use std::path::Path;

use crate::diag::{Locus, Report};
use crate::source::Source;
use crate::wasm::Component;

/// A component that is checked.
pub struct Subject {
    component: Component,
}

impl Subject {
    /// Reads the component in a file, `-` for standard input.
    ///
    /// Fails if it cannot be read or is no component.
    pub fn open(path: &Path) -> Result<Subject, Report> {
        let component = Component::new(Source::open(path)?)?;
        Ok(Subject { component })
    }

    /// The component.
    pub fn component(&self) -> &Component {
        &self.component
    }

    /// The place of something in it.
    pub fn locus<S: Into<String>>(&self, path: impl IntoIterator<Item = S>) -> Locus {
        Locus::item(self.component.source().name(), path)
    }
}
