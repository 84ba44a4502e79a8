//! What a script exports.
//!
//! May import: `diag`, `plan`, `surface`, `wit` (ranks 0 to 2). Deliberately absent: expressions.

use super::{Evaluator, Value, export_of, names};
use crate::compose::script::{codes, extern_name};
use crate::diag::Locus;
use crate::plan::{Export, Target, WhyExported};
use crate::wit::syntax::{Node, NodeKind};

impl Evaluator<'_, '_> {
    pub(super) fn export(&mut self, node: Node<'_>) {
        let Some(expr) = node.child(NodeKind::Expr) else {
            return;
        };
        let given = node.child(NodeKind::ExternName);
        // A new instance that gets a name in kebab case is called so.
        let given_name = given.map(extern_name);
        let part = given_name
            .as_deref()
            .filter(|name| !name.contains([':', '/', '.']) && self.taken.insert(name.to_string()));
        let Some(value) = self.expr(expr, part) else {
            // Its name may be wrong, too.
            if let (Some(given), Some(name)) = (given, &given_name)
                && self.is_free(name, given.locus())
            {
                let places = &mut self.script.export_places;
                places.insert(name.clone(), given.locus());
            }
            return;
        };
        if let Some(spread) = node.child(NodeKind::Spread) {
            return self.spread_exports(&value, expr, spread.locus());
        }
        match (given, given_name) {
            (Some(given), Some(name)) => self.export_as(&name, &value.to, given.locus()),
            _ => match value.interface.clone().or_else(|| value.name.clone()) {
                Some(name) => self.export_as(&name, &value.to, expr.locus()),
                None => {
                    let text = expr.text();
                    let what = match text.contains('\n') {
                        true => "the export".to_string(),
                        false => format!("the export of `{text}`"),
                    };
                    self.report.push(
                        codes::EXTERN_NAME
                            .report(format!("{what} has no name"))
                            .at(expr.locus(), "")
                            .help("give it one: `as \"NAME\"`, or export what it exports: `...`"),
                    );
                }
            },
        }
    }

    /// Exports what an instance exports, unless that is exported already.
    fn spread_exports(&mut self, value: &Value, expr: Node<'_>, place: Locus) {
        let Some(exports) = self.exports_of(value, expr.locus()) else {
            return;
        };
        let mut found = false;
        for (name, _) in exports {
            if self.script.export_places.contains_key(&name.name) {
                continue;
            }
            if let Some(export) = export_of(value, &name.name) {
                found = true;
                // Their names are valid: they are exported with their resources.
                self.exported(&name.name, &export.to, place.clone());
            }
        }
        if !found {
            let why = match exports.is_empty() {
                true => "it exports nothing",
                false => "all of its exports are exported already",
            };
            self.report.push(
                codes::NO_SPREAD
                    .report(format!("`{}...` exports nothing", expr.text()))
                    .at(expr.locus(), why),
            );
        }
    }

    /// Exports something under a name.
    pub(super) fn export_as(&mut self, name: &str, to: &Target, place: Locus) {
        if self.is_free(name, place.clone()) {
            self.exported(name, to, place);
        }
    }

    /// Exports something under a name that is free and valid.
    fn exported(&mut self, name: &str, to: &Target, place: Locus) {
        self.script.export_places.insert(name.to_string(), place);
        self.script.exports.push(Export {
            name: name.to_string(),
            to: to.clone(),
            why: WhyExported::Asked,
        });
    }

    /// Whether a name is valid and nothing else is exported under it; reports it if not.
    fn is_free(&mut self, name: &str, place: Locus) -> bool {
        if let Some(finding) = names::invalid(name, "export", place.clone()) {
            self.report.push(finding);
            return false;
        }
        let places = &self.script.export_places;
        let Some(before) = places.get(name) else {
            return true;
        };
        let definition = self.bound.get(name).and_then(|bound| bound.definition);
        let finding = match definition {
            Some(noun) => codes::DUPLICATE.report(format!(
                "export `{name}` conflicts with the {noun} of that name, which is exported too"
            )),
            None => codes::DUPLICATE.report(format!("duplicate export `{name}`")),
        };
        self.report.push(
            finding
                .at(place, "exported twice")
                .at(before.clone(), "previous export")
                .help("export it under another name: `export … as \"NAME\";`"),
        );
        false
    }
}
