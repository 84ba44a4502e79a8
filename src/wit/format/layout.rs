//! What goes on which line: a walk over the tree.
//!
//! May import: the syntax. Deliberately absent: blanks within a line (`spacing`), comments
//! (`writer`).
//!
//! It is only ever given trees without problems. Where a token is looked for that the grammar
//! promises, and what to do without it is still said, that is so that no tree can make it panic.

use std::ops::Range;

use super::Style;
use super::spacing::{self, LABELS, NAMES, PATHS, Shape, Spacing};
use super::statements;
use super::writer::{Before, Empty, Writer};
use crate::wit::syntax::{Node, NodeKind, Token, TokenKind, Tree};

/// The text of a tree without problems, formatted.
pub(super) fn file(tree: &Tree, style: Style) -> String {
    let mut layout = Layout {
        tree,
        tokens: tree.tokens(),
        out: Writer::new(tree, style),
        as_it_is: false,
    };
    layout.items(tree.root(), true);
    layout.out.finish()
}

/// An item without its attributes, and how it is to be written.
struct Item<'t> {
    node: Node<'t>,
    /// Its tokens from behind the attributes.
    tokens: Range<usize>,
    form: Form<'t>,
    /// Whether it is known to have the right blanks, but for line breaks.
    as_it_is: bool,
}

