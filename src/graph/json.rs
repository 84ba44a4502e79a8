//! A graph for programs. May import: the sibling data.

use serde::Serialize;

use super::model::Graph;

/// The document `witkit.graph/1`.
///
/// [`Graph`] shows it in use.
pub fn json(graph: &Graph) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        #[serde(flatten)]
        graph: &'a Graph,
    }
    let document = Document {
        schema: "witkit.graph/1",
        graph,
    };
    // INVARIANT: there are only strings, numbers and lists in it, which all have a form in JSON.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
