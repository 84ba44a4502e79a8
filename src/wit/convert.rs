//! Conversions: WIT in any form to WIT in any other.
//!
//! Lives here: [`convert`], which reads any form, and [`Converted`], which gives any.
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1) and the loading of packages.
//! Deliberately absent: comments that are no docs, and the order and files of the original. What is
//! converted is what a package means; who wants to keep its text formats it.

mod codes;
mod folder;
mod gated;
mod json;
mod print;
mod select;

use std::path::{Path, PathBuf};

use wit_parser::{PackageId, Resolve, WorldId};

pub use codes::CODES;
pub(crate) use codes::NO_BINARY_FORM;
pub use select::Turn;

use super::docs::{Docs, Has};
use super::{Options, PackageKey, Wit, decode, find, gates, load, load_text, strip};
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::{self, Input, Source};
use crate::wasm::{self, Kind};

/// What is to be converted.
///
/// [`convert`] has an example.
#[derive(Clone, Debug, Default)]
pub struct ConvertOptions {
    /// A package in text or binary form, a component or a core module with metadata: a path, `-`
    /// for standard input, or bytes.
    pub input: Input,
    /// Other packages, in the same forms, that are to be in the result as well.
    pub more: Vec<Input>,
    /// What of a package in text form is wanted.
    pub options: Options,
    /// Only this world and what it needs.
    pub world: Option<String>,
    /// Turns a world around; needs [`ConvertOptions::world`] if there are several.
    pub turn: Option<Turn>,
    /// Leaves out the docs.
    pub no_docs: bool,
}

/// WIT that was read, in whatever form.
///
/// [`convert`] has an example.
pub struct Converted {
    file: String,
    wit: Wit,
    /// Options that did nothing for this package, and what gates leave out.
    pub remarks: Report,
}

/// Reads what is to be converted.
///
/// Fails if the input cannot be read, is malformed, has no WIT form (`wit/no-wit-form`,
/// `wit/no-metadata`), or if there is no such world.
///
/// ```
/// use witkit::wit::convert::{ConvertOptions, Turn, convert};
///
/// let text = "package a:b; interface i { f: func(); } world w { export i; }";
/// let request = ConvertOptions { input: ("b.wit", text).into(), ..ConvertOptions::default() };
/// let converted = convert(&request)?;
/// assert!(converted.remarks.is_empty());
/// assert!(converted.text()?.contains("export i;"));
/// assert!(converted.json().contains("witkit.wit/1"));
/// assert!(converted.binary()?.0.starts_with(b"\0asm"));
/// assert_eq!(converted.files()?.len(), 1);
///
/// let host = ConvertOptions { turn: Some(Turn::Importize(None)), ..request };
/// assert!(convert(&host)?.text()?.contains("import i;"));
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn convert(request: &ConvertOptions) -> Result<Converted, Report> {
    let mut inputs = std::iter::once(&request.input).chain(&request.more);
    // It can be read only once.
    let stdin = match inputs.find(|input| **input == Input::default()) {
        Some(input) => Some(input.clone().open()?),
        None => None,
    };
    let mut wit = selected(request, &request.options, stdin.as_ref())?;
    let mut remarks = gates::unknown_features(&request.options.features, &wit.features());
    let with = |options: &Options| selected(request, options, stdin.as_ref());
    remarks.extend(gated::left_out(&wit, &request.options, with));
    if request.no_docs {
        strip::docs(&mut wit.resolve);
    }
    Ok(Converted {
        file: request.input.name(),
        wit,
        remarks,
    })
}

/// What is converted: all inputs, reduced to the world that was chosen.
fn selected(
    request: &ConvertOptions,
    options: &Options,
    stdin: Option<&Source>,
) -> Result<Wit, Report> {
    let read = |input: &Input| match stdin.filter(|_| *input == Input::default()) {
        Some(stdin) => read_source(stdin.clone(), options),
        None => read_input(input.clone(), options),
    };
    let mut wit = read(&request.input);
    for input in &request.more {
        wit = match (wit, read(input)) {
            (Ok(wit), Ok(more)) => joined(wit, more, input),
            (Err(mut report), more) => {
                more.map_err(|found| report.extend(found)).ok();
                Err(report)
            }
            (Ok(_), Err(found)) => Err(found),
        };
    }
    let mut wit = wit?;
    select::select(
        &request.input.name(),
        &mut wit,
        request.world.as_deref(),
        request.turn.as_ref(),
    )?;
    Ok(wit)
}

