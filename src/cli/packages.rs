//! What a command line says about packages, and finding what references in it stand for.
//!
//! May import: everything (rank 5). Deliberately absent: where packages are (`crate::packages`).

use std::path::PathBuf;

use super::terminal::{Failure, usage};
use crate::packages::{Packages, Settings, Wanted};
use crate::source::is_reference;

/// Where packages come from that are referred to
#[derive(Clone, Default, clap::Args)]
pub(super) struct PackageArgs {
    /// Use FILE for references to the package: acme:kv=kv.wasm
    #[arg(
        id = "given_package",
        long = "package",
        global = true,
        help_heading = "Global options",
        value_name = "NAME=FILE"
    )]
    given: Vec<String>,

    /// Download nothing: use the lock file and the cache
    #[arg(long, global = true, help_heading = "Global options")]
    offline: bool,
}

impl PackageArgs {
    /// Whether nothing may be asked of a registry.
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// Has every file that is named by a reference be found.
    pub fn install(&self) -> Result<&'static Packages, Failure> {
        let settings = Settings {
            given: self
                .given
                .iter()
                .map(|text| given(text))
                .collect::<Result<_, _>>()?,
            is_offline: self.offline,
        };
        Ok(Packages::here(settings).install())
    }
}

/// The package that is named: `acme:kv@0.2`, with or without the `@` of references.
pub(super) fn wanted(text: &str) -> Result<Wanted, Failure> {
    let name = text.strip_prefix('@').unwrap_or(text);
    Wanted::parse(name)
        .map_err(|why| usage(format!("expected a package such as `acme:kv@0.2`; {why}")))
}

fn given(text: &str) -> Result<(Wanted, PathBuf), Failure> {
    let form =
        "expected `--package NAME=FILE`, such as `acme:kv=kv.wasm` or `acme:kv@0.2.1=kv.wasm`";
    let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err(usage(format!("{form}; found `{text}`")));
    };
    let wanted = Wanted::parse(name.strip_prefix('@').unwrap_or(name))
        .map_err(|why| usage(format!("{form}; {why}")))?;
    if wanted.is_given && wanted.version().is_none() {
        let why = format!("`{}` is not a version", wanted.requirement);
        return Err(usage(format!("{form}; {why}")));
    }
    let file = PathBuf::from(file);
    match is_reference(&file) {
        true => Err(usage(format!("{form}; `{}` is not a file", file.display()))),
        false => Ok((wanted, file)),
    }
}
