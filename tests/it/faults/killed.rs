//! A run that ends at any moment, and runs at the same time.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{contents, strays, witkit_in, workplace};
use crate::graphs::Random;

/// Runs that write one file, a new folder, files of a folder that is there, and a file in its place.
const WRITERS: &[&str] = &[
    "compose app.wasm -d adder.wasm -o out.wasm --depfile out.d",
    "split composed.wasm -o parts",
    "wit ugly.wit --out-dir package",
    "fmt ugly.wit",
];

fn words(command: &str) -> Vec<&str> {
    command.split(' ').collect()
}

/// Puts everything back as it was `before`, but for what has a temporary name.
fn restore(folder: &Path, before: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>) {
    for path in contents(folder)
        .keys()
        .filter(|path| !before.contains_key(*path))
    {
        fs::remove_file(path).expect("it goes");
    }
    for (path, bytes) in before {
        if fs::read(path).ok().as_ref() != Some(bytes) {
            fs::write(path, bytes).expect("it is written");
        }
    }
}

#[test]
fn a_run_that_is_killed_leaves_old_files_or_new_ones_and_the_next_removes_the_rest() {
    let mut left = 0;
    for command in WRITERS {
        let temp = workplace(2_000_000);
        let place = temp.path();
        fs::create_dir(place.join("package")).expect("a folder");
        let before = contents(place);
        let started = Instant::now();
        let whole = witkit_in(place, &words(command)).output().expect("it runs");
        let took = started.elapsed();
        assert_eq!(whole.status.code(), Some(0), "{command}: {whole:?}");
        let after = contents(place);
        assert_ne!(before, after, "{command}");
        restore(place, &before);
        let _ = fs::remove_dir_all(place.join("parts"));
        let mut random = Random(7);
        let mut killed = 0;
        for _ in 0..12 {
            let mut child = witkit_in(place, &words(command))
                .spawn()
                .expect("it starts");
            let moment = random.below(took.as_micros() as usize * 5 / 4);
            std::thread::sleep(Duration::from_micros(moment as u64));
            // It may have ended by itself.
            let _ = child.kill();
            let status = child.wait().expect("it ends");
            killed += usize::from(status.signal() == Some(9));
            for (path, bytes) in contents(place) {
                let states = [before.get(&path), after.get(&path)];
                assert!(
                    states.contains(&Some(&bytes)),
                    "{command}: {} has {} bytes after {moment} µs",
                    path.display(),
                    bytes.len()
                );
            }
            // A new folder is there with all of its files, or not at all.
            let parts = contents(place)
                .keys()
                .filter(|path| path.starts_with(place.join("parts")))
                .count();
            let all = after
                .keys()
                .filter(|path| path.starts_with(place.join("parts")))
                .count();
            assert!(parts == 0 || parts == all, "{command}: {parts} of {all}");
            left += strays(place).len();
            restore(place, &before);
            if parts > 0 {
                fs::remove_dir_all(place.join("parts")).expect("it goes");
            }
        }
        assert!(
            killed > 0,
            "{command}: every run ended before it was killed"
        );
        let last = witkit_in(place, &words(command)).output().expect("it runs");
        assert_eq!(last.status.code(), Some(0), "{command}: {last:?}");
        assert_eq!(strays(place), Vec::<std::path::PathBuf>::new(), "{command}");
        assert!(contents(place) == after, "{command}");
    }
    println!("{left} temporary files and folders were left, and removed");
}

/// Many write to one file and one folder at the same time, none removes what another is writing, and
/// what is there in the end is what one of them wrote.
#[test]
fn runs_that_write_one_output_at_a_time_all_succeed_and_the_last_wins() {
    let temp = workplace(1_000_000);
    let place = temp.path();
    let commands = [
        "compose app.wasm -d adder.wasm -o out.wasm",
        "compose adder.wasm -o out.wasm",
        "slim composed.wasm -o out.wasm",
    ];
    let results: Vec<Vec<u8>> = commands
        .iter()
        .map(|command| {
            let ran = witkit_in(place, &words(command)).output().expect("it runs");
            assert_eq!(ran.status.code(), Some(0), "{command}: {ran:?}");
            fs::read(place.join("out.wasm")).expect("it is there")
        })
        .collect();
    for _ in 0..4 {
        let children: Vec<_> = (0..12)
            .map(|at| {
                let command = commands[at % commands.len()];
                (
                    command,
                    witkit_in(place, &words(command))
                        .spawn()
                        .expect("it starts"),
                )
            })
            .collect();
        for (command, child) in children {
            let ran = child.wait_with_output().expect("it ends");
            assert_eq!(ran.status.code(), Some(0), "{command}: {ran:?}");
        }
        let is = fs::read(place.join("out.wasm")).expect("it is there");
        assert!(results.contains(&is), "{} bytes of none of them", is.len());
        assert_eq!(strays(place), Vec::<std::path::PathBuf>::new());
    }
}
