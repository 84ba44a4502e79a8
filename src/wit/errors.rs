//! wit-parser's errors in our own words.
//!
//! Lives here: [`Translate`], which finds the places; `words` knows what its messages mean.
//! May import: `diag` (rank 0), the syntax and `names`. Deliberately absent: finding errors.
//!
//! Most of what wit-parser complains about was found before, by `syntax` and `names`, and all at
//! once; what is left is what it takes types, gates and the elaboration of worlds to see.

mod gates;
mod words;

use std::collections::BTreeSet;

use wit_parser::{ParseError, ParseErrorKind, ResolveError, ResolveErrorKind, SourceMap, Span};

use super::File;
use super::codes;
use super::names::{Names, Target};
use super::syntax::{Node, NodeKind};
use crate::diag::{Code, Diagnostic, Locus};

/// What is needed to say where an error is, and why.
pub(super) struct Translate<'t> {
    pub files: &'t [File],
    pub names: &'t Names,
    pub all_features: bool,
    pub features: BTreeSet<String>,
}

/// What a message means.
struct Words {
    code: &'static Code,
    message: String,
    label: String,
    notes: Vec<String>,
    help: Vec<String>,
}

impl Words {
    fn new(message: impl Into<String>) -> Words {
        Words {
            code: &codes::UNRESOLVED,
            message: message.into(),
            label: String::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    fn code(self, code: &'static Code) -> Words {
        Words { code, ..self }
    }

    fn label(self, label: impl Into<String>) -> Words {
        let label = label.into();
        Words { label, ..self }
    }

    fn note(mut self, note: impl Into<String>) -> Words {
        self.notes.push(note.into());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Words {
        self.help.push(help.into());
        self
    }
}

impl<'t> Translate<'t> {
    /// An error in the texts of one package.
    pub fn parse(&self, map: &SourceMap, error: &ParseError) -> Diagnostic {
        let kind = error.kind();
        let words = match kind {
            ParseErrorKind::Syntax { message, .. } => words::syntax(message),
            ParseErrorKind::ItemNotFound { name, kind, .. } => {
                Words::new(format!("cannot find {kind} `{name}`")).code(match kind.as_str() {
                    "interface or world" => &codes::UNKNOWN_INTERFACE,
                    _ => &codes::UNKNOWN_TYPE,
                })
            }
            ParseErrorKind::TypeCycle { name, kind, .. } => {
                Words::new(format!("{kind} `{name}` depends on itself")).code(&codes::CYCLE)
            }
            other => words::syntax(&other.to_string()),
        };
        let node = self.node(map, kind.span());
        let mut found = self.finding(words, map, kind.span());
        // Of a name that is taken, the other place.
        if let (Some(node), Some(name)) = (node, words::conflicting(&kind.to_string()))
            && let Some(other) = self.other(node, name)
        {
            found = found.at(other.locus(), "previous definition");
        }
        found
    }

    /// An error in how packages fit together; if it is a gate that is closed, all of these.
    pub fn resolve(&self, map: &SourceMap, error: &ResolveError) -> Vec<Diagnostic> {
        let kind = error.kind();
        // Whether it is a gate: by what it says, or else by where it is.
        let is_gate = match kind {
            ResolveErrorKind::DuplicatePackage { .. } => Some(false),
            ResolveErrorKind::Semantic { message, .. } => Some(is_about_gates(message)),
            _ => None,
        };
        if is_gate == Some(false) {
            return vec![self.first(map, kind)];
        }
        let mut gates = self.gates();
        gates.extend(self.ungated());
        let at = self.node(map, kind.span()).map(Node::locus);
        let is_here = |gate: &Diagnostic| {
            let mut places = gate.labels.iter().map(|label| &label.locus);
            places.any(|place| at.as_ref().is_some_and(|at| touch(place, at)))
        };
        match !gates.is_empty() && (is_gate == Some(true) || gates.iter().any(is_here)) {
            true => gates,
            false => vec![self.first(map, kind)],
        }
    }

    fn first(&self, map: &SourceMap, kind: &ResolveErrorKind) -> Diagnostic {
        let span = kind.span();
        match kind {
            ResolveErrorKind::DuplicatePackage { name, span2, .. } => {
                let words = Words::new(format!("duplicate package `{name}`"))
                    .code(&codes::DUPLICATE)
                    .label("redefined here");
                let found = self.finding(words, map, span);
                match place(map, *span2) {
                    Some(first) => found.at(first, "previous definition"),
                    None => found,
                }
            }
            ResolveErrorKind::Semantic { message, .. } => self.semantic(map, span, message),
            other => self
                .world_in_use(map, span)
                .unwrap_or_else(|| self.finding(words::resolve(other), map, span)),
        }
    }

    fn semantic(&self, map: &SourceMap, span: Span, message: &str) -> Diagnostic {
        let mut words = words::semantic(message);
        if words.help.is_empty() && is_about_gates(message) {
            words = words
                .help("enable its feature with `--features NAME`, or all with `--all-features`");
        }
        let mut found = self.finding(words, map, span);
        // About a whole world, without a place.
        if found.labels.is_empty()
            && let Some(world) = words::world(message).and_then(|name| self.world(name))
        {
            found = found.at(world.locus(), "in this world");
        }
        if found.labels.is_empty()
            && let Some(file) = self.files.first()
        {
            found = found.at(file.tree.locus(0..0), "");
        }
        found
    }

    /// A world of another package in a `use` at the top of a file.
    fn world_in_use(&self, map: &SourceMap, span: Span) -> Option<Diagnostic> {
        let node = self.node(map, span)?;
        let path = node.ancestors().find(|n| n.kind() == NodeKind::Path)?;
        let top = path.parent().filter(|n| n.kind() == NodeKind::TopUse)?;
        let target = self.names.target(self.position(top)?, path.index())?;
        let world = match target {
            Target::Node(place) => {
                let node = self.files.get(place.file)?.tree.node(place.node)?;
                node.kind() == NodeKind::World
            }
            Target::Foreign(_) => false,
        };
        world.then(|| {
            codes::WRONG_KIND
                .report(format!(
                    "expected an interface, found world `{}`",
                    path.text()
                ))
                .at(path.locus(), "not an interface")
                .note("`use` at the top of a file imports only interfaces of other packages")
                .help(format!(
                    "include it by its full name: `include {};`",
                    path.text()
                ))
        })
    }

    fn finding(&self, words: Words, map: &SourceMap, span: Span) -> Diagnostic {
        let mut found = words.code.report(words.message);
        found.notes = words.notes;
        found.help = words.help;
        match place(map, span) {
            Some(place) => found.at(place, words.label),
            None => found,
        }
    }

    fn node(&self, map: &SourceMap, span: Span) -> Option<Node<'t>> {
        let place = map.resolve_span(span)?;
        let file = self.files.iter().find(|f| f.tree.name() == place.path)?;
        Some(file.tree.node_at(place.range.start))
    }

    /// The position of the file that a node is in.
    fn position(&self, node: Node<'_>) -> Option<usize> {
        self.files
            .iter()
            .position(|file| std::ptr::eq(&file.tree, node.tree()))
    }

    /// Another item called `name` in the interface or world around `node`.
    fn other(&self, node: Node<'t>, name: &str) -> Option<Node<'t>> {
        let body = node.ancestors().find(|around| {
            matches!(
                around.kind(),
                NodeKind::Interface | NodeKind::World | NodeKind::InlineInterface
            )
        })?;
        let names = body.descendants().filter(|inner| {
            inner.kind() == NodeKind::Name
                && inner.name() == Some(name)
                && inner.parent().is_some_and(|item| {
                    item.name_node() == Some(*inner)
                        && (item.kind().is_item() || item.kind() == NodeKind::UseName)
                })
        });
        names.into_iter().find(|other| *other != node)
    }

    fn world(&self, name: &str) -> Option<Node<'t>> {
        self.files.iter().find_map(|file| {
            let worlds = file.tree.nodes().filter(|n| n.kind() == NodeKind::World);
            worlds
                .into_iter()
                .find(|world| world.name() == Some(name))?
                .name_node()
        })
    }
}

/// Whether a message is about something that may be behind a gate.
fn is_about_gates(message: &str) -> bool {
    message.starts_with("found a reference to")
        // What is behind a gate is not in the interface, either.
        || message.contains("not defined in interface")
}

/// Whether two places in texts have something in common.
fn touch(one: &Locus, other: &Locus) -> bool {
    match (one, other) {
        (
            Locus::Text { file, range },
            Locus::Text {
                file: other_file,
                range: other,
            },
        ) => file == other_file && range.start <= other.end && other.start <= range.end,
        _ => false,
    }
}

fn place(map: &SourceMap, span: Span) -> Option<Locus> {
    let place = map.resolve_span(span)?;
    Some(Locus::Text {
        file: place.path.to_string(),
        range: place.range,
    })
}
