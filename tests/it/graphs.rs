//! Random compositions of small components: what they are, and what they answer.
//!
//! Lives here: [`Graph`]. A node is a part; each part exports an interface with a function `get`
//! that mixes its argument with the answers of all that the part imports, so that the answer of
//! the root proves every wire. [`Graph::answer`] computes it anew, without any component.
//!
//! Deliberately absent: the parts' WAT (`graphs_wat.rs`), composing and running (`property.rs`),
//! and a crate for it: the generator is a few lines, and shrinking drops nodes and operations.

use std::collections::{BTreeMap, BTreeSet};

/// What the host's resource answers.
pub const HOST_VALUE: u32 = 5;

/// A sequence that only depends on where it starts (splitmix64).
pub struct Random(pub u64);

impl Random {
    /// A number in `0..end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Who gives what is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Giver {
    /// A part.
    Part(usize),
    /// The host, with numbers; one semver track each.
    Numbers(u32),
    /// The host, with a resource.
    HostResource,
}

/// One step of a part's `get`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Call `get` of a part's interface.
    Get(usize),
    /// Call the function that a part exports outside of any interface.
    World(usize),
    /// Take a number of the host.
    Number { track: u32, which: usize },
    /// Make a resource and give it to a part, for a while or for good.
    Lend { to: usize, own: bool },
}

/// A part. The root is the first of a graph, and each part needs later ones only.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its interface is `t:gGROUP/f` …
    pub group: u32,
    /// … at this track …
    pub track: u32,
    /// … and this version on it.
    pub patch: u32,
    /// Whether the interface defines a resource.
    pub resource: bool,
    /// Whose resource the interface's functions `take` and `keep` take.
    pub takes: Option<Giver>,
    pub ops: Vec<Op>,
    /// At which version each giver is imported.
    pub imports: BTreeMap<Giver, u32>,
}

/// Parts, the root first.
#[derive(Clone, Debug)]
pub struct Graph {
    pub nodes: Vec<Node>,
}

impl Graph {
    /// The graph of a seed.
    pub fn random(seed: u64) -> Graph {
        let mut random = Random(seed);
        let count = 2 + random.below(8);
        // One that wasm-compose understands: only the root needs anything.
        let flat = random.chance(25);
        let mut graph = Graph { nodes: Vec::new() };
        let mut taken = BTreeSet::new();
        while graph.nodes.len() < count {
            let (group, track) = (random.below(3) as u32, random.below(4) as u32);
            let patch = random.below(6) as u32;
            if taken.insert((group, track, patch)) {
                graph.nodes.push(Node {
                    group,
                    track,
                    patch,
                    resource: random.chance(30),
                    takes: None,
                    ops: Vec::new(),
                    imports: BTreeMap::new(),
                });
            }
        }
        for index in (0..count).rev() {
            graph.fill(index, flat, &mut random);
        }
        for index in 1..count {
            let needed = graph.nodes[..index].iter().any(|n| n.needs(index));
            if !needed && random.chance(80) {
                let by = if flat { 0 } else { random.below(index) };
                graph.nodes[by].ops.push(Op::Get(index));
            }
        }
        for index in 0..count {
            graph.choose_versions(index, flat, &mut random);
        }
        graph
    }

    /// Gives a node what it does; the later ones have theirs already.
    fn fill(&mut self, index: usize, flat: bool, random: &mut Random) {
        let later = self.nodes.len() - index - 1;
        let resources: Vec<usize> = (index + 1..self.nodes.len())
            .filter(|i| self.nodes[*i].resource)
            .collect();
        if index > 0 && !flat && !self.nodes[index].resource && random.chance(50) {
            self.nodes[index].takes = Some(match resources.as_slice() {
                [] => Giver::HostResource,
                some if random.chance(80) => Giver::Part(some[random.below(some.len())]),
                _ => Giver::HostResource,
            });
        }
        if flat && index > 0 {
            return;
        }
        let takers: Vec<usize> = (index + 1..self.nodes.len())
            .filter(|i| self.nodes[*i].takes.is_some())
            .collect();
        for _ in 0..random.below(4) + usize::from(index == 0) {
            let other = index + 1 + random.below(later);
            let op = match random.below(if flat { 1 } else { 5 }) {
                _ if later == 0 => None,
                0 | 1 => Some(Op::Get(other)),
                2 => Some(Op::World(other)),
                _ if takers.is_empty() => None,
                _ => Some(Op::Lend {
                    to: takers[random.below(takers.len())],
                    own: random.chance(50),
                }),
            };
            self.nodes[index].ops.push(op.unwrap_or(Op::Number {
                track: random.below(2) as u32,
                which: random.below(3),
            }));
        }
    }

