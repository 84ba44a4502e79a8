//! Every component fits what it is: its own WIT, printed or in binary form, and itself.

use std::path::{Path, PathBuf};

use crate::support::{corpus, files, project, witkit};

/// Whether it fits; none if it is no component with WIT.
fn fits_itself(component: &Path, folder: &Path) -> Option<Result<(), String>> {
    let wit = folder.join("own.wit");
    let binary = folder.join("own.wasm");
    let [component, wit, binary] =
        [component, &wit, &binary].map(|path| path.display().to_string());
    for args in [
        &["wit", &component, "-o", &wit][..],
        &["wit", &component, "--wasm", "-o", &binary],
    ] {
        if witkit(folder, args).code != Some(0) {
            return None;
        }
    }
    let held = [&wit, &binary, &component].map(|held| {
        let ran = witkit(folder, &["check", &component, "--wit", held]);
        // What is broken in its code or its structure is another matter.
        match ran.stdout.contains("error[check/") {
            true => Err(format!("{component} --wit {held}: {}", ran.stdout)),
            false => Ok(ran.code == Some(0)),
        }
    });
    let mut fits = true;
    for held in held {
        match held {
            Ok(fit) => fits &= fit,
            Err(told) => return Some(Err(told)),
        }
    }
    fits.then_some(Ok(()))
}

fn all_fit(components: &[PathBuf], at_least: usize) {
    let temp = tempfile::tempdir().expect("a folder");
    let mut count = 0;
    let mut wrong = Vec::new();
    for component in components {
        match fits_itself(component, temp.path()) {
            Some(Ok(())) => count += 1,
            Some(Err(told)) => wrong.push(told),
            None => {}
        }
    }
    assert!(
        wrong.is_empty(),
        "{} do not:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= at_least, "only {count} of {}", components.len());
}

#[test]
fn every_component_of_the_fixtures_fits_itself() {
    let wat = files(&project().join("fixtures"), &|path| {
        path.extension().is_some_and(|e| e == "wat")
    });
    all_fit(&wat, 100);
}

#[test]
fn every_real_component_fits_itself() {
    let Some(corpus) = corpus() else { return };
    let mut components = files(&corpus.join("components"), &|path| {
        path.extension().is_some_and(|e| e == "wasm")
    });
    components.extend(files(
        &corpus.join("conformance/raw263/wit-component/components"),
        &|path| path.ends_with("component.wat"),
    ));
    all_fit(&components, 100);
}
