//! `compose --chain`: middleware is where it was asked for, or it is an error.

use std::fs;
use std::path::Path;

use crate::support::{Ran, project, witkit};

/// Makes stubs of worlds in `folder`: `(file, world)`.
fn stubs(folder: &Path, wit: &str, parts: &[(&str, &str)]) {
    fs::write(folder.join("parts.wit"), wit).expect("it can be written");
    for (file, world) in parts {
        let args = [
            "componentize",
            "--stub",
            "--wit",
            "parts.wit",
            "-w",
            world,
            "-o",
            file,
        ];
        witkit(folder, &args).expect(0).expect(file);
    }
}

/// The plan that a command line comes to.
fn plan(folder: &Path, args: &str) -> Ran {
    let mut all = vec!["compose"];
    all.extend(args.split_whitespace());
    all.push("--plan");
    witkit(folder, &all)
}

const PARTS: &str = "
package a:b@1.2.0;
interface i { f: func(); }
interface j { g: func(); }
world app { import x: i; export g: func(); }
world plain { import i; export g: func(); }
world two { import x: i; import y: i; export g: func(); }
world mw { import i; export i; }
world mwx { import y: i; export z: i; }
world mwj { import j; export j; }
world p { export i; }
world px { export q: i; }
";

#[test]
fn an_edge_is_named_as_the_wiring_names_it() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    let worlds = ["app", "plain", "two", "mw", "mwx", "mwj", "p", "px"];
    let files: Vec<(String, &str)> = worlds.map(|w| (format!("{w}.wasm"), w)).to_vec();
    let files: Vec<(&str, &str)> = files.iter().map(|(f, w)| (f.as_str(), *w)).collect();
    stubs(folder, PARTS, &files);
    for (args, chained, behind) in [
        (
            "app.wasm -d p.wasm --chain x=mw.wasm",
            "x → mw",
            "a:b/i@1.2.0 → p",
        ),
        (
            "app.wasm -d p.wasm --chain app.x=mw.wasm",
            "x → mw",
            "a:b/i@1.2.0 → p",
        ),
        (
            "app.wasm -d p.wasm --chain a:b/i=mw.wasm",
            "x → mw",
            "a:b/i@1.2.0 → p",
        ),
        (
            "app.wasm -d p.wasm --chain a:b/i@1.2.0=mw.wasm",
            "x → mw",
            "a:b/i@1.2.0 → p",
        ),
        (
            "app.wasm -d p.wasm --chain a:b/i@1.0.0=mw.wasm",
            "x → mw",
            "a:b/i@1.2.0 → p",
        ),
        (
            "app.wasm -d p.wasm --chain a:b/i=mwx.wasm",
            "x → mwx · z",
            "y → p · a:b/i@1.2.0",
        ),
        (
            "plain.wasm -d px.wasm --chain a:b/i=mwx.wasm",
            "a:b/i@1.2.0 → mwx · z",
            "y → px · q",
        ),
        (
            "plain.wasm -d p.wasm --chain a:b/i=quota=mw.wasm",
            "a:b/i@1.2.0 → quota",
            "a:b/i@1.2.0 → p",
        ),
        (
            "app.wasm -d p.wasm -d px.wasm --wire x=px --chain x=mw.wasm",
            "x → mw",
            "a:b/i@1.2.0 → px · q",
        ),
        (
            "plain.wasm -d p.wasm -d p2=p.wasm --wire a:b/i=p2 --chain a:b/i=mw.wasm,mwx.wasm",
            "a:b/i@1.2.0 → mw",
            "y → p2 · a:b/i@1.2.0",
        ),
        (
            "two.wasm -d p.wasm -d px.wasm --wire x=p --wire y=px --chain two.x=mw.wasm",
            "x → mw",
            "a:b/i@1.2.0 → p",
        ),
    ] {
        let ran = plan(folder, args);
        let told = format!("{args}\n{}{}", ran.stdout, ran.stderr);
        let ran = ran.expect(0).expect(args);
        for wire in [chained, behind] {
            // What the tree leaves out or pads is of no matter here.
            let text: Vec<&str> = ran.stdout.split_whitespace().collect();
            let text = text.join(" ");
            let bare = wire.replace(" · a:b/i@1.2.0", "");
            assert!(
                text.contains(wire) || text.contains(&bare),
                "{wire}\n{told}"
            );
        }
        // A provider that a wire passes over is not needed.
        let found = ran.stderr.matches("warning[").count();
        let unused = ran.stderr.matches("warning[compose/unused-part]").count();
        assert_eq!(found, unused, "{told}");
    }
}

