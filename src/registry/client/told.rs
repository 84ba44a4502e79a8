//! What the client says when something fails: one function a reason.
//!
//! Lives here: the findings of `client`. May import: `diag`, `escape` (rank 0), `codes`, `http`.
//! Deliberately absent: deciding what failed.

use serde::Deserialize;

use super::super::Image;
use super::super::codes::{DENIED, INVALID_ANSWER, NO_WASM, NOT_FOUND, UNREACHABLE, WRONG_DIGEST};
use super::Access;
use super::http::{Answer, Failure};
use crate::diag::{Diagnostic, Locus, did_you_mean};
use crate::escape::{size, visible};

/// How many tags are listed if none is similar.
const LISTED: usize = 8;

/// What is known of a user that is denied something.
#[derive(Debug, Default)]
pub(super) struct Denied {
    /// Who, and where their credentials are from.
    pub user: Option<String>,
    /// What could not be read.
    pub problems: Vec<String>,
}

fn host(registry: &str) -> Locus {
    Locus::File(registry.to_string())
}

fn place(image: &Image) -> Locus {
    Locus::File(image.to_string())
}

/// What registries say of errors.
fn said(answer: &Answer) -> Vec<String> {
    #[derive(Deserialize)]
    struct Errors {
        errors: Vec<Error>,
    }
    #[derive(Deserialize)]
    struct Error {
        #[serde(default)]
        code: Option<String>,
        #[serde(default)]
        message: Option<String>,
    }
    let Ok(Errors { errors }) = serde_json::from_slice(&answer.body) else {
        // A word of a server in front of it.
        let text = String::from_utf8_lossy(&answer.body);
        let text = text.trim();
        let is_sentence = !text.is_empty() && text.len() <= 200 && !text.contains(['<', '{', '\n']);
        return match is_sentence {
            true => vec![format!("the registry says: {}", visible(text))],
            false => Vec::new(),
        };
    };
    let said = errors.into_iter().filter_map(|error| {
        let told = match (error.message, error.code) {
            (Some(message), _) if !message.trim().is_empty() => message,
            (_, Some(code)) => code,
            _ => return None,
        };
        Some(format!("the registry says: {}", visible(told.trim())))
    });
    said.take(3).collect()
}

/// The words of a status.
fn status(answer: &Answer) -> String {
    let status = ureq::http::StatusCode::from_u16(answer.status);
    let reason = status.ok().and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("{} {reason}", answer.status),
        None => answer.status.to_string(),
    }
}

/// There is no connection, or no answer.
pub(super) fn unreachable(registry: &str, why: &str, help: Option<String>) -> Diagnostic {
    let mut finding = UNREACHABLE
        .report(format!("cannot reach `{registry}`: {why}"))
        .at(host(registry), "");
    finding.help.extend(help);
    finding
}

/// The same, as HTTP has it.
pub(super) fn failure(registry: &str, failure: Failure) -> Diagnostic {
    unreachable(registry, &failure.why, failure.help)
}

/// The answer is an error that is not about what was asked for.
pub(super) fn refused(registry: &str, answer: &Answer) -> Diagnostic {
    let busy = answer.status == 429;
    let mut finding = UNREACHABLE
        .report(format!("`{registry}` answered with {}", status(answer)))
        .at(host(registry), "");
    finding.notes.extend(said(answer));
    if busy {
        if let Some(seconds) = answer.header("retry-after") {
            finding = finding.note(format!("it asks to wait for {} s", visible(seconds)));
        }
        finding = finding.help("try again later; registries allow more requests after a login");
    }
    finding
}

/// The answer is not what the specification says.
pub(super) fn invalid(registry: &str, what: &str) -> Diagnostic {
    INVALID_ANSWER
        .report(format!("`{registry}` gave an invalid answer: {what}"))
        .at(host(registry), "")
        .help("check that the host is a registry for OCI images")
}

/// Where credentials are to be sent is not protected.
pub(super) fn unsafe_realm(registry: &str, realm: &str) -> Diagnostic {
    let realm = visible(realm);
    INVALID_ANSWER
        .report(format!(
            "`{registry}` wants credentials to be sent to `{realm}`, which is not HTTPS"
        ))
        .at(host(registry), "")
        .note("nothing was sent")
}

