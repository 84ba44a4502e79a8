//! Every command that reads WebAssembly, over input that nobody would want: it ends in time, with an
//! exit code of its own, writes nothing where it fails, and shows what it was given without letting
//! that speak for witkit.
//!
//! Lives here: one table of commands, and inputs of all kinds. Deliberately absent: what is said
//! about them, and damage inside of sections (`broken.rs`, and the tests of each command).

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::graphs::Random;
use crate::support::{Ran, indent, listing, nested, project, wat, witkit, witkit_fed, write_huge};
use crate::targets::acts;

/// The commands; `{}` stands for the input. They make nothing but `out`.
pub const COMMANDS: &[&str] = &[
    "inspect {}",
    "inspect {} --parts --imports --exports --capabilities --metadata --sizes --types",
    "inspect {} --json",
    "inspect {} --extract 1 -o out",
    "inspect {} good.wasm",
    "graph {}",
    "graph {} --format dot",
    "graph {} --format mermaid",
    "graph {} --format json",
    "graph {} --format svg",
    "graph {} --format html -o out",
    "graph {} --interfaces",
    "graph {} --check",
    "graph good.wasm {}",
    "split {} -o out",
    "split {} --recursive -o out",
    "split {} --replace 1=good.wasm -o out",
    "split composed.wasm --replace 1={} -o out",
    "check {} --wit world.wit",
    "check good.wasm --wit {}",
    "check {} --deny *",
    "check {} --host all",
    "check {} --host wasmtime-run --host spin",
    "check {} --release wasi-0.2",
    "diff {} good.wasm",
    "diff good.wasm {}",
    "validate {}",
    "validate {} --release wasi-0.2",
    "validate {} --format github",
    "validate {} --format junit",
    "validate {} --format markdown",
    "wit {}",
    "wit {} --json -o out",
    "wit {} -t -o out",
    "wit {} --wasm -o out",
    "wit {} --out-dir out",
    "compose {} -o out",
    "compose {} --allow * --plan",
    "compose good.wasm -d {} -o out",
    "componentize {} -o out",
];

/// More than any takes here in a build without optimisation, on a machine that does other things.
const LIMIT: Duration = Duration::from_secs(20);

/// What the names in `names.wasm` try: to colour, to turn letters around, to forge a finding and a
/// workflow command, to begin a script.
pub const NAME: &str =
    "\x1b[31m\u{202e}\u{2066}\u{200f}\u{7f}\u{9b}31m\nerror[forged]\n::error::forged\r</script><b>";

/// A folder with what the commands need.
pub fn workplace() -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(temp.path().join(name), bytes).expect("it is written");
    };
    write("good.wasm", &fixture("compose/basic/adder.wat"));
    write("composed.wasm", &fixture("split/bundles/composed.wat"));
    write("world.wit", b"package a:b;\nworld w {}\n");
    // So that no configuration is looked for around it.
    write("witkit.toml", b"");
    temp
}

fn fixture(path: &str) -> Vec<u8> {
    let text = fs::read_to_string(project().join("fixtures").join(path));
    wat(&text.expect("the fixture reads"))
}

/// The words of a command about `input`.
pub fn words(command: &str, input: &OsStr) -> Vec<OsString> {
    let word = |word: &str| match word.split_once("{}") {
        None => OsString::from(word),
        Some((before, after)) => {
            let mut all = OsString::from(before);
            all.push(input);
            all.push(after);
            all
        }
    };
    command.split(' ').map(word).collect()
}

