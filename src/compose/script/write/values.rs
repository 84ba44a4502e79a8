//! Instances, their arguments, expressions and exports.
//!
//! May import: `plan`, `surface` (ranks 1 and 2). Deliberately absent: what is declared (`declared`).

use std::collections::BTreeSet;

use super::names::{self, extern_name, is_id};
use super::{Writer, is_implicit, takes_of};
use crate::compose::script::evaluate::{interface_of, meant};
use crate::names::unversioned;
use crate::plan::{self, Target, WhyExported};
use crate::surface::{ExternName, Item, Side};

impl<'a> Writer<'a> {
    /// The imports of the composition that need a statement, as `...` does not make them.
    pub(super) fn explicit(&self) -> Vec<&'a plan::Import> {
        let plan = self.plan;
        // What is declared is imported whether a part has it or not.
        let declares = |served: &plan::Served| {
            let part = plan.part(&served.part);
            let is_declared = served.types.is_none() && part.is_some_and(|p| p.is_declarations());
            let surface = self.surfaces.get(served.part.as_str());
            let item = surface.and_then(|s| s.get(Side::Import, &served.import));
            is_declared && !matches!(item, None | Some(Item::Type(_)))
        };
        let imports = plan.imports.iter().filter(|import| {
            if import.serves.iter().any(declares) {
                return true;
            }
            let wires = plan.parts.iter().flat_map(|part| &part.wires);
            let mut targets = wires
                .map(|wire| &wire.to)
                .chain(plan.exports.iter().map(|export| &export.to));
            targets.any(|to| takes_of(to, &import.name)) && !is_implicit(plan, import)
        });
        imports.collect()
    }

    /// `let a = new b:c { … };`
    pub(super) fn instance(&mut self, part: &'a plan::Part) {
        let Some(local) = self.parts.get(part.name.as_str()).cloned() else {
            return;
        };
        let package = self.packages.get(part.path.as_str());
        let package = package.map(|package| package.name.clone());
        let package = package.unwrap_or_default();
        let implicit: BTreeSet<&str> = part
            .wires
            .iter()
            .filter_map(|wire| match &wire.to {
                Target::Host { host } if !self.hosts.contains_key(host.as_str()) => {
                    Some(wire.import.as_str())
                }
                // Of a type that must equal another, nothing has to be said, but that there is more.
                Target::Bound { .. } => Some(wire.import.as_str()),
                _ => None,
            })
            .collect();
        let mut arguments = Vec::new();
        for wire in &part.wires {
            // That a part is generated is told once.
            if implicit.contains(wire.import.as_str()) || self.is_of_generated(&wire.to) {
                continue;
            }
            match self.expr(&wire.to) {
                Ok(value) => {
                    let name = self.short(&part.name, Side::Import, &wire.import);
                    let name = match name {
                        Some(short) => short,
                        None => extern_name(&wire.import),
                    };
                    arguments.push(format!("{name}: {value}"));
                }
                Err(what) => self.wrong(format!(
                    "the import `{}` of `{}` gets {what}",
                    wire.import, part.name
                )),
            }
        }
        if !implicit.is_empty() {
            arguments.push("...".to_string());
        }
        let arguments = match arguments.is_empty() {
            true => "{}".to_string(),
            false => format!("{{ {} }}", arguments.join(", ")),
        };
        self.out
            .push_str(&format!("let {local} = new {package} {arguments};\n"));
    }

    /// Whether a target is of a part that is generated.
    fn is_of_generated(&self, target: &Target) -> bool {
        let generated = |part: &str| self.plan.part(part).is_some_and(|p| p.generated.is_some());
        target.parts().into_iter().any(generated)
    }

    /// What an import or export of a part can be shortened to: what follows its last `/`.
    fn short(&self, part: &str, side: Side, name: &str) -> Option<String> {
        let (_, own) = unversioned(name).rsplit_once('/')?;
        let items = self.surfaces.get(part)?.side(side);
        let meant = meant(own, items.iter().map(|(name, _)| name.name.as_str()));
        (meant == Some(name) && is_id(own) && names::escaped(own) == own).then(|| own.to_string())
    }

    /// A target as an expression; fails with what it is instead.
    pub(super) fn expr(&self, target: &Target) -> Result<String, String> {
        match target {
            Target::Export { part, export } => {
                let Some(local) = self.parts.get(part.as_str()) else {
                    return Err(format!("`{export}` of the generated part `{part}`"));
                };
                let short = self.short(part, Side::Export, export);
                Ok(match short {
                    Some(short) => format!("{local}.{short}"),
                    None if extern_name(export) == *export => format!("{local}.{export}"),
                    None => format!("{local}[\"{export}\"]"),
                })
            }
            Target::Instance { part } => match self.parts.get(part.as_str()) {
                Some(local) => Ok(local.to_string()),
                None => Err(format!("the generated part `{part}`")),
            },
            Target::Host { host } => match self.hosts.get(host.as_str()) {
                Some(local) => Ok(local.to_string()),
                None => Err(format!("the import `{host}`, whose type is not known")),
            },
            Target::Of { of, export } => Ok(format!("{}[\"{export}\"]", self.expr(of)?)),
            Target::Type { r#type, .. } => match self.types.get(r#type.as_str()) {
                Some(local) => Ok(local.to_string()),
                None => Err(format!("the type `{type}`")),
            },
            Target::Types { part, types } => Err(format!(
                "the types of the import `{types}` of `{part}`, which the composition provides itself"
            )),
            Target::Component { component } => Err(format!(
                "the component `{component}` itself, not an instance of it"
            )),
            Target::Bundle { .. } => Err("an instance that is built from other items".to_string()),
            Target::Bound { .. } => Err("a type that must equal another".to_string()),
        }
    }

    /// The exports up to that position, with the instances that they are of.
    pub(super) fn exports(&mut self, end: usize) {
        while self.exported < end {
            let export = &self.plan.exports[self.exported];
            // What only defines types of others is exported along with these.
            if export.why == WhyExported::Types {
                self.exported += 1;
                continue;
            }
            for part in export.to.parts() {
                self.made(part);
            }
            if let Some((part, count)) = self.all_of(self.exported, end) {
                self.out.push_str(&format!("export {part}...;\n"));
                self.exported += count;
                continue;
            }
            self.exported += 1;
            match self.expr(&export.to) {
                Ok(value) => {
                    let name = match self.own_name(&export.to).as_deref() == Some(&*export.name) {
                        true => String::new(),
                        false => format!(" as {}", extern_name(&export.name)),
                    };
                    self.out.push_str(&format!("export {value}{name};\n"));
                }
                Err(_) if self.is_of_generated(&export.to) => {}
                Err(what) => self.wrong(format!("the export `{}` is {what}", export.name)),
            }
        }
    }

    /// The part all of whose exports, but those that are exported already, are exported from that
    /// position on, and how many these are.
    fn all_of(&self, start: usize, end: usize) -> Option<(String, usize)> {
        let exports = &self.plan.exports;
        let Target::Export { part, .. } = &exports[start].to else {
            return None;
        };
        let known = |name: &str| exports[..start].iter().any(|export| export.name == name);
        let items = &self.surfaces.get(part.as_str())?.exports;
        let own: Vec<&str> = items
            .iter()
            .map(|(name, _)| name.name.as_str())
            .filter(|name| !known(name))
            .collect();
        let run = exports
            .get(start..start + own.len())
            .filter(|_| start + own.len() <= end)?;
        let is_own = run.iter().zip(&own).all(|(export, own)| {
            let to = Target::Export {
                part: part.clone(),
                export: own.to_string(),
            };
            export.name == *own && export.to == to && export.why != WhyExported::Types
        });
        let local = self.parts.get(part.as_str())?;
        is_own.then(|| (local.to_string(), own.len()))
    }

    /// The name that an export of a target has without `as`.
    fn own_name(&self, target: &Target) -> Option<String> {
        let own = |name: &ExternName| interface_of(name).unwrap_or_else(|| name.name.clone());
        match target {
            Target::Export { part, export } => {
                let exports = &self.surfaces.get(part.as_str())?.exports;
                let (name, _) = exports.iter().find(|(name, _)| name.name == *export)?;
                Some(own(name))
            }
            Target::Of { of, export } => {
                let Item::Instance(instance) = self.item(of)? else {
                    return None;
                };
                let mut exports = instance.exports.iter();
                let (name, _) = exports.find(|(name, _)| name.name == *export)?;
                Some(own(name))
            }
            _ => None,
        }
    }

    /// What a target is, as far as parts tell.
    fn item(&self, target: &Target) -> Option<&Item> {
        match target {
            Target::Export { part, export } => {
                self.surfaces.get(part.as_str())?.get(Side::Export, export)
            }
            Target::Of { of, export } => match self.item(of)? {
                Item::Instance(instance) => instance.get(export),
                _ => None,
            },
            _ => None,
        }
    }
}
