//! The items of an interface, and what its functions answer.
//!
//! Lives here: [`Items`], [`answers`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: writing them down (`part`).

use std::collections::{BTreeSet, HashMap};

use super::abi::Abi;
use super::answers::{Answer, Chooser};
use super::homes::{Homes, Key, maker};
use super::{Cannot, Kind, Spec};
use crate::surface::{Func, Item, Primitive, ResourceRef, Type, TypeDef, TypeKind};

/// The items of an interface, those of all its importers together.
pub(super) struct Items<'a> {
    /// Types in order, with those of other importers that go by the same name.
    pub types: Vec<(&'a str, &'a TypeDef, Vec<&'a TypeDef>)>,
    pub functions: Vec<(&'a str, &'a Func)>,
    /// The resources that the interface introduces: the name under which it exports each, and the
    /// name that it is known by.
    pub resources: Vec<(&'a str, String)>,
}

impl Items<'_> {
    /// Whether some functions are passed on.
    pub(super) fn passes_on(&self, spec: &Spec<'_>) -> bool {
        let mut functions = self.functions.iter();
        functions.any(|(name, _)| (spec.kind)(name).is_none())
    }
}

pub(super) fn items<'a>(spec: &Spec<'a>) -> Result<Items<'a>, Vec<Cannot>> {
    let homes = Homes::new(spec.name, BTreeSet::new(), spec.made);
    let mut items = Items {
        types: Vec::new(),
        functions: Vec::new(),
        resources: Vec::new(),
    };
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut functions: BTreeSet<&str> = BTreeSet::new();
    let mut problems = Vec::new();
    for (name, item) in spec.items.iter().copied().flatten() {
        let name = name.name.as_str();
        match item {
            Item::Func(func) => {
                if functions.insert(name) {
                    items.functions.push((name, func));
                }
            }
            Item::Type(ty @ (TypeDef::Resource(_) | TypeDef::Defined(_))) => {
                if let Some(at) = known.get(name) {
                    items.types[*at].2.push(ty);
                    continue;
                }
                known.insert(name, items.types.len());
                items.types.push((name, ty, Vec::new()));
                if let TypeDef::Resource(resource) = ty
                    && let Some(key) = Key::of(resource)
                    && homes.is_own(&key)
                    && items.resources.iter().all(|(_, known)| *known != key.name)
                {
                    items.resources.push((name, key.name));
                }
            }
            other => {
                let why = format!("parts that export a {} cannot be generated", other.sort());
                problems.push(Cannot::new(why).of(name));
            }
        }
    }
    match problems.is_empty() {
        true => Ok(items),
        false => Err(problems),
    }
}

pub(super) type Answers<'a> = Vec<(&'a str, &'a Func, Answer)>;

/// What the functions that are not passed on answer, and what is wrong with those that cannot.
pub(super) fn answers<'a>(
    spec: &Spec<'_>,
    items: &Items<'a>,
    homes: &Homes,
) -> (Answers<'a>, Vec<Cannot>) {
    let mut abi = Abi::new(homes);
    let mut chooser = Chooser::new(homes);
    let (mut answers, mut problems) = (Vec::new(), Vec::new());
    for (name, func) in &items.functions {
        let kind = match (spec.kind)(name) {
            None | Some(Kind::Replay(_)) => continue,
            Some(kind) => kind,
        };
        let types = func.params.iter().map(|(_, ty)| ty).chain(&func.result);
        if let Some(cannot) = types.filter_map(|ty| abi.layout(ty).err()).next() {
            problems.push(cannot.of(name));
            continue;
        }
        let answer = match (spec.value)(name).filter(|_| kind == Kind::Stub) {
            None => chooser.answer(kind, spec.name, name, func),
            Some(text) => match Chooser::given(text, func) {
                Ok(answer) => Some(answer),
                Err(wrong) => {
                    let mut cannot = Cannot::new(wrong.why.clone());
                    cannot.wrong = Some(Box::new(wrong));
                    problems.push(cannot.of(name));
                    continue;
                }
            },
        };
        match answer {
            Some(answer) => answers.push((*name, *func, answer)),
            None => {
                let mut makes = Vec::new();
                each_resource(func.result.iter(), &mut |resource| {
                    let key = Key::of(resource).filter(|_| !homes.can_make(resource));
                    makes.extend(key.filter(|key| !makes.contains(key)));
                });
                let mut cannot = Cannot::new("it returns a resource of the host");
                cannot.makes = makes;
                problems.push(cannot.of(name));
            }
        }
    }
    (answers, problems)
}

