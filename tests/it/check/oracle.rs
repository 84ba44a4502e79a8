//! wit-component's `targets` as an oracle: a misfit is found if and only if it refuses.
//!
//! It has two modes: by the very names, and by canonical names, in which versions on one semver
//! track are the same. The latter is the question that witkit answers, and there the verdicts have
//! to be the same. What is accepted by the very names is accepted; the reverse need not be so:
//! because of versions on one track, and because an import that the world needs for the types of
//! others is part of it, whether or not the binary form says so.
//!
//! One difference is meant: what has types only needs nobody who offers it, and `targets` asks for it
//! like for any other import.
//!
//! Deliberately absent: comparing messages.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{PackageId, Resolve, Type, TypeDefKind, WorldId, WorldItem};
use witkit::check::{Package, Subject, World, target};
use witkit::componentize::{self, Stub, componentize};
use witkit::diag::Report;
use witkit::wit::Options;

use crate::support::{corpus, listing, wat};

/// What witkit finds.
fn ours(component: &Path, wit: &Path, world: &str) -> Result<Report, String> {
    let said = |report: Report| format!("{report:#}");
    let subject = Subject::open(component).map_err(said)?;
    let package = Package::open(wit, &Options::default()).map_err(said)?;
    let world = World::of(&package, Some(world)).map_err(|found| said(found.into()))?;
    let mut report = Report::new();
    target::check(&subject, &world, &mut report);
    Ok(report)
}

/// What `targets` says: by the very names, and by semver tracks.
fn theirs(resolve: &Resolve, world: WorldId, component: &[u8]) -> [Result<(), String>; 2] {
    [false, true].map(|semver| {
        let told = catch_unwind(AssertUnwindSafe(|| {
            wit_component::targets(resolve, world, component, semver)
        }));
        match told {
            Ok(told) => told.map_err(|e| format!("{e:#}")),
            Err(_) => Err("a panic".to_string()),
        }
    })
}

/// Whether both have the same verdict; that one.
fn agree(resolve: &Resolve, world: WorldId, wit: &Path, component: &Path) -> Result<bool, String> {
    let bytes = fs::read(component).map_err(|e| e.to_string())?;
    let bytes = match bytes.starts_with(b"\0asm") {
        true => bytes,
        false => wat(&String::from_utf8_lossy(&bytes)),
    };
    let theirs = theirs(resolve, world, &bytes);
    let name = &resolve.worlds[world].name;
    let ours = ours(component, wit, name)?;
    let [by_name, by_track] = &theirs;
    match (ours.has_errors(), by_track.is_ok()) {
        (true, true) => Err(format!("targets accepts {name}, witkit says\n{ours}")),
        (false, false) if only_types_are_missing(component, by_track)? => Ok(true),
        (false, false) => Err(format!("witkit accepts {name}, targets says {theirs:?}")),
        (true, false) if by_name.is_ok() => Err(format!("by name, {name} is the same: {ours}")),
        (_, fits) => Ok(fits),
    }
}

/// Whether the import that `targets` misses is nothing but types.
fn only_types_are_missing(component: &Path, told: &Result<(), String>) -> Result<bool, String> {
    let missing = told.as_ref().err().and_then(|told| {
        let (_, name) = told.split_once("missing import named `")?;
        Some(name.split_once('`')?.0)
    });
    let Some(missing) = missing else {
        return Ok(false);
    };
    let subject = Subject::open(component).map_err(|report| format!("{report:#}"))?;
    let surface = subject.surface().map_err(|finding| finding.message)?;
    let mut imports = surface.imports.iter();
    let import = imports.find(|(name, _)| name.name == missing || name.full_name() == missing);
    Ok(import.is_some_and(|(name, item)| item.has_types_only(&name.name)))
}

fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_cases_of_targets_get_the_same_verdicts() {
    // They come with the crate, and are read where cargo has unpacked it.
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let registries = home.map(|home| home.join("registry/src"));
    let registries = registries.filter(|folder| folder.is_dir());
    let cases = registries.iter().flat_map(|src| {
        let folders = listing(src).into_iter().map(|registry| src.join(registry));
        folders.map(|registry| registry.join("wit-component-0.263.0/tests/targets"))
    });
    let Some(cases) = cases.into_iter().find(|folder| folder.is_dir()) else {
        println!("skipped: no sources of wit-component");
        return;
    };
    let mut wrong = Vec::new();
    let names = listing(&cases);
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        let folder = cases.join(&name);
        let report = ours(&folder.join("test.wat"), &folder.join("test.wit"), "foobar");
        match report {
            Ok(report) if report.has_errors() == name.starts_with("error-") => {}
            told => wrong.push(format!("{name}: {told:?}")),
        }
    }
    none_wrong(&wrong);
}

