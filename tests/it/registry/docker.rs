//! The same against a real registry, `docker-registry` as distributions have it: what `witkit publish`
//! pushes is what is pulled, with and without TLS and passwords.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use witkit::registry::manifest::digest;
use witkit::registry::{Image, Registry};

use crate::support::{Ran, fits, project, schema, wat};

/// The hash of the password `secret`, by bcrypt.
const SECRET: &str = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

/// `me:secret` in base64.
const LOGIN: &str = "bWU6c2VjcmV0";

/// A registry that ends with the test.
struct Docker {
    host: String,
    folder: tempfile::TempDir,
    child: Child,
}

impl Drop for Docker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, if it is installed.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        println!("skipped: no {name}");
    }
    found
}

impl Docker {
    /// A registry, if there is one, with further settings in its configuration; `DIR` in them is its
    /// folder.
    fn start(prepare: impl Fn(&Path), http: &str, more: &str) -> Option<Docker> {
        let program = program("docker-registry")?;
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().display().to_string();
        prepare(folder.path());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let config = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {dir}/data}}}}\n\
             http:\n  addr: {host}\n{http}{more}"
        );
        let config = config.replace("DIR", &dir);
        fs::write(folder.path().join("config.yml"), config).expect("it is written");
        let child = Command::new(program)
            .args(["serve", "config.yml"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let docker = Docker {
            host,
            folder,
            child,
        };
        let start = Instant::now();
        while TcpStream::connect(&docker.host).is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "it does not answer"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(docker)
    }

    fn plain() -> Option<Docker> {
        Docker::start(|_| {}, "", "")
    }

    /// Runs `witkit publish` as [`Docker::run`].
    fn publish(&self, args: &str, env: &[(&str, &str)]) -> Ran {
        self.run(&format!("publish {args}"), env)
    }

    /// Runs witkit in its folder, which is also where the user's files are.
    fn run(&self, args: &str, env: &[(&str, &str)]) -> Ran {
        let args = args.replace("HOST", &self.host);
        let mut command = Command::new(env!("CARGO_BIN_EXE_witkit"));
        command.args(args.split(' '));
        command.current_dir(self.folder.path());
        for name in [
            "DOCKER_CONFIG",
            "REGISTRY_AUTH_FILE",
            "XDG_RUNTIME_DIR",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "WKG_CONFIG_FILE",
            "WKG_CACHE_DIR",
        ] {
            command.env_remove(name);
        }
        command
            .env_remove("SSL_CERT_FILE")
            .env_remove("SSL_CERT_DIR");
        command.env("HOME", self.folder.path()).env("NO_COLOR", "1");
        let output = command.envs(env.iter().copied()).output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace(&self.host, "HOST");
        Ran {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    fn expect(&self, args: &str, env: &[(&str, &str)], code: i32) -> Ran {
        let ran = self.publish(args, env).expect(code);
        ran.unwrap_or_else(|told| panic!("publish {args}\n{told}"))
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }

    fn image(&self, rest: &str) -> Image {
        Image::parse(&format!("oci://{}/{rest}", self.host)).expect("a reference")
    }

    fn client(&self) -> Box<dyn Registry> {
        witkit::registry::client(&Default::default()).expect("it is built in")
    }
}

const APP: &str = r#"(component (import "acme:log/log@0.1.0" (instance))
    (@custom "description" "Keeps values") (@custom "licenses" "MIT") (@custom "version" "0.2.1")
    (@custom "homepage" "https://kv.example/"))"#;

#[test]
fn what_is_published_is_what_is_pulled() {
    let Some(docker) = Docker::plain() else {
        return;
    };
    docker.write("app.wat", APP);
    docker.write(
        "wit/kv.wit",
        "package acme:kv@0.2.1;\n\ninterface store {\n  get: func();\n}\n",
    );
    docker.write("module.wat", "(module)");
    let client = docker.client();
    let ran = docker.expect("app.wat --to oci://HOST/acme/app", &[], 0);
    let (first, _) = ran.stdout.split_once('\n').expect("lines");
    assert!(
        first.starts_with("published component app.wat ("),
        "{first}"
    );
    assert!(first.ends_with(") as oci://HOST/acme/app:0.2.1"), "{first}");
    let pulled = client
        .pull(&docker.image("acme/app:0.2.1"))
        .expect("it is there");
    assert_eq!(pulled.bytes, wat(APP));
    assert_eq!(pulled.digest, digest(&wat(APP)));
    let annotations: Vec<(&str, &str)> = pulled
        .annotations
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let prefix = "org.opencontainers.image.";
    assert_eq!(
        annotations,
        [
            (format!("{prefix}description").as_str(), "Keeps values"),
            (format!("{prefix}licenses").as_str(), "MIT"),
            (format!("{prefix}url").as_str(), "https://kv.example/"),
            (format!("{prefix}version").as_str(), "0.2.1"),
        ]
    );
    let by_digest = Image {
        digest: Some(pulled.manifest_digest.clone()),
        ..docker.image("acme/app")
    };
    assert_eq!(client.pull(&by_digest).expect("it is there"), pulled);
    let ran = docker
        .run("inspect oci://HOST/acme/app:0.2.1", &[])
        .expect(0);
    let ran = ran.expect("it is pulled");
    assert!(ran.stdout.contains("acme:log/log "), "{}", ran.stdout);
    let ran = docker
        .run("inspect oci://HOST/acme/app:0.2.2", &[])
        .expect(2);
    let ran = ran.expect("there is no such tag");
    assert!(
        ran.stderr.contains("error[registry/not-found]"),
        "{}",
        ran.stderr
    );
    docker.expect("wit --to oci://HOST/acme/kv", &[], 0);
    let package = client
        .pull(&docker.image("acme/kv:0.2.1"))
        .expect("it is there");
    assert!(String::from_utf8_lossy(&package.bytes).contains("acme:kv/store@0.2.1"));
    docker.expect(
        "module.wat --to oci://HOST/acme/module:1.0.0 --quiet",
        &[],
        0,
    );
    docker.expect(
        "module.wat --to oci://HOST/acme/module:1.1.0 --quiet",
        &[],
        0,
    );
    let tags = client.tags(&docker.image("acme/module")).expect("tags");
    assert_eq!(tags, ["1.0.0", "1.1.0"]);
    let missing = client
        .pull(&docker.image("acme/module:1.0.1"))
        .expect_err("it is not there");
    assert_eq!(missing.code.name, "registry/not-found");
    assert!(
        missing
            .notes
            .contains(&"tags: `1.0.0`, `1.1.0`".to_string()),
        "{missing:?}"
    );
    let missing = client
        .pull(&docker.image("acme/nothing:1.0.0"))
        .expect_err("it is not there");
    assert_eq!(missing.code.name, "registry/not-found");
}

#[test]
fn a_tag_gets_other_content_only_by_force() {
    let Some(docker) = Docker::plain() else {
        return;
    };
    docker.write("one.wat", "(component)");
    docker.write("two.wat", "(component (component))");
    let to = "--to oci://HOST/acme/kv:1.0.0";
    docker.expect(&format!("one.wat {to}"), &[], 0);
    let again = docker.expect(&format!("one.wat {to}"), &[], 0);
    assert!(
        again.stdout.contains("already has this content"),
        "{}",
        again.stdout
    );
    let other = docker.expect(&format!("two.wat {to}"), &[], 1);
    assert!(
        other.stderr.contains("error[publish/exists]"),
        "{}",
        other.stderr
    );
    let client = docker.client();
    let pull = || {
        client
            .pull(&docker.image("acme/kv:1.0.0"))
            .expect("it is there")
            .bytes
    };
    assert_eq!(pull(), wat("(component)"));
    let forced = docker.expect(&format!("two.wat {to} --force --json"), &[], 0);
    let document: Value = serde_json::from_str(&forced.stdout).expect("JSON");
    assert_eq!(document["state"], "replaced");
    assert_eq!(fits(&schema("publish"), &document), Ok(()));
    assert_eq!(pull(), wat("(component (component))"));
}

#[test]
fn real_components_are_published_and_pulled_unchanged() {
    let (Some(docker), Some(corpus)) = (Docker::plain(), crate::support::corpus()) else {
        return;
    };
    let all = crate::support::files(&corpus, &|path| {
        path.extension().is_some_and(|e| e == "wasm")
    });
    let client = docker.client();
    let mut count = 0;
    for path in all
        .iter()
        .filter(|path| fs::metadata(path).is_ok_and(|m| m.len() < 8 << 20))
    {
        let bytes = fs::read(path).expect("it is read");
        if !bytes.starts_with(b"\0asm\x0d\0\x01\0") || count == 20 {
            continue;
        }
        let args = format!(
            "{} --to oci://HOST/corpus/c{count}:1.0.0 --quiet",
            path.display()
        );
        // Some of the corpus is not valid, on purpose.
        if docker.publish(&args, &[]).code == Some(0) {
            let image = docker.image(&format!("corpus/c{count}:1.0.0"));
            assert_eq!(client.pull(&image).expect("it is there").bytes, bytes);
            count += 1;
        }
    }
    assert!(count > 3, "{count} components");
}

#[test]
fn certificates_are_checked() {
    let Some(openssl) = program("openssl") else {
        return;
    };
    // For a host, and, as it is often made, for an authority.
    let make = |folder: &Path| {
        for (name, authority) in [("cert", "FALSE"), ("ca", "TRUE")] {
            let config = format!(
                "[req]\ndistinguished_name = dn\nx509_extensions = ext\nprompt = no\n[dn]\nCN = test\n\
                 [ext]\nsubjectAltName = IP:127.0.0.1\nbasicConstraints = critical,CA:{authority}\n"
            );
            fs::write(folder.join("openssl.cnf"), config).expect("it is written");
            let made = Command::new(&openssl)
                .args([
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                ])
                .args(["-config", "openssl.cnf", "-keyout", &format!("{name}.key")])
                .args(["-out", &format!("{name}.pem")])
                .current_dir(folder)
                .output();
            assert!(made.expect("openssl runs").status.success());
        }
    };
    let tls = "  tls: {certificate: DIR/cert.pem, key: DIR/cert.key}\n";
    let Some(docker) = Docker::start(make, tls, "") else {
        return;
    };
    docker.write("one.wat", "(component)");
    let args = "one.wat --to oci://HOST/acme/kv:1.0.0";
    let refused = docker.expect(args, &[], 2);
    assert!(
        refused.stderr.contains("error[registry/unreachable]"),
        "{}",
        refused.stderr
    );
    assert!(
        refused
            .stderr
            .contains("the certificate of `HOST` is not trusted"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("SSL_CERT_FILE"),
        "{}",
        refused.stderr
    );
    let trusted = [("SSL_CERT_FILE", "cert.pem")];
    let ran = docker.expect(args, &trusted, 0);
    assert!(
        ran.stdout.starts_with("published component one.wat (8 B)"),
        "{}",
        ran.stdout
    );
    // Plain HTTP is not tried where TLS is spoken.
    let insecure = format!("{args} --insecure HOST");
    let ran = docker.expect(&insecure, &trusted, 2);
    assert!(ran.stderr.contains("400 Bad Request"), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("sent an HTTP request to an HTTPS server"),
        "{}",
        ran.stderr
    );
    let name = args.replace("HOST", &docker.host.replace("127.0.0.1", "localhost"));
    let ran = docker.expect(&name, &trusted, 2);
    assert!(
        ran.stderr.contains("it is for another host"),
        "{}",
        ran.stderr
    );
    let tls = "  tls: {certificate: DIR/ca.pem, key: DIR/ca.key}\n";
    let Some(docker) = Docker::start(make, tls, "") else {
        return;
    };
    docker.write("one.wat", "(component)");
    let ran = docker.expect(args, &[("SSL_CERT_FILE", "ca.pem")], 2);
    assert!(
        ran.stderr.contains("that of an authority, not of a host"),
        "{}",
        ran.stderr
    );
}

#[test]
fn passwords_are_those_that_docker_and_podman_stored() {
    let make = |folder: &Path| {
        fs::write(folder.join("htpasswd"), format!("me:{SECRET}\n")).expect("it is written");
    };
    let auth = "auth: {htpasswd: {realm: test, path: DIR/htpasswd}}\n";
    let Some(docker) = Docker::start(make, "", auth) else {
        return;
    };
    docker.write("one.wat", "(component)");
    let args = "one.wat --to oci://HOST/acme/kv:1.0.0";
    let denied = docker.expect(args, &[], 2);
    assert!(
        denied.stderr.contains("error[registry/denied]"),
        "{}",
        denied.stderr
    );
    assert!(
        denied
            .stderr
            .contains("no credentials for `HOST` are stored"),
        "{}",
        denied.stderr
    );
    assert!(
        denied.stderr.contains("run `docker login HOST`"),
        "{}",
        denied.stderr
    );
    let file = |login: &str| {
        format!(
            r#"{{"auths": {{"{}": {{"auth": "{login}"}}}}}}"#,
            docker.host
        )
    };
    // `me:wrong`.
    docker.write(".docker/config.json", &file("bWU6d3Jvbmc="));
    let denied = docker.expect(args, &[], 2);
    assert!(
        denied.stderr.contains("credentials: user `me` from"),
        "{}",
        denied.stderr
    );
    let pull = "inspect oci://HOST/acme/kv:1.0.0";
    let unread = docker.run(pull, &[]).expect(2).expect("it is denied");
    let told = unread.stderr.contains("does not allow to read `acme/kv`");
    assert!(told, "{}", unread.stderr);
    docker.write(".config/containers/auth.json", &file(LOGIN));
    // The file of docker counts first, and that of podman without it.
    docker.expect(args, &[], 2);
    fs::remove_file(docker.folder.path().join(".docker/config.json")).expect("it is removed");
    docker.expect(args, &[], 0);
    docker.run(pull, &[]).expect(0).expect("it is pulled");
    docker.write("elsewhere/config.json", &file(LOGIN));
    let ran = docker.expect(args, &[("DOCKER_CONFIG", "elsewhere")], 0);
    assert!(
        ran.stdout.contains("already has this content"),
        "{}",
        ran.stdout
    );
    let shown = [denied.stdout, denied.stderr, ran.stdout, ran.stderr].concat();
    assert!(
        !shown.contains("wrong") && !shown.contains("secret"),
        "{shown}"
    );
}

#[test]
fn the_program_is_found_where_ci_installs_it() {
    let text = fs::read_to_string(project().join(".ci/run")).expect("it is there");
    assert!(text.contains("docker-registry"));
}
