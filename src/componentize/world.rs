//! The world of a module, from its metadata, from `--wit`, or from both.
//!
//! Lives here: [`World`] and [`Worlds`]. May import: `diag` (rank 0), `wit` (rank 2).
//! Deliberately absent: whether the module fits the world (`preflight`), and how several
//! worlds are merged (`unite`).

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use wit_component::StringEncoding;
use wit_component::metadata::{self, Bindgen};
use wit_parser::{Resolve, WorldId};

use super::chosen::Chosen;
use super::inputs::Inputs;
use super::module::CoreModule;
use super::options::Options;
use super::preflight::explain::explain;
use super::preflight::metadata::problems;
use super::sections::{push_custom, readable, without};
use super::unite::{Part, disagree, given, unite};
use super::{codes, embed, sections};
use crate::diag::{Diagnostic, Locus, Report};
use crate::wit::Wit;
use crate::wit::decode::docs_of_section;
use crate::wit::docs::Docs;

/// The world of a module.
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
    /// Whether they replace those that it has.
    pub instead: bool,
    pub added: Vec<Vec<u8>>,
}

/// The worlds of all modules.
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
    /// The worlds from `chosen` and the metadata of the modules, merged.
    ///
    /// Fails if metadata cannot be read, if it conflicts with itself or `chosen`, or if there is no
    /// world at all.
    pub fn of(
        options: &Options,
        inputs: &Inputs<'_>,
        mut chosen: Option<Chosen>,
    ) -> Result<Worlds, Report> {
        let described = |module: &CoreModule<'_>| !module.component_types.is_empty();
        let bare = chosen.is_none() && !inputs.modules.iter().any(described);
        let program = inputs.modules.iter().any(|module| module.is_command());
        if bare && !program && options.adapters.is_empty() {
            return Err(no_world(inputs).into());
        }
        let mut worlds = Worlds {
            each: Vec::new(),
            main: match &chosen {
                Some(chosen) => embed::implementer(inputs, &chosen.resolve, chosen.world),
                None => inputs.modules.iter().position(described).unwrap_or(0),
            },
            sections: vec![Sections::default(); inputs.modules.len()],
            docs: docs(options, inputs, chosen.as_ref()),
        };
        let mut encoding = StringEncoding::default();
        let mut added = vec![None; inputs.modules.len()];
        if let Some(chosen) = &chosen {
            encoding = match options.encoding {
                Some(encoding) => super::embed::string_encoding(encoding),
                None => encoding_of(inputs).unwrap_or_default(),
            };
            let name = &inputs.modules[worlds.main].name;
            added = embed::sections(options, inputs, worlds.main, chosen, encoding)
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
            match merged(module, given, encoding, options, &mut worlds.sections[at]) {
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

    /// The module that implements the world of `--wit`.
    pub fn implementer<'i, 'a>(&self, inputs: &'i Inputs<'a>) -> &'i CoreModule<'a> {
        &inputs.modules[self.main]
    }

    /// The bytes of the module at that index, with its world embedded.
    pub fn with_world<'a>(&self, inputs: &Inputs<'a>, at: usize) -> Cow<'a, [u8]> {
        let mut bytes = readable(inputs.modules[at].bytes);
        let sections = &self.sections[at];
        if sections.instead {
            bytes = without(bytes, |name| name.starts_with("component-type"));
        }
        if sections.added.is_empty() {
            return bytes;
        }
        let size: usize = sections
            .added
            .iter()
            .map(|section| section.len() + 32)
            .sum();
        let mut with = Vec::with_capacity(bytes.len() + size);
        with.extend_from_slice(&bytes);
        for section in &sections.added {
            push_custom(&mut with, "component-type", section);
        }
        Cow::Owned(with)
    }
}

/// The docs and gates of `--wit`, then those in the sections of modules.
fn docs(options: &Options, inputs: &Inputs<'_>, chosen: Option<&Chosen>) -> Docs {
    let mut docs = chosen.map(|chosen| chosen.docs.clone()).unwrap_or_default();
    if !options.no_docs {
        let modules = inputs.modules.iter();
        for section in modules.flat_map(|module| &module.component_types) {
            docs.add(docs_of_section(section.data));
        }
    }
    docs
}

/// The world of `base`, which is given with its section, and of the metadata of a module, merged
/// into one.
fn merged(
    module: &CoreModule<'_>,
    base: Option<((Resolve, WorldId), Vec<u8>)>,
    encoding: StringEncoding,
    options: &Options,
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
        let wit = options
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
            Err(error) => Err(explain(&module.name, &format!("{error:#}")).into()),
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

pub(super) fn no_world(inputs: &Inputs<'_>) -> Diagnostic {
    let Some(module) = inputs.modules.first() else {
        return codes::NO_WORLD
            .report("missing a module or a WIT package")
            .help("pass a WIT package with `--wit PATH`");
    };
    let name = &module.name;
    codes::NO_WORLD
        .report(format!(
            "cannot determine the world of `{name}`: no embedded WIT metadata and no `_start`"
        ))
        .at(Locus::File(name.clone()), "no `component-type` section")
        .help("pass the WIT package that it was built for: `--wit PATH`, and `--world NAME` if it has several worlds")
}
