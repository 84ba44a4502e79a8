//! Components made by a build script.
//!
//! Lives here: [`Build`], which lints WIT, makes components from modules and composes them into a
//! file in `OUT_DIR`, and its [`Outcome`]; `watch` (what cargo has to watch), `findings` (reports as
//! lines for cargo) and `print`, which prints these lines.
//! May import: the verbs (rank 4).
//! Deliberately absent: decisions of its own. What it does, the verbs do; a build script that needs
//! more calls them.

mod findings;
mod print;
mod watch;

use std::path::{Path, PathBuf};

use crate::componentize;
use crate::compose;
use crate::config;
use crate::diag::{Diagnostic, Locus, Report};
use crate::lint;
use crate::source::{self, Input, Looked, NewFile, Source};
use crate::wit::{self, Search};

/// What a build script makes, in the order in which it is described.
///
/// Relative paths are those of the package, where cargo runs build scripts. The nearest `witkit.toml`
/// at or above it says how WIT is linted (`[lint]`) and where its dependencies are (`[wit]`).
///
/// ```no_run
/// // In `main` of build.rs:
/// witkit::build::Build::new()
///     .wit("wit")
///     .world("app")
///     .module("guest/app.wasm")
///     .world("logger")
///     .module("guest/logger.wasm")
///     .out("app.wasm");
/// ```
///
/// ```ignore
/// // src/main.rs
/// static APP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/app.wasm"));
/// ```
#[derive(Default)]
pub struct Build {
    out_dir: Option<PathBuf>,
    wit: Vec<PathBuf>,
    world: Option<String>,
    parts: Vec<Part>,
    named: Option<String>,
    adjust: Vec<Adjust>,
}

/// What the script sets for the composition.
type Adjust = Box<dyn FnOnce(compose::Options) -> compose::Options>;

/// A module or component.
struct Part {
    input: Input,
    /// A core module, with the packages and the world to make a component with.
    module: Option<(Vec<PathBuf>, Option<String>)>,
}

/// What a build came to.
///
/// ```
/// use witkit::build::Build;
///
/// let folder = std::env::temp_dir().join("witkit-example");
/// std::fs::create_dir_all(&folder).expect("a folder for temporary files");
/// let outcome = Build::new()
///     .out_dir(&folder)
///     .component(("empty.wat", "(component)"))
///     .run("empty.wasm");
/// assert!(!outcome.report.has_errors());
/// assert_eq!(outcome.output, Some(folder.join("empty.wasm")));
/// for line in outcome.instructions() {
///     println!("{line}");
/// }
/// ```
#[non_exhaustive]
#[derive(Debug)]
pub struct Outcome {
    /// The file in `OUT_DIR`, unless the report has errors.
    pub output: Option<PathBuf>,
    /// Whether the file was written: its bytes are not what they were.
    pub changed: bool,
    /// All findings of all steps.
    pub report: Report,
    looked: Looked,
    out_dir: Option<PathBuf>,
}

impl Build {
    /// A build that does nothing yet.
    pub fn new() -> Build {
        Build::default()
    }

    /// Lints the WIT package at this path, and makes it that of the modules which follow.
    pub fn wit(mut self, path: impl Into<PathBuf>) -> Build {
        self.wit.push(path.into());
        self
    }

    /// Makes this the world of the modules which follow; needed if their package has several.
    pub fn world(mut self, name: impl Into<String>) -> Build {
        self.world = Some(name.into());
        self
    }

    /// Makes a component from a core module: a path, or bytes such as those that a compiler returned.
    ///
    /// The first module or component is the one whose exports the result has; more than one are
    /// composed.
    pub fn module(mut self, module: impl Into<Input>) -> Build {
        self.parts.push(Part {
            input: module.into(),
            module: Some((self.wit.clone(), self.world.clone())),
        });
        self
    }

    /// Adds a component: a path or bytes.
    pub fn component(mut self, component: impl Into<Input>) -> Build {
        self.parts.push(Part {
            input: component.into(),
            module: None,
        });
        self
    }

