//! `// witkit: allow(rule)`: findings that were reviewed and accepted.
//!
//! Lives here: finding such comments and what they cover; the codes about them.
//! May import: `diag`, `wit`. Deliberately absent: rules.
//!
//! A comment that has a line of its own covers the item after it with all that is in it; before
//! `package …;` it covers the file. One behind something covers its line. More text may follow
//! after the parenthesis, to say why.

use std::collections::BTreeMap;
use std::ops::Range;

use super::options::Options;
use super::rules::RULES;
use crate::diag::{Code, Diagnostic, Edit, Fix, Locus, Report, Severity, did_you_mean};
use crate::wit::Wit;
use crate::wit::syntax::{NodeKind, TokenKind, Tree};

/// A suppression without effect.
pub static UNUSED: Code = Code {
    name: "wit/unused-suppression",
    severity: Severity::Warning,
    page: "\
A comment `// witkit: allow(…)` names a rule that finds nothing in the code it covers. Such a
comment outlives its purpose, and hides the next finding of that rule.

```wit
package acme:kv@1.0.0;

/// Storage.
// witkit: allow(unused-use)
interface store {
  /// Removes all values.
  clear: func();
}
```

Remove the comment; `--fix` does this.",
};

/// A suppression that is not valid.
pub static MALFORMED: Code = Code {
    name: "wit/malformed-suppression",
    severity: Severity::Warning,
    page: "\
A comment begins with `witkit:`, but is not of the form `// witkit: allow(rule, …)` with names of
rules. It has no effect.

```wit
package acme:kv@1.0.0;

/// Storage.
// witkit: ignore(unused-use)
interface store {
  /// Removes all values.
  clear: func();
}
```

Write `allow` with the names of rules as they are printed, with or without `wit/`.",
};

/// A rule that a comment allows, and where.
struct Suppression<'t> {
    tree: &'t Tree,
    /// The comment's token.
    token: usize,
    /// Where the rule's name is in the text.
    name: Range<usize>,
    rule: &'static str,
    covers: Range<usize>,
    used: bool,
}

/// Removes suppressed findings, and adds findings about suppressions.
pub(super) fn apply(wit: &Wit, options: &Options, mut report: Report) -> Report {
    let mut by_file: BTreeMap<&str, Vec<Suppression<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    for file in wit.files().iter().filter(|file| file.own) {
        let tree = &file.tree;
        if tree.text().contains("witkit:") {
            by_file.insert(tree.name(), suppressions(tree, &mut found));
        }
    }
    report.retain(|finding| {
        let Some(Locus::Text { file, range }) = finding.labels.first().map(|l| &l.locus) else {
            return true;
        };
        let mut keep = true;
        for suppression in by_file.get_mut(file.as_str()).into_iter().flatten() {
            let same = finding.code.name.strip_prefix("wit/") == Some(suppression.rule);
            let covers = &suppression.covers;
            // An empty range at the end of what is covered is still in it.
            if same && covers.start <= range.start && range.start <= covers.end {
                suppression.used = true;
                keep = false;
            }
        }
        keep
    });
    for suppression in by_file.into_values().flatten() {
        let rule = RULES.iter().find(|rule| rule.name() == suppression.rule);
        // Whether a rule that did not run would have found something is unknown.
        let has_run = rule.is_some_and(|rule| options.level(rule).is_some());
        if has_run && !suppression.used {
            found.push(unused(&suppression));
        }
    }
    for finding in found {
        report.push(finding);
    }
    report.take_texts(&wit.texts());
    report
}

