//! WebAssembly binaries and text: the kind of an input, and the component level of a component.
//!
//! Lives here: [`sniff`], [`Component`]; `structure` (index spaces and nested parts), based on it
//! `instantiation` (the sources of arguments) and `parts` (the names of nested parts);
//! `skeleton` and `decode` (types); [`validate()`], the only part that reads core code; `find`
//! (files in folders).
//! May import: `source`, `diag` (rank 0).
//! Deliberately absent: types in our own terms (`surface`).

pub(crate) mod custom;
pub(crate) mod decode;
mod embedded;
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

pub(crate) use embedded::{Edit, Inserted};
pub use metadata::{Annotation, Metadata};
pub use sniff::{Kind, sniff};

use crate::diag::{Code, Diagnostic, Locus, Report, Severity};
use crate::source::{Input, Source};
use sections::Malformed;
use skeleton::{Skeleton, Stubs};
use structure::Structure;

/// The input is not a component.
pub static NOT_A_COMPONENT: Code = Code {
    name: "input/not-a-component",
    severity: Severity::Error,
    page: "\
A component was expected, but the file is something else: a core module, a WIT package, or not
WebAssembly at all. witkit determines the kind of a file from its contents, never from its name.

A core module has no component-level imports and exports. Make a component from it and its WIT world
first: `witkit componentize module.wasm --wit wit -o component.wasm`. A WIT package contains only
types and nothing that can run; pass a component that implements it.",
};

/// The bytes of a component are malformed.
pub static MALFORMED: Code = Code {
    name: "input/malformed",
    severity: Severity::Error,
    page: "\
The file begins like a component or core module, but its contents are not valid. Usually a download
or copy was interrupted, or a tool for an older draft of the component model wrote the file.

The message names the section and the nested component in which the first problem occurs. Rebuild
the file or download it again; rebuild components made for a pre-release with current tools. The
structure of a file is always validated. Function bodies are validated by `witkit validate` and in
everything that witkit creates, unless `--validate types` is given.",
};

/// WebAssembly text with an error in it.
pub static WAT_SYNTAX: Code = Code {
    name: "input/wat-syntax",
    severity: Severity::Error,
    page: "\
The file is WebAssembly text, but it cannot be translated to binary: it has a syntax error, or it
uses an undefined name. The message points to the place.",
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

/// A component, in binary form. Clones share the bytes.
///
/// ```
/// use witkit::Component;
///
/// let component = Component::open(("empty.wat", "(component)"))?;
/// assert!(component.bytes().starts_with(b"\0asm"));
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone)]
pub struct Component {
    source: Source,
    /// What is put into it when it is written, in order.
    edits: Vec<Edit>,
}

impl Component {
    /// Reads a path or bytes as a component, in binary form or as text.
    ///
    /// Fails if it cannot be read, and as [`Component::new`] does.
    pub fn open(input: impl Into<Input>) -> Result<Component, Report> {
        Component::new(input.into().open()?)
    }

    /// Reads a source as a component, in binary form or as text.
    ///
    /// Fails if it is not a component (`input/not-a-component`) or if its text does not parse
    /// (`input/wat-syntax`). Its sections are checked when they are read.
    ///
    /// ```
    /// use witkit::{Component, Source};
    ///
    /// let component = Component::new(Source::memory("empty.wat", "(component)"))?;
    /// assert!(!component.is_wit_package()?);
    /// assert_eq!(component.source().name(), "empty.wat");
    /// # Ok::<(), witkit::Report>(())
    /// ```
    pub fn new(source: Source) -> Result<Component, Report> {
        let source = binary(source)?;
        match sniff(source.bytes()) {
            Kind::Component => Ok(Component {
                source,
                edits: Vec::new(),
            }),
            other => Err(not_a_component(&source, other).into()),
        }
    }

    /// The same, with what is put into it when a composition that it is a part of is written.
    pub(crate) fn with_edits(self, edits: Vec<Edit>) -> Component {
        Component { edits, ..self }
    }

    /// What is put into it when it is written.
    pub(crate) fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The source of its bytes.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Returns its source.
    pub(crate) fn into_source(self) -> Source {
        self.source
    }

    /// The binary form.
    pub fn bytes(&self) -> &[u8] {
        self.source.bytes()
    }

    /// Its outermost level; fails if that is truncated or malformed (`input/malformed`), or if it is
    /// that of a WIT package (`input/not-a-component`).
    pub(crate) fn structure(&self) -> Result<Structure<'_>, Diagnostic> {
        let structure = Structure::of(self.bytes()).map_err(|e| self.malformed(&e))?;
        if structure.is_wit_package() {
            return Err(not_a_component(&self.source, Kind::Wit));
        }
        Ok(structure)
    }

    /// Whether it is a binary WIT package; fails if it is truncated or malformed
    /// (`input/malformed`).
    pub fn is_wit_package(&self) -> Result<bool, Diagnostic> {
        let structure = Structure::of(self.bytes()).map_err(|e| self.malformed(&e))?;
        Ok(structure.is_wit_package())
    }

    /// A replacement for it where only its type matters: in a component that [`decode::begin`] has
    /// begun with these `stubs`.
    pub(crate) fn skeleton(&self, stubs: &mut Stubs) -> Result<Skeleton, Diagnostic> {
        skeleton::skeleton(self.bytes(), stubs).map_err(|e| self.malformed(&e))
    }

    /// Its types, without an enclosing component.
    pub(crate) fn decode(&self) -> Result<decode::Decoded, Diagnostic> {
        decode::decode(self.bytes()).map_err(|e| self.malformed(&e))
    }

    /// A finding about malformed bytes of this component.
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

