//! The generated adapters beside the built-in ones: the same functions, of the same types.

use std::collections::BTreeMap;

use wasm_encoder::MemoryType;
use wasmparser::{FuncType, Validator, WasmFeatures};

use super::base;
use super::graft::{Answers, Functions, graft};
use super::preview1::{Answer, Errno, Function, Version, functions};
use crate::componentize::built_in;
use crate::componentize::module::CoreModule;
use crate::componentize::options::AdapterChoice;

const CHOICES: [AdapterChoice; 3] = [
    AdapterChoice::Command,
    AdapterChoice::Reactor,
    AdapterChoice::Proxy,
];

fn made(base: &[u8], answers: Answers, version: Version, kept: &[&str]) -> Vec<u8> {
    let functions = Functions {
        answers,
        version,
        kept,
        use_memory: true,
    };
    graft(base, &functions).expect("it is generated")
}

/// A base with a memory of such pages.
fn empty(starts: bool, page_size_log2: Option<u32>) -> Vec<u8> {
    let memory = MemoryType {
        minimum: 0,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2,
    };
    base::empty(starts, false, Some(memory))
}

fn valid(module: &[u8]) {
    Validator::new_with_features(WasmFeatures::all())
        .validate_all(module)
        .expect("it is valid");
}

/// The types of the functions that an adapter exports for core modules.
fn exported(adapter: &[u8]) -> BTreeMap<String, FuncType> {
    let module = CoreModule::read("an adapter", adapter).expect("it reads");
    let exports = module.exports.iter().filter(|export| {
        // What is left is for other ends: the component's own exports, and its allocation.
        !export.name.contains('#') && !export.name.starts_with("cabi_")
    });
    let typed = exports.map(|export| {
        let ty = module.func(&export.ty).expect("it is a function");
        (export.name.to_string(), ty.clone())
    });
    typed.collect()
}

#[test]
fn every_function_of_the_built_in_adapters_is_there_with_its_type() {
    for choice in CHOICES {
        let built_in = exported(built_in::bytes(choice).expect("it is built in"));
        for answers in [Answers::Stub, Answers::Deny] {
            let generated = made(&empty(false, None), answers, Version::Preview1, &[]);
            assert_eq!(exported(&generated), built_in, "{choice:?}, {answers:?}");
        }
    }
}

#[test]
fn every_kind_is_valid_and_keeps_what_it_is_told_to() {
    let kept: Vec<&str> = functions(Version::Preview1).map(|f| f.name).collect();
    for answers in [Answers::Stub, Answers::Deny] {
        for version in Version::ALL {
            let mut bases = vec![empty(false, None), empty(true, Some(0))];
            bases.extend(CHOICES.map(|choice| built_in::bytes(choice).expect("it is").to_vec()));
            for base in bases {
                valid(&made(&base, answers, version, &[]));
                valid(&made(&base, answers, version, &kept));
            }
            let functions = Functions {
                answers,
                version,
                kept: &[],
                use_memory: false,
            };
            let without = graft(&base::empty(true, true, None), &functions);
            valid(&without.expect("it is generated"));
        }
    }
}

#[test]
fn what_is_kept_is_the_base_as_it_was() {
    let base = built_in::bytes(AdapterChoice::Reactor).expect("it is built in");
    let kept = ["fd_write", "random_get"];
    let made = made(base, Answers::Stub, Version::Preview1, &kept);
    let of_base = CoreModule::read("base", base).expect("it reads");
    let of_made = CoreModule::read("made", &made).expect("it reads");
    for function in functions(Version::Preview1) {
        let index = |module: &CoreModule| module.export(function.name).map(|export| export.index);
        let same = index(&of_base) == index(&of_made);
        assert_eq!(same, kept.contains(&function.name), "{}", function.name);
    }
}

#[test]
fn functions_have_one_row_each() {
    for version in Version::ALL {
        let mut names: Vec<&str> = functions(version).map(|function| function.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{version:?}");
        for name in [
            "fd_filestat_get",
            "fd_seek",
            "path_filestat_get",
            "poll_oneoff",
        ] {
            assert!(names.contains(&name), "{name}");
        }
    }
}

/// What the documentation says that the stub adapter answers.
fn said(function: &Function) -> String {
    let errno = |errno: Errno| match errno {
        Errno::Success => "success".to_string(),
        errno => format!("`{}`", format!("{errno:?}").to_lowercase()),
    };
    match function.answer {
        Answer::Always(always) => errno(always),
        Answer::OfStdio(of_stdio) => format!("0–2: {}; others: `badf`", errno(of_stdio)),
        Answer::Return => "returns".to_string(),
        Answer::Trap => "traps".to_string(),
        Answer::NoStrings => "none, of 0 bytes".to_string(),
        Answer::Resolution => "1 ns".to_string(),
        Answer::Time => "2000-01-01T00:00:00Z, and the time slept since".to_string(),
        Answer::EndOfInput => "0: end of input; others: `badf`".to_string(),
        Answer::Discard => "1–2: everything written; others: `badf`".to_string(),
        Answer::Fdstat => "0–2: unknown type, to read (0) or to write; others: `badf`".to_string(),
        Answer::Filestat => "0–2: unknown type, size 0; others: `badf`".to_string(),
        Answer::Poll => "all events at once; clocks are set to the latest deadline".to_string(),
        Answer::Random => "SplitMix64 from seed 0, the low byte of each step".to_string(),
    }
}

#[test]
fn the_documentation_has_every_answer() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/adapters.md");
    let docs = std::fs::read_to_string(docs).expect("there is a page");
    let rows: Vec<&str> = docs
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    for function in functions(Version::Preview1) {
        let row = format!("| `{}` | {} |", function.name, said(&function));
        assert!(
            rows.contains(&row.as_str()),
            "docs/adapters.md lacks\n{row}"
        );
    }
}
