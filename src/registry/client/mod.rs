//! The built-in client: the distribution specification of the OCI
//! (<https://github.com/opencontainers/distribution-spec/blob/main/spec.md>), as much of it as pulling
//! and pushing one layer takes.
//!
//! Lives here: [`Remote`]; what it says when something fails is in `told`.
//! May import: `diag`, `escape`, `source` (rank 0), its own files and those of `registry`.
//! Deliberately absent: anything on disk, and output.

mod auth;
mod credentials;
mod http;
mod proxy;
mod pull;
mod push;
mod told;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use url::Url;

use super::manifest::Manifest;
use super::{Client, Found, Image, Options, Pulled, Push, Registry};
use crate::diag::Diagnostic;
use auth::Challenge;
use credentials::Credential;
use http::{Answer, Http, Method, Request, host_of, is_safe};
use told::Denied;

/// How long may pass without a byte, if nothing else is said.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most bytes of a page of tags, or of a description of a registry.
const DOCUMENT_SIZE: u64 = 16 * 1024 * 1024;

/// Whether the host is this machine, to which nothing gets over a network.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<std::net::IpAddr>();
    address.is_ok_and(|address| address.is_loopback())
        || host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
}

/// What a repository is to be used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Access {
    Pull,
    Push,
}

impl Access {
    /// The actions as a scope has them.
    fn actions(self) -> &'static str {
        match self {
            Access::Pull => "pull",
            Access::Push => "pull,push",
        }
    }
}

/// A session: the registry, the repository, and what it is used for.
type Session = (String, String, Access);

/// The registries of the network.
pub(super) struct Remote {
    http: Http,
    insecure: Vec<String>,
    /// How each registry is reached: `https` or `http`.
    schemes: Mutex<BTreeMap<String, &'static str>>,
    /// The header of each session that needs one.
    sessions: Mutex<BTreeMap<Session, String>>,
}

