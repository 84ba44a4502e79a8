//! `cargo bench --bench compose`: what `witkit compose` costs, beside `wac` and `wasm-tools` where they are on
//! PATH (`cargo install wac-cli wasm-tools`).
//!
//! Prints one table: what was measured, each tool's figure, the others' as a multiple of
//! witkit's, what witkit's is to be at most, and whether it is. All figures are of this run and
//! of this machine; nothing is remembered but the parts.
//!
//! - Instructions (user space, start-up included) are counted by valgrind's callgrind and settle
//!   arguments on noisy machines; without valgrind those rows are empty.
//! - Time is the median of interleaved runs, with `cp` of the same bytes among them; the inputs
//!   are in the page cache.
//! - Private memory is seen from outside (Linux), and beside it the least data limit
//!   (`prlimit --data`) that witkit lives with.
//!
//! `wac plug` does not look for what a plug imports, so chains go to `wac compose` with every
//! instantiation spelt out, and to `wasm-tools compose` with a configuration that does the same.
//! witkit is given the files and finds the wires itself.
//!
//! The parts are made by [`parts`], under the target folder, and kept between runs. The Python
//! components are those of a test corpus beside the repository; without it they are left out.
//!
//! Arguments: `cargo bench --bench compose -- own` leaves the other tools out, which is much faster. Any other
//! word chooses the rows that begin with it: `start-up`, `large`, `python`, `chain`, `instances`,
//! `refusal`. Where a figure is missing (`–`), the tool is not there or failed.
//!
//! Lives here: what is measured and what the figures should be.
//! Deliberately absent: how it is measured ([`measure`]), and speed of the library's functions by
//! themselves: what counts is the whole program.

#[path = "../shared/measure.rs"]
mod measure;
#[path = "../shared/page.rs"]
mod page;
mod parts;
#[path = "../shared/table.rs"]
#[allow(dead_code)] // Calls are not measured here.
mod table;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use measure::{Call, interleaved};
use parts::Link;
use table::{Row, Target, Unit};

const MIB: f64 = 1024.0 * 1024.0;

fn main() {
    let Some(words) = page::words("compose") else {
        return;
    };
    let mut bench = Bench {
        tools: Tools::find(words.iter().any(|word| word == "own")),
        folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("compose"),
        groups: words.into_iter().filter(|word| word != "own").collect(),
        rows: Vec::new(),
        notes: Vec::new(),
    };
    if let Err(error) = bench.run() {
        eprintln!("error: {}: {error}", bench.folder.display());
        std::process::exit(2);
    }
    bench.notes.extend(bench.tools.missing());
    page::tell("compose", &bench.rows, &bench.notes);
}

/// The programs that are measured.
struct Tools {
    witkit: PathBuf,
    wac: Option<PathBuf>,
    wasm_tools: Option<PathBuf>,
}

impl Tools {
    fn find(own: bool) -> Tools {
        let find = |name: &str| {
            let call = Call::new(Path::new(name), ["--version".to_string()]);
            (!own && call.works()).then(|| PathBuf::from(name))
        };
        Tools {
            witkit: env!("CARGO_BIN_EXE_witkit").into(),
            wac: find("wac"),
            wasm_tools: find("wasm-tools"),
        }
    }

    fn missing(&self) -> Vec<String> {
        [("wac", &self.wac), ("wasm-tools", &self.wasm_tools)]
            .into_iter()
            .filter(|(_, path)| path.is_none())
            .map(|(name, _)| format!("{name} was left out, or is not on PATH"))
            .collect()
    }
}

/// The same task for each tool; witkit is first.
struct Task([Option<Call>; 3]);

impl Task {
    fn witkit(&self) -> Option<&Call> {
        self.0[0].as_ref()
    }

    fn each(&self, measured: impl Fn(&Call) -> Option<f64>) -> [Option<f64>; 3] {
        [0, 1, 2].map(|tool| self.0[tool].as_ref().and_then(&measured))
    }
}

