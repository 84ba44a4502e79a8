//! Findings about imports that nothing satisfies.
//!
//! Lives here: [`findings`]. May import: `diag` (rank 0), `module` (rank 4).
//! Deliberately absent: deciding that an import is unsatisfied (`imports`).

use std::collections::BTreeMap;

use wit_parser::{Function, InterfaceId, Resolve, WorldId, WorldItem, WorldKey};

use super::advice::{Advice, REGENERATE};
use super::display::{self, Places, at, list, signature};
use super::imports::Refused;
use super::names::{Mangling, Side, Versioned};
use super::producer::Toolchain;
use super::{Adapted, built_ins, codes, symbols};
use crate::componentize::module::{CoreImport, CoreModule, CoreType};
use crate::diag::{Diagnostic, Locus, did_you_mean};

/// An import that nothing satisfies.
pub(super) struct Unsatisfied<'m, 'a, 'r> {
    pub import: &'m CoreImport<'a>,
    pub refused: Refused<'r>,
    /// Whether the world of an adapter or of another library would have it.
    pub known_elsewhere: bool,
}

/// What findings about imports are made from.
pub(super) struct Context<'m, 'a> {
    pub module: &'m CoreModule<'a>,
    pub resolve: &'m Resolve,
    pub world: WorldId,
    pub places: &'m Places<'m>,
    pub adapters: &'m [Adapted<'m>],
    /// Whether the module's world is known.
    pub described: bool,
    pub reject_legacy_names: bool,
}

/// The findings about `unsatisfied` imports; those with the same cause are one finding.
pub(super) fn findings(unsatisfied: &[Unsatisfied], context: &Context) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // By the advice, or else by the module.
    let mut groups: BTreeMap<(Vec<Advice>, &str), Vec<&Unsatisfied>> = BTreeMap::new();
    for one in unsatisfied {
        match &one.refused {
            Refused::Signature { expected, func } => {
                let func = func.as_ref().map(|(key, func)| (key.as_ref(), *func));
                found.push(context.mistyped(one.import, expected, func));
            }
            Refused::NoFunction {
                key,
                interface,
                name,
                side,
            } => found.push(context.no_function(one, key, *interface, name, *side)),
            _ => {
                let advice = context.advice(one);
                let module = match advice.is_empty() {
                    true => one.import.module,
                    false => "",
                };
                groups.entry((advice, module)).or_default().push(one);
            }
        }
    }
    for ((advice, _), group) in groups {
        found.push(context.unsatisfied(&advice, &group));
    }
    found
}

impl Context<'_, '_> {
    fn advice(&self, one: &Unsatisfied) -> Vec<Advice> {
        let (module, name) = (one.import.module, one.import.name);
        if one.known_elsewhere {
            return Vec::new();
        }
        let root = module.strip_prefix("[export]").unwrap_or(module);
        let is_func = matches!(one.import.ty, CoreType::Func(_));
        if root == "$root" && is_func && built_ins::is_named_like_one(name) {
            return built_ins::advice(module, name);
        }
        let known = self.advice_about_environment(module, name);
        known.into_iter().collect()
    }

    fn advice_about_environment(&self, module: &str, name: &str) -> Option<Advice> {
        if module == "env" && name == "abort" {
            return match Toolchain::of(self.module) {
                Toolchain::AssemblyScript => Some(symbols::abort()),
                _ => symbols::advice("env", "exit"),
            };
        }
        let known = symbols::advice(module, name);
        let undefined = (module == "env").then(symbols::undefined);
        known.or(undefined)
    }

