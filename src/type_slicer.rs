//! Slices: the declarations that an import of a part needs, copied out of the part.
//!
//! What is left open must reach the composed component unchanged, so it is never rebuilt from
//! types: the part's own declarations are encoded again with their indices replaced.
//!
//! Lives here: which declarations refer to which, and encoding them again.
//! May import: `wasm` (rank 1).
//! Deliberately absent: where the indices lead (`compose`).

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::convert::Infallible;

use wasm_encoder::InstanceType;
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent};
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentOuterAliasKind as OuterKind, ComponentType,
    ComponentTypeRef, CoreType, InstanceTypeDeclaration,
};

use crate::wasm::structure::{Entry, Sort, Structure};

/// The index spaces that type declarations refer to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Space {
    Type,
    CoreType,
    Instance,
}

/// A reference to an entry of one of them.
pub(crate) type Ref = (Space, u32);

/// References to the component's own index spaces, and what to put in their place.
pub(crate) type Map = HashMap<Ref, u32>;

type Fallible<T> = Result<T, Error<Infallible>>;

/// Encodes declarations again, replacing indices of the component's own spaces (level 0) and,
/// inside an instance type whose declarations are rearranged, of that type's spaces (level 1).
#[derive(Default)]
struct Remap<'m> {
    depth: u32,
    /// Absent while references are only being collected.
    free: Option<&'m Map>,
    local: Option<&'m Map>,
    seen_free: Vec<Ref>,
    seen_local: Vec<Ref>,
}

impl Remap<'_> {
    fn index(&mut self, level: u32, space: Space, index: u32) -> u32 {
        let reference = (space, index);
        let (seen, map) = match level {
            0 => (&mut self.seen_free, self.free),
            1 => (&mut self.seen_local, self.local),
            _ => return index,
        };
        seen.push(reference);
        map.and_then(|m| m.get(&reference))
            .copied()
            .unwrap_or(index)
    }

    /// The level that is `count` levels out from here; a component that points further out than
    /// it is deep is refused by the validator before it gets here.
    fn level(&self, count: u32) -> u32 {
        self.depth.saturating_sub(count)
    }
}

impl Reencode for Remap<'_> {
    type Error = Infallible;

    fn type_index(&mut self, ty: u32) -> Fallible<u32> {
        Ok(self.index(self.depth, Space::CoreType, ty))
    }
}

impl ReencodeComponent for Remap<'_> {
    fn component_type_index(&mut self, ty: u32) -> u32 {
        self.index(self.depth, Space::Type, ty)
    }

    fn component_instance_index(&mut self, instance: u32) -> u32 {
        self.index(self.depth, Space::Instance, instance)
    }

    fn outer_component_type_index(&mut self, count: u32, ty: u32) -> u32 {
        self.index(self.level(count), Space::Type, ty)
    }

    fn outer_type_index(&mut self, count: u32, ty: u32) -> Fallible<u32> {
        Ok(self.index(self.level(count), Space::CoreType, ty))
    }

    fn push_depth(&mut self) {
        self.depth += 1;
    }

    fn pop_depth(&mut self) {
        self.depth -= 1;
    }
}

/// Why a declaration cannot be sliced; valid components never give cause.
#[derive(Debug)]
pub(crate) struct Unsliceable(pub String);

impl From<Error<Infallible>> for Unsliceable {
    fn from(error: Error<Infallible>) -> Unsliceable {
        Unsliceable(error.to_string())
    }
}

/// References of a type definition to the spaces around it.
pub(crate) fn references_of_type(ty: &ComponentType<'_>) -> Result<Vec<Ref>, Unsliceable> {
    let mut remap = Remap::default();
    let mut section = wasm_encoder::ComponentTypeSection::new();
    remap.parse_component_type(section.ty(), ty.clone())?;
    Ok(remap.seen_free)
}

/// The type definition with `map` applied, as a section of its own.
pub(crate) fn encode_type(
    ty: &ComponentType<'_>,
    map: &Map,
) -> Result<wasm_encoder::ComponentTypeSection, Unsliceable> {
    let mut section = wasm_encoder::ComponentTypeSection::new();
    remap(map).parse_component_type(section.ty(), ty.clone())?;
    Ok(section)
}

/// References of a core type definition to the spaces around it.
pub(crate) fn references_of_core_type(ty: &CoreType<'_>) -> Result<Vec<Ref>, Unsliceable> {
    let mut remap = Remap::default();
    let mut section = wasm_encoder::CoreTypeSection::new();
    remap.parse_component_core_type(section.ty(), ty.clone())?;
    Ok(remap.seen_free)
}

