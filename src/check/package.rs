//! A WIT package that components are checked against, and the surfaces of what it contains.
//!
//! May import: `wasm`, `wit`, `surface` (ranks 1 to 3).
//! Deliberately absent: reading WIT, which `wit` does, and choosing a world, which
//! `wit::convert` does.

use std::collections::BTreeSet;
use std::path::Path;

use wit_parser::{InterfaceId, PackageId, WorldId};

use super::codes;
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::escape;
use crate::names;
use crate::source::Input;
use crate::surface::{self, Item, Side, Surface, TypeDef};
use crate::wasm::decode::{self, Decoded};
use crate::wit::{self, Options, Wit, convert};

/// A WIT package, in any form.
pub struct Package {
    /// As it was given.
    pub(super) file: String,
    pub(super) wit: Wit,
}

impl Package {
    /// Reads a package: a `.wit` file, a directory with its `deps`, a package in binary form, `-`, or
    /// the bytes of a file. A component is read as the world that it was built for.
    pub fn open(input: impl Into<Input>, options: &Options) -> Result<Package, Report> {
        let input = input.into();
        let name = input.name();
        let file = wit::find::as_typed(Path::new(&name));
        Ok(Package {
            file: file.to_string_lossy().into_owned(),
            wit: convert::read_input(input, options)?,
        })
    }

    /// The features that its gates name.
    pub fn features(&self) -> BTreeSet<String> {
        self.wit.features()
    }

    /// Adds the texts of the package that the findings of a report point into.
    pub fn lend_texts(&self, report: &mut Report) {
        report.take_texts(&self.wit.texts());
    }

    /// The interface that `name` means: `acme:kv/store@0.2.0`, without its version if there is one
    /// of that name only, or `store` for one of the package itself.
    pub(super) fn interface(&self, name: &str) -> Result<InterfaceId, Diagnostic> {
        let resolve = &self.wit.resolve;
        let own = |id: InterfaceId| {
            let package = resolve.interfaces[id].package;
            package.is_some_and(|package| self.wit.own.contains(&package))
        };
        let mut named: Vec<(String, InterfaceId)> = Vec::new();
        for (id, _) in resolve.interfaces.iter() {
            named.extend(resolve.id_of(id).map(|whole| (whole, id)));
        }
        named.sort();
        let short = |id: InterfaceId| resolve.interfaces[id].name.as_deref() == Some(name);
        let meant: Vec<&(String, InterfaceId)> = named
            .iter()
            .filter(|(whole, id)| names::refers_to(name, whole) || (own(*id) && short(*id)))
            .collect();
        if let [(_, id)] = meant.as_slice() {
            return Ok(*id);
        }
        let finding = codes::UNKNOWN_INTERFACE.report(match meant.len() {
            0 => format!("cannot find interface `{name}` in `{}`", self.file),
            _ => format!("ambiguous interface `{name}` in `{}`", self.file),
        });
        let finding = finding.at(Locus::File(self.file.clone()), "");
        if !meant.is_empty() {
            let meant: Vec<String> = meant
                .iter()
                .map(|(whole, _)| format!("`{whole}`"))
                .collect();
            return Err(finding.help(format!("use the full name: {}", escape::or(&meant))));
        }
        let wholes = || named.iter().map(|(whole, _)| whole.as_str());
        let of_own = named.iter().filter(|(_, id)| own(*id));
        let of_own: Vec<&str> = of_own.map(|(whole, _)| whole.as_str()).collect();
        Err(match closest(name, wholes()) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None if of_own.is_empty() => finding.note("the package has no interfaces of its own"),
            None => finding.note(format!("its interfaces: `{}`", of_own.join("`, `"))),
        })
    }

    /// The surface of a world.
    pub(super) fn world_surface(&self, world: WorldId) -> Result<Surface, Diagnostic> {
        let world = &self.wit.resolve.worlds[world];
        let item = self.item(world.package, &world.name)?;
        match item {
            Item::Component(surface) => Ok(*surface),
            _ => Err(self.no_binary_form(&format!("`{}` is not a world in it", world.name))),
        }
    }

    /// An interface as an item of a surface.
    pub(super) fn interface_item(&self, interface: InterfaceId) -> Result<Item, Diagnostic> {
        let interface = &self.wit.resolve.interfaces[interface];
        let name = interface.name.as_deref().unwrap_or_default();
        self.item(interface.package, name)
    }

    /// The world or interface of that name, through the binary form of its package.
    fn item(&self, package: Option<PackageId>, name: &str) -> Result<Item, Diagnostic> {
        // INVARIANT: every world, and every interface that has a name, is part of a package.
        let package = package.unwrap_or(self.wit.main);
        let bytes = wit_component::encode(&self.wit.resolve, package, false)
            .map_err(|e| self.no_binary_form(&e.root_cause().to_string()))?;
        let decoded =
            decode::decode(&bytes).map_err(|broken| self.no_binary_form(&broken.message))?;
        wrapped(&decoded, name)
            .ok_or_else(|| self.no_binary_form(&format!("`{name}` is not part of it")))
    }

    fn no_binary_form(&self, reason: &str) -> Diagnostic {
        convert::NO_BINARY_FORM
            .report(format!(
                "cannot encode the types of `{}`: {reason}",
                self.file
            ))
            .at(Locus::File(self.file.clone()), "")
    }
}

/// A package in binary form exports a component type for each world and interface, and that
/// exports the type in question.
fn wrapped(decoded: &Decoded, name: &str) -> Option<Item> {
    let export = surface::read_item(decoded.types(), decoded.component(), Side::Export, name);
    match export? {
        Item::Type(TypeDef::Component(wrapper)) => Some(wrapper.exports.into_iter().next()?.1),
        _ => None,
    }
}

/// The one of `known` that is most similar to `name`, with or without a version.
fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let short = |whole: &str| {
        let path = names::unversioned(whole);
        path.rsplit_once('/')
            .map_or(path, |(_, own)| own)
            .to_string()
    };
    let known: Vec<(&str, String)> = known.map(|whole| (whole, short(whole))).collect();
    let meant = did_you_mean(&short(name), known.iter().map(|(_, own)| own.as_str()))?;
    // Of several in different packages, the one whose package is more similar.
    let alike = known.iter().filter(|(_, own)| own == meant);
    let nearest = alike.min_by_key(|(whole, _)| strsim::osa_distance(name, whole));
    nearest.map(|(whole, _)| *whole)
}