#[test]
fn a_chain_that_cannot_be_had_is_an_error() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    let worlds = ["app", "plain", "two", "mw", "mwj", "p"];
    let files: Vec<(String, &str)> = worlds.map(|w| (format!("{w}.wasm"), w)).to_vec();
    let files: Vec<(&str, &str)> = files.iter().map(|(f, w)| (f.as_str(), *w)).collect();
    stubs(folder, PARTS, &files);
    for (args, code) in [
        // Nobody but the middleware has the import.
        ("p.wasm --chain a:b/i=mw.wasm", "compose/broken-chain"),
        // Nor is a part that nothing needs anybody.
        (
            "p.wasm -d plain.wasm --chain a:b/i=mw.wasm",
            "options/no-effect",
        ),
        (
            "p.wasm -d plain.wasm -d mw.wasm --wire plain.a:b/i=mw",
            "options/no-effect",
        ),
        // It is not middleware for that.
        (
            "plain.wasm -d p.wasm --chain a:b/i=mwj.wasm",
            "compose/broken-chain",
        ),
        // It has nothing to put what is wired behind itself to.
        (
            "plain.wasm -d p.wasm -d p2=p.wasm --wire a:b/i=p2 --chain a:b/i=p",
            "compose/broken-chain",
        ),
        // Two chains for one place, two places for one link.
        (
            "plain.wasm -d p.wasm -d m2=mw.wasm --chain a:b/i=mw.wasm --chain a:b/i=m2",
            "compose/broken-chain",
        ),
        (
            "mw.wasm -d p.wasm --chain m2=mw.wasm --chain m3=mw.wasm",
            "compose/broken-chain",
        ),
        (
            "two.wasm -d p.wasm -d m2=mw.wasm --chain two.x=m2 --chain two.y=m2",
            "compose/broken-chain",
        ),
        // One middleware before two providers.
        (
            "two.wasm -d p.wasm -d p2=p.wasm --wire x=p --wire y=p2 --chain a:b/i=mw.wasm",
            "compose/broken-chain",
        ),
        // What the wire says, the chain takes back.
        (
            "mw.wasm -d p.wasm -d p2=p.wasm -d a=mw.wasm --wire a.a:b/i=p2 --wire mw.a:b/i=p --chain a",
            "compose/broken-chain",
        ),
        (
            "plain.wasm -d p.wasm --wire a:b/i=p --wire plain.a:b/i=@host",
            "options/no-effect",
        ),
    ] {
        let ran = plan(folder, args);
        let told = format!("{args}\n{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, Some(1), "{told}");
        assert!(
            ran.stderr.starts_with(&format!("error[{code}]")),
            "{code}: {told}"
        );
        assert_eq!(ran.stderr.matches("error[").count(), 1, "{told}");
    }
}

/// The example of a `witkit.toml` on the page of `compose`, with parts that fit it.
#[test]
fn the_configuration_of_the_docs_composes_as_it_says() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    for sub in ["deps", "components"] {
        fs::create_dir(folder.join(sub)).expect("a folder");
    }
    let page = project().join("docs/commands/compose.md");
    let page = fs::read_to_string(page).expect("the page");
    let toml = page
        .split("```toml\n")
        .find(|block| block.starts_with("[compose.app]"));
    let toml = toml
        .and_then(|block| block.split("```").next())
        .expect("an example");
    fs::write(folder.join("witkit.toml"), toml).expect("it can be written");
    let wit = "
