//! Files of a git revision, read through git's plumbing; nothing is checked out.
//!
//! Lives here: [`read`] and its codes. May import: `diag` (rank 0).
//! Deliberately absent: writing anything, and fetching what is not there.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::diag::{Code, Diagnostic, Locus, Severity};
use crate::source;

/// git is not there, or does not do its work.
pub static NO_GIT: Code = Code {
    name: "diff/no-git",
    severity: Severity::Error,
    page: "\
One side of the comparison is `git:REVISION`, but git failed: there is no program `git` in `PATH`,
the folder is not in a repository, or the repository is damaged. The message repeats the error of
git.

Install git, or run the command inside the repository. Alternatively, check out the revision into
a folder and compare with that.",
};

/// There is no such revision.
pub static NO_REVISION: Code = Code {
    name: "diff/no-revision",
    severity: Severity::Error,
    page: "\
One side of the comparison is `git:REVISION`, and the repository has no such commit, tag or
branch.

In CI, the revision has often not been fetched: a shallow clone has a single commit and no tags.
With GitHub's `actions/checkout`, set `fetch-depth: 0` to fetch all of them.",
};

/// The revision has no such file or folder.
pub static NO_PATH: Code = Code {
    name: "diff/no-path",
    severity: Severity::Error,
    page: "\
One side of the comparison is `git:REVISION:PATH`, and the revision has no file or folder at that
path. Paths are relative to the root of the repository, whatever the working directory is.

The default path is that of the other side, or `wit` if that is not a path in the repository. If
the folder was renamed since the revision, pass its old path.",
};

/// Dependencies that the revision does not have.
pub static WORK_TREE_DEPS: Code = Code {
    name: "diff/work-tree-deps",
    severity: Severity::Note,
    page: "\
One side of the comparison is `git:REVISION`, and its dependencies are not in the revision: a
package tool fetches them into `deps`, which git ignores. They were read from `deps` of the work
tree, in their current state.

Dependencies take part in the comparison, so a difference between their old and current versions
can show up as a change of the package. If that matters, fetch the versions of the revision into a
separate folder and pass it with `--deps`.",
};

/// What a revision has at a path.
pub(super) struct Tree {
    /// What begins the names of files: `git:v1.0.0:wit`.
    pub name: String,
    /// Files by their paths below it, which are empty if the path is that of a file.
    pub files: Vec<(String, Vec<u8>)>,
    /// The folder `deps` that the work tree has at this path, whatever the revision has.
    pub work_tree_deps: Option<PathBuf>,
}

/// Reads what `revision` has at `path` of the repository that `folder` is in. Without a path, it
/// is that of `other`.
pub(super) fn read(
    revision: &str,
    path: Option<&str>,
    other: Option<&Path>,
) -> Result<Tree, Diagnostic> {
    // The repository is that of the other side, if that has to say what path is meant.
    let folder = match (path, other) {
        (None, Some(other)) => folder_of(other),
        _ => PathBuf::from("."),
    };
    let git = Git {
        folder,
        given: match path {
            Some(path) => format!("git:{revision}:{path}"),
            None => format!("git:{revision}"),
        },
    };
    // A bare repository has all revisions, and no work tree.
    let root = match git.text(&["rev-parse", "--show-toplevel"]) {
        Ok(root) => Some(PathBuf::from(root)),
        Err(Error::Said(_)) if git.is_bare() => None,
        Err(error) => return Err(git.failed(error)),
    };
    let spec = format!("{revision}^{{tree}}");
    let tree = git
        .text(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &spec,
        ])
        .map_err(|error| match error {
            Error::Said(_) => NO_REVISION
                .report(format!(
                    "cannot find revision `{revision}` in the repository"
                ))
                .at(Locus::File(git.given.clone()), "")
                .help("run `git fetch --tags` to fetch tags"),
            error => git.failed(error),
        })?;
    let path = match path {
        // `.` and `./wit` mean what they mean to every other command.
        Some(path) => {
            let steps = path
                .split('/')
                .filter(|step| !step.is_empty() && *step != ".");
            steps.collect::<Vec<_>>().join("/")
        }
        None => {
            let below = root.as_deref().and_then(|root| below(other, root));
            below.unwrap_or_else(|| "wit".to_string())
        }
    };
    let entries = git.entries(&tree, &path)?;
    if entries.is_empty() {
        return Err(NO_PATH
            .report(format!("cannot find `{path}` in revision `{revision}`"))
            .at(Locus::File(git.given.clone()), "")
            .help(format!(
                "pass `git:{revision}:PATH` with a path from the root of the repository"
            )));
    }
    let prefix = match path.is_empty() {
        true => String::new(),
        false => format!("{path}/"),
    };
    let contents = git.contents(&entries)?;
    let deps = root.map(|root| shown_from_here(root.join(&path).join("deps")));
    let names = entries.into_iter().map(|entry| {
        let below = entry.path.strip_prefix(&prefix).map(str::to_string);
        below.unwrap_or_default()
    });
    Ok(Tree {
        name: format!("git:{revision}:{path}"),
        files: names.zip(contents).collect(),
        work_tree_deps: deps.filter(|deps| deps.is_dir()),
    })
}

/// A path without the working directory, if it is below that.
fn shown_from_here(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let inside = match (path.canonicalize(), here) {
        (Ok(path), Ok(here)) => path.strip_prefix(here).ok().map(Path::to_path_buf),
        _ => None,
    };
    inside.unwrap_or(path)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.is_dir() {
        true => path.to_path_buf(),
        false => source::folder_of(path).to_path_buf(),
    }
}

