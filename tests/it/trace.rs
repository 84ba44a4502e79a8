//! Traced compositions: they behave as those that are not traced, and what they print is WAVE.
//!
//! Scenarios in `fixtures/trace` are those of `compose.rs`; what they print is in `trace.txt`.

use std::fs;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::io::AsyncWrite;
use wasmtime::component::{Type, Val};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

use witkit::compose::Options;

use crate::compose::{errors_in, scenarios_in};
use crate::generate::{bytes_of, compose, guest_of};
use crate::graphs::Random;
use crate::run::Running;
use crate::support::{Scenario, corpus, each, project, snapshot, witkit};

#[test]
fn every_scenario_composes_and_runs() {
    scenarios_in("trace");
}

#[test]
fn every_error_is_reported() {
    errors_in("trace/errors");
}

/// Composes as the command of a scenario says, with more flags.
fn composed(scenario: &Scenario, more: &[&str]) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let file = folder.path().join("out.wasm");
    let mut args = scenario.args_and(more);
    args.extend(["-o".to_string(), file.display().to_string()]);
    witkit(&scenario.folder, &args).expect(0)?;
    fs::read(&file).map_err(|e| e.to_string())
}

#[test]
fn every_scenario_prints_its_calls() {
    let scenarios = ["cancelled", "resources", "store", "wasi-0.3"]
        .map(|name| Scenario::read(&project().join("fixtures/trace").join(name)));
    each(&scenarios, |scenario| {
        let script = fs::read_to_string(scenario.folder.join("run.txt")).unwrap_or_default();
        let host: Vec<&str> = script
            .lines()
            .filter(|line| line.starts_with("host"))
            .collect();
        let mut running = Running::start(&composed(scenario, &[])?, &host)?;
        running.eval("run()")?;
        scenario.snapshot("trace.txt", &running.logged(), false)
    });
}

/// An interface whose functions answer what they are given.
pub const ECHO: &str = include_str!("../../fixtures/trace/echo.wit");

/// A value of that type.
pub fn value(random: &mut Random, ty: &Type, depth: usize) -> Val {
    let length = |random: &mut Random| match depth {
        0 => random.below(6),
        _ => random.below(3),
    };
    let mut bits = || {
        let half = |random: &mut Random| random.below(1 << 32) as u64;
        match random.below(4) {
            0 => random.below(3) as u64,
            1 => u64::MAX - random.below(3) as u64,
            _ => half(random) << 32 | half(random),
        }
    };
    let chars = [
        'a',
        'Z',
        '0',
        ' ',
        '"',
        '\'',
        '\\',
        '\n',
        '\t',
        '\r',
        '\u{0}',
        '\u{7f}',
        'é',
        '\u{202e}',
        '\u{1f600}',
        '{',
    ];
    match ty {
        Type::Bool => Val::Bool(bits() & 1 == 1),
        Type::S8 => Val::S8(bits() as i8),
        Type::U8 => Val::U8(bits() as u8),
        Type::S16 => Val::S16(bits() as i16),
        Type::U16 => Val::U16(bits() as u16),
        Type::S32 => Val::S32(bits() as i32),
        Type::U32 => Val::U32(bits() as u32),
        Type::S64 => Val::S64(bits() as i64),
        Type::U64 => Val::U64(bits()),
        Type::Float32 => Val::Float32(match bits() as u32 {
            0 => f32::NAN,
            1 => f32::NEG_INFINITY,
            bits => f32::from_bits(bits),
        }),
        Type::Float64 => Val::Float64(match bits() {
            0 => f64::NAN,
            1 => f64::INFINITY,
            bits => f64::from_bits(bits),
        }),
        Type::Char => Val::Char(chars[random.below(chars.len())]),
        Type::String => {
            let chars = (0..length(random)).map(|_| chars[random.below(chars.len())]);
            Val::String(chars.collect())
        }
        Type::List(list) => {
            let length = length(random);
            let values = (0..length).map(|_| value(random, &list.ty(), depth + 1));
            Val::List(values.collect())
        }
        Type::Record(record) => {
            let fields = record.fields();
            let fields =
                fields.map(|field| (field.name.to_string(), value(random, &field.ty, depth + 1)));
            Val::Record(fields.collect())
        }
        Type::Tuple(tuple) => Val::Tuple(
            tuple
                .types()
                .map(|ty| value(random, &ty, depth + 1))
                .collect(),
        ),
        Type::Variant(variant) => {
            let cases: Vec<_> = variant.cases().collect();
            let case = &cases[random.below(cases.len())];
            let payload = case
                .ty
                .as_ref()
                .map(|ty| Box::new(value(random, ty, depth + 1)));
            Val::Variant(case.name.to_string(), payload)
        }
        Type::Enum(names) => {
            let names: Vec<_> = names.names().collect();
            Val::Enum(names[random.below(names.len())].to_string())
        }
        Type::Option(option) => {
            let some = random.below(3) > 0;
            Val::Option(some.then(|| Box::new(value(random, &option.ty(), depth + 1))))
        }
        Type::Result(result) => {
            let ok = random.below(2) == 0;
            let ty = if ok { result.ok() } else { result.err() };
            let payload = ty.map(|ty| Box::new(value(random, &ty, depth + 1)));
            Val::Result(if ok { Ok(payload) } else { Err(payload) })
        }
        Type::Flags(flags) => {
            let names = flags.names().filter(|_| random.below(2) == 0);
            Val::Flags(names.map(str::to_string).collect())
        }
        other => panic!("no values of {other:?}"),
    }
}

