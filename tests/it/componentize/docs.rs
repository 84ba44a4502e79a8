//! Docs and gates stay with a component, with what is composed of it, and with its parts.

use std::fs;
use std::path::{Path, PathBuf};

use wit_parser::{Docs, Resolve, Stability, TypeDefKind, WorldItem};
use witkit::componentize::{Options, Stub, componentize};

use crate::support::{corpus, project, validate, witkit};

/// Everything that has docs or a gate, by its name; of the world, what is `root`'s.
fn said(resolve: &Resolve, world: &str) -> Vec<(String, Option<String>, Stability)> {
    let mut all = Vec::new();
    let mut add = |name: String, docs: &Docs, stability: &Stability| {
        all.push((name, docs.contents.clone(), stability.clone()));
    };
    for (id, interface) in resolve.interfaces.iter() {
        let Some(name) = resolve.id_of(id) else {
            continue;
        };
        add(name.clone(), &interface.docs, &interface.stability);
        for (func, found) in &interface.functions {
            add(format!("{name} {func}"), &found.docs, &found.stability);
        }
        for (ty, id) in &interface.types {
            let found = &resolve.types[*id];
            add(format!("{name} {ty}"), &found.docs, &found.stability);
            let known = Stability::Unknown;
            match &found.kind {
                TypeDefKind::Record(record) => record.fields.iter().for_each(|part| {
                    add(format!("{name} {ty} {}", part.name), &part.docs, &known);
                }),
                TypeDefKind::Variant(variant) => variant.cases.iter().for_each(|part| {
                    add(format!("{name} {ty} {}", part.name), &part.docs, &known);
                }),
                TypeDefKind::Enum(cases) => cases.cases.iter().for_each(|part| {
                    add(format!("{name} {ty} {}", part.name), &part.docs, &known);
                }),
                TypeDefKind::Flags(flags) => flags.flags.iter().for_each(|part| {
                    add(format!("{name} {ty} {}", part.name), &part.docs, &known);
                }),
                _ => {}
            }
        }
    }
    let mut worlds = resolve
        .worlds
        .iter()
        .filter(|(_, found)| found.name == world);
    if let Some((_, world)) = worlds.next() {
        for (side, items) in [("import", &world.imports), ("export", &world.exports)] {
            for (key, item) in items {
                let name = format!("{side} {}", resolve.name_world_key(key));
                match item {
                    WorldItem::Function(func) => add(name, &func.docs, &func.stability),
                    WorldItem::Interface {
                        docs, stability, ..
                    } => add(name, docs, stability),
                    WorldItem::Type { id, .. } => {
                        let found = &resolve.types[*id];
                        add(name, &found.docs, &found.stability);
                    }
                }
            }
        }
    }
    all
}

/// The WIT that `witkit wit` prints, resolved.
fn printed(file: &Path) -> Result<Resolve, String> {
    let file = file.display().to_string();
    let ran = witkit(project(), &["wit", &file]).expect(0)?;
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let pushed = resolve.push_source("printed.wit", &ran.stdout);
    pushed.map_err(|e| format!("{e:#}\n{}", ran.stdout))?;
    Ok(resolve)
}

