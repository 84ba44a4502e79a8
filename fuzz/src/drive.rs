//! `drive [TARGET]... [--seconds N] [--seed N]`: runs targets on any Rust, without libFuzzer.
//!
//! Without a name it runs all of them. `drive TARGET FILE` tries one input again, and `drive --seeds DIR` writes
//! what libFuzzer begins with: a folder of seeds for each target, and its words as a dictionary.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use witkit_fuzz::driver::{run, tried, write};
use witkit_fuzz::targets::{TARGETS, Target};

fn main() -> ExitCode {
    let (mut seconds, mut seed) = (60, 1);
    let mut targets: Vec<&Target> = Vec::new();
    let mut files = Vec::new();
    let mut folder = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let taken_from = |text: Option<String>| text.and_then(|text| text.parse().ok());
        let taken = match arg.as_str() {
            "--seconds" => taken_from(args.next()).map(|number| seconds = number),
            "--seed" => taken_from(args.next()).map(|number| seed = number),
            "--seeds" => args.next().map(|name| folder = Some(PathBuf::from(name))),
            name => match TARGETS.iter().find(|target| target.name == name) {
                Some(target) => Some(targets.push(target)),
                None => fs::read(name).ok().map(|bytes| files.push(bytes)),
            },
        };
        if taken.is_none() {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            eprintln!("`{arg}` is neither a target nor a file, or lacks a number");
            eprintln!("targets: {}", names.join(", "));
            return ExitCode::from(2);
        }
    }
    if targets.is_empty() {
        targets.extend(TARGETS);
    }
    if let Some(folder) = folder {
        return match targets.iter().try_for_each(|target| write(target, &folder)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => {
                eprintln!("cannot write to `{}`: {e}", folder.display());
                ExitCode::from(2)
            }
        };
    }
    let mut failed = false;
    for target in targets {
        if !files.is_empty() {
            for told in files.iter().filter_map(|file| tried(target, file).err()) {
                println!("{}: {told}", target.name);
                failed = true;
            }
            continue;
        }
        let ran = run(target, Duration::from_secs(seconds), seed);
        println!("{}: {} executions", target.name, ran.executions);
        if let Some((input, told)) = ran.failure {
            println!("  {told}\n  input: {}", input.escape_ascii());
            failed = true;
        }
    }
    ExitCode::from(u8::from(failed))
}
