//! Rule `world-imports-what-it-exports`.

use std::collections::BTreeSet;

use wit_parser::{
    IndexMap, InterfaceId, PackageId, Resolve, TypeDefKind, TypeId, WorldId, WorldItem, WorldKey,
};

use super::rule;
use crate::diag::Diagnostic;
use crate::lint::Context;
use crate::lint::facts::items;
use crate::lint::facts::worlds::{Contents, Extern, Worlds};
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// A world imports and exports the same interface. This is how middleware is built: it answers
    /// calls and passes them on to another component. If that is not intended, it is an easy
    /// mistake: components of such a world cannot run on their own, and calls to the import never
    /// reach the component's own export. For this reason the finding is a note.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    ///
    /// /// A storage provider.
    /// world provider {
    ///   import store;
    ///   export store;
    /// }
    /// ```
    ///
    /// Remove the import if the world is not middleware. If it is, keep it, and put `// witkit:
    /// allow(world-imports-what-it-exports)` above the world.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    ///
    /// /// A storage provider.
    /// world provider {
    ///   export store;
    /// }
    ///
    /// /// Counts calls.
    /// // witkit: allow(world-imports-what-it-exports): middleware
    /// world counter {
    ///   import store;
    ///   export store;
    /// }
    /// ```
    ///
    /// An import can be implicit: `use` in a world imports the interface of the type, and so does
    /// an import of an interface that uses it. If the world exports that interface too, each of its
    /// resources exists twice. Functions take the imported resource and cannot be called with the
    /// exported one.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// A group of values.
    ///   resource bucket {
    ///     /// Removes all values.
    ///     clear: func();
    ///   }
    /// }
    ///
    /// /// A storage provider.
    /// world provider {
    ///   export store;
    ///   use store.{bucket};
    ///
    ///   /// The number of values.
    ///   export count: func(of: borrow<bucket>) -> u32;
    /// }
    /// ```
    ///
    /// Move the functions to an interface that is exported as well: there, the types are those of
    /// the exported interface.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// A group of values.
    ///   resource bucket {
    ///     /// Removes all values.
    ///     clear: func();
    ///   }
    /// }
    ///
    /// /// Statistics of buckets.
    /// interface statistics {
    ///   use store.{bucket};
    ///
    ///   /// The number of values.
    ///   count: func(of: borrow<bucket>) -> u32;
    /// }
    ///
    /// /// A storage provider.
    /// world provider {
    ///   export store;
    ///   export statistics;
    /// }
    /// ```
    ///
    /// All interfaces of a world are reported in one finding. Interfaces with nothing but types
    /// other than resources are not reported, because their types are the same on both sides.
    WORLD_IMPORTS_WHAT_IT_EXPORTS: "world-imports-what-it-exports", Correctness, Note, on, check
}

fn check(cx: &mut Context<'_>) {
    let mut worlds = Worlds::new(cx.wit, false);
    for (node, package) in worlds.own(cx) {
        let resolve = &cx.wit.resolve;
        let known = &resolve.packages[package].worlds;
        let Some(world) = node.name().and_then(|name| known.get(name)) else {
            continue;
        };
        let mut both = both(resolve, *world);
        let contents = worlds.contents(node, package);
        // A world that is both is spoken of at that world, not at those that include it.
        for (included, _) in &contents.includes {
            for interface in self::both(resolve, *included) {
                both.remove(&interface);
            }
        }
        if !both.is_empty() {
            let world = World {
                resolve,
                package,
                node,
                contents,
            };
            let finding = world.finding(&both);
            cx.push(finding);
        }
    }
}

/// The interfaces that a world both imports and exports. Types mean the same on both
/// sides, unless they are resources.
fn both(resolve: &Resolve, world: WorldId) -> BTreeSet<InterfaceId> {
    let world = &resolve.worlds[world];
    let interfaces = |items: &IndexMap<WorldKey, WorldItem>| -> BTreeSet<InterfaceId> {
        let ids = items.keys().filter_map(|key| match key {
            WorldKey::Interface(id) => Some(*id),
            WorldKey::Name(_) => None,
        });
        ids.filter(|id| has_more_than_values(resolve, *id))
            .collect()
    };
    let exports = interfaces(&world.exports);
    let imports = interfaces(&world.imports).into_iter();
    imports.filter(|id| exports.contains(id)).collect()
}

fn has_more_than_values(resolve: &Resolve, interface: InterfaceId) -> bool {
    let interface = &resolve.interfaces[interface];
    let is_resource = |id: &TypeId| matches!(resolve.types[*id].kind, TypeDefKind::Resource);
    !interface.functions.is_empty() || interface.types.values().any(is_resource)
}

/// A world that imports what it exports.
struct World<'w> {
    resolve: &'w Resolve,
    package: PackageId,
    node: Node<'w>,
    contents: Contents<'w>,
}

