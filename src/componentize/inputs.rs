//! The modules that the options name: opened, read, and either linked or not.
//!
//! Lives here: [`Files`] and [`Inputs`]. May import: `source`, `diag`, `wasm` (ranks 0 and 1).
//! Deliberately absent: files that are not core modules (`module`), and what a module needs
//! and has (`preflight`).

use std::path::PathBuf;

use super::module::{self, CoreModule};
use super::options::{ModuleSpec, Options};
use super::{codes, sections};
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::Source;
use crate::wasm::{self, decode};

/// The name of the built-in library.
const LIBDL: &str = "libdl.so";

/// A core module in binary form.
pub(super) struct Binary {
    /// Its name as a library or as an adapter.
    name: String,
    source: Source,
    /// `dlopen` finds it.
    dl_openable: bool,
}

/// All files of the options that are modules.
pub(super) struct Files {
    modules: Vec<Binary>,
    adapters: Vec<Binary>,
}

impl Files {
    /// Opens them; problems go to `report`.
    pub fn open(options: &Options, read: &mut Vec<PathBuf>, report: &mut Report) -> Files {
        let mut open = |spec: &ModuleSpec, name: String, dl_openable, into: &mut Vec<Binary>| {
            let binary = options.open(&spec.path).map_err(Report::from);
            match binary.and_then(module::binary) {
                Ok(source) => {
                    read.push(spec.path.clone());
                    into.push(Binary {
                        name,
                        source,
                        dl_openable,
                    });
                }
                Err(found) => report.extend(found),
            }
        };
        let mut modules = Vec::new();
        let later = &options.link.dl_openable;
        for spec in &options.modules {
            // What is named twice has its place here, and its name from where one was given.
            let again = later.iter().find(|other| other.path == spec.path);
            let name = spec.name.as_ref().or(again.and_then(|s| s.name.as_ref()));
            let name = name.cloned().unwrap_or_else(|| spec.file_name());
            open(spec, name, again.is_some(), &mut modules);
        }
        for spec in later {
            if options.modules.iter().all(|other| other.path != spec.path) {
                let name = spec.name.clone().unwrap_or_else(|| spec.file_name());
                open(spec, name, true, &mut modules);
            }
        }
        let mut adapters = Vec::new();
        for spec in &options.adapters {
            // Release files are called `wasi_snapshot_preview1.reactor.wasm`.
            let name = match &spec.name {
                Some(name) => name.clone(),
                None => spec.stem(),
            };
            open(spec, name, false, &mut adapters);
        }
        Files { modules, adapters }
    }

    /// The file of a module that was generated.
    pub fn made(name: &str, bytes: Vec<u8>) -> Files {
        Files {
            modules: vec![Binary {
                name: name.to_string(),
                source: Source::memory(name, bytes),
                dl_openable: false,
            }],
            adapters: Vec::new(),
        }
    }

    /// These files with the modules of `other`.
    pub fn with_modules_of(self, other: Files) -> Files {
        Files {
            modules: other.modules,
            adapters: self.adapters,
        }
    }
}

/// The facts about all modules of the options.
pub(super) struct Inputs<'a> {
    /// The main module, or the libraries to be linked.
    pub modules: Vec<CoreModule<'a>>,
    /// The modules given with `--adapt`.
    pub adapters: Vec<CoreModule<'a>>,
    /// Whether the modules are libraries to be linked.
    pub linked: bool,
}

impl<'a> Inputs<'a> {
    /// Reads all modules; problems go to `report`.
    pub fn read(files: &'a Files, options: &Options, report: &mut Report) -> Inputs<'a> {
        let mut read = |binaries: &'a [Binary]| {
            let mut modules = Vec::new();
            for binary in binaries {
                match valid(binary.source.name(), binary.source.bytes()) {
                    Ok(mut module) => {
                        module.library_name = binary.name.clone();
                        module.dl_openable = binary.dl_openable;
                        report.extend(unreadable(&module));
                        modules.push(module);
                    }
                    Err(found) => report.push(found),
                }
            }
            modules
        };
        let mut inputs = Inputs {
            modules: read(&files.modules),
            adapters: read(&files.adapters),
            linked: false,
        };
        inputs.linked = inputs.are_linked(options, report);
        if inputs.linked {
            inputs.one_start(report);
            if options.link.use_built_in_libdl {
                second_libdl(&inputs.modules, report);
            }
        }
        same_names(&inputs.adapters, report);
        inputs
    }

