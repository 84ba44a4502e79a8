//! All levels of a composition: which instances are drawn, and what is nested in them.
//!
//! Lives here: [`Levels`]. May import: `wasm`, the sibling data.
//! Deliberately absent: edges (`resolve`, `assemble`).

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::level::{Embedded, Instance, Level};
use super::model::{Node, NodeKind};
use super::world::World;
use crate::wasm::instantiation::{Instantiation, Origin};
use crate::wasm::structure::Structure;

/// The number of nodes above which nested compositions are not expanded. Each instance repeats what is
/// nested in it, so a small file can contain any number of nodes.
const ENOUGH: usize = 2_000;

/// Where something is: an address in memory and a length tell components apart.
pub(super) type Place = (usize, usize);

pub(super) fn place(bytes: &[u8]) -> Place {
    (bytes.as_ptr() as usize, bytes.len())
}

/// What an instance of a level is in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InstanceKind {
    /// The node of that position.
    Node(usize),
    /// Imports and exports pass through that site: it is a composition, or only gives names.
    InstantiatedLevel(usize),
    /// Neither: it is built from other items.
    Bundle,
}

/// A level that is instantiated: a place (`site`) of its own in the graph.
pub(super) struct InstantiatedLevel<'a> {
    pub level: Rc<Level<'a>>,
    /// The site and the instance in it that this one is the inside of.
    pub around: Option<(usize, usize)>,
    /// What its instances are.
    pub seats: Vec<InstanceKind>,
    /// The nodes of components that are passed as components.
    pub values: BTreeMap<usize, usize>,
    /// The node that stands for its own core code.
    pub code: Option<usize>,
    /// The node that stands for all of it.
    pub group: Option<usize>,
}

/// A node, with its facts.
pub(super) struct NodeFacts<'a> {
    pub node: Node,
    /// Its component.
    pub bytes: &'a [u8],
    pub externs: Rc<World>,
    /// Its file, and its path in that file.
    pub file: &'a str,
    pub path: Vec<String>,
    /// The node that contains it.
    pub within: Option<usize>,
    /// It contains others.
    pub is_group: bool,
    file_of_its_own: bool,
}

/// All levels.
pub(super) struct Levels<'a> {
    pub sites: Vec<InstantiatedLevel<'a>>,
    pub nodes: Vec<NodeFacts<'a>>,
    /// A lower bound on the number of nodes.
    expected: usize,
    texts: bool,
    file: &'a str,
    externs: BTreeMap<Place, Rc<World>>,
    levels: BTreeMap<Place, Option<Rc<Level<'a>>>>,
    /// The ids that are taken, each with the number that was tried last behind it.
    ids: BTreeMap<String, usize>,
}

/// A site whose instances are still to be looked at.
struct Todo {
    site: usize,
    /// The node that stands for it.
    group: Option<usize>,
    /// What ids in it begin with.
    prefix: String,
    /// Whether it only gives names.
    naming: bool,
}

