//! Compositions in configuration files: `[compose.NAME]` of `witkit.toml`, a component of a `spin.toml`,
//! the YAML format of wasm-compose, or a plan as JSON.
//!
//! Lives here: [`read`]. May import: `config`, `source`, `diag`, `spin` (rank 0–2).
//! Deliberately absent: the command line, which overrides it (`cli`).

use std::path::{Path, PathBuf};

use super::manifests;
use super::options::{ChainSpec, Options, PartSpec, ReplaySpec, StubValue, ValuePlace, WireSpec};
use super::spin;
use super::virtuals::{self, Virtual};
#[cfg(feature = "yaml")]
use super::yaml;
use crate::config::{self, Table};
use crate::diag::{Locus, Report};
use crate::escape;
use crate::no_effect;
use crate::plan::{Plan, SCHEMA};
use crate::source::Source;

/// The options from a file, and its other settings.
///
/// ```no_run
/// use witkit::compose::{compose, config};
///
/// let config = config::read("witkit.toml".as_ref(), Some("app"))?;
/// let outcome = compose(&config.options);
/// println!("{:?} would be written", config.output);
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Debug, Default)]
pub struct Config {
    /// The options.
    pub options: Options,
    /// What the file calls the root, whatever its file name.
    pub root_name: Option<String>,
    /// Where the result goes.
    pub output: Option<PathBuf>,
    /// The file of the plan that the file names.
    pub plan: Option<PathBuf>,
    /// What is noteworthy about the file.
    pub warnings: Report,
}

/// Reads `file`, and in a `witkit.toml` the table `[compose.NAME]`, in a `spin.toml` the component of
/// that name; the name is optional if there is only one.
///
/// The format follows from the contents: JSON begins with `{`, TOML parses, the rest is YAML.
///
/// [`Config`] has an example.
pub fn read(file: &Path, name: Option<&str>) -> Result<Config, Report> {
    read_source(&Source::open(file)?, file, name)
}

/// As [`read`], of a file that is open already.
#[doc(hidden)]
pub fn read_source(source: &Source, file: &Path, name: Option<&str>) -> Result<Config, Report> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let text = String::from_utf8_lossy(source.bytes());
    let is_plan = text.trim_start().starts_with('{');
    if let Some(finding) = manifests::not_composed(source.name(), &text) {
        return Err(finding.into());
    }
    let is_manifest = !is_plan && crate::spin::is_manifest(file, &text);
    if let Some(name) = name
        && !is_manifest
        && (is_plan || is_yaml(file, &text))
    {
        let finding = no_effect::not_done(
            &format!("#{name}"),
            "only witkit.toml and spin.toml have several compositions",
        );
        let place = Locus::File(source.name().to_string());
        return Err(finding.at(place, "").into());
    }
    let mut settings = if is_plan {
        plan(source, &text)?
    } else if is_manifest {
        let read = spin::read(source, file, name)?;
        Config {
            options: read.options,
            warnings: read.warnings,
            ..Config::default()
        }
    } else if is_yaml(file, &text) {
        of_yaml(file, source)?
    } else {
        config::read(source, |mut root, report| {
            toml(&mut root, name, folder, report)
        })?
    };
    for value in &mut settings.options.stub_values {
        if let ValuePlace::File(_, of_file, _) = &mut value.place {
            *of_file = text.as_ref().into();
        }
    }
    settings.options = settings.options.under(folder);
    settings.output = settings.output.map(|output| folder.join(output));
    settings.plan = settings.plan.map(|plan| folder.join(plan));
    Ok(settings)
}

#[cfg(feature = "yaml")]
fn of_yaml(file: &Path, source: &Source) -> Result<Config, Report> {
    Ok(Config {
        options: yaml::read(file, source)?,
        root_name: Some(yaml::ROOT.to_string()),
        ..Config::default()
    })
}

