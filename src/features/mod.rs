//! Features of the component model and of core WebAssembly: which there are, and which WASI release
//! has them.
//!
//! Lives here: `Feature` with its one table, [`Baseline`], and [`beyond`]; `detect` (what uses
//! which), `first_uses` (the places in a binary) with `type_features` (those in types).
//! May import: `source`, `diag` (rank 0), `wasm` (1).
//! Deliberately absent: features that only core code uses (SIMD, tail calls, …), because core code
//! is not read; places in WIT (`needs-feature` of `lint`); which interfaces a release has
//! (`check::baseline` compares their versions).
//!
//! Sources: the repository `WebAssembly/component-model`: `README.md`, "Milestones", says what each
//! release brought; `design/mvp/Explainer.md`, "Gated Features", lists those in no release yet; the
//! signs there mark the productions in `design/mvp/WIT.md` and `Binary.md`. The release notes of
//! `WebAssembly/WASI` say the same of `v0.3.1`. Looked at in August 2026. A 1.0 of the component
//! model is announced there, but not its features, so it is not a baseline yet.

mod detect;
mod first_uses;
mod type_features;

use semver::Version;
use wasmparser::WasmFeatures as Flags;

pub(crate) use detect::Detected;
pub(crate) use first_uses::{first_uses, of_module};

use crate::diag::{Code, Locus, Report, Severity, did_you_mean};
use crate::source::Source;
use crate::wasm;

/// A feature is used that the baseline does not have.
pub static BEYOND_BASELINE: Code = Code {
    name: "features/beyond-baseline",
    severity: Severity::Error,
    page: "\
A component uses a feature of the component model that the release given with `--release` does not
have. Hosts and tools of that release reject the component, often with an error that only shows a
number.

Each release includes the features of all earlier releases:

- `wasi-0.2`: the first release of the component model;
- `wasi-0.3.0`: `async` functions and built-ins, `stream` and `future`;
- `wasi-0.3.1`: `map`, `@external-id`, and interfaces imported or exported under a name of
  their own (`implements`).

All other gated features of the specification are not part of a release yet: `error-context`,
fixed-length lists, values, threads, the GC ABI, stackful `async`, getters and setters, nested
names.

Each feature is reported once, at its first use. Avoid it (often with an option of the tool that
created the component, or with an older WIT package), or use a later baseline if the hosts allow it.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&BEYOND_BASELINE];

/// The releases that can be a baseline, oldest first; each has the features of all earlier ones.
pub(crate) const BASELINES: [&str; 3] = ["wasi-0.2", "wasi-0.3.0", "wasi-0.3.1"];

/// The packages of WASI that are released together and share its versions. Proposals that are not
/// released yet have versions of their own.
const RELEASED: [&str; 7] = [
    "wasi:cli",
    "wasi:clocks",
    "wasi:filesystem",
    "wasi:http",
    "wasi:io",
    "wasi:random",
    "wasi:sockets",
];

/// Whether a package (`wasi:io`) is released with WASI.
pub(crate) fn is_released_with_wasi(package: &str) -> bool {
    RELEASED.contains(&package)
}

/// A feature that not every tool and host supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Feature {
    AsyncFunction,
    AsyncBuiltIn,
    Stream,
    Future,
    Map,
    Implements,
    ExternalId,
    Stackful,
    MoreAsync,
    Forward,
    FixedLengthList,
    ErrorContext,
    Threads,
    SharedThreads,
    Gc,
    Values,
    Wide,
    Accessor,
    NestedName,
    VersionSuffix,
    CoreMemory64,
    CoreGc,
    CoreThreads,
    CoreExceptions,
    CoreMemories,
}

/// The facts about a feature.
struct Row {
    feature: Feature,
    /// `component` or `core`.
    level: &'static str,
    /// Several features may share one: for users they are the same.
    name: &'static str,
    /// With its article, for use in a sentence.
    called: &'static str,
    /// The first of the [`BASELINES`] with it; none if no release has it yet.
    since: Option<&'static str>,
    /// The flag that the validator requires.
    flag: Flags,
}

