//! `witkit.toml`: the options of a project.
//!
//! Lives here: finding the file, reading its tables with the place of every key and value, and
//! the findings about them. May import: `source`, `diag` (rank 0).
//! Deliberately absent: the meaning of the keys of a command's table, which the command knows.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diag::{Code, Diagnostic, Locus, Report, Severity, did_you_mean};
use crate::source::{self, Source};

/// The name of the file.
pub const FILE_NAME: &str = "witkit.toml";

pub mod keys;
pub mod schema;
mod values;

pub(crate) use values::{Placed, Value};

use keys::{Kind, TABLES, TableKeys};
pub use values::Entry;

/// The file is not TOML.
pub static SYNTAX: Code = Code {
    name: "config/syntax",
    severity: Severity::Error,
    page: "\
The configuration file cannot be parsed: as TOML for `witkit.toml`, as YAML for a configuration of
wasm-compose, as JSON for a plan. All syntax errors of the file are reported, each with its place.

Fix the syntax at the places shown.",
};

/// A key that is not known.
pub static UNKNOWN_KEY: Code = Code {
    name: "config/unknown-key",
    severity: Severity::Error,
    page: "\
`witkit.toml` has a key that is not known where it stands. It is an error, because a misspelled key
that is ignored would silently change the result. The help suggests a similar key, or the note lists
all known ones.

Correct the name of the key, move it to the right table, or remove it.",
};

/// A value of the wrong type.
pub static WRONG_TYPE: Code = Code {
    name: "config/wrong-type",
    severity: Severity::Error,
    page: "\
A value in the configuration has a different type than its key requires, such as a string instead of
a list of strings, or is not one of the allowed values. The message states what was expected and
what was found.

Change the value to the expected type.",
};

/// A required table or key is missing.
pub static MISSING: Code = Code {
    name: "config/missing",
    severity: Severity::Error,
    page: "\
The configuration does not contain something that the command needs: the table of the command, a
table with the given name, or a required key of a table.

Add the table or key that the message names.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&MISSING, &SYNTAX, &UNKNOWN_KEY, &WRONG_TYPE];

/// The `witkit.toml` in `from` or the nearest folder above it, relative to `from`: so that what is
/// printed of it is short, and the same on every machine.
pub fn find(from: &Path) -> Option<PathBuf> {
    let mut above = PathBuf::new();
    for folder in from.ancestors() {
        if is_there(&folder.join(FILE_NAME)) {
            return Some(above.join(FILE_NAME));
        }
        above.push("..");
    }
    None
}

/// Whether `file` is a configuration; a link that leads nowhere is meant to be one, and is reported when
/// it is read.
pub(crate) fn is_there(file: &Path) -> bool {
    source::is_file(file) || source::is_broken_link(file)
}

