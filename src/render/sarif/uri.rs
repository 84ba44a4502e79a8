//! File names as URI references (RFC 3986, RFC 8089).
//!
//! May import: nothing of ours. Deliberately absent: the working directory; what was given as a
//! relative path stays relative.

/// The reference to `file`: relative paths without a leading `./`, absolute ones as `file:` URIs.
pub(super) fn of(file: &str) -> String {
    // Elsewhere a backslash is a character like any other.
    let file = match cfg!(windows) {
        true => file.replace('\\', "/"),
        false => file.to_string(),
    };
    let drive = match file.split_once(":/") {
        Some((drive, _)) if cfg!(windows) && drive.len() == 1 => Some(drive),
        _ => None,
    };
    match drive {
        Some(drive) => format!("file:///{drive}:{}", encoded(&file[2..])),
        None if file.starts_with('/') => format!("file://{}", encoded(&file)),
        None => encoded(relative(&file)),
    }
}

/// Without `./` before it, of whose slashes there may be several.
fn relative(mut file: &str) -> &str {
    while let Some(rest) = file.strip_prefix("./") {
        file = rest.trim_start_matches('/');
    }
    file
}

fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' => out.push(char::from(byte)),
            // The colon as well: before the first slash it would end a scheme.
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn names_become_references_that_lead_back_to_them() {
        for (file, uri) in [
            ("wit/store.wit", "wit/store.wit"),
            ("./wit/store.wit", "wit/store.wit"),
            (".//./wit/store.wit", "wit/store.wit"),
            ("../wit/my store.wit", "../wit/my%20store.wit"),
            ("a:b.wit", "a%3Ab.wit"),
            ("100%/ä#?.wit", "100%25/%C3%A4%23%3F.wit"),
        ] {
            assert_eq!(of(file), uri);
        }
        if cfg!(windows) {
            assert_eq!(of("C:\\wit\\a.wit"), "file:///C:/wit/a.wit");
        } else {
            assert_eq!(of("/tmp/a b.wit"), "file:///tmp/a%20b.wit");
            assert_eq!(of("a\\b.wit"), "a%5Cb.wit");
        }
    }
}
