//! `witkit.check-hosts/1`: what a look at a guest and some hosts came to, for programs.
//!
//! May import: the siblings. Deliberately absent: the findings' places, which reports have.

use serde::Serialize;

use super::guest::Guest;
use super::verdict::{Judgement, Verdict};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    guests: Vec<GuestRow<'a>>,
}

#[derive(Serialize)]
struct GuestRow<'a> {
    file: &'a str,
    kind: &'a str,
    hosts: Vec<HostRow<'a>>,
}

#[derive(Serialize)]
struct HostRow<'a> {
    host: &'a str,
    title: &'a str,
    version: &'a str,
    date: Option<&'a str>,
    verdict: &'a str,
    flags: &'a [String],
    reasons: &'a [String],
    findings: Vec<FindingRow<'a>>,
}

#[derive(Serialize)]
struct FindingRow<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    help: &'a [String],
}

/// The document about guests and what became of each on each host.
pub fn json(judged: &[(&Guest, &[Judgement])]) -> String {
    let document = Document {
        schema: "witkit.check-hosts/1",
        guests: judged.iter().map(|(guest, on)| row(guest, on)).collect(),
    };
    // INVARIANT: strings and lists only; serialising them to memory cannot fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn row<'a>(guest: &'a Guest, judgements: &'a [Judgement]) -> GuestRow<'a> {
    let host = |told: &'a Judgement| HostRow {
        host: &told.host,
        title: &told.title,
        version: &told.version,
        date: Some(told.date.as_str()).filter(|date| !date.is_empty()),
        verdict: match told.verdict {
            Verdict::Runs => "runs",
            Verdict::RunsWith => "runs-with-flags",
            Verdict::Unknown => "unknown",
            Verdict::Fails => "does-not-run",
        },
        flags: &told.flags,
        reasons: &told.reasons,
        findings: told
            .findings
            .iter()
            .map(|finding| FindingRow {
                code: finding.code.name,
                severity: finding.severity.as_str(),
                message: &finding.message,
                help: &finding.help,
            })
            .collect(),
    };
    GuestRow {
        file: &guest.file,
        kind: guest.kind,
        hosts: judgements.iter().map(host).collect(),
    }
}
