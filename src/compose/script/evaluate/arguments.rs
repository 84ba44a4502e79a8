//! What the imports of a component get by the arguments of `new`.
//!
//! May import: `diag`, `plan`, `wasm`, `wit` (ranks 0 to 2). Deliberately absent: expressions.

use std::collections::BTreeMap;

use wasmparser::{ComponentTypeRef, TypeBounds};

use super::{Evaluator, Value, export_of, names};
use crate::compose::manual::listed;
use crate::compose::script::packages::{Instantiable, Key};
use crate::compose::script::{codes, extern_name, suggest};
use crate::diag::Locus;
use crate::escape;
use crate::plan::{Target, Why, Wire};
use crate::wasm::structure::Structure;
use crate::wit::syntax::{Node, NodeKind};

/// An argument of `new`.
pub(super) struct Argument {
    import: String,
    value: Option<Value>,
    place: Locus,
    /// Whether the import follows from the value.
    is_inferred: bool,
}

impl Evaluator<'_, '_> {
    /// The arguments of a `new` as they are written, spreads left out. Expressions are carried out in
    /// any case: what is wrong in them is so whatever the component.
    pub(super) fn arguments(
        &mut self,
        node: Node<'_>,
        component: Option<&Instantiable>,
    ) -> Vec<Argument> {
        let imports: Vec<&str> = match component {
            Some(component) => {
                let imports = component.surface.imports.iter();
                imports.map(|(name, _)| name.name.as_str()).collect()
            }
            None => Vec::new(),
        };
        let mut arguments: Vec<Argument> = Vec::new();
        for argument in node.children() {
            let (import, value, place) = match argument.kind() {
                NodeKind::InferredArgument => {
                    let Some(local) = argument.name() else {
                        continue;
                    };
                    let value = self.local(argument);
                    let import = names::inferred(local, value.as_ref(), &imports);
                    (import, value, argument.locus())
                }
                NodeKind::NamedArgument => {
                    let (Some(name), Some(expr)) = (
                        argument.child(NodeKind::ExternName),
                        argument.child(NodeKind::Expr),
                    ) else {
                        continue;
                    };
                    let typed = extern_name(name);
                    let import = match name.child(NodeKind::Quoted) {
                        Some(_) => typed,
                        None => {
                            let meant = names::meant(&typed, imports.iter().copied());
                            meant.map_or(typed, str::to_string)
                        }
                    };
                    (import, self.expr(expr, None), name.locus())
                }
                _ => continue,
            };
            if let Some(before) = arguments.iter().find(|known| known.import == import) {
                self.report.push(
                    codes::DUPLICATE
                        .report(format!("duplicate argument `{import}`"))
                        .at(place, "passed twice")
                        .at(before.place.clone(), "previous argument"),
                );
                continue;
            }
            arguments.push(Argument {
                import,
                value,
                place,
                is_inferred: argument.kind() == NodeKind::InferredArgument,
            });
        }
        arguments
    }

    /// What each import of a component gets; none if anything is wrong.
    pub(super) fn wires(
        &mut self,
        node: Node<'_>,
        key: &Key,
        component: &Instantiable,
        arguments: Vec<Argument>,
        part: &str,
    ) -> Option<Vec<Wire>> {
        // It could be read when it was opened.
        let structure: Structure<'_> = component.component.structure().ok()?;
        let imports: Vec<&str> = structure.imports.iter().map(|i| i.name.name).collect();
        let mut is_sound = true;
        let mut given: BTreeMap<String, (Target, Locus)> = BTreeMap::new();
        for argument in arguments {
            is_sound &= argument.value.is_some();
            if argument.value.is_none() && argument.is_inferred {
                continue;
            }
            if !imports.contains(&argument.import.as_str()) {
                let finding = codes::UNKNOWN_NAME
                    .report(format!(
                        "component `{}` has no import `{}`",
                        key.text(),
                        argument.import
                    ))
                    .at(argument.place, "no such import");
                let finding = suggest(finding, &argument.import, &imports, "it imports");
                self.report.push(finding);
                is_sound = false;
                continue;
            }
            let to = argument.value.map(|value| (value.to, argument.place));
            given.extend(to.map(|to| (argument.import, to)));
        }
        for spread in node.children_of(NodeKind::SpreadArgument) {
            is_sound &= self.spread(spread, &imports, &mut given);
        }
        let is_filled = node.child(NodeKind::Fill).is_some();
        self.fill_is_last(node);
        let mut missing = Vec::new();
        let mut wires = Vec::new();
        for import in &structure.imports {
            let name = import.name.name.to_string();
            let is_bound = matches!(import.ty, ComponentTypeRef::Type(TypeBounds::Eq(_)));
            let (to, why) = match given.remove(&name) {
                Some((to, place)) => {
                    let import = (part.to_string(), name.clone());
                    self.script.arguments.insert(import, place);
                    (to, Why::Wired)
                }
                None if is_bound => (Target::Bound { bound: true }, Why::Bound),
                None if is_filled => (Target::Host { host: name.clone() }, Why::Open),
                None => {
                    missing.push(format!("`{name}`"));
                    continue;
                }
            };
            wires.push(Wire {
                import: name,
                to,
                why,
                refused: Vec::new(),
            });
        }
        if !missing.is_empty() && is_sound {
            let place = node.child(NodeKind::PackageName).unwrap_or(node);
            let noun = match missing.len() {
                1 => "argument",
                _ => "arguments",
            };
            self.report.push(
                codes::MISSING_ARGUMENT
                    .report(format!(
                        "missing {noun} {} of `{}`",
                        escape::and(&missing),
                        key.text()
                    ))
                    .at(place.locus(), "imports more than is passed")
                    .help(format!(
                        "pass what is missing, or import it from the host: `new {} {{ ... }}`",
                        key.text()
                    )),
            );
        }
        (is_sound && missing.is_empty()).then_some(wires)
    }

    fn fill_is_last(&mut self, node: Node<'_>) {
        let mut arguments = node.children().peekable();
        while let Some(argument) = arguments.next() {
            if argument.kind() == NodeKind::Fill && arguments.peek().is_some() {
                self.report.push(
                    crate::wit::syntax::SYNTAX
                        .report("`...` is not the last argument")
                        .at(argument.locus(), "must be the last argument"),
                );
            }
        }
    }

    /// `...a` as an argument: whether that holds.
    fn spread(
        &mut self,
        node: Node<'_>,
        imports: &[&str],
        given: &mut BTreeMap<String, (Target, Locus)>,
    ) -> bool {
        let Some(name) = node.name_node() else {
            return false;
        };
        let Some(value) = self.local(node) else {
            return false;
        };
        let Some(exports) = self.exports_of(&value, name.locus()) else {
            return false;
        };
        let mut found = false;
        for import in imports
            .iter()
            .filter(|import| !given.contains_key(**import))
            .copied()
            .collect::<Vec<_>>()
        {
            if exports.iter().any(|(export, _)| export.name == import)
                && let Some(export) = export_of(&value, import)
            {
                found = true;
                given.insert(import.to_string(), (export.to, name.locus()));
            }
        }
        if !found {
            let name_text = node.name().unwrap_or_default();
            let known: Vec<&str> = exports.iter().map(|(name, _)| name.name.as_str()).collect();
            let finding = codes::NO_SPREAD
                .report(format!("`...{name_text}` passes nothing"))
                .at(name.locus(), "no export has the name of a remaining import");
            self.report.push(match known.is_empty() {
                true => finding.note(format!("`{name_text}` exports nothing")),
                false => finding.note(format!("`{name_text}` exports {}", listed(&known))),
            });
        }
        found
    }
}
