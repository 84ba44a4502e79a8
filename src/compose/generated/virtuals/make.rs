//! Making the parts that are described: what provides WASI from data, and what writes and reads its
//! streams.
//!
//! May import: `diag`, `generate`, `plan`, `surface`, `wasm` (ranks 0 to 3). Deliberately absent:
//! deciding what they provide.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::NAME;
use crate::compose::codes;
use crate::compose::parts::Parts;
use crate::compose::types::Types;
use crate::compose::virtuals::files::{self, Opened};
use crate::diag::Report;
use crate::generate::{self, Cannot, How, MadeVirtual, Provided, Streams};
use crate::plan::{self, Does, Input, OfHost, Setting, Settings};
use crate::source::Source;
use crate::surface::{Instance, Item, Side};
use crate::wasm::Component;

/// The part that a plan describes.
pub(in crate::compose::generated) fn again(
    described: &plan::Virtual,
    parts: &Parts,
    types: &mut Types<'_>,
) -> Result<Component, Report> {
    let opened = files::again(&described.settings)?;
    let made = match described.streams {
        true => make_streams(&described.settings, &opened).map_err(|cannot| vec![cannot]),
        false => make(described, &opened, parts, types).map(|(component, _)| component),
    };
    made.map_err(|problems| {
        let mut report = Report::new();
        for problem in problems {
            report.push(codes::STALE_PLAN.report(format!("`{NAME}`: {}", problem.why)));
        }
        report
    })
}

/// Generates the part that writes and reads streams.
pub(super) fn make_streams(settings: &Settings, opened: &Opened) -> Result<Component, Cannot> {
    let (data, has_stdin) = (data(opened), settings.stdin.is_some());
    let files = match settings.files {
        Some(_) => data.files,
        None => Vec::new(),
    };
    let stdin = data.stdin.as_ref().filter(|_| has_stdin);
    let made = generate::generate_streams(&files, stdin)?;
    component(made).ok_or_else(|| Cannot::new("it is not a component"))
}

fn component(made: MadeVirtual) -> Option<Component> {
    let component = Component::new(Source::memory(NAME, made.bytes)).ok()?;
    Some(component.with_edits(made.edits))
}

/// Generates the part that is described, with what it needs of one that has streams.
pub(super) fn make(
    described: &plan::Virtual,
    opened: &Opened,
    parts: &Parts,
    types: &mut Types<'_>,
) -> Result<(Component, Option<Streams>), Vec<Cannot>> {
    let problem = |why: String| vec![Cannot::new(why)];
    let mut all: Vec<Vec<Instance>> = Vec::new();
    for interface in &described.interfaces {
        let mut instances = Vec::new();
        for served in &interface.of {
            let part = parts.by_name(&served.part);
            let item = part.and_then(|part| types.item(part, Side::Import, &served.import));
            let Some(Item::Instance(instance)) = item else {
                let (import, part) = (&served.import, &served.part);
                return Err(problem(format!(
                    "cannot find import `{import}` in `{part}`"
                )));
            };
            instances.push(instance);
        }
        all.push(instances);
    }
    let how = |does: Does| match does {
        Does::Virtual => How::Virtual,
        Does::Both => How::Both,
        Does::Host => How::Host,
        Does::Deny => How::Denied,
    };
    let interfaces = described.interfaces.iter().zip(&all);
    let interfaces = interfaces.map(|(interface, instances)| {
        let exports = instances.iter().flat_map(|i| &i.exports);
        let functions = exports.filter(|(_, item)| matches!(item, Item::Func(_)));
        Provided {
            name: &interface.name,
            items: instances.iter().map(|i| &i.exports[..]).collect(),
            how: functions
                .map(|(name, _)| {
                    let does = interface.except.get(&name.name).copied();
                    (name.name.clone(), how(does.unwrap_or(interface.does)))
                })
                .collect(),
            owns: interface.owns,
        }
    });
    let made = generate::generate_virtual(&generate::Virtual {
        interfaces: interfaces.collect(),
        data: data(opened),
    })?;
    let streams = made.streams;
    let component = component(made).ok_or_else(|| problem("it is not a component".to_string()))?;
    Ok((component, streams))
}

/// What functions answer.
fn data(opened: &Opened) -> generate::Data {
    let settings = &opened.settings;
    let pairs = |of: &Option<Setting<BTreeMap<String, String>>>| match of {
        Some(Setting::Virtual(pairs)) => pairs.clone().into_iter().collect(),
        _ => Vec::new(),
    };
    let mut data = generate::Data {
        environment: pairs(&settings.env),
        config: pairs(&settings.config),
        ..generate::Data::default()
    };
    if let Some(Setting::Virtual(args)) = &settings.args {
        data.arguments.clone_from(args);
    }
    if let Some(Setting::Virtual(cwd)) = &settings.cwd {
        data.cwd = Some(cwd.clone());
    }
    data.stdin = match &settings.stdin {
        Some(Setting::Virtual(Input::Text(text))) => {
            Some(Arc::new(Source::memory("stdin", text.clone().into_bytes())))
        }
        _ => opened.stdin.clone(),
    };
    if let Some(Setting::Virtual(files)) = &settings.files {
        let files = files.keys();
        data.files = files
            .map(|guest| (guest.clone(), opened.contents.get(guest).cloned()))
            .collect();
        data.has_root = true;
    }
    data.host_environment = of_host(&settings.env_host, Clone::clone);
    data.host_config = of_host(&settings.config_host, Clone::clone);
    data.host_directories = of_host(&settings.files_host, |names| {
        names.clone().into_iter().collect()
    });
    if let Some(Setting::Virtual(clock)) = &settings.clock {
        data.start = (clock.seconds, clock.nanoseconds);
        data.tick = clock.tick;
    }
    if let Some(Setting::Virtual(seed)) = &settings.random {
        data.seed = *seed;
    }
    data
}

fn of_host<T, N>(
    said: &Option<OfHost<N>>,
    names: impl FnOnce(&N) -> Vec<T>,
) -> generate::OfHost<T> {
    match said {
        None => generate::OfHost::Nothing,
        Some(OfHost::All) => generate::OfHost::All,
        Some(OfHost::Named(of)) => generate::OfHost::Named(names(of)),
    }
}
