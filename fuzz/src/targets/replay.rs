//! Files of calls for `--replay`: what is composed is valid, or each line that is wrong is told.

use std::path::PathBuf;

use witkit::compose::{Options, ReplaySpec, compose};
use witkit::source::Source;

use super::{binary, seed, seeds, sound};
use crate::support::validate;

/// Bytes as calls of an interface of many types.
pub fn check(data: &[u8]) -> Result<(), String> {
    let mut options = Options::default().root(seeds::part("app.wasm"));
    let path = PathBuf::from("calls.txt");
    let calls = Source::memory("calls.txt", data);
    options.in_memory.insert(path.clone(), calls);
    options.replay.push(ReplaySpec {
        pattern: "acme:kv/store".to_string(),
        path,
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
