//! Components of Spin applications: does the manifest permit what they import, and nothing else?
//!
//! Lives here: [`check`]. May import: `diag`, `escape`, `spin` (rank 0 to 2).
//! Deliberately absent: composing (`compose`), and what a component does at run time: an import may
//! never be called.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Report};
use crate::escape;
use crate::names::unversioned;
use crate::spin::{self, Component, Grant, Manifest};

/// What a component and its dependencies import.
#[derive(Debug, Default)]
pub struct Uses {
    /// What Spin provides to the component: an import, and the part that has it.
    pub open: Vec<(String, String)>,
    /// What dependencies import without the permission for it: an import, and the part that has it.
    pub refused: Vec<(String, String)>,
    /// What the component exports.
    pub exports: Vec<String>,
}

/// What a key permits one to do, for messages; and an example of a value. Keys that a component may
/// well do without have none.
fn permits(key: &str) -> Option<(&'static str, &'static str)> {
    Some(match key {
        "ai_models" => ("may not use any model", "[\"MODEL\"]"),
        "key_value_stores" => ("may not open any store", "[\"default\"]"),
        "sqlite_databases" => ("may not open any database", "[\"default\"]"),
        "variables" => ("has no variables", "{ NAME = \"{{ NAME }}\" }"),
        _ => return None,
    })
}

/// Adds what the manifest does not permit, and what it permits in vain.
pub(crate) fn check(manifest: &Manifest, component: &Component, uses: &Uses, report: &mut Report) {
    let checked = Checked { component, uses };
    let mut findings = checked.other_triggers();
    findings.extend(checked.not_granted());
    findings.extend(checked.hosts_in_vain());
    findings.extend(checked.others_in_vain());
    if !findings.is_empty() {
        manifest.lend_text(report);
    }
    findings
        .into_iter()
        .for_each(|finding| report.push(finding));
}

struct Checked<'a> {
    component: &'a Component,
    uses: &'a Uses,
}