/// The core type definition with `map` applied, as a section of its own.
pub(crate) fn encode_core_type(
    ty: &CoreType<'_>,
    map: &Map,
) -> Result<wasm_encoder::CoreTypeSection, Unsliceable> {
    let mut section = wasm_encoder::CoreTypeSection::new();
    remap(map).parse_component_core_type(section.ty(), ty.clone())?;
    Ok(section)
}

/// The reference in an import's type, if it has one.
pub(crate) fn references_of_type_ref(ty: ComponentTypeRef) -> Result<Vec<Ref>, Unsliceable> {
    let mut remap = Remap::default();
    remap.component_type_ref(ty)?;
    Ok(remap.seen_free)
}

/// The type of an import with `map` applied.
pub(crate) fn encode_type_ref(
    ty: ComponentTypeRef,
    map: &Map,
) -> Result<wasm_encoder::ComponentTypeRef, Unsliceable> {
    Ok(remap(map).component_type_ref(ty)?)
}

fn remap(free: &Map) -> Remap<'_> {
    Remap {
        free: Some(free),
        ..Remap::default()
    }
}

/// The declarations of the instance type that is the type of import `import`, if it is declared
/// in place and not a type that comes from elsewhere.
pub(crate) fn instance_declarations<'o, 'a>(
    structure: &'o Structure<'a>,
    import: usize,
) -> Option<&'o [InstanceTypeDeclaration<'a>]> {
    let ComponentTypeRef::Instance(index) = structure.imports[import].ty else {
        return None;
    };
    let Entry::Defined(at) = structure.entry(Sort::Type, index)? else {
        return None;
    };
    match structure.types.get(at)? {
        ComponentType::Instance(declarations) => Some(declarations),
        _ => None,
    }
}

/// An instance type in the making, from the declarations of one or several.
#[derive(Default)]
pub(crate) struct Union {
    ty: InstanceType,
    /// How many entries each of its spaces has; the encoder counts a recursion group as one.
    counts: HashMap<Space, u32>,
    /// What each export name stands for in the new type: the first to come is kept.
    exports: BTreeMap<String, Option<Ref>>,
}