/// `path` relative to `folder`, with `/` as the separator: the same on every machine and in
/// every working directory.
pub(crate) fn relative(path: &Path, folder: &Path) -> String {
    if source::is_reference(path) {
        return path.to_string_lossy().into_owned();
    }
    let absolute = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    let inside = match (absolute(path), absolute(folder)) {
        (Ok(path), Ok(folder)) => path.strip_prefix(folder).ok().map(Path::to_path_buf),
        _ => None,
    };
    let path = inside.unwrap_or_else(|| path.to_path_buf());
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Reads the configuration file `source` with `read`, and fails if there are any errors in it.
pub fn read<T>(
    source: &Source,
    read: impl FnOnce(Table<'_>, &mut Report) -> T,
) -> Result<T, Report> {
    read_toml(source, |table, report| {
        let tables: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        table.unknown_keys(&tables, report);
        read(table, report)
    })
}

/// Reads any TOML with `read`, whose own business all its keys are, and fails if anything in it is
/// wrong.
pub fn read_toml<T>(
    source: &Source,
    read: impl FnOnce(Table<'_>, &mut Report) -> T,
) -> Result<T, Report> {
    let mut report = Report::new();
    let file = source.name();
    let Ok(text) = std::str::from_utf8(source.bytes()) else {
        return Err(SYNTAX
            .report(format!("`{file}` is not UTF-8 text"))
            .at(Locus::File(file.to_string()), "")
            .into());
    };
    report.add_text(file, text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        report.push(SYNTAX.report(error.message().trim_end()).at(
            Locus::Text {
                file: file.to_string(),
                range,
            },
            "",
        ));
    }
    if report.has_errors() {
        return Err(report);
    }
    let table = Table {
        file,
        name: String::new(),
        span: root.span(),
        entries: root.get_ref(),
        known: Vec::new(),
        declared: None,
    };
    let value = read(table, &mut report);
    report.or_ok(value)
}

/// A table of the file, whose keys are read one by one; [`Table::finish`] reports the others.
pub struct Table<'t> {
    file: &'t str,
    name: String,
    span: std::ops::Range<usize>,
    entries: &'t DeTable<'t>,
    known: Vec<&'t str>,
    /// The table of `witkit.toml` that it is, or is in.
    declared: Option<&'static TableKeys>,
}

impl<'t> Table<'t> {
    fn value(&mut self, key: &'static str, kind: Kind) -> Option<&'t Spanned<DeValue<'t>>> {
        debug_assert!(
            self.declared.is_none_or(|table| table.declares(key, kind)),
            "`{key}` of [{}] as {kind:?}",
            self.name
        );
        self.any_value(key)
    }

    /// Keys that may be there, whether or not they are read.
    pub fn expect(&mut self, keys: &[&'static str]) {
        for key in keys {
            if !self.known.contains(key) {
                self.known.push(key);
            }
        }
    }

    fn any_value(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.expect(&[key]);
        self.entries.get(key)
    }

    fn locus(&self, range: std::ops::Range<usize>) -> Locus {
        Locus::Text {
            file: self.file.to_string(),
            range,
        }
    }

    fn wrong_type(&self, key: &str, expected: &str, value: &Spanned<DeValue<'_>>) -> Diagnostic {
        WRONG_TYPE
            .report(format!(
                "invalid value of `{key}`: expected {expected}, found {}",
                with_article(value.get_ref().type_str())
            ))
            .at(self.locus(value.span()), format!("expected {expected}"))
    }

    /// The string at `key`.
    pub fn string(&mut self, key: &'static str, report: &mut Report) -> Option<String> {
        let value = self.value(key, Kind::Text)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            report.push(self.wrong_type(key, "a string", value));
        }
        text.map(str::to_string)
    }

    /// The truth value at `key`.
    pub fn boolean(&mut self, key: &'static str, report: &mut Report) -> Option<bool> {
        let value = self.value(key, Kind::Truth)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            report.push(self.wrong_type(key, "true or false", value));
        }
        truth
    }

    /// The number at `key`, which has to be in `range`.
    pub fn integer(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u32>,
        report: &mut Report,
    ) -> Option<u32> {
        let value = self.value(key, Kind::Number(*range.start(), *range.end()))?;
        let expected = format!("a number from {} to {}", range.start(), range.end());
        let Some(integer) = value.get_ref().as_integer() else {
            report.push(self.wrong_type(key, &expected, value));
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            report.push(
                WRONG_TYPE
                    .report(format!(
                        "invalid value of `{key}`: expected {expected}, found {integer}"
                    ))
                    .at(self.locus(value.span()), format!("expected {expected}")),
            );
        }
        number
    }

    /// The list of strings at `key`; empty if the key is missing.
    pub fn strings(&mut self, key: &'static str, report: &mut Report) -> Vec<String> {
        let places = self.places(key, report).unwrap_or_default();
        places.into_iter().map(|(text, _)| text).collect()
    }

    /// The strings of the list at `key`, each with its place; none if the key is missing.
    pub fn places(
        &mut self,
        key: &'static str,
        report: &mut Report,
    ) -> Option<Vec<(String, Locus)>> {
        let value = self.value(key, Kind::Texts)?;
        let Some(list) = value.get_ref().as_array() else {
            report.push(self.wrong_type(key, "a list of strings", value));
            return None;
        };
        let mut places = Vec::new();
        for item in list.iter() {
            match item.get_ref().as_str() {
                Some(text) => places.push((text.to_string(), self.locus(item.span()))),
                None => report.push(self.wrong_type(key, "a list of strings", item)),
            }
        }
        Some(places)
    }

    /// The pairs of a table of strings at `key`, in the order of their keys.
    pub fn pairs(&mut self, key: &'static str, report: &mut Report) -> Vec<(String, String)> {
        let Some(value) = self.value(key, Kind::TextTable) else {
            return Vec::new();
        };
        let Some(table) = value.get_ref().as_table() else {
            report.push(self.wrong_type(key, "a table of strings", value));
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, item) in table.iter() {
            match item.get_ref().as_str() {
                Some(text) => pairs.push((name.get_ref().to_string(), text.to_string())),
                None => report.push(self.wrong_type(key, "a table of strings", item)),
            }
        }
        pairs
    }

    /// The keys of a table at `key` whose values are strings or `true`, each with its string and its
    /// place, in the order of their keys.
    pub fn values_or_true(
        &mut self,
        key: &'static str,
        report: &mut Report,
    ) -> Vec<(String, Option<String>, Locus)> {
        let Some(table) = self
            .value(key, Kind::TruthTable)
            .and_then(|value| value.get_ref().as_table())
        else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (name, item) in table.iter() {
            let text = item.get_ref().as_str().map(str::to_string);
            match item.get_ref().as_bool() {
                Some(true) => {}
                _ if text.is_some() => {}
                _ => {
                    let name = format!("{key}.{}", name.get_ref());
                    report.push(self.wrong_type(&name, "a string or `true`", item));
                    continue;
                }
            }
            all.push((name.get_ref().to_string(), text, self.locus(item.span())));
        }
        all
    }

    /// The pairs of a table of lists of strings at `key`, in the order of their keys.
    pub fn lists(&mut self, key: &'static str, report: &mut Report) -> Vec<(String, Vec<String>)> {
        let Some(value) = self.value(key, Kind::ListTable) else {
            return Vec::new();
        };
        let Some(table) = value.get_ref().as_table() else {
            report.push(self.wrong_type(key, "a table of lists of strings", value));
            return Vec::new();
        };
        let mut lists = Vec::new();
        for (name, item) in table.iter() {
            let strings = item.get_ref().as_array().map(|list| {
                let strings = list.iter().map(|item| item.get_ref().as_str());
                strings.map(|text| text.map(str::to_string)).collect()
            });
            match strings.flatten() {
                Some(strings) => lists.push((name.get_ref().to_string(), strings)),
                None => report.push(self.wrong_type(key, "a table of lists of strings", item)),
            }
        }
        lists
    }

    /// Whether the key exists.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Whether any key exists that such a table of `witkit.toml` has.
    pub fn has_any_key(&self) -> bool {
        let mut keys = self.declared.iter().flat_map(|table| table.keys);
        keys.any(|key| self.has(key.name))
    }

    /// The place of the table.
    pub fn place(&self) -> Locus {
        self.locus(self.span.clone())
    }

    /// The place of the value at `key`.
    pub fn place_of(&self, key: &str) -> Locus {
        let value = self.entries.get(key);
        self.locus(value.map_or(self.span.clone(), |value| value.span()))
    }

    /// The place of `key` itself.
    pub fn place_of_key(&self, key: &str) -> Locus {
        let keys = self.entries.keys();
        let found = keys.into_iter().find(|known| known.get_ref() == key);
        self.locus(found.map_or(self.span.clone(), |known| known.span()))
    }

    /// A finding that the value at `key` is not one of the allowed values.
    pub fn bad_value(&self, key: &str, message: &str) -> Diagnostic {
        WRONG_TYPE.report(message).at(self.place_of(key), "")
    }

    /// Whether `key` holds a table.
    pub fn is_table(&self, key: &str) -> bool {
        self.entries
            .get(key)
            .is_some_and(|value| value.get_ref().is_table())
    }

    /// The table at `key`.
    pub fn table(&mut self, key: &'static str, report: &mut Report) -> Option<Table<'t>> {
        let value = self.any_value(key)?;
        let table = self.sub_table(key, value);
        if table.is_none() {
            report.push(self.wrong_type(key, "a table", value));
        }
        table
    }

    /// All tables in this one, with their names, in the order of their names.
    pub fn tables(self, report: &mut Report) -> Vec<(String, Table<'t>)> {
        let mut tables = Vec::new();
        for (name, value) in self.entries.iter() {
            match self.sub_table(name.get_ref(), value) {
                Some(table) => tables.push((name.get_ref().to_string(), table)),
                None => report.push(self.wrong_type(name.get_ref(), "a table", value)),
            }
        }
        tables
    }

    /// The tables in this one at keys which have not been read, with their names, in the order of
    /// their names.
    pub fn other_tables(&mut self) -> Vec<(String, Table<'t>)> {
        let mut tables = Vec::new();
        for (name, value) in self.entries.iter() {
            let name_known = self.known.contains(&name.get_ref().as_ref());
            if !name_known && let Some(table) = self.sub_table(name.get_ref(), value) {
                self.known.push(name.get_ref());
                tables.push((name.get_ref().to_string(), table));
            }
        }
        tables
    }

    fn sub_table(&self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Option<Table<'t>> {
        let (name, declared) = match self.name.is_empty() {
            true => {
                let declared = TABLES.iter().find(|table| table.name == key);
                (key.to_string(), declared)
            }
            false => (format!("{}.{key}", self.name), self.declared),
        };
        Some(Table {
            declared,
            file: self.file,
            name,
            span: value.span(),
            entries: value.get_ref().as_table()?,
            known: Vec::new(),
        })
    }

    /// A finding that the required `key` is missing.
    pub fn missing(&self, key: &str) -> Diagnostic {
        MISSING
            .report(format!("missing key `{key}` in `[{}]`", self.name))
            .at(self.locus(self.span.clone()), "")
    }

    /// Reports every key that was not read.
    pub fn finish(self, report: &mut Report) {
        self.unknown_keys(&self.known, report);
    }

    fn unknown_keys(&self, known: &[&str], report: &mut Report) {
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let place = if self.name.is_empty() {
                let file = Path::new(self.file).file_name();
                file.map_or(FILE_NAME.into(), |file| file.to_string_lossy().into_owned())
            } else {
                format!("[{}]", self.name)
            };
            let finding = UNKNOWN_KEY
                .report(format!("unknown key `{name}` in `{place}`"))
                .at(self.locus(key.span()), "unknown key");
            report.push(match did_you_mean(name, known.iter().copied()) {
                Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                None => finding.note(format!("known keys: {}", known.join(", "))),
            });
        }
    }
}

fn with_article(type_name: &str) -> String {
    match type_name {
        "array" | "integer" | "inline table" | "offset datetime" => format!("an {type_name}"),
        other => format!("a {other}"),
    }
}
