//! `init`: what it writes is what the other commands read, and nothing is overwritten.

use std::fs;
use std::path::Path;

use crate::support::{Scenario, each, files, fits, project, schema, witkit};

/// A copy of a folder, since `init` writes into it.
fn copied(folder: &Path) -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a folder");
    for path in files(folder, &|_| true) {
        let to = temp
            .path()
            .join(path.strip_prefix(folder).expect("it is inside"));
        fs::create_dir_all(to.parent().expect("a folder")).expect("it is made");
        fs::copy(&path, to).expect("it is copied");
    }
    temp
}

fn scenarios() -> Vec<Scenario> {
    Scenario::all(&project().join("fixtures/init"))
}

#[test]
fn what_is_found_is_written_and_told() {
    each(&scenarios(), |scenario| {
        let temp = copied(&scenario.folder.join("in"));
        let args = scenario.args_and(&[]);
        let ran = witkit(temp.path(), &args).expect(0)?;
        scenario.snapshot("stderr", &ran.stderr, false)?;
        for name in [
            "witkit.toml",
            ".github/workflows/witkit.yml",
            ".pre-commit-config.yaml",
        ] {
            if let Ok(text) = fs::read_to_string(temp.path().join(name)) {
                let file = name
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .trim_start_matches('.');
                scenario.snapshot(&format!("expected.{file}"), &text, false)?;
            }
        }
        let text =
            fs::read_to_string(temp.path().join("witkit.toml")).map_err(|e| e.to_string())?;
        let value = toml::from_str(&text).map_err(|e| e.to_string())?;
        fits(&schema("config"), &value)
    });
}

#[test]
fn the_other_commands_work_with_what_was_written() {
    each(&scenarios(), |scenario| {
        let temp = copied(&scenario.folder.join("in"));
        witkit(temp.path(), &scenario.args_and(&[])).expect(0)?;
        let text =
            fs::read_to_string(temp.path().join("witkit.toml")).map_err(|e| e.to_string())?;
        let mut commands = Vec::new();
        if text.contains("\nwit = [") {
            commands.extend([vec!["fmt", "--check"], vec!["lint"]]);
        }
        if text.contains("\ncomponents = [") {
            commands.push(vec!["validate"]);
        }
        if text.contains("\n[check]") {
            commands.push(vec!["check"]);
        }
        if text.contains("\n[compose.") {
            commands.push(vec!["compose", "-c", "witkit.toml"]);
        }
        for args in commands {
            let ran = witkit(temp.path(), &args);
            if ran.code != Some(0) {
                return Err(format!("{args:?}: {ran:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn files_that_exist_stay_as_they_are() {
    let temp = tempfile::tempdir().expect("a folder");
    let hooks = temp.path().join(".pre-commit-config.yaml");
    fs::write(temp.path().join("witkit.toml"), "# mine\n").expect("it is written");
    fs::write(&hooks, "# mine\n").expect("it is written");
    let ran = witkit(temp.path(), &["init", "--hooks", "--schema"]).expect(1);
    let told = ran.expect("it is refused").stderr;
    assert_eq!(told.matches("error[init/exists]").count(), 2, "{told}");
    assert_eq!(fs::read_to_string(&hooks).expect("it is there"), "# mine\n");
    assert!(!temp.path().join("witkit.schema.json").exists());
}

#[test]
fn the_schema_that_is_written_is_the_one_that_is_published() {
    let temp = tempfile::tempdir().expect("a folder");
    let ran = witkit(temp.path(), &["init", "--schema"]).expect(0);
    ran.expect("it is written");
    let read = |path: &Path| fs::read_to_string(path).expect("it is there");
    let published = project().join("docs/schema/config.schema.json");
    assert_eq!(
        read(&temp.path().join("witkit.schema.json")),
        read(&published)
    );
    let config = read(&temp.path().join("witkit.toml"));
    assert!(
        config.starts_with("#:schema ./witkit.schema.json\n"),
        "{config}"
    );
}