impl Union {
    /// Which of `declarations` are needed for those exports that are not there yet; of the
    /// exports `only`, or of all.
    pub fn missing(
        &self,
        declarations: &[InstanceTypeDeclaration<'_>],
        only: Option<&BTreeSet<String>>,
    ) -> Result<Vec<bool>, Unsliceable> {
        if only.is_none() && self.exports.is_empty() {
            return Ok(vec![true; declarations.len()]);
        }
        wanted(declarations, |name| {
            if self.exports.contains_key(name) {
                Export::There
            } else if only.is_none_or(|only| only.contains(name)) {
                Export::Wanted
            } else {
                Export::IfNeeded
            }
        })
    }

    /// Takes note of the exports that [`Union::add`] would add, without adding them.
    pub fn claim(&mut self, declarations: &[InstanceTypeDeclaration<'_>], wanted: &[bool]) {
        for (declaration, wanted) in declarations.iter().zip(wanted) {
            if let (InstanceTypeDeclaration::Export { name, .. }, true) = (declaration, wanted) {
                self.exports.entry(name.name.to_string()).or_default();
            }
        }
    }

    /// Adds those of `declarations` that are `wanted`, as [`Union::missing`] says.
    ///
    /// `free` replaces references to the component around them.
    pub fn add(
        &mut self,
        declarations: &[InstanceTypeDeclaration<'_>],
        wanted: &[bool],
        free: &Map,
    ) -> Result<(), Unsliceable> {
        // From the declarations' own indices to those in the union.
        let mut local = Map::new();
        let mut own_counts: HashMap<Space, u32> = HashMap::new();
        for (declaration, wanted) in declarations.iter().zip(wanted) {
            let introduced = introduces(declaration);
            let count_of = |counts: &HashMap<Space, u32>, space| {
                counts.get(&space).copied().unwrap_or_default()
            };
            let mut stands_for = None;
            let there = match declaration {
                InstanceTypeDeclaration::Export { name, .. } => self.exports.get(name.name),
                _ => None,
            };
            if let Some(there) = there {
                stands_for = there.map(|(_, index)| index);
            } else if *wanted {
                let mut remap = Remap {
                    depth: 1,
                    free: Some(free),
                    local: Some(&local),
                    ..Remap::default()
                };
                remap
                    .parse_component_instance_type_declaration(&mut self.ty, declaration.clone())?;
                let made = introduced.map(|(space, count)| {
                    let first = count_of(&self.counts, space);
                    self.counts.insert(space, first + count);
                    (space, first)
                });
                stands_for = made.map(|(_, index)| index);
                if let InstanceTypeDeclaration::Export { name, .. } = declaration {
                    self.exports.insert(name.name.to_string(), made);
                }
            }
            if let Some((space, count)) = introduced {
                let own = count_of(&own_counts, space);
                own_counts.insert(space, own + count);
                if let Some(index) = stands_for {
                    for i in 0..count {
                        local.insert((space, own + i), index + i);
                    }
                }
            }
        }
        Ok(())
    }

    /// The union as a type section of its own.
    pub fn finish(&self) -> wasm_encoder::ComponentTypeSection {
        let mut section = wasm_encoder::ComponentTypeSection::new();
        section.ty().instance(&self.ty);
        section
    }
}

/// The space in which a declaration makes new entries, and how many.
fn introduces(declaration: &InstanceTypeDeclaration<'_>) -> Option<(Space, u32)> {
    match declaration {
        InstanceTypeDeclaration::CoreType(CoreType::Rec(group)) => {
            Some((Space::CoreType, group.types().len() as u32))
        }
        InstanceTypeDeclaration::CoreType(CoreType::Module(_)) => Some((Space::CoreType, 1)),
        InstanceTypeDeclaration::Type(_) => Some((Space::Type, 1)),
        InstanceTypeDeclaration::Alias(ComponentAlias::InstanceExport { kind, .. }) => match kind {
            ComponentExternalKind::Type => Some((Space::Type, 1)),
            ComponentExternalKind::Instance => Some((Space::Instance, 1)),
            _ => None,
        },
        InstanceTypeDeclaration::Alias(ComponentAlias::Outer { kind, .. }) => match kind {
            OuterKind::Type => Some((Space::Type, 1)),
            OuterKind::CoreType => Some((Space::CoreType, 1)),
            OuterKind::CoreModule | OuterKind::Component => None,
        },
        InstanceTypeDeclaration::Alias(_) => None,
        InstanceTypeDeclaration::Export { ty, .. } => match ty {
            ComponentTypeRef::Type(_) => Some((Space::Type, 1)),
            ComponentTypeRef::Instance(_) => Some((Space::Instance, 1)),
            _ => None,
        },
    }
}

/// References of one declaration of an instance type: to the component around, and to the
/// declarations before it.
fn references_of_declaration(
    declaration: &InstanceTypeDeclaration<'_>,
) -> Result<(Vec<Ref>, Vec<Ref>), Unsliceable> {
    let mut remap = Remap {
        depth: 1,
        ..Remap::default()
    };
    remap
        .parse_component_instance_type_declaration(&mut InstanceType::new(), declaration.clone())?;
    Ok((remap.seen_free, remap.seen_local))
}

/// Whether a declaration can refer to the component around it at all: only an outer alias does,
/// its own or one inside a type that has declarations itself.
fn may_look_out(declaration: &InstanceTypeDeclaration<'_>) -> bool {
    match declaration {
        InstanceTypeDeclaration::Alias(alias) => matches!(alias, ComponentAlias::Outer { .. }),
        InstanceTypeDeclaration::Type(ty) => {
            matches!(ty, ComponentType::Component(_) | ComponentType::Instance(_))
        }
        InstanceTypeDeclaration::CoreType(ty) => matches!(ty, CoreType::Module(_)),
        InstanceTypeDeclaration::Export { .. } => false,
    }
}

/// How an export of an instance type stands to those that are wanted of it.
enum Export {
    Wanted,
    /// Only if a wanted one refers to it.
    IfNeeded,
    /// It is there already, whoever refers to it.
    There,
}

/// Which declarations the wanted exports need, by themselves or through others.
fn wanted(
    declarations: &[InstanceTypeDeclaration<'_>],
    export: impl Fn(&str) -> Export,
) -> Result<Vec<bool>, Unsliceable> {
    let mut made_by: HashMap<Ref, usize> = HashMap::new();
    let mut counts: HashMap<Space, u32> = HashMap::new();
    for (at, declaration) in declarations.iter().enumerate() {
        if let Some((space, count)) = introduces(declaration) {
            let next = counts.entry(space).or_insert(0);
            for i in 0..count {
                made_by.insert((space, *next + i), at);
            }
            *next += count;
        }
    }
    let export_of = |at: usize| match &declarations[at] {
        InstanceTypeDeclaration::Export { name, .. } => Some(export(name.name)),
        _ => None,
    };
    let mut wanted: Vec<bool> = (0..declarations.len())
        .map(|at| matches!(export_of(at), Some(Export::Wanted)))
        .collect();
    // A declaration refers to earlier ones only, so one pass from the end finds all.
    for at in (0..declarations.len()).rev() {
        if !wanted[at] {
            continue;
        }
        for reference in references_of_declaration(&declarations[at])?.1 {
            if let Some(maker) = made_by.get(&reference)
                && !matches!(export_of(*maker), Some(Export::There))
            {
                wanted[*maker] = true;
            }
        }
    }
    Ok(wanted)
}

/// References of those of `declarations` that are `wanted` to the component around them.
pub(crate) fn references_of_declarations(
    declarations: &[InstanceTypeDeclaration<'_>],
    wanted: &[bool],
) -> Result<Vec<Ref>, Unsliceable> {
    let mut references = Vec::new();
    for (declaration, wanted) in declarations.iter().zip(wanted) {
        if *wanted && may_look_out(declaration) {
            references.extend(references_of_declaration(declaration)?.0);
        }
    }
    Ok(references)
}

/// References of import `import` to the spaces of its component; of its exports `only`, or all.
fn references_of_import(
    structure: &Structure<'_>,
    import: usize,
    only: Option<&BTreeSet<String>>,
) -> Result<Vec<Ref>, Unsliceable> {
    match instance_declarations(structure, import) {
        Some(declarations) => {
            let wanted = Union::default().missing(declarations, only)?;
            references_of_declarations(declarations, &wanted)
        }
        None => references_of_type_ref(structure.imports[import].ty),
    }
}

/// The imports whose types import `import` refers to, with the exports of them that it names.
///
/// The set is empty for an import that is itself a type.
pub(crate) fn needs(
    structure: &Structure<'_>,
    import: usize,
    only: Option<&BTreeSet<String>>,
) -> Result<BTreeMap<usize, BTreeSet<String>>, Unsliceable> {
    let mut needs = imports_behind(structure, references_of_import(structure, import, only)?)?;
    needs.remove(&import);
    Ok(needs)
}

/// The imports that references of a component lead to, with the exports of them that they name.
pub(crate) fn imports_behind(
    structure: &Structure<'_>,
    mut todo: Vec<Ref>,
) -> Result<BTreeMap<usize, BTreeSet<String>>, Unsliceable> {
    let mut needs: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let mut done: BTreeSet<Ref> = BTreeSet::new();
    while let Some(reference) = todo.pop() {
        if !done.insert(reference) {
            continue;
        }
        match reference {
            (Space::Type, index) => match structure.entry(Sort::Type, index) {
                Some(Entry::Import(other)) => {
                    needs.entry(other).or_default();
                }
                Some(Entry::Alias(instance, name)) => {
                    if let Some((other, name)) = outermost(structure, instance, name) {
                        needs.entry(other).or_default().insert(name);
                    }
                }
                Some(Entry::Same(index)) => todo.push((Space::Type, index)),
                Some(Entry::Defined(at)) => {
                    if let Some(ty) = structure.types.get(at) {
                        todo.extend(references_of_type(ty)?);
                    }
                }
                Some(Entry::Member { .. } | Entry::Outer { .. } | Entry::Result) | None => {}
            },
            (Space::CoreType, index) => {
                if let Some((ty, ..)) = structure.core_type(index) {
                    todo.extend(references_of_core_type(ty)?);
                }
            }
            (Space::Instance, _) => {}
        }
    }
    Ok(needs)
}

/// The imports that are not `open` themselves, but have types that those which are need; and these
/// types. An import is the position of a part and its own in that.
///
/// What cannot be sliced counts as needing nothing: it is reported when the plan is built.
pub(crate) fn needed_along(
    structures: &[&Structure<'_>],
    open: &[(usize, usize)],
) -> BTreeMap<(usize, usize), BTreeSet<String>> {
    let known: BTreeSet<(usize, usize)> = open.iter().copied().collect();
    let mut along: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
    let mut todo: VecDeque<(usize, usize, Option<BTreeSet<String>>)> =
        open.iter().map(|(p, i)| (*p, *i, None)).collect();
    while let Some((part, import, only)) = todo.pop_front() {
        for (other, types) in needs(structures[part], import, only.as_ref()).unwrap_or_default() {
            if known.contains(&(part, other)) {
                continue;
            }
            let all = along.get(&(part, other));
            if all.is_some_and(|all| types.is_subset(all)) {
                continue;
            }
            let all = along.entry((part, other)).or_default();
            all.extend(types);
            todo.push_back((part, other, Some(all.clone())));
        }
    }
    along
}

/// The import that an instance is or lies in, and the export of it that leads to `name`.
fn outermost(structure: &Structure<'_>, instance: u32, name: &str) -> Option<(usize, String)> {
    let (mut instance, mut name) = (instance, name);
    loop {
        match structure.entry(Sort::Instance, instance)? {
            Entry::Import(import) => return Some((import, name.to_string())),
            Entry::Alias(outer, within) => (instance, name) = (outer, within),
            Entry::Same(index) => instance = index,
            _ => return None,
        }
    }
}
