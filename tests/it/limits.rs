//! How large a composition may be: chains of any length, up to what engines accept.

use std::fs;
use std::path::Path;

use crate::{run, support};

/// Writes link `at` of a chain: it adds one to what the next answers; the last answers 0.
fn link(folder: &Path, at: usize, last: bool) {
    let (this, next) = (at, at + 1);
    let text = if last {
        format!(
            r#"(component
                (core module $m (func (export "f") (result i32) (i32.const 0)))
                (core instance $i (instantiate $m))
                (func $f (result u32) (canon lift (core func $i "f")))
                (instance $e (export "f" (func $f)))
                (export "acme:chain/link{this}@1.0.0" (instance $e)))"#
        )
    } else {
        format!(
            r#"(component
                (import "acme:chain/link{next}@1.0.0" (instance $next
                    (export "f" (func (result u32)))))
                (core func $next (canon lower (func $next "f")))
                (core module $m
                    (import "" "next" (func $next (result i32)))
                    (func (export "f") (result i32) (i32.add (call $next) (i32.const 1))))
                (core instance $i (instantiate $m
                    (with "" (instance (export "next" (func $next))))))
                (func $f (result u32) (canon lift (core func $i "f")))
                (instance $e (export "f" (func $f)))
                (export "acme:chain/link{this}@1.0.0" (instance $e)))"#
        )
    };
    fs::write(folder.join(format!("link{at}.wat")), text).expect("it can be written");
}

fn chain(folder: &Path, length: usize) -> Vec<String> {
    let mut args = vec!["compose".to_string(), "link0.wat".to_string()];
    for at in 0..length {
        link(folder, at, at + 1 == length);
        if at > 0 {
            args.extend(["-d".to_string(), format!("link{at}.wat")]);
        }
    }
    args.extend(["-o".to_string(), "out.wasm".to_string()]);
    args
}

/// Composes in `folder`, and returns what came out, validated in full.
fn composed(folder: &Path, args: &[String]) -> Vec<u8> {
    support::witkit(folder, args)
        .expect(0)
        .expect("it composes");
    let out = fs::read(folder.join("out.wasm")).expect("it is there");
    support::validate(&out).expect("it is valid");
    out
}

#[test]
fn a_chain_of_three_hundred_parts_is_wired_from_one_command_and_runs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let args = chain(folder.path(), 300);
    let out = composed(folder.path(), &args);
    run::run_script(&out, "acme:chain/link0@1.0.0#f() == 299").expect("it runs");
}

/// Engines accept 1,000 core modules and components in one component; 400 parts with two modules
/// each are more.
#[test]
fn more_parts_than_engines_accept_are_refused_unless_they_have_their_modules_in_common() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut args = chain(folder.path(), 400);
    for at in 0..400 {
        let file = folder.path().join(format!("link{at}.wat"));
        let text = fs::read_to_string(&file).expect("it is there");
        let text = text.replacen("(component", "(component (core module)", 1);
        fs::write(&file, text).expect("it can be written");
    }
    let ran = support::witkit(folder.path(), &args).expect(1);
    let ran = ran.expect("it is refused");
    assert!(
        ran.stderr.contains("error[compose/too-large]"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("1201 core modules and components"),
        "{}",
        ran.stderr
    );
    assert!(!folder.path().join("out.wasm").exists());

    args.push("--dedupe".to_string());
    let out = composed(folder.path(), &args);
    run::run_script(&out, "acme:chain/link0@1.0.0#f() == 399").expect("it runs");
}

/// Parts of one file are embedded once, so a thousand instances are no more than a few parts.
#[test]
fn a_thousand_instances_of_one_file_are_one_component_embedded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let layer = r#"(component
        (import "acme:chain/layer@1.0.0" (instance $next (export "f" (func (result u32)))))
        (core func $next (canon lower (func $next "f")))
        (core module $m
            (import "" "next" (func $next (result i32)))
            (func (export "f") (result i32) (i32.add (call $next) (i32.const 1))))
        (core instance $i (instantiate $m (with "" (instance (export "next" (func $next))))))
        (func $f (result u32) (canon lift (core func $i "f")))
        (instance $e (export "f" (func $f)))
        (export "acme:chain/layer@1.0.0" (instance $e)))"#;
    let core = r#"(component
        (core module $m (func (export "f") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func $f (result u32) (canon lift (core func $i "f")))
        (instance $e (export "f" (func $f)))
        (export "acme:chain/layer@1.0.0" (instance $e)))"#;
    fs::write(folder.path().join("layer.wat"), layer).expect("it can be written");
    fs::write(folder.path().join("core.wat"), core).expect("it can be written");
    let mut args = vec!["compose".to_string(), "core.wat".to_string()];
    let names: Vec<String> = (0..1000).map(|at| format!("layer{at}")).collect();
    for name in &names {
        args.extend(["-d".to_string(), format!("{name}=layer.wat")]);
    }
    args.extend(["--chain".to_string(), names.join(",")]);
    args.extend(["-o".to_string(), "out.wasm".to_string()]);
    composed(folder.path(), &args);
}
