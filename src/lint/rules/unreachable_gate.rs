//! Rule `unreachable-gate`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::gates::{Gate, described, gate, place};
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// The gate of an item contradicts the gate of the item around it: `@since` with an older
    /// version than that of its interface, `@since` inside something `@unstable`, or `@unstable`
    /// with a different feature than the item around it. The outer gate applies as well, so the
    /// item is missing when only the inner gate is met.
    ///
    /// ```wit bad
    /// package acme:kv@1.2.0;
    ///
    /// /// Storage.
    /// @since(version = 1.1.0)
    /// interface store {
    ///   /// Removes all values.
    ///   @since(version = 1.0.0)
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Find out which gate is right. An interface must be at least as old as its oldest item.
    ///
    /// ```wit good
    /// package acme:kv@1.2.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// Removes all values.
    ///   @since(version = 1.0.0)
    ///   clear: func();
    ///   /// Writes all values to disk.
    ///   @since(version = 1.1.0)
    ///   flush: func();
    ///   /// Keeps a copy.
    ///   @unstable(feature = copies)
    ///   copy: func();
    /// }
    /// ```
    ///
    /// Here the function is not available since 1.0.0, whatever its gate says:
    ///
    /// ```wit bad
    /// package acme:kv@1.2.0;
    ///
    /// /// Storage of copies.
    /// @unstable(feature = copies)
    /// interface copies {
    ///   /// Keeps a copy.
    ///   @since(version = 1.0.0)
    ///   copy: func();
    /// }
    /// ```
    UNREACHABLE_GATE: "unreachable-gate", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let mut gated = Vec::new();
    for attribute in cx.nodes(NodeKind::Attribute) {
        // An item has one of `@since` and `@unstable`; `@deprecated` beside it is no gate.
        if let Some(item) = attribute.parent()
            && let Some((gate, at)) = gate(item)
            && at == attribute
        {
            gated.push((item, gate, at));
        }
    }
    for (item, inner, attribute) in gated {
        let around = item.ancestors().find_map(|around| {
            let (outer, at) = gate(around)?;
            Some((why(&inner, &outer, item, around)?, around, at))
        });
        let Some((message, around, outer)) = around else {
            continue;
        };
        let finding = UNREACHABLE_GATE
            .at(attribute, message, "contradicts the outer gate")
            .at(outer.locus(), format!("gate of {}", described(around)));
        cx.push(finding.help(help(&inner, place(around), around)));
    }
}

/// In which way an inner and an outer gate contradict each other, if they do.
fn why(inner: &Gate<'_>, outer: &Gate<'_>, item: Node<'_>, around: Node<'_>) -> Option<String> {
    let (inner, outer) = match (inner, outer) {
        (Gate::Since(inner), Gate::Since(outer)) if inner < outer => {
            (format!("since {inner}"), format!("since {outer}"))
        }
        (Gate::Since(inner), Gate::Unstable(outer)) => (
            format!("since {inner}"),
            format!("with the feature `{outer}`"),
        ),
        (Gate::Unstable(inner), Gate::Unstable(outer)) if inner != outer => (
            format!("with the feature `{inner}`"),
            format!("with `{outer}`"),
        ),
        _ => return None,
    };
    let (item, around) = (described(item), described(around));
    Some(format!(
        "{item} is available {inner}, but {around} only {outer}"
    ))
}

fn help(inner: &Gate<'_>, name: Node<'_>, around: Node<'_>) -> String {
    let around = described(around);
    match inner {
        Gate::Since(version) => format!(
            "if `{}` existed in {version}, change the gate of {around} to that; otherwise change \
             the inner gate",
            name.text()
        ),
        Gate::Unstable(_) => "use the same feature for both".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::facts::testing::{linted, messages};

    #[test]
    fn gates_are_held_against_all_gates_around_them() {
        let text = "package a:b@1.2.0;\n\
            @since(version = 1.1.0)\n\
            interface i {\n\
              resource r {\n\
                @since(version = 1.0.0) a: func();\n\
                @since(version = 1.1.0) b: func();\n\
              }\n\
            }\n\
            @unstable(feature = x)\n\
            world w {\n\
              @unstable(feature = y) import i;\n\
              @unstable(feature = x) export i;\n\
            }";
        assert_eq!(
            messages(&linted("unreachable-gate", &[("a.wit", text)])),
            [
                "function `r.a` is available since 1.0.0, but interface `i` only since 1.1.0",
                "the import of `i` is available with the feature `y`, but world `w` only with `x`",
            ]
        );
    }
}
