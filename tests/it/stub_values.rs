//! Values that are given for functions: `compose --stub FUNCTION=VALUE`.
//!
//! What is wrong with them is in `fixtures/generate/errors`.

use wasmtime::component::Val;
use witkit::compose::{self, Options, StubValue};

use crate::generate::{bytes_of, compose, guest_of, in_memory};
use crate::graphs::Random;
use crate::run::Running;
use crate::trace::{ECHO, functions as echoes, value};

/// Values of all types that can be written, given as an answer in a flag: that is what is answered.
#[test]
fn values_that_are_given_are_answered() {
    let guest = guest_of(&format!("{ECHO}\nworld w {{ import echo; }}"));
    let mut random = Random(11);
    for round in 0..6 {
        let plain = Options {
            stub: vec!["t:echo/*".to_string()],
            exports: vec!["stub-t-echo-echo".to_string()],
            ..Options::default()
        };
        let bytes = bytes_of(&compose(&guest, plain.clone())).expect("it composes");
        let mut running = Running::start(&bytes, &[]).expect("it starts");
        let mut given = Vec::new();
        for function in echoes() {
            let ty = running.params(&format!("t:echo/echo#{function}"));
            let ty = ty.expect(function).remove(0);
            let value = value(&mut random, &ty, round % 2);
            given.push((function, ty, value.to_wave().expect("it is written")));
        }
        let texts = given
            .iter()
            .map(|(function, _, text)| format!("t:echo/echo.{function}={text}"));
        let values = texts.map(|text| StubValue::parse(&text).expect("it has a value"));
        let options = Options {
            stub_values: values.collect(),
            ..plain
        };
        let outcome = compose(&guest, options);
        let bytes = bytes_of(&outcome).expect("it composes");
        let mut running = Running::start(&bytes, &[]).expect("it starts");
        for (function, ty, text) in &given {
            let name = format!("t:echo/echo#{function}");
            let read = |text: &str| Val::from_wave(ty, text).and_then(|value| value.to_wave());
            let argument = Val::from_wave(ty, text).expect("it is read");
            let answer = running.apply(&name, &[argument]).expect(function).remove(0);
            let answer = answer.to_wave().expect("it is written");
            // Both are read, since reading puts flags into an order of its own.
            assert_eq!(read(&answer).ok(), read(text).ok(), "{function}: {text}");
        }
        // The plan has them, and gives the same bytes again.
        let mut plan = outcome.plan.expect("there is one");
        for part in &mut plan.parts {
            if part.generated.is_none() {
                part.path = "guest.wasm".to_string();
            }
        }
        let again = Options {
            plan: Some(plan),
            in_memory: in_memory(&guest),
            ..Options::default()
        };
        let again = bytes_of(&compose::compose(&again)).expect("it composes again");
        assert!(again == bytes, "other bytes");
    }
}