/// The guest and its trace, whose own interface is exported, with a host that echoes.
pub fn echo(limit: u32) -> Running {
    echo_with(ECHO, &functions(), limit)
}

/// The same, of an interface `echo` with those functions.
pub fn echo_with(wit: &str, functions: &[impl AsRef<str>], limit: u32) -> Running {
    let guest = guest_of(&format!("{wit}\nworld w {{ import echo; }}"));
    let outcome = compose(
        &guest,
        Options {
            trace: vec!["t:echo/*".to_string()],
            trace_limit: Some(limit),
            exports: vec!["trace-guest-t-echo-echo".to_string()],
            imports: vec!["t:echo/*".to_string()],
            ..Options::default()
        },
    );
    let bytes = bytes_of(&outcome).expect("it composes");
    let host: Vec<String> = functions
        .iter()
        .map(|name| format!("host t:echo/echo#{}() = echo", name.as_ref()))
        .collect();
    let host: Vec<&str> = host.iter().map(String::as_str).collect();
    Running::start(&bytes, &host).expect("it starts")
}

pub fn functions() -> Vec<&'static str> {
    let names = ECHO
        .lines()
        .filter_map(|line| line.trim().split_once(": func("));
    names.map(|(name, _)| name).collect()
}

#[test]
fn values_of_all_types_survive_and_are_printed_as_wave() {
    values_survive(echo(0));
}

#[test]
fn values_of_async_functions_survive_and_are_printed_as_wave() {
    let wit = ECHO.replace(": func(", ": async func(");
    values_survive(echo_with(&wit, &functions(), 0));
}

