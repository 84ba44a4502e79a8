//! Plans as files: what is read is written again as the same, and carrying it out gives a valid
//! component or says why not.

use std::path::Path;

use witkit::compose::{self, compose};
use witkit::source::Source;

use super::{binary, or_sound, seed, seeds, sound};
use crate::support::validate;

/// Bytes as a plan in JSON.
pub fn check(data: &[u8]) -> Result<(), String> {
    let pick = seed(data);
    let read = |bytes: &[u8]| {
        let source = Source::memory("plan.json", bytes);
        compose::config::read_source(&source, Path::new("plan.json"), None)
    };
    let Some(settings) = or_sound(read(data), pick)? else {
        return Ok(());
    };
    let mut options = settings.options;
    let Some(plan) = &options.plan else {
        // It is another configuration.
        return Ok(());
    };
    binary::sound_plan(Some(plan))?;
    let all = seeds::parts().iter();
    options.in_memory = all
        .map(|(name, source)| (name.into(), source.clone()))
        .collect();
    let outcome = compose(&options);
    sound(&outcome.report, pick)?;
    match outcome.composed {
        Some(composed) => validate(&composed.to_vec()),
        None if outcome.report.has_errors() => Ok(()),
        None => Err("nothing is composed, and there is no error".to_string()),
    }
}
