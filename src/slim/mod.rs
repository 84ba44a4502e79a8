//! `slim`: removes what is not needed at run time from a component or core module, at any depth.
//!
//! The steps: the input is read as a tree of sections (`tree`), in which custom sections are dropped
//! (`sections` says which); with a wasm-opt, every core module goes through it and back
//! (`optimise`); identical parts are kept once (`share`); and the rest is written with every
//! index unchanged. What was saved, and where, is a [`Summary`].
//!
//! May import: `source`, `diag`, `names`, `parts`, `wasm`, `surface` (ranks 0 to 3).
//! Deliberately absent: changing code ourselves, and removing unused parts: a later composition may
//! use them.

mod codes;
mod optimise;
mod sections;
mod share;
mod summary;
mod tree;

pub use codes::CODES;
pub use optimise::{WasmOpt, find as find_wasm_opt};
pub use sections::Removal;
pub use summary::{Part, Removed, SCHEMA, Summary};

use crate::diag::Report;
use crate::parts::Parts;
use crate::source::{Input, Source};
use crate::wasm::sections::Malformed;
use crate::wasm::{self, Component, Kind, sniff};
use tree::Tree;

/// What to do.
///
/// [`slim`](slim()) has an example.
#[derive(Default)]
pub struct Options {
    /// Which custom sections go.
    pub removal: Removal,
    /// Whether identical parts are all kept.
    pub keep_duplicates: bool,
    /// What every core module goes through.
    pub wasm_opt: Option<WasmOpt>,
}

/// What came of it.
///
/// ```
/// use witkit::slim::{Options, Part, Removed, slim};
///
/// let outcome = slim(("named.wat", "(component (core module $m))"), &Options::default())?;
/// assert!(outcome.bytes.starts_with(b"\0asm") && outcome.report.is_empty());
/// let parts: &[Part] = &outcome.summary.parts;
/// for part in parts {
///     let removed: Vec<&Removed> = part.removed.iter().collect();
///     println!("{}: {} of {} bytes are left", part.path, part.after, part.before);
///     removed.iter().for_each(|section| println!("  {}: {} bytes", section.what, section.bytes));
/// }
/// assert!(outcome.summary.to_json().contains("witkit.slim/1"));
/// # Ok::<(), witkit::Report>(())
/// ```
#[non_exhaustive]
pub struct Outcome {
    /// The component or core module, which has been validated.
    pub bytes: Vec<u8>,
    /// What was saved, and where.
    pub summary: Summary,
    /// What there is to say besides.
    pub report: Report,
}

/// Makes a component or core module, in binary form or as text, smaller.
///
/// Fails if it is neither (`input/not-a-component`), or is not valid (`input/malformed`,
/// `input/invalid-function`).
///
/// ```
/// use witkit::{slim, slim::{Options, Removal}};
///
/// let removal = Removal { all: true, ..Removal::default() };
/// let options = Options { removal, ..Options::default() };
/// let outcome = slim(("named.wat", "(module $name)"), &options)?;
/// assert!(outcome.summary.after < outcome.summary.before);
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn slim(input: impl Into<Input>, options: &Options) -> Result<Outcome, Report> {
    let source = input.into().open()?;
    let source = wasm::binary(source)?;
    let source = match sniff(source.bytes()) {
        Kind::CoreModule => source,
        _ => {
            let component = Component::new(source)?;
            component.structure()?;
            component.into_source()
        }
    };
    let bytes = source.bytes();
    let malformed = |e: Malformed| Report::from(wasm::malformed(&source, &e));
    let parts = Parts::of(bytes);
    let mut summary = Summary::before(source.name(), bytes, &parts);
    let mut report = Report::new();
    let mut tree = Tree::read(
        bytes,
        &options.removal,
        options.wasm_opt.is_some(),
        &parts,
        &mut summary,
    )
    .map_err(malformed)?;
    if let Some(wasm_opt) = &options.wasm_opt {
        // What is not valid is not for others to read.
        wasm::validate(&source)?;
        optimise::all(&mut tree, wasm_opt, options, &mut summary, &mut report);
    }
    if !options.keep_duplicates {
        share::components(&mut tree, &mut summary).map_err(malformed)?;
        share::modules(&mut tree, &mut summary).map_err(malformed)?;
    }
    let made = tree.write(&mut summary).map_err(malformed)?;
    summary.finish(made.len());
    let made = Source::memory(source.name(), made);
    if let Err(refused) = wasm::validate(&made) {
        // Nothing that is valid becomes invalid in this way.
        wasm::validate(&source)?;
        return Err(refused);
    }
    Ok(Outcome {
        bytes: made.bytes().to_vec(),
        summary,
        report,
    })
}
