//! Carrying out the statements of a script, from top to bottom.
//!
//! Lives here: [`evaluate`] and expressions; `arguments` has those of `new`, `names` how names of exports
//! and imports are found, `exports` what is exported.
//! May import: `diag`, `plan`, `wasm`, `surface`, `wit` (ranks 0 to 2).
//! Deliberately absent: types: they are looked at for what an instance exports, and checked when the
//! plan is built.

mod arguments;
mod exports;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::declared::Declared;
use super::packages::{Key, Packages};
use super::wit_text::Written;
use super::{Components, codes, suggest};
use crate::compose::scripted::Script;
use crate::diag::{Locus, Report};
use crate::escape;
use crate::plan::{Part, Role, Target};
use crate::surface::{ExternName, Instance, Item, Side};
use crate::wit::syntax::{Node, NodeKind, Tree};
pub(super) use names::{duplicates, meant};

/// What a script makes.
pub(super) struct Made {
    pub script: Script,
    pub components: Components,
}

/// What an expression stands for.
#[derive(Clone)]
struct Value {
    to: Target,
    item: Item,
    /// The interface that it is an instance of.
    interface: Option<String>,
    /// Its name as an import or export.
    name: Option<String>,
}

/// What a name stands for; no value where something is wrong that is reported.
struct Bound {
    value: Option<Value>,
    /// Whether it defines a type, an interface or a world, and what it is called.
    definition: Option<&'static str>,
}

/// Carries out all statements; what is wrong is in `report`.
pub(super) fn evaluate(
    tree: &Tree,
    own: Option<&Key>,
    written: Option<&Written<'_>>,
    declared: Option<&Declared>,
    packages: &mut Packages<'_>,
    report: &mut Report,
) -> Made {
    let mut evaluator = Evaluator {
        own,
        written,
        declared,
        packages,
        report,
        bound: BTreeMap::new(),
        taken: BTreeSet::new(),
        components: Components::new(),
        script: Script {
            file: tree.name().to_string(),
            text: tree.text().clone(),
            parts: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            declarations: declared.map(|declared| declared.part.name.clone()),
            import_places: BTreeMap::new(),
            export_places: BTreeMap::new(),
            arguments: BTreeMap::new(),
            instances: BTreeMap::new(),
            target: None,
        },
    };
    evaluator
        .taken
        .extend(evaluator.script.declarations.clone());
    // What is bound to a name has that name, whatever comes before.
    for node in tree.root().children().filter(names::defines) {
        evaluator.taken.extend(node.name().map(str::to_string));
    }
    for node in tree.root().children() {
        evaluator.statement(node);
    }
    Made {
        script: evaluator.script,
        components: evaluator.components,
    }
}

struct Evaluator<'a, 'm> {
    own: Option<&'a Key>,
    written: Option<&'a Written<'a>>,
    declared: Option<&'a Declared>,
    packages: &'a mut Packages<'m>,
    report: &'a mut Report,
    bound: BTreeMap<String, Bound>,
    /// The names of parts.
    taken: BTreeSet<String>,
    components: Components,
    script: Script,
}

impl Evaluator<'_, '_> {
    fn statement(&mut self, node: Node<'_>) {
        match node.kind() {
            NodeKind::ScriptImport => self.import(node),
            NodeKind::Let => {
                let expr = node.child(NodeKind::Expr);
                let value = expr.and_then(|expr| self.expr(expr, node.name()));
                self.bind(node, value, None);
            }
            NodeKind::ScriptExport => self.export(node),
            NodeKind::Interface => self.definition(node, "interface"),
            NodeKind::World => self.definition(node, "world"),
            kind if kind.is_type_definition() => self.definition(node, "type"),
            _ => {}
        }
    }

    fn bind(&mut self, node: Node<'_>, value: Option<Value>, definition: Option<&'static str>) {
        if let Some(name) = node.name() {
            let bound = Bound { value, definition };
            self.bound.entry(name.to_string()).or_insert(bound);
        }
    }