struct Bench {
    tools: Tools,
    /// Where the parts and the results are.
    folder: PathBuf,
    groups: Vec<String>,
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Bench {
    fn run(&mut self) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        if self.wanted("start-up") {
            self.start_up();
        }
        if self.wanted("large") {
            let paths = self.chain("large", 4, Some(27_000_000))?;
            let task = self.composed_chain(&paths, "large")?;
            self.big("large: 4 parts of 27 MB", &task, 60e6);
        }
        if self.wanted("python") {
            self.python();
        }
        if self.wanted("chain") {
            self.chains()?;
        }
        if self.wanted("instances") {
            self.instances()?;
        }
        if self.wanted("refusal") {
            self.refusal()?;
        }
        Ok(())
    }

    fn wanted(&self, group: &str) -> bool {
        let chosen = self.groups.is_empty() || self.groups.iter().any(|word| word == group);
        if chosen {
            eprintln!("measuring: {group}");
        }
        chosen
    }

    fn row(&mut self, what: &str, unit: Unit, values: [Option<f64>; 3], target: Target) {
        let what = what.to_string();
        self.rows.push(Row {
            what,
            unit,
            values,
            target,
        });
    }

    fn start_up(&mut self) {
        let version = |tool: &PathBuf| Call::new(tool, ["--version".to_string()]);
        let tools = &self.tools;
        let task = Task([
            Some(version(&tools.witkit)),
            tools.wac.as_ref().map(version),
            tools.wasm_tools.as_ref().map(version),
        ]);
        let values = task.each(Call::instructions);
        self.row("start-up", Unit::Instructions, values, Target::AtMost(2e6));
    }

    fn python(&mut self) {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/components/python");
        let [root, plug] = ["calculator.wasm", "adder.wasm"].map(|name| folder.join(name));
        if !root.is_file() || !plug.is_file() {
            self.notes
                .push("no Python components: the corpus is not there".to_string());
            return;
        }
        let [root, plug] = [root, plug].map(|path| path.display().to_string());
        let words = |words: &[&str]| {
            words
                .iter()
                .map(|word| word.to_string())
                .collect::<Vec<_>>()
        };
        let witkit = words(&["compose", &root, "-d", &plug]);
        let wac = words(&["plug", &root, "--plug", &plug]);
        let task = self.task(witkit, wac, words(&["compose", &root, "-d", &plug]));
        self.big("python: calculator, adder", &task, 30e6);
    }

    /// All there is to measure of a task with large parts. Its instructions, memory and first time are
    /// those without function bodies, so that only what composing itself costs is compared.
    fn big(&mut self, what: &str, task: &Task, instructions: f64) {
        let full = task.0[0].clone();
        let types = full
            .as_ref()
            .map(|call| call.clone().with(&["--validate", "types"]));
        let [_, wac, wasm_tools] = task.0.clone();
        let task = Task([types, wac, wasm_tools]);
        let target = Target::AtMost(instructions);
        let cost = task.each(Call::instructions);
        self.row(what, Unit::Instructions, cost, target);
        let memory = task.each(Call::anonymous_memory);
        let target = Target::AtMost(16.0 * MIB);
        self.row("  its private memory", Unit::Bytes, memory, target);
        let limit = [task.witkit().and_then(Call::data_limit), None, None];
        self.row("  its least data limit", Unit::Bytes, limit, target);

        let result = self.folder.join("to-copy.wasm");
        let ours = self.folder.join("out-witkit.wasm");
        if task.witkit().is_some_and(Call::works) && std::fs::rename(&ours, &result).is_ok() {
            let copy = Call::new(
                Path::new("cp"),
                ["--reflink=never".to_string(), result.display().to_string()],
            )
            .to(&self.folder.join("out-cp.wasm"));
            let mut calls: Vec<Option<&Call>> = task.0.iter().map(Option::as_ref).collect();
            calls.extend([Some(&copy), full.as_ref()]);
            let times = interleaved(&calls, 21);
            let times_of = |factor, who, time: Option<f64>| match time {
                Some(time) => Target::Times(factor, who, time),
                None => Target::None,
            };
            let values = [times[0], times[1], times[2]];
            let target = times_of(1.3, "cp", times[3]);
            self.row("  its time", Unit::Seconds, values, target);
            let values = [times[4], times[1], times[2]];
            let target = times_of(0.5, "wac", times[1]);
            self.row("  its time, code validated", Unit::Seconds, values, target);
            // Large, and quickly made again.
            for file in [
                "to-copy.wasm",
                "out-cp.wasm",
                "out-wac.wasm",
                "out-wasm-tools.wasm",
            ] {
                let _ = std::fs::remove_file(self.folder.join(file));
            }
            let _ = std::fs::remove_file(ours);
        }
    }

