//! What the tests share: the binary under test, scenarios and their snapshots, real test data,
//! schemas, and binaries as nobody makes them.
//!
//! A scenario is a folder with a file `cmd`: comment lines that say what it shows, then one line
//! with the command as a user types it in that folder. `# exit: 2` among the comments is the
//! exit code that is expected if it is not the usual one.
//!
//! Deliberately absent: what a command's scenarios hold besides (`compose.rs`).

use std::ffi::OsStr;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub use crate::binaries::{nested, random_packages, validate, wat};

/// The commands that have help of their own to speak of.
pub const COMMANDS: &[&str] = &[
    "check",
    "componentize",
    "compose",
    "deps",
    "diff",
    "fmt",
    "graph",
    "init",
    "inspect",
    "lint",
    "parse",
    "print",
    "publish",
    "slim",
    "split",
    "validate",
    "wit",
];

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Real components and modules, which are not part of the project; `None`, and a line that says
/// so, where they are missing.
pub fn corpus() -> Option<PathBuf> {
    let corpus = project().join("../shared/corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    println!("skipped: no corpus");
    None
}

/// What a run of the binary came to.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Fails, with all that was printed, unless the exit code is `code`.
    pub fn expect(self, code: i32) -> Result<Ran, String> {
        if self.code == Some(code) && !self.stderr.contains("panicked at") {
            return Ok(self);
        }
        let Ran {
            code: was,
            stdout,
            stderr,
        } = self;
        let was = was.map_or("a signal".to_string(), |was| was.to_string());
        Err(format!(
            "exit code {was}, not {code}\n{}",
            indent(&(stdout + &stderr))
        ))
    }
}

/// Runs witkit in `folder`, with nothing on standard input.
pub fn witkit<S: AsRef<OsStr>>(folder: &Path, args: &[S]) -> Ran {
    witkit_fed(folder, args, b"")
}

/// Runs a program in `folder` for a user whose home, with `config` and `cache` in it, is `home`, and who
/// has set nothing besides; none if it is not installed.
pub fn at_home(program: &str, folder: &Path, home: &Path, words: &[&str]) -> Option<Ran> {
    let ran = Command::new(program)
        .args(words)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("HOME", home)
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env_remove("WKG_CACHE_DIR")
        .env_remove("WKG_CONFIG_FILE")
        .env_remove("DOCKER_CONFIG")
        .output()
        .ok()?;
    Some(Ran {
        code: ran.status.code(),
        stdout: String::from_utf8_lossy(&ran.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&ran.stderr).into_owned(),
    })
}

/// Runs witkit in `folder`, with `input` on standard input.
pub fn witkit_fed<S: AsRef<OsStr>>(folder: &Path, args: &[S], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_witkit"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("witkit starts");
    if let Some(mut stdin) = child.stdin.take() {
        // It may well end without having read any of it.
        let _ = stdin.write_all(input);
    }
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().expect("witkit ends");
    Ran {
        code: status.code(),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// A folder with a `cmd`.
pub struct Scenario {
    pub name: String,
    pub folder: PathBuf,
    /// The command line without the leading `witkit`.
    pub args: Vec<String>,
    /// What `# exit: N` says.
    pub exit: Option<i32>,
}

impl Scenario {
    /// All scenarios right below `folder`, by name.
    pub fn all(folder: &Path) -> Vec<Scenario> {
        let mut found: Vec<Scenario> = fs::read_dir(folder)
            .expect("the fixtures are there")
            .map(|entry| entry.expect("the fixtures can be listed").path())
            .filter(|path| path.join("cmd").is_file())
            .map(|path| Scenario::read(&path))
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(!found.is_empty(), "no scenarios in {}", folder.display());
        found
    }

    /// The scenario in `folder`.
    pub fn read(folder: &Path) -> Scenario {
        let name = folder.file_name().expect("a folder has a name");
        let name = name.to_string_lossy().into_owned();
        let text = fs::read_to_string(folder.join("cmd")).expect("cmd is text");
        let (comments, commands): (Vec<&str>, Vec<&str>) = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .partition(|line| line.starts_with('#'));
        assert!(
            !comments.is_empty(),
            "{name}: cmd does not say what it shows"
        );
        assert_eq!(commands.len(), 1, "{name}: cmd holds one command");
        let mut args = split_command(commands[0]);
        assert_eq!(args.remove(0), "witkit", "{name}: the command is witkit");
        let exit = comments
            .iter()
            .find_map(|line| line.strip_prefix("# exit:"))
            .map(|code| code.trim().parse().expect("the exit code is a number"));
        Scenario {
            name,
            folder: folder.to_path_buf(),
            args,
            exit,
        }
    }

    /// The text of a file of the scenario, if it has it.
    pub fn text(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(file)).ok()
    }

    /// The command with `more` behind.
    pub fn args_and(&self, more: &[&str]) -> Vec<String> {
        let more = more.iter().map(|arg| arg.to_string());
        self.args.iter().cloned().chain(more).collect()
    }

    /// Compares `actual` with the snapshot `file` of the scenario, or writes it when blessing.
    /// Where it is `optional`, no file means that nothing is expected.
    pub fn snapshot(&self, file: &str, actual: &str, optional: bool) -> Result<(), String> {
        snapshot(&self.folder.join(file), actual, optional)
    }
}

/// Compares `actual` with the snapshot `path`, or writes it when blessing. Where it is `optional`,
/// no file means that nothing is expected.
pub fn snapshot(path: &Path, actual: &str, optional: bool) -> Result<(), String> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let expected = fs::read_to_string(path).ok();
    if std::env::var_os("WITKIT_BLESS").is_some() {
        return match (optional && actual.is_empty(), &expected) {
            (true, None) => Ok(()),
            (true, Some(_)) => fs::remove_file(path),
            _ => fs::write(path, actual),
        }
        .map_err(|e| format!("{file}: {e}"));
    }
    let Some(expected) = expected.or(optional.then(String::new)) else {
        return Err(format!("{file} is missing; WITKIT_BLESS=1 writes it"));
    };
    if expected == actual {
        return Ok(());
    }
    Err(format!(
        "{file} differs (- expected, + actual; WITKIT_BLESS=1 accepts it)\n{}",
        indent(&diff(&expected, actual))
    ))
}

