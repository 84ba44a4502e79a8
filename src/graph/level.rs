//! One level of a composition: of a component, or as described by a plan.
//!
//! Lives here: [`Level`], the same for both, with everything found by name.
//! May import: `wasm`, `plan`. Deliberately absent: providers across levels (`resolve`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::world::{World, sort};
use crate::plan::{Plan, Target, Why};
use crate::wasm::instantiation::{Instantiation, Item, Made, Origin};
use crate::wasm::parts;
use crate::wasm::structure::Structure;

/// Something that is passed under a name: an argument, an entry of a bundle, an export.
#[derive(Debug)]
pub(super) struct Given<'a> {
    pub name: &'a str,
    /// As for ports.
    pub sort: &'static str,
    pub origin: Origin<'a>,
}

/// Things that are passed, in order and by name.
#[derive(Debug, Default)]
pub(super) struct Gifts<'a> {
    pub all: Vec<Given<'a>>,
    by_name: BTreeMap<&'a str, usize>,
}

impl<'a> Gifts<'a> {
    fn new(all: Vec<Given<'a>>) -> Gifts<'a> {
        let by_name = all.iter().enumerate().map(|(at, given)| (given.name, at));
        let by_name = by_name.collect();
        Gifts { all, by_name }
    }

    /// The thing that is passed under that name.
    pub fn get(&self, name: &str) -> Option<&Given<'a>> {
        self.all.get(*self.by_name.get(name)?)
    }
}

/// A component that is instantiated.
#[derive(Clone, Debug)]
pub(super) struct Embedded<'a> {
    /// Its name, if it has one.
    pub name: Option<Cow<'a, str>>,
    /// Its file, if it is a separate file.
    pub file: Option<&'a str>,
    /// All of it.
    pub bytes: &'a [u8],
    /// An encoder made it to name types and functions: it is not a part.
    pub is_shim: bool,
}

/// An instance of this level.
#[derive(Debug)]
pub(super) enum Instance<'a> {
    /// Of a component, with arguments.
    Of {
        name: Option<Cow<'a, str>>,
        /// Which one; none if it is not one of this level.
        component: Option<usize>,
        /// Where the component comes from.
        made_of: Origin<'a>,
        args: Gifts<'a>,
    },
    /// Built from existing items.
    Bundle(Gifts<'a>),
}

/// An import of the outermost component.
#[derive(Debug)]
pub(super) struct Import<'a> {
    pub name: &'a str,
    /// A part should provide it, and does not.
    pub trouble: bool,
    /// It was explicitly left to the host.
    pub by_hand: bool,
}

/// One level.
#[derive(Debug, Default)]
pub(super) struct Level<'a> {
    pub imports: Vec<Import<'a>>,
    pub components: Vec<Embedded<'a>>,
    pub instances: Vec<Instance<'a>>,
    pub exports: Gifts<'a>,
    /// The functions and modules that its own core code imports; none if it has no code.
    pub code: Option<Vec<Origin<'a>>>,
}

fn given<'a>(items: Vec<Item<'a>>) -> Gifts<'a> {
    let all = items.into_iter().map(|item| Given {
        name: item.name.name,
        sort: sort(item.kind),
        origin: item.origin,
    });
    Gifts::new(all.collect())
}

