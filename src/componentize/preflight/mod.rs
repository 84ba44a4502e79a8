//! Finding all problems of a module and its world before anything is encoded.
//!
//! Lives here: [`check`], [`check_linked`]. May import: `diag` (rank 0), `wit` (rank 2), `module`,
//! `world`, `adapters` (rank 4).
//! Deliberately absent: encoding, and choosing worlds and adapters. Errors of the encoder are
//! explained by [`explain`].
//!
//! The verdict is the same as wit-component's: input that it accepts has no error here, and input
//! that it rejects has one. It stops at the first problem; here all are found.

mod adapting;
mod advice;
mod built_ins;
pub(crate) mod codes;
mod display;
pub(crate) mod explain;
mod exports;
mod imports;
mod intrinsics;
mod link;
pub(crate) mod metadata;
mod missing;
mod names;
mod needs;
mod producer;
mod requirements;
mod start;
mod symbols;
mod together;
mod unsatisfied;

#[cfg(test)]
mod tests;

use wit_parser::{Resolve, WorldId, WorldItem};

pub(crate) use explain::explain;
pub(crate) use link::stubs::missing_to_several;

use super::adapters::Adapter;
use super::module::{CoreImport, CoreModule};
use super::world::World;
use crate::diag::Report;
use adapting::Adapted;
use display::Places;
use exports::{Exports, Purpose, WorldExports};
use imports::{Classifier, Refused, Satisfied};
use needs::Needs;
use requirements::Required;
use unsatisfied::Unsatisfied;

/// The encoding options that determine which modules are acceptable.
#[derive(Clone, Debug)]
pub(crate) struct EncodingRules {
    /// Compatible versions of an imported interface are merged.
    pub merge_imports: bool,
    /// Only names that begin with `cm32p2` are accepted.
    pub reject_legacy_names: bool,
    /// Functions that no library exports are replaced by ones that trap.
    pub stub_missing_functions: bool,
    /// The built-in libdl is linked.
    pub use_built_in_libdl: bool,
}

impl Default for EncodingRules {
    fn default() -> EncodingRules {
        EncodingRules {
            merge_imports: true,
            reject_legacy_names: false,
            stub_missing_functions: false,
            use_built_in_libdl: false,
        }
    }
}

/// Compares `module` with the requirements of `world` and the exports of `adapters`.
pub(crate) fn check(
    module: &CoreModule,
    world: &World,
    adapters: &[Adapter],
    rules: &EncodingRules,
) -> Report {
    let mut report = Report::new();
    let adapters = read(adapters, &mut report);
    let checked = Checked {
        module,
        world,
        adapters: &adapters,
        libraries: &[],
        worlds: &[],
        rules,
        places: &Places::new(world),
    };
    checked.all(&mut report);
    report
}

/// Like [`check`], for shared libraries that are linked, each with its own world; also finds
/// problems with linking them.
pub(crate) fn check_linked(
    libraries: &[CoreModule],
    worlds: &[World],
    adapters: &[Adapter],
    rules: &EncodingRules,
) -> Report {
    let mut report = Report::new();
    let adapters = read(adapters, &mut report);
    let (findings, used) = link::findings(libraries, worlds, rules);
    for finding in findings {
        report.push(finding);
    }
    for ((module, world), used) in libraries.iter().zip(worlds).zip(used) {
        // The linker leaves out what nothing refers to, whatever is wrong with it.
        if !used {
            continue;
        }
        let checked = Checked {
            module,
            world,
            adapters: &adapters,
            libraries,
            worlds,
            rules,
            places: &Places::new(world),
        };
        checked.all(&mut report);
    }
    report
}

/// The adapters that can be read; the others are reported.
fn read<'a>(adapters: &'a [Adapter], report: &mut Report) -> Vec<Adapted<'a>> {
    let mut read = Vec::new();
    for adapter in adapters {
        match Adapted::read(adapter) {
            Ok(adapter) => read.push(adapter),
            Err(broken) => report.push(broken),
        }
    }
    read
}

struct Checked<'m, 'a> {
    module: &'m CoreModule<'a>,
    world: &'m World,
    adapters: &'m [Adapted<'m>],
    /// All that are linked, `module` among them; empty if nothing is linked.
    libraries: &'m [CoreModule<'a>],
    /// Their worlds.
    worlds: &'m [World],
    rules: &'m EncodingRules,
    places: &'m Places<'m>,
}