/// Runs a command about `input` in a workplace, and holds what is true of all of them.
pub fn run(folder: &Path, command: &str, input: &OsStr) -> Result<Ran, String> {
    let before = listing(folder);
    let started = Instant::now();
    let ran = witkit(folder, &words(command, input));
    let took = started.elapsed();
    let shown = || {
        let text = format!("{:?} {:?}", ran.stdout, ran.stderr);
        indent(&text.chars().take(3000).collect::<String>())
    };
    let Some(code @ 0..=2) = ran.code else {
        return Err(format!("exit code {:?}\n{}", ran.code, shown()));
    };
    if ran.stderr.contains("panicked at") || ran.stdout.contains("panicked at") {
        return Err(format!("it panics\n{}", shown()));
    }
    if code != 0 && ran.stdout.is_empty() && ran.stderr.is_empty() {
        return Err(format!("exit code {code}, and no reason"));
    }
    if took > LIMIT {
        return Err(format!("it takes {took:?}"));
    }
    // Programs get what is there, of which JSON escapes what a terminal would do something about.
    let json = command.contains("json");
    for text in [&ran.stdout, &ran.stderr] {
        if let Some(c) = text.chars().find(|c| acts(*c) && (!json || *c < ' ')) {
            return Err(format!("it prints {c:?}\n{}", shown()));
        }
        let forged =
            |line: &str| line.starts_with("error[forged]") || line.starts_with("::error::forged");
        if text.lines().any(forged) {
            return Err(format!("a name speaks for witkit\n{}", shown()));
        }
    }
    let out = folder.join("out");
    if code == 0 {
        // Pages and drawings, where it could begin a script.
        let page = fs::read_to_string(&out).unwrap_or_default();
        let drawn = if command.contains("svg") {
            &ran.stdout
        } else {
            ""
        };
        if [page.as_str(), drawn]
            .iter()
            .any(|text| text.contains("</script><b>"))
        {
            return Err("a name is part of the page".to_string());
        }
        let _ = fs::remove_file(&out).or_else(|_| fs::remove_dir_all(&out));
    }
    match listing(folder) == before {
        true => Ok(ran),
        false => Err(format!("it leaves {:?}", listing(folder))),
    }
}

/// What the commands are given.
struct Input {
    what: String,
    /// Its path in a workplace.
    path: OsString,
    made: Made,
}

/// How it comes to be there.
enum Made {
    Of(Vec<u8>),
    /// With a section that is not there, and the header of this text.
    Huge(&'static str),
    Folder,
    /// Not at all.
    Not,
}

impl Input {
    fn new(what: impl Into<String>, path: impl Into<OsString>, made: Made) -> Input {
        let (what, path) = (what.into(), path.into());
        Input { what, path, made }
    }

