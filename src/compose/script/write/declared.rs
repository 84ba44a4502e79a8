//! The statements that declare types and imports: those of the script that a plan is of, or others that
//! declare the same.
//!
//! May import: `plan`, `surface`, `wit` (ranks 1 and 2). Deliberately absent: what parts are (`values`).

use super::Writer;
use super::names::{self, Local, extern_name, is_id};
use super::types::Types;
use crate::plan::{self, Target};
use crate::surface::{Item, Side, TypeDef};
use crate::wit::syntax::{self, Node, NodeKind};

/// What a script declares.
#[derive(Default)]
pub(super) struct Declared<'a> {
    /// `package …;`
    pub package: Option<String>,
    pub statements: Vec<Statement>,
    /// The part that has its types.
    part: Option<&'a plan::Part>,
}

/// A statement, with the comments before it and a line feed behind it.
pub(super) struct Statement {
    pub text: String,
    /// The position of what it defines among the exports.
    pub export: Option<usize>,
}

impl<'a> Writer<'a> {
    /// What the script declares. Takes note of what imports and types are called.
    pub(super) fn declared(&mut self) -> Declared<'a> {
        let mut parts = self.plan.parts.iter();
        let part = parts.find(|part| part.is_declarations());
        let mut declared = Declared {
            part,
            ..Declared::default()
        };
        let generated = part.and_then(|part| part.generated.as_ref());
        match generated.and_then(|generated| generated.script.as_deref()) {
            Some(script) => self.copied(script, &mut declared),
            None => self.types(&mut declared),
        }
        self.imports(&mut declared);
        declared
    }

    /// The statements that a plan has of its script.
    fn copied(&mut self, script: &str, declared: &mut Declared<'a>) {
        let tree = syntax::parse_script("the plan", script);
        if let Some(problem) = tree.problems().first() {
            return self.wrong(format!("its declarations are wrong: {}", problem.message));
        }
        let served: Vec<&plan::Import> = self
            .plan
            .imports
            .iter()
            .filter(|i| is_of(i, declared))
            .collect();
        let mut served = served.into_iter();
        for (node, text) in statements(&tree) {
            let mut export = None;
            match (node.kind(), node.name()) {
                (NodeKind::PackageDecl, _) => {
                    declared.package = Some(text.trim_end().to_string());
                    continue;
                }
                (NodeKind::ScriptImport, Some(name)) => {
                    self.taken.insert(name.to_string());
                    let Some(import) = served.next() else {
                        return self
                            .wrong(format!("the import `{name}` that it declares is not in it"));
                    };
                    self.hosts.insert(&import.name, Local(name.to_string()));
                }
                (_, Some(name)) => {
                    self.taken.insert(name.to_string());
                    export = self.plan.exports.iter().position(|export| {
                        export.name == name && matches!(export.to, Target::Type { .. })
                    });
                }
                _ => {}
            }
            declared.statements.push(Statement { text, export });
        }
        for export in &self.plan.exports {
            if let Target::Type { r#type, .. } = &export.to {
                self.types.insert(r#type, Local(r#type.clone()));
            }
        }
    }

    /// Statements for the types that are exported.
    fn types(&mut self, declared: &mut Declared<'a>) {
        let plan = self.plan;
        for (at, export) in plan.exports.iter().enumerate() {
            let found = match &export.to {
                Target::Type { part, r#type } => Some((part.as_str(), r#type.as_str())),
                // The type of an import is one that the script declares, too.
                Target::Host { host } => self.imported(host).filter(|(part, import)| {
                    let item = self
                        .surfaces
                        .get(part)
                        .and_then(|s| s.get(Side::Import, import));
                    matches!(item, Some(Item::Type(_)))
                }),
                _ => None,
            };
            let Some((part, name)) = found else { continue };
            let item = self
                .surfaces
                .get(part)
                .and_then(|s| s.get(Side::Import, name));
            let Some(item) = item else { continue };
            if export.name != name || !is_id(name) || !self.taken.insert(name.to_string()) {
                self.wrong(format!("the export `{}` is the type `{name}`", export.name));
                continue;
            }
            let package = own_package(item);
            let known = self.types.keys().copied();
            match Types::around(known).definition(name, item) {
                Ok(text) => declared.statements.push(Statement {
                    text,
                    export: Some(at),
                }),
                Err(what) => {
                    let message = format!(
                        "the export `{}` is a type that is not written out: {what}",
                        export.name
                    );
                    self.wrong(message);
                }
            }
            // Interfaces are of the package of the script.
            match (package, &declared.package) {
                (Some(package), None) => declared.package = Some(package),
                (Some(package), Some(known)) if package != *known => {
                    self.wrong(format!("the export `{name}` is of another package"));
                }
                _ => {}
            }
            self.types.insert(&export.name, Local(name.to_string()));
        }
    }

    /// The import of a part that gives an import of the composition its type.
    fn imported(&self, name: &str) -> Option<(&'a str, &'a str)> {
        let mut imports = self.plan.imports.iter();
        let import = imports.find(|import| import.name == name)?;
        let mut serves = import.serves.iter();
        let whole = serves.find(|served| served.types.is_none());
        let served = whole.or(import.serves.first())?;
        Some((&served.part, &served.import))
    }

    /// Statements for imports that have none.
    fn imports(&mut self, declared: &mut Declared<'a>) {
        for import in self.explicit() {
            let name = import.name.as_str();
            if self.hosts.contains_key(name) || self.types.contains_key(name) {
                continue;
            }
            let item = self.imported(name).and_then(|(part, own)| {
                let surface = self.surfaces.get(part)?;
                Some((own, surface.get(Side::Import, own)?))
            });
            let Some((own, item)) = item else {
                self.wrong(format!("the type of the import `{name}` is not known"));
                continue;
            };
            let known = self.types.keys().copied();
            let text = match Types::around(known).import(item, own) {
                Ok(text) => text,
                Err(what) => {
                    self.wrong(format!(
                        "the type of the import `{name}` is not written out: {what}"
                    ));
                    continue;
                }
            };
            let short = crate::names::unversioned(name);
            let short = short.rsplit('/').next().unwrap_or(short);
            let local = names::local(short, "import", &mut self.taken);
            let renamed = match local.0 == name {
                true => String::new(),
                false => format!(" as {}", extern_name(name)),
            };
            let is_block = text.ends_with('}');
            let text = format!("import {local}{renamed}: {text};\n");
            declared.statements.push(Statement {
                text: match is_block {
                    true => format!("{text}\n"),
                    false => text,
                },
                export: None,
            });
            self.hosts.insert(name, local);
        }
    }
}

/// Whether the declarations of the script give an import its type.
fn is_of(import: &plan::Import, declared: &Declared<'_>) -> bool {
    let mut serves = import.serves.iter().filter(|served| served.types.is_none());
    let part = declared.part.map(|part| part.name.as_str());
    serves.any(|served| Some(served.part.as_str()) == part)
}

/// `package a:b@1.0.0;` of the interface that an item is the type of.
fn own_package(item: &Item) -> Option<String> {
    let Item::Type(TypeDef::Component(surface)) = item else {
        return None;
    };
    let path = surface.exports.first()?.0.full_name().into_owned();
    let (package, rest) = path.split_once('/')?;
    Some(match rest.split_once('@') {
        Some((_, version)) => format!("package {package}@{version};"),
        None => format!("package {package};"),
    })
}

/// The package of a script and its statements that declare something, each with the comments before it
/// and a line feed behind it.
pub(crate) fn statements(tree: &syntax::Tree) -> Vec<(Node<'_>, String)> {
    let declares = |node: &Node<'_>| {
        matches!(
            node.kind(),
            NodeKind::PackageDecl | NodeKind::ScriptImport | NodeKind::Interface | NodeKind::World
        ) || node.kind().is_type_definition()
    };
    let text = tree.text();
    let nodes: Vec<Node<'_>> = tree.root().children().collect();
    let mut all = Vec::new();
    let mut end = 0;
    for (at, node) in nodes.iter().enumerate() {
        let range = node.range();
        let before = text.get(end..range.start).unwrap_or_default();
        end = range.end;
        if !declares(node) {
            continue;
        }
        // What is on the line of a statement belongs to that.
        let lead = match at {
            0 => before,
            _ => before.split_once('\n').map_or("", |(_, lead)| lead),
        };
        let comments = lead.trim_start();
        let is_package = node.kind() == NodeKind::PackageDecl;
        let comments = match is_package {
            // Comments at the head may be about other statements.
            true => comments
                .lines()
                .filter(|line| line.trim_start().starts_with("///"))
                .fold(String::new(), |all, line| format!("{all}{}\n", line.trim())),
            false => comments.to_string(),
        };
        let blank = match lead[..lead.len() - lead.trim_start().len()].contains('\n') {
            true if !is_package => "\n",
            _ => "",
        };
        let next = nodes
            .get(at + 1)
            .map_or(text.len(), |next| next.range().start);
        let after = text.get(range.end..next).unwrap_or_default();
        let tail = after.lines().next().unwrap_or_default().trim_end();
        all.push((*node, format!("{blank}{comments}{}{tail}\n", node.text())));
    }
    all
}
