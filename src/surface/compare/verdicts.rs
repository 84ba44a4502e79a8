//! The proof that comparisons come to the validator's verdicts, over all pairs of many types.

use wasmparser::component_types::ComponentEntityType;

use super::compare;
use super::tests::line;
use crate::surface::Item;
use crate::surface::testing::Decoded;

/// Types of values.
const TYPES: &[&str] = &[
    "u8",
    "s8",
    "u16",
    "s16",
    "u32",
    "s32",
    "u64",
    "s64",
    "f32",
    "f64",
    "bool",
    "char",
    "string",
    "error-context",
    "(list u8)",
    "(list u16)",
    "(list u8 2)",
    "(list u8 3)",
    "(list u16 2)",
    "(option u8)",
    "(option u16)",
    "(option (list u8))",
    "(tuple u8)",
    "(tuple u8 u8)",
    "(tuple u8 u16)",
    "(result)",
    "(result u8)",
    "(result u16)",
    "(result (error u8))",
    "(result u8 (error u8))",
    "(result u8 (error u16))",
    "(future)",
    "(future u8)",
    "(future u16)",
    "(stream)",
    "(stream u8)",
    "(stream u16)",
    "(map string u8)",
    "(map string u16)",
    "(map u8 u8)",
];

/// Types that must have a name.
const NAMED: &[&str] = &[
    r#"(record (field "a" u8))"#,
    r#"(record (field "b" u8))"#,
    r#"(record (field "a" u16))"#,
    r#"(record (field "a" u8) (field "b" u8))"#,
    r#"(record (field "b" u8) (field "a" u8))"#,
    r#"(record (field "a" u8) (field "c" u8))"#,
    r#"(variant (case "a"))"#,
    r#"(variant (case "a" u8))"#,
    r#"(variant (case "a" u16))"#,
    r#"(variant (case "b"))"#,
    r#"(variant (case "a") (case "b"))"#,
    r#"(variant (case "b") (case "a"))"#,
    r#"(flags "a" "b")"#,
    r#"(flags "b" "a")"#,
    r#"(flags "a")"#,
    r#"(enum "a" "b")"#,
    r#"(enum "b" "a")"#,
    r#"(enum "a")"#,
    r#"(enum "a" "c")"#,
    "u8",
    "(list u8)",
];

/// Whole instances.
const INSTANCES: &[&str] = &[
    "",
    r#"(export "f" (func))"#,
    r#"(export "f" (func async))"#,
    r#"(export "f" (func (param "x" u8) (param "y" u8)))"#,
    r#"(export "f" (func (param "y" u8) (param "x" u8)))"#,
    r#"(export "f" (func (param "y" u8)))"#,
    r#"(export "f" (func (result u8)))"#,
    r#"(export "f" (func)) (export "g" (func))"#,
    r#"(export "g" (func)) (export "f" (func))"#,
    r#"(export "f" (instance))"#,
    r#"(export "f" (instance (export "g" (func))))"#,
    r#"(export "f" (instance (export "g" (func (param "x" u8)))))"#,
    r#"(export "f" (component))"#,
    r#"(export "f" (component (import "a" (func))))"#,
    r#"(export "f" (component (import "a" (func (result u8)))))"#,
    r#"(export "f" (component (export "a" (func))))"#,
    r#"(export "f" (component (import "a" (func)) (import "b" (func))))"#,
    r#"(export "f" (component (import "a" (instance (export "g" (func))))))"#,
    r#"(export "f" (component (import "a" (instance))))"#,
    r#"(export "f" (value u8))"#,
    r#"(export "f" (value string))"#,
    r#"(type $u u8) (export "t" (type $t (eq $u))) (export "f" (func (param "x" $t)))"#,
];