    /// Chains of small parts, all different.
    fn chains(&mut self) -> std::io::Result<()> {
        let mut costs = Vec::new();
        // 499 parts with a module each, and the composition: 999 of the 1000 modules and
        // components that engines accept.
        for length in [30, 100, 300, 499] {
            let paths = self.chain("chain", length, None)?;
            let task = self.composed_chain(&paths, &format!("chain-{length}"))?;
            let cost = task.each(Call::instructions);
            let target = match (length, cost[1]) {
                (300, Some(wac)) => Target::AtMost(wac / 3.0),
                (300, None) => Target::AtMost(40e6),
                _ => Target::None,
            };
            self.row(
                &format!("chain: {length} parts"),
                Unit::Instructions,
                cost,
                target,
            );
            costs.push(cost);
        }
        let exponent = [0, 1, 2].map(|tool| {
            let (short, long) = (costs[0][tool]?, costs[2][tool]?);
            Some((long / short).log10())
        });
        let what = "  their exponent from 30 to 300 parts";
        self.row(what, Unit::Exponent, exponent, Target::AtMost(1.1));
        Ok(())
    }

    /// A thousand instances of two files, wired by a chain.
    fn instances(&mut self) -> std::io::Result<()> {
        let link = |imports: bool| Link {
            exports: "bench:chain/link".to_string(),
            imports: imports.then(|| "bench:chain/link".to_string()),
            seed: 1,
            module_size: None,
        };
        let last = self.part("instances-last.wasm", &link(false))?;
        let stage = self.part("instances-stage.wasm", &link(true))?;
        let names: Vec<String> = (1..1000).map(|i| format!("stage{i}")).collect();
        let mut args = vec!["compose".to_string(), last.clone()];
        for name in &names {
            args.extend(["-d".to_string(), format!("{name}={stage}")]);
        }
        args.extend(["--chain".to_string(), names.join(",")]);
        let mut script =
            "package bench:composed;\nlet stage1000 = new bench:last {};\n".to_string();
        let import = "bench:chain/link";
        for i in (1..1000).rev() {
            let next = i + 1;
            let _ = writeln!(
                script,
                "let stage{i} = new bench:stage {{ \"{import}\": stage{next}[\"{import}\"] }};"
            );
        }
        let _ = writeln!(script, "export stage1[\"{import}\"];");
        let file = self.folder.join("instances.wac");
        std::fs::write(&file, script)?;
        let mut wac = vec!["compose".to_string(), file.display().to_string()];
        wac.extend(["-d".to_string(), format!("bench:last={last}")]);
        wac.extend(["-d".to_string(), format!("bench:stage={stage}")]);
        // The root of wasm-compose is what exports, so it is a stage as well.
        let mut config = format!(
            "dependencies:\n  last:\n    path: {last}\n  stage:\n    path: {stage}\ninstantiations:\n"
        );
        for i in 1..1000 {
            let (name, dependency) = match i {
                1 => ("root".to_string(), String::new()),
                _ => (format!("stage{i}"), "    dependency: stage\n".to_string()),
            };
            let _ = write!(
                config,
                "  {name}:\n{dependency}    arguments:\n      {import}:\n        instance: stage{}\n        export: {import}\n",
                i + 1
            );
        }
        let _ = writeln!(config, "  stage1000:\n    dependency: last");
        let file = self.folder.join("instances.yml");
        std::fs::write(&file, config)?;
        let wasm_tools = ["compose", "-c", &file.display().to_string(), &stage].map(String::from);
        let task = self.task(args, wac, wasm_tools.to_vec());
        let cost = task.each(Call::instructions);
        let what = "instances: 1000 of 2 files";
        self.row(what, Unit::Instructions, cost, Target::None);
        Ok(())
    }

