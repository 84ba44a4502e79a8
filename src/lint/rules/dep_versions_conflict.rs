//! Rule `dep-versions-conflict`.

use std::collections::BTreeMap;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::items::listed;
use crate::lint::facts::packages::{Way, named, needed, track, version_text};

rule! {
    /// The package depends on several incompatible versions of another package: `1.x` and `2.x`,
    /// `0.2.x` and `0.3.x`, or two pre-releases. Their types are different even if they look the
    /// same, so that values of one cannot be passed to the other, and a host has to provide both.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// world service {
    ///   import acme:log/sink@1.0.0;
    ///   import acme:trace/spans@0.1.0;
    /// }
    ///
    /// package acme:trace@0.1.0 {
    ///   /// Timing of operations.
    ///   interface spans {
    ///     use acme:log/sink@2.0.0.{message};
    ///
    ///     /// Begins a span.
    ///     begin: func(name: message);
    ///   }
    /// }
    ///
    /// package acme:log@1.0.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// Writes a message.
    ///     write: func(message: string);
    ///   }
    /// }
    ///
    /// package acme:log@2.0.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// A log message.
    ///     type message = string;
    ///     /// Writes a message.
    ///     write: func(message: message);
    ///   }
    /// }
    /// ```
    ///
    /// Use the newer version everywhere, or choose versions of the dependencies that agree. A world
    /// that supports old and new callers at once needs both, and can allow the finding.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// world service {
    ///   import acme:log/sink@2.0.0;
    ///   import acme:trace/spans@0.1.0;
    /// }
    ///
    /// package acme:trace@0.1.0 {
    ///   /// Timing of operations.
    ///   interface spans {
    ///     use acme:log/sink@2.0.0.{message};
    ///
    ///     /// Begins a span.
    ///     begin: func(name: message);
    ///   }
    /// }
    ///
    /// package acme:log@2.0.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// A log message.
    ///     type message = string;
    ///     /// Writes a message.
    ///     write: func(message: message);
    ///   }
    /// }
    /// ```
    DEP_VERSIONS_CONFLICT: "dep-versions-conflict", Versions, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let packages = &cx.wit.resolve.packages;
    let ways = needed(cx, &named(cx));
    // By name and track: the newest version of each.
    let mut by_name: BTreeMap<(String, String), BTreeMap<_, (_, Way<'_>)>> = BTreeMap::new();
    for (package, way) in ways {
        let name = &packages[package].name;
        let tracks = by_name
            .entry((name.namespace.clone(), name.name.clone()))
            .or_default();
        let newest = tracks.entry(track(name)).or_insert((package, way));
        if packages[newest.0].name.version < name.version {
            *newest = (package, way);
        }
    }
    // Packages of one author that are needed in the same versions are released together: that is
    // one conflict.
    let mut conflicts: BTreeMap<(String, Vec<String>), Vec<_>> = BTreeMap::new();
    for ((namespace, name), tracks) in by_name {
        if tracks.len() < 2 {
            continue;
        }
        let versions = tracks.values();
        let versions = versions.map(|(package, _)| version_text(&packages[*package].name));
        let key = (namespace, versions.collect());
        conflicts.entry(key).or_default().push((name, tracks));
    }
    for ((namespace, versions), conflicting) in conflicts {
        let names = conflicting.iter();
        let names: Vec<_> = names
            .map(|(name, _)| format!("`{namespace}:{name}`"))
            .collect();
        let noun = match names.len() {
            1 => "package",
            _ => "packages",
        };
        let message = format!(
            "incompatible versions of {noun} {} are used: {}",
            listed(&names),
            versions.join(", ")
        );
        // The first of them shows where.
        let Some((_, tracks)) = conflicting.first() else {
            continue;
        };
        let mut finding = DEP_VERSIONS_CONFLICT.code.report(message);
        for (package, way) in tracks.values() {
            finding = finding.at(way.path.locus(), way.label(cx, *package));
        }
        cx.push(finding.help("use one version everywhere, the newest if possible"));
    }
}
