//! WebAssembly binaries and text: what an input is, and the component level of a component.
//!
//! Lives here: [`sniff`], [`Component`]; `structure` (index spaces and what is nested), on it
//! `instantiation` (where arguments come from) and `parts` (what nested parts are called);
//! `skeleton` and `decode` (types); [`validate()`], which alone walks core code; `find` (files in
//! folders).
//! May import: `source`, `diag` (rank 0).
//! Deliberately absent: types in our own terms (`surface`).

pub(crate) mod custom;
pub(crate) mod decode;
pub(crate) mod find;
pub(crate) mod instantiation;
pub(crate) mod metadata;
pub(crate) mod module;
pub(crate) mod parts;
pub(crate) mod prerelease;
pub(crate) mod producers;
pub(crate) mod rewrite;
pub(crate) mod sections;
pub(crate) mod skeleton;
mod sniff;
pub(crate) mod structure;
pub(crate) mod validate;

pub use metadata::{Annotation, Metadata};
pub use sniff::{Kind, sniff};

use crate::diag::{Code, Diagnostic, Locus, Report, Severity};
use crate::source::Source;
use sections::Malformed;
use skeleton::{Skeleton, Stubs};
use structure::Structure;

/// The input is something else than a component.
pub static NOT_A_COMPONENT: Code = Code {
    name: "input/not-a-component",
    severity: Severity::Error,
    page: "\
A component was needed, and the file is something else: a core module, a WIT package, or no
WebAssembly at all. What a file is, is told by its bytes and never by its name.

A core module has no component-level imports and exports; it has to be wrapped into a component
with its WIT world first. A WIT package holds types only and nothing that could run; give the
component that implements it.",
};

/// The bytes of a component are broken.
pub static MALFORMED: Code = Code {
    name: "input/malformed",
    severity: Severity::Error,
    page:
        "\
The file begins as a component or core module does, but what follows is not valid: most often a
download or a copy that was cut off, or a file written by a tool for an older draft of the component
model.

The message says in which section of which nested component the first problem is. Rebuild or fetch
the file again; what was made for a pre-release has to be rebuilt with current tools. Structure is
always validated; core code by `witkit validate` and for what is made, but with `--validate types`.",
};

/// WebAssembly text with a mistake in it.
pub static WAT_SYNTAX: Code = Code {
    name: "input/wat-syntax",
    severity: Severity::Error,
    page: "\
The file is WebAssembly text, and it cannot be translated to binary: a token is not what the
grammar asks for, or a name is not defined. The message points to the place.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &validate::INVALID_FUNCTION,
    &validate::FEATURE_OFF,
    &metadata::INVALID,
    &MALFORMED,
    &NOT_A_COMPONENT,
    &WAT_SYNTAX,
];

/// A component, in binary form.
pub struct Component {
    source: Source,
}

impl Component {
    /// Takes a source to be a component, in binary form or as text.
    ///
    /// Fails if it is not a component (`input/not-a-component`) or if its text does not parse
    /// (`input/wat-syntax`). Its sections are checked when they are read.
    pub fn new(source: Source) -> Result<Component, Report> {
        let kind = sniff(source.bytes());
        let source = if kind == Kind::Wat {
            let binary = translate(&source)?;
            source.replaced(binary)
        } else {
            source
        };
        match sniff(source.bytes()) {
            Kind::Component => {}
            other => return Err(not_a_component(&source, other).into()),
        }
        Ok(Component { source })
    }

    /// Where its bytes are from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The same, given back.
    pub(crate) fn into_source(self) -> Source {
        self.source
    }

    /// The binary form.
    pub fn bytes(&self) -> &[u8] {
        self.source.bytes()
    }

    /// Its outermost level; fails if that is cut off or broken (`input/malformed`), or if it is
    /// that of a WIT package (`input/not-a-component`).
    pub(crate) fn structure(&self) -> Result<Structure<'_>, Diagnostic> {
        let structure = Structure::of(self.bytes()).map_err(|e| self.malformed(&e))?;
        if structure.is_wit_package() {
            return Err(not_a_component(&self.source, Kind::Wit));
        }
        Ok(structure)
    }

    /// Whether it is a WIT package in binary form; fails if it is cut off or broken
    /// (`input/malformed`).
    pub fn is_wit_package(&self) -> Result<bool, Diagnostic> {
        let structure = Structure::of(self.bytes()).map_err(|e| self.malformed(&e))?;
        Ok(structure.is_wit_package())
    }

    /// What stands for it where only its type matters: in a component that [`decode::begin`] has
    /// begun with these `stubs`.
    pub(crate) fn skeleton(&self, stubs: &mut Stubs) -> Result<Skeleton, Diagnostic> {
        skeleton::skeleton(self.bytes(), stubs).map_err(|e| self.malformed(&e))
    }

    /// Its types, standing alone.
    pub(crate) fn decode(&self) -> Result<decode::Decoded, Diagnostic> {
        decode::decode(self.bytes()).map_err(|e| self.malformed(&e))
    }

    /// A finding about broken bytes of this component.
    pub(crate) fn malformed(&self, malformed: &Malformed) -> Diagnostic {
        crate::wasm::malformed(&self.source, malformed)
    }
}

