//! Targets in the composition: what a plan can express beyond the exports of parts.
//!
//! May import: `wasm` (rank 1). Deliberately absent: what an import needs for its type
//! (`indices`).

use wasm_encoder::{ComponentExportKind, ComponentExportSection, ComponentInstanceSection};
use wasmparser::component_types::ComponentEntityType;

use super::{Builder, Failure};
use crate::compose::assembly::Refusal;
use crate::plan::{Export, Target};

/// Why there is no such target.
pub(super) enum Trouble {
    /// The validator says so.
    Refused(Refusal),
    /// Anything else.
    Other(Failure),
}

impl Trouble {
    /// The failure, `refused` where the target was to go.
    pub fn at(self, refused: impl FnOnce(Refusal) -> Failure) -> Failure {
        match self {
            Trouble::Refused(refusal) => refused(refusal),
            Trouble::Other(failure) => failure,
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Trouble {
        Trouble::Refused(refusal)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Other(failure)
    }
}

impl<'a> Builder<'a> {
    /// The index of what `target` says. How deep targets go is bounded by how deep JSON may.
    pub(super) fn target(
        &mut self,
        target: &'a Target,
    ) -> Result<(ComponentExportKind, u32), Trouble> {
        match target {
            Target::Export { part, export } => {
                let instance = self.instance_of(part)?;
                self.export_of(instance, export)
            }
            Target::Instance { part } => {
                Ok((ComponentExportKind::Instance, self.instance_of(part)?))
            }
            Target::Host { host } => {
                let named = |import: &crate::plan::Import| import.name == *host;
                match self.plan.imports.iter().position(named) {
                    Some(import) => Ok(self.import(import, 0)?),
                    None => Err(stale(format!("the plan has no import `{host}`"))),
                }
            }
            Target::Component { component } => {
                let mut all = self.plan.components.iter();
                let at = all.position(|value| value.name == *component);
                let index = at.and_then(|at| self.components.get(self.plan.parts.len() + at));
                let index = index
                    .ok_or_else(|| stale(format!("the plan has no component `{component}`")))?;
                Ok((ComponentExportKind::Component, *index))
            }
            Target::Types { part, types } => {
                let (part, import) = self.import_of(part, types)?;
                let instance = self.types_instance(part, import, 0)?;
                Ok((ComponentExportKind::Instance, instance))
            }
            Target::Type { part, r#type } => {
                let (part, import) = self.import_of(part, r#type)?;
                let is_func = matches!(
                    self.inputs[part].structure.imports[import].ty,
                    wasmparser::ComponentTypeRef::Func(_)
                );
                match self.open.get(&(part, import)).copied() {
                    Some(open) if !is_func => Ok(self.import(open, 0)?),
                    _ => Ok(self.declared_type(part, import, 0)?),
                }
            }
            Target::Bound { .. } => Err(stale(
                "`bound` is only valid for an import of a part".to_string(),
            )),
            Target::Of { of, export } => match self.target(of)? {
                (ComponentExportKind::Instance, instance) => self.export_of(instance, export),
                _ => Err(stale(format!("`{export}` is not an export of an instance"))),
            },
            Target::Bundle { bundle } => {
                let mut items = Vec::new();
                for bundled in bundle {
                    let (kind, index) = self.target(&bundled.to)?;
                    items.push((bundled.name.as_str(), kind, index));
                }
                let mut section = ComponentInstanceSection::new();
                section.export_items(items);
                self.assembly.section(&section)?;
                let kind = ComponentExportKind::Instance;
                Ok((kind, self.assembly.count(kind) - 1))
            }
        }
    }

    /// Exports what is neither a part nor an export of one, and returns the index that it gets.
    pub(super) fn export_target(
        &mut self,
        export: &Export,
    ) -> Result<(ComponentExportKind, u32), Failure> {
        let name = export.name.as_str();
        let refuse = |e| Failure::Export(name.to_string(), e);
        // Only exports of parts are made up besides those of the plan.
        let Some(planned) = self.plan.exports.iter().find(|p| p.name == name) else {
            return Err(Failure::Stale(format!("the plan has no export `{name}`")));
        };
        let (kind, index) = self.target(&planned.to).map_err(|t| t.at(refuse))?;
        let mut section = ComponentExportSection::new();
        section.export(name, kind, index, None);
        self.assembly.section(&section).map_err(refuse)?;
        let made = self.assembly.count(kind) - 1;
        if let Target::Type { part, r#type } = &planned.to {
            // Types that are exported later name this one by its export.
            let declared = self.import_of(part, r#type)?;
            self.declared.entry(declared).or_insert(made);
        }
        Ok((kind, made))
    }

    fn export_of(
        &mut self,
        instance: u32,
        export: &'a str,
    ) -> Result<(ComponentExportKind, u32), Trouble> {
        let kind = match self.assembly.export_type(instance, export) {
            Some(ComponentEntityType::Module(_)) => ComponentExportKind::Module,
            Some(ComponentEntityType::Func(_)) => ComponentExportKind::Func,
            Some(ComponentEntityType::Value(_)) => ComponentExportKind::Value,
            Some(ComponentEntityType::Type { .. }) => ComponentExportKind::Type,
            Some(ComponentEntityType::Instance(_)) => ComponentExportKind::Instance,
            Some(ComponentEntityType::Component(_)) => ComponentExportKind::Component,
            None => {
                return Err(stale(format!(
                    "the plan names export `{export}`, which does not exist"
                )));
            }
        };
        let key = (instance, std::mem::discriminant(&kind), export);
        if let Some(index) = self.aliases.get(&key) {
            return Ok((kind, *index));
        }
        let made = self.assembly.aliases(&[(instance, kind, export)])?;
        let index = made.first().copied().unwrap_or_default();
        self.aliases.insert(key, index);
        Ok((kind, index))
    }
}

fn stale(what: String) -> Trouble {
    Trouble::Other(Failure::Stale(what))
}