    /// Composes with options that `adjust` sets: imports to leave to the host, wires, chains, parts
    /// to search for. It is given the options with all parts, and those of [`Build::composition`].
    ///
    /// ```no_run
    /// witkit::build::Build::new()
    ///     .component("app.wasm")
    ///     .compose(|options| witkit::compose::Options {
    ///         imports: vec!["acme:host/*".to_string()],
    ///         deny: vec!["wasi:sockets/*".to_string()],
    ///         ..options
    ///     })
    ///     .out("app.wasm");
    /// ```
    pub fn compose(
        mut self,
        adjust: impl FnOnce(compose::Options) -> compose::Options + 'static,
    ) -> Build {
        self.adjust.push(Box::new(adjust));
        self
    }

    /// Composes as `[compose.NAME]` of the nearest `witkit.toml` says. Modules and components of this
    /// build are further parts; the file names the root.
    ///
    /// ```no_run
    /// // As `[compose.app]` of the nearest `witkit.toml` says.
    /// witkit::build::Build::new().composition("app").out("app.wasm");
    /// ```
    pub fn composition(mut self, name: impl Into<String>) -> Build {
        self.named = Some(name.into());
        self
    }

    /// Writes to this folder instead of `OUT_DIR`.
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Build {
        self.out_dir = Some(path.into());
        self
    }

    /// Runs the build, writes the result to this file in `OUT_DIR`, and prints for cargo what it has
    /// to watch, and warnings and errors. Ends the process with an error if there are errors.
    ///
    /// Nothing is written if the result is the same as before, so that its time of change stays.
    pub fn out(self, name: impl AsRef<Path>) {
        print::print(self.run(name));
    }

    /// Lints the WIT packages, and prints as [`Build::out`] does, without writing anything.
    ///
    /// ```no_run
    /// // A build script that only lints.
    /// witkit::build::Build::new().wit("wit").lint();
    /// ```
    pub fn lint(self) {
        print::print(self.finish(None));
    }

    /// As [`Build::out`], without printing: [`Outcome::instructions`] has what is to be printed.
    pub fn run(self, name: impl AsRef<Path>) -> Outcome {
        self.finish(Some(name.as_ref()))
    }

    fn finish(self, name: Option<&Path>) -> Outcome {
        let out_dir = self.out_dir.clone();
        let out_dir = out_dir.or_else(|| std::env::var_os("OUT_DIR").map(PathBuf::from));
        let (made, looked) = source::watched(|| self.made(name.is_some()));
        let mut outcome = Outcome {
            output: None,
            changed: false,
            report: made.report,
            looked,
            out_dir: out_dir.clone(),
        };
        let (Some(name), false) = (name, outcome.report.has_errors()) else {
            return outcome;
        };
        let Some(bytes) = made.bytes else {
            outcome.report.push(nothing(name));
            return outcome;
        };
        match written(out_dir.as_deref(), name, &bytes) {
            Ok((path, changed)) => {
                outcome.output = Some(path);
                outcome.changed = changed;
            }
            Err(finding) => outcome.report.push(finding),
        }
        outcome
    }

    fn made(self, with_bytes: bool) -> Made {
        let mut made = Made::default();
        let config = std::env::current_dir()
            .ok()
            .and_then(|dir| config::find(&dir));
        let settings = Settings::read(config.as_deref()).unwrap_or_else(|found| {
            made.report.extend(found);
            Settings::default()
        });
        for path in &self.wit {
            match wit::load(path, &settings.wit()) {
                Ok(package) => made.report.extend(lint::lint(&package, &settings.lint)),
                Err(found) => made.report.extend(found),
            }
        }
        // A module does not fit a world that is not valid.
        if !with_bytes || made.report.has_errors() {
            return made;
        }
        let mut components = Vec::new();
        for part in self.parts {
            match part.component(&settings, &mut made.report) {
                Ok(component) => components.push(component),
                Err(found) => made.report.extend(found),
            }
        }
        if made.report.has_errors() {
            return made;
        }
        let configured = match (&self.named, &config) {
            (None, _) => None,
            (Some(name), Some(file)) => match compose::config::read(file, Some(name)) {
                Ok(config) => {
                    made.report.extend(config.warnings);
                    Some(config.options)
                }
                Err(found) => {
                    made.report.extend(found);
                    return made;
                }
            },
            (Some(name), None) => {
                made.report.push(no_config(name));
                return made;
            }
        };
        let is_alone = configured.is_none() && self.adjust.is_empty() && components.len() == 1;
        if is_alone {
            made.bytes = components.pop().map(|component| component.bytes().to_vec());
            return made;
        }
        if configured.is_none() && components.is_empty() {
            return made;
        }
        let mut options = configured.unwrap_or_default();
        for component in components {
            options = match options.root.is_none() && options.plan.is_none() {
                true => options.root(component),
                false => options.part(component),
            };
        }
        options = self
            .adjust
            .into_iter()
            .fold(options, |options, adjust| adjust(options));
        let outcome = compose::compose(&options);
        made.report.extend(outcome.report);
        made.bytes = outcome.composed.map(|composed| composed.to_vec());
        made
    }
}

