//! What no rule knows, and the encoder refuses: lint is never clean where a package has no binary
//! form.
//!
//! Lives here: [`refused`], which finds the item by leaving out others. May import: `diag`, `wit`.
//! Deliberately absent: reasons, which are the encoder's own.

use wit_parser::{InterfaceId, Resolve, Span, WorldId};

use crate::diag::Diagnostic;
use crate::wit::convert::{NO_BINARY_FORM, encoded};
use crate::wit::{Wit, syntax::NodeKind};

/// A finding if the package has no binary form, at the item that is to blame.
pub(super) fn refused(wit: &Wit) -> Option<Diagnostic> {
    // A package that is in binary form has one.
    if wit.files().is_empty() {
        return None;
    }
    let reason = encoded(&wit.resolve, wit.main).err()?;
    let found = NO_BINARY_FORM.report(format!(
        "the package {} has no binary form: {reason}",
        wit.resolve.packages[wit.main].name
    ));
    let culprit = Culprit { wit };
    let item = culprit.find().and_then(|span| wit.node(span)).map(|node| {
        let around = node.ancestors().find(|node| node.kind() != NodeKind::Name);
        node.name_node()
            .or(around.and_then(|n| n.name_node()))
            .unwrap_or(node)
    });
    let header = || {
        let own = wit.files().iter().filter(|file| file.own);
        let mut headers = own.filter_map(|file| file.tree.root().child(NodeKind::PackageDecl));
        let header = headers.next()?;
        header.child(NodeKind::PackageName)
    };
    item.or_else(header)
        .map(|node| found.at(node.locus(), "the encoder refuses this"))
}

/// Looks for the item without which a package would be accepted.
struct Culprit<'w> {
    wit: &'w Wit,
}

impl Culprit<'_> {
    fn find(&self) -> Option<Span> {
        let main = &self.wit.resolve.packages[self.wit.main];
        for id in main.interfaces.values() {
            if self.is_refused(Some(*id), None, |_| {}) {
                let is_empty_refused = self.is_refused(Some(*id), None, |resolve| {
                    let interface = &mut resolve.interfaces[*id];
                    interface.functions.clear();
                    interface.types.clear();
                });
                // Then it is nothing in it, but the names of both.
                return (!is_empty_refused).then(|| self.in_interface(*id));
            }
        }
        for id in main.worlds.values() {
            if self.is_refused(None, Some(*id), |_| {}) {
                return Some(self.in_world(*id));
            }
        }
        None
    }

    /// Whether the package is refused with only this interface or world in it, and with `less`.
    fn is_refused(
        &self,
        interface: Option<InterfaceId>,
        world: Option<WorldId>,
        less: impl FnOnce(&mut Resolve),
    ) -> bool {
        let mut resolve = self.wit.resolve.clone();
        let main = &mut resolve.packages[self.wit.main];
        main.interfaces.retain(|_, id| Some(*id) == interface);
        main.worlds.retain(|_, id| Some(*id) == world);
        less(&mut resolve);
        encoded(&resolve, self.wit.main).is_err()
    }

    fn in_interface(&self, id: InterfaceId) -> Span {
        let interface = &self.wit.resolve.interfaces[id];
        // Types come before those that are made of them: the first that is too much is to blame.
        for (at, ty) in interface.types.values().enumerate() {
            let refused = self.is_refused(Some(id), None, |resolve| {
                let interface = &mut resolve.interfaces[id];
                interface.functions.clear();
                interface.types.truncate(at + 1);
            });
            if refused {
                return self.wit.resolve.types[*ty].span;
            }
        }
        for (name, function) in &interface.functions {
            let refused = self.is_refused(Some(id), None, |resolve| {
                resolve.interfaces[id]
                    .functions
                    .retain(|other, _| other == name);
            });
            if refused {
                return function.span;
            }
        }
        interface.span
    }

    fn in_world(&self, id: WorldId) -> Span {
        let world = &self.wit.resolve.worlds[id];
        for at in 0..world.imports.len() {
            let refused = self.is_refused(None, Some(id), |resolve| {
                let world = &mut resolve.worlds[id];
                world.imports.truncate(at + 1);
                world.exports.clear();
            });
            if refused && let Some((_, item)) = world.imports.get_index(at) {
                return item.span();
            }
        }
        for at in 0..world.exports.len() {
            let refused = self.is_refused(None, Some(id), |resolve| {
                resolve.worlds[id].exports.truncate(at + 1);
            });
            if refused && let Some((_, item)) = world.exports.get_index(at) {
                return item.span();
            }
        }
        world.span
    }
}
