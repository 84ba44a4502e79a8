//! A graph as a page that can be searched and clicked through.
//!
//! Lives here: [`html`]; the page's style and script are beside, in `html/`.
//! May import: the model, `label`, `layout`, `svg`, `colors`, `escape`.
//! Deliberately absent: any request to anywhere (the page's policy forbids it), and any name
//! made part of the page as markup: the script sets texts only.

use std::collections::BTreeMap;

use serde::Serialize;

use super::colors;
use super::label;
use super::layout::{self, Drawing, Flow, Line, Window};
use super::model::{Graph, Port};
use super::svg;
use crate::escape::{size, visible};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// What the script knows of the graph: texts are as they are shown.
#[derive(Serialize)]
struct Data<'a> {
    title: String,
    /// The same with the ways to the files.
    path: String,
    nodes: Vec<DataNode<'a>>,
    links: Vec<DataLink<'a>>,
    /// Where everything is in each of the drawings: the one for wide windows, and the one for tall
    /// windows if it is another.
    places: Vec<Places>,
    /// The WIT texts, each once.
    texts: Vec<String>,
}

#[derive(Serialize)]
struct DataNode<'a> {
    name: String,
    kind: &'a str,
    of: Option<String>,
    size: Option<String>,
    within: Option<usize>,
    imports: Vec<DataPort<'a>>,
    exports: Vec<DataPort<'a>>,
    wit: Option<usize>,
    /// What links to it call it.
    id: &'a str,
}

/// Where everything is in a drawing.
#[derive(Serialize)]
struct Places {
    /// The corner and the size of each node.
    nodes: Vec<[i64; 4]>,
    /// Where each link is, as far as that can be said of a line.
    links: Vec<[i64; 2]>,
    /// Whether it goes down, or else to the right.
    down: bool,
}

#[derive(Serialize)]
struct DataPort<'a> {
    name: String,
    sort: &'a str,
}

#[derive(Serialize)]
struct DataLink<'a> {
    from: usize,
    to: usize,
    kind: &'a str,
    edges: Vec<DataEdge<'a>>,
}

#[derive(Serialize)]
struct DataEdge<'a> {
    interface: String,
    provided_as: Option<String>,
    sort: &'a str,
    functions: Option<usize>,
    wit: Option<usize>,
}

/// Draws a graph as one HTML file, which needs nothing else: the drawing of [`svg`](fn@super::svg),
/// to pan and zoom in, with search, keyboard, and what there is to know about each node and edge.
///
/// Nothing in a name takes effect: names reach the page as escaped text or as JSON, and the script
/// makes texts of them, never markup.
///
/// [`Graph`] shows it in use.
pub fn html(graph: &Graph) -> String {
    let wide = layout::draw(graph, Window::Wide);
    let tall = layout::draw(graph, Window::Tall);
    let mut drawings = vec![wide];
    if (tall.wide, tall.high) != (drawings[0].wide, drawings[0].high) {
        drawings.push(tall);
    }
    let mut style = colors::rules(false, "");
    style.push_str("@media (prefers-color-scheme:dark){\n");
    style.push_str(&colors::rules(true, ":root:not([data-theme=light]) "));
    style.push_str("}\n");
    style.push_str(&colors::rules(true, ":root[data-theme=dark] "));
    let title = label::heading(graph);
    let path = visible(&graph.title);
    let mut page = String::new();
    // Each mark stands between two `@@`; what takes its place is not looked through again.
    for (at, piece) in PAGE.split("@@").enumerate() {
        match piece {
            _ if at % 2 == 0 => page.push_str(piece),
            "title" => page.push_str(&svg::escaped(&title)),
            "path" => page.push_str(&svg::escaped(&path)),
            "style" => page.push_str(STYLE),
            "script" => page.push_str(SCRIPT),
            "drawing" => page.push_str(&svg::write(graph, &drawings[0], &style)),
            "tall" => {
                if let Some(tall) = drawings.get(1) {
                    page.push_str(&svg::write(graph, tall, &style));
                }
            }
            "data" => page.push_str(&json(&data(graph, &drawings))),
            _ => {}
        }
    }
    page
}

/// As JSON that can stand in a script element.
fn json(data: &Data) -> String {
    // Neither keys nor values are of a kind that JSON does not have, so this does not fail.
    let json = serde_json::to_string(data).unwrap_or_default();
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

/// The texts, each with its place among all.
#[derive(Default)]
struct Texts<'a> {
    places: BTreeMap<&'a str, usize>,
    texts: Vec<String>,
}

