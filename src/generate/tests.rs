//! Parts for interfaces of all types, validated in full; what runs is in `tests/it/generate.rs`.

use std::collections::BTreeSet;

use wasmparser::{Validator, WasmFeatures};
use wit_component::ComponentEncoder;
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

use super::{Kind, Made, Spec, generate};
use crate::surface::{Item, Surface};
use crate::wasm::decode::decode;

/// The surface of a component that imports what the world `w` of `wit` does.
fn surface(wit: &str) -> Surface {
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let package = resolve.push_str("test.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some("w")).unwrap();
    let mangling = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);
    let mut module = wit_component::dummy_module(&resolve, world, mangling);
    let encoding = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, encoding, false).unwrap();
    let mut encoder = ComponentEncoder::default();
    let bytes = encoder.module(&module).unwrap().encode().unwrap();
    let decoded = decode(&bytes).unwrap();
    Surface::read(decoded.types(), decoded.component())
}

fn made(
    surface: &Surface,
    name: &str,
    kind: Kind,
    functions: Option<&[&str]>,
    kept: &[&str],
) -> Made {
    let Some(Item::Instance(instance)) = surface.get(crate::surface::Side::Import, name) else {
        panic!("no import {name}");
    };
    let answers = |name: &str| {
        functions
            .is_none_or(|all| all.contains(&name))
            .then_some(kind)
    };
    let kept: BTreeSet<String> = kept.iter().map(|name| name.to_string()).collect();
    let spec = Spec {
        name: Some(name),
        items: vec![&instance.exports],
        kind: &answers,
        value: &|_| None,
        replay: &[],
        kept: &kept,
        makes: &BTreeSet::new(),
        made: &BTreeSet::new(),
        trace: None,
    };
    let made = generate(&spec).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let valid = Validator::new_with_features(WasmFeatures::all()).validate_all(&made.bytes);
    if let Err(error) = valid {
        let text = wasmprinter::print_bytes(&made.bytes);
        panic!(
            "{name} {kind:?}: {error}\n{}",
            text.unwrap_or_else(|e| e.to_string())
        );
    }
    made
}

const ALL: &str = "
    package t:t@1.0.0;
    interface other {
        resource outside { get: func() -> string; }
        record point { x: u32, y: f64 }
        make: func() -> outside;
    }
    interface all {
        use other.{outside, point};
        resource inside { constructor(n: u32); read: func() -> result<list<u8>, error-code>;
            merge: static func(a: borrow<inside>, b: inside, c: borrow<outside>) -> inside; }
        enum error-code { io, not-permitted, access }
        variant rich { access-denied(option<string>), other(string) }
        variant wide { a(u8), b(f32), c(f64), d(string), e(inside), f(list<tuple<inside, outside>>) }
        flags many { n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16, n17,
            n18, n19, n20, n21, n22, n23, n24, n25, n26, n27, n28, n29, n30, n31 }
        record big { a: u8, b: u16, c: u64, d: f32, e: char, f: bool, g: string, h: many, i: option<u64>,
            j: tuple<s8, s64>, k: result<u32, string>, l: point, m: option<point>, n: list<u16> }
        type alias = big;
        nothing: func();
        text: func(s: string) -> string;
        large: func(b: big) -> alias;
        wide1: func(w: wide) -> result<wide, rich>;
        wides: func(w: list<wide>, x: option<list<option<outside>>>) -> result<_, rich>;
        many1: func(m: many) -> many;
        opt: func(w: option<inside>, x: list<borrow<inside>>) -> option<inside>;
        owned: func(o: outside) -> result;
        borrows: func(o: list<borrow<outside>>, i: borrow<inside>) -> list<u32>;
        chars: func() -> tuple<char, f32, f64, bool>;
        lots: func(a: big, b: big, c: inside, d: wide, e: list<inside>) -> result<big, string>;
        in-future: async func(a: string, s: stream<u8>) -> result<string, error-code>;
        in-future-many: async func(b: big) -> big;
        read-via-stream: func(o: u64) -> tuple<stream<u8>, future<result<_, error-code>>>;
        later: func(f: future<string>, g: option<stream<inside>>) -> future<inside>;
        later-none: func() -> future;
        nested: func() -> future<tuple<stream<string>, inside>>;
    }
    world w { import all; }
";

#[test]
fn parts_of_all_types_are_valid() {
    let surface = surface(ALL);
    for kind in [Kind::Deny, Kind::Stub] {
        made(&surface, "t:t/all@1.0.0", kind, None, &[]);
    }
    made(&surface, "t:t/all@1.0.0", Kind::Deny, None, &["inside"]);
    let some = ["nothing", "text", "[method]inside.read", "wides"];
    made(&surface, "t:t/all@1.0.0", Kind::Deny, Some(&some), &[]);
    made(&surface, "t:t/all@1.0.0", Kind::Stub, Some(&some), &[]);
}

#[test]
fn traced_parts_of_all_types_are_valid() {
    let surface = surface(ALL);
    let name = "t:t/all@1.0.0";
    let Some(Item::Instance(instance)) = surface.get(crate::surface::Side::Import, name) else {
        panic!("no import {name}");
    };
    let made = generate(&Spec {
        name: Some(name),
        items: vec![&instance.exports],
        value: &|_| None,
        kind: &|_| None,
        replay: &[],
        kept: &BTreeSet::new(),
        makes: &BTreeSet::new(),
        made: &BTreeSet::new(),
        trace: Some(super::Trace {
            prefix: "app -> all  t:t/all@1.0.0#",
            limit: 10,
            functions: &|_| true,
        }),
    });
    let made = made.unwrap_or_else(|e| panic!("{e:?}"));
    let valid = Validator::new_with_features(WasmFeatures::all()).validate_all(&made.bytes);
    if let Err(error) = valid {
        let text = wasmprinter::print_bytes(&made.bytes);
        panic!("{error}\n{}", text.unwrap_or_else(|e| e.to_string()));
    }
}

#[test]
fn sinks_are_valid() {
    let sinks = [
        super::stderr_sink("0.2.0"),
        super::sink_to("a:b/c@1.0.0"),
        super::sink_to("log"),
    ];
    for sink in sinks {
        let valid =
            Validator::new_with_features(WasmFeatures::default()).validate_all(&sink.unwrap());
        valid.unwrap();
    }
    assert!(
        super::sink_to("no name").is_err() || {
            let bytes = super::sink_to("no name").unwrap();
            Validator::new().validate_all(&bytes).is_err()
        }
    );
}

#[test]
fn denied_functions_answer_with_the_error_that_says_so() {
    let made = made(&surface(ALL), "t:t/all@1.0.0", Kind::Deny, None, &[]);
    let answer = |name: &str| {
        let found = made.answers.iter().find(|(function, ..)| function == name);
        found.map(|(.., answer)| answer.as_str()).unwrap()
    };
    assert_eq!(answer("nothing"), "trap");
    assert_eq!(answer("[method]inside.read"), "err(not-permitted)");
    assert_eq!(answer("owned"), "err");
    assert_eq!(
        answer("read-via-stream"),
        "(closed stream, future(err(not-permitted)))"
    );
    assert_eq!(
        answer("wide1"),
        "err(access-denied(some(\"t:t/all@1.0.0#wide1 is denied\")))"
    );
}
