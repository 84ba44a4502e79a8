//! The lossless syntax tree of one WIT file.
//!
//! Lives here: [`Tree`], whose tokens joined are the text, and [`Node`], the way to walk it.
//! May import: `diag` (rank 0). Deliberately absent: making a tree (`parse`), and what names mean
//! (`names`).
//!
//! Nodes lie in one vector in the order in which they start, each with the number of the node
//! after its last descendant: a child follows its parent, a sibling is one look away. A node
//! covers its tokens from the first to the last that is not trivia. Comments belong to no node
//! but the file; the ones that document an item are found by [`Node::comments_before`].

use std::ops::Range;
use std::sync::Arc;

use super::lex::{Token, TokenKind};
use crate::diag::{Diagnostic, Locus};

/// What a node is. The grammar is that of the specification's `WIT.md`, and that of scripts, whose
/// items are those of WIT and more.
///
/// [`Node`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// The whole text. Children: `PackageDecl`?, then items.
    File,
    /// `package a:b@1.0.0;`. Children: `PackageName`, in a script `Targets`?.
    PackageDecl,
    /// `package a:b@1.0.0 { … }`. Children: `Attribute`* (an error), `PackageName`, items.
    NestedPackage,
    /// `a:b@1.0.0`. Children: `Name`s, `Version`?.
    PackageName,
    /// `@since(version = 1.0.0)`, `@unstable(feature = x)`, `@deprecated(version = 1.0.0)`,
    /// `@external-id("…")`. Children: `Name` (which one), then `Version` or `Name`.
    Attribute,
    /// `use a:b/c@1.0.0 as d;` in a file. Children: `Attribute`*, `Path`, `Name`? (after `as`).
    TopUse,
    /// `interface a { … }`. Children: `Attribute`*, `Name`, items.
    Interface,
    /// `world a { … }`. Children: `Attribute`*, `Name`, items.
    World,
    /// `import …;`. Children: `Attribute`*, then `Path`; or `Name` and one of `Path`, `FuncType`
    /// and `InlineInterface`.
    Import,
    /// `export …;`. Children as of `Import`.
    Export,
    /// `interface { … }` after `import a:`. Children: items.
    InlineInterface,
    /// `include a with { b as c }`. Children: `Attribute`*, `Path`, `IncludeName`*.
    Include,
    /// `b as c` of an include. Children: two `Name`s.
    IncludeName,
    /// `use a:b/c.{d as e};` in an interface or world. Children: `Attribute`*, `Path`, `UseName`*.
    Use,
    /// `d as e` of a use. Children: `Name`, `Name`?.
    UseName,
    /// `type a = b;`. Children: `Attribute`*, `Name`, a type; in a script, or `FuncType`.
    TypeAlias,
    /// `record a { … }`. Children: `Attribute`*, `Name`, `Field`*.
    Record,
    /// `a: b` in a record. Children: `Name`, a type.
    Field,
    /// `flags a { … }`. Children: `Attribute`*, `Name`, `Flag`*.
    Flags,
    /// Children: `Name`.
    Flag,
    /// `variant a { … }`. Children: `Attribute`*, `Name`, `Case`*.
    Variant,
    /// `a(b)`. Children: `Name`, a type?.
    Case,
    /// `enum a { … }`. Children: `Attribute`*, `Name`, `EnumCase`*.
    Enum,
    /// Children: `Name`.
    EnumCase,
    /// `resource a;` or `resource a { … }`. Children: `Attribute`*, `Name`, `Func`* and
    /// `Constructor`*.
    Resource,
    /// `a: func();` in an interface or a resource (there `a: static func();`, too). Children:
    /// `Attribute`*, `Name`, `FuncType`; in a script, `a: b;` has a `TypeName`.
    Func,
    /// `constructor(a: b) -> c;`. Children: `Attribute`*, `Params`, a type?.
    Constructor,
    /// `async func(a: b) -> c`, or `get(…)`, `set(…)`. Children: `Params`, a type?.
    FuncType,
    /// `(a: b, c: d)`. Children: `Param`*.
    Params,
    /// `a: b`. Children: `Name`, a type.
    Param,
    /// A type that is one word of the language: `u32`, `string`, `error-context`.
    TypePrimitive,
    /// A type by its name. Children: `Name`.
    TypeName,
    /// `list<a>`, `list<a, 4>`, `option`, `result` (`<…>` or without), `tuple`, `map`, `future`,
    /// `stream`, `own`, `borrow`; the first token says which. Children: types.
    TypeGeneric,
    /// `a`, or `a:b/c@1.0.0`. Children: `Name`s, `Version`?.
    Path,
    /// A name, with or without `%`; one token.
    Name,
    /// `1.0.0-rc.1+x`.
    Version,
    /// `targets a:b/c` behind the package name of a script. Children: `Path`.
    Targets,
    /// `import a as "b": c;` of a script. Children: `Name`, `ExternName`?, then one of `Path`,
    /// `FuncType` and `InlineInterface`.
    ScriptImport,
    /// `let a = b;`. Children: `Name`, `Expr`.
    Let,
    /// `export a as b;`, `export a...;` of a script. Children: `Expr`, then `ExternName`, `Spread`
    /// or nothing.
    ScriptExport,
    /// An expression. Children: one of `Local`, `New` and `Nested`, then `Access` and `NamedAccess`.
    Expr,
    /// The name of something that is defined above. Children: `Name`.
    Local,
    /// `new a:b { c, d: e, ...f, ... }`. Children: `PackageName`, `InferredArgument`,
    /// `NamedArgument`, `SpreadArgument` and `Fill`.
    New,
    /// `(a)`. Children: `Expr`.
    Nested,
    /// `.a`. Children: `Name`.
    Access,
    /// `["a"]`. Children: `Quoted`.
    NamedAccess,
    /// `a` as an argument. Children: `Name`.
    InferredArgument,
    /// `a: b` as an argument. Children: `ExternName`, `Expr`.
    NamedArgument,
    /// `...a` as an argument. Children: `Name`.
    SpreadArgument,
    /// `...` as an argument.
    Fill,
    /// `...` of an export.
    Spread,
    /// The name of an import, export or argument. Children: `Name` or `Quoted`.
    ExternName,
    /// A string; one token.
    Quoted,
    /// Tokens that could not be made sense of; a complaint says why.
    Error,
}

