//! Symbolic links, and paths with `..`, wherever there are paths.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{contents, padded, witkit_in, workplace};
use crate::support::listing;

fn ends(place: &Path, command: &str, code: i32) -> String {
    let args: Vec<&str> = command.split(' ').collect();
    let ran = witkit_in(place, &args).output().expect("it runs");
    let told = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    assert_eq!(ran.status.code(), Some(code), "{command}\n{told}");
    told
}

/// A project in `project`, whose parts are elsewhere, and a folder that is a link.
fn place() -> tempfile::TempDir {
    let temp = workplace(1000);
    let root = temp.path();
    for folder in ["project/deep", "parts", "elsewhere"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    for part in ["app.wasm", "adder.wasm"] {
        fs::rename(root.join(part), root.join("parts").join(part)).expect("it moves");
    }
    symlink("../parts", root.join("project/linked")).expect("a link");
    temp
}

#[test]
fn paths_in_a_configuration_begin_where_it_was_found_links_or_not() {
    let temp = place();
    let root = temp.path();
    let write = |path: &str, dir: &str| {
        let text = format!(
            "[compose.app]\nroot = \"{dir}/app.wasm\"\ndefinitions = [\"{dir}/adder.wasm\"]\n"
        );
        fs::write(root.join(path), text).expect("it is written");
    };
    let out = |name: &str| fs::read(root.join(name)).expect("it is there");
    write("project/witkit.toml", "../parts");
    ends(&root.join("project"), "compose -o ../a.wasm", 0);
    ends(&root.join("project/deep"), "compose -o ../../b.wasm", 0);
    write("project/witkit.toml", "linked");
    ends(&root.join("project/deep"), "compose -o ../../c.wasm", 0);
    // The file is a link: its paths are meant from where it is found, not from where it lies.
    fs::remove_file(root.join("project/witkit.toml")).expect("it goes");
    write("elsewhere/shared.toml", "../parts");
    symlink("../elsewhere/shared.toml", root.join("project/witkit.toml")).expect("a link");
    ends(&root.join("project"), "compose -o ../d.wasm", 0);
    ends(
        root,
        "compose -c project/../project/witkit.toml -o e.wasm",
        0,
    );
    for name in ["b.wasm", "c.wasm", "d.wasm", "e.wasm"] {
        assert!(out(name) == out("a.wasm"), "{name}");
    }
    // A circle of links is no configuration, and is said.
    fs::remove_file(root.join("project/witkit.toml")).expect("it goes");
    symlink("witkit.toml", root.join("project/witkit.toml")).expect("a link");
    let told = ends(&root.join("project"), "compose -o ../f.wasm", 2);
    assert!(
        told.contains("witkit.toml") || told.contains("app"),
        "{told}"
    );
    assert!(!root.join("f.wasm").exists());
}

#[test]
fn plans_name_parts_by_any_path_and_results_do_not_depend_on_it() {
    let temp = place();
    let root = temp.path();
    ends(
        root,
        "compose parts/app.wasm -d parts/adder.wasm -o a.wasm",
        0,
    );
    let usual = fs::read(root.join("a.wasm")).expect("it is there");
    for (dir, from) in [
        ("project/linked", "project/../project/./linked"),
        ("parts", "parts/../parts"),
        ("project/deep/../linked", "project/deep/../linked"),
    ] {
        ends(
            root,
            &format!(
                "compose {from}/app.wasm -d adder={dir}/adder.wasm --plan --format json -o plan.json"
            ),
            0,
        );
        ends(root, "compose -c plan.json -o b.wasm", 0);
        assert!(
            fs::read(root.join("b.wasm")).expect("it is there") == usual,
            "{dir}"
        );
    }
}

#[test]
fn a_result_takes_the_place_of_the_file_that_a_link_leads_to() {
    let temp = place();
    let root = temp.path();
    fs::write(root.join("elsewhere/real.wasm"), "old").expect("it is written");
    symlink("../elsewhere/real.wasm", root.join("project/out.wasm")).expect("a link");
    ends(
        root,
        "compose parts/app.wasm -d parts/adder.wasm -o project/out.wasm",
        0,
    );
    assert!(
        fs::symlink_metadata(root.join("project/out.wasm"))
            .expect("it is there")
            .is_symlink()
    );
    assert!(
        fs::read(root.join("elsewhere/real.wasm"))
            .expect("it is there")
            .starts_with(b"\0asm")
    );
    assert_eq!(listing(&root.join("elsewhere")), ["real.wasm"]);
    // A link to an input is that input, which is only replaced when it was read.
    symlink("../parts/app.wasm", root.join("project/app.wasm")).expect("a link");
    ends(
        root,
        "compose parts/app.wasm -d parts/adder.wasm -o project/app.wasm",
        0,
    );
    let composed = fs::read(root.join("parts/app.wasm")).expect("it is there");
    assert!(composed == fs::read(root.join("elsewhere/real.wasm")).expect("it is there"));
}

#[test]
fn parts_of_a_composition_are_written_into_the_folder_and_nowhere_else() {
    let temp = place();
    let root = temp.path();
    fs::write(
        root.join("composed.wasm"),
        padded("split/bundles/composed.wat", 10),
    )
    .expect("it is written");
    ends(root, "split composed.wasm -o plain", 0);
    let names = listing(&root.join("plain"));
    // Every name that is written is a link to somewhere else.
    fs::create_dir(root.join("trap")).expect("a folder");
    for name in &names {
        fs::write(root.join("elsewhere").join(name), "mine").expect("it is written");
        symlink(format!("../elsewhere/{name}"), root.join("trap").join(name)).expect("a link");
    }
    let before = contents(&root.join("elsewhere"));
    ends(root, "split composed.wasm -o trap --force", 0);
    assert!(
        contents(&root.join("elsewhere")) == before,
        "it was written through a link"
    );
    assert_eq!(listing(&root.join("trap")), names);
    // A folder may be a link, which was named by the user.
    symlink("elsewhere", root.join("folder")).expect("a link");
    ends(root, "split composed.wasm -o folder --force", 0);
    assert!(contents(&root.join("elsewhere")) != before);
}

#[test]
fn links_in_circles_end_every_search() {
    let temp = workplace(1000);
    let root = temp.path();
    fs::create_dir_all(root.join("wit/deps")).expect("a folder");
    fs::write(
        root.join("wit/a.wit"),
        "package a:b@1.0.0;\n\n/// Docs.\nworld w {}\n",
    )
    .expect("it is written");
    for (to, link) in [
        (".", "wit/round"),
        ("..", "wit/deps/up"),
        ("b", "wit/c"),
        ("c", "wit/b"),
        ("wit", "linked"),
    ] {
        symlink(to, root.join(link)).expect("a link");
    }
    for command in [
        "lint wit",
        "fmt --check wit",
        "lint linked",
        "fmt --check linked",
        "inspect wit",
        "wit wit",
        "compose app.wasm -p wit --allow * -o out.wasm",
    ] {
        let args: Vec<&str> = command.split(' ').collect();
        let ran = witkit_in(root, &args).output().expect("it runs");
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(
            matches!(ran.status.code(), Some(0..=2)),
            "{command}\n{told}"
        );
        assert!(
            ran.status.code() != Some(2) || told.contains("error["),
            "{command}\n{told}"
        );
    }
}
