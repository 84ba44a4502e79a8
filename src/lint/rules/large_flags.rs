//! Rule `large-flags`.

use super::rule;
use crate::lint::Context;
use crate::wit::syntax::NodeKind;

/// No `flags` may have more; wit-parser and the validators of components refuse it.
const MAX_FLAGS: usize = 32;

rule! {
    /// A `flags` type has 32 flags, which is the maximum: no tool accepts a 33rd ("cannot have more
    /// than 32 flags"). The next flag has to go into a second type, which needs new functions or
    /// parameters, and every user of the first type has to know both.
    ///
    /// ```wit bad
    /// package acme:cpu@1.0.0;
    ///
    /// /// Features of processors.
    /// interface processor {
    ///   /// The features of a processor.
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
    ///   /// The supported features.
    ///   supported: func() -> features;
    /// }
    /// ```
    ///
    /// Before the type is published, split it by subject, or use a list of an `enum`, which can
    /// have any number of cases.
    ///
    /// ```wit good
    /// package acme:cpu@1.0.0;
    ///
    /// /// Features of processors.
    /// interface processor {
    ///   /// A feature.
    ///   enum feature {
    ///     vectors,
    ///     atomics,
    ///   }
    ///
    ///   /// The supported features.
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
                    "flags type `{}` has {count} flags, which is the maximum",
                    flags.name().unwrap_or_default(),
                ),
                "no further flag can be added",
            )
            .help("split it by subject, or use a list of an `enum`");
        cx.push(finding);
    }
}