    fn import(&mut self, node: Node<'_>) {
        let imports = self.written.map_or(&[][..], |written| &written.imports);
        let explicit = imports
            .iter()
            .find(|import| Some(import.local) == node.name());
        let Some(explicit) = explicit else {
            return self.bind(node, None, None);
        };
        let mut value = None;
        if let Some(declared) = self.declared {
            let mut imports = declared.surface.imports.iter();
            let found = imports.find(|(name, _)| name.full_name() == explicit.label);
            value = found.map(|(name, item)| Value {
                to: Target::Host {
                    host: explicit.name.clone(),
                },
                item: item.clone(),
                interface: interface_of(name),
                name: Some(explicit.name.clone()),
            });
            let label = found.map(|(name, _)| name.name.clone());
            self.script
                .imports
                .extend(label.map(|label| (explicit.name.clone(), label)));
        }
        let (name, place) = (explicit.name.clone(), explicit.place.clone());
        if let Some(finding) = names::invalid(&name, "import", place.clone()) {
            self.report.push(finding);
        }
        self.script.import_places.insert(name, place);
        self.bind(node, value, None);
    }

    /// A type, an interface or a world, which the composition exports.
    fn definition(&mut self, node: Node<'_>, noun: &'static str) {
        let (Some(name), Some(at)) = (node.name(), node.name_node()) else {
            return;
        };
        let mut value = None;
        if let Some(declared) = self.declared
            && let Some(item) = declared.surface.get(Side::Import, name)
        {
            let to = Target::Type {
                part: declared.part.name.clone(),
                r#type: name.to_string(),
            };
            self.export_as(name, &to, at.locus());
            value = Some(Value {
                to,
                item: item.clone(),
                interface: None,
                name: None,
            });
        }
        self.bind(node, value, Some(noun));
    }

    /// What an expression stands for; an instance that it makes is called `name`.
    fn expr(&mut self, node: Node<'_>, name: Option<&str>) -> Option<Value> {
        let mut children = node.children();
        let primary = children.next()?;
        // Only the instance itself has the name, not one that is accessed.
        let is_alone = node.children().nth(1).is_none();
        let mut value = match primary.kind() {
            NodeKind::Local => self.local(primary),
            NodeKind::Nested => {
                let inner = primary.child(NodeKind::Expr);
                inner.and_then(|inner| self.expr(inner, name.filter(|_| is_alone)))
            }
            NodeKind::New => self.new_instance(primary, name.filter(|_| is_alone)),
            _ => None,
        };
        let start = node.range().start;
        let mut end = primary.range().end;
        for postfix in children {
            let of = node.tree().locus(start..end);
            value = value.and_then(|value| self.access(value, postfix, of));
            end = postfix.range().end;
        }
        value
    }

    fn local(&mut self, node: Node<'_>) -> Option<Value> {
        let name = node.name()?;
        match self.bound.get(name) {
            Some(bound) => bound.value.clone(),
            None => {
                let known: Vec<&str> = self.bound.keys().map(String::as_str).collect();
                let finding = codes::UNKNOWN_NAME
                    .report(format!("cannot find `{name}`"))
                    .at(node.locus(), "not defined above");
                self.report
                    .push(suggest(finding, name, &known, "defined above"));
                None
            }
        }
    }

