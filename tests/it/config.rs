//! `witkit.toml`: every key is read, documented, and in the schema that editors use.

use std::fs;
use std::path::Path;

use serde_json::Value;
use witkit::config::keys::{Kind, Named, TABLES};
use witkit::config::schema;
use witkit::{check, componentize, compose, lint, wit};

use crate::support::{files, fits, project, schema as schema_named, snapshot, witkit};

const MARKS: [&str; 2] = ["<!-- keys -->\n", "<!-- end of keys -->\n"];

#[test]
fn the_schema_for_editors_has_what_the_code_reads() {
    let mut text = serde_json::to_string_pretty(&schema::schema()).expect("a schema");
    text.push('\n');
    let path = project().join("docs/schema/config.schema.json");
    snapshot(&path, &text, false).expect("WITKIT_BLESS=1 rewrites it");
}

#[test]
fn the_docs_have_all_keys() {
    let path = project().join("docs/configuration.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(MARKS[0]).expect("where the keys begin");
    let (_, after) = rest.split_once(MARKS[1]).expect("where the keys end");
    let keys = schema::reference();
    let page = format!("{before}{}{keys}\n{}{after}", MARKS[0], MARKS[1]);
    snapshot(&path, &page, false).expect("WITKIT_BLESS=1 rewrites it");
}

#[test]
fn every_key_that_is_documented_is_read() {
    let app = project().join("fixtures/compose/basic/app.wat");
    let app = app.to_str().expect("it is text");
    let temp = tempfile::tempdir().expect("a folder");
    fs::create_dir(temp.path().join("wit")).expect("a folder");
    fs::write(temp.path().join("wit/a.wit"), "package a:b;\n").expect("it is written");
    for table in TABLES {
        for key in table.keys {
            let value = match key.kind {
                Kind::Text | Kind::TextOrTable => "\"x\"".to_string(),
                Kind::Truth => "true".to_string(),
                Kind::Number(least, _) => least.to_string(),
                Kind::Texts | Kind::TextsOrTable => "[\"x\"]".to_string(),
                Kind::TextsOrTruths => "[\"x=1\"]".to_string(),
                Kind::TextTable | Kind::TruthTable => "{ a = \"x\" }".to_string(),
                Kind::ListTable => "{ a = [\"x\"] }".to_string(),
                Kind::ChoiceTable(choices) => format!("{{ a = \"{}\" }}", choices[0]),
            };
            let header = match table.named {
                Named::Always => format!("[{}.x]", table.name),
                _ => format!("[{}]", table.name),
            };
            let text = format!("{header}\n{} = {value}\n", key.name);
            fs::write(temp.path().join("witkit.toml"), &text).expect("it is written");
            let args = match table.name {
                "compose" => vec!["compose", "-c", "witkit.toml"],
                "metadata" => vec!["componentize", app],
                "fmt" => vec!["fmt", "--check", "wit"],
                "lint" | "paths" => vec!["lint"],
                "deps" => vec!["deps", "fetch", "wit", "--offline"],
                "wit" => vec!["wit", "wit"],
                "check" | "policy" => vec!["check", app],
                other => panic!("no command is known to read [{other}]"),
            };
            let ran = witkit(temp.path(), &args);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(!said.contains("config/unknown-key"), "{text}{said}");
            assert!(!said.contains("witkit/bug"), "{text}{said}");
            // And what is not documented is not read.
            fs::write(
                temp.path().join("witkit.toml"),
                format!("{text}no-such-key = 1\n"),
            )
            .expect("it is written");
            let ran = witkit(temp.path(), &args);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            let named = said.contains("config/unknown-key") && said.contains("`no-such-key`");
            assert!(named, "{text}{said}");
        }
    }
}

#[test]
fn files_that_are_in_use_fit_the_schema_and_others_do_not() {
    let schema = schema_named("config");
    let mut count = 0;
    for path in files(&project().join("fixtures"), &|path: &Path| {
        path.ends_with("witkit.toml")
    }) {
        let text = fs::read_to_string(&path).expect("it is text");
        let Ok(value) = toml::from_str::<Value>(&text) else {
            continue;
        };
        let refused = [
            check::config::read(&path).is_err(),
            check::policy::read(&path).is_err(),
            componentize::config::read(&path).is_err(),
            lint::read(&path).is_err(),
            wit::configured(&path).is_err(),
        ];
        let compositions = value["compose"].as_object().into_iter().flatten();
        let mut compositions =
            compositions.map(|(name, _)| compose::config::read(&path, Some(name)));
        if refused.contains(&true) || compositions.any(|read| read.is_err()) {
            continue;
        }
        fits(&schema, &value).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        count += 1;
    }
    assert!(count > 10, "only {count} files");
    for text in [
        "[lint]\nselct = []",
        "[no-such-table]",
        "[compose.a]\nroot = 1",
        "[compose]\nroot = \"a.wasm\"",
        "[fmt]\nwidth = 3",
        "[lint.levels]\nunused-use = \"fatal\"",
        "[policy.a]\nallows = []",
    ] {
        let value = toml::from_str::<Value>(text).expect("TOML");
        assert!(fits(&schema, &value).is_err(), "{text}");
    }
}
