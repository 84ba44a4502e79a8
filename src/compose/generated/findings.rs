//! Findings about parts that cannot be generated, or that do not help.
//!
//! May import: `diag`, `generate`, `names` (ranks 0 to 3). Deliberately absent: detection.

use super::decide::Decider;
use crate::compose::codes;
use crate::diag::Diagnostic;
use crate::escape;
use crate::generate::Cannot;
use crate::names;

impl Decider<'_> {
    /// A finding: nothing may be imported, but resources have to be.
    pub(super) fn still_imported(&self, at: usize, import: &str) -> Diagnostic {
        let group = &self.groups[at];
        let track = names::track_or_name(import);
        let users = self.reasons.iter();
        let users = users.filter(|(key, _)| key.interface.as_deref() == Some(&track));
        let mut users: Vec<&str> = users.flat_map(|(_, all)| all).map(String::as_str).collect();
        users.sort_unstable();
        users.dedup();
        let finding = codes::OPEN_IMPORT.report(format!(
            "`{}` uses resources of `{import}`, which `--no-imports` forbids",
            group.title
        ));
        let finding = self.at(finding, at);
        match users.as_slice() {
            [] => finding.help(format!(
                "deny or stub `{import}` too, or remove `--no-imports`"
            )),
            users => finding.help(format!(
                "deny or stub what uses them ({}), or remove `--no-imports`",
                escape::and(users)
            )),
        }
    }

    /// A finding: the part cannot be generated.
    pub(super) fn cannot(&self, at: usize, problem: &Cannot) -> Diagnostic {
        let group = &self.groups[at];
        let verb = group.kind().name();
        let interface = &group.title;
        let item = match &problem.item {
            Some(item) if group.key.0.is_empty() => item.clone(),
            Some(item) => format!("{interface}#{item}"),
            None => interface.clone(),
        };
        let finding =
            codes::CANNOT_GENERATE.report(format!("cannot {verb} `{item}`: {}", problem.why));
        let finding = self.at(finding, at);
        self.advised(finding, at, problem)
    }

    /// With the resources that would have to be made, and what to do.
    pub(super) fn advised(
        &self,
        mut finding: Diagnostic,
        at: usize,
        problem: &Cannot,
    ) -> Diagnostic {
        let verb = self.groups[at].kind().name();
        let mut users: Vec<&str> = Vec::new();
        for key in &problem.makes {
            let interface = match &key.interface {
                Some(interface) => format!("`{interface}`"),
                None => "the world".to_string(),
            };
            finding = finding.note(format!("the resource is `{}` of {interface}", key.name));
            users.extend(
                self.reasons
                    .get(key)
                    .into_iter()
                    .flatten()
                    .map(String::as_str),
            );
        }
        users.sort_unstable();
        users.dedup();
        let stubbed = users.iter().filter(|user| !user.contains(' '));
        let file = if verb == "replay" { "=FILE" } else { "" };
        let flags: Vec<String> = stubbed
            .map(|user| format!("--{verb} '{}{file}'", names::unversioned(user)))
            .collect();
        match (problem.makes.is_empty(), flags.is_empty()) {
            (false, false) => finding.help(format!(
                "{verb} what makes and uses it too: `{}`",
                flags.join(" ")
            )),
            (false, true) => {
                finding.help("leave the interface to the host, or use `--deny` for the function")
            }
            (true, _) => finding.help(format!(
                "provide it with a part: `-d FILE`, or remove it from `--{verb}`"
            )),
        }
    }

    /// With the places of the imports that a group is for.
    fn at(&self, mut finding: Diagnostic, at: usize) -> Diagnostic {
        for (part, import) in &self.groups[at].members {
            let name = self.structures[*part].imports[*import].name.name;
            let locus = self.parts.all()[*part].locus([format!("import {name}")]);
            finding = finding.at(locus, "");
        }
        finding
    }
}
