//! One request and its answer: redirects, retries, time limits, sizes.
//!
//! Lives here: [`Http`]. May import: `manifest`, `proxy`, and ureq, which nothing else sees.
//! Deliberately absent: what an answer means, and where credentials come from.
//!
//! An answer is kept in memory until it is complete and its digest is known, so that a download that
//! is interrupted leaves nothing anywhere.

use std::io::Read;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::http::HeaderMap;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Timeout};
use url::Url;

use super::proxy::proxy_for;
use crate::source::digest;

/// How often a request is made before its failure counts.
const ATTEMPTS: u32 = 4;

/// The time between the first two attempts; it doubles from one to the next.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest time that an answer may ask to wait before the next attempt.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The answers that another attempt may change.
const RETRIED: &[u16] = &[408, 429, 500, 502, 503, 504];

/// How many redirects are followed.
const REDIRECTS: usize = 10;

/// How many bytes of an upload a registry may take another second for.
const UPLOADED_A_SECOND: u64 = 1024 * 1024;

/// How much of an answer is read that only says what went wrong.
const ERROR_SIZE: u64 = 64 * 1024;

pub(super) use ureq::http::Method;

/// A request.
#[derive(Clone)]
pub(super) struct Request<'r> {
    pub method: Method,
    pub url: Url,
    pub headers: Vec<(&'static str, String)>,
    /// The header of that name, which is sent to the host of `url` only, whatever it redirects to.
    pub authorization: Option<String>,
    pub body: Option<&'r [u8]>,
    /// The most bytes that the answer may have.
    pub limit: u64,
    /// The number of bytes that it must have, if that is known.
    pub size: Option<u64>,
}

impl Request<'_> {
    /// A request without a body.
    pub fn new(method: Method, url: Url, limit: u64) -> Request<'static> {
        Request {
            method,
            url,
            headers: Vec::new(),
            authorization: None,
            body: None,
            limit,
            size: None,
        }
    }
}

/// What was answered, completely.
pub(super) struct Answer {
    pub status: u16,
    /// Where the answer is from, after redirects.
    pub url: Url,
    pub body: Vec<u8>,
    /// The digest of the body, which was computed as it came.
    pub digest: String,
    headers: HeaderMap,
}

impl Answer {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers of that name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let all = self.headers.get_all(name).iter();
        all.filter_map(|value| value.to_str().ok()).collect()
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// The reason.
    pub why: String,
    /// What to do, if that is known.
    pub help: Option<String>,
    /// Whether another attempt may succeed.
    pub is_transient: bool,
    /// Whether it may be that the other side does not speak TLS.
    pub is_plain: bool,
}

impl Failure {
    fn lasting(why: impl Into<String>) -> Failure {
        Failure {
            why: why.into(),
            help: None,
            is_transient: false,
            is_plain: false,
        }
    }

    fn transient(why: impl Into<String>) -> Failure {
        Failure {
            is_transient: true,
            ..Failure::lasting(why)
        }
    }
}

/// A client of HTTP.
pub(super) struct Http {
    agent: OnceLock<Agent>,
    /// How long may pass without a byte.
    patience: Duration,
}

impl Http {
    pub fn new(patience: Duration) -> Http {
        Http {
            agent: OnceLock::new(),
            patience,
        }
    }

