//! Runs targets without libFuzzer, on any Rust: their seeds, then mutations of them, for a while.
//!
//! What fails is made shorter before it is shown. Deliberately absent: coverage, which libFuzzer has
//! (`fuzz_targets/`); this finds what lies near the seeds.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::graphs::Random;
use crate::targets::Target;

/// What a run came to.
pub struct Ran {
    /// How many inputs were tried.
    pub executions: u64,
    /// An input that fails, and how.
    pub failure: Option<(Vec<u8>, String)>,
}

/// How often a failing input is tried shorter.
const SHORTER: usize = 2000;

/// Runs a target for `time`: on its seeds for up to half of it, beginning with another one for each `seed`,
/// then on mutations of them.
pub fn run(target: &Target, time: Duration, seed: u64) -> Ran {
    let started = Instant::now();
    let mut random = Random(seed);
    let seeds = (target.seeds)();
    let words: Vec<&[u8]> = target.words.split_whitespace().map(str::as_bytes).collect();
    let first = random.below(seeds.len());
    let mut whole = (0..seeds.len()).map(|at| &seeds[(first + at) % seeds.len()]);
    let mut executions = 0;
    while started.elapsed() < time {
        let is_early = started.elapsed() < time / 2;
        let input = match whole.next().filter(|_| is_early) {
            Some(seed) => seed.clone(),
            None => {
                let mut input = seeds[random.below(seeds.len())].clone();
                for _ in 0..1 + random.below(6) {
                    mutate(&mut input, &seeds, &words, &mut random);
                }
                input
            }
        };
        executions += 1;
        if let Err(told) = tried(target, &input) {
            return Ran {
                executions,
                failure: Some(shorter(target, input, told)),
            };
        }
    }
    Ran {
        executions,
        failure: None,
    }
}

/// Whether the target holds; a panic is as bad as an error.
pub fn tried(target: &Target, input: &[u8]) -> Result<(), String> {
    match catch_unwind(AssertUnwindSafe(|| (target.check)(input))) {
        Ok(held) => held,
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().copied();
            let text = text.or(payload.downcast_ref::<String>().map(String::as_str));
            Err(format!("it panics: {}", text.unwrap_or_default()))
        }
    }
}

/// One change: of a byte, a piece, a number or a word.
fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&[u8]], random: &mut Random) {
    let at = random.below(input.len() + 1);
    let end = (at + 1 + random.below(16)).min(input.len());
    let piece = |random: &mut Random| {
        let seed = &seeds[random.below(seeds.len())];
        let from = random.below(seed.len() + 1);
        let to = (from + random.below(64)).min(seed.len());
        seed[from..to].to_vec()
    };
    match random.below(8) {
        0 if at < input.len() => input[at] = random.below(256) as u8,
        1 if at < input.len() => input[at] ^= 1 << random.below(8),
        2 => drop(input.drain(at..end.max(at))),
        3 if end > at => {
            let copy = input[at..end].to_vec();
            input.splice(at..at, copy);
        }
        4 => drop(input.splice(at..at, piece(random))),
        5 => drop(input.splice(at..end.max(at), piece(random))),
        6 if !words.is_empty() => {
            let word = words[random.below(words.len())];
            let blank = [&b""[..], b" "][random.below(2)];
            input.splice(at..at, [word, blank].concat());
        }
        _ => {
            let more = (0..1 + random.below(4)).map(|_| random.below(256) as u8);
            input.splice(at..at, more.collect::<Vec<u8>>());
        }
    }
}

/// A shorter input that fails as well, if there is one.
fn shorter(target: &Target, mut input: Vec<u8>, mut told: String) -> (Vec<u8>, String) {
    let mut tries = SHORTER;
    let mut piece = input.len() / 2;
    let until = Instant::now() + Duration::from_secs(20);
    while piece > 0 {
        let mut at = 0;
        while at < input.len() && tries > 0 && Instant::now() < until {
            tries -= 1;
            let mut less = input.clone();
            less.drain(at..(at + piece).min(input.len()));
            match tried(target, &less) {
                Err(why) => (input, told) = (less, why),
                Ok(()) => at += piece,
            }
        }
        piece /= 2;
    }
    (input, told)
}

/// Writes what libFuzzer begins with: the seeds of a target, and its words as a dictionary.
pub fn write(target: &Target, folder: &Path) -> io::Result<()> {
    let own = folder.join(target.name);
    fs::create_dir_all(&own)?;
    for (at, seed) in (target.seeds)().iter().enumerate() {
        fs::write(own.join(format!("seed-{at}")), seed)?;
    }
    let words = target.words.split_whitespace();
    let lines = words.map(|word| {
        let escaped = word.bytes().map(|byte| format!("\\x{byte:02x}"));
        format!("\"{}\"\n", escaped.collect::<String>())
    });
    fs::write(
        folder.join(format!("{}.dict", target.name)),
        lines.collect::<String>(),
    )
}