impl Checked<'_> {
    /// Triggers whose export the component lacks, although it has that of another one. If it has none
    /// at all, no host starts it, which is said where that is checked.
    fn other_triggers(&self) -> Vec<Diagnostic> {
        let has = |needed: &[&str]| {
            let mut exports = self.uses.exports.iter();
            exports.any(|export| needed.contains(&unversioned(export)))
        };
        if !spin::TRIGGERS.iter().any(|(_, needed)| has(needed)) {
            return Vec::new();
        }
        let of_it = spin::TRIGGERS.iter();
        let of_it = of_it.filter(|(of, _)| self.component.triggers.contains(*of));
        let lacking = of_it.filter(|(_, needed)| !has(needed));
        let findings = lacking.map(|(of, needed)| {
            let needed: Vec<String> = needed.iter().map(|name| format!("`{name}`")).collect();
            spin::TRIGGER_EXPORT
                .report(format!(
                    "`{}` has no export that its trigger `{of}` calls",
                    self.component.id
                ))
                .at(self.component.place.clone(), "")
                .note(format!("expected {}", escape::or(&needed)))
        });
        findings.collect()
    }

    fn not_granted(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        type Imports<'i> = Vec<&'i (String, String)>;
        let mut protocols: BTreeMap<&str, (&[&str], Imports<'_>)> = BTreeMap::new();
        let mut by_key: BTreeMap<&str, Imports<'_>> = BTreeMap::new();
        for used in &self.uses.open {
            if let Some((protocol, schemes)) = spin::protocol(&used.0) {
                let entry = protocols.entry(protocol);
                entry.or_insert((schemes, Vec::new())).1.push(used);
            } else if let Some(key) = spin::grant_of(&used.0) {
                by_key.entry(key).or_default().push(used);
            }
        }
        let hosts = self.component.grant(spin::OUTBOUND);
        for (protocol, (schemes, used)) in protocols {
            let permitted = hosts.is_some_and(|grant| {
                let mut schemes_of = grant.items.iter().map(|(entry, _)| spin::scheme_of(entry));
                schemes_of.any(|scheme| scheme.is_none_or(|scheme| schemes.contains(&scheme)))
            });
            if permitted {
                continue;
            }
            let scheme = schemes.first().copied().unwrap_or_default();
            let may_not = format!("may not call any host over {protocol}");
            let label = hosts.map(|_| format!("no host with the scheme `{scheme}`"));
            let port = match scheme {
                "tcp" | "udp" => ":PORT",
                _ => "",
            };
            let example = format!("[\"{scheme}://HOST{port}\"]");
            findings.push(self.refused(spin::OUTBOUND, &used, &may_not, label, &example));
        }
        for (key, used) in by_key {
            if self.component.grant(key).is_some() {
                continue;
            }
            if let Some((may_not, example)) = permits(key) {
                findings.push(self.refused(key, &used, may_not, None, example));
            }
        }
        findings
    }

    /// A finding that calls through imports will be refused.
    fn refused(
        &self,
        key: &'static str,
        used: &[&(String, String)],
        may_not: &str,
        label: Option<String>,
        example: &str,
    ) -> Diagnostic {
        let id = &self.component.id;
        let mut imports: Vec<String> = used.iter().map(|(i, _)| format!("`{i}`")).collect();
        let mut parts: Vec<String> = used.iter().map(|(_, part)| format!("`{part}`")).collect();
        for names in [&mut imports, &mut parts] {
            names.sort_unstable();
            names.dedup();
        }
        let verb = match parts.as_slice() {
            [_] => "imports",
            _ => "import",
        };
        let own = parts == [format!("`{id}`")];
        let whose = match own {
            true => String::new(),
            false => format!("`{id}` "),
        };
        let message = format!(
            "{} {verb} {}, but {whose}{may_not}",
            escape::and(&parts),
            escape::and(&imports)
        );
        let mut grants = self.component.grants.iter();
        let place = grants
            .find(|grant| grant.key == key)
            .map(|grant| &grant.place);
        let finding = spin::NOT_GRANTED.report(message);
        let finding = match place {
            Some(place) => finding.at(place.clone(), label.unwrap_or_else(|| "empty".to_string())),
            None => finding.at(self.component.place.clone(), format!("without `{key}`")),
        };
        finding
            .note("Spin refuses these calls; the component itself runs")
            .help(format!(
                "if it makes any, permit them in `[component.{id}]`: `{key} = {example}`"
            ))
    }

    /// Hosts that nothing can call.
    fn hosts_in_vain(&self) -> Vec<Diagnostic> {
        let Some(hosts) = self.component.grant(spin::OUTBOUND) else {
            return Vec::new();
        };
        let spoken = self
            .uses
            .open
            .iter()
            .filter_map(|(import, _)| spin::protocol(import));
        let spoken: Vec<(&str, &[&str])> = spoken.collect();
        let known = spin::KEYS
            .iter()
            .flat_map(|(_, interfaces)| interfaces.iter());
        let known: Vec<(&str, &[&str])> = known.filter_map(|name| spin::protocol(name)).collect();
        let mut findings = Vec::new();
        for (entry, place) in &hosts.items {
            let scheme = spin::scheme_of(entry);
            // What speaks a scheme of their own is not known.
            let of = |all: &[(&'static str, &[&str])], scheme: &str| {
                let mut all = all.iter();
                all.find(|(_, schemes)| schemes.contains(&scheme))
                    .map(|(of, _)| *of)
            };
            let protocol = scheme.and_then(|scheme| of(&known, scheme));
            let in_vain = match protocol {
                Some(protocol) => spoken.iter().all(|(spoken, _)| *spoken != protocol),
                None => spoken.is_empty(),
            };
            if !in_vain {
                continue;
            }
            let what = match protocol {
                Some(protocol) => format!("nothing imports an interface for {protocol}"),
                None => "nothing imports an interface for calls to other hosts".to_string(),
            };
            let wanted = |import: &str| match (protocol, spin::protocol(import)) {
                (Some(one), Some((other, _))) => one == other,
                (None, other) => other.is_some(),
                (Some(_), None) => false,
            };
            let finding = spin::UNUSED_GRANT
                .report(format!(
                    "`{}` may call `{entry}`, but {what}",
                    self.component.id
                ))
                .at(place.clone(), "");
            findings.push(self.inherited(finding, spin::OUTBOUND, wanted));
        }
        findings
    }

    /// Other permissions that nothing can use.
    fn others_in_vain(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for (key, interfaces) in spin::KEYS.iter().filter(|(key, _)| *key != spin::OUTBOUND) {
            let is_of = |import: &str| interfaces.contains(&unversioned(import));
            let Some(grant) = self.component.grant(key) else {
                continue;
            };
            if self.uses.open.iter().any(|(import, _)| is_of(import)) {
                continue;
            }
            let finding = self.in_vain(grant, interfaces);
            findings.push(self.inherited(finding, key, is_of));
        }
        findings
    }

    fn in_vain(&self, grant: &Grant, interfaces: &[&str]) -> Diagnostic {
        let names: Vec<String> = interfaces.iter().map(|name| format!("`{name}`")).collect();
        spin::UNUSED_GRANT
            .report(format!(
                "`{}` has `{}`, but nothing imports {}",
                self.component.id,
                grant.key,
                escape::or(&names)
            ))
            .at(grant.place.clone(), "")
    }

    /// What to do about a permission: if dependencies could use it, let them inherit it.
    fn inherited(
        &self,
        finding: Diagnostic,
        key: &str,
        is_of: impl Fn(&str) -> bool,
    ) -> Diagnostic {
        let refused = self.uses.refused.iter();
        let refused = refused.filter(|(import, _)| is_of(import));
        let mut parts: Vec<String> = refused.map(|(_, part)| format!("`{part}`")).collect();
        parts.sort_unstable();
        parts.dedup();
        let verb = match parts.as_slice() {
            [] => return finding.help("remove it"),
            [_] => "imports it, and does",
            _ => "import it, and do",
        };
        finding
            .note(format!(
                "{} {verb} not inherit the permission",
                escape::and(&parts)
            ))
            .help(format!(
                "remove it, or let the dependency inherit it: `inherit_configuration = [\"{key}\"]`"
            ))
    }
}
