//! `witkit split`.

mod json;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Run;
use super::args::{BinaryArgs, RecursiveArgs, ReportArgs, Validate};
use super::lines::{columns, counted};
use super::scripts;
use super::target::Target;
use super::terminal::{Exit, Failure, Findings, Format, Terminal, usage};
use crate::compose::{self, AsScript, Options};
use crate::config;
use crate::diag::Report;
use crate::escape::{size, visible};
use crate::plan;
use crate::source::{NewFolder, Source};
use crate::split::{self, Equivalence, Folder, Replacement, Split};
use crate::wasm::{self, Component};

/// Split a composition into its parts and a plan
///
/// Writes each part to a file in DIR, byte for byte as it was composed, with a `plan.json`, which
/// contains all connections, and a `witkit.toml` that uses it. This works for compositions by
/// witkit, wac, splicer and `wasm-tools compose`. Before anything is written, the parts are
/// recomposed in memory: for compositions by witkit, the result has to be the same bytes; for
/// others, a component with the same parts, connections, imports and exports. What a plan cannot
/// express is an error.
///
/// With --wac, writes a script of wac instead of plan and configuration, with the parts in `deps`
/// beside it, where wac and witkit find them.
///
/// With --replace, replaces nested components or core modules instead. This works for any
/// component, and leaves everything else as it is.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit split app.full.wasm -o parts/
  witkit compose -c parts/witkit.toml -o app.full.wasm
  witkit split app.full.wasm -o parts/ -r --json
  witkit split app.full.wasm --wac -o parts/
  witkit split app.full.wasm --replace cache=cache2.wasm -o app.new.wasm
  witkit split app.full.wasm --replace cache/main=main.opt.wasm -o app.opt.wasm"))]
pub struct Args {
    /// The composition (.wasm or .wat, - for stdin)
    composed: PathBuf,

    #[command(flatten)]
    target: BinaryArgs,

    #[command(flatten)]
    nested: RecursiveArgs,

    /// Write into a folder that is not empty, and overwrite files
    #[arg(long)]
    force: bool,

    /// Write a script of wac instead of a plan
    ///
    /// The parts become packages in `deps` beside the script. What the language has no words for is an
    /// error.
    #[arg(long, conflicts_with = "replace")]
    wac: bool,

    /// Replace a nested part, by path, index or name as in `inspect --parts`
    ///
    /// The name of a file that split would write is accepted as well. All instances of the part are
    /// replaced. Nothing is written unless the new part fits: it has all exports that are used, and
    /// imports only what the old one imported, with the same types. A core module is PART/MODULE,
    /// or MODULE in a component that is not a composition.
    #[arg(long, value_name = "NAME=FILE", conflicts_with_all = ["recursive", "force"])]
    replace: Vec<String>,

    /// Validate this much
    ///
    /// The default is `types`, and `full` with --replace.
    #[arg(long, value_enum, value_name = "HOW")]
    validate: Option<Validate>,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        match self.replace.is_empty() {
            true => self.report.beside_document(),
            false => self.report.beside_result(),
        }
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        if !self.replace.is_empty() {
            return replace(&self, &self.target.target("a component")?, terminal);
        }
        let Some(folder) = self.target.output.path() else {
            return Err(usage("missing output folder; pass `-o DIR`"));
        };
        if self.target.wat {
            return Err(usage("`-t` requires `--replace`"));
        }
        parts(&self, folder, terminal)
    }
}

fn component(path: &Path, validate: Validate) -> Result<Component, Report> {
    let component = Component::new(Source::open(path)?)?;
    if validate == Validate::Full {
        wasm::validate(component.source())?;
    }
    Ok(component)
}

/// A component or core module that is to take the place of another.
fn part(path: &Path, validate: Validate) -> Result<Replacement, Report> {
    let part = Replacement::read(Source::open(path)?)?;
    if validate == Validate::Full && matches!(part, Replacement::Component(_)) {
        wasm::validate(part.source())?;
    }
    Ok(part)
}

fn parts(args: &Args, target: &Path, terminal: &Terminal) -> Result<Exit, Failure> {
    // What is taken apart was made already.
    let validate = args.validate.unwrap_or(Validate::Types);
    let composed = component(&args.composed, validate)?;
    let in_use = std::fs::read_dir(target).is_ok_and(|mut files| files.next().is_some());
    if in_use && !args.force {
        return Err(split::not_empty(target).into());
    }
    let mut split = split::split(composed, args.nested.recursive)?;
    let levels = terminal.during("composing the parts again", || check(&mut split, args.wac))?;
    if terminal.fails(&split.report) {
        return Ok(terminal.report(&split.report));
    }
    let mut folder = NewFolder::create(target)?;
    for level in split.folders.iter().zip(&levels) {
        write(level, &mut folder)?;
    }
    folder.finish()?;
    terminal.report(&split.report);
    let levels: Vec<(&Folder, &Level)> = split.folders.iter().zip(&levels).collect();
    Ok(match terminal.format() {
        Format::Json => terminal.print(json::render(&levels).as_bytes()),
        _ => terminal.summarize(&listing(&levels, target)),
    })
}

/// What is written for a folder.
struct Level {
    equivalence: Equivalence,
    /// The script, if one is asked for.
    script: Option<AsScript>,
}

impl Level {
    /// Where a part is written, from its folder.
    fn place(&self, file: &str) -> PathBuf {
        let package = self.script.as_ref().and_then(|s| s.packages.get(file));
        package.map_or_else(|| file.into(), |package| scripts::place(package))
    }
}

/// The file of the script of a folder.
fn script_name(folder: &Folder) -> String {
    format!("{}.wac", folder.name)
}

