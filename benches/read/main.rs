//! `cargo bench --bench read`: what the commands cost that look at what is there: `inspect`,
//! `graph`, `check`, `split`, `diff`, `slim`.
//!
//! A composition of 500 parts is made here. The other components and the WASI packages are those of
//! a test corpus beside the repository; without it they are left out. Instructions (user space,
//! start-up included) are counted by valgrind's callgrind; time is the median of interleaved runs.
//!
//! Lives here: what is measured and what the figures should be. Deliberately absent: how it is
//! measured ([`measure`]).

#[path = "../shared/measure.rs"]
#[allow(dead_code)] // Memory is not measured here.
mod measure;
#[path = "../shared/page.rs"]
mod page;
#[path = "../compose/parts.rs"]
mod parts;
#[path = "../shared/table.rs"]
#[allow(dead_code)]
mod table;

use std::path::{Path, PathBuf};

use measure::{Call, interleaved};
use parts::Link;
use table::{Row, Target, Unit};

fn main() {
    if page::words("read").is_none() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("read");
    let mut bench = Bench {
        rows: Vec::new(),
        notes: Vec::new(),
        folder,
    };
    if let Err(error) = bench.run() {
        eprintln!("error: {}: {error}", bench.folder.display());
        std::process::exit(2);
    }
    page::tell("read", &bench.rows, &bench.notes);
}

struct Bench {
    rows: Vec<Row>,
    notes: Vec<String>,
    /// Where the inputs and the results are.
    folder: PathBuf,
}

impl Bench {
    fn run(&mut self) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        match corpus.is_dir() {
            true => self.corpus(&corpus),
            false => {
                let missing = "real components and WASI: the corpus is not there";
                self.notes.push(missing.to_string());
            }
        }
        self.many()
    }

    fn corpus(&mut self, corpus: &Path) {
        let text = |path: &str| corpus.join(path).display().to_string();
        let python = text("components/python/adder.wasm");
        let calculator = text("components/python/calculator.wasm");
        let other = text("components/go/adder.wasm");
        let pair = self.folder.join("pair.wasm");
        let composed = call(&["compose", &calculator, "-d", &other]).writing(&pair);
        if !composed.works() {
            self.notes
                .push("the Python and Go pair: it was not composed".to_string());
            return;
        }
        let pair = pair.display().to_string();
        self.instructions(
            "inspect: Python, 18 MB",
            call(&["inspect", &python]),
            Target::AtMost(8e6),
        );
        let host = ["check", "--host", "jco", &python];
        self.instructions(
            "check --host: Python, 18 MB",
            call(&host),
            Target::AtMost(60e6),
        );
        let graph = call(&["graph", &pair]);
        self.instructions("graph: Python and Go, 21 MB", graph, Target::AtMost(60e6));
        let deny = ["check", "--deny", "wasi:nn/*", &pair];
        self.instructions(
            "check --deny: Python and Go, 21 MB",
            call(&deny),
            Target::AtMost(60e6),
        );
        let parts = self.folder.join("parts");
        let split = [
            "split",
            &pair,
            "--force",
            "-o",
            &parts.display().to_string(),
        ];
        self.instructions(
            "split: Python and Go, 21 MB",
            call(&split),
            Target::AtMost(100e6),
        );
        let slim = call(&["slim", &python]).writing(&self.folder.join("slim.wasm"));
        self.seconds("slim: Python, 18 MB", slim, Target::None);
        let [old, new] = [
            "wit/wasi-v0.2.0-assembled/preview2__http",
            "wit/wasi-v0.2.12-assembled/proposals__http__wit",
        ]
        .map(text);
        self.seconds(
            "diff: wasi:http 0.2.0 and 0.2.12",
            call(&["diff", &old, &new]),
            Target::AtMost(0.040),
        );
    }

    /// A composition of 500 parts, each of which imports what the next exports.
    fn many(&mut self) -> std::io::Result<()> {
        const PARTS: usize = 499;
        let interface = |at: usize| format!("bench:chain/link{at}");
        let mut args = vec!["compose".to_string()];
        for at in 0..PARTS {
            let link = Link {
                exports: interface(at),
                imports: (at + 1 < PARTS).then(|| interface(at + 1)),
                seed: at as u64,
                module_size: None,
            };
            let path = self.folder.join(format!("part-{at}.wasm"));
            std::fs::write(&path, link.component())?;
            args.extend((at > 0).then(|| "-d".to_string()));
            args.push(path.display().to_string());
        }
        let whole = self.folder.join("many.wasm");
        let composed = Call::new(&witkit(), args).writing(&whole);
        if !composed.works() {
            self.notes
                .push("499 parts: they were not composed".to_string());
            return Ok(());
        }
        let whole = whole.display().to_string();
        let svg =
            call(&["graph", &whole, "--format", "svg"]).writing(&self.folder.join("many.svg"));
        self.seconds("graph as SVG: 499 parts", svg, Target::AtMost(0.150));
        let inspect = call(&["inspect", &whole]);
        self.seconds("inspect: 499 parts", inspect, Target::None);
        Ok(())
    }

    fn instructions(&mut self, what: &str, call: Call, target: Target) {
        let value = call.instructions();
        self.row(what, Unit::Instructions, value, target);
    }

    fn seconds(&mut self, what: &str, call: Call, target: Target) {
        // Findings are a result, too.
        let code = call.output().and_then(|output| output.status.code());
        let value = match code {
            Some(0 | 1) => interleaved(&[Some(&call)], 21)[0],
            _ => None,
        };
        self.row(what, Unit::Seconds, value, target);
    }

    fn row(&mut self, what: &str, unit: Unit, value: Option<f64>, target: Target) {
        self.rows.push(Row {
            what: what.to_string(),
            unit,
            values: [value, None, None],
            target,
        });
    }
}

fn witkit() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_witkit"))
}

fn call(args: &[&str]) -> Call {
    Call::new(&witkit(), args.iter().map(|arg| arg.to_string()))
}
