//! References to images: `oci://registry.example/acme/kv:0.2.1`.
//!
//! Lives here: [`Image`], read and written as the distribution specification has its parts.
//! May import: `diag` (rank 0), `codes`. Deliberately absent: what an image holds.

use std::fmt;
use std::str::FromStr;

use super::codes::INVALID_REFERENCE;
use crate::diag::{Diagnostic, Locus};
use crate::source::digest::is_digest;

/// What a reference to an image begins with.
const SCHEME: &str = "oci://";

/// The longest tag that the specification allows.
const LONGEST_TAG: usize = 128;

/// An image in a registry.
///
/// ```
/// let image: witkit::registry::Image = "oci://registry.example/acme/kv:0.2.1".parse().unwrap();
/// assert_eq!(image.registry, "registry.example");
/// assert_eq!(image.repository, "acme/kv");
/// assert_eq!(image.tag.as_deref(), Some("0.2.1"));
/// assert_eq!(image.to_string(), "oci://registry.example/acme/kv:0.2.1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Image {
    /// The host, with its port if it has one, in lower case: `registry.example`, `localhost:5000`.
    pub registry: String,
    /// The repository: `acme/kv`.
    pub repository: String,
    /// The tag, usually a version.
    pub tag: Option<String>,
    /// The digest of the manifest: `sha256:…`.
    pub digest: Option<String>,
}

impl Image {
    /// Whether `text` is meant as a reference to an image, so that it is no path.
    pub fn is_reference(text: &str) -> bool {
        let scheme = text.get(..SCHEME.len());
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
    }

    /// The reference `text`; a finding with the reason if it is none (`registry/invalid-reference`).
    pub fn parse(text: &str) -> Result<Image, Diagnostic> {
        // A password that was typed into a reference is not shown, nor stored in a report.
        let shown = match text
            .strip_prefix(SCHEME)
            .and_then(|rest| rest.split('/').next())
        {
            Some(host) if host.contains('@') => "the reference",
            _ => text,
        };
        read(text).map_err(|wrong| {
            let name = match shown == text {
                true => format!("`{text}`"),
                false => shown.to_string(),
            };
            INVALID_REFERENCE
                .report(format!(
                    "{name} is not a valid reference to an image: {}",
                    wrong.why
                ))
                .at(Locus::File(shown.to_string()), "")
                .help(wrong.help)
        })
    }

    /// The same repository with the tag `tag`, and no digest.
    #[must_use]
    pub fn tagged(&self, tag: impl Into<String>) -> Image {
        Image {
            tag: Some(tag.into()),
            digest: None,
            ..self.clone()
        }
    }

    /// How the manifest is asked for: by its digest, its tag, or the tag `latest`.
    pub fn reference(&self) -> &str {
        let given = self.digest.as_deref().or(self.tag.as_deref());
        given.unwrap_or("latest")
    }

    /// Whether `tag` can be a tag.
    pub fn is_tag(tag: &str) -> bool {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        tag.starts_with(word)
            && tag.chars().all(|c| word(c) || c == '.' || c == '-')
            && tag.len() <= LONGEST_TAG
    }

    /// Whether `repository` can be the name of a repository.
    pub fn is_repository(repository: &str) -> bool {
        repository.split('/').all(is_repository_component)
    }
}

/// What is wrong with a reference, and what to do.
struct Wrong {
    why: String,
    help: String,
}

fn wrong<T>(why: impl Into<String>, help: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        why: why.into(),
        help: help.into(),
    })
}

fn read(text: &str) -> Result<Image, Wrong> {
    const FORM: &str = "use the form `oci://registry.example/acme/kv:0.2.1`";
    if !Image::is_reference(text) {
        return wrong(format!("expected `{SCHEME}` at the start"), FORM);
    }
    let rest = &text[SCHEME.len()..];
    let Some((registry, rest)) = rest.split_once('/') else {
        return wrong("missing repository", FORM);
    };
    if registry.contains('@') {
        return wrong(
            "user names and passwords are not part of it",
            "remove everything before the host, and run `docker login` or `podman login` once",
        );
    }
    if !is_host(registry) {
        return wrong(format!("`{registry}` is not a host"), FORM);
    }
    let (rest, digest) = match rest.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (rest, None),
    };
    // Repositories have no colons.
    let (repository, tag) = match rest.split_once(':') {
        Some((repository, tag)) => (repository, Some(tag)),
        None => (rest, None),
    };
    if repository.is_empty() {
        return wrong("missing repository", FORM);
    }
    if !Image::is_repository(repository) {
        let lower = repository.to_ascii_lowercase();
        let help = match Image::is_repository(&lower) {
            true => format!("use lower case: `{lower}`"),
            false => {
                "use lower-case letters and digits, with `.`, `_`, `-` or `/` between them".into()
            }
        };
        return wrong(format!("`{repository}` is not a repository"), help);
    }
    if let Some(tag) = tag.filter(|tag| !Image::is_tag(tag)) {
        let plus = tag.replace('+', "_");
        let help = match Image::is_tag(&plus) {
            true => format!("replace `+`, as registries expect for versions: `{plus}`"),
            false => format!("use at most {LONGEST_TAG} letters, digits, `_`, `.` and `-`"),
        };
        return wrong(format!("`{tag}` is not a tag"), help);
    }
    if let Some(digest) = digest.filter(|digest| !is_digest(digest)) {
        return wrong(
            format!("`{digest}` is not a digest"),
            "use `sha256:` and 64 lower-case hexadecimal digits",
        );
    }
    Ok(Image {
        registry: registry.to_ascii_lowercase(),
        repository: repository.to_string(),
        tag: tag.map(str::to_string),
        digest: digest.map(str::to_string),
    })
}

