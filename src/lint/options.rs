//! `[lint]` in `witkit.toml`: which rules run, at which level, and where.
//!
//! Lives here: [`Options`], [`RuleOptions`], reading them. May import: `config`, `diag`, `source`.
//! Deliberately absent: flags (`cli/lint.rs` puts what they say into [`Options`]).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use wildmatch::WildMatch;

use super::facts::keywords::known_languages;
use super::rule::{Group, Rule};
use super::rules::RULES;
use crate::config::relative;
use crate::config::{self, Table};
use crate::diag::{Code, Diagnostic, Locus, Report, Severity, did_you_mean};
use crate::features::BASELINES;
use crate::no_effect;
use crate::source::{Source, folder_of};
use crate::wit::{Wit, find, format};

/// A name that is neither a rule's nor a group's.
pub static UNKNOWN_RULE: Code = Code {
    name: "config/unknown-rule",
    severity: Severity::Error,
    page: "\
A name in `[lint]` of `witkit.toml` is neither a rule nor a group of rules. Rules are named as in
the brackets of their findings, with or without `wit/`. The groups are `correctness`, `versions`,
`portability`, `docs`, `style`, and `all`. `witkit lint --list` lists all rules and groups.

```toml
[lint]
ignore = [\"unused-uses\"]
```

Correct the name: here, `unused-use` was meant.",
};

/// Which rules are on, and where.
///
/// ```
/// use witkit::lint::{Group, Options, RULES, RuleOptions};
///
/// let options = Options {
///     select: vec![Group::Correctness.name().into(), "keyword-name".into()],
///     rule_options: RuleOptions { languages: vec!["rust".into()], ..RuleOptions::default() },
///     ..Options::default()
/// };
/// for rule in RULES.iter().filter(|rule| options.level(rule).is_some()) {
///     assert!(rule.group == Group::Correctness || rule.name() == "keyword-name");
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Rules and groups that are on; empty: those that are on by default.
    pub select: Vec<String>,
    /// Rules and groups that are off.
    pub ignore: Vec<String>,
    /// Levels of single rules; `None` is off. A rule with a level is on unless `select` leaves it
    /// out.
    pub levels: BTreeMap<String, Option<Severity>>,
    /// Paths (relative to `folder`, `*` for any text) and the rules and groups that are off there.
    pub per_path: Vec<(String, Vec<String>)>,
    /// The folder that paths are relative to: that of the configuration.
    pub folder: PathBuf,
    /// The files whose findings are wanted; none: all of the package.
    pub only: Option<BTreeSet<PathBuf>>,
    /// The options of single rules.
    pub rule_options: RuleOptions,
    /// Keys of the configuration that do nothing.
    pub unused: Report,
}

/// The options of single rules.
///
/// [`Options`] shows it in use.
#[derive(Clone, Debug, Default)]
pub struct RuleOptions {
    /// `public`: interfaces for worlds of other packages (`unused-interface`).
    pub public: Vec<String>,
    /// `release`: the target release (`needs-feature`), such as `wasi-0.2`.
    pub baseline: Option<String>,
    /// `since`: every item must have `@since` (`since-missing`), even if none has yet.
    pub since: bool,
    /// `languages`: those whose reserved words matter (`keyword-name`).
    pub languages: Vec<String>,
    /// `acronyms`: words that are acronyms (`acronym-case`).
    pub acronyms: Vec<String>,
    /// `[fmt]`: the style of files (`not-formatted`).
    pub style: format::Style,
}

/// Reads `[lint]` of the file at `path`; without one, everything is as by default.
///
/// [`fix`](crate::lint::fix) shows it in use.
pub fn read(path: &Path) -> Result<Options, Report> {
    let source = Source::open(path)?;
    config::read(&source, |mut root, report| {
        let mut settings = Options {
            folder: folder_of(path).to_path_buf(),
            ..Options::default()
        };
        if let Some(table) = root.table("lint", report) {
            read_table(table, &mut settings, report);
        }
        settings.rule_options.style = format::settings::style(&mut root, report);
        settings
    })
}

