//! Deciding what one part provides from data, and which interfaces of the host go through it.
//!
//! An interface is virtual if a key of the settings is about it. Streams, pollables and errors are as
//! soon as something virtual has any; whatever else has some then goes through the part as well, so
//! that all are of one type.
//!
//! Lives here: [`Decider`] and [`again`]. May import: `diag`, `generate`, `names`, `plan`, `surface`,
//! `wasm` (ranks 0 to 3). Deliberately absent: what a key is about (`keys`), reading settings
//! (`virtuals`), and what the part looks like (`generate`).

mod keys;
mod make;

use std::collections::{BTreeMap, BTreeSet};

use super::{Wanted, free_name, has_provider};
use crate::compose::answered::Asked;
use crate::compose::codes;
use crate::compose::manual::GeneratedWire;
use crate::compose::options::Options;
use crate::compose::parts::{NewPart, Parts};
use crate::compose::resolve::Survey;
use crate::compose::types::Types;
use crate::compose::virtuals::Virtual;
use crate::compose::virtuals::files::Opened;
use crate::diag::{Diagnostic, Report};
use crate::escape;
use crate::generate::{Cannot, STREAMS, Streams};
use crate::names::{Patterns, track, track_or_name, unversioned};
use crate::plan::{self, Does, Generated, Role, Served, Settings, Target, VirtualInterface};
use crate::surface::{Instance, Item, Side, TypeDef};
use crate::wasm::structure::Structure;
use keys::State;
pub(super) use make::again;
use make::{make, make_streams};

/// What the part is called.
const NAME: &str = "virtual";

/// What that is called which writes and reads its streams, if they are of WASI 0.3.
const STREAMS_NAME: &str = "virtual-streams";

/// Imports of one interface.
struct Group {
    /// The name with the highest version.
    name: String,
    /// That with the highest version first.
    members: Vec<(usize, usize)>,
    instances: Vec<Instance>,
}

/// Decides what is virtual.
pub(super) struct Decider<'a> {
    pub settings: &'a Virtual,
    pub opened: &'a Opened,
    pub asked: &'a Asked,
    pub options: &'a Options,
    /// What would be left open if all might be.
    pub survey: &'a Survey,
    pub parts: &'a Parts,
    pub structures: &'a [Structure<'a>],
}

