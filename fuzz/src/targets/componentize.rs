//! Modules for random worlds, whole and broken: witkit makes a component of one if and only if
//! wit-component does, and both components have the same type.

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};
use witkit::componentize::{Options, componentize};

use super::{seed, sound};
use crate::by_wasm_compose::same_surface;
use crate::changes::{Package, Rng};
use crate::graphs::Random;
use crate::support::validate;

/// Bytes as a seed.
pub fn check(data: &[u8]) -> Result<(), String> {
    let pick = seed(data);
    let Some(module) = made(pick) else {
        return Ok(());
    };
    let outcome = componentize(&Options::default().module(("module.wasm", &*module)));
    sound(&outcome.report, pick)?;
    let theirs = ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|encoder| encoder.encode());
    let told = |told: String| {
        let text = witkit::wasm::print(&module).unwrap_or_else(|e| e);
        Err(format!("{told}\n{text}"))
    };
    match (&outcome.component, theirs) {
        (Some(ours), Ok(theirs)) => {
            validate(ours)?;
            same_surface(ours, &theirs).or_else(told)
        }
        (None, Err(_)) => match outcome.report.has_errors() {
            true => Ok(()),
            false => told("nothing is made, and there is no error".to_string()),
        },
        (Some(_), Err(e)) => told(format!("wit-component refuses it: {e:#}")),
        (None, Ok(_)) => told(format!("wit-component accepts it: {:#}", outcome.report)),
    }
}

/// A module that fits a world or nearly does.
fn made(seed: u64) -> Option<Vec<u8>> {
    let mut random = Random(seed);
    let package = Package::random(&mut Rng(seed | 1), true);
    let mut resolve = Resolve::default();
    let id = resolve.push_str("a.wit", &package.text("1.0.0")).ok()?;
    let world = resolve.select_world(&[id], Some("app")).ok()?;
    let mangling = match random.below(4) {
        0 => ManglingAndAbi::Standard32,
        1 => ManglingAndAbi::Legacy(LiftLowerAbi::AsyncCallback),
        2 => ManglingAndAbi::Legacy(LiftLowerAbi::AsyncStackful),
        _ => ManglingAndAbi::Legacy(LiftLowerAbi::Sync),
    };
    let mut module = dummy_module(&resolve, world, mangling);
    if random.below(3) > 0 {
        module = broken(&module, &mut random);
    }
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).ok()?;
    Some(module)
}

/// The module with one change of its text: a line that is gone, twice there or with another type, or a
/// name with another letter.
fn broken(module: &[u8], random: &mut Random) -> Vec<u8> {
    let Ok(text) = witkit::wasm::print(module) else {
        return module.to_vec();
    };
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let named: Vec<usize> = (1..lines.len())
        .filter(|at| lines[*at].contains("(import ") || lines[*at].contains("(export "))
        .collect();
    if named.is_empty() {
        return module.to_vec();
    }
    let at = named[random.below(named.len())];
    match random.below(4) {
        0 => drop(lines.remove(at)),
        1 => lines[at] = lines[at].replace("i32", "i64"),
        2 => {
            let quotes: Vec<usize> = lines[at].match_indices('"').map(|(at, _)| at).collect();
            let inside = quotes[0] + 1..quotes[quotes.len() - 1];
            if !inside.is_empty() {
                let at_letter = inside.start + random.below(inside.len());
                let letter = ["x", "-", "#", "[", "@", "0"][random.below(6)];
                if lines[at].is_char_boundary(at_letter + 1) {
                    lines[at].replace_range(at_letter..at_letter + 1, letter);
                }
            }
        }
        _ => {
            let other = named[random.below(named.len())];
            let name = |line: &str| Some(line.split('"').nth(1)?.to_string());
            if let (Some(old), Some(new)) = (name(&lines[at]), name(&lines[other])) {
                lines[at] = lines[at].replacen(&old, &new, 1);
            }
        }
    }
    let changed = lines.join("\n");
    super::seeds::assembled_of(&changed).unwrap_or_else(|| module.to_vec())
}
