//! What is typed behind flags: patterns, wires, chains, sizes, features, hosts, licences. Each is taken or
//! told to be wrong, and what is composed with it is valid.

use witkit::check::{self, policy::Policy};
use witkit::componentize::ModuleSpec;
use witkit::compose::{ChainSpec, Options, PartSpec, ReplaySpec, StubValue, WireSpec, compose};
use witkit::diff;
use witkit::features::Baseline;
use witkit::source::Source;
use witkit::validate::Features;

use super::{binary, or_sound, seed, seeds, sound, text};
use crate::support::validate;

/// Bytes as a word.
pub fn check(data: &[u8]) -> Result<(), String> {
    let (word, pick) = (text(data).into_owned(), seed(data));
    parsed(&word, pick)?;
    let mut options = Options {
        imports: vec!["*".to_string()],
        ..Options::default()
    };
    let own = |(name, _): &&(String, Source)| name.starts_with("g3-");
    for (at, (_, source)) in seeds::parts().iter().filter(own).enumerate() {
        options = match at {
            0 => options.root(source),
            _ => options.part(source),
        };
    }
    match pick % 10 {
        0 => options.wires.push(WireSpec::Typed(word)),
        1 => options.imports = vec![word],
        2 => options.deny.push(word),
        3 => options.stub.push(word),
        4 => options.trace.push(word),
        5 => options.trace_to = Some(word),
        6 => options.exports.push(word),
        7 => options.chains.push(ChainSpec::parse(&word)),
        8 => options.stub_values.extend(StubValue::parse(&word)),
        _ => options.replay.extend(ReplaySpec::parse(&word)),
    }
    let outcome = compose(&options);
    sound(&outcome.report, pick)?;
    binary::sound_plan(outcome.plan.as_ref())?;
    match outcome.composed {
        Some(composed) => validate(&composed.to_vec()),
        None if outcome.report.has_errors() => Ok(()),
        None => Err("nothing is composed, and there is no error".to_string()),
    }
}

/// What is read of a word alone.
fn parsed(word: &str, pick: u64) -> Result<(), String> {
    PartSpec::parse(word);
    ModuleSpec::parse(word);
    diff::Input::parse(word);
    let _ = Baseline::named(word);
    let _ = Features::default().with(word);
    let _ = check::size::Limit::read(word);
    let _ = diff::known(word);
    let _ = witkit::lint::known(word);
    or_sound(Policy::denying([word]), pick)?;
    or_sound(Policy::default().allowing([word]), pick)?;
    if pick.is_multiple_of(16) {
        let hosts = check::hosts::known().map_err(|e| format!("{e:#}"))?;
        let _ = check::hosts::select(&hosts, &[word.to_string()]);
    }
    for annotation in witkit::wasm::Annotation::ALL {
        or_sound(
            witkit::componentize::config::given(&[(annotation, word)]),
            pick,
        )?;
    }
    Ok(())
}