const fn row(
    feature: Feature,
    level: &'static str,
    name: &'static str,
    called: &'static str,
    since: Option<&'static str>,
    flag: Flags,
) -> Row {
    Row {
        feature,
        level,
        name,
        called,
        since,
        flag,
    }
}

const IN_0_3_0: Option<&str> = Some(BASELINES[1]);
const IN_0_3_1: Option<&str> = Some(BASELINES[2]);

#[rustfmt::skip]
const FEATURES: [Row; 25] = {
    use Feature::*;
    const C: &str = "component";
    [
        // 🔀
        row(AsyncFunction, C, "async", "an `async` function", IN_0_3_0, Flags::CM_ASYNC),
        row(AsyncBuiltIn, C, "async", "a built-in or option for `async`", IN_0_3_0, Flags::CM_ASYNC),
        row(Stream, C, "streams and futures", "a `stream`", IN_0_3_0, Flags::CM_ASYNC),
        row(Future, C, "streams and futures", "a `future`", IN_0_3_0, Flags::CM_ASYNC),
        // 🗺️
        row(Map, C, "map", "a `map`", IN_0_3_1, Flags::CM_MAP),
        // 🏷️
        row(Implements, C, "implements", "an interface with a plain name", IN_0_3_1, Flags::CM_IMPLEMENTS),
        row(ExternalId, C, "external ids", "an `@external-id`", IN_0_3_1, Flags::CM_IMPLEMENTS),
        // 🚟
        row(Stackful, C, "stackful async", "an `async` lift without a callback", None, Flags::CM_ASYNC_STACKFUL),
        // 🚝
        row(MoreAsync, C, "more async built-ins", "a built-in that waits, or one that cancels without waiting", None, Flags::CM_MORE_ASYNC_BUILTINS),
        // ➡️
        row(Forward, C, "forwarding", "a `stream.forward` or `future.forward`", None, Flags::CM_FORWARD),
        // 🔧
        row(FixedLengthList, C, "fixed-length lists", "a fixed-length list", None, Flags::CM_FIXED_LENGTH_LISTS),
        // 📝
        row(ErrorContext, C, "error-context", "an `error-context`", None, Flags::CM_ERROR_CONTEXT),
        // 🧵
        row(Threads, C, "threads", "a built-in for threads", None, Flags::CM_THREADING),
        row(SharedThreads, C, "threads", "a built-in for shared threads", None, Flags::SHARED_EVERYTHING_THREADS),
        // 🛸
        row(Gc, C, "GC", "a function with the GC ABI", None, Flags::CM_GC),
        // 🪙
        row(Values, C, "values", "a value", None, Flags::CM_VALUES),
        // 🐘
        row(Wide, C, "64-bit", "a 64-bit resource or built-in", None, Flags::CM64),
        // 📡
        row(Accessor, C, "accessors", "a getter or setter", None, Flags::CM_ACCESSORS),
        // 🪺
        row(NestedName, C, "nested names", "a nested namespace or package", None, Flags::CM_NESTED_NAMES),
        // 🔗
        row(VersionSuffix, C, "version suffixes", "a version suffix", None, Flags::CM_CANON_NAMES),
        row(CoreMemory64, "core", "memory64", "a 64-bit memory", None, Flags::MEMORY64),
        row(CoreGc, "core", "GC", "a GC type", None, Flags::GC),
        row(CoreThreads, "core", "threads", "a shared memory", None, Flags::THREADS),
        row(CoreExceptions, "core", "exceptions", "an exception tag", None, Flags::EXCEPTIONS),
        row(CoreMemories, "core", "multi-memory", "a second memory", None, Flags::MULTI_MEMORY),
    ]
};