fn values_survive(mut running: Running) {
    let mut random = Random(7);
    let mut wrong = Vec::new();
    let mut printed = 0;
    for round in 0..20 {
        for function in functions() {
            let name = format!("t:echo/echo#{function}");
            let ty = running.params(&name).expect(function).remove(0);
            let given = value(&mut random, &ty, round % 2);
            let answer = running
                .apply(&name, std::slice::from_ref(&given))
                .expect(function);
            let logged = running.logged();
            let line = logged[printed..].to_string();
            printed = logged.len();
            let text = line
                .strip_prefix(&format!("guest -> host  t:echo/echo#{function}("))
                .and_then(|line| line.strip_suffix('\n'))
                .unwrap_or_else(|| panic!("{function}: {line}"));
            // The value is there twice, with `) = ` between.
            let half = (text.len() - ") = ".len()) / 2;
            let (argument, result) = (&text[..half], &text[half + ") = ".len()..]);
            // Both are read, since reading puts flags into an order of its own.
            let read = |text: &str| Val::from_wave(&ty, text).and_then(|value| value.to_wave());
            let expected = given.to_wave().and_then(|text| read(&text)).ok();
            let same = |text: &str| read(text).ok() == expected;
            if argument != result
                || !same(argument)
                || answer[0].to_wave().ok() != given.to_wave().ok()
            {
                wrong.push(format!("{function}: {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn long_values_are_cut_at_the_limit_and_pass_whole() {
    let mut running = echo(3);
    let given = Val::List((0..10).map(Val::U8).collect());
    let answer = running
        .apply("t:echo/echo#echo-bytes", std::slice::from_ref(&given))
        .expect("it answers");
    assert_eq!(answer, [given]);
    let given = Val::String("äöüß".to_string());
    let answer = running
        .apply("t:echo/echo#echo-string", std::slice::from_ref(&given))
        .expect("it answers");
    assert_eq!(answer, [given]);
    assert_eq!(
        running.logged(),
        "guest -> host  t:echo/echo#echo-bytes([0, 1, 2, …7]) = [0, 1, 2, …7]\n\
         guest -> host  t:echo/echo#echo-string(\"ä\"…6) = \"ä\"…6\n"
    );
}

/// Functions of a slow host, in one of which arguments lie in memory.
const SLOW: &str = "
    package t:slow;
    interface slow {
        wait: async func(for: u32, text: string) -> string;
        wide: async func(for: u32, a: u8, b: option<string>, c: list<string>) -> list<string>;
        plain: func(text: string) -> string;
        rest: async func(for: u32);
    }
    world w { import slow; }";

/// The interface of that guest, traced and exported.
fn slow(more: Options) -> Vec<u8> {
    let outcome = compose(
        &guest_of(SLOW),
        Options {
            trace: vec!["t:slow/*".to_string()],
            exports: vec!["trace-guest-t-slow-slow".to_string()],
            imports: vec!["t:slow/*".to_string(), "line".to_string()],
            ..more
        },
    );
    bytes_of(&outcome).expect("it composes")
}

const SLOW_HOST: &[&str] = &[
    "host t:slow/slow#wait() = after",
    "host t:slow/slow#wide() = after",
    "host t:slow/slow#plain() = echo",
    "host t:slow/slow#rest() =",
];

/// Their arguments and results lie in one memory, and each returns as soon as its provider does.
#[test]
fn async_calls_at_once_are_printed_as_they_return() {
    let mut running = Running::start(&slow(Options::default()), SLOW_HOST).expect("it starts");
    let text = |text: &str| Val::String(text.to_string());
    let texts = |all: &[&str]| Val::List(all.iter().map(|t| text(t)).collect());
    let wait = |ms: u32, of: &str| ("t:slow/slow#wait", vec![Val::U32(ms), text(of)]);
    let wide = |ms: u32, of: &[&str]| {
        let some = Val::Option(Some(Box::new(text("some"))));
        (
            "t:slow/slow#wide",
            vec![Val::U32(ms), Val::U8(7), some, texts(of)],
        )
    };
    let calls = [
        wait(90, "third"),
        wide(30, &["first", "", "one"]),
        ("t:slow/slow#plain", vec![text("at once")]),
        wait(60, "second"),
        ("t:slow/slow#rest", vec![Val::U32(1)]),
    ];
    let begun = Instant::now();
    let answers = running.apply_all(&calls).expect("they answer");
    // Not one after the other.
    let took = begun.elapsed().as_millis();
    assert!(took < 170, "{took} ms");
    let expected: [&[Val]; 5] = [
        &[text("third")],
        &[texts(&["first", "", "one"])],
        &[text("at once")],
        &[text("second")],
        &[],
    ];
    assert_eq!(answers, expected);
    let logged = running.logged();
    let lines: Vec<&str> = logged
        .lines()
        .map(|line| {
            line.strip_prefix("guest -> host  t:slow/slow#")
                .expect(line)
        })
        .collect();
    assert_eq!(lines[..2], ["plain(\"at once\") = \"at once\"", "rest(1)"]);
    assert_eq!(
        lines[2..],
        [
            "wide(30, 7, some(\"some\"), [\"first\", \"\", \"one\"]) = [\"first\", \"\", \"one\"]",
            "wait(60, \"second\") = \"second\"",
            "wait(90, \"third\") = \"third\"",
        ]
    );
}

/// Calls that overlap for ever: there is never a moment at which none is on its way.
#[test]
fn nothing_is_left_behind_by_async_calls_that_overlap() {
    let bytes = slow(Options {
        trace_to: Some("line".to_string()),
        ..Options::default()
    });
    let host: Vec<&str> = SLOW_HOST.iter().copied().chain(["host line() ="]).collect();
    let mut running = Running::start_within(&bytes, &host, 4 << 20).expect("it starts");
    let text = Val::String("x".repeat(2000));
    let calls: Vec<(&str, Vec<Val>)> = (0..400)
        .map(|at| match at % 3 {
            0 => ("t:slow/slow#plain", vec![text.clone()]),
            1 => ("t:slow/slow#wait", vec![Val::U32(at % 2), text.clone()]),
            _ => {
                let list = Val::List(vec![text.clone(); (at % 7) as usize]);
                let none = Val::Option(None);
                (
                    "t:slow/slow#wide",
                    vec![Val::U32(0), Val::U8(1), none, list],
                )
            }
        })
        .collect();
    // As much as a hundred times the memory that there is.
    for _ in 0..100 {
        let answers = running.apply_all(&calls).expect("they answer");
        for (answer, (_, params)) in answers.iter().zip(&calls) {
            assert_eq!(answer.first(), params.last());
        }
    }
}

/// Borrows that were not dropped would trap, and so would a memory that grows without end.
#[test]
fn nothing_is_left_behind_by_many_calls() {
    let scenario = Scenario::read(&project().join("fixtures/trace/resources"));
    let bytes =
        composed(&scenario, &["--trace-to", "line", "--import", "line"]).expect("it composes");
    let running = Running::start_within(&bytes, &["host line() ="], 4 << 20);
    let mut running = running.expect("it starts");
    // Four calls each.
    for _ in 0..25_000 {
        assert_eq!(
            running.eval("run()").expect("it answers").as_deref(),
            Some("47")
        );
    }
}

/// Standard error that takes a few bytes every second time it is asked to.
#[derive(Clone, Default)]
struct Slow {
    taken: Arc<Mutex<Vec<u8>>>,
    is_ready: bool,
}

impl IsTerminal for Slow {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Slow {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Slow {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.is_ready = !self.is_ready;
        if self.is_ready {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let count = bytes.len().min(7);
        let mut taken = self.taken.lock().expect("nobody panics");
        taken.extend(&bytes[..count]);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A function that must not wait is traced where standard error makes wait.
#[test]
fn lines_that_a_host_takes_slowly_arrive_whole_and_in_order() {
    let scenario = Scenario::read(&project().join("fixtures/trace/wasi-0.3"));
    let bytes = composed(&scenario, &[]).expect("it composes");
    let slow = Slow::default();
    let taken = Arc::clone(&slow.taken);
    let running = Running::start_with(&bytes, &[], 4 << 20, slow);
    let mut running = running.expect("it starts");
    const CALLS: usize = 50;
    for _ in 0..CALLS {
        let answer = running.eval("run()").expect("it answers");
        assert_eq!(answer.as_deref(), Some("42"));
    }
    let once = fs::read_to_string(scenario.folder.join("trace.txt")).expect("it is there");
    let expected = once.repeat(CALLS);
    let length = || taken.lock().expect("nobody panics").len();
    let at_first = length();
    let mut turns = 0;
    while length() < expected.len() && turns < 1000 {
        running.idle().expect("it goes on");
        turns += 1;
    }
    assert!(at_first < expected.len(), "it was not slow");
    let taken = taken.lock().expect("nobody panics").clone();
    assert_eq!(String::from_utf8(taken).expect("text"), expected);
}

#[test]
fn the_page_shows_what_is_printed() {
    let page = fs::read_to_string(project().join("docs/trace.md")).expect("it is there");
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().join("traced.wasm").display().to_string();
    let mut commands = 0;
    for command in page
        .lines()
        .filter_map(|line| line.strip_prefix("$ witkit "))
    {
        let args: Vec<String> = command
            .split(' ')
            .map(|arg| match arg {
                "traced.wasm" => out.clone(),
                arg => arg.trim_matches('\'').to_string(),
            })
            .collect();
        witkit(project(), &args).expect(0).expect(command);
        commands += 1;
    }
    assert_eq!(commands, 2);
    let (_, printed) = page.split_once("```text\n").expect("it shows lines");
    let (printed, _) = printed.split_once("```").expect("it ends");
    let trace = project().join("fixtures/trace/store/trace.txt");
    assert_eq!(printed, fs::read_to_string(trace).expect("it is there"));
}

/// Calculators and adders of several languages.
pub const CALCULATORS: &[(&str, &str)] = &[
    ("c/calculator.wasm", "c/adder.wasm"),
    ("go/calculator.wasm", "js-quickjs/adder-sync.wasm"),
    ("python/calculator.wasm", "go/adder.wasm"),
    ("rust/docs_calculator.wasm", "rust/docs_adder.wasm"),
];

/// Of several languages: traced, they answer what they answered.
#[test]
fn real_calculators_are_traced_and_answer_as_before() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().expect("there is room");
    for (calculator, adder) in CALCULATORS {
        let [root, part] = [calculator, adder].map(|name| {
            let file = corpus.join("components").join(name);
            file.display().to_string()
        });
        let out = folder.path().join("traced.wasm").display().to_string();
        let part = format!("adder={part}");
        let args = [
            "compose",
            &root,
            "-d",
            &part,
            "--trace",
            "docs:adder/add",
            "-o",
            &out,
        ];
        witkit(folder.path(), &args).expect(0).expect(calculator);
        let bytes = fs::read(&out).expect("it is written");
        let mut running = Running::start(&bytes, &[]).expect(calculator);
        let call = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2)";
        let answer = running.eval(call).expect(calculator);
        assert_eq!(answer.as_deref(), Some("42"), "{calculator}");
        let logged = running.logged();
        let line = "-> adder  docs:adder/add@0.1.0#add(40, 2) = 42\n";
        assert!(logged.ends_with(line), "{calculator}: {logged}");
        assert_eq!(logged.matches("docs:adder").count(), 1, "{logged}");
    }
}

/// Programs of WASI 0.3, with their parts.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("consumer", &["depot=provider"]),
    ("consumer", &["relay", "depot=provider"]),
    ("mixed", &["greeter", "depot=provider"]),
    ("calcc", &["calcp"]),
    ("calcc", &["calcm", "calcp"]),
];

/// Async functions, streams, futures, and resources with async methods, of Rust and C.
#[test]
fn real_programs_of_wasi_0_3_are_traced_and_print_as_before() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().expect("there is room");
    let mut printed = String::new();
    for (root, parts) in PROGRAMS {
        let file = |name: &str| {
            let file = corpus.join(format!("components/p3/{name}.wasm"));
            file.display().to_string()
        };
        let out = folder.path().join("out.wasm").display().to_string();
        let mut args = vec![
            "compose".to_string(),
            file(root),
            "-o".to_string(),
            out.clone(),
        ];
        for part in *parts {
            let (name, of) = part.split_once('=').unwrap_or((part, part));
            args.extend(["-d".to_string(), format!("{name}={}", file(of))]);
        }
        if parts.len() > 1 && parts[0] != "greeter" {
            args.extend([
                "--chain".to_string(),
                format!(
                    "mine:{}={}",
                    match *root {
                        "consumer" => "depot/depot",
                        _ => "calc/calc",
                    },
                    parts[0]
                ),
            ]);
        }
        let run = |more: &[&str]| {
            let args: Vec<String> = args
                .iter()
                .cloned()
                .chain(more.iter().map(|a| a.to_string()))
                .collect();
            witkit(folder.path(), &args).expect(0).expect(root);
            let bytes = fs::read(&out).expect("it is written");
            let mut running = Running::start(&bytes, &[]).expect(root);
            let answer = running
                .eval("wasi:cli/run@0.3.0#run()")
                .unwrap_or_else(|e| panic!("{root}: {e}"));
            assert_eq!(answer.as_deref(), Some("ok"), "{root}");
            (running.printed(), running.logged())
        };
        let (plain, logged) = run(&[]);
        let (traced, lines) = run(&["--trace", "mine:*"]);
        assert!(
            !plain.is_empty() && lines.len() > logged.len(),
            "{root}: {lines}"
        );
        assert_eq!(plain, traced, "{root} {parts:?}");
        printed.push_str(&format!("{root} {}\n{lines}\n", parts.join(" ")));
    }
    let path = project().join("fixtures/trace/programs.txt");
    snapshot(&path, &printed, false).expect("WITKIT_BLESS=1 rewrites it");
}
