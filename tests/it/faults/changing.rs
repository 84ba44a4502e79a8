//! Inputs that cannot be read, that vanish, and that change while they are read.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{padded, wit, witkit_in, workplace};
use crate::graphs::Random;
use crate::hostile::{COMMANDS, words};
use crate::support::listing;

/// Commands that map `x.wasm`, and then wait for what comes from standard input.
const READERS: &[(&str, &str)] = &[
    ("compose x.wasm -d - -o out.wasm", "compose/basic/adder.wat"),
    ("compose x.wasm -d - -o out.wat", "compose/basic/adder.wat"),
    ("compose x.wasm -d - --plan", "compose/basic/adder.wat"),
    ("graph x.wasm -", "compose/basic/adder.wat"),
    ("graph x.wasm - --format json", "compose/basic/adder.wat"),
    ("inspect x.wasm -", "compose/basic/adder.wat"),
    ("inspect x.wasm - --json", "compose/basic/adder.wat"),
];

/// Runs `command`, has `change` change the file once it is mapped, and then feeds it; the exit code and
/// what it prints.
fn changed(
    place: &Path,
    command: &str,
    fed: &[u8],
    change: impl Fn(&Path),
) -> Option<(Option<i32>, String)> {
    let file = place.join("x.wasm");
    let args: Vec<&str> = command.split(' ').collect();
    let mut child = witkit_in(place, &args)
        .stdin(Stdio::piped())
        .spawn()
        .expect("it starts");
    let maps = format!("/proc/{}/maps", child.id());
    // Mapped for good, and not to find out whether it is to be: it waits for its standard input.
    let mapped = (0..4000).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        let is_mapped = fs::read_to_string(&maps).is_ok_and(|maps| maps.contains("x.wasm"));
        is_mapped && (0..4).all(|_| waits(child.id()))
    });
    if mapped {
        change(&file);
    }
    let mut stdin = child.stdin.take().expect("a pipe");
    let _ = stdin.write_all(fed);
    drop(stdin);
    let ran = child.wait_with_output().expect("it ends");
    let told = [ran.stdout, ran.stderr].concat();
    mapped.then(|| {
        (
            ran.status.code(),
            String::from_utf8_lossy(&told).into_owned(),
        )
    })
}

/// Whether no thread of a process runs, or waits for a processor or a disk.
fn waits(process: u32) -> bool {
    std::thread::sleep(Duration::from_millis(3));
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter();
    let mut threads = threads.flatten().flatten();
    threads.all(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        let state = stat.rsplit(") ").next().unwrap_or_default();
        state.starts_with('S')
    })
}

