//! The changes between two packages or two components, and whom they break.
//!
//! Lives here: [`diff`] and the rules, one file each under `rules/`.
//! May import: ranks 0 to 3. Deliberately absent: printing; whether a component fits a world;
//! dependencies by themselves, which count by what the package makes of them.
//!
//! Both sides are gone through at once (`walk`). What is there on both is compared by meaning, and
//! told where it is defined; what is there on one side only was added, removed or renamed. A
//! rule says what such a change does ([`Effect`]), and with the side of the world on which it is
//! done ([`Position`]) follows whom it breaks ([`Verdict`]) and what step of the version it takes:
//!
//! | what is done | to what is imported | to what is exported |
//! |---|---|---|
//! | something is added | breaks hosts: minor | breaks guests: major |
//! | something is removed | breaks guests: major | breaks hosts, and all source: major |
//! | something is changed | breaks both: major | breaks both: major |
//! | a world, or the name of a type without a change of it, gets another name | breaks source: major | breaks source: major |
//! | an interface or world is added, something is deprecated, an external id changes | minor | minor |
//! | docs | patch | patch |
//!
//! That is all about guests built against OLD on a host for NEW, and hosts for OLD with guests
//! built against NEW, as linkers see it: names on one semver track, instances that may have more
//! than is asked for, and types that are the same to the last field. An interface that no world of
//! the package has counts as imported. Where two components are compared, NEW takes the place of
//! OLD, and it is an error if a host that runs OLD may not run NEW.
//!
//! The step that was made is read as Cargo reads it (`version`); a change that takes a greater one
//! is an error. Without versions, whatever breaks guests is.

mod context;
mod counterparts;
mod display;
mod findings;
mod git;
mod input;
mod renames;
mod rule;
mod rules;
mod type_users;
mod verdict;
mod version;
mod walk;

pub use findings::{Diff, Options, ReportedChange, Summary, known};
pub use input::Input;
pub use rule::{Kind, Rule};
pub use rules::RULES;
pub use verdict::{Bump, Effect, Position, Verdict};
pub use version::Versions;

use context::Context;

use crate::diag::{Code, Report};

/// The codes raised here.
///
/// ```
/// use witkit::diff::{RULES, codes};
///
/// assert!(RULES.iter().all(|rule| codes().iter().any(|code| code.name == rule.code.name)));
/// ```
pub fn codes() -> Vec<&'static Code> {
    let rules = RULES.iter().map(|rule| &rule.code);
    rules.chain(CODES.iter().copied()).collect()
}

/// Codes that are no rules.
static CODES: &[&Code] = &[
    &git::NO_GIT,
    &git::NO_PATH,
    &git::NO_REVISION,
    &git::WORK_TREE_DEPS,
    &input::NOT_COMPARABLE,
];

/// What has changed from `old` to `new`.
///
/// Fails if a side cannot be read, or if one is a component and the other is none
/// (`diff/not-comparable`). All features are there on both sides: an item with a gate is compared
/// as any other, and what is `@unstable` in `old`, or is new and so, may change freely.
///
/// ```
/// use witkit::{diff, diff::{Bump, Options}};
///
/// let old = "package acme:kv@1.0.0; interface store { get: func() -> string; }";
/// let new = "package acme:kv@1.1.0; interface store { get: func() -> list<u8>; }";
/// let found = diff(&("old.wit", old).into(), &("new.wit", new).into(), &Options::default())?;
/// assert!(found.report.has_errors());
/// assert_eq!(found.changes[0].needs, Bump::Major);
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn diff(old: &Input, new: &Input, options: &Options) -> Result<Diff, Report> {
    let (old, new) = input::read(old, new, &options.search)?;
    let mut cx = Context::new(&old, &new);
    let packages = walk::packages(&cx);
    walk::run(&mut cx, &packages);
    let mut found = findings::findings(cx, &packages, options);
    found.report.extend(old.notes);
    found.report.extend(new.notes);
    Ok(found)
}
