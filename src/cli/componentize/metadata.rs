//! What a component says of itself: the flags, and `[metadata]` of witkit.toml.
//!
//! May import: everything (rank 5). Deliberately absent: which values are allowed (`wasm`).

use std::path::PathBuf;

use crate::cli::args::ConfigArgs;
use crate::componentize::config::{self, Config};
use crate::diag::Report;
use crate::no_effect;
use crate::wasm::Annotation;

#[derive(clap::Args)]
pub(super) struct Args {
    /// Set the name of the component, for its name section
    #[arg(long, value_name = "NAME", help_heading = "Metadata")]
    name: Option<String>,

    /// Set the description of the component
    ///
    /// This and the flags below become the custom sections of the WebAssembly tool conventions, which
    /// `inspect` and registries show. Without a flag, the value of that name in [metadata] of
    /// witkit.toml is taken, or else that of the core module, which keeps its own in any case.
    #[arg(long, value_name = "TEXT", help_heading = "Metadata")]
    description: Option<String>,

    /// Set the authors: "Ada <ada@acme.dev>, Bob"
    #[arg(long, value_name = "TEXT", help_heading = "Metadata")]
    authors: Option<String>,

    /// Set the license, as an SPDX expression: "MIT OR Apache-2.0"
    #[arg(long, value_name = "SPDX", help_heading = "Metadata")]
    licenses: Option<String>,

    /// Set the URL of the source code
    #[arg(long, value_name = "URL", help_heading = "Metadata")]
    source: Option<String>,

    /// Set the URL of the homepage
    #[arg(long, value_name = "URL", help_heading = "Metadata")]
    homepage: Option<String>,

    /// Set the revision of the source code, such as a commit
    #[arg(long, value_name = "TEXT", help_heading = "Metadata")]
    revision: Option<String>,

    /// Set the version
    #[arg(long, value_name = "TEXT", help_heading = "Metadata")]
    version: Option<String>,
}

/// What is to be written.
pub(super) struct Found {
    pub settings: Config,
    /// The configuration, if it has something to say.
    pub file: Option<PathBuf>,
    /// What there is to say of the options.
    pub report: Report,
}

impl Args {
    /// What the configuration says, and the flags; flags win.
    ///
    /// Fails with all that is wrong in either.
    pub fn read(&self, args: &ConfigArgs) -> Result<Found, Report> {
        let mut report = Report::new();
        let mut wrong = Report::new();
        let mut file = args.file(None);
        let read = file.as_deref().map_or(Ok(None), config::read);
        let mut settings = read.unwrap_or_else(|found| {
            wrong.extend(found);
            None
        });
        if settings.is_none() {
            file = None;
            if args.is_given() && !wrong.has_errors() {
                report.push(no_effect::without_effect(
                    "--config",
                    "it has no `[metadata]`",
                ));
            }
        }
        let settings = settings.get_or_insert_default();
        match config::given(&self.annotations()) {
            Ok(given) => settings.metadata.update(&given),
            Err(found) => wrong.extend(found),
        }
        if self.name.is_some() {
            settings.name.clone_from(&self.name);
        }
        wrong.or_ok(Found {
            settings: settings.clone(),
            file,
            report,
        })
    }

    fn annotations(&self) -> Vec<(Annotation, &str)> {
        let given = Annotation::ALL.map(|annotation| {
            let value = match annotation {
                Annotation::Description => &self.description,
                Annotation::Authors => &self.authors,
                Annotation::Licenses => &self.licenses,
                Annotation::Source => &self.source,
                Annotation::Homepage => &self.homepage,
                Annotation::Revision => &self.revision,
                Annotation::Version => &self.version,
            };
            value.as_deref().map(|value| (annotation, value))
        });
        given.into_iter().flatten().collect()
    }
}
