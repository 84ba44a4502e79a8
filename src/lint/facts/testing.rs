//! What the unit tests of rules share. Deliberately absent: the examples of pages, which
//! `tests/it/lint.rs` runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::diag::Report;
use crate::lint::{Options, lint};
use crate::wit::{self, Wit, load};

/// A folder that goes away with this.
pub(in crate::lint) struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind is in the way of nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A package of the files given, with all features, and the folder it is in.
pub(in crate::lint) fn package(files: &[(&str, &str)]) -> (Wit, Folder) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("witkit-rules-{}-{count}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(name));
    let path: &Path = &folder.0;
    for (name, text) in files {
        let file = path.join(name);
        let parent = file.parent().expect("a file is in a folder");
        fs::create_dir_all(parent).expect("a folder can be made");
        fs::write(file, text).expect("a file can be written");
    }
    let options = wit::Options {
        all_features: true,
        ..wit::Options::default()
    };
    let wit = load(path, &options).unwrap_or_else(|report| panic!("{report:#}"));
    (wit, folder)
}

/// What a rule finds in a package of the files given.
pub(in crate::lint) fn linted(rule: &str, files: &[(&str, &str)]) -> Report {
    let options = Options {
        select: vec![rule.to_string()],
        ..Options::default()
    };
    let (wit, _folder) = package(files);
    lint(&wit, &options)
}

/// The messages of a report.
pub(in crate::lint) fn messages(report: &Report) -> Vec<String> {
    let findings = report.diagnostics().into_iter();
    findings.map(|finding| finding.message.clone()).collect()
}
