//! Fuzz targets: each is a property of any bytes, and `Err` says how it does not hold.
//!
//! Lives here: [`TARGETS`], and what the targets share. libFuzzer feeds them in `fuzz_targets/`, the
//! driver with seeds and mutations of them (`driver.rs`), and tests with cases of their own.
//! May import: the library, and generators and oracles of `tests/it` that need neither files of the
//! repository nor the binary.
//! Deliberately absent: inputs that are stored. Seeds are made from `fixtures` when they are needed.

pub mod binary;
pub mod component;
pub mod componentize;
pub mod compose;
pub mod diff;
pub mod fmt;
pub mod lint;
pub mod plan;
pub mod replay;
pub mod script;
pub mod sections;
pub mod seeds;
pub mod settings;
pub mod syntax;
pub mod values;
pub mod wit;
pub mod words;
pub mod worlds;

use std::borrow::Cow;

use witkit::diag::{Locus, Report};
use witkit::render;

/// A property of bytes.
pub struct Target {
    /// Its name, which that of its file in `fuzz_targets` is, too.
    pub name: &'static str,
    /// Whether it holds.
    pub check: fn(&[u8]) -> Result<(), String>,
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// What mutations put in, separated by blanks.
    pub words: &'static str,
}

/// All targets, by name.
pub const TARGETS: &[Target] = &[
    target("binary", binary::check, seeds::binaries, ""),
    target("component", component::check, seeds::recipes, ""),
    target("componentize", componentize::check, seeds::numbers, ""),
    target("compose", compose::check, seeds::numbers, ""),
    target("diff", diff::check, seeds::numbers, ""),
    target("fmt", fmt::check, seeds::wit, seeds::WIT),
    target("lint", lint::check, seeds::wit, seeds::WIT),
    target("plan", plan::check, seeds::plans, seeds::PLAN),
    target("replay", replay::check, seeds::calls, seeds::WAVE),
    target("script", script::check, seeds::scripts, seeds::SCRIPT),
    target("settings", settings::check, seeds::settings, seeds::TOML),
    target("syntax", syntax::check, seeds::wit, seeds::WIT),
    target("values", values::check, seeds::values, seeds::WAVE),
    target("wit", wit::check, seeds::wit, seeds::WIT),
    target("words", words::check, seeds::words, seeds::WORDS),
    target("worlds", worlds::check, seeds::numbers, ""),
];

const fn target(
    name: &'static str,
    check: fn(&[u8]) -> Result<(), String>,
    seeds: fn() -> Vec<Vec<u8>>,
    words: &'static str,
) -> Target {
    Target {
        name,
        check,
        seeds,
        words,
    }
}

/// Bytes as a text.
pub fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// Bytes as the seed of a generator: short ones are the number that they spell.
pub fn seed(data: &[u8]) -> u64 {
    if data.len() <= 8 {
        let mut bytes = [0; 8];
        bytes[..data.len()].copy_from_slice(data);
        return u64::from_le_bytes(bytes);
    }
    // FNV-1a.
    data.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Whether a terminal does something about it: all control characters but line feeds and tabs, and
/// those that change the direction of text.
pub fn acts(c: char) -> bool {
    let direction =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    direction || c.is_control() && c != '\n' && c != '\t'
}

/// Holds what is true of every report: nothing in it is a bug, every place is one, and it can be
/// shown. `pick` chooses the form, of which each takes its time.
pub fn sound(report: &Report, pick: u64) -> Result<(), String> {
    for finding in report.diagnostics() {
        let code = finding.code.name;
        if code == "witkit/bug" || code == "wit/fix-broke-package" {
            return Err(format!("{code}: {}", finding.message));
        }
        if finding.message.is_empty() {
            return Err(format!("{code} has no message"));
        }
        let places = finding
            .labels
            .iter()
            .filter_map(|label| match &label.locus {
                Locus::Text { file, range } => Some((file.as_str(), range.start, range.end)),
                _ => None,
            });
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        let edits = edits.map(|edit| (edit.file.as_str(), edit.range.0, edit.range.1));
        for (file, start, end) in places.chain(edits) {
            let Some(text) = report.texts().get(file) else {
                return Err(format!("{code} is in `{file}`, whose text is not there"));
            };
            if text.get(start..end).is_none() {
                return Err(format!("{code} is at {start}..{end} of {file}: {text:?}"));
            }
        }
    }
    let style = render::human::Style::default();
    let shown = match pick % 8 {
        0 => render::plain::render(report),
        1 => render::json::render(report),
        2 => render::sarif::render(report),
        3 => render::gitlab::render(report),
        4 => render::github::render(report),
        5 => render::junit::render(report),
        6 => render::markdown::render(report),
        _ => render::human::render(
            report,
            render::human::Style {
                width: Some(20 + (pick / 8 % 100) as usize),
                ..style
            },
        ),
    };
    let is_json = (1..4).contains(&(pick % 8));
    if is_json {
        let read: Result<serde_json::Value, _> = serde_json::from_str(&shown);
        read.map_err(|e| format!("{e} in {shown}"))?;
    } else if let Some(c) = shown.chars().find(|c| acts(*c)) {
        return Err(format!("it shows {c:?} in {shown:?}"));
    }
    Ok(())
}

/// What is there, if the report of what is not there is sound.
pub fn or_sound<T>(result: Result<T, Report>, pick: u64) -> Result<Option<T>, String> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(report) if report.has_errors() => sound(&report, pick).map(|()| None),
        Err(report) => Err(format!("it fails without an error: {report:#}")),
    }
}
