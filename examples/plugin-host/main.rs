//! Checks plugins against a world and a policy before it loads them.
//!
//! `cargo run --example plugin-host`, or with the paths of plugins of your own.
//!
//! Without the check, wasmtime refuses the second plugin too, but with the first thing that is wrong
//! and without a word on what to do; and it would load the third, which must not use the network.
//! Dependencies: as for `examples/embed`.

use std::error::Error;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};
use witkit::check::policy::Policy;
use witkit::check::{self, Target, check};
use witkit::{Input, Report};

/// What a plugin may import, and what it has to export.
const WIT: &str = "\
package acme:editor@0.1.0;

/// An extension of the editor.
world plugin {
  /// Writes a number to the log of the editor.
  import log: func(number: u32);

  /// Runs when a file is saved.
  export saved: func(bytes: u32);
}
";

/// Logs how many kilobytes were saved.
const GOOD: &str = r#"(component
  (import "log" (func $log (param "number" u32)))
  (core module $m
    (import "editor" "log" (func $log (param i32)))
    (func (export "saved") (param $bytes i32)
      (call $log (i32.div_u (local.get $bytes) (i32.const 1024)))))
  (core func $log (canon lower (func $log)))
  (core instance $m (instantiate $m (with "editor" (instance (export "log" (func $log))))))
  (func (export "saved") (param "bytes" u32) (canon lift (core func $m "saved"))))"#;

/// Was built for another release of the editor.
const OUTDATED: &str = r#"(component
  (core module $m (func (export "saved") (param i64)))
  (core instance $m (instantiate $m))
  (func (export "saved") (param "bytes" u64) (canon lift (core func $m "saved"))))"#;

/// Does what it should, and more.
const CURIOUS: &str = r#"(component
  (import "wasi:sockets/instance-network@0.2.0" (instance $network
    (export "network" (type $network (sub resource)))
    (export "instance-network" (func (result (own $network))))))
  (core module $m (func (export "saved") (param i32)))
  (core instance $m (instantiate $m))
  (func (export "saved") (param "bytes" u32) (canon lift (core func $m "saved"))))"#;

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let plugins: Vec<Input> = match paths.is_empty() {
        true => vec![
            ("good.wat", GOOD).into(),
            ("outdated.wat", OUTDATED).into(),
            ("curious.wat", CURIOUS).into(),
        ],
        false => paths.into_iter().map(Input::from).collect(),
    };
    let requirements = check::Options {
        target: Some(Target {
            // The policy says what a plugin may use of WASI; the world need not.
            allow: vec!["wasi:*".to_string()],
            ..Target::new(("editor.wit", WIT)).world("plugin")
        }),
        // What the world has is the editor's own, and harmless.
        policy: Policy::denying(["network"])?.allowing(["log"])?,
        ..check::Options::default()
    };
    let mut refused = false;
    for plugin in plugins {
        let name = plugin.name();
        match load(&plugin, &requirements) {
            Ok(()) => println!("{name} is loaded"),
            Err(error) => {
                println!("{name} is refused:\n{error:#}");
                refused = true;
            }
        }
    }
    println!("some plugins were refused: {refused}");
    Ok(())
}

/// Checks a plugin, and only then compiles and runs it.
fn load(plugin: &Input, requirements: &check::Options) -> Result<(), Box<dyn Error>> {
    let report: Report = check(plugin, requirements)?;
    if report.has_errors() {
        return Err(report.into());
    }
    // Binary or text: wasmtime is given the binary.
    let binary = witkit::Component::open(plugin)?;
    let engine = Engine::default();
    let component = Component::new(&engine, binary.bytes())?;
    let mut linker = Linker::new(&engine);
    linker.root().func_wrap("log", |_, (number,): (u32,)| {
        println!("  log: {number}");
        Ok(())
    })?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component)?;
    let saved = instance.get_typed_func::<(u32,), ()>(&mut store, "saved")?;
    saved.call(&mut store, (4096,))?;
    Ok(())
}
