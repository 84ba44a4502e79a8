//! Values that are given for stubbed functions: what is composed is valid, or what is wrong is told.

use std::sync::OnceLock;

use witkit::componentize::{self, Stub, componentize};
use witkit::compose::{Options, StubValue, ValuePlace, compose};
use witkit::source::Source;

use super::{binary, seed, sound, text};
use crate::support::{project, validate};

/// The first byte chooses a function, the others are its value.
pub fn check(data: &[u8]) -> Result<(), String> {
    let Some((which, value)) = data.split_first() else {
        return Ok(());
    };
    let (guest, functions) = guest();
    let function = &functions[usize::from(*which) % functions.len()];
    let mut options = Options::default().root(guest);
    options.stub = vec!["t:echo/*".to_string()];
    options.stub_values.push(StubValue {
        function: format!("t:echo/echo.{function}"),
        value: text(value).into_owned(),
        place: ValuePlace::Flag,
    });
    let outcome = compose(&options);
    sound(&outcome.report, seed(data))?;
    binary::sound_plan(outcome.plan.as_ref())?;
    match outcome.composed {
        Some(composed) => validate(&composed.to_vec()),
        None if outcome.report.has_errors() => Ok(()),
        None => Err("nothing is composed, and there is no error".to_string()),
    }
}

/// A component that imports an interface with a function for every type, and these functions.
fn guest() -> &'static (Source, Vec<String>) {
    static GUEST: OnceLock<(Source, Vec<String>)> = OnceLock::new();
    GUEST.get_or_init(|| {
        let file = project().join("fixtures/trace/echo.wit");
        let wit = std::fs::read_to_string(file).unwrap_or_default();
        let functions = wit.lines().filter_map(|line| {
            let (name, ty) = line.trim().split_once(": ")?;
            ty.contains("func(").then(|| name.to_string())
        });
        let world = format!("{wit}\nworld w {{ import echo; }}");
        let outcome = componentize(&componentize::Options {
            stub: Some(Stub::Sync),
            ..componentize::Options::default()
                .wit(("w.wit", world))
                .world("w")
        });
        let bytes = outcome.component.unwrap_or_default();
        (Source::memory("guest.wasm", bytes), functions.collect())
    })
}
