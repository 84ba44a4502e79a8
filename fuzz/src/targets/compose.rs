//! Random compositions: each is valid, answers what it must, and comes out the same however it is
//! asked for.
//!
//! The bytes are the seed of a graph. Deliberately absent: how graphs are made (`graphs.rs`), and how
//! they are run (`executed.rs`).

use std::fs;
use std::path::Path;

use wasm_compose::config::Config;
use witkit::compose::{Options, Outcome, PartSpec, compose, config};

use super::seed;
use crate::by_wasm_compose;
use crate::executed::answers;
use crate::graphs::Graph;
use crate::support::{validate, wat};

/// Bytes as a seed.
pub fn check(data: &[u8]) -> Result<(), String> {
    shown(Graph::random(seed(data))).map(drop)
}

/// As [`holds`], with the smallest graph that fails and its parts.
pub fn shown(graph: Graph) -> Result<bool, String> {
    holds(&graph).map_err(|told| {
        let (smallest, told) = shrink(graph, told);
        let parts: Vec<String> = (0..smallest.nodes.len())
            .map(|index| format!(";; n{index}\n{}", smallest.wat(index)))
            .collect();
        format!("{told}\n{smallest:#?}\n{}", parts.join("\n"))
    })
}

/// The smallest graph found that fails as well, and how.
fn shrink(mut graph: Graph, mut told: String) -> (Graph, String) {
    while let Some((less, why)) = graph
        .smaller()
        .into_iter()
        .find_map(|less| holds(&less).err().map(|why| (less, why)))
    {
        (graph, told) = (less, why);
    }
    (graph, told)
}

/// Checks all there is to say of a graph; tells whether wasm-compose had its say.
pub fn holds(graph: &Graph) -> Result<bool, String> {
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let folder = temp.path();
    let mut files = Vec::new();
    for index in 0..graph.nodes.len() {
        let text = graph.wat(index);
        // Both forms have to do.
        let file = match index % 2 {
            0 => format!("n{index}.wat"),
            _ => format!("n{index}.wasm"),
        };
        let bytes = wat(&text);
        validate(&bytes).map_err(|e| format!("n{index}: {e}\n{text}"))?;
        let content = if index % 2 == 0 {
            text.into_bytes()
        } else {
            bytes
        };
        fs::write(folder.join(&file), content).map_err(|e| e.to_string())?;
        files.push(file);
    }
    let outcome = compose(&request(folder, &files));
    let bytes = bytes_of(&outcome)?;
    answers(graph, &bytes)?;
    for turn in [1, files.len() / 2] {
        let mut order = files.clone();
        order[1..].rotate_left(turn % (files.len() - 1).max(1));
        order[1..].reverse();
        if bytes_of(&compose(&request(folder, &order)))? != bytes {
            return Err(format!("other bytes with the parts in the order {order:?}"));
        }
    }
    by_plan(outcome, folder, &bytes)?;
    with_one_missing(folder, &files)?;
    like_wasm_compose(graph, folder, &files, &bytes)
}

fn request(folder: &Path, files: &[String]) -> Options {
    let mut parts = files.iter().map(|file| PartSpec {
        name: None,
        path: folder.join(file),
    });
    Options {
        root: parts.next(),
        definitions: parts.collect(),
        ..Options::default()
    }
}

fn bytes_of(outcome: &Outcome) -> Result<Vec<u8>, String> {
    match &outcome.composed {
        Some(composed) if !outcome.report.has_errors() => Ok(composed.to_vec()),
        Some(_) => Err(format!("composed in spite of errors\n{}", outcome.report)),
        None => Err(format!("not composed\n{}", outcome.report)),
    }
}

/// The plan, written and read again, gives the same bytes.
fn by_plan(outcome: Outcome, folder: &Path, bytes: &[u8]) -> Result<(), String> {
    let mut plan = outcome.plan.ok_or("there is no plan")?;
    for part in &mut plan.parts {
        let name = Path::new(&part.path)
            .file_name()
            .ok_or("a part is a file")?;
        part.path = name.to_string_lossy().into_owned();
    }
    let file = folder.join("plan.json");
    fs::write(&file, plan.to_json()).map_err(|e| e.to_string())?;
    let settings = config::read(&file, None).map_err(|report| format!("{report:#}"))?;
    match bytes_of(&compose(&settings.options))? == bytes {
        true => Ok(()),
        false => Err("other bytes by the plan".to_string()),
    }
}

/// Without one of the parts it is an error, or nobody needed it, or another version steps in; but
/// nothing of the parts' own is ever left open.
fn with_one_missing(folder: &Path, files: &[String]) -> Result<(), String> {
    for missing in &files[1..] {
        let left: Vec<String> = files.iter().filter(|f| *f != missing).cloned().collect();
        let outcome = compose(&request(folder, &left));
        match &outcome.composed {
            None if outcome.report.has_errors() => {}
            None => return Err(format!("without {missing}: nothing, and no error")),
            Some(composed) => {
                let bytes = composed.to_vec();
                validate(&bytes).map_err(|e| format!("without {missing}: {e}"))?;
                let imports = by_wasm_compose::imports(&bytes)?;
                if !imports.iter().all(|name| name.starts_with("wasi:")) {
                    return Err(format!("without {missing} it imports {imports:?}"));
                }
            }
        }
    }
    Ok(())
}

/// Where wasm-compose closes all that witkit closes, its result answers the same.
fn like_wasm_compose(
    graph: &Graph,
    folder: &Path,
    files: &[String],
    ours: &[u8],
) -> Result<bool, String> {
    let config = Config {
        dir: folder.to_path_buf(),
        definitions: files[1..].iter().map(Into::into).collect(),
        ..Config::default()
    };
    let Ok(theirs) = by_wasm_compose::oracle(&folder.join(&files[0]), &config) else {
        return Ok(false);
    };
    if by_wasm_compose::imports(&theirs)? != by_wasm_compose::imports(ours)? {
        return Ok(false);
    }
    by_wasm_compose::same_surface(ours, &theirs)?;
    answers(graph, &theirs).map_err(|e| format!("what wasm-compose made of it: {e}"))?;
    Ok(true)
}
