//! What drawings must be like.

use std::time::{Duration, Instant};

use super::samples::{edge, hostile, nested, package, random, three, twelve, wire};
use super::*;
use crate::graph::model::{EdgeKind, Node, NodeKind};

/// The same graph drawn in all ways.
fn drawings(graph: &Graph) -> Vec<Drawing> {
    let mut drawings = vec![draw(graph, Window::Wide), draw(graph, Window::Tall)];
    for flow in [Flow::Down, Flow::Right] {
        for (wrap, tight) in [(false, false), (true, false), (false, true), (true, true)] {
            let manner = Manner { flow, wrap, tight };
            drawings.push(draw_by(graph, |given| Compound::new(given, manner)));
        }
    }
    drawings
}

fn samples() -> Vec<Graph> {
    vec![
        three(),
        twelve(),
        random(50, 3, 7),
        random(50, 1, 3),
        random(80, 5, 6),
        nested(),
        package(),
        hostile(),
        deep(100),
        Graph::default(),
    ]
}

/// Nested compositions, each in the one before.
fn deep(levels: usize) -> Graph {
    let mut graph = Graph::default();
    for level in 0..levels {
        let mut inner = Node::new(&format!("level-{level}"), NodeKind::Instance);
        inner.within = (level > 0).then(|| format!("level-{}", level - 1));
        graph.nodes.push(inner);
        if level > 0 {
            let (from, to) = (format!("level-{}", level - 1), format!("level-{level}"));
            graph.edges.push(wire(&from, &to, "a:b/c@1.0.0"));
        }
    }
    graph.nodes.push(Node::new("host", NodeKind::Host));
    let innermost = format!("level-{}", levels - 1);
    graph
        .edges
        .push(wire(&innermost, "host", "wasi:io/streams@0.2.6"));
    graph
}

fn linked(pairs: &[(&str, &str)]) -> Graph {
    let mut graph = Graph::default();
    for (from, to) in pairs {
        for id in [from, to] {
            if !graph.nodes.iter().any(|node| node.id == **id) {
                graph.nodes.push(Node::new(id, NodeKind::Instance));
            }
        }
        graph
            .edges
            .push(wire(from, to, &format!("a:b/{from}-{to}@1.0.0")));
    }
    graph
}

fn overlap(a: Rect, b: Rect) -> bool {
    let apart = 0.5;
    a.x + a.wide > b.x + apart
        && b.x + b.wide > a.x + apart
        && a.y + a.high > b.y + apart
        && b.y + b.high > a.y + apart
}

fn is_around(drawing: &Drawing, outer: usize, inner: usize) -> bool {
    let mut at = drawing.shapes[inner].within;
    while let Some(parent) = at {
        if parent == outer {
            return true;
        }
        at = drawing.shapes[parent].within;
    }
    false
}

/// Points along a line, not far from each other.
fn points(line: &Line) -> Vec<Xy> {
    let mut points = vec![line.start];
    let mut from = line.start;
    for step in &line.steps {
        let (a, b, to) = match *step {
            Step::Line(to) => (from, to, to),
            Step::Curve(a, b, to) => (a, b, to),
        };
        for part in 1..=40 {
            let t = f64::from(part) / 40.0;
            let mix = |p: f64, a: f64, b: f64, q: f64| {
                let s = 1.0 - t;
                p * s * s * s + 3.0 * a * s * s * t + 3.0 * b * s * t * t + q * t * t * t
            };
            points.push(Xy {
                x: mix(from.x, a.x, b.x, to.x),
                y: mix(from.y, a.y, b.y, to.y),
            });
        }
        from = to;
    }
    points
}