impl NodeKind {
    /// Whether it is a type.
    pub fn is_type(self) -> bool {
        use NodeKind::*;
        matches!(self, TypePrimitive | TypeName | TypeGeneric)
    }

    /// Whether it defines a type with a name.
    pub fn is_type_definition(self) -> bool {
        use NodeKind::*;
        matches!(self, TypeAlias | Record | Flags | Variant | Enum | Resource)
    }

    /// Whether it may have comments before it that document it, and attributes.
    pub fn is_item(self) -> bool {
        use NodeKind::*;
        self.is_type_definition()
            || matches!(
                self,
                PackageDecl
                    | NestedPackage
                    | TopUse
                    | Interface
                    | World
                    | Import
                    | Export
                    | Include
                    | Use
                    | Func
                    | Constructor
            )
            || self.is_statement()
    }

    /// Whether only scripts have it as an item.
    pub fn is_statement(self) -> bool {
        use NodeKind::*;
        matches!(self, ScriptImport | Let | ScriptExport)
    }
}

/// What is stored of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    pub kind: NodeKind,
    /// The number of the parent; the file's is its own.
    pub parent: u32,
    /// The number of the node after its last descendant.
    pub end: u32,
    /// Its tokens.
    pub first_token: u32,
    pub end_token: u32,
}

/// A WIT file as it was written.
///
/// ```
/// use witkit::wit::syntax::{NodeKind, parse};
///
/// let tree = parse("a.wit", "interface i { f: func() -> u8; }");
/// assert_eq!(tree.name(), "a.wit");
/// assert!(tree.problems().is_empty());
/// // Every byte of the text is in a token.
/// let tokens = 0..tree.tokens().len();
/// let text: String = tokens.map(|token| tree.token_text(token)).collect();
/// assert_eq!(text, **tree.text());
/// assert_eq!(tree.token_range(0), 0..9);
/// assert_eq!(tree.root().kind(), NodeKind::File);
/// assert_eq!(tree.node_at(14).text(), "f");
/// assert!(tree.nodes().any(|node| node.kind() == NodeKind::FuncType));
/// assert_eq!(tree.node(0), Some(tree.root()));
/// assert_eq!(tree.locus(0..9).start(), 0);
/// ```
#[derive(Debug)]
pub struct Tree {
    pub(super) name: String,
    pub(super) text: Arc<str>,
    pub(super) tokens: Vec<Token>,
    pub(super) nodes: Vec<Stored>,
    pub(super) problems: Vec<Diagnostic>,
}

