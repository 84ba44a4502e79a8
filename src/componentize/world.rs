//! What a module is to be: a world, from its metadata, from `--wit`, or from both.
//!
//! Lives here: [`chosen`], [`World`] and [`Worlds`]. May import: `diag` (rank 0), `wit` (rank 2).
//! Deliberately absent: whether the module does what the world says (`preflight`).

use std::path::{Path, PathBuf};

use wit_component::StringEncoding;
use wit_component::metadata::{self, Bindgen, ModuleMetadata};
use wit_parser::{Resolve, WorldId};

use super::inputs::Inputs;
use super::module::CoreModule;
use super::preflight::{self, metadata::problems};
use super::request::{Encoding, Request};
use super::{codes, embed, sections};
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::wit::{self, Wit};

/// The section within a component-type section that says how strings are encoded.
const ENCODING_SECTION: &str = "wit-component-encoding";

/// A world of the package of `--wit`.
pub(super) struct Chosen {
    pub wit: Wit,
    pub world: WorldId,
}

/// Loads the package of `--wit` and chooses the world. What is wrong with it goes to `report`.
pub(super) fn chosen(
    request: &Request,
    files: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Option<Chosen> {
    let path = request.wit.as_ref()?;
    let mut wit = match wit::load(path, &request.wit_options) {
        Ok(wit) => wit,
        Err(found) => {
            report.extend(found);
            return None;
        }
    };
    let asked = &request.wit_options.features;
    report.extend(wit::gates::unknown_features(asked, &wit.features()));
    files.extend(wit.files().iter().filter_map(|file| file.path.clone()));
    let name = path.display().to_string();
    let world = match select(&wit, request.world.as_deref()) {
        Ok(world) => world,
        Err(finding) => {
            report.push(finding.at(Locus::File(name), ""));
            return None;
        }
    };
    if request.canonical_names
        && let Err(error) = wit.resolve.merge_world_imports_based_on_semver(world)
    {
        report.push(disagree(&name, &error.root_cause().to_string()));
        return None;
    }
    Some(Chosen { wit, world })
}

/// The world of that name, or the only one.
fn select(wit: &Wit, name: Option<&str>) -> Result<WorldId, Diagnostic> {
    let resolve = &wit.resolve;
    let of = |package: &wit_parser::PackageId| resolve.packages[*package].worlds.values();
    let own: Vec<WorldId> = wit.own.iter().flat_map(of).copied().collect();
    let short = |id: &WorldId| resolve.worlds[*id].name.as_str();
    let known = own.iter().map(short).collect::<Vec<_>>().join(", ");
    let Some(name) = name else {
        let of_main: Vec<WorldId> = of(&wit.main).copied().collect();
        return match (of_main.as_slice(), own.as_slice()) {
            ([world], _) | ([], [world]) => Ok(*world),
            ([], []) => Err(codes::UNKNOWN_WORLD
                .report(format!(
                    "the package {} has no world",
                    resolve.packages[wit.main].name
                ))
                .help("add a world that imports and exports what the module does")),
            _ => Err(codes::UNKNOWN_WORLD
                .report(format!(
                    "the package {} has several worlds: {known}",
                    resolve.packages[wit.main].name
                ))
                .help("choose with --world NAME")),
        };
    };
    if let Ok(world) = resolve.select_world(&[wit.main], Some(name)) {
        return Ok(world);
    }
    let mut nested = own.iter().filter(|id| short(id) == name);
    if let (Some(world), None) = (nested.next(), nested.next()) {
        return Ok(*world);
    }
    let mut all = Vec::new();
    for (id, world) in resolve.worlds.iter() {
        if own.contains(&id) {
            all.push(world.name.clone());
        }
        if let Some(package) = world.package {
            all.push(resolve.id_of_name(package, &world.name));
        }
    }
    let finding = codes::UNKNOWN_WORLD.report(format!("there is no world `{name}`"));
    Err(match did_you_mean(name, all.iter().map(String::as_str)) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if known.is_empty() => finding.help("the package has no worlds of its own"),
        None => finding.help(format!("the package has the worlds {known}")),
    })
}

/// What a module is to be.
pub(crate) struct World {
    /// All packages; where the world is of `--wit`, with the places of [`World::wit`].
    pub resolve: Resolve,
    /// The world: of `--wit`, with those of the module's metadata merged into it, or these alone.
    pub world: WorldId,
    /// The package of `--wit`.
    pub wit: Option<Wit>,
}

/// What all modules are to be.
pub(super) struct Worlds {
    /// The world of each module.
    pub each: Vec<World>,
    /// The index of the module that implements the world.
    pub main: usize,
    /// Of each module, the contents of the component-type section to be added to it.
    pub sections: Vec<Option<Vec<u8>>>,
}