    fn mistyped(
        &self,
        import: &CoreImport,
        expected: &wasmparser::FuncType,
        func: Option<(Option<&WorldKey>, &Function)>,
    ) -> Diagnostic {
        let what = format!("{}::{}", import.module, import.name);
        let actual = self.module.func(&import.ty).map(signature);
        let finding = codes::IMPORT_SIGNATURE
            .report(match func {
                Some(_) => format!(
                    "`{}` imports `{what}` with the wrong signature",
                    self.module.name
                ),
                None => format!(
                    "`{}` imports the built-in `{what}` with the wrong signature",
                    self.module.name
                ),
            })
            .at(
                self.locus(import),
                format!("found {}", actual.unwrap_or_default()),
            );
        let place = func.and_then(|(key, func)| {
            let key = key.map(|key| self.resolve.name_world_key(key));
            self.places.func(key.as_deref(), func)
        });
        let expected = format!("expected {}", signature(expected));
        let finding = match place {
            Some(place) => finding.at(place, expected),
            None => finding.note(expected),
        };
        finding.help(match func {
            Some(_) => REGENERATE,
            None => "rebuild it with current bindings",
        })
    }

    fn no_function(
        &self,
        one: &Unsatisfied,
        key: &WorldKey,
        interface: InterfaceId,
        name: &str,
        side: Side,
    ) -> Diagnostic {
        let full = self.resolve.name_world_key(key);
        let functions = &self.resolve.interfaces[interface].functions;
        let what = if name.starts_with('[') && !functions_have_prefix(name) {
            "built-in"
        } else {
            "function"
        };
        let import = one.import;
        let mut finding = codes::MISSING_FUNCTION
            .report(format!(
                "`{}` imports `{name}` from `{full}`, which does not have this {what}",
                self.module.name
            ))
            .at(self.locus(import), "");
        if what == "built-in" {
            for advice in built_ins::advice(import.module, name) {
                finding = advice.on(finding);
            }
            return finding;
        }
        let near = did_you_mean(name, functions.keys().map(String::as_str));
        if let Some(near) = near {
            finding = finding.help(format!("did you mean `{near}`?"));
        }
        let asked = self
            .interface_name(import.module)
            .and_then(Versioned::parse);
        let there = Versioned::of(self.resolve, interface);
        if let (Some(asked), Some(there)) = (&asked, &there)
            && asked.package.version > there.package.version
        {
            let (asked, there) = (asked.version(), there.version());
            finding = finding
                .note(format!(
                    "the module was built against version {asked}, but the WIT package has version {there}"
                ))
                .help(format!(
                    "pass the WIT package of version {asked}, or rebuild the module against {there}"
                ));
        }
        if near.is_none() && side == Side::Import && !functions.is_empty() {
            let names: Vec<&String> = functions.keys().collect();
            finding = finding.note(format!("functions of `{full}`: {}", list(&names)));
        }
        finding
    }

    fn unsatisfied(&self, advice: &[Advice], group: &[&Unsatisfied]) -> Diagnostic {
        let module = group.first().map_or("", |one| one.import.module);
        let names: Vec<String> = group.iter().map(|one| self.name(one.import)).collect();
        let imports = match names.len() {
            1 => "import",
            _ => "imports",
        };
        let mut finding = codes::UNSATISFIED_IMPORT.report(format!(
            "unresolved {imports} {} of `{}`",
            list(&names),
            self.module.name,
        ));
        for one in group.iter().take(MARKED) {
            finding = finding.at(self.locus(one.import), "");
        }
        if let Some(why) = why(group) {
            finding = finding.note(why);
        }
        for advice in advice {
            finding = advice.on(finding);
        }
        for advice in self.adapter_advice(module, group) {
            finding = advice.on(finding);
        }
        if advice.is_empty() {
            for advice in self.world_advice(module, group) {
                finding = advice.on(finding);
            }
        }
        finding
    }

