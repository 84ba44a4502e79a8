//! Rule `docs-on-nothing`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::rule;
use crate::diag::{Diagnostic, Fix};
use crate::lint::facts::{docs, items};
use crate::lint::{Context, edits};
use crate::wit::syntax::{self, Node, NodeKind, TokenKind, Tree};

rule! {
    /// A comment looks like documentation (`///` or `/** … */`), but does not document the item it
    /// was written for. Documentation belongs right before an item, field or case, and before its
    /// attributes; blank lines between do not matter. Anywhere else it is lost or, worse, documents
    /// the next item.
    ///
    /// A comment at the end of a line documents the next item, not the one on its line. In this
    /// example, bindings say that `value` is the name of the entry, and nothing about `key`:
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// A stored entry.
    ///   record entry {
    ///     key: string, /// The name of the entry.
    ///     value: list<u8>,
    ///   }
    ///
    ///   /// Adds an entry.
    ///   add: func(entry: entry);
    /// }
    /// ```
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// A stored entry.
    ///   record entry {
    ///     /// The name of the entry.
    ///     key: string,
    ///     value: list<u8>,
    ///   }
    ///
    ///   /// Adds an entry.
    ///   add: func(entry: entry);
    /// }
    /// ```
    ///
    /// Documentation between an attribute and its item is lost:
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// @since(version = 1.0.0)
    /// /// Storage.
    /// interface store {
    ///   @since(version = 1.0.0)
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// Removes all values.
    ///   @since(version = 1.0.0)
    ///   clear: func();
    /// }
    /// ```
    ///
    /// A blank line does not end documentation: a comment above one documents the next item,
    /// whatever it was meant for.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// # Storage
    /// ///
    /// /// Everything in this package.
    ///
    /// /// One store.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Documentation is also lost before a closing brace or the end of the file, before `use` and
    /// `include`, and inside an item, for example at a parameter:
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes a value.
    ///   remove: func(
    ///     /// The key of the value.
    ///     key: string
    ///   );
    ///   /// There is no way to remove all values.
    /// }
    /// ```
    ///
    /// Move the comment above the item that it documents, or change it to a `//` comment.
    /// `--unsafe-fixes` moves comments at the end of a line and comments after an attribute. The
    /// fix is unsafe because it changes the documentation of the package.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes the value of `key`.
    ///   remove: func(key: string);
    ///   // There is no way to remove all values.
    /// }
    /// ```
    DOCS_ON_NOTHING: "docs-on-nothing", Docs, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let mut found = Vec::new();
    for file in cx.files() {
        let tokens = file.tree.tokens();
        let mut parameters = Parameters::new();
        let mut last = None;
        let mut comments: Vec<usize> = Vec::new();
        for (token, kind) in tokens.iter().map(|t| t.kind).enumerate() {
            if kind.is_comment() {
                comments.push(token);
            } else if !kind.is_trivia() {
                let mut docs = comments.iter().filter(|c| is_doc(&file.tree, **c));
                if let Some(first) = docs.next() {
                    match last.and_then(|last| list(&file.tree, last, token)) {
                        Some(list) => {
                            parameters.entry(list.index()).or_insert(*first);
                        }
                        None => between(&file.tree, last, &comments, token, &mut found),
                    }
                }
                comments.clear();
                last = Some(token);
            }
        }
        for (list, docs) in parameters {
            let list = file.tree.node(list);
            found.extend(list.map(|list| in_parameters(list, docs)));
        }
    }
    for finding in found {
        cx.push(finding);
    }
}

/// The lists of parameters, by the numbers of their nodes, with the first documentation in each.
type Parameters = BTreeMap<usize, usize>;

/// The list of parameters that two tokens are in.
fn list(tree: &Tree, last: usize, next: usize) -> Option<Node<'_>> {
    let at = tree.node_at(tree.token_range(last).start);
    at.with_ancestors()
        .find(|node| node.kind() == NodeKind::Params)
        .filter(|list| next < list.tokens().end)
}

fn in_parameters(list: Node<'_>, docs: usize) -> Diagnostic {
    let function = list
        .ancestors()
        .find(|node| node.kind() != NodeKind::FuncType);
    let whose = function.map_or("a function".to_string(), items::described);
    at(
        list.tree(),
        &[docs],
        format!("documentation of parameters of {whose} is ignored"),
        "not part of the package documentation".to_string(),
    )
    .help("move it to the documentation of the function, or change it to a `//` comment")
}

fn is_doc(tree: &Tree, comment: usize) -> bool {
    syntax::is_doc(tree.token_text(comment))
}

