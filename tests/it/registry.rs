//! The client of registries, against one that misbehaves: what is pulled is what was published, or
//! nothing, and the finding says why.

use std::time::{Duration, Instant};

use witkit::diag::Diagnostic;
use witkit::registry::Image;
use witkit::registry::manifest::{IMAGE, LAYER, digest};

#[path = "registry/docker.rs"]
mod docker;
#[path = "registry/server.rs"]
mod server;

use server::{Asked, Reply, Server, image_of};

const BYTES: &[u8] = b"\0asm\x0d\0\x01\0";

/// A registry with one image, whose answers `change` may replace.
fn registry(change: impl Fn(&Asked, usize) -> Option<Reply> + Send + Sync + 'static) -> Server {
    Server::start(move |asked, before| {
        change(asked, before).unwrap_or_else(|| {
            let (manifest, layer) = image_of(BYTES);
            match asked.path.as_str() {
                "/v2/acme/kv/manifests/1.0.0" => {
                    Reply::new(200, manifest).with("content-type", IMAGE)
                }
                path if path == format!("/v2/acme/kv/manifests/{}", digest(&manifest)) => {
                    Reply::new(200, manifest)
                }
                path if path == format!("/v2/acme/kv/blobs/{layer}") => Reply::new(200, BYTES),
                path if path.starts_with("/v2/acme/kv/tags/list") => Reply::new(
                    200,
                    r#"{"name": "acme/kv", "tags": ["1.0.0", "0.9.0", "latest"]}"#,
                ),
                _ => Reply::new(
                    404,
                    r#"{"errors": [{"code": "UNKNOWN", "message": "unknown"}]}"#,
                ),
            }
        })
    })
}

fn pull(server: &Server) -> Result<Vec<u8>, Diagnostic> {
    let pulled = server.client().pull(&server.image())?;
    Ok(pulled.bytes)
}

/// The code and everything that a finding says, without the port.
fn told(server: &Server, finding: &Diagnostic) -> String {
    let labels = finding.labels.iter().map(|label| label.text.as_str());
    let lines = [finding.message.as_str()].into_iter().chain(labels);
    let notes = finding.notes.iter().chain(&finding.help);
    let lines = lines.chain(notes.map(String::as_str));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let text = lines.join("\n").replace(&server.host, "HOST");
    format!("{}: {}", finding.code.name, text.trim())
}

/// What a pull fails with.
fn failure(server: &Server) -> String {
    told(server, &pull(server).expect_err("it fails"))
}

fn is_layer(asked: &Asked) -> bool {
    asked.path.contains("/blobs/")
}

fn is_manifest(asked: &Asked) -> bool {
    asked.path.contains("/manifests/")
}

#[test]
fn an_image_is_pulled_by_its_tag_and_by_its_digest() {
    let server = registry(|_, _| None);
    let client = server.client();
    let by_tag = client.pull(&server.image()).expect("it is there");
    assert_eq!(by_tag.bytes, BYTES);
    assert_eq!(by_tag.digest, digest(BYTES));
    let by_digest = Image {
        digest: Some(by_tag.manifest_digest.clone()),
        ..server.image()
    };
    assert_eq!(client.pull(&by_digest).expect("it is there"), by_tag);
    assert_eq!(
        client.tags(&server.image()).expect("tags"),
        ["0.9.0", "1.0.0", "latest"]
    );
}

#[test]
fn plain_http_is_tried_on_this_machine_only_if_it_has_no_tls() {
    let server = registry(|_, _| None);
    let client = witkit::registry::client(&Default::default()).expect("it is built in");
    assert_eq!(
        client.pull(&server.image()).expect("it is there").bytes,
        BYTES
    );
}

