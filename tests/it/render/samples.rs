//! Reports that are made by hand.

use witkit::diag::{Code, Edit, Fix, Locus, Report, Severity};

pub static ERROR: Code = Code {
    name: "test/error",
    severity: Severity::Error,
    page: "\
Something is wrong with
a file. It has to be mended.

```wit
interface a { f: func(); }
```
",
};

static WARNING: Code = Code {
    name: "test/warning",
    severity: Severity::Warning,
    page: "Something is probably not meant",
};

static NOTE: Code = Code {
    name: "test/note",
    severity: Severity::Note,
    page: "Something is worth knowing",
};

const STORE: &str = "\
package acme:kv;

interface store {
  use types.{key};
  get: func(key: string) -> option<list<u8>>;
  set: func(key: string, value: list<u8>);
}
";

/// The place of `part` in `text`.
fn at(file: &str, text: &str, part: &str) -> Locus {
    let start = text.find(part).expect("the part is in the text");
    Locus::Text {
        file: file.into(),
        range: start..start + part.len(),
    }
}

fn edit(file: &str, text: &str, part: &str, by: &str) -> Edit {
    let start = text.find(part).expect("the part is in the text");
    Edit {
        file: file.into(),
        range: (start, start + part.len()),
        text: by.into(),
    }
}

fn range(file: &str, start: usize, end: usize) -> Locus {
    let (file, range) = (file.into(), std::ops::Range { start, end });
    Locus::Text { file, range }
}

/// All that is awkward in one report.
pub fn awkward() -> Report {
    let mut report = Report::new();
    let store = "./wit/store.wit";
    report.add_text(store, STORE);
    report.push(
        ERROR
            .report("`key` is defined twice in `store`")
            .at(at(store, STORE, "key: string"), "here again")
            .at(at(store, STORE, "key"), "first here")
            .at(Locus::File("deps/types.wasm".into()), "brings it as well")
            .note("`key` is what `use` calls it")
            .help("rename one of them")
            .help(
                "see the page about stores for all that a store has to have, which is more than \
                 one would think",
            )
            .fix(Fix {
                message: "rename the second to `key2`, and `set` to {0}".into(),
                safe: false,
                edits: vec![
                    edit(store, STORE, "key: string", "key2: string"),
                    edit(store, STORE, "set: ", "{0}: "),
                ],
            }),
    );
    let whole_line = "  use types.{key};\n";
    report.push(
        WARNING
            .report("nothing uses `key`")
            .at(at(store, STORE, whole_line), "")
            .fix(Fix {
                message: "remove the `use`".into(),
                safe: true,
                edits: vec![edit(store, STORE, whole_line, "")],
            }),
    );
    report.push(
        NOTE.report("the file ends here")
            .at(range(store, STORE.len(), STORE.len()), "the end"),
    );
    let interface = STORE.find("interface").expect("it is there");
    report.push(
        NOTE.report("the interface goes on over several lines")
            .at(range(store, interface, STORE.len()), "all of it"),
    );

    let odd = "wit/ünï, 100%: a.wit";
    let text = "interface ünï {\r\n  /* ä€🦀 */ fün: func();\r\n}\r\n";
    report.add_text(odd, text);
    report.push(
        ERROR
            .report("`fün` is no name: 100%, {1} \"quoted\" <b>&amp;</b>")
            .at(at(odd, text, "fün"), "a, b: c\nd \u{1b}[2J")
            .help("write `fun`\r\nor\tsomething \u{1b}[1melse\u{1b}[0m"),
    );
    report.push(
        WARNING
            .report("a line with its end")
            .at(at(odd, text, "interface ünï {\r\n"), "")
            .fix(Fix {
                message: "put a comment before it".into(),
                safe: true,
                edits: vec![Edit {
                    file: odd.into(),
                    range: (0, 0),
                    text: "// ü\r\n".into(),
                }],
            }),
    );
    let inside_a_crab = text.find('🦀').expect("it is there") + 1;
    report.push(
        NOTE.report("a range that begins inside a character and ends nowhere")
            .at(range(odd, inside_a_crab, 10_000), ""),
    );

    report.push(
        ERROR
            .report("`main.wasm` does not get what it imports")
            .at(
                Locus::item("main.wasm (app)", ["import a:b/c@0.1.0", "get", "result"]),
                "expects string",
            )
            .at(
                Locus::item("kv.wasm", ["export a:b/c@0.1.0", "get", "result"]),
                "provides u32",
            ),
    );
    report.push(
        ERROR
            .report("cannot read `my file.wasm`: no such file")
            .at(Locus::File("my file.wasm".into()), ""),
    );
    report.push(WARNING.report("there is nowhere to point to \u{1b}[2J\u{9b}"));
    report.add_text("\u{1b}.wit", "// \u{1b}[2J\u{9b}\u{7f}\tend\n");
    report.push(
        NOTE.report("controls")
            .at(range("\u{1b}.wit", 11, 14), "the \u{7f}end\u{ffff}"),
    );
    report.push(
        WARNING
            .report("a text that the report does not have")
            .at(range("gone.wit", 3, 9), "was here")
            .fix(Fix {
                message: "mend both".into(),
                safe: true,
                edits: vec![
                    edit(store, STORE, "acme", "acne"),
                    Edit {
                        file: "gone.wit".into(),
                        range: (0, 1),
                        text: String::new(),
                    },
                ],
            }),
    );
    report.push(
        NOTE.report("an empty text")
            .at(range("empty.wit", 0, 0), "nothing"),
    );
    report.add_text("empty.wit", "");
    report
}