/// Composes everything again. What is split within another stays whole if that does not succeed.
fn check(split: &mut Split, with_script: bool) -> Result<Vec<Level>, Report> {
    let mut levels = Vec::new();
    let mut next = 0;
    while let Some(folder) = split.folders.get(next) {
        let mut notes = Report::new();
        match composed_again(folder, with_script, &mut notes) {
            Ok(level) => {
                levels.push(level);
                split.report.extend(notes);
                next += 1;
            }
            Err(report) if next == 0 => return Err(report),
            Err(report) => {
                let path = folder.path.clone();
                split.keep_whole(&path, report);
            }
        }
    }
    Ok(levels)
}

fn composed_again(folder: &Folder, with_script: bool, notes: &mut Report) -> Result<Level, Report> {
    let files = folder
        .parts
        .iter()
        .map(|part| (PathBuf::from(&part.file), part.component.source().clone()));
    let mut plan = folder.plan.clone();
    // A script has no word for sharing core modules; a flag of `compose` has.
    let dedupe = plan.dedupe && with_script;
    plan.dedupe &= !with_script;
    let options = Options {
        plan: Some(plan),
        in_memory: files.collect::<BTreeMap<_, _>>(),
        dedupe,
        ..Options::default()
    };
    let outcome = compose::unvalidated(&options);
    let Some(composed) = &outcome.composed else {
        return Err(split::not_composed(folder, &outcome.report));
    };
    let script = match with_script {
        true => Some(scripts::beside_parts(
            &options,
            &outcome,
            Path::new(&script_name(folder)),
        )?),
        false => None,
    };
    let again = script.as_ref().map_or(composed, |script| &script.composed);
    let equivalence = match again.equals(folder.whole.bytes()) {
        true => Equivalence::Same,
        false => split::equivalence(folder, &again.to_vec(), notes)?,
    };
    Ok(Level {
        equivalence,
        script,
    })
}

fn write((folder, level): (&Folder, &Level), out: &mut NewFolder) -> Result<(), Report> {
    for part in &folder.parts {
        let source = part.component.source();
        out.file(&folder.path.join(level.place(&part.file)), |out| {
            source.copy_to(0..source.bytes().len(), out)
        })?;
    }
    for (file, text) in texts(folder, level) {
        out.file(&folder.path.join(file), |out| {
            out.write_all(text.as_bytes())
        })?;
    }
    Ok(())
}

/// What is written besides the parts: the script, or the plan and the configuration.
fn texts(folder: &Folder, level: &Level) -> Vec<(String, String)> {
    match &level.script {
        Some(script) => vec![(script_name(folder), script.text.clone())],
        None => vec![
            (plan::FILE_NAME.to_string(), folder.plan.to_json()),
            (config::FILE_NAME.to_string(), folder.config()),
        ],
    }
}

/// A table of what was written: a line a part.
fn listing(levels: &[(&Folder, &Level)], target: &Path) -> String {
    let mut text = String::new();
    for (folder, level) in levels {
        if !text.is_empty() {
            text.push('\n');
        }
        let place = target.join(&folder.path).display().to_string();
        let place = place.trim_end_matches('/');
        let same = match level.equivalence {
            Equivalence::Same => "recomposing them gives the same bytes",
            Equivalence::Equivalent => {
                "recomposing them gives an equivalent component, not byte-identical"
            }
        };
        let count = counted(folder.parts.len(), "part");
        text.push_str(&format!("{}/: {count}; {same}\n", visible(place)));
        let mut rows = vec![
            ["part", "file", "size", "instances"]
                .map(str::to_string)
                .to_vec(),
        ];
        for part in &folder.parts {
            let stem = part.stem();
            let inner = match &part.folder {
                Some(_) => format!(" and {stem}/"),
                None => String::new(),
            };
            rows.push(vec![
                format!("  {stem}"),
                format!("{}{inner}", json::path(&level.place(&part.file))),
                size(part.component.bytes().len() as u64),
                visible(&part.instances.join(", ")),
            ]);
        }
        rows[0][0].insert_str(0, "  ");
        for line in columns(&rows, &[2]) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        let rest: Vec<String> = texts(folder, level)
            .into_iter()
            .map(|(file, _)| file)
            .collect();
        text.push_str(&format!("  {}\n", rest.join(", ")));
    }
    text
}

/// The component with others in the place of nested ones.
fn replace(args: &Args, target: &Target, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut swaps = Vec::new();
    for swap in &args.replace {
        // Names may have anything in them, files hardly ever have an equals sign.
        match swap.rsplit_once('=') {
            Some((name, file)) if !name.is_empty() && !file.is_empty() => swaps.push((name, file)),
            _ => {
                return Err(usage(format!(
                    "invalid value `{swap}` of `--replace`: expected NAME=FILE"
                )));
            }
        }
    }
    let mut report = Report::new();
    let validate = args.validate.unwrap_or(Validate::Full);
    let composed = component(&args.composed, validate);
    let composed = composed.map_err(|wrong| report.extend(wrong)).ok();
    let mut new = Vec::new();
    for (name, file) in swaps {
        match part(Path::new(file), validate) {
            Ok(part) => new.push((name.to_string(), part)),
            Err(wrong) => report.extend(wrong),
        }
    }
    let Some(composed) = composed.filter(|_| !report.has_errors()) else {
        return Err(report.into());
    };
    let replaced = split::replace(&composed, &new)?;
    let bytes = replaced.component.bytes();
    if validate == Validate::Full && !replaced.validated {
        wasm::validate(replaced.component.source())?;
    }
    if terminal.fails(&replaced.report) {
        return Ok(terminal.report(&replaced.report));
    }
    let exit = target.write(bytes, terminal)?;
    terminal.report(&replaced.report);
    Ok(exit)
}
