//! The size limit of a component or core module.
//!
//! Lives here: [`Limit`] and [`check`]. May import: `parts`, `wasm`, `escape`, `diag` (ranks 0 to 2).
//! Deliberately absent: making it smaller (`slim`), which the finding suggests if it helps.

use std::collections::{BTreeMap, HashMap};

use wasmparser::{Encoding, Parser};

use super::codes::TOO_LARGE;
use crate::diag::{Locus, Report};
use crate::escape::size;
use crate::parts::Parts;
use crate::source::Source;
use crate::wasm::custom;

/// How many parts are shown.
const SHOWN: usize = 5;

/// The largest size that is allowed.
///
/// ```
/// use witkit::check::size::Limit;
///
/// assert_eq!(Limit::read("1.5 MB"), Limit::read("1500k"));
/// assert!(Limit::read("a lot").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u64);

impl Limit {
    /// Reads `500k`, `2M`, `1.5 MB`, `64KiB` or a number of bytes.
    ///
    /// Fails with advice on the format.
    pub fn read(text: &str) -> Result<Limit, String> {
        let bad = || {
            "use a number of bytes, with or without a unit: `500k`, `2M`, `1.5MB`, `64KiB`"
                .to_string()
        };
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, unit) = text.split_at(end.unwrap_or(text.len()));
        let number: f64 = number.parse().map_err(|_| bad())?;
        let unit = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1.0,
            "k" | "kb" => 1e3,
            "m" | "mb" => 1e6,
            "g" | "gb" => 1e9,
            "ki" | "kib" => 1024.0,
            "mi" | "mib" => 1024.0 * 1024.0,
            "gi" | "gib" => 1024.0 * 1024.0 * 1024.0,
            _ => return Err(bad()),
        };
        Ok(Limit((number * unit) as u64))
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&size(self.0))
    }
}

/// The input or a part of it, without what is nested in it.
struct Own {
    path: Option<String>,
    bytes: u64,
    unneeded: BTreeMap<&'static str, u64>,
}

/// Reports `source`, a component or core module in binary form, if it is larger than `limit`, with
/// its largest parts.
#[doc(hidden)]
pub fn check(source: &Source, limit: Limit, report: &mut Report) {
    let bytes = source.bytes();
    let all = bytes.len() as u64;
    if all <= limit.0 {
        return;
    }
    let parts = Parts::of(bytes);
    let encoding = |kind: &str| match kind {
        "component" => Encoding::Component,
        _ => Encoding::Module,
    };
    let outermost = match Parser::is_core_wasm(bytes) {
        true => Encoding::Module,
        false => Encoding::Component,
    };
    let mut own = vec![Own {
        path: None,
        bytes: all,
        unneeded: custom::unneeded(bytes, 0..bytes.len(), outermost),
    }];
    let mut same: HashMap<&[u8], u64> = HashMap::new();
    for known in parts.all() {
        let len = known.range.len() as u64;
        own[known.around.map_or(0, |around| around + 1)].bytes -= len;
        own.push(Own {
            path: Some(known.path.clone()),
            bytes: len,
            unneeded: custom::unneeded(bytes, known.range.clone(), encoding(known.kind)),
        });
        if known.kind == "core module" {
            *same.entry(&bytes[known.range.clone()]).or_default() += 1;
        }
    }
    let mut savings: BTreeMap<&str, u64> = BTreeMap::new();
    for (kind, bytes) in own.iter().flat_map(|own| &own.unneeded) {
        *savings.entry(kind).or_default() += bytes;
    }
    // What can be removed is counted already.
    let kept = |module: &[u8]| {
        let unneeded = custom::unneeded(module, 0..module.len(), Encoding::Module);
        module.len() as u64 - unneeded.values().sum::<u64>()
    };
    let duplicates = same.iter().filter(|(_, count)| **count > 1);
    let duplicates = duplicates.map(|(module, count)| kept(module) * (count - 1));
    let duplicates = duplicates.sum::<u64>();
    if duplicates > 0 {
        savings.insert("duplicates", duplicates);
    }
    let name = source.name();
    let mut finding = TOO_LARGE.report(format!("`{name}` is too large: {}", exact(all, limit.0)));
    own.sort_by_key(|own| std::cmp::Reverse(own.bytes));
    let nested = own.len() > 1;
    for part in own.iter().take(SHOWN) {
        let place = match &part.path {
            Some(path) => Locus::item(name, [path.clone()]),
            None => Locus::File(name.to_string()),
        };
        let unneeded: Vec<String> = told(&part.unneeded);
        let of_which = match unneeded.is_empty() {
            true => String::new(),
            false => format!(", including {}", unneeded.join(", ")),
        };
        let outside = match part.path.is_none() && nested {
            true => " outside its parts",
            false => "",
        };
        finding = finding.at(place, format!("{}{outside}{of_which}", size(part.bytes)));
    }
    let sum: u64 = savings.values().sum();
    if sum > 0 {
        let stem = name.strip_suffix(".wasm").or(name.strip_suffix(".wat"));
        let stem = stem.unwrap_or(name);
        let out = match name {
            "-" | "<stdin>" => "OUT.wasm".to_string(),
            _ => format!("{stem}.slim.wasm"),
        };
        finding = finding.help(format!(
            "remove up to {}: `witkit slim {name} -o {out}`",
            told(&savings).join(", ")
        ));
    }
    report.push(finding);
}

/// A size and the limit, written so that they differ.
fn exact(bytes: u64, limit: u64) -> String {
    match size(bytes) == size(limit) {
        true => format!("{bytes} bytes, the limit is {limit} bytes"),
        false => format!("{}, the limit is {}", size(bytes), size(limit)),
    }
}

fn told(kinds: &BTreeMap<&str, u64>) -> Vec<String> {
    let mut kinds: Vec<_> = kinds.iter().collect();
    kinds.sort_by_key(|(kind, bytes)| (std::cmp::Reverse(**bytes), **kind));
    let kinds = kinds.into_iter().map(|(kind, bytes)| {
        let kind = match *kind {
            "custom" => "other custom sections",
            "debug" => "debug info",
            kind => kind,
        };
        format!("{} of {kind}", size(*bytes))
    });
    kinds.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("500", 500),
            ("500k", 500_000),
            ("2M", 2_000_000),
            ("1.5 MB", 1_500_000),
            ("64KiB", 65_536),
            ("1g", 1_000_000_000),
        ] {
            assert_eq!(Limit::read(text), Ok(Limit(bytes)), "{text}");
        }
        for text in ["", "k", "big", "5 apples", "-3", "1.2.3k"] {
            assert!(Limit::read(text).is_err(), "{text}");
        }
    }
}