/// The user may not do that.
pub(super) fn denied(
    image: &Image,
    access: Access,
    answer: &Answer,
    denied: Option<&Denied>,
) -> Diagnostic {
    let registry = &image.registry;
    let what = match access {
        Access::Pull => "read",
        Access::Push => "write to",
    };
    let mut finding = DENIED
        .report(format!(
            "`{registry}` does not allow to {what} `{}`: {}",
            image.repository,
            status(answer)
        ))
        .at(place(image), "");
    finding.notes.extend(said(answer));
    let login = format!("run `docker login {registry}` or `podman login {registry}`");
    // Who the user is did not matter, or nobody was asked.
    let Some(denied) = denied else {
        return finding.help(login);
    };
    let problems = denied.problems.iter().map(|problem| visible(problem));
    finding.notes.extend(problems);
    match &denied.user {
        Some(user) => finding.note(format!("credentials: {user}")).help(format!(
            "check that they are valid and allow it, or run `docker login {registry}` again"
        )),
        None => finding
            .note(format!("no credentials for `{registry}` are stored"))
            .help(login),
    }
}

/// There is no such repository.
pub(super) fn no_repository(image: &Image) -> Diagnostic {
    NOT_FOUND
        .report(format!(
            "cannot find the repository `{}` in `{}`",
            image.repository, image.registry
        ))
        .at(place(image), "")
}

/// There is no such image, and nothing is known of others.
pub(super) fn no_image(image: &Image) -> Diagnostic {
    NOT_FOUND
        .report(format!("cannot find `{image}`"))
        .at(place(image), "")
}

/// There is no such tag, but others.
pub(super) fn no_tag(image: &Image, tags: &[String]) -> Diagnostic {
    let tag = image.reference();
    let finding = NOT_FOUND
        .report(format!(
            "cannot find the tag `{tag}` of `{}` in `{}`",
            image.repository, image.registry
        ))
        .at(place(image), "");
    // The newest last, as far as they are versions.
    let mut known: Vec<(Option<semver::Version>, &String)> = tags
        .iter()
        .map(|tag| (semver::Version::parse(tag).ok(), tag))
        .collect();
    known.sort();
    let left = known.len().saturating_sub(LISTED);
    let names: Vec<String> = known[left..]
        .iter()
        .map(|(_, tag)| format!("`{tag}`"))
        .collect();
    let more = match left {
        0 => String::new(),
        left => format!(", and {left} more"),
    };
    let similar = did_you_mean(tag, tags.iter().map(String::as_str));
    let finding = match names.is_empty() {
        true => finding.note("it has no tags"),
        false => finding.note(format!("tags: {}{more}", names.join(", "))),
    };
    let newest = known.iter().rev().find(|(version, _)| version.is_some());
    match (&image.tag, similar, newest) {
        (None, _, Some((_, newest))) => {
            finding.help(format!("name a version: `{}`", image.tagged(*newest)))
        }
        (_, Some(similar), _) => finding.help(format!("did you mean `{}`?", image.tagged(similar))),
        _ => finding,
    }
}

/// The manifest has a layer that the registry does not have.
pub(super) fn no_layer(image: &Image, digest: &str) -> Diagnostic {
    NOT_FOUND
        .report(format!(
            "`{}` lost the layer `{digest}` of `{image}`",
            image.registry
        ))
        .at(place(image), "")
        .help("publish it again")
}

/// The image holds no WebAssembly, or too much of it.
pub(super) fn no_wasm(image: &Image, why: &str) -> Diagnostic {
    NO_WASM
        .report(format!("`{image}` is not a component: {why}"))
        .at(place(image), "")
        .help("name an image that was published by `witkit publish`, `wkg` or another tool for WebAssembly")
}

/// The layer is larger than anything that is read.
pub(super) fn too_large(image: &Image, bytes: u64, most: u64) -> Diagnostic {
    NO_WASM
        .report(format!(
            "`{image}` has {}, more than the {} that are downloaded",
            size(bytes),
            size(most)
        ))
        .at(place(image), "")
}

/// The bytes are others than those that were named.
pub(super) fn wrong_digest(image: &Image, what: &str, expected: &str, found: &str) -> Diagnostic {
    WRONG_DIGEST
        .report(format!(
            "the {what} of `{image}` has another digest than expected"
        ))
        .at(
            place(image),
            format!("expected {expected}\nfound    {found}"),
        )
        .note("nothing of it was used")
}

/// A digest that cannot be compared.
pub(super) fn unknown_digest(image: &Image, digest: &str) -> Diagnostic {
    invalid(
        &image.registry,
        &format!(
            "`{}` in the manifest of `{image}` is not a SHA-256 digest",
            visible(digest)
        ),
    )
}