/// A package together with another one, which was read from `input`.
fn joined(mut wit: Wit, more: Wit, input: &Input) -> Result<Wit, Report> {
    let name = input.name();
    let remap = wit.resolve.merge(more.resolve).map_err(|error| {
        super::codes::DUPLICATE
            .report(format!(
                "`{name}` conflicts with another package of the same name: {error:#}"
            ))
            .at(Locus::File(name), "")
    })?;
    for package in more.own {
        let package = remap.packages[package.index()];
        if !wit.own.contains(&package) {
            wit.own.push(package);
        }
    }
    Ok(wit)
}

/// Reads WIT in any form: what it is, is told by the bytes. A file that is not whole without the
/// others of its folder stands for the package that they are.
pub(crate) fn read(path: &Path, options: &Options) -> Result<Wit, Report> {
    if source::is_dir(path) {
        return load(path, options);
    }
    read_source(Source::open(path)?, options)
}

/// As [`read`], a path or bytes.
pub(crate) fn read_input(input: Input, options: &Options) -> Result<Wit, Report> {
    match input {
        Input::Path(path) => read(&path, options),
        Input::Bytes(source) => read_source(source, options),
    }
}

/// As [`read`], what was opened already.
pub(crate) fn read_source(source: Source, options: &Options) -> Result<Wit, Report> {
    match wasm::sniff(source.bytes()) {
        Kind::Component | Kind::CoreModule | Kind::Wat | Kind::UnknownWasm => decode::read(source),
        // Also what is no WIT by the looks of it: why not is for those to say who know WIT.
        Kind::Wit | Kind::Script | Kind::Other if source.path().is_some_and(Path::is_file) => {
            file(source.path().unwrap_or(Path::new("-")), options)
        }
        // A pipe cannot be read twice. What is no text by its bytes has nothing to lose.
        Kind::Wit | Kind::Script | Kind::Other => {
            let text = String::from_utf8_lossy(source.bytes());
            load_text(source.name(), text, options)
        }
    }
}

/// Reads a file, alone if it is whole by itself.
pub(crate) fn file(path: &Path, options: &Options) -> Result<Wit, Report> {
    load(path, options).or_else(|alone| {
        let whole = find::whole(path);
        match whole == path {
            true => Err(alone),
            false => load(&whole, options),
        }
    })
}

/// The world of that name, or else the only one of the package, which was read from `file`.
///
/// Fails if there is no such world (`wit/unknown-world`), or none or several (`wit/which-world`).
pub(crate) fn world(file: &str, wit: &Wit, name: Option<&str>) -> Result<WorldId, Diagnostic> {
    match name {
        Some(name) => select::named(file, wit, name),
        None => select::only(file, wit),
    }
}

/// A package in binary form, or why it has none.
pub(crate) fn encoded(resolve: &Resolve, package: PackageId) -> Result<Vec<u8>, String> {
    let bytes =
        wit_component::encode(resolve, package, false).map_err(|e| e.root_cause().to_string())?;
    wasm::decode::decode(&bytes).map_err(|malformed| malformed.message.replace('\n', ": "))?;
    Ok(bytes)
}

/// WIT as one text, with all that it needs nested in it.
pub(crate) fn text(wit: &Wit) -> Result<String, Report> {
    print::text(wit)
}

/// Everything that a package was loaded with, each package as a text of its own.
pub(crate) fn dependencies(wit: &Wit) -> Result<Vec<(PackageKey, String)>, Report> {
    print::dependencies(wit)
}

/// Whether `name` can be that of a world.
#[doc(hidden)]
pub fn is_name(name: &str) -> bool {
    wit_parser::validate_id(name).is_ok()
}

impl Converted {
    /// As one text, with all that it needs nested in it.
    pub fn text(&self) -> Result<String, Report> {
        print::text(&self.wit)
    }