package all:parts;
world app {
    import acme:kv/store;
    import acme:log/log;
    import fermyon:spin/variables;
    import acme:clock/clock;
    export acme:web/handler;
}
world log { export acme:log/log; }
world clock { export acme:clock/clock; }
world cache { export acme:kv/store; export acme:kv/admin; }
world quota { import acme:kv/store; export acme:kv/store; }
world relay { import acme:web/handler; export acme:web/handler; }
package acme:kv { interface store { get: func(); } interface admin { clear: func(); } }
package acme:log { interface log { log: func(); } }
package acme:clock { interface clock { now: func(); } }
package acme:web { interface handler { handle: func(); } }
package fermyon:spin { interface variables { get: func(); } }
";
    let parts = [
        ("app.wasm", "app"),
        ("log.wasm", "log"),
        ("deps/cache.wasm", "cache"),
        ("components/clock.wasm", "clock"),
        ("quota.wasm", "quota"),
        ("auth.wasm", "relay"),
        ("trace.wasm", "relay"),
    ];
    stubs(folder, wit, &parts);
    let ran = witkit(folder, &["compose", "--plan"])
        .expect(0)
        .expect("a plan");
    assert_eq!(ran.stderr, "");
    let text: Vec<&str> = ran.stdout.split_whitespace().collect();
    let text = text.join(" ");
    for wire in [
        "auth (auth.wasm) └─ acme:web/handler → trace (chain)",
        "trace (trace.wasm) └─ acme:web/handler → app (chain)",
        "acme:kv/store → quota (chain)",
        "quota (quota.wasm) └─ acme:kv/store → cache (wired explicitly)",
        "acme:kv/admin from cache",
        "acme:web/handler from auth (outermost",
    ] {
        assert!(text.contains(wire), "{wire}\n{}", ran.stdout);
    }
}

#[test]
fn a_link_is_the_part_that_its_file_is_already() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    stubs(
        folder,
        PARTS,
        &[("plain.wasm", "plain"), ("p.wasm", "p"), ("mw.wasm", "mw")],
    );
    let args = "plain.wasm -d p.wasm -d quota=mw.wasm --chain a:b/i=./mw.wasm";
    let ran = plan(folder, args).expect(0).expect(args);
    assert!(
        ran.stdout.contains("→ quota  (chain)") && ran.stderr.is_empty(),
        "{ran:?}"
    );
    // Of two instances it is neither, but one of its own.
    let args =
        "plain.wasm -d p.wasm -d a=mw.wasm -d b=mw.wasm --chain a:b/i=mw.wasm --wire mw.a:b/i=p";
    let ran = plan(folder, args).expect(0).expect(args);
    assert!(ran.stdout.contains("→ mw  (chain)"), "{ran:?}");
}

#[test]
fn a_file_is_one_part_however_it_is_named() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    stubs(
        folder,
        PARTS,
        &[("plain.wasm", "plain"), ("p.wasm", "p"), ("mw.wasm", "mw")],
    );
    let absolute = folder.join("p.wasm").display().to_string();
    let mut ways = vec!["./p.wasm", "././p.wasm", &absolute];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink("p.wasm", folder.join("link.wasm")).expect("a link");
        ways.push("link.wasm");
    }
    for way in ways {
        for args in [
            format!("plain.wasm -d p.wasm -d {way}"),
            format!("plain.wasm -d {way} -d p.wasm"),
            format!("plain.wasm -d p.wasm -p {}", folder.display()),
            format!("plain.wasm -d {way} -d mw.wasm --chain a:b/i=./mw.wasm"),
            format!("plain.wasm -d mw.wasm -d p.wasm --wire a:b/i=mw --wire mw.a:b/i=p -d {way}"),
        ] {
            let ran = plan(folder, &args).expect(0).expect(&args);
            assert_eq!(ran.stderr, "", "{args}");
        }
    }
}

/// Types that are exported along are not hidden, whoever exports them.
#[test]
fn what_the_result_exports_is_not_hidden() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    let wit = "
package a:b@1.0.0;
interface types { resource r { m: func(); } }
interface i { use types.{r}; g: func(x: r); }
interface other { f: func(); }
world p { export types; export i; }
world more { export types; export i; export other; }
world relay { import types; import i; export i; }
";
    let parts = [
        ("p.wasm", "p"),
        ("more.wasm", "more"),
        ("relay.wasm", "relay"),
    ];
    stubs(folder, wit, &parts);
    for (root, hidden) in [("p.wasm", 0), ("more.wasm", 1)] {
        let ran = plan(folder, &format!("{root} --chain relay.wasm"));
        let ran = ran.expect(0).expect(root);
        let told = ran.stderr.matches("[compose/hidden-export]").count();
        assert_eq!(told, hidden, "{}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.contains("a:b/types@1.0.0 of"), "{}", ran.stderr);
    }
}