    /// Whether the given adapters export the imports, under another name.
    fn adapter_advice(&self, module: &str, group: &[&Unsatisfied]) -> Vec<Advice> {
        let mut found = Vec::new();
        if group.iter().any(|one| one.known_elsewhere) {
            return found;
        }
        let names: Vec<&str> = group.iter().map(|one| one.import.name).collect();
        for adapter in self.adapters {
            let exported = names.iter().filter(|n| adapter.exports.contains_key(**n));
            let (has, of) = (exported.count(), names.len());
            if has > 0 {
                let exported = match (has, of) {
                    (1, 1) => "it".to_string(),
                    _ if has == of => "all of them".to_string(),
                    _ => format!("{has} of {of}"),
                };
                let note = Advice::note(format!(
                    "{} exports {exported}, but it was given as the adapter for `{}`",
                    adapter.people, adapter.stands_for
                ));
                let name = &adapter.module.name;
                found.push(note.and(format!("pass it as `--adapt {module}={name}`")));
            } else if module.starts_with("wasi") && !self.described_by(module) {
                found.push(Advice::note(format!(
                    "{}, the adapter for `{}`, exports none of them",
                    adapter.people, adapter.stands_for
                )));
            }
        }
        found
    }

    /// Whether the name is that of an interface.
    fn described_by(&self, module: &str) -> bool {
        self.interface_name(module)
            .and_then(Versioned::parse)
            .is_some()
    }

    /// What the world has instead of the imports.
    fn world_advice(&self, module: &str, group: &[&Unsatisfied]) -> Vec<Advice> {
        let mut found = Vec::new();
        if group.iter().any(|one| one.known_elsewhere) {
            let note = format!("the world of an adapter has `{module}`, but the module's does not");
            found.push(Advice::note(note).and("add it to the world that the module is built with"));
            return found;
        }
        if !self.described {
            found.push(
                Advice::note("the module has no embedded WIT metadata")
                    .and("pass the WIT package that it was built for with `--wit PATH`"),
            );
            return found;
        }
        let world = &self.resolve.worlds[self.world];
        let near = match &group[0].refused {
            Refused::NoWorldFunction { name } => {
                let functions = world.imports.iter().filter_map(|(_, item)| match item {
                    WorldItem::Function(func) => Some(func.name.as_str()),
                    _ => None,
                });
                did_you_mean(name, functions).map(str::to_string)
            }
            Refused::NoInterface { name, side } => {
                found.extend(self.interface_advice(name, *side));
                if found.is_empty() {
                    let items = match side {
                        Side::Import => &world.imports,
                        Side::Export => &world.exports,
                    };
                    let names: Vec<String> = items
                        .iter()
                        .filter(|(_, item)| matches!(item, WorldItem::Interface { .. }))
                        .map(|(key, _)| self.resolve.name_world_key(key))
                        .collect();
                    did_you_mean(name, names.iter().map(String::as_str)).map(str::to_string)
                } else {
                    None
                }
            }
            Refused::NoSuchName if self.reject_legacy_names => {
                found.push(
                    Advice::note("`--reject-legacy-names` forbids legacy names").and(
                        "rebuild it with bindings whose names begin with `cm32p2`, or remove `--reject-legacy-names`",
                    ),
                );
                None
            }
            _ => None,
        };
        if let Some(near) = near {
            found.push(Advice::help(format!("did you mean `{near}`?")));
        }
        if found.is_empty() && !matches!(group[0].refused, Refused::NotAFunction) {
            let note = Advice::note(format!("{} does not import it", self.said()));
            found.push(note.and("choose another world with `--world`, or add the import to it"));
        }
        found
    }

