//! Composes two components in memory and runs the result with wasmtime.
//!
//! `cargo run --example embed`
//!
//! A program of its own needs these dependencies:
//!
//! ```toml
//! witkit = { version = "0.1", default-features = false }
//! wasmtime = { version = "48", features = ["component-model"] }
//! ```

use std::error::Error;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};
use witkit::compose::{self, compose};

/// What an application exports, and what it needs for that.
const APP: &str = r#"(component
  (import "acme:rates/rates@1.0.0" (instance $rates
    (export "percent" (func (param "country" u32) (result u32)))))
  (core module $m
    (import "rates" "percent" (func $percent (param i32) (result i32)))
    (func (export "gross") (param $net i32) (param $country i32) (result i32)
      (i32.div_u
        (i32.mul (local.get $net) (i32.add (i32.const 100) (call $percent (local.get $country))))
        (i32.const 100))))
  (core func $percent (canon lower (func $rates "percent")))
  (core instance $m (instantiate $m
    (with "rates" (instance (export "percent" (func $percent))))))
  (func (export "gross") (param "net" u32) (param "country" u32) (result u32)
    (canon lift (core func $m "gross"))))"#;

/// A component that has it.
const RATES: &str = r#"(component
  (core module $m
    (func (export "percent") (param $country i32) (result i32)
      (select (i32.const 20) (i32.const 19) (i32.eq (local.get $country) (i32.const 33)))))
  (core instance $m (instantiate $m))
  (func $percent (param "country" u32) (result u32) (canon lift (core func $m "percent")))
  (instance (export "acme:rates/rates@1.0.0") (export "percent" (func $percent))))"#;

fn main() -> Result<(), Box<dyn Error>> {
    // Bytes with a name are an input, as a path is.
    let options = compose::Options::default()
        .root(("app.wat", APP))
        .part(("rates.wat", RATES));
    let outcome = compose(&options);
    let Some(composed) = outcome.composed else {
        // All that is wrong, at once.
        return Err(format!("{:#}", outcome.report).into());
    };

    let engine = Engine::default();
    let component = Component::new(&engine, composed.to_vec())?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component)?;
    let gross = instance.get_typed_func::<(u32, u32), (u32,)>(&mut store, "gross")?;
    for country in [33, 49] {
        let (sum,) = gross.call(&mut store, (1000, country))?;
        println!("1000 net is {sum} gross in country {country}");
    }
    Ok(())
}
