//! Findings about exports: functions of the world that the module does not export, exports with
//! the wrong type, and exports that are dropped.
//!
//! Lives here: [`findings`]. May import: `diag` (rank 0), `module` (rank 4).
//! Deliberately absent: telling what exports are for (`exports`).

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::Resolve;
use wit_parser::abi::AbiVariant;

use super::advice::{Advice, REGENERATE};
use super::codes;
use super::display::{Places, at, list, signature};
use super::exports::{Exports, Mistyped, Purpose, Wanted, WorldExports};
use super::names::Versioned;
use super::producer::Toolchain;
use crate::componentize::module::{CoreModule, CoreType};
use crate::diag::{Diagnostic, Locus, did_you_mean};

/// What findings about exports are made from.
pub(super) struct Context<'m, 'a> {
    pub module: &'m CoreModule<'a>,
    pub resolve: &'m Resolve,
    /// The world, for people.
    pub world: &'m str,
    pub places: &'m Places<'m>,
    pub wanted: &'m WorldExports<'m>,
    pub exports: &'m Exports,
    pub reject_legacy_names: bool,
}

/// If none of the functions of an interface is exported, and they are at least so many, one finding
/// is made of them.
const TOGETHER: usize = 4;

/// How many functions a finding points to.
const MARKED: usize = 8;

/// How many names are compared with each other at most: that is quadratic.
const COMPARED: usize = 100_000;

/// All findings about the module's exports.
pub(super) fn findings(context: &Context) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for mistyped in &context.exports.mistyped {
        found.push(context.mistyped(mistyped));
    }
    for (wanted, exports) in context.wanted.wanted.iter().zip(&context.exports.found) {
        if let [first, second, ..] = exports[..] {
            found.push(context.twice(wanted, first, second));
        }
    }
    context.callbacks(&mut found);
    context.missing(&mut found);
    found
}

