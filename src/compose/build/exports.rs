//! Exporting what a plan says, each export after those that define its types.
//!
//! Whatever defines a named type that an export mentions, at any depth, is exported along, unless it
//! is imported; and an export that mentions types by other identities than these names gave them is
//! ascribed a type that does (`ascribe`).
//!
//! Lives here: the order of exports. May import: `wasm`, `plan` (rank 1).
//! Deliberately absent: where types are defined (`homes`) and how they are named (`named`).

use std::collections::{BTreeSet, HashSet};

use wasm_encoder::{
    ComponentExportKind, ComponentExportSection, ComponentExternName, ComponentTypeRef,
};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentValType};

use super::ascribe::Unwritable;
use super::homes::{Home, Owner};
use super::{Builder, Failure};
use crate::compose::assembly::Refusal;
use crate::compose::walk::{items, made_of};
use crate::plan::{Export, Target, WhyExported};

/// What is exported of a part.
#[derive(Clone, Copy)]
enum Own<'a> {
    /// All that it exports, as one instance.
    All,
    /// An export of it.
    Export(&'a str),
    /// The types of an import of it, which the composition provides.
    Types(&'a str),
}

impl Own<'_> {
    /// Whether what is defined in `owner` is defined in this, which is of the part at `part`.
    fn defines(self, part: usize, owner: &Owner) -> bool {
        match (self, owner) {
            (Own::All, Owner::Export(of, _)) => *of == part,
            (Own::Export(own), Owner::Export(of, name))
            | (Own::Types(own), Owner::Types(of, name)) => *of == part && own == name,
            _ => false,
        }
    }

    fn owner(self, part: usize) -> Option<Owner> {
        match self {
            Own::All => None,
            Own::Export(name) => Some(Owner::Export(part, name.to_string())),
            Own::Types(name) => Some(Owner::Types(part, name.to_string())),
        }
    }
}

/// The types that an export mentions and does not name itself.
#[derive(Default)]
struct Mentions {
    /// Where they are defined.
    homes: BTreeSet<Home>,
    /// Some of these are resources, which cannot be anything but what they are.
    resources: BTreeSet<Home>,
    /// Whether one of them was exported under another identity.
    renamed: bool,
    seen: HashSet<ComponentAnyTypeId>,
    local: HashSet<ComponentAnyTypeId>,
}

