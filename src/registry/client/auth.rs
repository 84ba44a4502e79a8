//! How a registry wants to be told who the user is.
//!
//! Lives here: [`Challenge`], what an answer with status 401 asks for, and the requests that get a
//! token (<https://distribution.github.io/distribution/spec/auth/token/>).
//! May import: `credentials`, `http`.
//! Deliberately absent: where credentials come from.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;

use super::credentials::Credential;
use super::http::{Answer, Method, Request};

/// The most bytes of an answer with a token.
const TOKEN_SIZE: u64 = 1024 * 1024;

/// What a registry asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// A user name and a password.
    Basic,
    /// A token of the service at `realm`.
    Bearer {
        realm: String,
        service: Option<String>,
        scope: Option<String>,
    },
}

/// An answer of a token service.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl Challenge {
    /// The challenge of an answer: a token is preferred to a password.
    pub fn of(answer: &Answer) -> Option<Challenge> {
        Challenge::read(answer.all("www-authenticate"))
    }

    fn read<'h>(headers: impl IntoIterator<Item = &'h str>) -> Option<Challenge> {
        let mut basic = None;
        for (scheme, parameters) in headers.into_iter().flat_map(challenges) {
            let value = |name: &str| {
                let mut all = parameters.iter();
                let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.clone())
            };
            match scheme.to_ascii_lowercase().as_str() {
                "bearer" => {
                    if let Some(realm) = value("realm") {
                        return Some(Challenge::Bearer {
                            realm,
                            service: value("service"),
                            scope: value("scope"),
                        });
                    }
                }
                "basic" => basic = Some(Challenge::Basic),
                _ => {}
            }
        }
        basic
    }
}

/// The challenges of one header, each with its parameters.
fn challenges(header: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut rest = header.trim_start();
    while !rest.is_empty() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(c);
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if end == 0 {
            // Separators, and what nobody should write.
            rest = rest.strip_prefix(|_: char| true).unwrap_or_default();
            continue;
        }
        let word = &rest[..end];
        let after = rest[end..].trim_start();
        match (after.strip_prefix('='), found.last_mut()) {
            (Some(value), Some((_, parameters))) => {
                let (value, after) = parameter(value.trim_start());
                parameters.push((word.to_string(), value));
                rest = after;
            }
            _ => {
                found.push((word.to_string(), Vec::new()));
                rest = after;
            }
        }
    }
    found
}

/// The value at the start of a text, and what follows.
fn parameter(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ']).unwrap_or(text.len());
        return (text[..end].to_string(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// The header with a user name and a password.
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The header with a token.
pub(super) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// The request for a token, and its body if it has one: a token that is to be exchanged is in the
/// body, where no log has it.
pub(super) fn token_request(
    realm: &Url,
    service: Option<&str>,
    scope: &str,
    credential: Option<&Credential>,
) -> (Request<'static>, Option<String>) {
    let mut url = realm.clone();
    if let Some(Credential::Identity(token)) = credential {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token");
        form.extend_pairs(service.map(|service| ("service", service)));
        form.append_pair("client_id", "witkit");
        form.append_pair("scope", scope);
        form.append_pair("refresh_token", token);
        let mut request = Request::new(Method::POST, url, TOKEN_SIZE);
        let kind = "application/x-www-form-urlencoded".to_string();
        request.headers.push(("content-type", kind));
        return (request, Some(form.finish()));
    }
    {
        let mut query = url.query_pairs_mut();
        query.extend_pairs(service.map(|service| ("service", service)));
        // Several scopes are separated by blanks, and are parameters of their own.
        for scope in scope.split(' ').filter(|scope| !scope.is_empty()) {
            query.append_pair("scope", scope);
        }
    }
    let mut request = Request::new(Method::GET, url, TOKEN_SIZE);
    request.authorization = match credential {
        Some(Credential::Password(user, password)) => Some(basic(user, password)),
        _ => None,
    };
    (request, None)
}

/// The token of an answer.
pub(super) fn token(answer: &Answer) -> Option<String> {
    let token: Token = serde_json::from_slice(&answer.body).ok()?;
    let found = [token.token, token.access_token].into_iter().flatten();
    found.into_iter().find(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let bearer = |realm: &str, service: Option<&str>, scope: Option<&str>| {
            Some(Challenge::Bearer {
                realm: realm.to_string(),
                service: service.map(str::to_string),
                scope: scope.map(str::to_string),
            })
        };
        for (headers, expected) in [
            (
                vec![
                    r#"Bearer realm="https://a.example/token",service="r",scope="repository:a:pull""#,
                ],
                bearer(
                    "https://a.example/token",
                    Some("r"),
                    Some("repository:a:pull"),
                ),
            ),
            (
                vec![r#"bearer Realm = "x" , SERVICE=y"#],
                bearer("x", Some("y"), None),
            ),
            (
                vec![r#"Basic realm="a, b", Bearer realm="\"q\"",scope="repository:a:pull,push""#],
                bearer("\"q\"", None, Some("repository:a:pull,push")),
            ),
            (
                vec!["Basic realm=\"x\"", "Bearer realm=\"y\""],
                bearer("y", None, None),
            ),
            (vec!["Basic realm=\"x\""], Some(Challenge::Basic)),
            (vec!["Basic"], Some(Challenge::Basic)),
            (vec!["Bearer service=\"no realm\""], None),
            (vec!["Negotiate"], None),
            (
                vec!["=,\"", "", "Bearer realm=\"open"],
                bearer("open", None, None),
            ),
            (vec![], None),
        ] {
            assert_eq!(Challenge::read(headers.clone()), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_token_that_is_exchanged_is_not_in_the_address() {
        let realm = Url::parse("https://a.example/token?x=1").unwrap();
        let identity = Credential::Identity("secret".to_string());
        let (request, body) = token_request(&realm, Some("r"), "s", Some(&identity));
        assert!(!request.url.as_str().contains("secret"));
        assert!(body.unwrap().ends_with("scope=s&refresh_token=secret"));
        let (request, body) = token_request(&realm, Some("r"), "a:b c:d", None);
        assert_eq!(
            request.url.as_str(),
            "https://a.example/token?x=1&service=r&scope=a%3Ab&scope=c%3Ad"
        );
        assert_eq!((body, request.authorization), (None, None));
    }
}
