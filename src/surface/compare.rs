//! Why one item does not serve where another is expected: every reason, each with its path.
//!
//! Lives here: [`compare()`], [`Mismatch`] and the comparison of items; that of functions and types
//! of values is in `structure`.
//! May import: `diag` (for the closest name) and the sibling modules.
//! Deliberately absent: the verdict. The validator says whether something fits; this says why
//! not, by the same rules (`SubtypeCx` of wasmparser), and a test holds the two together. They are
//! narrower than the specification's: types and functions must be equal in structure, only
//! instances, components and core modules have subtypes.
//!
//! Resources are compared by correspondence: an expected one is taken to be what is provided
//! under the same path of exports, and must then be that one wherever it is mentioned; one that
//! the item itself does not export is known by its name.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

mod structure;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod verdicts;

use super::Surface;
use super::module::{CoreItem, ModuleType};
use super::types::{ExternName, Item, Origin, ResourceRef, Type, TypeDef, TypeKind, find};
use super::wit::readable;
use crate::diag::did_you_mean;

/// What stands for the side that has nothing at this place.
const NOTHING: &str = "(nothing)";

/// How many differences of one function or type are told in full. Beyond that, a structure that
/// is shared by many others is told of at the first of them only.
const IN_FULL: usize = 64;

/// Among how many names the closest one is looked for.
const MANY: usize = 500;

/// One reason why what is provided does not serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The way to the difference, outermost first: `get`, `result`, `ok`.
    pub path: Vec<String>,
    /// What is expected there, as WIT.
    pub expects: String,
    /// What is provided there, as WIT.
    pub provides: String,
    /// What kind of difference it is.
    pub kind: MismatchKind,
}

impl Mismatch {
    /// Labels for the place that expects something, and for the place that provides something else.
    pub fn labels(&self) -> (String, String) {
        let label = |word: &str, what: &str| match what {
            NOTHING => format!("not {word}"),
            what => format!("{word} {what}"),
        };
        (
            label("expected", &self.expects),
            label("found", &self.provides),
        )
    }
}

/// What kind of difference there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MismatchKind {
    /// Something expected is not provided.
    Missing {
        /// What is provided and not expected, by a similar name.
        closest: Option<String>,
    },
    /// Something is provided that may not be there: a field, a case, a parameter, a result, or,
    /// where a component or core module is provided, an import.
    Extra,
    /// The same thing has another name.
    Renamed,
    /// The same fields, cases or parameters come in another order.
    Order,
    /// The types have different structure.
    Type,
    /// One function is `async` and the other is not.
    Async,
    /// One is a function, the other an instance, or the like.
    Sort,
    /// The resources are not the same.
    Resource,
}

/// All reasons why `provided` does not serve where `expected` is asked for; none if it does.
///
/// They come in the order of `expected`. A difference inside a named type that an instance
/// exports is told of at that type, not at each function that uses it.
pub fn compare(expected: &Item, provided: &Item) -> Vec<Mismatch> {
    let mut comparer = Comparer::default();
    if let (Item::Instance(e), Item::Instance(p)) = (expected, provided) {
        comparer.link(&e.exports, &p.exports, &mut Vec::new(), &|_, _| true);
    }
    comparer.item(expected, provided);
    comparer.found
}

/// As [`compare()`], for whole components: `provided` may import less and export more.
pub fn compare_surfaces(expected: &Surface, provided: &Surface) -> Vec<Mismatch> {
    let mut comparer = Comparer::default();
    comparer.component(expected, provided);
    comparer.found
}

/// Whether two types have the same structure.
fn same_type(a: &Type, b: &Type) -> bool {
    Comparer::default().same(Some(a), Some(b))
}

impl PartialEq for Type {
    fn eq(&self, other: &Type) -> bool {
        same_type(self, other)
    }
}

/// Two structures, by address: both outlive the comparison, which only borrows them.
type Pair = (*const TypeKind, *const TypeKind);

type Items = [(ExternName, Item)];

#[derive(Default)]
struct Comparer {
    found: Vec<Mismatch>,
    path: Vec<String>,
    /// Whether expected and provided are exchanged, as they are for imports.
    flipped: bool,
    context: Context,
    /// Every difference met, told or not.
    differences: usize,
    /// Whether differences are only counted.
    quiet: bool,
    /// How many mismatches there were when the present function, parameter or type began.
    root: usize,
    roots: usize,
}

/// What holds as long as the same two sets of items are compared.
#[derive(Default)]
struct Context {
    /// To which provided resources an expected one corresponds.
    links: BTreeMap<u32, Vec<u32>>,
    /// Whether a resource without correspondence differs, whatever its name.
    strict: bool,
    /// Pairs which a type export stands for, and whether it has had its turn.
    claimed: HashMap<Pair, bool>,
    equal: HashSet<Pair>,
    /// Pairs that differ, with the root under which that was told; 0 is none.
    differ: HashMap<Pair, usize>,
}

