//! Rules on what the examples of their pages cannot show: several files, packages of others, and
//! the edges of fixes.

use std::fs;
use std::path::Path;

use witkit::diag::Diagnostic;
use witkit::lint::{self, Options};
use witkit::wit;

/// Writes files into a folder of their own.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
        fs::write(path, text).expect("the file can be written");
    }
    folder
}

fn only(rule: &str) -> Options {
    Options {
        select: vec![rule.to_string()],
        ..Options::default()
    }
}

/// What a rule finds in files: `file:line: message`.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    let wit = wit::load(folder.path(), &wit::Options::default()).unwrap_or_else(|r| panic!("{r}"));
    let report = lint::lint(&wit, &only(rule));
    let shown = |finding: &&Diagnostic| {
        let place = &finding.labels[0].locus;
        let text = &report.texts()[place.file()];
        let line = text[..place.start()].matches('\n').count() + 1;
        let file = Path::new(place.file()).file_name().expect("a file");
        format!("{}:{line}: {}", file.display(), finding.message)
    };
    let of_rule = |finding: &&&Diagnostic| finding.code.name == format!("wit/{rule}");
    let findings = report.diagnostics();
    findings.iter().filter(of_rule).map(shown).collect()
}

/// A file after the safe fixes of a rule, or all of them.
fn fixed(rule: &str, text: &str, unsafe_too: bool) -> String {
    let folder = folder(&[("a.wit", text)]);
    let path = folder.path().join("a.wit");
    let fixed = lint::fix(&path, &wit::Options::default(), &only(rule), unsafe_too)
        .unwrap_or_else(|r| panic!("{r}"));
    let changed = fixed.files.into_iter().next().map(|(_, text)| text);
    changed.unwrap_or(text.to_string())
}

#[test]
fn a_package_is_documented_in_any_of_its_files() {
    let one = ("a.wit", "package a:b;\ninterface a { f: func(); }\n");
    let note = (
        "b.wit",
        "// Licence\npackage a:b;\ninterface b { f: func(); }\n",
    );
    let docs = (
        "b.wit",
        "/// It.\npackage a:b;\ninterface b { f: func(); }\n",
    );
    assert_eq!(
        found("docs-missing-package", &[one, note]),
        ["a.wit:1: package `a:b` has no documentation"]
    );
    assert!(found("docs-missing-package", &[one, docs]).is_empty());
}

#[test]
fn notes_separators_and_empty_comments_are_no_documentation() {
    for comment in [
        "// A.",
        "//////// A",
        "///",
        "/* A */",
        "/*** A ***/",
        "/** */",
    ] {
        let text = format!("package a:b;\n{comment}\ninterface a {{ f: func(); }}\n");
        assert_eq!(
            found("docs-missing-interface", &[("a.wit", &text)]),
            ["a.wit:3: interface `a` has no documentation"],
            "{comment}"
        );
    }
    for comment in ["/// A.", "/** A. */", "/// A.\n\n// B"] {
        let text = format!("package a:b;\n{comment}\ninterface a {{ f: func(); }}\n");
        assert!(
            found("docs-missing-interface", &[("a.wit", &text)]).is_empty(),
            "{comment}"
        );
    }
}

#[test]
fn functions_are_asked_for_documentation_wherever_they_are() {
    let text = "package a:b;
interface a {
  resource r {
    constructor();
    m: func();
  }
}
world w {
  import f: func();
  import i: interface {
    g: func();
  }
  import a;
}
";
    assert_eq!(
        found("docs-missing-function", &[("a.wit", text)]),
        [
            "a.wit:4: the constructor of `r` has no documentation",
            "a.wit:5: method `m` has no documentation",
            "a.wit:9: function `f` has no documentation",
            "a.wit:11: function `g` has no documentation",
        ]
    );
    assert_eq!(
        found("docs-missing-interface", &[("a.wit", text)]),
        [
            "a.wit:2: interface `a` has no documentation",
            "a.wit:10: interface `i` has no documentation",
        ]
    );
}