    /// What the world has instead of an interface.
    fn interface_advice(&self, name: &str, side: Side) -> Option<Advice> {
        let world = &self.resolve.worlds[self.world];
        let (items, others, verb, other_verb) = match side {
            Side::Import => (&world.imports, &world.exports, "imports", "exports"),
            Side::Export => (&world.exports, &world.imports, "exports", "imports"),
        };
        let named = |items: &wit_parser::IndexMap<WorldKey, WorldItem>| {
            items
                .keys()
                .any(|key| self.resolve.name_world_key(key) == name)
        };
        if named(others) {
            return Some(Advice::note(format!(
                "{} {other_verb} `{name}`, but the module expects a world that {verb} it",
                self.said()
            )));
        }
        let asked = Versioned::parse(name)?;
        for key in items.keys() {
            let WorldKey::Interface(id) = key else {
                continue;
            };
            if let Some(there) = Versioned::of(self.resolve, *id)
                && there.same_but_version(&asked)
            {
                let (asked, there) = (asked.version(), there.version());
                let note = Advice::note(format!(
                    "{} {verb} version {there}, which is incompatible with {asked}",
                    self.said(),
                ));
                return Some(note.and(format!(
                    "rebuild the module against version {there}, or pass the WIT package of version {asked}"
                )));
            }
        }
        let known = self.resolve.interfaces.iter().any(|(id, _)| {
            Versioned::of(self.resolve, id).is_some_and(|there| there.same_but_version(&asked))
        });
        known.then(|| {
            let verb = verb.trim_end_matches('s');
            let note = Advice::note(format!(
                "the interface exists, but {} does not {verb} it",
                self.said()
            ));
            note.and(format!("add `{verb} {name};` to the world"))
        })
    }

    /// The name of the interface that a module of imports is, if it is one.
    fn interface_name<'n>(&self, module: &'n str) -> Option<&'n str> {
        let (mangling, rest) = Mangling::of_import(module, self.reject_legacy_names);
        let rest = rest.strip_prefix(mangling.before_interface())?;
        let exported = rest.strip_prefix(mangling.before_exported());
        Some(exported.unwrap_or(rest))
    }

    fn name(&self, import: &CoreImport) -> String {
        let kind = match import.ty {
            CoreType::Func(_) => "",
            _ if import.name.is_empty() => "(no name)",
            _ => "",
        };
        format!("{}::{}{kind}", import.module, import.name)
    }

    /// The world, for people.
    fn said(&self) -> String {
        display::world(self.resolve, self.world)
    }

    fn locus(&self, import: &CoreImport) -> Locus {
        self.module
            .locus([format!("import {}", import.module), import.name.to_string()])
    }
}

/// Why the imports cannot be satisfied, if it is because of their kind.
fn why(group: &[&Unsatisfied]) -> Option<String> {
    const FUNCTIONS_ONLY: &str = "a component can provide only functions to its module";
    let first = group.first()?;
    let noun = first.import.ty.noun();
    let refused = |one: &&Unsatisfied| matches!(one.refused, Refused::NotAFunction);
    if group.iter().all(refused) {
        let same = group.iter().all(|one| one.import.ty.noun() == noun);
        return Some(match (same, group.len()) {
            (true, 1) => format!("it is a {noun}; {FUNCTIONS_ONLY}"),
            (true, _) => format!("these are {}; {FUNCTIONS_ONLY}", plural(noun)),
            (false, _) => FUNCTIONS_ONLY.to_string(),
        });
    }
    match first.refused {
        Refused::NotAWorldFunction => {
            Some("the world has an item of that name, but it is not a function".to_string())
        }
        _ => None,
    }
}

fn plural(noun: &str) -> String {
    match noun {
        "memory" => "memories".to_string(),
        noun => format!("{noun}s"),
    }
}

/// How many imports a finding points to.
const MARKED: usize = 8;

/// Whether it is the name of a function of a resource.
fn functions_have_prefix(name: &str) -> bool {
    ["[method]", "[static]", "[constructor]", "[async-lower]"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// A finding that nothing of the world is used.
pub(super) fn untouched(context: &Context) -> Diagnostic {
    let finding = codes::UNTOUCHED_WORLD
        .report(format!(
            "`{}` does not use {}",
            context.module.name,
            context.said()
        ))
        .at(Locus::File(context.module.name.clone()), "");
    at(
        finding,
        context.places.world(),
        "all imports are unused".to_string(),
    )
    .help("choose another world with `--world`, or check that the bindings are linked")
}