impl std::fmt::Debug for Component {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, len) = (self.source.name(), self.bytes().len());
        write!(f, "Component({name:?}, {len} bytes)")
    }
}

/// A finding about broken bytes of the component `source`.
pub(crate) fn malformed(source: &Source, malformed: &Malformed) -> Diagnostic {
    let name = source.name();
    let advice = prerelease::advice(source.bytes(), &malformed.message);
    // Nobody follows a path of a hundred steps.
    let path = match malformed.path.as_slice() {
        [first, second, .., last] if malformed.path.len() > 6 => {
            vec![first.clone(), second.clone(), "…".to_string(), last.clone()]
        }
        path => path.to_vec(),
    };
    MALFORMED
        .report(format!(
            "`{name}` is not a valid component: {}",
            malformed.message
        ))
        .at(Locus::item(name, path), "")
        .help(advice.unwrap_or_else(|| "rebuild or fetch it again".to_string()))
}

/// How much of a module or component is validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// Its structure at all depths: everything but function bodies.
    Types,
    /// Everything.
    #[default]
    Full,
}

/// Validates all of `source`, a module or component in binary form, function bodies included, with
/// every feature there is.
///
/// Fails with the first problem of its structure (`input/malformed`) and all functions that are
/// not valid (`input/invalid-function`).
pub fn validate(source: &Source) -> Result<(), Report> {
    validate_all(&[source], Validation::Full).or_ok(())
}

/// As [`validate()`], of everything but function bodies: what has to be right before anything is
/// said about an input.
pub fn validate_structure(source: &Source) -> Result<(), Report> {
    validate_all(&[source], Validation::Types).or_ok(())
}

/// Validates several inputs at once, on all cores.
pub(crate) fn validate_all(sources: &[&Source], validation: Validation) -> Report {
    let inputs: Vec<&[u8]> = sources.iter().map(|source| source.bytes()).collect();
    let verdicts = validate::validate(&inputs, sections::features(), validation);
    let mut report = Report::new();
    for (source, verdict) in sources.iter().zip(&verdicts) {
        validate::findings(source, verdict, None, &mut report);
    }
    report
}

/// A module or component as WebAssembly text.
///
/// Fails with a message if the bytes are not valid.
pub fn print(bytes: &[u8]) -> Result<String, String> {
    wasmprinter::print_bytes(bytes).map_err(|e| format!("it cannot be printed as text: {e:#}"))
}

fn not_a_component(source: &Source, kind: Kind) -> Diagnostic {
    let name = source.name();
    let is = match kind {
        Kind::Wit => "a WIT package, not a component",
        Kind::CoreModule => "a core module, not a component",
        Kind::UnknownWasm => "WebAssembly of an unknown version, not a component of today's",
        _ => "not a component: it is neither WebAssembly nor its text",
    };
    let finding = NOT_A_COMPONENT
        .report(format!("`{name}` is {is}"))
        .at(Locus::File(name.to_string()), "");
    match kind {
        Kind::CoreModule => {
            finding.help("wrap it into a component with the WIT world it was built for first")
        }
        Kind::Wit => finding.help(
            "WIT has only types; give the component (.wasm or .wat) that implements its world",
        ),
        Kind::UnknownWasm => {
            let advice = prerelease::advice(source.bytes(), prerelease::UNKNOWN_VERSION);
            finding.help(advice.unwrap_or_else(|| "rebuild it with current tools".to_string()))
        }
        _ => finding.help("give a component: .wasm, or .wat text"),
    }
}

/// Text to binary; the report owns the text.
pub(crate) fn translate(source: &Source) -> Result<Vec<u8>, Report> {
    // INVARIANT: only valid UTF-8 is sniffed as text, so nothing is lost here.
    let text = String::from_utf8_lossy(source.bytes()).into_owned();
    let fail = |error: &wast::Error| {
        let start = error.span().offset().min(text.len());
        let mut report = Report::from(WAT_SYNTAX.report(error.message()).at(
            Locus::Text {
                file: source.name().to_string(),
                range: start..start,
            },
            "",
        ));
        report.add_text(source.name(), text.as_str());
        report
    };
    let buffer = wast::parser::ParseBuffer::new(&text).map_err(|e| fail(&e))?;
    let mut wat = wast::parser::parse::<wast::Wat>(&buffer).map_err(|e| fail(&e))?;
    wat.encode().map_err(|e| fail(&e))
}
