//! All levels together: the innermost first, as each is an item of the one around it.
//!
//! May import: its siblings `nest`, `level`, `labels`, `links`. Deliberately absent: which way of
//! drawing is best (the module above).

use std::collections::BTreeMap;

use super::items::{Hop, Item, Level, Point, Size};
use super::labels::WorldItem;
use super::level::Placed;
use super::nest::{Inside, Nest, Port, Spot};
use super::rank::Pin;
use super::route::{Step, Way};
use super::{Line, Rect, Shape, Xy};
use crate::graph::model::{Graph, NodeKind};

/// Which way edges flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graph) enum Flow {
    /// From the top to the bottom.
    Down,
    /// From the left to the right.
    Right,
}

impl Flow {
    pub(super) fn size(self, (wide, high): (f64, f64)) -> Size {
        match self {
            Flow::Down => Size {
                breadth: wide,
                depth: high,
            },
            Flow::Right => Size {
                breadth: high,
                depth: wide,
            },
        }
    }

    fn xy(self, point: Point) -> Xy {
        match self {
            Flow::Down => Xy {
                x: point.breadth,
                y: point.depth,
            },
            Flow::Right => Xy {
                x: point.depth,
                y: point.breadth,
            },
        }
    }
}

/// A way of drawing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub flow: Flow,
    /// Whether wide layers are continued below.
    pub wrap: bool,
    /// Whether things should rather be near to each other than edges straight.
    pub tight: bool,
}

/// The room between a border and what is inside.
const INSET: f64 = 18.0;
/// How many hops to one place go one way: more would only be lines side by side.
const BUNDLE: usize = 5;
/// The same for those that go to the host.
const TO_HOST: usize = 3;

/// What all candidates have in common.
pub(super) struct Given<'a> {
    pub graph: &'a Graph,
    pub nest: &'a Nest,
    pub faces: &'a [WorldItem],
    /// The size of each link's label, if it has one.
    pub labels: &'a [Option<(f64, f64)>],
}

/// All levels, laid out.
pub(super) struct Compound {
    pub flow: Flow,
    levels: Vec<Placed>,
    /// The size of each node, with what is inside.
    sizes: Vec<Size>,
    /// From the corner of a node to the corner of what is inside.
    insets: Vec<Point>,
    /// Where in the middle of its side each port is.
    ports: Vec<BTreeMap<Port, f64>>,
    /// Whether the name of each group is at the right.
    heads_right: Vec<bool>,
}

impl Compound {
    /// Lays out all levels.
    pub fn new(given: &Given, manner: Manner) -> Compound {
        let flow = manner.flow;
        let nodes = given.graph.nodes.len();
        let mut compound = Compound {
            flow,
            levels: vec![Placed::default(); nodes + 1],
            sizes: given
                .faces
                .iter()
                .map(|face| flow.size(face.size()))
                .collect(),
            insets: vec![Point::default(); nodes],
            ports: vec![BTreeMap::new(); nodes],
            heads_right: vec![false; nodes],
        };
        let mut groups: Vec<usize> = (0..nodes).filter(|&n| given.nest.is_group(n)).collect();
        groups.sort_by_key(|&node| std::cmp::Reverse(given.nest.depth[node]));
        for group in groups {
            compound.inside(given, group, manner);
            compound.border(given, group);
        }
        compound.inside(given, nodes, manner);
        compound
    }

    /// The size of the whole.
    pub fn size(&self) -> (f64, f64) {
        let size = self.levels.last().map(|level| level.size);
        let size = self.flow.xy(size.map_or(Point::default(), |size| Point {
            breadth: size.breadth,
            depth: size.depth,
        }));
        (size.x, size.y)
    }

    fn inside(&mut self, given: &Given, at: usize, manner: Manner) {
        let inside = &given.nest.levels[at];
        let (items, index) = self.items(given, inside);
        let mut to_count: BTreeMap<Spot, usize> = BTreeMap::new();
        let mut from_count: BTreeMap<Spot, usize> = BTreeMap::new();
        let label = |part: &super::nest::Part| given.labels[part.first_of?];
        for part in &inside.parts {
            *to_count.entry(part.to).or_default() += 1;
            if label(part).is_none() {
                *from_count.entry(part.from).or_default() += 1;
            }
        }
        let mut bundles: BTreeMap<(Spot, bool, bool), usize> = BTreeMap::new();
        let mut hops = Vec::with_capacity(inside.parts.len());
        for part in &inside.parts {
            let target = match part.to {
                Spot::Node(node) => node,
                Spot::At(_, port) | Spot::Border(port) => port.to,
            };
            let few = match given.graph.nodes[target].kind {
                NodeKind::Host => TO_HOST,
                _ => BUNDLE,
            };
            let many = |counts: &BTreeMap<Spot, usize>, spot, few| {
                counts.get(&spot).is_some_and(|count| *count >= few)
            };
            let bundle = if many(&to_count, part.to, few) {
                Some((part.to, true, part.open))
            } else if label(part).is_none() && many(&from_count, part.from, BUNDLE) {
                Some((part.from, false, part.open))
            } else {
                None
            };
            let next = bundles.len();
            let bundle = bundle.map(|key| *bundles.entry(key).or_insert(next));
            let (from_at, from_fixed) = self.door(part.from, false);
            let (to_at, to_fixed) = self.door(part.to, true);
            hops.push(Hop {
                from: index[&key(part.from)],
                to: index[&key(part.to)],
                from_at,
                to_at,
                from_fixed,
                to_fixed,
                label: label(part).map(|size| self.flow.size(size)),
                bundle,
                weak: given.graph.nodes[target].kind == NodeKind::Host,
            });
        }
        let cap = (inside.nodes.len() as f64 * 1.2).sqrt().ceil().max(4.0);
        let level = Level {
            items,
            hops,
            cap: manner.wrap.then_some(cap as usize),
            tight: manner.tight,
        };
        self.levels[at] = level.place();
    }

