//! Scripts of wac: what is composed is valid, or what is wrong is told.

use witkit::compose::{Options, compose};

use super::{binary, seed, sound, text};
use crate::support::{project, validate};

/// Bytes as a script, with the packages of a scenario.
pub fn check(data: &[u8]) -> Result<(), String> {
    let (text, pick) = (text(data), seed(data));
    let mut options = Options::default().root(("app.wac", &*text));
    options.deps_dir = Some(project().join("fixtures/compose/script/deps"));
    options.imports = vec!["*".to_string()];
    let outcome = compose(&options);
    sound(&outcome.report, pick)?;
    binary::sound_plan(outcome.plan.as_ref())?;
    match outcome.composed {
        Some(composed) => validate(&composed.to_vec()),
        None if outcome.report.has_errors() => Ok(()),
        None => Err("nothing is composed, and there is no error".to_string()),
    }
}
