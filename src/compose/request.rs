//! What a user asks of a composition, as data.
//!
//! Lives here: [`Request`] and its parts. May import: `plan`, `wasm`.
//! Deliberately absent: reading files and looking up names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::plan::Plan;
use crate::wasm::Component;

/// A file to take as a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSpec {
    /// The name given to it; without one, the file's stem or as much more as tells it apart.
    pub name: Option<String>,
    /// The file; `-` is standard input.
    pub path: PathBuf,
}

impl PartSpec {
    /// Reads `[NAME=]FILE`.
    pub fn parse(text: &str) -> PartSpec {
        match text.split_once('=') {
            Some((name, path)) if !name.is_empty() => PartSpec {
                name: Some(name.to_string()),
                path: path.into(),
            },
            _ => PartSpec {
                name: None,
                path: text.into(),
            },
        }
    }
}

/// A wire laid by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireSpec {
    /// As typed: `[PART.]IMPORT=PART[.EXPORT]`, or `@host[.NAME]` to the right.
    Typed(String),
    /// As a configuration says it, with nothing left to look up in a text.
    Exact {
        /// The part whose import it is.
        part: String,
        /// The import.
        import: String,
        /// The part that serves it; none leaves it open.
        to: Option<String>,
        /// The export that serves it; none lets the part's instance or an export of it serve.
        export: Option<String>,
    },
}

/// A chain of middleware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSpec {
    /// `[PART.]IMPORT` that the chain is put before; none wraps the root's exports.
    pub edge: Option<String>,
    /// Names of parts or files, outermost first.
    pub links: Vec<String>,
}

impl ChainSpec {
    /// Reads `[EDGE=]A,B,C`.
    pub fn parse(text: &str) -> ChainSpec {
        let (edge, links) = match text.split_once('=') {
            Some((edge, links)) => (Some(edge.to_string()), links),
            None => (None, text),
        };
        ChainSpec {
            edge,
            links: links.split(',').map(|l| l.trim().to_string()).collect(),
        }
    }
}

/// What to compose of what.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The component whose exports are those of the composition.
    pub root: Option<PartSpec>,
    /// Parts to use.
    pub definitions: Vec<PartSpec>,
    /// Folders with components that may be used.
    pub search_paths: Vec<PathBuf>,
    /// Components that may be used under the name given to them.
    pub named: Vec<PartSpec>,
    /// Patterns of imports that may be left open besides `wasi:*`.
    pub imports: Vec<String>,
    /// Whether nothing at all may be left open.
    pub no_imports: bool,
    /// Wires laid by hand.
    pub wires: Vec<WireSpec>,
    /// `PART[.NAME]` to export besides.
    pub exports: Vec<String>,
    /// Chains of middleware.
    pub chains: Vec<ChainSpec>,
    /// Whether identical core modules of different parts are shared.
    pub dedupe: bool,
    /// Whether the code of all parts is validated, not only types and wiring.
    pub validate_code: bool,
    /// Folders in which an instance that is imported under a plain name is looked for as a file
    /// of that name.
    pub named_folders: Vec<PathBuf>,
    /// Files that are not read, as somebody has them already.
    pub in_memory: BTreeMap<PathBuf, Arc<Component>>,
    /// A plan to carry out; with one, all other fields but that are empty.
    pub plan: Option<Plan>,
}

impl Request {
    /// The same request, its relative paths meant from `folder`.
    pub fn under(mut self, folder: &Path) -> Request {
        if folder == Path::new("") {
            return self;
        }
        let specs = self.root.iter_mut().chain(&mut self.definitions);
        for spec in specs.chain(&mut self.named) {
            spec.path = folder.join(&spec.path);
        }
        for path in self.search_paths.iter_mut().chain(&mut self.named_folders) {
            *path = folder.join(&path);
        }
        for link in self.chains.iter_mut().flat_map(|chain| &mut chain.links) {
            // What is no file is the name of a part.
            let file = folder.join(&link);
            if file.is_file() {
                *link = file.display().to_string();
            }
        }
        for part in self.plan.iter_mut().flat_map(|plan| &mut plan.parts) {
            part.path = folder.join(&part.path).display().to_string();
        }
        self
    }
}