#[test]
fn documentation_behind_the_item_before_is_not_that_of_the_next() {
    let text = "package a:b;
interface a {
  f: func(); /// About f.
  g: func();
}
";
    assert_eq!(
        found("docs-missing-function", &[("a.wit", text)]),
        [
            "a.wit:3: function `f` has no documentation",
            "a.wit:4: function `g` has no documentation",
        ]
    );
}

#[test]
fn documentation_that_is_lost_is_found_wherever_it_is() {
    let text = "package a:b;
/// Of a use.
use a as c;
interface a { /// Of the brace.
  f: func /** Of a part. */ ();
  enum e {
    a, /// Of a.
    b /// Of b.
  }
  variant v { x /** Of x. */, /** Of y. */ y }
  g: func(
    a: u32, /// Of a.
    /** Of b. */
    b: u32
  );
} /// Of a.
/// At the end.
";
    assert_eq!(
        found("docs-on-nothing", &[("a.wit", text)]),
        [
            "a.wit:2: documentation before `use a` is ignored",
            "a.wit:4: documentation after `{` documents function `f`",
            "a.wit:5: documentation before `(` is ignored",
            "a.wit:7: documentation after case `a` documents case `b`",
            "a.wit:8: documentation after case `b` is ignored",
            "a.wit:10: documentation before `,` is ignored",
            "a.wit:12: documentation of parameters of function `g` is ignored",
            "a.wit:16: documentation after interface `a` is ignored",
            "a.wit:17: documentation before the end of the file is ignored",
        ]
    );
}

#[test]
fn documentation_that_goes_on_below_is_moved_as_one() {
    let text = "package a:b;\r
interface a {\r
  record r {\r
    a: u32, // not this\r
    b: u32, /// Of b,\r
            /// in two lines.\r
    c: u32,\r
  }\r
}\r
";
    let expected = "package a:b;\r
interface a {\r
  record r {\r
    a: u32, // not this\r
    /// Of b,\r
    /// in two lines.\r
    b: u32,\r
    c: u32,\r
  }\r
}\r
";
    assert_eq!(fixed("docs-on-nothing", text, true), expected);
    // The package has other documentation afterwards, which `diff` tells.
    assert_eq!(fixed("docs-on-nothing", text, false), text);
}

#[test]
fn documentation_is_put_below_other_documentation_only_by_unsafe_fixes() {
    let text = "package a:b@1.0.0;
interface a {
  /// One.
  f: func(); /// Two.
  /// Three.
  @since(version = 1.0.0)
  /// Four.
  g: func();
}
";
    assert_eq!(fixed("docs-on-nothing", text, false), text);
    let expected = "package a:b@1.0.0;
interface a {
  /// One.
  /// Two.
  f: func();
  /// Three.
  /// Four.
  @since(version = 1.0.0)
  g: func();
}
";
    assert_eq!(fixed("docs-on-nothing", text, true), expected);
}

#[test]
fn capitals_are_kept_where_they_are_the_rule() {
    let text = "package HTTP:kv;
interface a {
  get-URL: func();
  set-URL: func();
  record url { id: u32 }
  f: func(a: url);
}
";
    assert_eq!(
        found("acronym-case", &[("a.wit", text)]),
        ["a.wit:5: `url` in `url` is lower case, but upper case in other names"]
    );
    let expected = text
        .replace("record url", "record URL")
        .replace("a: url", "a: URL");
    assert_eq!(fixed("acronym-case", text, true), expected);
}

#[test]
fn a_name_that_becomes_a_keyword_gets_its_sign() {
    let text = "package a:b;
interface a {
  f: func(error-CONTEXT: u32);
  a-context: func();
  context-b: func();
}
";
    assert_eq!(
        fixed("acronym-case", text, true),
        text.replace("error-CONTEXT", "%error-context")
    );
}