/// All worlds of a package.
fn worlds(resolve: &Resolve, package: PackageId) -> Vec<WorldId> {
    resolve.packages[package].worlds.values().copied().collect()
}

#[test]
fn real_components_get_the_same_verdicts_on_real_worlds_and_on_their_own() {
    let Some(corpus) = corpus() else { return };
    let components = [
        "c/adder",
        "c/calculator",
        "c/hello-command",
        "go/calculator",
        "js-quickjs/adder",
        "rust/docs_calculator",
    ]
    .map(|name| corpus.join(format!("components/{name}.wasm")));
    let releases = ["0.2.0", "0.2.12", "0.3.0"].map(|release| {
        let folder = corpus.join(format!("wit/wasi-v{release}-assembled"));
        let packages = listing(&folder).into_iter();
        packages
            .map(|package| folder.join(package))
            .collect::<Vec<_>>()
    });
    let packages = releases.concat();
    assert!(packages.len() >= 12);
    let mut wrong = Vec::new();
    let (mut fits, mut misfits) = (0, 0);
    let mut judge = |resolve: &Resolve, world, wit: &Path, component: &Path| match agree(
        resolve, world, wit, component,
    ) {
        Ok(true) => fits += 1,
        Ok(false) => misfits += 1,
        Err(told) => wrong.push(format!("{}: {told}", component.display())),
    };
    for package in &packages {
        let mut resolve = Resolve::default();
        let (id, _) = resolve.push_dir(package).expect("a package of WASI");
        for world in worlds(&resolve, id) {
            for component in &components {
                judge(&resolve, world, package, component);
            }
        }
    }
    for origin in &components {
        let bytes = fs::read(origin).expect("a component");
        let Ok(DecodedWasm::Component(resolve, world)) = decode(&bytes) else {
            panic!("{} has no world", origin.display());
        };
        for component in &components {
            judge(&resolve, world, origin, component);
        }
    }
    none_wrong(&wrong);
    println!("{fits} fit, {misfits} do not");
    assert!(fits >= 6 && misfits >= 100, "{fits} fit, {misfits} do not");
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Changes something of a world; `None` if there is no such thing. The result may make no sense.
fn mutated(resolve: &Resolve, world: WorldId, numbers: &mut Numbers) -> Option<(Resolve, String)> {
    let mut new = resolve.clone();
    let items = &resolve.worlds[world];
    let interfaces: Vec<_> = items
        .imports
        .values()
        .chain(items.exports.values())
        .filter_map(|item| match item {
            WorldItem::Interface { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    let what = numbers.below(8);
    let told = match what {
        0 | 1 => {
            let own = &mut new.worlds[world];
            let list = if what == 0 {
                &mut own.imports
            } else {
                &mut own.exports
            };
            let at = numbers.below(list.len());
            let (key, _) = list.shift_remove_index(at)?;
            format!("without {key:?}")
        }
        2..=4 => {
            let id = *interfaces.get(numbers.below(interfaces.len()))?;
            let functions = &mut new.interfaces[id].functions;
            let at = numbers.below(functions.len());
            let (name, function) = functions.get_index_mut(at)?;
            let name = name.clone();
            match what {
                2 => {
                    functions.shift_remove_index(at);
                }
                3 => {
                    function.result = match function.result {
                        Some(Type::U8) => None,
                        _ => Some(Type::U8),
                    }
                }
                _ => {
                    let param = function.params.last_mut()?;
                    if param.name == "self" {
                        return None;
                    }
                    param.name.push_str("-renamed");
                }
            }
            format!("{name} changed in way {what}")
        }
        5 | 6 => {
            let id = *interfaces.get(numbers.below(interfaces.len()))?;
            let types = &new.interfaces[id].types;
            let (name, ty) = types.get_index(numbers.below(types.len()))?;
            let (name, ty) = (name.clone(), *ty);
            match &mut new.types[ty].kind {
                TypeDefKind::Record(record) => record.fields.reverse(),
                TypeDefKind::Enum(cases) => cases.cases.reverse(),
                TypeDefKind::Flags(flags) => drop(flags.flags.pop()?),
                TypeDefKind::Variant(variant) => variant.cases.last_mut()?.ty = Some(Type::U8),
                other => *other = TypeDefKind::Type(Type::String),
            }
            format!("another type {name}")
        }
        _ => {
            // Sometimes on the same track, sometimes not.
            let packages: Vec<PackageId> = new.packages.iter().map(|(id, _)| id).collect();
            let id = packages[numbers.below(packages.len())];
            let name = &mut new.packages[id].name;
            let version = name.version.as_mut()?;
            match numbers.below(3) {
                0 => version.major += 1,
                1 => version.minor += 1,
                _ => version.patch += 1,
            }
            format!("as {name}")
        }
    };
    Some((new, told))
}

/// The package in binary form, and as that is read again: so that both see the same.
fn written(resolve: &Resolve, package: PackageId, path: &Path) -> Option<(Resolve, PackageId)> {
    let encoded = catch_unwind(AssertUnwindSafe(|| {
        wit_component::encode(resolve, package, false)
    }));
    let bytes = encoded.ok()?.ok()?;
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
        .validate_all(&bytes)
        .ok()?;
    let decoded = catch_unwind(|| decode(&bytes)).ok()?.ok()?;
    fs::write(path, &bytes).expect("the package is written");
    match decoded {
        DecodedWasm::WitPackage(resolve, package) => Some((resolve, package)),
        DecodedWasm::Component(..) => None,
    }
}

#[test]
fn stubs_fit_their_worlds_and_mutated_worlds_as_far_as_targets_says() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let config = wit_smith::Config {
        max_packages: 3,
        async_: true,
        fixed_length_lists: true,
        implements: true,
        world_include: true,
        ..wit_smith::Config::default()
    };
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let mut wrong = Vec::new();
    let (mut own, mut fits, mut misfits) = (0, 0, 0);
    for seed in 0..90 {
        let bytes: Vec<u8> = (0..512)
            .flat_map(|_| numbers.next().to_le_bytes())
            .collect();
        let mut unstructured = arbitrary::Unstructured::new(&bytes);
        let Ok(package) = wit_smith::smith(&config, &mut unstructured) else {
            continue;
        };
        let Ok(DecodedWasm::WitPackage(resolve, id)) = decode(&package) else {
            continue;
        };
        let path = temp.path().join("package.wasm");
        fs::write(&path, &package).expect("the package is written");
        for world in worlds(&resolve, id) {
            let name = resolve.worlds[world].name.clone();
            let made = componentize(&componentize::Options {
                wit: vec![path.clone()],
                worlds: vec![name.clone()],
                stub: Some(Stub::Sync),
                ..componentize::Options::default()
            });
            let Some(bytes) = made.component else {
                continue;
            };
            let component = temp.path().join("stub.wasm");
            fs::write(&component, bytes).expect("the component is written");
            match agree(&resolve, world, &path, &component) {
                Ok(true) => own += 1,
                Ok(false) => wrong.push(format!("{seed} {name}: a stub does not fit its world")),
                Err(told) => wrong.push(format!("{seed}: {told}")),
            }
            for _ in 0..6 {
                let Some((new, told)) = mutated(&resolve, world, &mut numbers) else {
                    continue;
                };
                let other = temp.path().join("mutated.wasm");
                let Some((new, id)) = written(&new, id, &other) else {
                    continue;
                };
                let Some(world) = new.packages[id].worlds.get(&name) else {
                    continue;
                };
                match agree(&new, *world, &other, &component) {
                    Ok(true) => fits += 1,
                    Ok(false) => misfits += 1,
                    Err(e) => wrong.push(format!("{seed} {told}: {e}")),
                }
            }
        }
    }
    println!("{own} stubs; of their mutated worlds they fit {fits} and not {misfits}");
    none_wrong(&wrong);
    assert!(
        own > 40 && fits > 20 && misfits > 60,
        "{own} {fits} {misfits}"
    );
}
