//! Who the user is to a registry, as docker, podman and wkg store it.
//!
//! Lives here: [`find`], which reads their files and asks their helpers.
//! May import: nothing of ours.
//! Deliberately absent: storing credentials, which `docker login` and `podman login` do, and asking
//! for them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// What a user name means that is none: the secret is a token to be exchanged.
const IDENTITY: &str = "<token>";

/// The key of Docker Hub in the files of docker.
const DOCKER_HUB: &str = "index.docker.io";

/// Credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    /// A user name and a password.
    Password(String, String),
    /// A token that is exchanged for others.
    Identity(String),
    /// A token that is sent as it is.
    Bearer(String),
}

/// What was found for a registry.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The credentials, and where they are from.
    pub credential: Option<(Credential, String)>,
    /// What could not be read, or did not answer.
    pub problems: Vec<String>,
}

/// The part of the files that matters.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct File {
    auths: BTreeMap<String, Entry>,
    cred_helpers: BTreeMap<String, String>,
    creds_store: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
    registrytoken: String,
}

/// What a helper answers.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "Secret")]
    secret: String,
}

/// The credentials for a repository of a registry: of the first file that has any.
pub(super) fn find(
    registry: &str,
    repository: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Found {
    let mut found = Found::default();
    let variable = variable(registry);
    if let Some(token) = env(&variable).filter(|token| !token.is_empty()) {
        found.credential = Some((Credential::Bearer(token), format!("${variable}")));
        return found;
    }
    for path in files(env) {
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => {
                found
                    .problems
                    .push(format!("cannot read `{}`: {e}", path.display()));
                continue;
            }
        };
        let file: File = match serde_json::from_slice(&text) {
            Ok(file) => file,
            // Its text may show a password.
            Err(e) => {
                let place = format!("line {}, column {}", e.line(), e.column());
                let name = path.display();
                found
                    .problems
                    .push(format!("cannot read `{name}`: invalid JSON at {place}"));
                continue;
            }
        };
        match of_file(&file, registry, repository, env) {
            Ok(Some((credential, from))) => {
                let from = from.unwrap_or_else(|| format!("`{}`", path.display()));
                found.credential = Some((credential, from));
                return found;
            }
            Ok(None) => {}
            Err(problem) => found.problems.push(problem),
        }
    }
    found
}

/// The variable that wkg reads a token from.
fn variable(registry: &str) -> String {
    let name = registry.chars().map(|c| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_uppercase(),
        false => '_',
    });
    format!("WKG_REGISTRY_{}_AUTH_BEARER", name.collect::<String>())
}