    /// How long it takes to refuse more parts than engines accept.
    fn refusal(&mut self) -> std::io::Result<()> {
        let paths = self.chain("chain", 1000, None)?;
        let task = self.composed_chain(&paths, "chain-1000")?;
        let Some(call) = task.witkit() else {
            return Ok(());
        };
        let said = call
            .output()
            .map(|output| (output.status.code(), output.stderr));
        let refused = said.is_some_and(|(code, stderr)| {
            code == Some(1) && String::from_utf8_lossy(&stderr).contains("compose/too-large")
        });
        if !refused {
            self.notes
                .push("1000 parts were not refused as too large".to_string());
        }
        let values = [interleaved(&[Some(call)], 11)[0], None, None];
        self.row("refusal: 1000 parts", Unit::Seconds, values, Target::None);
        Ok(())
    }

    /// A part on disk, made if it is not there.
    fn part(&self, name: &str, link: &Link) -> std::io::Result<String> {
        let path = self.folder.join(name);
        if !path.is_file() {
            // Never half a part under its name.
            let temporary = path.with_extension("tmp");
            std::fs::write(&temporary, link.component())?;
            std::fs::rename(temporary, &path)?;
        }
        Ok(path.display().to_string())
    }

    /// The files of a chain: each imports what the next exports.
    fn chain(
        &self,
        name: &str,
        length: usize,
        module_size: Option<usize>,
    ) -> std::io::Result<Vec<String>> {
        (0..length)
            .map(|i| {
                let last = i + 1 == length;
                let link = Link {
                    exports: interface(i),
                    imports: (!last).then(|| interface(i + 1)),
                    seed: i as u64,
                    module_size,
                };
                let kind = if last { "last" } else { "link" };
                self.part(&format!("{name}-{kind}-{i}.wasm"), &link)
            })
            .collect()
    }

    /// The task to compose a chain of these files, the root first.
    fn composed_chain(&self, paths: &[String], name: &str) -> std::io::Result<Task> {
        let mut witkit = vec!["compose".to_string(), paths[0].clone()];
        for path in &paths[1..] {
            witkit.extend(["-d".to_string(), path.clone()]);
        }
        let script = self.folder.join(format!("{name}.wac"));
        let mut wac = vec!["compose".to_string(), script.display().to_string()];
        let mut text = "package bench:composed;\n".to_string();
        let mut dependencies = String::new();
        let mut instantiations = String::new();
        for (i, path) in paths.iter().enumerate().rev() {
            wac.extend(["-d".to_string(), format!("bench:p{i}={path}")]);
            let (next, import) = (i + 1, interface(i + 1));
            let name = if i == 0 {
                "root".to_string()
            } else {
                format!("p{i}")
            };
            if i > 0 {
                let _ = write!(dependencies, "  {name}:\n    path: {path}\n");
            }
            if next == paths.len() {
                let _ = writeln!(text, "let i{i} = new bench:p{i} {{}};");
                let _ = writeln!(instantiations, "  {name}: {{}}");
            } else {
                let _ = writeln!(
                    text,
                    "let i{i} = new bench:p{i} {{ \"{import}\": i{next}[\"{import}\"] }};"
                );
                let _ = write!(
                    instantiations,
                    "  {name}:\n    arguments:\n      {import}:\n        instance: p{next}\n        export: {import}\n"
                );
            }
        }
        let _ = writeln!(text, "export i0[\"{}\"];", interface(0));
        std::fs::write(&script, text)?;
        let config = self.folder.join(format!("{name}.yml"));
        std::fs::write(
            &config,
            format!("dependencies:\n{dependencies}instantiations:\n{instantiations}"),
        )?;
        let wasm_tools = ["compose", "-c", &config.display().to_string(), &paths[0]];
        Ok(self.task(witkit, wac, wasm_tools.map(String::from).to_vec()))
    }

    /// The task with these arguments for each tool.
    fn task(&self, witkit: Vec<String>, wac: Vec<String>, wasm_tools: Vec<String>) -> Task {
        let call = |tool: &Path, name: &str, args| {
            Call::new(tool, args).writing(&self.folder.join(format!("out-{name}.wasm")))
        };
        let tools = &self.tools;
        Task([
            Some(call(&tools.witkit, "witkit", witkit)),
            tools.wac.as_ref().map(|tool| call(tool, "wac", wac)),
            tools
                .wasm_tools
                .as_ref()
                .map(|tool| call(tool, "wasm-tools", wasm_tools)),
        ])
    }
}

/// The interface between two links of a chain.
fn interface(link: usize) -> String {
    format!("bench:chain/link{link}")
}
