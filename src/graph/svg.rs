//! A graph as SVG.
//!
//! Lives here: [`svg`]. The drawing needs nothing but itself: no font, no script, no link; it is
//! light or dark as the reader's system is.
//! May import: the model, `label`, `layout`, `colors`, `escape`.
//! Deliberately absent: where things are (`layout`), and anything to click on (`html`).

use std::fmt::Write;

use super::colors;
use super::label;
use super::layout::{self, Drawing, LINE, Line, NAME, Rect, SMALL, Shape, Step, Xy};
use super::model::{EdgeKind, Graph, Node, NodeKind};
use crate::escape::{size, visible};

/// What does not depend on light and dark.
const SHAPES: &str = "\
.witkit text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;\
text-anchor:middle}
.witkit .name{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-weight:600}
.witkit .node rect{stroke-width:1.5}
.witkit .box{stroke-width:1.5;stroke-dasharray:none}
.witkit .node.group rect{fill:none!important;stroke-width:1.5}
.witkit .group text{text-anchor:start}
.witkit .group.right text{text-anchor:end}
.witkit .way{fill:none;stroke-width:1.5}
.witkit .use .way,.witkit .tohost .way{stroke-width:1}
.witkit .open .way{stroke-dasharray:6 4}
.witkit .reach{fill:none;stroke:transparent;stroke-width:12}
";

/// The length and half the width of an arrow.
const ARROW: (f64, f64) = (8.0, 3.5);

/// Draws a graph as one SVG file: who uses is above (or to the left of) who is used, edges between
/// the same two nodes are one, and nested compositions are boxes around what is in them.
///
/// The same graph gives the same text. Names may hold anything: what is not plain is shown, escaped
/// or replaced, and never takes effect.
///
/// [`Graph`] shows it in use.
pub fn svg(graph: &Graph) -> String {
    let mut style = colors::rules(false, "");
    style.push_str("@media (prefers-color-scheme:dark){\n");
    style.push_str(&colors::rules(true, ""));
    style.push_str("}\n");
    write(graph, &layout::draw(graph, layout::Window::Wide), &style)
}

