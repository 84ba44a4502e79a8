//! What names refer to. (A first version, to be replaced.)

/// What a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'w> {
    /// A node of a text.
    Node {
        /// The file, as an index into [`super::Wit::files`].
        file: usize,
        /// The node, by [`super::syntax::Node::index`].
        node: usize,
    },
    /// An item of a package in binary form.
    Foreign {
        /// The package.
        package: &'w str,
        /// The item.
        name: &'w str,
    },
}

/// What names refer to.
#[derive(Debug, Default)]
pub struct Names {}

impl Names {
    /// What the name at a node refers to.
    pub fn target(&self, _file: usize, _node: usize) -> Option<Target<'_>> {
        None
    }

    /// The nodes that refer to a definition.
    pub fn references(&self, _file: usize, _node: usize) -> &[(usize, usize)] {
        &[]
    }
}
