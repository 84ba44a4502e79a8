//! `witkit split --replace`: by whatever name, with whatever component.

use std::fs;

use witkit::source::Source;
use witkit::split::{Replacement, replace, split};
use witkit::wasm::Component;

use super::graph_composed;
use crate::graphs::{Graph, Random};
use crate::support::{validate, wat, witkit};

/// A part that answers that number.
fn answering(number: u32, around: &str) -> String {
    format!(
        "{around} (core module $m (func (export \"f\") (result i32) (i32.const {number})))
         (core instance $i (instantiate $m))
         (func (export \"f\") (result u32) (canon lift (core func $i \"f\")))"
    )
}

/// A composition of a part without a name, one that is called `m` as a core module beside it is,
/// and one in which there is another without a name.
fn composition() -> Vec<u8> {
    let inner = format!(
        "(component {}) (instance $i (instantiate 0)) (export \"f\" (func $i \"f\"))",
        answering(3, "")
    );
    wat(&format!(
        "(component (core module $m)
           (component {}) (component $m {}) (component $in {inner})
           (instance $a (instantiate 0)) (instance $b (instantiate $m))
           (instance $c (instantiate $in))
           (export \"a\" (func $a \"f\")) (export \"b\" (func $b \"f\"))
           (export \"c\" (func $c \"f\")))",
        answering(1, ""),
        answering(2, "")
    ))
}

#[test]
fn a_part_is_called_as_inspect_shows_it_and_as_its_file_is_called() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    fs::write(temp.path().join("in.wasm"), composition()).expect("it is written");
    let args = ["split", "in.wasm", "-o", "parts", "--recursive"];
    witkit(temp.path(), &args).expect(0).expect("it is split");
    let run = |name: &str, file: &str| {
        let swap = format!("{name}={file}");
        let args = ["split", "in.wasm", "--replace", &swap, "-o", "new.wasm"];
        witkit(temp.path(), &args)
    };
    for (name, file) in [
        ("a", "a"),
        ("b", "b"),
        ("in", "c"),
        ("c", "c"),
        ("c/i", "c/i"),
        ("2", "a"),
        ("4.1", "c/i"),
    ] {
        let ran = run(name, &format!("parts/{file}.wasm"));
        ran.expect(0)
            .unwrap_or_else(|told| panic!("{name}: {told}"));
        let new = fs::read(temp.path().join("new.wasm")).expect("it is there");
        assert!(new == composition(), "{name} is another than {file}.wasm");
    }
    for (name, meant) in [("aa", "a"), ("c/ii", "c/i")] {
        let ran = run(name, "parts/a.wasm").expect(1).expect("it is refused");
        let told = format!("did you mean `{meant}`?");
        assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    }
}

fn component(name: &str, bytes: &[u8]) -> Result<Component, String> {
    let source = Source::memory(name, bytes.to_vec());
    Component::new(source).map_err(|e| format!("{e:#}"))
}

/// Something for the place of a part: another part, or one that was damaged.
fn something(random: &mut Random, parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = parts[random.below(parts.len())].clone();
    match random.below(4) {
        0 => bytes.truncate(random.below(bytes.len())),
        1 => {
            let at = random.below(bytes.len());
            bytes[at] = random.below(256) as u8;
        }
        _ => {}
    }
    bytes
}

#[test]
fn whatever_takes_the_place_of_a_part_fits_and_is_valid_or_is_refused() {
    let (mut fitted, mut refused) = (0, 0);
    for seed in 0..60 {
        let mut random = Random(seed);
        let dedupe = random.below(2) == 1;
        let (whole, parts) = graph_composed(&Graph::random(seed), dedupe).expect("it composes");
        let whole = component("whole", &whole).expect("it is a component");
        let again = component("whole", whole.bytes()).expect("it is a component");
        let split = split(again, false).unwrap_or_else(|told| panic!("{told:#}"));
        for part in &split.folders[0].parts {
            let name = part.stem();
            let one = |of: &Component, new: &[u8]| -> Result<Vec<u8>, String> {
                let swaps = [(
                    name.to_string(),
                    Replacement::Component(component("new", new)?),
                )];
                let replaced = replace(of, &swaps).map_err(|e| format!("{e:#}"))?;
                Ok(replaced.component.bytes().to_vec())
            };
            let old = part.component.bytes();
            let same = one(&whole, old).unwrap_or_else(|told| panic!("seed {seed}: {told}"));
            // With shared modules, what was put back into the part makes it larger.
            assert!(dedupe || same == whole.bytes(), "seed {seed}: {name}");
            let new = something(&mut random, &parts);
            match one(&whole, &new) {
                Ok(made) => {
                    // The code of functions is looked into with `--validate full` only.
                    if validate(&new).is_ok() {
                        validate(&made).unwrap_or_else(|told| panic!("seed {seed}: {told}"));
                    }
                    let made = component("made", &made).expect("it is a component");
                    let back = one(&made, old).unwrap_or_else(|told| panic!("seed {seed}: {told}"));
                    assert!(back == same, "seed {seed}: {name} does not come back");
                    fitted += 1;
                }
                Err(told) => {
                    assert!(told.contains("error["), "seed {seed}: {told}");
                    refused += 1;
                }
            }
        }
    }
    assert!(
        fitted > 20 && refused > 20,
        "{fitted} fitted, {refused} not"
    );
}