#[test]
fn bytes_with_another_digest_are_refused() {
    let layer =
        registry(|asked, _| is_layer(asked).then(|| Reply::new(200, *b"\0asm\x0d\0\x01\x01")));
    let failed = failure(&layer);
    let start = "registry/wrong-digest: the layer of `oci://HOST/acme/kv:1.0.0` has another digest";
    assert!(failed.starts_with(start), "{failed}");
    assert!(failed.contains(&digest(BYTES)), "{failed}");
    assert_eq!(layer.count("GET", "/blobs/"), 1);
    let manifest = registry(|asked, _| {
        let (manifest, _) = image_of(BYTES);
        is_manifest(asked)
            .then(|| Reply::new(200, manifest).with("docker-content-digest", digest(b"")))
    });
    let failed = failure(&manifest);
    assert!(
        failed.starts_with("registry/wrong-digest: the manifest"),
        "{failed}"
    );
    let image = Image {
        digest: Some(digest(b"other")),
        ..layer.image()
    };
    let other = registry(|asked, _| is_manifest(asked).then(|| Reply::new(200, image_of(BYTES).0)));
    let image = Image {
        registry: other.host.clone(),
        ..image
    };
    let finding = other.client().pull(&image).expect_err("it is another");
    assert_eq!(finding.code.name, "registry/wrong-digest");
}

#[test]
fn what_was_cut_off_is_fetched_again_and_never_used() {
    let once = registry(|asked, before| {
        let cut = Reply {
            cut: Some(3),
            ..Reply::new(200, BYTES)
        };
        (is_layer(asked) && before == 0).then_some(cut)
    });
    assert_eq!(pull(&once).expect("the second attempt is whole"), BYTES);
    assert_eq!(once.count("GET", "/blobs/"), 2);
    let short = registry(|asked, _| is_layer(asked).then(|| Reply::new(200, &BYTES[..3])));
    assert_eq!(
        failure(&short),
        "registry/unreachable: cannot reach `HOST`: the answer of `HOST` ended after 3 of 8 bytes (4 attempts)"
    );
    assert_eq!(short.count("GET", "/blobs/"), 4);
    let long = registry(|asked, _| is_layer(asked).then(|| Reply::new(200, [0; 100_000])));
    let failed = failure(&long);
    assert!(failed.contains("has more than 8 bytes"), "{failed}");
}

