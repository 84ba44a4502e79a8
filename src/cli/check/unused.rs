//! Flags and keys of `witkit check` that had no effect.
//!
//! May import: `check` (rank 4), the siblings. Deliberately absent: rules that deny nothing; that is
//! what they are for.

use std::collections::BTreeSet;
use std::path::Path;

use crate::check::Package;
use crate::check::config::Config;
use crate::check::policy::Policy;
use crate::diag::{Locus, Report};
use crate::names::Patterns;
use crate::no_effect;
use crate::wit::gates;

/// What was asked for, and where.
pub(super) struct Given<'a> {
    pub settings: &'a Config,
    /// How many of `settings.allow` are of the configuration; the others are flags.
    pub allow_by_config: usize,
    /// Whether the features are flags.
    pub features_by_flag: bool,
    /// The configuration, if it says which components there are: what it says is for all of them.
    pub config: Option<&'a Path>,
}

impl Given<'_> {
    /// Warns of what nothing came of, where components have these `imports`.
    pub fn without_effect(
        &self,
        package: Option<&Package>,
        policy: &Policy,
        imports: &BTreeSet<String>,
    ) -> Report {
        let mut report = Report::new();
        self.features(package, &mut report);
        self.allow(policy, imports, &mut report);
        if self.config.is_some() {
            report.extend(policy.without_inputs(&self.settings.components));
            report.extend(policy.without_imports(|pattern| matches_any(pattern, imports)));
        }
        report
    }

    fn features(&self, package: Option<&Package>, report: &mut Report) {
        let asked = &self.settings.options;
        let (flag, key) = match asked.all_features {
            true => ("--all-features", "all-features"),
            false if asked.features.is_empty() => return,
            false => ("--features", "features"),
        };
        let Some(package) = package else {
            let why = "there is no WIT package without `--wit`";
            return match (self.features_by_flag, self.config) {
                (true, _) => report.push(no_effect::without_effect(flag, why)),
                (false, Some(config)) => warn(config, key, "there is no `wit`", report),
                (false, None) => {}
            };
        };
        let known = package.features();
        match (self.features_by_flag, self.config) {
            (true, _) => report.extend(gates::unknown_features(&asked.features, &known)),
            (false, Some(config)) => {
                let unknown = asked.features.iter().filter(|f| !known.contains(*f));
                for feature in unknown {
                    let why = "no `@unstable` gate names this feature";
                    warn(config, &format!("features.{feature}"), why, report);
                }
            }
            (false, None) => {}
        }
    }

    fn allow(&self, policy: &Policy, imports: &BTreeSet<String>, report: &mut Report) {
        let needed = self.settings.wit.is_some() || policy.takes_allow();
        for (at, pattern) in self.settings.allow.iter().enumerate() {
            let why = match needed {
                false => {
                    "it applies to worlds and to capabilities in `--deny`, and neither is checked"
                }
                true if matches_any(pattern, imports) => continue,
                true => "no import of a component matches it",
            };
            match (at < self.allow_by_config, self.config) {
                (true, Some(config)) => warn(config, &format!("allow.{pattern}"), why, report),
                (true, None) => {}
                (false, _) => {
                    let option = format!("--allow {pattern}");
                    report.push(no_effect::without_effect(&option, why));
                }
            }
        }
    }
}

fn warn(config: &Path, key: &str, why: &str, report: &mut Report) {
    let place = Locus::File(config.display().to_string());
    let key = format!("[check] {key}");
    report.push(no_effect::without_effect(&key, why).at(place, ""));
}

/// Whether a pattern for imports, or for functions of them, matches any of these.
fn matches_any(pattern: &str, imports: &BTreeSet<String>) -> bool {
    // Whatever is unknown may be there.
    if pattern == "unknown" {
        return true;
    }
    let pattern = pattern.strip_prefix(':').unwrap_or(pattern);
    // A dot begins a function, or is part of a version.
    let slash = pattern.find('/').unwrap_or(pattern.len());
    let dots = pattern.match_indices('.').map(|(at, _)| at);
    let ends = dots.filter(|at| *at > slash).chain([pattern.len()]);
    let patterns = Patterns::new(ends.map(|end| &pattern[..end]));
    imports.iter().any(|import| patterns.allow(import))
}
