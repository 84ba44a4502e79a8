//! Types, names and places as findings speak of them.
//!
//! Lives here: [`signature`], [`list`], [`Places`]. May import: `diag` (rank 0), `wit` (rank 2),
//! `world` (rank 4). Deliberately absent: what is wrong.

use std::collections::{BTreeMap, HashMap};

use wasmparser::{FuncType, ValType};
use wit_parser::{Function, InterfaceId, Resolve, Span, WorldId, WorldItem, WorldKey};

use crate::componentize::world::World;
use crate::diag::{Diagnostic, Locus, Report};
use crate::wit::Wit;

/// `(param i32 i32) (result i32)`.
pub(super) fn signature(ty: &FuncType) -> String {
    let part = |word: &str, types: &[ValType]| {
        let types: Vec<String> = types.iter().map(ToString::to_string).collect();
        match types.is_empty() {
            true => String::new(),
            false => format!("({word} {})", types.join(" ")),
        }
    };
    let text = format!(
        "{} {}",
        part("param", ty.params()),
        part("result", ty.results())
    );
    match text.trim() {
        "" => "no parameters and no results".to_string(),
        text => text.to_string(),
    }
}

/// How many names a list shows.
const SHOWN: usize = 8;

/// `a, b and c`, each in backticks; of a long list, the first ones.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted = |name: &S| format!("`{}`", name.as_ref());
    match names {
        [] => String::new(),
        [one] => quoted(one),
        _ if names.len() > SHOWN => {
            let shown: Vec<String> = names[..SHOWN].iter().map(quoted).collect();
            format!("{} and {} more", shown.join(", "), names.len() - SHOWN)
        }
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(quoted).collect();
            format!("{} and {}", most.join(", "), quoted(last))
        }
    }
}

/// The world, for people: worlds that are read from modules have lost their name.
pub(super) fn world(resolve: &Resolve, world: WorldId) -> String {
    match resolve.worlds[world].name.as_str() {
        "root" => "its world".to_string(),
        name => format!("the world `{name}`"),
    }
}

/// Where functions and worlds are in the WIT text, if there is one.
pub(super) struct Places<'a> {
    wit: Option<&'a Wit>,
    world: String,
    /// Interfaces by their full names.
    interfaces: HashMap<String, InterfaceId>,
}

impl<'a> Places<'a> {
    pub fn new(world: &'a World) -> Places<'a> {
        let wit = world.wit.as_ref();
        let mut interfaces = HashMap::new();
        if let Some(wit) = wit {
            for (id, interface) in wit.resolve.interfaces.iter() {
                if let (Some(package), Some(name)) = (interface.package, &interface.name) {
                    interfaces.insert(wit.resolve.id_of_name(package, name), id);
                }
            }
        }
        Places {
            wit,
            world: world.resolve.worlds[world.world].name.clone(),
            interfaces,
        }
    }

    /// The function of the item `key` of the world, or of the world itself.
    pub fn func(&self, key: Option<&str>, func: &Function) -> Option<Locus> {
        let wit = self.wit?;
        let name = key.unwrap_or(&func.name);
        let interface = match self.interfaces.get(name) {
            Some(id) if key.is_some() => *id,
            _ => match self.item(name)? {
                WorldItem::Interface { id, .. } => *id,
                WorldItem::Function(func) => return self.locus(func.span),
                WorldItem::Type { .. } => return None,
            },
        };
        let func = wit.resolve.interfaces[interface]
            .functions
            .get(&func.name)?;
        self.locus(func.span)
    }

    /// The world.
    pub fn world(&self) -> Option<Locus> {
        let wit = self.wit?;
        let mut worlds = wit.own.iter().flat_map(|id| {
            let package = &wit.resolve.packages[*id];
            package.worlds.get(&self.world)
        });
        self.locus(wit.resolve.worlds[*worlds.next()?].span)
    }

    /// The item of the world that has a plain name.
    fn item(&self, name: &str) -> Option<&'a WorldItem> {
        let wit = self.wit?;
        let key = WorldKey::Name(name.to_string());
        let worlds = wit.own.iter().flat_map(|id| {
            let package = &wit.resolve.packages[*id];
            package.worlds.iter()
        });
        let mut items = worlds
            .filter(|(name, _)| **name == self.world)
            .flat_map(|(_, id)| {
                let world = &wit.resolve.worlds[*id];
                [world.exports.get(&key), world.imports.get(&key)]
            });
        items.find_map(|item| item)
    }

    fn locus(&self, span: Span) -> Option<Locus> {
        self.wit?.locus(span)
    }

    /// Has the report own the texts that its findings point into.
    pub fn own_texts(&self, report: &mut Report) {
        let Some(wit) = self.wit else {
            return;
        };
        let texts: BTreeMap<_, _> = wit
            .files
            .iter()
            .map(|file| (file.tree.name(), file.tree.text()))
            .collect();
        report.take_texts(&texts);
    }
}

/// `finding` at `place`, if there is one.
pub(super) fn at(finding: Diagnostic, place: Option<Locus>, text: String) -> Diagnostic {
    match place {
        Some(place) => finding.at(place, text),
        None => finding,
    }
}