/// Core modules; globals refer to types by index, since the text parser resolves no names there.
const MODULES: &[&str] = &[
    "",
    r#"(export "a" (func))"#,
    r#"(export "a" (func (param i32)))"#,
    r#"(import "e" "a" (func))"#,
    r#"(import "e" "a" (func (param i32)))"#,
    r#"(import "e" "b" (func))"#,
    r#"(export "a" (memory 1))"#,
    r#"(export "a" (memory 1 2))"#,
    r#"(export "a" (memory 2))"#,
    r#"(export "a" (memory i64 1))"#,
    r#"(import "e" "a" (memory 1))"#,
    r#"(import "e" "a" (memory 1 2))"#,
    r#"(export "a" (memory 1 2 shared))"#,
    r#"(export "a" (memory 1 (pagesize 1)))"#,
    r#"(export "a" (table 1 funcref))"#,
    r#"(export "a" (table 1 3 funcref))"#,
    r#"(export "a" (table 1 externref))"#,
    r#"(export "a" (table i64 1 externref))"#,
    r#"(export "a" (global i32))"#,
    r#"(export "a" (global (mut i32)))"#,
    r#"(export "a" (global i64))"#,
    r#"(export "a" (global anyref))"#,
    r#"(export "a" (global (ref any)))"#,
    r#"(export "a" (global eqref))"#,
    r#"(export "a" (global i31ref))"#,
    r#"(export "a" (global structref))"#,
    r#"(export "a" (global nullref))"#,
    r#"(export "a" (global (ref none)))"#,
    r#"(export "a" (global (mut anyref)))"#,
    r#"(export "a" (global (mut eqref)))"#,
    r#"(export "a" (global funcref))"#,
    r#"(export "a" (global nullfuncref))"#,
    r#"(type (struct (field i32))) (export "a" (global (ref 0)))"#,
    r#"(type (struct (field i32))) (export "a" (global (ref null 0)))"#,
    r#"(type (sub (struct (field i32)))) (export "a" (global (ref 0)))"#,
    r#"(type $s (sub (struct (field i32)))) (type $t (sub $s (struct (field i32) (field i32))))
       (export "a" (global (ref 1)))"#,
    r#"(type (array i8)) (export "a" (global (ref 0)))"#,
    r#"(type (func (param i32))) (export "a" (global (ref 0)))"#,
    r#"(type $f (sub (func))) (export "a" (func (type $f)))"#,
    r#"(type $f (sub (func))) (type $g (sub $f (func))) (export "a" (func (type $g)))"#,
    r#"(type $s (struct)) (type $f (func (param (ref $s)))) (export "a" (func (type $f)))"#,
    r#"(rec (type $s (struct (field (ref null $t)))) (type $t (struct (field (ref null $s)))))
       (export "a" (global (ref 0)))"#,
    r#"(rec (type $s (struct (field (ref null $t)))) (type $t (struct (field (ref null $s)))))
       (export "a" (global (ref 1)))"#,
    r#"(export "a" (tag))"#,
    r#"(export "a" (tag (param i32)))"#,
];

/// Instances with resources.
const RESOURCES: &[&str] = &[
    r#"(export "r" (type $r (sub resource)))"#,
    r#"(export "r" (type $r (sub resource))) (export "f" (func (result (own $r))))"#,
    r#"(export "r" (type $r (sub resource))) (export "f" (func (param "x" (borrow $r))))"#,
    r#"(export "r" (type $r (sub resource))) (export "f" (func (param "x" (own $r))))"#,
    r#"(export "s" (type $r (sub resource))) (export "f" (func (param "x" (own $r))))"#,
    r#"(export "r" (type $r (sub resource))) (export "s" (type $s (sub resource)))
       (export "f" (func (param "x" (own $r))))"#,
    r#"(export "r" (type $r (sub resource))) (export "s" (type $s (sub resource)))
       (export "f" (func (param "x" (own $s))))"#,
    r#"(export "r" (type $r (sub resource))) (export "s" (type $s (eq $r)))
       (export "f" (func (param "x" (own $s))))"#,
    r#"(export "s" (type $s (sub resource))) (export "r" (type $r (eq $s)))
       (export "f" (func (param "x" (own $r))))"#,
    r#"(type $u u8) (export "r" (type (eq $u)))"#,
    r#"(export "r" (type $r (sub resource))) (type $rec (record (field "a" (own $r))))
       (export "t" (type $t (eq $rec))) (export "f" (func (param "x" $t)))"#,
    r#"(export "r" (type $r (sub resource))) (export "s" (type $s (sub resource)))
       (type $rec (record (field "a" (own $s))))
       (export "t" (type $t (eq $rec))) (export "f" (func (param "x" $t)))"#,
    r#"(export "i" (instance $i (export "r" (type (sub resource))))) (alias export $i "r" (type $r))
       (export "f" (func (param "x" (own $r))))"#,
    r#"(export "i" (instance $i (export "r" (type (sub resource))))) (alias export $i "r" (type $r))
       (export "r" (type $s (eq $r))) (export "f" (func (param "x" (own $s))))"#,
];