/// Runs `check` on every scenario and reports all that failed.
pub fn each(scenarios: &[Scenario], check: impl Fn(&Scenario) -> Result<(), String>) {
    let failed: Vec<String> = scenarios
        .iter()
        .filter_map(|scenario| {
            let told = check(scenario).err()?;
            Some(format!("{}\n{}", scenario.name, indent(&told)))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} scenarios failed\n\n{}",
        failed.len(),
        scenarios.len(),
        failed.join("\n")
    );
}

/// Runs every scenario below `fixtures/FOLDER`: it prints what its `stdout.txt` and `stderr.txt`
/// have, ends as it says, and writes nothing.
pub fn prints_only(folder: &str) {
    let all = Scenario::all(&project().join("fixtures").join(folder));
    each(&all, |scenario| {
        let before = files(&scenario.folder, &|_| true);
        let exit = scenario.exit.unwrap_or(0);
        let ran = witkit(&scenario.folder, &scenario.args).expect(exit)?;
        if files(&scenario.folder, &|_| true) != before {
            return Err("something was written".to_string());
        }
        let stdout = scenario.snapshot("stdout.txt", &ran.stdout, true);
        stdout.and(scenario.snapshot("stderr.txt", &ran.stderr, true))
    });
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            // Its bytes alone: a copy of what must not be written is there to be written.
            fs::write(target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

/// The names in a folder.
pub fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the folder can be listed").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// All files below a folder that `wanted` says yes to, by name.
pub fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in listing(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            found.extend(files(&path, wanted));
        } else if wanted(&path) {
            found.push(path);
        }
    }
    found
}

/// What is between two marks of a page is `generated`.
pub fn generated(page: &str, mark: &str, generated: &str) {
    let path = project().join("docs").join(page);
    let text = fs::read_to_string(&path).expect(page);
    let (before, rest) = text.split_once(&format!("<!-- {mark} -->\n")).expect(page);
    let (_, after) = rest
        .split_once(&format!("<!-- end of {mark} -->"))
        .expect(page);
    let text = format!("{before}<!-- {mark} -->\n{generated}<!-- end of {mark} -->{after}");
    snapshot(&path, &text, false).expect("WITKIT_BLESS=1 rewrites it");
}

/// The verdicts about a suite, as a section of `docs/conformance.md`: how many of its cases agree, and
/// for each of the others what witkit does and why.
pub fn conforms(mark: &str, suite: &str, count: usize, others: &[(&str, &str, &str)]) {
    let mut text = format!("## {suite}\n\n");
    let agree = count - others.len();
    match others {
        [] => text.push_str(&format!("{count} cases, all of which agree.\n")),
        _ => {
            text.push_str(&format!("{count} cases, of which {agree} agree.\n\n"));
            text.push_str("| case | witkit | reason |\n|---|---|---|\n");
        }
    }
    for (case, ours, reason) in others {
        text.push_str(&format!("| `{case}` | {ours} | {reason} |\n"));
    }
    generated("conformance.md", mark, &text);
}