impl Decider<'_> {
    /// The part, with warnings.
    pub(super) fn wanted(&self) -> Result<(Wanted, Report), Report> {
        let Decider {
            settings,
            opened,
            survey,
            parts,
            structures,
            ..
        } = *self;
        let mut types = Types::new(parts, structures);
        let groups = groups(survey, parts, structures, &mut types);
        let mut warnings = Report::new();
        let functions = groups.iter().flat_map(|group| {
            let functions = group.functions().into_iter();
            functions.map(|function| (group.name.as_str(), function))
        });
        for (key, about) in keys::unused(&opened.settings, functions) {
            let why = format!("no part imports `{about}` of the host");
            warnings.push(settings.without_effect(key, &why));
        }
        let interfaces = self.interfaces(&groups);
        if interfaces.is_empty() {
            return Ok((Wanted::default(), warnings));
        }
        let described = plan::Virtual {
            interfaces,
            settings: opened.settings.clone(),
            streams: false,
        };
        let mut report = Report::new();
        let (component, streams) = match make(&described, opened, parts, &mut types) {
            Ok(made) => made,
            Err(problems) => {
                for problem in problems {
                    report.push(cannot(&problem, &groups, parts, structures));
                }
                return Err(report);
            }
        };
        let mut taken: BTreeSet<String> = parts.names().map(str::to_string).collect();
        let name = free_name(NAME.to_string(), &mut taken);
        let streams = match streams {
            Some(needs) => Some(self.streams(needs, &mut taken)?),
            None => None,
        };
        let mut wires = Vec::new();
        let mut members: Vec<(usize, usize)> = Vec::new();
        for interface in &described.interfaces {
            for served in &interface.of {
                wires.push(GeneratedWire {
                    part: served.part.clone(),
                    import: served.import.clone(),
                    to: Some((name.clone(), interface.name.clone())),
                });
            }
            let group = groups.iter().find(|group| group.name == interface.name);
            members.extend(group.iter().flat_map(|group| &group.members));
        }
        for import in component
            .structure()?
            .imports
            .iter()
            .filter(|i| has_provider(i))
        {
            let import = import.name.name;
            let own = described.interfaces.iter().any(|own| own.name == import);
            let to = match &streams {
                Some(streams) if import == STREAMS => {
                    Some((streams.name.clone(), STREAMS.to_string()))
                }
                _ if own => None,
                _ => provider(import, &members, survey),
            };
            if to.is_none() && self.options.no_imports {
                let group = groups.iter().find(|group| group.name == import);
                report.push(left(import, group, settings));
            }
            wires.push(GeneratedWire {
                part: name.clone(),
                import: import.to_string(),
                to,
            });
        }
        report.or_ok(())?;
        let part = NewPart {
            name,
            role: Role::Virtual,
            generated: Generated {
                from_data: Some(described),
                ..Generated::default()
            },
            component,
        };
        let wanted = Wanted {
            parts: streams.into_iter().chain([part]).collect(),
            wires,
            ..Wanted::default()
        };
        Ok((wanted, warnings))
    }

    /// The part that writes and reads streams.
    fn streams(&self, needs: Streams, taken: &mut BTreeSet<String>) -> Result<NewPart, Report> {
        let settings = &self.opened.settings;
        let described = plan::Virtual {
            interfaces: Vec::new(),
            settings: Settings {
                files: settings.files.clone().filter(|_| needs.files),
                stdin: settings.stdin.clone().filter(|_| needs.stdin),
                ..Settings::default()
            },
            streams: true,
        };
        let component = make_streams(&described.settings, self.opened);
        let component = component.map_err(|cannot| {
            let message = format!("cannot make `{STREAMS_NAME}`: {}", cannot.why);
            codes::CANNOT_GENERATE.report(message)
        })?;
        Ok(NewPart {
            name: free_name(STREAMS_NAME.to_string(), taken),
            role: Role::Virtual,
            generated: Generated {
                from_data: Some(described),
                ..Generated::default()
            },
            component,
        })
    }

    /// The interfaces that the part has.
    fn interfaces(&self, groups: &[Group]) -> Vec<VirtualInterface> {
        let settings = &self.opened.settings;
        let (parts, structures) = (self.parts, self.structures);
        let allowed = Patterns::new(&self.options.imports);
        let states = |group: &Group| -> BTreeMap<String, State> {
            let functions = group.functions().into_iter();
            let states = functions.map(|f| (f.to_string(), keys::state(settings, &group.name, f)));
            states.collect()
        };
        let is_virtual = |group: &Group| {
            let mut states = states(group).into_values();
            let is_named = states.any(|state| matches!(state, State::Virtual | State::Both));
            is_named || keys::owns(settings, &group.name)
        };
        let has_streams = settings.deny_others
            || groups
                .iter()
                .any(|group| is_virtual(group) && group.has_streams());
        let mut interfaces = Vec::new();
        for group in groups {
            let states = states(group);
            let is_asked = group.members.iter().any(|(part, import)| {
                let name = &structures[*part].imports[*import].name;
                self.asked.interface(*part, name).is_some()
            });
            let goes_through = || {
                let is_named = states.values().any(|state| *state == State::Host)
                    || keys::is_hosted(settings, &group.name);
                match settings.deny_others {
                    true => is_named,
                    false => {
                        let may_stay =
                            group.name.starts_with("wasi:") || allowed.allow(&group.name);
                        has_streams && group.has_streams() && !is_asked && may_stay
                    }
                }
            };
            let virtual_here = is_virtual(group) || (group.is_io() && has_streams);
            if !virtual_here && !goes_through() {
                continue;
            }
            let does = |state: &State| match state {
                _ if group.is_io() => Does::Virtual,
                State::Virtual => Does::Virtual,
                State::Both => Does::Both,
                State::Unnamed if settings.deny_others => Does::Deny,
                State::Host | State::Unnamed => Does::Host,
            };
            let most = states
                .values()
                .map(does)
                .min_by_key(|does| !matches!(does, Does::Virtual | Does::Both));
            let most = most.unwrap_or(Does::Virtual);
            let except = states
                .iter()
                .map(|(name, state)| (name.clone(), does(state)));
            interfaces.push(VirtualInterface {
                name: group.name.clone(),
                of: group
                    .members
                    .iter()
                    .map(|(part, import)| Served {
                        part: parts.all()[*part].name.clone(),
                        import: structures[*part].imports[*import].name.name.to_string(),
                        types: None,
                    })
                    .collect(),
                owns: virtual_here && group.has_resources(),
                does: most,
                except: except.filter(|(_, does)| *does != most).collect(),
            });
        }
        interfaces
    }
}

