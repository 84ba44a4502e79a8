//! `[check]` in `witkit.toml`: what components are held to where no flag says so.
//!
//! Lives here: [`Config`], [`read`]. May import: `config`, `source`, `diag`
//! (rank 0–1), `features` (2).
//! Deliberately absent: flags, which win over it (`cli/check.rs`).

use std::path::{Path, PathBuf};

use super::hosts;
use super::size::Limit;
use crate::config;
use crate::diag::Report;
use crate::features::Baseline;
use crate::source::Source;
use crate::wit::Options;

/// What a configuration says of checks; its paths are seen from the working directory.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `components`: what is checked if no component is named.
    pub components: Vec<PathBuf>,
    /// `wit`: the package with the world and the interfaces.
    pub wit: Option<PathBuf>,
    /// `world`.
    pub world: Option<String>,
    /// `implements`: interfaces that each component is to export.
    pub implements: Vec<String>,
    /// `allow`: patterns of imports that the host offers in any case.
    pub allow: Vec<String>,
    /// `hosts`: those that it is to run on.
    pub hosts: Vec<String>,
    /// `baseline`: the release whose features are enough.
    pub baseline: Option<String>,
    /// `max-size`: the largest size that is allowed.
    pub max_size: Option<Limit>,
    /// `features` and `all-features`: what of the package is there.
    pub options: Options,
}

/// Reads `[check]` of the file at `path`; without one, nothing is said.
pub fn read(path: &Path) -> Result<Config, Report> {
    let source = Source::open(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    config::read(&source, |mut root, report| {
        let Some(mut table) = root.table("check", report) else {
            return Config::default();
        };
        let components = table.strings("components", report);
        let max_size = table.string("max-size", report);
        let limit = max_size.as_deref().map(Limit::read);
        let settings = Config {
            components: components.iter().map(|path| folder.join(path)).collect(),
            wit: table.string("wit", report).map(|path| folder.join(path)),
            world: table.string("world", report),
            implements: table.strings("implements", report),
            allow: table.strings("allow", report),
            hosts: table.strings("hosts", report),
            baseline: table.string("baseline", report),
            max_size: limit.clone().and_then(Result::ok),
            options: Options {
                features: table.strings("features", report),
                all_features: table.boolean("all-features", report).unwrap_or(false),
                ..Options::default()
            },
        };
        if let (Some(text), Some(Err(advice))) = (max_size, limit) {
            let message = format!("`{text}` is not a size");
            report.push(table.bad_value("max-size", &message).help(advice));
        }
        // That names exist is asked here, where their place is known.
        if let Some(name) = &settings.baseline
            && let Err(advice) = Baseline::named(name)
        {
            let message = format!("there is no baseline `{name}`");
            report.push(table.bad_value("baseline", &message).help(advice));
        }
        if settings.hosts.iter().any(|host| host == "all") {
            let message = "`all` is a table to look at, and nothing that a component could fit";
            let finding = table.bad_value("hosts", message);
            report.push(finding.help("name the hosts that it is to run on"));
        }
        match hosts::known() {
            Ok(known) => {
                if let Err(wrong) = hosts::select(&known, &settings.hosts) {
                    report.push(table.bad_value("hosts", &wrong));
                }
            }
            Err(wrong) => report.extend(wrong),
        }
        let orphan = ["world", "implements"]
            .into_iter()
            .find(|key| table.has(key));
        if let (Some(key), None) = (orphan, &settings.wit)
            && !table.has("wit")
        {
            let finding = table.missing("wit");
            report.push(finding.help(format!("`wit` says where `{key}` is to be found")));
        }
        table.finish(report);
        settings
    })
}
