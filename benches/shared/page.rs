//! Where figures go: to the terminal and, with the word `page` among the arguments, into their
//! section of `docs/performance.md`.
//!
//! Lives here: [`tell`], [`words`]. May import: `table`. Deliberately absent: measuring.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::table::{self, Row};

/// What the user wrote behind `--`, without the flags of cargo and without `page`; none if nothing
/// is to be measured: `cargo test --benches` runs benchmarks, too, but without their flag.
pub fn words(name: &str) -> Option<Vec<String>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if !args.iter().any(|arg| arg == "--bench") {
        println!("nothing is measured: run this with `cargo bench --bench {name}`");
        return None;
    }
    let words = args.into_iter();
    let words = words.filter(|arg| !arg.starts_with('-') && arg != "page");
    Some(words.collect())
}

/// Prints the table and the notes below it, and writes them into the section `name` of the page if
/// that is asked for. Ends the program with 2 if the page cannot be written.
pub fn tell(name: &str, rows: &[Row], notes: &[String]) {
    print!("{}", table::render(rows, notes));
    if !std::env::args().any(|arg| arg == "page") {
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md");
    if let Err(error) = write(&path, name, rows, notes) {
        eprintln!("error: {}: {error}", path.display());
        std::process::exit(2);
    }
}

fn write(path: &Path, name: &str, rows: &[Row], notes: &[String]) -> std::io::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let (begin, end) = (
        format!("<!-- {name} -->\n"),
        format!("<!-- end of {name} -->"),
    );
    let place = text.split_once(&begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(&end)?;
        Some((before, after))
    });
    let (before, after) =
        place.ok_or_else(|| std::io::Error::other(format!("it has no section `{name}`")))?;
    let mut section = table::markdown(rows);
    let _ = writeln!(section, "\n{}", machine());
    for note in notes {
        let _ = writeln!(section, "\nNot measured: {note}.");
    }
    std::fs::write(path, format!("{before}{begin}{section}{end}{after}"))
}

/// What it was measured on and with.
fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("an unknown processor", |model| {
        model.trim_start_matches([' ', '\t', ':'])
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let tools = ["wac", "wasm-tools", "splicer"]
        .into_iter()
        .filter_map(version);
    let tools: Vec<String> = std::iter::once(format!("witkit {}", env!("CARGO_PKG_VERSION")))
        .chain(tools)
        .collect();
    let cores = match cores {
        1 => "one core".to_string(),
        many => format!("{many} cores"),
    };
    format!("{} on {cores} of {model}.", tools.join(", "))
}

/// `wac-cli 0.12.0`; none if the tool is not on PATH.
fn version(tool: &str) -> Option<String> {
    let said = Command::new(tool).arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let version = said.split_whitespace().nth(1)?;
    Some(format!("{tool} {version}"))
}
