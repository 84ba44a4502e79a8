//! What there is to say where a part cannot be generated, or does not help.
//!
//! May import: `diag`, `generate`, `names` (ranks 0 to 3). Deliberately absent: finding out.

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
            "{} still needs the resources of {import}, and --no-imports is given",
            group.title.clone()
        ));
        let finding = self.at(finding, at);
        match users.as_slice() {
            [] => finding.help(format!(
                "deny or stub {import} as well, or drop --no-imports"
            )),
            users => finding.help(format!(
                "deny or stub what uses them ({}), or drop --no-imports",
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
            codes::CANNOT_GENERATE.report(format!("cannot {verb} {item}: {}", problem.why));
        let mut finding = self.at(finding, at);
        let mut users: Vec<&str> = Vec::new();
        for key in &problem.makes {
            let interface = key.interface.as_deref().unwrap_or("the world");
            finding = finding.note(format!("it is the resource {} of {interface}", key.name));
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
        let flags: Vec<String> = stubbed
            .map(|user| format!("--{verb} '{}'", names::unversioned(user)))
            .collect();
        match (problem.makes.is_empty(), flags.is_empty()) {
            (false, false) => finding.help(format!(
                "{verb} what makes and uses it as well: {}",
                flags.join(" ")
            )),
            (false, true) => finding.help("leave the interface to the host, or deny the function"),
            (true, _) => finding.help(format!(
                "provide it with a part of your own (-d FILE), or leave it out of --{verb}"
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
