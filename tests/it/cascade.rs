//! One fault is one finding: compositions with exactly one fault each, within parts that share
//! what a host has (streams, descriptors, pollables, each resource used by several interfaces).

use std::fs;
use std::path::Path;

use crate::support::{Ran, witkit};

/// The interfaces, and one world for each part.
const WIT: &str = "
package acme:all;

interface store { get: func(k: string) -> option<string>; put: func(k: string, v: string); }
interface log { log: func(s: string); }
interface files { use wasi:io/streams@0.2.0.{input-stream}; open: func() -> input-stream; }
interface nodes { resource node { name: func() -> string; } resource edge; }
interface walk { use nodes.{node, edge}; step: func(n: borrow<node>) -> edge; }
interface walk2 { use nodes.{node}; step: func(n: borrow<node>); }

world host {
    import wasi:io/error@0.2.0;
    import wasi:io/poll@0.2.0;
    import wasi:io/streams@0.2.0;
    import wasi:fs/types@0.2.0;
    import wasi:fs/preopens@0.2.0;
    import wasi:cli/stdout@0.2.0;
    import wasi:http/handler@0.2.0;
}
world app {
    include host;
    import store;
    import log;
    import files;
    import nodes;
    import walk;
    import walk2;
    export run: func();
}
/// Only some of the host's interfaces, so that it is other ones that define the resources.
world store-of-it { import wasi:fs/preopens@0.2.0; import wasi:cli/stdout@0.2.0; export store; }
world store-needs-log { include host; import log; export store; }
world log-of-it { include host; export log; }
world log-needs-store { include host; import store; export log; }
world log-needs-run { include host; import run: func(); export log; }
world log-needs-other { include host; import other; export log; }
world files-of-it { include host; export files; }
world nodes-of-it { include host; export nodes; }
world walk-of-it { include host; import nodes; export walk; }
world walk2-of-it { include host; import nodes; export walk2; }
world other-log { include host; import log: func(s: u32); export store; }
world plain-log { include host; import log: func(s: string); import store; export run: func(); }
interface other { f: func(); }

package wasi:io@0.2.0 {
    interface error { resource error { to-debug-string: func() -> string; } }
    interface poll { resource pollable { block: func(); } poll: func(l: list<borrow<pollable>>); }
    interface streams {
        use error.{error};
        use poll.{pollable};
        resource input-stream { read: func() -> result<_, error>; subscribe: func() -> pollable; }
        resource output-stream { subscribe: func() -> pollable; }
    }
}
package wasi:fs@0.2.0 {
    interface types {
        use wasi:io/streams@0.2.0.{input-stream, output-stream};
        use wasi:io/error@0.2.0.{error};
        resource descriptor { read: func() -> input-stream; write: func() -> output-stream; }
        code: func(e: borrow<error>) -> u32;
    }
    interface preopens { use types.{descriptor}; get: func() -> list<descriptor>; }
}
package wasi:cli@0.2.0 {
    interface stdout { use wasi:io/streams@0.2.0.{output-stream}; get: func() -> output-stream; }
}
package wasi:http@0.2.0 {
    interface types {
        use wasi:io/streams@0.2.0.{input-stream};
        use wasi:io/poll@0.2.0.{pollable};
        resource body { contents: func() -> input-stream; ready: func() -> pollable; }
    }
    interface handler { use types.{body}; handle: func(b: own<body>); }
}
";

/// The worlds that parts are made of.
const PARTS: &[&str] = &[
    "app",
    "store-of-it",
    "store-needs-log",
    "log-of-it",
    "log-needs-store",
    "log-needs-run",
    "log-needs-other",
    "files-of-it",
    "nodes-of-it",
    "walk-of-it",
    "walk2-of-it",
    "other-log",
    "plain-log",
];

