//! Paths that lead into an interface or world of a package: `acme:kv/store/get`.

use std::fs;

use crate::run::run_script;
use crate::support::{Ran, witkit};

const WIT: &str = "\
package acme:kv@0.2.0;
interface store {
  record entry { key: string }
  type size = u32;
  get: func(key: u32) -> option<u32>;
  find: func() -> entry;
}
world service {
  export run: func() -> u32;
  export inner: interface { now: func() -> u64; }
}
";

/// A component that passes what it imports as `get` on.
const APP: &str = r#"(component
  (import "now" (func $now (result u64)))
  (core func $now (canon lower (func $now)))
  (core module $m (import "" "now" (func $now (result i64)))
    (func (export "run") (result i64) (call $now)))
  (core instance $i (instantiate $m (with "" (instance (export "now" (func $now))))))
  (func (export "run") (result u64) (canon lift (core func $i "run"))))"#;

/// Composes a script with these statements in a new folder.
fn compose(statements: &str) -> (tempfile::TempDir, Ran) {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let write = |file: &str, text: &str| {
        let path = temp.path().join(file);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    };
    write("deps/acme/kv/0.2.0.wit", WIT);
    write("deps/acme/app.wat", APP);
    write("app.wac", &format!("package docs:app;\n{statements}\n"));
    let ran = witkit(temp.path(), &["compose", "app.wac", "-o", "out.wasm"]);
    (temp, ran)
}

#[test]
fn a_function_of_an_interface_or_world_is_imported_by_its_path() {
    let (temp, ran) = compose(
        "import get as \"get\": acme:kv/store/get@0.2.0;
         import now as \"clock-now\": acme:kv/service/inner/now@0.2.0;
         import run as \"other-run\": acme:kv/service/run@0.2.0;
         import inner as \"the-inner\": acme:kv/service/inner@0.2.0;
         import size as \"size\": acme:kv/store/size@0.2.0;
         interface own { tell: func(text: string) -> u32; }
         import tell as \"tell\": docs:app/own/tell;
         export new acme:app { now }...;",
    );
    ran.expect(0).expect("it composes");
    let bytes = fs::read(temp.path().join("out.wasm")).expect("it is written");
    let run = "host get() = some(1)\nhost clock-now() = 42\nhost other-run() = 1\n\
               host the-inner#now() = 2\nhost tell() = 1\nrun() == 42";
    run_script(&bytes, run).expect("it runs");
    let inspected = witkit(temp.path(), &["inspect", "out.wasm", "--imports"]);
    let inspected = inspected.expect(0).expect("it is inspected").stdout;
    for import in ["get", "clock-now", "other-run", "the-inner", "size", "tell"] {
        assert!(inspected.contains(import), "{import}: {inspected}");
    }
}

#[test]
fn a_path_that_leads_nowhere_or_where_it_cannot_is_told_at_its_place() {
    for (statement, told) in [
        (
            "import a as \"a\": acme:kv/store/nope@0.2.0;",
            "interface `acme:kv@0.2.0/store` has no `nope`",
        ),
        (
            "import a as \"a\": acme:kv/service/nope@0.2.0;",
            "world `acme:kv@0.2.0/service` does not export `nope`",
        ),
        (
            "import a as \"a\": acme:kv/store/get/more@0.2.0;",
            "is a function, and has no `more`",
        ),
        (
            "import a as \"a\": acme:kv/store/find@0.2.0;",
            "it has the type `entry` of something else",
        ),
        (
            "import a: acme:kv/store/get@0.2.0;",
            "`acme:kv/store/get@0.2.0` is not a valid import name",
        ),
        (
            "interface i { use acme:kv/store/get@0.2.0.{entry}; }",
            "is neither an interface nor a world",
        ),
        (
            "world w { import acme:kv/store/get@0.2.0; }",
            "is neither an interface nor a world",
        ),
        (
            "import a as \"a\": docs:app/none/f;",
            "cannot find `none` in this package",
        ),
    ] {
        let (_, ran) = compose(&format!("{statement}\nexport new acme:app {{ ... }}...;"));
        let ran = ran.expect(1).expect(statement);
        assert!(ran.stderr.contains(told), "{statement}\n{}", ran.stderr);
        assert!(
            ran.stderr.contains("app.wac:2"),
            "{statement}\n{}",
            ran.stderr
        );
    }
}
