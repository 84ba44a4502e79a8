//! The WASI packages, linted: what is found there is known, and true.
//!
//! `fixtures/lint/wasi.txt` has every finding; `fixtures/lint/wasi.md` says why each is true.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use witkit::lint::{self, Options};
use witkit::wit;

use crate::support::{self, copy_folder, project};

/// The packages of a release, by the names of their folders in `deps`.
fn packages(release: &Path, version: &str) -> BTreeMap<String, PathBuf> {
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let folders = entries.map(|entry| entry.path());
        folders.filter(|path| path.is_dir()).collect()
    };
    let mut packages = BTreeMap::new();
    for root in folders(release) {
        for dependency in folders(&root.join("deps")) {
            let name = dependency.file_name().expect("a folder has a name");
            packages.insert(name.to_string_lossy().into_owned(), dependency);
        }
        // `proposals__http__wit`, `preview2__http`.
        let name = root.file_name().expect("a folder has a name");
        let name = name.to_string_lossy().into_owned();
        let name = name.split("__").nth(1).expect("it was in a folder");
        packages.insert(format!("wasi-{name}-{version}"), root);
    }
    packages
}

#[test]
fn all_that_is_found_in_wasi_is_known_and_explained() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let mut all = String::new();
    for version in ["0.2.0", "0.2.12", "0.3.0"] {
        let release = corpus.join(format!("wit/wasi-v{version}-assembled"));
        let packages = packages(&release, version);
        assert!(packages.len() >= 6, "{packages:?}");
        for (name, folder) in &packages {
            let temporary = tempfile::tempdir().expect("a temporary folder");
            copy_folder(folder, temporary.path()).expect("it can be copied");
            for (other, folder) in packages.iter().filter(|(other, _)| *other != name) {
                let target = temporary.path().join("deps").join(other);
                copy_folder(folder, &target).expect("it can be copied");
                let _ = fs::remove_dir_all(target.join("deps"));
            }
            let options = wit::Options {
                all_features: true,
                ..wit::Options::default()
            };
            let loaded = wit::load(temporary.path(), &options).unwrap_or_else(|r| panic!("{r}"));
            let report = lint::lint(&loaded, &Options::default());
            for finding in report.diagnostics() {
                let file = Path::new(finding.labels[0].locus.file());
                let file = file.file_name().expect("a file has a name");
                let file = file.to_string_lossy();
                let (code, message) = (finding.code.name, &finding.message);
                all.push_str(&format!("{name}/{file} {code}: {message}\n"));
            }
        }
    }
    let folder = project().join("fixtures/lint");
    support::snapshot(&folder.join("wasi.txt"), &all, false).unwrap_or_else(|e| panic!("{e}"));
    let explained = fs::read_to_string(folder.join("wasi.md")).expect("there are explanations");
    for line in all.lines() {
        let code = line.split([' ', ':']).nth(1).expect("each line has a code");
        let rule = code.strip_prefix("wit/").expect("rules are about WIT");
        assert!(explained.contains(&format!("`{rule}`")), "{line}");
    }
}
