//! Capabilities: what imports allow a component or core module to do, by the names of interfaces and
//! functions.
//!
//! Lives here: [`of_interface`], [`of_function`], [`names`], [`named`], [`packages`]. The facts are
//! in `capabilities/table.txt`, a line each, with their sources. May import: nothing of ours
//! (rank 0).
//! Deliberately absent: whether a host grants any of it, and what code does with it.

/// The capability of imports without an entry in the table, as shown and as policies name it.
pub(crate) const UNKNOWN: &str = "unknown";

/// The capability of an import that gives access to nothing by itself, such as `wasi:io/streams`.
const NOTHING: &str = "nothing";

/// All capabilities, in the order in which they are shown.
const NAMES: &[&str] = &[
    "files",
    "network",
    "HTTP out",
    "clocks",
    "random",
    "environment",
    "standard streams",
    "exit",
    "key-value",
    "SQL database",
    "blob storage",
    "messaging",
    "configuration",
    "secrets",
    "logging",
    "telemetry",
    "AI inference",
    "GPU",
    "hardware",
    "cryptography",
    "threads",
    UNKNOWN,
];

/// A line of the table.
#[derive(Clone, Copy)]
struct Entry {
    /// Without the `*` at its end.
    pattern: &'static str,
    /// Whether it matches all names that begin with the pattern.
    is_prefix: bool,
    /// As `--deny` has it: `http-out`, or [`NOTHING`].
    gives: &'static str,
}

const TEXT: &str = include_str!("capabilities/table.txt");

/// Sorted by pattern, which a test holds. Read by the compiler, so that it costs nothing to start.
static TABLE: [Entry; count()] = entries();

/// The number of entries: lines that are not comments.
const fn count() -> usize {
    let (mut at, mut count) = (0, 0);
    while at < TEXT.len() {
        if TEXT.as_bytes()[at] != b'#' {
            count += 1;
        }
        at = until(at, b'\n') + 1;
    }
    count
}

/// The first two columns of each; the sources are for people.
const fn entries<const COUNT: usize>() -> [Entry; COUNT] {
    let blank = Entry {
        pattern: "",
        is_prefix: false,
        gives: NOTHING,
    };
    let mut entries = [blank; COUNT];
    let (mut at, mut next) = (0, 0);
    while at < TEXT.len() {
        if TEXT.as_bytes()[at] != b'#' {
            let end = until(at, b' ');
            let is_prefix = TEXT.as_bytes()[end - 1] == b'*';
            let mut gives = end;
            while TEXT.as_bytes()[gives] == b' ' {
                gives += 1;
            }
            entries[next] = Entry {
                pattern: part(at, if is_prefix { end - 1 } else { end }),
                is_prefix,
                gives: part(gives, until(gives, b' ')),
            };
            next += 1;
        }
        at = until(at, b'\n') + 1;
    }
    entries
}

/// Where the next `byte` is, or the end.
const fn until(mut at: usize, byte: u8) -> usize {
    while at < TEXT.len() && TEXT.as_bytes()[at] != byte {
        at += 1;
    }
    at
}

const fn part(start: usize, end: usize) -> &'static str {
    TEXT.split_at(end).0.split_at(start).1
}

/// What the most specific entry for `name` says.
fn look_up(name: &str) -> Option<&'static str> {
    // What `name` begins with sorts before it, the longest last.
    let end = TABLE.partition_point(|entry| entry.pattern <= name);
    let fits = |entry: &&Entry| match entry.is_prefix {
        true => name.starts_with(entry.pattern),
        false => name == entry.pattern,
    };
    let entry = TABLE[..end].iter().rfind(fits)?;
    Some(entry.gives)
}

/// The capability that an entry stands for; none if it gives nothing, [`UNKNOWN`] without an entry.
fn shown(gives: Option<&'static str>) -> Option<&'static str> {
    match gives {
        None => Some(UNKNOWN),
        Some(NOTHING) => None,
        // INVARIANT: a test holds that the table has no other words.
        Some(word) => Some(named(word).unwrap_or(UNKNOWN)),
    }
}

/// What importing functions of the interface `base`, a name without a version, allows a component to
/// do: nothing by itself, or a capability; [`UNKNOWN`] if the table has no entry for it.
pub(crate) fn of_interface(base: &str) -> Option<&'static str> {
    shown(look_up(base))
}

/// What importing a function allows a core module to do, as [`of_interface`] for interfaces.
pub(crate) fn of_function(module: &str, function: &str) -> Option<&'static str> {
    let homes: &[&str] = match module {
        // The draft before the first preview has the same functions.
        "wasi_unstable" => &["wasi_snapshot_preview1"],
        // WASIX has those of the first preview, and its own.
        "wasix_32v1" | "wasix_64v1" => &["wasix_32v1", "wasi_snapshot_preview1"],
        module => &[module],
    };
    let of_function = |home: &&str| look_up(&format!("{home}.{function}"));
    shown(
        homes
            .iter()
            .find_map(of_function)
            .or_else(|| look_up(module)),
    )
}

/// All capabilities, in the order in which they are shown.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

