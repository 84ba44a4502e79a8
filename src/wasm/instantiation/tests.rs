//! Aliases, exports and bundles are followed to where things come from.

use super::*;

fn binary(text: &str) -> Vec<u8> {
    let buffer = wast::parser::ParseBuffer::new(text).expect("the text lexes");
    let mut wat: wast::Wat = wast::parser::parse(&buffer).expect("the text parses");
    let bytes = wat.encode().expect("the text encodes");
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
        .validate_all(&bytes)
        .expect("the text is valid");
    bytes
}

fn read(bytes: &[u8]) -> Instantiation<'_> {
    let structure = Structure::of(bytes).unwrap_or_else(|e| panic!("{}", e.message));
    Instantiation::of(&structure).unwrap_or_else(|e| panic!("{}", e.message))
}

fn refused(bytes: &[u8]) -> Result<(), Malformed> {
    Instantiation::of(&Structure::of(bytes)?).map(drop)
}

/// Short, for comparing: `import 0`, `instance 1 › x`.
fn told(origin: &Origin<'_>) -> String {
    match origin {
        Origin::Import(at) => format!("import {at}"),
        Origin::Component(at) => format!("component {at}"),
        Origin::Instance(at) => format!("instance {at}"),
        Origin::Export(of, name) => format!("{} › {name}", told(of)),
        Origin::Here => "here".to_string(),
        Origin::Around { levels, index } => format!("{levels} out, {index}"),
    }
}

fn exports(instantiation: &Instantiation<'_>) -> Vec<(String, String)> {
    let exports = instantiation.exports.iter();
    exports
        .map(|(export, origin)| (export.name.name.to_string(), told(origin)))
        .collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |text: &str| text.to_string();
    of.iter().map(|(a, b)| (own(a), own(b))).collect()
}

#[test]
fn aliases_of_aliases_lead_to_what_they_are_taken_from() {
    let bytes = binary(
        r#"(component
          (import "a" (instance $a
            (export "f" (func))
            (export "inner" (instance (export "g" (func))))))
          (export "f" (func $a "f"))
          (export "g" (func $a "inner" "g"))
          (export "all" (instance $a)))"#,
    );
    assert_eq!(
        exports(&read(&bytes)),
        pairs(&[
            ("f", "import 0 › f"),
            ("g", "import 0 › inner › g"),
            ("all", "import 0"),
        ])
    );
}

#[test]
fn what_an_export_makes_is_the_same_as_what_is_exported() {
    let bytes = binary(
        r#"(component
          (import "a" (instance $a (export "f" (func))))
          (export $first "first" (instance $a))
          (export $second "second" (instance $first))
          (export "third" (func $second "f"))
          (component $c (instance $e) (export "i" (instance $e)))
          (export $d "d" (component $c))
          (instance $i (instantiate $d))
          (export "i" (instance $i "i")))"#,
    );
    let instantiation = read(&bytes);
    assert_eq!(
        exports(&instantiation)[..3],
        pairs(&[
            ("first", "import 0"),
            ("second", "import 0"),
            ("third", "import 0 › f"),
        ])
    );
    assert_eq!(exports(&instantiation)[4].1, "instance 0 › i");
    let Made::Instantiate { component, args } = &instantiation.instances[0].made else {
        panic!("it is instantiated");
    };
    assert_eq!(told(component), "component 0");
    assert!(args.is_empty());
}

#[test]
fn arguments_and_bundles_say_where_their_items_come_from() {
    let bytes = binary(
        r#"(component
          (import "f" (func $f))
          (component $c
            (import "x" (instance (export "f" (func))))
            (import "t" (type (sub resource)))
            (instance $z)
            (instance $y (export "z" (instance $z)))
            (export "y" (instance $y)))
          (type $t (resource (rep i32)))
          (core module $m (func (export "g")))
          (core instance $m (instantiate $m))
          (func $g (canon lift (core func $m "g")))
          (instance $bundle (export "f" (func $f)) (export "g" (func $g)))
          (instance $i (instantiate $c (with "x" (instance $bundle)) (with "t" (type $t))))
          (export "z" (instance $i "y" "z")))"#,
    );
    let instantiation = read(&bytes);
    let Made::Bundle(items) = &instantiation.instances[0].made else {
        panic!("it is a bundle");
    };
    let items: Vec<_> = items
        .iter()
        .map(|item| (item.name.name.to_string(), told(&item.origin)))
        .collect();
    assert_eq!(items, pairs(&[("f", "import 0"), ("g", "here")]));
    let Made::Instantiate { args, .. } = &instantiation.instances[1].made else {
        panic!("it is instantiated");
    };
    let args: Vec<_> = args
        .iter()
        .map(|item| (item.name.name.to_string(), told(&item.origin)))
        .collect();
    assert_eq!(args, pairs(&[("x", "instance 0"), ("t", "here")]));
    assert_eq!(
        exports(&instantiation),
        pairs(&[("z", "instance 1 › y › z")])
    );
    let code: Vec<_> = instantiation.code.clone();
    let one = |what| (what, 1);
    assert_eq!(
        code,
        ["core module", "core instance", "canonical function"].map(one)
    );
    assert!(!instantiation.is_pure());
}

#[test]
fn what_is_lowered_is_called() {
    let bytes = binary(
        r#"(component
          (import "a" (instance $a (export "f" (func)) (export "g" (func))))
          (import "h" (func $h))
          (core func (canon lower (func $a "g")))
          (core func (canon lower (func $h)))
          (type $r (resource (rep i32)))
          (core func (canon resource.drop $r)))"#,
    );
    let instantiation = read(&bytes);
    let called: Vec<_> = instantiation.called.iter().map(told).collect();
    assert_eq!(called, ["import 0 › g", "import 1"]);
}