    /// The items of a level: its nodes, in their order, and then its ports.
    fn items(&self, given: &Given, inside: &Inside) -> (Vec<Item>, BTreeMap<Key, usize>) {
        let mut items = Vec::new();
        let mut index = BTreeMap::new();
        for &node in &inside.nodes {
            index.insert(Key::Node(node), items.len());
            items.push(Item {
                breadth: self.sizes[node].breadth,
                depth: self.sizes[node].depth,
                pin: match given.graph.nodes[node].kind {
                    NodeKind::Caller => Pin::First,
                    NodeKind::Host => Pin::Last,
                    _ => Pin::Free,
                },
                port: false,
            });
        }
        for spot in inside.parts.iter().flat_map(|part| [part.from, part.to]) {
            let Spot::Border(port) = spot else {
                continue;
            };
            index.entry(Key::Port(port)).or_insert_with(|| {
                items.push(Item {
                    breadth: 10.0,
                    depth: 0.0,
                    pin: if port.inward { Pin::First } else { Pin::Last },
                    port: true,
                });
                items.len() - 1
            });
        }
        (items, index)
    }

    /// Where from the middle of its item a hop begins or ends, if that is settled.
    fn door(&self, spot: Spot, inward: bool) -> (f64, bool) {
        match spot {
            Spot::At(node, port) => match self.ports[node].get(&port) {
                Some(&at) => (at, true),
                None => (0.0, false),
            },
            // What goes on inside in one place only begins there.
            Spot::Node(node) => {
                let own = |port: &Port| port.inward == inward && (inward || port.to == node);
                let mut ports = self.ports[node].iter().filter(|(port, _)| own(port));
                match (ports.next(), ports.next()) {
                    (Some((_, &at)), None) => (at, true),
                    _ => (0.0, false),
                }
            }
            Spot::Border(_) => (0.0, true),
        }
    }

    /// Puts a border around what is inside of a group, with room for its name.
    fn border(&mut self, given: &Given, group: usize) {
        let face = &given.faces[group];
        let head = if face.detail.is_empty() { 30.0 } else { 46.0 };
        let (wide, high) = {
            let size = self.levels[group].size;
            let size = self.flow.xy(Point {
                breadth: size.breadth,
                depth: size.depth,
            });
            (size.x, size.y)
        };
        let name = face.text_width() + 32.0;
        let mut outer_wide = (wide + 2.0 * INSET).max(name);
        let mut left = (outer_wide - wide) / 2.0;
        let inside = &given.nest.levels[group];
        let (_, index) = self.items(given, inside);
        let ports: Vec<(Port, f64)> = index
            .iter()
            .filter_map(|(key, &item)| match key {
                Key::Port(port) => Some((*port, self.levels[group].items[item].breadth)),
                Key::Node(_) => None,
            })
            .collect();
        // Edges that come in from above must not come in through the name.
        let inward = ports.iter().filter(|(port, _)| port.inward);
        let (low, high_port) = inward.fold((f64::MAX, 0.0_f64), |(low, high), (_, at)| {
            (low.min(*at), high.max(*at))
        });
        if self.flow == Flow::Down && low + left < name {
            if high_port + left < outer_wide - name {
                self.heads_right[group] = true;
            } else {
                let more = name - low - left;
                left += more;
                outer_wide += more;
            }
        }
        let outer = (outer_wide, high + head + 2.0 * INSET - 6.0);
        let inset = match self.flow {
            Flow::Down => Point {
                breadth: left,
                depth: head + INSET - 6.0,
            },
            Flow::Right => Point {
                breadth: head + INSET - 6.0,
                depth: (outer_wide - wide) / 2.0,
            },
        };
        self.sizes[group] = self.flow.size(outer);
        self.insets[group] = inset;
        let middle = self.sizes[group].breadth / 2.0;
        for (port, at) in ports {
            self.ports[group].insert(port, at + inset.breadth - middle);
        }
    }