impl Context {
    fn strict(links: BTreeMap<u32, Vec<u32>>) -> Context {
        Context {
            links,
            strict: true,
            ..Context::default()
        }
    }
}

/// The same correspondence, seen from the other side.
fn inverted(links: &BTreeMap<u32, Vec<u32>>) -> BTreeMap<u32, Vec<u32>> {
    let mut inverted: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (from, ids) in links {
        for to in ids {
            inverted.entry(*to).or_default().push(*from);
        }
    }
    inverted
}

impl Comparer {
    fn report(&mut self, kind: MismatchKind, expects: String, provides: String) {
        self.differences += 1;
        if self.quiet {
            return;
        }
        let (kind, expects, provides) = match (self.flipped, kind) {
            (false, kind) => (kind, expects, provides),
            (true, MismatchKind::Missing { .. }) => (MismatchKind::Extra, provides, expects),
            (true, MismatchKind::Extra) => {
                (MismatchKind::Missing { closest: None }, provides, expects)
            }
            (true, kind) => (kind, provides, expects),
        };
        self.found.push(Mismatch {
            path: self.path.clone(),
            expects,
            provides,
            kind,
        });
    }

    fn missing(&mut self, expects: String) {
        let kind = MismatchKind::Missing { closest: None };
        self.report(kind, expects, NOTHING.to_string());
    }

    fn extra(&mut self, provides: String) {
        self.report(MismatchKind::Extra, NOTHING.to_string(), provides);
    }

    fn within(&mut self, step: impl Into<String>, compare: impl FnOnce(&mut Comparer)) {
        self.path.push(step.into());
        compare(self);
        self.path.pop();
    }

    /// Compares something whose differences are told whatever was told before.
    fn root(&mut self, compare: impl FnOnce(&mut Comparer)) {
        let before = self.root;
        self.roots += 1;
        self.root = self.found.len();
        compare(self);
        self.root = before;
    }

    fn item(&mut self, e: &Item, p: &Item) {
        match (e, p) {
            (Item::Func(e), Item::Func(p)) => self.func(e, p),
            (Item::Instance(e), Item::Instance(p)) => self.exports(&e.exports, &p.exports, ""),
            (Item::Type(e), Item::Type(p)) => self.type_def(e, p),
            (Item::Module(e), Item::Module(p)) => self.module(e, p),
            (Item::Component(e), Item::Component(p)) => self.component(e, p),
            (Item::Value(e), Item::Value(p)) => self.root(|this| this.ty(e, p)),
            _ => self.report(MismatchKind::Sort, e.to_string(), p.to_string()),
        }
    }

    fn type_def(&mut self, e: &TypeDef, p: &TypeDef) {
        match (e, p) {
            (TypeDef::Resource(e), TypeDef::Resource(p)) => {
                self.resource(e, p, |name| format!("resource {name}"));
            }
            (TypeDef::Defined(e), TypeDef::Defined(p)) => {
                match self.context.claimed.get_mut(&pair(e, p)) {
                    // Another name for the same two types, which told of them already.
                    Some(true) => return,
                    Some(done) => *done = true,
                    None => {}
                }
                self.root(|this| this.structure(e, p));
            }
            (TypeDef::Func(e), TypeDef::Func(p)) => self.func(e, p),
            (TypeDef::Instance(e), TypeDef::Instance(p)) => {
                self.exports(&e.exports, &p.exports, "");
            }
            (TypeDef::Component(e), TypeDef::Component(p)) => self.component(e, p),
            _ => self.report(MismatchKind::Sort, e.to_string(), p.to_string()),
        }
    }

    /// Compares what an instance exports, or a component imports or exports.
    fn exports(&mut self, expected: &Items, provided: &Items, noun: &str) {
        let index: HashMap<&str, &Item> = provided
            .iter()
            .map(|(name, item)| (name.name.as_str(), item))
            .collect();
        for (name, e) in expected {
            if let Item::Type(TypeDef::Defined(e)) = e
                && let Some(Item::Type(TypeDef::Defined(p))) = index.get(name.name.as_str())
            {
                self.context.claimed.entry(pair(e, p)).or_insert(false);
            }
        }
        let mut unspoken: Option<Vec<&str>> = None;
        for (name, e) in expected {
            let step = format!("{noun}{}", readable(&name.full_name()));
            match index.get(name.name.as_str()) {
                Some(p) => self.within(step, |this| this.item(e, p)),
                None => {
                    let unspoken = unspoken.get_or_insert_with(|| {
                        let known: HashSet<&str> = expected
                            .iter()
                            .map(|(name, _)| name.name.as_str())
                            .collect();
                        let names = provided.iter().map(|(name, _)| name.name.as_str());
                        names.filter(|name| !known.contains(name)).collect()
                    });
                    // Of what is asked of imports, the closest name is not told; and among very
                    // many, looking for it takes longer than anybody waits.
                    let closest = match self.flipped || unspoken.len() > MANY {
                        true => None,
                        false => did_you_mean(&name.name, unspoken.iter().copied()).map(readable),
                    };
                    let kind = MismatchKind::Missing { closest };
                    self.within(step, |this| {
                        this.report(kind, e.to_string(), NOTHING.to_string());
                    });
                }
            }
        }
    }

