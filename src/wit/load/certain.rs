//! Which complaints about names hold although some texts have syntax errors.
//!
//! Lives here: [`Certain`]. May import: `diag` (rank 0), the syntax.
//! Deliberately absent: looking names up. What may follow from a syntax error is not complained
//! about: it is found when that is fixed.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::File;
use super::super::codes;
use super::super::syntax::{Node, NodeKind, Token, TokenKind, Tree};
use crate::diag::{Diagnostic, Locus};

/// What is certain of texts some of which have syntax errors.
pub(super) struct Certain<'t> {
    files: &'t [File],
    /// Of each file, where its syntax errors are.
    errors: Vec<Errors>,
    /// Words of the broken texts that are in no item which is whole: they may be, have been meant
    /// to be, or end in the names of anything.
    loose: BTreeSet<&'t str>,
    /// Whether it is known which interfaces and worlds each package has.
    packages: bool,
    /// Whether the names of all packages are whole.
    headers: bool,
}

impl<'t> Certain<'t> {
    pub fn of(files: &'t [File]) -> Certain<'t> {
        let errors: Vec<Errors> = files.iter().map(|file| Errors::of(&file.tree)).collect();
        let mut loose = BTreeSet::new();
        let broken = files.iter().zip(&errors).filter(|(_, errors)| errors.any());
        for (file, errors) in broken {
            let tree = &file.tree;
            let mut from = 0;
            // Items are in the order of the text, those within others after these.
            let whole = tree.nodes().filter(|node| errors.spare(*node));
            for whole in whole.map(Node::range) {
                if whole.start >= from {
                    loose.extend(words(&tree.text()[from..whole.start]));
                    from = whole.end;
                }
            }
            loose.extend(words(&tree.text()[from..]));
        }
        let packages = errors
            .iter()
            .all(|errors| !errors.any() || errors.has_all_bodies);
        let mut read = files.iter().zip(&errors);
        let headers = read.all(|(file, errors)| !errors.any() || errors.spare_headers(&file.tree));
        Certain {
            files,
            errors,
            loose,
            packages,
            headers,
        }
    }

    /// The text of that name, and its syntax errors.
    fn file(&self, name: &str) -> Option<(&'t Tree, &Errors)> {
        let mut files = self.files.iter().zip(&self.errors);
        let (file, errors) = files.find(|(file, _)| file.tree.name() == name)?;
        Some((&file.tree, errors))
    }

    /// Whether the interface or world at a place defines no types whose names are lost.
    fn has_all_types(&self, place: &Locus) -> bool {
        let Locus::Text { file, range } = place else {
            return true;
        };
        self.file(file).is_some_and(|(_, errors)| {
            let mut bodies = errors.bodies.iter();
            !bodies.any(|body| body.contains(&range.start))
        })
    }

    /// Whether a complaint about a name can follow from no syntax error.
    pub fn holds(&self, finding: &Diagnostic) -> bool {
        let Some(Locus::Text { file, range }) = finding.labels.first().map(|label| &label.locus)
        else {
            return false;
        };
        let Some((tree, errors)) = self.file(file) else {
            return false;
        };
        let Some(text) = tree.text().get(range.clone()) else {
            return false;
        };
        // What is missing has no words; whether it is, a broken text does not tell.
        if text.is_empty() {
            return !self.errors.iter().any(Errors::any);
        }
        // A type is looked for in its interface or world alone, or in one that is named beside.
        let is = |code| std::ptr::eq(finding.code, code);
        let known = match is(&codes::UNKNOWN_TYPE) {
            true => finding
                .labels
                .iter()
                .all(|label| self.has_all_types(&label.locus)),
            // What is there twice is so whatever else there is.
            false if is(&codes::DUPLICATE) => true,
            // A package is there by its name alone, whatever is in it.
            false if is(&codes::UNKNOWN_PACKAGE) => self.headers,
            false => self.packages,
        };
        if !known {
            return false;
        }
        let node = tree.node_at(range.start);
        let mut around = node.with_ancestors();
        let looked_for = match is(&codes::UNKNOWN_PACKAGE) {
            true => package_name(text),
            false => text,
        };
        (!errors.any() || around.any(|node| errors.spare(node)))
            && words(looked_for).all(|word| !self.loose.iter().any(|loose| loose.ends_with(word)))
    }
}

/// Where the syntax errors of a text are, and what they may hide.
struct Errors {
    /// The interfaces and worlds that may define types whose names are lost.
    bodies: Vec<Range<usize>>,
    /// Whether no interface, world or package can be hidden.
    has_all_bodies: bool,
    /// Where each begins, in order, and where the last of those before it and itself ends.
    places: Vec<(usize, usize)>,
}

impl Errors {
    fn of(tree: &Tree) -> Errors {
        let labels = tree.problems().iter().flat_map(|problem| &problem.labels);
        let places = labels.filter_map(|label| match &label.locus {
            Locus::Text { range, .. } => Some((range.start, range.end)),
            _ => None,
        });
        let mut places: Vec<(usize, usize)> = places.collect();
        places.sort_unstable();
        let mut last = 0;
        for (_, end) in &mut places {
            last = last.max(*end);
            *end = last;
        }
        let mut errors = Errors {
            bodies: Vec::new(),
            // Of packages in braces, one may have lost a brace.
            has_all_bodies: tree.root().child(NodeKind::NestedPackage).is_none(),
            places,
        };
        let first = |problem: &Diagnostic| match &problem.labels.first()?.locus {
            Locus::Text { range, .. } => Some(range.start),
            _ => None,
        };
        for place in tree.problems().iter().filter_map(first) {
            errors.hide(tree.node_at(place), place);
        }
        errors
    }

