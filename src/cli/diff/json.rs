//! `witkit.diff/1`: a report, with what became of each package and whom each change breaks.
//!
//! The fields are described in `docs/json.md`, and by `docs/schema/diff.schema.json`, which the
//! tests hold against what is written here. Fields may be added, never changed.
//!
//! May import: `diff` and `render`. Deliberately absent: what is wrong with the inputs,
//! which is a `witkit.report/1`.

use serde::Serialize;

use crate::diff::{Diff, Kind, ReportedChange, Summary};
use crate::render::json::{self, JsonPlace};

#[derive(Serialize)]
struct Json<'a> {
    packages: Vec<Package<'a>>,
    changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Package<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<String>,
    made: &'static str,
    needs: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<String>,
    covered: bool,
    changes: usize,
    break_guests: usize,
    break_hosts: usize,
    allowed: usize,
    known: usize,
    unstable: usize,
}

#[derive(Serialize)]
struct Change<'a> {
    rule: &'static str,
    package: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<JsonPlace<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<JsonPlace<'a>>,
    guests: Side,
    hosts: Side,
    needs: &'static str,
    unstable: bool,
}

/// What goes on as before for those who were there before the change.
#[derive(Serialize)]
struct Side {
    link: bool,
    compile: bool,
}

/// All of it as pretty-printed JSON, with a line feed at the end.
pub(super) fn render(diff: &Diff) -> String {
    json::render_with(&diff.report, "witkit.diff/1", |place| {
        let changes = diff.changes.iter();
        let mut changes: Vec<&ReportedChange> =
            changes.filter(|c| c.rule.kind != Kind::Remark).collect();
        // In an order of its own, that stays when the way they are found is another.
        changes.sort_by_key(|c| (c.package, c.rule.name(), &c.message));
        let changes = changes.into_iter().map(|change| {
            let verdict = &change.verdict;
            Change {
                rule: change.rule.code.name,
                package: &diff.packages[change.package].name,
                message: &change.message,
                old: change.old.as_ref().map(place),
                new: change.new.as_ref().map(place),
                guests: Side {
                    link: verdict.guests_link,
                    compile: verdict.guest_source,
                },
                hosts: Side {
                    link: verdict.hosts_link,
                    compile: verdict.host_source,
                },
                needs: change.needs.name(),
                unstable: change.unstable,
            }
        });
        Json {
            packages: diff.packages.iter().map(package).collect(),
            changes: changes.collect(),
        }
    })
}

fn package(summary: &Summary) -> Package<'_> {
    // A component is called after no package.
    let versions = (!summary.is_component).then_some(&summary.versions);
    let needed = versions.and_then(|versions| versions.needed(summary.needs));
    Package {
        name: &summary.name,
        old: versions.and_then(|v| Some(v.old.as_ref()?.to_string())),
        new: versions.and_then(|v| Some(v.new.as_ref()?.to_string())),
        made: summary.versions.made().name(),
        needs: summary.needs.name(),
        needed: needed.map(|version| version.to_string()),
        covered: summary.covered,
        changes: summary.changes,
        break_guests: summary.break_guests,
        break_hosts: summary.break_hosts,
        allowed: summary.allowed,
        known: summary.known,
        unstable: summary.unstable,
    }
}