#[test]
fn a_registry_that_stops_answering_is_given_up() {
    let silent = registry(|asked, _| {
        let hang = Reply {
            hang: true,
            cut: Some(3),
            ..Reply::new(200, BYTES)
        };
        is_layer(asked).then_some(hang)
    });
    let start = Instant::now();
    assert_eq!(
        failure(&silent),
        "registry/unreachable: cannot reach `HOST`: `HOST` did not answer for 1 s (4 attempts)"
    );
    assert!(
        start.elapsed() < Duration::from_secs(15),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_registry_that_is_busy_is_asked_again() {
    for status in [429, 500, 502, 503, 504] {
        let busy = registry(move |asked, before| {
            let reply = Reply::new(status, "").with("retry-after", "0");
            (is_manifest(asked) && before < 2).then_some(reply)
        });
        assert_eq!(
            pull(&busy).expect("the third attempt works"),
            BYTES,
            "{status}"
        );
        assert_eq!(busy.count("GET", "/manifests/"), 3);
    }
    let always = registry(|_, _| Some(Reply::new(503, "").with("retry-after", "0")));
    assert_eq!(
        failure(&always),
        "registry/unreachable: `HOST` answered with 503 Service Unavailable"
    );
    assert_eq!(always.count("GET", ""), 4);
    let for_hours = registry(|_, _| Some(Reply::new(429, "").with("retry-after", "7200")));
    let failed = failure(&for_hours);
    assert!(
        failed.contains("429 Too Many Requests\nit asks to wait for 7200 s"),
        "{failed}"
    );
    assert_eq!(for_hours.count("GET", ""), 1);
}

#[test]
fn what_does_not_exist_is_told_with_what_does() {
    let server = registry(|_, _| None);
    let client = server.client();
    let missing = |image: Image| told(&server, &client.pull(&image).expect_err("it is not there"));
    assert_eq!(
        missing(server.image().tagged("1.0.1")),
        "registry/not-found: cannot find the tag `1.0.1` of `acme/kv` in `HOST`\n\
         tags: `latest`, `0.9.0`, `1.0.0`\ndid you mean `oci://HOST/acme/kv:1.0.0`?"
    );
    let untagged = Image {
        tag: None,
        ..server.image()
    };
    // The tag that it stands for is there, but not its manifest.
    assert!(missing(untagged).contains("name a version: `oci://HOST/acme/kv:1.0.0`"));
    let other = Image {
        repository: "acme/log".to_string(),
        ..server.image()
    };
    assert_eq!(
        missing(other.clone()),
        "registry/not-found: cannot find `oci://HOST/acme/log:1.0.0`"
    );
    let tags = client.tags(&other).expect_err("there are none");
    let expected = "registry/not-found: cannot find the repository `acme/log` in `HOST`";
    assert_eq!(told(&server, &tags), expected);
}

#[test]
fn what_is_no_registry_or_no_component_is_told() {
    let website = registry(|_, _| Some(Reply::new(200, "<html>")));
    let failed = failure(&website);
    assert!(
        failed.starts_with("registry/invalid-answer: `HOST` gave an invalid answer"),
        "{failed}"
    );
    let container = registry(|asked, _| {
        let (manifest, _) = image_of(BYTES);
        let manifest = String::from_utf8(manifest).expect("JSON");
        let tar = "application/vnd.oci.image.layer.v1.tar+gzip";
        is_manifest(asked).then(|| Reply::new(200, manifest.replace(LAYER, tar)))
    });
    let failed = failure(&container);
    let why = "it has no layer of type `application/wasm`, only `application/vnd.oci.image.layer.v1.tar+gzip`";
    assert!(
        failed.starts_with("registry/no-wasm") && failed.contains(why),
        "{failed}"
    );
    let huge = registry(|asked, _| {
        let (manifest, _) = image_of(BYTES);
        let manifest = String::from_utf8(manifest).expect("JSON");
        let huge = manifest.replace("\"size\":8", "\"size\":99999999999");
        is_manifest(asked).then(|| Reply::new(200, huge))
    });
    let failed = failure(&huge);
    assert!(
        failed.contains("has 100.0 GB, more than the 1.1 GB"),
        "{failed}"
    );
    assert_eq!(huge.count("GET", "/blobs/"), 0);
    let lost = registry(|asked, _| is_layer(asked).then(|| Reply::new(404, "")));
    assert!(failure(&lost).starts_with("registry/not-found: `HOST` lost the layer"));
    // A path in a digest would be another request.
    let path = registry(|asked, _| {
        let (manifest, layer) = image_of(BYTES);
        let manifest = String::from_utf8(manifest).expect("JSON");
        is_manifest(asked).then(|| Reply::new(200, manifest.replace(&layer, "../../x")))
    });
    assert!(failure(&path).contains("is not a SHA-256 digest"));
}

#[test]
fn an_index_stands_for_its_only_component() {
    let index = registry(|asked, _| {
        let (manifest, _) = image_of(BYTES);
        let entry = |digest: &str, architecture: &str| {
            format!(
                r#"{{"mediaType": "{IMAGE}", "digest": "{digest}", "size": 1,
                     "platform": {{"architecture": "{architecture}", "os": "x"}}}}"#
            )
        };
        let entries = [
            entry(&digest(b"x"), "amd64"),
            entry(&digest(&manifest), "wasm"),
        ];
        let index = format!(
            r#"{{"schemaVersion": 2, "manifests": [{}]}}"#,
            entries.join(",")
        );
        asked
            .path
            .ends_with("/1.0.0")
            .then(|| Reply::new(200, index))
    });
    let pulled = index.client().pull(&index.image()).expect("it is there");
    assert_eq!(pulled.bytes, BYTES);
    assert_eq!(pulled.manifest_digest, digest(&image_of(BYTES).0));
}