    /// Takes note of what an error at a place, in this node, may hide.
    fn hide(&mut self, node: Node<'_>, place: usize) {
        use NodeKind::{Constructor, Func, InlineInterface, Interface, World};
        let mut is_in_function = false;
        for around in node.with_ancestors() {
            let is_behind_name = || around.name_node().is_some_and(|n| n.range().end < place);
            match around.kind() {
                Func | Constructor => is_in_function |= is_behind_name(),
                InlineInterface if !is_in_function => self.bodies.push(around.range()),
                Interface | World if is_behind_name() => {
                    if !is_in_function && !follows_function(around, place) {
                        self.bodies.push(around.range());
                    }
                    return;
                }
                _ => {}
            }
        }
        self.has_all_bodies = false;
    }

    fn any(&self) -> bool {
        !self.places.is_empty()
    }

    /// Whether a node is an item that holds no others, and no error touches it.
    fn spare(&self, node: Node<'_>) -> bool {
        use NodeKind::{Interface, NestedPackage, World};
        node.kind().is_item()
            && !matches!(node.kind(), Interface | World | NestedPackage)
            && !self.touch(&with_blanks(node))
    }

    /// Whether no error touches the name of a package, and none hides one.
    fn spare_headers(&self, tree: &Tree) -> bool {
        let is_package = |token: &&Token| token.kind == TokenKind::Package;
        let names = tree.nodes().filter(|node| {
            node.kind() == NodeKind::PackageName && !self.touch(&with_blanks(*node))
        });
        tree.tokens().iter().filter(is_package).count() == names.count()
    }

    fn touch(&self, range: &Range<usize>) -> bool {
        let before = self
            .places
            .partition_point(|(begins, _)| *begins <= range.end);
        before > 0 && self.places[before - 1].1 >= range.start
    }
}

/// Whether a place in an interface or world is right behind a function that has not ended yet.
fn follows_function(body: Node<'_>, place: usize) -> bool {
    let before = body.children().filter(|item| item.range().end <= place);
    before.last().is_some_and(|item| {
        let text = item.tree().text();
        let end = item.range().end;
        item.kind() == NodeKind::Func
            && !text[..end].ends_with(';')
            && text[end..place].trim().is_empty()
    })
}

/// Where a node is, with the blanks behind it: an error may be said to be where they end.
fn with_blanks(node: Node<'_>) -> Range<usize> {
    let Range { start, end } = node.range();
    let behind = &node.tree().text()[end..];
    start..end + (behind.len() - behind.trim_start().len())
}

/// The name of the package in a path, without its namespace.
fn package_name(path: &str) -> &str {
    let package = path.split('/').next().unwrap_or(path);
    package.rsplit(':').next().unwrap_or(package)
}

/// The words of a text, without `%` before them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.split(move |c| !is_word(c))
        .filter(|word| !word.is_empty())
}