/// What happens to a file, and how.
#[cfg(target_os = "linux")]
type Change = (&'static str, fn(&Path));

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_shrinks_or_is_written_to_while_it_is_mapped_is_an_error_and_nothing_is_written() {
    let temp = workplace(1000);
    let place = temp.path();
    let whole = padded("compose/basic/app.wat", 3_000_000);
    let changes: [Change; 5] = [
        ("cut off", |file| cut(file, 0)),
        ("cut off within its first page", |file| cut(file, 100)),
        ("cut in half", |file| cut(file, 1_500_000)),
        ("overwritten", |file| {
            let mut file = File::options().write(true).open(file).expect("it opens");
            file.write_all(b"something else").expect("it is written");
        }),
        ("longer", |file| {
            let mut file = File::options().append(true).open(file).expect("it opens");
            file.write_all(b"more").expect("it is written");
        }),
    ];
    let before = listing(place);
    for (command, fed) in READERS {
        let fed = padded(fed, 0);
        for (what, change) in changes {
            fs::write(place.join("x.wasm"), &whole).expect("it is written");
            let (code, told) = changed(place, command, &fed, change)
                .unwrap_or_else(|| panic!("{command} does not map"));
            assert_eq!(code, Some(2), "{command}: {what}: {told}");
            assert_eq!(
                told.matches("input/changed").count(),
                1,
                "{command}: {what}: {told}"
            );
            assert!(
                told.contains("`x.wasm` changed while it was read"),
                "{command}: {what}: {told}"
            );
            fs::remove_file(place.join("x.wasm")).expect("it goes");
            assert_eq!(listing(place), before, "{command}: {what}");
        }
    }
}

fn cut(file: &Path, length: u64) {
    let file = File::options().write(true).open(file).expect("it opens");
    file.set_len(length).expect("it shrinks");
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_is_deleted_or_replaced_while_it_is_mapped_is_read_as_it_was() {
    let temp = workplace(1000);
    let place = temp.path();
    let whole = padded("compose/basic/app.wat", 3_000_000);
    let changes: [Change; 2] = [
        ("deleted", |file| fs::remove_file(file).expect("it goes")),
        ("replaced", |file| {
            let new = file.with_extension("new");
            fs::write(&new, "something else").expect("it is written");
            fs::rename(new, file).expect("it is renamed");
        }),
    ];
    for (command, fed) in READERS {
        let fed = padded(fed, 0);
        let told = |change: fn(&Path)| {
            fs::write(place.join("x.wasm"), &whole).expect("it is written");
            changed(place, command, &fed, change)
                .unwrap_or_else(|| panic!("{command} does not map"))
        };
        let usual = told(|_| {});
        for (what, change) in changes {
            assert_eq!(told(change), usual, "{command}: {what}");
        }
    }
}

/// Does everything to the files at once, until it is told to stop.
fn restless(folder: &Path, names: &[(&str, &[u8])], stop: &AtomicBool) {
    let mut random = Random(11);
    while !stop.load(Ordering::Relaxed) {
        let (name, whole) = names[random.below(names.len())];
        let path = folder.join(name);
        // It may be in any state, so each of these may fail.
        let _ = match random.below(7) {
            0 => fs::write(&path, whole),
            1 => fs::write(&path, &whole[..random.below(whole.len())]),
            2 => File::options()
                .write(true)
                .open(&path)
                .and_then(|file| file.set_len(0)),
            3 => fs::remove_file(&path),
            4 => fs::write(folder.join(".new"), whole)
                .and_then(|()| fs::rename(folder.join(".new"), &path)),
            5 => File::options()
                .write(true)
                .open(&path)
                .and_then(|mut file| file.write_all(&[0xff; 200])),
            _ => fs::remove_file(&path).and_then(|()| std::os::unix::fs::symlink(".", &path)),
        };
        std::thread::sleep(Duration::from_micros(random.below(2000) as u64));
    }
}

#[test]
fn every_command_survives_inputs_that_never_rest() {
    let temp = workplace(1000);
    let place = temp.path();
    let small = padded("split/bundles/composed.wat", 0);
    let large = padded("split/bundles/composed.wat", 1_000_000);
    let good = padded("compose/basic/adder.wat", 0);
    fs::write(place.join("good.wasm"), good).expect("it is written");
    fs::write(place.join("world.wit"), "package a:b;\nworld w {}\n").expect("it is written");
    fs::create_dir(place.join("wits")).expect("a folder");
    let (text, other) = (wit(3_000, ""), wit(200_000, ""));
    let more = [
        "lint wits",
        "lint wits/a.wit",
        "fmt --check wits",
        "fmt --diff wits/b.wit",
        "wit wits/a.wit",
        "check good.wasm --wit wits",
        "diff wits/a.wit wits/b.wit",
        "print {}",
        "parse {} -o out",
        "slim {} -o out",
    ];
    let stop = AtomicBool::new(false);
    let failed = std::thread::scope(|threads| {
        let names: [(&str, &[u8]); 4] = [
            ("x.wasm", &large),
            ("y.wasm", &small),
            ("wits/a.wit", text.as_bytes()),
            ("wits/b.wit", other.as_bytes()),
        ];
        let stop = &stop;
        threads.spawn(move || restless(place, &names, stop));
        let mut failed = Vec::new();
        for command in COMMANDS.iter().chain(&more) {
            for input in ["x.wasm", "y.wasm"] {
                let child = witkit_in(place, &words(command, OsStr::new(input))).spawn();
                let ran = child
                    .expect("it starts")
                    .wait_with_output()
                    .expect("it ends");
                let told = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
                let is_fine = matches!(ran.status.code(), Some(0..=2));
                if !is_fine || told.contains("panicked at") || told.contains("witkit/bug") {
                    failed.push(format!("{command} {input}: {:?}\n{told}", ran.status));
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        failed
    });
    assert!(
        failed.is_empty(),
        "{} times\n{}",
        failed.len(),
        failed[..failed.len().min(5)].join("\n")
    );
    let temporary = |name: &String| name.starts_with(".witkit-");
    assert!(
        !listing(place).iter().any(temporary),
        "{:?}",
        listing(place)
    );
}

#[test]
fn what_cannot_be_read_is_said_by_every_command() {
    let temp = workplace(1000);
    let place = temp.path();
    fs::write(
        place.join("good.wasm"),
        padded("compose/basic/adder.wat", 0),
    )
    .expect("it is written");
    fs::write(place.join("world.wit"), "package a:b;\nworld w {}\n").expect("it is written");
    std::os::unix::fs::symlink("nowhere", place.join("dangling.wasm")).expect("a link");
    std::os::unix::fs::symlink("round.wasm", place.join("round.wasm")).expect("a link");
    let mut unreadable = vec!["dangling.wasm", "round.wasm"];
    // It opens, and reading it fails.
    if Path::new("/proc/self/mem").exists() {
        unreadable.push("/proc/self/mem");
    }
    for command in COMMANDS
        .iter()
        .filter(|command| !command.starts_with("graph good"))
    {
        for input in &unreadable {
            let ran = witkit_in(place, &words(command, OsStr::new(input)))
                .output()
                .expect("it runs");
            let told = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
            assert_eq!(ran.status.code(), Some(2), "{command} {input}\n{told}");
            assert!(
                told.contains("input/unreadable"),
                "{command} {input}\n{told}"
            );
        }
    }
}
