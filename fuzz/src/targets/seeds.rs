//! Inputs to begin with, made of the fixtures of the tests when they are needed: nothing is stored twice.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use witkit::compose::{self, compose};
use witkit::source::Source;

use crate::graphs::Graph;
use crate::support::{project, wat};

/// What is longer is not a seed: it takes long, and says nothing that is not said in less.
const LONGEST: usize = 12 << 10;

/// What mutations put into WIT.
pub const WIT: &str = "package interface world import export use include with as type record variant \
    enum flags resource func async static constructor own borrow list option result tuple stream future \
    map error-context u8 u16 u32 u64 s8 s32 s64 f32 f64 char bool string @since(version=1.0.0) \
    @unstable(feature=x) @deprecated(version=1.0.0) a:b a:b/c@1.0.0 // /// /* */ -> ; , { } ( ) < > : = % _ . / \
    list<u8,4> @external-id(\"x\")";

/// What mutations put into scripts.
pub const SCRIPT: &str = "package targets let new import export as type interface world ... a:b \
    a:b@1.0.0 a:b/c [\"x\"] = ; , { } ( ) // func -> u32 resource record";

/// What mutations put into values and calls.
pub const WAVE: &str = "some none ok err true false nan inf -inf { } [ ] ( ) , : = # / @ … ... _ 'a' \"a\" \
    \\u{0} \\n node#1 app -> u32 1 -1 1.5 18446744073709551615 + // \"\"\"";

/// What mutations put into configurations.
pub const TOML: &str = "[lint] [fmt] [check] [compose.a] [policy] [paths] [metadata] [virtual] [[policy.rules]] \
    root parts = [] {} \"\" true 1 0 -1 '*' select ignore wit world width indent deny stub trace \
    replay wires exports imports env args files clock random 1979-05-27T07:32:00Z \"acme:kv/*\" . , #";

/// What mutations put into plans.
pub const PLAN: &str = "\"schema\" \"parts\" \"name\" \"path\" \"role\" \"root\" \"definition\" \"wires\" \
    \"imports\" \"exports\" \"generated\" \"host\" \"part\" \"export\" null true [] {} , : 0 \"\"";

/// What mutations put into single words.
pub const WORDS: &str = "a:b/c@1.0.0 wasi:http/* @host git: : / @ . , = * # < > implements=< [method] \
    - 10MB KiB app adder docs:adder/add@0.1.0 add";

/// Files of the fixtures whose names end so, of no more than [`LONGEST`] bytes, by path.
fn files(ending: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    walk(&project().join("fixtures"), ending, &mut found);
    found
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending)
            && let Ok(bytes) = fs::read(&path)
            && bytes.len() <= LONGEST
        {
            found.push(bytes);
        }
    }
}

/// Texts of WIT.
pub fn wit() -> Vec<Vec<u8>> {
    files(".wit")
}

/// Scripts.
pub fn scripts() -> Vec<Vec<u8>> {
    files(".wac")
}

/// Configurations in all forms.
pub fn settings() -> Vec<Vec<u8>> {
    [files(".toml"), files(".yml")].concat()
}

/// Files with calls.
pub fn calls() -> Vec<Vec<u8>> {
    files("calls.txt")
}

/// Seeds of generators.
pub fn numbers() -> Vec<Vec<u8>> {
    (0u8..64).map(|number| vec![number]).collect()
}

/// A binary, if the text is one.
pub fn assembled_of(text: &str) -> Option<Vec<u8>> {
    let buffer = wast::parser::ParseBuffer::new(text).ok()?;
    let mut parsed: wast::Wat = wast::parser::parse(&buffer).ok()?;
    parsed.encode().ok()
}

/// The binaries of all texts of components and modules.
pub fn assembled() -> &'static [Vec<u8>] {
    static ALL: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let texts = files(".wat");
        let binaries = texts
            .iter()
            .filter_map(|text| assembled_of(std::str::from_utf8(text).ok()?));
        binaries.collect()
    })
}