/// The drawing, with these rules for colours.
pub(super) fn write(graph: &Graph, drawing: &Drawing, style: &str) -> String {
    let (wide, high) = (number(drawing.wide), number(drawing.high));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"witkit\" role=\"img\" \
         aria-labelledby=\"witkit-title witkit-desc\" width=\"{wide}\" height=\"{high}\" \
         viewBox=\"0 0 {wide} {high}\">\n\
         <title id=\"witkit-title\">{}</title>\n\
         <desc id=\"witkit-desc\">{}</desc>\n\
         <style>\n{SHAPES}.witkit text{{font-size:{}px}}\n.witkit .name{{font-size:{}px}}\n\
         {style}</style>\n\
         <rect class=\"paper\" width=\"{wide}\" height=\"{high}\"/>\n",
        escaped(&label::heading(graph)),
        escaped(&description(graph, drawing)),
        number(SMALL),
        number(NAME),
    );
    // What is inside comes after what it is inside of.
    let boxes: Vec<usize> = drawing
        .order
        .iter()
        .copied()
        .filter(|&node| drawing.shapes[node].group)
        .collect();
    for &node in &boxes {
        push(
            &mut out,
            format_args!("<rect class=\"box\" data-node=\"{node}\" "),
        );
        area(&mut out, drawing.shapes[node].rect, 10.0);
    }
    let mut from: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for (at, link) in drawing.links.iter().enumerate() {
        from[link.from].push(at);
    }
    for &node in &drawing.order {
        node_group(&mut out, node, &graph.nodes[node], &drawing.shapes[node]);
        for &link in &from[node] {
            edge_group(&mut out, graph, drawing, link, &boxes);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// What a reader who cannot see the drawing needs to know of it.
fn description(graph: &Graph, drawing: &Drawing) -> String {
    let mut text = format!(
        "{} and {}, {}.",
        counted(graph.nodes.len(), "node"),
        counted(graph.edges.len(), "edge"),
        match drawing.flow {
            layout::Flow::Down => "from top to bottom",
            layout::Flow::Right => "from left to right",
        }
    );
    for link in drawing.links.iter().take(40) {
        let title = layout::link_title(graph, link);
        let first = title.lines().next().unwrap_or_default();
        push(&mut text, format_args!("\n{first}"));
    }
    if drawing.links.len() > 40 {
        push(
            &mut text,
            format_args!("\n… and {} more", drawing.links.len() - 40),
        );
    }
    text
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn node_group(out: &mut String, at: usize, node: &Node, shape: &Shape) {
    let kind = layout::kind_word(node.kind);
    let group = match (shape.group, shape.head_right) {
        (true, true) => " group right",
        (true, false) => " group",
        (false, _) => "",
    };
    let mut title = format!("{} ({kind})", visible(&node.name));
    if let Some(of) = node.of.as_deref().filter(|of| *of != node.name) {
        push(&mut title, format_args!("\nof {}", visible(of)));
    }
    if let Some(bytes) = node.size {
        push(&mut title, format_args!("\n{}", size(bytes)));
    }
    push(
        out,
        format_args!(
            "<g class=\"node {kind}{group}\" data-node=\"{at}\"><title>{}</title><rect ",
            escaped(&title)
        ),
    );
    let rect = shape.rect;
    let round = match node.kind {
        _ if shape.group => 10.0,
        NodeKind::Caller | NodeKind::Host => rect.high / 2.0,
        _ => 8.0,
    };
    area(out, rect, round);
    let face = &shape.face;
    let (x, top) = match shape.group {
        true if shape.head_right => (rect.x + rect.wide - 16.0, rect.y + 23.0),
        true => (rect.x + 16.0, rect.y + 23.0),
        false => {
            let lines = if face.detail.is_empty() { 4.5 } else { -3.5 };
            (rect.x + rect.wide / 2.0, rect.y + rect.high / 2.0 + lines)
        }
    };
    text(out, "name", x, top, &face.name);
    if !face.detail.is_empty() {
        text(out, "detail", x, top + 16.0, &face.detail);
    }
    out.push_str("</g>\n");
}

fn edge_group(out: &mut String, graph: &Graph, drawing: &Drawing, at: usize, boxes: &[usize]) {
    let (link, line) = (&drawing.links[at], &drawing.lines[at]);
    let kind = layout::edge_word(link.kind);
    let host = graph.nodes[link.to].kind == NodeKind::Host && link.kind != EdgeKind::Open;
    let (way, tip) = path(line);
    push(
        out,
        format_args!(
            "<g class=\"edge {kind}{}\" data-link=\"{at}\"><title>{}</title>\
             <path class=\"reach\" d=\"{way}\"/><path class=\"way\" d=\"{way}\"/>\
             <path class=\"tip\" d=\"{tip}\"/>",
            if host { " tohost" } else { "" },
            escaped(&layout::link_title(graph, link)),
        ),
    );
    if let Some(label) = line.label {
        let inner = boxes
            .iter()
            .any(|&node| contains(drawing.shapes[node].rect, label));
        let class = if inner { "inner" } else { "paper" };
        push(out, format_args!("<rect class=\"{class}\" "));
        area(out, label, 3.0);
        out.push_str("<g class=\"label\">");
        let middle = label.x + label.wide / 2.0;
        for (row, content) in line.lines.iter().enumerate() {
            // The package, where the rest of the name is in the next line.
            let class = if content.ends_with('/') { "of" } else { "item" };
            let base = label.y + 2.0 + LINE * row as f64 + 10.5;
            text(out, class, middle, base, content);
        }
        out.push_str("</g>");
    }
    out.push_str("</g>\n");
}

fn contains(outer: Rect, inner: Rect) -> bool {
    let within = |low: f64, length: f64, other: f64| other >= low && other <= low + length;
    within(outer.x, outer.wide, inner.x) && within(outer.y, outer.high, inner.y)
}

/// The path of a line, and that of its arrow, where it ends.
fn path(line: &Line) -> (String, String) {
    let end = line.end();
    let before = match line.steps.as_slice() {
        [] | [Step::Line(_)] => line.start,
        [.., Step::Curve(_, second, _)] => *second,
        [.., Step::Line(to) | Step::Curve(_, _, to), Step::Line(_)] => *to,
    };
    let (dx, dy) = (end.x - before.x, end.y - before.y);
    let length = dx.hypot(dy).max(0.001);
    let (dx, dy) = (dx / length, dy / length);
    // The line ends inside of its arrow.
    let short = Xy {
        x: end.x - dx * (ARROW.0 - 1.0).min(length),
        y: end.y - dy * (ARROW.0 - 1.0).min(length),
    };
    let mut way = format!("M{}", pair(line.start));
    for (at, step) in line.steps.iter().enumerate() {
        let last = at + 1 == line.steps.len();
        let to = |to: Xy| pair(if last { short } else { to });
        match *step {
            Step::Line(end) => push(&mut way, format_args!("L{}", to(end))),
            Step::Curve(first, second, end) => push(
                &mut way,
                format_args!("C{} {} {}", pair(first), pair(second), to(end)),
            ),
        }
    }
    let corner = |side: f64| {
        pair(Xy {
            x: end.x - dx * ARROW.0 - dy * side,
            y: end.y - dy * ARROW.0 + dx * side,
        })
    };
    let tip = format!("M{}L{}L{}Z", pair(end), corner(ARROW.1), corner(-ARROW.1));
    (way, tip)
}

fn area(out: &mut String, rect: Rect, round: f64) {
    push(
        out,
        format_args!(
            "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
            number(rect.x),
            number(rect.y),
            number(rect.wide),
            number(rect.high),
            number(round)
        ),
    );
}

fn text(out: &mut String, class: &str, x: f64, y: f64, content: &str) {
    push(
        out,
        format_args!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
            number(x),
            number(y),
            escaped(content)
        ),
    );
}

fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = out.write_fmt(arguments);
}

fn pair(at: Xy) -> String {
    format!("{} {}", number(at.x), number(at.y))
}

/// With one digit behind the point, if that is not a zero.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_string(),
        Some(whole) => whole.to_string(),
        None => text,
    }
}