/// What has been found out about the imports.
#[derive(Default)]
struct Imports<'m, 'a> {
    unsatisfied: Vec<Unsatisfied<'m, 'a, 'm>>,
    /// The imports that each adapter provides.
    adapted: Vec<Vec<&'m CoreImport<'a>>>,
    required: Required,
    /// Whether anything of the world is imported.
    touched: bool,
}

impl<'m, 'a> Checked<'m, 'a> {
    fn is_library(&self) -> bool {
        !self.libraries.is_empty()
    }

    fn all(&self, report: &mut Report) {
        let resolve = &self.world.resolve;
        let mut classifier = self.classifier(resolve, self.world.world);
        let mut imports = self.imports(&mut classifier);
        let wanted = WorldExports::of(resolve, self.world.world);
        let legacy = !self.rules.reject_legacy_names;
        let exports = Exports::of(self.module, &wanted, resolve, legacy);
        for (wanted, found) in wanted.wanted.iter().zip(&exports.found) {
            let Some(Purpose::Func(_, abi)) = found.first().map(|index| exports.purposes[*index])
            else {
                continue;
            };
            let needs = classifier.contents.export(resolve, wanted.func, abi);
            imports.required.by_export(&wanted.func.name, needs);
        }
        self.adapters(&mut imports, report);
        let shared = self
            .libraries
            .iter()
            .any(|l| l.export("cabi_realloc").is_some());
        let required = &imports.required;
        for finding in required.findings(self.module, &exports, self.is_library(), shared) {
            report.push(finding);
        }
        let context = unsatisfied::Context {
            module: self.module,
            resolve,
            world: self.world.world,
            places: self.places,
            adapters: self.adapters,
            described: !self.module.component_types.is_empty() || !self.world.wits.is_empty(),
            reject_legacy_names: self.rules.reject_legacy_names,
        };
        for finding in unsatisfied::findings(&imports.unsatisfied, &context) {
            report.push(finding);
        }
        let together = match self.is_library() {
            true => together::duplicates(self.module),
            // Those of libraries have one type.
            false => together::tls_bases(self.module).into_iter().collect(),
        };
        for finding in together {
            report.push(finding);
        }
        let touched = imports.touched || !wanted.wanted.is_empty();
        let asks = resolve.worlds[self.world.world].imports.values();
        let mut asks = asks.filter(|item| !matches!(item, WorldItem::Type { .. }));
        if !touched && !self.is_library() && !report.has_errors() && asks.next().is_some() {
            report.push(unsatisfied::untouched(&context));
        }
        let context = missing::Context {
            module: self.module,
            resolve,
            world: &display::world(resolve, self.world.world),
            places: self.places,
            wanted: &wanted,
            exports: &exports,
            reject_legacy_names: self.rules.reject_legacy_names,
        };
        for finding in missing::findings(&context) {
            report.push(finding);
        }
        if !self.is_library() {
            let legacy = self.rules.reject_legacy_names;
            let world = self.world.world;
            start::findings(self.module, resolve, world, self.adapters, legacy)
                .into_iter()
                .for_each(|finding| report.push(finding));
        }
        self.places.own_texts(report);
    }