    /// The corner of every node.
    fn corners(&self, given: &Given) -> Vec<Point> {
        let nodes = given.graph.nodes.len();
        let mut corners = vec![Point::default(); nodes];
        let mut order: Vec<usize> = (0..nodes).collect();
        order.sort_by_key(|&node| given.nest.depth[node]);
        // The place of each node among those of its level.
        let mut local = vec![0; nodes];
        for inside in &given.nest.levels {
            for (at, &node) in inside.nodes.iter().enumerate() {
                local[node] = at;
            }
        }
        for node in order {
            let parent = given.nest.parent[node];
            let base = parent.map_or(Point::default(), |p| self.inner(&corners, p));
            let middle = self.levels[parent.unwrap_or(nodes)].items[local[node]];
            corners[node] = Point {
                breadth: base.breadth + middle.breadth - self.sizes[node].breadth / 2.0,
                depth: base.depth + middle.depth - self.sizes[node].depth / 2.0,
            };
        }
        corners
    }

    /// The corner of what is inside of a group.
    fn inner(&self, corners: &[Point], group: usize) -> Point {
        Point {
            breadth: corners[group].breadth + self.insets[group].breadth,
            depth: corners[group].depth + self.insets[group].depth,
        }
    }

    /// Where every node is.
    pub fn shapes(&self, given: &Given) -> Vec<Shape> {
        let corners = self.corners(given);
        let shape = |(node, corner): (usize, &Point)| {
            let corner = self.flow.xy(*corner);
            let size = self.flow.xy(Point {
                breadth: self.sizes[node].breadth,
                depth: self.sizes[node].depth,
            });
            Shape {
                rect: Rect {
                    x: corner.x,
                    y: corner.y,
                    wide: size.x,
                    high: size.y,
                },
                face: given.faces[node].clone(),
                group: given.nest.is_group(node),
                head_right: self.heads_right[node],
                within: given.nest.parent[node],
            }
        };
        corners.iter().enumerate().map(shape).collect()
    }

    /// Where every link leads along.
    pub fn lines(&self, given: &Given) -> Vec<Line> {
        let corners = self.corners(given);
        let whole = given.graph.nodes.len();
        let mut lines = Vec::with_capacity(given.nest.hops.len());
        for (link, hops) in given.nest.hops.iter().enumerate() {
            let mut line: Option<Line> = None;
            for &(level, part) in hops {
                let base = match level == whole {
                    true => Point::default(),
                    false => self.inner(&corners, level),
                };
                let way = &self.levels[level].ways[part];
                let part = &given.nest.levels[level].parts[part];
                let border = |spot: Spot| match (spot, level == whole) {
                    (Spot::Border(port), false) => Some(match port.inward {
                        true => corners[level].depth,
                        false => corners[level].depth + self.sizes[level].depth,
                    }),
                    _ => None,
                };
                let ends = (border(part.from), border(part.to));
                self.draw(way, base, ends, &mut line);
            }
            let mut line = line.unwrap_or_default();
            if let (Some(at), Some(size)) = (line.label_at, given.labels[link]) {
                line.label = Some(Rect {
                    x: at.x - size.0 / 2.0,
                    y: at.y - size.1 / 2.0,
                    wide: size.0,
                    high: size.1,
                });
            }
            lines.push(line);
        }
        lines
    }

    /// Adds a hop's way to a line.
    fn draw(
        &self,
        way: &Way,
        base: Point,
        (before, after): (Option<f64>, Option<f64>),
        line: &mut Option<Line>,
    ) {
        let shifted = |point: Point| {
            self.flow.xy(Point {
                breadth: point.breadth + base.breadth,
                depth: point.depth + base.depth,
            })
        };
        let at_border = |point: Point, depth: f64| {
            self.flow.xy(Point {
                breadth: point.breadth + base.breadth,
                depth,
            })
        };
        let begin = match before {
            Some(depth) => at_border(way.start, depth),
            None => shifted(way.start),
        };
        let line = line.get_or_insert_with(|| Line {
            start: begin,
            ..Line::default()
        });
        line.straight(begin);
        line.straight(shifted(way.start));
        for step in &way.steps {
            match *step {
                Step::Line(to) => line.straight(shifted(to)),
                Step::Curve(first, second, to) => {
                    line.steps
                        .push(Step::Curve(shifted(first), shifted(second), shifted(to)));
                }
            }
        }
        if let Some(depth) = after {
            line.straight(at_border(way.end(), depth));
        }
        if let Some(label) = way.label {
            line.label_at = line.label_at.or(Some(shifted(label)));
        }
    }

    /// The nodes as people read them: level by level, and what is inside right after what it is
    /// inside of.
    pub fn reading_order(&self, given: &Given) -> Vec<usize> {
        let whole = given.graph.nodes.len();
        let mut read = Vec::with_capacity(whole);
        let mut stack = Vec::new();
        let push = |level: usize, stack: &mut Vec<usize>| {
            let nodes = &given.nest.levels[level].nodes;
            let order = self.levels[level].order.iter().rev();
            stack.extend(order.filter_map(|&item| nodes.get(item)));
        };
        push(whole, &mut stack);
        while let Some(node) = stack.pop() {
            read.push(node);
            push(node, &mut stack);
        }
        read
    }
}

/// What an item of a level is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Node(usize),
    Port(Port),
}

fn key(spot: Spot) -> Key {
    match spot {
        Spot::Node(node) | Spot::At(node, _) => Key::Node(node),
        Spot::Border(port) => Key::Port(port),
    }
}
