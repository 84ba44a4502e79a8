//! Policies: what components may not import, or everything that they may.
//!
//! Lives here: [`Policy`] and [`check`]; `config` (`[policy]` of `witkit.toml`), `pattern` (what a
//! policy matches), `levels` and `needs` (which component uses an import, and which export leads to
//! it), `findings` (the messages).
//! May import: `diag`, `names`, `options`, `capabilities` (rank 0), `config`, `wasm` (1),
//! `surface` (3); wasmparser, which stays behind this door.
//! Deliberately absent: core code. What a component's code imports, it may call.

mod codes;
mod config;
mod findings;
mod levels;
mod needs;
mod pattern;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

pub use codes::CODES;
#[doc(hidden)]
pub use config::read;

use super::Subject;
use crate::capabilities::UNKNOWN;
use crate::diag::{Diagnostic, Locus, Report};
use crate::no_effect;
use crate::surface::{ExternName, Item};
use findings::{Asked, Breach, Verdict};
use levels::Levels;
use pattern::{Cover, Import, Pattern};

/// What components may import.
///
/// ```
/// use witkit::check::policy::Policy;
///
/// let none = Policy::default();
/// assert!(none.is_empty());
/// let offline = Policy::denying(["network"])?.allowing(["acme:editor/*"])?;
/// assert!(!offline.is_empty());
/// let strict = Policy::allowing_only(["wasi:clock/*"])?;
/// assert!(!strict.doubts().is_empty(), "WASI calls it `wasi:clocks`");
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy {
    rules: Vec<Rule>,
    /// The name and the contents of the file that it was read from.
    text: Option<(String, String)>,
    /// The folder that paths of rules are relative to.
    folder: PathBuf,
}

/// A table of the configuration, or the flags.
#[derive(Clone, Debug)]
struct Rule {
    /// `[policy.payment]`; empty for flags.
    name: String,
    /// Which inputs it is for; none: all.
    path: Option<String>,
    deny: Vec<Pattern>,
    /// What may be imported although its capabilities are unknown.
    allow: Vec<Pattern>,
    /// Everything that may be imported, if it lists that.
    allow_only: Option<Vec<Pattern>>,
    allow_place: Option<Locus>,
    reason: Option<String>,
}

impl Policy {
    /// A policy that forbids capabilities, interfaces or functions: `network`, `wasi:sockets/*`,
    /// `wasi:cli/exit.exit`.
    ///
    /// Fails if one of them is not a pattern (`check/bad-pattern`).
    pub fn denying<P: Into<String>>(
        patterns: impl IntoIterator<Item = P>,
    ) -> Result<Policy, Report> {
        let deny: Vec<String> = patterns.into_iter().map(P::into).collect();
        Policy::default().with(&deny, &[])
    }

    /// A policy that forbids all imports but those that match, types included.
    ///
    /// Fails if one of them is not a pattern (`check/bad-pattern`).
    pub fn allowing_only<P: Into<String>>(
        patterns: impl IntoIterator<Item = P>,
    ) -> Result<Policy, Report> {
        let allow_only: Vec<String> = patterns.into_iter().map(P::into).collect();
        Policy::default().with(&[], &allow_only)
    }

    /// This policy, with imports that it lets pass although their capabilities are unknown, such as those
    /// of the host's own interfaces: `acme:editor/*`, or `log` for a function of the world itself.
    ///
    /// Fails if one of them is not a pattern (`check/bad-pattern`).
    pub fn allowing<P: Into<String>>(
        mut self,
        patterns: impl IntoIterator<Item = P>,
    ) -> Result<Policy, Report> {
        for word in patterns {
            let pattern = Pattern::allowed(&word.into()).map_err(|(message, advice)| {
                Report::from(codes::BAD_PATTERN.report(message).help(advice))
            })?;
            for rule in &mut self.rules {
                rule.allow.push(pattern.clone());
            }
        }
        Ok(self)
    }

    fn with(mut self, deny: &[String], allow_only: &[String]) -> Result<Policy, Report> {
        match self.add(deny, &[], allow_only) {
            Ok(()) => Ok(self),
            Err(message) => Err(codes::BAD_PATTERN.report(message).into()),
        }
    }

    /// Adds a rule for all inputs, from the command line. It cannot weaken the others: `allow`, what may
    /// be imported although its capabilities are unknown, only affects this rule.
    ///
    /// Fails with a message about the first word that is not a pattern.
    #[doc(hidden)]
    pub fn add(
        &mut self,
        deny: &[String],
        allow: &[String],
        allow_only: &[String],
    ) -> Result<(), String> {
        if deny.is_empty() && allow_only.is_empty() {
            return Ok(());
        }
        let told = |(message, advice)| format!("{message}; {advice}");
        let patterns = |words: &[String]| {
            let parsed = words.iter().map(|word| Pattern::parse(word, None));
            parsed.collect::<Result<Vec<Pattern>, _>>().map_err(told)
        };
        let allowed = patterns(allow_only)?;
        let allow = allow.iter().map(|word| Pattern::allowed(word));
        self.rules.push(Rule {
            name: String::new(),
            path: None,
            deny: patterns(deny)?,
            allow: allow.collect::<Result<_, _>>().map_err(told)?,
            allow_only: (!allow_only.is_empty()).then_some(allowed),
            allow_place: None,
            reason: None,
        });
        Ok(())
    }

