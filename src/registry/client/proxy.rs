//! Which proxy a request goes through, as the environment says it to all programs.
//!
//! Lives here: [`proxy_for`]. May import: nothing of ours.
//! Deliberately absent: settings of the operating system, and address ranges in `NO_PROXY`.

use url::Url;

use super::is_this_machine;

/// The URL of the proxy for a request to `url`; none if there is none, or if the host is excepted.
pub(super) fn proxy_for(url: &Url, env: impl Fn(&str) -> Option<String>) -> Option<String> {
    let host = url.host_str().unwrap_or_default();
    let first = |names: &[&str]| {
        let set = names.iter().filter_map(|name| env(name));
        set.into_iter().find(|value| !value.trim().is_empty())
    };
    let excepted = first(&["NO_PROXY", "no_proxy"]).unwrap_or_default();
    if is_this_machine(host) || is_excepted(host, url.port_or_known_default(), &excepted) {
        return None;
    }
    let names: &[&str] = match url.scheme() {
        "https" => &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        // In CGI, `HTTP_PROXY` is a header of the request: curl reads the lower case only, and so do
        // most others.
        _ => &["http_proxy", "ALL_PROXY", "all_proxy"],
    };
    first(names).map(|proxy| match proxy.contains("://") {
        true => proxy,
        false => format!("http://{proxy}"),
    })
}

/// Whether a list as in `NO_PROXY` has the host: `example.com` and `.example.com` stand for the
/// domain and all below it, `*` for all hosts.
fn is_excepted(host: &str, port: Option<u16>, list: &str) -> bool {
    let host = host.to_ascii_lowercase();
    list.split([',', ' ']).any(|entry| {
        let entry = entry.trim().to_ascii_lowercase();
        if entry == "*" {
            return true;
        }
        let (name, only) = match entry.rsplit_once(':') {
            Some((name, digits)) => match digits.parse::<u16>() {
                Ok(number) if !name.ends_with(':') => (name.to_string(), Some(number)),
                _ => (entry, None),
            },
            None => (entry, None),
        };
        if only.is_some() && only != port {
            return false;
        }
        let name = name.trim_start_matches('*').trim_start_matches('.');
        let below = || {
            host.strip_suffix(name)
                .is_some_and(|rest| rest.ends_with('.'))
        };
        !name.is_empty() && (host == name || below())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(url: &str, env: &[(&str, &str)]) -> Option<String> {
        let url = Url::parse(url).unwrap();
        proxy_for(&url, |name| {
            let set = env.iter().find(|(known, _)| *known == name);
            set.map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn the_scheme_decides_which_variable_counts() {
        let env = [("https_proxy", "http://a:1"), ("http_proxy", "b:2")];
        let found = proxy("https://registry.example/v2/", &env);
        assert_eq!(found.as_deref(), Some("http://a:1"));
        let found = proxy("http://registry.example/v2/", &env);
        assert_eq!(found.as_deref(), Some("http://b:2"));
        let found = proxy("https://registry.example", &[("http_proxy", "b:2")]);
        assert_eq!(found, None);
        let found = proxy("https://registry.example", &[("ALL_PROXY", "c:3")]);
        assert_eq!(found.as_deref(), Some("http://c:3"));
        assert_eq!(
            proxy("https://registry.example", &[("HTTPS_PROXY", "")]),
            None
        );
    }

    #[test]
    fn excepted_hosts_and_this_machine_are_reached_directly() {
        for (url, list, direct) in [
            ("https://localhost:5000/", "", true),
            ("http://127.0.0.1:5000/", "", true),
            ("http://[::1]:5000/", "", true),
            ("https://a.example/", "a.example", true),
            ("https://b.a.example/", "a.example", true),
            ("https://b.a.example/", "x, .a.example", true),
            ("https://b.a.example/", "*.a.example", true),
            ("https://ba.example/", "a.example", false),
            ("https://a.example/", "a.example:443", true),
            ("https://a.example/", "a.example:5000", false),
            ("https://a.example/", "*", true),
            ("https://a.example/", "", false),
        ] {
            let env = [("ALL_PROXY", "http://p:1"), ("no_proxy", list)];
            assert_eq!(proxy(url, &env).is_none(), direct, "{url}, {list}");
        }
    }
}
