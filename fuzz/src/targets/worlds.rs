//! Compositions of random worlds whose types fit, as stubs: none is refused, whatever names what, and
//! where the host need not give anything, nothing is imported and the composition comes apart and back.

use witkit::componentize::{self, Stub, componentize};
use witkit::compose::{ChainSpec, Options, compose};

use super::{binary, seed, sound};
use crate::by_wasm_compose::imports;
use crate::support::validate;
use crate::worlds::Worlds;

/// Bytes as a seed.
pub fn check(data: &[u8]) -> Result<(), String> {
    let seed = seed(data);
    let worlds = Worlds::random(seed);
    holds(&worlds, seed).map_err(|told| format!("{told}\n{}", worlds.wit()))
}

fn holds(worlds: &Worlds, pick: u64) -> Result<(), String> {
    let wit = worlds.wit();
    let stub = |world: &str| {
        let options = componentize::Options {
            stub: Some(Stub::Sync),
            ..componentize::Options::default()
                .wit(("w.wit", &*wit))
                .world(world)
        };
        let outcome = componentize(&options);
        sound(&outcome.report, pick)?;
        let made = outcome.component;
        made.ok_or_else(|| format!("{world} is no world: {:#}", outcome.report))
    };
    let mut options = Options::default().root(("w0.wasm", stub("w0")?));
    for part in 1..worlds.parts() {
        let world = format!("w{part}");
        options = options.part((format!("{world}.wasm"), stub(&world)?));
    }
    if let Some(interface) = worlds.middleware {
        let source = witkit::source::Source::memory("m.wasm", stub("m")?);
        options.in_memory.insert("m.wasm".into(), source);
        let chain = format!("w0.{}=m.wasm", worlds.name(interface));
        options.chains.push(ChainSpec::parse(&chain));
    }
    if let Some(interface) = worlds.exported
        && let Some(owner) = worlds.owner(interface)
    {
        let export = format!("w{owner}.{}", worlds.name(interface));
        options.exports.push(export);
    }
    let alone = Options {
        no_imports: true,
        ..options.clone()
    };
    options.imports = worlds.of_host();
    let outcome = compose(&options);
    sound(&outcome.report, pick)?;
    binary::sound_plan(outcome.plan.as_ref())?;
    let composed = outcome.composed.ok_or(format!("{:#}", outcome.report))?;
    validate(&composed.to_vec())?;

    let outcome = compose(&alone);
    sound(&outcome.report, pick)?;
    let Some(composed) = outcome.composed else {
        let told = format!("{:#}", outcome.report);
        // WIT has no words for a world that exports a type.
        let expected = ["no part exports it", "instead of the world"];
        return match expected.iter().any(|why| told.contains(why)) {
            true => Ok(()),
            false => Err(told),
        };
    };
    let composed = composed.to_vec();
    validate(&composed)?;
    // Types of worlds are imported to have a name; nobody provides them.
    let open = imports(&composed)?;
    if open.iter().any(|name| name.contains(':')) {
        return Err(format!("{open:?} is imported all the same"));
    }
    match binary::there_and_back(&composed)?.1 == composed {
        true => Ok(()),
        false => Err("its plan makes another component".to_string()),
    }
}
