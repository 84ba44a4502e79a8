//! Resources of matched interfaces that something else knows as well: they stay where they are made.
//!
//! May import: `generate`, `plan`, `surface` (ranks 0 to 3). Deliberately absent: which part makes
//! the others (`decide`).

use std::collections::BTreeSet;

use super::decide::{Decider, Denied};
use crate::compose::answered::Cover;
use crate::compose::resources::resources_in;
use crate::generate::Key;
use crate::surface::{Item, Side, TypeDef};

impl Decider<'_> {
    /// Notes the resources of denied interfaces that something else knows as well.
    pub(super) fn keep(&mut self, denied: &[Denied]) {
        let is_denied: BTreeSet<(usize, usize)> =
            denied.iter().map(|d| (d.part, d.import)).collect();
        for (part, import) in self.survey.open.clone() {
            if is_denied.contains(&(part, import)) {
                continue;
            }
            let name = self.name(part, import);
            if let Some(item) = self.item(part, import) {
                self.note(&item, &name);
            }
        }
        for (part, export) in self.survey.exports.clone() {
            if let Some(item) = self.types.item(part, Side::Export, &export) {
                self.note(&item, &format!("the export {export}"));
            }
        }
        for denied in denied {
            let Cover::Functions(answered) = &denied.cover else {
                continue;
            };
            let name = self.name(denied.part, denied.import);
            let Some(item) = self.item(denied.part, denied.import) else {
                continue;
            };
            let Item::Instance(instance) = &item else {
                continue;
            };
            let passed = instance.exports.iter().filter(|(name, item)| {
                matches!(item, Item::Func(_)) && !answered.contains_key(&name.name)
            });
            let passed: Vec<_> = passed.collect();
            if passed.is_empty() {
                continue;
            }
            for (_, item) in passed {
                self.note(item, &name);
            }
            // Its own resources come with what is passed on.
            for (_, item) in &instance.exports {
                if matches!(item, Item::Type(TypeDef::Resource(_))) {
                    self.note(item, &name);
                }
            }
        }
    }

    fn note(&mut self, item: &Item, user: &str) {
        for (_, origin) in resources_in(item) {
            if let Some(key) = Key::of_origin(&origin) {
                let users = self.reasons.entry(key).or_default();
                if !users.iter().any(|known| known == user) {
                    users.push(user.to_string());
                }
            }
        }
    }
}