impl<'m> Context<'m, '_> {
    fn locus(&self, export: &str) -> Locus {
        self.module.locus([format!("export {export}")])
    }

    fn place(&self, wanted: &Wanted) -> Option<Locus> {
        let key = wanted
            .interface
            .map(|_| self.resolve.name_world_key(wanted.key));
        self.places.func(key.as_deref(), wanted.func)
    }

    /// The name of the function in WIT.
    fn called(&self, wanted: &Wanted) -> String {
        match wanted.interface {
            Some(_) => format!(
                "`{}` of `{}`",
                wanted.func.name,
                self.resolve.name_world_key(wanted.key)
            ),
            None => format!("`{}`", wanted.func.name),
        }
    }

    fn mistyped(&self, mistyped: &Mistyped) -> Diagnostic {
        let name = self.module.exports[mistyped.export].name;
        let wanted = mistyped.wanted.map(|w| &self.wanted.wanted[w]);
        let finding = codes::EXPORT_SIGNATURE
            .report(match (wanted, mistyped.role) {
                (Some(wanted), "") => format!(
                    "`{}` exports {} with the wrong signature",
                    self.module.name,
                    self.called(wanted)
                ),
                (Some(wanted), role) => format!(
                    "`{}` exports the {role} function of {} with the wrong signature",
                    self.module.name,
                    self.called(wanted)
                ),
                (None, role) => format!(
                    "`{}` exports the {role} `{name}` with the wrong signature",
                    self.module.name
                ),
            })
            .at(
                self.locus(name),
                format!("found {}", signature(&mistyped.actual)),
            );
        let expected = format!("expected {}", signature(&mistyped.expected));
        let finding = match wanted.and_then(|wanted| self.place(wanted)) {
            Some(place) => finding.at(place, expected),
            None => finding.note(expected),
        };
        match wanted {
            Some(_) => finding.help(REGENERATE),
            None => finding
                .note("the name is reserved; generated bindings export it with the right signature")
                .help("use generated bindings, or rename the function"),
        }
    }

    fn twice(&self, wanted: &Wanted, first: usize, second: usize) -> Diagnostic {
        let name = |index: usize| self.module.exports[index].name;
        let finding = codes::EXPORTED_TWICE
            .report(format!(
                "`{}` exports {} twice",
                self.module.name,
                self.called(wanted)
            ))
            .at(self.locus(name(first)), "first export")
            .at(self.locus(name(second)), "second export");
        at(finding, self.place(wanted), "declared here".to_string())
            .help("build it with bindings of one kind only")
    }

    fn callbacks(&self, found: &mut Vec<Diagnostic>) {
        let there: BTreeSet<&str> = self
            .module
            .exports
            .iter()
            .zip(&self.exports.purposes)
            .filter(|(_, purpose)| matches!(purpose, Purpose::Callback(_)))
            .map(|(export, _)| export.name)
            .collect();
        for (export, purpose) in self.module.exports.iter().zip(&self.exports.purposes) {
            let Purpose::Func(wanted, AbiVariant::GuestExportAsync) = purpose else {
                continue;
            };
            let callback = format!("[callback]{}", export.name);
            if there.contains(callback.as_str()) {
                continue;
            }
            let wanted = &self.wanted.wanted[*wanted];
            let finding = codes::MISSING_CALLBACK
                .report(format!(
                    "missing callback of `{1}` in `{0}`",
                    self.module.name, export.name
                ))
                .at(
                    self.locus(export.name),
                    format!("requires the export `{callback}`"),
                );
            found.push(
                at(finding, self.place(wanted), String::new()).help(
                    "export the callback as (param i32 i32 i32) (result i32), or export a function that blocks as `[async-lift-stackful]…`",
                ),
            );
        }
    }

    /// Functions of the world that are not exported, and exports that the world does not have.
    fn missing(&self, found: &mut Vec<Diagnostic>) {
        let mut near = Nearest::new(self);
        let mut of_item: BTreeMap<usize, Vec<&Wanted>> = BTreeMap::new();
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        let mut complete: BTreeSet<usize> = BTreeSet::new();
        let all = self.wanted.wanted.iter().zip(&self.exports.found);
        for (index, (wanted, exports)) in all.enumerate() {
            let item = match wanted.interface {
                Some(_) => *first
                    .entry(self.resolve.name_world_key(wanted.key))
                    .or_insert(index),
                None => index,
            };
            if exports.is_empty() {
                of_item.entry(item).or_default().push(wanted);
            } else {
                complete.insert(item);
            }
        }
        let why = Toolchain::of(self.module).why_not_exported(self.module);
        let why = why.as_ref();
        for (item, missing) in of_item {
            if missing.len() >= TOGETHER && !complete.contains(&item) {
                found.push(self.missing_interface(&missing, why, &mut near));
                continue;
            }
            for wanted in missing {
                found.push(self.missing_function(wanted, why, &mut near));
            }
        }
        let named = near.named;
        for (index, (export, purpose)) in self
            .module
            .exports
            .iter()
            .zip(&self.exports.purposes)
            .enumerate()
        {
            if *purpose == Purpose::Dropped && !named.contains(&index) {
                found.extend(self.dropped(export.name, &export.ty));
            }
        }
    }

    fn missing_function(
        &self,
        wanted: &Wanted,
        why: Option<&Advice>,
        near: &mut Nearest,
    ) -> Diagnostic {
        let finding = codes::MISSING_EXPORT
            .report(format!(
                "`{}` does not export {}, which {} exports",
                self.module.name,
                self.called(wanted),
                self.world
            ))
            .at(
                self.whole(),
                format!("missing export `{}`", self.core_name(wanted)),
            );
        let mut finding = at(finding, self.place(wanted), String::new());
        let nearest = near.to(self, wanted);
        let found = nearest.is_some();
        if let Some(advice) = nearest {
            finding = advice.on(finding);
        }
        match why {
            Some(why) if !found => why.on(finding),
            _ => finding,
        }
    }

    /// None of the functions of an interface is exported.
    fn missing_interface(
        &self,
        missing: &[&Wanted],
        why: Option<&Advice>,
        near: &mut Nearest,
    ) -> Diagnostic {
        let names: Vec<&String> = missing.iter().map(|wanted| &wanted.func.name).collect();
        let interface = self.resolve.name_world_key(missing[0].key);
        let mut finding = codes::MISSING_EXPORT
            .report(format!(
                "`{}` exports none of the {} functions of `{interface}`, which {} exports: {}",
                self.module.name,
                missing.len(),
                self.world,
                list(&names)
            ))
            .at(
                self.whole(),
                format!(
                    "missing export `{}`, for example",
                    self.core_name(missing[0])
                ),
            );
        for wanted in missing.iter().take(MARKED) {
            finding = at(finding, self.place(wanted), String::new());
        }
        let mut nearest = missing.iter().map(|wanted| near.to(self, wanted));
        let advice = nearest.find_map(|advice| advice);
        for _ in nearest {}
        match advice.as_ref().or(why) {
            Some(advice) => advice.on(finding),
            None => finding,
        }
    }

    fn core_name<'w>(&self, wanted: &'w Wanted) -> &'w str {
        &wanted.names[usize::from(self.reject_legacy_names)]
    }

    fn whole(&self) -> Locus {
        Locus::File(self.module.name.clone())
    }

    /// A warning about an export that the world does not have, if it looks like one of a world.
    fn dropped(&self, name: &str, ty: &CoreType) -> Option<Diagnostic> {
        let bare = bare(name);
        if !matches!(ty, CoreType::Func(_)) || bare.is_helper || !bare.is_of_interface {
            return None;
        }
        let interface = bare.interface.and_then(Versioned::parse);
        let other = interface.as_ref().and_then(|asked| {
            let mut keys = self.wanted.wanted.iter().filter_map(|w| w.interface);
            keys.find_map(|id| {
                let there = Versioned::of(self.resolve, id)?;
                there.same_but_version(asked).then_some(there)
            })
        });
        let finding = codes::DROPPED_EXPORT
            .report(format!(
                "unused export `{name}` of `{}`: {} does not export it",
                self.module.name, self.world
            ))
            .at(self.locus(name), "");
        Some(match (interface, other) {
            (Some(asked), Some(there)) if asked.package.version != there.package.version => finding
                .note(format!("the world exports version {}", there.version()))
                .help(format!(
                    "rebuild the module against version {}, or pass the WIT package of version {}",
                    there.version(),
                    asked.version()
                )),
            _ => {
                finding.help("choose the world that has it with `--world`, or add it to the world")
            }
        })
    }
}

