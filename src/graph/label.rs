//! What nodes and edges are called in texts.
//!
//! Lives here: what stands in a node and beside an arrow, and short names for many interfaces.
//! May import: `escape`, the sibling data. Deliberately absent: escaping for a format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::links::{Link, numbers};
use super::model::{Edge, Graph, Node, NodeKind};
use crate::escape::{size, visible};

/// More lines than these are not written beside one arrow.
const LINES: usize = 6;

/// What a drawing is called: by the names of the files, as the ways to them are long.
pub(super) fn heading(graph: &Graph) -> String {
    if graph.title.is_empty() {
        return "graph".to_string();
    }
    let names = graph.title.split(", ").map(|path| {
        let name = Path::new(path).file_name();
        visible(&name.map_or(path.into(), |name| name.to_string_lossy()))
    });
    names.collect::<Vec<_>>().join(", ")
}

/// What stands beside the arrow of a link, a line each.
pub(super) fn link_lines(graph: &Graph, link: &Link) -> Vec<String> {
    if link.edges.len() <= LINES {
        return link.edges_of(graph).map(line).collect();
    }
    let names = link.edges_of(graph).map(|edge| edge.interface.as_str());
    let names: Vec<&str> = names.collect();
    grouped(&names).iter().map(|name| shown(name)).collect()
}

/// An edge with both names, where they differ.
fn line(edge: &Edge) -> String {
    let name = shown(&edge.interface);
    match &edge.provided_as {
        Some(other) => format!("{name} (as {})", shown(&shortened(&edge.interface, other))),
        None => name,
    }
}

/// What differs: the version if the rest is the same.
pub(super) fn shortened(name: &str, other: &str) -> String {
    let base = name.split_once('@').map(|(base, _)| base);
    match other.split_once('@') {
        Some((of_other, version)) if Some(of_other) == base => format!("@{version}"),
        _ => other.to_string(),
    }
}

/// The interfaces of one namespace and version as one text: `wasi:{cli, io}@0.2.6 (9 interfaces)`.
/// What has no package stays as it is.
pub(super) fn grouped(names: &[&str]) -> Vec<String> {
    /// The packages of a namespace, the interfaces in them, and one of these in full.
    type Namespace<'n> = (Vec<&'n str>, Vec<&'n str>, &'n str);
    let mut namespaces: BTreeMap<(&str, &str), Namespace<'_>> = BTreeMap::new();
    let mut texts = Vec::new();
    for name in names {
        let (path, version) = name.split_once('@').unwrap_or((name, ""));
        let parts = path.split_once(':');
        let parts = parts.and_then(|(of, rest)| Some((of, rest.split_once('/')?)));
        let Some((namespace, (package, interface))) = parts else {
            texts.push(name.to_string());
            continue;
        };
        let group = namespaces.entry((namespace, version)).or_default();
        if group.0.last() != Some(&package) {
            group.0.push(package);
        }
        group.1.push(interface);
        group.2 = name;
    }
    for ((namespace, version), (mut packages, interfaces, only)) in namespaces {
        packages.sort_unstable();
        packages.dedup();
        let at = if version.is_empty() { "" } else { "@" };
        texts.push(match (packages.as_slice(), interfaces.len()) {
            (_, 1) => only.to_string(),
            ([package], 2..=3) => {
                let interfaces = interfaces.join(", ");
                format!("{namespace}:{package}/{{{interfaces}}}{at}{version}")
            }
            ([package], count) => {
                format!("{namespace}:{package}{at}{version} ({count} interfaces)")
            }
            (_, count) => {
                let packages = packages.join(", ");
                format!("{namespace}:{{{packages}}}{at}{version} ({count} interfaces)")
            }
        });
    }
    texts
}

/// How the names of a graph's edges are shortened without two of them getting the same.
pub(super) struct ShortNames<'g> {
    /// By the name without its version: what to drop at the beginning, and whether the version
    /// tells it from another.
    kept: BTreeMap<&'g str, (usize, bool)>,
}