    fn of(what: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Input {
        Input::new(what, "in.wasm", Made::Of(bytes.into()))
    }

    fn put(&self, place: &Path) -> io::Result<()> {
        let path = place.join(&self.path);
        match &self.made {
            Made::Of(bytes) => fs::write(path, bytes),
            Made::Huge(header) => {
                write_huge(&path, header);
                Ok(())
            }
            Made::Folder => fs::create_dir(path),
            Made::Not => Ok(()),
        }
    }

    fn take_away(&self, place: &Path) -> io::Result<()> {
        let path = place.join(&self.path);
        match self.made {
            Made::Of(_) | Made::Huge(_) => fs::remove_file(path),
            Made::Folder => fs::remove_dir(path),
            Made::Not => Ok(()),
        }
    }
}

/// Runs all commands about each input, on two threads, and reports all that went wrong.
fn all_are_survived(inputs: &[Input]) {
    let left = Mutex::new(inputs.iter());
    let wrong = Mutex::new(Vec::new());
    let next = || left.lock().expect("no thread panics").next();
    let work = || {
        let place = workplace();
        let place = place.path();
        while let Some(input) = next() {
            input.put(place).expect("it is made");
            for command in COMMANDS {
                if let Err(told) = run(place, command, &input.path) {
                    let told = format!("{}: {command}: {told}", input.what);
                    wrong.lock().expect("no thread panics").push(told);
                }
            }
            input.take_away(place).expect("it goes");
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(work);
        threads.spawn(work);
    });
    let wrong = wrong.into_inner().expect("no thread panics");
    let some = wrong[..wrong.len().min(20)].join("\n");
    assert!(wrong.is_empty(), "{} times\n{some}", wrong.len());
}

/// A package in binary form, whose docs have what a text could not.
fn package() -> Vec<u8> {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let text = "/// AAAAAAAAAAAA\npackage a:b@1.0.0;\n/// AAAAAAAAAAAA\ninterface c { f: func(); }\n\
                world w { import c; }\n";
    let args = ["wit", "-", "--wasm", "-o", "out.wasm"];
    let ran = witkit_fed(temp.path(), &args, text.as_bytes());
    ran.expect(0).expect("it is made");
    let mut bytes = fs::read(temp.path().join("out.wasm")).expect("it is there");
    // As JSON has it, in as many bytes.
    let (plain, hostile) = (b"AAAAAAAAAAAA", br"\u001b\u202e");
    let places = (0..bytes.len() - plain.len()).filter(|at| bytes[*at..].starts_with(plain));
    let places: Vec<usize> = places.collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bytes[at..at + hostile.len()].copy_from_slice(hostile);
    }
    bytes
}

/// A composition whose names are all [`NAME`], where any text may be one.
fn names() -> Vec<u8> {
    let name: String = NAME.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    wat(&format!(
        r#"(component $"{name}"
            (component $"{name} 1"
                (core module $"{name}"
                    (@custom "{name}" "x")
                    (@producers (language "{name}" "{name}") (processed-by "{name}" "{name}"))
                    (func $"{name}" (export "f") (result i32) (i32.const 7))
                    (func $"{name} 2" i32.add drop))
                (core instance $"{name}" (instantiate $"{name}"))
                (func (export "f") (result u32) (canon lift (core func $"{name}" "f"))))
            (core module $"{name} 3" (import "{name}" "{name}" (func)) (export "{name}" (func 0)))
            (instance $"{name}" (instantiate $"{name} 1"))
            (export "f" (func $"{name}" "f")))"#
    ))
}

/// A component whose import is [`NAME`], as far as one can be.
fn import() -> Vec<u8> {
    let url = NAME.replace(['<', '>'], "");
    let url: String = url.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    wat(&format!("(component (import \"url=<{url}>\" (func)))"))
}

#[test]
fn every_command_of_the_table_is_one() {
    let place = workplace();
    for command in COMMANDS {
        let ran = witkit(place.path(), &words(command, OsStr::new("composed.wasm")));
        assert!(!ran.stderr.contains("Usage:"), "{command}\n{}", ran.stderr);
        let out = place.path().join("out");
        let _ = fs::remove_file(&out).or_else(|_| fs::remove_dir_all(&out));
    }
}

#[test]
fn input_that_ends_too_early_is_survived() {
    let mut inputs = Vec::new();
    for (name, whole, cuts) in [
        ("a composition", fixture("split/bundles/composed.wat"), 12),
        ("a package", package(), 4),
    ] {
        let mut random = Random(3);
        let mut ends = vec![4, 8, 9, whole.len() - 1];
        ends.extend((0..cuts).map(|_| random.below(whole.len())));
        inputs.extend(
            ends.iter()
                .map(|end| Input::of(format!("{name} cut at {end}"), &whole[..*end])),
        );
    }
    all_are_survived(&inputs);
}

#[test]
fn what_is_no_webassembly_is_survived() {
    let mut random = Random(5);
    let mut noise =
        |bytes: usize| -> Vec<u8> { (0..bytes).map(|_| random.below(256) as u8).collect() };
    let with_header = |header: &str, noise: Vec<u8>| [wat(header), noise].concat();
    all_are_survived(&[
        Input::of("nothing", []),
        Input::of("noise", noise(3000)),
        Input::of(
            "a component of noise",
            with_header("(component)", noise(3000)),
        ),
        Input::of("a module of noise", with_header("(module)", noise(3000))),
        Input::of(
            "text with control characters",
            format!("package a:b; // {NAME}"),
        ),
        Input::of(
            "an object that is no plan",
            format!("{{\"schema\": \"{}\"}}", NAME.escape_unicode()),
        ),
        Input::of("parentheses", "(component".repeat(50_000)),
    ]);
}

