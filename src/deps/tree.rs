//! What the packages of a project need, as a tree.
//!
//! Lives here: [`tree`], which reads what is there, and its forms [`text`] and [`json`].
//! May import: `packages`, `wit` (ranks 2 and 3). Deliberately absent: downloading anything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::Options;
use super::locals::wit_files;
use crate::diag::Report;
use crate::packages::{Packages, Project, layout};
use crate::source::{self, Source};
use crate::wit;

/// The dependencies of a project.
#[derive(Clone, Debug, Serialize)]
pub struct Tree {
    schema: &'static str,
    /// The packages of the project, and its components.
    roots: Vec<Root>,
    /// All that they need, by name and version.
    packages: Vec<Dependency>,
}

/// Something of the project that needs packages.
#[derive(Clone, Debug, Serialize)]
struct Root {
    /// The package, or `components`.
    name: String,
    /// Its folder.
    path: String,
    /// Names and versions of packages.
    dependencies: Vec<String>,
}

/// A package.
#[derive(Clone, Debug, Serialize)]
pub struct Dependency {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// What it was chosen for, if it is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// Where it is, if `[overrides]` says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    dependencies: Vec<String>,
}

/// What is needed, and where it comes from.
///
/// Fails if a WIT package cannot be loaded, which also means that its dependencies were not fetched.
pub fn tree(packages: &Packages, options: &Options) -> Result<Tree, Report> {
    let project = packages.project_files()?;
    let mut report = Report::new();
    let mut roots = Vec::new();
    let mut all: BTreeMap<String, Dependency> = BTreeMap::new();
    for folder in &options.wit {
        match of_package(folder, &project, &mut all) {
            Ok(root) => roots.push(root),
            Err(found) => report.extend(found),
        }
    }
    report.or_ok(())?;
    if !options.components.is_empty() {
        roots.push(of_components(options, &project, &mut all));
    }
    Ok(Tree {
        schema: "witkit.deps/1",
        roots,
        packages: all.into_values().collect(),
    })
}

fn of_package(
    folder: &Path,
    project: &Project,
    all: &mut BTreeMap<String, Dependency>,
) -> Result<Root, Report> {
    let wit_options = wit::Options {
        all_features: true,
        ..wit::Options::default()
    };
    let loaded = wit::load(folder, &wit_options)?;
    let of = |id| -> BTreeSet<String> {
        let direct = loaded.resolve.package_direct_deps(id);
        let names = direct.filter(|id| !loaded.own.contains(id));
        names
            .map(|id| loaded.resolve.packages[id].name.to_string())
            .collect()
    };
    // By its text: what interfaces use is imported by worlds as well, but needed by the interfaces.
    let mut sources = Vec::new();
    for file in wit_files(folder)? {
        sources.push(Source::open(&file)?);
    }
    let mut direct = BTreeSet::new();
    for key in wit::needs(&sources)?.needed.into_keys() {
        let all = loaded
            .resolve
            .packages
            .iter()
            .map(|(_, package)| &package.name);
        let mut of_name =
            all.filter(|name| format!("{}:{}", name.namespace, name.name) == key.name);
        let found = of_name.find(|name| {
            let version = name.version.as_ref().map(ToString::to_string);
            key.version.is_none() || version == key.version
        });
        direct.extend(found.map(ToString::to_string));
    }
    for (id, package) in loaded.resolve.packages.iter() {
        if loaded.own.contains(&id) {
            continue;
        }
        let name = format!("{}:{}", package.name.namespace, package.name.name);
        let version = package.name.version.as_ref().map(ToString::to_string);
        let key = package.name.to_string();
        let new = dependency(name, version, of(id), project);
        all.insert(key, new);
    }
    Ok(Root {
        name: loaded.resolve.packages[loaded.main].name.to_string(),
        path: folder.to_string_lossy().into_owned(),
        dependencies: direct.into_iter().collect(),
    })
}

fn of_components(
    options: &Options,
    project: &Project,
    all: &mut BTreeMap<String, Dependency>,
) -> Root {
    let root = project.folder.join(layout::DEPS);
    let mut dependencies = Vec::new();
    for (wanted, _) in &options.components {
        let version = project.lock.choose(wanted).map(|l| l.version.to_string());
        let name = match &version {
            Some(version) => format!("{}@{version}", wanted.name),
            None => wanted.to_string(),
        };
        let none = BTreeSet::new();
        let new = dependency(wanted.name.clone(), version, none, project);
        all.entry(name.clone()).or_insert(new);
        dependencies.push(name);
    }
    Root {
        name: "components".to_string(),
        path: root.to_string_lossy().into_owned(),
        dependencies,
    }
}

fn dependency(
    name: String,
    version: Option<String>,
    dependencies: BTreeSet<String>,
    project: &Project,
) -> Dependency {
    let path = project.manifest.path_of(&name);
    let path = path.map(|path| path.to_string_lossy().into_owned());
    let locked = project.lock.of(&name).find(|(_, locked)| {
        path.is_none() && version.as_ref() == Some(&locked.version.to_string())
    });
    let (registry, locked) = locked.map_or((None, None), |(r, l)| (r, Some(l)));
    Dependency {
        requirement: locked.map(|locked| locked.requirement.to_string()),
        registry: registry.map(str::to_string),
        digest: locked.map(|locked| locked.digest.clone()),
        name,
        version,
        path,
        dependencies: dependencies.into_iter().collect(),
    }
}

/// The document `witkit.deps/1`.
pub fn json(tree: &Tree) -> String {
    // INVARIANT: it contains only strings and lists, which can be expressed in JSON.
    let text = serde_json::to_string_pretty(tree).unwrap_or_default();
    text + "\n"
}

/// For people.
pub fn text(tree: &Tree) -> String {
    let all: BTreeMap<String, &Dependency> = tree
        .packages
        .iter()
        .map(|package| {
            let name = match &package.version {
                Some(version) => format!("{}@{version}", package.name),
                None => package.name.clone(),
            };
            (name, package)
        })
        .collect();
    let mut text = String::new();
    let mut shown = BTreeSet::new();
    for root in &tree.roots {
        text.push_str(&format!("{} ({})\n", root.name, root.path));
        branches(&root.dependencies, &all, "", &mut shown, &mut text);
    }
    text
}

/// The packages needed by something. What is needed by those that were shown before is not repeated.
fn branches(
    names: &[String],
    all: &BTreeMap<String, &Dependency>,
    indent: &str,
    shown: &mut BTreeSet<String>,
    text: &mut String,
) {
    for (at, name) in names.iter().enumerate() {
        let is_last = at + 1 == names.len();
        let (branch, more) = match is_last {
            true => ("└─ ", "   "),
            false => ("├─ ", "│  "),
        };
        let package = all.get(name);
        let from = package.and_then(|package| package.path.as_ref().or(package.registry.as_ref()));
        let from = from.map_or(String::new(), |from| format!("  {from}"));
        let is_new = shown.insert(name.clone());
        let dependencies = package.map_or(&[][..], |package| &package.dependencies);
        let repeated = match !is_new && !dependencies.is_empty() {
            true => "  (shown above)",
            false => "",
        };
        text.push_str(&format!("{indent}{branch}{name}{from}{repeated}\n"));
        if is_new {
            branches(dependencies, all, &format!("{indent}{more}"), shown, text);
        }
    }
}

/// Whether there is a WIT package right in a folder.
pub fn has_wit(folder: &Path) -> bool {
    source::is_dir(folder) && wit_files(folder).is_ok_and(|files| !files.is_empty())
}