/// `path` as seen from the root of the repository, if it is in it.
fn below(path: Option<&Path>, root: &Path) -> Option<String> {
    let path = path?.canonicalize().ok()?;
    let root = root.canonicalize().ok()?;
    let parts = path.strip_prefix(root).ok()?.iter();
    let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// A file of a tree.
struct Entry {
    path: String,
    object: String,
}

/// What git did not do.
enum Error {
    /// It did not run.
    Io(io::Error),
    /// It ended in failure, and said this.
    Said(String),
}

/// The program, in a folder.
struct Git {
    folder: PathBuf,
    /// What is asked for, as it was written.
    given: String,
}

impl Git {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .args(args)
            .current_dir(&self.folder)
            // Nothing but looking at what is there.
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What git prints.
    fn bytes(&self, args: &[&str]) -> Result<Vec<u8>, Error> {
        let output = self.command(args).output().map_err(Error::Io)?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => {
                let said = String::from_utf8_lossy(&output.stderr).trim().to_string();
                Err(Error::Said(said))
            }
        }
    }

    /// The line that git prints.
    fn text(&self, args: &[&str]) -> Result<String, Error> {
        let bytes = self.bytes(args)?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_string())
    }

    /// Whether the folder is in a repository without a work tree.
    fn is_bare(&self) -> bool {
        let told = self.text(&["rev-parse", "--is-bare-repository"]);
        told.is_ok_and(|told| told == "true")
    }

    fn failed(&self, error: Error) -> Diagnostic {
        let reason = match error {
            Error::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                "cannot find the program `git`".to_string()
            }
            Error::Io(error) => source::reason(&error),
            Error::Said(said) => {
                let first = said.lines().next().unwrap_or_default();
                first.trim_start_matches("fatal: ").to_string()
            }
        };
        NO_GIT
            .report(format!("cannot read `{}`: {reason}", self.given))
            .at(Locus::File(self.given.clone()), "")
    }

    /// The files at and below `path` that a package may consist of.
    fn entries(&self, tree: &str, path: &str) -> Result<Vec<Entry>, Diagnostic> {
        let mut args = vec!["ls-tree", "-r", "-z", "--full-tree", tree];
        if !path.is_empty() {
            args.extend(["--", path]);
        }
        let listed = self.bytes(&args).map_err(|error| self.failed(error))?;
        let mut entries = Vec::new();
        for line in listed.split(|byte| *byte == 0) {
            // `100644 blob OBJECT\tPATH`
            let line = String::from_utf8_lossy(line);
            let Some((meta, name)) = line.split_once('\t') else {
                continue;
            };
            let mut words = meta.split(' ');
            let (mode, kind, object) = (words.next(), words.next(), words.next());
            let (Some(mode), Some("blob"), Some(object)) = (mode, kind, object) else {
                continue;
            };
            // What a link leads to is not looked for.
            let is_wanted = name == path || may_be_wit(name);
            if mode != "120000" && is_wanted {
                entries.push(Entry {
                    path: name.to_string(),
                    object: object.to_string(),
                });
            }
        }
        Ok(entries)
    }

    /// The contents of files.
    fn contents(&self, entries: &[Entry]) -> Result<Vec<Vec<u8>>, Diagnostic> {
        let asked: String = entries.iter().map(|e| format!("{}\n", e.object)).collect();
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| self.failed(Error::Io(error)))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let read = std::thread::scope(|scope| {
            // git answers while it is asked, and neither may wait for the other.
            scope.spawn(move || {
                if let Some(mut stdin) = stdin {
                    let _ = stdin.write_all(asked.as_bytes());
                }
            });
            let mut all = Vec::new();
            match stdout {
                Some(mut stdout) => stdout.read_to_end(&mut all).map(|_| all),
                None => Ok(all),
            }
        });
        let all = read.map_err(|error| self.failed(Error::Io(error)))?;
        let _ = child.wait();
        let mut rest = all.as_slice();
        let mut contents = Vec::new();
        for entry in entries {
            let Some((content, after)) = answer(rest) else {
                let said = format!("git has no contents for `{}`", entry.path);
                return Err(self.failed(Error::Said(said)));
            };
            contents.push(content.to_vec());
            rest = after;
        }
        Ok(contents)
    }
}

/// `OBJECT blob SIZE\nCONTENT\n`, and what comes after it.
fn answer(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(&bytes[..end]).ok()?;
    let size: usize = header.rsplit(' ').next()?.parse().ok()?;
    let rest = &bytes[end + 1..];
    let content = rest.get(..size)?;
    let after = rest.get(size + 1..)?;
    Some((content, after))
}

fn may_be_wit(name: &str) -> bool {
    [".wit", ".wasm", ".wat"]
        .iter()
        .any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn answers_of_git_are_read_one_after_the_other() {
        let all = b"0f blob 3\na\nb\n1e blob 0\n\n";
        let (content, rest) = answer(all).expect("there is one");
        assert_eq!(content, b"a\nb");
        assert_eq!(answer(rest), Some((&b""[..], &b""[..])));
        for cut in 0..all.len() - 1 {
            let first = answer(&all[..cut]);
            assert!(first.is_none() || cut >= 14, "{cut}");
        }
        assert_eq!(answer(b"0f missing\n"), None);
    }
}
