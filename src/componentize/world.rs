//! What a module is to be: a world, from its metadata, from `--wit`, or from both.
//!
//! Lives here: [`chosen`], [`World`] and [`Worlds`]. May import: `diag` (rank 0), `wit` (rank 2).
//! Deliberately absent: whether the module does what the world says (`preflight`), and how several
//! worlds become one (`unite`).

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use wit_component::StringEncoding;
use wit_component::metadata::{self, Bindgen};
use wit_parser::{Resolve, WorldId};

use super::inputs::Inputs;
use super::module::CoreModule;
use super::preflight::{self, metadata::problems};
use super::request::{Encoding, Request};
use super::unite::{Part, disagree, given, unite};
use super::{codes, embed, sections};
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::wit::decode::docs_of_section;
use crate::wit::docs::Docs;
use crate::wit::{self, Wit};

/// A world of the packages of `--wit`: one of theirs, or several united.
pub(super) struct Chosen {
    /// The packages, with the places of their texts.
    pub wits: Vec<Wit>,
    pub resolve: Resolve,
    pub world: WorldId,
    /// Docs and gates of all packages, and of the world as a component's.
    pub docs: Docs,
}

/// Loads the packages of `--wit` and chooses the worlds. What is wrong with them goes to `report`.
pub(super) fn chosen(
    request: &Request,
    files: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Option<Chosen> {
    let mut wits = Vec::new();
    for path in &request.wit {
        match wit::load(path, &request.wit_options) {
            Ok(wit) => wits.push(wit),
            Err(found) => report.extend(found),
        }
    }
    if wits.is_empty() || wits.len() < request.wit.len() {
        return None;
    }
    let features = wits.iter().flat_map(Wit::features).collect();
    let asked = &request.wit_options.features;
    report.extend(wit::gates::unknown_features(asked, &features));
    let read = wits.iter().flat_map(Wit::files);
    files.extend(read.filter_map(|file| file.path.clone()));
    let picked = match picked(request, &wits) {
        Ok(picked) => picked,
        Err(found) => {
            report.extend(found);
            return None;
        }
    };
    let mut docs = Docs::default();
    if !request.no_docs {
        for (at, world) in &picked {
            docs.add(Docs::of_world(&wits[*at].resolve, *world));
        }
    }
    if let [(at, world)] = picked[..] {
        let mut resolve = wits[at].resolve.clone();
        let name = request.wit[at].display().to_string();
        if request.canonical_names
            && let Err(error) = resolve.merge_world_imports_based_on_semver(world)
        {
            report.push(disagree(&name, &error.root_cause().to_string()));
            return None;
        }
        return Some(Chosen {
            wits,
            resolve,
            world,
            docs,
        });
    }
    match together(request, &wits, &picked) {
        Ok((resolve, world)) => Some(Chosen {
            wits,
            resolve,
            world,
            docs,
        }),
        Err(found) => {
            report.extend(found);
            None
        }
    }
}

/// The worlds that are meant: each of `--world` in all packages that have it, and of a package that
/// has none of these its only one.
fn picked(request: &Request, wits: &[Wit]) -> Result<Vec<(usize, WorldId)>, Report> {
    let mut report = Report::new();
    let mut picked: Vec<(usize, WorldId)> = Vec::new();
    let place = |at: usize| Locus::File(request.wit[at].display().to_string());
    for name in &request.worlds {
        let mut refused = None;
        let before = picked.len();
        for (at, wit) in wits.iter().enumerate() {
            match select(wit, Some(name)) {
                Ok(world) => picked.push((at, world)),
                Err(finding) => {
                    refused.get_or_insert(finding.at(place(at), ""));
                }
            }
        }
        if before == picked.len() {
            report.extend(refused.map(Report::from).unwrap_or_default());
        }
    }
    for (at, wit) in wits.iter().enumerate() {
        if picked.iter().any(|(of, _)| *of == at) || report.has_errors() {
            continue;
        }
        match select(wit, None) {
            Ok(world) => picked.push((at, world)),
            Err(finding) => report.push(finding.at(place(at), "")),
        }
    }
    let mut seen = Vec::new();
    picked.retain(|pick| {
        let new = !seen.contains(pick);
        seen.push(*pick);
        new
    });
    report.or_ok(picked)
}

/// One world of several.
fn together(
    request: &Request,
    wits: &[Wit],
    picked: &[(usize, WorldId)],
) -> Result<(Resolve, WorldId), Report> {
    let mut parts = Vec::new();
    for (at, world) in picked {
        let resolve = &wits[*at].resolve;
        let file = request.wit[*at].display().to_string();
        let name = &resolve.worlds[*world].name;
        let data = metadata::encode(resolve, *world, StringEncoding::UTF8, None, false)
            .map_err(|error| disagree(&file, &format!("{error:#}")))?;
        parts.push(Part {
            data: Cow::Owned(data),
            people: format!("the world `{name}` of `{file}`"),
            place: Locus::item(file, [format!("world {name}")]),
            note: String::new(),
            given: true,
        });
    }
    let names: Vec<String> = request
        .wit
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    let united = unite(&names.join(", "), &parts)?;
    Ok((united.resolve, united.world))
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
    /// All packages.
    pub resolve: Resolve,
    /// The world: of `--wit`, with those of the module's metadata merged into it, or these alone.
    pub world: WorldId,
    /// The packages of `--wit`, with the places of their texts.
    pub wits: Vec<Wit>,
}

/// The component-type sections that a module gets.
#[derive(Clone, Default)]
pub(super) struct Sections {
    /// Whether they take the place of those that it has.
    pub instead: bool,
    pub added: Vec<Vec<u8>>,
}

/// What all modules are to be.
pub(super) struct Worlds {
    /// The world of each module.
    pub each: Vec<World>,
    /// The index of the module that implements the world.
    pub main: usize,
    /// Of each module, the component-type sections that it gets.
    pub sections: Vec<Sections>,
    /// Docs and gates of `--wit` and of all modules.
    pub docs: Docs,
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
                Some(chosen) => embed::implementer(inputs, &chosen.resolve, chosen.world),
                None => inputs.modules.iter().position(described).unwrap_or(0),
            },
            sections: vec![Sections::default(); inputs.modules.len()],
            docs: docs(request, inputs, chosen.as_ref()),
        };
        let mut encoding = StringEncoding::default();
        let mut added = vec![None; inputs.modules.len()];
        if let Some(chosen) = &chosen {
            encoding = match request.encoding {
                Some(encoding) => string_encoding(encoding),
                None => encoding_of(inputs).unwrap_or_default(),
            };
            let name = &inputs.modules[worlds.main].name;
            added = embed::sections(request, inputs, worlds.main, chosen, encoding)
                .map_err(|message| disagree(name, &message))?;
        }
        let mut report = Report::new();
        let only_imports = chosen.as_ref().map(embed::without_exports);
        for ((at, module), section) in inputs.modules.iter().enumerate().zip(added) {
            let mut wits = Vec::new();
            let base = match &section {
                Some(_) if at == worlds.main => chosen.take().map(|chosen| {
                    wits = chosen.wits;
                    (chosen.resolve, chosen.world)
                }),
                Some(_) => only_imports.clone(),
                None => None,
            };
            let given = base.zip(section);
            match merged(module, given, encoding, request, &mut worlds.sections[at]) {
                Ok((resolve, world)) => worlds.each.push(World {
                    resolve,
                    world,
                    wits,
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

/// The docs and gates of `--wit`, then those in the sections of modules.
fn docs(request: &Request, inputs: &Inputs<'_>, chosen: Option<&Chosen>) -> Docs {
    let mut docs = chosen.map(|chosen| chosen.docs.clone()).unwrap_or_default();
    if !request.no_docs {
        let modules = inputs.modules.iter();
        for section in modules.flat_map(|module| &module.component_types) {
            docs.add(docs_of_section(section.data));
        }
    }
    docs
}

/// The world that `base`, which is given with its section, and the metadata of a module make
/// together.
fn merged(
    module: &CoreModule<'_>,
    base: Option<((Resolve, WorldId), Vec<u8>)>,
    encoding: StringEncoding,
    request: &Request,
    sections: &mut Sections,
) -> Result<(Resolve, WorldId), Report> {
    if module.component_types.is_empty() {
        let bindgen = match base {
            Some(((resolve, world), section)) => {
                sections.added.push(section);
                given(resolve, world, encoding)
            }
            None => Bindgen::default(),
        };
        return Ok((bindgen.resolve, bindgen.world));
    }
    let broken = problems(module);
    if broken.has_errors() {
        return Err(broken);
    }
    let mut parts = Part::of_module(module);
    if let Some((_, section)) = &base {
        let wit = request
            .wit
            .first()
            .map_or(Path::new("--wit"), PathBuf::as_path);
        let wit = wit.display().to_string();
        parts.insert(
            0,
            Part {
                data: Cow::Borrowed(section),
                people: format!("`{wit}`"),
                place: Locus::File(wit),
                note: String::new(),
                given: true,
            },
        );
    }
    if parts.len() == 1 {
        let mut alone = wasm_encoder::Module::HEADER.to_vec();
        for section in &module.component_types {
            sections::push_custom(&mut alone, section.name, section.data);
        }
        return match metadata::decode(&alone) {
            Ok((_, found)) => Ok((found.resolve, found.world)),
            Err(error) => Err(preflight::explain(&module.name, &format!("{error:#}")).into()),
        };
    }
    let united = unite(&module.name, &parts)?;
    match united.instead {
        Some(instead) => {
            sections.instead = true;
            sections.added = instead;
        }
        None => sections.added.extend(base.map(|(_, section)| section)),
    }
    Ok((united.resolve, united.world))
}

/// How the first module with metadata encodes strings.
fn encoding_of(inputs: &Inputs<'_>) -> Option<StringEncoding> {
    let mut parts = inputs.modules.iter().flat_map(Part::of_module);
    parts.next()?.encoding()
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
