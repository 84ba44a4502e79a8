//! Uploads: the blobs that a registry does not have, then the manifest, which makes them an image.
//!
//! Lives here: what [`Remote`] does to push. May import: as `client`.
//! Deliberately absent: uploads in pieces, because what is pushed is in memory as a whole.

use url::Url;

use super::super::manifest::IMAGE;
use super::super::{Blob, Image, Push};
use super::http::{Method, Request, is_safe};
use super::{Access, DOCUMENT_SIZE, Remote, told};
use crate::diag::Diagnostic;
use crate::source::digest;

/// How often an upload is begun before its failure counts. Each of its requests is repeated as well,
/// but what was begun may be lost with the server that had it.
const UPLOADS: usize = 2;

impl Remote {
    pub(super) fn upload(&self, image: &Image, push: &Push) -> Result<(), Diagnostic> {
        for blob in &push.blobs {
            self.upload_blob(image, blob)?;
        }
        let url = self.place(image, &format!("manifests/{}", image.reference()))?;
        let mut request = Request::new(Method::PUT, url, DOCUMENT_SIZE);
        request.headers.push(("content-type", IMAGE.to_string()));
        request.body = Some(&push.manifest);
        let answer = self.call(image, Access::Push, request)?;
        if !answer.is_success() {
            return Err(told::refused(&image.registry, &answer));
        }
        let digest = digest::of(&push.manifest);
        match answer.header("docker-content-digest") {
            Some(stored) if stored != digest && digest::is_digest(stored) => {
                Err(told::wrong_digest(image, "manifest", &digest, stored))
            }
            _ => Ok(()),
        }
    }

    fn upload_blob(&self, image: &Image, blob: &Blob) -> Result<(), Diagnostic> {
        let url = self.place(image, &format!("blobs/{}", blob.digest))?;
        let request = Request::new(Method::HEAD, url, DOCUMENT_SIZE);
        if self.call(image, Access::Push, request)?.is_success() {
            return Ok(());
        }
        let mut last = None;
        for _ in 0..UPLOADS {
            let begin = self.place(image, "blobs/uploads/")?;
            let mut request = Request::new(Method::POST, begin, DOCUMENT_SIZE);
            request.body = Some(&[]);
            let answer = self.call(image, Access::Push, request)?;
            let location = answer.header("location");
            let location = location.and_then(|location| answer.url.join(location).ok());
            let Some(mut url) = location.filter(|_| answer.is_success()) else {
                return Err(told::refused(&image.registry, &answer));
            };
            if !is_safe(&answer.url, &url) {
                return Err(unsafe_upload(image, &url));
            }
            url.query_pairs_mut().append_pair("digest", &blob.digest);
            let mut request = Request::new(Method::PUT, url, DOCUMENT_SIZE);
            let kind = "application/octet-stream".to_string();
            request.headers.push(("content-type", kind));
            request.body = Some(&blob.bytes);
            let answer = self.call(image, Access::Push, request)?;
            if answer.is_success() {
                return Ok(());
            }
            let is_lost = answer.status == 404;
            last = Some(told::refused(&image.registry, &answer));
            if !is_lost {
                break;
            }
        }
        last.map_or(Ok(()), Err)
    }
}

fn unsafe_upload(image: &Image, url: &Url) -> Diagnostic {
    let place = super::http::host_of(url);
    told::invalid(
        &image.registry,
        &format!("it wants uploads to be sent to `{place}` without TLS"),
    )
}
