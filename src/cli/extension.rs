//! What the name of an output file says about its form.
//!
//! A known extension decides the form, or the command refuses it: nobody wants WebAssembly in a file
//! called `x.svg`. May import: nothing. Deliberately absent: the forms themselves, and names
//! of inputs, which say nothing.

use std::path::Path;

/// What a file with a known extension holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Wasm,
    Wat,
    Wit,
    Json,
    Svg,
    Html,
    Dot,
    Mermaid,
    Wac,
}

/// What a file is to hold by its extension; none if that says nothing.
pub(super) fn holds(output: Option<&Path>) -> Option<Holds> {
    let extension = output?.extension()?.to_str()?.to_ascii_lowercase();
    Some(match extension.as_str() {
        "wasm" => Holds::Wasm,
        "wat" => Holds::Wat,
        "wit" => Holds::Wit,
        "json" => Holds::Json,
        "svg" => Holds::Svg,
        "html" | "htm" => Holds::Html,
        "dot" | "gv" => Holds::Dot,
        "mmd" | "mermaid" => Holds::Mermaid,
        "wac" => Holds::Wac,
        _ => return None,
    })
}

/// What is said where a file cannot hold what a command makes.
pub(super) fn cannot_hold(output: Option<&Path>, makes: &str) -> String {
    let name = output.map(|path| path.display().to_string());
    format!(
        "the extension of `{}` does not match {makes}",
        name.unwrap_or_default()
    )
}

/// Whether a module or component is written as text: `text` is the flag for it.
pub(super) fn as_text(output: Option<&Path>, text: bool) -> Result<bool, String> {
    match holds(output) {
        None => Ok(text),
        Some(Holds::Wat) => Ok(true),
        Some(Holds::Wasm) if !text => Ok(false),
        Some(Holds::Wasm) => Err(cannot_hold(output, "WebAssembly text (-t)")),
        Some(_) => Err(cannot_hold(output, "WebAssembly")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_extension_decides_or_is_refused_and_others_say_nothing() {
        for (name, flag, expected) in [
            ("x.wasm", false, Some(false)),
            ("x.WASM", true, None),
            ("x.wat", false, Some(true)),
            ("x.wat", true, Some(true)),
            ("x.svg", false, None),
            ("x.wac", false, None),
            ("x.wit", true, None),
            ("x", false, Some(false)),
            ("x.component", true, Some(true)),
            ("x.wasm.tmp", true, Some(true)),
        ] {
            let told = as_text(Some(Path::new(name)), flag).ok();
            assert_eq!(told, expected, "{name} {flag}");
        }
        assert_eq!(as_text(None, true), Ok(true));
    }
}
