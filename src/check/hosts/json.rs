//! `witkit.check-hosts/1`: guests checked against hosts, for programs.
//!
//! It is part of a document that has the findings of all checks as well, as a report has them.
//! May import: the siblings. Deliberately absent: those findings, and the places of these.

use serde::Serialize;

use super::guest::Guest;
use super::verdict::{Judgement, Verdict};

/// The name of the schema.
pub const SCHEMA: &str = "witkit.check-hosts/1";

#[derive(Serialize)]
struct Document<'a> {
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
    required: bool,
    flags: &'a [String],
    reasons: &'a [String],
    findings: Vec<FindingRow<'a>>,
}

#[derive(Serialize)]
struct FindingRow<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    notes: &'a [String],
    help: &'a [String],
}

/// Guests with the verdict for each host, and whether it is required.
pub fn json<'a>(
    judged: impl Iterator<Item = (&'a Guest, &'a [(Judgement, bool)])>,
) -> impl Serialize {
    Document {
        guests: judged.map(|(guest, on)| row(guest, on)).collect(),
    }
}

fn row<'a>(guest: &'a Guest, judgements: &'a [(Judgement, bool)]) -> GuestRow<'a> {
    let host = |(told, required): &'a (Judgement, bool)| HostRow {
        required: *required,
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
                notes: &finding.notes,
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