    /// Whether there are no rules at all.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether any rule from the command line takes what may be imported although its capabilities
    /// are unknown.
    #[doc(hidden)]
    pub fn takes_allow(&self) -> bool {
        let mut rules = self.rules.iter().filter(|rule| rule.name.is_empty());
        rules.any(|rule| rule.deny.iter().any(|p| p.capability().is_some()))
    }

    /// Warnings of rules with a path that none of `inputs` has (`options/no-effect`).
    #[doc(hidden)]
    pub fn without_inputs(&self, inputs: &[PathBuf]) -> Report {
        let mut report = Report::new();
        for rule in &self.rules {
            let governs = |path: &PathBuf| self.rules_for(path).any(|r| r.name == rule.name);
            if let (Some(path), Some((file, _))) = (&rule.path, &self.text)
                && !inputs.iter().any(governs)
            {
                let finding = no_effect::without_effect(
                    &format!("{} path", rule.name),
                    &format!("no component matches `{path}`"),
                );
                report.push(finding.at(Locus::File(file.clone()), ""));
            }
        }
        report
    }

    /// Warnings of what may be imported by `allow` of the configuration, although its capabilities
    /// are unknown, if that is nothing that `matches` (`options/no-effect`).
    #[doc(hidden)]
    pub fn without_imports(&self, matches: impl Fn(&str) -> bool) -> Report {
        let mut report = Report::new();
        for rule in self.rules.iter().filter(|rule| !rule.name.is_empty()) {
            for pattern in rule.allow.iter().filter(|p| !matches(&p.text)) {
                let finding = no_effect::without_effect(
                    &format!("{} allow.{}", rule.name, pattern.text),
                    "no component has a matching import",
                );
                report.push(match &pattern.place {
                    Some(place) => finding.at(place.clone(), ""),
                    None => finding,
                });
            }
        }
        self.add_text(&mut report);
        report
    }

    /// Whether any rule is for the input at `path`, `-` for standard input.
    #[doc(hidden)]
    pub fn applies_to(&self, path: &Path) -> bool {
        self.rules_for(path).next().is_some()
    }

    /// Warnings about rules whatever the input: patterns that name nothing that is known
    /// (`check/doubtful-pattern`).
    pub fn doubts(&self) -> Report {
        let mut report = Report::new();
        for rule in &self.rules {
            let allowed = rule.allow.iter().chain(rule.allow_only.iter().flatten());
            for pattern in rule.deny.iter().chain(allowed) {
                let Some(meant) = pattern.doubt() else {
                    continue;
                };
                let message = format!("unknown WASI package in `{}`", pattern.text);
                let finding = codes::DOUBTFUL_PATTERN.report(message);
                let finding = finding.help(format!("did you mean `{meant}`?"));
                report.push(match &pattern.place {
                    Some(place) => finding.at(place.clone(), ""),
                    None => finding,
                });
            }
        }
        self.add_text(&mut report);
        report
    }

    fn rules_for(&self, path: &Path) -> impl Iterator<Item = &Rule> {
        let relative = crate::config::relative(path, &self.folder);
        self.rules.iter().filter(move |rule| match &rule.path {
            Some(pattern) => wildmatch::WildMatch::new(pattern).matches(&relative),
            None => true,
        })
    }

    /// Findings point into the file.
    fn add_text(&self, report: &mut Report) {
        if let Some((name, text)) = &self.text
            && !report.is_empty()
        {
            report.add_text(name.as_str(), text.as_str());
        }
    }
}

/// Checks the subject against the rules that apply to it (`check/denied-import`,
/// `check/not-allowed-import`, `check/unknown-capability`).
#[doc(hidden)]
pub fn check(subject: &Subject, policy: &Policy, report: &mut Report) {
    let path = subject.component().source().path();
    let rules: Vec<&Rule> = policy.rules_for(path.unwrap_or(Path::new("-"))).collect();
    if rules.is_empty() {
        return;
    }
    match breaches(subject, &rules) {
        Ok(found) if found.is_empty() => {}
        Ok(found) => {
            let mut own = Report::new();
            found.into_iter().for_each(|finding| own.push(finding));
            policy.add_text(&mut own);
            report.extend(own);
        }
        Err(finding) => report.push(finding),
    }
}

