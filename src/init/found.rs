//! What there is in a folder that witkit can do something for.
//!
//! May import: `diag`, `source`, `surface`, `wasm`, `wit` (ranks 0 to 2). Deliberately absent: the files
//! that are written (`texts`). What cannot be read is not found; the commands that read it say why.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::diag::Report;
use crate::source::{self, Source};
use crate::surface::Surface;
use crate::wasm::{self, Component, Kind, sniff};
use crate::wit::{self, find};

/// How deep components are looked for.
const DEPTH: usize = 3;

/// More packages than that are said to be everywhere.
const MANY: usize = 8;

/// What there is. Paths are relative to the folder, with `/` as the separator.
#[derive(Default)]
pub(super) struct Found {
    /// Files and folders of WIT.
    pub wit: Vec<String>,
    /// The only world there is: its package, and its name.
    pub world: Option<(String, String)>,
    pub components: Vec<String>,
    pub modules: Vec<String>,
    pub composition: Option<Composition>,
}

/// Components that import and export the same interfaces.
pub(super) struct Composition {
    pub name: String,
    pub root: String,
    pub definitions: Vec<String>,
}

/// A component, by what it imports and exports.
struct Part {
    path: String,
    imports: BTreeSet<String>,
    exports: BTreeSet<String>,
}

impl Found {
    /// Fails if the folder itself cannot be listed.
    pub fn in_folder(folder: &Path) -> Result<Found, Report> {
        let name = folder.to_string_lossy();
        source::list(folder).map_err(|e| source::unreadable(&name, &e))?;
        let mut found = Found::default();
        // A folder without packages is one of components, maybe.
        let packages = find::packages(&[folder.to_path_buf()]).unwrap_or_default();
        let relative = |path: &Path| relative(path, folder);
        found.wit = packages.iter().map(|p| relative(&p.path)).collect();
        if found.wit.len() > MANY {
            found.wit = vec![".".to_string()];
        }
        if let [only] = packages.as_slice() {
            let loaded = wit::load(&only.path, &wit::Options::default());
            let worlds = loaded.map_or(Vec::new(), |wit| worlds(&wit));
            if let [world] = worlds.as_slice() {
                found.world = Some((relative(&only.path), world.clone()));
            }
        }
        let mut parts = Vec::new();
        for file in files(folder) {
            let Some(binary) = Source::open(&file).ok().and_then(|s| wasm::binary(s).ok()) else {
                continue;
            };
            match sniff(binary.bytes()) {
                Kind::CoreModule => found.modules.push(relative(&file)),
                Kind::Component => parts.extend(part(relative(&file), binary)),
                _ => {}
            }
        }
        found.composition = composition(&parts);
        found.components = parts.into_iter().map(|part| part.path).collect();
        Ok(found)
    }

    /// What there is, in a line each.
    pub fn told(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (noun, paths) in [
            ("WIT", &self.wit),
            ("components", &self.components),
            ("core modules", &self.modules),
        ] {
            if !paths.is_empty() {
                lines.push(format!("{noun}: {}", paths.join(", ")));
            }
        }
        if let Some(c) = &self.composition {
            lines.push(format!(
                "composition: {} with {}",
                c.root,
                c.definitions.join(", ")
            ));
        }
        if lines.is_empty() {
            lines.push("no WIT and no components".to_string());
        }
        lines
    }
}

/// The names of the worlds of a package.
fn worlds(wit: &wit::Wit) -> Vec<String> {
    let own = wit.own.iter().map(|id| &wit.resolve.packages[*id]);
    own.flat_map(|package| package.worlds.keys().cloned())
        .collect()
}

/// `path` as it is written into a file in `folder`.
fn relative(path: &Path, folder: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    let names: Vec<_> = inside.iter().map(|name| name.to_string_lossy()).collect();
    match names.join("/") {
        name if name.is_empty() => ".".to_string(),
        name => name,
    }
}

/// The WebAssembly files of a project, sorted: those that it has, and those that cargo has built.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut pending = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = pending.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = find::as_typed(&entry.path()).to_path_buf();
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match (is_folder, name.as_str()) {
                (true, "target") => pending.extend(built(&path).map(|built| (built, DEPTH))),
                (true, "deps" | "node_modules") => {}
                (true, name) if name.starts_with('.') || depth == DEPTH => {}
                (true, _) => pending.push((path, depth + 1)),
                (false, name) if name.ends_with(".wasm") || name.ends_with(".wat") => {
                    files.push(path);
                }
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// Where cargo puts what it has built for WebAssembly.
fn built(target: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(target).into_iter().flatten().flatten();
    let targets = entries.filter(|e| e.file_name().to_string_lossy().starts_with("wasm32-"));
    targets.map(|target| target.path().join("release"))
}

fn part(path: String, binary: Source) -> Option<Part> {
    let component = Component::new(binary).ok()?;
    component.structure().ok()?;
    let decoded = component.decode().ok()?;
    let surface = Surface::read(decoded.types(), decoded.component());
    let names = |items: &[(crate::surface::ExternName, crate::surface::Item)]| {
        let needed = items
            .iter()
            .filter(|(n, item)| !item.has_types_only(&n.name));
        needed
            .map(|(name, _)| name.full_name().into_owned())
            .collect()
    };
    Some(Part {
        path,
        imports: names(&surface.imports),
        exports: names(&surface.exports),
    })
}

/// The only part that uses others and that no other uses, with all that it uses, by their names
/// alone: `compose` says whether their types fit.
fn composition(parts: &[Part]) -> Option<Composition> {
    let uses = |user: &Part, used: &Part| {
        user.path != used.path && user.imports.iter().any(|name| used.exports.contains(name))
    };
    let mut roots = parts.iter().filter(|root| {
        parts.iter().any(|part| uses(root, part)) && !parts.iter().any(|part| uses(part, root))
    });
    let (Some(root), None) = (roots.next(), roots.next()) else {
        return None;
    };
    let mut used: Vec<&Part> = vec![root];
    let mut at = 0;
    while let Some(user) = used.get(at).copied() {
        for part in parts.iter().filter(|part| uses(user, part)) {
            if !used.iter().any(|known| known.path == part.path) {
                used.push(part);
            }
        }
        at += 1;
    }
    let stem = Path::new(&root.path)
        .file_stem()?
        .to_string_lossy()
        .into_owned();
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut definitions: Vec<String> = used[1..].iter().map(|part| part.path.clone()).collect();
    definitions.sort();
    Some(Composition {
        name: match stem.chars().all(is_bare) {
            true => stem,
            false => "app".to_string(),
        },
        root: root.path.clone(),
        definitions,
    })
}