#[test]
fn names_wholly_in_capitals_are_constants_and_say_nothing_of_others() {
    let text = "package a:b;
interface a {
  resource buffer { copy-in: func(); read: func(); write: func(); copy: func(); }
  resource usage { READ: static func() -> u32; COPY-SRC: static func() -> u32; }
  enum method { GET, POST, PUT }
  variant mixed { GET, put(u32), DELETE-1 }
  get: func(m: method) -> usage;
  put: func();
  src: func();
}
";
    let none: [String; 0] = [];
    assert_eq!(found("acronym-case", &[("a.wit", text)]), none);
    // What is found all the same, and what it is called then, is no mixture of them.
    let more = text.replace("src: func()", "read-SRC: func(); src: func()");
    assert_eq!(
        fixed("acronym-case", &more, true),
        more.replace("read-SRC", "read-src")
    );
}

#[test]
fn names_that_a_dependency_has_are_not_changed() {
    let main = "package a:b;
interface a {
  use c:d/e.{URL};
  move-to-url: func(a: URL);
  move-from-url: func(a: URL);
  type own-URL = string;
}
";
    let folder = folder(&[
        ("a.wit", main),
        (
            "deps/c/c.wit",
            "package c:d;\ninterface e { type URL = string; type own-URL = URL; }\n",
        ),
    ]);
    let fixed = lint::fix(
        folder.path(),
        &wit::Options::default(),
        &only("acronym-case"),
        true,
    )
    .unwrap_or_else(|r| panic!("{r}"));
    assert_eq!(fixed.report.diagnostics().len(), 1);
    assert!(fixed.files.is_empty());
}

#[test]
fn an_import_is_a_duplicate_by_way_of_others_and_of_aliases() {
    let files = [
        (
            "a.wit",
            "package a:b;
use c:d/e@1.0.0 as other;
interface i { f: func(); }
world one {
  import other;
  export i;
}
world two { include one; }
world three {
  include two;
  import c:d/e@1.0.0;
  import e2: c:d/e@1.0.0;
  export i;
  import i;
}
",
        ),
        (
            "deps/c/c.wit",
            "package c:d@1.0.0;\ninterface e { f: func(); }\n",
        ),
    ];
    assert_eq!(
        found("duplicate-import", &files),
        [
            "a.wit:11: duplicate import of `c:d/e@1.0.0`",
            "a.wit:13: duplicate export of `i`",
        ]
    );
    assert_eq!(
        found("world-imports-what-it-exports", &files),
        ["a.wit:14: world `three` imports and exports `i`"]
    );
}

#[test]
fn what_an_include_brings_only_with_a_feature_is_no_duplicate() {
    let text = "package a:b@1.0.0;
interface i { f: func(); }
world one { import i; }
world two {
  @unstable(feature = x)
  include one;
  import i;
}
world three {
  @unstable(feature = x)
  import i;
}
world four {
  include three;
  import i;
}
";
    assert!(found("duplicate-import", &[("a.wit", text)]).is_empty());
}

#[test]
fn a_duplicate_with_documentation_is_left_to_its_author() {
    let text = "package a:b;
interface i { f: func(); }
world one { import i; }
world two {
  include one;
  /// For what.
  import i;
}
";
    assert_eq!(fixed("duplicate-import", text, true), text);
    let gated = text.replace("/// For what.", "@since(version = 1.0.0)");
    let gated = gated.replace("a:b;", "a:b@1.0.0;");
    assert_eq!(fixed("duplicate-import", &gated, false), gated);
    let expected = gated.replace("  @since(version = 1.0.0)\n  import i;\n", "");
    assert_eq!(fixed("duplicate-import", &gated, true), expected);
    // What is said in the other world would be said in this one.
    let there = "{ /// There.\n  import i; }";
    let there = text
        .replace("  /// For what.\n", "")
        .replace("{ import i; }", there);
    assert_eq!(fixed("duplicate-import", &there, false), there);
}