#[test]
fn outer_aliases_say_how_far_out_and_where() {
    let bytes = binary(
        r#"(component $root
          (component $other)
          (component $leaf)
          (component $middle
            (component $inner
              (instance (instantiate $leaf)))
            (instance (instantiate $inner)))
          (alias outer $root $leaf (component $again))
          (instance (instantiate $again)))"#,
    );
    let root = read(&bytes);
    let of = |instantiation: &Instantiation<'_>| match &instantiation.instances[0].made {
        Made::Instantiate { component, .. } => told(component),
        Made::Bundle(_) => panic!("it is instantiated"),
    };
    // Of this very component, it is just another name.
    assert_eq!(of(&root), "component 1");
    let structure = Structure::in_depth(&bytes).expect("it is read");
    let middle_structure = structure
        .readable_inside(root.components[2].at)
        .expect("it is there");
    let middle = Instantiation::of(middle_structure).expect("it is there");
    assert_eq!(of(&middle), "component 0");
    let inner = middle_structure
        .readable_inside(middle.components[0].at)
        .expect("it is there");
    let inner = Instantiation::of(inner).expect("it is there");
    assert_eq!(of(&inner), "2 out, 1");
    let leaf = root.component(1).map(told);
    assert_eq!(leaf.as_deref(), Some("component 1"));
    assert!(inner.component(7).is_none());
}

#[test]
fn names_are_those_of_the_name_section() {
    let bytes = binary(
        r#"(component $app
          (component $cache)
          (component)
          (import "a" (instance $a))
          (instance $first (instantiate $cache))
          (instance $second (instantiate $cache))
          (instance))"#,
    );
    let instantiation = read(&bytes);
    assert_eq!(instantiation.name, Some("app"));
    let components: Vec<_> = instantiation.components.iter().map(|c| c.name).collect();
    assert_eq!(components, [Some("cache"), None]);
    // The import has an index of its own among instances, and is none of those made here.
    let instances: Vec<_> = instantiation.instances.iter().map(|i| i.name).collect();
    assert_eq!(instances, [Some("first"), Some("second"), None]);
}

#[test]
fn broken_bytes_are_told_of() {
    let bytes = binary(
        r#"(component (import "a" (instance (export "f" (func)))) (export "f" (func 0 "f")))"#,
    );
    let mut failed = 0;
    for end in 8..bytes.len() {
        if let Err(malformed) = refused(&bytes[..end]) {
            assert!(!malformed.message.is_empty());
            failed += 1;
        }
    }
    // What ends between two sections is a component as well.
    assert!(failed > bytes.len() / 2, "{failed}");
    // The last section exports the function of an index: here, of one that is not there.
    let mut wrong = bytes.clone();
    let kind = wrong.windows(2).rposition(|two| two == [0x01, 0x00]);
    wrong[kind.expect("a function is exported") + 1] = 0x7f;
    let Err(malformed) = refused(&wrong) else {
        panic!("there is no such function");
    };
    assert_eq!(malformed.message, "unknown function 127");
    assert_eq!(malformed.path, ["export section"]);
}

#[test]
fn code_is_counted_and_core_modules_are_found_by_index() {
    let bytes = binary(
        r#"(component
          (import "m" (core module $imported))
          (core module $own (func (export "f")))
          (core instance $i (instantiate $own))
          (func (export "f") (canon lift (core func $i "f")))
          (export "again" (core module $own)))"#,
    );
    let instantiation = read(&bytes);
    assert!(!instantiation.is_pure());
    let code = [
        ("core module", 1),
        ("core instance", 1),
        ("canonical function", 1),
    ];
    assert_eq!(instantiation.code, code);
    let structure = Structure::of(&bytes).expect("it is read");
    let module = |index| structure.nested_at(Sort::CoreModule, index);
    assert_eq!(module(0), None);
    let own = module(1).unwrap();
    assert_eq!(
        bytes[structure.nested[own].range.clone()],
        binary(r#"(module $own (func (export "f")))"#)
    );
    assert_eq!(module(2), Some(own));
    assert_eq!(module(3), None);
    assert_eq!(instantiation.exports[0].1, Origin::Here);
}

#[test]
fn an_index_that_leads_nowhere_is_malformed() {
    let mut bytes = wasm_encoder::Component::new();
    let mut exports = wasm_encoder::ComponentExportSection::new();
    exports.export("f", wasm_encoder::ComponentExportKind::Func, 3, None);
    bytes.section(&exports);
    let bytes = bytes.finish();
    let refused = refused(&bytes).unwrap_err();
    assert_eq!(refused.message, "unknown function 3");
}

#[test]
fn exports_of_exports_are_followed_so_far_and_no_further() {
    let aliases: String = (0..200)
        .map(|at| format!("(alias export {at} \"a\" (instance))"))
        .collect();
    let text =
        format!(r#"(component (import "a" (instance)) {aliases} (export "e" (instance 200)))"#);
    let buffer = wast::parser::ParseBuffer::new(&text).expect("the text lexes");
    let mut wat: wast::Wat = wast::parser::parse(&buffer).expect("the text parses");
    let bytes = wat.encode().expect("the text encodes");
    let refused = refused(&bytes).expect_err("it is too deep");
    assert!(
        refused.message.contains("100 levels deep"),
        "{}",
        refused.message
    );
}