impl<'a> Level<'a> {
    /// The level of a component with that structure.
    pub fn of(structure: &Structure<'a>, instantiation: Instantiation<'a>) -> Level<'a> {
        let imports = instantiation.imports.iter().map(|import| Import {
            name: import.name.name,
            trouble: false,
            by_hand: false,
        });
        let named = parts::Level::of(structure);
        let names = named.components().map(|(_, part)| part.name.clone());
        let components = instantiation.components.iter().zip(names);
        let components = components.map(|(nested, name)| Embedded {
            name: Some(name.into()),
            file: None,
            bytes: &structure.bytes()[nested.range.clone()],
            is_shim: structure.is_shim(nested.at),
        });
        let exports = instantiation.exports.iter().map(|(export, origin)| Given {
            name: export.name.name,
            sort: sort(export.kind),
            origin: origin.clone(),
        });
        Level {
            imports: imports.collect(),
            components: components.collect(),
            exports: Gifts::new(exports.collect()),
            code: (!instantiation.is_pure() && !instantiation.only_shares()).then(|| {
                let modules = instantiation.modules_given.iter().cloned();
                instantiation
                    .called
                    .iter()
                    .cloned()
                    .chain(modules)
                    .collect()
            }),
            instances: instantiation
                .instances
                .into_iter()
                .zip(named.instances)
                .map(|(instance, named)| match instance.made {
                    Made::Instantiate { component, args } => Instance::Of {
                        name: match named.of {
                            Some(_) => Some(named.name.into()),
                            None => instance.name.map(Cow::from),
                        },
                        component: match component {
                            Origin::Component(at) => Some(at),
                            _ => None,
                        },
                        made_of: component,
                        args: given(args),
                    },
                    Made::Bundle(items) => Instance::Bundle(given(items)),
                })
                .collect(),
        }
    }

    /// A level with one instance of the component `bytes`, the whole `file`, with the imports and
    /// exports of the level.
    pub fn around(
        name: &'a str,
        file: &'a str,
        bytes: &'a [u8],
        instantiation: &Instantiation<'a>,
    ) -> Level<'a> {
        let mut level = Level::default();
        let mut args = Vec::new();
        for (at, import) in instantiation.imports.iter().enumerate() {
            args.push(Given {
                name: import.name.name,
                sort: sort(import.ty.kind()),
                origin: Origin::Import(at),
            });
            level.imports.push(Import {
                name: import.name.name,
                trouble: false,
                by_hand: false,
            });
        }
        let whole = Rc::new(Origin::Instance(0));
        let exports = instantiation.exports.iter().map(|(export, _)| Given {
            name: export.name.name,
            sort: sort(export.kind),
            origin: Origin::Export(Rc::clone(&whole), export.name.name),
        });
        level.exports = Gifts::new(exports.collect());
        level.components.push(Embedded {
            name: Some(name.into()),
            file: Some(file),
            bytes,
            is_shim: false,
        });
        level.instances.push(Instance::Of {
            name: Some(name.into()),
            component: Some(0),
            made_of: Origin::Component(0),
            args: Gifts::new(args),
        });
        level
    }

    /// The level that `plan` describes, with all of `parts`: name, file, bytes and imports.
    pub fn planned(plan: &'a Plan, parts: &'a [(Embedded<'a>, Rc<World>)]) -> Level<'a> {
        let name_of = |at: usize| parts[at].0.name.as_deref().unwrap_or_default();
        let mut planned = Planned {
            level: Level::default(),
            parts: (0..parts.len()).map(|at| (name_of(at), at)).collect(),
            imports: BTreeMap::new(),
            bundles: Vec::new(),
        };
        let wired: BTreeMap<&str, &crate::plan::Part> =
            plan.parts.iter().map(|p| (p.name.as_str(), p)).collect();
        for (at, (embedded, externs)) in parts.iter().enumerate() {
            planned.level.components.push(embedded.clone());
            let instance = match wired.get(name_of(at)) {
                Some(part) => Instance::Of {
                    name: embedded.name.clone(),
                    component: Some(at),
                    made_of: Origin::Component(at),
                    args: planned.args(part, externs),
                },
                // It is an unused part: a component without instances. The place
                // is kept, so that instances and components have the same numbers.
                None => Instance::Bundle(Gifts::default()),
            };
            planned.level.instances.push(instance);
        }
        let mut exports = Vec::new();
        for export in &plan.exports {
            let external = match &export.to {
                Target::Export { part, export } => planned
                    .parts
                    .get(part.as_str())
                    .and_then(|at| parts[*at].1.export(export)),
                _ => None,
            };
            let origin = planned.origin(&export.to, false);
            let sort = match &export.to {
                Target::Component { .. } => "component",
                _ => external.map_or("interface", |external| external.sort),
            };
            exports.extend(origin.map(|origin| Given {
                name: &export.name,
                sort,
                origin,
            }));
        }
        planned.level.exports = Gifts::new(exports);
        planned.level.instances.extend(planned.bundles);
        planned.level
    }

    /// Whether an instance only names types and functions: it is one of a shim.
    pub fn is_naming(&self, instance: usize) -> bool {
        match &self.instances[instance] {
            Instance::Of { component, .. } => component
                .and_then(|at| self.components.get(at))
                .is_some_and(|component| component.is_shim),
            Instance::Bundle(_) => false,
        }
    }

    /// Whether it composes others: there is an instance that does more than naming.
    pub fn is_composition(&self) -> bool {
        (0..self.instances.len())
            .any(|at| matches!(self.instances[at], Instance::Of { .. }) && !self.is_naming(at))
    }

    /// The components that are passed as components, as arguments or exports. Those that only name types
    /// and functions do not count.
    pub fn values(&self) -> BTreeSet<usize> {
        let instances = self.instances.iter().enumerate();
        let instances = instances.filter(|(at, _)| !self.is_naming(*at));
        let gifts = instances.map(|(_, instance)| match instance {
            Instance::Of { args: gifts, .. } | Instance::Bundle(gifts) => gifts,
        });
        let given = gifts.chain([&self.exports]).flat_map(|gifts| &gifts.all);
        let values = given.filter_map(|given| match given.origin {
            Origin::Component(at) => Some(at),
            _ => None,
        });
        let is_part = |at: &usize| self.components.get(*at).is_some_and(|c| !c.is_shim);
        values.filter(is_part).collect()
    }

    /// The components that are neither instantiated nor passed on.
    pub fn idle(&self) -> Vec<usize> {
        let mut used = vec![false; self.components.len()];
        let mut mark = |origin: &Origin<'_>| {
            if let Origin::Component(at) = origin {
                used[*at] = true;
            }
        };
        self.exports.all.iter().for_each(|e| mark(&e.origin));
        for instance in &self.instances {
            let (Instance::Of { args: gifts, .. } | Instance::Bundle(gifts)) = instance;
            gifts.all.iter().for_each(|given| mark(&given.origin));
            if let Instance::Of {
                component: Some(at),
                ..
            } = instance
            {
                mark(&Origin::Component(*at));
            }
        }
        (0..used.len()).filter(|at| !used[*at]).collect()
    }
}

/// The level of a plan, in the making.
struct Planned<'a> {
    level: Level<'a>,
    /// The parts by name: an instance each, of that number.
    parts: BTreeMap<&'a str, usize>,
    imports: BTreeMap<&'a str, usize>,
    /// Instances that are built from others; they come after those of all parts.
    bundles: Vec<Instance<'a>>,
}