impl Tree {
    /// The name of the file, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All of the text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Its tokens, [`TokenKind::Eof`] last.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// What is wrong with the syntax; in the order of the text.
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// The node of all.
    pub fn root(&self) -> Node<'_> {
        Node { tree: self, id: 0 }
    }

    /// Every node, in the order in which they start.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32).map(|id| Node { tree: self, id })
    }

    /// The bytes of a token.
    pub fn token_range(&self, token: usize) -> Range<usize> {
        let end = match self.tokens.get(token + 1) {
            Some(next) => next.start as usize,
            None => self.text.len(),
        };
        self.tokens[token].start as usize..end
    }

    /// The text of a token.
    pub fn token_text(&self, token: usize) -> &str {
        &self.text[self.token_range(token)]
    }

    /// A place in this file.
    pub fn locus(&self, range: Range<usize>) -> Locus {
        Locus::Text {
            file: self.name.clone(),
            range,
        }
    }

    /// The node of a number, as [`Node::index`] gives them.
    pub fn node(&self, index: usize) -> Option<Node<'_>> {
        (index < self.nodes.len()).then_some(Node {
            tree: self,
            id: index as u32,
        })
    }

    /// The innermost node that covers the byte at `offset`.
    pub fn node_at(&self, offset: usize) -> Node<'_> {
        // The last node that does not start after it, or one of those around that.
        let start = |stored: &Stored| self.tokens[stored.first_token as usize].start as usize;
        let after = self.nodes[1..].partition_point(|stored| start(stored) <= offset);
        let last = Node {
            tree: self,
            id: after as u32,
        };
        std::iter::once(last)
            .chain(last.ancestors())
            .find(|node| node.range().contains(&offset))
            .unwrap_or(self.root())
    }
}

/// A node of a [`Tree`].
///
/// ```
/// use witkit::wit::syntax::{NodeKind, TokenKind, parse};
///
/// let tree = parse("a.wit", "/// Keys.\n@since(version = 1.0.0)\ninterface i { type key = string; }");
/// let interface = tree.root().child(NodeKind::Interface).expect("it is there");
/// assert_eq!(interface.name(), Some("i"));
/// assert_eq!(interface.first_token(), TokenKind::At);
/// assert!(interface.kind().is_item() && interface.attribute("since").is_some());
/// assert_eq!(interface.attributes().count(), 1);
/// assert_eq!(interface.comments_before().count(), 1);
/// assert!(interface.own_token(TokenKind::Interface).is_some());
///
/// let alias = interface.children_of(NodeKind::TypeAlias).next().expect("it is there");
/// assert!(alias.kind().is_type_definition());
/// let name = alias.name_node().expect("types have names");
/// assert_eq!((name.text(), name.range().len()), ("key", 3));
/// let string = alias.type_child().expect("it is one of something");
/// assert!(string.kind().is_type() && string.tokens().len() == 1);
/// assert_eq!(string.parent(), Some(alias));
/// assert_eq!(string.ancestors().last(), Some(tree.root()));
/// assert_eq!(string.with_ancestors().next(), Some(string));
/// assert!(tree.root().descendants().any(|node| node == string));
/// assert_eq!(string.tree().node(string.index()), Some(string));
/// assert_eq!(string.locus().file(), "a.wit");
/// ```
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{:?}", self.kind(), self.range())
    }
}