impl<'a> Texts<'a> {
    fn place(&mut self, text: Option<&'a str>) -> Option<usize> {
        let text = text?;
        let next = self.texts.len();
        let place = *self.places.entry(text).or_insert(next);
        if place == next {
            let lines: Vec<String> = text
                .split('\n')
                .map(|line| visible(&line.trim_end_matches('\r').replace('\t', "    ")))
                .collect();
            self.texts.push(lines.join("\n"));
        }
        Some(place)
    }
}

fn data<'a>(graph: &'a Graph, drawings: &[Drawing]) -> Data<'a> {
    let mut texts = Texts::default();
    let ports = |ports: &'a [Port]| {
        let port = |port: &'a Port| DataPort {
            name: label::shown(&port.name),
            sort: port.sort,
        };
        ports.iter().map(port).collect()
    };
    // What is in what, and which edges are one, is the same in all drawings.
    let drawing = &drawings[0];
    let nodes = graph.nodes.iter().zip(&drawing.shapes);
    let nodes = nodes.map(|(node, shape)| DataNode {
        name: visible(&node.name),
        kind: layout::kind_word(node.kind),
        of: node.of.as_deref().map(visible),
        size: node.size.map(size),
        within: shape.within,
        imports: ports(&node.imports),
        exports: ports(&node.exports),
        wit: texts.place(node.wit.as_deref()),
        id: &node.id,
    });
    let nodes = nodes.collect();
    let links = drawing.links.iter().map(|link| DataLink {
        from: link.from,
        to: link.to,
        kind: layout::edge_word(link.kind),
        edges: link
            .edges_of(graph)
            .map(|edge| DataEdge {
                interface: label::shown(&edge.interface),
                provided_as: edge.provided_as.as_deref().map(label::shown),
                sort: edge.sort,
                functions: edge.functions,
                wit: texts.place(edge.wit.as_deref()),
            })
            .collect(),
    });
    let links = links.collect();
    Data {
        title: label::heading(graph),
        path: visible(&graph.title),
        nodes,
        links,
        places: drawings.iter().map(places).collect(),
        texts: texts.texts,
    }
}

fn places(drawing: &Drawing) -> Places {
    let corners = drawing.shapes.iter().map(|shape| shape.rect);
    let middles = drawing.lines.iter().map(Line::middle);
    Places {
        nodes: corners
            .map(|rect| [rect.x, rect.y, rect.wide, rect.high].map(rounded))
            .collect(),
        links: middles.map(|at| [at.x, at.y].map(rounded)).collect(),
        down: drawing.flow == Flow::Down,
    }
}

fn rounded(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::super::layout::samples;
    use super::*;

    /// The data of a page.
    fn data_of(html: &str) -> &str {
        let start = "<script id=\"data\" type=\"application/json\">";
        let (_, after) = html.split_once(start).unwrap();
        after.split_once("</script>").unwrap().0
    }

    #[test]
    fn the_page_holds_all_that_it_needs_and_asks_for_nothing() {
        let page = html(&samples::twelve());
        assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'"));
        for absent in [
            "src=",
            "href=",
            "url(",
            "@import",
            "fetch(",
            "innerHTML",
            "@@",
        ] {
            assert!(!page.contains(absent), "{absent}");
        }
        let data: serde_json::Value = serde_json::from_str(data_of(&page)).unwrap();
        assert_eq!(data["nodes"].as_array().unwrap().len(), 14);
        assert_eq!(data["nodes"][1]["size"], "40.0 kB");
    }

    #[test]
    fn texts_that_are_the_same_are_in_the_page_once() {
        let data = html(&samples::three());
        let data: serde_json::Value = serde_json::from_str(data_of(&data)).unwrap();
        let texts = data["texts"].as_array().unwrap();
        let streams =
            |text: &&serde_json::Value| text.as_str().unwrap().contains("`wasi:io/streams");
        assert_eq!(texts.iter().filter(streams).count(), 1);
        let edges = data["links"].as_array().unwrap().iter();
        let edges: usize = edges
            .map(|link| link["edges"].as_array().unwrap().len())
            .sum();
        assert_eq!(edges, 15);
    }

    #[test]
    fn no_name_ends_the_data_or_takes_the_place_of_a_mark() {
        let graph = samples::hostile();
        let page = html(&graph);
        let data = data_of(&page);
        assert!(!data.contains('<') && !data.contains('\u{202e}'));
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["nodes"].as_array().unwrap().len(), graph.nodes.len());
        assert_eq!(data["nodes"][5]["name"], "@@data@@ {{x}} ${y}");
        assert_eq!(page.matches("<script").count(), 2);
    }
}
