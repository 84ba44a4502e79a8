//! The lexer and the tree of WIT and of scripts: nothing of a text is lost, every node is within its
//! parent, and what wit-parser accepts has no problems.

use wit_parser::UnresolvedPackageGroup;
use witkit::diag::Report;
use witkit::wit::syntax::{TokenKind, Tree, parse, parse_script};

use super::{seed, sound, text};

/// Bytes as a text.
pub fn check(data: &[u8]) -> Result<(), String> {
    let text = text(data);
    let tree = parse("a.wit", &*text);
    let pick = seed(data);
    holds(&tree, pick)?;
    holds(&parse_script("a.wac", &*text), pick)?;
    if UnresolvedPackageGroup::parse("a.wit", &text).is_ok()
        && let Some(problem) = tree.problems().first()
    {
        return Err(format!("wit-parser accepts it, but: {}", problem.message));
    }
    Ok(())
}

fn holds(tree: &Tree, pick: u64) -> Result<(), String> {
    let tokens = tree.tokens();
    let mut end = 0;
    for at in 0..tokens.len() {
        let range = tree.token_range(at);
        if range.start != end || tree.text().get(range.clone()) != Some(tree.token_text(at)) {
            return Err(format!(
                "token {at} is at {range:?}, the last ended at {end}"
            ));
        }
        end = range.end;
    }
    let last = tokens.last().map(|token| token.kind);
    if end != tree.text().len() || last != Some(TokenKind::Eof) {
        return Err(format!("the tokens end at {end} with {last:?}"));
    }
    for node in tree.nodes() {
        let range = node.tokens();
        if range.start > range.end || range.end > tokens.len() {
            return Err(format!("{:?} has tokens {range:?}", node.kind()));
        }
        let mut from = range.start;
        for child in node.children() {
            let inner = child.tokens();
            if inner.start < from || inner.end > range.end {
                let (outer, kind) = (node.kind(), child.kind());
                return Err(format!("{kind:?} at {inner:?} in {outer:?} at {range:?}"));
            }
            from = inner.end;
            if child.parent().map(|parent| parent.index()) != Some(node.index()) {
                return Err(format!("{:?} has another parent", child.kind()));
            }
        }
        let place = node.range();
        if tree.text().get(place.clone()).is_none() {
            return Err(format!("{:?} is at {place:?}", node.kind()));
        }
    }
    let offset = pick as usize % (tree.text().len() + 1);
    let found = tree.node_at(offset);
    if found.index() != tree.root().index()
        && !(found.range().start..=found.range().end).contains(&offset)
    {
        return Err(format!(
            "{:?} at {:?} is not at {offset}",
            found.kind(),
            found.range()
        ));
    }
    let mut report = Report::new().with(tree.problems().to_vec());
    report.add_text(tree.name(), &**tree.text());
    sound(&report, pick)
}
