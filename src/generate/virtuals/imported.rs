//! What a virtual part imports of the host: interfaces, resources and types.
//!
//! May import: `names`, `surface` (ranks 0 to 2), the sibling modules. Deliberately absent: what is
//! exported out of it (`exported`).

use wasm_encoder::{ComponentTypeRef, TypeBounds};

use super::component::Builder;
use crate::generate::items::{each_resource, nameless};
use crate::generate::part::import_resources;
use crate::generate::{Cannot, Fallible};
use crate::names::track_or_name;

impl Builder<'_, '_> {
    /// Imports what an interface has of the host, and resources that it only mentions.
    pub(super) fn import(&mut self, at: usize) -> Fallible<()> {
        let part = &self.parts[at];
        let mut foreign = part.foreign()?;
        let own = track_or_name(self.wanted.interfaces[at].name);
        let needs_host = self.needs_host(at);
        foreign.retain(|resource| {
            let is_owned = self.owned.contains(&resource.key);
            let comes_along = needs_host && resource.key.interface.as_ref() == Some(&own);
            self.host.resource_of(&resource.key).is_err() && !is_owned && !comes_along
        });
        let given = import_resources(&mut self.outer, &foreign)?;
        for (key, index) in given.types.resources() {
            self.host.set_resource(key.clone(), index);
        }
        self.name_types(at)?;
        let part = &self.parts[at];
        if needs_host {
            let ty = part.instance_type(&self.of_host(at), &self.host)?;
            let ty = self.outer.type_instance(None, &ty);
            let name = self.wanted.interfaces[at].name;
            let index = self.outer.import(name, ComponentTypeRef::Instance(ty));
            part.alias_types(&mut self.outer, &mut self.host, index)?;
            self.imported.insert(at, index);
        }
        Ok(())
    }

    /// Imports types, as what they are, that functions of an interface use and that it does not name.
    fn name_types(&mut self, at: usize) -> Fallible<()> {
        for ty in nameless(self.parts[at].items) {
            let own = ty.name().unwrap_or("type");
            let more = (2..).map(|n| format!("{own}{n}"));
            let mut names = std::iter::once(own.to_string()).chain(more);
            // INVARIANT: there are endlessly many.
            let Some(name) = names.find(|name| !self.taken.contains(name)) else {
                continue;
            };
            let mut is_owned = false;
            each_resource(std::iter::once(ty), &mut |r| is_owned |= self.is_owned(r));
            if is_owned {
                return Err(Cannot::new(format!(
                    "it does not export `{own}`, which has resources that are virtual"
                )));
            }
            let index = self.host.defined(&mut self.outer, ty)?;
            let bound = ComponentTypeRef::Type(TypeBounds::Eq(index));
            let named = self.outer.import(name.as_str(), bound);
            self.host.set(ty, named);
            self.own.set(ty, named);
            self.taken.insert(name);
        }
        Ok(())
    }
}
