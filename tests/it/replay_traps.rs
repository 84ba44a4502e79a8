//! What is told of a call that no line of a file answers: the call with its values, the lines that are
//! nearest, and where these are.

use wasmtime::component::Val;

use crate::generate::guest_of;
use crate::graphs::Random;
use crate::replay::{STORE, replayed};
use crate::run::Running;
use crate::trace::{ECHO, echo, functions, value};

/// What has happened, the call, and the lines, of what a call traps with.
pub fn traps(told: &str) -> (String, String, Vec<String>) {
    let frames = told.lines().filter_map(|line| line.split_once(" - "));
    let frames: Vec<&str> = frames.map(|(_, frame)| frame).collect();
    let of = |module: &str| {
        let frames = frames.iter();
        let said = frames.filter_map(|frame| frame.strip_prefix(module)?.strip_prefix('!'));
        said.map(str::to_string).collect::<Vec<String>>()
    };
    let happened = frames.first().copied().unwrap_or_default().to_string();
    (happened, of("call").concat(), of("nearest"))
}

#[test]
fn a_call_that_is_not_in_the_file_traps_and_tells_the_call_and_the_nearest_lines() {
    let calls = "
        // Four calls.
        acme:kv/store#get(\"a\", 1) = none
        acme:kv/store#get(\"b\", 2) = some(\"two\")
        acme:kv/store#touch(\"k\\u{202e}\")
        acme:kv/store#get(\"a\", 1) = some(\"again\")
    ";
    for (call, happened, lines) in [
        (
            "get(\"b\", 1)",
            "get: no unused call in calls.txt matches",
            &["calls.txt:3 get(\"a\", 1)", "calls.txt:4 get(\"b\", 2)"][..],
        ),
        (
            "get(\"b\", 1234567)",
            "get: no unused call in calls.txt matches",
            &["calls.txt:4 get(\"b\", 2)", "calls.txt:3 get(\"a\", 1)"],
        ),
        ("clear()", "clear: no call in calls.txt", &[]),
        (
            "touch(\"other\")",
            "touch: no unused call in calls.txt matches",
            &["calls.txt:5 touch(\"k\\u{202e}\")"],
        ),
    ] {
        let guest = guest_of(STORE);
        let bytes = replayed(&guest, calls, "acme:kv/store", &["replay-acme-kv-store"]);
        let mut running = Running::start(&bytes.expect("it composes"), &[]).expect("it starts");
        let told = running.eval(&format!("acme:kv/store@0.2.0#{call}"));
        let told = told.expect_err("it traps");
        let (first, shown, near) = traps(&told);
        assert_eq!(first, format!("replay acme:kv/store@0.2.0!{happened}"));
        assert_eq!(near, lines, "{told}");
        assert_eq!(shown, call, "{told}");
    }
}

/// The same text as a trace has, in ASCII.
fn in_ascii(text: &str) -> String {
    let plain = |c: char| match c.is_ascii() {
        true => c.to_string(),
        false => format!("\\u{{{:x}}}", c as u32),
    };
    text.chars().map(plain).collect()
}

#[test]
fn values_of_all_types_are_told_as_they_are_traced() {
    let mut traced = echo(0);
    let mut random = Random(23);
    let (mut whole, mut cut, mut printed) = (0, 0, 0);
    for function in functions() {
        let name = format!("t:echo/echo#{function}");
        let ty = traced.params(&name).expect(function).remove(0);
        for _ in 0..3 {
            let given = value(&mut random, &ty, 1);
            let other = value(&mut random, &ty, 1);
            let wave = |value: &Val| value.to_wave().expect("it is WAVE");
            if wave(&given) == wave(&other) {
                continue;
            }
            let answer = traced.apply(&name, std::slice::from_ref(&given));
            answer.expect(function);
            let logged = traced.logged();
            let line = &logged[printed..];
            let start = "guest -> host  t:echo/echo#".len();
            // The argument is there twice, with `) = ` between.
            let half = start + function.len() + 1 + (line.len() - start - function.len() - 6) / 2;
            let expected = in_ascii(&line[start..=half]);
            printed = logged.len();
            let file = format!("{name}({}) = {}", wave(&other), wave(&other));
            let guest = guest_of(&format!("{ECHO}\nworld w {{ import echo; }}"));
            let bytes = replayed(&guest, &file, "t:echo/*", &["replay-t-echo-echo"]);
            let bytes = bytes.unwrap_or_else(|e| panic!("{e}\n{file}"));
            let mut running = Running::start(&bytes, &[]).expect("it starts");
            let told = running.apply(&name, std::slice::from_ref(&given));
            let told = told.expect_err("it traps");
            let (_, call, lines) = traps(&told);
            assert_eq!(lines.len(), 1, "{told}");
            match call.strip_suffix('…') {
                None => {
                    assert_eq!(call, expected, "{told}");
                    whole += 1;
                }
                Some(begun) => {
                    assert!(expected.starts_with(begun), "{call}\n{expected}\n{told}");
                    cut += 1;
                }
            }
        }
    }
    assert!(whole > 10 && cut > 3, "{whole} whole, {cut} cut");
}
