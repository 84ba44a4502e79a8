//! wit-parser's errors in our own words.
//!
//! Lives here: [`Translate`], which finds the places; `words` knows what its messages mean.
//! May import: `diag` (rank 0), the syntax and `names`. Deliberately absent: finding errors.
//!
//! Most of what wit-parser complains about was found before, by `syntax` and `names`, and all at
//! once; what is left is what it takes types, gates and the elaboration of worlds to see.

mod words;

use std::collections::BTreeSet;

use wit_parser::{ParseError, ParseErrorKind, ResolveError, ResolveErrorKind, SourceMap, Span};

use super::File;
use super::codes;
use super::names::{Names, Place, Target};
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
    help: Vec<String>,
}

impl Words {
    fn new(message: impl Into<String>) -> Words {
        Words {
            code: &codes::UNRESOLVED,
            message: message.into(),
            label: String::new(),
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
                Words::new(format!("unknown {kind} `{name}`")).code(match kind.as_str() {
                    "interface or world" => &codes::UNKNOWN_INTERFACE,
                    _ => &codes::UNKNOWN_TYPE,
                })
            }
            ParseErrorKind::TypeCycle { name, kind, .. } => {
                Words::new(format!("{kind} `{name}` needs itself")).code(&codes::CYCLE)
            }
            other => words::syntax(&other.to_string()),
        };
        let node = self.node(map, kind.span());
        let mut found = self.finding(words, map, kind.span());
        // Of a name that is taken, the other place.
        if let (Some(node), Some(name)) = (node, words::conflicting(&kind.to_string()))
            && let Some(other) = self.other(node, name)
        {
            found = found.at(other.locus(), "the other one");
        }
        found
    }

    /// An error in how packages fit together.
    pub fn resolve(&self, map: &SourceMap, error: &ResolveError) -> Diagnostic {
        let kind = error.kind();
        let span = kind.span();
        match kind {
            ResolveErrorKind::DuplicatePackage { name, span2, .. } => {
                let words = Words::new(format!("package `{name}` is defined twice"))
                    .code(&codes::DUPLICATE)
                    .label("defined again here");
                let found = self.finding(words, map, span);
                match place(map, *span2) {
                    Some(first) => found.at(first, "first defined here"),
                    None => found,
                }
            }
            ResolveErrorKind::Semantic { message, .. } => self.semantic(map, span, message),
            other => self
                .gated(map, span)
                .or_else(|| self.world_in_use(map, span))
                .unwrap_or_else(|| self.finding(words::resolve(other), map, span)),
        }
    }

    fn semantic(&self, map: &SourceMap, span: Span, message: &str) -> Diagnostic {
        let is_gate = message.starts_with("found a reference to")
            // What is behind a gate is not in the interface, either.
            || message.contains("not defined in interface");
        if let Some(gated) = is_gate.then(|| self.gated(map, span)).flatten() {
            return gated;
        }
        let mut words = words::semantic(message);
        if words.help.is_empty() && is_gate {
            words = words.help("`--features NAME` makes a feature active, `--all-features` all");
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

    /// What is at a place that needs something behind a gate that is closed.
    fn gated(&self, map: &SourceMap, span: Span) -> Option<Diagnostic> {
        let node = self.node(map, span)?;
        let file = self.position(node)?;
        let item = std::iter::once(node)
            .chain(node.ancestors())
            .find(|around| around.kind().is_item() || around.kind() == NodeKind::Field)?;
        let inside = std::iter::once(item).chain(item.descendants());
        for reference in inside {
            let target = self.names.target(file, reference.index());
            let Some(Target::Node(target)) = target else {
                continue;
            };
            let Some((gate, feature)) = self.closed_gate(target, item) else {
                continue;
            };
            let name = reference.name().unwrap_or(reference.text());
            return Some(
                codes::GATE
                    .report(format!(
                        "`{name}` is only there with the feature `{feature}`, which is not active"
                    ))
                    .at(reference.locus(), "this needs the feature")
                    .at(gate.locus(), "because of this gate")
                    .help(format!(
                        "put `@unstable(feature = {feature})` on what needs it, or make the \
                         feature active with `--features {feature}`"
                    )),
            );
        }
        // A type that is always there, in an interface or world that is not.
        let around = item.parent()?;
        let (gate, feature) = self.gate_on(around)?;
        let kind = match around.kind() {
            NodeKind::World => "world",
            NodeKind::Resource => "resource",
            _ => "interface",
        };
        Some(
            codes::GATE
                .report(format!(
                    "`{}` has no gate, and its {kind} is only there with the feature `{feature}`",
                    item.name().unwrap_or("constructor")
                ))
                .at(item.name_node().unwrap_or(item).locus(), "always there")
                .at(gate.locus(), format!("the {kind} is not"))
                .help(format!("put `@unstable(feature = {feature})` on it, too")),
        )
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
                    "`{}` is a world, and `use` brings only interfaces of other packages into a file",
                    path.text()
                ))
                .at(path.locus(), "not an interface")
                .help(format!("include it by its full name: `include {};`", path.text()))
        })
    }

    /// The closed gate that a definition is behind, and not the item that needs it.
    fn closed_gate(&self, target: Place, item: Node<'_>) -> Option<(Node<'t>, &'t str)> {
        let mut target = target;
        loop {
            let definition = self.files.get(target.file)?.tree.node(target.node)?;
            let around = std::iter::once(definition).chain(definition.ancestors());
            for node in around {
                if let Some(found) = self.gate_on(node)
                    && !item.ancestors().any(|outer| outer == node)
                {
                    return Some(found);
                }
            }
            // A type that was brought in may be gated where it comes from.
            let through = match definition.kind() {
                NodeKind::UseName => definition.name_node(),
                NodeKind::TopUse => definition.child(NodeKind::Path),
                _ => None,
            };
            match self.names.target(target.file, through?.index())? {
                Target::Node(next) => target = next,
                Target::Foreign(_) => return None,
            }
        }
    }

    fn gate_on(&self, node: Node<'t>) -> Option<(Node<'t>, &'t str)> {
        let gate = node.attribute("unstable")?;
        let feature = gate.children_of(NodeKind::Name).nth(1)?.name()?;
        let active = self.all_features || self.features.contains(feature);
        (!active).then_some((gate, feature))
    }

    fn finding(&self, words: Words, map: &SourceMap, span: Span) -> Diagnostic {
        let mut found = words.code.report(words.message);
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

fn place(map: &SourceMap, span: Span) -> Option<Locus> {
    let place = map.resolve_span(span)?;
    Some(Locus::Text {
        file: place.path.to_string(),
        range: place.range,
    })
}