fn unused(suppression: &Suppression<'_>) -> Diagnostic {
    let tree = suppression.tree;
    let rule = suppression.rule;
    let finding = UNUSED
        .report(format!("unused suppression `allow({rule})`"))
        .at(
            tree.locus(suppression.name.clone()),
            "no finding of this rule",
        );
    let comment = tree.token_range(suppression.token);
    let text = &tree.text()[comment.clone()];
    let only = text.trim_end().ends_with(&format!("({rule})"));
    if !only {
        return finding.help(format!("remove `{rule}` from the comment"));
    }
    // With the blanks before it, and its line if nothing else is on it.
    let before = &tree.text()[..comment.start];
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    let mut range = (comment.start - blanks, comment.end);
    if before[..range.0].ends_with('\n') || range.0 == 0 {
        let rest = &tree.text()[comment.end..];
        range.1 += rest.find('\n').map_or(rest.len(), |at| at + 1);
    }
    finding.fix(Fix {
        message: "remove the comment".to_string(),
        safe: true,
        edits: vec![Edit {
            file: tree.name().to_string(),
            range,
            text: String::new(),
        }],
    })
}

/// The suppressions of a file; invalid ones are added to `found`.
fn suppressions<'t>(tree: &'t Tree, found: &mut Vec<Diagnostic>) -> Vec<Suppression<'t>> {
    let mut suppressions = Vec::new();
    for (token, kind) in tree.tokens().iter().map(|t| t.kind).enumerate() {
        if kind != TokenKind::LineComment {
            continue;
        }
        let comment = tree.token_range(token);
        let text = &tree.text()[comment.clone()];
        let Some(order) = text
            .trim_start_matches('/')
            .trim_start()
            .strip_prefix("witkit:")
        else {
            continue;
        };
        let list = order
            .trim_start()
            .strip_prefix("allow")
            .and_then(|rest| rest.trim_start().strip_prefix('('))
            .and_then(|rest| rest.split_once(')'));
        let Some((list, _)) = list else {
            let finding = MALFORMED
                .report("invalid `witkit:` comment")
                .at(tree.locus(comment), "expected `witkit: allow(…)`");
            found.push(finding.help("write `// witkit: allow(rule)`"));
            continue;
        };
        let covers = covered(tree, token);
        for name in list.split(',') {
            // INVARIANT: `name` is a part of the text, so its start is inside of it.
            let start = name.as_ptr() as usize - tree.text().as_ptr() as usize;
            let lead = name.len() - name.trim_start().len();
            let name = name.trim();
            let range = start + lead..start + lead + name.len();
            let short = name.strip_prefix("wit/").unwrap_or(name);
            match RULES.iter().find(|rule| rule.name() == short) {
                Some(rule) => suppressions.push(Suppression {
                    tree,
                    token,
                    name: range,
                    rule: rule.name(),
                    covers: covers.clone(),
                    used: false,
                }),
                None => {
                    let meant = did_you_mean(short, RULES.iter().map(|rule| rule.name()));
                    let finding = MALFORMED
                        .report(format!("unknown rule `{name}`"))
                        .at(tree.locus(range), "");
                    found.push(match meant {
                        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                        None => finding.help("run `witkit lint --list` to list all rules"),
                    });
                }
            }
        }
    }
    suppressions
}

/// The part of the text that a suppression covers.
fn covered(tree: &Tree, token: usize) -> Range<usize> {
    let text = tree.text();
    let comment = tree.token_range(token);
    let line = text[..comment.start].rfind('\n').map_or(0, |at| at + 1);
    if !text[line..comment.start].trim().is_empty() {
        return line..comment.end;
    }
    let next = (token..tree.tokens().len()).find(|t| !tree.tokens()[*t].kind.is_trivia());
    let Some(next) = next.filter(|t| tree.tokens()[*t].kind != TokenKind::Eof) else {
        return comment;
    };
    let start = tree.token_range(next).start;
    let innermost = tree.node_at(start);
    let mut item = innermost;
    for around in innermost.ancestors() {
        if around.range().start != start || around.kind() == NodeKind::File {
            break;
        }
        item = around;
    }
    match item.kind() {
        NodeKind::PackageDecl => 0..text.len(),
        // The comment is before a closing brace: there is nothing after it to cover.
        _ if item.range().start != start => comment,
        _ => comment.start..item.range().end,
    }
}
