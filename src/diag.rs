//! Diagnostics: what every fallible function of this crate answers with.
//!
//! Lives here: [`Diagnostic`], [`Code`], [`Severity`], [`Locus`], [`Label`] and [`Fix`], and
//! [`Report`] (`report`).
//! May import: nothing of ours (rank 0).
//! Deliberately absent: rendering (`render/`); applying fixes (who raised them knows what must
//! hold afterwards); any list of all codes (a code lives beside what raises it, and
//! [`crate::codes`] gathers the lists).

use std::cmp::Ordering;
use std::ops::Range;

#[cfg(feature = "miette")]
pub(crate) mod excerpt;
#[cfg(feature = "miette")]
pub(crate) mod finding;
#[cfg(feature = "miette")]
pub(crate) mod position;
mod report;

pub use report::Report;
pub(crate) use report::counted;

/// How bad a finding is. Only an [`Severity::Error`] makes a command exit with 1.
///
/// ```
/// use witkit::diag::Severity;
///
/// let mut found = [Severity::Note, Severity::Error, Severity::Warning];
/// found.sort();
/// assert_eq!(found.map(Severity::as_str), ["error", "warning", "note"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// What was asked for cannot be had.
    Error,
    /// It was done, but something about it is probably not meant.
    Warning,
    /// A remark.
    Note,
}

impl Severity {
    /// The word printed before the code.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A kind of finding, with the page that `witkit explain` prints about it.
///
/// [`Diagnostic`] shows one in use.
#[derive(Debug)]
pub struct Code {
    /// Kebab case and namespaced: `compose/type-mismatch`. Stable across releases.
    pub name: &'static str,
    /// The severity that findings of this code have.
    pub severity: Severity,
    /// What it means, why it is bad, an example and how to mend it (Markdown).
    pub page: &'static str,
}

impl Code {
    /// The page, without the blank that every line has if it was written as a doc comment.
    ///
    /// ```
    /// use witkit::diag::Code;
    ///
    /// let codes = witkit::codes();
    /// let open: &Code = codes.iter().find(|code| code.name == "compose/open-import").expect("it is known");
    /// assert!(open.page().contains("host"));
    /// ```
    pub fn page(&self) -> String {
        let lines: Vec<&str> = self.page.lines().collect();
        let comment = lines.iter().all(|l| l.is_empty() || l.starts_with(' '));
        let bare = |line: &&'static str| match comment {
            true => line.strip_prefix(' ').unwrap_or(line),
            false => line,
        };
        let lines: Vec<&str> = lines.iter().map(bare).collect();
        lines.join("\n")
    }

    /// Where the page is on the web: below the `homepage` of `Cargo.toml`, if it has one.
    ///
    /// ```
    /// for code in witkit::codes() {
    ///     let place = code.url().unwrap_or_else(|| format!("run `witkit explain {}`", code.name));
    ///     println!("{}: {place}", code.severity.as_str());
    /// }
    /// ```
    pub fn url(&self) -> Option<String> {
        let home = env!("CARGO_PKG_HOMEPAGE");
        (!home.is_empty()).then(|| format!("{home}/explain/{}", self.name))
    }

    /// Starts a diagnostic of this code.
    pub fn report(&'static self, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: self,
            severity: self.severity,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }
}

/// Where a finding is: never a bare byte offset.
///
/// ```
/// use witkit::diag::Locus;
///
/// let name = Locus::Text { file: "app.wit".into(), range: 8..11 };
/// assert_eq!((name.file(), name.start()), ("app.wit", 8));
/// let item = Locus::item("app.wasm", ["import a:b/c@0.1.0", "get"]);
/// assert_eq!((item.file(), item.start()), ("app.wasm", 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locus {
    /// An input as a whole, by the name it was given under.
    File(String),
    /// A range of bytes in a text whose contents the [`Report`] owns.
    Text {
        /// The name of the text, a key of [`Report::texts`].
        file: String,
        /// The range, in bytes from the start of the text.
        range: Range<usize>,
    },
    /// An item inside a component or module: `app.wasm › import a:b/c@0.1.0 › get › result`.
    Item {
        /// The name of the binary or of the part.
        file: String,
        /// The way to the item, outermost first.
        path: Vec<String>,
    },
}

impl Locus {
    /// The item of `file` that is reached by way of `path`.
    pub fn item<S: Into<String>>(
        file: impl Into<String>,
        path: impl IntoIterator<Item = S>,
    ) -> Locus {
        Locus::Item {
            file: file.into(),
            path: path.into_iter().map(Into::into).collect(),
        }
    }

    /// What loci are sorted by: the input, then the place in it.
    fn key(&self) -> (&str, usize, Vec<Step<'_>>) {
        match self {
            Locus::File(file) => (file, 0, Vec::new()),
            Locus::Text { file, range } => (file, range.start, Vec::new()),
            Locus::Item { file, path } => (file, 0, path.iter().map(|s| Step(s)).collect()),
        }
    }