/// Locks what cannot be left half-changed.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Remote {
    pub fn new(options: &Options, patience: Option<Duration>) -> Remote {
        let insecure = options.insecure.iter();
        Remote {
            http: Http::new(patience.unwrap_or(PATIENCE)),
            insecure: insecure.map(|host| host.to_ascii_lowercase()).collect(),
            schemes: Mutex::default(),
            sessions: Mutex::default(),
        }
    }

    /// How a host is reached. One of this machine is if plain HTTP is what it speaks, as docker has it.
    fn scheme(&self, host: &str) -> &'static str {
        if self.insecure.iter().any(|insecure| insecure == host) {
            return "http";
        }
        let known = locked(&self.schemes).get(host).copied();
        if let Some(known) = known {
            return known;
        }
        let url = Url::parse(&format!("https://{host}/v2/")).ok();
        let here = url
            .as_ref()
            .and_then(Url::host_str)
            .is_some_and(is_this_machine);
        let scheme = match url.filter(|_| here) {
            Some(url) => match self
                .http
                .attempt(&Request::new(Method::GET, url, DOCUMENT_SIZE))
            {
                Err(failure) if failure.is_plain => "http",
                _ => "https",
            },
            None => "https",
        };
        locked(&self.schemes).insert(host.to_string(), scheme);
        scheme
    }

    /// The URL of `path` at the host of a registry.
    fn url(&self, registry: &str, path: &str) -> Result<Url, Diagnostic> {
        // The name that everybody uses is not the host that has the images.
        let host = match registry {
            "docker.io" | "index.docker.io" => "registry-1.docker.io",
            other => other,
        };
        let text = format!("{}://{host}/{path}", self.scheme(host));
        Url::parse(&text).map_err(|e| told::unreachable(registry, &e.to_string(), None))
    }

    /// The repository as it is in URLs.
    fn repository(image: &Image) -> String {
        let is_hub = matches!(image.registry.as_str(), "docker.io" | "index.docker.io");
        match is_hub && !image.repository.contains('/') {
            true => format!("library/{}", image.repository),
            false => image.repository.clone(),
        }
    }

    /// The URL of something of the image's repository.
    fn place(&self, image: &Image, what: &str) -> Result<Url, Diagnostic> {
        let repository = Remote::repository(image);
        self.url(&image.registry, &format!("v2/{repository}/{what}"))
    }

    /// The answer to a request, made as the user if the registry wants to know. Answers about the
    /// request itself, as 404, are the caller's to judge.
    fn call(
        &self,
        image: &Image,
        access: Access,
        mut request: Request,
    ) -> Result<Answer, Diagnostic> {
        let base = self.url(&image.registry, "v2/")?;
        let is_own = base.origin() == request.url.origin();
        let session = (image.registry.clone(), image.repository.clone(), access);
        if is_own {
            request.authorization = locked(&self.sessions).get(&session).cloned();
        }
        let unreachable = |failure| told::failure(&image.registry, failure);
        let mut answer = self.http.send(&request).map_err(unreachable)?;
        if answer.status == 401 && is_own && answer.url.origin() == base.origin() {
            let Some(challenge) = Challenge::of(&answer) else {
                return Err(told::denied(image, access, &answer, None));
            };
            let (header, denied) = self.authorize(image, access, &base, &challenge)?;
            if header.is_none() {
                return Err(told::denied(image, access, &answer, Some(&denied)));
            }
            request.authorization.clone_from(&header);
            answer = self.http.send(&request).map_err(unreachable)?;
            if matches!(answer.status, 401 | 403) {
                return Err(told::denied(image, access, &answer, Some(&denied)));
            }
            if let Some(header) = header {
                locked(&self.sessions).insert(session, header);
            }
        }
        match answer.status {
            401 | 403 => Err(told::denied(image, access, &answer, None)),
            429 | 500.. => Err(told::refused(&image.registry, &answer)),
            _ => Ok(answer),
        }
    }

    /// The header that answers a challenge, if the user has what it takes; and why it may not do.
    fn authorize(
        &self,
        image: &Image,
        access: Access,
        base: &Url,
        challenge: &Challenge,
    ) -> Result<(Option<String>, Denied), Diagnostic> {
        let env = |name: &str| std::env::var(name).ok();
        let found = credentials::find(&image.registry, &image.repository, &env);
        let denied = Denied {
            user: found
                .credential
                .as_ref()
                .map(|(credential, from)| match credential {
                    Credential::Password(user, _) => format!("user `{user}` from {from}"),
                    _ => format!("the token from {from}"),
                }),
            problems: found.problems,
        };
        let credential = found.credential.map(|(credential, _)| credential);
        if let Some(Credential::Bearer(token)) = &credential {
            return Ok((Some(auth::bearer(token)), denied));
        }
        let (realm, service, scope) = match (challenge, &credential) {
            (Challenge::Basic, Some(Credential::Password(user, password))) => {
                return Ok((Some(auth::basic(user, password)), denied));
            }
            (Challenge::Basic, _) => return Ok((None, denied)),
            (
                Challenge::Bearer {
                    realm,
                    service,
                    scope,
                },
                _,
            ) => (realm, service, scope),
        };
        let realm = match base.join(realm) {
            Ok(url) if is_safe(base, &url) => url,
            _ => return Err(told::unsafe_realm(&image.registry, realm)),
        };
        let repository = Remote::repository(image);
        let wanted = format!("repository:{repository}:{}", access.actions());
        let scope = scope.as_deref().unwrap_or(&wanted);
        // What is stored may have expired, and not be needed for what is public.
        let mut tried = vec![credential.as_ref()];
        if credential.is_some() && access == Access::Pull {
            tried.push(None);
        }
        for credential in tried {
            let (request, body) =
                auth::token_request(&realm, service.as_deref(), scope, credential);
            let request = Request {
                body: body.as_deref().map(str::as_bytes),
                ..request
            };
            let answer = self.http.send(&request);
            let answer = answer.map_err(|failure| told::failure(&host_of(&realm), failure))?;
            if answer.is_success() {
                return match auth::token(&answer) {
                    Some(token) => Ok((Some(auth::bearer(&token)), denied)),
                    None => Err(told::invalid(
                        &host_of(&realm),
                        "the answer of its token service has no token",
                    )),
                };
            }
            if answer.status == 429 || answer.status >= 500 {
                return Err(told::refused(&host_of(&realm), &answer));
            }
        }
        Ok((None, denied))
    }
}

impl Registry for Remote {
    fn tags(&self, image: &Image) -> Result<Vec<String>, Diagnostic> {
        self.all_tags(image)
    }

    fn pull(&self, image: &Image) -> Result<Pulled, Diagnostic> {
        self.download(image)
    }

    fn well_known(&self, host: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
        let url = self.url(host, ".well-known/wasm-pkg/registry.json")?;
        let request = Request::new(Method::GET, url, DOCUMENT_SIZE);
        let answer = self.http.send(&request);
        let answer = answer.map_err(|failure| told::failure(host, failure))?;
        match answer.status {
            200 => Ok(Some(answer.body)),
            // Registries say in many ways that they have no such page.
            400..=428 | 430..=499 => Ok(None),
            _ => Err(told::refused(host, &answer)),
        }
    }
}

impl Client for Remote {
    fn find(&self, image: &Image) -> Result<Option<Found>, Diagnostic> {
        let stored = self.stored(image, Access::Push)?;
        Ok(stored.map(|(bytes, manifest_digest)| Found {
            layers: Manifest::read(&bytes)
                .map(|manifest| {
                    manifest
                        .wasm_digests()
                        .iter()
                        .map(|d| d.to_string())
                        .collect()
                })
                .unwrap_or_default(),
            manifest_digest,
        }))
    }

    fn push(&self, image: &Image, push: &Push) -> Result<(), Diagnostic> {
        self.upload(image, push)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for host in [
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "127.0.0.1",
            "127.1.2.3",
            "[::1]",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "localhost.example",
            "128.0.0.1",
            "[::2]",
            "notlocalhost",
            "127.0.0.1.example",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