/// How often lines cross that have no end in common.
fn crossings(drawing: &Drawing) -> usize {
    let side = |a: Xy, b: Xy, c: Xy| (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    let cross = |a: &[Xy], b: &[Xy]| {
        side(a[0], a[1], b[0]) * side(a[0], a[1], b[1]) < 0.0
            && side(b[0], b[1], a[0]) * side(b[0], b[1], a[1]) < 0.0
    };
    let mut count = 0;
    for (at, one) in drawing.lines.iter().enumerate() {
        for other in &drawing.lines[..at] {
            let (one, other) = (points(one), points(other));
            for a in one.windows(2) {
                count += other.windows(2).filter(|b| cross(a, b)).count();
            }
        }
    }
    count
}

#[test]
fn nothing_is_drawn_over_anything_else() {
    for graph in samples() {
        for drawing in drawings(&graph) {
            let what = format!("{} {:?}", graph.title, drawing.flow);
            let shapes = &drawing.shapes;
            for (at, shape) in shapes.iter().enumerate() {
                for (other, before) in shapes[..at].iter().enumerate() {
                    let nested = is_around(&drawing, at, other) || is_around(&drawing, other, at);
                    let over = overlap(shape.rect, before.rect);
                    assert_eq!(nested, over, "{what}: nodes {other} and {at}");
                }
                let all = Rect {
                    x: 0.0,
                    y: 0.0,
                    wide: drawing.wide,
                    high: drawing.high,
                };
                let rect = shape.rect;
                assert!(
                    rect.x >= all.x && rect.x + rect.wide <= all.wide,
                    "{what}: {at}"
                );
                assert!(
                    rect.y >= all.y && rect.y + rect.high <= all.high,
                    "{what}: {at}"
                );
            }
            let labels: Vec<Rect> = drawing.lines.iter().filter_map(|line| line.label).collect();
            for (at, label) in labels.iter().enumerate() {
                for (node, shape) in shapes.iter().enumerate().filter(|(_, shape)| !shape.group) {
                    assert!(
                        !overlap(*label, shape.rect),
                        "{what}: label {at} on node {node}"
                    );
                }
                for (other, rect) in labels[..at].iter().enumerate() {
                    assert!(!overlap(*label, *rect), "{what}: labels {other} and {at}");
                }
            }
        }
    }
}

#[test]
fn edges_lead_around_nodes_and_labels_and_end_at_their_nodes() {
    for graph in samples() {
        for drawing in drawings(&graph) {
            let what = format!("{} {:?}", graph.title, drawing.flow);
            for (at, (link, line)) in drawing.links.iter().zip(&drawing.lines).enumerate() {
                let points = points(line);
                let inside = |rect: Rect, by: f64| {
                    let rect = Rect {
                        x: rect.x + by,
                        y: rect.y + by,
                        wide: rect.wide - 2.0 * by,
                        high: rect.high - 2.0 * by,
                    };
                    points.iter().any(|point| {
                        overlap(
                            rect,
                            Rect {
                                x: point.x - 0.6,
                                y: point.y - 0.6,
                                wide: 1.2,
                                high: 1.2,
                            },
                        )
                    })
                };
                for (node, shape) in drawing.shapes.iter().enumerate() {
                    assert!(
                        shape.group || !inside(shape.rect, 1.0),
                        "{what}: {at} on {node}"
                    );
                    if node == link.to || node == link.from {
                        assert!(inside(shape.rect, -1.5), "{what}: {at} is not at {node}");
                    }
                }
                for (other, rect) in drawing.lines.iter().enumerate() {
                    let own = other == at;
                    let over = rect.label.is_some_and(|label| !own && inside(label, 1.0));
                    assert!(!over, "{what}: {at} on the label of {other}");
                }
            }
        }
    }
}

#[test]
fn chains_trees_and_diamonds_have_no_crossings() {
    let chain = linked(&[("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]);
    let tree = linked(&[
        ("a", "b"),
        ("a", "c"),
        ("a", "d"),
        ("d", "h"),
        ("b", "e"),
        ("c", "g"),
        ("b", "f"),
        ("h", "i"),
        ("e", "j"),
        ("g", "k"),
    ]);
    let diamond = linked(&[("a", "b"), ("a", "c"), ("c", "d"), ("b", "d"), ("a", "d")]);
    // As it is written, every edge crosses every other.
    let ladder = linked(&[("a", "z"), ("b", "y"), ("c", "x"), ("d", "w")]);
    for (name, graph) in [
        ("chain", chain),
        ("tree", tree),
        ("diamond", diamond),
        ("ladder", ladder),
    ] {
        for drawing in drawings(&graph) {
            assert_eq!(crossings(&drawing), 0, "{name} {:?}", drawing.flow);
        }
    }
    let chain = draw(&linked(&[("a", "b"), ("b", "c"), ("c", "d")]), Window::Wide);
    for line in &chain.lines {
        assert_eq!(line.steps.len(), 1, "a chain is straight: {line:?}");
    }
}

#[test]
fn callers_are_above_all_and_the_host_is_below_all() {
    let drawing = draw_by(&twelve(), |given| {
        let manner = Manner {
            flow: Flow::Down,
            wrap: false,
            tight: false,
        };
        Compound::new(given, manner)
    });
    let ys: Vec<f64> = drawing.shapes.iter().map(|shape| shape.rect.y).collect();
    let parts = &ys[1..ys.len() - 1];
    assert!(
        parts.iter().all(|y| ys[0] < *y && *y < ys[ys.len() - 1]),
        "{ys:?}"
    );
    for (link, line) in drawing.links.iter().zip(&drawing.lines) {
        assert!(line.start.y < line.end().y, "{link:?}");
    }
}

#[test]
fn edges_between_the_same_nodes_are_one_with_their_number() {
    let drawing = draw(&three(), Window::Wide);
    let lines: Vec<Vec<&str>> = drawing
        .lines
        .iter()
        .map(|line| line.lines.iter().map(String::as_str).collect())
        .collect();
    assert_eq!(
        lines,
        [
            vec!["wasi:http/", "incoming-handler@0.2.6"],
            vec!["acme:kv/", "store@0.2.0"],
            vec!["acme:kv/", "store@0.2.1"],
            vec!["8 interfaces"],
            vec!["streams@0.2.6", "poll@0.2.6"],
            vec!["wasi:io/", "streams@0.2.6"],
            vec!["acme:mail/", "send@1.0.0"],
        ]
    );
    assert_eq!(drawing.links[3].edges.len(), 8);
    assert_eq!(drawing.links[6].kind, EdgeKind::Open);
}

#[test]
fn cycles_are_drawn_like_anything_else() {
    let mut graph = linked(&[("a", "b"), ("b", "c"), ("c", "a"), ("b", "a"), ("c", "c")]);
    graph
        .edges
        .push(edge("c", "c", "a:b/again@1.0.0", EdgeKind::Open));
    for drawing in drawings(&graph) {
        assert_eq!(drawing.lines.len(), 6);
        for line in &drawing.lines {
            assert!(!line.steps.is_empty() && line.label.is_some(), "{line:?}");
        }
    }
}

#[test]
fn hundreds_of_parts_are_drawn_at_once() {
    // All with edges far down, as bad as it gets.
    let mut chain = Graph::default();
    for at in 0..600 {
        chain
            .nodes
            .push(Node::new(&format!("n{at}"), NodeKind::Instance));
        for back in [1, 7, 60, 300].into_iter().filter(|back| *back <= at) {
            let from = format!("n{}", at - back);
            chain
                .edges
                .push(wire(&from, &format!("n{at}"), "a:b/c@1.0.0"));
        }
    }
    let mut star = Graph::default();
    star.nodes.push(Node::new("hub", NodeKind::Instance));
    for at in 0..600 {
        let id = format!("n{at}");
        star.nodes.push(Node::new(&id, NodeKind::Instance));
        star.edges
            .push(wire("hub", &id, &format!("a:b/c{at}@1.0.0")));
    }
    for (name, graph) in [
        ("random", random(500, 3, 25)),
        ("chain", chain),
        ("star", star),
    ] {
        let start = Instant::now();
        let drawing = draw(&graph, Window::Wide);
        let took = start.elapsed();
        println!("{name}: {took:?}, {} × {}", drawing.wide, drawing.high);
        // Without optimisation, on a machine that does other things as well.
        assert!(took < Duration::from_secs(12), "{name} took {took:?}");
    }
}

#[test]
fn the_same_graph_gives_the_same_drawing() {
    let graph = random(60, 3, 8);
    assert_eq!(crate::graph::svg(&graph), crate::graph::svg(&graph));
    assert_eq!(crate::graph::html(&graph), crate::graph::html(&graph));
}
