//! `witkit.toml` as a JSON Schema, for editors, and as a table for people.
//!
//! May import: `keys`. Deliberately absent: names that only commands know, such as those of rules.

use serde_json::{Map, Value, json};

use super::keys::{Kind, Named, TABLES, TableKeys};

/// The JSON Schema of `witkit.toml`.
pub fn schema() -> Value {
    let tables: Map<String, Value> = TABLES
        .iter()
        .map(|table| (table.name.to_string(), of_table(table)))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:witkit:schema:config:1",
        "title": "witkit.toml",
        "description": "What a project repeats in its calls of witkit. Paths are relative to the file.",
        "type": "object",
        "additionalProperties": false,
        "properties": tables,
    })
}

fn of_table(table: &TableKeys) -> Value {
    let keys: Map<String, Value> = table
        .keys
        .iter()
        .map(|key| {
            let mut schema = of_kind(key.kind);
            schema["description"] = Value::from(key.about);
            (key.name.to_string(), schema)
        })
        .collect();
    let own = json!({"type": "object", "additionalProperties": false, "properties": keys});
    let mut schema = match table.named {
        Named::Never => own,
        Named::Always => json!({"type": "object", "additionalProperties": own}),
        Named::Also => json!({
            "type": "object",
            "additionalProperties": own,
            "properties": own["properties"],
        }),
    };
    schema["description"] = Value::from(table.about);
    schema
}

fn of_kind(kind: Kind) -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let text_table = json!({"type": "object", "additionalProperties": {"type": "string"}});
    match kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Truth => json!({"type": "boolean"}),
        Kind::Number(least, most) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Kind::Texts => texts,
        Kind::TextTable => text_table,
        Kind::ListTable => json!({"type": "object", "additionalProperties": texts}),
        Kind::TextOrTable => json!({"anyOf": [{"type": "string"}, {"type": "object"}]}),
        Kind::TextsOrTable => json!({"anyOf": [texts, text_table]}),
        Kind::TextsOrTruths => json!({"anyOf": [texts, truth_table()]}),
        Kind::TruthTable => truth_table(),
        Kind::ChoiceTable(choices) => {
            json!({"type": "object", "additionalProperties": {"enum": choices}})
        }
    }
}

/// A table of strings and `true`.
fn truth_table() -> Value {
    json!({"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, {"const": true}]}})
}

/// The keys of all tables as tables of Markdown.
pub fn reference() -> String {
    let mut text = String::new();
    for table in TABLES {
        let title = title(table);
        text.push_str(&format!("\n### `{title}`\n\n{}\n\n", table.about));
        text.push_str("| key | value | what it does |\n|---|---|---|\n");
        for key in table.keys {
            let value = in_words(key.kind);
            text.push_str(&format!("| `{}` | {value} | {} |\n", key.name, key.about));
        }
    }
    text
}

/// How a table is called in the file: `[compose.NAME]`.
pub(crate) fn title(table: &TableKeys) -> String {
    match table.named {
        Named::Never => format!("[{}]", table.name),
        Named::Always => format!("[{}.NAME]", table.name),
        Named::Also => format!("[{0}], [{0}.NAME]", table.name),
    }
}

/// The type of a value, in Markdown.
pub(crate) fn in_words(kind: Kind) -> String {
    match kind {
        Kind::Text => "string".to_string(),
        Kind::Truth => "`true` or `false`".to_string(),
        Kind::Number(0, u32::MAX) => "number".to_string(),
        Kind::Number(least, most) => format!("number from {least} to {most}"),
        Kind::Texts => "list of strings".to_string(),
        Kind::TextTable => "table of strings".to_string(),
        Kind::ListTable => "table of lists of strings".to_string(),
        Kind::TextOrTable => "string or table".to_string(),
        Kind::TextsOrTable => "list or table of strings".to_string(),
        Kind::TextsOrTruths => "list of strings, or table of strings and `true`".to_string(),
        Kind::TruthTable => "table of strings and `true`".to_string(),
        Kind::ChoiceTable(choices) => format!("table of `{}`", choices.join("`, `")),
    }
}