    fn choose_versions(&mut self, index: usize, flat: bool, random: &mut Random) {
        for giver in self.functions(index).into_keys() {
            let version = match giver {
                Giver::Part(part) => {
                    let other = random.below(8) as u32;
                    let served = self.provider(index, part, other) == Some(part);
                    if !flat && served && random.chance(60) {
                        other
                    } else {
                        self.nodes[part].patch
                    }
                }
                _ => random.below(10) as u32,
            };
            self.nodes[index].imports.insert(giver, version);
        }
    }

    /// Who serves what `index` imports of the interface of `part` at version `patch`: who has the
    /// very version, or else who has the highest.
    fn provider(&self, index: usize, part: usize, patch: u32) -> Option<usize> {
        let wanted = &self.nodes[part];
        let on_track = (1..self.nodes.len()).filter(|i| {
            let node = &self.nodes[*i];
            *i != index && (node.group, node.track) == (wanted.group, wanted.track)
        });
        on_track.max_by_key(|i| {
            let own = self.nodes[*i].patch;
            (own == patch, own)
        })
    }

    /// The functions that a node imports, by giver.
    pub fn functions(&self, index: usize) -> BTreeMap<Giver, BTreeSet<String>> {
        let mut all: BTreeMap<Giver, BTreeSet<String>> = BTreeMap::new();
        let mut add = |giver: Giver, name: &str| {
            all.entry(giver).or_default().insert(name.to_string());
        };
        let node = &self.nodes[index];
        if let Some(giver) = node.takes {
            add(giver, "value");
        }
        for op in &node.ops {
            match *op {
                Op::Get(part) => add(Giver::Part(part), "get"),
                Op::World(_) => {}
                Op::Number { track, which } => {
                    add(Giver::Numbers(track), &format!("number{which}"));
                }
                Op::Lend { to, own } => {
                    add(Giver::Part(to), if own { "keep" } else { "take" });
                    if let Some(giver) = self.nodes[to].takes {
                        add(giver, "make");
                    }
                }
            }
        }
        all
    }

    /// The parts that the root needs, itself among them.
    fn used(&self) -> BTreeSet<usize> {
        let mut used = BTreeSet::from([0]);
        for index in 0..self.nodes.len() {
            if used.contains(&index) {
                let node = &self.nodes[index];
                used.extend((0..self.nodes.len()).filter(|other| node.needs(*other)));
            }
        }
        used
    }

    /// The imports that the composition has: each track of the host's at the highest version.
    pub fn leftovers(&self) -> BTreeSet<String> {
        let mut highest: BTreeMap<Giver, u32> = BTreeMap::new();
        for index in self.used() {
            for (giver, patch) in &self.nodes[index].imports {
                if !matches!(giver, Giver::Part(_)) {
                    let known = highest.entry(*giver).or_default();
                    *known = (*known).max(*patch);
                }
            }
        }
        let names = highest
            .iter()
            .map(|(giver, patch)| self.name(*giver, *patch));
        names.collect()
    }

    /// The host's part of a script for `run.rs`.
    pub fn host(&self) -> Vec<String> {
        let mut called: BTreeSet<(Giver, String)> = BTreeSet::new();
        for index in self.used() {
            for (giver, functions) in self.functions(index) {
                called.extend(functions.into_iter().map(|f| (giver, f)));
            }
        }
        let mut lines = Vec::new();
        for name in self.leftovers() {
            if name.contains("/resource@") {
                lines.push(format!("host-resource {name}#node"));
            }
            for (giver, function) in &called {
                let answer = match (giver, function.as_str()) {
                    (Giver::Numbers(track), _) if name.contains(&numbers(*track)) => {
                        number(*track, function).to_string()
                    }
                    (Giver::HostResource, "make") if name.contains("/resource@") => {
                        format!("new {name}#node {HOST_VALUE}")
                    }
                    (Giver::HostResource, _) if name.contains("/resource@") => "rep".to_string(),
                    _ => continue,
                };
                lines.push(format!("host {name}#{function}() = {answer}"));
            }
        }
        lines
    }

    /// What the root answers to `x`.
    pub fn answer(&self, x: u32) -> u32 {
        self.get(0, x)
    }

