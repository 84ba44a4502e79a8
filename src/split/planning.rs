//! From the instantiation of a composition to the plan that composes it again.
//!
//! Lives here: [`Draft`]: the parts with their wires, and the exports.
//! May import: `plan`, `wasm`, `diag` (ranks 0 to 2).
//! Deliberately absent: the imports of the plan (`imports`), which follow from the wires; and
//! approximations: if a plan cannot express something, that is reported, and there is no plan.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{ComponentExternalKind, ComponentTypeRef, TypeBounds};

use crate::names;
use crate::plan::{Bundled, Export, Part, Role, Target, Why, WhyExported, Wire};
use crate::wasm::instantiation::{Instantiation, Item, Made, Origin, noun};
use crate::wasm::parts::Level;
use crate::wasm::structure::Structure;

/// How deep what an import gets may be put together: JSON is read to some depth only.
const DEEPEST: u32 = 30;

/// A component of the composition that has instances.
pub(super) struct Used<'a> {
    /// Its file, in the folder of the plan.
    pub file: String,
    pub structure: Structure<'a>,
}

/// The parts and exports of the plan.
pub(super) struct Draft {
    pub parts: Vec<Part>,
    pub exports: Vec<Export>,
    /// For each part, the position of its component.
    pub components: Vec<usize>,
    /// The components that are given or exported themselves, by position, and their names.
    pub values: BTreeMap<usize, String>,
    /// The types that the composition defines itself and exports, by the names of the exports.
    pub declared: Vec<String>,
    /// The imports that no part has, by name.
    pub typeless: Vec<String>,
    /// What the plan has no words for.
    pub unsayable: Vec<String>,
}

/// Makes a draft; `named` has the names of instances, `used` the components by position.
pub(super) fn draft(
    instantiation: &Instantiation<'_>,
    named: &Level,
    used: &BTreeMap<usize, Used<'_>>,
) -> Draft {
    let mut drafting = Drafting {
        instantiation,
        parts: vec![None; instantiation.instances.len()],
        types: BTreeMap::new(),
        draft: Draft {
            parts: Vec::new(),
            exports: Vec::new(),
            components: Vec::new(),
            values: values(instantiation, named, used),
            declared: Vec::new(),
            typeless: Vec::new(),
            unsayable: Vec::new(),
        },
    };
    for (at, instance) in instantiation.instances.iter().enumerate() {
        let Made::Instantiate { component, args } = &instance.made else {
            continue;
        };
        let position = match component {
            Origin::Component(position) => *position,
            other => {
                let what = drafting.described(other);
                drafting
                    .draft
                    .unsayable
                    .push(format!("it instantiates {what}"));
                continue;
            }
        };
        // The caller has a component for each that is instantiated.
        let Some(used) = used.get(&position) else {
            continue;
        };
        let name = named.instances.get(at).map(|instance| &instance.name);
        let name = name.cloned().unwrap_or_default();
        drafting.parts[at] = Some(name.clone());
        let wires = drafting.wires(&name, args, &used.structure);
        drafting.draft.components.push(position);
        drafting.draft.parts.push(Part {
            name,
            path: used.file.clone(),
            role: Role::Definition,
            generated: None,
            wires,
        });
    }
    drafting.exports();
    drafting.root();
    drafting.draft
}

struct Drafting<'a> {
    instantiation: &'a Instantiation<'a>,
    /// The name of the part that an instance is, once it is one.
    parts: Vec<Option<String>>,
    /// Instances that the composition makes of types of its own: the part that gets each, and the
    /// import that it gets it for.
    types: BTreeMap<usize, (String, String)>,
    draft: Draft,
}

