//! Where everything in a drawing is.
//!
//! In layers, after Sugiyama, Tagawa and Toda (1981): who uses is above who is used (`rank`), edges
//! and their labels have places of their own in the layers between (`sheet`), the order in a layer
//! is such that few edges cross (`order`), and then edges are as straight as they can be
//! (`place`, `relax`, `compact`) and drawn (`route`). Nested compositions are drawings in a drawing (`nest`, `compound`).
//!
//! May import: the model, `escape`. Deliberately absent: colours and formats (`svg`, `html`).

mod compact;
mod compound;
mod items;
mod labels;
mod level;
mod nest;
mod order;
mod place;
mod rank;
mod relax;
mod route;
#[cfg(test)]
pub(in crate::graph) mod samples;
mod sheet;
#[cfg(test)]
mod tests;
mod text;

use compound::{Compound, Given, Manner};
use nest::Nest;

pub(in crate::graph) use compound::Flow;
pub(in crate::graph) use labels::{LINE, WorldItem, edge_word, kind_word, link_title};
pub(in crate::graph) use route::Step;
pub(in crate::graph) use text::{NAME, SMALL};

use super::label::ShortNames;
use super::links::{Link, links};
use super::model::Graph;

/// A place in the drawing, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::graph) struct Xy {
    pub x: f64,
    pub y: f64,
}

/// A rectangle in the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::graph) struct Rect {
    pub x: f64,
    pub y: f64,
    pub wide: f64,
    pub high: f64,
}

/// A node in the drawing.
#[derive(Clone, Debug)]
pub(in crate::graph) struct Shape {
    pub rect: Rect,
    pub face: WorldItem,
    /// Whether others are inside.
    pub group: bool,
    /// Whether its name is at the right, as edges come in at the left.
    pub head_right: bool,
    /// The node that it is inside of.
    pub within: Option<usize>,
}

/// A link in the drawing.
#[derive(Clone, Debug, Default)]
pub(in crate::graph) struct Line {
    pub start: Xy,
    pub steps: Vec<Step<Xy>>,
    /// Where its label is, if it has one.
    pub label: Option<Rect>,
    /// The lines of the label.
    pub lines: Vec<String>,
    label_at: Option<Xy>,
}

impl Line {
    /// Where it ends.
    pub fn end(&self) -> Xy {
        match self.steps.last() {
            Some(Step::Line(to) | Step::Curve(_, _, to)) => *to,
            None => self.start,
        }
    }

    /// Where its label is, or else somewhere on it.
    pub fn middle(&self) -> Xy {
        if let Some(label) = self.label {
            return Xy {
                x: label.x + label.wide / 2.0,
                y: label.y + label.high / 2.0,
            };
        }
        match self.steps.get(self.steps.len() / 2) {
            Some(Step::Line(to) | Step::Curve(_, _, to)) => *to,
            None => self.start,
        }
    }

    fn straight(&mut self, to: Xy) {
        let from = self.end();
        if (from.x - to.x).abs() > 0.01 || (from.y - to.y).abs() > 0.01 {
            self.steps.push(Step::Line(to));
        }
    }
}

/// A graph with places for all of it.
#[derive(Clone, Debug)]
pub(in crate::graph) struct Drawing {
    pub wide: f64,
    pub high: f64,
    pub flow: Flow,
    /// By the nodes of the graph.
    pub shapes: Vec<Shape>,
    /// The links and where they are.
    pub links: Vec<Link>,
    pub lines: Vec<Line>,
    /// The nodes in the order people read them.
    pub order: Vec<usize>,
}

/// The room around the whole.
const MARGIN: f64 = 24.0;
/// What a drawing is looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graph) enum Window {
    /// A page or a window that is wider than high.
    Wide,
    /// A window that is higher than wide, as on a telephone.
    Tall,
}

impl Window {
    /// How wide, and how high a drawing may get before it is better drawn in another way. Going
    /// down is easier than going aside, so that is more than a window's height.
    fn room(self) -> (f64, f64) {
        match self {
            Window::Wide => (1240.0, 1100.0),
            Window::Tall => (560.0, 1600.0),
        }
    }
}

