//! Whatever comes in: no panic, no half-written file, and never a component that is broken
//! though its parts are whole.
//!
//! Lives here: parts that are cut off, damaged, or strange on purpose, and outputs that cannot be
//! written to. Deliberately absent: what is said about it (`fixtures/compose/errors`).

use std::ffi::OsStr;
use std::fs;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};

use wasm_encoder::{
    Component, ComponentBuilder, ComponentExportKind, ComponentTypeRef, InstanceType, TypeBounds,
};
use witkit::compose::{Options, PartSpec, compose};

use crate::graphs::Random;
use crate::run::Running;
use crate::support::{corpus, indent, listing, nested, project, validate, wat, witkit, witkit_fed};

/// A part of the scenario `basic`, as a binary.
fn basic(part: &str) -> Vec<u8> {
    let file = project().join(format!("fixtures/compose/basic/{part}.wat"));
    wat(&fs::read_to_string(file).expect("the part reads"))
}

/// A folder with the calculator of the scenario `basic`.
fn with_app() -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(temp.path().join("app.wasm"), basic("app")).expect("the part is written");
    temp
}

/// What became of an attempt to compose.
#[derive(Debug, PartialEq)]
enum Came {
    Refused,
    Valid,
    /// The output is as invalid as the part is; only looking at the code tells.
    Invalid,
}

/// Composes the calculator with `adder` in this process.
fn attempt(folder: &Path, adder: &[u8]) -> Result<Came, String> {
    let file = folder.join("adder.wasm");
    fs::write(&file, adder).map_err(|e| e.to_string())?;
    let request = Options {
        root: Some(PartSpec::parse(&folder.join("app.wasm").to_string_lossy())),
        definitions: vec![PartSpec::parse(&file.to_string_lossy())],
        ..Options::default()
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let outcome = compose(&request);
        // Printing a report and a plan must not fail either.
        let printed = format!("{:#}", outcome.report);
        let tree = outcome.plan.as_ref().map(witkit::compose::tree);
        (outcome, printed, tree)
    }))
    .map_err(|_| "it panics".to_string())?
    .0;
    match (&outcome.composed, outcome.report.has_errors()) {
        (None, true) => Ok(Came::Refused),
        (Some(_), true) => Err("composed in spite of errors".to_string()),
        (None, false) => Err("not composed, and no error".to_string()),
        (Some(composed), false) => match (validate(&composed.to_vec()), validate(adder)) {
            (Ok(()), _) => Ok(Came::Valid),
            (Err(_), Err(_)) => Ok(Came::Invalid),
            (Err(told), Ok(())) => Err(format!("the part is valid, but {told}")),
        },
    }
}

/// The parts to break: a small one, and a real one if there is one.
fn adders() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = vec![("basic/adder.wat", basic("adder"))];
    if let Some(corpus) = corpus() {
        let file = corpus.join("components/c/adder.wasm");
        all.push(("c/adder.wasm", fs::read(file).expect("the corpus has it")));
    }
    all
}

/// The top-level sections of a component, headers included, with their ids.
fn sections(bytes: &[u8]) -> Vec<(u8, Range<usize>)> {
    let mut all = Vec::new();
    let mut at = 8;
    while at < bytes.len() {
        let (mut end, mut len, mut shift) = (at + 1, 0usize, 0);
        loop {
            len |= usize::from(bytes[end] & 0x7f) << shift;
            shift += 7;
            end += 1;
            if bytes[end - 1] & 0x80 == 0 {
                break;
            }
        }
        all.push((bytes[at], at..end + len));
        at = end + len;
    }
    all
}