/// Looks at the comments between two tokens, some of which are documentation.
fn between(
    tree: &Tree,
    last: Option<usize>,
    comments: &[usize],
    next: usize,
    found: &mut Vec<Diagnostic>,
) {
    let behind = last.map_or(0, |last| behind(tree, last, comments, next));
    let (behind, before) = comments.split_at(behind);
    let attribute = last.and_then(|last| attribute_ending(tree, last));
    if let Some(item) = attribute {
        for docs in groups(tree, comments) {
            found.push(behind_attribute(item, docs));
        }
        return;
    }
    let documented = documented(tree, next);
    if let Some(last) = last {
        for docs in groups(tree, behind) {
            found.push(behind_something(tree, last, docs, documented));
        }
    }
    match documented {
        None => {
            for docs in groups(tree, before) {
                found.push(before_nothing(tree, docs, next));
            }
        }
        Some(item) => found.extend(apart(tree, before, next).map(|docs| set_apart(item, docs))),
    }
}

/// The first documentation among comments that an empty line separates from the next token.
fn apart(tree: &Tree, comments: &[usize], next: usize) -> Option<usize> {
    let mut ends = comments[1.min(comments.len())..].iter().chain([&next]);
    let mut first = None;
    for comment in comments {
        if is_doc(tree, *comment) {
            first = first.or(Some(*comment));
        }
        let after = tree.token_range(*ends.next()?).start;
        let between = &tree.text()[tree.token_range(*comment).end..after];
        if first.is_some() && between.matches('\n').count() > 1 {
            return first;
        }
    }
    None
}

fn set_apart(item: Node<'_>, docs: usize) -> Diagnostic {
    let described = items::described(item);
    at(
        item.tree(),
        &[docs],
        format!("blank line between documentation and {described}"),
        format!("documents {described}"),
    )
    .help("remove the blank line, or change the comment to a `//` comment")
}

/// How many of the comments are on the line of the token before them, or go on below it; none, if
/// the next token is on that line, too.
fn behind(tree: &Tree, last: usize, comments: &[usize], next: usize) -> usize {
    let text = tree.text();
    let end = tree.token_range(last).end;
    let same_line = |a: usize, b: usize| !text[a..b].contains('\n');
    let mut count = 0;
    let mut at = end;
    let mut column = None;
    for comment in comments {
        let range = tree.token_range(*comment);
        if same_line(at, range.start) {
            column = Some(column_of(text, range.start));
        } else if column.is_none() || column != Some(column_of(text, range.start)) {
            break;
        }
        at = range.end;
        count += 1;
    }
    let is_last = count == comments.len();
    let next = tree.token_range(next);
    if is_last && !next.is_empty() && same_line(at, next.start) {
        return 0;
    }
    count
}

fn column_of(text: &str, at: usize) -> usize {
    at - line_of(text, at)
}

/// Where the line starts that `at` is on.
fn line_of(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The documentation among comments, what stands together together.
fn groups<'c>(tree: &Tree, comments: &'c [usize]) -> impl Iterator<Item = &'c [usize]> {
    comments
        .chunk_by(|a, b| is_doc(tree, *a) == is_doc(tree, *b))
        .filter(|group| is_doc(tree, group[0]))
}

/// The item whose attribute ends with a token.
fn attribute_ending(tree: &Tree, last: usize) -> Option<Node<'_>> {
    let at = tree.node_at(tree.token_range(last).start);
    let attribute = at
        .with_ancestors()
        .find(|node| node.kind() == NodeKind::Attribute)?;
    (attribute.tokens().end == last + 1).then(|| attribute.parent())?
}

/// What a token starts, and what keeps the documentation before it.
fn documented(tree: &Tree, next: usize) -> Option<Node<'_>> {
    starting(tree, next).filter(|node| docs::is_documented(node.kind()))
}

/// The largest thing that a token starts.
fn starting(tree: &Tree, next: usize) -> Option<Node<'_>> {
    let at = tree.node_at(tree.token_range(next).start);
    at.with_ancestors()
        .take_while(|node| node.tokens().start == next && node.kind() != NodeKind::File)
        .last()
}

/// The largest thing that ends with a token, or with the one before if that is a comma.
fn ending(tree: &Tree, last: usize) -> Option<Node<'_>> {
    let mut last = last;
    if tree.tokens()[last].kind == TokenKind::Comma {
        last = (0..last)
            .rev()
            .find(|token| !tree.tokens()[*token].kind.is_trivia())?;
    }
    let at = tree.node_at(tree.token_range(last).start);
    at.with_ancestors()
        .take_while(|node| node.tokens().end == last + 1 && node.kind() != NodeKind::File)
        .filter(|node| docs::is_documented(node.kind()))
        .last()
}