/// Binaries and texts of components and modules.
pub fn binaries() -> Vec<Vec<u8>> {
    let mut all = assembled().to_vec();
    // Some as texts: they are read in another way, and go on as binaries.
    all.extend(files(".wat").into_iter().step_by(10));
    all
}

/// Recipes for [`component`](super::component): each binary as it is.
pub fn recipes() -> Vec<Vec<u8>> {
    let all = 0..assembled().len() as u16;
    all.map(|number| [&number.to_le_bytes()[..], &[0]].concat())
        .collect()
}

/// Parts of compositions, by the names that plans give them.
pub fn parts() -> &'static [(String, Source)] {
    static PARTS: OnceLock<Vec<(String, Source)>> = OnceLock::new();
    PARTS.get_or_init(|| {
        let mut parts = Vec::new();
        for seed in 0..8 {
            let graph = Graph::random(seed);
            for index in 0..graph.nodes.len() {
                let name = format!("g{seed}-n{index}.wasm");
                parts.push((name.clone(), Source::memory(name, wat(&graph.wat(index)))));
            }
        }
        let store = project().join("fixtures/replay/by-hand/app.wat");
        let text = fs::read_to_string(store).unwrap_or_default();
        parts.push((
            "app.wasm".to_string(),
            Source::memory("app.wasm", wat(&text)),
        ));
        parts
    })
}

/// A part by its name.
pub fn part(name: &str) -> Source {
    let mut all = parts().iter();
    let found = all.find(|(known, _)| known == name);
    found.map_or_else(|| Source::memory(name, ""), |(_, source)| source.clone())
}

/// Plans of compositions of [`parts`].
pub fn plans() -> Vec<Vec<u8>> {
    let mut plans = Vec::new();
    let mut made = |options: &compose::Options| {
        let plan = compose(options).plan;
        plans.extend(plan.map(|plan| plan.to_json().into_bytes()));
    };
    for seed in 0..8 {
        let own = |(name, _): &&(String, Source)| name.starts_with(&format!("g{seed}-"));
        let mut options = compose::Options::default();
        for (at, (_, source)) in parts().iter().filter(own).enumerate() {
            options = match at {
                0 => options.root(source),
                _ => options.part(source),
            };
        }
        made(&options);
    }
    let all = || vec!["*".to_string()];
    for kind in 0..3 {
        let mut options = compose::Options::default().root(part("app.wasm"));
        match kind {
            0 => options.deny = all(),
            1 => options.stub = all(),
            _ => (options.trace, options.imports) = (all(), all()),
        }
        made(&options);
    }
    plans
}

/// A number of a function and a value.
pub fn values() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (at, value) in [
        "true",
        "255",
        "-1",
        "1.5",
        "nan",
        "'a'",
        "\"a\\u{e9}\"",
        "[1, 2]",
        "some(1)",
        "none",
        "ok(1)",
        "err(\"x\")",
        "(1, \"a\")",
        "{a: 1, b: \"x\"}",
        "{read, write}",
        "{}",
        "[]",
        "a-case",
        "other(\"no\")",
    ]
    .iter()
    .enumerate()
    {
        seeds.push([&[at as u8][..], value.as_bytes()].concat());
    }
    seeds
}

/// What is typed behind flags.
pub fn words() -> Vec<Vec<u8>> {
    let words = [
        "docs:adder/add@0.1.0=adder",
        "app.docs:adder/add=@host",
        "a=b.c",
        "A,B,C",
        "x=a.wasm,B",
        "*",
        "acme:kv/store.get",
        "app.acme:kv/store.get=ok(1)",
        "10MB",
        "1.5 GiB",
        "all,-simd",
        "wasi-0.2",
        "git:v1.0.0:wit/a.wit",
        "wasmtime-serve@38",
        "MIT OR Apache-2.0",
        "https://example.com/a?b#c",
        "wasi:sockets/*",
        "adder.docs:adder/add@0.1.0",
        "acme:kv/*=calls.txt",
        "network",
        "1=b.wasm",
    ];
    words.map(|word| word.as_bytes().to_vec()).to_vec()
}