#[test]
fn a_component_of_every_world_of_the_corpus_has_the_docs_of_all_that_is_there() {
    let Some(corpus) = corpus() else { return };
    let found = witkit::wit::find::packages(&[corpus.join("wit")]).expect("there are packages");
    let (mut worlds, mut docs, mut wrong) = (0, 0, Vec::new());
    // Every third package: all take a minute.
    let step = std::env::var("WITKIT_STEP").map_or(3, |step| step.parse().expect("a number"));
    for path in found.into_iter().map(|package| package.path).step_by(step) {
        let mut resolve = Resolve::default();
        let Ok((package, _)) = resolve.push_path(&path) else {
            continue;
        };
        let names: Vec<String> = resolve.packages[package].worlds.keys().cloned().collect();
        for world in names {
            worlds += 1;
            match printed(&path).and_then(|original| compared(&path, &original, &world)) {
                Ok(count) => docs += count,
                Err(told) => wrong.push(format!("{} {world}: {told}", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(worlds > 30 && docs > 500, "{docs} docs in {worlds} worlds");
}

/// Makes a component of the world and compares what is said in it; answers how much there is.
fn compared(path: &Path, resolve: &Resolve, world: &str) -> Result<usize, String> {
    let outcome = componentize(&Options {
        wit: vec![path.to_path_buf()],
        worlds: vec![world.to_string()],
        stub: Some(Stub::Sync),
        ..Options::default()
    });
    let bytes = outcome.component.ok_or(format!("{:#}", outcome.report))?;
    validate(&bytes)?;
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let file = temp.path().join("stub.wasm");
    fs::write(&file, bytes).map_err(|e| e.to_string())?;
    let expected = said(resolve, world);
    let mut count = 0;
    for (name, docs, stability) in said(&printed(&file)?, "root") {
        let mut all = expected.iter().filter(|(known, ..)| *known == name);
        let Some((_, wanted, gate)) = all.next() else {
            continue;
        };
        count += usize::from(docs.is_some());
        // The world of a component has no version.
        let of_world = name.contains("port ");
        let is_gated =
            *gate == stability || (of_world && !matches!(gate, Stability::Unstable { .. }));
        if docs != *wanted || !is_gated {
            return Err(format!(
                "{name}: {docs:?} {stability:?}, not {wanted:?} {gate:?}"
            ));
        }
    }
    Ok(count)
}

const WIT: &str = "\
package acme:docs@0.1.0;

/// Keeps things.
interface store {
  /// A thing.
  record thing {
    /// Its name.
    name: string,
  }

  /// Gets it.
  @since(version = 0.1.0)
  get: func() -> thing;
}

/// The application.
world app {
  /// The store it needs.
  import store;

  /// Runs it.
  export run: func();
}

/// Exports the store.
world part {
  /// The store it has.
  export store;
}
";

fn made(folder: &Path, world: &str, more: &[&str]) -> PathBuf {
    let name = format!("{world}{}.wasm", more.concat());
    let mut args = vec!["componentize", "--stub", "--wit", "a.wit", "-w", world];
    args.extend(["-o", &name]);
    args.extend(more);
    witkit(folder, &args).expect(0).expect("it is made");
    folder.join(name)
}

#[test]
fn docs_go_with_a_composition_and_its_parts_and_no_further_than_they_are_true() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path();
    fs::write(folder.join("a.wit"), WIT).expect("it is written");
    made(folder, "app", &[]);
    made(folder, "part", &[]);
    let wit = |file: &str| {
        let ran = witkit(folder, &["wit", file]).expect(0).expect("it prints");
        ran.stdout
    };
    let app = wit("app.wasm");
    for docs in [
        "Keeps things.",
        "Its name.",
        "@since",
        "The store it needs",
        "Runs it.",
    ] {
        assert!(app.contains(docs), "{docs} in {app}");
    }
    assert!(!app.contains("Exports the store"), "{app}");
    let args = ["compose", "app.wasm", "-d", "part.wasm", "-o", "whole.wasm"];
    witkit(folder, &args).expect(0).expect("it composes");
    let whole = wit("whole.wasm");
    assert!(whole.contains("/// Runs it."), "{whole}");
    // The store is between the parts only.
    assert!(!whole.contains("store"), "{whole}");
    let args = ["split", "whole.wasm", "-o", "parts"];
    witkit(folder, &args).expect(0).expect("it splits");
    assert!(wit("parts/part.wasm").contains("The store it has."));
    // Left open, the store has what its importer says of it.
    let args = [
        "compose",
        "app.wasm",
        "--allow",
        "acme:docs/*",
        "-o",
        "open.wasm",
    ];
    witkit(folder, &args).expect(0).expect("it composes");
    let open = wit("open.wasm");
    assert!(
        open.contains("Keeps things.") && open.contains("The store it needs."),
        "{open}"
    );
    let without = made(folder, "app", &["--no-docs"]);
    let printed = wit(&without.display().to_string());
    assert!(
        !printed.contains("///") && !printed.contains("@since"),
        "{printed}"
    );
}

#[test]
fn docs_go_by_way_of_the_module_they_are_embedded_in() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path();
    fs::write(folder.join("a.wit"), WIT).expect("it is written");
    let direct = made(folder, "app", &[]);
    let module = made(folder, "app", &["--embed"]);
    let module = module.display().to_string();
    let shown = witkit(folder, &["wit", &module])
        .expect(0)
        .expect("it prints");
    assert!(shown.stdout.contains("/// Runs it."), "{}", shown.stdout);
    let args = ["componentize", &module, "-o", "later.wasm"];
    witkit(folder, &args).expect(0).expect("it is made");
    let later = fs::read(folder.join("later.wasm")).expect("it reads");
    assert_eq!(later, fs::read(direct).expect("it reads"));
}