enum Form<'t> {
    /// A statement of a script.
    Statement,
    /// In one run.
    Run(Spacing, Shape),
    /// `import a: b:c/d;`: the path in the end is spaced in another way than the rest.
    NamedPath(Node<'t>),
    /// A function; it does not fit on one line.
    Func(Option<Node<'t>>),
    /// Something with a type; it does not fit on one line.
    Typed,
    /// Something with a list of names in braces, which does not fit on one line.
    Names(Spacing),
    /// Items, or elements, in braces.
    Braces { spacing: Spacing, inside: Node<'t> },
}

struct Layout<'t> {
    tree: &'t Tree,
    tokens: &'t [Token],
    out: Writer<'t>,
    /// Whether what is being written is known to have the right blanks, but for line breaks.
    as_it_is: bool,
}

impl<'t> Layout<'t> {
    /// The items of a file, package, interface, world or resource.
    fn items(&mut self, parent: Node<'t>, apart: bool) {
        // Whether there was an item, and is to be an empty line after it.
        let mut before: Option<bool> = None;
        let mut was_statement = false;
        for node in parent.children().filter(|node| node.kind().is_item()) {
            let item = self.item(node);
            let large = node.first_token() == TokenKind::At
                || self.is_large(&item)
                || self.out.is_commented(node.tokens().start);
            let is_statement = node.kind().is_statement();
            let among_statements = is_statement && was_statement;
            was_statement = is_statement;
            let empty = match before {
                None => Empty::No,
                Some(_) if among_statements => Empty::Kept,
                Some(was_large) if apart || large || was_large => Empty::Yes,
                Some(_) => Empty::Kept,
            };
            self.write(item, Before::Line(empty));
            before = Some(large);
        }
    }

    /// How an item is to be written.
    fn item(&self, node: Node<'t>) -> Item<'t> {
        let mut tokens = node.tokens();
        if node.first_token() == TokenKind::At
            && let Some(attribute) = node.attributes().last()
        {
            tokens.start = spacing::significant(self.tokens, attribute.tokens().end);
        }
        let run = |spacing| {
            let shape = self.shape(tokens.clone(), spacing, 0);
            Form::Run(spacing, shape)
        };
        let mut as_it_is = false;
        let mut unless_broken = |spacing, broken| match run(spacing) {
            Form::Run(_, shape) if shape.is_broken() => {
                as_it_is = shape == Shape::Long;
                broken
            }
            form => form,
        };
        use NodeKind::*;
        let form = match node.kind() {
            Func | Constructor => unless_broken(LABELS, Form::Func(node.child(FuncType))),
            TypeAlias => unless_broken(LABELS, Form::Typed),
            Use => unless_broken(NAMES, Form::Names(NAMES)),
            Include if node.child(IncludeName).is_none() => run(NAMES),
            Include => unless_broken(PATHS, Form::Names(PATHS)),
            Interface | World | Record | Flags | Variant | Enum => Form::Braces {
                spacing: LABELS,
                inside: node,
            },
            NestedPackage => Form::Braces {
                spacing: PATHS,
                inside: node,
            },
            Resource if self.tokens[tokens.end - 1].kind == TokenKind::RightBrace => Form::Braces {
                spacing: LABELS,
                inside: node,
            },
            Let | ScriptExport => Form::Statement,
            Import | Export | ScriptImport => {
                let named = node.child(Name).is_some();
                match node.children().last() {
                    Some(inside) if inside.kind() == InlineInterface => Form::Braces {
                        spacing: LABELS,
                        inside,
                    },
                    Some(func) if func.kind() == FuncType => {
                        unless_broken(LABELS, Form::Func(Some(func)))
                    }
                    Some(path) if named => Form::NamedPath(path),
                    _ => run(PATHS),
                }
            }
            _ => run(PATHS),
        };
        Item {
            node,
            tokens,
            form,
            as_it_is,
        }
    }

    /// Whether an item takes several lines.
    fn is_large(&mut self, item: &Item<'t>) -> bool {
        match &item.form {
            Form::Statement => statements::is_large(&mut self.out, item.node),
            Form::Run(_, shape) => shape.is_broken(),
            Form::NamedPath(path) => {
                let colon = path.tokens().start;
                self.out.has_comment(item.tokens.start..colon)
                    || self.shape(colon..item.tokens.end, PATHS, 0).is_broken()
            }
            Form::Braces { .. } => {
                let mut inside = self.tokens[item.tokens.clone()].iter().rev().skip(1);
                let last = inside.find(|token| token.kind != TokenKind::Whitespace);
                last.is_some_and(|token| token.kind != TokenKind::LeftBrace)
            }
            Form::Func(_) | Form::Typed | Form::Names(_) => true,
        }
    }

    fn write(&mut self, item: Item<'t>, mut before: Before) {
        let Item {
            node,
            tokens,
            form,
            as_it_is,
        } = item;
        if node.first_token() == TokenKind::At {
            for attribute in node.attributes() {
                self.run(attribute.tokens(), before, PATHS);
                before = Before::Line(Empty::No);
            }
        }
        self.as_it_is = as_it_is;
        match form {
            Form::Statement => statements::write(&mut self.out, node, before),
            Form::Run(spacing, shape) => {
                self.out
                    .run(tokens, before, spacing, shape == Shape::Verbatim);
            }
            Form::NamedPath(path) => {
                let start = path.tokens().start;
                self.tokens_until(tokens.start, start, before, LABELS);
                self.run(start..tokens.end, Before::Blank, PATHS);
            }
            Form::Func(func) => self.func(func.unwrap_or(node), tokens, before),
            Form::Typed => match node.type_child() {
                Some(ty) => self.typed(ty, tokens, before, 0),
                None => self.run(tokens, before, LABELS),
            },
            Form::Names(spacing) => match self.opening(node, tokens.clone()) {
                Some((open, close)) => {
                    self.run(tokens.start..open + 1, before, spacing);
                    self.list(node, close, Empty::No, true);
                    self.rest(tokens.end);
                }
                None => self.run(tokens, before, spacing),
            },
            Form::Braces { spacing, inside } => match self.opening(inside, inside.tokens()) {
                Some((open, close)) => {
                    self.run(tokens.start..open + 1, before, spacing);
                    self.body(inside, open, close);
                    self.rest(tokens.end);
                }
                None => self.run(tokens, before, spacing),
            },
        }
        self.as_it_is = false;
    }

    /// The braces of a node, that end within `tokens`.
    fn opening(&self, node: Node<'t>, tokens: Range<usize>) -> Option<(usize, usize)> {
        let open = node.own_token(TokenKind::LeftBrace)?;
        let mut last = self.tokens[tokens.clone()].iter();
        let close = last.rposition(|token| token.kind == TokenKind::RightBrace)?;
        Some((open, tokens.start + close))
    }

    /// What is in braces, and the `}`.
    fn body(&mut self, node: Node<'t>, open: usize, close: usize) {
        use NodeKind::*;
        if spacing::significant(self.tokens, open + 1) == close
            && !self.out.has_comment(open..close)
        {
            self.out.token(close, Before::Nothing);
            return;
        }
        match node.kind() {
            Record | Flags | Variant | Enum => self.list(node, close, Empty::Kept, true),
            kind => {
                self.out.level += 1;
                self.items(node, kind == NestedPackage);
                self.out.token(close, Before::Closing);
                self.out.level -= 1;
            }
        }
    }

    /// The elements of a list, each on a line of its own, and the bracket that closes it.
    fn list(&mut self, node: Node<'t>, close: usize, between: Empty, trailing_comma: bool) {
        use NodeKind::*;
        self.out.level += 1;
        let mut empty = Empty::No;
        for element in node.children() {
            let kind = element.kind();
            let counts = kind.is_type()
                || matches!(
                    kind,
                    Field | Flag | Case | EnumCase | Param | UseName | IncludeName
                );
            if counts {
                self.element(element, close, Before::Line(empty), trailing_comma);
                empty = between;
            }
        }
        self.out.token(close, Before::Closing);
        self.out.level -= 1;
    }

    /// An element of a list, and the comma behind it.
    fn element(&mut self, node: Node<'t>, close: usize, before: Before, trailing_comma: bool) {
        let mut tokens = node.tokens();
        let next = spacing::significant(self.tokens, tokens.end);
        let is_comma = self.tokens[next].kind == TokenKind::Comma;
        let is_last = !is_comma || spacing::significant(self.tokens, next + 1) == close;
        let shape = self.shape(tokens.clone(), LABELS, 1);
        if shape == Shape::Verbatim && next == tokens.end && is_comma && trailing_comma {
            tokens.end = next + 1;
            return self.out.run(tokens, before, LABELS, true);
        }
        match (shape, self.type_of(node)) {
            (shape, Some(ty)) if shape.is_broken() => self.typed(ty, tokens, before, 1),
            _ => self
                .out
                .run(tokens, before, LABELS, shape == Shape::Verbatim),
        }
        if !is_last {
            self.out.token(next, Before::Nothing);
        } else if trailing_comma {
            self.out.trailing_comma();
        }
    }

    /// The type of an element that has one or is one.
    fn type_of(&self, node: Node<'t>) -> Option<Node<'t>> {
        if node.kind().is_type() {
            return Some(node);
        }
        node.type_child()
    }

    /// A function that does not fit on a line: what is around the parameters of `func`.
    fn func(&mut self, func: Node<'t>, tokens: Range<usize>, before: Before) {
        let Some(params) = func.child(NodeKind::Params) else {
            return self.run(tokens, before, LABELS);
        };
        let Range { start: open, end } = params.tokens();
        self.run(tokens.start..open + 1, before, LABELS);
        let close = end - 1;
        if params.child(NodeKind::Param).is_some() || self.out.has_comment(open..close) {
            self.list(params, close, Empty::No, true);
        } else {
            self.out.token(close, Before::Nothing);
        }
        if let Some(ty) = func.type_child() {
            let arrow = spacing::significant(self.tokens, close + 1);
            self.tokens_until(arrow, ty.tokens().start, Before::Blank, LABELS);
            self.ty(ty, Before::Blank, 1);
        }
        self.rest(tokens.end);
    }

    /// Something that does not fit on a line, broken where its type can be; with `behind` columns
    /// behind it.
    fn typed(&mut self, ty: Node<'t>, tokens: Range<usize>, before: Before, behind: usize) {
        let Range { start, end } = ty.tokens();
        let mut before = before;
        if tokens.start < start {
            self.tokens_until(tokens.start, start, before, LABELS);
            before = self.out.usual(start, LABELS);
        }
        self.ty(ty, before, behind + self.marks(end..tokens.end));
        self.rest(tokens.end);
    }

    /// A type with `behind` columns behind it on the line that it ends on.
    fn ty(&mut self, node: Node<'t>, before: Before, behind: usize) {
        let tokens = node.tokens();
        let columns = match before {
            Before::Line(_) | Before::Closing => self.out.columns(),
            Before::Blank => self.out.columns_left().saturating_sub(1),
            Before::Nothing => self.out.columns_left(),
        };
        let columns = columns.saturating_sub(behind);
        let shape = self.shape_in(tokens.clone(), LABELS, columns);
        let mut inner = node.children().filter(|child| child.kind().is_type());
        let (first, second) = (inner.next(), inner.next());
        let Some(first) = first.filter(|_| shape.is_broken()) else {
            self.out
                .run(tokens, before, LABELS, shape == Shape::Verbatim);
            return;
        };
        let Range { start, end } = first.tokens();
        self.tokens_until(tokens.start, start, before, LABELS);
        if second.is_some() {
            let comma = node.first_token() == TokenKind::Tuple;
            self.list(node, tokens.end - 1, Empty::No, comma);
            return;
        }
        // The only one that can be broken: the line goes on with it.
        let after = self.marks(end..tokens.end);
        self.ty(first, self.out.usual(start, LABELS), behind + after);
        self.rest(tokens.end);
    }

    /// How many tokens there are besides trivia; behind a type, they are of one column each.
    fn marks(&self, tokens: Range<usize>) -> usize {
        let tokens = self.tokens[tokens].iter();
        tokens.filter(|token| !token.kind.is_trivia()).count()
    }

    /// The tokens from `start` up to the last one before `end`, on one line.
    fn tokens_until(&mut self, start: usize, end: usize, before: Before, spacing: Spacing) {
        let mut last = end;
        while last > start && self.tokens[last - 1].kind.is_trivia() {
            last -= 1;
        }
        if last > start {
            self.run(start..last, before, spacing);
        }
    }

    /// What is left of an item that ends at `end`, on the same line.
    fn rest(&mut self, end: usize) {
        let start = spacing::significant(self.tokens, self.out.next());
        if start < end {
            let before = self.out.usual(start, LABELS);
            self.run(start..end, before, LABELS);
        }
    }

    /// A run of tokens on one line, whatever its length.
    fn run(&mut self, tokens: Range<usize>, before: Before, spacing: Spacing) {
        let shape = self.shape_in(tokens.clone(), spacing, usize::MAX);
        self.out
            .run(tokens, before, spacing, shape == Shape::Verbatim);
    }

    /// How something can be written that has a line of its own, with `behind` columns behind it.
    fn shape(&self, tokens: Range<usize>, spacing: Spacing, behind: usize) -> Shape {
        let columns = self.out.columns().saturating_sub(behind);
        self.shape_in(tokens, spacing, columns)
    }

    /// How something can be written in `columns`.
    fn shape_in(&self, tokens: Range<usize>, spacing: Spacing, columns: usize) -> Shape {
        match self.as_it_is {
            true => spacing::shape_as_it_is(self.tree, tokens, columns),
            false => spacing::shape(self.tree, tokens, spacing, columns),
        }
    }
}
