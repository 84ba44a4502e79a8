//! Rule `large-flags`.

use super::rule;
use crate::lint::Context;
use crate::wit::syntax::NodeKind;

/// No `flags` may have more; wit-parser and the validators of components refuse it.
const MAX_FLAGS: usize = 32;

rule! {
    /// A `flags` type has 32 flags: it is full. No tool accepts a 33rd ("cannot have more than 32
    /// flags"), so the next one that is needed has to go into a second type, with new functions
    /// or parameters for it, and everybody who uses the first has to know both.
    ///
    /// ```wit bad
    /// package acme:cpu@1.0.0;
    ///
    /// /// What a processor can do.
    /// interface processor {
    ///   /// Its features.
    ///   flags features {
    ///     f0,
    ///     f1,
    ///     f2,
    ///     f3,
    ///     f4,
    ///     f5,
    ///     f6,
    ///     f7,
    ///     f8,
    ///     f9,
    ///     f10,
    ///     f11,
    ///     f12,
    ///     f13,
    ///     f14,
    ///     f15,
    ///     f16,
    ///     f17,
    ///     f18,
    ///     f19,
    ///     f20,
    ///     f21,
    ///     f22,
    ///     f23,
    ///     f24,
    ///     f25,
    ///     f26,
    ///     f27,
    ///     f28,
    ///     f29,
    ///     f30,
    ///     f31,
    ///   }
    ///
    ///   /// Those that are there.
    ///   supported: func() -> features;
    /// }
    /// ```
    ///
    /// As long as it is not published, split it by subject, or use a list of an `enum`, which has
    /// room for any number of names.
    ///
    /// ```wit good
    /// package acme:cpu@1.0.0;
    ///
    /// /// What a processor can do.
    /// interface processor {
    ///   /// A feature.
    ///   enum feature {
    ///     vectors,
    ///     atomics,
    ///   }
    ///
    ///   /// Those that are there.
    ///   supported: func() -> list<feature>;
    /// }
    /// ```
    LARGE_FLAGS: "large-flags", Portability, Note, on, check
}

fn check(cx: &mut Context<'_>) {
    for flags in cx.nodes(NodeKind::Flags) {
        let count = flags.children_of(NodeKind::Flag).count();
        if count < MAX_FLAGS {
            continue;
        }
        let finding = LARGE_FLAGS
            .at(
                flags.name_node().unwrap_or(flags),
                format!(
                    "flags `{}` is full: it has {count} flags, and there is no room for more",
                    flags.name().unwrap_or_default(),
                ),
                "nothing can be added",
            )
            .help("split it by subject, or use a list of an enum");
        cx.push(finding);
    }
}
