//! `[policy]` of `witkit.toml`.
//!
//! Lives here: [`read`]. May import: `capabilities`, `config`, `source`, `diag` (rank 0–1), the siblings.
//! Deliberately absent: flags (`cli/check/policy.rs` adds what they say).

use std::path::Path;

use super::codes::BAD_PATTERN;
use super::pattern::Pattern;
use super::{Policy, Rule};
use crate::capabilities::UNKNOWN;
use crate::config::{self, Table};
use crate::diag::{Locus, Report};
use crate::source::{Source, folder_of};

/// Reads `[policy]` of the file at `path`, and `[policy.NAME]` in it: each is a rule. Without one
/// there are no rules.
///
/// Fails with everything that is wrong with the file, including patterns (`check/bad-pattern`).
#[doc(hidden)]
pub fn read(path: &Path) -> Result<Policy, Report> {
    let source = Source::open(path)?;
    let text = String::from_utf8_lossy(source.bytes()).into_owned();
    config::read(&source, |mut root, report| {
        let mut policy = Policy {
            text: Some((source.name().to_string(), text)),
            folder: folder_of(path).to_path_buf(),
            ..Policy::default()
        };
        if !root.has("policy") {
            return policy;
        }
        let Some(mut table) = root.table("policy", report) else {
            return policy;
        };
        let values = take(&mut table, report);
        let named = table.other_tables();
        // With rules of their own names in it, it need not be one itself.
        if values.are_a_rule || named.is_empty() {
            policy
                .rules
                .extend(rule("[policy]", &table, values, report));
        }
        table.finish(report);
        for (name, mut table) in named {
            let values = take(&mut table, report);
            let name = format!("[policy.{name}]");
            policy.rules.extend(rule(&name, &table, values, report));
            table.finish(report);
        }
        policy
    })
}

/// The values of a rule's keys.
struct Values {
    path: Option<String>,
    deny: Option<Vec<(String, Locus)>>,
    allow: Option<Vec<(String, Locus)>>,
    allow_only: Option<Vec<(String, Locus)>>,
    reason: Option<String>,
    /// There is any of these.
    are_a_rule: bool,
}

fn take(table: &mut Table<'_>, report: &mut Report) -> Values {
    Values {
        are_a_rule: table.has_any_key(),
        path: table.string("path", report),
        deny: table.places("deny", report),
        allow: table.places("allow", report),
        allow_only: table.places("allow-only", report),
        reason: table.string("reason", report),
    }
}

fn rule(name: &str, table: &Table<'_>, values: Values, report: &mut Report) -> Option<Rule> {
    if !table.has("deny") && !table.has("allow-only") {
        let finding =
            config::MISSING.report(format!("`{name}` has neither `deny` nor `allow-only`"));
        let finding = finding.at(table.place(), "missing `deny` or `allow-only`");
        report.push(finding.help("add `deny`, `allow-only`, or both"));
        return None;
    }
    let allow_place = values.allow_only.is_some();
    let allow_place = allow_place.then(|| table.place_of_key("allow-only"));
    let mut patterns = |list: Vec<(String, Locus)>| -> Vec<Pattern> {
        let parsed = list.into_iter().filter_map(|(text, place)| {
            match Pattern::parse(&text, Some(place.clone())) {
                Ok(pattern) => Some(pattern),
                Err((message, advice)) => {
                    let finding = BAD_PATTERN.report(message).at(place, "");
                    report.push(finding.help(advice));
                    None
                }
            }
        });
        parsed.collect()
    };
    let deny = patterns(values.deny.unwrap_or_default());
    let allow = patterns(values.allow.unwrap_or_default());
    let allow_only = values.allow_only.map(&mut patterns);
    for pattern in &allow {
        if let Some(capability) = pattern.capability().filter(|known| *known != UNKNOWN) {
            let message = format!("`{}` in `allow` has no effect", pattern.text);
            let finding = BAD_PATTERN.report(message);
            let finding = finding.at(pattern.place.clone().unwrap_or_else(|| table.place()), "");
            report.push(
                finding
                    .note(format!(
                        "`allow` is for unknown capabilities; `{}` is known, and allowed unless denied",
                        crate::capabilities::kebab(capability)
                    ))
                    .help("remove it"),
            );
        }
    }
    let denies_capability = deny.iter().any(|p| p.capability().is_some());
    if table.has("allow") && (allow_only.is_some() || !denies_capability) {
        let finding = table.bad_value("allow", &format!("`allow` of `{name}` has no effect"));
        report.push(match allow_only {
            Some(_) => finding
                .note("`allow-only` lists everything that may be imported")
                .help("move its entries to `allow-only`"),
            None => finding
                .note("`allow` lists imports that pass although their capabilities are unknown")
                .help("remove it, or deny a capability"),
        });
    }
    Some(Rule {
        name: name.to_string(),
        path: values.path,
        deny,
        allow,
        allow_only,
        allow_place,
        reason: values.reason,
    })
}