    fn classifier<'r>(&self, resolve: &'r Resolve, world: WorldId) -> Classifier<'r> {
        let adapters = self.adapters.iter().enumerate();
        let adapters = adapters.map(|(index, a)| (a.stands_for.clone(), index));
        let legacy = self.rules.reject_legacy_names;
        Classifier::new(resolve, world, legacy, adapters.collect())
    }

    fn imports(&self, classifier: &mut Classifier<'m>) -> Imports<'m, 'a> {
        let mut found = Imports {
            adapted: vec![Vec::new(); self.adapters.len()],
            ..Imports::default()
        };
        let mut elsewhere = Elsewhere::default();
        for import in &self.module.imports {
            if self.is_library() && link::is_linked(import.module) {
                continue;
            }
            let name = || format!("{}::{}", import.module, import.name);
            match classifier.classify(self.module, import) {
                // Only adapters have a main module beside them.
                Ok(Satisfied::MainModule) => found.unsatisfied.push(Unsatisfied {
                    import,
                    refused: Refused::NoSuchName,
                    known_elsewhere: false,
                }),
                Ok(Satisfied::Memory) => {}
                Ok(Satisfied::Adapter(adapter)) => found.adapted[adapter].push(import),
                Ok(Satisfied::Func(needs) | Satisfied::BuiltIn(needs)) => {
                    found.touched = true;
                    found.required.by_import(name, needs);
                }
                Ok(Satisfied::Other(needs)) => found.required.by_import(name, needs),
                Err(refused) => match elsewhere.classify(self, import, &refused) {
                    Some(Satisfied::BuiltIn(needs)) => found.required.by_import(name, needs),
                    other => found.unsatisfied.push(Unsatisfied {
                        import,
                        refused,
                        known_elsewhere: other.is_some(),
                    }),
                },
            }
        }
        found
    }

    /// Problems of adapters, and of what they import from the module.
    fn adapters(&self, imports: &mut Imports<'m, 'a>, report: &mut Report) {
        for (adapter, used) in self.adapters.iter().zip(&imports.adapted) {
            for finding in adapting::findings(adapter, self.module, used) {
                report.push(finding);
            }
            if self.rules.reject_legacy_names
                && !used.is_empty()
                && let Some(finding) = adapting::legacy_names(adapter, self.adapters)
            {
                report.push(finding);
            }
            let passed_on = adapting::passed_on(adapter, used);
            if passed_on.is_empty() {
                continue;
            }
            // What cannot be read is told when it is encoded.
            let Some((resolve, world)) = embedded(adapter.module.bytes) else {
                continue;
            };
            let mut classifier = self.classifier(&resolve, world);
            for passed in passed_on {
                if let Ok(Satisfied::Func(needs)) = classifier.classify(&adapter.module, passed) {
                    // It allocates by itself.
                    let needs = Needs {
                        realloc: false,
                        ..needs
                    };
                    let name = || format!("{}::{}", passed.module, passed.name);
                    imports.required.by_import(name, needs);
                }
            }
        }
    }
}

/// The world that a module has in its sections.
fn embedded(bytes: &[u8]) -> Option<(Resolve, WorldId)> {
    let (_, found) = wit_component::metadata::decode(bytes).ok()?;
    Some((found.resolve, found.world))
}

/// Other worlds in which an import may be found: those of adapters and of other libraries, which
/// go into the component as well, and the module's own with compatible imports merged.
#[derive(Default)]
struct Elsewhere {
    merged: Option<Resolve>,
    adapters: Option<Vec<(Resolve, WorldId)>>,
}

impl Elsewhere {
    /// What satisfies an import that the module's own world does not.
    fn classify(
        &mut self,
        checked: &Checked,
        import: &CoreImport,
        refused: &Refused,
    ) -> Option<Satisfied> {
        if matches!(refused, Refused::NotAFunction) {
            return None;
        }
        if checked.rules.merge_imports {
            let world = checked.world.world;
            let merged = self.merged.get_or_insert_with(|| {
                let mut merged = checked.world.resolve.clone();
                match merged.merge_world_imports_based_on_semver(world) {
                    Ok(()) => merged,
                    // It is refused when it is encoded.
                    Err(_) => checked.world.resolve.clone(),
                }
            });
            let mut classifier = checked.classifier(merged, world);
            if let Ok(found) = classifier.classify(checked.module, import) {
                return Some(match found {
                    // It is the module's own, and not only known elsewhere.
                    Satisfied::Func(needs) => Satisfied::BuiltIn(needs),
                    other => other,
                });
            }
        }
        let adapters = self.adapters.get_or_insert_with(|| {
            let adapters = checked.adapters.iter();
            adapters.filter_map(|a| embedded(a.module.bytes)).collect()
        });
        let adapters = adapters.iter().map(|(resolve, world)| (resolve, *world));
        let libraries = checked.worlds.iter().map(|w| (&w.resolve, w.world));
        let mut found = None;
        for (resolve, world) in adapters.chain(libraries) {
            let mut classifier = checked.classifier(resolve, world);
            match classifier.classify(checked.module, import) {
                Ok(Satisfied::BuiltIn(needs)) => return Some(Satisfied::BuiltIn(needs)),
                Ok(other) => found = Some(other),
                Err(_) => {}
            }
        }
        found
    }
}