/// With more nodes than this, there is no choice of drawings: each takes its time.
const MANY: usize = 300;

/// Finds a place for everything.
pub(in crate::graph) fn draw(graph: &Graph, window: Window) -> Drawing {
    draw_by(graph, |given| best(given, window))
}

/// The same, by a way of choosing how to draw.
fn draw_by(graph: &Graph, choose: impl FnOnce(&Given) -> Compound) -> Drawing {
    let links = links(graph);
    let faces: Vec<WorldItem> = graph.nodes.iter().map(WorldItem::new).collect();
    let short = ShortNames::of(graph);
    let lines: Vec<Vec<String>> = links
        .iter()
        .map(|link| labels::link_lines(graph, link, links.len(), &short))
        .collect();
    let labels: Vec<Option<(f64, f64)>> = lines.iter().map(|lines| label_size(lines)).collect();
    let nest = Nest::new(graph, &links);
    let given = Given {
        graph,
        nest: &nest,
        faces: &faces,
        labels: &labels,
    };
    let compound = choose(&given);
    let (wide, high) = compound.size();
    let mut drawing = Drawing {
        wide: wide + 2.0 * MARGIN,
        high: high + 2.0 * MARGIN,
        flow: compound.flow,
        shapes: compound.shapes(&given),
        lines: compound.lines(&given),
        order: compound.reading_order(&given),
        links,
    };
    for (line, lines) in drawing.lines.iter_mut().zip(lines) {
        line.lines = lines;
    }
    drawing.shift(MARGIN);
    drawing
}

fn label_size(lines: &[String]) -> Option<(f64, f64)> {
    if lines.is_empty() {
        return None;
    }
    let widths = lines
        .iter()
        .map(|line| text::width(line, text::Font::Small));
    let wide = widths.fold(0.0, f64::max);
    Some((wide + 8.0, LINE * lines.len() as f64 + 4.0))
}

/// The drawing that is biggest in a window, where flowing down is worth something.
fn best(given: &Given, window: Window) -> Compound {
    let room = window.room();
    let scale = |compound: &Compound| {
        let (wide, high) = compound.size();
        (room.0 / wide.max(1.0))
            .min(room.1 / high.max(1.0))
            .min(1.0)
    };
    let manner = |flow, wrap, tight| Manner { flow, wrap, tight };
    let many = given.graph.nodes.len() > MANY;
    let mut best = Compound::new(given, manner(Flow::Down, false, many));
    let mut most = scale(&best) * 1.25;
    let widest = given.nest.levels.iter().map(|inside| inside.nodes.len());
    let wide = widest.max().unwrap_or(0) > 10;
    for (manner, worth) in [
        (manner(Flow::Right, false, false), 1.0),
        (manner(Flow::Down, false, true), 1.1),
        (manner(Flow::Right, false, true), 0.9),
        (manner(Flow::Down, true, false), 0.9),
        (manner(Flow::Right, true, false), 0.8),
    ] {
        let done = most >= 1.0 || (many && most >= 0.1);
        if done || (manner.wrap && !wide) {
            continue;
        }
        let other = Compound::new(given, manner);
        if scale(&other) * worth > most {
            most = scale(&other) * worth;
            best = other;
        }
    }
    best
}

impl Drawing {
    fn shift(&mut self, by: f64) {
        let moved = |at: Xy| Xy {
            x: at.x + by,
            y: at.y + by,
        };
        for shape in &mut self.shapes {
            shape.rect.x += by;
            shape.rect.y += by;
        }
        for line in &mut self.lines {
            line.start = moved(line.start);
            for step in &mut line.steps {
                *step = match *step {
                    Step::Line(to) => Step::Line(moved(to)),
                    Step::Curve(a, b, to) => Step::Curve(moved(a), moved(b), moved(to)),
                };
            }
            if let Some(label) = &mut line.label {
                label.x += by;
                label.y += by;
            }
        }
    }
}