#[test]
fn middleware_is_remarked_at_the_world_that_makes_it() {
    let text = "package a:b;
interface i { f: func(); }
world client { import i; }
world server { export i; }
world both {
  include client;
  include server;
}
world more { include both; }
";
    assert_eq!(
        found("world-imports-what-it-exports", &[("a.wit", text)]),
        ["a.wit:6: world `both` imports and exports `i`"]
    );
}

#[test]
fn a_use_that_hides_an_interface_of_another_file_shadows_it() {
    let files = [
        ("a.wit", "package a:b;\ninterface store { f: func(); }\n"),
        (
            "b.wit",
            "package a:b;\nuse c:d/store;\nuse c:d/more;\nworld w { import store; import more; }\n",
        ),
        (
            "c.wit",
            "package a:b;\nuse store;\nworld v { import store; }\n",
        ),
        (
            "deps/c/c.wit",
            "package c:d;\ninterface store { f: func(); }\ninterface more { f: func(); }\n",
        ),
    ];
    assert_eq!(
        found("shadowed-name", &files),
        ["b.wit:2: `store` shadows interface `store` of the package"]
    );
}

#[test]
fn prefixes_are_left_where_the_short_name_is_none() {
    let text = "package a:b;
interface store {
  store-key: func();
  key: func();
  store-2d: func();
  store-list: func();
  store-name: func();
}
";
    assert_eq!(
        found("redundant-prefix", &[("a.wit", text)]),
        ["a.wit:7: function `store-name` repeats the name of interface `store`"]
    );
}

#[test]
fn what_a_world_imports_and_exports_is_found_in_the_world_that_is_resolved() {
    let text = "package a:b;
interface values { record v { n: u32 } }
interface types { resource r { m: func(); } }
interface kind { resource k; }
interface work { use types.{r}; go: func(p: borrow<r>); }
interface more { use work.{r}; use kind.{k}; f: func(x: r, y: k); }
world subset { export types; use types.{r}; export f: func(x: r); }
world maker { export types; import more; }
world worker { export types; export work; }
world client { import work; export f: func(); }
world plain { export values; use values.{v}; export f: func(x: v); }
world both { import types; export types; import work; export work; export kind; import more; }
world include-it { include subset; }
world join { include maker; include worker; include client; }
";
    assert_eq!(
        found("world-imports-what-it-exports", &[("a.wit", text)]),
        [
            "a.wit:7: world `subset` exports `types` and implicitly imports it through `use types`",
            "a.wit:8: world `maker` exports `types` and implicitly imports it through import `more`",
            "a.wit:12: world `both` imports and exports `types`, `work`; it exports `kind` and \
             implicitly imports it through import `more`",
            "a.wit:14: world `join` imports and exports `work`",
        ]
    );
}

#[test]
fn a_type_that_is_too_large_is_one_finding_whatever_takes_it() {
    let fields: String = (0..20).map(|n| format!("f{n}: u32, ")).collect();
    let text = format!(
        "package a:b;
interface i {{
  record large {{ {fields} }}
  type other = large;
  resource r {{ m: func(x: large); }}
  f: func(x: large);
  g: func(x: u8, y: option<other>);
  h: func(x: list<large>);
  record around {{ l: large, n: u8 }}
  variant either {{ one(around), two }}
  a: func(x: around);
  e: func(x: option<either>);
  many: func(a: tuple<u64, u64, u64, u64, u64, u64>, b: tuple<u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64>);
}}
interface j {{ use i.{{large}}; k: func(x: large); }}
world w {{ import i; export i; import j; }}
"
    );
    assert_eq!(
        found("too-many-params", &[("a.wit", &text)]),
        [
            "a.wit:5: the parameters of functions `m`, `f`, `g`, `a`, `e` and `k` need up to 23 \
             core values and are passed through memory",
            "a.wit:13: the parameters of function `many` need 17 core values and are passed \
             through memory",
        ]
    );
}

