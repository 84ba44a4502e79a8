//! Which WIT needs what of the component model.
//!
//! Lives here: [`Feature`], the table of [`FEATURES`] and that of [`BASELINES`]. May import:
//! nothing of ours. Deliberately absent: finding features in a text (`needs_feature`).
//!
//! Sources, all in the repository `WebAssembly/component-model`: `README.md`, "Milestones", says
//! what each release brought; `design/mvp/Explainer.md`, "Gated Features", lists what is in none
//! yet; the signs there mark the productions in `design/mvp/WIT.md`. Looked at in August 2026.

/// The releases that a package can be held to, oldest first; each has all of those before it.
pub(in crate::lint) const BASELINES: [&str; 3] = ["wasi-0.2", "wasi-0.3.0", "wasi-0.3.1"];

/// Something that not every tool knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Feature {
    AsyncFunction,
    Stream,
    Future,
    Map,
    Implements,
    ExternalId,
    FixedLengthList,
    ErrorContext,
    Accessor,
    NestedName,
}

/// Each feature with what it is called, and the first of the [`BASELINES`] that has it; none if
/// no release has it yet.
const FEATURES: [(Feature, &str, Option<&str>); 10] = [
    // 🔀
    (
        Feature::AsyncFunction,
        "an `async` function",
        Some("wasi-0.3.0"),
    ),
    (Feature::Stream, "a `stream`", Some("wasi-0.3.0")),
    (Feature::Future, "a `future`", Some("wasi-0.3.0")),
    // 🗺️
    (Feature::Map, "a `map`", Some("wasi-0.3.1")),
    // 🏷️
    (
        Feature::Implements,
        "an interface under a name of its own",
        Some("wasi-0.3.1"),
    ),
    (Feature::ExternalId, "an `@external-id`", Some("wasi-0.3.1")),
    // 🔧
    (Feature::FixedLengthList, "a list of fixed length", None),
    // 📝
    (Feature::ErrorContext, "an `error-context`", None),
    // 📡
    (Feature::Accessor, "a getter or setter", None),
    // 🪺
    (Feature::NestedName, "a nested namespace or package", None),
];

impl Feature {
    /// What it is called, with its article.
    pub fn called(self) -> &'static str {
        self.row().map_or("", |row| row.1)
    }

    /// The first release that has it.
    pub fn since(self) -> Option<&'static str> {
        self.row().and_then(|row| row.2)
    }

    /// Whether the release `baseline` (an index into [`BASELINES`]) has it.
    pub fn is_in(self, baseline: usize) -> bool {
        self.since()
            .is_some_and(|since| BASELINES[..=baseline].contains(&since))
    }

    fn row(self) -> Option<&'static (Feature, &'static str, Option<&'static str>)> {
        FEATURES.iter().find(|row| row.0 == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_release_in_the_table_is_one_that_can_be_asked_for() {
        for (feature, _, since) in FEATURES {
            assert!(
                since.is_none_or(|since| BASELINES.contains(&since)),
                "{feature:?}"
            );
        }
    }
}