    /// Notes which resources correspond, as far as `wanted` says of those at a path.
    fn link(
        &mut self,
        expected: &Items,
        provided: &Items,
        path: &mut Vec<String>,
        wanted: &dyn Fn(&ResourceRef, &[String]) -> bool,
    ) {
        let index: HashMap<&str, &Item> = provided
            .iter()
            .map(|(name, item)| (name.name.as_str(), item))
            .collect();
        for (name, e) in expected {
            path.push(name.name.clone());
            match (e, index.get(name.name.as_str())) {
                (Item::Type(TypeDef::Resource(e)), Some(Item::Type(TypeDef::Resource(p))))
                    if wanted(e, path) =>
                {
                    self.context.links.entry(e.id).or_insert(vec![p.id]);
                }
                (Item::Instance(e), Some(Item::Instance(p))) => {
                    self.link(&e.exports, &p.exports, path, wanted);
                }
                _ => {}
            }
            path.pop();
        }
    }

    /// Components: what `expected` would be given must be enough for `provided`, and what
    /// `provided` then exports must be enough for whoever expects `expected`.
    fn component(&mut self, expected: &Surface, provided: &Surface) {
        // Resources from outside of both keep their correspondence.
        let within = Context::strict(inverted(&self.context.links));
        let outer = std::mem::replace(&mut self.context, within);

        self.flipped = !self.flipped;
        let (e, p) = (&provided.imports, &expected.imports);
        self.link(
            e,
            p,
            &mut Vec::new(),
            &|resource, path| matches!(&resource.origin, Origin::Import(origin) if origin == path),
        );
        self.exports(e, p, "import ");
        self.flipped = !self.flipped;

        self.context = Context::strict(inverted(&self.context.links));
        let (e, p) = (&expected.exports, &provided.exports);
        self.link(
            e,
            p,
            &mut Vec::new(),
            &|resource, path| matches!(&resource.origin, Origin::Export(origin) if origin == path),
        );
        self.link_exported(expected, provided);
        self.exports(e, p, "export ");

        self.context = outer;
    }

    /// In an exported interface, a `use` of an interface that is exported as well means the export.
    /// The type of a world that imports it, too, does not say so (wit-component writes the import
    /// there), but components are built so: both are what is expected.
    fn link_exported(&mut self, expected: &Surface, provided: &Surface) {
        let resource = |surface: &Surface, path: &[String]| {
            let [interface, name] = path else { return None };
            match find(&surface.exports, interface)? {
                Item::Instance(instance) => match instance.get(name)? {
                    Item::Type(TypeDef::Resource(resource)) => Some(resource.id),
                    _ => None,
                },
                _ => None,
            }
        };
        for (_, item) in &expected.exports {
            let Item::Instance(instance) = item else {
                continue;
            };
            for (_, item) in &instance.exports {
                let Item::Type(TypeDef::Resource(used)) = item else {
                    continue;
                };
                if let Origin::Import(path) = &used.origin
                    && resource(expected, path).is_some()
                    && let Some(exported) = resource(provided, path)
                {
                    self.context
                        .links
                        .entry(used.id)
                        .or_default()
                        .push(exported);
                }
            }
        }
    }

    fn module(&mut self, expected: &ModuleType, provided: &ModuleType) {
        let given: HashMap<(&str, &str), &CoreItem> = expected
            .imports
            .iter()
            .map(|(from, name, item)| ((from.as_str(), name.as_str()), item))
            .collect();
        for (from, name, needed) in &provided.imports {
            let given = given.get(&(from.as_str(), name.as_str()));
            self.within(format!("import {from}.{name}"), |this| match given {
                None => this.extra(needed.to_string()),
                Some(given) if given.serves(needed) => {}
                Some(given) => {
                    this.report(MismatchKind::Type, given.to_string(), needed.to_string());
                }
            });
        }
        let index: HashMap<&str, &CoreItem> = provided
            .exports
            .iter()
            .map(|(name, item)| (name.as_str(), item))
            .collect();
        for (name, e) in &expected.exports {
            let p = index.get(name.as_str());
            self.within(format!("export {name}"), |this| match p {
                None => this.missing(e.to_string()),
                Some(p) if p.serves(e) => {}
                Some(p) => this.report(MismatchKind::Type, e.to_string(), p.to_string()),
            });
        }
    }
}

fn pair(e: &Type, p: &Type) -> Pair {
    (Arc::as_ptr(e.shared_kind()), Arc::as_ptr(p.shared_kind()))
}
