//! Names of files and folders for parts, whatever the parts are called.
//!
//! Lives here: [`FileNames`]. May import: nothing of ours.
//! Deliberately absent: the names that parts have in a plan, which may be any text.

use std::collections::BTreeSet;

/// As long as a name may be, in characters; every file system takes that many.
const LONGEST: usize = 60;

/// What some systems take for a device, whatever its extension.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "com", "lpt"];

/// The names that are taken in one folder.
pub(crate) struct FileNames {
    /// In lower case: for some systems, names that differ in case only are one.
    taken: BTreeSet<String>,
}

impl FileNames {
    /// A folder in which these files are to be.
    pub fn beside(files: &[&str]) -> FileNames {
        FileNames {
            taken: files.iter().map(|file| file.to_lowercase()).collect(),
        }
    }

    /// A name for the part called `name`, under which there may be both the file `….wasm` and a
    /// folder.
    pub fn stem(&mut self, name: &str) -> String {
        let name = name.strip_suffix(".wasm").unwrap_or(name);
        let safe = safe(name);
        let mut stem = safe.clone();
        let mut number = 1;
        loop {
            let (folder, file) = (stem.to_lowercase(), format!("{stem}.wasm").to_lowercase());
            if !self.taken.contains(&folder) && !self.taken.contains(&file) {
                self.taken.extend([folder, file]);
                return stem;
            }
            number += 1;
            stem = format!("{safe}-{number}");
        }
    }
}

/// The name with nothing in it that any file system, shell or terminal makes something of.
pub(crate) fn safe(name: &str) -> String {
    let plain = |c: char| match c {
        '-' | '_' | '.' | '+' | '@' => c,
        c if c.is_alphanumeric() => c,
        _ => '-',
    };
    let name: String = name.chars().take(LONGEST).map(plain).collect();
    let name = name.trim_matches(|c| matches!(c, '.' | '-')).to_string();
    let lower = name.to_lowercase();
    let before_dot = lower.split('.').next().unwrap_or_default();
    let device = before_dot.trim_end_matches(|c: char| c.is_ascii_digit());
    match name.as_str() {
        "" => "part".to_string(),
        _ if DEVICES.contains(&device) => format!("{name}-part").replacen('.', "-", 1),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_parts_are_called_their_files_stay_in_the_folder_and_apart() {
        let mut names = FileNames::beside(&["plan.json", "witkit.toml"]);
        let stems: Vec<String> = [
            "adder",
            "Adder",
            "../../etc/passwd",
            "..",
            "",
            "a\u{1b}[31mb\u{202e}c\n",
            "adder.wasm",
            "docs:adder/add@0.1.0",
            "plan.json",
            "nul.x",
            "größe",
        ]
        .iter()
        .map(|name| names.stem(name))
        .collect();
        assert_eq!(
            stems,
            [
                "adder",
                "Adder-2",
                "etc-passwd",
                "part",
                "part-2",
                "a--31mb-c",
                "adder-3",
                "docs-adder-add@0.1.0",
                "plan.json-2",
                "nul-x-part",
                "größe",
            ]
        );
    }

    #[test]
    fn a_folder_for_one_part_is_not_the_file_of_another() {
        let mut names = FileNames::beside(&[]);
        assert_eq!(names.stem("x"), "x");
        assert_eq!(names.stem("x.wasm.wasm"), "x.wasm-2");
        assert!(names.stem(&"ä".repeat(500)).chars().count() <= LONGEST);
    }
}