impl Drafting<'_> {
    fn wires(&mut self, part: &str, args: &[Item<'_>], structure: &Structure<'_>) -> Vec<Wire> {
        let by_name: BTreeMap<&str, &Item<'_>> =
            args.iter().map(|arg| (arg.name.name, arg)).collect();
        let mut wires = Vec::new();
        for import in &structure.imports {
            let name = import.name.name;
            // In a valid component every import gets something.
            let Some(arg) = by_name.get(name) else {
                continue;
            };
            let bound = matches!(import.ty, ComponentTypeRef::Type(TypeBounds::Eq(_)));
            // Whatever it gets has the types that it imports, or it would not be valid.
            if let Some(at) = self.of_own_types(&arg.origin) {
                let first = || (part.to_string(), name.to_string());
                self.types.entry(at).or_insert_with(first);
            }
            let target = match self.target(&arg.origin, 0) {
                // Whatever it gets is equal to the type that it is bound to, or it would not be
                // valid; so that type does in any case.
                Ok(target) if bound && !says_name(&target, name) => Ok(bound_target()),
                Err(_) if bound => Ok(bound_target()),
                other => other,
            };
            match target {
                Ok(to) => wires.push(Wire {
                    import: name.to_string(),
                    why: why(name, import.name.implements, &to),
                    to,
                    refused: Vec::new(),
                }),
                Err(what) => self.draft.unsayable.push(format!(
                    "the {} `{name}` of `{part}` gets {what}",
                    noun(arg.kind)
                )),
            }
        }
        wires
    }

    fn exports(&mut self) {
        for (export, origin) in &self.instantiation.exports {
            let name = export.name.name;
            match self.target(origin, 0) {
                Ok(to) => self.draft.exports.push(Export {
                    name: name.to_string(),
                    to,
                    why: WhyExported::Asked,
                }),
                // Which part declares it, and under which name, is known when there is one.
                Err(_) if is_own_type(export.kind, origin) => {
                    self.draft.declared.push(name.to_string());
                    self.draft.exports.push(Export {
                        name: name.to_string(),
                        to: Target::Type {
                            part: String::new(),
                            r#type: name.to_string(),
                        },
                        why: WhyExported::Asked,
                    });
                }
                Err(what) => {
                    let export = format!("the export `{name}` is {what}");
                    self.draft.unsayable.push(export);
                }
            }
        }
    }

    /// Says of one part that the composition is about it: the one that most exports are from.
    fn root(&mut self) {
        let draft = &mut self.draft;
        let from = |export: &Export, part: &Part| export.to.parts().first() == Some(&&*part.name);
        let exports = |part| draft.exports.iter().filter(|e| from(e, part)).count();
        let root = draft.parts.iter().map(exports);
        let root = root.enumerate().max_by_key(|(at, count)| (*count, *at));
        let Some((root, _)) = root else { return };
        let root = &mut draft.parts[root];
        root.role = Role::Root;
        for export in &mut draft.exports {
            if from(export, root) {
                export.why = WhyExported::Root;
            }
        }
    }

    /// What a plan says for `origin`; fails with what it is instead.
    fn target(&self, origin: &Origin<'_>, depth: u32) -> Result<Target, String> {
        if depth > DEEPEST {
            return Err(format!(
                "an instance with instances nested more than {DEEPEST} deep"
            ));
        }
        let depth = depth + 1;
        match origin {
            Origin::Import(at) => Ok(Target::Host {
                host: self.instantiation.imports[*at].name.name.to_string(),
            }),
            Origin::Instance(at) => {
                let made = &self.instantiation.instances[*at].made;
                match (&self.parts[*at], made, self.types.get(at)) {
                    (Some(part), _, _) => Ok(Target::Instance { part: part.clone() }),
                    (None, Made::Bundle(_), Some((part, types))) => Ok(Target::Types {
                        part: part.clone(),
                        types: types.clone(),
                    }),
                    (None, Made::Bundle(items), None) => {
                        let mut bundle = Vec::new();
                        for item in items {
                            // What an item is beyond its name has no place in a plan.
                            if item.name.implements.is_some() || item.name.external_id.is_some() {
                                return Err(format!(
                                    "an instance in which `{}` has an `implements` or `external-id`",
                                    item.name.name
                                ));
                            }
                            bundle.push(Bundled {
                                name: item.name.name.to_string(),
                                to: self.target(&item.origin, depth)?,
                            });
                        }
                        Ok(Target::Bundle { bundle })
                    }
                    (None, Made::Instantiate { .. }, _) => Err(self.described(origin)),
                }
            }
            Origin::Export(of, name) => match &**of {
                Origin::Instance(at) if self.parts[*at].is_none() => {
                    match &self.instantiation.instances[*at].made {
                        Made::Bundle(items) => {
                            match items.iter().find(|item| item.name.name == *name) {
                                Some(item) => self.target(&item.origin, depth),
                                None => Err(self.described(origin)),
                            }
                        }
                        Made::Instantiate { .. } => Err(self.described(origin)),
                    }
                }
                of => match self.target(of, depth)? {
                    Target::Instance { part } => Ok(Target::Export {
                        part,
                        export: name.to_string(),
                    }),
                    of => Ok(Target::Of {
                        of: Box::new(of),
                        export: name.to_string(),
                    }),
                },
            },
            Origin::Component(at) => match self.draft.values.get(at) {
                Some(component) => Ok(Target::Component {
                    component: component.clone(),
                }),
                None => Err(self.described(origin)),
            },
            Origin::Here | Origin::Around { .. } => Err(self.described(origin)),
        }
    }

    /// The instance that `origin` is, if it is made of types that the composition defines itself, or
    /// some of which it does.
    fn of_own_types(&self, origin: &Origin<'_>) -> Option<usize> {
        let Origin::Instance(at) = origin else {
            return None;
        };
        let Made::Bundle(items) = &self.instantiation.instances[*at].made else {
            return None;
        };
        let types = items
            .iter()
            .all(|item| item.kind == ComponentExternalKind::Type);
        (types && self.target(origin, 0).is_err()).then_some(*at)
    }

    fn described(&self, origin: &Origin<'_>) -> String {
        match origin {
            Origin::Import(at) => {
                format!("the import `{}`", self.instantiation.imports[*at].name.name)
            }
            Origin::Component(at) => match self.instantiation.components[*at].name {
                Some(name) => format!("the component `{name}` itself, not an instance of it"),
                None => "a nested component itself, not an instance of it".to_string(),
            },
            Origin::Instance(_) => "an instance of something that is not a nested component".into(),
            Origin::Export(of, name) => format!("`{name}` of {}", self.described(of)),
            Origin::Here => "something that the composition itself defines".to_string(),
            Origin::Around { .. } => "something of a component around it".to_string(),
        }
    }
}