/// A finding with places in two files.
pub fn in_two_files() -> Report {
    let mut report = Report::new();
    let (new, old) = ("interface a {}\n", "// Old.\ninterface a {}\n");
    report.push(
        ERROR
            .report("`a` has moved")
            .at(range("new.wit", 10, 11), "here now")
            .at(range("old.wit", 18, 19), "was here"),
    );
    report.add_text("new.wit", new);
    report.add_text("old.wit", old);
    report
}

/// Three findings alike but for their places, behind some text.
pub fn alike(before: &str) -> Report {
    let mut report = Report::new();
    let text = format!("{before}f: func();\ng: func();\nf: func();\n");
    for (start, _) in text.match_indices("func") {
        report.push(
            WARNING
                .report("alike")
                .at(range("a.wit", start, start + 4), ""),
        );
    }
    report.add_text("a.wit", text);
    report
}

/// Findings of these severities; `fixes` says of the first ones whether their fixes are safe.
pub fn with(severities: &[&str], fixes: &[bool]) -> Report {
    let mut report = Report::new();
    for (number, severity) in severities.iter().enumerate() {
        let code = match *severity {
            "error" => &ERROR,
            "warning" => &WARNING,
            _ => &NOTE,
        };
        let mut d = code.report(format!("finding {number}"));
        if let Some(safe) = fixes.get(number) {
            d = d.fix(Fix {
                message: "mend it".into(),
                safe: *safe,
                edits: Vec::new(),
            });
        }
        report.push(d);
    }
    report
}

const MANY: usize = 5_000;

/// 2 MB with 5,000 findings, each with a second place at the other end and a fix.
pub fn large(separator: &str) -> Report {
    let line = format!(
        "interface i {{ f: func(a: string); /* {} */ }}{separator}",
        "ä€".repeat(72)
    );
    let text = line.repeat(MANY);
    assert!(text.len() > 2_000_000);
    let mut report = Report::new();
    for number in 0..MANY {
        let start = number * line.len() + 14;
        let other = (MANY - 1 - number) * line.len();
        report.push(
            WARNING
                .report("there are many of these")
                .at(range("large.wit", start, start + 1), "here")
                .at(range("large.wit", other, other + 9), "there")
                .fix(Fix {
                    message: "rename it".into(),
                    safe: true,
                    edits: vec![Edit {
                        file: "large.wit".into(),
                        range: (start, start + 1),
                        text: "g".into(),
                    }],
                }),
        );
    }
    report.add_text("large.wit", text);
    report
}

/// 2 MB with 5,000 findings, each of which goes on to the end.
pub fn large_ranges() -> Report {
    let line = format!("f: func(a: string); // {}\n", "x".repeat(376));
    let text = line.repeat(MANY);
    let mut report = Report::new();
    for number in 0..MANY {
        let all = range("large.wit", number * line.len(), text.len());
        report.push(WARNING.report("there are many of these").at(all, "here"));
    }
    report.add_text("large.wit", text);
    report
}