/// Programs that do not read this format are built without its parser.
#[cfg(not(feature = "yaml"))]
fn of_yaml(_: &Path, source: &Source) -> Result<Config, Report> {
    let name = source.name().to_string();
    Err(config::SYNTAX
        .report(format!("cannot parse `{name}`: YAML is not supported here"))
        .at(Locus::File(name), "")
        .help("enable the feature `yaml` of the crate `witkit`, or use a witkit.toml")
        .into())
}

/// Whether a file is YAML: by its extension, or else because it is not TOML.
fn is_yaml(file: &Path, text: &str) -> bool {
    match file.extension().and_then(|e| e.to_str()) {
        Some("yml" | "yaml") => true,
        Some("toml") => false,
        // The first line with a key decides: TOML has `[table]` or `key =`, YAML has `key:`.
        _ => text
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            .is_some_and(|line| !line.starts_with('[') && !line.contains('=')),
    }
}

fn plan(source: &Source, text: &str) -> Result<Config, Report> {
    let fail = |message: String, range: std::ops::Range<usize>| {
        let file = source.name().to_string();
        let mut report = Report::from(
            config::SYNTAX
                .report(message)
                .at(Locus::Text { file, range }, ""),
        );
        report.add_text(source.name(), text);
        report
    };
    let plan: Plan = serde_json::from_str(text).map_err(|e| {
        let line_start: usize = text
            .split_inclusive('\n')
            .take(e.line().saturating_sub(1))
            .map(str::len)
            .sum();
        let at = (line_start + e.column().saturating_sub(1)).min(text.len());
        let message = e.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        fail(format!("invalid plan: {message}"), at..at)
    })?;
    if plan.schema != SCHEMA {
        return Err(fail(
            format!("expected schema `{SCHEMA}`, found `{}`", plan.schema),
            0..0,
        ));
    }
    Ok(Config {
        options: Options {
            plan: Some(plan),
            ..Options::default()
        },
        ..Config::default()
    })
}

fn toml(root: &mut Table<'_>, name: Option<&str>, folder: &Path, report: &mut Report) -> Config {
    let Some(compose) = root.table("compose", report) else {
        if report.has_errors() {
            return Config::default();
        }
        report.push(config::MISSING.report(match name {
            Some(name) => format!("missing table [compose.{name}]"),
            None => "missing table [compose.NAME]".to_string(),
        }));
        return Config::default();
    };
    let tables = compose.tables(report);
    let names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
    let mut chosen = None;
    let single = names.len() == 1;
    for (table_name, table) in tables {
        if name.map_or(single, |name| name == table_name) {
            chosen = Some(table);
        }
    }
    let Some(table) = chosen else {
        let finding = match name {
            Some(name) => config::MISSING.report(format!("cannot find table [compose.{name}]")),
            None => config::MISSING.report("several compositions are defined, and none was named"),
        };
        let names = names.iter();
        let choices: Vec<String> = names
            .map(|name| format!("`-c witkit.toml#{name}`"))
            .collect();
        report.push(finding.help(format!("choose one: {}", escape::or(&choices))));
        return Config::default();
    };
    match table.has("plan") {
        true => planned(table, folder, report),
        false => composition(table, folder, report),
    }
}

/// A composition that only names a plan.
fn planned(mut table: Table<'_>, folder: &Path, report: &mut Report) -> Config {
    let file = table.string("plan", report).map(PathBuf::from);
    let output = table.string("output", report).map(PathBuf::from);
    table.finish(report);
    let Some(file) = file else {
        return Config::default();
    };
    let read = Source::open(&folder.join(&file))
        .map_err(Report::from)
        .and_then(|source| plan(&source, &String::from_utf8_lossy(source.bytes())));
    let settings = read.unwrap_or_else(|wrong| {
        report.extend(wrong);
        Config::default()
    });
    let beside = file.parent().unwrap_or(Path::new(""));
    Config {
        options: settings.options.under(beside),
        output,
        plan: Some(file),
        ..Config::default()
    }
}

