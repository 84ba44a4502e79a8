//! The patterns of a policy: interfaces, functions and capabilities, as people write them.
//!
//! Lives here: [`Pattern`] and [`Import`], which it is held against.
//! May import: `capabilities`, `names`, `diag` (rank 0).
//! Deliberately absent: what a policy does with what matches.

use wildmatch::WildMatch;

use crate::capabilities::{self, UNKNOWN};
use crate::diag::{Locus, did_you_mean};
use crate::names::unversioned;

/// A word of a policy.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// As it was written.
    pub text: String,
    /// Where; none on the command line.
    pub place: Option<Locus>,
    matches: Matches,
}

#[derive(Clone, Debug)]
enum Matches {
    Capability(&'static str),
    Names(WildMatch),
}

/// How much of an import a pattern means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    All,
    /// The functions of these positions; there may be none.
    Functions(Vec<usize>),
}

/// What a component imports, with all the names that patterns may mean it by.
#[derive(Debug)]
pub(super) struct Import {
    /// As it is printed.
    pub name: String,
    /// What tells it from the others of the component.
    pub key: String,
    /// It is an interface without functions.
    pub has_types_only: bool,
    /// What it lets the component do; of what has functions and is in no table, `unknown`.
    pub capability: Option<&'static str>,
    /// The functions in it.
    pub functions: Vec<Function>,
    /// The names of the interface, or of what else it is.
    pub spellings: Vec<String>,
}

/// A function of an imported interface.
#[derive(Debug)]
pub(super) struct Function {
    /// The way to it in the interface, with the names that components have.
    pub path: Vec<String>,
    /// As people write it: `descriptor.write`.
    pub name: String,
}

impl Pattern {
    /// Fails with what is wrong with it, and with advice.
    pub fn parse(text: &str, place: Option<Locus>) -> Result<Pattern, (String, String)> {
        let names = |text: &str| {
            Ok(Pattern {
                text: text.to_string(),
                place: place.clone(),
                matches: Matches::Names(WildMatch::new(text)),
            })
        };
        if text.contains('*') {
            return names(text);
        }
        if text.contains(':') {
            if text.starts_with(':') || text.contains('/') {
                return names(text);
            }
            let package = text.trim_end_matches('.');
            return Err((
                format!("`{text}` is a package, not an interface or function"),
                format!("use `{package}/*` for all of its interfaces"),
            ));
        }
        if let Some(capability) = capabilities::named(text) {
            return Ok(Pattern {
                text: text.to_string(),
                place,
                matches: Matches::Capability(capability),
            });
        }
        let known: Vec<String> = capabilities::names().map(capabilities::kebab).collect();
        let meant = did_you_mean(&text.to_lowercase(), known.iter().map(String::as_str));
        Err((
            format!("unknown capability `{text}`"),
            match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!(
                    "use a capability (`{}`), an interface with its package (`wasi:cli/exit`), or \
                     an import without a package (`:log`)",
                    known.join("`, `")
                ),
            },
        ))
    }

    /// What `--allow` names, where a plain name is an import without a package. Of capabilities, only
    /// `unknown` can be allowed.
    pub fn allowed(text: &str) -> Result<Pattern, (String, String)> {
        match capabilities::named(text) {
            Some(UNKNOWN) => Pattern::parse(text, None),
            Some(_) => Err((
                format!(
                    "`--allow {text}` has no effect: `--allow` takes imports, not capabilities"
                ),
                format!("to allow an import with that name, use `--allow :{text}`"),
            )),
            None if text.contains([':', '*']) => Pattern::parse(text, None),
            None => Pattern::parse(&format!(":{text}"), None),
        }
    }

    /// Which package was probably meant, if it names one of WASI that is not known.
    pub fn doubt(&self) -> Option<&'static str> {
        let (package, _) = self.text.split_once('/')?;
        let is_known = |known: &str| known == package;
        if !package.starts_with("wasi:")
            || package.contains('*')
            || capabilities::packages().any(is_known)
        {
            return None;
        }
        // All begin alike, so that only what follows tells.
        let name = |package: &'static str| package.strip_prefix("wasi:");
        let names = capabilities::packages().filter_map(name);
        let meant = did_you_mean(package.strip_prefix("wasi:")?, names)?;
        capabilities::packages().find(|package| name(package) == Some(meant))
    }

    /// The capability that it is, if it is one; `unknown` counts as one.
    pub fn capability(&self) -> Option<&'static str> {
        match self.matches {
            Matches::Capability(name) => Some(name),
            Matches::Names(_) => None,
        }
    }

    /// What of `import` it means; nothing if it does not mean it at all.
    pub fn covers(&self, import: &Import) -> Option<Cover> {
        let pattern = match &self.matches {
            Matches::Capability(name) => {
                return (import.capability == Some(*name)).then_some(Cover::All);
            }
            Matches::Names(pattern) => pattern,
        };
        if import.spellings.iter().any(|name| pattern.matches(name)) {
            return Some(Cover::All);
        }
        let means = |function: &Function| {
            import.spellings.iter().any(|interface| {
                let own = function.path.join(".");
                pattern.matches(&format!("{interface}.{}", function.name))
                    || pattern.matches(&format!("{interface}.{own}"))
            })
        };
        let functions = import.functions.iter().enumerate();
        let meant: Vec<usize> = functions
            .filter(|(_, function)| means(function))
            .map(|(at, _)| at)
            .collect();
        // The types are allowed with the functions.
        let inside = |interface: &String| {
            let rest = self.text.strip_prefix(interface.as_str());
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let means_some = !meant.is_empty() || import.spellings.iter().any(inside);
        means_some.then_some(Cover::Functions(meant))
    }
}