/// Holds all pairs of these type definitions to the validator's verdict.
fn agree(definitions: &[String]) {
    let decoded = Decoded::new(&definitions.join("\n"));
    let types = decoded.types();
    let count = definitions.len() as u32;
    let entities: Vec<ComponentEntityType> = (0..count).map(|i| decoded.entity(i)).collect();
    let items: Vec<Item> = (0..count).map(|i| decoded.item(i)).collect();
    let mut accepted = 0;
    for e in 0..definitions.len() {
        for p in 0..definitions.len() {
            let verdict =
                ComponentEntityType::is_subtype_of(&entities[p], types, &entities[e], types);
            let found = compare(&items[e], &items[p]);
            let lines: Vec<String> = found.iter().map(line).collect();
            assert_eq!(
                verdict,
                found.is_empty(),
                "expected: {}\nprovided: {}\n{lines:#?}",
                definitions[e],
                definitions[p]
            );
            accepted += u32::from(verdict);
        }
    }
    // Each serves for itself at least.
    assert!(accepted >= count);
}

#[test]
fn instances() {
    let mut definitions = Vec::new();
    for ty in TYPES {
        definitions.push(format!(
            r#"(type (instance (export "f" (func (param "x" {ty})))))"#
        ));
    }
    for ty in NAMED {
        definitions.push(format!(
            r#"(type (instance (type $d {ty}) (export "t" (type $t (eq $d)))
               (export "f" (func (param "x" $t)))))"#
        ));
        definitions.push(format!(
            r#"(type (instance (type $d {ty}) (export "t" (type $t (eq $d)))
               (export "f" (func (result (list $t))))))"#
        ));
        definitions.push(format!(
            r#"(type (instance (type $d {ty}) (export "u" (type $t (eq $d)))
               (export "f" (func (param "x" $t)))))"#
        ));
    }
    for body in INSTANCES {
        definitions.push(format!("(type (instance {body}))"));
    }
    for body in MODULES {
        definitions.push(format!(
            r#"(type (instance (export "f" (core module {body}))))"#
        ));
    }
    agree(&definitions);
}

#[test]
fn components() {
    let mut definitions = Vec::new();
    let bodies = RESOURCES.iter().chain(INSTANCES).copied();
    for body in bodies {
        for side in ["import", "export"] {
            definitions.push(format!(
                r#"(type (component ({side} "i" (instance {body}))))"#
            ));
        }
        definitions.push(format!("(type (component {body}))"));
        // What is exported under the names of imports may be the import's own.
        definitions.push(format!(
            r#"(type (component (import "i" (instance $i {body})) (export "j" (instance {body}))))"#
        ));
    }
    for used in ["$a", "$b"] {
        definitions.push(format!(
            r#"(type (component (import "a" (type $a (sub resource)))
               (export "b" (type $b (sub resource)))
               (export "f" (func (param "x" (own {used}))))))"#
        ));
        definitions.push(format!(
            r#"(type (component (import "a" (type $a (sub resource)))
               (export "b" (type $b (eq $a)))
               (export "f" (func (param "x" (own {used}))))))"#
        ));
        definitions.push(format!(
            r#"(type (component (import "a" (type $a (sub resource)))
               (import "b" (type $b (eq $a))) (export "f" (func (param "x" (own {used}))))))"#
        ));
        definitions.push(format!(
            r#"(type (component (import "a" (type $a (sub resource)))
               (import "b" (type $b (sub resource)))
               (export "f" (func (param "x" (own {used}))))))"#
        ));
    }
    agree(&definitions);
}