    /// As JSON: `witkit.wit/1`.
    pub fn json(&self) -> String {
        json::json(&self.wit)
    }

    /// In binary form, along with a warning if that does not hold all packages.
    ///
    /// Fails if a type is not valid in a component (`wit/no-binary-form`).
    pub fn binary(&self) -> Result<(Vec<u8>, Report), Report> {
        let bytes = encoded(&self.wit.resolve, self.wit.main)
            .map_err(|reason| self.no_binary_form(&reason))?;
        let decoded = wasm::decode::decode(&bytes)
            .map_err(|malformed| self.no_binary_form(&malformed.message))?;
        let has = Has::of(decoded.types(), decoded.component());
        let mut needed = print::needed(&self.wit.resolve, &[self.wit.main]);
        needed.remove(&self.wit.main);
        // wit-component keeps those of the package itself only.
        let mut docs = Docs::of(&self.wit.resolve, needed);
        docs.restrict(&has, None);
        let mut bytes = bytes;
        bytes.extend(docs.sections());
        Ok((bytes, self.left_out(&has)))
    }

    /// A finding that the package cannot be encoded.
    pub(crate) fn no_binary_form(&self, reason: &str) -> Report {
        let name = &self.wit.resolve.packages[self.wit.main].name;
        let finding =
            codes::NO_BINARY_FORM.report(format!("package `{name}` cannot be encoded: {reason}"));
        finding.at(Locus::File(self.file.clone()), "").into()
    }

    /// What a binary form does not hold.
    fn left_out(&self, has: &Has) -> Report {
        let resolve = &self.wit.resolve;
        let main = self.wit.main;
        let held = print::needed(resolve, &[main]);
        let mut report = Report::new();
        let package = &resolve.packages[main];
        if package.interfaces.is_empty() && package.worlds.is_empty() {
            report.push(
                codes::LEFT_OUT
                    .report(format!(
                        "the binary form of package `{}` is empty and does not contain its name",
                        package.name
                    ))
                    .at(Locus::File(self.file.clone()), "")
                    .note("a package without interfaces and worlds has no types to encode"),
            );
        }
        for package in self.wit.own.iter().filter(|id| !held.contains(id)) {
            report.push(
                codes::LEFT_OUT
                    .report(format!(
                        "unused package `{1}` is not in the binary form of package `{0}`",
                        resolve.packages[main].name, resolve.packages[*package].name
                    ))
                    .at(Locus::File(self.file.clone()), ""),
            );
        }
        let own = self.wit.own.iter();
        for package in own.filter(|id| **id != main && held.contains(id)) {
            let package = &resolve.packages[*package];
            let interfaces = package.interfaces.iter().filter(|(_, id)| {
                let name = resolve.id_of(**id);
                name.is_none_or(|name| !has.interface(&name))
            });
            let interfaces = interfaces.map(|(name, _)| format!("interface `{name}`"));
            let worlds = package.worlds.keys().map(|name| format!("world `{name}`"));
            for item in interfaces.chain(worlds) {
                report.push(
                    codes::LEFT_OUT
                        .report(format!(
                            "unused {item} of package `{1}` is not in the binary form of package `{0}`",
                            resolve.packages[main].name, package.name
                        ))
                        .at(Locus::File(self.file.clone()), ""),
                );
            }
        }
        report
    }

    /// As files: the package in a file named like it, and each package that it needs in a folder
    /// of its own under `deps`. The paths are relative.
    pub fn files(&self) -> Result<Vec<(PathBuf, String)>, Report> {
        print::files(&self.wit)
    }

    /// Writes [`Converted::files`] into `folder`, all of them or none.
    ///
    /// Fails if there are files in it already that would become a part of the package
    /// (`wit/folder-in-use`), or if it cannot be written to.
    ///
    /// ```no_run
    /// use witkit::wit::convert::{ConvertOptions, convert};
    ///
    /// let request = ConvertOptions { input: "app.wasm".into(), ..ConvertOptions::default() };
    /// convert(&request)?.write_files("wit".as_ref())?;
    /// # Ok::<(), witkit::Report>(())
    /// ```
    pub fn write_files(&self, folder: &Path) -> Result<(), Report> {
        folder::write(folder, &self.files()?)
    }
}