/// The imports that would be left open, by interface.
fn groups(
    survey: &Survey,
    parts: &Parts,
    structures: &[Structure<'_>],
    types: &mut Types<'_>,
) -> Vec<Group> {
    let mut by_track: BTreeMap<String, Vec<(usize, usize, String)>> = BTreeMap::new();
    let mut open = survey.open.clone();
    open.sort_unstable();
    for (part, import) in open {
        let name = structures[part].imports[import]
            .name
            .full_name()
            .into_owned();
        let is_generated = parts.all()[part].generated.is_some();
        if name.contains(':') && !is_generated && !types.has_types_only(part, import) {
            let group = by_track.entry(track_or_name(&name)).or_default();
            group.push((part, import, name));
        }
    }
    let mut groups = Vec::new();
    for mut members in by_track.into_values() {
        members.sort_by_key(|(part, import, name)| {
            let version = track(name).map(|(_, version)| version);
            (std::cmp::Reverse(version), *part, *import)
        });
        let mut instances = Vec::new();
        for (part, import, _) in &members {
            let name = structures[*part].imports[*import].name.name;
            if let Some(Item::Instance(instance)) = types.item(*part, Side::Import, name) {
                instances.push(instance);
            }
        }
        if instances.len() == members.len()
            && let Some((.., name)) = members.first()
        {
            groups.push(Group {
                name: name.clone(),
                members: members
                    .iter()
                    .map(|(part, import, _)| (*part, *import))
                    .collect(),
                instances,
            });
        }
    }
    groups
}

impl Group {
    fn functions(&self) -> BTreeSet<&str> {
        let exports = self.instances.iter().flat_map(|i| &i.exports);
        let functions = exports.filter(|(_, item)| matches!(item, Item::Func(_)));
        functions.map(|(name, _)| name.name.as_str()).collect()
    }

    /// Whether it has streams, pollables or errors.
    fn has_streams(&self) -> bool {
        let exports = self.instances.iter().flat_map(|i| &i.exports);
        let mut resources =
            exports.flat_map(|(_, item)| crate::compose::resources::resources_in(item));
        resources.any(|(_, origin)| match origin {
            crate::surface::Origin::Import(path) => path
                .first()
                .is_some_and(|name| name.starts_with("wasi:io/")),
            _ => false,
        })
    }

    fn is_io(&self) -> bool {
        self.name.starts_with("wasi:io/")
    }

    fn has_resources(&self) -> bool {
        let mut exports = self.instances.iter().flat_map(|i| &i.exports);
        exports.any(|(_, item)| matches!(item, Item::Type(TypeDef::Resource(_))))
    }
}

/// What provides an import of the part that is none of its own interfaces: what does so for the parts
/// that it serves.
fn provider(import: &str, members: &[(usize, usize)], survey: &Survey) -> Option<(String, String)> {
    let wanted = track_or_name(import);
    let wires = members
        .iter()
        .filter_map(|(part, _)| survey.wires.get(part));
    let mut wires = wires
        .flatten()
        .filter(|wire| track_or_name(&wire.import) == wanted);
    wires.find_map(|wire| match &wire.to {
        Target::Export { part, export } => Some((part.clone(), export.clone())),
        _ => None,
    })
}

/// A finding: something is left to the host although nothing may be.
fn left(import: &str, group: Option<&Group>, settings: &Virtual) -> Diagnostic {
    let message = format!("`{import}` is left to the host, which `--no-imports` forbids");
    let finding = codes::OPEN_IMPORT.report(message);
    let read = &settings.settings;
    let functions = group.into_iter().flat_map(Group::functions);
    let functions: Vec<&str> = functions.collect();
    let keys = |wanted: &dyn Fn(State) -> bool, ends: &str| -> Vec<String> {
        let functions = functions.iter();
        let functions = functions.filter(|f| wanted(keys::state(read, import, f)));
        let keys = functions.filter_map(|function| keys::of_function(import, function));
        let keys: BTreeSet<String> = keys.map(|key| format!("`{key}{ends}`")).collect();
        keys.into_iter().collect()
    };
    let both = keys(&|state| state == State::Both, "-host");
    if !both.is_empty() {
        let both = escape::and(&both);
        return finding.help(format!("remove {both}, or remove `--no-imports`"));
    }
    let keys = keys(&|state| state != State::Virtual, "");
    match (keys.is_empty(), read.deny_others) {
        (false, _) => finding.help(format!(
            "set {} in {}, or remove `--no-imports`",
            escape::and(&keys),
            settings.name
        )),
        (true, false) => finding.help(format!(
            "add `other = \"deny\"` to {}, or remove `--no-imports`",
            settings.name
        )),
        (true, true) => finding.note("what the settings leave to the host needs it"),
    }
}

/// A finding: the part cannot be generated.
fn cannot(
    problem: &Cannot,
    groups: &[Group],
    parts: &Parts,
    structures: &[Structure<'_>],
) -> Diagnostic {
    let item = problem.item.clone().unwrap_or_else(|| NAME.to_string());
    let message = format!("cannot make `{item}` virtual: {}", problem.why);
    let mut finding = codes::CANNOT_GENERATE.report(message);
    let interface = item.split('#').next().unwrap_or_default();
    let group = groups.iter().find(|group| group.name == interface);
    for (part, import) in group.into_iter().flat_map(|group| &group.members) {
        let name = structures[*part].imports[*import].name.name;
        finding = finding.at(parts.all()[*part].locus([format!("import {name}")]), "");
    }
    let name = unversioned(interface);
    match group {
        Some(_) => finding.help(format!(
            "deny it: `--deny '{name}'`, or leave what is about it to the host"
        )),
        None => finding,
    }
}
