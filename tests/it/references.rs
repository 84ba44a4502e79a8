//! References to packages are taken wherever files are, and mean the same there: `@acme:kv@0.2.1`,
//! `oci://…`.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::support::{self, COMMANDS, Ran, wat};

/// A component; `kv.wat` where it is a file.
const COMPONENT: &str = "(component
  (import \"x\" (func $x))
  (core module $m (func (export \"get\") (result i32) i32.const 7))
  (core instance $m (instantiate $m))
  (func $get (result u32) (canon lift (core func $m \"get\")))
  (instance $store (export \"get\" (func $get)))
  (component $inner (import \"x\" (func)) (export \"f\" (func 0)))
  (instance $i (instantiate $inner (with \"x\" (func $x))))
  (export \"acme:kv/store@0.2.1\" (instance $store)))";

const WIT: &str = "package acme:kv@0.2.1;

interface store {
  get: func() -> u32;
}

world w {
  import store;
}
";

const APP: &str = "(component
  (import \"acme:kv/store@0.2.0\" (instance $s (export \"get\" (func (result u32)))))
  (alias export $s \"get\" (func $get))
  (export \"run\" (func $get)))";

/// What each command does with a component, WIT or a module, in place of which the words in capitals
/// stand.
const LINES: &[&str] = &[
    "check COMPONENT --max-size 1M",
    "check app.wat --wit WIT --world w",
    "check COMPONENT --deny acme:* --json",
    "componentize --stub --wit WIT -o out.wasm",
    "componentize MODULE --wit WIT --world w -o out.wasm",
    "compose COMPONENT --allow * -o out.wasm",
    "compose app.wat -d COMPONENT --allow * -o out.wasm",
    "compose app.wat -d kv=COMPONENT --allow * --plan",
    "compose app.wat --chain COMPONENT --allow * -o out.wasm",
    "compose app.wac -d acme:kv=COMPONENT -o out.wasm",
    "diff WIT WIT",
    "diff COMPONENT COMPONENT --json",
    "fmt --check WIT",
    "graph COMPONENT --format mermaid",
    "graph app.wat COMPONENT --allow * --format mermaid",
    "graph WIT --format mermaid",
    "inspect COMPONENT --json",
    "inspect MODULE",
    "inspect WIT",
    "lint WIT",
    "parse COMPONENT -o out.wasm",
    "print COMPONENT",
    "print COMPONENT -o out.wat",
    "slim COMPONENT -o out.wasm",
    "split COMPONENT -o parts",
    "validate COMPONENT",
    "validate MODULE COMPONENT",
    "wit WIT",
    "wit COMPONENT --json",
    "wit user.wit --deps WIT",
];

/// Commands that take neither components nor WIT, but a folder.
const OTHERS: &[&str] = &["init"];

/// A folder with the files that the lines name, a cache and a configuration.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [
            ("project/app.wat", APP),
            (
                "project/app.wac",
                "package acme:app;\nlet kv = new acme:kv { ... };\nexport kv...;\n",
            ),
            (
                "project/user.wit",
                "package acme:user;\n\nworld w {\n  import acme:kv/store@0.2.1;\n}\n",
            ),
        ] {
            write(&folder.path().join(name), text.as_bytes());
        }
        Place { folder }
    }

    fn project(&self) -> std::path::PathBuf {
        self.folder.path().join("project")
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, line: &str) -> Ran {
        let words: Vec<&str> = line.split(' ').collect();
        run(&self.project(), self.folder.path(), &words)
    }

    /// Configures a registry that is the folder `local`.
    fn has_registry(&self) {
        write(
            &self.file("config/wasm-pkg/config.toml"),
            format!(
                "default_registry = \"near\"\n[registry.near.local]\nroot = '{}'\n",
                self.file("local").display()
            )
            .as_bytes(),
        );
    }

    /// Puts a content into the cache, as wasm-pkg-tools does; tells its digest.
    fn cache(&self, package: &str, version: &str, bytes: &[u8]) -> String {
        let digest = digest(bytes);
        write(&self.file("cache/wasm-pkg").join(&digest), bytes);
        write(
            &self.file(&format!("cache/wasm-pkg/{package}-{version}.json")),
            format!("{{\"version\":\"{version}\",\"content_digest\":\"{digest}\"}}").as_bytes(),
        );
        digest
    }

    /// What a line comes to, with all that it wrote.
    fn outcome(&self, line: &str) -> (Option<i32>, String, Vec<u8>) {
        for old in ["out.wasm", "out.wat"] {
            let _ = fs::remove_file(self.project().join(old));
        }
        let _ = fs::remove_dir_all(self.project().join("parts"));
        let ran = self.run(line);
        let mut written = Vec::new();
        for new in ["out.wasm", "out.wat", "parts/plan.json"] {
            written.extend(fs::read(self.project().join(new)).unwrap_or_default());
        }
        (ran.code, ran.stdout + &ran.stderr, written)
    }
}

/// Runs witkit with a cache and a configuration below `home`.
fn run(folder: &Path, home: &Path, words: &[&str]) -> Ran {
    support::at_home(env!("CARGO_BIN_EXE_witkit"), folder, home, words).expect("witkit runs")
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
    fs::write(path, bytes).expect("it is written");
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("sha256:{hex}")
}

/// The WIT package in binary form.
fn wit(place: &Place) -> Vec<u8> {
    write(&place.project().join("kv.wit"), WIT.as_bytes());
    let ran = place.run("wit kv.wit -o kv-wit.wasm");
    ran.expect(0).expect("it is converted");
    fs::read(place.project().join("kv-wit.wasm")).expect("it was written")
}

fn module() -> Vec<u8> {
    wat(
        "(module (import \"acme:kv/store@0.2.1\" \"get\" (func (result i32))) (memory (export \"memory\") 1))",
    )
}

/// A line with each kind of input in its place.
fn line(line: &str, component: &str, wit: &str, module: &str) -> String {
    line.replace("COMPONENT", component)
        .replace("MODULE", module)
        .replace("WIT", wit)
}

#[test]
fn every_command_is_among_the_lines_or_takes_neither_components_nor_wit() {
    let first = |line: &&str| line.split(' ').next().map(str::to_string);
    let mut named: Vec<String> = LINES.iter().filter_map(first).collect();
    named.extend(OTHERS.iter().map(ToString::to_string));
    for command in COMMANDS {
        let takes = !["deps", "publish"].contains(command);
        assert_eq!(named.iter().any(|name| name == command), takes, "{command}");
    }
}

/// Whatever a package comes from, each command makes of it what it makes of the file.
#[test]
fn a_reference_means_to_every_command_what_the_file_means() {
    let place = Place::new();
    let (component, wit, module) = (wat(COMPONENT), wit(&place), module());
    for (name, bytes) in [("kv", &component), ("wit", &wit), ("core", &module)] {
        // The stem is that of the reference.
        write(&place.project().join(format!("files/{name}.wasm")), bytes);
        write(
            &place.project().join(format!("deps/acme/{name}.wasm")),
            bytes,
        );
        place.cache(&format!("cached:{name}"), "0.2.1", bytes);
        write(&place.file(&format!("local/near/{name}/0.2.1.wasm")), bytes);
        write(
            &place.file(&format!("local/near/{name}/0.1.0.wasm")),
            b"older",
        );
    }
    let lock = |name: &str, bytes: &[u8]| {
        format!(
            "\n[[packages]]\nname = \"locked:{name}\"\nregistry = \"registry.example\"\n\n\
             [[packages.versions]]\nrequirement = \"=0.2.1\"\nversion = \"0.2.1\"\ndigest = \"{}\"\n",
            digest(bytes)
        )
    };
    let locks = [("kv", &component), ("wit", &wit), ("core", &module)];
    let locks: String = locks
        .iter()
        .map(|(name, bytes)| lock(name, bytes))
        .collect();
    write(
        &place.project().join("wkg.lock"),
        format!("version = 1\n{locks}").as_bytes(),
    );
    write(
        &place.file("config/wasm-pkg/config.toml"),
        format!(
            "[namespace_registries]\nnear = \"near.example\"\n\n\
             [registry.\"near.example\".local]\nroot = '{}'\n",
            place.file("local").display()
        )
        .as_bytes(),
    );
    let given = "--package mine:kv=files/kv.wasm --package mine:wit=files/wit.wasm \
                 --package mine:core=files/core.wasm";
    let ways = [
        ("@acme:kv", "@acme:wit", "@acme:core", ""),
        (
            "@cached:kv@0.2",
            "@cached:wit@0.2",
            "@cached:core@0.2",
            "--offline",
        ),
        (
            "@locked:kv@0.2.1",
            "@locked:wit@0.2.1",
            "@locked:core@0.2.1",
            "--offline",
        ),
        ("@near:kv@^0.2.0", "@near:wit", "@near:core@0.2.1", ""),
        ("@mine:kv@0.9", "@mine:wit", "@mine:core", given),
    ];
    let mut wrong = Vec::new();
    let mut failed = 0;
    for template in LINES {
        let plain = line(
            template,
            "files/kv.wasm",
            "files/wit.wasm",
            "files/core.wasm",
        );
        let (code, text, written) = place.outcome(&plain);
        // Some find fault with it, but all of them read it.
        assert!(matches!(code, Some(0 | 1)), "{plain}: {text}");
        failed += usize::from(code == Some(1));
        for (component, wit, module, flags) in ways {
            let mut given = line(template, component, wit, module);
            // What is not used would be warned of.
            let used: Vec<&str> = flags
                .split("--package ")
                .filter(|flag| {
                    let name = flag.split('=').next().unwrap_or_default().trim();
                    !name.is_empty() && (name.starts_with("--") || given.contains(name))
                })
                .collect();
            for flag in used {
                let flag = match flag.starts_with("--") {
                    true => flag.trim().to_string(),
                    false => format!("--package {}", flag.trim()),
                };
                given = format!("{given} {flag}");
            }
            let (its_code, its_text, its_written) = place.outcome(&given);
            // Tables and boxes are as wide as the names in them.
            let shown = |text: &str| {
                let named = text
                    .replace(component, "files/kv.wasm")
                    .replace(wit, "files/wit.wasm")
                    .replace(module, "files/core.wasm");
                named.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            if (its_code, shown(&its_text)) != (code, shown(&text)) {
                wrong.push(format!("{plain}\n{text}\n{given}\n{its_text}"));
            } else if shown(&String::from_utf8_lossy(&its_written))
                != shown(&String::from_utf8_lossy(&written))
            {
                wrong.push(format!("{given} writes something else than {plain}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(failed < 4, "{failed} lines fail");
}

/// What is no package is never a missing file, and always the environment's fault.
#[test]
fn every_command_says_what_is_wrong_with_a_reference() {
    let place = Place::new();
    write(
        &place.project().join("deps/acme/kv/0.1.0.wasm"),
        &wat(COMPONENT),
    );
    for (reference, told) in [
        ("@acme:missing", "cannot find package `acme:missing`"),
        ("@acme:kv@0.9", "no registry is configured"),
        ("@acme:kv@latest", "is not a valid reference to a package"),
        ("@acme:kv/store", "is not a valid reference to a package"),
        (
            "oci://registry.example",
            "is not a valid reference to an image",
        ),
        (
            "oci://registry.example/acme/kv:1.0.0 --offline",
            "cannot download",
        ),
    ] {
        let (name, flags) = reference.split_once(' ').unwrap_or((reference, ""));
        for template in LINES {
            let mut line = line(template, name, name, name);
            if !flags.is_empty() {
                line = format!("{line} {flags}");
            }
            let (code, text, written) = place.outcome(&line);
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = text.replace(" │ ", " ");
            assert!(text.contains(told), "{line}: {text}");
            assert!(
                !text.to_lowercase().contains("no such file"),
                "{line}: {text}"
            );
            assert_eq!(code, Some(2), "{line}: {text}");
            assert!(written.is_empty(), "{line}");
        }
    }
    let ran = place.run("init @acme:kv");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn the_order_of_places_is_the_documented_one() {
    let place = Place::new();
    let with = |size: usize| wat(&format!("(component (core module (memory {size})))"));
    let digests = [1, 2, 3, 4].map(|size| digest(&with(size)));
    let found = |flags: &str| {
        let ran = place.run(&format!("parse @acme:kv@0.2.1 -o out.wasm{flags}"));
        ran.expect(0).expect("it is found");
        let bytes = fs::read(place.project().join("out.wasm")).expect("it was written");
        digests.iter().position(|known| *known == digest(&bytes))
    };
    // The registry alone; the lock file; `deps`; the flag.
    place.has_registry();
    write(&place.file("local/acme/kv/0.2.1.wasm"), &with(4));
    assert_eq!(found(""), Some(3));
    let locked = place.cache("acme:kv", "0.2.1", &with(3));
    write(
        &place.project().join("wkg.lock"),
        format!(
            "version = 1\n[[packages]]\nname = \"acme:kv\"\nregistry = \"near\"\n\
             [[packages.versions]]\nrequirement = \"=0.2.1\"\nversion = \"0.2.1\"\ndigest = \"{locked}\"\n"
        )
        .as_bytes(),
    );
    assert_eq!(found(""), Some(2));
    write(&place.project().join("deps/acme/kv/0.2.1.wasm"), &with(2));
    assert_eq!(found(""), Some(1));
    write(&place.project().join("given.wasm"), &with(1));
    assert_eq!(found(" --package acme:kv=given.wasm"), Some(0));
    // A path of an override stands between the flag and `deps`.
    write(&place.project().join("over.wasm"), &with(4));
    write(
        &place.project().join("wkg.toml"),
        b"[overrides]\n\"acme:kv\" = { path = \"over.wasm\" }\n",
    );
    assert_eq!(found(""), Some(3));
    assert_eq!(found(" --package acme:kv=given.wasm"), Some(0));
}

#[test]
fn a_content_that_is_not_what_was_locked_is_refused_with_both_digests() {
    let place = Place::new();
    let (good, bad) = (wat(COMPONENT), wat("(component)"));
    place.has_registry();
    let lock = format!(
        "version = 1\n[[packages]]\nname = \"acme:kv\"\nregistry = \"near\"\n\
         [[packages.versions]]\nrequirement = \"=0.2.1\"\nversion = \"0.2.1\"\ndigest = \"{}\"\n",
        digest(&good)
    );
    write(&place.project().join("wkg.lock"), lock.as_bytes());
    // In the registry, and in the cache.
    write(&place.file("local/acme/kv/0.2.1.wasm"), &bad);
    for _ in 0..2 {
        let ran = place
            .run("validate @acme:kv@0.2.1")
            .expect(2)
            .expect("a mismatch");
        for part in ["package/digest-mismatch", &digest(&good), &digest(&bad)] {
            let told: String = ran.stdout.split_whitespace().collect();
            assert!(
                told.replace('│', "").contains(part),
                "{part}: {}",
                ran.stdout
            );
        }
        write(&place.file("cache/wasm-pkg").join(digest(&good)), &bad);
    }
    // What is damaged in the cache is fetched anew.
    write(&place.file("local/acme/kv/0.2.1.wasm"), &good);
    place
        .run("validate @acme:kv@0.2.1")
        .expect(0)
        .expect("it is there");
}

#[test]
fn a_registry_that_has_no_matching_version_says_which_there_are() {
    let place = Place::new();
    write(
        &place.file("config/wasm-pkg/config.toml"),
        format!(
            "default_registry = \"near\"\n[registry.near.local]\nroot = '{}'\n\
             [namespace_registries]\nold = \"old.example\"\n[registry.\"old.example\".warg]\nurl = \"x\"\n",
            place.file("local").display()
        )
        .as_bytes(),
    );
    for version in ["0.1.0", "0.2.0", "0.2.1"] {
        write(
            &place.file(&format!("local/acme/kv/{version}.wasm")),
            &wat(COMPONENT),
        );
    }
    for (reference, told) in [
        ("@acme:kv@0.3", "no version of `acme:kv` matches `^0.3`"),
        ("@acme:kv@0.3", "`0.2.1`, `0.2.0` and `0.1.0`"),
        ("@acme:kc", "did you mean `@acme:kv`?"),
        ("@old:kv", "has the protocol `warg`"),
        ("acme:kv", "did you mean the package `@acme:kv`?"),
    ] {
        let ran = place
            .run(&format!("validate {reference}"))
            .expect(2)
            .expect(told);
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
}

#[test]
fn what_is_given_for_a_package_and_not_used_is_warned_of() {
    let place = Place::new();
    let ran = place.run("validate app.wat --package acme:kv=app.wat");
    let ran = ran.expect(0).expect("a warning");
    assert!(ran.stderr.contains("options/no-effect"), "{}", ran.stderr);
    for wrong in [
        "acme:kv",
        "acme=x",
        "acme:kv@0.2=x",
        "acme:kv=",
        "acme:kv=@acme:kv",
    ] {
        let line = format!("validate app.wat --package {wrong}");
        let ran = place.run(&line).expect(2).expect(wrong);
        assert!(
            ran.stderr.contains("expected `--package NAME=FILE`"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn references_are_taken_from_configurations_and_plans_in_other_folders() {
    let place = Place::new();
    write(&place.project().join("deps/acme/kv.wasm"), &wat(COMPONENT));
    write(
        &place.project().join("sub/witkit.toml"),
        b"[compose.app]\nroot = \"../app.wat\"\ndefinitions = [\"@acme:kv\"]\nallow = [\"*\"]\n\
          [check]\ncomponents = [\"@acme:kv\"]\nmax-size = \"1M\"\n[paths]\ncomponents = [\"@acme:kv\"]\n",
    );
    for line in [
        "compose -c sub/witkit.toml -o out.wasm",
        "compose -c sub/witkit.toml --plan -o plan.json",
        "compose -c plan.json -o again.wasm",
        "compose -c sub/witkit.toml -o again2.wasm --depfile app.d",
        "check -c sub/witkit.toml",
    ] {
        place.run(line).expect(0).expect(line);
    }
    let read = |name: &str| fs::read(place.project().join(name)).expect(name);
    assert_eq!(read("out.wasm"), read("again.wasm"));
    // For make, a package is the file that it was found in.
    let depfile = String::from_utf8(read("app.d")).expect("text");
    assert!(depfile.contains("deps/acme/kv.wasm"), "{depfile}");
    assert!(!depfile.contains('@'), "{depfile}");
}

#[test]
fn a_script_finds_its_packages_where_references_find_them() {
    let place = Place::new();
    place.cache("acme:kv", "0.2.1", &wat(COMPONENT));
    let script = "package acme:app;\nlet kv = new acme:kv@0.2.1 { ... };\nexport kv...;\n";
    write(&place.project().join("locked.wac"), script.as_bytes());
    let ran = place.run("compose locked.wac --offline -o out.wasm");
    ran.expect(0).expect("it is in the cache");
}

#[test]
fn references_are_no_place_to_write_to() {
    let place = Place::new();
    for line in [
        "compose app.wat --allow * -o @acme:app",
        "print app.wat -o oci://registry.example/app:1",
        "slim app.wat -o @acme:app",
    ] {
        let ran = place.run(line).expect(2).expect(line);
        let text = ran.stdout + &ran.stderr;
        assert!(
            text.contains("it is a reference to a package"),
            "{line}: {text}"
        );
    }
}
