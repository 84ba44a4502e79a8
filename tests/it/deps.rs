//! `deps`: what is fetched, locked and written, with a registry that is a folder. The scenarios show what
//! is refused; registries of images and other tools are in `deps_registry.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::support::{self, Ran, files, fits, prints_only, project, schema, wat};

#[test]
fn every_scenario_prints_what_it_should_and_writes_nothing() {
    prints_only("deps");
}

const COMPONENT: &str = "(component (core module (func (export \"f\"))))";

/// A project with a WIT package, and a registry that is a folder.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Place {
        let place = Place {
            folder: tempfile::tempdir().expect("a folder"),
        };
        place.write(
            "config/wasm-pkg/config.toml",
            format!(
                "default_registry = \"near.example\"\n\n[registry.\"near.example\".local]\nroot = '{}'\n",
                place.path("registry").display()
            ),
        );
        place.write(
            "project/wit/app.wit",
            "package acme:app@1.0.0;\n\nworld app {\n  import acme:kv/store@0.2.1;\n}\n",
        );
        place.publish(
            "acme:types",
            "1.0.0",
            "package acme:types@1.0.0;\n\n/// Types of all.\ninterface types {\n  type key = string;\n}\n",
        );
        place.publish(
            "acme:kv",
            "0.2.1",
            "package acme:kv@0.2.1;\n\ninterface store {\n  use acme:types/types@1.0.0.{key};\n\n  \
             get: func(key: key) -> option<list<u8>>;\n  @unstable(feature = more)\n  put: func();\n}\n",
        );
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Puts a WIT package into the registry, in binary form.
    pub fn publish(&self, name: &str, version: &str, text: &str) {
        self.write("source/package.wit", text);
        let place = format!("registry/{}/{version}.wasm", name.replace(':', "/"));
        self.write(&place, "");
        let out = self.path(&place).display().to_string();
        let deps = self.path("registry").display().to_string();
        let words = [
            "wit",
            "source/package.wit",
            "--all-features",
            "--deps",
            &deps,
            "-o",
            &out,
        ];
        self.run_in("", &words).expect(0).expect("it is encoded");
    }

    pub fn run(&self, line: &str) -> Ran {
        let words: Vec<&str> = line.split(' ').collect();
        self.run_in("project", &words)
    }

    pub fn run_in(&self, folder: &str, words: &[&str]) -> Ran {
        self.tool(env!("CARGO_BIN_EXE_witkit"), folder, words)
            .expect("witkit runs")
    }

    /// Runs a program; none if it is not installed.
    pub fn tool(&self, program: &str, folder: &str, words: &[&str]) -> Option<Ran> {
        let ran = Command::new(program)
            .args(words)
            .current_dir(self.path(folder))
            .env("NO_COLOR", "1")
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env_remove("WKG_CACHE_DIR")
            .env_remove("WKG_CONFIG_FILE")
            .output()
            .ok()?;
        Some(Ran {
            code: ran.status.code(),
            stdout: String::from_utf8_lossy(&ran.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&ran.stderr).into_owned(),
        })
    }

    /// All files of a folder, by their path in it.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let folder = self.path(folder);
        if !folder.is_dir() {
            return BTreeMap::new();
        }
        let all = files(&folder, &|_| true);
        all.into_iter()
            .map(|path| {
                let name = path.strip_prefix(&folder).expect("it is in it");
                (
                    name.display().to_string(),
                    fs::read(&path).expect("it reads"),
                )
            })
            .collect()
    }
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("sha256:{hex}")
}

/// All that was printed of what succeeds.
pub fn done(ran: Ran) -> String {
    let ran = ran.expect(0).expect("it is done");
    ran.stdout + &ran.stderr
}