    /// The exports of a value, which has to be an instance.
    fn exports_of<'v>(
        &mut self,
        value: &'v Value,
        place: Locus,
    ) -> Option<&'v [(ExternName, Item)]> {
        match &value.item {
            Item::Instance(instance) => Some(&instance.exports),
            other => {
                let text = match &place {
                    Locus::Text { range, .. } => self.script.text.get(range.clone()),
                    _ => None,
                };
                self.report.push(
                    codes::NOT_AN_INSTANCE
                        .report(format!(
                            "`{}` is a {}, not an instance",
                            escape::visible(text.unwrap_or_default()),
                            other.sort()
                        ))
                        .at(place, "expected an instance"),
                );
                None
            }
        }
    }

    /// `.a` or `["a"]` of a value.
    fn access(&mut self, value: Value, postfix: Node<'_>, of: Locus) -> Option<Value> {
        let exports = self.exports_of(&value, of)?;
        let (typed, place, is_exact) = match postfix.kind() {
            NodeKind::Access => (postfix.name()?, postfix.name_node()?.locus(), false),
            _ => {
                let quoted = postfix.child(NodeKind::Quoted)?;
                (quoted.text().trim_matches('"'), quoted.locus(), true)
            }
        };
        let names = || exports.iter().map(|(name, _)| name.name.as_str());
        let found = match is_exact {
            true => names().find(|name| *name == typed),
            false => names::meant(typed, names()),
        };
        let Some(found) = found else {
            let known: Vec<&str> = names().collect();
            let finding = codes::UNKNOWN_NAME
                .report(format!("the instance has no export `{typed}`"))
                .at(place, "no such export");
            self.report
                .push(suggest(finding, typed, &known, "it exports"));
            return None;
        };
        export_of(&value, found)
    }

    /// `new a:b { … }`
    fn new_instance(&mut self, node: Node<'_>, name: Option<&str>) -> Option<Value> {
        let package = node.child(NodeKind::PackageName)?;
        let (key, range) = Key::of(package)?;
        let place = node.tree().locus(range);
        if self.own.is_some_and(|own| own.name == key.name) {
            self.report.push(
                codes::UNKNOWN_PACKAGE
                    .report(format!("`{}` cannot instantiate itself", key.name))
                    .at(place, "the package of this script"),
            );
            return None;
        }
        let component = self.packages.component(&key, place.clone());
        let arguments = self.arguments(node, component.as_deref());
        let component = component?;
        let part = self.part_name(name, &key);
        let wires = self.wires(node, &key, &component, arguments, &part);
        let path = component.path.to_string_lossy().into_owned();
        self.components
            .insert(component.path.clone(), Arc::clone(&component.component));
        self.script.instances.insert(part.clone(), place);
        self.script.parts.push(Part {
            name: part.clone(),
            path,
            role: Role::Definition,
            generated: None,
            wires: wires?,
        });
        Some(Value {
            to: Target::Instance { part },
            item: Item::Instance(Instance {
                exports: component.surface.exports.clone(),
            }),
            interface: None,
            name: None,
        })
    }

    /// A name for a part: that which it is bound to, or that of its package.
    fn part_name(&mut self, name: Option<&str>, key: &Key) -> String {
        if let Some(name) = name {
            return name.to_string();
        }
        let own = key.name.rsplit(':').next().unwrap_or(&key.name);
        let mut name = own.to_string();
        for n in 2.. {
            if self.taken.insert(name.clone()) {
                break;
            }
            // Words of names begin with a letter.
            name = format!("{own}{n}");
        }
        name
    }
}

/// The export of that name of an instance.
fn export_of(value: &Value, export: &str) -> Option<Value> {
    let Item::Instance(instance) = &value.item else {
        return None;
    };
    let (name, item) = instance
        .exports
        .iter()
        .find(|(name, _)| name.name == export)?;
    let export = export.to_string();
    Some(Value {
        to: match &value.to {
            Target::Instance { part } => Target::Export {
                part: part.clone(),
                export,
            },
            of => Target::Of {
                of: Box::new(of.clone()),
                export,
            },
        },
        item: item.clone(),
        interface: interface_of(name),
        name: Some(name.name.clone()),
    })
}

/// The interface that something of that name is an instance of.
pub(super) fn interface_of(name: &ExternName) -> Option<String> {
    match name.full_implements() {
        Some(interface) => Some(interface.into_owned()),
        None => name
            .name
            .contains('/')
            .then(|| name.full_name().into_owned()),
    }
}