impl Feature {
    fn row(self) -> &'static Row {
        const { assert!(FEATURES.len() == Feature::CoreMemories as usize + 1) };
        // INVARIANT: the table has all features, in their order; a test holds it.
        &FEATURES[self as usize]
    }

    /// `component` or `core`: what it is a feature of.
    pub fn level(self) -> &'static str {
        self.row().level
    }

    /// Its name among those of its level.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Its name among all: those of core WebAssembly begin with `core `.
    pub fn full_name(self) -> String {
        match self.level() {
            "core" => format!("core {}", self.name()),
            _ => self.name().to_string(),
        }
    }

    /// The full names of all.
    #[cfg(test)]
    pub fn full_names() -> Vec<String> {
        FEATURES.iter().map(|row| row.feature.full_name()).collect()
    }

    /// Its name with an article, for use in a sentence.
    pub fn called(self) -> &'static str {
        self.row().called
    }

    /// The first of the [`BASELINES`] that has it.
    pub fn since(self) -> Option<&'static str> {
        self.row().since
    }

    /// The same as a version of WASI: `0.3.0`.
    pub fn release(self) -> Option<&'static str> {
        self.since().and_then(|since| since.strip_prefix("wasi-"))
    }

    /// Whether the release has it. Releases do not specify core WebAssembly.
    pub fn is_in(self, baseline: Baseline) -> bool {
        let since = self.since();
        self.level() == "core" || since.is_some_and(|s| BASELINES[..=baseline.0].contains(&s))
    }
}

/// A release of WASI, by the features of the component model that it has.
///
/// ```
/// use witkit::features::Baseline;
///
/// let release = Baseline::named("wasi-0.2").expect("it is a release");
/// assert_eq!(release.name(), "wasi-0.2");
/// assert!(Baseline::named("wasi-0.20").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Baseline(usize);

impl Baseline {
    /// The release of that name: `wasi-0.2`. Fails with a suggestion, or with all names.
    pub fn named(name: &str) -> Result<Baseline, String> {
        let at = BASELINES.iter().position(|known| *known == name);
        at.map(Baseline)
            .ok_or_else(|| match did_you_mean(name, BASELINES) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known baselines: `{}`", BASELINES.join("`, `")),
            })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        BASELINES[self.0]
    }

    /// The first release with that version of WASI; none if no release has it yet.
    ///
    /// Snapshots are not part of any release.
    pub(crate) fn first_with(wasi: &Version) -> Option<Baseline> {
        (0..BASELINES.len())
            .map(Baseline)
            .find(|baseline| baseline.has_wasi(wasi))
    }

    /// Whether it includes that version of WASI: `wasi-0.2` includes all of 0.2.
    ///
    /// No host that has a release provides its snapshots: their names differ, and pre-releases are
    /// on no release's track.
    pub(crate) fn has_wasi(self, wasi: &Version) -> bool {
        if !wasi.pre.is_empty() {
            return false;
        }
        // INVARIANT: a release is called `wasi-` and the numbers of its version; a test holds it.
        let numbers = self.name().trim_start_matches("wasi-").split('.');
        let last: Vec<u64> = numbers.map(|n| n.parse().unwrap_or(0)).collect();
        let asked = [wasi.major, wasi.minor, wasi.patch];
        asked[..last.len().min(asked.len())] <= last[..]
    }

    /// The `flags` that it has, and those that it does not specify.
    pub(crate) fn within(self, flags: Flags) -> Flags {
        let beyond = FEATURES.iter().filter(|row| !row.feature.is_in(self));
        beyond.fold(flags, |flags, row| flags.difference(row.flag))
    }
}

/// `flags` with all features of components.
pub(crate) fn with_all_of_components(flags: Flags) -> Flags {
    let of_components = FEATURES.iter().filter(|row| row.level == "component");
    of_components.fold(flags, |flags, row| flags.union(row.flag))
}