    fn get(&self, index: usize, x: u32) -> u32 {
        let mut a = mix(x, id(index));
        for op in &self.nodes[index].ops {
            let answer = match *op {
                Op::Get(part) | Op::World(part) => self.get(part, a),
                Op::Number { track, which } => number(track, &format!("number{which}")),
                Op::Lend { to, own } => {
                    let value = match self.nodes[to].takes {
                        Some(Giver::Part(part)) => a.wrapping_add(id(part)),
                        _ => HOST_VALUE,
                    };
                    mix(value, id(to)).wrapping_add(u32::from(own))
                }
            };
            a = mix(a, answer);
        }
        a
    }

    /// Smaller graphs that might show the same fault.
    pub fn smaller(&self) -> Vec<Graph> {
        let mut all = Vec::new();
        for index in 1..self.nodes.len() {
            all.extend(self.without_node(index));
        }
        for (index, node) in self.nodes.iter().enumerate() {
            for op in 0..node.ops.len() {
                let mut less = self.clone();
                less.nodes[index].ops.remove(op);
                all.push(less);
            }
        }
        for less in &mut all {
            for index in 0..less.nodes.len() {
                let functions = less.functions(index);
                let imports = &mut less.nodes[index].imports;
                imports.retain(|giver, _| functions.contains_key(giver));
            }
        }
        // With a part gone another version may be the highest, which would be another graph.
        all.retain(|less| {
            less.nodes.iter().enumerate().all(|(index, node)| {
                node.imports.iter().all(|(giver, patch)| match giver {
                    Giver::Part(part) => less.provider(index, *part, *patch) == Some(*part),
                    _ => true,
                })
            })
        });
        all
    }

    /// Without a node that nobody takes a resource of.
    fn without_node(&self, gone: usize) -> Option<Graph> {
        let left = |part: usize| if part > gone { part - 1 } else { part };
        let mut less = self.clone();
        less.nodes.remove(gone);
        for node in &mut less.nodes {
            if node.takes == Some(Giver::Part(gone)) {
                return None;
            }
            if let Some(Giver::Part(part)) = &mut node.takes {
                *part = left(*part);
            }
            node.ops.retain(|op| op.part() != Some(gone));
            for op in &mut node.ops {
                match op {
                    Op::Get(part) | Op::World(part) | Op::Lend { to: part, .. } => {
                        *part = left(*part);
                    }
                    Op::Number { .. } => {}
                }
            }
            let imports = std::mem::take(&mut node.imports);
            node.imports = imports
                .into_iter()
                .filter(|(giver, _)| *giver != Giver::Part(gone))
                .map(|(giver, patch)| match giver {
                    Giver::Part(part) => (Giver::Part(left(part)), patch),
                    host => (host, patch),
                })
                .collect();
        }
        Some(less)
    }

    /// The name of a giver's interface at a version.
    pub fn name(&self, giver: Giver, patch: u32) -> String {
        match giver {
            Giver::Part(part) => {
                let Node { group, track, .. } = self.nodes[part];
                // Below 1.0 the second number says what is compatible, from there on the first.
                match track {
                    0 | 1 => format!("t:g{group}/f@0.{}.{patch}", track + 1),
                    _ => format!("t:g{group}/f@{}.{patch}.0", track - 1),
                }
            }
            Giver::Numbers(track) => format!("wasi:{}.{patch}", numbers(track)),
            Giver::HostResource => format!("wasi:host/resource@0.2.{patch}"),
        }
    }
}

impl Node {
    fn needs(&self, part: usize) -> bool {
        let takes = self.takes == Some(Giver::Part(part));
        takes
            || self.imports.contains_key(&Giver::Part(part))
            || self.ops.iter().any(|op| op.part() == Some(part))
    }

    pub fn world_functions(&self) -> BTreeSet<usize> {
        let functions = self.ops.iter().filter_map(|op| match op {
            Op::World(part) => Some(*part),
            _ => None,
        });
        functions.collect()
    }
}

impl Op {
    fn part(&self) -> Option<usize> {
        match *self {
            Op::Get(part) | Op::World(part) | Op::Lend { to: part, .. } => Some(part),
            Op::Number { .. } => None,
        }
    }
}

/// The interface with the host's numbers, up to where the version on the track begins.
fn numbers(track: u32) -> String {
    format!("host/numbers@0.{}", track + 2)
}

fn number(track: u32, function: &str) -> u32 {
    function.bytes().map(u32::from).sum::<u32>() + 1000 * track
}

pub fn id(index: usize) -> u32 {
    index as u32 * 1000 + 7
}

fn mix(a: u32, b: u32) -> u32 {
    a.wrapping_mul(31).wrapping_add(b)
}
