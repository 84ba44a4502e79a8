//! Plans whose imports stand in any order: what is composed from them splits and composes again to
//! the same bytes.
//!
//! Parts are stubs of worlds whose interfaces use each other's types and resources, so that the
//! order that is asked for and the one that types need are two.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use wit_component::ComponentEncoder;
use witkit::compose::{Options, PartSpec, Plan, compose};
use witkit::source::Source;
use witkit::split::Equivalence;
use witkit::wasm::Component;

use super::there_and_back;
use crate::graphs::Random;

/// A component for the world `w` of a package, which traps in all that it exports.
pub fn stub(wit: &str) -> Arc<Component> {
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("w.wit", wit).expect("it is WIT");
    let world = resolve
        .select_world(&[package], Some("w"))
        .expect("it has a world");
    let mangling = wit_parser::ManglingAndAbi::Legacy(wit_parser::LiftLowerAbi::Sync);
    let mut module = wit_component::dummy_module(&resolve, world, mangling);
    let encoding = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, encoding, false)
        .expect("the world is embedded");
    let mut encoder = ComponentEncoder::default();
    let bytes = encoder
        .module(&module)
        .and_then(|encoder| encoder.encode())
        .expect("it is encoded");
    Arc::new(Component::new(Source::memory("part.wasm", bytes)).expect("it is a component"))
}

/// Composes parts, by a plan if there is one: the bytes, and the plan.
fn composed(parts: &[Arc<Component>], plan: Option<Plan>) -> Result<(Vec<u8>, Plan), String> {
    let paths = (0..parts.len()).map(|at| PathBuf::from(format!("p{at}.wasm")));
    let mut specs = paths.clone().map(|path| PartSpec { name: None, path });
    let planned = plan.is_some();
    let outcome = compose(&Options {
        plan,
        root: specs.next().filter(|_| !planned),
        definitions: specs.filter(|_| !planned).collect(),
        in_memory: paths
            .zip(parts.iter().map(|part| part.source().clone()))
            .collect(),
        imports: vec!["*".to_string()],
        ..Options::default()
    });
    let bytes = outcome
        .composed
        .ok_or(format!("{:#}", outcome.report))?
        .to_vec();
    Ok((bytes, outcome.plan.ok_or("it has no plan")?))
}

fn shuffle<T>(list: &mut [T], random: &mut Random) {
    for at in (1..list.len()).rev() {
        list.swap(at, random.below(at + 1));
    }
}

/// Holds what plans with the imports in other orders make to the promise; how many results differ.
fn come_back(parts: &[Arc<Component>], random: &mut Random) -> Result<usize, String> {
    let (_, plan) = composed(parts, None)?;
    let mut results = BTreeSet::new();
    for _ in 0..6 {
        let mut plan = plan.clone();
        shuffle(&mut plan.imports, random);
        for import in &mut plan.imports {
            shuffle(&mut import.serves, random);
        }
        let (bytes, _) = composed(parts, Some(plan.clone()))?;
        let (equivalence, _) = there_and_back(&bytes)?;
        if equivalence != Equivalence::Same {
            return Err(format!("other bytes, of\n{}", plan.to_json()));
        }
        results.insert(bytes);
    }
    Ok(results.len())
}

#[test]
fn an_import_whose_types_need_another_comes_back_wherever_the_plan_has_it() {
    let a = "package t:r;
        interface h1 { resource r1; f: func(); }
        interface h2 { use h1.{r1}; resource r2; fu1: func(a1: borrow<r1>); }
        interface x { g: func(); }
        interface y { g: func(); }
        world w { import h2; import h1; import x; export y; }";
    let b = "package t:r;
        interface h0 { resource r0; f: func(); }
        interface h1 { resource r1; f: func(); }
        interface h2 { use h0.{r0}; resource r2; fu0: func(a0: borrow<r0>); }
        interface x { g: func(); }
        world w { import h1; import h2; export x; }";
    let parts = [stub(a), stub(b)];
    let differing = come_back(&parts, &mut Random(1)).unwrap_or_else(|told| panic!("{told}"));
    assert!(differing > 1, "the order is to make a difference");
}

/// A world that imports some of six interfaces of the host, each of which may use types of earlier
/// ones, and a package that it is in; the parts agree in what the types are.
fn world(part: usize, last: usize, random: &mut Random) -> String {
    let mut text = "package t:r;\n".to_string();
    for at in 0..6 {
        text += &format!("interface h{at} {{\n  resource r{at};\n  record v{at} {{ f: u32 }}\n");
        for other in 0..at {
            if random.below(100) < 35 {
                text += &format!(
                    "  use h{other}.{{r{other}, v{other}}};\n  \
                     f{other}: func(r: borrow<r{other}>, v: v{other});\n"
                );
            }
        }
        text += "  f: func() -> u32;\n}\n";
    }
    for at in 0..=last {
        text += &format!("interface x{at} {{ g: func(); }}\n");
    }
    text += "world w {\n";
    let mut order: Vec<usize> = (0..6).collect();
    shuffle(&mut order, random);
    for at in &order[..2 + random.below(4)] {
        text += &format!("  import h{at};\n");
    }
    if part < last {
        text += &format!("  import x{};\n", part + 1);
    }
    text + &format!("  export x{part};\n}}\n")
}

#[test]
fn random_worlds_composed_in_any_order_come_back_byte_for_byte() {
    let mut differing = 0;
    for seed in 0..40 {
        let mut random = Random(seed);
        let count = 2 + random.below(2);
        let worlds: Vec<String> = (0..count)
            .map(|part| world(part, count - 1, &mut random))
            .collect();
        let parts: Vec<Arc<Component>> = worlds.iter().map(|wit| stub(wit)).collect();
        match come_back(&parts, &mut random) {
            Ok(results) => differing += usize::from(results > 1),
            Err(told) => panic!("seed {seed}: {told}\n{}", worlds.join("\n")),
        }
    }
    assert!(differing > 20, "only {differing} depend on the order");
}
