//! Needs: from exports along the wires to the imports that they lead to.
//!
//! Lives here: [`Needs`]. A component is followed once for each requested export, wherever it is
//! instantiated, and its needs are then looked up in the arguments of each instance. May import: `wasm` (rank 1), the siblings.
//! Deliberately absent: core code. A lifted function may call everything that the component lowers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use wasmparser::ComponentExternalKind;

use super::levels::Levels;
use crate::wasm::instantiation::{Instance, Made, Origin};

/// A place in something: names from the outside in; empty is all of it.
pub(super) type Names<'a> = Vec<&'a str>;

/// An import that is needed.
#[derive(Clone, Debug)]
pub(super) struct Need<'a> {
    /// Its position.
    pub import: usize,
    /// Which part of it.
    pub names: Names<'a>,
    /// The component whose code imports it, as a position in [`Levels`].
    pub asker: usize,
    /// The components on the path to it.
    pub chain: Chain,
    /// The export that leads to it, as a position among the requested exports.
    pub start: usize,
}

/// The components on the path to something, as a link of [`Needs`]; none if there are none.
pub(super) type Chain = Option<usize>;

/// One more step of a chain. Chains share their beginnings, and that of a component is used
/// wherever the component is, so that even absurd ones take little space.
struct Link {
    before: Chain,
    step: Step,
    /// The number of components.
    length: usize,
    /// The last component.
    last: usize,
}

#[derive(Clone, Copy)]
enum Step {
    Component(usize),
    /// All components of another chain.
    Within(usize),
}

/// How something was reached.
#[derive(Clone, Copy)]
struct Way {
    start: usize,
    chain: Chain,
}