    /// Whether the modules are to be linked; reports that, or why they cannot be.
    fn are_linked(&self, options: &Options, report: &mut Report) -> bool {
        let asked = options.link.any() || self.modules.len() > 1;
        if !asked {
            let Some(module) = self.modules.iter().find(|m| m.dylink.is_some()) else {
                return false;
            };
            if options.embed.is_none() {
                report.push(
                    codes::LINKED_ALONE
                        .report(format!(
                            "linking the shared library `{}` on its own",
                            module.name
                        ))
                        .at(Locus::File(module.name.clone()), "has a `dylink.0` section")
                        .help("list all libraries that it needs, including `libc.so`"),
                );
            }
            return true;
        }
        for module in self.modules.iter().filter(|m| m.dylink.is_none()) {
            report.push(
                codes::NOT_A_LIBRARY
                    .report(format!(
                        "`{}` cannot be linked: it is not a shared library",
                        module.name
                    ))
                    .at(Locus::File(module.name.clone()), "no `dylink.0` section")
                    .help("build it with `-shared -fPIC`, or pass only one module"),
            );
        }
        true
    }

    /// Only one library may be the program.
    fn one_start(&self, report: &mut Report) {
        let starting: Vec<_> = self.modules.iter().filter(|m| m.is_command()).collect();
        if starting.len() < 2 {
            return;
        }
        let mut finding = codes::SEVERAL_MODULES
            .report("several libraries export `_start`")
            .note("a component has only one entry point")
            .help("build all but one of them without a `main` function");
        for module in starting {
            finding = finding.at(Locus::File(module.name.clone()), "");
        }
        report.push(finding);
    }
}

/// Reads a module; fails if anything in it but a function body is invalid. The encoder, and what
/// is checked before it, can then follow indices without checks.
fn valid<'a>(name: &str, bytes: &'a [u8]) -> Result<CoreModule<'a>, Diagnostic> {
    let module = CoreModule::read(name, bytes)?;
    match decode::structure(bytes) {
        Ok(()) => Ok(module),
        Err(error) => Err(wasm::MALFORMED
            .report(format!(
                "`{name}` is not a valid module: {}",
                error.message()
            ))
            .at(Locus::File(name.to_string()), "")
            .help("rebuild it or download it again")),
    }
}

/// The malformed custom sections of a module, which are left out.
fn unreadable(module: &CoreModule<'_>) -> Report {
    let mut report = Report::new();
    for name in sections::unreadable(module.bytes) {
        report.push(
            codes::UNREADABLE_SECTION
                .report(format!(
                    "omitting the malformed custom section `{name}` of `{}`",
                    module.name
                ))
                .at(module.locus([format!("section {name}")]), ""),
        );
    }
    report
}

/// Two adapters of one name could not be told apart. (Libraries: see `preflight`.)
fn same_names(adapters: &[CoreModule<'_>], report: &mut Report) {
    for (at, adapter) in adapters.iter().enumerate() {
        let name = &adapter.library_name;
        if let Some(first) = adapters[..at].iter().find(|a| a.library_name == *name) {
            report.push(
                codes::SAME_NAME
                    .report(format!("two adapters provide `{name}`"))
                    .at(Locus::File(first.name.clone()), "first adapter")
                    .at(Locus::File(adapter.name.clone()), "second adapter")
                    .help("remove one of them, or rename it: `NAME=FILE`"),
            );
        }
    }
}

/// A library may have the name of the built-in libdl.
fn second_libdl(libraries: &[CoreModule<'_>], report: &mut Report) {
    for library in libraries.iter().filter(|l| l.library_name == LIBDL) {
        report.push(
            codes::SAME_NAME
                .report(format!(
                    "`{}` conflicts with the built-in `{LIBDL}`",
                    library.name
                ))
                .at(Locus::File(library.name.clone()), "")
                .help("remove it, or remove `--use-built-in-libdl`"),
        );
    }
}