    /// The answer to a request, after as many attempts as it takes.
    pub fn send(&self, request: &Request) -> Result<Answer, Failure> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            let result = self.attempt(request);
            let wait = match &result {
                Ok(answer) if RETRIED.contains(&answer.status) => wished(answer).unwrap_or(pause),
                Err(failure) if failure.is_transient => pause,
                _ => return result,
            };
            if wait > LONGEST_PAUSE {
                return result;
            }
            std::thread::sleep(wait);
            pause *= 2;
        }
        self.attempt(request).map_err(|failure| Failure {
            why: match failure.is_transient {
                true => format!("{} ({ATTEMPTS} attempts)", failure.why),
                false => failure.why.clone(),
            },
            ..failure
        })
    }

    /// The answer to a request at the first attempt, where redirects lead to.
    pub fn attempt(&self, request: &Request) -> Result<Answer, Failure> {
        let mut url = request.url.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.once(request, &url)?;
            let is_redirect = matches!(answer.status, 301 | 302 | 303 | 307 | 308);
            let is_read = request.method == Method::GET || request.method == Method::HEAD;
            let Some(location) = answer.header("location").filter(|_| is_redirect && is_read)
            else {
                return Ok(answer);
            };
            let next = url.join(location);
            url = match next {
                Ok(next) if is_safe(&url, &next) => next,
                _ => {
                    return Err(Failure::lasting(format!(
                        "`{}` redirects to `{location}`, which is not HTTPS",
                        host_of(&url)
                    )));
                }
            };
        }
        Err(Failure::lasting(format!("more than {REDIRECTS} redirects")))
    }

    /// The answer of `url`.
    fn once(&self, request: &Request, url: &Url) -> Result<Answer, Failure> {
        let agent = self.agent.get_or_init(|| agent(self.patience));
        let mut builder = ureq::http::Request::builder()
            .method(request.method.clone())
            .uri(url.as_str());
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(authorization) = &request.authorization
            && url.origin() == request.url.origin()
        {
            builder = builder.header("authorization", authorization);
        }
        let invalid = |e: ureq::http::Error| Failure::lasting(e.to_string());
        let proxy = match proxy_for(url, |name| std::env::var(name).ok()) {
            Some(text) => match ureq::Proxy::new(&text) {
                Ok(proxy) => Some(proxy),
                Err(_) => return Err(no_proxy(&text)),
            },
            None => None,
        };
        let sent = match request.body {
            Some(body) => {
                let request = builder.body(body).map_err(invalid)?;
                // What was uploaded is stored somewhere before it is answered.
                let more = Duration::from_secs(body.len() as u64 / UPLOADED_A_SECOND);
                let configured = agent.configure_request(request).proxy(proxy);
                agent.run(
                    configured
                        .timeout_per_read(Some(self.patience + more))
                        .build(),
                )
            }
            None => {
                let request = builder.body(()).map_err(invalid)?;
                agent.run(agent.configure_request(request).proxy(proxy).build())
            }
        };
        let mut response = sent.map_err(|e| self.failure(&e, url))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let limit = match (200..300).contains(&status) {
            true => request.limit,
            false => ERROR_SIZE,
        };
        let mut body = Vec::new();
        let mut reader = response.body_mut().as_reader();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = reader.read(&mut buffer);
            let count = read.map_err(|e| self.failure(&ureq::Error::from(e), url))?;
            if count == 0 {
                break;
            }
            if body.len() as u64 + count as u64 > limit {
                if (200..300).contains(&status) {
                    return Err(Failure::lasting(format!(
                        "the answer of `{}` has more than {limit} bytes",
                        host_of(url)
                    )));
                }
                break;
            }
            body.extend_from_slice(&buffer[..count]);
        }
        if let (Some(size), 200) = (request.size, status)
            && body.len() as u64 != size
        {
            return Err(Failure::transient(format!(
                "the answer of `{}` ended after {} of {size} bytes",
                host_of(url),
                body.len()
            )));
        }
        Ok(Answer {
            status,
            url: url.clone(),
            digest: digest::of(&body),
            body,
            headers,
        })
    }

    /// What an error of ureq means.
    fn failure(&self, error: &ureq::Error, url: &Url) -> Failure {
        let host = host_of(url);
        let seconds = self.patience.as_secs_f32();
        match error {
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                Failure::transient(format!("no connection to `{host}` within {seconds} s"))
            }
            ureq::Error::Timeout(_) => {
                Failure::transient(format!("`{host}` did not answer for {seconds} s"))
            }
            ureq::Error::HostNotFound => {
                Failure::transient(format!("cannot find the host `{host}`"))
            }
            ureq::Error::Io(error) => io_failure(error, &host),
            ureq::Error::Rustls(error) => tls_failure(error, &host),
            ureq::Error::ConnectProxyFailed(why) => {
                Failure::lasting(format!("the proxy refused to connect to `{host}`: {why}"))
            }
            other => Failure::transient(format!("`{host}` did not speak HTTP: {other}")),
        }
    }
}

