//! Dependencies from a registry of images, `docker-registry` as distributions have it, and from the cache
//! when it is gone; the same with wasm-pkg-tools where they are installed.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::deps::{self, done};
use crate::support::{self, Ran, wat};

/// A registry, and folders for projects, the cache and the configuration.
struct Place {
    folder: tempfile::TempDir,
    host: String,
    child: Child,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Place {
    /// None if the registry is not installed.
    fn new() -> Option<Place> {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let config = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}/data}}}}\n\
             http:\n  addr: {host}\n",
            folder.path().display()
        );
        fs::write(folder.path().join("config.yml"), config).expect("it is written");
        let started = Command::new("docker-registry")
            .args(["serve", "config.yml"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            println!("skipped: no docker-registry");
            return None;
        };
        let place = Place {
            folder,
            host,
            child,
        };
        let start = Instant::now();
        while TcpStream::connect(&place.host).is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "it does not answer"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        place.write(
            "config/wasm-pkg/config.toml",
            &format!(
                "default_registry = \"{0}\"\n\n[registry.\"{0}\".oci]\nprotocol = \"http\"\n",
                place.host
            ),
        );
        place.write(
            "project/wit/app.wit",
            "package acme:app;\n\nworld app {\n  import acme:kv/store@0.2.1;\n  import acme:log/log;\n}\n",
        );
        place.publish(
            "acme/kv:0.2.1",
            "kv",
            "package acme:kv@0.2.1;\n\ninterface store {\n  get: func();\n}\n",
        );
        for version in ["1.0.0", "1.1.0", "2.0.0-rc.1"] {
            let text = "package acme:log;\n\ninterface log {\n  log: func();\n}\n";
            place.publish(&format!("acme/log:{version}"), "log", text);
        }
        place.write_bytes("cache.wasm", &wat("(component (core module (memory 1)))"));
        place.run(
            "",
            &format!(
                "publish cache.wasm --to oci://{}/acme/cache:1.2.0",
                place.host
            ),
            0,
        );
        Some(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        self.write_bytes(name, text.as_bytes());
    }

    fn write_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, bytes).expect("it is written");
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn publish(&self, image: &str, name: &str, text: &str) {
        self.write(&format!("source/{name}/{name}.wit"), text);
        self.run(
            "",
            &format!("publish source/{name} --to oci://{}/{image}", self.host),
            0,
        );
    }

    fn tool(&self, program: &str, folder: &str, line: &str) -> Option<Ran> {
        let words: Vec<&str> = line.split(' ').collect();
        support::at_home(program, &self.path(folder), self.folder.path(), &words)
    }

    fn run(&self, folder: &str, line: &str, code: i32) -> String {
        let ran = self.tool(env!("CARGO_BIN_EXE_witkit"), folder, line);
        let ran = ran.expect("witkit runs").expect(code);
        let ran = ran.unwrap_or_else(|told| panic!("witkit {line}\n{told}"));
        ran.stdout + &ran.stderr
    }
}