#[test]
fn a_token_is_fetched_once_and_sent_to_no_other_host() {
    let elsewhere = Server::start(|_, _| Reply::new(200, BYTES));
    let other = format!("http://{}/layer", elsewhere.host);
    let server = registry(move |asked, _| {
        let host = &asked.headers["host"];
        let challenge = format!(
            "Bearer realm=\"http://{host}/token\",service=\"r\",scope=\"repository:acme/kv:pull\""
        );
        if asked.path.starts_with("/token") {
            return Some(Reply::new(200, r#"{"token": "t"}"#));
        }
        if asked.headers.get("authorization").map(String::as_str) != Some("Bearer t") {
            return Some(Reply::new(401, "").with("www-authenticate", challenge));
        }
        is_layer(asked).then(|| Reply::new(307, "").with("location", other.clone()))
    });
    let client = server.client();
    for _ in 0..2 {
        assert_eq!(
            client.pull(&server.image()).expect("it is there").bytes,
            BYTES
        );
    }
    assert_eq!(server.count("GET", "/token"), 1);
    let token = "/token?service=r&scope=repository%3Aacme%2Fkv%3Apull";
    assert_eq!(server.count("GET", token), 1);
    let asked = elsewhere.asked();
    assert_eq!(asked.len(), 2);
    assert!(
        asked
            .iter()
            .all(|asked| !asked.headers.contains_key("authorization")),
        "{asked:?}"
    );
}

#[test]
fn redirects_end() {
    let round = registry(|asked, _| {
        is_layer(asked).then(|| Reply::new(302, "").with("location", asked.path.clone()))
    });
    let failed = failure(&round);
    assert!(failed.contains("more than 10 redirects"), "{failed}");
}

#[test]
fn all_pages_of_tags_are_read() {
    let pages = registry(|asked, _| {
        let (tags, next) = match asked.path.split_once("last=").map(|(_, last)| last) {
            None => (r#"["c", "b"]"#, Some("c")),
            Some("c") => (r#"["a"]"#, Some("a")),
            Some(_) => ("null", None),
        };
        let reply = Reply::new(200, format!(r#"{{"tags": {tags}}}"#));
        let link = |last| format!("</v2/acme/kv/tags/list?n=1000&last={last}>; rel=\"next\"");
        Some(match next {
            Some(last) => reply.with("link", link(last)),
            None => reply,
        })
    });
    let tags = pages.client().tags(&pages.image());
    assert_eq!(tags.expect("tags"), ["a", "b", "c"]);
    let round = registry(|asked, _| {
        let link = format!("<{}>; rel=\"next\"", asked.path);
        Some(Reply::new(200, r#"{"tags": ["a"]}"#).with("link", link))
    });
    assert_eq!(round.client().tags(&round.image()).expect("tags"), ["a"]);
}

#[test]
fn the_well_known_file_of_a_host_is_read_if_there_is_one() {
    let path = "/.well-known/wasm-pkg/registry.json";
    let server = registry(move |asked, _| (asked.path == path).then(|| Reply::new(200, "{}")));
    let found = server.client().well_known(&server.host);
    assert_eq!(found.expect("it is there"), Some(b"{}".to_vec()));
    for status in [401, 403, 404] {
        let without = registry(move |_, _| Some(Reply::new(status, "")));
        let found = without.client().well_known(&without.host);
        assert_eq!(found.expect("it is not there"), None);
    }
}

#[test]
fn an_upload_that_is_lost_is_begun_again() {
    use witkit::registry::{Blob, Push};
    let server = Server::start(|asked, before| match asked.method.as_str() {
        "HEAD" => Reply::new(404, ""),
        "POST" => Reply::new(202, "").with("location", "/v2/acme/kv/blobs/uploads/1?state=x"),
        "PUT" if asked.path.contains("/uploads/") && before == 0 => Reply::new(404, ""),
        _ => Reply::new(201, ""),
    });
    let push = Push {
        blobs: vec![Blob {
            digest: digest(BYTES),
            bytes: BYTES.to_vec(),
        }],
        manifest: image_of(BYTES).0,
    };
    let client = server.client();
    client
        .push(&server.image(), &push)
        .expect("the second upload works");
    assert_eq!(server.count("POST", ""), 2);
    let asked = server.asked();
    let put = asked.iter().rfind(|a| a.path.contains("uploads/1"));
    let put = put.expect("an upload");
    assert!(put.path.contains("?state=x&digest=sha256"), "{}", put.path);
    assert_eq!(put.body, BYTES);
    let last = asked.last().expect("the manifest");
    assert_eq!(
        (last.path.as_str(), &last.body),
        ("/v2/acme/kv/manifests/1.0.0", &push.manifest)
    );
}