impl<'t> Node<'t> {
    fn stored(self) -> &'t Stored {
        &self.tree.nodes[self.id as usize]
    }

    /// Its number: where it is among [`Tree::nodes`].
    pub fn index(self) -> usize {
        self.id as usize
    }

    /// The tree it is in.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// What it is.
    pub fn kind(self) -> NodeKind {
        self.stored().kind
    }

    /// The node around it.
    pub fn parent(self) -> Option<Node<'t>> {
        (self.id != 0).then(|| Node {
            tree: self.tree,
            id: self.stored().parent,
        })
    }

    /// The nodes around it, innermost first.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'t>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Itself and the nodes around it, innermost first.
    pub fn with_ancestors(self) -> impl Iterator<Item = Node<'t>> {
        std::iter::successors(Some(self), |node| node.parent())
    }

    /// The nodes right inside it.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        let (mut id, end) = (self.id + 1, self.stored().end);
        std::iter::from_fn(move || {
            let child = Node {
                tree: self.tree,
                id: (id < end).then_some(id)?,
            };
            id = child.stored().end;
            Some(child)
        })
    }

    /// The nodes inside it, at any depth, in the order in which they start.
    pub fn descendants(self) -> impl Iterator<Item = Node<'t>> {
        (self.id + 1..self.stored().end).map(move |id| Node {
            tree: self.tree,
            id,
        })
    }

    /// The first child of a kind.
    pub fn child(self, kind: NodeKind) -> Option<Node<'t>> {
        self.children().find(|child| child.kind() == kind)
    }

    /// The children of a kind.
    pub fn children_of(self, kind: NodeKind) -> impl Iterator<Item = Node<'t>> {
        self.children().filter(move |child| child.kind() == kind)
    }

    /// The first child that is a type.
    pub fn type_child(self) -> Option<Node<'t>> {
        self.children().find(|child| child.kind().is_type())
    }

    /// The numbers of its tokens.
    pub fn tokens(self) -> Range<usize> {
        let stored = self.stored();
        stored.first_token as usize..stored.end_token as usize
    }

    /// The kind of its first token.
    pub fn first_token(self) -> TokenKind {
        self.tree.tokens[self.stored().first_token as usize].kind
    }

    /// The first token of a kind among those that are in none of its children.
    pub fn own_token(self, kind: TokenKind) -> Option<usize> {
        let mut children = self.children().peekable();
        let mut tokens = self.tokens();
        while let Some(token) = tokens.next() {
            if let Some(child) = children.next_if(|c| c.tokens().start <= token)
                && !child.tokens().is_empty()
            {
                tokens.start = child.tokens().end;
                continue;
            }
            if self.tree.tokens[token].kind == kind {
                return Some(token);
            }
        }
        None
    }

    /// Its bytes, from its first token that is not trivia to its last.
    pub fn range(self) -> Range<usize> {
        let tokens = self.tokens();
        let start = self.tree.tokens[tokens.start].start as usize;
        if tokens.is_empty() {
            return start..start;
        }
        start..self.tree.token_range(tokens.end - 1).end
    }

    /// Its text.
    pub fn text(self) -> &'t str {
        &self.tree.text[self.range()]
    }

    /// The place it is at.
    pub fn locus(self) -> Locus {
        self.tree.locus(self.range())
    }

    /// The node with its name: the first child that is a [`NodeKind::Name`].
    pub fn name_node(self) -> Option<Node<'t>> {
        self.child(NodeKind::Name)
    }

    /// Its name without `%`: of a [`NodeKind::Name`] its own.
    pub fn name(self) -> Option<&'t str> {
        let name = match self.kind() {
            NodeKind::Name => self,
            _ => self.name_node()?,
        };
        let text = name.text();
        Some(text.strip_prefix('%').unwrap_or(text))
    }

    /// Its attributes.
    pub fn attributes(self) -> impl Iterator<Item = Node<'t>> {
        self.children_of(NodeKind::Attribute)
    }

    /// Its attribute of a name: `since`, `unstable`, `deprecated` or `external-id`.
    pub fn attribute(self, name: &str) -> Option<Node<'t>> {
        self.attributes().find(|a| a.name() == Some(name))
    }

    /// The numbers of the comments between the token before it and itself: what wit-parser takes
    /// as its documentation, whether they are meant so (`///`) or not.
    pub fn comments_before(self) -> impl Iterator<Item = usize> {
        let tokens = &self.tree.tokens;
        let first = self.tokens().start;
        let before = tokens[..first].iter().rev();
        let trivia = before.take_while(|token| token.kind.is_trivia()).count();
        (first - trivia..first).filter(|token| tokens[*token].kind.is_comment())
    }
}