/// The text as XML and HTML have it, in content and in attributes alike.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push('\n'),
            // These must not be in XML at all.
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::layout::samples;
    use super::*;

    /// Whether a text is well-formed XML, as far as what is written here goes.
    fn well_formed(text: &str) -> Result<(), String> {
        let plain = |text: &str| {
            let bad =
                |c: char| (c < ' ' && c != '\n') || matches!(c, '<' | '\u{fffe}' | '\u{ffff}');
            if let Some(c) = text.chars().find(|&c| bad(c)) {
                return Err(format!("{c:?} in {text:?}"));
            }
            for (at, _) in text.match_indices('&') {
                let known = ["&lt;", "&gt;", "&amp;", "&quot;", "&#39;"];
                if !known.iter().any(|entity| text[at..].starts_with(entity)) {
                    return Err(format!("what is & in {text:?}"));
                }
            }
            Ok(())
        };
        let mut open: Vec<&str> = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            plain(before)?;
            let (tag, after) = after.split_once('>').ok_or("a tag without end")?;
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                if open.pop() != Some(name) {
                    return Err(format!("{name} is closed, but not open"));
                }
                continue;
            }
            let inner = tag.strip_suffix('/').unwrap_or(tag);
            let (name, mut attributes) = inner.split_once(' ').unwrap_or((inner, ""));
            let mut seen = Vec::new();
            while !attributes.trim().is_empty() {
                let (key, value) = attributes.trim().split_once("=\"").ok_or(inner)?;
                let (value, more) = value.split_once('"').ok_or(inner)?;
                plain(value)?;
                if seen.contains(&key) || !key.chars().all(|c| c.is_alphabetic() || c == '-') {
                    return Err(format!("{key} in {inner}"));
                }
                seen.push(key);
                attributes = more;
            }
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        plain(rest)?;
        match open.is_empty() && rest.trim().is_empty() {
            true => Ok(()),
            false => Err(format!("{open:?} {rest:?}")),
        }
    }

    #[test]
    fn drawings_are_well_formed_whatever_names_hold() {
        for bad in [
            "<a>",
            "<a></b>",
            "<a b=\"&\"/>",
            "<a b=\"1\" b=\"2\"/>",
            "\u{1}",
            "<a",
        ] {
            assert!(well_formed(bad).is_err(), "{bad:?}");
        }
        for graph in [
            samples::three(),
            samples::twelve(),
            samples::nested(),
            samples::package(),
            samples::hostile(),
            Graph::default(),
        ] {
            let svg = svg(&graph);
            assert_eq!(well_formed(&svg), Ok(()), "{svg}");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }

    #[test]
    fn drawings_need_nothing_from_elsewhere_and_say_what_they_are() {
        let svg = svg(&samples::twelve());
        let links = svg.matches("http").count() - svg.matches("wasi:http").count();
        assert_eq!(links, 1, "the name of the format only: {svg}");
        for absent in [
            "href",
            "url(",
            "@import",
            "<script",
            "<foreignObject",
            "<image",
        ] {
            assert!(!svg.contains(absent), "{absent}");
        }
        for part in [
            "role=\"img\"",
            "<title id=\"witkit-title\">gateway",
            "<desc id=\"witkit-desc\">14 nodes and 41 edges",
            "prefers-color-scheme:dark",
            "viewBox=\"0 0 ",
            "class=\"edge open\"",
            "class=\"node host\"",
        ] {
            assert!(svg.contains(part), "{part}");
        }
    }

    #[test]
    fn marks_and_markup_in_names_are_shown() {
        let svg = svg(&samples::hostile());
        assert!(
            svg.contains("&lt;img src=x onerror=alert(1)&gt; (instance)"),
            "{svg}"
        );
        assert!(svg.contains("\u{fffd}evil\u{fffd}␛[31mred␀"), "{svg}");
        assert!(!svg.contains('\u{202e}') && !svg.contains("<img"), "{svg}");
    }
}
