//! `allowed_outbound_hosts`: which destinations a component may call.
//!
//! Lives here: [`wrong`] and [`scheme_of`]. May import: nothing of ours.
//! Deliberately absent: which destinations there are.

use std::net::IpAddr;

/// The form, for messages.
const FORM: &str = "the form is `scheme://host[:port]`, with `*` for any";

/// Schemes whose usual port is known.
const WITH_PORT: &[&str] = &["http", "https", "mqtt", "mysql", "postgres", "redis"];

/// What is wrong with an entry, as Spin would say when it starts. An entry with variables is only
/// known then.
pub(super) fn wrong(entry: &str) -> Option<String> {
    let entry = entry.trim();
    if entry.contains("{{") {
        return None;
    }
    let Some((scheme, rest)) = entry.split_once("://") else {
        return Some(format!("missing `://`; {FORM}"));
    };
    let is_scheme = scheme == "*" || scheme.chars().all(char::is_alphabetic);
    if !is_scheme || scheme.is_empty() {
        return Some(format!("`{scheme}` is not a scheme; {FORM}"));
    }
    let is_net = |text: &str| {
        let text = text.trim_start_matches('[').trim_end_matches(']');
        let (address, mask) = text.split_once('/').unwrap_or((text, "0"));
        address.parse::<IpAddr>().is_ok() && mask.parse::<u8>().is_ok()
    };
    if is_net(rest) {
        return port(None, scheme);
    }
    let (host, given) = match rest.rsplit_once(':') {
        Some((host, given)) => (host, Some(given.strip_suffix('/').unwrap_or(given))),
        None => (rest, None),
    };
    let given = given.filter(|given| !given.is_empty());
    if given.is_some_and(|given| given.contains('/')) {
        return Some("a path is not allowed".to_string());
    }
    let wrong_host = match is_net(host) {
        true => None,
        false => wrong_name(host.strip_suffix('/').unwrap_or(host)),
    };
    wrong_host.or_else(|| port(given, scheme))
}

fn wrong_name(host: &str) -> Option<String> {
    if host.is_empty() {
        return Some(format!("missing host; {FORM}"));
    }
    if host.contains('/') {
        return Some("a path is not allowed".to_string());
    }
    let rest = host.strip_prefix("*.").unwrap_or(host);
    if host != "*" && rest.contains('*') {
        return Some(
            "`*` may stand for the whole host or for subdomains at its beginning".to_string(),
        );
    }
    let is_letter = |c: char| !c.is_whitespace() && !"<>^|%?#@\\".contains(c);
    (!rest.chars().all(is_letter)).then(|| format!("`{host}` is not a host"))
}

fn port(given: Option<&str>, scheme: &str) -> Option<String> {
    match given {
        Some("*") => None,
        Some(given) => {
            let is_port = |text: &str| text.parse::<u16>().is_ok();
            let is_range = given
                .split_once("..")
                .is_some_and(|(start, end)| is_port(start) && is_port(end));
            let wrong = !is_range && !is_port(given);
            wrong.then(|| format!("`{given}` is not a port, a range of ports or `*`"))
        }
        None if WITH_PORT.contains(&scheme) => None,
        None => Some(format!(
            "missing port: the scheme `{scheme}` has no usual one"
        )),
    }
}

/// The scheme of an entry; none if it is any, or known only when the application runs.
pub(crate) fn scheme_of(entry: &str) -> Option<&str> {
    let (scheme, _) = entry.trim().split_once("://")?;
    (scheme != "*" && !scheme.contains("{{")).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries of Spin's own tests and docs.
    #[test]
    fn entries_are_right_where_spin_says_so() {
        for right in [
            "https://example.com",
            "https://example.com:443",
            "http://*",
            "*://*:*",
            "https://*.example.com",
            "redis://localhost:6379",
            "tcp://10.0.0.0/8:5432",
            "https://self",
            "http://spin.internal",
            "mysql://10.1.2.3:3306",
            "https://127.0.0.1:4000..5000",
            "https://{{ host }}",
            "{{ url }}",
            "http://[::1]:8001",
            "http://example.com/",
            "http://example.com:80/",
            "*://localhost:*",
        ] {
            assert_eq!(wrong(right), None, "{right}");
        }
        for bad in [
            "example.com",
            "*",
            "https://example.com/path",
            "https://exa*mple.com",
            "https://*.*.com",
            "foo://example.com",
            "https://example.com:port",
            "https://",
            "ht/tp://x",
            "{http,https}://x",
            "tcp://example.com",
            "https://example.com:99999",
            "https://a b",
        ] {
            assert!(wrong(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn the_scheme_of_an_entry_is_known_unless_it_may_be_any() {
        assert_eq!(scheme_of("redis://x"), Some("redis"));
        assert_eq!(scheme_of("*://x:*"), None);
        assert_eq!(scheme_of("{{ scheme }}://x"), None);
        assert_eq!(scheme_of("{{ url }}"), None);
    }
}