/// The agent: certificates are read when they are first needed, because that takes milliseconds.
fn agent(patience: Duration) -> Agent {
    // Without any, every certificate has an unknown issuer; plain HTTP works.
    let found = rustls_native_certs::load_native_certs();
    let certs: Vec<Certificate<'static>> = found
        .certs
        .iter()
        .map(|cert| Certificate::from_der(cert.as_ref()).to_owned())
        .collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(certs)))
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .tls_config(tls)
        .timeout_connect(Some(patience))
        .timeout_resolve(Some(patience))
        .timeout_per_read(Some(patience))
        .timeout_per_write(Some(patience))
        .user_agent(concat!("witkit/", env!("CARGO_PKG_VERSION")))
        .build();
    config.new_agent()
}

fn io_failure(error: &std::io::Error, host: &str) -> Failure {
    if let Some(error) = error
        .get_ref()
        .and_then(|e| e.downcast_ref::<rustls::Error>())
    {
        return tls_failure(error, host);
    }
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => {
            Failure::transient(format!("`{host}` refuses connections"))
        }
        std::io::ErrorKind::UnexpectedEof
        | std::io::ErrorKind::ConnectionReset
        | std::io::ErrorKind::ConnectionAborted
        | std::io::ErrorKind::BrokenPipe => Failure {
            is_plain: true,
            ..Failure::transient(format!(
                "`{host}` closed the connection before the answer was complete"
            ))
        },
        _ => Failure::transient(format!("the connection to `{host}` failed: {error}")),
    }
}

fn tls_failure(error: &rustls::Error, host: &str) -> Failure {
    match error {
        rustls::Error::InvalidMessage(_) => Failure {
            help: Some(format!(
                "if plain HTTP is meant, pass `--insecure {host}` to `witkit publish`, or set \
                 `protocol = \"http\"` in `[registry.\"{host}\".oci]` of the configuration of wkg"
            )),
            is_plain: true,
            ..Failure::lasting(format!("`{host}` does not speak TLS"))
        },
        rustls::Error::InvalidCertificate(why) => {
            let (why, help) = certificate(why);
            Failure {
                help: Some(help.to_string()),
                ..Failure::lasting(format!("the certificate of `{host}` is not trusted: {why}"))
            }
        }
        other => Failure::lasting(format!("TLS with `{host}` failed: {other}")),
    }
}

/// What is wrong with a certificate, and what to do.
fn certificate(error: &rustls::CertificateError) -> (String, &'static str) {
    const TRUST: &str = "set SSL_CERT_FILE to a file with the certificate of its authority";
    match error {
        rustls::CertificateError::UnknownIssuer => ("unknown issuer".to_string(), TRUST),
        rustls::CertificateError::Expired | rustls::CertificateError::ExpiredContext { .. } => (
            "it has expired".to_string(),
            "renew it, or correct the clock of this machine",
        ),
        rustls::CertificateError::NotValidForName
        | rustls::CertificateError::NotValidForNameContext { .. } => (
            "it is for another host".to_string(),
            "use the name of the host that the certificate has",
        ),
        // What `openssl req -x509` makes if nothing else is said; it has no case of its own.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => (
            "it is that of an authority, not of a host".to_string(),
            "create it with `basicConstraints=critical,CA:FALSE`, or have the authority sign another",
        ),
        other => (other.to_string(), TRUST),
    }
}

fn no_proxy(text: &str) -> Failure {
    // It may have a password.
    let shown = text.rsplit('@').next().unwrap_or_default();
    Failure {
        help: Some("correct HTTPS_PROXY, http_proxy or ALL_PROXY".to_string()),
        ..Failure::lasting(format!("`{shown}` is not a valid proxy"))
    }
}

/// Whether what follows from an answer of `from` may be fetched from `to`.
pub(super) fn is_safe(from: &Url, to: &Url) -> bool {
    to.scheme() == "https" || (to.scheme() == "http" && from.scheme() == "http")
}

/// The host with its port, if that is not the usual one.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    }
}

/// The time that an answer asks to wait.
fn wished(answer: &Answer) -> Option<Duration> {
    let seconds = answer.header("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
