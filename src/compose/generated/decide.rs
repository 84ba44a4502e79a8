//! Deciding which parts to generate: what is matched, which resources others make, and which imports
//! one part can provide together.
//!
//! Lives here: [`wanted`]. May import: `diag`, `generate`, `plan`, `surface`, `wasm` (ranks 0 to 3).
//! Deliberately absent: what would be left open, which the resolver's survey says.

use std::collections::{BTreeMap, BTreeSet};

use super::{Wanted, answers, free_name, has_provider, make};
use crate::compose::answered::{Asked, Cover, functions};
use crate::compose::manual::GeneratedWire;
use crate::compose::parts::{NewPart, Parts};
use crate::compose::resolve::Survey;
use crate::compose::resources::resources_in;
use crate::compose::types::Types;
use crate::diag::Report;
use crate::generate::{Key, Kind, Made};
use crate::names;
use crate::plan::{Generated, Role, Served, Target};
use crate::source::Source;
use crate::surface::{Item, Origin, Side};
use crate::wasm::Component;
use crate::wasm::structure::Structure;

/// An import that is provided by a generated part.
pub(super) struct Denied {
    pub(super) part: usize,
    pub(super) import: usize,
    pub(super) cover: Cover,
    /// The functions whose answers are given, with the positions of these.
    values: BTreeMap<String, usize>,
}

/// Imports that one part provides.
pub(super) struct Group {
    /// The semver track, or the name and part of what has none.
    pub(super) key: (String, Option<usize>),
    pub(super) cover: Cover,
    pub(super) values: BTreeMap<String, usize>,
    /// Where the resources that it does not define come from, by the name of the import.
    foreign: BTreeMap<String, Home>,
    /// Its imports by part.
    pub(super) members: Vec<(usize, usize)>,
    /// Resources that its part makes for the parts of other groups.
    makes: BTreeSet<String>,
    /// Resources that parts of other groups make for its part.
    made: BTreeSet<Key>,
    name: String,
    /// What people call what it provides.
    pub(super) title: String,
}

/// Where a resource comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Home {
    Host,
    Group(usize),
    Export(String, String),
}

/// Decides which parts to generate for the imports that `survey` found to be left open.
pub(super) fn wanted(
    asked: &Asked,
    no_imports: bool,
    survey: &Survey,
    parts: &Parts,
    structures: &[Structure<'_>],
) -> Result<Wanted, Report> {
    let mut decider = Decider {
        asked,
        parts,
        structures,
        survey,
        types: Types::new(parts, structures),
        report: Report::new(),
        reasons: BTreeMap::new(),
        groups: Vec::new(),
        replayed: BTreeSet::new(),
    };
    let denied = decider.denied();
    decider.keep(&denied);
    decider.group(denied);
    decider.check_values();
    let mut wanted = decider.generate(no_imports);
    decider.check_files();
    wanted.warnings = decider.unused_calls();
    decider.report.or_ok(())?;
    Ok(wanted)
}

pub(super) struct Decider<'a> {
    pub(super) asked: &'a Asked,
    pub(super) parts: &'a Parts,
    pub(super) structures: &'a [Structure<'a>],
    pub(super) survey: &'a Survey,
    pub(super) types: Types<'a>,
    pub(super) report: Report,
    /// Resources that others make or use, with what these are.
    pub(super) reasons: BTreeMap<Key, Vec<String>>,
    pub(super) groups: Vec<Group>,
    /// The positions of the options whose files have calls that are answered.
    pub(super) replayed: BTreeSet<usize>,
}