#[test]
fn what_only_unused_interfaces_use_is_told_along_with_them() {
    let text = "package a:b;
interface types { type t = u8; }
interface more { use types.{t}; type m = t; }
interface top { use more.{m}; f: func(x: m); }
interface other { use more.{m}; g: func(x: m); }
interface public-one { use below.{b}; h: func(x: b); }
interface below { type b = u8; }
interface alone { i: func(); }
interface used { type u = u8; }
world w { use used.{u}; import j: func(x: u); }
";
    let folder = folder(&[("a.wit", text)]);
    let wit = wit::load(folder.path(), &wit::Options::default()).unwrap_or_else(|r| panic!("{r}"));
    let told = |public: &[&str]| {
        let mut settings = only("unused-interface");
        settings.rule_options.public = public.iter().map(|name| name.to_string()).collect();
        let report = lint::lint(&wit, &settings);
        let found = report.diagnostics();
        let shown = |finding: &&Diagnostic| {
            let name = finding.message.split('`').nth(1).expect("a name");
            format!("{name} {}", finding.labels.len())
        };
        found.iter().map(shown).collect::<Vec<String>>()
    };
    assert_eq!(told(&[]), ["top 3", "other 1", "public-one 2", "alone 1"]);
    assert_eq!(told(&["public-*", "top"]), ["other 1", "alone 1"]);
}

#[test]
fn packages_that_come_along_together_are_one_finding() {
    let package = |name: &str, version: &str, uses: &str| {
        let text = format!(
            "package {name}@{version};\ninterface i {{ {uses} type t = u8; f: func(); }}\n"
        );
        (
            format!("deps/{}-{version}.wit", name.replace(':', "-")),
            text,
        )
    };
    let text = "package a:b;
world w { import m:m/i@1.0.0; import d:x/i@0.2.6; import d:y/i@0.2.6; import d:z/i@0.3.0;
  import d:v/i@0.3.0; }
";
    let mut files = vec![("a.wit".to_string(), text.to_string())];
    for name in ["x", "y", "z", "v"] {
        for version in ["0.2.0", "0.2.6", "0.3.0"] {
            files.push(package(&format!("d:{name}"), version, ""));
        }
    }
    let uses = ["x", "y", "z", "v"].map(|name| format!("use d:{name}/i@0.2.0.{{t as {name}}};"));
    files.push(package("m:m", "1.0.0", &uses.join(" ")));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    assert_eq!(
        found("dep-outdated-patch", &files),
        [
            "a.wit:2: `d:x@0.2.0` and `d:y@0.2.0` are used by `m:m@1.0.0`, although 0.2.6 of the \
             packages is used as well"
        ]
    );
    assert_eq!(
        found("dep-versions-conflict", &files),
        ["a.wit:2: incompatible versions of packages `d:v` and `d:z` are used: 0.2.0, 0.3.0"]
    );
}

#[test]
fn a_use_of_which_nothing_is_needed_goes_as_a_whole_or_stays() {
    let text = "package a:b@1.0.0;
interface t { type x = u8; type y = u8; }
interface only { use t.{x, y}; }
interface some {
  // stays
  use t.{x, y}; // and this
  use t.{x as z, /* kept */ y as v};
  use t.{x as w, y as needed};
  f: func(a: needed);
}
world w { use t.{x, y}; import some; import only; }
world v { use t.{x}; }
";
    assert_eq!(fixed("unused-use", text, false), text);
    let expected = text
        .replace("  use t.{x, y}; // and", "  // and")
        .replace("{x as w, y as needed}", "{y as needed}")
        .replace("world w { use t.{x, y}; ", "world w { ");
    assert_eq!(fixed("unused-use", text, true), expected);
}
