//! `diff` against `wasm-tools component semver-check`, which is a function of wit-component: what
//! that rejects for a world, `diff` says breaks guests; and turned round, hosts.

use std::path::Path;

use wit_parser::Resolve;
use witkit::diff::{self, Input, Options};

use super::compare;
use crate::support;
use crate::targets::diff::{accepted, links, upgrades};

/// The worlds that the cases of `semver-check` are about, by our own texts: what is compared, and
/// whether guests go on to link.
const CASES: &[(&str, &str, &str, bool)] = &[
    ("the same", "import a: func();", "import a: func();", true),
    (
        "more imports",
        "import a: func();",
        "import a: func(); import b: func();",
        true,
    ),
    (
        "fewer imports",
        "import a: func(); import b: func();",
        "import a: func();",
        false,
    ),
    (
        "more exports",
        "export a: func();",
        "export a: func(); export b: func();",
        false,
    ),
    (
        "fewer exports",
        "export a: func(); export b: func();",
        "export a: func();",
        true,
    ),
    (
        "another parameter",
        "import a: func();",
        "import a: func(x: u32);",
        false,
    ),
    (
        "another result",
        "export a: func();",
        "export a: func() -> u32;",
        false,
    ),
    (
        "another name of a parameter",
        "import a: func(x: u32);",
        "import a: func(y: u32);",
        false,
    ),
    (
        "more in an imported interface",
        "import a: interface { f: func(); }",
        "import a: interface { f: func(); g: func(); }",
        true,
    ),
    (
        "more in an exported interface",
        "export a: interface { f: func(); }",
        "export a: interface { f: func(); g: func(); }",
        false,
    ),
    (
        "less in an imported interface",
        "import a: interface { f: func(); g: func(); }",
        "import a: interface { f: func(); }",
        false,
    ),
    (
        "less in an exported interface",
        "export a: interface { f: func(); g: func(); }",
        "export a: interface { f: func(); }",
        true,
    ),
    (
        "a record with a field more",
        "import a: interface { record r { x: u32 } f: func(r: r); }",
        "import a: interface { record r { x: u32, y: u32 } f: func(r: r); }",
        false,
    ),
    (
        "a case more",
        "export a: interface { enum e { x } f: func() -> e; }",
        "export a: interface { enum e { x, y } f: func() -> e; }",
        false,
    ),
    (
        "a flag more",
        "import a: interface { flags e { x } f: func(e: e); }",
        "import a: interface { flags e { x, y } f: func(e: e); }",
        false,
    ),
    (
        "a method more",
        "import a: interface { resource r; f: func() -> r; }",
        "import a: interface { resource r { m: func(); } f: func() -> r; }",
        true,
    ),
    (
        "a handle that is lent",
        "import a: interface { resource r; f: func(r: r); }",
        "import a: interface { resource r; f: func(r: borrow<r>); }",
        false,
    ),
    (
        "a type more in an export",
        "export a: interface { f: func(); }",
        "export a: interface { type t = u32; f: func(); }",
        false,
    ),
    (
        "an interface in place of a function",
        "import a: func();",
        "import a: interface { f: func(); }",
        false,
    ),
];

#[test]
fn what_is_known_of_semver_check_is_said_of_worlds() {
    let mut wrong = Vec::new();
    for (name, old, new, guests) in CASES {
        let text =
            |body: &str, version| format!("package a:b@{version};\nworld app {{ {body} }}\n");
        let (old, new) = (text(old, "1.0.0"), text(new, "1.0.1"));
        let found = compare(&old, &new, &Options::default());
        let ours = links(&found);
        let (forth, back) = (accepted(&old, &new), accepted(&new, &old));
        if ours != (forth.is_ok(), back.is_ok()) || ours.0 != *guests {
            wrong.push(format!(
                "{name}: {ours:?}, but {forth:?} and {back:?}\n{}",
                found.report
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What is used from where, in OLD and NEW; the world imports `t` anyhow, and `i` as it says.
const USES: &[(&str, &str)] = &[
    (
        "use t.{v}; f: func(v: v);",
        "record v { x: u32 } f: func(v: v);",
    ),
    (
        "use t.{v}; f: func(v: v);",
        "use t.{v as w}; type v = w; f: func(v: w);",
    ),
    ("use t.{r}; f: func(r: r);", "resource r; f: func(r: r);"),
    (
        "use t.{r}; f: func(r: r);",
        "use t.{s as r}; f: func(r: r);",
    ),
    (
        "use t.{r}; f: func(r: r);",
        "use t.{r as q}; type r = q; f: func(r: q);",
    ),
    (
        "use t.{r}; f: func(r: r);",
        "use t.{r}; f: func(r: borrow<r>);",
    ),
    (
        "type k = string; f: func(k: k);",
        "type k = string; f: func(k: string);",
    ),
    (
        "type k = list<u8>; f: func(k: k);",
        "type k = list<u8>; type l = k; f: func(k: l);",
    ),
    (
        "enum e { a } enum f { a } g: func(e: e);",
        "enum e { a } enum f { a } g: func(e: f);",
    ),
];

#[test]
fn what_is_used_from_elsewhere_is_what_it_means_to_linkers_too() {
    let mut wrong = Vec::new();
    for (old, new) in USES {
        for side in ["import", "export"] {
            let text = |body: &str, version| {
                format!(
                    "package a:b@{version};\ninterface t {{ record v {{ x: u32 }} resource r; resource s; }}\ninterface i {{ {body} }}\nworld app {{ import t; {side} i; }}\n"
                )
            };
            let (old, new) = (text(old, "1.0.0"), text(new, "1.0.1"));
            let found = compare(&old, &new, &Options::default());
            let (guests, hosts) = links(&found);
            let (forth, back) = (accepted(&old, &new), accepted(&new, &old));
            if guests && forth.is_err() || hosts && back.is_err() {
                wrong.push(format!(
                    "{forth:?} {back:?}\n{}\n{old}\n{new}",
                    found.report
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn releases_of_wasi_are_upgrades_to_both() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let wit = corpus.join("wit");
    for name in ["cli", "filesystem", "http", "sockets"] {
        let old = wit.join(format!("wasi-v0.2.0-assembled/preview2__{name}"));
        let new = wit.join(format!("wasi-v0.2.12-assembled/proposals__{name}__wit"));
        let mut resolve = Resolve::default();
        let mut push = |path: &Path| resolve.push_path(path).expect("it resolves").0;
        let (a, b) = (push(&old), push(&new));
        let (worlds, later) = (
            resolve.packages[a].worlds.clone(),
            &resolve.packages[b].worlds,
        );
        let found = diff::diff(&Input::Path(old), &Input::Path(new), &Options::default());
        let found = found.unwrap_or_else(|report| panic!("{report:#}"));
        assert!(links(&found).0, "{}", found.report);
        assert!(!found.report.has_errors(), "{}", found.report);
        for (world, id) in worlds {
            let same = wit_component::semver_check(resolve.clone(), id, later[&world]);
            assert!(same.is_ok(), "{name} {world}: {same:?}");
        }
    }
}

#[test]
fn nothing_that_semver_check_rejects_is_said_to_break_nobody() {
    let (mut rejected, mut accepted) = (0, 0);
    for seed in 1..=250 {
        let verdicts = upgrades(seed * 0x9E37_79B9);
        let verdicts = verdicts.unwrap_or_else(|told| panic!("seed {seed}, {told}"));
        for verdict in verdicts.into_iter().flatten() {
            match verdict {
                true => accepted += 1,
                false => rejected += 1,
            }
        }
    }
    assert!(rejected > 100 && accepted > 50, "{rejected} {accepted}");
}