/// The files that may have credentials, those first that were named on purpose.
fn files(env: &dyn Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let set = |name: &str| env(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let home = set("HOME").or_else(|| set("USERPROFILE"));
    let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
    let config = set("XDG_CONFIG_HOME").or_else(|| in_home(".config"));
    let docker = set("DOCKER_CONFIG").or_else(|| in_home(".docker"));
    let paths = [
        set("REGISTRY_AUTH_FILE"),
        docker.map(|folder| folder.join("config.json")),
        set("XDG_RUNTIME_DIR").map(|folder| folder.join("containers/auth.json")),
        config.map(|folder| folder.join("containers/auth.json")),
    ];
    paths.into_iter().flatten().collect()
}

/// The credentials that a file has or has a helper for, and where from if not from the file itself.
type OfFile = Option<(Credential, Option<String>)>;

fn of_file(
    file: &File,
    registry: &str,
    repository: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<OfFile, String> {
    let names = names(registry);
    let helper = names.iter().find_map(|name| file.cred_helpers.get(*name));
    if let Some(helper) = helper.or(file.creds_store.as_ref()) {
        // What docker itself stores them under.
        let server = match names.contains(&DOCKER_HUB) {
            true => "https://index.docker.io/v1/",
            false => registry,
        };
        let asked = ask(helper, server, env)?;
        if let Some(credential) = asked {
            return Ok(Some((
                credential,
                Some(format!("`docker-credential-{helper}`")),
            )));
        }
    }
    // Of podman, keys may have the path of a repository or of what is above it.
    let mut keys: Vec<String> = Vec::new();
    for name in &names {
        let mut path = format!("{name}/{repository}");
        loop {
            keys.push(path.clone());
            match path.rfind('/') {
                Some(at) => path.truncate(at),
                None => break,
            }
        }
    }
    let entry = keys.iter().find_map(|key| {
        let mut entries = file.auths.iter();
        entries
            .find(|(known, _)| bare(known) == key)
            .map(|(_, entry)| entry)
    });
    let Some(entry) = entry else {
        return Ok(None);
    };
    credential(entry).map(|found| found.map(|credential| (credential, None)))
}

/// What a registry is called in the files.
fn names(registry: &str) -> Vec<&str> {
    match registry {
        "docker.io" | "registry-1.docker.io" | DOCKER_HUB => {
            vec![DOCKER_HUB, "docker.io", "registry-1.docker.io"]
        }
        other => vec![other],
    }
}

/// A key without its scheme and without the version that old ones end with.
fn bare(key: &str) -> &str {
    let key = key.split_once("://").map_or(key, |(_, rest)| rest);
    let key = key.trim_end_matches('/');
    let old = key.strip_suffix("/v1").or_else(|| key.strip_suffix("/v2"));
    old.unwrap_or(key)
}

fn credential(entry: &Entry) -> Result<Option<Credential>, String> {
    if !entry.identitytoken.is_empty() {
        return Ok(Some(Credential::Identity(entry.identitytoken.clone())));
    }
    if !entry.registrytoken.is_empty() {
        return Ok(Some(Credential::Bearer(entry.registrytoken.clone())));
    }
    if !entry.auth.is_empty() {
        let decoded = STANDARD.decode(entry.auth.trim()).ok();
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let parts = decoded.as_deref().and_then(|text| text.split_once(':'));
        let Some((user, password)) = parts else {
            return Err(
                "the stored `auth` is not a user name and a password in base64".to_string(),
            );
        };
        // Docker once padded passwords with zeros.
        return Ok(Some(of_pair(user, password.trim_end_matches('\0'))));
    }
    let is_empty = entry.username.is_empty() && entry.password.is_empty();
    Ok((!is_empty).then(|| of_pair(&entry.username, &entry.password)))
}

fn of_pair(user: &str, secret: &str) -> Credential {
    match user {
        IDENTITY => Credential::Identity(secret.to_string()),
        user => Credential::Password(user.to_string(), secret.to_string()),
    }
}

/// What the helper of that name has for a server; none if it has nothing.
fn ask(
    helper: &str,
    server: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Credential>, String> {
    let program = format!("docker-credential-{helper}");
    let failed = |why: String| format!("`{program}` failed: {why}");
    // A name with a path would run any program.
    if helper.contains(['/', '\\']) {
        return Err(failed("its name has a path".to_string()));
    }
    let mut command = Command::new(found_on_path(&program, env).unwrap_or(program.clone().into()));
    command.arg("get").stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => format!("cannot find `{program}` on PATH"),
        _ => failed(e.to_string()),
    })?;
    if let Some(mut input) = child.stdin.take() {
        // One that has ended already says why.
        let _ = writeln!(input, "{server}");
    }
    let output = child
        .wait_with_output()
        .map_err(|e| failed(e.to_string()))?;
    if !output.status.success() {
        // Helpers print on standard output what is wrong.
        let said = String::from_utf8_lossy(&output.stdout);
        let said = said.trim();
        return match said.contains("credentials not found") {
            true => Ok(None),
            false => Err(failed(
                said.lines().next().unwrap_or("no message").to_string(),
            )),
        };
    }
    let answer: Answer = serde_json::from_slice(&output.stdout)
        .map_err(|_| failed("its answer is not the expected JSON".to_string()))?;
    let is_empty = answer.username.is_empty() && answer.secret.is_empty();
    Ok((!is_empty).then(|| of_pair(&answer.username, &answer.secret)))
}

/// Where a program is by the `PATH` of `env`, which need not be that of the process.
fn found_on_path(program: &str, env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let path = env("PATH")?;
    let names = [program.to_string(), format!("{program}.exe")];
    std::env::split_paths(&path)
        .flat_map(|folder| names.each_ref().map(|name| folder.join(name)))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Home {
        folder: tempfile::TempDir,
        env: BTreeMap<String, String>,
    }

    impl Home {
        fn new() -> Home {
            let folder = tempfile::tempdir().unwrap();
            let home = folder.path().display().to_string();
            let env = BTreeMap::from([("HOME".to_string(), home)]);
            Home { folder, env }
        }

        fn with(self, path: &str, text: &str) -> Home {
            let path = self.folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
            self
        }

        fn set(mut self, name: &str, value: &str) -> Home {
            let home = self.folder.path().display().to_string();
            let value = value.replace("$HOME", &home);
            self.env.insert(name.to_string(), value);
            self
        }

        fn find(&self, registry: &str, repository: &str) -> Found {
            find(registry, repository, &|name| self.env.get(name).cloned())
        }

        fn credential(&self, registry: &str, repository: &str) -> Option<Credential> {
            let found = self.find(registry, repository);
            assert!(found.problems.is_empty(), "{found:?}");
            found.credential.map(|(credential, _)| credential)
        }
    }

    fn password(user: &str, password: &str) -> Option<Credential> {
        Some(Credential::Password(user.to_string(), password.to_string()))
    }

    fn auths(entries: &[(&str, &str)]) -> String {
        let entries = entries
            .iter()
            .map(|(key, pair)| format!(r#""{key}": {{"auth": "{}"}}"#, STANDARD.encode(pair)));
        let entries: Vec<String> = entries.collect();
        format!(r#"{{"auths": {{{}}}}}"#, entries.join(", "))
    }

    #[test]
    fn files_are_read_in_their_order() {
        let auth = |user: &str| auths(&[("r.example", &format!("{user}:p"))]);
        let home = Home::new()
            .with(".config/containers/auth.json", &auth("config"))
            .set("DUMMY", "");
        assert_eq!(home.credential("r.example", "a"), password("config", "p"));
        assert_eq!(home.credential("other.example", "a"), None);
        let home = home
            .with("run/containers/auth.json", &auth("runtime"))
            .set("XDG_RUNTIME_DIR", "$HOME/run");
        assert_eq!(home.credential("r.example", "a"), password("runtime", "p"));
        let home = home.with(".docker/config.json", &auth("docker"));
        assert_eq!(home.credential("r.example", "a"), password("docker", "p"));
        let home = home
            .with("elsewhere/config.json", &auth("elsewhere"))
            .set("DOCKER_CONFIG", "$HOME/elsewhere");
        assert_eq!(
            home.credential("r.example", "a"),
            password("elsewhere", "p")
        );
        let home = home
            .with("given.json", &auth("given"))
            .set("REGISTRY_AUTH_FILE", "$HOME/given.json");
        assert_eq!(home.credential("r.example", "a"), password("given", "p"));
        let home = home.set("WKG_REGISTRY_R_EXAMPLE_AUTH_BEARER", "token");
        let bearer = Some(Credential::Bearer("token".to_string()));
        assert_eq!(home.credential("r.example", "a"), bearer);
    }

    #[test]
    fn the_most_specific_key_of_a_registry_counts() {
        let text = auths(&[
            ("https://old.example/v1/", "old:p"),
            ("r.example", "all:p"),
            ("r.example/acme", "acme:p"),
            ("r.example/acme/kv", "kv:p:with:colons"),
            ("localhost:5000", "local:p"),
            ("https://index.docker.io/v1/", "hub:p"),
        ]);
        let home = Home::new().with(".docker/config.json", &text);
        for (registry, repository, user, secret) in [
            ("old.example", "a", "old", "p"),
            ("r.example", "other", "all", "p"),
            ("r.example", "acmes/kv", "all", "p"),
            ("r.example", "acme/log", "acme", "p"),
            ("r.example", "acme/kv", "kv", "p:with:colons"),
            ("localhost:5000", "a", "local", "p"),
            ("docker.io", "a", "hub", "p"),
        ] {
            let found = home.credential(registry, repository);
            assert_eq!(found, password(user, secret), "{registry}/{repository}");
        }
        assert_eq!(home.credential("localhost:5001", "a"), None);
    }

    #[test]
    fn tokens_are_told_from_passwords() {
        let text = r#"{"auths": {
            "a.example": {"auth": "PHRva2VuPjp4", "identitytoken": "i"},
            "b.example": {"registrytoken": "r"},
            "c.example": {"username": "u", "password": "p"},
            "d.example": {"username": "<token>", "password": "i"},
            "e.example": {}
        }}"#;
        let home = Home::new().with(".docker/config.json", text);
        let identity = Some(Credential::Identity("i".to_string()));
        assert_eq!(home.credential("a.example", "x"), identity);
        let bearer = Some(Credential::Bearer("r".to_string()));
        assert_eq!(home.credential("b.example", "x"), bearer);
        assert_eq!(home.credential("c.example", "x"), password("u", "p"));
        assert_eq!(home.credential("d.example", "x"), identity);
        assert_eq!(home.credential("e.example", "x"), None);
    }

    #[test]
    fn what_cannot_be_read_is_told_without_its_text() {
        for text in [
            "{\"auths\": secret",
            r#"{"auths": {"r.example": {"auth": "secret"}}}"#,
        ] {
            let home = Home::new().with(".docker/config.json", text);
            let found = home.find("r.example", "a");
            assert_eq!(found.credential, None);
            assert_eq!(found.problems.len(), 1, "{found:?}");
            assert!(!format!("{found:?}").contains("secret"), "{found:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn helpers_are_asked_for_the_registry() {
        use std::os::unix::fs::PermissionsExt;
        let helper = "#!/bin/sh\nread server\ncase \"$1 $server\" in\n\
            'get r.example') echo '{\"ServerURL\":\"x\",\"Username\":\"u\",\"Secret\":\"s\"}';;\n\
            'get t.example') echo '{\"Username\":\"<token>\",\"Secret\":\"i\"}';;\n\
            'get n.example') echo 'credentials not found in native keychain'; exit 1;;\n\
            *) echo 'the keychain is locked'; exit 1;;\nesac\n";
        let config = r#"{"credsStore": "test", "credHelpers": {"m.example": "missing"},
            "auths": {"n.example": {"auth": "dTpw"}}}"#;
        let home = Home::new()
            .with(".docker/config.json", config)
            .with("bin/docker-credential-test", helper)
            .set("PATH", "$HOME/bin");
        let program = home.folder.path().join("bin/docker-credential-test");
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(home.credential("r.example", "a"), password("u", "s"));
        let identity = Some(Credential::Identity("i".to_string()));
        assert_eq!(home.credential("t.example", "a"), identity);
        // Those of the file itself, as the helper has none.
        assert_eq!(home.credential("n.example", "a"), password("u", "p"));
        let locked = home.find("other.example", "a").problems;
        assert_eq!(
            locked,
            ["`docker-credential-test` failed: the keychain is locked"]
        );
        let missing = home.find("m.example", "a").problems;
        assert_eq!(missing, ["cannot find `docker-credential-missing` on PATH"]);
    }
}
