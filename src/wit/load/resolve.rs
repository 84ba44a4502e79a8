//! Having wit-parser find out what the texts mean.
//!
//! May import: `diag` (rank 0), the syntax, `names` and `errors`. Deliberately absent: what can be
//! found out without it. It must not panic on anything that `syntax` and `names` let through:
//! - gates that exclude each other on an item with a full path (`names` refuses them);
//! - `/**/`, which it takes for a documentation without an end (as no documentation at all, it is blanked out here);
//! - a package both in binary form and as text (`names` refuses them);
//! - chains of thousands of types or interfaces, which it follows by recursion (`names`);
//! - texts of over 4 GiB (`read`).

use std::collections::BTreeSet;

use wit_parser::{PackageId, PackageName, Resolve, SourceMap, UnresolvedPackageGroup};

use super::super::File;
use super::super::errors::Translate;
use super::super::names::Names;
use super::super::syntax::{Node, NodeKind, Tree, is_doc};
use crate::diag::Diagnostic;

/// Adds all packages of the texts; returns the one that was asked for, and with it those nested in
/// its files.
pub(super) fn resolve(
    resolve: &mut Resolve,
    files: &[File],
    groups: &[Vec<usize>],
    names: &Names,
) -> Result<(PackageId, Vec<PackageId>), Vec<Diagnostic>> {
    let translate = |resolve: &Resolve| Translate {
        files,
        names,
        all_features: resolve.all_features,
        features: resolve.features.iter().cloned().collect::<BTreeSet<_>>(),
    };
    let mut parsed = groups.iter().map(|group| {
        let mut map = SourceMap::new();
        for file in group {
            let tree = &files[*file].tree;
            map.push_str(tree.name(), readable(tree));
        }
        map.parse()
            .map_err(|(map, error)| vec![translate(resolve).parse(&map, &error)])
    });
    // INVARIANT: a load without any text is that of a binary package, which does not come here.
    let Some(main) = parsed.next() else {
        return Err(vec![
            super::super::codes::NO_FILES.report("there is no WIT"),
        ]);
    };
    let main = main?;
    let deps = parsed.collect::<Result<Vec<UnresolvedPackageGroup>, _>>()?;
    let main = match resolve.push_groups(main, deps) {
        Ok(main) => main,
        Err(error) => return Err(translate(resolve).resolve(&resolve.source_map, &error)),
    };
    let mut own = vec![main];
    for file in files.iter().filter(|file| file.own) {
        for nested in file.tree.root().children_of(NodeKind::NestedPackage) {
            let name = nested.child(NodeKind::PackageName).and_then(package_name);
            own.extend(name.and_then(|name| resolve.package_names.get(&name)));
        }
    }
    Ok((main, own))
}

fn package_name(node: Node<'_>) -> Option<PackageName> {
    let mut names = node.children_of(NodeKind::Name).filter_map(Node::name);
    let version = node.child(NodeKind::Version);
    Some(PackageName {
        namespace: names.next()?.to_string(),
        name: names.next()?.to_string(),
        version: version.and_then(|version| version.text().parse().ok()),
    })
}

/// The text of a file as wit-parser is to see it: without comments that document nothing. It
/// takes any comment before an item for its docs, and panics on one of them.
fn readable(tree: &Tree) -> String {
    let notes = tree
        .tokens()
        .iter()
        .enumerate()
        .filter(|(at, token)| token.kind.is_comment() && !is_doc(tree.token_text(*at)));
    let mut text = String::with_capacity(tree.text().len() + 1);
    let mut copied = 0;
    for (at, _) in notes {
        let note = tree.token_range(at);
        text.push_str(&tree.text()[copied..note.start]);
        // As long as before, so that places stay what they are.
        for byte in tree.text()[note.clone()].bytes() {
            text.push(if byte == b'\n' { '\n' } else { ' ' });
        }
        copied = note.end;
    }
    text.push_str(&tree.text()[copied..]);
    text
}