impl Decider<'_> {
    pub(super) fn name(&self, part: usize, import: usize) -> String {
        self.structures[part].imports[import]
            .name
            .full_name()
            .into_owned()
    }

    pub(super) fn item(&mut self, part: usize, import: usize) -> Option<Item> {
        let name = self.structures[part].imports[import].name.name;
        self.types.item(part, Side::Import, name)
    }

    /// The imports that are matched, in order.
    fn denied(&mut self) -> Vec<Denied> {
        let asked = self.asked;
        let mut open = self.survey.open.clone();
        open.sort_unstable();
        let mut denied = Vec::new();
        for (part, import) in open {
            // What is generated has of the host what it needs.
            if self.parts.all()[part].generated.is_some() {
                continue;
            }
            let name = self.structures[part].imports[import].name;
            let cover = match asked.may_match_functions(part) {
                false => asked.interface(part, &name).map(Cover::All),
                true => {
                    let item = self.item(part, import);
                    let functions = functions(item.as_ref());
                    asked.cover(part, &name, &functions)
                }
            };
            if let Some(cover) = cover
                // Interfaces of types alone are provided as they are.
                && !self.types.has_types_only(part, import)
            {
                denied.push(Denied {
                    values: self.values(part, import, &cover),
                    part,
                    import,
                    cover,
                });
            }
        }
        denied
    }

    /// Groups imports that one part can provide: of one track, with the same answers, and with
    /// resources from the same places.
    fn group(&mut self, denied: Vec<Denied>) {
        for Denied {
            part,
            import,
            cover,
            values,
        } in denied
        {
            let name = self.name(part, import);
            let item = self.item(part, import);
            let is_instance = matches!(item, Some(Item::Instance(_)));
            let key = match (is_instance, names::track(&name)) {
                // Functions and types of a world are provided together.
                (false, _) => (String::new(), Some(part)),
                (true, Some((track, _))) => (track, None),
                (true, None) if name.contains(':') => (name.clone(), None),
                (true, None) => (name.clone(), Some(part)),
            };
            let own = self.structures[part].imports[import].name.name;
            let mut foreign = BTreeMap::new();
            for (_, origin) in item.iter().flat_map(resources_in) {
                if let Origin::Import(path) = origin
                    && let Some(via) = path.first()
                    && via != own
                {
                    foreign.insert(via.clone(), self.home(part, via));
                }
            }
            let cover = match is_instance {
                true => cover,
                false => {
                    let Some(kind) = cover.of(&name).or(match &cover {
                        Cover::All(kind) => Some(*kind),
                        Cover::Functions(_) => None,
                    }) else {
                        continue;
                    };
                    Cover::All(kind)
                }
            };
            let same = self.groups.iter_mut().find(|group| {
                let homes = foreign
                    .iter()
                    .all(|(via, home)| group.foreign.get(via).is_none_or(|known| known == home));
                group.key == key && group.cover == cover && group.values == values && homes
            });
            match same {
                Some(group) => {
                    group.foreign.extend(foreign);
                    group.members.push((part, import));
                }
                None => self.groups.push(Group {
                    key,
                    cover,
                    values,
                    foreign,
                    title: match is_instance {
                        true => name.clone(),
                        false => "the world".to_string(),
                    },
                    members: vec![(part, import)],
                    makes: BTreeSet::new(),
                    made: BTreeSet::new(),
                    name: String::new(),
                }),
            }
        }
        self.name_groups();
        self.make_for_each_other();
    }

    /// Finds the resources that a stub has to make and another part defines.
    fn make_for_each_other(&mut self) {
        for at in 0..self.groups.len() {
            for (part, import) in self.groups[at].members.clone() {
                let Some(Item::Instance(instance)) = self.item(part, import) else {
                    continue;
                };
                let group = &self.groups[at];
                let stubbed = instance
                    .exports
                    .iter()
                    .filter_map(|(name, item)| match item {
                        Item::Func(func) if group.makes_results(&name.name) => func.result.clone(),
                        _ => None,
                    });
                let results: Vec<Item> = stubbed.map(Item::Value).collect();
                for (_, origin) in results.iter().flat_map(resources_in) {
                    let Origin::Import(path) = &origin else {
                        continue;
                    };
                    let home = path
                        .first()
                        .and_then(|via| self.groups[at].foreign.get(via));
                    let (Some(Home::Group(of)), Some(key)) = (home, Key::of_origin(&origin)) else {
                        continue;
                    };
                    if !self.reasons.contains_key(&key) {
                        let of = *of;
                        self.groups[of].makes.insert(key.name.clone());
                        self.groups[at].made.insert(key);
                    }
                }
            }
        }
    }

    /// Where the resources of an import of a part come from.
    fn home(&self, part: usize, via: &str) -> Home {
        let import = self.structures[part]
            .imports
            .iter()
            .position(|i| i.name.name == via);
        let group = self
            .groups
            .iter()
            .position(|group| import.is_some_and(|import| group.members.contains(&(part, import))));
        if let Some(group) = group {
            return Home::Group(group);
        }
        let wires = self.survey.wires.get(&part);
        let wire = wires.and_then(|wires| wires.iter().find(|wire| wire.import == via));
        match wire.map(|wire| &wire.to) {
            Some(Target::Export { part, export }) => Home::Export(part.clone(), export.clone()),
            _ => Home::Host,
        }
    }

    fn name_groups(&mut self) {
        let mut taken: BTreeSet<String> = self.parts.names().map(str::to_string).collect();
        for at in 0..self.groups.len() {
            let group = &self.groups[at];
            let words = match group.key.0.as_str() {
                "" => match group.key.1 {
                    Some(part) => format!("world-of-{}", self.parts.all()[part].name),
                    None => "world".to_string(),
                },
                name => names::unversioned(name).replace([':', '/'], "-"),
            };
            let wanted = format!("{}-{words}", group.kind().name());
            self.groups[at].name = free_name(wanted, &mut taken);
        }
    }

    /// The parts and how they are wired.
    fn generate(&mut self, no_imports: bool) -> Wanted {
        let mut wanted = Wanted::default();
        for at in 0..self.groups.len() {
            let (generated, spec_names) = self.describe(at);
            let cover = self.cover_of(at, &generated);
            let kind_of = |function: &str| cover.of(function);
            let made = make(&generated, &kind_of, self.parts, &mut self.types);
            let made = match made {
                Ok(made) => made,
                Err(problems) => {
                    for problem in problems {
                        match (&problem.item, &problem.wrong, &problem.call) {
                            (Some(item), Some(wrong), _) => self.wrong_value(at, item, wrong),
                            (_, _, Some(in_call)) => {
                                self.wrong_call(at, &generated, &problem, in_call);
                            }
                            _ => {
                                let finding = self.cannot(at, &problem);
                                self.report.push(finding);
                            }
                        }
                    }
                    continue;
                }
            };
            let Some(component) = self.component(&made, at) else {
                continue;
            };
            self.wire(at, &spec_names, &component, no_imports, &mut wanted);
            let group = &self.groups[at];
            wanted.parts.push(NewPart {
                name: group.name.clone(),
                role: match group.kind() {
                    Kind::Deny => Role::Deny,
                    Kind::Stub => Role::Stub,
                    Kind::Replay(_) => Role::Replay,
                },
                generated: Generated {
                    functions: answers(&made, &generated),
                    ..generated
                },
                component,
            });
        }
        wanted
    }

    fn component(&mut self, made: &Made, at: usize) -> Option<Component> {
        let name = &self.groups[at].name;
        let component = Component::new(Source::memory(name, made.bytes.clone()));
        component.map_err(|report| self.report.extend(report)).ok()
    }

    /// What a part is generated from, all but the answers.
    fn describe(&mut self, at: usize) -> (Generated, Option<String>) {
        let mut members = self.groups[at].members.clone();
        members.sort_by_key(|(part, import)| {
            let version = names::track(&self.name(*part, *import)).map(|(_, version)| version);
            (std::cmp::Reverse(version), *part, *import)
        });
        let is_world = self.groups[at].key.0.is_empty();
        let interface = match (is_world, members.first()) {
            (false, Some((part, import))) => Some(self.name(*part, *import)),
            _ => None,
        };
        if let (true, Some((part, _))) = (is_world, members.first().copied()) {
            // Types of the world come along: functions mention them.
            for import in 0..self.structures[part].imports.len() {
                let is_type = matches!(self.item(part, import), Some(Item::Type(_)));
                if is_type && !members.contains(&(part, import)) {
                    members.push((part, import));
                }
            }
            members.sort_unstable();
        }
        let track = interface.as_deref().map(names::track_or_name);
        let kept = self.reasons.keys().filter(|key| key.interface == track);
        let mut kept: Vec<String> = kept.map(|key| key.name.clone()).collect();
        if is_world {
            // A resource that was not matched is left where it is.
            let group = &self.groups[at].members;
            for (part, import) in &members {
                let name = self.structures[*part].imports[*import]
                    .name
                    .name
                    .to_string();
                if !group.contains(&(*part, *import)) && !kept.contains(&name) {
                    kept.push(name);
                }
            }
        }
        let mut made: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for key in &self.groups[at].made {
            let interface = key.interface.clone().unwrap_or_default();
            made.entry(interface).or_default().push(key.name.clone());
        }
        let of = members.iter().map(|(part, import)| Served {
            part: self.parts.all()[*part].name.clone(),
            import: self.structures[*part].imports[*import]
                .name
                .name
                .to_string(),
            types: None,
        });
        let generated = Generated {
            of: of.collect(),
            kept,
            functions: self.given(at),
            replay: self.recorded(at),
            makes: self.groups[at].makes.iter().cloned().collect(),
            made,
            interface: interface.clone(),
            ..Generated::default()
        };
        (generated, interface)
    }

    /// Wires the members of a group to its part, and the imports of that.
    fn wire(
        &mut self,
        at: usize,
        interface: &Option<String>,
        component: &Component,
        no_imports: bool,
        wanted: &mut Wanted,
    ) {
        let group = &self.groups[at];
        for (part, import) in &group.members {
            let import = self.structures[*part].imports[*import].name.name;
            let export = interface.clone().unwrap_or_else(|| import.to_string());
            wanted.wires.push(GeneratedWire {
                part: self.parts.all()[*part].name.clone(),
                import: import.to_string(),
                to: Some((group.name.clone(), export)),
            });
        }
        let Ok(structure) = component.structure() else {
            return;
        };
        for import in structure
            .imports
            .iter()
            .filter(|import| has_provider(import))
        {
            let name = import.name.name;
            let home = group.foreign.get(name).cloned().unwrap_or(Home::Host);
            let to = match home {
                Home::Host => None,
                Home::Group(of) => {
                    let of = &self.groups[of];
                    let exports = of
                        .members
                        .iter()
                        .map(|(part, import)| self.name(*part, *import));
                    let highest = exports.max_by_key(|name| names::track(name).map(|(_, v)| v));
                    highest.map(|export| (of.name.clone(), export))
                }
                Home::Export(part, export) => Some((part, export)),
            };
            if to.is_none() && no_imports {
                let finding = self.still_imported(at, name);
                self.report.push(finding);
            }
            wanted.wires.push(GeneratedWire {
                part: group.name.clone(),
                import: name.to_string(),
                to,
            });
        }
    }
}

impl Group {
    /// What its part is called after.
    pub(super) fn kind(&self) -> Kind {
        match &self.cover {
            Cover::All(kind) => *kind,
            Cover::Functions(functions) => {
                let kinds = || functions.values().copied();
                let replays = kinds().find(|kind| matches!(kind, Kind::Replay(_)));
                match kinds().all(|kind| kind == Kind::Stub) {
                    true => Kind::Stub,
                    false => replays.unwrap_or(Kind::Deny),
                }
            }
        }
    }

    /// Whether a function answers with what may have to be made.
    fn makes_results(&self, function: &str) -> bool {
        let kind = self.cover.of(function);
        matches!(kind, Some(Kind::Stub | Kind::Replay(_)))
    }
}