#[test]
fn what_wit_needs_is_locked_and_written_and_loads() {
    let place = Place::new();
    let told = done(place.run("deps fetch"));
    for line in [
        "locked acme:kv 0.2.1",
        "wrote wit/deps/acme-kv-0.2.1/package.wit",
        "wrote wit/deps/acme-types-1.0.0/package.wit",
        "wrote wkg.lock",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let content = fs::read(place.path("registry/acme/kv/0.2.1.wasm")).expect("it is there");
    assert_eq!(
        place.text("project/wkg.lock"),
        format!(
            "# This file is automatically generated.\n# It is not intended for manual editing.\n\
             version = 1\n\n[[packages]]\nname = \"acme:kv\"\nregistry = \"near.example\"\n\n\
             [[packages.versions]]\nrequirement = \"=0.2.1\"\nversion = \"0.2.1\"\ndigest = \"{}\"\n",
            digest(&content)
        )
    );
    let written = place.text("project/wit/deps/acme-types-1.0.0/package.wit");
    assert!(written.contains("/// Types of all."), "{written}");
    let kv = place.text("project/wit/deps/acme-kv-0.2.1/package.wit");
    assert!(kv.contains("@unstable(feature = more)"), "{kv}");
    place
        .run("wit wit -o app.wasm")
        .expect(0)
        .expect("it loads");
    // Nothing changes any more, to the byte.
    let before = place.files("project");
    for line in [
        "deps fetch",
        "deps fetch wit --locked",
        "deps update",
        "deps fetch --locked --offline",
    ] {
        assert_eq!(
            done(place.run(line)),
            "everything is up to date\n",
            "{line}"
        );
        assert_eq!(place.files("project"), before, "{line}");
    }
}

#[test]
fn nothing_is_written_if_anything_fails() {
    let place = Place::new();
    place.write(
        "project/wit/more.wit",
        "interface i {\n  use acme:missing/a.{b};\n}\n",
    );
    let before = place.files("project");
    let ran = place.run("deps fetch").expect(2).expect("it is missing");
    assert!(
        ran.stderr.contains("cannot find package `acme:missing`"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("more.wit"), "{}", ran.stderr);
    assert_eq!(place.files("project"), before);
    // Malformed WIT is reported before anything is looked for.
    place.write("project/wit/more.wit", "interface {");
    place.run("deps fetch").expect(1).expect("it is malformed");
    assert_eq!(
        place.files("project"),
        before
            .into_iter()
            .map(|(name, bytes)| {
                match name.ends_with("more.wit") {
                    true => (name, b"interface {".to_vec()),
                    false => (name, bytes),
                }
            })
            .collect()
    );
}

#[test]
fn a_file_that_was_edited_is_replaced_only_by_force() {
    let place = Place::new();
    done(place.run("deps fetch"));
    let file = "project/wit/deps/acme-types-1.0.0/package.wit";
    let good = place.text(file);
    let edited = good.replace("string", "u64");
    place.write(file, &edited);
    for line in ["deps fetch", "deps update", "deps fetch --offline"] {
        let ran = place.run(line).expect(1).expect("it was edited");
        assert!(ran.stderr.contains("deps/edited"), "{}", ran.stderr);
        assert!(ran.stderr.contains("acme-types-1.0.0"), "{}", ran.stderr);
        assert_eq!(place.text(file), edited, "{line}");
    }
    done(place.run("deps fetch --overwrite"));
    assert_eq!(place.text(file), good);
    // A layout of the user's own is no edit.
    let laid_out = good.replace('\n', "\n\n");
    place.write(file, &laid_out);
    fs::remove_file(place.path("project/wit/deps/.witkit-deps")).expect("it was written");
    done(place.run("deps fetch"));
    assert_eq!(place.text(file), laid_out);
}

#[test]
fn what_is_not_needed_any_more_is_removed_unless_it_was_edited() {
    let place = Place::new();
    done(place.run("deps fetch"));
    place.write(
        "project/wit/app.wit",
        "package acme:app@1.0.0;\n\nworld app {}\n",
    );
    let edited = "package acme:types@1.0.0;\n// mine\n";
    place.write("project/wit/deps/acme-types-1.0.0/package.wit", edited);
    let ran = place.run("deps update").expect(0).expect("it is done");
    assert!(
        ran.stderr
            .contains("removed wit/deps/acme-kv-0.2.1/package.wit"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("is not needed any more, and was edited"),
        "{}",
        ran.stderr
    );
    assert!(!place.path("project/wit/deps/acme-kv-0.2.1").exists());
    assert_eq!(
        place.text("project/wit/deps/acme-types-1.0.0/package.wit"),
        edited
    );
    assert!(place.text("project/wkg.lock").contains("packages = []"));
}

#[test]
fn a_path_of_an_override_is_followed_and_what_is_there_by_hand_stays() {
    let place = Place::new();
    place.write(
        "project/wkg.toml",
        "[overrides]\n\"acme:kv\" = { path = \"../kv\" }\n\n[metadata]\ndescription = \"x\"\n",
    );
    let kv = "package acme:kv@0.2.1;\n\ninterface store {\n  use acme:types/types@1.0.0.{key};\n  \
              use acme:mine/mine.{it};\n  del: func(key: key) -> it;\n}\n";
    place.write("kv/kv.wit", kv);
    let mine = "package acme:mine;\ninterface mine { type it = u8; }\n";
    place.write("project/wit/deps/mine/a.wit", mine);
    done(place.run("deps fetch"));
    let written = place.text("project/wit/deps/acme-kv-0.2.1/package.wit");
    assert!(written.contains("del: func"), "{written}");
    assert!(place.text("project/wkg.lock").contains("acme:types"));
    assert!(!place.text("project/wkg.lock").contains("acme:kv"));
    assert_eq!(place.text("project/wit/deps/mine/a.wit"), mine);
    assert!(!place.path("project/wit/deps/acme-mine").exists());
    place
        .run("wit wit -o app.wasm")
        .expect(0)
        .expect("it loads");
    // The override is under development.
    place.write("kv/kv.wit", kv.replace("del", "remove"));
    done(place.run("deps fetch --locked"));
    let written = place.text("project/wit/deps/acme-kv-0.2.1/package.wit");
    assert!(written.contains("remove: func"), "{written}");
}

#[test]
fn components_are_fetched_locked_updated_and_referred_to() {
    let place = Place::new();
    let version = |version: &str, size: usize| {
        let text = format!("(component (core module (memory {size})))");
        place.write(&format!("registry/acme/cache/{version}.wasm"), wat(&text));
    };
    version("1.2.0", 1);
    version("1.2.1", 2);
    version("2.0.0", 3);
    place.write(
        "project/witkit.toml",
        "[compose.app]\nroot = \"app.wasm\"\ndefinitions = [\"store=@acme:cache@1.2\", \"x.wasm\"]\n",
    );
    done(place.run("deps fetch"));
    let of_composition = place.text("project/wkg.lock");
    place.write(
        "project/witkit.toml",
        "[deps.components]\n\"acme:cache\" = \"1.2\"\n",
    );
    done(place.run("deps fetch"));
    assert_eq!(place.text("project/wkg.lock"), of_composition);
    let lock = place.text("project/wkg.lock");
    assert!(
        lock.contains("requirement = \"^1.2\"\nversion = \"1.2.1\""),
        "{lock}"
    );
    let bytes = |name: &str| fs::read(place.path(name)).expect(name);
    assert_eq!(
        bytes("project/deps/acme/cache/1.2.1.wasm"),
        bytes("registry/acme/cache/1.2.1.wasm")
    );
    done(place.run("parse @acme:cache@1.2 -o out.wasm --offline"));
    assert_eq!(
        bytes("project/out.wasm"),
        bytes("registry/acme/cache/1.2.1.wasm")
    );
    // What is locked stays, until it is to be updated.
    version("1.3.0", 4);
    assert_eq!(done(place.run("deps fetch")), "everything is up to date\n");
    let told = done(place.run("deps update acme:cache"));
    assert!(told.contains("updated acme:cache 1.2.1 to 1.3.0"), "{told}");
    assert!(
        told.contains("removed deps/acme/cache/1.2.1.wasm"),
        "{told}"
    );
    // One that was edited is not replaced.
    place.write("project/deps/acme/cache/1.3.0.wasm", wat(COMPONENT));
    let ran = place.run("deps fetch").expect(1).expect("it was edited");
    assert!(ran.stderr.contains("deps/edited"), "{}", ran.stderr);
    done(place.run("deps fetch --overwrite"));
    assert_eq!(
        bytes("project/deps/acme/cache/1.3.0.wasm"),
        bytes("registry/acme/cache/1.3.0.wasm")
    );
    // A version that is not what it was is refused.
    version("1.3.0", 5);
    let ran = place.run("deps fetch").expect(2).expect("it was changed");
    assert!(
        ran.stderr.contains("package/digest-mismatch"),
        "{}",
        ran.stderr
    );
    done(place.run("deps update --overwrite"));
    for (line, told) in [
        ("deps update acme:cash", "did you mean `acme:cache`?"),
        ("deps update acme:cache@2", "witkit deps add acme:cache@^2"),
    ] {
        let ran = place.run(line);
        assert!(
            ran.code != Some(0) && ran.stderr.contains(told),
            "{line}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_package_is_added_where_it_belongs_and_comments_stay() {
    let place = Place::new();
    place.write("registry/acme/cache/1.2.0.wasm", wat(COMPONENT));
    place.write(
        "project/wkg.toml",
        "# mine\n[metadata]\ndescription = \"x\" # y\n",
    );
    place.write(
        "kv/kv.wit",
        "package acme:near;\n\ninterface i {\n  f: func();\n}\n",
    );
    done(place.run("deps add acme:types"));
    assert_eq!(
        place.text("project/wkg.toml"),
        "# mine\n[metadata]\ndescription = \"x\" # y\n\n[overrides]\n\"acme:types\" = { version = \"^1.0.0\" }\n"
    );
    assert!(
        place
            .path("project/wit/deps/acme-types-1.0.0/package.wit")
            .is_file()
    );
    done(place.run("deps add @acme:types@1"));
    assert!(
        place
            .text("project/wkg.toml")
            .contains("\"acme:types\" = { version = \"^1\" }\n")
    );
    done(place.run("deps add acme:near --path ../kv"));
    assert!(
        place
            .text("project/wkg.toml")
            .contains("\"acme:near\" = { path = \"../kv\" }\n")
    );
    done(place.run("deps add acme:cache@1.2.0"));
    assert_eq!(
        place.text("project/witkit.toml"),
        "[deps.components]\n\"acme:cache\" = \"=1.2.0\"\n"
    );
    assert!(place.path("project/deps/acme/cache/1.2.0.wasm").is_file());
    // What cannot be fetched is not added.
    let before = place.files("project");
    for line in [
        "deps add acme:missing",
        "deps add acme:cache@9",
        "deps add acme:x --path nowhere",
    ] {
        place.run(line).expect(2).expect(line);
        assert_eq!(place.files("project"), before, "{line}");
    }
}

#[test]
fn deps_toml_of_wit_deps_is_read() {
    let place = Place::new();
    place.write(
        "kv/kv.wit",
        "package acme:kv@0.2.1;\n\ninterface store {\n  f: func();\n}\n",
    );
    place.write("project/wit/deps.toml", "kv = \"../../kv\"\n");
    done(place.run("deps fetch"));
    let written = place.text("project/wit/deps/acme-kv-0.2.1/package.wit");
    assert!(written.contains("f: func()"), "{written}");
    // What wit-deps has downloaded is used as it is.
    fs::remove_dir_all(place.path("project/wit/deps")).expect("it was written");
    place.write(
        "project/wit/deps.toml",
        "[kv]\nurl = \"https://registry.example/kv.tar.gz\"\n",
    );
    place.write("project/wit/deps/kv/kv.wit", place.text("kv/kv.wit"));
    done(place.run("deps fetch"));
    assert!(!place.path("project/wit/deps/acme-kv-0.2.1").exists());
}

#[test]
fn a_package_that_is_given_is_used_and_not_locked() {
    let place = Place::new();
    place.write(
        "kv.wit",
        "package acme:kv@0.2.1;\n\ninterface store {\n  f: func();\n}\n",
    );
    done(place.run("deps fetch --package acme:kv=../kv.wit"));
    assert!(!place.path("project/wkg.lock").exists());
    let written = place.text("project/wit/deps/acme-kv-0.2.1/package.wit");
    assert!(written.contains("f: func()"), "{written}");
}

#[test]
fn the_tree_for_programs_fits_its_schema() {
    let schema = schema("deps");
    let folder = project().join("fixtures/deps/json");
    let ran = support::witkit(&folder, &["deps", "tree", "--json"]);
    let document = serde_json::from_str(&ran.expect(0).expect("it prints").stdout);
    let document = document.expect("it is JSON");
    assert_eq!(fits(&schema, &document), Ok(()));
    assert!(!schema.is_valid(&serde_json::json!({"schema": "witkit.deps/1"})));
}

/// Also with what neither of them has fetched for the other.
#[test]
fn a_folder_of_another_project_is_not_touched() {
    let place = Place::new();
    place.write("project/other/x.wit", "package acme:other;\n");
    done(place.run("deps fetch wit"));
    assert!(!Path::new(&place.path("project/other/deps")).exists());
}

#[test]
fn the_members_of_a_workspace_are_named_one_by_one() {
    let place = Place::new();
    place.write("project/wkg.toml", "[workspace]\nmembers = [\"wit\"]\n");
    let ran = place.run("deps fetch").expect(2).expect("a workspace");
    assert!(ran.stderr.contains("root of a workspace"), "{}", ran.stderr);
    done(place.run("deps fetch wit"));
}