/// Reports each feature that the component (in binary form) uses and the release does not have, at
/// its first use (`features/beyond-baseline`).
///
/// A core module uses none. A truncated or malformed component is reported as well
/// (`input/malformed`).
#[doc(hidden)]
pub fn beyond(source: &Source, baseline: Baseline, report: &mut Report) {
    let file = source.name();
    let uses = match first_uses(source.bytes()) {
        Ok(uses) => uses,
        Err(malformed) => {
            report.push(wasm::malformed(source, &malformed));
            return;
        }
    };
    let wanted = baseline.name();
    for place in uses.iter().filter(|u| !u.feature.is_in(baseline)) {
        let called = place.feature.called();
        let message = match place.feature.since() {
            Some(since) => format!(
                "`{file}` uses {called}, which requires `{since}`, but the baseline is `{wanted}`"
            ),
            None => format!(
                "`{file}` uses {called}, which is not part of any release yet, but the baseline is `{wanted}`"
            ),
        };
        let finding = BEYOND_BASELINE.report(message).at(
            Locus::item(file, place.path.iter().map(String::as_str)),
            format!("not part of `{wanted}`"),
        );
        report.push(match place.feature.since() {
            Some(since) => finding.help(format!("avoid it, or raise the baseline to `{since}`")),
            None => finding.help("avoid it, or remove the baseline"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_feature_at_its_place() {
        for (at, row) in FEATURES.iter().enumerate() {
            assert_eq!(row.feature as usize, at, "{:?}", row.feature);
            assert_eq!(row.feature.row().name, row.name);
        }
    }

    #[test]
    fn every_release_in_the_table_is_one_that_can_be_asked_for() {
        for row in &FEATURES {
            let since = row.since;
            assert!(
                since.is_none_or(|since| BASELINES.contains(&since)),
                "{:?}",
                row.feature
            );
        }
        assert_eq!(Feature::Map.release(), Some("0.3.1"));
    }

    #[test]
    fn features_of_one_name_came_with_one_release() {
        for row in &FEATURES {
            for other in &FEATURES {
                if (row.level, row.name) == (other.level, other.name) || row.flag == other.flag {
                    assert_eq!(row.since, other.since, "{:?}", row.feature);
                }
            }
        }
    }

    #[test]
    fn everything_that_the_validator_knows_of_components_is_in_the_table() {
        for (name, flag) in Flags::all().iter_names() {
            if name.starts_with("CM") {
                assert!(FEATURES.iter().any(|row| row.flag == flag), "{name}");
            }
        }
    }

    #[test]
    fn a_release_has_interfaces_up_to_its_own_version() {
        for (version, first) in [
            ("0.1.0", Some("wasi-0.2")),
            ("0.2.0-rc-2023-11-10", None),
            ("0.2.12", Some("wasi-0.2")),
            ("0.3.0-rc-2026-03-15", None),
            ("0.3.0", Some("wasi-0.3.0")),
            ("0.3.1", Some("wasi-0.3.1")),
            ("0.3.2", None),
            ("1.0.0", None),
        ] {
            let asked = Version::parse(version).expect("it is a version");
            let found = Baseline::first_with(&asked).map(Baseline::name);
            assert_eq!(found, first, "{version}");
        }
    }

    #[test]
    fn a_release_has_what_those_before_it_have() {
        let [first, second, third] = [0, 1, 2].map(Baseline);
        assert!(!first.within(Flags::all()).contains(Flags::CM_ASYNC));
        assert!(second.within(Flags::all()).contains(Flags::CM_ASYNC));
        assert!(!second.within(Flags::all()).contains(Flags::CM_MAP));
        assert!(
            third
                .within(Flags::all())
                .contains(Flags::CM_MAP | Flags::CM_ASYNC)
        );
        assert!(!third.within(Flags::all()).contains(Flags::CM_GC));
        assert!(first.within(Flags::all()).contains(Flags::MEMORY64));
    }
}