impl<'a> Planned<'a> {
    /// What the imports of a part get.
    fn args(&mut self, part: &'a crate::plan::Part, externs: &'a World) -> Gifts<'a> {
        let wires: BTreeMap<&str, &'a crate::plan::Wire> =
            part.wires.iter().map(|w| (w.import.as_str(), w)).collect();
        let mut args = Vec::new();
        for external in &externs.imports {
            let wire = wires
                .get(external.key.as_str())
                .or_else(|| wires.get(external.name.as_str()));
            if wire.is_some_and(|wire| matches!(wire.to, Target::Bound { .. })) {
                continue;
            }
            let by_hand = wire.is_some_and(|wire| wire.why == Why::Wired);
            let origin = wire.and_then(|wire| self.origin(&wire.to, by_hand));
            args.push(Given {
                name: &external.key,
                sort: external.sort,
                origin: match origin {
                    Some(origin) => origin,
                    None => self.import(&external.key, true, false),
                },
            });
        }
        Gifts::new(args)
    }

    /// What a target is; none if the plan names a part that it does not have.
    fn origin(&mut self, target: &'a Target, by_hand: bool) -> Option<Origin<'a>> {
        let part = |name: &str| Some(Origin::Instance(*self.parts.get(name)?));
        match target {
            Target::Bound { .. } | Target::Type { .. } => None,
            Target::Component { component } => {
                Some(Origin::Component(*self.parts.get(component.as_str())?))
            }
            // It only gives names.
            Target::Types { .. } => {
                self.bundles.push(Instance::Bundle(Gifts::default()));
                let at = self.parts.len() + self.bundles.len() - 1;
                Some(Origin::Instance(at))
            }
            Target::Export { part: of, export } => Some(Origin::Export(Rc::new(part(of)?), export)),
            Target::Instance { part: of } => part(of),
            Target::Host { host } => Some(self.import(host, false, by_hand)),
            Target::Of { of, export } => {
                let of = self.origin(of, by_hand)?;
                Some(Origin::Export(Rc::new(of), export))
            }
            Target::Bundle { bundle } => {
                let mut items = Vec::new();
                for item in bundle {
                    items.push(Given {
                        name: &item.name,
                        sort: "interface",
                        origin: self.origin(&item.to, by_hand)?,
                    });
                }
                self.bundles.push(Instance::Bundle(Gifts::new(items)));
                let at = self.parts.len() + self.bundles.len() - 1;
                Some(Origin::Instance(at))
            }
        }
    }

    fn import(&mut self, name: &'a str, trouble: bool, by_hand: bool) -> Origin<'a> {
        let imports = &mut self.level.imports;
        let at = *self.imports.entry(name).or_insert(imports.len());
        if at == imports.len() {
            imports.push(Import {
                name,
                trouble: false,
                by_hand,
            });
        }
        let import = &mut imports[at];
        import.trouble |= trouble;
        import.by_hand &= by_hand;
        Origin::Import(at)
    }
}
