//! Expressions of GitHub Actions, `${{ … }}`, as far as witkit's action and workflows have them.
//!
//! Contexts are one map from their full names (`inputs.wit`). A name that is not in it is an error,
//! though GitHub takes it for an empty text: here it is a slip of the pen.

use std::collections::BTreeMap;

/// What the names in expressions stand for.
pub type Context = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Bool(bool),
}

impl Value {
    fn is_true(&self) -> bool {
        match self {
            Value::Text(text) => !text.is_empty(),
            Value::Bool(is) => *is,
        }
    }

    fn text(self) -> String {
        match self {
            Value::Text(text) => text,
            Value::Bool(is) => is.to_string(),
        }
    }
}

/// The text with the values of its expressions.
pub fn filled(text: &str, context: &Context) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").ok_or("`${{` has no end")?;
        out.push_str(before);
        out.push_str(&value(expression, context)?.text());
        rest = after;
    }
    Ok(out + rest)
}

/// Whether a condition holds, with or without `${{ }}` around it.
pub fn holds(condition: &str, context: &Context) -> Result<bool, String> {
    let inner = condition.trim().strip_prefix("${{");
    let inner = inner.and_then(|rest| rest.strip_suffix("}}"));
    Ok(value(inner.unwrap_or(condition), context)?.is_true())
}

fn value(expression: &str, context: &Context) -> Result<Value, String> {
    let mut parser = Parser {
        rest: expression.trim(),
        context,
    };
    let value = parser.either();
    match (value, parser.rest) {
        (Ok(value), "") => Ok(value),
        (Err(told), _) => Err(format!("{expression}: {told}")),
        (_, rest) => Err(format!("{expression}: what is `{rest}`?")),
    }
}

struct Parser<'a> {
    rest: &'a str,
    context: &'a Context,
}

impl Parser<'_> {
    fn takes(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token).map(str::trim_start);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn either(&mut self) -> Result<Value, String> {
        let mut left = self.both()?;
        while self.takes("||") {
            let right = self.both()?;
            left = if left.is_true() { left } else { right };
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Value, String> {
        let mut left = self.equal()?;
        while self.takes("&&") {
            let right = self.equal()?;
            left = if left.is_true() { right } else { left };
        }
        Ok(left)
    }

    fn equal(&mut self) -> Result<Value, String> {
        let left = self.one()?;
        if self.takes("==") {
            return Ok(Value::Bool(left == self.one()?));
        }
        if self.takes("!=") {
            return Ok(Value::Bool(left != self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Value, String> {
        if self.takes("!") {
            return Ok(Value::Bool(!self.one()?.is_true()));
        }
        if self.takes("(") {
            let inner = self.either()?;
            return match self.takes(")") {
                true => Ok(inner),
                false => Err("a parenthesis has no end".to_string()),
            };
        }
        if let Some(text) = self.rest.strip_prefix('\'') {
            let (text, rest) = text.split_once('\'').ok_or("a text has no end")?;
            self.rest = rest.trim_start();
            return Ok(Value::Text(text.to_string()));
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        if self.takes("()") {
            return match name {
                "cancelled" => Ok(Value::Bool(false)),
                _ => Err(format!("what is `{name}()`?")),
            };
        }
        let value = self.context.get(name);
        let value = value.ok_or(format!("what is `{name}`?"))?;
        Ok(Value::Text(value.clone()))
    }
}

#[test]
fn expressions_mean_what_they_mean_to_github() {
    let context: Context = [("a.b", "x"), ("a.none", "")]
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .into();
    for (text, expected) in [
        ("${{ a.b }}/c", "x/c"),
        ("${{ a.none || a.b }}", "x"),
        ("${{ a.b != 'y' && (a.none || a.b) || '' }}", "x"),
        ("${{ a.b == 'y' && a.b || 'z' }}", "z"),
        ("${{ !cancelled() }}", "true"),
        ("${{ a.none && a.b }}", ""),
    ] {
        assert_eq!(filled(text, &context).as_deref(), Ok(expected), "{text}");
    }
    assert_eq!(holds("a.b == 'x'", &context), Ok(true));
    assert_eq!(holds("${{ a.none != '' || !a.b }}", &context), Ok(false));
    for wrong in ["${{ a.c }}", "${{ a.b", "${{ (a.b }}", "${{ a.b a.b }}"] {
        assert!(filled(wrong, &context).is_err(), "{wrong}");
    }
}