/// A name or address, and a port if there is one.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        // The colons of an address of IPv6 are in brackets.
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_name = || {
        let label = |label: &str| {
            let all = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            all && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
        };
        host.split('.').all(label)
    };
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_address = || inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    let digits = |port: &str| port.chars().all(|c| c.is_ascii_digit());
    (is_name() || is_address())
        && port.is_none_or(|port| digits(port) && port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Letters and digits, with one `.` or `_`, two `_` or any number of `-` between them.
fn is_repository_component(text: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let mut rest = text;
    loop {
        let word = rest.find(|c| !word(c)).unwrap_or(rest.len());
        if word == 0 {
            return false;
        }
        rest = &rest[word..];
        if rest.is_empty() {
            return true;
        }
        let separator = rest
            .find(|c: char| !matches!(c, '.' | '_' | '-'))
            .unwrap_or(rest.len());
        let (separator, after) = rest.split_at(separator);
        let one_kind = matches!(separator, "." | "_" | "__") || separator.chars().all(|c| c == '-');
        if !one_kind || separator.is_empty() {
            return false;
        }
        rest = after;
    }
}

impl FromStr for Image {
    type Err = Diagnostic;

    fn from_str(text: &str) -> Result<Image, Diagnostic> {
        Image::parse(text)
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn references_are_printed_as_they_were_read() {
        for text in [
            "oci://localhost/a",
            "oci://localhost:5000/a:1.0.0",
            "oci://registry.example/acme/kv:0.2.1",
            "oci://registry.example/a/b__c/d--e.f_g:latest",
            "oci://[::1]:5000/a:1",
            "oci://127.0.0.1:5000/a:_x.y-z",
        ] {
            assert_eq!(Image::parse(text).unwrap().to_string(), text);
            let with_digest = format!("{text}@{DIGEST}");
            let image = Image::parse(&with_digest).unwrap();
            assert_eq!(image.to_string(), with_digest);
            assert_eq!(image.reference(), DIGEST);
        }
    }

    #[test]
    fn what_is_no_reference_is_refused_with_the_reason() {
        for (text, why) in [
            ("registry.example/a", "`oci://` at the start"),
            ("oci://registry.example", "missing repository"),
            ("oci://registry.example/", "missing repository"),
            ("oci://registry.example/:1", "missing repository"),
            ("oci:///a", "`` is not a host"),
            ("oci://a_b/c", "`a_b` is not a host"),
            ("oci://a:0/c", "`a:0` is not a host"),
            ("oci://a:99999/c", "`a:99999` is not a host"),
            ("oci://a:/c", "`a:` is not a host"),
            ("oci://[::x]/c", "`[::x]` is not a host"),
            ("oci://a/B", "`B` is not a repository"),
            ("oci://a/b//c", "`b//c` is not a repository"),
            ("oci://a/b/", "`b/` is not a repository"),
            ("oci://a/b___c", "`b___c` is not a repository"),
            ("oci://a/-b", "`-b` is not a repository"),
            ("oci://a/b:", "`` is not a tag"),
            ("oci://a/b:1.0.0+x", "`1.0.0+x` is not a tag"),
            ("oci://a/b:-1", "`-1` is not a tag"),
            ("oci://a/b@sha256:12", "`sha256:12` is not a digest"),
            ("oci://a/b@", "`` is not a digest"),
        ] {
            let finding = Image::parse(text).unwrap_err();
            assert!(finding.message.contains(why), "{text}: {}", finding.message);
        }
        let long = format!("oci://a/b:{}", "1".repeat(129));
        assert!(Image::parse(&long).is_err());
        assert!(Image::parse(&long[..long.len() - 1]).is_ok());
    }

    /// Whatever is typed is refused, or is a reference that is read again as the same.
    #[test]
    fn any_text_is_refused_or_a_reference_that_is_read_again_as_the_same() {
        let pieces = [
            "oci://",
            "a",
            "B",
            "0",
            ".",
            "-",
            "_",
            "__",
            "/",
            ":",
            "@",
            "sha256:",
            &DIGEST[7..],
            "[::1]",
            "localhost",
            ":5000",
            "é",
            " ",
            "+",
            "%2f",
            "..",
            "?",
            "#",
        ];
        let mut state = 1u64;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize % below
        };
        let mut read = 0;
        for _ in 0..100_000 {
            let count = next(9);
            let rest: String = (0..count).map(|_| pieces[next(pieces.len())]).collect();
            let text = format!("oci://{}/{rest}", pieces[next(pieces.len())]);
            if let Ok(image) = Image::parse(&text) {
                let again = Image::parse(&image.to_string()).unwrap();
                assert_eq!(again, image, "{text}");
                let url = format!("https://{}/v2/{}/x", image.registry, image.repository);
                let url = url::Url::parse(&url).unwrap();
                assert_eq!(url.path(), format!("/v2/{}/x", image.repository), "{text}");
                assert_eq!(url.query(), None, "{text}");
                read += 1;
            }
        }
        assert!(read > 100, "only {read} references");
    }

    #[test]
    fn hosts_are_the_same_in_any_case() {
        let image = Image::parse("OCI://Registry.Example/a").unwrap();
        assert_eq!(image.registry, "registry.example");
    }

    #[test]
    fn a_password_in_a_reference_is_refused_and_not_repeated() {
        let finding = Image::parse("oci://me:secret@registry.example/a").unwrap_err();
        assert!(!format!("{finding:?}").contains("secret"), "{finding:?}");
        assert!(finding.message.contains("passwords"), "{}", finding.message);
    }
}