    /// Where it begins, in bytes from the start of the text; 0 if it is no text.
    pub fn start(&self) -> usize {
        match self {
            Locus::Text { range, .. } => range.start,
            Locus::File(_) | Locus::Item { .. } => 0,
        }
    }

    /// The name of the input it lies in.
    pub fn file(&self) -> &str {
        match self {
            Locus::File(file) | Locus::Text { file, .. } | Locus::Item { file, .. } => file,
        }
    }
}

/// A step of a path, in which numbers count by their values: `function 9` is before `function 10`.
#[derive(PartialEq, Eq)]
struct Step<'a>(&'a str);

impl Ord for Step<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        // All that is a number at the start of the text, or all that is none.
        let split = |text: &'_ str| {
            let number = is_number(text);
            let end = text.find(|c: char| c.is_ascii_digit() != number);
            end.unwrap_or(text.len())
        };
        let (mut one, mut two) = (self.0, other.0);
        while !one.is_empty() && !two.is_empty() {
            let (a, rest_of_one) = one.split_at(split(one));
            let (b, rest_of_two) = two.split_at(split(two));
            let order = match is_number(a) && is_number(b) {
                true => {
                    let [a, b] = [a, b].map(|number| number.trim_start_matches('0'));
                    a.len().cmp(&b.len()).then(a.cmp(b))
                }
                false => a.cmp(b),
            };
            if order.is_ne() {
                return order;
            }
            (one, two) = (rest_of_one, rest_of_two);
        }
        one.len().cmp(&two.len()).then(self.0.cmp(other.0))
    }
}

impl PartialOrd for Step<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A place that takes part in a finding, and what is to be said of it.
///
/// [`Diagnostic::at`] adds one; [`Diagnostic`] has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub locus: Locus,
    /// What is there, for people; may be empty when the place says it all.
    pub text: String,
}

/// A replacement of a part of a text.
///
/// [`Fix`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The name of the text.
    pub file: String,
    /// What is replaced, in bytes; empty where something is put in.
    pub range: (usize, usize),
    /// What it is replaced by.
    pub text: String,
}

/// A way to mend a finding by changing the text.
///
/// ```
/// use witkit::{lint, wit};
///
/// let text = "package a:b; interface k { type t = u8; } interface i { use k.{t}; f: func(); }";
/// let package = wit::load(("a.wit", text), &wit::Options::default())?;
/// let report = lint(&package, &lint::Options::default());
/// let fixes = report.diagnostics().into_iter().filter_map(|found| found.fix.as_ref());
/// for fix in fixes.filter(|fix| fix.safe) {
///     println!("{}:", fix.message);
///     for edit in &fix.edits {
///         let (start, end) = edit.range;
///         println!("  `{}` in {} becomes `{}`", &text[start..end], edit.file, edit.text);
///     }
/// }
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    /// What it does, as an order: ``remove the unused `use` ``.
    pub message: String,
    /// Whether the meaning of everything else is sure to be kept.
    pub safe: bool,
    /// The replacements, which do not overlap; all of them or none.
    pub edits: Vec<Edit>,
}

/// One finding.
///
/// ```
/// use witkit::Report;
/// use witkit::diag::{Code, Diagnostic, Locus, Severity};
///
/// static NO_ICON: Code = Code {
///     name: "plugins/no-icon",
///     severity: Severity::Warning,
///     page: "Plugins without an icon are shown with a grey square.",
/// };
///
/// let found: Diagnostic = NO_ICON
///     .report("`clock.wasm` has no icon")
///     .at(Locus::File("clock.wasm".into()), "")
///     .note("an icon is a custom section called `icon`")
///     .help("add one with the packer: `pack --icon FILE`");
/// assert_eq!(found.labels[0].locus.file(), "clock.wasm");
///
/// let mut report = Report::new();
/// report.push(found);
/// assert!(report.has_warnings() && !report.has_errors());
/// ```
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: &'static Code,
    /// Usually the code's own severity.
    pub severity: Severity,
    /// One sentence without a full stop, in the user's nouns.
    pub message: String,
    /// The places; the first is the primary one.
    pub labels: Vec<Label>,
    /// Facts that explain it.
    pub notes: Vec<String>,
    /// What to do about it, in the imperative.
    pub help: Vec<String>,
    /// The edits that `--fix` makes.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// Adds a place, with what is to be said of it.
    pub fn at(mut self, locus: Locus, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label {
            locus,
            text: text.into(),
        });
        self
    }

    /// Adds a way to mend it.
    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fix = Some(Box::new(fix));
        self
    }

    /// Adds a fact that explains the finding.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds something to do about the finding.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }
}

/// The entry of `known` that was most probably meant by `name`, if one is close enough.
#[doc(hidden)]
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(score, _)| *score > 0.8)
        // On equal scores the first in the alphabet, so that the answer does not depend on order.
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}