/// The parts of a core name.
struct Bare<'n> {
    interface: Option<&'n str>,
    func: &'n str,
    /// It has the form that functions of interfaces have.
    is_of_interface: bool,
    /// It belongs to a function and is none itself.
    is_helper: bool,
}

fn bare(name: &str) -> Bare<'_> {
    let standard = name.strip_prefix("cm32p2");
    let mut rest = standard.unwrap_or(name);
    let mut is_helper = false;
    for prefix in ["[callback]", "cabi_post_"] {
        if let Some(after) = rest.strip_prefix(prefix) {
            (rest, is_helper) = (after, true);
        }
    }
    for prefix in ["[async-lift]", "[async-lift-stackful]"] {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    let split = match standard {
        Some(_) => rest.trim_start_matches('|').rsplit_once('|'),
        None => rest.split_once('#'),
    };
    let (interface, func) = match split {
        Some((interface, func)) => (Some(interface), func),
        None => (None, rest),
    };
    is_helper |= func.starts_with("[dtor]")
        || (standard.is_some() && (func.ends_with("_post") || func.ends_with("_dtor")));
    Bare {
        interface,
        func,
        is_of_interface: standard.is_some_and(|rest| rest.starts_with('|'))
            || split.is_some()
            || (name.contains('/') && name.contains(':')),
        is_helper,
    }
}

/// A name by which exports and functions are compared: `getValue`, `get_value` and `get-value` are
/// the same.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Unused exports, which may be misnamed versions of missing ones.
struct Nearest<'m> {
    /// By their plain names.
    plain: BTreeMap<String, Vec<usize>>,
    /// The names of the functions alone.
    names: Vec<(&'m str, usize)>,
    /// How many comparisons there may still be.
    left: usize,
    /// Those that a finding has named.
    named: BTreeSet<usize>,
}

impl<'m> Nearest<'m> {
    fn new(context: &Context<'m, '_>) -> Nearest<'m> {
        let mut plain_names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut names = Vec::new();
        let all = context.module.exports.iter().zip(&context.exports.purposes);
        for (index, (export, purpose)) in all.enumerate() {
            if *purpose != Purpose::Dropped || !matches!(export.ty, CoreType::Func(_)) {
                continue;
            }
            let parts = bare(export.name);
            if parts.is_helper {
                continue;
            }
            plain_names
                .entry(plain(parts.func))
                .or_default()
                .push(index);
            names.push((parts.func, index));
        }
        Nearest {
            plain: plain_names,
            names,
            left: COMPARED,
            named: BTreeSet::new(),
        }
    }

    /// Advice about the export that was probably meant to be `wanted`, if there is one.
    fn to(&mut self, context: &Context, wanted: &Wanted) -> Option<Advice> {
        let wanted_name = context.core_name(wanted);
        let same = self.plain.get(&plain(&wanted.func.name));
        let same = same.and_then(|indices| {
            let left = indices.iter().copied();
            left.min_by_key(|index| {
                // One of the right interface, then one of none.
                let parts = bare(context.module.exports[*index].name);
                let of_interface = parts.interface.and_then(Versioned::parse);
                let asked = wanted
                    .interface
                    .and_then(|id| Versioned::of(context.resolve, id));
                match (of_interface, asked) {
                    (Some(a), Some(b)) if a.same_but_version(&b) => 0,
                    _ if parts.interface.is_none() => 1,
                    _ => 2,
                }
            })
        });
        let index = match same {
            Some(index) => index,
            None => {
                if self.left < self.names.len() {
                    return None;
                }
                self.left -= self.names.len();
                // Without the interface, which would make all functions of it look alike.
                let wanted = bare(wanted_name).func;
                let near = did_you_mean(wanted, self.names.iter().map(|(name, _)| *name))?;
                self.names.iter().find(|(name, _)| *name == near)?.1
            }
        };
        self.named.insert(index);
        let name = context.module.exports[index].name;
        if context.reject_legacy_names && wanted.names[0] == name {
            return Some(Advice::note(format!(
                "the export `{name}` has a legacy name, which `--reject-legacy-names` forbids"
            )));
        }
        let exported = bare(name).interface.and_then(Versioned::parse);
        let asked = wanted
            .interface
            .and_then(|id| Versioned::of(context.resolve, id));
        if let (Some(exported), Some(asked)) = (exported, asked)
            && exported.same_but_version(&asked)
            && exported.package.version != asked.package.version
        {
            let (exported, asked) = (exported.version(), asked.version());
            return Some(
                Advice::note(format!(
                    "a similar export exists: `{name}`, of version {exported} instead of {asked}"
                ))
                .and(format!(
                    "rebuild the module against version {asked}, or pass the WIT package of version {exported}"
                )),
            );
        }
        Some(
            Advice::note(format!("a similar export exists: `{name}`"))
                .and(format!("if it is meant, rename it to `{wanted_name}`")),
        )
    }
}
