//! What needs itself, and what needs others in chains that nothing could follow.
//!
//! May import: `diag` (rank 0), the syntax. Deliberately absent: recursion, since a chain may be
//! as long as a file.

use super::super::codes;
use super::super::syntax::{Node, NodeKind};
use super::scopes::{BodyKind, Scopes};
use crate::diag::Diagnostic;

/// The longest chain. wit-parser follows chains by recursion, and so does whoever makes something
/// of a package; components allow a hundred types inside each other.
const MAX_CHAIN: u32 = 500;

/// How many cycles of a kind are shown, and how many steps of one.
const SHOWN: usize = 10;

/// That one thing needs another one, and where it says so.
pub(super) struct Edge<'t> {
    from: usize,
    to: usize,
    place: Node<'t>,
}

impl<'t> Edge<'t> {
    pub fn new(from: usize, to: usize, place: Node<'t>) -> Edge<'t> {
        Edge { from, to, place }
    }
}

/// Reports cycles among packages, among interfaces and worlds, and among types.
pub(super) fn check(
    scopes: &Scopes<'_>,
    packages: Vec<Edge<'_>>,
    bodies: Vec<Edge<'_>>,
    types: Vec<Edge<'_>>,
    findings: &mut Vec<Diagnostic>,
) {
    let package = |at: usize| format!("`{}`", scopes.packages[at].key);
    let graph = Graph::new(scopes.packages.len(), packages);
    let (cycles, longest) = graph.walk();
    for cycle in cycles {
        let first = package(graph.edges[cycle[0]].from);
        let found = codes::CYCLE.report(format!("package {first} depends on itself"));
        findings.push(
            graph
                .steps(found, &cycle, &|from, to| {
                    format!("{} depends on {}", package(from), package(to))
                })
                .help("move what both need to a third package"),
        );
    }
    too_long(&graph, longest, "packages", findings);

    let body = |at: usize| format!("`{}`", scopes.bodies[at].name);
    let graph = Graph::new(scopes.bodies.len(), bodies);
    let (cycles, longest) = graph.walk();
    for cycle in cycles {
        let members = || {
            cycle
                .iter()
                .map(|edge| &scopes.bodies[graph.edges[*edge].from])
        };
        let mut packages = members().map(|body| body.package);
        let own = packages.next();
        // Their packages are a cycle as well, and that has been said.
        if packages.any(|package| Some(package) != own) {
            continue;
        }
        let is_world = members().any(|body| body.kind == BodyKind::World);
        let first = body(graph.edges[cycle[0]].from);
        let found = codes::CYCLE.report(match is_world {
            true => format!("world {first} includes itself"),
            false => format!("interface {first} uses itself"),
        });
        let does = if is_world { "includes" } else { "uses" };
        let found = graph.steps(found, &cycle, &|from, to| {
            format!("{} {does} {}", body(from), body(to))
        });
        findings.push(match is_world {
            true => found.help("move what they share to a third world that both include"),
            false => found.help("move the types that both use to a third interface"),
        });
    }
    too_long(&graph, longest, "interfaces and worlds", findings);

    let ty = |at: usize| format!("`{}`", scopes.types[at].name);
    let graph = Graph::new(scopes.types.len(), types);
    let (cycles, longest) = graph.walk();
    for cycle in cycles {
        let is_use = |edge: &usize| {
            let node = scopes.types[graph.edges[*edge].from].node;
            node.is_some_and(|node| node.kind() == NodeKind::UseName)
        };
        // Their interfaces are a cycle as well.
        if cycle.iter().any(is_use) {
            continue;
        }
        let first = ty(graph.edges[cycle[0]].from);
        let found = codes::CYCLE.report(format!("type {first} contains itself"));
        findings.push(
            graph
                .steps(found, &cycle, &|from, to| {
                    format!("{} contains {}", ty(from), ty(to))
                })
                .note("WIT has no recursive types, not even through `list` or `option`")
                .help("use a resource, or a list whose entries refer to each other by index"),
        );
    }
    too_long(&graph, longest, "types", findings);
}

fn too_long(
    graph: &Graph<'_>,
    (length, start): (u32, usize),
    what: &str,
    findings: &mut Vec<Diagnostic>,
) {
    if length <= MAX_CHAIN {
        return;
    }
    if let Some(edge) = graph.of(start).first() {
        findings.push(
            codes::TOO_LARGE
                .report(format!(
                    "dependency chain of {length} {what} exceeds the limit of {MAX_CHAIN}"
                ))
                .at(edge.place.locus(), "chain begins here"),
        );
    }
}

struct Graph<'t> {
    /// By where they come from.
    edges: Vec<Edge<'t>>,
    /// Where the edges of each begin; one more at the end.
    first: Vec<usize>,
}

impl<'t> Graph<'t> {
    fn new(count: usize, mut edges: Vec<Edge<'t>>) -> Graph<'t> {
        edges.sort_by_key(|edge| edge.from);
        let first = (0..=count)
            .map(|at| edges.partition_point(|edge| edge.from < at))
            .collect();
        Graph { edges, first }
    }

    fn of(&self, at: usize) -> &[Edge<'t>] {
        &self.edges[self.first[at]..self.first[at + 1]]
    }

    /// Cycles, as the edges on them, and the longest chain: its length and where it begins.
    fn walk(&self) -> (Vec<Vec<usize>>, (u32, usize)) {
        const NEW: u32 = 0;
        const OPEN: u32 = u32::MAX;
        let count = self.first.len() - 1;
        // How long the chain from each is, once that is known.
        let mut length = vec![NEW; count];
        let mut longest = (0, 0);
        let mut cycles = Vec::new();
        // The edge that is being followed from each that is open, innermost last.
        let mut stack: Vec<(usize, usize)> = Vec::new();
        for start in 0..count {
            if length[start] != NEW {
                continue;
            }
            length[start] = OPEN;
            stack.push((start, self.first[start]));
            while let Some((at, next)) = stack.last_mut() {
                if *next == self.first[*at + 1] {
                    let of = self.of(*at).iter().map(|edge| length[edge.to]);
                    let below = of.filter(|l| *l != OPEN).max().unwrap_or(0);
                    length[*at] = below + 1;
                    longest = longest.max((below + 1, *at));
                    stack.pop();
                    continue;
                }
                // An edge is looked at twice if it leads to something new: it is followed, and gone
                // past when that is done.
                let to = self.edges[*next].to;
                match length[to] {
                    NEW => {
                        length[to] = OPEN;
                        stack.push((to, self.first[to]));
                        continue;
                    }
                    OPEN if cycles.len() < SHOWN => {
                        let begin = stack.iter().position(|(at, _)| *at == to).unwrap_or(0);
                        cycles.push(stack[begin..].iter().map(|(_, edge)| *edge).collect());
                    }
                    _ => {}
                }
                if let Some((_, next)) = stack.last_mut() {
                    *next += 1;
                }
            }
        }
        (cycles, longest)
    }

    /// The steps of a cycle as labels.
    fn steps(
        &self,
        mut found: Diagnostic,
        cycle: &[usize],
        label: &dyn Fn(usize, usize) -> String,
    ) -> Diagnostic {
        for edge in cycle.iter().take(SHOWN) {
            let edge = &self.edges[*edge];
            found = found.at(edge.place.locus(), label(edge.from, edge.to));
        }
        found
    }
}