/// A finding at documentation.
fn at(tree: &Tree, docs: &[usize], message: String, label: String) -> Diagnostic {
    let place = tree.locus(tree.token_range(docs[0]));
    DOCS_ON_NOTHING.code.report(message).at(place, label)
}

fn behind_attribute(item: Node<'_>, docs: &[usize]) -> Diagnostic {
    let tree = item.tree();
    let described = items::described(item);
    let finding = at(
        tree,
        docs,
        format!("documentation after the attributes of {described} is ignored"),
        "not part of the package documentation".to_string(),
    );
    if !docs::is_documented(item.kind()) {
        return finding.help(format!(
            "change it to a `//` comment: {described} cannot have documentation"
        ));
    }
    let finding = finding.help("move it above the attributes");
    match moved_above(item, docs) {
        Some(fix) => finding.fix(fix),
        None => finding,
    }
}

fn behind_something(
    tree: &Tree,
    last: usize,
    docs: &[usize],
    next: Option<Node<'_>>,
) -> Diagnostic {
    let meant = ending(tree, last);
    let whose = match meant {
        Some(meant) => format!("after {}", items::described(meant)),
        None => format!("after `{}`", tree.token_text(last)),
    };
    let finding = match next {
        Some(next) => at(
            tree,
            docs,
            format!("documentation {whose} documents {}", items::described(next)),
            "documents the next item".to_string(),
        ),
        None => at(
            tree,
            docs,
            format!("documentation {whose} is ignored"),
            "not part of the package documentation".to_string(),
        ),
    };
    let Some(meant) = meant.filter(|meant| docs::is_documented(meant.kind())) else {
        return finding.help("move it above the item it documents, or change it to a `//` comment");
    };
    let finding = finding.help("move it to its own line above the item it documents");
    // What a comment after a closing brace is about cannot be told.
    if tree.tokens()[last].kind == TokenKind::RightBrace {
        return finding;
    }
    match moved_above(meant, docs) {
        Some(fix) => finding.fix(fix),
        None => finding,
    }
}

fn before_nothing(tree: &Tree, docs: &[usize], next: usize) -> Diagnostic {
    let is_named =
        |kind: NodeKind| kind.is_item() || matches!(kind, NodeKind::Param | NodeKind::UseName);
    let what = match starting(tree, next).filter(|node| is_named(node.kind())) {
        Some(node) => items::described(node),
        None if tree.tokens()[next].kind == TokenKind::Eof => "the end of the file".to_string(),
        None => format!("`{}`", tree.token_text(next)),
    };
    at(
        tree,
        docs,
        format!("documentation before {what} is ignored"),
        "not part of the package documentation".to_string(),
    )
    .help("move it above the item it documents, or change it to a `//` comment")
}

/// Documentation moved to lines of its own above what it is about.
///
/// Only where that has a line of its own as well, and nothing else is on the lines of the
/// documentation (or it is behind all else).
fn moved_above(item: Node<'_>, docs: &[usize]) -> Option<Fix> {
    let tree = item.tree();
    let text = tree.text();
    let start = item.range().start;
    let indent = &text[line_of(text, start)..start];
    if !indent.trim().is_empty() {
        return None;
    }
    let (first, last) = (
        tree.token_range(*docs.first()?),
        tree.token_range(*docs.last()?),
    );
    let end = text[last.end..].find('\n').map(|at| last.end + at)?;
    if !text[last.end..end].trim().is_empty() {
        return None;
    }
    let removed = removed(text, first.start, last.end, end);
    let line_break = if text[..end].ends_with('\r') {
        "\r\n"
    } else {
        "\n"
    };
    let mut moved = String::new();
    for comment in docs {
        moved.push_str(tree.token_text(*comment).trim_end());
        moved.push_str(line_break);
        moved.push_str(indent);
    }
    Some(Fix {
        message: "move the documentation above its item".to_string(),
        // The package has other documentation afterwards.
        safe: false,
        edits: vec![
            edits::replace(tree, start..start, moved),
            edits::replace(tree, removed, ""),
        ],
    })
}

/// What goes with comments from `start` to `end`, on lines that end at `line_end`: their lines, or
/// the blanks before them if something is there.
fn removed(text: &str, start: usize, end: usize, line_end: usize) -> Range<usize> {
    let line = line_of(text, start);
    let before = &text[line..start];
    if before.trim().is_empty() {
        return line..line_end + 1;
    }
    line + before.trim_end().len()..end
}
