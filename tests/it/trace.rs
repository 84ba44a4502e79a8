//! Traced compositions: they behave as those that are not traced, and what they print is WAVE.
//!
//! Scenarios in `fixtures/trace` are those of `compose.rs`; what they print is in `trace.txt`.

use std::fs;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use wasmtime::component::{Type, Val};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

use witkit::compose::Options;

use crate::compose::{errors_in, scenarios_in};
use crate::generate::{bytes_of, compose, guest_of};
use crate::graphs::Random;
use crate::run::Running;
use crate::support::{Scenario, corpus, each, project, witkit};

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
    let scenarios = ["resources", "store", "wasi-0.3"]
        .map(|name| Scenario::read(&project().join("fixtures/trace").join(name)));
    each(&scenarios, |scenario| {
        let mut running = Running::start(&composed(scenario, &[])?, &[])?;
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
    let mut running = echo(0);
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

/// Borrows that were not dropped would trap, and so would a memory that grows without end.
#[test]
fn nothing_is_left_behind_by_many_calls() {
    let scenario = Scenario::read(&project().join("fixtures/trace/resources"));
    let bytes =
        composed(&scenario, &["--trace-to", "line", "--import", "line"]).expect("it composes");
    let running = Running::start_within(&bytes, &["host line() ="], 4 << 20);
    let mut running = running.expect("it starts");
    for _ in 0..20_000 {
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
