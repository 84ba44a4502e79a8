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
            super::super::codes::NO_FILES.report("the package has no WIT"),
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

/// The text of a file as wit-parser is to see it: without comments that document nothing, and with
/// documentation in blocks as plain lines. It takes any comment before an item for its docs, keeps
/// what only decorates a block, and panics on one kind of comment.
fn readable(tree: &Tree) -> String {
    let mut text = String::with_capacity(tree.text().len() + 1);
    let mut copied = 0;
    let comments = tree.tokens().iter().enumerate();
    for (at, _) in comments.filter(|(_, token)| token.kind.is_comment()) {
        let comment = tree.token_text(at);
        let is_doc = is_doc(comment);
        if is_doc && !comment.starts_with("/*") {
            continue;
        }
        let range = tree.token_range(at);
        text.push_str(&tree.text()[copied..range.start]);
        match is_doc {
            true => text.push_str(&plain(comment)),
            // As long as before, so that places stay what they are.
            false => text.extend(comment.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' })),
        }
        copied = range.end;
    }
    text.push_str(&tree.text()[copied..]);
    text
}

/// A block of documentation that is as long, without what only decorates it, as in Rust: a column of
/// `*`, common indentation, and empty lines at its ends.
fn plain(comment: &str) -> String {
    // INVARIANT: a block that documents something begins with `/**` and ends with `*/`.
    let inner = &comment[3..comment.len() - 2];
    let mut lines: Vec<&str> = inner.lines().map(str::trim_end).collect();
    let starred = |line: &&str| line.trim_start().starts_with('*');
    let rest = lines.get(1..).unwrap_or_default();
    let mut said = rest.iter().filter(|line| !line.is_empty());
    let has_column = rest.iter().any(|line| !line.is_empty()) && said.all(starred);
    if has_column {
        for line in lines.iter_mut().skip(1) {
            *line = line
                .trim_start()
                .strip_prefix('*')
                .unwrap_or(line)
                .trim_end();
        }
    }
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let rest = lines
        .iter()
        .skip(1)
        .copied()
        .filter(|line| !line.is_empty());
    let common = rest.map(|line| indent(&line)).min().unwrap_or_default();
    let mut plain: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        plain.push(match at {
            0 => line.trim_start(),
            _ => line.get(common..).unwrap_or(line.trim_start()),
        });
    }
    while plain.last().is_some_and(|line| line.is_empty()) {
        plain.pop();
    }
    let begin = plain.iter().take_while(|line| line.is_empty()).count();
    let blank = if inner.starts_with(char::is_whitespace) {
        " "
    } else {
        ""
    };
    let text = format!("{blank}{}", plain[begin..].join("\n"));
    let room = " ".repeat(inner.len().saturating_sub(text.len()));
    format!("/**{text}{room}*/")
}