#[test]
fn a_part_cut_off_between_or_within_sections_composes_to_nothing_broken() {
    let temp = with_app();
    let mut wrong = Vec::new();
    for (name, adder) in adders() {
        let mut random = Random(1);
        let mut ends: Vec<usize> = (0..300).map(|_| random.below(adder.len())).collect();
        for (_, section) in sections(&adder) {
            // Before, after and inside of its header.
            ends.extend([section.start, section.start + 1, section.start + 2]);
            ends.extend([section.end - 1, section.end]);
        }
        ends.retain(|end| *end < adder.len());
        for end in ends {
            match attempt(temp.path(), &adder[..end]) {
                Ok(Came::Refused | Came::Valid) => {}
                Ok(Came::Invalid) => wrong.push(format!("{name} cut at {end}: not noticed")),
                Err(told) => wrong.push(format!("{name} cut at {end}: {told}")),
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn a_part_with_damaged_types_composes_to_nothing_broken() {
    let temp = with_app();
    let mut wrong = Vec::new();
    let mut unnoticed = Vec::new();
    for (name, adder) in adders() {
        let mut random = Random(2);
        // Neither code nor custom sections.
        let places: Vec<usize> = sections(&adder)
            .into_iter()
            .filter(|(id, _)| ![0, 1].contains(id))
            .flat_map(|(_, section)| section)
            .collect();
        for _ in 0..300 {
            let at = places[random.below(places.len())];
            let mut damaged = adder.clone();
            damaged[at] ^= 1 << random.below(8);
            match attempt(temp.path(), &damaged) {
                Ok(Came::Refused | Came::Valid) => {}
                Ok(Came::Invalid) => unnoticed.push((name, at, damaged)),
                Err(told) => wrong.push(format!("{name} changed at {at}: {told}")),
            }
        }
    }
    none_wrong(&wrong);
    // What is wrong with the core side of a part only shows when the code is looked at.
    for (name, at, damaged) in unnoticed {
        fs::write(temp.path().join("adder.wasm"), damaged).expect("the part is written");
        let told = refused(temp.path(), &["--validate", "full"]).err();
        wrong.extend(told.map(|told| format!("{name} changed at {at}\n{told}")));
    }
    none_wrong(&wrong);
}

fn none_wrong(wrong: &[String]) {
    let some = wrong[..wrong.len().min(5)].join("\n");
    assert!(wrong.is_empty(), "{} times\n{some}", wrong.len());
}

/// The command refuses to compose `app.wasm` with `adder.wasm`, and leaves nothing behind.
fn refused(folder: &Path, more: &[&str]) -> Result<(), String> {
    refused_with(folder, more, 1)
}

fn refused_with(folder: &Path, more: &[&str], exit: i32) -> Result<(), String> {
    let before = listing(folder);
    let mut args = vec!["compose", "app.wasm", "-d", "adder.wasm", "-o", "out.wasm"];
    args.extend(more);
    let ran = witkit(folder, &args).expect(exit)?;
    let after = listing(folder);
    if after != before {
        return Err(format!("it left {after:?}"));
    }
    match ran.stderr.contains("error[") {
        true => Ok(()),
        false => Err(format!("it gives no reason\n{}", indent(&ran.stderr))),
    }
}

#[test]
fn what_is_no_component_at_all_is_refused() {
    let temp = with_app();
    let header = &Component::HEADER[..];
    let contents: [(&str, Vec<u8>); 9] = [
        ("nothing", Vec::new()),
        ("one byte", vec![0]),
        ("a component's magic number", header[..4].to_vec()),
        ("half a header", header[..6].to_vec()),
        ("zeros", vec![0; 100_000]),
        ("a header, then noise", [header, &[0xff; 50]].concat()),
        // A length of 4 GiB less one, of which there is nothing.
        (
            "a huge section",
            [header, &[7, 0xff, 0xff, 0xff, 0xff, 0x0f]].concat(),
        ),
        (
            "a huge list",
            [header, &[7, 6, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]].concat(),
        ),
        ("parentheses", "(".repeat(200_000).into_bytes()),
    ];
    let mut wrong = Vec::new();
    for (what, content) in &contents {
        fs::write(temp.path().join("adder.wasm"), content).expect("the part is written");
        let told = refused(temp.path(), &[]).err();
        wrong.extend(told.map(|told| format!("{what}\n{}", indent(&told))));
    }
    fs::remove_file(temp.path().join("adder.wasm")).expect("the part goes");
    fs::create_dir(temp.path().join("adder.wasm")).expect("a folder can be made");
    let told = refused_with(temp.path(), &[], 2).err();
    wrong.extend(told.map(|told| format!("a folder\n{}", indent(&told))));
    none_wrong(&wrong);
}

/// The adder, with more in it that does not matter.
fn adder_with(more: impl FnOnce(&mut ComponentBuilder)) -> Vec<u8> {
    let mut builder = ComponentBuilder::default();
    more(&mut builder);
    let inner = builder.component_raw(None, &basic("adder"));
    let none: [(&str, ComponentExportKind, u32); 0] = [];
    let instance = builder.instantiate(None, inner, none);
    let name = "docs:adder/add@0.1.0";
    let api = builder.alias_export(instance, name, ComponentExportKind::Instance);
    builder.export(name, ComponentExportKind::Instance, api, None);
    builder.finish()
}

/// Components as no toolchain makes them.
fn pathological() -> Vec<(&'static str, Vec<u8>)> {
    let depth = |levels: usize| {
        adder_with(|builder| {
            let bytes = nested(levels, &Component::new().finish());
            builder.component_raw(None, &bytes);
        })
    };
    let instances_in_instances = |levels: usize| {
        adder_with(|builder| {
            let mut ty = InstanceType::new();
            for _ in 0..levels {
                let mut outer = InstanceType::new();
                outer.ty().instance(&ty);
                outer.export("inner", ComponentTypeRef::Instance(0));
                ty = outer;
            }
            builder.type_instance(None, &ty);
        })
    };
    let lists_of_lists = |levels: u32| {
        adder_with(|builder| {
            let (mut index, encoder) = builder.type_defined(None);
            encoder.primitive(wasm_encoder::PrimitiveValType::U32);
            for _ in 0..levels {
                let (next, encoder) = builder.type_defined(None);
                encoder.list(wasm_encoder::ComponentValType::Type(index));
                index = next;
            }
        })
    };
    let chained_type_imports = |count: u32| {
        adder_with(|builder| {
            let (first, encoder) = builder.type_defined(None);
            encoder.primitive(wasm_encoder::PrimitiveValType::U32);
            let mut of = first;
            for number in 0..count {
                let ty = ComponentTypeRef::Type(TypeBounds::Eq(of));
                of = builder.import(format!("t{number}"), ty);
            }
        })
    };
    let many_instances = |count: u32| {
        adder_with(|builder| {
            let inner = builder.component_raw(None, &Component::new().finish());
            let none: [(&str, ComponentExportKind, u32); 0] = [];
            for _ in 0..count {
                builder.instantiate(None, inner, none);
            }
        })
    };
    let a_long_name = adder_with(|builder| {
        let ty = builder.type_instance(None, &InstanceType::new());
        let name = format!("wasi:{}/b@0.2.0", "a".repeat(90_000));
        builder.import(&name, ComponentTypeRef::Instance(ty));
    });
    let many_open_imports = |count: u32| {
        adder_with(|builder| {
            let ty = builder.type_instance(None, &InstanceType::new());
            for number in 0..count {
                let name = format!("wasi:i{number}/i@0.2.{number}");
                builder.import(&name, ComponentTypeRef::Instance(ty));
            }
        })
    };
    vec![
        ("20 components in each other", depth(20)),
        ("200 components in each other", depth(200)),
        ("5000 components in each other", depth(5000)),
        (
            "50 instance types in each other",
            instances_in_instances(50),
        ),
        (
            "3000 instance types in each other",
            instances_in_instances(3000),
        ),
        ("90 lists of lists", lists_of_lists(90)),
        ("20000 lists of lists", lists_of_lists(20_000)),
        (
            "2000 type imports, each equal to the last",
            chained_type_imports(2000),
        ),
        ("900 instances", many_instances(900)),
        ("20000 instances", many_instances(20_000)),
        ("a long name", a_long_name),
        ("2000 open imports", many_open_imports(2000)),
    ]
}

#[test]
fn strange_components_compose_or_are_refused() {
    let temp = with_app();
    let mut wrong = Vec::new();
    for (what, adder) in pathological() {
        let started = std::time::Instant::now();
        // By the command: an exhausted stack cannot be caught.
        fs::write(temp.path().join("adder.wasm"), &adder).expect("the part is written");
        let args = [
            "compose",
            "app.wasm",
            "-d",
            "adder.wasm",
            "-o",
            "out.wasm",
            "--allow",
            "*",
        ];
        let ran = witkit(temp.path(), &args);
        let out = temp.path().join("out.wasm");
        let told = match ran.code {
            Some(0) => fs::read(&out)
                .map_err(|e| e.to_string())
                .and_then(|bytes| validate(&bytes)),
            // A part may be valid and still more than is supported.
            Some(1) if !out.exists() => Ok(()),
            _ => Err(format!("{:?}\n{}", ran.code, indent(&ran.stderr))),
        };
        if out.exists() {
            fs::remove_file(&out).expect("the output goes");
        }
        if started.elapsed().as_secs() > 10 {
            wrong.push(format!("{what}: takes {:?}", started.elapsed()));
        }
        wrong.extend(told.err().map(|told| format!("{what}: {told}")));
    }
    assert_eq!(listing(temp.path()), ["adder.wasm", "app.wasm"]);
    none_wrong(&wrong);
}

/// The command `compose app.wasm -d adder.wat` with its results going to `stdout`, in a folder
/// that has both.
fn with_stdout(more: &[&str], stdout: Stdio) -> (Option<i32>, String) {
    let temp = with_app();
    fs::write(temp.path().join("adder.wasm"), basic("adder")).expect("the part is written");
    let ran = Command::new(env!("CARGO_BIN_EXE_witkit"))
        .args(["compose", "app.wasm", "-d", "adder.wasm"])
        .args(more)
        .current_dir(temp.path())
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .and_then(|child| child.wait_with_output())
        .expect("witkit runs");
    assert_eq!(listing(temp.path()), ["adder.wasm", "app.wasm"]);
    let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
    (ran.status.code(), stderr)
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for more in [
        &["--plan"][..],
        &["--plan", "--format", "json"],
        &["-t"],
        &[],
    ] {
        let (reader, writer) = io::pipe().expect("a pipe can be made");
        drop(reader);
        let (code, stderr) = with_stdout(more, writer.into());
        assert_eq!(code, Some(0), "{more:?}\n{stderr}");
        assert!(!stderr.contains("panicked"), "{more:?}\n{stderr}");
    }
}

#[test]
fn a_full_disk_is_reported() {
    let full = || File::options().write(true).open("/dev/full");
    if full().is_err() {
        println!("skipped: no /dev/full");
        return;
    }
    for more in [
        &["--plan"][..],
        &["--plan", "--format", "json"],
        &["-t"],
        &[],
    ] {
        let stdout = full().expect("it was there just now");
        let (code, stderr) = with_stdout(more, stdout.into());
        assert_eq!(code, Some(2), "{more:?}\n{stderr}");
        assert!(stderr.contains("cannot write"), "{more:?}\n{stderr}");
    }
    for more in [&["-o", "/dev/full"][..], &["-o", "/dev/full", "-t"]] {
        let (code, stderr) = with_stdout(more, Stdio::null());
        assert_eq!(code, Some(2), "{more:?}\n{stderr}");
        assert!(stderr.contains("output/unwritable"), "{more:?}\n{stderr}");
    }
}

#[test]
fn the_output_may_take_the_place_of_a_part() {
    let temp = with_app();
    fs::write(temp.path().join("adder.wasm"), basic("adder")).expect("the part is written");
    let compose = |out: &str| {
        let args = ["compose", "app.wasm", "-d", "adder.wasm", "-o", out];
        witkit(temp.path(), &args).expect(0).expect("it composes");
        fs::read(temp.path().join(out)).expect("the output is there")
    };
    let elsewhere = compose("out.wasm");
    assert_eq!(compose("app.wasm"), elsewhere);
}

#[test]
fn the_root_may_come_from_standard_input() {
    let temp = with_app();
    fs::write(temp.path().join("adder.wasm"), basic("adder")).expect("the part is written");
    let text = fs::read(project().join("fixtures/compose/basic/app.wat")).expect("the part reads");
    for root in [basic("app"), text] {
        let args = ["compose", "-", "-d", "adder.wasm", "-o", "out.wasm"];
        let ran = witkit_fed(temp.path(), &args, &root);
        ran.expect(0).expect("it composes");
        let bytes = fs::read(temp.path().join("out.wasm")).expect("the output is there");
        let mut running = Running::start(&bytes, &[]).expect("it runs");
        let call = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2)";
        assert_eq!(
            running.eval(call).expect("it answers").as_deref(),
            Some("42")
        );
    }
    let args = [
        "compose",
        "-",
        "-d",
        "-",
        "-d",
        "adder.wasm",
        "-o",
        "no.wasm",
    ];
    for input in [basic("app"), Vec::new()] {
        let ran = witkit_fed(temp.path(), &args, &input);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_do_no_harm() {
    use std::os::unix::ffi::OsStrExt;
    let temp = with_app();
    let name = OsStr::from_bytes(b"add\xffer.wasm");
    let parts = temp.path().join("parts");
    fs::create_dir(&parts).expect("a folder can be made");
    if fs::write(parts.join(name), basic("adder")).is_err() {
        println!("skipped: file names have to be text here");
        return;
    }
    let run = |args: &[&OsStr]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_witkit"))
            .args(["compose", "app.wasm", "-o", "out.wasm"])
            .args(args)
            .current_dir(temp.path())
            .output()
            .expect("witkit runs");
        let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(!stderr.contains("panicked"), "{stderr}");
        (ran.status.code(), stderr)
    };
    let (code, stderr) = run(&["-p".as_ref(), "parts".as_ref()]);
    assert_eq!(code, Some(0), "{stderr}");
    let bytes = fs::read(temp.path().join("out.wasm")).expect("the output is there");
    validate(&bytes).expect("it is valid");
    fs::remove_file(temp.path().join("out.wasm")).expect("the output goes");
    // On the command line, names of parts and files share an argument, which has to be text.
    let (code, stderr) = run(&["-d".as_ref(), Path::new("parts").join(name).as_os_str()]);
    assert_eq!(code, Some(2), "{stderr}");
    assert_eq!(listing(temp.path()), ["app.wasm", "parts"]);
}