/// What is right, and what is wrong about each composition, by the code.
const FAULTS: &[(&str, &str)] = &[
    ("", "STORE LOG FILES NODES WALK WALK2"),
    ("compose/open-import", "LOG FILES NODES WALK WALK2"),
    (
        "compose/open-import",
        "STORE FILES NODES WALK WALK2 -d log-needs-other.wasm",
    ),
    (
        "compose/ambiguous",
        "STORE LOG FILES NODES WALK WALK2 -d store2=store-of-it.wasm",
    ),
    (
        "compose/type-mismatch",
        "-d bad-store.wasm LOG FILES NODES WALK WALK2",
    ),
    (
        "compose/type-mismatch",
        "STORE LOG FILES NODES WALK -d bad-walk2.wasm",
    ),
    (
        "compose/type-mismatch",
        "STORE LOG FILES -d bad-nodes.wasm WALK WALK2",
    ),
    (
        "compose/cycle",
        "-d store-needs-log.wasm -d log-needs-store.wasm FILES NODES WALK WALK2",
    ),
    (
        "compose/resource-escapes",
        "STORE LOG FILES NODES --allow acme:all/*",
    ),
    (
        "compose/resource-mismatch",
        "STORE LOG FILES NODES -d nodes2=nodes-of-it.wasm WALK WALK2 \
         --wire app.acme:all/nodes=nodes2 --wire walk-of-it.acme:all/nodes=nodes-of-it \
         --wire walk2-of-it.acme:all/nodes=nodes-of-it",
    ),
    (
        "compose/resource-mismatch",
        "STORE LOG FILES NODES WALK WALK2 --wire app.acme:all/nodes=@host",
    ),
    (
        "compose/unknown-name",
        "STORE LOG FILES NODES WALK WALK2 -d store2=store-of-it.wasm --wire acme:all/store=store3",
    ),
    (
        "compose/unknown-name",
        "STORE LOG FILES NODES WALK WALK2 -d store2=store-of-it.wasm --wire acme:all/stor=store2",
    ),
    (
        "compose/unknown-name",
        "STORE LOG FILES NODES WALK WALK2 -d store2=store-of-it.wasm --chain acme:all/stor=store2",
    ),
    (
        "input/unreadable",
        "STORE LOG FILES NODES WALK WALK2 -d store2=store-of-it.wasm --chain acme:all/store=store3",
    ),
    (
        "compose/unknown-name",
        "STORE LOG FILES NODES WALK WALK2 --export log-of-it.acme:all/lo",
    ),
    (
        "compose/bad-wire",
        "STORE LOG FILES NODES WALK WALK2 -d store2=store-of-it.wasm --wire store2",
    ),
    (
        "compose/broken-chain",
        "STORE LOG FILES NODES WALK WALK2 --chain log-of-it",
    ),
    (
        "compose/export-conflict",
        "STORE LOG FILES NODES WALK WALK2 -d s2=store-of-it.wasm --wire acme:all/store=s2 \
         --export s2 --export store-of-it",
    ),
    (
        "compose/same-name",
        "STORE LOG FILES NODES WALK WALK2 -d a=store-of-it.wasm -d a=log-of-it.wasm",
    ),
];

#[test]
fn one_fault_is_one_error() {
    let temp = tempfile::tempdir().expect("a folder");
    make_parts(temp.path());
    let mut wrong = Vec::new();
    for (code, args) in FAULTS {
        if let Err(told) = check(temp.path(), "app.wasm", code, args) {
            wrong.push(told);
        }
    }
    // Two parts that leave one name open, with different types.
    let conflict = "-d other-log.wasm -d store-of-it.wasm --allow log \
                    --wire acme:all/store=other-log";
    if let Err(told) = check(
        temp.path(),
        "plain-log.wasm",
        "compose/import-conflict",
        conflict,
    ) {
        wrong.push(told);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn make_parts(folder: &Path) {
    let make = |wit: &str, world: &str, name: &str| {
        fs::write(folder.join("all.wit"), wit).expect("it can be written");
        let file = format!("{name}.wasm");
        let args = [
            "componentize",
            "--stub",
            "--wit",
            "all.wit",
            "-w",
            world,
            "-o",
            &file,
        ];
        witkit(folder, &args).expect(0).expect(name);
    };
    for part in PARTS {
        make(WIT, part, part);
    }
    let bad = WIT.replace(" put: func(k: string, v: string);", "");
    make(&bad, "store-of-it", "bad-store");
    let bad = WIT.replace("step: func(n: borrow<node>); }", "step: func(n: node); }");
    make(&bad, "walk2-of-it", "bad-walk2");
    let bad = WIT.replace("name: func() -> string;", "name: func() -> u32;");
    make(&bad, "nodes-of-it", "bad-nodes");
}

fn check(folder: &Path, root: &str, code: &str, args: &str) -> Result<(), String> {
    let args = args
        .replace("STORE", "-d store-of-it.wasm")
        .replace("LOG", "-d log-of-it.wasm")
        .replace("FILES", "-d files-of-it.wasm")
        .replace("NODES", "-d nodes-of-it.wasm")
        .replace("WALK", "-d walk-of-it.wasm")
        .replace("-d walk-of-it.wasm2", "-d walk2-of-it.wasm");
    let mut all = vec!["compose", root, "-o", "out.wasm"];
    all.extend(args.split_whitespace());
    let Ran {
        code: exit, stderr, ..
    } = witkit(folder, &all);
    let told = |what: &str| Err(format!("{what}: {args}\n{stderr}"));
    if code.is_empty() {
        return match exit == Some(0) && stderr.is_empty() {
            true => Ok(()),
            false => told("not composed in silence"),
        };
    }
    let found: Vec<&str> = stderr
        .lines()
        .filter(|line| line.starts_with("error[") || line.starts_with("warning["))
        .collect();
    let expected = if code == "input/unreadable" { 2 } else { 1 };
    match found.as_slice() {
        [one] if one.starts_with(&format!("error[{code}]")) && exit == Some(expected) => Ok(()),
        _ => told(&format!("not one {code}")),
    }
}
