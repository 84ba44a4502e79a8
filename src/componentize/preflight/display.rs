//! Types, names and places as findings show them.
//!
//! Lives here: [`signature`], [`function`], [`list`], [`Places`]. May import: `diag` (rank 0), `wit` (rank 2),
//! `world` (rank 4). Deliberately absent: what is wrong.

use std::collections::{BTreeMap, HashMap};

use wasmparser::{FuncType, ValType};
use wit_parser::{Function, InterfaceId, Resolve, WorldId, WorldItem, WorldKey};

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

/// A function of that type, with its article.
pub(super) fn function(ty: &FuncType) -> String {
    match ty.params().is_empty() && ty.results().is_empty() {
        true => "a function without parameters and results".to_string(),
        false => format!("a function {}", signature(ty)),
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
    wits: &'a [Wit],
    world: String,
    /// Interfaces by their full names, and the package that they are of.
    interfaces: HashMap<String, (&'a Wit, InterfaceId)>,
}

impl<'a> Places<'a> {
    pub fn new(world: &'a World) -> Places<'a> {
        let wits = world.wits.as_slice();
        let mut interfaces = HashMap::new();
        for wit in wits {
            for (id, interface) in wit.resolve.interfaces.iter() {
                if let (Some(package), Some(name)) = (interface.package, &interface.name) {
                    let name = wit.resolve.id_of_name(package, name);
                    interfaces.entry(name).or_insert((wit, id));
                }
            }
        }
        Places {
            wits,
            world: world.resolve.worlds[world.world].name.clone(),
            interfaces,
        }
    }

    /// The function of the item `key` of the world, or of the world itself.
    pub fn func(&self, key: Option<&str>, func: &Function) -> Option<Locus> {
        let name = key.unwrap_or(&func.name);
        let (wit, interface) = match self.interfaces.get(name) {
            Some(found) if key.is_some() => *found,
            _ => match self.item(name)? {
                (wit, WorldItem::Interface { id, .. }) => (wit, *id),
                (wit, WorldItem::Function(func)) => return wit.locus(func.span),
                (_, WorldItem::Type { .. }) => return None,
            },
        };
        let func = wit.resolve.interfaces[interface]
            .functions
            .get(&func.name)?;
        wit.locus(func.span)
    }

    /// The world.
    pub fn world(&self) -> Option<Locus> {
        self.wits.iter().find_map(|wit| {
            let mut worlds = wit.own.iter().flat_map(|id| {
                let package = &wit.resolve.packages[*id];
                package.worlds.get(&self.world)
            });
            wit.locus(wit.resolve.worlds[*worlds.next()?].span)
        })
    }

    /// The item of the world that has a plain name. Of several worlds that were united, the name of
    /// the whole is of no use: then it is that of any.
    fn item(&self, name: &str) -> Option<(&'a Wit, &'a WorldItem)> {
        let key = WorldKey::Name(name.to_string());
        self.wits.iter().find_map(|wit| {
            let worlds = wit.own.iter().flat_map(|id| {
                let package = &wit.resolve.packages[*id];
                package.worlds.iter()
            });
            let mut items = worlds
                .filter(|(name, _)| **name == self.world || self.world == "root")
                .flat_map(|(_, id)| {
                    let world = &wit.resolve.worlds[*id];
                    [world.exports.get(&key), world.imports.get(&key)]
                });
            items.find_map(|item| Some((wit, item?)))
        })
    }

    /// Has the report own the texts that its findings point into.
    pub fn own_texts(&self, report: &mut Report) {
        let files = self.wits.iter().flat_map(|wit| &wit.files);
        let texts: BTreeMap<_, _> = files
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