impl Builder<'_> {
    /// Exports what the plan says, and what that needs. Returns all of it, in order.
    pub(super) fn exports(&mut self) -> Result<Vec<Export>, Failure> {
        for (kind, index) in self.imported.clone().into_iter().flatten() {
            self.name_types(kind, index);
        }
        let plan = self.plan;
        let mut exports = Vec::new();
        for export in &plan.exports {
            for export in self.in_order(export)? {
                self.export(&export)?;
                exports.push(export);
            }
        }
        Ok(exports)
    }

    /// `export` and what it needs before it, whether the plan has that or not. What was given out
    /// before is left out.
    fn in_order(&mut self, export: &Export) -> Result<Vec<Export>, Failure> {
        let mut ordered = Vec::new();
        let mut entered: HashSet<String> = HashSet::new();
        let mut todo = vec![(export.clone(), false)];
        while let Some((next, needs_are_done)) = todo.pop() {
            if needs_are_done {
                let of = self.source(&next.to).map(|(part, _)| part);
                self.exported.names.insert(next.name.clone(), of);
                ordered.push(next);
            } else if !self.exported.names.contains_key(&next.name)
                && entered.insert(next.name.clone())
            {
                let needs = self.needs(&next)?;
                todo.push((next, true));
                todo.extend(needs.into_iter().map(|need| (need, false)));
            }
        }
        Ok(ordered)
    }

    /// The part that a target refers to, and its export, if any.
    fn source<'t>(&self, target: &'t Target) -> Option<(usize, Own<'t>)> {
        let at = |part: &str| self.by_name.get(part).copied();
        match target {
            Target::Export { part, export } => Some((at(part)?, Own::Export(export))),
            Target::Instance { part } => Some((at(part)?, Own::All)),
            Target::Types { part, types } => Some((at(part)?, Own::Types(types))),
            // What is put together by hand is as its plan has it.
            Target::Host { .. }
            | Target::Component { .. }
            | Target::Type { .. }
            | Target::Bound { .. }
            | Target::Of { .. }
            | Target::Bundle { .. } => None,
        }
    }

    /// The exports that types of `export` are defined in.
    fn needs(&mut self, export: &Export) -> Result<Vec<Export>, Failure> {
        // A part that does not exist is reported when the export is carried out.
        let Some((part, own)) = self.source(&export.to) else {
            return Ok(Vec::new());
        };
        let whole = |instance| ComponentEntityType::Instance(self.assembly.instance_type(instance));
        let ty = match own {
            Own::Export(name) => self.assembly.export_type(self.instances[part], name),
            Own::All => Some(whole(self.instances[part])),
            Own::Types(name) => {
                let import = self.imports_of[part].get(name).copied();
                let made = import.and_then(|import| self.types_instances.get(&(part, import)));
                made.map(|made| whole(*made))
            }
        };
        let Some(ty) = ty else { return Ok(Vec::new()) };
        let mentions = self.mentions(part, own, ty);
        let mut needs: Vec<Export> = Vec::new();
        let mut owners: BTreeSet<&Owner> = BTreeSet::new();
        for home in &mentions.homes {
            if !owners.insert(&home.of) {
                continue;
            }
            let (owner, name, to) = match &home.of {
                Owner::Import(_) => continue,
                Owner::Export(owner, name) => {
                    let (part, export) = (self.plan.parts[*owner].name.clone(), name.clone());
                    (owner, name, Target::Export { part, export })
                }
                Owner::Types(owner, name) => {
                    let (part, types) = (self.plan.parts[*owner].name.clone(), name.clone());
                    (owner, name, Target::Types { part, types })
                }
            };
            let planned = self.plan.exports.iter().find(|e| e.to == to);
            if let Some(planned) = planned {
                needs.push(planned.clone());
                continue;
            }
            // Another part's export may have that name already, or is to get it.
            let planned = self.plan.exports.iter().find(|e| e.name == *name);
            let of = self.exported.names.get(name);
            if planned.is_none() && of.is_none_or(|of| *of == Some(*owner)) {
                needs.push(Export {
                    name: name.clone(),
                    to,
                    why: WhyExported::Types,
                });
                continue;
            }
            if mentions.resources.iter().any(|r| r.of == home.of) {
                return Err(self.escapes(&export.name, part, *owner, name));
            }
            // Types that are no resources are what they are made of: its own will do, if alike.
            needs.extend(planned.cloned());
        }
        Ok(needs)
    }

    /// The failure of an export of `part` whose types are defined in an export of `owner` that has
    /// the name of another export.
    fn escapes(&self, export: &str, part: usize, owner: usize, name: &str) -> Failure {
        Failure::Escapes {
            export: export.to_string(),
            part,
            interface: format!("`{name}` of `{}`", self.plan.parts[owner].name),
        }
    }

    /// What an export of `part` mentions without naming it itself.
    fn mentions(&mut self, part: usize, own: Own<'_>, ty: ComponentEntityType) -> Mentions {
        let mut mentions = Mentions::default();
        for ty in items(self.assembly.types(), ty) {
            match ty {
                ComponentEntityType::Type {
                    created,
                    referenced,
                } => {
                    self.mention(part, own, referenced, &mut mentions);
                    mentions.local.insert(created);
                }
                ComponentEntityType::Func(id) => {
                    let id = ComponentAnyTypeId::Func(id);
                    self.mention(part, own, id, &mut mentions);
                }
                ComponentEntityType::Value(ComponentValType::Type(id)) => {
                    let id = ComponentAnyTypeId::Defined(id);
                    self.mention(part, own, id, &mut mentions);
                }
                // They are closed: nothing outside them can be meant.
                ComponentEntityType::Value(ComponentValType::Primitive(_))
                | ComponentEntityType::Instance(_)
                | ComponentEntityType::Module(_)
                | ComponentEntityType::Component(_) => {}
            }
        }
        mentions
    }

    fn mention(
        &mut self,
        part: usize,
        own: Own<'_>,
        id: ComponentAnyTypeId,
        mentions: &mut Mentions,
    ) {
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            if mentions.local.contains(&id)
                || self.exported.named.contains_key(&id)
                || !mentions.seen.insert(id)
            {
                continue;
            }
            if self.exported.renamed.contains_key(&id) {
                mentions.renamed = true;
                continue;
            }
            let is_func = matches!(id, ComponentAnyTypeId::Func(_));
            let home = if is_func { None } else { self.home(part, id) };
            let elsewhere = home.filter(|home| !own.defines(part, &home.of));
            if let Some(home) = elsewhere {
                if matches!(id, ComponentAnyTypeId::Resource(_)) {
                    mentions.resources.insert(home.clone());
                }
                mentions.homes.insert(home);
                continue;
            }
            todo.extend(made_of(self.assembly.types(), id));
        }
    }

    /// Carries out one export.
    fn export(&mut self, export: &Export) -> Result<(), Failure> {
        let refuse = |e| Failure::Export(export.name.clone(), e);
        if let Target::Export { part, .. } | Target::Instance { part } = &export.to
            && !self.by_name.contains_key(part.as_str())
        {
            return Err(Failure::Stale(format!(
                "the plan exports from part `{part}`, which does not exist"
            )));
        }
        let Some((at, own)) = self.source(&export.to) else {
            let (kind, index) = self.export_target(export)?;
            self.name_types(kind, index);
            return Ok(());
        };
        let instance = self.instances[at];
        let structure = self.inputs[at].structure;
        let (kind, index, mut name) = match own {
            Own::All => (
                ComponentExportKind::Instance,
                instance,
                ComponentExternName::from(""),
            ),
            Own::Types(own) => {
                let part = &self.plan.parts[at].name;
                let (part, import) = self.import_of(part, own)?;
                let name = ComponentExternName::from(structure.imports[import].name);
                let made = self.types_instance(part, import, 0)?;
                (ComponentExportKind::Instance, made, name)
            }
            Own::Export(own) => {
                let item = structure.exports.iter().find(|e| e.name.name == own);
                let part = &self.plan.parts[at].name;
                let item = item.ok_or_else(|| {
                    Failure::Stale(format!(
                        "the plan names export `{own}` of `{part}`, which does not exist"
                    ))
                })?;
                let kind = ComponentExportKind::from(item.kind);
                let made = self.assembly.aliases(&[(instance, kind, own)]);
                let index = made.map_err(refuse)?.first().copied().unwrap_or_default();
                (kind, index, ComponentExternName::from(item.name))
            }
        };
        if name.name != export.name {
            name.name = export.name.clone().into();
            name.version_suffix = None;
        }
        let ty = self.ascription(export, at, own, kind, index)?;
        let before = match kind {
            ComponentExportKind::Type => Some(self.assembly.types().component_any_type_at(index)),
            _ => None,
        };
        let mut section = ComponentExportSection::new();
        section.export(name, kind, index, ty);
        self.assembly.section(&section).map_err(refuse)?;
        let made = self.assembly.count(kind) - 1;
        self.name_types(kind, made);
        if let Some(before) = before {
            self.exported.renamed.insert(before, made);
        }
        if let Some(owner) = own.owner(at) {
            self.exported.made.entry(owner).or_insert((kind, made));
        }
        Ok(())
    }

    /// The type to ascribe to an export so that it mentions types by the names that they have.
    fn ascription(
        &mut self,
        export: &Export,
        part: usize,
        own: Own<'_>,
        kind: ComponentExportKind,
        index: u32,
    ) -> Result<Option<ComponentTypeRef>, Failure> {
        let types = self.assembly.types();
        let ty = match kind {
            ComponentExportKind::Func => {
                ComponentEntityType::Func(types.component_function_at(index))
            }
            ComponentExportKind::Instance => {
                ComponentEntityType::Instance(types.component_instance_at(index))
            }
            _ => return Ok(None),
        };
        let mentions = self.mentions(part, own, ty);
        let is_valid = self.is_named(ty);
        // Types that the composition provides are the same ones wherever one interface uses those of
        // another; as exports, each has a name of its own.
        let is_provided = matches!(own, Own::Types(_));
        if is_valid && mentions.homes.is_empty() && !mentions.renamed && !is_provided {
            return Ok(None);
        }
        let written = match ty {
            ComponentEntityType::Func(func) => self.ascribed_function(part, func),
            ComponentEntityType::Instance(id) => self.ascribed_instance(part, index, id),
            _ => return Ok(None),
        };
        let refuse = |message: String| Failure::Export(export.name.clone(), Refusal(message));
        match written {
            Ok(ty) => Ok(Some(ty)),
            Err(Unwritable::Refused(refusal)) => Err(refuse(refusal.0)),
            // It is less than it could be, and right.
            Err(_) if is_valid => Ok(None),
            Err(Unwritable::Nameless(what)) => {
                let taken = mentions.homes.into_iter().find_map(|home| match home.of {
                    Owner::Export(of, name) | Owner::Types(of, name)
                        if self.exported.names.get(&name) != Some(&Some(of)) =>
                    {
                        Some((of, name))
                    }
                    _ => None,
                });
                Err(match taken {
                    Some((owner, name)) => self.escapes(&export.name, part, owner, &name),
                    None => refuse(format!("its type uses {what} that is not exported")),
                })
            }
            Err(Unwritable::Beyond) => Err(refuse(
                "it contains instances whose types are defined elsewhere".to_string(),
            )),
        }
    }
}