#[derive(Default)]
struct Made {
    bytes: Option<Vec<u8>>,
    report: Report,
}

/// What `witkit.toml` says.
#[derive(Default)]
struct Settings {
    lint: lint::Options,
    search: Search,
}

impl Settings {
    fn read(config: Option<&Path>) -> Result<Settings, Report> {
        let Some(config) = config else {
            return Ok(Settings::default());
        };
        Ok(Settings {
            lint: lint::read(config)?,
            search: Search::new(&wit::configured(config)?)?,
        })
    }

    fn wit(&self) -> wit::Options {
        wit::Options {
            search: self.search.clone(),
            ..wit::Options::default()
        }
    }
}

impl Part {
    /// The component, made from the module if it is one.
    fn component(self, settings: &Settings, report: &mut Report) -> Result<Source, Report> {
        let Some((packages, world)) = self.module else {
            return Ok(self.input.open()?);
        };
        let name = self.input.name();
        let mut options = componentize::Options {
            wit: packages,
            worlds: world.into_iter().collect(),
            wit_options: settings.wit(),
            ..componentize::Options::default()
        };
        options = options.module(self.input);
        let outcome = componentize::componentize(&options);
        match outcome.component {
            Some(bytes) => {
                report.extend(outcome.report);
                let name = Path::new(&name).with_extension("wasm");
                Ok(Source::memory(name.to_string_lossy(), bytes))
            }
            None => Err(outcome.report),
        }
    }
}

/// Writes the bytes, unless the file has them already: its path, and whether it was written.
fn written(
    folder: Option<&Path>,
    name: &Path,
    bytes: &[u8],
) -> Result<(PathBuf, bool), Diagnostic> {
    let Some(folder) = folder else {
        let name = name.display().to_string();
        return Err(source::UNWRITABLE
            .report(format!("cannot write `{name}`: `OUT_DIR` is not set"))
            .at(Locus::File(name), "")
            .help("run it as a build script, or set a folder with `Build::out_dir`"));
    };
    let path = folder.join(name);
    if std::fs::read(&path).is_ok_and(|old| old == bytes) {
        return Ok((path, false));
    }
    let parent = source::folder_of(&path);
    std::fs::create_dir_all(parent)
        .map_err(|error| source::unwritable(&parent.to_string_lossy(), &error))?;
    NewFile::whole(&path, bytes)?;
    Ok((path, true))
}

fn nothing(name: &Path) -> Diagnostic {
    let name = name.display().to_string();
    config::MISSING
        .report(format!("cannot make `{name}`: missing module or component"))
        .at(Locus::File(name), "")
        .help("add one with `Build::module` or `Build::component`")
}

fn no_config(name: &str) -> Diagnostic {
    config::MISSING
        .report(format!(
            "missing table [compose.{name}]: cannot find `{}`",
            config::FILE_NAME
        ))
        .help(format!(
            "add `[compose.{name}]` to a `{}` beside Cargo.toml",
            config::FILE_NAME
        ))
}

impl Outcome {
    /// The lines for cargo: `cargo::rerun-if-changed=…` for everything that was looked at,
    /// `cargo::warning=…` and `cargo::error=…` for the findings. Remarks are left out.
    pub fn instructions(&self) -> Vec<String> {
        let mut lines = watch::lines(&self.looked, self.out_dir.as_deref());
        lines.extend(findings::lines(&self.report));
        lines
    }
}
