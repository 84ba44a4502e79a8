//! Values of keys that may be of several types.
//!
//! May import: `diag` (rank 0). Deliberately absent: what they mean, which the command knows.

use toml::Spanned;
use toml::de::DeValue;

use super::keys::Kind;
use super::{Table, WRONG_TYPE};
use crate::diag::{Diagnostic, Locus, Report};

impl<'t> Table<'t> {
    /// Whether `key` holds a string.
    pub fn is_string(&self, key: &str) -> bool {
        let value = self.entries.get(key);
        value.is_some_and(|value| value.get_ref().is_str())
    }

    /// Whether `key` holds a list.
    pub fn is_list(&self, key: &str) -> bool {
        let value = self.entries.get(key);
        value.is_some_and(|value| value.get_ref().is_array())
    }

    /// The table at `key`, whose keys are not those of this one.
    pub fn inner_table(&mut self, key: &'static str, report: &mut Report) -> Option<Table<'t>> {
        let declared = self.declared;
        if self.is_table(key) {
            let kind = self.value(key, Kind::TextOrTable);
            debug_assert!(kind.is_some());
        }
        let table = self.table(key, report)?;
        debug_assert!(declared.is_none() || table.declared.is_some());
        Some(Table {
            declared: None,
            ..table
        })
    }

    /// The file at `key`, which may as well hold a table.
    pub fn string_of(&mut self, key: &'static str, report: &mut Report) -> Option<String> {
        let value = self.value(key, Kind::TextOrTable)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            report.push(self.wrong_type(key, "a string or a table", value));
        }
        text.map(str::to_string)
    }

    /// The number at `key`, as large as it may be.
    pub fn long(&mut self, key: &'static str, report: &mut Report) -> Option<u64> {
        let value = self.any_value(key)?;
        let integer = value.get_ref().as_integer();
        let number = integer.and_then(|i| u64::from_str_radix(i.as_str(), i.radix()).ok());
        if number.is_none() {
            let expected = format!("a number from 0 to {}", i64::MAX);
            report.push(self.wrong_type(key, &expected, value));
        }
        number
    }

    /// The point in time at `key`, as text: a date and time of TOML, or a string.
    pub fn instant(&mut self, key: &'static str, report: &mut Report) -> Option<String> {
        let value = self.any_value(key)?;
        match value.get_ref() {
            DeValue::Datetime(datetime) => Some(datetime.to_string()),
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                report.push(self.wrong_type(key, "a date and time", value));
                None
            }
        }
    }

    /// The tables of the list at `key`; none if the key is missing.
    pub fn list_of_tables(&mut self, key: &'static str, report: &mut Report) -> Vec<Table<'t>> {
        let Some(value) = self.any_value(key) else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            report.push(self.wrong_type(key, "a list of tables", value));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in list.iter() {
            match self.sub_table(key, item) {
                Some(table) => tables.push(table),
                None => report.push(self.wrong_type(key, "a list of tables", item)),
            }
        }
        tables
    }

    /// The entries of this table, which are strings or tables, with their names and places, in the
    /// order of their names.
    pub fn strings_or_tables(self, report: &mut Report) -> Vec<(String, Locus, Entry<'t>)> {
        let mut all = Vec::new();
        for (name, item) in self.entries.iter() {
            let name = name.get_ref();
            let entry = match item.get_ref().as_str() {
                Some(text) => Some(Entry::Text(text.to_string())),
                None => self.sub_table(name, item).map(Entry::Table),
            };
            match entry {
                Some(entry) => all.push((name.to_string(), self.locus(item.span()), entry)),
                None => report.push(self.wrong_type(name, "a string or a table", item)),
            }
        }
        all
    }

    /// The names of the keys, in order.
    pub fn keys(&self) -> Vec<String> {
        let keys = self.entries.keys();
        keys.map(|key| key.get_ref().to_string()).collect()
    }
}

/// A value that is a string or a table.
pub enum Entry<'t> {
    /// A string.
    Text(String),
    /// A table.
    Table(Table<'t>),
}

/// A value of any type, for files of others, whose keys have values of several types.
pub(crate) enum Value<'t> {
    /// A string.
    Text(String),
    /// `true` or `false`.
    Truth(bool),
    /// A whole number, as it is written.
    Number(String),
    /// A list.
    List(Vec<Placed<'t>>),
    /// A table.
    Table(Table<'t>),
    /// Anything else.
    Other,
}

/// A value with its place, and what its type is called.
pub(crate) struct Placed<'t> {
    /// The value.
    pub value: Value<'t>,
    /// Where it is.
    pub place: Locus,
    /// Its type, with an article: `an array`.
    pub found: String,
}

impl Placed<'_> {
    /// A finding that the value at `key` should have been `expected`.
    pub fn wrong_type(&self, key: &str, expected: &str) -> Diagnostic {
        let found = &self.found;
        WRONG_TYPE
            .report(format!(
                "invalid value of `{key}`: expected {expected}, found {found}"
            ))
            .at(self.place.clone(), format!("expected {expected}"))
    }
}

impl<'t> Table<'t> {
    /// The value at `key`, of whatever type.
    pub(crate) fn any(&mut self, key: &'static str) -> Option<Placed<'t>> {
        let value = self.any_value(key)?;
        Some(self.placed(key, value))
    }

    /// All keys with their places and values, in the order of the keys.
    pub(crate) fn entries(&self) -> Vec<(String, Locus, Placed<'t>)> {
        let entries = self.entries.iter();
        let entries = entries.map(|(key, value)| {
            let name = key.get_ref().to_string();
            let value = self.placed(&name, value);
            (name, self.locus(key.span()), value)
        });
        entries.collect()
    }

    /// The keys that were not read, with their places.
    pub(crate) fn unread(&self) -> Vec<(String, Locus)> {
        let keys = self.entries.keys();
        let unread = keys.filter(|key| !self.known.contains(&key.get_ref().as_ref()));
        unread
            .map(|key| (key.get_ref().to_string(), self.locus(key.span())))
            .collect()
    }

    /// The keys that were read, or may be there.
    pub(crate) fn known(&self) -> &[&'t str] {
        &self.known
    }

    fn placed(&self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Placed<'t> {
        let inner = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(truth) => Value::Truth(*truth),
            DeValue::Integer(integer) => Value::Number(integer.to_string()),
            DeValue::Array(list) => {
                let items = list.iter().map(|item| self.placed(key, item));
                Value::List(items.collect())
            }
            DeValue::Table(_) => match self.sub_table(key, value) {
                Some(table) => Value::Table(table),
                None => Value::Other,
            },
            _ => Value::Other,
        };
        Placed {
            value: inner,
            place: self.locus(value.span()),
            found: super::with_article(value.get_ref().type_str()),
        }
    }
}
