//! The YAML configuration format of wasm-compose.
//!
//! Lives here: [`read`]; the only place where wasm-compose is used.
//! May import: `config`, `source`, `diag` (rank 0–1).
//! Deliberately absent: wasm-compose's engine. It only parses the file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wasm_compose::config::Config;

use super::codes;
use super::options::{Options, PartSpec, WireSpec};
use crate::config;
use crate::diag::{Locus, Report};
use crate::source::{self, Source};

/// The name that the file has for the component whose exports are those of the composition.
pub(super) const ROOT: &str = "root";

/// Reads the file; relative paths in it are meant from its folder.
pub(super) fn read(file: &Path, source: &Source) -> Result<Options, Report> {
    let config = Config::from_file(file).map_err(|e| {
        let reason = e.root_cause().to_string();
        Report::from(
            config::SYNTAX
                .report(format!("cannot parse `{}`: {reason}", source.name()))
                .at(Locus::File(source.name().to_string()), ""),
        )
    })?;
    if config.import_components {
        let text = String::from_utf8_lossy(source.bytes());
        let key = "import-components";
        let start = text.find(key).unwrap_or(0);
        return Err(unsupported(source, key, start..start + key.len()));
    }
    let folder = config.dir.clone();
    let names = instances(&config);
    let mut options = Options {
        definitions: config
            .definitions
            .iter()
            .map(|path| PartSpec {
                name: None,
                path: path.clone(),
            })
            .collect(),
        // In this format, every import may be left to the host unless the file says otherwise.
        imports: vec!["*".to_string()],
        no_imports: config.disallow_imports,
        ..Options::default()
    };
    for name in &names {
        if let Some(path) = component_file(&config, &folder, config.dependency_name(name)) {
            options.named.push(PartSpec {
                name: Some(name.clone()),
                path,
            });
        }
    }
    for (part, instantiation) in &config.instantiations {
        for (import, argument) in &instantiation.arguments {
            let found = options
                .named
                .iter()
                .any(|spec| spec.name.as_ref() == Some(&argument.instance));
            // An instance without a component is left to the host, under the import's own name;
            // but the host's instances have no exports to choose from.
            let left_open = !found && argument.instance != ROOT && argument.export.is_none();
            options.configured_wires.push(WireSpec::Exact {
                part: part.clone(),
                import: import.clone(),
                to: (!left_open).then(|| argument.instance.clone()),
                export: argument.export.clone(),
            });
        }
    }
    options.named_folders = std::iter::once(PathBuf::new())
        .chain(config.search_paths)
        .collect();
    Ok(options)
}

/// The instances that the file names, in any of its places.
fn instances(config: &Config) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = config.instantiations.keys().cloned().collect();
    for instantiation in config.instantiations.values() {
        names.extend(
            instantiation
                .arguments
                .values()
                .map(|argument| argument.instance.clone()),
        );
    }
    names.extend(config.dependencies.keys().cloned());
    names.remove(ROOT);
    names
}

/// The file of a component: the one the file names for it, or one with its name in the folders
/// to search, the configuration's own first.
fn component_file(config: &Config, folder: &Path, name: &str) -> Option<PathBuf> {
    if let Some(dependency) = config.dependencies.get(name) {
        return Some(dependency.path.clone());
    }
    let own = PathBuf::new();
    let folders = std::iter::once(&own).chain(&config.search_paths);
    for searched in folders {
        for extension in ["wasm", "wat"] {
            let path = searched.join(format!("{name}.{extension}"));
            if source::is_file(&folder.join(&path)) {
                return Some(path);
            }
        }
    }
    None
}

/// The finding about a key that is not supported.
fn unsupported(source: &Source, key: &str, range: std::ops::Range<usize>) -> Report {
    let text = String::from_utf8_lossy(source.bytes()).into_owned();
    let mut report = Report::from(
        codes::UNSUPPORTED_CONFIG
            .report(format!("`{key}` is not supported"))
            .at(
                Locus::Text {
                    file: source.name().to_string(),
                    range,
                },
                "imports the parts instead of embedding them",
            )
            .help("remove the key; the parts are then embedded"),
    );
    report.add_text(source.name(), text);
    report
}