#[test]
fn what_a_registry_has_is_fetched_and_is_there_when_the_registry_is_gone() {
    let Some(mut place) = Place::new() else {
        return;
    };
    place.write(
        "project/witkit.toml",
        "[deps.components]\n\"acme:cache\" = \"1\"\n",
    );
    let told = place.run("project", "deps fetch", 0);
    for line in [
        "locked acme:kv 0.2.1",
        "locked acme:log 1.1.0",
        "locked acme:cache 1.2.0",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let lock = place.text("project/wkg.lock");
    assert!(
        lock.contains(&format!("registry = \"{}\"", place.host)),
        "{lock}"
    );
    assert!(
        place
            .path("project/wit/deps/acme-log/package.wit")
            .is_file()
    );
    assert!(place.path("project/deps/acme/cache/1.2.0.wasm").is_file());
    let image = format!("oci://{}/acme/kv:0.2.1", place.host);
    let by_image = place.run("project", &format!("wit {image}"), 0);
    assert_eq!(place.run("project", "wit @acme:kv@0.2.1", 0), by_image);
    for (line, told) in [
        (
            "validate @acme:cache@9",
            "no version of `acme:cache` matches `^9`",
        ),
        (
            "validate @acme:missing",
            "cannot find package `acme:missing`",
        ),
        (
            "validate @acme:log@2",
            "no version of `acme:log` matches `^2`",
        ),
    ] {
        let text = place.run("project", line, 2);
        assert!(text.contains(told), "{line}: {text}");
    }
    // A tag that has moved is not what was locked.
    place.publish(
        "acme/kv:0.2.1 --force",
        "kv",
        "package acme:kv@0.2.1;\n\ninterface store {\n  get: func();\n  put: func();\n}\n",
    );
    assert_eq!(
        place.run("project", "deps fetch", 0),
        "everything is up to date\n"
    );
    fs::rename(place.path("cache"), place.path("old-cache")).expect("it is moved");
    let text = place.run("project", "deps fetch", 2);
    assert!(text.contains("package/digest-mismatch"), "{text}");
    fs::remove_dir_all(place.path("cache")).expect("it was made");
    fs::rename(place.path("old-cache"), place.path("cache")).expect("it is moved");
    // The registry ends.
    place.child.kill().expect("it runs");
    place.child.wait().expect("it ran");
    fs::remove_dir_all(place.path("project/wit/deps")).expect("it was written");
    fs::remove_dir_all(place.path("project/deps")).expect("it was written");
    for flags in ["", " --offline"] {
        place.run("project", &format!("deps fetch --locked{flags}"), 0);
        assert_eq!(
            place.run("project", &format!("wit @acme:kv@0.2.1{flags}"), 0),
            by_image
        );
    }
    assert_eq!(
        place.run("project", &format!("wit {image} --offline"), 0),
        by_image
    );
    // Without a lock file, what is in the cache is what there is.
    fs::remove_file(place.path("project/wkg.lock")).expect("it was written");
    place.run("project", "deps fetch --offline", 0);
    assert_eq!(place.text("project/wkg.lock"), lock);
    // Nothing is written if it cannot be asked.
    fs::remove_file(place.path("project/wkg.lock")).expect("it was written");
    let text = place.run("project", "deps fetch", 2);
    assert!(text.contains(&place.host), "{text}");
    assert!(!place.path("project/wkg.lock").exists());
}

#[test]
fn wasm_pkg_tools_lock_the_same_from_the_same_registry() {
    let Some(place) = Place::new() else { return };
    if place.tool("wkg", "", "--version").is_none() {
        println!("skipped: no wkg");
        return;
    }
    support::copy_folder(&place.path("project"), &place.path("theirs")).expect("a copy");
    place.run("project", "deps fetch", 0);
    let ran = place
        .tool("wkg", "theirs", "wit fetch")
        .expect("it is installed");
    ran.expect(0).expect("wkg wit fetch");
    assert_eq!(
        place.text("project/wkg.lock"),
        place.text("theirs/wkg.lock")
    );
    let told = place.run("theirs", "deps fetch --locked --offline", 0);
    assert!(!told.contains("wrote"), "{told}");
}

/// Both tools give one project the same lock file, and files that mean the same.
#[test]
fn wasm_pkg_tools_and_witkit_write_the_same_for_the_same_project() {
    let place = deps::Place::new();
    if place.tool("wkg", "", &["--version"]).is_none() {
        println!("skipped: no wkg");
        return;
    }
    place.publish(
        "acme:log",
        "1.0.0",
        "package acme:log@1.0.0;\n\ninterface log {\n  log: func(line: string);\n}\n",
    );
    place.publish(
        "acme:log",
        "1.1.0",
        "package acme:log@1.1.0;\n\ninterface log {\n  log: func(line: string);\n}\n",
    );
    place.write(
        "project/wit/app.wit",
        "package acme:app@1.0.0;\n\nworld app {\n  import acme:kv/store@0.2.1;\n  import acme:log/log@1.0.0;\n  \
         import acme:near/i;\n}\n",
    );
    place.write(
        "project/wkg.toml",
        "[overrides]\n\"acme:near\" = { path = \"near\" }\n",
    );
    place.write(
        "project/near/near.wit",
        "package acme:near;\n\ninterface i {\n  f: func();\n}\n",
    );
    support::copy_folder(&place.path("project"), &place.path("theirs")).expect("it is copied");
    done(place.run("deps fetch"));
    let ran = place
        .tool("wkg", "theirs", &["wit", "fetch"])
        .expect("it is installed");
    ran.expect(0).expect("wkg wit fetch");
    assert_eq!(
        place.text("project/wkg.lock"),
        place.text("theirs/wkg.lock")
    );
    let of = |folder: &str| -> Vec<String> {
        let names = place.files(&format!("{folder}/wit/deps")).into_keys();
        names.filter(|name| !name.starts_with('.')).collect()
    };
    assert_eq!(of("project"), of("theirs"));
    // Each finds nothing to do after the other.
    let words = ["deps", "fetch", "--locked"];
    let ran = place.run_in("theirs", &words);
    let told = done(ran);
    assert!(!told.contains("wrote"), "{told}");
    let before = place.text("project/wkg.lock");
    let ran = place
        .tool("wkg", "project", &["wit", "fetch"])
        .expect("it is installed");
    ran.expect(0).expect("wkg wit fetch");
    assert_eq!(place.text("project/wkg.lock"), before);
    done(place.run("wit wit -o app.wasm"));
}
