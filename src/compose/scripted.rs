//! What a script of wac makes, as data.
//!
//! Lives here: [`Script`]. May import: `diag`, `plan`, `surface` (ranks 0 to 2).
//! Deliberately absent: reading scripts and carrying them out (`script`).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Locus, Report};
use crate::plan::{Export, Part};
use crate::surface::Surface;

/// A script, carried out.
#[derive(Debug)]
pub(crate) struct Script {
    /// Its file, for messages, and its text.
    pub file: String,
    pub text: Arc<str>,
    /// Its instances, each after those it needs, with a wire for each import. What is left to the host
    /// implicitly is [`Why::Open`](crate::plan::Why::Open).
    pub parts: Vec<Part>,
    /// The imports of the composition that it declares: the name, and that of the import of
    /// `declarations` that has the type.
    pub imports: Vec<(String, String)>,
    /// What the composition exports.
    pub exports: Vec<Export>,
    /// The name of the part that declares types, if there is one.
    pub declarations: Option<String>,
    /// Where each import of the composition is declared, and each export.
    pub import_places: BTreeMap<String, Locus>,
    pub export_places: BTreeMap<String, Locus>,
    /// Where each import of a part is given what it gets.
    pub arguments: BTreeMap<(String, String), Locus>,
    /// Where each part is made.
    pub instances: BTreeMap<String, Locus>,
    pub target: Option<Target>,
}

/// The world that a script targets.
#[derive(Debug)]
pub(crate) struct Target {
    pub name: String,
    pub surface: Surface,
    pub place: Locus,
}

impl Script {
    /// Adds its text to a report that points into it.
    pub fn lend_text(&self, report: &mut Report) {
        report.take_texts(&BTreeMap::from([(self.file.as_str(), &self.text)]));
    }
}