fn breaches(subject: &Subject, rules: &[&Rule]) -> Result<Vec<Diagnostic>, Diagnostic> {
    let component = subject.component();
    let surface = subject.surface()?;
    let imports: Vec<Import> = surface.imports.iter().map(import).collect();
    let mut breaches = Vec::new();
    for rule in rules {
        for (at, import) in imports.iter().enumerate() {
            let denied = denied(rule, import);
            let others = |functions: &[usize]| match rule.allow_only {
                Some(_) => not_allowed(rule, import, functions),
                None => unknown(rule, import, functions),
            };
            let missing = match &denied {
                Some(breach) => match &breach.functions {
                    Some(functions) => others(functions),
                    // What is denied is not reported as not allowed too.
                    None => None,
                },
                None => others(&[]),
            };
            let found = denied.into_iter().chain(missing);
            breaches.extend(found.map(|breach| (*rule, at, breach)));
        }
    }
    if breaches.is_empty() {
        return Ok(Vec::new());
    }
    // Only now, as most components satisfy their policies.
    let levels = Levels::read(component.bytes()).map_err(|e| component.malformed(&e))?;
    let mut asked = Asked::new(&levels, component.source().name());
    for (rule, at, breach) in breaches {
        asked.add(rule, &imports[at], breach);
    }
    Ok(asked.findings())
}

/// What the rule denies of the import.
fn denied<'r>(rule: &'r Rule, import: &Import) -> Option<Breach<'r>> {
    let mut by = Vec::new();
    let mut whole = false;
    let mut functions = Vec::new();
    for pattern in &rule.deny {
        // Types alone give access to nothing, whatever their interface gives.
        if import.has_types_only && pattern.capability().is_some() {
            continue;
        }
        match pattern.covers(import) {
            Some(Cover::All) => whole = true,
            Some(Cover::Functions(some)) if !some.is_empty() => functions.extend(some),
            _ => continue,
        }
        by.push(pattern);
    }
    functions.sort_unstable();
    functions.dedup();
    (!by.is_empty()).then_some(Breach {
        verdict: Verdict::Denied,
        denied_by: by,
        functions: (!whole).then_some(functions),
    })
}

/// What of the import the rule does not allow, besides the functions that are `denied`.
fn not_allowed<'r>(rule: &'r Rule, import: &Import, denied: &[usize]) -> Option<Breach<'r>> {
    let allowed = rule.allow_only.as_ref()?;
    let functions = not_covered(allowed, import, denied)?;
    Some(Breach {
        verdict: Verdict::NotAllowed,
        denied_by: Vec::new(),
        functions,
    })
}

/// What of the import may give a capability that the rule denies, as it is not known what it gives,
/// besides the functions that are `denied`.
fn unknown<'r>(rule: &'r Rule, import: &Import, denied: &[usize]) -> Option<Breach<'r>> {
    if import.capability != Some(UNKNOWN) {
        return None;
    }
    let by = rule.deny.iter().filter(|p| p.capability().is_some());
    let by: Vec<&Pattern> = by.collect();
    if by.is_empty() {
        return None;
    }
    let functions = not_covered(&rule.allow, import, denied)?;
    Some(Breach {
        verdict: Verdict::Unknown,
        denied_by: by,
        functions,
    })
}

/// What of the import no pattern covers, besides the functions that are `denied`: all of it
/// (`Some(None)`), or these functions; none if everything is covered.
fn not_covered(
    patterns: &[Pattern],
    import: &Import,
    denied: &[usize],
) -> Option<Option<Vec<usize>>> {
    let covers: Vec<Cover> = patterns.iter().filter_map(|p| p.covers(import)).collect();
    if covers.contains(&Cover::All) {
        return None;
    }
    let is_covered = |at: &usize| {
        covers.iter().any(|cover| match cover {
            Cover::All => true,
            Cover::Functions(some) => some.contains(at),
        })
    };
    let others = (0..import.functions.len()).filter(|at| !denied.contains(at) && !is_covered(at));
    let others: Vec<usize> = others.collect();
    let some_covered = !covers.is_empty();
    if some_covered && others.is_empty() {
        return None;
    }
    Some(some_covered.then_some(others))
}

/// An import, with the functions in it at any depth.
fn import((name, item): &(ExternName, Item)) -> Import {
    let mut functions = Vec::new();
    let mut waiting = VecDeque::from([(item, Vec::new())]);
    while let Some((item, path)) = waiting.pop_front() {
        match item {
            Item::Instance(instance) => {
                for (name, item) in &instance.exports {
                    let mut path: Vec<String> = path.clone();
                    path.push(name.name.clone());
                    waiting.push_back((item, path));
                }
            }
            Item::Func(_) if !path.is_empty() => functions.push(path),
            _ => {}
        }
    }
    let is_interface = matches!(item, Item::Instance(_));
    let has_types_only = is_interface && functions.is_empty();
    let is_inert = has_types_only || matches!(item, Item::Type(_) | Item::Value(_));
    let mut import = Import::new(
        &name.name,
        name.version_suffix.as_deref(),
        name.implements.as_deref(),
        functions,
    );
    import.has_types_only = has_types_only;
    // Types and values alone give access to nothing, whatever else their names stand for.
    import.capability = import
        .capability
        .filter(|known| !is_inert || *known != UNKNOWN);
    import
}

#[cfg(test)]
mod tests;
