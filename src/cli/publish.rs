//! `witkit publish`.

use std::path::PathBuf;

use super::Run;
use super::args::{RegistryArgs, ReportArgs};
use super::terminal::{Exit, Failure, Findings, Format, Terminal, usage};
use crate::escape::{size, visible};
use crate::publish::{self, Options, Prepared, State};
use crate::registry::{self, Image};

/// Publish a component or WIT package to an OCI registry
///
/// The image has the layout that registries, runtimes and package tools for WebAssembly agreed on: a
/// configuration of type application/vnd.wasm.config.v0+json and one layer of type application/wasm.
/// Its annotations are the component's own metadata. What is published is validated before. The
/// credentials are those that `docker login` or `podman login` stored.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit publish kv.wasm --to oci://registry.example/acme/kv:0.2.1
  witkit publish wit --to oci://registry.example/acme/kv
  witkit publish kv.wasm --to oci://localhost:5000/acme/kv:0.2.1
  witkit publish kv.wasm --to oci://registry.example/acme/kv:0.2.1 --dry-run --json"))]
pub struct Args {
    /// The component, core module or WIT package (- for stdin)
    input: PathBuf,

    /// Publish as this image: oci://registry.example/acme/kv:0.2.1
    ///
    /// Without a tag, it is the version of the WIT package or in the component's metadata.
    #[arg(long, value_name = "IMAGE", required = true)]
    to: String,

    /// Replace the tag if it has other content
    #[arg(long)]
    force: bool,

    /// Print what would be published, without asking the registry
    #[arg(long)]
    dry_run: bool,

    /// Add an annotation to the image: org.opencontainers.image.vendor=Acme
    #[arg(long, value_name = "NAME=VALUE")]
    annotation: Vec<String>,

    #[command(flatten)]
    registry: RegistryArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_document()
    }

    fn goes_online(&self) -> bool {
        !self.dry_run
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let to = Image::parse(&self.to)?;
        if to.digest.is_some() {
            return Err(usage(
                "`--to` has a digest, which follows from what is published; use a tag",
            ));
        }
        if self.dry_run && (self.force || self.registry.is_given()) {
            return Err(usage(
                "`--dry-run` does not ask the registry; remove `--force`, `--insecure` and `--timeout`",
            ));
        }
        let options = Options {
            annotations: self.annotation,
            created: created()?,
        };
        let prepared = publish::prepare(self.input.clone(), &to, &options)?;
        terminal.report(&prepared.report);
        if terminal.fails(&prepared.report) {
            return Ok(terminal.exit_of(&prepared.report));
        }
        let state = match self.dry_run {
            true => State::DryRun,
            false => {
                let of = &self.registry;
                let client = registry::publisher(&of.options()?, of.patience())?;
                let push = || prepared.push(&*client, self.force);
                terminal.during("publishing", push)?
            }
        };
        Ok(match terminal.format() {
            Format::Json => terminal.print(prepared.json(state).as_bytes()),
            _ => terminal.summarize(&told(&self.input.to_string_lossy(), &prepared, state)),
        })
    }
}

/// When the image was made, as all tools for reproducible builds are told.
fn created() -> Result<Option<u64>, Failure> {
    let Some(value) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let seconds = value.to_str().and_then(|text| text.trim().parse().ok());
    match seconds {
        // The last second of the year 9999, after which dates have another form.
        Some(seconds) if seconds <= 253_402_300_799 => Ok(Some(seconds)),
        _ => Err(usage(
            "SOURCE_DATE_EPOCH is not a number of seconds after 1970 began",
        )),
    }
}

/// What was done.
fn told(input: &str, prepared: &Prepared, state: State) -> String {
    let image = &prepared.image;
    let (layer, bytes) = prepared.layer();
    let input = visible(input);
    let what = format!("{} {input} ({})", prepared.kind, size(bytes));
    let mut text = match state {
        State::DryRun => format!("would publish {what} as {image}\n"),
        State::Published => format!("published {what} as {image}\n"),
        State::Replaced => format!("published {what} as {image}, in place of other content\n"),
        State::Unchanged => format!("{image} already has this content: nothing to publish\n"),
    };
    if state == State::Unchanged {
        return text;
    }
    text += &format!("  digest  {}\n  layer   {layer}\n", prepared.digest());
    for (name, value) in prepared.annotations() {
        let (name, value) = (visible(name), visible(value));
        text += &format!("  {name}={value}\n");
    }
    if state == State::DryRun {
        text += "the registry was not asked: whether the tag exists is unknown\n";
    }
    text
}