/// What is stubbed: a list as on the command line, or a table of patterns and functions, with `true`
/// or the value of each.
fn stubs(table: &mut Table<'_>, report: &mut Report) -> (Vec<String>, Vec<StubValue>) {
    let (mut patterns, mut values) = (Vec::new(), Vec::new());
    if !table.is_table("stub") {
        for text in table.strings("stub", report) {
            match StubValue::parse(&text) {
                Some(value) => values.push(value),
                None => patterns.push(text),
            }
        }
        return (patterns, values);
    }
    for (name, text, place) in table.values_or_true("stub", report) {
        let (Some(text), Locus::Text { file, range }) = (text, place) else {
            patterns.push(name);
            continue;
        };
        values.push(StubValue {
            function: name,
            value: text,
            // The text is known where the file is read.
            place: ValuePlace::File(file, "".into(), range),
        });
    }
    (patterns, values)
}

/// What is virtual: a table, or a file with it. What `folder` holds is found again from there.
fn from_data(table: &mut Table<'_>, folder: &Path, report: &mut Report) -> Option<Virtual> {
    if table.is_table("virtual") {
        let inner = table.inner_table("virtual", report)?;
        return Some(virtuals::table(inner, folder, report));
    }
    let file = table.string_of("virtual", report)?;
    match virtuals::read_in(folder, Path::new(&file)) {
        Ok(read) => Some(read),
        Err(wrong) => {
            report.extend(wrong);
            None
        }
    }
}

fn composition(mut table: Table<'_>, folder: &Path, report: &mut Report) -> Config {
    let root = table.string("root", report);
    if root.is_none() && !report.has_errors() {
        report.push(table.missing("root"));
    }
    let definitions = if table.is_table("definitions") {
        let pairs = table.pairs("definitions", report);
        let named = pairs.into_iter().map(|(name, path)| PartSpec {
            name: Some(name),
            path: path.into(),
        });
        named.collect()
    } else {
        let list = table.strings("definitions", report);
        list.iter().map(|text| PartSpec::parse(text)).collect()
    };
    let wires = table.pairs("wires", report);
    let chain = table.strings("chain", report);
    let mut chains: Vec<ChainSpec> = Vec::new();
    if !chain.is_empty() {
        chains.push(ChainSpec {
            edge: None,
            links: chain,
            edge_or_name: false,
        });
    }
    for (edge, links) in table.pairs("chains", report) {
        chains.push(ChainSpec {
            edge_or_name: false,
            ..ChainSpec::parse(&format!("{edge}={links}"))
        });
    }
    // `imports` is what `allow` was called at first.
    let allow = ["allow", "imports"].map(|key| table.strings(key, report));
    let imports = allow.concat();
    let no_imports = table.boolean("no-imports", report).unwrap_or(false);
    if no_imports && !imports.is_empty() {
        let why = "`no-imports = true` allows no imports";
        report.push(no_effect::not_done("allow", why).help("remove one of the two keys"));
    }
    let (stub, stub_values) = stubs(&mut table, report);
    let from_data = from_data(&mut table, folder, report);
    let options = Options {
        from_data,
        root: root.as_deref().map(PartSpec::parse),
        definitions,
        search_paths: table
            .strings("search-paths", report)
            .into_iter()
            .map(PathBuf::from)
            .collect(),
        imports,
        no_imports,
        deny: table.strings("deny", report),
        stub,
        stub_values,
        replay: (table.pairs("replay", report).into_iter())
            .map(|(pattern, path)| ReplaySpec {
                pattern,
                path: path.into(),
            })
            .collect(),
        trace: table.strings("trace", report),
        trace_to: table.string("trace-to", report),
        trace_limit: table.integer("trace-limit", 0..=u32::MAX, report),
        configured_wires: wires
            .into_iter()
            .map(|(from, to)| WireSpec::Typed(format!("{from}={to}")))
            .collect(),
        exports: table.strings("exports", report),
        chains,
        dedupe: table.boolean("dedupe", report).unwrap_or(false),
        ..Options::default()
    };
    let output = table.string("output", report).map(PathBuf::from);
    table.finish(report);
    Config {
        options,
        output,
        ..Config::default()
    }
}