fn read_table(mut table: Table<'_>, settings: &mut Options, report: &mut Report) {
    settings.select = table.strings("select", report);
    settings.ignore = table.strings("ignore", report);
    for (rule, level) in table.pairs("levels", report) {
        let severity = match level.as_str() {
            "error" => Some(Severity::Error),
            "warning" => Some(Severity::Warning),
            "note" => Some(Severity::Note),
            "off" => None,
            _ => {
                let wrong = format!("`{level}` is not a valid level of rule `{rule}`");
                report.push(
                    table
                        .bad_value("levels", &wrong)
                        .help("use `error`, `warning`, `note` or `off`"),
                );
                continue;
            }
        };
        settings.levels.insert(short(&rule).to_string(), severity);
    }
    settings.per_path = table.lists("per-path-ignores", report);
    let options = &mut settings.rule_options;
    if table.has("public") {
        options.public = table.strings("public", report);
    }
    options.baseline = table.string("release", report);
    options.since = table.boolean("since", report).unwrap_or(false);
    options.languages = table.strings("languages", report);
    options.acronyms = table.strings("acronyms", report);
    if let Some(name) = &options.baseline {
        check_one_of(&table, "release", name, &BASELINES, report);
    }
    let languages: Vec<&str> = known_languages().collect();
    for name in &options.languages {
        check_one_of(&table, "languages", name, &languages, report);
    }

    let mut check = |key: &str, name: &str| {
        if let Err(advice) = known(name) {
            report.push(
                UNKNOWN_RULE
                    .report(format!("unknown rule or group `{name}`"))
                    .at(table.place_of(key), "")
                    .help(advice),
            );
        }
    };
    for name in &settings.select {
        check("select", name);
    }
    for name in &settings.ignore {
        check("ignore", name);
    }
    for name in settings.levels.keys() {
        check("levels", name);
    }
    for (_, names) in &settings.per_path {
        for name in names {
            check("per-path-ignores", name);
        }
    }
    let file = table.place_of("lint").file().to_string();
    for (key, why) in without_effect(settings) {
        let finding = no_effect::without_effect(&key, &why);
        let place = Locus::File(file.clone());
        settings.unused.push(finding.at(place, ""));
    }
    table.finish(report);
}

/// The keys that do nothing because of others, and why.
fn without_effect(settings: &Options) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let is_rule = |name: &str| RULES.iter().any(|rule| rule.name() == short(name));
    for name in &settings.ignore {
        if settings.select.contains(name) {
            found.push(match is_rule(name) {
                true => (
                    format!("ignore.{name}"),
                    "the rule is selected by its name".into(),
                ),
                false => (format!("select.{name}"), "`ignore` has it as well".into()),
            });
        }
    }
    let is_off = |name: &str| {
        let mut rules = RULES.iter().filter(|rule| rule.name() == name);
        rules.all(|rule| settings.level(rule).is_none())
    };
    for (name, level) in &settings.levels {
        if level.is_some() && is_off(name) {
            let ignored = settings.ignore.iter().any(|i| short(i) == name);
            let why = match ignored {
                true => "the rule is ignored",
                false => "the rule is not selected",
            };
            found.push((format!("levels.{name}"), why.into()));
        }
    }
    for (pattern, ignored) in &settings.per_path {
        let key = format!("per-path-ignores.{pattern}");
        let is_on = |name: &String| {
            let mut rules = RULES.iter().filter(|rule| names(name, rule));
            rules.any(|rule| settings.level(rule).is_some())
        };
        for name in ignored.iter().filter(|name| !is_on(name)) {
            found.push((format!("{key}.{name}"), "the rule is off everywhere".into()));
        }
        let matcher = WildMatch::new(pattern);
        if !find::has_file(&settings.folder, |path| matcher.matches(path)) {
            found.push((key, "no file has a matching path".into()));
        }
    }
    let given = &settings.rule_options;
    let told = [
        ("languages", !given.languages.is_empty(), "keyword-name"),
        ("acronyms", !given.acronyms.is_empty(), "acronym-case"),
        ("release", given.baseline.is_some(), "needs-feature"),
        ("since", given.since, "since-missing"),
        ("public", !given.public.is_empty(), "unused-interface"),
    ];
    for (key, is_given, rule) in told {
        if is_given && is_off(rule) {
            found.push((key.into(), format!("the rule `{rule}` is off")));
        }
    }
    found
}

