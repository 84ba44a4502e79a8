//! What fixes promise: none loses a comment, and what a safe one makes is the same to `diff`.
//!
//! Held against the examples of the pages, with comments at every place of them, and every package
//! of the corpus and of the suites. Deliberately absent: what fixes make (`lint.rs`,
//! `lint_rules.rs`).

use std::fs;
use std::path::Path;

use witkit::diff::Input;
use witkit::lint::{self, Options, Rule};
use witkit::wit::{self, syntax};

use crate::support::{copy_folder, corpus, wit_packages};
use crate::targets::lint::{comments, differences};

fn select(rule: &str) -> Options {
    Options {
        select: vec![rule.to_string()],
        ..Options::default()
    }
}

/// Fixes the package at `path`; how many files have changed.
fn holds(path: &Path, rule: &str, unsafe_too: bool) -> Result<usize, String> {
    let options = wit::Options {
        all_features: true,
        ..wit::Options::default()
    };
    let Ok(fixed) = lint::fix(path, &options, &select(rule), unsafe_too) else {
        return Ok(0);
    };
    if fixed.files.is_empty() {
        return Ok(0);
    }
    let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
    let copy = match path.is_dir() {
        true => {
            let copy = temp.path().to_path_buf();
            copy_folder(path, &copy).map_err(|e| e.to_string())?;
            copy
        }
        false => temp.path().join("a.wit"),
    };
    for (file, text) in &fixed.files {
        let file = file.as_deref().ok_or("a file without a path")?;
        let before = fs::read_to_string(file).map_err(|e| e.to_string())?;
        if comments(&before) != comments(text) {
            return Err(format!("comments are lost in\n{before}\nto\n{text}"));
        }
        let to = match file.strip_prefix(path) {
            Ok(inside) if inside != Path::new("") => copy.join(inside),
            _ => copy.clone(),
        };
        fs::write(to, text).map_err(|e| e.to_string())?;
    }
    if !unsafe_too {
        differences(&Input::from(path), &Input::from(&copy)).map_err(|told| {
            let (_, text) = &fixed.files[0];
            format!("{told}\n{text}")
        })?;
    }
    Ok(fixed.files.len())
}

#[test]
fn fixes_of_every_package_of_the_corpus_keep_comments_and_meaning() {
    let Some(corpus) = corpus() else { return };
    let mut packages = wit_packages(&corpus.join("wit"));
    packages.extend(wit_packages(&corpus.join("conformance")));
    let mut wrong = Vec::new();
    let mut changed = 0;
    for package in &packages {
        for unsafe_too in [false, true] {
            match holds(package, "all", unsafe_too) {
                Ok(count) => changed += count,
                Err(told) => wrong.push(format!("{}: {told}", package.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(changed > 500, "only {changed} files were changed");
}

/// The texts of a page's examples that are bad, and the names of their files.
fn bad_examples(rule: &Rule) -> Vec<String> {
    let page = rule.code.page();
    let blocks = page.split("```wit bad").skip(1);
    let texts = blocks.filter_map(|block| block.split_once('\n')?.1.split("```").next());
    texts.map(str::to_string).collect()
}

#[test]
fn fixes_of_the_pages_examples_keep_comments_at_every_place_and_meaning() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let file = temp.path().join("a.wit");
    let mut wrong = Vec::new();
    let mut changed = 0;
    for rule in lint::RULES {
        for text in bad_examples(rule) {
            fs::write(&file, &text).expect("it is written");
            let mut any = false;
            for unsafe_too in [false, true] {
                match holds(&file, rule.name(), unsafe_too) {
                    Ok(count) => any |= count > 0,
                    Err(told) => wrong.push(format!("{}: {told}", rule.name())),
                }
            }
            if !any {
                continue;
            }
            let tree = syntax::parse("", &*text);
            for token in 0..tree.tokens().len() {
                for comment in [
                    "// c\n",
                    "/* c */",
                    " // c\n  ",
                    "\n\n// c\n",
                    "/// c\n",
                    "/** c */",
                ] {
                    let mut text = text.clone();
                    text.insert_str(tree.token_range(token).start, comment);
                    fs::write(&file, &text).expect("it is written");
                    for unsafe_too in [false, true] {
                        match holds(&file, rule.name(), unsafe_too) {
                            Ok(count) => changed += count,
                            Err(told) => wrong.push(format!("{}: {told}", rule.name())),
                        }
                    }
                }
            }
        }
    }
    let shown: Vec<_> = wrong.iter().take(5).cloned().collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), shown.join("\n"));
    assert!(changed > 500, "only {changed} files were changed");
}

/// Worlds that import twice, with comments and gates around.
#[test]
fn what_is_imported_twice_is_removed_without_a_change_of_meaning() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let file = temp.path().join("a.wit");
    let mut changed = 0;
    for before in [
        "",
        "// a\n",
        "/// d\n",
        "@since(version = 1.0.0)\n",
        "/* a */ ",
    ] {
        for item in [
            "import store;",
            "import /* b */ store;",
            "import store /* c */;",
        ] {
            for behind in ["", " // e", " /// f", " import more;"] {
                for after in ["", "\n  import more;", "\n\n  // g\n  import more;"] {
                    if behind.contains("more") && after.contains("more") {
                        continue;
                    }
                    let text = format!(
                        "package a:b@1.0.0;\ninterface store {{ f: func(); }}\ninterface more {{ g: func(); }}\n\
                         world base {{ import store; }}\nworld w {{\n  include base;\n  {before}  {item}{behind}{after}\n}}\n"
                    );
                    fs::write(&file, &text).expect("it is written");
                    for unsafe_too in [false, true] {
                        changed += holds(&file, "duplicate-import", unsafe_too)
                            .unwrap_or_else(|told| panic!("{text}\n{told}"));
                    }
                }
            }
        }
    }
    assert!(changed > 30, "{changed}");
}
