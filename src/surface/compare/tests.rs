//! Comparisons of small components, every kind of difference once.

use super::*;
use crate::surface::testing::{Decoded, instance, surface};
use crate::surface::types::TypeKind;

/// All mismatches between two instance types, a line each.
fn mismatches(expected: &str, provided: &str) -> Vec<String> {
    let expected = Item::Instance(instance(expected));
    let provided = Item::Instance(instance(provided));
    compare(&expected, &provided).iter().map(line).collect()
}

pub(super) fn line(mismatch: &Mismatch) -> String {
    let Mismatch {
        path,
        expects,
        provides,
        kind,
    } = mismatch;
    format!("{}: {expects} | {provides} | {kind:?}", path.join(" > "))
}

/// The mismatches between two functions that differ in one parameter's type.
fn param(expected: &str, provided: &str) -> Vec<String> {
    let func = |ty: &str| format!(r#"(export "f" (func (param "x" {ty})))"#);
    mismatches(&func(expected), &func(provided))
}

/// The mismatches between two types that are exported as `t`.
fn def(expected: &str, provided: &str) -> Vec<String> {
    let def = |ty: &str| format!(r#"(type $t {ty}) (export "t" (type (eq $t)))"#);
    mismatches(&def(expected), &def(provided))
}

const NONE: [&str; 0] = [];

#[test]
fn more_exports_than_expected_are_fine() {
    let expected = r#"(export "f" (func))"#;
    let provided = r#"(export "g" (func)) (export "f" (func))"#;
    assert_eq!(mismatches(expected, provided), NONE);
    assert_eq!(
        mismatches(provided, expected),
        [r#"g: func() | (nothing) | Missing { closest: None }"#]
    );
}

#[test]
fn missing_exports_name_the_closest() {
    let expected = r#"(export "get-all" (func)) (export "get" (func))"#;
    let provided = r#"(export "get-al" (func)) (export "get" (func))"#;
    assert_eq!(
        mismatches(expected, provided),
        [r#"get-all: func() | (nothing) | Missing { closest: Some("get-al") }"#]
    );
    // What is expected itself is nobody's replacement.
    let provided = r#"(export "get" (func))"#;
    assert_eq!(
        mismatches(expected, provided),
        ["get-all: func() | (nothing) | Missing { closest: None }"]
    );
}

#[test]
fn functions() {
    let f = |params: &str| mismatches(r#"(export "f" (func (param "a" u8)))"#, params);
    assert_eq!(f(r#"(export "f" (func (param "a" u8)))"#), NONE);
    assert_eq!(
        f(r#"(export "f" (func (param "b" u8)))"#),
        ["f > param a: a: u8 | b: u8 | Renamed"]
    );
    assert_eq!(
        f(r#"(export "f" (func))"#),
        ["f > param a: a: u8 | (nothing) | Missing { closest: None }"]
    );
    assert_eq!(
        f(r#"(export "f" (func (param "a" u8) (param "b" string)))"#),
        ["f > param b: (nothing) | b: string | Extra"]
    );
    assert_eq!(
        f(r#"(export "f" (func (param "a" u16) (result u8)))"#),
        [
            "f > param a: u8 | u16 | Type",
            "f > result: (nothing) | u8 | Extra"
        ]
    );
    assert_eq!(
        f(r#"(export "f" (func async (param "a" u8)))"#),
        ["f: func(a: u8) | async func(a: u8) | Async"]
    );
    assert_eq!(
        f(r#"(type $a u8) (export "f" (type (eq $a)))"#),
        ["f: func(a: u8) | u8 | Sort"]
    );
    assert_eq!(
        mismatches(
            r#"(export "f" (func (param "a" u8) (param "b" u16)))"#,
            r#"(export "f" (func (param "b" u16) (param "a" u8)))"#
        ),
        ["f: params in the order a, b | params in the order b, a | Order"]
    );
}

#[test]
fn containers() {
    assert_eq!(
        param("(list u8)", "(list u16)"),
        ["f > param x > element: u8 | u16 | Type"]
    );
    assert_eq!(
        param("(option (list u8))", "(list u8)"),
        ["f > param x: option<list<u8>> | list<u8> | Type"]
    );
    assert_eq!(
        param(
            "(result (option u8) (error string))",
            "(result (option s8))"
        ),
        [
            "f > param x > ok > some: u8 | s8 | Type",
            "f > param x > error: string | (nothing) | Missing { closest: None }"
        ]
    );
    assert_eq!(
        param("(tuple u8 u16)", "(tuple u8 u8 u8)"),
        [
            "f > param x > item 1: u16 | u8 | Type",
            "f > param x > item 2: (nothing) | u8 | Extra"
        ]
    );
    assert_eq!(
        param("(list u8 4)", "(list u8 5)"),
        ["f > param x: list<u8, 4> | list<u8, 5> | Type"]
    );
    assert_eq!(
        param("(map string u8)", "(map char u16)"),
        [
            "f > param x > key: string | char | Type",
            "f > param x > value: u8 | u16 | Type"
        ]
    );
    assert_eq!(
        param("(future u8)", "(future)"),
        ["f > param x > element: u8 | (nothing) | Missing { closest: None }"]
    );
    assert_eq!(
        param("(stream u8)", "(future u8)"),
        ["f > param x: stream<u8> | future<u8> | Type"]
    );
}

#[test]
fn named_types() {
    assert_eq!(
        def(
            r#"(record (field "a" u8) (field "b" u16) (field "c" u32))"#,
            r#"(record (field "c" u32) (field "a" s8) (field "d" u64))"#
        ),
        [
            "t > field a: u8 | s8 | Type",
            "t > field b: b: u16 | (nothing) | Missing { closest: None }",
            "t > field d: (nothing) | d: u64 | Extra",
            "t: fields in the order a, c | fields in the order c, a | Order",
        ]
    );
    assert_eq!(
        def(
            r#"(record (field "ttl" u32))"#,
            r#"(record (field "time-to-live" u32))"#
        ),
        ["t > field ttl: ttl: u32 | time-to-live: u32 | Renamed"]
    );
    assert_eq!(
        def(
            r#"(variant (case "a") (case "b" u8))"#,
            r#"(variant (case "a" u8) (case "b"))"#
        ),
        [
            "t > case a: (nothing) | u8 | Extra",
            "t > case b: u8 | (nothing) | Missing { closest: None }"
        ]
    );
    assert_eq!(
        def(r#"(enum "a" "b")"#, r#"(enum "a" "c" "d")"#),
        [
            "t > case b: b | c | Renamed",
            "t > case d: (nothing) | d | Extra"
        ]
    );
    assert_eq!(
        def(r#"(flags "a" "b")"#, r#"(flags "b" "a")"#),
        ["t: flags in the order a, b | flags in the order b, a | Order"]
    );
    assert_eq!(
        def(r#"(record (field "a" u8))"#, r#"(enum "a")"#),
        ["t: record { a: u8 } | enum { a } | Type"]
    );
}

/// An instance with a type `entry` of two fields, `ttl` of the given type, used by two functions.
fn entries(ttl: &str) -> String {
    format!(
        r#"
        (type $e (record (field "ttl" {ttl}) (field "key" string)))
        (export "entry" (type $entry (eq $e)))
        (export "get" (func (param "key" string) (result (option $entry))))
        (export "put" (func (param "value" $entry)))
        "#
    )
}

#[test]
fn a_difference_in_a_named_type_is_told_once() {
    assert_eq!(
        mismatches(&entries("u32"), &entries("u64")),
        ["entry > field ttl: u32 | u64 | Type"]
    );
    assert_eq!(mismatches(&entries("u32"), &entries("u32")), NONE);
}

#[test]
fn anonymous_types_are_told_of_at_every_function() {
    let two = |ty: &str| {
        format!(
            r#"(type $l (list {ty}))
            (export "f" (func (param "a" $l) (param "b" $l)))
            (export "g" (func (result $l)))"#
        )
    };
    assert_eq!(
        mismatches(&two("u8"), &two("s8")),
        [
            "f > param a > element: u8 | s8 | Type",
            "f > param b > element: u8 | s8 | Type",
            "g > result > element: u8 | s8 | Type",
        ]
    );
}

fn connections(resource: &str) -> String {
    format!(
        r#"
        (export "{resource}" (type $r (sub resource)))
        (export "[constructor]{resource}" (func (result (own $r))))
        (export "[method]{resource}.send" (func (param "self" (borrow $r)) (param "n" u8)))
        "#
    )
}

#[test]
fn resources_correspond_by_path() {
    assert_eq!(mismatches(&connections("conn"), &connections("conn")), NONE);
    let provided = connections("conn").replace("u8", "u16");
    assert_eq!(
        mismatches(&connections("conn"), &provided),
        ["conn.send > param n: u8 | u16 | Type"]
    );
    assert_eq!(
        mismatches(
            &connections("conn"),
            r#"(export "conn" (type (sub resource)))"#
        ),
        [
            "conn constructor: func() -> conn | (nothing) | Missing { closest: None }",
            "conn.send: func(self: borrow<conn>, n: u8) | (nothing) | Missing { closest: None }",
        ]
    );
    assert_eq!(
        mismatches(
            r#"(export "conn" (type (sub resource)))"#,
            r#"(type $t u8) (export "conn" (type (eq $t)))"#
        ),
        ["conn: resource conn | u8 | Sort"]
    );
}

#[test]
fn a_resource_by_two_names_is_one() {
    let two = |second: &str, used: &str| {
        format!(
            r#"(export "a" (type $a (sub resource))) (export "b" (type $b ({second})))
            (export "f" (func (param "x" (own {used}))))"#
        )
    };
    let (same, other) = ("eq $a", "sub resource");
    assert_eq!(mismatches(&two(same, "$a"), &two(same, "$b")), NONE);
    assert_eq!(mismatches(&two(other, "$a"), &two(same, "$b")), NONE);
    assert_eq!(
        mismatches(&two(same, "$a"), &two(other, "$b")),
        [
            "b: resource b | resource b (a different resource of the same name) | Resource",
            "f > param x: a | b | Resource"
        ]
    );
}

#[test]
fn components_and_modules() {
    let expected = surface(
        r#"(import "log" (func (param "s" string)))
        (import "m" (core module (import "env" "f" (func))
            (export "g" (func)) (export "mem" (memory 1))))"#,
    );
    let provided = surface(
        r#"(import "log" (func (param "s" char))) (import "clock" (func))
        (import "m" (core module (import "env" "f" (func)) (import "env" "h" (func))
            (export "g" (func (param i32))) (export "mem" (memory 2)) (export "x" (func))))"#,
    );
    let found = compare_surfaces(&expected, &provided);
    let lines: Vec<String> = found.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "import log > param s: string | char | Type",
            "import clock: (nothing) | func() | Extra",
            "import m > export g: (func) | (func (param i32)) | Type",
            "import m > export mem: (memory 1) | (memory 2) | Type",
            "import m > export x: (nothing) | (func) | Extra",
        ]
    );
    assert_eq!(
        mismatches(
            r#"(export "m" (core module (import "env" "f" (func)) (export "g" (func))))"#,
            r#"(export "m" (core module (import "env" "f" (global i32)) (import "env" "h" (func))))"#
        ),
        [
            "m > import env.f: (func) | (global i32) | Type",
            "m > import env.h: (nothing) | (func) | Extra",
            "m > export g: (func) | (nothing) | Missing { closest: None }",
        ]
    );
}

#[test]
fn huge_shared_types_take_no_time() {
    // 2^17 leaves when written out, just below what the validator allows.
    let tower = |leaf: &str| {
        let mut text = format!(r#"(type $t0 (tuple {leaf} u8))"#);
        for i in 1..17 {
            text.push_str(&format!("(type $t{i} (tuple $t{0} $t{0}))", i - 1));
        }
        text + r#"(export "f" (func (param "x" $t16) (result $t16)))"#
    };
    assert_eq!(mismatches(&tower("u8"), &tower("u8")), NONE);
    let found = mismatches(&tower("u8"), &tower("u16"));
    assert!(
        found.len() >= IN_FULL && found.len() < 10 * IN_FULL,
        "{}",
        found.len()
    );
}

#[test]
fn surfaces_can_be_asked_for_single_items() {
    let decoded = Decoded::new(
        r#"(component
            (import "a:b/res@1.0.0" (instance $i (export "r" (type (sub resource)))))
            (alias export $i "r" (type $r))
            (import "f" (func (param "x" (own $r)))))"#,
    );
    let types = decoded.types();
    let component = &types[types.component_at(0)];
    let item = crate::surface::read_item(types, component, crate::surface::Side::Import, "f");
    let Some(Item::Func(func)) = item else {
        panic!("{item:?}");
    };
    assert_eq!(func.to_string(), "func(x: r)");
    let TypeKind::Own(resource) = func.params[0].1.kind() else {
        panic!("{func:?}");
    };
    let path = vec!["a:b/res@1.0.0".to_string(), "r".to_string()];
    assert_eq!(resource.origin, Origin::Import(path));
    let none = crate::surface::read_item(types, component, crate::surface::Side::Export, "f");
    assert!(none.is_none());
}
