//! Compositions of random graphs, run: what they import and what they answer.
//!
//! Deliberately absent: how they are made (`graphs.rs`) and composed (`targets`).

use crate::by_wasm_compose::imports;
use crate::graphs::Graph;
use crate::run::Running;
use crate::support::validate;

/// The composition is valid, imports what it must, and computes what its parts say.
pub fn answers(graph: &Graph, bytes: &[u8]) -> Result<(), String> {
    validate(bytes)?;
    let (imports, wanted) = (imports(bytes)?, graph.leftovers());
    if imports != wanted {
        return Err(format!("imports {imports:?}, not {wanted:?}"));
    }
    let host = graph.host();
    let host: Vec<&str> = host.iter().map(String::as_str).collect();
    let mut running = Running::start(bytes, &host)?;
    for x in [0, 1, 123_456_789] {
        let (answer, wanted) = (running.eval(&format!("f0({x})"))?, graph.answer(x));
        if answer.as_deref() != Some(&wanted.to_string()) {
            return Err(format!("f0({x}) answers {answer:?}, not {wanted}"));
        }
    }
    Ok(())
}