impl<'a> Levels<'a> {
    /// Reads `level`, and everything nested in it; `worlds` are those that are known
    /// already. `file` is the file of all of them, unless components have files of their own.
    pub fn of(
        level: Level<'a>,
        bytes: &'a [u8],
        file: &'a str,
        externs: BTreeMap<Place, Rc<World>>,
        texts: bool,
    ) -> Levels<'a> {
        let mut sites = Levels {
            sites: Vec::new(),
            nodes: Vec::new(),
            expected: level.instances.len(),
            texts,
            file,
            externs,
            levels: BTreeMap::new(),
            ids: [("caller".to_string(), 1), ("host".to_string(), 1)].into(),
        };
        let mut queue = VecDeque::new();
        queue.push_back(Todo {
            site: sites.add(Rc::new(level), None),
            group: None,
            prefix: String::new(),
            naming: false,
        });
        while let Some(todo) = queue.pop_front() {
            sites.look(&todo, bytes, &mut queue);
        }
        sites
    }

    fn add(&mut self, level: Rc<Level<'a>>, around: Option<(usize, usize)>) -> usize {
        self.sites.push(InstantiatedLevel {
            seats: vec![InstanceKind::Bundle; level.instances.len()],
            level,
            around,
            values: BTreeMap::new(),
            code: None,
            group: None,
        });
        self.sites.len() - 1
    }

    fn look(&mut self, todo: &Todo, bytes: &'a [u8], queue: &mut VecDeque<Todo>) {
        let site = todo.site;
        self.sites[site].group = todo.group;
        let level = Rc::clone(&self.sites[site].level);
        let bytes = match todo.group {
            Some(group) => self.nodes[group].bytes,
            None => bytes,
        };
        if level.code.is_some() && !todo.naming {
            let name = "own code".to_string();
            let embedded = Embedded {
                name: None,
                file: None,
                bytes,
                is_shim: false,
            };
            self.sites[site].code = Some(self.node(
                &embedded,
                name,
                NodeKind::Code,
                None,
                todo.group,
                &todo.prefix,
            ));
        }
        for at in 0..level.instances.len() {
            let Instance::Of {
                name,
                component,
                made_of,
                ..
            } = &level.instances[at]
            else {
                continue;
            };
            let own = component.and_then(|at| level.components.get(at)).cloned();
            let (embedded, given_by) = match own {
                Some(own) => (Some(own), None),
                None => self.value(site, made_of).unzip(),
            };
            let inner = embedded
                .as_ref()
                .and_then(|embedded| self.level(embedded.bytes));
            if level.is_naming(at) || todo.naming {
                // Without an inside, it is as good as a bundle of nothing.
                if let Some(inner) = inner {
                    let inner = self.add(inner, Some((site, at)));
                    self.sites[site].seats[at] = InstanceKind::InstantiatedLevel(inner);
                    // Types that it defines belong to the code that it was made for.
                    self.sites[inner].code = self.sites[site].code;
                    queue.push_back(Todo {
                        site: inner,
                        group: None,
                        prefix: String::new(),
                        naming: true,
                    });
                }
                continue;
            }
            let unnamed = Embedded {
                name: None,
                file: None,
                bytes: &[],
                is_shim: false,
            };
            let of = component.map(|at| component_name(&level, at));
            let embedded = embedded.as_ref().unwrap_or(&unnamed);
            let name = match name.as_ref().or(embedded.name.as_ref()) {
                Some(name) => name.to_string(),
                None => format!("instance {}", at + 1),
            };
            let kind = NodeKind::Instance;
            let node = self.node(embedded, name, kind, of, todo.group, &todo.prefix);
            if given_by.is_some() {
                self.nodes[node].node.of = given_by;
            }
            self.sites[site].seats[at] = InstanceKind::Node(node);
            let Some(inner) = inner.filter(|inner| inner.is_composition()) else {
                continue;
            };
            if self.expected + inner.instances.len() > ENOUGH {
                continue;
            }
            self.expected += inner.instances.len();
            let inner = self.add(inner, Some((site, at)));
            self.sites[site].seats[at] = InstanceKind::InstantiatedLevel(inner);
            self.nodes[node].is_group = true;
            queue.push_back(Todo {
                site: inner,
                group: Some(node),
                prefix: format!("{}/", self.nodes[node].node.id),
                naming: false,
            });
        }
        if todo.naming {
            return;
        }
        for at in level.values() {
            let embedded = &level.components[at];
            let name = component_name(&level, at);
            let of = Some(name.clone());
            let kind = NodeKind::Component;
            let node = self.node(embedded, name, kind, of, todo.group, &todo.prefix);
            self.sites[site].values.insert(at, node);
        }
        for at in level.idle() {
            let embedded = &level.components[at];
            let name = component_name(&level, at);
            let of = Some(name.clone());
            let kind = NodeKind::Instance;
            self.node(embedded, name, kind, of, todo.group, &todo.prefix);
        }
    }

    /// The component that `origin` is at a site, wherever it comes from, and what it is called
    /// there; none if it comes from outside of everything, or cannot be told.
    fn value(&mut self, site: usize, origin: &Origin<'a>) -> Option<(Embedded<'a>, String)> {
        let (mut site, mut origin) = (site, origin.clone());
        let mut path: Vec<&'a str> = Vec::new();
        // Each step leads outwards, or to an earlier item; the bound is for broken input.
        for _ in 0..ENOUGH {
            while let Origin::Export(of, name) = &origin {
                path.push(name);
                origin = Origin::clone(of);
            }
            let level = Rc::clone(&self.sites[site].level);
            match origin {
                Origin::Component(at) if path.is_empty() => {
                    let group = self.sites[site].group;
                    let component = level.components.get(at)?.clone();
                    return Some((component, self.within(group, component_name(&level, at))));
                }
                Origin::Import(at) => {
                    let name = level.imports.get(at)?.name;
                    let (around, instance) = self.sites[site].around?;
                    let outer = &self.sites[around].level;
                    let Instance::Of { args, .. } = outer.instances.get(instance)? else {
                        return None;
                    };
                    origin = args.get(name)?.origin.clone();
                    site = around;
                }
                Origin::Instance(at) => {
                    let name = path.pop()?;
                    match self.sites[site].seats.get(at)? {
                        InstanceKind::InstantiatedLevel(inner) => {
                            site = *inner;
                            origin = self.sites[site].level.exports.get(name)?.origin.clone();
                        }
                        InstanceKind::Bundle => {
                            let Instance::Bundle(items) = level.instances.get(at)? else {
                                return None;
                            };
                            origin = items.get(name)?.origin.clone();
                        }
                        InstanceKind::Node(node) => {
                            let node = *node;
                            let level = self.level(self.nodes[node].bytes)?;
                            return match (&level.exports.get(name)?.origin, path.is_empty()) {
                                (Origin::Component(at), true) => {
                                    let component = level.components.get(*at)?.clone();
                                    let name = component_name(&level, *at);
                                    Some((component, self.within(Some(node), name)))
                                }
                                _ => None,
                            };
                        }
                    }
                }
                _ => return None,
            }
        }
        None
    }

    /// The way to a component that is in what a node stands for.
    fn within(&self, node: Option<usize>, name: String) -> String {
        let around = node.map(|node| &self.nodes[node].node);
        match around.map(|node| node.of.as_deref().unwrap_or(&node.id)) {
            Some(around) => format!("{around}/{name}"),
            None => name,
        }
    }

    /// The outermost level of a component; none if it cannot be read.
    fn level(&mut self, bytes: &'a [u8]) -> Option<Rc<Level<'a>>> {
        let known = self.levels.entry(place(bytes)).or_insert_with(|| {
            let structure = Structure::of(bytes).ok()?;
            let instantiation = Instantiation::of(&structure).ok()?;
            Some(Rc::new(Level::of(&structure, instantiation)))
        });
        known.clone()
    }

    fn externs(&mut self, bytes: &'a [u8]) -> Rc<World> {
        let texts = self.texts;
        let known = self.externs.entry(place(bytes));
        Rc::clone(known.or_insert_with(|| Rc::new(World::read(bytes, texts))))
    }

    /// `wanted`, or with a number behind it what no other has.
    fn id(&mut self, wanted: String) -> String {
        let Some(mut count) = self.ids.get(&wanted).copied() else {
            self.ids.insert(wanted.clone(), 1);
            return wanted;
        };
        loop {
            count += 1;
            let id = format!("{wanted}#{count}");
            if !self.ids.contains_key(&id) {
                self.ids.insert(wanted, count);
                self.ids.insert(id.clone(), 1);
                return id;
            }
        }
    }

    /// Adds a node, with an id that no other has.
    fn node(
        &mut self,
        embedded: &Embedded<'a>,
        name: String,
        kind: NodeKind,
        of: Option<String>,
        within: Option<usize>,
        prefix: &str,
    ) -> usize {
        let id = self.id(format!("{prefix}{name}"));
        let externs = self.externs(embedded.bytes);
        let is_code = kind == NodeKind::Code;
        let ports = |externs: &[super::world::Extern]| match is_code {
            true => Vec::new(),
            false => externs.iter().map(|item| item.port()).collect(),
        };
        let around = within.map(|at| &self.nodes[at]);
        // The way to the component: that to the one around it comes first.
        let of = of.map(|of| match around {
            Some(around) if around.file_of_its_own => of,
            Some(NodeFacts { node, .. }) => {
                format!("{}/{of}", node.of.as_deref().unwrap_or_default())
            }
            None => of,
        });
        let mut path = around.map_or(Vec::new(), |around| around.path.clone());
        let file = match (embedded.file, around) {
            (Some(file), _) => file,
            (None, around) => {
                path.push(id[prefix.len()..].to_string());
                around.map_or(self.file, |around| around.file)
            }
        };
        let node = Node {
            id,
            name,
            kind,
            within: around.map(|around| around.node.id.clone()),
            of: embedded.file.map(str::to_string).or(of),
            size: (!is_code && !embedded.bytes.is_empty()).then_some(embedded.bytes.len() as u64),
            imports: ports(&externs.imports),
            exports: ports(&externs.exports),
            wit: match is_code {
                true => None,
                false => externs.world.clone(),
            },
        };
        self.nodes.push(NodeFacts {
            node,
            bytes: embedded.bytes,
            externs,
            file,
            path,
            within,
            is_group: false,
            file_of_its_own: embedded.file.is_some(),
        });
        self.nodes.len() - 1
    }
}

/// What a component of a level is called.
fn component_name(level: &Level<'_>, at: usize) -> String {
    match &level.components[at].name {
        Some(name) => name.to_string(),
        None => format!("component {}", at + 1),
    }
}
