//! Templates with variables of the application: `https://{{ host }}/users`.
//!
//! Lives here: [`used`]. May import: nothing of ours.
//! Deliberately absent: values, which are known when the application runs.

/// The variables that a template uses; fails if it is not closed.
pub(super) fn used(template: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            return Err("unmatched `{{`");
        };
        names.push(name.trim());
        rest = after;
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_between_double_braces() {
        assert_eq!(
            used("https://{{ host }}/{{path}}"),
            Ok(vec!["host", "path"])
        );
        assert_eq!(used("plain {braces}"), Ok(vec![]));
        assert!(used("a {{ b").is_err());
    }
}