impl Worlds {
    /// The worlds that `chosen` and the metadata of the modules make together.
    ///
    /// Fails if metadata cannot be read, if it contradicts itself or `chosen`, and if there is no
    /// world at all.
    pub fn of(
        request: &Request,
        inputs: &Inputs<'_>,
        mut chosen: Option<Chosen>,
    ) -> Result<Worlds, Report> {
        let described = |module: &CoreModule<'_>| !module.component_types.is_empty();
        let bare = chosen.is_none() && !inputs.modules.iter().any(described);
        let program = inputs.modules.iter().any(|module| module.is_command());
        if bare && !program && request.adapters.is_empty() {
            return Err(no_world(inputs).into());
        }
        let mut worlds = Worlds {
            each: Vec::new(),
            main: match &chosen {
                Some(chosen) => embed::implementer(inputs, &chosen.wit.resolve, chosen.world),
                None => inputs.modules.iter().position(described).unwrap_or(0),
            },
            sections: vec![None; inputs.modules.len()],
        };
        let mut encoding = StringEncoding::default();
        if let Some(chosen) = &chosen {
            encoding = match request.encoding {
                Some(encoding) => string_encoding(encoding),
                None => encoding_of(inputs).unwrap_or_default(),
            };
            let name = &inputs.modules[worlds.main].name;
            worlds.sections = embed::sections(request, inputs, worlds.main, chosen, encoding)
                .map_err(|message| disagree(name, &message))?;
        }
        let mut report = Report::new();
        let only_imports = chosen.as_ref().map(embed::without_exports);
        for (at, module) in inputs.modules.iter().enumerate() {
            let (base, wit) = match (at == worlds.main, worlds.sections[at].is_some()) {
                (true, true) => match chosen.take() {
                    Some(Chosen { wit, world }) => (Some((wit.resolve.clone(), world)), Some(wit)),
                    None => (None, None),
                },
                (false, true) => (only_imports.clone(), None),
                _ => (None, None),
            };
            match merged(module, base, encoding, request) {
                Ok(bindgen) => worlds.each.push(World {
                    resolve: bindgen.resolve,
                    world: bindgen.world,
                    wit,
                }),
                Err(found) => report.extend(found),
            }
        }
        report.or_ok(worlds)
    }

    /// The world of the module that implements the one of `--wit`.
    pub fn main(&self) -> &World {
        &self.each[self.main]
    }
}

/// The worlds in the metadata of a module, and `base` before them.
fn merged(
    module: &CoreModule<'_>,
    base: Option<(Resolve, WorldId)>,
    encoding: StringEncoding,
    request: &Request,
) -> Result<Bindgen, Report> {
    let mut alone = wasm_encoder::Module::HEADER.to_vec();
    for section in &module.component_types {
        sections::push_custom(&mut alone, section.name, section.data);
    }
    let embedded = match metadata::decode(&alone) {
        Ok((_, embedded)) => embedded,
        Err(error) => {
            let problems = problems(module);
            return Err(match problems.has_errors() {
                true => problems,
                false => preflight::explain(&module.name, &format!("{error:#}")).into(),
            });
        }
    };
    let Some((resolve, world)) = base else {
        return Ok(embedded);
    };
    let mut whole = Bindgen {
        metadata: ModuleMetadata::new(&resolve, world, encoding),
        resolve,
        world,
        producers: None,
    };
    match whole.merge(embedded) {
        Ok(_) => Ok(whole),
        Err(error) => {
            // The outer causes only say of ever smaller things that merging failed.
            let causes: Vec<String> = error
                .chain()
                .map(|cause| cause.to_string())
                .skip_while(|cause| cause.contains("package"))
                .map(|cause| cause.trim_start_matches("failed to merge ").to_string())
                .collect();
            Err(contradiction(module, request, &causes.join(": ")).into())
        }
    }
}

/// How the first module with metadata encodes strings.
fn encoding_of(inputs: &Inputs<'_>) -> Option<StringEncoding> {
    let mut all = inputs.modules.iter().flat_map(|m| &m.component_types);
    let section = all.next()?;
    let found = sections::customs(section.data, ENCODING_SECTION);
    match found.first()?.1 {
        [_, 0] => Some(StringEncoding::UTF8),
        [_, 1] => Some(StringEncoding::UTF16),
        [_, 2] => Some(StringEncoding::CompactUTF16),
        _ => None,
    }
}

/// The encoding in the terms of wit-component.
pub(super) fn string_encoding(encoding: Encoding) -> StringEncoding {
    match encoding {
        Encoding::Utf8 => StringEncoding::UTF8,
        Encoding::Utf16 => StringEncoding::UTF16,
        Encoding::CompactUtf16 => StringEncoding::CompactUTF16,
    }
}

pub(super) fn no_world(inputs: &Inputs<'_>) -> Diagnostic {
    let Some(module) = inputs.modules.first() else {
        return codes::NO_WORLD
            .report("there is no world to make a component of")
            .help("give the WIT package with --wit");
    };
    let name = &module.name;
    codes::NO_WORLD
        .report(format!(
            "nothing says what `{name}` is to be as a component: it has no `component-type` \
             section, and it is no program"
        ))
        .at(Locus::File(name.clone()), "no metadata and no `_start`")
        .help("give the WIT package it was built for with --wit, and its world with --world")
}

fn disagree(name: &str, message: &str) -> Diagnostic {
    codes::WORLDS_DISAGREE
        .report(format!(
            "the world for `{name}` contradicts itself: {message}"
        ))
        .at(Locus::File(name.to_string()), "")
}

/// A finding that `--wit` and the metadata of a module cannot be merged.
fn contradiction(module: &CoreModule<'_>, request: &Request, reason: &str) -> Diagnostic {
    let wit = request.wit.as_deref().unwrap_or(Path::new("--wit"));
    let mut finding = codes::WORLDS_DISAGREE
        .report(format!(
            "the world in `{}` and that of `{}` contradict each other: {reason}",
            module.name,
            wit.display()
        ))
        .at(Locus::File(wit.display().to_string()), "");
    for section in &module.component_types {
        finding = finding.at(module.locus([format!("section {}", section.name)]), "");
    }
    finding.help("give the WIT package that the bindings were made from, or leave --wit out")
}
