//! What a rule sees of a package, and where it adds its findings.
//!
//! Lives here: [`Context`]. May import: `diag`, `wit`. Deliberately absent: which rules are on.

use crate::diag::Diagnostic;
use crate::wit::names::{Place, Target};
use crate::wit::syntax::{Node, NodeKind, Tree};
use crate::wit::{File, Wit};

use super::options::RuleOptions;

/// A package, the options of rules, and the findings so far.
pub(crate) struct Context<'w> {
    /// The package.
    pub wit: &'w Wit,
    /// The options of single rules, from `[lint]`.
    pub options: &'w RuleOptions,
    /// The nodes of its own files, by kind; in the order of files and text.
    nodes: Vec<Vec<Node<'w>>>,
    found: Vec<Diagnostic>,
}

impl<'w> Context<'w> {
    pub(super) fn new(wit: &'w Wit, options: &'w RuleOptions) -> Context<'w> {
        let mut nodes = vec![Vec::new(); NodeKind::Error as usize + 1];
        for file in wit.files().iter().filter(|file| file.own) {
            for node in file.tree.nodes() {
                nodes[node.kind() as usize].push(node);
            }
        }
        Context {
            wit,
            options,
            nodes,
            found: Vec::new(),
        }
    }

    /// The files of the package itself.
    pub fn files(&self) -> impl Iterator<Item = &'w File> + use<'w> {
        self.wit.files().iter().filter(|file| file.own)
    }

    /// All nodes of a kind in the files of the package itself.
    pub fn nodes(&self, kind: NodeKind) -> Vec<Node<'w>> {
        self.nodes[kind as usize].clone()
    }

    /// All nodes that define a type by a name, in the files of the package itself.
    pub fn type_definitions(&self) -> Vec<Node<'w>> {
        use NodeKind::*;
        [TypeAlias, Record, Flags, Variant, Enum, Resource]
            .into_iter()
            .flat_map(|kind| self.nodes(kind))
            .collect()
    }

    /// What a path, a type's name or a used name refers to, if it is in a text: an interface or
    /// world, or a type, or the name by which another interface or world uses it.
    pub fn target_node(&self, node: Node<'_>) -> Option<Node<'w>> {
        // A reference is the name that is used, not what it is called here.
        let reference = match node.kind() {
            NodeKind::UseName => node.name_node()?,
            _ => node,
        };
        let names = self.wit.names();
        let target = match names.target(self.file_of(node.tree()), reference.index())? {
            Target::Node(place) => self.node(place)?,
            Target::Foreign(_) => return None,
        };
        // A `use` of the file is only another name.
        match target.kind() {
            NodeKind::TopUse => self.target_node(target.child(NodeKind::Path)?),
            _ => Some(target),
        }
    }

    /// The nodes that refer to what a node binds.
    pub fn references(&self, node: Node<'_>) -> Vec<Node<'w>> {
        let names = self.wit.names();
        let found = names.references(self.file_of(node.tree()), node.index());
        found.iter().filter_map(|place| self.node(*place)).collect()
    }

    fn node(&self, place: Place) -> Option<Node<'w>> {
        self.wit.files().get(place.file)?.tree.node(place.node)
    }

    fn file_of(&self, tree: &Tree) -> usize {
        let files = self.wit.files();
        // Every node that a rule can get hold of is of a file of the package.
        files
            .iter()
            .position(|file| std::ptr::eq(&file.tree, tree))
            .unwrap_or_default()
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }

    /// The findings since they were last taken.
    pub(super) fn take(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.found)
    }
}