/// Whether an export is a type that the composition defines itself.
fn is_own_type(kind: ComponentExternalKind, origin: &Origin<'_>) -> bool {
    kind == ComponentExternalKind::Type && matches!(origin, Origin::Here)
}

fn bound_target() -> Target {
    Target::Bound { bound: true }
}

/// Whether a target is one that has the name of the import.
fn says_name(target: &Target, name: &str) -> bool {
    match target {
        Target::Export { export, .. } => export == name,
        Target::Host { host } => host == name,
        _ => false,
    }
}

/// Why an import gets what it gets, as far as names tell.
fn why(import: &str, implements: Option<&str>, to: &Target) -> Why {
    match to {
        Target::Export { export, .. } if export == import => Why::Exact,
        Target::Export { export, .. } if on_one_track(export, import) => Why::Semver,
        Target::Export { export, .. } if implements == Some(export) => Why::Implements,
        Target::Instance { part } if part == import => Why::PartName,
        Target::Host { host } if host == import || on_one_track(host, import) => Why::Open,
        Target::Bound { .. } => Why::Bound,
        Target::Types { .. } => Why::Types,
        _ => Why::Wired,
    }
}

fn on_one_track(a: &str, b: &str) -> bool {
    let track = |name: &str| names::track(name).map(|(track, _)| track);
    track(a).is_some() && track(a) == track(b)
}

/// What the composition does not have for a plan to say: components that are imported and
/// instantiated.
pub(super) fn imported_components<'a>(instantiation: &Instantiation<'a>) -> Vec<&'a str> {
    let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
    for instance in &instantiation.instances {
        if let Made::Instantiate {
            component: Origin::Import(at),
            ..
        } = &instance.made
            && seen.insert(*at)
        {
            names.push(instantiation.imports[*at].name.name);
        }
    }
    names
}

/// The positions of the nested components that are instantiated.
pub(super) fn instantiated(instantiation: &Instantiation<'_>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for instance in &instantiation.instances {
        if let Made::Instantiate {
            component: Origin::Component(at),
            ..
        } = &instance.made
        {
            found.insert(*at);
        }
    }
    found
}

/// The positions of the nested components that are given or exported themselves.
pub(super) fn passed_on(instantiation: &Instantiation<'_>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut note = |origin: &Origin<'_>| {
        if let Origin::Component(at) = origin.root() {
            found.insert(*at);
        }
    };
    for instance in &instantiation.instances {
        let (Made::Instantiate { args: items, .. } | Made::Bundle(items)) = &instance.made;
        items.iter().for_each(|item| note(&item.origin));
    }
    instantiation
        .exports
        .iter()
        .for_each(|(_, origin)| note(origin));
    found
}

/// The components that a plan has themselves, by position, and their names.
fn values(
    instantiation: &Instantiation<'_>,
    named: &Level,
    used: &BTreeMap<usize, Used<'_>>,
) -> BTreeMap<usize, String> {
    let passed_on = passed_on(instantiation);
    let components = named.components().enumerate();
    components
        .filter(|(at, _)| passed_on.contains(at) && used.contains_key(at))
        .map(|(at, (_, nested))| (at, nested.name.clone()))
        .collect()
}

/// Whether it has no code of its own but core modules, which may be there for sharing.
pub(super) fn only_modules(instantiation: &Instantiation<'_>) -> bool {
    instantiation
        .code
        .iter()
        .all(|(what, _)| *what == noun(ComponentExternalKind::Module))
}