/// The functions by which the part makes resources for others, with these.
pub(super) fn makers(spec: &Spec<'_>, items: &Items<'_>) -> Vec<(String, Func, ResourceRef)> {
    let resources = items.types.iter().filter_map(|(_, ty, _)| match ty {
        TypeDef::Resource(resource) => Some((Key::of(resource)?, resource)),
        _ => None,
    });
    let mut makers: Vec<(String, Func, ResourceRef)> = Vec::new();
    for (key, resource) in resources {
        let name = maker(&key.name);
        if spec.makes.contains(&key.name) && makers.iter().all(|(known, ..)| *known != name) {
            makers.push((name, making(resource), resource.clone()));
        }
    }
    makers
}

/// The type of such a function: it takes what the resource stands for.
pub(super) fn making(resource: &ResourceRef) -> Func {
    let own = TypeKind::Own(resource.clone());
    let number = Type::new(None, TypeKind::Primitive(Primitive::U32));
    Func {
        async_: false,
        params: vec![("n".to_string(), number)],
        result: Some(Type::new(None, own)),
    }
}

/// Types that must have a name and have none in the interface, as they are used by types of others
/// alone; each after those that it is made of.
pub(super) fn nameless<'a>(items: &Items<'a>) -> Vec<&'a Type> {
    let mut seen: BTreeSet<*const TypeKind> = BTreeSet::new();
    let mut nameless = Vec::new();
    for (_, def, others) in &items.types {
        for def in std::iter::once(def).chain(others) {
            if let TypeDef::Defined(ty) = def {
                // It has a name, but what it is made of may have none, or has it later.
                for ty in made_of(ty.kind()) {
                    collect_named(ty, &mut seen, &mut nameless);
                }
                seen.insert(std::ptr::from_ref(ty.kind()));
            }
        }
    }
    for (_, func) in &items.functions {
        for ty in func.params.iter().map(|(_, ty)| ty).chain(&func.result) {
            collect_named(ty, &mut seen, &mut nameless);
        }
    }
    // What they are made of is named before them, even if the interface has it.
    let (mut seen, mut all) = (BTreeSet::new(), Vec::new());
    for ty in nameless {
        collect_named(ty, &mut seen, &mut all);
    }
    all
}

/// Adds the types of a kind that must have a name, each after those that it is made of.
fn collect_named<'a>(
    ty: &'a Type,
    seen: &mut BTreeSet<*const TypeKind>,
    found: &mut Vec<&'a Type>,
) {
    if !seen.insert(std::ptr::from_ref(ty.kind())) {
        return;
    }
    for ty in made_of(ty.kind()) {
        collect_named(ty, seen, found);
    }
    if matches!(
        ty.kind(),
        TypeKind::Record(_) | TypeKind::Variant(_) | TypeKind::Flags(_) | TypeKind::Enum(_)
    ) {
        found.push(ty);
    }
}

/// Calls `found` for each resource that types mention.
pub(super) fn each_resource<'t>(
    types: impl Iterator<Item = &'t Type>,
    found: &mut dyn FnMut(&'t ResourceRef),
) {
    let mut seen: BTreeSet<*const TypeKind> = BTreeSet::new();
    let mut todo: Vec<&Type> = types.collect();
    // In the order of the text.
    todo.reverse();
    while let Some(ty) = todo.pop() {
        if !seen.insert(std::ptr::from_ref(ty.kind())) {
            continue;
        }
        if let TypeKind::Own(resource) | TypeKind::Borrow(resource) = ty.kind() {
            found(resource);
        }
        todo.extend(made_of(ty.kind()).into_iter().rev());
    }
}

/// The types of the fields of a record, tuple or list of fixed length; none of other types.
pub(super) fn fields(kind: &TypeKind) -> Vec<&Type> {
    match kind {
        TypeKind::Record(fields) => fields.iter().map(|(_, ty)| ty).collect(),
        TypeKind::Tuple(types) => types.iter().collect(),
        TypeKind::FixedLengthList(ty, length) => vec![ty; *length as usize],
        _ => Vec::new(),
    }
}

/// The types that a type is directly made of.
pub(super) fn made_of(kind: &TypeKind) -> Vec<&Type> {
    match kind {
        TypeKind::Record(fields) => fields.iter().map(|(_, ty)| ty).collect(),
        TypeKind::Variant(cases) => cases.iter().filter_map(|(_, ty)| ty.as_ref()).collect(),
        TypeKind::Tuple(types) => types.iter().collect(),
        TypeKind::List(ty) | TypeKind::FixedLengthList(ty, _) | TypeKind::Option(ty) => vec![ty],
        TypeKind::Map(key, value) => vec![key, value],
        TypeKind::Result(ok, error) => ok.iter().chain(error).collect(),
        TypeKind::Future(ty) | TypeKind::Stream(ty) => ty.iter().collect(),
        TypeKind::Primitive(_)
        | TypeKind::Flags(_)
        | TypeKind::Enum(_)
        | TypeKind::Own(_)
        | TypeKind::Borrow(_) => Vec::new(),
    }
}