/// The schema in `docs/schema/NAME.schema.json`, which may refer to that of reports.
pub fn schema(name: &str) -> jsonschema::Validator {
    let read = |name: &str| -> Value {
        let path = project().join(format!("docs/schema/{name}.schema.json"));
        let schema = fs::read_to_string(path).expect("the schema is there");
        serde_json::from_str(&schema).expect("the schema is JSON")
    };
    let registry = jsonschema::Registry::new()
        .add("urn:witkit:schema:report:1", read("report"))
        .and_then(|registry| registry.prepare())
        .expect("the schema of reports is one");
    jsonschema::options()
        .with_registry(&registry)
        .build(&read(name))
        .expect("the schema is one")
}

/// Fails, with all that is wrong and where, unless the document fits the schema.
pub fn fits(schema: &jsonschema::Validator, document: &Value) -> Result<(), String> {
    let wrong: Vec<String> = schema
        .iter_errors(document)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("\n")),
    }
}

/// The first JSON in a page of the documentation.
pub fn documented_json(page: &str) -> Value {
    let docs = fs::read_to_string(project().join("docs").join(page)).expect("the docs are there");
    let example = docs
        .split("```json")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    serde_json::from_str(example.expect("an example")).expect("it is JSON")
}

/// The example in `docs/NAME-json.md` is what the scenario `NAME/json` prints, it fits the schema,
/// and a document with nothing in it does not.
pub fn example_is_printed_and_fits(name: &str) {
    let example = documented_json(&format!("{name}-json.md"));
    let schema = schema(name);
    assert_eq!(fits(&schema, &example), Ok(()));
    let nothing = serde_json::json!({"schema": format!("witkit.{name}/1")});
    assert!(!schema.is_valid(&nothing));
    let scenario = project().join(format!("fixtures/{name}/json/stdout.txt"));
    let printed = fs::read_to_string(scenario).expect("a snapshot");
    let printed: Value = serde_json::from_str(&printed).expect("it is JSON");
    assert_eq!(example, printed);
}

/// Writes a file of 200 MB: `header`, a section that says it has 4 GB, and a hole.
pub fn write_huge(path: &Path, header: &str) {
    let mut out = fs::File::create(path).expect("it is made");
    let mut bytes = wat(header);
    bytes.extend([1, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    out.write_all(&bytes).expect("it is written");
    out.seek(SeekFrom::Start(200 << 20)).expect("it is a file");
    out.write_all(&[0]).expect("it is written");
}

/// Splits a command line at blanks that are not quoted.
fn split_command(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match c {
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => word.get_or_insert_default().push(c),
            '\'' | '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            _ if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Every line with four blanks before it.
pub fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// The lines of both texts, `-` before those of `old` alone and `+` before those of `new` alone.
fn diff(old: &str, new: &str) -> String {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    // common[i][j]: how many lines the rests from i and j have in common, in order.
    let mut common = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = match old[i] == new[j] {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = String::new();
    while i < old.len() || j < new.len() {
        let (sign, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', old[i - 1])
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            ('-', old[i - 1])
        } else {
            j += 1;
            ('+', new[j - 1])
        };
        out.push(sign);
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// What the snapshots of all scenarios below `folder` say was printed, one text each.
pub fn printed(folder: &Path, all: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the fixtures can be listed") {
        let path = entry.expect("the fixtures can be listed").path();
        if path.is_dir() {
            printed(&path, all);
        } else if ["errors.txt", "stderr.txt", "stdout.txt", "trace.txt"]
            .iter()
            .any(|name| path.ends_with(name))
        {
            all.push(fs::read_to_string(&path).expect("a snapshot is text"));
        }
    }
}

/// Every folder below `folder` that has `.wit` files, and every such file.
pub fn wit_packages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let is_wit = |path: &PathBuf| path.extension().is_some_and(|e| e == "wit") && path.is_file();
    let entries: Vec<PathBuf> = listing(folder)
        .iter()
        .map(|name| folder.join(name))
        .collect();
    if entries.iter().any(is_wit) {
        found.push(folder.to_path_buf());
    }
    for entry in entries {
        if entry.is_dir() {
            found.extend(wit_packages(&entry));
        } else if is_wit(&entry) {
            found.push(entry);
        }
    }
    found
}