impl<'g> ShortNames<'g> {
    /// The names of all edges.
    pub fn of(graph: &'g Graph) -> ShortNames<'g> {
        let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for edge in &graph.edges {
            let (path, version) = edge
                .interface
                .split_once('@')
                .unwrap_or((&edge.interface, ""));
            versions.entry(path).or_default().insert(version);
        }
        // How many names have each ending.
        let mut endings: BTreeMap<&str, usize> = BTreeMap::new();
        for path in versions.keys() {
            for from in beginnings(path) {
                *endings.entry(&path[from..]).or_default() += 1;
            }
        }
        let kept = versions.iter().map(|(path, versions)| {
            let unique = |from: &usize| endings[&path[*from..]] == 1;
            let from = beginnings(path).into_iter().find(unique).unwrap_or(0);
            (*path, (from, versions.len() > 1))
        });
        ShortNames {
            kept: kept.collect(),
        }
    }

    /// `store` for `acme:kv/store@1.0.0`; `kv/store`, or all of it, where another is called so, and
    /// with the version where there are several.
    pub fn name(&self, name: &str) -> String {
        let path = name.split_once('@').map_or(name, |(path, _)| path);
        match self.kept.get(path) {
            Some((_, true)) => self.versioned(name),
            Some((from, false)) => spelt(&path[*from..]),
            None => name.to_string(),
        }
    }

    /// The same, always with the version: `store@1.0.0`.
    pub fn versioned(&self, name: &str) -> String {
        let path = name.split_once('@').map_or(name, |(path, _)| path);
        let from = self.kept.get(path).map_or(0, |(from, _)| *from);
        spelt(&name[from..])
    }
}

/// Where the interface, the package and the whole of a name begin.
fn beginnings(path: &str) -> Vec<usize> {
    let after = |mark: char| path.find(mark).map(|at| at + 1);
    [path.rfind('/').map(|at| at + 1), after(':'), Some(0)]
        .into_iter()
        .flatten()
        .collect()
}

/// A function's name as people write it: `store.get` for `[method]store.get`, `store (constructor)`
/// for `[constructor]store`. Other names stay as they are.
pub(super) fn spelt(name: &str) -> String {
    let Some((kind, rest)) = name.strip_prefix('[').and_then(|name| name.split_once(']')) else {
        return name.to_string();
    };
    match kind {
        "method" | "async method" => rest.to_string(),
        "async" => format!("{rest} (async)"),
        "constructor" | "static" | "async static" => {
            format!("{rest} ({})", kind.trim_start_matches("async "))
        }
        _ => name.to_string(),
    }
}

/// A name as it is shown.
pub(super) fn shown(name: &str) -> String {
    visible(&spelt(name))
}

/// What comes next where nested nodes stand inside of others; each with how deep it is.
pub(super) enum Step<'g> {
    /// A node, with its number.
    Node(usize, &'g Node),
    /// One that others stand inside of, which follow.
    Open(usize, &'g Node),
    /// The end of it.
    Close,
}

/// All nodes, those that are nested within what is around them. Without recursion.
pub(super) fn steps(graph: &Graph) -> Vec<(Step<'_>, usize)> {
    let numbers = numbers(graph);
    let mut inner: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut outer = Vec::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        match node.within.as_deref().and_then(|id| numbers.get(id)) {
            Some(group) => inner.entry(*group).or_default().push(at),
            None => outer.push(at),
        }
    }
    // Nothing stands for the end of a group.
    let mut todo: Vec<(Option<usize>, usize)> = Vec::new();
    todo.extend(outer.into_iter().rev().map(|at| (Some(at), 1)));
    let mut steps = Vec::new();
    while let Some((next, depth)) = todo.pop() {
        let Some(at) = next else {
            steps.push((Step::Close, depth));
            continue;
        };
        let node = &graph.nodes[at];
        let Some(inside) = inner.get(&at) else {
            steps.push((Step::Node(at, node), depth));
            continue;
        };
        steps.push((Step::Open(at, node), depth));
        todo.push((None, depth));
        todo.extend(inside.iter().rev().map(|at| (Some(*at), depth + 1)));
    }
    steps
}

/// The lines in a node: its name, and its details.
pub(super) fn node_lines(node: &Node, title: &str) -> Vec<String> {
    let mut lines = vec![visible(&node.name)];
    lines.extend(Some(details(node, title)).filter(|text| !text.is_empty()));
    lines
}

/// What a node is called where it stands alone: the way to it, if it is nested.
pub(super) fn name(node: &Node) -> String {
    match node.within {
        Some(_) => visible(&node.id),
        None => visible(&node.name),
    }
}

/// The details of a node: its file, unless the graph is of that file, and its size.
pub(super) fn details(node: &Node, title: &str) -> String {
    let kind = match node.kind {
        NodeKind::World => Some("world".to_string()),
        NodeKind::Component => Some("component".to_string()),
        _ => None,
    };
    let of = node
        .of
        .as_ref()
        .filter(|of| **of != node.name && **of != node.id && **of != title);
    // Numbers tell nothing to people.
    let numbered = |of: &&String| {
        let last = of.rsplit('/').next().unwrap_or_default();
        last.starts_with("component ")
    };
    let of = of.filter(|of| !numbered(of)).map(|of| visible(of));
    let details: Vec<String> = [kind, of, node.size.map(size)]
        .into_iter()
        .flatten()
        .collect();
    details.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_called_by_the_names_of_files() {
        for (title, expected) in [
            ("", "graph"),
            ("app.wasm", "app.wasm"),
            ("../some/where/app.wasm", "app.wasm"),
            ("a/wit/, b/cache.wasm", "wit, cache.wasm"),
            ("..", ".."),
            ("/", "/"),
            ("witkit.toml#app", "witkit.toml#app"),
        ] {
            let graph = Graph {
                title: title.to_string(),
                ..Graph::default()
            };
            assert_eq!(heading(&graph), expected, "{title}");
        }
    }

    #[test]
    fn names_are_shortened_to_what_tells_them_apart() {
        let edge = |name: &str| Edge {
            from: String::new(),
            to: String::new(),
            kind: super::super::model::EdgeKind::Wire,
            interface: name.to_string(),
            provided_as: None,
            sort: "interface",
            functions: None,
            wit: None,
        };
        let told = [
            ("acme:tax/api@0.2.0", "tax/api"),
            ("acme:cart/api@0.2.0", "acme:cart/api"),
            ("other:cart/api", "other:cart/api"),
            ("acme:kv/store@0.2.0", "store@0.2.0"),
            ("acme:kv/store@0.3.0", "store@0.3.0"),
            ("wasi:io/poll@0.2.0", "poll"),
            ("log", "log"),
            ("[method]conn.send", "conn.send"),
            ("[constructor]conn", "conn (constructor)"),
        ];
        let graph = Graph {
            edges: told.iter().map(|(name, _)| edge(name)).collect(),
            ..Graph::default()
        };
        let short = ShortNames::of(&graph);
        for (name, expected) in told {
            assert_eq!(short.name(name), expected);
        }
    }

    #[test]
    fn functions_of_resources_are_spelt_as_people_write_them() {
        for (name, expected) in [
            ("[method]conn.send", "conn.send"),
            ("[async method]conn.send", "conn.send"),
            ("[static]conn.close", "conn.close (static)"),
            ("[async]f", "f (async)"),
            ("[constructor]conn", "conn (constructor)"),
            ("[other]thing", "[other]thing"),
            ("acme:kv/store@1.0.0", "acme:kv/store@1.0.0"),
        ] {
            assert_eq!(spelt(name), expected);
        }
    }

    #[test]
    fn many_interfaces_are_named_by_their_packages() {
        let names = [
            "wasi:io/poll@0.2.6",
            "wasi:cli/stdin@0.2.6",
            "wasi:io/error@0.2.6",
            "wasi:io/error@0.2.0",
            "acme:kv/store",
            "acme:kv/batch",
            "log",
        ];
        let expected = [
            "log",
            "acme:kv/{store, batch}",
            "wasi:io/error@0.2.0",
            "wasi:{cli, io}@0.2.6 (3 interfaces)",
        ];
        assert_eq!(grouped(&names), expected);
    }
}