/// Why an interface is imported.
enum Why<'w> {
    /// It says so, or includes a world that does.
    Written(Node<'w>),
    /// Something needs types of it.
    Needed(Node<'w>),
}

impl<'w> World<'w> {
    fn finding(&self, both: &BTreeSet<InterfaceId>) -> Diagnostic {
        let (mut written, mut needed) = (Vec::new(), Vec::new());
        let mut labels = Vec::new();
        for interface in both {
            let name = self.name(*interface);
            let export = self.written(*interface, true);
            match self.why(*interface) {
                Why::Written(import) => {
                    labels.push((import, "imported here".to_string()));
                    written.push(format!("`{name}`"));
                }
                Why::Needed(item) => {
                    labels.push((item, self.explained(*interface, item)));
                    needed.push((format!("`{name}`"), items::described(item)));
                }
            }
            labels.extend(export.map(|export| (export, "exported here".to_string())));
        }
        let mut said = Vec::new();
        if !written.is_empty() {
            let names = written.join(", ");
            said.push(format!("imports and exports {names}"));
        }
        for (name, item) in &needed {
            said.push(format!(
                "exports {name} and implicitly imports it through {item}"
            ));
        }
        let message = format!("{} {}", items::described(self.node), said.join("; it "));
        let mut labels = labels.into_iter();
        let (place, label) = labels.next().unwrap_or((self.node, String::new()));
        let rule = &WORLD_IMPORTS_WHAT_IT_EXPORTS;
        let mut finding = rule.at(items::place(place), message, label);
        for (place, label) in labels {
            finding = finding.at(items::place(place).locus(), label);
        }
        if !written.is_empty() {
            finding = finding
                .note("only middleware needs both: it passes calls on to another component")
                .help("remove the import if the world is not middleware");
        }
        if !needed.is_empty() {
            finding = finding.help(
                "move the functions that use the type to an interface and export it, so that they \
                 take the exported type",
            );
        }
        finding
    }

    fn name(&self, interface: InterfaceId) -> String {
        let name = match &self.resolve.interfaces[interface] {
            known if known.package == Some(self.package) => known.name.clone(),
            _ => self.resolve.id_of(interface),
        };
        name.unwrap_or_default()
    }

    /// Where the world imports or exports an interface by its name, or includes a world that does.
    fn written(&self, interface: InterfaceId, is_export: bool) -> Option<Node<'w>> {
        let wanted = Extern {
            interface,
            is_export,
        };
        let mut externs = self.contents.externs.iter();
        if let Some((_, node)) = externs.find(|(item, _)| *item == wanted) {
            return Some(*node);
        }
        let key = WorldKey::Interface(interface);
        let has = |world: &WorldId| match is_export {
            true => self.resolve.worlds[*world].exports.contains_key(&key),
            false => self.resolve.worlds[*world].imports.contains_key(&key),
        };
        let mut includes = self.contents.includes.iter();
        let found = includes.find(|(world, _)| has(world));
        found.map(|(_, node)| *node)
    }

    fn why(&self, interface: InterfaceId) -> Why<'w> {
        if let Some(node) = self.written(interface, false) {
            return Why::Written(node);
        }
        let uses = self.contents.uses.iter().map(|(id, node)| (*id, *node));
        let externs = self.contents.externs.iter();
        let imports = externs.clone().filter(|(item, _)| !item.is_export);
        let exports = externs.filter(|(item, _)| item.is_export);
        let named = imports
            .chain(exports)
            .map(|(item, node)| (item.interface, *node));
        let mut needing = uses.chain(named.filter(|(id, _)| *id != interface));
        match needing.find(|(id, _)| self.needs(*id, interface)) {
            Some((_, node)) => Why::Needed(node),
            // An interface or function that is written in the world.
            None => Why::Needed(self.node),
        }
    }

    /// Whether an interface is another one, or uses types of it, directly or through others.
    fn needs(&self, interface: InterfaceId, other: InterfaceId) -> bool {
        let (mut open, mut seen) = (vec![interface], BTreeSet::new());
        while let Some(id) = open.pop() {
            if id == other {
                return true;
            }
            if seen.insert(id) {
                open.extend(self.resolve.interface_direct_deps(id));
            }
        }
        false
    }

    /// What comes of an import that something needs.
    fn explained(&self, interface: InterfaceId, item: Node<'_>) -> String {
        let names = item.children_of(NodeKind::UseName).filter_map(Node::name);
        let types: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        let what = match types.is_empty() {
            true => format!("types of `{}`", self.name(interface)),
            false => types.join(", "),
        };
        match item.kind() {
            NodeKind::Use => format!("functions of the world use the imported {what}"),
            NodeKind::Export => format!("uses the imported {what}"),
            NodeKind::World => format!("functions use the imported {what}"),
            _ => format!("its functions use the imported {what}"),
        }
    }
}