#[test]
fn sections_that_claim_what_is_not_there_and_nesting_to_the_limit_are_survived() {
    let wrong = wat("(component (core module (func i32.add drop)))");
    all_are_survived(&[
        Input::new("a huge component", "in.wasm", Made::Huge("(component)")),
        Input::new("a huge module", "in.wasm", Made::Huge("(module)")),
        Input::of("100 levels", nested(100, &wrong)),
        Input::of("101 levels", nested(101, &wrong)),
        Input::of("5000 levels", nested(5000, &wrong)),
    ]);
}

#[test]
fn names_and_docs_are_shown_and_never_interpreted_by_any_command() {
    let good = fixture("compose/basic/adder.wat");
    all_are_survived(&[
        Input::of("names", names()),
        Input::of("an import", import()),
        Input::of("docs", package()),
        Input::new(
            "a file's name",
            "\x1b[31m\u{202e}\n::error::forged.wasm",
            Made::Of(good),
        ),
        Input::new(
            "a missing file's name",
            "\x1b[31m\u{202e}\n::error::forged",
            Made::Not,
        ),
        Input::new(
            "a folder's name",
            "\x1b[31m\u{202e}\n::error::forged",
            Made::Folder,
        ),
    ]);
}

#[test]
fn paths_that_are_no_files_are_survived() {
    let mut inputs = vec![
        Input::new("a missing file", "missing.wasm", Made::Not),
        Input::new("an empty folder", "folder", Made::Folder),
        Input::new("a file in a file", "good.wasm/in.wasm", Made::Not),
        Input::new("an empty path", "", Made::Not),
        // It can be opened, whoever does, and reading the beginning fails.
        Input::new("an unreadable file", "/proc/self/mem", Made::Not),
    ];
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let name = OsString::from_vec(b"\xff\x1b.wasm".to_vec());
        let good = fixture("compose/basic/adder.wat");
        inputs.push(Input::new("a name that is no text", name, Made::Of(good)));
    }
    all_are_survived(&inputs);
}

/// The exit code with standard output going there.
fn exit_with(folder: &Path, args: &[OsString], stdout: Stdio) -> (Option<i32>, String) {
    let child = Command::new(env!("CARGO_BIN_EXE_witkit"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn();
    let ran = child
        .and_then(|child| child.wait_with_output())
        .expect("witkit runs");
    (
        ran.status.code(),
        String::from_utf8_lossy(&ran.stderr).into_owned(),
    )
}

#[test]
fn results_that_cannot_be_printed_are_a_failure_unless_nobody_reads_them() {
    let place = workplace();
    let place = place.path();
    let full = || File::options().write(true).open("/dev/full");
    let mut wrong = Vec::new();
    let mut printing = 0;
    for command in COMMANDS.iter().filter(|command| !command.ends_with(" out")) {
        let args = words(command, OsStr::new("composed.wasm"));
        let usual = run(place, command, OsStr::new("composed.wasm")).expect("it runs");
        if usual.stdout.is_empty() {
            continue;
        }
        printing += 1;
        let (reader, writer) = io::pipe().expect("a pipe can be made");
        drop(reader);
        let (code, told) = exit_with(place, &args, writer.into());
        if code != usual.code || told.contains("panicked at") {
            wrong.push(format!(
                "{command}: nobody reads: {code:?}, not {:?}\n{told}",
                usual.code
            ));
        }
        let Ok(full) = full() else { continue };
        let (code, told) = exit_with(place, &args, full.into());
        if code != Some(2) || !told.contains("cannot write") {
            wrong.push(format!("{command}: full: {code:?}\n{told}"));
        }
    }
    assert!(printing > 15, "only {printing} print anything");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