/// The capability of that name; case does not matter, and `-` may stand for a space: `http-out` is
/// `HTTP out`.
pub(crate) fn named(typed: &str) -> Option<&'static str> {
    let same = |a: u8, b: u8| a.eq_ignore_ascii_case(&b) || a == b' ' && b == b'-';
    names().find(|name| {
        let pairs = name.bytes().zip(typed.bytes());
        name.len() == typed.len() && pairs.into_iter().all(|(a, b)| same(a, b))
    })
}

/// Its name in `--deny` and the table: `HTTP out` is `http-out`.
pub(crate) fn kebab(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// The packages of WASI that the table knows, without versions; some more than once.
pub(crate) fn packages() -> impl Iterator<Item = &'static str> {
    let patterns = TABLE.iter().map(|entry| entry.pattern);
    let of_wasi = patterns.filter(|pattern| pattern.starts_with("wasi:"));
    of_wasi.filter_map(|pattern| Some(pattern.split_once('/')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_give_what_the_table_says() {
        for (interface, capability) in [
            ("wasi:filesystem/types", Some("files")),
            ("wasi:http/outgoing-handler", Some("HTTP out")),
            ("wasi:http/types", None),
            ("wasi:io/streams", None),
            ("wasi:cli/terminal-stdin", Some("standard streams")),
            ("wasi:nn/graph", Some("AI inference")),
            ("wasi:nnx/graph", Some(UNKNOWN)),
            ("wasi:http/outgoing-handlers", Some(UNKNOWN)),
            ("acme:filesystem/types", Some(UNKNOWN)),
            ("spin:mysql/mysql", Some("SQL database")),
            ("fastly:compute/http-req", Some("HTTP out")),
            ("wasmcloud:blobstore/blobstore", Some("blob storage")),
            ("wasi-gfx:surface/surface", Some("GPU")),
        ] {
            assert_eq!(of_interface(interface), capability, "{interface}");
        }
    }

    #[test]
    fn functions_of_core_modules_give_what_the_table_says() {
        for (module, function, capability) in [
            ("wasi_snapshot_preview1", "fd_readdir", Some("files")),
            (
                "wasi_snapshot_preview1",
                "fd_read",
                Some("standard streams"),
            ),
            ("wasi_snapshot_preview1", "fd_close", None),
            ("wasi_snapshot_preview1", "fd_clothes", Some(UNKNOWN)),
            ("wasi_unstable", "sock_send", Some("network")),
            ("wasi_ephemeral_nn", "load", Some("AI inference")),
            ("wasi", "thread-spawn", Some("threads")),
            ("wasix_32v1", "sock_open", Some("network")),
            ("wasix_64v1", "fd_read", Some("standard streams")),
            ("wasix_32v1", "proc_exec", Some(UNKNOWN)),
            ("env", "proxy_http_call", Some("HTTP out")),
            ("extism:host/user", "any", Some(UNKNOWN)),
            ("fastly_http_req", "send", Some("HTTP out")),
            ("fastly_http_reqs", "send", Some(UNKNOWN)),
            ("wasi", "other", Some(UNKNOWN)),
            ("env", "other", Some(UNKNOWN)),
        ] {
            let found = of_function(module, function);
            assert_eq!(found, capability, "{module} {function}");
        }
    }

    #[test]
    fn capabilities_are_found_as_they_are_shown_and_in_kebab_case() {
        assert_eq!(named("HTTP out"), Some("HTTP out"));
        assert_eq!(named("http-out"), Some("HTTP out"));
        assert_eq!(named("ai-inference"), Some("AI inference"));
        assert_eq!(named("key value"), None);
        assert_eq!(named("http"), None);
        for name in names() {
            assert_eq!(named(&kebab(name)), Some(name));
        }
    }

    #[test]
    fn the_table_is_well_formed_and_sorted_and_says_nothing_twice() {
        let lines = TEXT.lines().filter(|line| !line.starts_with('#'));
        let mut before: Option<&str> = None;
        for line in lines {
            let columns: Vec<&str> = line.split_ascii_whitespace().collect();
            let [pattern, gives, date, source] = columns[..] else {
                panic!("`{line}` does not have four columns");
            };
            let start = pattern.strip_suffix('*').unwrap_or(pattern);
            assert!(!start.is_empty() && !start.contains('*'), "{line}");
            assert!(
                before < Some(start),
                "{line}: not sorted, or there is another"
            );
            before = Some(start);
            let word = gives == NOTHING || named(gives).is_some_and(|n| kebab(n) == gives);
            assert!(word && gives != UNKNOWN, "{line}");
            let digits =
                |part: &str, n| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
            let parts: Vec<&str> = date.split('-').collect();
            assert!(
                matches!(parts[..], [y, m, d] if digits(y, 4) && digits(m, 2) && digits(d, 2)),
                "{line}"
            );
            assert!(source.starts_with("https://"), "{line}");
        }
        // An entry that says what a wider one says as well is not needed.
        for (at, entry) in TABLE.iter().enumerate() {
            let wider = TABLE[..at]
                .iter()
                .rfind(|other| other.is_prefix && entry.pattern.starts_with(other.pattern));
            if let Some(wider) = wider {
                assert_ne!(wider.gives, entry.gives, "{} is shadowed", entry.pattern);
            }
        }
    }
}
