//! `[check]` in `witkit.toml`: the settings that apply unless a flag overrides them.
//!
//! Lives here: [`Config`], [`read`]. May import: `config`, `source`, `diag`
//! (rank 0–1), `features` (2).
//! Deliberately absent: flags, which override it (`cli/check.rs`).

use std::path::{Path, PathBuf};

use super::hosts;
use super::size::Limit;
use crate::config;
use crate::diag::Report;
use crate::features::Baseline;
use crate::source::{self, Source};
use crate::wit::Options;

/// The settings; paths are relative to the working directory.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `components`: what is checked if no component is given.
    pub components: Vec<PathBuf>,
    /// `wit`: the package with the world and the interfaces.
    pub wit: Option<PathBuf>,
    /// `world`.
    pub world: Option<String>,
    /// `implements`: interfaces that each component must export.
    pub implements: Vec<String>,
    /// `allow`: patterns of imports that the host provides.
    pub allow: Vec<String>,
    /// `hosts`: the hosts that it must run on.
    pub hosts: Vec<String>,
    /// `release`: the release of WASI that it must fit.
    pub release: Option<String>,
    /// `max-size`: the largest size that is allowed.
    pub max_size: Option<Limit>,
    /// `features` and `all-features`: which gates of the package are open.
    pub options: Options,
}

/// Reads `[check]` of the file at `path`; without the table, the default.
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
            components: components
                .iter()
                .map(|path| source::beside(folder, path))
                .collect(),
            wit: table
                .string("wit", report)
                .map(|path| source::beside(folder, path)),
            world: table.string("world", report),
            implements: table.strings("implements", report),
            allow: table.strings("allow", report),
            hosts: table.strings("hosts", report),
            release: table.string("release", report),
            max_size: limit.clone().and_then(Result::ok),
            options: Options {
                features: table.strings("features", report),
                all_features: table.boolean("all-features", report).unwrap_or(false),
                ..Options::default()
            },
        };
        if let (Some(text), Some(Err(advice))) = (max_size, limit) {
            let message = format!("`{text}` is not a valid size");
            report.push(table.bad_value("max-size", &message).help(advice));
        }
        // Names are looked up here, where their place is known.
        if let Some(name) = &settings.release
            && let Err(advice) = Baseline::named(name)
        {
            let message = format!("unknown release `{name}`");
            report.push(table.bad_value("release", &message).help(advice));
        }
        if settings.hosts.iter().any(|host| host == "all") {
            let message = "`all` is not a host that a component can be required to run on";
            let finding = table.bad_value("hosts", message);
            report.push(
                finding
                    .note("`--host all` prints a table")
                    .help("list the hosts that the component must run on"),
            );
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
            report.push(finding.help(format!("set `wit` to the package that `{key}` is in")));
        }
        table.finish(report);
        settings
    })
}
