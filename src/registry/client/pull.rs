//! Downloads: manifests, the layer that one refers to, and tags.
//!
//! Lives here: what [`Remote`] does to pull. May import: as `client`.
//! Deliberately absent: resuming, because a download that was cut off is begun again.

use serde::Deserialize;

use super::super::manifest::{ACCEPTED, Manifest, Place};
use super::super::{Image, Pulled};
use super::http::{Method, Request};
use super::{Access, DOCUMENT_SIZE, Remote, told};
use crate::diag::Diagnostic;
use crate::source::digest::{self, is_digest};

/// The most bytes of a manifest, as registries have it as well.
const MANIFEST_SIZE: u64 = 4 * 1024 * 1024;

/// The most bytes of a layer.
const LAYER_SIZE: u64 = 1024 * 1024 * 1024;

/// The most pages of tags.
const PAGES: usize = 1000;

/// How many tags a page has, if the registry agrees.
const TAGS_A_PAGE: usize = 1000;

impl Remote {
    /// The manifest of an image as it is stored, with its digest; none if there is none.
    pub(super) fn stored(
        &self,
        image: &Image,
        access: Access,
    ) -> Result<Option<(Vec<u8>, String)>, Diagnostic> {
        let url = self.place(image, &format!("manifests/{}", image.reference()))?;
        let mut request = Request::new(Method::GET, url, MANIFEST_SIZE);
        request.headers.push(("accept", ACCEPTED.to_string()));
        let answer = self.call(image, access, request)?;
        if answer.status == 404 {
            return Ok(None);
        }
        if !answer.is_success() {
            return Err(told::refused(&image.registry, &answer));
        }
        // A reference by digest is its own word; else that of the registry has to be true.
        let said = answer.header("docker-content-digest");
        let said = said.filter(|said| is_digest(said));
        if let Some(expected) = image.digest.as_deref().or(said)
            && expected != answer.digest
        {
            return Err(told::wrong_digest(
                image,
                "manifest",
                expected,
                &answer.digest,
            ));
        }
        Ok(Some((answer.body, answer.digest)))
    }

    /// Why an image is not found, with the tags that there are.
    fn not_found(&self, image: &Image) -> Diagnostic {
        let tags = match &image.digest {
            Some(_) => None,
            None => Some(self.all_tags(image)),
        };
        match tags {
            Some(Ok(tags)) => told::no_tag(image, &tags),
            // What the tags are is only advice.
            Some(Err(_)) | None => told::no_image(image),
        }
    }

    /// The layer of WebAssembly of a manifest, which may be an index.
    fn layer(&self, image: &Image, manifest: &[u8]) -> Result<(Pulled, u64), Diagnostic> {
        let read = |bytes: &[u8]| {
            Manifest::read(bytes).map_err(|why| {
                told::invalid(
                    &image.registry,
                    &format!("the manifest of `{image}` is invalid: {why}"),
                )
            })
        };
        let mut bytes = manifest.to_vec();
        let mut digest = digest::of(manifest);
        let mut is_inner = false;
        loop {
            let manifest = read(&bytes)?;
            let descriptor = match manifest.wasm() {
                Place::Layer(layer) => {
                    let pulled = Pulled {
                        bytes: Vec::new(),
                        digest: layer.digest.clone(),
                        manifest_digest: digest,
                        annotations: manifest.annotations.clone(),
                    };
                    return Ok((pulled, layer.size));
                }
                Place::Image(inner) if !is_inner => inner.digest.clone(),
                Place::Image(_) => {
                    return Err(told::no_wasm(image, "it is an index of indexes"));
                }
                Place::None(why) => return Err(told::no_wasm(image, &why)),
            };
            if !is_digest(&descriptor) {
                return Err(told::unknown_digest(image, &descriptor));
            }
            let inner = Image {
                digest: Some(descriptor),
                ..image.clone()
            };
            let found = self.stored(&inner, Access::Pull)?;
            (bytes, digest) = found.ok_or_else(|| self.not_found(&inner))?;
            is_inner = true;
        }
    }

    /// All tags of the image's repository, sorted.
    pub(super) fn all_tags(&self, image: &Image) -> Result<Vec<String>, Diagnostic> {
        #[derive(Deserialize)]
        struct Page {
            #[serde(default)]
            tags: Option<Vec<String>>,
        }
        let mut url = self.place(image, "tags/list")?;
        url.set_query(Some(&format!("n={TAGS_A_PAGE}")));
        let mut tags = Vec::new();
        for _ in 0..PAGES {
            let request = Request::new(Method::GET, url.clone(), DOCUMENT_SIZE);
            let answer = self.call(image, Access::Pull, request)?;
            if answer.status == 404 {
                return Err(told::no_repository(image));
            }
            if !answer.is_success() {
                return Err(told::refused(&image.registry, &answer));
            }
            let page: Page = serde_json::from_slice(&answer.body).map_err(|e| {
                let what = format!("the tags of `{}` are invalid: {e}", image.repository);
                told::invalid(&image.registry, &what)
            })?;
            tags.extend(page.tags.unwrap_or_default());
            let next = answer.header("link").and_then(next_page);
            let next = next.and_then(|next| answer.url.join(next).ok());
            match next.filter(|next| *next != url && next.origin() == url.origin()) {
                Some(next) => url = next,
                None => {
                    tags.sort();
                    tags.dedup();
                    return Ok(tags);
                }
            }
        }
        let what = format!("the tags of `{}` do not end", image.repository);
        Err(told::invalid(&image.registry, &what))
    }

    /// The layer of an image, checked.
    pub(super) fn download(&self, image: &Image) -> Result<Pulled, Diagnostic> {
        let found = self.stored(image, Access::Pull)?;
        let (manifest, _) = found.ok_or_else(|| self.not_found(image))?;
        let (mut pulled, size) = self.layer(image, &manifest)?;
        if !is_digest(&pulled.digest) {
            return Err(told::unknown_digest(image, &pulled.digest));
        }
        if size > LAYER_SIZE {
            return Err(told::too_large(image, size, LAYER_SIZE));
        }
        let url = self.place(image, &format!("blobs/{}", pulled.digest))?;
        let mut request = Request::new(Method::GET, url, size);
        request.size = Some(size);
        let answer = self.call(image, Access::Pull, request)?;
        if answer.status == 404 {
            return Err(told::no_layer(image, &pulled.digest));
        }
        if !answer.is_success() {
            return Err(told::refused(&image.registry, &answer));
        }
        if answer.digest != pulled.digest {
            return Err(told::wrong_digest(
                image,
                "layer",
                &pulled.digest,
                &answer.digest,
            ));
        }
        pulled.bytes = answer.body;
        Ok(pulled)
    }
}

/// The target of the link to the next page.
fn next_page(header: &str) -> Option<&str> {
    let next = header.split(',').find(|link| {
        let mut parameters = link.split(';').skip(1).map(str::trim);
        parameters.any(|parameter| matches!(parameter, "rel=\"next\"" | "rel=next"))
    })?;
    let (_, rest) = next.split_once('<')?;
    Some(rest.split_once('>')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_the_one_that_the_link_says() {
        for (header, next) in [
            (
                r#"</v2/a/tags/list?last=b&n=2>; rel="next""#,
                Some("/v2/a/tags/list?last=b&n=2"),
            ),
            (r#"<x>; rel="prev", <y>; a=b; rel=next"#, Some("y")),
            (r#"<x>; rel="prev""#, None),
            ("", None),
            ("x; rel=next", None),
        ] {
            assert_eq!(next_page(header), next, "{header}");
        }
    }
}