/// A finding about malformed bytes of the component `source`.
pub(crate) fn malformed(source: &Source, malformed: &Malformed) -> Diagnostic {
    let name = source.name();
    let outdated = prerelease::outdated(source.bytes(), &malformed.message);
    // A path of a hundred steps would not be readable.
    let path = match malformed.path.as_slice() {
        [first, second, .., last] if malformed.path.len() > 6 => {
            vec![first.clone(), second.clone(), "…".to_string(), last.clone()]
        }
        path => path.to_vec(),
    };
    let finding = MALFORMED
        .report(format!(
            "`{name}` is not a valid component: {}",
            malformed.message
        ))
        .at(Locus::item(name, path), "");
    match outdated {
        Some(note) => finding.note(note).help(prerelease::REBUILD),
        None => finding.help("rebuild it or download it again"),
    }
}

/// How much of a module or component is validated.
///
/// ```
/// use witkit::compose::{Options, compose};
/// use witkit::wasm::Validation;
///
/// // Code that was validated before need not be again.
/// let options = Options { validation: Validation::Types, ..Options::default() };
/// let outcome = compose(&options.root(("app.wat", "(component)")));
/// assert!(outcome.composed.is_some());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// Its structure at all depths: everything but function bodies.
    Types,
    /// Everything.
    #[default]
    Full,
}

/// Validates all of `source`, a module or component in binary form, function bodies included, with
/// all features enabled.
///
/// Fails with the first problem of its structure (`input/malformed`) and all functions that are
/// invalid (`input/invalid-function`).
#[doc(hidden)]
pub fn validate(source: &Source) -> Result<(), Report> {
    validate_all(&[source], Validation::Full).or_ok(())
}

/// Like [`validate()`], for everything except function bodies: required before anything is
/// reported about an input.
#[doc(hidden)]
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
///
/// ```
/// let text = witkit::wasm::print(b"\0asm\x0d\0\x01\0")?;
/// assert!(text.starts_with("(component"));
/// # Ok::<(), String>(())
/// ```
pub fn print(bytes: &[u8]) -> Result<String, String> {
    wasmprinter::print_bytes(bytes).map_err(|e| format!("cannot print it as text: {e:#}"))
}

fn not_a_component(source: &Source, kind: Kind) -> Diagnostic {
    let name = source.name();
    let is = match kind {
        Kind::Wit => "a WIT package",
        Kind::Script => "a script of wac",
        Kind::CoreModule => "a core module",
        Kind::UnknownWasm => "WebAssembly of an unknown version",
        _ => "neither WebAssembly nor WAT",
    };
    let finding = NOT_A_COMPONENT
        .report(format!("expected a component, but `{name}` is {is}"))
        .at(Locus::File(name.to_string()), "");
    match kind {
        Kind::CoreModule => {
            finding.help("make a component from it first, with `witkit componentize`")
        }
        Kind::Wit => finding
            .note("a WIT package contains only types")
            .help("pass a component that implements one of its worlds"),
        Kind::Script => finding.help(format!(
            "compose it first: `witkit compose {} -o app.wasm`",
            source.path().map_or("-", |_| name)
        )),
        Kind::UnknownWasm => {
            let outdated = prerelease::outdated(source.bytes(), prerelease::UNKNOWN_VERSION);
            let finding = match outdated {
                Some(note) => finding.note(note),
                None => finding,
            };
            finding.help(prerelease::REBUILD)
        }
        _ if is_configuration(name) => finding.help(format!(
            "to compose what a configuration names, use `witkit compose -c {name}`"
        )),
        _ => finding.help("pass a component: `.wasm`, or `.wat` text"),
    }
}

/// Whether a file has the name of a configuration.
fn is_configuration(name: &str) -> bool {
    [".toml", ".yaml", ".yml"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// A source in binary form if it is WebAssembly text, and as it is if it is anything else.
///
/// Fails if the text does not parse (`input/wat-syntax`).
pub(crate) fn binary(source: Source) -> Result<Source, Report> {
    match sniff(source.bytes()) {
        Kind::Wat => {
            let binary = translate(&source)?;
            Ok(source.replaced(binary))
        }
        _ => Ok(source),
    }
}

/// A source in binary form if it is a module or component, as text or binary.
///
/// Fails if it is neither (`input/not-a-component`), or if its text does not parse
/// (`input/wat-syntax`).
#[doc(hidden)]
pub fn module_or_component(source: Source) -> Result<Source, Report> {
    let source = binary(source)?;
    match sniff(source.bytes()) {
        Kind::CoreModule => Ok(source),
        _ => Component::new(source).map(Component::into_source),
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
