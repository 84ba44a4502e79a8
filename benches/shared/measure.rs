//! Measuring programs from outside: instructions, time, private memory.
//!
//! Lives here: [`Call`] and what can be measured of it. May import: std only.
//! Deliberately absent: what is called, and what the numbers should be.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A program with its arguments.
#[derive(Clone)]
pub struct Call {
    program: PathBuf,
    args: Vec<String>,
    /// The file that it writes.
    output: Option<PathBuf>,
}

impl Call {
    pub fn new(program: &Path, args: impl IntoIterator<Item = String>) -> Call {
        Call {
            program: program.to_path_buf(),
            args: args.into_iter().collect(),
            output: None,
        }
    }

    /// Adds arguments in front of the others but the command.
    pub fn with(mut self, args: &[&str]) -> Call {
        let at = self.args.len().min(1);
        self.args
            .splice(at..at, args.iter().map(|arg| arg.to_string()));
        self
    }

    /// Adds `-o FILE`. The file is removed before each run, so that all begin alike.
    pub fn writing(mut self, file: &Path) -> Call {
        self.args.extend(["-o".into(), file.display().to_string()]);
        self.output = Some(file.to_path_buf());
        self
    }

    /// Adds FILE as the last argument.
    pub fn to(mut self, file: &Path) -> Call {
        self.args.push(file.display().to_string());
        self.output = Some(file.to_path_buf());
        self
    }

    /// The call through another program, which is given the call as its last arguments.
    fn through(&self, program: &str, args: &[String]) -> Call {
        let inner = self.program.display().to_string();
        Call {
            program: program.into(),
            args: args
                .iter()
                .cloned()
                .chain([inner])
                .chain(self.args.clone())
                .collect(),
            output: self.output.clone(),
        }
    }

    fn clear(&self) {
        if let Some(output) = &self.output {
            // It need not be there.
            let _ = std::fs::remove_file(output);
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null());
        command
    }

    /// Runs it and returns what it said, if it could be started at all.
    pub fn output(&self) -> Option<Output> {
        self.clear();
        self.command().output().ok()
    }

    /// Whether it succeeds.
    pub fn works(&self) -> bool {
        self.output().is_some_and(|output| output.status.success())
    }

    fn spawn(&self) -> Option<Child> {
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().ok()
    }

    /// How long it takes, whether it succeeds or not.
    pub fn time(&self) -> Option<Duration> {
        self.clear();
        let start = Instant::now();
        self.spawn()?.wait().ok()?;
        Some(start.elapsed())
    }

    /// The instructions it executes in user space, start-up included; none if it fails or if
    /// there is no valgrind.
    pub fn instructions(&self) -> Option<f64> {
        let args = ["--tool=callgrind", "--callgrind-out-file=/dev/null"].map(String::from);
        let output = self.through("valgrind", &args).output()?;
        if !output.status.success() {
            return None;
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let line = said.lines().find(|line| line.contains("Collected :"))?;
        line.rsplit(' ').next()?.parse().ok()
    }

    /// The most private memory it is seen to have, in bytes (Linux: `RssAnon`), looking about
    /// once a millisecond.
    pub fn anonymous_memory(&self) -> Option<f64> {
        self.clear();
        let mut child = self.spawn()?;
        let status = format!("/proc/{}/status", child.id());
        let mut most = 0.0_f64;
        while child.try_wait().ok()?.is_none() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with("RssAnon:"));
            let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
            most = most.max(kib.unwrap_or(0.0) * 1024.0);
            std::thread::sleep(Duration::from_millis(1));
        }
        (most > 0.0).then_some(most)
    }

    /// The least limit on private writable memory (`RLIMIT_DATA`) with which it succeeds, in
    /// bytes, to half a MiB. Counts what is reserved, so it is never less than what is used.
    pub fn data_limit(&self) -> Option<f64> {
        const STEP: u64 = 512 * 1024;
        let with = |steps: u64| {
            self.through("prlimit", &[format!("--data={}", steps * STEP)])
                .works()
        };
        let (mut fails, mut works) = (0, 128);
        if !with(works) {
            return None;
        }
        while works - fails > 1 {
            let middle = (works + fails) / 2;
            if with(middle) {
                works = middle;
            } else {
                fails = middle;
            }
        }
        Some((works * STEP) as f64)
    }
}

/// The median time in seconds of each call, over `rounds` rounds in which each has its turn.
pub fn interleaved(calls: &[Option<&Call>], rounds: usize) -> Vec<Option<f64>> {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); calls.len()];
    for _ in 0..rounds {
        for (call, times) in calls.iter().zip(&mut times) {
            times.extend(call.and_then(Call::time).map(|time| time.as_secs_f64()));
        }
    }
    times.into_iter().map(median).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