/// Reports a name at `key` that is not one of those that are known.
fn check_one_of(table: &Table<'_>, key: &str, name: &str, known: &[&str], report: &mut Report) {
    if known.contains(&name) {
        return;
    }
    let finding = table.bad_value(key, &format!("`{name}` is not a valid value of `{key}`"));
    report.push(match did_you_mean(name, known.iter().copied()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding.help(format!("use one of `{}`", known.join("`, `"))),
    });
}

/// A rule's name without its namespace.
fn short(name: &str) -> &str {
    name.strip_prefix("wit/").unwrap_or(name)
}

/// Whether `name` is that of a rule or a group; else, what may have been meant.
#[doc(hidden)]
pub fn known(name: &str) -> Result<(), String> {
    let groups = Group::ALL.iter().map(|group| group.name());
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name()).chain(groups).collect();
    if short(name) == "all" || names.contains(&short(name)) {
        return Ok(());
    }
    Err(match did_you_mean(short(name), names) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "run `witkit lint --list` to list all rules and groups".to_string(),
    })
}

/// Whether `name` is that of `rule`, or of its group.
fn names(name: &str, rule: &Rule) -> bool {
    let name = short(name);
    name == "all" || name == rule.name() || name == rule.group.name()
}

impl Options {
    /// The level that a rule has, if it is on.
    pub fn level(&self, rule: &Rule) -> Option<Severity> {
        let level = self.levels.get(rule.name());
        let on = match self.select.is_empty() {
            true => level.map_or(rule.on, |level| level.is_some()),
            false => self.select.iter().any(|name| names(name, rule)),
        };
        let by_name = self.select.iter().any(|name| short(name) == rule.name());
        let ignored = self.ignore.iter().any(|name| names(name, rule));
        if !on || (ignored && !by_name) {
            return None;
        }
        // Selected by its name it is on, whatever level it has elsewhere.
        match level {
            Some(None) if !by_name => None,
            Some(Some(severity)) => Some(*severity),
            _ => Some(rule.code.severity),
        }
    }

    /// The findings that are not in places where their rules are off.
    pub(super) fn without_ignored(&self, wit: &Wit, mut report: Report) -> Report {
        if let Some(only) = &self.only {
            let wanted: BTreeSet<&str> = wit
                .files()
                .iter()
                .filter(|file| {
                    let path = file.path.as_deref().map(find::as_typed);
                    path.is_some_and(|path| only.contains(path))
                })
                .map(|file| file.tree.name())
                .collect();
            report.retain(|finding| {
                let file = finding.labels.first().map(|l| l.locus.file());
                file.is_none_or(|file| wanted.contains(file))
            });
        }
        if self.per_path.is_empty() {
            return report;
        }
        let patterns: Vec<(WildMatch, &Vec<String>)> = self
            .per_path
            .iter()
            .map(|(pattern, names)| (WildMatch::new(pattern), names))
            .collect();
        let paths: BTreeMap<&str, String> = wit
            .files()
            .iter()
            .map(|file| {
                let path = file.path.as_deref().unwrap_or(Path::new("-"));
                (file.tree.name(), relative(path, &self.folder))
            })
            .collect();
        report.retain(|finding: &Diagnostic| {
            let file = finding.labels.first().map_or("", |l| l.locus.file());
            let Some(path) = paths.get(file) else {
                return true;
            };
            let ignores = |rule: &Rule| {
                patterns.iter().any(|(pattern, ignored)| {
                    pattern.matches(path) && ignored.iter().any(|name| names(name, rule))
                })
            };
            let rule = RULES
                .iter()
                .find(|rule| rule.code.name == finding.code.name);
            !rule.is_some_and(|rule| ignores(rule))
        });
        report
    }
}