impl Import {
    /// An import of that name, with what stands beside the name in the binary, and the functions
    /// in it.
    pub fn new(
        name: &str,
        version_suffix: Option<&str>,
        implements: Option<&str>,
        functions: Vec<Vec<String>>,
    ) -> Import {
        let full = format!("{name}{}", version_suffix.unwrap_or_default());
        let mut spellings = Vec::new();
        for name in [Some(full.as_str()), Some(name), implements]
            .into_iter()
            .flatten()
        {
            let is_plain = !name.contains(':');
            for spelling in [name, unversioned(name)] {
                let spelling = match is_plain {
                    true => format!(":{spelling}"),
                    false => spelling.to_string(),
                };
                if !spellings.contains(&spelling) {
                    spellings.push(spelling);
                }
            }
        }
        let interface = unversioned(implements.unwrap_or(name));
        let functions = functions.into_iter().map(|path| Function {
            name: readable(&path),
            path,
        });
        Import {
            capability: capabilities::of_interface(interface),
            functions: functions.collect(),
            has_types_only: false,
            spellings,
            key: name.to_string(),
            name: full,
        }
    }

    /// The pattern that means it in any version, and that for all of its package.
    pub fn patterns(&self) -> (String, Option<String>) {
        // INVARIANT: every import has a name, and the last spelling of it is that without its version.
        let mut names = self.spellings.iter().rev();
        let name = names.find(|name| !name.contains('@'));
        let name = name.unwrap_or(&self.name).clone();
        let package = name.split_once('/').map(|(package, _)| package);
        let package = package.map(|package| format!("{package}/*"));
        (name, package)
    }
}

/// A function's name as people write it: `[method]descriptor.write` is `descriptor.write`.
fn readable(path: &[String]) -> String {
    let name = path.join(".");
    match name.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some(("constructor", resource)) => format!("{resource}.constructor"),
        Some((_, name)) => name.to_string(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(name: &str, functions: &[&str]) -> Import {
        let functions = functions.iter().map(|name| vec![name.to_string()]);
        Import::new(name, None, None, functions.collect())
    }

    fn covers(pattern: &str, import: &Import) -> Option<Cover> {
        let pattern = Pattern::parse(pattern, None).expect("the pattern is right");
        pattern.covers(import)
    }

    #[test]
    fn patterns_mean_interfaces_in_any_version_or_in_the_one_they_name() {
        let tcp = import("wasi:sockets/tcp@0.2.3", &["[method]tcp-socket.start-bind"]);
        for all in [
            "*",
            "wasi:*",
            "wasi:sockets/*",
            "wasi:sockets/tcp",
            "wasi:sockets/tcp@0.2.3",
            "wasi:sockets/*@0.2.*",
            "network",
            "Network",
        ] {
            assert_eq!(covers(all, &tcp), Some(Cover::All), "{all}");
        }
        for none in ["wasi:sockets/tcp@0.2.0", "wasi:sockets/tc", "files", ":tcp"] {
            assert_eq!(covers(none, &tcp), None, "{none}");
        }
    }

    #[test]
    fn patterns_mean_functions_as_people_and_as_components_write_them() {
        let types = import(
            "wasi:filesystem/types@0.2.0",
            &[
                "[method]descriptor.write",
                "[method]descriptor.read",
                "[constructor]descriptor",
                "filesystem-error-code",
            ],
        );
        let some = |at: &[usize]| Some(Cover::Functions(at.to_vec()));
        for (pattern, at) in [
            ("wasi:filesystem/types.descriptor.write", &[0][..]),
            ("wasi:filesystem/types@0.2.0.descriptor.write", &[0]),
            ("wasi:filesystem/types.[method]descriptor.write", &[0]),
            ("wasi:filesystem/types.descriptor.*", &[0, 1, 2]),
            ("wasi:filesystem/types.descriptor.constructor", &[2]),
            ("*.filesystem-error-code", &[3]),
            ("wasi:filesystem/types.nothing", &[]),
        ] {
            assert_eq!(covers(pattern, &types), some(at), "{pattern}");
        }
        assert_eq!(covers("wasi:filesystem/preopens.get", &types), None);
    }

    #[test]
    fn an_import_goes_by_all_its_names() {
        let named = Import::new("cache", None, Some("wasi:keyvalue/store@0.2.0"), Vec::new());
        for pattern in [":cache", "wasi:keyvalue/*", "key-value"] {
            assert_eq!(covers(pattern, &named), Some(Cover::All), "{pattern}");
        }
        let suffixed = Import::new("a:b/c@0.2", Some(".6"), None, Vec::new());
        assert_eq!(suffixed.name, "a:b/c@0.2.6");
        for pattern in ["a:b/c@0.2.6", "a:b/c@0.2", "a:b/c"] {
            assert_eq!(covers(pattern, &suffixed), Some(Cover::All), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_what_may_have_been_meant() {
        for (text, advice) in [
            ("netwrok", "did you mean `network`?"),
            ("http-outt", "did you mean `http-out`?"),
            ("wasi:sockets", "use `wasi:sockets/*` for all"),
            ("trace-it", "`:log`"),
            ("", "use a capability"),
        ] {
            let (_, told) = Pattern::parse(text, None).expect_err(text);
            assert!(told.contains(advice), "{told}");
        }
    }

    #[test]
    fn misspelt_packages_of_wasi_are_doubted() {
        let doubt = |text| Pattern::parse(text, None).expect("it is one").doubt();
        assert_eq!(doubt("wasi:socket/*"), Some("wasi:sockets"));
        assert_eq!(doubt("wasi:sockets/tpc"), None);
        assert_eq!(doubt("wasi:*"), None);
        assert_eq!(doubt("acme:socket/*"), None);
    }
}