/// Something at one level that is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target<'a> {
    Import(usize, Names<'a>),
    /// The code of the component.
    Code,
    /// What the instance of that position exports.
    Export(usize, Names<'a>),
}

/// What is known so far.
pub(super) struct Needs<'l, 'a> {
    levels: &'l Levels<'a>,
    links: Vec<Link>,
    known: BTreeMap<(usize, Names<'a>), Rc<Vec<Need<'a>>>>,
    handed: BTreeMap<(usize, usize, Vec<String>), Rc<BTreeSet<usize>>>,
}

impl<'l, 'a> Needs<'l, 'a> {
    pub fn new(levels: &'l Levels<'a>) -> Needs<'l, 'a> {
        Needs {
            levels,
            links: Vec::new(),
            known: BTreeMap::new(),
            handed: BTreeMap::new(),
        }
    }

    /// What the outermost component needs for those exports; of several that lead to one import through
    /// one importer, the first.
    pub fn of_exports(&mut self, exports: &[&'a str]) -> Vec<Need<'a>> {
        let names: Vec<Names<'a>> = exports.iter().map(|name| vec![*name]).collect();
        self.follow(0, &names)
    }

    /// What the component at `level` needs for what it exports under `names`.
    ///
    /// It calls itself for components that are nested in this one or came before it, which the
    /// validator lets be only so many.
    fn of(&mut self, level: usize, names: &Names<'a>) -> Rc<Vec<Need<'a>>> {
        let key = (level, names.clone());
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let needs = Rc::new(self.follow(level, std::slice::from_ref(names)));
        self.known.insert(key, Rc::clone(&needs));
        needs
    }

    fn follow(&mut self, level: usize, starts: &[Names<'a>]) -> Vec<Need<'a>> {
        let levels = self.levels;
        let this = levels.get(level);
        let mut queue: VecDeque<(Target<'a>, Way)> = VecDeque::new();
        for (start, names) in starts.iter().enumerate() {
            let way = Way { start, chain: None };
            if let Some((name, rest)) = names.split_first()
                && let Some((kind, origin)) = this.export(name)
            {
                let targets = self.direct(level, kind, origin, rest);
                queue.extend(targets.into_iter().map(|target| (target, way)));
            }
        }
        let mut seen = BTreeSet::new();
        let mut passed = BTreeSet::new();
        let mut asked = BTreeSet::new();
        let mut found = Vec::new();
        while let Some((target, way)) = queue.pop_front() {
            if let Target::Import(import, names) = target {
                let asker = way.chain.map_or(level, |link| self.links[link].last);
                if asked.insert((import, names.clone(), asker)) {
                    found.push(Need {
                        import,
                        names,
                        asker,
                        chain: way.chain,
                        start: way.start,
                    });
                }
                continue;
            }
            if !seen.insert(target.clone()) {
                continue;
            }
            match target {
                // Done already.
                Target::Import(..) => {}
                Target::Code => {
                    let way = self.further(way, Step::Component(level));
                    for target in self.code(level) {
                        queue.push_back((target, way));
                    }
                }
                Target::Export(at, names) => {
                    let (component, args) = parts_of(&this.instantiation.instances[at]);
                    let Some(inner) = component.and_then(|c| levels.resolve(level, c)) else {
                        // What it does with its arguments is unknown.
                        for (kind, origin) in component
                            .map(|origin| (ComponentExternalKind::Component, origin))
                            .into_iter()
                            .chain(args.values().copied())
                        {
                            let targets = self.direct(level, kind, origin, &[]);
                            queue.extend(targets.into_iter().map(|target| (target, way)));
                        }
                        continue;
                    };
                    for need in self.of(inner, &names).iter() {
                        let key = (at, need.import, need.names.clone(), need.asker);
                        if !passed.insert(key) {
                            continue;
                        }
                        let import = &levels.get(inner).instantiation.imports[need.import];
                        let Some((kind, origin)) = args.get(import.name.name) else {
                            continue;
                        };
                        let way = match need.chain {
                            Some(inside) => self.further(way, Step::Within(inside)),
                            None if levels.get(inner).is_shim => way,
                            None => self.further(way, Step::Component(inner)),
                        };
                        let targets = self.direct(level, *kind, origin, &need.names);
                        queue.extend(targets.into_iter().map(|target| (target, way)));
                    }
                }
            }
        }
        found
    }

    /// What the code of a component may call or uses the types of.
    fn code(&self, level: usize) -> Vec<Target<'a>> {
        let this = self.levels.get(level);
        let mut targets = Vec::new();
        for origin in &this.instantiation.called {
            targets.extend(self.direct(level, ComponentExternalKind::Func, origin, &[]));
        }
        // Nothing in these can be called.
        for (import, shape) in this.shapes.iter().enumerate() {
            let Some(items) = shape else { continue };
            if items.is_empty() {
                targets.push(Target::Import(import, Vec::new()));
            }
            if items.iter().all(|(_, is_function)| !is_function) {
                let types = items.iter().map(|(name, _)| vec![*name]);
                targets.extend(types.map(|names| Target::Import(import, names)));
            }
        }
        targets
    }

    /// What something at `level` is, without looking into other components.
    fn direct(
        &self,
        level: usize,
        kind: ComponentExternalKind,
        origin: &Origin<'a>,
        names: &[&'a str],
    ) -> Vec<Target<'a>> {
        let instantiation = &self.levels.get(level).instantiation;
        let mut found = Vec::new();
        let mut waiting = vec![(kind, origin.clone(), names.to_vec())];
        while let Some((kind, origin, mut names)) = waiting.pop() {
            match origin {
                Origin::Import(at) => found.push(Target::Import(at, names)),
                Origin::Export(of, name) => {
                    names.insert(0, name);
                    waiting.push((ComponentExternalKind::Instance, (*of).clone(), names));
                }
                Origin::Instance(at) => match &instantiation.instances[at].made {
                    Made::Instantiate { component, .. } => {
                        if names.is_empty() {
                            found.extend(self.all_exports(level, at, component));
                        } else {
                            found.push(Target::Export(at, names));
                        }
                    }
                    Made::Bundle(items) => {
                        for item in items {
                            let rest = match names.split_first() {
                                Some((name, _)) if *name != item.name.name => continue,
                                Some((_, rest)) => rest.to_vec(),
                                None => Vec::new(),
                            };
                            waiting.push((item.kind, item.origin.clone(), rest));
                        }
                    }
                },
                Origin::Here => {
                    let is_run = matches!(
                        kind,
                        ComponentExternalKind::Func | ComponentExternalKind::Value
                    );
                    found.extend(is_run.then_some(Target::Code));
                }
                // Components only need their arguments.
                Origin::Component(_) | Origin::Around { .. } => {}
            }
        }
        found
    }

    /// The same for a whole instance.
    fn all_exports(&self, level: usize, at: usize, component: &Origin<'a>) -> Vec<Target<'a>> {
        match self.levels.resolve(level, component) {
            None => vec![Target::Export(at, Vec::new())],
            Some(inner) => {
                let exports = self.levels.get(inner).instantiation.exports.iter();
                exports
                    .map(|(export, _)| Target::Export(at, vec![export.name.name]))
                    .collect()
            }
        }
    }

    /// The innermost components in `level` that import what is wired to `names` of its import,
    /// whether or not anything leads to them.
    pub fn importers(
        &mut self,
        level: usize,
        import: usize,
        names: &[String],
    ) -> Rc<BTreeSet<usize>> {
        let key = (level, import, names.to_vec());
        if let Some(known) = self.handed.get(&key) {
            return Rc::clone(known);
        }
        let levels = self.levels;
        let mut found = BTreeSet::new();
        for instance in &levels.get(level).instantiation.instances {
            let (component, args) = parts_of(instance);
            let Some(inner) = component.and_then(|c| levels.resolve(level, c)) else {
                continue;
            };
            let inside = levels.get(inner);
            for (own, its) in inside.instantiation.imports.iter().enumerate() {
                let Some((kind, origin)) = args.get(its.name.name) else {
                    continue;
                };
                for target in self.direct(level, *kind, origin, &[]) {
                    let Target::Import(at, given) = target else {
                        continue;
                    };
                    if at != import || !overlap(names, &given) {
                        continue;
                    }
                    // What is given may be a part of what is asked about, and then it is all of it.
                    let rest = &names[given.len().min(names.len())..];
                    if rest.first().is_some_and(|name| !inside.may_have(own, name)) {
                        continue;
                    }
                    let deeper = self.importers(inner, own, rest);
                    found.extend(deeper.iter().copied());
                    if deeper.is_empty() && !inside.is_shim {
                        found.insert(inner);
                    }
                }
            }
        }
        let found = Rc::new(found);
        self.handed.insert(key, Rc::clone(&found));
        found
    }

    /// The same path with one more step.
    fn further(&mut self, way: Way, step: Step) -> Way {
        let before = way.chain;
        let (length, last) = match step {
            Step::Component(level) => (1, level),
            Step::Within(link) => (self.links[link].length, self.links[link].last),
        };
        let so_far = self.length(before);
        self.links.push(Link {
            before,
            step,
            length: so_far.saturating_add(length),
            last,
        });
        Way {
            chain: Some(self.links.len() - 1),
            ..way
        }
    }

    /// How many components are in a chain.
    pub fn length(&self, chain: Chain) -> usize {
        chain.map_or(0, |link| self.links[link].length)
    }

    /// The last components of a chain, at most `most`, in their order; and how many come before.
    pub fn steps(&self, chain: Chain, most: usize) -> (usize, Vec<usize>) {
        let mut steps = Vec::new();
        let mut waiting: Vec<usize> = chain.into_iter().collect();
        while let Some(link) = waiting.pop() {
            if steps.len() == most {
                break;
            }
            let link = &self.links[link];
            waiting.extend(link.before);
            match link.step {
                Step::Component(level) => steps.push(level),
                Step::Within(inside) => waiting.push(inside),
            }
        }
        steps.reverse();
        (self.length(chain) - steps.len(), steps)
    }
}

/// Whether one of these is the other, or a part of it.
pub(super) fn overlap(one: &[String], other: &[&str]) -> bool {
    one.iter().zip(other).all(|(a, b)| a == b)
}

/// What an instance is made of, if it is not a bundle: a component, and arguments by their names.
fn parts_of<'i, 'a>(
    instance: &'i Instance<'a>,
) -> (
    Option<&'i Origin<'a>>,
    BTreeMap<&'a str, (ComponentExternalKind, &'i Origin<'a>)>,
) {
    match &instance.made {
        Made::Instantiate { component, args } => {
            let args = args.iter();
            let args = args.map(|arg| (arg.name.name, (arg.kind, &arg.origin)));
            (Some(component), args.collect())
        }
        Made::Bundle(_) => (None, BTreeMap::new()),
    }
}
