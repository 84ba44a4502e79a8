//! What no rule finds, but the encoder refuses: lint is never clean if a package cannot be encoded.
//!
//! Lives here: [`refused`], which finds the item at fault by leaving out others. May import: `diag`,
//! `wit`. Deliberately absent: reasons, which the encoder gives.

use wit_parser::{
    Function, InterfaceId, Resolve, Span, Type, TypeDefKind, WorldId, WorldItem, WorldKey,
};

use crate::diag::Diagnostic;
use crate::wit::convert::{NO_BINARY_FORM, encoded};
use crate::wit::{Wit, syntax::NodeKind};

/// A finding if the package cannot be encoded, at the item at fault.
pub(super) fn refused(wit: &Wit) -> Option<Diagnostic> {
    // A package that is in binary form has one.
    if wit.files().is_empty() || is_plain(&wit.resolve) {
        return None;
    }
    let reason = encoded(&wit.resolve, wit.main).err()?;
    let found = NO_BINARY_FORM.report(format!(
        "package `{}` cannot be encoded: {reason}",
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
        .map(|node| found.at(node.locus(), "refused by the encoder"))
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

/// Whether there is nothing in a package that an encoder has ever refused, which is cheap to tell of
/// most of them. Tests hold it against the encoder.
fn is_plain(resolve: &Resolve) -> bool {
    /// Far less than the million that a validator takes for all that a package declares.
    const MAX_SIZE: usize = 300_000;
    const MAX_DEPTH: usize = 30;
    const MAX_PARAMS: usize = 100;

    let has_capitals = |name: &str| name.bytes().any(|byte| byte.is_ascii_uppercase());
    let names = resolve.package_names.keys();
    let mut names = names.flat_map(|name| [&name.namespace, &name.name]);
    if names.any(|name| has_capitals(name)) {
        return false;
    }
    // Sizes and depths; types come before those that are made of them.
    let mut sizes: Vec<(usize, usize)> = Vec::with_capacity(resolve.types.len());
    let mut total = 0usize;
    for (_, ty) in resolve.types.iter() {
        let Some(parts) = plain_parts(&ty.kind) else {
            return false;
        };
        let (mut size, mut depth) = (1usize, 0);
        for part in parts {
            let (part, level) = size_of(&sizes, part);
            size = size.saturating_add(part);
            depth = depth.max(level + 1);
        }
        if size > MAX_SIZE || depth > MAX_DEPTH {
            return false;
        }
        total = total.saturating_add(size);
        sizes.push((size, depth));
    }
    let worlds = resolve.worlds.iter().map(|(_, world)| world);
    for (key, item) in worlds.flat_map(|world| world.imports.iter().chain(&world.exports)) {
        match (key, item) {
            // Under a label, an interface brings types of others in an order of its own.
            (WorldKey::Name(_), WorldItem::Interface { id, .. })
                if resolve.interfaces[*id].name.is_some() =>
            {
                return false;
            }
            _ => {}
        }
    }
    for function in functions(resolve) {
        if function.params.len() > MAX_PARAMS {
            return false;
        }
        let types = function.params.iter().map(|param| &param.ty);
        let sizes = types
            .chain(&function.result)
            .map(|ty| size_of(&sizes, ty).0);
        total = sizes.fold(total.saturating_add(1), usize::saturating_add);
    }
    total <= MAX_SIZE
}

fn functions(resolve: &Resolve) -> impl Iterator<Item = &Function> {
    let interfaces = resolve.interfaces.iter();
    let own = interfaces.flat_map(|(_, interface)| interface.functions.values());
    let worlds = resolve.worlds.iter().map(|(_, world)| world);
    let items = worlds.flat_map(|world| world.imports.values().chain(world.exports.values()));
    own.chain(items.filter_map(|item| match item {
        WorldItem::Function(function) => Some(function),
        _ => None,
    }))
}

/// How many types a type is made of, and how deep they are.
fn size_of(sizes: &[(usize, usize)], ty: &Type) -> (usize, usize) {
    match ty {
        Type::Id(id) => sizes.get(id.index()).copied().unwrap_or((1, 0)),
        _ => (1, 0),
    }
}

/// What a type is made of; none for kinds that encoders are particular about.
fn plain_parts(kind: &TypeDefKind) -> Option<Vec<&Type>> {
    Some(match kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|field| &field.ty).collect(),
        TypeDefKind::Tuple(tuple) => tuple.types.iter().collect(),
        TypeDefKind::Variant(variant) => variant
            .cases
            .iter()
            .filter_map(|case| case.ty.as_ref())
            .collect(),
        TypeDefKind::Result(result) => result.ok.iter().chain(&result.err).collect(),
        TypeDefKind::Type(ty) | TypeDefKind::Option(ty) | TypeDefKind::List(ty) => vec![ty],
        TypeDefKind::Resource
        | TypeDefKind::Handle(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Flags(_) => Vec::new(),
        TypeDefKind::Map(..)
        | TypeDefKind::FixedLengthList(..)
        | TypeDefKind::Future(_)
        | TypeDefKind::Stream(_)
        | TypeDefKind::Unknown => return None,
    })
}
