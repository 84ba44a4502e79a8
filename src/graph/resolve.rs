//! The actual providers, through bundles, aliases and the borders of nested compositions.
//!
//! Lives here: [`Levels::providers`]. May import: `wasm`, the sibling data.
//! Deliberately absent: what becomes of it (`assemble`).

use std::collections::BTreeSet;

use super::level::{Gifts, Instance};
use super::levels::{InstanceKind, Levels};
use crate::wasm::instantiation::Origin;

/// A provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Provider<'a> {
    pub who: Who,
    /// What the provider calls it; none for the whole instance.
    pub name: Option<&'a str>,
    /// Whether it is an interface of the provider, not a single item.
    pub inside: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// The node of that position.
    Node(usize),
    /// None here: the import at that position of the outermost component.
    Host(usize),
}

/// Something whose provider is wanted: at that site, the item that the names in `path` (last first) lead
/// to from `origin`.
struct Wanted<'a> {
    site: usize,
    origin: Origin<'a>,
    path: Vec<&'a str>,
}

/// What tells [`Wanted`]s apart: the site, the root of the origin, the path.
type Key<'a> = (usize, (u8, usize), Vec<&'a str>);

impl<'a> Levels<'a> {
    /// The providers of `origin` at a site, each once. Types alone make nothing a provider of
    /// what has functions as well.
    pub fn providers(&self, site: usize, origin: &Origin<'a>) -> Vec<Provider<'a>> {
        let mut found = Vec::new();
        let mut known: BTreeSet<Provider<'a>> = BTreeSet::new();
        let mut seen: BTreeSet<Key<'a>> = BTreeSet::new();
        let mut todo = vec![Wanted {
            site,
            origin: origin.clone(),
            path: Vec::new(),
        }];
        let mut add = |provider: Provider<'a>| {
            if known.insert(provider.clone()) {
                found.push(provider);
            }
        };
        while let Some(mut wanted) = todo.pop() {
            let root = wanted.origin.root().clone();
            let mut origin = &wanted.origin;
            while let Origin::Export(of, name) = origin {
                wanted.path.push(name);
                origin = of;
            }
            let key = match root {
                Origin::Import(at) => (0, at),
                Origin::Instance(at) => (1, at),
                Origin::Here => (2, 0),
                Origin::Component(at) => (3, at),
                _ => continue,
            };
            if !seen.insert((wanted.site, key, wanted.path.clone())) {
                continue;
            }
            let here = &self.sites[wanted.site];
            match root {
                Origin::Here => {
                    if let Some(code) = here.code {
                        add(Provider {
                            who: Who::Node(code),
                            name: None,
                            inside: false,
                        });
                    }
                }
                Origin::Component(at) => {
                    if let Some(node) = here.values.get(&at) {
                        add(Provider {
                            who: Who::Node(*node),
                            name: None,
                            inside: false,
                        });
                    }
                }
                Origin::Import(at) => {
                    let Some(import) = here.level.imports.get(at) else {
                        continue;
                    };
                    let Some((around, instance)) = here.around else {
                        add(Provider {
                            who: Who::Host(at),
                            name: Some(import.name),
                            inside: !wanted.path.is_empty(),
                        });
                        continue;
                    };
                    let around_it = &self.sites[around].level;
                    if let Some(Instance::Of { args, .. }) = around_it.instances.get(instance)
                        && let Some(arg) = args.get(import.name)
                    {
                        todo.push(Wanted {
                            site: around,
                            origin: arg.origin.clone(),
                            path: wanted.path,
                        });
                    }
                }
                Origin::Instance(at) => match here.seats.get(at) {
                    Some(InstanceKind::Node(node)) => add(Provider {
                        who: Who::Node(*node),
                        name: wanted.path.pop(),
                        inside: !wanted.path.is_empty(),
                    }),
                    Some(InstanceKind::InstantiatedLevel(inner)) => {
                        let exports = &self.sites[*inner].level.exports;
                        todo.extend(into(*inner, exports, wanted.path));
                    }
                    Some(InstanceKind::Bundle) => {
                        if let Some(Instance::Bundle(items)) = here.level.instances.get(at) {
                            todo.extend(into(wanted.site, items, wanted.path));
                        }
                    }
                    None => {}
                },
                _ => {}
            }
        }
        found
    }
}

/// What is wanted of `gifts`: the one that the path begins with, or all of them.
fn into<'a>(site: usize, gifts: &Gifts<'a>, mut path: Vec<&'a str>) -> Vec<Wanted<'a>> {
    if let Some(name) = path.pop() {
        let given = gifts.get(name).into_iter();
        let wanted = given.map(|given| Wanted {
            site,
            origin: given.origin.clone(),
            path: path.clone(),
        });
        return wanted.collect();
    }
    let only_types = gifts.all.iter().all(|given| given.sort == "type");
    let all = gifts.all.iter().rev();
    let all = all.filter(|given| only_types || given.sort != "type");
    all.map(|given| Wanted {
        site,
        origin: given.origin.clone(),
        path: Vec::new(),
    })
    .collect()
}
